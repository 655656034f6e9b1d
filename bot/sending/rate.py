"""How fast the token may write: its budget, the silence that a 429 asks for, and the gate every request passes."""

import asyncio
import bisect
import contextlib
import math
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextvars import ContextVar
from typing import Any, Protocol

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import TelegramMethod

from storage import Storage

# How fast the token may write: one budget for everything it sends, replies to people before broadcasts.
#
# Telegram allows about 30 messages a second, 1 a second in a chat (a short burst passes) and 20 a minute in a group
# (core.telegram.org/bots/faq), and counts a message when it hears it, which may be later than it left.

_USUAL_RATE = 30.0
_WINDOW_SECONDS = 1.01
"""No more than `rate` messages are heard in so long: one or the other is heard a little sooner than is usual."""
_SHARED_SECONDS = 1.03
"""The same where others draw from the budget too: a moment that was drawn is made use of a little late."""
_STALE_SECONDS = _SHARED_SECONDS - 1
"""A drawn moment that passed so long ago is not made use of: others have written since."""
_DRAWN_SECONDS = 0.03
"""So much of a shared budget is drawn at a time, one message at least; a fast token would else ask all the while."""
_COMPARED, _SOONEST_SECONDS = 150, 0.03
"""The soonest of so many answers shows how long one takes when nothing holds it up; to begin with we are wary."""
_CATCH_UP_SECONDS = 0.25
"""What a busy moment held up may be made good for, within the window."""
_PRIVATE, _GROUP = (1.0, 3), (4.0, 5)
"""Seconds from message to message in a chat, and how many may come at once: 20 in any minute of a group."""
_REMEMBERED_CHATS = 20_000
_LOOK_SECONDS = 0.001


class SharedBudget(Protocol):
    """A budget that other programs draw from too. Both say in how many seconds one may write."""

    async def draw(self, seconds: float) -> float:
        """Take the next free stretch of so many seconds."""

    async def draw_chat(self, chat: int, every: float, ahead: float) -> float:
        """Take a message of a chat's: one `every` so many seconds, up to so many seconds `ahead` of that."""


class RateLimiter:
    """The token's budget. `rate` is messages a second; the limits of a chat grow with it where it is raised.

    With `shared` the last gate waits for a moment that is no other program's.
    """

    def __init__(
        self, rate: float, clock: Callable[[], float] = time.monotonic, shared: SharedBudget | None = None
    ) -> None:
        self._clock = clock
        self._shared = shared
        self._drawn: deque[float] = deque()
        window = _WINDOW_SECONDS if shared is None else _SHARED_SECONDS
        self._at_once = max(1, int(rate))
        self._interval = window / rate
        self._window = window * self._at_once / rate
        self._scale = max(1.0, rate / _USUAL_RATE)
        self._next = 0.0
        self._under_way = 0
        self._heard: list[float] = []  # when those that are answered were heard at the latest, in that order
        self._spent: deque[float] = deque([_SOONEST_SECONDS], _COMPARED)  # seconds to an answer
        self._chats: dict[int, float] = {}
        self._people = 0
        self._lines = (asyncio.Lock(), asyncio.Lock())
        self._gates = (asyncio.Lock(), asyncio.Lock())

    async def turn(self, *, person: bool = False) -> None:
        """Return when the next message may be written. People go first."""
        with self._hurry(person):
            async with self._lines[person]:
                while (wait := self._next - self._clock()) > 0 or (self._people and not person):  # noqa: ASYNC110
                    await asyncio.sleep(max(wait, _LOOK_SECONDS))
                # Moments of a shared budget that passed unused are lost, so nothing could be made good for.
                late = _CATCH_UP_SECONDS if self._shared is None else 0.0
                self._next = max(self._next, self._clock() - late) + self._interval

    @property
    def ready(self) -> bool:
        """Whether a turn would come at once to a broadcast."""
        return not self._people and self._next <= self._clock()

    async def chat_turn(self, chat: int, *, person: bool = False) -> None:
        """Return when this chat may get another message; the token's own turn is another matter."""
        every, burst = _GROUP if chat < 0 else _PRIVATE
        every /= self._scale
        ahead = every * (burst - 1)
        if self._shared is not None and (person or chat < 0):  # a reader's one digest fits into the burst
            await asyncio.sleep(await self._shared.draw_chat(chat, every, ahead))
            return
        now = self._clock()
        free = max(self._chats.get(chat, 0.0), now)
        self._chats[chat] = free + every
        if len(self._chats) > _REMEMBERED_CHATS:
            self._chats = {one: at for one, at in self._chats.items() if at > now}
        await asyncio.sleep(max(0.0, free - ahead - now))

    @contextlib.asynccontextmanager
    async def gate(self, *, person: bool = False) -> AsyncIterator[None]:
        """The last gate before the wire: a turn may be taken a while before its message leaves. People go first.

        Inside, the message is written and answered.
        """
        with self._hurry(person):
            if self._shared is None:
                await self._no_sooner(person=person)
            else:
                # One at a time draws: who hurries would else find moments far ahead given away to those who do not.
                async with self._gates[person]:
                    await self._shared_turn(self._shared, person=person)
        left = self._clock()
        self._under_way += 1
        try:
            yield
        finally:
            self._under_way -= 1
            bisect.insort(self._heard, left + self._late(self._clock() - left))

    def _gate_wait(self) -> float:
        now = self._clock()
        del self._heard[: bisect.bisect_right(self._heard, now - self._window)]
        # One that is not answered yet may be heard this very moment.
        if self._under_way + len(self._heard) < self._at_once:
            return 0.0
        return self._heard[0] + self._window - now if self._heard else _LOOK_SECONDS

    def _late(self, spent: float) -> float:
        """By how much later than it left a message may have been heard, whose answer took so long."""
        self._spent.append(spent)
        return spent - min(self._spent)

    async def _no_sooner(self, *, person: bool) -> None:
        """Wait until the window has room; who does not hurry waits until nobody does."""
        while (wait := self._gate_wait()) > 0 or (self._people and not person):  # noqa: ASYNC110
            await asyncio.sleep(max(wait, _LOOK_SECONDS))

    async def _shared_turn(self, shared: SharedBudget, *, person: bool) -> None:
        """Wait for a moment that was given to nobody else."""
        while True:
            await self._no_sooner(person=person)
            while not self._drawn:
                count = max(1, int(_DRAWN_SECONDS / self._interval))
                first = self._clock() + await shared.draw(count * self._interval)
                self._drawn.extend(first + number * self._interval for number in range(count))
            moment = self._drawn.popleft()
            await asyncio.sleep(max(0.0, moment - self._clock()))
            if self._clock() <= moment + _STALE_SECONDS and self._gate_wait() <= 0:
                return

    @contextlib.contextmanager
    def _hurry(self, person: bool) -> Iterator[None]:
        self._people += person
        try:
            yield
        finally:
            self._people -= person


# The silence a 429 asks for: the whole token is quiet for exactly as long as told, across restarts and replicas.

log = structlog.get_logger()

_SILENT_UNTIL = "silent_until"


_SILENT_FOR = "silent_for"
_LONGEST_UNKNOWN, _CLOCKS_DIFFER = 86_400.0, 5.0
"""Seconds: of a silence whose length was not noted; by which clocks of several programs differ."""


class TokenSilence:
    """Until when the token says nothing: what a 429 told, remembered across restarts. `clock` is UTC seconds."""

    def __init__(self, store: Storage, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._told_at, self._seconds = 0.0, 0.0

    async def load(self) -> None:
        """Read what was told before the restart, or to another program: the longer silence holds."""
        until = await self._store.facts.number(_SILENT_UNTIL)
        told = await self._store.facts.number(_SILENT_FOR)
        self.told(min(until, self._clock() + (told or _LONGEST_UNKNOWN)))

    @property
    def left(self) -> float:
        """Seconds of silence that are left, never more than were told; 0: we may write."""
        now = self._clock()
        if now < self._told_at - _CLOCKS_DIFFER:  # the clock was set back: what is left of it begins anew
            self._told_at = now
        return max(0.0, min(self._seconds, self._told_at + self._seconds - now))

    def told(self, until: float) -> None:
        """Another program was told to be silent until then (UTC seconds)."""
        if (seconds := until - self._clock()) > self.left:
            self._told_at, self._seconds = self._clock(), seconds

    async def keep(self, seconds: float) -> None:
        """Telegram told to wait this long."""
        seconds += 1  # our clock counts whole seconds: this one may be over at once
        if seconds > self.left:
            self._told_at, self._seconds = self._clock(), seconds
            log.warning("Telegram asks for silence", seconds=seconds - 1)
            if self._told_at + seconds > await self._store.facts.number(_SILENT_UNTIL):
                await self._store.facts.put(_SILENT_FOR, str(seconds))
            await self._store.facts.put_later(_SILENT_UNTIL, self._told_at + seconds)


# The token's budget: a program's own beside SQLite; on PostgreSQL all replicas draw from the same one.


def pace_of(rate: float, store: Storage, silence: TokenSilence) -> RateLimiter:
    """The pace of a token that may send `rate` messages a second; who draws hears at once of a silence."""
    return RateLimiter(rate, shared=None if store.database.dialect == "sqlite" else _DatabaseBudget(store, silence))


class _DatabaseBudget:
    def __init__(self, store: Storage, silence: TokenSilence) -> None:
        self._budget = store.budget
        self._silence = silence

    async def draw(self, seconds: float) -> float:
        """As bot.sending.rate.SharedBudget has it."""
        drawn = await self._budget.draw(seconds)
        self._silence.told(drawn.silent_until)
        return drawn.wait

    async def draw_chat(self, chat: int, every: float, ahead: float) -> float:
        """As bot.sending.rate.SharedBudget has it."""
        return await self._budget.draw_chat(chat, every, ahead)


# Every request that writes a message goes through the budget, and marks its update as handled before it goes.

_PATIENCE_SECONDS = 10.0
"""Longer than this a person's reply does not wait for a silence to end: it is dropped."""
_WRITES = ("send", "edit", "copy", "forward", "stopPoll")
_NO_MESSAGES = frozenset({"sendChatAction", "sendMessageDraft", "sendRichMessageDraft"})

_paid: ContextVar[Callable[[], bool] | None] = ContextVar("paid", default=None)
UNHURRIED: ContextVar[bool] = ContextVar("unhurried", default=False)
"""Whether what the running task replies goes behind the replies to readers, as a broadcast does: to a stranger."""


class SilentError(TelegramRetryAfter):
    """Nothing was sent: the token is silent (Telegram said so before, not now), or the time to send is over."""


@contextlib.asynccontextmanager
async def paid_turn(still: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
    """What is written inside has had its turn: a broadcast takes it before its intent is committed.

    `still` says, the moment before it is written, whether it may be.
    """
    token = _paid.set(still)
    try:
        yield
    finally:
        _paid.reset(token)


class RateLimitMiddleware(BaseRequestMiddleware):
    """The way of a request to the wire. Raises SilentError where it cannot wait for a silence to end."""

    def __init__(self, pace: RateLimiter, silence: TokenSilence, store: Storage) -> None:
        self._pace = pace
        self._silence = silence
        self._store = store

    async def __call__(self, make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Wait for the turn, then send; a reply waits once for a flood that passes soon."""
        name = method.__api_method__
        if not name.startswith("get"):
            await self._store.inbox.first_effect()
        if not name.startswith(_WRITES) or name in _NO_MESSAGES:
            return await make_request(bot, method)
        chat = getattr(method, "chat_id", None)
        still = _paid.get()
        if isinstance(chat, int):
            await self._pace.chat_turn(chat, person=still is None)
        if still is not None:
            return await self._sent(still, make_request, bot, method)
        for last in (False, True):
            try:
                return await self._replied(make_request, bot, method)
            except SilentError:
                raise
            except TelegramRetryAfter as error:
                await self._silence.keep(error.retry_after)
                if last:
                    raise
        return None

    async def _sent(
        self,
        still: Callable[[], bool],
        make_request: Callable[..., Awaitable[Any]],
        bot: Bot,
        method: TelegramMethod[Any],
    ) -> Any:
        async with self._pace.gate():
            if self._silence.left > 0:  # told to somebody else while we waited
                raise self._silent(method)
            if not still():
                raise SilentError(method=method, message="the lease ran out", retry_after=0)
            return await make_request(bot, method)

    async def _replied(self, make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]) -> Any:
        """A silence that ends soon is waited out before the turn is taken: replies must not all leave at its end."""
        while True:
            if self._silence.left > _PATIENCE_SECONDS:
                raise self._silent(method)
            await asyncio.sleep(self._silence.left)
            await self._pace.turn(person=not UNHURRIED.get())
            async with self._pace.gate(person=not UNHURRIED.get()):
                if self._silence.left <= 0:
                    return await make_request(bot, method)

    def _silent(self, method: TelegramMethod[Any]) -> SilentError:
        left = math.ceil(self._silence.left)
        return SilentError(method=method, message="the token is silent", retry_after=left)
