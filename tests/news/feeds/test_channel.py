"""A channel's web preview: every form of post, and what strangers do to the page."""

import contextlib
import random
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.feeds.channel import LONGEST_TITLE, NO_PREVIEW, channel_page, is_private_channel, titled
from news.feeds.feed import parse_feed
from news.feeds.source import Document, Feed, UnreadableError
from news.models import Entry
from news.text.clean import LONGEST_MARKUP
from tests import channel_preview as preview
from tests.channel_preview import album, emoji, forwarded, page, photo, poll, post, reply, text, video
from tests.news.mutations import mutated

URL = "https://t.me/s/qalanews"


def read(content: str | bytes, url: str = URL) -> Feed:
    return parse_feed(Document(url, content.encode() if isinstance(content, str) else content))


def entry(*parts: str) -> Entry:
    (item,) = read(page([post(7, *parts)])).items
    return item.entry


def test_a_post_of_text_is_an_article_with_its_first_line_as_title():
    found = entry(
        text(f"{emoji('⚡️')} <b>Жаңа көпір ашылды</b><br/><br/>Көпір екі ауданды жалғайды.<br/>Ұзындығы 300 м.")
    )
    assert found.title == "Жаңа көпір ашылды"
    assert found.body == "Көпір екі ауданды жалғайды.\nҰзындығы 300 м."
    assert (found.id, found.url) == ("https://t.me/QalaNews/7",) * 2
    assert found.published == datetime.fromisoformat("2026-11-22T10:07:00+00:00")
    assert (found.views, found.image) == (1200, None)


def test_the_newest_post_comes_first_and_the_channel_has_its_own_name():
    feed = read(page([post(n, text(f"Новость номер {n}")) for n in (5, 6, 7)], before=5))
    assert [item.guid for item in feed.items] == [f"https://t.me/QalaNews/{n}" for n in (7, 6, 5)]
    assert (feed.kind, feed.title) == ("channel", "Қала жаңалықтары")
    assert feed.older == "https://t.me/s/qalanews?before=5"


def test_photo_album_and_film_give_one_picture_each():
    caption = text("Открыт новый парк. В нём тысяча деревьев.")
    assert entry(photo("park"), caption).image == "https://cdn.example.kz/park.jpg"
    assert entry(album("one", "two", "three"), caption).image == "https://cdn.example.kz/one.jpg"
    film = entry(video("film"), caption)
    assert (film.image, film.title, film.body) == (
        "https://cdn.example.kz/film.jpg",
        "Открыт новый парк",
        "В нём тысяча деревьев.",
    )


def test_a_forward_names_where_it_is_from_and_a_reply_says_only_its_own_words():
    assert entry(forwarded("Акимат города"), text("Воду отключат в среду")).cited == ("Акимат города",)
    answer = entry(reply("Вчера обещали починить"), text("Трубу починили"))
    assert (answer.title, answer.body) == ("Трубу починили", "")


def test_a_poll_is_its_question_and_its_answers_without_numbers_that_change():
    asked = entry(poll("Нужен ли городу трамвай?", "Да", "Нет"))
    assert (asked.title, asked.body) == ("Нужен ли городу трамвай?", "– Да\n– Нет")


def test_what_has_no_words_is_no_article():
    nothing = [
        post(1, photo("a")),
        post(2, video("b")),
        post(3, text(emoji("👍"))),
        post(4, text("Channel created"), service=True),
        post(5, text("#новости #алматы")),
    ]
    assert read(page([*nothing, post(6, text("Мост открыт"))])).items[0].entry.title == "Мост открыт"
    assert len(read(page([*nothing, post(6, text("Мост открыт"))])).items) == 1


def test_a_page_brings_no_posts_of_another_channel():
    assert not read(page([post(1, text("Чужая новость"), channel="another")])).items


def test_tags_are_kept_and_what_invites_to_the_channel_is_not_read_out():
    found = entry(
        text(
            '<a href="?q=%23%D0%B4">#дороги</a><br/>Улицу Абая закроют на ночь.<br/>Объезд по Сатпаева.<br/><br/>'
            '<a href="https://t.me/qalanews">Подписаться</a> | <a href="https://t.me/bot">Прислать новость</a><br/>'
            '<a href="https://t.me/qalanews">@qalanews</a>'
        )
    )
    assert (found.title, found.body, found.tags) == ("Улицу Абая закроют на ночь", "Объезд по Сатпаева.", ("дороги",))


def test_a_page_of_albums_is_read_to_its_newest_post():
    heavy = [post(n, *(photo(f"{n}-{i}" + "x" * 200) for i in range(100)), text(f"Новость {n}")) for n in range(1, 21)]
    content = page(heavy)
    assert len(content) > 2 * LONGEST_MARKUP
    assert [item.guid.rpartition("/")[2] for item in read(content).items] == [str(n) for n in range(20, 0, -1)]


@pytest.mark.parametrize("content", [preview.CARD, '<html><body><div class="tgme_page_wrap"></div></body></html>'])
def test_a_channel_without_a_preview_is_said_to_have_none(content):
    with pytest.raises(UnreadableError, match=NO_PREVIEW):
        read(content, "https://t.me/qalanews")


@pytest.mark.parametrize(
    "address",
    [
        "@QalaNews",
        "t.me/qalanews",
        "https://t.me/QalaNews",
        "http://www.t.me/s/qalanews",
        "https://t.me/qalanews/123?single",
        "https://t.me/s/qalanews?before=20",
        "telegram.me/qalanews",
        "tg://resolve?domain=qalanews",
        " @qalanews ",
    ],
)
def test_every_way_to_name_a_channel_leads_to_its_preview(address):
    assert channel_page(address) == URL


@pytest.mark.parametrize(
    "address",
    ["example.kz", "https://example.kz/s/qalanews", "@", "@я", "t.me/share/url?url=x", "t.me/+AbCdEf", "at.me/qala"],
)
def test_what_names_no_public_channel_is_none(address):
    assert channel_page(address) is None


def test_an_invitation_is_known_as_one():
    closed = ["https://t.me/+AbCdEf", "t.me/joinchat/AbC", "https://t.me/c/123/4"]
    assert [is_private_channel(one) for one in closed] == [True] * 3
    assert not is_private_channel("t.me/qalanews")


def test_a_long_first_sentence_is_cut_at_a_word_and_stays_whole_in_the_text():
    long = "Сегодня утром " + "в городе " * 40 + "открыли мост."
    title, body = titled(long)
    assert len(title) <= LONGEST_TITLE
    assert title.endswith(("в городе…", "в…"))
    assert body == long


@given(st.text(max_size=600), st.lists(st.text(max_size=20), max_size=4))
def test_any_text_has_a_title_of_a_length_or_none(words, links):
    title, body = titled(words, links)
    assert len(title) <= LONGEST_TITLE
    assert "\n" not in title
    assert title or not body


def test_a_spoilt_page_is_read_or_refused_and_never_raises_otherwise():
    whole = page([post(1, album("a", "b"), text("Мост <b>открыт</b>")), post(2, poll("Да?", "Да"))], before=1).encode()
    dice = random.Random(20)
    for _ in range(300):
        with contextlib.suppress(UnreadableError):
            for item in read(mutated(whole, dice)).items:
                assert item.entry.title
