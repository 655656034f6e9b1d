"""What is of PostgreSQL alone: roles and their rights, plans, and what is written without a turn."""

import asyncio

import asyncpg
import pytest

from storage import UnusableStoreError, open_storage
from storage.engine import changes
from tests.postgres import Cluster


async def test_a_role_without_rights_is_told_what_its_owner_must_grant(postgres: Cluster):
    connection = await asyncpg.connect(postgres.url("postgres"))
    try:
        await connection.execute("CREATE ROLE plain LOGIN")
        await connection.execute("CREATE DATABASE plain_city")
        url = postgres.url("plain_city").replace("qala@", "plain@")
        with pytest.raises(UnusableStoreError, match=r"ALTER DATABASE .* OWNER TO"):
            await open_storage(url)
        await connection.execute("ALTER DATABASE plain_city OWNER TO plain")
        await (await open_storage(url)).close()
    finally:
        await connection.execute("DROP DATABASE plain_city")
        await connection.execute("DROP ROLE plain")
        await connection.close()


async def test_a_database_or_role_that_there_is_not_is_a_setting(postgres: Cluster):
    for url in (postgres.url("nowhere"), postgres.url("postgres").replace("qala@", "nobody@")):
        with pytest.raises(UnusableStoreError, match="QALA_DATABASE_URL"):
            await open_storage(url)


async def test_a_statement_that_one_index_answers_is_planned_once_and_any_other_anew(postgres: Cluster):
    def planning(connection):
        [(once,)] = connection.execute("SELECT current_setting('plan_cache_mode') FROM pg_class LIMIT 1")
        [(anew,)] = connection.execute("SELECT current_setting('plan_cache_mode')")
        return once, anew

    async with postgres.database() as url:
        store = await open_storage(url)
        assert await store.database.read(planning) == ("force_generic_plan", "force_custom_plan")
        await store.close()


async def test_a_plan_made_while_a_table_was_small_takes_the_index_still(postgres: Cluster):
    def plan(connection):
        return "\n".join(
            row[0]
            for row in connection.execute(
                "EXPLAIN SELECT key FROM articles a WHERE a.position = ANY(?) AND a.hidden = 0", ([1, 2],)
            )
        )

    async with postgres.database() as url:
        store = await open_storage(url)
        assert "Seq Scan" not in await store.database.read(plan)
        await store.close()


async def test_nobody_waits_for_the_next_look_for_changes_while_the_last_is_good(monkeypatch):
    looked, may_answer = [], asyncio.Event()

    async def fetch(sql, *_):
        looked.append(sql)
        await may_answer.wait()
        return [{"number": 0}] if "max(number)" in sql else []

    monkeypatch.setattr(changes, "_OTHERS_SECONDS", 60)
    monkeypatch.setattr(changes, "_AHEAD_SECONDS", 0)
    seen = changes.PostgresChanges(fetch)
    seen.begin()
    may_answer.set()
    assert await seen.look()
    may_answer.clear()
    assert seen.known()
    assert seen.known()
    await asyncio.sleep(0)
    assert len(looked) == 2


async def test_updates_are_stored_and_marked_as_handled_while_another_writes(postgres: Cluster):
    async with postgres.database() as url:
        store = await open_storage(url)
        async with store.database.transaction() as tx, asyncio.timeout(10):
            await tx.execute("INSERT INTO facts (name, value) VALUES ('a', 'b')")
            assert await store.inbox.take([(1, "{}", None), (2, "{}", None)], 100) == {1, 2}
            async with store.inbox.handling(1):
                await store.inbox.first_effect()
            assert (await store.inbox.counts())["waiting"] == 1
        await store.close()


async def test_what_a_handler_does_side_by_side_marks_its_update_once(postgres: Cluster):
    async with postgres.database() as url:
        store = await open_storage(url)
        await store.inbox.take([(1, "{}", None)], 100)
        async with store.inbox.handling(1):
            await asyncio.gather(put(store), store.inbox.first_effect(), store.inbox.first_effect())
        assert (await store.inbox.counts())["waiting"] == 0
        assert await store.facts.get("a") == "b"
        await store.close()


async def put(store):
    async with store.database.transaction() as tx:
        await tx.execute("INSERT INTO facts (name, value) VALUES ('a', 'b')")
