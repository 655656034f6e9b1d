"""The chat page: its files, and what it asks of the local Telegram over HTTP (JSON, and an event stream)."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import asdict
from pathlib import Path

from aiohttp import web

from sandbox.menus import menu_for
from sandbox.model import ADMIN_STATUSES, Account, Bot, Chat
from sandbox.people import Person
from sandbox.record import Entry
from sandbox.refusal import Json
from sandbox.telegram import Telegram

FILES = Path(__file__).with_name("page")
# The page is ours, its pictures are whatever a bot sends.
POLICY = "default-src 'self'; script-src 'self' 'unsafe-inline'; img-src * data: blob:; media-src * data:"
PATIENCE = 20.0  # real seconds a pressed button or a typed inline query waits for the bot
HEARTBEAT = 15.0
MOST_MESSAGES = 300
MOST_TRAFFIC = 300

PageTexts = Callable[[str], Mapping[str, str]]
"""The page's words in a language: key → text."""
NextDigest = Callable[[int], Awaitable[int | None]]
"""UTC seconds of a reader's next digest; None when none is to come."""


def add_page_routes(
    app: web.Application, telegram: Telegram, texts: PageTexts, next_digest: NextDigest | None = None
) -> None:
    """Adds ``/`` and ``/page/…``; without ``next_digest`` the clock moves by days only."""
    page = ChatPage(telegram, texts, next_digest)
    app.router.add_get("/", page.index)
    app.router.add_get("/page/texts", page.words)
    app.router.add_get("/page/state", page.state)
    app.router.add_get("/page/events", page.events)
    app.router.add_get("/page/traffic", page.traffic)
    app.router.add_get("/page/file/{file_id:.+}", page.file)
    for action in (page.say, page.start, page.press, page.inline, page.choose, page.block, page.language, page.clock):
        app.router.add_post(f"/page/{action.__name__}", action)
    app.router.add_static("/page", FILES)


class ChatPage:
    """What the page may ask; ``me`` says as whom."""

    def __init__(self, telegram: Telegram, texts: PageTexts, next_digest: NextDigest | None) -> None:
        self._telegram = telegram
        self._texts = texts
        self._next_digest = next_digest

    # -- to see

    async def index(self, _: web.Request) -> web.FileResponse:
        """The page itself."""
        headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-cache"}
        return web.FileResponse(FILES / "index.html", headers=headers)

    async def words(self, request: web.Request) -> web.Response:
        """The page's words: ``?lang=kk``."""
        return web.json_response(dict(self._texts(request.query.get("lang", ""))))

    async def state(self, request: web.Request) -> web.Response:
        """Everything ``?me=`` sees now; without it only who there is."""
        telegram = self._telegram
        people = [account.api() for account in telegram.accounts.values() if not account.is_bot]
        body: Json = {
            "now": telegram.clock.now(),
            "speed": telegram.clock.speed,
            "people": people,
            "bots": [bot.api() | {"inline": bot.supports_inline} for bot in telegram.bots.values()],
            "event": len(telegram.events),
            "digests": self._next_digest is not None,
        }
        if me := request.query.get("me"):
            person = self._person(me)
            body |= {"me": person.account.api(), "chats": [self._chat(chat, person) for chat in self._chats(person)]}
        return web.json_response(body)

    async def events(self, request: web.Request) -> web.StreamResponse:
        """A stream of what ``?me=`` sees happen, after event number ``?after=``."""
        person = self._person(request.query.get("me"))
        seen = int(request.headers.get("Last-Event-ID") or request.query.get("after") or len(self._telegram.events))

        async def happening() -> AsyncIterator[tuple[int, Json]]:
            nonlocal seen
            events = self._telegram.events
            while seen < len(events):
                event = events[seen]
                seen += 1
                if person.id in event.viewers:
                    yield (
                        event.number,
                        {
                            "kind": event.kind,
                            "chat": event.chat,
                            "payload": event.payload,
                            "keyboard": self._keyboard(event.chat, person),
                        },
                    )

        return await self._stream(request, happening, lambda: seen < len(self._telegram.events) or None)

    async def traffic(self, request: web.Request) -> web.StreamResponse:
        """A stream of what bots asked and were told, after entry number ``?after=``; empty polls are left out."""
        seen = int(request.headers.get("Last-Event-ID") or request.query.get("after") or 0)
        record = self._telegram.record

        def fresh() -> list[Entry]:
            return [entry for entry in record.entries[-MOST_TRAFFIC:] if entry.number > seen]

        async def going_over() -> AsyncIterator[tuple[int, Json]]:
            nonlocal seen
            for entry in fresh():
                seen = entry.number
                if entry.name.lower() != "getupdates":
                    yield entry.number, asdict(entry)

        return await self._stream(request, going_over, lambda: bool(fresh()) or None)

    async def _stream(
        self,
        request: web.Request,
        items: Callable[[], AsyncIterator[tuple[int, Json]]],
        waiting: Callable[[], bool | None],
    ) -> web.StreamResponse:
        """Server-sent events until the reader goes away."""
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        try:
            while True:
                async for number, item in items():
                    data = json.dumps(item, ensure_ascii=False, default=str)
                    await response.write(f"id: {number}\ndata: {data}\n\n".encode("utf-8", "replace"))
                if await self._telegram.changes.until(waiting, HEARTBEAT) is None:
                    await response.write(b": still here\n\n")
        except (ConnectionResetError, asyncio.CancelledError):
            return response

    async def file(self, request: web.Request) -> web.Response:
        """A picture by ``file_id``; one that is a link is fetched by the browser."""
        file_id = request.match_info["file_id"]
        if content := self._telegram.files.content.get(file_id):
            headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'"}
            return web.Response(body=content, headers=headers)
        raise web.HTTPNotFound

    # -- to do

    async def say(self, request: web.Request) -> web.Response:
        """``{me, chat, text, reply_to?}``."""
        asked, person, chat = await self._asked(request)
        chat = self._entered(chat, person)
        return web.json_response(person.says(str(asked["text"]), chat, reply_to=asked.get("reply_to")))

    async def start(self, request: web.Request) -> web.Response:
        """``{me, bot, payload?}``: START, or a deep link."""
        asked, person, _ = await self._asked(request)
        return web.json_response(person.starts(str(asked.get("payload") or ""), self._bot(asked)))

    async def press(self, request: web.Request) -> web.Response:
        """``{me, chat, message, data}``: answers as the bot does, ``{}`` when it is silent."""
        asked, person, chat = await self._asked(request)
        message = chat.messages.get(int(asked["message"]))
        if message is None:
            raise web.HTTPNotFound
        press = person.sends_callback(message, str(asked["data"]))
        answer = await self._telegram.changes.until(lambda: press.answer, PATIENCE)
        return web.json_response(answer or {"silent": True})

    async def inline(self, request: web.Request) -> web.Response:
        """``{me, chat, bot, query, offset?}``: the bot's results and the ``question`` they belong to."""
        asked, person, chat = await self._asked(request)
        query, offset = str(asked.get("query") or ""), str(asked.get("offset") or "")
        question = person.types(query, offset=offset, chat=chat, bot=self._bot(asked))
        answer = await self._telegram.changes.until(lambda: question.answer, PATIENCE)
        return web.json_response({"question": question.id, **(answer or {"results": [], "silent": True})})

    async def choose(self, request: web.Request) -> web.Response:
        """``{me, chat, question, result}``: the result's message appears in the chat."""
        asked, person, chat = await self._asked(request)
        question = self._telegram.questions.get(str(asked["question"]))
        if question is None or question.person is not person.account:
            raise web.HTTPNotFound
        return web.json_response(person.chooses(question, str(asked["result"]), self._entered(chat, person)))

    async def block(self, request: web.Request) -> web.Response:
        """``{me, bot, blocked}``."""
        asked, person, _ = await self._asked(request)
        (person.blocks if asked["blocked"] else person.unblocks)(self._bot(asked))
        return web.json_response({})

    async def language(self, request: web.Request) -> web.Response:
        """``{me, language}``: the language of the reader's Telegram from now on."""
        asked, person, _ = await self._asked(request)
        person.account.language_code = str(asked["language"])
        return web.json_response(person.account.api())

    async def clock(self, request: web.Request) -> web.Response:
        """``{me, seconds}`` or ``{me, digest: true}``: moves the one clock; ``moved`` false when no digest is due."""
        asked, person, _ = await self._asked(request)
        clock = self._telegram.clock
        seconds: float | None = max(0.0, float(asked.get("seconds") or 0))
        if asked.get("digest"):
            due = await self._next_digest(person.id) if self._next_digest else None
            seconds = None if due is None else max(0.0, due - clock.now())
        if seconds is not None:
            clock.advance(seconds)
            everyone = [account for account in self._telegram.accounts.values() if not account.is_bot]
            self._telegram.happened("clock", None, {"now": clock.now()}, everyone)
        return web.json_response({"now": clock.now(), "moved": seconds is not None})

    # -- who and where

    async def _asked(self, request: web.Request) -> tuple[Json, Person, Chat]:
        """The body, who asks, and in which chat. Only JSON: a stranger's page cannot send that unasked."""
        if request.content_type != "application/json":
            raise web.HTTPUnsupportedMediaType
        asked = await request.json()
        person = self._person(asked.get("me"))
        return asked, person, self._find(person, asked)

    def _person(self, identifier: object) -> Person:
        account = self._telegram.accounts.get(int(str(identifier or 0)))
        if account is None or account.is_bot:
            raise web.HTTPNotFound(text="no such person")
        return Person(self._telegram, account, seen=len(self._telegram.events))

    def _bot(self, asked: Json) -> Bot:
        for bot in self._telegram.bots.values():
            if asked.get("bot") in (None, bot.id):
                return bot
        raise web.HTTPNotFound(text="no such bot")

    def _find(self, person: Person, asked: Json) -> Chat:
        if (identifier := asked.get("chat")) in (None, person.id):
            return self._private(self._bot(asked), person)
        chat = self._telegram.chats.get(int(str(identifier)))
        if chat is None or not chat.has(person.account):
            raise web.HTTPNotFound(text="no such chat")
        return chat

    def _private(self, bot: Bot, person: Person) -> Chat:
        """The chat of the two, or one to look at: only writing makes a chat in which the bot may write."""
        known = self._telegram.privates.get((bot.id, person.id))
        return known or Chat(person.id, "private", person=person.account, bot=bot)

    def _entered(self, chat: Chat, person: Person) -> Chat:
        return self._telegram.private(chat.bot, person.account) if isinstance(chat.bot, Bot) else chat

    def _chats(self, person: Person) -> list[Chat]:
        private = [self._private(bot, person) for bot in self._telegram.bots.values()]
        return private + [chat for chat in self._telegram.chats.values() if chat.has(person.account)]

    def _keyboard(self, chat_id: int, person: Person) -> object:
        chat = self._telegram.chats.get(chat_id)
        if chat is None:
            chat = next((one for one in self._chats(person) if one.id == chat_id), None)
        return chat.extra.get("keyboard") if chat else None

    def _chat(self, chat: Chat, person: Person) -> Json:
        """A chat as the page shows it."""
        bots = list(self._telegram.bots_in(chat))
        bot = bots[0] if bots else None
        member = chat.members.get(person.id)
        return {
            "id": chat.id,
            "type": chat.type,
            "title": chat.title or (bot.first_name if bot else ""),
            "username": chat.username or (bot.username if chat.is_private and bot else ""),
            "bot": bot.api() if bot else None,
            "about": _about(bot, person.account) if bot and chat.is_private else chat.description,
            "members": len(chat.people()),
            "writes": chat.type != "channel" or (member is not None and member.status in ADMIN_STATUSES),
            "blocked": bot is not None and (bot.id, person.id) in self._telegram.blocked,
            "commands": menu_for(bot, chat, person.account) if bot else [],
            "keyboard": chat.extra.get("keyboard"),
            "pinned": chat.pinned[-1:],
            "messages": list(chat.messages.values())[-MOST_MESSAGES:],
        }


def _about(bot: Bot, person: Account) -> str:
    """What a bot says of itself before the first message, in the person's language or in none."""
    for language in (person.language_code.split("-")[0], ""):
        if words := bot.names.get(("description", language)):
            return words
    return ""
