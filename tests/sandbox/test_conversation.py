"""A bot and a person talk: the plain way through the server."""

import asyncio

import pytest

from sandbox.world.faults import Clock
from sandbox.world.people import NotSeen


async def test_a_bot_hears_what_a_person_says(call, reader):
    reader.says("сәлем")
    updates = await call.ok("getUpdates")
    assert [update["message"]["text"] for update in updates] == ["/start", "сәлем"]
    assert updates[1]["message"]["from"]["language_code"] == "kk"
    assert updates[1]["update_id"] == updates[0]["update_id"] + 1


async def test_a_person_sees_what_the_bot_answers(call, reader):
    await call.ok("sendMessage", chat_id=reader.id, text="<b>Қош</b> келдіңіз", parse_mode="HTML")
    message = await reader.sees("Қош")
    assert message["entities"] == [{"type": "bold", "offset": 0, "length": 3}]


async def test_an_offset_acknowledges_what_came_before_it(call, reader):
    reader.says("бір")
    _, second = await call.ok("getUpdates")
    assert await call.ok("getUpdates", offset=second["update_id"]) == [second]
    assert await call.ok("getUpdates", offset=second["update_id"] + 1) == []


async def test_a_long_poll_ends_when_something_happens(call, reader):
    (start,) = await call.ok("getUpdates")
    waiting = asyncio.create_task(call.ok("getUpdates", offset=start["update_id"] + 1, timeout=30))
    await asyncio.sleep(0)
    reader.says("ау")
    (update,) = await asyncio.wait_for(waiting, 5)
    assert update["message"]["text"] == "ау"


async def test_a_second_poller_ends_the_first_with_a_conflict(call, reader):
    (start,) = await call.ok("getUpdates")
    first = asyncio.create_task(call("getUpdates", offset=start["update_id"] + 1, timeout=30))
    await call.telegram_is_polled()
    second = asyncio.create_task(call("getUpdates", offset=start["update_id"] + 1, timeout=30))
    answer = await asyncio.wait_for(first, 5)
    assert answer["description"] == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    reader.says("ау")
    assert (await asyncio.wait_for(second, 5))["ok"]


async def test_a_pressed_button_is_answered_once(call, reader):
    keyboard = {"inline_keyboard": [[{"text": "Иә", "callback_data": "yes"}]]}
    await call.ok("sendMessage", chat_id=reader.id, text="?", reply_markup=keyboard)
    press = reader.presses(await reader.sees("?"), "Иә")
    await call.ok("answerCallbackQuery", callback_query_id=press.id, text="Жақсы")
    assert (await reader.toast(press))["text"] == "Жақсы"
    assert "query is too old" in await call.refused("answerCallbackQuery", callback_query_id=press.id)


async def test_an_edit_is_seen_and_the_same_again_is_refused(call, reader):
    sent = await call.ok("sendMessage", chat_id=reader.id, text="бір")
    edit = {"chat_id": reader.id, "message_id": sent["message_id"], "text": "екі"}
    await call.ok("editMessageText", **edit)
    assert (await reader.sees("екі"))["edit_date"] == 1_800_000_000
    assert "message is not modified: specified new message content" in await call.refused("editMessageText", **edit)


async def test_an_inline_result_is_chosen_into_a_group(call, telegram, reader):
    group = reader.makes_group("Астана")
    question = reader.types("жаңалық")
    article = {"type": "article", "id": "1", "title": "Т", "input_message_content": {"message_text": "Мақала"}}
    await call.ok("answerInlineQuery", inline_query_id=question.id, results=[article], next_offset="10")
    assert [result["title"] for result in await reader.results(question)] == ["Т"]
    message = reader.chooses(question, "1", group)
    assert (message["text"], message["via_bot"]["username"]) == ("Мақала", "qala_bot")
    kinds = [next(key for key in update if key != "update_id") for update in await call.ok("getUpdates")]
    assert kinds == ["message", "inline_query", "chosen_inline_result"]


async def test_a_blocked_bot_may_not_write(call, reader):
    reader.blocks()
    assert await call.refused("sendMessage", chat_id=reader.id, text="?") == (
        "403 Forbidden: bot was blocked by the user"
    )
    reader.starts()
    await call.ok("sendMessage", chat_id=reader.id, text="!")


async def test_the_menu_follows_scope_and_language(call, reader):
    def one(word):
        return [{"command": word, "description": word}]

    await call.ok("setMyCommands", commands=one("default"))
    await call.ok("setMyCommands", commands=one("kazakh"), language_code="kk")
    assert reader.menu()[0]["command"] == "kazakh"
    await call.ok("setMyCommands", commands=one("private"), scope={"type": "all_private_chats"})
    assert reader.menu()[0]["command"] == "private"
    await call.ok("setMyCommands", commands=one("chat"), scope={"type": "chat", "chat_id": reader.id})
    assert reader.menu()[0]["command"] == "chat"
    await call.ok("deleteMyCommands", scope={"type": "chat", "chat_id": reader.id})
    assert reader.menu()[0]["command"] == "private"


async def test_waiting_in_vain_says_what_was_seen(call, reader):
    await call.ok("sendMessage", chat_id=reader.id, text="басқа")
    with pytest.raises(NotSeen, match="басқа"):
        await reader.sees("іздеген", within=0.01)


async def test_who_one_is_decides_the_answer(call):
    assert await call.refused("noSuchMethod") == "404 Not Found: method not found"
    call.token = "43:OTHER"
    assert await call.refused("getMe") == "401 Unauthorized"
    call.token = "nonsense"
    assert await call.refused("getMe") == "404 Not Found"


async def test_a_mention_by_id_names_a_known_person_and_nobody_else(call, reader):
    text = f'<a href="tg://user?id={reader.id}">сіз</a> <a href="tg://user?id=77">кім</a>'
    sent = await call.ok("sendMessage", chat_id=reader.id, text=text, parse_mode="HTML")
    (mention,) = sent["entities"]
    assert mention["user"]["first_name"] == "Айгерім"


def test_what_is_no_token_makes_no_bot(telegram):
    for token in ("bad", "12", ":x", "12:", "12:қ"):
        with pytest.raises(ValueError, match="a token looks like"):
            telegram.bot(token)


async def test_at_most_100_updates_come_at_once(call, reader):
    for number in range(120):
        reader.says(str(number))
    assert len(await call.ok("getUpdates")) == 100
    assert len(await call.ok("getUpdates", limit=500)) == 100
    assert len(await call.ok("getUpdates", limit=3)) == 3
    assert [update["message"]["text"] for update in await call.ok("getUpdates", offset=-1)] == ["119"]
    assert len(await call.ok("getUpdates")) == 1


async def test_typing_and_drafts_are_seen(call, telegram, reader):
    await call.ok("sendChatAction", chat_id=reader.id, action="typing")
    await call.ok(
        "sendRichMessageDraft", chat_id=reader.id, draft_id=1, rich_message={"html": "<tg-thinking>…</tg-thinking>"}
    )
    assert [event.kind for event in telegram.events[-2:]] == ["typing", "draft"]


async def test_the_clock_wakes_sleepers_in_their_order_and_never_goes_back(telegram):
    woken = []

    async def sleeper(seconds):
        await telegram.clock.sleep(seconds)
        woken.append(seconds)

    tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (7200, 60, 86_400)]
    await asyncio.sleep(0)
    assert telegram.clock.waiting() == 3
    telegram.clock.advance(3 * 3600)
    await asyncio.gather(*tasks[:2])
    assert woken == [60, 7200]
    telegram.clock.advance(86_400)
    await tasks[2]
    with pytest.raises(ValueError, match="never goes back"):
        telegram.clock.advance(-1)


async def test_a_fast_clock_needs_little_real_time():
    clock = Clock(start=0, speed=100_000)
    await clock.sleep(3600)
    assert clock.now() >= 3600
