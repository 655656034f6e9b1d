"""An article read once: its words, the concepts and places it names, and the terms that search indexes."""

from collections.abc import Iterator
from functools import cached_property, lru_cache

from news.language import lexicon
from news.language.analyse import fold, term, words
from news.language.lexicon import Concept, Lexicon
from news.language.phrases import PhraseMatch, folded
from news.models import Terms
from news.subject import places

# An article is read once for everything computed from it.
#
# Topics, the signature of stories and the terms of search need the same words; splitting the text and looking words up
# again for each took a third of the time of filing.

OPENING_WORDS = 300
"""How many words of the body topics and stories read; by then news has told what it is about."""
_PLACES_LETTERS = 3000
"""How many characters of the body are searched for places to file the article under."""


class ArticleReading:
    """The words of an article in Russian or Kazakh and what they name; each part is computed when first used."""

    def __init__(self, title: str, body: str, language: str, known: Lexicon | None = None) -> None:
        """`known` is the lexicon to read with, ours by default."""
        self.title, self.body, self.language = title, body, language
        self._known = known
        self.headline: list[str] = words(title)
        """The words of the title."""
        self.text: list[str] = words(body)
        """The words of the body."""

    @cached_property
    def spoken(self) -> list[str]:
        """The words of the title and the first words of the body."""
        return [*self.headline, *self.text[:OPENING_WORDS]]

    @cached_property
    def plain(self) -> list[str]:
        """`spoken`, folded."""
        return folded(self.spoken)

    @cached_property
    def concepts(self) -> list[PhraseMatch[Concept]]:
        """The concepts that `plain` names, including loosely matched ones."""
        return (self._known or lexicon.load()).find_all(self.plain, self.language)

    @cached_property
    def _named(self) -> list[PhraseMatch[str]]:
        whole = len(self.body) <= _PLACES_LETTERS
        if whole and len(self.text) <= OPENING_WORDS:
            return places.named(self.spoken, self.plain, self.language)
        spoken = [*self.headline, *(self.text if whole else words(self.body[:_PLACES_LETTERS]))]
        return places.named(spoken, folded(spoken), self.language)

    @property
    def places(self) -> tuple[str, ...]:
        """Slugs of the places named in the title and the first 3,000 characters, most often named first."""
        return places.ranked(self._named)

    @property
    def opening_places(self) -> tuple[str, ...]:
        """The same for `spoken`."""
        return places.ranked(self.places_met)

    @cached_property
    def places_met(self) -> list[PhraseMatch[str]]:
        """Where `spoken` names a place."""
        end = len(self.spoken)
        return [one for one in self._named if one.end <= end]


# What search indexes of a text: its words, their conflation keys, and the places it is about.
#
# It is computed when an entry is filed and not when it is stored: filing costs a child process, storing the one writer.


def terms_of(title: str, body: str, language: str) -> Terms:
    """The terms of an article."""
    return terms_in(ArticleReading(title, body, language))


def terms_in(article: ArticleReading) -> Terms:
    """The terms of an article that was read."""
    language = article.language
    headline = dict.fromkeys([_word(word, language) for word in article.headline])
    text = dict.fromkeys([_word(word, language) for word in article.text])
    return Terms(
        " ".join(headline),
        " ".join([word for word in text if word not in headline]),
        places.about(article.places),
    )


def pairs(packed: str) -> Iterator[tuple[str, str]]:
    """The surface forms and conflation keys in `Terms.title` or `Terms.body`."""
    parts = iter(packed.split(" ") if packed else ())
    return zip(parts, parts, strict=True)


@lru_cache(25_000)
def _word(word: str, language: str) -> str:
    folded = fold(word)
    return f"{folded} {term(folded, language)}"
