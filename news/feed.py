"""Bytes of a source → its items, whatever they are: RSS, Atom, RDF, JSON Feed, a sitemap, a section page."""

import re
import zlib
from dataclasses import replace
from datetime import tzinfo

from news.encoding import decode
from news.jsonfeed import parse_jsonfeed
from news.rss import parse_rss
from news.section import parse_section
from news.sitemap import parse_sitemap
from news.source import Document, Feed, UnreadableError
from news.when import LOCAL

_MOST_UNPACKED = 20_000_000
_HTML = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_SITEMAP = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
_CHARSET = re.compile(r"charset=[\"']?([\w-]{2,30})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_DECLARED = re.compile(rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w-]{2,30})""")
_FEED = re.compile(rb"<(?:\w+:)?(?:rss|feed|RDF|channel)[\s>]", re.IGNORECASE)


def parse_feed(document: Document, section: bool = False, zone: tzinfo = LOCAL) -> Feed:
    """The items of a document by what it is, not by what its headers say; a web page only where `section` asks for it.

    A clock without a zone is a clock in `zone`. Raises UnreadableError. Deterministic; bounded to 500 items; hostile
    bytes cost time, never an uncaught error.
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
        if section:
            return parse_section(document)
        # A dead feed often answers 200 with the home page.
        raise UnreadableError("a web page, not a feed")
    return parse_rss(_in_utf8(document), zone)


def _unpacked(document: Document) -> Document:
    """The document itself where it is a gzip file (`sitemap.xml.gz`): at most 20 MB of it, as far as it can be read."""
    if not document.content.startswith(b"\x1f\x8b"):
        return document
    try:
        return replace(document, content=zlib.decompressobj(wbits=31).decompress(document.content, _MOST_UNPACKED))
    except zlib.error as error:
        raise UnreadableError(f"gzip: {error}") from error


def _in_utf8(document: Document) -> Document:
    """The document in UTF-8, whatever it is in and says it is in; unchanged where nobody knows."""
    said = _CHARSET.search(document.headers.get("content-type", "")) or _DECLARED.search(document.content[:400])
    name = said[1] if said else None
    text = decode(document.content, name.decode("ascii", "ignore") if isinstance(name, bytes) else name)
    if text is None:
        return document
    headers = {**document.headers, "content-type": "application/xml; charset=utf-8"}
    return replace(document, content=_DECLARATION.sub("", text).encode("utf-8", "replace"), headers=headers)


def _utf8_head(content: bytes) -> bytes:
    """The first 4 kB in an encoding where ASCII looks like ASCII."""
    head = content[:4096]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or b"<\x00" in head[:8] or b"\x00<" in head[:8]:
        return head.replace(b"\x00", b"").lstrip(b"\xff\xfe")
    return head.removeprefix(b"\xef\xbb\xbf")
