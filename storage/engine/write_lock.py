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
        self._lock = (folder / "qala.lock").open("a")
        self._next = (folder / "qala.next").open("a")
        self._patience = patience

    @contextlib.asynccontextmanager
    async def mine(self) -> AsyncIterator[None]:
        """Wait for the turn, and have it while the block runs. Raises NoTurnError after `patience` seconds."""
        deadline = asyncio.get_running_loop().time() + self._patience
        await _locked(self._next, deadline)
        try:
            await _locked(self._lock, deadline)
        finally:
            fcntl.flock(self._next, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(self._lock, fcntl.LOCK_UN)

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


async def _locked(file: IO[str], deadline: float) -> None:
    while not _try_lock(file):
        if asyncio.get_running_loop().time() > deadline:
            raise WriteLockError
        await asyncio.sleep(_POLL_SECONDS)


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
