"""Days meant by words of a query: «за неделю», «осы айда», «в марте 2016», «2016 жылғы 12 ақпан», 2016-02-09."""

import calendar
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from news.language.skeleton import skeleton

_MONTHS = (
    "январь января январе қаңтар қаңтарда қаңтардағы", "февраль февраля феврале ақпан ақпанда ақпандағы",
    "март марта марте наурыз наурызда наурыздағы", "апрель апреля апреле сәуір сәуірде сәуірдегі",
    "май мая мае мамыр мамырда мамырдағы", "июнь июня июне маусым маусымда маусымдағы",
    "июль июля июле шілде шілдеде шілдедегі", "август августа августе тамыз тамызда тамыздағы",
    "сентябрь сентября сентябре қыркүйек қыркүйекте қыркүйектегі", "октябрь октября октябре қазан қазанда қазандағы",
    "ноябрь ноября ноябре қараша қарашада қарашадағы", "декабрь декабря декабре желтоқсан желтоқсанда желтоқсандағы",
)  # fmt: skip
_MONTH = {skeleton(form): number for number, forms in enumerate(_MONTHS, 1) for form in forms.split()}
_DAY_UNITS = "день дня дней сутки суток күн күнде күндегі күннің"
_WEEK_UNITS = "неделя неделю неделе недели недель апта аптада аптадағы аптаның"
_MONTH_UNITS = "месяц месяца месяце месяцев ай айда айдағы айдың"
_YEAR_UNITS = "год года году лет жыл жылы жылда жылдағы жылдың"
_UNIT = {
    skeleton(form): unit
    for unit, forms in (("day", _DAY_UNITS), ("week", _WEEK_UNITS), ("month", _MONTH_UNITS), ("year", _YEAR_UNITS))
    for form in forms.split()
}


def _all(words: str) -> frozenset[str]:
    return frozenset(map(skeleton, words.split()))


_THIS = _all("этот эта эту этой этом текущий текущую текущей текущем осы")
_PAST = _all("прошлый прошлая прошлую прошлой прошлом минувшей минувшем өткен")
_LATEST = _all("последний последнюю последняя последние последних соңғы")
_WITHIN = _all("ішінде")
_YEAR_WORD = _all("год года году г жыл жылы жылғы жылдың ж")
_ALONE = {
    **dict.fromkeys(_all("сегодня бүгін"), (0, 0)),
    **dict.fromkeys(_all("вчера кеше"), (1, 1)),
}
_SPANS = {"day": 1, "week": 7, "month": 30, "year": 365}


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included."""

    since: date
    until: date


def find_period(words: Sequence[str], today: date) -> tuple[Period, range] | None:
    """The first period that the folded words of a query name, and which of the words name it."""
    keys = [skeleton(word) for word in words]
    for start in range(len(keys)):
        for read in (_named, _counted, _month_of_year, _year_first, _alone):
            found = read(keys, start, today)
            if found:
                return found[0], range(start, found[1])
    return None


def parse_day(text: str) -> date | None:
    """A day printed in digits: 2016-02-09, 09.02.2016, 9/2/2016."""
    if match := re.fullmatch(r"(\d{4})-(\d\d?)-(\d\d?)", text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d\d?)[./](\d\d?)[./](\d{4})", text):
        return _date(int(match[3]), int(match[2]), int(match[1]))
    return None


def is_year(word: str) -> bool:
    """Whether a word is a year that news may be of."""
    return len(word) == 4 and word.isascii() and word.isdecimal() and 1990 <= int(word) <= 2100


_Read = tuple[Period, int] | None


def _named(keys: Sequence[str], at: int, today: date) -> _Read:
    """На этой неделе, за прошлый месяц, осы айда, өткен аптада."""
    at += keys[at] in ("на", "в", "за")
    if at + 1 >= len(keys) or keys[at] not in _THIS | _PAST or (unit := _UNIT.get(keys[at + 1])) is None:
        return None
    back = int(keys[at] in _PAST)
    if unit == "day":
        day = today - timedelta(days=back)
        return Period(day, day), at + 2
    if unit == "week":
        monday = today - timedelta(days=today.weekday() + 7 * back)
        return Period(monday, monday + timedelta(days=6)), at + 2
    if unit == "month":
        month = today.year * 12 + today.month - 1 - back
        return _month(month // 12, month % 12 + 1), at + 2
    return Period(date(today.year - back, 1, 1), date(today.year - back, 12, 31)), at + 2


def _counted(keys: Sequence[str], at: int, today: date) -> _Read:
    """За неделю, за последние 3 дня, соңғы 3 күнде, 3 күн ішінде."""
    start, marked = at, False
    if keys[at] == "за":
        at, marked = at + 1, True
    if at < len(keys) and keys[at] in _LATEST:
        at, marked = at + 1, True
    count = 1
    if at < len(keys) and keys[at].isdecimal() and len(keys[at]) < 4:
        count, at = int(keys[at]), at + 1
    if at >= len(keys) or (unit := _UNIT.get(keys[at])) is None:
        return None
    at += 1
    if at < len(keys) and keys[at] in _WITHIN:
        at, marked = at + 1, True
    if not marked or at - start < 2:
        return None
    days = max(1, count * _SPANS[unit])
    if days >= today.toordinal():
        return None
    return Period(today - timedelta(days=days - (unit == "day")), today), at


def _month_of_year(keys: Sequence[str], at: int, today: date) -> _Read:  # noqa: ARG001 - one shape for all readings
    """12 февраля 2016 года, в феврале 2016, ақпан 2016."""
    at += keys[at] == "в"
    day = 0
    if at + 1 < len(keys) and keys[at].isdecimal() and len(keys[at]) < 3:
        day, at = int(keys[at]), at + 1
    if at + 1 >= len(keys) or (month := _MONTH.get(keys[at])) is None or not is_year(keys[at + 1]):
        return None
    end = at + 2 + (at + 2 < len(keys) and keys[at + 2] in _YEAR_WORD)
    return _day_or_month(int(keys[at + 1]), month, day, end)


def _year_first(keys: Sequence[str], at: int, today: date) -> _Read:  # noqa: ARG001 - one shape for all readings
    """2016 жылғы 12 ақпан, 2016 жылдың ақпаны."""
    if not is_year(keys[at]) or at + 2 >= len(keys) or keys[at + 1] not in _YEAR_WORD:
        return None
    year, day, at = int(keys[at]), 0, at + 2
    if keys[at].isdecimal() and len(keys[at]) < 3 and at + 1 < len(keys):
        day, at = int(keys[at]), at + 1
    month = _MONTH.get(keys[at]) or _MONTH.get(keys[at][:-1])
    return _day_or_month(year, month, day, at + 1) if month else None


def _alone(keys: Sequence[str], at: int, today: date) -> _Read:
    if (days := _ALONE.get(keys[at])) is None:
        return None
    return Period(today - timedelta(days=days[0]), today - timedelta(days=days[1])), at + 1


def _day_or_month(year: int, month: int, day: int, end: int) -> _Read:
    if not day:
        return _month(year, month), end
    found = _date(year, month, day)
    return (Period(found, found), end) if found else None


def _month(year: int, month: int) -> Period:
    return Period(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
