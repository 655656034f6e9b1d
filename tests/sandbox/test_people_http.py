"""The people's side over HTTP: what the chat page and other languages use."""

import asyncio
import json

import pytest


@pytest.fixture
def page(call):
    async def ask(path: str, **body: object) -> dict:
        method = call.http.post if body else call.http.get
        async with method(f"{call.base}/people{path}", **({"json": body} if body else {})) as answer:
            return await answer.json()

    return ask


async def test_a_person_made_over_http_talks_with_the_bot(call, page):
    person = await page("", name="Ержан", language_code="kk")
    await page(f"/{person['id']}/say", text="/start")
    (update,) = await call.ok("getUpdates")
    assert update["message"]["from"]["first_name"] == "Ержан"
    await call.ok("sendMessage", chat_id=person["id"], text="Сәлем")
    messages = (await page(f"/{person['id']}/messages"))["messages"]
    assert [message["text"] for message in messages] == ["/start", "Сәлем"]


async def test_a_wait_for_events_ends_with_the_first(call, page, reader, telegram):
    last = len(telegram.events)
    waiting = asyncio.create_task(page(f"/{reader.id}/events?after={last}&wait=30"))
    await call.ok("sendMessage", chat_id=reader.id, text="Сәлем")
    (event,) = (await asyncio.wait_for(waiting, 5))["events"]
    assert (event["kind"], event["payload"]["text"]) == ("message", "Сәлем")


async def test_events_stream_and_resume_by_number(call, reader, telegram):
    last = len(telegram.events)
    await call.ok("sendMessage", chat_id=reader.id, text="бір")
    await call.ok("sendMessage", chat_id=reader.id, text="екі")
    headers = {"Accept": "text/event-stream", "Last-Event-ID": str(last + 1)}
    async with call.http.get(f"{call.base}/people/{reader.id}/events", headers=headers) as stream:
        assert (await stream.content.readline()).startswith(b"retry: ")
        await stream.content.readline()
        lines = [await stream.content.readline() for _ in range(2)]
    assert lines[0] == f"id: {last + 2}\n".encode()
    assert json.loads(lines[1].removeprefix(b"data: "))["payload"]["text"] == "екі"


async def test_the_clock_moves_and_everybody_hears_of_it(page, reader, telegram):
    before = telegram.clock.now()
    assert (await page("/clock", advance=3600))["now"] == before + 3600
    assert telegram.events[-1].kind == "clock"
    assert "error" in await page("/clock", to=before)


async def test_what_cannot_be_done_is_a_sentence(page, reader):
    assert (await page(f"/{reader.id}/press", message_id=999, button="x"))["error"] == "message not found"
    assert "error" in await page("/777/say", text="x")


async def test_groups_are_made_joined_and_left(call, page, telegram, reader):
    bot = telegram.bots[call.token]
    group = await page(f"/{reader.id}/group", title="Көше", members=[bot.id])
    other = await page("", name="Ержан")
    await page(f"/{other['id']}/join", chat=group["id"])
    await page(f"/{other['id']}/say", chat=group["id"], text="/help")
    said = [message.get("text") for message in (await page(f"/{reader.id}/messages?chat={group['id']}"))["messages"]]
    assert said == [None, None, "/help"]
    await page(f"/{other['id']}/leave", chat=group["id"])
    assert (await page(f"/{other['id']}/say", chat=group["id"], text="?"))["error"] == "chat not found"


async def test_inline_and_presses_wait_for_the_bot(call, page, reader):
    asked = asyncio.create_task(page(f"/{reader.id}/inline", query="көлік", wait=5))
    query = (await call.ok("getUpdates", offset=-1, timeout=5))[-1]
    while "inline_query" not in query:
        query = (await call.ok("getUpdates", offset=query["update_id"] + 1, timeout=5))[-1]
    await call.ok("answerInlineQuery", inline_query_id=query["inline_query"]["id"], results=[])
    assert (await asyncio.wait_for(asked, 5))["answer"]["results"] == []
