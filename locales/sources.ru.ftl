## Источники: /sources, видят администраторы

sources-list = <b>Источники: { $count }</b>
sources-none = <b>Источников пока нет</b>
source-line = <b>{ $name }</b> — { $state }
sources-how =
    Добавить: /sources и адрес сайта, раздела, ленты или канала в Telegram, например
    <code>/sources example.kz</code> или <code>/sources @kanal</code>
source-looking = Идёт поиск новостей по этому адресу…
source-newest = Так новости увидят читатели:
source-keep-ask = Добавить этот источник?
source-kind-feed = лента новостей
source-kind-sitemap = карта сайта с новостями
source-kind-page = страница раздела
source-kind-channel = канал в Telegram
source-rights-full = Показывать можно статью целиком.
source-rights-lead = Показывать можно начало, картинку и ссылку.
source-rhythm = Новостей в день: { $daily }
source-fine = работает
source-new = ещё не проверялся
source-paused = на паузе
source-waits = ждёт вашего согласия
source-silent = молчит
source-down = не работает ({ $why })
source-remove-ask = Удалить источник <b>{ $name }</b>? Его новости останутся.
source-bad-address = Это не адрес сайта. Напишите так: <code>/sources example.kz</code>
source-known = Этот источник уже есть.
source-nothing = По этому адресу не нашлось ни ленты, ни списка новостей.
source-channel-private = У этого канала нет открытого имени, и прочитать его снаружи нельзя. Другой путь: владелец канала делает бота администратором, и записи приходят сами. Или добавьте сайт редакции: <code>/sources example.kz</code>
source-channel-closed = Файл robots.txt на t.me не разрешает читать канал, и бот его слушается. Другой путь: владелец канала делает бота администратором, и записи приходят сами. Или добавьте сайт редакции: <code>/sources example.kz</code>
source-no-preview = На t.me записей не видно: канал закрыт для веба, это группа или имя никем не занято. Другой путь: владелец канала делает бота администратором, и записи приходят сами. Или добавьте сайт редакции: <code>/sources example.kz</code>
source-channel-ask = Бота сделали администратором канала <b>{ $name }</b> ({ $address }). Брать его записи в новости?
source-unreachable = Адрес не открылся: { $reason }.
article-hidden = Новость снята: её больше нет ни в поиске, ни в дайджестах.
error-operators-only = Это могут только администраторы бота.

button-keep = Добавить
button-keep-not = Не надо
button-source-address = Открыть адрес
button-channel-take = Брать в новости
button-channel-refuse = Не брать
button-pause = Приостановить
button-resume = Возобновить
button-full-text = Показывать целиком
button-lead-only = Только начало
button-remove-source = Удалить источник
button-remove-yes = Да, удалить
button-hide = Снять новость

why-slow = долго не отвечает
why-internal = внутренний адрес
why-certificate = сертификат недействителен
why-name = такого сайта нет
why-robots = robots.txt не разрешает
why-preview = канал не показывает записи на t.me
why-no-rights = бот больше не администратор канала
why-page = вместо ленты — обычная страница
why-refused = сервер не принимает соединений
why-https = по https не отвечает
why-port = такой порт закрыт, открыты 80 и 443
why-guard = не пускает защита от роботов
why-broken = ответ оборвался
why-large = слишком большой ответ
why-redirects = пересылает без конца
why-other = не читается

report-silent = Источник <b>{ $name }</b> молчит: новостей нет уже { $hours }{"\u00A0"}ч, обычно их { $daily } в день. Подробнее: /sources
report-clock-was-ahead = Часы сервера спешили на { $hours } ч { $minutes } мин, теперь идут верно. Сроки дайджестов и проверок источников пересчитаны.
report-clock-was-behind = Часы сервера отставали на { $hours } ч { $minutes } мин, теперь идут верно. Даты свежих статей уточнятся при следующей проверке источников.
report-broken = Источник <b>{ $name }</b> не работает: { $why }. Подробнее: /sources
report-gone = Источник <b>{ $name }</b> закрыт: сайт отвечает, что страница удалена навсегда. Подробнее: /sources
report-refused =
    { $count ->
        [one] Из-за ошибки в программе не дошло { $count } сообщение: <code>{ $why }</code>. Подробнее: qala doctor
        [few] Из-за ошибки в программе не дошли { $count } сообщения: <code>{ $why }</code>. Подробнее: qala doctor
       *[many] Из-за ошибки в программе не дошло { $count } сообщений: <code>{ $why }</code>. Подробнее: qala doctor
    }

command-sources = Источники новостей: добавить, приостановить

## Здоровье бота, видят администраторы

trouble-lasts = <b>Бот нездоров уже больше минуты.</b> { $what } Пробует снова; что с ним, сказано в журнале.
trouble-over = <b>Бот снова в порядке.</b> Было так: { $what } Это длилось { $minutes } мин.
trouble-intake = Сообщения не доходят до него.
trouble-storage = База данных не отвечает.
trouble-sending = Сообщения от него не уходят.
