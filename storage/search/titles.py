"""The words of found titles with their conflation keys. Recent ones are cached, because the next typed letter finds
them again.
"""

import sys
from collections.abc import Collection, Sequence
from typing import Generic, TypeVar

from news.language.analyse import folded_words, term
from news.language.skeleton import initial
from news.queries.ranking import TitleWords
from storage.search.postings import IndexRow
from storage.search.vocabulary import Vocabulary

K = TypeVar("K")
V = TypeVar("V")


class RecentCache(Generic[K, V]):
    """A cache of recent values in two generations: a value found in the older one moves to the newer.

    A thread of another reader may switch the generations at any moment, so hold on to a value you need.
    """

    def __init__(self, most: int) -> None:
        """A generation is `most` keys."""
        self._most = most
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        self._newer: dict[K, V] = {}
        self._older: dict[K, V] = {}

    def get(self, key: K) -> V | None:
        """The cached value, or None."""
        found = self._newer.get(key)
        if found is None and (found := self._older.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        """Cache a value."""
        if len(self._newer) >= self._most:
            self._older, self._newer = self._newer, {}
        self._newer[key] = value


_LETTERS_READ = 500  # letters of a title; an import cuts it there too

# Titles by language, and the initials of their words; then the keys of words.
TitleWithInitials = tuple[TitleWords, tuple[str, ...]]
_read: RecentCache[tuple[str, str], TitleWithInitials] = RecentCache(6000)
_terms: RecentCache[tuple[str, str], str] = RecentCache(25_000)


def titles_of(rows: Sequence[IndexRow], vocabulary: Vocabulary, begun: Collection[str]) -> list[TitleWords]:
    """The analysed titles of articles, in order, with at least the keys of words that begin with these initials.

    Analysing a word takes ten times as long as reading its key, and few words of a title begin like a wanted one.
    """
    titles: list[TitleWords] = []
    lacking: list[tuple[int, tuple[str, str], list[int]]] = []
    for row in rows:
        asked = row.title, row.language
        title, initials = _read.get(asked) or _parted(*asked)
        terms = title.terms
        if unknown := [at for at, start in enumerate(initials) if start in begun and terms[at] is None]:
            lacking.append((len(titles), asked, unknown))
        titles.append(title)
    if lacking:
        _analyse(titles, lacking, vocabulary)
    return titles


def _parted(text: str, language: str) -> TitleWithInitials:
    folded = tuple(map(sys.intern, folded_words(text[:_LETTERS_READ])))  # titles share most of their words
    found = TitleWords(folded, (None,) * len(folded)), tuple(map(initial, folded))
    _read.put((text, language), found)
    return found


def _analyse(
    titles: list[TitleWords], lacking: Sequence[tuple[int, tuple[str, str], Sequence[int]]], vocabulary: Vocabulary
) -> None:
    """Put titles with the missing keys of some words in the place of those without."""
    keys = _terms_of(
        {(titles[place].words[at], asked[1]) for place, asked, wanted in lacking for at in wanted}, vocabulary
    )
    for place, asked, wanted in lacking:
        words, known = titles[place]
        terms = list(known)
        for at in wanted:
            terms[at] = keys[words[at], asked[1]]
        titles[place] = TitleWords(words, tuple(terms))
        read = _read.get(asked) or _parted(*asked)
        _read.put(asked, (titles[place], read[1]))


def _terms_of(wanted: Collection[tuple[str, str]], vocabulary: Vocabulary) -> dict[tuple[str, str], str]:
    found = {one: key for one in wanted if (key := _terms.get(one)) is not None}
    if unseen := wanted - found.keys():
        # Analysing a word takes ten times as long as looking up its key; one query for each takes twice as long as one
        # for all.
        known = vocabulary.terms_of({word for word, _ in unseen})
        for one in unseen:
            found[one] = known.get(one[0]) or term(*one)
            _terms.put(one, found[one])
    return found
