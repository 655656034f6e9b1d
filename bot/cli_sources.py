"""The commands about sources: `qala sources …` and `qala fetch`, each a few lines onto bot/sources.py."""

import asyncio
import contextlib
import sys
import time
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.fetch import HttpFetcher
    from bot.reading import ChildReader
    from news.models import Entry, QalaError
    from news.source import Source
    from storage import Storage

sources = typer.Typer(help="Where news comes from.", no_args_is_help=True)

_SENTENCES = {
    "source-bad-address": "{url} is no address of a site",
    "source-known": "{url} is a source already",
    "source-nothing": "no feed, news sitemap or articles found at {url}",
    "source-unreachable": "it does not answer: {reason}",
}

Named = Annotated[str, typer.Argument(help="A source's number, name or address.")]


@sources.command("list")
def list_() -> None:
    """List the sources: number, name, kind, rights, state, last look, rhythm, address."""
    from bot.cli import _run, opened_store
    from bot.sources import source_line

    async def work() -> None:
        async with opened_store() as store:
            for source in await store.sources.all():
                print(source_line(source))

    _run(work())


@sources.command()
def add(
    address: Annotated[str, typer.Argument(help="Any address: a site, a section page, a feed, a sitemap.")],
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Keep it without asking; so it is without a terminal.")
    ] = False,
    name: Annotated[str | None, typer.Option(help="What readers see as its name.")] = None,
    language: Annotated[str | None, typer.Option(help="ru or kk, where a text does not tell.")] = None,
    city: Annotated[str | None, typer.Option(help="The city it writes about.")] = None,
    topic: Annotated[list[str] | None, typer.Option(help="A topic every article has; may be repeated.")] = None,
    full_text: Annotated[bool | None, typer.Option(help="Whether whole articles may be shown.")] = None,
    minutes: Annotated[int | None, typer.Option(min=1, help="Look every so many minutes.")] = None,
) -> None:
    """Find the feed behind an address, show its three newest articles, and keep it when you agree."""
    from dataclasses import replace

    from bot.cli import _run, opened_store
    from bot.sources import find_source
    from news.models import QalaError

    async def work() -> None:
        async with opened_store() as store, _network() as (fetcher, reader):
            try:
                found = await find_source(address, fetcher, reader, int(time.time()))
                source = replace(
                    found.source,
                    name=name or found.source.name,
                    language=language,
                    city=city or found.source.city,
                    topics=tuple(topic or ()),
                    full_text=found.source.full_text if full_text is None else full_text,
                    interval=minutes * 60 if minutes else None,
                )
                _show(source, found.newest)
                if yes or not sys.stdin.isatty() or typer.confirm("Keep it?", default=True):
                    kept = await store.sources.add(source)
                    print(f"kept as source {kept.key}; `qala run` or `qala fetch` will look at it")
            except QalaError as error:
                _tell(error)

    _run(work())


@sources.command()
def remove(source: Named) -> None:
    """Forget a source; its articles stay."""
    from bot.cli import _run, opened_store

    async def work() -> None:
        async with opened_store() as store:
            found = await _named(store, source)
            await store.sources.remove(found.key)
        print(f"removed: {found.name}")

    _run(work())


def fetch(once: Annotated[bool, typer.Option("--once", help="One round, then end.")] = False) -> None:
    """Look at the sources that are due: once, or until stopped."""
    from bot.cli import _run, opened_store, settings
    from bot.sources import counted, fetch_due

    async def work() -> None:
        async with opened_store() as store, _network() as (fetcher, reader):
            while not once:
                await fetch_due(store, fetcher, reader)
                await asyncio.sleep(15)
            looked = await fetch_due(store, fetcher, reader, own_network=settings().fetch_private)
        print(", ".join(f"{name} {number}" for name, number in counted(looked).items()))
        for one in looked:
            for rejected in one.imported.rejected:
                print(f"rejected {rejected.item}: {rejected.reason}", file=sys.stderr)
            if one.answer == "failed":
                print(f"{one.source.name}: {one.source.health.failure}", file=sys.stderr)

    _run(work())


@contextlib.asynccontextmanager
async def _network() -> AsyncIterator["tuple[HttpFetcher, ChildReader]"]:
    from bot.cli import settings
    from bot.fetch import HttpFetcher
    from bot.parsing import Parsing
    from bot.reading import ChildReader

    async with HttpFetcher(private=settings().fetch_private) as fetcher, Parsing() as parsing:
        yield fetcher, ChildReader(parsing)


async def _named(store: "Storage", text: str) -> "Source":
    from bot.cli import _fail

    found = await store.sources.find(text)
    if found is None:
        _fail(f"there is no source {text}")
    return found


def _show(source: "Source", newest: "tuple[Entry, ...]") -> None:
    rights = "whole articles" if source.full_text else "lead, picture and link"
    print(f"{source.name}: {source.kind} {source.url} ({rights})\n")
    for entry in newest:
        print(f"  {entry.title}\n  {entry.published or 'no date'} · {entry.url or ''}")
        print(f"  {entry.body[:300]}\n" if entry.body else "")


def _tell(error: "QalaError") -> None:
    from bot.cli import _fail

    _fail(_SENTENCES[error.key].format(**error.arguments))
