import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.language.analyse import fold, term, terms, words

LANGUAGES = st.sampled_from(["ru", "kk", "en"])


def test_words_are_runs_of_letters_and_digits():
    assert words("Нур-Султан: 10-қазан, А.С.Пушкин, #ақылды_қала, 5G") == [
        "Нур", "Султан", "10", "қазан", "А", "С", "Пушкин", "ақылды", "қала", "5G",
    ]  # fmt: skip


def test_an_ending_joined_by_a_hyphen_is_no_word():
    assert words("АҚШ-тың 5-ке YouTube-тағы 90-х 21-й") == ["АҚШ", "5", "YouTube", "90", "21"]


def test_invisible_marks_and_stress_are_lost():
    assert words("за\u0301мок Алма\u00adты \ufeffқала\u200b и\u0306од") == ["замок", "Алматы", "қала", "йод"]


def test_look_alike_letters_take_the_script_they_stand_in():
    assert words("бiлiм мəселе Cocа") == ["білім", "мәселе", "Coca"]
    assert fold("Ёлка") == "елка"


@given(st.text(), LANGUAGES)
def test_any_text_is_analysed_word_by_word(text, language):
    found = terms(text, language)
    assert len(found) == len(words(text))
    assert all(found)


@given(st.text())
def test_folding_twice_is_folding_once(text):
    assert fold(fold(text)) == fold(text)


def test_forms_of_a_word_meet():
    assert len({term(form, "ru") for form in ("город", "города", "городом")}) == 1
    assert len({term(form, "kk") for form in ("қала", "қаланың", "қалалар", "қаласы")}) == 1


@pytest.mark.parametrize(
    ("forms", "base"),
    [
        ("назарбаевтың назарбаевқа назарбаевтан назарбаев", "назарбаев"),
        ("тоқаевқа тоқаевпен тоқаев", "тоқаев"),
        ("бишимбаевтың бишимбаев", "бишимбаев"),
        ("сағынтаевтың сағынтаевтан", "сағынтаев"),
        ("мәсімовтің мәсімовке мәсімов", "мәсімов"),
        ("жапаровтың жапаровқа", "жапаров"),
        ("маминнің мамин", "мамин"),
        ("еліміз елімізде еліміздің елдің", "ел"),
        ("отырмыз отырмын отырған", "отыру"),
        ("тұрмыз тұрсың тұрады", "тұру"),
        ("төлеушінің төлеушілер төлеуші", "төлеуші"),
        ("желдері желдің", "жел"),
        ("орында орнында орны", "орын"),
        ("қосты қосылды қосылған", "қосу"),
        ("алынды алынады алды", "алу"),
    ],
)
def test_kazakh_forms_meet_at_their_base(forms, base):
    assert {term(form, "kk") for form in forms.split()} == {base}


def test_tenge_is_a_word_in_russian():
    assert term("тенге", "ru") == "тенге"
