"""Inline tags of a rich message: text, marks, links, buttons."""

import re
from dataclasses import dataclass, field
from typing import Any, Union

from sandbox.markup.html import MARKS
from sandbox.refusals import Json, bad_request

# The tags of a rich message as a tree, before they become blocks.

INLINE = frozenset(
    {"a", "b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "code", "mark", "sub", "sup", "br", "cite"}
    | {"tg-spoiler", "span", "tg-reference", "tg-emoji", "tg-time", "tg-math", "tg-button"}
)
BLOCKS = frozenset(
    {"h1", "h2", "h3", "h4", "h5", "h6", "p", "pre", "footer", "hr", "ul", "ol", "blockquote", "aside"}
    | {"img", "video", "audio", "tg-document", "figure", "tg-map", "tg-collage", "tg-slideshow", "table", "details"}
    | {"tg-math-block", "tg-button-row", "tg-thinking"}
)
_INNER = frozenset({"li", "input", "summary", "figcaption", "caption", "tr", "th", "td", "thead", "tbody", "tfoot"})
TAGS = INLINE | BLOCKS | _INNER
_EMPTY = frozenset({"br", "hr", "img", "input", "tg-map"})
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9-]*)(?=[\s/>])((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
_ATTRIBUTE = re.compile(r"([^\s=\"'/]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'/]+)))?")
_REFERENCE = re.compile(r"&(?:#x([0-9a-fA-F]{1,6})|#([0-9]{1,7})|([a-z]+));?")
_NAMED = {
    "lt": "<",
    "gt": ">",
    "amp": "&",
    "quot": '"',
    "apos": "'",
    "nbsp": "\u00a0",
    "hellip": "…",
    "mdash": "—",
    "ndash": "–",
    "lsquo": "‘",
    "rsquo": "’",
    "ldquo": "“",
    "rdquo": "”",
}

NodeChild = Union[str, "RichNode"]


@dataclass(slots=True)
class RichNode:
    """A tag and its children. References in text children are decoded."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[NodeChild] = field(default_factory=list)

    def first(self, *tags: str) -> "RichNode | None":
        """The first direct child with one of these tags."""
        return next((one for one in self.children if isinstance(one, RichNode) and one.tag in tags), None)

    def without(self, *tags: str) -> list[NodeChild]:
        """The children without those tags."""
        return [one for one in self.children if not (isinstance(one, RichNode) and one.tag in tags)]

    def words(self) -> str:
        """All text in it, without tags."""
        return "".join(one if isinstance(one, str) else one.words() for one in self.children)


def parse_markup(source: str) -> RichNode:
    """The tree; refuses unknown tags and wrong nesting, with byte offsets."""
    root = RichNode("")
    stack = [root]
    at = 0
    while at < len(source):
        opening = source.find("<", at)
        if opening < 0:
            opening = len(source)
        if opening > at:
            stack[-1].children.append(decode(source[at:opening]))
        if opening == len(source):
            break
        found = _TAG.match(source, opening)
        if found is None:
            raise _wrong(f"Unclosed start tag at byte offset {_bytes(source, opening)}")
        _tag(source, found, stack)
        at = found.end()
    if len(stack) > 1:
        raise _wrong(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return root


def _tag(source: str, found: re.Match[str], stack: list[RichNode]) -> None:
    tag, place = found[2].lower(), found.start()
    if found[1]:
        if len(stack) == 1:
            if tag in _EMPTY:
                return
            raise _wrong(f"Unexpected end tag at byte offset {_bytes(source, place)}")
        if stack[-1].tag != tag:
            if tag in _EMPTY:
                return
            raise _wrong(
                f"Unmatched end tag at byte offset {_bytes(source, place)}, "
                f'expected "</{stack[-1].tag}>", found "</{tag}>"'
            )
        stack.pop()
        return
    if tag not in TAGS:
        raise _wrong(f'Unsupported start tag "{tag}" at byte offset {_bytes(source, place)}')
    node = RichNode(tag, _attributes(found[3]))
    stack[-1].children.append(node)
    if not found[3].endswith("/") and tag not in _EMPTY:
        stack.append(node)


def _attributes(text: str) -> dict[str, str]:
    return {
        found[1].lower(): decode(next((value for value in found.groups()[1:] if value is not None), ""))
        for found in _ATTRIBUTE.finditer(text)
    }


def decode(text: str) -> str:
    """Numeric references and the thirteen named ones; any other stays as written."""

    def one(found: re.Match[str]) -> str:
        hexadecimal, decimal, name = found.groups()
        if name:
            return _NAMED.get(name, found[0])
        code = int(hexadecimal, 16) if hexadecimal else int(decimal)
        return chr(code) if 0 < code < 0x10FFFF and not 0xD800 <= code <= 0xDFFF else found[0]

    return _REFERENCE.sub(one, text)


def _bytes(source: str, place: int) -> int:
    return len(source[:place].encode("utf-8", "surrogatepass"))


def _wrong(text: str) -> Exception:
    return bad_request(f"can't parse rich message: {text}")


_MARKS = MARKS | {"mark": "marked", "sub": "subscript", "sup": "superscript", "code": "code"}


def button(node: RichNode) -> Json:
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


def inline(children: list[NodeChild], *, keep: bool = False) -> Any:
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


def _is_emoji(node: RichNode) -> bool:
    return node.tag == "img" and node.attributes.get("src", "").startswith("tg://emoji?id=")


def mark(node: RichNode) -> Any:
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


def _line_break(_node: RichNode) -> str:
    return "\n"


def _emoji(node: RichNode) -> Json:
    identifier = node.attributes.get("emoji-id") or node.attributes.get("src", "").partition("id=")[2]
    words = node.words() or node.attributes.get("alt", "")
    return {"type": "custom_emoji", "custom_emoji_id": identifier, "alternative_text": words}


def _formula(node: RichNode) -> Json:
    return {"type": "mathematical_expression", "expression": node.words()}


def _button(node: RichNode) -> Json:
    return {"type": "button", "button": button(node)}


def _inner(node: RichNode) -> Any:
    """The text inside a mark, with the spaces at its ends: «a <b>b </b>c»."""
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
    """Removes spaces at both ends and around line breaks."""
    for number, piece in enumerate(pieces):
        if not isinstance(piece, str) or piece == "\n":
            continue
        if number == 0 or pieces[number - 1] == "\n":
            pieces[number] = pieces[number].lstrip(" ")
        if number == len(pieces) - 1 or pieces[number + 1] == "\n":
            pieces[number] = pieces[number].rstrip(" ")
