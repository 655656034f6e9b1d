"""Several programs on one PostgreSQL: who may be beside whom, one pace, and nothing twice when one freezes or dies."""

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot import replica as replicas
from bot.replica import Replica
from bot.sending.rate import TokenSilence, pace_of
from bot.supervisor import Supervisor
from storage import StorageError, open_storage
from storage.installation import LEASE_SECONDS

ROOT = Path(__file__).resolve().parent.parent.parent
NOW = 1_800_000_000


@pytest.fixture
async def stores(postgres):
    async with postgres.database() as url:
        opened = [await open_storage(url) for _ in range(2)]
        yield opened
        for store in opened:
            await store.close()


def program(store, name, intake="polling"):
    return Replica(store, name, intake, TokenSilence(store, lambda: NOW), Supervisor())


async def test_a_second_program_that_polls_is_refused_with_a_word(stores, monkeypatch):
    monkeypatch.setattr(replicas, "BEAT_SECONDS", 0.1)
    first, second = program(stores[0], "a"), program(stores[1], "b")
    await first.join()
    assert first.leads
    async with first.at_work():
        with pytest.raises(StorageError, match=r"another Qala is at work on this database.*QALA_WEBHOOK_URL"):
            await second.join()
        with pytest.raises(StorageError, match="polls is at work"):
            await program(stores[1], "c", "webhook").join()
    await second.join()
    assert second.leads


async def test_the_place_of_one_that_was_killed_is_taken_when_its_lease_ends(stores):
    first, second = program(stores[0], "a"), program(stores[1], "b")
    await first.join()
    await stores[0].database.execute("UPDATE replicas SET beat_at = beat_at - 5000")
    await asyncio.wait_for(second.join(), 5)
    assert second.leads
    await first.beat()  # it was only frozen: it must stop now
    assert first.refused.is_set()
    assert not first.leads


async def test_a_place_is_taken_the_moment_its_holder_is_out_and_the_bell_is_rung_at_once(stores):
    loop, led = asyncio.get_running_loop(), asyncio.Event()
    first, second = program(stores[0], "a", "webhook"), program(stores[1], "b", "webhook")
    second.told_when_leading(led.set)
    await first.join()
    passed = LEASE_SECONDS - 2
    await stores[0].database.execute("UPDATE replicas SET beat_at = beat_at - $1", passed * 1000)
    await second.join()
    began = loop.time()
    async with second.at_work():  # the first gives no sign of life any more
        await asyncio.wait_for(led.wait(), 10)
        await asyncio.sleep(0)
        assert second.leads
    assert 1.5 < loop.time() - began <= LEASE_SECONDS - passed + 1


async def test_programs_together_keep_to_one_pace_and_one_silence(stores):
    loop, times = asyncio.get_running_loop(), []
    silences = [TokenSilence(store, lambda: NOW) for store in stores]
    paces = [pace_of(50, store, silence) for store, silence in zip(stores, silences, strict=True)]

    async def send(pace, count):
        for _ in range(count):
            await pace.turn()
            async with pace.gate():
                times.append(loop.time())

    await asyncio.gather(*(send(pace, 40) for pace in paces))
    assert (len(times) - 1) / (times[-1] - times[0]) <= 51
    await silences[0].keep(30)
    await send(paces[1], 1)
    assert silences[1].left == 31  # in whole seconds


@pytest.mark.usefixtures("postgres")
def test_a_leader_frozen_past_its_lease_and_the_next_one_killed_and_nothing_goes_twice():
    command = [sys.executable, "-m", "benchmarks.replicas", "--times", "1", "--readers", "40", "--together"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert (told["lost from the ledger"], told["delivered twice"], told["answered twice"]) == (0, 0, 0)
    assert told["the lead passed on"]["SIGSTOP"]["max"] <= 10
