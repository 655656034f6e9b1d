"""How clock times are said in a sentence, and that a town has one name wherever it is named."""

from importlib import resources

import pytest

from handlers.views.dates import WEEKEND, at_text, when_said
from locales import texts
from news.subject.places import PLACES
from news.timetable import Timetable


@pytest.mark.parametrize(
    ("clock", "said"),
    [
        *((f"{hour:02}:00", "-де") for hour in range(24)),
        ("07:55", "-те"),
        ("2:33", "-те"),
        ("11:29", "-да"),
        ("15:16", "-да"),
        ("9:05", "-те"),
        ("9:10", "-да"),
        ("18:20", "-да"),
        ("8:30", "-да"),
        ("8:40", "-та"),
        ("8:50", "-де"),
        ("8:01", "-де"),
        ("8:12", "-де"),
        ("8:47", "-де"),
        ("8:58", "-де"),
        ("8:24", "-те"),
    ],
)
def test_a_kazakh_clock_time_ends_as_its_last_number_is_spoken(clock, said):
    hour, minute = map(int, clock.split(":"))
    assert at_text([hour * 60 + minute], "kk") == f"{hour:02}:{minute:02}{said}"


def test_several_times_take_one_ending_and_one_and():
    assert at_text([480, 720, 1110], "kk") == "08:00, 12:00 және 18:30-да"
    assert at_text([480, 720, 1110], "ru") == "в 08:00, 12:00 и 18:30"
    assert when_said(Timetable((480,), 0b101), texts("kk")) == "дс, ср күндері 08:00-де"
    assert when_said(Timetable((480, 1080), WEEKEND), texts("ru")) == "по выходным в 08:00 и 18:00"


def test_a_town_is_named_alike_in_all_data():
    known = {name.casefold() for place in PLACES.values() for name in (place.ru, place.kk)}
    aliases = {name.casefold() for place in PLACES.values() for name in place.other} - known
    rows = (resources.files("news") / "data" / "zone_towns.tsv").read_text(encoding="utf-8").splitlines()
    named = {name.casefold() for row in rows if not row.startswith("#") for name in row.split("\t")[3].split(";")}
    assert len(named & known) > 10
    assert not named & aliases
