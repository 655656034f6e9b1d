"""Reads kept in memory until a commit changes what was read.

On SQLite temporary triggers on the writer's connection note which rows a transaction touches; its commit tells them, a
rollback tells nothing. A commit of another process shows in `PRAGMA data_version`.

On PostgreSQL triggers write into `store_changes` what a transaction touches, whoever runs it (migration 0049). Its rows
are numbered in the order of the commits. They are looked for after each commit of ours, and at most `_OTHERS_SECONDS`
before a kept read is used, because other replicas write too.
"""

import asyncio
import contextlib
import math
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

Touched = Sequence[tuple[str, int]]
"""Pairs of a table and the id of a changed row; of an id only the last `_BITS` count."""

_BITS: Final = (1 << 20) - 1
"""Kept rows have the last bits of their ids as keys, so that the log of changes names no chat."""
_FOLLOWED: Final = {"subscribers": "chat_id", "subscriptions": "chat_id", "articles": "key"}
_MOST_TOUCHED: Final = 200
_LOOK_SECONDS: Final = 0.0005
"""How long one look for another process's commits is good: one answer asks several times."""
_OTHERS_SECONDS: Final = 0.02
"""The same on PostgreSQL, where a look is a round trip. A person's next update reaches another replica later."""
_AHEAD_SECONDS: Final = 0.01
"""So old, a look that is still good is followed by the next one, for which nobody has to wait then."""
_MOST_CHANGES: Final = 500


class StoreChanges:
    """Tells kept reads what has changed. This base class sees no changes, so nothing is kept."""

    def __init__(self) -> None:
        self._kept: list[KeptReads[object]] = []

    def join(self, kept: "KeptReads[object]") -> None:
        """Tell these reads of changes from now on."""
        self._kept.append(kept)

    def known(self) -> bool:
        """Whether every change up to now was told; False means that nothing kept may be used."""
        return False

    async def look(self) -> bool:
        """Look for changes, where that takes a while, and tell them; then as `known`."""
        return False

    def tell(self, touched: Touched | None) -> None:
        """Have reads of these rows forgotten; None: all reads."""
        for kept in self._kept:
            if touched is None:
                kept.forget(None)
                continue
            for table, row in touched:
                if table in kept.tables:
                    kept.forget(row)

    def tell_table(self, table: str) -> None:
        """Have all reads of a table forgotten."""
        for kept in self._kept:
            if table in kept.tables:
                kept.forget(None)


class KeptReads(Generic[T]):
    """Reads of some tables by key. Beyond `most` of them the longest unused is dropped.

    `by_row`: a key is a row's id, and only a change of that row forgets it. Otherwise any change of the tables does.
    """

    def __init__(self, changes: StoreChanges, tables: Collection[str], most: int, *, by_row: bool = False) -> None:
        self.tables = frozenset(tables)
        self._changes = changes
        self._most = most
        self._by_row = by_row
        self._reads: OrderedDict[Hashable, tuple[Hashable, T]] = OrderedDict()
        self._changed = 0
        changes.join(self)  # type: ignore[arg-type]

    async def get(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What was read for a key; it is read now if it is not kept."""
        if not (self._changes.known() or await self._changes.look()):
            return await read()
        if held := self._held([key]):
            return held[key]
        before = self._changed
        found = await read()
        self._keep(before, {key: found})
        return found

    async def get_all(
        self, keys: Sequence[int], read: Callable[[Sequence[int]], Awaitable[Mapping[int, T]]]
    ) -> Mapping[int, T]:
        """The same for many keys; those that are not kept are read together."""
        if not (self._changes.known() or await self._changes.look()):
            return await read(keys)
        held = self._held(keys)
        if len(held) == len(set(keys)):
            return held
        before = self._changed
        found = await read([key for key in keys if key not in held])
        self._keep(before, found)
        return {**held, **found}

    async def join_in(self, read: Callable[[Callable[[int], T | None]], Awaitable[tuple[R, Mapping[int, T]]]]) -> R:
        """The outcome of a read of rows beside others, which is given what is kept (to be asked in any thread) and
        tells the rows it read.
        """
        known = self._changes.known() or await self._changes.look()
        before = self._changed
        found, rows = await read(self._peek if known else _nothing)
        if known:
            self._keep(before, rows)
        return found

    def _peek(self, key: int) -> T | None:
        kept = self._reads.get(self._place(key))
        return kept[1] if kept is not None and kept[0] == key else None

    def _held(self, keys: Sequence[Any]) -> dict[Any, T]:
        held = {}
        for key in keys:
            place = self._place(key)
            kept = self._reads.get(place)
            if kept is not None and kept[0] == key:
                self._reads.move_to_end(place)
                held[key] = kept[1]
        return held

    def _place(self, key: Any) -> Hashable:
        place: Hashable = key & _BITS if self._by_row else key
        return place

    def _keep(self, before: int, found: Mapping[Any, T]) -> None:
        if self._changed != before:  # what was read may be from before the change
            return
        self._reads.update({self._place(key): (key, value) for key, value in found.items()})
        while len(self._reads) > self._most:
            self._reads.popitem(last=False)

    def forget(self, row: int | None) -> None:
        """Drop what a row's change makes wrong; None: any row may have changed."""
        self._changed += 1
        if self._by_row and row is not None:
            self._reads.pop(row & _BITS, None)
        else:
            self._reads.clear()


def _nothing(_: int) -> None:
    return None


class SqliteChanges(StoreChanges):
    """Follows commits to a SQLite file. Methods are called in the event loop unless they say otherwise."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._observer: sqlite3.Connection | None = None
        self._seen = 0
        self._looked = 0.0
        self._is_ours = False

    def begin(self) -> None:
        """Begin to tell changes; `note_touched` must have been called."""
        self._observer = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        self._observer.execute("PRAGMA query_only=1")
        self._seen = _version(self._observer)

    def ours(self) -> None:
        """We hold the write lock: no other process commits until `ended`."""
        self.known()
        self._is_ours = True

    def ended(self, touched: Touched | None) -> None:
        """Our turn is over: tell what a commit touched (nothing after a rollback). Others may commit from now on."""
        self._is_ours = False
        if self._observer is None:
            return
        if touched is None or touched:
            self.tell(touched)
        with contextlib.suppress(sqlite3.Error):  # without it our own commit looks like another's later, which is safe
            self._seen = _version(self._observer)

    def known(self) -> bool:
        """Whether every change up to now was told. Looks for commits of other processes."""
        if self._observer is None or self._is_ours:
            return self._observer is not None
        if (now := time.monotonic()) - self._looked < _LOOK_SECONDS:
            return True
        self._looked = now
        try:
            seen = _version(self._observer)
        except sqlite3.Error:
            self.tell(None)
            return False
        if seen != self._seen:
            self._seen = seen
            self.tell(None)
        return True

    def close(self) -> None:
        """Stop keeping reads."""
        observer, self._observer = self._observer, None
        self.tell(None)
        if observer is not None:
            observer.close()


class PostgresChanges(StoreChanges):
    """Follows commits to a PostgreSQL database by its log of changes."""

    def __init__(self, fetch: Callable[..., Awaitable[Sequence[Any]]]) -> None:
        """`fetch` asks for rows; an error of it means that nothing is known."""
        super().__init__()
        self._fetch = fetch
        self._follows = False
        self._seen: int | None = None
        self._good_from = self._good_until = -math.inf
        self._looking: asyncio.Task[None] | None = None
        self._began = -math.inf

    def begin(self) -> None:
        """Begin to keep reads."""
        self._follows = True

    def ours(self) -> None:
        """A commit of ours may have changed what is kept: earlier looks count no more."""
        self._good_from, self._good_until = time.monotonic(), -math.inf

    def known(self) -> bool:
        """Whether the last look is good still."""
        now = time.monotonic()
        if now >= self._good_until:
            return False
        if self._looking is None and now - self._began >= _AHEAD_SECONDS:
            self._begin_to_look()
        return True

    async def look(self) -> bool:
        """Look for changes, together with all who ask now."""
        asked = time.monotonic()
        while self._follows:
            looking = self._looking or self._begin_to_look()
            began = self._began
            await asyncio.shield(looking)
            if time.monotonic() < self._good_until or asked <= began > self._good_from:
                return True
        return False

    def _begin_to_look(self) -> "asyncio.Task[None]":
        self._began = time.monotonic()
        self._looking = asyncio.create_task(self._ask())
        self._looking.add_done_callback(_heard)
        return self._looking

    async def _ask(self) -> None:
        """Ask the log, and tell what it says."""
        began = self._began
        try:
            if self._seen is None:
                await self._begin_anew()
            else:
                rows = await self._fetch(
                    "SELECT number, name, touched FROM store_changes WHERE number > $1 ORDER BY number LIMIT $2",
                    self._seen,
                    _MOST_CHANGES,
                )
                numbers = [row["number"] for row in rows]
                if numbers != list(range(self._seen + 1, self._seen + 1 + len(rows))) or len(rows) == _MOST_CHANGES:
                    await self._begin_anew()
                else:
                    self._tell_rows(rows)
        except Exception:
            self._seen = None
            self.tell(None)
            raise
        finally:
            self._looking = None
        if began > self._good_from:
            self._good_until = began + _OTHERS_SECONDS

    async def _begin_anew(self) -> None:
        """Forget everything: there are many changes, or some are in the log no more."""
        [row] = await self._fetch("SELECT coalesce(max(number), 0) AS number FROM store_changes")
        self._seen = row["number"]
        self.tell(None)

    def _tell_rows(self, rows: Sequence[Any]) -> None:
        for row in rows:
            self._seen = row["number"]
            if row["touched"] is None:
                self.tell_table(row["name"])
            else:
                self.tell([(row["name"], one) for one in row["touched"]])


def _heard(looking: asyncio.Task[None]) -> None:
    """Who waited for a look has its error; maybe nobody does any more."""
    if not looking.cancelled():
        looking.exception()


def note_touched(writer: sqlite3.Connection) -> None:
    """Create triggers by which the writer's connection notes the rows it touches. Called in its thread."""
    writer.execute("CREATE TEMP TABLE touched (name TEXT, row INTEGER, PRIMARY KEY (name, row)) WITHOUT ROWID")
    for table, row in _FOLLOWED.items():
        for event, side in (("INSERT", "NEW"), ("UPDATE", "OLD"), ("DELETE", "OLD")):
            named = f"{side}.{row}"
            writer.execute(
                f"CREATE TEMP TRIGGER touched_{table}_{event} AFTER {event} ON main.{table} BEGIN"
                f" INSERT INTO touched SELECT '{table}', {named} WHERE NOT EXISTS"
                f" (SELECT 1 FROM touched WHERE name = '{table}' AND row = {named}); END"
            )


def take_touched(writer: sqlite3.Connection) -> Touched | None:
    """The rows the open transaction has touched, None for too many. Called once, in the writer's thread."""
    rows = writer.execute(f"SELECT name, row FROM touched LIMIT {_MOST_TOUCHED + 1}").fetchall()
    if rows:
        writer.execute("DELETE FROM touched")
    return [(row[0], row[1]) for row in rows] if len(rows) <= _MOST_TOUCHED else None


def _version(connection: sqlite3.Connection) -> int:
    [(version,)] = connection.execute("PRAGMA data_version").fetchall()
    return int(version)
