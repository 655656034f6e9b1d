"""Deliveries against a Telegram that fails: nothing twice, nothing lost, nobody unsubscribed by mistake."""

import contextlib

import pytest

from bot.app import recover
from bot.sending.planning import Planner
from news.models import Subscriber, Subscription
from news.timetable import LATE, Timetable, next_slot
from tests.driver import MORNING, TOKEN, world

EVENING = 9 * 3600
NIGHT = 12 * 3600


@contextlib.asynccontextmanager
async def city_of(tmp_path, readers=1, language="kk", **manner):
    """A world with readers who get a digest at 18:00 and at 21:00."""
    async with world(tmp_path) as city:
        bot = city.telegram.bots[TOKEN]
        for number in range(1, readers + 1):
            city.telegram.private(bot, city.telegram.account("Оқырман", identifier=number, language_code=language))
            await subscribe(city, number, **manner)
        yield city


async def subscribe(city, chat, kind="private", language="kk", form="plain"):
    new = Subscriber(chat, kind, language, "Asia/Almaty", created_at=MORNING)
    await city.store.subscribers.add(new)
    table = Timetable((18 * 60, 21 * 60))
    from zoneinfo import ZoneInfo

    at = next_slot(table, ZoneInfo("Asia/Almaty"), MORNING)
    await city.store.subscribers.set_timetable(chat, table, at, MORNING)
    await city.store.subscribers.set_manner(chat, length=5, form=form, says_nothing=False)


def texts(city, chat=1):
    bot = city.telegram.bots[TOKEN]
    found = city.telegram.private(bot, city.telegram.accounts[chat]) if chat > 0 else city.telegram.chats[chat]
    return [one.get("text", "") for one in found.messages.values()]


def shown(city, chat=1):
    """All messages of a chat, of either form, as one text."""
    bot = city.telegram.bots[TOKEN]
    return str(list(city.telegram.private(bot, city.telegram.accounts[chat]).messages.values()))


def sends(city):
    return list(city.telegram.record.calls("sendMessage"))


async def states(city):
    return await city.store.deliveries.counts()


FAULTS = [
    {"kind": "drop", "accepted": True},
    {"kind": "truncate", "accepted": True},
    {"kind": "502", "accepted": True},
    {"kind": "502"},
    {"kind": "500"},
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault["kind"] + ("-accepted" if len(fault) > 1 else ""))
async def test_where_the_reply_is_lost_nothing_is_sent_again_but_its_stories_come_once_more(tmp_path, fault):
    async with city_of(tmp_path) as city:
        city.telegram.faults.add(**fault, method="sendMessage", count=1)
        await city.passes(EVENING)
        await city.passes(60)
        assert await states(city) == {"unknown": 1}
        assert len(texts(city)) == ("accepted" in fault)
        await fresh_news(city)
        await city.passes(3 * 3600 - 60)
        assert await states(city) == {"sent": 1, "unknown": 1}
        last = texts(city)[-1]
        assert "Жаңа жаңалық" in last.split("Қайталануы мүмкін")[0]
        assert len(last.split("Қайталануы мүмкін")) == 2
        assert await city.store.deliveries.owed(1) == ()
        assert await city.store.deliveries.discrepancies() == []


async def fresh_news(city):
    from datetime import UTC, datetime

    from news.filing import file_entry
    from news.models import Entry

    at = datetime.fromtimestamp(city.now(), UTC)
    entry = Entry(
        "fresh", "Жаңа жаңалық: қалада жаңа саябақ ашылды", "Саябақ бүгін ашылды.", published=at, source="Қала"
    )
    await city.store.articles.save([file_entry(entry)], city.now())


async def test_a_flood_silences_the_token_for_as_long_as_told_and_then_everything_comes(tmp_path):
    async with city_of(tmp_path, readers=5) as city:
        city.telegram.faults.add("refuse", refusal="flood", seconds=35, method="sendMessage", count=1)
        await city.passes(EVENING)
        counts = await states(city)
        assert counts["planned"] >= 1
        assert counts.keys() <= {"planned", "sent"}
        before = len(sends(city))
        await city.passes(30)
        assert len(sends(city)) == before
        assert float(await city.store.facts.get("silent_until")) == city.now() - 30 + 36  # in whole seconds
        await city.passes(6)
        assert await states(city) == {"sent": 5}
        assert [len(texts(city, number)) for number in range(1, 6)] == [1] * 5


async def test_a_restarting_telegram_is_waited_for(tmp_path):
    async with city_of(tmp_path) as city:
        city.telegram.faults.add("refuse", refusal="restart", method="sendMessage", count=2)
        await city.passes(EVENING)
        assert await states(city) == {"planned": 1}
        await city.passes(4)
        await city.passes(4)
        assert await states(city) == {"sent": 1}


@pytest.mark.parametrize("form", ["plain", "rich"])
async def test_one_broken_message_does_not_silence_a_reader(tmp_path, form):
    async with city_of(tmp_path, form=form) as city:
        method = "sendMessage" if form == "plain" else "sendRichMessage"
        city.telegram.faults.add("refuse", refusal="entities", method=method, count=1)
        await city.passes(EVENING)
        assert await states(city) == {"sent": 1}
        assert "Кешкі дайджест" in shown(city)


async def test_a_server_too_old_for_the_rich_form_holds_up_nobody(tmp_path):
    async with city_of(tmp_path, readers=2, form="rich") as city:
        city.telegram.faults.add("refuse", refusal="method_not_found", method="sendRichMessage")
        await city.passes(EVENING)
        assert await states(city) == {"sent": 2}
        assert texts(city)[0].startswith("Кешкі дайджест")


async def test_what_could_not_leave_before_the_quiet_hours_does_not_disturb_them(tmp_path):
    async with city_of(tmp_path) as city:
        table = Timetable((18 * 60, 9 * 60), quiet=(22 * 60, 7 * 60))
        await city.store.subscribers.set_timetable(1, table, MORNING + EVENING, MORNING)
        city.telegram.faults.add("refuse", refusal="flood", seconds=5 * 3600, method="sendMessage", count=1)
        await city.passes(EVENING)
        await city.passes(5 * 3600 + 2)
        assert await states(city) == {"expired": 1}
        assert texts(city) == []
        await city.passes(10 * 3600)
        assert await states(city) == {"expired": 1, "sent": 1}
        assert "Қайталануы мүмкін" not in texts(city)[0]


@pytest.mark.parametrize("quiet", [(20 * 60, 7 * 60), None])
async def test_an_edition_that_waits_for_the_end_of_the_quiet_hours_waits_on_when_a_choice_is_made(tmp_path, quiet):
    from dataclasses import replace

    from handlers.digest import set_timetable

    async with city_of(tmp_path) as city:
        old = Timetable((21 * 60,), quiet=(20 * 60, 7 * 60))
        await city.store.subscribers.set_timetable(1, old, MORNING + NIGHT, MORNING)
        await city.passes(NIGHT)
        assert await states(city) == {}
        reader = await city.store.subscribers.get(1)
        await set_timetable(city.store, reader, replace(old, quiet=quiet), city.now() + 60)
        await city.passes(61)
        assert await states(city) == ({} if quiet else {"sent": 1})
        await city.passes(10 * 3600)
        rows = await city.store.database.fetch("SELECT edition, state FROM deliveries")
        assert [tuple(row) for row in rows] == [("2026-11-22T21:00", "sent")]
        assert len(texts(city)) == 1


async def test_what_was_planned_for_somebody_who_left_was_not_had(tmp_path):
    async with city_of(tmp_path) as city:
        city.clock.advance(EVENING)
        await city.bot.bell.plan()
        await city.store.subscribers.set_state(1, "blocked")
        await city.bot.bell.deliver()
        assert await states(city) == {"expired": 1}
        assert await city.store.deliveries.had(1) == set()
        await city.store.subscribers.set_state(1, "active")
        await city.passes(3 * 3600)
        assert await states(city) == {"expired": 1, "sent": 1}


@pytest.mark.parametrize("refusal", ["chat_not_found", "blocked", "deactivated"])
async def test_a_wave_of_gone_trips_the_breaker_and_nobody_is_unsubscribed(tmp_path, refusal):
    async with city_of(tmp_path, readers=80) as city:
        city.telegram.faults.add("refuse", refusal=refusal, method="sendMessage")
        await city.passes(EVENING)
        tried = sum(entry.kind == "fault" for entry in city.telegram.record.entries)
        assert tried < 50
        active = await city.store.database.fetchval("SELECT count(*) FROM subscribers WHERE state = 'active'")
        assert (active, (await states(city))["planned"]) == (80, 80)
        city.telegram.faults.clear()
        await city.passes(16 * 60)
        assert await states(city) == {"sent": 80}


async def test_not_found_counts_only_when_it_happens_twice_a_day_apart(tmp_path):
    async with city_of(tmp_path) as city:
        rule = city.telegram.faults.add("refuse", refusal="chat_not_found", method="sendMessage")
        await city.passes(EVENING)
        await fresh_news(city)
        await city.passes(3 * 3600)
        assert (await city.store.subscribers.get(1)).state == "active"
        assert rule.happened == 2
        await city.passes(21 * 3600)
        assert (await city.store.subscribers.get(1)).state == "blocked"


async def test_a_group_that_may_not_be_written_to_is_paused_until_it_may(tmp_path):
    async with city_of(tmp_path) as city:
        city.telegram.faults.add("refuse", refusal="write_forbidden", method="sendMessage")
        await city.passes(EVENING)
        assert (await city.store.subscribers.get(1)).state == "paused"
        assert await states(city) == {"refused": 1}


async def test_what_was_refused_was_not_had(tmp_path):
    async with city_of(tmp_path) as city:
        rule = city.telegram.faults.add("refuse", refusal="blocked", method="sendMessage")
        await city.passes(EVENING)
        assert (await city.store.subscribers.get(1)).state == "blocked"
        rule.count = 0
        await city.store.subscribers.set_state(1, "active")
        await city.passes(3 * 3600)
        assert len(texts(city)) == 1
        assert "Қайталануы мүмкін" not in texts(city)[0]


async def test_a_group_that_became_a_supergroup_keeps_everything_and_gets_its_digest_once(tmp_path):
    async with city_of(tmp_path) as city:
        aigerim = city.person()
        old = aigerim.makes_group("Көршілер")
        await subscribe(city, old.id, "group")
        new = city.telegram.group("Көршілер", aigerim.account, kind="supergroup")
        from sandbox.world.model import ChatMember

        bot = city.telegram.bots[TOKEN]
        new.members[bot.id] = ChatMember(bot, "member")
        city.telegram.faults.add("refuse", refusal="migrated", chat=old.id, migrated_to=new.id, method="sendMessage")
        await city.passes(EVENING)
        assert await city.store.subscribers.get(old.id) is None
        kept = await city.store.subscribers.get(new.id)
        assert (kept.kind, kept.timetable.minutes) == ("supergroup", (18 * 60, 21 * 60))
        assert sum(text.startswith("Кешкі дайджест") for text in texts(city, new.id)) == 1


async def test_what_could_not_be_sent_in_time_comes_with_the_next_edition_and_never_in_a_burst(tmp_path):
    async with city_of(tmp_path) as city:
        city.telegram.faults.add("refuse", refusal="flood", seconds=2 * 3600, method="sendMessage", count=1)
        await city.passes(EVENING)
        await city.passes(3 * 3600)
        assert await states(city) == {"expired": 1, "sent": 1}
        assert len(texts(city)) == 1


async def test_while_answers_are_lost_one_after_another_few_readers_miss_their_edition(tmp_path):
    async with city_of(tmp_path, readers=40) as city:
        rule = city.telegram.faults.add("502", method="sendMessage")
        await city.passes(EVENING)
        assert (await states(city))["unknown"] <= 16
        for _ in range(20):
            await city.passes(30)
        assert (await states(city))["unknown"] <= 24
        rule.count = 0
        await city.passes(300)
        counts = await states(city)
        assert counts.keys() == {"unknown", "sent"}
        assert counts["sent"] >= 16


async def test_a_wrong_token_stops_sending_and_keeps_the_plan(tmp_path):
    async with city_of(tmp_path, readers=3) as city:
        city.telegram.faults.add("refuse", refusal="unauthorized", method="sendMessage", count=3)
        await city.passes(EVENING)
        assert await states(city) == {"planned": 3}
        await city.passes(31)
        assert await states(city) == {"sent": 3}


async def test_a_late_digest_says_as_of_when_it_is(tmp_path):
    async with city_of(tmp_path) as city:
        await city.passes(EVENING + 2400)
        assert "Жаңалық жиналған уақыт: бүгін, 18:40" in texts(city)[0]


@pytest.mark.parametrize("late", LATE)
async def test_a_digest_planned_before_a_standstill_goes_the_way_its_reader_chose(tmp_path, late):
    async with city_of(tmp_path) as city:
        table = Timetable((18 * 60, 21 * 60), late=late)
        await city.store.subscribers.set_timetable(1, table, MORNING + EVENING, MORNING)
        city.clock.advance(EVENING)
        assert await Planner(city.store).plan(city.now()) == 1
        planned = set(await city.store.deliveries.latest(1))
        city.clock.advance(2 * 3600)
        await recover(city.store, city.now)
        await city.bot.bell.ring()
        assert len(texts(city)) == (1 if late == "send" else 0)
        await fresh_news(city)
        await city.store.subscribers.subscribe(1, Subscription("word", "саябақ"))
        await city.passes(3600)
        fresh = await city.store.articles.find("fresh")
        told = set(await city.store.deliveries.latest(1))
        assert fresh.key in told  # on its first page, or behind «Тағы N»
        assert bool(planned & told) == (late == "merge")


async def test_a_digest_that_was_held_up_on_its_way_says_when_its_news_were_gathered(tmp_path):
    async with city_of(tmp_path) as city:
        city.telegram.faults.add("refuse", refusal="flood", seconds=2400, method="sendMessage", count=1)
        await city.passes(EVENING)
        await city.passes(2402)
        assert "Жаңалық жиналған уақыт: бүгін, 18:00" in texts(city)[0]


async def test_where_nothing_is_new_one_line_comes_for_who_wants_it(tmp_path):
    async with city_of(tmp_path) as city:
        await city.store.subscribers.set_manner(1, length=5, form="plain", says_nothing=True)
        await city.passes(EVENING)
        await city.store.database.execute("UPDATE articles SET hidden = 1")
        await city.passes(3 * 3600)
        assert "Сізге әзірге жаңа ештеңе жоқ" in texts(city)[-1]
