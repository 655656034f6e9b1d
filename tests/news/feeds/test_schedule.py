"""When a source is asked again."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.feeds.schedule import (
    LONGEST,
    LONGEST_RETRY_AFTER,
    SHORTEST,
    USUAL,
    ServerWishes,
    interval,
    next_check,
    retry_after,
    silent,
    wishes,
)
from news.feeds.source import DAY, HOUR, Feed, Rhythm

NOW = 1_795_305_600  # 2026-11-22 00:00 UTC, a Sunday


def http_date(at: int) -> str:
    return format_datetime(datetime.fromtimestamp(at, UTC), usegmt=True)


def steady(daily: int, days: int = 10) -> Rhythm:
    """A source that published evenly for so many days, as polling saw it."""
    rhythm = Rhythm().after([], NOW - days * DAY)
    for day in range(days):
        at = NOW - (days - day - 1) * DAY
        rhythm = rhythm.after([at - number * DAY // daily for number in range(daily)], at)
    return rhythm


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, 0),
        ({"cache-control": "max-age=600"}, 600),
        ({"cache-control": "public, max-age=600", "age": "100"}, 500),
        ({"cache-control": "no-cache, max-age=600"}, 0),
        ({"cache-control": "no-store"}, 0),
        ({"cache-control": "max-age=99999999999"}, DAY),
        ({"cache-control": "max-age=bad"}, 0),
        ({"expires": http_date(NOW + 1800)}, 1800),
        ({"expires": http_date(NOW + 1800), "date": http_date(NOW + 1000)}, 800),
        ({"expires": "0"}, 0),
        ({"expires": http_date(NOW - 1800)}, 0),
        ({"cache-control": "max-age=60", "expires": http_date(NOW + 1800)}, 60),
        ({"retry-after": "120"}, 120),
        ({"retry-after": http_date(NOW + 300)}, 300),
        ({"retry-after": "9" * 30}, 0),
        ({"retry-after": "soon"}, 0),
    ],
)
def test_what_a_server_wishes(headers, wait):
    assert wishes(headers, NOW).wait == wait


def test_retry_after_is_believed_for_a_week_at_most():
    assert retry_after({"retry-after": "99999999"}, NOW) == LONGEST_RETRY_AFTER
    assert retry_after({}, NOW) is None


def test_the_longest_wish_counts():
    wished = wishes({"cache-control": "max-age=600"}, NOW).of_feed(Feed("feed", ttl=3600))
    assert wished.wait == 3600


@pytest.mark.parametrize(("daily", "expected"), [(1000, SHORTEST), (48, 450), (30, 720), (10, USUAL), (1, USUAL)])
def test_the_interval_follows_how_often_a_source_publishes(daily, expected):
    assert interval(steady(daily), None) == pytest.approx(expected, rel=0.15)


def test_a_source_that_publishes_next_to_nothing_is_asked_seldom_and_the_operator_may_choose():
    assert interval(Rhythm((0.1, *(0.0,) * 23), 10.0, NOW), None) == LONGEST
    assert interval(Rhythm(), None) == USUAL
    assert interval(steady(1000), 7200) == 7200


def test_failures_double_the_interval_up_to_a_day():
    waits = [next_check(NOW, 900, ServerWishes(), failures, 0.0) - NOW for failures in (0, 1, 2, 3, 12, 40)]
    assert waits == [900, 1800, 3600, 7200, DAY, DAY]


def test_jitter_parts_sources_and_never_comes_before_a_wish():
    assert next_check(NOW, 900, ServerWishes(wait=1000), 0, 0.999) in range(NOW + 1000, NOW + 1101)


def test_a_skipped_hour_is_left_out_and_a_skipped_day_too():
    at = next_check(NOW + 50 * 60, 900, ServerWishes(skip_hours=frozenset({1, 2})), 0, 0.0)
    assert at == NOW + 3 * HOUR
    assert next_check(NOW, 900, ServerWishes(skip_days=frozenset({6})), 0, 0.0) == NOW + DAY


def test_a_feed_that_wants_never_to_be_asked_is_asked():
    assert next_check(NOW, 900, ServerWishes(skip_hours=frozenset(range(24))), 0, 0.0) == NOW + 900


def test_forty_a_day_and_then_six_hours_of_nothing_is_silence():
    rhythm = steady(40)
    assert not silent(rhythm, NOW - 5 * HOUR, NOW)
    assert silent(rhythm, NOW - 6 * HOUR - 300, NOW)
    assert not silent(steady(4), NOW - 20 * HOUR, NOW)
    assert silent(steady(4), NOW - 3 * DAY, NOW)


def test_a_night_is_no_silence():
    rhythm = Rhythm().after([], NOW - 10 * DAY)
    for day in range(10):
        midnight = NOW - (10 - day) * DAY
        rhythm = rhythm.after([midnight + 4 * HOUR + number * 900 for number in range(48)], midnight + DAY)
    assert rhythm.daily == pytest.approx(48, rel=0.1)
    morning, evening = NOW + 4 * HOUR, NOW + 16 * HOUR
    assert not silent(rhythm, evening, evening + 11 * HOUR)
    assert silent(rhythm, morning, morning + 7 * HOUR)


@given(
    st.integers(0, 2**33), st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 60),
    st.frozensets(st.integers(0, 23)), st.frozensets(st.integers(0, 6)), st.floats(0, 1, exclude_max=True),
)  # fmt: skip
def test_the_next_look_is_later_and_within_a_fortnight(now, every, wait, failures, hours, days, jitter):
    at = next_check(now, every, ServerWishes(wait, hours, days), failures, jitter)
    assert now <= at <= now + (max(every, DAY) + wait) * 1.1 + 8 * DAY


@given(
    st.dictionaries(st.sampled_from(["cache-control", "expires", "age", "date", "retry-after"]), st.text(max_size=40))
)
def test_no_header_harms(headers):
    assert 0 <= wishes(headers, NOW).wait <= LONGEST_RETRY_AFTER
