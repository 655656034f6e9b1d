"""A group becomes a supergroup while its digest is on its way: it keeps everything, whatever is told first."""

import pytest

from news.models import Subscriber
from news.timetable import Timetable
from storage.ledger.deliveries import DeliveryResult
from tests.storage.articles.test_articles import NOW
from tests.storage.readers.test_readers import plan

OLD, NEW = -5, -1_000_000_000_005


@pytest.fixture
async def group(store):
    await store.subscribers.add(Subscriber(OLD, "group", "kk", "Asia/Almaty", created_at=NOW))
    await store.subscribers.set_timetable(OLD, Timetable((480,)), NOW + 60, NOW)
    await plan(store, OLD)
    (taken,) = await store.deliveries.claim(5, NOW)
    return taken


@pytest.mark.parametrize("outcome", ["sent", "unknown", "planned", "refused"])
async def test_what_was_under_way_when_the_group_moved_ends_at_its_new_place(store, group, outcome):
    await store.subscribers.migrated(OLD, NEW)
    number = 7 if outcome == "sent" else None
    moved_to = NEW if outcome == "planned" else None
    await store.deliveries.turn([DeliveryResult(group, outcome, number, moved_to=moved_to)], 0, NOW)
    row = await store.database.fetchrow("SELECT chat_id, state, message_id FROM deliveries")
    # What the old place refused was surely not sent, and says nothing of the new one.
    assert tuple(row) == (NEW, "planned" if outcome == "refused" else outcome, number)
    assert await store.deliveries.discrepancies() == []


async def test_an_answer_about_the_old_place_says_nothing_of_the_new_one(store, group):
    await store.subscribers.migrated(OLD, NEW)
    await store.deliveries.turn([DeliveryResult(group, "refused", reason="kicked", chat="blocked")], 0, NOW)
    assert (await store.subscribers.get(NEW)).state == "active"
    assert await store.deliveries.counts() == {"planned": 1}


async def test_the_news_that_it_moved_may_come_twice_and_from_a_chat_that_looks_new(store, group):
    await store.deliveries.turn([DeliveryResult(group, "planned", moved_to=NEW)], 0, NOW)
    await store.subscribers.add(Subscriber(OLD, "group", "ru", "Asia/Almaty", created_at=NOW))
    await store.subscribers.migrated(OLD, NEW)
    assert await store.subscribers.get(OLD) is None
    kept = await store.subscribers.get(NEW)
    assert (kept.kind, kept.language, kept.timetable.minutes) == ("supergroup", "kk", (480,))
    assert await store.deliveries.counts() == {"planned": 1}


async def test_a_group_that_could_not_be_written_to_may_be_after_it_moved(store, group):
    await store.deliveries.turn([DeliveryResult(group, "refused", chat="paused")], 0, NOW)
    await store.subscribers.migrated(OLD, NEW)
    assert (await store.subscribers.get(NEW)).state == "active"
