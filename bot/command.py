"""What the commands share: settings, the store, an end with a sentence, JSON lines in and out, a bar.

Heavy imports wait until a command needs them.
"""

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import typer

if TYPE_CHECKING:
    from bot.config import Settings
    from storage import Storage


@contextlib.asynccontextmanager
async def opened_store(*, bulk: bool = False) -> AsyncIterator["Storage"]:
    """The store of the settings, closed afterwards; `bulk` as for `open_storage`."""
    from storage import open_storage

    store = await open_storage(settings().database, bulk=bulk)
    try:
        yield store
    finally:
        await store.close()


def settings(**overrides: object) -> "Settings":
    """The settings; a wrong one ends the program with its sentence."""
    from bot.config import SettingsError, load_settings

    try:
        own = load_settings(**overrides)
    except SettingsError as error:
        fail(str(error), code=2)
    _use_own_lexicon(own.data_dir / "lexicon.txt")
    return own


def _use_own_lexicon(path: Path) -> None:
    """An operator's words for topics, in the data folder, add to ours and replace them."""
    if path.is_file():
        from news.language import lexicon

        try:
            lexicon.use(path)
        except ValueError as error:
            fail(str(error), code=2)


def carry_out(work: Coroutine[Any, Any, None]) -> None:
    """Run a command; what an operator can mend is one sentence, a bug keeps its traceback."""
    from bot.config import SettingsError
    from storage import StorageError

    try:
        asyncio.run(work)
    except (StorageError, SettingsError) as error:
        fail(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None


def fail(sentence: str, code: int = 1) -> NoReturn:
    """End the program with a sentence on standard error."""
    print(f"qala: {sentence}", file=sys.stderr)
    raise typer.Exit(code)


def print_json(value: object) -> None:
    """A JSON line on standard output, at once."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def moment(since: str) -> int:
    """UTC seconds of an ISO day or instant; without an offset it is in the settings' zone."""
    try:
        found = datetime.fromisoformat(since)
    except ValueError:
        fail(f"--since {since}: not an ISO day or instant like 2026-11-20", code=2)
    return int((found if found.tzinfo else found.replace(tzinfo=settings().zone)).timestamp())


def json_lines() -> Iterator[dict[str, Any]]:
    """The objects on standard input; a line that is none ends the program with its number."""
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                fail(f"line {number} is not JSON", code=2)


@contextlib.contextmanager
def progress_bar(quiet: bool) -> Iterator[Any]:
    """A bar on a terminal's standard error; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        SpinnerColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = SpinnerColumn(), BarColumn(), DownloadColumn(), TimeElapsedColumn(), TimeRemainingColumn()
    with Progress(*columns, transient=True) as bar:
        task = bar.add_task("import", total=None)
        yield lambda position: bar.update(task, completed=position.done, total=position.total or None)
