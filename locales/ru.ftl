# Qala по-русски. Тексты — HTML, как его читает Telegram. Правила языка: «вы» с маленькой буквы, ё, коротко и тепло.

## Знакомство: /start

welcome =
    Здравствуйте! Qala приносит новости города.

    <b>Выберите язык · Тілді таңдаңыз</b>
welcome-done =
    <b>Всё готово.</b> { $digest }

    Вот как выглядит дайджест:
welcome-done-quiet =
    <b>Всё готово.</b> Дайджеста не будет, но новости всегда под рукой: /latest

    Напишите сюда слово — бот найдёт новости о нём.
home =
    <b>Qala — новости города</b>

    { $digest }
    Напишите слово — бот найдёт новости о нём.
language-choose = <b>Выберите язык</b>
language-set = Теперь по-русски.
topics-pick =
    <b>О чём присылать новости?</b>
    Отметьте темы. Не отметите ни одной — будет всё главное.
hours-pick =
    <b>Когда присылать дайджест?</b>
    { $zone }
zone-line = Часовой пояс: { $zone }
when-today = сегодня, { $time }
when-tomorrow = завтра, { $time }

## Кнопки под сообщениями

chosen = ✓ { $name }
button-done = Готово
button-all-topics = Все темы
button-no-digest = Не присылать
button-read = Читать здесь
button-whole = Одним сообщением
button-site = На сайте
button-share = Поделиться
button-open-in-bot = Открыть в Qala
button-back = ‹ Назад
button-next = Дальше ›
button-previous = ‹ Раньше
button-first-page = « В начало
button-change-query = Изменить запрос
button-pick-topics = Выбрать темы
button-follow = Подписаться
button-unfollow = Отписаться
button-save = Сохранить
button-saved-already = ✓ Сохранено
button-more = Ещё ›
button-less = Меньше такого
button-why = Почему это здесь?
button-sources = Другие издания
button-track = Следить за сюжетом
button-untrack = ✓ Вы следите
button-version-ru = На русском
button-version-kk = На казахском
button-undo = Вернуть
button-tastes = Мои интересы
button-reset-tastes = Начать заново
button-saved = Сохранённое
button-export = Скачать список
button-forget = Удалить мои данные
button-forget-really = Да, удалить
button-leave = Нет, оставить
button-city = Город
button-pictures-on = С картинками
button-pictures-off = Без картинок
button-home = На главную
button-drop = Убрать: { $name }
button-language = Язык
button-topics = Темы
button-hour = Время дайджеста
button-subscriptions = Подписки
button-latest = Новости
button-digest = Дайджест
button-search = Поиск
button-settings = Настройки
button-privacy = Мои данные
button-help = Помощь

## Новости: списки, карточка, чтение, сюжет

quoted-source = «{ $source }»
in-language-ru = на русском
in-language-kk = на казахском
just-now = только что
day-today = сегодня
day-yesterday = вчера
photo = Фото
photo-credit = Фото: «{ $source }»
read-on = Читать дальше
page-of = <i>Страница { $page } из { $pages }</i>
latest-title = <b>Последние новости</b>
topic-title = <b>{ $name }</b>
topic-empty =
    <b>{ $name }</b>

    Новостей по этой теме пока нет.
topics-list =
    <b>Темы</b>
    Число — сколько новостей за сутки.
no-news-yet = Новостей пока нет, они скоро появятся. Загляните чуть позже.
article-gone = Этой новости больше нет. Последние новости: /latest

minutes-to-read = { $minutes }{"\u00A0"}мин{"\u00A0"}чтения
views =
    { $count ->
        [one] { $count } просмотр
        [few] { $count } просмотра
       *[other] { $count } просмотров
    }
cited-line =
    { $count ->
        [one] Источник: { $names }
       *[other] Источники: { $names }
    }
story-line = Сюжет: { $outlets } · { $languages }
story-outlets =
    { $count ->
        [one] { $count } издание
        [few] { $count } издания
       *[other] { $count } изданий
    }
story-ru = { $count }{"\u00A0"}на русском
story-kk = { $count }{"\u00A0"}на казахском
story-title = <b>Кто об этом пишет</b>
story-first = раньше всех
story-reprinted = { $when } перепечатка: «{ $source }»
story-again = { $when } новая редакция
story-reprinted-more =
    { $count ->
        [one] и ещё { $count } перепечатка
        [few] и ещё { $count } перепечатки
       *[other] и ещё { $count } перепечаток
    }
reprint-of = Перепечатка. Первая публикация: «{ $source }», { $when }
story-renamed = до { $time } заголовок был другим: «{ $title }»
reaction-like = Нравится
reaction-sorry = Сочувствую
reaction-outrage = Возмутительно

## Под новостью: «Почему это здесь?», «Меньше такого»

why-title = <b>Почему вы это видите</b>
why-topic = <b>{ $name }</b> — подсказали слова: { $words }
why-followed = Вы подписаны на эту тему.
why-opened =
    { $count ->
        [one] Вы открывали эту тему { $count } раз.
        [few] Вы открывали эту тему { $count } раза.
       *[other] Вы открывали эту тему { $count } раз.
    }
why-asked = Вы подписаны: { $names }
why-story = Вы следите за этим сюжетом.
why-city = Ваш город: { $name }
why-no-topic = Темы у этой новости нет: она просто свежая.
less-of-what = <b>Чего показывать меньше?</b>
muted-topic = Тема «{ $name }» больше не попадёт в дайджест.
muted-source = Новости «{ $name }» больше не попадут в дайджест.
muted-story = Этот сюжет больше не попадёт в дайджест.
unmuted = Снова в дайджесте: { $name }
tastes-title = <b>Что влияет на ваш дайджест</b>
tastes-opened = Чаще всего вы открываете: { $names }
tastes-muted = Скрыто: { $names }
tastes-stories =
    { $count ->
        [one] Скрыт { $count } сюжет
        [few] Скрыто { $count } сюжета
       *[other] Скрыто { $count } сюжетов
    }
tastes-none =
    <b>Что влияет на ваш дайджест</b>

    Пока ничего, кроме подписок. Чем чаще вы открываете тему, тем выше она в дайджесте.

## Сохранённое и данные: /saved, /mydata, /deletedata

saved-title = <b>Сохранённое</b>
saved-title-many =
    <b>Сохранённое</b>
    Найти здесь: /saved и слово
saved-found = <b>Сохранённое: { $query }</b>
saved-found-more = Нашлось: { $count }. Здесь последние { $shown }, чтобы увидеть остальные, добавьте ещё слово.
saved-nothing = <b>{ $query }</b> — среди сохранённого не нашлось. Попробуйте короче или другим словом.
saved-none = Вы пока ничего не сохранили. Кнопка «Сохранить» есть под каждой новостью.
saved-exported = Ваши сохранённые новости
mydata-caption = Всё, что бот хранит о вас
data-banned = запретил ли администратор боту отвечать вам
data-subscribers = ваши настройки и расписание дайджеста
data-subscriptions = ваши подписки: темы, теги, слова, сюжеты
data-deliveries = какие дайджесты вам отправлены
data-channels = ваш канал, в который бот пишет
data-channel_keepers = каналы, которые вы подключили
data-broadcasts = ваши рассылки, если вы администратор
data-saved = новости, которые вы сохранили
data-last_shown = кнопки под последним ответом бота: их можно называть словами; хранятся два дня
data-muted = что вы скрыли из дайджеста
data-interests = сколько раз вы открывали каждую тему
data-reactions = ваши реакции
data-chat_budgets = когда вам можно отправить следующее сообщение
forget-ask =
    <b>Удалить все ваши данные?</b>

    Подписки, сохранённое, время дайджеста и настройки исчезнут. Вернуть будет нельзя.
forget-really = <b>Точно удалить?</b> Вернуть будет нельзя.
forget-done = Данные удалены. Начать заново: /start

## Поиск: /search или просто слово

search-title = Поиск: <b>{ $query }</b>
search-corrected = Показаны новости по запросу <b>{ $query }</b>
chip = ✕ { $name }
chip-source = Издание: { $name }
chip-city = Город: { $name }
chip-language-ru = на русском
chip-language-kk = на казахском
nearest-topic = Тема: { $name }
search-nothing =
    { $count ->
        [1] <b>{ $query }</b> — ничего не нашлось. Подпишитесь на это слово: новость придёт, когда выйдет.
       *[other] <b>{ $query }</b> — ничего не нашлось. Попробуйте короче. Или подпишитесь на эти слова: новость придёт, когда выйдет.
    }
search-no-days = За это время ({ $days }) ничего нет.
search-similar = Точно такой новости не нашлось. Похожие:
search-ask =
    Напишите, что найти: одно или несколько слов, в любой форме, на русском или казахском.

    Например: <code>/search дороги Алматы</code>
query-too-long = Слишком длинно. Хватит нескольких слов.

## Подписки: /subscribe, /subscriptions

subscribed = Вы подписались: <b>{ $name }</b>
subscribed-already = Вы уже подписаны: <b>{ $name }</b>
unsubscribed = Вы отписались: <b>{ $name }</b>
subscribe-ask =
    <b>На что подписаться?</b>
    Выберите темы кнопкой или напишите:
    <code>/subscribe транспорт</code>
    <code>/subscribe #Алматы</code>
    <code>/subscribe "отключение воды"</code>
subscribe-unknown =
    Темы «{ $name }» нет. Все темы: /topics

    Чтобы следить за словом, возьмите его в кавычки: <code>/subscribe "{ $name }"</code>
subscribe-too-many = Подписок уже { $most }. Уберите лишние: /subscriptions
subscriptions-list =
    <b>Ваши подписки</b>
    Нажмите, чтобы убрать.
subscriptions-none = Подписок пока нет: дайджест собирается из всего главного.
all-topics = все

## Настройки: /settings

settings =
    <b>Настройки</b>

    Язык: { $language }
    Новости: { $reads }
    Темы: { $topics }
    Город: { $city }
    { $digest }
    Новостей в дайджесте: { $length }, { $form }
    Тихие часы: { $quiet }
    Часовой пояс: { $zone }
    Картинки: { $pictures }
reads-ru = Читать по-русски
reads-kk = Читать по-казахски
keys-ask =
    <b>Кнопки под полем ввода</b>

    Самые нужные слова всегда под рукой: новости, дайджест, темы, сохранённое.
keys-shown = Готово: кнопки под полем ввода. Убрать их можно в настройках.
button-keys-cancel = ✕ Отмена
keys-cancelled = Хорошо, ничего не отправлено.
keys-hidden = Кнопки убраны. Вернуть их можно в настройках.
keys-field = Слово для поиска
button-keys = Кнопки внизу
button-keys-show = Показать
button-keys-hide = Убрать
place-how = Нажмите кнопку под полем ввода. Место нужно только для часового пояса и не сохраняется.
city-none = не выбран
pictures-on = есть
pictures-off = нет, для экономии трафика
zone-almaty = Казахстан, UTC+5
zone-qyzylorda = Казахстан, UTC+5
zone-qostanay = Казахстан, UTC+5
zone-aqtobe = Казахстан, UTC+5
zone-aqtau = Казахстан, UTC+5
zone-atyrau = Казахстан, UTC+5
zone-oral = Казахстан, UTC+5

## Помощь: /help, /privacy

help =
    <b>Qala — новости города на русском и казахском</b>

    <b>Читать:</b> /latest — последние новости, /topics — по темам, /saved — сохранённое.
    <b>Искать:</b> просто напишите слово. Форма слова не важна, казахские буквы не обязательны.
    <b>Получать:</b> /subscribe — темы и слова, <code>/digest 08:30</code> — дайджест каждый день.
    <b>Делиться:</b> в любом чате наберите <code>@{ $bot } слово</code> и выберите новость.

    /settings — настройки, /language — язык, /city — ваш город, /privacy — что бот хранит о вас, /mydata — копия данных, /deletedata — удалить их.
about =
    <b>Qala — новости города на русском и казахском</b>

    Я бот, не человек: читаю сайты казахстанских изданий и собираю, что они пишут об одном событии. Под каждой новостью названо издание, заголовок ведёт на его сайт.
    Напишите слово, город или вопрос — найду. Это бесплатно.
help-group =
    <b>Qala — новости города на русском и казахском</b>

    <b>Читать:</b> /latest — последние новости, /topics — по темам, /digest — дайджест сейчас.
    <b>Искать:</b> <code>/search дороги</code>, или ответьте боту, или назовите его: <code>@{ $bot } ремонт дорог</code>
    <b>Администраторам:</b> /settings — язык, темы и час дайджеста, /subscribe — темы и слова, <code>/digest 08:30</code> — дайджест каждый день.

    Сохранённое и личные подписки у каждого свои: откройте личный чат с ботом.
privacy =
    <b>Что Qala хранит о вас</b>

    Номер чата, язык, город, часовой пояс, расписание и вид дайджеста, подписки, сохранённое, скрытое, реакции, сколько раз вы открывали каждую тему и какие дайджесты вам отправлены. Это нужно, чтобы присылать то, что вы выбрали, и не повторяться.

    Имени, телефона, текста ваших сообщений и того, что вы искали, бот не хранит. Данные никому не передаются.

    Копия всего: /mydata. Удалить всё: /deletedata — сразу и насовсем.

## Ошибки

error-unexpected = Не получилось. Попробуйте ещё раз.
error-unknown-command = Такой команды нет. Что умеет бот: /help
flood-warning = Слишком много сообщений подряд. Отвечу на последние из них, а остальное пропущу. Подождите, пожалуйста, немного.
error-stale-button = Кнопка устарела. Последние новости: /latest
error-admins-only = В группе это может только администратор.
error-private-only = Это у каждого своё: откройте личный чат с ботом.

## Группы: когда бота добавили

group-hello =
    Здравствуйте! Qala приносит новости города и в группу.

    Администраторы выбирают кнопками язык, темы и час дайджеста, спрашивать может каждый: /latest — последние новости, <code>/search дороги</code> — поиск. В форуме у каждой темы свой выбор.
group-ask = Напишите, что найти, после имени бота: <code>@{ $bot } ремонт дорог</code>
group-paused-closed = Тема в группе «{ $chat }» закрыта, и новости туда больше не приходят. Откройте её или дайте боту право управлять темами — дальше всё пойдёт само.
group-paused-deleted = Темы, в которую приходили новости, в группе «{ $chat }» больше нет. Чтобы они приходили в другую, отправьте в ней <code>/digest 08:30</code>.
group-paused-rights = В группе «{ $chat }» боту нельзя писать, и новости туда больше не приходят. Верните ему право отправлять сообщения — дальше всё пойдёт само.

## Поиск в любом чате

inline-nothing = Ничего не нашлось · Настройки
inline-settings = Настроить темы и язык
inline-no-news = Новостей пока нет

## Меню и описание бота (команды — до 60 знаков)

command-start = Начать: язык, темы, время дайджеста
command-help = Что умеет бот и как им пользоваться
command-latest = Последние новости
command-search = Поиск по новостям: /search дороги Алматы
command-topics = Все темы: посмотреть и выбрать
command-subscribe = Подписаться на тему, #тег или слово
command-subscriptions = Мои подписки: изменить, отключить
command-digest = Дайджест сейчас; каждый день: /digest 08:30
command-language = Язык: қазақша или русский
command-settings = Настройки: язык, темы, время
command-stats = Статистика бота
command-privacy = Что бот хранит о вас и зачем
command-saved = Сохранённые новости
command-mydata = Получить копию моих данных
command-deletedata = Удалить все мои данные
bot-name = Qala · новости города
bot-short-description = Новости города на русском и казахском: поиск, темы, дайджест в удобный час.
bot-description =
    Qala приносит новости города на русском и казахском.

    • Поиск понимает формы слов и опечатки
    • Дайджест по вашим темам в удобный час
    • Делитесь новостями в любом чате: @{ $bot } и слово

## Для администраторов: /stats

stats =
    <b>Статистика</b>

    Читатели: { $readers }
    Новости: { $kk } на казахском, { $ru } на русском
    Источники: работают { $up }, не работают { $down }, на паузе { $paused }
    Дайджесты: доставлены { $sent }, не доставлены { $failed }, неизвестно { $unknown }
