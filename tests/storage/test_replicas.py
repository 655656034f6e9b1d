import asyncio
import contextvars

import pytest

from storage import StorageError, open_storage
from storage.engine import changes
from storage.engine.postgres import asked
from tests.storage.articles.test_articles import NOW


@pytest.fixture
async def replicas(postgres):
    async with postgres.database() as url:
        stores = [await open_storage(url) for _ in range(3)]
        yield stores
        for store in stores:
            await store.close()


async def test_the_one_at_work_longest_leads_and_the_next_when_it_leaves(replicas):
    first, second, _ = (store.replicas for store in replicas)
    assert (await first.beat("a")).leads
    standing = await second.beat("b")
    assert (standing.leads, standing.living) == (False, 2)
    await first.leave("a")
    assert (await second.beat("b")).leads


async def test_a_silent_leader_is_out_and_joins_again_at_the_end(replicas):
    first, second, _ = (store.replicas for store in replicas)
    await first.beat("a")
    await second.beat("b")
    await replicas[0].database.execute("UPDATE replicas SET beat_at = beat_at - 7000 WHERE name = 'a'")
    assert (await second.beat("b")).leads
    assert not (await first.beat("a")).leads


async def test_a_program_on_sqlite_always_leads(tmp_path):
    store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    assert (await store.replicas.beat("a")).leads
    await store.close()


async def test_replicas_that_claim_at_once_never_claim_the_same_row(replicas):
    database = replicas[0].database
    await database.executemany(
        "INSERT INTO subscribers (chat_id, kind, language, timezone, created_at) VALUES ($1, 'private', 'kk', 'Asia/Almaty', 1)",
        [(chat,) for chat in range(1, 91)],
    )
    await database.executemany(
        "INSERT INTO deliveries (chat_id, edition, part, state, planned_at, updated_at) VALUES ($1, 'e', 0, 'planned', 1, 1)",
        [(chat,) for chat in range(1, 91)],
    )
    taken = await asyncio.gather(*(replicas[turn % 3].deliveries.claim(7, NOW) for turn in range(15)))
    chats = [delivery.chat_id for some in taken for delivery in some]
    assert sorted(chats) == list(range(1, 91))


async def test_a_sign_of_life_waits_for_no_writer(replicas):
    async with replicas[0].database.transaction():
        standing = await asyncio.wait_for(replicas[1].replicas.beat("b"), 3)
    assert standing.leads


async def test_a_program_that_polls_is_beside_no_other(replicas):
    polling, webhook, third = (store.replicas for store in replicas)
    await polling.beat("a", "polling")
    assert (await webhook.in_the_way("b", "webhook")).name == "a"
    assert (await third.beat("c", "polling")).refused
    assert not (await polling.beat("a", "polling")).refused
    await polling.leave("a")
    await third.leave("c")
    await webhook.beat("b", "webhook")
    assert await third.in_the_way("c", "webhook") is None
    assert (await third.in_the_way("c", "polling")).name == "b"


async def test_replicas_together_draw_no_more_than_the_token_may_send(replicas):
    loop = asyncio.get_running_loop()
    interval, moments = 0.01, []

    async def drawing(store):
        for _ in range(60):
            drawn = await store.budget.draw(interval)
            moments.append(loop.time() + drawn.wait)

    await asyncio.gather(*map(drawing, replicas))
    moments.sort()
    # Each moment is given away once. The answer's own way may blur it a little.
    assert moments[-1] - moments[0] >= (len(moments) - 1) * interval - 0.1


async def test_a_chat_gets_no_more_than_its_own_budget_whoever_answers_there(replicas):
    loop = asyncio.get_running_loop()
    began = loop.time()
    waits = [await replicas[number % 3].budget.draw_chat(-7, 4.0, 16.0) for number in range(8)]
    assert waits[:5] == [0.0] * 5
    spent = loop.time() - began
    for number, wait in enumerate(waits[5:], 1):
        assert number * 4.0 - spent <= wait <= number * 4.0
    assert await replicas[0].budget.draw_chat(7, 1.0, 2.0) == 0.0
    assert await replicas[0].budget.prune(NOW + 1_000_000_000) == 2


async def test_messages_that_ask_at_once_share_a_statement_and_no_chat_gets_more_for_it(replicas, monkeypatch):
    asked = []
    at_once = replicas[0].database.at_once
    monkeypatch.setattr(replicas[0].database, "at_once", lambda *args: asked.append(args) or at_once(*args))
    draw = replicas[0].budget.draw_chat
    chats = [3, 1, 3, 2, 3, 3]
    waits = await asyncio.gather(*(draw(chat, 10.0, 10.0) for chat in chats))
    assert len(asked) == 1
    assert [round(wait, -1) for wait in waits] == [0, 0, 0, 0, 10, 20]
    assert await replicas[1].budget.draw_chat(3, 10.0, 0.0) > 30


async def test_whoever_draws_hears_of_a_silence_another_was_told(replicas):
    await replicas[0].facts.put("silent_until", "1800000042")
    assert (await replicas[1].budget.draw(0.01)).silent_until == 1_800_000_042


async def test_a_clock_that_was_set_back_silences_nobody_for_long(replicas):
    await replicas[0].database.execute("INSERT INTO budget (one, next_at) VALUES (1, $1)", 1 << 61)
    assert (await replicas[1].budget.draw(0.01)).wait <= 5


async def test_what_waits_to_be_written_is_one_transaction_and_each_update_is_handled_once(replicas, monkeypatch):
    first, other, _ = replicas
    await first.inbox.take([(number, "{}", None) for number in range(50)], NOW, "a")
    await _handled(other, 7)
    commits, commit = [], first.database._commit
    monkeypatch.setattr(first.database, "_commit", lambda *args: commits.append(args) or commit(*args))
    async with first.database.transaction():
        handling = [asyncio.create_task(_handled(first, number)) for number in range(50)]
        await asyncio.sleep(0)
    await asyncio.gather(*handling)
    assert len(commits) == 2  # of the transaction, and theirs
    assert (await first.inbox.counts())["waiting"] == 0
    assert await first.database.fetchval("SELECT count(*) FROM facts") == 50
    assert await first.facts.get("effect 7") == "of the other"


async def _following(store, monkeypatch):
    monkeypatch.setattr(changes, "_OTHERS_SECONDS", 0)
    await store.database.follow()
    told = []
    monkeypatch.setattr(store.subscribers._kept, "forget", told.append)
    await store.subscribers.get(1)
    told.clear()
    return told


async def test_any_program_that_writes_is_noticed_and_names_no_chat_in_the_log(replicas, monkeypatch):
    store, other, _ = replicas
    chat = 5_123_456_789
    told = await _following(store, monkeypatch)
    async with other.database._pool.acquire() as by_hand:
        await by_hand.execute(
            "BEGIN READ WRITE; INSERT INTO subscribers (chat_id, kind, language, timezone, created_at) "
            f"VALUES ({chat}, 'private', 'kk', 'Asia/Almaty', 1); UPDATE subscribers SET length = 3; COMMIT"
        )
    await store.subscribers.get(1)
    assert set(told) == {chat % (1 << 20)}
    assert str(chat) not in str(await store.database.fetch("SELECT * FROM store_changes"))


async def test_a_long_transaction_is_noted_shortly_and_all_is_forgotten(replicas, monkeypatch):
    store, other, _ = replicas
    told = await _following(store, monkeypatch)
    add = (
        "INSERT INTO subscribers (chat_id, kind, language, timezone, created_at) VALUES ($1, 'private', 'kk', 'UTC', 1)"
    )
    await other.database.executemany(add, [(chat,) for chat in range(300)])
    await other.database.execute("UPDATE subscribers SET length = 3")
    await store.subscribers.get(1)
    assert told[-2:] == [None, None]
    assert await store.database.fetchval("SELECT count(*) FROM store_changes") < 30


async def test_what_the_log_has_no_more_counts_as_changed(replicas, monkeypatch):
    store, other, _ = replicas
    told = await _following(store, monkeypatch)
    for number in range(2):
        await other.database.execute(
            "INSERT INTO subscribers (chat_id, kind, language, timezone, created_at) VALUES ($1, 'private', 'kk', 'UTC', 1)",
            number,
        )
    await other.database.execute("DELETE FROM store_changes WHERE number < (SELECT max(number) FROM store_changes)")
    await store.subscribers.get(1)
    assert told == [None]


async def test_updates_of_a_program_that_is_gone_are_adopted_and_those_of_a_living_one_are_not(replicas):
    first, second, third = replicas
    await first.replicas.beat("a")
    await second.replicas.beat("b")
    await first.inbox.take([(1, '{"update_id": 1}', None)], NOW, "a")
    await second.inbox.take([(2, '{"update_id": 2}', None)], NOW, "b")
    assert await third.inbox.adopt("c") == []
    await first.replicas.leave("a")
    assert await third.inbox.adopt("c") == [{"update_id": 1}]
    await third.replicas.beat("c")
    assert await second.inbox.adopt("b") == []


async def test_of_two_that_handle_one_update_only_the_first_has_an_effect(replicas):
    frozen, other, _ = replicas
    await frozen.inbox.take([(1, "{}", None)], NOW, "a")
    async with frozen.inbox.handling(1):
        await _handled(other, 1, "effect")
        await frozen.facts.put("effect", "of the frozen one")
        raise AssertionError("the frozen one goes no further")
    assert await other.facts.get("effect") == "of the other"


async def _handled(store, number, name=None):
    async def work():
        async with store.inbox.handling(number):
            await store.facts.put(name or f"effect {number}", "of the other")

    await asyncio.create_task(work(), context=contextvars.Context())


async def test_a_connection_cut_off_between_two_statements_is_an_operators_matter(replicas):
    first, second, _ = replicas
    gone = asyncio.Event()
    with pytest.raises(StorageError):
        async with first.database.transaction() as tx:
            tx._connection.add_termination_listener(lambda _: gone.set())
            await second.database.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state = 'idle in transaction'"
            )
            await gone.wait()
            await asyncio.sleep(0)  # the pool hears of it, and takes the connection back
            await tx.execute("INSERT INTO facts (name, value) VALUES ('a', '1')")
    await first.facts.put("a", "2")


async def test_a_connection_that_was_cut_off_is_replaced(replicas):
    first, second, _ = replicas
    with pytest.raises(StorageError):
        async with first.database.transaction() as tx:
            await second.database.fetch(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
                " AND state = 'idle in transaction'"
            )
            await tx.execute("INSERT INTO facts (name, value) VALUES ('a', '1')")
    await first.facts.put("a", "2")
    assert await second.facts.get("a") == "2"


def test_a_list_of_any_length_is_one_argument_of_one_statement():
    told = [asked("SELECT a FROM b WHERE c IN (?, ?) AND d > ? AND key IN (4, 5)", ("x", "y", 7))]
    told.append(asked("SELECT a FROM b WHERE c IN (?) AND d > ? AND key IN (6)", ("z", 8)))
    text = "SELECT a FROM b WHERE c = ANY($1) AND d > $2 AND key = ANY($3)"
    assert told == [(text, [["x", "y"], 7, [4, 5]]), (text, [["z"], 8, [6]])]
