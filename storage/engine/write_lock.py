"""The turn to write to a SQLite file, between processes.

Whoever writes holds `qala.lock`; whoever is next holds `qala.next`. So a process that has just written queues behind
those that wait. With one lock a busy process would take it again before the others look.
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
            stack.pop_all()  # both are open: keep them open
        self.patience = patience
        """Seconds to wait for the turn; a change holds for those who wait already, too."""

    @contextlib.asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        """Wait for the turn and hold it while the block runs. Raises WriteLockError after `patience` seconds."""
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
    """A file used as a lock. If somebody deletes it, the next one to lock it makes a new file that all use."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = open_private(path)

    def acquire(self) -> bool:
        """Lock it if nobody else holds it; whether it is ours now."""
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
