"""Whatever was written straight into the tables, every list, search, inline answer and digest goes out without it."""

import json
from datetime import date, datetime
from random import Random

import pytest

from handlers import digest as digests
from handlers import inline, lists
from handlers.cards import show_card
from handlers.views import render
from handlers.views.articles import Viewer
from locales import texts
from news.feeds.source import Source
from news.filing import file_entry, within_bounds
from news.models import Entry, Subscriber
from tests.hostile import ALMATY, NOW, Hostile, refusal_of

_COLUMNS = ("title", "lead", "body", "url", "image", "source", "language", "published_at", "published_day", "tags")


@pytest.fixture
async def spoilt(store):
    """Twelve good articles and sixty whose rows hold anything."""
    for number in range(72):
        entry = Entry(f"a{number}", f"Мост {number} открыт в городе", "В городе открыли мост.", source="Қала")
        await store.articles.save([file_entry(entry)], NOW - 3600 + number)
    dice = Random("tables")
    hostile = Hostile(dice)
    for number in range(12, 72):
        one = hostile.article(number)
        day = one.published if isinstance(one.published, date) and not isinstance(one.published, datetime) else None
        values = {
            "title": one.title,
            "lead": one.lead,
            "body": one.body,
            "url": one.url,
            "image": one.image,
            "source": one.source,
            "language": dice.choice(("ru", "kk", one.language)),
            "published_at": dice.choice((None, NOW - 600, -(2**62), 2**62)),
            "published_day": dice.choice((None, str(day) if day else "no day")),
            "tags": dice.choice((json.dumps(one.tags), "[", "7", '["a", 5]')),
            "topics": json.dumps([(topic.slug, topic.words) for topic in one.topics]),
        }
        changed = ", ".join(f"{column} = ${place}" for place, column in enumerate(values, 2))
        await store.database.execute(f"UPDATE articles SET {changed} WHERE id = $1", f"a{number}", *values.values())
    return store


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_every_view_of_a_spoilt_store_goes_out(spoilt, language):
    reader = Subscriber(1, "private", language, "Asia/Almaty")
    viewer = Viewer(texts(language), ALMATY, NOW, "qala_bot", private=True)
    cursor, seen = None, 0
    while True:
        page = await spoilt.articles.latest(6, cursor)
        seen += len(page.items)
        screen = await lists.show_latest(spoilt, cursor, viewer, reader)
        assert refusal_of(render.sending(1, screen)) is None
        for article in page.items:
            card = await show_card(spoilt, article, reader, viewer)
            assert refusal_of(render.sending(1, card)) is None
        if (cursor := page.next) is None:
            break
    assert seen >= 12
    for words in ("мост", "городе открыт", "көпір"):
        screen = await lists.show_search(spoilt, words, None, viewer, reader)
        assert refusal_of(render.sending(1, screen)) is None
    for text in ("", "мост"):
        for article in (await inline._page(spoilt, text, None, reader, viewer)).items:
            assert refusal_of(inline.result(article, viewer)) is None
    for form in ("plain", "rich"):
        shown = await digests.preview(spoilt, reader, viewer, form, length=20)
        assert refusal_of(render.sending(1, shown)) is None


def test_an_entry_keeps_the_bounds_that_readers_can_be_shown():
    entry = Entry(
        "a",
        "Мост " * 400,
        url="https://a.kz:/x",
        image="https://a.kz:0/1.jpg",
        source="😀" * 80,
        tags=("т" * 5000, "мост"),
    )
    checked = within_bounds(entry)
    assert len(checked.title.encode("utf-16-le")) <= 2000
    assert (checked.url, checked.image, checked.tags) == ("https://a.kz/x", None, ("мост",))
    assert len(checked.source.encode("utf-16-le")) <= 200
    fine = Entry("a", "Мост", url="https://a.kz/x", source="Қала", tags=("мост",))
    assert within_bounds(fine) is fine


@pytest.mark.parametrize("column", ["topics", "rhythm"])
async def test_a_source_whose_row_cannot_be_read_keeps_no_other_from_being_looked_at(store, column):
    for number in range(3):
        await store.sources.add(Source(f"https://{number}.example.kz/feed", "feed", f"Көз {number}"))
    await store.database.execute(f"UPDATE sources SET {column} = '[' WHERE key = 2")
    assert [one.key for one in await store.sources.due(NOW, 10)] == [1, 3]
    assert [one.key for one in await store.sources.all()] == [1, 3]
    assert await store.database.fetchval("SELECT next_check_at FROM sources WHERE key = 2") == NOW + 3600
