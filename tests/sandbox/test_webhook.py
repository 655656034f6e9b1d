"""Updates by webhook."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from sandbox.world.people import Person


class Hook:
    """A bot's side: keeps what came, answers what it is told to."""

    def __init__(self) -> None:
        self.got: list[dict] = []
        self.secrets: list[str | None] = []
        self.replies: list[web.Response] = []
        self.gate: asyncio.Event | None = None
        self.came = asyncio.Condition()
        self.url = ""

    async def receive(self, request: web.Request) -> web.Response:
        self.got.append(await request.json())
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        async with self.came:
            self.came.notify_all()
        if self.gate is not None:
            await self.gate.wait()
        return self.replies.pop(0) if self.replies else web.Response()

    async def has(self, count: int) -> list[dict]:
        async with self.came:
            await asyncio.wait_for(self.came.wait_for(lambda: len(self.got) >= count), 5)
        return self.got


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    hook = Hook()
    app = web.Application()
    app.router.add_post("/hook", hook.receive)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    hook.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield hook
    await runner.cleanup()


def texts(updates):
    return [update["message"]["text"] for update in updates]


async def test_updates_come_with_the_secret(call, hook, reader):
    await call.ok("setWebhook", url=hook.url, secret_token="s3cret-_")
    reader.says("сәлем")
    assert texts(await hook.has(2)) == ["/start", "сәлем"]
    assert hook.secrets == ["s3cret-_"] * 2


async def test_polling_conflicts_with_a_webhook(call, hook):
    await call.ok("setWebhook", url=hook.url)
    assert "can't use getUpdates method while webhook is active" in await call.refused("getUpdates")
    await call.ok("deleteWebhook")
    await call.ok("getUpdates")


async def test_a_webhook_ends_a_waiting_poll(call, reader, hook):
    (start,) = await call.ok("getUpdates")
    poll = asyncio.create_task(call("getUpdates", offset=start["update_id"] + 1, timeout=30))
    await call.telegram_is_polled()
    await call.ok("setWebhook", url=hook.url)
    assert (await asyncio.wait_for(poll, 5))["description"] == "Conflict: terminated by setWebhook request"


async def test_a_chat_keeps_its_order_while_another_goes_on(call, hook, telegram, reader):
    await call.ok("setWebhook", url=hook.url)
    await hook.has(1)
    hook.gate = asyncio.Event()
    other = Person.new(telegram, "Ержан")
    reader.says("бір")
    reader.says("екі")
    other.says("басқа")
    assert texts(await hook.has(3))[1:] == ["бір", "басқа"]
    hook.gate.set()
    assert texts(await hook.has(4))[-1] == "екі"


async def test_a_failed_update_comes_again_and_holds_its_chat_back(call, hook, telegram, reader):
    hook.replies = [web.Response(status=500), web.Response(status=500)]
    await call.ok("setWebhook", url=hook.url)
    reader.says("кейін")
    assert texts(await hook.has(2)) == ["/start", "/start"]
    info = await call.ok("getWebhookInfo")
    assert info["last_error_message"] == "Wrong response from the webhook: 500"
    await telegram.changes.until(lambda: telegram.clock.waiting() or None, 5)
    telegram.clock.advance(2)
    assert texts(await hook.has(4)) == ["/start", "/start", "/start", "кейін"]


async def test_retry_after_is_honoured(call, hook, telegram, reader):
    hook.replies = [web.Response(status=429, headers={"Retry-After": "60"})]
    await call.ok("setWebhook", url=hook.url)
    await hook.has(1)
    await telegram.changes.until(lambda: telegram.clock.waiting() or None, 5)
    telegram.clock.advance(59)
    reader.says("әлі")
    assert len(hook.got) == 1
    telegram.clock.advance(1)
    assert texts(await hook.has(3)) == ["/start", "/start", "әлі"]


async def test_an_address_gone_for_23_hours_is_forgotten(call, hook, telegram, reader):
    hook.replies = [web.Response(status=410) for _ in range(3)]
    await call.ok("setWebhook", url=hook.url)
    await hook.has(2)
    await telegram.changes.until(lambda: telegram.clock.waiting() or None, 5)
    telegram.clock.advance(23 * 3600)
    await hook.has(3)
    await telegram.changes.until(lambda: not telegram.updates[42].webhook_url or None, 5)
    assert (await call.ok("getWebhookInfo"))["url"] == ""
    assert len(await call.ok("getUpdates")) == 1


async def test_a_method_in_the_response_is_carried_out(call, hook, reader):
    hook.replies = [web.json_response({"method": "sendMessage", "chat_id": reader.id, "text": "бірден"})]
    await call.ok("setWebhook", url=hook.url)
    assert (await reader.sees("бірден"))["from"]["is_bot"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://example.com/x", "bad webhook: An HTTPS URL must be provided for webhook"),
        ("https://example.com:444/x", "bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443"),
    ],
)
async def test_a_wrong_address_is_refused(call, url, why):
    assert await call.refused("setWebhook", url=url) == f"400 Bad Request: {why}"


async def test_a_wrong_secret_is_refused(call):
    refused = await call.refused("setWebhook", url="https://example.com", secret_token="құпия")
    assert refused == "400 Bad Request: secret token contains unallowed characters"


async def test_what_nobody_fetched_expires(call, telegram, reader):
    reader.types("?")
    assert len(await call.ok("getUpdates")) == 2
    telegram.clock.advance(31)
    assert len(await call.ok("getUpdates")) == 1
    telegram.clock.advance(86_400)
    assert await call.ok("getUpdates") == []


async def test_allowed_updates_are_remembered(call, telegram, reader):
    await call.ok("getUpdates", offset=-1, allowed_updates=["inline_query"])
    reader.says("естілмейді")
    reader.types("?")
    updates = await call.ok("getUpdates", offset=(await call.ok("getUpdates"))[0]["update_id"] + 1)
    assert [set(update) - {"update_id"} for update in updates] == [{"inline_query"}]
