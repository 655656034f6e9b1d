"""Which lines of a captured page are the article: a line's words, its shape, and what stands around it.

The body is the stretch of lines with the greatest sum: sentences count for it, furniture, headlines, dates and clocks
against it. Lines that ask for comments or list other headlines end it. Where signs are missing, text is kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from news.furniture import Kind
from news.lines import DATED, ENDS, LISTED, TEASER, Line

_WORD = re.compile(r"[^\W\d_]{4,}")
_CREDITED = re.compile(r"фото|сурет|photo|suret|скрин|видео", re.IGNORECASE)
BODY_LEAST = 40  # characters of sentences; less is no article


@dataclass(frozen=True, slots=True)
class Parts:
    """Where things stand in `lines`: the title's index, the body's indices in order, the first index after it."""

    lines: Sequence[Line]
    title: int | None
    body: tuple[int, ...]

    @property
    def header(self) -> range:
        """Lines between the title and the body; without a title, those close before the body."""
        first = self.body[0]
        return range(self.title + 1 if self.title is not None else max(0, first - 5), first)

    @property
    def tail(self) -> range:
        """Lines after the body."""
        return range(self.body[-1] + 1, len(self.lines))


def find_parts(lines: Sequence[Line]) -> Parts | None:
    """The title and the body, or None where no stretch of lines is an article."""
    core = _core(lines)
    if core is None:
        return None
    first, last = core
    title = _title(lines, first, last)
    while title is None and first < last and not lines[first].is_sentence:
        first += 1
    first = _upwards(lines, title, first)
    last = _downwards(lines, last)
    body = _kept(lines, first, last, title)
    if sum(len(lines[index].text) for index in body) < BODY_LEAST:
        return None
    return Parts(lines, title, body)


def _core(lines: Sequence[Line]) -> tuple[int, int] | None:
    """The stretch with the greatest sum that no stop line divides; of two articles on a page, the first."""
    stretches: list[tuple[float, int, int]] = []
    total, start = 0.0, 0
    best = (0.0, 0, 0)
    for index, line in enumerate(lines):
        if line.kind in (Kind.STOP, Kind.LEGAL):
            stretches.append(best)
            total, best = 0.0, (0.0, 0, 0)
            continue
        if total <= 0:
            total, start = 0.0, index
        total += line.weight
        if total > best[0]:
            best = (total, start, index)
    stretches.append(best)
    most = max(stretch[0] for stretch in stretches)
    if most <= 0:
        return None
    chosen = next(stretch for stretch in stretches if stretch[0] >= most * 0.6)
    return chosen[1], chosen[2]


def _stems(text: str) -> set[str]:
    return {word[:5] for word in _WORD.findall(text.casefold().replace("ё", "е"))}


def _title(lines: Sequence[Line], first: int, last: int) -> int | None:
    """The line before the body that is most like its headline: it shares the body's words and is echoed on the page."""
    vocabulary = _stems(" ".join(line.text for line in lines[first + 1 : last + 1] if line.is_sentence))
    with_opening = vocabulary | _stems(lines[first].text)
    chosen, highest = None, 0.6
    # The body's own first line may be the headline: a question or a shout is a sentence by its shape.
    for index in range(first + (1 if first < last and _exclaims(lines[first].text) else 0)):
        line = lines[index]
        if line.kind is not Kind.TEXT or len(line.text) > 300 or line.weight <= DATED:
            continue
        score = _likeness(lines, index, with_opening if index < first else vocabulary) - 0.05 * min(first - index, 60)
        if score > highest:
            chosen, highest = index, score
    return chosen


def _exclaims(text: str) -> bool:
    return len(text) <= 150 and text.endswith(("?", "!", "?»", "!»"))


def _likeness(lines: Sequence[Line], index: int, vocabulary: set[str]) -> float:
    text = lines[index].text
    stems = _stems(text)
    words = text.count(" ") + 1
    if not stems or (words < 2 and len(text) < 12):
        return 0.0
    score = 4.0 * len(stems & vocabulary) / (len(stems) + 1)
    score += 1.0 if 4 <= words <= 20 else -0.5
    score += 1.0 if index == 0 else 0.0
    score -= 2.0 if text.endswith((".", ":", ",", ";")) else 0.0
    score -= 1.5 if LISTED.match(text) or TEASER.search(text) else 0.0
    score -= 1.5 if len(text) > 200 else 0.0
    if any(len(other.text) >= len(text) and text in other.text for n, other in enumerate(lines) if n != index):
        score += 1.5
    following = lines[index + 1 : index + 4]
    if any(line.date or line.kind in (Kind.NUMBER, Kind.VIEWS) for line in following):
        score += 1.0
    if index and lines[index - 1].kind is Kind.ASIDE:
        score -= 2.0
    # Without a word in common only the place speaks for it: a menu stands at the top as well.
    return score if stems & vocabulary else 0.4 * score


def _echoes(text: str, title: str) -> bool:
    """Whether a line only says the title again, a credit, the site's name or a date behind it."""
    if not text.startswith(title) or len(title) <= 10:
        return False
    behind = text[len(title) :]
    goes_on = len(behind) >= 40 and ENDS.search(behind) and not _CREDITED.search(behind)
    return len(behind) <= 100 and not goes_on


def _upwards(lines: Sequence[Line], title: int | None, first: int) -> int:
    """Take in the lines between title and body that are long enough to be a lead without its full stop."""
    if title is None:
        return first
    if first <= title:
        first = title + 1
    floor, head = title, lines[title].text
    while floor + 1 < first:
        index = floor + 1
        line = lines[index]
        longish = line.text.count(" ") >= 4 and len(line.text) >= 35
        if line.kind is Kind.TEXT and longish and not _echoes(line.text, head) and not _dated(line):
            return index
        floor += 1
    return first


def _dated(line: Line) -> bool:
    return line.weight <= DATED


def _downwards(lines: Sequence[Line], last: int) -> int:
    """Take in a last paragraph that lost its full stop: one long line; two such lines are headlines of other news."""
    following = lines[last + 1 : last + 3]
    if not following:
        return last
    line = following[0]
    headline_next = len(following) > 1 and following[1].kind is Kind.TEXT and following[1].text.count(" ") >= 3
    if line.kind is Kind.TEXT and not _dated(line) and not LISTED.match(line.text) and not TEASER.search(line.text):
        attributed = re.search(r"(?:сообщает|передает|пишет|хабарлайды|жазады)\s\S+$", line.text)
        if attributed or (len(line.text) >= 70 and not headline_next):
            return last + 1
    return last


def _kept(lines: Sequence[Line], first: int, last: int, title: int | None) -> tuple[int, ...]:
    """The indices of the body: inside the stretch only what is surely furniture is left out."""
    head = lines[title].text if title is not None else None
    kept: list[int] = []
    aside = False
    for index in range(first, last + 1):
        line = lines[index]
        if line.kind is Kind.ASIDE:
            aside = not line.rest  # alone on its line: the headline follows
            continue
        if line.kind is not Kind.TEXT or _dated(line) or LISTED.match(line.text) or _is_caption(lines, index):
            continue
        if head is not None and _echoes(line.text, head):
            continue
        if aside and (not line.is_sentence or len(line.text) < 120) and not line.text.endswith("."):
            continue
        aside = False
        kept.append(index)
    return tuple(kept)


def _is_caption(lines: Sequence[Line], index: int) -> bool:
    """A short line printed twice running: a picture's description, then its caption."""
    text = lines[index].text
    return len(text) <= 200 and any(
        0 <= other < len(lines) and lines[other].text == text for other in (index - 1, index + 1)
    )
