"""The articles near in time that may tell what a new one tells: found by a few rare words, compared by their traces.

The cost does not grow with the store: each of an article's some twenty clues is looked up in an index, within a week,
and at most `_A_CLUE` articles a clue are considered.
"""

import heapq
from functools import cache

from news.stories import WINDOW_SECONDS, Candidate
from news.traces import Trace, unpack
from storage.database import Transaction, marks

_A_CLUE = 24
_CANDIDATES = 12
_REMEMBERED = 3_000
"""Traces kept in memory, some 20 MB: days of dense news, which an archive or a running bot compares again."""
MONTH_SECONDS = 30 * 86_400
"""Clues lie by such months (migration 0013)."""


class Nearby:
    """The candidates for stories, with the traces last compared in memory."""

    def __init__(self) -> None:
        # By key, with the fingerprint: another program may change an article, and a transaction may be rolled back.
        self._traces: dict[int, tuple[str, Trace]] = {}

    async def candidates(self, tx: Transaction, key: int, at: int, clues: dict[int, float]) -> list[Candidate]:
        """The articles nearest in time to `at` (UTC seconds) that share clues with the article of this key."""
        nearest = await _nearest(tx, key, at, clues)
        if not nearest:
            return []
        rows = await tx.fetch(_standing(len(nearest)), *nearest)
        kept: dict[int, Trace] = {}
        unknown: dict[int, str] = {}
        for other, _, mark in rows:
            found = self._traces.get(other)
            if found is not None and found[0] == mark:
                kept[other] = found[1]
            else:
                unknown[other] = mark
        if unknown:
            for other, packed in await tx.fetch(_traces(len(unknown)), *unknown):
                known = unpacked(packed)
                if known is not None:
                    kept[other] = known
                    self.keep(other, unknown[other], known)
        return [Candidate(other, story, kept[other]) for other, story, _ in rows if other in kept]

    def keep(self, key: int, mark: str, trace: Trace) -> None:
        """Remember the trace of an article that is saved with the fingerprint `mark`."""
        if len(self._traces) >= _REMEMBERED:
            del self._traces[next(iter(self._traces))]
        self._traces[key] = mark, trace

    async def add(self, tx: Transaction, key: int, at: int, clues: dict[int, float]) -> None:
        """Let an article be found by its clues."""
        await tx.executemany(
            "INSERT INTO story_clues (month, clue, at, key) VALUES ($1, $2, $3, $4)",
            [(at // MONTH_SECONDS, clue, at, key) for clue in clues],
        )


async def _nearest(tx: Transaction, key: int, at: int, clues: dict[int, float]) -> list[int]:
    """The keys of the articles nearest in time that share clues with a new one, the most telling first."""
    if not clues:
        return []
    since, until = at - WINDOW_SECONDS, at + WINDOW_SECONDS
    months = range(since // MONTH_SECONDS, until // MONTH_SECONDS + 1)
    if tx.dialect == "sqlite":
        rows = await tx.fetch(_near(len(clues), len(months)), since, until, *months, *clues)
    else:
        rows = await tx.fetch(_NEAR, since, until, list(months), list(clues))
    weights: dict[str, float] = {}
    for clue, keys in rows:
        if keys:
            weight = clues[clue]
            for other in keys.split(","):
                weights[other] = weights.get(other, 0.0) + weight
    weights.pop(str(key), None)
    return [int(other) for other in heapq.nlargest(_CANDIDATES, weights, key=weights.__getitem__)]


# Statements by how many values they take: the database has them prepared, which costs more than they do. One row a
# clue: where news is dense they are hundreds of articles, each of which would be a row.
@cache
def _near(clues: int, months: int) -> str:
    asked = ", ".join(f"(${3 + months + number})" for number in range(clues))
    return " UNION ALL ".join(
        "SELECT column1, (SELECT group_concat(key) FROM (SELECT key FROM story_clues WHERE month ="
        f" ${3 + month} AND clue = column1 AND at BETWEEN $1 AND $2 ORDER BY at DESC LIMIT {_A_CLUE}))"
        f" FROM (VALUES {asked})"
        for month in range(months)
    )


# PostgreSQL takes longer to plan so many parts than to answer them; SQLite cannot say it so.
_NEAR = (
    "SELECT w.clue, string_agg(CAST(s.key AS TEXT), ',') FROM unnest(CAST($3 AS BIGINT[])) AS m (month)"
    " CROSS JOIN unnest(CAST($4 AS BIGINT[])) AS w (clue) CROSS JOIN LATERAL"
    " (SELECT key FROM story_clues WHERE month = m.month AND clue = w.clue AND at BETWEEN $1 AND $2"
    f" ORDER BY at DESC LIMIT {_A_CLUE}) AS s GROUP BY w.clue"
)


@cache
def _standing(articles: int) -> str:
    return f"SELECT key, story, fingerprint FROM articles WHERE key IN ({marks(range(articles))}) AND hidden = 0"


@cache
def _traces(articles: int) -> str:
    return f"SELECT key, trace FROM story_traces WHERE key IN ({marks(range(articles))})"


def unpacked(packed: bytes) -> Trace | None:
    """A stored trace; None where it was dropped or another version made it: such an article is not compared."""
    try:
        return unpack(packed)
    except ValueError:
        return None
