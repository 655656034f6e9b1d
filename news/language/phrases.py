"""Finds many phrases in the words of a text at once, with one dictionary look-up for each word.

A phrase is one pattern for each of its words, written folded and separated by spaces:

- `футбол*` is every word that begins like this;
- `сот` is every inflected form of the word, and nothing longer: Russian by Snowball's stem, Kazakh by its endings;
- `=вто` is that spelling only.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Generic, NamedTuple, TypeVar

import Stemmer

from news.language import kazakh

V = TypeVar("V")

_REMEMBERED = 15_000
"""How many words are cached for each language with what they match: about 3 MB."""

_PLURAL = "[лдт][ае]р"
_POSSESSIVE = "(?:[ыі]м[ыі]з|[ыі]ң[ыі]з|м[ыі]з|ң[ыі]з|с[ыі]|[ыі]м|[ыі]ң|[ыі]|м|ң)"
_CASE = "(?:[нтд][ыі]ң|[ғгқк][ае]|[нтд][ыі]|н?[тд][ае]н?|нан|нен|[мпб]ен(?:ен)?|н[ае]|[ае]|н)"
_LOCAL = "(?:н?[тд][ае][ғг][ыі]|[ғгқк][ыі])"
_DERIVED = "(?:[лдт][ыі][қкғг]|[лдт][ыі]|ш[ыі]|с[ыі]з)"
# What may follow a Kazakh noun: «-лық», plural, possessive, «-дағы», case, in this order, each optional.
_ENDINGS = re.compile(f"{_DERIVED}?(?:{_PLURAL})?{_POSSESSIVE}?(?:{_LOCAL}(?:{_PLURAL})?)?{_CASE}?$")


def is_kazakh_ending(letters: str) -> bool:
    """Whether letters behind a Kazakh stem are an ending of a noun or a verb, or none.

    A country's name comes between: «жапон», «Жапонияда»; «үнді», «Үндістанның».
    """
    return bool(_ENDINGS.match(_COUNTRY.sub("", letters))) or letters in kazakh.model().endings


_COUNTRY = re.compile("^(?:и?я|[ыі]?стан)")
_SOFTENED = {"п": "б", "к": "г", "қ": "ғ"}


_HEAD = 3
"""This many letters tell a word's look-up how long its possible patterns are; usually there are none."""
_SHORT_STEM = 4
_HARD = frozenset(("", "а", "у", "ом", "е", "ы", "и", "ов", "ам", "ами", "ах", "ой", "ою", "о"))
_SOFT = frozenset(("ь", "я", "ю", "ем", "е", "и", "ью", "ей", "ев", "ям", "ями", "ях", "й"))


def _fitting(base: str, stem: str) -> frozenset[str]:
    """The endings of a Russian noun like `base` after its stem; none if it is not declined («меню»)."""
    ending = base[len(stem) :]
    if ending in _HARD and base[-1] not in "еио":
        return _HARD
    return _SOFT if ending in ("ь", "я", "й") else frozenset()


def folded(spoken: Sequence[str]) -> list[str]:
    """`fold` of each of `words(text)`, but faster, because these words are clean already."""
    return [word.lower().replace("ё", "е") for word in spoken]


class PhraseMatch(NamedTuple, Generic[V]):
    """A phrase found in a text: its value, and the words from `start` to before `end` that matched."""

    value: V
    start: int
    end: int


class _Node(Generic[V]):
    __slots__ = ("next", "values")

    def __init__(self) -> None:
        self.next: dict[int, _Node[V]] = {}
        self.values: list[V] = []


class _Look(NamedTuple, Generic[V]):
    """What a word matches: values of one-word phrases, phrases it begins, patterns that continue a phrase."""

    values: tuple[V, ...]
    onward: tuple[_Node[V], ...]
    later: tuple[int, ...]


_NOTHING: _Look[Any] = _Look((), (), ())


class Phrases(Generic[V]):
    """Phrases of one language, each with a value. Several may have the same value."""

    def __init__(self, language: str, phrases: Iterable[tuple[str, V]] = ()) -> None:
        self._language = language
        self._stem = Stemmer.Stemmer("russian", 0).stemWord
        self._numbers: dict[str, int] = {}
        self._exact: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._prefixes: dict[str, list[int]] = {}
        self._bases: dict[int, str] = {}
        self._lengths: dict[str, tuple[int, ...]] = {}
        self._later: set[int] = set()
        self._heads: set[str] = set()  # the beginnings of patterns; most words match none
        self._root: _Node[V] = _Node()
        for phrase, value in phrases:
            self._add(phrase, value)
        self._look = lru_cache(_REMEMBERED)(self._look_up)

    def _add(self, phrase: str, value: V) -> None:
        node = self._root
        for place, pattern in enumerate(phrase.split()):
            number = self._number(pattern)
            node = node.next.setdefault(number, _Node())
            if place:
                self._later.add(number)
        node.values.append(value)

    def _number(self, pattern: str) -> int:
        known = self._numbers.get(pattern)
        if known is not None:
            return known
        number = self._numbers[pattern] = len(self._numbers)
        bare = pattern.lstrip("=").rstrip("*")
        self._heads |= {bare[:2], self._stem(bare)[:2] if self._language == "ru" else bare[:2]}
        if pattern.startswith("="):
            self._exact.setdefault(pattern[1:], []).append(number)
        elif pattern.endswith("*"):
            self._prefixes.setdefault(pattern[:-1], []).append(number)
            self._begins(pattern[:-1])
        else:
            self._exact.setdefault(pattern, []).append(number)
            self._bases[number] = pattern
            for stem in self._stems_of(pattern):
                self._stems.setdefault(stem, []).append(number)
                if self._language != "ru":
                    self._begins(stem)
        return number

    def _begins(self, beginning: str) -> None:
        head = beginning[:_HEAD]
        self._lengths[head] = tuple(sorted({*self._lengths.get(head, ()), len(beginning)}))

    def _stems_of(self, word: str) -> set[str]:
        if self._language == "ru":
            return {self._stem(word)}
        return {word, word[:-1] + _SOFTENED[word[-1]]} if word[-1] in _SOFTENED else {word}

    def _look_up(self, word: str) -> "_Look[V]":
        if word[:2] not in self._heads and word[:1] not in self._heads:
            return _NOTHING
        numbers = self._match_word(word)
        if not numbers:
            return _NOTHING
        nodes = [self._root.next[number] for number in numbers if number in self._root.next]
        return _Look(
            tuple(value for node in nodes for value in node.values),
            tuple(node for node in nodes if node.next),
            tuple(number for number in numbers if number in self._later),
        )

    def _match_word(self, word: str) -> tuple[int, ...]:
        found = dict.fromkeys(self._exact.get(word, ()))
        if self._language == "ru":
            found.update(dict.fromkeys(self._bent(word)))
        for head in range(1, min(len(word), _HEAD) + 1):
            for end in self._lengths.get(word[:head], ()):
                beginning = word[:end]
                found.update(dict.fromkeys(self._prefixes.get(beginning, ())))
                if self._language != "ru" and beginning in self._stems and _ENDINGS.match(word, end):
                    found.update(dict.fromkeys(self._stems[beginning]))
        return tuple(found)

    def _bent(self, word: str) -> Iterator[int]:
        """The Russian patterns of which this word is a form.

        A short stem may be several words' («сет», «сеть»), so the ending must fit.
        """
        stem = self._stem(word)
        for number in self._stems.get(stem, ()):
            if len(stem) > _SHORT_STEM or word[len(stem) :] in _fitting(self._bases[number], stem):
                yield number

    def find(self, words: Sequence[str]) -> list[PhraseMatch[V]]:
        """Every phrase in the folded `words`, in order of their first words, including phrases inside longer ones."""
        looks = list(map(self._look, words))
        found: list[PhraseMatch[V]] = []
        for start, look in enumerate(looks):
            if look is _NOTHING:  # true of most words
                continue
            values, onward, _ = look
            if values:
                found.extend([PhraseMatch(value, start, start + 1) for value in values])
            if onward and start + 1 < len(looks) and looks[start + 1].later:
                for node in onward:
                    self._follow(node, looks, start, start + 1, found)
        return found

    def _follow(
        self, node: _Node[V], looks: Sequence["_Look[V]"], start: int, end: int, found: list[PhraseMatch[V]]
    ) -> None:
        """Continue from the node that the words from `start` to before `end` led to."""
        for number in looks[end].later:
            following = node.next.get(number)
            if following is not None:
                found.extend(PhraseMatch(value, start, end + 1) for value in following.values)
                if following.next and end + 1 < len(looks):
                    self._follow(following, looks, start, end + 1, found)
