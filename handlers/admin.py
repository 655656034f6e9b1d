"""What administrators do in the chat: sources, figures, bans, broadcasts. Everybody else hears nothing."""

import json
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import CopyMessage, SendMessage
from aiogram.types import CallbackQuery, Message, MessageEntity, MessageOriginUser

from handlers.callbacks import acknowledge, only_admins
from handlers.views import admin, render
from handlers.views.actions import Action, parse
from handlers.views.articles import Viewer
from handlers.views.screen import Screen, utf16_length
from locales import LANGUAGES, Html, Texts
from news.feeds.source import DiscoveredSource, Source
from news.models import QalaError
from storage import Storage


def make_router() -> Router:
    """The handlers of this file. This router must be asked before the one for all other buttons."""
    router = Router(name="admin")
    router.message.register(command_sources, Command("sources"))
    router.callback_query.register(sources_pressed, F.data.regexp(r"^(?:sources|source|keep|hide)(?::|$)"))
    router.message.register(stats, Command("stats"))
    router.message.register(ban, Command("ban"))
    router.message.register(unban, Command("unban"))
    router.message.register(command_broadcast, Command("broadcast"))
    router.callback_query.register(broadcast_pressed, F.data.startswith("broadcast:"))
    return router


# /sources for administrators: add by any address, see before keeping, pause, rights, remove; take an article back.

FindSource = Callable[[str], Awaitable[DiscoveredSource]]

_CHANGES: Final[dict[str, Callable[[Source], Source]]] = {
    "pause": lambda source: replace(source, paused=True),
    "go": lambda source: replace(source, paused=False),
    "full": lambda source: replace(source, full_text=True),
    "lead": lambda source: replace(source, full_text=False),
}


async def command_sources(
    message: Message,
    command: CommandObject,
    store: Storage,
    viewer: Viewer,
    admins: Collection[int],
    find_source: FindSource,
) -> None:
    """The list of sources; with an address, the source found behind it."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    address = (command.args or "").strip()
    if not address:
        await render.answer(message, admin.source_list(await store.sources.all(), 0, viewer))
        return
    await render.answer(message, Screen(viewer.texts("source-looking")))
    await render.answer(message, admin.found(await _find(address, find_source, viewer), viewer))


async def sources_pressed(
    callback: CallbackQuery, store: Storage, viewer: Viewer, admins: Collection[int], find_source: FindSource
) -> None:
    """A button of these screens. The right is checked again, since anybody can send any callback data."""
    texts = viewer.texts
    try:
        only_admins(callback.from_user.id, admins)
        action = parse(callback.data)
        if action is not None and action.verb == "keep":
            screen = await _keep(callback, store, viewer, find_source)
        else:
            screen = await _show(action, store, viewer)
    except QalaError as error:
        await acknowledge(callback, texts.plain(error.key, **error.arguments))
        return
    await acknowledge(callback)
    await render.change(callback, screen)


async def _show(action: Action | None, store: Storage, viewer: Viewer) -> Screen:
    match action:
        case Action("sources", (start,)):
            return admin.source_list(await store.sources.all(), int(start), viewer)
        case Action("source", (key, choice)):
            return await _one(store, int(key), choice, viewer)
        case Action("hide", (key,)):
            return await _hide(store, int(key), viewer)
    raise QalaError("error-stale-button")


async def _find(address: str, find_source: FindSource, viewer: Viewer) -> DiscoveredSource:
    try:
        return await find_source(address)
    except QalaError as error:
        if error.key != "source-unreachable":
            raise
        reason = admin.why(str(error.arguments["reason"]), viewer.texts)
        raise QalaError("source-unreachable", reason=reason) from error


async def _keep(callback: CallbackQuery, store: Storage, viewer: Viewer, find_source: FindSource) -> Screen:
    """Add the source that the message shows.

    Its address is on the message's own button, so nothing is kept in between.
    """
    address = render.address_of(callback.message)
    if address is None:
        raise QalaError("error-stale-button")
    kept = await store.sources.add((await _find(address, find_source, viewer)).source)
    return admin.source_card(kept, viewer)


async def _hide(store: Storage, key: int, viewer: Viewer) -> Screen:
    if not await store.articles.hide(key, viewer.now):
        raise QalaError("article-gone")
    return Screen(viewer.texts("article-hidden"))


async def _one(store: Storage, key: int, choice: str, viewer: Viewer) -> Screen:
    source = await store.sources.get(key)
    if source is None:
        raise QalaError("error-stale-button")
    if choice == "remove":
        return admin.removing(source, viewer.texts)
    if choice == "forget":
        await store.sources.remove(key)
        return admin.source_list(await store.sources.all(), 0, viewer)
    if choice in _CHANGES:
        source = _CHANGES[choice](source)
        await store.sources.change(source)
    return admin.source_card(source, viewer)


# /stats for administrators: what the store holds and how deliveries ended.


async def stats(message: Message, store: Storage, texts: Texts, admins: Collection[int]) -> None:
    """Readers, articles by language, sources by state, deliveries by outcome."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    counted = await store.counts()
    articles, sources, deliveries = (counted[name] for name in ("articles", "sources", "deliveries"))
    assert isinstance(articles, dict)
    assert isinstance(sources, dict)
    assert isinstance(deliveries, dict)
    text = texts(
        "stats",
        readers=await store.subscribers.count(),
        kk=articles.get("kk", 0),
        ru=articles.get("ru", 0),
        up=sources["up"],
        down=sources["down"],
        paused=sources["paused"],
        sent=deliveries.get("sent", 0),
        failed=deliveries.get("refused", 0) + deliveries.get("expired", 0),
        unknown=deliveries.get("unknown", 0),
    )
    await render.answer(message, Screen(text))


# /ban and /unban for administrators: a person or group that is not heard and not written to any more.

_SHOWN: Final = 30


async def ban(
    message: Message, command: CommandObject, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """Ban whom the command names or answers; without either, say who is banned."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    whom = chat_id_of(command.args) or _answered(message)
    if whom is None:
        await render.answer(message, await _banned(store, viewer))
        return
    if whom in admins:
        raise QalaError("ban-admin")
    await store.bans.add(whom, viewer.now)
    await render.answer(message, Screen(viewer.texts("ban-done", id=str(whom))))


async def unban(
    message: Message, command: CommandObject, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """Let them in again."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    whom = chat_id_of(command.args) or _answered(message)
    if whom is None:
        await render.answer(message, await _banned(store, viewer))
        return
    was = await store.bans.remove(whom)
    await render.answer(message, Screen(viewer.texts("unban-done" if was else "unban-was-not", id=str(whom))))


def chat_id_of(text: str | None) -> int | None:
    """A person's or group's number as it is typed; None where it is none."""
    found = re.fullmatch(r"[-−–]?[1-9][0-9]{0,15}", (text or "").strip())
    return int(re.sub("[−–]", "-", found[0])) if found else None


def _answered(message: Message) -> int | None:
    """Who wrote the message that this one answers, or from whom it was forwarded; None where it is ours or hidden."""
    source = message.reply_to_message
    if source is None:
        return None
    if isinstance(source.forward_origin, MessageOriginUser):
        return source.forward_origin.sender_user.id
    if source.from_user is None or source.from_user.is_bot or message.chat.type == "private":
        return None
    return source.from_user.id


async def _banned(store: Storage, viewer: Viewer) -> Screen:
    """How to ban, and who is."""
    found = await store.bans.all()
    lines = [viewer.texts("ban-how"), Html(""), viewer.texts("ban-list", count=len(found))]
    lines += [Html(f"<code>{chat}</code> · {_day(at, viewer.zone)}") for chat, at in found[:_SHOWN]]
    return Screen(Html("\n".join(lines)))


def _day(moment: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(moment, zone):%d.%m.%Y}"


# /broadcast for administrators: a message to all readers, seen before it goes, sent at the second tap.

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


def broadcast_request(content: str, chat_id: int, home: int) -> SendMessage | CopyMessage:
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
    await broadcast_request(content, message.chat.id, message.chat.id).emit(bot)
    await render.answer(message, admin.ask(key, await store.broadcasts.readers(), viewer.texts))


async def broadcast_pressed(callback: CallbackQuery, store: Storage, viewer: Viewer, admins: Collection[int]) -> None:
    """A button of these screens. The right is checked again, since anybody can send any callback data."""
    texts = viewer.texts
    try:
        only_admins(callback.from_user.id, admins)
        screen = await _broadcast_pressed(callback, store, viewer)
    except QalaError as error:
        await acknowledge(callback, texts.plain(error.key, **error.arguments))
        return
    await acknowledge(callback)
    await render.change(callback, screen)


async def _broadcast_pressed(callback: CallbackQuery, store: Storage, viewer: Viewer) -> Screen:
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
        return admin.ask(one.key, readers, viewer.texts)
    elif one.state == "draft":
        if choice not in ("all", *LANGUAGES):
            raise QalaError("error-stale-button")
        language = None if choice == "all" else choice
        await store.broadcasts.choose(one.key, language)
        return admin.sure(one.key, _reached(readers, language), viewer.texts)
    return await broadcast_progress(store, one.key, viewer.texts)


async def broadcast_progress(store: Storage, key: int, texts: Texts) -> Screen:
    """The progress of a broadcast. Raises QalaError if it is forgotten."""
    one = await store.broadcasts.get(key)
    if one is None:
        raise QalaError("error-stale-button")
    gone = one.state == "stopped" and await store.broadcasts.source_is_gone(one)
    return admin.progress(one, await store.broadcasts.counts(one), texts, gone=gone)


def _reached(readers: dict[str, int], language: str | None) -> int:
    return readers.get(language, 0) if language else sum(readers.values())
