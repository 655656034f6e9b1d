"""Files a bot names or uploads."""

import zlib
from typing import Any

from sandbox.markup.links import checked_link
from sandbox.methods.call import MethodCall
from sandbox.methods.schema import schema
from sandbox.refusals import Json, bad_request


def file_source(call: MethodCall, value: object, kind: str = "photo") -> str:
    """What a file parameter stands for: a link, a known ``file_id``, or an upload kept under a new one."""
    text = value if isinstance(value, str) else ""
    name = text.removeprefix("attach://")
    if name in call.uploads and (text.startswith("attach://") or name == text):
        filename, content = call.uploads[name]
        if not content:
            raise bad_request("file must be non-empty")
        return keep(call, filename, content)
    if not text:
        raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
    if text.startswith("attach://"):
        raise bad_request(f"can't find file {name} in the request" if name else "wrong file identifier specified")
    if text in call.telegram.files.names:
        return text
    if "://" in text or "." in text:
        if checked_link(text) is None:
            raise bad_request("wrong HTTP URL specified")
        return text
    raise bad_request("wrong remote file identifier specified: Wrong string length")


def keep(call: MethodCall, filename: str, content: bytes) -> str:
    """Stores an upload and gives its ``file_id``."""
    number = call.telegram.number()
    file_id = f"upload-{number}-{len(content)}"
    suffix = filename.rsplit(".", 1)[-1] if "." in filename else "bin"
    call.telegram.files.content[file_id] = content
    call.telegram.files.called[file_id] = filename
    call.telegram.files.names[file_id] = f"files/{file_id}.{suffix}"
    return file_id


def photo_sizes(source: str, size: int = 0) -> list[Json]:
    """A ``PhotoSize`` list; the source itself is its ``file_id``, so that a link can be shown."""
    shown: Json = {"file_id": source, "file_unique_id": unique(source), "width": 800, "height": 450}
    return [shown | {"file_size": size}] if size else [shown]


def unique(source: str) -> str:
    """A ``file_unique_id``."""
    return f"AQAD{zlib.crc32(source.encode()):08x}"


def medium(call: MethodCall, kind: str, source: str) -> Any:
    """A media object of a kind (``photo`` is a list of sizes) for a checked source."""
    size = len(call.telegram.files.content.get(source, b""))
    if kind == "photo":
        return photo_sizes(source, size)
    type_ = schema().types[_TYPES.get(kind, kind.title().replace("_", ""))]
    shown: Json = {"file_id": source, "file_unique_id": unique(source)}
    for name, field in type_.fields.items():
        if field.required and name not in shown:
            shown[name] = {"Integer": 1, "String": "regular", "Boolean": False}.get(field.kind)
    if "file_name" in type_.fields and (called := call.telegram.files.called.get(source)):
        shown["file_name"] = called
    return shown | ({"file_size": size} if size else {})


def from_parameter(call: MethodCall, name: str, kind: str = "") -> Any:
    """The media of a file parameter."""
    value = name if name in call.uploads else call.get(name)
    return medium(call, kind or name, file_source(call, value, kind or name))


def from_input(call: MethodCall, kind: str, given: Json) -> Any:
    """The media of an ``InputMedia…`` object."""
    return medium(call, kind, file_source(call, given.get("media"), kind))


_TYPES = {"voice_note": "Voice", "live_photo": "LivePhoto"}
