"""One person's flood is theirs alone: the others are answered as if there were none."""

import asyncio
import time

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


async def test_only_the_newest_of_what_is_typed_fast_is_answered(tmp_path):
    async with world(tmp_path) as city:
        aigerim = city.person("Айгерім", "kk")
        questions = [aigerim.types("автобус"[: 1 + number % 7]) for number in range(200)]
        await aigerim.results(questions[-1])
        assert sum(one.answer is not None for one in questions) < 50


async def test_presses_on_the_same_button_within_a_second_are_one(tmp_path):
    async with world(tmp_path) as city:
        aigerim = city.person("Айгерім", "ru")
        aigerim.says("/latest")
        shown = await aigerim.sees("Последние новости")
        for _ in range(20):
            aigerim.presses(shown, "1")
        opened = await aigerim.sees(lambda message: "Поделиться" in str(message))
        aigerim.says("/help")
        await aigerim.sees("/latest")
        cards = [one for one in aigerim.messages() if "Поделиться" in str(one)]
        assert len(cards) == 1
        assert cards[0]["message_id"] == opened["message_id"]


async def test_what_is_turned_away_at_the_door_costs_fifty_millionths_of_a_second_at_most(tmp_path):
    def text(number):
        who = {"id": 7, "is_bot": False, "first_name": "Флудер"}
        chat = {"id": 7, "type": "private", "first_name": "Флудер"}
        message = {"message_id": number, "date": 1, "chat": chat, "from": who, "text": f"слово {number}"}
        return {"update_id": 10**6 + number, "message": message}

    async with world(tmp_path, news=False) as city:
        await city.bot.take([text(number) for number in range(100)])
        spent = []
        for start in range(100, 2100, 100):
            batch = [text(number) for number in range(start, start + 100)]
            began = time.perf_counter()
            await city.bot.take(batch)
            spent.append((time.perf_counter() - began) / len(batch))
        assert min(spent) < 50e-6
