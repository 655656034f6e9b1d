"""The dates that Kazakhstan's pages print, in Russian, Kazakh (three scripts) and English; nothing is guessed."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from news.clean import count_harmless
from news.models import Published

ALMATY = ZoneInfo("Asia/Almaty")
EARLIEST_YEAR = 2000
AHEAD = timedelta(minutes=15)  # clocks differ; what is later than this was not published yet

_RU = "январ феврал март апрел ма июн июл август сентябр октябр ноябр декабр"
_RU_SHORT = "янв фев мар апр май июн июл авг сен окт ноя дек"
_KK = "қаңтар ақпан наурыз сәуір мамыр маусым шілде тамыз қыркүйек қазан қараша желтоқсан"
_KK_SHORT = "қаң ақп нау сәу мам мау шіл там қыр қаз қар жел"
# Latin of 2018 (acutes), of 2021 (umlauts), and bare ASCII.
_KK_LATIN = (
    "qańtar aqpan naýryz sáýir mamyr maýsym shilde tamyz qyrkúıek qazan qarasha jeltoqsan",
    "qañtar aqpan nauryz säuır mamyr mausym şılde tamyz qyrküiek qazan qaraşa jeltoqsan",
    "qaŋtar aqpan naurız säwir mamır mawsım şilde tamız qırküyek qazan qaraşa jeltoqsan",
    "qantar aqpan nauryz sauir mamyr mausym shilde tamyz qyrkuiek qazan qarasha jeltoqsan",
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


def _months() -> dict[str, int]:
    names: dict[str, int] = {}
    for line in (_RU_SHORT, _KK, _KK_SHORT, *_KK_LATIN, _KK_ARABIC, _EN, _EN_SHORT):
        names.update((name, number) for number, name in enumerate(line.split(), 1))
    for number, stem in enumerate(_RU.split(), 1):
        endings = ("й", "я", "е") if number == 5 else ("", "а", "е") if stem in ("март", "август") else ("ь", "я", "е")
        names.update((stem + ending, number) for ending in endings)
    names["сент"] = names["sept"] = 9
    names["февр"], names["нояб"], names["желт"] = 2, 11, 12
    names["ساۋىر"] = 4  # often written without its hamza
    return names


MONTHS = _months()
_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
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
_CLOCK = r"(?P<{0}h>[01]?\d|2[0-3])[:.](?P<{0}m>[0-5]\d)(?::[0-5]\d)?(?![\d.:])"
_ZONE = r"(?P<{0}z>z\b|(?:gmt|utc)?\s*[+−-]\s?(?:1[0-4]|0?\d)(?::?(?:00|30|45))?(?!\d)|(?:gmt|utc))?"
_BEFORE = re.compile(r"(?<![\d.:])" + _CLOCK.format("b") + r"[\s,|/·•—–-]*$")
_AFTER = re.compile(
    r"[\s,|/·•—–-]*(?:(?:t|в|at|сағат|сағ\.?|saǵat|ساعات)\s*)?"
    + _CLOCK.format("a")
    + r"\s*[|,(]?\s*"
    + _ZONE.format("a")
)
_LATE_ZONE = re.compile(r"[\s,|/·•]*" + _ZONE.format("l"))
_WEEKDAY = re.compile(r"(?<!\w)(?:" + "|".join(_WEEKDAYS.split()) + r")(?!\w)[\s,.|]*")


@dataclass(frozen=True, slots=True)
class Printed:
    """A date found in a line: when, whether a weekday stood by it, and what else the line said before and after."""

    published: date | datetime
    weekday: bool
    before: str
    after: str

    @property
    def has_hour(self) -> bool:
        """Whether the hour was printed as well."""
        return isinstance(self.published, datetime)


def find_date(line: str, *, zone: tzinfo = ALMATY) -> Printed | None:
    """The first full date (day, month, year) of a line, with its hour and zone where they stand beside it.

    An hour without a zone is local time in `zone`. A day without a year is no date; neither is an impossible one.
    """
    lowered = line.lower().replace("\u00a0", " ")
    if len(lowered) != len(line):  # a letter whose small form is longer: positions would not match
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
    return Printed(published, weekday is not None, before.strip(" ,|/·•—–-"), line[end:].strip(" ,.|/·•—–-()"))


def parse_date(text: str, *, now: int | None = None, zone: tzinfo = ALMATY) -> Published:
    """The moment or the day that `text` prints, or None: no full date, an impossible one, or outside 2000…now+15 min.

    `now` is UTC seconds; without it only the past is guarded. Text around the date is not looked at.
    """
    printed = find_date(text, zone=zone)
    return plausible(printed.published, now) if printed else None


def plausible(published: Published, now: int | None = None) -> Published:
    """The same, or None where nothing can have been published then: before 2000, or more than 15 minutes from now."""
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
    # The most easterly zones are 14 hours ahead: there the day may have begun.
    return published <= (latest + timedelta(hours=14)).date()


def parse_iso(text: str, *, zone: tzinfo = ALMATY) -> Published:
    """A machine's date (ISO 8601 with or without hour and offset), or None. No offset: local time in `zone`."""
    text = text.strip()
    try:
        if len(text) <= 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    except (ValueError, OverflowError):
        return None


def _day(found: re.Match[str]) -> date | None:
    groups = found.groupdict()
    for form in "12345":
        year = groups.get(f"y{form}")
        if year:
            month = MONTHS[groups[f"m{form}"]] if f"m{form}" in groups else int(groups[f"n{form}"])
            try:
                return date(int(year), month, int(groups[f"d{form}"]))
            except ValueError:
                return None
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
