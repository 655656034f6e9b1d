"""The pool that digests are chosen from: recent articles grouped into stories, best first. Pure.

A `Pool` is prepared once from recent articles and shared by all readers. `compose` then chooses for one audience and
one history. A history is a set of article keys; a reader has had a story if they have had any article that is in it
today.
"""

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from news.alerts.matching import ArticleWords, outlet_names, wordings
from news.digests.digest import Audience, DigestSelection, story_of, whats_new
from news.feeds.source import outlet_at
from news.models import Article, Preferences, instant
from news.subject import places, topics

# How a story is told and what it is worth, and the best few of many with room for variety. Pure.

# How a story is told: by which articles, its worth, and which article tells it to a reader.


@dataclass(frozen=True, slots=True)
class PooledStory:
    """A story in the pool: its articles, newest first, and its worth."""

    articles: tuple[Article, ...]
    outlets: int
    newest: int
    seen: int
    worth: float


def weighed(members: Sequence[Article], now: int) -> PooledStory:
    """These articles as a story, with its worth at `now` (UTC seconds).

    The worth comes from the number of outlets, the freshness and the outlets' standing.
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


@lru_cache(4096)
def _standing(host: str) -> float:
    """How much an outlet adds to a story's worth: a public office adds most, a known outlet some."""
    outlet = outlet_at(f"https://{host}/") if host else None
    if outlet is None:
        return 0.0
    return 0.5 if outlet.official else 0.3


# Choosing the best few, with room for variety.

_SAME_TOPIC = 0.5
_SAME_SOURCE = 0.3


@dataclass(frozen=True, slots=True)
class DigestCandidate:
    """A story that could be chosen: the article that tells it, its worth, and what it has in common with others."""

    story: int
    article: int
    worth: float
    topic: str | None
    source: str | None


def pick(candidates: Sequence[DigestCandidate], count: int) -> list[DigestCandidate]:
    """The stories to take, best first.

    A story loses a little worth for each similar one taken before.
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
                break  # this one and all after it can only be worth less
            if (worth := now_worth(one)) > most:
                best, most = one, worth
        left.remove(best)
        taken.append(best)
        if best.topic is not None:
            topics[best.topic] = topics.get(best.topic, 0) + 1
        if best.source is not None:
            sources[best.source] = sources.get(best.source, 0) + 1
    return taken


DAY = 86_400
MAX_AGE_SECONDS = 3 * DAY
"""An article older than this is an archive's: it is found by search, never pushed. Weekly digests take a week."""
WEEK_AGE_SECONDS = 8 * DAY
_MOST_DEVELOPED = 3
_LATER_SECONDS = 3600
_WORDS_READ = 3000
_LOOKED_AT = 50
_ADDING = ("word", "tag", "source")
_SURELY = 6.0
"""The gain of a story with a followed word or tag, or among the best of the reader's city: it surely comes."""
_MOST_NEAR = 3
_LIKED = 1.0
"""The gain, for the order, of a story that its reader is likely to open, or that surely comes."""


class _ShownStory(NamedTuple):
    """A story, and the article that tells it to some readers."""

    story: int
    told: PooledStory
    article: Article


class _PoolView:
    """The stories for readers who share a language and what they muted: each by its best article, best first."""

    def __init__(self, shown: Sequence[_ShownStory], audience: Audience) -> None:
        self.worth = {
            one.story: one.told.worth + (1.0 if one.article.language == audience.language else 0.0) for one in shown
        }
        self.ranked = sorted(shown, key=lambda one: (-self.worth[one.story], one.story))
        self._fresh: dict[int, frozenset[int]] = {}

    def fresh(self, since: int, now: int) -> frozenset[int]:
        """The stories that are news: first seen after `since`, and not too old."""
        known = self._fresh.get(since)
        if known is None:
            age = MAX_AGE_SECONDS if now - since <= 2 * DAY else WEEK_AGE_SECONDS
            known = self._fresh[since] = frozenset(
                one.story for one in self.ranked if one.told.seen > since and now - one.told.newest <= age
            )
        return known


class Pool:
    """Recent articles grouped into stories, to choose from. `now` is UTC seconds."""

    def __init__(self, articles: Iterable[Article], now: int) -> None:
        self.now = now
        grouped: dict[int, list[Article]] = {}
        for article in articles:
            if article.published is not None and now - instant(article.published) <= WEEK_AGE_SECONDS:
                grouped.setdefault(story_of(article), []).append(article)
        self._stories = {story: weighed(members, now) for story, members in grouped.items()}
        self._story_of = {one.key: story for story, told in self._stories.items() for one in told.articles}
        self._labels = _labels(self._stories)
        self._words: dict[str, frozenset[int]] = {}
        self._terms: dict[int, frozenset[str]] = {}
        self._places: dict[int, frozenset[str]] = {}
        self._views: dict[tuple[object, ...], _PoolView] = {}
        self._news: dict[tuple[frozenset[int], frozenset[int], str], tuple[int, str] | None] = {}

    @property
    def keys(self) -> Collection[int]:
        """The keys of all articles in it."""
        return self._story_of.keys()

    def compose(
        self, audience: Audience, since: int, had: Collection[int] = (), *, developments: bool = False
    ) -> DigestSelection | None:
        """The stories first seen after `since` that this audience wants and has not had; None if nothing is new.

        Each story comes once, in the reader's language if it has an article in it. News in followed stories comes too;
        with `developments` news in all stories they have had.
        """
        asked, followed = self._asked(audience), audience.followed & self._stories.keys()
        had_stories = {self._story_of[key] for key in had if key in self._story_of}
        view = self._view(audience)
        fresh = (asked & view.fresh(since, self.now)) - had_stories - followed
        candidates, sure = self._candidates(fresh, view, audience)
        picked = pick(candidates, audience.length)
        if sure:  # they come, but need not stand before what everybody tells
            picked.sort(key=lambda one: -(one.worth - (_SURELY - _LIKED) * (one.story in sure)))
        items = _by_topic(picked)
        told = followed | (had_stories & asked if developments else set())
        news = self._developed(told, since, frozenset(had), audience)
        developed = tuple(news)
        if not items and not developed:
            return None
        outlets = {key: self._stories[self._story_of[key]].outlets for key in items + developed}
        return DigestSelection(
            items, developed, len(fresh) - len(items), {key: count for key, count in outlets.items() if count > 1}, news
        )

    def _view(self, audience: Audience) -> _PoolView:
        key = (audience.language, audience.reads, audience.muted)
        known = self._views.get(key)
        if known is None:
            preferences = Preferences(frozenset(audience.muted))
            shown = (
                (story, told, teller(self._unmuted(told, audience), audience, preferences))
                for story, told in self._stories.items()
            )
            known = self._views[key] = _PoolView(
                [_ShownStory(*one[:2], one[2]) for one in shown if one[2] is not None], audience
            )
        return known

    def _candidates(
        self, fresh: Collection[int], view: _PoolView, audience: Audience
    ) -> tuple[list[DigestCandidate], set[int]]:
        """The best of these stories, and the keys of those that surely come.

        These have a followed word or tag, or are the best of the city. A topic that the audience likes lifts a story a
        little, but not from far below.
        """
        added = self._added(audience)
        own = audience.favourite is not None or audience.city is not None
        most = max(_LOOKED_AT, 3 * audience.length) * (3 if own else 1)
        once: dict[tuple[str, str | None], int] = dict.fromkeys(audience.fewer, 0)
        found, near, sure = [], 0, added & set(fresh)
        for place, one in enumerate(one for one in view.ranked if one.story in fresh):
            if place >= most and not added:
                break
            if place >= most and one.story not in added:
                continue
            slugs = [topic.slug for topic in one.article.topics]
            fewer = [
                kind for kind in (("topic", slugs[0] if slugs else ""), ("source", one.article.source)) if kind in once
            ]
            if any(once[kind] for kind in fewer):
                continue
            once |= dict.fromkeys(fewer, 1)
            worth = view.worth[one.story] + (1.0 if audience.favourite in slugs else 0.0)
            if audience.city is not None and place < most and audience.city in self._places_of(one.article):
                near += 1
                worth += _LIKED
                sure |= {one.story} if near <= _MOST_NEAR else set()
            worth += _SURELY - _LIKED if one.story in sure else 0.0
            topic = next((slug for slug in slugs if slug in audience.topics), next(iter(slugs), None))
            found.append(DigestCandidate(one.story, one.article.key, worth, topic, one.article.source))
        return found, sure

    def _asked(self, audience: Audience) -> set[int]:
        """The stories to choose from: those of followed topics, words and tags. Others too, unless `only_asked`."""
        added = self._added(audience)
        if audience.topics:
            return self._of_topics(audience.topics) | added
        return (
            added if audience.only_asked and any(one.kind in _ADDING for one in audience.asked) else set(self._stories)
        )

    def _of_topics(self, slugs: Collection[str]) -> set[int]:
        found: set[int] = set()
        for slug in slugs:
            for part in (slug, *(topics.parts(slug) if slug in topics.TOPICS else ())):
                found |= self._labels.get(("topic", part), frozenset())
        return found

    def _added(self, audience: Audience) -> set[int]:
        """The stories with a word, tag or outlet that this audience follows."""
        found: set[int] = set()
        for one in audience.asked:
            if one.kind == "word":
                found |= self._having(one.value)
            elif one.kind in ("tag", "source"):
                found |= self._labels.get((one.kind, one.value.casefold()), frozenset())
        return found

    def _having(self, words: str) -> frozenset[int]:
        """The stories with an article that has all these words, in any form."""
        found = self._words.get(words)
        if found is None:
            found = self._words[words] = frozenset(
                story for story, told in self._stories.items() if any(self._has(one, words) for one in told.articles)
            )
        return found

    def _has(self, article: Article, words: str) -> bool:
        known = self._terms_of(article)
        return any(known.issuperset(wording) for wording in wordings(words, article.language))

    def _unmuted(self, told: PooledStory, audience: Audience) -> PooledStory:
        """The story without its articles that have a muted word."""
        words = [value for kind, value in audience.muted if kind == "word"]
        if not words:
            return told
        return replace(
            told, articles=tuple(one for one in told.articles if not any(self._has(one, word) for word in words))
        )

    def read_words(self) -> None:
        """Read the words of all articles, for audiences `by_words`. It takes seconds: call it in a thread."""
        for told in self._stories.values():
            for one in told.articles:
                self._terms_of(one)

    def _terms_of(self, article: Article) -> frozenset[str]:
        known = self._terms.get(article.key)
        if known is None:
            known = self._terms[article.key] = frozenset(ArticleWords(article, _WORDS_READ).at)
        return known

    def _places_of(self, article: Article) -> frozenset[str]:
        known = self._places.get(article.key)
        if known is None:
            text = f"{article.title}. {article.lead}"
            known = self._places[article.key] = frozenset(places.find(text, article.language))
        return known

    def _developed(
        self, stories: Collection[int], since: int, had: frozenset[int], audience: Audience
    ) -> dict[int, str]:
        """Key of the article that tells the news in each of these stories, best story first → what it says."""
        found: list[tuple[float, int, str]] = []
        preferences, followed = Preferences(frozenset(audience.muted)), audience.followed
        for story in stories:
            told = self._stories[story]
            # A reader has seen a followed story up to their last digest.
            known = [one for one in told.articles if one.key in had or (story in followed and one.first_seen <= since)]
            if not known:
                continue
            last = max(instant(one.published) for one in known)
            added = [
                one
                for one in self._unmuted(told, audience).articles
                if one.key not in had
                and one.first_seen > since
                and one.copy_of is None
                and instant(one.published) >= last + _LATER_SECONDS
                and one.language in audience.reads
                and preferences.wants(one)
            ]
            if new := self._whats_new(known, added, audience.language):
                found.append((told.worth, *new))
        return {key: said for _, key, said in sorted(found, reverse=True)[:_MOST_DEVELOPED]}

    def _whats_new(self, known: Sequence[Article], added: Sequence[Article], language: str) -> tuple[int, str] | None:
        """`whats_new`, computed once for all who were told the same."""
        asked = (frozenset(one.key for one in known), frozenset(one.key for one in added), language)
        if asked not in self._news:
            new = whats_new(known, added, language) if added else None
            self._news[asked] = (new[0].key, new[1]) if new else None
        return self._news[asked]


def _by_topic(picked: Sequence[DigestCandidate]) -> tuple[int, ...]:
    """The keys in the order of display: grouped by topic, the best one's topic first."""
    order = {topic: place for place, topic in enumerate(dict.fromkeys(one.topic for one in picked))}
    return tuple(one.article for one in sorted(picked, key=lambda one: order[one.topic]))


def _labels(stories: Mapping[int, PooledStory]) -> dict[tuple[str, str], frozenset[int]]:
    labels: dict[tuple[str, str], set[int]] = {}
    for story, told in stories.items():
        for article in told.articles:
            for topic in article.topics:
                labels.setdefault(("topic", topic.slug), set()).add(story)
            for tag in article.tags:
                labels.setdefault(("tag", tag.casefold()), set()).add(story)
            for name in outlet_names(article):
                labels.setdefault(("source", name), set()).add(story)
    return {label: frozenset(found) for label, found in labels.items()}
