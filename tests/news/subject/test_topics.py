"""Topics: what an article is about, why, and what a person calls it."""

from pathlib import Path

import pytest

from news.language import lexicon
from news.subject import topics

CONTRACT = """
    smart-city transport roads ecology housing safety health education economy government diplomacy culture sport
    science tourism
"""


def slugs(title, body="", language="ru"):
    return [topic.slug for topic in topics.assign(title, body, language)]


def test_every_topic_of_the_contract_is_there_with_names_that_fit_a_button():
    assert set(CONTRACT.split()) <= set(topics.TOPICS)
    for slug in topics.TOPICS:
        for language in ("ru", "kk"):
            assert topics.name(slug, language)
            assert len(topics.short_name(slug, language)) <= 20


def test_the_words_of_the_lexicon_speak_for_topics_that_exist():
    named = {slug for concept in lexicon.load().concepts.values() for slug, _ in concept.topics}
    assert named <= set(topics.TOPICS)


@pytest.mark.parametrize(
    ("title", "language", "slug"),
    [
        ("В Алматы продлили автобусную полосу на проспекте Абая", "ru", "public-transport"),
        ("Абай даңғылында автобус жолағы ұзартылды", "kk", "public-transport"),
        ("Сейсенбіде қаланың бір бөлігінде су өшіріледі", "kk", "outages"),
        ("Часть города останется без света: планы отключений", "ru", "outages"),
        ("Сколько стоит новая Kia Sportage в Казахстане", "ru", "transport"),
        ("Сборная Казахстана по футболу сыграла вничью", "ru", "sport"),
        ("Футболдан ұлттық құрама тең ойнады", "kk", "sport"),
        ("Врачи рассказали о симптомах гриппа", "ru", "health"),
        ("Дәрігерлер тұмаудың белгілерін айтты", "kk", "health"),
        ("Ұлттық банк базалық мөлшерлемені өзгертті", "kk", "economy"),
        ("Смог над Алматы: качество воздуха ухудшилось", "ru", "air"),
    ],
)
def test_a_headline_gets_its_topic(title, language, slug):
    assert slugs(title, language=language)[0] == slug


def test_a_topic_names_the_words_of_the_text_that_earned_it():
    [topic, *_] = topics.assign("Школьники Астаны сдали ЕНТ", "", "ru")
    assert topic.slug == "education"
    assert set(topic.words) == {"школьники", "ент"}


def test_the_headline_outweighs_a_word_in_passing():
    body = "Матч смотрели на стадионе. После игры болельщики уехали на автобусе."
    assert slugs("Чемпион вернулся домой", body)[0] == "sport"


def test_other_languages_and_empty_texts_get_no_topic():
    assert topics.assign("Football championship", "", "en") == ()
    assert topics.assign("", "", "ru") == ()


@pytest.mark.parametrize(
    ("said", "slug"),
    [
        ("transport", "transport"),
        ("#УмныйГород", "smart-city"),
        ("#ақылды_қала", "smart-city"),
        ("су өшіру", "outages"),
        ("«спорт»", "sport"),
        ("ДОРОГИ", "roads"),
        ("дороге", "roads"),
        ("Ғылым және технология", "science"),
        ("борщ", None),
        ("", None),
        ("#", None),
    ],
)
def test_a_person_names_a_topic_in_either_language(said, slug):
    assert topics.find(said) == slug


def test_an_operators_file_adds_words_and_replaces_a_concept(tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("борщ* = борщ* @sport 3\nфутбол* = футбол* @culture 3\n", encoding="utf-8")
    known = lexicon.load(own)
    assert [t.slug for t in topics.assign("Борщ", "", "ru", known)] == ["sport"]
    assert [t.slug for t in topics.assign("Футболдан", "", "kk", known)] == ["culture"]


def test_a_wrong_line_of_an_operators_file_is_named(tmp_path):
    own = tmp_path / "own.txt"
    own.write_text("# ours\nборщ* @sport many\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"own\.txt, line 2"):
        lexicon.load(own)


def test_a_file_once_named_is_used_from_then_on(tmp_path, monkeypatch):
    monkeypatch.setattr(lexicon, "_own", [])
    own = tmp_path / "lexicon.txt"
    own.write_text("борщ* = борщ* @culture 3\n", encoding="utf-8")
    lexicon.use(own)
    assert slugs("Борщ с пампушками") == ["culture"]


def test_every_topic_has_words_that_speak_for_it():
    known = lexicon.load().concepts.values()
    spoken = {slug for concept in known for slug, weight in concept.topics if weight > 0}
    assert not set(topics.TOPICS) - spoken - {topics.parent(slug) for slug in spoken}


MAIN = frozenset(["sport", "economy", "science", "culture", "safety", "tourism", "government", "health"])
HEADLINES = [
    line.split("\t")
    for line in (Path(__file__).parent / "headlines.tsv").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_headline_alone_says_what_it_is_about(language):
    """A name, a machine, a price: nine of ten headlines come under the topic that a reader would look for them in."""
    told = [(topic, title) for topic, spoken, title in HEADLINES if spoken == language]
    wrong = [
        title
        for topic, title in told
        if next((found.slug for found in topics.assign(title, "", language) if found.slug in MAIN), None) != topic
    ]
    assert len(wrong) <= 0.05 * len(told), wrong


@pytest.mark.parametrize(
    ("title", "not_this"),
    [
        ("Что это такое и кому следовательно платить", "safety"),
        ("Врачи провели сложную операцию", "culture"),
        ("Он пытался дозвониться весь вечер", "safety"),
        ("Лицензию у клиники отозвали", "education"),
        ("Уголовное дело закрыли", "economy"),
        ("Физики поймали фотоны", "culture"),
        ("Матчасть: сборник задач по алгебре", "sport"),
    ],
)
def test_a_word_that_only_begins_like_another_says_nothing(title, not_this):
    assert not_this not in [found.slug for found in topics.assign(title, "", "ru")]


@pytest.mark.parametrize(
    ("title", "not_this"),
    [
        ("Жиналыс ертең болатын болады", "economy"),
        ("Шығыс өңірде жаңбыр жауады", "economy"),
        ("Бұл құралды пайдаланыңыз", "economy"),
        ("Ол осы ұстанымын ұстанып келеді", "safety"),
        ("Кездесу барысында сұрақ қойылды", "ecology"),
        ("Салтанатты жиын өтті", "culture"),
        ("Америка Құрама Штаттары баж салды", "sport"),
    ],
)
def test_a_kazakh_word_that_only_begins_like_another_says_nothing(title, not_this):
    assert not_this not in [found.slug for found in topics.assign(title, "", "kk")]


def test_a_burst_pipe_is_not_first_a_matter_of_roads():
    body = "Движение по улице перекрыли, асфальт восстановят к вечеру."
    assert topics.assign("Прорвало трубу на улице Байтурсынова", body, "ru")[0].slug in ("housing", "outages")


@pytest.mark.parametrize(
    ("title", "body", "language"),
    [
        (
            "Астана и Вроцлав стали побратимами",
            (
                "Посол Польши привёз делегацию. Мэр рассказал о трамваях, города будут вместе развивать общественный "
                "транспорт и беречь экологию."
            ),
            "ru",
        ),
        (
            "Шымкент и Бурса",
            "Аким встретился с мэром турецкого города. Обсудили автобусы, уборку и обмен делегациями.",
            "ru",
        ),
        (
            "Шымкент пен Бурса бауырлас қала болды",
            "Елші делегация бастап келді. Тараптар қоғамдық көлік пен экология саласында тәжірибе алмасады.",
            "kk",
        ),
        (
            "Ақтау қонақтарын қарсы алды",
            "Қала әкімі Баку мэрімен кездесті. Автобус паркі мен жол жөндеу туралы тәжірибемен алмасу жоспарланды.",
            "kk",
        ),
    ],
)
def test_what_guests_talked_about_is_no_news_of_transport(title, body, language):
    found = slugs(title, body, language)
    assert "diplomacy" in found
    assert not {"transport", "public-transport", "roads", "ecology", "housing"} & set(found)


def test_a_railway_that_two_countries_agree_on_is_transport_all_the_same():
    body = "Меморандум подписали во время визита делегации. Посол рассказал о поездах."
    assert slugs("Казахстан и Китай построят железную дорогу", body)[0] == "transport"
