"""How often a source publishes, hour by hour, in a few numbers that fade."""

from collections.abc import Iterable
from dataclasses import dataclass

HOUR = 3600
DAY = 24 * HOUR
_SHOWN = 7 * DAY
"""How far back the first look at a source counts."""
_HALF_LIFE = 5 * DAY
"""When an article counts for half in its source's rhythm."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How much a source publishes in each hour of the day (UTC): counts that fade, and the days they stand for."""

    counts: tuple[float, ...] = (0.0,) * 24
    days: float = 0.0
    updated_at: int = 0

    @property
    def daily(self) -> float:
        """Articles a day."""
        return sum(self.counts) / max(self.days, 1.0)

    def expected(self, start: int, end: int) -> float:
        """How many articles usually come between two moments (UTC seconds)."""
        full, rest = divmod(max(0, end - start), DAY)
        total = full * self.daily
        at = start
        while at < start + rest:
            step = min(HOUR - at % HOUR, start + rest - at)
            total += self.counts[at // HOUR % 24] / max(self.days, 1.0) * step / HOUR
            at += step
        return total

    def after(self, arrived: Iterable[int], now: int) -> "Rhythm":
        """The rhythm with articles that came since the last look, by their second of publication (UTC)."""
        if not self.updated_at:
            return self._first(sorted(at for at in arrived if now - _SHOWN < at <= now), now)
        arrived = list(arrived)
        elapsed = max(0, now - self.updated_at)
        if not arrived and elapsed < DAY:
            return self  # a pause belongs to the time before the next article, and must not hide a silence
        kept = 0.5 ** (elapsed / _HALF_LIFE)
        counts = [count * kept for count in self.counts]
        for at in arrived:
            counts[at // HOUR % 24] += 1
        return Rhythm(tuple(counts), self.days * kept + elapsed / DAY, now)

    def _first(self, dated: list[int], now: int) -> "Rhythm":
        """The first look: what the document shows of the past week, over the days it reaches back."""
        counts = [0.0] * 24
        for at in dated:
            counts[at // HOUR % 24] += 1
        return Rhythm(tuple(counts), (now - dated[0]) / DAY if dated else 0.0, now)
