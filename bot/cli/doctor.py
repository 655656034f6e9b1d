"""`qala doctor`: is this installation sound?"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from bot.config import Settings
from storage import Storage, StorageError, open_storage
from storage.engine import backup
from storage.engine.private import is_open_to_others

if TYPE_CHECKING:
    from aiogram.types import WebhookInfo

_NAMED = 3
_WEEK = 7 * 86_400


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """One line of the doctor's report: what it looked at and what it found."""

    about: str
    text: str
    wrong: bool = False

    def as_object(self) -> dict[str, object]:
        """The finding for JSON."""
        return {"about": self.about, "text": self.text, "wrong": self.wrong}


async def examine(settings: Settings) -> list[DoctorFinding]:
    """Examine everything; the findings come in a fixed order."""
    findings = [_zones()]
    async with _store(settings) as (store, problem):
        if store is None:
            findings.append(DoctorFinding("database", problem, wrong=True))
        else:
            findings += [
                await _database(settings, store),
                *_files(settings),
                await _ledger(store),
                *await _faulty(store),
                *await _refused(store),
                *await _sources(store),
                *await _posts(store),
            ]
    findings += await _telegram(settings)
    return findings


@contextlib.asynccontextmanager
async def _store(settings: Settings) -> AsyncIterator[tuple[Storage | None, str]]:
    try:
        store = await open_storage(settings.database)
    except StorageError as error:
        yield None, str(error)
        return
    try:
        yield store, ""
    finally:
        await store.close()


def _zones() -> DoctorFinding:
    """Kazakhstan is one zone, UTC+5, since 2024-03-01; older data would send every digest an hour early."""
    offset = datetime(2024, 3, 2, tzinfo=UTC).astimezone(ZoneInfo("Asia/Almaty")).utcoffset()
    if offset != timedelta(hours=5):
        return DoctorFinding(
            "time zones", "the time-zone data is older than March 2024: update the tzdata package", wrong=True
        )
    return DoctorFinding("time zones", "Asia/Almaty is UTC+5")


async def _database(settings: Settings, store: Storage) -> DoctorFinding:
    count = await store.articles.count()
    if store.database.dialect == "sqlite":
        damage = await asyncio.to_thread(backup.examine, settings.database, whole=True)
        if damage is not None:
            return DoctorFinding("database", f"damaged: {damage}", wrong=True)
        version = await store.database.fetchval("SELECT sqlite_version()")
        return DoctorFinding("database", f"SQLite {version}, {count} articles, sound")
    return DoctorFinding("database", f"{store.database.dialect}, {count} articles")


def _files(settings: Settings) -> list[DoctorFinding]:
    """Whether other users of this machine can read readers' data."""
    path = backup.sqlite_file(settings.database)
    if path is None:
        return []
    found = _copies(settings, path.parent)
    if is_open_to_others(path.parent):
        told = f"other users can look into the folder {path.parent}: chmod 700 {path.parent}"
        return [DoctorFinding("files", told), *found]
    return [DoctorFinding("files", f"the folder {path.parent} is its owner's alone"), *found]


def _copies(settings: Settings, store: Path) -> list[DoctorFinding]:
    """Whether the daily copies would be lost together with the store."""
    folder = settings.backup_dir
    if folder is None or not folder.is_dir():
        return []
    where = "another disk than" if folder.stat().st_dev != store.stat().st_dev else "the same disk as"
    return [DoctorFinding("copies", f"{folder} is on {where} the store")]


async def _faulty(store: Storage) -> list[DoctorFinding]:
    """Articles that the analysis failed at, which is a bug of ours to report."""
    found = await store.articles.faulty(_NAMED + 1)
    if not found:
        return []
    named = ", ".join(f"{id_} («{title[:60]}»)" for id_, title in found[:_NAMED])
    more = " and more" if len(found) > _NAMED else ""
    told = f"failed at {named}{more}: listed and read, but not found; please report it"
    return [DoctorFinding("analysis", told, wrong=True)]


async def _refused(store: Storage) -> list[DoctorFinding]:
    """Messages of the last week that a bug of ours made unwritable or that Telegram refused."""
    reasons = await store.deliveries.faulty(int(time.time()) - _WEEK)
    if not reasons:
        return []
    told = "; ".join(f"{count}: {reason}" for reason, count in reasons.items())
    return [DoctorFinding("editions", f"refused through a bug within a week ({told}); please report it", wrong=True)]


async def _ledger(store: Storage) -> DoctorFinding:
    """Whether the ledger is consistent: every delivery has ended or is not late, and none is there twice."""
    counts = await store.deliveries.counts()
    told = ", ".join(f"{state} {number}" for state, number in counts.items()) or "nothing planned yet"
    wrong = await store.deliveries.discrepancies(int(time.time()))
    if wrong:
        return DoctorFinding("delivery ledger", f"{'; '.join(wrong)} ({told})", wrong=True)
    return DoctorFinding("delivery ledger", told)


async def _sources(store: Storage) -> list[DoctorFinding]:
    """How many sources there are, and a line for each that does not answer, which is not our fault."""
    from handlers.channels.incoming import agreement

    sources = await store.sources.all()
    down = [source for source in sources if source.health.down_since is not None and not source.paused]
    findings = [DoctorFinding("sources", f"{len(sources)}, {len(down)} of them down" if sources else "none yet")]
    for source in sources:
        if source.waits:
            told = f"a channel that asks to be read: `{agreement(source.key)}` agrees, `qala sources remove` forgets it"
            findings.append(DoctorFinding(f"source {source.name}", told))
    for source in down:
        since = datetime.fromtimestamp(source.health.down_since or 0, UTC)
        reason = source.health.failure or "no answer"
        findings.append(DoctorFinding(f"source {source.name}", f"down since {since:%Y-%m-%d %H:%M} UTC: {reason}"))
    return findings


async def _posts(store: Storage) -> list[DoctorFinding]:
    """Posts of channels that may stand or not: the program died while they were sent."""
    if not (unknown := await store.posts.unknown()):
        return []
    told = f"{unknown} may stand in their channels or not: one that is forwarded to the bot is known again"
    return [DoctorFinding("channel posts", told)]


async def _telegram(settings: Settings) -> list[DoctorFinding]:
    if settings.bot_token is None:
        return [DoctorFinding("token", "QALA_BOT_TOKEN is not set: only `qala run` needs it")]
    from aiogram import Bot
    from aiogram.exceptions import TelegramNotFound, TelegramUnauthorizedError

    from bot.sending.answers import TROUBLE, in_words
    from bot.sending.telegram_session import telegram_session

    session = telegram_session(settings.api_url, timeout=10, proxy=settings.way_to_telegram)
    async with Bot(settings.bot_token.get_secret_value(), session=session).context() as bot:
        try:
            me = await bot.get_me()
            webhook = await bot.get_webhook_info()
        except (TelegramUnauthorizedError, TelegramNotFound):
            told = "Telegram does not know it: copy it anew from @BotFather into QALA_BOT_TOKEN"
            return [DoctorFinding("token", told, wrong=True)]
        except TROUBLE as error:
            told = f"{settings.api_url} was not reached, so the token could not be tried: {in_words(error)}"
            return [DoctorFinding("Telegram", told, wrong=True)]
    inline = DoctorFinding("inline mode", "on")
    if not me.supports_inline_queries:
        inline = DoctorFinding("inline mode", "off: switch it on with @BotFather, /setinline", wrong=True)
    return [DoctorFinding("token", f"this is @{me.username}"), inline, _webhook(settings, webhook)]


def _webhook(settings: Settings, known: "WebhookInfo") -> DoctorFinding:
    """Where Telegram delivers updates, and in its own words whether that works."""
    if settings.webhook_url is None:
        if known.url:
            told = "one is set though QALA_WEBHOOK_URL is not: `qala run` takes it away"
            return DoctorFinding("webhook", told)
        return DoctorFinding("webhook", "none: updates are asked for")
    if known.url != settings.webhook_url:
        return DoctorFinding("webhook", "Telegram does not know ours yet: `qala run` registers it")
    if known.last_error_message:
        return DoctorFinding("webhook", f"Telegram says: {known.last_error_message}", wrong=True)
    return DoctorFinding("webhook", f"Telegram brings updates, {known.pending_update_count} wait")
