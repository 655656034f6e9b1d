"""The query language: parses what a reader typed. What is not understood is just words, never an error.

`"exact words"` · `-word` · `#topic` · `source:` `источник:` `дереккөз:` · `city:` `город:` `қала:`
(news.subject.places) ·
`lang:kk` `язык:` `тіл:` · days
"""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from news.language import kazakh, russian
from news.language.analyse import fold, words
from news.language.skeleton import skeleton
from news.models import Language

# Words of a query that only ask: «кто стал акимом Алматы» wants articles on the mayor, «қашан су береді» on water.
#
# Articles need not hold them; those that do gain a little.

ASIDE: Final = 0.12
"""The weight of a word that only asks."""
DONE: Final = 0.4
"""The weight of a question's verb: news tells what was done in other words."""


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


ASKING: Final = {
    "what": "что чего какие какой какая какое какую каких қандай кандай",
    "who": "кто кім",
    "how": "как қалай",
    "when": "когда қашан где қайда почему неге неліктен зачем сколько қанша",
}
"""Words that ask, by what they ask for; news.intents uses them too."""
_QUESTIONS = _words(
    " ".join(ASKING.values())
    + " кого кому кем чему чем куда откуда отчего какого каком каких каким какими который которая которое которые "
    "чей чья чьё чьи кімнің кімге кімді кімде кімнен кімдер кашан кайда қайдан кайдан қай канша неше "
    "неликтен калай не нені қайсы кайсы"
)
_WITH_THEM = _words(
    "ли же разве есть нет бывает будет будут был была было были стал стала стало стали становится стоит стоят "
    "можно нельзя нужно надо должен должны делать сделать происходит произошло случилось случится идёт идет "
    "значит такое такой дать дают дадут ждать ма ме ба бе па пе бар жоқ жок болды болады болған болмайды болатын "
    "тұрады турады керек мүмкін мумкин екен деген дейді қылу істеу жатыр екенін"
)
_LITTLE = _words(
    "ул пр просп г мкр в во на по со к ко об обо из от для за у до при без под над про или и а но не ни то это этот "
    "бы уже еще мен бен пен үшін ушин туралы және да де та те"
)
_SHORT = 4  # letters; longer words are complete
_WHICH = _words("қай қандай кандай какой какая какое какие каком какую какого каких")
"""Words that ask about the next one: «қай жерде», «в каком городе»."""


_HERE = _words(
    "казахстан казахстана казахстане казахстану рк қазақстан қазақстанда қазақстанның казакстан казакстанда қр"
)
"""The country in which nearly everything asked for happens, so naming it narrows nothing."""


def only_asks(word: str) -> bool:
    """Whether a folded word only asks or joins others, so that nothing is told by it alone."""
    return word in _QUESTIONS or word in _WITH_THEM or word in _LITTLE


_FRAMES = _words(
    "улица улицы улице проспект проспекте микрорайон мкр бульвар город города городе область области район района "
    "районе село новости новость цена цены цену ценам стоимость тариф тарифы повышение рост снижение задержка "
    "задержки очередь очереди список график размер сумма вопрос проблема проблемы ситуация ремонт строительство "
    "открытие закрытие билет билеты штраф штрафы запрет отмена подорожал подорожала подорожали подорожает баллы "
    "симптомы последние сегодня вчера завтра ночью утром днем вечером новая новый новое новые "
    "көше көшесі көшесінде даңғыл даңғылы қала қаласы қаласында облыс облысы "
    "облысында аудан ауданы ауданында ауыл ауылы жаңалық жаңалықтар жаңалықтары баға бағасы бағалары құны ақысы "
    "төлемі тарифі мәселе мәселесі жөндеу құрылысы кезек кезегі айыппұл өсті ертең бүгін "
    "кеше түнде таңертең кешке жаңа дефицит нехватка тапшы тапшылығы"
)


def frames(words: Sequence[str]) -> tuple[bool, ...]:
    """For each folded word, whether it only says what of a subject is asked («проспект Назарбаева», «қант бағасы»), or
    what was done («детсад закрыли»).

    If no article has all the words, the subject alone is looked for. No word counts so if there is nothing else."""
    found = tuple(word in _FRAMES or _is_verb(word) for word in words)
    return found if not all(found) else (False,) * len(found)


def word_weights(words: Sequence[str], *, begun: bool = False) -> tuple[float, ...]:
    """The weight of each folded word of a query, at most 1; 1 for all if every word only asks.

    `begun`: the last word may be a beginning, as a short one mostly is.
    """
    asks = [word in _QUESTIONS for word in words]
    aside = list(map(only_asks, words))
    if begun and aside[-1:] == [True] and not any(asks[:-1]) and len(words[-1]) <= _SHORT:
        aside[-1] = asks[-1] = False
    if all(aside):
        return (1.0,) * len(words)
    if any(asks):
        which = [place + 1 for place, word in enumerate(words[:-1]) if word in _WHICH and word.endswith(("қай", "й"))]
        wider = [one or place in which for place, one in enumerate(aside)]
        aside = aside if all(wider) else wider
        done = [not one and (word in _HERE or _is_verb(word)) for one, word in zip(aside, words, strict=True)]
        if not all(one or verb for one, verb in zip(aside, done, strict=True)):
            return tuple(ASIDE if one else DONE if verb else 1.0 for one, verb in zip(aside, done, strict=True))
    return tuple(ASIDE if one else 1.0 for one in aside)


@lru_cache(2048)
def _is_verb(word: str) -> bool:
    """Whether a folded word is a verb's form that tells what was done, in either language."""
    return russian.is_verb(word) if russian.is_known(word) else kazakh.is_verb(word)


# Periods named in a query: «за неделю», «осы айда», «в марте 2016», «2016 жылғы 12 ақпан», 2016-02-09.

_MONTHS = (
    "январь января январе қаңтар қаңтарда қаңтардағы", "февраль февраля феврале ақпан ақпанда ақпандағы",
    "март марта марте наурыз наурызда наурыздағы", "апрель апреля апреле сәуір сәуірде сәуірдегі",
    "май мая мае мамыр мамырда мамырдағы", "июнь июня июне маусым маусымда маусымдағы",
    "июль июля июле шілде шілдеде шілдедегі", "август августа августе тамыз тамызда тамыздағы",
    "сентябрь сентября сентябре қыркүйек қыркүйекте қыркүйектегі", "октябрь октября октябре қазан қазанда қазандағы",
    "ноябрь ноября ноябре қараша қарашада қарашадағы", "декабрь декабря декабре желтоқсан желтоқсанда желтоқсандағы",
)  # fmt: skip
_MONTH = {skeleton(form): number for number, forms in enumerate(_MONTHS, 1) for form in forms.split()}
_UNIT_FORMS = {
    "day": "день дня дней күн күнде күндегі күннің күні күнгі",
    "round": "сутки суток тәулік тәулікте тәуліктегі",
    "days": "дни днях күндер күндері күндердегі",
    "week": "неделя неделю неделе недели недель апта аптада аптадағы аптаның",
    "month": "месяц месяца месяце месяцев ай айда айдағы айдың",
    "half": "полгода жартыжыл жартыжылда",
    "year": "год года году лет жыл жылы жылда жылдағы жылдың жылғы",
    "weekend": "выходные выходных демалыс",
    "night": "ночь ночью түн түні түнде түнгі",
    "summer": "лето летом жаз жазда жазғы жаздағы",
    "winter": "зима зиму зимой қыс қыста қысқы қыстағы",
}
_WEEKDAYS = (
    "понедельник дүйсенбі дүйсенбіде дүйсенбідегі", "вторник сейсенбі сейсенбіде сейсенбідегі",
    "среда среду сәрсенбі сәрсенбіде сәрсенбідегі", "четверг бейсенбі бейсенбіде бейсенбідегі",
    "пятница пятницу жұма жұмада жұмадағы", "суббота субботу сенбі сенбіде сенбідегі",
    "воскресенье жексенбі жексенбіде жексенбідегі",
)  # fmt: skip
_UNIT = {skeleton(form): unit for unit, forms in _UNIT_FORMS.items() for form in forms.split()}
_WEEKDAY = {skeleton(form): number for number, forms in enumerate(_WEEKDAYS) for form in forms.split()}
_COUNTS = {
    skeleton(form): count
    for count, forms in enumerate(
        ("два две пару екі", "три үш", "четыре төрт", "пять бес", "шесть алты", "семь жеті", "восемь сегіз"), 2
    )
    for form in forms.split()
} | {skeleton("бір"): 1, skeleton("десять"): 10, skeleton("он"): 10}


def _all(words: str) -> frozenset[str]:
    return frozenset(map(skeleton, words.split()))


_THIS = _all("этот эта эту этой этом этим текущий текущую текущей текущем осы")
_PAST = _all(
    "прошлый прошлая прошлую прошлой прошлом прошлые прошлых прошлого минувший минувшей минувшем минувшую өткен"
)
_BEFORE = _all("алдыңғы")
_DAY_BEFORE = _all("арғы бұрнағы")
"""Of a day the one before yesterday; of longer spans nobody says so."""
_LATEST = _all("последний последнюю последняя последние последних соңғы")
_WITHIN = _all("ішінде бойы")
_AGO = _all("назад бұрын бұрынғы")
_YEAR_WORD = _all("год года году г жыл жылы жылғы жылдың ж")
_ALONE = {
    **dict.fromkeys(_all("сегодня сегодняшний сегодняшняя сегодняшние сегодняшних сегодняшнюю бүгін бүгінгі"), 0),
    **dict.fromkeys(_all("вчера вчерашний вчерашняя вчерашнее вчерашние вчерашних вчерашнюю вчерашней кеше кешегі"), 1),
    **dict.fromkeys(
        _all("позавчера позавчерашний позавчерашняя позавчерашние позавчерашних алдыңгүні алдыңгүнгі бұрнағыкүні"), 2
    ),
}
_FROM = _all("с со")
_TO = _all("по до мен пен бен")
_AMID = _all("арасында аралығында")
_DATED = _all("за от")
_BEGINNING = _all("начала басынан")
_TILL_NOW = _all("бері бергі")
_SINCE_WEEKDAY = {
    skeleton(form): number
    for number, forms in enumerate(
        (
            "понедельника дүйсенбіден", "вторника сейсенбіден", "среды сәрсенбіден", "четверга бейсенбіден",
            "пятницы жұмадан", "субботы сенбіден", "воскресенья жексенбіден",
        )
    )
    for form in forms.split()
}  # fmt: skip
_SINCE_DAY = dict.fromkeys(_all("вчера вчерашнего кешеден"), 1) | dict.fromkeys(_all("позавчера позавчерашнего"), 2)
_ONLY_ASKS = frozenset(map(skeleton, _QUESTIONS | _WITH_THEM | _LITTLE)) | _all(
    "нового новости новое произошло случилось покажи показать жаңалық жаңалықтар там вообще"
)
_THIRD_DAY = tuple(map(skeleton, ("третьего", "дня")))
_SINCE = frozenset((*_FROM, *_SINCE_WEEKDAY, *_SINCE_DAY, *_UNIT, _THIRD_DAY[0]))
_LAST_YEAR = _all("былтыр былтырғы прошлогодний прошлогодняя прошлогодние прошлогодних")
_SPANS = {"day": 1, "round": 1, "days": 7, "week": 7, "month": 30, "half": 182, "year": 365}
_AROUND = {"day": 0, "week": 3, "month": 15, "half": 30, "year": 30}
"""Days on both sides of «a week ago», by the unit."""


@dataclass(frozen=True, slots=True)
class QueryPeriod:
    """A period from its first to its last day, both included."""

    since: date
    until: date


def find_period(words: Sequence[str], today: date) -> tuple[QueryPeriod, range] | None:
    """The first period that the folded words of a query name, and the words that name it."""
    keys = [_unbent(skeleton(word)) for word in words]
    for start in range(len(keys)):
        for read in (_named, _counted, _month_of_year, _year_first, _between, _of_day, _since, _alone):
            found = read(keys, start, today)
            if found:
                return found[0], range(start, found[1])
    return None


_OF_THAT = re.compile("(.+ги)(?:си|син|ни|л[ае]р|л[ае]рин|л[ае]рди)")
"""«Аптадағысын», «кешегілер»: what is of that time, with its endings."""


def _unbent(key: str) -> str:
    found = _OF_THAT.fullmatch(key)
    return found[1] if found and any(found[1] in one for one in (_UNIT, _WEEKDAY, _ALONE, _MONTH, _AGO)) else key


def parse_day(text: str) -> date | None:
    """The day of digits like 2016-02-09, 09.02.2016 or 9/2/2016; None for other text."""
    if match := re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d\d?)[./](\d\d?)[./](\d{4})", text):
        return _date(int(match[3]), int(match[2]), int(match[1]))
    return None


def is_year(word: str) -> bool:
    """Whether a word is a year that news may have."""
    return len(word) == 4 and word.isascii() and word.isdecimal() and 1990 <= int(word) <= 2100


_Read = tuple[QueryPeriod, int] | None


def _named(keys: Sequence[str], at: int, today: date) -> _Read:
    """A named period: «на этой неделе», «осы айда», «өткен аптада», «прошлой ночью», «за выходные»."""
    marked = keys[at] == "за"
    at += keys[at] in ("на", "в", "во", "за")
    if marked and at < len(keys) and _UNIT.get(keys[at]) == "weekend":
        return _weekend(today), at + 1
    if at + 1 >= len(keys) or keys[at] not in _THIS | _PAST | _BEFORE | _DAY_BEFORE:
        return None
    past, unit = keys[at] not in _THIS, _UNIT.get(keys[at + 1])
    at += 2
    if past and (weekday := _WEEKDAY.get(keys[at - 1])) is not None:
        day = today - timedelta(days=(today.weekday() - weekday - 1) % 7 + 1)
        return QueryPeriod(day, day), at + (at < len(keys) and keys[at] == skeleton("күні"))
    if keys[at - 2] in _BEFORE | _DAY_BEFORE and unit == "day":
        day = today - timedelta(days=2)
        return QueryPeriod(day, day), at
    if keys[at - 2] in _DAY_BEFORE:
        return None
    period = _past(unit, today) if past else _current(unit, today)
    # «Демалыс күндері» are two words.
    return (period, at + (unit == "weekend" and at < len(keys) and _UNIT.get(keys[at]) == "days")) if period else None


def _current(unit: str | None, today: date) -> QueryPeriod | None:
    """The day, week, month, summer, winter or year that is now."""
    if unit == "day":
        return QueryPeriod(today, today)
    if unit == "week":
        return _week(today)
    if unit == "month":
        return _month(today.year, today.month)
    if unit == "summer":
        return QueryPeriod(date(today.year, 6, 1), date(today.year, 8, 31))
    if unit == "winter":
        year = today.year - (today.month < 12)
        return QueryPeriod(date(year, 12, 1), date(year + 1, 3, 1) - timedelta(days=1))
    return QueryPeriod(date(today.year, 1, 1), date(today.year, 12, 31)) if unit == "year" else None


def _past(unit: str | None, today: date) -> QueryPeriod | None:
    """The day, night, weekend, week, month or year before the one that is now. Nobody agrees on the summer before."""
    yesterday = today - timedelta(days=1)
    if unit == "night":
        return QueryPeriod(yesterday, today)
    if unit == "weekend":
        return _weekend(today - timedelta(days=1 + max(0, today.weekday() - 5)))
    if unit == "week":
        return _week(today - timedelta(days=7))
    if unit == "month":
        return _month(today.year - (today.month == 1), (today.month - 2) % 12 + 1)
    if unit == "year":
        return QueryPeriod(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31))
    return QueryPeriod(yesterday, yesterday) if unit == "day" else None


def _week(day: date) -> QueryPeriod:
    monday = day - timedelta(days=day.weekday())
    return QueryPeriod(monday, monday + timedelta(days=6))


def _weekend(day: date) -> QueryPeriod:
    """The last Saturday and Sunday of which one had begun on that day."""
    saturday = day - timedelta(days=(day.weekday() - 5) % 7)
    return QueryPeriod(saturday, saturday + timedelta(days=1))


def _counted(keys: Sequence[str], at: int, today: date) -> _Read:
    """A counted period: «за неделю», «соңғы екі күнде», «3 күн ішінде», «апта бойы»; or «неделю назад»."""
    start, marked = at, False
    if keys[at] == "за":
        at, marked = at + 1, True
    if at < len(keys) and keys[at] in _LATEST:
        at, marked = at + 1, True
    count, at = _count(keys, at)
    if at >= len(keys) or (unit := _UNIT.get(keys[at])) not in _SPANS:
        return None
    at += 1
    days = max(1, count * _SPANS[unit])
    if days >= today.toordinal() - _SPANS["year"]:
        return None
    if not marked and unit in _AROUND and at < len(keys) and keys[at] in _AGO:
        day, around = today - timedelta(days=days), timedelta(days=_AROUND[unit])
        return QueryPeriod(day - around, min(day + around, today)), at + 1
    if at < len(keys) and keys[at] in _WITHIN:
        at, marked = at + 1, True
    if not marked or at - start < 2:
        return None
    return QueryPeriod(today - timedelta(days=days - (unit in ("day", "days"))), today), at


def _count(keys: Sequence[str], at: int) -> tuple[int, int]:
    """The number that begins at a word, 1 where none does, and the index after it."""
    if at < len(keys) and keys[at].isdecimal() and len(keys[at]) < 4:
        return int(keys[at]), at + 1
    if at + 1 < len(keys) and keys[at] in _COUNTS:
        return _COUNTS[keys[at]], at + 1
    return 1, at


def _month_of_year(keys: Sequence[str], at: int, today: date) -> _Read:  # noqa: ARG001 - one shape for all readings
    """A month or day with its year: «12 февраля 2016 года», «в феврале 2016», «ақпан 2016»."""
    at += keys[at] == "в"
    day = 0
    if at + 1 < len(keys) and keys[at].isdecimal() and len(keys[at]) < 3:
        day, at = int(keys[at]), at + 1
    if at + 1 >= len(keys) or (month := _MONTH.get(keys[at])) is None or not is_year(keys[at + 1]):
        return None
    end = at + 2 + (at + 2 < len(keys) and keys[at + 2] in _YEAR_WORD)
    return _day_or_month(int(keys[at + 1]), month, day, end)


def _year_first(keys: Sequence[str], at: int, today: date) -> _Read:  # noqa: ARG001 - one shape for all readings
    """A year with its month or day: «2016 жылғы 12 ақпан», «2016 жылдың ақпаны»."""
    if not is_year(keys[at]) or at + 2 >= len(keys) or keys[at + 1] not in _YEAR_WORD:
        return None
    year, day, at = int(keys[at]), 0, at + 2
    if keys[at].isdecimal() and len(keys[at]) < 3 and at + 1 < len(keys):
        day, at = int(keys[at]), at + 1
    month = _MONTH.get(keys[at]) or _MONTH.get(keys[at][:-1])
    return _day_or_month(year, month, day, at + 1) if month else None


def _between(keys: Sequence[str], at: int, today: date) -> _Read:
    """Days of one month: «с 1 по 5 сентября», «1 мен 5 қыркүйек арасында»; those that have been last."""
    at += keys[at] in _FROM
    if at + 3 >= len(keys) or keys[at + 1] not in _TO or (month := _MONTH.get(keys[at + 3])) is None:
        return None
    first, last = keys[at], keys[at + 2]
    if not (first.isdecimal() and last.isdecimal() and len(first) < 3 and len(last) < 3):
        return None
    end = at + 4
    since = _last_day(month, int(first), today)
    until = _date(since.year, month, int(last)) if since is not None else None
    if since is None or until is None or since > until:
        return None
    return QueryPeriod(since, until), end + (end < len(keys) and keys[end] in _AMID)


def _of_day(keys: Sequence[str], at: int, today: date) -> _Read:
    """A day of the year without its year: «за 16 декабря», «от 3 марта»; the one that has been last. Without «за» it is
    mostly a holiday's or a law's.
    """
    if keys[at] not in _DATED or at + 2 >= len(keys) or not keys[at + 1].isdecimal() or len(keys[at + 1]) > 2:
        return None
    month = _MONTH.get(keys[at + 2])
    day = _last_day(month, int(keys[at + 1]), today) if month is not None else None
    return (QueryPeriod(day, day), at + 3) if day else None


def _last_day(month: int, day: int, today: date) -> date | None:
    """The day of a month that has been last."""
    this = _date(today.year, month, day)
    return this if this is None or this <= today else _date(today.year - 1, month, day)


def _since(keys: Sequence[str], at: int, today: date) -> _Read:
    """A period until now, by its beginning: «с понедельника», «с начала недели», «дүйсенбіден бері», «апта басынан».

    A weekday from which something holds ends no question: «с понедельника подорожает проезд». «Третьего дня» is a day.
    """
    if keys[at] not in _SINCE:
        return None
    if tuple(keys[at : at + 2]) == _THIRD_DAY:
        day = today - timedelta(days=2)
        return QueryPeriod(day, day), at + 2
    russian_ = keys[at] in _FROM
    at += russian_
    begun = at + 1 < len(keys) and keys[at + (not russian_)] in _BEGINNING
    if begun:
        period, at = _current(_UNIT.get(keys[at + russian_]), today), at + 2
        at += not russian_ and at < len(keys) and keys[at] in _TILL_NOW
        return (QueryPeriod(period.since, today), at) if period else None
    key = keys[at] if at < len(keys) else ""
    at += 1 + (russian_ and at + 1 < len(keys) and _UNIT.get(keys[at + 1]) == "day")
    if not russian_:
        if at >= len(keys) or keys[at] not in _TILL_NOW:
            return None
        at += 1
    ends = all(one in _ONLY_ASKS for one in keys[at:])  # «с понедельника что было»
    if (weekday := _SINCE_WEEKDAY.get(key)) is not None and (not russian_ or ends):
        return QueryPeriod(today - timedelta(days=(today.weekday() - weekday) % 7), today), at
    days = _SINCE_DAY.get(key)
    return (QueryPeriod(today - timedelta(days=days), today), at) if days else None


def _alone(keys: Sequence[str], at: int, today: date) -> _Read:
    if (days := _ALONE.get(keys[at])) is not None:
        day = today - timedelta(days=days)
        return QueryPeriod(day, day), at + 1
    return (
        (QueryPeriod(date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)), at + 1)
        if keys[at] in _LAST_YEAR
        else None
    )


def _day_or_month(year: int, month: int, day: int, end: int) -> _Read:
    if not day:
        return _month(year, month), end
    found = _date(year, month, day)
    return (QueryPeriod(found, found), end) if found else None


def _month(year: int, month: int) -> QueryPeriod:
    return QueryPeriod(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


MOST_WORDS: Final = 16
_MOST_LETTERS = 400

_PHRASE = re.compile('"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»')
_LABELLED = re.compile(r'(?<!\S)([^\W\d_]+):("[^"]+"|[^\s"]+)')
_TOPIC = re.compile(r"(?<!\S)#([^\W_][\w-]*)")
_EXCLUDED = re.compile(r"(?<!\S)-([^\W_][\w'’]*)(?!\S)")
_DAY = re.compile(r"(?<!\S)(\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{4})(?!\S)")
# Beginnings of «-інші», and spellings without Kazakh letters, which join a number like it (news.language.normalise).
_ORDINAL = re.compile("(?<=[0-9])[-‐‑](?:[иіы]?н?ш[иіы]?|[иіы]н?)(?![^\\W_])", re.IGNORECASE)
# «$100», «50 %», «₸»: a sign is the word for it, behind its number.
_SIGNS = {"$": "доллар", "€": "евро", "₸": "тенге", "₽": "рубль", "£": "фунт", "%": "процент"}
_SIGN_FIRST = re.compile(r"([$€₸₽£])\s?(\d[\d\u00a0\u202f .,]*(?:(?:тыс|мың|млн|млрд|трлн|миллион|миллиард)\w*)?)")
_SIGN = re.compile("[$€₸₽£%]")
_DECIMAL = re.compile(r"(?<![\d.,])\d+[.,]\d{1,3}(?![.,]?\d)")
_PARTED = re.compile(r"(?<![\d.,])\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?!\d)")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3}) ?(?:тыс\.?|тысяч[аиу]?|мың)(?![\w])", re.IGNORECASE)
_PARTING = re.compile("[ \u00a0\u202f]")
_SOURCE_KEYS = {"source", "источник", "дереккөз", "дереккоз"}
_CITY_KEYS = {"city", "город", "қала", "кала"}
_LANGUAGE_KEYS = {"lang", "язык", "тіл", "тил"}
_LANGUAGE_NAMES: dict[str, Language] = {
    **dict.fromkeys(("kk", "kz", "қаз", "каз", "қазақша", "казакша", "казахский", "kaz"), "kk"),
    **dict.fromkeys(("ru", "рус", "орыс", "орысша", "русский", "rus"), "ru"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query.

    `text` is what remains, as typed, when operators are taken out; `words` are its folded words, including those of
    phrases. `typed` is `text` with the `-word` chunks: on the Kazakh layout - is ө, and only the known words tell a
    slip from an exclusion. `complete`: the last word has ended. `typing`: the reader is still typing, so a short word
    may be the beginning of a longer one. `period_words` named `period`; they are not in `words`. `decimals` are numbers
    with a comma or full stop, of which `words` has both parts.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    typed: str = ""
    complete: bool = False
    typing: bool = False
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    language: Language | None = None
    period: QueryPeriod | None = None
    period_words: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    decimals: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for."""
        return not (self.words or self.topics or self.sources or self.cities or self.language or self.period)

    def without_period(self) -> "Query":
        """The query with its period's words as ordinary words, for when nothing is found in the period."""
        if not self.period_words:
            return replace(self, period=None)
        return replace(self, period=None, period_words=(), words=(self.words + self.period_words)[:MOST_WORDS])


def parse(text: str, today: date, *, typing: bool = False) -> Query:
    """Parse a query; `today` is the reader's local day."""
    text = text[:_MOST_LETTERS].encode("utf-8", "replace").decode("utf-8")
    taken = _QueryText(text)
    sources, cities, languages = _labelled(taken)
    quoted = [_folded(next(filter(None, match.groups()))) for match in taken.matches(_PHRASE)]
    topics = [match[1] for match in taken.matches(_TOPIC, out=True)]
    period, period_words = _named_days(taken)
    typed = taken.text
    excluded = _excluded(taken)
    read = _spelled_signs(_ORDINAL.sub("", taken.text))
    free = _folded(_whole_numbers(read))
    if period is None and (found := find_period(free, today)):
        period, named = found
        period_words = tuple(free[place] for place in named)
        free = tuple(word for place, word in enumerate(free) if place not in named)
    return Query(
        text=taken.text.strip(),
        words=free[:MOST_WORDS],
        typed=typed.strip(),
        complete=bool(text) and not (text[-1].isalnum() or text[-1] in "-'"),
        typing=typing,
        phrases=tuple(filter(None, quoted)),
        excluded=excluded,
        topics=tuple(topics),
        sources=tuple(sources),
        cities=tuple(cities),
        language=languages[-1] if languages else None,
        period=period,
        period_words=period_words,
        years=tuple(int(word) for word in free if is_year(word)),
        decimals=tuple(_DECIMAL.findall(read)),
    )


class _QueryText:
    """A text from which operators are taken one after another."""

    def __init__(self, text: str) -> None:
        self.text = text

    def matches(self, pattern: re.Pattern[str], *, out: bool = False) -> list[re.Match[str]]:
        found = list(pattern.finditer(self.text))
        if out:
            for match in found:
                self.out(match)
        return found

    def out(self, match: re.Match[str]) -> None:
        """Blank out a match; positions of the others stay right."""
        start, end = match.span()
        self.text = self.text[:start] + " " * (end - start) + self.text[end:]


def _whole_numbers(text: str) -> str:
    """The text with «1 000 000» and «20 тысяч» as one number."""
    return _THOUSANDS.sub(_thousands, _PARTED.sub(lambda number: _PARTING.sub("", number[0]), text))


def _thousands(number: re.Match[str]) -> str:
    whole = f"{number[1]}000"
    return number[0] if is_year(whole) else whole


def _spelled_signs(text: str) -> str:
    """The text with words for the signs of money and per cent: «$100» is «100 доллар»."""
    if not _SIGN.search(text):
        return text
    text = _SIGN_FIRST.sub(lambda found: f"{found[2].rstrip()} {_SIGNS[found[1]]} ", text)
    return _SIGN.sub(lambda found: f" {_SIGNS[found[0]]} ", text)


def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in words(text))


def _labelled(taken: _QueryText) -> tuple[list[str], list[str], list[Language]]:
    """Take out the sources, cities and languages named with a colon."""
    sources: list[str] = []
    cities: list[str] = []
    languages: list[Language] = []
    for match in taken.matches(_LABELLED):
        key, value = fold(match[1]), match[2].strip('"')
        if key in _SOURCE_KEYS:
            sources.append(value)
        elif key in _CITY_KEYS:
            cities.append(value)
        elif key in _LANGUAGE_KEYS and fold(value) in _LANGUAGE_NAMES:
            languages.append(_LANGUAGE_NAMES[fold(value)])
        else:
            continue
        taken.out(match)
    return sources, cities, languages


def _named_days(taken: _QueryText) -> tuple[QueryPeriod | None, tuple[str, ...]]:
    """Take out days given as dates: the period from the first to the last, and the words that name them."""
    named = [(match, day) for match in taken.matches(_DAY) if (day := parse_day(match[1]))]
    if not named:
        return None, ()
    for match, _ in named:
        taken.out(match)
    days = [day for _, day in named]
    return QueryPeriod(min(days), max(days)), tuple(word for match, _ in named for word in _folded(match[1]))


def _excluded(taken: _QueryText) -> tuple[str, ...]:
    """Take out the words with a minus, unless nothing else is asked for."""
    excluded = tuple(fold(match[1]) for match in taken.matches(_EXCLUDED))
    if not excluded or not _folded(_EXCLUDED.sub(" ", taken.text)):
        return ()
    taken.matches(_EXCLUDED, out=True)
    return excluded
