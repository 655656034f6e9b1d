"""/start: the welcome and deep links. Also chats that add or block the bot or become supergroups."""

import contextlib
import re

from aiogram import F, Router
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import ChatMemberUpdated, Message

from handlers.cards import show_card
from handlers.lists import show_topic
from handlers.views import render
from handlers.views import settings as choices
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.screen import Screen
from locales import Texts
from news.models import Subscriber
from news.subject import topics
from storage import Storage

# /start: the welcome in three taps, the home screen afterwards, and deep links.


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="start")
    router.message.register(start, CommandStart())
    router.message.register(help_, Command("help"))
    router.message.register(privacy, Command("privacy"))
    return router


async def start(
    message: Message, command: CommandObject, store: Storage, subscriber: Subscriber, viewer: Viewer, texts: Texts
) -> None:
    """Open what a deep link names. A new reader then gets the welcome; a known one gets the home screen."""
    payload = command.args or ""
    new = not subscriber.language_chosen and message.chat.type == "private"
    if re.fullmatch(r"a_[0-9]{1,15}", payload):
        await render.answer(message, await _linked(store, int(payload[2:]), subscriber, viewer))
    elif payload.startswith("t_") and payload[2:] in topics.TOPICS:
        await render.answer(message, await show_topic(store, payload[2:], None, viewer, subscriber))
    elif payload == "settings" and not new:
        await render.answer(message, choices.settings(texts, subscriber))
    elif message.chat.type != "private":
        await render.answer(message, choices.group_hello(texts))
    elif not new:
        await render.answer(message, choices.home(texts, subscriber))
    if new:
        await render.answer(message, choices.languages(texts, welcome=True))


async def _linked(store: Storage, key: int, subscriber: Subscriber, viewer: Viewer) -> Screen:
    """The card that a link names, or a text that it is gone. A new reader gets no buttons: the welcome follows."""
    article = await store.articles.get(key)
    if article is None:
        return Screen(viewer.texts("article-gone"), row_of(*home_buttons(viewer)) if subscriber.language_chosen else ())
    return await show_card(store, article, subscriber, viewer)


async def help_(message: Message, viewer: Viewer) -> None:
    """Tell what the bot can do."""
    await render.answer(message, choices.help_(viewer))


async def privacy(message: Message, viewer: Viewer) -> None:
    """Tell what is kept about a reader and why. Telegram's terms demand this command."""
    await render.answer(message, choices.privacy(viewer))


# Chats that block the bot, come back, add it to a group, or become a supergroup.

_PRESENT = {"member", "administrator", "creator", "restricted"}


def make_membership_router() -> Router:
    """The handlers of this file."""
    router = Router(name="membership")
    router.my_chat_member.register(membership)
    router.message.register(migrated, F.migrate_to_chat_id)
    router.message.register(ignored, F.migrate_from_chat_id)
    router.message.register(topic_opened, F.forum_topic_reopened)
    return router


async def membership(event: ChatMemberUpdated, store: Storage, subscriber: Subscriber, texts: Texts) -> None:
    """Block a chat that removed the bot, keeping its choices; activate one that returns; greet a new group."""
    here = event.new_chat_member.status in _PRESENT
    was_here = event.old_chat_member.status in _PRESENT
    await store.subscribers.set_state(subscriber.chat_id, "active" if here else "blocked")
    if here and not was_here and event.chat.type in {"group", "supergroup"}:
        with contextlib.suppress(TelegramBadRequest, TelegramForbiddenError):  # it may not write in the new chat
            await event.answer(**render.arguments(choices.group_hello(texts)))


async def topic_opened(_message: Message, store: Storage, subscriber: Subscriber) -> None:
    """Activate a topic that was closed and is open again."""
    await store.subscribers.set_state(subscriber.chat_id, "active")


async def migrated(message: Message, store: Storage) -> None:
    """Move everything of a group to the supergroup it has become."""
    if message.migrate_to_chat_id:
        await store.subscribers.migrated(message.chat.id, message.migrate_to_chat_id)


async def ignored(message: Message) -> None:
    """Do nothing: the message in the supergroup tells of the same move."""
