"""The lines of a captured page, each with the meaning of its words and how much it looks like running text.

Lines that a source prints on page after page are learnt by counting.
"""

import hashlib
import html
import re
import string
from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from news.pages.boilerplate import CAPITAL, LONGEST_KEPT, LineKind, LineWords, fold, words_of
from news.text.clean import clean, without_tags
from news.text.dates import MONTHS, PrintedDate, one_of

ENDS = re.compile(r"[.!?…;:]+[»”\"’')\]]*$|[.!?…]$")
_CLOSERS = "»”\"’')]"
_ENDINGS = frozenset(".!?…;:")
_ASKS = '!?»”"'
TEASER = re.compile(r"(?:\.\.\.|…)\s*(?:\[…\]|→|»)?$|\[(?:…|\.\.\.)\]$")
_YEAR = re.compile(r"20\d\d")
_SPLIT_DAY = re.compile(rf"(?:0?[1-9]|[12]\d|3[01]) (?:{one_of(sorted(MONTHS, key=len, reverse=True))})\.?,? 20\d\d")
_LANGUAGES = ("ru", "kk", "kz", "qz", "en")
LISTED = re.compile(rf"(?:{'|'.join(_LANGUAGES)})\s+(?=[{CAPITAL}«\"\d])")
_DATED_HEADLINE = re.compile(r"\d\d?\.\d\d?\.\d{4}\s(?:\S+\s+){2}\S")  # «06.07.2021 Мост открыт сегодня»
_SENTENCE = re.compile(r"(?<!\b[гж])[.!?…]+[»”\"’')\]]*$")
_LEAD, _LEAD_SPACES = 35, 4  # characters of a line that is more than a rubric, and blanks between its words
_LONGEST_TEASER = 250  # characters
_LONG = 160  # characters of a line that is text without a mark at its end
_NARROW, _WIDE = 40, 110  # characters of a row at which a page broke its text
_WRAPPED = 2  # rows broken off in a sentence make a page of broken rows
_RAGGED = 20  # characters by which half of them differ at most
_OFTEN = 12  # of so many rows at least one
_MIDDLE = frozenset(',_»”"–—-')  # after which a sentence goes on, as after a letter or a digit
DASHES = frozenset("-–—•*·")
NUMBERED = re.compile(r"\d{1,2}\.\s\S")
_SIGNED = re.compile(r"[.!?]\s[«\"(][^«»\"()]{2,30}[»\")]$")  # «Дорогу закрыли. «Газета»»
_MARKED = re.compile(r"[-–—•·*]\s|\d{1,2}[.)]\s")
_SMALL_WORD = re.compile(r"(?<!\w)[a-zа-яёәғқңөұүһі]{4,}")
_ASKING = re.compile(r"(?![–—-])(?:\S+\s+){2}[^.!?…]{0,120}[!?]+[»”\"]?")  # headlines ask and shout as well
_PARAGRAPH, _PARAGRAPH_SPACES = 45, 4
_LEAST_LETTERS = 0.4  # of what is not white space
_LETTER_BYTES = string.ascii_letters.encode() + b"\xd0\xd1\xd3"  # of Cyrillic letters as UTF-8 writes them
NAME = rf"[{CAPITAL}](?:\.|[\w-]*+(?:\.(?=[a-zа-яё])[\w-]++)*+\.?+),?+\s?+"
"""The pattern of a word of a name."""


# «Рабочие у моста. Семей, 3 мая 2024 года.»: what is on a picture, where and when.
_PLACED = re.compile(
    rf"(?:^|[.!?»]\s)[{CAPITAL}][\w-]+(?:\s(?:[{CAPITAL}][\w-]+|область|облысы|қаласы|район|ауданы|ауылы)){{0,2}},"
    r"\s\d{1,2}\s[^\W\d]+\s(?:19|20)\d\d(?:\s(?:года|г|жыл|ж))?\.?$"
)
_LONGEST_PLACED = 250  # characters


class Line(NamedTuple):
    """A line of a capture that is not blank: its words, their meaning, and its look."""

    words: LineWords
    text: str
    kind: LineKind
    rest: str
    date: PrintedDate | None
    dated: bool
    """Whether it is a date or time and hardly anything else."""
    gap: bool
    """Whether a blank line was before it."""
    shape: str
    """Its look as a letter: paragraph, short sentence, question, headline, word, date, or the kind of its wording."""
    is_paragraph: bool
    """Whether its shape is that of running text: a sentence of some length, or a very long line."""
    is_sentence: bool
    """Whether it looks like running text by itself."""
    is_long: bool
    """Whether it is longer than a rubric, a name or a button, as a lead or a paragraph is."""
    is_cut: bool
    """Whether it is the cut-off beginning of another page's text."""
    is_placed: bool
    """Whether it says what is on a picture, where and when."""


def lines_of(text: str, repeated: Container[str] = ()) -> list[Line]:
    """The capture's lines that are not empty. `repeated` are lines this source prints on page after page.

    These matter only for lines without another meaning: a date, a count or «Источник:» keeps its own.
    """
    text = without_tags(html.unescape(text) if "&" in text else text)
    found: list[Line] = []
    gap = False
    rows = unwrapped(_whole_days(clean(text).split("\n")))
    # A headline that the site's lists hold stands on many pages, and on its own twice.
    counts = Counter(rows) if repeated else {}
    for row in rows:
        kept = len(row) <= LONGEST_KEPT
        words = (words_of if kept else words_of.__wrapped__)(row) if row else None
        if words is None or not words.text:
            gap = True
        else:
            again = repeated and words.kind is LineKind.TEXT and words.date is None and words.text in repeated
            again = again and not (counts[row] > 1 and _is_long(words.text))
            found.append((_line if kept else _line.__wrapped__)(words, gap, bool(again)))
            gap = False
    return found


@lru_cache(4096)
def _line(words: LineWords, gap: bool, again: bool) -> Line:
    text, rest, printed = words.text, words.rest, words.date
    kind = LineKind.REPEATED if again else words.kind
    dated = kind is LineKind.CLOCK or (printed is not None and _is_date_line(text, printed))
    told = words.kind is LineKind.TEXT  # by its words, whatever the site repeats
    ends = told and (
        text.rstrip(_CLOSERS)[-1:] in _ENDINGS or (text[-1] in _CLOSERS and _SIGNED.search(text) is not None)
    )
    cut = told and ("…" in text[-8:] or "..." in text[-8:]) and TEASER.search(text) is not None
    listed = told and text.startswith(_LANGUAGES) and is_listed(text)
    spaces = text.count(" ")
    # What a site repeats looks as it would without that, for so pages look that were learnt from.
    shape = _shape(text, spaces, words.kind, dated, ends, cut, listed)
    if again and shape == "P":
        shape = str(LineKind.LEGAL.value)[:3]
    is_text = kind is LineKind.TEXT
    may_place = is_text and ("20" in text or "19" in text) and text[-1] in ".гж0123456789алы"
    placed = may_place and len(text) < _LONGEST_PLACED and _PLACED.search(text) is not None
    return Line(
        words,
        text,
        kind,
        rest,
        printed,
        dated,
        gap,
        shape,
        shape == "P",
        not (dated or listed) and is_text and (len(text) >= _LONG or (spaces >= 2 and ends)),
        is_text and printed is None and _is_long(text),
        cut and is_text,
        placed,
    )


def _is_long(text: str) -> bool:
    return len(text) >= _LEAD and text.count(" ") >= _LEAD_SPACES


def is_listed(text: str) -> bool:
    """Whether the name of a language stands before a headline: a list of pages in several."""
    return text.startswith(_LANGUAGES) and LISTED.match(text) is not None


def _shape(text: str, spaces: int, kind: LineKind, dated: bool, ends: bool, cut: bool, listed: bool) -> str:
    if dated:
        return "D"
    if kind is not LineKind.TEXT:
        return str(kind.value)[:3]
    teaser = cut and (len(text) < _LONGEST_TEASER or text[-1] == "]")
    if len(text) >= _LONG and not teaser:
        return "W" if listed else "P"
    if ends and not cut and len(text) >= _PARAGRAPH and spaces >= _PARAGRAPH_SPACES:
        asks = text[-1] in _ASKS and _ASKING.fullmatch(text)
        if not asks:
            return "P"
    if spaces < 2:
        return "W"
    return "Q" if text[-1] in "?!" else "S" if ends else "H"


def _whole_days(rows: Sequence[str]) -> list[str]:
    """The rows, with a day in one row that the page has in two or three: «20 / май / 2022», «20 май / 2022»."""
    found: list[str] = []
    for row in rows:
        found.append(row.strip())
        if _YEAR.fullmatch(found[-1]):
            told = [index for index in range(max(0, len(found) - 6), len(found)) if found[index]]
            for count in (3, 2):
                day = " ".join(found[index] for index in told[-count:])
                if len(told) >= count and _SPLIT_DAY.fullmatch(day.casefold()):
                    found[told[-count] :] = [day]
                    break
    return found


def unwrapped(rows: Sequence[str]) -> list[str]:
    """The rows, stripped; if a page broke its paragraphs at a width (mail, old sites), the pieces are joined.

    A piece ends within a sentence and is followed, without a blank line, by a row in lower case. Such a page shows its
    width, and then a piece without room for the next word is joined too, beside such a row: menus have no room either.
    """
    rows = [row.strip() for row in rows]
    broken = _broken(rows)
    if not broken and _WRAPPED < (filled := sum(map(bool, rows))) < len(rows):
        # Or with a blank line below each piece: then many rows are pieces.
        dense = [row for row in rows if row]
        broken = _broken(dense)
        if len(broken) * 3 < filled:
            return rows
        rows = dense
    if len(broken) < _WRAPPED or len(broken) * _OFTEN < sum(map(bool, rows)):
        return rows
    width = max(broken)
    if 2 * sum(length >= width - _RAGGED for length in broken) < len(broken):
        return rows
    found: list[str] = []
    last = ""
    joins = [len(above) >= _NARROW and _goes_on(row) for above, row in pairwise(["", *rows])]
    for index, row in enumerate(rows):
        beside = any(joins[max(0, index - 1) : index + 2])
        full = beside and row and width >= len(last) >= _NARROW and len(last) + 1 + len(row.split(None, 1)[0]) > width
        if joins[index] or (full and not _MARKED.match(row)):
            found[-1] = f"{found[-1]} {row}"
        else:
            found.append(row)
        last = row
    return found


def _broken(rows: Sequence[str]) -> list[int]:
    """The lengths of rows that end within a sentence which the next row goes on with."""
    return [
        len(above)
        for above, below in pairwise(rows)
        if _NARROW <= len(above) <= _WIDE and (above[-1] in _MIDDLE or above[-1].isalnum()) and _goes_on(below)
    ]


def _goes_on(row: str) -> bool:
    button = row.isalpha()  # «увеличить»: one word without a mark
    return row[:1].islower() and not button and not _MARKED.match(row) and not LISTED.match(row)


def _is_date_line(line: str, printed: PrintedDate) -> bool:
    around = (printed.before + printed.after).rstrip(":")
    if _DATED_HEADLINE.match(line) and not printed.before and not printed.after[:1].isdigit() and not printed.has_hour:
        return False
    if len(around) > 40 or ENDS.search(around) or (around and re.search(r"\b(?:года?|жылы|жылғы)$", line)):
        return False
    if printed.has_hour and not printed.after and len(_SMALL_WORD.findall(printed.before)) >= 2:
        return False  # «В городе ввели режим ЧС 2025-04-02 12:39:07» is a headline with its time
    # «Работы завершили 12 мая 2024 года.» says what was done, «Дата публикации: 12 мая 2024 г.» does not.
    return not (_SENTENCE.search(line) and " " in around)


def has_letters(text: str) -> bool:
    """Whether enough of what is not white space are letters: a text that lost its alphabet has few."""
    sample = text[:20_000]
    # Most letters are told by the first of their bytes, and they are nearly always enough.
    coded = sample.encode("utf-8", "replace")
    if len(coded) - len(coded.translate(None, _LETTER_BYTES)) >= _LEAST_LETTERS * len(sample) > 0:
        return True
    sample = "".join(sample.split())
    return bool(sample) and sum(map(str.isalpha, sample)) >= _LEAST_LETTERS * len(sample)


# Lines that a source prints on page after page. They are learnt by counting.
#
# Only (source, hash of a line) and the number of pages it was seen on are kept; the caller stores them.

ENOUGH = 3  # pages of one source with the same line: boilerplate
PAGES = 0  # the key that counts a source's pages themselves
RECENT = 200  # pages after which counts are halved
_SHARE = 5  # a line on fewer than one page in five is a headline that comes again, «Прогноз погоды»
_SHARE_OF_LONG = 2  # a longer one on fewer than half of them is a headline that lists hold for a time
_MOST_LINES = 1000  # of one page
LONGEST = 300  # a longer line said thrice is a statement reprinted, and costs nothing to keep
SHORTEST = 3


def line_hash(line: str) -> int:
    """A signed 64-bit number for a line, the same in every process; case, marks at the ends and counts aside."""
    words = fold(line).rstrip("0123456789 ()[]:")
    digest = hashlib.blake2b(words.encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def lines_to_learn(text: str) -> frozenset[int]:
    """The hashes of a page's lines that may turn out to be boilerplate; each counts once, however often the page has
    it.
    """
    lines = {line.strip() for line in text.split("\n")}
    return frozenset(line_hash(line) for line in lines if SHORTEST <= len(line) <= LONGEST)


def learn(lines: Iterable[int], counts: Mapping[int, int]) -> dict[int, int]:
    """The new counts of these lines after one more page of the source.

    `counts` are the old ones; missing ones are 0.
    """
    return {line: counts.get(line, 0) + 1 for line in lines}


def repeated_lines(text: str, counts: Mapping[int, int], enough: int = ENOUGH) -> frozenset[str]:
    """The lines of a page that were seen on `enough` other pages of its source. parse_capture calls them `repeated`."""
    lines = {line.strip() for line in text.split("\n")}
    return frozenset(
        line for line in lines if SHORTEST <= len(line) <= LONGEST and counts.get(line_hash(line), 0) >= enough
    )


@dataclass(slots=True)
class RepeatedLines:
    """A source's repeated lines while one of its pages is read: `line in repeated`; what was asked for is kept."""

    counts: Mapping[int, int]
    """Those of `learn`, with PAGES."""
    counted: bool = False
    """This page is included in them and must not count for itself."""
    lines: set[int] = field(default_factory=set)
    """The hashes of the lines that were asked for: what the page teaches."""

    def __contains__(self, line: object) -> bool:
        """Whether enough other pages have the line for it to be boilerplate."""
        if not isinstance(line, str) or not SHORTEST <= len(line) <= LONGEST:
            return False
        share = _SHARE_OF_LONG if _is_long(line) else _SHARE
        number = line_hash(line)
        if len(self.lines) < _MOST_LINES:
            self.lines.add(number)
        seen = self.counts.get(number, 0) - self.counted
        return seen >= ENOUGH and seen >= self.counts.get(PAGES, 0) // share
