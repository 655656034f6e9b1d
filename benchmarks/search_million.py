"""A million articles in SQLite: how long they take to index, how large the index is, how long a keystroke takes.

    python benchmarks/search_million.py [--articles 1000000] [--data ../shared/eval] [--database /tmp/million.sqlite]

Articles are recombined at run time from the titles and sentences of the corpus beside the project (nothing of it is
stored here): a title and sentences up to 60 tokens, five years of publication. A database that is there is only
searched. The queries are those of `queries.jsonl` by kind, and beginnings, common words and phrases made from titles.
Searches go through `storage.Articles.found`, keystroke by keystroke, in one process; p50 and p99 in ms, by
the clock and (what another's load does not change much) in time of the processor; phrases in quotation marks (whose
texts are read) apart from the rest.
"""

import argparse
import asyncio
import gzip
import json
import pathlib
import random
import re
import resource
import sqlite3
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from news.language.analyse import ANALYSIS_VERSION
from news.queries.query import parse
from storage import open_storage
from storage.search import indexing, postings

NOW = 1_790_000_000
YEARS = 5
TOKENS = 60
BATCH = 2000
COMMONEST = ["қала", "алматы", "қаз", "казахстан", "қазақстан", "глава государства", "президент казахстан", "новости"]
PHRASE = "phrase"


def texts(folder: pathlib.Path) -> tuple[list[tuple[str, str]], dict[str, list[str]]]:
    """Titles with their language, and sentences by language."""
    titles, sentences = [], defaultdict(list)
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for article in map(json.loads, lines):
            language = article["id"][:2]
            titles.append((article["title"][:500], language))  # as an import cuts them
            sentences[language] += [article["title"], *re.split(r"(?<=[.!?]) +", article["body"])]
    return titles, sentences


COLUMNS = (
    *("key", "id", "position", "title", "body", "lead", "language", "published_at", "analysis_version"),
    *("tags", "cited", "topics", "first_seen", "updated_at", "fingerprint"),
)


def batches(
    folder: pathlib.Path, articles: int
) -> Iterator[tuple[list[tuple[object, ...]], list[indexing.IndexedText], int]]:
    """The same articles every time: rows of their table (`COLUMNS`), what is indexed of them, how many tokens."""
    titles, sentences = texts(folder)
    chance = random.Random(1)
    for first in range(0, articles, BATCH):
        rows: list[tuple[object, ...]] = []
        found: list[indexing.IndexedText] = []
        tokens = 0
        for number in range(first, min(first + BATCH, articles)):
            title, language = chance.choice(titles)
            body, size = [], len(title.split())
            while size < TOKENS:
                body.append(chance.choice(sentences[language]))
                size += len(body[-1].split())
            tokens += size
            at = NOW - int((articles - number) / articles * YEARS * 365 * 86_400)
            position = postings.position(at)
            if found and position <= found[-1].position:
                position = found[-1].position + 1
            text = " ".join(body)
            row = (number + 1, f"m{number}", position, title, text, text[:200], language, at, ANALYSIS_VERSION)
            rows.append((*row, "[]", "[]", "[]", 0, 0, ""))
            found.append(indexing.IndexedText(position, title, text, language, "million", (), ()))
        yield rows, found, tokens


def build(database: pathlib.Path, folder: pathlib.Path, articles: int) -> None:
    """Write so many articles and their index into a store."""
    connection = sqlite3.connect(database, isolation_level=None)
    connection.execute("PRAGMA synchronous=NORMAL")
    started, cpu, spent, tokens = time.perf_counter(), time.process_time(), 0.0, 0
    for rows, found, more in batches(folder, articles):
        tokens += more
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            f"INSERT INTO articles ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})", rows
        )
        before = time.process_time()
        indexing.put(connection, found)
        spent += time.process_time() - before
        connection.execute("COMMIT")
        connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
    begin = True
    while postings.merge(connection, ANALYSIS_VERSION, 1000, begin=begin):  # as an import does at its end
        begin = False
    print(
        f"{articles} articles, {tokens / 1e6:.1f} M tokens in {time.perf_counter() - started:.0f} s"
        f" (CPU {time.process_time() - cpu:.0f} s, indexing {spent:.0f} s of it, {spent / articles * 1e6:.0f} µs each)"
    )
    connection.close()


def sizes(database: pathlib.Path) -> None:
    """Print the sizes of the store's parts."""
    connection = sqlite3.connect(database)
    rows = connection.execute(
        "SELECT name, sum(pgsize) / 1e6 FROM dbstat WHERE name GLOB 'search_*' GROUP BY 1 ORDER BY 2 DESC"
    ).fetchall()
    for name, size in rows:
        print(f"  {name:28s} {size:7.1f} MB")
    print(f"  index in all                 {sum(size for _, size in rows):7.1f} MB")
    connection.close()


def typed(folder: pathlib.Path, titles: list[tuple[str, str]], chance: random.Random) -> dict[str, list[str]]:
    """What people may type, by kind."""
    found: dict[str, list[str]] = defaultdict(list)
    with (folder / "queries.jsonl").open(encoding="utf-8") as lines:
        for asked in map(json.loads, lines):
            found[asked["kind"]].append(asked["query"])
    for kind in found.values():
        chance.shuffle(kind)
    for title, _ in titles:
        words = [word for word in re.findall(r"\w{4,}", title.lower()) if not word.isdigit()]
        if len(words) < 4:
            continue
        some = sorted(chance.sample(range(len(words)), chance.randint(2, 4)))
        query = [words[place] for place in some]
        text = " ".join(query)
        found["keystroke"] += [text[:end] for end in range(1, len(text), 3)][:6]
        found["one letter"].append(text[:1])
        found["two letters"].append(text[:2])
        first = chance.randrange(len(words) - 2)
        start = title.lower().index(words[first])
        found[PHRASE].append('"' + " ".join(title[start:].split()[: chance.randint(2, 3)]).replace('"', "") + '"')
        found["commonest"] += COMMONEST[len(found[PHRASE]) % len(COMMONEST) :][:1]
    return found


async def ask(url: str, folder: pathlib.Path, each: int, at_work: Callable[[], float] = lambda: 0.0) -> None:
    """Ask by kind and tell; `at_work`: how long the database's server, if it has one, was at work."""
    chance = random.Random(2)
    titles, _ = texts(folder)
    queries = typed(folder, chance.sample(titles, each * 3), chance)
    before = resident()
    store = await open_storage(url)
    today = datetime.fromtimestamp(NOW, UTC).date()
    every: list[tuple[float, float]] = []
    for kind, asked in queries.items():
        spent, server = [], at_work()
        for text in asked[:each]:
            started, cpu = time.perf_counter(), time.process_time()
            await store.articles.found(parse(text, today), limit=10, now=NOW)
            spent.append(((time.perf_counter() - started) * 1000, (time.process_time() - cpu) * 1000))
        every += spent if kind != PHRASE else []
        server = (at_work() - server) / len(spent) * 1000
        print(f"  {kind:16s} {told(spent)}" + (f"   server mean {server:6.2f}" if server else ""), flush=True)
    print(f"  {'all':16s} {told(every)}")
    print(f"  memory {resident() - before:+.0f} MB")
    await store.close()


def told(spent: list[tuple[float, float]]) -> str:
    """Median and 99th percentile of times, as text."""
    clock, cpu = ([one[n] for one in spent] for n in (0, 1))
    return (
        f"n={len(spent):4d}  p50 {percentile(clock, 0.5):6.2f}  p99 {percentile(clock, 0.99):6.2f}"
        f"   processor p50 {percentile(cpu, 0.5):6.2f}  p99 {percentile(cpu, 0.99):6.2f}"
    )


def percentile(values: list[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def resident() -> float:
    """Megabytes that this process has in memory."""
    try:
        return int(pathlib.Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
    except OSError:
        return 0.0


async def make(database: pathlib.Path) -> None:
    """An empty store with its schema."""
    await (await open_storage(f"sqlite:///{database}")).close()


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/eval"))
    parser.add_argument("--database", type=pathlib.Path, default=pathlib.Path("/tmp/million.sqlite"))
    parser.add_argument("--each", type=int, default=200, help="queries a kind")
    options = parser.parse_args()
    database = options.database.absolute()
    if not database.exists():
        asyncio.run(make(database))
        build(database, options.data, options.articles)
    sizes(database)
    asyncio.run(ask(f"sqlite:///{database}", options.data, options.each))


if __name__ == "__main__":
    main()
