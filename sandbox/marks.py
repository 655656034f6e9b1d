"""A text that grows while Markdown is read: what the reader will see, and its marks."""

import re

from sandbox.links import checked_link, linked_user
from sandbox.refusal import Json, bad_request


class Growing:
    """What the reader will see, as it grows."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.at = 0
        self.pieces: list[str] = []
        self.length = 0
        self.entities: list[Json] = []

    def say(self, text: str) -> None:
        """More text."""
        self.pieces.append(text)
        self.length += len(text) + sum(character > "\uffff" for character in text)

    def byte(self, at: int) -> int:
        """The byte offset of a place in the source."""
        return len(self.source[:at].encode("utf-8", "surrogatepass"))

    def mark(self, kind: str, offset: int, **more: object) -> None:
        """A mark from ``offset`` (UTF-16 units) to here; none around nothing."""
        if self.length > offset:
            self.entities.append({"type": kind, "offset": offset, "length": self.length - offset, **more})

    def link(self, offset: int, url: str) -> None:
        """A link or a mention by id; none where Telegram sees no link."""
        if user := linked_user(url):
            self.mark("text_mention", offset, user={"id": user})
        elif link := checked_link(url):
            self.mark("text_link", offset, url=link)

    def language(self) -> str:
        """After the marks of a code block: its language, and past one line break."""
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
