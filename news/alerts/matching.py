"""Finds the followed phrases in an article, in any form, and in both languages where the lexicon knows them. Pure.

A phrase is indexed by its rarest word. An article has a few hundred words, and each leads to only a few phrases,
however many are followed.
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
"""How many characters of a text are read. Notices that list streets are long."""
_APART: Final = 6
"""How far apart, in words, the words of a phrase may be; beyond it they are about two things."""
_FAR: Final = 20
"""The distance, in words, put between two sentences, so that no phrase spans them."""
_MOST_WORDS: Final = 12
_SHORTEST_NAME: Final = 3
_SENTENCE_END: Final = re.compile(r"[.!?…]\s+|\n+")
_KAZAKH: Final = re.compile("[әғқңөұүһі]", re.IGNORECASE)
_UNKNOWN_RARITY: Final = 60
_LABEL_RARITY: Final = 30
_FILE = Path(__file__).parent.parent / "data" / "frequency.tsv"

Wording = tuple[str, ...]
"""One way to say a phrase in one language.

Its words are conflation keys, `@` with a concept's id, `#` with a place's slug, or `~` with a name."""


class ArticleWords:
    """What of an article can be followed: its words with their positions, concepts, names, labels."""

    def __init__(self, article: Article, letters: int = _LETTERS_READ) -> None:
        """`letters` is how many characters of the text are read."""
        self.language = article.language
        self.at: dict[str, list[int]] = {}
        """Word → its positions, counted in words, with gaps between sentences."""
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
        """Whether all words of a wording are near one another, in any order."""
        if len(wording) == 1:
            return wording[0] in self.at
        rows = [row for one in wording if (row := self.at.get(one)) is not None]
        return len(rows) == len(wording) and near(rows)

    def has(self, asked: Subscription) -> bool:
        """Whether the article matches a subscription."""
        if asked.kind == "word":
            return any(self.say(one) for one in wordings(asked.value, self.language))
        return label(asked) in self.labels


def asking(read: ArticleWords, subscriptions: Iterable[Subscription]) -> list[Subscription]:
    """Those of a reader's subscriptions that an article matches."""
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
    """The names by which an article's outlet can be followed: its own, folded, and its host."""
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
    """The label of articles that match a subscription to a topic, a tag, an outlet or a story."""
    value = asked.value.partition(" ")[0] if asked.kind == "story" else asked.value.casefold()
    return f"{asked.kind} {value}"


@lru_cache(4096)
def wordings(phrase: str, language: str) -> tuple[Wording, ...]:
    """The ways to say a phrase in a language: as typed, and translated by the lexicon from the other language."""
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
    """Other wordings of a phrase by the lexicon's concepts: «отключение воды», «отключат воду»."""
    covered = _covered(spoken, language, shortest=2)
    if covered:
        said = (covered.get(at) or term(word, language) for at, word in enumerate(spoken))
        yield tuple(dict.fromkeys(said))


def _covered(spoken: Sequence[str], language: str, shortest: int = 1) -> dict[int, str]:
    """Index of a word → the concept or place that it is part of."""
    plain = folded(spoken)
    named = places.named([word.capitalize() for word in spoken], plain, language)
    met = [(one.start, one.end, f"#{one.value}") for one in named]
    concepts = lexicon.load().find(plain, language)
    # Of two concepts at one place the one with fewer phrases is the more exact.
    concepts.sort(key=lambda one: (one.start - one.end, len(one.value.ru) + len(one.value.kk)))
    met += [(one.start, one.end, f"@{one.value.id}") for one in concepts]
    covered: dict[int, str] = {}
    for start, end, name in met:
        if end - start >= shortest and not covered.keys() & set(range(start, end)):
            covered |= dict.fromkeys(range(start, end), name)
    return covered


def _translated(spoken: Sequence[str], language: str, typed_in: str) -> Iterator[Wording]:
    """A phrase typed in one language as articles in another say it: by concepts, places and respelled names."""
    covered = _covered(spoken, typed_in)
    foreign = any(_KAZAKH.search(word) or word[0].isupper() for word in spoken)
    if not covered and not foreign:
        return
    # A name like «Қарағанды» may look as if it had a case ending, so it is tried with and without one.
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
    """How rare a word of a wording is in news: 4 · log(1 / the share of articles with it)."""
    known = _frequency()
    if word.startswith("@"):
        return known.get(f"c={word[1:].lstrip('&')}", _LABEL_RARITY)
    if word.startswith("#"):
        return _LABEL_RARITY
    if word.startswith("~"):
        return known.get(f"s{word[1:]}", _UNKNOWN_RARITY)
    keys = (f"r{word}", f"k{word}", f"s{skeleton(word, 'ru')}", f"k{skeleton(word, 'kk')}")
    return min((known[key] for key in keys if key in known), default=_UNKNOWN_RARITY)


class _Held:
    """Wordings by their rarest word (the anchor), each with its next rarest word and a number.

    One intersection for each anchor finds those that an article may have.
    """

    __slots__ = ("_at", "_numbers", "_seconds")

    def __init__(self) -> None:
        self._at: dict[int, int | tuple[array[int], array[int]]] = {}
        """Anchor → the index of its only wording in the arrays below, or arrays for several wordings."""
        self._seconds = array("q")
        self._numbers = array("q")

    def add(self, anchor: int, second: int, number: int) -> None:
        held = self._at.get(anchor)
        if held is None:
            self._at[anchor] = len(self._seconds)
            self._seconds.append(second)
            self._numbers.append(number)
            return
        if isinstance(held, int):
            held = self._at[anchor] = array("q", [self._seconds[held]]), array("q", [self._numbers[held]])
        held[0].append(second)
        held[1].append(number)

    def count(self, anchor: int) -> int:
        held = self._at.get(anchor)
        return 0 if held is None else 1 if isinstance(held, int) else len(held[0])

    def met(self, places: "_Places", apart: int) -> Iterator[int]:
        """The numbers of wordings whose two rarest words are nearer to each other than `apart`."""
        at, alone, numbers, here = self._at, self._seconds, self._numbers, places.words
        for anchor in at.keys() & here:
            held = at[anchor]
            if isinstance(held, int):
                if alone[held] in here and alone[held] in places.near(anchor, apart):
                    yield numbers[held]
            elif (beside := here.intersection(held[0])) and (found := beside & places.near(anchor, apart)):
                yield from compress(held[1], map(found.__contains__, held[0]))


class _Places:
    """The positions of an article's words, each word as a hash."""

    __slots__ = ("_by", "rows", "words")

    def __init__(self, at: Mapping[str, Sequence[int]]) -> None:
        self.rows = {hash(word): row for word, row in at.items()}
        self.words = set(self.rows)
        last = max((max(row) for row in self.rows.values()), default=0)
        self._by: list[list[int]] = [[] for _ in range(last + 1)]
        for word, row in self.rows.items():
            for place in row:
                self._by[place].append(word)

    def near(self, word: int, apart: int) -> set[int]:
        """The words that are nearer to a word than `apart` at least once."""
        by = self._by
        found: set[int] = set()
        for place in self.rows[word]:
            found.update(*by[max(0, place - apart + 1) : place + apart])
        return found


class _Side:
    """The wordings of one language. Words are hashes in flat arrays, so 300,000 phrases take little memory."""

    __slots__ = ("_alone", "_longer", "_pairs", "_starts", "_watches", "_words")

    def __init__(self) -> None:
        self._alone: dict[int, int | array[int]] = {}
        """Word → the watches of that single word."""
        self._pairs = _Held()
        """Watches of two words."""
        self._longer = _Held()
        """Longer wordings; the arrays below have the words of each, from its start to the next one's, and its watch."""
        self._starts = array("I", [0])
        self._words = array("q")
        self._watches = array("q")

    def add(self, wording: Wording, watch: int) -> None:
        if len(wording) == 1:
            self._add_word(hash(wording[0]), watch)
            return
        first = min(wording, key=self._crowd)
        # The next rarest word comes second: it best separates wordings with the same anchor.
        others = sorted((word for word in wording if word != first), key=rarity, reverse=True)
        if len(others) == 1:
            self._pairs.add(hash(first), hash(others[0]), watch)
            return
        self._longer.add(hash(first), hash(others[0]), len(self._watches))
        self._words.extend([hash(first), *map(hash, others)])
        self._starts.append(len(self._words))
        self._watches.append(watch)

    def _add_word(self, word: int, watch: int) -> None:
        known = self._alone.get(word)
        if known is None:
            self._alone[word] = watch
        elif isinstance(known, int):
            self._alone[word] = array("q", [known, watch])
        else:
            known.append(watch)

    def _crowd(self, word: str) -> float:
        """The logarithm of how many phrases an article would check in vain if one more had this anchor."""
        beside = self._pairs.count(hash(word)) + self._longer.count(hash(word))
        return math.log1p(beside) - rarity(word) / 4

    def find(self, places: _Places, found: set[int]) -> None:
        """Add the watches whose wordings are found at these places to `found`."""
        for word in self._alone.keys() & places.words:
            watches = self._alone[word]
            if isinstance(watches, int):
                found.add(watches)
            else:
                found.update(watches)
        found.update(self._pairs.met(places, 2 + _APART))
        starts, words = self._starts, self._words
        for number in self._longer.met(places, _MOST_WORDS + _APART):
            said = words[starts[number] : starts[number + 1]]
            if places.words.issuperset(said) and near([places.rows[one] for one in said]):
                found.add(self._watches[number])


class PhraseIndex:
    """All watches, each with its number, and which of them an article matches."""

    def __init__(self) -> None:
        self._sides: dict[str, _Side] = {language: _Side() for language in LANGUAGES}
        self._labels: dict[str, int] = {}
        self.count = 0

    def add(self, watch: int, asked: Subscription, said: Mapping[str, Sequence[Wording]] | None = None) -> None:
        """Add a watch. `said` are its wordings by language, if they are known already."""
        self.count += 1
        if asked.kind != "word":
            self._labels[label(asked)] = watch
            return
        for language, side in self._sides.items():
            for wording in said[language] if said else wordings.__wrapped__(asked.value, language):
                side.add(wording, watch)

    def find(self, read: ArticleWords) -> set[int]:
        """The watches that an article matches."""
        found = {self._labels[one] for one in read.labels if one in self._labels}
        side = self._sides.get(read.language)
        if side is None:
            return found
        side.find(_Places(read.at), found)
        return found


def near(rows: Sequence[Sequence[int]]) -> bool:
    """Whether one place of each row is within a few words of one place of every other row."""
    if all(len(row) == 1 for row in rows):  # usually each word occurs once
        alone = [row[0] for row in rows]
        return max(alone) - min(alone) < len(rows) + _APART
    every = sorted((at, number) for number, row in enumerate(rows) for at in row)
    last: dict[int, int] = {}
    for at, number in every:
        last[number] = at
        if len(last) == len(rows) and at - min(last.values()) < len(rows) + _APART:
            return True
    return False
