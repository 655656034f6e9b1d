"""What was read and stays true until a commit changes it: kept in memory, and forgotten with that commit.

Only on SQLite. There every commit of this process tells which tables it touched (triggers of the writer's own
connection note it, so what is rolled back is not told), and a commit of another process shows in `PRAGMA data_version`.
On PostgreSQL other programs commit unseen: nothing is kept.
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
"""Tables, each with the id of a changed row."""

_FOLLOWED: Final = {"subscribers": "chat_id", "subscriptions": "chat_id", "articles": "key"}
_MOST_TOUCHED: Final = 200
_LOOK_SECONDS: Final = 0.0005
"""For so long nobody looks again whether another process has committed: an answer asks several times."""


class StoreChanges:
    """Who keeps reads of which tables, and what becomes of them. This one, which follows nothing, keeps nothing."""

    def __init__(self) -> None:
        self._kept: list[KeptReads[object]] = []

    def join(self, kept: "KeptReads[object]") -> None:
        """Tell these reads of changes from now on."""
        self._kept.append(kept)

    def known(self) -> bool:
        """Whether every change up to now was told."""
        return False

    def tell(self, touched: Touched | None) -> None:
        """What these rows were read for is forgotten; None: everything."""
        for kept in self._kept:
            if touched is None:
                kept.forget(None)
                continue
            for table, row in touched:
                if table in kept.tables:
                    kept.forget(row)


class KeptReads(Generic[T]):
    """Reads of some tables, by what was asked; the longest unused goes where there are more than `most`.

    `by_row`: what is asked for is the id of a row, and forgotten with that row alone; else with any change.
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
        """What was read for a key, or is now."""
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
        """The same for many keys, of which those that are not kept are read together."""
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
        if self._changed != before:  # it may be from before the change
            return
        self._reads.update(found)
        while len(self._reads) > self._most:
            self._reads.popitem(last=False)

    def forget(self, row: int | None) -> None:
        """A row has changed; None: any may have."""
        self._changed += 1
        if self._by_row and row is not None:
            self._reads.pop(row, None)
        else:
            self._reads.clear()


class SqliteChanges(StoreChanges):
    """Follows the commits to a SQLite file. All but what is said otherwise is called in the event loop."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._observer: sqlite3.Connection | None = None
        self._seen = 0
        self._looked = 0.0
        self._is_ours = False

    def begin(self) -> None:
        """From here on changes are told; `note_touched` is in force."""
        self._observer = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        self._observer.execute("PRAGMA query_only=1")
        self._seen = _version(self._observer)

    def ours(self) -> None:
        """From here on no other process commits, until `ended`."""
        self.known()
        self._is_ours = True

    def ended(self, touched: Touched | None) -> None:
        """What was written is committed, or rolled back and nothing touched; others may commit after this."""
        self._is_ours = False
        if self._observer is None:
            return
        if touched is None or touched:
            self.tell(touched)
        with contextlib.suppress(sqlite3.Error):  # what cannot be seen now counts as another's, later
            self._seen = _version(self._observer)

    def known(self) -> bool:
        """Whether every change up to now was told; a commit of another process is found here."""
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
        """Keep nothing any more."""
        observer, self._observer = self._observer, None
        self.tell(None)
        if observer is not None:
            observer.close()


def note_touched(writer: sqlite3.Connection) -> None:
    """Have the writer's connection note what its statements touch. Called in its thread."""
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
    """What the open transaction has touched; None: too much to name. Called in the writer's thread, once."""
    rows = writer.execute(f"SELECT name, row FROM touched LIMIT {_MOST_TOUCHED + 1}").fetchall()
    if rows:
        writer.execute("DELETE FROM touched")
    return [(row[0], row[1]) for row in rows] if len(rows) <= _MOST_TOUCHED else None


def _version(connection: sqlite3.Connection) -> int:
    [(version,)] = connection.execute("PRAGMA data_version").fetchall()
    return int(version)
