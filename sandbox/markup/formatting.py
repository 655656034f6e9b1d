"""A bot's text with its marks: parsed, cleaned, measured; which marks may lie in which."""

from collections.abc import Callable

from sandbox.markup.html import parse_html
from sandbox.markup.markdown import parse_markdown, parse_markdown_v2
from sandbox.markup.text import CAPTION_LIMIT, TEXT_LIMIT, clean, found_entities, is_blank, utf16_length
from sandbox.refusals import Json, bad_request

# Which marks may be inside which (tdlib's ``fix_entities``): crossing marks are cut, forbidden inner ones are dropped.

SPLITTABLE = ("bold", "italic", "underline", "strikethrough", "spoiler")
QUOTATIONS = ("blockquote", "expandable_blockquote")
CODE = ("pre", "code")
FOUND_BY_TELEGRAM = frozenset(
    ("mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bank_card_number")
)
_ORDER = {"blockquote": 0, "expandable_blockquote": 0, "text_link": 1, "text_mention": 1, "pre": 2, "code": 2}
TextRange = tuple[int, int]


def nested(entities: list[Json]) -> list[Json]:
    """The entities in order, properly nested."""
    quotations = _apart([one for one in entities if one["type"] in QUOTATIONS])
    whole = _apart([one for one in entities if one["type"] not in SPLITTABLE + QUOTATIONS])
    whole = [one for one in whole if not any(_crosses(_range(one), _range(quotation)) for quotation in quotations)]
    whole = [one for one in whole if not any(_holds(_range(one), _range(quotation)) for quotation in quotations)]
    kept = whole + quotations
    walls = [_range(one) for one in kept]
    code = [_range(one) for one in whole if one["type"] in CODE]
    for kind in SPLITTABLE:
        pieces = _union([_range(one) for one in entities if one["type"] == kind])
        for hole in code:
            pieces = [piece for one in pieces for piece in _without(one, hole)]
        for wall in walls:
            pieces = [piece for one in pieces for piece in _cut(one, wall)]
        kept += [{"type": kind, "offset": start, "length": end - start} for start, end in pieces]
        walls += pieces
    return in_order(kept)


def in_order(entities: list[Json]) -> list[Json]:
    """Sort key: by place, longer ones first, quotations outermost."""
    return sorted(entities, key=lambda one: (one["offset"], -one["length"], _ORDER.get(one["type"], 5)))


def _range(entity: Json) -> TextRange:
    return entity["offset"], entity["offset"] + entity["length"]


def _apart(entities: list[Json]) -> list[Json]:
    """The first of those that overlap."""
    kept: list[Json] = []
    end = 0
    for one in in_order(entities):
        if one["offset"] >= end:
            kept.append(one)
            end = _range(one)[1]
    return kept


def _crosses(one: TextRange, other: TextRange) -> bool:
    return one[0] < other[0] < one[1] < other[1] or other[0] < one[0] < other[1] < one[1]


def _holds(one: TextRange, other: TextRange) -> bool:
    return one != other and one[0] <= other[0] and other[1] <= one[1]


def _union(ranges: list[TextRange]) -> list[TextRange]:
    joined: list[TextRange] = []
    for start, end in sorted(ranges):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _without(one: TextRange, hole: TextRange) -> list[TextRange]:
    if hole[1] <= one[0] or one[1] <= hole[0]:
        return [one]
    return [(start, end) for start, end in ((one[0], hole[0]), (hole[1], one[1])) if start < end]


def _cut(one: TextRange, wall: TextRange) -> list[TextRange]:
    if not _crosses(one, wall):
        return [one]
    at = wall[0] if one[0] < wall[0] else wall[1]
    return [(one[0], at), (at, one[1])]


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
    """Entities that a bot gives itself; those that Telegram finds by itself are ignored."""
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
