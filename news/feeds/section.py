"""A web page as a source: links that look like articles, and feeds and sitemaps that the page names."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from news.feeds.source import Document, Feed, FeedItem, UnreadableError
from news.models import Entry
from news.text.clean import decode, line, tree, web_address

MOST_LINKS = 100
_FEED_TYPES = (
    "application/rss+xml",
    "application/atom+xml",
    "application/feed+json",
    "application/rdf+xml",
    "text/xml",
)
_FEED_WORD = re.compile(r"(?:^|[/._?=-])(?:rss|atom|feed|rdf)s?(?:[/._?=-]|\d|$)", re.IGNORECASE)
_NOT_NEWS = re.compile(r"comment|replies|podcast|/tag/|/author/|wp-json|oembed", re.IGNORECASE)
_BOILERPLATE = frozenset(("nav", "footer", "aside"))
_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|svg|pdf|docx?|xlsx?|zip|mp[34]|xml|rss|json|css|js)$", re.IGNORECASE)
_LISTING = re.compile(r"/(?:tags?|author|authors|category|categories|page|search|login|about|contacts?|rubric)(?:/|$)")
_DATED = re.compile(r"/(?:19|20)\d\d[/-]?[01]\d")
_NUMBER = re.compile(r"\d{3,}")
# Usual addresses of feeds, the most usual first (of Kazakhstan's outlets and of publishing systems).
_USUAL = (
    "rss.xml",
    "rss",
    "feed/",
    "rss/",
    "news.rss",
    "feed.xml",
    "atom.xml",
    "rss/all.rss",
    "ru/rss",
    "kz/rss",
    "feed.json",
)
_USUAL_SITEMAPS = ("news-sitemap.xml", "sitemap-news.xml", "sitemap_news.xml", "sitemap.xml")


@dataclass(frozen=True, slots=True)
class PageLink:
    """An address on a page that may be a feed's."""

    url: str
    title: str = ""


def parse_section(document: Document) -> Feed:
    """The links of a page that look like articles, in page order. Raises UnreadableError if it is no page."""
    root = tree(_decoded(document))
    if root is None:
        raise UnreadableError("an empty page")
    base = _base(root, document.url)
    titles: dict[str, str] = {}
    for anchor in _anchors(root):
        address = web_address(anchor.get("href"), base)
        if address and _may_be_article(address, document.url):
            text = line(_heading(anchor))[:300]
            titles[address] = max(titles.get(address, ""), text, key=len)
    chosen = _likeliest([(address, title) for address, title in titles.items() if len(title) >= 20])
    items = [
        FeedItem(guid=address, entry=Entry(id=address, title=title, url=address), teaser=True)
        for address, title in chosen[:MOST_LINKS]
    ]
    return Feed(
        kind="page", title=_title(root), language=(root.get("lang") or "")[:2].lower() or None, items=tuple(items)
    )


def feed_links(document: Document) -> list[PageLink]:
    """The feeds that a page names in its head, then those it links to, each once; feeds of comments are left out."""
    root = tree(_decoded(document))
    if root is None:
        return []
    base = _base(root, document.url)
    found: dict[str, str] = {}
    for element in root.iter("link"):
        if "alternate" in (element.get("rel") or "").lower() and (element.get("type") or "").lower() in _FEED_TYPES:
            _note(found, element.get("href"), base, element.get("title") or "")
    for anchor in root.iter("a"):
        href = anchor.get("href") or ""
        if _FEED_WORD.search(urlsplit(href).path if "://" in href else href):
            _note(found, href, base, "")
    return [PageLink(url, title) for url, title in found.items()][:12]


def usual_places(url: str) -> list[str]:
    """The usual addresses of a site's feed or news sitemap, the most usual first."""
    return [urljoin(url, f"/{place}") for place in (*_USUAL, *_USUAL_SITEMAPS)]


def _note(found: dict[str, str], href: str | None, base: str, title: str) -> None:
    address = web_address(href, base)
    if address and not _NOT_NEWS.search(address + title):
        found.setdefault(address, line(title)[:100])


def _decoded(document: Document) -> str:
    declared = re.search(rb"charset\s*=\s*[\"']?([\w-]{2,20})", document.content[:2048], re.IGNORECASE)
    return decode(document.content, declared[1].decode() if declared else None) or ""


def _base(root: HtmlElement, url: str) -> str:
    for element in root.iter("base"):
        return web_address(element.get("href"), url) or url
    return url


def _title(root: HtmlElement) -> str:
    for element in root.iter("title", "h1"):
        return line(element.text_content())[:200]
    return ""


def _anchors(root: HtmlElement) -> Iterator[HtmlElement]:
    for anchor in root.iter("a"):
        if not any(above.tag in _BOILERPLATE for above in anchor.iterancestors()):
            yield anchor


def _heading(anchor: HtmlElement) -> str:
    """The title of a link: the headline in it, its text, or its picture's description."""
    for element in anchor.iter("h1", "h2", "h3", "h4", "h5"):
        return str(element.text_content())
    own = line(anchor.text_content())
    if len(own) >= 20:
        return own
    return anchor.get("title") or next((str(image.get("alt") or "") for image in anchor.iter("img")), "") or own


def _may_be_article(address: str, page: str) -> bool:
    parts, own = urlsplit(address), urlsplit(page)
    if (parts.hostname or "").removeprefix("www.") != (own.hostname or "").removeprefix("www."):
        return False
    path = parts.path.rstrip("/")
    return bool(path) and path != own.path.rstrip("/") and not _FILE.search(path) and not _LISTING.search(path.lower())


def _likeliest(links: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """The links with addresses like those of articles: a date, a number or a long slug, as in similar links."""
    shapes = {address: _shape(address) for address, _ in links}
    counts = Counter(shapes.values())
    scores: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for address, shape in shapes.items():
        scores[shape] += _evidence(address)
    good = {shape for shape, count in counts.items() if scores[shape] >= count}
    return [link for link in links if shapes[link[0]] in good]


def _shape(address: str) -> tuple[str, ...]:
    """The form of an address: its fixed first folder, how many steps it has, and whether the last holds a number."""
    steps = [step for step in urlsplit(address).path.split("/") if step]
    last = steps[-1]
    return (steps[0] if len(steps) > 1 else "", str(len(steps)), "n" if _NUMBER.search(last) else "-")


def _evidence(address: str) -> int:
    parts = urlsplit(address)
    last = parts.path.rstrip("/").rsplit("/", 1)[-1]
    dated, numbered = bool(_DATED.search(parts.path)), bool(_NUMBER.search(last) or _NUMBER.search(parts.query))
    return dated + numbered + (last.count("-") + last.count("_") >= 3)
