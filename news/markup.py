"""Strangers' markup as plain text, and their links as addresses that are safe to show."""

import html
import re
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from news.clean import clean, clean_line, link

LONGEST_MARKUP = 300_000
"""Characters of one field that are read; an article of a newspaper has a tenth of that."""

_BLOCKS = (
    "address article aside blockquote br center dd div dl dt fieldset footer h1 h2 h3 h4 h5 h6 header hr li main nav ol"
    " p pre section table tbody td tfoot th thead tr ul"
)
_DROPPED = "button embed figcaption form head iframe input noscript object script select style svg template textarea"
_IS_BLOCK = frozenset(_BLOCKS.split())
_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
# What dresses words of one line. Other names in angle brackets are what the line is about: «Тег <select>».
_DRESS = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|big|cite|code|del|em|font|i|img|ins|mark|nobr|q|s|small|span|strike|strong|sub|sup|tt|u"
    r"|wbr)(?:[\s/][^<>]{0,2000})?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"</?(?:br|center|div|h[1-6]|li|ol|p|ul)(?:[\s/][^<>]{0,2000})?>", re.IGNORECASE)
_UNREAD = re.compile(r"<(script|style)\b[^<>]{0,2000}>.{0,20000}?</\1\s*>|<!--.{0,5000}?-->", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
_SPACES = re.compile(r"[^\S\n]+")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|yclid|_openstat|from_rss)$", re.IGNORECASE)


def line(text: str) -> str:
    """One line of plain text from a title or a name, whatever markup and double escaping it carries."""
    text = text[:LONGEST_MARKUP]
    if _ENTITY.search(text):
        text = html.unescape(text)
    if _TAG.search(text):
        text = _DRESS.sub("", _BREAK.sub(" ", _UNREAD.sub(" ", text)))
    return clean_line(text)


def paragraphs(markup: str) -> str:
    """The text of a piece of HTML: paragraphs parted by a newline, nothing that is not read by people.

    Markup that was escaped once too often is read all the same.
    """
    if "<" not in markup and "&lt;" in markup and _TAG.search(unescaped := html.unescape(markup[:LONGEST_MARKUP])):
        markup = unescaped
    root = tree(markup)
    if root is None:
        return ""
    etree.strip_elements(root, *_DROPPED.split(), with_tail=False)
    parts: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        tag = element.tag if isinstance(element.tag, str) else ""
        if event == "start":
            if tag in _IS_BLOCK:
                parts.append("\n")
            parts.append(element.text or "")
        else:
            if tag in _IS_BLOCK:
                parts.append("\n")
            parts.append(element.tail or "")
    lines = (_SPACES.sub(" ", part).strip() for part in "".join(parts).split("\n"))
    return clean("\n".join(part for part in lines if part))


def tree(markup: str) -> HtmlElement | None:
    """The tree of a page or a piece of HTML, None where there is none; the first 300,000 characters count."""
    markup = clean(markup[:LONGEST_MARKUP])
    if not markup.strip():
        return None
    try:
        return document_fromstring(markup, parser=HTMLParser(recover=True, no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def web_address(address: object, base: str = "") -> str | None:
    """An absolute http or https address with a host and no user name, without fragment and counters; else None."""
    if not isinstance(address, str) or not address.strip() or len(address) > 2000:
        return None
    address = clean(address).strip().replace("\n", "").replace(" ", "%20")
    try:
        whole = link(urljoin(base, address) if base else address)
    except ValueError:
        return None
    if whole is None:
        return None
    parts = urlsplit(whole)
    query = parts.query
    if query and any(_TRACKING.match(name) for name, _ in parse_qsl(query, keep_blank_values=True)):
        query = urlencode([(n, v) for n, v in parse_qsl(query, keep_blank_values=True) if not _TRACKING.match(n)])
    return urlunsplit((parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", query, ""))
