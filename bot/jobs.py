"""The bell: APScheduler rings, the store says what is due. What was done is in the store, never in the bell."""

import asyncio
from collections.abc import Awaitable, Callable
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.delivery import Deliverer
from news import digest as composing
from news.clock import next_local
from storage import Storage

log = structlog.get_logger()

_DUE_AT_ONCE = 500
_MOST_READ = 2000


class Bell:
    """Plans the digests that are due and has them delivered; a second ring while one is at work waits its turn."""

    def __init__(self, store: Storage, deliverer: Deliverer, clock: Callable[[], int]) -> None:
        self._store = store
        self._deliverer = deliverer
        self._clock = clock
        self._turn = asyncio.Lock()

    async def ring(self) -> None:
        """Plan what is due now, then deliver what is planned."""
        async with self._turn:
            await plan_due(self._store, self._clock())
            await self._deliverer.deliver()


async def plan_due(store: Storage, now: int) -> int:
    """Plan an edition for every chat whose digest is due; how many were planned."""
    planned = 0
    while due := await store.subscribers.due(now, _DUE_AT_ONCE):
        for chat_id in due:
            planned += await _plan(store, chat_id, now)
    return planned


async def _plan(store: Storage, chat_id: int, now: int) -> bool:
    subscriber = await store.subscribers.get(chat_id)
    if subscriber is None or subscriber.digest_minute is None or subscriber.next_digest_at is None:
        return False
    zone = ZoneInfo(subscriber.timezone)
    articles = await store.articles.seen_between(composing.since(subscriber, now), now, _MOST_READ)
    had = frozenset(await store.deliveries.had(chat_id))
    made = composing.compose(articles, subscriber, now, had)
    keys = [article.key for article in made.articles] if made else []
    edition = composing.edition(subscriber.next_digest_at, zone)
    return await store.deliveries.plan(subscriber, edition, keys, next_local(now, subscriber.digest_minute, zone), now)


def start_scheduler(jobs: dict[str, tuple[Callable[[], Awaitable[object]], float]]) -> AsyncIOScheduler:
    """Ring each job every so many seconds, at once for the first time.

    APScheduler drops a tick that comes a second late unless told otherwise; a stateless bell wants it rung late, once.
    """
    scheduler = AsyncIOScheduler(job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1})
    for name, (job, seconds) in jobs.items():
        scheduler.add_job(_guarded, "interval", args=(name, job), seconds=seconds, id=name)
    scheduler.start()
    return scheduler


async def _guarded(name: str, job: Callable[[], Awaitable[object]]) -> None:
    try:
        await job()
    except Exception:
        log.exception("job failed", job=name)
