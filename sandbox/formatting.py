"""A bot's text with its marks: parsed, cleaned, measured."""

from collections.abc import Callable

from sandbox.html import parse_html
from sandbox.markdown import parse_markdown_v2
from sandbox.markdown_old import parse_markdown
from sandbox.nesting import CODE, FOUND_BY_TELEGRAM, QUOTATIONS, SPLITTABLE, nested
from sandbox.refusal import Json, bad_request
from sandbox.text import CAPTION_LIMIT, TEXT_LIMIT, clean, found_entities, is_blank, utf16_length

_KNOWN = frozenset((*SPLITTABLE, *QUOTATIONS, *CODE, "text_link", "text_mention", "custom_emoji", "date_time"))
_PARSERS: dict[str, Callable[[str], tuple[str, list[Json]]]] = {
    "html": parse_html,
    "markdownv2": parse_markdown_v2,
    "markdown": parse_markdown,
}


def formatted(
    source: str, parse_mode: str, entities: list[Json] | None = None, *, detect: bool = True
) -> tuple[str, list[Json]]:
    """The text people see and its entities; raises `Refusal` in Telegram's words."""
    if len(source.encode("utf-8", "surrogatepass")) > 1 << 15:
        raise bad_request("text is too long")
    mode = parse_mode.lower()
    text, marks = source, _given(source, entities or [])
    if source and mode and mode != "none":
        if mode not in _PARSERS:
            raise bad_request("unsupported parse_mode")
        text, marks = _PARSERS[mode](source)
    text, marks = clean(text, nested(marks) if len(marks) > 1 else marks)
    return text, found_entities(text, marks) if detect else marks


def _given(text: str, entities: list[Json]) -> list[Json]:
    """Entities a bot gives itself; those Telegram finds by itself are passed over."""
    raw = text.encode("utf-16-le", "surrogatepass")
    kept = []
    for entity in entities:
        offset, length = int(entity.get("offset") or 0), int(entity.get("length") or 0)
        if entity.get("type") in FOUND_BY_TELEGRAM:
            continue
        if entity.get("type") not in _KNOWN:
            raise bad_request("can't parse MessageEntity: Unsupported type specified")
        if not 0 <= offset <= 1_000_000:
            raise bad_request(f"receive an entity with incorrect offset {offset}")
        if not 0 <= length <= 1_000_000:
            raise bad_request(f"receive an entity with incorrect length {length}")
        if 2 * (offset + length) > len(raw):
            raise bad_request(
                f"entity beginning at UTF-16 offset {offset} ends after the end of the text at UTF-16 offset "
                f"{len(raw) // 2}"
            )
        if any(0xDC <= raw[2 * at + 1] <= 0xDF for at in (offset, offset + length) if 2 * at < len(raw)):
            place = len(raw[: 2 * offset].decode("utf-16-le", "replace").encode())
            raise bad_request(f"entity begins in a middle of a UTF-16 symbol at byte offset {place}")
        if length:
            kept.append(entity | {"offset": offset, "length": length})
    return kept


def message_text(source: str, parse_mode: str, entities: list[Json] | None = None) -> Json:
    """``text`` and ``entities`` of a message."""
    if not source:
        raise bad_request("message text is empty")
    text, marks = formatted(source, parse_mode, entities)
    if is_blank(text):
        raise bad_request("text must be non-empty")
    if utf16_length(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": marks} if marks else {"text": text}


def message_caption(source: str, parse_mode: str, entities: list[Json] | None = None) -> Json:
    """``caption`` and ``caption_entities`` of a message; nothing of an empty one."""
    text, marks = formatted(source, parse_mode, entities)
    if utf16_length(text) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    caption: Json = {"caption": text} if text else {}
    return caption | {"caption_entities": marks} if marks else caption
