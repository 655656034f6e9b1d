"""Bytes to text when the declaration is missing or wrong: UTF-8, UTF-16, windows-1251, its Kazakh sister, KOI8-R;
and the Latin alphabets of the neighbours where no reading gives Cyrillic words."""

import codecs
import re

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_EIGHT_BIT = ("cp1251", "koi8-r", "iso8859-5", "cp866")
# What pages in Latin letters declare, as browsers read it (https://encoding.spec.whatwg.org/#names-and-labels).
_LATIN = {
    **dict.fromkeys(("ascii", "iso8859-1", "latin-1", "cp1252"), "cp1252"),
    "iso8859-9": "cp1254",
    "cp1254": "cp1254",
    **{name: name for name in ("cp1250", "cp1257", "iso8859-2", "iso8859-15", "iso8859-4", "iso8859-13", "iso8859-16")},
}
_LEAST_LETTERS = 0.5
"""The share of Latin letters, spaces and marks of a text below which bytes are no text in Latin letters."""
_OFTEN_WRONG = ("iso8859", "cp125", "latin", "ascii", "koi8", "mac", "utf", "kz", "ptcp")
_SAMPLE = 20_000
# In windows-1251 these are letters of Macedonian and Ukrainian; on Kazakhstan's pages the same bytes are қ ә ғ ү ө ң.
_KAZAKH_BYTES = re.compile("[ќјєїґѕЌЈЄЇҐЅ]")
_COMMON = re.compile("[оеаинтсрвлкмдпуыі]")
_WORDLIKE = re.compile("[А-ЯЁ]?[а-яёәғқңөұүһі]{2,}")
# UTF-8 that somebody has read as windows-1252 and written again.
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
        content = content.replace(b"\0", b"")  # a stray one hides no text
    text = _utf8(content)
    if text is not None:
        return _mended(text)
    if declared and _fits(content, declared):
        return _strict(content, declared)
    return _eight_bit(content) or _latin(content, declared)


def _strict(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except (UnicodeError, LookupError):
        return None


def _utf8(content: bytes) -> str | None:
    """UTF-8, even if it was cut in the middle of a letter or a few bytes are broken."""
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
    """UTF-16 without its mark: half of the bytes of plain text are then zero or four, at even or at odd places."""
    head = content[:_SAMPLE]
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        high = head[start::2]
        if high and sum(byte in (0, 4, 0x20) for byte in high) > 0.9 * len(high) and len(content) % 2 == 0:
            return _strict(content, name)
    return None


def _fits(content: bytes, declared: str) -> bool:
    """Whether the declared encoding can read the bytes, and its result looks at least as much like words as
    any other.
    """
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return False
    if name in _EIGHT_BIT or name.startswith(_OFTEN_WRONG):
        return False  # of these kind of mistakes there are many: let the letters decide
    return _strict(content, name) is not None


def _eight_bit(content: bytes) -> str | None:
    sample = content[:_SAMPLE]
    if sum(byte < 9 or 13 < byte < 32 for byte in sample) * 50 > len(sample):
        return None
    scored = max(((_score(sample, name), name) for name in _EIGHT_BIT), key=lambda option: option[0])
    if scored[0] <= 0.0:
        return None
    name = scored[1]
    text = content.decode(name, "ignore")
    if name == "cp1251" and _KAZAKH_BYTES.search(text):
        text = content.decode("kz1048", "ignore")
    return text


def _latin(content: bytes, declared: str | None) -> str | None:
    """A text in Latin letters: in the alphabet it declares, else in western Europe's; None where it is no text."""
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
