"""Lines that a source prints on page after page. They are learnt by counting.

Only (source, hash of a line) and the number of pages it was seen on are kept; the caller stores them.
"""

import hashlib
from collections.abc import Iterable, Mapping

from news.pages.boilerplate import fold

ENOUGH = 3  # pages of one source with the same line: boilerplate
PAGES = 0  # the key that counts a source's pages themselves
RECENT = 200  # pages after which counts are halved
_SHARE = 5  # a line on fewer than one page in five is a headline that comes again, «Прогноз погоды»
_MOST_LINES = 1000  # of one page
LONGEST = 300  # a longer line said thrice is a statement reprinted, and costs nothing to keep
SHORTEST = 3


def line_hash(line: str) -> int:
    """A signed 64-bit number for a line, the same in every process; case, marks at the ends and counts aside."""
    words = fold(line).rstrip("0123456789 ()[]:")
    digest = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def lines_to_learn(text: str) -> frozenset[int]:
    """The hashes of a page's lines that may turn out to be boilerplate; each counts once, however often the page has
    it.
    """
    lines = {line.strip() for line in text.split("\n")}
    return frozenset(line_hash(line) for line in lines if SHORTEST <= len(line) <= LONGEST)


def learn(lines: Iterable[int], counts: Mapping[int, int]) -> dict[int, int]:
    """The new counts of these lines after one more page of the source.

    `counts` are the old ones; missing ones are 0.
    """
    return {line: counts.get(line, 0) + 1 for line in lines}


def repeated_lines(text: str, counts: Mapping[int, int], enough: int = ENOUGH) -> frozenset[str]:
    """The lines of a page that were seen on `enough` other pages of its source. parse_capture calls them `repeated`."""
    lines = {line.strip() for line in text.split("\n")}
    return frozenset(
        line for line in lines if SHORTEST <= len(line) <= LONGEST and counts.get(line_hash(line), 0) >= enough
    )


class RepeatedLines:
    """A source's repeated lines while one of its pages is read: `line in repeated`; what was asked for is kept.

    `counts` are those of `learn`, with PAGES. `counted`: this page is included in them and must not count for itself.
    """

    def __init__(self, counts: Mapping[int, int], *, counted: bool = False) -> None:
        self._counts = counts
        self._enough = max(ENOUGH, counts.get(PAGES, 0) // _SHARE) + counted
        self.lines: set[int] = set()
        """The hashes of the lines that were asked for: what the page teaches."""

    def __contains__(self, line: object) -> bool:
        """Whether enough other pages have the line for it to be boilerplate."""
        if not isinstance(line, str) or not SHORTEST <= len(line) <= LONGEST:
            return False
        number = line_hash(line)
        if len(self.lines) < _MOST_LINES:
            self.lines.add(number)
        return self._counts.get(number, 0) >= self._enough
