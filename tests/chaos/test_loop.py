"""Nobody holds the event loop: not with the largest article, story, list of sources or of subscriptions there may be.

What is measured is the processor's time of the loop's own thread, step by step: a busy machine makes no step longer.
"""

import asyncio
import contextlib
import sys
import threading
import time
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio

from bot.intake.lanes import FloodRule
from handlers.settings import MOST_SUBSCRIPTIONS
from news.feeds.source import Source
from news.filing import LONGEST_BODY, file_entry
from news.models import Entry, Subscription
from news.subject import topics
from tests.chaos.walk import everything
from tests.driver import MORNING, world

pytestmark = pytest.mark.asyncio(loop_scope="module")

LONGEST_STEP = 0.05
SHAPES = {
    "initials": "А. Б. ",
    "words": "Әкімдік жаңа автобус бағытын ашты, деп хабарлады баспасөз қызметі. ",
    "letters": "а ",
    "one word": "қала",
    "lines": "Жол жөнделді.\n",
    "emoji": "😀 ",
    "marks": "«…» ",
}
ADMIN = 7001
FILLING = 2000
TELLERS = 200
SOURCES = 300


@contextlib.contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[float, str]]]:
    """The steps of the loop that took longer than they may: seconds, and where they were on the way."""
    slow: list[tuple[float, str]] = []
    run, loop = asyncio.Handle._run, threading.get_ident()
    began, over = [0.0], threading.Event()
    seen: list[str] = []

    def look() -> None:
        while not over.wait(LONGEST_STEP / 5):
            if began[0] and time.perf_counter() - began[0] > LONGEST_STEP / 2:
                frames = traceback.extract_stack(sys._current_frames()[loop])
                ours = [f"{one.filename.rpartition('/')[2]}:{one.lineno} {one.name}" for one in frames[-6:]]
                seen.append(" < ".join(reversed(ours)))

    def timed(handle: asyncio.Handle) -> None:
        seen.clear()
        began[0] = time.perf_counter()
        begun = time.thread_time()
        run(handle)
        spent = time.thread_time() - begun
        began[0] = 0.0
        if spent > LONGEST_STEP:
            slow.append((round(spent, 3), Counter(seen).most_common(1)[0][0] if seen else repr(handle)))

    looking = threading.Thread(target=look)
    looking.start()
    try:
        with monkeypatch.context() as patched:
            patched.setattr(asyncio.Handle, "_run", timed)
            yield slow
    finally:
        over.set()
        looking.join()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    async with world(tmp_path_factory.mktemp("loop"), news=False, admins=(ADMIN,)) as it:
        await fill(it)
        yield it


async def fill(city) -> None:
    at = datetime.fromtimestamp(MORNING - 7200, UTC)
    for number in range(SOURCES):
        await city.store.sources.add(Source(f"https://{number}.example.kz/feed", "feed", f"Көз {number} " + "ұ" * 80))
    largest = [
        file_entry(
            Entry(
                f"largest-{name}",
                f"Үлкен мақала {name}",
                shape * (LONGEST_BODY // len(shape)) + "ұзын",
                f"https://example.kz/{number}",
                published=at.replace(second=number),
                source="Көрші",
                language="kk",
                tags=tuple(f"тег{tag}" for tag in range(20)),
            )
        )
        for number, (name, shape) in enumerate(SHAPES.items())
    ]
    told = file_entry(
        Entry("told-0", "Алматыда Сайран көліне жаңа көпір салынды", "Көпір салынды. " * 20, source="0", language="kk")
    )
    told = replace(told, entry=replace(told.entry, published=at - timedelta(hours=1)))
    await city.store.articles.save([*largest, told], MORNING - 3600)
    columns = [row["name"] for row in await city.store.database.fetch("SELECT name FROM pragma_table_info('articles')")]
    kept = [
        name
        for name in columns
        if name not in ("key", "id", "position", "story", "source", "first_seen", "analysis_version")
    ]

    async def copies(count: int, prefix: str, story: str, of: str, below: int) -> None:
        await city.store.database.execute(
            f"INSERT INTO articles (id, position, story, source, analysis_version, first_seen, {', '.join(kept)})"
            f" WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})"
            f" SELECT '{prefix}' || n.i, a.position - n.i - {below}, {story}, 'Газета ' || (n.i % 60), 0, $1 - n.i,"
            f" {', '.join('a.' + name for name in kept)} FROM n, articles a WHERE a.id = '{of}'",
            MORNING - 1800,
        )

    for emptied in ("UPDATE articles SET story = NULL", "DELETE FROM stories"):
        await city.store.database.execute(emptied)  # whatever these are taken for, the largest story is told by copies
    await copies(TELLERS, "told-", "1", "told-0", 0)
    await copies(FILLING, "filling-", "NULL", "told-0", TELLERS)
    await city.store.database.execute("INSERT INTO stories (id, opened_at, last_at) VALUES (1, $1, $1)", MORNING - 7200)
    await city.store.database.execute("UPDATE articles SET story = 1 WHERE id = 'told-0'")
    await city.store.database.execute(
        "INSERT INTO story_traces (key, at, trace) SELECT key, $1 + key % 7200, x'' FROM articles WHERE story = 1"
        " AND key NOT IN (SELECT key FROM story_traces)",
        MORNING - 7200,
    )
    await city.store.database.execute(
        "INSERT INTO article_labels (kind, value, position, key)"
        " SELECT 'topic', 'transport', position, key FROM articles WHERE id LIKE 'filling-%'"
    )


async def test_no_handler_view_or_bell_holds_the_loop(city, monkeypatch):
    monkeypatch.setattr(FloodRule, "verdict", lambda *_, **__: "in")  # one person walks everything
    reader = city.person("Айгерім", "kk")
    reader.account.id = ADMIN
    reader.starts()
    await reader.sees()
    wanted = [Subscription("word", f"{'сөз' * 15}{number}") for number in range(MOST_SUBSCRIPTIONS - 5)]
    for one in [*wanted, *(Subscription("topic", slug) for slug in topics.TOPICS[:5])]:
        await city.store.subscribers.subscribe(reader.id, one)
    payloads = [f"a_{key}" for key in range(1, len(SHAPES) + 2)]
    with watched(monkeypatch) as slow:
        await everything(city, reader, payloads)
    if slow:  # what a program does once, at the first use of a thing, is no step of a handler
        with watched(monkeypatch) as slow:
            await everything(city, reader, payloads)
    assert slow == []
