"""The bell, restarts and refusals: an edition goes out once."""

from aiogram.exceptions import TelegramForbiddenError, TelegramRetryAfter
from aiogram.methods import GetMe

from bot.sending.answers import answer
from bot.sending.planning import Planner
from news.models import Subscriber, Subscription
from tests.driver import MORNING, world

EVENING = 18 * 60


async def subscribed(city, person, minute=EVENING):
    person.starts()
    await person.sees("Тілді таңдаңыз")
    person.says(f"/digest {minute // 60:02}:{minute % 60:02}")
    await person.sees("күн сайын")


def digests_of(city, person):
    return [
        one
        for one in person.chat().messages.values()
        if one["text"].startswith(("Кешкі дайджест ·", "Таңғы дайджест ·"))
    ]


async def test_a_second_bell_sends_nothing_twice(tmp_path):
    async with world(tmp_path) as city:
        reader = city.person()
        await subscribed(city, reader)
        await city.passes(9 * 3600)
        await city.passes(1)
        assert len(digests_of(city, reader)) == 1
        assert await city.store.deliveries.counts() == {"sent": 1}


async def test_planned_before_a_crash_is_sent_once_after_it(tmp_path):
    async with world(tmp_path) as city:
        reader = city.person()
        await subscribed(city, reader)
        city.clock.advance(9 * 3600)
        assert await Planner(city.store).plan(city.now()) == 1
        assert await Planner(city.store).plan(city.now()) == 0
        await city.bot.bell.ring()
        await city.bot.bell.ring()
        assert len(digests_of(city, reader)) == 1


async def test_what_was_being_sent_at_a_crash_is_unknown_and_not_sent_again(tmp_path):
    async with world(tmp_path) as city:
        reader = city.person()
        await subscribed(city, reader)
        city.clock.advance(9 * 3600)
        await Planner(city.store).plan(city.now())
        assert len(await city.store.deliveries.claim(10, city.now())) == 1
        assert await city.store.deliveries.recover(city.now()) == 1
        await city.bot.bell.ring()
        assert digests_of(city, reader) == []
        assert await city.store.deliveries.counts() == {"unknown": 1}


async def test_an_old_archive_is_never_pushed(tmp_path):
    async with world(tmp_path, news=False) as city:
        reader = city.person()
        await subscribed(city, reader)
        await city.store.articles.save([archived()], city.now())
        await city.passes(9 * 3600)
        assert digests_of(city, reader) == []
        assert await city.store.deliveries.counts() == {"empty": 1}


async def test_a_blocked_subscriber_is_paused_and_keeps_what_they_chose(tmp_path):
    async with world(tmp_path) as city:
        reader = city.person()
        await subscribed(city, reader)
        reader.blocks()
        await city.passes(9 * 3600)
        kept = await city.store.subscribers.get(reader.id)
        assert (kept.state, kept.digest_minute) == ("blocked", EVENING)
        reader.starts()
        await reader.sees("Тілді таңдаңыз")
        assert (await city.store.subscribers.get(reader.id)).state == "active"


async def test_a_chat_that_asked_for_a_topic_gets_nothing_else(store):
    await store.subscribers.add(Subscriber(7, "private", "ru", "Asia/Almaty", created_at=MORNING))
    assert await store.subscribers.subscribe(7, Subscription("topic", "sport"))
    assert not await store.subscribers.subscribe(7, Subscription("topic", "sport"))
    assert (await store.subscribers.get(7)).topics == {"sport"}


def archived():
    from datetime import date

    from news.filing import file_entry
    from news.models import Entry

    return file_entry(Entry("old", "Открыли новый парк в Алматы", "Парк открыли весной.", published=date(2016, 2, 9)))


def test_a_blocked_bot_is_gone_and_a_flood_is_later():
    assert answer(TelegramForbiddenError(GetMe(), "Forbidden: bot was blocked by the user")).kind == "gone"
    assert answer(TelegramRetryAfter(GetMe(), "Too Many Requests", 35)).seconds == 35
    assert answer(TimeoutError()).kind == "ambiguous"
