"""Do the stores of older versions open? `python -m benchmarks.old_stores [COMMIT …]`, in a checkout with history.

Each commit's own code fills a store in a work tree of its own: a SQLite file, and a PostgreSQL database where the
commit knows PostgreSQL and a server is installed. Then this code runs a bot on it. A guest must find the old article,
and the old reader must get it in the next digest. Without commits those count at which the tables changed, every third.
"""

import asyncio
import contextlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg

from news.timetable import next_local
from sandbox.world.people import Person
from tests.driver import world
from tests.postgres import Cluster, cluster, installed

ROOT = Path(__file__).resolve().parents[1]
READER, HOUR, ZONE = 7, 8 * 60, "Asia/Almaty"
ARTICLE = {
    "id": "most",
    "url": "https://news.example.kz/most",
    "title": "Мост открыт",
    "body": "В городе открыли новый мост через реку, сообщили в акимате. Движение начнётся завтра.",
    "source": "Горожанин",
}


def git(*arguments: str) -> str:
    """What git says of this checkout."""
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()


@contextlib.contextmanager
def checkout(commit: str, folder: Path) -> Iterator[Path]:
    """A work tree of a commit."""
    tree = folder / "tree"
    git("worktree", "add", "--detach", "--quiet", str(tree), commit)
    try:
        yield tree
    finally:
        git("worktree", "remove", "--force", str(tree))


def filled(tree: Path, folder: Path, database: str) -> str | None:
    """Fill a store with an older version's own import; why that was not possible, or None.

    The import dates the article by the real clock, so what reads it must not live earlier.
    """
    article = ARTICLE | {"published": datetime.fromtimestamp(time.time() - 7200, UTC).isoformat(timespec="seconds")}
    (folder / "most.jsonl").write_text(json.dumps(article, ensure_ascii=False) + "\n", encoding="utf-8")
    environment = {**os.environ, "QALA_DATA_DIR": str(folder / "data"), "QALA_DATABASE_URL": database}
    asked = [sys.executable, "-m", "bot", "import", str(folder / "most.jsonl"), "--json"]
    done = subprocess.run(asked, cwd=tree, env=environment, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else ((done.stderr or done.stdout).strip().splitlines() or ["no reason"])[-1]


async def joined(database: str, now: int, first: int) -> None:
    """Add a reader as the tables of then allow one; an unknown column that must have a value gets an empty one."""
    known: dict[str, Any] = {"chat_id": READER, "kind": "private", "language": "ru", "timezone": ZONE}
    known |= {"minutes": str(HOUR), "digest_minute": HOUR, "created_at": now - 86_400, "state": "active"}
    known |= {"next_digest_at": first, "decided_until": now, "days": 127}
    if database.startswith("sqlite"):
        with contextlib.closing(sqlite3.connect(database.removeprefix("sqlite:///"))) as store, store:
            columns = [
                (name, kind, bool(key) or (needed and default is None))
                for _, name, kind, needed, default, key in store.execute("PRAGMA table_info(subscribers)")
            ]
            row = _row(columns, known)
            marks = ", ".join("?" * len(row))
            store.execute(f"INSERT INTO subscribers ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        return
    connection: Any = await asyncpg.connect(database)
    try:
        found = await connection.fetch(
            "SELECT column_name, data_type, is_nullable = 'NO' AND column_default IS NULL AS needed"
            " FROM information_schema.columns WHERE table_name = 'subscribers'"
        )
        row = _row([(one["column_name"], one["data_type"], one["needed"]) for one in found], known)
        marks = ", ".join(f"${number}" for number in range(1, len(row) + 1))
        await connection.execute(f"INSERT INTO subscribers ({', '.join(row)}) VALUES ({marks})", *row.values())
    finally:
        await connection.close()


def _row(columns: list[tuple[str, str, bool]], known: dict[str, Any]) -> dict[str, Any]:
    return {
        name: known.get(name, "" if kind.upper() == "TEXT" else 0)
        for name, kind, needed in columns
        if name in known or needed
    }


async def lived(database: str, folder: Path, now: int, first: int) -> str:
    """What this version's bot finds in the store: the article, the reader, and what the digest brings them."""
    async with world(folder, news=False, database=database, begins=now) as city:
        found = await city.store.articles.find("most")
        known = await city.store.subscribers.get(READER)
        reader = Person.new(city.telegram, "Читатель", language_code="ru", identifier=READER)
        reader.chat()
        await city.bot.bell.reindex()
        guest = city.person("Гость", "ru")
        guest.says("мост")
        answer = await guest.sees("Мост")
        await city.passes(first - now + 60)
        sent = await city.store.deliveries.counts()
        assert found is not None, "the article is lost"
        assert known is not None, "the reader is lost"
        assert "Мост" in answer["text"]
        digest = await reader.sees("Мост", within=10)
        assert digest is not None
        return f"the article is found, the reader gets it in a digest; deliveries {sent}"


def tried(tree: Path, database: str, folder: Path) -> str:
    """One line about one store. Raises AssertionError, or what fails, where the bot cannot live on it."""
    reason = filled(tree, folder, database)
    if reason is not None:
        return f"left out: it has no import of its own that runs here ({reason[:80]})"
    now = int(time.time()) + 60
    first = next_local(now, HOUR, ZoneInfo(ZONE))
    asyncio.run(joined(database, now, first))
    return asyncio.run(lived(database, folder / "data", now, first))


def stores(tree: Path, folder: Path, server: Cluster | None, name: str) -> Iterator[tuple[str, str]]:
    """The kind and the address of each store to try for a checkout."""
    yield "sqlite", f"sqlite:///{folder / 'data' / 'qala.sqlite'}"
    if server is not None and any(tree.glob("storage/**/postgres.py")):
        asyncio.run(_create(server, name))
        yield "postgresql", server.url(name)


async def _create(server: Cluster, name: str) -> None:
    connection: Any = await asyncpg.connect(server.url("postgres"))
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
    finally:
        await connection.close()


def main() -> int:
    """One line for each commit and store; 1 where one does not open."""
    commits = sys.argv[1:] or git("log", "--format=%h", "--reverse", "--", "storage/migrations").split()[::3]
    wrong = 0
    with cluster() if installed() else contextlib.nullcontext() as server:
        for commit in commits:
            with tempfile.TemporaryDirectory() as name, checkout(commit, Path(name)) as tree:
                for kind, database in stores(tree, Path(name), server, f"old_{commit}"):
                    try:
                        said = tried(tree, database, Path(name))
                    except Exception as error:  # noqa: BLE001 - whatever it is, the other stores are tried too
                        wrong, said = 1, f"DOES NOT LIVE ON: {type(error).__name__}: {error}"
                    print(f"{commit}  {kind:10}  {said}", flush=True)
    return wrong


if __name__ == "__main__":
    sys.exit(main())
