import asyncio

import pytest

from storage import open_storage
from tests.storage.test_articles import NOW


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
