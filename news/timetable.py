"""When a reader's editions come: hours on chosen days, quiet hours, and what happens to a missed one. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

# When a local hour comes next, also when the zone's clock is changed.


def at_local(day: date, minute: int, zone: ZoneInfo) -> int:
    """The UTC second of a minute (0 to 1439) of a local day.

    For a minute in a gap it is the first instant after the gap, for one that comes twice its first time.
    """
    wall = datetime.combine(day, time(minute // 60, minute % 60), zone)
    # A wall time inside a gap is changed by conversion to UTC and back: it comes back as the hour after the gap.
    instant = wall.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) != wall.replace(tzinfo=None):
        before, after = wall.replace(fold=0).utcoffset(), wall.replace(fold=1).utcoffset()
        assert before is not None
        assert after is not None
        # fold=0 uses the offset before the gap and lands after it: go back to the first instant after the gap.
        instant = _first_after_gap(instant, zone, abs(after - before))
    return int(instant.timestamp())


def next_local(after: int, minute: int, zone: ZoneInfo) -> int:
    """The first instant after `after` (UTC seconds) at which a local day's `minute` comes."""
    day = datetime.fromtimestamp(after, zone).date() - timedelta(days=1)
    while (instant := at_local(day, minute, zone)) <= after:
        day += timedelta(days=1)
    return instant


def local_day(at: int, zone: ZoneInfo) -> date:
    """The local day of an instant."""
    return datetime.fromtimestamp(at, zone).date()


class LocalDays(dict[str, date]):
    """Name of a zone → its local day at a moment (UTC seconds)."""

    def __init__(self, now: int) -> None:
        super().__init__()
        self._now = now

    def __missing__(self, zone: str) -> date:
        self[zone] = local_day(self._now, ZoneInfo(zone))
        return self[zone]


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


# An edition belongs to a slot, an hour of a local day. Each slot is decided once: it becomes an edition or a recorded
# skip. If several were missed, the last one stands for all, so that nobody gets a burst of old digests.

EVERY_DAY = 0b1111111
"""Days of the week as bits; bit 0 is Monday."""
WORKDAYS = 0b0011111

LatePolicy = Literal["send", "merge", "skip"]
LATE: tuple[LatePolicy, ...] = get_args(LatePolicy)

ON_TIME_SECONDS = 15 * 60
"""An edition planned later than this many seconds after its hour tells its hour."""
LATEST_SECONDS = 6 * 3600
"""After this many seconds nobody wants the edition of that hour; its stories come with the next one."""
_LOOK_BACK_DAYS = 8
"""Slots missed more days ago are not even recorded as skipped, because the chat was away."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """When digests come: at `minutes` of the local day (0 to 1439, ascending; none: no digest) on `days`.

    `quiet` is (from, to) in minutes. `late` says whether a missed edition is sent late, merged into the next or
    skipped.
    """

    minutes: tuple[int, ...] = ()
    days: int = EVERY_DAY
    quiet: tuple[int, int] | None = None
    late: LatePolicy = "send"


NEVER = Timetable()
"""No digest."""


@dataclass(frozen=True, slots=True)
class DigestSlot:
    """An hour of a local day. `at` is its UTC second, `edition` its name in the ledger."""

    at: int
    edition: str


@dataclass(frozen=True, slots=True)
class SlotDecision:
    """What is due: the slot to make an edition for, skipped slots with reasons, and the UTC second to look again.

    Slots up to `decided` (UTC second) are decided. `dropped`: the stories of skipped slots never come.
    """

    slot: DigestSlot | None
    skipped: tuple[tuple[DigestSlot, str], ...]
    next_at: int | None
    decided: int
    dropped: bool = False


def decide(timetable: Timetable, zone: ZoneInfo, decided: int, now: int) -> SlotDecision:
    """Decide the slots in (decided, now]. If the clock was set back, nothing is decided until it has caught up."""
    missed = list(_slots(timetable, zone, max(decided, now - _LOOK_BACK_DAYS * 86_400), now))
    following = next_slot(timetable, zone, max(decided, now))
    if not missed:
        return SlotDecision(None, (), following, max(decided, now))
    *earlier, last = missed
    skipped = tuple((slot, "merged into a later one") for slot in earlier)
    quiet = timetable.quiet is not None and is_quiet(timetable.quiet, zone, now)
    if quiet and timetable.late == "send":
        assert timetable.quiet is not None
        return SlotDecision(None, (), next_local(now, timetable.quiet[1], zone), decided)
    held = timetable.quiet is not None and is_quiet(timetable.quiet, zone, last.at)
    late_by = now - (next_local(last.at, timetable.quiet[1], zone) if held and timetable.quiet else last.at)
    on_time = late_by <= ON_TIME_SECONDS and not quiet and not held
    if on_time or (timetable.late == "send" and late_by <= LATEST_SECONDS):
        return SlotDecision(last, skipped, following, now)
    reason = "quiet hours" if quiet or held else "missed"
    return SlotDecision(None, (*skipped, (last, reason)), following, now, dropped=timetable.late == "skip")


def next_slot(timetable: Timetable, zone: ZoneInfo, after: int) -> int | None:
    """The UTC second of the first slot after `after`; None if there is no digest."""
    if not timetable.minutes or not timetable.days & EVERY_DAY:
        return None
    until = after + 2 * 86_400
    while not (found := [slot.at for slot in _slots(timetable, zone, after, until)]):
        after, until = until, until + 4 * 86_400
    return min(found)


def is_quiet(quiet: tuple[int, int], zone: ZoneInfo, at: int) -> bool:
    """Whether an instant is within quiet hours, which may span midnight."""
    local = datetime.fromtimestamp(at, zone)
    minute = local.hour * 60 + local.minute
    start, end = quiet
    return start <= minute < end if start <= end else minute >= start or minute < end


def edition_name(day: date, minute: int) -> str:
    """The name of a slot's edition: 2026-11-22T08:30, the local day and hour."""
    return f"{day.isoformat()}T{minute // 60:02}:{minute % 60:02}"


def edition_slot(edition: str, zone: ZoneInfo) -> DigestSlot:
    """The slot of an edition's name."""
    day, _, hour = edition.partition("T")
    minute = int(hour[:2]) * 60 + int(hour[3:5])
    return DigestSlot(at_local(date.fromisoformat(day), minute, zone), edition)


def minute_of(edition: str) -> int:
    """The minute of the local day an edition belongs to."""
    return int(edition[11:13]) * 60 + int(edition[14:16])


def part_of_day(minute: int, days: int = EVERY_DAY) -> str:
    """The kind of an hour's edition: 'morning', 'day', 'evening', 'night', or 'week' if it comes once a week."""
    if days.bit_count() == 1:
        return "week"
    if minute < 3 * 60:
        return "night"
    if minute < 12 * 60:
        return "morning"
    return "day" if 12 * 60 <= minute < 16 * 60 else "evening"


def _slots(timetable: Timetable, zone: ZoneInfo, after: int, until: int) -> Iterator[DigestSlot]:
    """The slots in (after, until], earliest first."""
    found = []
    day = local_day(after, zone) - timedelta(days=1)
    last = local_day(until, zone) + timedelta(days=1)
    while day <= last:
        if timetable.days >> day.weekday() & 1:
            for minute in timetable.minutes:
                at = at_local(day, minute, zone)
                if after < at <= until:
                    found.append(DigestSlot(at, edition_name(day, minute)))
        day += timedelta(days=1)
    yield from sorted(found, key=lambda slot: (slot.at, slot.edition))
