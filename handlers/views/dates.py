"""Days and hours as each language writes them (Babel has the names; the patterns are ours)."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_timedelta, get_day_names

from locales import Texts
from news.models import PublicationTime
from news.timetable import EVERY_DAY, WORKDAYS, Timetable

# U+202F before «ж.» and U+00A0 before «г.» keep year and word on one line; other languages use Babel's patterns.
_DAY_OF_A_YEAR = {"kk": "y\u202f'ж.' d MMMM", "ru": "d MMMM y\u00a0'г.'"}
_HALF_A_DAY = timedelta(hours=12)
WEEKEND = EVERY_DAY & ~WORKDAYS
_NAMED_DAYS = {EVERY_DAY: "days-every", WORKDAYS: "days-work", WEEKEND: "days-weekend"}
_FIRST_YEAR, _LAST_YEAR = 1000, 9999
"""Years that can be shown in every zone: Python's first and last day do not exist in all of them."""


@lru_cache(4096)  # a page of articles has the same few days, and Babel parses its patterns each time
def day_text(day: date, language: str, today: date) -> str:
    """«22 ноября», «22 қараша»; in another year «9 февраля 2016 г.», «2016 ж. 9 ақпан»."""
    if day.year == today.year:
        return str(format_date(day, "d MMMM", locale=language))
    return str(format_date(day, _DAY_OF_A_YEAR.get(language, "long"), locale=language))


@lru_cache(512)
def weekday_text(day: date, language: str) -> str:
    """«22 ноября, воскресенье», «22 қараша, жексенбі»."""
    return str(format_date(day, "d MMMM, EEEE", locale=language))


def published_text(published: PublicationTime, texts: Texts, zone: ZoneInfo, now: int) -> str | None:
    """When an article came out: «сегодня, 06:40», «вчера, 21:15», «20 ноября, 09:00», a day alone; None: not known."""
    if published is None or not _FIRST_YEAR <= published.year < _LAST_YEAR:
        return None
    today = datetime.fromtimestamp(now, zone).date()
    if not isinstance(published, datetime):
        return _near_day(published, texts, today)
    if (local := local_time(published, zone)) is None:
        return None
    return f"{_near_day(local.date(), texts, today)}, {local:%H:%M}"


def local_time(instant: datetime | None, zone: ZoneInfo) -> datetime | None:
    """An instant in the reader's zone; None if its year cannot be shown in every zone."""
    if instant is None or not _FIRST_YEAR <= instant.year < _LAST_YEAR:
        return None
    return instant.astimezone(zone)


def ago_text(published: PublicationTime, texts: Texts, zone: ZoneInfo, now: int) -> str | None:
    """How long ago: «только что», «21 минуту назад», «3 часа назад»; the date after half a day."""
    if not isinstance(published, datetime):
        return published_text(published, texts, zone, now)
    if published.tzinfo is None:
        return published_text(published, texts, zone, now)
    age = datetime.fromtimestamp(now, UTC) - published
    if not timedelta(0) <= age < _HALF_A_DAY:
        return published_text(published, texts, zone, now)
    if age < timedelta(minutes=1):
        return texts.plain("just-now")
    return _ago(int(age.total_seconds()) // 60, texts.language)


@lru_cache(2048)
def _ago(minutes: int, language: str) -> str:
    age = timedelta(minutes=-minutes)
    told = str(format_timedelta(age, granularity="minute", threshold=1, add_direction=True, locale=language))
    return told.replace(" ", "\u00a0")


def instant_at(seconds: int) -> datetime | None:
    """UTC seconds as an instant; None if the number is out of range."""
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def clock_text(minute: int) -> str:
    """A minute of the day (0 to 1439) as 08:30."""
    return f"{minute // 60:02}:{minute % 60:02}"


def at_text(minutes: Sequence[int], language: str) -> str:
    """Minutes of the day within a sentence, at least one: «в 08:00 и 18:00», «08:00 және 18:00-де»."""
    *before, last = [clock_text(minute) for minute in minutes]
    if language == "kk":
        return f"{', '.join(before)} және {last}{_ending(minutes[-1])}" if before else f"{last}{_ending(minutes[-1])}"
    return f"в {', '.join(before)} и {last}" if before else f"в {last}"


def _ending(minute: int) -> str:
    """The locative of a clock time, by the last number spoken: «нөлде», «бесте», «отызда», «қырықта», «елуде»."""
    tens, ones = divmod(minute % 60, 10)
    if not ones:
        return {0: "-де", 4: "-та", 5: "-де"}.get(tens, "-да")
    return "-те" if ones in (3, 4, 5) else "-да" if ones in (6, 9) else "-де"


def _near_day(day: date, texts: Texts, today: date) -> str:
    if day == today:
        return texts.plain("day-today")
    if day == today - timedelta(days=1):
        return texts.plain("day-yesterday")
    return day_text(day, texts.language, today)


def when_said(table: Timetable, texts: Texts) -> str:
    """For use in a sentence: «по будням в 08:30», «күн сайын 08:00 және 18:00-де», «дс, ср күндері 08:00-де»."""
    days = days_text(table.days, texts)
    if texts.language == "kk" and table.days not in _NAMED_DAYS:
        days = f"{days} күндері"
    return f"{days} {at_text(table.minutes, texts.language)}"


def days_text(bits: int, texts: Texts) -> str:
    """«каждый день», «по будням», «пн, ср»."""
    if bits in _NAMED_DAYS:
        return texts.plain(_NAMED_DAYS[bits]).casefold()
    names = get_day_names("abbreviated", locale=texts.language)
    return ", ".join(names[number] for number in range(7) if bits >> number & 1)


def quiet_text(quiet: tuple[int, int] | None, texts: Texts) -> str:
    """«22:00–07:00»."""
    return f"{clock_text(quiet[0])}–{clock_text(quiet[1])}" if quiet else texts.plain("quiet-none")


def when_text(next_at: int, now: int, zone_of_reader: ZoneInfo, texts: Texts) -> str:
    """«сегодня, 18:00», «завтра, 08:30», «23 ноября, понедельник, 08:30»."""
    local = datetime.fromtimestamp(next_at, zone_of_reader)
    away = (local.date() - datetime.fromtimestamp(now, zone_of_reader).date()).days
    hour = f"{local:%H:%M}"
    if away > 1:
        return texts.plain("when-day", day=weekday_text(local.date(), texts.language), time=hour)
    return texts.plain("when-tomorrow" if away else "when-today", time=hour)
