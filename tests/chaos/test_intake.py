"""Nothing silences the intake for good: what breaks it is told, and over when its cause is."""

import asyncio
import contextlib
import fcntl

import pytest

from bot.app import running
from bot.config import Settings
from bot.intake import updates
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from storage import StorageError, open_storage
from storage.inbox import Inbox
from tests.driver import MORNING, TOKEN, world


async def until(true, seconds=20):
    async with asyncio.timeout(seconds):
        while not true():
            await asyncio.sleep(0.01)


async def test_a_store_that_fails_for_a_moment_is_told_and_nothing_taken_in_is_lost(tmp_path, monkeypatch):
    take, broken = Inbox.take, True

    async def failing(inbox, *args):
        if broken:
            raise StorageError("SQLite: database or disk is full")
        return await take(inbox, *args)

    monkeypatch.setattr(Inbox, "take", failing)
    async with world(tmp_path) as city:
        aigerim = city.person("Айгерім", "kk")
        aigerim.says("/latest")
        await until(lambda: city.bot.supervisor.why_not_ready == "intake")
        broken = False
        await aigerim.sees("Соңғы жаңалықтар")
        await until(lambda: city.bot.supervisor.why_not_ready is None)


async def test_a_handler_that_meets_a_failing_store_is_tried_again_and_has_one_effect(tmp_path, monkeypatch):
    async with world(tmp_path) as city:
        aigerim = city.person("Айгерім", "kk")
        transaction, failures = city.store.database.transaction, iter(range(3))

        @contextlib.asynccontextmanager
        async def failing():
            async with transaction() as tx:
                yield tx
                if next(failures, None):
                    raise StorageError("SQLite: database or disk is full")

        monkeypatch.setattr(city.store.database, "transaction", failing)
        aigerim.says("/digest 08:30")
        await aigerim.sees("Алғашқысы")
        assert [one["text"] for one in aigerim.messages() if "Қате" in one["text"]] == []
        await until(lambda: city.bot.supervisor.why_not_ready is None)


@pytest.mark.parametrize(
    ("method", "kind"),
    [("getWebhookInfo", "502"), ("getMe", "502"), ("getUpdates", "502"), ("getUpdates", "drop"), ("getMe", "truncate")],
)
async def test_whatever_telegram_or_a_proxy_answers_the_bot_hears_again(tmp_path, method, kind):
    telegram = Telegram(Clock(MORNING, speed=0))
    telegram.bot(TOKEN, username="qala_bot")
    fault = telegram.faults.add(kind, method=method, count=1)
    runner = await serve(telegram)
    store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    settings = Settings(_env_file=None, listen="off", api_url=address(runner), send_rate=1000)
    person = Person.new(telegram, "Айгерім", language_code="kk")
    async with running(settings, TOKEN, lambda: MORNING, 3600, store) as bot:
        person.says("/help")
        await person.sees("/latest", within=20)
        await until(lambda: bot.supervisor.why_not_ready is None)
    assert fault.happened >= 1
    await store.close()
    await runner.cleanup()


async def test_a_refused_token_is_asked_again_and_then_ends_the_program_with_the_reason(tmp_path, monkeypatch):
    monkeypatch.setattr(updates, "REFUSED_SECONDS", 0.5)
    async with world(tmp_path) as city:
        city.telegram.faults.add("refuse", refusal="unauthorized", method="getUpdates")
        aigerim = city.person()
        aigerim.says("/help")
        await until(lambda: city.bot.supervisor.why_not_ready == "intake")
        assert not city.bot.supervisor.failed.is_set()
        async with asyncio.timeout(10):
            await city.bot.supervisor.failed.wait()
        assert "token" in city.bot.supervisor.reason
        assert TOKEN not in city.bot.supervisor.reason


async def test_a_lock_that_another_process_holds_is_waited_for_and_then_all_is_answered(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.engine.sqlite._BUSY_SECONDS", 0.3)
    async with world(tmp_path) as city:
        aigerim = city.person("Айгерім", "kk")
        with (tmp_path / "qala.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            aigerim.says("/digest 08:30")
            await until(lambda: city.bot.supervisor.why_not_ready == "intake")
            fcntl.flock(lock, fcntl.LOCK_UN)
        await aigerim.sees("Алғашқысы")
