"""When a feed says an item was published: an instant with its own zone, or a day of which no hour is known."""

import re
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from news.clean import count_harmless
from news.dates import parse_date
from news.models import Published

# A clock without a zone is the outlet's own, and Kazakhstan is one zone, UTC+5, since 2024-03-01.
LOCAL = timezone(timedelta(hours=5))
AHEAD = timedelta(minutes=15)
"""How far a date may lie ahead: clocks differ by minutes, and a later one would pin its article on top."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})")
_CLOCK = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d{1,9})?)?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?",
    re.IGNORECASE,
)
_LATE_YEAR = re.compile(r"(?:^|\s)((?:19|20)\d\d)$")
_OFFSET = re.compile(
    r"(?:utc|gmt|ut|z)?\s?(?P<sign>[+−-])\s?(?P<hours>\d{1,2})(?::?(?P<minutes>\d{2}))?", re.IGNORECASE
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
# Hours ahead of UTC, then the names of that zone: RFC 822's, the neighbours' and Kazakhstan's, past and present.
_NAMED = (
    "0 z ut utc gmt wet|1 bst west cet|2 cest eet|3 eest msk trt|4 msd samt|5 almt qyzt aqtt orat yekt uzt tjt tmt pkt"
    "|5.5 ist|6 aqtst omst kgt bdt|7 novt krat|8 irkt hkt|9 jst kst|-4 edt|-5 est cdt|-6 cst mdt|-7 mst pdt|-8 pst"
)
_HOURS_AHEAD = {
    name: float(hours) for hours, *names in (group.split() for group in _NAMED.split("|")) for name in names
}


def moment(text: str | None, zone: tzinfo = LOCAL) -> Published:
    """The date of RFC 822, ISO 8601 (also its week and basic forms), or a bare day; None where there is none.

    A clock whose zone is not printed, or is a name that nobody knows, is a clock in `zone`.
    """
    text = " ".join((text or "").split())[:80]
    if not text:
        return None
    try:
        if match := _DAY.fullmatch(text):
            year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
            return date(int(year), int(month), int(day))
        return _instant(text, zone)
    except (ValueError, OverflowError):
        return None


def _instant(text: str, zone: tzinfo) -> Published:
    clock = _CLOCK.search(text)
    if clock is None:
        return _iso(text, zone) or parse_date(text, zone=zone)
    day, rest = text[: clock.start()], text[clock.end() :].strip()
    if year := _LATE_YEAR.search(rest):  # «Sat Nov 28 10:15:00 +05 2026», as `date` prints it
        day, rest = f"{day} {year[1]}", rest[: year.start()].strip()
    zone = _zone(rest) or zone
    if (english := _english_day(day)) is not None:
        return datetime.combine(english, _time(clock), tzinfo=zone)
    main = text[: clock.end()]
    return _iso(main, zone) or parse_date(main, zone=zone) or parse_date(text, zone=zone)


def _time(clock: re.Match[str]) -> time:
    hour, half = int(clock["hour"]), (clock["half"] or "")[:1].lower()
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    # A leap second is a second of the next minute to everybody but astronomers.
    return time(hour, int(clock["minute"]), min(int(clock["second"] or 0), 59))


def _iso(text: str, zone: tzinfo) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def _english_day(text: str) -> date | None:
    """The day of RFC 822, RFC 850 or asctime: a month's English name, a day, a year; None where it is none of them."""
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


def _zone(text: str) -> tzinfo | None:
    """The zone that stands behind a clock, None where there is none that is known. «GMT+5» is five hours ahead."""
    inner = re.fullmatch(r"(.*?)\s*\(([^()]*)\)\.?", text)
    if inner and inner[1]:
        return _zone(inner[1]) or _zone(inner[2])
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


def plausible(published: Published, now: int, otherwise: Published) -> Published:
    """The date itself, or `otherwise` where it lies before 2000 or ahead of `now` (UTC seconds) by over 15 minutes."""
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
