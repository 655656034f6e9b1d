"""From the digest on: how many taps each wish takes (docs/journeys.md), and what every press says."""

import pytest

from sandbox.world.people import Person
from tests.driver import World, world

HOUR = 3600


async def morning(city: World, form: str) -> tuple[Person, dict]:
    """Somebody whose evening edition has just come."""
    reader = city.person("Айгерім", "kk")
    reader.says("/digest 18:00")
    await reader.sees("Алғашқысы")
    await city.store.subscribers.set_manner(reader.id, length=10, form=form, says_nothing=False)
    await city.passes(9 * HOUR)
    return reader, await reader.sees(lambda message: "savein" in str(message))


def labels(message: dict) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


async def told(city: World, text: str) -> None:
    """Returns when an answer to a press has said this."""

    def answered() -> bool | None:
        calls = city.telegram.record.calls("answerCallbackQuery")
        return any(call.content.get("text") == text for call in calls) or None

    await city.telegram.changes.until(answered, 20)


@pytest.mark.parametrize("form", ["plain", "rich"])
async def test_the_lead_is_saved_and_let_go_with_one_tap_each_and_the_digest_stays(tmp_path, form):
    async with world(tmp_path) as city:
        reader, digest = await morning(city, form)
        reader.presses(digest, "Сақтау")
        saved = await reader.sees(lambda message: "✓ Сақталды" in labels(message))
        assert saved["message_id"] == digest["message_id"]
        await told(city, "Сақталды. Бәрі мұнда: /saved")
        assert len((await city.store.saved.page(reader.id, 5)).items) == 1
        reader.presses(saved, "✓ Сақталды")
        await reader.sees(lambda message: message["message_id"] == digest["message_id"] and "Сақтау" in labels(message))
        await told(city, "Сақталғандардан алынды")
        assert (await city.store.saved.page(reader.id, 5)).items == []


async def test_another_item_is_saved_with_two_taps(tmp_path):
    async with world(tmp_path) as city:
        reader, digest = await morning(city, "plain")
        reader.presses(digest, "2")
        card = await reader.sees(lambda message: "#" in message["text"] and "Сақтау" in labels(message))
        assert card["message_id"] > digest["message_id"]
        await told(city, "Төменде ашылды")
        reader.presses(card, "Сақтау")
        await reader.sees(
            lambda message: message["message_id"] == card["message_id"] and "✓ Сақталды" in labels(message)
        )


@pytest.mark.parametrize("form", ["plain", "rich"])
async def test_the_rest_is_paged_in_place_and_back(tmp_path, form):
    async with world(tmp_path) as city:
        reader, digest = await morning(city, form)
        reader.presses(digest, next(one for one in labels(digest) if one.startswith("Тағы")))
        further = await reader.sees(lambda message: "‹ Алдыңғы" in labels(message))
        assert further["message_id"] == digest["message_id"]
        reader.presses(further, "‹ Алдыңғы")
        again = await reader.sees(lambda message: "Баптау" in labels(message))
        assert again["message_id"] == digest["message_id"]
        assert (again.get("text"), labels(again)) == (digest.get("text"), labels(digest))


async def test_settings_and_the_leads_text_come_below_the_digest(tmp_path):
    async with world(tmp_path) as city:
        reader, digest = await morning(city, "plain")
        for button, words in (("Баптау", "Уақыт белдеуі"), ("Оқу", "‹ Артқа")):
            reader.presses(digest, button)
            below = await reader.sees(lambda message, words=words: words in str(message))
            assert below["message_id"] > digest["message_id"]


async def test_a_turned_choice_tells_its_new_value_and_swallowed_hours_are_said(tmp_path):
    async with world(tmp_path) as city:
        reader, digest = await morning(city, "plain")
        await city.store.subscribers.set_manner(reader.id, length=10, form="plain", says_nothing=False)
        reader.says("/digest 23:00")
        await reader.sees("Алғашқысы")
        reader.presses(digest, "Баптау")
        screen = await reader.sees(lambda message: "Тыныш уақыт" in labels(message))
        reader.presses(screen, "Түрі")
        screen = await reader.sees("ашылмалы тізім")
        await told(city, "Түрі: ашылмалы тізім")
        reader.presses(screen, "Тыныш уақыт")
        screen = await reader.sees("22:00–07:00")
        await told(city, "Тыныш уақыт: 22:00–07:00")
        assert "Тыныш уақытқа 23:00 дайджесті түседі" in screen["text"]
        assert "07:00-де келеді" in screen["text"]
