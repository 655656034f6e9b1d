"""A wave of «gone» is a wrong token or Telegram's bad day, not a thousand readers leaving in one minute.

What an answer says about a chat is believed only when a message to another chat was taken soon after; a run of refusals
trips the breaker instead, and nobody is paused for it. Pure.
"""

from dataclasses import dataclass, field, replace

from storage.deliveries import Ended

GONE_IN_A_ROW = 30
"""With 20 in a hundred readers gone, so long a run comes once in 10^21 times; with 8 in flight it stops below 50."""
AMBIGUOUS_IN_A_ROW = 8
_CALM_SECONDS, _LONGEST_CALM = 5.0, 300.0
HALT_SECONDS = 900


@dataclass(slots=True)
class Breaker:
    """Watches how sendings end. `suspects` are refusals whose news is not yet believed."""

    suspects: list[Ended] = field(default_factory=list)
    ambiguous: int = 0

    def watch(self, ended: Ended) -> list[Ended]:
        """What may be written down now: a suspect's row without its news of the chat; all suspects once one is sent."""
        self.ambiguous = self.ambiguous + 1 if ended.outcome == "unknown" else 0
        if ended.outcome == "refused" and ended.chat in ("blocked", "struck"):
            self.suspects.append(ended)
            return [replace(ended, chat=None)]
        if ended.outcome == "sent":
            believed, self.suspects = [*self.suspects, ended], []
            return believed
        return [ended]

    @property
    def tripped(self) -> bool:
        """Whether sending must stop."""
        return len(self.suspects) >= GONE_IN_A_ROW

    @property
    def calm(self) -> float:
        """Seconds to wait before the next one is tried, where answers are lost one after another; longer each time."""
        lost = self.ambiguous - AMBIGUOUS_IN_A_ROW
        return min(_LONGEST_CALM, _CALM_SECONDS * 2 ** min(lost, 10)) if lost >= 0 else 0.0

    def release(self) -> list[Ended]:
        """All suspects, believed (a quiet end) — or given back to be sent later where the breaker tripped."""
        suspects, tripped = self.suspects, self.tripped
        self.suspects = []
        if tripped:
            return [Ended(one.delivery, "planned", reason="the breaker tripped") for one in suspects]
        return suspects
