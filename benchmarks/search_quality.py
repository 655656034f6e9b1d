"""Qala's search beside FTS5, tantivy and PostgreSQL full text: the same texts and queries, one run, one table.

    python benchmarks/search_quality.py [--data ../shared/eval] [--each 8] [--engines qala,fts5,tantivy,postgresql]

The corpus is indexed anew by every engine (Qala in a folder of its own under --work). tantivy is looked for in the
Python named by --tantivy (a virtual environment with `pip install tantivy`; no dependency of Qala), PostgreSQL under
/usr/lib/postgresql: a private cluster on a socket, started by the user `postgres` when this runs as root. An engine
that is missing is left out and named. FTS5 and PostgreSQL are asked for all the words with the last as a beginning,
and to fill the page for any of them; tantivy for any. R@1 and R@10 a kind; p50 and p99 are an engine's own time in ms.
"""

import argparse
import asyncio
import gzip
import importlib
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from bot.collecting.importing import import_entries
from news.archive.archive import read
from news.queries.query import parse
from storage import open_storage
from storage.search.results import find

OUTSIDE_THE_MEAN = {"xling", "latin2018", "latin_messy"}
NOW = 1_790_000_000
Ask = Callable[[str], list[str]]


def articles(folder: pathlib.Path) -> Iterator[dict]:
    """The articles of the corpus."""
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def words_of(text: str) -> list[str]:
    """The words of a text, for the other engines."""
    return "".join(letter if letter.isalnum() else " " for letter in text).split()


def widened(found: Callable[[str], list[str]], every: str, any_: str) -> list[str]:
    """What holds every word; where that is no page, then what holds any of them."""
    best = found(every)
    return best if len(best) == 10 else list(dict.fromkeys([*best, *found(any_)]))[:10]


def qala(folder: pathlib.Path, work: pathlib.Path) -> Ask:
    """Qala's search over the corpus."""
    database = work / "qala.sqlite"

    async def load() -> None:
        store = await open_storage(f"sqlite:///{database}")
        plain = work / "corpus.jsonl"
        with gzip.open(folder / "corpus.jsonl.gz") as packed, plain.open("wb") as unpacked:
            shutil.copyfileobj(packed, unpacked)
        if await store.articles.is_empty():
            await import_entries(read([str(plain)]), store, NOW, lambda _: None)
        await store.close()

    asyncio.run(load())
    connection = sqlite3.connect(database)
    ids = dict(connection.execute("SELECT key, id FROM articles"))
    today = datetime.fromtimestamp(NOW, UTC).date()
    return lambda query: [ids[hit.key] for hit in find(connection, parse(query, today), limit=10, now=NOW).hits]


def fts5(folder: pathlib.Path, work: pathlib.Path) -> Ask:
    """SQLite's FTS5 over the corpus, with words as they are."""
    connection = sqlite3.connect(work / "fts5.sqlite")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (id UNINDEXED, title, body, tokenize='unicode61')")
    rows = ((one["id"], one["title"], one["body"]) for one in articles(folder))
    connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    connection.commit()
    sql = "SELECT id FROM t WHERE t MATCH ? ORDER BY bm25(t, 0, 5, 1) LIMIT 10"

    def ask(query: str) -> list[str]:
        *whole, last = words_of(query)
        terms = [*(f'"{word}"' for word in whole), f'"{last}"*']
        return widened(lambda glue: [row[0] for row in connection.execute(sql, (glue.join(terms),))], " AND ", " OR ")

    return ask


TANTIVY = """
import gzip, json, sys, tantivy, time
b = tantivy.SchemaBuilder()
b.add_text_field("id", stored=True, tokenizer_name="raw")
b.add_text_field("title", tokenizer_name="ru_stem")
b.add_text_field("body", tokenizer_name="ru_stem")
index = tantivy.Index(b.build())
index.register_tokenizer("ru_stem", tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    .filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("russian")).build())
writer = index.writer(200_000_000)
for line in gzip.open(sys.argv[1], "rt", encoding="utf-8"):
    one = json.loads(line)
    writer.add_document(tantivy.Document(id=one["id"], title=one["title"], body=one["body"]))
writer.commit(); writer.wait_merging_threads(); index.reload()
searcher = index.searcher()
print("ready", flush=True)
for line in sys.stdin:
    words = json.loads(line)
    started = time.perf_counter()
    query = index.parse_query_lenient(" ".join(words), ["title", "body"], field_boosts={"title": 5.0})[0]
    hits = [searcher.doc(at)["id"][0] for _, at in searcher.search(query, 10).hits]
    print(json.dumps([hits, (time.perf_counter() - started) * 1000]), flush=True)
"""


def tantivy(folder: pathlib.Path, python: str) -> Ask | None:
    """Tantivy over the corpus; None if it is not installed."""
    if not pathlib.Path(python).exists():
        return None
    command = [python, "-c", TANTIVY, str(folder / "corpus.jsonl.gz")]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8")
    if process.stdout is None or process.stdin is None or process.stdout.readline().strip() != "ready":
        return None

    def ask(query: str) -> list[str]:
        process.stdin.write(json.dumps(words_of(query)) + "\n")
        process.stdin.flush()
        hits, _ = json.loads(process.stdout.readline())
        return hits

    return ask


def postgresql(folder: pathlib.Path, work: pathlib.Path) -> Ask | None:
    """PostgreSQL's full-text search over the corpus; None without a server."""
    homes = sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    if not homes:
        return None
    cluster = work / "postgresql"
    shutil.rmtree(cluster, ignore_errors=True)
    cluster.mkdir()
    become = []
    if os.geteuid() == 0:
        shutil.chown(cluster, "postgres")
        work.chmod(0o755)
        become = ["runuser", "-u", "postgres", "--"]
    where = [str(cluster / "data")]
    run = lambda *command: subprocess.run([*become, *command], check=True, capture_output=True)  # noqa: E731
    run(str(homes[-1] / "initdb"), "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8", *where)
    options = f"-c listen_addresses='' -k {cluster}"
    run(str(homes[-1] / "pg_ctl"), "-D", *where, "-o", options, "-w", "-l", str(cluster / "log"), "start")

    asyncpg = importlib.import_module("asyncpg")
    loop = asyncio.new_event_loop()

    async def load() -> Any:
        connection = await asyncpg.connect(host=str(cluster), user="postgres" if become else None, database="postgres")
        await connection.execute("CREATE TABLE t (id text, v tsvector)")
        await connection.executemany(
            "INSERT INTO t VALUES ($1, setweight(to_tsvector('russian', $2), 'A') || to_tsvector('russian', $3))",
            [(one["id"], one["title"], one["body"]) for one in articles(folder)],
        )
        await connection.execute("CREATE INDEX ON t USING gin (v)")
        await connection.execute("ANALYZE t")
        return connection

    connection = loop.run_until_complete(load())
    sql = "SELECT id FROM t, to_tsquery('russian', $1) q WHERE v @@ q ORDER BY ts_rank(v, q) DESC LIMIT 10"

    def ask(query: str) -> list[str]:
        def found(glue: str) -> list[str]:
            return [row[0] for row in loop.run_until_complete(connection.fetch(sql, glue.join(words_of(query)) + ":*"))]

        return widened(found, " & ", " | ")

    def stop() -> None:
        loop.run_until_complete(connection.close())
        run(str(homes[-1] / "pg_ctl"), "-D", *where, "-m", "immediate", "stop")

    ask.stop = stop
    return ask


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def score(ask: Ask, queries: list[dict]) -> tuple[dict[str, tuple[float, float]], list[float], list[float]]:
    """The scores of an engine by kind of query, and its times."""
    ranks, spent = defaultdict(list), []
    for query in queries:
        started = time.perf_counter()
        hits = ask(query["query"])
        spent.append((time.perf_counter() - started) * 1000)
        kind = f"{query['language']} {query['kind']}"
        ranks[kind].append(next((n for n, hit in enumerate(hits) if hit in query["relevant"]), None))
    share = {
        kind: tuple(sum(rank is not None and rank < most for rank in found) / len(found) for most in (1, 10))
        for kind, found in ranks.items()
    }
    inside = [kind for kind in ranks if kind.split()[1] not in OUTSIDE_THE_MEAN]
    mrr = sum(sum(1 / (r + 1) for r in ranks[kind] if r is not None) / len(ranks[kind]) for kind in inside)
    means = [sum(share[kind][n] for kind in inside) / len(inside) for n in (0, 1)]
    return share, [*means, mrr / len(inside)], spent


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/eval"))
    parser.add_argument("--each", type=int, default=8, help="every n-th target only")
    parser.add_argument("--engines", default="qala,fts5,tantivy,postgresql")
    parser.add_argument("--tantivy", default=sys.executable, help="a Python that has tantivy")
    parser.add_argument("--work", type=pathlib.Path, help="keep the indexes here; Qala's is used again")
    options = parser.parse_args()
    with (options.data / "queries.jsonl").open(encoding="utf-8") as lines:
        queries = [
            one for one in map(json.loads, lines) if zlib.crc32(one["relevant"][0].encode()) // 2 % options.each == 0
        ]
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or pathlib.Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        makers: dict[str, Callable[[], Ask | None]] = {
            "qala": lambda: qala(options.data, work),
            "fts5": lambda: fts5(options.data, pathlib.Path(folder)),
            "tantivy": lambda: tantivy(options.data, options.tantivy),
            "postgresql": lambda: postgresql(options.data, pathlib.Path(folder)),
        }
        columns = {}
        for name in options.engines.split(","):
            started = time.perf_counter()
            ask = makers[name]()
            if ask is None:
                print(f"{name}: not here")
                continue
            built = time.perf_counter() - started
            ask("новости")
            columns[name] = score(ask, queries)
            print(f"{name}: ready in {built:.0f} s")
            getattr(ask, "stop", lambda: None)()
    print(f"\n{len(queries)} queries; R@1 / R@10\n\n| kind | {' | '.join(columns)} |")
    print("| --- |" + " --- |" * len(columns))
    for kind in sorted(next(iter(columns.values()))[0]):
        cells = ("{:.3f} / {:.3f}".format(*share[kind]) for share, _, _ in columns.values())
        print(f"| {kind} | {' | '.join(cells)} |")
    cells = ("{:.3f} / {:.3f}, MRR {:.3f}".format(*means) for _, means, _ in columns.values())
    print(f"| **mean of kinds** | {' | '.join(cells)} |")
    cells = (f"{percentile(spent, 0.5):.1f} / {percentile(spent, 0.99):.1f}" for _, _, spent in columns.values())
    print(f"| p50 / p99 ms | {' | '.join(cells)} |")


if __name__ == "__main__":
    main()
