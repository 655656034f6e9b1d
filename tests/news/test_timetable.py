"""Simulated readers: every zone, gaps and folds, long sleeps, clocks put forward and back: one edition a slot and
day."""

import random
from collections import Counter
from datetime import UTC, date, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.timetable import (
    EVERY_DAY,
    LATE,
    LATEST_SECONDS,
    ON_TIME_SECONDS,
    WORKDAYS,
    Timetable,
    at_local,
    decide,
    edition_slot,
    minute_of,
    next_slot,
    part_of_day,
)

ALMATY = ZoneInfo("Asia/Almaty")
DAY = 86_400
NOON = 1_795_330_800  # 2026-11-22 12:00 in Almaty, a Sunday


def local(day, hour, zone=ALMATY):
    return at_local(date.fromisoformat(day), hour * 60, zone)


@pytest.mark.parametrize(
    ("zone", "day", "minute", "there"),
    [
        ("Europe/Berlin", "2026-03-29", 150, "2026-03-29 03:00"),
        ("Africa/Cairo", "2026-04-24", 20, "2026-04-24 01:00"),
        ("Australia/Lord_Howe", "2026-10-04", 135, "2026-10-04 02:30"),
        ("Pacific/Apia", "2011-12-30", 480, "2011-12-31 00:00"),
    ],
)
def test_an_hour_that_a_day_leaves_out_comes_with_the_first_moment_after_it(zone, day, minute, there):
    at = at_local(date.fromisoformat(day), minute, ZoneInfo(zone))
    assert f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%Y-%m-%d %H:%M}" == there
    assert (
        f"{datetime.fromtimestamp(at - 1, ZoneInfo(zone)):%Y-%m-%d %H:%M}" < f"{day} {minute // 60:02}:{minute % 60:02}"
    )


def test_an_edition_is_made_once_at_its_hour():
    table = Timetable((480, 1080))
    first = decide(table, ALMATY, NOON - DAY // 2, local("2026-11-22", 8) + 7)
    assert (first.slot.edition, first.skipped) == ("2026-11-22T08:00", ())
    assert decide(table, ALMATY, first.decided, local("2026-11-22", 8) + 60).slot is None
    assert first.next_at == local("2026-11-22", 18)


def test_of_several_missed_editions_only_the_last_comes_and_the_others_are_recorded():
    table = Timetable((480, 1080))
    late = decide(table, ALMATY, local("2026-11-20", 9), local("2026-11-22", 9))
    assert late.slot.edition == "2026-11-22T08:00"
    assert [slot.edition for slot, _ in late.skipped] == ["2026-11-20T18:00", "2026-11-21T08:00", "2026-11-21T18:00"]


def test_much_too_late_is_merged_into_the_next():
    table = Timetable((480,))
    missed = decide(table, ALMATY, local("2026-11-21", 9), local("2026-11-22", 8) + LATEST_SECONDS + 60)
    assert (missed.slot, missed.dropped) == (None, False)
    assert missed.skipped[0][1] == "missed"
    assert missed.next_at == local("2026-11-23", 8)


@pytest.mark.parametrize(("late", "dropped"), [("merge", False), ("skip", True)])
def test_who_wants_nothing_late_gets_nothing_late(late, dropped):
    now = local("2026-11-22", 8) + ON_TIME_SECONDS + 1
    missed = decide(Timetable((480,), late=late), ALMATY, now - DAY, now)
    assert (missed.slot, missed.dropped) == (None, dropped)


def test_quiet_hours_hold_an_edition_back_until_they_end():
    table = Timetable((23 * 60,), quiet=(22 * 60, 7 * 60))
    held = decide(table, ALMATY, NOON, local("2026-11-22", 23))
    assert (held.slot, held.next_at) == (None, local("2026-11-23", 7))
    morning = decide(table, ALMATY, held.decided, held.next_at)
    assert morning.slot.edition == "2026-11-22T23:00"
    merged = decide(Timetable((23 * 60,), quiet=(22 * 60, 7 * 60), late="merge"), ALMATY, NOON, local("2026-11-22", 23))
    assert (merged.slot, merged.skipped[0][1]) == (None, "quiet hours")


def test_a_clock_put_back_repeats_nothing():
    table = Timetable((480,))
    first = decide(table, ALMATY, local("2026-11-21", 9), local("2026-11-22", 8))
    again = decide(table, ALMATY, first.decided, local("2026-11-20", 8))
    assert (again.slot, again.skipped, again.next_at) == (None, (), local("2026-11-23", 8))


def test_days_of_the_week_are_kept():
    assert next_slot(Timetable((480,), WORKDAYS), ALMATY, NOON) == local("2026-11-23", 8)
    assert next_slot(Timetable((480,), 1 << 6), ALMATY, NOON) == local("2026-11-29", 8)
    assert next_slot(Timetable((), EVERY_DAY), ALMATY, NOON) is None
    assert next_slot(Timetable((480,), 0), ALMATY, NOON) is None


def test_an_edition_knows_its_hour_and_its_part_of_the_day():
    slot = edition_slot("2026-11-22T08:30", ALMATY)
    assert (slot.at, minute_of(slot.edition)) == (local("2026-11-22", 8) + 1800, 510)
    assert [part_of_day(hour * 60) for hour in (1, 3, 7, 13, 18)] == ["night", "morning", "morning", "day", "evening"]
    assert part_of_day(480, 1) == "week"


def simulate(zone, table, start, days, chance, met):
    """Live through some days with sleeps and clock steps; every slot's fate by edition. `met` counts what came up.

    Nothing is carried from one decision to the next but what the store keeps: each might follow a restart.
    """
    now, decided, fates, end = start, start, {}, start + days * DAY
    at = next_slot(table, zone, start)
    while now < end:
        now = max(at or now + DAY, now + 1) + chance.choice((0, 5, 59))
        if chance.random() < 0.03:
            now += chance.randrange(48 * 3600)
            met["sleeps"] += 1
        if chance.random() < 0.02:
            now -= chance.randrange(48 * 3600)
            met["clock put back"] += 1
        if at is not None and now < at:
            continue
        made = decide(table, zone, decided, now)
        met["decisions"] += 1
        for slot, why in made.skipped:
            assert slot.edition not in fates, (slot, why)
            fates[slot.edition] = "skipped"
        if made.slot is not None:
            assert made.slot.edition not in fates, made.slot
            fates[made.slot.edition] = "sent"
        assert made.decided >= decided
        decided, at = made.decided, made.next_at
        assert at is None or at > now or at > decided
    return fates, decided


def expected(zone, table, start, end):
    found, at = [], start
    while (at := next_slot(table, zone, at)) is not None and at <= end:
        found.append(at)
    return found


def some_timetable(chance):
    minutes = tuple(sorted(chance.sample(range(1440), chance.choice((1, 2, 3)))))
    quiet = chance.choice((None, None, (22 * 60, 7 * 60), (0, 60)))
    return Timetable(minutes, chance.choice((EVERY_DAY, EVERY_DAY, WORKDAYS, 1 << 2)), quiet, chance.choice(LATE))


def check_zone(name, days, seed):
    """One reader's life in a zone; what came up in it."""
    chance, met = random.Random(f"{name}{seed}"), Counter({"reader-days": days})
    zone, table = ZoneInfo(name), some_timetable(chance)
    start = int(datetime(chance.randrange(1996, 2036), chance.randrange(1, 13), 1, tzinfo=UTC).timestamp())
    fates, decided = simulate(zone, table, start, days, chance, met)
    slots = expected(zone, table, start, decided)
    assert {edition_slot(edition, zone).at for edition in fates} == set(slots), name
    offsets = [datetime.fromtimestamp(at, zone).utcoffset() for at in range(start, decided, DAY)]
    met["gaps and folds"] += sum(before != after for before, after in pairwise(offsets))
    met.update(fates.values())
    return met


@pytest.mark.parametrize("part", range(4))
def test_exactly_one_edition_a_slot_and_local_day_or_a_recorded_skip(part):
    for name in sorted(available_timezones())[part::4]:
        check_zone(name, 25, part)


@given(
    st.integers(0, 1439), st.integers(1_700_000_000, 2_000_000_000), st.sampled_from(["Asia/Almaty", "Africa/Cairo"])
)
def test_the_next_slot_lies_ahead_within_two_days(minute, now, name):
    at = next_slot(Timetable((minute,)), ZoneInfo(name), now)
    assert now < at <= now + 2 * DAY
