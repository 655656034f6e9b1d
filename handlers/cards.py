"""What a reader does with an article: open, save, react, want less of it, ask why it came."""

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, cast

from aiogram import Bot, Router
from aiogram.client.session.middlewares.base import BaseRequestMiddleware, NextRequestMiddlewareType
from aiogram.methods import TelegramMethod
from aiogram.types import InlineKeyboardMarkup, Message, MessageReactionUpdated, ReactionTypeEmoji

from handlers.callbacks import CallbackContext, CallbackHandler
from handlers.settings import follow, let_go
from handlers.views import card, render
from handlers.views.actions import Action, ListPlace, act, parse, parse_place, placed
from handlers.views.articles import Viewer, change_query
from handlers.views.card import CardState
from handlers.views.full_text import full_text
from handlers.views.screen import AnyScreen, Screen, cut
from locales import LANGUAGES, texts
from news.models import Article, Preferences, QalaError, Subscriber, Subscription
from news.stories.stories import Story
from news.text.sentences import brief
from storage import Storage
from storage.readers.last_shown import LastScreen, LastScreens
from storage.readers.preferences import MutedKind

_TITLE_UNITS: Final = 60
_READ_AT_ONCE: Final = 20_000
"""Texts of up to so many characters are cut into pages on the event loop, which takes a few milliseconds."""


async def existing(store: Storage, key: int) -> Article:
    """The article with this key. Raises QalaError if it is gone."""
    article = await store.articles.get(key)
    if article is None:
        raise QalaError("article-gone")
    return article


async def show_card(
    store: Storage,
    article: Article,
    subscriber: Subscriber,
    viewer: Viewer,
    back: ListPlace | None = None,
    query: str | None = None,
    opened_up: bool = False,
) -> Screen:
    """An article's card as this reader sees it."""
    story = await told(store, article)
    keys = [member.key for member in story.members] if story else [article.key]
    state = CardState(
        saved=await store.saved.has(subscriber.chat_id, article.key),
        opened_up=opened_up,
        reactions=await store.preferences.reactions(keys) if opened_up else {},
        reacted=await store.preferences.reacted(subscriber.chat_id, article.key) if opened_up else None,
        story=story,
        summary=await _summary(article),
    )
    return card.card(article, viewer, back, query, state)


async def _summary(article: Article) -> str:
    if article.summary is None:  # filed by a version that computed the summary at every press
        return await asyncio.to_thread(brief, article.title, article.body, article.language)
    return article.summary


async def told(store: Storage, article: Article) -> Story | None:
    """The story of an article; None if nobody else tells it."""
    story = await store.stories.get(article.story) if article.story is not None else None
    return story if story is not None and len(story.members) > 1 else None


async def show_story(
    store: Storage, article: Article, subscriber: Subscriber, viewer: Viewer, back: ListPlace | None
) -> Screen:
    """Show who tells the story: the first, the others, what came later. Raises QalaError if it is gone."""
    story = await told(store, article)
    if story is None:
        raise QalaError("error-stale-button")
    followed = bool(_following(subscriber, article))
    return card.story(story, article.key, viewer.texts, viewer.zone, viewer.now, back, followed=followed)


async def track(store: Storage, article: Article, subscriber: Subscriber, *, on: bool) -> None:
    """Follow the story of an article, so that its news comes with the digest; or unfollow it."""
    if not on:
        await store.subscribers.unsubscribe(subscriber.chat_id, *_following(subscriber, article))
    elif article.story is not None:
        title = cut(article.title, _TITLE_UNITS)
        await follow(store, subscriber, Subscription("story", f"{article.story} {title}"))


def _following(subscriber: Subscriber, article: Article) -> list[Subscription]:
    return [
        one
        for one in subscriber.subscriptions
        if one.kind == "story" and one.value.partition(" ")[0] == str(article.story)
    ]


async def show_text(
    store: Storage,
    article: Article,
    number: int,
    subscriber: Subscriber,
    viewer: Viewer,
    back: ListPlace | None,
    query: str | None,
    *,
    whole: bool = False,
) -> AnyScreen:
    """A page of an article's text, or the `whole`. Opening its first page tunes the reader's digest a little.

    In a group it does not.
    """
    if number == 0 and not whole and not viewer.in_group:
        await store.preferences.opened(subscriber.chat_id, [topic.slug for topic in article.topics[:2]])
    if number == 0 and article.topics:
        store.daily.count("read", article.topics[0].slug)
    if len(article.body) > _READ_AT_ONCE:
        return await asyncio.to_thread(full_text, article, number, viewer, back, query, whole=whole)
    return full_text(article, number, viewer, back, query, whole=whole)


async def mute(
    store: Storage,
    article: Article,
    kind: MutedKind,
    subscriber: Subscriber,
    viewer: Viewer,
    back: ListPlace | None,
    *,
    wish: str,
) -> Screen:
    """Mute an article's topic, source or story: '1' fully, '2' to once a digest, '0' not any more."""
    value = {
        "topic": article.topics[0].slug if article.topics else "",
        "source": article.source or "",
        "story": str(article.story or ""),
    }[kind]
    if not value:
        raise QalaError("error-stale-button")
    left: list[Subscription] = []
    if wish == "0":
        await store.preferences.unmute(subscriber.chat_id, kind, value)
    else:
        left = await store.preferences.mute(subscriber.chat_id, kind, value, fewer=wish == "2" and kind != "story")
    shown = card.muted(article, kind, viewer.texts, back, wish=wish)
    return replace(shown, html=let_go(shown.html, left, viewer.texts))


async def why(
    store: Storage, article: Article, subscriber: Subscriber, viewer: Viewer, back: ListPlace | None
) -> Screen:
    """Why this article came: its topics with the words that gave them, and what the reader follows."""
    preferences: Preferences = await store.preferences.of(subscriber.chat_id)
    return card.why(article, subscriber, preferences, viewer.texts, back)


async def _open(context: CallbackContext) -> Screen:
    article, back = await _pressed(context)
    return await show_card(context.store, article, context.subscriber, context.viewer, back, context.query)


async def _card(context: CallbackContext) -> Screen | None:
    """Show the card of a digest's article below the digest, which stays."""
    article = await existing(context.store, int(context.arguments[0]))
    screen = await show_card(context.store, article, context.subscriber, context.viewer)
    if context.callback.message is not None:
        await render.below(context.callback, screen)
    return None


async def _more(context: CallbackContext) -> Screen:
    article, back = await _pressed(context)
    return await show_card(
        context.store, article, context.subscriber, context.viewer, back, context.query, opened_up=True
    )


async def _read(context: CallbackContext) -> AnyScreen:
    article, back = await _pressed(context)
    number = int(context.arguments[1])
    return await show_text(context.store, article, number, context.subscriber, context.viewer, back, context.query)


async def _whole(context: CallbackContext) -> AnyScreen:
    article, back = await _pressed(context)
    return await show_text(
        context.store, article, 0, context.subscriber, context.viewer, back, context.query, whole=True
    )


async def _save(context: CallbackContext) -> Screen:
    article, back = await _pressed(context)
    if context.arguments[1] == "1":
        await context.store.saved.add(context.subscriber.chat_id, article.key, context.viewer.now)
    else:
        await context.store.saved.remove(context.subscriber.chat_id, article.key)
    return await show_card(context.store, article, context.subscriber, context.viewer, back, context.query)


async def _save_in(context: CallbackContext) -> None:
    """Save or unsave an article. The message stays; its button tells what the next press does."""
    article = await existing(context.store, int(context.arguments[0]))
    on = context.arguments[1] == "1"
    if on:
        await context.store.saved.add(context.subscriber.chat_id, article.key, context.viewer.now)
    else:
        await context.store.saved.remove(context.subscriber.chat_id, article.key)
    texts = context.viewer.texts
    context.said.append(texts.plain("saved-toast" if on else "unsaved-toast"))
    name = texts.plain("button-saved-already" if on else "button-save")
    await render.relabel(context.callback, name, act("savein", article.key, int(not on)))


async def _text(context: CallbackContext) -> None:
    """Show the text of a digest's lead below the digest, which stays."""
    article = await existing(context.store, int(context.arguments[0]))
    shown = await show_text(context.store, article, 0, context.subscriber, context.viewer, None, None)
    if context.callback.message is not None:
        await render.below(context.callback, shown)


async def _react(context: CallbackContext) -> Screen:
    article, back = await _pressed(context)
    await context.store.preferences.react(context.subscriber.chat_id, article.key, context.arguments[1])
    return await show_card(
        context.store, article, context.subscriber, context.viewer, back, context.query, opened_up=True
    )


async def _tuned(context: CallbackContext) -> Screen:
    """Show what tunes the digest, with a button back to why the article came."""
    article, back = await _pressed(context)
    own = await context.store.preferences.of(context.subscriber.chat_id)
    screen = card.preferences(own, context.viewer.texts, placed("why", article.key, place=back))
    return _found(context, screen)


async def _less(context: CallbackContext) -> Screen:
    article, back = await _pressed(context)
    return _found(context, card.less(article, context.viewer.texts, back))


async def _mute(context: CallbackContext) -> Screen:
    article, back = await _pressed(context)
    kind, wish = cast("MutedKind", context.arguments[1]), context.arguments[2]
    shown = await mute(context.store, article, kind, context.subscriber, context.viewer, back, wish=wish)
    return _found(context, shown)


async def _why(context: CallbackContext) -> Screen:
    article, back = await _pressed(context)
    return _found(context, await why(context.store, article, context.subscriber, context.viewer, back))


async def _story(context: CallbackContext) -> Screen:
    article, back = await _pressed(context)
    return _found(context, await show_story(context.store, article, context.subscriber, context.viewer, back))


async def _track(context: CallbackContext) -> Screen:
    article, back = await _pressed(context)
    await track(context.store, article, context.subscriber, on=context.arguments[1] == "1")
    changed = await context.store.subscribers.get(context.subscriber.chat_id) or context.subscriber
    return _found(context, await show_story(context.store, article, changed, context.viewer, back))


def _found(context: CallbackContext, screen: Screen) -> Screen:
    """The screen with the query of its list on a button, because there is no other way back to the list."""
    if not context.query:
        return screen
    return replace(screen, rows=(*screen.rows, (change_query(context.viewer.texts, context.query),)))


async def _pressed(context: CallbackContext) -> tuple[Article, ListPlace | None]:
    """The article in a button's first argument, and the list in its last."""
    return await existing(context.store, int(context.arguments[0])), parse_place(context.arguments[-1])


CALLBACKS: Final[dict[str, CallbackHandler]] = {
    "open": _open,
    "card": _card,
    "more": _more,
    "read": _read,
    "whole": _whole,
    "save": _save,
    "savein": _save_in,
    "text": _text,
    "tuned": _tuned,
    "react": _react,
    "less": _less,
    "mute": _mute,
    "why": _why,
    "story": _story,
    "track": _track,
}


# Telegram's reactions to a card: a thumb under the message counts like the button.

_FEELINGS: Final[Mapping[str, str]] = (
    dict.fromkeys("👍❤🔥🥰👏😁🎉🤩🙏💯🏆🤗", "like")
    | dict.fromkeys("😢😭💔🕊😨😱", "sorry")
    | dict.fromkeys("👎😡🤬🤮💩", "outrage")
)
_CARDS_KNOWN: Final = 20_000
_ON_A_CARD: Final = frozenset(("more", "react", "alert-why"))
"""Actions that only messages about one article have; their first argument is its key."""
_CHATS_KNOWN: Final = 2_000
_KEYBOARDS_READ: Final = 256
_STEPS: Final = frozenset(("list", "page", "read"))
"""Actions that turn a page."""
_NAMED: Final = _STEPS | _ON_A_CARD | {"open", "card", "text", "hour", "time"}
_OFFERS: Final = frozenset(("at", "watch", "hush", "live"))
"""Actions that accept an offer, if theirs is the first button: an hour, words to follow or to hide, a town."""
_MARKS: Final = re.compile(r"^[^\w«#]+|[^\w»]+$|\s·\s\d+$")
_READ: Final = frozenset(texts(code).plain("button-read") for code in LANGUAGES)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a person may name by a word of what they were shown: numbered articles, what goes on from there, buttons."""

    keys: Mapping[int, int] = field(default_factory=dict)
    """Number → the article's key."""
    further: Action | None = None
    """The next page of the list, the digest or the text; of a card, its text."""
    query: str | None = None
    """The words that the list was found by."""
    article: int | None = None
    """The key of the only article."""
    hours: bool = False
    """Whether the hours of a digest were asked for, so that a number is one."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """Callback data by a button's label (`plain_label`)."""
    topic: str | None = None
    """The slug of the only topic that may be followed there."""
    drops: tuple[str, ...] = ()
    """The callback data of the buttons that each end a subscription."""
    saved: bool = False
    """Whether the numbered articles are saved ones."""
    earlier: bool = False
    """Whether the numbers are those of an earlier list, below which other things were shown."""
    offer: str | None = None
    """The callback data of the button that accepts what was offered: a bare «yes» means it."""

    def after(self) -> int | None:
        """The key of the article after the one that is open, in the list they were in."""
        place = next((number for number, key in self.keys.items() if key == self.article), None)
        return None if place is None else self.keys.get(place + 1)


def plain_label(text: str) -> str:
    """A label without its marks and its number of news: «✓ Спорт · 7» is «спорт»."""
    return _MARKS.sub("", text.casefold())


def keyboard_json(markup: InlineKeyboardMarkup) -> str:
    """A keyboard's JSON."""
    return markup.as_json() if isinstance(markup, render.ReadyKeyboard) else markup.model_dump_json(exclude_none=True)


@lru_cache(_KEYBOARDS_READ)
def shown_under(keyboard: str) -> Shown:
    """What the buttons of a keyboard name, which is JSON; "" is none."""
    keys: dict[int, int] = {}
    labels: dict[str, str] = {}
    further, hours, query, article, saved = None, False, None, None, False
    drops: list[str] = []
    topics: list[str] = []
    for button in (button for row in (json.loads(keyboard)["inline_keyboard"] if keyboard else ()) for button in row):
        text, data = button["text"], button.get("callback_data", "")
        query = query or button.get("switch_inline_query_current_chat")
        verb = data.partition(":")[0]
        if data and verb != "chip":  # «22 ноября» said is not to be taken away but looked for
            labels.setdefault(plain_label(text), data)
        if verb == "drop":
            drops.append(data)
        elif verb == "follow":
            topics.append(data.split(":")[1])
        # A message that is replied to may have another bot's buttons.
        if verb not in _NAMED or (action := parse(data)) is None:
            continue
        if verb in ("open", "card") and text.isdecimal():
            keys[int(text)] = int(action.arguments[0])
            saved = verb == "open" and action.arguments[1].partition(".")[0] == "v"
        elif verb == "open" and text.startswith("‹"):
            article = int(action.arguments[0])  # its text, or why it came, with the way back to its card
        elif verb == "text":
            keys[1] = int(action.arguments[0])  # a digest's first article is told at length
        elif verb in _STEPS and (text.endswith("›") or text in _READ):
            further = action
        elif verb in _ON_A_CARD:
            article = int(action.arguments[0])
        hours = hours or verb in ("hour", "time")
    first = next(iter(labels.values()), "")
    offer = first if first.partition(":")[0] in _OFFERS or first.startswith("hour:off") else None
    return Shown(
        keys,
        further,
        query,
        article,
        hours,
        labels,
        topics[0] if len(topics) == 1 else None,
        tuple(drops),
        saved,
        offer=offer,
    )


_NUMBERED: Final = re.compile(r'"text":"\d+"[^{}]*"callback_data":"(?:open|card):|"callback_data":"text:')


class ShownCards(BaseRequestMiddleware):
    """Which article each of the newest messages shows, in memory only; and what each private chat was shown last.

    That is kept in memory and in the store, which is asked after a restart, and always where replicas answer too
    (`alone` is false).
    """

    def __init__(
        self, screens: LastScreens, clock: Callable[[], int] = lambda: 0, alone: Callable[[], bool] = lambda: True
    ) -> None:
        self._screens = screens
        self._clock = clock
        self._alone = alone
        self._articles: OrderedDict[tuple[int, int], int] = OrderedDict()
        self._shown: OrderedDict[int, LastScreen] = OrderedDict()
        """Few of them are ever read."""

    async def __call__(
        self, make_request: NextRequestMiddlewareType[Any], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        """Send the request, and remember which article or list was shown."""
        markup = getattr(method, "reply_markup", None)
        if not isinstance(markup, InlineKeyboardMarkup):
            return await make_request(bot, method)
        shown, at = keyboard_json(markup), self._clock()
        numbered = _NUMBERED.search(shown) is not None
        chat_id = getattr(method, "chat_id", None)
        if isinstance(chat_id, int) and chat_id > 0:
            self._screens.note(chat_id, at, shown, numbered=numbered)
        sent = await make_request(bot, method)
        if isinstance(sent, Message):
            if sent.chat.type == "private":
                # What a list numbered stays until the next list: who reads the second article may ask for the third.
                earlier = self._shown.get(sent.chat.id)
                listed = shown if numbered else earlier.listed if earlier is not None else ""
                self._remember(sent.chat.id, LastScreen(at, shown, listed))
            place = (sent.chat.id, sent.message_id)
            self._articles.pop(place, None)
            if (key := _article_under(markup)) is not None:
                self._articles[place] = key
                if len(self._articles) > _CARDS_KNOWN:
                    self._articles.popitem(last=False)
        return sent

    def _remember(self, chat_id: int, screen: LastScreen) -> None:
        self._shown.pop(chat_id, None)
        self._shown[chat_id] = screen
        if len(self._shown) > _CHATS_KNOWN:
            self._shown.popitem(last=False)

    async def last(self, chat_id: int, digest: Callable[[str], Awaitable[str]]) -> Shown:
        """What a private chat was shown last that can be named by a word.

        `digest` gives the JSON of the buttons of an edition that came by itself; "" if it is not known any more.
        """
        screen = self._shown.get(chat_id)
        if screen is None or not self._alone():
            kept = await self._screens.last(chat_id)
            if screen is None or (kept is not None and kept.at > screen.at):
                screen = kept or LastScreen(0)
                if screen.edition is not None and (came := await digest(screen.edition)):
                    screen = LastScreen(screen.at, came, came if _NUMBERED.search(came) else screen.listed)
                self._remember(chat_id, screen)
        shown = shown_under(screen.keyboard)
        if shown.keys or shown.hours or not screen.listed:
            return shown
        before = shown_under(screen.listed)
        return replace(shown, keys=before.keys, saved=before.saved, earlier=True, query=shown.query or before.query)

    def article(self, chat_id: int, message_id: int) -> int | None:
        """The key of the article a message shows."""
        return self._articles.get((chat_id, message_id))


def _article_under(markup: InlineKeyboardMarkup) -> int | None:
    for row in markup.inline_keyboard:
        for button in row:
            verb, _, rest = (button.callback_data or "").partition(":")
            if verb in _ON_A_CARD:
                return int(rest.partition(":")[0])
    return None


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="cards")
    router.message_reaction.register(felt)
    return router


async def felt(event: MessageReactionUpdated, store: Storage, shown_cards: ShownCards) -> None:
    """Count a reader's reaction to a card. Anonymous reactions, of a channel or a group, are not counted."""
    key = shown_cards.article(event.chat.id, event.message_id)
    if key is None or event.user is None:
        return
    emojis = [one.emoji for one in event.new_reaction if isinstance(one, ReactionTypeEmoji)]
    feeling = next((_FEELINGS[one[0]] for one in emojis if one[:1] in _FEELINGS), None)
    await store.preferences.feel(event.user.id, key, feeling)
