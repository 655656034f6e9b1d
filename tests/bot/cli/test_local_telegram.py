"""`qala sandbox` as `make run` starts it: the same bot, the chat page, sample news, one clock."""

import asyncio
from contextlib import asynccontextmanager, suppress

import aiohttp
import pytest

from bot.cli.local_telegram import sandbox
from bot.config import Settings, SettingsError

KAZAKH = 1001


@asynccontextmanager
async def running(tmp_path):
    said: asyncio.Queue[str] = asyncio.Queue()
    task = asyncio.create_task(sandbox(Settings(data_dir=tmp_path), 0, said.put_nowait))
    try:
        line = await asyncio.wait_for(said.get(), 60)
        address = next(word for word in line.split() if word.startswith("http://"))
        async with aiohttp.ClientSession(address) as http:
            yield http, int(address.rsplit(":", 1)[1])
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def does(http, deed, **body):
    async with http.post(f"/people/{KAZAKH}/{deed}", json=body) as answer:
        return await answer.json()


async def sees(http, *, after=0):
    """The newest message of the bot after the one with this id, as soon as it is there."""
    while True:
        async with http.get(f"/people/{KAZAKH}/messages") as answer:
            now = await answer.json()
        messages = now["messages"]
        if messages and messages[-1]["from"]["is_bot"] and messages[-1]["message_id"] > after:
            return messages[-1]
        async with http.get(f"/people/{KAZAKH}/events?after={now['last_event']}&wait=5"):
            pass


async def test_a_reader_begins_and_the_clock_brings_the_digest(tmp_path):
    async with running(tmp_path) as (http, _port):
        async with http.get("/") as page:
            assert "text/html" in page.headers["Content-Type"]
        await does(http, "start")
        welcome = await asyncio.wait_for(sees(http), 20)
        await does(http, "press", message_id=welcome["message_id"], button="Қазақша", wait=20)
        await does(http, "say", text="/digest 08:30")
        set_ = await asyncio.wait_for(sees(http, after=welcome["message_id"]), 20)
        assert "08:30" in set_["text"]
        async with http.get(f"/page/next-digest?me={KAZAKH}") as answer:
            due = (await answer.json())["at"]
        async with http.post("/people/clock", json={"to": due}) as answer:
            assert (await answer.json())["now"] >= due
        digest = await asyncio.wait_for(sees(http, after=set_["message_id"]), 20)
        assert "Шымкент" in str(digest)


async def test_a_second_sandbox_leaves_the_first_alone(tmp_path):
    async with running(tmp_path) as (http, port):
        with pytest.raises(SettingsError, match=f"port {port}"):
            await sandbox(Settings(data_dir=tmp_path), port)
        await does(http, "say", text="электробустар")
        found = await asyncio.wait_for(sees(http), 20)
        assert "электробус" in str(found).lower()


async def test_whoever_opens_the_page_is_the_operator_and_their_channels_posts_are_news_at_once(tmp_path):
    async with running(tmp_path) as (http, _port):
        async with http.get(f"/page/state?me={KAZAKH}") as answer:
            [channel] = [one["id"] for one in (await answer.json())["chats"] if one["type"] == "channel"]
        await does(http, "say", chat=channel, text="Қаңбақтыда пингвиндер пайда болды. Оларды балалар байқады.")
        seen = 0
        async with asyncio.timeout(20):
            while True:  # the post is handled beside the private chat
                await does(http, "say", text="Қаңбақтыда пингвиндер")
                found = await sees(http, after=seen)
                if "Оларды балалар байқады" in str(found) or "Қаңбақтыда пингвиндер пайда болды" in str(found):
                    break
                seen = found["message_id"]
