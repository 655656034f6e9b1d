"""One page of what a person waits for, beside a bare aiogram bot, with date and machine.

    python -m benchmarks.page [--articles 10000 --articles 100000] [--store FILE …] [--seconds 6] [--runs 1] [--no-work]

Makes a store of so many articles (`qala import`) or copies FILE; asks as benchmarks/answers.py and benchmarks/rush.py
do, by polling and by webhook, and prints Markdown: docs/benchmarks.md keeps it.
"""

import argparse
import asyncio
import os
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

from benchmarks import answers, rush
from benchmarks.import_speed import lines
from benchmarks.lives import Zygote

WORK = (
    ("What a person waits beside poison and an import", "busy", "--articles 3000 --seconds 8", "busy"),
    ("An archive", "import_speed", "--articles 5000", "import_speed --articles 1000000"),
    ("A morning's planning", "planning", "--subscribers 20000 --sets 500 --articles 500", "planning [--postgresql]"),
    ("Sending, and replies meanwhile", "pace", "--minutes 1", "pace --minutes 10"),
)
"""What else is done in the background, as commands: of a size for a page, and in full."""

Pair = tuple[dict[str, object], dict[str, object]]


def imported(articles: int, folder: Path) -> None:
    """A store of so many articles, as `qala import` makes it."""
    command = [sys.executable, "-m", "bot", "import", "-"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
        env=os.environ | {"QALA_DATA_DIR": str(folder)},
    ) as process:
        assert process.stdin is not None
        for line in lines(articles):
            process.stdin.write(line + "\n")


async def pairs(mode: str, database: Path, zygote: Zygote, options: argparse.Namespace) -> list[Pair]:
    """A bare bot and Qala, in turn."""
    words = answers.new_words(database)
    return [
        (
            await answers.bare(mode, options.seconds, words),
            await answers.qala(mode, options.seconds, words, zygote, 1000),
        )
        for _ in range(options.runs)
    ]


def told(mode: str, found: list[Pair]) -> list[str]:
    """Rows of the table: what was asked, both figures, the median of the ratios."""
    rows = []
    for name in (*answers.QUESTIONS, answers.NEW_WORDS):
        sides = [(float(bare[name]), float(ours[name])) for bare, ours in found]  # type: ignore[arg-type]
        rows.append(_row(f"{name}, answers a second", mode, sides))
        sides = [(float(bare[name + answers.WORK]), float(ours[name + answers.WORK])) for bare, ours in found]  # type: ignore[arg-type]
        rows.append(_row(f"{name}{answers.WORK}", mode, sides, 2))
    for place, share in ((0, "p50"), (1, "p99")):
        sides = [(bare["inline"][place], ours["inline"][place]) for bare, ours in found]  # type: ignore[index]
        rows.append(_row(f"inline at 50 a second, ms, {share}", mode, sides))
    rows.append(_row("memory, MB", mode, [(float(a["memory"]), float(b["memory"])) for a, b in found]))  # type: ignore[arg-type]
    spent: dict[str, float] = found[-1][1]["phases"]  # type: ignore[assignment]
    rows.append(
        f"| an update's phases, ms | {mode} | | {', '.join(f'{name} {ms:.2f}' for name, ms in spent.items())} | |"
    )
    return rows


def _row(name: str, mode: str, sides: list[tuple[float, float]], digits: int = 0) -> str:
    bare, ours = (statistics.median(side) for side in zip(*sides, strict=True))
    ratio = statistics.median(b / a for a, b in sides)
    return f"| {name} | {mode} | {bare:,.{digits}f} | {ours:,.{digits}f} | {ratio:.2f} |"


def measured(database: Path, options: argparse.Namespace) -> None:
    """Print what one store answers."""
    with closing(sqlite3.connect(database)) as connection:
        count = connection.execute("SELECT count(*) FROM articles").fetchone()[0]
    print(f"\n## {count:,} articles\n\n| | by | bare bot | Qala | ratio |\n|---|---|---|---|---|", flush=True)
    with tempfile.TemporaryDirectory() as name:
        shutil.copy(database, Path(name) / "qala.sqlite")
        zygote = Zygote(Path(name), int(time.time()))
        try:
            for mode in options.mode or ("polling", "webhook"):
                print("\n".join(told(mode, asyncio.run(pairs(mode, database, zygote, options)))), flush=True)
            if options.rush:
                second = asyncio.run(rush.rush(zygote, 1000, 200, 30))
                starts = asyncio.run(rush.cold(database))
                print(
                    f"\n1,000 people in one second, 30 answers a second: all answered in {second['seconds']:.1f} s,"
                    f" {second['none']} got none, {second['two']} got two. In that second 200 presses p50"
                    f" {second['press p50']:.0f}, p99 {second['press p99']:.0f} ms; 200 inline questions p50"
                    f" {second['inline p50']:.0f}, p99 {second['inline p99']:.0f} ms."
                    f"\n\nFrom the start to the first answer: {rush.cold_told(starts)}."
                )
        finally:
            zygote.close()


def worked() -> None:
    """Print what the background work takes, in small."""
    for name, module, small, full in WORK:
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.{module}", *small.split()], capture_output=True, text=True, check=False
        )
        told = (done.stdout or done.stderr[-400:]).strip()
        print(
            f"\n## {name}\n\n`{module} {small}`; in full `python -m benchmarks.{full}`:\n\n```\n{told}\n```", flush=True
        )


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--articles", type=int, action="append", help="a store of so many is made; may be repeated")
    parser.add_argument("--store", type=Path, action="append", default=[], help="a store that is there")
    parser.add_argument("--seconds", type=float, default=6)
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--mode", choices=("polling", "webhook"), action="append")
    parser.add_argument("--no-rush", dest="rush", action="store_false")
    parser.add_argument("--no-work", dest="work", action="store_false", help="without import, planning and sending")
    options = parser.parse_args()
    print(
        f"{time.strftime('%Y-%m-%d %H:%M')}, {platform.machine()}, {os.cpu_count()} processors, Python"
        f" {platform.python_version()}, SQLite {sqlite3.sqlite_version}; load {os.getloadavg()[0]:.1f} at the start"
    )
    for store in options.store:
        measured(store, options)
    for articles in options.articles or ([] if options.store else [10_000]):
        with tempfile.TemporaryDirectory() as folder:
            imported(articles, Path(folder))
            measured(Path(folder) / "qala.sqlite", options)
    if options.work:
        worked()
    return 0


if __name__ == "__main__":
    sys.exit(main())
