"""SIGTERM and kill -9 at random moments over incoming updates: is one lost, is a stored effect there twice?

    python -m benchmarks.updates [--each 200] [--updates 20000]

Every update is a press of «Read» that adds one to a counter in the store: at the end the counters must hold exactly as
many presses as were made. Ends with 1 where they do not, or where a SIGTERM took longer than 10 s.
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
from benchmarks.kills import MORNING, news
from benchmarks.lives import TOKEN, Zygote, ends, until
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from storage import open_storage

BUTTON = {"inline_keyboard": [[{"text": "Читать здесь", "callback_data": "read:1:0:"}]]}


def people_of(telegram: Telegram, count: int) -> list[Person]:
    """So many people who are known to the bot."""
    bot = telegram.bots[TOKEN]
    people = [Person.new(telegram, f"Оқырман {number}") for number in range(count)]
    for person in people:
        telegram.private(bot, person.account)
    return people


def press(telegram: Telegram, person: Person) -> None:
    """A new message with the button, and a press of it: reading turns the message into another."""
    message = telegram.post(person.chat(), telegram.bots[TOKEN], {"text": "Новость", "reply_markup": BUTTON})
    person.presses(message, "Читать здесь")


async def run(options: argparse.Namespace, folder: Path, zygote: Zygote) -> int:
    """Send the updates and print how long they took; the exit code."""
    chance = random.Random(options.seed)
    telegram = Telegram(Clock(MORNING, speed=0), seed=options.seed)
    bot = telegram.bot(TOKEN, username="qala_bot")
    runner = await serve(telegram)
    store = await open_storage(f"sqlite:///{folder / 'qala.sqlite'}")
    await store.articles.save(news("утро", MORNING - 3600), MORNING - 3600)
    people = people_of(telegram, 400)
    # A bot that never polled has no allowed updates: presses are queued only afterwards.
    telegram.updates[bot.id].allow(["message", "callback_query", "inline_query", "my_chat_member"])
    signals = [signal.SIGTERM] * options.each + [signal.SIGKILL] * options.each
    chance.shuffle(signals)
    made, slowest = 0, 0.0
    began = time.perf_counter()

    async def handled() -> int:
        return int(await store.database.fetchval("SELECT COALESCE(sum(opened), 0) FROM interests"))

    for number, sign in enumerate(signals):
        share = (options.updates - made) // (len(signals) - number)
        for _ in range(share):
            press(telegram, chance.choice(people))
            made += 1
        before = await handled()
        pid = zygote.born(address(runner), bell=60)
        calls = len(telegram.record.entries)
        await until(lambda calls=calls: len(telegram.record.entries) > calls + 20, 10, 0.001)
        await asyncio.sleep(chance.uniform(0, 0.45))
        status, spent = await ends(zygote, pid, sign)
        if sign is signal.SIGTERM:
            slowest = max(slowest, spent)
            assert status == 0, status
        if number % 40 == 39:
            print(f"  {number + 1} ends: {made} made, {before} → {await handled()} handled", flush=True)
    pid = zygote.born(address(runner), bell=60)
    last, quiet = -1, 0
    while quiet < 4:  # nothing waits and nothing is handled any more
        await asyncio.sleep(0.2)
        now = await handled()
        idle = len(telegram.updates[bot.id]) == 0 and (await store.inbox.counts())["waiting"] == 0
        quiet = quiet + 1 if now == last and idle else 0
        last = now
    await ends(zygote, pid, signal.SIGTERM)
    done = await handled()
    result = {
        "SIGTERM": options.each,
        "kill -9": options.each,
        "updates": made,
        "stored effects": done,
        "lost": max(0, made - done),
        "twice": max(0, done - made),
        "slowest SIGTERM, s": round(slowest, 2),
        "minutes": round((time.perf_counter() - began) / 60, 1),
    }
    print(json.dumps(result, ensure_ascii=False))
    await store.close()
    await runner.cleanup()
    return 0 if made == done and slowest <= 10 else 1


if __name__ == "__main__":
    sys.exit(command(run, __doc__, MORNING + 1, each=200, updates=20_000))
