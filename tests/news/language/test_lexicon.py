"""The bilingual lexicon: phrases in either language, and one key for names in both."""

import pytest

from news.language.analyse import fold, words
from news.language.lexicon import FOLDER, Lexicon, concepts, parse, skeleton
from news.language.phrases import Phrases


def folded(text):
    return [fold(word) for word in words(text)]


def met(language, pattern, text):
    return bool(Phrases(language, [(pattern, 1)]).find(folded(text)))


@pytest.mark.parametrize(
    ("language", "pattern", "text", "found"),
    [
        ("ru", "футбол*", "футболисты", True),
        ("ru", "суд", "в суде", True),
        ("ru", "суд", "судно", False),
        ("ru", "сет", "сеть", False),
        ("ru", "сет", "сетов", True),
        ("ru", "поэт", "поэтому", False),
        ("ru", "меню", "меня", False),
        ("ru", "=вто", "ВТО", True),
        ("ru", "=вто", "втором", False),
        ("ru", "умн* город*", "умного города", True),
        ("ru", "умн* город*", "умного большого города", False),
        ("kk", "сот", "соттың", True),
        ("kk", "сот", "сотқа", True),
        ("kk", "сот", "сотка", True),
        ("kk", "сот", "сотыда", True),
        ("kk", "сот", "сотрудник", False),
        ("kk", "мектеп", "мектебіндегі", True),
        ("kk", "қала", "қалаларымыздағы", True),
        ("kk", "су өшір*", "Суды өшіреді", True),
    ],
)
def test_a_pattern_meets_the_forms_of_its_word_and_no_others(language, pattern, text, found):
    assert met(language, pattern, text) is found


def test_a_phrase_says_where_it_stands_and_the_shorter_one_inside_is_found_too():
    phrases = Phrases("ru", [("умн* город*", "both"), ("город*", "one")])
    assert phrases.find(folded("Как умный город работает")) == [("both", 1, 3), ("one", 2, 3)]


@pytest.mark.parametrize(
    ("russian", "kazakh"),
    [
        ("отключение воды", "су өшіріледі"),
        ("чемпионат мира", "әлем чемпионатында"),
        ("землетрясение", "жер сілкінісі"),
        ("министерство", "министрлігінің"),
    ],
)
def test_both_languages_name_one_concept(russian, kazakh):
    assert set(concepts(folded(russian), "ru")) & set(concepts(folded(kazakh), "kk"))


@pytest.mark.parametrize(
    ("russian", "kazakh"),
    [
        ("Бауыржана", "Бауыржанның"),
        ("Казахстане", "Қазақстанда"),
        ("экологии", "экологияның"),
        ("министра", "министрі"),
        ("Караганде", "Қарағандыға"),
        ("Токаевым", "Тоқаевпен"),
        ("Костанае", "Қостанайдың"),
        ("Трампа", "Трамптың"),
        ("Жезказгана", "Жезқазғаннан"),
    ],
)
def test_a_name_has_one_skeleton_in_both_languages(russian, kazakh):
    assert skeleton(russian, "ru") == skeleton(kazakh, "kk")


def test_different_names_keep_different_skeletons():
    names = ["Астана", "Атырау", "Актау", "Актобе", "Павлодар", "Петропавловск", "Тараз", "Талдыкорган"]
    assert len({skeleton(name, "ru") for name in names}) == len(names)


def test_no_line_of_ours_replaces_another():
    ids = [concept.id for path in FOLDER.glob("*.txt") for concept in parse(path.read_text("utf-8").splitlines())]
    assert sorted(ids) == sorted(set(ids))


def test_a_loose_line_speaks_for_a_topic_and_translates_nothing():
    [field] = parse(["~ лев, тигр = арыстан*, жолбарыс* @science 1"])
    known = Lexicon([field])
    assert known.find(["тигр"], "ru") == []
    assert [found.value for found in known.find_topical(["тигр"], "ru")] == [field]


def test_a_line_for_a_topic_that_is_not_there_is_refused_with_its_number():
    with pytest.raises(ValueError, match="line 2: there is no topic @nosuch"):
        list(parse(["мост = көпір @roads 2", "мост = көпір @nosuch 2"]))


def test_a_hyphen_in_a_phrase_parts_words_as_it_does_in_texts():
    """An operator's «іс-шара» must not reach the index as one token."""
    [concept] = parse(["≈ мероприятие = іс-шара"])
    assert concept.kk == ("іс шара",)
    assert [found.value for found in Lexicon([concept]).find_alike(["іс", "шара"], "kk")] == [concept]
