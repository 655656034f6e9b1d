"""The bell: APScheduler rings, and the store says what is due. What was done is kept in the store, never in the bell.

The bell also rings for watching the clock and for the daily copy of the store.
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

# At each ring the wall clock is compared with the monotonic one, and at the start with the last run's.
#
# A jump is logged and told to administrators, and what the wrong clock wrote into the store is repaired.

_JUMP_SECONDS = 60
"""Smaller corrections are usual. When a laptop sleeps, both clocks stand still or both go on."""


class ClockWatch:
    """Notices jumps of the clock. `clock` gives UTC seconds; `tell` gets a jump in seconds, above 0 for forward.

    `behind` gives how many seconds our clock is behind the dates of updates: nobody writes in the future.
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
        """Compare the clocks; returns what was repaired after a jump."""
        now = self._clock()
        offset = now - self._monotonic()
        repaired = ClockRepair()
        if self._begun is None:
            self._begun = now
            if (ahead := await self._store.clock_repairs.last_seen() - now) > _JUMP_SECONDS:
                repaired = await self._jumped(-ahead, now)
            elif noted := await self._store.clock_repairs.behind():
                begun, seconds = noted
                if -ahead >= seconds - _JUMP_SECONDS:  # it was set right while no bot was running
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
        """Repair the store after the clock was set by `jump` seconds; we began at `begun` by the old clock."""
        repairs = self._store.clock_repairs
        # If it was set back, it had been ahead; if forward, it had been behind since this program began.
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


# A checked copy of the store each day, in a folder of the operator's; the newest few are kept.


class BackupFailedError(OSError):
    """No copy could be made. The bot itself works, and tries again."""


class DailyBackup:
    """Makes the day's copy if it is missing. Days are in UTC."""

    def __init__(self, database: str, folder: Path, keep: int, clock: Callable[[], int]) -> None:
        path = sqlite_file(database)
        self._stem = path.stem if path is not None else "qala"
        self._database = database
        self._folder = folder
        self._keep = keep
        self._clock = clock

    async def ring(self) -> None:
        """Make today's copy if there is none. Raises BackupFailedError if it cannot be made or is damaged."""
        day = datetime.fromtimestamp(self._clock(), UTC)
        copy = self._folder / f"{self._stem}-{day:%Y-%m-%d}.sqlite"
        if copy.exists():
            return
        try:
            written = await asyncio.to_thread(back_up, self._database, copy)
            removed = await asyncio.to_thread(self._rotate)
        except (StorageError, OSError) as error:
            # Not a StorageError: a full disk elsewhere must not take the bot out of service.
            raise BackupFailedError(f"QALA_BACKUP_DIR: {error}") from error
        log.info("a copy of the store was written and checked", file=str(copy), bytes=written, removed=removed)

    def _rotate(self) -> int:
        """Remove all but the newest copies, and those older than a month, which hold readers who left; how many.

        A copy's day is in its name.
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
_REINDEXED = 200  # articles in a ring: other writers wait less than half a second


_FLUSH_SECONDS, _LOOK_SECONDS = 60.0, 3600.0
_COUNTED_SECONDS = 2 * 365 * 86_400
Job = Callable[[], Awaitable[object]]
Rung = tuple[Callable[[], Awaitable[object]], float]
"""A job, and the seconds between two rings of it."""


class Counting:
    """Stores the day's figures, for two years. Days are in the operator's zone."""

    def __init__(self, store: Storage, clock: Callable[[], int], zone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    def jobs(self, led: Callable[[Job], Job], seconds: float) -> dict[str, Rung]:
        """The jobs: each program stores its own sums; the leader alone stores totals."""
        return {
            "counting": (self.flush, max(_FLUSH_SECONDS, seconds)),
            "levels": (led(self.look), max(_LOOK_SECONDS, seconds)),
        }

    async def flush(self) -> None:
        """Store what was counted since the last call."""
        await self._store.daily.flush(self._day())

    async def look(self) -> None:
        """Store how many readers, articles, sources and bytes there are now."""
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
    """Plans due digests and has them delivered; neither waits for the other."""

    def __init__(
        self, store: Storage, deliverer: Deliverer, clock: Callable[[], int], keep_days: int | None = None
    ) -> None:
        """Articles older than `keep_days` are deleted; with None all are kept."""
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
        """Plan what is due now, then deliver what is planned."""
        await self.alert()
        await self.plan()
        await self.deliver()
        await self.correct()

    async def alert(self) -> None:
        """Plan alerts of new articles."""
        async with self._alerting:
            await self._alerts.ring()
            await self._posts.ring()

    async def plan(self) -> None:
        """Plan what is due now; expire what was planned long ago and could not be sent, because it is old news."""
        async with self._planning:
            now = self._clock()
            await self._store.subscribers.try_again(now)
            if await self._store.deliveries.waiting(now - LATEST_SECONDS):
                await self._store.overdue.expire(now - LATEST_SECONDS, now)
            await self._planner.plan(now)

    async def deliver(self) -> None:
        """Send what is planned. A second call waits for the first one and then looks again."""
        async with self._delivering:
            if self._sender is not None and not self._sender.done():  # it hung, and its caller was cancelled
                self._sender.cancel()
                await asyncio.wait({self._sender}, timeout=_STOP_SECONDS)
            if await self._store.deliveries.waiting():
                self._sender = asyncio.create_task(self._deliverer.deliver())
                await asyncio.shield(self._sender)

    async def correct(self) -> None:
        """Edit sent messages whose news has changed."""
        async with self._correcting:
            await asyncio.create_task(self._deliverer.correct())  # in a context of its own, at a low priority

    async def clean(self) -> None:
        """Delete what is old: handled updates, ended deliveries, unneeded compositions."""
        now = self._clock()
        await self._store.inbox.prune(now)
        await self._store.budget.prune(now)
        await self._store.last_screens.prune(now)
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
        """Index again some of the articles that an older analysis indexed; after enough rings none is left."""
        if not self._all_indexed:
            self._all_indexed = await self._store.articles.reindex_some(_REINDEXED) < _REINDEXED

    async def stop(self) -> None:
        """Begin no more sendings. Those under way have a few seconds to end; then they are unknown."""
        self._deliverer.stop()
        if self._sender is None or self._sender.done():
            return
        _, late = await asyncio.wait({self._sender}, timeout=_STOP_SECONDS)
        for task in late:
            task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._sender


def _is_no_end(record: logging.LogRecord) -> bool:
    """Whether a record is about anything but a job that was cancelled at the end of the program."""
    return not (record.exc_info and isinstance(record.exc_info[1], asyncio.CancelledError))


def start_scheduler(jobs: dict[str, Rung], supervisor: Supervisor) -> AsyncIOScheduler:
    """Ring each job at its interval.

    By default APScheduler drops a tick that is a second late. A stateless bell is better rung late, and once.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a ring that finds the last one at work is normal
    logging.getLogger("apscheduler.executors.default").addFilter(_is_no_end)
    # With a named zone it does not ask the machine for one, which fails if TZ is like «UTC+5».
    scheduler = AsyncIOScheduler(
        timezone=UTC, job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    add_jobs(scheduler, jobs, supervisor)
    scheduler.start()
    return scheduler


_SENDING = ("deliveries", "digests", "alerts")
"""Jobs without which nobody gets any news."""
_LONG = {"backup": 3600.0, "cleaning": 1800.0, "indexing": 900.0}
"""Seconds that these jobs may take without a sign of life: large stores take time."""


def add_jobs(scheduler: AsyncIOScheduler, jobs: dict[str, Rung], supervisor: Supervisor) -> None:
    """Add jobs to a running scheduler."""
    for name, (job, seconds) in jobs.items():
        part: Part = "sending" if name in _SENDING else "bell"
        within = _LONG.get(name, STALLED_SECONDS)
        scheduler.add_job(supervisor.guarded(part, name, job, within), "interval", seconds=seconds, id=name)


def ring_now(scheduler: AsyncIOScheduler, *names: str) -> None:
    """Ring these jobs now, without waiting for their intervals."""
    for name in names:
        scheduler.modify_job(name, next_run_time=datetime.now(UTC))
