## Рассылка: /broadcast, видят администраторы

broadcast-how =
    <b>Рассылка всем читателям</b>

    Напишите /broadcast и текст. Или ответьте командой /broadcast на готовое сообщение, можно с картинкой.

    Сначала будет видно, как оно выглядит.
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
