"""Does a person wait while Qala is busy? Searches and small writes beside poisonous feeds and a running import.

    python -m benchmarks.busy [--articles 20000] [--seconds 30]

A store of so many articles (see benchmarks.import_speed). Then, for so many seconds each: nothing else; poison in the
child processes that parse (an endless loop and a hunger for memory, one after another); `qala import` of more articles
into the same store by another process. Meanwhile this process searches letter by letter and writes a small row after
each search, as a bot does, and a small feed is parsed every half second. Printed: p50, p99 and the longest, in ms.
"""

import argparse
import asyncio
import itertools
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.import_speed import NOW, lines
from bot.collecting.importing import Bookmark, import_archive
from bot.collecting.parsing import ParserPool, counted_feed_of
from news.queries.query import parse
from storage import Storage, open_storage

QUERIES = ("президент казахстана", "алматы көлік", "школа", "погода на завтра", "қазақстан чемпионат", "дороги города")
FEED = b"<rss><channel><title>T</title><item><title>One</title><link>http://a.kz/1</link></item></channel></rss>"
_PAUSE_SECONDS = 0.02


def spin(_: bytes) -> None:
    """Poison: never ends."""
    while True:
        pass


def swell(_: bytes) -> None:
    """Poison: takes all memory."""
    taken: list[bytes] = []
    while True:
        taken.append(bytes(1 << 20))


class Waits:
    """How long things took, by what they were."""

    def __init__(self) -> None:
        self._seconds: dict[str, list[float]] = {}

    async def of(self, name: str, doing: Awaitable[object]) -> None:
        """Do something, and note under this name how long it took."""
        started = time.perf_counter()
        await doing
        self._seconds.setdefault(name, []).append(time.perf_counter() - started)

    def tell(self, name: str) -> None:
        """Print the waits of everything that was done meanwhile."""
        for kind, seconds in self._seconds.items():
            ranked = sorted(seconds)
            p50, p99 = (ranked[int(len(ranked) * share)] * 1000 for share in (0.5, 0.99))
            print(
                f"{name:8} {kind:7} {len(ranked):6} times  p50 {p50:7.1f}  p99 {p99:7.1f}  longest"
                f" {ranked[-1] * 1000:7.1f} ms",
                flush=True,
            )


def typed() -> Iterator[str]:
    """Beginnings of queries, letter by letter, for ever."""
    for query in itertools.cycle(QUERIES):
        for end in range(1, len(query) + 1):
            yield query[:end]


async def person(store: Storage, waits: Waits) -> None:
    """Search and write like a bot, for ever."""
    today = datetime.fromtimestamp(NOW, UTC).date()
    for text in typed():
        query = parse(text, today)
        await waits.of("search", store.articles.found(query, limit=10, now=NOW))
        await waits.of("write", store.facts.put("benchmark", text))
        await asyncio.sleep(_PAUSE_SECONDS)


async def source(parsing: ParserPool, waits: Waits) -> None:
    """Parse a small feed every half second, for ever."""
    while True:
        await waits.of("feed", parsing.parse(counted_feed_of, FEED, "http://a.kz/rss", {}, False))
        await asyncio.sleep(0.5)


async def poison(parsing: ParserPool) -> None:
    """Parse poison, one kind after the other, for ever."""
    for function in itertools.cycle((spin, swell)):
        await parsing.parse(function, b"")


async def beside(
    store: Storage, seconds: float, name: str, doing: Callable[[ParserPool], Awaitable[object]] | None
) -> None:
    """What a person waits while something is done."""
    waits = Waits()
    async with ParserPool() as parsing:
        await parsing.parse(counted_feed_of, FEED, "http://a.kz/rss", {}, False)
        tasks = [asyncio.ensure_future(one) for one in (person(store, waits), source(parsing, waits))]
        if doing is not None:
            tasks.append(asyncio.ensure_future(doing(parsing)))
        done, _ = await asyncio.wait(tasks, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for task in done:
            task.result()
    waits.tell(name)


async def another(archive: Path, folder: Path) -> None:
    """`qala import` in a process of its own."""
    environment = {**os.environ, "QALA_DATA_DIR": str(folder)}
    environment["QALA_DATABASE_URL"] = f"sqlite:///{folder / 'qala.sqlite'}"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "import", str(archive), env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    try:
        if await process.wait():
            raise SystemExit("qala import failed")
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def measure(articles: int, seconds: float, folder: Path) -> None:
    """Make the store and measure all three situations."""
    stored, more = folder / "stored.jsonl", folder / "more.jsonl"
    everything = list(lines(articles * 3))
    stored.write_text("\n".join(everything[:articles]), encoding="utf-8")
    more.write_text("\n".join(everything[articles:]), encoding="utf-8")
    store = await open_storage(f"sqlite:///{folder / 'qala.sqlite'}")
    try:
        await import_archive([str(stored)], store, NOW, Bookmark(folder / "first.json", [str(stored)]))
        await beside(store, seconds / 4, "warm", None)
        await beside(store, seconds, "alone", None)
        await beside(store, seconds, "poison", poison)
        await beside(store, seconds, "import", lambda _: another(more, folder))
    finally:
        await store.close()


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description="What a person waits while Qala is busy.")
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--seconds", type=float, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(options.articles, options.seconds, Path(folder)))


if __name__ == "__main__":
    main()
