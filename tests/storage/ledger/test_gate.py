"""Who goes first of what waits."""

from hypothesis import given
from hypothesis import strategies as st

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
