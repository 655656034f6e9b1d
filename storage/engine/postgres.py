"""The PostgreSQL side of the seam: the same verbs over an asyncpg pool, for several replicas on one database.

What holds here, and why:
- Writers of all replicas take turns, by an advisory lock that ends with the transaction. So a transaction that reads
  before it writes is as safe as with SQLite's one writer. Rows, not the lock, stop a replica that lost its lead.
- A replica that freezes inside a transaction is cut off after `_IDLE_SECONDS`, so nobody waits longer for it. Its
  writers queue inside the process; otherwise each in turn would get the lock and hold it.
- `synchronous_commit` stays on: if a power cut lost a commit, digests would be sent twice.
- The search engine is plain code over a raw connection (storage/engine/database.py). It runs in a thread here too,
  and each of its statements hops to the event loop and back.
"""

import asyncio
import contextlib
import functools
import re
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import asyncpg

from storage.engine.changes import StoreChanges
from storage.engine.database import (
    FIRST_WRITE,
    Dialect,
    RawConnection,
    Row,
    StorageError,
    Transaction,
    UnusableStoreError,
    go_along,
)

# An open transaction on PostgreSQL: the verbs of the seam, and the raw connection for plain code.

T = TypeVar("T")

PLANNING = "force_custom_plan"
"""Each execution is planned anew: the best plan depends on how rare the words are and how many chats are due."""
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
        """Run work of many statements; each is a round trip to the server."""
        return await work(self)

    async def run(self, work: Callable[[RawConnection], T]) -> T:
        """Run a function over the raw connection in a thread."""
        return await in_thread(self._connection, work)


@functools.lru_cache(maxsize=1024)
def to_postgres(sql: str) -> str:
    """The statement with empty lists written `(NULL)`, because PostgreSQL refuses `()`."""
    return re.sub(r"\bIN \(\)", "IN (NULL)", sql)


class PostgresRaw:
    """A `RawConnection`: it is called in a thread and runs its statements on the event loop."""

    def __init__(self, connection: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._connection = connection
        self._loop = loop
        self.cancelled = False

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> "PostgresRows":
        """Run a statement with `?` or `?1` parameters."""
        return PostgresRows(self._wait(self._connection.fetch(_numbered(sql), *clean(parameters))))

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> None:
        """Run a statement for each row of parameters."""
        self._wait(each(self._connection, _numbered(sql), rows))

    def _wait(self, asked: Any) -> Any:
        if self.cancelled:
            asked.close()
            raise asyncio.CancelledError
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result()


class PostgresRows:
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
    """Run a statement for each row. For many rows the statement and its foreign-key checks are planned only once."""
    cleaned = [clean(row) for row in rows]
    if not cleaned:
        return
    if len(cleaned) < _MANY:
        await connection.executemany(sql, cleaned)
        return
    await connection.execute("SET LOCAL plan_cache_mode = auto")
    await connection.executemany(sql, cleaned)
    await connection.execute(f"SET LOCAL plan_cache_mode = {PLANNING}")


async def in_thread(connection: Any, work: Callable[[RawConnection], T]) -> T:
    """Run plain code over a connection in a thread. When it is cancelled, it stops at its next statement."""
    raw = PostgresRaw(connection, asyncio.get_running_loop())
    working = asyncio.ensure_future(asyncio.to_thread(work, raw))
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        # The thread uses the connection until its next statement, where it stops.
        raw.cancelled = True
        await asyncio.wait({working})
        raise


@functools.lru_cache(maxsize=1024)
def _numbered(sql: str) -> str:
    """The statement with `?1` and `?` written as `$1`."""
    if re.search(r"\?\d", sql):
        return to_postgres(re.sub(r"\?(\d+)", r"$\1", sql))
    parts = sql.split("?")
    numbered = "".join(f"{part}${number}" for number, part in enumerate(parts[:-1], 1)) + parts[-1]
    return to_postgres(numbered)


def clean(args: Sequence[object]) -> Sequence[object]:
    """The values without NUL characters, which PostgreSQL refuses in a text; nothing a person reads has one."""
    return [
        arg.replace("\0", "") if isinstance(arg, str) else clean(arg) if isinstance(arg, list) else arg for arg in args
    ]


def changed(status: str) -> int:
    """How many rows a statement changed, by its command tag."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


OLDEST_VERSION = 15
_BEGIN = f"BEGIN READ WRITE; SELECT pg_advisory_xact_lock({0x51414C41})"
"""How a write transaction begins: it waits for the writers' lock."""
_IDLE_SECONDS = 5
_WAIT_SECONDS = 20
_CONNECTIONS, _APART = 10, 2
_CLASSES_TO_MEND = ("08", "25006", "25P03", "28", "3D", "40", "53", "55", "57", "58", "F0", "XX")
"""SQLSTATEs that an operator can mend: connection, rights, deadlock, resources, locks, shutdown, disk."""


_GRANT = "Its owner grants what is missing: ALTER DATABASE <database> OWNER TO <role of QALA_DATABASE_URL>"


class PostgresDatabase:
    """One PostgreSQL database and a pool of connections to it."""

    dialect: Dialect = "postgresql"

    def __init__(self, pool: Any, apart: Any) -> None:
        """`apart` is a second pool, for `at_once`."""
        self._pool = pool
        self._apart = apart
        self._turn = asyncio.Lock()
        self.changes = StoreChanges()

    async def follow(self) -> None:
        """Do nothing: commits of other programs cannot be seen."""

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """All rows of a statement that only reads."""
        async with self._connected() as tx:
            return await tx.fetch(sql, *args)

    async def fetchrow(self, sql: str, *args: object) -> Row | None:
        """The first row, or None."""
        async with self._connected() as tx:
            return await tx.fetchrow(sql, *args)

    async def fetchval(self, sql: str, *args: object) -> Any:
        """The first column of the first row, or None."""
        async with self._connected() as tx:
            return await tx.fetchval(sql, *args)

    async def read(self, work: Callable[[RawConnection], T]) -> T:
        """Run a function that only reads over a raw connection, in a thread.

        Its statements do not see one moment, as they do on SQLite: the tables of an older index may be dropped between
        two of them. Then the function is run again, and finds the tables that are there now.
        """
        async with self._connected() as tx:
            with contextlib.suppress(asyncpg.UndefinedTableError):
                return await tx.run(work)
            return await tx.run(work)

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement in a transaction of its own; the number of rows it changed."""
        async with self.transaction() as tx:
            return await tx.execute(sql, *args)

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of arguments, in one transaction."""
        async with self.transaction() as tx:
            await tx.executemany(sql, rows)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[PostgresTransaction]:
        """Open a write transaction, waiting for the writers' lock; an exception inside rolls it back. Not reentrant."""
        with _sentences():
            async with self._turn, self._pool.acquire() as connection:
                first = FIRST_WRITE.get()
                try:
                    await connection.execute(_BEGIN)
                    tx = PostgresTransaction(connection)
                    await go_along(first, tx)
                    yield tx
                    await connection.execute("COMMIT")
                except BaseException:
                    await asyncio.shield(_roll_back(connection))
                    raise
                if first is not None:
                    first.later += first.done
                    first.done = True

    async def together(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run work in a transaction of its own."""
        async with self.transaction() as tx:
            return await tx.together(work)

    async def at_once(self, sql: str, *args: object) -> Row | None:
        """Run one statement on a connection apart: it waits for nothing but locks on the rows it writes."""
        async with self._connected(self._apart) as tx:
            return await tx.fetchrow(sql, *args)

    async def size(self) -> int:
        """Bytes of the database."""
        return int(await self.fetchval("SELECT pg_database_size(current_database())"))

    def awaited(self) -> bool:
        """True: only the server could say whether anybody waits."""
        return True

    def hurry(self) -> None:
        """Do nothing: idle writers are cut off after a few seconds here, so nobody waits long."""

    async def scrub(self) -> None:
        """Do nothing: deleted rows are overwritten after the next vacuum, which runs by itself."""

    async def close(self) -> None:
        """Close every connection."""
        await self._apart.close()
        await self._pool.close()

    @contextlib.asynccontextmanager
    async def _connected(self, pool: Any = None) -> AsyncIterator[PostgresTransaction]:
        with _sentences():
            async with (pool or self._pool).acquire() as connection:
                try:
                    yield PostgresTransaction(connection)
                except asyncpg.InternalClientError:
                    connection.terminate()
                    raise


async def open_postgres(url: str) -> PostgresDatabase:
    """Connect to `postgresql://user:password@host/db`. Raises StorageError; its sentence holds no password."""
    settings = {
        "application_name": "qala",
        "default_transaction_read_only": "on",
        "idle_in_transaction_session_timeout": f"{_IDLE_SECONDS}s",
        "lock_timeout": f"{_WAIT_SECONDS}s",
        "plan_cache_mode": PLANNING,
        # By default the server thinks scanning an article's tokens 200 times cheaper than it is, and a page in memory
        # as dear as one on a spinning disk. It would scan thousands of articles instead of using an index.
        "cpu_operator_cost": "0.05",
        "random_page_cost": "1.1",
        "work_mem": "32MB",  # a bitmap of a million articles stays exact: it names rows, not whole pages
        "jit": "off",
        "max_parallel_workers_per_gather": "0",
    }
    lasting_little = {"application_name": "qala", "synchronous_commit": "off"}
    with _sentences():
        try:
            pool = await _pool(url, _CONNECTIONS, 60, settings)
            try:
                apart = await _pool(url, _APART, 5, lasting_little)
            except BaseException:
                await pool.close()
                raise
        except ValueError as error:  # asyncpg's own messages about addresses may repeat the password
            raise UnusableStoreError("QALA_DATABASE_URL: write it like postgresql://user:password@host/db") from error
        database = PostgresDatabase(pool, apart)
        version = int(await database.fetchval("SELECT current_setting('server_version_num')::int")) // 10_000
    if version < OLDEST_VERSION:
        await database.close()
        raise UnusableStoreError(f"PostgreSQL {version} is too old: Qala needs {OLDEST_VERSION} or newer")
    return database


async def _pool(url: str, size: int, command_seconds: float, settings: dict[str, str]) -> Any:
    return await asyncpg.create_pool(
        url,
        min_size=1,
        max_size=size,
        command_timeout=command_seconds,
        timeout=10,
        server_settings=settings,
        reset=_as_it_is,
    )


async def _as_it_is(_: Any) -> None:
    """Do nothing: a connection given back needs no reset, because nothing here changes its session."""


async def _roll_back(connection: Any) -> None:
    # A connection that was lost or cut off has been rolled back by the server.
    try:
        if not connection.is_closed():
            await connection.execute("ROLLBACK")
    except (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError):
        with contextlib.suppress(asyncpg.InterfaceError):  # the pool has already dropped it
            connection.terminate()


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    """Turn what an operator can mend into StorageError; a wrong statement stays a bug."""
    try:
        yield
    except asyncpg.InsufficientPrivilegeError as error:
        raise UnusableStoreError(f"PostgreSQL: {error}. {_GRANT}") from error
    except (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError) as error:
        # 28…: the role or its password. 3D000: no such database. The server's words hold no password.
        raise UnusableStoreError(f"QALA_DATABASE_URL: PostgreSQL says: {error}") from error
    except asyncpg.PostgresError as error:
        if str(error.sqlstate or "").startswith(_CLASSES_TO_MEND):
            raise StorageError(f"PostgreSQL: {error}") from error
        raise
    except asyncpg.InternalClientError as error:  # the server sent a message that nobody awaited and cut us off
        raise StorageError("PostgreSQL: the connection was lost") from error
    except asyncpg.InterfaceError as error:
        # «released back to the pool»: the server ended the connection between two of our statements.
        if any(word in str(error) for word in ("closed", "closing", "released")):
            raise StorageError(f"PostgreSQL: {error}") from error
        raise
    except (OSError, TimeoutError) as error:
        raise StorageError(f"PostgreSQL does not answer: {error or type(error).__name__}") from error
