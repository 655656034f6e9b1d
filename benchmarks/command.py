"""A benchmark with many lives as a command: its options, its folder, and the parent its bots are forked from."""

import argparse
import asyncio
import tempfile
from collections.abc import Callable, Coroutine
from pathlib import Path

from benchmarks.lives import Zygote

Run = Callable[[argparse.Namespace, Path, Zygote], Coroutine[object, object, int]]


def command(run: Run, text: str | None, start: int, **defaults: float | str) -> int:
    """Run a benchmark with `--name value` for each of `defaults` and a `--seed`; its exit status.

    `text` is its module's docstring, `start` what the bots' clock says (UTC seconds).
    """
    parser = argparse.ArgumentParser(description=(text or "").partition("\n")[0])
    for name, value in {**defaults, "seed": 1}.items():
        parser.add_argument(f"--{name}", type=type(value), default=value)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        zygote = Zygote(Path(folder), start)
        try:
            return asyncio.run(run(options, Path(folder), zygote))
        finally:
            zygote.close()
