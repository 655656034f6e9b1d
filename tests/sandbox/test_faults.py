"""Failing by rule, and the limits on sending."""

import asyncio

import aiohttp
import pytest

from sandbox.refusals import REFUSALS, refusal


async def test_a_dropped_request_was_never_carried_out(call, telegram, reader):
    telegram.faults.add("drop", method="sendMessage", count=1)
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=reader.id, text="?")
    assert [message["text"] for message in reader.messages()] == ["/start"]
    await call.ok("sendMessage", chat_id=reader.id, text="!")


async def test_a_request_dropped_after_acceptance_was_carried_out(call, telegram, reader):
    telegram.faults.add("drop", method="sendMessage", count=1, accepted=True)
    with pytest.raises(aiohttp.ClientError):
        await call("sendMessage", chat_id=reader.id, text="?")
    assert [message["text"] for message in reader.messages()] == ["/start", "?"]


async def test_a_truncated_body_is_no_json(call, telegram, reader):
    telegram.faults.add("truncate", count=1)
    with pytest.raises((aiohttp.ClientPayloadError, ValueError)):
        await call("getMe")


async def test_a_hanging_request_never_answers(call, telegram):
    telegram.faults.add("hang", seconds=30)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(call("getMe"), 0.1)


async def test_502_is_a_page_and_500_is_not(call, telegram):
    telegram.faults.add("502", count=1)
    async with call.http.get(f"{call.base}/bot{call.token}/getMe") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
        assert "nginx" in await answer.text()
    telegram.faults.add("500", count=1)
    assert await call.refused("getMe") == "500 Internal Server Error"


async def test_latency_only_delays(call, telegram):
    telegram.faults.add("latency", seconds=0.01)
    assert (await call.ok("getMe"))["username"] == "qala_bot"


@pytest.mark.parametrize("name", sorted(REFUSALS))
async def test_every_refusal_can_be_met(call, telegram, reader, name):
    telegram.faults.add("refuse", refusal=name, chat=reader.id, seconds=35, migrated_to=-100500)
    answer = await call("sendMessage", chat_id=reader.id, text="x")
    assert answer == refusal(name, seconds=35, migrated_to=-100500).answer()
    assert (await call("sendMessage", chat_id=999, text="x"))["description"] == "Bad Request: chat not found"


async def test_an_outage_ends_when_the_clock_says_so(call, telegram):
    telegram.faults.add("502", until=telegram.clock.now() + 600)
    async with call.http.get(f"{call.base}/bot{call.token}/getMe") as answer:
        assert answer.status == 502
    telegram.clock.advance(600)
    await call.ok("getMe")


async def test_a_flood_counts_down_to_its_end(call, telegram, reader):
    until = telegram.clock.now() + 2282
    telegram.faults.add("refuse", refusal="flood", method="sendMessage", until=until)
    answer = await call("sendMessage", chat_id=reader.id, text="x")
    assert answer["parameters"] == {"retry_after": 2282}
    telegram.clock.advance(2000)
    assert (await call("sendMessage", chat_id=reader.id, text="x"))["parameters"] == {"retry_after": 282}
    telegram.clock.advance(282)
    await call.ok("sendMessage", chat_id=reader.id, text="x")


async def test_chance_is_repeatable(telegram):
    def run():
        telegram.faults.clear()
        telegram.faults._random.seed(7)
        telegram.faults.add("drop", probability=0.3)
        return [telegram.faults.for_call("getMe", None) is not None for _ in range(100)]

    first = run()
    assert first == run()
    assert 15 < sum(first) < 45


async def test_a_duplicate_update_has_the_same_id(call, telegram, reader):
    telegram.faults.add("duplicate", method="message", count=1)
    reader.says("екі рет")
    updates = await call.ok("getUpdates")
    assert [update["message"]["text"] for update in updates] == ["/start", "екі рет", "екі рет"]
    assert updates[1]["update_id"] == updates[2]["update_id"]


async def test_a_malformed_update_stands_among_good_ones(call, telegram, reader):
    telegram.faults.add("malformed", method="message", count=1)
    telegram.faults.add("unknown", method="message", count=1)
    for word in ("бір", "екі", "үш"):
        reader.says(word)
    _, malformed, unknown, good = await call.ok("getUpdates")
    assert malformed["message"]["message_id"] == "x"
    assert set(unknown) == {"update_id", "telepathy"}
    assert good["message"]["text"] == "үш"


async def test_faults_are_set_over_http(call, reader):
    async with call.http.post(f"{call.base}/people/faults", json={"kind": "500", "method": "getMe"}) as answer:
        assert (await answer.json())["kind"] == "500"
    assert await call.refused("getMe") == "500 Internal Server Error"
    async with call.http.delete(f"{call.base}/people/faults") as answer:
        assert answer.status == 200
    await call.ok("getMe")
    async with call.http.post(f"{call.base}/people/faults", json={"kind": "meteor"}) as answer:
        assert "meteor" in (await answer.json())["error"]


async def test_a_chat_takes_a_short_burst_and_then_one_a_second(call, telegram, reader):
    telegram.strict = True
    for number in range(5):
        await call.ok("sendMessage", chat_id=reader.id, text=str(number))
    answer = await call("sendMessage", chat_id=reader.id, text="x")
    assert (answer["error_code"], answer["parameters"]) == (429, {"retry_after": 1})
    assert answer["description"] == "Too Many Requests: retry after 1"
    telegram.clock.advance(1)
    await call.ok("sendMessage", chat_id=reader.id, text="x")
    await call.refused("sendMessage", chat_id=reader.id, text="y")


async def test_a_token_sends_thirty_a_second(call, telegram):
    telegram.strict = True
    everyone = [telegram.account(f"p{number}") for number in range(31)]
    for one in everyone:
        telegram.private(telegram.bots[call.token], one)
    answers = [await call("sendMessage", chat_id=one.id, text="x") for one in everyone]
    assert [answer["ok"] for answer in answers] == [True] * 30 + [False]
    telegram.clock.advance(1)
    await call.ok("sendMessage", chat_id=everyone[30].id, text="x")


async def test_a_group_takes_twenty_a_minute_edits_too(call, telegram, reader):
    telegram.strict = True
    group = reader.makes_group("Топ", telegram.bots[call.token])
    for number in range(20):
        telegram.clock.advance(1)
        sent = await call.ok("sendMessage", chat_id=group.id, text=str(number))
    edit = {"chat_id": group.id, "message_id": sent["message_id"], "text": "x"}
    answer = await call("editMessageText", **edit)
    assert answer["parameters"] == {"retry_after": 41}
    telegram.clock.advance(41)
    await call.ok("editMessageText", **edit)


async def test_strictness_is_switched_over_http(call, telegram):
    for strict in (True, False):
        async with call.http.post(f"{call.base}/people/limits", json={"strict": strict}) as answer:
            assert await answer.json() == {"strict": strict}
        assert telegram.strict is strict


async def test_too_fast_is_a_breach_where_it_is_forgiven(call, telegram, reader):
    for number in range(6):
        await call.ok("sendMessage", chat_id=reader.id, text=str(number))
    assert telegram.record.breaches() == ["sendMessage: too fast, Telegram could ask to retry after 1"]


async def test_an_unknown_parameter_is_forgiven_and_noted(call, telegram, reader):
    await call.ok("sendMessage", chat_id=reader.id, text="x", colour="red", disable_notification="maybe")
    assert telegram.record.breaches() == [
        "sendMessage has no parameter colour",
        "sendMessage: disable_notification is not of type Boolean",
    ]


async def test_the_record_can_be_asked_and_exported(call, telegram, reader):
    await call.ok("sendMessage", chat_id=reader.id, text="x")
    await call.refused("sendMessage", chat_id=reader.id, text="")
    assert [entry.outcome for entry in telegram.record.calls("sendmessage")] == [
        "ok",
        "Bad Request: message text is empty",
    ]
    assert '"name": "sendMessage"' in telegram.record.export()
    async with call.http.get(f"{call.base}/people/record?method=sendMessage") as answer:
        assert len((await answer.json())["entries"]) == 2
