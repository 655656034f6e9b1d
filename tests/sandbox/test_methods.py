"""All methods of the Bot API: each is there, takes what it should, and answers with the right kind of thing."""

from typing import Union

import pytest
from aiogram import types
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from sandbox.methods.schema import schema
from sandbox.refusals import Refusal
from sandbox.server import server
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram

SCHEMA = schema()
VALUES = {
    "Integer": 5,
    "Float": 1.5,
    "Boolean": True,
    "True": True,
    "String": "x1",
    "InputFile": "https://a.kz/1.jpg",
}


def example(kind: str, name: str, reader: Person, depth: int = 0):
    """A value that fits the kind."""
    known = {
        "chat_id": reader.id,
        "from_chat_id": reader.id,
        "user_id": reader.id,
        "message_id": 1,
        "url": "https://a.kz/",
        "media": "https://a.kz/1.jpg",
        "photo": "https://a.kz/1.jpg",
        "language_code": "kk",
        "action": "typing",
        "command": "start",
        "emoji": "👍",
        "parse_mode": "HTML",
    }
    if name in known and kind in {"Integer", "String", "Integer|String", "InputFile|String"}:
        return known[name]
    if kind.startswith("["):
        return [example(kind[1:], name, reader, depth + 1)] * (2 if name == "media" else 1)
    first = kind.split("|")[0]
    if first in VALUES:
        return VALUES[first]
    if first in {"RichText", "RichTextUnion"}:
        return "x"
    if first in SCHEMA.unions:
        first = next(
            (one for one in SCHEMA.unions[first] if "Article" in one or "Paragraph" in one), SCHEMA.unions[first][0]
        )
    type_ = SCHEMA.types[first]
    if depth > 5:
        return dict(type_.constants)
    return dict(type_.constants) | {
        field.name: example(field.kind, field.name, reader, depth + 1)
        for field in type_.fields.values()
        if field.required and field.name not in type_.constants
    }


@pytest.fixture
def here():
    telegram = Telegram(Clock(start=1_800_000_000, speed=0))
    bot = telegram.bot("42:TEST")
    reader = Person.new(telegram)
    reader.starts()
    telegram.post(reader.chat(), bot, {"text": "иә"})
    return telegram, bot, reader


def fits(kind: str, value: object) -> bool:
    if "|" in kind:
        return any(fits(one, value) for one in kind.split("|"))
    if kind.startswith("["):
        return isinstance(value, list) and all(fits(kind[1:], one) for one in value)
    simple = {"True": bool, "Boolean": bool, "Integer": int, "String": str, "Float": float}
    if kind in simple:
        return isinstance(value, simple[kind])
    members = SCHEMA.unions.get(kind, (kind,))
    return isinstance(value, dict) and any(
        all(field.name in value for field in SCHEMA.types[one].fields.values() if field.required)
        for one in members
        if one in SCHEMA.types
    )


def understood_by_aiogram(kind: str, value: object) -> None:
    """A strict library's own types take it."""
    if isinstance(value, list):
        for one in value:
            understood_by_aiogram(kind.lstrip("["), one)
    elif isinstance(value, dict) and hasattr(types, kind):
        names = SCHEMA.unions.get(kind, (kind,))
        for name in names:
            getattr(types, name).model_rebuild()  # a model is built when it is used, and an adapter uses none
        adapter = TypeAdapter(Union[tuple(getattr(types, name) for name in names)])  # noqa: UP007 - made at run time
        adapter.validate_python(value)


def test_the_schema_is_bot_api_10_3():
    assert SCHEMA.version == "10.3"
    assert len(SCHEMA.methods) == 185


@pytest.mark.parametrize("name", sorted(SCHEMA.methods))
async def test_every_method_answers_with_its_kind_or_refuses(here, name):
    telegram, bot, reader = here
    method = SCHEMA.methods[name]
    given = {
        field.name: example(field.kind, field.name, reader) for field in method.parameters.values() if field.required
    }
    if "message_id" in method.parameters:
        given |= {"chat_id": reader.id, "message_id": 2}
    try:
        result = await server.result_of(telegram, bot, name, given)
    except Refusal as refused:
        assert refused.description.startswith(("Bad Request: ", "Forbidden: "))  # noqa: PT017
        return
    assert fits(method.result, result), (method.result, result)
    understood_by_aiogram(method.result, result)


@pytest.mark.parametrize(
    "name",
    sorted(name for name, one in SCHEMA.methods.items() if any(field.required for field in one.parameters.values())),
)
async def test_no_method_answers_without_what_it_requires(here, name):
    telegram, bot, _ = here
    if name == "setwebhook":
        return  # an empty address takes the webhook away, as in Telegram
    with pytest.raises(Refusal) as refused:
        await server.result_of(telegram, bot, name, {})
    assert refused.value.code == 400


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.text(max_size=3)
    | st.sampled_from(["1001", "-1", "[]", "{}", "{"]),
    lambda inner: (
        st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["type", "text", "id"]), inner, max_size=3)
    ),
    max_leaves=5,
)


@st.composite
def requests(draw):
    method = SCHEMA.methods[draw(st.sampled_from(sorted(SCHEMA.methods)))]
    names = draw(st.lists(st.sampled_from(sorted(method.parameters) or ["x"]), max_size=5))
    return method.name, {name: draw(JUNK) for name in names}, draw(st.booleans())


@given(requests())
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
async def test_no_nonsense_breaks_the_server(here, request):
    telegram, bot, reader = here
    name, given, in_chat = request
    if name.lower() == "getupdates":
        given.pop("timeout", None)
    if in_chat and "chat_id" in SCHEMA.methods[name.lower()].parameters:
        given["chat_id"] = reader.id
    try:
        await server.result_of(telegram, bot, name, given)
    except Refusal as refused:
        assert refused.code in {400, 403, 409}  # noqa: PT017
