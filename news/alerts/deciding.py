"""Whether a reader is told of an article at once, later, with the digest, or not at all. Pure."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

from news.alerts.matching import ArticleWords
from news.models import Article, Preferences, Subscription, instant
from news.timetable import is_quiet, next_local

URGENT_TOPICS: Final = frozenset({"outages", "emergencies"})
FRESH_SECONDS: Final = 86_400
"""An article dated earlier is no news to be told at once."""
LATE_SECONDS: Final = 2 * 3600
"""An alert that could not leave for so long comes with the digest."""
A_DAY: Final = 10
_DEVELOPS_SECONDS: Final = 3600

AlertFate = Literal["no", "now", "hold", "digest"]


@dataclass(frozen=True, slots=True)
class AlertReader:
    """What decides about one reader. `today` is how many alerts they had since their midnight, `had` the articles their
    digests brought lately.
    """

    chat_id: int
    zone: str
    quiet: tuple[int, int] | None
    reads: tuple[str, ...]
    city: str | None
    urgent: bool
    most: int
    today: int = 0
    had: Collection[int] = ()
    muted: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class ToldAlert:
    """An alert of the same story: how it stands in the ledger, its message, and the articles it told."""

    state: str
    message_id: int | None
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AlertDecision:
    """What becomes of an alert: `until` (UTC seconds) it is held; `reply_to` is the message it continues."""

    fate: AlertFate
    urgent: bool = False
    reply_to: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article that may be told at once, what it has to be followed by, and the others of its story, oldest first."""

    article: Article
    read: ArticleWords
    story: tuple[Article, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether it is of a topic that changes a reader's day."""
        return any(topic.slug in URGENT_TOPICS for topic in self.article.topics[:1])


_NO: Final = AlertDecision("no")


def is_alerting(article: Article, now: int) -> bool:
    """Whether an article is news at all: dated within a day, or just found where it has no date."""
    if article.published is None:
        return True
    return instant(article.published) > now - FRESH_SECONDS


def decide(new: NewArticle, reader: AlertReader, told: ToldAlert | None, now: int, *, followed: bool) -> AlertDecision:
    """What becomes of an article a reader's subscription hit; `followed`: they follow its story itself.

    `told` is the first alert of the story. One story is told once; what develops it is a reply to that message.
    """
    article = new.article
    if article.language not in reader.reads or not wants(new, reader.muted):
        return _NO
    reply_to = None
    if told is not None:
        if told.state not in ("sent", "unknown") or not develops(new, told.keys):
            return _NO
        reply_to = told.message_id
    elif any(one.key in reader.had for one in new.story) and not (followed and develops(new, reader.had)):
        return _NO
    urgent = reader.urgent and new.urgent and near(new, reader.city)
    zone = ZoneInfo(reader.zone)
    if reader.quiet is not None and is_quiet(reader.quiet, zone, now):
        return AlertDecision("hold", urgent, reply_to, next_local(now, reader.quiet[1], zone))
    if reader.today >= reader.most and not urgent:
        return AlertDecision("digest")
    return AlertDecision("now", urgent, reply_to)


def develops(new: NewArticle, known: Collection[int]) -> bool:
    """Whether an article adds to what was told of its story: later by an hour, no reprint, not the same headline."""
    before = [one for one in new.story if one.key in known]
    if new.article.copy_of is not None or not before:
        return False
    if new.article.title.casefold() in {one.title.casefold() for one in before}:
        return False
    last = max(instant(one.published) if one.published is not None else one.first_seen for one in before)
    at = instant(new.article.published) if new.article.published is not None else new.article.first_seen
    return at >= last + _DEVELOPS_SECONDS


def wants(new: NewArticle, muted: frozenset[tuple[str, str]]) -> bool:
    """Whether nothing about an article is muted, no word of it either."""
    if not Preferences(frozenset(one for one in muted if one[0] != "word")).wants(new.article):
        return False
    return not any(kind == "word" and new.read.has(Subscription("word", value)) for kind, value in muted)


def near(new: NewArticle, city: str | None) -> bool:
    """Whether an article concerns a city's people: it names the city, or no town at all."""
    return city is None or not new.places or city in new.places
