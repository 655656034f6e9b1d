"""Reads kept in memory until a commit changes what was read.

Only on SQLite. Temporary triggers on the writer's connection note which rows a transaction touches; its commit tells
them, a rollback tells nothing. A commit of another process shows in `PRAGMA data_version`. On PostgreSQL commits of
other programs cannot be seen, so nothing is kept.
"""

import contextlib
import sqlite3
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

T = TypeVar("T")

Touched = Sequence[tuple[str, int]]
"""Pairs of a table and the id of a changed row."""

_FOLLOWED: Final = {"subscribers": "chat_id", "subscriptions": "chat_id", "articles": "key"}
_MOST_TOUCHED: Final = 200
_LOOK_SECONDS: Final = 0.0005
"""How long one look for another process's commits is good: one answer asks several times."""


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

    def tell(self, touched: Touched | None) -> None:
        """Have reads of these rows forgotten; None: all reads."""
        for kept in self._kept:
            if touched is None:
                kept.forget(None)
                continue
            for table, row in touched:
                if table in kept.tables:
                    kept.forget(row)


class KeptReads(Generic[T]):
    """Reads of some tables by key. Beyond `most` of them the longest unused is dropped.

    `by_row`: a key is a row's id, and only a change of that row forgets it. Otherwise any change of the tables does.
    """

    def __init__(self, changes: StoreChanges, tables: Collection[str], most: int, *, by_row: bool = False) -> None:
        self.tables = frozenset(tables)
        self._changes = changes
        self._most = most
        self._by_row = by_row
        self._reads: OrderedDict[Hashable, T] = OrderedDict()
        self._changed = 0
        changes.join(self)  # type: ignore[arg-type]

    async def get(self, key: Hashable, read: Callable[[], Awaitable[T]]) -> T:
        """What was read for a key; it is read now if it is not kept."""
        if not self._changes.known():
            return await read()
        if key in self._reads:
            self._reads.move_to_end(key)
            return self._reads[key]
        before = self._changed
        found = await read()
        self._keep(before, {key: found})
        return found

    async def get_all(
        self, keys: Sequence[int], read: Callable[[Sequence[int]], Awaitable[Mapping[int, T]]]
    ) -> Mapping[int, T]:
        """The same for many keys; those that are not kept are read together."""
        if not self._changes.known():
            return await read(keys)
        held = {key: self._reads[key] for key in keys if key in self._reads}
        for key in held:
            self._reads.move_to_end(key)
        if len(held) == len(set(keys)):
            return held
        before = self._changed
        found = await read([key for key in keys if key not in held])
        self._keep(before, found)
        return {**held, **found}

    def _keep(self, before: int, found: Mapping[Any, T]) -> None:
        if self._changed != before:  # what was read may be from before the change
            return
        self._reads.update(found)
        while len(self._reads) > self._most:
            self._reads.popitem(last=False)

    def forget(self, row: int | None) -> None:
        """Drop what a row's change makes wrong; None: any row may have changed."""
        self._changed += 1
        if self._by_row and row is not None:
            self._reads.pop(row, None)
        else:
            self._reads.clear()


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
