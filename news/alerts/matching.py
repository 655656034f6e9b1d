"""Finds the followed phrases in an article, in any form, and in both languages where the lexicon knows them. Pure.

A phrase is indexed by its rarest word. An article has a few hundred words, and each leads to only a few phrases,
however many are followed.
"""

import math
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import compress
from typing import Final
from urllib.parse import urlsplit

from news.language import lexicon
from news.language.analyse import term, words
from news.language.frequency import frequencies
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


@lru_cache(60_000)
def rarity(word: str) -> int:
    """How rare a word of a wording is in news: 4 · log(1 / the share of articles with it)."""
    known = frequencies()
    if word.startswith("@"):
        return known.get(f"c={word[1:].lstrip('&')}", _LABEL_RARITY)
    if word.startswith("#"):
        return _LABEL_RARITY
    if word.startswith("~"):
        return known.get(f"s{word[1:]}", _UNKNOWN_RARITY)
    keys = (f"r{word}", f"k{word}", f"s{skeleton(word, 'ru')}", f"k{skeleton(word, 'kk')}")
    return min((known[key] for key in keys if key in known), default=_UNKNOWN_RARITY)


_SALTS: Final = (0, 1 << 59, 1 << 58)
"""What tells the second word of a wording of two words, of three, and of more apart: they may lie farther apart."""
_REACH: Final = 1 + _APART
"""How far the two words of two stand from one another at most."""
_FARTHER: Final = (0, 1, _MOST_WORDS - 2)
"""By so many words more the two rarest of three, and of more."""
_ALONE: Final = 1
"""In place of a second word: there is none."""


def _number(word: str) -> int:
    """A number that stands for a word in this program."""
    return hash(word) & 0x3FFFFFFFFFFFFFC  # few enough bits for a salt, and for Python to be quick


def _steps(reach: int) -> tuple[int, ...]:
    """By how many places to move bits again and again, so that each covers all places up to `reach` behind it."""
    steps, done = [], 0
    while done < reach:
        steps.append(min(done + 1, reach - done))
        done += steps[-1]
    return tuple(steps)


def _spread(bits: int, reach: int, steps: Sequence[int]) -> int:
    for step in steps:
        bits |= bits << step
    return bits | bits >> reach


_STEPS: Final = _steps(_REACH)
_FARTHER_STEPS: Final = tuple(map(_steps, _FARTHER))


class _Standing(dict[int, int]):
    """Where each word stands, a bit for each place. The key is the word's number.

    Under the number of a second word, the bits also cover the places near it, which a longer wording may reach.
    """

    def __missing__(self, second: int) -> int:
        kind = 1 if second & _SALTS[1] else 2
        bits = self[second] = _spread(self[second ^ _SALTS[kind]], _FARTHER[kind], _FARTHER_STEPS[kind])
        return bits


class _Places:
    """Where the words of an article stand."""

    __slots__ = ("_rows", "_standing", "seconds", "words")

    def __init__(self, at: Mapping[str, Sequence[int]]) -> None:
        self._rows = {_number(word): row for word, row in at.items()}
        self._standing = _Standing({_ALONE: -1})
        for word, row in self._rows.items():
            bits = 0
            for place in row:
                bits |= 1 << place
            self._standing[word] = bits << _FAR
        self.words = self._rows.keys()
        self.seconds = {_ALONE, *self.words}
        """What may stand as a second word in a posting."""
        for salt in _SALTS[1:]:
            self.seconds.update(map(salt.__xor__, self.words))

    def say(self, wording: Sequence[int]) -> bool:
        """Whether all words of a wording stand near one another."""
        rows = self._rows
        return all(one in rows for one in wording) and near([rows[one] for one in wording])

    def beside(self, word: int, seconds: Iterable[int]) -> set[int]:
        """Those of these second words that stand as near to a word as they have to."""
        standing = self._standing
        reach = _spread(standing[word], _REACH, _STEPS)
        return {one for one in seconds if reach & standing[one]}


class _Side:
    """The wordings of one language, each under its rarest word (the anchor): a posting is its next rarest word and what
    it leads to, a watch or, as one less than the negative, the number of a wording of more than two words.

    Flat arrays of numbers, so that 300,000 phrases take little memory. Which wordings an article may have is found by
    one intersection an anchor.
    """

    __slots__ = ("_at", "_starts", "_watches", "_words")

    def __init__(self) -> None:
        self._at: dict[int, int | array[int]] = {}
        """Postings by anchor, two numbers each; where there is one alone, both in one number."""
        self._starts = array("I", [0])
        """Of each wording of more than two words: from here to the next one's start its words, and its watch."""
        self._words = array("q")
        self._watches = array("q")

    def add(self, wording: Wording, watch: int) -> None:
        first = min(wording, key=self._crowd)
        # The rarest of the others stands next: it tells most of those apart that only share the anchor.
        others = [_number(one) for one in sorted((one for one in wording if one != first), key=rarity, reverse=True)]
        if not others:
            self._post(_number(first), _ALONE, watch)
        elif len(others) == 1:
            self._post(_number(first), others[0], watch)
        else:
            self._post(_number(first), others[0] ^ _SALTS[1 if len(others) == 2 else 2], ~len(self._watches))
            self._words.extend([_number(first), *others])
            self._starts.append(len(self._words))
            self._watches.append(watch)

    def _post(self, anchor: int, second: int, leads_to: int) -> None:
        held = self._at.get(anchor)
        if held is None:
            self._at[anchor] = second << 32 | leads_to + _HALF
        elif isinstance(held, int):
            self._at[anchor] = array("q", [*_posting(held), second, leads_to])
        else:
            held.extend((second, leads_to))

    def _crowd(self, word: str) -> float:
        """How many phrases an article looks at in vain if one more stands under this word, as a logarithm."""
        held = self._at.get(_number(word))
        count = 0 if held is None else 1 if isinstance(held, int) else len(held) // 2
        return math.log1p(count) - rarity(word) / 4

    def find(self, places: _Places, found: set[int]) -> None:
        """Add the watches of what stands at these places."""
        here, longer = places.seconds, []
        seconds: Sequence[int]
        leads: Sequence[int]
        for anchor in self._at.keys() & places.words:
            held = self._at[anchor]
            if isinstance(held, int):
                if held >> 32 not in here:
                    continue
                seconds, leads = _posting(held)[:1], _posting(held)[1:]
            else:
                seconds, leads = held[::2], held[1::2]
            if not (met := here.intersection(seconds)) or not (met := places.beside(anchor, met)):
                continue
            for one in compress(leads, map(met.__contains__, seconds)):
                if one >= 0:
                    found.add(one)
                else:
                    longer.append(~one)
        for number in longer:
            if places.say(self._words[self._starts[number] : self._starts[number + 1]]):
                found.add(self._watches[number])


_HALF: Final = 1 << 31


def _posting(held: int) -> tuple[int, int]:
    return held >> 32, (held & 0xFFFFFFFF) - _HALF


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
