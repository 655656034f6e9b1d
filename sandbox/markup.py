"""A tree of the tags of a rich message, before they become blocks."""

import re
from dataclasses import dataclass, field
from typing import Union

from sandbox.refusal import bad_request

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

Child = Union[str, "Node"]


@dataclass(slots=True)
class Node:
    """A tag with what it holds; text children have their references decoded."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    def first(self, *tags: str) -> "Node | None":
        """The first direct child with one of these tags."""
        return next((one for one in self.children if isinstance(one, Node) and one.tag in tags), None)

    def without(self, *tags: str) -> list[Child]:
        """The children but for those."""
        return [one for one in self.children if not (isinstance(one, Node) and one.tag in tags)]

    def words(self) -> str:
        """All text in it."""
        return "".join(one if isinstance(one, str) else one.words() for one in self.children)


def parse_markup(source: str) -> Node:
    """The tree; refuses unknown tags and wrong nesting, with byte offsets."""
    root = Node("")
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


def _tag(source: str, found: re.Match[str], stack: list[Node]) -> None:
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
    node = Node(tag, _attributes(found[3]))
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
