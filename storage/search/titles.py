"""The words of found titles with their conflation keys. Recent ones are cached, because the next typed letter finds
them again.
"""

from collections.abc import Collection, Mapping, Sequence
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

# Titles by language, the initials of their words, and those of the words whose keys are not known yet; then the keys
# of words.
TitleWithTerms = tuple[TitleWords, tuple[str, ...], frozenset[str]]
_read: RecentCache[tuple[str, str], TitleWithTerms] = RecentCache(3000)
_terms: RecentCache[tuple[str, str], str] = RecentCache(25_000)


def titles_of(rows: Sequence[IndexRow], vocabulary: Vocabulary, begun: Collection[str]) -> list[TitleWords]:
    """The analysed titles of articles, in order, with at least the keys of words that begin with these initials.

    Analysing a word takes ten times as long as reading its key, and few words of a title begin like a wanted one.
    """
    asked = [(row.title, row.language) for row in rows]
    read = {one: _read.get(one) or _parted(*one) for one in dict.fromkeys(asked)}
    initials = frozenset(begun)
    if lacking := {one: found for one, found in read.items() if not initials.isdisjoint(found[2])}:
        read |= _analysed(lacking, initials, vocabulary)
    return [read[one][0] for one in asked]


def _parted(text: str, language: str) -> TitleWithTerms:
    folded = tuple(folded_words(text[:_LETTERS_READ]))
    begun = tuple(map(initial, folded))
    found = TitleWords(folded, (None,) * len(folded)), begun, frozenset(begun)
    _read.put((text, language), found)
    return found


def _analysed(
    lacking: Mapping[tuple[str, str], TitleWithTerms], initials: frozenset[str], vocabulary: Vocabulary
) -> dict[tuple[str, str], TitleWithTerms]:
    needed = {
        one: [at for at, start in enumerate(begun) if start in initials and title.terms[at] is None]
        for one, (title, begun, _) in lacking.items()
    }
    terms = _terms_of(
        {(lacking[one][0].words[at], one[1]) for one, places in needed.items() for at in places}, vocabulary
    )
    done: dict[tuple[str, str], TitleWithTerms] = {}
    for one, (title, begun, unknown) in lacking.items():
        keys = list(title.terms)
        for at in needed[one]:
            keys[at] = terms[title.words[at], one[1]]
        done[one] = TitleWords(title.words, tuple(keys)), begun, unknown - initials
        _read.put(one, done[one])
    return done


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
