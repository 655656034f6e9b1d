"""What search indexes of a text: its words, their conflation keys, and the places it is about.

It is worked out where an entry is filed, not where it is stored: there it costs a child process, here the one writer.
"""

from collections.abc import Iterator
from functools import lru_cache

from news import places
from news.language.analyse import fold, term
from news.models import Terms
from news.reading import Reading


def terms_of(title: str, body: str, language: str) -> Terms:
    """The terms of an article."""
    return terms_in(Reading(title, body, language))


def terms_in(article: Reading) -> Terms:
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
