"""Text as Telegram counts, cleans and marks it."""

import re

from sandbox.refusals import Json

TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
_CONTROL = re.compile(r"[\x00-\x09\x0b\x0c\x0e-\x1f]")
_DROPPED = re.compile(r"[\r\u2028-\u202e\u0333\u033f\u030a]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\u180e\u00ad]*")
_TOP = r"(?:[a-z]{2,6}|рф|қаз|бел|укр|срб|мон|xn--[a-z0-9-]{2,})"
_FOUND = re.compile(
    r"(?P<bot_command>(?<![\w/<>])/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z][a-zA-Z0-9_]{2,31})?(?![\w/<>@]))"
    r"|(?P<email>(?<![\w@.:/-])[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,24}(?![\w@]))"
    r"|(?P<mention>(?<![\w@/])@(?:[a-zA-Z][a-zA-Z0-9_]{3,31}|gif|vid|pic)(?!\w))"
    r"|(?P<hashtag>(?<![\w#])#[\w\u00b7\u200c]{1,256}(?![\w#])(?:@[a-zA-Z0-9_]{3,32})?)"
    r"|(?P<cashtag>(?<![\w$])\$(?-i:[A-Z]{1,8}|1INCH)(?![\w$])(?:@[a-zA-Z0-9_]{3,32})?)"
    r"|(?P<url>(?:(?<!\w)(?:(?:https?|ftp|tonsite)://)(?:[^\s@/]{1,64}@)?|(?<![\w@./:-]))"
    rf"(?:[\w-]+\.)+{_TOP}(?![\w-])(?::[0-9]{{1,5}}(?![0-9]))?(?:[/?#][^\s<>\"«»]*)?)",
    re.IGNORECASE,
)
_URL_END = ".,:;!?'\"…)("


def utf16_length(text: str) -> int:
    """How Telegram counts: UTF-16 units, so that an emoji is two."""
    return len(text) + sum(character > "\uffff" for character in text) if not text.isascii() else len(text)


def utf16_slice(text: str, offset: int, length: int) -> str:
    """The piece an entity covers."""
    raw = text.encode("utf-16-le", "surrogatepass")
    return raw[2 * offset : 2 * (offset + length)].decode("utf-16-le", "replace")


def is_blank(text: str) -> bool:
    """Nothing a person could see."""
    return _INVISIBLE.fullmatch(text) is not None


def clean(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    """Control characters become spaces, forbidden ones go, both ends are trimmed; entities follow.

    A leading space inside an entity stays, as it does in Telegram.
    """
    text = _CONTROL.sub(" ", text)
    if _DROPPED.search(text):
        text, entities = _drop(text, entities)
    trimmed = text.rstrip(" \n")
    first = min((entity["offset"] for entity in entities), default=len(text))
    start = min(len(trimmed) - len(trimmed.lstrip(" \n")), first)
    end = utf16_length(trimmed)
    kept = []
    for entity in entities:
        length = min(entity["length"], end - entity["offset"])
        if length > 0:
            kept.append(entity | {"offset": entity["offset"] - start, "length": length})
    return trimmed[start:], kept


def _drop(text: str, entities: list[Json]) -> tuple[str, list[Json]]:
    places: list[int] = []  # where each UTF-16 unit of the old text lands in the new one
    kept: list[str] = []
    at = 0
    for character in text:
        width = 2 if character > "\uffff" else 1
        places.extend([at] * width)
        if not _DROPPED.match(character):
            kept.append(character)
            at += width
    places.append(at)
    moved = []
    for entity in entities:
        start = places[min(entity["offset"], len(places) - 1)]
        end = places[min(entity["offset"] + entity["length"], len(places) - 1)]
        if end > start:
            moved.append(entity | {"offset": start, "length": end - start})
    return "".join(kept), moved


def found_entities(text: str, known: list[Json]) -> list[Json]:
    """Commands, mentions, hashtags and links that Telegram marks by itself, where nothing else is marked."""
    if not any(mark in text for mark in "/@#$."):
        return known
    taken = [
        (entity["offset"], entity["offset"] + entity["length"])
        for entity in known
        if entity["type"] in {"pre", "code", "text_link", "text_mention", "custom_emoji"}
    ]
    found = []
    ascii_text = text.isascii()
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or "url"
        value = match.group()
        if kind == "url" and match.group("url").count("(") == 0:
            value = value.rstrip(_URL_END)
        if kind == "hashtag" and not re.search(r"[^\W\d_]", value):
            continue
        offset = match.start() if ascii_text else utf16_length(text[: match.start()])
        length = utf16_length(value)
        if not any(offset < end and start < offset + length for start, end in taken):
            found.append({"type": kind, "offset": offset, "length": length})
    if not found:
        return known
    return sorted(known + found, key=lambda entity: (entity["offset"], -entity["length"]))
