"""One of several programs on one database: its sign of life, and what it may do.

The leader fetches, plans and sends. A leader that was frozen finds its lease run out by its own clock, before it asks
the database, and begins no sending: what it had claimed is unknown to the one that took over, and is not sent again.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

from bot.pace import Pace, Silence
from storage import Storage, StorageError

log = structlog.get_logger()

BEAT_SECONDS = 1.5
_OTHERS_SHARE = 0.1
"""Of the budget, for the replies of each that does not lead; the leader has the rest, for replies and digests."""


class Replica:
    """This program among the others."""

    def __init__(self, store: Storage, name: str, pace: Pace, silence: Silence) -> None:
        self._store = store
        self._name = name
        self._pace = pace
        self._silence = silence
        self._taking_over: list[Callable[[], Awaitable[object]]] = []
        self._leads = False
        self._since = 0
        self._until = 0.0
        self.has_others = False

    def taking_over(self, work: Callable[[], Awaitable[object]]) -> None:
        """What is done when this one becomes the leader, from now on."""
        self._taking_over.append(work)

    @property
    def leads(self) -> bool:
        """Whether this one leads now, as far as it can be sure."""
        return self._leads and time.monotonic() < self._until

    async def beat(self) -> None:
        """Give a sign of life and learn what is so now."""
        asked = time.monotonic()
        try:
            standing = await self._store.replicas.beat(self._name)
            await self._silence.load()
        except StorageError as error:
            log.warning("no sign of life could be given", reason=str(error))
            return
        others = (standing.living - 1) * _OTHERS_SHARE
        self._pace.share(max(_OTHERS_SHARE, 1 - others) if standing.leads else _OTHERS_SHARE)
        if standing.leads and (not self._leads or standing.since != self._since):
            log.info("this replica leads", replicas=standing.living)
            for work in self._taking_over:
                await work()
        # A second less than the others wait: a message that is on its way now is written before they take over.
        self._until = asked + standing.seconds - 1
        self._leads, self._since, self.has_others = standing.leads, standing.since, standing.living > 1

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Give signs of life until the block ends, then leave."""
        if self._until == math.inf:  # alone for ever: SQLite
            yield
            return
        beating = asyncio.create_task(self._beat_on())
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            with contextlib.suppress(StorageError):
                await self._store.replicas.leave(self._name)

    async def _beat_on(self) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self.beat()

    def led(self, job: Callable[[], Awaitable[object]]) -> Callable[[], Awaitable[object]]:
        """The same job, done where this replica leads."""

        async def only() -> object:
            return await job() if self.leads else None

        return only
