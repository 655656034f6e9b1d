"""Screens into aiogram's objects: the one view file that knows it."""

import logging
import re
from typing import Any

from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SendMessage, SendRichMessage
from aiogram.types import (
    CallbackQuery,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputRichMessage,
    LinkPreviewOptions,
    Message,
)

from handlers.views.actions import Action
from handlers.views.fitting import fitted_rows, sendable
from handlers.views.screen import AnyScreen, Button, RichScreen, Screen
from locales import Html

log = logging.getLogger("qala.views")


def keyboard(screen: AnyScreen) -> InlineKeyboardMarkup | None:
    """The buttons under a message, None where there are none."""
    if not screen.rows:
        return None
    rows = [[_button(button) for button in row] for row in fitted_rows(screen.rows) if row]
    return InlineKeyboardMarkup(inline_keyboard=rows)


def preview(screen: Screen) -> LinkPreviewOptions:
    """Which link's preview is shown, small; a picture large above the text; none where the screen names none."""
    if screen.picture is not None:
        return LinkPreviewOptions(url=screen.picture, prefer_large_media=True, show_above_text=True)
    if screen.preview is None:
        return LinkPreviewOptions(is_disabled=True)
    return LinkPreviewOptions(url=screen.preview, prefer_small_media=True)


def arguments(screen: AnyScreen) -> dict[str, Any]:
    """What every way of sending or editing a message takes; a rich screen has no preview."""
    screen = sendable(screen)
    if isinstance(screen, RichScreen):
        return {"rich_message": InputRichMessage(html=screen.html), "reply_markup": keyboard(screen)}
    return {
        "text": screen.html,
        "parse_mode": "HTML",
        "reply_markup": keyboard(screen),
        "link_preview_options": preview(screen),
    }


def sending(chat_id: int, screen: AnyScreen) -> SendMessage | SendRichMessage:
    """The request that sends a screen to a chat."""
    if isinstance(screen, RichScreen):
        return SendRichMessage(chat_id=chat_id, **arguments(screen))
    return SendMessage(chat_id=chat_id, **arguments(screen))


_PICTURE = re.compile(r"<figure\b[^>]*>.*?</figure>|<img\b[^>]*>", re.DOTALL)
# Telegram could not fetch a picture, or takes none in this chat: its server's own words.
_NO_PICTURE = (
    "failed to get http url content", "wrong type of the web page content", "wrong http url", "wrong file identifier",
    "webpage_", "media_empty", "media_invalid", "photo_invalid", "image_process_failed", "external_url_invalid",
    "not enough rights to send photos", "send_photos_forbidden", "send_media_forbidden", "rich_media",
)  # fmt: skip


def without_pictures(screen: AnyScreen) -> AnyScreen | None:
    """The same without its pictures, its links kept; None where there is no picture in it."""
    if not isinstance(screen, RichScreen):
        return None
    bare, pictures = _PICTURE.subn("", screen.html)
    return RichScreen(Html(bare), screen.rows) if pictures else None


def refuses_picture(text: str) -> bool:
    """Whether Telegram's refusal may be about a picture."""
    return any(one in text.casefold() for one in _NO_PICTURE)


async def answer(message: Message | InaccessibleMessage, screen: AnyScreen) -> Message:
    """Show a screen as a new message, without its pictures where Telegram cannot show them."""
    try:
        return await _answer(message, screen)
    except TelegramBadRequest as error:
        if (bare := without_pictures(screen)) is None or not refuses_picture(error.message):
            raise
        log.warning("a picture cannot be shown: %s", error.message)
    return await _answer(message, bare)


async def _answer(message: Message | InaccessibleMessage, screen: AnyScreen) -> Message:
    if isinstance(screen, RichScreen):
        return await message.answer_rich(**arguments(screen))
    return await message.answer(**arguments(screen))


async def change(callback: CallbackQuery, screen: AnyScreen) -> None:
    """Show a screen in place of the one whose button was pressed; below it where it cannot be changed any more."""
    message = callback.message
    if message is None:
        return
    if isinstance(message, InaccessibleMessage):
        await answer(message, screen)
        return
    try:
        await message.edit_text(**arguments(screen))
    except TelegramBadRequest as error:
        if "message is not modified" in error.message:
            return
        if (bare := without_pictures(screen)) is not None and refuses_picture(error.message):
            log.warning("a picture cannot be shown: %s", error.message)
            await change(callback, bare)
            return
        if "message can't be edited" not in error.message and "message to edit not found" not in error.message:
            raise
        await answer(message, screen)


async def relabel(callback: CallbackQuery, text: str, action: Action) -> None:
    """Give the pressed button, where it stands under its message, another text and handler; all else stays."""
    message = callback.message
    if not isinstance(message, Message) or message.reply_markup is None:
        return
    rows = [
        [
            InlineKeyboardButton(text=text, callback_data=action.pack()) if one.callback_data == callback.data else one
            for one in row
        ]
        for row in message.reply_markup.inline_keyboard
    ]
    if rows == message.reply_markup.inline_keyboard:
        return
    try:
        await message.edit_reply_markup(reply_markup=InlineKeyboardMarkup(inline_keyboard=rows))
    except TelegramBadRequest as error:
        if "message is not modified" not in error.message and "message can't be edited" not in error.message:
            raise


def query_of(message: object) -> str | None:
    """The words a list or card was found by: they stand in its «change the query» button."""
    markup = message.reply_markup if isinstance(message, Message) else None
    for row in markup.inline_keyboard if markup else []:
        for button in row:
            if button.switch_inline_query_current_chat:
                return button.switch_inline_query_current_chat
    return None


def address_of(message: object) -> str | None:
    """The address on the first link button under a message."""
    markup = message.reply_markup if isinstance(message, Message) else None
    buttons = (button for row in markup.inline_keyboard for button in row) if markup else iter(())
    return next((button.url for button in buttons if button.url), None)


def _button(button: Button) -> InlineKeyboardButton:
    return InlineKeyboardButton(
        text=button.text,
        callback_data=button.action.pack() if button.action else None,
        url=button.url,
        switch_inline_query=button.share,
        switch_inline_query_current_chat=button.here,
        style=button.style,
    )
