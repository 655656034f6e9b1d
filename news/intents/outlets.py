"""Whose news a message asks for: «что пишет тенгри», «егеменнен бүгін не шықты», «хочу читать zakon.kz»."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise

from news.intents.hours import intents_table
from news.intents.spelling import Spellings
from news.language import russian
from news.language.analyse import fold, words
from news.language.frequency import is_known
from news.queries.query import find_period
from news.subject import places

_MOST_WORDS = 9
_LONGEST_NAME = 3
_MOST_NAMED = 2
_ABOUT = frozenset(("о", "об", "про"))
_FROM = re.compile("[дтн][ае]н$")
"""«Егеменнен», «Азаттықтан»: what comes from there."""


@dataclass(frozen=True, slots=True)
class OutletAsked:
    """What may be names of outlets, as they were said; the words of days; whether «it» is what was found before."""

    names: tuple[tuple[str, ...], ...]
    """Of each the ways to read it: «наша», «наша газета»."""
    days: str = ""
    goes_on: bool = False


def outlet_asked(text: str, today: date) -> OutletAsked | None:
    """The names in a message that may ask for news of outlets; None if it has other words than such a message has.

    Whether they are outlets only a list of outlets tells.
    """
    spoken = words(text)
    plain = [fold(word) for word in spoken]
    if not 1 < len(plain) <= _MOST_WORDS:
        return None
    found = find_period(plain, today)
    days = found[1] if found else range(0)
    told = [_spellings().meanings(word) for word in plain]
    named = [at for at, one in enumerate(told) if at not in days and not one]
    if not named:
        return None
    runs = _runs(named, told)
    if runs is None:
        return None
    around = [one for at, one in enumerate(told) if at not in named]
    surely = any("surely" in one for one in around)
    if not (surely or any("also" in one for one in around)):
        return None
    names = [" ".join(spoken[run[0] : run[-1] + 1]) for run in runs]
    if any(_is_subject(run, plain, told) or places.resolve(name) for run, name in zip(runs, names, strict=True)):
        return None
    if not surely and all(map(_is_word, names)):
        return None
    longer = [" ".join(spoken[run[0] : run[-1] + 1 + _of_paper(run[-1] + 1, plain)]) for run in runs]
    read = tuple(dict.fromkeys((longer_, name)) for longer_, name in zip(longer, names, strict=True))
    goes_on = any("such" in one for one in around)
    return OutletAsked(tuple(map(tuple, read)), " ".join(spoken[at] for at in days), goes_on)


def _of_paper(after: int, plain: Sequence[str]) -> bool:
    """Whether «газета» stands behind a name: «Наша газета»."""
    return after < len(plain) and plain[after].startswith("газет")


def _is_subject(run: Sequence[int], plain: Sequence[str], told: Sequence[frozenset[str]]) -> bool:
    """Whether news are asked about what a name says, not of it: «про время», «азаттық туралы»."""
    before, after = run[0] - 1, run[-1] + 1
    return (before >= 0 and plain[before] in _ABOUT) or (after < len(plain) and "about" in told[after])


def _runs(named: Sequence[int], told: Sequence[frozenset[str]]) -> list[list[int]] | None:
    """The words of each name: they stand together, with «kz» among them, and two names are joined; None if not so."""
    runs: list[list[int]] = [[named[0]]]
    for before, at in pairwise(named):
        if at == before + 1:
            runs[-1].append(at)
        elif at == before + 2 and "joint" in told[before + 1]:
            runs.append([at])
        else:
            return None
    return runs if len(runs) <= _MOST_NAMED and all(len(run) <= _LONGEST_NAME for run in runs) else None


def _is_word(name: str) -> bool:
    """Whether a name is one word, and a word of news, but not where something comes from."""
    parts = [fold(word) for word in words(name)]
    return len(parts) == 1 and not _FROM.search(parts[0]) and (is_known(parts[0]) or russian.is_known(parts[0]))


@cache
def _spellings() -> Spellings:
    return Spellings({name: text.split() for name, text in intents_table()["outlet_words"].items()})
