"""The words of titles found, with their conflation keys: those met last are remembered, for the next letter typed
meets them again.
"""

from collections.abc import Sequence

from news.language.analyse import fold, term, words
from news.ranking import Title
from storage.fulltext import Row
from storage.vocabulary import Vocabulary

_WORDS_REMEMBERED, _TITLES_REMEMBERED = 40_000, 4_000
_words: dict[tuple[str, str], tuple[str, str]] = {}
_titles: dict[tuple[str, str], Title] = {}


def titles_of(rows: Sequence[Row], vocabulary: Vocabulary) -> list[Title]:
    """The analysed titles of articles, in their order."""
    unknown = [row for row in rows if (row.title, row.language) not in _titles]
    found = _analysed(unknown, vocabulary) if unknown else {}
    titles = [found.get((row.title, row.language)) or _titles[row.title, row.language] for row in rows]
    if len(_titles) + len(found) > _TITLES_REMEMBERED:
        _titles.clear()
    _titles.update(found)
    return titles


def _analysed(rows: Sequence[Row], vocabulary: Vocabulary) -> dict[tuple[str, str], Title]:
    spoken = {(row.title, row.language): words(row.title) for row in rows}
    wanted = {(word, language) for (_, language), title in spoken.items() for word in title}
    unseen = {(word, language): fold(word) for word, language in wanted if (word, language) not in _words}
    pairs = {one: _words[one] for one in wanted if one not in unseen}
    if unseen:
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
