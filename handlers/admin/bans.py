"""/ban and /unban for administrators: a person or group that is not heard and not written to any more."""

import re
from collections.abc import Collection
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, MessageOriginUser

from handlers.callbacks import only_admins
from handlers.views import render
from handlers.views.articles import Viewer
from handlers.views.screen import Screen
from locales import Html
from news.models import QalaError
from storage import Storage

_SHOWN: Final = 30


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="bans")
    router.message.register(ban, Command("ban"))
    router.message.register(unban, Command("unban"))
    return router


async def ban(
    message: Message, command: CommandObject, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """Ban whom the command names or answers; without either, say who is banned."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    whom = chat_id_of(command.args) or _answered(message)
    if whom is None:
        await render.answer(message, await _banned(store, viewer))
        return
    if whom in admins:
        raise QalaError("ban-admin")
    await store.bans.add(whom, viewer.now)
    await render.answer(message, Screen(viewer.texts("ban-done", id=str(whom))))


async def unban(
    message: Message, command: CommandObject, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """Let them in again."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    whom = chat_id_of(command.args) or _answered(message)
    if whom is None:
        await render.answer(message, await _banned(store, viewer))
        return
    was = await store.bans.remove(whom)
    await render.answer(message, Screen(viewer.texts("unban-done" if was else "unban-was-not", id=str(whom))))


def chat_id_of(text: str | None) -> int | None:
    """A person's or group's number as it is typed; None where it is none."""
    found = re.fullmatch(r"[-−–]?[1-9][0-9]{0,15}", (text or "").strip())
    return int(re.sub("[−–]", "-", found[0])) if found else None


def _answered(message: Message) -> int | None:
    """Who wrote the message that this one answers, or from whom it was forwarded; None where it is ours or hidden."""
    source = message.reply_to_message
    if source is None:
        return None
    if isinstance(source.forward_origin, MessageOriginUser):
        return source.forward_origin.sender_user.id
    if source.from_user is None or source.from_user.is_bot or message.chat.type == "private":
        return None
    return source.from_user.id


async def _banned(store: Storage, viewer: Viewer) -> Screen:
    """How to ban, and who is."""
    found = await store.bans.all()
    lines = [viewer.texts("ban-how"), Html(""), viewer.texts("ban-list", count=len(found))]
    lines += [Html(f"<code>{chat}</code> · {_day(at, viewer.zone)}") for chat, at in found[:_SHOWN]]
    return Screen(Html("\n".join(lines)))


def _day(moment: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(moment, zone):%d.%m.%Y}"
