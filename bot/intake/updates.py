"""Long polling: updates are acknowledged when they are stored; a malformed one is set aside and delays no other.

aiogram's own polling acknowledges before handling, stalls on one malformed update, and gives up if Telegram is down at
the start. This one asks for raw JSON and does none of the three.
"""

import asyncio
from typing import Any

import structlog
from aiogram import Bot
from aiogram.exceptions import (
    TelegramConflictError,
    TelegramNotFound,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod

from bot.intake.handling import Handling, number_of
from bot.sending.answers import TROUBLE, in_words
from bot.supervisor import FIRST_PAUSE, LONGEST_PAUSE, Supervisor, UnrecoverableError, going_on
from storage import StorageError

log = structlog.get_logger()

_POLL_SECONDS = 25
_BATCH = 100
_LONGEST_PAUSE = 5.0
REFUSED_SECONDS = 120.0
"""After so many seconds of refusals the token is wrong; shorter ones may be a fault of Telegram's."""


class GetRawUpdates(TelegramMethod[list[dict[str, Any]]]):
    """getUpdates with an unparsed answer, so that one malformed update does not spoil the others."""

    __returning__ = list[dict[str, Any]]
    __api_method__ = "getUpdates"

    offset: int | None = None
    limit: int = _BATCH
    timeout: int = _POLL_SECONDS
    allowed_updates: list[str]


class Polling:
    """Polls for updates until it is told to stop. `allowed` are the kinds wanted."""

    hangs_after = 120.0
    """Seconds after which it counts as hanging: three times what a request to Telegram may take."""

    def __init__(self, bot: Bot, handling: Handling, allowed: list[str], supervisor: Supervisor) -> None:
        self._bot = bot
        self._handling = handling
        self._allowed = allowed
        self._supervisor = supervisor
        self._stopping = asyncio.Event()
        self._offset: int | None = None
        self._refused_since: float | None = None

    def stop(self) -> None:
        """Stop polling."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped; may be called again after it failed.

        Raises UnrecoverableError if Telegram refuses the token for two minutes.
        """
        pause = FIRST_PAUSE
        await unregister(self._bot)
        while not self._stopping.is_set():
            going_on()
            told = None
            try:
                updates = await self._unless_stopped(GetRawUpdates(offset=self._offset, allowed_updates=self._allowed))
                await self._take(updates)
            except (TelegramUnauthorizedError, TelegramNotFound) as error:
                told = f"Telegram refuses the token: {error.message}"
                self._refused(told)
            except TelegramConflictError:
                told = "another program polls with this token: stop one of the two"
            except TelegramRetryAfter as error:
                told, pause = "Telegram asks for silence", float(error.retry_after)
            except TROUBLE as error:
                told = f"Telegram does not answer: {in_words(error)}"
            except StorageError as error:
                # They are not acknowledged, so they come again.
                self._supervisor.ill("intake", "polling", error)
                await self._wait(min(pause, LONGEST_PAUSE))
                pause *= 2
                continue
            if told is None:
                pause, self._refused_since = FIRST_PAUSE, None
                self._supervisor.well("intake", "polling")
                continue
            self._supervisor.ill("intake", "polling", told)
            await self._wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)

    async def acknowledge(self) -> None:
        """Acknowledge to Telegram, at the end, what was taken in."""
        if self._offset is None:
            return
        last = GetRawUpdates(offset=self._offset, limit=1, timeout=0, allowed_updates=self._allowed)
        try:
            await self._bot(last, request_timeout=1)
        except TROUBLE:
            log.warning("the last updates may come once more after the restart")

    async def _take(self, updates: list[dict[str, Any]]) -> None:
        if updates:
            await self._handling.take(updates)
            self._offset = max((number_of(one) or 0 for one in updates), default=0) + 1

    def _refused(self, reason: str) -> None:
        now = asyncio.get_running_loop().time()
        self._refused_since = self._refused_since if self._refused_since is not None else now
        if now - self._refused_since >= REFUSED_SECONDS:
            raise UnrecoverableError(f"{reason}. Copy it anew from @BotFather into QALA_BOT_TOKEN")

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

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


async def unregister(bot: Bot) -> None:
    """Remove the webhook, because polling gets a 409 while one is set. Waiting updates are not dropped."""
    try:
        if (await bot.get_webhook_info()).url:
            await bot.delete_webhook(drop_pending_updates=False)
            log.info("a webhook was set; it was taken away for polling")
    except TROUBLE as error:
        log.warning("whether a webhook is set could not be asked", reason=in_words(error))
