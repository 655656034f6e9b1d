"""A clock that was wrong once does no harm once it is right: silences, digests, looks at sources, dates."""

import json
from datetime import UTC, datetime

import pytest

from bot.sending.delivery import HALT_SECONDS, Deliverer
from bot.sending.jobs import Bell, ClockWatch
from bot.sending.rate import TokenSilence
from handlers.digest import set_timetable
from news.feeds.source import Rhythm, Source
from news.models import Subscriber
from news.timetable import Timetable
from storage import open_storage
from tests.driver import MORNING
from tests.storage.articles.test_articles import filed

DAY = 86_400


class Clocks:
    """A wall clock that is set, and a monotonic one that is not."""

    def __init__(self, wall: int) -> None:
        self.wall, self.monotonic = wall, 1000.0
        self.told: list[int] = []

    def now(self) -> int:
        return self.wall

    def pass_by(self, seconds: int) -> None:
        self.wall += seconds
        self.monotonic += seconds

    async def tell(self, seconds: int) -> None:
        self.told.append(seconds)

    def watch(self, store) -> ClockWatch:
        return ClockWatch(store, self.now, self.tell, lambda: self.monotonic)


@pytest.fixture
async def store(database_url):
    opened = await open_storage(database_url)
    yield opened
    await opened.close()


async def reader_with_digest(store, now: int) -> Subscriber:
    await store.subscribers.add(Subscriber(5, "private", "kk", "Asia/Almaty", created_at=now))
    subscriber = await store.subscribers.get(5)
    await set_timetable(store, subscriber, Timetable((8 * 60,)), now)
    return await store.subscribers.get(5)


async def test_a_clock_that_was_ahead_keeps_no_digest_back(store):
    clocks = Clocks(MORNING)
    watch = clocks.watch(store)
    await watch.look()
    await reader_with_digest(store, MORNING)
    bell = Bell(store, None, clocks.now)
    clocks.wall += 5 * DAY
    assert not await watch.look() or clocks.told
    await bell.plan()
    assert (await store.subscribers.get(5)).decided_until == MORNING + 5 * DAY
    clocks.wall -= 5 * DAY
    repaired = await watch.look()
    assert clocks.told == [5 * DAY, -5 * DAY]
    assert repaired.chats == 1
    clocks.pass_by(DAY)
    await bell.plan()
    reader = await store.subscribers.get(5)
    assert reader.decided_until == MORNING + DAY
    assert MORNING + DAY < reader.next_digest_at <= MORNING + 2 * DAY
    editions = [row[0] for row in await store.database.fetch("SELECT edition FROM deliveries ORDER BY edition")]
    assert [edition for edition in editions if "~" not in edition] == ["2026-11-23T08:00"]
    assert len([edition for edition in editions if edition.endswith(f"~{MORNING}")]) == 5


async def test_a_clock_that_was_ahead_is_known_after_a_restart_too(store):
    ahead = Clocks(MORNING + 5 * DAY)
    await ahead.watch(store).look()
    await reader_with_digest(store, ahead.wall)
    right = Clocks(MORNING)
    watch = right.watch(store)
    await watch.look()
    assert right.told == [-5 * DAY]
    assert (await store.subscribers.get(5)).next_digest_at <= MORNING
    assert not await watch.look()
    assert right.told == [-5 * DAY]


async def test_sources_that_were_looked_at_ahead_are_due_at_once(store):
    clocks = Clocks(MORNING)
    watch = clocks.watch(store)
    await watch.look()
    source = await store.sources.add(Source("https://example.kz/feed", "feed", "Пример"))
    await store.database.execute(
        "UPDATE sources SET checked_at = $1, next_check_at = $1, not_before = $1, etag = 'x', last_article_at = $1,"
        " rhythm = $2",
        MORNING + 9 * DAY,
        json.dumps({"counts": [1.0] * 24, "days": 2.0, "updated_at": MORNING + 9 * DAY}),
    )
    clocks.wall += 9 * DAY
    await watch.look()
    clocks.wall -= 9 * DAY
    await watch.look()
    [due] = await store.sources.due(MORNING, 5)
    assert due.key == source.key
    assert due.health.etag is None
    assert due.health.rhythm.after([], MORNING).updated_at == MORNING


def test_a_rhythm_from_the_future_goes_on_from_now():
    ahead = Rhythm((2.0,) * 24, 3.0, MORNING + 9 * DAY)
    now = ahead.after([], MORNING)
    later = now.after([MORNING + DAY], MORNING + 2 * DAY)
    assert later.updated_at == MORNING + 2 * DAY


async def test_articles_dated_by_a_clock_that_was_behind_are_read_anew(store):
    clocks = Clocks(MORNING - 400 * DAY)
    watch = clocks.watch(store)
    await watch.look()
    source = await store.sources.add(Source("https://example.kz/feed", "feed", "Пример"))
    await store.articles.save([filed(1, published=datetime.fromtimestamp(clocks.wall, UTC))], clocks.wall)
    await store.database.execute(
        "INSERT INTO source_items (source_key, guid, article, fingerprint, first_seen, listed_at)"
        " VALUES ($1, 'g', 'page-1', 'as it was', $2, $2)",
        source.key,
        clocks.wall,
    )
    await store.articles.save([filed(2)], MORNING - 500 * DAY)
    clocks.pass_by(60)
    clocks.wall += 400 * DAY
    repaired = await watch.look()
    assert (repaired.sources, repaired.articles) == (1, 1)
    seen = await store.database.fetchrow("SELECT fingerprint, first_seen FROM source_items")
    assert tuple(seen) == ("", clocks.wall)
    kept = await store.database.fetchval("SELECT first_seen FROM articles WHERE id = 'page-2'")
    assert kept == MORNING - 500 * DAY


async def test_a_clock_that_was_behind_until_the_program_ended_is_mended_at_the_next_start(store):
    clocks = Clocks(MORNING - 400 * DAY)
    watch = ClockWatch(store, clocks.now, clocks.tell, lambda: clocks.monotonic, lambda: MORNING - clocks.wall)
    await watch.look()  # people write from 400 days ahead, it seems
    await store.articles.save([filed(1)], clocks.wall)
    clocks.pass_by(90)
    await watch.look()
    again = Clocks(MORNING + 100)
    repaired = await again.watch(store).look()
    assert repaired.articles == 1
    assert again.told == [pytest.approx(400 * DAY, abs=120)]
    assert await store.database.fetchval("SELECT first_seen FROM articles") == again.wall
    later = Clocks(MORNING + 30 * DAY)
    assert not await later.watch(store).look()  # a month without a bot is no jump


async def test_a_clock_that_is_still_behind_at_the_next_start_is_no_jump(store):
    clocks = Clocks(MORNING - 400 * DAY)
    for _ in range(2):
        watch = ClockWatch(store, clocks.now, clocks.tell, lambda: clocks.monotonic, lambda: MORNING - clocks.wall)
        await watch.look()
        clocks.pass_by(90)
    assert clocks.told == []
    assert (await store.clock_repairs.behind())[0] == MORNING - 400 * DAY


async def test_a_wait_that_began_while_the_clock_was_ahead_lasts_as_long_as_it_was_to(store):
    clocks = Clocks(MORNING + 5 * DAY)
    silence = TokenSilence(store, clocks.now)
    sending = Deliverer(None, store, clocks.now, None, None, silence, rate=30)
    sending._wait(30)
    clocks.wall -= 5 * DAY
    assert not sending._may_send()
    clocks.pass_by(31)
    assert sending._may_send()


async def test_a_halt_that_was_stored_while_the_clock_was_ahead_ends_when_it_is_set_right(store):
    await store.facts.put("sending_halted_until", str(MORNING + 5 * DAY + HALT_SECONDS))
    await store.clock_repairs.bound(MORNING)
    assert await store.facts.number("sending_halted_until") == 0


@pytest.mark.parametrize("spoilt", ["soon", "", "nan", "inf", "1e999"])
async def test_a_moment_that_cannot_be_read_silences_nobody(store, spoilt):
    for name in ("sending_halted_until", "silent_until", "silent_for", "clock_seen", "clock_behind"):
        await store.facts.put(name, spoilt)
    silence = TokenSilence(store, Clocks(MORNING).now)
    await silence.load()
    assert silence.left == 0
    assert not await Clocks(MORNING).watch(store).look()


async def test_a_silence_lasts_as_long_as_was_told_whatever_the_clock_does(store):
    clocks = Clocks(MORNING + 9 * DAY)
    silence = TokenSilence(store, clocks.now)
    await silence.keep(30)
    clocks.wall -= 9 * DAY
    assert silence.left == 31
    clocks.pass_by(31)
    assert silence.left == 0
    again = TokenSilence(store, clocks.now)
    await again.load()
    assert again.left <= 31
    clocks.pass_by(31)
    assert again.left == 0


async def test_a_clock_that_is_set_by_seconds_is_no_jump(store):
    clocks = Clocks(MORNING)
    watch = clocks.watch(store)
    for _ in range(3):
        assert not await watch.look()
        clocks.pass_by(15)
        clocks.wall += 2
    assert clocks.told == []
