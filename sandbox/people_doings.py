"""What can be asked of a person over HTTP, by name."""

import json
from collections.abc import Callable
from typing import Any

from aiohttp import web

from sandbox.happenings import Event
from sandbox.model import Bot, Chat
from sandbox.people import Person
from sandbox.refusal import Json
from sandbox.telegram import Telegram

Doing = Callable[[Person, Json], object]
LONGEST_WAIT = 60.0


def bot_of(telegram: Telegram, given: Any) -> Bot:
    """The bot that ``bot`` names, else the first."""
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
    message = chat_of(person, given).messages.get(int(given["message_id"]))
    if message is None:
        raise wrong("message not found")
    return message


def _say(person: Person, given: Json) -> Json:
    chat = chat_of(person, given)
    return person.says(str(given["text"]), chat, reply_to=given.get("reply_to"), thread=given.get("thread"))


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


def _join(person: Person, given: Json) -> None:
    person.joins(person.telegram.chats[int(given["chat"])])


def _member(person: Person, given: Json) -> None:
    account = person.telegram.accounts[int(given["user"])]
    person.changes_member(chat_of(person, given), account, given["status"], **(given.get("rights") or {}))


DOINGS: dict[str, Doing] = {
    "say": _say,
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
    "language": _language,
    "group": _group,
    "member": _member,
}


def chat_view(chat: Chat) -> Json:
    """A chat with its members."""
    members = [member.api() for member in chat.members.values()]
    return chat.api() | {"members": members, "bot": chat.bot.id if chat.bot else None, "pinned": chat.pinned}


def event_view(event: Event) -> Json:
    """An event as JSON."""
    return {"number": event.number, "kind": event.kind, "chat": event.chat, "payload": event.payload}


def wrong(text: str) -> web.HTTPBadRequest:
    """A 400 with its sentence."""
    return web.HTTPBadRequest(text=json.dumps({"error": text}, ensure_ascii=False), content_type="application/json")
