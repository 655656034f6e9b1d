"""What waits for the writer is written together, and what was read is kept until a commit changes it."""

import asyncio
import sqlite3
from datetime import UTC, datetime

import pytest

from news.filing import file_entry
from news.models import Entry, FiledEntry, Subscriber, Subscription
from storage import StorageError, open_storage
from storage.engine import changes, sqlite
from storage.engine.database import FIRST_WRITE, FirstWrite, TakenOverError
from storage.engine.private import try_lock

NOW = 1_790_000_000
PUT = "INSERT INTO facts (name, value) VALUES ($1, $2)"


@pytest.fixture
async def file(tmp_path):
    """A SQLite store that follows its changes, and a place to count its commits."""
    store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    await store.database.follow()
    yield store
    await store.close()


@pytest.fixture
async def both(database_url, monkeypatch):
    """A store that follows its changes, and another program's on the same database."""
    monkeypatch.setattr(changes, "_LOOK_SECONDS", 0)
    monkeypatch.setattr(changes, "_OTHERS_SECONDS", 0)
    store, other = await open_storage(database_url), await open_storage(database_url)
    await store.database.follow()
    yield store, other
    await store.close()
    await other.close()


@pytest.fixture
def following(both):
    """A store that follows its changes."""
    return both[0]


def filed(name, title):
    item = file_entry(Entry(id=name, title=title, body="Мәтін осында.", published=datetime.fromtimestamp(NOW, UTC)))
    assert isinstance(item, FiledEntry)
    return item


def reader(chat):
    return Subscriber(chat_id=chat, kind="private", language="ru", timezone="Asia/Almaty", created_at=NOW)


async def names(store):
    return [row["name"] for row in await store.database.fetch("SELECT name FROM facts ORDER BY name")]


async def test_fifty_writes_that_wait_are_one_commit(file):
    commits = []
    commit = file.database._commit
    file.database._commit = lambda connection: commits.append(1) or commit(connection)
    async with file.database.transaction():
        writing = [asyncio.create_task(file.database.execute(PUT, f"{one:02}", "1")) for one in range(50)]
        await asyncio.sleep(0)
        commits.clear()
    assert await asyncio.gather(*writing) == [1] * 50
    assert len(commits) == 2  # of the transaction, and theirs
    assert len(await names(file)) == 50


async def test_one_that_fails_takes_no_other_along(store):
    async def failing(tx):
        await tx.execute(PUT, "lost", "1")
        raise ZeroDivisionError

    first, broken, double, last = await asyncio.gather(
        store.database.together(lambda tx: tx.execute(PUT, "a", "1")),
        store.database.together(failing),
        store.database.together(lambda tx: tx.execute("INSERT INTO nowhere VALUES (1)")),
        store.database.together(lambda tx: tx.execute(PUT, "b", "1")),
        return_exceptions=True,
    )
    assert (first, last) == (1, 1)
    assert isinstance(broken, ZeroDivisionError)
    assert isinstance(double, Exception)
    assert await names(store) == ["a", "b"]


async def test_a_commit_that_fails_has_failed_for_all_and_for_none_after_it(file):
    def broken(_):
        raise sqlite3.OperationalError("database or disk is full")

    commit, file.database._commit = file.database._commit, broken
    outcomes = await asyncio.gather(
        *(file.database.execute(PUT, f"{one}", "1") for one in range(5)), return_exceptions=True
    )
    assert all(isinstance(one, StorageError) for one in outcomes), outcomes
    file.database._commit = commit
    assert await file.database.execute(PUT, "after", "1") == 1
    assert await names(file) == ["after"]


async def test_whoever_is_cancelled_while_waiting_writes_nothing_and_holds_up_nobody(store):
    async with store.database.transaction():
        one, two, three = (asyncio.create_task(store.database.execute(PUT, name, "1")) for name in "abc")
        await asyncio.sleep(0)
        two.cancel()
        await asyncio.sleep(0)
    await asyncio.gather(one, three)
    assert two.cancelled()
    assert await names(store) == ["a", "c"]


async def test_nothing_is_told_to_be_written_before_it_is_committed(file, monkeypatch):
    told: list[str] = []
    written = sqlite._written

    def watched(connection, group, commit):
        touched = written(connection, group, commit)
        assert told == []
        return touched

    monkeypatch.setattr(sqlite, "_written", watched)

    async def writes(name):
        await file.database.execute(PUT, name, "1")
        told.append(name)

    await asyncio.gather(*(writes(name) for name in "abc"))
    assert told == ["a", "b", "c"]


async def test_a_first_write_goes_along_with_its_own_work_alone(store):
    await store.inbox.take([(1, "{}", None), (2, "{}", None)], NOW, "me")

    async def handled(number, name):
        FIRST_WRITE.set(FirstWrite("UPDATE inbox SET body = NULL WHERE update_id = $1 AND body IS NOT NULL", (number,)))
        await store.database.execute(PUT, name, "1")

    outcomes = await asyncio.gather(
        asyncio.create_task(handled(1, "a")),
        asyncio.create_task(handled(9, "taken over")),
        asyncio.create_task(handled(2, "b")),
        return_exceptions=True,
    )
    assert isinstance(outcomes[1], TakenOverError)
    assert await names(store) == ["a", "b"]
    assert (await store.inbox.counts())["waiting"] == 0


async def test_what_is_kept_is_as_new_as_what_is_stored(both):
    store, other = both
    await store.articles.save([filed("a", "Су бағасы көтерілді")], NOW)
    [article] = (await store.articles.latest(5)).items
    assert (await store.articles.latest(5)).items[0] is article

    await other.articles.hide(article.key, NOW)
    assert (await store.articles.latest(5)).items == []
    assert await store.articles.many([article.key]) == []

    await other.articles.save([filed("b", "Жол жөнделді")], NOW)
    [second] = (await store.articles.latest(5)).items
    await store.articles.hide(second.key, NOW)
    assert (await store.articles.latest(5)).items == []
    assert await store.articles.get(second.key) is None


async def test_what_is_kept_of_readers_follows_their_choices(following):
    for chat in (1, 2):
        await following.subscribers.add(reader(chat))
    await following.subscribers.choose_language(1, "kk")
    assert (await following.subscribers.get(1)).language == "kk"
    before = await following.subscribers.get(2)
    await following.subscribers.choose_language(1, "ru")
    assert (await following.subscribers.get(1)).language == "ru"
    assert await following.subscribers.get(2) is before  # another reader's choice is not theirs
    await following.subscribers.subscribe(1, Subscription("topic", "roads"))
    assert "roads" in (await following.subscribers.get(1)).topics
    with pytest.raises(ZeroDivisionError):
        async with following.database.transaction() as tx:
            await tx.execute("UPDATE subscribers SET language = 'kk' WHERE chat_id = 1")
            raise ZeroDivisionError
    assert (await following.subscribers.get(1)).language == "ru"


async def test_what_was_read_while_it_changed_is_not_kept(following, monkeypatch):
    await following.subscribers.add(reader(1))
    read, reading = following.subscribers._read, asyncio.Event()

    async def slow(chat, source):
        found = await read(chat, source)
        reading.set()
        await following.database.execute("UPDATE subscribers SET language = 'kk' WHERE chat_id = 1")
        return found

    monkeypatch.setattr(following.subscribers, "_read", slow)
    await following.subscribers.get(1)
    monkeypatch.setattr(following.subscribers, "_read", read)
    assert (await following.subscribers.get(1)).language == "kk"


@pytest.mark.parametrize("moment", range(12))
async def test_a_cancelled_commit_leaves_nothing_old_behind(following, moment):
    await following.subscribers.add(reader(1))
    await following.subscribers.get(1)

    async def change():
        async with following.database.transaction() as tx:
            await tx.execute("UPDATE subscribers SET language = 'kk' WHERE chat_id = 1")

    task = asyncio.create_task(change())
    for _ in range(moment):
        await asyncio.sleep(0.0002)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    stored = await following.database.fetchval("SELECT language FROM subscribers WHERE chat_id = 1")
    assert (await following.subscribers.get(1)).language == stored


async def test_the_turn_is_given_back_before_anybody_hears_that_it_is_written(file, tmp_path):
    for number in range(50):
        await asyncio.gather(*(file.facts.put(f"{number}-{one}", "1") for one in range(3)))
        with (tmp_path / "qala.lock").open("rb+") as lock:
            assert try_lock(lock)
