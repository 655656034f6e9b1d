"""The composition root: opens the store, the bot, the dispatcher and the bell, and closes them in reverse order."""

import asyncio
import contextlib
import gc
import os
import random
import secrets
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import structlog
from aiogram import Bot, Dispatcher
from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError
from aiogram.methods import AnswerCallbackQuery, AnswerInlineQuery, EditMessageText, SendMessage, SendRichMessage
from aiogram.types import Message, Update, User

from bot.collecting.fetch import HttpFetcher, Way
from bot.collecting.newsroom import Administrators, BulletinRunner, Newsroom
from bot.collecting.parsing import ChildReader, ParserPool, own_words
from bot.collecting.sources import find_source
from bot.config import Settings, SettingsError, is_direct
from bot.intake import web
from bot.intake.dispatcher import make_dispatcher
from bot.intake.handling import Handling
from bot.intake.metrics import CountRequests, CountUpdates, Metrics, TimeRequests
from bot.intake.updates import Polling
from bot.intake.web import Front, TakeUpdates, WebhookIntake
from bot.replica import Replica, refusal
from bot.sending.alarms import Alarms, GroupPauses, WatchSending
from bot.sending.answers import TROUBLE, in_words
from bot.sending.delivery import Deliverer
from bot.sending.jobs import Bell, ClockWatch, Counting, DailyBackup, Rung, add_jobs, ring_now, start_scheduler
from bot.sending.planning import BroadcastRunner
from bot.sending.rate import RateLimiter, RateLimitMiddleware, TokenSilence, pace_of
from bot.sending.telegram_session import telegram_session
from bot.sending.writing import MessageWriter
from bot.supervisor import STALLED_SECONDS, Supervisor, first_of, told_to_stop
from handlers.admin import FindSource
from handlers.cards import ShownCards
from handlers.menus import publish
from handlers.views.dates import days_text
from locales import LANGUAGES, texts
from news.feeds.ingest import Ingest
from news.feeds.source import DiscoveredSource
from news.intents.understanding import understand
from news.queries.query import parse
from news.subject.places import zone_of
from storage import Storage, StorageError, open_storage
from storage.counting import EmptySearches
from storage.engine.backup import alone, at_work, examine, remove_old_stores

log = structlog.get_logger()

_BELL_SECONDS = 15.0
_DRAIN_SECONDS = 7.0
_DELIVERY_SECONDS = 1.0
_ALERT_SECONDS = 5.0
_INDEXING_SECONDS = 2.0
_HOUSEKEEPING_SECONDS = 3600.0
_BACKUP_SECONDS = 300.0
_BANS_SECONDS = 5.0
_NEVER = 1_000_000
_FIRST_ANSWERS_SECONDS = 0.3
_FIRST_MODELS = (
    Update, Message, SendMessage, AnswerInlineQuery, AnswerCallbackQuery, EditMessageText, SendRichMessage,
)  # fmt: skip
_FIRST_WORDS = ("дороги города", "қала жаңалықтары", "qala jol", "ljhjub")  # both languages, Latin, the other layout


@dataclass(frozen=True)
class RunningBot:
    """A bot at work: its store, its bell, and the port of its web server, None without one."""

    store: Storage
    bell: Bell
    newsroom: Newsroom
    broadcasting: BroadcastRunner
    username: str
    supervisor: Supervisor
    take: TakeUpdates
    port: int | None = None
    refused: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when this program must stop because it cannot work beside another one that runs."""
    warmed: asyncio.Future[None] | None = None
    """Done when the tables that are read once are loaded."""


def let_rest(_: object = None) -> None:
    """Exclude what is in memory now from garbage collection, which would stop the program for a fifth of a second; of
    what is kept later most stays too, so it is gone through once an hour (`_tidy`) and not in between.

    Only for a program that runs one bot and nothing else.
    """
    gc.freeze()
    young, middle, _ = gc.get_threshold()
    gc.set_threshold(young, middle, _NEVER)


async def _tidy() -> None:
    """Find the garbage that holds on to itself."""
    gc.collect()


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
    *,
    trusting: bool = False,
) -> AsyncIterator[RunningBot]:
    """A bot that answers until the block ends. Raises SettingsError if Telegram refuses the token.

    `trusting`: everybody is an operator, as in the sandbox, so any channel's posts are news.
    """
    async with contextlib.AsyncExitStack() as stack:
        supervisor, metrics = _watched(settings)
        stack.push_async_callback(supervisor.close)
        front = web.Front(settings, supervisor, metrics)
        await front.open()
        stack.push_async_callback(front.close)
        store = front.store = store or await _opened(settings, stack)
        await store.database.follow()
        ground = await _ground(settings, token, clock, store, supervisor, metrics, stack)
        bot, replica = ground.bot, ground.replica
        newsroom, ingest = await _newsroom(ground, stack)
        # News comes in already while we wait for Telegram.
        scheduler = start_scheduler({"news": (replica.led(newsroom.ring), bell_seconds)}, supervisor)
        stack.callback(scheduler.shutdown, wait=False)
        username = (await _whoami(bot)).username or ""
        dispatcher = make_dispatcher(store, settings, clock, username, _finding(ingest), ground.shown_cards)
        dispatcher["trusting"] = trusting
        dispatcher["handler_failed"] = metrics.handler_failed
        handling = Handling(
            bot, dispatcher, store, clock, ground.name, supervisor, dropped=metrics.drop, admins=settings.admins
        )
        bell = Bell(store, _deliverer(ground, username), clock, settings.keep_days)
        broadcasting = BroadcastRunner(bot, store, clock, settings.send_rate)
        jobs = _rung(ground, bell, broadcasting, handling, bell_seconds) | _gathered(
            ground, ingest, bell_seconds, stack
        )
        add_jobs(scheduler, jobs, supervisor)
        await _resumed(store, replica, handling)
        replica.told_when_leading(lambda: ring_now(scheduler, "digests", "deliveries"))
        dispatcher.update.outer_middleware(CountUpdates(metrics))
        stopping: list[asyncio.Task[None]] = []
        stack.push_async_callback(_all, stopping)  # beside the handlers: both end within the ten seconds
        await stack.enter_async_context(_taking_in(front, bot, dispatcher, handling, supervisor))
        begun = (
            warmed := supervisor.aside("warming", lambda: _warm(store, clock())),
            supervisor.aside("menus", lambda: _publish_after(warmed, bot, username)),
            supervisor.keep("bell", "alarms", Alarms(bot, store, settings.admins, supervisor).run, STALLED_SECONDS),
        )
        front.at_work = True
        parts = (store, bell, newsroom, broadcasting, username, supervisor, handling.take)
        try:
            yield RunningBot(*parts, front.port, replica.refused, warmed)
        finally:
            store.database.hurry()
            stopping += [*_cancelled(*begun), supervisor.aside("the bell's end", bell.stop)]


def _watched(settings: Settings) -> tuple[Supervisor, Metrics]:
    """Who looks after the jobs, and the figures, which count their failures and the room on the disks."""
    supervisor, metrics = Supervisor(), Metrics()
    supervisor.failures = metrics.fail
    for name, folder in (("data", settings.data_dir), ("backup", settings.backup_dir)):
        if folder is not None:
            metrics.watch_disk(name, folder)
    return supervisor, metrics


@dataclass(frozen=True)
class _Ground:
    """What all parts of a bot need: the store, the rate-limited way to Telegram, and the place among replicas."""

    settings: Settings
    clock: Callable[[], int]
    store: Storage
    supervisor: Supervisor
    bot: Bot
    pace: RateLimiter
    silence: TokenSilence
    name: str
    replica: Replica
    administrators: Administrators
    shown_cards: ShownCards


async def _ground(
    settings: Settings,
    token: str,
    clock: Callable[[], int],
    store: Storage,
    supervisor: Supervisor,
    metrics: Metrics,
    stack: contextlib.AsyncExitStack,
) -> _Ground:
    """Make the ground, and join the running replicas."""
    session = telegram_session(settings.api_url, timeout=20, proxy=settings.way_to_telegram)
    bot = await stack.enter_async_context(Bot(token, session=session).context())
    silence = TokenSilence(store, clock)
    await silence.load()
    pace = pace_of(settings.send_rate, store, silence)
    shown_cards = ShownCards(store.last_screens, clock, lambda: replica.alone)
    stack.push_async_callback(_noted, store)
    watching = (
        TimeRequests(),
        shown_cards,
        RateLimitMiddleware(pace, silence, store),
        CountRequests(metrics),
        WatchSending(supervisor),
    )
    for one in watching:
        session.middleware(one)
    name = _own_name()
    replica = Replica(store, name, "webhook" if settings.webhook_url else "polling", silence, supervisor)
    replica.taking_over(lambda: recover(store, clock))
    await replica.join()
    if (waiting := await store.own_bot.take_over(bot.id, clock())) is not None:
        log.warning("the store was another bot's: its readers are written to once they say /start", readers=waiting)
    await stack.enter_async_context(replica.at_work())
    administrators = Administrators(bot, store, settings.admins)
    return _Ground(settings, clock, store, supervisor, bot, pace, silence, name, replica, administrators, shown_cards)


async def _newsroom(ground: _Ground, stack: contextlib.AsyncExitStack) -> tuple[Newsroom, Ingest]:
    """The newsroom, and the ingest by which it fetches and reads."""
    settings, store = ground.settings, ground.store
    await _look_into(store)
    way = Way(settings.way_to_sites, is_direct)
    fetcher = await stack.enter_async_context(
        HttpFetcher(private=settings.fetch_private, contact=settings.contact, way=way, clock=ground.clock)
    )
    parsing = await stack.enter_async_context(ParserPool(prepare=own_words()))
    ingest = Ingest(fetcher, ChildReader(parsing, store.repeats), store.sources, ground.clock, random.random)
    newsroom = Newsroom(store, ingest, ground.administrators.hear, ground.supervisor)
    stack.push_async_callback(newsroom.close)
    return newsroom, ingest


def _deliverer(ground: _Ground, username: str) -> Deliverer:
    """The sender of the ledger's rows."""
    store, settings, replica = ground.store, ground.settings, ground.replica
    return Deliverer(
        ground.bot,
        store,
        ground.clock,
        MessageWriter(store, username),
        ground.pace,
        ground.silence,
        rate=settings.send_rate,
        paid_broadcast=settings.paid_broadcast,
        leads=lambda: replica.leads,
        tell=ground.administrators.hear_refused,
        tell_paused=GroupPauses(ground.bot, store, ground.clock).tell,
    )


async def _opened(settings: Settings, stack: contextlib.AsyncExitStack) -> Storage:
    store = await open_storage(settings.database)
    stack.push_async_callback(store.close)
    return store


async def _resumed(store: Storage, replica: Replica, handling: Handling) -> None:
    """Handle updates kept before this start, and from now on those that other replicas leave behind."""
    await store.bans.refresh()
    if replica.leads:
        await handling.resume()
    replica.tending(handling.resume)


async def _noted(store: Storage) -> None:
    """Write what was shown last and waits to be written."""
    with contextlib.suppress(StorageError):
        await store.last_screens.flush()


def _finding(ingest: Ingest) -> FindSource:
    """A function that finds the source behind an address, with the fetcher and reader of `ingest`."""

    async def find(address: str) -> DiscoveredSource:
        return await find_source(address, ingest.fetcher, ingest.reader, ingest.clock())

    return find


def _own_name() -> str:
    """A name for this run of the program that no other run has."""
    return f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"


async def _look_into(store: Storage) -> None:
    if not await store.articles.is_empty():
        return
    if sources := await store.sources.all():
        log.info("no news yet: the sources are being asked", sources=len(sources))
    else:
        log.info("the store is empty: add a source (qala sources add URL) or import pages (qala import)")


def _rung(
    ground: _Ground, bell: Bell, broadcasting: BroadcastRunner, handling: Handling, seconds: float
) -> dict[str, Rung]:
    """The jobs that the bell rings and their intervals; the leader alone does nearly all of them."""
    settings, store, led = ground.settings, ground.store, ground.replica.led
    watch = ClockWatch(store, ground.clock, ground.administrators.hear_of_clock, behind=lambda: handling.behind)
    jobs: dict[str, Rung] = {
        "clock": (led(watch.look), seconds),
        "alerts": (led(bell.alert), min(_ALERT_SECONDS, seconds)),
        "digests": (led(bell.plan), seconds),
        "broadcasts": (led(broadcasting.ring), min(_DELIVERY_SECONDS, seconds)),
        "corrections": (led(bell.correct), min(_ALERT_SECONDS, seconds)),
        "deliveries": (led(bell.deliver), min(_DELIVERY_SECONDS, seconds)),
        "indexing": (led(bell.reindex), min(_INDEXING_SECONDS, seconds)),
        "cleaning": (led(bell.clean), max(_HOUSEKEEPING_SECONDS, seconds)),
        "bans": (store.bans.refresh, min(_BANS_SECONDS, seconds)),
        "garbage": (_tidy, _HOUSEKEEPING_SECONDS),
    }

    async def forget_old_stores() -> None:
        await asyncio.to_thread(remove_old_stores, settings.database, ground.clock())

    jobs["old stores"] = (led(forget_old_stores), max(_HOUSEKEEPING_SECONDS, seconds))
    if settings.backup_dir is not None:
        copying = DailyBackup(settings.database, settings.backup_dir, settings.backup_keep, ground.clock)
        jobs["backup"] = (led(copying.ring), max(_BACKUP_SECONDS, seconds))
    return jobs


def _gathered(ground: _Ground, ingest: Ingest, seconds: float, stack: contextlib.AsyncExitStack) -> dict[str, Rung]:
    """The jobs that gather rates, weather and the day's figures. The figures are also written at the end."""
    settings, store, led = ground.settings, ground.store, ground.replica.led
    bulletin = BulletinRunner(store, ingest.fetcher, ground.clock, settings.rates_url, settings.weather_url)
    if settings.count_searches:
        store.daily.searches = EmptySearches()
    counting = Counting(store, ground.clock, settings.zone)
    stack.push_async_callback(counting.flush)
    return {**bulletin.jobs(led), **counting.jobs(led, seconds)}


@contextlib.asynccontextmanager
async def _taking_in(
    front: Front, bot: Bot, dispatcher: Dispatcher, handling: Handling, supervisor: Supervisor
) -> AsyncIterator[None]:
    """Take updates in by polling or webhook while the block runs."""
    allowed = dispatcher.resolve_used_update_types()
    polling = Polling(bot, handling, allowed, supervisor)
    looking = None
    if front.webhook is not None:
        front.webhook.take = handling.take
        looking = WebhookIntake(bot, front.webhook, allowed, supervisor)
    intake = looking or polling
    taking = supervisor.keep("intake", "webhook" if looking else "polling", intake.run, intake.hangs_after)
    try:
        yield
    finally:
        handling.end()  # updates that still arrive by webhook are kept, but not begun
        intake.stop()
        taken = taking if looking is not None else _then(taking, polling.acknowledge)
        await asyncio.gather(taken, handling.drain(_DRAIN_SECONDS), front.close())


async def _then(first: asyncio.Task[None], second: Callable[[], Awaitable[None]]) -> None:
    await asyncio.gather(first, return_exceptions=True)
    await second()


def _cancelled(*tasks: asyncio.Task[None]) -> tuple[asyncio.Task[None], ...]:
    for task in tasks:
        task.cancel()
    return tasks


async def _all(tasks: list[asyncio.Task[None]]) -> None:
    await asyncio.gather(*tasks, return_exceptions=True)


async def recover(store: Storage, clock: Callable[[], int]) -> None:
    """Settle rows left in the ledger by an earlier run, at the start or when this replica takes the lead."""
    if late := await store.overdue.pass_over(clock()):
        log.info(
            "digests that were planned before Qala stood still are late; their readers do not want them so", count=late
        )
    if unknown := await store.deliveries.recover(clock()):
        log.warning("deliveries were under way when Qala stopped; they are not sent again", count=unknown)


async def run(settings: Settings, at_the_end: Callable[[], object] = lambda: None) -> None:
    """`qala run`: run until SIGTERM or SIGINT, also while the bot is still starting.

    `at_the_end` is called when the program begins to stop. Raises StorageError or SettingsError if it cannot go on.
    """
    if settings.bot_token is None:
        raise SettingsError("QALA_BOT_TOKEN: not set. Get a token from @BotFather, or try `qala sandbox` without one")
    told, begun = told_to_stop(), asyncio.Event()
    living = asyncio.create_task(_life(settings, settings.bot_token.get_secret_value(), told, begun))
    stopping = asyncio.create_task(told.wait())
    await asyncio.wait({living, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    at_the_end()
    if not begun.is_set():
        living.cancel()  # it was still waiting for Telegram or a lock
    try:
        await living
    except asyncio.CancelledError:
        log.info("told to stop before the start was over")


async def _life(settings: Settings, token: str, told: asyncio.Event, begun: asyncio.Event) -> None:
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(alone(settings.database))
        await _sound(settings.database, killed=stack.enter_context(at_work(settings.database)))
        it = await stack.enter_async_context(running(settings, token))
        begun.set()
        if it.warmed is not None:
            it.warmed.add_done_callback(let_rest)
        print(f"Qala runs on Telegram as https://t.me/{it.username} — Ctrl+C stops it", flush=True)
        if not settings.admins:
            print("Nobody administers it yet: say /mydata to it, and put the chat_id it tells you into QALA_ADMINS")
        await first_of(told, it.refused, it.supervisor.failed)
        if it.refused.is_set():
            raise StorageError(refusal("webhook" if settings.webhook_url else "polling"))
        if it.supervisor.failed.is_set():
            raise StorageError(it.supervisor.reason)


async def _sound(database: str, *, killed: bool) -> None:
    """Raises StorageError if the store is damaged. If its last bot was `killed`, all of it is checked."""
    if killed:
        log.warning("the bot did not end well the last time: the whole store is checked")
    if damage := await asyncio.to_thread(examine, database, whole=killed):
        raise StorageError(f"the store is damaged: {damage}. Put a copy in its place (qala restore FILE)")


async def _whoami(bot: Bot) -> User:
    """The bot's own account. Waits while Telegram is down; raises SettingsError if it refuses the token."""
    pause = 1.0
    while True:
        try:
            return await bot.get_me()
        except (TelegramUnauthorizedError, TelegramNotFound):
            raise SettingsError(
                "QALA_BOT_TOKEN: Telegram does not know this token; copy it anew from @BotFather"
            ) from None
        except TROUBLE as error:
            log.warning("Telegram does not answer; waiting", reason=in_words(error), seconds=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, 30.0)


async def _warm(store: Storage, now: int) -> None:
    """Load the dictionaries, the top of the index and Telegram's models, so that the first reader does not wait.

    Whoever wrote while the bot was away is answered before.
    """
    await asyncio.sleep(_FIRST_ANSWERS_SECONDS)
    for model in _FIRST_MODELS:
        model.model_rebuild()
        await asyncio.sleep(0)
    for text in _FIRST_WORDS:
        await store.articles.found(parse(text, datetime.fromtimestamp(now, UTC).date()), limit=10, now=now)
    await asyncio.to_thread(_read_tables, datetime.fromtimestamp(now, UTC).date())


def _read_tables(today: date) -> None:
    """Load the tables that are read once: words of intents, names of places and zones, names of days."""
    for code in LANGUAGES:
        understand(texts(code).plain("button-latest"), today)
        days_text(1, texts(code))
        zone_of(texts(code).plain("button-latest"))


async def _publish_after(warmed: asyncio.Future[None], bot: Bot, username: str) -> None:
    """Publish the menu and descriptions after the tables are loaded: first answer people who have written already."""
    await asyncio.wait({warmed})
    await _publish(bot, username)


async def _publish(bot: Bot, username: str) -> None:
    try:
        await publish(bot, username)
    except TROUBLE as error:
        log.warning("menus and descriptions were not set", reason=in_words(error))
