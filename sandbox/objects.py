"""Objects inside a request, held against the types of the Bot API, with the sentences of its JSON reader."""

from typing import Any

from sandbox.refusal import bad_request
from sandbox.schema import Field, Type, schema

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


class Mismatch(Exception):  # noqa: N818
    """What does not fit, in the words of Telegram's JSON reader."""


def check_object(field: Field, value: Any) -> None:
    """Refuses a parameter whose objects do not fit their types; unknown fields are passed over, as in Telegram."""
    kind = field.kind
    if kind in _CHECKED_ELSEWHERE or value is None:
        return
    label = "InputMedia" if kind.lstrip("[").startswith("InputMedia") else _LABELS.get(kind, kind.lstrip("["))
    if kind.startswith("[") and not isinstance(value, list):
        raise bad_request(f"expected an Array of {kind.lstrip('[').split('|')[0]}")
    try:
        _check(field.name, kind, value)
    except Mismatch as wrong:
        raise bad_request(f"can't parse {label}: {wrong}") from None


def _check(name: str, kind: str, value: Any) -> None:
    if kind.startswith("["):
        if not isinstance(value, list):
            raise Mismatch(f'Field "{name}" must be of type Array')
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
        raise Mismatch(f'Field "{name}" must be of type Object' if name else "expected an Object")
    known = [schema().types[member] for member in members if member in schema().types]
    if not known:
        return
    _check_fields(_member(known, value), value)


def _member(known: list[Type], value: dict[str, Any]) -> Type:
    fitting = [one for one in known if all(value.get(key) == constant for key, constant in one.constants.items())]
    if len(known) > 1 and not fitting:
        key = next((key for one in known for key in one.constants), "type")
        if key not in value:
            raise Mismatch(f'Can\'t find field "{key}"')
        raise Mismatch(f"invalid {key} specified" if key != "type" else "unsupported type specified")
    candidates = fitting or known
    complete = [
        one for one in candidates if all(not field.required or name in value for name, field in one.fields.items())
    ]
    return (complete or candidates)[0]


def _check_fields(type_: Type, value: dict[str, Any]) -> None:
    for name, field in type_.fields.items():
        inner = value.get(name)
        if inner is None:
            if field.required and name not in type_.constants:
                raise Mismatch(f'Can\'t find field "{name}"')
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
        raise Mismatch("RichText must be a String, an Array or an Object")
    known = [schema().types[member] for member in schema().unions["RichText"]]
    _check_fields(_member(known, value), value)


def _check_string(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Mismatch(f'Field "{name}" must be of type String')


def _check_number(name: str, value: Any) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise Mismatch(f'Field "{name}" must be a Number')
    if isinstance(value, str) and not value.lstrip("-").replace(".", "", 1).isdigit():
        raise Mismatch(f'Field "{name}" must be a valid Number')


def _check_flag(name: str, value: Any) -> None:
    if not isinstance(value, bool):
        raise Mismatch(f'Field "{name}" must be of type Boolean')


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
