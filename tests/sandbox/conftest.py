"""A Telegram with one bot, and a bare caller that speaks HTTP to it."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from tests.sandbox.stage import CHROMIUM, SWITCHES, Scene, serving

TOKEN = "42:TEST"


class Caller:
    """Calls methods as a bot would, and gives the whole answer."""

    def __init__(self, base: str, http: aiohttp.ClientSession, telegram: Telegram) -> None:
        self.base, self.http, self.token = base, http, TOKEN
        self.telegram = telegram

    async def __call__(self, method: str, /, **parameters: object) -> dict:
        async with self.http.post(f"{self.base}/bot{self.token}/{method}", json=parameters) as answer:
            return await answer.json()

    async def telegram_is_polled(self) -> None:
        """Returns when a long poll waits."""
        while self.telegram.updates[42].polls == 0:
            await asyncio.sleep(0.001)

    async def ok(self, method: str, /, **parameters: object):
        """The method's result; fails the test if it is refused."""
        answer = await self(method, **parameters)
        assert answer["ok"], answer
        return answer["result"]

    async def refused(self, method: str, /, **parameters: object) -> str:
        """The refusal's code and words; fails the test if there is none."""
        answer = await self(method, **parameters)
        assert not answer["ok"], answer
        return f"{answer['error_code']} {answer['description']}"


@pytest.fixture
def telegram() -> Telegram:
    """A server with one bot, whose clock stands still."""
    telegram = Telegram(Clock(start=1_800_000_000, speed=0))
    telegram.bot(TOKEN)
    return telegram


@pytest.fixture
async def call(telegram: Telegram) -> AsyncIterator[Caller]:
    """Calls methods of the Bot API over a real socket."""
    runner = await serve(telegram)
    async with aiohttp.ClientSession() as http:
        yield Caller(address(runner), http, telegram)
    await runner.cleanup()


@pytest.fixture
def reader(telegram: Telegram) -> Person:
    """Somebody who has met the bot."""
    reader = Person.new(telegram, "Айгерім", language_code="kk")
    reader.starts()
    return reader


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    """A browser with a desktop's window open."""
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        desktop = await chromium.new_context(viewport={"width": 1100, "height": 760})
        await desktop.new_page()
        yield chromium
        await chromium.close()


@pytest_asyncio.fixture(loop_scope="module")
async def scene() -> AsyncIterator[Scene]:
    """People, a group, a channel and a bot that lives, behind the chat page."""
    async with serving(Scene()) as scene:
        yield scene
