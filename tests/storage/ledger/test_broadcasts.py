"""A broadcast in the ledger: each reader planned once, a few at a time, on either database."""

from news.models import Subscriber

NOW = 1_795_320_000


async def readers(store, *languages):
    for number, language in enumerate(languages, 1):
        await store.subscribers.add(Subscriber(number, "private", language, "Asia/Almaty", created_at=NOW))


async def planned(store):
    rows = await store.database.fetch("SELECT chat_id FROM deliveries ORDER BY chat_id")
    return [row["chat_id"] for row in rows]


async def begun(store, language=None):
    key = await store.broadcasts.draft(99, '{"text": "Сәлем"}', NOW)
    await store.broadcasts.choose(key, language)
    assert await store.broadcasts.start(key, 5, 4, NOW)
    assert not await store.broadcasts.start(key, 5, 4, NOW)
    return (await store.broadcasts.running())[0]


async def test_readers_are_planned_a_few_at_a_time_each_once(store):
    await readers(store, "kk", "ru", "kk", "ru")
    one = await begun(store)
    assert [await store.broadcasts.plan(one, 3, NOW) for _ in range(2)] == [3, 0]
    assert await planned(store) == [1, 2, 3]
    for delivery in await store.deliveries.claim(3, NOW):
        assert (delivery.form, delivery.edition) == ("broadcast", one.edition)
    assert await store.broadcasts.plan(one, 3, NOW) == 1
    assert await planned(store) == [1, 2, 3, 4]
    assert await store.broadcasts.counts(one) == {"planned": 1, "sending": 3}


async def test_it_is_done_when_nobody_is_left_and_nothing_is_under_way(store):
    await readers(store, "kk")
    one = await begun(store)
    await store.broadcasts.plan(one, 5, NOW)
    await store.broadcasts.plan(one, 5, NOW)
    assert (await store.broadcasts.get(one.key)).state == "running"
    assert await store.broadcasts.stop(one.key, NOW)
    assert await store.broadcasts.counts(one) == {"expired": 1}
    assert await store.deliveries.owed(1) == ()
    assert not await store.broadcasts.stop(one.key, NOW)


async def test_who_speaks_another_language_stopped_the_bot_or_came_later_is_left_out(store):
    await readers(store, "kk", "ru", "kk")
    await store.subscribers.set_state(3, "blocked")
    one = await begun(store, "kk")
    await store.subscribers.add(Subscriber(9, "private", "kk", "Asia/Almaty", created_at=NOW + 60))
    await store.subscribers.add(Subscriber(-5, "group", "kk", "Asia/Almaty", created_at=NOW))
    assert await store.broadcasts.readers() == {"kk": 2, "ru": 1}
    await store.broadcasts.plan(one, 10, NOW)
    assert await planned(store) == [1]


async def test_a_digest_that_overtakes_does_not_take_a_broadcast_away(store):
    await readers(store, "kk")
    one = await begun(store)
    await store.broadcasts.plan(one, 10, NOW)
    assert await store.overdue.overtake([1], NOW) == 0
    assert await store.overdue.expire(NOW + 1, NOW) == 0
    assert await store.broadcasts.counts(one) == {"planned": 1}
