import pytest

from news.language.analyse import term
from news.language.skeleton import initial, initials

FORMS = {
    "ru": "мосты мостам люди людьми дети лет году шёл идущий его неё ими мне нас лучшая худший быстрее побыстрее"
    " наибольший ёлки эти щенками юлой яблони цирка был были есть берём млн ищет дня льда ушёл поплотнее во ии",
    "kk": "қалаға көпірдің әкімдігі бұған мұндағы маған оларға оған ұлттық үйінде ілімі көбі ағы аққан тіккен егу",
}


@pytest.mark.parametrize(
    ("word", "language"), [(word, language) for language in FORMS for word in FORMS[language].split()]
)
def test_a_form_begins_like_its_key_or_as_is_known_of_it(word, language):
    folded = word.replace("ё", "е")
    assert initial(folded) in initials(term(folded, language))


def test_spellings_of_one_word_have_one_initial():
    assert initial("қала") == initial("кала") == "ка"
    assert initial("үй") == initial("уй")
    assert initial("яблоко") == initial("ия")
    assert initial("ссора") == "со"
    assert initial("") == ""


def test_words_that_begin_otherwise_can_be_no_form():
    assert initial("казна") not in initials("книга")
    assert initial("алма") not in initials("қала")
