"""A world for tests: the real bot against our own Telegram over real sockets, and people with phones in it."""

import contextlib
import json
import shutil
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import RunningBot, running
from bot.collecting.importing import import_entries
from bot.config import Settings
from bot.sending import rate
from locales import page_texts
from news.archive.archive import parse_json_line
from news.models import Entry
from sandbox.news import SampleEntry, sample_arrivals, sample_entries
from sandbox.server.chat_page import add_page_routes
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from storage import Storage, open_storage

TOKEN = "123456:sandbox-sandbox-sandbox-sandbox-1234"
MORNING = 1_795_320_000  # 2026-11-22 09:00 in Almaty


@dataclass
class World:
    """A Telegram, a bot in it, a store, and a clock that stands still until it is moved."""

    telegram: Telegram
    clock: Clock
    bot: RunningBot
    store: Storage
    settings: Settings
    address: str = ""

    def now(self) -> int:
        """UTC seconds by the world's clock."""
        return int(self.clock.now())

    def person(self, name: str = "Айгерім", language_code: str = "kk") -> Person:
        """Somebody new."""
        return Person.new(self.telegram, name, language_code=language_code)

    async def passes(self, seconds: float) -> None:
        """Time goes by and the bell rings."""
        self.clock.advance(seconds)
        await self.bot.bell.ring()


@contextlib.asynccontextmanager
async def world(
    folder: Path, *, news: bool = True, database: str = "", begins: int = MORNING, **chosen: object
) -> AsyncIterator[World]:
    """A running world; with `news` the sample articles are in the store, a SQLite file unless `database` names it.

    `begins` is where its clock stands (UTC seconds), `chosen` are settings.
    """
    clock = Clock(begins, speed=0)
    telegram = Telegram(clock)
    telegram.bot(TOKEN, username="qala_bot")

    async def next_digest(chat_id: int) -> int | None:
        subscriber = await store.subscribers.get(chat_id)
        return subscriber.next_digest_at if subscriber else None

    runner = await serve(telegram, more=lambda app: add_page_routes(app, telegram, page_texts, next_digest))
    file = folder / "qala.sqlite"
    if news and not database and not file.exists():
        file.write_bytes(await _printed(begins, folder / "printed"))
        news = False
    store = await open_storage(database or f"sqlite:///{file}")
    settings = Settings(**{"_env_file": None, "api_url": address(runner), "send_rate": 1000, "listen": "off", **chosen})
    try:
        if news:
            await _print(store, begins)
        with pytest.MonkeyPatch.context() as patched:
            if "send_rate" not in chosen:  # a world that is not about the pace: a group waits no longer than a person
                patched.setattr(rate, "_GROUP", rate._PRIVATE)
            async with running(settings, TOKEN, lambda: int(clock.now()), 3600, store) as bot:
                yield World(telegram, clock, bot, store, settings, address(runner))
    finally:
        await store.close()
        await runner.cleanup()


_PRINTED: dict[int, bytes] = {}


async def _printed(begins: int, folder: Path) -> bytes:
    """The SQLite file of a store with the sample articles: they are imported once, every other world gets a copy."""
    if begins not in _PRINTED:
        folder.mkdir()
        store = await open_storage(f"sqlite:///{folder}/qala.sqlite")
        await _print(store, begins)
        await store.close()
        _PRINTED[begins] = (folder / "qala.sqlite").read_bytes()
        shutil.rmtree(folder)
    return _PRINTED[begins]


async def _print(store: Storage, begins: int) -> None:
    for at, entries in sample_arrivals(begins):
        await import_entries(_entries(entries), store, min(at, begins - 600))


def sample_articles(now: int) -> list[Entry]:
    """The sandbox's sample news, dated relative to `now`."""
    return _entries(sample_entries(now))


def _entries(sample: list[SampleEntry]) -> list[Entry]:
    lines = [json.dumps(one, ensure_ascii=False) for one in sample]
    return [entry for line in lines if isinstance(entry := parse_json_line(line, "sample"), Entry)]
