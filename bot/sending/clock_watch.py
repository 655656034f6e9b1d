"""Is the clock right? The wall clock is held against the monotonic one at each bell, and against the last run's.

A jump is logged, told to the administrators, and what the wrong clock left in the store is mended.
"""

import time
from collections.abc import Awaitable, Callable

import structlog

from storage import Storage
from storage.clock_repairs import ClockRepair

log = structlog.get_logger()

_JUMP_SECONDS = 60
"""Clocks are set right by seconds all the time; a laptop that slept has both clocks stand still or none."""


class ClockWatch:
    """Looks at the clocks. `clock` is UTC seconds, `tell` hears of a jump, in seconds: ahead is more than 0."""

    def __init__(
        self,
        store: Storage,
        clock: Callable[[], int],
        tell: Callable[[int], Awaitable[None]],
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._clock = clock
        self._tell = tell
        self._monotonic = monotonic
        self._begun: int | None = None
        self._offset = 0.0
        self._noted = 0

    async def look(self) -> ClockRepair:
        """Compare the clocks; what was mended, where one has jumped."""
        now = self._clock()
        offset = now - self._monotonic()
        repaired = ClockRepair()
        if self._begun is None:
            self._begun = now
            if (ahead := await self._store.clock_repairs.last_seen() - now) > _JUMP_SECONDS:
                repaired = await self._jumped(-ahead, now)
        elif abs(jump := round(offset - self._offset)) > _JUMP_SECONDS:
            begun, self._begun = self._begun, now
            repaired = await self._jumped(jump, now, begun)
        self._offset = offset
        if abs(now - self._noted) >= _JUMP_SECONDS:
            await self._store.clock_repairs.note(now)
            self._noted = now
        return repaired

    async def _jumped(self, jump: int, now: int, begun: int | None = None) -> ClockRepair:
        """The clock was set by `jump` seconds; `begun` is when this program began by the clock as it was."""
        repairs = self._store.clock_repairs
        # Set back, it was ahead before; set forward, it was behind since this program began.
        repaired = (
            await repairs.bound(now) if jump < 0 or begun is None else await repairs.redate(begun, now - jump, now)
        )
        log.warning(
            "the clock was set",
            seconds=jump,
            chats=repaired.chats,
            sources=repaired.sources,
            articles=repaired.articles,
        )
        await self._tell(jump)
        return repaired
