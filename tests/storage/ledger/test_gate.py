"""Who goes first of what waits."""

from hypothesis import given
from hypothesis import strategies as st

from storage import open_storage
from storage.ledger.deliveries import DeliveryResult
from storage.ledger.gate import ALERT, BROADCAST, DIGEST, RANKS, SHARES, URGENT, Gate


def test_while_all_wait_each_rank_has_its_share():
    gate, taken = Gate(), dict.fromkeys(RANKS, 0)
    turns = 10 * sum(SHARES.values())
    for _ in range(turns):
        for rank, count in gate.share(dict.fromkeys(RANKS, 5), 1).items():
            taken[rank] += count
    assert taken == {rank: 10 * share for rank, share in SHARES.items()}


def test_who_waits_alone_has_every_turn():
    assert Gate().share({DIGEST: 8}, 5) == {DIGEST: 5}


@given(st.lists(st.tuples(st.dictionaries(st.sampled_from(RANKS), st.integers(0, 9)), st.integers(0, 9)), max_size=40))
def test_no_turn_is_wasted_and_nobody_gets_more_than_waits(claims):
    gate = Gate()
    for waiting, room in claims:
        taken = gate.share(waiting, room)
        assert sum(taken.values()) == min(room, sum(waiting.values()))
        assert all(taken[rank] <= waiting[rank] for rank in taken)


def test_alerts_beside_a_morning_of_digests_go_first_and_digests_still_go():
    gate, sent = Gate(), []
    alerts, digests, broadcasts = 20, 200, 200
    while alerts:
        taken = gate.share({ALERT: alerts, DIGEST: digests, BROADCAST: broadcasts}, 3)
        alerts -= taken.get(ALERT, 0)
        sent.append(taken)
    assert sum(taken.get(ALERT, 0) for taken in sent) == 20
    assert sum(taken.get(DIGEST, 0) for taken in sent) >= 4
    assert sum(taken.get(BROADCAST, 0) for taken in sent) >= 2
    assert Gate().share({URGENT: 1, ALERT: 1, DIGEST: 1}, 1) == {URGENT: 1}


async def test_20_000_alerts_beside_20_000_digests_at_eight_leave_at_their_rate_and_neither_starves(tmp_path):
    """By the second at 30 messages a second, a claim of the ledger for every ten of them."""
    rate, step = 30, 10
    store = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite")
    try:
        readers = range(1, 20_001)
        async with store.database.transaction() as tx:
            await tx.executemany(
                "INSERT INTO subscribers (chat_id, kind, language, timezone, created_at)"
                " VALUES ($1, 'private', 'kk', 'UTC', 0)",
                [(chat,) for chat in readers],
            )
            for edition, form, rank in (("alert-1", "alert", ALERT), ("2026-11-22T08:00", "plain", DIGEST)):
                await tx.executemany(
                    "INSERT INTO deliveries (chat_id, edition, part, state, form, rank, planned_at, updated_at)"
                    " VALUES ($1, $2, 0, 'planned', $3, $4, 0, 0)",
                    [(chat, edition, form, rank) for chat in readers],
                )
        left: dict[str, list[int]] = {"alert": [], "plain": []}
        ended: list[DeliveryResult] = []
        for second in range(0, 40_000 // rate + 2 * step, step):
            taken = await store.deliveries.turn(ended, rate * step, second)
            for one in taken:
                left[one.form].append(second)
            ended = [DeliveryResult(one, "sent", number) for number, one in enumerate(taken, 300 * second + 1)]
            if not taken:
                break
        assert [len(seconds) for seconds in left.values()] == [20_000, 20_000]
        assert left["alert"][rate * step // 2] == left["plain"][0] == 0
        # Four of five while both wait: the last alert leaves after 20,000 / 24 a second, digests at 6 before it.
        last = max(left["alert"])
        assert abs(last - 20_000 / (rate * 0.8)) <= 2 * step
        assert sum(second <= last for second in left["plain"]) >= 0.19 * rate * last
        assert max(left["plain"]) <= 40_000 / rate + step
        assert await store.deliveries.counts() == {"sent": 40_000}
        assert await store.deliveries.discrepancies() == []
    finally:
        await store.close()
