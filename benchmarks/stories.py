"""What filing costs: 1,000 articles analysed, saved and joined into stories, against an empty store and a large one.

    python benchmarks/stories.py [--store 100000] [--new 1000]

Real texts from ../shared/eval/corpus.jsonl.gz: the store is the whole corpus, repeated a year apart where more is asked
for; the new ones are its full articles (median 1,100 characters) under new ids, a day after the originals. Seconds of
the clock and of the processor, analysis and search index included.
"""

import argparse
import asyncio
import gzip
import json
import pathlib
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from news.filing import file_entry
from news.models import Entry, Filed
from storage import Storage, open_storage

CORPUS = pathlib.Path("../shared/eval/corpus.jsonl.gz")
NOW = 1_800_000_000
BATCH = 200


def corpus() -> list[Entry]:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Entry(
            row["id"],
            row["title"],
            row["body"],
            source=row["source"],
            language=row["id"][:2],
            published=datetime.fromisoformat(row["published"]),
        )
        for row in rows
    ]


def later(entries: list[Entry], name: str, by: timedelta) -> list[Entry]:
    return [
        replace(one, id=f"{name}{one.id}", published=one.published + by)
        for one in entries
        if isinstance(one.published, datetime)
    ]


def many(entries: list[Entry], count: int) -> Iterator[Entry]:
    for year in range(1 + count // len(entries)):
        yield from later(entries, f"{year}-", timedelta(days=-366 * year))[: count - year * len(entries)]


async def add(store: Storage, entries: list[Entry]) -> str:
    clock, processor = time.perf_counter(), time.process_time()
    for start in range(0, len(entries), BATCH):
        filed = [file_entry(entry) for entry in entries[start : start + BATCH]]
        await store.articles.save([one for one in filed if isinstance(one, Filed)], NOW)
    clock, processor = time.perf_counter() - clock, time.process_time() - processor
    each = 1000 * processor / len(entries)
    return f"{len(entries):7d} articles: {clock:7.1f} s, processor {processor:7.1f} s ({each:.2f} ms each)"


async def main(size: int, new: int) -> None:
    entries = corpus()
    full = [one for one in entries if len(one.body) > 300]
    with tempfile.TemporaryDirectory() as folder:
        store = await open_storage(f"sqlite:///{pathlib.Path(folder) / 'qala.sqlite'}")
        try:
            await add(store, full[new : new + 500])  # dictionaries are read, caches warm
            print("empty store", await add(store, later(full[:new], "first-", timedelta())), flush=True)
            print("filling    ", await add(store, list(many(entries, size))), flush=True)
            print("large store", await add(store, later(full[:new], "new-", timedelta(days=1))), flush=True)
            print("stories    ", len(await store.stories.since()))
        finally:
            await store.close()


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--store", type=int, default=100_000)
    options.add_argument("--new", type=int, default=1_000)
    given = options.parse_args()
    asyncio.run(main(given.store, given.new))
