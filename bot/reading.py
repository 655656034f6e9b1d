"""Strangers' bytes into feeds and articles: in limited child processes, or in a thread where they are known."""

import asyncio
import re
from collections.abc import Mapping

from bot.parsing import Parsing, Unparsed
from news.feed import parse_feed
from news.models import Entry
from news.source import Document, Feed, UnreadableError
from news.webpage import parse_html


class ChildReader:
    """Reads in the child processes of a Parsing: a poisonous document costs its child, and nobody else a second."""

    def __init__(self, parsing: Parsing) -> None:
        self._parsing = parsing

    async def feed(self, document: Document, section: bool) -> Feed:
        """The items of a source's document. Raises UnreadableError."""
        content, url, headers = document.content, document.url, dict(document.headers)
        found = await self._parsing.parse(feed_of, content, url, headers, section)
        if isinstance(found, Unparsed):
            raise UnreadableError(str(found.error) if isinstance(found.error, UnreadableError) else found.reason)
        return found

    async def page(self, document: Document) -> Entry | None:
        """The article of a page, None where there is none or it cannot be read."""
        found = await self._parsing.parse(page_of, document.content, document.url, dict(document.headers))
        return None if isinstance(found, Unparsed) else found


class ThreadReader:
    """Reads in a thread of this process, without limits: for documents we made ourselves."""

    async def feed(self, document: Document, section: bool) -> Feed:
        """The items of a source's document. Raises UnreadableError."""
        return await asyncio.to_thread(parse_feed, document, section)

    async def page(self, document: Document) -> Entry | None:
        """The article of a page, None where there is none or it cannot be read."""
        return await asyncio.to_thread(page_of, document.content, document.url, document.headers)


def feed_of(content: bytes, url: str, headers: Mapping[str, str], section: bool) -> Feed:
    """The items of a document, in the child."""
    return parse_feed(Document(url, content, headers), section)


def page_of(content: bytes, url: str, headers: Mapping[str, str]) -> Entry | None:
    """The article of a page, None where there is none, in the child."""
    charset = re.search(r"charset=[\"']?([\w-]{2,20})", headers.get("content-type", ""), re.IGNORECASE)
    found = parse_html(content, url, url=url, charset=charset[1] if charset else None)
    return found if isinstance(found, Entry) else None
