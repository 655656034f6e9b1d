"""Pressed buttons: the handler of each runs, and its screen takes the place of the old one."""

from dataclasses import replace
from typing import Final

from aiogram import Bot, Router
from aiogram.types import CallbackQuery, InlineKeyboardButton, InlineKeyboardMarkup, Message

from handlers import alerts, cards, said, saved, settings
from handlers import digest as digests
from handlers import digest as timing
from handlers import settings as choosing
from handlers.callbacks import CallbackContext, CallbackHandler, acknowledge, may_change, only_in_private
from handlers.channels import setting_up
from handlers.lists import show_place, show_without
from handlers.views import render
from handlers.views import settings as choices
from handlers.views import settings as timing_views
from handlers.views.actions import OWN_VERBS, Action, act, parse, parse_place
from handlers.views.articles import Viewer
from handlers.views.screen import AnyScreen, Button, Screen
from handlers.views.search import search_button
from handlers.views.settings import home_row
from locales import Html, Texts, escape
from locales import texts as texts_of
from news.models import QalaError, Subscriber, Subscription
from news.subject import topics
from storage import Storage

_DAY = 86_400
_FIRST_LENGTH = 3
"""How many stories the preview at the end of the welcome has: it shows how a digest looks and fits a phone."""


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="buttons")
    router.callback_query.register(pressed)
    return router


async def pressed(callback: CallbackQuery, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Answer first, because the reader's client waits; then act. An unknown button gets a kind answer."""
    action = parse(callback.data)
    if callback.message is not None and callback.message.chat.type == "channel":
        # A channel's buttons are links. Forged callback data must not change what all its readers see.
        await acknowledge(callback, viewer.texts.plain("channel-press"))
        return
    if action is None:
        await _stale(callback, subscriber, viewer)
        return
    context = CallbackContext(callback, bot, store, subscriber, viewer, action.arguments)
    try:
        if action.verb in OWN_VERBS or _is_saved_list(action):
            only_in_private(viewer)
        if action.verb in _CHANGING:
            await may_change(callback, bot)
        screen = await _CALLBACKS[action.verb](context)
        if not context.said and action.verb in _TOASTS:
            context.said.append(viewer.texts.plain(_TOASTS[action.verb]))
    except QalaError as error:
        if error.key == "error-stale-button":
            await _stale(callback, subscriber, viewer)
        else:
            await acknowledge(callback, viewer.texts.plain(error.key, **error.arguments))
        return
    await acknowledge(callback, " ".join(context.said) or None, toast=True)
    if screen is not None:
        await render.change(callback, screen, aside=action.verb in _ASIDE)


async def pressed_by_word(
    message: Message,
    data: str,
    query: str | None,
    bot: Bot,
    store: Storage,
    subscriber: Subscriber,
    viewer: Viewer,
) -> bool:
    """Do what the button with this data does, for a private message that says its label; the answer comes below.

    `query` is what the list above the button was found by. False for a button that is not ours or is an
    administrator's: such a one is pressed. Raises QalaError.
    """
    action = parse(data)
    if action is None or action.verb not in _CALLBACKS:
        return False
    rows = [[InlineKeyboardButton(text="?", switch_inline_query_current_chat=query)]] if query else []
    below = message.model_copy(update={"reply_markup": InlineKeyboardMarkup(inline_keyboard=rows)})
    assert message.from_user is not None
    said = CallbackQuery(id="", from_user=message.from_user, chat_instance="", message=below, data=data).as_(bot)
    context = CallbackContext(said, bot, store, subscriber, viewer, action.arguments)
    screen = await _CALLBACKS[action.verb](context)
    if screen is None and context.said:
        screen = Screen(escape(" ".join(context.said)))
    if screen is not None:
        otherwise = search_button(viewer.texts, message.text or "")
        await render.answer(message, replace(screen, rows=(*screen.rows, (otherwise,))))
    return True


def _is_saved_list(action: Action) -> bool:
    """Whether a button leads to the saved articles, or to one of them and back."""
    place = parse_place(action.arguments[-1]) if action.verb == "list" else None
    return place is not None and place.kind == "saved"


async def _stale(callback: CallbackQuery, subscriber: Subscriber, viewer: Viewer) -> None:
    """Say that a button is old, and show the home screen below; the old message is not changed."""
    await acknowledge(callback, viewer.texts.plain("error-stale-button"))
    if viewer.private and callback.message is not None:
        await render.below(callback, choices.home(viewer.texts, subscriber))


_TOASTS: Final = {
    **dict.fromkeys(("turn", "follow", "drop", "time", "day", "hour", "all"), "toast-changed"),
    **dict.fromkeys(("live", "reads", "pictures", "retaste", "mute", "track"), "toast-changed"),
    **dict.fromkeys(("card", "text", "setup"), "toast-below"),
    "react": "toast-reaction",
}
"""The toast for a press that changed something, if its handler said nothing.

Turning a page and opening another screen need none: one sees them, and a toast would be in the way.
"""


_ASIDE: Final = frozenset(
    {
        "open", "card", "more", "read", "whole", "text", "why", "story", "chip", "words", "topics", "subs", "settings",
        "language", "when", "times", "days", "zone", "pick", "hours", "city", "help", "privacy", "alerts", "alert-why",
        "mutes",
    }
)  # fmt: skip
"""In a group these screens are shown only to the person who pressed, so that others keep the list they read."""


async def _home(context: CallbackContext) -> Screen:
    if context.viewer.in_group:  # what is one reader's own has no place there
        return choices.group_hello(context.viewer.texts)
    return choices.home(context.viewer.texts, context.subscriber)


async def _welcome(context: CallbackContext) -> Screen:
    return choices.languages(context.viewer.texts, welcome=True)


async def _language(context: CallbackContext) -> Screen:
    return choices.languages(context.viewer.texts, welcome=False)


async def _lang(context: CallbackContext) -> Screen:
    code, welcome = context.arguments
    await choosing.set_language(
        context.store,
        context.bot,
        context.subscriber,
        code,
        is_admin=context.viewer.is_admin,
        city_asked_at=context.viewer.now if welcome == "1" else None,
    )
    texts = texts_of(code)
    if welcome == "1":
        return choices.cities(texts, context.subscriber, welcome=True)
    return Screen(texts("language-set"), ((Button(texts.plain("button-settings"), act("settings")),), home_row(texts)))


async def _list(context: CallbackContext) -> Screen:
    place = parse_place(context.arguments[0])
    assert place is not None
    return await show_place(context.store, place, context.viewer, context.subscriber, context.query)


async def _chip(context: CallbackContext) -> Screen:
    if not context.query:
        raise QalaError("error-stale-button")
    return await show_without(
        context.store, context.query, int(context.arguments[0]), context.viewer, context.subscriber
    )


async def _topics(context: CallbackContext) -> Screen:
    counts = await context.store.articles.topic_counts(context.viewer.now - _DAY, context.viewer.now)
    return choices.topic_list(context.viewer.texts, context.subscriber.topics, counts)


async def _pick(context: CallbackContext) -> Screen:
    return choices.topic_picker(context.viewer.texts, context.subscriber.topics, context.arguments[0] == "1")


async def _turn(context: CallbackContext) -> Screen:
    slug, welcome = context.arguments
    chosen = await _switch(context, slug, slug not in context.subscriber.topics)
    return choices.topic_picker(context.viewer.texts, chosen, welcome == "1")


async def _follow(context: CallbackContext) -> Screen:
    slug, on = context.arguments
    texts, asked = context.viewer.texts, Subscription("topic", slug)
    if on == "1" and slug in topics.TOPICS:
        shown = await choosing.subscribed(context.store, context.subscriber, asked, context.viewer)
        back = Button(texts.plain("button-back"), act("list", f"t.{slug}"))
        return replace(shown, rows=(*shown.rows, (back,)))
    await _switch(context, slug, on=False)
    return Screen(texts("unsubscribed", name=topics.name(slug, texts.language)), choices.after_following(texts, slug))


async def _switch(context: CallbackContext, slug: str, on: bool) -> set[str]:
    if slug not in topics.TOPICS:
        raise QalaError("error-stale-button")
    one = Subscription("topic", slug)
    if on:
        await choosing.follow(context.store, context.subscriber, one)
        return {*context.subscriber.topics, slug}
    await context.store.subscribers.unsubscribe(context.subscriber.chat_id, one)
    return set(context.subscriber.topics) - {slug}


async def _hours(context: CallbackContext) -> Screen:
    return choices.hours(context.viewer.texts, context.subscriber, context.arguments[0] == "1")


async def _hour(context: CallbackContext) -> Screen:
    given, welcome = context.arguments
    minute = None if given == "off" else int(given)
    if minute is not None and minute > 1439:
        raise QalaError("error-stale-button")
    texts = context.viewer.texts
    answer = await digests.set_hours(
        context.store, context.subscriber, () if minute is None else (minute,), context.viewer
    )
    if welcome != "1":
        on = digests.digest_on(context.viewer, () if minute is None else (minute,))
        return Screen(answer, ((*on, *home_row(texts)),))
    if minute is None:
        return Screen(texts("welcome-done-quiet"), choices.home(texts, context.subscriber).rows)
    shown = await digests.preview(context.store, context.subscriber, context.viewer, length=_FIRST_LENGTH)
    assert isinstance(shown, Screen)
    whole = Html(f"{texts('welcome-done', digest=answer)}\n\n{shown.html}")
    return replace(shown, html=whole, rows=(*shown.rows, home_row(texts)))


async def _subs(context: CallbackContext) -> Screen:
    return choices.subscriptions(context.viewer.texts, context.subscriber)


async def _drop(context: CallbackContext) -> Screen:
    gone = [one for one in context.subscriber.subscriptions if choices.token(one) == context.arguments[0]]
    await context.store.subscribers.unsubscribe(context.subscriber.chat_id, *gone)
    left = await context.store.subscribers.get(context.subscriber.chat_id)
    return choices.subscriptions(context.viewer.texts, left or context.subscriber)


async def _digest(context: CallbackContext) -> AnyScreen:
    shown = await digests.preview(context.store, context.subscriber, context.viewer, context.subscriber.form)
    return replace(shown, rows=(*shown.rows, _after_preview(context.viewer.texts)))


def _after_preview(texts: Texts) -> tuple[Button, ...]:
    """Buttons back to the home screen and to the digest's settings: a preview replaces either of them."""
    return (Button(texts.plain("button-hour"), act("when")), *home_row(texts))


async def _page(context: CallbackContext) -> AnyScreen:
    name, page = context.arguments
    message = context.callback.message
    form = "plain" if getattr(message, "text", None) else "rich"
    shown = await digests.turned(context.store, context.subscriber, context.viewer, name, int(page), form)
    if not name.startswith("n") or not context.viewer.private:
        return shown
    return replace(shown, rows=(*shown.rows, _after_preview(context.viewer.texts)))


async def _setup(context: CallbackContext) -> None:
    """Show the digest's settings below the digest, which stays."""
    if context.callback.message is not None:
        await render.below(context.callback, timing_views.timing(context.viewer.texts, context.subscriber))


async def _help(context: CallbackContext) -> Screen:
    return choices.help_(context.viewer)


async def _privacy(context: CallbackContext) -> Screen:
    return choices.privacy(context.viewer)


_CALLBACKS: Final[dict[str, CallbackHandler]] = {
    "home": _home,
    "welcome": _welcome,
    "privacy": _privacy,
    "language": _language,
    "lang": _lang,
    "list": _list,
    **cards.CALLBACKS,
    **saved.CALLBACKS,
    **said.DEEDS,
    **timing.CALLBACKS,
    **settings.CALLBACKS,
    **alerts.CALLBACKS,
    **setting_up.CALLBACKS,
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
    "page": _page,
    "setup": _setup,
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
    | alerts.CHANGING
    | said.CHANGING
)
