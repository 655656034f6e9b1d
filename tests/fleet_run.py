"""Qala among the fleet for a day: what came in, what was asked, and what of it was wrong."""

import asyncio
import contextlib
import itertools
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.collecting.fetch import HttpFetcher
from bot.collecting.parsing import ChildReader, ParserPool
from news.feeds.ingest import Ingest, look
from news.feeds.source import Source
from storage import Storage, open_storage
from tests.fleet import HOUR, SLOW_SECONDS, Clock, Outlet, sailing

_KINDS = {"sitemap": "sitemap", "index": "sitemap", "page": "page"}


@dataclass
class Voyage:
    """What the day brought. `articles` are ids with the second each was first seen."""

    fleet: list[Outlet]
    articles: dict[str, int] = field(default_factory=dict)
    notices: list[tuple[str, str]] = field(default_factory=list)
    looks: int = 0
    slowest_search: float = 0.0
    longest_look: float = 0.0

    def longest_delay(self, outlet: Outlet) -> int:
        """Seconds between publication and first sight of what came while we were looking, 0 for nothing."""
        published = {outlet.link(piece): piece.at for piece in outlet.pieces() if piece.at > outlet.began}
        return max((self.articles[link] - at for link, at in published.items() if link in self.articles), default=0)

    def faults(self) -> list[str]:
        """Everything that is not as it must be."""
        found = []
        served = {link for outlet in self.fleet for link in outlet.served}
        found += [f"missing: {link}" for link in sorted(served - self.articles.keys())]
        found += [f"too much: {link}" for link in sorted(self.articles.keys() - served)]
        for outlet in self.fleet:
            found += [f"{outlet.name}: {fault}" for fault in _rude(outlet)]
            if outlet.readable and outlet.ends - outlet.began >= 6 * HOUR:
                missing = {outlet.link(piece) for piece in outlet.pieces()} - outlet.served.keys()
                found += [f"never asked for: {link}" for link in sorted(missing)]
        return found


def _rude(outlet: Outlet) -> list[str]:
    """What was asked too often, too early, or without the validators it was given."""
    found = []
    if len(outlet.requests("/robots.txt")) > 1 + (outlet.ends - outlet.began) // (24 * HOUR) and outlet.name != "slow":
        found.append(f"robots.txt asked {len(outlet.requests('/robots.txt'))} times")
    asked = outlet.requests()
    least = {"max-age": 2400, "expires": 3600, "ttl": 1800, "unavailable": 1800, "too-many": 1200}.get(outlet.name, 180)
    for (before, status), (after, _) in itertools.pairwise(asked):
        if outlet.name in ("unavailable", "too-many") and status == 200:
            continue
        if after - before < least and outlet.name != "loop":
            found.append(f"asked after {after - before} s, {least} wished")
    if outlet.name in ("rss1", "rss3", "rss5", "atom0", "atom1", "atom2", "atom3", "json0", "json1", "json2", "both"):
        versions = 1 + sum(1 for at in outlet.served.values() if at > outlet.began)
        full = sum(status == 200 for _, status in asked)
        if full > versions:
            found.append(f"{full} full answers for {versions} versions")
    if outlet.name == "skip-hours":
        skipped = outlet.began // HOUR % 24 + 1
        found += [f"asked in a skipped hour ({at})" for at, _ in asked if at // HOUR % 24 == skipped]
    if outlet.name == "robots" and len(outlet.asked) > len(outlet.requests("/robots.txt")):
        found.append("asked though robots.txt forbids it")
    if outlet.name.startswith("moved-30"):
        answers = [status for _, status in asked]
        if outlet.name != "moved-302" and len(answers) != 3:
            found.append(f"a permanent move was asked {len(answers)} times before it was followed")
    return found


async def sail(folder: str, fleet: list[Outlet], clock: Clock, hours: int) -> Voyage:
    """Poll the fleet for so many hours of simulated time; meanwhile a reader searches all the while."""
    voyage = Voyage(fleet)
    store = await open_storage(f"sqlite:///{folder}/fleet.sqlite")
    try:
        async with contextlib.AsyncExitStack() as stack:
            await stack.enter_async_context(sailing(fleet))
            parsing = await stack.enter_async_context(ParserPool())
            fetcher = await stack.enter_async_context(HttpFetcher(private=True, seconds=SLOW_SECONDS, clock=clock))
            for outlet in fleet:
                kind = _KINDS.get(outlet.form, "feed")
                source = Source(f"{outlet.host}/feed", kind, outlet.name, full_text=outlet.full_text)  # type: ignore[arg-type]
                await store.sources.add(source)
            ingest = Ingest(fetcher, ChildReader(parsing), store.sources, clock, random.Random(7).random)
            reader = asyncio.create_task(_search(store, clock, voyage))
            await _day(store, ingest, clock, hours, voyage)
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        rows = await store.database.fetch("SELECT id, first_seen FROM articles")
        voyage.articles = {row["id"]: row["first_seen"] for row in rows}
    finally:
        await store.close()
    return voyage


async def _day(store: Storage, ingest: Ingest, clock: Clock, hours: int, voyage: Voyage) -> None:
    end = clock.now + hours * HOUR
    while (due := await store.sources.next_due()) is not None and due < end:
        clock.now = max(clock.now, due)
        sources = await store.sources.due(clock.now, 100)
        voyage.looks += len(sources)
        await asyncio.gather(*(_timed(source, lambda one: look(one, ingest), voyage) for source in sources))
    clock.now = end


async def _timed(source: Source, at: Callable[[Source], Awaitable], voyage: Voyage) -> None:
    started = time.perf_counter()
    looked = await at(source)
    voyage.notices += [(source.name, notice.event) for notice in looked.notices]
    if looked.answer != "failed":
        voyage.longest_look = max(voyage.longest_look, time.perf_counter() - started)


async def _search(store: Storage, clock: Clock, voyage: Voyage) -> None:
    while True:
        started = time.perf_counter()
        await store.articles.search("остановка на улице", limit=5, now=clock.now)
        voyage.slowest_search = max(voyage.slowest_search, time.perf_counter() - started)
        await asyncio.sleep(0.05)
