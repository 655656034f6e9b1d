import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.language import latin
from news.language.analyse import fold
from news.language.skeleton import skeleton


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("qala", "қала"),
        ("ózgertý", "өзгерту"),  # the alphabet of 2018
        ("oqiğağa", "оқиғаға"),  # of 2021
        ("aimaqtardaghy", "аймақтардағы"),
        ("jolawshi", "жолаушы"),
        ("gektardaj", "гектардай"),
        ("khalyk", "халық"),
        ("yustitsii", "юстиции"),
        ("shchuka", "щука"),
        ("podyezd", "подъезд"),
        ("tengri", "тенгри"),
    ],
)
def test_latin_spellings_meet_the_cyrillic_word(typed, meant):
    assert skeleton(fold(meant)) in latin.skeletons(fold(typed))


@pytest.mark.parametrize(("typed", "meant"), [("казакстан", "қазақстан"), ("онир", "өңір"), ("жумыс", "жұмыс")])
def test_words_without_kazakh_letters_share_the_skeleton(typed, meant):
    assert skeleton(typed) == skeleton(meant)


def test_a_beginning_that_may_become_a_digraph_is_tried_without_its_last_letter():
    assert "ка" in latin.skeletons("kas", prefix=True)


@given(st.text(max_size=40))
def test_any_word_has_few_skeletons(word):
    assert 1 <= len(latin.skeletons(word)) <= 24


@given(st.text(alphabet="абвгғқңөұүһійыяюцщьъ", max_size=20), st.integers(0, 20))
def test_the_skeleton_of_a_beginning_begins_the_skeleton(word, cut):
    assert skeleton(word).startswith(skeleton(word[:cut]))


def test_a_roman_numeral_is_read_in_either_script():
    assert latin.roman_twin("ххі") == "xxi"
    assert latin.roman_twin("iii") == "ііі"
    assert [latin.roman_twin(word) for word in ("xv", "х", "хи", "хххх", "іс", "")] == [None] * 6
