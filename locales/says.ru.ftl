# Ответы на сообщения, которые не команды: время, «стоп», город, спасибо, стикеры, ссылки.

button-words = Искать эти слова
button-watch = Следить за словом
button-send-yes = Да, присылать
button-other-time = Другое время
button-not-now = Не надо
button-stop-digest = Не присылать
button-my-city = Мой город: { $name }
button-other-city = Другой город
time-offer =
    Присылать дайджест <b>{ $when }</b>?

    Сейчас: { $now }
stop-ask =
    <b>Что отключить?</b>

    Дайджест: { $when }
city-offer = Ставить первыми новости города <b>{ $name }</b>?
thanks = Пожалуйста.
fine = Хорошо. Понадобятся новости — напишите слово.
