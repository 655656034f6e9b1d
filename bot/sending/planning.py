"""What is due becomes ledger rows: digests, composed once for all who get the same, broadcasts and channel posts."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple
from zoneinfo import ZoneInfo

import structlog
from aiogram import Bot

from bot.sending.answers import TROUBLE
from bot.supervisor import going_on
from handlers.admin import broadcast_progress
from handlers.views import render
from handlers.views.articles import Viewer
from handlers.views.screen import Screen
from locales import FALLBACK, texts
from news.alerts.deciding import (
    EDIT_SECONDS,
    GROWS_SECONDS,
    LATE_SECONDS,
    NewArticle,
    PostingChannel,
    StoryPost,
    decide_post,
    told_post,
)
from news.digests.digest import MOST_AGAIN, Audience, DigestSelection
from news.models import Article
from news.timetable import DigestSlot, LocalDays, SlotDecision, decide, minute_of, next_slot, part_of_day
from storage import Storage
from storage.engine.database import Transaction
from storage.ledger.agenda import AgendaAdvance, AgendaPlan, DueDigest, LedgerRow
from storage.ledger.broadcasts import Broadcast
from storage.ledger.compositions import Composition
from storage.ledger.posts import GrowingPost, PostRow, edition_of
from storage.readers.subscribers import to_timetable

log = structlog.get_logger()

AT_ONCE = 3000
_DESCRIBED = 1000
"""How many chats one transaction takes: a reply's write waits half a second at most, also on a busy machine."""
_REMEMBERED = 20_000
"""How many kinds of chats a ring keeps its decision for. It bounds memory when no two chats are alike."""
_BEHIND_SECONDS = 60
_DAY = 86_400


class ReaderGroup(NamedTuple):
    """Readers who get the same edition: they share audience, history, period and alerts."""

    audience: int
    composition: int | None
    since: int
    developments: bool
    alerted: str | None = None


@dataclass(slots=True)
class GroupEdition:
    """What a group gets. `composition` is None if nothing is new or composing failed; `key` is set once stored."""

    composition: Composition | None
    key: int | None = None
    failed: bool = False


class Planner:
    """Plans editions for everybody who is due, `due_at_once` chats in a transaction."""

    def __init__(self, store: Storage, due_at_once: int = AT_ONCE) -> None:
        self._store = store
        self._at_once = due_at_once

    async def plan(self, now: int) -> int:
        """Plan what is due at `now` (UTC seconds); for how many chats it was decided."""
        ring = _BellRing(self._store, now)
        behind = await self._store.deliveries.waiting(now - _BEHIND_SECONDS)
        decided = 0
        while await self._store.agenda.is_due(now):
            if behind:
                ahead = await self._store.agenda.due(now, self._at_once)
                await self._store.overdue.overtake([due.chat_id for due in ahead], now)
            async with self._store.database.transaction() as tx:
                plan, unready = await ring.decided(await self._store.agenda.due(now, self._at_once, tx), tx)
                await self._store.agenda.record(tx, plan)
            decided += len(plan.advances)
            await self._make_ready(ring, unready, now)
            going_on()
            await asyncio.sleep(0)  # let replies to people go in between
        return decided

    async def _make_ready(self, ring: "_BellRing", unready: Sequence[DueDigest], now: int) -> None:
        if unknown := [due.chat_id for due in unready if due.audience is None]:
            for start in range(0, len(unknown), _DESCRIBED):
                await self._store.compositions.fill_audiences(unknown[start : start + _DESCRIBED])
            unready = await self._store.agenda.due(now, self._at_once)
        await ring.prepare(unready)


@dataclass(slots=True)
class _CommonPlan:
    """The decision for all chats whose agenda rows differ only in the chat."""

    decision: SlotDecision
    group: ReaderGroup | None


class _BellRing:
    """One ring of the bell: its moment, its pool of recent articles, and what was composed from it so far."""

    def __init__(self, store: Storage, now: int) -> None:
        self._store = store
        self._now = now
        # Whole minutes, so that all who are due in one minute have the same period.
        self._until = now - now % 60
        self._pool = store.compositions.pool(self._until)
        self._audiences: dict[int, Audience] = {}
        self._had: dict[int, tuple[int, ...]] = {}
        self._made: dict[ReaderGroup, GroupEdition] = {}
        self._decisions: dict[tuple[object, ...], SlotDecision] = {}
        self._alike: dict[tuple[object, ...], _CommonPlan] = {}

    async def prepare(self, ahead: Sequence[DueDigest]) -> None:
        """Compose for the groups that have no edition yet, outside of any transaction."""
        groups = dict.fromkeys(group for due in ahead if (group := self._judged(due).group) is not None)
        new = [group for group in groups if group not in self._made]
        if not new:
            return
        missing = {group.audience for group in new} - self._audiences.keys()
        self._audiences |= await self._store.compositions.audiences(missing)
        histories = {group.composition for group in new if group.composition is not None} - self._had.keys()
        self._had |= await self._store.compositions.had(histories)
        await self._pool.read()
        for group in new:
            had = self._known(group)
            audience = self._audiences[group.audience]
            try:
                chosen = await self._pool.choose(audience, group.since, had, developments=group.developments)
            except Exception:  # whatever it is, the other groups get their editions
                log.exception("a digest could not be composed", audience=group.audience)
                self._made[group] = GroupEdition(None, failed=True)
            else:
                self._made[group] = GroupEdition(self._composition(group, chosen) if chosen is not None else None)

    async def decided(self, due: Sequence[DueDigest], tx: Transaction) -> tuple[AgendaPlan, list[DueDigest]]:
        """The plan for these chats, and the chats whose group is not prepared, which stay due."""
        plan, unready = AgendaPlan(), []
        judged = [(one, self._judged(one)) for one in due]
        editions = {alike.decision.slot.edition for _, alike in judged if alike.decision.slot is not None}
        await self._intern([alike.group for _, alike in judged if alike.group is not None], tx)
        again = await self._store.agenda.planned_before(self._now, len(due), editions, tx)
        for one, alike in judged:
            decision, group = alike.decision, alike.group
            if decision.slot is not None and (group is None or group not in self._made):
                unready.append(one)
                continue
            for slot, reason in decision.skipped:
                plan.rows.append(
                    LedgerRow(one.chat_id, slot.edition, 0, "skipped", None, one.form, None, self._now, reason)
                )
            # A reader who moved west has the same hour of the same day twice.
            if decision.slot is None or (one.chat_id, decision.slot.edition) in again:
                since = self._until if decision.dropped else one.since
                plan.advances.append(
                    AgendaAdvance(one.chat_id, decision.next_at, decision.decided, one.composition, since, one.alerted)
                )
                continue
            assert group is not None
            await self._edition(one, decision, self._made[group], plan, tx)
        return plan, unready

    def _judged(self, due: DueDigest) -> _CommonPlan:
        known = self._alike.get(due[1:])
        if known is None:
            if len(self._alike) >= _REMEMBERED:
                self._alike.clear()
                self._decisions.clear()
            try:
                decision = self._decision(due)
            except Exception:  # a broken row must stop only its own reader
                log.exception("a reader's hours cannot be read: no digest today", chat=due.chat_id)
                decision = SlotDecision(None, (), self._now + _DAY, self._now)
            wanted = decision.slot is not None and due.audience is not None
            known = _CommonPlan(decision, self._group(due, decision.slot) if wanted else None)
            self._alike[due[1:]] = known
        return known

    async def _edition(
        self, due: DueDigest, decision: SlotDecision, made: GroupEdition, plan: AgendaPlan, tx: Transaction
    ) -> None:
        assert decision.slot is not None
        edition, again = decision.slot.edition, None
        if made.failed:
            plan.rows.append(LedgerRow(due.chat_id, edition, 0, "skipped", None, due.form, None, self._now, "a bug"))
            plan.advances.append(
                AgendaAdvance(due.chat_id, decision.next_at, decision.decided, due.composition, due.since, due.alerted)
            )
            return
        if made.composition is None:
            state = "planned" if due.says_nothing else "empty"
        else:
            state, keys = "planned", made.composition.chosen.keys
            if due.owed:
                repeats = [key for key in await self._store.deliveries.owed(due.chat_id, tx) if key not in keys]
                repeats = repeats[-MOST_AGAIN:]
                again = json.dumps(repeats) if repeats else None
                plan.paid.append(due.chat_id)
        plan.rows.append(LedgerRow(due.chat_id, edition, 0, state, made.key, due.form, again, self._now))
        composition = due.composition if made.key is None else made.key
        alerted = due.alerted if made.key is None else None  # a composition holds them in `had`
        plan.advances.append(
            AgendaAdvance(due.chat_id, decision.next_at, decision.decided, composition, self._until, alerted)
        )

    async def _intern(self, groups: Sequence[ReaderGroup], tx: Transaction) -> None:
        """Store the groups' compositions, each when its first reader is planned."""
        known = (self._made.get(group) for group in dict.fromkeys(groups))
        new = [made for made in known if made is not None and made.composition is not None and made.key is None]
        keys = await self._store.compositions.intern(tx, [made.composition for made in new if made.composition])
        for made, key in zip(new, keys, strict=True):
            made.key = key

    def _composition(self, group: ReaderGroup, chosen: DigestSelection) -> Composition:
        had = {key for key in self._known(group) if key in self._pool.keys} | set(chosen.keys)
        return Composition(group.audience, group.composition, group.since, self._until, chosen, tuple(sorted(had)))

    def _known(self, group: ReaderGroup) -> set[int]:
        """The articles that these readers have had, in digests and as alerts."""
        try:
            alerted = json.loads(group.alerted or "[]")
        except ValueError:
            alerted = []
        return {*self._had.get(group.composition or 0, ()), *alerted}

    def _group(self, due: DueDigest, slot: DigestSlot | None) -> ReaderGroup:
        since = due.since if due.since is not None else self._until - _DAY
        evening = slot is not None and part_of_day(minute_of(slot.edition), due.days) in {"evening", "night"}
        return ReaderGroup(
            due.audience or 0, due.composition, since, evening and due.composition is not None, due.alerted
        )

    def _decision(self, due: DueDigest) -> SlotDecision:
        key = (due.timezone, due.minutes, due.days, due.quiet_from, due.quiet_to, due.late, due.decided, due.away)
        known = self._decisions.get(key)
        if known is None:
            timetable = to_timetable(due.minutes, due.days, due.quiet_from, due.quiet_to, due.late)  # type: ignore[arg-type]
            decided = due.decided if due.decided is not None else self._now - 1
            zone, away = ZoneInfo(due.timezone), due.away or 0
            if away > self._now:
                known = SlotDecision(None, (), next_slot(timetable, zone, away - 1), max(decided, self._now))
            else:
                known = decide(timetable, zone, max(decided, away - 1), self._now)
            self._decisions[key] = known
        return known


# Runs broadcasts: plans rows for a few seconds at a time, and shows the progress to the administrator.
#
# The Deliverer sends them as it sends digests.

_AHEAD_SECONDS = 5
_FEWEST_AHEAD = 20
_SHOWN_SECONDS = 5


class BroadcastRunner:
    """Continues broadcasts where they stopped, also after a crash."""

    def __init__(self, bot: Bot, store: Storage, clock: Callable[[], int], rate: float) -> None:
        self._bot = bot
        self._store = store
        self._clock = clock
        self._ahead = max(_FEWEST_AHEAD, int(rate * _AHEAD_SECONDS))
        self._shown: dict[int, tuple[int, Screen]] = {}

    async def ring(self) -> None:
        """Plan rows for more readers while few are waiting, and show the administrator the progress."""
        await self._store.broadcasts.begin_due(self._clock())
        for one in await self._store.broadcasts.running():
            now = self._clock()
            if await self._store.broadcasts.source_is_gone(one):
                await self._store.broadcasts.stop(one.key, now)
            await self._store.broadcasts.plan(one, self._ahead, now)
            await self._show(one, now)

    async def _show(self, one: Broadcast, now: int) -> None:
        """Update the progress message if something changed, at most every few seconds."""
        then, last = self._shown.get(one.key, (0, None))
        current = await self._store.broadcasts.get(one.key)
        running = current is not None and current.state == "running"
        if one.screen is None or (running and now - then < _SHOWN_SECONDS):
            return
        subscriber = await self._store.subscribers.get(one.chat_id)
        words = texts(subscriber.language if subscriber else FALLBACK)
        zone = ZoneInfo(subscriber.timezone if subscriber else "UTC")
        screen = await broadcast_progress(self._store, one.key, Viewer(words, zone, now))
        if screen == last:
            return
        self._shown[one.key] = (now, screen)
        try:
            await self._bot.edit_message_text(chat_id=one.chat_id, message_id=one.screen, **render.arguments(screen))
        except TROUBLE as error:
            if "message is not modified" in str(error):  # it was shown before a restart
                return
            log.warning("a broadcast's progress was not shown", broadcast=one.key, reason=str(error))


# Posts of channels: new articles are planned, posts of growing stories are changed, withdrawn ones are deleted.

LOOK_SECONDS = 30
"""How often, in seconds, standing posts are compared with their stories."""
_MOST_OF_A_STORY = 40


class PostPlanner:
    """Plans posts of channels, one for each story. A crash in between plans none twice and forgets none."""

    def __init__(self, store: Storage, clock: Callable[[], int]) -> None:
        self._store = store
        self._clock = clock
        self._seen: dict[int, GrowingPost] = {}
        self._looked_at = 0

    async def article(self, new: NewArticle, now: int) -> int:
        """Plan a new article for the channels that get it; how many."""
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
        """Release held posts, and change or delete standing ones."""
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
            if done and max(one.updated_at, one.last) < now:  # in the same second it may change again
                self._seen[one.key] = one
        kept = {one.key for one in standing}
        self._seen = {key: one for key, one in self._seen.items() if key in kept}


async def told_by(store: Storage, lead: Article) -> StoryPost:
    """What a post that begins with `lead` should say now."""
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
