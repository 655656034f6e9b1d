"""What an operator does with sources: find one behind an address, preview it, look at those that are due."""

import random
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from bot.collecting.fetch import ROBOTS_REFUSE, is_internal
from news.feeds.channel import channel_page, is_private_channel
from news.feeds.ingest import DocumentReader, Fetcher, Ingest, PollResult, look_at_all
from news.feeds.listing import SelectedItem, after_page, finish, needs_page
from news.feeds.section import feed_links, usual_places
from news.feeds.source import (
    DiscoveredSource,
    Document,
    Feed,
    FetchFailure,
    FetchRequest,
    FetchResult,
    SeenItem,
    Source,
    UnreadableError,
    is_official,
    origin_of,
    outlet_at,
)
from news.models import Entry, QalaError, instant
from storage import Storage

FRESH = 60 * 86400
"""A feed whose newest item is older than this many seconds counts as dead."""
PREVIEWED = 3
_ENOUGH_LINKS = 5
_AT_ONCE = 200


class WithSecret:
    """A fetcher that sends a secret header only to the origin that was asked first."""

    def __init__(self, fetcher: Fetcher, secret: str) -> None:
        self._fetcher = fetcher
        self._secret = secret
        self._origin: str | None = None

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Fetch with the secret header."""
        self._origin = self._origin or origin_of(request.url)
        return await self._fetcher.fetch(replace(request, secret=self._secret, origin=self._origin))


async def find_source(address: str, fetcher: Fetcher, reader: DocumentReader, now: int) -> DiscoveredSource:
    """Find the best source behind any address of a site: its feed, its news sitemap, or the page itself.

    A Telegram channel is named by `@NAME` or `t.me/NAME`. Raises QalaError: `source-bad-address`, `source-unreachable`
    (reason), `source-nothing` (there are no articles), and of channels `source-channel-private`,
    `source-channel-closed` (robots.txt), `source-no-preview`.
    """
    if is_private_channel(address):
        raise QalaError("source-channel-private")
    channel = channel_page(address)
    url, answer = await _first_answer([channel] if channel else _addresses(address), fetcher)
    if isinstance(answer, FetchFailure):
        if channel and answer.reason == ROBOTS_REFUSE:
            raise QalaError("source-channel-closed")
        raise QalaError("source-unreachable", url=url, reason=answer.reason)
    if not isinstance(answer, Document):
        raise QalaError("source-nothing", url=url)
    direct = await _feed(answer, reader, empty=True)
    if direct is None and channel:
        raise QalaError("source-no-preview")
    if direct is not None:
        return await _found(answer.url, direct, fetcher, reader, now)
    for place in await _places(answer, reader):
        if isinstance(place, Feed):
            return await _found(answer.url, place, fetcher, reader, now)
        candidate = await fetcher.fetch(FetchRequest(place))
        feed = await _feed(candidate, reader) if isinstance(candidate, Document) else None
        if isinstance(candidate, Document) and feed is not None and _is_alive(feed, now):
            return await _found(candidate.url, feed, fetcher, reader, now)
    raise QalaError("source-nothing", url=url)


async def _first_answer(addresses: Sequence[str], fetcher: Fetcher) -> tuple[str, FetchResult]:
    """The first address that gives any response, with it; the first one's failure if none does."""
    failed = None
    for url in addresses:
        answer = await fetcher.fetch(FetchRequest(url))
        if not isinstance(answer, FetchFailure) or answer.status is not None:
            return url, answer
        failed = failed or (url, answer)
    assert failed is not None
    return failed


async def _places(page: Document, reader: DocumentReader) -> list[str | Feed]:
    """Where to look, best first: feeds the page declares, its own links if it is a section, usual addresses."""
    declared = [link.url for link in feed_links(page)]
    path = urlsplit(page.url).path.rstrip("/")
    declared.sort(key=lambda url: not (path and urlsplit(url).path.startswith(path)))
    try:
        section = await reader.feed(page, True)
    except UnreadableError:
        section = Feed(kind="page")
    own: list[str | Feed] = [section] if len(section.items) >= _ENOUGH_LINKS else []
    usual = [url for url in usual_places(page.url) if url not in declared]
    return [*declared, *own, *usual] if path else [*declared, *usual, *own]


async def _feed(document: Document, reader: DocumentReader, *, empty: bool = False) -> Feed | None:
    try:
        feed = await reader.feed(document, False)
    except UnreadableError:
        return None
    return feed if empty or feed.items or feed.children else None


def _is_alive(feed: Feed, now: int) -> bool:
    dates = [instant(item.entry.published, now) for item in feed.items]
    return bool(feed.children) or max(dates, default=0) > now - FRESH


async def _found(url: str, feed: Feed, fetcher: Fetcher, reader: DocumentReader, now: int) -> DiscoveredSource:
    outlet = outlet_at(url)
    name = (outlet.name if outlet else "") or feed.title or urlsplit(url).hostname or url
    source = Source(
        url=url,
        kind=feed.kind,
        name=name[:100],
        language=None,
        city=outlet.city if outlet else None,
        full_text=is_official(url),
    )
    if feed.children and not feed.items:
        child = await fetcher.fetch(FetchRequest(feed.children[0]))
        feed = (await _feed(child, reader) if isinstance(child, Document) else None) or feed
    return DiscoveredSource(source, await preview(source, feed, fetcher, reader, now))


async def preview(source: Source, feed: Feed, fetcher: Fetcher, reader: DocumentReader, now: int) -> tuple[Entry, ...]:
    """A feed's three newest articles as they would be stored."""
    order = sorted(feed.items, key=lambda item: -instant(item.entry.published, now))
    shown = []
    for item in order[:PREVIEWED]:
        chosen = SelectedItem(item, SeenItem(item.guid, item.entry.id, ""))
        if needs_page(source, item):
            answer = await fetcher.fetch(FetchRequest(item.entry.url or ""))
            page = await reader.page(answer) if isinstance(answer, Document) else None
            read, _ = after_page(source, chosen, page)
            chosen = replace(chosen, item=read or item)
        shown.append(finish(source, chosen, now))
    return tuple(shown)


async def fetch_due(
    store: Storage,
    fetcher: Fetcher,
    reader: DocumentReader,
    *,
    clock: Callable[[], int] = lambda: int(time.time()),
    dice: Callable[[], float] = random.random,
    own_network: bool = False,
) -> list[PollResult]:
    """Poll every source that is due once.

    Sources in our own network are also polled early if their server allows it.
    """
    ingest = Ingest(fetcher, reader, store.sources, clock, dice)
    due = {source.key: source for source in await store.sources.due(clock(), _AT_ONCE)}
    for source in await store.sources.willing(clock(), _AT_ONCE) if own_network else ():
        if is_internal(urlsplit(source.url).hostname or ""):
            due.setdefault(source.key, source)
    looked = await look_at_all(due.values(), ingest)
    await store.repeats.flush(clock())
    return looked


def counted(looked: Sequence[PollResult]) -> dict[str, int]:
    """The results of looks as counts."""
    looked = [one for one in looked if one.answer != "claimed"]
    return {
        "sources": len(looked),
        "failed": sum(one.answer == "failed" for one in looked),
        "unchanged": sum(one.answer == "unchanged" for one in looked),
        "new": sum(one.imported.new for one in looked),
        "updated": sum(one.imported.updated for one in looked),
        "rejected": sum(len(one.imported.rejected) for one in looked),
    }


SOURCE_COLUMNS = ("no", "name", "kind", "rights", "state", "checked", "last article", "articles", "address")
"""The columns of `source_line`."""


def source_line(source: Source) -> str:
    """One line about a source for an operator, with tabs between its columns."""
    health = source.health
    state = (
        "waits for your consent"
        if source.waits
        else "paused"
        if source.paused
        else f"down: {health.failure}"
        if health.failures
        else "ok"
    )
    if health.checked_at is None and not source.paused:
        state = "new"
    rights = "full text" if source.full_text else "lead"
    daily = f"{health.rhythm.daily:.0f} a day"
    checked, last = _moment(health.checked_at), _moment(health.last_article_at)
    parts = (str(source.key), source.name, source.kind, rights, state, checked, last, daily, source.url)
    return "\t".join(parts)


def _moment(at: int | None) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC") if at else "never"


def _addresses(address: str) -> tuple[str, ...]:
    """The addresses that somebody may mean, likeliest first: without a scheme https, then http."""
    address = address.strip()
    tried = (address,) if "://" in address else (f"https://{address}", f"http://{address}")
    try:
        parts = urlsplit(tried[0])
        sound = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
    except ValueError:
        sound = None
    if not sound:
        raise QalaError("source-bad-address", url=address)
    return tried if parts.path else tuple(f"{one}/" for one in tried)
