"""Reading strangers' bytes without stopping the bot: in a thread, or in a limited child process."""

import asyncio
import re

from news.feed import parse_feed
from news.models import Entry
from news.source import Document, Feed
from news.webpage import parse_html


class ThreadReader:
    """Reads in a thread of this process."""

    async def feed(self, document: Document, section: bool) -> Feed:
        """The items of a source's document. Raises UnreadableError."""
        return await asyncio.to_thread(parse_feed, document, section)

    async def page(self, document: Document) -> Entry | None:
        """The article of a page, None where there is none or it cannot be read."""
        return await asyncio.to_thread(read_page, document)


def read_page(document: Document) -> Entry | None:
    """The article of a page, None where there is none."""
    charset = re.search(r"charset=[\"']?([\w-]{2,20})", document.headers.get("content-type", ""), re.IGNORECASE)
    found = parse_html(document.content, document.url, url=document.url, charset=charset[1] if charset else None)
    return found if isinstance(found, Entry) else None
