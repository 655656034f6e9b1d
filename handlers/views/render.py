"""Screens into aiogram's objects; no other view file knows aiogram."""

import json
import logging
import re
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any, Final

from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import EditEphemeralMessageText, SendMessage, SendRichMessage
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    EphemeralMessageParameters,
    InaccessibleMessage,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    InputRichMessage,
    InputRichMessageMedia,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from pydantic import PrivateAttr

from handlers.views.actions import NOT_FOR_MANY, Action
from handlers.views.fitting import fitted_rows, sendable
from handlers.views.screen import AnyScreen, Button, ButtonRows, RichScreen, Screen
from locales import Html
from news.text.clean import FILE_MARK

log = logging.getLogger("qala.views")

_KEPT: Final = 128
"""How many screens and previews are cached for readers who are shown the same."""


class ReadyKeyboard(InlineKeyboardMarkup):
    """A keyboard that makes its JSON only once."""

    _made: str | None = PrivateAttr(None)

    def as_json(self) -> str:
        """Its JSON."""
        if self._made is None:
            self._made = self.model_dump_json(exclude_none=True)
        return self._made


class ReadyPreview(LinkPreviewOptions):
    """A preview's options that make their JSON only once."""

    _made: str | None = PrivateAttr(None)

    def as_json(self) -> str:
        """Its JSON."""
        if self._made is None:
            self._made = self.model_dump_json(exclude_unset=True)
        return self._made


def keyboard(screen: AnyScreen) -> InlineKeyboardMarkup | None:
    """The buttons under a message; None without any."""
    return _keyboard(screen.rows) if screen.rows else None


def _keyboard(rows: ButtonRows) -> ReadyKeyboard:
    return ReadyKeyboard(inline_keyboard=[[_button(button) for button in row] for row in fitted_rows(rows) if row])


def keyboard_json(rows: ButtonRows) -> str:
    """The JSON of these buttons as a keyboard."""
    made = ("[" + ",".join(map(_button_json, row)) + "]" for row in fitted_rows(rows) if row)
    return '{"inline_keyboard":[' + ",".join(made) + "]}"


@lru_cache(4 * _KEPT)
def _button_json(button: Button) -> str:
    return json.dumps({name: value for name, value in _fields(button).items() if value is not None}, ensure_ascii=False)


def _fields(button: Button) -> dict[str, str | None]:
    """A button's fields as Telegram names them."""
    return {
        "text": button.text,
        "callback_data": button.action.pack() if button.action else None,
        "url": button.url,
        "switch_inline_query": button.share,
        "switch_inline_query_current_chat": button.here,
        "style": button.style,
    }


def preview(screen: Screen) -> ReadyPreview:
    """The preview's options: a small preview of a link, a picture large above the text, or none."""
    return _preview(screen.preview, screen.picture)


@lru_cache(_KEPT)
def _preview(link: str | None, picture: str | None) -> ReadyPreview:
    if picture is not None:
        return ReadyPreview(url=picture, prefer_large_media=True, show_above_text=True)
    if link is None:
        return ReadyPreview(is_disabled=True)
    return ReadyPreview(url=link, prefer_small_media=True)


def arguments(screen: AnyScreen) -> dict[str, Any]:
    """The arguments common to all requests that send or edit a screen; a rich one has no preview."""
    return dict(_arguments(screen))


@lru_cache(_KEPT)
def _arguments(screen: AnyScreen) -> dict[str, Any]:
    screen = sendable(screen)
    if isinstance(screen, RichScreen):
        return {"rich_message": _rich(screen.html), "reply_markup": keyboard(screen)}
    return {
        "text": screen.html,
        "parse_mode": "HTML",
        "reply_markup": keyboard(screen),
        "link_preview_options": preview(screen),
    }


_FILE = re.compile(rf'src="{FILE_MARK}([\w-]+)"', re.ASCII)


def _rich(html: str) -> InputRichMessage:
    """A rich message. Pictures that Telegram keeps are named in it by numbers."""
    files: list[InputRichMessageMedia] = []

    def named(found: re.Match[str]) -> str:
        files.append(InputRichMessageMedia(id=f"p{len(files)}", media=InputMediaPhoto(media=found[1])))
        return f'src="tg://photo?id={files[-1].id}"'

    return InputRichMessage(html=_FILE.sub(named, html), media=files or None)


def sending(chat_id: int, screen: AnyScreen, thread: int | None = None) -> SendMessage | SendRichMessage:
    """The request that sends a screen to a chat or a topic; for a group without buttons for one reader."""
    shown = arguments(screen if chat_id > 0 else for_many(screen))
    if isinstance(screen, RichScreen):
        return SendRichMessage(chat_id=chat_id, message_thread_id=thread, **shown)
    return SendMessage(chat_id=chat_id, message_thread_id=thread, **shown)


_OWN_BUTTON = re.compile(r'<tg-button type="callback_data" data="([a-z-]+)(?::[^"]*)?">.*?</tg-button>', re.DOTALL)


def for_many(screen: AnyScreen) -> AnyScreen:
    """A screen for a group, without buttons for one reader's own things."""
    rows = tuple(
        kept for row in screen.rows if (kept := tuple(one for one in row if not (one.action and one.action.is_own)))
    )
    if isinstance(screen, RichScreen):
        html = _OWN_BUTTON.sub(lambda found: "" if found[1] in NOT_FOR_MANY else found[0], screen.html)
        return replace(screen, html=Html(html.replace("<tg-button-row></tg-button-row>", "")), rows=rows)
    return replace(screen, rows=rows)


_PICTURE = re.compile(r"<figure\b[^>]*>.*?</figure>|<img\b[^>]*>", re.DOTALL)
# What Telegram's server says if it could not fetch a picture, or accepts none in this chat.
_NO_PICTURE = (
    "failed to get http url content", "wrong type of the web page content", "wrong http url", "wrong file identifier",
    "webpage_", "media_empty", "media_invalid", "photo_invalid", "image_process_failed", "external_url_invalid",
    "not enough rights to send photos", "send_photos_forbidden", "send_media_forbidden", "rich_media",
)  # fmt: skip


def without_pictures(screen: AnyScreen) -> AnyScreen | None:
    """The same screen without pictures, with their links kept; None if it has no picture."""
    if not isinstance(screen, RichScreen):
        return None
    bare, pictures = _PICTURE.subn("", screen.html)
    return RichScreen(Html(bare), screen.rows) if pictures else None


def refuses_picture(text: str) -> bool:
    """Whether Telegram's refusal may be about a picture."""
    return any(one in text.casefold() for one in _NO_PICTURE)


async def answer(message: Message | InaccessibleMessage, screen: AnyScreen) -> Message:
    """Show a screen as a new message, without pictures if Telegram cannot show them.

    A command that only its sender saw gets an answer that only they see; if Telegram refuses that, all see it.
    """
    if isinstance(message, Message) and message.ephemeral_message_id is not None and message.from_user is not None:
        told = {
            "ephemeral_message_parameters": EphemeralMessageParameters(receiver_user_id=message.from_user.id),
            "reply_parameters": ReplyParameters(ephemeral_message_id=message.ephemeral_message_id),
        }
        try:
            return await _shown(message, screen, told)
        except TelegramBadRequest as error:
            log.warning("an answer to one is shown to all: %s", error.message)
    return await _shown(message, screen, {})


async def below(callback: CallbackQuery, screen: AnyScreen) -> None:
    """Show a screen below the pressed message; in a group only to the person who pressed, if Telegram allows it."""
    message = callback.message
    if message is None:
        return
    if isinstance(message, Message) and message.chat.type in _GROUPS and await _aside(callback, message, screen):
        return
    await answer(message, screen)


_GROUPS = ("group", "supergroup")


async def _aside(callback: CallbackQuery, message: Message, screen: AnyScreen) -> bool:
    """Show a screen only to the person who pressed; whether Telegram accepted it."""
    told = EphemeralMessageParameters(receiver_user_id=callback.from_user.id, callback_query_id=callback.id)
    try:
        await _shown(message, screen, {"ephemeral_message_parameters": told})
    except TelegramBadRequest as error:
        log.warning("an answer to one is shown to all: %s", error.message)
        return False
    return True


async def _shown(message: Message | InaccessibleMessage, screen: AnyScreen, told: dict[str, Any]) -> Message:
    if message.chat.type != "private":
        screen = for_many(screen)
    try:
        return await _answer(message, screen, told)
    except TelegramBadRequest as error:
        if (bare := without_pictures(screen)) is None or not refuses_picture(error.message):
            raise
        log.warning("a picture cannot be shown: %s", error.message)
    return await _answer(message, bare, told)


async def _answer(message: Message | InaccessibleMessage, screen: AnyScreen, told: dict[str, Any]) -> Message:
    if isinstance(screen, RichScreen):
        return await message.answer_rich(**arguments(screen), **told)
    return await message.answer(**arguments(screen), **told)


async def change(callback: CallbackQuery, screen: AnyScreen, *, aside: bool = False) -> None:
    """Replace the screen whose button was pressed; if it cannot be changed any more, show the new one below it.

    `aside`: in a group only the person who pressed sees it, and the old screen stays, if Telegram allows that.
    """
    message = callback.message
    if message is None:
        return
    if isinstance(message, InaccessibleMessage):
        await answer(message, screen)
        return
    if message.chat.type != "private":
        screen = for_many(screen)
    if message.ephemeral_message_id is not None:
        await _change_ephemeral(callback, message, screen)
        return
    if aside and message.chat.type in _GROUPS and await _aside(callback, message, screen):
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


async def _change_ephemeral(callback: CallbackQuery, message: Message, screen: AnyScreen) -> None:
    assert message.ephemeral_message_id is not None
    try:
        await EditEphemeralMessageText(
            chat_id=message.chat.id,
            receiver_user_id=callback.from_user.id,
            ephemeral_message_id=message.ephemeral_message_id,
            **arguments(screen),
        ).as_(callback.bot)
    except TelegramBadRequest as error:
        if "message is not modified" in error.message:
            return
        if (bare := without_pictures(screen)) is not None and refuses_picture(error.message):
            await _change_ephemeral(callback, message, bare)
            return
        await below(callback, screen)  # ephemeral messages do not last, and this one is gone


async def answer_picture(message: Message, png: bytes, screen: Screen) -> None:
    """Show our picture with the screen's text below it."""
    await message.answer_photo(
        BufferedInputFile(png, "chart.png"), caption=screen.html, parse_mode="HTML", reply_markup=keyboard(screen)
    )


async def change_picture(callback: CallbackQuery, png: bytes, screen: Screen) -> None:
    """Replace a picture by ours; a text cannot become one, so then it is shown below."""
    if not isinstance(callback.message, Message):
        return
    if not callback.message.photo:
        await answer_picture(callback.message, png, screen)
        return
    media = InputMediaPhoto(media=BufferedInputFile(png, "chart.png"), caption=screen.html, parse_mode="HTML")
    await callback.message.edit_media(media, reply_markup=keyboard(screen))


async def relabel(callback: CallbackQuery, text: str, action: Action) -> None:
    """Give the pressed button another text and action, and change nothing else."""
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
    """The query of a list or card, which is in its «change the query» button; None without one."""
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


@lru_cache(4 * _KEPT)
def _button(button: Button) -> InlineKeyboardButton:
    return _blank().model_copy(update=_fields(button))


@cache
def _blank() -> InlineKeyboardButton:
    """A button to be copied: `sendable` has looked at its parts, and checking them again takes three times as long."""
    return InlineKeyboardButton(text="")
