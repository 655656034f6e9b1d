"""The chat page in a real Chromium against the real local Telegram: what its tests share."""

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from locales import page_texts
from sandbox.server import server
from sandbox.server.chat_page import add_page_routes
from sandbox.server.server import make_app
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"]
SWITCHES += ["--disable-background-networking", "--disable-component-update"]
NOON = 1_795_071_600  # 19 November 2026, 12:00 in Almaty
PHONE = {"width": 360, "height": 740}
expect.set_options(timeout=15_000)  # a machine busy with other tests is slow, not wrong

in_a_browser = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(CHROMIUM is None, reason="no chromium: the chat page is not looked at in a browser"),
]


class Scene:
    """A Telegram with a bot, two readers, a group and a channel, and its page."""

    def __init__(self) -> None:
        self.telegram = Telegram(Clock(start=NOON, speed=0))
        self.bot = self.telegram.bot("42:TEST")
        self.aigerim = Person.new(self.telegram, "Айгерім", language_code="kk")
        self.marina = Person.new(self.telegram, "Марина", language_code="ru")
        self.group = self.aigerim.makes_group("Біздің аула", self.marina, self.bot)
        self.channel = self.marina.makes_group("Алматы бүгін", self.aigerim, kind="channel")
        self.marina.changes_member(self.channel, self.bot, "administrator", can_post_messages=True)
        self.due: int | None = None
        self.address = ""

    async def bot_does(self, method: str, uploads: dict | None = None, /, **parameters: object):
        """Call a method of the Bot API as the bot; its result."""
        return await server.result_of(self.telegram, self.bot, method, parameters, uploads)

    async def bot_says(self, text: str, *buttons: dict, to: int | None = None, **more: object):
        """Send a text from the bot, to Aigerim unless `to` names a chat; one button a row."""
        markup = {"reply_markup": {"inline_keyboard": [[button] for button in buttons]}} if buttons else {}
        chat = to or self.aigerim.id
        return await self.bot_does("sendMessage", chat_id=chat, text=text, parse_mode="HTML", **markup, **more)

    async def next_digest(self, _reader: int) -> int | None:
        """What the page asks the bot: when the next digest comes (UTC seconds)."""
        return self.due

    async def lives(self) -> None:
        """The bot: repeats words, answers buttons with their data, finds 12 things for each inline query."""
        offset = 0
        while True:
            for update in await self.bot_does("getUpdates", offset=offset, timeout=50):
                offset = update["update_id"] + 1
                if message := update.get("message"):
                    if "text" in message and "via_bot" not in message:
                        await self.bot_says(f"Естідім: {message['text']}", to=message["chat"]["id"])
                elif query := update.get("callback_query"):
                    alert = query["data"] == "alert"
                    identifier = query["id"]
                    await self.bot_does(
                        "answerCallbackQuery", callback_query_id=identifier, text=query["data"], show_alert=alert
                    )
                elif query := update.get("inline_query"):
                    await self.finds(query)

    async def finds(self, query: dict) -> None:
        """Answer an inline query: 6 articles a page, two pages; nothing for «жоқ»."""
        at = int(query["offset"] or 0)
        found = [] if query["query"] == "жоқ" else range(at, at + 6)
        results = [
            {
                "type": "article",
                "id": f"r{number}",
                "title": f"{number}-жаңалық: {query['query']}",
                "description": "«Қала тынысы» · бүгін, 06:40",
                "url": "https://qala-tynysy.example/a",
                "input_message_content": {"message_text": f"Карточка {number}"},
            }
            for number in found
        ]
        await self.bot_does(
            "answerInlineQuery",
            inline_query_id=query["id"],
            results=results,
            next_offset="6" if found and not at else "",
            button={"text": "Qala ботын ашу", "start_parameter": "inline"},
        )


@asynccontextmanager
async def serving(scene: Scene, port: int = 0) -> AsyncIterator[Scene]:
    """The scene behind its chat page while the block runs, at a free port unless one is named."""
    app = make_app(scene.telegram)
    add_page_routes(app, scene.telegram, page_texts, scene.next_digest)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.01)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    scene.address = "http://{}:{}/".format(*runner.addresses[0][:2])
    living = asyncio.ensure_future(scene.lives())
    yield scene
    living.cancel()
    await asyncio.gather(living, return_exceptions=True)
    await runner.cleanup()


@asynccontextmanager
async def opened(browser: Browser, scene: Scene, *, chat: int | None = None, me: int | None = None, **options: object):
    """The page as a reader sees it; an error of its own code fails the test.

    A desktop's window is opened once and goes on to each scene's own address, so nothing is remembered from the last.
    """
    context = await browser.new_context(**options) if options else browser.contexts[0]
    page = await context.new_page() if options else context.pages[0]
    wrong: list[str] = []

    def listen(error: object) -> None:
        wrong.append(str(error))

    page.on("pageerror", listen)
    await page.goto(f"{scene.address}?me={me or scene.aigerim.id}#{chat or scene.aigerim.id}")
    await page.wait_for_selector("[aria-busy=false]")
    yield page
    page.remove_listener("pageerror", listen)
    if options:
        await context.close()
    assert wrong == []


def field(page: Page):
    """The field in which one writes."""
    return page.get_by_role("textbox")


def log(page: Page):
    """The messages of the open chat."""
    return page.get_by_role("log")
