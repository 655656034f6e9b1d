"""The methods and types of the Bot API.

A request's parameters, and the objects inside them, are checked against these.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sandbox.refusals import Json, bad_request


@dataclass(frozen=True, slots=True)
class ApiField:
    """A parameter or a field. ``kind`` as in bot-api.json: ``String``; ``[X``, a list of X; ``A|B``, either."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class ApiMethod:
    """A method and its parameters; ``result`` is the kind of its answer."""

    name: str
    parameters: Mapping[str, ApiField]
    result: str


@dataclass(frozen=True, slots=True)
class ApiType:
    """An object and its fields; ``constants`` are the fixed values that tell it from its siblings."""

    name: str
    fields: Mapping[str, ApiField]
    constants: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ApiSchema:
    """The Bot API of a ``version``. Method names are in lower case, because Telegram accepts any case."""

    version: str
    methods: Mapping[str, ApiMethod]
    types: Mapping[str, ApiType]
    unions: Mapping[str, tuple[str, ...]]


@cache
def schema() -> ApiSchema:
    """The schema in ``bot-api.json``, which is read once."""
    facts = json.loads((files("sandbox") / "bot-api.json").read_text())
    parameters: dict[str, dict[str, ApiField]] = {
        name: {field: ApiField(field, kind, bool(required)) for field, (kind, required) in method["p"].items()}
        for name, method in facts["methods"].items()
    }
    for name, old in facts["deprecated"].items():  # still accepted, no longer documented
        if name in parameters:
            parameters[name] |= {field: ApiField(field, "Any", required=False) for field in old}
    return ApiSchema(
        version=facts["version"],
        methods={
            name.lower(): ApiMethod(name, parameters[name], method["r"]) for name, method in facts["methods"].items()
        },
        types={
            name: ApiType(
                name,
                {field: ApiField(field, kind, bool(required)) for field, (kind, required) in type_["f"].items()},
                type_.get("d", {}),
            )
            for name, type_ in facts["types"].items()
        },
        unions={name: tuple(members) for name, members in facts["unions"].items()},
    )


def read_parameters(method: ApiMethod, given: Mapping[str, Any]) -> tuple[Json, list[str]]:
    """The parsed parameters, and a sentence for each mistake that Telegram would forgive.

    Telegram reads every parameter as text first. What should be a number and is not becomes 0, what should be a flag
    becomes false, unknown parameters are ignored. Broken JSON is refused.
    """
    read: Json = {}
    forgiven: list[str] = []
    for name, value in given.items():
        field = method.parameters.get(name)
        if field is None:
            forgiven.append(f"{method.name} has no parameter {name}")
        elif value is not None:
            read[name] = _read(field, value, method.name, forgiven)
    return read, forgiven


def _read(field: ApiField, value: Any, method: str, forgiven: list[str]) -> Any:
    reader = _READERS.get(field.kind)
    if reader is None:
        return value if not isinstance(value, str) else _json(field.name, value)
    try:
        return reader(value)
    except (TypeError, ValueError, KeyError):
        forgiven.append(f"{method}: {field.name} is not of type {field.kind}")
        return _ZEROS[field.kind]


def _string(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _flag(value: Any) -> bool:
    return _FLAGS[str(value).lower()]


def _chat(value: Any) -> int | str:
    text = str(value)
    return int(text) if text.lstrip("-").isdigit() else text


def _json(name: str, value: str) -> Any:
    if not value:
        return None
    try:
        return json.loads(value)
    except ValueError:
        label = "reply keyboard markup" if name == "reply_markup" else name.replace("_", " ")
        raise bad_request(f"can't parse {label} JSON object") from None


_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_READERS: Mapping[str, Callable[[Any], Any]] = {
    "String": _string,
    "Integer": int,
    "Float": float,
    "Boolean": _flag,
    "True": _flag,
    "Integer|String": _chat,
    "InputFile|String": lambda value: value,
    "InputFile": lambda value: value,
    "Any": lambda value: value,
}
_ZEROS: Mapping[str, Any] = {"Integer": 0, "Float": 0.0, "Boolean": False, "True": False}


# Objects in a request are checked against the Bot API's types; refusals use the sentences of its JSON reader.

_LABELS = {
    "InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply": "reply markup",
    "InlineKeyboardMarkup": "reply markup",
    "[InlineQueryResult": "inline query result",
    "InlineQueryResultsButton": "inline query results button",
    "[MessageEntity": "MessageEntity",
    "[BotCommand": "BotCommand",
    "MenuButton": "menu button",
    "ReplyParameters": "reply parameters",
    "LinkPreviewOptions": "link preview options",
    "ChatPermissions": "chat permissions",
    "InputRichMessage": "rich message",
}
_CHECKED_ELSEWHERE = frozenset(
    {"InlineKeyboardMarkup", "InlineKeyboardMarkup|ReplyKeyboardMarkup|ReplyKeyboardRemove|ForceReply"}
)


class TypeMismatch(Exception):  # noqa: N818
    """A value that does not fit its type, in the words of Telegram's JSON reader."""


def check_object(field: ApiField, value: Any) -> None:
    """Refuses a parameter if an object in it does not fit its type. Unknown fields are ignored, as in Telegram."""
    kind = field.kind
    if kind in _CHECKED_ELSEWHERE or value is None:
        return
    label = "InputMedia" if kind.lstrip("[").startswith("InputMedia") else _LABELS.get(kind, kind.lstrip("["))
    if kind.startswith("[") and not isinstance(value, list):
        raise bad_request(f"expected an Array of {kind.lstrip('[').split('|')[0]}")
    try:
        _check(field.name, kind, value)
    except TypeMismatch as wrong:
        raise bad_request(f"can't parse {label}: {wrong}") from None


def _check(name: str, kind: str, value: Any) -> None:
    if kind.startswith("["):
        if not isinstance(value, list):
            raise TypeMismatch(f'Field "{name}" must be of type Array')
        for one in value:
            _check(name, kind[1:], one)
    elif kind in _SIMPLE:
        _SIMPLE[kind](name, value)
    elif kind in {"RichText", "RichTextUnion"}:
        _check_rich_text(value)
    elif "|" not in kind or kind.split("|", maxsplit=1)[0] in schema().types:
        _check_typed(name, kind, value)


def _check_typed(name: str, kind: str, value: Any) -> None:
    members = schema().unions.get(kind) or tuple(kind.split("|"))
    if not isinstance(value, dict):
        raise TypeMismatch(f'Field "{name}" must be of type Object' if name else "expected an Object")
    known = [schema().types[member] for member in members if member in schema().types]
    if not known:
        return
    _check_fields(_member(known, value), value)


def _member(known: list[ApiType], value: dict[str, Any]) -> ApiType:
    fitting = [one for one in known if all(value.get(key) == constant for key, constant in one.constants.items())]
    if len(known) > 1 and not fitting:
        key = next((key for one in known for key in one.constants), "type")
        if key not in value:
            raise TypeMismatch(f'Can\'t find field "{key}"')
        raise TypeMismatch(f"invalid {key} specified" if key != "type" else "unsupported type specified")
    candidates = fitting or known
    complete = [
        one for one in candidates if all(not field.required or name in value for name, field in one.fields.items())
    ]
    return (complete or candidates)[0]


def _check_fields(type_: ApiType, value: dict[str, Any]) -> None:
    for name, field in type_.fields.items():
        inner = value.get(name)
        if inner is None:
            if field.required and name not in type_.constants:
                raise TypeMismatch(f'Can\'t find field "{name}"')
            continue
        _check(name, field.kind, inner)


def _check_rich_text(value: Any) -> None:
    if isinstance(value, str):
        return
    if isinstance(value, list):
        for one in value:
            _check_rich_text(one)
        return
    if not isinstance(value, dict):
        raise TypeMismatch("RichText must be a String, an Array or an Object")
    known = [schema().types[member] for member in schema().unions["RichText"]]
    _check_fields(_member(known, value), value)


def _check_string(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise TypeMismatch(f'Field "{name}" must be of type String')


def _check_number(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise TypeMismatch(f'Field "{name}" must be a Number')
    if isinstance(value, str) and not value.lstrip("-").replace(".", "", 1).isdigit():
        raise TypeMismatch(f'Field "{name}" must be a valid Number')


def _check_flag(name: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise TypeMismatch(f'Field "{name}" must be of type Boolean')


def _check_chat(name: str, value: Any) -> None:
    _check_string(name, value)


def _accept(_name: str, _value: Any) -> None:
    pass


_SIMPLE = {
    "String": _check_string,
    "Integer": _check_number,
    "Float": _check_number,
    "Boolean": _check_flag,
    "True": _check_flag,
    "Integer|String": _check_chat,
    "InputFile|String": _check_string,
    "InputFile": _accept,
    "Any": _accept,
}
