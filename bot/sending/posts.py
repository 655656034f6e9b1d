"""Posts of channels: what comes in is planned, what grows is changed, what was taken back goes."""

from collections.abc import Callable

from news.alerts.deciding import LATE_SECONDS, NewArticle
from news.alerts.posting import EDIT_SECONDS, GROWS_SECONDS, PostingChannel, StoryPost, decide_post, told_post
from news.models import Article
from news.timetable import LocalDays
from storage import Storage
from storage.ledger.posts import GrowingPost, PostRow, edition_of

LOOK_SECONDS = 30
"""What stands is held against its story once in so long."""
_MOST_OF_A_STORY = 40


class PostPlanner:
    """Plans the posts of channels, once a story; a crash in between plans none twice and none not."""

    def __init__(self, store: Storage, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[int, GrowingPost] = {}
        self._looked_at = 0

    async def article(self, new: NewArticle, now: int) -> int:
        """Plan an article that came in for the channels that get it; how many."""
        if not await self._store.channels.are_any():
            return 0
        days = LocalDays(now)
        said = await told_by(self._store, new.article)
        async with self._store.database.transaction() as tx:
            channels = await self._store.posts.channels(days, tx)
            told = await self._store.posts.told([one.key for one in new.story] or [new.article.key], tx)
            rows = [row for one in channels if (row := _row(new, one, said, now, told=one.chat_id in told))]
            zones = {one.chat_id: days[one.zone].isoformat() for one in channels}
            await self._store.posts.record(tx, rows, zones)
        return len(rows)

    async def ring(self) -> None:
        """Let go what was held, and see to what stands."""
        now = self._clock()
        if await self._store.posts.waits(now, LATE_SECONDS):
            await self._store.posts.release(now, LATE_SECONDS)
        if now - self._looked_at < LOOK_SECONDS and now >= self._looked_at:
            return
        self._looked_at = now
        while await self._store.posts.withdraw(now - EDIT_SECONDS):
            pass
        await self._grow(now)

    async def _grow(self, now: int) -> None:
        standing = await self._store.posts.growing(now - GROWS_SECONDS)
        for one in standing:
            if one.told and self._seen.get(one.key) == one:
                continue
            article = await self._store.articles.get(one.key)
            if article is None:
                continue
            said = await told_by(self._store, article)
            _, done = await self._store.posts.change(one.key, said.stamp, now - EDIT_SECONDS)
            if done:
                self._seen[one.key] = one
        kept = {one.key for one in standing}
        self._seen = {key: one for key, one in self._seen.items() if key in kept}


async def told_by(store: Storage, lead: Article) -> StoryPost:
    """What a post that begins with an article says now."""
    story = await store.stories.get(lead.story) if lead.story is not None else None
    if story is None:
        return StoryPost(lead)
    keys = [member.key for member in story.members][-_MOST_OF_A_STORY:]
    found = sorted(await store.articles.many(keys), key=lambda one: (one.first_seen, one.key))
    return told_post(lead, found, len(story.outlets))


def _row(new: NewArticle, channel: PostingChannel, said: StoryPost, now: int, *, told: bool) -> PostRow | None:
    fate, until = decide_post(new, channel, now, told=told)
    if fate == "no":
        return None
    key = new.article.key
    state = "planned" if fate == "now" else "held"
    return PostRow(channel.chat_id, edition_of(key), state, key, said.stamp, until, now)
