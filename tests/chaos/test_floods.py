"""One person's flood is theirs alone: the others are answered as if there were none."""

import asyncio

from tests.driver import world


def said(person):
    return sum(one["from"]["id"] != person.id for one in person.messages())


async def test_four_hundred_messages_of_one_person_stop_nobody(tmp_path):
    async with world(tmp_path, news=False) as city:
        flooder = city.person("Флудер", "ru")
        for number in range(400):
            flooder.says(f"слово {number}")
        others = [city.person(f"Оқырман {number}", "kk") for number in range(20)]
        for one in others:
            one.says("/help")
        await asyncio.gather(*(one.sees("/latest", within=5) for one in others))
        await flooder.sees("Слишком много сообщений подряд")
        assert sum("Слишком много" in one["text"] for one in flooder.messages()) == 1


async def test_a_busy_group_stops_nobody_and_is_not_scolded(tmp_path):
    async with world(tmp_path, news=False) as city:
        telegram = city.telegram
        creator = city.person("Көрші")
        group = telegram.group("Көршілер", creator.account)
        from sandbox.world.model import ChatMember

        bot = next(iter(telegram.bots.values()))
        group.members[bot.id] = ChatMember(bot, "member")
        for number in range(300):
            creator.says(f"/latest@qala_bot {number}", chat=group)
        aigerim = city.person("Айгерім", "kk")
        aigerim.says("/help")
        await aigerim.sees("/latest", within=5)
        assert not [one for one in group.messages.values() if "тым көп" in one.get("text", "")]
