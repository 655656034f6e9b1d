"""Poisonous bytes cost their own child, and nobody else a second."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.collecting.parsing import LARGEST, ParseFailure, ParserPool
from news.models import Entry
from news.pages.webpage import parse_html


def length(content: bytes) -> int:
    return len(content)


def endless(content: bytes) -> None:
    while True:
        pass


def greedy(content: bytes) -> int:
    return len(b"x" * (1 << 30))


def crash(content: bytes) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def complain(content: bytes) -> None:
    raise ValueError("a date of the year 0")


def secrets(content: bytes) -> list[str]:
    return [name for name in os.environ if name.startswith(("QALA_", "POSTGRES_"))]


def pid(content: bytes) -> int:
    return os.getpid()


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def parsing() -> AsyncIterator[ParserPool]:
    async with ParserPool(cpu_seconds=1) as children:
        yield children


pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_page_is_parsed_in_a_child(parsing: ParserPool) -> None:
    text = "<h1>Мост открыт</h1><p>" + "В городе открыли новый мост через реку, сообщили в акимате. " * 3
    entry = await parsing.parse(parse_html, text.encode(), "p.html")
    assert isinstance(entry, Entry)
    assert entry.title == "Мост открыт"


async def test_a_child_knows_no_secret_of_ours(monkeypatch) -> None:
    monkeypatch.setenv("QALA_BOT_TOKEN", "123456:a-token-that-strangers-bytes-must-not-see")
    async with ParserPool(always=1) as children:
        assert await children.parse(secrets, b"") == []


async def test_a_child_is_used_again_and_is_not_us(parsing: ParserPool) -> None:
    first, second = [await parsing.parse(pid, b"") for _ in range(2)]
    assert first == second != os.getpid()


@pytest.mark.parametrize(
    ("function", "reason"),
    [
        (endless, "took more than 1 s of CPU, or crashed its parser"),
        (greedy, "needed more memory than parsing may take"),
        (crash, "took more than 1 s of CPU, or crashed its parser"),
        (complain, "ValueError: a date of the year 0"),
    ],
)
async def test_a_bad_item_is_a_value_and_the_next_is_parsed(parsing: ParserPool, function, reason: str) -> None:
    outcome = await parsing.parse(function, b"")
    assert isinstance(outcome, ParseFailure)
    assert outcome.reason == reason
    assert await parsing.parse(length, b"abc") == 3


async def test_an_item_that_is_too_large_never_reaches_a_child(parsing: ParserPool) -> None:
    assert await parsing.parse(length, bytes(LARGEST + 1)) == ParseFailure(f"larger than {LARGEST} bytes")


async def test_good_items_do_not_wait_for_bad_ones_to_die() -> None:
    async with ParserPool(cpu_seconds=30) as parsing:
        bad = [asyncio.create_task(parsing.parse(endless, b"")) for _ in range(3)]
        await asyncio.sleep(0)
        good = await asyncio.gather(*(parsing.parse(length, b"x" * number) for number in range(30)))
        assert good == list(range(30))
        assert not any(task.done() for task in bad)
        for task in bad:
            task.cancel()
        await asyncio.wait(bad)


async def test_more_bad_items_than_children_still_let_the_good_one_through() -> None:
    async with ParserPool(2, 3, cpu_seconds=0.2) as parsing:
        bad = [asyncio.create_task(parsing.parse(endless, b"")) for _ in range(5)]
        await asyncio.sleep(0)
        assert await asyncio.wait_for(parsing.parse(length, b"abc"), 60) == 3
        await asyncio.gather(*bad)


async def test_a_caller_that_gives_up_leaves_no_child_behind(parsing: ParserPool) -> None:
    task = asyncio.create_task(parsing.parse(endless, b""))
    await asyncio.sleep(0)
    while not task.done():
        task.cancel()
        await asyncio.wait({task}, timeout=0.05)
    assert task.cancelled()
    assert await parsing.parse(length, b"ab") == 2


async def test_what_happened_is_counted(parsing: ParserPool) -> None:
    before = parsing.counts.copy()
    for function in (length, complain, crash):
        await parsing.parse(function, b"")
    assert parsing.counts - before == {"parsed": 1, "unparsed": 1, "killed": 1}


_KILLED = """
import asyncio, os, signal
from bot.collecting.parsing import ParserPool
from tests.bot.collecting.test_parsing import pid

async def work():
    async with ParserPool() as children:
        print(await children.parse(pid, b""), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(work())
"""


async def test_children_do_not_outlive_a_bot_that_is_killed() -> None:
    bot = await asyncio.create_subprocess_exec(sys.executable, "-c", _KILLED, stdout=asyncio.subprocess.PIPE)
    # Its children hold the same standard output: the end of that is the end of all of them.
    told, _ = await asyncio.wait_for(bot.communicate(), 30)
    assert int(told) > 0
    assert bot.returncode == -signal.SIGKILL
