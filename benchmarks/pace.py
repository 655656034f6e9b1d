"""A broadcast against limits as strict as Telegram's, at 150 ms latency, while people ask things.

    python -m benchmarks.pace [--minutes 10]

Goals: no answer 429, at least 29 messages a second held, a person's command answered in under 1 s at p99.
"""

import argparse
import asyncio
import json
import random
import signal
import sys
import time
from pathlib import Path

from benchmarks.command import command
from benchmarks.kills import MORNING, fill
from benchmarks.lives import TOKEN, Zygote, ends, until
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from storage import open_storage

LATENCY = 0.15


async def ask(person: Person, spent: list[float]) -> None:
    """A command, and how long its answer takes to be there."""
    chat = person.chat()
    began = time.monotonic()
    person.says("/help")
    mine = chat.last_message
    answered = await until(lambda: chat.last_message > mine, 20, 0.005)
    spent.append(time.monotonic() - began if answered else 20)


async def tick(zygote: Zygote) -> None:
    """The bot's clock goes with ours."""
    began = time.monotonic()
    while True:
        zygote.clock.value = MORNING + 1 + int(time.monotonic() - began)
        await asyncio.sleep(0.2)


async def run(options: argparse.Namespace, folder: Path, zygote: Zygote) -> int:
    """Send the broadcast while people ask; the exit code."""
    chance = random.Random(options.seed)
    telegram = Telegram(Clock(MORNING, speed=1), seed=options.seed, strict=True)
    bot = telegram.bot(TOKEN, username="qala_bot")
    telegram.faults.add("latency", seconds=LATENCY)
    runner = await serve(telegram)
    store = await open_storage(f"sqlite:///{folder / 'qala.sqlite'}")
    readers = int(options.minutes * 60 * 31) + 300
    for chat in range(1, readers + 1):
        telegram.private(bot, telegram.account("Оқырман", identifier=chat))
    await fill(store, readers)
    people = [Person.new(telegram, f"Адам {number}", identifier=10_000_000 + number) for number in range(30)]
    pid = zygote.born(address(runner), rate=30, bell=1)
    ticking = asyncio.create_task(tick(zygote))
    await until(lambda: len(telegram.events) > 100, 120)
    spent: list[float] = []
    asking: list[asyncio.Task[None]] = []
    began = time.monotonic()
    sent_before = sends(telegram)
    while time.monotonic() - began < options.minutes * 60:
        await asyncio.sleep(chance.uniform(0.3, 1.0))
        asking.append(asyncio.create_task(ask(chance.choice(people), spent)))
    took = time.monotonic() - began
    sent = sends(telegram) - sent_before
    await asyncio.gather(*asking)
    ticking.cancel()
    await ends(zygote, pid, signal.SIGTERM)
    refused = [entry for entry in telegram.record.entries if entry.kind == "call" and entry.code == 429]
    spent.sort()
    result = {
        "minutes": options.minutes,
        "messages a second": round(sent / took, 2),
        "answers 429": len(refused),
        "commands": len(spent),
        "answered p50, s": round(spent[len(spent) // 2], 3),
        "answered p99, s": round(spent[int(len(spent) * 0.99)], 3),
        "slowest, s": round(spent[-1], 3),
    }
    print(json.dumps(result, ensure_ascii=False))
    await store.close()
    await runner.cleanup()
    return 0 if not refused and sent / took >= 29 and result["answered p99, s"] < 1 else 1


def sends(telegram: Telegram) -> int:
    """How many messages the server has accepted."""
    bots = {bot.id for bot in telegram.bots.values()}
    return sum(event.kind == "message" and event.payload.get("from", {}).get("id") in bots for event in telegram.events)


if __name__ == "__main__":
    sys.exit(command(run, __doc__, MORNING + 1, minutes=10.0))
