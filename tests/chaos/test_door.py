"""Who is slow at the door is put out, who is too many is not let in, and neither fills the log."""

import asyncio
import logging

import pytest

from bot.cli.shared import OnceAMinute
from bot.intake import web
from bot.intake.web import WebhookHandler, serve

SECRET = "a-long-secret-that-only-telegram-knows"
HEADERS = f"Host: x\r\nX-Telegram-Bot-Api-Secret-Token: {SECRET}\r\nContent-Length: 100\r\n"


async def fine():
    return None


async def nothing():
    return b""


@pytest.fixture
async def listening():
    opened = await serve("127.0.0.1:0", fine, nothing, WebhookHandler("http://127.0.0.1/hook", SECRET))
    yield opened
    await opened.close()


async def connected(opened, text=""):
    reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
    writer.write(text.encode())
    return reader, writer


async def end_of(reader):
    """Whatever comes until the other side hangs up."""
    try:
        return await reader.read()
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        ("", b""),
        ("POST /hook HT", b""),
        (f"POST /hook HTTP/1.1\r\n{HEADERS}", b""),
        (f"POST /hook HTTP/1.1\r\n{HEADERS}\r\n{{", b"408"),
        ("POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{", b"404"),
    ],
)
async def test_a_half_sent_request_is_put_out(listening, monkeypatch, sent, answer):
    monkeypatch.setattr(web, "HEAD_SECONDS", 0.2)
    monkeypatch.setattr(web, "BODY_SECONDS", 0.2)
    reader, writer = await connected(listening, sent)
    async with asyncio.timeout(6):
        assert answer in await end_of(reader)
    writer.close()


async def test_a_request_that_begins_late_on_a_kept_connection_is_put_out_too(listening, monkeypatch):
    monkeypatch.setattr(web, "HEAD_SECONDS", 0.2)
    reader, writer = await connected(listening, "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200" in await reader.readuntil(b"ok\n")
    await asyncio.sleep(0.3)
    writer.write(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
    assert b"200" in await reader.readuntil(b"ok\n")
    writer.write(b"GET /hea")
    async with asyncio.timeout(5):
        assert await end_of(reader) == b""
    writer.close()


async def test_no_more_are_let_in_than_there_is_room_for_and_afterwards_all_are(listening):
    listening.most = 20
    held = [await connected(listening, "POST /hook HT") for _ in range(60)]
    async with asyncio.timeout(5):
        await asyncio.gather(*(end_of(reader) for reader, _ in held[20:]))
    assert len(listening.connections) == 20
    for _, writer in held:
        writer.close()
    async with asyncio.timeout(5):
        while listening.connections:
            await asyncio.sleep(0.01)
    reader, writer = await connected(listening, "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
    assert b"ok" in await end_of(reader)
    writer.close()


@pytest.mark.parametrize(
    "sent",
    ["\x16\x03\x01\x02\x00\x01", "GET / HTTP/9.9\r\n\r\n", "GET /\r\n\r\n", "GET / HTTP/1.1\r\nA\x00: b\r\n\r\n"],
)
async def test_what_strangers_send_leaves_one_line_a_minute_and_no_traceback(listening, caplog, sent):
    rule, told = OnceAMinute(), []
    caplog.handler.addFilter(rule)
    try:
        with caplog.at_level(logging.DEBUG, logger="aiohttp.server"):
            for _ in range(5):
                reader, writer = await connected(listening, sent)
                async with asyncio.timeout(8):
                    await end_of(reader)
                writer.close()
            told = [one for one in caplog.records if one.levelno >= logging.WARNING]
    finally:
        caplog.handler.removeFilter(rule)
    assert len(told) <= 1
    assert not [one for one in told if one.exc_info]
