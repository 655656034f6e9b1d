"""An open transaction on SQLite's writer: the verbs of the seam, one hop to its thread for a statement or for many."""

import functools
import re
import sqlite3
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from typing import Any, TypeVar, cast

import aiosqlite

from storage.database import Dialect, Row, Transaction, marks

T = TypeVar("T")


@functools.lru_cache(maxsize=1024)
def to_sqlite(sql: str) -> str:
    """Rewrite `$1` parameters to SQLite's `?1`."""
    return re.sub(r"\$(\d+)", r"?\1", sql)


class Fetching:
    """What follows from `fetch`."""

    dialect: Dialect = "sqlite"

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """All rows."""
        raise NotImplementedError

    async def fetchrow(self, sql: str, *args: object) -> Row | None:
        """The first row, or None."""
        rows = await self.fetch(sql, *args)
        return rows[0] if rows else None

    async def fetchval(self, sql: str, *args: object) -> Any:
        """The first column of the first row, or None."""
        row = await self.fetchrow(sql, *args)
        return row[0] if row is not None else None


class SqliteTransaction(Fetching):
    """The verbs inside an open transaction, on the writer's connection."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """All rows."""
        return list(await self._connection.execute_fetchall(to_sqlite(sql), args))

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement; the number of rows it changed."""
        text = to_sqlite(sql)
        return await self.run(lambda connection: connection.execute(text, args).rowcount)

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of arguments."""
        text = to_sqlite(sql)
        await self.run(lambda connection: connection.executemany(text, rows))

    async def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Put many new rows into a table."""
        await self.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks(columns)})", rows)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function over the raw connection in its own thread: one hop for many statements."""
        return await in_thread(self._connection, work)

    async def together(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run work of many statements in the connection's thread: one hop for all of them, not one for each."""
        return await self.run(lambda connection: _driven(work(_InThread(connection))))


class _InThread(SqliteTransaction):
    """The verbs for work that is in the connection's thread already: nothing is waited for."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._raw = connection

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """All rows."""
        return self._raw.execute(to_sqlite(sql), args).fetchall()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function over the raw connection."""
        return work(self._raw)


def _driven(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never has to wait to its end."""
    try:
        work.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    work.close()
    raise RuntimeError("work that runs together may await nothing but its transaction")


async def in_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run a function over a connection in its own thread."""
    # aiosqlite has no public name for "run this in your thread"; its version is pinned.
    run: Callable[..., Awaitable[T]] = connection._execute
    return await run(work, connection._conn)
