"""How many spoilt items Qala reads without an uncaught exception: `python -m benchmarks.page_mutations [COUNT] [SEED]`.

COUNT (50,000 unless told) mutations of our own pages, captures and JSON lines, in this process. Prints one line a kind
and exits 1 on any uncaught exception.
"""

import logging
import random
import sys
import time
from collections import Counter

from news.archive.archive import RawItem, parse_raw
from news.pages.lines import lines_of
from tests.news.mutations import mutated
from tests.news.pages.fixtures_pages import ITEMS


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    dice = random.Random(int(sys.argv[2]) if len(sys.argv) > 2 else 20261122)
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


if __name__ == "__main__":
    sys.exit(main())
