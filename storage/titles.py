"""The words of titles found, with their conflation keys: those met last are remembered, for the next letter typed
meets them again.
"""

from collections.abc import Collection, Sequence

from news.language.analyse import fold, term, words
from news.ranking import Title
from storage.fulltext import Row
from storage.vocabulary import Vocabulary

_WORDS_REMEMBERED, _TITLES_REMEMBERED = 40_000, 4_000
_words: dict[tuple[str, str], tuple[str, str]] = {}
_titles: dict[tuple[str, str], Title] = {}


def titles_of(rows: Sequence[Row], vocabulary: Vocabulary) -> list[Title]:
    """The analysed titles of articles, in their order."""
    # Another reader's thread may forget everything at any moment: what is needed is held here.
    wanted = {(row.title, row.language) for row in rows}
    titles = {one: title for one in wanted if (title := _titles.get(one)) is not None}
    if fresh := _analysed(wanted - titles.keys(), vocabulary):
        if len(_titles) + len(fresh) > _TITLES_REMEMBERED:
            _titles.clear()
        _titles.update(fresh)
        titles |= fresh
    return [titles[row.title, row.language] for row in rows]


def _analysed(wanted: Collection[tuple[str, str]], vocabulary: Vocabulary) -> dict[tuple[str, str], Title]:
    spoken = {(text, language): words(text) for text, language in wanted}
    needed = {(word, language) for (_, language), title in spoken.items() for word in title}
    pairs = {one: pair for one in needed if (pair := _words.get(one)) is not None}
    if unseen := {one: fold(one[0]) for one in needed - pairs.keys()}:
        # Analysing a word takes ten times as long as looking its key up, one question a word twice as long as one.
        known = vocabulary.terms_of(set(unseen.values()))
        fresh = {one: (folded, known.get(folded) or term(*one)) for one, folded in unseen.items()}
        if len(_words) + len(fresh) > _WORDS_REMEMBERED:
            _words.clear()
        _words.update(fresh)
        pairs |= fresh
    found = {}
    for (text, language), title in spoken.items():
        told = [pairs[word, language] for word in title]
        found[text, language] = Title(tuple(word for word, _ in told), tuple(key for _, key in told))
    return found
