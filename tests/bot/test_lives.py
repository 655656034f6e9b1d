"""Many short lives: a shorter cut of the benchmarks that kill the bot at random moments."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent


def result_of(*command):
    done = subprocess.run(
        [sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_killed_while_it_delivers_it_loses_nothing_and_sends_nothing_twice():
    told = result_of("benchmarks.kills", "--kills", "6", "--readers", "300")
    assert (told["lost from the ledger"], told["delivered twice"], told["discrepancies"]) == (0, 0, [])
    assert told["of them in the next digest"] == told["truly not arrived"]


def test_stopped_and_killed_over_updates_it_does_each_exactly_once():
    told = result_of("benchmarks.updates", "--each", "3", "--updates", "150")
    assert (told["lost"], told["twice"], told["stored effects"]) == (0, 0, 150)


def test_a_telegram_that_fails_in_every_way_and_a_ledger_that_agrees_with_it_to_the_row():
    told = result_of("benchmarks.faults", "--readers", "200", "--groups", "10")
    assert (told["wrong"], told["discrepancies"], told["rows"]) == ({}, [], 210)
