"""When a feed says an item was published: an instant with its own zone, or a day of which no hour is known."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from email.utils import parsedate_tz

from news.clean import count_harmless
from news.dates import parse_date
from news.models import Published

# A clock without a zone is the outlet's own, and Kazakhstan is one zone, UTC+5, since 2024-03-01.
LOCAL = timezone(timedelta(hours=5))
AHEAD = timedelta(minutes=15)
"""How far a date may lie ahead: clocks differ by minutes, and a later one would pin its article on top."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)

_DAY = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})|(\d{1,2})\.(\d{1,2})\.(\d{4})")
_ZONES = {"ALMT": "+0500", "MSK": "+0300", "MSD": "+0400", "Z": "+0000"}
_ZONE = re.compile(r"\b(ALMT|MSK|MSD)\b")
_SHORT_ZONE = re.compile(r"([+-]\d\d)$")


def moment(text: str | None) -> Published:
    """The date of RFC 822, ISO 8601 (also its week and basic forms), or a bare day; None where there is none."""
    text = " ".join((text or "").split())[:80]
    if not text:
        return None
    try:
        if match := _DAY.fullmatch(text):
            year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
            return date(int(year), int(month), int(day))
        return _zoned(_iso(text) or _rfc822(text)) or parse_date(text, zone=LOCAL)
    except (ValueError, OverflowError):
        return None


def _iso(text: str) -> datetime | None:
    text = _SHORT_ZONE.sub(r"\g<1>:00", text.replace(" UTC", "Z").replace(" +", "+")) if text[:4].isdigit() else text
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _rfc822(text: str) -> datetime | None:
    if re.search(r"\b0\d{3}\b|\d{5}", text.rpartition(" ")[0]):  # email makes 2000 of the year 0
        return None
    fields = parsedate_tz(_ZONE.sub(lambda name: _ZONES[name[1]], text))
    if fields is None:
        return None
    zone = None if fields[9] is None else timezone(timedelta(seconds=fields[9]))
    # A leap second is a second of the next minute to everybody but astronomers.
    return datetime(*fields[:5], min(fields[5], 59), tzinfo=zone)


def _zoned(instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    return instant if instant.tzinfo else instant.replace(tzinfo=LOCAL)


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
