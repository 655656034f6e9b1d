"""The types of news coming in: a source, what was fetched, what was parsed, how often it publishes."""

import csv
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from importlib import resources
from types import MappingProxyType
from typing import Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from news.models import Entry
from news.text.dates import LOCAL

# How often a source publishes in each hour of the day, as counts that fade.

HOUR = 3600
DAY = 24 * HOUR
_SHOWN = 7 * DAY
"""How many seconds back the first look at a source counts."""
_HALF_LIFE = 5 * DAY
"""After how many seconds an article counts half in its source's rhythm."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How much a source publishes in each hour of the day (UTC): fading counts, and the days they stand for."""

    counts: tuple[float, ...] = (0.0,) * 24
    days: float = 0.0
    updated_at: int = 0

    @property
    def daily(self) -> float:
        """Articles a day."""
        return sum(self.counts) / max(self.days, 1.0)

    def expected(self, start: int, end: int) -> float:
        """How many articles usually come between two moments (UTC seconds)."""
        full, rest = divmod(max(0, end - start), DAY)
        total = full * self.daily
        at = start
        while at < start + rest:
            step = min(HOUR - at % HOUR, start + rest - at)
            total += self.counts[at // HOUR % 24] / max(self.days, 1.0) * step / HOUR
            at += step
        return total

    def after(self, arrived: Iterable[int], now: int) -> "Rhythm":
        """The rhythm with articles that came since the last look, by their second of publication (UTC)."""
        if not self.updated_at:
            return self._first(sorted(at for at in arrived if now - _SHOWN < at <= now), now)
        arrived = list(arrived)
        if self.updated_at > now:  # the clock was ahead: time goes on from here
            return replace(self, updated_at=now)
        elapsed = now - self.updated_at
        if not arrived and elapsed < DAY:
            return self  # a pause of under a day fades nothing, or it would hide a silence
        kept = 0.5 ** (elapsed / _HALF_LIFE)
        counts = [count * kept for count in self.counts]
        for at in arrived:
            counts[at // HOUR % 24] += 1
        return Rhythm(tuple(counts), self.days * kept + elapsed / DAY, now)

    def _first(self, dated: list[int], now: int) -> "Rhythm":
        """The first look: what the document shows of the past week, over the days it reaches back."""
        counts = [0.0] * 24
        for at in dated:
            counts[at // HOUR % 24] += 1
        return Rhythm(tuple(counts), (now - dated[0]) / DAY if dated else 0.0, now)


# Types: where news comes from, what was fetched, what was parsed.

SourceKind = Literal["feed", "sitemap", "page", "channel"]
KINDS: tuple[SourceKind, ...] = ("feed", "sitemap", "page", "channel")

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One address to fetch, with the validators of the copy we had (RFC 9110 §13)."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    secret: str | None = field(default=None, repr=False)
    """A header, «Name: value», that is sent only to `origin`, never to where a redirect or a link leads."""
    origin: str | None = None
    most_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """Bytes that were fetched. Header names are lower case.

    `url` is where they came from in the end; `moved` is the same address if every redirect was permanent (301, 308).
    """

    url: str
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    moved: str | None = None


@dataclass(frozen=True, slots=True)
class NotModified:
    """Our copy is still valid; no bytes came."""

    headers: Mapping[str, str] = field(default_factory=dict)
    moved: str | None = None


@dataclass(frozen=True, slots=True)
class FetchFailure:
    """Nothing was fetched. `reason` is a short English clause for operators, `retry_after` is seconds from now."""

    reason: str
    status: int | None = None
    retry_after: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def gone(self) -> bool:
        """Whether the server says that it is gone for ever (RFC 9110 §15.5.11)."""
        return self.status == 410


FetchResult = Document | NotModified | FetchFailure


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One item of a feed, a sitemap, a section page or a channel.

    `guid` names it within its source for ever, even if its address changes. `teaser`: the body is only the beginning of
    the article, and the page has more.
    """

    guid: str
    entry: Entry
    teaser: bool = False


@dataclass(frozen=True, slots=True)
class Feed:
    """A source's parsed document: its items, newest first if dated, and how often it wants to be asked.

    `ttl` is in seconds; `skip_hours` are hours of GMT, `skip_days` days of the week (Monday is 0). `children` are the
    sitemaps of an index, most promising first. `older` is the page with earlier posts.
    `rejected` counts items that could not be read.
    """

    kind: SourceKind
    title: str = ""
    language: str | None = None
    items: tuple[FeedItem, ...] = ()
    ttl: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()
    children: tuple[str, ...] = ()
    older: str | None = None
    rejected: int = 0


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """What polling remembers of a source; all moments are UTC seconds.

    `not_before` is the server's wish; `next_check_at` is when we look next, never earlier. `failure` is why the last
    look failed, `down_since` when that began. `reported` is the trouble that administrators know of ('silent',
    'broken', 'gone') and are not told again. A redirect to `moved_to` was seen `moved_seen` times.
    """

    etag: str | None = None
    last_modified: str | None = None
    next_check_at: int = 0
    not_before: int = 0
    checked_at: int | None = None
    failures: int = 0
    failure: str | None = None
    down_since: int | None = None
    last_article_at: int | None = None
    reported: str | None = None
    moved_to: str | None = None
    moved_seen: int = 0
    rhythm: Rhythm = field(default_factory=Rhythm)


def origin_of(url: str) -> str:
    """Scheme, host and port of an address (RFC 6454)."""
    parts = urlsplit(url)
    port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    return f"{parts.scheme}://{(parts.hostname or '').lower()}:{port}"


ItemIdentity = Literal["guid", "link", "title"]
IDENTITIES: tuple[ItemIdentity, ...] = ("guid", "link", "title")
FEWEST_BYTES, MOST_BYTES = 10_000, 20_000_000
"""The least and the most that an operator may set as the limit of a source's responses."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where news comes from. `full_text` is the right to show the whole article, not only lead, picture and link.

    `language` is set if every article is in it; `topics` are slugs that every article gets. `interval` is the
    operator's choice in seconds. `zone` is the IANA name of the zone of times printed without one, None for
    Kazakhstan's. `channel_id` is a Telegram channel whose administrator the bot is: its posts come by themselves, and
    it is not polled. `secret` is a header, «Name: value», that gives access. `most_bytes` bounds a response. `identity`
    is the field that tells items apart; None means that we judge by all three. `key` 0 means not stored yet.
    """

    url: str
    kind: SourceKind
    name: str
    key: int = 0
    language: str | None = None
    city: str | None = None
    full_text: bool = False
    topics: tuple[str, ...] = ()
    paused: bool = False
    interval: int | None = None
    zone: str | None = None
    channel_id: int | None = None
    secret: str | None = field(default=None, repr=False)
    most_bytes: int | None = None
    identity: ItemIdentity | None = None
    health: SourceHealth = field(default_factory=SourceHealth)

    def request(self, url: str | None = None) -> FetchRequest:
        """A request for the source's address, or another one; the secret is sent only to the source's own server."""
        return FetchRequest(url or self.url, secret=self.secret, origin=origin_of(self.url), most_bytes=self.most_bytes)

    @property
    def waits(self) -> bool:
        """Whether it is a channel that nobody has agreed to read or declined yet."""
        return (
            self.paused and self.channel_id is not None and self.health.checked_at is None and not self.health.failures
        )

    @property
    def clock_zone(self) -> tzinfo:
        """The zone of this source's times that are printed without one."""
        return ZoneInfo(self.zone) if self.zone else LOCAL


@dataclass(frozen=True, slots=True)
class SeenItem:
    """What is remembered of an item: the article it became, its fingerprint, how often its page failed.

    Moments are UTC seconds, 0 for "now"; `listed_at` is when the source was last seen to list it.
    """

    guid: str
    article: str
    fingerprint: str
    first_seen: int = 0
    listed_at: int = 0
    tries: int = 0


@dataclass(frozen=True, slots=True)
class DiscoveredSource:
    """A source found behind an address, not stored yet, with its newest articles as readers will see them."""

    source: Source
    newest: tuple[Entry, ...] = ()


class UnreadableError(Exception):
    """The bytes are not what they were taken for. The message is a clause for operators."""


# The shipped list of Kazakhstan's outlets and official sites, to pick sources from and to name hosts.

# What public offices publish may be reprinted, so `full_text` is on by default for them.
_OFFICIAL_HOSTS = ("gov.kz", "akorda.kz", "primeminister.kz", "parlam.kz", "senate.parlam.kz", "nationalbank.kz")


@dataclass(frozen=True, slots=True)
class Outlet:
    """An outlet that could be added as a source."""

    name: str
    address: str
    languages: tuple[str, ...]
    city: str | None
    status: str
    official: bool

    @property
    def verified(self) -> bool:
        """Whether somebody saw its feed answer in the past months; others must be shown as unverified."""
        return self.status.startswith("checked")


@functools.cache
def outlets() -> tuple[Outlet, ...]:
    """All outlets in the order of the list: national ones, then cities, then offices."""
    text = (resources.files("news") / "data" / "outlets.tsv").read_text(encoding="utf-8")
    lines = (line for line in text.splitlines() if not line.startswith("#"))
    return tuple(_outlet(row) for row in csv.DictReader(lines, delimiter="\t"))


def suggested(language: str | None = None, city: str | None = None, words: Iterable[str] = ()) -> list[Outlet]:
    """The outlets in a language, in a city, with these words in the name or address."""
    return [
        outlet
        for outlet in outlets()
        if (language is None or language in outlet.languages)
        and (city is None or (outlet.city or "").casefold() == city.casefold())
        and all(word.casefold() in f"{outlet.name} {outlet.address}".casefold() for word in words)
    ]


def outlet_at(url: str) -> Outlet | None:
    """The outlet with this host; if two editions share it, the first."""
    host = _host(url)
    return next((outlet for outlet in outlets() if _host(outlet.address) == host), None)


def is_official(url: str) -> bool:
    """Whether an address belongs to a public office or a city hall."""
    host = _host(url)
    known = outlet_at(url)
    return bool(known and known.official) or any(host == name or host.endswith(f".{name}") for name in _OFFICIAL_HOSTS)


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _outlet(row: dict[str, str]) -> Outlet:
    return Outlet(
        name=row["name"],
        address=row["address"],
        languages=tuple(code for code in row["languages"].split(",") if code != "-"),
        city=None if row["city"] == "-" else row["city"],
        status=row["status"],
        official=row["official"] == "yes",
    )


# What XML does not allow and publishers write all the same.

_REFERENCE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]{1,40})|([0-9]{1,40}));")
_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?\]\]>|&(?!(?:#\d{1,40}|#[xX][0-9A-Fa-f]{1,40}|[A-Za-z][A-Za-z0-9]{1,31});)", re.DOTALL
)


def repaired(content: bytes) -> bytes:
    """The document with each bare `&` escaped and without references to characters that there are not."""
    return _AMPERSAND.sub(_escaped, _REFERENCE.sub(_possible, content))


def _escaped(match: re.Match[bytes]) -> bytes:
    """Escape a bare `&` in a company's name or an address, as XML requires; `&copy=3` is not a copyright sign."""
    return b"&amp;" if match[0] == b"&" else match[0]


def _possible(match: re.Match[bytes]) -> bytes:
    number = int(match[1], 16) if match[1] else int(match[2])
    possible = number in (9, 10, 13) or 32 <= number < 0xD800 or 0xE000 <= number < 0x110000
    return match[0] if possible else b""
