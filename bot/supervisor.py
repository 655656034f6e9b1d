"""Keeps Qala's long-lived tasks alive. Every such task is started here and nowhere else.

A task that fails is logged, tried again after a pause, and reported: to `/readyz` at once, to administrators when it
lasts. A task that hangs fails too: it must call `going_on` now and then, and is cancelled when it has not for too long.
A failure that cannot be retried ends the program with a sentence, so that whatever started it starts it again.
"""

import asyncio
import contextlib
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final, Literal

import structlog

from storage import StorageError

log = structlog.get_logger()

Part = Literal["starting", "intake", "storage", "sending", "web", "bell"]
_URGENT: Final[tuple[Part, ...]] = ("starting", "intake", "storage", "sending")
"""The parts without which the bot cannot work, in the order in which they are reported."""
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
"""Pauses between two tries, in seconds. A part that was repaired works again within the longest one."""
_SAID_AGAIN_SECONDS = 60.0
STALLED_SECONDS = 300.0
"""A job without a sign of life for so many seconds hangs, unless it is known to take longer."""
_GOING_ON: ContextVar[Callable[[], None]] = ContextVar("going_on", default=lambda: None)


def going_on() -> None:
    """A sign of life of the running task: the time after which it counts as hanging starts again."""
    _GOING_ON.get()()


class StalledError(Exception):
    """A watched task has given no sign of life for too long."""


class UnrecoverableError(Exception):
    """A failure that trying again cannot repair. The program ends with its text, a sentence for the operator."""


class _Watch:
    """Cancels a task without signs of life. It reports that first, because the task may hang in its clean-up too."""

    def __init__(self, task: "asyncio.Task[Any]", within: float, tell: Callable[[], None]) -> None:
        self._task, self._within, self._tell = task, within, tell
        self._loop = asyncio.get_running_loop()
        self._at = self._loop.time() + within
        self._timer = self._loop.call_at(self._at, self._look)
        self.expired = False

    def go_on(self) -> None:
        """Note a sign of life."""
        self._at = self._loop.time() + self._within

    def end(self) -> None:
        """Stop watching, because the task has ended."""
        self._timer.cancel()

    def _look(self) -> None:
        if self._loop.time() < self._at:
            self._timer = self._loop.call_at(self._at, self._look)
            return
        self.expired = True
        self._tell()
        self._task.cancel()


@dataclass(slots=True)
class Trouble:
    """A part that does not work: since when, why, and when it was last logged (monotonic seconds)."""

    since: float
    why: str
    said: float
    times: int = 1


class Supervisor:
    """Starts the long-lived tasks and knows what is broken now."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._tasks: set[asyncio.Task[Any]] = set()
        self._closing = False
        self.troubles: dict[tuple[Part, str], Trouble] = {}
        """What is broken, by part and name."""
        self.failures: Callable[[str], None] = lambda _name: None
        """Called with the name of a task when it fails, to count failures."""
        self.failed = asyncio.Event()
        """Set when the program must end."""
        self.reason = ""

    # -- tasks

    def keep(
        self, part: Part, name: str, work: Callable[[], Awaitable[object]], within: float | None = None
    ) -> asyncio.Task[None]:
        """Run a long-lived task; start it again when it fails or gives no sign of life for `within` seconds."""
        return self._start(self._kept(part, name, self._watched(part, name, work, within)), name)

    def aside(self, name: str, work: Callable[[], Awaitable[object]], within: float | None = None) -> asyncio.Task[Any]:
        """Run something once in the background; a failure is logged."""
        return self._start(self._once(name, self._watched(None, name, work, within)), name)

    async def close(self) -> None:
        """Cancel what is still at work, and wait for it."""
        self._closing = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _start(self, work: Coroutine[Any, Any, Any], name: str) -> asyncio.Task[Any]:
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _watched(
        self, part: Part | None, name: str, work: Callable[[], Awaitable[object]], within: float | None
    ) -> Callable[[], Awaitable[object]]:
        """The work, watched. Without a sign of life for `within` seconds it is reported and cancelled.

        Once it has ended it raises StalledError.
        """
        if within is None:
            return work

        async def watched() -> None:
            task = asyncio.current_task()
            assert task is not None
            stalled = StalledError(f"it has not gone on for {within:.0f} s")
            watch = _Watch(task, within, lambda: self.ill(part, name, stalled) if part is not None else None)
            before, token = task.cancelling(), _GOING_ON.set(watch.go_on)
            try:
                await work()
            except asyncio.CancelledError:
                if watch.expired and task.uncancel() <= before:
                    raise stalled from None
                raise
            finally:
                watch.end()
                _GOING_ON.reset(token)

        return watched

    async def _kept(self, part: Part, name: str, work: Callable[[], Awaitable[object]]) -> None:
        pause = FIRST_PAUSE
        while True:
            began = self._clock()
            try:
                await work()
            except UnrecoverableError as error:
                self.give_up(str(error))
                return
            except Exception as error:  # noqa: BLE001 - whatever it is, it is reported and tried again
                if self._closing:
                    return
                if self._clock() - began > LONGEST_PAUSE * 2:  # it had worked for a while
                    pause = FIRST_PAUSE
                self.ill(part, name, error)
                await asyncio.sleep(pause)
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                return

    async def _once(self, name: str, work: Callable[[], Awaitable[object]]) -> None:
        try:
            await work()
        except Exception as error:
            self.failures(name)
            log.error("a task failed", task=name, exc_info=error)

    def guarded(
        self, part: Part, name: str, job: Callable[[], Awaitable[object]], within: float | None = STALLED_SECONDS
    ) -> Callable[[], Awaitable[None]]:
        """Wrap a job of the bell. After a failure, which is reported, a growing number of rings is skipped.

        A job without a sign of life for `within` seconds fails.
        """
        job = self._watched(part, name, job, within)
        pause, not_before = FIRST_PAUSE, 0.0

        async def ring() -> None:
            nonlocal pause, not_before
            if self._clock() < not_before:
                return
            try:
                await job()
            except Exception as error:  # noqa: BLE001 - whatever it is, it is reported and rung again
                self.ill(part, name, error)
                not_before = self._clock() + pause
                pause = min(LONGEST_PAUSE, pause * 2)
            else:
                pause = FIRST_PAUSE
                self.well(part, name)

        return ring

    # -- what is broken

    def ill(self, part: Part, name: str, error: Exception | str) -> None:
        """Note that something does not work. It is logged at once, and then once a minute while it lasts."""
        if isinstance(error, StorageError):
            part = "storage" if part != "intake" else part
        why = str(error) if isinstance(error, str | StorageError | StalledError) else f"{type(error).__name__}: {error}"
        now = self._clock()
        self.failures(name)
        known = self.troubles.get((part, name))
        if known is None:
            self.troubles[part, name] = Trouble(now, why, now)
        else:
            known.times += 1
            if now - known.said < _SAID_AGAIN_SECONDS and known.why == why:
                return
            known.why, known.said = why, now
        bug = not isinstance(error, str | StorageError | OSError | StalledError)
        log.error("does not work; tried again", part=part, what=name, reason=why, exc_info=error if bug else None)

    def well(self, part: Part, name: str) -> None:
        """Note that something works, or works again."""
        for key in ((part, name), ("storage", name)):
            over = self.troubles.pop(key, None) if self.troubles else None
            if over is not None:
                seconds = round(self._clock() - over.since, 1)
                log.info("works again", part=key[0], what=name, seconds=seconds, failures=over.times)

    def give_up(self, reason: str) -> None:
        """End the program with a sentence."""
        log.critical("Qala cannot go on and ends", reason=reason)
        self.reason = self.reason or reason
        self.failed.set()

    @property
    def why_not_ready(self) -> Part | None:
        """The part because of which this bot is not ready; None if everything it needs works."""
        broken = {part for part, _ in self.troubles}
        return next((part for part in _URGENT if part in broken), None)

    @contextlib.contextmanager
    def trying(self, part: Part, name: str) -> Any:
        """Note whether the block succeeds; an error is passed on."""
        try:
            yield
        except Exception as error:
            self.ill(part, name, error)
            raise
        self.well(part, name)


# How the program ends.

_LAST_SECONDS = 9.0


class StoppedError(Exception):
    """A signal told the program to stop, and its work has ended. `code` is the exit code that shells expect."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.code = 128 + number


def _heard() -> list[signal.Signals]:
    """The signals that end a program. Ignored ones (SIGHUP by `nohup`, SIGINT by a shell's `&`) stay ignored."""
    asking = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    return [one for one in asking if signal.getsignal(one) is not signal.SIG_IGN]


def told_to_stop() -> asyncio.Event:
    """An event that SIGTERM, SIGINT and SIGHUP (the terminal was closed) set."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in _heard():
        loop.add_signal_handler(number, told.set)
    return told


async def until_told_to_stop() -> None:
    """Return at SIGTERM, SIGINT or SIGHUP."""
    await told_to_stop().wait()


async def stoppable(work: Coroutine[Any, Any, None]) -> None:
    """Do the work of a whole program. A signal cancels it: what it opened is closed, then StoppedError is raised.

    A second signal ends the program at once.
    """
    loop, own, told = asyncio.get_running_loop(), asyncio.current_task(), list[int]()
    assert own is not None

    def stop(number: int, _frame: object) -> None:
        told.append(number)
        for one in before:
            signal.signal(one, signal.SIG_DFL)
        end_for_sure(code=128 + number)
        if asyncio.current_task(loop) is own:  # a line of standard input is waited for, maybe for ever
            raise KeyboardInterrupt
        loop.call_soon_threadsafe(own.cancel)

    at_home = threading.current_thread() is threading.main_thread()
    before = {one: signal.signal(one, stop) for one in _heard()} if at_home else {}
    try:
        await work
    except (asyncio.CancelledError, KeyboardInterrupt):
        if not told:
            raise
        raise StoppedError(told[0]) from None
    finally:
        if not told:
            for one, handler in before.items():
                signal.signal(one, handler)


async def first_of(*events: asyncio.Event) -> None:
    """Return when one of these is set."""
    waiting = [asyncio.create_task(one.wait()) for one in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for one in waiting:
            one.cancel()


def end_for_sure(seconds: float = _LAST_SECONDS, code: int = 1) -> None:
    """End this program after so many seconds, whatever still holds it. Nothing is lost, as after a kill."""

    def end() -> None:
        log.error("not all could be ended in time; what was under way is looked at after the restart", seconds=seconds)
        os._exit(code)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
