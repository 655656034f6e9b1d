"""Updates in, by long polling: acknowledged when they are safely kept; a bad one is set aside and holds up nobody.

aiogram's own polling acknowledges before handling, stalls on one malformed update and gives up where Telegram is down
at the start; this one asks for raw JSON and does none of the three.
"""

import asyncio
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.handling import Handling, number_of

log = structlog.get_logger()

_POLL_SECONDS = 25
_BATCH = 100
_DRAIN_SECONDS = 7.5
_LONGEST_PAUSE = 30.0


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates whose answer is not parsed: one malformed update must not spoil the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = _BATCH
    timeout: int = _POLL_SECONDS
    allowed_updates: list[str]


class Polling:
    """Asks for updates until it is told to stop; then what was begun is finished. `allowed` are the kinds wanted."""

    def __init__(self, bot: Bot, handling: Handling, allowed: list[str]) -> None:
        self._bot = bot
        self._handling = handling
        self._allowed = allowed
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask for no more updates."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped. Raises TelegramUnauthorizedError where the token is refused."""
        await unregister(self._bot)
        offset: int | None = None
        pause = 1.0
        while not self._stopping.is_set():
            ask = GetRawUpdates(offset=offset, allowed_updates=self._allowed)
            try:
                updates = await self._unless_stopped(ask)
            except TelegramUnauthorizedError:
                raise
            except TelegramConflictError:
                log.error("another program polls with this token; Qala waits", seconds=pause)
            except TelegramRetryAfter as error:
                pause = float(error.retry_after)
            except (TelegramAPIError, ClientDecodeError, OSError) as error:
                log.warning("Telegram does not answer", reason=type(error).__name__, seconds=pause)
            else:
                pause = 1.0
                if updates:
                    await self._handling.take(updates)
                    offset = max((number_of(one) or 0 for one in updates), default=0) + 1
                continue
            await self._wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        await asyncio.gather(self._acknowledge(offset), self._handling.drain(_DRAIN_SECONDS))

    async def _unless_stopped(self, ask: GetRawUpdates) -> list[dict[str, Any]]:
        asking = asyncio.ensure_future(self._bot(ask, request_timeout=_POLL_SECONDS + 15))
        stopping = asyncio.ensure_future(self._stopping.wait())
        done, _ = await asyncio.wait({asking, stopping}, return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if asking in done:
            return await asking
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        return []

    async def _acknowledge(self, offset: int | None) -> None:
        if offset is None:
            return
        try:
            await self._bot(
                GetRawUpdates(offset=offset, limit=1, timeout=0, allowed_updates=self._allowed), request_timeout=1
            )
        except (TelegramAPIError, ClientDecodeError, OSError):
            log.warning("the last updates may come once more after the restart")

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


async def unregister(bot: Bot) -> None:
    """Polling answers 409 while a webhook is set: take it away; what waits there is kept."""
    try:
        if (await bot.get_webhook_info()).url:
            await bot.delete_webhook(drop_pending_updates=False)
            log.info("a webhook was set; it was taken away for polling")
    except TelegramAPIError as error:
        log.warning("whether a webhook is set could not be asked", reason=type(error).__name__)
