"""How many answers a second people get, beside a bare aiogram bot that answers fixed texts.

    python -m benchmarks.answers --database FILE [--seconds 10] [--runs 3] [--rate 1000] [--mode polling]

FILE is a SQLite store with articles (`qala import` makes one); it is copied. Fifty people ask, each again as soon as
the last answer is there: /latest, /settings, eight queries again and again, words that nobody asked for before,
/topics; then fifty inline questions a second, one after another. The bare bot (benchmarks/bare_bot.py) and Qala are
asked in turn, `--runs` times, over real HTTP; the local Telegram runs in this process and keeps no limits. Prints a
line a question: answers a second of both and the median ratio of the pairs; for inline the median and the 99th of 100
waits, in ms, and their ratios; the memory; and where an update's time went, as the program itself counts it
(`qala_update_phase_seconds`).
"""

import argparse
import asyncio
import contextlib
import os
import re
import shutil
import signal
import socket
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp

from benchmarks.lives import TOKEN, Zygote, ends, until
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram

PEOPLE = 50
INLINE_A_SECOND = 50
WORDS = ("дороги города", "вода", "мектеп", "алматы школа", "көлік", "тариф на тепло", "жол жөндеу", "акимат")
QUESTIONS = {"/latest": ("/latest",), "/settings": ("/settings",), "words": WORDS, "/topics": ("/topics",)}
NEW_WORDS = "new words"
WORK = ", ms of processor each"
SECRET = "secret"
AN_HOUR_AND_MORE = 4000
"""Seconds after which a chat is no newcomer any more, and waits behind nobody."""
START = 1_795_316_400


class Crowd:
    """People who ask a bot, and what they wait."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.people = [Person.new(telegram, f"reader {number}", language_code="ru") for number in range(PEOPLE)]

    async def started(self) -> None:
        """Everybody is known to the bot and has chosen a language."""
        for person in self.people:
            person.says("/language ru")
        for person in self.people:
            await person.sees(within=60)

    async def answers(self, texts: tuple[str, ...], seconds: float) -> float:
        """Answers a second to people who ask again as soon as they are answered."""
        loop = asyncio.get_running_loop()
        by_chat = {person.chat().id: person for person in self.people}
        looked, answered, asked = len(self.telegram.events), 0, 0
        for person in self.people:
            person.says(texts[asked % len(texts)])
            asked += 1
        end = loop.time() + seconds
        while loop.time() < end:
            await asyncio.sleep(0.002)
            events = self.telegram.events
            while looked < len(events):
                event = events[looked]
                looked += 1
                if event.kind != "message" or event.chat not in by_chat or not event.payload["from"]["is_bot"]:
                    continue
                answered += 1
                by_chat[event.chat].says(texts[asked % len(texts)])
                asked += 1
        rate = answered / seconds
        await until(lambda: len(self.telegram.events) == looked, 0.5)
        await asyncio.sleep(1.5)  # what was asked last is answered
        return rate

    async def keystrokes(self, seconds: float) -> tuple[float, float]:
        """The median and the 99th of 100 waits for inline results, in ms."""
        loop = asyncio.get_running_loop()
        began: dict[str, float] = {}
        waits: list[float] = []
        looked, typed, start = len(self.telegram.events), 0, loop.time()
        while (spent := loop.time() - start) < seconds + 2:
            while spent < seconds and typed < spent * INLINE_A_SECOND:
                words = WORDS[typed % len(WORDS)]
                question = self.people[typed % PEOPLE].types(words[: 3 + typed % len(words)])
                began[question.id] = loop.time()
                typed += 1
            await asyncio.sleep(0.002)
            events = self.telegram.events
            while looked < len(events):
                event = events[looked]
                looked += 1
                if event.kind == "inline" and (at := began.pop(event.payload["inline_query_id"], None)):
                    waits.append((loop.time() - at) * 1000)
        waits = sorted([*waits, *[8000.0] * len(began)])
        return statistics.median(waits), waits[int(len(waits) * 0.99)]


def new_words(database: Path, most: int = 20_000) -> tuple[str, ...]:
    """Two words that stand beside each other in a headline, each pair once, in any order."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        titles = connection.execute("SELECT title FROM articles ORDER BY random() LIMIT ?", (most,)).fetchall()
    pairs: dict[str, None] = {}
    for (title,) in titles:
        words = re.findall(r"\w{4,}", title)
        if len(words) > 2:
            pairs[f"{words[1]} {words[2]}".lower()] = None
    return tuple(pairs)


async def phases(port: int) -> dict[str, float]:
    """Milliseconds an update spent in each phase, from the bot's own figures."""
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Bearer {SECRET}"}) as web,
        web.get(f"http://127.0.0.1:{port}/metrics") as page,
    ):
        text = await page.text()
    found = re.findall(r'qala_update_phase_seconds_(count|sum)\{phase="(\w+)"\} (\S+)', text)
    sums = {phase: float(value) for kind, phase, value in found if kind == "sum"}
    counts = {phase: float(value) for kind, phase, value in found if kind == "count"}
    return {phase: sums[phase] / (counts[phase] or 1) * 1000 for phase in sums}


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def memory(pid: int) -> float:
    """MB a process has in memory now."""
    found = re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())
    return int(found[1]) / 1024 if found else 0.0


def processor(pid: int) -> float:
    """Seconds of processor a program has used."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


@contextlib.asynccontextmanager
async def local_telegram(start: int = START) -> AsyncIterator[tuple[Telegram, str]]:
    """A local Telegram without limits, and its address."""
    telegram = Telegram(Clock(start, speed=1))
    telegram.bot(TOKEN, username="qala_bot")
    runner = await serve(telegram)
    try:
        yield telegram, address(runner)
    finally:
        await runner.cleanup()


async def bare(mode: str, seconds: float, words: tuple[str, ...]) -> dict[str, object]:
    """The figures of a bare bot."""
    async with local_telegram() as (telegram, base):
        script = str(Path(__file__).parent / "bare_bot.py")
        bot = await asyncio.create_subprocess_exec(
            sys.executable, script, base, TOKEN, mode, str(free_port()), stderr=asyncio.subprocess.DEVNULL
        )
        try:
            return await figures(telegram, bot.pid, seconds, words)
        finally:
            bot.kill()
            await bot.wait()


async def qala(
    mode: str, seconds: float, words: tuple[str, ...], zygote: Zygote, rate: float, url: str | None = None
) -> dict[str, object]:
    """The figures of Qala. Its Telegram begins at its clock: a message of the same second came before."""
    async with local_telegram(zygote.clock.value) as (telegram, base):
        port = free_port()
        hook = {"webhook_url": f"http://127.0.0.1:{port}/hook", "webhook_secret": SECRET} if mode == "webhook" else {}
        store = {"database_url": url} if url else {}
        pid = zygote.born(base, rate=rate, bell=60, listen=f"127.0.0.1:{port}", metrics_secret=SECRET, **hook, **store)
        try:
            found = await figures(telegram, pid, seconds, words, zygote)
            return found | {"phases": await phases(port)}
        finally:
            await ends(zygote, pid, signal.SIGTERM)


async def figures(
    telegram: Telegram, pid: int, seconds: float, words: tuple[str, ...], zygote: Zygote | None = None
) -> dict[str, object]:
    """The figures of one bot that runs already, asked by a crowd."""
    crowd = Crowd(telegram)
    await crowd.started()
    if zygote is not None:
        zygote.clock.value += AN_HOUR_AND_MORE
    await crowd.answers(WORDS, min(3.0, seconds))  # dictionaries and index are warm
    questions = {**QUESTIONS, NEW_WORDS: words}
    found: dict[str, object] = {}
    for name, texts in questions.items():
        before = processor(pid)
        found[name] = rate = await crowd.answers(texts, seconds)
        found[f"{name}{WORK}"] = (processor(pid) - before) * 1000 / max(1.0, rate * seconds)
    found["inline"] = await crowd.keystrokes(seconds)
    found["memory"] = memory(pid)
    return found


def told(pairs: list[tuple[dict[str, object], dict[str, object]]]) -> None:
    """Print the table: the medians of both bots and of their ratios."""

    def median(values: list[float]) -> float:
        return statistics.median(values)

    for name in (*QUESTIONS, NEW_WORDS):
        plain, ours = ([run[name] for run in side] for side in zip(*pairs, strict=True))
        ratio = median([b / a for a, b in zip(plain, ours, strict=True)])
        print(f"{name:10} bare {median(plain):6.0f}  Qala {median(ours):6.0f} answers a second  ratio {ratio:.2f}")
        plain, ours = ([run[f"{name}{WORK}"] for run in side] for side in zip(*pairs, strict=True))
        ratio = median([b / a for a, b in zip(plain, ours, strict=True)])
        print(f"{'':10} bare {median(plain):6.2f}  Qala {median(ours):6.2f} ms of processor   ratio {ratio:.2f}")
    for place, share in ((0, "p50"), (1, "p99")):
        plain, ours = ([run["inline"][place] for run in side] for side in zip(*pairs, strict=True))
        ratio = median([b / a for a, b in zip(plain, ours, strict=True)])
        print(f"inline {share} bare {median(plain):6.1f}  Qala {median(ours):6.1f} ms                ratio {ratio:.1f}")
    plain, ours = ([run["memory"] for run in side] for side in zip(*pairs, strict=True))
    print(f"memory     bare {median(plain):6.0f}  Qala {median(ours):6.0f} MB")
    spent: dict[str, float] = pairs[-1][1]["phases"]  # type: ignore[assignment]
    print("an update, ms: " + ", ".join(f"{phase} {share:.2f}" for phase, share in spent.items()))


async def run(options: argparse.Namespace, zygote: Zygote) -> None:
    """Ask both bots in turn and print the table."""
    pairs = []
    words = new_words(options.database)
    for _ in range(options.runs):
        plain = await bare(options.mode, options.seconds, words)
        ours = await qala(options.mode, options.seconds, words, zygote, options.rate, options.url)
        pairs.append((plain, ours))
        told(pairs[-1:])
    if len(pairs) > 1:
        print(f"medians of {len(pairs)} pairs:")
        told(pairs)


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--url", help="postgresql://… that holds the same articles (`qala migrate`), asked instead")
    parser.add_argument("--mode", choices=("polling", "webhook"), default="polling")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(options.database, Path(folder) / "qala.sqlite")
        zygote = Zygote(Path(folder), int(time.time()))
        try:
            asyncio.run(run(options, zygote))
        finally:
            zygote.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
