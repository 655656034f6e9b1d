"""Updates are handled: in order for one chat, side by side otherwise, so many at once, each kept until it is begun.

What comes in is stored first and only then acknowledged to Telegram. Inline questions are not stored: their answers
are worthless a few seconds later.
"""

import asyncio
import contextlib
import json
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.types import TelegramObject, Update
from pydantic import ValidationError

from storage import Storage, StorageError

log = structlog.get_logger()

_AT_ONCE = 50
_MOST_WAITING = 400
_PASSING = ("inline_query", "chosen_inline_result")


class KeptUntilBegun(BaseMiddleware):
    """An update of the inbox counts as handled with its handler's first effect: a stored change or a request."""

    def __init__(self, store: Storage) -> None:
        self._store = store

    async def __call__(self, handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Hand on, within the inbox's care where the update was kept."""
        if not isinstance(event, Update) or not data.get("kept"):
            return await handler(event, data)
        async with self._store.inbox.handling(event.update_id):
            return await handler(event, data)


class Handling:
    """Takes updates in and has them handled."""

    def __init__(self, bot: Bot, dispatcher: Dispatcher, store: Storage, clock: Callable[[], int], name: str) -> None:
        """`name` is this program's, to whom what it takes in belongs."""
        self._name = name
        self._bot = bot
        self._dispatcher = dispatcher
        self._store = store
        self._clock = clock
        self._lanes: dict[int, deque[tuple[Update, bool, float]]] = {}
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()
        self._waiting = 0
        self._eased = asyncio.Event()
        self._ending = False

    async def resume(self) -> int:
        """Handle what was kept by a program that is no more at work; how many there were."""
        kept = await self._store.inbox.adopt(self._name)
        for raw in kept:
            if (update := self._parsed(raw)) is not None:
                self._enqueue(_lane(raw), update, kept=True)
        if kept:
            log.info("updates were kept when a program stopped; they are handled now", count=len(kept))
        return len(kept)

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Take updates in; when this returns they may be acknowledged. A malformed one is set aside.

        Waits while too many are unhandled: Telegram keeps the rest for us.
        """
        rows: list[tuple[int, str | None, str | None]] = []
        whole: list[tuple[dict[str, Any], Update]] = []
        for raw in updates:
            number, update = number_of(raw), self._parsed(raw)
            if number is not None and update is not None:
                whole.append((raw, update))
            elif number is not None:
                rows.append((number, None, "malformed"))
        passing = [(raw, update) for raw, update in whole if any(kind in raw for kind in _PASSING)]
        kept = [(raw, update) for raw, update in whole if not any(kind in raw for kind in _PASSING)]
        rows += [(update.update_id, json.dumps(raw), None) for raw, update in kept]
        new = await self._store.inbox.take(rows, self._clock(), self._name) if rows else set()
        for raw, update in passing:
            self._enqueue(_lane(raw), update, kept=False)
        for raw, update in kept:
            if update.update_id in new:
                self._enqueue(_lane(raw), update, kept=True)
        while self._waiting >= _MOST_WAITING and not self._ending:
            self._eased.clear()
            await self._eased.wait()

    def end(self) -> None:
        """Begin no more updates: those that are waiting stay in the inbox until the next start."""
        self._ending = True
        self._eased.set()

    async def drain(self, seconds: float) -> None:
        """Wait for what is being handled, so long at most; what has had no effect by then stays in the inbox."""
        self.end()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _enqueue(self, lane: int, update: Update, *, kept: bool) -> None:
        self._waiting += 1
        if lane in self._lanes:
            self._lanes[lane].append((update, kept, time.perf_counter()))
            return
        self._lanes[lane] = deque([(update, kept, time.perf_counter())])
        task = asyncio.create_task(self._in_order(lane))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _in_order(self, lane: int) -> None:
        mine = self._lanes[lane]
        try:
            while mine:
                async with self._room:
                    if self._ending:
                        return
                    await self._one(*mine[0])
                mine.popleft()
                self._waiting -= 1
                self._eased.set()
        finally:
            self._waiting -= len(mine)
            del self._lanes[lane]

    async def _one(self, update: Update, kept: bool, taken_in: float) -> None:
        try:
            await self._dispatcher.feed_update(self._bot, update, kept=kept, taken_in=taken_in)
        except StorageError:
            log.exception("update failed; it is handled after the restart", update_id=update.update_id)
        except Exception:
            log.exception("update failed", update_id=update.update_id)
            if kept:
                await self._set_aside(update)

    async def _set_aside(self, update: Update) -> None:
        """One that failed before its handler began is not tried again and again, at every start."""
        with contextlib.suppress(StorageError):
            async with self._store.inbox.handling(update.update_id):
                pass

    def _parsed(self, raw: dict[str, Any]) -> Update | None:
        try:
            return Update.model_validate(raw, context={"bot": self._bot})
        except ValidationError as error:
            log.error("malformed update set aside", update_id=raw.get("update_id"), problems=error.error_count())
            return None


def number_of(raw: object) -> int | None:
    """The number of an update, None where it has none of Telegram's kind."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int and 0 <= number < 1 << 63 else None


def _lane(raw: dict[str, Any]) -> int:
    """The chat or person an update belongs to: theirs are handled in order."""
    for part in raw.values():
        if isinstance(part, dict):
            message = part.get("message")
            chat = part.get("chat") or (message.get("chat") if isinstance(message, dict) else None) or part.get("from")
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return int(chat["id"])
    return 0
