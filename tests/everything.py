"""What `make test` runs: lint, types, import rules, tests, each with its seconds; one line says what was left out."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


def step(name: str, *command: str) -> bool:
    """Run a command, and print how it ended and how long it took."""
    started = time.perf_counter()
    print(f"— {name}", flush=True)
    code = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=False).returncode
    print(f"  {'ok' if code == 0 else 'FAILED'} in {time.perf_counter() - started:.1f} s", flush=True)
    return code == 0


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
    checks = [
        step("lint", "ruff", "check", "."),
        step("format", "ruff", "format", "--check", "."),
        step("imports", "lint-imports", "--no-cache"),
        step("types", "mypy"),
    ]
    if "--no-tests" not in sys.argv:
        # Two workers: what CI has. A file stays on one worker, so that its module fixtures are made once.
        checks.append(step("tests", "pytest", "-q", "-n", "2", "--dist", "loadfile"))
        print("Left out: " + ("; ".join(left_out()) or "nothing"))
    return 0 if all(checks) else 1


if __name__ == "__main__":
    sys.exit(main())
