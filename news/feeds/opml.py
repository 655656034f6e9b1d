"""Sources from an operator: one by one, or as a list in OPML 2.0 (http://opml.org/spec2.opml)."""

import re
from collections.abc import Iterable
from dataclasses import replace
from zoneinfo import available_timezones

from lxml import etree

from news.feeds.channel import channel_page, is_private_channel
from news.feeds.source import FEWEST_BYTES, IDENTITIES, KINDS, MOST_BYTES, Source, UnreadableError
from news.models import LANGUAGES
from news.subject import topics
from news.text.clean import clean_line, plain, web_address, within

# What an operator, a feed or a file brings must be fit for readers: slugs, languages, lengths, addresses.

LONGEST_NAME = 100
LONGEST_CITY = 60


def checked_source(source: Source) -> Source:
    """The source with its fields checked and its topics, named by any word, as slugs. Raises ValueError."""
    name = within(clean_line(source.name), LONGEST_NAME)
    if not name:
        raise ValueError("a source needs a name")
    if source.language is not None and source.language not in LANGUAGES:
        raise ValueError(f"the language is ru or kk, not {source.language}")
    city = within(clean_line(source.city or ""), LONGEST_CITY) or None
    return replace(source, name=name, city=city, topics=tuple(dict.fromkeys(map(_topic, source.topics))))


def known_topics(words: Iterable[str]) -> tuple[str, ...]:
    """The topics that these words name, each once. A word that names none is left out."""
    return tuple(dict.fromkeys(slug for slug in map(topics.find, words) if slug))


def _topic(word: str) -> str:
    slug = topics.find(word)
    if slug is None:
        raise ValueError(f"there is no topic {word}; there are {', '.join(topics.TOPICS)}")
    return slug


MOST_SOURCES = 2000
_BARE_AMPERSAND = re.compile(rb"&(?!(?:#[0-9]+|#x[0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);)")


def parse_opml(content: bytes, problems: list[str] | None = None) -> list[Source]:
    """The sources of a list, also in its folders, each address once. Raises UnreadableError if it is no OPML.

    An `&` that should be `&amp;` is accepted. For a line that cannot be used a sentence is added to `problems`.
    """
    root = _xml(content)
    if root.tag != "opml":
        raise UnreadableError("no OPML in it")
    told = [] if problems is None else problems
    found: dict[str, Source] = {}
    for outline in root.iter("outline"):
        named = outline.get("xmlUrl")
        if named is None:
            if not len(outline):  # a folder is no source
                told.append(f"line {outline.sourceline}: no xmlUrl, «{outline.get('text') or outline.get('title')}»")
            continue
        url = channel_page(named.strip()) or web_address(named.strip())
        if not url:
            told.append(f"line {outline.sourceline}: «{named[:100]}» is no address")
        elif url in found:
            told.append(f"line {outline.sourceline}: {url} stands there twice")
        elif len(found) >= MOST_SOURCES:
            told.append(f"line {outline.sourceline}: more than {MOST_SOURCES} sources")
        else:
            found[url] = _source(outline, url)
    return list(found.values())


def _xml(content: bytes) -> etree._Element:
    for tried in (content, _BARE_AMPERSAND.sub(b"&amp;", content)):
        parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
        try:
            return etree.fromstring(tried, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            failed = error
    raise UnreadableError(f"XML: {str(failed)[:120]}") from failed


def is_opml(content: bytes) -> bool:
    """Whether a list of sources is XML; otherwise it is plain, with one address in a line."""
    return content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def parse_lines(content: bytes) -> list[tuple[int, str]]:
    """The addresses of a plain list with their line numbers: the first word of each line; `#` begins a remark.

    Raises UnreadableError if there is none, or the content is no text.
    """
    lines = content.decode("utf-8-sig", errors="replace").splitlines()
    words = ((number, line.partition("#")[0].split()) for number, line in enumerate(lines, 1))
    found = [(number, first[0]) for number, first in words if first][:MOST_SOURCES]
    if not found or b"\x00" in content:
        raise UnreadableError("neither OPML nor a list of addresses")
    return found


def format_opml(sources: Iterable[Source]) -> bytes:
    """The sources as OPML, without secrets. Our settings are attributes that other programs ignore."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Qala"
    body = etree.SubElement(root, "body")
    for source in (one for one in sources if not is_private_channel(one.url)):  # only a bot in the channel can read it
        outline = etree.SubElement(body, "outline", type="rss", text=source.name, title=source.name, xmlUrl=source.url)
        outline.set("kind", source.kind)
        outline.set("fullText", "yes" if source.full_text else "no")
        for name, value in (
            ("language", source.language),
            ("city", source.city),
            ("category", ",".join(source.topics)),
            ("paused", "yes" if source.paused else None),
            ("interval", str(source.interval) if source.interval else None),
            ("zone", source.zone),
            ("identity", source.identity),
            ("mostBytes", str(source.most_bytes) if source.most_bytes else None),
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
        paused=outline.get("paused") == "yes",
        interval=_number(outline.get("interval"), 60, 30 * 86_400),
        zone=next((one for one in available_timezones() if one == outline.get("zone")), None),
        identity=next((one for one in IDENTITIES if one == outline.get("identity")), None),
        most_bytes=_number(outline.get("mostBytes"), FEWEST_BYTES, MOST_BYTES),
    )


def _number(text: str | None, fewest: int, most: int) -> int | None:
    """A whole number within these bounds; None for anything else."""
    if text is None or not text.isascii() or not text.isdigit() or len(text) > 12:
        return None
    return int(text) if fewest <= int(text) <= most else None
