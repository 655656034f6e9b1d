import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.language import latin


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("fkvfns", "алматы"), ("0fkf", "қала"), ("r-kbr", "көлик"), (";evscs", "жумысы"), ("<tkmlb", "бельди")],
)
def test_latin_keys_are_read_as_the_kazakh_layout(typed, meant):
    assert latin.struck_cyrillic(typed) == meant


def test_a_number_stays_a_number():
    assert latin.struck_cyrillic("2024") == "2024"


def test_digits_among_cyrillic_letters_are_kazakh_letters():
    assert latin.kazakh_digits("0ала") == "қала"


def test_a_latin_name_typed_on_the_russian_layout_is_read():
    assert latin.struck_latin("шзрщту") == "iphone"


@given(st.text(max_size=60))
def test_any_text_can_be_read(text):
    for read in (latin.struck_cyrillic, latin.kazakh_digits, latin.struck_latin):
        assert isinstance(read(text), str)
