"""The composition root: opens the store, the bot, the dispatcher and the bell; closes them in reverse."""

import asyncio
import contextlib
import os
import random
import secrets
import signal
import socket
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import structlog
from aiogram import Bot, Dispatcher
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramAPIError, TelegramNotFound, TelegramUnauthorizedError
from aiogram.types import User

from bot import web
from bot.broadcasting import Broadcasting
from bot.budget import pace_of
from bot.config import Settings, SettingsError
from bot.delivery import Deliverer
from bot.fetch import HttpFetcher
from bot.handling import Handling, KeptUntilBegun
from bot.jobs import Bell, add_jobs, ring_now, start_scheduler
from bot.metrics import CountRequests, CountUpdates, Metrics
from bot.middlewares import WhoIsThis, on_error
from bot.newsroom import Administrators, Newsroom
from bot.paced import Paced
from bot.parsing import Parsing
from bot.reading import ChildReader
from bot.replica import Replica, refusal
from bot.silence import Silence
from bot.sources import find_source
from bot.updates import Polling
from bot.web import WebhookIntake
from bot.writing import Writer
from handlers.menus import publish
from handlers.routers import make_routers
from news.ingest import Ingest
from news.query import parse
from news.source import Found
from storage import Storage, StorageError, open_storage
from storage.copies import alone

log = structlog.get_logger()

_BELL_SECONDS = 15.0
_DELIVERY_SECONDS = 1.0
_INDEXING_SECONDS = 2.0
_HOUSEKEEPING_SECONDS = 3600.0
_FIRST_WORDS = ("дороги города", "қала жаңалықтары", "qala jol", "ljhjub")  # either language, Latin, the other layout


@dataclass(frozen=True)
class Running:
    """A bot at work: its store, its bell, and the port its web server listens on, where it has one."""

    store: Storage
    bell: Bell
    newsroom: Newsroom
    broadcasting: Broadcasting
    username: str
    port: int | None = None
    refused: asyncio.Event = field(default_factory=asyncio.Event)
    """Set where this program must stop: another one is at work beside which it cannot be."""


def wall_clock() -> int:
    """UTC seconds."""
    return int(time.time())


@contextlib.asynccontextmanager
async def running(
    settings: Settings,
    token: str,
    clock: Callable[[], int] = wall_clock,
    bell_seconds: float = _BELL_SECONDS,
    store: Storage | None = None,
) -> AsyncIterator[Running]:
    """A bot that answers until the block ends. Raises SettingsError where Telegram refuses the token."""
    async with contextlib.AsyncExitStack() as stack:
        if store is None:
            store = await open_storage(settings.database)
            stack.push_async_callback(store.close)
        session = AiohttpSession(api=TelegramAPIServer.from_base(settings.api_url), timeout=20)
        bot = await stack.enter_async_context(Bot(token, session=session).context())
        silence = Silence(store, clock)
        await silence.load()
        pace = pace_of(settings.send_rate, store, silence)
        session.middleware(Paced(pace, silence, store))
        metrics = Metrics()
        session.middleware(CountRequests(metrics))
        name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        replica = Replica(store, name, "webhook" if settings.webhook_url else "polling", silence)
        replica.taking_over(lambda: recover(store, clock))
        await replica.join()
        await stack.enter_async_context(replica.at_work())
        if await store.articles.is_empty():
            log.info("the store is empty: add a source (qala sources add URL) or import pages (qala import)")
        fetching = HttpFetcher(private=settings.fetch_private, contact=settings.contact, clock=clock)
        fetcher = await stack.enter_async_context(fetching)
        parsing = await stack.enter_async_context(Parsing())
        ingest = Ingest(fetcher, ChildReader(parsing, store.repeats), store.sources, clock, random.random)
        newsroom = Newsroom(store, ingest, Administrators(bot, store, settings.admins).hear)
        stack.push_async_callback(newsroom.close)
        # News comes in while Telegram is waited for.
        scheduler = start_scheduler({"news": (replica.led(newsroom.ring), bell_seconds)})
        stack.callback(scheduler.shutdown, wait=False)
        username = (await _whoami(bot)).username or ""
        dispatcher = make_dispatcher(store, settings, ingest, username)
        deliverer = Deliverer(
            bot,
            store,
            clock,
            Writer(store, username),
            pace,
            silence,
            rate=settings.send_rate,
            paid_broadcast=settings.paid_broadcast,
            leads=lambda: replica.leads,
        )
        bell = Bell(store, deliverer, clock)
        broadcasting = Broadcasting(bot, store, clock, settings.send_rate)
        add_jobs(
            scheduler,
            {
                "digests": (replica.led(bell.plan), bell_seconds),
                "broadcasts": (replica.led(broadcasting.ring), min(_DELIVERY_SECONDS, bell_seconds)),
                "deliveries": (replica.led(bell.deliver), min(_DELIVERY_SECONDS, bell_seconds)),
                "indexing": (replica.led(bell.reindex), min(_INDEXING_SECONDS, bell_seconds)),
                "cleaning": (replica.led(bell.clean), max(_HOUSEKEEPING_SECONDS, bell_seconds)),
            },
        )
        handling = Handling(bot, dispatcher, store, clock, name)
        if replica.leads:
            await handling.resume()
        replica.tending(handling.resume)
        replica.told_when_leading(lambda: ring_now(scheduler, "digests", "deliveries"))
        dispatcher.update.outer_middleware(CountUpdates(metrics))
        stopping: list[asyncio.Task[None]] = []
        stack.push_async_callback(_all, stopping)  # sendings end while handlers end: both within the ten seconds
        port = await stack.enter_async_context(_taking_in(settings, bot, dispatcher, handling, store, metrics))
        publishing = asyncio.create_task(_publish(bot, username))
        warming = asyncio.create_task(_warm(store, clock()))
        try:
            yield Running(store, bell, newsroom, broadcasting, username, port, replica.refused)
        finally:
            stopping += [*_cancelled(publishing, warming), asyncio.create_task(bell.stop())]


@contextlib.asynccontextmanager
async def _taking_in(
    settings: Settings, bot: Bot, dispatcher: Dispatcher, handling: Handling, store: Storage, metrics: Metrics
) -> AsyncIterator[int | None]:
    """Take updates in, by polling or webhook, and serve the web pages; the port of those, where there are any."""
    allowed = dispatcher.resolve_used_update_types()
    webhook = web.webhook_of(settings, handling.take)
    runner = await web.serve(settings.listen, store.ready, lambda: metrics.text(store), webhook)
    intake = WebhookIntake(bot, handling, webhook, allowed) if webhook else Polling(bot, handling, allowed)
    taking = asyncio.create_task(intake.run())
    try:
        yield runner.addresses[0][1] if runner else None
    finally:
        handling.end()  # what still comes in by webhook is kept, not begun
        intake.stop()
        await asyncio.gather(taking, *([runner.cleanup()] if runner is not None else []))


def _cancelled(*tasks: asyncio.Task[None]) -> tuple[asyncio.Task[None], ...]:
    for task in tasks:
        task.cancel()
    return tasks


async def _all(tasks: list[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


def make_dispatcher(store: Storage, settings: Settings, ingest: Ingest, username: str) -> Dispatcher:
    """A dispatcher with all handlers; what they may ask for stands here by name."""
    clock, admins = ingest.clock, settings.admins

    async def find(address: str) -> Found:
        return await find_source(address, ingest.fetcher, ingest.reader, clock())

    dispatcher = Dispatcher(store=store, admins=admins, username=username, clock=clock, find_source=find)
    dispatcher.update.outer_middleware(WhoIsThis(store, clock, settings.zone, username, admins))
    dispatcher.update.outer_middleware(KeptUntilBegun(store))
    dispatcher.errors.register(on_error)
    dispatcher.include_routers(*make_routers())
    return dispatcher


async def recover(store: Storage, clock: Callable[[], int]) -> None:
    """Settle what stands in the ledger from before, at the start and where the lead is taken over."""
    if late := await store.overdue.pass_over(clock()):
        log.info(
            "digests that were planned before Qala stood still are late; their readers do not want them so", count=late
        )
    if unknown := await store.deliveries.recover(clock()):
        log.warning("deliveries were under way when Qala stopped; they are not sent again", count=unknown)


async def run(settings: Settings) -> None:
    """`qala run`: until SIGTERM or SIGINT."""
    if settings.bot_token is None:
        raise SettingsError("QALA_BOT_TOKEN: not set. Get a token from @BotFather, or try `qala sandbox` without one")
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(alone(settings.database))
        it = await stack.enter_async_context(running(settings, settings.bot_token.get_secret_value()))
        print(f"Qala runs on Telegram as https://t.me/{it.username} — Ctrl+C stops it", flush=True)
        await until_told_to_stop(it.refused)
        if it.refused.is_set():
            raise StorageError(refusal("webhook" if settings.webhook_url else "polling"))


async def until_told_to_stop(refused: asyncio.Event | None = None) -> None:
    """Return at SIGTERM or SIGINT, or when `refused` is set."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told.set)
    waiting = [asyncio.create_task(one.wait()) for one in (told, refused) if one is not None]
    await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    for one in waiting:
        one.cancel()


async def _whoami(bot: Bot) -> User:
    """Who the token says we are; Telegram being down is waited for, a refused token is a sentence."""
    pause = 1.0
    while True:
        try:
            return await bot.get_me()
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise SettingsError(
                "QALA_BOT_TOKEN: Telegram does not know this token; copy it anew from @BotFather"
            ) from None
        except (TelegramAPIError, OSError) as error:
            log.warning("Telegram does not answer; waiting", reason=type(error).__name__, seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30.0)


async def _warm(store: Storage, now: int) -> None:
    """Load the dictionaries and the head of the index, so that the first reader does not wait for them."""
    for text in _FIRST_WORDS:
        await store.articles.found(parse(text, datetime.fromtimestamp(now, UTC).date()), limit=10, now=now)


async def _publish(bot: Bot, username: str) -> None:
    try:
        await publish(bot, username)
    except (TelegramAPIError, OSError) as error:
        log.warning("menus and descriptions were not set", reason=str(error))
