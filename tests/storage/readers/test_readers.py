"""What readers leave behind: the ledger of what they were sent, what they saved, what they like, what they said."""

import pytest

from news.models import Subscriber, Subscription
from news.timetable import ON_TIME_SECONDS
from storage.ledger.deliveries import DeliveryResult
from storage.readers import data_map
from storage.readers.preferences import MOST
from tests.storage.articles.test_articles import NOW, filed


@pytest.fixture
async def chat(store):
    await store.subscribers.add(Subscriber(5, "private", "kk", "Asia/Almaty", created_at=NOW))
    return 5


async def plan(store, chat, edition="2027-01-15T08:00", parts=1):
    for part in range(parts):
        await store.database.execute(
            "INSERT INTO deliveries (chat_id, edition, part, state, planned_at, updated_at)"
            " VALUES ($1, $2, $3, 'planned', $4, $4)",
            chat,
            edition,
            part,
            NOW,
        )


async def test_what_was_claimed_is_claimed_by_nobody_else_and_its_outcome_stays(store, chat):
    await plan(store, chat)
    (taken,) = await store.deliveries.claim(5, NOW)
    assert await store.deliveries.claim(5, NOW) == []
    await store.deliveries.turn([DeliveryResult(taken, "sent", 77)], 5, NOW)
    assert await store.deliveries.counts() == {"sent": 1}
    assert await store.deliveries.discrepancies() == []


async def test_the_second_part_waits_for_the_first(store, chat):
    await plan(store, chat, parts=2)
    (first,) = await store.deliveries.claim(5, NOW)
    assert first.part == 0
    (second,) = await store.deliveries.turn([DeliveryResult(first, "sent", 1)], 5, NOW)
    assert second.part == 1


async def test_what_was_under_way_at_a_crash_is_unknown_and_owed(store, chat):
    await plan(store, chat)
    await store.deliveries.claim(5, NOW)
    assert await store.deliveries.recover(NOW) == 1
    assert await store.deliveries.claim(5, NOW) == []
    assert await store.database.fetchval("SELECT owed FROM subscribers WHERE chat_id = $1", chat) == 1


@pytest.fixture
async def choosers(store):
    """Three who chose what becomes of a late edition."""
    for chat, late in ((5, "send"), (6, "merge"), (7, "skip")):
        await store.subscribers.add(Subscriber(chat, "private", "kk", "Asia/Almaty", created_at=NOW))
        await store.database.execute("UPDATE subscribers SET late = $2 WHERE chat_id = $1", chat, late)
        await plan(store, chat, parts=2)


async def states(store):
    rows = await store.database.fetch("SELECT chat_id, state FROM deliveries ORDER BY chat_id, part")
    return [row["state"] for row in rows]


async def test_who_wants_nothing_late_gets_nothing_that_a_standstill_made_late(store, choosers):
    late = NOW + ON_TIME_SECONDS + 1
    assert await store.overdue.pass_over(late) == 2
    assert await states(store) == ["planned"] * 2 + ["expired"] * 4
    owed = await store.database.fetch("SELECT chat_id FROM subscribers WHERE owed = 1")
    assert [row["chat_id"] for row in owed] == [6]  # what was skipped never comes
    assert await store.deliveries.discrepancies() == []


async def test_nobody_is_passed_over_for_standing_far_behind_in_a_queue_that_moves(store, choosers):
    late = NOW + ON_TIME_SECONDS + 1
    (taken,) = await store.deliveries.claim(1, late - 60)
    await store.deliveries.turn([DeliveryResult(taken, "sent", 1)], 0, late - 60)
    assert await store.overdue.pass_over(late) == 0
    assert await store.overdue.pass_over(NOW + 5) == 0
    assert (await states(store)).count("planned") == 5


async def test_what_is_given_back_is_sent_later_and_what_waited_too_long_expires(store, chat):
    await plan(store, chat)
    (taken,) = await store.deliveries.claim(5, NOW)
    await store.deliveries.turn([DeliveryResult(taken, "planned")], 0, NOW)
    assert await store.deliveries.waiting()
    assert await store.overdue.expire(NOW + 1, NOW + 1) == 1
    assert await store.deliveries.counts() == {"expired": 1}


async def test_a_row_that_never_ends_is_told(store, chat):
    await plan(store, chat, "a")
    await plan(store, chat, "b")
    await store.deliveries.claim(1, NOW)
    assert await store.deliveries.discrepancies(NOW + 60) == []
    sending, planned = await store.deliveries.discrepancies(NOW + 8 * 3600)
    assert sending.startswith("1 rows have been on their way for more than 10 minutes")
    assert planned.startswith("1 rows are planned and did not leave for 7 hours")
    await plan(store, 6)
    assert await store.deliveries.discrepancies() == ["1 rows wait for a chat that is not there"]


async def test_a_chat_not_found_twice_a_day_apart_is_blocked(store, chat):
    for day, edition in enumerate(("2027-01-15T08:00", "2027-01-16T08:00")):
        await plan(store, chat, edition)
        (taken,) = await store.deliveries.claim(1, NOW + day * 86_400)
        await store.deliveries.turn([DeliveryResult(taken, "refused", chat="struck")], 0, NOW + day * 86_400)
    assert (await store.subscribers.get(chat)).state == "blocked"


async def test_what_ended_long_ago_is_forgotten_and_what_is_planned_is_not(store, chat):
    await plan(store, chat, "a")
    (taken,) = await store.deliveries.claim(1, NOW)
    await store.deliveries.turn([DeliveryResult(taken, "sent", 1)], 0, NOW)
    await plan(store, chat, "b")
    assert await store.deliveries.prune(NOW + 1) == 1
    assert await store.deliveries.counts() == {"planned": 1}


async def test_saved_articles_come_newest_first_page_by_page(store, chat):
    await store.articles.save([filed(number) for number in range(1, 4)], NOW)
    keys = [(await store.articles.find(f"page-{number}")).key for number in range(1, 4)]
    await store.database.execute("UPDATE articles SET story = NULL")
    for at, key in enumerate(keys):
        await store.saved.add(chat, key, NOW + at)
    await store.saved.add(chat, keys[0], NOW + 50)
    page = await store.saved.page(chat, 2)
    rest = await store.saved.page(chat, 2, page.next)
    assert [one.key for one in (*page.items, *rest.items)] == keys[::-1]
    await store.saved.remove(chat, keys[1])
    assert not await store.saved.has(chat, keys[1])
    assert [one.key for one in await store.saved.all(chat)] == [keys[2], keys[0]]
    await store.database.execute("UPDATE articles SET story = 7 WHERE key <> $1", keys[2])
    assert await store.saved.has(chat, keys[1])  # its story is kept by another article
    await store.saved.remove(chat, keys[1])
    assert [one.key for one in await store.saved.all(chat)] == [keys[2]]


async def test_the_oldest_saved_make_room(store, chat):
    await store.database.executemany(
        "INSERT INTO saved (chat_id, key, saved_at) VALUES ($1, $2, $2)", [(chat, key) for key in range(1, MOST + 1)]
    )
    await store.saved.add(chat, MOST + 1, NOW)
    assert not await store.saved.has(chat, 1)
    assert await store.saved.has(chat, MOST + 1)


async def test_preferences_are_kept_counted_and_forgotten(store, chat):
    await store.preferences.mute(chat, "topic", "sport")
    await store.preferences.mute(chat, "topic", "sport")
    await store.preferences.opened(chat, ["culture", "roads"])
    await store.preferences.opened(chat, ["culture"])
    preferences = await store.preferences.of(chat)
    assert (preferences.muted, preferences.opened) == ({("topic", "sport")}, {"culture": 2, "roads": 1})
    await store.preferences.unmute(chat, "topic", "sport")
    assert (await store.preferences.of(chat)).muted == frozenset()
    await store.preferences.reset(chat)
    assert (await store.preferences.of(chat)).opened == {}


async def test_a_reaction_is_one_a_chat_and_the_same_again_takes_it_back(store, chat):
    await store.preferences.react(chat, 1, "like")
    await store.preferences.react(chat, 1, "sorry")
    await store.preferences.react(6, 1, "sorry")
    assert await store.preferences.reactions([1, 2]) == {"sorry": 2}
    await store.preferences.react(chat, 1, "sorry")
    assert await store.preferences.reactions([1]) == {"sorry": 1}


async def test_an_update_is_kept_once_erased_with_its_effect_and_its_number_remembered(store):
    assert await store.inbox.take([(1, "{}", None), (2, None, "malformed")], NOW, "a") == {1}
    assert await store.inbox.take([(1, "{}", None)], NOW, "a") == set()
    assert dict(await store.inbox.counts()) == {"waiting": 1, "set aside": 1}
    async with store.inbox.handling(1):
        await store.facts.put("effect", "1")
    assert (await store.inbox.counts())["waiting"] == 0
    assert await store.inbox.take([(1, "{}", None)], NOW, "b") == set()
    assert await store.inbox.prune(NOW + 8 * 86_400) == 2


async def test_what_nobody_handled_is_adopted_after_a_restart_in_its_order(store):
    await store.inbox.take([(2, '{"update_id": 2}', None), (1, '{"update_id": 1}', None)], NOW, "before")
    assert [one["update_id"] for one in await store.inbox.adopt("after")] == [1, 2]
    assert await store.inbox.adopt("after") == []


async def test_what_nobody_asks_for_any_more_is_forgotten_by_the_next_cleaning(store, chat):
    await store.subscribers.subscribe(chat, Subscription("word", "Барсик"))
    await store.compositions.fill_audiences([chat])
    (was,) = await store.database.fetch("SELECT key FROM audiences")
    await store.subscribers.unsubscribe(chat, Subscription("word", "Барсик"))
    await store.compositions.fill_audiences([chat])
    await store.compositions.prune(NOW)
    (left,) = await store.database.fetch("SELECT key, description FROM audiences")
    assert left["key"] != was["key"]
    assert "Барсик" not in left["description"]
    # A plan under way that still asks for it gets an answer, and writes it to nobody.
    assert set(await store.compositions.audiences([was["key"], left["key"]])) == {was["key"], left["key"]}


async def test_a_forgotten_forum_takes_its_topics_along_and_leaves_others(store, chat):
    for one in (6, 7):
        await store.subscribers.add(Subscriber(one, "supergroup", "kk", "Asia/Almaty", created_at=NOW, forum=chat))
        await store.subscribers.subscribe(one, Subscription("word", "Барсик"))
    await store.subscribers.add(Subscriber(8, "private", "kk", "Asia/Almaty", created_at=NOW))
    await data_map.forget(store.database, chat, NOW, [6, 7])
    left = [row["chat_id"] for row in await store.database.fetch("SELECT chat_id FROM subscribers")]
    assert left == [8]
    assert await store.database.fetch("SELECT * FROM subscriptions") == []


async def test_several_subscriptions_are_let_go_together(store, chat):
    asked = [Subscription("story", f"7 {title}") for title in ("Жол", "Көпір")]
    await store.subscribers.subscribe(chat, *asked)
    assert await store.subscribers.unsubscribe(chat, *asked)
    assert not await store.subscribers.unsubscribe(chat, *asked)
    assert (await store.subscribers.get(chat)).subscriptions == ()


async def test_a_forgotten_chat_takes_its_words_along_and_leaves_those_that_others_share(store, chat):
    await store.subscribers.add(Subscriber(6, "private", "kk", "Asia/Almaty", created_at=NOW))
    for one, word in ((chat, "Барсик"), (6, "су өшіру")):
        await store.subscribers.subscribe(one, Subscription("word", word))
    await store.compositions.fill_audiences([chat, 6])
    await data_map.forget(store.database, chat, NOW)
    (left,) = await store.database.fetch("SELECT description FROM audiences")
    assert "су өшіру" in left["description"]


async def test_a_number_that_comes_again_with_another_text_or_to_another_bot_is_another_update(store):
    """Ids begin anew with a new token, and with a server that lost its memory: the bot must not be deaf then."""
    hello, other = '{"update_id": 1, "a": 1}', '{"update_id": 1, "a": 2}'
    assert await store.inbox.take([(1, hello, None)], NOW, "a", bot=7) == {1}
    async with store.inbox.handling(1):
        await store.facts.put("effect", "1")
    assert await store.inbox.take([(1, hello, None)], NOW, "a", bot=7) == set()
    assert await store.inbox.take([(1, other, None)], NOW, "a", bot=7) == {1}
    assert await store.inbox.take([(1, other, None)], NOW, "a", bot=8) == {1}
    assert await store.inbox.take([(1, other, None)], NOW, "b", bot=8) == set()
    assert (await store.inbox.counts())["waiting"] == 1
