"""One of several programs on one database: its sign of life, its lease, and what it may do.

The leader fetches, plans and sends. A leader that was frozen sees by its own clock, without asking the database, that
its lease has run out, and begins no sending. Rows it had claimed become unknown under the next leader and are not sent
again.
"""

import asyncio
import contextlib
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog

from bot.sending.rate import TokenSilence
from bot.supervisor import Supervisor, going_on
from storage import Storage, StorageError
from storage.installation import LEASE_SECONDS, IntakeKind

log = structlog.get_logger()

BEAT_SECONDS = 1.5
_LOOK_SECONDS = 0.5
_SOON_SECONDS = 0.05
_HANGS_SECONDS = 60.0

LeaderWork = Callable[[], Awaitable[object]]


class Replica:
    """This program among the others."""

    def __init__(
        self, store: Storage, name: str, intake: IntakeKind, silence: TokenSilence, supervisor: Supervisor
    ) -> None:
        self._supervisor = supervisor
        self._store = store
        self.name = name
        self._intake = intake
        self._silence = silence
        self._taking_over: list[LeaderWork] = []
        self._tending: list[LeaderWork] = []
        self._told: list[Callable[[], None]] = []
        self._first = False
        self._since = 0
        self._taken: asyncio.Task[None] | None = None
        self._until = 0.0
        self._ahead = math.inf
        self.alone = True
        """Whether no other program was at work on the database at the last sign of life."""
        self.refused = asyncio.Event()
        """Set when this program must stop because it cannot work beside one that runs."""

    def taking_over(self, work: LeaderWork) -> None:
        """Have `work` called before this program starts the leader's work."""
        self._taking_over.append(work)

    def tending(self, work: LeaderWork) -> None:
        """Have the leader call `work` at every sign of life."""
        self._tending.append(work)

    def told_when_leading(self, tell: Callable[[], None]) -> None:
        """Have `tell` called after this program has become the leader."""
        self._told.append(tell)

    @property
    def leads(self) -> bool:
        """Whether this program leads now, as far as it can be sure."""
        ready = self._taken is not None and self._taken.done() and not self._taken.cancelled()
        return self._first and ready and time.monotonic() < self._until

    async def join(self) -> None:
        """Join the running programs. Raises StorageError if this one cannot work beside one that runs.

        A program that was killed a moment ago seems to run until its lease ends; that is waited for.
        """
        seen = None
        while other := await self._store.replicas.in_the_way(self.name, self._intake):
            if seen is not None and other.name == seen.name and other.beat_at > seen.beat_at:
                raise StorageError(refusal(self._intake))
            if seen is None:
                log.info("another Qala was at work on this database; is it still?", seconds=LEASE_SECONDS)
            seen = other
            await asyncio.sleep(_LOOK_SECONDS)
        await self.beat()
        if self.refused.is_set():  # both programs began at the same moment
            await self._store.replicas.leave(self.name)
            raise StorageError(refusal(self._intake))
        if self._taken is not None:
            await self._taken

    async def beat(self) -> None:
        """Give a sign of life, and learn who leads now."""
        asked = time.monotonic()
        try:
            standing = await self._store.replicas.beat(self.name, self._intake)
            await self._silence.load()
        except StorageError as error:
            log.warning("no sign of life could be given", reason=str(error))
            return
        if standing.refused:
            self._first = False
            self.refused.set()
            return
        self.alone = standing.living <= 1
        if standing.leads and (self._taken is None or standing.since != self._since or not self._first):
            log.info("this replica leads", replicas=standing.living)
            # In a task of its own, because it waits for locks of a lost leader, and signs of life must go on meanwhile.
            self._taken = self._supervisor.keep("bell", "taking the lead over", self._take_over)
        # The others wait a second longer, so that a message on its way now is written before they take over.
        self._until = asked + standing.seconds - 1
        self._first, self._since, self._ahead = standing.leads, standing.since, standing.ahead
        if self.leads:
            await self._tend()

    async def _take_over(self) -> None:
        while True:
            try:
                for work in self._taking_over:
                    await work()
            except StorageError as error:
                log.warning("the lead could not be taken over yet", reason=str(error))
                await asyncio.sleep(_LOOK_SECONDS)
            else:
                break
        for tell in self._told:
            tell()

    async def _tend(self) -> None:
        try:
            for work in self._tending:
                await work()
        except StorageError as error:
            log.warning("what others left could not be looked at", reason=str(error))

    @contextlib.asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Give signs of life until the block ends, then leave."""
        if self._until == math.inf:  # on SQLite there are no other programs
            yield
            return
        beating = self._supervisor.keep("storage", "sign of life", self._beat_on, _HANGS_SECONDS)
        try:
            yield
        finally:
            beating.cancel()
            if self._taken is not None:
                self._taken.cancel()
            await asyncio.gather(beating, return_exceptions=True)
            with contextlib.suppress(StorageError):
                await self._store.replicas.leave(self.name)

    async def _beat_on(self) -> None:
        while not self.refused.is_set():
            # If a program before this one is silent, we look again at the moment its lease ends.
            await asyncio.sleep(min(BEAT_SECONDS, max(self._ahead, 0.0) + _SOON_SECONDS))
            await self.beat()
            going_on()
            self._supervisor.well("storage", "sign of life")

    def led(self, job: LeaderWork) -> LeaderWork:
        """The job as a function that does nothing unless this replica leads."""

        async def only() -> object:
            return await job() if self.leads else None

        return only


def refusal(intake: IntakeKind) -> str:
    """Why this program cannot work beside the one that runs."""
    if intake == "polling":
        return "another Qala is at work on this database; several need a webhook (QALA_WEBHOOK_URL)"
    return "a Qala that polls is at work on this database; stop it first, or give it QALA_WEBHOOK_URL as well"
