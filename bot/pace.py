"""How fast the token may write: one budget for everything it sends, replies to people before broadcasts.

Telegram allows about 30 messages a second, 1 a second in a chat (a short burst passes) and 20 a minute in a group
(core.telegram.org/bots/faq). A 429 silences the whole token for exactly as long as it says, across restarts.
"""

import asyncio
import contextlib
import heapq
import itertools
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod

from bot.silence import Silence
from storage import Storage

log = structlog.get_logger()

_USUAL_RATE = 30.0
_WINDOW_SECONDS = 1.02
"""No more than `rate` messages leave in so long: the wire may bring them a little closer together than they left."""
_LATE_SECONDS = 0.3
"""How much later than it left a message may have been heard, judged by an answer later than usual: a machine that
stood still, a full wire."""
_SOONER, _LATER = 0.003, 0.001
"""How fast what is usual follows the answers: it comes to lie where a quarter of them are sooner."""
_CATCH_UP_SECONDS = 0.25
"""What a busy moment held up may be made good for, within the window."""
_CHAT_BURST = 3
_GROUP_PER_MINUTE = 20
_REMEMBERED_CHATS = 20_000
_PATIENCE_SECONDS = 10.0
"""Longer than this a person's reply does not wait for a flood to pass: it is dropped and said in the log."""
_WRITES = ("send", "edit", "copy", "forward", "stopPoll")
_NO_MESSAGES = frozenset({"sendChatAction", "sendMessageDraft", "sendRichMessageDraft"})
_DRAWN_SECONDS = 0.03
"""So much of a shared budget is drawn at a time, one message at least; a fast token would else ask all the while."""
_STALE_SECONDS = 0.1
"""A drawn moment that passed so long ago is not made use of: others have written since."""

Draw = Callable[[float], Awaitable[float]]
"""Draws a stretch of so many seconds from a budget that is shared; in how many seconds it begins."""

_paid: ContextVar[bool] = ContextVar("paid", default=False)


@dataclass(slots=True)
class Departure:
    """A message that left at `at`, and by how many seconds later Telegram may have heard it; None: not answered yet."""

    at: float
    late: float | None = None


class Pace:
    """The token's budget. `rate` is messages a second; the limits of a chat grow with it where it is raised.

    With `draw` the budget is shared with other programs: the last gate waits for a moment that is nobody else's.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic, draw: Draw | None = None) -> None:
        self._clock = clock
        self._draw = draw
        self._drawn: deque[float] = deque()
        at_once = max(1, int(rate))
        self._interval = _WINDOW_SECONDS / rate
        self._at_once = at_once
        self._left: deque[Departure] = deque()
        self._usual: float | None = None  # seconds to an answer
        self._window = _WINDOW_SECONDS * at_once / rate
        self._scale = max(1.0, rate / _USUAL_RATE)
        self._next = 0.0
        self._chats: dict[int, float] = {}
        self._groups: dict[int, deque[float]] = {}
        self._people: list[tuple[int, asyncio.Event]] = []
        self._hurry = 0
        self._numbers = itertools.count()

    async def turn(self, chat: int | None = None, *, person: bool = False) -> None:
        """Return when the next message may be written: to this chat where one is named. People go first."""
        if chat is not None:
            await self._chat_turn(chat)
        mine = (next(self._numbers), asyncio.Event())
        if person:
            heapq.heappush(self._people, mine)
        try:
            while True:
                wait = self._next - self._clock()
                first = self._people[0] if self._people else None
                if wait <= 0 and (first is mine if person else first is None):
                    break
                await asyncio.sleep(max(wait, 0.001 if first is None or first is mine else self._interval / 2))
            # Moments of a shared budget that passed unused are lost, so nothing could be made good for.
            late = _CATCH_UP_SECONDS if self._draw is None else 0.0
            self._next = max(self._next, self._clock() - late) + self._interval
        finally:
            if person:
                self._people.remove(mine)
                heapq.heapify(self._people)

    async def _shared_turn(self, draw: Draw) -> None:
        """Wait for a moment that was given to nobody else."""
        while True:
            while self._drawn and self._drawn[0] < self._clock() - _STALE_SECONDS:
                self._drawn.popleft()
            if self._drawn:
                break
            count = max(1, int(_DRAWN_SECONDS / self._interval))
            first = self._clock() + await draw(count * self._interval)
            self._drawn.extend(first + number * self._interval for number in range(count))
        await asyncio.sleep(max(0.0, self._drawn.popleft() - self._clock()))

    async def gate(self, *, person: bool = False) -> Departure:
        """The last gate before the wire: a turn may be taken a while before its message leaves. People go first.

        Telegram counts by when it hears a message: tell `answered` when it has answered.
        """
        self._hurry += person
        try:
            if self._draw is not None:
                await self._shared_turn(self._draw)
            while (wait := self._gate_wait()) > 0 or (self._hurry and not person):  # noqa: ASYNC110 - time is waited for
                await asyncio.sleep(max(wait, 0.001))
        finally:
            self._hurry -= person
        departure = Departure(self._clock())
        self._left.append(departure)
        return departure

    def answered(self, departure: Departure) -> None:
        """Telegram has answered a message, or will not."""
        spent = self._clock() - departure.at
        departure.late = self._late(spent)
        if self._usual is None or spent < self._usual / 2:
            self._usual = spent
        self._usual += _LATER if spent > self._usual else -_SOONER

    def _late(self, spent: float) -> float:
        return min(max(0.0, spent - self._usual), _LATE_SECONDS) if self._usual is not None else 0.0

    def _gate_wait(self) -> float:
        now = self._clock()
        while self._left and self._heard(self._left[0], now) + self._window <= now:
            self._left.popleft()
        if len(self._left) < self._at_once:
            return 0.0
        heard = (self._heard(one, now) for one in self._left)
        return heapq.nlargest(self._at_once, heard)[-1] + self._window - now

    def _heard(self, one: Departure, now: float) -> float:
        return one.at + (self._late(now - one.at) if one.late is None else one.late)

    @property
    def ready(self) -> bool:
        """Whether a turn would come at once to a broadcast."""
        return not self._people and self._next <= self._clock()

    async def chat_turn(self, chat: int) -> None:
        """Return when this chat may get another message; the token's own turn was taken before."""
        await self._chat_turn(chat)

    async def _chat_turn(self, chat: int) -> None:
        while (wait := self._chat_wait(chat)) > 0:  # noqa: ASYNC110 - it is time that is waited for
            await asyncio.sleep(wait)
        now = self._clock()
        if chat < 0:
            self._groups.setdefault(chat, deque()).append(now)
        else:
            self._chats[chat] = max(self._chats.get(chat, 0.0), now) + 1 / self._scale
        if len(self._chats) + len(self._groups) > _REMEMBERED_CHATS:
            self._forget(now)

    def _chat_wait(self, chat: int) -> float:
        now = self._clock()
        if chat >= 0:
            return self._chats.get(chat, 0.0) - now - (_CHAT_BURST - 1) / self._scale
        sent = self._groups.get(chat)
        window = 60.5 / self._scale
        while sent and sent[0] <= now - window:
            sent.popleft()
        return sent[0] + window - now if sent and len(sent) >= _GROUP_PER_MINUTE else 0.0

    def _forget(self, now: float) -> None:
        self._chats = {chat: until for chat, until in self._chats.items() if until > now}
        self._groups = {chat: sent for chat, sent in self._groups.items() if sent and sent[-1] > now - 61}


@contextlib.asynccontextmanager
async def paid_turn() -> AsyncIterator[None]:
    """What is written inside has had its turn: a broadcast takes it before its intent is committed."""
    token = _paid.set(True)
    try:
        yield
    finally:
        _paid.reset(token)


class Paced(BaseRequestMiddleware):
    """Puts every request that writes a message through the budget, and marks its update as handled before it goes."""

    def __init__(self, pace: Pace, silence: Silence, store: Storage) -> None:
        self._pace = pace
        self._silence = silence
        self._store = store

    async def __call__(self, make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Wait for the turn, then send; a flood that passes soon is waited for once."""
        name = method.__api_method__
        if not name.startswith("get"):
            await self._store.inbox.first_effect()
        if not name.startswith(_WRITES) or name in _NO_MESSAGES:
            return await make_request(bot, method)
        chat = getattr(method, "chat_id", None)
        chat = chat if isinstance(chat, int) else None
        if _paid.get():
            if chat is not None:
                await self._pace.chat_turn(chat)
            departure = await self._pace.gate()
            if self._silence.left > 0:  # another program was told so while we waited
                left = math.ceil(self._silence.left)
                raise TelegramRetryAfter(method=method, message="the token is silent", retry_after=left)
            return await self._sent(departure, make_request, bot, method)
        for last in (False, True):
            departure = await self._reply_turn(chat)
            try:
                return await self._sent(departure, make_request, bot, method)
            except TelegramRetryAfter as error:
                await self._silence.keep(error.retry_after)
                if last or error.retry_after > _PATIENCE_SECONDS:
                    raise
        return None

    async def _sent(
        self, departure: Departure, make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        try:
            return await make_request(bot, method)
        finally:
            self._pace.answered(departure)

    async def _reply_turn(self, chat: int | None) -> Departure:
        """Return when a reply may be written; a silence that ends soon is waited out before the turn is taken."""
        while True:
            if 0 < self._silence.left <= _PATIENCE_SECONDS:
                await asyncio.sleep(self._silence.left)
            await self._pace.turn(chat, person=True)
            departure = await self._pace.gate(person=True)
            if not 0 < self._silence.left <= _PATIENCE_SECONDS:
                return departure
            # Told to somebody else while we waited: all who did would otherwise leave together when it ends.
            chat = None  # the chat's own turn was taken
