"""The clock of server and bot, faults by rule as Telegram and the network have them, and limits on sending."""

import asyncio
import contextlib
import math
import random
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from sandbox.refusals import REFUSALS, Json

# The clock of the server and the bot. It can run fast, stand still, and be moved forward.


class Clock:
    """Seconds since the epoch that a test or the chat page can move.

    ``speed`` is how many of its seconds pass in one real second; 0 stands still until `advance`.
    """

    def __init__(self, start: float | None = None, speed: float = 1.0) -> None:
        self._base = time.time() if start is None else start
        self._origin = time.monotonic()
        self._speed = speed
        self._sleepers: dict[asyncio.Future[None], float] = {}

    @property
    def speed(self) -> float:
        """How many seconds of this clock pass in one real second."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._base, self._origin, self._speed = self.now(), time.monotonic(), speed
        self._wake(everyone=True)  # their real waits were computed with the old speed

    def now(self) -> float:
        """UTC seconds since the epoch."""
        return self._base + (time.monotonic() - self._origin) * self._speed

    def advance(self, seconds: float) -> float:
        """Moves the clock forward, wakes whoever slept until a moment that has now passed, and gives the new time."""
        if seconds < 0:
            raise ValueError("a clock that others live by never goes back")
        self._base += seconds
        self._wake()
        return self.now()

    def waiting(self) -> int:
        """How many tasks sleep by this clock now."""
        return len(self._sleepers)

    async def sleep(self, seconds: float) -> None:
        """Returns when that many of this clock's seconds have passed."""
        await self.sleep_until(self.now() + seconds)

    async def sleep_until(self, moment: float) -> None:
        """Returns when this clock has reached the moment; at once when it already has."""
        loop = asyncio.get_running_loop()
        while (left := moment - self.now()) > 0:
            sleeper = loop.create_future()
            self._sleepers[sleeper] = moment
            try:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(sleeper, left / self._speed if self._speed else None)
            finally:
                self._sleepers.pop(sleeper, None)

    def _wake(self, *, everyone: bool = False) -> None:
        now = self.now()
        for sleeper, moment in sorted(self._sleepers.items(), key=lambda item: item[1]):
            if (everyone or moment <= now) and not sleeper.done():
                sleeper.set_result(None)


KINDS = frozenset({"drop", "hang", "truncate", "500", "502", "latency", "refuse", "duplicate", "malformed", "unknown"})
UPDATE_KINDS = frozenset({"duplicate", "malformed", "unknown"})


@dataclass(slots=True)
class Rule:
    """One fault: what goes wrong, and where.

    ``kind``: ``drop`` (connection closed), ``hang`` (no answer for ``seconds``), ``truncate`` (half the body),
    ``500``, ``502`` (an HTML page), ``latency`` (``seconds`` more), ``refuse`` (with ``refusal``, see refusals.py).
    For updates: ``duplicate``, ``malformed`` (an update no library can read), ``unknown`` (of a type not known yet).
    ``accepted``: the request is carried out before it fails, so the bot cannot know.
    ``method`` (or the update's kind) and ``chat`` narrow it down. ``probability`` and ``count`` (None: no end) make it
    rarer. ``since`` and ``until`` (clock seconds) bound it in time. ``seconds`` are real ones.
    """

    kind: str
    method: str = ""
    chat: int | None = None
    probability: float = 1.0
    count: int | None = None
    accepted: bool = False
    seconds: float = 1.0
    refusal: str = ""
    migrated_to: int = 0
    since: float = 0.0
    until: float | None = None
    happened: int = 0

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"no fault is called {self.kind}")
        if self.kind == "refuse" and self.refusal not in REFUSALS:
            raise ValueError(f"no refusal is called {self.refusal}")


class Faults:
    """The rules in force. The first that fits a request is applied. One ``seed`` gives the same faults again."""

    def __init__(self, now: Callable[[], float], seed: int = 0) -> None:
        self._now = now
        self._random = random.Random(seed)  # noqa: S311 - repeatable on purpose, no secret depends on it
        self.rules: list[Rule] = []

    def add(self, kind: str, **conditions: object) -> Rule:
        """Adds a rule; see `Rule` for its conditions."""
        rule = Rule(kind, **conditions)  # type: ignore[arg-type]
        self.rules.append(rule)
        return rule

    def left(self, rule: Rule) -> int:
        """How many whole seconds the rule asks a bot to wait."""
        return max(1, math.ceil(rule.until - self._now())) if rule.until is not None else int(rule.seconds)

    def clear(self) -> None:
        """Removes all rules."""
        self.rules.clear()

    def for_call(self, method: str, chat: object) -> Rule | None:
        """The rule to apply to this request, or None."""
        if not self.rules:
            return None
        number = int(chat) if isinstance(chat, int | str) and str(chat).lstrip("-").isdigit() else None
        return self._first(method, number, updates=False)

    def for_update(self, kind: str) -> Rule | None:
        """The rule to apply to this update, or None."""
        return self._first(kind, None, updates=True) if self.rules else None

    def _first(self, name: str, chat: int | None, *, updates: bool) -> Rule | None:
        now = self._now()
        for rule in self.rules:
            if (rule.kind in UPDATE_KINDS) != updates or (rule.method and rule.method.lower() != name.lower()):
                continue
            if rule.chat is not None and rule.chat != chat:
                continue
            if rule.count == 0 or now < rule.since or (rule.until is not None and now >= rule.until):
                continue
            if self._random.random() >= rule.probability:
                continue
            rule.happened += 1
            if rule.count is not None:
                rule.count -= 1
            return rule
        return None


def spoiled(kind: str, update: Json) -> Json:
    """An update made malformed or of an unknown type, with the same id."""
    if kind == "malformed":
        return {"update_id": update["update_id"], "message": {"message_id": "x", "date": None, "chat": []}}
    return {"update_id": update["update_id"], "telepathy": {"thought": "?"}}


# How fast a bot may write: 30 a second in all, 1 a second in a chat after a short burst, 20 a minute in a group.

PER_SECOND = 30
CHAT_BURST = 5
"""How many messages a chat accepts at once before one a second is the limit. Telegram does not publish it."""
GROUP_PER_MINUTE = 20
_COUNTED = ("send", "edit", "copy", "forward", "stoppoll")
_FREE = frozenset({"sendchataction", "sendmessagedraft", "sendrichmessagedraft"})


def is_counted(method: str) -> bool:
    """Whether a method writes into a chat."""
    return method.lower().startswith(_COUNTED) and method.lower() not in _FREE


class Limits:
    """Counts messages let through, by the clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sent: dict[int, deque[float]] = {}
        self._chats: dict[tuple[int, int], float] = {}
        self._groups: dict[tuple[int, int], deque[float]] = {}

    def retry_after(self, bot: int, chat: int, messages: int = 1) -> int:
        """Whole seconds to wait. 0 when the message may be sent now; it is counted then."""
        now = self._now()
        sent = self._sent.setdefault(bot, deque())
        group = self._groups.setdefault((bot, chat), deque()) if chat < 0 else None
        waits = [_wait(sent, now, 1.0, PER_SECOND, messages)]
        if group is not None:
            waits.append(_wait(group, now, 60.0, GROUP_PER_MINUTE, messages))
        else:
            waits.append(self._chats.get((bot, chat), 0.0) - now - (CHAT_BURST - messages))
        if (wait := max(waits)) > 0:
            return max(1, math.ceil(wait))
        sent.extend([now] * messages)
        if group is not None:
            group.extend([now] * messages)
        else:
            self._chats[(bot, chat)] = max(self._chats.get((bot, chat), 0.0), now) + messages
        return 0


def _wait(sent: deque[float], now: float, window: float, most: int, messages: int) -> float:
    while sent and sent[0] <= now - window:
        sent.popleft()
    surplus = len(sent) + messages - most
    if surplus <= 0:
        return 0.0
    return sent[min(surplus, len(sent)) - 1] + window - now
