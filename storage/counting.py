"""The day's figures: how deliveries end, what is read, what is not found, totals. Never who did it."""

import hmac
import secrets
from collections import Counter
from collections.abc import Mapping
from typing import Final

from storage.engine.database import Database

_ASKED_BY: Final = 5
"""How many people must ask for the same words before these are stored."""
_DAY: Final = 86_400
_MOST_WORDS: Final = 10_000
_LONGEST: Final = 60


class DailyCounts:
    """Sums and levels by day, kind and label. They are added up in memory; `flush` stores them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._sums: Counter[tuple[str, str]] = Counter()
        self._levels: dict[tuple[str, str], int] = {}
        self.searches: EmptySearches | None = None
        """Set if searches that find nothing are counted."""

    def count(self, kind: str, label: str, by: int = 1) -> None:
        """Add `by` to a sum."""
        self._sums[kind, label] += by

    def level(self, kind: str, label: str, number: int) -> None:
        """Set a level."""
        self._levels[kind, label] = number

    def found_nothing(self, person: int, words: str, now: int) -> None:
        """Count a search that found nothing, if the operator chose that and enough people searched for the same."""
        if self.searches is not None and (many := self.searches.asked(person, words, now)):
            self.count("unfound", _folded(words), many)

    async def flush(self, day: str) -> None:
        """Store what was counted, for a day like 2026-11-29."""
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
        """Kind → label → day → number, beginning with a day."""
        rows = await self._database.fetch(
            "SELECT day, kind, label, n FROM daily_counts WHERE day >= $1 ORDER BY day, kind, label", day
        )
        found: dict[str, dict[str, dict[str, int]]] = {}
        for row in rows:
            found.setdefault(row["kind"], {}).setdefault(row["label"], {})[row["day"]] = row["n"]
        return found

    async def prune(self, before: str) -> int:
        """Delete the figures before a day; returns how many rows."""
        return await self._database.execute("DELETE FROM daily_counts WHERE day < $1", before)


class EmptySearches:
    """Words that found nothing, kept for a day, in memory only, as hashes with this run's own key.

    People are hashes too; they only show whether five different ones asked. A restart forgets everything.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._asked: dict[bytes, tuple[int, set[bytes]]] = {}

    def asked(self, person: int, words: str, now: int) -> int:
        """How many people to count now: 0 before the fifth, all five at the fifth, then each new one."""
        text = _folded(words)
        if not 2 <= len(text) <= _LONGEST or sum(letter.isdigit() for letter in text) > 4 or "@" in text:
            return 0  # the words could name the person
        self._forget(now)
        _, people = self._asked.setdefault(self._hash(text), (now, set()))
        known = len(people)
        people.add(self._hash(str(person)))
        if len(people) == known or len(people) < _ASKED_BY:
            return 0
        return _ASKED_BY if len(people) == _ASKED_BY else 1

    def _forget(self, now: int) -> None:
        """Forget the oldest words, and those for which there is no room; the dict is in the order of first askings."""
        while self._asked:
            oldest = next(iter(self._asked))
            if now - self._asked[oldest][0] < _DAY and len(self._asked) < _MOST_WORDS:
                return
            del self._asked[oldest]

    def _hash(self, text: str) -> bytes:
        return hmac.digest(self._key, text.encode(), "sha256")[:16]


def totals(counted: Mapping[str, Mapping[str, Mapping[str, int]]], *kinds: str) -> dict[str, int]:
    """Label → the sum over all days of these kinds."""
    sums: Counter[str] = Counter()
    for kind in kinds:
        for label, days in counted.get(kind, {}).items():
            sums[label] += sum(days.values())
    return dict(sums)


def _folded(words: str) -> str:
    return " ".join(words.casefold().split())
