"""The token's budget, on a clock of its own."""

import asyncio
import heapq
from itertools import pairwise

import pytest
from aiogram.exceptions import TelegramRetryAfter
from aiogram.methods import SendMessage

from bot.sending.rate import RateLimiter, RateLimitMiddleware, SilentError, TokenSilence, paid_turn


class Time:
    """A monotonic clock that jumps to the next sleeper instead of waiting."""

    def __init__(self, monkeypatch):
        self.now, self._sleepers, self._number = 1000.0, [], 0
        monkeypatch.setattr("bot.sending.rate.asyncio.sleep", self.sleep)

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        woken = asyncio.get_running_loop().create_future()
        self._number += 1
        heapq.heappush(self._sleepers, (self.now + seconds, self._number, woken))
        await woken

    async def run(self, *tasks):
        """Let tasks live until all are done."""
        tasks = [asyncio.ensure_future(one) for one in tasks]
        while not all(task.done() for task in tasks):
            for _ in range(10):
                await _tick()
            if self._sleepers and not all(task.done() for task in tasks):
                at, _, woken = heapq.heappop(self._sleepers)
                self.now = max(self.now, at)
                woken.set_result(None)
        return [task.result() for task in tasks]


async def _tick():
    woken = asyncio.get_running_loop().create_future()
    asyncio.get_running_loop().call_soon(woken.set_result, None)
    await woken


@pytest.fixture
def time(monkeypatch):
    return Time(monkeypatch)


def most_in(times, seconds):
    return max(sum(start <= at < start + seconds for at in times) for start in times)


async def broadcast(pace, time, count, sent):
    for _ in range(count):
        await pace.turn()
        async with pace.gate():
            sent.append(time())


async def test_a_broadcast_keeps_to_thirty_a_second_and_hardly_below(time):
    pace, sent = RateLimiter(30, time), []
    await time.run(broadcast(pace, time, 600, sent))
    assert most_in(sent, 1.0) <= 30
    assert 599 / (sent[-1] - sent[0]) >= 29


async def test_what_a_busy_moment_held_up_is_made_good_for_within_the_limit(time):
    pace, sent = RateLimiter(30, time), []

    async def with_hiccups():
        for number in range(600):
            if number % 7 == 0:
                await time.sleep(0.15)
            await pace.turn()
            async with pace.gate():
                sent.append(time())

    await time.run(with_hiccups())
    assert most_in(sent, 1.0) <= 30
    assert 599 / (sent[-1] - sent[0]) >= 28.5


async def test_a_person_waits_for_one_message_of_a_broadcast_at_most(time):
    pace, sent, waits = RateLimiter(30, time), [], []

    async def person():
        for number in range(20):
            await time.sleep(0.5)
            began = time()
            await pace.chat_turn(number, person=True)
            await pace.turn(person=True)
            async with pace.gate(person=True):
                waits.append(time() - began)
                sent.append(time())

    async def sender():
        await broadcast(pace, time, 60, sent)

    await time.run(person(), *(sender() for _ in range(5)))
    assert most_in(sent, 1.0) <= 30
    assert max(waits) < 0.12


async def through_a_wire(pace, time, late, count):
    """Five sendings at a time, each heard `late(moment)` seconds later than it left and answered 0.15 after that."""
    heard = []

    async def sender():
        for _ in range(count // 5):
            await pace.turn()
            async with pace.gate():
                spent = late(time())
                heard.append(time() + spent)
                await time.sleep(spent + 0.15)

    await time.run(*(sender() for _ in range(5)))
    return heard


async def test_a_machine_that_stands_still_now_and_then_does_not_bring_messages_too_close_together(time):
    # What leaves meanwhile is heard at the end of it.
    heard = await through_a_wire(RateLimiter(30, time), time, lambda now: max(0.0, 0.2 - now % 1.7), 600)
    assert most_in(heard, 1.0) <= 30
    assert 599 / (max(heard) - min(heard)) >= 26


@pytest.mark.parametrize("still", [0.5, 1.5, 4.0])
async def test_however_long_the_wire_stands_still_no_second_hears_more_than_thirty(time, still):
    heard = await through_a_wire(RateLimiter(30, time), time, lambda now: max(0.0, still - now % 9), 900)
    assert most_in(heard, 1.0) <= 30


async def test_a_wire_that_was_slower_for_a_while_and_is_not_any_more_brings_them_no_closer_together(time):
    heard = await through_a_wire(
        RateLimiter(30, time), time, lambda now: 0.0 if now % 10 < 5 else 0.06 - now % 0.03, 1500
    )
    assert most_in(heard, 1.0) <= 30
    assert 1499 / (max(heard) - min(heard)) >= 27  # five at a time are hardly more


async def test_a_wire_that_is_a_little_sooner_or_later_each_time_hardly_costs_anything(time):
    heard = await through_a_wire(RateLimiter(30, time), time, lambda now: now * 997 % 0.012, 1200)
    assert most_in(heard, 1.0) <= 30
    known = sorted(heard)[200:]  # after a few seconds the wire is known
    assert (len(known) - 1) / (known[-1] - known[0]) >= 29


class Budget:
    """What several programs draw from."""

    def __init__(self, time):
        self._time, self._next = time, 0.0

    async def draw(self, seconds):
        first = max(self._next, self._time())
        self._next = first + seconds
        return first - self._time()


async def test_programs_that_share_a_budget_keep_to_it_together_though_each_wakes_late(time):
    budget, sent = Budget(time), []
    tardy = time.sleep

    async def program(number):
        pace = RateLimiter(30, time, budget)
        for turn in range(200):
            await pace.turn()
            async with pace.gate():
                await tardy((number * 7 + turn * 13) % 20 / 1000)
                sent.append(time())

    await time.run(*(program(number) for number in range(3)))
    assert most_in(sent, 1.0) <= 31  # a message may yet be late on the wire
    assert 599 / (max(sent) - min(sent)) >= 28


async def test_a_loop_that_wakes_late_holds_up_no_fast_token_that_shares_a_budget(time, monkeypatch):
    pace, sent, exact = RateLimiter(1000, time, Budget(time)), [], time.sleep

    async def late(seconds):
        await exact(max(seconds, 0.005))

    async def reply():
        await pace.turn(person=True)
        async with pace.gate(person=True):
            sent.append(time())

    monkeypatch.setattr("bot.sending.rate.asyncio.sleep", late)
    await time.run(*(reply() for _ in range(300)))
    assert most_in(sent, 1.0) == 300
    assert max(sent) - min(sent) < 0.5


async def test_a_reader_waits_for_a_few_strangers_at_most_where_several_programs_share_a_budget(time):
    budget, sent, waits = Budget(time), [], []
    programs = [RateLimiter(30, time, budget) for _ in range(3)]

    async def answers(pace, *, person):
        await pace.turn(person=person)
        async with pace.gate(person=person):
            sent.append(time())
            await time.sleep(0.02)

    async def stranger(pace):
        for _ in range(40):
            await answers(pace, person=False)

    async def reader():
        for number in range(20):
            await time.sleep(0.5)
            began = time()
            await answers(programs[number % 3], person=True)
            waits.append(time() - began)

    await time.run(reader(), *(stranger(pace) for pace in programs for _ in range(6)))
    assert most_in(sent, 1.0) <= 31
    assert max(waits) < 0.3
    assert (len(sent) - 1) / (max(sent) - min(sent)) >= 28


async def test_after_a_silence_replies_leave_as_slowly_as_ever(time, store):
    pace, silence, sent = RateLimiter(30, time), TokenSilence(store, time), []
    paced = RateLimitMiddleware(pace, silence, store)

    async def request(bot, method):
        sent.append(time())
        if len(sent) == 10:  # Telegram answers 429 to somebody
            silence.told(time() + 4)

    async def reply(chat):
        await paced(request, None, SendMessage(chat_id=chat, text="Сәлем"))

    await time.run(*(reply(chat) for chat in range(1, 121)))
    assert len(sent) == 120
    assert not [at for at in sent[10:] if at < sent[9] + 4]
    assert most_in(sent, 1.0) <= 30


async def test_a_reply_waits_for_a_short_silence_and_is_dropped_in_a_long_one(time, store):
    pace, silence, sent = RateLimiter(30, time), TokenSilence(store, time), []
    paced = RateLimitMiddleware(pace, silence, store)

    async def request(bot, method):
        sent.append(time())

    async def reply(until):
        silence.told(until)
        await paced(request, None, SendMessage(chat_id=1, text="Сәлем"))

    began = time()
    await time.run(reply(began + 5))
    assert sent[0] >= began + 5
    with pytest.raises(SilentError):
        await time.run(reply(time() + 60))
    assert len(sent) == 1


async def test_what_waited_while_the_token_was_told_to_be_silent_makes_the_silence_no_longer(time, store):
    silence = TokenSilence(store, time)
    paced = RateLimitMiddleware(RateLimiter(30, time), silence, store)

    async def request(bot, method):
        raise AssertionError("sent in the silence")

    async def digest(chat):
        async with paid_turn():
            await paced(request, None, SendMessage(chat_id=chat, text="Сәлем"))

    await silence.keep(35)
    left = silence.left
    assert 35 <= left <= 36
    for chat in range(1, 6):
        with pytest.raises(SilentError):
            await time.run(digest(chat))
    assert silence.left == pytest.approx(left, abs=1)


async def test_what_was_held_up_at_the_gate_until_its_time_was_over_is_not_sent(time, store):
    pace, leads = RateLimiter(30, time), [True]
    paced = RateLimitMiddleware(pace, TokenSilence(store, time), store)

    async def request(bot, method):
        raise AssertionError("sent by one that leads no more")

    async def fills_the_window():
        for _ in range(30):
            async with pace.gate():
                pass
        leads[0] = False

    async def digest():
        async with paid_turn(lambda: leads[0]):
            await paced(request, None, SendMessage(chat_id=1, text="Сәлем"))

    await time.run(fills_the_window())
    with pytest.raises(SilentError, match="lease"):
        await time.run(digest())


async def test_a_reply_is_told_twice_that_it_comes_too_soon_and_then_gives_up(time, store):
    silence, sent = TokenSilence(store, time), []

    async def request(bot, method):
        sent.append(time())
        raise TelegramRetryAfter(method=method, message="Too Many Requests", retry_after=3)

    with pytest.raises(TelegramRetryAfter):
        await time.run(
            RateLimitMiddleware(RateLimiter(30, time), silence, store)(
                request, None, SendMessage(chat_id=1, text="Сәлем")
            )
        )
    assert len(sent) == 2
    assert sent[1] - sent[0] >= 3
    assert silence.left >= 3


async def test_a_chat_gets_one_a_second_after_a_short_burst_and_a_group_twenty_a_minute(time):
    pace = RateLimiter(30, time)

    async def into(chat, count):
        times = []
        for _ in range(count):
            await pace.chat_turn(chat)
            times.append(time())
        return times

    (private,) = await time.run(into(5, 10))
    assert private[2] - private[0] < 0.1
    assert [round(later - earlier) for earlier, later in pairwise(private[3:])] == [1] * 6
    (group,) = await time.run(into(-5, 45))
    assert most_in(group, 60) <= 20
