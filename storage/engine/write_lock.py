"""The turn to write to a SQLite file, between processes.

`qala.lock` is held while one writes, `qala.next` by the one whose turn is next. Who has just written stands behind
whoever waits; with one lock a busy process would have it again before the others look.
"""

import asyncio
import contextlib
import fcntl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import IO

_POLL_SECONDS = 0.005


class WriteLockError(Exception):
    """Others have been writing for too long."""


class WriteLock:
    """The two locks beside a file in this folder."""

    def __init__(self, folder: Path, patience: float) -> None:
        with contextlib.ExitStack() as stack:
            self._lock = stack.enter_context((folder / "qala.lock").open("a"))
            self._next = stack.enter_context((folder / "qala.next").open("a"))
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
            fcntl.flock(self._next, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

    async def _locked(self, file: IO[str], began: float) -> None:
        while not _try_lock(file):
            if asyncio.get_running_loop().time() > began + self.patience:
                raise WriteLockError
            await asyncio.sleep(_POLL_SECONDS)

    def awaited(self) -> bool:
        """Whether another process waits for its turn."""
        if not _try_lock(self._next):
            return True
        fcntl.flock(self._next, fcntl.LOCK_UN)
        return False

    def close(self) -> None:
        """Close both files."""
        self._lock.close()
        self._next.close()


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
