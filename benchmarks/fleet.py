"""Fifty local sources over real HTTP for a simulated day, exact to the article: `python -m benchmarks.fleet [HOURS]`.

Prints a line a source (asked, answers, articles) and fails with what is missing, too much or impolite.
"""

import asyncio
import sys
import tempfile
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.fleet_run import Voyage


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    # Here and not above: each child that parses imports the main module first.
    from tests.fleet import Clock, make_fleet  # noqa: PLC0415
    from tests.fleet_run import sail  # noqa: PLC0415

    hours = int(sys.argv[1]) if len(sys.argv) > 1 else 24
    clock = Clock(1_795_305_600)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        voyage = asyncio.run(sail(folder, make_fleet(clock, hours), clock, hours))
    print(table(voyage))
    faults = voyage.faults()
    for fault in faults:
        print("FAULT", fault)
    wanted = sum(len(outlet.served) for outlet in voyage.fleet)
    asked = sum(len(outlet.asked) for outlet in voyage.fleet)
    print(
        f"{len(voyage.fleet)} sources, {hours} simulated hours in {time.perf_counter() - started:.0f} s:"
        f" {asked} requests, {voyage.looks} looks, {wanted} articles served, {len(voyage.articles)} stored,"
        f" {len(faults)} faults; slowest search meanwhile {voyage.slowest_search * 1000:.0f} ms,"
        f" longest look of a healthy source {voyage.longest_look:.2f} s"
    )
    return int(bool(faults))


def table(voyage: "Voyage") -> str:
    """A line a source."""
    lines = [f"{'source':12} {'asked':>6} {'200':>5} {'304':>5} {'other':>5} {'articles':>8} {'delay, min':>10}"]
    for outlet in voyage.fleet:
        answers = [status for _, path, status in outlet.asked if path != "/robots.txt"]
        other = len(answers) - answers.count(200) - answers.count(304)
        delay = voyage.longest_delay(outlet) / 60
        lines.append(
            f"{outlet.name:12} {len(answers):6} {answers.count(200):5} {answers.count(304):5} {other:5}"
            f" {len(outlet.served):8} {delay:10.0f}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
