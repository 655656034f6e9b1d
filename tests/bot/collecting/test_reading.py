"""Feeds and pages read in a child process come out as they would in ours."""

from types import MappingProxyType

import pytest

from bot.collecting.parsing import ChildReader, ParserPool, ThreadReader
from news.feeds.source import Document, UnreadableError
from storage import Storage

FEED = """<rss version="2.0"><channel><title>Қала</title><item><title>Мост открыт</title><guid>1</guid>
<link>https://city.example/1</link><description>В городе открыли мост.</description></item></channel></rss>"""
PAGE = (
    "<html><h1>Мост открыт</h1><p>" + "В городе открыли новый мост через реку, сообщили в акимате. " * 3 + "</p></html>"
)
HEADERS = MappingProxyType({"content-type": "text/html; charset=utf-8"})


async def test_a_child_reads_what_a_thread_reads() -> None:
    feed = Document("https://city.example/rss", FEED.encode())
    page = Document("https://city.example/1", PAGE.encode(), HEADERS)
    async with ParserPool() as parsing:
        reader = ChildReader(parsing)
        assert await reader.feed(feed, False) == await ThreadReader().feed(feed, False)
        entry = await reader.page(page)
        assert entry == await ThreadReader().page(page)
        assert entry is not None
        assert entry.title == "Мост открыт"
        with pytest.raises(UnreadableError, match="an empty answer"):
            await reader.feed(Document("https://city.example/rss", b""), False)


async def test_a_site_teaches_its_boilerplate_only_with_pages_that_are_stored(store: Storage) -> None:
    slogan = "Наш посёлок вместе делаем уютнее каждый день, присоединяйтесь к движению добрых соседей."
    paged = "<html><body><h1>{0}</h1><article><p>{0} сегодня утром.</p><p>{1}</p><p>{2}</p></article></body></html>"
    text = "В районе сообщили, что работы номер {} закончили на две недели раньше срока, и жители этому рады. "

    def page(number: int) -> Document:
        told = text.format(number) + f"Дом {number} приняла комиссия. " * 3
        return Document(
            f"https://city.example/{number}", paged.format(f"Новый дом {number} сдан", told, slogan).encode()
        )

    async with ParserPool() as parsing:
        reader = ChildReader(parsing, store.repeats)
        for _ in range(4):
            shown = await reader.page(page(0))
            assert shown is not None
            assert slogan in shown.body
        bodies = [await reader.page(page(number), teaches=True) for number in (1, 1, 1, 2, 3)]
        assert all(entry is not None and slogan in entry.body for entry in bodies)
        await store.repeats.flush(1_790_000_000)
        last = await reader.page(page(4), teaches=True)
    assert last is not None
    assert "Дом 4" in last.body
    assert slogan not in last.body
