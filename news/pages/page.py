"""Captured pages to articles: the text of a saved page with all that surrounds it, read line by line."""

import re
from collections.abc import Container

from news.models import Entry, RejectedItem
from news.pages.capture import published_in, sources_of, tags_of, title_of, views_of
from news.pages.line_labels import find_parts
from news.pages.lines import letters_share, lines_of
from news.text.citations import cited_in
from news.text.clean import link
from news.text.dates import parse_date, plausible

_MISSING = re.compile(
    r"(?:страница|публикация|новость|материал)\s+не\s+(?:найден|существу)|^(?:ошибка|error|қате)\s*404|"
    r"404\s*(?:not found|-)|бет\s+табылмады|page not found|парақ\s+табылмады",
    re.IGNORECASE | re.MULTILINE,
)
# « date 2026-05-12 Headline»: who saved the page wrote the day before its text.
_SAVED = re.compile(r"\s*date ((?:19|20)\d\d-\d\d-\d\d)\s+(?=\S)")


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
    if letters_share(text) < 0.4:
        return RejectedItem(name, "no text: the letters were lost")
    saved = _SAVED.match(text)
    text = text[saved.end() :] if saved else text
    lines = lines_of(text, repeated)
    parts = find_parts(lines)
    if parts is None:
        return RejectedItem(name, "no article on the page")
    body = parts.article
    title = title_of(parts)
    if len(body) < 400 and _MISSING.search(text[:1000]):
        return RejectedItem(name, "no article on the page")
    return Entry(
        id=name,
        title=title,
        body=body,
        url=link(url),
        published=plausible(published_in(parts) or (parse_date(saved[1]) if saved else None), now),
        tags=tags_of(parts),
        cited=cited_in(body, sources_of(parts)),
        views=views_of(parts),
    )
