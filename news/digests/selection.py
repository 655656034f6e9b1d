"""How a story is told and what it is worth, and the best few of many with room for variety. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

from news.digests.digest import Audience
from news.feeds.outlets import outlet_at
from news.models import Article, Preferences, instant

# How a story is told: by which articles, what it is worth, and which of them tells it to a reader. Pure.


@dataclass(frozen=True, slots=True)
class PooledStory:
    """A story as the pool holds it: its articles, newest first."""

    articles: tuple[Article, ...]
    outlets: int
    newest: int
    seen: int
    worth: float


def weighed(members: Sequence[Article], now: int) -> PooledStory:
    """These articles as a story, with its worth at `now` (UTC seconds): number of outlets, freshness, their
    standing.
    """
    newest_first = tuple(sorted(members, key=lambda one: (-instant(one.published), one.key)))
    outlets = len({one.source or f"#{one.key}" for one in newest_first})
    newest = instant(newest_first[0].published)
    hours = max(now - newest, 0) / 3600
    standing = max(_standing(_host(one.url)) for one in newest_first)
    seen = max(one.first_seen for one in newest_first)
    return PooledStory(
        newest_first, outlets, newest, seen, 1.5 * math.log2(outlets) + 2 * math.exp(-hours / 12) + standing
    )


def teller(story: PooledStory, audience: Audience, preferences: Preferences) -> Article | None:
    """The article that tells the story to these readers: in their language if there is one, from the best outlet."""
    wanted = [one for one in story.articles if one.language in audience.reads and preferences.wants(one)]
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
    """How much an outlet adds to a story's worth: a public office's own word adds most, a known outlet some."""
    outlet = outlet_at(f"https://{host}/") if host else None
    if outlet is None:
        return 0.0
    return 0.5 if outlet.official else 0.3


# Choosing the best few of many with room for variety. Pure.

_SAME_TOPIC = 0.5
_SAME_SOURCE = 0.3


@dataclass(frozen=True, slots=True)
class DigestCandidate:
    """A story that could be chosen: the article that would tell it, what it is worth, and what makes it like others."""

    story: int
    article: int
    worth: float
    topic: str | None
    source: str | None


def pick(candidates: Sequence[DigestCandidate], count: int) -> list[DigestCandidate]:
    """The stories to take, best first.

    A story that is like those taken before loses a little worth for each of them.
    """
    left = sorted(candidates, key=lambda one: (-one.worth, one.story))
    topics: dict[str | None, int] = {}
    sources: dict[str | None, int] = {}
    taken: list[DigestCandidate] = []

    def now_worth(one: DigestCandidate) -> float:
        return one.worth - _SAME_TOPIC * topics.get(one.topic, 0) - _SAME_SOURCE * sources.get(one.source, 0)

    while left and len(taken) < count:
        best, most = left[0], now_worth(left[0])
        for one in left:
            if one.worth <= most:
                break  # it and all after it can only be worth less
            if (worth := now_worth(one)) > most:
                best, most = one, worth
        left.remove(best)
        taken.append(best)
        if best.topic is not None:
            topics[best.topic] = topics.get(best.topic, 0) + 1
        if best.source is not None:
            sources[best.source] = sources.get(best.source, 0) + 1
    return taken
