"""Makes a release: `python tools/release.py 0.3.0`. Version, CHANGELOG, one commit, a tag, and the wheel in dist/.

Nothing is pushed: look at it, then push the commit and the tag.
"""

import re
import subprocess
import sys
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INIT, CHANGELOG = ROOT / "bot/__init__.py", ROOT / "CHANGELOG.md"
HEADING = "## Unreleased"


def released(changelog: str, version: str, day: date) -> str:
    """The changelog with its unreleased part under the version, below a new empty «Unreleased»."""
    if not re.search(rf"^{HEADING}\n+(?!## )\S", changelog, re.MULTILINE):
        raise ValueError("CHANGELOG.md has nothing under Unreleased")
    return changelog.replace(HEADING, f"{HEADING}\n\n## {version} – {day.isoformat()}", 1)


def versioned(text: str, version: str) -> str:
    """The text of bot/__init__.py with the version. Raises ValueError unless it is above the present one."""
    found = re.search(r'__version__ = "([\d.]+)"', text)
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise ValueError(f"a version looks like 0.3.0, not {version!r}")
    assert found is not None
    if [int(part) for part in version.split(".")] <= [int(part) for part in found[1].split(".")]:
        raise ValueError(f"{version} is not above {found[1]}")
    return text.replace(found[0], f'__version__ = "{version}"')


def git(*arguments: str) -> str:
    """What git prints for these arguments."""
    return subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def main() -> int:
    """Makes the release, or says why not; gives the exit code."""
    version = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        init = versioned(INIT.read_text(encoding="utf-8"), version)
        changelog = released(CHANGELOG.read_text(encoding="utf-8"), version, datetime.now().astimezone().date())
    except ValueError as error:
        print(f"no release: {error}", file=sys.stderr)
        return 1
    if git("status", "--porcelain"):
        print("no release: commit or put away what is changed first (git status)", file=sys.stderr)
        return 1
    INIT.write_text(init, encoding="utf-8")
    CHANGELOG.write_text(changelog, encoding="utf-8")
    git("commit", "--all", "--message", f"Release {version}")
    git("tag", "--annotate", f"v{version}", "--message", f"Qala {version}")
    wheel = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "--wheel-dir",
        "dist",
    ]
    subprocess.run([*wheel, "."], cwd=ROOT, check=True)
    print(f"dist/qala_bot-{version}-py3-none-any.whl; push with: git push --follow-tags")
    return 0


if __name__ == "__main__":
    sys.exit(main())
