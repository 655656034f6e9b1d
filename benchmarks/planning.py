"""A million subscribers of 5,000 different subscription sets are planned; how long, how much memory.

    python -m benchmarks.planning [--subscribers 1000000] [--sets 5000] [--articles 2000] [--fresh] [--postgresql]

`--postgresql`: on a private cluster, with `fsync`, instead of an SQLite file. `--fresh`: no reader's set is known yet,
as after an import of readers. Goals: under 60 s on two cores and 500 MB, «who is due» under 5 ms.
"""

import argparse
import asyncio
import contextlib
import random
import resource
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

from bot.sending.planning import AT_ONCE, Planner
from news.models import Entry, FiledEntry, Topic
from news.subject import topics
from storage import Storage, open_storage
from storage.ledger.deliveries import DeliveryResult
from tests.postgres import cluster

NOW = 1_795_316_400  # 2026-11-22 08:00 in Almaty
SUBSCRIBER = (
    *("chat_id", "kind", "language", "timezone", "created_at"),
    *("minutes", "decided_until", "next_digest_at", "last_edition_at", "audience"),
)
A_SECOND = 30  # messages Telegram takes
SLUGS = topics.TOPICS
WORDS = [
    "снег",
    "мост",
    "школа",
    "автобус",
    "вода",
    "парк",
    "рынок",
    "музей",
    "театр",
    "завод",
    "река",
    "тариф",
    "налог",
    "врач",
    "ремонт",
    "дом",
    "свет",
    "газ",
]


def article(number: int, chance: random.Random) -> FiledEntry:
    """A filed article with random topics and words."""
    at = NOW - chance.randrange(20 * 3600)
    text = " ".join(chance.choices(WORDS, k=40))
    entry = Entry(
        id=f"bench:{number}",
        title=f"{chance.choice(WORDS).title()} {number}",
        body=text,
        url=f"https://outlet{number % 60}.example.kz/{number}",
        published=datetime.fromtimestamp(at, UTC),
        source=f"Outlet {number % 60}",
        tags=(chance.choice(WORDS),),
    )
    language = chance.choice(("ru", "kk"))
    return FiledEntry(entry, language, text[:120], tuple(Topic(slug) for slug in chance.sample(SLUGS, 2)))


def subscription_sets(count: int, chance: random.Random) -> list[tuple[str, list[tuple[str, str]]]]:
    """Different sets of subscriptions, each with its reader's language."""
    found: dict[tuple[object, ...], tuple[str, list[tuple[str, str]]]] = {}
    while len(found) < count:
        asked = {("topic", slug) for slug in chance.sample(SLUGS, chance.randrange(0, 5))}
        asked |= {("word", chance.choice(WORDS)) for _ in range(chance.choice((0, 0, 1, 2)))}
        asked |= {("tag", chance.choice(WORDS)) for _ in range(chance.choice((0, 0, 0, 1)))}
        language = chance.choice(("ru", "kk"))
        found[(language, *sorted(asked))] = (language, sorted(asked))
    return list(found.values())


async def fill(store: Storage, subscribers: int, sets: int, articles: int, *, fresh: bool) -> None:
    """Articles and readers; unless they are `fresh`, everybody's set is known already."""
    chance = random.Random(7)
    filed = [article(number, chance) for number in range(articles)]
    for start in range(0, articles, 200):
        await store.articles.save(filed[start : start + 200], NOW - 3600)
    asked = subscription_sets(sets, chance)
    audiences: dict[int, int] = {}
    starts = sorted({1, *range(1 + sets, subscribers + 1, 20_000)})
    for start, end in zip(starts, [*starts[1:], subscribers + 1], strict=True):
        async with store.database.transaction() as tx:
            await tx.load("subscribers", SUBSCRIBER, [reader(chat, asked, audiences) for chat in range(start, end)])
            chosen = ((chat, kind, value) for chat in range(start, end) for kind, value in asked[chat % sets][1])
            await tx.load("subscriptions", ("chat_id", "kind", "value"), chosen)
        if not fresh and not audiences:
            await store.compositions.fill_audiences(range(start, end))
            rows = await store.database.fetch("SELECT chat_id, audience FROM subscribers")
            audiences = {row["chat_id"] % sets: row["audience"] for row in rows}
    if store.database.dialect == "postgresql":  # as a move does at its end, and the server a minute later by itself
        async with store.database.transaction() as tx:
            await tx.execute("ANALYZE")


def reader(chat: int, asked: list[tuple[str, list[tuple[str, str]]]], audiences: dict[int, int]) -> tuple[object, ...]:
    """A row of subscribers."""
    set_ = chat % len(asked)
    audience = audiences.get(set_)
    return (
        chat,
        "private",
        asked[set_][0],
        "Asia/Almaty",
        NOW - 86_400 * 9,
        "480",
        NOW - 3600,
        NOW,
        NOW - 86_400,
        audience,
    )


async def due_query(store: Storage, now: int) -> float:
    """Milliseconds, the median of many."""
    spent = []
    for _ in range(50):
        began = time.perf_counter()
        await store.agenda.due(now, 100)
        spent.append((time.perf_counter() - began) * 1000)
    return sorted(spent)[len(spent) // 2]


async def sending(store: Storage, now: int) -> float:
    """Milliseconds the ledger takes for a second of messages, thirty ended and thirty begun: the median of many."""
    spent, ended = [], []
    for _ in range(100):
        began = time.perf_counter()
        begun = await store.deliveries.turn(ended, A_SECOND, now)
        spent.append((time.perf_counter() - began) * 1000)
        ended = [DeliveryResult(one, "sent", message_id=1) for one in begun]
    return sorted(spent)[len(spent) // 2]


async def replies(store: Storage, waited: list[float]) -> None:
    """What a reply writes, now and then: milliseconds each write took while planning went on."""
    while True:
        began = time.perf_counter()
        await store.facts.put("bench", "1")
        waited.append((time.perf_counter() - began) * 1000)
        await asyncio.sleep(0.05)


@contextlib.asynccontextmanager
async def database(*, postgresql: bool) -> AsyncIterator[tuple[str, Callable[[], float]]]:
    """The address of a fresh one, and what tells how long its server, if it has one, was at work."""
    if postgresql:
        with cluster(fsync="on", full_page_writes="on", autovacuum="on", shared_buffers="512MB") as server:
            async with server.database() as url:
                yield url, server.processor
    else:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder) / 'bench.sqlite'}", lambda: 0.0


async def work(options: argparse.Namespace) -> None:
    """Fill a store, plan everybody, and print the figures."""
    async with database(postgresql=options.postgresql) as (url, at_work):
        store = await open_storage(url)
        began = time.perf_counter()
        await fill(store, options.subscribers, options.sets, options.articles, fresh=options.fresh)
        print(f"filled in {time.perf_counter() - began:.0f} s")
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"who is due, nobody: {await due_query(store, NOW - 1):.2f} ms")
        print(f"who is due, everybody, the first 100: {await due_query(store, NOW):.2f} ms")
        began, cpu, server = time.perf_counter(), time.process_time(), at_work()
        waited: list[float] = []
        replying = asyncio.create_task(replies(store, waited))
        planned = await Planner(store).plan(NOW + 5)
        replying.cancel()
        spent, cpu, server = time.perf_counter() - began, time.process_time() - cpu, at_work() - server
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        made = await store.database.fetchval("SELECT count(*) FROM compositions")
        print(
            f"planned {planned} subscribers in {spent:.1f} s (processor: {cpu:.1f} s of the bot, {server:.1f} s of the"
            f" server), {AT_ONCE} a transaction"
        )
        print(f"on disk {await store.database.size() / 1e6:.0f} MB")
        print(f"compositions {made}, ledger {await store.deliveries.counts()}, peak {peak} MB (before {before} MB)")
        waited.sort()
        middle, late = waited[len(waited) // 2], waited[int(len(waited) * 0.99)]
        print(f"a reply's write meanwhile: {middle:.0f} ms, p99 {late:.0f} ms, at worst {waited[-1]:.0f} ms")
        print(f"{A_SECOND} messages ended and {A_SECOND} begun in the ledger: {await sending(store, NOW + 60):.1f} ms")
        await store.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--subscribers", type=int, default=1_000_000)
    parser.add_argument("--sets", type=int, default=5000)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--fresh", action="store_true")
    parser.add_argument("--postgresql", action="store_true")
    asyncio.run(work(parser.parse_args()))
