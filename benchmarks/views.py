"""Every view of anything that may stand in the store, asked of the strict server: `python -m benchmarks.views`.

A case is a message. Prints how many there were by view, what was refused and what failed; 200,000 take 20 minutes.
"""

import argparse
import logging
import time
from collections import Counter
from random import Random

from tests.hostile import messages, refusal_of

log = logging.getLogger("qala.benchmarks")


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=200_000)
    parser.add_argument("--from", type=int, default=0, dest="first", help="the first shelf's number")
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    views: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    hidden = _Failures()
    logging.getLogger().addHandler(hidden)
    began, seed = time.perf_counter(), given.first
    while views.total() < given.cases:
        try:
            for name, message in messages(Random(f"views:{seed}")):
                views[name] += 1
                if (refused := refusal_of(message)) is not None:
                    wrong[f"shelf {seed}, {name}: {refused}"] += 1
        except Exception:
            log.exception("shelf %s fails", seed)
        seed += 1
    for name, count in sorted(views.items()):
        print(f"{name:20} {count:8,}")
    print(f"{views.total():,} messages of {seed - given.first:,} shelves in {time.perf_counter() - began:.0f} s")
    print(f"refused: {wrong.total()}; failed, in the open or hidden by a list: {hidden.seen.total()}")
    for text, count in (wrong + hidden.seen).most_common(20):
        print(f"{count:6} {text}")


class _Failures(logging.Handler):
    """What fitting.fitted caught: a bug of ours with one item, though nobody lost the others."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        self.seen[f"{record.getMessage()[:100]} {record.exc_info[1]!r}" if record.exc_info else record.msg] += 1


if __name__ == "__main__":
    main()
