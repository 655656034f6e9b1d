"""A source's bytes to its items: RSS, Atom, RDF, JSON Feed, a sitemap, a section page, a channel's preview."""

import json
import re
import zlib
from dataclasses import replace
from datetime import tzinfo
from typing import Any

from news.feeds.channel import is_channel_page, parse_channel
from news.feeds.rss import MOST_ITEMS, TEASER, parse_rss
from news.feeds.section import parse_section
from news.feeds.sitemap import parse_sitemap
from news.feeds.source import Document, Feed, FeedItem, UnreadableError
from news.models import Entry, PublicationTime
from news.text.clean import clean, decode, line, paragraphs, web_address
from news.text.dates import LOCAL, moment

# JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/), read as loosely as strangers write it.


def parse_jsonfeed(document: Document, zone: tzinfo = LOCAL) -> Feed:
    """The items of a JSON Feed, at most 500. Raises UnreadableError if the document is none."""
    try:
        # Plugins leave line breaks in strings, and a comment of the cache behind the end.
        about, _ = json.JSONDecoder(strict=False).raw_decode(document.content.decode("utf-8-sig").lstrip())
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
            published=_moment(found, "date_published", zone) or _moment(found, "date_modified", zone),
            tags=_tags(found.get("tags")),
            image=web_address(found.get("image"), base) or web_address(found.get("banner_image"), base),
        ),
        teaser=len(body) < TEASER,
    )


def _text(found: dict[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _moment(found: dict[str, Any], name: str, zone: tzinfo) -> PublicationTime:
    value = found.get(name)
    return moment(str(value), zone) if isinstance(value, str | int | float) else None


def _tags(found: object) -> tuple[str, ...]:
    words = (line(tag)[:60] for tag in found[:20] if isinstance(tag, str)) if isinstance(found, list) else ()
    return tuple(dict.fromkeys(word for word in words if word))


_MOST_UNPACKED = 20_000_000
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_CHARSET = re.compile(r"charset=[\"']?([\w-]{2,30})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w-]{2,30})""")
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF|channel)[\s>]", re.IGNORECASE)


def parse_feed(document: Document, section: bool = False, zone: tzinfo = LOCAL) -> Feed:
    """The items of a document. Its content decides what it is, not its headers; a web page is read only if `section`.

    `zone` is used for times without a zone. Raises UnreadableError. Deterministic; at most 500 items; hostile bytes
    cost time but never raise another error.
    """
    document = _unpacked(document)
    head = _utf8_head(document.content)
    if not head.strip():
        raise UnreadableError("an empty answer")
    if head.lstrip()[:1] in (b"{", b"["):
        return parse_jsonfeed(_in_utf8(document), zone)
    if _SITEMAP.search(head):
        return parse_sitemap(_in_utf8(document), zone)
    if not _FEED.search(head) and _HTML.search(head):
        if is_channel_page(document.content):
            return parse_channel(document)
        if section:
            return parse_section(document)
        # A dead feed often answers 200 with the home page.
        raise UnreadableError("a web page, not a feed")
    return parse_rss(_in_utf8(document), zone)


def _unpacked(document: Document) -> Document:
    """The document, unpacked if it is a gzip file (`sitemap.xml.gz`): at most 20 MB, as far as it can be read."""
    if not document.content.startswith(b"\x1f\x8b"):
        return document
    try:
        return replace(document, content=zlib.decompressobj(wbits=31).decompress(document.content, _MOST_UNPACKED))
    except zlib.error as error:
        raise UnreadableError(f"gzip: {error}") from error


def _in_utf8(document: Document) -> Document:
    """The document converted to UTF-8, whatever encoding it is in or declares; unchanged if none can be told."""
    said = _CHARSET.search(document.headers.get("content-type", "")) or _DECLARED.search(document.content[:400])
    name = said[1] if said else None
    text = decode(document.content, name.decode("ascii", "ignore") if isinstance(name, bytes) else name)
    if text is None:
        return document
    headers = {**document.headers, "content-type": "application/xml; charset=utf-8"}
    return replace(document, content=_DECLARATION.sub("", text).encode("utf-8", "replace"), headers=headers)


def _utf8_head(content: bytes) -> bytes:
    """The first 4 kB, decoded so that ASCII characters can be read."""
    head = content[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<\x00" in head[:8] or b"\x00<" in head[:8]:
        return head.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    return head.removeprefix(b"\xef\xbb\xbf")
