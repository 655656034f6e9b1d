"""How fast the token may write: its budget, the silence after a 429, and the gate that every request passes."""

import asyncio
import bisect
import contextlib
import itertools
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

# The token has one budget for everything it sends; replies to people go before broadcasts.
#
# Telegram allows about 30 messages a second, 1 a second in a chat (short bursts pass) and 20 a minute in a group
# (core.telegram.org/bots/faq). It counts a message when it receives it, which may be some time after it left.

_USUAL_RATE = 30.0
_WINDOW_SECONDS = 1.01
"""The seconds in which Telegram receives at most `rate` messages. Above 1, because some arrive sooner than usual."""
_SHARED_SECONDS = 1.03
"""The same with a shared budget, because moments drawn from it are used a little late."""
_STALE_SECONDS = _SHARED_SECONDS - 1
"""A drawn moment that passed this many seconds ago is not used: others have written since."""
_DRAWN_SECONDS = 0.03
"""How many seconds of a shared budget are drawn at a time, at least one message: fewer draws for a fast token."""
_COMPARED, _SOONEST_SECONDS = 150, 0.03
"""The fastest of this many answers shows how long one takes without a delay, and the value assumed at first."""
_CATCH_UP_SECONDS = 0.25
"""How many seconds of delay may be caught up with after a busy moment, within the window."""
_PRIVATE, _GROUP = (1.0, 3), (4.0, 5)
"""Seconds between messages in a chat, and how many may come at once; for a group 20 in any minute."""
_REMEMBERED_CHATS = 20_000
_LOOK_SECONDS = 0.001


class SharedBudget(Protocol):
    """A budget that other programs draw from too. Both methods tell how many seconds to wait."""

    async def draw(self, seconds: float) -> float:
        """Take the next free `seconds` of the token's budget."""

    def draw_chat(self, chat: int, every: float, ahead: float) -> "asyncio.Future[float]":
        """Take one message of a chat's budget: one in `every` seconds, which may come up to `ahead` seconds early."""


class RateLimiter:
    """The token's budget. `rate` is messages a second; if it is raised, the limits of a chat grow with it.

    With `shared` the last gate waits for a moment that no other program has.
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
        self._heard: list[float] = []  # the latest moments at which answered messages were received, sorted
        self._spent: deque[float] = deque([_SOONEST_SECONDS], _COMPARED)  # seconds until an answer
        self._chats: dict[int, float] = {}
        self._people = 0
        self._lines = (asyncio.Lock(), asyncio.Lock())
        self._asking: tuple[deque[asyncio.Future[float]], ...] = (deque(), deque())
        self._giving: asyncio.Task[None] | None = None

    async def turn(self, *, person: bool = False) -> None:
        """Wait until the next message may be sent. Replies to people go first."""
        with self._hurry(person):
            async with self._lines[person]:
                while (wait := self._next - self._clock()) > 0 or (self._people and not person):  # noqa: ASYNC110
                    await asyncio.sleep(max(wait, _LOOK_SECONDS))
                # Moments of a shared budget that nobody used are lost soon, so a long delay cannot be caught up with.
                late = _CATCH_UP_SECONDS if self._shared is None else _STALE_SECONDS
                self._next = max(self._next, self._clock() - late) + self._interval

    @property
    def ready(self) -> bool:
        """Whether a broadcast would get a turn at once."""
        return not self._people and self._next <= self._clock()

    async def chat_turn(self, chat: int, *, person: bool = False) -> None:
        """Wait until this chat may get another message; the token's turn is separate."""
        await asyncio.sleep(await self.chat_wait(chat, person=person))

    def chat_wait(self, chat: int, *, person: bool = False) -> "asyncio.Future[float]":
        """Take this chat's next message; how many seconds to wait from the moment that is known."""
        every, burst = _GROUP if chat < 0 else _PRIVATE
        every /= self._scale
        ahead = every * (burst - 1)
        if self._shared is not None and (person or chat < 0):  # a reader's single digest fits into the burst
            return self._shared.draw_chat(chat, every, ahead)
        now = self._clock()
        free = max(self._chats.get(chat, 0.0), now)
        self._chats[chat] = free + every
        if len(self._chats) > _REMEMBERED_CHATS:
            self._chats = {one: at for one, at in self._chats.items() if at > now}
        wait = asyncio.get_running_loop().create_future()
        wait.set_result(max(0.0, free - ahead - now))
        return wait

    @contextlib.asynccontextmanager
    async def gate(self, *, person: bool = False) -> AsyncIterator[None]:
        """Wait at the last gate before sending, because a turn may be taken long before. Replies to people go first.

        Inside the block the message is sent and answered.
        """
        with self._hurry(person):
            if self._shared is None:
                await self._no_sooner(person=person)
            else:
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
        # A message that is not answered yet may be received at this moment.
        if self._under_way + len(self._heard) < self._at_once:
            return 0.0
        return self._heard[0] + self._window - now if self._heard else _LOOK_SECONDS

    def _late(self, spent: float) -> float:
        """How many seconds after it left a message may have been received, if its answer took `spent` seconds."""
        self._spent.append(spent)
        return spent - min(self._spent)

    async def _no_sooner(self, *, person: bool) -> None:
        """Wait until the window has room, and for a broadcast also until no reply waits."""
        while (wait := self._gate_wait()) > 0 or (self._people and not person):  # noqa: ASYNC110
            await asyncio.sleep(max(wait, _LOOK_SECONDS))

    async def _shared_turn(self, shared: SharedBudget, *, person: bool) -> None:
        """Wait for a moment that no other program has."""
        while True:
            await self._no_sooner(person=person)
            asked: asyncio.Future[float] = asyncio.get_running_loop().create_future()
            self._asking[person].append(asked)
            if self._giving is None:
                self._giving = asyncio.create_task(self._give(shared))
            moment = await asked
            if self._clock() <= moment + _STALE_SECONDS and self._gate_wait() <= 0:
                return

    async def _give(self, shared: SharedBudget) -> None:
        """Give moments to those who ask, each when it has come: several at once where we are late.

        Nobody has one before: otherwise broadcasts would have taken moments far ahead, and a reply would wait.
        """
        try:
            while any(self._asking):
                while self._drawn and self._drawn[0] + _STALE_SECONDS < self._clock():
                    self._drawn.popleft()
                if not self._drawn:
                    count = max(1, int(_DRAWN_SECONDS / self._interval))
                    first = self._clock() + await shared.draw(count * self._interval)
                    self._drawn.extend(first + number * self._interval for number in range(count))
                elif (wait := self._drawn[0] - self._clock()) > 0:
                    await asyncio.sleep(wait)
                elif not (asked := (self._asking[True] or self._asking[False]).popleft()).done():
                    asked.set_result(self._drawn.popleft())
        except Exception as error:  # noqa: BLE001 - who asked gets it
            for asked in itertools.chain(*self._asking):
                if not asked.done():
                    asked.set_exception(error)
        finally:
            self._giving = None
            for asked in itertools.chain(*self._asking):
                asked.cancel()
            for asking in self._asking:
                asking.clear()

    @contextlib.contextmanager
    def _hurry(self, person: bool) -> Iterator[None]:
        self._people += person
        try:
            yield
        finally:
            self._people -= person


# After a 429 the whole token is silent for exactly as long as told, across restarts and replicas.

log = structlog.get_logger()

_SILENT_UNTIL = "silent_until"


_SILENT_FOR = "silent_for"
_LONGEST_UNKNOWN, _CLOCKS_DIFFER = 86_400.0, 5.0
"""Seconds: the most for a silence whose length was not stored; how far clocks of several programs may differ."""


class TokenSilence:
    """How long the token must send nothing, as told by a 429; stored across restarts. `clock` gives UTC seconds."""

    def __init__(self, store: Storage, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._told_at, self._seconds = 0.0, 0.0

    async def load(self) -> None:
        """Read what an earlier run or another program was told; the longer silence holds."""
        until = await self._store.facts.number(_SILENT_UNTIL)
        told = await self._store.facts.number(_SILENT_FOR)
        self.told(min(until, self._clock() + (told or _LONGEST_UNKNOWN)))

    @property
    def left(self) -> float:
        """The seconds of silence left, never more than were told; 0 if we may send."""
        now = self._clock()
        if now < self._told_at - _CLOCKS_DIFFER:  # the clock was set back: count from now
            self._told_at = now
        return max(0.0, min(self._seconds, self._told_at + self._seconds - now))

    def told(self, until: float) -> None:
        """Note that another program was told to be silent until then (UTC seconds)."""
        if (seconds := until - self._clock()) > self.left:
            self._told_at, self._seconds = self._clock(), seconds

    async def keep(self, seconds: float) -> None:
        """Note and store that Telegram told us to wait this long."""
        seconds += 1  # our clock counts whole seconds, and this one may end at once
        if seconds > self.left:
            self._told_at, self._seconds = self._clock(), seconds
            log.warning("Telegram asks for silence", seconds=seconds - 1)
            if self._told_at + seconds > await self._store.facts.number(_SILENT_UNTIL):
                await self._store.facts.put(_SILENT_FOR, str(seconds))
            await self._store.facts.put_later(_SILENT_UNTIL, self._told_at + seconds)


# On SQLite a program has the token's budget for itself; on PostgreSQL all replicas draw from one.


def pace_of(rate: float, store: Storage, silence: TokenSilence) -> RateLimiter:
    """The rate limiter of a token that may send `rate` messages a second. A shared budget also tells of silences."""
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

    def draw_chat(self, chat: int, every: float, ahead: float) -> "asyncio.Future[float]":
        """As bot.sending.rate.SharedBudget has it."""
        return self._budget.draw_chat(chat, every, ahead)


# Every request that writes a message waits for the budget, and first marks its update as handled.

_PATIENCE_SECONDS = 10.0
"""A reply does not wait longer than this for a silence to end; it is dropped."""
_WRITES = ("send", "edit", "copy", "forward", "stopPoll")
_NO_MESSAGES = frozenset({"sendChatAction", "sendMessageDraft", "sendRichMessageDraft"})

_paid: ContextVar[Callable[[], bool] | None] = ContextVar("paid", default=None)
UNHURRIED: ContextVar[bool] = ContextVar("unhurried", default=False)
"""Whether the running task's replies go after those to readers, as broadcasts do; set for strangers."""


class SilentError(TelegramRetryAfter):
    """Nothing was sent, because the token is silent since an earlier 429 or the lease ran out."""


@contextlib.asynccontextmanager
async def paid_turn(still: Callable[[], bool] = lambda: True) -> AsyncIterator[None]:
    """Send inside without waiting for a turn: it was taken before the row was claimed.

    `still` is asked right before sending whether it is still allowed.
    """
    token = _paid.set(still)
    try:
        yield
    finally:
        _paid.reset(token)


class RateLimitMiddleware(BaseRequestMiddleware):
    """Makes each request wait for its turn. Raises SilentError if the silence is too long to wait for."""

    def __init__(self, pace: RateLimiter, silence: TokenSilence, store: Storage) -> None:
        self._pace = pace
        self._silence = silence
        self._store = store

    async def __call__(self, make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Wait for the turn, then send. A reply that gets a 429 is tried once more if the silence is short."""
        name = method.__api_method__
        writes = name.startswith(_WRITES) and name not in _NO_MESSAGES
        still = _paid.get()
        if name.startswith("get"):
            return await make_request(bot, method)
        chat = getattr(method, "chat_id", None) if writes else None
        wait = self._pace.chat_wait(chat, person=still is None) if isinstance(chat, int) else None
        try:  # the chat's budget is drawn while the update is marked
            await self._store.inbox.first_effect()
        except BaseException:
            if wait is not None:
                wait.cancel()
            raise
        if not writes:
            return await make_request(bot, method)
        if wait is not None:
            await asyncio.sleep(await wait)
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
            if self._silence.left > 0:  # somebody else got a 429 while we waited
                raise self._silent(method)
            if not still():
                raise SilentError(method=method, message="the lease ran out", retry_after=0)
            return await make_request(bot, method)

    async def _replied(self, make_request: Callable[..., Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]) -> Any:
        """Wait out a short silence before taking a turn, so that replies do not all leave when it ends."""
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
