"""What filing costs as the store grows: 1,000 articles through `qala import`, beside 10,000 and beside 100,000.

    python -m benchmarks.stories [--stores 10000 100000] [--new 1000] [--each 3] [--keep FOLDER]

Stores are filled by `qala import` with recombined lines of ../shared/eval/corpus.jsonl.gz (benchmarks/import_speed.py),
two thousand a day up to today. The new ones are full articles (median 1,100 characters, both languages) of the next
half day, half of them texts that the store has already, half with a sentence of another article. Seconds of the clock
from the command's start to its end, analysis, stories and the search index included; processor time of parent and
children; how many stories the new ones brought or joined. Every round begins with a copy of the filled store; its best
is what is judged, as a busy machine only adds.
"""

import argparse
import json
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.import_speed import NOW, ImportRun, lines

A_DAY = 2_000
ALLOWED = 10.0
"""Seconds a thousand articles may take on two cores (issue 6)."""
_FULL = 300  # characters


def dated(articles: Sequence[str], end: int) -> Iterator[str]:
    """The lines with dates of their own, two thousand a day, the last at `end`."""
    for number, line in enumerate(articles):
        at = end - (len(articles) - number) * 86_400 // A_DAY
        yield json.dumps(
            {**json.loads(line), "published": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))}, ensure_ascii=False
        )


def fresh(known: Sequence[str], count: int) -> list[str]:
    """Full articles under ids of their own."""
    chance = random.Random(2)
    full = [article for article in map(json.loads, known) if len(article["body"]) > _FULL]
    chosen = chance.choices(full, k=count)
    for number, original in enumerate(chosen):
        article = chosen[number] = {**original, "id": f"new-{number}"}
        if number % 2:
            article["body"] += " " + chance.choice(full)["title"] + "."
    return [json.dumps(article, ensure_ascii=False) for article in chosen]


def write(file: Path, articles: Iterator[str]) -> Path:
    """Write articles as an archive to import."""
    with file.open("w", encoding="utf-8") as archive:
        archive.writelines(f"{line}\n" for line in articles)
    return file


def told(folder: Path) -> int:
    """How many articles of the store share a story with another."""
    with sqlite3.connect(folder / "qala.sqlite") as database:
        return int(database.execute("SELECT count(*) FROM articles WHERE story IS NOT NULL").fetchone()[0])


def beside(size: int, known: Sequence[str], new: Sequence[str], folder: Path, each: int) -> float:
    """Fill a store, then import the new ones into copies of it; the best round's seconds."""
    filled = folder / f"store-{size}"
    if not filled.exists():
        ImportRun(write(folder / "store.jsonl", dated(known[-size:], NOW)), filled, size, stemmer=False).tell("filled")
    archive = write(folder / "new.jsonl", dated(new, NOW + len(new) * 86_400 // A_DAY))
    best = float("inf")
    for number in range(each):
        copy = folder / "copy"
        shutil.copytree(filled, copy)
        before = told(copy)
        run = ImportRun(archive, copy, len(new), stemmer=False)
        run.tell(f"beside {size:,}, round {number + 1}")
        if run.code:
            raise SystemExit(f"the import ended with {run.code}")
        print(f"  in stories: {before:,} before, {told(copy) - before:,} more", flush=True)
        best = min(best, run.seconds)
        shutil.rmtree(copy)
    return best


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stores", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--new", type=int, default=1_000)
    parser.add_argument("--each", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="a folder for the stores, which stay")
    options = parser.parse_args()
    folder = options.keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    try:
        known = list(lines(max(options.stores)))
        new = fresh(known, options.new)
        best = {size: beside(size, known, new, folder, options.each) for size in options.stores}
    finally:
        if options.keep is None:
            shutil.rmtree(folder)
    for size, seconds in best.items():
        print(f"{options.new:,} articles beside {size:,}: {seconds:.1f} s")
    return int(max(best.values()) * 1000 / options.new > ALLOWED)


if __name__ == "__main__":
    raise SystemExit(main())
