## Сообщения сразу: /alerts, /mute

command-alerts = Что сообщать сразу
command-mute = Скрыть новости со словом: /mute "слово"
button-alerts = Сообщать сразу
button-at-once = Сообщать сразу
button-with-digest = С дайджестом
button-alert-why = Почему пришло?
button-alert-later = Только в дайджесте
button-alert-turn-off = С дайджестом: { $name }
button-follow-source = Следить: { $name }
button-urgent = Отключения и ЧП
button-urgent-night = Ночью тоже
button-alerts-cap = В день до { $most }
button-muted = Скрытое
alert-footer = <i>Ваша подписка: { $name }</i>
alert-urgent = <i>Срочное: отключения и ЧП</i>
alert-develops = <b>Продолжение</b>
alert-corrected = ✏️ Уточнено: текст этой новости изменился.
alert-repeated = <b>Возможно, уже приходило</b>
alert-enough = На сегодня хватит: остальное придёт с дайджестом. Изменить: /alerts
alert-enough-latest = На сегодня хватит, остальное: /latest. Изменить: /alerts
alert-held = <b>Вышло в тихие часы</b>
alert-held-footer = <i>По вашим подпискам</i>
alert-now = <b>{ $name }</b>: новость придёт, как только выйдет.
alert-with-digest = <b>{ $name }</b>: теперь только с дайджестом.
alert-not-in-quiet = В тихие часы ({ $quiet }) не придёт, всё соберётся в одно сообщение после них.
alert-not-in-pause = Сейчас пауза: сообщения начнут приходить снова { $day }.
alerts-digest-on = Остальное приходит с дайджестом.
alerts-digest-off = Дайджест отключён: неотмеченное не придёт.
alerts-urgent-name = Отключения и ЧП
alerts-list =
    <b>Что сообщать сразу</b>
    Отмеченное приходит, как только выйдет. Нажмите, чтобы изменить.

    В день не больше: { $most }
    Тихие часы: { $quiet }
alerts-none =
    <b>Что сообщать сразу</b>
    Пока ничего. Нажмите на подписку, и новости по ней будут приходить сразу. Новая подписка: /subscribe "отключение воды" now

    В день не больше: { $most }
    Тихие часы: { $quiet }
muted-word = Новости со словом «{ $word }» больше не придут. В поиске они останутся.
unmuted-word = Новости со словом «{ $word }» снова будут приходить.
mute-ask = Что скрыть? Напишите слово в кавычках: /mute "гороскоп"
mutes-list =
    <b>Что скрыто</b>
    Нажмите, чтобы вернуть. Добавить: /mute "слово" или /mute source:example.kz
mutes-none = Пока ничего не скрыто. Скрыть слово: /mute "слово", издание: /mute source:example.kz
mute-too-many = Скрытого уже { $most }. Уберите лишнее: /mute
followed-source = Новости «{ $name }» теперь будут приходить.
