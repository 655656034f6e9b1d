"""A pressed button: what its handler is given, and who may change a chat's settings."""

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

# A pressed button and what its handler may ask.


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
    """A toast that says what the handler did, if the screen that follows does not."""

    @property
    def query(self) -> str | None:
        """The words by which the list under the button was found."""
        return render.query_of(self.callback.message)


CallbackHandler = Callable[[CallbackContext], Awaitable[AnyScreen | None]]
"""What a button does. It returns the screen to show in place of the old one, or None if nothing changes."""


async def acknowledge(callback: CallbackQuery, text: str | None = None, *, toast: bool = False) -> None:
    """Answer a press, with an alert if there is a text. If it is too late for that, a single reader gets the text as a
    message.

    A `toast` disappears by itself and is not sent again. What a press did is done whenever Telegram hears of it, so the
    screen that shows it must follow in any case.
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


# Who may change a chat's settings: in a private chat its reader, in a group its administrators.

_ADMINISTRATORS = {"creator", "administrator"}
_NO_MEMBER = ("PARTICIPANT_ID_INVALID", "member not found", "user not found")


async def may_change(event: Message | CallbackQuery, bot: Bot) -> None:
    """Raise QalaError if this person may not change this chat. Telegram is asked each time."""
    if not await administers(event, bot):
        raise QalaError("error-admins-only")


async def administers(event: Message | CallbackQuery, bot: Bot) -> bool:
    """Whether this person may change this chat, as Telegram says it now."""
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
        return False  # somebody who writes as a channel, or left meanwhile
    return member.status in _ADMINISTRATORS


def only_in_private(viewer: Viewer) -> None:
    """Raise QalaError in a group: what one reader keeps for themselves is in their private chat with the bot."""
    if viewer.in_group:
        raise QalaError("error-private-only")


def only_admins(person: int, admins: Collection[int]) -> None:
    """Raise QalaError if this person does not administer the bot (QALA_ADMINS)."""
    if person not in admins:
        raise QalaError("error-operators-only")
