"""A move from SQLite to PostgreSQL while people ask the bot things: how long is it silent, is all there afterwards?

    python -m benchmarks.moving [--readers 100000] [--articles 5000]

The bot runs on the SQLite file and answers; it is stopped, `qala migrate` moves the file, the bot runs on PostgreSQL.
People ask all the while. Every table is then compared with the file, sums of its columns included, and the bell rings
an edition that was decided before the move: nothing may go out again. Ends with 1 where something differs.
"""

import argparse
import asyncio
import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.kills import SLUGS
from benchmarks.lives import TOKEN, Zygote, ends, until
from news.filing import file_entry
from news.models import Entry, FiledEntry
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from storage import Storage, open_storage
from storage.readers.data_map import PERSONAL
from tests.postgres import cluster

NOW = 1_795_320_000  # 2026-11-22 09:00 in Almaty
DAY = 86_400
WORDS = ("маршрут", "парк", "школа", "мост", "театр", "ремонт", "стадион", "рынок", "вокзал", "бассейн", "площадь")


def article(number: int) -> FiledEntry:
    """A filed article."""
    first, second, third = (WORDS[number * step % len(WORDS)] for step in (1, 3, 7))
    body = f"В городе обсудили: {first}, {second} и {third}. Решение {number} примут через {number % 30} дней. " * 6
    entry = Entry(f"n-{number}", f"{first.capitalize()} и {second}: новость {number}", body, tags=(third,))
    filed = file_entry(entry)
    assert isinstance(filed, FiledEntry)
    return filed


async def fill(store: Storage, readers: int, articles: int) -> None:
    """Readers with everything a reader can have, one edition sent this morning and some of it under way."""
    for start in range(0, articles, 500):
        await store.articles.save([article(number) for number in range(start, min(start + 500, articles))], NOW - DAY)
    chats = range(1, readers + 1)
    states = ("sent",) * 97 + ("refused", "expired", "unknown")
    rows: dict[str, tuple[str, list[tuple[object, ...]]]] = {
        "subscribers": (
            "chat_id, kind, language, timezone, created_at, minutes, city, decided_until, next_digest_at",
            [
                (c, "private", ("ru", "kk")[c % 2], "Asia/Almaty", NOW - DAY, "480", "oral", NOW, NOW + 23 * 3600)
                for c in chats
            ],
        ),
        "subscriptions": (
            "chat_id, kind, value",
            [(c, "topic", SLUGS[(c + n) % len(SLUGS)]) for c in chats for n in range(3)],
        ),
        "deliveries": (
            "chat_id, edition, part, state, planned_at, updated_at, message_id",
            [
                (c, f"2026-11-{day}T08:00", 0, state, NOW, NOW, c * 100 + day if state == "sent" else None)
                for c in chats
                for day in (20, 21, 22)
                for state in (states[(c + day) % 100],)
            ],
        ),
        "saved": ("chat_id, key, saved_at", [(c, 1 + (c * n) % articles, NOW) for c in chats for n in (1, 2)]),
        "interests": ("chat_id, topic, opened", [(c, SLUGS[c % len(SLUGS)], c % 9 + 1) for c in chats]),
        "muted": ("chat_id, kind, value", [(c, "topic", "sport") for c in chats if c % 5 == 0]),
        "reactions": ("chat_id, key, reaction", [(c, c % articles + 1, "like") for c in chats if c % 2]),
    }
    for table, (columns, values) in rows.items():
        marks = ", ".join(f"${n}" for n in range(1, columns.count(",") + 2))
        sql = f"INSERT INTO {table} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"
        await store.database.executemany(sql, values)
    await store.database.execute("UPDATE deliveries SET state = 'sending', message_id = NULL WHERE chat_id % 20000 = 7")


async def sums(store: Storage) -> dict[str, tuple[str, ...]]:
    """What is told of each table of readers: rows, and a sum over each of its columns."""
    numbers = {"chat_id", "key", "saved_at", "opened", "part", "message_id", "planned_at", "owed", "next_digest_at"}
    found = {}
    for table, columns in PERSONAL.items():
        each = [f"coalesce(sum({c}), 0)" if c in numbers else f"coalesce(sum(length({c}||'')), 0)" for c in columns]
        where = " WHERE state <> 'sending'" if table == "deliveries" else ""
        row = await store.database.fetchrow(f"SELECT count(*), {', '.join(each)} FROM {table}{where}")
        found[table] = tuple(str(int(value)) for value in row or ())
    return found


class Asking:
    """A person who asks every half second; when answers came."""

    def __init__(self, telegram: Telegram) -> None:
        self.person = Person.new(telegram, "Адам", identifier=50_000_000)
        self.answers: list[float] = []
        self.asked = 0

    async def run(self) -> None:
        """Ask for ever."""
        chat = self.person.chat()
        while True:
            self.person.says("/latest")
            self.asked += 1
            mine = chat.last_message
            await until(lambda mine=mine: chat.last_message > mine, 0.5, 0.01)
            if chat.last_message > mine:
                self.answers.append(time.monotonic())
            await asyncio.sleep(0.5)

    @property
    def silence(self) -> float:
        """Seconds of the longest time without an answer."""
        return max((b - a for a, b in zip(self.answers, self.answers[1:], strict=False)), default=0.0)


async def run(options: argparse.Namespace, folder: Path, zygote: Zygote, url: str) -> int:
    """Ask for ever."""
    file = folder / "qala.sqlite"
    store = await open_storage(f"sqlite:///{file}")
    await fill(store, options.readers, options.articles)
    telegram = Telegram(Clock(NOW, speed=1))
    telegram.bot(TOKEN, username="qala_bot")
    runner = await serve(telegram)
    asking = Asking(telegram)
    old = zygote.born(address(runner), bell=1)
    person = asyncio.create_task(asking.run())
    await until(lambda: len(asking.answers) > 5, 60)
    under_way = int(await store.database.fetchval("SELECT count(*) FROM deliveries WHERE state = 'unknown'"))
    await store.close()
    stopped = time.monotonic()
    await ends(zygote, old, signal.SIGTERM)
    command = [sys.executable, "-m", "bot", "migrate", str(file)]
    moved = await asyncio.create_subprocess_exec(
        *command, env={**os.environ, "QALA_DATABASE_URL": url}, stdout=subprocess.PIPE
    )
    told, _ = await moved.communicate()
    took = time.monotonic() - stopped
    assert moved.returncode == 0, told
    new = zygote.born(address(runner), bell=1, database_url=url)
    answered = len(asking.answers)
    await until(lambda: len(asking.answers) > answered + 5, 120)
    await asyncio.sleep(3)  # the bell rings in it
    target, left = await open_storage(url), await open_storage(f"sqlite:///{file}")
    before, after = await sums(left), await sums(target)
    await left.close()
    messages = [one for chat in telegram.privates.values() for one in chat.messages.values()]
    digests = sum(" дайджест · " in one.get("text", "") for one in messages)
    personal = ("subscribers", "deliveries", "saved", "interests", "muted", "reactions", "subscriptions")
    differs = [table for table in personal if before[table] != after[table]]
    result = {
        "readers": options.readers,
        "rows of readers": sum(int(before[table][0]) for table in personal),
        "articles": options.articles,
        "the move, s": round(took, 1),
        "longest silence, s": round(asking.silence, 1),
        "asked, answered": [asking.asked, len(asking.answers)],
        "tables that differ": differs,
        "ledger": await target.deliveries.counts(),
        "unknown before": under_way,
        "digests sent again": digests,
        "discrepancies": await target.deliveries.discrepancies(),
    }
    person.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await person
    await ends(zygote, new, signal.SIGTERM)
    await target.close()
    await runner.cleanup()
    print(json.dumps(result, ensure_ascii=False))
    return 1 if differs or digests else 0


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=100_000)
    parser.add_argument("--articles", type=int, default=5000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        zygote = Zygote(Path(name), NOW)
        try:
            with cluster(fsync="on", full_page_writes="on", autovacuum="on", shared_buffers="512MB") as server:

                async def on() -> int:
                    async with server.database() as url:
                        return await run(options, Path(name), zygote, url)

                return asyncio.run(on())
        finally:
            zygote.close()


if __name__ == "__main__":
    sys.exit(main())
