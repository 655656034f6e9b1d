"""Dates as Kazakhstan's pages print them and as feeds give them. Nothing is guessed."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from news.models import PublicationTime
from news.text.clean import count_harmless

# Dates on Kazakhstan's pages, in Russian, Kazakh (three scripts) and English.

ALMATY = ZoneInfo("Asia/Almaty")
EARLIEST_YEAR = 2000
AHEAD = timedelta(minutes=15)  # clocks differ; anything later has not been published yet

_RU = "январ феврал март апрел ма июн июл август сентябр октябр ноябр декабр"
_RU_SHORT = "янв фев мар апр май июн июл авг сен окт ноя дек"
_KK = "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"
_KK_RUSSIAN = "кантар акпан наурыз сауир мамыр маусым шилде тамыз кыркуйек казан караша желтоксан"  # on such keys
_KK_SHORT = "қаң ақп нау сәу мам мау шіл там қыр қаз қар жел"
# Latin of 2018 (acutes), of 2021 (umlauts), and bare ASCII.
_KK_LATIN = (
    "qańtar aqpan naýryz sáýir mamyr maýsym shilde tamyz qyrkúıek qazan qarasha jeltoqsan",
    "qañtar aqpan nauryz säuır mamyr mausym şılde tamyz qyrküiek qazan qaraşa jeltoqsan",
    "qaŋtar aqpan naurız säwir mamır mawsım şilde tamız qırküyek qazan qaraşa jeltoqsan",
    "qantar aqpan nauryz sauir mamyr mausym shilde tamyz qyrkuiek qazan qarasha jeltoqsan",
)
_KK_LATIN_SHORT = (
    "qań aqp naý sáý mam maý shil tam qyr qaz qar jel",
    "qaŋ aqp nau säu mam mau şıl tam qır qaz qar jel",
)
_KK_ARABIC = "قاڭتار اقپان ناۋرىز ءساۋىر مامىر ماۋسىم شىلدە تامىز قىركۇيەك قازان قاراشا جەلتوقسان"
_EN = "january february march april may june july august september october november december"
_EN_SHORT = "jan feb mar apr may jun jul aug sep oct nov dec"
_WEEKDAYS = (
    "понедельник вторник среда четверг пятница суббота воскресенье пн вт ср чт пт сб вс "
    "дүйсенбі сейсенбі сәрсенбі бейсенбі жұма сенбі жексенбі дс сс бс жм жс жк "
    "dúısenbi seısenbi sársenbi beısenbi juma senbi jeksenbi düisenbı seisenbı särsenbı beisenbı senbı jeksenbı "
    "monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun"
)


def one_of(words: Iterable[str]) -> str:
    """A pattern for any of these words, the first that fits. It is told by the first letter which of them to try."""
    behind: dict[str, list[str]] = {}
    for word in words:
        behind.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{re.escape(first)}(?:{'|'.join(map(re.escape, rest))})" for first, rest in behind.items())


def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for line in (_RU_SHORT, _KK_RUSSIAN, _KK, _KK_SHORT, *_KK_LATIN, *_KK_LATIN_SHORT, _KK_ARABIC, _EN, _EN_SHORT):
        names.update((name, number) for number, name in enumerate(line.split(), 1))
    for number, stem in enumerate(_RU.split(), 1):
        endings = ("й", "я", "е") if number == 5 else ("", "а", "е") if stem in ("март", "август") else ("ь", "я", "е")
        names.update((stem + ending, number) for ending in endings)
    names["қантар"] = 1
    names["сент"] = names["sept"] = 9
    names["февр"], names["нояб"], names["желт"] = 2, 11, 12
    names["ساۋىر"] = 4  # often written without its hamza
    return names


MONTHS = _months()
_MONTH = one_of(sorted(MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_YEAR_WORD = r"(?:\s*(?:года?|жылғы|жылы|жыл|[гж])(?![^\W\d_])\.?)?"
_DATE = re.compile(
    rf"(?<![\w.])(?:"
    rf"(?P<d1>\d{{1,2}})(?:-?[іiшы]{{2,3}})?[\s.-]{{0,2}}(?P<m1>{_MONTH})\.?[\s,،]*(?P<y1>{_YEAR}){_YEAR_WORD}"
    rf"|(?P<y2>{_YEAR}){_YEAR_WORD},?\s+(?P<d2>\d{{1,2}})[\s-]+(?P<m2>{_MONTH})"
    rf"|(?<!-)(?P<d3>\d{{1,2}})[./-](?P<n3>\d{{1,2}})[./-](?P<y3>{_YEAR}){_YEAR_WORD}"
    rf"|(?P<y4>{_YEAR})[-/.](?P<n4>\d{{1,2}})[-/.](?P<d4>\d{{1,2}})"
    rf"|(?P<m5>{_MONTH})\s+(?P<d5>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<y5>{_YEAR})"
    r")(?!\d|\.\d)",
)
_WITH_NAME = "125"
"""The ways of `_DATE` in which the month is a word."""
_CLOCK = r"(?P<{0}h>[01]?\d|2[0-3])[:.](?P<{0}m>[0-5]\d)(?::[0-5]\d)?(?![\d.:])"
_ZONE = r"(?P<{0}z>z\b|(?:gmt|utc)?\s*[+−-]\s?(?:1[0-4]|0?\d)(?::?(?:00|30|45))?(?!\d)|(?:gmt|utc))?"
_BEFORE = re.compile(r"(?<![\d.:])" + _CLOCK.format("b") + r"[\s,|/·•—–-]*$")
_AFTER = re.compile(
    r"[\s,|/·•—–-]*(?:(?:t|в|at|сағат|сағ\.?|sa(?:ǵ|gh|g|ğ)at|ساعات)\s*)?"
    + _CLOCK.format("a")
    + r"\s*[|,(]?\s*"
    + _ZONE.format("a")
)
_LATE_ZONE = re.compile(r"[\s,|/·•]*" + _ZONE.format("l"))
# «15:58 07.04.25», «07.04.25, 15:58»: two figures are a year where an hour stands beside the day.
_SHORT_DAY, _SHORT_CLOCK = r"[0-3]\d\.[01]\d\.", r"(?:[01]?\d|2[0-3]):[0-5]\d"
_TWO_FIGURES = re.compile(
    rf"((?<![\d:.]){_SHORT_CLOCK}[\s,|/·—–-]{{1,3}}{_SHORT_DAY}|(?<![\d:.]){_SHORT_DAY}(?=\d\d[\s,|/·—–-]{{1,3}}{_SHORT_CLOCK}(?!\d)))"
    r"(\d\d)(?![\d.:])"
)
_WEEKDAY = re.compile(rf"(?<!\w)(?:{one_of(_WEEKDAYS.split())})(?!\w)[\s,.|]*")


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date found in a line: when, whether a weekday was beside it, and the line's text before and after it."""

    published: date | datetime
    weekday: bool
    before: str
    after: str

    @property
    def has_hour(self) -> bool:
        """Whether the hour was printed as well."""
        return isinstance(self.published, datetime)


def find_date(line: str, *, zone: tzinfo = ALMATY) -> PrintedDate | None:
    """The first full date (day, month, year) in a line, with the hour and zone beside it.

    An hour without a zone is local time in `zone`. A day without a year is no date, and neither is an impossible one.
    """
    if ":" in line and line.count(".") > 1:
        line = _TWO_FIGURES.sub(r"\g<1>20\2", line)
    if "20" not in line and "19" not in line:
        return None  # without a year it is none
    lowered = line.lower().replace("\u00a0", " ")
    if len(lowered) != len(line):  # a letter's lower case may be longer, and positions would not match
        line = lowered
    found = _DATE.search(lowered)
    day = _day(found) if found else None
    if found is None or day is None:
        return None
    start, end = found.span()
    published: date | datetime = day
    clock = _AFTER.match(lowered, end)
    if clock:
        end = clock.end()
        published = _hour(day, clock["ah"], clock["am"], clock["az"], zone)
    elif clock := _BEFORE.search(_WEEKDAY.sub(lambda match: " " * len(match[0]), lowered[:start])):
        late = _LATE_ZONE.match(lowered, end)
        sign = late["lz"] if late else None
        end = late.end() if late and sign else end
        start = clock.start()
        published = _hour(day, clock["bh"], clock["bm"], sign, zone)
    weekday = _WEEKDAY.search(lowered)
    before = _WEEKDAY.sub("", line[:start].lower()) if weekday and weekday.start() < start else line[:start]
    return PrintedDate(published, weekday is not None, before.strip(" ,|/·•—–-"), line[end:].strip(" ,.|/·•—–-()"))


def parse_date(text: str, *, now: int | None = None, zone: tzinfo = ALMATY) -> PublicationTime:
    """The moment or day printed in `text`; None without a full, possible date within 2000…now+15 min.

    `now` is UTC seconds; without it only the past is checked. Text around the date is ignored.
    """
    printed = find_date(text, zone=zone)
    return plausible(printed.published, now) if printed else None


def plausible(published: PublicationTime, now: int | None = None) -> PublicationTime:
    """The date, or None if nothing can have been published then: before 2000, or later than 15 minutes from now."""
    if published is not None and not _is_plausible(published, now):
        count_harmless({"date": 1})
        return None
    return published


def _is_plausible(published: datetime | date, now: int | None) -> bool:
    if published.year < EARLIEST_YEAR:
        return False
    if now is None:
        return published.year < 9999
    latest = datetime.fromtimestamp(now, UTC) + AHEAD
    if isinstance(published, datetime):
        return published <= latest
    # The day may have begun in the easternmost zones, which are 14 hours ahead.
    return published <= (latest + timedelta(hours=14)).date()


def parse_iso(text: str, *, zone: tzinfo = ALMATY) -> PublicationTime:
    """An ISO 8601 date, with or without hour and offset, or None. Without an offset it is local time in `zone`."""
    text = text.strip()
    try:
        if len(text) <= 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def _day(found: re.Match[str]) -> date | None:
    form = (found.lastgroup or "")[-1:]  # each way to print a date numbers its groups
    named = form in _WITH_NAME
    try:
        month = MONTHS[found[f"m{form}"]] if named else int(found[f"n{form}"])
        return date(int(found[f"y{form}"]), month, int(found[f"d{form}"]))
    except ValueError:
        return None


def _hour(day: date, hour: str, minute: str, sign: str | None, zone: tzinfo) -> datetime:
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=_zone(sign, zone))


def _zone(sign: str | None, zone: tzinfo) -> tzinfo:
    if not sign or not sign.strip():
        return zone
    found = re.search(r"([+−-])\s?(1[0-4]|0?\d):?(00|30|45)?(?!\d)", sign)
    if not found:
        return UTC
    offset = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
    return timezone(offset if found[1] == "+" else -offset)


# Dates in feeds: an instant with its zone, or a day without a known hour.

# A time without a zone is the outlet's, and Kazakhstan is one zone, UTC+5, since 2024-03-01.
LOCAL = timezone(timedelta(hours=5))
"""How far a date may lie ahead: clocks differ by minutes, and a later one would pin its article on top."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})|((?:19|20)\d\d)(\d\d)(\d\d)")
_FEED_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
# «30.11.2026 10.15.00», «2026-11-30 10.15»: full stops in a time, behind a year or a day.
_DOTTED_CLOCK = re.compile(r"((?:19|20)\d\d|-\d\d?)([\sT,]+)(2[0-3]|[01]?\d)\.([0-5]\d)(?:\.([0-5]\d))?(?=$|[\s+−Z-])")
_AMERICAN = re.compile(r"\b(\d\d?)/(\d\d?)/(\d{4})")  # «11/30/2026 10:15 AM»: who counts to twelve puts the month first
# Seconds or milliseconds since 1970, and «20261130101500».
_UNIX = re.compile(r"(\d{10})(?:\.\d+|\d{3})?")
_FIGURES = re.compile(r"((?:19|20)\d\d)([01]\d)([0-3]\d)T?([0-2]\d)([0-5]\d)([0-5]\d)?")
_MIDNIGHT = re.compile(
    r"(?<![\d:])24:00(?::00(?:[.,]0+)?)?(?![\d:])"
)  # the day's end (ISO 8601), and the next one's begin
_SHORT_YEAR = re.compile(r"^(\d\d?\.\d\d?\.)(\d\d)(?=$|[\s,])")
_LATE_YEAR = re.compile(r"(?:^|\s)((?:19|20)\d\d)$")
_OFFSET = re.compile(
    r"(?:utc|gmt|ut|z)?\s?(?P<sign>[+−-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?", re.IGNORECASE
)
_NAMED_OFFSET = re.compile(r"([+−-]\s?\d{1,2}:?(?:\d{2})?)\s+[A-Za-z]{2,5}")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Hours ahead of UTC, with names of zones: RFC 822's, the neighbours' and Kazakhstan's, past and present.
_NAMED = (
    "0 z ut utc gmt wet|1 bst west cet|2 cest eet|3 eest msk trt|4 msd samt|5 almt qyzt aqtt orat yekt uzt tjt tmt pkt"
    "|5.5 ist|6 aqtst omst kgt bdt|7 novt krat|8 irkt hkt|9 jst kst|-4 edt|-5 est cdt|-6 cst mdt|-7 mst pdt|-8 pst"
)
_HOURS_AHEAD = {
    name: float(hours) for hours, *names in (group.split() for group in _NAMED.split("|")) for name in names
}


def moment(text: str | None, zone: tzinfo = LOCAL) -> PublicationTime:
    """A date of RFC 822 or ISO 8601 (also in week and basic form), a bare day, or Unix time; None if there is none.

    A time without a known zone is in `zone`.
    """
    text = _SHORT_YEAR.sub(r"\g<1>20\2", " ".join((text or "").split())[:80])
    if not text:
        return None
    whole, ends = _MIDNIGHT.subn("00:00:00", text)
    if ends == 1:
        begun = moment(whole, zone)
        return begun + timedelta(days=1) if isinstance(begun, datetime) and begun.year < MAXYEAR else begun
    try:
        if match := _DAY.fullmatch(text):
            first, second, third = (int(part) for part in match.groups() if part)
            return date(third, second, first) if match[4] else date(first, second, third)
        if match := _UNIX.fullmatch(text):
            return datetime.fromtimestamp(int(match[1]), UTC)
        if match := _FIGURES.fullmatch(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=zone)
        return _instant(_DOTTED_CLOCK.sub(_with_colons, text), zone)
    except (ValueError, OverflowError):
        return None


def _instant(text: str, zone: tzinfo) -> PublicationTime:
    clock = _FEED_CLOCK.search(text)
    if clock is None:
        return _iso(text, zone) or parse_date(text, zone=zone)
    day, rest = text[: clock.start()], text[clock.end() :].strip()
    if year := _LATE_YEAR.search(rest):  # «Sat Nov 28 10:15:00 +05 2026», as `date` prints it
        day, rest = f"{day} {year[1]}", rest[: year.start()].strip()
    zone = _feed_zone(rest) or zone
    if (english := _english_day(day)) is not None:
        return datetime.combine(english, _time(clock), tzinfo=zone)
    main = day + text[clock.start() : clock.end()]
    if clock["half"]:
        main = _AMERICAN.sub(r"\2/\1/\3", day) + f" {_time(clock)}"
    return _iso(main, zone) or parse_date(main, zone=zone) or parse_date(text, zone=zone)


def _with_colons(found: re.Match[str]) -> str:
    return f"{found[1]}{found[2]}{found[3]}:{found[4]}:{found[5] or '00'}"


def _time(clock: re.Match[str]) -> time:
    hour, half = int(clock["hour"]), (clock["half"] or "")[:1].lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    # A leap second counts as the minute's last second.
    return time(hour, int(clock["minute"]), min(int(clock["second"] or 0), 59))


def _iso(text: str, zone: tzinfo) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def _english_day(text: str) -> date | None:
    """The day of RFC 822, RFC 850 or asctime: a month's English name, a day, a year; None otherwise."""
    words = (word[:3].lower() for word in re.findall(r"[A-Za-z]{3,9}", text))
    month = next((_MONTHS.index(word) + 1 for word in words if word in _MONTHS), None)
    numbers = re.findall(r"\d+", text)
    if month is None or len(numbers) != 2:
        return None
    day, year = numbers if len(numbers[0]) <= 2 else reversed(numbers)
    if len(day) > 2 or len(year) not in (2, 4):
        return None
    # Two figures are a year of the Unix era (POSIX %y).
    whole = int(year) if len(year) == 4 else int(year) + (2000 if int(year) < 69 else 1900)
    return date(whole, month, int(day))


def _feed_zone(text: str) -> tzinfo | None:
    """The zone after a time; None if there is no known one. «GMT+5» is five hours ahead."""
    if numbered := _NAMED_OFFSET.fullmatch(text):  # «+0600 ALMT»: what is counted is more sure than what is called so
        text = numbered[1]
    inner = re.fullmatch(r"(.*?)\s*\(([^()]*)\)\.?", text)
    if inner and inner[1]:
        return _feed_zone(inner[1]) or _feed_zone(inner[2])
    text = inner[2] if inner else text
    if match := _OFFSET.fullmatch(text):
        ahead = timedelta(hours=int(match["hours"]), minutes=int(match["minutes"] or 0))
        return timezone(ahead if match["sign"] == "+" else -ahead) if ahead < timedelta(hours=15) else None
    if (ahead_hours := _HOURS_AHEAD.get(text.lower().strip("."))) is not None:
        return timezone(timedelta(hours=ahead_hours))
    if re.fullmatch(r"[A-Za-z]+(?:/[A-Za-z_+\-0-9]+){1,2}", text):
        try:
            return ZoneInfo(text)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            return None
    return None


def plausible_instant(published: PublicationTime, now: int, otherwise: PublicationTime) -> PublicationTime:
    """The date, or `otherwise` if it is before 2000 or more than 15 minutes after `now` (UTC seconds)."""
    if published is None:
        return None
    today = datetime.fromtimestamp(now, UTC)
    if isinstance(published, datetime):
        possible = EARLIEST <= published <= today + AHEAD
    else:
        possible = EARLIEST.date() <= published <= today.astimezone(LOCAL).date()
    if not possible:
        count_harmless({"date": 1})
    return published if possible else otherwise
