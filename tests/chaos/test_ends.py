"""SIGTERM ends the program within ten seconds, whatever it waits for; what cannot go on ends with 1 and the reason."""

import asyncio
import contextlib
import fcntl
import os
import resource
import signal
import socket
import sqlite3
import sys

import aiohttp
import pytest

from bot.collecting.parsing import ParseFailure, ParserPool
from bot.sending.rate import TokenSilence
from news.feeds.source import Source
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from storage import StorageError, open_storage
from storage.engine.backup import alone
from tests.driver import MORNING, TOKEN
from tests.site import Site
from tests.site import serve as serve_site

CROWD = 400  # half-sent requests at a time


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.asynccontextmanager
async def program(folder, api_url, descriptors=None, **settings):
    """`qala run` in a process of its own, with so many `descriptors` at most."""
    own = {"BOT_TOKEN": TOKEN, "API_URL": api_url, "DATA_DIR": str(folder), "LISTEN": "off", **settings}
    environment = {**os.environ, **{f"QALA_{name}": value for name, value in own.items()}}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        env=environment,
        preexec_fn=(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (descriptors,) * 2)) if descriptors else None,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def ended(process, seconds=10):
    """Its exit status, after SIGTERM, within so many seconds."""
    process.send_signal(signal.SIGTERM)
    async with asyncio.timeout(seconds):
        await process.communicate()
    return process.returncode


async def test_told_to_stop_while_telegram_is_waited_for_it_ends_at_once_and_was_healthy_meanwhile(tmp_path):
    port = free_port()
    async with (
        program(tmp_path, f"http://127.0.0.1:{free_port()}", LISTEN=f"127.0.0.1:{port}") as process,
        aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        async with asyncio.timeout(40):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get("/healthz") as answer:
                        assert answer.status == 200
                        break
                await asyncio.sleep(0.05)
            async with session.get("/readyz") as answer:
                assert (answer.status, (await answer.json())["ready"]) == (503, False)
        assert await ended(process) == 0


async def test_told_to_stop_while_another_process_holds_the_lock_it_ends(tmp_path):
    telegram = Telegram(Clock(MORNING, speed=0))
    telegram.bot(TOKEN, username="qala_bot")
    runner = await serve(telegram)
    person = Person.new(telegram, "Айгерім", language_code="kk")
    async with program(tmp_path, address(runner)) as process:
        person.says("/help")
        await person.sees("/latest", within=60)
        with (tmp_path / "qala.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            person.says("/digest 08:30")
            assert await ended(process) == 0
    await runner.cleanup()


@pytest.mark.parametrize("name", ["qala.lock", "qala.next", "qala.running"])
async def test_a_file_that_may_not_be_opened_is_a_sentence_and_no_thread_is_left_behind(tmp_path, name):
    (tmp_path / name).mkdir()  # whoever runs as root may open any file
    url = f"sqlite:///{tmp_path}/qala.sqlite"
    with pytest.raises(StorageError, match=name), alone(url):
        await open_storage(url)


async def test_what_fails_after_a_commit_is_not_reported_as_not_done(tmp_path, monkeypatch):
    store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    monkeypatch.setattr(store.database, "_checkpoint_bytes", 0)
    execute = store.database._writer.execute_fetchall

    async def failing(sql, *arguments):
        if "wal_checkpoint" in sql:
            raise sqlite3.OperationalError("database or disk is full")
        return await execute(sql, *arguments)

    monkeypatch.setattr(store.database._writer, "execute_fetchall", failing)
    await store.facts.put("there", "1")
    assert await store.facts.get("there") == "1"
    monkeypatch.undo()
    await store.close()


async def test_a_store_is_closed_without_the_lock_where_another_process_keeps_it(tmp_path, monkeypatch):
    monkeypatch.setattr("storage.engine.sqlite._LAST_TURN_SECONDS", 0.1)
    store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    with (tmp_path / "qala.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        async with asyncio.timeout(5):
            await store.close()
        assert fcntl.flock(lock, fcntl.LOCK_EX) is None  # still the other's
    with pytest.raises(ValueError, match="closed"):
        await store.facts.get("there")


async def begun(folder, *words):
    """A command in a process of its own."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "bot", *words),
        env={**os.environ, "QALA_DATA_DIR": str(folder), "QALA_FETCH_PRIVATE": "on", "PYTHONUNBUFFERED": "1"},
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


@pytest.mark.parametrize(
    ("words", "number"),
    [("fetch", signal.SIGTERM), ("fetch", signal.SIGINT), ("sources add {}", signal.SIGHUP)],
)
async def test_a_signal_ends_a_command_and_its_children_without_a_word(tmp_path, words, number):
    asked = asyncio.Event()

    async def slow(_):
        asked.set()
        await asyncio.Event().wait()

    async with serve_site(Site()) as site:
        site["/news/1"] = slow  # its feed was read by a child, and has no text of its own
        link = f"<link>{site.url}/news/1</link>"
        site["/"] = f"<rss version='2.0'><channel><item><title>Көпір ашылды</title>{link}</item></channel></rss>"
        if words == "fetch":
            store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
            await store.sources.add(Source(f"{site.url}/", "feed", "Қала"))
            await store.close()
        process = await begun(tmp_path, *words.format(site.url).split())
        async with asyncio.timeout(60):
            await asked.wait()
            process.send_signal(number)
            told, complained = await process.communicate()
    assert (process.returncode, told, complained) == (128 + number, b"", b"")


@pytest.mark.parametrize("words", ["import -", "search --batch"])
async def test_ctrl_c_ends_a_command_that_waits_for_a_line(tmp_path, words):
    process = await begun(tmp_path, *words.split())
    if words == "search --batch":
        process.stdin.write(b'{"id": 1, "query": "metro"}\n')
    async with asyncio.timeout(60):
        if words == "search --batch":
            await process.stdout.readline()
        else:
            while not (tmp_path / "qala.sqlite").exists():
                await asyncio.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, complained = await process.communicate()
    assert (process.returncode, complained) == (130, b"")


async def test_a_child_outlives_what_its_parents_whole_group_is_told():
    async with ParserPool(always=1, most=1) as parsing:
        assert await parsing.parse(len, b"abc") == 3
        for name in ("SIGTERM", "SIGINT", "SIGHUP"):  # what a terminal or systemd sends to all processes of a program
            told = f"__import__('signal').raise_signal(__import__('signal').{name})"
            assert await parsing.parse(eval, told.encode()) is None
        assert parsing.counts == {"parsed": 4}


async def test_children_that_cannot_be_started_give_their_places_back(monkeypatch):
    def refused(*_):
        raise OSError(11, "Resource temporarily unavailable")

    async with ParserPool() as parsing:
        with monkeypatch.context() as patch:
            patch.setattr("bot.collecting.parsing._Child", refused)
            for _ in range(8):
                assert isinstance(await parsing.parse(len, b"abc"), ParseFailure)
        async with asyncio.timeout(30):
            assert await parsing.parse(len, b"abc") == 3


async def test_of_two_silences_the_longer_holds(store):
    one, other = TokenSilence(store, lambda: MORNING), TokenSilence(store, lambda: MORNING)
    await one.keep(300)
    await other.keep(5)
    await one.load()
    await other.load()
    assert one.left == other.left == 301
    await TokenSilence(store, lambda: MORNING).keep(5)
    fresh = TokenSilence(store, lambda: MORNING)
    await fresh.load()
    assert fresh.left == 301


async def hold(port, count, seconds):
    """Come with so many connections again and again, and say half a request on each; how many there were."""
    loop, held, made = asyncio.get_running_loop(), [], 0
    end = loop.time() + seconds
    while loop.time() < end:
        while len(held) < count:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                break
            writer.write(b"POST /hook HTTP/1.1\r\nHost: x\r\n")
            held.append(writer)
            made += 1
        await asyncio.sleep(0.05)
        held = [one for one in held if not one.transport.is_closing()]
    for one in held:
        one.transport.abort()
    return made


async def test_with_256_descriptors_a_crowd_at_the_door_stops_neither_web_nor_intake_nor_fills_the_log(tmp_path):
    telegram = Telegram(Clock(MORNING, speed=1))
    telegram.bot(TOKEN, username="qala_bot")
    runner, port = await serve(telegram), free_port()
    person = Person.new(telegram, "Айгерім", language_code="kk")
    running = program(tmp_path, address(runner), 256, LISTEN=f"127.0.0.1:{port}", LOG_FORMAT="json")
    async with running as process, aiohttp.ClientSession(f"http://127.0.0.1:{port}") as session:
        person.says("/help")
        async with asyncio.timeout(60):
            await person.sees("/latest", within=55)
        crowd = asyncio.create_task(hold(port, CROWD, 6))
        await asyncio.sleep(1)
        before = len(person.messages())
        person.says("/help")
        async with asyncio.timeout(20):
            while len(person.messages()) < before + 2:
                await asyncio.sleep(0.05)
        assert await crowd > CROWD  # others came in the place of those who were put out
        async with asyncio.timeout(10):
            while True:
                with contextlib.suppress(aiohttp.ClientError):
                    async with session.get("/readyz") as answer:
                        assert answer.status == 200
                        break
                await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(10):
            _, told = await process.communicate()
    lines = told.decode().splitlines()
    assert len(lines) < 12, told.decode()[:2000]
    assert sum("more connections" in line for line in lines) == 1
    await runner.cleanup()
