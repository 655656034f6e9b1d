"""Pages to articles: a captured page's text with all that surrounds it, or a page's HTML."""

import re
from collections.abc import Collection, Sequence

from news.capture import Line, Parts, find_parts, letters_share, lines_of
from news.cited import cited_in
from news.clean import link
from news.dates import Printed, find_date, plausible
from news.furniture import Kind, is_place, number, says_published, views_in
from news.models import Entry, Published, Rejected

LONGEST_TITLE = 300
_MISSING = re.compile(
    r"(?:страница|публикация|новость|материал)\s+не\s+(?:найден|существу)|^(?:ошибка|error|қате)\s*404|"
    r"404\s*(?:not found|-)|бет\s+табылмады|page not found|парақ\s+табылмады",
    re.IGNORECASE | re.MULTILINE,
)
_RUBRIC = re.compile(r"[^.!?]{0,60}")
_COMMENTS_BEHIND = re.compile(r"(?:^|\s)(\d+)\s+\d+\s+(?:пікір|комментари|pikir)", re.IGNORECASE)
_COUNT_FIRST = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:\s+\D|$)")
_HASHTAG = re.compile(r"#([\w-]+)")


def parse_capture(
    text: str, name: str, *, url: str | None = None, repeated: Collection[str] = (), now: int | None = None
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
        published=plausible(_published(parts), now),
        tags=_tags(parts),
        cited=cited_in(body, _sources(parts)),
        views=_views(parts),
    )


def _title(parts: Parts) -> str:
    """The headline; where the page lost it, the body's first line, cut to a headline's length."""
    line = parts.lines[parts.body[0] if parts.title is None else parts.title].text
    if len(line) <= LONGEST_TITLE:
        return line
    return line[: line.rfind(" ", 0, LONGEST_TITLE)] + "…"


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
    for index in parts.header:
        printed = lines[index].date
        if printed and _only_a_date(lines[index]):
            return printed.published
        if behind := _behind_title(parts, index):
            return behind.published
    if parts.title is not None:
        for index in range(parts.title - 1, max(-1, parts.title - 4), -1):
            printed = lines[index].date
            if printed and _only_a_date(lines[index]) and (printed.has_hour or not printed.weekday):
                return printed.published
            if lines[index].kind is Kind.TEXT and len(lines[index].text) > 40 and lines[index].text != _title(parts):
                break
    return _date_after(parts)


def _behind_title(parts: Parts, index: int) -> Printed | None:
    """The hour in a caption that says the title again: «{title}, фото - новости … от 10.03.2026 14:30»."""
    title, text = _title(parts), parts.lines[index].text
    printed = find_date(text[len(title) :]) if text.startswith(title) and len(text) - len(title) <= 100 else None
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
    if printed is None or re.search(r"\d\s*(?:года|жылы)\b", line.text):
        return False
    around = f"{printed.before} {printed.after}".strip()
    if _COUNT_FIRST.match(printed.after):  # «20 Апреля 2023 683 Социум Алматы, аким»: counted, so it is the page's own
        return len(around) <= 120
    if len(around) > 60 or around.endswith((".", "!", "?")):
        return False
    words = [word for word in around.split() if word[0].isalpha()]
    small = [word for word in words if word[0].islower() and len(word) > 3]
    return len(words) <= 6 and (not small or len(words) <= 2)


def _views(parts: Parts) -> int | None:
    """How often the page was read: a labelled count, else a bare number by the title or behind the date; not 0."""
    lines = parts.lines
    around = [*parts.header, *parts.tail, *range(max(0, (parts.title or 0) - 4), parts.title or 0)]
    for index in around:
        count = views_in(lines[index].text)
        if count is None and lines[index].kind is Kind.VIEWS:
            count = _neighbour(lines, index)
        if count:
            return count
    for index in around:
        counted = _COMMENTS_BEHIND.search(lines[index].text)
        if counted:
            return number(counted[1])
    bare = [number(line.text) for line in (lines[index] for index in parts.header) if line.kind is Kind.NUMBER]
    for index in parts.header:
        line = lines[index]
        if line.date and (counted := _COUNT_FIRST.match(line.date.after)):
            bare.append(number(counted[1]))
        elif line.date and (digits := re.search(r"(?:^|\s)(\d[\d ]*)$", line.date.after)):
            bare.append(number(digits[1].split("  ")[-1]))
        elif (
            line.kind in (Kind.TEXT, Kind.NOISE)
            and not line.date
            and (counts := re.search(r"\D\s(\d+)\s(\d+)$", line.text))
        ):
            bare.append(number(counts[2]))
    return max((count for count in bare if count), default=None)


def _neighbour(lines: Sequence[Line], index: int) -> int | None:
    """The number on the line before or after a label («220 / рет / көрсетілді»; «Просмотры / 220»)."""
    for other in (index - 1, index - 2, index + 1):
        if 0 <= other < len(lines) and lines[other].kind is Kind.NUMBER:
            return number(lines[other].text)
    return None


def _tags(parts: Parts) -> tuple[str, ...]:
    found = [*_comma_run(parts), *_behind_count(parts), *_labelled_tags(parts), *_hashtags(parts), *_places(parts)]
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _comma_run(parts: Parts) -> list[str]:
    """One tag a line under the title, each but the last with a comma behind it."""
    lines = parts.lines
    run: list[str] = []
    for index in parts.header:
        text = lines[index].text
        if text.endswith(",") and len(text) <= 40:
            run.append(text.rstrip(", "))
        elif run:
            return [*run, text] if len(text) <= 40 and not lines[index].is_sentence else run
    return run


def _behind_count(parts: Parts) -> list[str]:
    """Tags behind date, count and rubric on one line («20 Апреля 2023 683 Социум Алматы, аким, субботник»)."""
    for index in parts.header:
        printed = parts.lines[index].date
        counted = _COUNT_FIRST.match(printed.after) if printed else None
        if printed and counted:
            first, *others = printed.after[counted.end(1) :].strip().split(",")
            rubric, _, tag = first.strip().partition(" ")
            return [word.strip() for word in (tag or rubric, *others)] if others else []
    return []


def _labelled_tags(parts: Parts) -> list[str]:
    lines = parts.lines
    for index in (*parts.header, *parts.tail):
        line = lines[index]
        if line.kind is not Kind.TAGS:
            continue
        if line.rest:
            return [tag.strip(" #.") for tag in re.split(r"[,;|]|\s#", line.rest)]
        tags: list[str] = []
        for following in lines[index + 1 : index + 13]:
            # A rubric's name may be a tag as well; right under the label it is one.
            rubric = following.kind is Kind.NOISE and not following.gap and not tags
            if following.kind is not Kind.TEXT and not is_place(following.text) and not rubric:
                break
            if following.date or len(following.text) > 40 or following.text.count(" ") > 3:
                break
            if following.gap and tags and not lines[index + 1].gap:
                break
            tags += [tag.strip(" #.") for tag in following.text.split(",")]
        return tags
    return []


def _hashtags(parts: Parts) -> list[str]:
    """Lines of nothing but #words, by the title or after the body."""
    found: list[str] = []
    for index in (*parts.header, *parts.tail[:8]):
        text = parts.lines[index].text
        if text.startswith("#") and all(word.startswith("#") for word in text.replace(",", " ").split()):
            found += _HASHTAG.findall(text)
    return found


def _places(parts: Parts) -> list[str]:
    """«Қазақстан», «Алматы» alone on a line directly after the body."""
    found: list[str] = []
    for index in parts.tail[:6]:
        line = parts.lines[index]
        if is_place(line.text):
            found.append(line.text)
        elif line.kind in (Kind.STOP, Kind.ASIDE, Kind.LEGAL, Kind.CLOCK) or line.date or line.kind is Kind.TEXT:
            break
    return found


def _sources(parts: Parts) -> list[str]:
    """What stands behind «Источник:» after the body or under the title."""
    found: list[str] = []
    for index in (*parts.header, *parts.tail[:10]):
        line = parts.lines[index]
        if line.kind is Kind.SOURCE:
            following = parts.lines[index + 1 : index + 2]
            words = line.rest or (following[0].text if following else "")
            found.append(re.sub(r"^(?:и\s+)?фото\s*:\s*", "", words, flags=re.IGNORECASE))
    return [words for words in found if words and _RUBRIC.fullmatch(words.replace(".", ""))]
