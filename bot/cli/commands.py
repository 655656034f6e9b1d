"""The main commands; each calls one function. Heavy imports stand inside the command that needs them."""

import gc
import json
import os
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot import __version__, import_aiogram
from bot.cli import reader_commands, source_commands
from bot.cli.shared import carry_out, fail, json_lines, moment, opened_store, print_json, progress_bar, settings

if TYPE_CHECKING:
    from storage import Storage


_NICE = 5
_STATS_DAYS = 30

app = typer.Typer(
    help="Qala: a city's news in Telegram, in Russian and Kazakh.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.add_typer(source_commands.sources, name="sources")
app.add_typer(reader_commands.readers, name="readers")
app.command()(source_commands.fetch)
app.command(context_settings=reader_commands.ANY_NUMBER)(reader_commands.ban)
app.command(context_settings=reader_commands.ANY_NUMBER)(reader_commands.unban)
app.command()(reader_commands.backup)
app.command()(reader_commands.restore)
app.command()(reader_commands.migrate)


def _version(asked: bool) -> None:
    if asked:
        print(f"qala {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    _: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Qala: a city's news in Telegram, in Russian and Kazakh."""


AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def run() -> None:
    """Run the bot on Telegram; SIGTERM stops it cleanly."""
    from bot.cli.shared import set_up_logs

    gc.disable()  # what is imported stays: looking through it again and again is a tenth of the start
    own = settings()  # checked first, because the imports below take seconds
    if own.bot_token is None:
        fail("QALA_BOT_TOKEN: not set. Get a token from @BotFather, or try `qala sandbox` without one", code=2)
    set_up_logs(own.log_format)
    import_aiogram()
    from bot.app import run as run_bot
    from bot.supervisor import end_for_sure

    gc.freeze()
    gc.enable()
    carry_out(run_bot(own, end_for_sure))


@app.command()
def sandbox(
    port: Annotated[int, typer.Option(help="Where the chat page listens; 0 is any free port.")] = 8080,
    server_only: Annotated[bool, typer.Option("--server-only", help="The Bot API server alone.")] = False,
    token: Annotated[str, typer.Option(help="With --server-only: the token it answers to.")] = "",
) -> None:
    """A local Telegram in the browser with sample news: no token, no network."""
    print("Qala's sandbox is starting, a few seconds…", flush=True)  # loading and filling the store takes that long
    import_aiogram()
    from bot.cli import local_telegram as local
    from bot.cli.shared import set_up_logs
    from sandbox.world.model import is_token

    if token and not is_token(token):
        raise typer.BadParameter("a token looks like 123456:ABC-def", param_hint="--token")
    own = settings(bot_token="")
    set_up_logs(own.log_format)
    carry_out(local.server_only(port, token or local.TOKEN) if server_only else local.sandbox(own, port))


@app.command("import")
def import_(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, globs; - is JSON lines on standard input.")],
    as_json: AsJson = False,
) -> None:
    """Import page captures (.txt), .html, .jsonl, .wet and .warc, also .gz; what is there already changes nothing.

    An import that was interrupted goes on where it stopped when it is called again with the same paths.
    """
    from bot.cli.shared import harmless_text
    from bot.collecting.importing import Bookmark, import_archive

    # At a lower priority than the bot, which answers people meanwhile.
    os.setpriority(os.PRIO_PROCESS, 0, max(_NICE, os.getpriority(os.PRIO_PROCESS, 0)))

    async def work() -> None:
        async with opened_store(bulk=True) as store:
            with progress_bar(as_json) as progress:
                bookmark = Bookmark(settings().data_dir / "import.json", paths)
                done = await import_archive(paths, store, int(time.time()), bookmark, progress)
        if as_json:
            rejected = [{"item": one.item, "reason": one.reason} for one in done.rejected]
            counts = {"new": done.new, "updated": done.updated, "duplicate": done.duplicate, "rejected": rejected}
            faulty = [{"item": one.item, "reason": one.reason} for one in done.faulty]
            print_json(counts | ({"without_terms": faulty} if faulty else {}))
        else:
            print(f"new {done.new}, updated {done.updated}, already there {done.duplicate}")
            for one in done.rejected:
                print(f"rejected {one.item}: {one.reason}", file=sys.stderr)
            for one in done.faulty:
                print(f"kept without terms {one.item}: {one.reason}", file=sys.stderr)
            if done.unnamed:
                print(f"rejected {done.unnamed} more, not named", file=sys.stderr)
            if done.harmless:
                print(f"made harmless: {harmless_text(done.harmless)}")
        if not done.new + done.updated + done.duplicate:
            raise typer.Exit(1)

    carry_out(work())


@app.command()
def show(
    article: Annotated[str, typer.Argument(help="An article's key, id or URL; with --why a captured page's file.")],
    as_json: AsJson = False,
    why: Annotated[bool, typer.Option("--why", help="A page's lines, each with its label.")] = False,
) -> None:
    """Show one article, or what each line of a captured page was taken for."""
    from bot.cli.shared import article_line, article_object

    if why:
        _show_lines(Path(article))
        return

    async def work() -> None:
        async with opened_store() as store:
            found = await store.articles.find(article)
        if found is None:
            fail(f"there is no article {article}")
        elif as_json:
            print_json(article_object(found))
        else:
            print(f"{article_line(found)}\n{found.url or ''}")
            if found.copy_of is not None:
                print(f"a reprint, merged into article {found.copy_of}")
            if found.author or found.section:
                print(" · ".join(filter(None, (found.author, found.section))))
            print(f"\n{found.body}\n")
            for topic in found.topics:
                print(f"#{topic.slug}: {', '.join(topic.words)}")

    carry_out(work())


def _show_lines(page: Path) -> None:
    """Print the lines of a captured page with their labels, from its file: pages are not stored."""
    from news.pages.line_features import keys_of
    from news.pages.line_labels import label_lines
    from news.pages.lines import lines_of
    from news.text.clean import decode

    settings()  # loads the operator's own wordings
    if not page.is_file():
        fail(f"{page} is no file: --why reads a captured page from its file, `qala show page.txt --why`")
    text = decode(page.read_bytes(), None)
    if text is None:
        fail(f"{page} is binary, or in no known encoding")
    lines = lines_of(text)
    for line, label in zip(lines, label_lines(lines, keys_of(lines)), strict=True):
        print(f"{label.value:9}{'date' if line.dated else line.kind.value:9}{line.text}")


@app.command()
def hide(article: Annotated[str, typer.Argument(help="An article's key, id or URL.")]) -> None:
    """Take an article back: gone from search, digests, inline and cards."""

    async def work() -> None:
        async with opened_store() as store:
            found = await store.articles.find(article)
            if found is None or not await store.articles.hide(found.key, int(time.time())):
                fail(f"there is no article {article}")
        print(f"hidden: {found.title}")

    carry_out(work())


@app.command()
def correct(
    article: Annotated[str, typer.Argument(help="An article's key, id or URL.")],
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    language: Annotated[str | None, typer.Option(help="ru or kk.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="All its topics; may be repeated; - for none.")] = None,
) -> None:
    """Correct an article by hand: neither its source nor a newer analysis takes it back."""
    from news.models import LANGUAGES
    from news.subject import topics
    from storage.articles.corrections import Correction

    if language is not None and language not in LANGUAGES:
        fail(f"the language is ru or kk, not {language}", code=2)
    if unknown := [one for one in topic or () if one != "-" and topics.find(one) is None]:
        fail(f"there is no topic {unknown[0]}; there are {', '.join(topics.TOPICS)}", code=2)
    slugs = None if topic is None else tuple(slug for one in topic if (slug := topics.find(one)) and one != "-")
    said = Correction(title.strip() if title and title.strip() else None, language, slugs)
    if not said:
        fail("say what to correct: --title, --language or --topic", code=2)

    async def work() -> None:
        async with opened_store() as store:
            found = await store.articles.find(article)
            if found is None or not await store.articles.correct(found.key, said, int(time.time())):
                fail(f"there is no article {article}")
            print(article_line(await store.articles.get(found.key) or found))

    from bot.cli.shared import article_line

    carry_out(work())


@app.command()
def join(article: str, other: str) -> None:
    """Put two articles, each with those it stands with, into one story."""

    async def work() -> None:
        async with opened_store() as store:
            one, two = [await store.articles.find(text) for text in (article, other)]
            if one is None or two is None or one.key == two.key:
                fail("name two articles that there are, by key, id or URL")
            await store.articles.join(one.key, two.key, int(time.time()))
        print(f"one story: {one.title}; {two.title}")

    carry_out(work())


@app.command()
def split(article: str) -> None:
    """Take an article out of its story, for good."""

    async def work() -> None:
        async with opened_store() as store:
            found = await store.articles.find(article)
            if found is None or not await store.articles.split(found.key, int(time.time())):
                fail(f"there is no article {article} in a story")
        print(f"stands alone now: {found.title}")

    carry_out(work())


@app.command()
def search(
    query: Annotated[str | None, typer.Argument(help="The words to look for.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=200)] = 10,
    as_json: AsJson = False,
    batch: Annotated[bool, typer.Option("--batch", help="Answer {id, query} lines from standard input.")] = False,
) -> None:
    """Search as /search does."""
    from bot.cli.shared import article_line, article_object

    async def answer(store: "Storage", line: dict[str, Any]) -> dict[str, Any]:
        started = time.perf_counter()
        hits = await store.articles.search(str(line["query"]), limit=max(limit, 10), now=int(time.time()))
        spent = (time.perf_counter() - started) * 1000
        return {"id": line["id"], "hits": [hit.id for hit in hits.items], "ms": round(spent, 3)}

    async def work() -> None:
        async with opened_store() as store:
            if batch:
                for line in json_lines():
                    print_json(await answer(store, line))
                return
            for hit in (await store.articles.search(query or "", limit=limit, now=int(time.time()))).items:
                print(json.dumps(article_object(hit), ensure_ascii=False) if as_json else article_line(hit))

    if query is None and not batch:
        fail("give words to look for, or --batch", code=2)
    carry_out(work())


@app.command()
def stories(
    as_json: AsJson = False,
    since: Annotated[str | None, typer.Option(help="Stories told since this ISO day or instant.")] = None,
) -> None:
    """Articles on one event, whoever tells it, in either language."""

    async def work() -> None:
        after = moment(since) if since is not None else 0
        async with opened_store() as store:
            for story in await store.stories.since(after):
                if as_json:
                    articles = [member.id for member in story.members]
                    print_json({"story": story.id, "articles": articles, "languages": list(story.languages)})
                else:
                    languages = ", ".join(f"{language} {count}" for language, count in story.languages.items())
                    print(f"{story.id:>7}  {languages:12}  {story.first.title}  ({story.first.source or '—'} first)")

    carry_out(work())


@app.command()
def digest(
    chat: Annotated[int, typer.Option("--chat", help="The chat's id.")],
    topic: Annotated[int | None, typer.Option(help="A topic of that forum, by its number in Telegram.")] = None,
    since: Annotated[str | None, typer.Option(help="Look back to this day, like 2026-11-20.")] = None,
    as_json: AsJson = False,
) -> None:
    """The digest that chat, or that topic of it, would get now; sends and marks nothing."""
    from bot.cli.shared import article_line, article_object, digest_for

    async def work() -> None:
        async with opened_store() as store:
            made = await digest_for(store, chat, topic, since, int(time.time()), settings().zone)
        if made is None:
            fail(f"chat {chat} is unknown" if topic is None else f"topic {topic} of chat {chat} is unknown")
        if as_json:
            groups = [(one.topic, one.articles) for one in made.sections]
            groups += [("developed", made.developed)] if made.developed else []
            sections = [
                {"topic": topic, "articles": [article_object(article) for article in found]} for topic, found in groups
            ]
            print_json({"chat": chat, **({} if topic is None else {"topic": topic}), "sections": sections})
            return
        for section in made.sections:
            print(f"#{section.topic or '—'}")
            for article in section.articles:
                print(article_line(article))
        if not made.sections:
            print("nothing new")

    carry_out(work())


@app.command()
def stats(as_json: AsJson = False) -> None:
    """Counts, as `/stats` shows them: readers, articles by language, sources and deliveries by state, inbox, bytes."""

    async def work() -> None:
        async with opened_store() as store:
            counted: dict[str, int | dict[str, int]] = {"readers": await store.subscribers.count()}
            counted |= await store.counts()
            since = datetime.fromtimestamp(time.time() - _STATS_DAYS * 86_400, settings().zone).date().isoformat()
            days = await store.daily.since(since)
        if as_json:
            print_json(counted | {"days": days})
            return
        for name, value in counted.items():
            told = ", ".join(f"{key} {n:,}" for key, n in value.items()) if isinstance(value, dict) else f"{value:,}"
            print(f"{name.replace('_', ' '):12} {told or 'none'}")

    carry_out(work())


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check settings, database, time zones, token, inline mode and the delivery ledger."""
    from bot.cli.doctor import examine

    async def work() -> None:
        findings = await examine(settings())
        if as_json:
            print_json(
                {"ok": not any(one.wrong for one in findings), "findings": [one.as_object() for one in findings]}
            )
        else:
            for one in findings:
                print(f"{'WRONG' if one.wrong else 'ok':5}  {one.about}: {one.text}")
        if any(one.wrong for one in findings):
            raise typer.Exit(1)

    carry_out(work())


@app.command()
def analyze(
    batch: Annotated[bool, typer.Option("--batch", help="Answer {id, title, body} lines from standard input.")] = False,
) -> None:
    """Say what Qala makes of a text: language, topics, one conflation key a title word."""
    from news.filing import analyze as analysed

    if not batch:
        fail("give --batch and JSON lines on standard input", code=2)
    settings(store=False)
    for line in json_lines():
        print_json(
            {"id": line["id"], **analysed(str(line["title"]), str(line.get("body") or ""), line.get("language"))}
        )
