"""The people's side over HTTP, for the chat page and for tests in other languages.

Bodies and answers are JSON objects. ``chat`` is a group's id; left out, or the person's own id, it is the private
chat with the bot (``bot`` names its id where there are several). Wrong requests get 400 and ``{"error": …}``.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from functools import partial
from typing import Any

from aiohttp import web

from sandbox.refusals import Json
from sandbox.world.model import ADMIN_STATUSES, PERMISSIONS, Bot, Chat, SeenEvent, is_token
from sandbox.world.people import NotSeen, Person
from sandbox.world.telegram import Telegram

# What a person can be told to do over HTTP, by name.

PersonAction = Callable[[Person, Json], object]
LONGEST_WAIT = 60.0


def bot_of(telegram: Telegram, given: Any) -> Bot:
    """The bot with the id ``bot``, else the first."""
    wanted = given.get("bot")
    for bot in telegram.bots.values():
        if wanted is None or bot.id == int(wanted):
            return bot
    raise wrong("no such bot")


def chat_of(person: Person, given: Any) -> Chat:
    """The chat that ``chat`` names."""
    wanted = int(given.get("chat") or person.id)
    if wanted == person.id:
        return person.telegram.private(bot_of(person.telegram, given), person.account)
    chat = person.telegram.chats.get(wanted)
    if chat is None or not chat.has(person.account):
        raise wrong("chat not found")
    return chat


def _message(person: Person, given: Json) -> Json:
    chat, number = chat_of(person, given), int(given["message_id"])
    # Messages that only one person sees have numbers below zero here, because Telegram numbers all of them 0.
    message = chat.messages.get(number) if number >= 0 else chat.seen_by(person.account).get(-number)
    if message is None:
        raise wrong("message not found")
    return message


def _say(person: Person, given: Json) -> Json:
    chat = chat_of(person, given)
    return person.says(str(given["text"]), chat, reply_to=given.get("reply_to"), thread=given.get("thread"))


def _place(person: Person, given: Json) -> Json:
    return person.shares_place(str(given["text"]), float(given["latitude"]), float(given["longitude"]))


async def _press(person: Person, given: Json) -> Json:
    message = _message(person, given)
    press = (
        person.sends_callback(message, given["data"]) if "data" in given else person.presses(message, given["button"])
    )
    answer = await person.toast(press, min(float(given["wait"]), LONGEST_WAIT)) if given.get("wait") else None
    return {"callback_query_id": press.id, "answer": answer}


async def _inline(person: Person, given: Json) -> Json:
    question = person.types(
        str(given.get("query") or ""),
        offset=str(given.get("offset") or ""),
        chat=chat_of(person, given),
        bot=bot_of(person.telegram, given),
    )
    if given.get("wait"):
        await person.results(question, min(float(given["wait"]), LONGEST_WAIT))
    return {"inline_query_id": question.id, "answer": question.answer}


def _choose(person: Person, given: Json) -> Json:
    question = person.telegram.questions[given["inline_query_id"]]
    return person.chooses(question, given["result"], chat_of(person, given))


def _language(person: Person, given: Json) -> Json:
    person.account.language_code = str(given["language_code"])
    person.telegram.happened("menu", None, {}, [person.account])
    return person.account.api()


def _group(person: Person, given: Json) -> Json:
    accounts = [person.telegram.accounts[int(identifier)] for identifier in given.get("members") or []]
    others = [account if isinstance(account, Bot) else Person(person.telegram, account) for account in accounts]
    kind, forum = given.get("type") or "group", bool(given.get("is_forum"))
    return chat_view(person.makes_group(str(given["title"]), *others, kind=kind, is_forum=forum))


def _close(person: Person, given: Json) -> None:
    """Closes a topic (the general one when none is named), or opens it again when ``closed`` is false."""
    chat, thread, closed = chat_of(person, given), given.get("thread"), given.get("closed", True)
    _administers(person, chat)
    if not thread:
        person.closes_general(chat, closed=bool(closed))
    elif closed:
        person.closes_topic(chat, int(thread))
    else:
        person.reopens_topic(chat, int(thread))


def _delete_topic(person: Person, given: Json) -> None:
    chat = chat_of(person, given)
    _administers(person, chat)
    person.deletes_topic(chat, int(given["thread"]))


def _permit(person: Person, given: Json) -> None:
    """Sets what members may do from now on: ``rights``."""
    chat = chat_of(person, given)
    _administers(person, chat)
    person.permits(chat, **{name: bool(value) for name, value in given["rights"].items() if name in PERMISSIONS})


def _administers(person: Person, chat: Chat) -> None:
    if chat.status(person.account) not in ADMIN_STATUSES:
        raise wrong("only administrators can do that")


def _join(person: Person, given: Json) -> None:
    person.joins(person.telegram.chats[int(given["chat"])])


def _member(person: Person, given: Json) -> None:
    account = person.telegram.accounts[int(given["user"])]
    person.changes_member(chat_of(person, given), account, given["status"], **(given.get("rights") or {}))


def _share(person: Person, given: Json) -> Json:
    return person.shares(str(given["button"]), person.telegram.chats[int(given["shared"])])


def _offered(person: Person, given: Json) -> Json:
    return {"chats": [chat.api() for chat in person.offered(person.asked(str(given["button"])))]}


DOINGS: dict[str, PersonAction] = {
    "share": _share,
    "offered": _offered,
    "say": _say,
    "place": _place,
    "start": lambda person, given: person.starts(given.get("payload") or "", bot_of(person.telegram, given)),
    "press": _press,
    "inline": _inline,
    "choose": _choose,
    "edit": lambda person, given: person.edits(_message(person, given), given["text"], chat_of(person, given)),
    "react": lambda person, given: person.reacts(_message(person, given), *given.get("emoji", [])),
    "block": lambda person, given: person.blocks(bot_of(person.telegram, given)),
    "unblock": lambda person, given: person.unblocks(bot_of(person.telegram, given)),
    "delete": lambda person, given: person.deletes(_message(person, given), chat_of(person, given)),
    "join": _join,
    "leave": lambda person, given: person.leaves(chat_of(person, given)),
    "migrate": lambda person, given: chat_view(person.migrates(chat_of(person, given))),
    "topic": lambda person, given: {"thread": person.opens_topic(chat_of(person, given), given["name"])},
    "close_topic": _close,
    "delete_topic": _delete_topic,
    "permit": _permit,
    "language": _language,
    "group": _group,
    "member": _member,
}


def chat_view(chat: Chat) -> Json:
    """A chat with its members."""
    members = [member.api() for member in chat.members.values()]
    return chat.api() | {"members": members, "bot": chat.bot.id if chat.bot else None, "pinned": chat.pinned}


def event_view(event: SeenEvent) -> Json:
    """An event as JSON."""
    return {"number": event.number, "kind": event.kind, "chat": event.chat, "payload": event.payload}


def wrong(text: str) -> web.HTTPBadRequest:
    """A 400 with its sentence."""
    return web.HTTPBadRequest(text=json.dumps({"error": text}, ensure_ascii=False), content_type="application/json")


def add_people_routes(app: web.Application, telegram: Telegram) -> None:
    """Adds ``/people…``."""
    doors = _Doors(telegram)
    app.router.add_get("/people", doors.everybody)
    app.router.add_post("/people", doors.new)
    app.router.add_get("/people/clock", doors.clock)
    app.router.add_post("/people/clock", doors.move_clock)
    app.router.add_get("/people/record", doors.record)
    app.router.add_post("/people/faults", doors.add_fault)
    app.router.add_delete("/people/faults", doors.clear_faults)
    app.router.add_post("/people/limits", doors.limits)
    app.router.add_post("/people/bots", doors.new_bot)
    app.router.add_get(r"/people/{person:\d+}", doors.person)
    app.router.add_get(r"/people/{person:\d+}/messages", doors.messages)
    app.router.add_get(r"/people/{person:\d+}/menu", doors.menu)
    app.router.add_get(r"/people/{person:\d+}/events", doors.events)
    app.router.add_post(r"/people/{person:\d+}/{doing}", doors.do)


class _Doors:
    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram

    async def everybody(self, _request: web.Request) -> web.Response:
        """The people, the bots, the chats and the time."""
        telegram = self.telegram
        return _json(
            {
                "bots": [bot.api_me() | {"names": _words(bot)} for bot in telegram.bots.values()],
                "people": [account.api() for account in telegram.accounts.values() if not account.is_bot],
                "chats": [chat_view(chat) for chat in telegram.chats.values()],
                "now": telegram.clock.now(),
                "speed": telegram.clock.speed,
                "last_event": len(telegram.events),
            }
        )

    async def new(self, request: web.Request) -> web.Response:
        """A new person: ``name``, ``language_code``, ``username``, ``id``."""
        given = await _body(request)
        person = Person.new(
            self.telegram,
            str(given.get("name") or "Айгерім"),
            language_code=str(given.get("language_code") or "ru"),
            username=str(given.get("username") or ""),
            identifier=given.get("id"),
        )
        return _json(person.account.api())

    async def new_bot(self, request: web.Request) -> web.Response:
        """A new bot: ``token``, ``username``, ``name``."""
        given = await _body(request)
        if not is_token(str(given.get("token"))):
            raise wrong("a token looks like 123456:ABC-def")
        bot = self.telegram.bot(
            given["token"], username=given.get("username") or "qala_bot", name=given.get("name") or "Qala"
        )
        return _json(bot.api_me())

    async def clock(self, _request: web.Request) -> web.Response:
        """The clock: ``now`` (UTC seconds) and ``speed``."""
        return _json({"now": self.telegram.clock.now(), "speed": self.telegram.clock.speed})

    async def move_clock(self, request: web.Request) -> web.Response:
        """Moves the clock: ``advance`` by seconds, go ``to`` a moment, run at ``speed``."""
        given, clock = await _body(request), self.telegram.clock
        if "speed" in given:
            clock.speed = float(given["speed"])
        forward = float(given.get("advance") or 0)
        if "to" in given:
            forward = float(given["to"]) - clock.now()
        if forward < 0:
            raise wrong("the clock never goes back")
        clock.advance(forward)
        self.telegram.happened(
            "clock", None, {"now": clock.now(), "speed": clock.speed}, list(self.telegram.accounts.values())
        )
        return await self.clock(request)

    async def record(self, request: web.Request) -> web.Response:
        """What went over the wire after entry ``after``; ``method`` picks one name."""
        after, name = int(request.query.get("after", 0)), request.query.get("method", "")
        entries = [
            asdict(entry)
            for entry in self.telegram.record.entries
            if entry.number > after and (not name or entry.name.lower() == name.lower())
        ]
        return _json({"entries": entries[-int(request.query.get("limit", 1000)) :]})

    async def add_fault(self, request: web.Request) -> web.Response:
        """Adds a rule; its fields are those of `sandbox.world.faults.Rule`."""
        given = await _body(request)
        try:
            rule = self.telegram.faults.add(**given)
        except (TypeError, ValueError) as problem:
            raise wrong(str(problem)) from problem
        return _json(asdict(rule))

    async def clear_faults(self, _request: web.Request) -> web.Response:
        """Removes all rules."""
        self.telegram.faults.clear()
        return _json({"done": True})

    async def limits(self, request: web.Request) -> web.Response:
        """Sets ``strict``: whether sending beyond the limits gets a 429 or is only noted."""
        self.telegram.strict = bool((await _body(request)).get("strict"))
        return _json({"strict": self.telegram.strict})

    async def person(self, request: web.Request) -> web.Response:
        """The person and the chats they are in."""
        person = self._person(request)
        chats = [chat for (_, owner), chat in self.telegram.privates.items() if owner == person.id]
        chats += [chat for chat in self.telegram.chats.values() if chat.has(person.account)]
        return _json(person.account.api() | {"chats": [chat_view(chat) for chat in chats]})

    async def messages(self, request: web.Request) -> web.Response:
        """All messages of a chat as they are now, its reply keyboard and its pinned messages."""
        chat = chat_of(self._person(request), request.query)
        return _json(
            {
                "messages": list(chat.messages.values()),
                "keyboard": chat.extra.get("keyboard"),
                "pinned": chat.pinned,
                "last_event": len(self.telegram.events),
            }
        )

    async def menu(self, request: web.Request) -> web.Response:
        """The commands offered to this person in this chat, and the bot's words in their language."""
        person = self._person(request)
        bot = bot_of(self.telegram, request.query)
        chat = chat_of(person, request.query)
        words = {
            field: bot.names.get((field, person.account.language_code[:2])) or bot.names.get((field, ""), "")
            for field in ("name", "description", "short_description")
        }
        return _json({"commands": person.menu(bot, chat), "words": words, "button": chat.menu or bot.menu_button})

    async def events(self, request: web.Request) -> web.StreamResponse:
        """What the person sees after event ``after``: a stream; with ``wait`` (seconds) one JSON answer."""
        person = self._person(request)
        after = int(request.headers.get("Last-Event-ID") or request.query.get("after") or 0)
        if "text/event-stream" in request.headers.get("Accept", "") and "wait" not in request.query:
            return await self._stream(request, person, after)
        wait = min(float(request.query.get("wait", 0)), LONGEST_WAIT)
        found = await self.telegram.changes.until(partial(self._after_or_none, person, after), wait)
        return _json({"events": found or [], "last_event": len(self.telegram.events)})

    async def _stream(self, request: web.Request, person: Person, after: int) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream", "Cache-Control": "no-store"})
        await response.prepare(request)
        await response.write(b"retry: 1000\n\n")  # a page that was left open soon finds a restarted server
        closing = False
        while not closing:
            found = await self.telegram.changes.until(partial(self._after_or_none, person, after), 15.0)
            try:
                await response.write(b": still here\n\n" if not found else b"")
                for event in found or []:
                    after = event["number"]
                    data = json.dumps(event, ensure_ascii=False)
                    await response.write(f"id: {after}\ndata: {data}\n\n".encode())
            except (ConnectionError, asyncio.CancelledError):
                closing = True
        return response

    def _after_or_none(self, person: Person, after: int) -> list[Json] | None:
        return self._after(person, after) or None

    def _after(self, person: Person, after: int) -> list[Json]:
        return [
            event_view(event)
            for event in self.telegram.events[max(after, 0) :]
            if person.id in event.viewers or event.kind == "clock"
        ]

    async def do(self, request: web.Request) -> web.Response:
        """Carries out what a person does; `DOINGS` has the names."""
        person, given = self._person(request), await _body(request)
        doing = DOINGS.get(request.match_info["doing"])
        if doing is None:
            raise web.HTTPNotFound(text=json.dumps({"error": "nobody can do that"}))
        try:
            result = doing(person, given)
            if isinstance(result, Awaitable):
                result = await result
        except (KeyError, ValueError, NotSeen, StopIteration) as problem:
            raise wrong(f"{type(problem).__name__}: {problem}") from problem
        return _json(result if isinstance(result, dict) else {"done": True})

    def _person(self, request: web.Request) -> Person:
        account = self.telegram.accounts.get(int(request.match_info["person"]))
        if account is None or account.is_bot:
            raise web.HTTPNotFound(text=json.dumps({"error": "no such person"}), content_type="application/json")
        return Person(self.telegram, account)


def _words(bot: Bot) -> Json:
    return {f"{field}:{language}": words for (field, language), words in bot.names.items()}


async def _body(request: web.Request) -> Json:
    try:
        given = await request.json() if request.can_read_body else {}
    except ValueError:
        raise wrong("the body is not JSON") from None
    if not isinstance(given, dict):
        raise wrong("the body is not an object")
    return given


def _json(content: object) -> web.Response:
    return web.json_response(content, dumps=lambda value: json.dumps(value, ensure_ascii=False, default=str))
