"""Where Qala installs without a compiler: `make lock` resolves the lock for each target and writes down those it can.

`requirements.targets` is committed; tests/test_targets.py holds that it is whole and of this very lock.
"""

import hashlib
import itertools
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK, LIST = ROOT / "requirements.lock", ROOT / "requirements.targets"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = (
    "x86_64-manylinux_2_28",
    "aarch64-manylinux_2_28",
    "x86_64-unknown-linux-musl",
    "aarch64-unknown-linux-musl",
    "x86_64-apple-darwin",
    "aarch64-apple-darwin",
)


def listed() -> str:
    """What `requirements.targets` must say."""
    targets = [f"{platform} {python}" for platform, python in itertools.product(PLATFORMS, PYTHONS)]
    return "\n".join([f"# wheels alone, for requirements.lock {digest()}", *targets]) + "\n"


def digest() -> str:
    """A hash of what the table was made from."""
    return hashlib.sha256(LOCK.read_bytes()).hexdigest()


def without_wheel(platform: str, python: str) -> str:
    """What uv says is missing there, nothing where all is."""
    done = subprocess.run(
        f"uv pip compile --quiet --no-deps --only-binary :all: --python-platform {platform}"
        f" --python-version {python} {LOCK.name}".split(),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stderr.strip() if done.returncode else ""


def main() -> int:
    """Write the table; the exit code."""
    missing = 0
    for platform, python in itertools.product(PLATFORMS, PYTHONS):
        told = without_wheel(platform, python)
        missing += bool(told)
        print(f"{platform} {python}: {told or 'wheels for all'}", flush=True)
    if not missing:
        LIST.write_text(listed(), encoding="utf-8")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
