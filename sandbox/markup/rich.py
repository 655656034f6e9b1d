"""Rich messages: their blocks, what each may hold, and how much of everything.

Limits are those the Bot API documents. Where it does not state its words for a refusal, ours say which limit.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sandbox.markup.formatting import check_action
from sandbox.markup.rich_html import parse_rich_html
from sandbox.markup.rich_inline import BLOCKS
from sandbox.markup.text import checked_link, linked_user, utf16_length
from sandbox.refusals import Json, bad_request

# Rich messages in Markdown. Blocks are parsed here; inline marks are those of common Markdown.

_INLINE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>[^*]+?)\*|_(?P<italic_>[^_]+?)_|~~(?P<strikethrough>.+?)~~"
    r"|\|\|(?P<spoiler>.+?)\|\||==(?P<marked>.+?)==|`(?P<code>[^`]+)`|\[(?P<label>[^\]]+)\]\((?P<url>[^)\s]+)\)"
)
_MEDIUM = re.compile(r"!\[[^\]]*\]\((?P<url>https?://[^\s)]+)(?: \"(?P<caption>[^\"]*)\")?\)")
_ENDINGS = {"mp4": "video", "gif": "animation", "mp3": "audio", "ogg": "voice_note"}
_ITEM = re.compile(r"(?:(?P<bullet>[-*+])|(?P<number>\d+)[.)]) (?:\[(?P<box>[ xX])\] )?(?P<text>.*)")


def parse_rich_markdown(source: str, media: dict[str, Json]) -> list[Json]:
    """The blocks of a Markdown text: headings, lists, quotations, code, tables, dividers, media, paragraphs, HTML.

    Between HTML block tags only HTML is parsed, as in Telegram. Details and galleries are exceptions.
    """
    blocks: list[Json] = []
    lines = source.replace("\r", "").split("\n")
    at = 0
    while at < len(lines):
        tag = re.match(r"\s*<([a-z][a-z0-9-]*)", lines[at])
        if tag and tag[1] in BLOCKS:
            end = _html_end(lines, at, tag[1])
            blocks += parse_rich_html("\n".join(lines[at:end]), media)
            at = end
        else:
            at = _block(lines, at, blocks)
    return blocks


def _html_end(lines: list[str], at: int, tag: str) -> int:
    """The line after the one in which a tag that opened on line ``at`` is closed."""
    depth = 0
    for number in range(at, len(lines)):
        depth += len(re.findall(rf"<{tag}\b(?![^>]*/>)", lines[number])) - len(re.findall(rf"</{tag}>", lines[number]))
        if depth <= 0 or tag in {"hr", "img", "tg-map"}:
            return number + 1
    return len(lines)


def _block(lines: list[str], at: int, blocks: list[Json]) -> int:
    line = lines[at].strip()
    if line.startswith("```"):
        end = next((n for n in range(at + 1, len(lines)) if lines[n].strip() == "```"), len(lines))
        code: Json = {"type": "pre", "text": "\n".join(lines[at + 1 : end])}
        blocks.append(code | ({"language": line[3:]} if line[3:] else {}))
        return end + 1
    if found := re.match(r"(#{1,6}) +(.*)", line):
        blocks.append({"type": "heading", "size": len(found[1]), "text": inline(found[2])})
    elif found := _MEDIUM.fullmatch(line):
        blocks.append(_medium(found))
    elif re.fullmatch(r"(-{3,}|\*{3,}|_{3,})", line):
        blocks.append({"type": "divider"})
    elif line:
        starts = {">": "quote", "|": "table"}
        kind = "list" if _ITEM.match(line) else starts.get(line[0], "paragraph")
        return _run(lines, at, blocks, kind)
    return at + 1


def _medium(found: re.Match[str]) -> Json:
    ending = found["url"].split("?")[0].rsplit(".", 1)[-1].lower()
    kind = _ENDINGS.get(ending, "photo")
    block: Json = {"type": kind, kind: {"type": kind, "media": found["url"]}}
    return block | ({"caption": {"text": inline(found["caption"])}} if found["caption"] else {})


def _is_words(line: str) -> bool:
    return bool(line) and not re.match(r"#{1,6} |```|>|\|", line) and not _ITEM.match(line)


def _run(lines: list[str], at: int, blocks: list[Json], kind: str) -> int:
    """Appends the block that begins at line ``at``; the index of the line after it."""
    tests: dict[str, Callable[[str], bool]] = {
        "quote": lambda line: line.startswith(">"),
        "list": lambda line: _ITEM.match(line) is not None,
        "table": lambda line: line.startswith("|"),
        "paragraph": _is_words,
    }
    belongs = tests[kind]
    end = at + 1
    while end < len(lines) and belongs(lines[end].strip()):
        end += 1
    run = [line.strip() for line in lines[at:end]]
    if kind == "quote":
        inner = parse_rich_markdown("\n".join(line[1:].strip() for line in run), {})
        blocks.append({"type": "blockquote", "blocks": inner})
    elif kind == "list":
        blocks.append({"type": "list", "items": [_item(line) for line in run]})
    elif kind == "table":
        blocks.append(_table(run))
    else:
        blocks.append({"type": "paragraph", "text": inline("\n".join(run))})
    return end


def _item(line: str) -> Json:
    found = _ITEM.match(line)
    if found is None:
        return {"blocks": [{"type": "paragraph", "text": line}]}
    item: Json = {"blocks": [{"type": "paragraph", "text": inline(found["text"])}]}
    if found["number"]:
        item["value"] = int(found["number"])
    if found["box"]:
        item["has_checkbox"] = True
        if found["box"] != " ":
            item["is_checked"] = True
    return item


def _table(run: list[str]) -> Json:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in run]
    header = len(rows) > 1 and all(re.fullmatch(r":?-+:?", cell) for cell in rows[1])
    cells = []
    for number, row in enumerate(rows):
        if header and number == 1:
            continue
        shown: list[Json] = [{"text": inline(cell), "align": "left", "valign": "top"} for cell in row]
        cells.append([cell | {"is_header": True} for cell in shown] if header and number == 0 else shown)
    return {"type": "table", "cells": cells}


def inline(text: str) -> Any:
    """A ``RichText`` of one line."""
    pieces: list[Any] = []
    at = 0
    for found in _INLINE.finditer(text):
        if found.start() > at:
            pieces.append(text[at : found.start()])
        at = found.end()
        if found["label"] is not None:
            pieces.append({"type": "url", "text": inline(found["label"]), "url": found["url"]})
            continue
        kind, value = next((name, value) for name, value in found.groupdict().items() if value is not None)
        kind = kind.rstrip("_")
        pieces.append({"type": kind, "text": value if kind == "code" else inline(value)})
    if at < len(text):
        pieces.append(text[at:])
    return pieces[0] if len(pieces) == 1 else pieces or ""


MOST_CHARACTERS = 32_768
MOST_BLOCKS = 500
DEEPEST = 16
MOST_MEDIA = 50
MOST_COLUMNS = 20
MEDIA = ("photo", "video", "animation", "audio", "document", "voice_note")
NOT_ALLOWED = "RICH_VALIDATE_CTOR_NOT_ALLOWED"
_HELD = {"collage": {"photo", "video", "animation"}, "slideshow": {"photo", "video", "animation"}}
"""What galleries may hold. Other blocks that hold blocks take any but those in ``_TOP_ONLY``."""
_TOP_ONLY = frozenset({"footer", "thinking"})
_LABELS = "aAiI1"
Resolve = Callable[[str, Json], Any]


@dataclass(slots=True)
class _Measure:
    characters: int = 0
    blocks: int = 0
    media: int = 0

    def check(self) -> None:
        if self.characters > MOST_CHARACTERS:
            raise bad_request("rich message is too long")
        if self.blocks > MOST_BLOCKS:
            raise bad_request("rich message has too many blocks")
        if self.media > MOST_MEDIA:
            raise bad_request("rich message has too many media")


def checked_rich(given: object, resolve: Resolve, *, draft: bool = False) -> Json:
    """The ``RichMessage`` that an ``InputRichMessage`` becomes; ``resolve`` turns (kind, input media) into media."""
    if not isinstance(given, dict):
        raise bad_request("object expected as rich message")
    sources = [name for name in ("blocks", "html", "markdown") if given.get(name)]
    if not sources:
        raise bad_request("rich message must be non-empty")
    if len(sources) > 1:
        raise bad_request("exactly one of the fields html, markdown and blocks must be used")
    if sources == ["blocks"]:
        blocks = given["blocks"]
    else:
        media = {one["id"]: one["media"] for one in given.get("media") or []}
        parse = parse_rich_html if sources == ["html"] else parse_rich_markdown
        blocks = parse(given[sources[0]], media)
    measure = _Measure()
    kept = [_Builder(resolve, measure, draft=draft).block(block, 1, "") for block in blocks]
    measure.check()
    if not measure.characters and not measure.media:
        raise bad_request("rich message must be non-empty")
    return {"blocks": kept} | ({"is_rtl": True} if given.get("is_rtl") else {})


class _Builder:
    def __init__(self, resolve: Resolve, measure: _Measure, *, draft: bool) -> None:
        self.resolve = resolve
        self.measure = measure
        self.draft = draft

    def block(self, given: Any, depth: int, holder: str) -> Json:
        if not isinstance(given, dict):
            raise bad_request("block must be non-empty")
        kind = given.get("type") or _guessed(given)
        self._deep(depth)
        self.measure.blocks += 1
        if self.measure.blocks > MOST_BLOCKS:
            self.measure.check()
        if kind not in _HELD.get(holder, {kind}) or (holder and kind in _TOP_ONLY):
            raise bad_request(NOT_ALLOWED)
        if kind == "thinking" and not self.draft:
            raise bad_request(NOT_ALLOWED)
        kept: Json = {**given, "type": kind}
        if kind in MEDIA:
            self.measure.media += 1
            kept[kind] = self.resolve(kind, given[kind])
        self._texts(kept, depth)
        if "blocks" in kept:
            if not kept["blocks"]:
                raise bad_request("block must be non-empty")
            kept["blocks"] = [self.block(one, depth + 1, kind) for one in kept["blocks"]]
        if (check := getattr(self, f"_{kind}", None)) is not None:
            check(kept, depth)
        return kept

    def _deep(self, depth: int) -> None:
        if depth > DEEPEST:
            raise bad_request("rich message is nested too deeply")

    def _texts(self, kept: Json, depth: int) -> None:
        for name in ("text", "summary", "credit"):
            if kept.get(name) is not None:
                kept[name] = self.text(kept[name], depth + 1)
        caption = kept.get("caption")
        if isinstance(caption, dict) and "type" not in caption:
            kept["caption"] = {name: self.text(value, depth + 1) for name, value in caption.items()}
        elif caption is not None:
            kept["caption"] = self.text(caption, depth + 1)
        for name in ("expression",):
            if isinstance(kept.get(name), str):
                self.measure.characters += utf16_length(kept[name])

    def text(self, given: Any, depth: int) -> Any:
        """A ``RichText``: a string, an array, or a mark around another."""
        if isinstance(given, str):
            self.measure.characters += utf16_length(given)
            return given
        if isinstance(given, list):
            return [self.text(one, depth) for one in given]
        if not isinstance(given, dict):
            raise bad_request("can't parse rich message: RichText must be a String, an Array or an Object")
        self._deep(depth)
        kept = dict(given)
        kind = kept.get("type")
        if kind == "url" and not linked_user(kept["url"]) and checked_link(kept["url"]) is None:
            raise bad_request(f"rich text URL '{kept['url']}' is invalid")
        if kind == "button" or "button" in kept:
            kept["button"] = self.button(kept["button"], depth)
        if "text" in kept:
            kept["text"] = self.text(kept["text"], depth + 1)
        for name in ("expression", "alternative_text"):
            if isinstance(kept.get(name), str):
                self.measure.characters += utf16_length(kept[name])
        return kept

    def button(self, given: Any, depth: int) -> Json:
        if not isinstance(given, dict) or "text" not in given:
            raise bad_request("can't parse rich message button: Can't find field \"text\"")
        check_action(given, "rich message button")
        return {**given, "text": self.text(given["text"], depth + 1)}

    def _heading(self, kept: Json, _depth: int) -> None:
        if kept.get("size") not in range(1, 7):
            raise bad_request("invalid section heading size specified")

    def _buttons(self, kept: Json, depth: int) -> None:
        if not 1 <= len(kept["buttons"]) <= 8:
            raise bad_request("a block of buttons must have from 1 to 8 of them")
        if kept.get("align") not in (None, "left", "center", "right"):
            raise bad_request("invalid alignment specified")
        kept["buttons"] = [self.button(one, depth) for one in kept["buttons"]]

    def _list(self, kept: Json, depth: int) -> None:
        items = kept.get("items")
        if not items:
            raise bad_request("list must be non-empty")
        ordered = [bool(item.get("type") or item.get("value")) for item in items]
        if any(one != ordered[0] for one in ordered):
            raise bad_request("list must be either ordered or unordered")
        number = 0
        shown = []
        for item in items:
            if not item.get("blocks"):
                raise bad_request("list item must be non-empty")
            if item.get("type") and item["type"] not in _LABELS:
                raise bad_request("invalid list item type specified")
            number = int(item.get("value") or number + 1)
            self.measure.blocks += 1
            blocks = [self.block(one, depth + 1, "list") for one in item["blocks"]]
            shown.append({**item, "label": f"{number}." if ordered[0] else "•", "blocks": blocks})
        kept["items"] = shown

    def _table(self, kept: Json, depth: int) -> None:
        for row in kept["cells"]:
            self.measure.blocks += 1
            columns = 0
            for cell in row:
                columns += int(cell.get("colspan") or 1)
                if int(cell.get("colspan") or 1) < 1:
                    raise bad_request("invalid table cell colspan specified")
                if int(cell.get("rowspan") or 1) < 1:
                    raise bad_request("invalid table cell rowspan specified")
                if cell.get("text") is not None:
                    cell["text"] = self.text(cell["text"], depth + 1)
            if columns > MOST_COLUMNS:
                raise bad_request("table has too many columns")

    def _map(self, kept: Json, _depth: int) -> None:
        zoom, width, height = (int(kept.get(name) or 0) for name in ("zoom", "width", "height"))
        sides = min(width, height) * 20 >= max(width, height)
        if not 0 <= zoom < 25 or width < 0 or height < 0 or width + height > 10_000 or not sides:
            raise bad_request("invalid map properties specified")


def _guessed(block: Json) -> str:
    """The type of a block that was given without ``type``."""
    for field, kind in (("buttons", "buttons"), ("document", "document")):
        if field in block:
            return kind
    return "expandable_blockquote"
