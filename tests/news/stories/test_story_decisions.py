"""Stories: one event, whoever tells it and in whichever language; and what a reader is told about a story."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from news.stories.signature import pack, signature, unpack
from news.stories.stories import Story, StoryCandidate, StoryMember, choose, is_copy, likeness, same_story

BRIDGE_RU = (
    "В Павлодаре закрыли мост через Иртыш на ремонт",
    (
        "Мост через Иртыш в Павлодаре закрыли на капитальный ремонт до 15 декабря, сообщил акимат. Движение перекрыто для "
        "автобусов и грузовиков. На ремонт выделили 2,7 млрд тенге, работы ведёт компания «Кереку Жол». Аким города Ерлан "
        "Сатыбалдин осмотрел объект и пообещал открыть две полосы к 1 декабря."
    ),
)
BRIDGE_RU_2 = (
    "Павлодарский мост через Иртыш перекрыт до 15 декабря",
    (
        "Ремонт моста через Иртыш в Павлодаре обойдётся в 2,7 млрд тенге. Акимат перекрыл движение автобусов и грузовиков. "
        "«Кереку Жол» откроет две полосы к 1 декабря, заявил аким Ерлан Сатыбалдин."
    ),
)
BRIDGE_KK = (
    "Павлодарда Ертіс көпірі жөндеуге жабылды",
    (
        "Павлодардағы Ертіс көпірі 15 желтоқсанға дейін күрделі жөндеуге жабылды, деп хабарлады әкімдік. Автобустар мен жүк "
        "көліктерінің қозғалысы шектелді. Жөндеуге 2,7 млрд теңге бөлінді, жұмысты «Кереку Жол» компаниясы жүргізеді. Қала "
        "әкімі Ерлан Сатыбалдин екі жолақты 1 желтоқсанда ашуға уәде берді."
    ),
)
BRIDGE_REOPENED_RU = (
    "По мосту через Иртыш снова ходят автобусы",
    (
        "Мост через Иртыш в Павлодаре открыли после ремонта. Две полосы для автобусов и грузовиков сдала компания «Кереку "
        "Жол», ремонт обошёлся в 2,7 млрд тенге, заявил аким Ерлан Сатыбалдин."
    ),
)
BRIDGE_REOPENED_KK = (
    "Ертіс көпірімен автобустар қайта жүрді",
    (
        "Павлодарда көпір жөндеуден кейін ашылды. Бірінші күні 12 мың жолаушы өтті. Тұрғындар асфальт сапасына наразы, "
        "тексеру комиссиясы құрылды. «Кереку Жол» қателерін түзеуге уәде берді."
    ),
)
SCHOOL_RU = (
    "В Таразе открыли школу на 900 мест",
    (
        "Новую школу на 900 мест открыли в Таразе. Её построили за полтора года по нацпроекту «Комфортная школа». Учиться "
        "будут в две смены, сообщили в управлении образования. Директором назначена Гульнара Абенова."
    ),
)
SCHOOL_KK = (
    "Таразда 900 орындық мектеп ашылды",
    (
        "Таразда 900 орындық жаңа мектеп ашылды. Ол «Жайлы мектеп» ұлттық жобасы бойынша бір жарым жылда салынды. Балалар "
        "екі ауысымда оқиды, деп хабарлады білім басқармасы. Директоры болып Гүлнара Абенова тағайындалды."
    ),
)


def traced(text, language="ru"):
    return signature(*text, language)


def test_two_outlets_on_one_event_are_one_story():
    assert same_story(traced(BRIDGE_RU), traced(BRIDGE_RU_2))


def test_the_event_told_in_the_other_language_is_the_same_story():
    assert same_story(traced(BRIDGE_RU), traced(BRIDGE_KK, "kk"))
    assert same_story(traced(SCHOOL_RU), traced(SCHOOL_KK, "kk"))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (traced(BRIDGE_RU), traced(SCHOOL_RU)),
        (traced(BRIDGE_RU), traced(SCHOOL_KK, "kk")),
        (traced(BRIDGE_KK, "kk"), traced(SCHOOL_KK, "kk")),
        (traced(BRIDGE_KK, "kk"), traced(SCHOOL_RU)),
    ],
)
def test_different_events_are_different_stories(one, other):
    assert not same_story(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Прогноз погоды на 8 ноября", "Прогноз погоды на 18 ноября"),
        ("Погода в Таразе на завтра", "Погода в Шымкенте на завтра"),
    ],
)
def test_a_series_is_not_a_story(one, other):
    body = "Синоптики ожидают переменную облачность, ветер умеренный, ночью без осадков."
    assert not same_story(signature(one, body, "ru"), signature(other, body, "ru"))


@given(some.text(max_size=60), some.text(max_size=200), some.sampled_from(["ru", "kk", "en"]))
def test_any_text_leaves_a_signature_that_is_stored_whole_and_like_itself_both_ways(title, body, language):
    kept = signature(title, body, language)
    again = unpack(pack(kept))
    assert (again.text, again.names, again.days, again.language) == (kept.text, kept.names, kept.days, language)
    assert again.terms.keys() == kept.terms.keys()
    bridge = traced(BRIDGE_RU)
    assert likeness(kept, bridge) == pytest.approx(likeness(bridge, kept))


def test_a_day_later_or_by_the_same_outlet_it_is_less_likely_the_same_event():
    one, other = traced(BRIDGE_RU), traced(BRIDGE_RU_2)
    soon = likeness(one, other, 2).score
    assert likeness(one, other, 11).score == soon  # half a day says nothing
    assert likeness(one, other, 70).score < likeness(one, other, 30).score < soon
    assert likeness(one, other, 70).score < likeness(one, other).score < soon
    assert likeness(one, other, 2, one_outlet=True).score < soon


def test_two_days_of_one_daily_figure_are_two_stories():
    """The words are the same, no number is."""
    day = "Мост через Иртыш за сутки проехали {} автобусов и {} грузовиков, сообщил акимат Павлодара. Пробка длилась {} минут."
    one = ("Сколько машин проехало по мосту в Павлодаре", day.format(120, 45, 30))
    other = ("Сколько машин проехало по павлодарскому мосту", day.format(98, 61, 17))
    same = ("Сколько машин проехало по павлодарскому мосту", day.format(120, 45, 17))
    assert likeness(traced(one), traced(same)).score - likeness(traced(one), traced(other)).score > 1


def test_signatures_of_the_first_versions_are_still_read_and_compared():
    kept = unpack(pack(traced(BRIDGE_RU)))
    newest = 10 + 8 * len(kept.meant) + 2 + 6 * len(kept.lead)
    second = b"\x02" + pack(kept)[1:-newest]
    first = b"\x01" + second[1 : -(2 + 4 * len(kept.figures))]
    for packed, figures in ((second, kept.figures), (first, frozenset())):
        known = unpack(packed)
        assert (known.text, known.terms, known.figures, known.meant) == (kept.text, kept.terms, figures, {})
        assert same_story(known, traced(BRIDGE_RU_2))


def test_a_signature_of_another_version_is_refused():
    with pytest.raises(ValueError, match="version"):
        unpack(b"\x00ru")


def test_an_edited_text_is_a_copy_and_another_report_is_not():
    edited = (BRIDGE_RU[0] + ": подробности", BRIDGE_RU[1].replace("Движение", "Теперь движение"))
    assert is_copy(traced(BRIDGE_RU), traced(edited))
    assert not is_copy(traced(BRIDGE_RU), traced(BRIDGE_RU_2))


def test_an_article_joins_the_nearest_story_of_each_language():
    known = [
        StoryCandidate(1, None, traced(SCHOOL_RU)),
        StoryCandidate(2, 7, traced(BRIDGE_RU)),
        StoryCandidate(3, None, traced(BRIDGE_KK, "kk")),
    ]
    joining = choose(traced(BRIDGE_RU_2), known)
    assert {one.key for one in joining.together} == {2, 3}
    assert joining.copy_of is None
    assert choose(traced(SCHOOL_KK, "kk"), known[1:]).together == ()


def test_of_two_stories_that_one_language_tells_apart_an_article_joins_its_translation():
    resembling = StoryCandidate(1, 7, traced(BRIDGE_REOPENED_RU))
    told_with_it = StoryCandidate(2, 7, traced(BRIDGE_REOPENED_KK, "kk"))
    translation = StoryCandidate(3, None, traced(BRIDGE_KK, "kk"))
    assert [one.key for one in choose(traced(BRIDGE_RU_2), [resembling]).together] == [1]
    assert [one.key for one in choose(traced(BRIDGE_RU_2), [resembling, told_with_it, translation]).together] == [3]


def test_a_story_of_strangers_takes_no_more():
    stranger = [StoryCandidate(n, 7, traced(SCHOOL_RU)) for n in range(2, 6)]
    assert choose(traced(BRIDGE_RU_2), [StoryCandidate(1, 7, traced(BRIDGE_RU)), *stranger]).together == ()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            (
                "Закарпатье ушло под воду, подтоплено сорок сёл",
                "На западе Украины Закарпатье накрыл паводок: реки вышли из берегов, сорок сёл без света.",
            ),
            (
                "В закарпатских сёлах эвакуируют людей из-за паводка",
                "Реки на западе Украины вышли из берегов, сорок сёл без света, людей эвакуируют.",
            ),
        ),
        (
            (
                "Власти: Белоруссия закрыла границу для литовских фур",
                "Литовские грузовики не пускают с полуночи, в очереди 700 машин, решение принял Минск.",
            ),
            (
                "С полуночи Беларусь не пускает литовские грузовики",
                "В очереди у границы 700 машин. Литовские фуры не пускают, решение принял Минск.",
            ),
        ),
        (
            (
                "В шахте под Карагандой погибли пять горняков",
                "Метан взорвался на шахте Костенко в Караганде, под землёй ищут людей, спасатели работают.",
            ),
            (
                "Число погибших горняков шахты под Карагандой выросло до двенадцати",
                "Спасатели ищут людей под землёй шахты Костенко в Караганде, где взорвался метан.",
            ),
        ),
    ],
    ids=["a place and its adjective", "two names of a country", "a toll that rises"],
)
def test_what_is_said_otherwise_contradicts_nothing(one, other):
    assert likeness(traced(one), traced(other), 2).same


def test_a_headline_is_no_story_with_every_longer_text_that_begins_as_news_does():
    headline = signature("Жаңа жаңалық: қалада жаңа саябақ ашылды", "Саябақ бүгін ашылды.", "kk")
    assert not same_story(headline, traced(SCHOOL_KK, "kk"))


def member(key, language, source, at, copy_of=None):
    return StoryMember(key, str(key), f"title {key}", language, source, at, copy_of)


def test_a_story_knows_who_was_first_how_many_tell_it_in_which_languages_and_what_came_later():
    story = Story(
        1,
        (
            member(1, "kk", "Таң", 0),
            member(2, "ru", "Утро", 600),
            member(3, "ru", "Город", 900, copy_of=2),
            member(4, "ru", "Утро", 9000),
            member(5, "ru", "Эхо", 9100, copy_of=4),
        ),
    )
    assert story.first.source == "Таң"
    assert story.outlets == ("Таң", "Утро", "Город", "Эхо")
    assert story.languages == {"ru": 4, "kk": 1}
    assert story.in_language("ru").key == 4
    assert story.in_language("kk").key == 1
    assert story.in_language("en") is None
    assert [one.key for one in story.developments] == [4]
