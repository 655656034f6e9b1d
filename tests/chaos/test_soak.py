"""Weeks of a small town in seconds: what is opened is closed, what is old is cleaned away, and nothing strange is logged.

The long run is benchmarks/soak.py.
"""

import ast
import asyncio
from pathlib import Path

import pytest
import structlog

from benchmarks.soak import EXPECTED, slope
from news.feeds.source import Source
from tests.driver import world
from tests.site import Site, rss, serve

ROOT = Path(__file__).resolve().parent.parent.parent
DAY = 86_400
CLEANED = ("deliveries", "inbox", "compositions")


def descriptors():
    return sum(1 for _ in Path("/proc/self/fd").iterdir())


@pytest.fixture
def events():
    """What is logged."""
    before, seen = structlog.get_config(), []

    def note(_logger, _method, event):
        seen.append(event["event"])
        raise structlog.DropEvent

    structlog.configure(processors=[note])
    yield seen
    structlog.configure(**before)


async def test_weeks_go_by_and_nothing_is_left_open_or_behind(tmp_path, events):
    async with serve(Site()) as site, world(tmp_path, fetch_private=True) as city:
        person = city.person("Айгерім", "kk")
        person.says("/start")
        await person.sees()
        person.says("/digest 08:30")
        await person.sees("08:30")
        await city.store.sources.add(Source(f"{site.url}/rss", "feed", "Қала"))
        days = []
        for day in range(48):
            now = city.now()
            site["/rss"] = rss([(f"{day}-мектеп ашылды", f"{site.url}/{day}", now - 600)])
            if not day:
                person.says("/subscribe transport")
                await person.sees()
            await city.bot.newsroom.ring()
            await city.bot.newsroom.rest()
            await city.passes(DAY)
            person.says("/latest")
            await person.sees()
            await city.bot.bell.clean()
            rows = [await city.store.database.fetchval(f"SELECT count(*) FROM {table}") for table in CLEANED]
            days.append((descriptors(), len(asyncio.all_tasks()), *rows))
        wal = (tmp_path / "qala.sqlite-wal").stat().st_size
    names = ("descriptors", "tasks", *CLEANED)
    grows = {name: slope([float(one[number]) for one in days[-6:]]) for number, name in enumerate(names)}
    assert grows["descriptors"] <= 0.5
    assert grows["tasks"] <= 0.5
    assert days[-1][2] <= 37  # editions of five weeks, one a day
    assert days[-1][3] <= 12 * 8  # what was handled within a week
    assert wal < 64 << 20
    assert events.count("news came in") > 40
    assert not set(events) - set(EXPECTED)


FEW = {
    "_near": "numbers of clues",
    "_standing": "numbers of articles asked for together",
    "_signatures": "numbers of articles asked for together",
    "_former": "languages",
    "_phrases": "languages",
    "learnt_weights": "the two kinds of weights",
    "_weight_of": "a dictionary's tags",
    "_load": "the operator's own lexicon",
    "_lanes": "the languages that an alphabet may be of",
}
"""What is remembered without a bound, and of what there are few."""


def remembered_without_bound(tree):
    """The names of functions whose results are all kept, though they are asked for something."""
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef) and function.args.args:
            for one in function.decorator_list:
                text = ast.unparse(one)
                if text in ("cache", "functools.cache") or text.endswith(("lru_cache(None)", "maxsize=None)")):
                    yield function.name


def test_nothing_is_remembered_for_ever_of_what_others_say():
    found = {
        f"{path.relative_to(ROOT)}: {name}"
        for room in ("bot", "handlers", "storage", "news")
        for path in (ROOT / room).rglob("*.py")
        for name in remembered_without_bound(ast.parse(path.read_text(encoding="utf-8")))
        if name not in FEW
    }
    assert found == set()
