"""The benchmarks: `python tools/bench.py` lists them, `python tools/bench.py NAME [ARGUMENTS]` runs one."""

import ast
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


def main() -> int:
    """List or run; the exit code of what was run."""
    commands = {
        path.stem: (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]
        for path in sorted(FOLDER.glob("*.py"))
        if "__main__" in (text := path.read_text(encoding="utf-8"))
    }
    if len(sys.argv) < 2:
        for name, asks in commands.items():
            print(f"{name:26} {asks}")
        return 0
    if sys.argv[1] not in commands:
        print(f"there is no benchmark {sys.argv[1]}: make bench lists them", file=sys.stderr)
        return 1
    command = [sys.executable, "-m", f"benchmarks.{sys.argv[1]}", *sys.argv[2:]]
    return subprocess.run(command, cwd=FOLDER.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
