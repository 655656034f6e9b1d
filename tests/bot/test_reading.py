"""Feeds and pages read in a child process come out as they would in ours."""

from types import MappingProxyType

import pytest

from bot.parsing import Parsing
from bot.reading import ChildReader, ThreadReader
from news.source import Document, UnreadableError

FEED = """<rss version="2.0"><channel><title>Қала</title><item><title>Мост открыт</title><guid>1</guid>
<link>https://city.example/1</link><description>В городе открыли мост.</description></item></channel></rss>"""
PAGE = (
    "<html><h1>Мост открыт</h1><p>" + "В городе открыли новый мост через реку, сообщили в акимате. " * 3 + "</p></html>"
)
HEADERS = MappingProxyType({"content-type": "text/html; charset=utf-8"})


async def test_a_child_reads_what_a_thread_reads() -> None:
    feed = Document("https://city.example/rss", FEED.encode())
    page = Document("https://city.example/1", PAGE.encode(), HEADERS)
    async with Parsing() as parsing:
        reader = ChildReader(parsing)
        assert await reader.feed(feed, False) == await ThreadReader().feed(feed, False)
        entry = await reader.page(page)
        assert entry == await ThreadReader().page(page)
        assert entry is not None
        assert entry.title == "Мост открыт"
        with pytest.raises(UnreadableError, match="an empty answer"):
            await reader.feed(Document("https://city.example/rss", b""), False)
