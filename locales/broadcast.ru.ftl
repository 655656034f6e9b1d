## Рассылка: /broadcast, видят администраторы

broadcast-how =
    <b>Рассылка всем читателям</b>

    Напишите /broadcast и текст. Или ответьте командой /broadcast на готовое сообщение, можно с картинкой.

    Сначала будет видно, как оно выглядит.

    Для читателей на казахском можно написать отдельно: /broadcast kk и текст.
broadcast-ask =
    <b>Так это увидят читатели. Кому отправить?</b>
    В группы рассылка не приходит.
broadcast-all = Всем · { $count }
broadcast-some = { $name } · { $count }
broadcast-sure =
    <b>{ $count ->
        [one] Отправить { $count } читателю?
       *[other] Отправить { $count } читателям?
    }</b>
    Вернуть будет нельзя.
broadcast-versions = Своё сообщение есть у: { $names }.
broadcast-more-versions = Другими словами на другом языке: { $codes } и текст.
broadcast-test = Прислать мне
broadcast-tested = Пробные сообщения выше: так их получат читатели.
broadcast-later = Отправить позже
broadcast-when =
    <b>Когда отправить?</b>

    Другое время напишите так: /broadcast 18:30 или /broadcast 05.12 18:30.
broadcast-sure-at =
    <b>{ $count ->
        [one] Отправить { $count } читателю { $when }?
       *[other] Отправить { $count } читателям { $when }?
    }</b>
broadcast-put-off = Да, в это время
broadcast-past = Это время уже прошло.
broadcast-scheduled =
    <b>Рассылка ждёт своего часа: { $when }</b>

    Её получат читатели, { $count }.
broadcast-go-now = Отправить сейчас
broadcast-other-hour = Другое время
broadcast-go-on = Продолжить
broadcast-go = Да, отправить
broadcast-stop = Остановить
broadcast-cancelled = Рассылка отменена, ничего не отправлено.
broadcast-running = <b>Рассылка идёт</b>
broadcast-done = <b>Рассылка закончена</b>
broadcast-stopped = <b>Рассылка остановлена</b>
broadcast-result =
    Дошло: { $sent } из { $total }
    Не дошло: { $failed }, неизвестно: { $unknown }
broadcast-gone = Исходное сообщение удалено: копировать больше нечего.
button-cancel = Отмена

command-broadcast = Рассылка всем читателям
