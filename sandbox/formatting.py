"""A bot's text with its marks: parsed, cleaned, measured."""

from collections.abc import Callable

from sandbox.html import parse_html
from sandbox.markdown import parse_markdown, parse_markdown_v2
from sandbox.refusal import Json, bad_request
from sandbox.text import CAPTION_LIMIT, TEXT_LIMIT, clean, found_entities, is_blank, utf16_length

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
    text, marks = source, [dict(entity) for entity in entities or []]
    if source and mode and mode != "none":
        if mode not in _PARSERS:
            raise bad_request("unsupported parse_mode")
        text, marks = _PARSERS[mode](source)
    text, marks = clean(text, marks)
    return text, found_entities(text, marks) if detect else marks


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
