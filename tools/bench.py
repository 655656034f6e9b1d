"""`python tools/bench.py [NAME] [ARGUMENTS]` runs a benchmark; without a name the page of speed; `list` lists them."""

import ast
import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "benchmarks"


def chosen(arguments: list[str]) -> tuple[str, list[str]]:
    """The benchmark that is asked for and its arguments; the page of speed where they begin with an option."""
    if not arguments or arguments[0].startswith("-"):
        return "page", arguments
    return arguments[0], arguments[1:]


def main() -> int:
    """Lists the benchmarks or runs one; gives its exit code."""
    commands = {
        path.stem: (ast.get_docstring(ast.parse(text)) or "").split("\n")[0]
        for path in sorted(FOLDER.glob("*.py"))
        if "__main__" in (text := path.read_text(encoding="utf-8"))
    }
    if sys.argv[1:2] == ["list"]:
        for name, asks in commands.items():
            print(f"{name:26} {asks}")
        return 0
    name, arguments = chosen(sys.argv[1:])
    if name not in commands:
        print(f"there is no benchmark {name}: make bench NAME=list lists them", file=sys.stderr)
        return 1
    command = [sys.executable, "-m", f"benchmarks.{name}", *arguments]
    return subprocess.run(command, cwd=FOLDER.parent, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
