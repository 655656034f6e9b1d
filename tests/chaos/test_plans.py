"""Every statement that a person, a bell or a source causes is answered through an index, however large the store.

On SQLite the statements are recorded while one person walks everything, then planned for a store of a million articles
and as many readers, with statistics of such a store and with none. On both databases they are also measured while they
are asked of a store made large: what each really touches is bounded, so none reads a whole table or joins from the
wrong side.
"""

import contextlib
import re
import sqlite3

import pytest
import pytest_asyncio

from bot.app import recover
from bot.intake.lanes import FloodRule
from bot.intake.metrics import Metrics
from news.feeds.source import Source
from news.language.analyse import ANALYSIS_VERSION
from storage.engine import sqlite
from tests.chaos.large import Measured, grow, measured_on_postgresql, measured_on_sqlite, shape
from tests.chaos.walk import everything
from tests.driver import world
from tests.site import Site, rss, serve

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADMIN = 7001
MILLION = 1_000_000
SMALL = {
    "sources": "a few hundred at most",
    "facts": "a handful",
    "replicas": "a handful",
    "budget": "one row",
    "chat_budgets": "the chats of the last minutes",
    "broadcasts": "what administrators wrote in a month",
    "schema_migrations": "a few dozen",
    "banned": "whom administrators banned, one by one",
    "sqlite_master": "the schema",
    "sqlite_schema": "the schema",
    "audiences": "kinds of readers; each is looked at once a cleaning, and found in the others by index",
    "inbox": "what came in the last days, looked through by operators alone",
}
COUNTED = {
    "SELECT language, count(*)": "articles by language, along an index that holds nothing else",
    "SELECT count(*)": "articles or readers, along an index",
    "SELECT state, count(*)": "the ledger by state, for operators",
}
IN_ORDER = re.compile(r"\bLIMIT\b")
"""A walk along an index that ends after so many rows."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def recorded(tmp_path_factory):
    """The statements of a life, one of each shape, and the file they were asked of."""
    folder = tmp_path_factory.mktemp("plans")
    seen: dict[str, str] = {}
    connect = sqlite._connect

    async def watched(path, *, read_only):
        connection = await connect(path, read_only=read_only)
        await connection.set_trace_callback(lambda sql: seen.setdefault(shape(sql), sql))
        return connection

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite, "_connect", watched)
        patched.setattr(FloodRule, "verdict", lambda *_, **__: "in")
        async with world(folder, admins=(ADMIN,)) as city:
            seen.clear()
            person = city.person("Айгерім", "kk")
            person.account.id = ADMIN
            await everything(city, person, ["a_1", "a_2", "t_transport"])
    return folder / "qala.sqlite", list(seen.values())


@contextlib.contextmanager
def as_large(path, statistics: bool):
    """The store as the planner would see it with a million rows in each table, or with no statistics."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("ANALYZE")
        connection.execute("DELETE FROM sqlite_stat1")
        if statistics:
            for table, index in connection.execute(
                "SELECT tbl_name, name FROM sqlite_master WHERE type = 'index'"
            ).fetchall():
                columns = len(connection.execute(f"PRAGMA index_info('{index}')").fetchall())
                unique = "autoindex" in index
                each = [max(1, MILLION // 20 ** (number + 1)) for number in range(columns)]
                if unique:
                    each[-1] = 1
                told = " ".join(str(one) for one in (MILLION, *each))
                connection.execute("INSERT INTO sqlite_stat1 VALUES (?, ?, ?)", (table, index, told))
        connection.execute("ANALYZE sqlite_schema")
    with contextlib.closing(sqlite3.connect(path)) as connection:
        yield connection


@pytest.mark.parametrize("statistics", [True, False])
async def test_no_statement_walks_through_a_large_table(recorded, statistics):
    path, statements = recorded
    assert len(statements) > 100
    walks = []
    with as_large(path, statistics) as connection:
        for sql in statements:
            if not re.match(r"\s*(SELECT|WITH|UPDATE|DELETE|INSERT)\b", sql):
                continue
            with contextlib.suppress(sqlite3.OperationalError):
                plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
                walks += [f"{line[3]}: {sql[:300]}" for line in plan if is_walk(line[3], sql)]
    assert not walks, "\n".join(walks)


async def test_topics_are_counted_from_the_articles_of_the_day(recorded):
    path, statements = recorded
    [sql] = [one for one in statements if "l.kind = 'topic' GROUP BY l.value" in one]
    for statistics in (True, False):
        with as_large(path, statistics) as connection:
            steps = [row[3] for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        assert any(step.startswith("SEARCH articles USING") and "position>?" in step for step in steps), steps
        assert any(step.startswith("SEARCH l USING") and "key=?" in step for step in steps)


def is_walk(step: str, sql: str) -> bool:
    """Whether a step of a plan reads all of a large table: not in order up to a limit, not by another's few rows."""
    scanned = re.match(r"SCAN ([\w.]+)(.*)", step)
    if (
        scanned is None
        or "VIRTUAL TABLE" in step
        or "CONSTANT ROW" in step  # the values of an INSERT
        or scanned[1].startswith("main.")
        or scanned[1] in SMALL
    ):
        return False
    if any(sql.lstrip().startswith(one) for one in COUNTED):
        return False
    return not IN_ORDER.search(sql)


ROWS = 6_000
STEPS, READ = 16_000, 2_500
"""What one statement may touch: steps of SQLite's virtual machine, rows of PostgreSQL. A walk through the smallest of
the large tables is several times as much."""
MORE: dict[str, tuple[int, str]] = {
    "substr(body, 1, 3000)": (15, "what a digest is chosen from: 5,000 articles at most, once for all readers"),
    "SELECT language, count(*)": (5, "articles by language, along an index that holds nothing else"),
    "rowid DESC OFFSET": (
        30,
        "how far back the newest 65,536 articles reach, along an index; remembered for half an hour",
    ),
    "a.published_day BETWEEN": (2, "what a period has of common words, if the server prefers it to a walk"),
    "ORDER BY substr(word": (50, "words of the vocabulary that begin with one letter; remembered for a minute"),
    f"search_{ANALYSIS_VERSION}.rowid + 0 DESC": (
        5,
        "hits of rare words, sorted: so few that this is shorter than walking to them",
    ),
}
"""Who may touch so many times as much, and why."""


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_no_statement_touches_more_than_it_may(engine, request, tmp_path):
    measured, sqlite_file = Measured(), f"sqlite:///{tmp_path}/qala.sqlite"
    watched, bound = (measured_on_sqlite, STEPS) if engine == "sqlite" else (measured_on_postgresql, READ)
    async with contextlib.AsyncExitStack() as stack:
        url = sqlite_file
        if engine == "postgresql":
            url = await stack.enter_async_context(request.getfixturevalue("postgres").database())
        stack.enter_context(watched(measured))
        patched = stack.enter_context(pytest.MonkeyPatch.context())
        patched.setattr(FloodRule, "verdict", lambda *_, **__: "in")
        site = await stack.enter_async_context(serve(Site()))
        settings = {"database": url, "admins": (ADMIN, ADMIN + 1), "fetch_private": True}
        city = await stack.enter_async_context(world(tmp_path, **settings))
        await a_day(city, site, city.person("Айгерім", "kk"), ADMIN, stays=True)
        await grow(url, ROWS)
        measured.on = True
        await a_day(city, site, city.person("Дәурен", "ru"), ADMIN + 1)
        measured.on = False
    over = measured.over(bound, {words: times for words, (times, _) in MORE.items()})
    assert len(measured.most) > 60
    assert not over, "\n\n".join(over)


async def a_day(city, site, person, identifier, *, stays=False):
    """All a person may do, news that come in, the bells, a start, and what is asked about the bot."""
    person.account.id = identifier
    number = len(await city.store.sources.all())
    site["/rss"] = rss(
        [(f"{n}{number}-мектеп ашылды", f"{site.url}/news/{n}{number}", city.now() - 600 * n) for n in range(1, 5)]
    )
    await city.store.sources.add(Source(f"{site.url}/rss?{number}", "feed", f"Көз {number}"))
    await city.bot.newsroom.ring()
    await city.bot.newsroom.rest()
    await everything(city, person, ["a_1", "a_2", "t_transport"], stays=stays)
    await city.bot.newsroom.ring()
    await city.bot.newsroom.rest()
    await recover(city.store, city.now)
    await Metrics().text(city.store)
