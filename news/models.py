"""The nouns of the subject as frozen dataclasses, and the errors a person must be told about."""

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
"""Rejected items of one import that are named."""

# An aware instant, a day of which no hour is known (it stays that day in every time zone), or nothing printed.
PublicationTime = datetime | date | None


class QalaError(Exception):
    """Something a person must be told: `key` names the text in locales/, `arguments` fill it."""

    def __init__(self, key: str, **arguments: str | int) -> None:
        super().__init__(f"{key} {arguments}" if arguments else key)
        self.key = key
        self.arguments: Mapping[str, str | int] = MappingProxyType(arguments)


@dataclass(frozen=True, slots=True)
class Entry:
    """An article as it was parsed, not stored: what a feed, a page, a capture or a JSON line says.

    `id` is the importer's own text, unique in the store. `body` is plain text, paragraphs parted by a newline.
    `language` is None where nobody said it: it is then detected. `cited` is as printed or in the nominative.
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
    """A topic an article was given, and the words of the text that earned it."""

    slug: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Terms:
    """What search indexes of a text (news.subject.reading): the words of a title, those only its text has, places by
    slug.

    A word is its surface form and its conflation key with a space between them, and so are the words of a text: one
    string, because it goes from one process to another.
    """

    title: str
    body: str
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FiledEntry:
    """An entry that has been analysed and is ready to be stored.

    `signature` is what it is compared by (news.stories.signature, packed), `terms` what it is found by; empty: not
    worked out yet.
    `fault` says why the analysis failed: such an article is listed and read, but neither found nor compared.
    `summary`: what its card says of it (news.text.sentences); empty where the lead says it.
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
    """A stored article. `key` is our positive integer (links, buttons, inline); `first_seen` is UTC seconds."""

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
    """The key of the article that published this text first, where this is a reprint of it."""
    summary: str | None = None
    """What its card says of it, worked out when it was filed; None: it was filed before that was done."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a chat asked for: kind 'topic' (a slug), 'tag' (folded), 'word' (as typed), 'story' (its id and title),
    'source' (an outlet's name or host). `at_once`: it is told when it comes, not with the digest.
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
    whether one line comes where nothing is new. `decided_until`, `next_digest_at`, `last_edition_at` and `created_at`
    are UTC seconds. `language_chosen`: they said it; before that it is guessed from their Telegram.
    `only_asked`: their digest holds nothing but what they subscribed to. `city_asked_at`: when they were asked for it.
    `away_until`: until when nothing comes by itself (UTC seconds); None: they made no pause.
    'blocked': they put the bot out; 'paused': it may not write there now. A topic of a forum is one of its own: `forum`
    is the chat Telegram knows, `thread` the topic in it, and `chat_id` a name for both.
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
    forum: int | None = None
    thread: int | None = None
    away_until: int | None = None

    @property
    def address(self) -> int:
        """The chat as Telegram knows it."""
        return self.forum or self.chat_id

    @property
    def topics(self) -> frozenset[str]:
        """The slugs of the topics they follow."""
        return frozenset(one.value for one in self.subscriptions if one.kind == "topic")

    @property
    def only_language(self) -> Language | None:
        """The language of all the news they read; None where they read both."""
        read = [one for one in LANGUAGES if one in self.news_languages]
        return read[0] if len(read) == 1 else None

    @property
    def told_in(self) -> str | None:
        """The language in which a story is told to them where it can be; None where they read no news in their own."""
        return self.language if self.language in self.news_languages else None

    @property
    def digest_minute(self) -> int | None:
        """The first minute of the local day at which a digest comes, None where none does."""
        return next(iter(self.timetable.minutes), None)


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a chat muted, as (kind, value) with kind 'topic', 'source' or 'story', and how often it opened a topic.

    `fewer` are the topics and sources of which a digest holds one at most.
    """

    muted: frozenset[tuple[str, str]] = frozenset()
    opened: Mapping[str, int] = field(default_factory=dict)
    fewer: frozenset[tuple[str, str]] = frozenset()

    def wants(self, article: Article) -> bool:
        """Whether nothing about an article is muted; of several topics only the first counts."""
        about = {("source", article.source or ""), ("story", str(article.story))}
        about |= {("topic", topic.slug) for topic in article.topics[:1]}
        return not about & self.muted


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """A page of a list: its rows and the cursor of the next page, None at the end.

    A cursor is at most 48 ASCII bytes, so that it fits Telegram's 64-byte inline offset with a prefix.
    """

    items: Sequence[T]
    next: str | None = None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class RejectedItem:
    """An item that could not become an article: its name and the reason, in English, for operators."""

    item: str
    reason: str


@dataclass(slots=True)
class ImportReport:
    """What an import did, as the contract prints it.

    Only the first MOST_NAMED rejected items are named, `unnamed` is how many more there were: an archive of millions
    must not fill the memory. `harmless`: what was taken out of strangers' text, by kind (news.text.clean.counting).
    `faulty`: articles that were stored though their analysis failed, named as the rejected ones are.
    """

    new: int = 0
    updated: int = 0
    duplicate: int = 0
    rejected: list[RejectedItem] = field(default_factory=list)
    unnamed: int = 0
    harmless: Counter[str] = field(default_factory=Counter)
    faulty: list[RejectedItem] = field(default_factory=list)

    def reject(self, item: RejectedItem) -> None:
        """Name an item that was rejected, or only count it."""
        if len(self.rejected) < MOST_NAMED:
            self.rejected.append(item)
        else:
            self.unnamed += 1

    def add(self, part: "ImportReport") -> None:
        """Count what was stored of a part."""
        self.new += part.new
        self.updated += part.updated
        self.duplicate += part.duplicate
        self.faulty += part.faulty[: MOST_NAMED - len(self.faulty)]


def instant(published: PublicationTime, fallback: int = 0) -> int:
    """UTC seconds to sort by: the instant itself, a day's last second in UTC, or `fallback` where nothing is known."""
    if isinstance(published, datetime):
        return int(published.timestamp())
    if isinstance(published, date):
        return int(datetime.combine(published, time(23, 59, 59), UTC).timestamp())
    return fallback
