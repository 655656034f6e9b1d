"""What the network does to an answer when a rule says so."""

import asyncio
import json
from collections.abc import Awaitable, Callable

from aiohttp import web

from sandbox.faults import Rule
from sandbox.refusal import Json, Refusal
from sandbox.refusals import refusal

Answer = Callable[[], Awaitable[tuple[Json, int]]]
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)


def json_response(body: Json, status: int) -> web.Response:
    """An answer as the server writes it."""
    return web.Response(body=dumped(body), status=status, content_type="application/json")


def dumped(body: Json) -> bytes:
    """Compact JSON."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


async def with_fault(request: web.Request, rule: Rule, answer: Answer, left: int) -> web.StreamResponse:
    """Answers a request as the rule has it; ``left`` is what a flood asks to wait."""
    if rule.kind == "latency":
        await asyncio.sleep(rule.seconds)
        return json_response(*await answer())
    if rule.kind == "truncate":
        return await _truncated(request, dumped((await answer())[0]))
    if rule.accepted:
        await answer()
    if rule.kind == "hang":
        await asyncio.sleep(rule.seconds)
    if rule.kind in {"drop", "hang"}:
        return _dropped(request)
    if rule.kind == "502":
        return web.Response(text=BAD_GATEWAY, status=502, content_type="text/html")
    name = "internal" if rule.kind == "500" else rule.refusal
    wanted: Refusal = refusal(name, seconds=left, migrated_to=rule.migrated_to)
    return json_response(wanted.answer(), wanted.code)


def _dropped(request: web.Request) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _truncated(request: web.Request, body: bytes) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    if request.transport is not None:
        request.transport.close()
    return response
