"""Inline tags of a rich message: text, marks, links, buttons."""

import re
from typing import Any

from sandbox.markup import BLOCKS, Child, Node
from sandbox.refusal import Json, bad_request

_MARKS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "mark": "marked",
    "sub": "subscript",
    "sup": "superscript",
    "code": "code",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}


def button(node: Node) -> Json:
    """The ``RichMessageButton`` of a ``tg-button``."""
    kind, attributes = node.attributes.get("type", ""), node.attributes
    made: Json = {"text": inline(node.children)}
    if "style" in attributes:
        made["style"] = attributes["style"]
    values: dict[str, Any] = {
        "url": attributes.get("url"),
        "callback_data": attributes.get("data"),
        "web_app": {"url": attributes.get("url")},
        "login_url": {"url": attributes.get("url")},
        "switch_inline_query": attributes.get("query", ""),
        "switch_inline_query_current_chat": attributes.get("query", ""),
        "switch_inline_query_chosen_chat": {"query": attributes.get("query", "")},
        "copy_text": {"text": attributes.get("text", "")},
        "disabled": {},
    }
    if values.get(kind) is None:
        raise bad_request("can't parse rich message: unsupported button type specified")
    return made | {kind: values[kind]}


def inline(children: list[Child], *, keep: bool = False) -> Any:
    """The ``RichText`` of inline children; runs of white space are one space unless ``keep``."""
    pieces: list[Any] = []
    for child in children:
        if isinstance(child, str):
            pieces.append(child if keep else re.sub(r"[ \t\r\n]+", " ", child))
        elif child.tag in BLOCKS and not _is_emoji(child):
            raise bad_request("RICH_VALIDATE_CTOR_NOT_ALLOWED")
        else:
            pieces.append(mark(child))
    if not keep:
        _trim(pieces)
    pieces = [piece for piece in pieces if piece != ""]
    return pieces[0] if len(pieces) == 1 else pieces or ""


def _is_emoji(node: Node) -> bool:
    return node.tag == "img" and node.attributes.get("src", "").startswith("tg://emoji?id=")


def mark(node: Node) -> Any:
    """An inline tag."""
    attributes = node.attributes
    whole = {"br": _line_break, "tg-emoji": _emoji, "img": _emoji, "tg-math": _formula, "tg-button": _button}
    if node.tag in whole:
        return whole[node.tag](node)
    text = _inner(node)
    if node.tag == "a":
        return _link(attributes, text)
    if node.tag == "tg-reference":
        return {"type": "reference", "name": attributes.get("name", ""), "text": text}
    if node.tag == "tg-time":
        unix = attributes.get("unix", "")
        when = int(unix) if unix.isascii() and unix.isdigit() else 0
        return {"type": "date_time", "text": text, "unix_time": when, "date_time_format": attributes.get("format", "")}
    if node.tag == "span" and attributes.get("class") != "tg-spoiler":
        raise bad_request('can\'t parse rich message: Tag "span" must have class "tg-spoiler"')
    return {"type": _MARKS.get(node.tag, "italic"), "text": text}


def _line_break(_node: Node) -> str:
    return "\n"


def _emoji(node: Node) -> Json:
    identifier = node.attributes.get("emoji-id") or node.attributes.get("src", "").partition("id=")[2]
    words = node.words() or node.attributes.get("alt", "")
    return {"type": "custom_emoji", "custom_emoji_id": identifier, "alternative_text": words}


def _formula(node: Node) -> Json:
    return {"type": "mathematical_expression", "expression": node.words()}


def _button(node: Node) -> Json:
    return {"type": "button", "button": button(node)}


def _inner(node: Node) -> Any:
    """Marks keep the spaces at their ends: «a <b>b </b>c»."""
    inner = [re.sub(r"[ \t\r\n]+", " ", one) if isinstance(one, str) else one for one in node.children]
    return inline(inner, keep=True)


def _link(attributes: dict[str, str], text: Any) -> Json:
    if "name" in attributes:
        return {"type": "anchor", "name": attributes["name"]}
    link = attributes.get("href", "")
    if link.startswith("#"):
        return {"type": "anchor_link", "text": text, "anchor_name": link[1:]}
    if link.startswith("mailto:"):
        return {"type": "email_address", "text": text, "email_address": link[7:]}
    if link.startswith("tel:"):
        return {"type": "phone_number", "text": text, "phone_number": link[4:]}
    return {"type": "url", "text": text, "url": link}


def _trim(pieces: list[Any]) -> None:
    """Takes the spaces at both ends and around line breaks away."""
    for number, piece in enumerate(pieces):
        if not isinstance(piece, str) or piece == "\n":
            continue
        if number == 0 or pieces[number - 1] == "\n":
            pieces[number] = pieces[number].lstrip(" ")
        if number == len(pieces) - 1 or pieces[number + 1] == "\n":
            pieces[number] = pieces[number].rstrip(" ")
