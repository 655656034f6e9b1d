"""The commands about sources: `qala sources …` and `qala fetch`. They call bot/collecting/sources.py."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.shared import carry_out, fail, opened_store, settings

if TYPE_CHECKING:
    from bot.collecting.fetch import HttpFetcher
    from bot.collecting.parsing import ChildReader
    from news.feeds.source import Source
    from news.models import Entry, QalaError
    from storage import Storage

sources = typer.Typer(help="Where news comes from.", no_args_is_help=True)

_SENTENCES = {
    "source-bad-address": "{url} is no address of a site",
    "source-channel-closed": "the robots.txt of t.me forbids it, and is obeyed; have the bot made an administrator "
    "of the channel, or add the newsroom's own site",
    "source-channel-private": "this channel has no public name, so it has no page to read; have the bot made an "
    "administrator of it, or add the newsroom's own site",
    "source-known": "{url} is a source already",
    "source-nothing": "no feed, news sitemap or articles found at {url}",
    "source-no-preview": "t.me shows no posts of it (a group, a channel closed to the web, or a name nobody has): "
    "have the bot made an administrator of the channel, or add the newsroom's own site",
    "source-unreachable": "{url} was not read: {reason}",
}

SourceArgument = Annotated[str, typer.Argument(help="A source's number, name or address.")]


@sources.command("list")
def list_() -> None:
    """List the sources: number, name, kind, rights, state, last look, last article, rhythm, address; by tabs."""
    from bot.collecting.sources import SOURCE_COLUMNS, source_line

    async def work() -> None:
        async with opened_store() as store:
            found = await store.sources.all()
        if not found:
            print("no sources yet: qala sources add https://example.kz", file=sys.stderr)
            return
        print("\t".join(SOURCE_COLUMNS))
        for source in found:
            print(source_line(source))

    carry_out(work())


@sources.command()
def add(  # noqa: PLR0913, PLR0917 - an option of the command is an argument here
    address: Annotated[str, typer.Argument(help="Any address: a site, a section page, a feed, a sitemap, @channel.")],
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Keep it without asking; so it is without a terminal.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="What readers see as its name.")] = None,
    language: Annotated[str | None, typer.Option(help="ru or kk, where a text does not tell.")] = None,
    city: Annotated[str | None, typer.Option(help="The city it writes about.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="A topic every article has; may be repeated.")] = None,
    full_text: Annotated[bool | None, typer.Option(help="Whether whole articles may be shown.")] = None,
    minutes: Annotated[int | None, typer.Option(min=1, help="Look every so many minutes.")] = None,
    user: Annotated[str | None, typer.Option(help="It wants this user and a password, which is asked.")] = None,
    header: Annotated[str | None, typer.Option(help="It wants this header, whose value is asked.")] = None,
) -> None:
    """Find the feed behind an address, show its three newest articles, and keep it when you agree."""
    from bot.collecting.sources import WithSecret, find_source
    from news.models import QalaError

    secret = _secret(user, header)

    async def work() -> None:
        async with opened_store() as store, _network() as (fetcher, reader):
            try:
                asking = WithSecret(fetcher, secret) if secret else fetcher
                found = await find_source(address, asking, reader, int(time.time()))
                source = _checked(
                    found.source,
                    name=name or found.source.name,
                    language=language,
                    city=city or found.source.city,
                    topics=tuple(topic or ()),
                    full_text=found.source.full_text if full_text is None else full_text,
                    interval=minutes * 60 if minutes else None,
                    secret=secret,
                )
                _show(source, found.newest)
                if "://" not in address and source.url.startswith("http://"):
                    print("it answers by http, not by https: what it says may be changed on its way\n")
                if yes or not sys.stdin.isatty() or typer.confirm("Keep it?", default=True):
                    kept = await store.sources.add(source)
                    print(f"kept as source {kept.key}; `qala run` or `qala fetch` will look at it")
            except QalaError as error:
                _tell(error)

    carry_out(work())


@sources.command()
def remove(source: SourceArgument) -> None:
    """Forget a source; its articles stay."""

    async def work() -> None:
        async with opened_store() as store:
            found = await _named(store, source)
            await store.sources.remove(found.key)
        print(f"removed: {found.name}")

    carry_out(work())


def _zone(name: str | None) -> str | None:
    """The IANA name of a zone as it was typed. Ends the command with a sentence if there is no such zone."""
    from zoneinfo import available_timezones

    if name not in (None, "-") and name not in available_timezones():
        fail(f"there is no time zone {name}; like Europe/Moscow")
    return name


@sources.command("set")
def set_(  # noqa: PLR0913, PLR0917 - an option of the command is an argument here
    source: SourceArgument,
    name: Annotated[str | None, typer.Option(help="What readers see as its name.")] = None,
    language: Annotated[str | None, typer.Option(help="ru or kk, where a text does not tell; - for neither.")] = None,
    city: Annotated[str | None, typer.Option(help="The city it writes about; - for none.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="A topic every article has; - for none.")] = None,
    full_text: Annotated[bool | None, typer.Option(help="Whether whole articles may be shown.")] = None,
    minutes: Annotated[int | None, typer.Option(min=0, help="Look every so many minutes; 0: as it publishes.")] = None,
    zone: Annotated[
        str | None, typer.Option(help="Zone of clocks printed without one, like Europe/Moscow; -: ours.")
    ] = None,
    paused: Annotated[bool | None, typer.Option("--pause/--resume", help="Stop or go on looking at it.")] = None,
    user: Annotated[
        str | None, typer.Option(help="It wants this user and a password, which is asked; -: no more.")
    ] = None,
    header: Annotated[str | None, typer.Option(help="It wants this header, whose value is asked; -: no more.")] = None,
    largest_kb: Annotated[
        int | None, typer.Option(min=0, max=20_000, help="The most kB of an answer, 10 at least; 0: as usual.")
    ] = None,
    identity: Annotated[
        str | None, typer.Option(help="What alone tells its articles apart: guid, link or title; -: our judgement.")
    ] = None,
) -> None:
    """Change what you chose for a source: name, rights, pause, interval, limits, password, city, language, topics."""
    from bot.collecting.sources import source_line

    if identity not in (None, "-", "guid", "link", "title"):
        fail(f"--identity is guid, link or title, not {identity}", code=2)
    secret = "-" if "-" in (user, header) else _secret(user, header)
    clearable = (
        *(("language", language), ("city", city), ("zone", _zone(zone))),
        *(("identity", identity), ("secret", secret)),
    )
    chosen: dict[str, object] = {"name": name, "full_text": full_text, "paused": paused}
    chosen |= {key: value for key, value in clearable if value != "-"}
    chosen = {key: value for key, value in chosen.items() if value is not None}
    chosen |= {key: None for key, value in clearable if value == "-"}
    if topic is not None:
        chosen["topics"] = () if topic == ["-"] else tuple(topic)
    if minutes is not None:
        chosen["interval"] = minutes * 60 or None
    if largest_kb is not None:
        chosen["most_bytes"] = max(largest_kb, 10) * 1000 if largest_kb else None

    async def work() -> None:
        async with opened_store() as store:
            changed = _checked(await _named(store, source), **chosen)
            await store.sources.change(changed)
        print(source_line(changed))

    carry_out(work())


@sources.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="A list in OPML, or plain: any address a line, # for remarks.")],
) -> None:
    """Add the sources of a list. In a plain one each address may be a site's: its feed is found. Unusable lines are
    named.
    """
    from news.feeds.opml import is_opml, parse_lines, parse_opml
    from news.feeds.source import Source, UnreadableError
    from news.models import QalaError

    async def work() -> None:
        added = known = 0
        async with opened_store() as store, _network() as (fetcher, reader):
            for line, one in listed:
                try:
                    await store.sources.add(one if isinstance(one, Source) else await _found(one, fetcher, reader))
                    added += 1
                except QalaError as error:
                    if error.key == "source-known":
                        known += 1
                    else:
                        problems.append(f"line {line}: {_SENTENCES[error.key].format(**error.arguments)}")
        print(f"added {added}, already there {known}")
        for problem in problems:
            print(problem, file=sys.stderr)
        if not added + known:
            raise typer.Exit(1)

    problems: list[str] = []
    listed: list[tuple[int, Source | str]] = []
    try:
        content = file.read_bytes()
        if is_opml(content):
            listed += [(0, source) for source in parse_opml(content, problems)]
        else:
            listed += parse_lines(content)
    except (OSError, UnreadableError) as error:
        fail(f"{file}: {error.strerror if isinstance(error, OSError) else error}")
    carry_out(work())


async def _found(address: str, fetcher: "HttpFetcher", reader: "ChildReader") -> "Source":
    from bot.collecting.sources import find_source

    return (await find_source(address, fetcher, reader, int(time.time()))).source


def _secret(user: str | None, header: str | None) -> str | None:
    """The secret header of a source. The secret is asked, because arguments are visible in the list of processes."""
    import base64
    import re

    if user is not None and header is not None:
        fail("--user or --header, not both", code=2)
    if user is not None:
        if ":" in user or not user.isprintable():
            fail("a user's name has no colon in it", code=2)
        return "Authorization: Basic " + base64.b64encode(f"{user}:{_asked('Password')}".encode()).decode()
    if header is not None:
        if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}", header):
            fail(f"«{header}» is no name of a header; like Authorization or X-Api-Key", code=2)
        return f"{header}: {_asked(header)}"
    return None


def _asked(what: str) -> str:
    value = str(typer.prompt(what, hide_input=True)) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
    if not value or not value.isprintable() or len(value) > 2000:
        fail(f"{what}: nothing was given that can stand in a header", code=2)
    return value


@sources.command()
def export(file: Annotated[Path, typer.Argument(help="Where to write; - is standard output.")]) -> None:
    """Write all sources as OPML."""
    from news.feeds.opml import format_opml

    async def work() -> None:
        async with opened_store() as store:
            content = format_opml(await store.sources.all())
        try:
            sys.stdout.buffer.write(content) if str(file) == "-" else file.write_bytes(content)
        except OSError as error:
            fail(f"{file}: {error.strerror}")

    carry_out(work())


@sources.command()
def suggest(
    words: Annotated[list[str] | None, typer.Argument(help="Words of the name or address.")] = None,
    language: Annotated[str | None, typer.Option(help="ru or kk.")] = None,
    city: Annotated[str | None, typer.Option(help="Like Almaty.")] = None,
) -> None:
    """Outlets and city halls of Kazakhstan to pick from; what nobody tried is marked unverified."""
    from news.feeds.source import suggested

    for outlet in suggested(language, city, words or ()):
        languages = ",".join(outlet.languages) or "?"
        print(f"{outlet.name}\t{languages}\t{outlet.city or 'national'}\t{outlet.status}\t{outlet.address}")


def fetch(once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False) -> None:
    """Look at the sources that are due: once, or until stopped."""
    from bot.collecting.sources import counted, fetch_due

    async def work() -> None:
        async with opened_store() as store, _network(store) as (fetcher, reader):
            while not once:
                await fetch_due(store, fetcher, reader)
                await asyncio.sleep(15)
            looked = await fetch_due(store, fetcher, reader, own_network=settings().fetch_private)
        print(", ".join(f"{name} {number}" for name, number in counted(looked).items()))
        for one in looked:
            for rejected in one.imported.rejected:
                print(f"rejected {rejected.item}: {rejected.reason}", file=sys.stderr)
            for kept in one.imported.faulty:
                print(f"kept without terms {kept.item}: {kept.reason}", file=sys.stderr)
            if one.answer == "failed":
                print(f"{one.source.name}: {one.source.health.failure}", file=sys.stderr)

    carry_out(work())


@contextlib.asynccontextmanager
async def _network(store: "Storage | None" = None) -> AsyncIterator["tuple[HttpFetcher, ChildReader]"]:
    from bot.collecting.fetch import HttpFetcher, Way
    from bot.collecting.parsing import ChildReader, ParserPool, own_words
    from bot.config import is_direct

    own = settings()
    fetching = HttpFetcher(private=own.fetch_private, contact=own.contact, way=Way(own.way_to_sites, is_direct))
    async with fetching as fetcher, ParserPool(prepare=own_words()) as parsing:
        yield fetcher, ChildReader(parsing, store.repeats if store else None)


async def _named(store: "Storage", text: str) -> "Source":

    from news.feeds.channel import channel_page

    found = await store.sources.find(text) or await store.sources.find(channel_page(text) or text)
    if found is None:
        fail(f"there is no source {text}")
    return found


def _checked(source: "Source", **chosen: object) -> "Source":
    """The source with the operator's choices. An unknown topic or city ends the command with a sentence."""
    from dataclasses import replace

    from news.feeds.opml import checked_source, known_topics

    known = replace(source, topics=known_topics(source.topics))  # an older version stored any word
    try:
        return checked_source(replace(known, **chosen))  # type: ignore[arg-type]
    except ValueError as error:
        fail(str(error))


def _show(source: "Source", newest: "tuple[Entry, ...]") -> None:
    rights = "whole articles" if source.full_text else "lead, picture and link"
    print(f"{source.name}: {source.kind} {source.url} ({rights})\n")
    for entry in newest:
        print(f"  {entry.title}\n  {entry.published or 'no date'} · {entry.url or ''}")
        print(f"  {entry.body[:300]}\n" if entry.body else "")


def _tell(error: "QalaError") -> None:

    fail(_SENTENCES[error.key].format(**error.arguments))
