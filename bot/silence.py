"""The silence a 429 asks for: the whole token is quiet for exactly as long as told, across restarts and replicas."""

from collections.abc import Callable

import structlog

from storage import Storage

log = structlog.get_logger()

_SILENT_UNTIL = "silent_until"


class Silence:
    """Until when the token says nothing: what a 429 told, remembered across restarts. `clock` is UTC seconds."""

    def __init__(self, store: Storage, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._until = 0.0

    async def load(self) -> None:
        """Read what was told before the restart."""
        self._until = float(await self._store.facts.get(_SILENT_UNTIL) or 0)

    @property
    def left(self) -> float:
        """Seconds of silence that are left; 0: we may write."""
        return max(0.0, self._until - self._clock())

    def told(self, until: float) -> None:
        """Another program was told to be silent until then (UTC seconds)."""
        self._until = max(self._until, until)

    async def keep(self, seconds: float) -> None:
        """Telegram told to wait this long."""
        until = self._clock() + seconds + 1  # our clock counts whole seconds: this one may be over at once
        if until > self._until:
            self._until = until
            log.warning("Telegram asks for silence", seconds=seconds)
            await self._store.facts.put(_SILENT_UNTIL, str(until))
