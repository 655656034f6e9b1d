"""Where things stand on a captured page: its headline, its text, what surrounds them, as its lines' labels say."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from news.pages.boilerplate import LineKind
from news.pages.line_labels import ARTICLE, LineLabel, label_lines
from news.pages.lines import Line

BODY_LEAST = 40  # characters of text; less is no article
_NEAR = 5  # lines above the text of a page without a headline
_TWICE = 60  # characters of a paragraph that an article does not say again
_SHORT = 10  # characters of a headline that a paragraph may begin with
_PATH = re.compile(r"[/>»›→|]\s*$")
_LONGEST_BEHIND = 60  # characters of a site's name or a date behind the headline said again


@dataclass(frozen=True, slots=True)
class CaptureParts:
    """Where things stand in `lines`: the title's index, the body's indices in order, where its running text begins."""

    lines: Sequence[Line]
    labels: Sequence[LineLabel]
    title: int | None
    body: tuple[int, ...]
    text: int

    @property
    def header(self) -> tuple[int, ...]:
        """Lines between the title and the running text, but a lead; without a title, those close before the text."""
        above = range(self.title + 1 if self.title is not None else max(0, self.text - _NEAR), self.text)
        return tuple(index for index in above if index not in self.body)

    @property
    def tail(self) -> range:
        """Lines after the body."""
        return range(self.body[-1] + 1, len(self.lines))


def find_parts(lines: Sequence[Line]) -> CaptureParts | None:
    """The title and the body, or None where no line is an article's."""
    labels = label_lines(lines)
    body: list[int] = []
    said: set[str] = set()
    title = labels.index(LineLabel.HEADLINE) if LineLabel.HEADLINE in labels else None
    head = _words(lines[title].text) if title is not None else ""
    first = next((index for index, label in enumerate(labels) if label is LineLabel.TEXT), 0)
    for index, (line, label) in enumerate(zip(lines, labels, strict=True)):
        kept = label in ARTICLE or (title is not None and title < index < first and _may_lead(lines, index))
        if (
            kept
            and not _begins_next(lines, index)
            and line.text not in said
            and not (head and _says_only(_words(line.text), head))
        ):
            body.append(index)
            if len(line.text) >= _TWICE:
                said.add(line.text)
    if sum(len(lines[index].text) for index in body) < BODY_LEAST:
        return None
    details = (index for index in body if not any(lines[below].dated for below in range(index, body[-1])[:4]))
    return CaptureParts(lines, labels, title, tuple(body), next(details, body[0]))


def _begins_next(lines: Sequence[Line], index: int) -> bool:
    """A line that the next one says from its beginning, and more: a teaser above its paragraph, a dateline alone."""
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    text = lines[index].text.rstrip("…. ").casefold()
    return len(text) > _SHORT and len(following) > len(text) + 20 and following.casefold().startswith(text)


def _may_lead(lines: Sequence[Line], index: int) -> bool:
    """Whether a line between headline and text is so long that it is a lead, and no link's headline."""
    line = lines[index]
    return line.is_long and lines[index - 1].kind is not LineKind.ASIDE


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


def _says_only(text: str, head: str) -> bool:
    """Whether a line only says the headline again: alone, with a few words behind it, or at the end of a path."""
    if text == head:
        return True
    if len(head) <= _SHORT:
        return False
    if text.startswith(head):
        behind = text[len(head) :]
        return len(behind) <= _LONGEST_BEHIND and not behind.endswith((".", "!", "?", "»")) and behind[0] in " ,|-–—:"
    return text.endswith(head) and _PATH.search(text[: -len(head)]) is not None
