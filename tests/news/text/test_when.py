"""When feeds say that something was published: as strangers spell it."""

from datetime import date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.text.dates import moment

TEN = "2026-11-28T10:15:00"
SPELLINGS = {
    f"{TEN}+05:00": [
        "Sat, 28 Nov 2026 10:15:00 +0500",
        "Sat, 28 Nov 2026 10:15:00 +05:00",
        "Sat, 28 Nov 2026 10:15:00 +5:00",
        "Sat, 28 Nov 2026 10:15:00 +05",
        "Sat, 28 Nov 2026 10:15:00 +5",
        "Sat, 28 Nov 2026 10:15:00 GMT+5",
        "Sat, 28 Nov 2026 10:15:00 GMT +5",
        "Sat, 28 Nov 2026 10:15:00 GMT+05",
        "Sat, 28 Nov 2026 10:15:00 GMT+0500",
        "Sat, 28 Nov 2026 10:15:00 GMT+05:00",
        "Sat, 28 Nov 2026 10:15:00 UTC+5",
        "Sat, 28 Nov 2026 10:15:00 UTC +05:00",
        "Sat, 28 Nov 2026 10:15:00 (GMT+5)",
        "Sat, 28 Nov 2026 10:15:00 +0500 (QYZT)",
        "Sat, 28 Nov 2026 10:15:00 +0500 (Asia/Almaty)",
        "Sat, 28 Nov 2026 10:15:00 QYZT",
        "Sat, 28 Nov 2026 10:15:00 ALMT",
        "Sat, 28 Nov 2026 10:15:00 AQTT",
        "Sat, 28 Nov 2026 10:15:00 YEKT",
        "Sat, 28 Nov 2026 10:15:00 Asia/Almaty",
        "Sat, 28 Nov 2026 10:15:00 Asia/Qyzylorda",
        "Sat, 28 Nov 2026 10:15:00",
        "Sat, 28 Nov 2026 10:15",
        "28 Nov 2026 10:15:00 +0500",
        "28 Nov 26 10:15 +0500",
        "28 November 2026 10:15 +05:00",
        "Saturday, 28-Nov-26 10:15:00 +05",
        "Sat Nov 28 10:15:00 2026",
        "Sat Nov 28 10:15:00 +05 2026",
        "Sat Nov 28 10:15:00 QYZT 2026",
        "Sat Nov 28 2026 10:15:00 GMT+0500 (Kazakhstan Time)",
        "Nov 28, 2026 10:15 AM +0500",
        "November 28, 2026 10:15:00 a.m.",
        "  Sat,  28 Nov 2026\n10:15:00   +0500 ",
        "Сб, 28 ноя 2026 10:15:00 +0500",
        "28 ноября 2026, 10:15",
        "28 ноября 2026, 10:15 (GMT+5)",
        "10:15, 28 Қараша 2026 | GMT +5",
        "2026-11-28T10:15:00+05:00",
        "2026-11-28T10:15:00.000+05:00",
        "2026-11-28T10:15:00+0500",
        "2026-11-28T10:15:00+05",
        "2026-11-28T10:15+05:00",
        "2026-11-28 10:15:00 +0500",
        "2026-11-28 10:15:00 GMT+5",
        "2026-11-28 10:15:00",
        "2026-11-28T10:15:00",
        "2026-11-28T10:15:00 QYZT",
        "2026-W48-6T10:15:00+05:00",
        "20261128T101500+0500",
        "28.11.2026 10:15",
        "28/11/2026 10:15:00 +05:00",
        "2026/11/28 10:15",
    ],
    f"{TEN}+00:00": [
        "Sat, 28 Nov 2026 10:15:00 GMT",
        "Sat, 28 Nov 2026 10:15:00 UTC",
        "Sat, 28 Nov 2026 10:15:00 UT",
        "Sat, 28 Nov 2026 10:15:00 Z",
        "Sat, 28 Nov 2026 10:15:00 +0000",
        "Sat, 28 Nov 2026 10:15:00 -0000",
        "Sat, 28 Nov 2026 10:15:00 GMT+0",
        "2026-11-28T10:15:00Z",
        "2026-11-28 10:15:00 UTC",
        "20261128T101500Z",
    ],
    f"{TEN}+05:30": ["Sat, 28 Nov 2026 10:15:00 +5:30", "Sat, 28 Nov 2026 10:15:00 GMT+5:30"],
    f"{TEN}+03:00": ["Sat, 28 Nov 2026 10:15:00 MSK", "Sat, 28 Nov 2026 10:15:00 GMT+3"],
    f"{TEN}-08:00": ["Sat, 28 Nov 2026 10:15:00 PST", "Sat, 28 Nov 2026 10:15:00 −08:00"],
    "2026-11-28T22:15:00+05:00": ["Nov 28, 2026 10:15 PM", "Sat, 28 Nov 2026 10:15:00 pm +0500"],
    "2026-11-28T00:15:00+05:00": ["28 Nov 2026 12:15 AM"],
    f"{TEN}.0+05:00": [
        "Sat, 28 Nov 2026 10.15.00 +0500",
        "28.11.2026 10.15.00",
        "2026-11-28 10.15",
        "20261128101500",
        "1795842900",
        "1795842900000",
        "1795842900.25",
        "11/28/2026 10:15:00 AM",
    ],
    "2026-06-30T23:59:59+00:00": ["Tue, 30 Jun 2026 23:59:60 GMT"],
}


@pytest.mark.parametrize(("text", "instant"), [(text, at) for at, texts in SPELLINGS.items() for text in texts])
def test_a_clock_is_read_with_its_zone_however_that_is_spelt(text, instant):
    assert moment(text) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    "text", ["Sat, 28 Nov 2026 10:15:00", "2026-11-28 10:15", "28.11.2026 10:15", "28 ноября 2026, 10:15"]
)
def test_a_clock_without_a_zone_is_in_the_zone_of_its_source(text):
    assert moment(text, ZoneInfo("Asia/Yerevan")) == datetime.fromisoformat(f"{TEN}+04:00")


def test_a_bare_day_stays_a_day():
    assert [moment(text) for text in ("2026-11-28", "28.11.2026", "28 ноября 2026", "20261128")] == [
        date(2026, 11, 28)
    ] * 4


@pytest.mark.parametrize(
    "text", ["", None, "вчера", "10:15", "Mon, 01 Jan 0000 10:15:00 GMT", "Mon, 31 Feb 2026 10:15:00", "2026-13-45"]
)
def test_what_is_no_date_gives_none(text):
    assert moment(text) is None


@given(
    when=st.datetimes(min_value=datetime(2001, 1, 1), max_value=datetime(2030, 1, 1)).map(
        lambda at: at.replace(microsecond=0)
    ),
    hours=st.integers(-11, 14),
    minutes=st.sampled_from([0, 30, 45]),
    shape=st.sampled_from(
        ["%a, %d %b %Y %H:%M:%S {}", "%d %b %y %H:%M:%S {}", "%a %b %d %H:%M:%S {} %Y", "%Y-%m-%dT%H:%M:%S{}"]
    ),
    sign=st.sampled_from(["{s}{h:02}{m:02}", "{s}{h:02}:{m:02}", "GMT{s}{h:02}{m:02}", "UTC{s}{h}:{m:02}"]),
)
def test_any_instant_in_any_spelling_comes_back(when, hours, minutes, shape, sign):
    zone: tzinfo = timezone((1 if hours >= 0 else -1) * timedelta(hours=abs(hours), minutes=minutes))
    printed = sign.format(s="+" if hours >= 0 else "-", h=abs(hours), m=minutes)
    assert moment(when.strftime(shape).format(printed)) == when.replace(tzinfo=zone)


@given(st.text(max_size=90) | st.text(alphabet="0123456789:-+/. TZGMUJanFebSat,", max_size=60))
def test_no_text_raises(text):
    found = moment(text)
    assert found is None or isinstance(found, date)
