"""How fast the token may write: one budget for everything it sends, replies to people before broadcasts.

Telegram allows about 30 messages a second, 1 a second in a chat (a short burst passes) and 20 a minute in a group
(core.telegram.org/bots/faq), and counts a message when it hears it, which may be later than it left.
"""

import asyncio
import bisect
import contextlib
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Protocol

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


class Shared(Protocol):
    """A budget that other programs draw from too. Both say in how many seconds one may write."""

    async def draw(self, seconds: float) -> float:
        """Take the next free stretch of so many seconds."""

    async def draw_chat(self, chat: int, every: float, ahead: float) -> float:
        """Take a message of a chat's: one `every` so many seconds, up to so many seconds `ahead` of that."""


class Pace:
    """The token's budget. `rate` is messages a second; the limits of a chat grow with it where it is raised.

    With `shared` the last gate waits for a moment that is no other program's.
    """

    def __init__(self, rate: float, clock: Callable[[], float] = time.monotonic, shared: Shared | None = None) -> None:
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
            if self._shared is not None:
                await self._shared_turn(self._shared)
            while (wait := self._gate_wait()) > 0 or (self._people and not person):  # noqa: ASYNC110
                await asyncio.sleep(max(wait, _LOOK_SECONDS))
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

    async def _shared_turn(self, shared: Shared) -> None:
        """Wait for a moment that was given to nobody else."""
        while True:
            while not self._drawn:
                count = max(1, int(_DRAWN_SECONDS / self._interval))
                first = self._clock() + await shared.draw(count * self._interval)
                self._drawn.extend(first + number * self._interval for number in range(count))
            moment = self._drawn.popleft()
            await asyncio.sleep(max(0.0, moment - self._clock()))
            if self._clock() <= moment + _STALE_SECONDS:
                return

    @contextlib.contextmanager
    def _hurry(self, person: bool) -> Iterator[None]:
        self._people += person
        try:
            yield
        finally:
            self._people -= person
