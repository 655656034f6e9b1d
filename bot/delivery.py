"""Planned rows to Telegram: intent first, then the message, then the outcome."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramBadRequest,
    TelegramForbiddenError,
    TelegramMigrateToChat,
    TelegramNetworkError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiohttp import ClientConnectorError

from handlers.views import digest as views
from handlers.views import render
from handlers.views.articles import Viewer
from locales import texts
from news import digest as composing
from storage import Storage
from storage.deliveries import Delivery

log = structlog.get_logger()

_AT_ONCE = 5


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failed send means: it surely did not leave (`later`), the chat is gone, it moved, or nobody knows."""

    kind: Literal["later", "gone", "moved", "ours", "unknown", "stop"]
    reason: str
    retry_after: float = 0
    moved_to: int | None = None


def failure(error: Exception) -> Failure:
    """Sort an error of sending; the texts are Telegram's (github.com/tdlib/telegram-bot-api)."""
    if isinstance(error, TelegramRetryAfter):
        return Failure("later", "flood control", retry_after=error.retry_after)
    if isinstance(error, TelegramMigrateToChat):
        return Failure("moved", "became a supergroup", moved_to=error.migrate_to_chat_id)
    if isinstance(error, TelegramUnauthorizedError):
        return Failure("stop", "the token is refused")
    if isinstance(error, TelegramForbiddenError):
        return Failure("gone", error.message)
    if isinstance(error, TelegramBadRequest):
        gone = any(text in error.message for text in ("chat not found", "CHAT_WRITE_FORBIDDEN", "not enough rights"))
        return Failure("gone" if gone else "ours", error.message)
    if isinstance(error, TelegramNetworkError) and isinstance(error.__cause__, ClientConnectorError):
        return Failure("later", "no connection", retry_after=5)
    return Failure("unknown", type(error).__name__)


class Deliverer:
    """Sends what is planned, a few at once."""

    def __init__(self, bot: Bot, store: Storage, clock: Callable[[], int], username: str, rate: float) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._username = username
        self._pause = 1 / rate

    async def deliver(self) -> int:
        """Send everything that is planned; how many rows were settled."""
        settled = 0
        while batch := await self._store.deliveries.claim(_AT_ONCE, self._clock()):
            waits = await asyncio.gather(*(self._send(delivery) for delivery in batch))
            settled += sum(wait is None for wait in waits)
            pause = max((wait for wait in waits if wait is not None), default=None)
            if pause is not None:
                log.warning("sending pauses", seconds=pause)
                return settled  # the bell comes back for the rows that were given back
            await asyncio.sleep(self._pause * len(batch))
        return settled

    async def _send(self, delivery: Delivery) -> float | None:
        """Send one row and settle it; seconds to wait where it was given back."""
        deliveries, now = self._store.deliveries, self._clock()
        subscriber = await self._store.subscribers.get(delivery.chat_id)
        articles = await self._store.articles.many(delivery.articles)
        if subscriber is None or not articles:
            await deliveries.settle(delivery, "expired", now, reason="nothing left to send")
            return None
        viewer = Viewer(texts(subscriber.language), ZoneInfo(subscriber.timezone), now, self._username)
        screen = views.digest(composing.arranged(articles, subscriber), viewer)
        try:
            message = await self._bot.send_message(delivery.chat_id, **render.arguments(screen))
        except (TelegramAPIError, ClientDecodeError, OSError, TimeoutError) as error:
            return await self._failed(delivery, failure(error), now)
        await deliveries.settle(delivery, "sent", now, message_id=message.message_id)
        return None

    async def _failed(self, delivery: Delivery, why: Failure, now: int) -> float | None:
        deliveries = self._store.deliveries
        if why.kind in ("later", "stop"):
            await deliveries.give_back(delivery, now)
            return max(why.retry_after, 1.0)
        if why.kind == "moved" and why.moved_to is not None:
            await deliveries.give_back(delivery, now)
            await self._store.subscribers.migrated(delivery.chat_id, why.moved_to)
            return 0.0
        if why.kind == "unknown":
            await deliveries.settle(delivery, "unknown", now, reason=why.reason)
            return None
        await deliveries.settle(delivery, "refused", now, reason=why.reason)
        if why.kind == "gone":
            await self._store.subscribers.set_state(delivery.chat_id, "blocked")
        else:
            log.error("Telegram refused a digest of ours", edition=delivery.edition, reason=why.reason)
        return None
