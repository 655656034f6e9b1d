"""Pressed buttons: each does its deed and shows a screen in place of the old one."""

from dataclasses import replace
from typing import Final

from aiogram import Bot, Router
from aiogram.types import CallbackQuery

from handlers import cards, choosing, saved, settings, timing
from handlers import digest as digests
from handlers.open import show_place, show_without
from handlers.press import Deed, Press
from handlers.rights import may_change
from handlers.views import choices, render
from handlers.views.actions import act, parse, parse_place
from handlers.views.articles import Viewer
from handlers.views.choices import home_row
from handlers.views.screen import Button, Screen, Shown
from locales import Html
from locales import texts as texts_of
from news import topics
from news.models import QalaError, Subscriber, Subscription
from storage import Storage

_DAY = 86_400
_FIRST_LENGTH = 3
"""Stories of the preview that ends the welcome: it shows how a digest looks and fits a phone's screen."""


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="buttons")
    router.callback_query.register(pressed)
    return router


async def pressed(callback: CallbackQuery, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Answer first (the reader's client waits), then do. A button we never made or no longer know says so kindly."""
    action = parse(callback.data)
    if action is None:
        await _stale(callback, subscriber, viewer)
        return
    press = Press(callback, bot, store, subscriber, viewer, action.arguments)
    try:
        if action.verb in _CHANGING:
            await may_change(callback, bot)
        screen = await _DEEDS[action.verb](press)
    except QalaError as error:
        if error.key == "error-stale-button":
            await _stale(callback, subscriber, viewer)
        else:
            await callback.answer(viewer.texts.plain(error.key, **error.arguments), show_alert=True)
        return
    await callback.answer()
    if screen is not None:
        await render.change(callback, screen)


async def _stale(callback: CallbackQuery, subscriber: Subscriber, viewer: Viewer) -> None:
    """Say it, and give one reader buttons that work; what the old message tells stays to be read."""
    await callback.answer(viewer.texts.plain("error-stale-button"), show_alert=True)
    if viewer.private and callback.message is not None:
        await render.answer(callback.message, choices.home(viewer.texts, subscriber))


async def _home(press: Press) -> Screen:
    return choices.home(press.viewer.texts, press.subscriber)


async def _welcome(press: Press) -> Screen:
    return choices.languages(press.viewer.texts, welcome=True)


async def _language(press: Press) -> Screen:
    return choices.languages(press.viewer.texts, welcome=False)


async def _lang(press: Press) -> Screen:
    code, welcome = press.arguments
    await choosing.set_language(press.store, press.bot, press.subscriber.chat_id, code, is_admin=press.viewer.is_admin)
    if welcome == "1":
        return choices.topic_picker(texts_of(code), press.subscriber.topics, welcome=True)
    texts = texts_of(code)
    return Screen(texts("language-set"), ((Button(texts.plain("button-settings"), act("settings")),), home_row(texts)))


async def _list(press: Press) -> Screen:
    place = parse_place(press.arguments[0])
    assert place is not None
    return await show_place(press.store, place, press.viewer, press.subscriber, press.query)


async def _chip(press: Press) -> Screen:
    if not press.query:
        raise QalaError("error-stale-button")
    return await show_without(press.store, press.query, int(press.arguments[0]), press.viewer, press.subscriber)


async def _topics(press: Press) -> Screen:
    counts = await press.store.articles.topic_counts(press.viewer.now - _DAY, press.viewer.now)
    return choices.topic_list(press.viewer.texts, press.subscriber.topics, counts)


async def _pick(press: Press) -> Screen:
    return choices.topic_picker(press.viewer.texts, press.subscriber.topics, press.arguments[0] == "1")


async def _turn(press: Press) -> Screen:
    slug, welcome = press.arguments
    chosen = await _switch(press, slug, slug not in press.subscriber.topics)
    return choices.topic_picker(press.viewer.texts, chosen, welcome == "1")


async def _follow(press: Press) -> Screen:
    slug, on = press.arguments
    await _switch(press, slug, on == "1")
    name = topics.name(slug, press.viewer.texts.language)
    key = "subscribed" if on == "1" else "unsubscribed"
    return Screen(press.viewer.texts(key, name=name), choices.after_following(press.viewer.texts, slug))


async def _switch(press: Press, slug: str, on: bool) -> set[str]:
    if slug not in topics.TOPICS:
        raise QalaError("error-stale-button")
    one = Subscription("topic", slug)
    if on:
        await choosing.follow(press.store, press.subscriber, one)
        return {*press.subscriber.topics, slug}
    await press.store.subscribers.unsubscribe(press.subscriber.chat_id, one)
    return set(press.subscriber.topics) - {slug}


async def _hours(press: Press) -> Screen:
    return choices.hours(press.viewer.texts, press.subscriber, press.arguments[0] == "1")


async def _hour(press: Press) -> Screen:
    given, welcome = press.arguments
    minute = None if given == "off" else int(given)
    if minute is not None and minute > 1439:
        raise QalaError("error-stale-button")
    texts = press.viewer.texts
    said = await digests.set_hours(press.store, press.subscriber, () if minute is None else (minute,), press.viewer)
    if welcome != "1":
        return Screen(said, (home_row(texts),))
    if minute is None:
        return Screen(texts("welcome-done-quiet"), choices.home(texts, press.subscriber).rows)
    shown = await digests.preview(press.store, press.subscriber, press.viewer, length=_FIRST_LENGTH)
    assert isinstance(shown, Screen)
    return Screen(Html(f"{texts('welcome-done', digest=said)}\n\n{shown.html}"), (*shown.rows, home_row(texts)))


async def _subs(press: Press) -> Screen:
    return choices.subscriptions(press.viewer.texts, press.subscriber)


async def _drop(press: Press) -> Screen:
    gone = [one for one in press.subscriber.subscriptions if choices.token(one) == press.arguments[0]]
    for one in gone:
        await press.store.subscribers.unsubscribe(press.subscriber.chat_id, one)
    left = await press.store.subscribers.get(press.subscriber.chat_id)
    return choices.subscriptions(press.viewer.texts, left or press.subscriber)


async def _digest(press: Press) -> Shown:
    shown = await digests.preview(press.store, press.subscriber, press.viewer, press.subscriber.form)
    return replace(shown, rows=(*shown.rows, home_row(press.viewer.texts)))


async def _help(press: Press) -> Screen:
    return choices.help_(press.viewer)


async def _privacy(press: Press) -> Screen:
    return choices.privacy(press.viewer)


_DEEDS: Final[dict[str, Deed]] = {
    "home": _home,
    "welcome": _welcome,
    "privacy": _privacy,
    "language": _language,
    "lang": _lang,
    "list": _list,
    **cards.DEEDS,
    **saved.DEEDS,
    **timing.DEEDS,
    **settings.DEEDS,
    "topics": _topics,
    "chip": _chip,
    "pick": _pick,
    "turn": _turn,
    "follow": _follow,
    "hours": _hours,
    "hour": _hour,
    "subs": _subs,
    "drop": _drop,
    "digest": _digest,
    "help": _help,
}
_CHANGING: Final = frozenset(
    {
        "lang",
        "turn",
        "follow",
        "hour",
        "drop",
        "mute",
        "track",
        "forget",
        "export",
    }
    | timing.CHANGING
    | settings.CHANGING
)
