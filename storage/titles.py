"""The words of titles found, with their conflation keys: those met last are remembered, for the next letter typed
meets them again.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import Generic, TypeVar

from news.language.analyse import folded_words, term
from news.language.initials import initial
from news.ranking import Title
from storage.vocabulary import Vocabulary
from storage.windows import Row

K = TypeVar("K")
V = TypeVar("V")


class Recent(Generic[K, V]):
    """What was met last, in two generations: what the older knows moves to the newer when it is met.

    Another reader's thread may turn them at any moment: whoever needs a value holds it.
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
        """The value, None where it is not remembered."""
        found = self._newer.get(key)
        if found is None and (found := self._older.get(key)) is not None:
            self.put(key, found)
        return found

    def put(self, key: K, value: V) -> None:
        """Remember."""
        if len(self._newer) >= self._most:
            self._older, self._newer = self._newer, {}
        self._newer[key] = value


_LETTERS_READ = 500  # of a title, which an import cuts there too

# Titles of a language with the initials of those of their words whose keys are not known yet; the keys of words.
Read = tuple[Title, frozenset[str]]
_read: Recent[tuple[str, str], Read] = Recent(3000)
_terms: Recent[tuple[str, str], str] = Recent(25_000)


def titles_of(rows: Sequence[Row], vocabulary: Vocabulary, begun: Collection[str]) -> list[Title]:
    """The analysed titles of articles, in their order; at least the keys of words that begin with these initials.

    Analysing a word takes ten times as long as reading it, and few of a title begin like a word that is looked for.
    """
    asked = [(row.title, row.language) for row in rows]
    read = {one: _read.get(one) or _parted(*one) for one in dict.fromkeys(asked)}
    initials = frozenset(begun)
    if lacking := {one: found for one, found in read.items() if not initials.isdisjoint(found[1])}:
        read |= _analysed(lacking, initials, vocabulary)
    return [read[one][0] for one in asked]


def _parted(text: str, language: str) -> Read:
    folded = tuple(folded_words(text[:_LETTERS_READ]))
    found = Title(folded, (None,) * len(folded)), frozenset(map(initial, folded))
    _read.put((text, language), found)
    return found


def _analysed(
    lacking: Mapping[tuple[str, str], Read], initials: frozenset[str], vocabulary: Vocabulary
) -> dict[tuple[str, str], Read]:
    needed = {
        one: [at for at, word in enumerate(title.words) if initial(word) in initials and title.terms[at] is None]
        for one, (title, _) in lacking.items()
    }
    terms = _terms_of(
        {(lacking[one][0].words[at], one[1]) for one, places in needed.items() for at in places}, vocabulary
    )
    done: dict[tuple[str, str], Read] = {}
    for one, (title, unknown) in lacking.items():
        keys = list(title.terms)
        for at in needed[one]:
            keys[at] = terms[title.words[at], one[1]]
        done[one] = Title(title.words, tuple(keys)), unknown - initials
        _read.put(one, done[one])
    return done


def _terms_of(wanted: Collection[tuple[str, str]], vocabulary: Vocabulary) -> dict[tuple[str, str], str]:
    found = {one: key for one in wanted if (key := _terms.get(one)) is not None}
    if unseen := wanted - found.keys():
        # Analysing a word takes ten times as long as looking its key up, one question a word twice as long as one.
        known = vocabulary.terms_of({word for word, _ in unseen})
        for one in unseen:
            found[one] = known.get(one[0]) or term(*one)
            _terms.put(one, found[one])
    return found
