"""The SQLite side of the seam: one file, a writer, two readers.

What holds here, and why:
- There is one writer. Every write runs in `BEGIN IMMEDIATE … COMMIT` on one connection, under a lock inside the
  process and an OS lock between processes (storage/engine/write_lock.py): SQLite before 3.51.3 can corrupt a WAL file
  when two connections write or checkpoint at the same moment (https://sqlite.org/wal.html#walresetbug).
- Readers have their own connections with `query_only` and see the last commit. WAL lets them read during a write.
- `synchronous=FULL`: with NORMAL a power cut may undo commits, and digests would be sent twice.
- Checkpoints happen only here, after a commit, while the OS lock is held.
"""

import asyncio
import contextlib
import functools
import itertools
import re
import sqlite3
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar, cast

import aiosqlite
import structlog

from storage.engine.changes import SqliteChanges, Touched, note_touched, take_touched
from storage.engine.database import (
    FIRST_WRITE,
    Dialect,
    GroupedWrites,
    Row,
    StorageError,
    Transaction,
    WaitingWork,
    go_along,
    have_gone,
    marks,
)
from storage.engine.private import close_to_others, in_a_sentence, make_folder, make_private
from storage.engine.write_lock import WriteLock, WriteLockError

# An open transaction on SQLite's writer. A hop to its thread runs one statement or many.

T = TypeVar("T")


@functools.lru_cache(maxsize=1024)
def to_sqlite(sql: str) -> str:
    """Rewrite `$1` parameters to SQLite's `?1`."""
    return re.sub(r"\$(\d+)", r"?\1", sql)


class FetchVerbs:
    """The verbs that can be made from `fetch`."""

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


class SqliteTransaction(FetchVerbs):
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
        """Run work of many statements in the connection's thread: one hop for all of them."""
        return await self.run(lambda connection: _driven(work(_InThread(connection))))


class _InThread(SqliteTransaction):
    """The verbs for work that runs in the connection's thread already; they never suspend."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._raw = connection

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """All rows."""
        return self._raw.execute(to_sqlite(sql), args).fetchall()

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function over the raw connection."""
        return work(self._raw)


def _driven(work: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine that never suspends; its result."""
    try:
        work.send(None)
    except StopIteration as done:
        return cast("T", done.value)
    work.close()
    raise RuntimeError("work that runs together may await nothing but its transaction")


async def in_thread(connection: aiosqlite.Connection, work: Callable[[sqlite3.Connection], T]) -> T:
    """Run a function over a connection in its own thread."""
    # aiosqlite has no public way to run a function in its thread; its version is pinned.
    run: Callable[..., Awaitable[T]] = connection._execute
    return await run(work, connection._conn)


def _written(
    connection: sqlite3.Connection, group: Sequence[WaitingWork], commit: Callable[[sqlite3.Connection], T]
) -> T:
    """Write a group in one transaction, each work in a savepoint of its own. Called in the writer's thread."""
    connection.execute("BEGIN IMMEDIATE")
    tx = _InThread(connection)
    for one in group:
        connection.execute("SAVEPOINT work")
        try:
            _driven(go_along(one.first, tx))
            one.result = _driven(one.run(tx))
        except BaseException as error:
            if not connection.in_transaction:  # SQLite rolled back everything, as when the disk is full
                raise
            connection.execute("ROLLBACK TO work")
            one.error = error
        connection.execute("RELEASE work")
    return commit(connection)


log = structlog.get_logger()


_BUSY_SECONDS = 20.0
_LAST_TURN_SECONDS = 1.5
_BULK_CACHE_KB = 32_000
_CHECKPOINT_BYTES, _BULK_CHECKPOINT_BYTES = 4 << 20, 128 << 20
_TRUNCATE_BYTES, _IMPATIENT_BYTES = 24 << 20, 40 << 20
_PATIENCE, _IMPATIENCE = 10.0, 0.5
"""Seconds after which a read may be interrupted to cut the WAL file; the second value is for a very large one."""
_CUT_SECONDS, _WARN_SECONDS = 0.2, 60.0


class SqliteDatabase(FetchVerbs):
    """One SQLite file: a writer, two readers, and the lock beside the file."""

    def __init__(
        self,
        path: Path,
        writer: aiosqlite.Connection,
        readers: Sequence[aiosqlite.Connection],
        turns: WriteLock,
        checkpoint_bytes: int = _CHECKPOINT_BYTES,
    ) -> None:
        """`checkpoint_bytes`: the size from which the WAL file is copied into the main one."""
        self.path = path
        self._shm = path.with_name(path.name + "-shm")
        self._checkpoint_bytes = checkpoint_bytes
        self._writer = writer
        self._readers = readers
        self._next_reader = itertools.cycle(range(len(readers)))
        self._reading: list[tuple[aiosqlite.Connection, float]] = []
        self._warn_again = 0.0
        self._turn = asyncio.Lock()
        self._turns = turns
        self._groups: GroupedWrites[None] = GroupedWrites(self._a_turn, self._write)
        self._following = False
        self.changes = SqliteChanges(path)

    async def follow(self) -> None:
        """Allow reads to be kept until they change."""
        if self._following:
            return
        async with self._ours():
            await in_thread(self._writer, note_touched)
            self.changes.begin()
            self._following = True

    async def fetch(self, sql: str, *args: object) -> Sequence[Row]:
        """All rows, from a reader."""
        with self._a_reader() as reader:
            return list(await reader.execute_fetchall(to_sqlite(sql), args))

    async def read(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run a function over a reader's raw connection in its thread. All its statements see the same commit."""
        with self._a_reader() as reader:
            return await in_thread(reader, functools.partial(_at_one_moment, work))

    async def execute(self, sql: str, *args: object) -> int:
        """Run one statement in a transaction of its own; the number of rows it changed."""
        return await self.together(lambda tx: tx.execute(sql, *args))

    async def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for each row of arguments, in one transaction."""
        async with self.transaction() as tx:
            await tx.executemany(sql, rows)

    async def at_once(self, sql: str, *args: object, lasting: bool = False) -> Row | None:  # noqa: ARG002 - all last
        """Run one statement; on SQLite it waits for its turn to write like any other."""
        return await self.together(lambda tx: tx.fetchrow(sql, *args))

    @contextlib.asynccontextmanager
    async def transaction(self) -> AsyncIterator[SqliteTransaction]:
        """Open a write transaction; an exception inside rolls it back. Not reentrant."""
        with _sentences():
            async with self._ours():
                first = FIRST_WRITE.get()
                touched: Touched | None = None
                try:
                    # A task that is cancelled during this statement may have begun the transaction all the same.
                    await self._writer.execute_fetchall("BEGIN IMMEDIATE")
                    tx = SqliteTransaction(self._writer)
                    await go_along(first, tx)
                    yield tx
                    touched = await in_thread(self._writer, self._commit)
                except BaseException:
                    # A commit that failed (disk full) may have rolled back already.
                    await self._rolled_back()
                    raise
                self.changes.ended(touched)
                have_gone(first)
                await self._checkpoint_if_large()

    async def together(self, work: Callable[[Transaction], Coroutine[Any, Any, T]]) -> T:
        """Run work in a transaction together with all other work that waits for the writer.

        The group costs one hop and one sync to the disk. Work that fails undoes nothing of the others; a commit that
        fails does so for all. Work that is cancelled before it begins writes nothing.
        """
        return await self._groups.add(work)

    @contextlib.asynccontextmanager
    async def _a_turn(self) -> AsyncIterator[None]:
        with _sentences():
            async with self._ours():
                yield

    async def _write(self, _: None, group: "Sequence[WaitingWork]") -> None:
        try:
            touched = await in_thread(self._writer, lambda connection: _written(connection, group, self._commit))
        except BaseException as error:
            for one in group:
                one.fail((_sentence(error) or error) if isinstance(error, Exception) else None)
            await self._rolled_back()
            raise
        self.changes.ended(touched)
        for one in group:
            one.end(lambda error: _sentence(error) or error)
        await self._checkpoint_if_large()

    def _commit(self, connection: sqlite3.Connection) -> Touched | None:
        """Commit; the touched rows. Called in the writer's thread."""
        touched = take_touched(connection) if self._following else ()
        connection.execute("COMMIT")
        return touched

    async def _rolled_back(self) -> None:
        """Roll back what is open. It may have been committed after all, so every kept read is forgotten."""
        try:
            await asyncio.shield(in_thread(self._writer, _roll_back))
        except BaseException:
            self.changes.close()
            raise
        self.changes.ended(None)

    @contextlib.asynccontextmanager
    async def _ours(self) -> AsyncIterator[None]:
        """Hold the turn to write, in this process and between processes."""
        async with self._turn, self._between_processes():
            self.changes.ours()
            try:
                yield
            finally:
                self.changes.ended(())

    async def size(self) -> int:
        """Bytes of the file, including free pages."""
        return int(await self.fetchval("SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()"))

    def awaited(self) -> bool:
        """Whether another process waits to write."""
        return self._turns.awaited()

    async def scrub(self) -> None:
        """Empty the WAL file, which still holds deleted rows; `secure_delete` has overwritten them in the main file."""
        async with self._turn, self._between_processes():
            await self._writer.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")

    def hurry(self) -> None:
        """Wait only a moment for another writing process from now on, because this program is ending."""
        self._turns.patience = _LAST_TURN_SECONDS

    async def close(self) -> None:
        """Close every connection, holding the write lock, because the last one to close checkpoints the WAL file.

        If another process keeps the lock for `_LAST_TURN_SECONDS`, they are closed without it: that process has the
        file open, so ours is not the last.
        """
        async with contextlib.AsyncExitStack() as stack:
            with contextlib.suppress(TimeoutError, StorageError):
                async with asyncio.timeout(_LAST_TURN_SECONDS):
                    await stack.enter_async_context(self._turn)
                    await stack.enter_async_context(self._between_processes())
            self.changes.close()
            for connection in (*self._readers, self._writer):
                try:
                    await connection.close()
                except sqlite3.Error as error:  # its thread ends all the same; the other connections must be closed too
                    log.error("a connection was not closed cleanly", reason=str(error))
        self._turns.close()

    @contextlib.asynccontextmanager
    async def _between_processes(self) -> AsyncIterator[None]:
        try:
            async with self._turns.mine():
                yield
        except WriteLockError as error:
            raise StorageError(
                f"another process has been writing to {self.path} for {self._turns.patience:.0f} s"
            ) from error

    async def _checkpoint_if_large(self) -> None:
        """Checkpoint a large WAL file. The commit before stands in any case: an error is logged, and retried later."""
        wal = self.path.with_name(self.path.name + "-wal")
        try:
            size = wal.stat().st_size if wal.exists() else 0
            if size > max(_TRUNCATE_BYTES, self._checkpoint_bytes):
                await self._cut(size)
            elif size > self._checkpoint_bytes and not self._turns.awaited():  # otherwise the next writer does it
                await self._writer.execute_fetchall("PRAGMA wal_checkpoint(PASSIVE)")
        except (sqlite3.DatabaseError, OSError) as error:
            self._warn("the WAL file was not brought into the main one", reason=str(error))

    def _wal_size(self) -> int:
        """Bytes in use of the WAL file, by the number of its last page in its index (sqlite.org/walformat.html)."""
        try:
            with self._shm.open("rb") as index:
                page, last = struct.unpack("=14xHI", index.read(20))
        except (FileNotFoundError, struct.error):
            return 0
        return int(last) * (int(page) + 24)

    async def _cut(self, size: int) -> None:
        """Empty the WAL file. Reads that have run for too long prevent it; they are interrupted and fail."""
        cut: bool = await in_thread(self._writer, _truncate_wal)
        if cut:
            return
        patience = _PATIENCE if size < _IMPATIENT_BYTES else _IMPATIENCE
        begun = asyncio.get_running_loop().time() - patience
        late = {reader for reader, at in self._reading if at < begun}
        for reader in late:
            await reader.interrupt()
        if late:
            cut = await in_thread(self._writer, _truncate_wal)
        if not cut and size > _IMPATIENT_BYTES:
            self._warn("somebody has been reading for long: the WAL file has grown", megabytes=size >> 20)

    def _warn(self, text: str, **facts: object) -> None:
        now = asyncio.get_running_loop().time()
        if now >= self._warn_again:
            self._warn_again = now + _WARN_SECONDS
            log.warning(text, **facts)

    @contextlib.contextmanager
    def _a_reader(self) -> Iterator[aiosqlite.Connection]:
        """A reader's connection, noted as reading while the block runs."""
        reader = self._readers[next(self._next_reader)]
        reading = (reader, asyncio.get_running_loop().time())
        self._reading.append(reading)
        try:
            with _sentences():
                yield reader
        finally:
            self._reading.remove(reading)


async def open_sqlite(path: Path, readers: int = 2, *, bulk: bool = False) -> SqliteDatabase:
    """Open the file at `path`; a missing one is made. Raises StorageError with a sentence.

    `bulk`: memory for the pages that thousands of articles change in one transaction, and room for several such
    transactions in the WAL file.
    """
    connections: list[aiosqlite.Connection] = []
    with _sentences():
        make_folder(path.parent)
        turns = WriteLock(path.parent, _BUSY_SECONDS)
        make_private(path)  # SQLite gives -wal and -shm the same rights
        for end in ("-wal", "-shm"):
            close_to_others(path.with_name(path.name + end))
        try:
            connections.append(await _connect(path, read_only=False))
            if bulk:
                await connections[0].execute_fetchall(f"PRAGMA cache_size=-{_BULK_CACHE_KB}")
                # Pages freed by merging the index hold nothing personal, so they need no overwriting.
                await connections[0].execute_fetchall("PRAGMA secure_delete=FAST")
            while len(connections) <= readers:
                connections.append(await _connect(path, read_only=True))
        except BaseException:
            for connection in connections:
                await connection.close()
            turns.close()
            raise
    checkpoint_bytes = _BULK_CHECKPOINT_BYTES if bulk else _CHECKPOINT_BYTES
    return SqliteDatabase(path, connections[0], connections[1:], turns, checkpoint_bytes)


async def _connect(path: Path, *, read_only: bool) -> aiosqlite.Connection:
    connection = await aiosqlite.connect(path, isolation_level=None, timeout=_BUSY_SECONDS, cached_statements=512)
    try:
        connection.row_factory = sqlite3.Row
        # journal_size_limit: after a checkpoint the WAL file is written over. To keep a page where there was one takes
        # the disk less time than to make the file longer, which is two things to keep.
        pragmas = [
            "wal_autocheckpoint=0",
            f"journal_size_limit={_CHECKPOINT_BYTES}",
            "temp_store=MEMORY",
            "foreign_keys=ON",
            "secure_delete=ON",
        ]
        # A search over a million articles reads thousands of pages; SQLite's default cache is 2 MB.
        pragmas += ["query_only=1", "cache_size=-16000"] if read_only else ["journal_mode=WAL", "synchronous=FULL"]
        for pragma in pragmas:
            await connection.execute_fetchall(f"PRAGMA {pragma}")
        await connection.execute_fetchall("SELECT count(*) FROM sqlite_master")
    except BaseException:
        await connection.close()
        raise
    return connection


def _at_one_moment(work: Callable[[sqlite3.Connection], T], connection: sqlite3.Connection) -> T:
    """Run a function in one read transaction. Locking the file for each statement would take a tenth of their time."""
    connection.execute("BEGIN")
    try:
        return work(connection)
    finally:
        _roll_back(connection)


def _truncate_wal(connection: sqlite3.Connection) -> bool:
    """Checkpoint and empty the WAL file; False if a reader still needs it. Waits `_CUT_SECONDS` at most."""
    connection.execute(f"PRAGMA busy_timeout={int(_CUT_SECONDS * 1000)}")
    try:
        return not connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        connection.execute(f"PRAGMA busy_timeout={int(_BUSY_SECONDS * 1000)}")


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:
        connection.execute("ROLLBACK")


@contextlib.contextmanager
def _sentences() -> Any:
    """Turn what an operator can mend into StorageError; a wrong statement stays a bug."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        if (told := _sentence(error)) is not None:
            raise told from error
        raise


def _sentence(error: BaseException) -> StorageError | None:
    text = str(error)
    if isinstance(error, sqlite3.DatabaseError) and re.search(
        r"locked|full|interrupted|readonly|unable to open|disk I/O|not a database|malformed", text
    ):
        return StorageError(in_a_sentence(error))
    return StorageError(in_a_sentence(error)) if isinstance(error, OSError) else None
