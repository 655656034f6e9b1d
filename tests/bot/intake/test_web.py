"""The webhook, /healthz, /readyz and /metrics, over real HTTP."""

import asyncio
import io
import re
import socket
from pathlib import Path

import aiohttp
import pytest
import pytest_asyncio
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from bot.config import SettingsError
from bot.intake.metrics import Metrics
from bot.intake.web import LARGEST_UPDATE, WebhookHandler, serve
from tests.driver import TOKEN, world

METRICS_SECRET = "another-secret-that-the-collector-knows"
SHOWN = {"Authorization": f"Bearer {METRICS_SECRET}"}
SECRET = "a-long-secret-that-only-telegram-knows"
ROOT = Path(__file__).resolve().parent.parent.parent.parent
HEADER = "X-Telegram-Bot-Api-Secret-Token"

pytestmark = pytest.mark.asyncio(loop_scope="module")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def session_of(city):
    return AiohttpSession(api=TelegramAPIServer.from_base(city.address))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    port = free_port()
    chosen = {
        "listen": f"127.0.0.1:{port}",
        "webhook_url": f"http://127.0.0.1:{port}/hook",
        "webhook_secret": SECRET,
        "metrics_secret": METRICS_SECRET,
    }
    async with world(tmp_path_factory.mktemp("web"), **chosen) as it:
        yield it


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def http(city):
    async with aiohttp.ClientSession(f"http://127.0.0.1:{city.bot.port}", max_field_size=1 << 17) as session:
        yield session


async def test_a_reader_is_answered_over_the_webhook(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.says("/latest")
    await aigerim.sees("Соңғы жаңалықтар")


@pytest.mark.parametrize("given", [None, "wrong", "құпия", "x" * 65536, SECRET[:-1], SECRET + "x"])
async def test_a_wrong_secret_is_refused_before_the_body_is_read(http, given):
    headers = {} if given is None else {HEADER: given}
    async with http.post("/hook", data=b"{not json", headers=headers) as answer:
        assert answer.status == 401


@pytest.mark.parametrize("body", [b"", b"{not json", b"[]", b'{"update_id": "one"}', b"\xff\xfe", b"[" * 100_000])
async def test_a_bad_body_is_refused_and_never_an_error_of_ours(http, body):
    async with http.post("/hook", data=body, headers={HEADER: SECRET}) as answer:
        assert answer.status == 400


@pytest.mark.parametrize("number", ["true", "1e400", "9" * 40, "-1", "9223372036854775808", "1.5"])
async def test_an_update_without_a_number_of_telegrams_kind_is_refused(http, number):
    body = f'{{"update_id": {number}, "message": {{}}}}'.encode()
    async with http.post("/hook", data=body, headers={HEADER: SECRET}) as answer:
        assert answer.status == 400


@pytest.mark.parametrize(
    "message",
    [
        '{"message_id": 1, "date": 1, "chat": {"id": 99999999999999999999, "type": "private"}, "text": "/help"}',
        '{"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "\\ud800"}',
        '{"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "text": "a\\u0000b"}',
        '{"message_id": 1, "date": 1, "chat": {"id": 5, "type": "private"}, "new": "\\ud800"}',
        '"no message"',
    ],
)
async def test_an_update_that_cannot_be_read_is_set_aside_and_never_an_error_of_ours(city, http, message):
    body = f'{{"update_id": {abs(hash(message)) % 10**9}, "message": {message}}}'.encode()
    async with http.post("/hook", data=body, headers={HEADER: SECRET}) as answer:
        assert answer.status == 200
    dana = city.person("Дана", "kk")
    dana.says("/latest")
    await dana.sees("Соңғы жаңалықтар")


async def test_a_body_over_a_mebibyte_is_refused(http):
    async with http.post("/hook", data=io.BytesIO(b" " * (LARGEST_UPDATE + 1)), headers={HEADER: SECRET}) as answer:
        assert answer.status == 413

    async def drops():
        for _ in range(20):
            yield b" " * 65536

    async with http.post("/hook", data=drops(), headers={HEADER: SECRET}) as answer:
        assert answer.status == 413


async def test_who_hangs_up_before_the_body_is_there_leaves_no_error_in_the_log(city, http, caplog):
    for body in (b"", b'{"update_id"'):
        _, writer = await asyncio.open_connection("127.0.0.1", city.bot.port)
        head = f"POST /hook HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 100\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        async with http.get("/healthz") as answer:  # by now the head was read
            assert answer.status == 200
        writer.transport.abort()
    async with http.post("/hook", json={"update_id": 1}, headers={HEADER: SECRET}) as answer:
        assert answer.status == 200
    assert "Error handling request" not in caplog.text


async def test_an_update_of_an_unknown_kind_is_accepted(http):
    async with http.post("/hook", json={"update_id": 10**9, "new_thing": {"a": 1}}, headers={HEADER: SECRET}) as answer:
        assert answer.status == 200


async def test_a_repeated_update_has_one_effect(city, http):
    dana = city.person("Дана", "kk")
    message = {
        "message_id": 900,
        "date": city.now(),
        "chat": dana.chat().api() | {"id": dana.id},
        "from": dana.account.api(),
        "text": "/subscribe көлік",
    }
    for _ in range(3):
        async with http.post(
            "/hook", json={"update_id": 10**9 + 7, "message": message}, headers={HEADER: SECRET}
        ) as answer:
            assert answer.status == 200
    await dana.sees("Жазылдыңыз")
    assert len([one for one in dana.messages() if "Жазылдыңыз" in one["text"] or "жазылғансыз" in one["text"]]) == 1


async def test_health_readiness_and_metrics_are_told_and_hold_no_secret(http):
    for path in ("/healthz", "/readyz"):
        async with http.get(path) as answer:
            assert answer.status == 200
    async with http.get("/metrics", headers=SHOWN) as answer:
        text = await answer.text()
    assert 'qala_articles{language="kk"}' in text
    assert 'qala_updates_total{kind="message"}' in text
    assert 'qala_telegram_requests_total{method="sendMessage",outcome="ok"}' in text
    assert TOKEN not in text
    assert SECRET not in text
    assert METRICS_SECRET not in text


async def test_what_is_late_waits_failed_and_is_left_is_told(city, http, monkeypatch):
    async def fails(*_):
        raise RuntimeError("a fault of ours")

    async def told():
        async with http.get("/metrics", headers=SHOWN) as answer:
            lines = (await answer.text()).splitlines()
        return dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))

    await city.store.database.execute(
        "INSERT INTO deliveries (chat_id, edition, part, state, planned_at, updated_at)"
        " VALUES (77, 'e', 0, 'planned', 1000, 1000)"
    )
    async with asyncio.timeout(30):
        while float((before := await told())["qala_oldest_waiting_seconds"]) <= 1_000_000:
            await asyncio.sleep(0.05)  # what the store holds is counted now and then
    monkeypatch.setattr("handlers.lists.show_latest", fails)
    reader = city.person("Марина", "ru")
    message = {"message_id": 1, "date": city.now(), "text": "/latest", "from": reader.account.api()}
    message["chat"] = reader.chat().api()
    async with http.post(
        "/hook", json={"update_id": 10**9 + 9, "message": message}, headers={HEADER: SECRET}
    ) as answer:
        assert answer.status == 200
    await reader.sees("Не получилось")
    after = await told()
    assert float(after["qala_handler_failures_total"]) == float(before["qala_handler_failures_total"]) + 1
    assert float(after["qala_intake_success_timestamp_seconds"]) > 1_000_000_000
    assert float(after['qala_disk_free_bytes{folder="data"}']) > 0
    await city.store.database.execute("DELETE FROM deliveries WHERE chat_id = 77")


@pytest.mark.parametrize("given", [{}, {"Authorization": "Bearer wrong"}, {HEADER: SECRET}])
async def test_metrics_are_shown_to_nobody_without_their_secret(http, given):
    async with http.get("/metrics", headers=given) as answer:
        assert answer.status == 401


async def test_beside_a_webhook_there_are_no_metrics_without_a_secret_of_their_own():
    async def fine():
        return None

    async def nothing():
        return b""

    door = await serve("127.0.0.1:0", fine, nothing, WebhookHandler("http://127.0.0.1/hook", SECRET))
    async with aiohttp.ClientSession(f"http://127.0.0.1:{door.port}") as session:
        async with session.get("/metrics") as answer:
            assert answer.status == 404
        async with session.post("/hook", data=b'{"update_id": 1}', headers={HEADER: SECRET}) as answer:
            assert answer.status == 503  # nobody takes updates in yet
    await door.close()


async def test_a_metric_of_the_queue_falls_again(city, http):
    async def seen(wanted):
        async with asyncio.timeout(10):
            while True:  # what took long to count is not counted at every look
                async with http.get("/metrics", headers=SHOWN) as answer:
                    if ('qala_deliveries{state="planned"}' in await answer.text()) is wanted:
                        return
                await asyncio.sleep(0.02)

    await city.store.database.execute(
        "INSERT INTO deliveries (chat_id, edition, part, state, planned_at, updated_at)"
        " VALUES (77, 'e', 0, 'planned', 1, 1)"
    )
    await seen(True)
    await city.store.database.execute("DELETE FROM deliveries WHERE chat_id = 77")
    await seen(False)


async def test_a_webhook_that_was_set_with_another_secret_is_set_anew_at_the_start(tmp_path):
    port = free_port()
    chosen = {
        "listen": f"127.0.0.1:{port}",
        "webhook_url": f"http://127.0.0.1:{port}/hook",
        "webhook_secret": SECRET,
    }
    async with world(tmp_path, **chosen) as city:
        updates = city.telegram.updates[city.telegram.bots[TOKEN].id]
        aigerim = city.person("Айгерім", "kk")
        aigerim.says("/latest")
        await aigerim.sees("Соңғы жаңалықтар")
        updates.secret = "the old one"
        hook = WebhookHandler(chosen["webhook_url"], SECRET)
        async with Bot(TOKEN, session=session_of(city)).context() as bot:
            await hook.register(bot, sorted(updates.allowed))
            assert updates.secret == "the old one"
            await hook.register(bot, sorted(updates.allowed), anew=True)
        assert updates.secret == SECRET


async def test_a_port_in_use_or_a_wrong_address_is_a_sentence(city):
    async def yes():
        return None

    async def nothing():
        return b""

    for listen in (f"127.0.0.1:{city.bot.port}", "nonsense", ":", "127.0.0.1:http"):
        with pytest.raises(SettingsError, match="QALA_LISTEN"):
            await serve(listen, yes, nothing, None)


async def test_polling_takes_a_forgotten_webhook_away(tmp_path):
    async with world(tmp_path) as city:
        updates = city.telegram.updates[city.telegram.bots[TOKEN].id]
        aigerim = city.person("Айгерім", "kk")
        aigerim.says("/latest")
        await aigerim.sees("Соңғы жаңалықтар")
        assert updates.webhook_url == ""


async def test_every_metric_stands_in_the_operators_table_and_nothing_else():
    told = set(
        re.findall(r"^\| `(qala_\w+)`", (ROOT / "docs" / "growing.md").read_text(encoding="utf-8"), re.MULTILINE)
    )
    families = {one.name: one.type for one in Metrics().registry.collect()}
    assert told == {f"{name}_total" if kind == "counter" else name for name, kind in families.items()}
