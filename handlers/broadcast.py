"""/broadcast for administrators: a message to all readers, seen before it goes, sent at the second tap."""

from collections.abc import Collection

from aiogram import Bot, F, Router
from aiogram.filters import Command
from aiogram.types import CallbackQuery, Message

from handlers import announcement
from handlers.rights import only_admins
from handlers.views import broadcast as views
from handlers.views import render
from handlers.views.actions import parse
from handlers.views.articles import Viewer
from handlers.views.screen import Screen
from locales import Texts
from news.models import QalaError
from storage import Storage


def make_router() -> Router:
    """The handlers of this file; it must be asked before the router of all other buttons."""
    router = Router(name="broadcast")
    router.message.register(command_broadcast, Command("broadcast"))
    router.callback_query.register(pressed, F.data.startswith("broadcast:"))
    return router


async def command_broadcast(
    message: Message, bot: Bot, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """Show the message as readers will see it and ask to whom it goes; without one, say how."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    content = announcement.content_of(message)
    if content is None or message.chat.type != "private":
        await render.answer(message, Screen(viewer.texts("broadcast-how")))
        return
    key = await store.broadcasts.draft(message.chat.id, content, viewer.now)
    await announcement.sending(content, message.chat.id, message.chat.id).emit(bot)
    await render.answer(message, views.ask(key, await store.broadcasts.readers(), viewer.texts))


async def pressed(callback: CallbackQuery, store: Storage, viewer: Viewer, admins: Collection[int]) -> None:
    """A button of these screens; the right is asked anew, since anybody can send anything."""
    texts = viewer.texts
    try:
        only_admins(callback.from_user.id, admins)
        screen = await _pressed(callback, store, viewer)
    except QalaError as error:
        await callback.answer(texts.plain(error.key, **error.arguments), show_alert=True)
        return
    await callback.answer()
    await render.change(callback, screen)


async def _pressed(callback: CallbackQuery, store: Storage, viewer: Viewer) -> Screen:
    action = parse(callback.data)
    if action is None:
        raise QalaError("error-stale-button")
    key, deed = int(action.arguments[0]), action.arguments[1]
    one = await store.broadcasts.get(key)
    if one is None or one.chat_id != callback.from_user.id:
        raise QalaError("error-stale-button")
    readers = await store.broadcasts.readers()
    if deed == "stop":
        await store.broadcasts.stop(one.key, viewer.now)
    elif one.state == "draft" and deed == "go":
        screen = callback.message.message_id if callback.message else None
        await store.broadcasts.start(one.key, screen, _reached(readers, one.language), viewer.now)
    elif one.state == "draft" and deed == "ask":
        return views.ask(one.key, readers, viewer.texts)
    elif one.state == "draft":
        language = None if deed == "all" else deed
        await store.broadcasts.choose(one.key, language)
        return views.sure(one.key, _reached(readers, language), viewer.texts)
    return await shown(store, one.key, viewer.texts)


async def shown(store: Storage, key: int, texts: Texts) -> Screen:
    """How a broadcast goes now. Raises QalaError where it is forgotten."""
    one = await store.broadcasts.get(key)
    if one is None:
        raise QalaError("error-stale-button")
    gone = one.state == "stopped" and await store.broadcasts.source_is_gone(one)
    return views.progress(one, await store.broadcasts.counts(one), texts, gone=gone)


def _reached(readers: dict[str, int], language: str | None) -> int:
    return readers.get(language, 0) if language else sum(readers.values())
