"""The door: is this one more of a flood? Pure, on a clock that is passed in, and quick: it is asked for each update.

What it turns away is dropped by design and counted: whoever says thirty things in a moment without waiting for an
answer gets one kind word and then silence until they are quieter. Who waits for each answer is heard at any pace that
a person can keep.
"""

from collections.abc import Hashable
from typing import Final, Literal

Verdict = Literal["in", "warn", "out"]

BURST: Final = 30.0
A_SECOND: Final = 2.0
"""What a sender may say a second on top of a burst, without waiting for answers."""
ANSWERED_A_SECOND: Final = 20.0
"""The same where nothing of theirs waits to be handled."""
_MOST, _QUIET = 34.0, 24.0
"""The level a flood is counted up to, and the one under which it is over: five quiet seconds."""
PRESS_SECONDS = 1.0
_REMEMBERED: Final = 10_000


class FloodRule:
    """How much each sender has said lately: a level that rises by one each time and falls with time."""

    def __init__(self) -> None:
        self._levels: dict[Hashable, tuple[float, float, bool]] = {}
        self._presses: dict[Hashable, tuple[Hashable, float]] = {}

    def verdict(self, sender: Hashable, now: float, *, waits: bool = True) -> Verdict:
        """Whether one more of this sender's comes in; `warn` is the one after which the rest is silence.

        `waits`: something of theirs is still to be handled.
        """
        level, then, flooding = self._levels.get(sender, (0.0, now, False))
        level = max(0.0, level - (now - then) * (A_SECOND if waits else ANSWERED_A_SECOND))
        flooding = flooding and level > _QUIET
        over = flooding or level >= BURST
        if sender not in self._levels and len(self._levels) >= _REMEMBERED:
            self._forget(now)
        self._levels[sender] = (min(_MOST, level + 1), now, over)
        if not over:
            return "in"
        return "out" if flooding else "warn"

    def pressed_before(self, place: Hashable, button: Hashable, now: float) -> bool:
        """Whether this button was pressed within the last second, and no other in its place; if not, it is now.

        `place` is the person and the message.
        """
        last, then = self._presses.get(place, (None, 0.0))
        if last == button and now - then < PRESS_SECONDS:
            return True
        if len(self._presses) >= _REMEMBERED:
            self._presses = {one: at for one, at in self._presses.items() if now - at[1] < PRESS_SECONDS}
        if len(self._presses) < _REMEMBERED:
            self._presses[place] = button, now
        return False

    def _forget(self, now: float) -> None:
        """Those who have been quiet long enough; where that are too few, those who were heard longest ago."""
        loud = [(one, at) for one, at in self._levels.items() if at[0] > (now - at[1]) * A_SECOND]
        loud.sort(key=lambda one: one[1][1])
        self._levels = dict(loud[-_REMEMBERED // 2 :])
