"""Files a bot names or uploads."""

from sandbox.call import Call
from sandbox.links import checked_link
from sandbox.refusal import Json, bad_request


def file_source(call: Call, value: object) -> str:
    """What a file parameter stands for: a link, a known ``file_id``, or an upload kept under a new one."""
    text = value if isinstance(value, str) else ""
    name = text.removeprefix("attach://")
    if name in call.uploads and (text.startswith("attach://") or name == text):
        filename, content = call.uploads[name]
        if not content:
            raise bad_request("file must be non-empty")
        return keep(call, filename, content)
    if not text:
        raise bad_request("there is no photo in the request")
    if text.startswith("attach://"):
        raise bad_request(f"can't find file {name} in the request" if name else "wrong file identifier specified")
    if text in call.telegram.files.names:
        return text
    if "://" in text or "." in text:
        if checked_link(text) is None:
            raise bad_request("wrong HTTP URL specified")
        return text
    raise bad_request("wrong remote file identifier specified: Wrong string length")


def keep(call: Call, filename: str, content: bytes) -> str:
    """Stores an upload and gives its ``file_id``."""
    number = call.telegram.number()
    file_id = f"upload-{number}-{len(content)}"
    suffix = filename.rsplit(".", 1)[-1] if "." in filename else "bin"
    call.telegram.files.content[file_id] = content
    call.telegram.files.names[file_id] = f"files/{file_id}.{suffix}"
    return file_id


def photo(call: Call, name: str) -> list[Json]:
    """``PhotoSize`` list of a photo parameter; the largest size's ``file_id`` names it, a link stays its own name."""
    source = file_source(call, (call.uploads and name in call.uploads and name) or call.get(name))
    unique = f"u{abs(hash(source)) % 10**9}"
    size = len(call.telegram.files.content.get(source, b""))
    shown: Json = {"file_id": source, "file_unique_id": unique, "width": 800, "height": 450}
    return [shown | {"file_size": size}] if size else [shown]
