"""Tells what each paragraph of an article is, by how it is written: a heading, somebody's words, or plain text.

A stored body is plain text. The press writes a subheading as a short line without a full stop before a longer
paragraph, and speech after a dash, or in quotation marks followed by one.
"""

import re
from collections.abc import Sequence
from typing import Literal

ParagraphKind = Literal["heading", "quote", "text"]

_HEADING_LETTERS = 90
_SPEECH_LETTERS = 60
_NO_HEADING = re.compile(r"^[\W\d_]|[.!…:;,»\"”)]$")
_SPEECH = re.compile(r"[–—-]\s|[«“„\"].+[»”\"]\s?[,.!?…]?\s[–—-]\s", re.DOTALL)


def kinds(paragraphs: Sequence[str]) -> list[ParagraphKind]:
    """The kind of each paragraph."""
    letters = [len(one.strip()) for one in paragraphs] + [0]
    return [_kind(one.strip(), letters[number]) for number, one in enumerate(paragraphs, 1)]


def _kind(paragraph: str, next_letters: int) -> ParagraphKind:
    if len(paragraph) <= _HEADING_LETTERS < next_letters and paragraph and not _NO_HEADING.search(paragraph):
        return "heading"
    if len(paragraph) >= _SPEECH_LETTERS and _SPEECH.match(paragraph):
        return "quote"
    return "text"
