"""Forty wrong settings, each given to `qala run` as a process of its own: the sentence, the exit code, the seconds.

    python benchmarks/wrong_settings.py

Prints a table in Markdown, and ends with 1 where one is not a single sentence, not 2, or later than three seconds.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.wrong_settings import HUSH, WRONG, lay  # noqa: E402

_PATIENCE = 3.0


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    bad, slowest = 0, 0.0
    print("| what was set | what Qala says | exit | seconds |\n| --- | --- | --- | --- |")
    for wrong in WRONG:
        with tempfile.TemporaryDirectory() as folder:
            variables = {name: value for name, value in os.environ.items() if not name.startswith("QALA_")}
            variables |= lay(wrong, Path(folder)) | {"PYTHONPATH": str(ROOT)}
            began = time.perf_counter()
            done = subprocess.run(
                [sys.executable, "-m", "bot", "run"],
                cwd=folder,
                env=variables,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            seconds = time.perf_counter() - began
        lines = done.stderr.splitlines()
        sound = done.returncode == 2 and len(lines) == 1 and HUSH not in done.stderr and seconds < _PATIENCE
        bad += not sound
        slowest = max(slowest, seconds)
        told = " / ".join(lines).removeprefix("qala: ")
        print(f"| {wrong.what.replace(HUSH, '…')} | {told} | {done.returncode} | {seconds:.1f} |", flush=True)
    print(f"\n{len(WRONG)} settings, {bad} not as promised, the slowest {slowest:.1f} s")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
