"""The token's budget, on a clock of its own."""

import asyncio
import heapq
from itertools import pairwise

import pytest
from aiogram.methods import SendMessage

from bot.pace import Pace, Paced
from bot.silence import Silence


class Time:
    """A monotonic clock that jumps to the next sleeper instead of waiting."""

    def __init__(self, monkeypatch):
        self.now, self._sleepers, self._number = 1000.0, [], 0
        monkeypatch.setattr("bot.pace.asyncio.sleep", self.sleep)

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
            for _ in range(5):
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
        await pace.gate()
        sent.append(time())


async def test_a_broadcast_keeps_to_thirty_a_second_and_hardly_below(time):
    pace, sent = Pace(30, time), []
    await time.run(broadcast(pace, time, 600, sent))
    assert most_in(sent, 1.0) <= 30
    assert 599 / (sent[-1] - sent[0]) >= 29


async def test_what_a_busy_moment_held_up_is_made_good_for_within_the_limit(time):
    pace, sent = Pace(30, time), []

    async def with_hiccups():
        for number in range(600):
            if number % 7 == 0:
                await time.sleep(0.15)
            await pace.turn()
            await pace.gate()
            sent.append(time())

    await time.run(with_hiccups())
    assert most_in(sent, 1.0) <= 30
    assert 599 / (sent[-1] - sent[0]) >= 28.5


async def test_a_person_waits_for_one_message_of_a_broadcast_at_most(time):
    pace, sent, waits = Pace(30, time), [], []

    async def person():
        for number in range(20):
            await time.sleep(0.5)
            began = time()
            await pace.turn(number, person=True)
            await pace.gate(person=True)
            waits.append(time() - began)
            sent.append(time())

    async def sender():
        await broadcast(pace, time, 60, sent)

    await time.run(person(), *(sender() for _ in range(5)))
    assert most_in(sent, 1.0) <= 30
    assert max(waits) < 0.12


async def test_a_machine_that_stands_still_now_and_then_does_not_bring_messages_too_close_together(time):
    pace, heard = Pace(30, time), []

    async def sender(count):
        for _ in range(count):
            await pace.turn()
            departure = await pace.gate()
            stood_still = max(0.0, 0.2 - time() % 1.7)  # what left meanwhile is heard at the end of it
            heard.append(time() + stood_still)
            await time.sleep(stood_still + 0.15)
            pace.answered(departure)

    await time.run(*(sender(120) for _ in range(5)))
    assert most_in(heard, 1.0) <= 30
    assert 599 / (max(heard) - min(heard)) >= 26


async def test_after_a_silence_replies_leave_as_slowly_as_ever(time, store):
    pace, silence, sent = Pace(30, time), Silence(store, time), []
    paced = Paced(pace, silence, store)

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


async def test_a_chat_gets_one_a_second_after_a_short_burst_and_a_group_twenty_a_minute(time):
    pace = Pace(30, time)

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
