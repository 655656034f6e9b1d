"""The lines of a captured page, each with what it says of itself and how much it looks like running text."""

import html
import re
from collections.abc import Container
from dataclasses import dataclass

from news.pages.boilerplate import LineKind, LineLabel, is_advert, label
from news.pages.credits import CAPITAL, without_credit
from news.text.clean import clean, without_tags
from news.text.dates import PrintedDate, find_date

ENDS = re.compile(r"[.!?…;:]+[»”\"’')\]]*$|[.!?…]$")
TEASER = re.compile(r"(?:\.\.\.|…)\s*(?:\[…\]|→|»)?$|\[…\]$")
LISTED = re.compile(rf"(?:ru|kk|kz|qz|en)\s+(?=[{CAPITAL}«\"\d])")
_ITEM = re.compile(r"(?:[-–—•·*]|\d{1,2}[.)])\s*\S")
_ASKING = re.compile(r"(?![–—-])(?:\S+\s+){2}[^.!?…]{0,120}[!?]+[»”\"]?")
_DATED_HEADLINE = re.compile(r"\d\d?\.\d\d?\.\d{4}\s(?:\S+\s+){2}\S")  # «06.07.2021 Мост открыт сегодня»
_LETTERS = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a capture that is not blank: its words, what they say of themselves, a date in it, and its weight.

    `weight` is positive for what sentences look like and negative for boilerplate. `gap`: a blank line stood before it.
    """

    text: str
    kind: LineKind
    rest: str
    date: PrintedDate | None
    weight: float
    gap: bool

    @property
    def is_sentence(self) -> bool:
        """Whether it looks like running text by itself."""
        return self.weight > 0


def lines_of(text: str, repeated: Container[str] = ()) -> list[Line]:
    """The capture's lines that say something. `repeated` are lines this source prints on page after page.

    It is asked only of lines that nothing else names: a date, a count or «Источник:» goes on saying what it says.
    """
    found: list[Line] = []
    gap = False
    text = without_tags(html.unescape(text) if "&" in text else text)
    for raw in clean(text).split("\n"):
        line = without_credit(raw.strip())
        if not line:
            gap = True
            continue
        named = label(line)
        printed = find_date(line) if len(line) < 120 and any(map(str.isdigit, line)) else None
        if named.kind is LineKind.TEXT and printed is None and line in repeated:
            named = LineLabel(LineKind.REPEATED)
        found.append(Line(line, named.kind, named.rest, printed, _weight(line, named, printed), gap))
        gap = False
    return found


_WEIGHTS = {
    LineKind.ASIDE: -10.0,
    LineKind.NOISE: -4.0,
    LineKind.REPEATED: -4.0,
    LineKind.CREDIT: -4.0,
    LineKind.SOURCE: -6.0,
    LineKind.TAGS: -12.0,
}
DATED = -25.0  # a date or a clock between paragraphs is a list of other news


def _weight(line: str, named: LineLabel, printed: PrintedDate | None) -> float:
    kind = named.kind
    if kind is LineKind.ASIDE and named.rest:
        return -3.0  # the headline on the same line: nothing else of the list follows
    if kind is LineKind.CLOCK or (printed and _is_date_line(line, printed)):
        return DATED
    if is_advert(line):
        return -1.0  # the article goes on behind it
    if kind is not LineKind.TEXT:
        return _WEIGHTS.get(kind, -8.0)
    if LISTED.match(line):
        return -8.0
    length = len(line)
    words = line.count(" ") + 1
    if 60 <= length < 250 and TEASER.search(line):
        return -2.0
    if ENDS.search(line) and words >= 3:
        # The headlines of other news ask and shout as well.
        return 0.5 if _ASKING.fullmatch(line) else min(length, 400) / 10
    if length >= 160:
        return min(length, 400) / 14
    if _ITEM.match(line) and words >= 4:
        return 1.0
    return -3.0


def _is_date_line(line: str, printed: PrintedDate) -> bool:
    around = (printed.before + printed.after).rstrip(":")
    if _DATED_HEADLINE.match(line) and not printed.before and not printed.after[:1].isdigit() and not printed.has_hour:
        return False
    return len(around) <= 40 and not ENDS.search(around) and not re.search(r"\b(?:года?|жылы|жылғы)$", line)


def letters_share(text: str) -> float:
    """The share of letters among what is not white space: text that lost its alphabet has few."""
    sample = "".join(text[:20_000].split())
    return len(_LETTERS.findall(sample)) / len(sample) if sample else 0.0
