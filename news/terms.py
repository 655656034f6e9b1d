"""What search indexes of a text: its words, their conflation keys, and the places it is about.

It is worked out where an entry is filed, not where it is stored: there it costs a child process, here the one writer.
"""

from collections.abc import Iterator
from functools import lru_cache

from news import places
from news.language.analyse import fold, term, words
from news.models import Terms


def terms_of(title: str, body: str, language: str) -> Terms:
    """The terms of an article."""
    headline = dict.fromkeys(_word(word, language) for word in words(title))
    text = dict.fromkeys(_word(word, language) for word in words(body))
    return Terms(
        " ".join(headline),
        " ".join(word for word in text if word not in headline),
        places.about(title, body, language),
    )


def pairs(packed: str) -> Iterator[tuple[str, str]]:
    """The surface forms and conflation keys in `Terms.title` or `Terms.body`."""
    parts = iter(packed.split(" ") if packed else ())
    return zip(parts, parts, strict=True)


@lru_cache(25_000)
def _word(word: str, language: str) -> str:
    folded = fold(word)
    return f"{folded} {term(folded, language)}"
