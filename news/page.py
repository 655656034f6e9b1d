"""Pages to articles: a captured page's text with all that surrounds it, or a page's HTML."""

import re
from collections.abc import Container

from news.capture import Parts, find_parts
from news.cited import cited_in
from news.clean import link
from news.dates import Printed, find_date, parse_date, plausible
from news.furniture import Kind, says_published, says_updated
from news.lines import Line, letters_share, lines_of
from news.models import Entry, Published, Rejected
from news.readership import COUNT_FIRST, views_of
from news.shapes import NAME
from news.tags import tags_of

LONGEST_TITLE = 300
_MISSING = re.compile(
    r"(?:страница|публикация|новость|материал)\s+не\s+(?:найден|существу)|^(?:ошибка|error|қате)\s*404|"
    r"404\s*(?:not found|-)|бет\s+табылмады|page not found|парақ\s+табылмады",
    re.IGNORECASE | re.MULTILINE,
)
_SITE_BEHIND = re.compile(r"\s+[|–—-]\s+(?:[\w-]+\.)+(?:kz|ru|com|org|net|info|tv|media|asia)$", re.IGNORECASE)
# « date 2026-05-12 Headline»: who saved the page wrote the day before its text.
_SAVED = re.compile(r"\s*date ((?:19|20)\d\d-\d\d-\d\d)\s+(?=\S)")
_PICTURE = re.compile(r"\b(?:фото|сурет)\s[-–—]\s")
_NAMES = re.compile(rf"(?:{NAME}){{2,9}}+")  # «Анна Белова, Айдос Ким, Шымкент, Газета»
_RUBRIC = re.compile(r"[^.!?]{0,60}")


def parse_capture(
    text: str, name: str, *, url: str | None = None, repeated: Container[str] = (), now: int | None = None
) -> Entry | Rejected:
    """The article in the text of a saved page (menus, widgets, counters and all), or why there is none.

    `name` is the file's and becomes the id. `repeated` are lines this source prints on page after page (news.repeats).
    `url` is the page's address where it is known; `now`, UTC seconds, refuses dates after it. The language is left to
    be detected.
    """
    if not text.strip():
        return Rejected(name, "empty")
    if letters_share(text) < 0.4:
        return Rejected(name, "no text: the letters were lost")
    saved = _SAVED.match(text)
    text = text[saved.end() :] if saved else text
    lines = lines_of(text, repeated)
    parts = find_parts(lines)
    if parts is None:
        return Rejected(name, "no article on the page")
    body = "\n".join(lines[index].text for index in parts.body)
    title = _title(parts)
    if len(body) < 400 and _MISSING.search(text[:1000]):
        return Rejected(name, "no article on the page")
    return Entry(
        id=name,
        title=title,
        body=body,
        url=link(url),
        published=plausible(_published(parts) or (parse_date(saved[1]) if saved else None), now),
        tags=tags_of(parts),
        cited=cited_in(body, _sources(parts)),
        views=views_of(parts),
    )


def _title(parts: Parts) -> str:
    """The headline; where the page lost it, the body's first line, cut to a headline's length."""
    found = parts.lines[parts.body[0] if parts.title is None else parts.title]
    line = found.date.after if _begins_with_date(found) and found.date else found.text
    line = _SITE_BEHIND.sub("", line) or line
    if len(line) <= LONGEST_TITLE:
        return line
    return line[: line.rfind(" ", 0, LONGEST_TITLE)] + "…"


def _begins_with_date(line: Line) -> bool:
    """«06.07.2021 Мост открыт»: a numeric date before the headline on one line."""
    printed = line.date
    return printed is not None and not printed.before and line.text[:1].isdigit() and len(printed.after) > 10


def _published(parts: Parts) -> Published:
    """The day of publication where the page prints it as such: by the title, or with a word that says so.

    A weekday's date without an hour is the visitor's calendar unless it stands under the title.
    """
    lines = parts.lines
    for index, line in enumerate(lines):
        if line.date and index not in parts.body and says_published(line.date.before):
            return line.date.published
        if line.date and index and index not in parts.body and says_published(lines[index - 1].text):
            return line.date.published
    if parts.title is not None and _begins_with_date(lines[parts.title]) and (own := lines[parts.title].date):
        return own.published
    for index in parts.header:
        printed = lines[index].date
        if printed and _only_a_date(lines[index]):
            return printed.published
        if behind := _behind_title(parts, index):
            return behind.published
    if parts.title is not None:
        near = [index for index in range(parts.title) if lines[index].kind is not Kind.NUMBER][-3:]
        for index in reversed(near):
            printed = lines[index].date
            if printed and _only_a_date(lines[index]) and (printed.has_hour or not printed.weekday):
                return printed.published
            named = lines[index].text == _title(parts) or _NAMES.fullmatch(lines[index].text)
            if lines[index].kind is Kind.TEXT and len(lines[index].text) > 40 and not named:
                break
    return _date_after(parts)


def _behind_title(parts: Parts, index: int) -> Printed | None:
    """The hour in a caption, «{title}, фото - новости … от 10.03.2026 14:30», also with tags instead of the title."""
    title, text = _title(parts), parts.lines[index].text
    picture = _PICTURE.search(text)
    behind = text[len(title) :] if text.startswith(title) else text[picture.start() :] if picture else ""
    printed = find_date(behind) if len(behind) <= 100 else None
    return printed if printed and printed.has_hour else None


def _date_after(parts: Parts) -> Published:
    """A single date directly after the body, nothing but credits and tags between."""
    dated = [index for index in parts.tail if parts.lines[index].date]
    for index in parts.tail[:3]:
        line = parts.lines[index]
        if line.date:
            alone = len(dated) == 1 and _only_a_date(line) and not line.date.weekday
            return line.date.published if alone else None
        if line.kind in (Kind.STOP, Kind.ASIDE, Kind.LEGAL):
            return None
    return None


def _only_a_date(line: Line) -> bool:
    """Whether the line is a date and at most a rubric, an author or counters beside it, not a sentence about a day."""
    printed = line.date
    if printed is None or says_updated(printed.before) or re.search(r"\d\s*(?:года|жылы)\b", line.text):
        return False
    if line.kind is Kind.CREDIT and line.text.startswith("Автор"):
        return True
    around = f"{printed.before} {printed.after}".strip()
    if COUNT_FIRST.match(printed.after):  # «20 Апреля 2023 683 Социум Алматы, аким»: counted, so it is the page's own
        return len(around) <= 120
    if len(around) > 60 or around.endswith((".", "!", "?")):
        return False
    words = [word for word in around.split() if word[0].isalpha()]
    small = [word for word in words if word[0].islower() and len(word) > 3]
    return len(words) <= 6 and (not small or len(words) <= 2)


def _sources(parts: Parts) -> list[str]:
    """What stands behind «Источник:» after the body, under the title or right above it."""
    found: list[str] = []
    above = range(max(0, (parts.title or 0) - 2), parts.title or 0)
    for index in (*above, *parts.header, *parts.tail[:10]):
        line = parts.lines[index]
        if line.kind is Kind.SOURCE:
            following = parts.lines[index + 1 : index + 2]
            words = line.rest or (following[0].text if following else "")
            found.append(re.sub(r"^(?:и\s+)?фото\s*:\s*", "", words, flags=re.IGNORECASE))
    return [words for words in found if words and _RUBRIC.fullmatch(words.replace(".", ""))]
