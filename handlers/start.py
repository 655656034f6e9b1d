"""/start: the welcome in three taps, a home screen afterwards, and deep links."""

import re

from aiogram import Router
from aiogram.filters import Command, CommandObject, CommandStart
from aiogram.types import Message

from handlers.cards import show_card
from handlers.open import show_topic
from handlers.views import choices, render
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.screen import Screen
from locales import Texts
from news import topics
from news.models import Subscriber
from storage import Storage


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
    """Open what a deep link names, then begin the welcome with a new reader; a known one comes home."""
    payload = command.args or ""
    new = not subscriber.language_chosen and message.chat.type == "private"
    if re.fullmatch(r"a_[0-9]{1,15}", payload):
        await render.answer(message, await _linked(store, int(payload[2:]), subscriber, viewer))
    elif payload.startswith("t_") and payload[2:] in topics.TOPICS:
        await render.answer(message, await show_topic(store, payload[2:], None, viewer, subscriber))
    elif payload == "settings" and not new:
        await render.answer(message, choices.settings(texts, subscriber))
    elif message.chat.type != "private":
        await render.answer(message, Screen(texts("group-hello")))
    elif not new:
        await render.answer(message, choices.home(texts, subscriber))
    if new:
        await render.answer(message, choices.languages(texts, welcome=True))


async def _linked(store: Storage, key: int, subscriber: Subscriber, viewer: Viewer) -> Screen:
    """The card a link names, or that it is no more: a new reader's welcome follows either."""
    article = await store.articles.get(key)
    if article is None:
        return Screen(viewer.texts("article-gone"), row_of(*home_buttons(viewer)) if subscriber.language_chosen else ())
    return await show_card(store, article, subscriber, viewer)


async def help_(message: Message, viewer: Viewer) -> None:
    """What the bot can do."""
    await render.answer(message, choices.help_(viewer))


async def privacy(message: Message, viewer: Viewer) -> None:
    """What is kept about a reader and why (Telegram's terms ask for this command)."""
    await render.answer(message, choices.privacy(viewer))
