"""Views never break Telegram's limits, whatever an article holds."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.views import actions, articles, card, digest
from handlers.views import settings as choices
from handlers.views.actions import Action, ListPlace, act, parse, parse_place, placed
from handlers.views.articles import Viewer
from handlers.views.card import CardState
from handlers.views.dates import day_text, published_text
from handlers.views.full_text import full_text, split_text
from handlers.views.screen import RichScreen, cut, utf16_length
from locales import texts
from news.digests.digest import Digest, DigestSection
from news.models import Article, Page, Preferences, Subscriber, Subscription, Topic
from news.stories.stories import Story, StoryMember
from sandbox.markup.formatting import message_text
from sandbox.markup.rich_html import parse_rich_html

NOW = 1_795_320_000
ALMATY = ZoneInfo("Asia/Almaty")

anything = st.text(st.characters(exclude_categories=["Cs"]), max_size=600)
lists = st.one_of(
    st.none(),
    st.builds(
        ListPlace,
        st.sampled_from(["latest", "search", "saved"]),
        st.none(),
        st.from_regex(r"\A[A-Za-z0-9_.=-]{1,48}\Z"),
    ),
    st.builds(ListPlace, st.just("topic"), st.just("smart-city"), st.from_regex(r"\A[0-9]{1,18}\Z")),
)
stored = st.builds(
    Article,
    key=st.integers(1, 10**9),
    id=st.just("one"),
    title=anything.filter(lambda title: any(letter.isalnum() for letter in title)),  # as filed: news.text.clean
    lead=anything,
    language=st.sampled_from(["ru", "kk"]),
    url=st.one_of(st.none(), st.just("https://example.kz/a?b=1&c=%22<x>"), anything),
    body=st.one_of(anything, anything.map(lambda text: (text + "\n") * 40)),
    published=st.one_of(
        st.none(),
        st.dates(date(2000, 1, 1)),
        st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    ),
    source=st.one_of(st.none(), anything),
    tags=st.lists(anything, max_size=6).map(tuple),
    views=st.one_of(st.none(), st.integers(0, 10**9)),
    topics=st.just((Topic("transport", ("автобус",)),)),
    cited=st.lists(anything, max_size=5).map(tuple),
)


def viewer(language: str, **more) -> Viewer:
    return Viewer(texts(language), ALMATY, NOW, "qala_bot", **more)


def assert_sendable(screen):
    text = message_text(screen.html, "HTML")["text"] if screen.html.strip() else "x"
    assert 0 < utf16_length(text) <= 4096
    for row in screen.rows:
        assert 0 < len(row) <= 8
        for button in row:
            assert button.text.strip()
            assert sum(value is not None for value in (button.action, button.url, button.share, button.here)) == 1
            if button.action:
                assert 1 <= len(button.action.pack().encode()) <= 64


def test_a_card_says_whom_the_article_cites_beside_its_own_outlet() -> None:
    article = Article(key=1, id="a", title="Мост открыт", lead="", language="ru", source="Gorod.kz",
                      cited=("Gorod.kz", "Акорда", "МЧС"))  # fmt: skip
    assert "Источники: Акорда, МЧС" in card.card(article, viewer("ru")).html
    assert "Дереккөз: Акорда, МЧС" in card.card(article, viewer("kk")).html
    alone = replace(article, cited=("Gorod.kz",))
    assert "Источник" not in card.card(alone, viewer("ru")).html


@given(stored, st.sampled_from(["ru", "kk"]), lists, st.booleans())
@settings(max_examples=150, deadline=None)
def test_a_card_of_anything_can_be_sent(article, language, back, opened_up):
    assert_sendable(card.card(article, viewer(language), back, "сөз", CardState(opened_up=opened_up)))


@given(stored, st.sampled_from(["ru", "kk"]), lists, st.integers(0, 5))
@settings(max_examples=100, deadline=None)
def test_every_page_of_any_text_can_be_sent(article, language, back, number):
    assert_sendable(full_text(article, number, viewer(language), back, None))


@given(stored)
@settings(max_examples=80, deadline=None)
def test_the_rich_form_is_understood(article):
    screen = full_text(article, 0, viewer("kk", rich=True), None, None)
    assert isinstance(screen, RichScreen)
    assert len(screen.html) <= 40_000
    assert parse_rich_html(screen.html, {})


def test_an_article_of_many_pages_is_had_in_one_message_too():
    long = Article(5, "5", "Мост", "", "ru", body="\n".join(f"Абзац {n}. " + "Мост открыли. " * 40 for n in range(12)))
    page = full_text(long, 1, viewer("ru"), None, None)
    assert [button.text for row in page.rows[:2] for button in row] == ["‹ Раньше", "Дальше ›", "Одним сообщением"]
    whole = full_text(long, 0, viewer("ru"), None, None, whole=True)
    assert isinstance(whole, RichScreen)
    assert "Абзац 11." in whole.html
    short = full_text(Article(5, "5", "Мост", "", "ru", body="Открыли."), 0, viewer("ru"), None, None)
    assert "Одним сообщением" not in str(short.rows)


@given(st.lists(stored, min_size=1, max_size=5), lists.filter(bool))
@settings(max_examples=60, deadline=None)
def test_a_list_of_anything_can_be_sent(found, place):
    assert_sendable(articles.listing(texts("ru")("latest-title"), Page(found, "1" * 18), viewer("ru"), place))


@given(st.text(max_size=3000), st.integers(20, 500))
@settings(max_examples=200, deadline=None)
def test_pages_hold_every_word_in_order_and_none_is_too_long(text, units):
    pages = split_text(text, units)
    assert all(utf16_length(page) <= units for page in pages)
    assert "".join("".join(pages).split()) == "".join(text.split())


@given(st.text(max_size=300), st.integers(2, 100))
def test_a_cut_text_is_short_enough(text, units):
    assert utf16_length(cut(text, units)) <= units


@given(st.text(max_size=80))
@settings(max_examples=300)
def test_what_comes_back_from_a_button_is_parsed_or_refused_never_an_error(text):
    action = parse(text)
    assert action is None or action.pack() == text


@given(st.integers(1, 10**15 - 1), lists)
def test_an_action_and_its_list_survive_the_way_to_telegram_and_back(key, place):
    action = placed("open", key, place=place)
    again = parse(action.pack())
    assert again == action
    back = parse_place(again.arguments[1])
    assert back is None or place is None or (back.kind, back.topic) == (place.kind, place.topic)


def test_only_known_verbs_with_their_arguments_are_actions():
    assert parse("open:12:") == act("open", 12, "")
    assert parse("open:12") is None
    assert parse("nosuch") is None
    assert isinstance(parse("home"), Action)
    assert actions.parse(None) is None


def test_dates_read_as_each_language_writes_them():
    today = date(2026, 11, 22)
    assert day_text(date(2026, 11, 20), "kk", today) == "20 қараша"
    assert day_text(date(2016, 2, 9), "kk", today) == "2016\u202fж. 9 ақпан"
    assert day_text(date(2016, 2, 9), "ru", today) == "9 февраля 2016\u00a0г."
    at = datetime(2026, 11, 22, 1, 40, tzinfo=UTC)
    assert published_text(at, texts("kk"), ALMATY, NOW) == "бүгін, 06:40"
    assert published_text(date(2026, 11, 21), texts("ru"), ALMATY, NOW) == "вчера"


@pytest.mark.parametrize(
    ("age", "russian", "kazakh"),
    [
        (20, "только что", "жаңа ғана"),
        (21 * 60, "21\u00a0минуту\u00a0назад", "21\u00a0минут\u00a0бұрын"),
        (3 * 3600, "3\u00a0часа\u00a0назад", "3\u00a0сағат\u00a0бұрын"),
        (13 * 3600, "вчера, 20:00", "кеше, 20:00"),
        (-600, "сегодня, 09:10", "бүгін, 09:10"),
    ],
)
def test_a_card_says_how_long_ago_and_a_shared_one_at_what_hour(age, russian, kazakh):
    one = Article(1, "1", "Мост", "", "ru", published=datetime.fromtimestamp(NOW - age, UTC), url="https://a.kz/1")
    assert russian in card.card(one, viewer("ru")).html
    assert kazakh in card.card(one, viewer("kk")).html
    assert ("вчера, " if age > 9 * 3600 else "сегодня, 0") in card.shared_card(one, viewer("ru")).html


def test_an_article_names_every_choice_of_the_reader_that_it_answers():
    chosen = (Subscription("word", "мосты"), Subscription("tag", "ремонт"), Subscription("story", "7 Мост"))
    reader = Subscriber(1, "private", "ru", "Asia/Almaty", city="astana", subscriptions=chosen)
    told = Article(1, "1", "В Астане закрыли мост", "", "ru", body="Мост закрыт.", tags=("Ремонт",), story=7)
    shown = card.why(told, reader, Preferences(), texts("ru"), None).html
    assert "Вы подписаны: «мосты», #ремонт\nВы следите за этим сюжетом.\nВаш город: Астана" in shown
    other = Article(2, "2", "В Таразе открыли школу", "", "ru", body="Школа открыта.")
    assert "Вы " not in card.why(other, reader, Preferences(), texts("ru"), None).html.partition("\n\n")[2]


def test_a_hashtag_is_one_word():
    assert re.fullmatch(r"#\w+", card.hashtag("Су өшіру: Медеу"))


def told_thrice() -> Story:
    first = StoryMember(1, "a", "Мост закрыт", "ru", "Горожанин", NOW - 3600)
    return Story(
        7, (first, *(StoryMember(n, str(n), "Мост закрыт", "ru", f"Эхо {n}", NOW, copy_of=1) for n in range(2, 9)))
    )


def test_a_story_names_who_reprinted_an_article_under_it():
    shown = card.story(told_thrice(), 1, texts("ru"), ALMATY, NOW, None)
    assert "1. <b>Мост закрыт</b>" in shown.html
    assert "2. " not in shown.html
    assert "перепечатка: «Эхо 2»" in shown.html
    assert "ещё 3 перепечатки" in shown.html
    kazakh = card.story(told_thrice(), 1, texts("kk"), ALMATY, NOW, None)
    assert "«Эхо 2» көшіріп басты" in kazakh.html


def test_the_card_of_a_reprint_says_who_was_first():
    reprint = Article(key=2, id="2", title="Мост закрыт", lead="", language="ru", copy_of=1)
    shown = card.card(reprint, viewer("ru"), state=CardState(story=told_thrice()))
    assert "Перепечатка. Первая публикация: «Горожанин»" in shown.html
    original = Article(key=1, id="a", title="Мост закрыт", lead="", language="ru")
    assert "Перепечатка" not in card.card(original, viewer("ru"), state=CardState(story=told_thrice())).html


@pytest.mark.parametrize("slug", ["Transport", "nosuch", "көлік", ""])
@pytest.mark.parametrize("language", ["ru", "kk"])
def test_what_is_no_topic_is_left_out_of_every_view(slug, language):
    """A source or a lexicon of an older version gave articles any word as a topic."""
    article = Article(5, "5", "Мост", "Открыли.", "ru", source="Қала", topics=(Topic(slug), Topic("roads", ("мост",))))
    reader = Subscriber(1, "private", language, "Asia/Almaty", subscriptions=(Subscription("topic", slug),))
    own = Preferences(frozenset({("topic", slug)}), {slug: 7, "roads": 2})
    seen = viewer(language)
    assert_sendable(card.card(article, seen))
    assert_sendable(card.shared_card(article, seen))
    assert_sendable(card.why(article, reader, own, seen.texts, None))
    assert_sendable(card.less(article, seen.texts, None))
    assert_sendable(card.preferences(own, seen.texts))
    assert_sendable(choices.subscriptions(seen.texts, reader))
    assert_sendable(choices.settings(seen.texts, reader))
    for kind in ("topic", "source", "story"):
        assert_sendable(card.muted(article, kind, seen.texts, None, wish="1"))
    made = Digest((DigestSection(slug, (article, article)),))
    assert_sendable(digest.plain(made, digest.preview_heading(seen), seen, f"n{NOW}"))
    assert digest.rich(made, digest.preview_heading(seen), seen, f"n{NOW}").html.count("<details>") == 1


def test_what_is_no_topic_is_named_in_the_log_once(caplog):
    articles._say.cache_clear()
    for _ in range(3):
        assert articles.topic_names(["Ғажап", "roads"], "ru") == ["Дороги"]
    assert [record.getMessage() for record in caplog.records] == [
        "'Ғажап' is no topic: it is left out of what is shown"
    ]
