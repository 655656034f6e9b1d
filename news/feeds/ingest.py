"""News comes in: fetch → parse → decide → save, one source at a time. The only async file of this room."""

import asyncio
import logging
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from typing import Protocol

from news.feeds import schedule
from news.feeds import schedule as outcome
from news.feeds.listing import ListingPlan, SelectedItem, after_page, decide, finish, named_by, titled_guid, with_topics
from news.feeds.schedule import SourceNotice
from news.feeds.source import (
    Document,
    Feed,
    FeedItem,
    FetchFailure,
    FetchRequest,
    FetchResult,
    NotModified,
    SeenItem,
    Source,
    SourceHealth,
    UnreadableError,
)
from news.filing import file_entry
from news.language.detect import detect
from news.models import Entry, FiledEntry, ImportReport, RejectedItem
from news.text.clean import counting
from news.text.dates import LOCAL

log = logging.getLogger("qala.ingest")

LONGEST_LOOK = 600
"""How many seconds a poll reserves its source, against `qala fetch` beside `qala run` or another replica."""
MOST_CHILDREN = 2
"""How many sitemaps of an index are followed in one look."""
MOST_OLDER = 5
"""How many pages of older posts are read in one look at a channel: about a hundred posts."""


class Fetcher(Protocol):
    """Brings bytes from the network."""

    async def fetch(self, request: FetchRequest) -> FetchResult:
        """Fetch a request. What can go wrong on the network is a FetchFailure, never an exception."""
        ...


class DocumentReader(Protocol):
    """Parses strangers' bytes safely."""

    async def feed(self, document: Document, section: bool, zone: tzinfo = LOCAL) -> Feed:
        """The items of a source's document; `zone` is used for times without a zone. Raises UnreadableError."""
        ...

    async def page(self, document: Document, *, teaches: bool = False) -> Entry | None:
        """The article of a page; None if there is none or it cannot be read.

        `teaches`: the page will be stored, so the repeated lines of its site may be learnt from it.
        """
        ...


class ArticleSink(Protocol):
    """Stores articles and what is remembered of sources."""

    async def claim(self, source: Source, until: int) -> bool:
        """Claim a source until `until` (UTC seconds). False if somebody else has claimed it."""
        ...

    async def seen(self, key: int, guids: Collection[str]) -> Mapping[str, SeenItem]:
        """What is remembered about these items of a source, by guid."""
        ...

    async def seen_as(self, key: int, articles: Collection[str]) -> Mapping[str, SeenItem]:
        """What is remembered about the items of a source that became these articles, by article id; guids are empty
        here.
        """
        ...

    async def save(
        self,
        source: Source,
        articles: Sequence[FiledEntry],
        seen: Iterable[SeenItem],
        clock: Callable[[], int],
        health: Callable[[ImportReport, int], SourceHealth],
    ) -> ImportReport:
        """Store articles, remembered items and the source's new state, all of it or nothing."""
        ...

    async def move(self, source: Source, url: str) -> bool:
        """Change a source's address after a permanent redirect. False if another source has it."""
        ...


@dataclass(frozen=True, slots=True)
class Ingest:
    """What polling needs: fetcher, parser, store, a clock (UTC seconds), and random numbers in [0, 1)."""

    fetcher: Fetcher
    reader: DocumentReader
    sink: ArticleSink
    clock: Callable[[], int]
    dice: Callable[[], float]


@dataclass(frozen=True, slots=True)
class PollResult:
    """The result of polling a source. `answer` is 'new', 'unchanged', 'failed', or 'claimed' (by somebody else)."""

    source: Source
    answer: str
    imported: ImportReport = field(default_factory=ImportReport)
    notices: tuple[SourceNotice, ...] = ()


async def look(source: Source, ingest: Ingest) -> PollResult:
    """Poll one source. Whatever its server sends, the source's state is saved and nothing is raised."""
    with counting() as harmless:
        looked = await _look(source, ingest)
    if harmless:
        found = ", ".join(f"{kind} {number}" for kind, number in sorted(harmless.items()))
        log.info("source %s: made harmless: %s", source.name, found)
        looked.imported.harmless.update(harmless)
    return looked


async def _look(source: Source, ingest: Ingest) -> PollResult:
    health = source.health
    if not await ingest.sink.claim(source, ingest.clock() + LONGEST_LOOK):
        return PollResult(source, "claimed")
    request = replace(source.request(), etag=health.etag, last_modified=health.last_modified)
    answer = await ingest.fetcher.fetch(request)
    if isinstance(answer, FetchFailure):
        return await _failed(source, answer, ingest)
    if isinstance(answer, NotModified):
        return await _unchanged(source, answer, ingest)
    try:
        feed = await ingest.reader.feed(answer, source.kind == "page", source.clock_zone)
        if feed.children and not feed.items:
            feed = await _children(feed, source, ingest)
        if feed.older:
            feed = await _with_older(feed, source, ingest)
    except UnreadableError as error:
        return await _failed(source, FetchFailure(str(error), headers=answer.headers), ingest)
    return await _new(source, answer, feed, ingest)


async def _failed(source: Source, failure: FetchFailure, ingest: Ingest) -> PollResult:
    jitter = ingest.dice()
    return await _finish(source, "failed", [], [], ingest, lambda _, now: outcome.failed(source, failure, now, jitter))


async def _unchanged(source: Source, answer: NotModified, ingest: Ingest) -> PollResult:
    jitter = ingest.dice()

    def health(_: ImportReport, now: int) -> SourceHealth:
        quiet = outcome.brought(source, [], now)
        return outcome.answered(quiet, answer, schedule.wishes(answer.headers, now), now, jitter)

    return await _finish(source, "unchanged", [], [], ingest, health)


async def _new(source: Source, answer: Document, feed: Feed, ingest: Ingest) -> PollResult:
    feed = named_by(feed, source.identity)
    names = {name for item in feed.items for name in (item.guid, titled_guid(item))}
    seen = await ingest.sink.seen(source.key, names)
    articles = await ingest.sink.seen_as(source.key, {item.entry.id for item in feed.items})
    now = ingest.clock()
    plan = decide(source, feed, seen, now, articles)
    chosen, memory = await _read_pages(source, plan, ingest)
    filed, rejected = await asyncio.to_thread(_file, source, chosen, now)
    fresh = {one.entry.id for one in filed} - {old.article for old in (*seen.values(), *articles.values())}
    arrived = [schedule.published_seconds(one.entry.published, now) for one in filed if one.entry.id in fresh]
    jitter = ingest.dice()

    def health(_: ImportReport, now: int) -> SourceHealth:
        wished = schedule.wishes(answer.headers, now).of_feed(feed)
        known = outcome.brought(source, arrived, now)
        health = outcome.answered(known, answer, wished, now, jitter, soon=bool(plan.waiting))
        # If part of this copy is unread, validators are not kept, so that the server sends it again.
        unread = plan.waiting or any(one.tries > 0 for one in memory) or feed.kind == "sitemap"
        return replace(health, etag=None, last_modified=None) if unread else health

    looked = await _finish(source, "new", filed, [*plan.listed, *memory], ingest, health)
    looked.imported.rejected.extend(rejected)
    return looked


async def _children(index: Feed, source: Source, ingest: Ingest) -> Feed:
    """The items of the newest sitemaps an index names."""
    items: list[FeedItem] = []
    for url in index.children[:MOST_CHILDREN]:
        answer = await ingest.fetcher.fetch(source.request(url))
        if isinstance(answer, Document):
            items += (await ingest.reader.feed(answer, False, source.clock_zone)).items
    if not items:
        raise UnreadableError("a sitemap index without a sitemap that answers")
    return replace(index, items=tuple(items))


async def _with_older(newest: Feed, source: Source, ingest: Ingest) -> Feed:
    """The items of a page and of earlier pages back to a known item: at the first look, or after a gap."""
    items, page = [*newest.items], newest
    for _ in range(MOST_OLDER):
        if not page.older or await ingest.sink.seen(source.key, {item.guid for item in page.items}):
            break
        answer = await ingest.fetcher.fetch(source.request(page.older))
        if not isinstance(answer, Document):
            break  # the rest is older news; what came is worth storing
        try:
            page = await ingest.reader.feed(answer, False, source.clock_zone)
        except UnreadableError:
            break
        items += page.items
    return replace(newest, items=tuple(items))


async def _read_pages(source: Source, plan: ListingPlan, ingest: Ingest) -> tuple[list[SelectedItem], list[SeenItem]]:
    """The items to store, completed from their pages, and what to remember of all of them."""
    entries = await asyncio.gather(*(_page(source, chosen, ingest) for chosen in plan.pages))
    chosen = list(plan.ready)
    memory = [one.seen for one in plan.ready]
    for one, entry in zip(plan.pages, entries, strict=True):
        item, seen = after_page(source, one, entry)
        memory.append(seen)
        if item is not None:
            chosen.append(replace(one, item=item, seen=seen))
    return chosen, memory


async def _page(source: Source, chosen: SelectedItem, ingest: Ingest) -> Entry | None:
    answer = await ingest.fetcher.fetch(source.request(chosen.item.entry.url))
    return await ingest.reader.page(answer, teaches=True) if isinstance(answer, Document) else None


def _file(source: Source, chosen: Sequence[SelectedItem], now: int) -> tuple[list[FiledEntry], list[RejectedItem]]:
    filed: dict[str, FiledEntry] = {}
    rejected = []
    for one in chosen:
        result = file_item(source, one, now)
        if isinstance(result, RejectedItem):
            rejected.append(result)
        else:
            filed[result.entry.id] = with_topics(result, source.topics)
    return list(filed.values()), rejected


def file_item(source: Source, chosen: SelectedItem, now: int) -> FiledEntry | RejectedItem:
    """The article that an item becomes, with its language detected. A bug of ours rejects the item."""
    try:
        entry = finish(source, chosen, now)
        if entry.language is None:
            # A title of three words may be too short to tell; then the operator's choice for the source counts.
            entry = replace(entry, language=detect(entry.title, entry.body) or source.language)
    except Exception as error:  # a bug of ours with one item: it must not end its source's look
        log.exception("source %s: %s cannot be read", source.name, chosen.seen.article)
        return RejectedItem(chosen.seen.article, f"{type(error).__name__}: {error}"[:200])
    return file_entry(entry)


async def _finish(
    source: Source,
    answer: str,
    filed: Sequence[FiledEntry],
    seen: Sequence[SeenItem],
    ingest: Ingest,
    health: Callable[[ImportReport, int], SourceHealth],
) -> PollResult:
    states: list[SourceHealth] = []

    def remember(imported: ImportReport, now: int) -> SourceHealth:
        states.append(health(imported, now))
        return states[-1]

    imported = await ingest.sink.save(source, filed, seen, ingest.clock, remember)
    if not states:  # it was removed while we looked
        return PollResult(source, answer)
    notices = outcome.notices(source, states[-1])
    target = states[-1].moved_to
    if target and states[-1].moved_seen >= outcome.MOVES_BELIEVED and await ingest.sink.move(source, target):
        notices.append(SourceNotice("moved", source, target))
    for notice in notices:
        level = logging.INFO if notice.event in ("back", "moved") else logging.WARNING
        log.log(level, "source %s %s: %s", source.name, notice.event, notice.detail)
    return PollResult(replace(source, health=states[-1]), answer, imported, tuple(notices))


async def look_at_all(sources: Iterable[Source], ingest: Ingest, at_once: int = 16) -> list[PollResult]:
    """Poll many sources, at most `at_once` at the same time.

    A slow source takes one place and delays no other.
    """
    places = asyncio.Semaphore(at_once)

    async def one(source: Source) -> PollResult:
        async with places:
            return await look(source, ingest)

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(source)) for source in sources]
    return [task.result() for task in tasks]
