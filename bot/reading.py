"""Strangers' bytes into feeds and articles: in limited child processes, or in a thread where they are known."""

import asyncio
import re
from collections.abc import Mapping
from datetime import tzinfo
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from bot.parsing import Parsing, Unparsed
from news.clean import Counts, count_harmless, counting
from news.feed import parse_feed
from news.models import Entry
from news.repeats import Furniture
from news.source import Document, Feed, UnreadableError
from news.webpage import parse_html
from news.when import LOCAL

if TYPE_CHECKING:
    from storage.repeats import Repeats  # the children that read have no need of a database


class PageRead(NamedTuple):
    """What came of a page: its article, the hashes of its lines, and what was made harmless."""

    entry: Entry | None
    lines: frozenset[int]
    harmless: Counts


class ChildReader:
    """Reads in the child processes of a Parsing: a poisonous document costs its child, and nobody else a second.

    With `repeats` a site's furniture is known, and noted for its `flush`.
    """

    def __init__(self, parsing: Parsing, repeats: "Repeats | None" = None) -> None:
        self._parsing = parsing
        self._repeats = repeats

    async def feed(self, document: Document, section: bool, zone: tzinfo = LOCAL) -> Feed:
        """The items of a source's document, a clock without a zone in `zone`. Raises UnreadableError."""
        content, url, headers = document.content, document.url, dict(document.headers)
        found = await self._parsing.parse(counted_feed_of, content, url, headers, section, zone)
        if isinstance(found, Unparsed):
            raise UnreadableError(str(found.error) if isinstance(found.error, UnreadableError) else found.reason)
        feed, harmless = found
        count_harmless(harmless)
        return feed

    async def page(self, document: Document, *, teaches: bool = False) -> Entry | None:
        """The article of a page, None where there is none or it cannot be read."""
        known: dict[int, int] = {}
        counted = False
        site = urlsplit(document.url).hostname or ""
        if self._repeats is not None and site:
            known = await self._repeats.known(site)
            counted = bool(await self._repeats.counted([document.url]))
        headers = dict(document.headers)
        read = await self._parsing.parse(page_of, document.content, document.url, headers, known, counted)
        if isinstance(read, Unparsed):
            return None
        count_harmless(read.harmless)
        if self._repeats is not None and teaches and read.entry is not None and not counted:
            self._repeats.note(site, document.url, read.lines)
        return read.entry


class ThreadReader:
    """Reads in a thread of this process, without limits: for documents we made ourselves."""

    async def feed(self, document: Document, section: bool, zone: tzinfo = LOCAL) -> Feed:
        """The items of a source's document, a clock without a zone in `zone`. Raises UnreadableError."""
        return await asyncio.to_thread(parse_feed, document, section, zone)

    async def page(self, document: Document, *, teaches: bool = False) -> Entry | None:  # noqa: ARG002 - Reader's
        """The article of a page, None where there is none or it cannot be read; nothing is learnt."""
        read = await asyncio.to_thread(page_of, document.content, document.url, document.headers)
        count_harmless(read.harmless)
        return read.entry


def counted_feed_of(
    content: bytes, url: str, headers: Mapping[str, str], section: bool, zone: tzinfo = LOCAL
) -> tuple[Feed, Counts]:
    """The items of a document and what was made harmless, in the child."""
    with counting() as harmless:
        return parse_feed(Document(url, content, headers), section, zone), harmless


def page_of(
    content: bytes,
    url: str,
    headers: Mapping[str, str],
    known: Mapping[int, int] | None = None,
    counted: bool = False,
) -> PageRead:
    """What comes of a page, in the child. `known`, `counted`: see Furniture."""
    charset = re.search(r"charset=[\"']?([\w-]{2,20})", headers.get("content-type", ""), re.IGNORECASE)
    furniture = Furniture(known or {}, counted=counted)
    with counting() as harmless:
        found = parse_html(content, url, url=url, charset=charset[1] if charset else None, repeated=furniture)
    return PageRead(found if isinstance(found, Entry) else None, frozenset(furniture.lines), harmless)
