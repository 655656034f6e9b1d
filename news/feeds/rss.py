"""RSS, Atom and RDF to feed items, by way of feedparser."""

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from urllib.parse import urlsplit

import feedparser

from news.feeds.source import Document, Feed, FeedItem, UnreadableError, repaired
from news.models import Entry, PublicationTime
from news.text.clean import is_tiny, line, paragraphs, picture_in, shows_something, tree, web_address
from news.text.dates import LOCAL, moment

MOST_ITEMS = 500
TEASER = 600
"""A body shorter than this many characters is taken for the beginning of an article. Short news has twice as many.
"""

_END = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
# yandex:full-text and the like, turbo:content, and content:encoded with an undeclared prefix.
_WHOLE_TEXTS = frozenset(["fulltext", "content", "encoded", "text"])
# A guid that may be an address, and an address without its scheme; «12345» and «tag:paper.kz,2026:1» are none.
_BARE_ADDRESS = re.compile(r"(?:[\w-]+\.)+(?!(?:php|html?|aspx?|jsp|cgi)/)[^\W\d_]{2,}/\S*$")
_ADDRESS = re.compile(rf"https?://|/|{_BARE_ADDRESS.pattern}", re.IGNORECASE)
_WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# How publishing systems end a shortened text: WordPress in three languages, «read on», an ellipsis in brackets.
_TAIL = re.compile(
    r"(?:\n(?:The post|Сообщение|Запись|Жазба) .{0,300}(?:appeared first on|появил[аио]сь|бетте пайда болды).{0,200}"
    r"|\s*\[(?:…|\.\.\.|&hellip;)\]"
    r"|\s*(?:Читать (?:далее|полностью)|Подробнее|Read more|Толығырақ|Толық оқу|Әрі қарай оқу)\s*[.…»›→>]*)\s*$",
    re.IGNORECASE,
)


def parse_rss(document: Document, zone: tzinfo = LOCAL) -> Feed:
    """The items of an RSS, Atom or RDF document, at most 500. Raises UnreadableError if there is no feed in it."""
    # By the old RFC 3023 feedparser reads text/xml without a charset as ASCII; by RFC 7303 the document's own counts.
    charset = re.search(r"charset=[\"']?([\w-]{2,30})", document.headers.get("content-type", ""), re.IGNORECASE)
    kind = f"application/xml; charset={charset[1]}" if charset else "application/xml"
    headers = {
        "content-type": kind
    }  # addresses come as they are written: feedparser would join «paper.kz/1» to the feed's
    try:
        parsed = feedparser.parse(
            _bounded(document.content), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except Exception as error:  # feedparser raises eight and more kinds of errors, each a fault of the feed
        raise UnreadableError(f"feedparser: {type(error).__name__}") from error
    if not parsed.get("version") and not parsed.entries:
        raise UnreadableError("no feed in it")
    about = parsed.feed
    items: list[FeedItem] = []
    rejected = 0
    for found in parsed.entries[:MOST_ITEMS]:
        item = _item(found, document.url, zone)
        if item is None:
            rejected += 1
        else:
            items.append(item)
    return Feed(
        kind="feed",
        title=line(_text(about, "title"))[:200],
        language=_text(about, "language")[:20].lower() or None,
        items=tuple(items),
        ttl=_minutes(_text(about, "ttl")) * 60,
        skip_hours=frozenset(_skipped_hours(document.content)),
        skip_days=frozenset(_skipped_days(document.content)),
        rejected=rejected,
    )


def _bounded(content: bytes) -> bytes:
    """The document with at most 500 items and without invalid character references.

    A feed of 100,000 items takes feedparser 11 s, and one `&#xD800;` makes it raise and lose the other items.
    """
    ends = [match.end() for _, match in zip(range(MOST_ITEMS + 1), _END.finditer(content), strict=False)]
    if len(ends) > MOST_ITEMS:
        last = max(content.rfind(b"</item>"), content.rfind(b"</entry>"))
        tail = content[content.find(b">", last) + 1 :] if last > ends[-1] else b""
        content = content[: ends[MOST_ITEMS - 1]] + tail
    return repaired(content)


def _item(found: dict[str, Any], base: str, zone: tzinfo) -> FeedItem | None:
    guid, link = _text(found, "id").strip(), _link(found)
    if found.get("guidislink") and link in (guid, ""):  # feedparser takes any guid for a link
        link = guid if _ADDRESS.match(guid) else ""
    url = web_address(_whole(link, base), base) if link else None
    markups = sorted(_markups(found), key=len, reverse=True)
    body = next(filter(None, map(paragraphs, markups)), "")  # the longest; one may hold a counter's pixel alone
    shortened = _TAIL.sub("", body)
    title = line(_text(found, "title"))[:300]
    if not title:
        title = shortened.partition("\n")[0][:120].rstrip()
    if not title or not (url or guid or shortened):
        return None
    # Only their fragments may tell two items on one page apart.
    name = guid or (link if "#" in link and url else url) or title
    return FeedItem(
        guid=name[:1000],
        entry=Entry(
            id=url or f"{base}#{name}"[:1000],
            title=title,
            body="" if shortened == title else shortened,
            url=url,
            published=_published(found, zone),
            tags=_tags(found),
            image=_image(found, markups, base),
        ),
        teaser=shortened != body or len(shortened) < TEASER or shortened.endswith(("…", "...")),
    )


def _whole(address: str, base: str) -> str:
    """The address, with the scheme that a feed left out: «paper.kz/news/1»."""
    return f"{urlsplit(base).scheme or 'https'}://{address}" if _BARE_ADDRESS.match(address) else address


def _text(found: Mapping[str, Any], name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""


def _link(found: Mapping[str, Any]) -> str:
    links = [link for link in found.get("links") or () if isinstance(link, Mapping)]
    web = (str(link.get("href", "")) for link in links if link.get("rel") == "alternate")
    return _text(found, "feedburner_origlink") or next(web, "") or _text(found, "link")


def _markups(found: Mapping[str, Any]) -> Iterator[str]:
    yield _text(found, "summary")
    for content in found.get("content") or ():
        if isinstance(content, Mapping):
            yield _text(content, "value")
    # Elements of other vocabularies, by the names that feedparser gives them: prefix and name, or the name alone.
    for name, value in found.items():
        if isinstance(value, str) and name.rpartition("_")[2].replace("-", "") in _WHOLE_TEXTS:
            yield value


def _published(found: dict[str, Any], zone: tzinfo) -> PublicationTime:
    for name in ("published", "created", "updated"):
        # Not feedparser's own `get`, which returns «updated» for «published» with a warning.
        printed = dict.get(found, name)
        if isinstance(printed, str) and (when := moment(printed, zone)):
            return when
        fields = dict.get(found, f"{name}_parsed")
        # feedparser reads the year 0 as 2000 and 99999 as 9999; believe only a year that is printed.
        if fields and isinstance(printed, str) and str(fields[0]) in (re.findall(r"\d{4,}", printed) or str(fields[0])):
            try:
                year, month, day, hour, minute, second = fields[:6]
                return datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
            except (ValueError, OverflowError, TypeError):
                continue
    return None


def _tags(found: Mapping[str, Any]) -> tuple[str, ...]:
    terms = (line(str(tag.get("label") or tag.get("term") or ""))[:60] for tag in (found.get("tags") or ())[:20])
    return tuple(dict.fromkeys(term for term in terms if term))


def _image(found: Mapping[str, Any], markups: list[str], base: str) -> str | None:
    for medium in (*(found.get("media_content") or ()), *(found.get("enclosures") or ())):
        kind = str(medium.get("type") or medium.get("medium") or "")
        address = web_address(medium.get("url") or medium.get("href"), base)
        if not address or is_tiny(medium.get("width"), medium.get("height")) or not shows_something(address):
            continue
        if kind.startswith("image") or re.search(r"\.(?:jpe?g|png|webp)$", address, re.IGNORECASE):
            return address
    for medium in found.get("media_thumbnail") or ():
        if address := web_address(medium.get("url"), base):
            return address
    roots = (tree(markup) for markup in markups if "<img" in markup.lower())
    return next(filter(None, (picture_in(root, base) for root in roots if root is not None)), None)


def _minutes(text: str) -> int:
    return min(int(text), 7 * 24 * 60) if text.strip().isascii() and text.strip().isdigit() and len(text) < 8 else 0


# feedparser keeps only the last value of skipHours and skipDays; the values are numbers and English words.
def _skipped_hours(content: bytes) -> Iterator[int]:
    for text in _listed(content, b"skipHours", b"hour"):
        if text.isdigit() and int(text) <= 24:
            yield int(text) % 24  # RSS 0.91 counted hours from 1 to 24


def _skipped_days(content: bytes) -> Iterator[int]:
    for text in _listed(content, b"skipDays", b"day"):
        if text.lower() in _WEEK:
            yield _WEEK.index(text.lower())


def _listed(content: bytes, outer: bytes, inner: bytes) -> Iterator[str]:
    start = content.find(b"<" + outer + b">")
    end = content.find(b"</" + outer + b">", start)
    if 0 <= start < end <= start + 4000:
        for match in re.finditer(rb"<%b>\s*(\w{1,12})\s*</%b>" % (inner, inner), content[start:end]):
            yield match[1].decode("ascii", "replace")
