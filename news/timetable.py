"""When a reader's editions come: hours of chosen days, quiet hours, and what becomes of a missed one. Pure.

An edition belongs to a slot: an hour of a local day. Each slot is decided once: it becomes an edition or a recorded
skip; when several were missed, the last of them stands for all, so that nobody gets a burst of old digests.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from news.clock import at_local, local_day, next_local

EVERY_DAY = 0b1111111
"""Days of the week as bits; bit 0 is Monday."""
WORKDAYS = 0b0011111

Late = Literal["send", "merge", "skip"]
LATE: tuple[Late, ...] = get_args(Late)

ON_TIME_SECONDS = 15 * 60
"""An edition planned later than this after its hour says as of when it is."""
LATEST_SECONDS = 6 * 3600
"""Later than this nobody wants the edition of that hour: its stories come with the next one."""
_LOOK_BACK_DAYS = 8
"""Slots missed longer ago than this are not even recorded as skipped: the chat was away."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """`minutes` of the local day (0 to 1439, ascending; none: no digest) on `days`; `quiet` is (from, to) in minutes.

    `late` says what becomes of a missed edition: it is sent late, merged into the next one, or skipped.
    """

    minutes: tuple[int, ...] = ()
    days: int = EVERY_DAY
    quiet: tuple[int, int] | None = None
    late: Late = "send"


NEVER = Timetable()
"""No digest."""


@dataclass(frozen=True, slots=True)
class Slot:
    """An hour of a local day; `at` is the UTC second it falls on, `edition` its name in the ledger."""

    at: int
    edition: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What is due now: the slot to make an edition for, those skipped and why, and when to look again (UTC seconds).

    `decided` is the second up to which slots are decided. `dropped`: the stories of the skipped slots never come.
    """

    slot: Slot | None
    skipped: tuple[tuple[Slot, str], ...]
    next_at: int | None
    decided: int
    dropped: bool = False


def decide(timetable: Timetable, zone: ZoneInfo, decided: int, now: int) -> Decision:
    """Decide the slots in (decided, now]. A clock that was put back decides nothing until it has caught up."""
    missed = list(_slots(timetable, zone, max(decided, now - _LOOK_BACK_DAYS * 86_400), now))
    following = next_slot(timetable, zone, max(decided, now))
    if not missed:
        return Decision(None, (), following, max(decided, now))
    *earlier, last = missed
    skipped = tuple((slot, "merged into a later one") for slot in earlier)
    quiet = timetable.quiet is not None and is_quiet(timetable.quiet, zone, now)
    if quiet and timetable.late == "send":
        assert timetable.quiet is not None
        return Decision(None, (), next_local(now, timetable.quiet[1], zone), decided)
    held = timetable.quiet is not None and is_quiet(timetable.quiet, zone, last.at)
    late_by = now - (next_local(last.at, timetable.quiet[1], zone) if held and timetable.quiet else last.at)
    on_time = late_by <= ON_TIME_SECONDS and not quiet and not held
    if on_time or (timetable.late == "send" and late_by <= LATEST_SECONDS):
        return Decision(last, skipped, following, now)
    reason = "quiet hours" if quiet or held else "missed"
    return Decision(None, (*skipped, (last, reason)), following, now, dropped=timetable.late == "skip")


def next_slot(timetable: Timetable, zone: ZoneInfo, after: int) -> int | None:
    """The UTC second of the first slot later than `after`; None where there is no digest."""
    if not timetable.minutes or not timetable.days & EVERY_DAY:
        return None
    until = after + 2 * 86_400
    while not (found := [slot.at for slot in _slots(timetable, zone, after, until)]):
        after, until = until, until + 4 * 86_400
    return min(found)


def is_quiet(quiet: tuple[int, int], zone: ZoneInfo, at: int) -> bool:
    """Whether an instant falls into quiet hours, which may run over midnight."""
    local = datetime.fromtimestamp(at, zone)
    minute = local.hour * 60 + local.minute
    start, end = quiet
    return start <= minute < end if start <= end else minute >= start or minute < end


def edition_name(day: date, minute: int) -> str:
    """The name of a slot's edition: 2026-11-22T08:30, the local day and hour."""
    return f"{day.isoformat()}T{minute // 60:02}:{minute % 60:02}"


def edition_slot(edition: str, zone: ZoneInfo) -> Slot:
    """The slot of an edition's name."""
    day, _, hour = edition.partition("T")
    minute = int(hour[:2]) * 60 + int(hour[3:5])
    return Slot(at_local(date.fromisoformat(day), minute, zone), edition)


def minute_of(edition: str) -> int:
    """The minute of the local day an edition belongs to."""
    return int(edition[11:13]) * 60 + int(edition[14:16])


def part_of_day(minute: int, days: int = EVERY_DAY) -> str:
    """Which edition an hour is: 'morning', 'day', 'evening', or 'week' where it comes on one day of the week only."""
    if days.bit_count() == 1:
        return "week"
    if 3 * 60 <= minute < 12 * 60:
        return "morning"
    return "day" if 12 * 60 <= minute < 16 * 60 else "evening"


def _slots(timetable: Timetable, zone: ZoneInfo, after: int, until: int) -> Iterator[Slot]:
    """The slots in (after, until], earliest first."""
    found = []
    day = local_day(after, zone) - timedelta(days=1)
    last = local_day(until, zone) + timedelta(days=1)
    while day <= last:
        if timetable.days >> day.weekday() & 1:
            for minute in timetable.minutes:
                at = at_local(day, minute, zone)
                if after < at <= until:
                    found.append(Slot(at, edition_name(day, minute)))
        day += timedelta(days=1)
    yield from sorted(found, key=lambda slot: (slot.at, slot.edition))
