"""A bot with many lives: a warm parent forks it (a cold import takes 3 s), the local Telegram runs in this process.

The bot is the whole of `qala run`: store, polling, handlers, bell, delivery, in a process of its own over real sockets.
"""

import asyncio
import functools
import multiprocessing
import os
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path
from typing import Any

from bot import app
from bot.cli.shared import set_up_logs
from bot.config import Settings
from bot.supervisor import until_told_to_stop

TOKEN = "123456:sandbox-sandbox-sandbox-sandbox-1234"


class Zygote:
    """Forks bots; made before any event loop or thread, so that a fork is a clean beginning."""

    def __init__(self, folder: Path, start: int) -> None:
        self.clock: Synchronized[int] = multiprocessing.Value("q", start)  # type: ignore[assignment]
        self._folder = folder
        self._here, there = multiprocessing.Pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._here.close()
            _serve(there, folder, self.clock)
            os._exit(0)
        there.close()

    def born(self, api_url: str, rate: float = 1000, bell: float = 0.3, **chosen: object) -> int:
        """A new bot with these settings; its process id."""
        self._here.send(("born", api_url, rate, bell, chosen))
        return int(self._here.recv())

    def dead(self, pid: int) -> int:
        """Wait for a bot's end; its exit status."""
        self._here.send(("dead", pid))
        return int(self._here.recv())

    def close(self) -> None:
        """End the parent process."""
        self._here.send(("end",))
        os.waitpid(self.pid, 0)


def _serve(pipe: Connection, folder: Path, clock: "Synchronized[int]") -> None:
    while True:
        order = pipe.recv()
        if order[0] == "end":
            return
        if order[0] == "dead":
            pipe.send(os.waitpid(order[1], 0)[1])
            continue
        pid = os.fork()
        if pid == 0:
            _live(folder, clock, *order[1:])
        pipe.send(pid)


def _live(
    folder: Path, clock: "Synchronized[int]", api_url: str, rate: float, bell: float, chosen: dict[str, Any]
) -> None:
    sys.stderr = (folder / "bots.log").open("a")
    set_up_logs("json")
    # The children that parse strangers' bytes have little memory: they are not to import the benchmark as well.
    sys.modules["__main__"].__spec__ = sys.modules["__main__"].__file__ = None
    file = {"listen": "off", "database_url": f"sqlite:///{folder / 'qala.sqlite'}"}
    if chosen.pop("stepped", False):
        _stepped(clock)
    settings = Settings(**{"_env_file": None, "api_url": api_url, "send_rate": rate, **file, **chosen})

    async def life() -> None:
        async with app.running(settings, TOKEN, lambda: clock.value, bell) as it:
            if it.warmed is not None:
                it.warmed.add_done_callback(app.let_rest)
            await until_told_to_stop()

    status = 1
    try:
        asyncio.run(life())
        status = 0
    finally:
        sys.stderr.flush()
        os._exit(status)


def _stepped(clock: "Synchronized[int]") -> None:
    """Days pass in moments: both clocks go by the one that is stepped, and cleaning comes as often as days do."""
    app.ClockWatch = functools.partial(app.ClockWatch, monotonic=lambda: float(clock.value))  # type: ignore[misc,assignment]
    app._HOUSEKEEPING_SECONDS = 5.0


async def ends(zygote: Zygote, pid: int, sign: signal.Signals, seconds: float = 15) -> tuple[int, float]:
    """Kill a bot and wait for it: exit status and seconds it took."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    os.kill(pid, sign)
    async with asyncio.timeout(seconds):
        status = await asyncio.to_thread(zygote.dead, pid)
    return status, loop.time() - began


async def until(true: Callable[[], object], seconds: float, every: float = 0.02) -> bool:
    """Wait until something holds; False where it did not."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not true():
        if asyncio.get_running_loop().time() > deadline:
            return False
        await asyncio.sleep(every)
    return True
