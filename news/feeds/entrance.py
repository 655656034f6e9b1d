"""Makes what an operator, a feed or a file brings fit to be shown to readers: slugs, languages, lengths, addresses."""

from collections.abc import Iterable
from dataclasses import replace

from news.feeds.source import Source
from news.models import LANGUAGES
from news.subject import topics
from news.text.clean import clean_line, within

LONGEST_NAME = 100
LONGEST_CITY = 60


def checked_source(source: Source) -> Source:
    """A source as an operator chose it: topics by their slugs, whatever word names them. Raises ValueError."""
    name = within(clean_line(source.name), LONGEST_NAME)
    if not name:
        raise ValueError("a source needs a name")
    if source.language is not None and source.language not in LANGUAGES:
        raise ValueError(f"the language is ru or kk, not {source.language}")
    city = within(clean_line(source.city or ""), LONGEST_CITY) or None
    return replace(source, name=name, city=city, topics=tuple(dict.fromkeys(map(_topic, source.topics))))


def known_topics(words: Iterable[str]) -> tuple[str, ...]:
    """The topics that somebody else's words name, each once. A word that names no topic is left out."""
    return tuple(dict.fromkeys(slug for slug in map(topics.find, words) if slug))


def _topic(word: str) -> str:
    slug = topics.find(word)
    if slug is None:
        raise ValueError(f"there is no topic {word}; there are {', '.join(topics.TOPICS)}")
    return slug
