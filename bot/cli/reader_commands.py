"""`qala readers …`: all readers carried to another installation, under another bot."""

import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.shared import carry_out, fail, opened_store

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
            pass  # all of it is sound, or nothing is taken in
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
