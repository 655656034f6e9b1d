"""Moving a store from SQLite to PostgreSQL: every row, in chunks, resumable, counted at the end.

The search index is built again from the articles, because the databases store it differently. Counts of words are
copied if this analysis made them. What was being sent when the old installation stopped becomes unknown when the new
one starts, as after any stop, so nothing is sent twice.
"""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence

from news.language.analyse import ANALYSIS_VERSION
from storage import Storage, StorageError
from storage.engine.database import Database, Row, Transaction, marks
from storage.readers.data_map import IMPERSONAL, PERSONAL
from storage.search import indexing, vocabulary

_CHUNK = 10_000
_ARTICLES = 500
"""How many articles one transaction takes. They are analysed before, because idle transactions are cut off."""
_FROM, _DONE = "moving_from", "moving_done:"
_TEXT = ("position", "title", "body", "language", "source", "topics", "tags")
# Rows that others point to come first.
_FIRST = ("sources", "subscribers", "articles")
_PASSING = frozenset({"schema_migrations", "replicas", "budget", "chat_budgets"})
_IDENTITIES: Mapping[str, str] = {
    "articles": "key",
    "sources": "key",
    "stories": "id",
    "audiences": "key",
    "watches": "key",
    "compositions": "key",
}


async def move(source: Storage, target: Storage, name: str, told: Callable[[str, int], None]) -> dict[str, int]:
    """Copy a SQLite installation (called `name`) into an empty PostgreSQL one; returns the number of rows by table.

    After an interruption call it again: it goes on where it stopped. `told` is called with a table and the rows copied
    so far. Raises StorageError if the target has rows of its own, or if a count or the ledger differs at the end.
    """
    if source.database.dialect != "sqlite" or target.database.dialect != "postgresql":
        raise StorageError("a move goes from a SQLite file to PostgreSQL")
    begun = await target.facts.get(_FROM)
    if begun is None:
        if not await target.articles.is_empty() or await target.database.fetchval("SELECT 1 FROM subscribers LIMIT 1"):
            raise StorageError("the PostgreSQL database is not empty: nothing was moved")
        await target.facts.put(_FROM, name)
    elif begun != name:
        raise StorageError(f"a move from {begun} was begun into this database: finish that one first")
    tables = sorted((PERSONAL.keys() | IMPERSONAL) - _PASSING, key=lambda table: (table not in _FIRST, table))
    async with target.database.transaction() as tx:
        await tx.run(indexing.prepare)
    for table in (*vocabulary.tables(ANALYSIS_VERSION), *tables):
        await _copy(source.database, target, table, told)
    moved = await _verified(source.database, target.database, tables)
    async with target.database.transaction() as tx:
        for table, column in _IDENTITIES.items():
            await tx.fetchval(
                f"SELECT setval(pg_get_serial_sequence('{table}', '{column}'), greatest(max({column}), 1)) FROM {table}"
            )
        await tx.execute("DELETE FROM facts WHERE name = $1 OR name LIKE $2", _FROM, _DONE + "%")
        # Until PostgreSQL has analysed the tables it assumes that they are small. By itself it does so a minute later,
        # too late for a digest that is due.
        await tx.execute("ANALYZE")
    return moved


async def _copy(source: Database, target: Storage, table: str, told: Callable[[str, int], None]) -> None:
    info = await source.fetch(f"SELECT name, pk FROM pragma_table_info('{table}')")
    if not info:  # all words are of an older analysis
        return
    columns = [row["name"] for row in info]
    keys = [row["name"] for row in sorted(info, key=lambda row: row["pk"]) if row["pk"]]
    mark = await target.facts.get(_DONE + table)
    last, copied = (json.loads(mark)[0], json.loads(mark)[1]) if mark else (None, 0)
    ordered = ", ".join(keys)
    most = min(_CHUNK, _ARTICLES) if table == "articles" else _CHUNK
    while True:
        after = f"WHERE ({ordered}) > ({marks(keys)})" if last else ""
        rows = await source.fetch(
            f"SELECT {', '.join(columns)} FROM {table} {after} ORDER BY {ordered} LIMIT {most}", *(last or ())
        )
        if not rows:
            return
        last, copied = [rows[-1][key] for key in keys], copied + len(rows)
        texts = await asyncio.to_thread(_texts, rows) if table == "articles" else []
        async with target.database.transaction() as tx:
            await _write(tx, table, columns, rows)
            await indexing.index_counted(tx, [text for text, version in texts if version == ANALYSIS_VERSION])
            await indexing.index(tx, [text for text, version in texts if version != ANALYSIS_VERSION])
            await tx.execute(
                "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = $2",
                _DONE + table,
                json.dumps([last, copied]),
            )
        told(table, copied)


async def _write(tx: Transaction, table: str, columns: Sequence[str], rows: Sequence[Row]) -> None:
    if table == "facts":  # the move records its progress there
        await tx.executemany(
            f"INSERT INTO facts ({', '.join(columns)}) VALUES ({marks(columns)}) ON CONFLICT DO NOTHING",
            [tuple(row) for row in rows],
        )
    elif table == "articles":
        place = columns.index("analysis_version")
        values = ((*row[:place], ANALYSIS_VERSION, *row[place + 1 :]) for row in map(tuple, rows))
        await tx.load(table, columns, values)
    else:
        await tx.load(table, columns, map(tuple, rows))


def _texts(rows: Sequence[Row]) -> list[tuple[indexing.IndexedText, int]]:
    """The analysed text of these articles for the index, each with the version that counted its words."""
    return [
        (indexing.IndexedText.stored(*(row[column] for column in _TEXT)).analysed(), row["analysis_version"])
        for row in rows
        if not row["hidden"]
    ]


async def _verified(source: Database, target: Database, tables: Sequence[str]) -> dict[str, int]:
    """The number of rows by table, the same on both sides. Raises StorageError if something differs."""
    moved = {}
    for table in tables:
        ours = "" if table != "facts" else f" WHERE name <> '{_FROM}' AND name NOT LIKE '{_DONE}%'"
        there, here = [int(await one.fetchval(f"SELECT count(*) FROM {table}{ours}")) for one in (source, target)]
        if there != here:
            raise StorageError(f"{table}: {there} rows in SQLite, {here} in PostgreSQL; was something still running?")
        moved[table] = here
    ledger = (
        "SELECT state, count(*) AS n, coalesce(sum(message_id), 0) AS messages, sum(owed) AS owed FROM deliveries"
        " GROUP BY state ORDER BY state"
    )
    ledger_there, ledger_here = [[tuple(map(str, row)) for row in await one.fetch(ledger)] for one in (source, target)]
    if ledger_there != ledger_here:
        raise StorageError("the delivery ledgers differ; was something still running?")
    return moved
