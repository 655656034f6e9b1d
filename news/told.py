"""How a story is told: by which articles, what it is worth, and which of them tells it to a reader. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from news.digest import Audience
from news.models import Article, Tastes, instant
from news.outlets import outlet_at


@dataclass(frozen=True, slots=True)
class Told:
    """A story as the pool holds it: its articles, newest first."""

    articles: tuple[Article, ...]
    outlets: int
    newest: int
    seen: int
    worth: float


def weighed(members: Sequence[Article], now: int) -> Told:
    """These articles as a story, and what it is worth at `now` (UTC seconds): outlets, freshness, standing."""
    newest_first = tuple(sorted(members, key=lambda one: (-instant(one.published), one.key)))
    outlets = len({one.source or f"#{one.key}" for one in newest_first})
    newest = instant(newest_first[0].published)
    hours = max(now - newest, 0) / 3600
    standing = max(_standing(_host(one.url)) for one in newest_first)
    seen = max(one.first_seen for one in newest_first)
    return Told(newest_first, outlets, newest, seen, 1.5 * math.log2(outlets) + 2 * math.exp(-hours / 12) + standing)


def teller(story: Told, audience: Audience, tastes: Tastes) -> Article | None:
    """The article that tells the story to these readers: in their language if there is one, of the best standing."""
    wanted = [one for one in story.articles if one.language in audience.reads and tastes.wants(one)]
    return max(
        wanted,
        key=lambda one: (
            one.language == audience.language,
            one.copy_of is None,
            _standing(_host(one.url)),
            -instant(one.published),
            -one.key,
        ),
        default=None,
    )


def _host(url: str | None) -> str:
    return (urlsplit(url).hostname or "") if url else ""


@cache
def _standing(host: str) -> float:
    """What an outlet's name adds to a story: an office's own word most, a paper we know something."""
    outlet = outlet_at(f"https://{host}/") if host else None
    if outlet is None:
        return 0.0
    return 0.5 if outlet.official else 0.3
