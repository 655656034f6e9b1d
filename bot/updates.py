"""Updates in, by long polling: acknowledged when handled; a bad one is set aside and holds up nobody.

aiogram's own polling acknowledges before handling, stalls on one malformed update and gives up where Telegram is down
at the start; this one asks for raw JSON and does none of the three.
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import (
    ClientDecodeError,
    TelegramAPIError,
    TelegramConflictError,
    TelegramRetryAfter,
    TelegramUnauthorizedError,
)
from aiogram.methods import TelegramMethod
from aiogram.types import Update
from pydantic import ValidationError

log = structlog.get_logger()

_POLL_SECONDS = 25
_BATCH = 100
_AT_ONCE = 50
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
    """Asks for updates until it is told to stop; then what was begun is finished."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher) -> None:
        self._bot = bot
        self._dispatcher = dispatcher
        self._stopping = asyncio.Event()

    def stop(self) -> None:
        """Ask for no more updates."""
        self._stopping.set()

    async def run(self) -> None:
        """Poll until stopped. Raises TelegramUnauthorizedError where the token is refused."""
        offset: int | None = None
        pause = 1.0
        allowed = self._dispatcher.resolve_used_update_types()
        while not self._stopping.is_set():
            ask = GetRawUpdates(offset=offset, allowed_updates=allowed)
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
                    await self._handle(updates)
                    offset = int(updates[-1]["update_id"]) + 1
                continue
            await self._wait(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        if offset is not None:
            await self._acknowledge(offset, allowed)

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

    async def _handle(self, updates: Sequence[dict[str, Any]]) -> None:
        """Handle a batch: in order for one chat or person, side by side otherwise, at most so many at once."""
        lanes: dict[int, list[Update]] = defaultdict(list)
        for raw in updates:
            update = self._parsed(raw)
            if update is not None:
                lanes[_lane(raw)].append(update)
        room = asyncio.Semaphore(_AT_ONCE)

        async def in_order(lane: list[Update]) -> None:
            async with room:
                for update in lane:
                    await self._one(update)

        await asyncio.gather(*(in_order(lane) for lane in lanes.values()))

    async def _one(self, update: Update) -> None:
        try:
            await self._dispatcher.feed_update(self._bot, update)
        except Exception:
            log.exception("update failed", update_id=update.update_id)

    def _parsed(self, raw: dict[str, Any]) -> Update | None:
        try:
            return Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            log.error("malformed update set aside", update_id=raw.get("update_id"), problems=error.error_count())
            return None

    async def _acknowledge(self, offset: int, allowed: list[str]) -> None:
        try:
            await self._bot(
                GetRawUpdates(offset=offset, limit=1, timeout=0, allowed_updates=allowed), request_timeout=5
            )
        except (TelegramAPIError, ClientDecodeError, OSError):
            log.warning("the last updates may come once more after the restart")

    async def _wait(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
        except TimeoutError:
            return


def _lane(raw: dict[str, Any]) -> int:
    """The chat or person an update belongs to: theirs are handled in order."""
    for part in raw.values():
        if isinstance(part, dict):
            message = part.get("message")
            chat = part.get("chat") or (message.get("chat") if isinstance(message, dict) else None) or part.get("from")
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0
