# Дайджест: уақыты мен түрі.

## Дайджест

edition-morning = Таңғы дайджест · { $day }
edition-day = Күндізгі дайджест · { $day }
edition-evening = Кешкі дайджест · { $day }
edition-night = Түнгі дайджест · { $day }
edition-week = Апта қорытындысы · { $day }
edition-as-of = Әдеттегіден кеш келді. Жаңалық жиналған уақыт: { $time }
edition-continued = <b>{ $title }</b> · жалғасы
digest-title-preview = Осы сәттегі дайджест · { $day }
digest-developed = Оқиғалардың жалғасы
digest-again = Қайталануы мүмкін
digest-footer-more =
    Тағы { $more } жаңалық: /latest
digest-footer-preview = <i>Бұл – үлгі, өз уақытында да келеді.</i>
digest-nothing = Сізге әзірге жаңа ештеңе жоқ. Соңғы жаңалықтар: /latest

## Қашан

digest-comes = Дайджест: { $when }
digest-never = Дайджест өшірулі
digest-set = Дайджест <b>{ $when }</b> келіп тұрады ({ $zone }). Алғашқысы – { $first }.
digest-off = Дайджест өшірілді.
when-day = { $day }, { $time }
error-time = Уақытты былай жазыңыз: <code>/digest 08:30</code> немесе <code>/digest 08:00, 18:00</code>
error-too-many-times = Күніне { $most } дайджесттен көп болмайды. Артық уақытты алып тастаңыз.

## Қалай

timing =
    <b>Дайджест</b>

    Уақыты: { $when }
    Уақыт белдеуі: { $zone }
    Дайджесттегі жаңалық саны: { $length }
    Түрі: { $form }
    Тыныш уақыт: { $quiet }
    Дайджест кешіксе: { $late }
    Жаңа ештеңе болмаса: { $nothing }
timing-paused = үзіліс, қайта басталуы: { $day }
pause-ask =
    <b>Үзіліс</b>

    Дайджест пен шұғыл хабарлар келмейді. Ботқа бұрынғыдай жаза бересіз.
paused =
    <b>Үзіліс. Қайта басталатын күн: { $day }</b>

    Оған дейін дайджест пен шұғыл хабарлар келмейді, содан кейін бәрі өзі жалғасады. Ботқа бұрынғыдай жаза бересіз.
button-rest = Үзіліс
button-pause-until = { $day } күніне дейін
button-pause-days =
    { $days ->
        [7] Бір аптаға
        [14] Екі аптаға
        [30] Бір айға
       *[other] { $days } күнге
    }
button-go-on = Қазір жалғастыру
timing-never = келмейді
form-plain = қарапайым мәтін
form-rich = ашылмалы тізім
late-send = кеш болса да келсін
late-merge = келесісіне қосылсын
late-skip = келмесін
nothing-silence = хабар келмесін
nothing-line = бір жол хабар келсін
quiet-none = жоқ
days-every = Күн сайын
days-work = Жұмыс күндері
days-weekend = Демалыс күндері
times-pick =
    <b>Дайджест қашан келсін?</b>
    Күніне бірнеше рет таңдауға болады. Басқа уақыт: <code>/digest 08:30</code>
days-pick =
    <b>Қай күндері келсін?</b>
    Бір күн таңдасаңыз, апта қорытындысы келеді.
zone-ask =
    <b>Уақыт белдеуі: { $zone }</b>

    Қаланы жазыңыз: <code>/timezone Астана</code>
    Немесе геолокацияңызды жіберіңіз: ол сақталмайды.
zone-set = Уақыт белдеуі: <b>{ $zone }</b>
error-zone = Бот «{ $name }» деген қаланы білмейді. Ең жақын үлкен қаланы жазып көріңіз: <code>/timezone Алматы</code>
button-times = Уақыты
button-days = Күндері
button-length = Жаңалық: { $length }
button-form = Түрі
button-quiet = Тыныш уақыт
button-place = Орнымды жіберу
button-zone = Уақыт белдеуі
button-late = Кешіксе
button-nothing = Жаңасы болмаса
button-digest-now = Дайджестті көру
button-read-lead = Оқу
button-open = Ашу
button-tune = Баптау
button-more-stories = Тағы { $count } ›
saved-toast = Сақталды. Бәрі мұнда: /saved
unsaved-toast = Сақталғандардан алынды
toast-changed = Дайын, сақталды
toast-below = Төменде ашылды
toast-reaction = Реакция ескерілді
toast-tuned = { $name }: { $value }
quiet-send = Тыныш уақытқа { $time } дайджесті түседі: ол тыныш уақыт біткен соң, { $end } келеді.
quiet-merge = Тыныш уақытқа { $time } дайджесті түседі: жаңалығы келесі дайджестпен келеді.
quiet-skip = Тыныш уақытқа { $time } дайджесті түседі: ол келмейді.
button-digest-on = Дайджестті қосу
weather-line = Ауа райы: { $city }, { $low }…{ $high } °C, { $sky } (Open-Meteo)
rates-line = Ұлттық Банк бағамы, { $day }: $ { $usd } · € { $eur } · ₽ { $rub }
sky-clear = ашық
sky-partly = ала бұлтты
sky-cloudy = бұлтты
sky-fog = тұман
sky-rain = жаңбыр
sky-snow = қар
sky-storm = найзағай
