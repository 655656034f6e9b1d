"""What `make test` runs: lint, types and import rules at once, then the tests, each with its seconds.

One line says what was left out.
"""

import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


CHECKS = {
    "types": ("mypy",),
    "imports": ("lint-imports", "--no-cache"),
    "lint": ("ruff", "check", "."),
    "format": ("ruff", "format", "--check", "."),
}
# Two workers: what CI has. A file stays on one worker, so that its module fixtures are made once.
TESTS = ("pytest", "-q", "-n", "2", "--dist", "loadfile")


def step(name: str, *command: str, shown: bool = False) -> bool:
    """Run a command, and print how it ended and how long it took; what it says at once if `shown`, else at its end."""
    started = time.perf_counter()
    done = subprocess.run(
        [str(BIN / command[0]), *command[1:]],
        cwd=ROOT,
        check=False,
        text=True,
        stdout=None if shown else subprocess.PIPE,
        stderr=None if shown else subprocess.STDOUT,
    )
    ended = "ok" if done.returncode == 0 else "FAILED"
    print(f"— {name}\n{done.stdout or ''}  {ended} in {time.perf_counter() - started:.1f} s", flush=True)
    return done.returncode == 0


def all_at_once(checks: dict[str, tuple[str, ...]]) -> bool:
    """Whether all of these went well; the longest begins first, and on two cores the others are done beside it."""
    with ThreadPoolExecutor(len(checks)) as beside:
        return all(one.result() for one in [beside.submit(step, name, *check) for name, check in checks.items()])


def left_out() -> list[str]:
    """What this machine lacks, and which tests were left out for it."""
    missing = []
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        missing.append("the chat page in a browser (no chromium)")
    if not Path("/usr/lib/postgresql").is_dir() and not shutil.which("initdb"):
        missing.append("storage on PostgreSQL (no server installed)")
    if not (ROOT.parent / "shared").is_dir():
        missing.append("the captured pages and labelled data (no ../shared)")
    return missing


def main() -> int:
    """Run all steps; the exit code."""
    well = all_at_once(CHECKS)
    if "--no-tests" not in sys.argv:
        well &= step("tests", *TESTS, shown=True)
        print("Left out: " + ("; ".join(left_out()) or "nothing"))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
