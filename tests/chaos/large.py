"""A store made large by its own rows, and what each statement asked of it touches.

Rows are copied by INSERT … SELECT, their keys, chats and moments moved on; a statement is then measured while the bot
asks it, with the arguments it asks it with: on SQLite in steps of its virtual machine, on PostgreSQL by the rows that
its plan, executed and rolled back, really read.
"""

import contextlib
import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import asyncpg
import pytest

from news.language.analyse import ANALYSIS_VERSION
from storage.engine import postgres, sqlite

KEY, CHAT, PLACE = 500, 10_000_000, 97
"""By how much each copy's keys, chats, and positions (quarters of a minute) differ from the last one's."""
_LONG_AGO = 60 * 5760
_PLACE = f"($n * {PLACE} + CASE WHEN $n > $half THEN {_LONG_AGO} ELSE 0 END)"  # half of it is two months old
_AGO = f"({_PLACE} * 15)"


@dataclass(frozen=True, slots=True)
class Growth:
    """How a table's rows are copied: column → how it differs; `by`: what each copy is one of; `only`: which rows."""

    by: str
    differs: dict[str, str]
    only: str = "true"


_CHAT = {"chat_id": f"chat_id + $n * {CHAT}"}
_ARTICLE = {"key": f"key + $n * {KEY}"}
_GROWN = {
    "articles": Growth(
        "articles",
        {
            **_ARTICLE,
            "id": "id || '~' || $n",
            "url": "url || '?' || $n",
            "position": f"position - {_PLACE}",
            "published_at": f"published_at - {_AGO}",
            "first_seen": f"first_seen - {_AGO}",
            "updated_at": f"updated_at - {_AGO}",
            "story": f"story + $n * {KEY}",
        },
    ),
    "article_labels": Growth("articles", {**_ARTICLE, "position": f"position - {_PLACE}"}),
    "stories": Growth(
        "articles", {"id": f"id + $n * {KEY}", "opened_at": f"opened_at - {_AGO}", "last_at": f"last_at - {_AGO}"}
    ),
    "story_traces": Growth("articles", {**_ARTICLE, "at": f"at - {_AGO}"}),
    "story_clues": Growth("articles", {**_ARTICLE, "at": f"at - {_AGO}", "month": f"(at - {_AGO}) / 2592000"}),
    "headlines": Growth("articles", _ARTICLE),
    "subscribers": Growth(
        "subscribers",
        {
            **_CHAT,
            "next_digest_at": "next_digest_at + $n * 3600",
            "composition": f"composition + $n * {KEY}",
            "audience": f"audience + $n * {KEY}",
        },
        "chat_id > 0",
    ),
    "subscriptions": Growth("subscribers", {**_CHAT, "watch": f"watch + $n * {KEY}"}, "chat_id > 0"),
    "watches": Growth("subscribers", {"key": f"key + $n * {KEY}", "value": "value || $n"}),
    "saved": Growth("subscribers", _CHAT, "chat_id > 0"),
    "reactions": Growth("subscribers", {**_CHAT, "key": f"key + $n * {KEY}"}, "chat_id > 0"),
    "muted": Growth("subscribers", _CHAT, "chat_id > 0"),
    "interests": Growth("subscribers", _CHAT, "chat_id > 0"),
    "deliveries": Growth(
        "subscribers",
        {
            **_CHAT,
            "state": "'sent'",
            "owed": "0",
            "composition": f"composition + $n * {KEY}",
            "planned_at": f"planned_at - {_AGO}",
            "updated_at": f"updated_at - {_AGO}",
        },
        "chat_id > 0",
    ),
    "compositions": Growth(
        "subscribers",
        {
            "key": f"key + $n * {KEY}",
            "audience": f"audience + $n * {KEY}",
            "previous": f"previous + $n * {KEY}",
            "fingerprint": "fingerprint || $n",
            "since": f"since - {_AGO}",
            "until": f"until - {_AGO}",
        },
    ),
    "audiences": Growth("subscribers", {"key": f"key + $n * {KEY}", "description": "description || $n"}),
    "chat_budgets": Growth("subscribers", {**_CHAT, "next_at": f"next_at - {_AGO} * 1000000"}, "chat_id > 0"),
    "inbox": Growth(
        "subscribers",
        {"update_id": f"update_id + $n * {KEY}", "received_at": f"received_at - {_AGO}", "body": "NULL"},
        "update_id % 20 = 0",
    ),
    "source_items": Growth("articles", {"guid": "guid || $n", "article": "article || $n"}),
    "repeated_lines": Growth("articles", {"line": "line + $n"}),
    f"search_words_{ANALYSIS_VERSION}": Growth("articles", {"skeleton": "skeleton || $n", "word": "word || $n"}),
    f"search_terms_{ANALYSIS_VERSION}": Growth("articles", {"skeleton": "skeleton || $n", "term": "term || $n"}),
}


async def grow(url: str, rows: int) -> None:
    """Copy the rows of each large table until there are so many articles and so many readers.

    SQLite's index of search is not copied: what it is asked ends after so many hits, whatever it holds.
    """
    if url.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as there:
            there.execute("BEGIN IMMEDIATE")
            tables = {table: [row[1] for row in there.execute(f"PRAGMA table_info({table})")] for table in _GROWN}
            have = {by: there.execute(_count(by)).fetchone()[0] for by in ("articles", "subscribers")}
            for table, growth in _GROWN.items():
                there.execute(_copied(table, tables[table], growth, rows // have[growth.by]))
            there.execute("COMMIT")
        return
    connection: Any = await asyncpg.connect(url)
    try:
        await connection.execute("SET session_replication_role = replica")  # what is copied refers to what is copied
        grown = _GROWN | {f"search_{ANALYSIS_VERSION}": Growth("articles", {"rowid": f"rowid - {_PLACE}"})}
        have = {by: await connection.fetchval(_count(by)) for by in ("articles", "subscribers")}
        for table, growth in grown.items():
            columns = await connection.fetch(
                "SELECT column_name FROM information_schema.columns WHERE table_name = $1 ORDER BY ordinal_position",
                table,
            )
            await connection.execute(_copied(table, [row[0] for row in columns], growth, rows // have[growth.by]))
        for table in ("articles", "compositions", "audiences", "watches"):
            await connection.fetchval(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'key'), (SELECT max(key) FROM {table}))"
            )
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


def _count(table: str) -> str:
    return f"SELECT count(*) FROM {table} WHERE {_GROWN[table].only}"


def _copied(table: str, columns: Sequence[str], growth: Growth, copies: int) -> str:
    expressions = ", ".join(growth.differs.get(one, one) for one in columns)
    expressions = expressions.replace("$n", "n").replace("$half", str(copies // 2))
    series = (
        f"WITH RECURSIVE series (n) AS (SELECT CAST(1 AS BIGINT) UNION ALL SELECT n + 1 FROM series WHERE n < {copies})"
    )
    into = f"INSERT INTO {table} ({', '.join(columns)})"
    chosen = f"SELECT {expressions} FROM {table} CROSS JOIN series WHERE {growth.only}"
    return f"{into} {series} {chosen} ON CONFLICT DO NOTHING"


@dataclass(slots=True)
class Measured:
    """What statements touched: shape → the most of it, and a statement of that shape; which `tables` were read whole."""

    most: dict[str, tuple[float, str]] = field(default_factory=dict)
    times: Counter[str] = field(default_factory=Counter)
    on: bool = False

    def note(self, sql: str, touched: float, told: str = "") -> None:
        """Keep the worst of each shape."""
        key = shape(sql)
        if touched > self.most.get(key, (-1, ""))[0]:
            self.most[key] = (touched, f"{sql[:1500]} {told}")

    def over(self, bound: float, more: Mapping[str, int]) -> list[str]:
        """The statements that touched more, the worst first; those that hold certain words may so many times as much."""
        found = []
        for touched, sql in sorted(self.most.values(), reverse=True):
            if touched > bound * max((times for words, times in more.items() if words in sql), default=1):
                found.append(f"{touched:,.0f}: {sql}")
        return found


def shape(sql: str) -> str:
    """A statement without its values: lists of any length are one."""
    bare = re.sub(r"'(?:[^']|'')*'|x'[0-9a-f]*'|\b-?\d+(?:\.\d+)?\b|NULL", "?", sql)
    bare = re.sub(r"[$?]+\d*", "?", bare)
    return re.sub(r"\?(?:\s*,\s*\?)+", "?", bare)


_EVERY = 50


@contextlib.contextmanager
def measured_on_sqlite(measured: Measured) -> Iterator[None]:
    """Count the steps of SQLite's virtual machine for each statement of connections opened in here."""
    connect = sqlite._connect

    async def watched(path: Any, *, read_only: bool) -> Any:
        connection = await connect(path, read_only=read_only)
        now = {"sql": "", "steps": 0}

        def begins(sql: str) -> None:
            now["sql"], now["steps"] = sql, 0

        def steps() -> int:
            now["steps"] += _EVERY
            if measured.on:
                measured.note(now["sql"], now["steps"])
            return 0

        await connection.set_trace_callback(begins)
        await connection.set_progress_handler(steps, _EVERY)
        return connection

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(sqlite, "_connect", watched)
        yield


_OFTEN = 3
_EXPLAIN = "EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) "


@contextlib.contextmanager
def measured_on_postgresql(measured: Measured) -> Iterator[None]:
    """Let PostgreSQL explain each statement, executed and rolled back, before it is asked: each shape a few times."""

    async def explain(connection: Any, sql: str, arguments: Sequence[object]) -> None:
        key = shape(sql)
        if not measured.on or measured.times[key] >= _OFTEN or not re.match(r"\s*(SELECT|WITH|UPDATE|DELETE|INS)", sql):
            return
        measured.times[key] += 1
        nested = connection.is_in_transaction() or measured.times["open"]
        begin, end = ("SAVEPOINT a", "ROLLBACK TO a") if nested else ("BEGIN READ WRITE", "ROLLBACK")
        await connection.execute(begin)
        try:
            told = await connection.fetchval(_EXPLAIN + sql, *arguments)
        finally:
            await connection.execute(end)
        plan = json.loads(told)[0]
        rows = sum(_read(node) for node in _nodes(plan["Plan"]))
        rows += sum(one["Calls"] for one in plan.get("Triggers", []))
        measured.note(sql, rows, " ; ".join(_line(node) for node in _nodes(plan["Plan"])))

    transaction, raw = postgres.PostgresTransaction, postgres.PostgresRaw
    own = {name: getattr(transaction, name) for name in ("fetch", "fetchrow", "fetchval", "execute")}

    def asked(verb: str) -> Any:
        async def ask(self: Any, sql: str, *arguments: object) -> Any:
            await explain(self._connection, postgres.to_postgres(sql), postgres.clean(arguments))
            return await own[verb](self, sql, *arguments)

        return ask

    many, plain = transaction.executemany, raw.execute

    async def each(self: Any, sql: str, rows: Any) -> None:
        rows = list(rows)
        if rows:
            await explain(self._connection, postgres.to_postgres(sql), postgres.clean(rows[0]))
        await many(self, sql, rows)

    def execute(self: Any, sql: str, parameters: Sequence[object] = (), /) -> Any:
        self._wait(explain(self.connection, *postgres.asked(sql, parameters)))
        return plain(self, sql, parameters)

    with pytest.MonkeyPatch.context() as patched:
        for verb in own:
            patched.setattr(transaction, verb, asked(verb))
        patched.setattr(transaction, "executemany", each)
        patched.setattr(raw, "execute", execute)
        yield


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for one in plan.get("Plans", []):
        yield from _nodes(one)


def _read(node: dict[str, Any]) -> float:
    """The rows that a step of a plan took up, what it threw away included."""
    removed = sum(value for name, value in node.items() if name.startswith("Rows Removed by"))
    return float((node["Actual Rows"] + removed) * node["Actual Loops"])


def _line(node: dict[str, Any]) -> str:
    return f"{node['Node Type']} {node.get('Relation Name', '')}{node.get('Index Name', '')} {_read(node):.0f}"
