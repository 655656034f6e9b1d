"""Where the milliseconds of one keystroke go.

    python benchmarks/search_keystroke.py DATABASE [TEXT…]

Types every text letter by letter into an indexed store (as `search_million.py` or `qala import` leave it), forty
times, and shares the processor's time out among the parts. The parts run inside each other's gaps, so the rest is
Python between.
"""

import pathlib
import sqlite3
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from news.queries import ranking
from news.queries.query import parse
from storage.search import finding, postings, results, vocabulary

NOW = 1_790_000_000
TEXTS = ["казакстан", "qalalyq kolik", "fkvfns", "мектептер", "президент казахстана", "жаңа көпір"]
PARTS = [
    ("vocabulary: SQL", vocabulary.Vocabulary, "_rows"),
    ("windows: FTS5 and rows", postings, "window"),
    ("lists of positions: FTS5", postings, "positions"),
    ("rows by position", postings, "rows_at"),
    ("words of titles", finding, "titles_of"),
    ("ranking", ranking.Ranker, "score"),
]


def timed(spent: dict[str, float], name: str, owner: Any, attribute: str) -> None:
    """Wrap a method so that its time is added up under a name."""
    inner: Callable[..., Any] = getattr(owner, attribute)

    def outer(*args: Any, **named: Any) -> Any:
        started = time.thread_time()
        try:
            return inner(*args, **named)
        finally:
            spent[name] += time.thread_time() - started

    setattr(owner, attribute, outer)


def main() -> None:
    """Run what the command line asks for."""
    connection = sqlite3.connect(f"file:{pathlib.Path(sys.argv[1]).absolute()}?mode=ro", uri=True)
    texts = sys.argv[2:] or TEXTS
    today = datetime.fromtimestamp(NOW, UTC).date()
    strokes = [text[:end] for text in texts for end in range(1, len(text) + 1)]
    remembered = results.RememberedSearch()

    def type_all() -> None:
        for stroke in strokes:
            results.find(connection, parse(stroke, today), limit=10, now=NOW, remembered=remembered)

    type_all()
    spent: dict[str, float] = defaultdict(float)
    for name, owner, attribute in PARTS:
        timed(spent, name, owner, attribute)
    started = time.thread_time()
    for _ in range(40):
        type_all()
    whole = time.thread_time() - started
    each = 1000 / 40 / len(strokes)
    for name, seconds in sorted(spent.items(), key=lambda part: -part[1]):
        print(f"{name:26s} {seconds * each:6.3f} ms  {seconds / whole:4.0%}")
    print(f"{'all the rest':26s} {(whole - sum(spent.values())) * each:6.3f} ms")
    print(f"{'one keystroke':26s} {whole * each:6.3f} ms  ({len(strokes)} keystrokes)")


if __name__ == "__main__":
    main()
