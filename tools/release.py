"""Makes a release: `python tools/release.py 0.3.0`. Version, CHANGELOG, one commit, a tag, and the wheel in dist/.

The images that the container and compose files name get their digest where a registry can be asked: by skopeo, docker
or crane, whichever is installed. Without one they keep their exact tags, and that is said. Nothing is pushed: look at
it, then push the commit and the tag.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INIT, CHANGELOG = ROOT / "bot/__init__.py", ROOT / "CHANGELOG.md"
IMAGES = (ROOT / "Containerfile", ROOT / "compose.yaml")
HEADING = "## Unreleased"
_IMAGE = re.compile(r"(?m)^(?P<before>FROM |\s+image: )(?P<tag>[\w./-]+:[\w.-]+)(?P<digest>@sha256:[0-9a-f]{64})?")
_ASKING = (
    ("skopeo", "inspect", "--no-tags", "--format", "{{.Digest}}", "docker://%s"),
    ("docker", "buildx", "imagetools", "inspect", "%s", "--format", "{{.Manifest.Digest}}"),
    ("crane", "digest", "%s"),
)
_ANSWER_SECONDS = 60


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


def pinned(text: str, digest_of: Callable[[str], str | None]) -> str:
    """A container or compose file with the digest of each image behind its tag, as a registry tells it now.

    An image that `digest_of` knows nothing of keeps its tag alone: an older digest might be another tag's.
    """

    def with_digest(image: re.Match[str]) -> str:
        digest = digest_of(image["tag"])
        return image["before"] + image["tag"] + (f"@{digest}" if digest else "")

    return _IMAGE.sub(with_digest, text)


def digest_at_registry(image: str) -> str | None:
    """The digest of an image as `sha256:…`; None where no installed program can ask a registry."""
    for program, *arguments in _ASKING:
        if shutil.which(program) is None:
            continue
        try:
            told = subprocess.run(
                [program, *(argument.replace("%s", image) for argument in arguments)],
                check=False,
                capture_output=True,
                text=True,
                timeout=_ANSWER_SECONDS,
            )
        except (OSError, subprocess.TimeoutExpired):
            continue
        if told.returncode == 0 and re.fullmatch(r"sha256:[0-9a-f]{64}", told.stdout.strip()):
            return told.stdout.strip()
    return None


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
    for path in IMAGES:
        path.write_text(pinned(path.read_text(encoding="utf-8"), digest_at_registry), encoding="utf-8")
        if "@sha256:" not in path.read_text(encoding="utf-8"):
            print(f"{path.name}: no registry could be asked (skopeo, docker, crane); the images keep their exact tags")
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
