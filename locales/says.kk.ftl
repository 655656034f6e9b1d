# Команда емес хабарламаға жауап: уақыт, «тоқта», қала, рахмет, стикер, сілтеме.

button-words = Осы сөзбен іздеу
button-watch = Сөзге жазылу
button-send-yes = Иә, келсін
button-other-time = Басқа уақыт
button-not-now = Керек емес
button-stop-digest = Дайджест келмесін
button-my-city = Менің қалам: { $name }
button-other-city = Басқа қала
time-offer =
    Дайджест <b>{ $when }</b> келіп тұрсын ба?

    Қазір: { $now }
stop-ask =
    <b>Не тоқтатылсын?</b>

    Дайджест: { $when }
city-offer = <b>{ $name }</b> қаласының жаңалықтары бірінші тұрсын ба?
thanks = Оқасы жоқ.
fine = Жарайды. Жаңалық керек болса, бір сөз жазыңыз.
