"""Dates as pages print them."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.text.dates import ALMATY, find_date, parse_date, parse_iso, plausible


def at(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ALMATY)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("03.02.2026, 17:02 7341", at(2026, 2, 3, 17, 2)),
        ("03.02.2026, 17:02 512", at(2026, 2, 3, 17, 2)),
        ("00:45, 14 Қаңтар 2026 | GMT +5", datetime(2026, 1, 13, 19, 45, tzinfo=UTC)),
        ("19:43, 19 Январь 2026 | GMT +5", datetime(2026, 1, 19, 14, 43, tzinfo=UTC)),
        ("09 января 2024 | 17:04", at(2024, 1, 9, 17, 4)),
        ("12 маусым 2024 | 16:41", at(2024, 6, 12, 16, 41)),
        ("Воскресенье, 29 Дек 2019, 12:00", at(2019, 12, 29, 12, 0)),
        ("27 августа, 2024", date(2024, 8, 27)),
        ("12 наурыз, 2026", date(2026, 3, 12)),
        ("1 Декабря 2020 14:02", at(2020, 12, 1, 14, 2)),
        ("21 Tamyz, 2023", date(2023, 8, 21)),
        ("14:55, 11 Qyrkúıek 2023", at(2023, 9, 11, 14, 55)),
        ("5 Säuır 2022", date(2022, 4, 5)),
        ("12 شىلدە، 2020", date(2020, 7, 12)),
        ("Qala 09 aqp. 2020 09:57 535", at(2020, 2, 9, 9, 57)),
        ("16 naý. 2026 10:33", at(2026, 3, 16, 10, 33)),
        ("5 qyr. 2024", date(2024, 9, 5)),
        ("17.03.2016", date(2016, 3, 17)),
        ("27-11-2026, 14:05", at(2026, 11, 27, 14, 5)),
        ("27-қараша 2026", date(2026, 11, 27)),
        ("Дата: 06 февраля 2026 в 12:05", at(2026, 2, 6, 12, 5)),
        ("2026 ж. 22 қараша", date(2026, 11, 22)),
        ("2026 жылғы 22 қараша, 12:30", at(2026, 11, 22, 12, 30)),
        ("5 мамыр 2024 сағат 12:40", at(2024, 5, 5, 12, 40)),
        ("12 мая 2024, 10:00 (GMT+6)", datetime(2024, 5, 12, 4, 0, tzinfo=UTC)),
        ("00:45, 14 қаңтар 2026 GMT +500", datetime(2026, 1, 13, 19, 45, tzinfo=UTC)),
        ("2026-01-28T17:02:11+0530", datetime(2026, 1, 28, 11, 32, tzinfo=UTC)),
        ("2026-01-28T17:02:11Z", datetime(2026, 1, 28, 17, 2, tzinfo=UTC)),
        ("January 14, 2026", date(2026, 1, 14)),
    ],
)
def test_a_printed_date_is_read(text: str, expected: date) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1302",
        "11:35",
        "10.17",
        "9 января",
        "Вчера",
        "26 ноября",
        "Алматы-2020",
        "31.02.2024",
        "Бүгiн 2026, 17:52",
        "в 2019 году",
        "10.0.2024.7",
        "99 мая 2024",
        "01.01.1700",
        "14 қаңтар 1999",
        "0001-01-01",
        "тел. 8 727 271 2016",
    ],
)
def test_what_is_no_full_date_is_none(text: str) -> None:
    assert parse_date(text) is None


def test_an_hour_printed_before_march_2024_is_on_almaty_s_old_clock() -> None:
    assert parse_date("09 января 2024 | 17:04").utcoffset() == timedelta(hours=6)
    assert parse_date("09 марта 2024 | 17:04").utcoffset() == timedelta(hours=5)


def test_a_date_after_the_present_is_refused_but_a_clock_may_be_some_minutes_fast() -> None:
    now = int(datetime(2026, 11, 22, 12, 0, tzinfo=UTC).timestamp())
    assert parse_date("22.11.2026 17:10", now=now) == at(2026, 11, 22, 17, 10)
    assert parse_date("22.11.2026 17:20", now=now) is None
    assert parse_date("24.11.2026", now=now) is None
    assert plausible(date(9999, 1, 1)) is None


def test_a_machine_s_date_keeps_its_zone_and_a_bare_day_stays_a_day() -> None:
    assert parse_iso("2016-02-09") == date(2016, 2, 9)
    assert parse_iso("2016-02-09T10:00:00+06:00") == datetime(2016, 2, 9, 10, tzinfo=timezone(timedelta(hours=6)))
    assert parse_iso("2026-02-09T10:00:00") == at(2026, 2, 9, 10, 0)
    assert parse_iso("9999999999") is None


@given(
    st.from_regex(r"(\d\d:\d\d, )?\d\d? (мая|қаңтар) 20\d\d( \d\d:\d\d)?( \| )?(GMT)? ?[+-]?\d{0,5}", fullmatch=True)
)
def test_any_hour_and_zone_is_read_or_refused(text: str) -> None:
    printed = find_date(text)
    assert printed is None or printed.published.isoformat()


@given(st.text())
def test_any_text_is_a_date_or_none(text: str) -> None:
    assert parse_iso(text) is None or True  # neither raises
    printed = find_date(text)
    assert printed is None or printed.published.year >= 1900
