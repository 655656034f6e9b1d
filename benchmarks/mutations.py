"""How many spoilt feeds and pages make an uncaught exception: `python -m benchmarks.mutations [COUNT] [FOLDER]`.

COUNT mutations (50,000 unless told) of our own fixtures, in this process; with FOLDER also every file under it, such as
feedparser's own tests, and mutations of those. `python -m benchmarks.mutations --pages [COUNT] [SEED]`: the same of our
own pages, captures and JSON lines. Prints one line a kind and exits 1 on any uncaught exception.
"""

import logging
import random
import sys
import time
from collections import Counter
from pathlib import Path

from news.archive.archive import RawItem, parse_raw
from news.feeds.feed import parse_feed
from news.feeds.source import Document, UnreadableError
from news.pages.lines import lines_of
from tests.news.feeds.fixtures_feeds import FIXTURES
from tests.news.mutations import mutated
from tests.news.pages.fixtures_pages import ITEMS

_SEED = 20261122


def spoilt_pages(count: int, seed: int) -> int:
    """Read so many mutations of pages, captures and JSON lines. Returns the exit code."""
    dice = random.Random(seed)
    logging.disable(logging.CRITICAL)
    counts: Counter[str] = Counter()
    slowest, line, alone, began = 0.0, 0.0, 0.0, time.perf_counter()
    for _ in range(count):
        form, content = dice.choice(ITEMS)
        started = time.process_time()
        spoilt = content
        try:
            spoilt = mutated(content, dice)
            started = time.process_time()
            item = parse_raw(RawItem(form, "x", spoilt))
            counts[f"{form}: {type(item).__name__}"] += 1
        except Exception as error:  # noqa: BLE001 - to count every kind is what this is for
            counts[f"UNCAUGHT {form} {type(error).__name__}"] += 1
        spent = time.process_time() - started
        slowest = max(slowest, spent)
        if form == "capture":
            line = max(line, spent / (spoilt.count(b"\n") + 1))
            longest = max(spoilt.split(b"\n"), key=len).decode("utf-8", "replace")
            started = time.process_time()
            lines_of(longest)
            alone = max(alone, time.process_time() - started)
    for name, value in sorted(counts.items()):
        print(f"{value:8} {name}")
    print(f"{count} mutations, {time.perf_counter() - began:.0f} s, slowest {slowest:.2f} s of CPU")
    print(
        f"of captures the slowest took {1000 * line:.1f} ms of CPU a line, the slowest line alone {1000 * alone:.1f} ms"
    )
    return int(any(name.startswith("UNCAUGHT") for name in counts))


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    if sys.argv[1:2] == ["--pages"]:
        count, seed = ([int(told) for told in sys.argv[2:]] + [50_000, _SEED][len(sys.argv) - 2 :])[:2]
        return spoilt_pages(count, seed)
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    originals = list(FIXTURES.values())
    if len(sys.argv) > 2:
        originals += [path.read_bytes() for path in sorted(Path(sys.argv[2]).rglob("*")) if path.is_file()]
    dice = random.Random(_SEED)
    counts: Counter[str] = Counter()
    slowest = 0.0
    began = time.perf_counter()
    for number in range(len(originals) + count):
        content = originals[number] if number < len(originals) else mutated(dice.choice(originals), dice)
        started = time.process_time()
        try:
            feed = parse_feed(Document("https://qala.example/rss", content, {}), section=True)
            counts["read"] += 1
            counts["items"] += len(feed.items)
            counts["items rejected"] += feed.rejected
        except UnreadableError:
            counts["unreadable"] += 1
        except Exception as error:  # noqa: BLE001 - to count every kind is what this is for
            counts[f"UNCAUGHT {type(error).__name__}"] += 1
        slowest = max(slowest, time.process_time() - started)
    for name, value in sorted(counts.items()):
        print(f"{value:8} {name}")
    spent = time.perf_counter() - began
    print(f"{len(originals)} documents, {count} mutations, {spent:.0f} s, slowest {slowest:.2f} s of CPU")
    return int(any(name.startswith("UNCAUGHT") for name in counts))


if __name__ == "__main__":
    sys.exit(main())
