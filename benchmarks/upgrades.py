"""Data of five older commits brought up to date, and back: what was there is there, and each version says its piece.

    python -m benchmarks.upgrades [--commits 5] [COMMIT…]

Needs git and the history. For each commit that changed the schema, evenly chosen since there are copies: its own code,
in a worktree of its own, makes a store (articles, readers, subscriptions) and a copy. Today's code opens it: articles
are found, readers keep their choices, doctor finds database and ledger sound. Back: the older code refuses the newer
store in one sentence, without a traceback; after `qala restore` of its copy it works as before. Ends with 1 where it is
otherwise.
"""

import argparse
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
READERS = (1, 2, 3)
WORDS = "көпір"


def git(*words: str) -> str:
    """What git says of this checkout."""
    return subprocess.run(["git", "-C", ROOT, *words], check=True, capture_output=True, text=True).stdout.strip()


def older(count: int) -> list[str]:
    """Commits that changed the schema, evenly chosen since `qala backup` was written, today's left out."""
    changed = git("log", "--reverse", "--format=%h", "--", "storage/migrations").splitlines()[:-1]
    first = git("log", "--reverse", "--format=%h", "-S", "def backup(", "--", "bot").splitlines()[0]
    since = [one for one in changed if git("merge-base", first, one).startswith(git("rev-parse", first))]
    return [since[place * (len(since) - 1) // max(1, count - 1)] for place in range(count)]


def qala(tree: Path, data: Path, *words: str, code: int | None = 0, given: str = "") -> str:
    """What a version's command says. Raises RuntimeError where it ends otherwise, or with a traceback."""
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp")}
    done = subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=tree,
        env={**kept, "QALA_DATA_DIR": str(data), "PYTHONPATH": str(tree), "PYTHONDONTWRITEBYTECODE": "1"},
        input=given,
        capture_output=True,
        text=True,
        check=False,
    )
    told = done.stdout + done.stderr
    if "Traceback" in told or (code is not None and done.returncode != code):
        raise RuntimeError(f"qala {' '.join(words)} ended with {done.returncode}: {told[-600:]}")
    return told if code != 0 else done.stdout


def articles() -> str:
    """Articles as JSON lines to import."""
    lines = []
    for number in range(40):
        title = f"Қалада {number}-көпір ашылды" if number % 2 else f"В городе открыли {number}-й мост"
        body = f"{title}. Бұл туралы әкімдік хабарлады." if number % 2 else f"{title}. Об этом сообщили в акимате."
        one = {
            "id": f"a{number}",
            "url": f"https://example.kz/{number}",
            "title": title,
            "body": body,
            "source": "Қала",
        }
        lines.append(
            json.dumps({**one, "published": f"2026-11-{number % 27 + 1:02}T08:00:00+05:00"}, ensure_ascii=False)
        )
    return "\n".join(lines)


def fill(tree: Path, data: Path) -> None:
    """A store as the version itself makes it, with readers as every version has kept them."""
    qala(tree, data, "import", "-", given=articles())
    with sqlite3.connect(data / "qala.sqlite") as connection:
        columns = {row[1] for row in connection.execute("PRAGMA table_info(subscribers)")}
        for chat in READERS:
            row = {"chat_id": chat, "kind": "private", "language": "kk", "timezone": "Asia/Almaty", "created_at": 1}
            row |= {"minutes": "510", "days": 127} if {"minutes", "days"} <= columns else {}
            sql = f"INSERT INTO subscribers ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
            connection.execute(sql, tuple(row.values()))
            connection.execute(
                "INSERT INTO subscriptions (chat_id, kind, value) VALUES (?, 'topic', 'transport')", (chat,)
            )


def is_sound(tree: Path, data: Path) -> None:
    """Raise RuntimeError where what was put in is not there."""
    found = [line for line in qala(tree, data, "search", WORDS, "--limit", "20").splitlines() if WORDS in line]
    if len(found) < 10:
        raise RuntimeError(f"{len(found)} articles are found, 20 were put in")
    with sqlite3.connect(data / "qala.sqlite") as connection:
        if (problem := connection.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            raise RuntimeError(problem)
        kept = connection.execute("SELECT chat_id, value FROM subscriptions ORDER BY chat_id").fetchall()
        if kept != [(chat, "transport") for chat in READERS]:
            raise RuntimeError(f"subscriptions became {kept}")
        if connection.execute("SELECT count(*) FROM articles WHERE hidden = 0").fetchone()[0] != 40:
            raise RuntimeError("articles are missing")


def there_and_back(commit: str, folder: Path) -> str:
    """What happened: a sentence. Raises RuntimeError where something is otherwise than promised."""
    tree, data, copy = folder / "tree", folder / "data", folder / "copy.sqlite"
    git("worktree", "add", "--detach", "--force", str(tree), commit)
    try:
        fill(tree, data)
        is_sound(tree, data)
        qala(tree, data, "backup", str(copy))
        is_sound(ROOT, data)
        told = json.loads(qala(ROOT, data, "doctor", "--json", code=None) or "{}")
        wrong = [one for one in told["findings"] if one["wrong"] and one["about"] in ("database", "ledger", "files")]
        if wrong:
            raise RuntimeError(f"doctor: {wrong}")
        refusal = qala(tree, data, "search", WORDS, code=1)
        if "newer Qala" not in refusal:
            raise RuntimeError(f"the older version says of the newer store: {refusal}")
        qala(tree, data, "restore", str(copy))
        is_sound(tree, data)
    finally:
        git("worktree", "remove", "--force", str(tree))
        shutil.rmtree(folder, ignore_errors=True)
    return "up to date, everything there; back, refused in a sentence, restored, everything there"


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("commits_named", nargs="*", metavar="COMMIT")
    parser.add_argument("--commits", type=int, default=5)
    options = parser.parse_args()
    bad = 0
    for commit in options.commits_named or older(options.commits):
        with tempfile.TemporaryDirectory() as folder:
            try:
                happened = there_and_back(commit, Path(folder) / "one")
            except (RuntimeError, sqlite3.Error, subprocess.CalledProcessError) as error:
                happened, bad = f"WRONG: {error}", bad + 1
        print(f"{git('log', '-1', '--format=%h %ad', '--date=short', commit)}  {happened}", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
