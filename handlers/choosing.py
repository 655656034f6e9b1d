"""/subscribe, /subscriptions, /language, /settings: what a reader decides."""

import re
from dataclasses import replace

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from handlers.menus import show_menu
from handlers.rights import may_change
from handlers.views import choices, render
from handlers.views.actions import act
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.screen import Button, Screen
from locales import LANGUAGES, Texts
from locales import texts as texts_of
from news import topics
from news.models import QalaError, Subscriber, Subscription
from storage import Storage

MOST_SUBSCRIPTIONS = 30
_LONGEST_WORD = 60


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="choosing")
    router.message.register(subscribe, Command("subscribe"))
    router.message.register(subscriptions, Command("subscriptions"))
    router.message.register(language, Command("language"))
    router.message.register(settings, Command("settings"))
    return router


async def subscribe(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, texts: Texts
) -> None:
    """Follow a topic, a #tag or a "word"; without one, say how."""
    await may_change(message, bot)
    if not command.args:
        ask = Button(texts.plain("button-pick-topics"), act("pick", 0))
        await render.answer(message, Screen(texts("subscribe-ask"), ((ask,),)))
        return
    asked = wanted(command.args)
    key = await follow(store, subscriber, asked)
    name = choices.subscription_name(asked, texts)
    rows = ((Button(texts.plain("button-subscriptions"), act("subs")),),)
    await render.answer(message, Screen(texts(key, name=name), rows))


async def subscriptions(message: Message, subscriber: Subscriber, texts: Texts) -> None:
    """What the chat follows."""
    await render.answer(message, choices.subscriptions(texts, subscriber))


async def language(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Set the language that was named; else offer both."""
    code = (command.args or "").strip().casefold()
    code = {"қазақша": "kk", "казакша": "kk", "kz": "kk", "русский": "ru"}.get(code, code)
    if code not in LANGUAGES:
        await render.answer(message, choices.languages(viewer.texts, welcome=False))
        return
    await may_change(message, bot)
    await set_language(store, bot, subscriber.chat_id, code, is_admin=viewer.is_admin)
    rows = row_of(*home_buttons(replace(viewer, texts=texts_of(code))))
    await render.answer(message, Screen(texts_of(code)("language-set"), rows))


async def settings(message: Message, subscriber: Subscriber, texts: Texts) -> None:
    """Everything that can be set."""
    await render.answer(message, choices.settings(texts, subscriber))


async def set_language(store: Storage, bot: Bot, chat_id: int, code: str, *, is_admin: bool = False) -> None:
    """Remember the language and set the chat's command menu in it."""
    await store.subscribers.choose_language(chat_id, code)
    await show_menu(bot, chat_id, code, is_admin=is_admin)


def wanted(text: str) -> Subscription:
    """What a person named after /subscribe. Raises QalaError where it is no topic, #tag or "word"."""
    text = " ".join(text.split())
    quoted = re.fullmatch(r'["«“„](.+)["»”“]', text)
    if quoted and re.search(r"\w", quoted[1]):
        return Subscription("word", quoted[1].strip()[:_LONGEST_WORD])
    slug = topics.find(text.removeprefix("#"))
    if slug is not None:
        return Subscription("topic", slug)
    if re.fullmatch(r"#\w{2,40}", text):
        return Subscription("tag", text[1:].casefold())
    raise QalaError("subscribe-unknown", name=text[:_LONGEST_WORD])


async def follow(store: Storage, subscriber: Subscriber, asked: Subscription) -> str:
    """Add a subscription; the key of the text that says so. Raises QalaError where there are too many."""
    if asked in subscriber.subscriptions:
        return "subscribed-already"
    if len(subscriber.subscriptions) >= MOST_SUBSCRIPTIONS:
        raise QalaError("subscribe-too-many", most=MOST_SUBSCRIPTIONS)
    return "subscribed" if await store.subscribers.subscribe(subscriber.chat_id, asked) else "subscribed-already"
