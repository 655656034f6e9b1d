import asyncio
import time

import pytest
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import SetWebhook

from bot.config import SettingsError, load_settings
from bot.intake.web import WebhookHandler, WebhookIntake
from bot.sending.jobs import start_scheduler
from bot.supervisor import Supervisor


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    for name in ("BOT_TOKEN", "ADMINS", "TIMEZONE", "WEBHOOK_URL", "WEBHOOK_SECRET", "SEND_RATE", "DATA_DIR"):
        monkeypatch.delenv(f"QALA_{name}", raising=False)


def test_the_defaults_are_the_contracts():
    settings = load_settings()
    assert (settings.timezone, settings.listen, settings.send_rate, settings.admins) == (
        "Asia/Almaty",
        "127.0.0.1:8090",
        30,
        (),
    )
    assert settings.database == "sqlite:///data/qala.sqlite"


def test_admins_are_read_from_a_list_with_commas(monkeypatch):
    monkeypatch.setenv("QALA_ADMINS", "1, 22,")
    assert load_settings().admins == (1, 22)


@pytest.mark.parametrize(
    ("name", "value"),
    [("QALA_ADMINS", "boss"), ("QALA_TIMEZONE", "Asia/Nowhere"), ("QALA_SEND_RATE", "0"), ("QALA_API_URL", "ftp://x")],
)
def test_a_wrong_setting_is_a_sentence_that_names_it(monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()


def test_a_webhook_without_a_secret_is_refused(monkeypatch):
    monkeypatch.setenv("QALA_WEBHOOK_URL", "https://example.org/hook")
    with pytest.raises(SettingsError, match="QALA_WEBHOOK_SECRET"):
        load_settings()


def test_the_token_is_not_printed_with_the_settings(monkeypatch):
    monkeypatch.setenv("QALA_BOT_TOKEN", "123456:hush-hush-hush-hush-hush-hush-hush-hush")
    assert "hush" not in str(load_settings()) + repr(load_settings())


@pytest.mark.parametrize(
    "zone", ["UTC+5", ":/etc/localtime", "/usr/share/zoneinfo/Asia/Almaty", "nonsense", "", "Asia/Almaty"]
)
async def test_whatever_the_machine_calls_its_zone_the_bell_rings(zone, monkeypatch):
    rang = asyncio.Event()

    async def ring():
        rang.set()

    with monkeypatch.context() as there:
        there.setenv("TZ", zone)
        time.tzset()
        scheduler = start_scheduler({"one": (ring, 0.01)}, Supervisor())
        assert await asyncio.wait_for(rang.wait(), 10)
        scheduler.shutdown(wait=False)
    time.tzset()


async def test_a_webhook_that_telegram_refuses_says_so_in_telegrams_words():
    words = "Bad Request: bad webhook: HTTPS url must be provided for webhook"

    class Refusing:
        async def set_webhook(self, *_, **__):
            raise TelegramBadRequest(method=SetWebhook(url="http://x"), message=words)

        get_webhook_info = delete_webhook = set_webhook

    supervisor = Supervisor()
    looking = WebhookIntake(Refusing(), WebhookHandler("http://127.0.0.1/hook", "secret"), [], supervisor)
    running = asyncio.create_task(looking.run())
    async with asyncio.timeout(10):
        while not supervisor.troubles:
            await asyncio.sleep(0.01)
    running.cancel()
    (trouble,) = supervisor.troubles.values()
    assert "QALA_WEBHOOK_URL: not registered" in str(trouble)
    assert "HTTPS url must be provided" in str(trouble)


async def test_a_job_that_the_end_cancels_is_no_error_in_the_log(caplog):
    begun, ended = asyncio.Event(), asyncio.Event()

    async def job():
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    scheduler = start_scheduler({"one": (job, 0.01)}, Supervisor())
    await begun.wait()
    scheduler.shutdown(wait=False)
    await ended.wait()
    await asyncio.sleep(0)
    await asyncio.sleep(0)  # the scheduler hears of it after those who waited
    assert not caplog.records
