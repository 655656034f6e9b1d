"""What a line of a page looks like: a headline, a row of a table, a date, the title said again, a signature."""

import re

from news.pages.boilerplate import LineKind
from news.pages.credits import CAPITAL, CREDITED
from news.pages.lines import DATED, ENDS, Line

# «Пикет у здания. Жанаозен, 3 августа 2026 года.»: a picture's place and day.
PLACED = re.compile(
    rf"(?:^|[.!?»]\s)[{CAPITAL}][\w-]+(?:\s(?:[{CAPITAL}][\w-]+|область|облысы|қаласы|район|ауданы|ауылы)){{0,2}},"
    r"\s\d{1,2}\s[^\W\d]+\s(?:19|20)\d\d(?:\s(?:года|г|жыл|ж))?\.?$"
)
# «Анна Белова», «А. Б. Ким», «Газета.kz», one after another: each ends where the next begins, so no way back is tried.
NAME = rf"[{CAPITAL}](?:\.|[\w-]*+(?:\.(?=[a-zа-яё])[\w-]++)*+\.?+),?+\s?+"
NAMES = re.compile(rf"(?:{NAME}){{2,4}}+")
# Whose news it is: a paragraph, though it is printed twice.
SAYS = re.compile(r"(?:сообща|переда[её]|пиш[еу]|информиру|хабарла|жаза|мәлім)\w+", re.IGNORECASE)
# An office under its own news.
SIGNED = re.compile(
    r"(?:отдел|управление|департамент|пресс-служба|аппарат|акимат|комитет|министерство)\b"
    r"|.*(?:басқармасы|бөлімі|қызметі|департаменті|әкімдігі|аппараты|qyzmet[iı])$",
    re.IGNORECASE,
)
# Speech and items of a list, which no headline looks like.
NO_HEADLINE = re.compile(r"[–—-]\s.*[.!?;:,]$|\d{1,2}[.)]\s|.*[.;:]$")
_PATH = re.compile(r"[/>»›→|]\s*$")
_INTRODUCES = 25  # characters of a paragraph that ends with a colon: its list follows
MARKS = "-–—•·*"  # before the items of a list


def is_dated(line: Line) -> bool:
    """Whether the line is a date, or a headline with one before it."""
    return line.weight <= DATED


def is_headline(line: Line) -> bool:
    """Whether the line may be a headline by its shape: some words and no end of a sentence."""
    return line.kind is LineKind.TEXT and not line.is_sentence and not is_dated(line) and line.text.count(" ") >= 2


def exclaims(text: str) -> bool:
    """Whether it asks or shouts, as headlines do too."""
    return len(text) <= 150 and text.endswith(("?", "!", "?»", "!»"))


def introduces(line: Line) -> bool:
    """Whether it is a paragraph behind which its list or table follows."""
    return line.is_sentence and len(line.text) >= _INTRODUCES and line.text.endswith(":")


def is_row(line: Line) -> bool:
    """Whether it may be of a list or a table: a number in it, a small letter or a dash before it, a comma behind."""
    text = line.text
    shaped = any(map(str.isdigit, text)) or text[0].islower() or text[0] in MARKS or text.endswith((";", ","))
    return line.kind is LineKind.TEXT and not is_dated(line) and shaped


def ends_path(text: str, title: str) -> bool:
    """«Алматы и область / {title}»: the way to the page, with its headline at the end."""
    return len(title) > 10 and text.endswith(title) and _PATH.search(text[: -len(title)]) is not None


def echoes(text: str, title: str) -> bool:
    """Whether a line only says the title again, a credit, the site's name or a date behind it, or the way to it."""
    if ends_path(text, title):
        return True
    if not text.startswith(title) or len(title) <= 10:
        return False
    behind = text[len(title) :]
    goes_on = (len(behind) >= 40 or SAYS.search(behind)) and ENDS.search(behind) and not CREDITED.search(behind)
    return len(behind) <= 100 and not goes_on
