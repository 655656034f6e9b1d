"""Telegram's MarkdownV2 and the old Markdown (the rules and sentences are tdlib's)."""

import re
from dataclasses import dataclass

from sandbox.markup.text import checked_link, is_date_format, is_emoji_id, linked_user, telegram_query
from sandbox.refusals import Json, bad_request

# A text that grows while Markdown is read: what the reader will see, and its marks.


class GrowingText:
    """The text and the marks parsed so far."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.entities: list[Json] = []

    def say(self, text: str) -> None:
        """Appends text."""
        self.pieces.append(text)
        self.length += len(text) + sum(character > "\uffff" for character in text)

    def byte(self, at: int) -> int:
        """The byte offset of a place in the source."""
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def mark(self, kind: str, offset: int, **more: object) -> None:
        """Adds a mark from ``offset`` (UTF-16 units) to here, unless there is no text between."""
        if self.length > offset:
            self.entities.append({"type": kind, "offset": offset, "length": self.length - offset, **more})

    def link(self, offset: int, url: str) -> None:
        """Adds a link or a mention by id, unless Telegram would not accept the address."""
        if user := linked_user(url):
            self.mark("text_mention", offset, user={"id": user})
        elif link := checked_link(url):
            self.mark("text_link", offset, url=link)

    def language(self) -> str:
        """The language after a code block's opening marks, or an empty text; reads past one line break."""
        found = re.compile(r"([^\s`]+)(?=[\s])").match(self.source, self.at)
        self.at = found.end() if found else self.at
        if line := re.compile(r"\r\n|\n\r|\n|\r").match(self.source, self.at):
            self.at = line.end()
        return found[1] if found else ""

    def result(self) -> tuple[str, list[Json]]:
        """The text and its entities in order."""
        return "".join(self.pieces), sorted(self.entities, key=lambda one: (one["offset"], -one["length"]))


def wrong_entities(text: str) -> Exception:
    """The refusal of a text that cannot be parsed."""
    return bad_request(f"can't parse entities: {text}")


# Telegram's MarkdownV2 (the rules and sentences are tdlib's).

_NAMES = {
    "bold": "Bold",
    "italic": "Italic",
    "underline": "Underline",
    "strikethrough": "Strikethrough",
    "spoiler": "Spoiler",
    "code": "Code",
    "pre": "Pre",
    "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
    "blockquote": "BlockQuote",
}
_ENDS = {
    "bold": "*",
    "italic": "_",
    "underline": "__",
    "strikethrough": "~",
    "spoiler": "||",
    "code": "`",
    "pre": "```",
    "text_link": "]",
    "custom_emoji": "]",
}
_STARTS = (
    ("```", "pre"),
    ("__", "underline"),
    ("||", "spoiler"),
    ("![", "custom_emoji"),
    ("_", "italic"),
    ("*", "bold"),
    ("~", "strikethrough"),
    ("[", "text_link"),
    ("`", "code"),
)
_RESERVED = "_*[]()~`>#+-=|{}.!"


@dataclass(slots=True)
class _OpenMark:
    kind: str
    offset: int
    at: int  # index of its first mark
    piece: int
    language: str = ""


def parse_markdown_v2(source: str) -> tuple[str, list[Json]]:
    """Text and entities of ``MarkdownV2``."""
    return _Second(source).run()


class _Second:
    def __init__(self, source: str) -> None:
        self.text = GrowingText(source)
        self.open: list[_OpenMark] = []
        self.line_start = True

    def run(self) -> tuple[str, list[Json]]:
        text, source = self.text, self.text.source
        while text.at < len(source):
            character = source[text.at]
            following = source[text.at + 1 : text.at + 2]
            if character == "\\" and following and ord(following) <= 126:
                self.say(following, 2)
            elif self.open and self.open[-1].kind in {"code", "pre"} and character != "`":
                self.say(character, 1)
            elif character == "\n":
                self.line_break()
            elif self.open and self.ends():
                self.close(self.open.pop())
            elif character in _RESERVED:
                self.begin(character)
            else:
                self.say(character, 1)
        self.finish()
        return text.result()

    def say(self, character: str, step: int) -> None:
        self.text.say(character)
        self.text.at += step
        if character != "\r":
            self.line_start = character == "\n"

    def ends(self) -> bool:
        kind, text = self.open[-1].kind, self.text
        if kind not in _ENDS:
            return False
        if kind == "italic" and text.source.startswith("__", text.at):
            return False
        return text.source.startswith(_ENDS[kind], text.at)

    def quotation(self) -> _OpenMark | None:
        return next((one for one in self.open if one.kind == "blockquote"), None)

    def line_break(self) -> None:
        """Ends a quotation when the next line does not continue it."""
        ending = self.quotation() is not None and self.text.source[self.text.at + 1 : self.text.at + 2] != ">"
        if not ending:
            self.say("\n", 1)
            return
        kind = self.closed_quotation(self.text.at)
        self.say("\n", 1)
        opened = self.open.pop()
        self.text.mark(kind, opened.offset)

    def closed_quotation(self, at: int) -> str:
        """The kind of the quotation that ends here; two bars at its end make it expandable."""
        last = self.open[-1]
        before = at - 1 if self.text.source[at - 1 : at] == "\r" else at
        if last.kind == "spoiler" and last.at == before - 2:
            self.open.pop()
            if self.open[-1].kind == "blockquote":
                return "expandable_blockquote"
            last = self.open[-1]
        if last.kind != "blockquote":
            raise self.unended(last)
        return "blockquote"

    def begin(self, character: str) -> None:
        text = self.text
        if character == ">" and self.line_start:
            if self.quotation() is None:
                self.open.append(_OpenMark("blockquote", text.length, text.at, len(text.pieces)))
            text.at += 1
            return
        for start, kind in _STARTS:
            if text.source.startswith(start, text.at):
                opened = _OpenMark(kind, text.length, text.at, len(text.pieces))
                text.at += len(start)
                if kind == "pre":
                    opened.language = text.language()
                self.open.append(opened)
                return
        raise wrong_entities(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")

    def close(self, opened: _OpenMark) -> None:
        text = self.text
        text.at += len(_ENDS[opened.kind])
        if opened.kind == "text_link":
            url = self.address() if text.source.startswith("(", text.at) else "".join(text.pieces[opened.piece :])
            text.link(opened.offset, url)
        elif opened.kind == "custom_emoji":
            self.emoji(opened)
        else:
            text.mark(opened.kind, opened.offset, **({"language": opened.language} if opened.language else {}))

    def address(self) -> str:
        """The address in round brackets."""
        text = self.text
        found = re.compile(r"\(((?:\\[\x01-\x7e]|[^)\\]|\\(?![\x01-\x7e]))*)").match(text.source, text.at)
        begin, text.at = text.at + 1, found.end() if found else text.at
        if not text.source.startswith(")", text.at):
            raise wrong_entities(f"Can't find end of a URL at byte offset {text.byte(begin)}")
        text.at += 1
        return re.sub(r"\\([\x01-\x7e])", r"\1", found[1]) if found else ""

    def emoji(self, opened: _OpenMark) -> None:
        if not self.text.source.startswith("(", self.text.at):
            raise wrong_entities("The entity must contain a tg://emoji or tg://time URL")
        url = self.address()
        emoji, time = telegram_query(url, "emoji"), telegram_query(url, "time")
        if emoji and is_emoji_id(emoji.get("id", "")):
            self.text.mark("custom_emoji", opened.offset, custom_emoji_id=emoji["id"])
        elif time and re.fullmatch(r"[1-9][0-9]{0,9}", time.get("unix", "")) and is_date_format(time.get("format", "")):
            self.text.mark(
                "date_time", opened.offset, unix_time=int(time["unix"]), date_time_format=time.get("format", "")
            )
        else:
            raise wrong_entities("Invalid tg://emoji or tg://time URL specified")

    def finish(self) -> None:
        if self.quotation() is not None:
            kind = self.closed_quotation(len(self.text.source))
            self.text.mark(kind, self.open.pop().offset)
        if self.open:
            raise self.unended(self.open[-1])

    def unended(self, opened: _OpenMark) -> Exception:
        name = "PreCode" if opened.language else _NAMES[opened.kind]
        return wrong_entities(f"Can't find end of {name} entity at byte offset {self.text.byte(opened.at)}")


# Telegram's old Markdown, which knows no nesting (the rules and sentences are tdlib's).

_OLD_MARKS = {"_": "italic", "*": "bold", "`": "code", "[": "text_link"}


def parse_markdown(source: str) -> tuple[str, list[Json]]:
    """Text and entities of the old ``Markdown``, which knows no nesting."""
    text = GrowingText(source)
    while text.at < len(source):
        character = source[text.at]
        if character == "\\" and source[text.at + 1 : text.at + 2] in set(_OLD_MARKS):
            text.say(source[text.at + 1])
            text.at += 2
        elif character in _OLD_MARKS:
            _old_entity(text, _OLD_MARKS[character])
        else:
            text.say(character)
            text.at += 1
    return text.result()


def _old_entity(text: GrowingText, kind: str) -> None:
    source, begin = text.source, text.at
    end_mark = "]" if kind == "text_link" else source[begin]
    text.at += 1
    language = ""
    if source.startswith("```", begin):
        kind, end_mark = "pre", "```"
        text.at = begin + 3
        language = text.language()
    end = source.find(end_mark, text.at)
    if end < 0:
        raise wrong_entities(f"Can't find end of the entity starting at byte offset {text.byte(begin)}")
    offset = text.length
    text.say(source[text.at : end])
    text.at = end + len(end_mark)
    if kind != "text_link":
        text.mark(kind, offset, **({"language": language} if language else {}))
        return
    url = source[begin + 1 : end]
    if source[text.at : text.at + 1] == "(":
        close = source.find(")", text.at)
        url = source[text.at + 1 : close if close >= 0 else len(source)]
        text.at = close + 1 if close >= 0 else len(source)
    text.link(offset, url)
