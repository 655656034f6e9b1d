"""What is counted by the day: how deliveries end, what is read, what is not found, and how much there is. Never who."""

import hmac
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Final

from storage.engine.database import Database

_ASKED_BY: Final = 5
"""So many people must ask for the same words before they are written down."""
_DAY: Final = 86_400
_MOST_WORDS: Final = 10_000
_LONGEST: Final = 60


class DailyCounts:
    """Sums and levels by day, kind and label. What happens is added up in memory; `flush` writes it down."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sums: Counter[tuple[str, str]] = Counter()
        self._levels: dict[tuple[str, str], int] = {}
        self.searches: EmptySearches | None = None
        """Set where searches that find nothing are counted."""

    def count(self, kind: str, label: str, by: int = 1) -> None:
        """One more of this."""
        self._sums[kind, label] += by

    def level(self, kind: str, label: str, number: int) -> None:
        """So many there are now."""
        self._levels[kind, label] = number

    def found_nothing(self, person: int, words: str, now: int) -> None:
        """A search found nothing; counted only where that is chosen, and only once enough people asked for the same."""
        if self.searches is not None and (many := self.searches.asked(person, words, now)):
            self.count("unfound", _folded(words), many)

    async def flush(self, day: str) -> None:
        """Write down what was counted, for a day like 2026-11-29."""
        sums, self._sums = self._sums, Counter()
        levels, self._levels = self._levels, {}
        if not sums and not levels:
            return
        insert = "INSERT INTO daily_counts (day, kind, label, n) VALUES ($1, $2, $3, $4) ON CONFLICT (day, kind, label)"
        try:
            async with self._database.transaction() as tx:
                await tx.executemany(
                    f"{insert} DO UPDATE SET n = daily_counts.n + excluded.n",
                    [(day, *key, number) for key, number in sums.items()],
                )
                await tx.executemany(
                    f"{insert} DO UPDATE SET n = excluded.n", [(day, *key, number) for key, number in levels.items()]
                )
        except BaseException:
            self._sums.update(sums)
            self._levels = levels | self._levels
            raise

    async def since(self, day: str) -> dict[str, dict[str, dict[str, int]]]:
        """Kind → label → day → number, from a day on."""
        rows = await self._database.fetch(
            "SELECT day, kind, label, n FROM daily_counts WHERE day >= $1 ORDER BY day, kind, label", day
        )
        found: dict[str, dict[str, dict[str, int]]] = {}
        for row in rows:
            found.setdefault(row["kind"], {}).setdefault(row["label"], {})[row["day"]] = row["n"]
        return found

    async def prune(self, before: str) -> int:
        """Forget what was counted before a day; returns how many rows."""
        return await self._database.execute("DELETE FROM daily_counts WHERE day < $1", before)


class EmptySearches:
    """Words that found nothing, for a day and in memory alone, as hashes with a key that no other run has.

    Who asked is a hash too: it only tells whether five different people did. A restart forgets everything.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._asked: dict[bytes, tuple[int, set[bytes]]] = {}

    def asked(self, person: int, words: str, now: int) -> int:
        """How many people are to be counted now: all of them at the fifth, then each new one; 0 before."""
        text = _folded(words)
        if not 2 <= len(text) <= _LONGEST or sum(letter.isdigit() for letter in text) > 4 or "@" in text:
            return 0  # who it is could be in it
        self._forget(now)
        _, people = self._asked.setdefault(self._hash(text), (now, set()))
        known = len(people)
        people.add(self._hash(str(person)))
        if len(people) == known or len(people) < _ASKED_BY:
            return 0
        return _ASKED_BY if len(people) == _ASKED_BY else 1

    def _forget(self, now: int) -> None:
        """The dict is in the order of first askings: the oldest go, and those for whom there is no room."""
        while self._asked:
            oldest = next(iter(self._asked))
            if now - self._asked[oldest][0] < _DAY and len(self._asked) < _MOST_WORDS:
                return
            del self._asked[oldest]

    def _hash(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), "sha256")[:16]


def totals(counted: Mapping[str, Mapping[str, Mapping[str, int]]], *kinds: str) -> dict[str, int]:
    """Of these kinds, the sum over all days by label."""
    sums: Counter[str] = Counter()
    for kind in kinds:
        for label, days in counted.get(kind, {}).items():
            sums[label] += sum(days.values())
    return dict(sums)


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())
