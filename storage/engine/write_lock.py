"""The turn to write to a SQLite file, between processes.

`qala.lock` is held while one writes, `qala.next` by the one whose turn is next. Who has just written stands behind
whoever waits; with one lock a busy process would have it again before the others look.
"""

import asyncio
import contextlib
import fcntl
import os
from collections.abc import AsyncIterator
from pathlib import Path

from storage.engine.private import open_private, try_lock

_POLL_SECONDS = 0.005


class WriteLockError(Exception):
    """Other processes have been writing for too long."""


class WriteLock:
    """The two locks beside a file in this folder."""

    def __init__(self, folder: Path, patience: float) -> None:
        with contextlib.ExitStack() as stack:
            self._lock = stack.enter_context(contextlib.closing(LockFile(folder / "qala.lock")))
            self._next = stack.enter_context(contextlib.closing(LockFile(folder / "qala.next")))
            stack.pop_all()  # both are open: they stay so
        self.patience = patience
        """Seconds; who waits already looks at it too."""

    @contextlib.asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        """Wait for the turn, and have it while the block runs. Raises NoTurnError after `patience` seconds."""
        began = asyncio.get_running_loop().time()
        await self._locked(self._next, began)
        try:
            await self._locked(self._lock, began)
        finally:
            self._next.release()
        try:
            yield
        finally:
            self._lock.release()

    async def _locked(self, lock: "LockFile", began: float) -> None:
        while not lock.acquire():
            if asyncio.get_running_loop().time() > began + self.patience:
                raise WriteLockError
            await asyncio.sleep(_POLL_SECONDS)

    def awaited(self) -> bool:
        """Whether another process waits for its turn."""
        if not self._next.acquire():
            return True
        self._next.release()
        return False

    def close(self) -> None:
        """Close both files."""
        self._lock.close()
        self._next.close()


class LockFile:
    """A lock that is a file. Where somebody deletes the file, the next to lock it makes it anew, and all use that."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = open_private(path)

    def acquire(self) -> bool:
        """Lock it if nobody else has; whether it is ours now."""
        while True:
            ours = try_lock(self._file)
            if self._is_there():
                return ours
            self._file.close()
            self._file = open_private(self._path)

    def release(self) -> None:
        """Let others lock it."""
        fcntl.flock(self._file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _is_there(self) -> bool:
        try:
            return os.path.samestat(os.fstat(self._file.fileno()), self._path.stat())
        except FileNotFoundError:
            return False
