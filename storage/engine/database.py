"""The seam to SQL: five verbs and `$1` parameters, alike for SQLite (storage/engine/sqlite.py) and PostgreSQL
(storage/engine/postgres.py).
"""

import contextlib
import sqlite3
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence, Sized
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from storage.engine.changes import StoreChanges

T = TypeVar("T")
Dialect = Literal["sqlite", "postgresql"]
Row = Any  # sqlite3.Row or asyncpg.Record: both answer row["name"] and row[0]


class StorageError(Exception):
    """The database cannot be used now (locked, full disk, unreadable): an operator must look, nothing was changed."""


class UnusableStoreError(StorageError):
    """The database cannot be used as it is named or set up: trying again is no help."""


class Connection(Protocol):
    """What may be asked of a database or of an open transaction; both dialects take the same `$1` text."""

    dialect: Dialect

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """All rows."""
        ...

    async def fetchrow(self, sql: str, *args: object) -> Row | None:
        """The first row, or None."""
        ...

    async def fetchval(self, sql: str, *args: object) -> Any:
        """The first column of the first row, or None."""
        ...

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement; the number of rows it changed."""
        ...

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of arguments."""
        ...


class Transaction(Connection, Protocol):
    """An open write transaction: everything in it is committed together, or nothing."""

    async def together(self, work: Callable[["Transaction"], Coroutine[Any, Any, T]]) -> T:
        """Run work of many statements with as little waiting between them as the database allows.

        The work may await nothing but the transaction it is given.
        """
        ...

    async def run(self, work: "Callable[[RawConnection], T]") -> T:
        """Run a function over the raw connection in a thread: one hop for many statements."""
        ...

    async def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Put many new rows into a table the fastest way there is."""
        ...


class Database(Connection, Protocol):
    """Reads go to readers; `execute` is a transaction of one statement; `transaction()` opens a longer one."""

    def transaction(self) -> contextlib.AbstractAsyncContextManager[Transaction]:
        """Open a write transaction; an exception inside rolls it back. Not reentrant: pass the object on."""
        ...

    async def together(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run work in a transaction that may be committed together with others' works; each has its own outcome.

        The work may await nothing but the transaction it is given. Where it fails, nothing of it is stored.
        """
        ...

    @property
    def changes(self) -> StoreChanges:
        """Who keeps what was read, until it changes."""
        ...

    async def follow(self) -> None:
        """From now on what is read may be kept until it changes, where changes can be seen; called once."""
        ...

    async def read(self, work: "Callable[[RawConnection], T]") -> T:
        """Run a function that only reads over a raw connection in a thread: one hop for many statements."""
        ...

    async def at_once(self, sql: str, *args: object) -> Row | None:
        """Run one statement that may write, its first row: for what must wait for no other writer where it need not.

        It outlives no power cut and carries no first write along: signs of life, a budget drawn from.
        """
        ...

    async def size(self) -> int:
        """Bytes on disk."""
        ...

    def awaited(self) -> bool:
        """Whether somebody else waits to write: what can be committed already should be."""
        ...

    async def scrub(self) -> None:
        """Make deleted rows unreadable in the files too, as far as the database lets us."""
        ...

    def hurry(self) -> None:
        """From now on wait only a moment for other programs that write: this one is to end."""
        ...

    async def close(self) -> None:
        """Close every connection; the object is of no use afterwards."""
        ...


class TakenOverError(Exception):
    """Another program took over what this task does: the task must have no effect any more."""


@dataclass(slots=True)
class FirstWrite:
    """A statement that goes along with the first write of the task it is set for, in the same transaction.

    Where it changes no row, the task's work is in other hands: `transaction()` raises TakenOverError. `done` once that
    transaction is committed; one that is rolled back takes it along and the next one tries again. `later` counts the
    transactions of the task after that one: none of them is made good for after a crash.
    """

    sql: str
    arguments: tuple[object, ...]
    done: bool = False
    later: int = 0


FIRST_WRITE: ContextVar[FirstWrite | None] = ContextVar("first_write", default=None)
"""What goes along with the running task's first write; every dialect's `transaction()` honours it."""


async def go_along(first: FirstWrite | None, tx: Connection) -> None:
    """Run a first write that is not done yet. Raises TakenOverError."""
    if first is not None and not first.done and not await tx.execute(first.sql, *first.arguments):
        raise TakenOverError


def marks(values: Sized, first: int = 1) -> str:
    """`$1, $2, …`, one for each value: the text of a statement, which is kept, stays the same for other values."""
    return ", ".join(f"${number}" for number in range(first, first + len(values)))


STEP = 200
"""The rows of one step of a job: whoever wants to write meanwhile waits for no more."""


async def in_steps(database: Database, deed: str, table: str, key: str, which: str, *args: object) -> int:
    """Apply `DELETE FROM table` or `UPDATE table SET …` to a few rows a transaction until `which` holds for none;
    to how many it was done. An index must find them.
    """
    if database.dialect == "sqlite":
        some = f"({key}) IN (SELECT {key} FROM {table} WHERE {which} LIMIT {STEP})"
    else:  # where the rows lie: it would rather walk through the table than look up so many keys
        some = f"ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE {which} LIMIT {STEP}))"
    done = total = await database.execute(f"{deed} WHERE {some}", *args)
    while done == STEP:
        done = await database.execute(f"{deed} WHERE {some}", *args)
        total += done
    return total


async def delete_in_steps(database: Database, table: str, key: str, which: str, *args: object) -> int:
    """Delete the rows for which `which` holds, a few a transaction; how many. An index must find them."""
    return await in_steps(database, f"DELETE FROM {table}", table, key, which, *args)


async def walk(database: Database, table: str, key: str, which: str, *args: object) -> AsyncIterator[list[int]]:
    """The keys (numbers) of the rows for which `which` holds, where no index finds them, step by step."""
    next_ones = f"SELECT {key} AS one FROM {table} WHERE {key} > $1 ORDER BY {key} LIMIT {STEP}"
    bounds = f"{key} > ${len(args) + 1} AND {key} <= ${len(args) + 2}"
    found = f"SELECT {key} FROM {table} WHERE {bounds} AND {which} ORDER BY {key}"
    begin = -(1 << 62)
    while (end := await database.fetchval(f"SELECT max(one) FROM ({next_ones}) AS step", begin)) is not None:
        yield [row[0] for row in await database.fetch(found, *args, begin, end)]
        begin = end


async def delete_walking(database: Database, table: str, key: str, which: str, *args: object) -> int:
    """Delete the rows for which `which` holds, where no index finds them; nothing is written where there are none."""
    total = 0
    async for keys in walk(database, table, key, which, *args):
        if keys:
            total += await database.execute(
                f"DELETE FROM {table} WHERE {key} >= {keys[0]} AND {key} <= {keys[-1]} AND {which}", *args
            )
    return total


# What the engine of search asks of a database: statements, one after another, in a thread of their own.
#
# `sqlite3.Connection` is one as it stands; storage/engine/postgres.py has the other. Both take SQLite's `?`
# parameters.


class RawRows(Protocol):
    """The rows of a statement."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """The first row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows."""
        ...


class RawConnection(Protocol):
    """A connection to be used in one thread."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> RawRows:
        """Run a statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each row of parameters."""
        ...


def dialect_of(connection: RawConnection) -> Dialect:
    """Which SQL the connection speaks."""
    return "sqlite" if isinstance(connection, sqlite3.Connection) else "postgresql"


def columns(rows: Iterable[Sequence[Any]], count: int) -> list[list[Any]]:
    """The columns of rows, as PostgreSQL takes many rows in one statement (`unnest`)."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]
