"""The PostgreSQL side of the seam: the same verbs over an asyncpg pool, for several replicas on one database.

What holds here, and why:
- Writers of all replicas take turns, by an advisory lock that ends with the transaction. So a transaction that reads
  before it writes is as safe as with SQLite's one writer. Rows, not the lock, stop a replica that lost its lead.
- A replica that freezes inside a transaction is cut off after `_IDLE_SECONDS`, so nobody waits longer for it. Its
  writers queue inside the process; otherwise each in turn would get the lock and hold it.
- `synchronous_commit` stays on: if a power cut lost a commit, digests would be sent twice.
- What waits for the writers' lock in one process is written together, in one transaction with one commit. Work of
  which nothing fails needs no savepoints, each a round trip: where one fails, all is done once more with them.
- Updates are stored, and marked as handled, by one statement for all that wait, without a turn: a row's own lock
  decides who marked it, and nothing is read before. So neither waits for the other's commit.
- The search engine is plain code over a raw connection (storage/engine/database.py). It reads in threads that have a
  connections and an event loop of their own, because a hop to the main loop for each statement takes longer than most
  statements. Inside a transaction its statements do hop to the event loop and back.
- A reader has two connections: what one index answers is planned once, as planning takes longer than that; any other
  statement each time, as its best plan depends on the words.
"""

import asyncio
import contextlib
import functools
import itertools
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar, cast

import asyncpg

from storage.engine.changes import PostgresChanges
from storage.engine.database import (
    FIRST_WRITE,
    Dialect,
    FirstWrite,
    GroupedWrites,
    RawConnection,
    Row,
    StorageError,
    TakenOverError,
    Transaction,
    UnusableStoreError,
    WaitingWork,
    columns,
    go_along,
    go_beside,
    have_gone,
    nothing_more,
)

# An open transaction on PostgreSQL: the verbs of the seam, and the raw connection for plain code.

T = TypeVar("T")

PLANNING = "force_custom_plan"
"""Each execution is planned anew: the best plan depends on how rare the words are and how many chats are due."""
_ONE_PLAN = re.compile(
    r"\bFROM (?:search_(?:words|terms|endings)_\d|pg_class\b)|\b(?:key|position) = ANY\(|\browid \+ 0 >="
)
"""Statements of readers for which the only index that finds their rows is the best for any values. Planning them takes
as long as running them."""
_MANY = 8


_NUMBERS = re.compile(r"\b(key|position|story) IN \((-?\d+(?:, -?\d+)*)\)")
"""A list of numbers written out. As an argument it makes no statement of its own, which would be parsed anew."""


class PostgresTransaction:
    """The verbs inside an open transaction."""

    dialect: Dialect = "postgresql"

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self.touched = False
        """Whether it may have changed what is kept in memory."""

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """All rows."""
        numbers: list[list[int]] = []

        def taken(list_: re.Match[str]) -> str:
            numbers.append([int(one) for one in list_[2].split(", ")])
            return f"{list_[1]} = ANY(${len(args) + len(numbers)})"

        text = self._noted(_NUMBERS.sub(taken, sql))
        found: Sequence[Row] = await self._connection.fetch(text, *clean(args), *numbers)
        return found

    async def fetchrow(self, sql: str, *args: object) -> Row | None:
        """The first row, or None."""
        return await self._connection.fetchrow(self._noted(sql), *clean(args))

    async def fetchval(self, sql: str, *args: object) -> Any:
        """The first column of the first row, or None."""
        return await self._connection.fetchval(self._noted(sql), *clean(args))

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement; the number of rows it changed."""
        return changed(await self._connection.execute(self._noted(sql), *clean(args)))

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of arguments."""
        await each(self._connection, self._noted(sql), rows)

    def _noted(self, sql: str) -> str:
        text, touches = _read(sql)
        self.touched |= touches
        return text

    async def load(self, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
        """Put many new rows into a table, by COPY."""
        self.touched = True
        records = [clean(row) for row in rows]
        await self._connection.copy_records_to_table(table, records=records, columns=list(columns))

    async def together(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run work of many statements; each is a round trip to the server."""
        return await work(self)

    async def run(self, work: Callable[[RawConnection], T]) -> T:
        """Run a function over the raw connection in a thread."""
        self.touched = True
        return await in_thread(self._connection, work)


@functools.lru_cache(maxsize=1024)
def to_postgres(sql: str) -> str:
    """The statement with empty lists written `(NULL)`, because PostgreSQL refuses `()`."""
    return re.sub(r"\bIN \(\)", "IN (NULL)", sql)


@functools.lru_cache(maxsize=1024)
def _read(sql: str) -> tuple[str, bool]:
    """The statement for PostgreSQL, and whether it may change what is kept in memory (storage/engine/changes.py)."""
    return to_postgres(sql), not sql.lstrip().startswith("SELECT") and bool(_FOLLOWED.search(sql))


class PostgresRaw:
    """A `RawConnection`, called in a thread. `wait` has a statement run there or on another event loop."""

    def __init__(self, connection: Any, wait: Callable[[Coroutine[Any, Any, Any]], Any]) -> None:
        self.connection = connection
        self.with_plans: Any = None
        """Where statements that need one plan only are run, if that is another connection."""
        self._run = wait
        self.cancelled = False

    def execute(self, sql: str, parameters: Sequence[object] = (), /) -> "PostgresRows":
        """Run a statement with `?` or `?1` parameters."""
        text, arguments = asked(sql, parameters)
        planned = self.with_plans is not None and _needs_one_plan(text)
        return PostgresRows(self._wait((self.with_plans if planned else self.connection).fetch(text, *arguments)))

    def executemany(self, sql: str, rows: Iterable[Sequence[object]], /) -> None:
        """Run a statement for each row of parameters."""
        self._wait(each(self.connection, _numbered(sql), rows))  # lists are of one length here

    def _wait(self, asked: Any) -> Any:
        if self.cancelled:
            asked.close()
            raise asyncio.CancelledError
        return self._run(asked)


@functools.lru_cache(maxsize=1024)
def _needs_one_plan(sql: str) -> bool:
    return _ONE_PLAN.search(sql) is not None


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
    loop = asyncio.get_running_loop()
    raw = PostgresRaw(connection, lambda asked: asyncio.run_coroutine_threadsafe(asked, loop).result())
    return await _to_its_end(asyncio.ensure_future(asyncio.to_thread(work, raw)), raw)


async def _to_its_end(working: "asyncio.Future[T]", raw: PostgresRaw) -> T:
    """What work in a thread gives. When we are cancelled, the thread uses the connection until its next statement."""
    try:
        return await asyncio.shield(working)
    except asyncio.CancelledError:
        raw.cancelled = True
        await asyncio.wait({working})
        raise


class PostgresReader:
    """A thread that reads, with two connections and an event loop of its own."""

    def __init__(self, connect: Callable[..., Awaitable[Any]]) -> None:
        """`connect(with_plans)` opens a connection; one `with_plans` plans each of its statements only once."""
        self._connect = connect
        self._thread = ThreadPoolExecutor(1, "qala-reader")
        self._loop: asyncio.AbstractEventLoop | None = None
        self._connections: dict[bool, Any] = {}

    async def read(self, work: Callable[[RawConnection], T]) -> T:
        """Run plain code in the thread. When it is cancelled, it stops at its next statement."""
        raw = PostgresRaw(None, self._wait)
        working = asyncio.get_running_loop().run_in_executor(self._thread, self._work, work, raw)
        return await _to_its_end(working, raw)

    def _wait(self, asked: Coroutine[Any, Any, T]) -> T:
        if self._loop is None:
            self._loop = asyncio.new_event_loop()
        return self._loop.run_until_complete(asked)

    def _work(self, work: Callable[[RawConnection], T], raw: PostgresRaw) -> T:
        raw.connection, raw.with_plans = self._connection(with_plans=False), self._connection(with_plans=True)
        try:
            return work(raw)
        except asyncpg.InternalClientError:
            for one in self._connections.values():
                one.terminate()
            raise

    def _connection(self, *, with_plans: bool) -> Any:
        known = self._connections.get(with_plans)
        if known is None or known.is_closed():
            known = self._connections[with_plans] = self._wait(self._connected(with_plans=with_plans))
        return known

    async def _connected(self, *, with_plans: bool) -> Any:
        return await self._connect(with_plans=with_plans)

    async def close(self) -> None:
        """Close the connections and end the thread."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._end)
        self._thread.shutdown(wait=False)

    def _end(self) -> None:
        for one in self._connections.values():
            if not one.is_closed():
                self._wait(_closed(one))
        if self._loop is not None:
            self._loop.close()


async def _closed(connection: Any) -> None:
    with contextlib.suppress(asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError):
        await connection.close(timeout=5)


_LIST_OR_ONE = re.compile(r"IN \((\?(?:, \?)*)\)|\?|\0")


def asked(sql: str, parameters: Sequence[object]) -> tuple[str, Sequence[object]]:
    """A statement with `?` or `?1` parameters as the server wants it, and its arguments.

    A list of any length is one argument, as are numbers written out: otherwise each length would be a statement.
    """
    if " IN (" not in sql or "?1" in sql:
        return _numbered(sql), clean(parameters)
    numbers: list[list[int]] = []

    def taken(found: re.Match[str]) -> str:
        numbers.append([int(one) for one in found[2].split(", ")])
        return f"{found[1]} = ANY(\0)"

    text, sizes = _with_lists(_NUMBERS.sub(taken, sql))
    rest, lists = iter(parameters), iter(numbers)
    arguments = [
        next(rest) if size == 0 else next(lists) if size < 0 else [next(rest) for _ in range(size)] for size in sizes
    ]
    return text, clean(arguments)


@functools.lru_cache(maxsize=1024)
def _with_lists(sql: str) -> tuple[str, tuple[int, ...]]:
    """The statement with `$1` for each value and each list; how many values a list takes, 0 for one, -1 for numbers."""
    sizes: list[int] = []

    def marked(found: re.Match[str]) -> str:
        sizes.append(found[1].count("?") if found[1] else 0 if found[0] == "?" else -1)
        return f"= ANY(${len(sizes)})" if found[1] else f"${len(sizes)}"

    return to_postgres(_LIST_OR_ONE.sub(marked, sql)), tuple(sizes)


@functools.lru_cache(maxsize=1024)
def _numbered(sql: str) -> str:
    """The statement with `?1` and `?` written as `$1`."""
    if re.search(r"\?\d", sql):
        return to_postgres(re.sub(r"\?(\d+)", r"$\1", sql))
    numbers = itertools.count(1)
    return to_postgres(re.sub(r"\?", lambda _: f"${next(numbers)}", sql))


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
_COMMAND_SECONDS = 60
_SOON_SECONDS = 5
_CONNECTIONS, _APART, _LASTING, _READERS = 8, 2, 3, 3
_STATEMENTS = 400
"""How many prepared statements a connection keeps."""
_FOLLOWED = re.compile(r"\b(?:subscribers|subscriptions|articles)\b")
_CLASSES_TO_MEND = ("08", "25006", "25P03", "28", "3D", "40", "53", "55", "57", "58", "F0", "XX")
"""SQLSTATEs that an operator can mend: connection, rights, deadlock, resources, locks, shutdown, disk."""


_GRANT = "Its owner grants what is missing: ALTER DATABASE <database> OWNER TO <role of QALA_DATABASE_URL>"


class PostgresDatabase:
    """One PostgreSQL database and a pool of connections to it."""

    dialect: Dialect = "postgresql"

    def __init__(self, pool: Any, apart: Any, lasting: Any, readers: Sequence[PostgresReader]) -> None:
        """`apart` is a second pool, for `at_once`, and `lasting` a third one, for statements of it that last."""
        self._pool = pool
        self._apart = apart
        self._lasting = lasting
        self._readers = readers
        self._reading = [0] * len(readers)
        self._turn = asyncio.Lock()
        self._groups: GroupedWrites[Any] = GroupedWrites(self._begun, self._write)
        self._firsts: GroupedWrites[PostgresTransaction] = GroupedWrites(
            lambda: self._connected(lasting), _first_writes
        )
        self.changes = PostgresChanges(self._fetch_apart)

    async def follow(self) -> None:
        """Allow reads to be kept until they change."""
        self.changes.begin()

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
        # The reader for whom the fewest wait.
        number = self._reading.index(min(self._reading))
        self._reading[number] += 1
        try:
            with _sentences():
                with contextlib.suppress(asyncpg.UndefinedTableError):
                    return await self._readers[number].read(work)
                return await self._readers[number].read(work)
        finally:
            self._reading[number] -= 1

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement; the number of rows it changed."""
        return await self.together(lambda tx: tx.execute(sql, *args))

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of arguments, in one transaction."""
        async with self.transaction() as tx:
            await tx.executemany(sql, rows)

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[PostgresTransaction]:
        """Open a write transaction, waiting for the writers' lock; an exception inside rolls it back. Not reentrant."""
        first = FIRST_WRITE.get()
        async with _turn_of(first), self._begun() as connection:
            tx = PostgresTransaction(connection)
            await go_along(first, tx)
            yield tx
            await self._commit(connection, tx)
            have_gone(first)

    async def together(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run work in a transaction together with all other work of this process that waits to write.

        Work that fails undoes nothing of the others; a commit that fails does so for all.
        """
        first = FIRST_WRITE.get()
        async with _turn_of(first):
            if work is nothing_more and first is not None and first.of_many is not None:
                return cast("T", None if first.done else await self._firsts.add(work))
            return await self._groups.add(work)

    @contextlib.asynccontextmanager
    async def _begun(self) -> AsyncIterator[Any]:
        """A connection that holds the writers' lock, in a transaction that the block is to commit."""
        with _sentences():
            async with self._turn, self._pool.acquire() as connection:
                try:
                    await connection.execute(_BEGIN)
                    yield connection
                except BaseException:
                    await asyncio.shield(_roll_back(connection))
                    raise

    async def _commit(self, connection: Any, tx: PostgresTransaction) -> None:
        try:
            await connection.execute("COMMIT")
        finally:  # one that was cut off may have been committed all the same
            if tx.touched:
                self.changes.ours()

    async def _write(self, connection: Any, group: Sequence[WaitingWork]) -> None:
        tx = PostgresTransaction(connection)
        try:
            await _all_written(tx, group)
        except Exception:
            if connection.is_closed():
                raise
            await connection.execute("ROLLBACK")
            await connection.execute(_BEGIN)
            await _each_written(tx, group)
        await self._commit(connection, tx)
        for one in group:
            one.end(lambda error: _sentence(error) or error)

    async def at_once(self, sql: str, *args: object, lasting: bool = False) -> Row | None:
        """Run one statement on a connection apart: it waits for nothing but locks on the rows it writes."""
        async with self._connected(self._lasting if lasting else self._apart) as tx:
            return await tx.fetchrow(sql, *args)

    async def _fetch_apart(self, sql: str, *args: object) -> Sequence[Row]:
        async with self._connected(self._lasting) as tx:
            return await tx.fetch(sql, *args)

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
        await asyncio.gather(*(reader.close() for reader in self._readers))
        await asyncio.gather(self._apart.close(), self._lasting.close(), self._pool.close())

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
    # Without a scan of the table to choose, a plan made for any values, and for the size of today, takes the index.
    with_plans = {**settings, "plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
    that_last = {**with_plans, "default_transaction_read_only": "off"}
    pools: list[Any] = []
    with _sentences():
        try:
            for size, seconds, chosen in (
                (_CONNECTIONS, _COMMAND_SECONDS, settings),
                (_APART, _SOON_SECONDS, lasting_little),
                (_LASTING, _COMMAND_SECONDS, that_last),
            ):
                pools.append(await _pool(url, size, seconds, chosen))
        except BaseException as error:
            for one in pools:
                await one.close()
            if not isinstance(error, ValueError):
                raise
            # asyncpg's own messages about addresses may repeat the password
            raise UnusableStoreError("QALA_DATABASE_URL: write it like postgresql://user:password@host/db") from error
        connect = functools.partial(_reading, url, settings, with_plans)
        pool, apart, lasting = pools
        database = PostgresDatabase(pool, apart, lasting, [PostgresReader(connect) for _ in range(_READERS)])
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
        statement_cache_size=_STATEMENTS,
        max_cached_statement_lifetime=0,
        reset=_as_it_is,
    )


async def _reading(url: str, settings: dict[str, str], planned: dict[str, str], *, with_plans: bool) -> Any:
    """A connection of a reader."""
    return await asyncpg.connect(
        url,
        command_timeout=_COMMAND_SECONDS,
        timeout=10,
        server_settings=planned if with_plans else settings,
        statement_cache_size=_STATEMENTS,
        max_cached_statement_lifetime=0,
    )


async def _as_it_is(_: Any) -> None:
    """Do nothing: a connection given back needs no reset, because nothing here changes its session."""


def _turn_of(first: FirstWrite | None) -> contextlib.AbstractAsyncContextManager[None]:
    return contextlib.nullcontext() if first is None or first.done else first.turn


async def _first_writes(tx: PostgresTransaction, group: Sequence[WaitingWork]) -> None:
    """Write the first writes that wait, each statement by itself; a row that another program has is its own loss."""
    by_statement: dict[str, list[tuple[WaitingWork, FirstWrite]]] = {}
    for one in group:
        if one.first is not None and one.first.of_many is not None:
            by_statement.setdefault(one.first.of_many, []).append((one, one.first))
    for sql, some in by_statement.items():
        ids = [first.arguments[0] for _, first in some]
        sides = [(first.arguments[0], first.beside) for _, first in some if first.beside is not None]
        if sides:
            rows = [(number, *row) for number, beside in sides for row in beside.rows]
            text = f"WITH gone (id) AS ({sql}), beside AS ({sides[0][1].many}) SELECT id FROM gone"
            found = await tx.fetch(text, ids, *columns(rows, len(rows[0])))
        else:
            found = await tx.fetch(sql, ids)
        gone = {row[0] for row in found}
        for one, first in some:
            one.error = None if first.arguments[0] in gone else TakenOverError()
            one.end(lambda error: error)


async def _all_written(tx: PostgresTransaction, group: Sequence[WaitingWork]) -> None:
    """Write a group without savepoints. Where an error is raised, all of it is to be rolled back."""
    by_statement: dict[str, list[WaitingWork]] = {}
    for one in group:
        one.error = None
        if one.first is not None and not one.first.done and one.first.of_many is not None:
            by_statement.setdefault(one.first.of_many, []).append(one)
    for sql, some in by_statement.items():
        gone = {row[0] for row in await tx.fetch(sql, [one.first.arguments[0] for one in some if one.first])}
        for one in some:
            if one.first is not None and one.first.arguments[0] not in gone:
                one.error = TakenOverError()
            elif one.first is not None:
                await go_beside(one.first, tx)
    for one in group:
        if one.first is not None and one.first.of_many is None:
            await go_along(one.first, tx)
        if one.error is None:
            one.result = await one.run(tx)


async def _each_written(tx: PostgresTransaction, group: Sequence[WaitingWork]) -> None:
    """Write a group, each work in a savepoint of its own, with its own error."""
    for one in group:
        one.error = None
        await tx.execute("SAVEPOINT work")
        try:
            await go_along(one.first, tx)
            one.result = await one.run(tx)
        except Exception as error:  # noqa: BLE001 - who waits for this work gets it
            await tx.execute("ROLLBACK TO work")
            one.error = error
        await tx.execute("RELEASE work")


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
    except Exception as error:
        if (told := _sentence(error)) is not None:
            raise told from error
        raise


def _sentence(error: BaseException) -> StorageError | None:
    text = str(error)
    match error:
        case asyncpg.InsufficientPrivilegeError():
            return UnusableStoreError(f"PostgreSQL: {text}. {_GRANT}")
        case asyncpg.InvalidAuthorizationSpecificationError() | asyncpg.InvalidCatalogNameError():
            # 28…: the role or its password. 3D000: no such database. The server's words hold no password.
            return UnusableStoreError(f"QALA_DATABASE_URL: PostgreSQL says: {text}")
        case asyncpg.PostgresError() if str(error.sqlstate or "").startswith(_CLASSES_TO_MEND):
            return StorageError(f"PostgreSQL: {text}")
        case asyncpg.InternalClientError():  # the server sent a message that nobody awaited and cut us off
            return StorageError("PostgreSQL: the connection was lost")
        # «released back to the pool»: the server ended the connection between two of our statements.
        case asyncpg.InterfaceError() if any(word in text for word in ("closed", "closing", "released")):
            return StorageError(f"PostgreSQL: {text}")
        case OSError() | TimeoutError():
            return StorageError(f"PostgreSQL does not answer: {text or type(error).__name__}")
    return None
