# Дайджест: что в нём, когда и как он приходит.

## Дайджест: сам дайджест

edition-morning = Утренний дайджест · { $day }
edition-day = Дневной дайджест · { $day }
edition-evening = Вечерний дайджест · { $day }
edition-night = Ночной дайджест · { $day }
edition-week = Итоги недели · { $day }
edition-as-of = Пришёл позже обычного. Новости собраны: { $time }
edition-continued = <b>{ $title }</b> · продолжение
digest-title-preview = Дайджест сейчас · { $day }
digest-developed = Что нового в сюжетах
digest-again = Возможно, повтор
digest-footer-more =
    { $more ->
        [one] Ещё { $more } новость
        [few] Ещё { $more } новости
       *[other] Ещё { $more } новостей
    }: /latest
digest-footer-preview = <i>Пример: по расписанию тоже придёт.</i>
digest-nothing = Нового для вас пока нет. Последние новости: /latest

## Дайджест: /digest и ответы на него

digest-comes = Дайджест: { $when }
digest-never = Дайджест отключён
digest-set = Дайджест будет приходить <b>{ $when }</b> ({ $zone }). Первый — { $first }.
digest-off = Дайджест отключён.
when-day = { $day }, { $time }
error-time = Напишите время так: <code>/digest 08:30</code> или <code>/digest 08:00, 18:00</code>
error-too-many-times = Больше { $most } дайджестов в день не бывает. Уберите лишнее время.

## Дайджест: экраны времени и вида, /timezone

timing =
    <b>Дайджест</b>

    Когда: { $when }
    Часовой пояс: { $zone }
    Новостей в дайджесте: { $length }
    Вид: { $form }
    Тихие часы: { $quiet }
    Если дайджест опоздал: { $late }
    Если нового нет: { $nothing }
timing-paused = пауза до { $day }
pause-ask =
    <b>Пауза</b>

    Дайджест и срочные сообщения приходить не будут. Спрашивать бота можно как всегда.
paused =
    <b>Пауза до { $day }</b>

    Дайджест и срочные сообщения до этого дня не придут, потом всё вернётся само. Спрашивать бота можно как всегда.
button-rest = Пауза
button-pause-until = До { $day }
button-pause-days =
    { $days ->
        [7] На неделю
        [14] На две недели
        [30] На месяц
        [one] На { $days } день
        [few] На { $days } дня
       *[other] На { $days } дней
    }
button-go-on = Продолжить сейчас
timing-never = не приходит
form-plain = простой текст
form-rich = раскрывающийся список
late-send = прислать позже
late-merge = добавить к следующему
late-skip = пропустить
nothing-silence = молчать
nothing-line = сказать одной строкой
quiet-none = нет
days-every = Каждый день
days-work = По будням
days-weekend = По выходным
times-pick =
    <b>Когда присылать дайджест?</b>
    Отметьте одно время или несколько. Своё: <code>/digest 08:30</code>
days-pick =
    <b>По каким дням?</b>
    Выберете один день — придут итоги недели.
zone-ask =
    <b>Часовой пояс: { $zone }</b>

    Напишите город: <code>/timezone Астана</code>
    Или пришлите геопозицию: она не сохраняется.
zone-set = Часовой пояс: <b>{ $zone }</b>
error-zone = Города «{ $name }» бот не знает. Попробуйте ближайший большой город: <code>/timezone Алматы</code>
button-times = Время
button-days = Дни
button-length = Новостей: { $length }
button-form = Вид
button-quiet = Тихие часы
button-place = Отправить место
button-zone = Часовой пояс
button-late = Если опоздал
button-nothing = Если нового нет
button-digest-now = Дайджест сейчас
button-read-lead = Читать
button-open = Открыть
button-tune = Настроить
button-more-stories = Ещё { $count } ›
saved-toast = Сохранено. Всё сохранённое: /saved
unsaved-toast = Убрано из сохранённого
toast-changed = Готово, запомнили
toast-below = Открыто ниже
toast-reaction = Реакция учтена
toast-tuned = { $name }: { $value }
quiet-send = В тихие часы попадает дайджест { $time }: он придёт, когда они кончатся, { $end }.
quiet-merge = В тихие часы попадает дайджест { $time }: его новости придут со следующим.
quiet-skip = В тихие часы попадает дайджест { $time }: он не придёт.
button-digest-on = Включить дайджест
weather-line = Погода: { $city }, { $low }…{ $high } °C, { $sky } (Open-Meteo)
rates-line = Курс Нацбанка, { $day }: $ { $usd } · € { $eur } · ₽ { $rub }
sky-clear = ясно
sky-partly = переменная облачность
sky-cloudy = облачно
sky-fog = туман
sky-rain = дождь
sky-snow = снег
sky-storm = гроза
