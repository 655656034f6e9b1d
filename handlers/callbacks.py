"""Callbacks: what a button's handler is given, and who may change a chat's settings."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field

from aiogram import Bot
from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, Chat, InaccessibleMessage, Message

from handlers.views import render
from handlers.views.articles import Viewer
from handlers.views.screen import AnyScreen, Screen
from locales import escape
from news.models import QalaError, Subscriber
from storage import Storage

# A pressed button and what its handler may use.


@dataclass(frozen=True, slots=True)
class CallbackContext:
    """A pressed button: who pressed it, where, and the arguments it carried (their shapes are checked)."""

    callback: CallbackQuery
    bot: Bot
    store: Storage
    subscriber: Subscriber
    viewer: Viewer
    arguments: tuple[str, ...]
    said: list[str] = field(default_factory=list)
    """A toast that tells what the handler did, if the next screen does not show it."""

    @property
    def query(self) -> str | None:
        """The words by which the list under the button was found."""
        return render.query_of(self.callback.message)


CallbackHandler = Callable[[CallbackContext], Awaitable[AnyScreen | None]]
"""Handles a press. It returns the screen that replaces the old one, or None if nothing changes."""


async def acknowledge(callback: CallbackQuery, text: str | None = None, *, toast: bool = False) -> None:
    """Answer a press; a text is shown as an alert. In a private chat a text that comes too late becomes a message.

    A `toast` disappears by itself and never becomes a message. The press has had its effect even if the answer is late,
    so the caller shows the next screen in any case.
    """
    try:
        await callback.answer(text, show_alert=text is not None and not toast)
    except TelegramBadRequest as error:
        if "query is too old" not in error.message:
            raise
        if text is None or toast or callback.message is None:
            return
        if callback.message.chat.type == "private":
            await render.answer(callback.message, Screen(escape(text)))


# A private chat's settings may be changed by its reader, a group's by its administrators.

_ADMINISTRATORS = {"creator", "administrator"}
_NO_MEMBER = ("PARTICIPANT_ID_INVALID", "member not found", "user not found")


async def may_change(event: Message | CallbackQuery, bot: Bot) -> None:
    """Raise QalaError if this person may not change this chat. Telegram is asked each time."""
    if not await administers(event, bot):
        raise QalaError("error-admins-only")


async def administers(event: Message | CallbackQuery, bot: Bot) -> bool:
    """Whether this person may change this chat, as Telegram says now."""
    message = event if isinstance(event, Message | InaccessibleMessage) else event.message
    chat: Chat | None = message.chat if message else None
    if chat is None or chat.type == "private":
        return True
    if isinstance(event, Message) and event.sender_chat is not None:
        return event.sender_chat.id == chat.id  # an anonymous administrator writes as the group itself
    return event.from_user is not None and await _administers(bot, chat.id, event.from_user.id)


async def _administers(bot: Bot, chat: int, person: int) -> bool:
    try:
        member = await bot.get_chat_member(chat, person)
    except TelegramBadRequest as error:
        if not any(one in error.message for one in _NO_MEMBER):
            raise
        return False  # somebody who writes as a channel, or who has left meanwhile
    return member.status in _ADMINISTRATORS


def only_in_private(viewer: Viewer) -> None:
    """Raise QalaError in a group: a reader's own things belong into their private chat with the bot."""
    if viewer.in_group:
        raise QalaError("error-private-only")


def only_admins(person: int, admins: Collection[int]) -> None:
    """Raise QalaError if this person does not administer the bot (QALA_ADMINS)."""
    if person not in admins:
        raise QalaError("error-operators-only")
