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
    assert answer["text"].startswith("Qala – қала жаңалықтары")


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
