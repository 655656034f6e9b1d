"""Commands about the store itself: copies of it, and the move to PostgreSQL."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.shared import carry_out, fail, sentences, settings

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
    from storage.engine.backup import alone
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

    if not file.is_file():
        fail(f"there is no file {file}")
    carry_out(work())
