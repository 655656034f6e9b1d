"""Strangers' bytes into feeds and articles, in child processes with little CPU and memory."""

import asyncio
import contextlib
import fcntl
import multiprocessing
import os
import re
import resource
import select
import signal
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from datetime import tzinfo
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, ParamSpec, TypeVar
from urllib.parse import urlsplit

from news.feeds.feed import parse_feed
from news.feeds.source import Document, Feed, UnreadableError
from news.language import lexicon
from news.models import Entry
from news.pages import boilerplate
from news.pages.lines import RepeatedLines
from news.pages.webpage import parse_html
from news.text.clean import Counts, count_harmless, counting
from news.text.dates import LOCAL

if TYPE_CHECKING:
    from storage.articles.sources import RepeatedLineStore  # the children do not need a database

# Strangers' bytes are parsed in child processes with limited CPU and memory: a poisonous item kills its child, not us.
#
# Children are used again and again. While one is stuck with a bad item the others go on; when all are stuck, more are
# forked from a server process that has already loaded the parsers.

P = ParamSpec("P")
T = TypeVar("T")

CPU_SECONDS = 2.0
MEMORY = 256 * 1024 * 1024  # bytes on top of what the loaded parsers take
LARGEST = 5_000_000  # bytes of one item
_WALL_SECONDS = 10.0  # for a child that neither works nor ends: a stopped process, a swapping machine
_PATIENCE = 0.25  # seconds to wait for a child before another is forked
ITEMS_A_CHILD = 1000  # then a fresh child takes over, in case a parser leaks
_SECRETS = ("QALA_", "POSTGRES_")
PRELOAD = ("feedparser", "trafilatura", "news.feeds.feed", "news.pages.webpage")


@dataclass(frozen=True, slots=True)
class ParseFailure:
    """An item that could not be parsed: the reason for operators, and the parser's error if there was one."""

    reason: str
    error: BaseException | None = None


class _Child:
    """One child process with its own executor, so that its death affects no other."""

    def __init__(
        self, cpu_seconds: float, memory: int, preload: Sequence[str], items: int, prepare: Callable[[], None] | None
    ) -> None:
        context = multiprocessing.get_context("forkserver")
        context.set_forkserver_preload(list(preload))
        self._cpu_seconds = cpu_seconds
        self._executor = ProcessPoolExecutor(1, mp_context=context, initializer=_limit, initargs=(memory, prepare))
        self._pid = self._executor.submit(os.getpid).result()
        self.left = items

    def submit(self, function: Callable[..., T], arguments: tuple[object, ...]) -> "asyncio.Future[T]":
        self.left -= 1
        return asyncio.wrap_future(self._executor.submit(_run, self._cpu_seconds, function, arguments))

    def close(self) -> None:
        self._executor.shutdown(wait=False, cancel_futures=True)

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
            os.kill(self._pid, signal.SIGKILL)
        self.close()


class ParserPool:
    """The children: `always` of them, and up to `most` while some are stuck. Use as an async context manager.

    After `items` items a new child takes another's place. `preload` names modules that the server process loads before
    it forks; only the first ParserPool of a process sets them. `prepare` is called in each child before its first item.
    """

    def __init__(
        self,
        always: int = 2,
        most: int = 6,
        *,
        cpu_seconds: float = CPU_SECONDS,
        memory: int = MEMORY,
        preload: Sequence[str] = PRELOAD,
        items: int = ITEMS_A_CHILD,
        prepare: Callable[[], None] | None = None,
    ) -> None:
        self._always, self._most = always, most
        self._limits = (cpu_seconds, memory, preload, items, prepare)
        self._idle: list[_Child] = []
        self._alive = 0
        self._changed = asyncio.Condition()  # notified when a child is idle again or gone
        self._closed = False
        self.counts: Counter[str] = Counter()
        """How many items were `parsed`, `unparsed` (an error or too large) and `killed` (out of CPU or memory)."""

    async def __aenter__(self) -> "ParserPool":
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End the idle children; busy ones end after their item."""
        self._closed = True
        while self._idle:
            await self._discard(self._idle.pop())

    async def parse(self, function: Callable[..., T], content: bytes, *arguments: object) -> T | ParseFailure:
        """Run `function(content, *arguments)` in a child. It must be a module's function with a picklable result.

        Using more than 2 s of CPU or 256 MB, a crash and an error give a ParseFailure; the content never makes this
        raise.
        """
        if len(content) > LARGEST:
            self.counts["unparsed"] += 1
            return ParseFailure(f"larger than {LARGEST} bytes")
        try:
            child = await self._child()
        except (OSError, BrokenProcessPool) as error:  # no process, memory or descriptor is available now
            self.counts["killed"] += 1
            return ParseFailure(f"no child process could be started: {type(error).__name__}", error)
        try:
            future = child.submit(function, (content, *arguments))
        except BrokenProcessPool:  # it died between two items
            return await self._killed(child)
        try:
            await asyncio.wait({future}, timeout=_WALL_SECONDS)
        except asyncio.CancelledError:
            future.cancel()  # otherwise asyncio warns of an exception that was never retrieved
            await self._discard(child)
            raise
        return await self._outcome(child, future)

    async def _outcome(self, child: _Child, future: "asyncio.Future[T]") -> T | ParseFailure:
        if not future.done():
            future.cancel()
            return await self._killed(child)
        error = future.exception()
        if isinstance(error, BrokenProcessPool):
            return await self._killed(child)
        if isinstance(error, MemoryError):
            await self._discard(child)
            self.counts["killed"] += 1
            return ParseFailure("needed more memory than parsing may take", error)
        await self._release(child)
        if error is not None:
            self.counts["unparsed"] += 1
            return ParseFailure(f"{type(error).__name__}: {error}"[:300], error)
        self.counts["parsed"] += 1
        return future.result()

    async def _child(self) -> _Child:
        """An idle child; a new one if there are few, or if all have been busy for a while."""
        clock = asyncio.get_running_loop().time
        patient_until = clock() + _PATIENCE
        async with self._changed:
            while not self._idle:
                patience = patient_until - clock()
                if self._alive < (self._always if patience > 0 else self._most):
                    break
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._changed.wait(), patience if patience > 0 else None)
            if self._idle:
                return self._idle.pop()
            self._alive += 1
        starting = asyncio.ensure_future(asyncio.to_thread(_Child, *self._limits))
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            try:
                child = await starting
            except Exception:  # noqa: BLE001 - nobody waits for the child any more; its slot must be freed
                await self._give_back()
            else:
                await self._release(child)
            raise
        except Exception:
            await self._give_back()
            raise

    async def _release(self, child: _Child) -> None:
        if self._closed or child.left <= 0 or (self._alive > self._always and self._idle):
            await self._discard(child)
            return
        async with self._changed:
            self._idle.append(child)
            self._changed.notify()

    async def _discard(self, child: _Child) -> None:
        child.kill()
        await self._give_back()

    async def _give_back(self) -> None:
        """Free the slot of a child that is gone."""
        async with self._changed:
            self._alive -= 1
            self._changed.notify()

    async def _killed(self, child: _Child) -> ParseFailure:
        await self._discard(child)
        self.counts["killed"] += 1
        return ParseFailure(f"took more than {self._limits[0]:g} s of CPU, or crashed its parser")


def own_words() -> Callable[[], None]:
    """A function that loads in a child the words an operator added here, of topics and of boilerplate."""
    return partial(_use, lexicon.own(), boilerplate.own())


def _use(words: Path | None, wordings: Path | None) -> None:
    if words is not None:
        lexicon.use(words)
    if wordings is not None:
        boilerplate.use(wordings)


def _limit(memory: int, prepare: Callable[[], None] | None) -> None:
    """In the child: allow `memory` more bytes, no core files and no written files, at the lowest priority."""
    # Ctrl+C or a service's stop reaches all processes: the bot closes its children.
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    _end_with_parent()
    os.nice(5)
    for name in [one for one in os.environ if one.startswith(_SECRETS)]:  # parsing strangers' bytes needs no secrets
        del os.environ[name]
    if prepare is not None:
        prepare()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    statm = Path("/proc/self/statm")
    if statm.exists():  # Linux; elsewhere only CPU is limited
        taken = int(statm.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + memory, taken + memory))


def _end_with_parent() -> None:
    """In the child: end when the parent is killed. The pipe to it breaks then, and SIGIO ends the process."""
    parent = multiprocessing.parent_process()
    if parent is None or not parent.sentinel:
        return
    fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, fcntl.fcntl(parent.sentinel, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([parent.sentinel], [], [], 0)[0]:  # the parent is already gone
        os._exit(0)


def _run(cpu_seconds: float, function: Callable[..., T], arguments: tuple[object, ...]) -> T:
    """In the child: run the function. A timer over its CPU time sends a signal that kills the child."""
    signal.setitimer(signal.ITIMER_PROF, cpu_seconds)
    try:
        return function(*arguments)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


# Bytes into feeds and articles: strangers' in child processes, our own documents in a thread.


class ParsedPage(NamedTuple):
    """A parsed page: its article, the hashes of its lines, and counts of what was made harmless."""

    entry: Entry | None
    lines: frozenset[int]
    harmless: Counts


class ChildReader:
    """Reads in the child processes of a ParserPool: a poisonous document kills its child and delays no other.

    With `repeats` a site's known boilerplate is used, and new lines are noted there until its `flush`.
    """

    def __init__(self, parsing: ParserPool, repeats: "RepeatedLineStore | None" = None) -> None:
        self._parsing = parsing
        self._repeats = repeats

    async def feed(self, document: Document, section: bool, zone: tzinfo = LOCAL) -> Feed:
        """The items of a source's document, a clock without a zone in `zone`. Raises UnreadableError."""
        content, url, headers = document.content, document.url, dict(document.headers)
        found = await self._parsing.parse(counted_feed_of, content, url, headers, section, zone)
        if isinstance(found, ParseFailure):
            raise UnreadableError(str(found.error) if isinstance(found.error, UnreadableError) else found.reason)
        feed, harmless = found
        count_harmless(harmless)
        return feed

    async def page(self, document: Document, *, teaches: bool = False) -> Entry | None:
        """The article of a page; None if there is none or it cannot be read."""
        known: dict[int, int] = {}
        counted = False
        site = urlsplit(document.url).hostname or ""
        if self._repeats is not None and site:
            known = await self._repeats.known(site)
            counted = bool(await self._repeats.counted([document.url]))
        headers = dict(document.headers)
        read = await self._parsing.parse(page_of, document.content, document.url, headers, known, counted)
        if isinstance(read, ParseFailure):
            return None
        count_harmless(read.harmless)
        if self._repeats is not None and teaches and read.entry is not None and not counted:
            self._repeats.note(site, document.url, read.lines)
        return read.entry


class ThreadReader:
    """Reads in a thread of this process, without limits, for documents that we made ourselves."""

    async def feed(self, document: Document, section: bool, zone: tzinfo = LOCAL) -> Feed:
        """The items of a source's document, a clock without a zone in `zone`. Raises UnreadableError."""
        return await asyncio.to_thread(parse_feed, document, section, zone)

    async def page(self, document: Document, *, teaches: bool = False) -> Entry | None:  # noqa: ARG002 - Reader's
        """The article of a page; None if there is none or it cannot be read. Nothing is learnt from it."""
        read = await asyncio.to_thread(page_of, document.content, document.url, document.headers)
        count_harmless(read.harmless)
        return read.entry


def counted_feed_of(
    content: bytes, url: str, headers: Mapping[str, str], section: bool, zone: tzinfo = LOCAL
) -> tuple[Feed, Counts]:
    """In the child: the items of a document, and counts of what was made harmless."""
    with counting() as harmless:
        return parse_feed(Document(url, content, headers), section, zone), harmless


def page_of(
    content: bytes,
    url: str,
    headers: Mapping[str, str],
    known: Mapping[int, int] | None = None,
    counted: bool = False,
) -> ParsedPage:
    """In the child: the parsed page. `known` and `counted` are those of `RepeatedLines`."""
    charset = re.search(r"charset=[\"']?([\w-]{2,20})", headers.get("content-type", ""), re.IGNORECASE)
    boilerplate = RepeatedLines(known or {}, counted=counted)
    with counting() as harmless:
        found = parse_html(content, url, url=url, charset=charset[1] if charset else None, repeated=boilerplate)
    return ParsedPage(found if isinstance(found, Entry) else None, frozenset(boilerplate.lines), harmless)
