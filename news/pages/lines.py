"""The lines of a captured page, each with what it says of itself and how much it looks like running text."""

import html
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from itertools import pairwise

from news.pages.boilerplate import LineKind, WordingMatch, label
from news.pages.credits import CAPITAL, without_credit
from news.text.clean import clean, without_tags
from news.text.dates import PrintedDate, find_date

ENDS = re.compile(r"[.!?…;:]+[»”\"’')\]]*$|[.!?…]$")
TEASER = re.compile(r"(?:\.\.\.|…)\s*(?:\[…\]|→|»)?$|\[…\]$")
LISTED = re.compile(rf"(?:ru|kk|kz|qz|en)\s+(?=[{CAPITAL}«\"\d])")
_DATED_HEADLINE = re.compile(r"\d\d?\.\d\d?\.\d{4}\s(?:\S+\s+){2}\S")  # «06.07.2021 Мост открыт сегодня»
_SENTENCE = re.compile(r"(?<!\b[гж])[.!?…]+[»”\"’')\]]*$")
_LEAD, _LEAD_SPACES = 35, 4  # characters of a line that is more than a rubric, and blanks between its words
_LONG = 160  # characters of a line that is text without a mark at its end
_NARROW, _WIDE = 40, 110  # characters of a row at which a page broke its text
_WRAPPED = 2  # rows broken off in a sentence make a page of broken rows
_RAGGED = 20  # characters by which half of them differ at most
_OFTEN = 12  # of so many rows at least one
_MIDDLE = re.compile(r"[\w,»”\"–—-]$")
_MARKED = re.compile(r"[-–—•·*]\s|\d{1,2}[.)]\s")
_SMALL_WORD = re.compile(r"(?<!\w)[a-zа-яёәғқңөұүһі]{4,}")
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a capture that is not blank: its words, what they say of themselves, and a date in it.

    `dated`: it is a date or a clock and next to nothing else. `gap`: a blank line stood before it.
    """

    text: str
    kind: LineKind
    rest: str
    date: PrintedDate | None
    dated: bool
    gap: bool

    @property
    def is_sentence(self) -> bool:
        """Whether it looks like running text by itself."""
        text = self.text
        if self.kind is not LineKind.TEXT or self.dated or LISTED.match(text):
            return False
        return len(text) >= _LONG or (text.count(" ") >= 2 and ENDS.search(text) is not None)

    @property
    def is_long(self) -> bool:
        """Whether it says more than a rubric, a name or a button do: the words of a lead or of a paragraph."""
        text = self.text
        return (
            self.kind is LineKind.TEXT and self.date is None and len(text) >= _LEAD and text.count(" ") >= _LEAD_SPACES
        )


def lines_of(text: str, repeated: Container[str] = ()) -> list[Line]:
    """The capture's lines that say something. `repeated` are lines this source prints on page after page.

    It is asked only of lines that nothing else names: a date, a count or «Источник:» goes on saying what it says.
    """
    found: list[Line] = []
    gap = False
    text = without_tags(html.unescape(text) if "&" in text else text)
    for raw in unwrapped(clean(text).split("\n")):
        line = without_credit(raw)
        if not line:
            gap = True
            continue
        named = label(line)
        printed = find_date(line) if len(line) < 120 and any(map(str.isdigit, line)) else None
        if named.kind is LineKind.TEXT and printed is None and line in repeated:
            named = WordingMatch(LineKind.REPEATED)
        dated = named.kind is LineKind.CLOCK or (printed is not None and _is_date_line(line, printed))
        found.append(Line(line, named.kind, named.rest, printed, dated, gap))
        gap = False
    return found


def unwrapped(rows: Sequence[str]) -> list[str]:
    """The rows, stripped, where a page broke its paragraphs at a width (mail, old sites) with the pieces put together.

    A piece ends in the middle of a sentence and is followed, without a blank line, by what goes on in small letters.
    Such a page says how wide it was: then a piece that had no room for the next word is joined too.
    """
    rows = [row.strip() for row in rows]
    broken = [
        len(above)
        for above, below in pairwise(rows)
        if _NARROW <= len(above) <= _WIDE and _MIDDLE.search(above) and _goes_on(below)
    ]
    if len(broken) < _WRAPPED or len(broken) * _OFTEN < sum(map(bool, rows)):
        return rows
    width = max(broken)
    if 2 * sum(length >= width - _RAGGED for length in broken) < len(broken):
        return rows
    found: list[str] = []
    last = ""
    for row in rows:
        full = last and row and len(last) >= _NARROW and len(last) + 1 + len(row.split(None, 1)[0]) > width
        if len(last) >= _NARROW and (_goes_on(row) or (full and len(last) <= width and not _MARKED.match(row))):
            found[-1] = f"{found[-1]} {row}"
        else:
            found.append(row)
        last = row
    return found


def _goes_on(row: str) -> bool:
    return row[:1].islower() and not _MARKED.match(row) and not LISTED.match(row)


def _is_date_line(line: str, printed: PrintedDate) -> bool:
    around = (printed.before + printed.after).rstrip(":")
    if _DATED_HEADLINE.match(line) and not printed.before and not printed.after[:1].isdigit() and not printed.has_hour:
        return False
    if len(around) > 40 or ENDS.search(around) or (around and re.search(r"\b(?:года?|жылы|жылғы)$", line)):
        return False
    if printed.has_hour and not printed.after and len(_SMALL_WORD.findall(printed.before)) >= 2:
        return False  # «В городе ввели режим ЧС 2025-04-02 12:39:07», a headline with its hour behind it
    # «Работы завершили 12 мая 2024 года.» says what was done, «Дата публикации: 12 мая 2024 г.» does not.
    return not (_SENTENCE.search(line) and " " in around)


def letters_share(text: str) -> float:
    """The share of letters among what is not white space: text that lost its alphabet has few."""
    sample = "".join(text[:20_000].split())
    return len(_LETTERS.findall(sample)) / len(sample) if sample else 0.0
