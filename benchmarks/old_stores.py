"""Do the data folders of older versions open? `python -m benchmarks.old_stores [COMMIT …]`, in a checkout with history.

Each commit's own code fills a data folder in a work tree of its own; then this code runs a bot on it. Without
commits those count at which the tables changed, every third of them.
"""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.driver import MORNING, world

ROOT = Path(__file__).resolve().parents[1]
READER = 7
ARTICLE = {
    "id": "most",
    "url": "https://news.example.kz/most",
    "title": "Мост открыт",
    "body": "В городе открыли новый мост через реку, сообщили в акимате. Движение начнётся завтра.",
    "published": "2026-11-22T06:00:00+05:00",
    "source": "Горожанин",
}


def git(*arguments: str) -> str:
    """What git says of this checkout."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


def filled(commit: str, folder: Path) -> str | None:
    """Fill a data folder with an older version's own import; why that was not possible, or None."""
    tree, data = folder / "tree", folder / "data"
    git("worktree", "add", "--detach", "--quiet", str(tree), commit)
    try:
        (folder / "most.jsonl").write_text(json.dumps(ARTICLE, ensure_ascii=False) + "\n", encoding="utf-8")
        environment = {**os.environ, "QALA_DATA_DIR": str(data)}
        asked = [sys.executable, "-m", "bot", "import", str(folder / "most.jsonl"), "--json"]
        done = subprocess.run(asked, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    finally:
        git("worktree", "remove", "--force", str(tree))
    return None if done.returncode == 0 else ((done.stderr or done.stdout).strip().splitlines() or ["no reason"])[-1]


def joined(file: Path) -> None:
    """A reader of then, as the tables of then allow one: whatever must not be empty is nothing."""
    known = {"chat_id": READER, "kind": "private", "language": "ru", "timezone": "Asia/Almaty"}
    known |= {"minutes": "480", "digest_minute": 480, "created_at": MORNING - 86_400, "state": "active"}
    known |= {"next_digest_at": MORNING + 23 * 3600, "decided_until": MORNING, "days": 127, "timezone": "Asia/Almaty"}
    with sqlite3.connect(file) as store:
        columns = store.execute("PRAGMA table_info(subscribers)").fetchall()
        row = {
            name: known.get(name, "" if kind == "TEXT" else 0)
            for _, name, kind, needed, default, key in columns
            if name in known or key or (needed and default is None)
        }
        if row:
            store.execute(
                f"INSERT INTO subscribers ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", list(row.values())
            )


async def lived(folder: Path) -> str:
    """What this version's bot finds in the folder, and whether it answers and sends its digest."""
    async with world(folder, news=False) as city:
        found = await city.store.articles.find("most")
        reader = await city.store.subscribers.get(READER)
        await city.bot.bell.reindex()
        guest = city.person("Гость", "ru")
        guest.says("мост")
        answer = await guest.sees("Мост")
        await city.passes(86_400)
        sent = await city.store.deliveries.counts()
        assert found is not None
        assert "Мост" in answer["text"]
        return f"the article is found, the reader is {'there' if reader else 'new'}, deliveries {sent or 'none'}"


def main() -> int:
    """One line a commit; 1 where one does not open."""
    commits = sys.argv[1:] or git("log", "--format=%h", "--reverse", "--", "storage/migrations").split()[::3]
    wrong = 0
    for commit in commits:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            reason = filled(commit, folder)
            if reason is not None:
                print(f"{commit}  left out: it has no import of its own that runs here ({reason[:80]})")
                continue
            joined(folder / "data" / "qala.sqlite")
            try:
                print(f"{commit}  {asyncio.run(lived(folder / 'data'))}", flush=True)
            except Exception as error:  # noqa: BLE001 - whatever it is, the other commits are tried too
                wrong = 1
                print(f"{commit}  DOES NOT OPEN: {type(error).__name__}: {error}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
