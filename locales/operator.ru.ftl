## Запрет: /ban и /unban, видят администраторы

ban-how =
    <b>Кого бот не слушает</b>

    /ban и номер человека или группы. Или ответьте командой /ban: в группе на сообщение человека, здесь на пересланное от него. Кому запрещено, тот не получает ни ответов, ни новостей; снимает запрет /unban.
ban-list =
    { $count ->
        [0] Сейчас не запрещено никому.
       *[other] Запрещено, { $count }:
    }
ban-done = Готово: <code>{ $id }</code> больше не услышит от бота ни слова. Снять запрет: <code>/unban { $id }</code>
ban-admin = Это администратор. Сначала уберите его из QALA_ADMINS.
unban-done = Запрет снят: <code>{ $id }</code> снова слышно. Настройки на месте, новости пойдут с первого сообщения.
unban-was-not = Номеру <code>{ $id }</code> ничего не запрещали.

command-ban = Запретить человеку или группе
command-unban = Снять запрет

## Цифры: /stats, видят администраторы

stats-readers = Читатели
stats-delivered = Дайджесты и уведомления
stats-read = Что читают
stats-unfound = Искали и не нашли
stats-sources = Источники
stats-articles = Новости в базе
stats-store = База, МБ
stats-digests-sent = Дайджесты дошли
stats-alerts-sent = Уведомления дошли
stats-not-sent = Не дошли
stats-unknown = Неизвестно
stats-up = Работают
stats-down = Не работают
stats-paused = На паузе
stats-none = Пока нечего показать: счёт идёт по дням.
