"""A JSON line of the contract: `id, url, title, body, published, source`, optionally `language, tags, views, image`."""

import json
from collections.abc import Mapping

from news.models import Entry, PublicationTime, RejectedItem
from news.text.citations import cited_in
from news.text.clean import clean, clean_line, cut, link, plain
from news.text.dates import parse_iso, plausible

LONGEST_BODY = 1_000_000
LONGEST_ID = 500
LONGEST_TITLE = 500
MOST_TAGS = 50


def parse_json_line(line: str, where: str) -> Entry | RejectedItem:
    """The entry, or the reason why there is none: no JSON, no object, no title.

    `where` names the line; it becomes the id if none is given. A date that cannot be read or is outside 2000…9998 is
    dropped, and so is a link that is not http(s).
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return RejectedItem(where, "no JSON")
    if not isinstance(record, dict):
        return RejectedItem(where, "no JSON object")
    url = link(_text(record, "url"))
    identity = clean_line(_text(record, "id") or url or where)[:LONGEST_ID]
    headline = plain(_text(record, "title"), limit=LONGEST_BODY)
    if not headline:
        return RejectedItem(identity, "no title")
    body = _text(record, "body")
    if len(body) > LONGEST_BODY:
        return RejectedItem(identity, f"a body longer than {LONGEST_BODY} characters")
    body = clean(body).strip()
    title = cut(headline, LONGEST_TITLE)
    if title != headline and headline not in clean_line(body):  # a post without a headline: its end is read and found
        body = f"{headline}\n\n{body}".strip()
    tags = record.get("tags")
    return Entry(
        id=identity,
        title=title,
        body=body,
        url=url,
        published=_published(_text(record, "published")),
        source=clean_line(_text(record, "source")) or None,
        language=_text(record, "language") or None,
        tags=_tags(tags) if isinstance(tags, list) else (),
        cited=cited_in(body),
        views=_count(record.get("views")),
        image=link(_text(record, "image")),
    )


def _text(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and name == "id":
        return str(value)
    return value if isinstance(value, str) else ""


def _published(text: str) -> PublicationTime:
    return plausible(parse_iso(text)) if text else None


def _tags(tags: list[object]) -> tuple[str, ...]:
    cleaned = (clean_line(tag) for tag in tags[:MOST_TAGS] if isinstance(tag, str))
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12 else None
