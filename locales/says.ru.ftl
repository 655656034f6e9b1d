# Ответы на сообщения, которые не команды: время, «стоп», город, спасибо, стикеры, ссылки.

button-words = Искать эти слова
button-watch =
    { $count ->
        [1] Следить за словом
       *[other] Следить за словами
    }
button-send-yes = Да, присылать
button-other-time = Другое время
button-not-now = Не надо
button-stop-digest = Не присылать
button-my-city = Мой город: { $name }
button-other-city = Другой город
time-offer =
    Присылать дайджест <b>{ $when }</b>?

    Сейчас: { $now }
time-already = Дайджест и так приходит <b>{ $when }</b>.
stop-ask =
    <b>Что отключить?</b>

    Дайджест: { $when }
button-follow-words = Следить: { $name }
follow-offer = Присылать такие новости: <b>{ $name }</b>?
hide-offer = Больше не присылать такого: <b>{ $name }</b>?
city-offer = Ставить первыми новости города <b>{ $name }</b>?
thanks = Пожалуйста.
fine = Хорошо. Понадобятся новости — напишите слово.

## Что будет приходить: ответ на подписку, /subscriptions

subscription-story = Сюжет: «{ $title }»
subscribed-week = За неделю таких новостей: { $count }.
subscribed-week-many = За неделю таких новостей: больше { $count }.
subscribed-week-none = За неделю таких новостей не было.
subscribed-digest-off = Но дайджест отключён, и новости не придут. Когда присылать?
subscribed-comes-topics = В дайджесте ({ $when }) будут новости выбранных тем.
subscribed-comes-beside = Такие новости придут в дайджесте ({ $when }) вместе с остальными.
subscribed-comes-alone = Такие новости придут в дайджесте ({ $when }): в нём только ваши подписки.
subscriptions-topics = В дайджесте: новости ваших тем и всё остальное, на что вы подписаны.
subscriptions-beside = В дайджесте: всё главное, а ваши подписки — обязательно.
subscriptions-alone = В дайджесте: только ваши подписки.
subscriptions-none-off = Подписок пока нет, дайджест отключён.
subscriptions-digest-off = Дайджест отключён: приходит только то, о чём вы просили сообщать сразу.
button-only-these = Только подписки
button-all-too = И всё главное

## Реже и скрыть

fewer-topic = Тема «{ $name }» будет реже: не больше одной новости в дайджесте.
fewer-source = Новостей «{ $name }» будет меньше: не больше одной в дайджесте.
button-fewer = Реже: { $name }
button-hide-it = Скрыть: { $name }
button-hide-story = Скрыть этот сюжет
tastes-fewer = Реже: { $names }

## Город

city-set = Ваш город: <b>{ $name }</b>. Его новости будут первыми.
city-off = Город не выбран: новости идут по всей стране.
city-unknown = Места «{ $name }» бот не знает. Напишите город.
city-ask =
    <b>Новости какого города ставить первыми?</b>
    Выберите город или напишите его название.
city-ask-group =
    <b>Новости какого города ставить первыми?</b>
    Выберите город или назовите его: <code>/city Семей</code>
button-whole-country = Вся страна
command-city = Мой город: /city Алматы
latest-city = <b>{ $name }</b>
latest-rest = <b>Остальные новости</b>

## Стикеры, фото, ссылки

said-nothing = Не понял, что найти. Напишите слово, город или вопрос: «дороги», «Костанай», «когда дадут горячую воду».
only-text = Бот понимает только текст. Напишите словами, что найти.
link-unknown = Новости по этой ссылке у бота нет. Попробуйте найти её по словам из заголовка.
