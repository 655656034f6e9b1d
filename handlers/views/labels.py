"""Names of topics as a view shows them: what an operator, a file or an older version wrote may be no topic of ours."""

import logging
from collections.abc import Iterable
from functools import lru_cache

from locales import Html, Texts
from news.subject import places, topics

log = logging.getLogger("qala.views")


def topic_name(slug: str, language: str) -> str | None:
    """The topic's name in a language; None for a slug that is no topic, which is logged once."""
    if slug in topics.TOPICS:
        return topics.name(slug, language)
    _say(slug)
    return None


def language_name(code: str, texts: Texts) -> Html | None:
    """«на казахском»; None for a language without such a text."""
    key = f"in-language-{code}"
    return texts(key) if texts.has(key) else None


def place_name(slug: str | None, language: str) -> str | None:
    """The place's name in a language; None if there is none or it is no place of ours."""
    try:
        return places.name(slug, language) if slug else None
    except KeyError:
        return None


def topic_names(slugs: Iterable[str], language: str) -> list[str]:
    """The names of those that are topics, in order."""
    return [name for slug in slugs if (name := topic_name(slug, language)) is not None]


@lru_cache(1000)
def _say(slug: str) -> None:
    log.warning("%.60r is no topic: it is left out of what is shown", slug)
