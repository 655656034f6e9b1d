"""Every method without an answer of its own: checked by the schema, answered with the right kind of thing."""

from typing import Any

from sandbox.methods.call import MethodCall
from sandbox.methods.messages import caption, deliver
from sandbox.methods.schema import ApiMethod, schema
from sandbox.methods.uploads import from_parameter
from sandbox.refusals import Json, bad_request

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
