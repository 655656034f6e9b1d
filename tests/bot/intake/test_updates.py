"""Updates: what was acknowledged was handled or is kept; one bad update holds up nobody."""

import asyncio
import contextlib
import json
import socket

import pytest

from bot.app import running
from bot.config import Settings
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from storage import open_storage
from storage.inbox import _mark
from tests.driver import MORNING, TOKEN, world


class Town:
    """A Telegram and a store that outlive their bots."""

    def __init__(self, telegram, url, store):
        self.telegram, self.store = telegram, store
        self.settings = Settings(_env_file=None, listen="off", api_url=url, send_rate=1000)

    def bot(self):
        return running(self.settings, TOKEN, lambda: MORNING, 3600, self.store)

    def replies(self, person, words):
        return sum(words in one.get("text", "") for one in person.chat().messages.values())


@pytest.fixture
async def town(tmp_path):
    telegram = Telegram(Clock(MORNING, speed=0))
    telegram.bot(TOKEN, username="qala_bot")
    runner = await serve(telegram)
    store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    yield Town(telegram, address(runner), store)
    await store.close()
    await runner.cleanup()


async def until(true, seconds=40):
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_stop_with_fifty_handlers_running_loses_none(town):
    people = [Person.new(town.telegram, f"Оқырман {number}", language_code="kk") for number in range(50)]
    town.telegram.faults.add("latency", method="sendMessage", seconds=0.3)
    async with town.bot():
        for person in people:
            person.says("/digest 08:30")
        await until(lambda: _handled(town) > 0)
    town.telegram.faults.clear()
    async with town.bot():
        await until(lambda: all(town.replies(person, "Алғашқысы") for person in people))
    assert [town.replies(person, "Алғашқысы") for person in people] == [1] * 50
    assert (await town.store.inbox.counts())["waiting"] == 0


async def test_a_stop_begins_nothing_more_and_what_waits_is_handled_after_it(town):
    person = Person.new(town.telegram, "Айгерім", language_code="kk")
    town.telegram.faults.add("latency", method="sendMessage", seconds=0.3)
    async with town.bot():
        for minute in range(10, 30):
            person.says(f"/digest 08:{minute}")
        await until(lambda: _handled(town) > 0)
    kept = (await town.store.inbox.counts())["waiting"]
    assert 10 < kept < 20
    town.telegram.faults.clear()
    async with town.bot():
        await until(lambda: town.replies(person, "Алғашқысы") == 20)
    assert (await town.store.subscribers.get(person.id)).timetable.minutes == (8 * 60 + 29,)


def _handled(town):
    return sum(entry.name == "sendMessage" for entry in town.telegram.record.entries)


async def test_what_was_kept_is_handled_after_the_restart(town):
    person = Person.new(town.telegram, "Айгерім", language_code="kk")
    person.says("/digest 07:00")
    update = town.telegram.updates[123456].pending()[0].update
    kept = [(update["update_id"], json.dumps(update, sort_keys=True), None)]
    await town.store.inbox.take(kept, MORNING, bot=123456)
    async with town.bot():
        await person.sees("07:00")
        await asyncio.sleep(0.05)
    assert town.replies(person, "Алғашқысы") == 1


async def test_an_update_that_comes_again_is_not_handled_again(town):
    person = Person.new(town.telegram, "Айгерім", language_code="kk")
    async with town.bot():
        person.says("/digest 07:00")
        await person.sees("07:00")
        update = next(one.content for one in town.telegram.record.entries if one.kind == "update")
        for _ in range(3):
            town.telegram.updates[123456].put(dict(update), MORNING + 1000)
        person.says("/digest 09:00")
        await person.sees("09:00")
    assert town.replies(person, "07:00") == 2  # the person's own words and one answer
    assert (await town.store.subscribers.get(person.id)).timetable.minutes == (9 * 60,)


async def test_an_update_that_comes_again_under_another_name_of_its_sender_is_the_same(town):
    person = Person.new(town.telegram, "Айгерім", language_code="kk")
    async with town.bot():
        person.says("/digest 07:00")
        await person.sees("07:00")
        update = next(one.content for one in town.telegram.record.entries if one.kind == "update")
        message = update["message"]
        renamed = {**update, "message": {**message, "from": {**message["from"], "first_name": "Айгерім С."}}}
        town.telegram.updates[123456].put(renamed, MORNING + 1000)
        person.says("/digest 09:00")
        await person.sees("09:00")
    assert (await town.store.subscribers.get(person.id)).timetable.minutes == (9 * 60,)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"message": {"message_id": 5, "chat": {"id": 1, "title": "a"}, "date": 9}}, {"title": "b"}, True),
        ({"message": {"message_id": 5, "chat": {"id": 1}, "date": 9}}, {"date": 10}, False),
        ({"message": {"message_id": 5, "chat": {"id": 1}, "date": 9}}, {"message_id": 6}, False),
        ({"edited_message": {"message_id": 5, "chat": {"id": 1}, "date": 9, "edit_date": 9}}, {"edit_date": 10}, False),
        ({"callback_query": {"id": "77", "from": {"first_name": "a"}}}, {"from": {"first_name": "b"}}, True),
        ({"callback_query": {"id": "77"}}, {"id": "78"}, False),
        ({"my_chat_member": {"chat": {"id": 1}, "date": 9}}, {"date": 10}, False),
    ],
)
async def test_what_makes_two_updates_of_one_number_the_same(store, one, other, same):
    kind, part = next(iter(one.items()))
    changed = {kind: {**part, **other, "chat": {**part.get("chat", {}), **other}}} if "title" in other else None
    changed = changed or {kind: {**part, **other}}
    assert await store.inbox.take([(1, json.dumps({"update_id": 1, **one}), None)], MORNING) == {1}
    again = await store.inbox.take([(1, json.dumps({"update_id": 1, **changed}), None)], MORNING)
    assert again == (set() if same else {1})


async def test_an_update_that_was_marked_by_its_whole_text_is_known_after_an_upgrade(store):
    body = json.dumps({"message": {"message_id": 5, "chat": {"id": 1}, "date": 9}, "update_id": 1}, sort_keys=True)
    await store.inbox.take([(1, body, None)], MORNING)
    await store.database.execute("UPDATE inbox SET mark = $1", _mark(0, body))
    assert await store.inbox.take([(1, body, None)], MORNING) == set()


async def test_a_malformed_update_is_set_aside_and_holds_up_nobody(town):
    person = Person.new(town.telegram, "Айгерім", language_code="kk")
    town.telegram.faults.add("malformed", count=1)
    async with town.bot():
        person.says("/help")
        person.says("/digest 09:00")
        await person.sees("Алғашқысы")
    assert (await town.store.inbox.counts())["set aside"] == 1


async def test_the_text_is_erased_with_the_effect_and_only_then(store):
    await store.inbox.take([(1, "{}", None), (2, "{}", None), (3, "{}", None)], MORNING)

    async def texts():
        rows = await store.database.fetch("SELECT update_id FROM inbox WHERE body IS NOT NULL ORDER BY update_id")
        return [row["update_id"] for row in rows]

    async with store.inbox.handling(1):
        assert await texts() == [1, 2, 3]
        with contextlib.suppress(ZeroDivisionError):
            async with store.database.transaction():
                _ = 1 / 0
        assert await texts() == [1, 2, 3]  # what is rolled back handled nothing
        await store.facts.put("effect", "1")
        assert await texts() == [2, 3]
    with pytest.raises(ZeroDivisionError):
        async with store.inbox.handling(2):
            _ = 1 / 0
    assert await texts() == [3]  # a failing handler is not tried for ever
    with pytest.raises(asyncio.CancelledError):
        async with store.inbox.handling(3):
            raise asyncio.CancelledError
    assert await texts() == [3]


async def test_inline_questions_leave_nothing_behind(tmp_path):
    async with world(tmp_path) as city:
        aigerim = city.person()
        question = aigerim.types("автобус")
        assert await aigerim.results(question)
        assert await city.store.database.fetchval("SELECT count(*) FROM inbox") == 0


async def test_telegram_down_at_the_start_is_waited_for(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    telegram = Telegram(Clock(MORNING, speed=0))
    telegram.bot(TOKEN, username="qala_bot")
    settings = Settings(_env_file=None, listen="off", api_url=f"http://127.0.0.1:{port}", send_rate=1000)
    store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    up = asyncio.Event()

    async def life():
        async with running(settings, TOKEN, lambda: MORNING, 3600, store):
            up.set()

    living = asyncio.create_task(life())
    await asyncio.sleep(0.2)
    assert not living.done()
    runner = await serve(telegram, "127.0.0.1", port)
    async with asyncio.timeout(10):
        await up.wait()
    await living
    await runner.cleanup()
    await store.close()
