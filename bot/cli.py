"""The commands of the contract, each a few lines onto one function. Heavy imports wait until a command needs them."""

import asyncio
import contextlib
import json
import sys
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from bot import cli_sources, cli_store

if TYPE_CHECKING:
    from bot.config import Settings
    from storage import Storage

app = typer.Typer(
    help="Qala: a city's news in Telegram, in Russian and Kazakh.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(cli_sources.sources, name="sources")
app.command()(cli_sources.fetch)
app.command()(cli_store.backup)
app.command()(cli_store.restore)
app.command()(cli_store.migrate)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def run() -> None:
    """Run the bot on Telegram; SIGTERM stops it cleanly."""
    from bot.app import run as run_bot
    from bot.logs import set_up_logs

    own = settings()
    set_up_logs(own.log_format)
    _run(run_bot(own))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Where the chat page listens; 0 is any free port.")] = 8080,
    server_only: Annotated[bool, typer.Option("--server-only", help="The Bot API server alone.")] = False,
    token: Annotated[str, typer.Option(help="With --server-only: the token it answers to.")] = "",
) -> None:
    """A local Telegram in the browser with sample news: no token, no network."""
    from bot import sandbox as local
    from bot.logs import set_up_logs
    from sandbox.model import is_token

    if token and not is_token(token):
        raise typer.BadParameter("a token looks like 123456:ABC-def", param_hint="--token")
    own = settings(bot_token="")
    set_up_logs(own.log_format)
    _run(local.server_only(port, token or local.TOKEN) if server_only else local.sandbox(own, port))


@app.command("import")
def import_(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, globs; - is JSON lines on standard input.")],
    as_json: AsJson = False,
) -> None:
    """Import page captures (.txt), .html, .jsonl, .wet and .warc, also .gz; what is there already changes nothing.

    An import that was interrupted goes on where it stopped when it is called again with the same paths.
    """
    from bot.importing import Bookmark, import_archive
    from bot.printing import harmless_text

    async def work() -> None:
        async with opened_store() as store:
            with _progress(as_json) as progress:
                bookmark = Bookmark(settings().data_dir / "import.json", paths)
                done = await import_archive(paths, store, int(time.time()), bookmark, progress)
        if as_json:
            rejected = [{"item": one.item, "reason": one.reason} for one in done.rejected]
            _print({"new": done.new, "updated": done.updated, "duplicate": done.duplicate, "rejected": rejected})
        else:
            print(f"new {done.new}, updated {done.updated}, already there {done.duplicate}")
            for one in done.rejected:
                print(f"rejected {one.item}: {one.reason}", file=sys.stderr)
            if done.unnamed:
                print(f"rejected {done.unnamed} more, not named", file=sys.stderr)
            if done.harmless:
                print(f"made harmless: {harmless_text(done.harmless)}")
        if not done.new + done.updated + done.duplicate:
            raise typer.Exit(1)

    _run(work())


@app.command()
def show(
    article: Annotated[str, typer.Argument(help="An article's key, id or URL.")],
    as_json: AsJson = False,
) -> None:
    """Show one article."""
    from bot.printing import article_line, article_object

    async def work() -> None:
        async with opened_store() as store:
            found = await store.articles.find(article)
        if found is None:
            _fail(f"there is no article {article}")
        elif as_json:
            _print(article_object(found))
        else:
            print(f"{article_line(found)}\n{found.url or ''}")
            if found.author or found.section:
                print(" · ".join(filter(None, (found.author, found.section))))
            print(f"\n{found.body}\n")
            for topic in found.topics:
                print(f"#{topic.slug}: {', '.join(topic.words)}")

    _run(work())


@app.command()
def hide(article: Annotated[str, typer.Argument(help="An article's key, id or URL.")]) -> None:
    """Take an article back: gone from search, digests, inline and cards."""

    async def work() -> None:
        async with opened_store() as store:
            found = await store.articles.find(article)
            if found is None or not await store.articles.hide(found.key, int(time.time())):
                _fail(f"there is no article {article}")
        print(f"hidden: {found.title}")

    _run(work())


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="The words to look for.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
    as_json: AsJson = False,
    batch: Annotated[bool, typer.Option("--batch", help="Answer {id, query} lines from standard input.")] = False,
) -> None:
    """Search as /search does."""
    from bot.printing import article_line, article_object

    async def answer(store: "Storage", line: dict[str, Any]) -> dict[str, Any]:
        started = time.perf_counter()
        hits = await store.articles.search(str(line["query"]), limit=max(limit, 10), now=int(time.time()))
        spent = (time.perf_counter() - started) * 1000
        return {"id": line["id"], "hits": [hit.id for hit in hits.items], "ms": round(spent, 3)}

    async def work() -> None:
        async with opened_store() as store:
            if batch:
                for line in _lines():
                    _print(await answer(store, line))
                return
            for hit in (await store.articles.search(query or "", limit=limit, now=int(time.time()))).items:
                print(json.dumps(article_object(hit), ensure_ascii=False) if as_json else article_line(hit))

    if query is None and not batch:
        _fail("give words to look for, or --batch", code=2)
    _run(work())


@app.command()
def stories(
    as_json: AsJson = False,
    since: Annotated[str | None, typer.Option(help="Stories told since this ISO day or instant.")] = None,
) -> None:
    """Articles on one event, whoever tells it, in either language."""

    async def work() -> None:
        moment = _moment(since) if since is not None else 0
        async with opened_store() as store:
            for story in await store.stories.since(moment):
                if as_json:
                    articles = [member.id for member in story.members]
                    _print({"story": story.id, "articles": articles, "languages": list(story.languages)})
                else:
                    languages = ", ".join(f"{language} {count}" for language, count in story.languages.items())
                    print(f"{story.id:>7}  {languages:12}  {story.first.title}  ({story.first.source or '—'} first)")

    _run(work())


@app.command()
def digest(
    chat: Annotated[int, typer.Option("--chat", help="The chat's id.")],
    since: Annotated[str | None, typer.Option(help="Look back to this day, like 2026-11-20.")] = None,
    as_json: AsJson = False,
) -> None:
    """The digest that chat would get now; sends and marks nothing."""
    from bot.printing import article_line, article_object, digest_for

    async def work() -> None:
        async with opened_store() as store:
            made = await digest_for(store, chat, since, int(time.time()), settings().zone)
        if made is None:
            _fail(f"chat {chat} is unknown")
        if as_json:
            groups = [(one.topic, one.articles) for one in made.sections]
            groups += [("developed", made.developed)] if made.developed else []
            sections = [
                {"topic": topic, "articles": [article_object(article) for article in found]} for topic, found in groups
            ]
            _print({"chat": chat, "sections": sections})
            return
        for section in made.sections:
            print(f"#{section.topic or '—'}")
            for article in section.articles:
                print(article_line(article))
        if not made.sections:
            print("nothing new")

    _run(work())


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check settings, database, time zones, token, inline mode and the delivery ledger."""
    from bot.doctor import examine

    async def work() -> None:
        findings = await examine(settings())
        if as_json:
            _print({"ok": not any(one.wrong for one in findings), "findings": [one.as_object() for one in findings]})
        else:
            for one in findings:
                print(f"{'WRONG' if one.wrong else 'ok':5}  {one.about}: {one.text}")
        if any(one.wrong for one in findings):
            raise typer.Exit(1)

    _run(work())


@app.command()
def analyze(
    batch: Annotated[bool, typer.Option("--batch", help="Answer {id, title, body} lines from standard input.")] = False,
) -> None:
    """Say what Qala makes of a text: language, topics, one conflation key a title word."""
    from news.filing import analyze as analysed

    if not batch:
        _fail("give --batch and JSON lines on standard input", code=2)
    settings()
    for line in _lines():
        _print({"id": line["id"], **analysed(str(line["title"]), str(line.get("body") or ""), line.get("language"))})


@contextlib.asynccontextmanager
async def opened_store() -> AsyncIterator["Storage"]:
    """The store of the settings, closed afterwards."""
    from storage import open_storage

    store = await open_storage(settings().database)
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
        _fail(str(error), code=2)
    _use_own_lexicon(own.data_dir / "lexicon.txt")
    return own


def _use_own_lexicon(path: Path) -> None:
    """An operator's words for topics, in the data folder, add to ours and replace them."""
    if path.is_file():
        from news.language import lexicon

        try:
            lexicon.use(path)
        except ValueError as error:
            _fail(str(error), code=2)


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Run a command; what an operator can mend is one sentence, a bug keeps its traceback."""
    from bot.config import SettingsError
    from storage import StorageError

    try:
        asyncio.run(work)
    except (StorageError, SettingsError) as error:
        _fail(str(error))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None
    except BrokenPipeError:
        raise typer.Exit(0) from None


def _fail(sentence: str, code: int = 1) -> NoReturn:
    print(f"qala: {sentence}", file=sys.stderr)
    raise typer.Exit(code)


def _print(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False), flush=True)


def _moment(since: str) -> int:
    """UTC seconds of an ISO day or instant; without an offset it is in the settings' zone."""
    try:
        moment = datetime.fromisoformat(since)
    except ValueError:
        _fail(f"--since {since}: not an ISO day or instant like 2026-11-20", code=2)
    return int((moment if moment.tzinfo else moment.replace(tzinfo=settings().zone)).timestamp())


def _lines() -> Iterator[dict[str, Any]]:
    for number, line in enumerate(sys.stdin, 1):
        if line.strip():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                _fail(f"line {number} is not JSON", code=2)


@contextlib.contextmanager
def _progress(quiet: bool) -> Iterator[Any]:
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
