"""The types of the subject as frozen dataclasses, and the error that a person must be told."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from types import MappingProxyType
from typing import Generic, Literal, TypeVar

from news.timetable import NEVER, Timetable

DigestForm = Literal["plain", "rich"]
Language = Literal["ru", "kk"]
LANGUAGES: tuple[Language, ...] = ("ru", "kk")

T = TypeVar("T")

MOST_NAMED = 1000
"""How many rejected items of one import are named."""

# An aware instant, a day without a known hour (the same day in every time zone), or None if nothing was printed.
PublicationTime = datetime | date | None


class QalaError(Exception):
    """Something a person must be told: `key` names the text in locales/, `arguments` fill it."""

    def __init__(self, key: str, **arguments: str | int) -> None:
        super().__init__(f"{key} {arguments}" if arguments else key)
        self.key = key
        self.arguments: Mapping[str, str | int] = MappingProxyType(arguments)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as parsed from a feed, a page, a capture or a JSON line; not stored yet.

    `id` is the importer's own text, unique in the store. `body` is plain text with a newline between paragraphs.
    `language` is None if unknown; then it is detected. `cited` is as printed or in the nominative.
    """

    id: str
    title: str
    body: str = ""
    url: str | None = None
    published: PublicationTime = None
    source: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    views: int | None = None
    image: str | None = None
    author: str | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of an article, and the words of the text that gave it."""

    slug: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What search indexes of an article: words of the title, words only the text has, and slugs of places.

    Each word is its surface form and its conflation key with a space between. All words of a text are one string, also
    with spaces, because it is passed between processes.
    """

    title: str
    body: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FiledEntry:
    """An entry that has been analysed and is ready to be stored.

    `signature` is what it is compared by (news.stories.signature, packed), `terms` what it is found by; both are empty
    if they were not computed. `fault` is why the analysis failed: such an article is listed and read, but neither found
    nor compared. `summary` is its card's text (news.text.sentences), empty if that is the lead.
    """

    entry: Entry
    language: str
    lead: str
    topics: tuple[Topic, ...] = ()
    signature: bytes = b""
    terms: Terms | None = None
    fault: str | None = None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article. `key` is our positive integer for links, buttons and inline; `first_seen` is UTC seconds."""

    key: int
    id: str
    title: str
    lead: str
    language: str
    url: str | None = None
    body: str = ""
    published: PublicationTime = None
    source: str | None = None
    tags: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    views: int | None = None
    image: str | None = None
    topics: tuple[Topic, ...] = ()
    story: int | None = None
    first_seen: int = 0
    author: str | None = None
    section: str | None = None
    copy_of: int | None = None
    """The key of the article that published this text first, if this one is a reprint."""
    summary: str | None = None
    """Its card's text, computed when it was filed; None for articles filed before that was done."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a chat follows.

    The value is a slug for 'topic', folded for 'tag', as typed for 'word', id and title for 'story', and an outlet's
    name or host for 'source'. `at_once`: its news comes as an alert, not with the digest.
    """

    kind: Literal["topic", "tag", "word", "story", "source"]
    value: str
    at_once: bool = field(default=False, compare=False)

    def follows(self, kind: str, value: str) -> bool:
        """Whether this is what a wish to hear no more of something would mute, in any case of letters."""
        followed = self.value.partition(" ")[0] if self.kind == "story" else self.value
        return self.kind == kind and followed.casefold() == value.casefold()


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A chat that talks with the bot.

    `timetable` says when their digest comes, `length` how many stories it holds, `form` how it looks, `says_nothing`
    whether a line comes if nothing is new. `decided_until`, `next_digest_at`, `last_edition_at`, `created_at`,
    `city_asked_at` and `away_until` are UTC seconds. `language_chosen` is False while the language is guessed from
    their Telegram. `only_asked`: their digest holds only subscriptions. `city_asked_at` is when they were asked for
    their city, `away_until` the end of their pause, None without one. State 'blocked': they removed the bot; 'paused':
    it may not write there now. A forum's topic is a subscriber too: `forum` is the chat's id at Telegram, `thread` the
    topic's, and `chat_id` our name for both.
    """

    chat_id: int
    kind: str
    language: str
    timezone: str
    language_chosen: bool = False
    timetable: Timetable = NEVER
    length: int = 10
    form: DigestForm = "plain"
    says_nothing: bool = False
    decided_until: int | None = None
    next_digest_at: int | None = None
    last_edition_at: int | None = None
    state: Literal["active", "blocked", "paused"] = "active"
    created_at: int = 0
    news_languages: tuple[str, ...] = LANGUAGES
    city: str | None = None
    city_asked_at: int | None = None
    pictures: bool = True
    only_asked: bool = False
    subscriptions: tuple[Subscription, ...] = ()
    alerts_a_day: int = 10
    urgent: bool = False
    urgent_at_night: bool = False
    forum: int | None = None
    thread: int | None = None
    away_until: int | None = None

    @property
    def address(self) -> int:
        """The chat's id at Telegram; for a topic that of its forum."""
        return self.forum or self.chat_id

    @property
    def topics(self) -> frozenset[str]:
        """The slugs of the topics they follow."""
        return frozenset(one.value for one in self.subscriptions if one.kind == "topic")

    @property
    def only_language(self) -> Language | None:
        """The only language of news they read; None if they read both."""
        read = [one for one in LANGUAGES if one in self.news_languages]
        return read[0] if len(read) == 1 else None

    @property
    def told_in(self) -> str | None:
        """The language in which a story is told to them where it can be; None where they read no news in their own."""
        return self.language if self.language in self.news_languages else None

    @property
    def digest_minute(self) -> int | None:
        """The first minute of the local day at which a digest comes; None if none does."""
        return next(iter(self.timetable.minutes), None)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a chat muted, as (kind, value) with kind 'topic', 'source' or 'story', and how often it opened a topic.

    `fewer` are topics and sources of which a digest holds at most one.
    """

    muted: frozenset[tuple[str, str]] = frozenset()
    opened: Mapping[str, int] = field(default_factory=dict)
    fewer: frozenset[tuple[str, str]] = frozenset()

    def wants(self, article: Article) -> bool:
        """Whether nothing about an article is muted. Only the first of its topics counts."""
        about = {("source", article.source or ""), ("story", str(article.story))}
        about |= {("topic", topic.slug) for topic in article.topics[:1]}
        return not about & self.muted


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list: its rows, and the cursor of the next page, None at the end.

    A cursor is at most 48 ASCII bytes, so that it fits Telegram's 64-byte inline offset with a prefix.
    """

    items: Sequence[T]
    next: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """An item that could not become an article: its name, and the reason in English, for operators."""

    item: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """The result of an import.

    Only the first MOST_NAMED rejected items are named; `unnamed` counts the others, so that an archive of millions
    cannot fill the memory. `harmless` counts what was removed from strangers' texts, by kind
    (news.text.clean.counting). `faulty` names articles that were stored although their analysis failed.
    """

    new: int = 0
    updated: int = 0
    duplicate: int = 0
    rejected: list[RejectedItem] = field(default_factory=list)
    unnamed: int = 0
    harmless: Counter[str] = field(default_factory=Counter)
    faulty: list[RejectedItem] = field(default_factory=list)

    def reject(self, item: RejectedItem) -> None:
        """Name a rejected item, or only count it if too many are named."""
        if len(self.rejected) < MOST_NAMED:
            self.rejected.append(item)
        else:
            self.unnamed += 1

    def add(self, part: "ImportReport") -> None:
        """Add the result of a part."""
        self.new += part.new
        self.updated += part.updated
        self.duplicate += part.duplicate
        self.faulty += part.faulty[: MOST_NAMED - len(self.faulty)]


def instant(published: PublicationTime, fallback: int = 0) -> int:
    """UTC seconds to sort by: the instant, a day's last second in UTC, or `fallback` if nothing is known."""
    if isinstance(published, datetime):
        return int(published.timestamp())
    if isinstance(published, date):
        return int(datetime.combine(published, time(23, 59, 59), UTC).timestamp())
    return fallback
