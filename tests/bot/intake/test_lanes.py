"""Whose turn it is: rounds over chats, readers before strangers, a bound for each."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.intake.lanes import A_SECOND, AT_ONCE, BURST, KEYSTROKE_SECONDS, FloodRule, Lanes, WaitingUpdate


def update(number, sender=1, **more):
    return WaitingUpdate(number, "message", "{}", sender, 0.0, **more)


def handled(lanes, now=0.0):
    """All that waits, in the order of its turns, each turn ended before the next begins."""
    order = []
    while turn := next(lanes.turns(now), None):
        key, one = turn
        order.append((key, one and one.number))
        if one is not None:
            lanes.done(key)
    return order


def test_turns_go_round_over_chats():
    lanes = Lanes()
    for number in range(3):
        lanes.put("a", update(number), known=True)
    lanes.put("b", update(10), known=True)
    lanes.put("c", update(20), known=True)
    assert handled(lanes) == [("a", 0), ("b", 10), ("c", 20), ("a", 1), ("a", 2)]


def test_a_chat_has_one_turn_at_a_time():
    lanes = Lanes()
    for number in range(3):
        lanes.put("a", update(number), known=True)
    assert [key for key, _ in lanes.turns(0)] == ["a"]
    assert list(lanes.turns(0)) == []
    lanes.done("a")
    assert [one.number for _, one in lanes.turns(0)] == [1]


def test_readers_come_before_strangers_who_have_turns_of_their_own():
    lanes = Lanes()
    for number in range(500):
        lanes.put(("stranger", number), update(number), known=False)
    lanes.put("reader", update(1000), known=True)
    begun = [key for key, _ in lanes.turns(0)]
    assert begun[0] == "reader"
    assert len(begun) == 1 + AT_ONCE["stranger"]
    for number in range(500):
        lanes.put(("reader", number), update(number), known=True)
    assert sum(1 for _ in lanes.turns(0)) == AT_ONCE["reader"] - 1


def test_a_press_waits_for_no_message_that_waits_for_the_tokens_pace():
    lanes = Lanes()
    for number in range(1000):
        lanes.put(("reader", number), update(number), known=True)
    assert sum(1 for _ in lanes.turns(0)) == AT_ONCE["reader"]  # none of them ends
    for number in range(200):
        lanes.put(("pressing", number), WaitingUpdate(number, "callback_query", "{}", 1, 0.0), known=True)
    assert [key for key, _ in lanes.turns(0)] == [("pressing", number) for number in range(200)]
    lanes.put(("pressing", 0), WaitingUpdate(1001, "callback_query", "{}", 1, 0.0), known=True)
    assert list(lanes.turns(0)) == []  # one after another in a chat
    lanes.put("stranger", WaitingUpdate(1002, "callback_query", "{}", 1, 0.0), known=False)
    for number in range(AT_ONCE["stranger"]):
        lanes.put(("stranger", number), update(number), known=False)
    assert sum(1 for _ in lanes.turns(0)) == AT_ONCE["stranger"]


def test_who_says_much_waits_behind_who_says_little():
    lanes = Lanes()
    for number in range(20):
        lanes.put("much", update(number), known=True)
    assert next(lanes.turns(0))[0] == "much"
    lanes.put("little", update(100), known=True)
    lanes.done("much")
    assert next(lanes.turns(0))[0] == "little"


def test_a_full_lane_loses_the_oldest_of_whoever_said_most_and_a_command_last():
    lanes = Lanes()
    assert lanes.put("group", update(0, sender="quiet"), known=True, most=4) == []
    for number in (1, 2, 3):
        assert not lanes.put("group", update(number, sender="loud", command=number == 1), known=True, most=4)
    assert [one.number for one in lanes.put("group", update(4, sender="loud"), known=True, most=4)] == [2]
    assert [number for _, number in handled(lanes)] == [0, 1, 3, 4]


def test_only_the_newest_keystroke_waits_and_none_for_long():
    lanes = Lanes()
    assert lanes.put_keystroke("q", update(1)) is None
    assert lanes.put_keystroke("q", update(2)).number == 1
    assert handled(lanes) == [("q", 2)]
    lanes.put_keystroke("q", update(3))
    assert handled(lanes, KEYSTROKE_SECONDS + 1) == [("q", None)]
    lanes.put_keystroke("q", update(4))
    assert handled(lanes) == [("q", 4)]


def test_a_lane_that_rests_keeps_its_order_and_lets_others_go():
    lanes = Lanes()
    lanes.put("a", update(0), known=True)
    lanes.put("a", update(1), known=True)
    key, first = next(lanes.turns(0))
    lanes.rest(key, first)
    lanes.put("b", update(10), known=True)
    assert handled(lanes) == [("b", 10)]
    lanes.wake("a")
    assert handled(lanes) == [("a", 0), ("a", 1)]


@given(st.lists(st.tuples(st.integers(0, 5), st.booleans(), st.sampled_from(["put", "turn", "done", "rest"]))))
def test_whatever_happens_each_update_has_its_turn_once_and_in_order(steps):
    lanes, number, under_way, resting, seen = Lanes(), 0, {}, set(), {}

    def begin():
        under_way.update(lanes.turns(0))

    def end(key):
        seen.setdefault(key, []).append(under_way.pop(key).number)
        lanes.done(key)

    for chat, known, step in steps:
        if step == "put":
            lanes.put(chat, update(number), known=known, most=100)
            number += 1
        elif step == "turn":
            begin()
        elif chat in under_way and step == "done":
            end(chat)
        elif chat in under_way:
            lanes.rest(chat, under_way.pop(chat))
            resting.add(chat)
    for chat in resting:
        lanes.wake(chat)
    begin()
    while under_way:
        end(next(iter(under_way)))
        begin()
    assert sorted(one for order in seen.values() for one in order) == list(range(number))
    assert all(order == sorted(order) for order in seen.values())
    assert not +lanes.waiting


def test_a_flood_is_warned_once_and_heard_again_when_it_is_quiet():
    rule = FloodRule()
    verdicts = [rule.verdict(1, number / 1000) for number in range(1000)]
    assert verdicts[: int(BURST)] == ["in"] * int(BURST)
    assert verdicts.count("warn") == 1
    assert verdicts.count("in") < BURST + A_SECOND + 1
    assert rule.verdict(2, 1.0) == "in"
    assert rule.verdict(1, 1.0 + 10) == "in"


@pytest.mark.parametrize("seconds", [0.5, 0.7, 2])
def test_who_writes_steadily_and_not_too_fast_is_always_heard(seconds):
    rule = FloodRule()
    assert {rule.verdict(1, number * seconds) for number in range(500)} == {"in"}


def test_who_waits_for_each_answer_is_never_a_flood_and_who_does_not_is_one():
    rule = FloodRule()
    assert {rule.verdict(1, number / 15, waits=False) for number in range(500)} == {"in"}
    assert "out" in {rule.verdict(2, number / 15, waits=True) for number in range(500)}
    fast = [rule.verdict(3, number / 1000, waits=bool(number % 5)) for number in range(5000)]
    assert fast.count("in") < 2 * BURST


def test_the_door_remembers_no_more_than_it_must():
    rule = FloodRule()
    for number in range(50_000):
        rule.verdict(number, number / 5000)
        rule.pressed_before(number, 1, number / 5000)
    assert len(rule._levels) <= 10_000
    assert len(rule._presses) <= 10_000


def test_the_same_button_within_a_second_is_one_press():
    rule = FloodRule()
    assert [rule.pressed_before(1, "on", at) for at in (0, 0.5, 0.9, 1.1, 5)] == [False, True, True, False, False]
    assert not rule.pressed_before(2, "on", 5.1)
    assert [rule.pressed_before(1, button, 5.2) for button in ("next", "on", "on")] == [False, False, True]
