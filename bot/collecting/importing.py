"""`qala import`: archives into the store, in batches; child processes parse and analyse while we write."""

import asyncio
import gc
import json
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain, islice
from pathlib import Path

from bot.collecting.parsing import ParseFailure, ParserPool, own_words
from news.archive.archive import ArchivePosition, BulkResult, RawItem, file_raws, may_hold_pages, scan
from news.filing import file_entry
from news.models import Entry, FiledEntry, ImportReport, RejectedItem
from storage import Storage
from storage.articles.sources import RepeatedLineStore

_BATCH = 1500  # articles in a batch: a database page that many of them touch is written once
_FEW = 200  # articles that make up a batch while nothing else is being written
_ENTRIES = 200  # entries in a batch when they are parsed already; also skipped items in one errand
_SECONDS = 3.0  # of parsing, after which a smaller batch is stored too, so that an interruption costs little
_MANY = 5000  # new articles after which the index is merged
_ITEMS, _BYTES = 40, 400_000  # in one errand to a child: a fraction of the CPU time that one item may take
_PAGES = 8  # HTML takes longer
_CHILD = 1000  # errands of a child, 40,000 articles: the words it caches make it faster, but larger
_OBJECTS = 50_000  # new objects before a garbage collection, which would visit thousands of living signatures each time
_ERRANDS = 6  # errands under way at once, so that neither the children nor the writer wait
_TURN_SECONDS = 0.0002  # after which a thread waiting for the interpreter's lock gets it
PRELOAD: tuple[str, ...] = ("bot.collecting.preloaded",)
PRELOAD_PAGES: tuple[str, ...] = (*PRELOAD, "bot.collecting.preloaded_pages")


async def import_entries(
    entries: Iterable[Entry | RejectedItem], store: Storage, now: int, progress: Callable[[int], None] = lambda _: None
) -> ImportReport:
    """Store entries; the report names rejected ones with their reasons. A batch is stored whole or not at all.

    `progress` is told how many entries are done. Raises StorageError; earlier batches stay.
    """
    total = ImportReport()
    batch: list[FiledEntry] = []
    done = 0
    for entry in entries:
        done += 1
        filed = entry if isinstance(entry, RejectedItem) else file_entry(entry)
        if isinstance(filed, RejectedItem):
            total.reject(filed)
            continue
        batch.append(filed)
        if len(batch) >= _ENTRIES:
            total.add(await store.articles.save(batch, now))
            batch = []
            progress(done)
    if batch:
        total.add(await store.articles.save(batch, now))
    progress(done)
    return total


async def import_archive(
    paths: Sequence[str],
    store: Storage,
    now: int,
    bookmark: "Bookmark",
    progress: Callable[[ArchivePosition], None] = lambda _: None,
) -> ImportReport:
    """Store all that `news.archive.archive.scan` finds in the paths; resumes an interrupted import of them.

    Bytes are parsed under the limits of `bot.collecting.parsing`: a poisonous item alone is rejected. Order is kept.
    """
    with _for_the_writer():
        return await _import(paths, store, now, bookmark, progress)


@contextmanager
def _for_the_writer() -> Iterator[None]:
    """Keep the writer's thread running, because all else waits for it.

    It gives up the interpreter's lock at every statement, and would get it back only after another thread's five
    milliseconds.
    """
    garbage, interval = gc.get_threshold(), sys.getswitchinterval()
    gc.set_threshold(_OBJECTS, *garbage[1:])
    sys.setswitchinterval(_TURN_SECONDS)
    try:
        yield
    finally:
        gc.set_threshold(*garbage)
        sys.setswitchinterval(interval)


async def _import(
    paths: Sequence[str], store: Storage, now: int, bookmark: "Bookmark", progress: Callable[[ArchivePosition], None]
) -> ImportReport:
    total = ImportReport()
    batch: list[FiledEntry] = []
    saving: asyncio.Task[None] | None = None
    clock = asyncio.get_running_loop().time

    async def save(articles: Sequence[FiledEntry], position: ArchivePosition) -> None:
        total.add(await store.articles.save_many(articles, now))
        await store.repeats.flush(now)
        bookmark.write(position)

    preload = PRELOAD_PAGES if may_hold_pages(paths) else PRELOAD
    # One child is enough if parsing is faster than writing, as it is with texts; otherwise a second one is forked. More
    # would not pay: the children that exist have the archive's words cached.
    async with ParserPool(always=1, most=2, preload=preload, items=_CHILD, prepare=own_words()) as parsing:
        begun = clock()
        try:
            async for bulk, position in _filed(scan(paths, resume=bookmark.read(), now=now), parsing, store.repeats):
                for filed in bulk.filed:
                    if isinstance(filed, RejectedItem):
                        total.reject(filed)
                    else:
                        batch.append(filed)
                for page in bulk.learnt:
                    store.repeats.note(*page)
                total.harmless.update(bulk.harmless)
                idle = saving is None or saving.done()
                if len(batch) >= _BATCH or (idle and batch and (len(batch) >= _FEW or clock() - begun >= _SECONDS)):
                    if saving is not None:
                        await saving
                    # The next batch is parsed while this one is written.
                    saving, batch, begun = asyncio.create_task(save(batch, position)), [], clock()
                progress(position)
        finally:
            if saving is not None:
                await saving
        total.add(await store.articles.save_many(batch, now))
        await store.repeats.flush(now)
    if total.new >= _MANY:
        await store.articles.merge_index()
    bookmark.forget()
    return total


@dataclass(frozen=True, slots=True)
class Bookmark:
    """A file that tells where an import of these paths stopped. Standard input has none."""

    file: Path
    paths: Sequence[str]

    def read(self) -> ArchivePosition | None:
        """The position after the last stored batch; None if no import of these paths was interrupted."""
        try:
            kept = json.loads(self.file.read_text())
            return ArchivePosition(kept["path"], kept["offset"]) if kept["paths"] == self._paths() else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def write(self, position: ArchivePosition) -> None:
        """Store a position, replacing the older one atomically."""
        if "-" in self.paths:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.file.with_suffix(".new")
        fresh.write_text(json.dumps({"paths": self._paths(), "path": position.path, "offset": position.offset}))
        fresh.replace(self.file)

    def forget(self) -> None:
        """Delete the file, because the import is complete."""
        self.file.unlink(missing_ok=True)

    def _paths(self) -> list[str]:
        return [str(Path(path).absolute()) for path in self.paths]


_Scanned = tuple[RawItem | RejectedItem | None, ArchivePosition]


async def _filed(
    found: Iterator[_Scanned], parsing: ParserPool, repeats: RepeatedLineStore
) -> AsyncIterator[tuple[BulkResult, ArchivePosition]]:
    """The results of the items in order, each with the position after it; a few errands are always under way."""
    errands = _errands(found)
    first = list(islice(errands, 2))
    if len(first) == 1 and not any(isinstance(item, RawItem) and item.form == "html" for item in first[0][0]):
        # A handful of texts is parsed sooner here than a child is ready.
        items, position = first[0]
        raws = [item for item in items if isinstance(item, RawItem)]
        yield _in_place(items, file_raws(b"", raws, *await _taught(raws, repeats))), position
        return
    under_way: deque[tuple[asyncio.Task[BulkResult], ArchivePosition]] = deque()
    try:
        for items, position in chain(first, errands):
            under_way.append((asyncio.create_task(_run(items, parsing, repeats)), position))
            if len(under_way) >= _ERRANDS:
                task, behind = under_way.popleft()
                yield await task, behind
        while under_way:
            task, behind = under_way.popleft()
            yield await task, behind
    finally:
        for task, _ in under_way:
            task.cancel()


def _errands(found: Iterator[_Scanned]) -> Iterator[tuple[list[RawItem | RejectedItem], ArchivePosition]]:
    """Neighbouring items in errands that take a child a fraction of its time limit."""
    items: list[RawItem | RejectedItem] = []
    weight = 0.0
    position: ArchivePosition | None = None
    for item, position in found:
        if item is not None:
            items.append(item)
        if isinstance(item, RawItem):
            weight += len(item.content) / _BYTES + (1 / _PAGES if item.form == "html" else 1 / _ITEMS)
        if weight >= 1 or len(items) >= _ENTRIES:
            yield items, position
            items, weight = [], 0.0
    if position is not None:
        yield items, position


async def _run(items: list[RawItem | RejectedItem], parsing: ParserPool, repeats: RepeatedLineStore) -> BulkResult:
    """Parse and analyse the items in a child. If one of them kills it, each is tried alone."""
    raws = [item for item in items if isinstance(item, RawItem)]
    taught = await _taught(raws, repeats)
    if len(raws) > 1 and not isinstance(bulk := await parsing.parse(file_raws, b"", raws, *taught), ParseFailure):
        return _in_place(items, bulk)
    together = BulkResult()
    for raw in raws:
        alone = await parsing.parse(file_raws, b"", [raw], *taught)
        if isinstance(alone, ParseFailure):
            alone = BulkResult([RejectedItem(raw.name, alone.reason)])
        together.filed.extend(alone.filed)
        together.learnt.extend(alone.learnt)
        together.harmless.update(alone.harmless)
    return _in_place(items, together)


async def _taught(raws: Sequence[RawItem], repeats: RepeatedLineStore) -> tuple[dict[str, dict[int, int]], set[str]]:
    """The known boilerplate of these pages' sites, and the names of the pages it was learnt from."""
    pages = [raw for raw in raws if raw.site]
    if not pages:
        return {}, set()
    known = {site: await repeats.known(site) for site in {raw.site for raw in pages}}
    return known, await repeats.counted([raw.name for raw in pages])


def _in_place(items: Sequence[RawItem | RejectedItem], bulk: BulkResult) -> BulkResult:
    """The result with the items that were rejected before parsing put back in their places."""
    filed = iter(bulk.filed)
    return replace(bulk, filed=[item if isinstance(item, RejectedItem) else next(filed) for item in items])
