"""The million articles of search_million.py on PostgreSQL: the same articles, queries and columns.

    python -m benchmarks.search_million_postgresql [--articles 1000000] [--data ../shared/eval] [--url postgresql://…]

They are filled in at once: rows by COPY, tokens in one statement for many, what they are indexed by when all are there,
then VACUUM as a server does by itself. On a private cluster with `fsync` and 1 GB of buffers or that of `--url`,
where a database that has articles is only searched. Of the processor p50 and p99 are the bot's, the mean the server's.
"""

import argparse
import asyncio
import contextlib
import gc
import pathlib
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from functools import lru_cache
from typing import Any

import asyncpg

from benchmarks.search_million import COLUMNS, ask, batches
from news.language.analyse import ANALYSIS_VERSION, fold, term
from news.language.analyse import words as words_of
from storage import Storage, open_storage
from storage.search import indexing, postings, vocabulary
from tests.postgres import cluster

SETTINGS = {
    "fsync": "on",
    "full_page_writes": "on",
    "autovacuum": "on",
    "shared_buffers": "1GB",
    "max_wal_size": "4GB",
}


@lru_cache(400_000)
def spoken(sentence: str, language: str) -> tuple[frozenset[tuple[str, str]], frozenset[str]]:
    """The words of a sentence with their terms, and the terms: once for all the articles it stands in."""
    found = frozenset(read(word, language) for word in words_of(sentence))
    return found, frozenset(key for _, key in found)


@lru_cache(None)
def read(word: str, language: str) -> tuple[str, str]:
    """A word's surface form and conflation key, cached."""
    folded = fold(word)
    return folded, term(folded, language)


def tokens(text: indexing.IndexedText, words: Counter[tuple[str, str]], terms: Counter[str]) -> str:
    """What `Text.tokens` makes of an article, but its places; counts its words and terms alike."""
    title, in_title = spoken(text.title, text.language)
    sentences = [spoken(one, text.language) for one in re.split(r"(?<=[.!?]) +", text.body)]
    words.update(title.union(*(pairs_ for pairs_, _ in sentences)))
    in_body = frozenset().union(*(found for _, found in sentences)) - in_title
    terms.update(in_title)
    terms.update(in_body)
    spelled = {word for word, _ in title}
    return " ".join(
        [postings.WORD + postings.token(word) for word in spelled]
        + [postings.TITLE + postings.token(key) for key in in_title - spelled]
        + [postings.token(key) for key in in_body]
        + [label(postings.LANGUAGE, text.language), label(postings.SOURCE, text.source or "")]
    )


label = lru_cache(postings.label)


async def fill(store: Storage, connection: Any, folder: pathlib.Path, articles: int) -> None:
    """Rows and tokens as they come, the vocabulary and the index of tokens when all are there."""
    started, cpu = time.perf_counter(), time.process_time()
    words: Counter[tuple[str, str]] = Counter()
    terms: Counter[str] = Counter()
    table = postings.table(ANALYSIS_VERSION)
    async with store.database.transaction() as tx:
        await tx.run(indexing.prepare)
        definition = await tx.fetchval(f"SELECT indexdef FROM pg_indexes WHERE indexname = '{table}_tokens'")
        await tx.execute(f"DROP INDEX {table}_tokens")
    pending: asyncio.Task[None] | None = None
    gc.disable()  # what is remembered of the sentences stays to the end
    for rows, found, _ in batches(folder, articles):
        each = await asyncio.to_thread(lambda: [(text.position, tokens(text, words, terms)) for text in found])  # noqa: B023
        if pending:
            await pending
        pending = asyncio.create_task(save(store, rows, each))
    if pending:
        await pending
    async with store.database.transaction() as tx:
        await tx.run(lambda raw: vocabulary.learn(raw, ANALYSIS_VERSION, words, terms))
    spoken.cache_clear()
    gc.enable()
    before = time.perf_counter()
    await connection.execute(definition)
    built = time.perf_counter() - before
    await connection.execute("VACUUM ANALYZE")
    print(
        f"{articles} articles in {time.perf_counter() - started:.0f} s, {built:.0f} s of them for the index of tokens"
        f" (processor of the client {time.process_time() - cpu:.0f} s)",
        flush=True,
    )


async def save(store: Storage, rows: list[tuple[object, ...]], each: list[tuple[int, str]]) -> None:
    """Store articles with their index, in one transaction."""
    async with store.database.transaction() as tx:
        await tx.load("articles", COLUMNS, rows)
        await tx.run(lambda raw: postings.put(raw, ANALYSIS_VERSION, each))


async def sizes(store: Storage) -> None:
    """Print the sizes of the tables."""
    names = [postings.table(ANALYSIS_VERSION), *vocabulary.tables(ANALYSIS_VERSION)]
    index = 0
    for name in names:
        size = int(await store.database.fetchval(f"SELECT pg_total_relation_size('{name}')"))
        index += size
        print(f"  {name:28s} {size / 1e6:7.1f} MB")
    print(f"  index in all                 {index / 1e6:7.1f} MB")
    print(f"  database                     {await store.database.size() / 1e6:7.1f} MB")


@contextlib.asynccontextmanager
async def database(url: str | None) -> AsyncIterator[tuple[str, Callable[[], float], Callable[[], float]]]:
    """An address; how long its server was at work, and its memory in MB, where that can be told."""
    if url:
        yield url, lambda: 0.0, lambda: 0.0
        return
    with cluster(**SETTINGS) as server:
        async with server.database() as address:
            yield address, server.processor, server.memory


async def work(options: argparse.Namespace) -> None:
    """Fill the database, search, and print the times."""
    async with database(options.url) as (url, at_work, memory):
        store = await open_storage(url)
        if await store.articles.is_empty():
            server = at_work()
            connection: Any = await asyncpg.connect(url)
            await fill(store, connection, options.data, options.articles)
            await connection.close()
            print(f"processor of the server meanwhile {at_work() - server:.0f} s", flush=True)
        await sizes(store)
        await store.close()
        await ask(url, options.data, options.each, at_work)
        if size := memory():
            print(f"  memory of the server {size:.0f} MB, its shared buffers among them")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=1_000_000)
    parser.add_argument("--data", type=pathlib.Path, default=pathlib.Path("../shared/eval"))
    parser.add_argument("--each", type=int, default=200, help="queries a kind")
    parser.add_argument("--url", help="another PostgreSQL")
    asyncio.run(work(parser.parse_args()))
