"""The Bot API over HTTP, as ``https://api.telegram.org`` serves it."""

import asyncio
import contextlib
import json
import logging
from collections.abc import Mapping
from typing import Any

from aiohttp import web

from sandbox import api
from sandbox.people_http import add_people_routes
from sandbox.refusal import Json, Refusal
from sandbox.telegram import Telegram

log = logging.getLogger(__name__)
LARGEST_BODY = 50 * 1024 * 1024
TELEGRAM = web.AppKey("telegram", Telegram)


def make_app(telegram: Telegram) -> web.Application:
    """The server's routes; the chat page adds its own."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app[TELEGRAM] = telegram
    app.router.add_route("*", "/bot{token}/{method}", _call)
    app.router.add_get("/file/bot{token}/{path:.+}", _file)
    add_people_routes(app, telegram)
    return app


async def serve(telegram: Telegram, host: str = "127.0.0.1", port: int = 0) -> web.AppRunner:
    """Starts serving; ``runner.addresses[0]`` says where. The caller cleans the runner up."""
    runner = web.AppRunner(make_app(telegram), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner


def address(runner: web.AppRunner) -> str:
    """The base URL of what `serve` started."""
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


def run_server(port: int, token: str, host: str = "127.0.0.1") -> None:
    """Serves one bot until interrupted; refuses every other token. Says on standard output where it listens."""

    async def forever() -> None:
        telegram = Telegram()
        telegram.bot(token)
        runner = await serve(telegram, host, port)
        print(f"Bot API server at {address(runner)}, people at {address(runner)}/people", flush=True)  # noqa: T201
        try:
            await asyncio.Event().wait()
        finally:
            await runner.cleanup()

    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(forever())


async def _call(request: web.Request) -> web.StreamResponse:
    telegram = request.app[TELEGRAM]
    try:
        bot = api.caller(telegram, request.match_info["token"])
        given, uploads = await _given(request)
        result = await api.answer(telegram, bot, request.match_info["method"], given, uploads)
    except Refusal as refusal:
        return _json(refusal.answer(), refusal.code)
    return _json(api.body(result), 200)


def _json(body: Json, status: int) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace"),
        status=status,
        content_type="application/json",
    )


async def _given(request: web.Request) -> tuple[Mapping[str, Any], dict[str, tuple[str, bytes]]]:
    """Parameters of the address and of the body, and uploaded files by field name."""
    given: dict[str, Any] = dict(request.query)
    uploads: dict[str, tuple[str, bytes]] = {}
    if request.method not in {"GET", "POST"}:
        raise Refusal(405, "Method Not Allowed")
    if not request.can_read_body:
        return given, uploads
    kind = request.content_type
    if kind == "application/json":
        try:
            content = json.loads(await request.read())
        except ValueError:
            raise Refusal(400, "Bad Request: can't parse JSON object") from None
        if not isinstance(content, dict):
            raise Refusal(400, "Bad Request: expected a JSON object")
        given |= content
    else:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                uploads[name] = (value.filename, value.file.read())
            else:
                given[name] = value if isinstance(value, str) else value.decode("utf-8", "replace")
    return given, uploads


async def _file(request: web.Request) -> web.Response:
    telegram = request.app[TELEGRAM]
    try:
        api.caller(telegram, request.match_info["token"])
    except Refusal as refusal:
        return _json(refusal.answer(), refusal.code)
    for file_id, path in telegram.files.names.items():
        if path == request.match_info["path"]:
            return web.Response(body=telegram.files.content[file_id], content_type="application/octet-stream")
    return _json(Refusal(404, "Not Found").answer(), 404)
