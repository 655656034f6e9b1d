"""`qala sandbox`: the same bot against our own local Telegram, with a chat page and sample news."""

import asyncio
import contextlib
import json
import os
from collections.abc import Callable
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr

from bot.app import running
from bot.collecting.importing import import_entries
from bot.config import Settings, SettingsError
from bot.sending.jobs import Bell
from bot.supervisor import until_told_to_stop
from locales import page_texts
from news.archive.archive import parse_json_line
from sandbox.news import SampleEntry, sample_week
from sandbox.server.chat_page import add_page_routes, settle
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.telegram import Telegram
from storage import Storage, open_storage

TOKEN = "111111:qala-sandbox-no-secret-qala-sandbox"  # noqa: S105 - it gives access to this machine's own server only
_BELL_SECONDS = 5.0


async def sandbox(settings: Settings, port: int, ready: Callable[[str], None] = print) -> None:
    """Serve the chat page and run the bot until told to stop. The store is `sandbox.sqlite` in the data folder."""
    clock = Clock()
    telegram = Telegram(clock)
    settle(telegram, telegram.bot(TOKEN, username="qala_bot"), page_texts)
    async with contextlib.AsyncExitStack() as stack:
        opened: asyncio.Future[Storage] = asyncio.get_running_loop().create_future()

        async def next_digest(chat_id: int) -> int | None:
            subscriber = await (await opened).subscribers.get(chat_id)
            return subscriber.next_digest_at if subscriber else None

        # The port first: a second sandbox must not delete the store of a running one.
        runner = await _served(telegram, port, lambda app: add_page_routes(app, telegram, page_texts, next_digest))
        stack.push_async_callback(runner.cleanup)
        path = settings.data_dir / "sandbox.sqlite"
        await asyncio.to_thread(_fresh, path)
        store = await open_storage(f"sqlite:///{path}")
        stack.push_async_callback(store.close)
        opened.set_result(store)
        there, coming = sample_week(int(clock.now()))
        for at, entries in there:
            await _arrive(entries, store, at)
        own = settings.model_copy(update={"listen": "off", "api_url": address(runner), "bot_token": SecretStr(TOKEN)})
        at_home = not own.admins  # whoever opens the page is the one who started the sandbox
        async with running(own, TOKEN, lambda: int(clock.now()), _BELL_SECONDS, store, trusting=at_home) as it:
            ringing = asyncio.create_task(_ring_when_moved(clock, it.bell, store, coming))
            ready(f"Qala runs in the sandbox, no token needed: open {address(runner)} — Ctrl+C stops it")
            await until_told_to_stop()
            ringing.cancel()
            await asyncio.gather(ringing, return_exceptions=True)


async def _ring_when_moved(
    clock: Clock, bell: Bell, store: Storage, coming: list[tuple[int, list[SampleEntry]]]
) -> None:
    """Ring the bell by the sandbox's clock, so that moving it brings the digest and the news of the time between.

    The scheduler knows only real seconds.
    """
    while True:
        await clock.sleep(_BELL_SECONDS)
        while coming and coming[0][0] <= clock.now():
            at, entries = coming.pop(0)
            await _arrive(entries, store, at)
        await bell.ring()


async def _arrive(entries: list[SampleEntry], store: Storage, at: int) -> None:
    lines = (json.dumps(one, ensure_ascii=False) for one in entries)
    await import_entries((parse_json_line(line, "sample news") for line in lines), store, at)


async def server_only(port: int, token: str, ready: Callable[[str], None] = print) -> None:
    """Serve the Bot API alone, for testing any program that speaks it."""
    telegram = Telegram()
    telegram.bot(token)
    runner = await _served(telegram, port)
    try:
        ready(f"Bot API server: {address(runner)}/bot{token}/getMe")
        await until_told_to_stop()
    finally:
        await runner.cleanup()


async def _served(
    telegram: Telegram, port: int, more: Callable[[web.Application], None] = lambda _app: None
) -> web.AppRunner:
    try:
        return await serve(telegram, "127.0.0.1", port, more)
    except OSError as error:
        raise SettingsError(f"port {port}: {os.strerror(error.errno or 0)}. Choose another: --port 8081") from None


def _fresh(path: Path) -> None:
    """Delete the store: each sandbox begins anew, as its people and its clock do."""
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
