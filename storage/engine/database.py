"""The seam to SQL: five verbs with `$1` parameters.

storage/engine/sqlite.py and storage/engine/postgres.py implement it.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence, Sized
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, Protocol, TypeVar, cast

from storage.engine.changes import StoreChanges

T = TypeVar("T")
Dialect = Literal["sqlite", "postgresql"]
Row = Any  # sqlite3.Row or asyncpg.Record: both answer row["name"] and row[0]


class StorageError(Exception):
    """The database cannot be used now: locked, disk full, unreadable. Nothing was changed; an operator must look."""


class UnusableStoreError(StorageError):
    """The database cannot be used as it is named or set up. Trying again does not help."""


class Connection(Protocol):
    """The verbs of a database and of an open transaction. Both dialects take the same text with `$1`."""

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
        """Run one statement; returns the number of rows it changed."""
        ...

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of arguments."""
        ...


class Transaction(Connection, Protocol):
    """An open write transaction: all of it is committed, or nothing."""

    async def together(self, work: Callable[["Transaction"], Coroutine[Any, Any, T]]) -> T:
        """Run work of many statements, with as few waits between them as the database allows.

        The work may await nothing but the transaction it is given.
        """
        ...

    async def run(self, work: "Callable[[RawConnection], T]") -> T:
        """Run a function over the raw connection in a thread: one hop for many statements."""
        ...

    async def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Insert many rows into a table in the fastest way."""
        ...


class Database(Connection, Protocol):
    """Reads go to readers; `execute` is a transaction of one statement; `transaction()` opens a longer one."""

    def transaction(self) -> contextlib.AbstractAsyncContextManager[Transaction]:
        """Open a write transaction; an exception inside rolls it back. Not reentrant: pass the object on."""
        ...

    async def together(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run work in a transaction that may be committed together with other work.

        The work may await nothing but the transaction it is given. If it fails, nothing of it is stored, and the other
        work is not affected. It may be run twice, the first time without effect, because other work failed.
        """
        ...

    @property
    def changes(self) -> StoreChanges:
        """Tells kept reads what changes."""
        ...

    async def follow(self) -> None:
        """Allow reads to be kept until they change, where changes can be seen; called once."""
        ...

    async def read(self, work: "Callable[[RawConnection], T]") -> T:
        """Run a function that only reads over a raw connection in a thread: one hop for many statements."""
        ...

    async def at_once(self, sql: str, *args: object, lasting: bool = False) -> Row | None:
        """Run one statement that may write; its first row. Waits for other writers only where the database demands it.

        A power cut may undo it unless it is `lasting`, and it takes no first write along. It is for signs of life,
        drawing on a budget, and for what nobody reads before writing.
        """
        ...

    async def size(self) -> int:
        """Bytes on disk."""
        ...

    def awaited(self) -> bool:
        """Whether another process waits to write: then commit soon."""
        ...

    async def scrub(self) -> None:
        """Make deleted rows unreadable in the files too, as far as the database allows."""
        ...

    def hurry(self) -> None:
        """Wait only a moment for other writing programs from now on, because this one is ending."""
        ...

    async def close(self) -> None:
        """Close every connection; the object cannot be used afterwards."""
        ...


class TakenOverError(Exception):
    """Another program took over this task's work: the task must have no further effect."""


@dataclass(frozen=True, slots=True)
class RowsBeside:
    """Rows that are written in the same transaction as a first write: `one` writes one of them.

    `many` writes those of several first writes on PostgreSQL, where `gone` has the ids of those that changed a row: its
    first parameter is the list that theirs has, the second the ids that the rows go with, then the rows' columns.
    """

    one: str
    many: str
    rows: Sequence[tuple[object, ...]]


@dataclass(slots=True)
class FirstWrite:
    """A statement that runs in the same transaction as its task's first write.

    If it changes no row, another program has taken over the task's work, and `transaction()` raises TakenOverError.
    `done` is True once that transaction is committed; after a rollback the next transaction tries again. `later`
    counts the task's transactions after that one: a crash loses what of them was not committed. `of_many` is the
    statement for a list of such first arguments; it returns those that changed a row. Only PostgreSQL needs it.
    """

    sql: str
    arguments: tuple[object, ...]
    of_many: str | None = None
    done: bool = False
    later: int = 0
    beside: RowsBeside | None = None
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while it is being written: what its task starts beside itself waits, and then finds it done."""


FIRST_WRITE: ContextVar[FirstWrite | None] = ContextVar("first_write", default=None)
"""The running task's `FirstWrite`; `transaction()` of both dialects runs it."""


async def nothing_more(_: Transaction) -> None:
    """Do nothing: work of which the first write is all. On PostgreSQL it needs no turn to write."""


async def go_along(first: FirstWrite | None, tx: Connection) -> None:
    """Run a first write unless it is done. Raises TakenOverError where it changes no row."""
    if first is None or first.done:
        return
    if not await tx.execute(first.sql, *first.arguments):
        raise TakenOverError
    await go_beside(first, tx)


async def go_beside(first: FirstWrite, tx: Connection) -> None:
    """Write the rows beside a first write."""
    if first.beside is not None:
        for row in first.beside.rows:
            await tx.execute(first.beside.one, *row)


def have_gone(first: FirstWrite | None) -> None:
    """Note that a task's first write is committed, or a later write."""
    if first is not None:
        first.later += first.done
        first.done = True


@dataclass(slots=True)
class WaitingWork:
    """Work that waits to be written with others, and its outcome."""

    run: Callable[[Transaction], Coroutine[Any, Any, Any]]
    first: FirstWrite | None
    outcome: "asyncio.Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def end(self, sentence: Callable[[BaseException], BaseException]) -> None:
        """Give the outcome to who waits for it: the group is committed."""
        if self.error is None:
            have_gone(self.first)
            if not self.outcome.done():
                self.outcome.set_result(self.result)
        else:
            self.fail(sentence(self.error))

    def fail(self, error: BaseException | None) -> None:
        """Give who still waits an error; with None they are cancelled."""
        if self.outcome.done():
            return
        if error is None:
            self.outcome.cancel()
        else:
            self.outcome.set_exception(error)


Turn = TypeVar("Turn")


class GroupedWrites(Generic[Turn]):
    """Work that waits to be written: what arrives while one group is written makes up the next."""

    def __init__(
        self,
        turn: Callable[[], contextlib.AbstractAsyncContextManager[Turn]],
        write: Callable[[Turn, Sequence[WaitingWork]], Awaitable[None]],
    ) -> None:
        """`turn` waits for the turn to write; `write` writes a group in it, and ends each of its works."""
        self._turn = turn
        self._write = write
        self._waiting: list[WaitingWork] = []
        self._writing: asyncio.Task[None] | None = None

    async def add(self, run: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Have work written together with all that waits; its result. What is cancelled before begins not at all."""
        work = WaitingWork(run, FIRST_WRITE.get(), asyncio.get_running_loop().create_future())
        self._waiting.append(work)
        if self._writing is None:
            self._writing = asyncio.create_task(self._write_all())
        return cast("T", await work.outcome)

    async def _write_all(self) -> None:
        group: list[WaitingWork] = []
        try:
            while self._waiting:
                group = []
                try:
                    async with self._turn() as turn:
                        group, self._waiting = [one for one in self._waiting if not one.outcome.done()], []
                        if group:
                            await self._write(turn, group)
                except Exception as error:  # noqa: BLE001 - the waiting tasks get it
                    if not group:  # there was no turn to write
                        group, self._waiting = self._waiting, []
                    for one in group:
                        one.fail(error)
        except BaseException:
            for one in (*group, *self._waiting):
                one.fail(None)
            self._waiting = []
            raise
        finally:
            self._writing = None


def marks(values: Sized, first: int = 1) -> str:
    """`$1, $2, …`, one for each value. Statements are cached by their text, so values never stand in it."""
    return ", ".join(f"${number}" for number in range(first, first + len(values)))


STEP = 200
"""How many rows a step of a long job changes: another writer waits for one step at most."""


async def in_steps(database: Database, deed: str, table: str, key: str, which: str, *args: object) -> int:
    """Run `deed` (`DELETE FROM table` or `UPDATE table SET …`) on the rows for which `which` holds; how many.

    Each transaction takes a few rows, until none is left. An index must find them.
    """
    if database.dialect == "sqlite":
        some = f"({key}) IN (SELECT {key} FROM {table} WHERE {which} LIMIT {STEP})"
    else:  # by the rows' places: for this many keys PostgreSQL would scan the whole table
        some = f"ctid = ANY(ARRAY(SELECT ctid FROM {table} WHERE {which} LIMIT {STEP}))"
    done = total = await database.execute(f"{deed} WHERE {some}", *args)
    while done == STEP:
        done = await database.execute(f"{deed} WHERE {some}", *args)
        total += done
    return total


async def delete_in_steps(database: Database, table: str, key: str, which: str, *args: object) -> int:
    """Delete the rows for which `which` holds, a few in each transaction; how many. An index must find them."""
    return await in_steps(database, f"DELETE FROM {table}", table, key, which, *args)


async def walk(database: Database, table: str, key: str, which: str, *args: object) -> AsyncIterator[list[int]]:
    """The numeric keys of the rows for which `which` holds, step by step, where no index finds them."""
    next_ones = f"SELECT {key} AS one FROM {table} WHERE {key} > $1 ORDER BY {key} LIMIT {STEP}"
    bounds = f"{key} > ${len(args) + 1} AND {key} <= ${len(args) + 2}"
    found = f"SELECT {key} FROM {table} WHERE {bounds} AND {which} ORDER BY {key}"
    begin = -(1 << 62)
    while (end := await database.fetchval(f"SELECT max(one) FROM ({next_ones}) AS step", begin)) is not None:
        yield [row[0] for row in await database.fetch(found, *args, begin, end)]
        begin = end


async def delete_walking(database: Database, table: str, key: str, which: str, *args: object) -> int:
    """Delete the rows for which `which` holds, where no index finds them; how many. Without any nothing is written."""
    total = 0
    async for keys in walk(database, table, key, which, *args):
        if keys:
            total += await database.execute(
                f"DELETE FROM {table} WHERE {key} >= {keys[0]} AND {key} <= {keys[-1]} AND {which}", *args
            )
    return total


# What the search engine needs of a database: statements, one after another, in a thread.
#
# `sqlite3.Connection` already has this shape; storage/engine/postgres.py has the other one. Both take SQLite's `?`
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
    """A connection used in one thread."""

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
    """The `count` columns of rows: PostgreSQL inserts many rows with one statement from columns (`unnest`)."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]
