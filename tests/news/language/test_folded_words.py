import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.language.analyse import fold, folded_words, words

TEXTS = [
    "Ёлка на площади Абая: «Жаңа жыл» – 2025!",
    "128-інші бап АҚШ-тың YouTube-тағы Нур-Султан",
    "Д`Артаньян и д'Артаньян, О’Генри_#тег",
    "Көлiк пен cовет İstanbul ΑΣ ΑΣ",
    "",
]


@pytest.mark.parametrize("text", TEXTS)
def test_the_words_of_a_text_are_folded_in_one_go_as_each_is_alone(text):
    assert folded_words(text) == [fold(word) for word in words(text)]


@given(st.text(st.sampled_from("АЁәІіЖж аб-'`’_.5zX\n«»") | st.characters(), max_size=40))
def test_folding_in_one_go_holds_for_any_text(text):
    assert folded_words(text) == [fold(word) for word in words(text)]
