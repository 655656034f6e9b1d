## Бірден келетін хабарлар: /alerts, /mute

command-alerts = Не туралы бірден хабарлау керек
command-mute = Сөзі бар жаңалықты жасыру: /mute "сөз"
button-alerts = Бірден хабарлау
button-at-once = Бірден хабарлау
button-with-digest = Дайджестпен бірге
button-alert-why = Неге келді?
button-alert-later = Дайджестпен ғана
button-alert-turn-off = Дайджестпен: { $name }
button-follow-source = Жазылу: { $name }
button-urgent = Өшіру және ТЖ
button-urgent-night = Түнде де
button-alerts-cap = Күніне ең көбі { $most }
button-muted = Жасырылғандар
alert-footer = <i>Жазылымыңыз: { $name }</i>
alert-urgent = <i>Шұғыл: өшірулер және төтенше жағдайлар</i>
alert-develops = <b>Жалғасы</b>
alert-corrected = ✏️ Нақтыланды: бұл жаңалықтың мәтіні өзгерді.
alert-repeated = <b>Бұрын келген болуы мүмкін</b>
alert-enough = Бүгінге жетеді: қалғаны дайджестпен бірге келеді. Өзгерту: /alerts
alert-enough-latest = Бүгінге жетеді, қалғаны: /latest. Өзгерту: /alerts
alert-held = <b>Тыныш уақытта шыққан жаңалықтар</b>
alert-held-footer = <i>Жазылымдарыңыз бойынша</i>
alert-now = <b>{ $name }</b>: жаңалық шыққан бойда хабар келеді.
alert-with-digest = <b>{ $name }</b>: енді дайджестпен ғана келеді.
alert-not-in-quiet = Тыныш уақытта ({ $quiet }) келмейді, бәрі кейін бір хабарламамен келеді.
alert-not-in-pause = Қазір үзіліс: хабарлар қайта келе бастайтын күн – { $day }.
alerts-digest-on = Қалғаны дайджестпен келеді.
alerts-digest-off = Дайджест өшірулі: белгіленбегені келмейді.
alerts-urgent-name = Өшіру және ТЖ
alerts-list =
    <b>Не туралы бірден хабарлау керек</b>
    Белгіленгені шыққан бойда келеді. Өзгерту үшін басыңыз.

    Күніне ең көбі: { $most }
    Тыныш уақыт: { $quiet }
alerts-none =
    <b>Не туралы бірден хабарлау керек</b>
    Әзірге ештеңе жоқ. Жазылымды бассаңыз, ол бойынша жаңалық бірден келеді. Жаңа жазылым: /subscribe "су өшіру" now

    Күніне ең көбі: { $most }
    Тыныш уақыт: { $quiet }
muted-word = «{ $word }» деген сөз бар жаңалық енді келмейді. Іздеуде көріне береді.
unmuted-word = «{ $word }» деген сөз бар жаңалық енді қайтадан келеді.
mute-ask = Нені жасыру керек? Сөзді тырнақшаға алып жазыңыз: /mute "жұлдызжорамал"
mutes-list =
    <b>Жасырылғандар</b>
    Қайтару үшін басыңыз. Қосу: /mute "сөз" немесе /mute source:example.kz
mutes-none = Әзірге ештеңе жасырылған жоқ. Сөзді жасыру: /mute "сөз", басылымды жасыру: /mute source:example.kz
mute-too-many = Жасырылғаны { $most } болды. Артығын алып тастаңыз: /mute
followed-source = «{ $name }» жаңалықтары енді келіп тұрады.
