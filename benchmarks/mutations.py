"""How many spoilt feeds Qala reads without an uncaught exception: `python -m benchmarks.mutations [COUNT] [FOLDER]`.

COUNT mutations (50,000 unless told) of our own fixtures, in this process; with FOLDER also every file under it, such as
feedparser's own tests, and mutations of those. Prints one line a kind and exits 1 on any uncaught exception.
"""

import random
import sys
import time
from collections import Counter
from pathlib import Path

from news.feeds.feed import parse_feed
from news.feeds.source import Document, UnreadableError
from tests.news.feeds.fixtures_feeds import FIXTURES
from tests.news.mutations import mutated


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    originals = list(FIXTURES.values())
    if len(sys.argv) > 2:
        originals += [path.read_bytes() for path in sorted(Path(sys.argv[2]).rglob("*")) if path.is_file()]
    dice = random.Random(20261122)
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
