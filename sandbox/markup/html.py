"""Telegram's HTML: what it accepts, what it refuses, and in which words.

The rules and sentences are those of tdlib's ``MessageEntity.cpp``; byte offsets count UTF-8 bytes.
"""

import re
from dataclasses import dataclass

from sandbox.markup.text import checked_link, is_date_format, is_emoji_id, linked_user
from sandbox.refusals import Json, bad_request

# The small steps by which tdlib reads its HTML: spaces, names, numbers, character references.

_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
SPACE = b" \t\r\n\0\x0b"  # the server's own idea of a space, which has no form feed
_REFERENCE = re.compile(rb"&(?:#(?:x([0-9a-fA-F]+)|([0-9]+))|([a-zA-Z]+))")


def reference(source: bytes, at: int) -> tuple[str, int]:
    """The character that a reference stands for, and the index after it; a bare ``&`` stands for itself."""
    found = _REFERENCE.match(source, at)
    if found is None:
        return "&", at + 1
    hexadecimal, decimal, name = found.groups()
    if name is not None:
        character = _NAMED.get(name)
    else:
        too_long = found.end() - at >= 10
        code = 0 if too_long else int(hexadecimal, 16) if hexadecimal else int(decimal)
        character = chr(code) if 0 < code < 0x10FFFF else None
    if character is None:
        return "&", at + 1
    end = found.end()
    return character, end + (source[end : end + 1] == b";")


def integer(value: str) -> int:
    """The number at the beginning of the text, as the server reads a date; 0 when it has no digits or too many."""
    found = re.match(r"-?[0-9]+", value)
    number = int(found.group()) if found else 0
    return number if abs(number) < 2**31 else 0


def matched(pattern: re.Pattern[bytes], source: bytes, at: int) -> bytes:
    """The text that the pattern matches from there on; empty if it does not match."""
    found = pattern.match(source, at)
    return found.group() if found else b""


def lower(name: bytes) -> str:
    """The name with its ASCII letters in lower case and everything else unchanged."""
    return name.decode("utf-8", "replace").translate(_ASCII_LOWER)


_ASCII_LOWER = {upper: upper + 32 for upper in range(ord("A"), ord("Z") + 1)}


MARKS = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
}
TAGS = frozenset(MARKS) | {"a", "tg-emoji", "tg-time", "pre", "code", "blockquote"}
_PLAIN = re.compile(rb"[^<&]+")
_TAG_NAME = re.compile(rb"[^ \t\r\n\0\x0b>]*")
_ATTRIBUTE = re.compile(rb"[^ \t\r\n\0\x0b=>/\"']*")
_NAME_TOKEN = re.compile(rb"[a-zA-Z0-9.-]*")


@dataclass(slots=True)
class _OpenTag:
    tag: str
    argument: str
    date: int
    offset: int  # UTF-16 units of text before it
    start: int  # index into the pieces of text before it


def parse_html(source: str) -> tuple[str, list[Json]]:
    """The text and its entities (offsets in UTF-16 units); raises `Refusal` in Telegram's words."""
    parser = _Parser(source.encode("utf-8", "surrogatepass"))
    try:
        return parser.run()
    except _Wrong as wrong:
        raise bad_request(f"can't parse entities: {wrong}") from None


class _Wrong(Exception):  # noqa: N818
    pass


class _Parser:
    def __init__(self, source: bytes) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.open: list[_OpenTag] = []
        self.entities: list[Json] = []

    def run(self) -> tuple[str, list[Json]]:
        source, end = self.source, len(self.source)
        while self.at < end:
            if run := _PLAIN.match(source, self.at):
                self.at = run.end()
                self.say(run.group().decode("utf-8", "surrogatepass"))
            elif source[self.at] == 0x26:
                character, self.at = reference(source, self.at)
                self.say(character)
            elif source[self.at + 1 : self.at + 2] == b"/":
                self.end_tag()
            else:
                self.start_tag()
        if self.open:
            raise _Wrong(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')
        return self.text(), _sorted(self.entities)

    def text(self) -> str:
        text = "".join(self.pieces)
        try:  # a reference to half a surrogate pair is refused; so are two halves in a row
            text.encode()
        except UnicodeEncodeError:
            raise _Wrong(
                "Text contains invalid Unicode characters after decoding HTML entities, check for unmatched "
                "surrogate code units"
            ) from None
        return text

    def say(self, text: str) -> None:
        self.pieces.append(text)
        self.length += len(text) + sum(character > "\uffff" for character in text)

    def skip_space(self) -> None:
        source = self.source
        while self.at < len(source) and source[self.at] in SPACE:
            self.at += 1

    def start_tag(self) -> None:
        begin = self.at
        name = matched(_TAG_NAME, self.source, begin + 1)
        self.at = begin + 1 + len(name)
        if self.at >= len(self.source) or self.source[self.at] == 0:
            raise _Wrong(f"Unclosed start tag at byte offset {begin}")
        tag = lower(name)
        if tag not in TAGS:
            raise _Wrong(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument, date = "", 0
        for key, value in self.attributes(tag, begin):
            if tag == "tg-time" and key == "unix":
                date = integer(value)
            else:
                argument = _argument(tag, key, value, argument)
        if tag == "span" and argument != "spoiler":
            raise _Wrong(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_OpenTag(tag, argument, date, self.length, len(self.pieces)))

    def attributes(self, tag: str, begin: int) -> list[tuple[str, str]]:
        """The tag's attributes; reads past its closing bracket."""
        found: list[tuple[str, str]] = []
        source, end = self.source, len(self.source)
        unclosed = _Wrong(f'Unclosed start tag "{tag}" at byte offset {begin}')
        while True:
            self.skip_space()
            if self.at < end and source[self.at] == 0x3E:
                self.at += 1
                return found
            name = matched(_ATTRIBUTE, source, self.at)
            self.at += len(name)
            if not name:
                raise _Wrong(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            self.skip_space()
            if self.at >= end:
                raise unclosed
            if source[self.at] != 0x3D:
                found.append((name.decode("utf-8", "replace"), "" if tag != "blockquote" else "1"))
                continue
            self.at += 1
            self.skip_space()
            if self.at >= end:
                raise unclosed
            value = self.value()
            if self.at >= end:
                raise _Wrong(f"Unclosed start tag at byte offset {begin}")
            found.append((name.decode("utf-8", "replace"), value))

    def value(self) -> str:
        source = self.source
        quote = source[self.at : self.at + 1]
        if quote not in (b"'", b'"'):
            begin = self.at
            token = matched(_NAME_TOKEN, source, begin)
            self.at += len(token)
            if self.at < len(source) and source[self.at] not in SPACE and source[self.at] != 0x3E:
                raise _Wrong(f"Unexpected end of name token at byte offset {begin}")
            return lower(token)
        self.at += 1
        pieces: list[bytes] = []
        while self.at < len(source) and (byte := source[self.at : self.at + 1]) != quote:
            if byte == b"&":
                character, self.at = reference(source, self.at)
                pieces.append(character.encode("utf-8", "surrogatepass"))
            else:
                pieces.append(byte)
                self.at += 1
        self.at += self.at < len(source)
        return b"".join(pieces).decode("utf-8", "replace")

    def end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise _Wrong(f"Unexpected end tag at byte offset {begin}")
        name = matched(_TAG_NAME, self.source, begin + 2)
        self.at = begin + 2 + len(name)
        self.skip_space()
        if self.source[self.at : self.at + 1] != b">":
            raise _Wrong(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        tag, opened = lower(name), self.open[-1]
        if tag and tag != opened.tag:
            raise _Wrong(f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{tag}>"')
        if self.length > opened.offset:
            self.close(opened)
        self.open.pop()

    def close(self, opened: _OpenTag) -> None:
        tag, argument = opened.tag, opened.argument
        entity: Json = {"type": MARKS.get(tag, tag), "offset": opened.offset, "length": self.length - opened.offset}
        last = self.entities[-1] if self.entities else {}
        same_place = last.get("offset") == entity["offset"] and last.get("length") == entity["length"]
        if tag == "a":
            url = argument or "".join(self.pieces[opened.start :])
            user = linked_user(url)
            link = None if user else checked_link(url)
            if not user and not link:
                return
            entity |= {"type": "text_mention", "user": {"id": user}} if user else {"type": "text_link", "url": link}
        elif tag == "tg-emoji":
            if not is_emoji_id(argument):
                raise _Wrong("Invalid custom emoji identifier specified")
            entity |= {"type": "custom_emoji", "custom_emoji_id": argument}
        elif tag == "tg-time":
            if not _has_date(opened):
                return
            entity |= {"type": "date_time", "unix_time": opened.date, "date_time_format": argument}
        elif tag == "blockquote" and argument:
            entity["type"] = "expandable_blockquote"
        elif tag == "pre" and same_place and last["type"] == "code" and last.get("language"):
            last["type"] = "pre"
            return
        elif tag == "code":
            if argument and same_place and last["type"] == "pre" and "language" not in last:
                last["language"] = argument
                return
            if argument:
                entity["language"] = argument
        self.entities.append(entity)


def _has_date(opened: _OpenTag) -> bool:
    if not is_date_format(opened.argument):
        raise _Wrong("Invalid date format used")
    return opened.date > 0


def _argument(tag: str, key: str, value: str, before: str) -> str:
    """Apply one attribute to its tag; attributes that Telegram does not know are ignored."""
    if tag == "blockquote" and key == "expandable":
        return "1"
    if (tag, key) in {("a", "href"), ("tg-emoji", "emoji-id"), ("tg-time", "format")}:
        return value
    if (tag, key) == ("code", "class") and value.startswith("language-"):
        return value[9:]
    if (tag, key) == ("span", "class") and value.startswith("tg-"):
        return value[3:]
    return before


def _sorted(entities: list[Json]) -> list[Json]:
    for entity in entities:
        if entity["type"] == "code":
            entity.pop("language", None)
    return sorted(entities, key=lambda entity: (entity["offset"], -entity["length"]))
