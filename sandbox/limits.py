"""How fast a bot may write: 30 a second in all, 1 a second in a chat after a short burst, 20 a minute in a group."""

import math
from collections import deque
from collections.abc import Callable

PER_SECOND = 30
CHAT_BURST = 5
"""How many messages a chat takes at once before one a second holds; Telegram does not publish it."""
GROUP_PER_MINUTE = 20
_COUNTED = ("send", "edit", "copy", "forward", "stoppoll")
_FREE = frozenset({"sendchataction", "sendmessagedraft", "sendrichmessagedraft"})


def is_counted(method: str) -> bool:
    """Whether a method writes into a chat."""
    return method.lower().startswith(_COUNTED) and method.lower() not in _FREE


class Limits:
    """Counts what was let through, by the clock."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._sent: dict[int, deque[float]] = {}
        self._chats: dict[tuple[int, int], float] = {}
        self._groups: dict[tuple[int, int], deque[float]] = {}

    def retry_after(self, bot: int, chat: int, messages: int = 1) -> int:
        """Whole seconds to wait; 0 and counted when it may be sent now."""
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
