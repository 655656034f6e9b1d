"""Sitemaps (https://www.sitemaps.org/protocol.html) and Google's news extension of them, streamed."""

import io
from collections.abc import Iterator, Mapping
from datetime import tzinfo
from itertools import islice

from lxml import etree

from news.feeds.source import Document, Feed, FeedItem, UnreadableError, repaired
from news.models import Entry, PublicationTime, instant
from news.text.clean import line, web_address
from news.text.dates import LOCAL, moment

MOST_ADDRESSES = 50_000
"""What the protocol allows in one file."""
MOST_ITEMS = 500
_MOST_CHILDREN = 50
_NEWS_WORDS = ("news", "novosti", "zhanalyk", "janalyq", "latest")


def parse_sitemap(document: Document, zone: tzinfo = LOCAL) -> Feed:
    """The newest 500 addresses of a sitemap, or the sitemaps that an index names. Raises UnreadableError otherwise."""
    root, found_blocks, error = _read(document.content)
    if error is not None and b"&" in document.content:  # an address with a bare & in it
        root, found_blocks, error = _read(repaired(document.content))
    if error is not None and not found_blocks:
        raise UnreadableError(f"XML: {str(error)[:120]}") from error
    title = next(filter(None, (line(block.get("name", ""))[:200] for block in found_blocks)), "")
    blocks = [(_promise(root, block, place, zone), block) for place, block in enumerate(found_blocks)]
    if not root:
        raise UnreadableError("no sitemap in it")
    # Only what is kept is parsed fully: 50,000 addresses would take seconds.
    blocks.sort(key=lambda ranked: ranked[0], reverse=True)
    most = MOST_ITEMS if root == "urlset" else _MOST_CHILDREN
    found = [(web_address(block.get("loc"), document.url), block) for _, block in blocks[:most]]
    good = [(address, block) for address, block in found if address is not None]
    return Feed(
        kind="sitemap",
        title=title,
        items=tuple(_item(address, block, zone) for address, block in good) if root == "urlset" else (),
        children=tuple(address for address, _ in good) if root == "sitemapindex" else (),
        rejected=(error is not None) + len(found) - len(good),
    )


def _read(content: bytes) -> tuple[str, list[dict[str, str]], etree.XMLSyntaxError | None]:
    """The root's name, the blocks, and what was wrong behind them."""
    root, blocks, wrong = "", list[dict[str, str]](), None
    try:
        for name, block in islice(_blocks(content), MOST_ADDRESSES):
            root = name
            blocks.append(block)
    except etree.XMLSyntaxError as error:
        wrong = error
    return root, blocks, wrong


def _blocks(content: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """The root's name with the texts of each `url` or `sitemap`, by local name; the first of each name is kept."""
    root = ""
    block: dict[str, str] = {}
    events = etree.iterparse(
        io.BytesIO(content),
        events=("start", "end"),
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        recover=False,
    )
    for event, element in events:
        name = _local(element)
        if event == "start":
            if not root:
                root = name
                if root not in ("urlset", "sitemapindex"):
                    raise UnreadableError("no sitemap in it")
            continue
        if name in ("url", "sitemap") and element.getparent() is not None and element.getparent().getparent() is None:
            yield root, block
            block = {}
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
        elif element.text and len(element.text) < 5000:
            # An image's own <loc> and <title> come after the page's: the first of a name counts.
            block.setdefault(_qualified(element, name), element.text.strip())


def _qualified(element: etree._Element, name: str) -> str:
    parent = element.getparent()
    return f"image_{name}" if parent is not None and _local(parent) == "image" else name


def _local(element: etree._Element) -> str:
    """The name without its namespace, or without its prefix if that was never declared."""
    return element.tag.rpartition("}")[2].rpartition(":")[2] if isinstance(element.tag, str) else ""


def _published(block: Mapping[str, str], zone: tzinfo) -> PublicationTime:
    return moment(block.get("publication_date"), zone) or moment(block.get("lastmod"), zone)


def _promise(root: str, block: Mapping[str, str], place: int, zone: tzinfo) -> tuple[bool, int, str]:
    """Sort key: the newest page is read first, and the later of equally new ones; in an index sitemaps of news."""
    address = block.get("loc", "")
    if root == "urlset":
        return bool(address), instant(_published(block, zone)), f"{place:06d}"
    return any(word in address.lower() for word in _NEWS_WORDS), instant(_published(block, zone)), address


def _item(address: str, block: Mapping[str, str], zone: tzinfo) -> FeedItem:
    tags = (line(word)[:60] for word in block.get("keywords", "").split(",")[:20])
    return FeedItem(
        guid=address,
        entry=Entry(
            id=address,
            title=line(block.get("title", ""))[:300],
            url=address,
            published=_published(block, zone),
            tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
            image=web_address(block.get("image_loc", "")),
        ),
        teaser=True,
    )
