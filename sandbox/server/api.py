"""A request in, an answer out, whatever carried them."""

import inspect
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from sandbox.methods.call import HANDLERS, MethodCall
from sandbox.methods.fallback import fall_back
from sandbox.methods.schema import ApiMethod, check_object, read_parameters, schema
from sandbox.refusals import Json, Refusal, refusal
from sandbox.world.faults import is_counted
from sandbox.world.model import Bot, is_token
from sandbox.world.telegram import Telegram

for _name in (
    "chats",
    "editing",
    "intake",
    "media",
    "messages",
    "polls",
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
