"""What commands share: settings, the store, ending with a sentence, JSON lines, a bar, logs, printing articles."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import sys
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, MutableMapping
from datetime import date, datetime
from pathlib import Path
from traceback import format_exception
from typing import TYPE_CHECKING, Any, NoReturn

import structlog
import typer

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.config import Settings
    from news.digests.digest import Digest
    from news.models import Article, PublicationTime
    from storage import Storage

# Heavy imports stand inside the functions that need them.


@contextlib.asynccontextmanager
async def opened_store(*, bulk: bool = False) -> AsyncIterator[Storage]:
    """The store named by the settings; it is closed after the block. `bulk` as in `open_storage`."""
    from storage import open_storage

    store = await open_storage(settings().database, bulk=bulk)
    try:
        yield store
    finally:
        await store.close()


def settings(*, store: bool = True, **overrides: object) -> Settings:
    """The settings. A wrong one ends the program with a sentence.

    `store`: the command uses the store, so its folder must be usable.
    """
    from bot.config import SettingsError, load_settings

    try:
        own = load_settings(**overrides)
        if store:
            _look_at_folders(own)
    except SettingsError as error:
        fail(str(error), code=2)
    _use_own_words(own.data_dir)
    return own


def _look_at_folders(own: Settings) -> None:
    """Raise SettingsError if the data folder or the store's folder cannot be used."""
    from bot.config import SettingsError
    from storage.engine.backup import sqlite_file
    from storage.engine.private import obstacle

    store = sqlite_file(own.database)
    places = [("QALA_DATA_DIR", own.data_dir, "qala.sqlite")]
    if own.database_url is not None and store is not None:
        places.append(("QALA_DATABASE_URL", store.parent, store.name))
    if own.backup_dir is not None:
        places.append(("QALA_BACKUP_DIR", own.backup_dir, "none.sqlite"))
        above = own.backup_dir.absolute().parent
        if not above.is_dir():  # it is not made: copies would fill the disk of the store
            raise SettingsError(f"QALA_BACKUP_DIR: there is no folder {above}; is its disk mounted?")
    for name, folder, file in places:
        if problem := obstacle(folder, file):
            raise SettingsError(f"{name}: {problem}")


def _use_own_words(folder: Path) -> None:
    """Load an operator's words from the data folder. Words of topics add to ours or replace them; boilerplate adds."""
    words, wordings = folder / "lexicon.txt", folder / "boilerplate.txt"
    try:
        if words.is_file():
            from news.language import lexicon

            lexicon.use(words)
        if wordings.is_file():
            from news.pages import boilerplate

            boilerplate.use(wordings)
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}", code=2)
    except ValueError as error:
        fail(str(error), code=2)


def carry_out(work: Coroutine[Any, Any, None]) -> None:
    """Run a command. An error that an operator can mend becomes one sentence; a bug keeps its traceback.

    The exit code is 2 if the settings must be changed, 1 if trying again may help, and what shells expect if a signal
    ended it.
    """
    from bot.supervisor import StoppedError, stoppable

    with sentences():
        try:
            asyncio.run(stoppable(work))
        except StoppedError as error:
            raise typer.Exit(error.code) from None


@contextlib.contextmanager
def sentences() -> Iterator[None]:
    """End the program with a sentence if the block raises an error that an operator can mend."""
    from bot.config import SettingsError
    from storage import StorageError, UnusableStoreError

    try:
        yield
    except (SettingsError, UnusableStoreError) as error:
        fail(str(error), code=2)
    except StorageError as error:
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
    """Print a JSON line on standard output and flush it."""
    print(json.dumps(value, ensure_ascii=False), flush=True)


def moment(since: str) -> int:
    """UTC seconds of an ISO day or instant; without an offset it is read in the settings' zone."""
    try:
        found = datetime.fromisoformat(since)
    except ValueError:
        fail(f"--since {since}: not an ISO day or instant like 2026-11-20", code=2)
    return int((found if found.tzinfo else found.replace(tzinfo=settings().zone)).timestamp())


def json_lines() -> Iterator[dict[str, Any]]:
    """The JSON objects on standard input. A line that is not one ends the program with its number."""
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                fail(f"line {number} is not JSON", code=2)


@contextlib.contextmanager
def progress_bar(quiet: bool) -> Iterator[Any]:
    """A progress bar on standard error if it is a terminal and not `quiet`."""
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


# Log lines are in English on standard error, as JSON unless it is a terminal. A token never appears in one.

_TOKEN = re.compile(r"\d{6,}:[\w-]{30,}")  # without a word boundary before it: an address has /bot123456:…


def without_tokens(text: str) -> str:
    """The text with every bot token masked."""
    return _TOKEN.sub("<token>", text)


def set_up_logs(form: str | None) -> None:
    """Set up logging. `form` is 'text' or 'json'; None means text on a terminal, else JSON."""
    as_text = form == "text" or (form is None and sys.stderr.isatty())
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    renderer: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if as_text
        else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[*shared, *renderer, _blot],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _SecretBlotter(
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer], foreign_pre_chain=shared
        )
    )
    handler.addFilter(OnceAMinute())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    sys.excepthook = lambda _, error, __: sys.stderr.write(without_tokens("".join(format_exception(error))))


class OnceAMinute(logging.Filter):
    """Lets libraries log one line of a kind in a minute, with the count of dropped ones, and no strangers' traceback.

    Otherwise malformed requests, or a lack of file descriptors, would fill a disk with the same line.
    """

    _SECONDS = 60.0
    _KINDS = 1_000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether this record is logged."""
        if record.name.startswith(("aiohttp", "asyncio")) and _is_a_strangers(record.exc_info):
            record.exc_info, record.exc_text = None, None
        kind, now = (record.name, str(record.msg)[:80]), self._clock()
        said, left_out = self._seen.get(kind, (float("-inf"), 0))
        if now - said < self._SECONDS:
            self._seen[kind] = said, left_out + 1
            return False
        if len(self._seen) >= self._KINDS:
            self._seen.clear()
        self._seen[kind] = now, 0
        if left_out:
            record.msg = f"{record.msg} ({left_out} more of these since the last line)"
        return True


def _is_a_strangers(told: Any) -> bool:
    """Whether an error is about what somebody sent, about a closed connection, or about too many of them."""
    error = told[1] if isinstance(told, tuple) else None
    return isinstance(error, OSError) or type(error).__module__.startswith("aiohttp.http")


class _SecretBlotter(structlog.stdlib.ProcessorFormatter):
    def format(self, record: logging.LogRecord) -> str:
        """A library's log line with tokens masked."""
        return without_tokens(super().format(record))


def _blot(_: Any, __: str, event: MutableMapping[str, Any] | str) -> str:
    return without_tokens(str(event))


# Articles on the command line: JSON for programs and a few lines for people.


def published_text(published: PublicationTime) -> str | None:
    """The time as ISO 8601: an instant with its offset, or a day."""
    return published.isoformat() if published is not None else None


def article_object(article: Article) -> dict[str, object]:
    """What `qala show --json` prints."""
    return {
        "key": article.key,
        "id": article.id,
        "url": article.url,
        "title": article.title,
        "language": article.language,
        "published": published_text(article.published),
        "source": article.source,
        "cited": list(article.cited),
        "tags": list(article.tags),
        "views": article.views,
        "image": article.image,
        "lead": article.lead,
        "body": article.body,
        "topics": [{"slug": topic.slug, "words": list(topic.words)} for topic in article.topics],
        "story": article.story,
        "merged_into": article.copy_of,
    }


def article_line(article: Article) -> str:
    """One line about an article, for a person at a terminal."""
    published = article.published
    day = published.strftime("%Y-%m-%d %H:%M" if isinstance(published, datetime) else "%Y-%m-%d") if published else "—"
    return f"{article.key:>7}  {day:16}  {article.language}  {article.title}  ({article.source or '—'})"


def harmless_text(counts: Mapping[str, int]) -> str:
    """How much was removed from strangers' texts, for an operator: «invisible 3, link 1»."""
    return ", ".join(f"{kind} {number}" for kind, number in sorted(counts.items()))


async def digest_for(
    store: Storage, chat: int, topic: int | None, since: str | None, now: int, zone: ZoneInfo
) -> Digest | None:
    """The digest that a chat, or a forum's topic, would get now; empty without news, None for an unknown chat."""
    from storage.readers.subscribers import topic_id

    # A forum's general topic is the chat itself; Telegram's number for it is 1.
    subscriber = await store.subscribers.get(chat if topic in (None, 1) else topic_id(chat, topic))
    if subscriber is None:
        return None
    after = subscriber.last_edition_at if subscriber.last_edition_at is not None else now - 86_400
    if since is not None:
        after = int(datetime.combine(date.fromisoformat(since), datetime.min.time(), zone).timestamp())
    from news.digests.digest import Digest

    return await store.deliveries.digest_now(subscriber, now, after, anew=since is not None) or Digest()
