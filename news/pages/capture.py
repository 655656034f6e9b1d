"""Captured pages to articles: the text, and its headline, date, tags, sources and views."""

import re
from collections.abc import Container, Iterator, Sequence
from datetime import datetime
from itertools import pairwise

from news.models import Entry, PublicationTime, RejectedItem
from news.pages.article_lines import CaptureParts, find_parts
from news.pages.boilerplate import CAPITAL, LineKind, number, words_of
from news.pages.line_features import keys_of
from news.pages.lines import ENDS, NAME, Line, has_letters, lines_of
from news.text.citations import cited_in
from news.text.clean import link
from news.text.dates import PrintedDate, find_date, parse_date, plausible

# The number of views: a labelled count, or a bare number where pages print it.

COUNT_FIRST = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:\s+\D|$)")
"""A count at the start of the text after a date («683 Социум Алматы, аким»)."""
# «Общество 0 649», «Общество 0 649 Асель Ким»: comments, views, and maybe the author.
_COMMENTS_BEFORE = re.compile(r"\D\s(\d+)\s(\d{1,3}(?: \d{3})+|\d+)(?:\s[^\W\d_]+){0,3}$")
_CLOCK_BEFORE = re.compile(r"\d:\d\d\s+(\d[\d ]*)$")  # «Сегодня, 14:05 2 814»
_ABOVE = 4  # lines above the title that may count


def views_of(parts: CaptureParts) -> int | None:
    """The number of views; None if the page prints none. A lone 0 counts comments."""
    lines = parts.lines
    above = range(max(0, (parts.title or 0) - _ABOVE), parts.title or 0)
    for index in (*parts.header, *parts.tail, *above):
        count = _labelled(lines, index)
        if count:
            return count
    for index in above:  # «16.09.2025, 16:35 38496», no comments behind it, or the count below
        printed = lines[index].date
        counted_above = (
            lines[index - 1].kind is LineKind.NUMBER and index - 1 in above and number(lines[index - 1].text)
        )
        if printed and not printed.before and counted_above:
            return counted_above
        if printed and printed.has_hour:
            after = printed.after
        elif lines[index].kind is LineKind.CLOCK and lines[index].text[-1].isalpha():  # «2 часа назад»
            after = ""
        else:
            continue
        if counted := COUNT_FIRST.fullmatch(after.removesuffix(" 0")):
            return number(counted[1])
        below = next((one for one in lines[index + 1 : above.stop] if one.kind is not LineKind.NOISE), None)
        if not after and below and below.kind is LineKind.NUMBER and number(below.text):
            return number(below.text)
    if len(above) > 1 and lines[above[-1]].kind is LineKind.NUMBER and lines[above[-2]].kind is LineKind.TEXT:
        return number(lines[above[-1]].text)  # between a kicker and its headline
    # What stands under «Теги:» counts a tag.
    bare = (index for index in parts.header if not index or lines[index - 1].kind is not LineKind.TAGS)
    return max((count for index in bare for count in _bare(lines[index])), default=None)


def _labelled(lines: Sequence[Line], index: int) -> int | None:
    """«1357 просмотров»; «153 0 пікір»; «220 / рет / көрсетілді» or «Просмотры / 220» on lines of their own."""
    line = lines[index]
    if line.words.read is not None:
        return line.words.read
    if line.kind is LineKind.VIEWS:
        for other in (index - 1, index - 2, index + 1):
            if 0 <= other < len(lines) and lines[other].kind is LineKind.NUMBER:
                return number(lines[other].text)
    return None


def _bare(line: Line) -> Iterator[int]:
    """Unlabelled counts in a line under the title: alone, after the date, or after rubric and comments."""
    digits: str | None = None
    if line.kind is LineKind.NUMBER:
        digits = line.text
    elif line.kind is LineKind.CLOCK:
        counted = _CLOCK_BEFORE.search(line.text)
        digits = counted[1] if counted else None
    elif line.date:
        counted = COUNT_FIRST.match(line.date.after) or re.search(r"(?:^|\s)(\d+)$", line.date.after)
        digits = counted[1] if counted else None
    elif line.kind in (LineKind.TEXT, LineKind.NOISE) and (counts := _COMMENTS_BEFORE.search(line.text)):
        digits = counts[2]
    if digits and (count := number(digits)):
        yield count


# Tags: after a label, with commas, with hashes, or as places alone on a line.

_HASHTAG = re.compile(r"#([\w-]+)")


def tags_of(parts: CaptureParts) -> tuple[str, ...]:
    """The tags in the page's order, each once, without rubrics and words of menus."""
    found = [*_comma_run(parts), *_behind_count(parts), *_labelled_tags(parts), *_hashtags(parts), *_places(parts)]
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _comma_run(parts: CaptureParts) -> list[str]:
    """Tags under the title, one in each line, with a comma after each but the last."""
    lines = parts.lines
    run: list[str] = []
    for index in parts.header:
        text = lines[index].text
        if text.endswith(",") and len(text) <= 40:
            run.append(text.rstrip(", "))
        elif run:
            return [*run, text] if len(text) <= 40 and not lines[index].is_sentence else run
    return run


def _behind_count(parts: CaptureParts) -> list[str]:
    """Tags after date, count and rubric in one line («20 Апреля 2023 683 Социум Алматы, аким, субботник»)."""
    for index in parts.header:
        printed = parts.lines[index].date
        counted = COUNT_FIRST.match(printed.after) if printed else None
        if printed and counted:
            first, *others = printed.after[counted.end(1) :].strip().split(",")
            rubric, _, tag = first.strip().partition(" ")
            return [word.strip() for word in (tag or rubric, *others)] if others else []
    return []


def _labelled_tags(parts: CaptureParts) -> list[str]:
    lines = parts.lines
    for index in (*parts.header, *parts.tail):
        line = lines[index]
        if line.kind is not LineKind.TAGS:
            continue
        if line.rest:
            return [tag.strip(" #.") for tag in re.split(r"[,;|]|\s#", line.rest)]
        tags: list[str] = []
        for following in lines[index + 1 : index + 13]:
            rubric = following.words.is_rubric and not following.gap
            if following.kind is not LineKind.TEXT and not following.words.is_place and not rubric:
                break
            if following.date or len(following.text) > 40 or following.text.count(" ") > 3:
                break
            if following.gap and tags and not lines[index + 1].gap:
                break
            tags += [tag.strip(" #.") for tag in following.text.split(",")]
        return tags
    return []


def _hashtags(parts: CaptureParts) -> list[str]:
    """Tags in lines with only #words, near the title or after the body."""
    found: list[str] = []
    for index in (*parts.header, *parts.tail[:8]):
        text = parts.lines[index].text
        if text.startswith("#") and all(word.startswith("#") for word in text.replace(",", " ").split()):
            found += _HASHTAG.findall(text)
    return found


def _places(parts: CaptureParts) -> list[str]:
    """Places («Қазақстан», «Алматы») alone on a line directly after the body."""
    found: list[str] = []
    for index in parts.tail[:6]:
        line = parts.lines[index]
        if line.words.is_place:
            found.append(line.text)
        elif (
            line.kind in (LineKind.STOP, LineKind.ASIDE, LineKind.LEGAL, LineKind.CLOCK)
            or line.date
            or line.kind is LineKind.TEXT
        ):
            break
    return found


# Title and date of a captured page.

LONGEST_TITLE = 300
_SITE_BEHIND = re.compile(r"\s+[|–—-]\s+(?:[\w-]+\.)+(?:kz|ru|com|org|net|info|tv|media|asia)$", re.IGNORECASE)
_PATH_BEFORE = re.compile(r"^(?:[»>/|›]\s*)+")  # «» » Мост открыт»: a path without its steps
_PICTURE = re.compile(r"\b(?:фото|сурет)\s[-–—]\s")
_NAMES = re.compile(rf"(?:{NAME}){{2,9}}+")  # «Анна Белова, Айдос Ким, Шымкент, Газета»
_RUBRIC = re.compile(r"[^.!?]{0,60}")
_CLOCK = r"(?:в\s|сағат\s)?((?:[01]?\d|2[0-3]):[0-5]\d)"
_ONLY_A_CLOCK = re.compile(rf"\W*{_CLOCK}(?::[0-5]\d)?\W*")
_DATELINE = re.compile(rf"[{CAPITAL}][^\d,./]{{1,30}},\s?(\d\d\.\d\d\.)(20\d\d|\d\d)\.?\s?[/(–—-]")
_ISSUE = re.compile(r"№\s?\d+\W")
_TODAY = re.compile(rf"\W*(?:Сегодня|Бүгін)\W*{_CLOCK}\W*")


def title_of(parts: CaptureParts) -> str:
    """The headline; if the page has lost it, the body's first line, cut to a headline's length."""
    found = parts.lines[parts.body[0] if parts.title is None else parts.title]
    line = found.text
    if printed := found.date:
        line = printed.after if _begins_with_date(found) else printed.before if _ends_with_hour(found) else line
    line = _PATH_BEFORE.sub("", line) or line
    line = _SITE_BEHIND.sub("", line) or line
    if len(line) <= LONGEST_TITLE:
        return line
    return line[: line.rfind(" ", 0, LONGEST_TITLE)] + "…"


def _begins_with_date(line: Line) -> bool:
    """Whether a numeric date is before the headline: «06.07.2021 Мост открыт»."""
    printed = line.date
    return printed is not None and not printed.before and line.text[:1].isdigit() and len(printed.after) > 10


def _ends_with_hour(line: Line) -> bool:
    """Whether the time of publication is after the headline: «Мост открыт 2025-04-02 12:39:07»."""
    printed = line.date
    return printed is not None and printed.has_hour and not printed.after and len(printed.before) > 10


def _date_in_title(parts: CaptureParts) -> PrintedDate | None:
    line = parts.lines[parts.title] if parts.title is not None else None
    return line.date if line is not None and (_begins_with_date(line) or _ends_with_hour(line)) else None


def published_in(parts: CaptureParts, title: str) -> PublicationTime:
    """The date that the page prints as that of publication: near the title, or with a word that says so.

    A date with a weekday and without an hour is the visitor's calendar, unless it is under the title.
    """
    lines = parts.lines
    for index, line in enumerate(lines):
        if (
            line.date
            and index not in parts.body
            and (line.words.published or (index and not lines[index - 1].date and lines[index - 1].words.published))
        ):
            return line.date.published
    if own := _date_in_title(parts):
        return own.published
    for index in parts.header:
        printed = lines[index].date
        calendar = printed is not None and parts.title is None and printed.weekday and not printed.has_hour
        if printed and not calendar and _only_a_date(lines[index]):
            return _with_its_clock(lines, index, printed, parts.header)
        if behind := _behind_title(lines[index].text, title):
            return behind.published
    return _date_above(parts, title) or _date_after(parts) or _in_dateline(lines[parts.text].text)


def _in_dateline(text: str) -> PublicationTime:
    """The day of «ДУШАНБЕ, 19.04.2022 /Агентство/. …» and «Бишкек, 12.10.24. /Агентство/ …»."""
    found = _DATELINE.match(text)
    return parse_date(f"{found[1]}{found[2] if len(found[2]) > 2 else f'20{found[2]}'}") if found else None


def _with_its_clock(lines: Sequence[Line], index: int, printed: PrintedDate, among: Container[int]) -> PublicationTime:
    """The day of a line, with the hour if that stands alone on the next line or on the one above."""
    for near in () if printed.has_hour else (index + 1, index - 1):
        clock = _ONLY_A_CLOCK.fullmatch(lines[near].text) if near in among else None
        joined = find_date(f"{lines[index].text} {clock[1]}") if clock else None
        if joined is not None and joined.has_hour:
            return joined.published
    return printed.published


def _date_above(parts: CaptureParts, title: str) -> PublicationTime:
    """A date directly above the title, unless several dates and words show that it is a list of other news."""
    lines = parts.lines
    if parts.title is None:
        return None
    above = [(index, printed) for index in range(parts.title) if (printed := lines[index].date) and lines[index].dated]
    days = [(index, str(printed.published)[:10]) for index, printed in above]
    listed = any(
        first[1] != second[1] and any(lines[index].kind is LineKind.TEXT for index in range(first[0] + 1, second[0]))
        for first, second in pairwise(days)
    )
    near = [index for index in range(parts.title) if lines[index].kind is not LineKind.NUMBER][-3:]
    for index in reversed(near):
        printed = lines[index].date
        if behind := _behind_title(lines[index].text, title):
            return behind.published
        if printed and _only_a_date(lines[index]) and (printed.has_hour or not printed.weekday):
            own = _with_its_clock(lines, index, printed, range(parts.title))
            return own if isinstance(own, datetime) or not listed else None
        named = lines[index].text.startswith(title) or _NAMES.fullmatch(lines[index].text)
        if lines[index].kind is LineKind.TEXT and (listed or len(lines[index].text) > 40) and not named:
            break
    return None


def _behind_title(text: str, title: str) -> PrintedDate | None:
    """The time in a caption, «{title}, фото - новости … от 10.03.2026 14:30», or with tags instead of the title."""
    picture = _PICTURE.search(text)
    behind = text[len(title) :] if text.startswith(title) else text[picture.start() :] if picture else ""
    printed = find_date(behind) if len(behind) <= 100 else None
    return printed if printed and printed.has_hour else None


def _date_after(parts: CaptureParts) -> PublicationTime:
    """The only date directly after the body, with at most credits and tags between."""
    dated = [index for index in parts.tail if parts.lines[index].date]
    for index in parts.tail[:3]:
        line = parts.lines[index]
        if line.date and "@" not in line.text:
            alone = len(dated) == 1 and _only_a_date(line) and not line.date.weekday
            return line.date.published if alone else None
        if line.kind in (LineKind.STOP, LineKind.ASIDE, LineKind.LEGAL):
            return None
    return None


def _only_a_date(line: Line) -> bool:
    """Whether the line is a date with at most a rubric, an author or counters, and not a sentence about a day."""
    printed = line.date
    if printed is None or line.words.updated:
        return False
    if _ISSUE.match(line.text):  # «№91, 9 августа 2012 года»: of a newspaper
        return True
    if (printed.before or printed.after) and re.search(r"\d\s*(?:года|жылы)\b", line.text):
        return False
    if "/" in line.text and " " not in line.text:  # in a picture's path
        return False
    if line.kind is LineKind.CREDIT and line.text.startswith("Автор"):
        return True
    around = f"{printed.before} {printed.after}".strip()
    if COUNT_FIRST.match(printed.after):  # «20 Апреля 2023 683 Социум Алматы, аким»: counted, so it is the page's own
        return len(around) <= 120
    if len(around) > 60 or around.endswith((".", "!", "?")):
        return False
    words = [word for word in around.split() if word[0].isalpha()]
    small = [word for word in words if word[0].islower() and len(word) > 3]
    return len(words) <= 6 and (not small or len(words) <= 2)


def sources_of(parts: CaptureParts) -> list[str]:
    """What follows «Источник:» after the body, under the title or directly above it."""
    found: list[str] = []
    above = range(max(0, (parts.title or 0) - 2), parts.title or 0)
    for index in (*above, *parts.header, *parts.tail[:10]):
        line = parts.lines[index]
        if line.kind is LineKind.SOURCE:
            following = parts.lines[index + 1 : index + 2]
            words = line.rest or (following[0].text if following else "")
            found.append(re.sub(r"^(?:и\s+)?фото\s*:\s*", "", words, flags=re.IGNORECASE))
    return [words for words in found if words and _RUBRIC.fullmatch(words.replace(".", ""))]


# The text of a saved page with everything around the article.

_MISSING = re.compile(
    r"(?:страница|публикация|новость|материал)\s+не\s+(?:найден|существу)|^(?:ошибка|error|қате)\s*404|"
    r"404\s*(?:not found|-)|бет\s+табылмады|page not found|парақ\s+табылмады",
    re.IGNORECASE | re.MULTILINE,
)
_MISSING_HINTS = ("найден", "существу", "404", "табылмады", "not found")  # one is in each: a quick first look
# « date 2026-05-12 Headline»: whoever saved the page wrote the day before its text.
_SAVED = re.compile(r"\s*date ((?:19|20)\d\d-\d\d(?:-\d\d)?)\s+(?=\S)")
# «Мост открыт Статьи 12 апреля 2022 г. 5:32 323 Асан Беков …»: a page without line breaks.
_LEAST_OF_ALL = 400  # characters of a line that is the whole page
_HEADLINE_ROOM = 220  # characters before its date


def parse_capture(
    text: str, name: str, *, url: str | None = None, repeated: Container[str] = (), now: int | None = None
) -> Entry | RejectedItem:
    """The article in the text of a saved page (menus, widgets, counters and all), or why there is none.

    `name` is the file's and becomes the id. `repeated` are lines this source prints on page after page
    (news.pages.lines).
    `url` is the page's address where it is known; `now`, UTC seconds, refuses dates after it. The language is left to
    be detected.
    """
    if not text.strip():
        return RejectedItem(name, "empty")
    saved = _SAVED.match(text)
    text = _parted(text[saved.end() :] if saved else text)
    if not has_letters(text):
        return RejectedItem(name, "no text: the letters were lost")
    lines = lines_of(text, repeated)
    parts = find_parts(lines, keys_of(lines))
    if parts is None:
        return RejectedItem(name, "no article on the page")
    body = parts.article
    title = title_of(parts)
    if len(body) < 400 and _says_missing(text[:1000]):
        return RejectedItem(name, "no article on the page")
    return Entry(
        id=name,
        title=title,
        body=body,
        url=link(url),
        published=plausible(published_in(parts, title) or _saved_at(parts, saved[1] if saved else ""), now),
        tags=tags_of(parts),
        cited=cited_in(body, sources_of(parts)),
        views=views_of(parts),
    )


def _saved_at(parts: CaptureParts, day: str) -> PublicationTime:
    """The day on which a page was saved, with the hour of «Сегодня, 16:08»; None without a day."""
    for index in parts.header if day else ():
        today = _TODAY.fullmatch(parts.lines[index].text)
        printed = find_date(f"{day} {today[1]}") if today else None
        if printed is not None and printed.has_hour:
            return printed.published
    return parse_date(day) if day else None


def _says_missing(beginning: str) -> bool:
    small = beginning.casefold()
    return any(map(small.__contains__, _MISSING_HINTS)) and _MISSING.search(beginning) is not None


def _parted(text: str) -> str:
    """A page in one line, split into headline, date and text, if an hour shows that the date is the page's own."""
    if len(text) < _LEAST_OF_ALL or "\n" in text.strip():
        return text
    line = " ".join(text.split())
    beginning = line[: 2 * _HEADLINE_ROOM]
    printed = find_date(beginning)
    if printed is None or not printed.has_hour or not 0 < len(printed.before) <= _HEADLINE_ROOM:
        return text
    if ENDS.search(printed.before) or not printed.after:  # sentences stand there
        return text
    head, _, last = printed.before.rpartition(" ")
    head, rubric = (head, last) if words_of(last).kind is LineKind.NOISE else (printed.before, "")
    start = beginning.rindex(printed.after)
    counted = COUNT_FIRST.match(printed.after)
    end = start + counted.end(1) if counted else start
    return "\n".join((head, rubric, line[len(printed.before) : end].strip(" |,"), line[end:].strip()))
