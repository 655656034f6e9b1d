# Команда емес хабарламаға жауап: уақыт, «тоқта», қала, рахмет, стикер, сілтеме.

button-words = Осы сөзбен іздеу
button-watch =
    { $count ->
        [1] Сөзге жазылу
       *[other] Сөздерге жазылу
    }
button-send-yes = Иә, келсін
button-other-time = Басқа уақыт
button-not-now = Керек емес
button-stop-digest = Дайджест келмесін
button-my-city = Менің қалам: { $name }
button-other-city = Басқа қала
time-offer =
    Дайджест <b>{ $when }</b> келіп тұрсын ба?

    Қазір: { $now }
time-already = Дайджест <b>{ $when }</b> онсыз да келіп тұр.
stop-ask =
    <b>Не тоқтатылсын?</b>

    Дайджест: { $when }
button-follow-words = Жазылу: { $name }
follow-offer = <b>{ $name }</b>: осындай жаңалық келіп тұрсын ба?
hide-offer = <b>{ $name }</b>: мұндай жаңалық енді келмесін бе?
city-offer = <b>{ $name }</b> қаласының жаңалықтары бірінші тұрсын ба?
thanks = Оқасы жоқ.
fine = Жарайды. Жаңалық керек болса, бір сөз жазыңыз.

## Жазылым жауабы және /subscriptions

subscription-story = Оқиға: «{ $title }»
subscribed-week = Соңғы аптада осындай { $count } жаңалық шықты.
subscribed-week-many = Соңғы аптада осындай жаңалық көп шықты: { $count } және одан да көп.
subscribed-week-none = Соңғы аптада ондай жаңалық болған жоқ.
subscribed-digest-off = Бірақ дайджест өшірулі, сондықтан жаңалық келмейді. Қашан келсін?
subscribed-comes-topics = Дайджестке ({ $when }) таңдаған тақырыптарыңыз кіреді.
subscribed-comes-beside = Ондай жаңалық дайджестте ({ $when }) басқа жаңалықпен бірге келеді.
subscribed-comes-alone = Ондай жаңалық дайджестпен ({ $when }) келеді: онда тек жазылымдарыңыз.
subscriptions-topics = Дайджестте: тақырыптарыңыздың жаңалығы және басқа жазылымдарыңыз.
subscriptions-beside = Дайджестте: басты жаңалықтың бәрі, ал жазылымдарыңыз міндетті түрде.
subscriptions-alone = Дайджестте: тек жазылымдарыңыз.
subscriptions-none-off = Әзірге жазылым жоқ, дайджест өшірулі.
subscriptions-digest-off = Дайджест өшірулі: тек бірден хабарланатыны келеді.
button-only-these = Тек жазылымдар
button-all-too = Басты жаңалық та

## Сирек және жасыру

fewer-topic = «{ $name }» тақырыбы сирек келеді: бір дайджестте ең көбі бір жаңалық.
fewer-source = «{ $name }» жаңалықтары азаяды: бір дайджестте ең көбі біреуі.
button-fewer = Сирек: { $name }
button-hide-it = Жасыру: { $name }
button-hide-story = Осы оқиғаны жасыру
tastes-fewer = Сирек: { $names }

## Қала

city-set = Қалаңыз: <b>{ $name }</b>. Осы қаланың жаңалықтары бірінші тұрады.
city-off = Қала таңдалмады: жаңалық бүкіл елден келеді.
city-unknown = Бот «{ $name }» деген жерді білмейді. Қаланың атын жазыңыз.
city-ask =
    <b>Қай қаланың жаңалығы бірінші тұрсын?</b>
    Қаланы таңдаңыз немесе атын жазыңыз.
city-ask-group =
    <b>Қай қаланың жаңалығы бірінші тұрсын?</b>
    Қаланы таңдаңыз немесе атын айтыңыз: <code>/city Семей</code>
button-whole-country = Бүкіл ел
command-city = Менің қалам: /city Алматы
latest-city = <b>{ $name }</b>
latest-rest = <b>Басқа жаңалықтар</b>

## Стикер, сурет, сілтеме

only-text = Бот тек мәтінді түсінеді. Не іздейтініңізді сөзбен жазыңыз.
link-unknown = Бұл сілтемедегі жаңалық ботта жоқ. Тақырыбындағы сөздермен іздеп көріңіз.
