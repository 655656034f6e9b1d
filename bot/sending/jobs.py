"""The bell: APScheduler rings, the store says what is due. What was done is in the store, never in the bell.

Besides sending it rings for a look at the clock and for the day's copy of the store.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.sending.alerts import AlertPlanner
from bot.sending.delivery import Deliverer
from bot.sending.planning import Planner, PostPlanner
from bot.supervisor import STALLED_SECONDS, Part, Supervisor
from news.timetable import LATEST_SECONDS
from storage import Storage, StorageError
from storage.engine.backup import COPIES_SECONDS, back_up, sqlite_file
from storage.installation import ClockRepair

# Is the clock right? The wall clock is held against the monotonic one at each bell, and against the last run's.
#
# A jump is logged, told to the administrators, and what the wrong clock left in the store is mended.

_JUMP_SECONDS = 60
"""Clocks are set right by seconds all the time; a laptop that slept has both clocks stand still or none."""


class ClockWatch:
    """Looks at the clocks. `clock` is UTC seconds, `tell` hears of a jump, in seconds: ahead is more than 0.

    `behind` says by how many seconds what people write is dated later than it came: nobody writes in the future.
    """

    def __init__(
        self,
        store: Storage,
        clock: Callable[[], int],
        tell: Callable[[int], Awaitable[None]],
        monotonic: Callable[[], float] = time.monotonic,
        behind: Callable[[], int] = lambda: 0,
    ) -> None:
        self._behind = behind
        self._store = store
        self._clock = clock
        self._tell = tell
        self._monotonic = monotonic
        self._begun: int | None = None
        self._offset = 0.0
        self._noted = 0
        self._said_behind = False

    async def look(self) -> ClockRepair:
        """Compare the clocks; what was mended, where one has jumped."""
        now = self._clock()
        offset = now - self._monotonic()
        repaired = ClockRepair()
        if self._begun is None:
            self._begun = now
            if (ahead := await self._store.clock_repairs.last_seen() - now) > _JUMP_SECONDS:
                repaired = await self._jumped(-ahead, now)
            elif noted := await self._store.clock_repairs.behind():
                begun, seconds = noted
                if -ahead >= seconds - _JUMP_SECONDS:  # set right while no bot was at work
                    repaired = await self._jumped(-ahead, now, begun)
                    await self._store.clock_repairs.note_behind(None)
        elif abs(jump := round(offset - self._offset)) > _JUMP_SECONDS:
            begun, self._begun = self._begun, now
            repaired = await self._jumped(jump, now, begun)
            await self._store.clock_repairs.note_behind(None)
            self._said_behind = False
        if (seconds := self._behind()) > _JUMP_SECONDS and not self._said_behind:
            self._said_behind = True
            log.error("the clock is behind Telegram's", seconds=seconds)
            earlier = await self._store.clock_repairs.behind()
            await self._store.clock_repairs.note_behind((earlier[0] if earlier else self._begun, seconds))
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


# A copy of the store a day, checked, in a folder of the operator's; the newest few are kept.


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
        """Remove all copies of ours but the newest, and those of a month ago: readers who left are in them.

        Their names are their days.
        """
        ours = sorted(self._folder.glob(f"{self._stem}-[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9].sqlite"))
        month = datetime.fromtimestamp(self._clock() - COPIES_SECONDS, UTC)
        old = [one for one in ours if one not in ours[-self._keep :] or one.stem < f"{self._stem}-{month:%Y-%m-%d}"]
        for one in old:
            one.unlink(missing_ok=True)
        return len(old)


log = structlog.get_logger()

_STOP_SECONDS = 7.0
_LEDGER_SECONDS = 35 * 86_400
_COMPARED_SECONDS = 30 * 86_400
_FORGOTTEN = 100
_REINDEXED = 200  # articles at a time: other writers wait less than half a second


_FLUSH_SECONDS, _LOOK_SECONDS = 60.0, 3600.0
_COUNTED_SECONDS = 2 * 365 * 86_400
Job = Callable[[], Awaitable[object]]
Rung = tuple[Callable[[], Awaitable[object]], float]
"""A job and how many seconds pass from ring to ring."""


class Counting:
    """Writes down the day's figures; a day is one of the operator's zone. They are kept for two years."""

    def __init__(self, store: Storage, clock: Callable[[], int], zone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    def jobs(self, led: Callable[[Job], Job], seconds: float) -> dict[str, Rung]:
        """Each program writes its own sums; how much there is is looked at by the leader."""
        return {
            "counting": (self.flush, max(_FLUSH_SECONDS, seconds)),
            "levels": (led(self.look), max(_LOOK_SECONDS, seconds)),
        }

    async def flush(self) -> None:
        """Write down what was counted since."""
        await self._store.daily.flush(self._day())

    async def look(self) -> None:
        """Note how many readers, articles, sources and bytes there are now."""
        daily = self._store.daily
        counted = await self._store.counts()
        daily.level("readers", "", await self._store.subscribers.count())
        for kind in ("articles", "sources"):
            found = counted[kind]
            assert isinstance(found, dict)
            for label, number in found.items():
                daily.level(kind, label, number)
        size = counted["store_bytes"]
        assert isinstance(size, int)
        daily.level("bytes", "", size)
        await daily.flush(self._day())
        await daily.prune(self._day(_COUNTED_SECONDS))

    def _day(self, before: int = 0) -> str:
        return datetime.fromtimestamp(self._clock() - before, self._zone).date().isoformat()


class Bell:
    """Plans the digests that are due and has them delivered; neither waits for the other."""

    def __init__(
        self, store: Storage, deliverer: Deliverer, clock: Callable[[], int], keep_days: int | None = None
    ) -> None:
        """Articles older than `keep_days` are forgotten; None: none is."""
        self._store = store
        self._keep_days = keep_days
        self._deliverer = deliverer
        self._clock = clock
        self._planner = Planner(store)
        self._posts = PostPlanner(store, clock)
        self._alerts = AlertPlanner(store, clock, self._posts)
        self._alerting = asyncio.Lock()
        self._planning = asyncio.Lock()
        self._correcting = asyncio.Lock()
        self._delivering = asyncio.Lock()
        self._sender: asyncio.Task[int] | None = None
        self._all_indexed = False

    async def ring(self) -> None:
        """Plan what is due now, then see to it that what is planned is delivered."""
        await self.alert()
        await self.plan()
        await self.deliver()
        await self.correct()

    async def alert(self) -> None:
        """Plan what is told at once of the articles that came in."""
        async with self._alerting:
            await self._alerts.ring()
            await self._posts.ring()

    async def plan(self) -> None:
        """Plan what is due now; what was planned long ago and could not be sent is late news: it expires."""
        async with self._planning:
            now = self._clock()
            await self._store.subscribers.try_again(now)
            if await self._store.deliveries.waiting(now - LATEST_SECONDS):
                await self._store.overdue.expire(now - LATEST_SECONDS, now)
            await self._planner.plan(now)

    async def deliver(self) -> None:
        """Send what is planned; a second call while one is at work waits for it and looks once more."""
        async with self._delivering:
            if self._sender is not None and not self._sender.done():  # it hung, and whoever waited for it was told
                self._sender.cancel()
                await asyncio.wait({self._sender}, timeout=_STOP_SECONDS)
            if await self._store.deliveries.waiting():
                self._sender = asyncio.create_task(self._deliverer.deliver())
                await asyncio.shield(self._sender)

    async def correct(self) -> None:
        """Change what was sent where its news changed."""
        async with self._correcting:
            await asyncio.create_task(self._deliverer.correct())  # in a context of its own: it is in no hurry

    async def clean(self) -> None:
        """Forget what is old: handled updates, ended deliveries, compositions nobody needs."""
        now = self._clock()
        await self._store.inbox.prune(now)
        await self._store.budget.prune(now)
        await self._store.deliveries.prune(now - _LEDGER_SECONDS)
        await self._store.broadcasts.prune(now - _LEDGER_SECONDS)
        await self._store.compositions.prune(now)
        await self._store.stories.forget(now - _COMPARED_SECONDS)
        if self._keep_days is not None:
            forgotten = 0
            while some := await self._store.articles.forget_some(now - self._keep_days * 86_400, _FORGOTTEN):
                forgotten += some
            if forgotten:
                log.info("articles of their age are not kept; they were forgotten", count=forgotten)

    async def reindex(self) -> None:
        """Index anew a few of the articles that an older analysis indexed, ring after ring until none is left."""
        if not self._all_indexed:
            self._all_indexed = await self._store.articles.reindex_some(_REINDEXED) < _REINDEXED

    async def stop(self) -> None:
        """Begin no more sendings; those under way have a few seconds to end, then they are unknown."""
        self._deliverer.stop()
        if self._sender is None or self._sender.done():
            return
        _, late = await asyncio.wait({self._sender}, timeout=_STOP_SECONDS)
        for task in late:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._sender


def start_scheduler(jobs: dict[str, Rung], supervisor: Supervisor) -> AsyncIOScheduler:
    """Ring each job every so many seconds.

    APScheduler drops a tick that comes a second late unless told otherwise; a stateless bell wants it rung late, once.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # that a ring finds the last one at work is no news
    # Its zone is named, or it would ask the machine for one, and fail where TZ is like «UTC+5».
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    add_jobs(scheduler, jobs, supervisor)
    scheduler.start()
    return scheduler


_SENDING = ("deliveries", "digests", "alerts")
"""What nobody gets any news without."""
_LONG = {"backup": 3600.0, "cleaning": 1800.0, "indexing": 900.0}
"""Seconds for which these may be silent: large stores take their time."""


def add_jobs(scheduler: AsyncIOScheduler, jobs: dict[str, Rung], supervisor: Supervisor) -> None:
    """Let a running scheduler ring these too."""
    for name, (job, seconds) in jobs.items():
        part: Part = "sending" if name in _SENDING else "bell"
        within = _LONG.get(name, STALLED_SECONDS)
        scheduler.add_job(supervisor.guarded(part, name, job, within), "interval", seconds=seconds, id=name)


def ring_now(scheduler: AsyncIOScheduler, *names: str) -> None:
    """Do not wait for the next ring of these jobs."""
    for name in names:
        scheduler.modify_job(name, next_run_time=datetime.now(UTC))
