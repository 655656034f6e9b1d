"""The methods and types of the Bot API, and how a request's parameters are read by them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from sandbox.refusal import Json, bad_request


@dataclass(frozen=True, slots=True)
class Field:
    """A parameter or a field; ``kind`` as in the facts: ``String``, ``[X`` a list of X, ``A|B`` either."""

    name: str
    kind: str
    required: bool


@dataclass(frozen=True, slots=True)
class Method:
    """A method by its parameters; ``result`` is the kind of its answer."""

    name: str
    parameters: Mapping[str, Field]
    result: str


@dataclass(frozen=True, slots=True)
class Type:
    """An object by its fields; ``constants`` are those that tell it from its siblings."""

    name: str
    fields: Mapping[str, Field]
    constants: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Schema:
    """Bot API ``version``; method names are kept in lower case, for Telegram takes any case."""

    version: str
    methods: Mapping[str, Method]
    types: Mapping[str, Type]
    unions: Mapping[str, tuple[str, ...]]


@cache
def schema() -> Schema:
    """Read once from ``bot-api.json``."""
    facts = json.loads((files("sandbox") / "bot-api.json").read_text())
    parameters: dict[str, dict[str, Field]] = {
        name: {field: Field(field, kind, bool(required)) for field, (kind, required) in method["p"].items()}
        for name, method in facts["methods"].items()
    }
    for name, old in facts["deprecated"].items():  # still taken, no longer described
        if name in parameters:
            parameters[name] |= {field: Field(field, "Any", required=False) for field in old}
    return Schema(
        version=facts["version"],
        methods={
            name.lower(): Method(name, parameters[name], method["r"]) for name, method in facts["methods"].items()
        },
        types={
            name: Type(
                name,
                {field: Field(field, kind, bool(required)) for field, (kind, required) in type_["f"].items()},
                type_.get("d", {}),
            )
            for name, type_ in facts["types"].items()
        },
        unions={name: tuple(members) for name, members in facts["unions"].items()},
    )


def read_parameters(method: Method, given: Mapping[str, Any]) -> tuple[Json, list[str]]:
    """The parameters by their kinds, and what Telegram forgives though it is wrong.

    Telegram reads every parameter as text first: a number that is none is 0, a flag that is none is false, an
    unknown parameter is passed over. Broken JSON is refused.
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


def _read(field: Field, value: Any, method: str, forgiven: list[str]) -> Any:
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
