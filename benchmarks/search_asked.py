"""Queries as people type them: of how many are enough of the first five answers right, over any corpus.

    python -m benchmarks.search_asked CORPUS.jsonl[.gz] [--cases benchmarks/search_asked.tsv …] [--work FOLDER]

CORPUS has an article a line, as `qala import` reads it; it is imported once into --work and used again. Cases are lines
of a query, a number and patterns (see search_asked.tsv). Printed: what falls short, how many articles there are for it
in all, and the share that is right. A case that the corpus holds too few articles for is counted wrong all the same.
"""

import argparse
import asyncio
import gzip
import pathlib
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import NamedTuple

from bot.collecting.importing import import_entries
from news.archive.archive import read
from news.queries.query import parse
from storage import open_storage
from storage.search.results import RememberedSearch, find

NOW = 1_790_000_000
FIRST = 5
CASES = pathlib.Path(__file__).with_suffix(".tsv")


class AskedCase(NamedTuple):
    """A query, how many of the first answers must be right, and what a right one says."""

    query: str
    least: int
    says: tuple[re.Pattern[str], ...]

    def is_right(self, text: str) -> bool:
        """Whether an article's text is an answer."""
        return all(pattern.search(text) for pattern in self.says)


def cases(path: pathlib.Path) -> Iterator[AskedCase]:
    """The questions of a file."""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            query, least, says = line.split("\t")
            yield AskedCase(query, int(least), tuple(re.compile(one.strip()) for one in says.split("&&")))


async def load(corpus: pathlib.Path, database: pathlib.Path, folder: pathlib.Path) -> None:
    """Import the corpus into a store."""
    store = await open_storage(f"sqlite:///{database}")
    if await store.articles.is_empty():
        plain = corpus
        if corpus.suffix == ".gz":
            plain = folder / "corpus.jsonl"
            with gzip.open(corpus) as packed, plain.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
        await import_entries(read([str(plain)]), store, NOW, lambda _: None)
    await store.close()


def score(path: pathlib.Path, ask: Callable[[str], list[int]], texts: dict[int, str]) -> None:
    """Ask all questions of a file and print how many are answered."""
    asked = list(cases(path))
    right = 0
    for case in asked:
        found = sum(case.is_right(texts[key]) for key in ask(case.query)[:FIRST])
        right += found >= case.least
        if found < case.least:
            there = sum(map(case.is_right, texts.values()))
            print(f"{case.query}: {found} of the first {FIRST}, wanted {case.least}; {there} in the corpus")
    print(f"{path.name}: {right} of {len(asked)} right ({right / len(asked):.3f})")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpus", type=pathlib.Path)
    parser.add_argument("--cases", type=pathlib.Path, nargs="*", default=[CASES])
    parser.add_argument("--work", type=pathlib.Path, help="keep the store here and use it again")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or pathlib.Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        database = work / "qala.sqlite"
        asyncio.run(load(options.corpus, database, pathlib.Path(folder)))
        connection = sqlite3.connect(database)
        rows = connection.execute("SELECT key, title || ' ' || body FROM articles")
        texts = {key: text.casefold() for key, text in rows}
        remembered, today = RememberedSearch(), datetime.fromtimestamp(NOW, UTC).date()

        def ask(query: str) -> list[int]:
            found = find(connection, parse(query, today), limit=10, now=NOW, remembered=remembered)
            return [hit.key for hit in found.hits]

        for path in options.cases:
            score(path, ask, texts)


if __name__ == "__main__":
    main()
