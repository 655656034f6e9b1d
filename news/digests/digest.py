"""A digest: who shares one, which articles it holds, under which headings they stand, which of them are main. Pure."""

import itertools
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from news.models import LANGUAGES, Article, Preferences, Subscriber, Subscription
from news.subject import places

LENGTHS = (5, 10, 20)
MOST_AGAIN = 40
"""Stories that come once more in one digest, where several before it may not have arrived."""
_OPENED_ENOUGH = 5
_URGENT = frozenset({"outages", "roads", "emergencies"})
"""Topics that change a reader's day: they come first in the city's section."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Readers who would get the same stories: their language, what they asked for, how many stories they want.

    `favourite` is the topic they open most, `muted` and `fewer` hold (kind, value) of news.models.Preferences, `reads`
    the languages of news they read, `city` the slug of theirs. `only_asked`: they want nothing but what they asked for.
    """

    language: str
    asked: tuple[Subscription, ...] = ()
    length: int = 10
    favourite: str | None = None
    muted: tuple[tuple[str, str], ...] = ()
    reads: tuple[str, ...] = LANGUAGES
    city: str | None = None
    fewer: tuple[tuple[str, str], ...] = ()
    only_asked: bool = False

    @property
    def topics(self) -> frozenset[str]:
        """The slugs asked for."""
        return frozenset(one.value for one in self.asked if one.kind == "topic")

    @property
    def by_words(self) -> bool:
        """Whether they follow or mute a word: the texts must be read for them."""
        return any(one.kind == "word" for one in self.asked) or any(kind == "word" for kind, _ in self.muted)

    @property
    def followed(self) -> frozenset[int]:
        """The ids of the stories followed: what is new in them comes whatever else was asked for."""
        return frozenset(int(one.value.partition(" ")[0]) for one in self.asked if one.kind == "story")


@dataclass(frozen=True, slots=True)
class DigestSelection:
    """Keys of articles: `items` topic by topic, the best one's first; `developed` those that tell more of a story had
    before; `more` were left.

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
class DigestSection:
    """The articles of a digest under one topic; the slug is None for those without one."""

    topic: str | None
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a reader gets: sections in order, then what developed, then what may be a repeat.

    `outlets` says how many outlets tell an article's story, by its key; `more` how many stories were left out. `city`
    is the slug of the reader's, `near` the keys of the articles that name it.
    """

    sections: tuple[DigestSection, ...] = ()
    developed: tuple[Article, ...] = ()
    again: tuple[Article, ...] = ()
    more: int = 0
    outlets: Mapping[int, int] = field(default_factory=dict)
    city: str | None = None
    near: frozenset[int] = frozenset()

    @property
    def lead(self) -> Article | None:
        """The one story that is told at length: the best of all."""
        return next((one for section in self.sections for one in section.articles), None)

    @property
    def nearest(self) -> tuple[tuple[str | None, Article], ...]:
        """What is new in the reader's city, besides the lead, each with its topic: what is off or closed first."""
        found = [(topic, one) for topic, one in self._after_the_lead() if one.key in self.near]
        return tuple(sorted(found, key=lambda item: not {topic.slug for topic in item[1].topics} & _URGENT))

    @property
    def others(self) -> tuple[tuple[str | None, Article], ...]:
        """What is new elsewhere, besides the lead, each with its topic."""
        return tuple((topic, one) for topic, one in self._after_the_lead() if one.key not in self.near)

    def _after_the_lead(self) -> Iterator[tuple[str | None, Article]]:
        told = ((section.topic, one) for section in self.sections for one in section.articles)
        return itertools.islice(told, 1, None)

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles in the order they are shown."""
        return (*(one for section in self.sections for one in section.articles), *self.developed, *self.again)


def audience_of(subscriber: Subscriber, preferences: Preferences) -> Audience:
    """What decides which stories a subscriber gets."""
    asked = tuple(sorted(subscriber.subscriptions, key=lambda one: (one.kind, one.value)))
    muted = tuple(sorted(preferences.muted))
    liked = favourite(preferences.opened)
    return Audience(
        subscriber.language,
        asked,
        subscriber.length,
        liked,
        muted,
        subscriber.news_languages,
        subscriber.city,
        tuple(sorted(preferences.fewer)),
        subscriber.only_asked,
    )


def favourite(opened: Mapping[str, int]) -> str | None:
    """The topic that is at least half of all a reader opens, once they opened a few."""
    slug = max(sorted(opened), key=lambda one: opened[one], default=None)
    if slug is None or opened[slug] < _OPENED_ENOUGH or 2 * opened[slug] < sum(opened.values()):
        return None
    return slug


def arranged(
    chosen: DigestSelection,
    found: Sequence[Article],
    favourites: Collection[str] = (),
    again: Sequence[Article] = (),
    city: str | None = None,
) -> Digest:
    """Chosen articles under their topics, the best article's topic first; those no longer `found` are left out."""
    known = {one.key: one for one in found}
    items = [known[key] for key in chosen.items if key in known]
    developed = tuple(known[key] for key in chosen.developed if key in known)
    shown = {one.key for one in (*items, *developed)}
    repeats = tuple(one for one in again if one.key not in shown)
    near = frozenset(one.key for one in items if city is not None and city in _places(one))
    sections = tuple(_sections(items, favourites))
    return Digest(sections, developed, repeats, chosen.more, chosen.outlets, city, near)


def _places(article: Article) -> tuple[str, ...]:
    return places.find(f"{article.title}. {article.lead}", article.language)


def _sections(articles: Sequence[Article], favourites: Collection[str]) -> Iterator[DigestSection]:
    groups: dict[str | None, list[Article]] = {}
    for article in articles:
        slugs = [topic.slug for topic in article.topics]
        first = next((slug for slug in slugs if slug in favourites), next(iter(slugs), None))
        groups.setdefault(first, []).append(article)
    for topic, members in groups.items():
        yield DigestSection(topic, tuple(members))


# Today's main stories: what most outlets tell, one article a story. Pure.


def story_of(article: Article) -> int:
    """A key that articles on one event share: their story; below zero for an article that stands alone."""
    return article.story if article.story is not None else -article.key


def main_stories(newest: Sequence[Article], language: str, limit: int) -> list[Article]:
    """One article for each story among the newest articles, in the reader's language if the story has one.

    Stories readable in that language come first. Among them those told by the most articles come first, then the
    newest.
    """
    told = Counter(map(story_of, newest))

    def rank(article: Article) -> tuple[bool, int]:
        return article.language != language, -told[story_of(article)]

    return sorted(once_a_story(newest, language), key=rank)[:limit]


def once_a_story(found: Sequence[Article], language: str) -> list[Article]:
    """Keep the order, one article for each story: the first in the reader's language, or else the first.

    A reprint represents a story only if nothing else does.
    """
    chosen: dict[int, Article] = {}

    def fits(article: Article) -> tuple[bool, bool]:
        return article.language == language, article.copy_of is None

    for article in found:
        story = story_of(article)
        held = chosen.get(story)
        if held is None or fits(article) > fits(held):
            chosen[story] = article
    return list(chosen.values())
