"""A copy of the store a day, checked, in a folder of the operator's; the newest few are kept."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import structlog

from storage import StorageError
from storage.engine.backup import back_up, sqlite_file

log = structlog.get_logger()


class BackupFailedError(OSError):
    """No copy could be made; the bot itself is well, and tries again."""


class DailyBackup:
    """Makes the day's copy where it is missing. A day is UTC's."""

    def __init__(self, database: str, folder: Path, keep: int, clock: Callable[[], int]) -> None:
        path = sqlite_file(database)
        self._stem = path.stem if path is not None else "qala"
        self._database = database
        self._folder = folder
        self._keep = keep
        self._clock = clock

    async def ring(self) -> None:
        """Make the copy if today has none yet. Raises BackupFailedError where it cannot be made, or is not sound."""
        day = datetime.fromtimestamp(self._clock(), UTC)
        copy = self._folder / f"{self._stem}-{day:%Y-%m-%d}.sqlite"
        if copy.exists():
            return
        try:
            written = await asyncio.to_thread(back_up, self._database, copy)
            removed = await asyncio.to_thread(self._rotate)
        except (StorageError, OSError) as error:
            # Not the store's trouble: a full disk elsewhere takes no bot out of service.
            raise BackupFailedError(f"QALA_BACKUP_DIR: {error}") from error
        log.info("a copy of the store was written and checked", file=str(copy), bytes=written, removed=removed)

    def _rotate(self) -> int:
        """Remove all copies of ours but the newest; their names are their days."""
        ours = sorted(self._folder.glob(f"{self._stem}-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].sqlite"))
        old = ours[: -self._keep]
        for one in old:
            one.unlink(missing_ok=True)
        return len(old)
