"""An open transaction on PostgreSQL: the verbs of the seam, and the raw connection that plain code wants."""

import asyncio
import functools
import re
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from storage.database import Dialect, Row, Transaction
from storage.raw import Raw

T = TypeVar("T")

PLANNING = "force_custom_plan"
"""Which words are rare decides how a search is best answered, how many chats are due how they are found."""
_MANY = 8


class PostgresTransaction:
    """The verbs inside an open transaction."""

    dialect: Dialect = "postgresql"

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """All rows."""
        found: Sequence[Row] = await self._connection.fetch(to_postgres(sql), *clean(args))
        return found

    async def fetchrow(self, sql: str, *args: object) -> Row | None:
        """The first row, or None."""
        return await self._connection.fetchrow(to_postgres(sql), *clean(args))

    async def fetchval(self, sql: str, *args: object) -> Any:
        """The first column of the first row, or None."""
        return await self._connection.fetchval(to_postgres(sql), *clean(args))

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement; the number of rows it changed."""
        return changed(await self._connection.execute(to_postgres(sql), *clean(args)))

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of arguments."""
        await each(self._connection, to_postgres(sql), rows)

    async def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Put many new rows into a table, by COPY."""
        records = [clean(row) for row in rows]
        await self._connection.copy_records_to_table(table, records=records, columns=list(columns))

    async def together(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run work of many statements; each is a round trip here."""
        return await work(self)

    async def run(self, work: Callable[[Raw], T]) -> T:
        """Run a function over the raw connection in a thread."""
        return await in_thread(self._connection, work)


@functools.lru_cache(maxsize=1024)
def to_postgres(sql: str) -> str:
    """An empty list is `(NULL)` here."""
    return re.sub(r"\bIN \(\)", "IN (NULL)", sql)


class PostgresRaw:
    """A raw connection as storage/raw.py wants it: called in a thread, at work on the event loop."""

    def __init__(self, connection: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._connection = connection
        self._loop = loop
        self.cancelled = False

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> "Rows":
        """Run a statement with `?` or `?1` parameters."""
        return Rows(self._wait(self._connection.fetch(_numbered(sql), *clean(parameters))))

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> None:
        """Run a statement for each row of parameters."""
        self._wait(each(self._connection, _numbered(sql), rows))

    def _wait(self, asked: Any) -> Any:
        if self.cancelled:
            asked.close()
            raise asyncio.CancelledError
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()


class Rows:
    """The rows of a statement."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = rows

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def fetchone(self) -> Any:
        """The first row, or None."""
        return self._rows[0] if self._rows else None

    def fetchall(self) -> list[Any]:
        """All rows."""
        return list(self._rows)


async def each(connection: Any, sql: str, rows: Iterable[Sequence[object]]) -> None:
    """Run a statement for each row, planned once for all of them where they are many, its foreign keys' checks too."""
    cleaned = [clean(row) for row in rows]
    if not cleaned:
        return
    if len(cleaned) < _MANY:
        await connection.executemany(sql, cleaned)
        return
    await connection.execute("SET LOCAL plan_cache_mode = auto")
    await connection.executemany(sql, cleaned)
    await connection.execute(f"SET LOCAL plan_cache_mode = {PLANNING}")


async def in_thread(connection: Any, work: Callable[[Raw], T]) -> T:
    """Run plain code over a connection in a thread; what is cancelled stops at its next statement."""
    raw = PostgresRaw(connection, asyncio.get_running_loop())
    working = asyncio.ensure_future(asyncio.to_thread(work, raw))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        # The connection is the thread's until it stops, which it does at its next statement.
        raw.cancelled = True
        await asyncio.wait({working})
        raise


@functools.lru_cache(maxsize=1024)
def _numbered(sql: str) -> str:
    """`?1` and `?` as `$1`."""
    if re.search(r"\?\d", sql):
        return to_postgres(re.sub(r"\?(\d+)", r"$\1", sql))
    parts = sql.split("?")
    numbered = "".join(f"{part}${number}" for number, part in enumerate(parts[:-1], 1)) + parts[-1]
    return to_postgres(numbered)


def clean(args: Sequence[object]) -> Sequence[object]:
    """PostgreSQL keeps no NUL in a text; nothing a person reads has one."""
    return [
        arg.replace("\0", "") if isinstance(arg, str) else clean(arg) if isinstance(arg, list) else arg for arg in args
    ]


def changed(status: str) -> int:
    """How many rows a statement changed, by its command tag."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0
