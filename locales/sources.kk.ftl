## Дереккөздер: /sources, әкімшілер көреді

sources-list = <b>Дереккөздер: { $count }</b>
sources-none = <b>Әзірге дереккөз жоқ</b>
source-line = <b>{ $name }</b> – { $state }
sources-how =
    Қосу үшін /sources деп жазып, сайттың, бөлімнің, таспаның немесе Telegram арнасының мекенжайын қосыңыз, мысалы
    <code>/sources example.kz</code> немесе <code>/sources @arna</code>
source-looking = Бұл мекенжайдан жаңалық ізделіп жатыр…
source-newest = Оқырман жаңалықты осылай көреді:
source-keep-ask = Осы дереккөзді қосасыз ба?
source-kind-feed = жаңалықтар таспасы
source-kind-sitemap = жаңалықтар тізілген сайт картасы
source-kind-page = бөлім беті
source-kind-channel = Telegram арнасы
source-rights-full = Мақаланы толық көрсетуге болады.
source-rights-lead = Басын, суретін және сілтемесін ғана көрсетуге болады.
source-rhythm = Күніне жаңалық саны: { $daily }
source-fine = жұмыс істеп тұр
source-new = әлі тексерілген жоқ
source-paused = уақытша тоқтатылған
source-waits = келісіміңізді күтіп тұр
source-silent = үнсіз
source-down = жұмыс істемейді ({ $why })
source-remove-ask = <b>{ $name }</b> дереккөзін жоясыз ба? Жаңалықтары қалады.
source-bad-address = Бұл сайттың мекенжайы емес. Былай жазыңыз: <code>/sources example.kz</code>
source-known = Бұл дереккөз бұрыннан бар.
source-nothing = Бұл мекенжайдан таспа да, жаңалықтар тізімі де табылмады.
source-channel-private = Бұл арнаның ашық аты жоқ, сондықтан сырттан оқылмайды. Басқа жолы: арна иесі ботты әкімші етсе, жазбалар өздігінен келеді. Немесе редакцияның сайтын қосыңыз: <code>/sources example.kz</code>
source-channel-closed = t.me сайтының robots.txt файлы арнаны оқуға рұқсат етпейді, ал бот оған бағынады. Басқа жолы: арна иесі ботты әкімші етсе, жазбалар өздігінен келеді. Немесе редакцияның сайтын қосыңыз: <code>/sources example.kz</code>
source-no-preview = t.me жазбаларын көрсетпейді: арна вебте жабық, бұл топ немесе мұндай ат жоқ. Басқа жолы: арна иесі ботты әкімші етсе, жазбалар өздігінен келеді. Немесе редакцияның сайтын қосыңыз: <code>/sources example.kz</code>
source-channel-ask = Бот <b>{ $name }</b> арнасына әкімші болды ({ $address }). Жазбаларын жаңалықтарға қосайық па?
source-unreachable = Мекенжай ашылмады: { $reason }.
article-hidden = Жаңалық жасырылды: енді іздеуде де, дайджестте де жоқ.
error-operators-only = Бұл тек бот әкімшілеріне арналған.

button-keep = Қосу
button-keep-not = Керек емес
button-source-address = Мекенжайды ашу
button-channel-take = Жаңалыққа қосу
button-channel-refuse = Қоспау
button-pause = Тоқтата тұру
button-resume = Жалғастыру
button-full-text = Толық көрсету
button-lead-only = Басын ғана көрсету
button-remove-source = Дереккөзді жою
button-remove-yes = Иә, жою
button-hide = Жаңалықты жасыру

why-slow = ұзақ жауап бермейді
why-internal = ішкі мекенжай
why-certificate = сертификаты жарамсыз
why-name = мұндай сайт жоқ
why-robots = robots.txt рұқсат етпейді
why-preview = арна жазбаларын t.me-де көрсетпейді
why-no-rights = бот енді бұл арнаның әкімшісі емес
why-page = таспаның орнында кәдімгі бет тұр
why-refused = сервер қосылуды қабылдамайды
why-https = https арқылы жауап бермейді
why-port = бұл порт жабық, 80 мен 443 ашық
why-guard = роботтардан қорғанысы кіргізбейді
why-broken = жауабы үзіліп қалды
why-large = жауабы тым үлкен
why-redirects = басқа мекенжайға шексіз жібере береді
why-other = оқылмайды

report-silent = <b>{ $name }</b> дереккөзі үнсіз: { $hours } сағаттан бері жаңалық жоқ, әдетте күніне { $daily } жаңалық шығатын. Толығырақ: /sources
report-clock-was-ahead = Сервердің сағаты { $hours } сағ { $minutes } мин алда жүріпті, енді дұрысталды. Дайджест пен дереккөздерді тексеру уақыты қайта есептелді.
report-clock-was-behind = Сервердің сағаты { $hours } сағ { $minutes } мин артта қалыпты, енді дұрысталды. Соңғы мақалалардың күні дереккөздер келесі тексерілгенде түзеледі.
report-broken = <b>{ $name }</b> дереккөзі жұмыс істемейді: { $why }. Толығырақ: /sources
report-gone = <b>{ $name }</b> дереккөзі жабылған: сайт бұл мекенжай енді болмайды деп жауап береді. Толығырақ: /sources
report-refused = Бағдарламадағы қатеден { $count } хабар жетпей қалды: <code>{ $why }</code>. Толығырақ: qala doctor

command-sources = Жаңалық дереккөздері: қосу, тоқтата тұру

## Боттың жай-күйі, әкімшілер көреді

trouble-lasts = <b>Бот бір минуттан бері дұрыс жұмыс істемей тұр.</b> { $what } Қайта-қайта байқап көруде; толығы журналда жазылған.
trouble-over = <b>Бот қайтадан дұрыс жұмыс істеп тұр.</b> Болған жағдай: { $what } { $minutes } минутқа созылды.
trouble-intake = Хабарламалар оған жетпей жатыр.
trouble-storage = Дерекқор жауап бермей тұр.
trouble-sending = Одан хабарлама кетпей тұр.
