"""Lines that a source prints on page after page: learnt by counting, not by naming.

A table of (source, hash of a line) and on how many pages it was seen is all that is kept; the caller stores it.
"""

import hashlib
from collections.abc import Iterable, Mapping

from news.furniture import fold

ENOUGH = 3  # pages of one source with the same line: furniture
LONGEST = 300  # a longer line said thrice is a statement reprinted, and costs nothing to keep
SHORTEST = 3


def line_hash(line: str) -> int:
    """A signed 64-bit number for a line, the same in every process; case, marks at the ends and counts aside."""
    words = fold(line).rstrip("0123456789 ()[]:")
    digest = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def lines_to_learn(text: str) -> frozenset[int]:
    """The hashes of a page's lines that may turn out to be furniture, each once however often the page says it."""
    lines = {line.strip() for line in text.split("\n")}
    return frozenset(line_hash(line) for line in lines if SHORTEST <= len(line) <= LONGEST)


def learn(lines: Iterable[int], counts: Mapping[int, int]) -> dict[int, int]:
    """The new counts of these lines after one more page of the source; `counts` are those it had, others are 0."""
    return {line: counts.get(line, 0) + 1 for line in lines}


def repeated_lines(text: str, counts: Mapping[int, int], enough: int = ENOUGH) -> frozenset[str]:
    """The lines of a page that were seen on `enough` other pages of its source: what parse_capture calls `repeated`."""
    lines = {line.strip() for line in text.split("\n")}
    return frozenset(
        line for line in lines if SHORTEST <= len(line) <= LONGEST and counts.get(line_hash(line), 0) >= enough
    )
