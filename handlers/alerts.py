"""/alerts and /mute: what comes as an alert, how often, and what never comes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from handlers.callbacks import CallbackContext, CallbackHandler, may_change
from handlers.settings import LONGEST_WORD, follow, let_go, outlet_of
from handlers.views import alerts as views
from handlers.views import render
from handlers.views.articles import Viewer
from handlers.views.screen import Screen
from handlers.views.settings import token
from news.alerts.matching import ArticleWords, asking
from news.models import Article, QalaError, Subscriber, Subscription
from storage import Storage

MOST_MUTED = 50


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="alerts")
    router.message.register(alerts, Command("alerts"))
    router.message.register(mute, Command("mute"))
    return router


async def alerts(message: Message, subscriber: Subscriber, viewer: Viewer) -> None:
    """Show what comes as an alert."""
    await render.answer(message, views.alerts(subscriber, viewer.texts))


async def mute(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Mute a word or an outlet; without one, show what is muted."""
    if not command.args:
        own = await store.preferences.of(subscriber.chat_id)
        await render.answer(message, views.mutes(own, viewer.texts))
        return
    text = " ".join(command.args.split())
    outlet = outlet_of(text)
    value = outlet or text.strip("\"«»“”„'")[:LONGEST_WORD].strip()
    if not re.search(r"\w", value):
        raise QalaError("mute-ask")
    await may_change(message, bot)
    await render.answer(message, await hide(store, subscriber, "source" if outlet else "word", value, viewer))


async def hide(
    store: Storage, subscriber: Subscriber, kind: Literal["word", "source", "topic"], value: str, viewer: Viewer
) -> Screen:
    """Mute something. Raises QalaError if too much is muted already."""
    own = await store.preferences.of(subscriber.chat_id)
    if len(own.muted) >= MOST_MUTED:
        raise QalaError("mute-too-many", most=MOST_MUTED)
    left = await store.preferences.mute(subscriber.chat_id, kind, value)
    shown = views.muted(kind, value, viewer.texts)
    return replace(shown, html=let_go(shown.html, left, viewer.texts))


async def _alerts(context: CallbackContext) -> Screen:
    return views.alerts(context.subscriber, context.viewer.texts)


async def _alert(context: CallbackContext) -> Screen:
    """The alert again, in place of what its buttons showed."""
    article = await _article(context)
    return views.alert(article, _asked(context.subscriber, article), context.viewer)


async def _why(context: CallbackContext) -> Screen:
    article = await _article(context)
    return views.why(article, _asked(context.subscriber, article), context.subscriber, context.viewer.texts)


async def _later(context: CallbackContext) -> Screen:
    """Move the subscriptions that brought this alert to the digest. Without any it was urgent: switch those off."""
    article = await _article(context)
    named = [one for one in _asked(context.subscriber, article) if one.at_once]
    if named:
        await context.store.watches.set(context.subscriber.chat_id, named, at_once=False)
    else:
        await context.store.watches.set_urgent(context.subscriber.chat_id, False)
    return views.later(named, article, context.subscriber, context.viewer.texts)


async def _again(context: CallbackContext) -> Screen:
    article = await _article(context)
    named = _asked(context.subscriber, article)
    if named:
        await context.store.watches.set(context.subscriber.chat_id, named, at_once=True)
    else:
        await context.store.watches.set_urgent(context.subscriber.chat_id, True)
    return views.alert(article, named, context.viewer)


async def _set(context: CallbackContext) -> Screen:
    one, at_once = await _turned(context)
    return views.set_(one, context.subscriber, context.viewer.texts, at_once=at_once)


async def _turn(context: CallbackContext) -> Screen:
    await _turned(context)
    return await _changed(context)


async def _turned(context: CallbackContext) -> tuple[Subscription, bool]:
    """Let a subscription's news come at once, or only with the digest. Raises QalaError if it is not followed."""
    at_once = context.arguments[1] == "1"
    for one in context.subscriber.subscriptions:
        if token(one) == context.arguments[0]:
            await context.store.watches.set(context.subscriber.chat_id, [one], at_once=at_once)
            return one, at_once
    raise QalaError("error-stale-button")


async def _urgent(context: CallbackContext) -> Screen:
    chosen = context.arguments[0]
    at_night = None if chosen == "0" else chosen == "2"
    await context.store.watches.set_urgent(context.subscriber.chat_id, chosen != "0", at_night=at_night)
    return await _changed(context)


async def _cap(context: CallbackContext) -> Screen:
    """Set the next choice of how many alerts come a day."""
    now = context.subscriber.alerts_a_day
    following = next((most for most in views.CAPS if most > now), views.CAPS[0])
    await context.store.watches.set_most(context.subscriber.chat_id, following)
    return await _changed(context)


async def _changed(context: CallbackContext) -> Screen:
    changed = await context.store.subscribers.get(context.subscriber.chat_id)
    return await _alerts(replace(context, subscriber=changed or context.subscriber))


async def _mutes(context: CallbackContext) -> Screen:
    return views.mutes(await context.store.preferences.of(context.subscriber.chat_id), context.viewer.texts)


async def _unmute(context: CallbackContext) -> Screen:
    """Unmute a word, an outlet or a topic. Raises QalaError if it is not muted."""
    own = await context.store.preferences.of(context.subscriber.chat_id)
    for kind, value in own.muted:
        if kind in views.MUTED and views.muted_token(kind, value) == context.arguments[0]:
            await context.store.preferences.unmute(context.subscriber.chat_id, kind, value)  # type: ignore[arg-type]
            return views.unmuted(kind, value, context.viewer.texts)
    raise QalaError("error-stale-button")


async def _outlet(context: CallbackContext) -> Screen:
    """Follow or unfollow the outlet of an article."""
    article = await _article(context)
    if not article.source:
        raise QalaError("error-stale-button")
    asked, followed = Subscription("source", article.source), context.arguments[1] == "1"
    if followed:
        await follow(context.store, context.subscriber, asked)
    else:
        await context.store.subscribers.unsubscribe(context.subscriber.chat_id, asked)
    return views.outlet(article, context.viewer.texts, followed=followed)


async def _article(context: CallbackContext) -> Article:
    article = await context.store.articles.get(int(context.arguments[0]))
    if article is None:
        raise QalaError("article-gone")
    return article


def _asked(subscriber: Subscriber, article: Article) -> list[Subscription]:
    return asking(ArticleWords(article), subscriber.subscriptions)


CALLBACKS: Final[Mapping[str, CallbackHandler]] = {
    "alerts": _alerts,
    "alert": _alert,
    "alert-why": _why,
    "alert-later": _later,
    "alert-again": _again,
    "alert-set": _set,
    "alert-turn": _turn,
    "alerts-cap": _cap,
    "urgent": _urgent,
    "mutes": _mutes,
    "unmute": _unmute,
    "outlet": _outlet,
}
CHANGING: Final = frozenset(
    {"alert-later", "alert-again", "alert-set", "alert-turn", "alerts-cap", "urgent", "unmute", "outlet"}
)
