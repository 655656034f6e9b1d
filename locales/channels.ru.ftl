## Свой канал: /channel

command-channel = Ваш канал: сюжеты и дайджесты в нём
channel-how =
    <b>Новости в вашем канале</b>

    Выберите канал, которым вы управляете: бот станет его администратором и будет публиковать каждый сюжет сразу или дайджест в ваш час. Нужно только право публиковать записи. Что, когда и сколько — решаете вы.
channels-list = <b>Ваши каналы</b>
channel-connected = Канал <b>{ $name }</b> подключён. Первый новый сюжет придёт туда, как только выйдет.
channel-here-already = Канал <b>{ $name }</b> уже подключён.
channel-not-yours = Настраивать канал может только его администратор с правом публиковать записи.
channel-no-rights = Бот не может писать в канал <b>{ $name }</b>. Откройте канал → «Администраторы» → добавьте @{ $bot } с правом публиковать записи и выберите канал ещё раз: /channel
channel-is-no-channel = Это не канал. Выберите канал: /channel
channel-gone = Этот канал больше не подключён. Подключить: /channel
channel-settings =
    <b>{ $name }</b>

    { $what }
    Темы: { $topics }
    Новости: { $reads }
    Часы публикаций: { $hours }
    Ночью: { $night }
    Картинки: { $pictures }
    Подпись: { $signature }
channel-what-stories = Каждый сюжет сразу, в день не больше { $most }; запись дополняется, пока сюжет растёт.
channel-what-digest = Дайджест в { $times }.
channel-what-off = Сейчас бот ничего не публикует.
channel-all-day = круглые сутки
channel-night-silent = без звука
channel-night-loud = со звуком
channel-signature-none = нет
channel-topics = Какие темы публиковать в канале <b>{ $name }</b>? Если не выбрать ни одной — все.
channel-signature-ask = Пришлите последнюю строку записей ответом на это сообщение, до { $most } знаков. Например: @ваш_канал
channel-signature-long = Слишком длинно: до { $most } знаков в одну строку.
channel-signed = Подпись сохранена.
channel-remove-ask = Отключить канал <b>{ $name }</b>? Записи останутся, новых не будет.
channel-removed = Канал <b>{ $name }</b> отключён.
channel-paused = Бот больше не может писать в канал <b>{ $name }</b>: у него забрали право публиковать записи. Настройки целы; вернёте право — продолжит сам.
channel-waits = Бот теперь в канале <b>{ $name }</b>. Собственные записи канала попадут в новости бота, когда согласится его администратор: вопрос ему уже отправлен.
channel-waits-for-operator =
    Бот теперь в канале <b>{ $name }</b>. Собственные записи канала попадут в новости бота, только если согласится тот, кто его запустил. Если это вы, выполните на сервере:

    <code>{ $command }</code>

    или впишите <code>{ $who }</code> в QALA_ADMINS и перезапустите бота: тогда согласиться можно в /sources.
channel-press = Откройте новость в боте: кнопки под записью ведут туда.

button-channel = Мой канал
button-channel-choose = Выбрать канал
button-channel-more = Подключить ещё
button-way-stories = Каждый сюжет
button-way-digest = Дайджест
button-way-off = Пауза
button-channel-topics = Темы
button-channel-reads = Язык
button-channel-hours = Часы
button-channel-cap = До { $most } в день
button-channel-times = Час дайджеста
button-channel-night = Ночью без звука
button-channel-sign = Подпись
button-channel-unsign = Без подписи
button-channel-remove = Отключить канал

post-new = <b>Новое:</b> { $title }
post-withdrawn = Запись снята: новость отозвана.
button-post-read = Читать
button-post-more = Новости в боте
