"""Commands about readers and the store: moving readers to another bot, bans, copies, the move to PostgreSQL."""

import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.shared import carry_out, fail, opened_store, sentences, settings

readers = typer.Typer(help="Readers carried to another bot.", no_args_is_help=True)

_SHORTEST = 12


@readers.command()
def export(file: Annotated[Path, typer.Argument(help="Where to write; it must not be there yet.")]) -> None:
    """Write all readers and what they chose into a file sealed with a password (asked, or a line of standard input)."""
    if file.exists():
        fail(f"{file} is there already: name another file")
    password = _password(twice=True)
    if len(password) < _SHORTEST:
        fail(f"a password of {_SHORTEST} characters at least: whoever has it and the file has your readers", code=2)

    async def work() -> None:
        from storage.readers.export import seal

        async with opened_store() as store:
            count = await seal(store.database, file, password)
        print(f"{file}: {count} readers; keep the password apart from it")

    carry_out(work())


@readers.command("import")
def import_(file: Annotated[Path, typer.Argument(help="A file of `qala readers export`.")]) -> None:
    """Take readers in: each has their settings and subscriptions back when they say /start to the new bot."""
    password = _password(twice=False)

    async def work() -> None:
        from storage.readers.export import carry_in, unsealed

        new = known = 0
        for _ in unsealed(file, password):
            pass  # read to the end first: the whole file is sound, or nothing of it is stored
        async with opened_store() as store:
            for some in unsealed(file, password):
                added = await carry_in(store.database, some, int(time.time()))
                new, known = new + added, known + sum("chat_id" in one for one in some) - added
        print(f"{new} readers wait for their /start; {known} were known here and stay as they are")

    carry_out(work())


def _password(*, twice: bool) -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    return str(typer.prompt("Password", hide_input=True, confirmation_prompt=twice))


# Bans.

ANY_NUMBER = {"ignore_unknown_options": True}
"""A group's number begins with a minus and must not be read as an option."""
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


# The store: copies, and the move to PostgreSQL.

CopyFile = Annotated[Path, typer.Argument(help="The copy.", metavar="FILE")]


def backup(file: CopyFile) -> None:
    """Write a consistent, checked copy of the store while it is in use."""
    from storage.engine.backup import back_up

    with sentences():
        print(f"{file}: {back_up(settings().database, file):,} bytes")


def restore(file: CopyFile) -> None:
    """Put a copy in the place of the store; nothing that was sent since is sent again. The old store is kept."""
    from storage.engine import backup as copies
    from storage.readers.data_map import forget_again

    with sentences():
        done = copies.restore(settings().database, file, forget=forget_again)
    print("restored; digests due since the copy was made are not sent again")
    if done.forgotten:
        print(f"{done.forgotten} readers in the copy had asked to be forgotten since: they are not in the store")
    if done.kept:
        print(f"the store that was there is kept as {done.kept}")
    for one in done.removed:
        print(f"removed {one}: the newest three are kept")


def migrate(file: Annotated[Path, typer.Argument(help="The SQLite file; stop the bot on it first.")]) -> None:
    """Move a SQLite store into the PostgreSQL database of QALA_DATABASE_URL; an interrupted move goes on."""
    from storage import open_storage
    from storage.engine.backup import alone, sqlite_file
    from storage.moving import move

    def told(table: str, rows: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{table}: {rows:,}\033[K", end="", file=sys.stderr, flush=True)

    async def work() -> None:
        url = f"sqlite:///{file.resolve()}"
        with alone(url):
            source = await open_storage(url)
            try:
                target = await open_storage(settings().database)
                try:
                    moved = await move(source, target, str(file.resolve()), told)
                finally:
                    await target.close()
            finally:
                await source.close()
        for table, rows in moved.items():
            print(f"{rows:>12,}  {table}")

    if ":/" in str(file):  # it may hold a password
        fail("name the SQLite file; the address of PostgreSQL stands in QALA_DATABASE_URL", code=2)
    if not file.is_file():
        fail(f"there is no file {file}")
    if sqlite_file(settings(store=False).database) is not None:
        fail("QALA_DATABASE_URL: set it to the PostgreSQL database that the store moves to", code=2)
    carry_out(work())
