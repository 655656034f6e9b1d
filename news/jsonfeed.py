"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), read as loosely as strangers write it."""

import json
from datetime import tzinfo
from typing import Any

from news.clean import clean
from news.markup import line, paragraphs, web_address
from news.models import Entry
from news.rss import MOST_ITEMS, TEASER
from news.source import Document, Feed, FeedItem, UnreadableError
from news.when import LOCAL, moment


def parse_jsonfeed(document: Document, zone: tzinfo = LOCAL) -> Feed:
    """The items of a JSON Feed, at most 500; raises UnreadableError where it is none."""
    try:
        about = json.loads(document.content)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(f"JSON: {type(error).__name__}") from error
    if not isinstance(about, dict) or not isinstance(about.get("items"), list):
        raise UnreadableError("JSON, but no JSON Feed")
    found = [_item(item, document.url, zone) for item in about["items"][:MOST_ITEMS]]
    items = tuple(item for item in found if item)
    return Feed(
        kind="feed",
        title=line(_text(about, "title"))[:200],
        language=_text(about, "language")[:20].lower() or None,
        items=items,
        rejected=len(found) - len(items),
    )


def _item(found: object, base: str, zone: tzinfo) -> FeedItem | None:
    if not isinstance(found, dict):
        return None
    guid = str(found["id"])[:1000] if isinstance(found.get("id"), str | int | float) else ""
    url = web_address(found.get("url"), base) or web_address(found.get("external_url"), base) or web_address(guid)
    body = paragraphs(_text(found, "content_html")) or clean(_text(found, "content_text")).strip()
    summary = clean(_text(found, "summary")).strip()
    title = line(_text(found, "title"))[:300] or (summary or body).partition("\n")[0][:120].rstrip()
    if not title or not (guid or url):
        return None
    return FeedItem(
        guid=guid or url or title,
        entry=Entry(
            id=url or f"{base}#{guid}",
            title=title,
            body=body or summary,
            url=url,
            published=moment(_text(found, "date_published"), zone) or moment(_text(found, "date_modified"), zone),
            tags=_tags(found.get("tags")),
            image=web_address(found.get("image"), base) or web_address(found.get("banner_image"), base),
        ),
        teaser=len(body) < TEASER,
    )


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _tags(found: object) -> tuple[str, ...]:
    words = (line(tag)[:60] for tag in found[:20] if isinstance(tag, str)) if isinstance(found, list) else ()
    return tuple(dict.fromkeys(word for word in words if word))
