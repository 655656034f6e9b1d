import asyncio
import contextlib
import resource
import sqlite3
import stat

import pytest

from news.models import Subscriber, Subscription
from storage import StorageError, open_storage
from storage.engine.backup import alone, at_work, back_up, restore
from storage.readers.data_map import forget, forget_again
from tests.storage.articles.test_articles import NOW, filed


@pytest.fixture
def url(tmp_path):
    return f"sqlite:///{tmp_path}/qala.sqlite"


@pytest.fixture
async def store(url):
    opened = await open_storage(url)
    yield opened
    await opened.close()


async def test_a_copy_made_while_the_store_is_written_holds_whole_transactions(store, url, tmp_path):
    async def write():
        for number in range(40):
            async with store.database.transaction() as tx:
                await tx.execute("INSERT INTO facts (name, value) VALUES ($1, '')", f"a{number}")
                await tx.execute("INSERT INTO facts (name, value) VALUES ($1, '')", f"b{number}")

    await asyncio.gather(write(), asyncio.to_thread(back_up, url, tmp_path / "copy"))
    with sqlite3.connect(tmp_path / "copy") as copy:
        ones, others = (copy.execute(f"SELECT count(*) FROM facts WHERE name LIKE '{x}%'").fetchone()[0] for x in "ab")
    copy.close()
    assert ones == others


async def test_a_copy_comes_back_with_articles_search_and_readers(url, tmp_path):
    store = await open_storage(url)
    await store.articles.save([filed(1)], NOW)
    await store.subscribers.add(Subscriber(5, "private", "kk", "Asia/Almaty", created_at=NOW))
    back_up(url, tmp_path / "copy")
    await store.articles.save([filed(2)], NOW)
    await store.close()
    restore(url, tmp_path / "copy", NOW + 60)
    again = await open_storage(url)
    try:
        assert await again.articles.count() == 1
        assert len((await again.articles.search("маршрут", limit=5, now=NOW)).items) == 1
        assert (await again.subscribers.get(5)).language == "kk"
    finally:
        await again.close()


async def test_a_second_restore_keeps_what_the_first_one_replaced_and_four_keep_the_newest_three(url, tmp_path):
    path = tmp_path / "qala.sqlite"
    await _opened(url)
    back_up(url, tmp_path / "copy")
    store = await open_storage(url)
    await store.articles.save([filed(1)], NOW)
    await store.close()
    live = restore(url, tmp_path / "copy", NOW + 60)
    again = restore(url, tmp_path / "copy", NOW + 60)  # in the same second
    assert live.kept != again.kept
    assert live.removed == again.removed == ()
    with contextlib.closing(sqlite3.connect(live.kept)) as connection:
        assert connection.execute("SELECT count(*) FROM articles").fetchone() == (1,)
    assert restore(url, tmp_path / "copy", NOW + 120).removed == ()
    behind = restore(url, tmp_path / "copy", NOW - 3600)  # the clock was set back: what was just replaced stays
    assert behind.removed == (live.kept,)
    assert path.exists()
    assert behind.kept.exists()
    assert len(list(tmp_path.glob("*.before*"))) == 3


async def test_a_store_that_another_program_still_reads_is_not_replaced(url, tmp_path, monkeypatch):
    await _opened(url)
    back_up(url, tmp_path / "copy")
    connect = sqlite3.connect
    monkeypatch.setattr(sqlite3, "connect", lambda *args, **more: connect(*args, **{**more, "timeout": 0.1}))
    store = await open_storage(url)
    await store.articles.save([filed(1)], NOW)
    with contextlib.closing(connect(tmp_path / "qala.sqlite", isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM facts").fetchone()
        await store.articles.save([filed(2)], NOW)
        await store.close()
        with pytest.raises(StorageError, match="another program is reading"):
            restore(url, tmp_path / "copy")
    again = await open_storage(url)
    assert await again.articles.count() == 2
    await again.close()


async def test_what_was_planned_or_due_in_a_copy_is_not_sent_after_it_comes_back(url, tmp_path):
    store = await open_storage(url)
    await store.subscribers.add(Subscriber(5, "private", "kk", "Asia/Almaty", created_at=NOW))
    await store.database.execute("UPDATE subscribers SET decided_until = $1", NOW)
    await store.database.execute(
        "INSERT INTO deliveries (chat_id, edition, part, state, planned_at, updated_at)"
        " VALUES (5, '2027-01-15', 0, 'planned', $1, $1)",
        NOW,
    )
    back_up(url, tmp_path / "copy")
    await store.close()
    restore(url, tmp_path / "copy", NOW + 3600)
    again = await open_storage(url)
    try:
        assert await again.deliveries.claim(10, NOW + 3600) == []
        assert await again.deliveries.counts() == {"unknown": 1}
        assert await again.deliveries.discrepancies() == []
        assert (await again.subscribers.get(5)).decided_until == NOW + 3600
    finally:
        await again.close()


async def test_a_damaged_copy_is_refused_and_the_store_stays(store, url, tmp_path):
    back_up(url, tmp_path / "copy")
    (tmp_path / "copy").write_bytes((tmp_path / "copy").read_bytes()[:9000])
    with pytest.raises(StorageError, match="copy is damaged, or not all of it is there"):
        restore(url, tmp_path / "copy")
    assert await store.articles.count() == 0


async def test_a_full_disk_is_a_sentence_that_says_what_to_do(store):
    await store.facts.put("there", "1")
    pages = await store.database.fetchval("PRAGMA page_count")
    await store.database._writer.execute_fetchall(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(StorageError, match="disk is full; make room on the disk of the store"):
        await store.facts.put("more", "x" * 1_000_000)
    assert await store.facts.get("there") == "1"


def test_a_disk_that_is_full_at_the_start_is_a_sentence_and_no_mark_is_lost(tmp_path):
    url, mark = f"sqlite:///{tmp_path}/qala.sqlite", tmp_path / "qala.running"
    mark.touch()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with contextlib.ExitStack() as stack:
        stack.callback(resource.setrlimit, resource.RLIMIT_FSIZE, before)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
        with pytest.raises(StorageError, match="File too large"), at_work(url):
            pass
    mark.write_text("at work\n")
    with pytest.raises(ZeroDivisionError), at_work(url) as killed:
        assert killed
        raise ZeroDivisionError
    assert mark.read_text() == "at work\n"


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"PGDMP\1", "pg_restore"), (b"\x1f\x8b\x08", "unpack it"), (b"", "another file"), (b"text", "another file")],
)
async def test_what_is_no_copy_is_named_and_the_store_stays(store, url, tmp_path, content, told):
    await store.facts.put("there", "1")
    (tmp_path / "copy").write_bytes(content)
    with pytest.raises(StorageError, match=f"copy is no copy of a Qala store: it is .*{told}"):
        restore(url, tmp_path / "copy")
    assert await store.facts.get("there") == "1"


async def test_a_copy_of_a_newer_qala_is_refused_before_it_takes_the_stores_place(store, url, tmp_path):
    await store.facts.put("there", "1")
    back_up(url, tmp_path / "copy")
    with contextlib.closing(sqlite3.connect(tmp_path / "copy")) as newer:
        newer.execute("INSERT INTO schema_migrations (name) VALUES ('9999_flying_cars')")
        newer.commit()
    with pytest.raises(StorageError, match="copy was made by a newer Qala"):
        restore(url, tmp_path / "copy")
    assert await store.facts.get("there") == "1"
    assert not list(tmp_path.glob("*.before*"))


def test_two_bots_on_one_file_are_refused_and_other_commands_are_not(url):
    with alone(url):
        with pytest.raises(StorageError, match="another Qala runs"), alone(url):
            pass
        asyncio.run(_opened(url))


async def _opened(url):
    await (await open_storage(url)).close()


def test_on_postgresql_the_right_program_for_copies_is_named(tmp_path):
    with pytest.raises(StorageError, match="pg_dump --format=custom"):
        back_up("postgresql://qala@db/qala", tmp_path / "copy")
    with pytest.raises(StorageError, match="pg_restore"):
        restore("postgresql://qala@db/qala", tmp_path / "copy")


async def test_who_was_forgotten_stays_so_after_a_restore_and_who_came_back_stays_too(tmp_path):
    url = f"sqlite:///{tmp_path}/qala.sqlite"
    store = await open_storage(url)
    for chat, began in ((1, 100), (2, 100), (3, 100), (4, 300)):
        await store.database.execute(
            "INSERT INTO subscribers (chat_id, kind, language, timezone, created_at)"
            " VALUES ($1, 'private', 'kk', 'Asia/Almaty', $2)",
            chat,
            began,
        )
        await store.subscribers.subscribe(chat, Subscription("word", "мысық"))
    copy = tmp_path / "copy"
    back_up(url, copy)
    await forget(store.database, 2, 200)
    await forget(store.database, 4, 200)  # and then it came back, at 300, before the copy
    await store.close()
    written = (tmp_path / "qala.sqlite.forgotten").read_text()
    assert stat.S_IMODE((tmp_path / "qala.sqlite.forgotten").stat().st_mode) == 0o600
    assert len({line.split()[-1] for line in written.splitlines()}) == 3  # the key, and a hash for each
    done = restore(url, copy, 400, forget_again)
    assert done.forgotten == 1
    store = await open_storage(url)
    for table in ("subscribers", "subscriptions"):
        rows = await store.database.fetch(f"SELECT DISTINCT chat_id FROM {table} ORDER BY chat_id")
        assert [row["chat_id"] for row in rows] == [1, 3, 4], table
    await store.close()
