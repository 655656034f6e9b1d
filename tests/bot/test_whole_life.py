"""A reader's whole life with the bot, over real sockets."""

from tests.driver import world

DAY = 86_400


async def test_a_readers_whole_life(tmp_path, database_url):
    async with world(tmp_path, database=database_url) as city:
        aigerim = city.person("Айгерім", "kk")
        group = aigerim.makes_group("Көршілер")

        aigerim.starts()
        welcome = await aigerim.sees("Тілді таңдаңыз")
        aigerim.presses(welcome, "Қазақша")
        aigerim.presses(await aigerim.sees("Қай қаланың жаңалығы бірінші тұрсын?"), "Бүкіл ел")
        topics = await aigerim.sees("Қай тақырыптағы жаңалық келсін?")
        aigerim.presses(topics, "Көлік")
        topics = await aigerim.sees(lambda message: "✓ Көлік" in str(message))
        aigerim.presses(topics, "Дайын")
        hours = await aigerim.sees("Дайджест қашан келсін?")
        aigerim.presses(hours, "18:00")
        await aigerim.sees("Бәрі дайын")

        await city.passes(9 * 3600)
        digest = await aigerim.sees(lambda message: message["text"].startswith("Кешкі дайджест · 22 қараша, жексенбі"))
        assert digest["link_preview_options"]["show_above_text"]

        aigerim.presses(digest, "Сақтау")
        saved = await aigerim.sees(lambda message: "✓ Сақталды" in str(message))
        assert saved["message_id"] == digest["message_id"]
        aigerim.presses(saved, "2")
        await aigerim.sees("#Көлік")

        aigerim.says("автобустардың")
        await aigerim.sees("Іздеу: автобустардың")

        question = aigerim.types("автобус")
        assert await aigerim.results(question)
        shared = aigerim.chooses(question, 0, group)
        assert shared["via_bot"]["username"] == "qala_bot"

        aigerim.says("/language ru")
        await aigerim.sees("Теперь по-русски.")
        aigerim.says("/digest off")
        await aigerim.sees("Дайджест отключён.")

        seen = len(city.telegram.events)
        await city.passes(2 * DAY)
        later = {event.kind for event in city.telegram.events[seen:]}
        assert later <= {"menu", "clock"}, later  # which are published behind the first answers
