"""A digest: which stories a reader gets, best first, each once. Pure, and shared by all readers of one audience.

A `Pool` is prepared once from the recent articles; `compose` then chooses for one audience and one history. What a
reader has had is a set of article keys; a story counts as had when any of its articles was, however grouped today.
"""

import itertools
import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple
from urllib.parse import urlsplit

from news import places, topics
from news.language.analyse import terms
from news.models import LANGUAGES, Article, Subscriber, Subscription, Tastes, instant
from news.outlets import outlet_at
from news.variety import Candidate, pick

DAY = 86_400
MAX_AGE_SECONDS = 3 * DAY
"""What is dated earlier is an archive: it is searched, never pushed. A weekly digest looks back a week."""
WEEK_AGE_SECONDS = 8 * DAY
LENGTHS = (5, 10, 20)
_MOST_DEVELOPED = 3
_LATER_SECONDS = 3600
_WORDS_READ = 3000
_OPENED_ENOUGH = 5
_LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Audience:
    """Readers who would get the same stories: their language, what they asked for, how many stories they want.

    `favourite` is the topic they open most, `muted` holds (kind, value) of news.models.Tastes, `reads` the languages of
    news they read, `city` the slug of theirs.
    """

    language: str
    asked: tuple[Subscription, ...] = ()
    length: int = 10
    favourite: str | None = None
    muted: tuple[tuple[str, str], ...] = ()
    reads: tuple[str, ...] = LANGUAGES
    city: str | None = None

    @property
    def topics(self) -> frozenset[str]:
        """The slugs asked for."""
        return frozenset(one.value for one in self.asked if one.kind == "topic")

    @property
    def followed(self) -> frozenset[int]:
        """The ids of the stories followed: what is new in them comes whatever else was asked for."""
        return frozenset(int(one.value.partition(" ")[0]) for one in self.asked if one.kind == "story")


@dataclass(frozen=True, slots=True)
class Chosen:
    """Keys of articles: `items` best first, `developed` those that tell more of a story had before; `more` were left.

    `outlets` says for an item how many outlets tell its story, where it is more than one.
    """

    items: tuple[int, ...] = ()
    developed: tuple[int, ...] = ()
    more: int = 0
    outlets: Mapping[int, int] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[int, ...]:
        """All keys in the order they are shown."""
        return self.items + self.developed


@dataclass(frozen=True, slots=True)
class Section:
    """The articles of a digest under one topic; the slug is None for those without one."""

    topic: str | None
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a reader gets: sections in order, then what developed, then what may be a repeat.

    `outlets` says how many outlets tell an article's story, by its key; `more` how many stories were left out.
    """

    sections: tuple[Section, ...] = ()
    developed: tuple[Article, ...] = ()
    again: tuple[Article, ...] = ()
    more: int = 0
    outlets: Mapping[int, int] = field(default_factory=dict)

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles in the order they are shown."""
        return (*(one for section in self.sections for one in section.articles), *self.developed, *self.again)


@dataclass(frozen=True, slots=True)
class _Told:
    """A story as the pool holds it: its articles, newest first."""

    articles: tuple[Article, ...]
    outlets: int
    newest: int
    seen: int
    worth: float


class _Shown(NamedTuple):
    """A story and the article that tells it to some readers."""

    story: int
    told: _Told
    article: Article


class _View:
    """The stories as readers of one language see them who muted the same: the best article of each, best first."""

    def __init__(self, shown: Sequence[_Shown], audience: Audience) -> None:
        self.worth = {
            one.story: one.told.worth + (1.0 if one.article.language == audience.language else 0.0) for one in shown
        }
        self.ranked = sorted(shown, key=lambda one: (-self.worth[one.story], one.story))
        self._fresh: dict[int, frozenset[int]] = {}

    def fresh(self, since: int, now: int) -> frozenset[int]:
        """The stories that are news: first seen after `since`, and not dated too long ago."""
        known = self._fresh.get(since)
        if known is None:
            age = MAX_AGE_SECONDS if now - since <= 2 * DAY else WEEK_AGE_SECONDS
            known = self._fresh[since] = frozenset(
                one.story for one in self.ranked if one.told.seen > since and now - one.told.newest <= age
            )
        return known


class Pool:
    """Recent articles as stories, ready to be chosen from. `now` is UTC seconds."""

    def __init__(self, articles: Iterable[Article], now: int) -> None:
        self.now = now
        grouped: dict[int, list[Article]] = {}
        for article in articles:
            if article.published is not None and now - instant(article.published) <= WEEK_AGE_SECONDS:
                grouped.setdefault(_story(article), []).append(article)
        self._stories = {story: _told(members, now) for story, members in grouped.items()}
        self._story_of = {one.key: story for story, told in self._stories.items() for one in told.articles}
        self._labels = _labels(self._stories)
        self._words: dict[str, frozenset[int]] = {}
        self._terms: dict[int, frozenset[str]] = {}
        self._places: dict[int, frozenset[str]] = {}
        self._views: dict[tuple[object, ...], _View] = {}

    @property
    def keys(self) -> Collection[int]:
        """The keys of all articles in it."""
        return self._story_of.keys()

    def compose(
        self, audience: Audience, since: int, had: Collection[int] = (), *, developments: bool = False
    ) -> Chosen | None:
        """The stories first seen after `since` that this audience wants and has not had; None where nothing is new.

        One story once, in the reader's language where it has it. Of the stories they follow also what outlets added
        since; with `developments` of all they had before.
        """
        asked, followed = self._asked(audience), audience.followed & self._stories.keys()
        had_stories = {self._story_of[key] for key in had if key in self._story_of}
        view = self._view(audience)
        fresh = (asked & view.fresh(since, self.now)) - had_stories - followed
        items = tuple(one.article for one in pick(self._candidates(fresh, view, audience), audience.length))
        told = followed | (had_stories & asked if developments else set())
        developed = self._developed(told, since, frozenset(had), audience)
        if not items and not developed:
            return None
        outlets = {key: self._stories[self._story_of[key]].outlets for key in items + developed}
        return Chosen(
            items, developed, len(fresh) - len(items), {key: count for key, count in outlets.items() if count > 1}
        )

    def _view(self, audience: Audience) -> _View:
        key = (audience.language, audience.reads, audience.muted)
        known = self._views.get(key)
        if known is None:
            tastes = Tastes(frozenset(audience.muted))
            shown = ((story, told, _shown(told, audience, tastes)) for story, told in self._stories.items())
            known = self._views[key] = _View(
                [_Shown(*one[:2], one[2]) for one in shown if one[2] is not None], audience
            )
        return known

    def _candidates(self, fresh: Collection[int], view: _View, audience: Audience) -> list[Candidate]:
        """The best of these stories; what only this audience likes can lift a story, but not from far below."""
        own = audience.favourite is not None or audience.city is not None
        wanted = audience.topics
        most = max(_LOOKED_AT, 3 * audience.length) * (3 if own else 1)
        found = []
        for one in itertools.islice((one for one in view.ranked if one.story in fresh), most):
            worth = view.worth[one.story]
            slugs = [topic.slug for topic in one.article.topics]
            if own:
                worth += 1.0 if audience.favourite in slugs else 0.0
                worth += 1.0 if audience.city is not None and audience.city in self._places_of(one.article) else 0.0
            topic = next((slug for slug in slugs if slug in wanted), next(iter(slugs), None))
            found.append(Candidate(one.story, one.article.key, worth, topic, one.article.source))
        return found

    def _asked(self, audience: Audience) -> set[int]:
        asked = [one for one in audience.asked if one.kind != "story"]
        if not asked:
            return set(self._stories)
        found: set[int] = set()
        for one in asked:
            if one.kind == "word":
                found |= self._having(one.value)
            elif one.kind == "topic":
                for slug in (one.value, *(topics.parts(one.value) if one.value in topics.TOPICS else ())):
                    found |= self._labels.get(("topic", slug), frozenset())
            else:
                found |= self._labels.get((one.kind, one.value.casefold()), frozenset())
        return found

    def _having(self, words: str) -> frozenset[int]:
        """The stories with an article that has all these words, in any of their forms."""
        found = self._words.get(words)
        if found is None:
            wanted = {language: set(terms(words, language)) for language in ("ru", "kk")}
            found = self._words[words] = frozenset(
                story
                for story, told in self._stories.items()
                if any(wanted.get(one.language, {""}) <= self._terms_of(one) for one in told.articles)
            )
        return found

    def _terms_of(self, article: Article) -> frozenset[str]:
        known = self._terms.get(article.key)
        if known is None:
            text = f"{article.title}\n{article.body[:_WORDS_READ]}"
            known = self._terms[article.key] = frozenset(terms(text, article.language))
        return known

    def _places_of(self, article: Article) -> frozenset[str]:
        known = self._places.get(article.key)
        if known is None:
            text = f"{article.title}. {article.lead}"
            known = self._places[article.key] = frozenset(places.find(text, article.language))
        return known

    def _developed(
        self, stories: Collection[int], since: int, had: frozenset[int], audience: Audience
    ) -> tuple[int, ...]:
        found: list[tuple[float, int]] = []
        tastes, followed = Tastes(frozenset(audience.muted)), audience.followed
        for story in stories:
            told = self._stories[story]
            # A story that is followed was seen, up to when its reader last had a digest.
            known = [one for one in told.articles if one.key in had or (story in followed and one.first_seen <= since)]
            if not known:
                continue
            last = max(instant(one.published) for one in known)
            titles = {one.title.casefold() for one in known}
            added = [
                one
                for one in told.articles
                if one.key not in had
                and one.first_seen > since
                and one.copy_of is None
                and instant(one.published) >= last + _LATER_SECONDS
                and one.title.casefold() not in titles
                and one.language in audience.reads
                and tastes.wants(one)
            ]
            if added:
                best = max(added, key=lambda one: (one.language == audience.language, instant(one.published), one.key))
                found.append((told.worth, best.key))
        return tuple(key for _, key in sorted(found, reverse=True)[:_MOST_DEVELOPED])


def audience_of(subscriber: Subscriber, tastes: Tastes) -> Audience:
    """What decides which stories a subscriber gets."""
    asked = tuple(sorted(subscriber.subscriptions, key=lambda one: (one.kind, one.value)))
    muted = tuple(sorted(tastes.muted))
    liked = favourite(tastes.opened)
    return Audience(
        subscriber.language, asked, subscriber.length, liked, muted, subscriber.news_languages, subscriber.city
    )


def favourite(opened: Mapping[str, int]) -> str | None:
    """The topic that is at least half of all a reader opens, once they opened a few."""
    slug = max(sorted(opened), key=lambda one: opened[one], default=None)
    if slug is None or opened[slug] < _OPENED_ENOUGH or 2 * opened[slug] < sum(opened.values()):
        return None
    return slug


def arranged(
    chosen: Chosen, found: Sequence[Article], favourites: Collection[str] = (), again: Sequence[Article] = ()
) -> Digest:
    """Chosen articles under their topics, the best article's topic first; those no longer `found` are left out."""
    known = {one.key: one for one in found}
    items = [known[key] for key in chosen.items if key in known]
    developed = tuple(known[key] for key in chosen.developed if key in known)
    shown = {one.key for one in (*items, *developed)}
    repeats = tuple(one for one in again if one.key not in shown)
    return Digest(tuple(_sections(items, favourites)), developed, repeats, chosen.more, chosen.outlets)


def _sections(articles: Sequence[Article], favourites: Collection[str]) -> Iterator[Section]:
    groups: dict[str | None, list[Article]] = {}
    for article in articles:
        slugs = [topic.slug for topic in article.topics]
        first = next((slug for slug in slugs if slug in favourites), next(iter(slugs), None))
        groups.setdefault(first, []).append(article)
    for topic, members in groups.items():
        yield Section(topic, tuple(members))


def _story(article: Article) -> int:
    return article.story if article.story is not None else -article.key


def _told(members: list[Article], now: int) -> _Told:
    newest_first = tuple(sorted(members, key=lambda one: (-instant(one.published), one.key)))
    outlets = len({one.source or f"#{one.key}" for one in newest_first})
    newest = instant(newest_first[0].published)
    hours = max(now - newest, 0) / 3600
    standing = max(_standing(_host(one.url)) for one in newest_first)
    seen = max(one.first_seen for one in newest_first)
    return _Told(newest_first, outlets, newest, seen, 1.5 * math.log2(outlets) + 2 * math.exp(-hours / 12) + standing)


def _labels(stories: Mapping[int, _Told]) -> dict[tuple[str, str], frozenset[int]]:
    labels: dict[tuple[str, str], set[int]] = {}
    for story, told in stories.items():
        for article in told.articles:
            for topic in article.topics:
                labels.setdefault(("topic", topic.slug), set()).add(story)
            for tag in article.tags:
                labels.setdefault(("tag", tag.casefold()), set()).add(story)
    return {label: frozenset(found) for label, found in labels.items()}


def _shown(told: _Told, audience: Audience, tastes: Tastes) -> Article | None:
    """The article that tells the story to these readers: in their language if there is one, of the best standing."""
    wanted = [one for one in told.articles if one.language in audience.reads and tastes.wants(one)]
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
