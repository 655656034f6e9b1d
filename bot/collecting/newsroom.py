"""News comes in while the bot runs: each due source is looked at on its own, and trouble is reported.

Rates and weather for the head of digests are fetched here too.
"""

import asyncio
import functools
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from aiogram import Bot

from bot.sending.answers import TROUBLE
from bot.sending.jobs import Job
from bot.supervisor import Supervisor
from handlers.views.admin import report
from locales import FALLBACK, Html, Texts, texts
from news.feeds.ingest import Fetcher, Ingest, PollResult, look
from news.feeds.schedule import SourceNotice
from news.feeds.source import Document, FetchRequest, Source
from news.subject.places import COORDINATES
from storage import Storage, StorageError

log = structlog.get_logger()

_AT_ONCE = 32
"""How many sources are looked at together; they mostly wait for strangers' servers."""


_LONGEST_LOOK_SECONDS = 3600.0
"""Reading a source's pages one by one takes minutes; a look that takes longer than this hangs."""
_PAGES = 20
"""After how many pages their lines are stored: a transaction for each page would be too many."""


class Newsroom:
    """Looks at sources in the background. A slow source delays no other, and is never looked at twice at once."""

    def __init__(
        self, store: Storage, ingest: Ingest, tell: Callable[[SourceNotice], Awaitable[None]], supervisor: Supervisor
    ) -> None:
        self._supervisor = supervisor
        self._store = store
        self._ingest = ingest
        self._tell = tell
        self._under_way: dict[int, asyncio.Task[None]] = {}

    async def ring(self) -> None:
        """Begin to look at the sources that are due now."""
        room = _AT_ONCE - len(self._under_way)
        for source in await self._store.sources.due(self._ingest.clock(), _AT_ONCE * 2):
            if source.key not in self._under_way and room > 0:
                room -= 1
                task = self._supervisor.aside(
                    f"look at {source.name}", functools.partial(self._look, source), _LONGEST_LOOK_SECONDS
                )
                self._under_way[source.key] = task
                task.add_done_callback(lambda _, key=source.key: self._under_way.pop(key, None))  # type: ignore[misc]

    async def rest(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way.values())

    async def close(self) -> None:
        """Stop what is under way. What was not saved will be fetched again; lines learnt from pages are stored."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        try:
            await self._store.repeats.flush(self._ingest.clock())
        except StorageError as error:
            log.error("the lines that pages repeat could not be saved", reason=str(error))

    async def _look(self, source: Source) -> None:
        try:
            looked = await look(source, self._ingest)
            if self._store.repeats.waiting >= _PAGES:
                await self._store.repeats.flush(self._ingest.clock())
        except StorageError as error:
            log.error("a look at a source could not be saved", source=source.name, reason=str(error))
            return
        except Exception:
            # One source's bug must not stop the others. The source stays due, so the bug shows up until it is mended.
            log.exception("a look at a source failed", source=source.name)
            return
        _say(looked)
        for notice in looked.notices:
            if notice.is_report:
                await self._tell(notice)


def _say(looked: PollResult) -> None:
    if looked.imported.new or looked.imported.updated:
        done = looked.imported
        log.info("news came in", source=looked.source.name, new=done.new, updated=done.updated)


@dataclass(frozen=True, slots=True)
class Administrators:
    """Sends reports to everybody in QALA_ADMINS who has begun a chat with the bot."""

    bot: Bot
    store: Storage
    ids: tuple[int, ...]

    async def hear(self, notice: SourceNotice) -> None:
        """Report a source in trouble."""
        await self._say(lambda words: report(notice, words))

    async def hear_refused(self, count: int, reason: str) -> None:
        """Report how many messages were refused through a bug of ours, with the first reason."""
        await self._say(lambda words: words("report-refused", count=count, why=reason[:200]))

    async def hear_of_clock(self, seconds: int) -> None:
        """Report that the server's clock was set by so many seconds; below 0 it was ahead."""
        key = "report-clock-was-ahead" if seconds < 0 else "report-clock-was-behind"
        hours, minutes = divmod(max(1, abs(seconds) // 60), 60)
        await self._say(lambda words: words(key, hours=hours, minutes=minutes))

    async def _say(self, told: Callable[[Texts], Html]) -> None:
        """Send a text to each administrator; one who cannot be reached does not stop the others."""
        for admin in self.ids:
            subscriber = await self.store.subscribers.get(admin)
            words = texts(subscriber.language if subscriber else FALLBACK)
            try:
                await self.bot.send_message(admin, told(words), parse_mode="HTML")
            except TROUBLE as error:
                log.warning("an administrator was not reached", admin=admin, reason=type(error).__name__)


# Rates and weather for the head of digests are fetched like any source and stored as they came. Digests go without them
# when their server is down.

RATES, WEATHER = "bulletin_rates", "bulletin_weather"
EVERY_SECONDS, _RING_SECONDS = 1800, 20.0
_LARGEST = 400_000


class BulletinRunner:
    """Fetches rates and weather, if the operator named their addresses."""

    def __init__(
        self, store: Storage, fetcher: Fetcher, clock: Callable[[], int], rates_url: str | None, weather_url: str | None
    ) -> None:
        self._store = store
        self._fetcher = fetcher
        self._clock = clock
        self._rates_url = rates_url
        self._weather_url = weather_url
        self._asked: int | None = None

    def jobs(self, led: Callable[[Job], Job]) -> dict[str, tuple[Job, float]]:
        """The scheduler's job, wrapped in `led`; none if no address is named."""
        return {"bulletin": (led(self.ring), _RING_SECONDS)} if self._rates_url or self._weather_url else {}

    async def ring(self) -> None:
        """Fetch both every half an hour. After a failure the last answer stays until it is too old to be shown."""
        if self._asked is not None and 0 <= self._clock() - self._asked < EVERY_SECONDS:
            return
        self._asked = self._clock()
        if self._rates_url:
            await self._keep(RATES, self._rates_url)
        if self._weather_url:
            places = COORDINATES.values()
            asked = {
                "latitude": ",".join(f"{latitude:.2f}" for latitude, _ in places),
                "longitude": ",".join(f"{longitude:.2f}" for _, longitude in places),
                "timezone": "Asia/Almaty",
                "forecast_days": 3,
                "daily": "weather_code,temperature_2m_max,temperature_2m_min",
            }
            await self._keep(WEATHER, f"{self._weather_url}?{urlencode(asked)}")

    async def _keep(self, name: str, url: str) -> None:
        answer = await self._fetcher.fetch(FetchRequest(url))
        if not isinstance(answer, Document) or len(answer.content) > _LARGEST:
            log.warning("no answer for the head of digests", what=name, reason=getattr(answer, "reason", "too large"))
            return
        text = answer.content.decode("utf-8", "replace")
        await self._store.facts.put(name, json.dumps({"at": self._clock(), "text": text}))
