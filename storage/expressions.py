"""What a query looks for in the index, as FTS5 expressions (storage/fulltext.py translates them for PostgreSQL)."""

import heapq
from collections.abc import Mapping, Sequence
from functools import lru_cache

from news.ranking import SLIP, Wanted
from storage import fulltext

_MOST_TERMS = 30
_IN_EVERY, _RARE = 8, 50  # one of so many articles


def all_of(wanted: Sequence[Wanted], mark: str) -> str | None:
    """An FTS5 expression: all the words, each in any of its readings; None where a word has none."""
    parts = [any_of(want, mark) for want in wanted]
    return " AND ".join(parts) if parts and all(parts) else None


def telling(wanted: Sequence[Wanted], total: int, *, in_title: bool) -> Sequence[Wanted]:
    """The words to look for in titles or in whole texts: beside a rare word not those that every text holds, whose
    lists take ten times as long to walk as all the rest. In titles, which are short, only a first letter is such.
    """
    told = [
        want
        for want in wanted
        if want.articles * _IN_EVERY < total or (in_title and (want.beginning is None or len(want.beginning) > 1))
    ]
    return told if any(want.articles * _RARE < total for want in told) else wanted


def but_not(match: str | None, other: str | None) -> str | None:
    """An FTS5 expression: what matches the first and not the other."""
    return f"({match}) NOT ({other})" if match and other else match


def any_of(want: Wanted, mark: str) -> str:
    """An FTS5 expression: the word in any of its readings; empty where it has none."""
    worth: Mapping[str, float] = want.terms
    if mark == fulltext.WORD:
        worth = {word: worth for word, worth in want.surfaces.items() if worth > SLIP}
    best = worth if len(worth) <= _MOST_TERMS else heapq.nlargest(_MOST_TERMS, worth, key=worth.__getitem__)
    return "(" + " OR ".join(dict.fromkeys([_tokens(one, mark) for one in best])) + ")" if best else ""


@lru_cache(8192)
def _tokens(term: str, mark: str) -> str:
    return " OR ".join(f'"{each}{fulltext.token(term)}"' for each in fulltext.marks(mark))
