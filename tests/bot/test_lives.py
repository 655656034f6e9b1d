"""Many short lives: a shorter cut of the benchmarks that kill the bot at random moments."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
RUNS = {
    "kills": ("--kills", "6", "--readers", "300"),
    "updates": ("--each", "3", "--updates", "150"),
    "faults": ("--readers", "200", "--groups", "10"),
}


@pytest.fixture(scope="module")
def runs():
    """All of them at once: most of the time each waits for a bot of its own to begin."""
    begun = {
        name: subprocess.Popen(
            [sys.executable, "-m", f"benchmarks.{name}", *options],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for name, options in RUNS.items()
    }
    yield begun
    for one in begun.values():
        one.kill()
        one.communicate()


def result_of(run):
    said, complained = run.communicate(timeout=300)
    assert run.returncode == 0, said[-2000:] + complained[-2000:]
    return json.loads(said.splitlines()[-1])


def test_killed_while_it_delivers_it_loses_nothing_and_sends_nothing_twice(runs):
    told = result_of(runs["kills"])
    assert (told["lost from the ledger"], told["delivered twice"], told["discrepancies"]) == (0, 0, [])
    assert told["of them in the next digest"] == told["truly not arrived"]


def test_stopped_and_killed_over_updates_it_does_each_exactly_once(runs):
    told = result_of(runs["updates"])
    assert (told["lost"], told["twice"], told["stored effects"]) == (0, 0, 150)


def test_a_telegram_that_fails_in_every_way_and_a_ledger_that_agrees_with_it_to_the_row(runs):
    told = result_of(runs["faults"])
    assert (told["wrong"], told["discrepancies"], told["rows"]) == ({}, [], 210)
