"""Whether a channel gets an article as a post, and what a post says of its story. Pure."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal
from zoneinfo import ZoneInfo

from news.alerts.deciding import NewArticle, develops, near, wants
from news.feeds.channel import is_post_of
from news.models import Article
from news.timetable import is_quiet, next_local

GROWS_SECONDS: Final = 2 * 86_400
"""For so long a post is changed when its story grows."""
EDIT_SECONDS: Final = 600
"""A post is changed once in so long at most."""
DELETABLE_SECONDS: Final = 48 * 3600
"""For so long Telegram lets a message be deleted."""
_NIGHT: Final = (22 * 60, 8 * 60)

PostFate = Literal["no", "now", "hold"]


@dataclass(frozen=True, slots=True)
class PostingChannel:
    """What decides about one channel: `hours` are the minutes of the day in which it gets nothing, `most` how many
    posts a day, of which it had `today`; `topics` are slugs, none stands for all.
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
    """What a post says: the article it began with, how many outlets tell the story, and what came last."""

    lead: Article
    outlets: int = 1
    latest: Article | None = None

    @property
    def stamp(self) -> str:
        """Differs where the post would read differently."""
        parts = (self.lead.title, self.lead.lead, self.lead.image, self.lead.source, self.outlets)
        said = "\x1f".join(map(str, (*parts, self.latest.title if self.latest else "")))
        return hashlib.blake2b(said.encode(errors="surrogatepass"), digest_size=8).hexdigest()


def decide_post(new: NewArticle, channel: PostingChannel, now: int, *, told: bool) -> tuple[PostFate, int | None]:
    """What becomes of an article in a channel, and until when (UTC seconds) it is held; `told`: its story was there."""
    article = new.article
    if told or article.language not in channel.reads:
        return "no", None
    if channel.topics and not channel.topics & {topic.slug for topic in article.topics[:2]}:
        return "no", None
    if not near(new, channel.city) or not wants(new, channel.muted) or channel.today >= channel.most:
        return "no", None
    if article.url and is_post_of(article.url, channel.chat_id, channel.name):
        return "no", None  # it was read there
    zone = ZoneInfo(channel.zone)
    if channel.hours is not None and is_quiet(channel.hours, zone, now):
        return "hold", next_local(now, channel.hours[1], zone)
    return "now", None


def told_post(lead: Article, story: Sequence[Article], outlets: int) -> StoryPost:
    """The post of an article as its story (oldest first, the article in it) stands now."""
    known = {lead.key}
    latest = None
    for one in story:
        if one.key not in known and one.language == lead.language and develops(one, story, known):
            latest = one
            known.add(one.key)
    return StoryPost(lead, max(1, outlets), latest)


def is_night(zone: str, now: int) -> bool:
    """Whether people sleep."""
    return is_quiet(_NIGHT, ZoneInfo(zone), now)
