"""Commands about readers: who is banned."""

import time
from datetime import UTC, datetime
from typing import Annotated

import typer

from bot.cli.shared import carry_out, fail, opened_store, settings

ANY_NUMBER = {"ignore_unknown_options": True}
"""A group's number begins with a minus: that is no option."""
ChatNumber = Annotated[int, typer.Argument(help="The number of a person, or of a group (it begins with a minus).")]


def ban(
    chat: Annotated[int | None, typer.Argument(help="The number of a person or group; without it: who is.")] = None,
) -> None:
    """Hear a person or group no more and send them nothing; without a number, list who is banned."""
    if chat is not None and chat in settings().admins:
        fail(f"{chat} is an administrator: take them out of QALA_ADMINS first")

    async def work() -> None:
        async with opened_store() as store:
            if chat is None:
                for one, at in await store.bans.all():
                    print(f"{one}\t{datetime.fromtimestamp(at, UTC):%Y-%m-%d}")
                return
            new = await store.bans.add(chat, int(time.time()))
        print(f"banned: {chat}" if new else f"{chat} was banned already")

    carry_out(work())


def unban(chat: ChatNumber) -> None:
    """Hear a person or group again."""

    async def work() -> None:
        async with opened_store() as store:
            if not await store.bans.remove(chat):
                fail(f"{chat} is not banned")
        print(f"heard again: {chat}")

    carry_out(work())
