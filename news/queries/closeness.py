"""How near to each other the words of a query stand in a text, and whether its numbers count what was asked.

The index tells that an article holds «75» and «процентов», not that it says «75 процентов»: that is read in its text.
"""

import itertools
import math
import re
from collections.abc import Sequence
from typing import Final

from news.language import lexicon
from news.language.analyse import fold
from news.models import LANGUAGES
from news.queries.asking import ASIDE
from news.queries.ranking import KIN, WantedWords

CLOSE: Final = 0.3
"""Added for a text in which the words of a query stand side by side."""
COUNTED: Final = 0.6
"""Added if a number of the query counts the same thing in the text."""

_LETTERS_READ = 6_000
_MET = 24  # places of a word looked at
_REACH = 30  # letters within which words mostly belong to each other
_MOST_STEMS = 10
_SHORT, _TAIL = 3, 3  # letters; so many may stand behind a short word
_BENDING = re.compile("(?:[ыио]й|[аи]я|ть|ться|[аеиоуыэюяьәіөұү])$")
_SOFTENING = "пкқ"
_SPACE = "[ \u00a0\u202f]"
_MILLION, _MILLIARD = 10**6, 10**9
_SCALES = {"миллион": _MILLION, "млн": _MILLION, "миллиард": _MILLIARD, "млрд": _MILLIARD}
_SPELLED = {_MILLIARD: r"(?:млрд|миллиард\w*)", _MILLION: r"(?:млн|миллион\w*)"}
_UNITS = (
    ("процент", "пайыз", "%", r"(?:%|процент\w*|пайыз\w*)"),
    ("тенге", "теңге", "тг", r"(?:тенге|теңге\w*|тг\b|₸)"),
    ("доллар", "долл", "$", r"(?:доллар\w*|долл\b|\$)"),
)


class Closeness:
    """The words of one query, looked for in texts."""

    def __init__(self, wanted: Sequence[WantedWords]) -> None:
        """Those that only ask need not be near; what was done (`asking.DONE`) may be told otherwise."""
        self._needed = [_begun(want) for want in wanted if want.weight >= 1]
        self._others = [_begun(want) for want in wanted if ASIDE < want.weight < 1]

    def of(self, text: str) -> float:
        """1 where the words stand together, less the farther they are apart, 0 where one is missing."""
        text = fold(text[:_LETTERS_READ])
        needed = [_places(text, one) for one in self._needed]
        if not all(needed) or len(needed) + len(self._others) < 2:
            return 0.0
        first, *rest = sorted(needed, key=len)
        apart, at = min((max((_distance(at, one) for one in rest), default=0), at) for at in first)
        near = [
            math.exp(-apart / _REACH),
            *(math.exp(-_distance(at, _places(text, one)) / _REACH) for one in self._others),
        ]
        return sum(near) / len(near)


def _distance(at: int, places: Sequence[int]) -> int:
    return min((abs(at - place) for place in places), default=_LETTERS_READ)


def _begun(want: WantedWords) -> tuple[tuple[str, bool], ...]:
    """What the forms of a word begin with, and whether that is a whole short word with little behind it."""
    best = sorted(want.terms, key=want.terms.__getitem__, reverse=True)[:_MOST_STEMS]
    # What is said instead of several words tells nothing of how near those are.
    named = (phrase[0] for phrase, worth in want.phrases.items() if worth >= KIN)
    stems = [_stem(one) for one in (*best, *named)]
    return tuple((stem, len(stem) <= _SHORT) for stem in dict.fromkeys([*stems, want.word]))


def _places(text: str, begun: Sequence[tuple[str, bool]]) -> list[int]:
    """Where in a text words begin so."""
    found: list[int] = []
    for start, short in begun:
        at = text.find(start)
        while at >= 0 and len(found) < _MET:
            end = at + len(start)
            if not text[at - 1 : at].isalnum() and not (short and text[end + _TAIL : end + _TAIL + 1].isalnum()):
                found.append(at)
            at = text.find(start, end)
    return found


def _stem(term: str) -> str:
    """What the forms of a conflation key begin with."""
    stem = _BENDING.sub("", term) if len(term) > _SHORT else term
    return (stem.rstrip(_SOFTENING) if len(stem) > _SHORT else stem) or term


def counted(words: Sequence[str]) -> list[re.Pattern[str]]:
    """What the numbers among folded words count, as patterns for a folded text: «75 %» is «75 процентов»."""
    found = []
    for number, unit in itertools.pairwise(words):
        if number.isdecimal() and not unit.isdecimal():
            found.append(re.compile(rf"(?<![\d.,])(?:{_amount(int(number), unit)})"))
    return found


def is_unit(word: str) -> bool:
    """Whether a folded word may stand as a sign behind a number («75 %»), which an index does not hold."""
    return any(word.startswith(name) for *names, _ in _UNITS for name in names)


def _amount(number: int, unit: str) -> str:
    scale = next((size for name, size in _SCALES.items() if unit.startswith(name)), 0)
    if scale:
        return f"{number}{_SPACE}?{_SPELLED[scale]}|{_digits(number * scale)}"
    behind = rf"{_SPACE}?(?:-\w+{_SPACE})?{_named(unit)}"
    spelled = [f"{number // size}{_SPACE}?{name}" for size, name in _SPELLED.items() if number and number % size == 0]
    return "|".join(amount + behind for amount in (_digits(number), *spelled))


def _digits(number: int) -> str:
    """A number, its thousands parted or not."""
    return f"{number:,}".replace(",", f"{_SPACE}?") + r"(?![\d,.]\d|\d)"


def _named(unit: str) -> str:
    """A unit or whatever else is counted, in any form and in both languages."""
    for *names, pattern in _UNITS:
        if any(unit.startswith(name) for name in names):
            return pattern
    named = [re.escape(unit if len(unit) <= _SHORT else _stem(unit)) + r"\w*"]
    for own in LANGUAGES:
        for found in lexicon.load().find([unit], own):
            phrases = (*found.value.ru, *found.value.kk)
            named += [re.escape(one.strip("=*")) + r"\w*" for one in phrases if " " not in one]
    return r"\b(?:" + "|".join(dict.fromkeys(named)) + ")"


def readings(number: str) -> tuple[tuple[str, ...], ...]:
    """The words by which an index knows a number written in digits alone: «1000000» lies as «1», «000», or as «1
    миллион»."""
    if not number.isdecimal() or int(number) < 1000:
        return ()
    parted = tuple(dict.fromkeys(f"{int(number):,}".split(",")))
    sizes = ((_MILLIARD, ("миллиард", "млрд")), (_MILLION, ("миллион", "млн")))
    spelled = [(str(int(number) // size), name) for size, names in sizes if int(number) % size == 0 for name in names]
    return (parted, *spelled)
