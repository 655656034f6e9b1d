"""/channel: a channel's administrator sets up posting to it, from their private chat with the bot."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError
from aiogram.filters import Command
from aiogram.types import (
    ChatAdministratorRights,
    ChatMemberAdministrator,
    ChatMemberOwner,
    ForceReply,
    KeyboardButton,
    KeyboardButtonRequestChat,
    Message,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from handlers.callbacks import CallbackContext, CallbackHandler, only_in_private
from handlers.channels import screens as views
from handlers.views import render
from handlers.views.articles import Viewer
from handlers.views.screen import Screen, cut, utf16_length
from news.models import LANGUAGES, QalaError, Subscriber, Subscription
from news.subject import topics
from news.timetable import EVERY_DAY, Timetable, next_slot
from storage import Storage
from storage.readers.channels import Channel

_REQUEST: Final = 1
_CAP: Final = 20
_ASKED_SECONDS: Final = 15 * 60
_NOTHING: Final = dict.fromkeys(
    (
        *("is_anonymous", "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members"),
        *("can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories"),
        *("can_delete_stories", "can_send_welcome_messages"),
    ),
    False,
)
_POSTS: Final = ChatAdministratorRights(**_NOTHING, can_post_messages=True)
_ADDS: Final = ChatAdministratorRights(**_NOTHING | {"can_promote_members": True}, can_post_messages=True)
"""The rights that somebody needs in a channel to make the bot an administrator who posts."""


def make_router() -> Router:
    """The handlers of this file. They must be asked before searching, because words may answer their question."""
    router = Router(name="setting up channels")
    router.message.register(channel, Command("channel"))
    router.message.register(shared, F.chat_shared.request_id == _REQUEST)
    router.message.register(
        signed, F.chat.type == "private", F.text, F.reply_to_message.from_user.is_bot, _awaits_signature
    )
    return router


async def channel(message: Message, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Show the channels this person set up; without any, how to choose one."""
    only_in_private(viewer)
    if known := await store.channels.kept_by(subscriber.chat_id):
        await render.answer(message, views.listed(known, viewer.texts))
        return
    await _offer(message, viewer)


async def _offer(message: Message, viewer: Viewer) -> None:
    texts = viewer.texts
    wanted = KeyboardButtonRequestChat(
        request_id=_REQUEST,
        chat_is_channel=True,
        user_administrator_rights=_ADDS,
        bot_administrator_rights=_POSTS,
        request_title=True,
        request_username=True,
    )
    choose = KeyboardButton(text=texts.plain("button-channel-choose"), request_chat=wanted)
    keyboard = ReplyKeyboardMarkup(
        keyboard=[[choose], [KeyboardButton(text=texts.plain("button-keys-cancel"))]],
        resize_keyboard=True,
        one_time_keyboard=True,
    )
    await message.answer(texts("channel-how"), parse_mode="HTML", reply_markup=keyboard)


async def shared(message: Message, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Set up a chosen channel, after asking Telegram whether this person and the bot may post there."""
    only_in_private(viewer)
    assert message.chat_shared is not None
    chosen = await _channel(bot, message.chat_shared.chat_id, message.chat_shared.title, viewer)
    await may_post(bot, chosen.chat_id, subscriber.chat_id)
    if not await _posts(bot, chosen.chat_id, bot.id):
        raise QalaError("channel-no-rights", name=cut(chosen.title, 60), bot=viewer.username)
    begins = Subscriber(
        chat_id=chosen.chat_id,
        kind="channel",
        language=subscriber.language,
        language_chosen=True,
        timezone=subscriber.timezone,
        news_languages=subscriber.news_languages,
        timetable=Timetable((), EVERY_DAY, None, "send"),
        alerts_a_day=_CAP,
        created_at=viewer.now,
    )
    new = await store.channels.set_up(chosen, subscriber.chat_id, begins)
    said = viewer.texts("channel-connected" if new else "channel-here-already", name=cut(chosen.title, 60))
    await message.answer(said, parse_mode="HTML", reply_markup=ReplyKeyboardRemove())
    await render.answer(message, await _screen(store, chosen.chat_id, viewer))


async def _channel(bot: Bot, chat_id: int, title: str | None, viewer: Viewer) -> Channel:
    """The channel as Telegram knows it. Raises QalaError if it is none, or the bot is not in it."""
    try:
        chat = await bot.get_chat(chat_id)
    except (TelegramBadRequest, TelegramForbiddenError) as error:
        raise QalaError("channel-no-rights", name=cut(title or "", 60), bot=viewer.username) from error
    if chat.type != "channel":
        raise QalaError("channel-is-no-channel")
    return Channel(chat_id, cut((chat.title or "").strip() or str(chat_id), 100), chat.username)


async def may_post(bot: Bot, chat_id: int, person: int) -> None:
    """Raise QalaError if this person may not publish in a channel. Telegram is asked each time."""
    if not await _posts(bot, chat_id, person):
        raise QalaError("channel-not-yours")


async def _posts(bot: Bot, chat_id: int, who: int) -> bool:
    try:
        member = await bot.get_chat_member(chat_id, who)
    except (TelegramBadRequest, TelegramForbiddenError):
        return False
    if isinstance(member, ChatMemberAdministrator):
        return bool(member.can_post_messages)
    return isinstance(member, ChatMemberOwner)


async def _awaits_signature(message: Message, store: Storage, clock: Callable[[], int]) -> bool | dict[str, Any]:
    """Filters for words that answer the question for a channel's last line; passes the channel on."""
    found = await store.channels.asked_for_signature(message.chat.id, clock() - _ASKED_SECONDS)
    return {"signing": found} if found is not None else False


async def signed(message: Message, bot: Bot, store: Storage, viewer: Viewer, signing: Channel) -> None:
    """Set the last line of a channel's posts."""
    await may_post(bot, signing.chat_id, message.chat.id)
    text = " ".join((message.text or "").split())
    if not text or utf16_length(text) > views.LONGEST_SIGNATURE:
        raise QalaError("channel-signature-long", most=views.LONGEST_SIGNATURE)
    await store.channels.sign(signing, text)
    await message.answer(viewer.texts("channel-signed"), parse_mode="HTML")
    await render.answer(message, await _screen(store, signing.chat_id, viewer))


# Buttons in the private chat. Each press asks Telegram whether this person may still post in the channel.


async def _chosen(context: CallbackContext) -> tuple[Channel, Subscriber]:
    """The channel a button names. Raises QalaError if it is not set up any more, or is not theirs."""
    only_in_private(context.viewer)
    chat_id = int(context.arguments[0])
    found, subscriber = await context.store.channels.get(chat_id), await context.store.subscribers.get(chat_id)
    await may_post(context.bot, chat_id, context.callback.from_user.id)
    if found is None or subscriber is None:
        raise QalaError("channel-gone")
    return found, subscriber


async def _screen(store: Storage, chat_id: int, viewer: Viewer) -> Screen:
    found, subscriber = await store.channels.get(chat_id), await store.subscribers.get(chat_id)
    if found is None or subscriber is None:
        raise QalaError("channel-gone")
    return views.settings(found, subscriber, viewer.texts)


async def _list(context: CallbackContext) -> Screen | None:
    only_in_private(context.viewer)
    if known := await context.store.channels.kept_by(context.subscriber.chat_id):
        return views.listed(known, context.viewer.texts)
    await _add(context)
    return None


async def _add(context: CallbackContext) -> None:
    only_in_private(context.viewer)
    if isinstance(context.callback.message, Message):
        await _offer(context.callback.message, context.viewer)


async def _show(context: CallbackContext) -> Screen:
    found, subscriber = await _chosen(context)
    return views.settings(found, subscriber, context.viewer.texts)


async def _topics(context: CallbackContext) -> Screen:
    found, subscriber = await _chosen(context)
    return views.topic_picker(found, subscriber.topics, context.viewer.texts)


async def _topic(context: CallbackContext) -> Screen:
    found, subscriber = await _chosen(context)
    slug = context.arguments[1]
    if slug not in topics.TOPICS:
        raise QalaError("error-stale-button")
    asked, on = Subscription("topic", slug), slug not in subscriber.topics
    change = context.store.subscribers.subscribe if on else context.store.subscribers.unsubscribe
    await change(found.chat_id, asked)
    return views.topic_picker(found, subscriber.topics ^ {slug}, context.viewer.texts)


async def _set(context: CallbackContext) -> Screen | None:
    found, subscriber = await _chosen(context)
    store, what, texts = context.store, context.arguments[1], context.viewer.texts
    if what == "remove":
        return views.removing(found, texts)
    if what == "gone":
        await store.channels.remove(found.chat_id)
        return Screen(texts("channel-removed", name=cut(found.title, 60)))
    if what == "sign" and not found.signature:
        await store.channels.ask_signature(found.chat_id, context.subscriber.chat_id, context.viewer.now)
        if isinstance(context.callback.message, Message):
            ask = texts("channel-signature-ask", most=views.LONGEST_SIGNATURE)
            await context.callback.message.answer(ask, parse_mode="HTML", reply_markup=ForceReply())
        return None
    await _turned(store, found, subscriber, what, context.viewer.now)
    return await _screen(store, found.chat_id, context.viewer)


async def _turned(store: Storage, found: Channel, subscriber: Subscriber, what: str, now: int) -> None:
    """Turn one setting to its next choice."""
    timetable = subscriber.timetable
    if what in ("stories", "off"):
        await _timed(store, replace(found, stories=what == "stories"), replace(timetable, minutes=()), subscriber, now)
    elif what in ("digest", "times"):
        at = views.TIMES.index(timetable.minutes) + 1 if timetable.minutes in views.TIMES else 0
        minutes = views.TIMES[at % len(views.TIMES)] if what == "times" or not timetable.minutes else timetable.minutes
        await _timed(store, replace(found, stories=False), replace(timetable, minutes=minutes), subscriber, now)
    elif what == "hours":
        at = views.HOURS.index(timetable.quiet) + 1 if timetable.quiet in views.HOURS else 0
        quiet = views.HOURS[at % len(views.HOURS)]
        await _timed(store, found, replace(timetable, quiet=quiet), subscriber, now)
    elif what == "cap":
        most = next((one for one in views.CAPS if one > subscriber.alerts_a_day), views.CAPS[0])
        await store.watches.set_most(found.chat_id, most)
    elif what == "reads":
        ways = (LANGUAGES, *((one,) for one in LANGUAGES))
        at = ways.index(subscriber.news_languages) + 1 if subscriber.news_languages in ways else 0
        await store.channels.read(found.chat_id, ways[at % len(ways)])
    elif what == "night":
        await store.channels.change(replace(found, silent=not found.silent))
    elif what == "photos":
        await store.subscribers.set_pictures(found.chat_id, not subscriber.pictures)
    elif what == "sign":
        await store.channels.change(replace(found, signature=""))


async def _timed(store: Storage, found: Channel, timetable: Timetable, subscriber: Subscriber, now: int) -> None:
    zone = ZoneInfo(subscriber.timezone)
    async with store.database.transaction() as tx:
        await store.channels.change(found, tx)
        next_at = next_slot(timetable, zone, now)
        await store.subscribers.set_timetable(found.chat_id, timetable, next_at, now, tx)


CALLBACKS: Final[Mapping[str, CallbackHandler]] = {
    "channels": _list,
    "channel-add": _add,
    "channel": _show,
    "channel-set": _set,
    "channel-topics": _topics,
    "channel-topic": _topic,
}
