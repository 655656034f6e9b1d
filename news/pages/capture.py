"""Which lines of a captured page are the article: a line's words, its shape, and what stands around it.

The body is the stretch of lines with the greatest sum: sentences count for it, boilerplate, headlines, dates and clocks
against it. Lines that ask for comments or list other headlines end it. Where signs are missing, text is kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from news.pages.boilerplate import LineKind, is_advert
from news.pages.credits import CREDITED
from news.pages.lines import LISTED, TEASER, Line
from news.pages.shapes import MARKS, NAMES, NO_HEADLINE, PLACED, SAYS, SIGNED, echoes, introduces, is_dated, is_row
from news.pages.stretch import stretch_in, without_motto
from news.pages.title_line import title_in

BODY_LEAST = 40  # characters of sentences; less is no article
_ADVERT = 3  # lines of an advertisement in the text
_TWICE = 60  # characters of a paragraph that an article does not say again
_SHORTEST = 3  # characters of a line that says something


@dataclass(frozen=True, slots=True)
class CaptureParts:
    """Where things stand in `lines`: the title's index, the body's indices in order, where its running text begins."""

    lines: Sequence[Line]
    title: int | None
    body: tuple[int, ...]
    text: int

    @property
    def header(self) -> tuple[int, ...]:
        """Lines between the title and the running text, but a lead; without a title, those close before the text."""
        above = range(self.title + 1 if self.title is not None else max(0, self.text - 5), self.text)
        return tuple(index for index in above if index not in self.body)

    @property
    def tail(self) -> range:
        """Lines after the body."""
        return range(self.body[-1] + 1, len(self.lines))


def find_parts(lines: Sequence[Line]) -> CaptureParts | None:
    """The title and the body, or None where no stretch of lines is an article."""
    core = stretch_in(lines)
    if core is None:
        return None
    first, last = core
    first = without_motto(lines, first, last)
    title = title_in(lines, first, last)
    while title is None and first < last and not lines[first].is_sentence:
        first += 1
    text = first if title is None else max(first, title + 1)
    last = _downwards(lines, last)
    body = _kept(lines, text, last, title)
    if sum(len(lines[index].text) for index in body) < BODY_LEAST:
        return None
    return CaptureParts(lines, title, body, text)


def _downwards(lines: Sequence[Line], last: int) -> int:
    """Take in a last paragraph that lost its full stop: one long line; two such lines are headlines of other news."""
    above = last
    while above > 0 and lines[above].text[0] in MARKS and lines[above].text[0] == lines[last].text[0]:
        above -= 1
    if introduces(lines[above]):
        while last + 1 < len(lines) and is_row(lines[last + 1]):
            last += 1
    following = lines[last + 1 : last + 3]
    if not following:
        return last
    line = following[0]
    if len(following) > 1 and line.kind is LineKind.CREDIT and CREDITED.search(line.text) and following[1].is_sentence:
        return last + 2  # a picture before the last paragraph
    headline_next = len(following) > 1 and following[1].kind is LineKind.TEXT and following[1].text.count(" ") >= 3
    boilerplate = LISTED.match(line.text) or TEASER.search(line.text) or SIGNED.match(line.text)
    if line.kind is LineKind.TEXT and not is_dated(line) and not boilerplate:
        attributed = re.search(r"(?:сообщает|передает|пишет|хабарлайды|жазады)\s\S+$", line.text)
        signed_next = headline_next and line.text.count(" ") >= 4 and SIGNED.fullmatch(following[1].text)
        if attributed or signed_next or (len(line.text) >= 70 and not headline_next):
            return last + 1
    return last


def _kept(lines: Sequence[Line], first: int, last: int, title: int | None) -> tuple[int, ...]:
    """The indices of the body: inside the stretch only what is surely boilerplate is left out.

    Of the lines between the title and the stretch those are taken in that are long enough to be a lead.
    """
    head = lines[title].text if title is not None else None
    kept: list[int] = []
    said: set[str] = set()
    aside = False
    advert = -1
    for index in range(first if title is None else title + 1, last + 1):
        line = lines[index]
        if is_advert(line.text):
            advert = max(advert, _advert_end(lines, index))
        if index <= advert or _begins_next(lines, index):
            continue
        if line.kind is LineKind.ASIDE:
            aside = not line.rest  # alone on its line: the headline follows
            continue
        if line.kind is LineKind.NOISE and index and aside and lines[index - 1].kind is LineKind.TEXT:
            aside = False  # its headlines are over
        if line.kind is not LineKind.TEXT or is_dated(line) or LISTED.match(line.text) or _is_caption(lines, index):
            continue
        if len(line.text) < _SHORTEST:
            continue
        if (head is not None and echoes(line.text, head)) or line.text in said:
            continue
        if aside and (not line.is_sentence or len(line.text) < 120) and not NO_HEADLINE.match(line.text):
            continue
        if index < first and (line.text.count(" ") < 4 or len(line.text) < 35):
            continue
        aside = False
        kept.append(index)
        if len(line.text) >= _TWICE:
            said.add(line.text)
    return tuple(kept)


def _advert_end(lines: Sequence[Line], index: int) -> int:
    """The last line of the advertisement marked at `index`: up to the next mark, unless a paragraph is between."""
    for other in range(index + 1, min(index + _ADVERT + 1, len(lines))):
        if is_advert(lines[other].text):
            return other
        if lines[other].is_sentence and lines[other].text.endswith("."):
            break
    return index


def _begins_next(lines: Sequence[Line], index: int) -> bool:
    """A line that the next one says from its beginning, and more: a teaser above its paragraph, a dateline alone."""
    following = lines[index + 1].text if index + 1 < len(lines) else ""
    text = lines[index].text.rstrip("…. ").casefold()
    return len(text) > 10 and len(following) > len(text) + 20 and following.casefold().startswith(text)


def _is_caption(lines: Sequence[Line], index: int) -> bool:
    """A short line printed twice running, a picture's description, then its caption; one with its place and day; who is
    on the picture, above its credit."""
    text = lines[index].text
    if len(text) <= 200 and PLACED.search(text):
        return True
    if NAMES.fullmatch(text) and index + 1 < len(lines) and lines[index + 1].kind is LineKind.CREDIT:
        return True
    return (len(text) <= 200 and not SAYS.search(text)) and any(
        0 <= other < len(lines) and lines[other].text == text for other in (index - 1, index + 1)
    )
