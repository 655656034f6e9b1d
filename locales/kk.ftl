# Qala қазақша. Мәтіндер – Telegram оқитын HTML. Тіл ережелері: «сіз», батырма -у тұлғасында, саннан кейін жекеше.

## Танысу

welcome =
    Сәлеметсіз бе! Qala – қала жаңалықтары боты.

    <b>Тілді таңдаңыз · Выберите язык</b>
welcome-done =
    <b>Бәрі дайын.</b> { $digest }

    Дайджест мынадай болады:
welcome-done-quiet =
    <b>Бәрі дайын.</b> Дайджест келмейді, бірақ жаңалықты кез келген уақытта оқи аласыз: /latest

    Кез келген сөзді жазыңыз – бот сол туралы жаңалық табады.
home =
    <b>Qala – қала жаңалықтары</b>

    { $digest }
    Кез келген сөзді жазыңыз – бот сол туралы жаңалық табады.
language-choose = <b>Тілді таңдаңыз</b>
language-set = Енді қазақша.
topics-pick =
    <b>Қай тақырыптағы жаңалық келсін?</b>
    Тақырыптарды белгілеңіз. Ештеңе белгілемесеңіз, басты жаңалықтың бәрі келеді.
hours-pick =
    <b>Дайджест қашан келсін?</b>
    { $zone }
zone-line = Уақыт белдеуі: { $zone }
when-today = бүгін, { $time }
when-tomorrow = ертең, { $time }

## Батырмалар

chosen = ✓ { $name }
button-done = Дайын
button-all-topics = Барлық тақырып
button-no-digest = Келмесін
button-read = Осы жерден оқу
button-whole = Бір хабарламада
button-site = Сайттан оқу
button-share = Бөлісу
button-open-in-bot = Qala-да ашу
button-back = ‹ Артқа
button-next = Келесі ›
button-previous = ‹ Алдыңғы
button-first-page = « Басына
button-change-query = Іздеуді өзгерту
button-pick-topics = Тақырып таңдау
button-follow = Жазылу
button-unfollow = Жазылымды тоқтату
button-save = Сақтау
button-saved-already = ✓ Сақталды
button-more = Тағы ›
button-less = Мұндайды азайту
button-why = Неге көрсетілді?
button-sources = Басқа басылымдар
button-track = Оқиғаны бақылау
button-untrack = ✓ Бақылап отырсыз
button-version-ru = Орысшасы
button-version-kk = Қазақшасы
button-undo = Қайтару
button-tastes = Қызығушылықтарым
button-reset-tastes = Нөлден бастау
button-saved = Сақталғандар
button-export = Тізімді жүктеп алу
button-forget = Деректерімді жою
button-forget-really = Иә, жою
button-leave = Жоқ, қалсын
button-city = Қала
button-pictures-on = Суретпен көрсету
button-pictures-off = Суретсіз көрсету
button-home = Бас мәзір
button-drop = Алып тастау: { $name }
button-language = Тіл
button-topics = Тақырыптар
button-hour = Дайджест уақыты
button-subscriptions = Жазылымдар
button-latest = Жаңалықтар
button-digest = Дайджест
button-search = Іздеу
button-settings = Баптаулар
button-privacy = Деректерім
button-help = Көмек

## Жаңалықтар

quoted-source = «{ $source }»
in-language-ru = орысша
in-language-kk = қазақша
just-now = жаңа ғана
day-today = бүгін
day-yesterday = кеше
photo = Сурет
photo-credit = Сурет: «{ $source }»
read-on = Жалғасын оқу
page-of = <i>{ $page }-бет, барлығы { $pages }</i>
latest-title = <b>Соңғы жаңалықтар</b>
topic-title = <b>{ $name }</b>
topic-empty =
    <b>{ $name }</b>

    Бұл тақырыпта әзірге жаңалық жоқ.
topics-list =
    <b>Тақырыптар</b>
    Сан – соңғы тәулікте шыққан жаңалық саны.
no-news-yet = Әзірге жаңалық жоқ. Сәл кейінірек қарап көріңіз.
article-gone = Бұл жаңалық енді жоқ. Соңғы жаңалықтар: /latest

minutes-to-read = оқуға { $minutes }{"\u00A0"}мин
views =
    { $count ->
        [one] { $count } қаралым
       *[other] { $count } қаралым
    }
cited-line =
    { $count ->
       *[other] Дереккөз: { $names }
    }
story-line = Оқиға: { $outlets } · { $languages }
story-outlets =
    { $count ->
        [one] { $count } басылым
       *[other] { $count } басылым
    }
story-ru = { $count }{"\u00A0"}орысша
story-kk = { $count }{"\u00A0"}қазақша
story-title = <b>Бұл туралы кімдер жазды</b>
story-first = бәрінен бұрын
story-reprinted = { $when } «{ $source }» көшіріп басты
story-again = { $when } жаңа нұсқасы шықты
story-reprinted-more = тағы { $count } сайт көшіріп басты
reprint-of = Көшіріп басылған. Алғаш жариялаған: «{ $source }», { $when }
story-renamed = бұрынғы атауы: «{ $title }» (өзгерген уақыты: { $time })
reaction-like = Ұнайды
reaction-sorry = Жаным ашиды
reaction-outrage = Масқара

## Неге және нені азайту

why-title = <b>Бұл жаңалық неге көрсетілді?</b>
why-topic = <b>{ $name }</b> – мына сөздерге қарап: { $words }
why-followed = Бұл тақырыпқа жазылғансыз.
why-opened =
    { $count ->
        [one] Бұл тақырыпты { $count } рет аштыңыз.
       *[other] Бұл тақырыпты { $count } рет аштыңыз.
    }
why-asked = Жазылымыңыз: { $names }
why-story = Бұл оқиғаны бақылап отырсыз.
why-city = Сіздің қалаңыз: { $name }
why-no-topic = Бұл жаңалыққа тақырып белгіленбеген: жаңа болғандықтан көрсетілді.
less-of-what = <b>Не азайсын?</b>
muted-topic = «{ $name }» тақырыбы енді дайджестке кірмейді.
muted-source = «{ $name }» жаңалықтары енді дайджестке кірмейді.
muted-story = Бұл оқиға енді дайджестке кірмейді.
unmuted = Дайджестке қайта кіреді: { $name }
tastes-title = <b>Дайджестіңізге не әсер етеді</b>
tastes-opened = Жиі ашатыныңыз: { $names }
tastes-muted = Жасырылғаны: { $names }
tastes-stories =
    { $count ->
        [one] { $count } оқиға жасырылды
       *[other] { $count } оқиға жасырылды
    }
tastes-none =
    <b>Дайджестіңізге не әсер етеді</b>

    Әзірге тек жазылымдарыңыз. Тақырыпты неғұрлым жиі ашсаңыз, ол дайджестте соғұрлым жоғары тұрады.

## Сақталғандар және деректер

saved-title = <b>Сақталғандар</b>
saved-title-many =
    <b>Сақталғандар</b>
    Ішінен іздеу: /saved және сөз
saved-found = <b>Сақталғандар: { $query }</b>
saved-found-more = Табылғаны: { $count }. Мұнда соңғы { $shown } жаңалық тұр, қалғанын көру үшін тағы бір сөз қосыңыз.
saved-nothing = <b>{ $query }</b> – сақталғандар арасынан табылмады. Қысқарақ немесе басқа сөзбен іздеп көріңіз.
saved-none = Әлі ештеңе сақтамағансыз. «Сақтау» батырмасы әр жаңалықтың астында тұр.
saved-exported = Сақтаған жаңалықтарыңыз
mydata-caption = Бот сіз туралы сақтаған деректердің бәрі
data-banned = әкімшінің ботқа сізге жауап беруге тыйым салғаны
data-subscribers = баптауларыңыз бен дайджест кестесі
data-subscriptions = жазылымдарыңыз: тақырып, тег, сөз, оқиға
data-deliveries = сізге қай дайджест жіберілгені
data-channels = бот жазатын арнаңыз
data-channel_keepers = өзіңіз қосқан арналар
data-broadcasts = әкімші ретінде таратқан хабарламаларыңыз
data-saved = сақтаған жаңалықтарыңыз
data-muted = дайджесттен жасырғандарыңыз
data-interests = әр тақырыпты неше рет ашқаныңыз
data-reactions = реакцияларыңыз
data-chat_budgets = келесі хабарламаны қашан жіберуге болатыны
forget-ask =
    <b>Барлық дерегіңіз жойылсын ба?</b>

    Жазылымдар, сақталғандар, дайджест уақыты мен баптаулар жойылады. Мұны қайтару мүмкін емес.
forget-really = <b>Шынымен жоясыз ба?</b> Мұны қайтару мүмкін емес.
forget-done = Деректер жойылды. Қайта бастау: /start

## Іздеу

search-title = Іздеу: <b>{ $query }</b>
search-corrected = Мына сөзбен ізделді: <b>{ $query }</b>
chip = ✕ { $name }
chip-source = Басылым: { $name }
chip-city = Қала: { $name }
chip-language-ru = орысша
chip-language-kk = қазақша
nearest-topic = Тақырып: { $name }
search-nothing =
    <b>{ $query }</b> – ештеңе табылмады. Қысқарақ сөзбен іздеп көріңіз. Осы сөзге жазылсаңыз, жаңалық шыққанда келеді.
search-similar = Дәл осындай жаңалық табылмады. Ұқсастары:
search-ask =
    Не іздейтініңізді жазыңыз: бір не бірнеше сөз, қазақша не орысша. Жалғауы қандай болса да табылады.

    Мысалы: <code>/search Алматы жолдары</code>
query-too-long = Тым ұзын. Бірнеше сөз жеткілікті.

## Жазылымдар

subscribed = Жазылдыңыз: <b>{ $name }</b>
subscribed-already = Бұған бұрыннан жазылғансыз: <b>{ $name }</b>
unsubscribed = Жазылым тоқтатылды: <b>{ $name }</b>
subscribe-ask =
    <b>Қай тақырыпқа немесе сөзге жазыласыз?</b>
    Тақырыпты батырмамен таңдаңыз немесе былай жазыңыз:
    <code>/subscribe көлік</code>
    <code>/subscribe #Алматы</code>
    <code>/subscribe "су өшіру"</code>
subscribe-unknown =
    «{ $name }» деген тақырып жоқ. Барлық тақырып: /topics

    Сөзге жазылу үшін оны тырнақшаға алыңыз: <code>/subscribe "{ $name }"</code>
subscribe-too-many = Ең көбі { $most } жазылым болады. Артығын алып тастаңыз: /subscriptions
subscriptions-list =
    <b>Жазылымдарыңыз</b>
    Алып тастау үшін батырманы басыңыз.
subscriptions-none = Әзірге жазылым жоқ: дайджест барлық басты жаңалықтан құралады.
all-topics = барлығы

## Баптаулар

settings =
    <b>Баптаулар</b>

    Тіл: { $language }
    Жаңалық тілі: { $reads }
    Тақырыптар: { $topics }
    Қала: { $city }
    { $digest }
    Дайджестте: { $length } жаңалық, { $form }
    Тыныш уақыт: { $quiet }
    Уақыт белдеуі: { $zone }
    Суреттер: { $pictures }
reads-ru = Орысша оқу
reads-kk = Қазақша оқу
city-none = таңдалмаған
pictures-on = көрсетіледі
pictures-off = көрсетілмейді, трафик үнемделеді
zone-almaty = Қазақстан, UTC+5
zone-qyzylorda = Қазақстан, UTC+5
zone-qostanay = Қазақстан, UTC+5
zone-aqtobe = Қазақстан, UTC+5
zone-aqtau = Қазақстан, UTC+5
zone-atyrau = Қазақстан, UTC+5
zone-oral = Қазақстан, UTC+5

## Көмек

help =
    <b>Qala – қала жаңалықтары қазақша және орысша</b>

    <b>Оқу:</b> /latest – соңғы жаңалықтар, /topics – тақырыптар, /saved – сақталғандар.
    <b>Іздеу:</b> жай ғана сөз жазыңыз. Жалғауы қандай болса да, қазақ әріптерінсіз жазылса да табылады.
    <b>Жазылу:</b> /subscribe – тақырып пен сөз, <code>/digest 08:30</code> – күн сайынғы дайджест.
    <b>Бөлісу:</b> кез келген чатта <code>@{ $bot } сөз</code> деп жазып, жаңалықты таңдаңыз.

    /settings – баптаулар, /language – тіл, /city – қалаңыз, /privacy – бот сіз туралы нені сақтайды, /mydata – деректер көшірмесі, /deletedata – оларды жою.
help-group =
    <b>Qala – қала жаңалықтары қазақша және орысша</b>

    <b>Оқу:</b> /latest – соңғы жаңалықтар, /topics – тақырыптар, /digest – дайджест қазір.
    <b>Іздеу:</b> <code>/search жол</code>, не ботқа жауап беріңіз, не атын атаңыз: <code>@{ $bot } жол жөндеу</code>
    <b>Әкімшілерге:</b> /settings – тіл, тақырып, дайджест уақыты, /subscribe – тақырып пен сөз, <code>/digest 08:30</code> – күн сайынғы дайджест.

    Сақталғандар мен жеке жазылымдар әркімнің өзінде: ботпен жеке чатты ашыңыз.
privacy =
    <b>Qala сіз туралы нені сақтайды</b>

    Чат нөмірі, тіл, қала, уақыт белдеуі, дайджест кестесі мен түрі, жазылымдар, сақталғандар, жасырылғандар, реакциялар, әр тақырыпты неше рет ашқаныңыз және қай дайджест жіберілгені. Бұл өзіңіз таңдаған жаңалықты қайталамай жеткізу үшін керек.

    Атыңыз, телефоныңыз, жазған хабарламаңыз және не іздегеніңіз сақталмайды. Деректер ешкімге берілмейді.

    Бәрінің көшірмесі: /mydata. Бәрін жою: /deletedata – бірден және біржола.

## Қателер

error-unexpected = Қате шықты. Қайталап көріңіз.
error-unknown-command = Мұндай команда жоқ. Бот не істейді: /help
flood-warning = Хабарлама тым көп келіп жатыр. Соңғыларына жауап беремін, қалғанын өткізіп жіберемін. Сәл күте тұрыңызшы.
error-stale-button = Бұл батырма ескірген. Соңғы жаңалықтар: /latest
error-admins-only = Топта мұны тек әкімші істей алады.
error-private-only = Бұл әркімнің өзінде болады: ботпен жеке чатты ашыңыз.

## Топтар

group-hello =
    Сәлеметсіздер ме! Qala топқа да қала жаңалықтарын жеткізеді.

    Тілді, тақырыптарды және дайджест уақытын әкімшілер батырмамен таңдайды, ал сұрауға бәрінің құқығы бар: /latest – соңғы жаңалықтар, <code>/search жол</code> – іздеу. Форумның әр тақырыбының таңдауы бөлек.
group-ask = Не іздейтініңізді боттың атынан кейін жазыңыз: <code>@{ $bot } жол жөндеу</code>
group-paused-closed = «{ $chat }» тобындағы тақырып жабық, жаңалық ол жерге бармай тұр. Тақырыпты ашыңыз немесе ботқа тақырыптарды басқару құқығын беріңіз – әрі қарай өзі жалғасады.
group-paused-deleted = «{ $chat }» тобында жаңалық келіп тұрған тақырып енді жоқ. Басқа тақырыпқа келуі үшін сол жерде <code>/digest 08:30</code> деп жазыңыз.
group-paused-rights = «{ $chat }» тобында ботқа жазуға рұқсат жоқ, жаңалық ол жерге бармай тұр. Хабарлама жіберу құқығын қайтарыңыз – әрі қарай өзі жалғасады.

## Инлайн

inline-nothing = Ештеңе табылмады · Баптаулар
inline-settings = Тақырып пен тілді баптау
inline-no-news = Әзірге жаңалық жоқ

## Мәзір және ботты таныстыру (команда сипаты – 60 таңбаға дейін)

command-start = Бастау: тіл, тақырыптар, дайджест уақыты
command-help = Бот не істейді және қалай қолданылады
command-latest = Соңғы жаңалықтар
command-search = Жаңалық іздеу: /search Алматы жолдары
command-topics = Барлық тақырып: көру және таңдау
command-subscribe = Тақырыпқа, #тегке немесе сөзге жазылу
command-subscriptions = Жазылымдарым: өзгерту, тоқтату
command-digest = Дайджест қазір; күн сайын: /digest 08:30
command-language = Тіл: қазақша немесе русский
command-settings = Баптаулар: тіл, тақырып, уақыт
command-stats = Бот статистикасы
command-privacy = Бот сіз туралы нені, не үшін сақтайды
command-saved = Сақталған жаңалықтар
command-mydata = Деректерімнің көшірмесін алу
command-deletedata = Барлық деректерімді жою
bot-name = Qala · қала жаңалықтары
bot-short-description = Қала жаңалықтары қазақша және орысша: іздеу, тақырыптар, қалаған уақытта дайджест.
bot-description =
    Qala қала жаңалықтарын қазақша және орысша жеткізеді.

    • Іздегенде жалғау да, қате терілген әріп те кедергі емес
    • Дайджест таңдаған тақырыптарыңыздан құралып, қалаған уақытыңызда келеді
    • Кез келген чатта @{ $bot } және сөз жазып, жаңалықпен бөлісіңіз

## Әкімшілерге

stats =
    <b>Статистика</b>

    Оқырман: { $readers }
    Жаңалық: қазақша { $kk }, орысша { $ru }
    Дереккөз: жұмыс істеп тұрғаны { $up }, жұмыс істемейтіні { $down }, уақытша тоқтатылғаны { $paused }
    Дайджест: жеткені { $sent }, жетпегені { $failed }, белгісізі { $unknown }
