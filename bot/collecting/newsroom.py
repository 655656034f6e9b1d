"""News comes in while the bot runs: every source that is due is looked at, each by itself, and trouble is reported."""

import asyncio
import functools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from aiogram import Bot

from bot.sending.answers import TROUBLE
from bot.supervisor import Supervisor
from handlers.views.admin import report
from locales import FALLBACK, Html, Texts, texts
from news.feeds.ingest import Ingest, PollResult, look
from news.feeds.schedule import SourceNotice
from news.feeds.source import Source
from storage import Storage, StorageError

log = structlog.get_logger()

_AT_ONCE = 32
"""Looks under way together: they mostly wait for strangers' servers."""


_PAGES = 20
"""Pages read before what they teach of their sites is stored: a transaction for each would be many."""


class Newsroom:
    """Looks at sources in the background. A slow source holds up nobody, and is never looked at twice at a time."""

    def __init__(
        self, store: Storage, ingest: Ingest, tell: Callable[[SourceNotice], Awaitable[None]], supervisor: Supervisor
    ) -> None:
        self._supervisor = supervisor
        self._store = store
        self._ingest = ingest
        self._tell = tell
        self._under_way: dict[int, asyncio.Task[None]] = {}

    async def ring(self) -> None:
        """Begin to look at what is due now."""
        room = _AT_ONCE - len(self._under_way)
        for source in await self._store.sources.due(self._ingest.clock(), _AT_ONCE * 2):
            if source.key not in self._under_way and room > 0:
                room -= 1
                task = self._supervisor.aside(f"look at {source.name}", functools.partial(self._look, source))
                self._under_way[source.key] = task
                task.add_done_callback(lambda _, key=source.key: self._under_way.pop(key, None))  # type: ignore[misc]

    async def rest(self) -> None:
        """Wait until nothing is under way."""
        while self._under_way:
            await asyncio.gather(*self._under_way.values())

    async def close(self) -> None:
        """Stop what is under way; what was not saved will be fetched again. What was learnt of pages is kept."""
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
            # One source's bug must not stop the others; it is looked at again, and shows up again, until mended.
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
    """Those who hear of a source in trouble: everybody in QALA_ADMINS who has begun a chat with the bot."""

    bot: Bot
    store: Storage
    ids: tuple[int, ...]

    async def hear(self, notice: SourceNotice) -> None:
        """Send a report of a source to each."""
        await self._say(lambda words: report(notice, words))

    async def hear_refused(self, count: int, reason: str) -> None:
        """Say that so many messages were refused through a bug of ours, and the first reason."""
        await self._say(lambda words: words("report-refused", count=count, why=reason[:200]))

    async def hear_of_clock(self, seconds: int) -> None:
        """Say that the server's clock was set by so many seconds; below 0 it was ahead."""
        key = "report-clock-was-ahead" if seconds < 0 else "report-clock-was-behind"
        hours, minutes = divmod(max(1, abs(seconds) // 60), 60)
        await self._say(lambda words: words(key, hours=hours, minutes=minutes))

    async def _say(self, told: Callable[[Texts], Html]) -> None:
        """One who cannot be reached does not keep the others from it."""
        for admin in self.ids:
            subscriber = await self.store.subscribers.get(admin)
            words = texts(subscriber.language if subscriber else FALLBACK)
            try:
                await self.bot.send_message(admin, told(words), parse_mode="HTML")
            except TROUBLE as error:
                log.warning("an administrator was not reached", admin=admin, reason=type(error).__name__)
