"""Decides whether a reader gets an article as an alert, later, in the digest, or never. Pure.

It also tells until when a notice holds, and what a channel gets as a post.
"""

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final, Literal
from zoneinfo import ZoneInfo

from news.alerts.matching import ArticleWords
from news.feeds.channel import is_post_of
from news.models import Article, Preferences, Subscription, instant
from news.text.dates import ALMATY, MONTHS
from news.timetable import is_quiet, next_local

URGENT_TOPICS: Final = frozenset({"outages", "emergencies"})
FRESH_SECONDS: Final = 86_400
"""An article older than this many seconds is no news for an alert."""
LATE_SECONDS: Final = 2 * 3600
"""An alert that could not be sent for this many seconds comes with the digest."""
A_DAY: Final = 10
_DEVELOPS_SECONDS: Final = 3600

AlertFate = Literal["no", "now", "hold", "digest"]


@dataclass(frozen=True, slots=True)
class AlertReader:
    """What decides on alerts for one reader.

    `urgent`: outages and emergencies come at once, `at_night`: in quiet hours too. `today` is how many alerts they have
    had since their midnight; `had` are articles of their recent digests.
    """

    chat_id: int
    zone: str
    quiet: tuple[int, int] | None
    reads: tuple[str, ...]
    city: str | None
    urgent: bool
    at_night: bool
    most: int
    today: int = 0
    had: Collection[int] = ()
    muted: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class ToldAlert:
    """An earlier alert of the same story: its state in the ledger, its message, and its articles."""

    state: str
    message_id: int | None
    keys: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class AlertDecision:
    """The decision on an alert. `until` (UTC seconds) is the end of its hold, `reply_to` the message it continues."""

    fate: AlertFate
    urgent: bool = False
    reply_to: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class NewArticle:
    """An article that may be an alert, with what it can be followed by and its whole story, oldest first."""

    article: Article
    read: ArticleWords
    story: tuple[Article, ...] = ()
    places: tuple[str, ...] = ()

    @property
    def urgent(self) -> bool:
        """Whether it has a topic that changes a reader's day."""
        return any(topic.slug in URGENT_TOPICS for topic in self.article.topics[:1])


_NO: Final = AlertDecision("no")


def is_alerting(article: Article, now: int) -> bool:
    """Whether an article is fresh: dated within a day or, without a date, just found."""
    if article.published is None:
        return True
    return instant(article.published) > now - FRESH_SECONDS


def decide(new: NewArticle, reader: AlertReader, told: ToldAlert | None, now: int, *, followed: bool) -> AlertDecision:
    """Decide on an article that matches a reader's subscription. `followed`: they follow its story itself.

    `told` is the first alert of the story. A story is told once; its developments are replies to that message.
    """
    article = new.article
    if article.language not in reader.reads or not wants(new, reader.muted):
        return _NO
    reply_to = None
    if told is not None:
        if told.state not in ("sent", "unknown") or not develops(article, new.story, told.keys):
            return _NO
        reply_to = told.message_id
    elif any(one.key in reader.had for one in new.story) and not (
        followed and develops(article, new.story, reader.had)
    ):
        return _NO
    urgent = reader.urgent and new.urgent and near(new, reader.city)
    zone = ZoneInfo(reader.zone)
    awake = urgent and reader.at_night
    if reader.quiet is not None and not awake and is_quiet(reader.quiet, zone, now):
        return AlertDecision("hold", urgent, reply_to, next_local(now, reader.quiet[1], zone))
    if reader.today >= reader.most and not urgent:
        return AlertDecision("digest")
    return AlertDecision("now", urgent, reply_to)


def develops(article: Article, story: Sequence[Article], known: Collection[int]) -> bool:
    """Whether an article develops its story: an hour later, no reprint, and with another headline."""
    before = [one for one in story if one.key in known]
    if article.copy_of is not None or not before:
        return False
    if article.title.casefold() in {one.title.casefold() for one in before}:
        return False
    last = max(instant(one.published) if one.published is not None else one.first_seen for one in before)
    at = instant(article.published) if article.published is not None else article.first_seen
    return at >= last + _DEVELOPS_SECONDS


def wants(new: NewArticle, muted: frozenset[tuple[str, str]]) -> bool:
    """Whether nothing about an article is muted, including its words."""
    if not Preferences(frozenset(one for one in muted if one[0] != "word")).wants(new.article):
        return False
    return not any(kind == "word" and new.read.has(Subscription("word", value)) for kind, value in muted)


def near(new: NewArticle, city: str | None) -> bool:
    """Whether an article concerns a city's people: it names the city, or no town at all."""
    return city is None or not new.places or city in new.places


# Until when a notice holds: the latest end that its text names by day and hour.

NOTICES: Final = frozenset({"outages", "roads", "public-transport", "emergencies"})
"""Topics of news that ends at some hour."""
_LETTERS_READ: Final = 3000
_HALF_A_YEAR: Final = timedelta(days=180)
_SENTENCE_END = re.compile(r"[.!?…]\s+(?=[^\W\d_])|\n+")
_MONTH = "|".join(sorted((name for name in MONTHS if len(name) > 2), key=len, reverse=True))
# «25 ноября», «25-26 ноября», «25 қарашада», «25.11.2026»; the last of several days counts.
_DAY = re.compile(
    rf"(?:(?<![\d.:])\d{{1,2}}\s*[-–—]\s*)?(?<![\d.:])(?P<day>\d{{1,2}})(?:-?(?:го|і|ы|ші|шы|ыншы|інші))?\s+(?P<month>{_MONTH})"
    rf"(?:[а-яёәғқңөұүһі]{{0,6}})(?:\s+(?P<year>20\d\d))?|(?<![\d.:])(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>20\d\d)"
)
_TODAY = re.compile(r"(?<!\w)(?:сегодня|бүгін)(?!\w)")
_TOMORROW = re.compile(r"(?<!\w)(?:завтра|ертең)(?!\w)")
_CLOCK = r"(?P<h>[01]?\d|2[0-4])(?:[:.](?P<min>[0-5]\d))"
# «до 18:00», «18:00-ге дейін», «10:00–18:00»
_UNTIL = (
    re.compile(r"(?<!\w)до\s+" + _CLOCK + r"(?!\d|\.\d)"),
    re.compile(_CLOCK + r"\s*[-‐–]?\s*(?:ге|ға|ке|қа|на|не)?\s+дейін"),
    re.compile(r"\d{1,2}[:.]\d\d\s*[-–—]\s*" + _CLOCK + r"(?!\d|\.\d)"),
)
_UP_TO_DAY = re.compile(r"(?<!\w)(?:до|по)\s+$")
_DAY_UP_TO = re.compile(r"^[\s,]*(?:күніне\s+)?(?:дейін|аралығында)")


def is_notice(article: Article) -> bool:
    """Whether an article tells of something that ends at some hour."""
    return bool(NOTICES & {topic.slug for topic in article.topics[:2]})


def ends_at(article: Article) -> int | None:
    """The UTC second at which a notice ends; None if the article is no notice or tells no end.

    The latest of several ends counts, so that nothing is called over too early.
    """
    if not is_notice(article):
        return None
    published = instant(article.published) if article.published is not None else article.first_seen
    day = datetime.fromtimestamp(published, ALMATY).date()
    text = f"{article.title}\n{article.body[:_LETTERS_READ]}".lower().replace("\u00a0", " ")
    ends, last_day = [], None
    for sentence in _SENTENCE_END.split(text):
        days = list(_days(sentence, day))
        if days:
            last_day = max(one for one, _ in days)
        hours = [found for pattern in _UNTIL for match in pattern.finditer(sentence) if (found := _hour(match))]
        if hours:
            ends.append(_at(last_day or day, max(hours)))
        ends += [_at(one, timedelta(days=1)) for one, up_to in days if up_to]
    return max(ends, default=None)


def _days(sentence: str, published: date) -> Iterator[tuple[date, bool]]:
    """The days that a sentence names, each with whether something lasts until that day."""
    if _TODAY.search(sentence):
        yield published, False
    if _TOMORROW.search(sentence):
        yield published + timedelta(days=1), False
    for match in _DAY.finditer(sentence):
        found = _named(match, published)
        if found is not None:
            before, after = sentence[: match.start()], sentence[match.end() :]
            yield found, bool(_UP_TO_DAY.search(before) or _DAY_UP_TO.search(after))


def _named(match: re.Match[str], published: date) -> date | None:
    day, month = int(match["day"] or match["d"]), MONTHS[match["month"]] if match["month"] else int(match["m"])
    year = int(match["year"] or match["y"] or published.year)
    try:
        found = date(year, month, day)
        if not (match["year"] or match["y"]) and published - found > _HALF_A_YEAR:
            found = date(year + 1, month, day)  # said in December of January
    except ValueError:
        return None
    return found


def _hour(match: re.Match[str]) -> timedelta | None:
    found = timedelta(hours=int(match["h"]), minutes=int(match["min"]))
    return found if found <= timedelta(days=1) else None


def _at(day: date, after_midnight: timedelta) -> int:
    midnight = datetime.combine(day, time(), ALMATY)
    return int((midnight + after_midnight).timestamp())


# Whether a channel gets an article as a post, and what a post tells of its story.

GROWS_SECONDS: Final = 2 * 86_400
"""For so many seconds a post is changed when its story grows."""
EDIT_SECONDS: Final = 600
"""A post is changed at most once in so many seconds."""
DELETABLE_SECONDS: Final = 48 * 3600
"""For so many seconds Telegram lets a message be deleted."""
_NIGHT: Final = (22 * 60, 8 * 60)

PostFate = Literal["no", "now", "hold"]


@dataclass(frozen=True, slots=True)
class PostingChannel:
    """What decides on posts for one channel.

    `hours` are minutes of the day between which it gets nothing. It gets at most `most` posts a day and has had
    `today`. `topics` are slugs; none means all.
    """

    chat_id: int
    name: str | None
    zone: str
    hours: tuple[int, int] | None
    reads: tuple[str, ...]
    city: str | None
    most: int
    today: int = 0
    topics: frozenset[str] = frozenset()
    muted: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class StoryPost:
    """What a post tells: the article it began with, how many outlets tell the story, and the latest news."""

    lead: Article
    outlets: int = 1
    latest: Article | None = None

    @property
    def stamp(self) -> str:
        """A text that differs if the post would read differently."""
        parts = (self.lead.title, self.lead.lead, self.lead.image, self.lead.source, self.outlets)
        said = "\x1f".join(map(str, (*parts, self.latest.title if self.latest else "")))
        return hashlib.blake2b(said.encode(errors="surrogatepass"), digest_size=8).hexdigest()


def decide_post(new: NewArticle, channel: PostingChannel, now: int, *, told: bool) -> tuple[PostFate, int | None]:
    """Decide on an article for a channel, and until when (UTC seconds) to hold it. `told`: its story was posted."""
    article = new.article
    if told or article.language not in channel.reads:
        return "no", None
    if channel.topics and not channel.topics & {topic.slug for topic in article.topics[:2]}:
        return "no", None
    if not near(new, channel.city) or not wants(new, channel.muted) or channel.today >= channel.most:
        return "no", None
    if article.url and is_post_of(article.url, channel.chat_id, channel.name):
        return "no", None  # its readers have read it there
    zone = ZoneInfo(channel.zone)
    if channel.hours is not None and is_quiet(channel.hours, zone, now):
        return "hold", next_local(now, channel.hours[1], zone)
    return "now", None


def told_post(lead: Article, story: Sequence[Article], outlets: int) -> StoryPost:
    """The post of an article, given its present story: oldest first, with the article in it."""
    known = {lead.key}
    latest = None
    for one in story:
        if one.key not in known and one.language == lead.language and develops(one, story, known):
            latest = one
            known.add(one.key)
    return StoryPost(lead, max(1, outlets), latest)


def is_night(zone: str, now: int) -> bool:
    """Whether it is night in the zone at `now` (UTC seconds)."""
    return is_quiet(_NIGHT, ZoneInfo(zone), now)
