"""When a local hour comes next, whatever the zone does with its clock."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def at_local(day: date, minute: int, zone: ZoneInfo) -> int:
    """UTC seconds of a minute (0 to 1439) of a local day. In a gap the first instant after it; in a fold the first."""
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
    # A wall time inside a gap does not survive the way to UTC and back: the way back shows the hour after the gap.
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        before, after = wall.replace(fold=0).utcoffset(), wall.replace(fold=1).utcoffset()
        assert before is not None
        assert after is not None
        # fold=0 reads the wall time with the offset before the gap and lands after it: go back to its first instant.
        instant = _first_after_gap(instant, zone, abs(after - before))
    return int(instant.timestamp())


def next_local(after: int, minute: int, zone: ZoneInfo) -> int:
    """The first instant later than `after` (UTC seconds) at which a local day's `minute` comes."""
    day = datetime.fromtimestamp(after, zone).date() - timedelta(days=1)
    while (instant := at_local(day, minute, zone)) <= after:
        day += timedelta(days=1)
    return instant


def local_day(at: int, zone: ZoneInfo) -> date:
    """The local day of an instant."""
    return datetime.fromtimestamp(at, zone).date()


def _first_after_gap(inside: datetime, zone: ZoneInfo, width: timedelta) -> datetime:
    low, high = inside - width, inside
    offset = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = (low + (high - low) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return high
