"""Sources as an operator brings them: one by one, or as a list in OPML 2.0 (http://opml.org/spec2.opml)."""

import re
from collections.abc import Iterable
from dataclasses import replace

from lxml import etree

from news.feeds.channel import channel_page, is_private_channel
from news.feeds.source import KINDS, Source, UnreadableError
from news.models import LANGUAGES
from news.subject import topics
from news.text.clean import clean_line, plain, web_address, within

# Makes what an operator, a feed or a file brings fit to be shown to readers: slugs, languages, lengths, addresses.

LONGEST_NAME = 100
LONGEST_CITY = 60


def checked_source(source: Source) -> Source:
    """A source as an operator chose it: topics by their slugs, whatever word names them. Raises ValueError."""
    name = within(clean_line(source.name), LONGEST_NAME)
    if not name:
        raise ValueError("a source needs a name")
    if source.language is not None and source.language not in LANGUAGES:
        raise ValueError(f"the language is ru or kk, not {source.language}")
    city = within(clean_line(source.city or ""), LONGEST_CITY) or None
    return replace(source, name=name, city=city, topics=tuple(dict.fromkeys(map(_topic, source.topics))))


def known_topics(words: Iterable[str]) -> tuple[str, ...]:
    """The topics that somebody else's words name, each once. A word that names no topic is left out."""
    return tuple(dict.fromkeys(slug for slug in map(topics.find, words) if slug))


def _topic(word: str) -> str:
    slug = topics.find(word)
    if slug is None:
        raise ValueError(f"there is no topic {word}; there are {', '.join(topics.TOPICS)}")
    return slug


MOST_SOURCES = 2000


def parse_opml(content: bytes) -> list[Source]:
    """The sources of a list, each address once; folders are read through. Raises UnreadableError if it is no OPML."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableError(f"XML: {str(error)[:120]}") from error
    if root.tag != "opml":
        raise UnreadableError("no OPML in it")
    found: dict[str, Source] = {}
    for outline in root.iter("outline"):
        named = (outline.get("xmlUrl") or "").strip()
        url = channel_page(named) or web_address(named)
        if url and len(found) < MOST_SOURCES:
            found.setdefault(url, _source(outline, url))
    return list(found.values())


def format_opml(sources: Iterable[Source]) -> bytes:
    """The sources as OPML. Kind, rights, city and topics are attributes that other readers ignore."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Qala"
    body = etree.SubElement(root, "body")
    for source in (one for one in sources if not is_private_channel(one.url)):  # only its own bot reads it
        outline = etree.SubElement(body, "outline", type="rss", text=source.name, title=source.name, xmlUrl=source.url)
        outline.set("kind", source.kind)
        outline.set("fullText", "yes" if source.full_text else "no")
        for name, value in (
            ("language", source.language),
            ("city", source.city),
            ("category", ",".join(source.topics)),
        ):
            if value:
                outline.set(name, value)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True))


def _source(outline: etree._Element, url: str) -> Source:
    kind = "channel" if channel_page(url) else outline.get("kind", "feed")
    return Source(
        url=url,
        kind=next((one for one in KINDS if one == kind), "feed"),
        name=plain(outline.get("title") or outline.get("text") or url, limit=100),
        language=next((one for one in ("ru", "kk") if one == (outline.get("language") or "")[:2].lower()), None),
        city=plain(outline.get("city") or "", limit=60) or None,
        full_text=outline.get("fullText") == "yes",
        topics=known_topics(re.split("[,/]", outline.get("category") or "")),  # «/Boston/Weather» elsewhere
    )
