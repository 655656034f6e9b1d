"""Rich messages written in Markdown: the block structure; inline marks as in common Markdown."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.markup.rich_html import parse_rich_html
from sandbox.markup.rich_inline import BLOCKS
from sandbox.refusals import Json

_INLINE = re.compile(
    r"\*\*(?P<bold>.+?)\*\*|\*(?P<italic>[^*]+?)\*|_(?P<italic_>[^_]+?)_|~~(?P<strikethrough>.+?)~~"
    r"|\|\|(?P<spoiler>.+?)\|\||==(?P<marked>.+?)==|`(?P<code>[^`]+)`|\[(?P<label>[^\]]+)\]\((?P<url>[^)\s]+)\)"
)
_MEDIUM = re.compile(r"!\[[^\]]*\]\((?P<url>https?://[^\s)]+)(?: \"(?P<caption>[^\"]*)\")?\)")
_ENDINGS = {"mp4": "video", "gif": "animation", "mp3": "audio", "ogg": "voice_note"}
_ITEM = re.compile(r"(?:(?P<bullet>[-*+])|(?P<number>\d+)[.)]) (?:\[(?P<box>[ xX])\] )?(?P<text>.*)")


def parse_rich_markdown(source: str, media: dict[str, Json]) -> list[Json]:
    """The blocks of a Markdown text: headings, lists, quotations, code, tables, dividers, media, paragraphs, HTML.

    Between block tags of HTML only HTML is read, as Telegram has it (but for its details and galleries).
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
    """Takes the lines that belong together."""
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
