"""/broadcast for administrators: a message to all readers, seen before it goes, sent at the second tap."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.methods import CopyMessage, SendMessage
from aiogram.types import CallbackQuery, Message, MessageEntity

from handlers.callbacks import acknowledge, only_admins
from handlers.views import admin as views
from handlers.views import render
from handlers.views.actions import parse
from handlers.views.articles import Viewer
from handlers.views.screen import Screen, utf16_length
from locales import LANGUAGES, Texts
from news.models import QalaError
from storage import Storage

# What an administrator sends to all readers: read from their message, kept as JSON, made into a request again.


def content_of(command: Message) -> str | None:
    """What /broadcast asks to send, as JSON: the message it replies to, or else the words after it with their
    formatting.

    None if there is neither.
    """
    source = command.reply_to_message
    if source is not None and source.text is not None:
        return _words(source.text, source.entities)
    if source is not None:
        return json.dumps({"copy": source.message_id})
    words, entities = after_command(
        command.text or command.caption or "", command.entities or command.caption_entities or ()
    )
    if command.text is None:
        return json.dumps({"copy": command.message_id, "caption": words, "entities": _plain(entities)})
    return _words(words, entities) if words else None


def after_command(text: str, entities: Sequence[MessageEntity]) -> tuple[str, list[MessageEntity]]:
    """A text without its first word, and the remaining formatting."""
    words = text.split(maxsplit=1)
    rest = words[1].rstrip() if len(words) > 1 else ""
    start, end = utf16_length(text[: text.find(rest)]), utf16_length(rest)
    kept = []
    for one in entities:
        since, until = max(one.offset - start, 0), min(one.offset + one.length - start, end)
        if since < until:
            kept.append(one.model_copy(update={"offset": since, "length": until - since}))
    return rest, kept


def sending(content: str, chat_id: int, home: int) -> SendMessage | CopyMessage:
    """The request that sends it to a chat. A copied message is in the chat `home`."""
    given = json.loads(content)
    entities = [MessageEntity(**one) for one in given.get("entities", ())]
    if "copy" not in given:
        return SendMessage(chat_id=chat_id, text=given["text"], entities=entities, parse_mode=None)
    method = CopyMessage(chat_id=chat_id, from_chat_id=home, message_id=given["copy"], parse_mode=None)
    if "caption" in given:
        return method.model_copy(update={"caption": given["caption"], "caption_entities": entities})
    return method


def _words(text: str, entities: Sequence[MessageEntity] | None) -> str:
    return json.dumps({"text": text, "entities": _plain(entities or ())}, ensure_ascii=False)


def _plain(entities: Sequence[MessageEntity]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json", exclude_none=True) for one in entities]


def make_router() -> Router:
    """The handlers of this file. This router must be asked before the one for all other buttons."""
    router = Router(name="broadcast")
    router.message.register(command_broadcast, Command("broadcast"))
    router.callback_query.register(pressed, F.data.startswith("broadcast:"))
    return router


async def command_broadcast(
    message: Message, bot: Bot, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """Show the message as readers will see it, and ask who gets it; without a message, say how to send one."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    content = content_of(message)
    if content is None or message.chat.type != "private":
        await render.answer(message, Screen(viewer.texts("broadcast-how")))
        return
    key = await store.broadcasts.draft(message.chat.id, content, viewer.now)
    await sending(content, message.chat.id, message.chat.id).emit(bot)
    await render.answer(message, views.ask(key, await store.broadcasts.readers(), viewer.texts))


async def pressed(callback: CallbackQuery, store: Storage, viewer: Viewer, admins: Collection[int]) -> None:
    """A button of these screens. The right is checked again, since anybody can send any callback data."""
    texts = viewer.texts
    try:
        only_admins(callback.from_user.id, admins)
        screen = await _pressed(callback, store, viewer)
    except QalaError as error:
        await acknowledge(callback, texts.plain(error.key, **error.arguments))
        return
    await acknowledge(callback)
    await render.change(callback, screen)


async def _pressed(callback: CallbackQuery, store: Storage, viewer: Viewer) -> Screen:
    action = parse(callback.data)
    if action is None:
        raise QalaError("error-stale-button")
    key, choice = int(action.arguments[0]), action.arguments[1]
    one = await store.broadcasts.get(key)
    if one is None or one.chat_id != callback.from_user.id:
        raise QalaError("error-stale-button")
    readers = await store.broadcasts.readers()
    if choice == "stop":
        await store.broadcasts.stop(one.key, viewer.now)
    elif one.state == "draft" and choice == "go":
        screen = callback.message.message_id if callback.message else None
        await store.broadcasts.start(one.key, screen, _reached(readers, one.language), viewer.now)
    elif one.state == "draft" and choice == "ask":
        return views.ask(one.key, readers, viewer.texts)
    elif one.state == "draft":
        if choice not in ("all", *LANGUAGES):
            raise QalaError("error-stale-button")
        language = None if choice == "all" else choice
        await store.broadcasts.choose(one.key, language)
        return views.sure(one.key, _reached(readers, language), viewer.texts)
    return await shown(store, one.key, viewer.texts)


async def shown(store: Storage, key: int, texts: Texts) -> Screen:
    """The progress of a broadcast. Raises QalaError if it is forgotten."""
    one = await store.broadcasts.get(key)
    if one is None:
        raise QalaError("error-stale-button")
    gone = one.state == "stopped" and await store.broadcasts.source_is_gone(one)
    return views.progress(one, await store.broadcasts.counts(one), texts, gone=gone)


def _reached(readers: dict[str, int], language: str | None) -> int:
    return readers.get(language, 0) if language else sum(readers.values())
