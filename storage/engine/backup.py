"""Backups of a SQLite store: consistent copies while it runs, and restoring one."""

import contextlib
import fcntl
import glob
import itertools
import os
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from storage.engine.database import StorageError
from storage.engine.migrations import refuse_newer
from storage.engine.private import in_a_sentence, make_folder, open_private, try_lock

_KEPT_STORES = 3
COPIES_SECONDS = 30 * 86_400
"""How long copies and replaced stores are kept: they still hold readers who asked to be deleted."""
_UNFINISHED = ".qala-part"


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of a restore: where the replaced store is kept now, and which older ones were removed."""

    kept: Path | None
    removed: tuple[Path, ...] = ()
    forgotten: int = 0
    """How many chats of the copy had asked to be forgotten since it was made, and were removed from it."""


@contextlib.contextmanager
def alone(url: str) -> Iterator[None]:
    """Be the only program that runs the bot on this SQLite file; other commands may work beside it.

    Raises StorageError where another one runs. On PostgreSQL, which is for several programs, nothing is locked.
    """
    path = sqlite_file(url)
    if path is None:
        yield
        return
    with contextlib.ExitStack() as stack:
        with _sentences():
            make_folder(path.parent)
            # The store itself is locked too, because someone may delete the other file as a leftover. Closing it
            # drops the locks that SQLite of this process holds on the store, which is closed by then.
            for one in (path.parent / "qala.running", path):
                file = stack.enter_context(open_private(one))  # a kill unlocks it too
                if not try_lock(file):
                    raise StorageError(f"another Qala runs on {path}: stop it first; several at once need PostgreSQL")
            _remove_leftovers(path.parent)
        yield


def examine(url: str, *, whole: bool) -> str | None:
    """What is wrong with the file of a SQLite store, None where nothing is. Raises StorageError if it is unreadable.

    The structure is checked; with `whole` every index and reference too. PostgreSQL is not checked.
    """
    path = sqlite_file(url)
    if path is None or not path.exists() or not path.stat().st_size:
        return None
    with _sentences(), contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
        try:
            found = str(connection.execute(f"PRAGMA {'integrity' if whole else 'quick'}_check(1)").fetchone()[0])
            if found == "ok" and whole and (row := connection.execute("PRAGMA foreign_key_check").fetchone()):
                found = f"a row of {row[0]} refers to nothing"
        except sqlite3.DatabaseError as error:
            if "malformed" not in str(error) and "not a database" not in str(error):
                raise
            found = str(error)
    return None if found == "ok" else found


@contextlib.contextmanager
def at_work(url: str) -> Iterator[bool]:
    """Mark the store as in use while the block runs. Yields whether a mark was left: its last user was killed."""
    path = sqlite_file(url)
    if path is None:
        yield False
        return
    with contextlib.ExitStack() as stack:
        with _sentences():
            mark = stack.enter_context((path.parent / "qala.running").open("rb+", buffering=0))
            if not (killed := bool(mark.read())):
                mark.write(b"at work\n")
        yield killed
        mark.truncate(0)  # not where the block raises: the store is checked then, as after a kill


def back_up(url: str, to: Path) -> int:
    """Copy a SQLite store, which may be in use, consistently and checked; the copy's bytes. Raises StorageError."""
    path = _existing(url)
    with _sentences(), _unfinished(to) as unfinished:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=20)) as connection:
            connection.execute("VACUUM INTO ?", (str(unfinished),))
        _check(unfinished)
        _flush(unfinished)
        unfinished.replace(to)
        _flush(to.parent)
        return to.stat().st_size


def restore(
    url: str, copy: Path, now: int | None = None, forget: Callable[[sqlite3.Connection, Path], int] = lambda *_: 0
) -> Restored:
    """Replace the store by a copy. Raises StorageError where the copy is damaged or the bot runs.

    The copy does not know what was sent after it was made. So that nothing is sent twice, its rows that were to be
    sent become unknown, and digests up to `now` (UTC seconds) count as decided. The old store is kept beside the new
    one under a name with the time of its replacement; the newest three are kept. `forget` removes from the copy,
    before it is in place, the chats that the store at a path has forgotten since.
    """
    path = sqlite_file(url)
    if path is None:
        raise StorageError("a PostgreSQL database is restored with pg_restore")
    now = int(time.time()) if now is None else now
    with alone(url), _sentences(), _writing(path), _unfinished(path) as unfinished:
        refuse_newer(str(copy), _check(copy))
        shutil.copyfile(copy, unfinished)
        with contextlib.closing(sqlite3.connect(unfinished, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(
                "UPDATE subscribers SET owed = 1 WHERE chat_id IN"
                " (SELECT chat_id FROM deliveries WHERE state IN ('planned', 'sending'))"
            )
            connection.execute(
                "UPDATE deliveries SET state = 'unknown', owed = 1, updated_at = ?1, reason = 'restored from a copy'"
                " WHERE state IN ('planned', 'sending')",
                (now,),
            )
            connection.execute("UPDATE subscribers SET decided_until = ?1 WHERE decided_until < ?1", (now,))
            forgotten = forget(connection, path)
            connection.execute("COMMIT")
        _flush(unfinished)
        kept = _set_aside(path, now) if path.stat().st_size else None
        for end in ("-wal", "-shm"):
            path.with_name(path.name + end).unlink(missing_ok=True)
        unfinished.replace(path)
        _flush(path.parent)
        return Restored(kept, _without_the_oldest(path, kept) if kept else (), forgotten)


def _set_aside(path: Path, now: int) -> Path:
    """Link the store to a new name; it keeps its own name until the copy takes its place."""
    # The old WAL file belongs to the old store: its content must be in there before the files part.
    with contextlib.closing(sqlite3.connect(path, timeout=20)) as old:
        if old.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise StorageError(f"another program is reading {path}: stop it first")
    stamp = f"{path.name}.before-{datetime.fromtimestamp(now, UTC):%Y%m%dT%H%M%SZ}"
    names = itertools.chain([stamp], (f"{stamp}-{number}" for number in itertools.count(2)))
    kept = next(one for name in names if not (one := path.with_name(name)).exists())
    try:
        kept.hardlink_to(path)
    except OSError:  # a file system without hard links
        path.replace(kept)
    return kept


def _without_the_oldest(path: Path, kept: Path) -> tuple[Path, ...]:
    """Remove replaced stores except the newest three, of which `kept` is one. Returns the removed ones."""
    # A plain `.before`, as older versions named it, is the oldest.
    earlier = sorted(one for one in path.parent.glob(f"{glob.escape(path.name)}.before*") if one != kept)
    removed = earlier[: max(0, len(earlier) - (_KEPT_STORES - 1))]
    for one in removed:
        one.unlink()
    return tuple(removed)


def remove_old_stores(url: str, now: int) -> int:
    """Remove stores that were replaced over a month before `now` (UTC seconds); returns how many."""
    path = sqlite_file(url)
    if path is None:
        return 0
    old = [
        one
        for one in path.parent.glob(f"{glob.escape(path.name)}.before*")
        if one.is_file() and one.stat().st_ctime < now - COPIES_SECONDS
    ]
    for one in old:
        one.unlink(missing_ok=True)
    return len(old)


def _flush(path: Path) -> None:
    """Return when a file, or a folder's list of its files, is on the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _unfinished(to: Path) -> Iterator[Path]:
    """A copy's name until it is complete; only we may read it. Leftovers of killed backups are removed first."""
    _remove_leftovers(to.parent)
    to.with_name(to.name + ".part").unlink(missing_ok=True)  # as older versions called it
    path = to.with_name(to.name + _UNFINISHED)
    with open_private(path) as file:
        if not try_lock(file):
            raise StorageError(f"another program is writing {path}")
        try:
            yield path
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _remove_leftovers(folder: Path) -> None:
    """Remove what killed backups left in a folder: nobody would look for readers' data there."""
    for path in folder.glob(f"*{_UNFINISHED}*"):  # with the journals beside them
        with contextlib.suppress(FileNotFoundError), path.open("rb") as file:
            if try_lock(file):
                path.unlink(missing_ok=True)


@contextlib.contextmanager
def _writing(path: Path) -> Iterator[None]:
    """Hold the write lock (storage/engine/write_lock.py), so that an import in another process waits for us."""
    with open_private(path.parent / "qala.lock") as file:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX)
        yield


def sqlite_file(url: str) -> Path | None:
    """The file of a `sqlite:///` address; None for another database."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None


def _existing(url: str) -> Path:
    path = sqlite_file(url)
    if path is None:
        raise StorageError("a PostgreSQL database is copied with pg_dump --format=custom")
    if not path.exists():
        raise StorageError(f"there is no store at {path}")
    return path


_OTHER_FILES = {b"PGDMP": "a PostgreSQL dump; pg_restore reads it", b"\x1f\x8b": "compressed; unpack it first"}
"""What files begin with that people take for a copy."""


def _check(path: Path) -> list[str]:
    """The migrations of a copy. Raises StorageError where it is none, or damaged."""
    if not path.is_file():
        raise StorageError(f"there is no file {path}")
    with path.open("rb") as file:
        head = file.read(16)
    if head != b"SQLite format 3\0":
        told = next((told for begins, told in _OTHER_FILES.items() if head.startswith(begins)), "another file")
        raise StorageError(f"{path} is no copy of a Qala store: it is {told}")
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
        try:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
                raise StorageError(f"{path} is damaged: {found}")
        except sqlite3.DatabaseError as error:
            raise StorageError(f"{path} is damaged, or not all of it is there: {error}") from error
        if not connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'schema_migrations'").fetchone()[0]:
            raise StorageError(f"{path} is no copy of a Qala store: it is another program's")
        return [row[0] for row in connection.execute("SELECT name FROM schema_migrations")]


@contextlib.contextmanager
def _sentences() -> Iterator[None]:
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        raise StorageError(in_a_sentence(error)) from error
