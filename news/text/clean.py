"""Makes strangers' bytes, text and markup harmless: the result is in NFC, printable, and flows left to right.

The addresses that people paste into messages are read here too.
"""

import codecs
import contextlib
import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

# Bytes to text when the declaration is missing or wrong: UTF-8, UTF-16, windows-1251, its Kazakh variant, KOI8-R, and
# the Latin alphabets of neighbours if no reading gives Cyrillic words.

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EIGHT_BIT = ("cp1251", "koi8-r", "iso8859-5", "cp866")
# Encodings that pages in Latin letters declare (https://encoding.spec.whatwg.org/#names-and-labels).
_LATIN = {
    **dict.fromkeys(("ascii", "iso8859-1", "latin-1", "cp1252"), "cp1252"),
    "iso8859-9": "cp1254",
    "cp1254": "cp1254",
    **{name: name for name in ("cp1250", "cp1257", "iso8859-2", "iso8859-15", "iso8859-4", "iso8859-13", "iso8859-16")},
}
# What browsers read instead: the declared sets lack letters that their pages use.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932", "euc_kr": "cp949", "big5": "big5hkscs",
          "tis-620": "cp874", "koi8-r": "koi8-u"}  # fmt: skip
_LEAST_LETTERS = 0.5
"""The least share of Latin letters, spaces and marks in a text in Latin letters."""
_OFTEN_WRONG = ("iso8859", "cp125", "latin", "ascii", "koi8", "mac", "utf", "kz", "ptcp")
_SAMPLE = 20_000
# These are Macedonian and Ukrainian letters in windows-1251; on Kazakhstan's pages the same bytes are қ ә ғ ү ө ң.
_KAZAKH_BYTES = re.compile("[ќјєїґѕЌЈЄЇҐЅ]")
_COMMON = re.compile("[оеаинтсрвлкмдпуыі]")
_WORDLIKE = re.compile("[А-ЯЁ]?[а-яёәғқңөұүһі]{2,}")
# UTF-8 that was read as windows-1252 and written again.
_TWICE = re.compile("[ÐÑÒ][\u0080-\u00bf\u0152-\u2122]")


def decode(content: bytes, declared: str | None = None) -> str | None:
    """The text; None if it is binary or in no known encoding. `declared` is used only if it fits."""
    for bom, name in _BOMS:
        if content.startswith(bom):
            return _strict(content[len(bom) :], name)
    zeros = content[:_SAMPLE].count(b"\0")
    if zeros:
        wide = _wide(content)
        if wide is not None or zeros * 50 > len(content[:_SAMPLE]):
            return wide
        content = content.replace(b"\0", b"")  # stray zero bytes are dropped
    text = _utf8(content)
    if text is not None:
        return _mended(text)
    told = _as_declared(content, declared) if declared else None
    return told or _eight_bit(content) or _latin(content, declared)


def _strict(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeError, LookupError):
        return None


def _utf8(content: bytes) -> str | None:
    """The text of UTF-8, even if it was cut within a letter or a few bytes are broken; else None."""
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        if error.start >= len(content) - 3 and error.start > 0:
            return content[: error.start].decode()
    text = content.decode("utf-8", "replace")
    spoilt = text.count("\ufffd")
    several = sum(1 for letter in text[:_SAMPLE] if letter > "\x7f" and letter != "\ufffd")
    return text.replace("\ufffd", "") if spoilt * 5 < several else None


def _wide(content: bytes) -> str | None:
    """The text of UTF-16 without a mark, whose even or odd bytes are mostly zero or four; else None."""
    head = content[:_SAMPLE]
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = head[start::2]
        if high and sum(byte in (0, 4, 0x20) for byte in high) > 0.9 * len(high) and len(content) % 2 == 0:
            return _strict(content, name)
    return None


def _as_declared(content: bytes, declared: str) -> str | None:
    """The text in its declared encoding, as browsers read that label; None if it cannot be, or is often wrong."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return None
    if name in _EIGHT_BIT or name.startswith(_OFTEN_WRONG):
        return None  # such mistakes are frequent: let the letters decide
    try:
        text = content.decode(_WIDER.get(name, name), "replace")
    except (UnicodeError, LookupError):
        return None
    spoilt = text.count("\ufffd")
    return text.replace("\ufffd", "") if spoilt * 100 <= len(text) else None


def _eight_bit(content: bytes) -> str | None:
    sample = content[:_SAMPLE]
    if sum(byte < 9 or 13 < byte < 32 for byte in sample) * 50 > len(sample):
        return None
    scored = max(((_score(sample, name), name) for name in _EIGHT_BIT), key=lambda option: option[0])
    if scored[0] <= 0.0:
        return None
    name = scored[1]
    text = content.decode(_WIDER.get(name, name), "ignore")
    if name == "cp1251" and _KAZAKH_BYTES.search(text):
        text = content.decode("kz1048", "ignore")
    return text


def _latin(content: bytes, declared: str | None) -> str | None:
    """A text in Latin letters, in its declared encoding or western Europe's; None if it is no text."""
    sample = content[:_SAMPLE]
    if sum(byte < 9 or 13 < byte < 32 for byte in sample) * 50 > len(sample):
        return None
    try:
        name = _LATIN.get(codecs.lookup(declared or "").name, "cp1252")
    except (LookupError, ValueError):
        name = "cp1252"
    text = content.decode(name, "replace").replace("\ufffd", "")
    letters = sum(letter.isascii() and (letter.isalpha() or letter.isspace()) for letter in text[:_SAMPLE])
    return text if letters > _LEAST_LETTERS * min(len(content), _SAMPLE) else None


def _score(sample: bytes, name: str) -> float:
    """The share of the non-ASCII text that is lower-case words. A wrong encoding mixes cases and letters."""
    text = sample.decode(name, "replace")
    foreign = sum(letter > "\x7f" for letter in text)
    if not foreign:
        return 0.0
    wordlike = sum(len(word) for word in _WORDLIKE.findall(text))
    common = len(_COMMON.findall(text))
    score = (wordlike + common) / foreign
    return score if wordlike * 2 > foreign else 0.0


def _mended(text: str) -> str:
    """Text that was encoded twice, decoded once more; other text unchanged."""
    sample = text[:_SAMPLE]
    if ("Ð" not in sample and "Ñ" not in sample) or len(_TWICE.findall(sample)) * 8 < len(sample):
        return text
    for name in ("cp1252", "latin-1"):
        try:
            return text.encode(name).decode()
        except UnicodeError:
            continue
    return text


# Controls except tab and newline, lone surrogates, non-characters: SQLite, JSON and Telegram each fail on some.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Invisible: soft hyphen, zero-width, word joiners, tags, fillers. ZWJ and ZWNJ stay: they shape emoji and Arabic.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb]")
# Bidirectional marks can reverse a file name or a link's host.
_BIDI = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LINE_BREAK = re.compile("\r\n?|[\u0085\u2028\u2029]")
_TINY = 8  # pixels
_SIDE = re.compile(r"(?<![\w-])(?:width|height)\s*:\s*(\d{1,5})px", re.IGNORECASE)
_NO_PICTURE = re.compile(r"(?:pixel|spacer|blank|counter|1x1|placeholder)[^/]*$|\.svg$", re.IGNORECASE)
_SPACES = re.compile("[^\\S\n]+")
# One search finds that nearly every text has none of these.
_SUSPECT = re.compile(
    "[" + "".join(pattern.pattern[1:-1] for pattern in (_CONTROL, _INVISIBLE, _BIDI)) + "\r\u0085\u2028\u2029]"
)
_TAG = re.compile(r"<(?:!--.*?(?:-->|$)|/?[A-Za-z][^<>]*(?:>|$))", re.DOTALL)
_KNOWN_TAG = re.compile(
    r"</?(?:p|a|b|i|u|em|strong|span|div|br|img|h[1-6]|ul|ol|li|blockquote)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_SCRIPT = re.compile(r"<(script|style)\b.*?(?:</\1\s*>|$)", re.DOTALL | re.IGNORECASE)

_EMPTY_PORT = re.compile(r"^([A-Za-z]+://[^/?#@]*[^/?#@:]):(?=[/?#]|$)")
_HOST = re.compile(r"[\w.-]+|[0-9A-Fa-f:.]+")
_RUNS = re.compile(r"(?:javascript|vbscript|data:text)", re.IGNORECASE)

Counts = Counter[str]
_COUNTS: ContextVar[Counts | None] = ContextVar("harmless", default=None)


@contextlib.contextmanager
def counting() -> Iterator[Counts]:
    """Count what is made harmless while this is open, in the tasks begun inside too, by kind.

    Kinds are `control` (with lone surrogates), `invisible` and `bidi` for characters, `markup` in titles, `link` for
    one that would run a script, `date` for an impossible one. It is a context variable, because every parser cleans.
    """
    counts = Counts()
    token = _COUNTS.set(counts)
    try:
        yield counts
    finally:
        _COUNTS.reset(token)


def count_harmless(found: Mapping[str, int]) -> None:
    """Add counts from a child process to those being collected, if any are."""
    if (counts := _COUNTS.get()) is not None:
        counts.update(found)


def clean(text: str) -> str:
    """The text in NFC without controls, invisible and bidirectional marks; line breaks become newlines.

    What is removed is counted as `control`, `invisible` or `bidi`.
    """
    if _SUSPECT.search(text):
        text = _LINE_BREAK.sub("\n", text)
        for name, pattern in (("control", _CONTROL), ("invisible", _INVISIBLE), ("bidi", _BIDI)):
            text, found = pattern.subn("", text)
            if found:
                count_harmless({name: found})
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


def clean_line(text: str) -> str:
    """Like `clean`, but on one line: every run of white space is one space, none at the ends."""
    return _SPACES.sub(" ", clean(text).replace("\n", " ")).strip()


def plain(markup: str, *, limit: int = 500) -> str:
    """A title or name from markup: entities decoded once, no tags or scripts, one line, at most `limit` letters."""
    if "<" in markup or "&" in markup:
        markup = html.unescape(markup)
        markup, scripts = _SCRIPT.subn(" ", markup)
        markup, tags = _TAG.subn(" ", markup)
        if scripts + tags:
            count_harmless({"markup": scripts + tags})
    return cut(clean_line(markup), limit)


def cut(line: str, limit: int) -> str:
    """The line, cut to at most `limit` letters including the «…» at its end."""
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def within(line: str, units: int) -> str:
    """The line, cut to at most `units` as Telegram counts (UTF-16), including the «…» at its end."""
    if len(line) * 2 <= units or len(line.encode("utf-16-le", "surrogatepass")) // 2 <= units:
        return line
    kept = line.encode("utf-16-le", "surrogatepass")[: 2 * (units - 1)].decode("utf-16-le", "ignore")
    return kept.rstrip() + "…"


def without_tags(text: str) -> str:
    """Text without tags that were left in it; a «<» that opens no tag stays."""
    return _KNOWN_TAG.sub("", text) if "<" in text else text


_LABEL = r"[^\W_](?:[\w-]{0,61}\w)?"
_PUBLIC = re.compile(rf'https?://(?:{_LABEL}\.)+{_LABEL}\.?(?::([0-9]{{1,5}}))?(?:[/?#][^\s<>"\\\x00-\x1f\x7f]*)?')
LONGEST_ADDRESS = 2000


def is_public_address(address: str) -> bool:
    """Whether Telegram accepts an address on a button or in a link: http or https, a host with a dot, a valid port."""
    found = _PUBLIC.fullmatch(address) if len(address) <= LONGEST_ADDRESS else None
    return found is not None and (found[1] is None or 0 < int(found[1]) <= 65535) and not _SUSPECT.search(address)


FILE_MARK = "tg:"
"""The prefix of a Telegram file's id in a picture's address."""
_FILE = re.compile(rf"{FILE_MARK}([\w-]{{10,200}})", re.ASCII)


def file_of(address: str | None) -> str | None:
    """The id of Telegram's file in an address made with FILE_MARK; None for a real address."""
    found = _FILE.fullmatch(address or "")
    return found[1] if found else None


def link(address: str | None, *, limit: int = 2000) -> str | None:
    """The address if it is http(s) with a host and without a password, else None. A script is counted as `link`."""
    if not address:
        return None
    address = _EMPTY_PORT.sub(r"\1", clean(address).strip())
    if _is_web(address) and len(address) <= limit:
        return address
    if _RUNS.match(address):
        count_harmless({"link": 1})
    return None


def _is_web(address: str) -> bool:
    if any(letter.isspace() or letter in '<>"\\' for letter in address):
        return False
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:  # an unpaired bracket, or a port that is no number
        return False
    named = _HOST.fullmatch(host) is not None and port != 0
    return parts.scheme in ("http", "https") and named and "@" not in parts.netloc


# Strangers' markup as plain text, and their links as addresses that are safe to show.

LONGEST_MARKUP = 300_000
"""How many characters of one field are read. A newspaper article has a tenth of that."""

_BLOCKS = (
    "address article aside blockquote br center dd div dl dt fieldset footer h1 h2 h3 h4 h5 h6 header hr li main nav ol"
    " p pre section table tbody td tfoot th thead tr ul"
)
_DROPPED = "button embed figcaption form head iframe input noscript object script select style svg template textarea"
_IS_BLOCK = frozenset(_BLOCKS.split())
_MARKUP_TAG = re.compile(r"</?[A-Za-z!][^<>]{0,2000}>")
# Tags that format words within a line. Other names in angle brackets are the line's subject: «Тег <select>».
_DRESS = re.compile(
    r"</?(?:a|abbr|acronym|b|bdi|big|cite|code|del|em|font|i|img|ins|mark|nobr|q|s|small|span|strike|strong|sub|sup|tt|u"
    r"|wbr)(?:[\s/][^<>]{0,2000})?>",
    re.IGNORECASE,
)
_BREAK = re.compile(r"</?(?:br|center|div|h[1-6]|li|ol|p|ul)(?:[\s/][^<>]{0,2000})?>", re.IGNORECASE)
_UNREAD = re.compile(r"<(script|style)\b[^<>]{0,2000}>.{0,20000}?</\1\s*>|<!--.{0,5000}?-->", re.IGNORECASE | re.DOTALL)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z]{2,8});")
_CDATA = re.compile(r"<!\[CDATA\[|\]\]>")  # left where one section stands in another
_BLANKS = re.compile(r"[^\S\n]+")
_TRACKING = re.compile(r"(?:utm_\w+|fbclid|gclid|yclid|_openstat|from_rss)$", re.IGNORECASE)


def line(text: str) -> str:
    """One line of plain text from a title or name with any markup or double escaping."""
    text = text[:LONGEST_MARKUP]
    if _ENTITY.search(text):
        text = html.unescape(text)
    text = _CDATA.sub("", text)
    if _MARKUP_TAG.search(text):
        text = _DRESS.sub("", _BREAK.sub(" ", _UNREAD.sub(" ", text)))
    return clean_line(text)


def paragraphs(markup: str) -> str:
    """The text of a piece of HTML: what people read, with a newline between paragraphs.

    Markup that was escaped twice is read too.
    """
    if (
        "<" not in markup
        and "&lt;" in markup
        and _MARKUP_TAG.search(unescaped := html.unescape(markup[:LONGEST_MARKUP]))
    ):
        markup = unescaped
    root = tree(_CDATA.sub("", markup))
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
    lines = (_BLANKS.sub(" ", part).strip() for part in "".join(parts).split("\n"))
    return clean("\n".join(part for part in lines if part))


def tree(markup: str) -> HtmlElement | None:
    """The tree of a page or a piece of HTML, or None; only the first 300,000 characters are read."""
    markup = clean(markup[:LONGEST_MARKUP])
    if not markup.strip():
        return None
    try:
        return document_fromstring(markup, parser=HTMLParser(recover=True, no_network=True, huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def web_address(address: object, base: str = "") -> str | None:
    """An absolute http(s) address with a host, without user name, fragment and tracking parameters; else None."""
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


def picture_in(root: HtmlElement, base: str = "") -> str | None:
    """The address of the first picture for readers in a piece of HTML, or None.

    Lazy pages keep it in `data-src` or `srcset`. Tracking pixels and placeholders do not count.
    """
    for element in root.iter("img", "source"):
        if element.tag == "source" and not (element.getparent() is not None and element.getparent().tag == "picture"):
            continue
        if is_tiny(element.get("width"), element.get("height"), *_SIDE.findall(element.get("style") or "")):
            continue
        late = (element.get(name, "") for name in ("data-src", "data-original", "data-lazy-src"))
        widest = _widest(element.get("srcset") or element.get("data-srcset") or "")
        for source in (widest, *late, element.get("src", "")):
            address = web_address(source, base) if source and not source.startswith("data:") else None
            if address and shows_something(address):
                return address
    return None


def is_tiny(*sizes: object) -> bool:
    """Whether one of the sizes that a picture states makes it a counter's pixel."""
    numbers = (str(size or "").strip().removesuffix("px") for size in sizes)
    return any(number.isdecimal() and len(number) < 6 and int(number) <= _TINY for number in numbers)


def shows_something(address: str) -> bool:
    """Whether an address is not that of a counter, a placeholder or a drawing."""
    return not _NO_PICTURE.search(urlsplit(address).path)


def _widest(srcset: str) -> str:
    """The address of the widest picture in a `srcset` (HTML, section «srcset attributes»)."""
    best, most = "", -1.0
    for part in re.split(r",\s+|(?<=[wx]),", srcset[:LONGEST_MARKUP])[:20]:
        address, _, size = part.strip().partition(" ")
        number = size.strip()[:-1]
        width = float(number) if re.fullmatch(r"\d{1,5}(?:\.\d{1,3})?", number) else 1.0
        if address and width > most:
            best, most = address, width
    return best


# Addresses that people paste: those in a message, other spellings of one, and the text besides.

_ADDRESS = re.compile(
    r"(?:https?://|www\.)[^\s<>«»\"]+|\b[a-z0-9.-]{1,200}\.(?:kz|ru|com|org|net|info|me)/[^\s<>«»\"]+", re.IGNORECASE
)
_OWN_LINK = re.compile(r"(?:https?://)?t\.me/[A-Za-z0-9_]{4,32}\?start=a_([0-9]{1,15})$", re.IGNORECASE)
_BEHIND_ADDRESS = ".,;:!?)]}»…"
_MOST_ADDRESSES = 3
_HEADLINE_WORDS = 14
_FEWEST_WORDS = 3


def addresses_in(text: str) -> list[str]:
    """The addresses of a message in order, three at most; a missing `https://` is added."""
    found = [match.group().rstrip(_BEHIND_ADDRESS) for match in _ADDRESS.finditer(text)][:_MOST_ADDRESSES]
    return [one if "://" in one else f"https://{one}" for one in found]


def without_addresses(text: str) -> str:
    """A message's text without addresses."""
    return " ".join(_ADDRESS.sub(" ", text).split())


def own_key(address: str) -> int | None:
    """The key of the article that a link to this bot opens, else None."""
    found = _OWN_LINK.match(address)
    return int(found[1]) if found else None


def written_otherwise(address: str) -> list[str]:
    """Spellings of a page's address in the store: with and without tracking parameters, `www.`, a slash, https."""
    parts = urlsplit(web_address(address) or address)
    host = parts.netloc.lower()
    bare = next((host[len(head) :] for head in ("www.", "m.", "amp.") if host.startswith(head)), host)
    path = parts.path.removesuffix("/amp").rstrip("/")
    found: dict[str, None] = {address: None}
    for query in dict.fromkeys((parts.query, "")):
        for scheme in ("https", "http"):
            for name in (bare, f"www.{bare}", f"m.{bare}"):
                for tail in (path, f"{path}/"):
                    found[urlunsplit((scheme, name, tail, query, ""))] = None
    return list(found)


def headline_of(text: str) -> str:
    """The words to search for a forwarded post or a caption: its first telling line, cut to a few words."""
    lines = [without_addresses(line) for line in text.splitlines()]
    told = [[word for word in line.split() if re.search(r"\w", word) and word[0] not in "#@"] for line in lines]
    first = next((line for line in told if len(line) >= _FEWEST_WORDS), max(told, key=len, default=[]))
    return " ".join(first[:_HEADLINE_WORDS])
