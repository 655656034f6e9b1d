"""A month of a busy town in minutes: does anything grow that should not, is anything logged that nobody can explain?

    python -m benchmarks.soak [--days 30] [--readers 20000] [--articles 300000] [--sources 20] [--steps 6]

The bot is a process of its own. Its clock is stepped, `--steps` times a day: sources list what is new, people say and
press and type, digests are due, the old is cleaned away. After each day it is noted what the bot has of memory,
descriptors and tasks, how large the store and its WAL file are, how many rows its tables have, and what was logged.
Prints a line a day and a JSON object; ends with 1 where memory or descriptors go on growing, a table grows that is
cleaned, the WAL file is over 64 MB, somebody got no digest, or a line of the log is none of those expected.
"""

import argparse
import asyncio
import collections
import contextlib
import json
import random
import re
import signal
import socket
import sqlite3
import statistics
import sys
import time
from collections.abc import Iterator
from email.utils import formatdate
from html import escape
from pathlib import Path

import aiohttp
from aiohttp import web

from benchmarks.command import command
from benchmarks.floods import MORNING, Town, memory, metrics
from benchmarks.lives import Zygote, ends
from news.feeds.source import Source
from sandbox.news import sample_entries
from sandbox.server.server import address, serve
from sandbox.world.model import Account
from storage import open_storage

DAY = 86_400
EXPECTED = {
    "news came in": "a source brought articles",
    "this replica leads": "the start",
    "articles of their age are not kept; they were forgotten": "QALA_KEEP_DAYS",
    "the store is empty: add a source (qala sources add URL) or import pages (qala import)": "the start",
    "a reply may not have arrived": "a press on a message that the town has forgotten meanwhile",
}
"""Lines of the log that are news and no trouble."""
_MB_A_DAY = 1.0
_WAL_MB = 64.0
_SETTLED = 0.4
"""Caches fill in the first days; what grows after this share of them goes on growing."""
_KEPT = ("deliveries", "inbox", "compositions", "audiences", "story_clues", "source_items")


class Press:
    """Sources that list their newest articles as a feed, made of the words of real ones."""

    def __init__(self, chance: random.Random, count: int) -> None:
        texts = [str(one["title"]) + " " + str(one["body"]) for one in sample_entries(MORNING)]
        self._words = sorted({word for text in texts for word in re.findall(r"[а-яёәіңғүұқөһ]{3,}", text.lower())})
        self._chance = chance
        self._items: list[collections.deque[str]] = [collections.deque(maxlen=120) for _ in range(count)]
        self._number = 0
        self.url = ""

    def publishes(self, count: int, now: int) -> None:
        """So many new articles, spread over the sources."""
        for _ in range(count):
            self._number += 1
            site = self._number % len(self._items)
            words = self._chance.choices(self._words, k=70)
            title, body = " ".join(words[:8]).capitalize(), " ".join(words[8:])
            link = f"{self.url}/{site}/news/{self._number}"
            at = formatdate(now - self._chance.randrange(600))
            self._items[site].appendleft(
                f"<item><title>{escape(title)} {self._number}</title><link>{link}</link><guid>{link}</guid>"
                f"<pubDate>{at}</pubDate><description>{escape(body)}.</description></item>"
            )

    async def answer(self, request: web.Request) -> web.Response:
        """The feed of a source."""
        if request.path == "/robots.txt":
            return web.Response(status=404)
        items = "".join(self._items[int(request.match_info["site"])])
        text = f'<?xml version="1.0"?><rss version="2.0"><channel><title>Қала</title>{items}</channel></rss>'
        return web.Response(text=text, content_type="text/xml")

    @contextlib.asynccontextmanager
    async def opened(self):  # noqa: ANN201 - a context
        """Serve the sites while the block runs."""
        app = web.Application()
        app.router.add_get("/robots.txt", self.answer)
        app.router.add_get("/{site}/rss", self.answer)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()


async def fill(folder: Path, people: list[Account], press: Press, sources: int, chance: random.Random) -> None:
    """A store whose readers were there yesterday, each with an hour and a few topics, and its sources."""
    store = await open_storage(f"sqlite:///{folder / 'qala.sqlite'}")
    topics = ("transport", "roads", "ecology", "housing", "culture", "sport")
    async with store.database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO subscribers (chat_id, kind, language, language_chosen, timezone, created_at, minutes,"
            " decided_until, next_digest_at, last_edition_at)"
            " VALUES ($1, 'private', $2, 1, 'Asia/Almaty', $3, $4, $5, $5, $3)",
            [
                (one.id, chance.choice(("ru", "kk")), MORNING - DAY, chance.choice(("480", "480", "1080")), MORNING)
                for one in people
            ],
        )
        await tx.executemany(
            "INSERT INTO subscriptions (chat_id, kind, value) VALUES ($1, 'topic', $2)",
            [(one.id, topic) for one in people for topic in chance.sample(topics, chance.randrange(3))],
        )
    for number in range(sources):
        await store.sources.add(Source(f"{press.url}/{number}/rss", "feed", f"Көз {number}", interval=3600))
    await store.close()


@contextlib.contextmanager
def looking(folder: Path) -> Iterator[sqlite3.Connection]:
    """The store as somebody else sees it."""
    with contextlib.closing(sqlite3.connect(f"file:{folder / 'qala.sqlite'}?mode=ro", uri=True, timeout=20)) as found:
        yield found


def people_talk(town: Town, people: list[Account], chance: random.Random, count: int) -> None:
    """What readers do in a step."""
    for one in chance.sample(people, min(count, len(people))):
        what = chance.randrange(5)
        if what == 0:
            town.types(one, chance.choice(("", "к", "дороги", "су")))
        elif what == 1:
            town.presses(one, f"read:{chance.randrange(1, 500)}:0:")
        else:
            town.says(one, chance.choice(("/latest", "/topics", "дороги города", "қала жаңалықтары", "/settings")))


async def answers(port: int) -> None:
    """Wait until the bot is at work."""
    async with asyncio.timeout(60), aiohttp.ClientSession() as session:
        while True:
            with contextlib.suppress(aiohttp.ClientError):
                async with session.get(f"http://127.0.0.1:{port}/readyz") as answer:
                    if answer.status == 200:
                        return
            await asyncio.sleep(0.1)


async def settled(folder: Path, now: int) -> None:
    """Wait until what is due is done: sources looked at, digests sent, updates handled; two minutes at most."""
    for _ in range(600):
        await asyncio.sleep(0.2)
        with looking(folder) as store:
            open_rows = store.execute(
                "SELECT (SELECT count(*) FROM deliveries WHERE state IN ('planned', 'sending')),"
                " (SELECT count(*) FROM inbox WHERE body IS NOT NULL),"
                " (SELECT count(*) FROM sources WHERE next_check_at <= ?),"
                " (SELECT count(*) FROM subscribers WHERE next_digest_at <= ? AND state = 'active')",
                (now, now),
            ).fetchone()
        if not any(open_rows):
            return


def unexplained(folder: Path, seen: int) -> tuple[collections.Counter[str], int]:
    """Lines of the log since the last look that are none of the expected."""
    found: collections.Counter[str] = collections.Counter()
    with (folder / "bots.log").open("rb") as log:
        log.seek(seen)
        for line in log:
            try:
                event = str(json.loads(line)["event"])
            except (ValueError, KeyError, TypeError):
                event = line.decode(errors="replace").strip()[:120]
            if event not in EXPECTED:
                found[event] += 1
        return found, log.tell()


async def run(options: argparse.Namespace, folder: Path, zygote: Zygote) -> int:
    """Let the bot live through the days, and print the figures; the exit code."""
    chance = random.Random(options.seed)
    town, press = Town(options.seed, speed=0), Press(chance, options.sources)
    runner = await serve(town.telegram)
    people = [town.person(number) for number in range(1, int(options.readers) + 1)]
    async with press.opened():
        await fill(folder, people, press, int(options.sources), chance)
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        pid = zygote.born(
            address(runner), rate=1000, bell=0.3, listen=f"127.0.0.1:{port}", fetch_private=True, stepped=True
        )
        await answers(port)
        days: list[dict[str, float]] = []
        lines: collections.Counter[str] = collections.Counter()
        seen, began = 0, time.monotonic()
        steps = int(options.days * options.steps)
        each = DAY // int(options.steps)
        for step in range(1, steps + 1):
            now = int(town.telegram.clock.advance(each))
            press.publishes(int(options.articles * step / steps) - int(options.articles * (step - 1) / steps), now)
            zygote.clock.value = now
            people_talk(town, people, chance, max(5, int(options.readers) // 200))
            await settled(folder, now)
            town.telegram.events.clear()
            for chat in town.telegram.privates.values():
                chat.messages.clear()
            if step % int(options.steps) == 0:
                await asyncio.sleep(6)  # a cleaning comes every five seconds
                more, seen = unexplained(folder, seen)
                lines += more
                days.append(await measured(folder, pid, port) | {"minutes": round((time.monotonic() - began) / 60, 1)})
                print(f"  day {len(days)}: {json.dumps(days[-1])} {dict(more) or ''}", flush=True)
        status, spent = await ends(zygote, pid, signal.SIGTERM)
        with looking(folder) as store:
            had = store.execute("SELECT count(DISTINCT chat_id) FROM deliveries WHERE state = 'sent'").fetchone()[0]
    await runner.cleanup()
    return verdict(days, lines, len(people) - had, status, spent)


def descriptors(pid: int) -> int:
    """How many a process has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


async def measured(folder: Path, pid: int, port: int) -> dict[str, float]:
    """What the bot has, and what its store holds."""
    told = await metrics(port)
    wal = folder / "qala.sqlite-wal"
    with looking(folder) as store:
        rows = {table: store.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("articles", *_KEPT)}
    return {
        "MB": round(memory(pid), 1),
        "descriptors": descriptors(pid),
        "tasks": told.get("qala_tasks", 0),
        "store, MB": round((folder / "qala.sqlite").stat().st_size / 1e6, 1),
        "wal, MB": round(wal.stat().st_size / 1e6, 1) if wal.exists() else 0.0,
        **rows,
    }


def slope(values: list[float]) -> float:
    """How much a day, by least squares, once caches are full."""
    late = values[int(len(values) * _SETTLED) :]
    if len(late) < 3:
        return 0.0
    return statistics.linear_regression(range(len(late)), late).slope


def verdict(
    days: list[dict[str, float]], lines: collections.Counter[str], without: int, status: int, spent: float
) -> int:
    """Say what was found; 1 where it is not good."""
    grows = {name: round(slope([day[name] for day in days]), 2) for name in ("MB", "descriptors", "tasks", *_KEPT)}
    most = max(day["wal, MB"] for day in days)
    result = {
        "a day more": grows,
        "most wal, MB": most,
        "readers without a digest": without,
        "unexplained lines": dict(lines),
        "exit": status,
        "SIGTERM, s": round(spent, 1),
    }
    print(json.dumps(result, ensure_ascii=False))
    good = grows["MB"] <= _MB_A_DAY and grows["descriptors"] <= 1 and most <= _WAL_MB and not without
    return 0 if good and not lines and status == 0 else 1


if __name__ == "__main__":
    sys.exit(command(run, __doc__, MORNING + 1, days=30, readers=20_000, articles=300_000, sources=20, steps=6))
