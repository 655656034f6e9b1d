## Хабарлама тарату: /broadcast, әкімшілер көреді

broadcast-how =
    <b>Барлық оқырманға хабарлама тарату</b>

    /broadcast деп жазып, мәтінін қосыңыз. Немесе дайын хабарламаға /broadcast деп жауап беріңіз: суретті де жіберуге болады.

    Алдымен хабарламаның қалай көрінетіні шығады.
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
