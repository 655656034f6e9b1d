"""/subscribe, /subscriptions, /language, /settings: a reader's choices."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import KeyboardButton, Message, ReplyKeyboardMarkup, ReplyKeyboardRemove

from handlers.callbacks import CallbackContext, CallbackHandler, may_change
from handlers.menus import show_menu
from handlers.views import alerts, card, render
from handlers.views import settings as choices
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.screen import Screen, cut
from locales import LANGUAGES, Html, Texts, named
from locales import texts as texts_of
from news.models import LANGUAGES as NEWS_LANGUAGES
from news.models import QalaError, Subscriber, Subscription
from news.subject import places, topics
from news.timetable import local_day
from storage import Storage

MOST_SUBSCRIPTIONS = 30
LONGEST_WORD = 60
_ASKED_SECONDS = 15 * 60
"""For how many seconds a typed town counts as the answer to the question for the city."""
_SOURCE_KEYS = frozenset(("source", "источник", "издание", "дереккөз", "басылым"))
_NOW = frozenset(("now", "сразу", "бірден"))


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="choosing")
    router.message.register(subscribe, Command("subscribe"))
    router.message.register(subscriptions, Command("subscriptions"))
    router.message.register(language, Command("language"))
    router.message.register(settings, Command("settings"))
    router.message.register(city, Command("city"))
    return router


async def subscribe(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Follow a topic, a #tag or a "word"; without one, tell how."""
    await may_change(message, bot)
    if not command.args:
        await render.answer(message, choices.subscribe_ask(viewer.texts))
        return
    text, at_once = _at_once(command.args)
    asked = replace(wanted(text), at_once=at_once)
    if not at_once:
        await render.answer(message, await subscribed(store, subscriber, asked, viewer))
        return
    if await follow(store, subscriber, asked) == "subscribed-already":
        same = (one for one in subscriber.subscriptions if one.value.casefold() == asked.value.casefold())
        await store.watches.set(subscriber.chat_id, [one for one in same if one.kind == asked.kind], at_once=True)
    await render.answer(message, alerts.set_(asked, subscriber, viewer.texts, at_once=True))


async def subscribed(store: Storage, subscriber: Subscriber, asked: Subscription, viewer: Viewer) -> Screen:
    """Follow something, and tell what will come."""
    key = await follow(store, subscriber, asked)
    week = await store.articles.week_count(asked, local_day(viewer.now, viewer.zone), viewer.now)
    changed = await store.subscribers.get(subscriber.chat_id) or subscriber
    screen = choices.subscribed(key, asked, week, changed, viewer.texts)
    return replace(screen, rows=(alerts.choice(asked, viewer.texts), *screen.rows))


async def subscriptions(message: Message, subscriber: Subscriber, texts: Texts) -> None:
    """Show what the chat follows."""
    await render.answer(message, choices.subscriptions(texts, subscriber))


async def language(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Set the language that was named; without one, offer all."""
    said = (command.args or "").strip().casefold()
    code = named({"казакша": "kk", "kz": "kk"}.get(said, said))
    if code is None:
        await render.answer(message, choices.languages(viewer.texts, welcome=False))
        return
    await may_change(message, bot)
    await set_language(store, bot, subscriber, code, is_admin=viewer.is_admin)
    rows = row_of(*home_buttons(replace(viewer, texts=texts_of(code))))
    await render.answer(message, Screen(texts_of(code)("language-set"), rows))


async def settings(message: Message, subscriber: Subscriber, texts: Texts) -> None:
    """Show everything that can be set."""
    await render.answer(message, choices.settings(texts, subscriber))


async def set_language(
    store: Storage,
    bot: Bot,
    subscriber: Subscriber,
    code: str,
    *,
    is_admin: bool = False,
    city_asked_at: int | None = None,
) -> None:
    """Store the language, and set the chat's command menu in it. Raises QalaError for one the bot does not speak.

    `city_asked_at` (UTC seconds) is set if the city is asked for next. A forum's topic has its own language, but the
    menu is the whole chat's.
    """
    if code not in LANGUAGES:
        raise QalaError("error-stale-button")
    await store.subscribers.choose_language(subscriber.chat_id, code, city_asked_at)
    if subscriber.thread is None:
        group = subscriber.kind != "private"
        await show_menu(bot, subscriber.address, code, is_admin=is_admin, group=group)


def wanted(text: str) -> Subscription:
    """The subscription a person wrote after /subscribe. Raises QalaError unless it is a topic, #tag or "word"."""
    text = " ".join(text.split())
    if outlet := outlet_of(text):
        return Subscription("source", outlet)
    quoted = re.fullmatch(r'["«“„](.+)["»”“]', text)
    if quoted and re.search(r"\w", quoted[1]):
        return Subscription("word", quoted[1].strip()[:LONGEST_WORD])
    slug = topics.find(text.removeprefix("#"))
    if slug is not None:
        return Subscription("topic", slug)
    if re.fullmatch(r"#\w{2,40}", text):
        return Subscription("tag", text[1:])
    raise QalaError("subscribe-unknown", name=text[:LONGEST_WORD])


def outlet_of(text: str) -> str | None:
    """The outlet in «source:example.kz», named by its host or its own name; None if there is none."""
    key, colon, value = text.partition(":")
    if not colon or key.strip().casefold() not in _SOURCE_KEYS:
        return None
    value = value.strip().strip('"«»“”„')
    value = re.sub(r"^https?://", "", value, flags=re.IGNORECASE).split("/")[0].removeprefix("www.")
    return value[:LONGEST_WORD] or None


def _at_once(text: str) -> tuple[str, bool]:
    """What to follow, and whether «now», «сразу» or «бірден» follows it."""
    words = text.split()
    if len(words) > 1 and words[-1].casefold() in _NOW:
        return " ".join(words[:-1]), True
    return text, False


async def follow_all(store: Storage, subscriber: Subscriber, asked: Sequence[Subscription], viewer: Viewer) -> Screen:
    """Follow several things, and show all that is followed. Raises QalaError if these are too many."""
    if len(subscriber.subscriptions) + len(asked) > MOST_SUBSCRIPTIONS:
        raise QalaError("subscribe-too-many", most=MOST_SUBSCRIPTIONS)
    await store.subscribers.subscribe(subscriber.chat_id, *asked)
    return choices.subscriptions(viewer.texts, await store.subscribers.get(subscriber.chat_id) or subscriber)


async def follow(store: Storage, subscriber: Subscriber, asked: Subscription) -> str:
    """Add a subscription; returns the key of the text that says so. Raises QalaError if there are too many."""
    if (asked.kind, asked.value.casefold()) in {(one.kind, one.value.casefold()) for one in subscriber.subscriptions}:
        return "subscribed-already"
    if len(subscriber.subscriptions) >= MOST_SUBSCRIPTIONS:
        raise QalaError("subscribe-too-many", most=MOST_SUBSCRIPTIONS)
    return "subscribed" if await store.subscribers.subscribe(subscriber.chat_id, asked) else "subscribed-already"


def let_go(said: Html, left: Sequence[Subscription], texts: Texts) -> Html:
    """What was `said` of something muted, and that it is followed no more, where it was."""
    names = (cut(choices.subscription_name(one, texts), 80) for one in left)
    return Html("\n\n".join([said, *(texts("unsubscribed", name=name) for name in names)]))


# The settings screen: the reader's place, languages of news, pictures, and what tunes the digest.


async def _settings(context: CallbackContext) -> Screen:
    return choices.settings(context.viewer.texts, context.subscriber)


async def _keys(context: CallbackContext) -> Screen | None:
    """Offer a keyboard below the input field; show or remove it, which takes a new message."""
    texts, chosen = context.viewer.texts, context.arguments[0]
    if chosen == "ask" or not isinstance(context.callback.message, Message):
        return choices.keys(texts)
    if chosen == "0":
        await context.callback.message.answer(texts("keys-hidden"), reply_markup=ReplyKeyboardRemove())
        return None
    rows = [[KeyboardButton(text=texts.plain(f"button-{name}")) for name in row] for row in choices.KEYS]
    keyboard = ReplyKeyboardMarkup(
        keyboard=rows, resize_keyboard=True, is_persistent=True, input_field_placeholder=texts.plain("keys-field")
    )
    await context.callback.message.answer(texts("keys-shown"), reply_markup=keyboard)
    return None


async def _place(context: CallbackContext) -> Screen | None:
    """Show a key that shares the reader's location, for the zone."""
    if not isinstance(context.callback.message, Message):
        return choices.zone(context.viewer.texts, context.subscriber)
    texts = context.viewer.texts
    key = KeyboardButton(text=texts.plain("button-place"), request_location=True)
    keyboard = ReplyKeyboardMarkup(
        keyboard=[[key], [KeyboardButton(text=texts.plain("button-keys-cancel"))]],
        resize_keyboard=True,
        one_time_keyboard=True,
    )
    await context.callback.message.answer(texts("place-how"), reply_markup=keyboard)
    return None


async def _city(context: CallbackContext) -> Screen:
    await context.store.subscribers.ask_city(context.subscriber.chat_id, context.viewer.now)
    return choices.cities(context.viewer.texts, context.subscriber)


async def _cities(context: CallbackContext) -> Screen:
    """Ask for the city in the welcome, and store when it was asked."""
    await context.store.subscribers.ask_city(context.subscriber.chat_id, context.viewer.now)
    return choices.cities(context.viewer.texts, context.subscriber, welcome=True)


async def _live(context: CallbackContext) -> Screen:
    city = await _set_city(context)
    return choices.city_set(context.viewer.texts, city)


async def _home_city(context: CallbackContext) -> Screen:
    """Set the city in the welcome, and show its next step."""
    await _set_city(context)
    return choices.topic_picker(context.viewer.texts, context.subscriber.topics, welcome=True)


async def _set_city(context: CallbackContext) -> str | None:
    city = None if context.arguments[0] == "off" else context.arguments[0]
    if city is not None and not is_town(city):
        raise QalaError("error-stale-button")
    await context.store.subscribers.set_city(context.subscriber.chat_id, city)
    return city


async def city(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Set the city whose news comes first; without a name, offer the biggest ones."""
    if not command.args:
        if viewer.private:  # in a group the town is chosen by a press, or after the command
            await store.subscribers.ask_city(subscriber.chat_id, viewer.now)
        await render.answer(message, choices.cities(viewer.texts, subscriber))
        return
    slug = places.resolve(command.args)
    if slug is None or not is_town(slug):
        raise QalaError("city-unknown", name=command.args[:LONGEST_WORD])
    await may_change(message, bot)
    await store.subscribers.set_city(subscriber.chat_id, slug)
    await render.answer(message, choices.city_set(viewer.texts, slug))


def answered_city(text: str, subscriber: Subscriber, now: int) -> str | None:
    """The town that a message names, if the chat was asked for one a while ago; else None."""
    slug = places.resolve(text) if awaits_city(subscriber, now) else None
    return slug if slug is not None and is_town(slug) else None


def awaits_city(subscriber: Subscriber, now: int) -> bool:
    """Whether the chat was asked for its town a while ago."""
    return subscriber.city_asked_at is not None and 0 <= now - subscriber.city_asked_at <= _ASKED_SECONDS


def is_town(slug: str) -> bool:
    """Whether a slug is a town or a city of ours."""
    return slug in places.PLACES and places.PLACES[slug].kind in ("city", "town")


async def _reads(context: CallbackContext) -> Screen:
    """Switch a language of news on or off; the last one stays on."""
    code = context.arguments[0]
    now = set(context.subscriber.news_languages) ^ {code}
    if now:
        ordered = [one for one in NEWS_LANGUAGES if one in now]
        await context.store.subscribers.set_news_languages(context.subscriber.chat_id, ordered)
    return await _settings(await _again(context))


async def _pictures(context: CallbackContext) -> Screen:
    await context.store.subscribers.set_pictures(context.subscriber.chat_id, context.arguments[0] == "1")
    return await _settings(await _again(context))


async def _again(context: CallbackContext) -> CallbackContext:
    """The same press with the subscriber as stored after the change."""
    changed = await context.store.subscribers.get(context.subscriber.chat_id)
    return replace(context, subscriber=changed or context.subscriber)


async def _preferences(context: CallbackContext) -> Screen:
    return card.preferences(await context.store.preferences.of(context.subscriber.chat_id), context.viewer.texts)


async def _only(context: CallbackContext) -> Screen:
    """Let the digest hold only subscriptions, or also everything that matters."""
    await context.store.subscribers.set_only_asked(context.subscriber.chat_id, context.arguments[0] == "1")
    return choices.subscriptions(context.viewer.texts, (await _again(context)).subscriber)


async def _reset_preferences(context: CallbackContext) -> Screen:
    await context.store.preferences.reset(context.subscriber.chat_id)
    return await _preferences(context)


CALLBACKS: Final[Mapping[str, CallbackHandler]] = {
    "settings": _settings,
    "keys": _keys,
    "place": _place,
    "city": _city,
    "cities": _cities,
    "live": _live,
    "home-city": _home_city,
    "reads": _reads,
    "pictures": _pictures,
    "tastes": _preferences,
    "retaste": _reset_preferences,
    "only": _only,
}
CHANGING: Final = frozenset({"live", "home-city", "cities", "city", "reads", "pictures", "retaste", "only"})
