"""How many messages a second an echo bot answers through the local Telegram, and how little of it the server takes.

`python -m benchmarks.echo COUNT MODE [PYTHON SCRIPT]`: MODE is `polling` or `webhook`; PYTHON and SCRIPT are another
library's interpreter and bot (benchmarks/echo_ptb.py), aiogram's unless told. The bot is a process of its own.
"""

import asyncio
import sys
import time
from pathlib import Path

from sandbox.server.server import address, serve
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram

HERE = Path(__file__).parent


async def main(count: int, mode: str, python: str, script: str) -> None:
    """Start the echo bot, send the messages, and print messages a second."""
    telegram = Telegram()
    telegram.bot("42:TEST")
    runner = await serve(telegram)
    people = [Person.new(telegram, f"reader {number}") for number in range(50)]
    bot = await asyncio.create_subprocess_exec(
        python, script, address(runner), mode, stderr=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL
    )
    people[0].says("warm up")
    await people[0].sees("warm up", within=60)
    before, began, used = len(telegram.events), time.perf_counter(), time.process_time()
    for number in range(count):
        people[number % 50].says(str(number))
    done = await telegram.changes.until(lambda: len(telegram.events) >= before + 2 * count or None, 600)
    passed, used = time.perf_counter() - began, time.process_time() - used
    print(f"{mode}: {count / passed:.0f} a second" if done else f"{mode}: not all were answered")
    print(f"the server itself took {used:.2f} s of {passed:.2f} s, so it could serve {count / used:.0f} a second")
    bot.terminate()
    await bot.wait()
    await runner.cleanup()


if __name__ == "__main__":
    arguments = sys.argv[1:]
    asyncio.run(
        main(
            int(arguments[0]) if arguments else 2000,
            arguments[1] if len(arguments) > 1 else "polling",
            *(arguments[2:4] if len(arguments) > 3 else (sys.executable, str(HERE / "echo_aiogram.py"))),
        )
    )
