"""New articles become alerts: ledger rows for everybody who follows one of their phrases, topics or outlets."""

import asyncio
import functools
import json
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import structlog

from bot.sending.planning import PostPlanner
from news.alerts.deciding import (
    LATE_SECONDS,
    URGENT_TOPICS,
    AlertDecision,
    AlertReader,
    NewArticle,
    decide,
    ends_at,
    is_alerting,
    is_notice,
)
from news.alerts.matching import ArticleWords, PhraseIndex
from news.models import Article
from news.subject import places
from news.timetable import LocalDays
from storage import Storage
from storage.ledger.alerts import AlertRow, edition_of
from storage.ledger.gate import ALERT, URGENT

log = structlog.get_logger()

AT_ONCE = 500
"""How many chats one transaction takes, so that a reply's write waits only a moment."""
_LEARNT = 2000
_RELEASES = 20
"""How many such transactions release held alerts in one ring: quiet hours end for many at the same minute."""
_MOST_NEW = 500
"""The most new articles of one ring. More of them are an archive, and only its newest can be news."""
_OVERLAP_SECONDS = 120
"""Each look goes back this far before the last one, because another replica may have committed articles late."""
_REMEMBERED = 5000
_MOST_OF_A_STORY = 40
_UPTO = "alerts_upto"


class AlertPlanner:
    """Plans the alerts of each article once. A crash in between plans nobody twice and forgets nobody."""

    def __init__(self, store: Storage, clock: Callable[[], int], posts: PostPlanner) -> None:
        """`posts` is given every article too, for channels."""
        self._posts = posts
        self._store = store
        self._clock = clock
        self._index = PhraseIndex()
        self._learnt = 0
        self._done: OrderedDict[int, None] = OrderedDict()
        self._corrected: OrderedDict[tuple[int, int], None] = OrderedDict()

    async def ring(self) -> int:
        """Plan alerts of new articles, and release held ones; how many alerts were decided."""
        now = self._clock()
        await self._learn()
        await self._store.alerts.expire(now - LATE_SECONDS, now)
        for _ in range(_RELEASES):
            if not await self._store.alerts.release(now, AT_ONCE):
                break
        await self._correct(now)
        return await self._look(now)

    async def _correct(self, now: int) -> None:
        """Have sent alerts of notices corrected whose text changed since the last ring."""
        known = await self._upto()
        if known is None:
            return
        changed = await self._store.articles.changed_between(min(known, now) - _OVERLAP_SECONDS, now, _MOST_NEW)
        for article in changed:
            mark = article.key, hash((article.title, article.body))
            if mark in self._corrected or not is_notice(article):
                continue
            after: int | None = -(1 << 62)
            until = ends_at(article)
            while after is not None:
                after = await self._store.alerts.correct(article.key, until, after, AT_ONCE)
                await asyncio.sleep(0)
            self._corrected[mark] = None
        while len(self._corrected) > _REMEMBERED:
            self._corrected.popitem(last=False)

    async def _learn(self) -> None:
        """Add watches made since the last ring to the index. Deleted ones stay there and lead to nobody."""
        while new := await self._store.watches.after(self._learnt, _LEARNT):
            for number, watch in enumerate(new):
                self._index.add(watch.key, watch.asked, watch.wordings or None)
                if number % 50 == 49:
                    await asyncio.sleep(0)
            self._learnt = new[-1].key

    async def _upto(self) -> int | None:
        """The UTC second up to which articles were looked at; None if none is stored or it cannot be read."""
        known = await self._store.facts.get(_UPTO)
        if known is None:
            return None
        try:
            return int(known)
        except ValueError:
            log.warning("the moment of the last look for alerts cannot be read; alerts begin anew", found=known[:40])
            return None

    async def _look(self, now: int) -> int:
        known = await self._upto()
        if known is None:  # nobody gets alerts of articles that were there before alerts were
            await self._store.facts.put(_UPTO, str(now))
            return 0
        upto = min(known, now)
        found = await self._store.articles.seen_between(upto - _OVERLAP_SECONDS, now, _MOST_NEW)
        new = [one for one in found if one.key not in self._done and is_alerting(one, now)]
        decided = 0
        for article in sorted(new, key=lambda one: one.key):
            try:
                decided += await self._article(article, now)
            except (ValueError, KeyError, TypeError, AttributeError):  # a bug: the other articles are still planned
                log.exception("an article could not be told at once", article=article.key)
            self._done[article.key] = None
        while len(self._done) > _REMEMBERED:
            self._done.popitem(last=False)
        if new or now - upto >= _OVERLAP_SECONDS // 2:
            await self._store.facts.put(_UPTO, str(now))
        return decided

    async def _article(self, article: Article, now: int) -> int:
        read = await asyncio.to_thread(ArticleWords, article)
        watches = sorted(self._index.find(read))
        urgent = any(topic.slug in URGENT_TOPICS for topic in article.topics[:1])
        alerting = bool(watches) or urgent or article.story is not None
        if not alerting and not await self._store.channels.are_any():
            return 0
        new = NewArticle(article, read, await self._story(article), _towns(article))
        until = ends_at(article)
        if until is not None and until <= now:
            return 0
        decided = await self._posts.article(new, now)
        async for chats, followed in self._asking(article, watches, urgent=urgent):
            decided += await self._plan(new, chats, until, now, followed=followed)
            await asyncio.sleep(0)  # let replies to people go in between
        return decided

    async def _story(self, article: Article) -> tuple[Article, ...]:
        story = await self._store.stories.get(article.story) if article.story is not None else None
        if story is None:
            return (article,)
        keys = [member.key for member in story.members][-_MOST_OF_A_STORY:]
        found = await self._store.articles.many(keys)
        return tuple(sorted(found, key=lambda one: (one.first_seen, one.key)))

    async def _asking(
        self, article: Article, watches: Sequence[int], *, urgent: bool
    ) -> AsyncIterator[tuple[list[int], bool]]:
        """Chats that may get an alert of the article, in batches, each with whether they follow the story itself."""
        store = self._store.watches
        ways: list[tuple[Callable[[int, int], Awaitable[list[int]]], bool]] = []
        if article.story is not None:
            ways.append((functools.partial(store.story_readers, article.story), True))
        ways += [(functools.partial(store.readers, watch), False) for watch in watches]
        if urgent:
            ways.append((store.urgent_readers, False))
        for of, followed in ways:
            after = -(1 << 62)
            while chats := await of(after, AT_ONCE):
                yield chats, followed
                if len(chats) < AT_ONCE:
                    break
                after = chats[-1]

    async def _plan(self, new: NewArticle, chats: Sequence[int], until: int | None, now: int, *, followed: bool) -> int:
        """Decide for these chats, and write the plan in one transaction; how many alerts."""
        days = LocalDays(now)
        async with self._store.database.transaction() as tx:
            readers = await self._store.alerts.readers(chats, days, now, tx)
            told = await self._store.alerts.told(chats, [one.key for one in new.story], tx)
            rows, today = [], {}
            for reader in readers:
                decision = decide(new, reader, told.get(reader.chat_id), now, followed=followed)
                if decision.fate == "no":
                    continue
                rows.append(_row(new.article, reader, decision, until, now))
                today[reader.chat_id] = days[reader.zone].isoformat()
            await self._store.alerts.record(tx, rows, today)
        return len(rows)


def _row(article: Article, reader: AlertReader, decision: AlertDecision, until: int | None, now: int) -> AlertRow:
    return AlertRow(
        chat_id=reader.chat_id,
        edition=edition_of(article.key),
        state={"now": "planned", "hold": "held", "digest": "rolled"}[decision.fate],
        keys=json.dumps([article.key]),
        rank=URGENT if decision.urgent else ALERT,
        reply_to=decision.reply_to,
        held_until=decision.until,
        until=until,
        at=now,
    )


def _towns(article: Article) -> tuple[str, ...]:
    named = places.find(f"{article.title}. {article.lead}", article.language)
    return tuple(slug for slug in named if places.PLACES[slug].kind in ("city", "town"))
