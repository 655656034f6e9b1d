"""One clock for the server and the bot: it can run fast, stand still, and be moved forward."""

import asyncio
import contextlib
import time


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
        self._wake(everyone=True)  # their real waits were reckoned with the old speed

    def now(self) -> float:
        """UTC seconds since the epoch."""
        return self._base + (time.monotonic() - self._origin) * self._speed

    def advance(self, seconds: float) -> float:
        """Moves the clock forward, wakes whoever slept until a moment now past, and gives the new time."""
        if seconds < 0:
            raise ValueError("a clock that others live by never goes back")
        self._base += seconds
        self._wake()
        return self.now()

    def waiting(self) -> int:
        """How many sleep by it now."""
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
