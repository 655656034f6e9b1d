"""What happens around the replicas of benchmarks.replicas: sites with news, and readers with a digest twice a day."""

import collections
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime

from aiohttp import web

from benchmarks.lives import Zygote
from news.feeds.source import Source
from storage import Storage

MORNING, EVENING = 1_795_316_400, 1_795_316_400 + 10 * 3600  # 2026-11-22 08:00 and 18:00 in Almaty
DAY, HOUR = 86_400, 3600
FEEDS, ITEMS = 4, 3
NAMES = ("парк", "мост", "театр", "школа", "музей", "стадион", "рынок", "вокзал", "бассейн", "сквер", "завод", "клуб")


@dataclass
class Feeds:
    """A few sites with a feed each; every request is noted with the bot's own time."""

    clock: Zygote
    items: dict[int, list[tuple[str, int]]] = field(default_factory=lambda: collections.defaultdict(list))
    asked: dict[int, list[int]] = field(default_factory=lambda: collections.defaultdict(list))
    url: str = ""

    def publish(self, wave: int, at: int) -> int:
        """New items on every site; how many there are in all."""
        for feed in range(FEEDS):
            for number in range(ITEMS):
                name = NAMES[(feed * ITEMS + number) % len(NAMES)]
                self.items[feed].append((f"{name.capitalize()} {wave}: что построят в районе {feed}-{number}", at))
        return sum(map(len, self.items.values()))

    async def answer(self, request: web.Request) -> web.Response:
        """Answer a request for a feed, and note it."""
        if not request.path.startswith("/feed"):
            return web.Response(status=404)
        feed = int(request.path.removeprefix("/feed"))
        self.asked[feed].append(self.clock.clock.value)
        items = "".join(
            f"<item><title>{title}</title><guid>{number}</guid><link>{self.url}/{feed}/{number}</link>"
            f"<description>{title}. Рассказываем подробно о сроках.</description>"
            f"<pubDate>{format_datetime(datetime.fromtimestamp(at, UTC))}</pubDate></item>"
            for number, (title, at) in list(enumerate(self.items[feed]))[-20:]
        )
        text = f'<rss version="2.0"><channel><title>Сайт {feed}</title>{items}</channel></rss>'
        return web.Response(text=text, content_type="application/rss+xml")

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Serve the sites while the block runs."""
        app = web.Application()
        app.router.add_get("/{path:.*}", self.answer)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.url = "http://{}:{}".format(*runner.addresses[0])
        yield
        await runner.cleanup()


async def fill(store: Storage, readers: int, feeds: str) -> None:
    """Readers with a digest twice a day, and the sources of news."""
    for feed in range(FEEDS):
        await store.sources.add(Source(f"{feeds}/feed{feed}", "feed", f"Сайт {feed}", language="ru", interval=600))
    await store.database.executemany(
        "INSERT INTO subscribers (chat_id, kind, language, language_chosen, timezone, created_at, minutes,"
        " decided_until, next_digest_at, last_edition_at)"
        " VALUES ($1, 'private', 'ru', 1, 'Asia/Almaty', $2, '480,1080', $3, $4, $2)",
        [(chat, MORNING - DAY, MORNING - 60, MORNING) for chat in range(1, readers + 1)],
    )
