"""A request in, an answer out, whatever carried them; what has no answer of its own is answered from the schema."""

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sandbox.methods.call import HANDLERS, MethodCall, from_parameter
from sandbox.methods.messages import caption, deliver
from sandbox.methods.schema import ApiMethod, check_object, read_parameters, schema
from sandbox.refusals import Json, Refusal, bad_request, refusal
from sandbox.world.faults import is_counted
from sandbox.world.model import Bot, is_token
from sandbox.world.telegram import Telegram

# Every method without an answer of its own: checked by the schema, answered with the right kind of thing.

DEEPEST = 4
FILES = ("animation", "audio", "document", "video", "video_note", "voice", "sticker", "live_photo")


def fall_back(call: MethodCall, method: ApiMethod) -> Any:
    """A plausible result of the method's kind, built of its own parameters where they fit."""
    for name, field in method.parameters.items():
        if field.required and name != "chat_id" and name not in call.params and name not in call.uploads:
            raise bad_request(f'parameter "{name}" is required')
    if method.name.startswith("send") and method.result == "Message":
        return _send(call, method)
    if "chat_id" in method.parameters and (method.parameters["chat_id"].required or "chat_id" in call.params):
        call.chat()
    return made(method.result, call.params)


def _send(call: MethodCall, method: ApiMethod) -> Json:
    """``sendDice``, ``sendVideo`` and their kin: the message holds what the method is named after."""
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
    """A value of a kind: required fields only, taken from parameters of the same name or the simplest there is."""
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
    "intake",
    "media",
    "messages",
    "profile",
    "queries",
):
    import_module(f"sandbox.methods.{_name}")


def caller(telegram: Telegram, token: str) -> Bot:
    """The bot a token belongs to; 404 for text that is no token, 401 for an unknown one."""
    if not is_token(token):
        raise Refusal(404, "Not Found")
    bot = telegram.bots.get(token)
    if bot is None:
        if not telegram.any_token:
            raise Refusal(401, "Unauthorized")
        bot = telegram.bot(token)
    return bot


async def answer(
    telegram: Telegram,
    bot: Bot,
    name: str,
    given: Mapping[str, Any],
    uploads: dict[str, tuple[str, bytes]] | None = None,
) -> Any:
    """The result of a method; raises `Refusal`. All of it is recorded."""
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
    """What goes over the wire when all went well."""
    return {"ok": True, "result": result}
