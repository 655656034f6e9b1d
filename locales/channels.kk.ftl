## Өз арнаңыз: /channel

command-channel = Арнаңыз: оқиғалар мен дайджестер
channel-how =
    <b>Жаңалықтар – сіздің арнаңызда</b>

    Өзіңіз басқаратын арнаны таңдаңыз: бот оның әкімшісі болып, әр оқиғаны бірден немесе дайджесті сіз айтқан сағатта жариялап отырады. Оған жазба жариялау құқығы жетеді. Не, қашан, қанша – өзіңіз шешесіз.
channels-list = <b>Арналарыңыз</b>
channel-connected = <b>{ $name }</b> арнасы қосылды. Келесі жаңа оқиға шыққан бойда сонда барады.
channel-here-already = <b>{ $name }</b> арнасы бұрын қосылған.
channel-not-yours = Арнаны жазба жариялау құқығы бар әкімшісі ғана баптай алады.
channel-no-rights = Бот <b>{ $name }</b> арнасына жаза алмайды. Арнаны ашып, «Әкімшілер» бөлімінен @{ $bot } ботын жазба жариялау құқығымен қосыңыз да, арнаны қайта таңдаңыз: /channel
channel-is-no-channel = Бұл арна емес. Арнаны таңдаңыз: /channel
channel-gone = Бұл арна енді қосулы емес. Қосу: /channel
channel-settings =
    <b>{ $name }</b>

    { $what }
    Тақырыптар: { $topics }
    Жаңалық тілі: { $reads }
    Жариялау уақыты: { $hours }
    Түнде: { $night }
    Суреттер: { $pictures }
    Соңғы жол: { $signature }
channel-what-stories = Әр оқиға бірден, күніне { $most } жазбаға дейін; оқиға өскен сайын жазба толығады.
channel-what-digest = Дайджест: { $times }.
channel-what-off = Қазір бот ештеңе жарияламайды.
channel-all-day = тәулік бойы
channel-night-silent = дыбыссыз
channel-night-loud = дыбыспен
channel-signature-none = жоқ
channel-topics = <b>{ $name }</b> арнасына қай тақырыптар шықсын? Ештеңе таңдамасаңыз, бәрі шығады.
channel-signature-ask = Жазбалардың соңғы жолын осы хабарға жауап етіп жіберіңіз, { $most } таңбаға дейін. Мысалы: @sizdin_arna
channel-signature-long = Тым ұзын: бір жолда { $most } таңбаға дейін.
channel-signed = Соңғы жол сақталды.
channel-remove-ask = <b>{ $name }</b> арнасын ажыратасыз ба? Жазбалары қалады, жаңасы шықпайды.
channel-removed = <b>{ $name }</b> арнасы ажыратылды.
channel-paused = Бот енді <b>{ $name }</b> арнасына жаза алмайды: жариялау құқығы алынған. Баптаулары сақталды; құқығын қайтарсаңыз, өзі жалғастырады.
channel-waits = Бот енді <b>{ $name }</b> арнасында. Арнаның өз жазбалары боттың жаңалықтарына бот әкімшісі келіскенде қосылады: сұрақ оған жіберілді.
channel-waits-for-operator =
    Бот енді <b>{ $name }</b> арнасында. Арнаның өз жазбалары боттың жаңалықтарына ботты іске қосқан адам келіскенде ғана қосылады. Іске қосқан өзіңіз болсаңыз, серверде мына команданы орындаңыз:

    <code>{ $command }</code>

    Немесе QALA_ADMINS тізіміне <code>{ $who }</code> санын жазып, ботты қайта іске қосыңыз: сонда /sources арқылы келісе аласыз.
channel-press = Жаңалықты ботта ашыңыз: жазба астындағы батырмалар сонда апарады.

button-channel = Менің арнам
button-channel-choose = Арнаны таңдау
button-channel-more = Тағы қосу
button-way-stories = Әр оқиға
button-way-digest = Дайджест
button-way-off = Кідірту
button-channel-topics = Тақырыптар
button-channel-reads = Тілі
button-channel-hours = Уақыты
button-channel-cap = Күніне { $most }
button-channel-times = Дайджест сағаты
button-channel-night = Түнде дыбыссыз
button-channel-sign = Соңғы жол
button-channel-unsign = Соңғы жолсыз
button-channel-remove = Арнаны ажырату

post-new = <b>Жаңасы:</b> { $title }
post-withdrawn = Жазба алынды: жаңалық қайтарып алынған.
button-post-read = Оқу
button-post-more = Боттағы жаңалықтар
