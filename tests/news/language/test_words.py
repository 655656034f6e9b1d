from collections import Counter
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.language import analyse, kazakh, russian
from news.language.analyse import fold, term, terms, words
from tests.news.language.paradigms import NOUNS, VERBS, noun, verb

CYRILLIC = st.text("абвгғдежзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяәё", min_size=1, max_size=18)
RUSSIAN = """
город города городу городом городе городов городам городами городах
новость новости новостью новостей новостям новостями новостях
школа школы школе школу школой школ школам школами школах
министр министра министру министром министре министры министров министрам министрами министрах
дорога дороги дороге дорогу дорогой дорог дорогам дорогами дорогах
построить построил построила построили построит построят построим постройте
открыть открыл открыла открыли откроет откроют откроем
казахстан казахстана казахстану казахстаном казахстане
городской городского городскому городским городском городская городскую городские городских городскими
человек человека человеку человеком люди людей людям людьми людях
год года году годом годы годов годам годами годах лет
ребенок ребенка дети детей детям детьми
быстрый быстрого быстро быстрая быстрые
главный главного главное главная главные
погибнуть погиб погибла погибший погибшего погибших
установить установил установлен установленный установленного
тысяча тысяч тысячи тыс
миллион миллионов млн
минута минуты минут мин
статья статьи статей статью
""".strip().splitlines()


@pytest.mark.parametrize("forms", [*map(noun, NOUNS), *map(verb, VERBS)], ids=[*NOUNS, *VERBS])
def test_the_forms_of_a_kazakh_word_meet(forms):
    """Two forms may be those of another word too: «қызды» of қыз and of қызу, «суретте» of сурет and of суреттеу."""
    _, together = Counter(term(form, "kk") for form in forms).most_common(1)[0]
    assert together >= len(forms) - 2


@pytest.mark.parametrize("forms", [line.split() for line in RUSSIAN], ids=[line.split()[0] for line in RUSSIAN])
def test_the_forms_of_a_russian_word_meet(forms):
    assert len({term(form, "ru") for form in forms}) == 1


@pytest.mark.parametrize(
    ("form", "lemma"),
    [
        ("халқы", "халық"), ("кітабыма", "кітап"), ("оқиды", "оқу"), ("қоюға", "қою"), ("тауып", "табу"),
        ("жазылды", "жазу"), ("барған", "бару"), ("елдердің", "ел"), ("қаладағы", "қала"), ("соған", "сол"),
        ("паркте", "парк"), ("болмаған", "болу"), ("мектептерімізде", "мектеп"), ("шығып", "шығу"),
        ("кештің", "кеш"), ("боксшының", "боксшы"), ("дзюдошының", "дзюдошы"), ("бардың", "бару"),
        ("органдардың", "орган"), ("ресурстарды", "ресурс"), ("тегін", "тегін"), ("тапшы", "тапшы"),
        ("тұмауға", "тұмау"), ("жолақысы", "жолақы"), ("жеңілді", "жеңу"), ("қыста", "қыс"), ("қысқа", "қысқа"),
    ],
)  # fmt: skip
def test_a_kazakh_form_is_brought_to_its_dictionary_form(form, lemma):
    assert kazakh.key(form) == lemma


def test_a_verb_and_its_passive_name_each_other():
    pairs = {"ашу": "ашылу", "беру": "берілу", "сайлау": "сайлану", "жасау": "жасалу", "алу": "алыну", "бөлу": "бөліну"}
    assert {verb: kazakh.other_voice(verb) for verb in pairs} == pairs
    assert {passive: kazakh.other_voice(passive) for passive in pairs.values()} == {p: v for v, p in pairs.items()}
    assert [kazakh.other_voice(word) for word in ("су", "мектеп", "той")] == [None] * 3


@pytest.mark.parametrize(
    ("form", "lemma"),
    [("нашли", "найти"), ("министров", "министр"), ("людей", "человек"), ("Токаева", "токаев"), ("акима", "аким")],
)
def test_the_likelier_of_two_russian_readings_is_taken(form, lemma):
    assert term(form, "ru") == term(lemma, "ru")


@given(CYRILLIC, st.sampled_from(["ru", "kk"]))
def test_the_key_of_a_key_is_itself(word, language):
    key = term(word, language)
    assert term(key, language) == key


@pytest.mark.parametrize(
    ("form", "lemma"),
    [("қысысты", "қысу"), ("қысысып", "қысу"), ("кесісті", "кесу"), ("басысты", "басу"), ("айтысысты", "айтысыс")],
)
def test_a_verb_may_have_two_suffixes_of_doing_it_together(form, lemma):
    assert terms(f"олар қол {form} деді", "kk")[2] == lemma


@given(
    st.sampled_from(
        [
            "бала",
            "ті",
            "ту",
            "қи",
            "бар",
            "көр",
            "сой",
            "ал",
            "бел",
            "айт",
            "кес",
            "тап",
            "көз",
            "жаз",
            "қан",
            "көн",
            "жаң",
        ]
    ),
    st.lists(st.sampled_from([*kazakh._VOICES, *kazakh.model().endings]), max_size=6),
)
def test_every_walk_along_the_suffixes_is_analysed(stem, suffixes):
    """Stems of every class, then up to six suffixes, whether grammar allows them there or not."""
    word = (stem + "".join(suffixes))[:28]
    for reading in kazakh.candidates(word, kazakh.model().endings):
        assert reading.voice in kazakh.model().voices
        assert reading.change in kazakh.model().changes
    assert kazakh.key(word)


@pytest.mark.parametrize("stem", ["бала", "қи", "бар", "ал", "қан", "жаз", "кес"])
def test_every_two_suffixes_of_voice_have_a_score(stem):
    for first, second in product(kazakh._VOICES, repeat=2):
        for ending in ("ды", "ті", "ып", "у", ""):
            assert kazakh.key(f"{stem}{first}{second}{ending}")


@given(st.text(max_size=40))
def test_whatever_is_written_is_analysed(text):
    for word in words(text):
        assert kazakh.key(fold(word))
        assert russian.key(fold(word))


def test_a_word_that_the_analyser_fails_at_stands_for_itself_and_is_told(monkeypatch, caplog):
    def fail(word):
        raise KeyError("mm")

    monkeypatch.setitem(analyse._KEYS, "kk", fail)
    assert terms("Ғарышкерлерсіз", "kk") == ["ғарышкерлерсіз"]
    assert "'Ғарышкерлерсіз' cannot be analysed" in caplog.text


def test_what_is_no_word_of_the_language_stands_for_itself():
    assert terms("YouTube 5G covid19 қ", "kk") == ["youtube", "5g", "covid19", "қ"]
    assert russian.key("бгд12") == "бгд12"


def test_kazakh_names_in_russian_text_are_analysed_as_kazakh():
    assert term("Қазақстанның", "ru") == term("Қазақстан", "kk")


def test_memory_of_word_forms_is_bounded(monkeypatch):
    monkeypatch.setattr(analyse, "_REMEMBERED", 100)
    for number in range(1000):
        term(f"сөз{number}", "kk")
    assert len(analyse._recent["kk"]) <= 100
    assert term("қаланың", "kk") == "қала"
