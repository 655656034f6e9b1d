"""In a group the bot answers commands addressed to it, and only administrators change its settings."""

import pytest

from tests.driver import TOKEN, world


@pytest.fixture
async def city(tmp_path):
    async with world(tmp_path) as it:
        yield it


async def test_a_group_is_greeted_and_reads_the_news(city):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    owner.says("/latest@qala_bot", group)
    await owner.sees("Соңғы жаңалықтар", chat=group)


async def test_a_command_for_another_bot_is_not_answered(city):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    owner.says("/latest@other_bot", group)
    owner.says("/help@qala_bot", group)
    answer = await owner.sees(chat=group)
    assert answer["text"].startswith("Qala\u00a0– қала жаңалықтары")


async def test_only_an_administrator_changes_the_groups_settings(city):
    owner, neighbour = city.person("Айгерім", "kk"), city.person("Марина", "ru")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    owner.adds(group, neighbour)
    neighbour.says("/language@qala_bot ru", group)
    await neighbour.sees("Топта мұны тек әкімші істей алады", chat=group)
    owner.says("/language@qala_bot ru", group)
    await owner.sees("Теперь по-русски", chat=group)
    assert (await city.store.subscribers.get(group.id)).language == "ru"


async def test_a_group_that_becomes_a_supergroup_between_two_digests_keeps_them(city):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    owner.says("/digest@qala_bot 18:00 21:00", group)
    await owner.sees("күн сайын", chat=group)
    await city.passes(9 * 3600)
    await owner.sees("Кешкі дайджест", chat=group)
    fresh = owner.migrates(group)
    await city.store.database.execute("UPDATE deliveries SET state = 'planned'")  # what a flood had put off
    await city.bot.bell.ring()
    await owner.sees("Кешкі дайджест", chat=fresh)
    assert await city.store.subscribers.get(group.id) is None
    kept = await city.store.subscribers.get(fresh.id)
    assert (kept.kind, kept.timetable.minutes) == ("supergroup", (18 * 60, 21 * 60))
    assert await city.store.deliveries.counts() == {"sent": 1}
