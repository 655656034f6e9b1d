"""How often a captured page was read: a labelled count, or a bare number where pages print it."""

import re
from collections.abc import Iterator, Sequence

from news.capture import Parts
from news.furniture import Kind, number, views_in
from news.lines import Line

COUNT_FIRST = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:\s+\D|$)")
"""A count at the start of what stands behind a date («683 Социум Алматы, аким»)."""
_COMMENTS_BEHIND = re.compile(r"(?:^|\s)(\d+)\s+\d+\s+(?:пікір|комментари|pikir|پىكىر)", re.IGNORECASE)
# «Общество 0 649», «Общество 0 649 Асель Ким»: comments, views, and perhaps who wrote it.
_COMMENTS_BEFORE = re.compile(r"\D\s(\d+)\s(\d{1,3}(?: \d{3})+|\d+)(?:\s[^\W\d_]+){0,3}$")
_LABELLED = re.compile(r"[^\W\d]+[\s:]*\d[\d ]*")  # «17.06.2026 10:05 Просмотров: 96 Печать»
_CLOCK_BEFORE = re.compile(r"\d:\d\d\s+(\d[\d ]*)$")  # «Сегодня, 14:05 2 814»
_ABOVE = 4  # lines above the title that may count


def views_of(parts: Parts) -> int | None:
    """The count, None where the page prints none; a lone 0 is the number of comments."""
    lines = parts.lines
    above = range(max(0, (parts.title or 0) - _ABOVE), parts.title or 0)
    for index in (*parts.header, *parts.tail, *above):
        count = _labelled(lines, index)
        if count:
            return count
    for index in above:  # «16.09.2025, 16:35 38496», no comments behind it, or the count below
        printed = lines[index].date
        counted_above = lines[index - 1].kind is Kind.NUMBER and index - 1 in above and number(lines[index - 1].text)
        if printed and not printed.before and counted_above:
            return counted_above
        if printed and printed.has_hour:
            after = printed.after
        elif lines[index].kind is Kind.CLOCK and lines[index].text[-1].isalpha():  # «2 часа назад»
            after = ""
        else:
            continue
        if counted := COUNT_FIRST.fullmatch(after.removesuffix(" 0")):
            return number(counted[1])
        below = next((one for one in lines[index + 1 : above.stop] if one.kind is not Kind.NOISE), None)
        if not after and below and below.kind is Kind.NUMBER and number(below.text):
            return number(below.text)
    return max((count for index in parts.header for count in _bare(lines[index])), default=None)


def _labelled(lines: Sequence[Line], index: int) -> int | None:
    """«1357 просмотров»; «153 0 пікір»; «220 / рет / көрсетілді» or «Просмотры / 220» on lines of their own."""
    line = lines[index]
    count = views_in(line.text)
    for label in _LABELLED.finditer(line.date.after if line.date else ""):
        count = count or views_in(label[0])
    if count is not None:
        return count
    if counted := _COMMENTS_BEHIND.search(line.text):
        return number(counted[1])
    if line.kind is Kind.VIEWS:
        for other in (index - 1, index - 2, index + 1):
            if 0 <= other < len(lines) and lines[other].kind is Kind.NUMBER:
                return number(lines[other].text)
    return None


def _bare(line: Line) -> Iterator[int]:
    """Counts that a line under the title gives without a label: alone, behind the date, behind rubric and comments."""
    digits: str | None = None
    if line.kind is Kind.NUMBER:
        digits = line.text
    elif line.kind is Kind.CLOCK:
        counted = _CLOCK_BEFORE.search(line.text)
        digits = counted[1] if counted else None
    elif line.date:
        counted = COUNT_FIRST.match(line.date.after) or re.search(r"(?:^|\s)(\d+)$", line.date.after)
        digits = counted[1] if counted else None
    elif line.kind in (Kind.TEXT, Kind.NOISE) and (counts := _COMMENTS_BEFORE.search(line.text)):
        digits = counts[2]
    if digits and (count := number(digits)):
        yield count
