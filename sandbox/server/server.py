"""The Bot API over HTTP, as ``https://api.telegram.org`` serves it."""

import asyncio
import contextlib
import inspect
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from importlib import import_module
from typing import Any

from aiohttp import web

from sandbox.methods.call import HANDLERS, MethodCall, from_parameter
from sandbox.methods.messages import caption, deliver
from sandbox.methods.schema import ApiMethod, check_object, read_parameters, schema
from sandbox.refusals import Json, Refusal, bad_request, refusal
from sandbox.server.people_http import add_people_routes
from sandbox.server.webhook import WebhookSender
from sandbox.world.faults import Rule, is_counted
from sandbox.world.model import Bot, is_token
from sandbox.world.telegram import Telegram

# Requests to answers, whatever carried them. A method without a handler is answered from the schema.

DEEPEST = 4
FILES = ("animation", "audio", "document", "video", "video_note", "voice", "sticker", "live_photo")


def fall_back(call: MethodCall, method: ApiMethod) -> Any:
    """A plausible result of the method's kind, built from its parameters where they fit."""
    for name, field in method.parameters.items():
        if field.required and name != "chat_id" and name not in call.params and name not in call.uploads:
            raise bad_request(f'parameter "{name}" is required')
    if method.name.startswith("send") and method.result == "Message":
        return _send(call, method)
    if "chat_id" in method.parameters and (method.parameters["chat_id"].required or "chat_id" in call.params):
        call.chat()
    return made(method.result, call.params)


def _send(call: MethodCall, method: ApiMethod) -> Json:
    """Posts a message for ``sendDice``, ``sendVideo`` and the like; it holds what the method is named after."""
    chat = call.writable_chat()
    noun = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in method.name[4:]).lstrip("_")
    content = caption(call) if "caption" in method.parameters else {}
    if noun in FILES:
        content[noun] = from_parameter(call, noun)
    else:
        fields = schema().types["Message"].fields
        kind = fields[noun].kind if noun in fields else "String"
        content[noun] = made(kind, call.params)
    return deliver(call, chat, content)


def made(kind: str, params: Json, depth: int = 0) -> Any:
    """A value of a kind with required fields only. Each is the parameter of the same name or the simplest value."""
    simple: Json = {"True": True, "Boolean": False, "Integer": 1, "Float": 0.0, "String": ""}
    kind = kind.split("|", maxsplit=1)[0] if kind != "Message|True" else "True"
    if kind in simple:
        return simple[kind]
    if kind.startswith("[") or depth > DEEPEST:
        return []
    if kind in schema().unions:
        kind = schema().unions[kind][0]
    type_ = schema().types.get(kind)
    if type_ is None:
        return {}
    return {
        name: params[name]
        if _is_plain(params.get(name))
        else type_.constants.get(name) or made(field.kind, params, depth + 1)
        for name, field in type_.fields.items()
        if field.required or name in type_.constants
    }


def _is_plain(value: object) -> bool:
    return isinstance(value, str | int | float)


for _name in (
    "chats",
    "media",
    "messages",
    "profile",
    "queries",
):
    import_module(f"sandbox.methods.{_name}")


def caller(telegram: Telegram, token: str) -> Bot:
    """The bot that a token belongs to. Refuses with 404 what is no token, with 401 an unknown one."""
    if not is_token(token):
        raise Refusal(404, "Not Found")
    bot = telegram.bots.get(token)
    if bot is None:
        if not telegram.any_token:
            raise Refusal(401, "Unauthorized")
        bot = telegram.bot(token)
    return bot


async def result_of(
    telegram: Telegram,
    bot: Bot,
    name: str,
    given: Mapping[str, Any],
    uploads: dict[str, tuple[str, bytes]] | None = None,
) -> Any:
    """The result of a method. Raises `Refusal`. The call and its outcome are recorded."""
    entry = telegram.record.call(bot.id, name, dict(given))
    try:
        method = _method(name)
        entry.name = method.name
        params, forgiven = read_parameters(method, given)
        _check_pace(telegram, bot, method, params, forgiven)
        _check_objects(method, params)
        call = MethodCall(telegram, bot, method.name, params, uploads or {}, forgiven)
        handler = HANDLERS.get(method.name.lower())
        result = handler(call) if handler else fall_back(call, method)
        if inspect.isawaitable(result):
            result = await result
        entry.breaches = tuple(call.breaches)
    except Refusal as refusal:
        entry.code, entry.outcome = refusal.code, refusal.description
        telegram.changes.happened()
        raise
    entry.result = result
    telegram.changes.happened()
    return result


def _method(name: str) -> ApiMethod:
    method = schema().methods.get(name.lower())
    if method is None:
        raise Refusal(404, "Not Found: method not found")
    return method


def _check_pace(telegram: Telegram, bot: Bot, method: ApiMethod, params: Json, forgiven: list[str]) -> None:
    chat = params.get("chat_id")
    if not isinstance(chat, int) or not is_counted(method.name):
        return
    media = params.get("media")
    wait = telegram.limits.retry_after(bot.id, chat, len(media) if isinstance(media, list) and media else 1)
    if wait and telegram.strict:
        raise refusal("flood", seconds=wait)
    if wait:
        forgiven.append(f"{method.name}: too fast, Telegram could ask to retry after {wait}")


def _check_objects(method: ApiMethod, params: Json) -> None:
    for name, value in params.items():
        if not isinstance(value, str | int | float):
            check_object(method.parameters[name], value)


def body(result: object) -> Json:
    """The JSON body of a successful response."""
    return {"ok": True, "result": result}


# Faults of the network, by rule.

MakeAnswer = Callable[[], Awaitable[tuple[Json, int]]]
BAD_GATEWAY = (
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
    "<hr><center>nginx/1.18.0</center>\r\n</body>\r\n</html>\r\n"
)


def json_response(body: Json, status: int) -> web.Response:
    """A response as Telegram's server writes it."""
    return web.Response(body=dumped(body), status=status, content_type="application/json")


def dumped(body: Json) -> bytes:
    """The bytes of compact JSON."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "backslashreplace")


async def with_fault(request: web.Request, rule: Rule, answer: MakeAnswer, left: int) -> web.StreamResponse:
    """Answers a request as the rule says; ``left`` is how many seconds a flood refusal asks to wait."""
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


log = logging.getLogger(__name__)
LARGEST_BODY = 50 * 1024 * 1024
TELEGRAM = web.AppKey("telegram", Telegram)
WEBHOOKS: web.AppKey[dict[int, WebhookSender]] = web.AppKey("webhooks", dict)


def make_app(telegram: Telegram) -> web.Application:
    """The server's routes; the chat page adds its own."""
    app = web.Application(client_max_size=LARGEST_BODY)
    app[TELEGRAM] = telegram
    app[WEBHOOKS] = {}
    app.on_cleanup.append(_close)
    app.router.add_route("*", "/bot{token}/{method}", _call)
    app.router.add_get("/file/bot{token}/{path:.+}", _file)
    add_people_routes(app, telegram)
    return app


async def serve(
    telegram: Telegram,
    host: str = "127.0.0.1",
    port: int = 0,
    more: Callable[[web.Application], None] = lambda _app: None,
) -> web.AppRunner:
    """Starts serving; ``runner.addresses[0]`` is where. The caller cleans up the runner. ``more`` adds routes."""
    app = make_app(telegram)
    more(app)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, host, port).start()
    return runner


def address(runner: web.AppRunner) -> str:
    """The base URL of what `serve` started."""
    host, port = runner.addresses[0][:2]
    return f"http://{host}:{port}"


async def _call(request: web.Request) -> web.StreamResponse:
    telegram, method = request.app[TELEGRAM], request.match_info["method"]
    try:
        bot = caller(telegram, request.match_info["token"])
        _attend(request.app, bot)
        given, uploads = await _given(request)
    except web.HTTPRequestEntityTooLarge:
        return json_response(Refusal(413, "Request Entity Too Large").answer(), 413)
    except Refusal as refusal:
        return json_response(refusal.answer(), refusal.code)

    async def answer() -> tuple[Json, int]:
        try:
            return body(await result_of(telegram, bot, method, given, uploads)), 200
        except Refusal as refusal:
            return refusal.answer(), refusal.code

    rule = telegram.faults.for_call(method, given.get("chat_id"))
    if rule is None:
        return json_response(*await answer())
    telegram.record.fault(bot.id, method, dict(given), f"{rule.kind} {rule.refusal}".strip())
    return await with_fault(request, rule, answer, telegram.faults.left(rule))


def _attend(app: web.Application, bot: Bot) -> None:
    """Connects a bot's queue with its webhook, once."""
    hooks = app[WEBHOOKS]
    if bot.id in hooks:
        return
    telegram = app[TELEGRAM]

    async def carry_out(bot: Bot, given: Json) -> None:
        method = given.pop("method")
        with contextlib.suppress(Refusal):
            await result_of(telegram, bot, str(method), given)

    hook = hooks[bot.id] = WebhookSender(telegram, bot, carry_out)
    telegram.updates[bot.id].arrived = hook.arrived
    telegram.updates[bot.id].webhook_changed = hook.changed


async def _close(app: web.Application) -> None:
    for hook in app[WEBHOOKS].values():
        await hook.close()


async def _given(request: web.Request) -> tuple[Mapping[str, Any], dict[str, tuple[str, bytes]]]:
    """The parameters from the address and the body, and uploaded files by field name."""
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
        caller(telegram, request.match_info["token"])
    except Refusal as refusal:
        return json_response(refusal.answer(), refusal.code)
    for file_id, path in telegram.files.names.items():
        if path == request.match_info["path"]:
            return web.Response(body=telegram.files.content[file_id], content_type="application/octet-stream")
    return json_response(Refusal(404, "Not Found").answer(), 404)
