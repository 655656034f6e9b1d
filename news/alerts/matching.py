"""Which followed phrases an article has: in any of their forms, in both languages where the lexicon knows them. Pure.

A phrase is looked for by its rarest word only: an article has a few hundred words, and each leads to the few phrases
that stand under it, however many are followed.
"""

import math
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import compress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from news.language import lexicon
from news.language.analyse import term, words
from news.language.lexicon import skeleton
from news.language.phrases import folded
from news.models import LANGUAGES, Article, Subscription
from news.subject import places, topics

_LETTERS_READ: Final = 8000
"""Characters of a text that are read: a notice that lists streets is long."""
_APART: Final = 6
"""Words that may stand between those of a phrase; farther apart they are about two things."""
_FAR: Final = 40
_FEW_PAIRS: Final = 60
_MOST_WORDS: Final = 12
_SHORTEST_NAME: Final = 3
_SENTENCE_END: Final = re.compile(r"[.!?…]\s+|\n+")
_KAZAKH: Final = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_UNKNOWN_RARITY: Final = 60
_LABEL_RARITY: Final = 30
_FILE = Path(__file__).parent.parent / "data" / "frequency.tsv"

Wording = tuple[str, ...]
"""One way to say a phrase in one language: its words as conflation keys, `@` and a concept's id, `#` and a
place's, `~` and a name."""


class ArticleWords:
    """What an article has that may be followed: its words and where they stand, concepts, names, labels."""

    def __init__(self, article: Article, letters: int = _LETTERS_READ) -> None:
        """`letters`: so many characters of the text are read."""
        self.language = article.language
        self.at: dict[str, list[int]] = {}
        """Where each word stands, counted in words; sentences lie far apart."""
        begins = 0
        for sentence in _SENTENCE_END.split(f"{article.title}\n{article.body[:letters]}"):
            spoken = words(sentence)
            self._read(spoken, begins)
            begins += len(spoken) + _FAR
        self.labels = frozenset(_labels(article))

    def _read(self, spoken: Sequence[str], begins: int) -> None:
        at, language = self.at, self.language
        for place, word in enumerate(spoken, begins):
            at.setdefault(term(word, language), []).append(place)
            if word[0].isupper():
                at.setdefault(_name(word, language), []).append(place)
        plain = folded(spoken)
        for met in lexicon.load().find(plain, language):
            at.setdefault(f"@{met.value.id}", []).extend(range(begins + met.start, begins + met.end))
        for named in places.named(spoken, plain, language):
            at.setdefault(f"#{named.value}", []).extend(range(begins + named.start, begins + named.end))

    def say(self, wording: Sequence[str]) -> bool:
        """Whether all words of a wording stand near one another, in any order."""
        if len(wording) == 1:
            return wording[0] in self.at
        rows = [row for one in wording if (row := self.at.get(one)) is not None]
        return len(rows) == len(wording) and near(rows)

    def has(self, asked: Subscription) -> bool:
        """Whether the article is what was asked for."""
        if asked.kind == "word":
            return any(self.say(one) for one in wordings(asked.value, self.language))
        return label(asked) in self.labels


def asking(read: ArticleWords, subscriptions: Iterable[Subscription]) -> list[Subscription]:
    """Those of a reader's subscriptions that an article is for."""
    return [one for one in subscriptions if read.has(one)]


def _labels(article: Article) -> Iterator[str]:
    for topic in article.topics:
        yield f"topic {topic.slug}"
        above = topics.parent(topic.slug) if topic.slug in topics.TOPICS else None
        if above is not None:
            yield f"topic {above}"
    for tag in article.tags:
        yield f"tag {tag.casefold()}"
    for name in outlet_names(article):
        yield f"source {name}"
    if article.story is not None:
        yield f"story {article.story}"


def outlet_names(article: Article) -> Iterator[str]:
    """By which names an article's outlet may be followed: its own, folded, and its host."""
    if article.source:
        yield article.source.casefold()
    if article.url and (host := _host(article.url)):
        yield host


def _host(url: str) -> str | None:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:  # half an address in brackets
        return None


def label(asked: Subscription) -> str:
    """What an article carries that was asked for by a topic, a tag, an outlet or a story."""
    value = asked.value.partition(" ")[0] if asked.kind == "story" else asked.value.casefold()
    return f"{asked.kind} {value}"


@lru_cache(4096)
def wordings(phrase: str, language: str) -> tuple[Wording, ...]:
    """How a phrase is said in a language: as typed, and as the lexicon has it where it was typed in the other one."""
    spoken = words(phrase)[:_MOST_WORDS]
    if not spoken:
        return ()
    found = {tuple(dict.fromkeys(term(word, language) for word in spoken)): None}
    found |= dict.fromkeys(_otherwise(spoken, language))
    for other in LANGUAGES:
        if other != language:
            found |= dict.fromkeys(_translated(spoken, language, other))
    return tuple(found)


def _otherwise(spoken: Sequence[str], language: str) -> Iterator[Wording]:
    """What the lexicon knows as one meaning is said in more than one way: «отключение воды», «отключат воду»."""
    covered = _covered(spoken, language, shortest=2)
    if covered:
        said = (covered.get(at) or term(word, language) for at, word in enumerate(spoken))
        yield tuple(dict.fromkeys(said))


def _covered(spoken: Sequence[str], language: str, shortest: int = 1) -> dict[int, str]:
    """The words that a concept or a place stands for, by their number."""
    plain = folded(spoken)
    named = places.named([word.capitalize() for word in spoken], plain, language)
    met = [(one.start, one.end, f"#{one.value}") for one in named]
    concepts = lexicon.load().find(plain, language)
    # Of two that are met at one place the one with fewer names says more nearly what was meant.
    concepts.sort(key=lambda one: (one.start - one.end, len(one.value.ru) + len(one.value.kk)))
    met += [(one.start, one.end, f"@{one.value.id}") for one in concepts]
    covered: dict[int, str] = {}
    for start, end, name in met:
        if end - start >= shortest and not covered.keys() & set(range(start, end)):
            covered |= dict.fromkeys(range(start, end), name)
    return covered


def _translated(spoken: Sequence[str], language: str, typed_in: str) -> Iterator[Wording]:
    """A phrase of one language as articles in another say it: by concepts and places, by names spelled otherwise."""
    covered = _covered(spoken, typed_in)
    foreign = any(_KAZAKH.search(word) or word[0].isupper() for word in spoken)
    if not covered and not foreign:
        return
    # A name as it is looked up, «Қарағанды», may seem to end in a case: both ways to read it are tried.
    for ending_of in (typed_in, ""):
        said = [
            covered.get(at) or (term(word, language) if word.isdecimal() else _name(word, ending_of))
            for at, word in enumerate(spoken)
        ]
        if covered or all(len(one) > _SHORTEST_NAME for one in said):
            yield tuple(dict.fromkeys(said))


@lru_cache(30_000)
def _name(word: str, language: str) -> str:
    return f"~{skeleton(word, language)}"


@cache
def _frequency() -> Mapping[str, int]:
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return {key: int(value) for key, _, value in (line.partition("\t") for line in lines if line[:1] in "rksc")}


@lru_cache(60_000)
def rarity(word: str) -> int:
    """How rare a word of a wording is in news: four times the logarithm of one over the share of articles with it."""
    known = _frequency()
    if word.startswith("@"):
        return known.get(f"c={word[1:].lstrip('&')}", _LABEL_RARITY)
    if word.startswith("#"):
        return _LABEL_RARITY
    if word.startswith("~"):
        return known.get(f"s{word[1:]}", _UNKNOWN_RARITY)
    keys = (f"r{word}", f"k{word}", f"s{skeleton(word, 'ru')}", f"k{skeleton(word, 'kk')}")
    return min((known[key] for key in keys if key in known), default=_UNKNOWN_RARITY)


class _Side:
    """The wordings of one language: words as hashes in flat arrays, so that 300,000 phrases take little memory.

    A wording of several words stands under its rarest one (the anchor) together with the rarest of the others: which
    of them an article has is found by one intersection an anchor, and looked at closely are only those.
    """

    __slots__ = ("alone", "anchors", "seconds", "starts", "watches", "words")

    def __init__(self) -> None:
        self.alone: dict[int, int | array[int]] = {}
        """Watches of a single word, by that word."""
        self.anchors: dict[int, int | tuple[array[int], array[int]]] = {}
        """The number of the wording under an anchor; where there are more, their numbers and their second words."""
        self.starts = array("I", [0])
        self.words = array("q")
        """The words of each wording, from its start to the next one's: the anchor first, then the second."""
        self.seconds = array("q")
        self.watches = array("q")

    def add(self, wording: Wording, watch: int) -> None:
        if len(wording) == 1:
            self._add_word(hash(wording[0]), watch)
            return
        number = len(self.watches)
        self.watches.append(watch)
        first = min(wording, key=self._crowd)
        anchor = hash(first)
        # The rarest of the others stands next: it tells most of those apart that only share the anchor.
        others = sorted((word for word in wording if word != first), key=rarity, reverse=True)
        self.words.extend([anchor, *map(hash, others)])
        self.starts.append(len(self.words))
        self.seconds.append(hash(others[0]))
        held = self.anchors.get(anchor)
        if held is None:
            self.anchors[anchor] = number
            return
        if isinstance(held, int):
            held = self.anchors[anchor] = array("I", [held]), array("q", [self.seconds[held]])
        held[0].append(number)
        held[1].append(self.seconds[number])

    def _add_word(self, word: int, watch: int) -> None:
        known = self.alone.get(word)
        if known is None:
            self.alone[word] = watch
        elif isinstance(known, int):
            self.alone[word] = array("q", [known, watch])
        else:
            known.append(watch)

    def _crowd(self, word: str) -> float:
        """How many phrases an article looks at in vain if one more stands under this word, as a logarithm."""
        held = self.anchors.get(hash(word))
        beside = 0 if held is None else 1 if isinstance(held, int) else len(held[0])
        return math.log1p(beside) - rarity(word) / 4

    def find(self, places: Mapping[int, Sequence[int]], found: set[int]) -> None:
        """Add the watches of what stands at these places (word as a hash → where it stands)."""
        here = set(places)
        for word in self.alone.keys() & here:
            watches = self.alone[word]
            if isinstance(watches, int):
                found.add(watches)
            else:
                found.update(watches)
        starts, words, watches_of = self.starts, self.words, self.watches
        for number in self._met(here):
            watch = watches_of[number]
            if watch in found:
                continue
            said = words[starts[number] : starts[number + 1]]
            rows = [row for one in said if (row := places.get(one)) is not None]
            if len(rows) == len(said) and near(rows):
                found.add(watch)

    def _met(self, here: set[int]) -> list[int]:
        """The wordings of which an article has the anchor and the second word."""
        anchors, seconds = self.anchors, self.seconds
        met: list[int] = []
        for anchor in anchors.keys() & here:
            held = anchors[anchor]
            if isinstance(held, int):
                if seconds[held] in here:
                    met.append(held)
            elif beside := here.intersection(held[1]):
                met.extend(compress(held[0], map(beside.__contains__, held[1])))
        return met


class PhraseIndex:
    """What is followed, each under a number of its own (a watch), and which of it an article has."""

    def __init__(self) -> None:
        self._sides: dict[str, _Side] = {language: _Side() for language in LANGUAGES}
        self._labels: dict[str, int] = {}
        self.count = 0

    def add(self, watch: int, asked: Subscription, said: Mapping[str, Sequence[Wording]] | None = None) -> None:
        """Look for this too; `said` is how a phrase is said in each language, where that is known already."""
        self.count += 1
        if asked.kind != "word":
            self._labels[label(asked)] = watch
            return
        for language, side in self._sides.items():
            for wording in said[language] if said else wordings.__wrapped__(asked.value, language):
                side.add(wording, watch)

    def find(self, read: ArticleWords) -> set[int]:
        """The watches an article is for."""
        found = {self._labels[one] for one in read.labels if one in self._labels}
        side = self._sides.get(read.language)
        if side is None:
            return found
        side.find({hash(word): row for word, row in read.at.items()}, found)
        return found


def near(rows: Sequence[Sequence[int]]) -> bool:
    """Whether one place of each row lies within a few words of one of every other."""
    if all(len(row) == 1 for row in rows):  # mostly each word stands once
        alone = [row[0] for row in rows]
        return max(alone) - min(alone) < len(rows) + _APART
    if len(rows) == 2 and len(rows[0]) * len(rows[1]) < _FEW_PAIRS:  # as most phrases have
        apart = 2 + _APART
        return any(-apart < one - other < apart for one in rows[0] for other in rows[1])
    every = sorted((at, number) for number, row in enumerate(rows) for at in row)
    last: dict[int, int] = {}
    for at, number in every:
        last[number] = at
        if len(last) == len(rows) and at - min(last.values()) < len(rows) + _APART:
            return True
    return False
