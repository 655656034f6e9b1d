## Хабарлама тарату: /broadcast, әкімшілер көреді

broadcast-how =
    <b>Барлық оқырманға хабарлама тарату</b>

    /broadcast деп жазып, мәтінін қосыңыз. Немесе дайын хабарламаға /broadcast деп жауап беріңіз: суретті де жіберуге болады.

    Алдымен хабарламаның қалай көрінетіні шығады.

    Орысша оқитындарға бөлек жазуға болады: /broadcast ru және мәтіні.
broadcast-ask =
    <b>Оқырман мұны осылай көреді. Кімге жіберілсін?</b>
    Топтарға жіберілмейді.
broadcast-all = Барлығына · { $count }
broadcast-some = { $name } · { $count }
broadcast-sure =
    <b>{ $count ->
        [one] { $count } оқырманға жіберілсін бе?
       *[other] { $count } оқырманға жіберілсін бе?
    }</b>
    Мұны қайтару мүмкін емес.
broadcast-versions = Өз нұсқасы бар тілдер: { $names }.
broadcast-more-versions = Басқа тілде басқаша айту үшін: { $codes } және мәтіні.
broadcast-test = Өзіме жіберу
broadcast-tested = Сынақ хабарламалары жоғарыда: оқырманға осылай барады.
broadcast-later = Кейін жіберу
broadcast-when =
    <b>Қашан жіберілсін?</b>

    Басқа уақытты былай жазыңыз: /broadcast 18:30 немесе /broadcast 05.12 18:30.
broadcast-sure-at =
    <b>{ $count ->
        [one] { $when } болғанда { $count } оқырманға жіберілсін бе?
       *[other] { $when } болғанда { $count } оқырманға жіберілсін бе?
    }</b>
broadcast-put-off = Иә, осы уақытта
broadcast-past = Бұл уақыт өтіп кетті.
broadcast-scheduled =
    <b>Хабарлама уақытын күтіп тұр: { $when }</b>

    Алатын оқырман саны: { $count }.
broadcast-go-now = Қазір жіберу
broadcast-other-hour = Басқа уақыт
broadcast-go-on = Жалғастыру
broadcast-go = Иә, жіберілсін
broadcast-stop = Тоқтату
broadcast-cancelled = Хабарлама таратылмады: ешкімге жіберілген жоқ.
broadcast-running = <b>Хабарлама таратылып жатыр</b>
broadcast-done = <b>Хабарлама таратылды</b>
broadcast-stopped = <b>Хабарлама тарату тоқтатылды</b>
broadcast-result =
    Жеткені: { $sent }, барлығы { $total }
    Жетпегені: { $failed }, белгісізі: { $unknown }
broadcast-gone = Бастапқы хабарлама жойылған: енді көшіретін ештеңе жоқ.
button-cancel = Бас тарту

command-broadcast = Барлық оқырманға хабарлама тарату
