"""A digest: what is new for one reader, best first, grouped by topic. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from news.clock import local_day
from news.models import Article, Subscriber, instant

MAX_AGE_SECONDS = 3 * 86_400
LENGTH = 10


@dataclass(frozen=True, slots=True)
class Section:
    """The articles of a digest under one topic; the slug is None for those without one."""

    topic: str | None
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a reader gets: its sections in order."""

    sections: tuple[Section, ...]

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles in the order they are shown."""
        return tuple(article for section in self.sections for article in section.articles)


def is_news(article: Article, now: int) -> bool:
    """Whether an article may be pushed: dated, and dated no more than 3 days before; archives are only searched."""
    return article.published is not None and now - instant(article.published) <= MAX_AGE_SECONDS


def wanted(article: Article, subscriber: Subscriber) -> bool:
    """Whether a reader asked for it: by topic, tag or word; one who asked for nothing gets everything."""
    if not subscriber.subscriptions:
        return True
    slugs = {topic.slug for topic in article.topics}
    tags = {tag.casefold() for tag in article.tags}
    text = f"{article.title}\n{article.body}".casefold()
    return any(
        (one.kind == "topic" and one.value in slugs)
        or (one.kind == "tag" and one.value in tags)
        or (one.kind == "word" and one.value.casefold() in text)
        for one in subscriber.subscriptions
    )


def compose(
    articles: Iterable[Article],
    subscriber: Subscriber,
    now: int,
    had: frozenset[int] = frozenset(),
    length: int = LENGTH,
) -> Digest | None:
    """The reader's digest of these articles, None where nothing is new for them.

    One story once, in the reader's language where it has it; articles in the reader's language first, then the newest.
    """
    fresh = [one for one in articles if one.key not in had and is_news(one, now) and wanted(one, subscriber)]
    fresh.sort(key=lambda one: (one.language != subscriber.language, -instant(one.published), one.key))
    chosen: list[Article] = []
    stories: set[int] = set()
    for article in fresh:
        if article.story is not None and article.story in stories:
            continue
        if article.story is not None:
            stories.add(article.story)
        chosen.append(article)
        if len(chosen) == length:
            break
    return arranged(chosen, subscriber) if chosen else None


def arranged(articles: Sequence[Article], subscriber: Subscriber) -> Digest:
    """Chosen articles under their topics, the best article's topic first."""
    return Digest(_sections(articles, subscriber))


def edition(at: int, zone: ZoneInfo) -> str:
    """The name of the edition an instant (UTC seconds) belongs to: its local day."""
    return local_day(at, zone).isoformat()


def since(subscriber: Subscriber, now: int) -> int:
    """UTC seconds from which a reader's next digest looks."""
    last = subscriber.last_edition_at
    return max(last if last is not None else 0, now - int(timedelta(days=3).total_seconds()))


def _sections(articles: Sequence[Article], subscriber: Subscriber) -> tuple[Section, ...]:
    groups: dict[str | None, list[Article]] = {}
    for article in articles:
        slugs = [topic.slug for topic in article.topics]
        asked = [slug for slug in slugs if slug in subscriber.topics]
        first = next(iter(asked or slugs), None)
        groups.setdefault(first, []).append(article)
    return tuple(Section(topic, tuple(members)) for topic, members in groups.items())
