"""What stands in the store is nobody else's business, and no kill, deletion or damage goes unnoticed."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading

import pytest

from news.models import Subscriber
from storage import StorageError, open_storage
from storage.engine.backup import alone, at_work, back_up, examine, restore
from tests.storage.articles.test_articles import NOW, filed


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/data/qala.sqlite"


async def filled(url: str) -> None:
    store = await open_storage(url)
    await store.articles.save([filed(number) for number in range(1, 60)], NOW)
    await store.subscribers.add(Subscriber(5, "private", "kk", "Asia/Almaty", created_at=NOW))
    await store.close()


def modes(folder) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.iterdir()]}


async def test_nobody_else_can_read_the_store_its_folder_or_a_copy(url, tmp_path):
    store = await open_storage(url)
    await store.articles.save([filed(1)], NOW)
    with alone(url), at_work(url):
        found = modes(tmp_path / "data")
    await store.close()
    assert found.pop("data") == 0o700
    assert {"qala.sqlite", "qala.sqlite-wal", "qala.sqlite-shm", "qala.lock", "qala.running"} <= found.keys()
    assert set(found.values()) == {0o600}
    back_up(url, tmp_path / "copy")
    kept = restore(url, tmp_path / "copy").kept
    assert [stat.S_IMODE(one.stat().st_mode) for one in (tmp_path / "copy", kept)] == [0o600, 0o600]


async def test_a_store_that_others_could_read_is_closed_to_them(url, tmp_path):
    await filled(url)
    path = tmp_path / "data" / "qala.sqlite"
    path.chmod(0o644)
    await (await open_storage(url)).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_what_a_killed_backup_left_goes_with_the_next_and_one_under_way_stays(url, tmp_path):
    await filled(url)
    hold = (
        "import sys, time; from pathlib import Path; from storage.engine import backup\n"
        "backup._check = lambda path: (print('written', flush=True), time.sleep(60))\n"
        "backup.back_up(sys.argv[1], Path(sys.argv[2]))"
    )
    child = subprocess.Popen([sys.executable, "-c", hold, url, str(tmp_path / "first")], stdout=subprocess.PIPE)
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        back_up(url, tmp_path / "second")
        assert len(list(tmp_path.glob("first*part"))) == 1
        child.send_signal(signal.SIGKILL)
    back_up(url, tmp_path / "third")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "second", "third"]


def test_a_second_bot_is_refused_though_its_lock_files_are_deleted(url, tmp_path):
    with alone(url):
        for path in (tmp_path / "data").glob("qala.[lrn]*"):
            path.unlink()
        with pytest.raises(StorageError, match="another Qala runs"), alone(url):
            pass


async def test_two_programs_take_turns_though_the_lock_was_deleted_between(url, tmp_path):
    one, other = await open_storage(url), await open_storage(url)
    async with one.database.transaction() as tx:
        await tx.execute("INSERT INTO facts (name, value) VALUES ('a', '')")
    (tmp_path / "data" / "qala.lock").unlink()
    async with other.database.transaction() as tx:
        await tx.execute("INSERT INTO facts (name, value) VALUES ('b', '')")
        waiting = asyncio.create_task(one.facts.put("c", ""))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        assert one.database._turn.locked()
    await waiting
    await one.close()
    await other.close()


@pytest.mark.parametrize("whole", [False, True])
async def test_a_page_of_zeroes_does_not_go_unnoticed(url, tmp_path, whole):
    await filled(url)
    assert examine(url, whole=whole) is None
    path = tmp_path / "data" / "qala.sqlite"
    with contextlib.closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        page = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'articles_by_url'").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))
    assert examine(url, whole=whole) is not None


async def test_a_kill_is_known_at_the_next_start_and_an_orderly_end_is_none(url):
    await filled(url)
    work = "import sys, time; from storage.engine.backup import alone, at_work\nwith alone(sys.argv[1]), at_work(sys.argv[1]):"
    child = subprocess.Popen(
        [sys.executable, "-c", work + " print('on', flush=True); time.sleep(60)", url], stdout=subprocess.PIPE
    )
    with child:
        assert child.stdout is not None
        child.stdout.readline()
        os.kill(child.pid, signal.SIGKILL)
    seen = []
    for _ in range(2):
        with alone(url), at_work(url) as killed:
            seen.append(killed)
    assert seen == [True, False]


async def test_a_reading_that_never_ends_cannot_grow_the_wal_file(url, tmp_path):
    store = await open_storage(url)
    begun = threading.Event()

    def never_ends(connection: sqlite3.Connection) -> None:
        connection.execute("SELECT count(*) FROM facts").fetchone()
        begun.set()
        connection.execute("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n")

    stuck = asyncio.create_task(store.database.read(never_ends))
    assert await asyncio.to_thread(begun.wait, 10)
    largest = 0
    for number in range(100):
        await store.facts.put("large", f"{number:04}" * (1 << 18))
        largest = max(largest, (tmp_path / "data" / "qala.sqlite-wal").stat().st_size)
    with pytest.raises(StorageError, match="interrupted"):
        await asyncio.wait_for(stuck, 10)
    await store.close()
    assert 24 << 20 < largest <= 64 << 20


async def test_a_checkpoint_that_fails_does_not_undo_what_was_committed(url, tmp_path, monkeypatch):
    store = await open_storage(url)
    await store.articles.save([filed(number) for number in range(1, 20)], NOW)
    monkeypatch.setattr(store.database, "_checkpoint_bytes", 0)
    fetch = store.database._writer.execute_fetchall

    async def full(sql: str, *args: object) -> object:
        if "wal_checkpoint" in sql:
            raise sqlite3.OperationalError("database or disk is full")
        return await fetch(sql, *args)

    monkeypatch.setattr(store.database._writer, "execute_fetchall", full)
    await store.facts.put("kept", "yes")
    monkeypatch.undo()
    assert await store.facts.get("kept") == "yes"
    await store.close()
