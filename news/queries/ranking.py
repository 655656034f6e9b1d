"""Scores how well an article answers a query, by its title, what is known of its text, and how near its words are.

The worths of the kinds of matches, against the typed word in the title, were chosen on 64,513 Russian and Kazakh texts
(benchmarks/search_quality.py).
"""

import bisect
import itertools
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from news.language import lexicon
from news.language.analyse import fold
from news.language.skeleton import initials
from news.models import LANGUAGES
from news.queries.query import ASIDE

EXACT = 1.0  # the word as typed
FORM = 0.96  # another form of it
RESPELLED = 0.96  # the same except for Kazakh, Latin or doubled letters
UNSEEN_FORM = 0.78  # another form of a word that no article has as typed: it may be a slip
SLIP = 0.72  # one slip away
BEGUN = 0.93  # a word that begins like the last typed one
BEGUN_FORM = 0.62  # another form of such a word
SPELLED = 0.12  # gained if every word is spelled as typed
NEIGHBOURS = 0.1  # gained if the query's words are side by side in its order
BREVITY = 0.25  # gained by a short title
KIN = 0.55  # the same in the other language
IN_BODY = 0.5  # a match in the text counts this share of one in the title

_RECENT_DAYS = 20.0
_SHARP = 1.5


class TitleWords(NamedTuple):
    """A title's words: their surface forms, and in the same order their conflation keys, None if unknown."""

    words: tuple[str, ...]
    terms: tuple[str | None, ...]


@dataclass(slots=True)
class WantedWords:
    """A word of a query with everything that may match it, each with its worth.

    `articles` is about how many articles have any of it; `seen` how many have this spelling, or one that differs only
    in Kazakh letters; `beginning` what a matching word may begin with. `phrases` are terms that match together («ООН»
    is «организация объединенных наций»). `weight` is its share among the words; below 1 no article need have it.
    """

    word: str
    surfaces: dict[str, float] = field(default_factory=dict)
    terms: dict[str, float] = field(default_factory=dict)
    beginning: str | None = None
    articles: int = 0
    seen: int = 0
    phrases: dict[tuple[str, ...], float] = field(default_factory=dict)
    weight: float = 1.0

    def also(self, word: str, term: str, worth: float) -> None:
        """Let a spelling match the word, and its other forms with less worth."""
        self.surfaces[word] = max(worth, self.surfaces.get(word, 0.0))
        self.also_term(term, worth * FORM)

    def also_term(self, term: str, worth: float) -> None:
        """Let all forms with this conflation key match the word."""
        self.terms[term] = max(worth, self.terms.get(term, 0.0))

    def copy(self) -> "WantedWords":
        """A copy that can be widened."""
        return WantedWords(
            self.word,
            dict(self.surfaces),
            dict(self.terms),
            self.beginning,
            self.articles,
            self.seen,
            dict(self.phrases),
            self.weight,
        )

    def also_phrase(self, terms: tuple[str, ...], worth: float) -> None:
        """Let several terms together match the word."""
        if len(terms) == 1:
            self.also_term(terms[0], worth)
        elif terms:
            self.phrases[terms] = max(worth, self.phrases.get(terms, 0.0))


def rarities(wanted: Sequence[WantedWords], total: int) -> list[float]:
    """The weights of a query's words, with sum 1; rarer words are heavier. `total` is the number of articles."""
    raw = [want.weight * (math.log1p(total / (want.articles + 1)) / math.log1p(total or 1) + 0.05) for want in wanted]
    return [one / sum(raw) for one in raw]


class Ranker:
    """Scores articles for one query."""

    def __init__(self, wanted: Sequence[WantedWords], total: int, fresh: float = 0.02) -> None:
        """`fresh` is how much today's articles gain over old ones."""
        self.wanted, self.weights, self._fresh = wanted, rarities(wanted, total), fresh
        self._surfaces: dict[str, list[tuple[int, float]]] = {}
        self._terms: dict[str, list[tuple[int, float]]] = {}
        for number, want in enumerate(wanted):
            for word, worth in want.surfaces.items():
                self._surfaces.setdefault(word, []).append((number, worth))
            for term, worth in want.terms.items():
                self._terms.setdefault(term, []).append((number, worth))
        self._phrases = [(n, phrase, worth) for n, want in enumerate(wanted) for phrase, worth in want.phrases.items()]
        known = {*self._terms, *(term for _, phrase, _ in self._phrases for term in phrase)}
        self.begun: frozenset[str] = frozenset().union(*map(initials, known))
        """The initials that forms of a wanted word can have. Other words of titles do not matter."""
        self._any_surface, self._any_term = frozenset(self._surfaces), frozenset(self._terms)
        self._begun = [(number, want.beginning) for number, want in enumerate(wanted) if want.beginning]
        self._in_body = [IN_BODY * max(want.terms.values(), default=FORM) for want in wanted]

    def sharpen(self) -> None:
        """Let rare words weigh more beside common ones, and words that nothing stands for not at all: where few of many
        words are found, two rare ones tell more than four that every title has."""
        sharp = [
            weight**_SHARP if want.terms or want.phrases else 0.0
            for want, weight in zip(self.wanted, self.weights, strict=True)
        ]
        whole = sum(sharp) or 1.0
        self.weights = [one / whole for one in sharp]

    def score(self, title: TitleWords, in_body: int, age_days: float) -> float:
        """The worth of an article, about 0 to 1.1. Bit n of `in_body` says that word n is in its text."""
        best, places, spelled = self._found(title)
        total, order, last, used = 0.0, 0.0, -1, 0
        for number, worth in enumerate(best):
            if not worth:
                if in_body >> number & 1:
                    total += self.weights[number] * self._in_body[number]
                continue
            total += self.weights[number] * worth
            place, *others = places[number]
            if others:
                place = min((at for at in places[number] if at > last), default=min(places[number]))
            if last >= 0 and place > last:
                order += NEIGHBOURS if place == last + 1 else NEIGHBOURS * (0.15 + 0.7 / (place - last))
            last, used = place, used + 1
        closeness = order / max(1, len(self.wanted) - 1)
        brevity = BREVITY * used / (len(title.words) + 2)
        if spelled == (1 << len(best)) - 1:
            total += SPELLED
        return total + closeness + brevity + self._fresh * math.exp(-max(0.0, age_days) / _RECENT_DAYS)

    def _found(self, title: TitleWords) -> tuple[list[float], list[list[int]], int]:
        """Each word's best worth in a title, its places there, and as bits which words are spelled exactly so."""
        words, terms = title
        best = [0.0] * len(self.wanted)
        places: list[list[int]] = [[]] * len(best)
        spelled = 0
        for word in self._any_surface.intersection(words):
            for number, worth in self._surfaces[word]:
                _note(best, places, number, worth, words.index(word))
                spelled |= 1 << number
        for term in self._any_term.intersection(terms):
            for number, worth in self._terms[term]:
                if worth >= best[number]:
                    _note(best, places, number, worth, terms.index(term))
        for number, phrase, worth in self._phrases:
            if worth > best[number] and all(term in terms for term in phrase):
                _note(best, places, number, worth, min(map(terms.index, phrase)))
        for number, beginning in self._begun:
            if best[number] <= BEGUN or not spelled >> number & 1:
                for at, word in enumerate(words):
                    if word.startswith(beginning):
                        _note(best, places, number, BEGUN, at)
                        spelled |= 1 << number
        return best, places, spelled


def _note(best: list[float], places: list[list[int]], number: int, worth: float, at: int) -> None:
    if worth > best[number]:
        best[number], places[number] = worth, [at]
    elif worth == best[number]:
        places[number].append(at)


# How near the words of a query are in a text, and whether its numbers count what was asked.
#
# The index tells that an article has «75» and «процентов», but not «75 процентов»; for that its text is read.

CLOSE: Final = 0.3
"""Added for a text with the query's words side by side."""
COUNTED: Final = 0.6
"""Added if a number of the query counts the same thing in the text."""

_LETTERS_READ = 6_000
_MET = 24  # how many places of a word are looked at
_REACH = 30  # letters within which words usually belong together
_MOST_STEMS = 10
_SHORT, _TAIL = 3, 3  # letters of a short word, and how many may follow it
_BENDING = re.compile("(?:[ыио]й|[аи]я|ть|ться|[аеиоуыэюяьәіөұү])$")
_SOFTENING = "пкқ"
_SPACE = "[ \u00a0\u202f]"
_THOUSAND, _MILLION, _MILLIARD = 10**3, 10**6, 10**9
_SCALES = {
    "тыс": _THOUSAND,
    "мың": _THOUSAND,
    "миллион": _MILLION,
    "млн": _MILLION,
    "миллиард": _MILLIARD,
    "млрд": _MILLIARD,
}
_SPELLED = {
    _MILLIARD: r"(?:млрд|миллиард\w*)",
    _MILLION: r"(?:млн|миллион\w*)",
    _THOUSAND: r"(?:тыс\b|тысяч\w*|мың\w*)",
}
_UNITS = (
    ("процент", "пайыз", "%", r"(?:%|процент\w*|пайыз\w*)"),
    ("тенге", "теңге", "тг", r"(?:тенге|теңге\w*|тг\b|₸)"),
    ("доллар", "долл", "$", r"(?:(?:ақш |сша )?доллар\w*|долл\b|\$)"),
    ("евро", "еуро", "€", r"(?:евро|еуро\w*|€)"),
)

_BEFORE = "$€"  # signs that stand before their number


class Closeness:
    """Measures how near the words of a query are in texts."""

    def __init__(self, wanted: Sequence[WantedWords]) -> None:
        """Words that only ask need not be near; a question's verb (weight DONE) may be told in other words."""
        self._needed = [_begun(want) for want in wanted if want.weight >= 1]
        self._others = [_begun(want) for want in wanted if ASIDE < want.weight < 1]

    def of(self, text: str) -> float:
        """1 if the words are together, less the farther apart they are, 0 if one is missing."""
        text = fold(text[:_LETTERS_READ])
        for begun in self._needed:  # most texts lack one of the words
            if not any(start in text for start, _ in begun):
                return 0.0
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
    """How far the nearest of these places is, which are in order."""
    after = bisect.bisect(places, at)
    return min((abs(at - place) for place in places[max(0, after - 1) : after + 1]), default=_LETTERS_READ)


def _begun(want: WantedWords) -> tuple[tuple[str, bool], ...]:
    """What forms of a word begin with, each with whether it is a short word after which little may follow."""
    best = sorted(want.terms, key=want.terms.__getitem__, reverse=True)[:_MOST_STEMS]
    # What stands for several words tells nothing of how near these are.
    named = (phrase[0] for phrase, worth in want.phrases.items() if worth >= KIN)
    stems = [_stem(one) for one in (*best, *named)]
    return tuple((stem, len(stem) <= _SHORT) for stem in dict.fromkeys([*stems, want.word]))


def _places(text: str, begun: Sequence[tuple[str, bool]]) -> list[int]:
    """The places in a text where words begin like these, in order."""
    found: list[int] = []
    for start, short in begun:
        at = text.find(start)
        while at >= 0 and len(found) < _MET:
            end = at + len(start)
            if not text[at - 1 : at].isalnum() and not (short and text[end + _TAIL : end + _TAIL + 1].isalnum()):
                found.append(at)
            at = text.find(start, end)
    found.sort()
    return found


def _stem(term: str) -> str:
    """The common beginning of forms with this conflation key."""
    stem = _BENDING.sub("", term) if len(term) > _SHORT else term
    return (stem.rstrip(_SOFTENING) if len(stem) > _SHORT else stem) or term


def counted(words: Sequence[str], decimals: Sequence[str] = ()) -> list[re.Pattern[str]]:
    """Patterns, for a folded text, of the numbers with what they count: «75 %» is «75 процентов», «86,5» is «86.5»."""
    found: list[str] = []
    parted = {tuple(re.split("[.,]", one)) for one in decimals}
    tail = 0
    for at, (number, unit) in enumerate(itertools.pairwise(words)):
        if (number, unit) in parted:
            after, tail = words[at + 2 : at + 3], at + 1
            counts = f"{_SPACE}?{_named(after[0])}" if after and not after[0].isdecimal() else ""
            found.append(rf"{number}[.,]{unit}(?![\d]){counts}")
        elif number.isdecimal() and not unit.isdecimal() and not (tail and at == tail):
            found.append(_amount(int(number), unit, "".join(filter(is_unit, words[at + 2 : at + 3]))))
    return [re.compile(rf"(?<![\d.,])(?<!\d[.,] )(?:{one})") for one in found]


def is_unit(word: str) -> bool:
    """Whether a folded word may be written as a sign after a number («75 %»), which the index does not have."""
    return any(word.startswith(name) for *names, _ in _UNITS for name in names)


def _amount(number: int, unit: str, of: str) -> str:
    """A pattern for a number of units; for a number of millions, `of` is the unit or nothing."""
    scale = next((size for name, size in _SCALES.items() if unit.startswith(name)), 0)
    if scale:
        spelled = f"{number}{_SPACE}?{_SPELLED[scale]}"
        after = rf"\.?{_SPACE}?{_named(of)}" if of else ""
        signed = [rf"{re.escape(sign)}{_SPACE}?{spelled}" for sign in _signs(of)]
        return "|".join([spelled + after, _digits(number * scale) + after, *signed])
    behind = rf"{_SPACE}?(?:-\w+{_SPACE})?{_named(unit)}"
    sizes = [f"{number // size}{_SPACE}?{name}" for size, name in _SPELLED.items() if number and number % size == 0]
    before = [rf"{re.escape(sign)}{_SPACE}?{_digits(number)}" for sign in _signs(unit)]
    return "|".join([*(amount + behind for amount in (_digits(number), *sizes)), *before])


def _signs(unit: str) -> list[str]:
    """The signs for a unit that stand before its number."""
    return [sign for *names, sign, _ in _UNITS if sign in _BEFORE and unit and any(map(unit.startswith, names))]


def _digits(number: int) -> str:
    """A pattern for a number, with its thousands separated or not."""
    return f"{number:,}".replace(",", f"{_SPACE}?") + r"(?![\d,.]\d|\d)"


def _named(unit: str) -> str:
    """A pattern for a unit or another counted thing, in any form and both languages."""
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
    """The words under which the index may have a number: «1000000» may be «1», «000», or «1 миллион»."""
    if not number.isdecimal() or int(number) < 1000:
        return ()
    parted = tuple(dict.fromkeys(f"{int(number):,}".split(",")))
    sizes = (
        (_MILLIARD, ("миллиард", "млрд")),
        (_MILLION, ("миллион", "млн")),
        (_THOUSAND, ("тысяча", "тыс", "мың")),
    )
    spelled = [(str(int(number) // size), name) for size, names in sizes if int(number) % size == 0 for name in names]
    return (parted, *spelled)
