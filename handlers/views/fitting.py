"""What Telegram takes: each item of a list is tried before it is joined, and a last look drops what would be refused.
And what a phone shows whole: how wide a text is.

One bad article costs its own line, never the list, the inline answer or the digest it stands in; the log says which.
"""

import html
import logging
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from importlib import resources
from typing import Final, TypeVar

from handlers.views.screen import AnyScreen, Button, ButtonRows, RichScreen, Screen, cut, utf16_length
from locales import Html, escape
from news.text.clean import is_public_address

# The width of a text on a phone, by the rule of docs/phone.md: Roboto Medium, a screen of 360 px.
#
# Telegram silently cuts a button's text that does not fit. Its clients differ by some pixels; our rule is a little
# stricter than what was seen.

BUTTON_PX: Final = 14
KEYBOARD_PX: Final = 312
"""The width of a keyboard under a message on a screen of 360 px."""
GAP_PX: Final = 4
PADDING_PX: Final = 4
"""Pixels on each side of a button's text."""
TEXT_PX: Final = 15
LINE_PX: Final = 288
"""The width of a message's line on the same screen."""

_EMOJI = 1.33
_UNKNOWN = 0.62


def width(text: str, size: float = BUTTON_PX) -> float:
    """The width of a line of text in pixels, at a font size."""
    known = _widths()
    return size * sum(known[letter] if letter in known else _guess(letter) for letter in text)


def button_room(beside: int) -> float:
    """Pixels for a button's text in a row of `beside` buttons."""
    return (KEYBOARD_PX - GAP_PX * (beside - 1)) / beside - 2 * PADDING_PX


@lru_cache(4096)
def fits_button(text: str, beside: int = 1) -> bool:
    """Whether a button's text is shown whole in a row of `beside` buttons."""
    return width(text) <= button_room(beside)


def fitted_rows(rows: ButtonRows) -> ButtonRows:
    """The rows with every text shown whole: a row whose texts do not fit side by side becomes several.

    A text too wide for a row of its own, a headline or a word a reader typed, ends in «…».
    """
    kept: list[tuple[Button, ...]] = []
    for row in rows:
        beside = len(row)
        while beside > 1 and not all(fits_button(one.text, beside) for one in row):
            beside -= 1
        pieces = [row[start : start + beside] for start in range(0, len(row), beside)] if row else []
        kept += [tuple(_whole(one) for one in piece) if beside == 1 else piece for piece in pieces]
    return tuple(kept)


def _whole(button: Button) -> Button:
    text = shortened(button.text, button_room(1))
    return button if text == button.text else replace(button, text=text)


def shortened(text: str, room: float, size: float = BUTTON_PX) -> str:
    """The text if it fits into `room` pixels, else cut at a word and marked «…»."""
    known = _widths()
    left, end, whole = room / size, 0, True
    dots = known["…"]
    for place, letter in enumerate(text):
        left -= known[letter] if letter in known else _guess(letter)
        if left >= dots:
            end = place + 1
        if left < 0:
            whole = False
            break
    if whole:
        return text
    kept = text[:end]
    at = kept.rfind(" ", len(kept) // 2)
    return (kept[:at] if at > 0 else kept).rstrip(" ,.;:–—-·«(") + "…"


def _guess(letter: str) -> float:
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Cf", "Mn", "Me", "Cc"):
        return 0.0
    wide = unicodedata.east_asian_width(letter) in "WF" or unicodedata.category(letter) == "So"
    return _EMOJI if wide else _UNKNOWN


@cache
def _widths() -> dict[str, float]:
    found: dict[str, float] = {}
    text = (resources.files("handlers.views") / "roboto.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            thousandths, _, letters = line.partition("\t")
            found |= dict.fromkeys(letters, int(thousandths) / 1000)
    return found


T = TypeVar("T")
R = TypeVar("R")

log = logging.getLogger("qala.views")

_TEXT_UNITS: Final = 4096
_RICH_UNITS: Final = 32_768
_RICH_BLOCKS: Final = 500
_SOURCE_BYTES: Final = 32_000
"""The most bytes of a message with its markup: Telegram reads 32,768, however short the text is."""
_RICH_BYTES: Final = 120_000
_IN_A_ROW, _BUTTONS = 8, 100
_QUERY_UNITS: Final = 256
_NOTHING = Html("…")
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"<(?:h[1-6]|p|pre|footer|hr|li|ul|ol|blockquote|figure|img|details|table|tr|tg-button-row)[\s/>]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\u180e\u00ad]*")


def visible(markup: str) -> str:
    """A message's text without tags, as a reader sees it."""
    return html.unescape(_TAG.sub("", markup))


@dataclass(slots=True)
class Room:
    """The room left in a message: UTF-16 units without tags, bytes with tags, and blocks of a rich one."""

    units: int = _TEXT_UNITS
    octets: int = _SOURCE_BYTES
    blocks: int = _RICH_BLOCKS

    def take(self, markup: str) -> bool:
        """Take the room of a piece, if it fits; whether it does."""
        units, octets = utf16_length(visible(markup)), len(markup.encode(errors="replace"))
        blocks = len(_BLOCK.findall(markup))
        if units > self.units or octets > self.octets or blocks > self.blocks:
            return False
        self.units, self.octets, self.blocks = self.units - units, self.octets - octets, self.blocks - blocks
        return True


def rich_room() -> Room:
    """The room of a rich message."""
    return Room(_RICH_UNITS, _RICH_BYTES)


def fitted(items: Iterable[T], show: Callable[[int, T], Html], room: Room, joint: str = "\n\n") -> list[tuple[T, Html]]:
    """The items with what `show` makes of their number (from 1) and themselves, to be joined with `joint`.

    An item that cannot be shown, or does not fit any more, is left out and named in the log; the numbers stay without
    gaps.
    """
    kept: list[tuple[T, Html]] = []
    for item in items:
        try:
            shown = show(len(kept) + 1, item)
        except Exception:  # a bug of ours with one item: it must not take the others along
            log.exception("%s cannot be shown: it is left out", _name(item))
            continue
        if room.take(shown + joint):
            kept.append((item, shown))
        else:
            log.warning("%s does not fit: it is left out", _name(item))
    return kept


def each(items: Iterable[T], make: Callable[[T], R]) -> list[R]:
    """What `make` returns for each item, leaving out the items it fails at."""
    made = []
    for item in items:
        try:
            made.append(make(item))
        except Exception:  # a bug of ours with one item: it must not take the others along
            log.exception("%s cannot be shown: it is left out", _name(item))
    return made


def sendable(shown: AnyScreen) -> AnyScreen:
    """The message as Telegram accepts it: invalid buttons are dropped, and a text that is too long is cut without its
    tags.

    A message within the limits, as views make them, is not changed.
    """
    rows = _rows(shown.rows)
    markup = Html(_SURROGATE.sub("", shown.html)) if _SURROGATE.search(shown.html) else shown.html
    if _INVISIBLE.fullmatch(visible(markup)):
        markup = _NOTHING  # an article without a word: its buttons still lead on
    room = rich_room() if isinstance(shown, RichScreen) else Room()
    if not room.take(markup):
        log.error("a message is too long: it is cut (%.80r)", visible(markup))
        plain = visible(re.sub(r"</(?:p|h\d|details|summary|footer)>", "\n", markup))
        return Screen(escape(cut(plain, _TEXT_UNITS - 96)), rows)
    if isinstance(shown, RichScreen):
        return shown if rows == shown.rows and markup is shown.html else RichScreen(markup, rows)
    preview = shown.preview if shown.preview is None or is_public_address(shown.preview) else None
    picture = shown.picture if shown.picture is None or is_public_address(shown.picture) else None
    if rows == shown.rows and markup is shown.html and (preview, picture) == (shown.preview, shown.picture):
        return shown
    return Screen(markup, rows, preview, picture)


def _rows(rows: ButtonRows) -> ButtonRows:
    kept: list[tuple[Button, ...]] = []
    left = _BUTTONS
    for row in rows:
        good = [fine for button in row if (fine := _button(button)) is not None][:left]
        left -= len(good)
        kept += [tuple(good[start : start + _IN_A_ROW]) for start in range(0, len(good), _IN_A_ROW)]
    return tuple(kept)


def _button(button: Button) -> Button | None:
    """The button as Telegram accepts it; None if it would be refused."""
    problem = None
    if _INVISIBLE.fullmatch(button.text):
        problem = "has no text"
    elif button.url is not None and not is_public_address(button.url):
        problem = "leads to no address"
    elif button.action is not None and not _is_action(button):
        problem = "says nothing we know"
    if problem:
        log.warning("a button %s: it is left out (%.80r)", problem, button.url or button.text)
        return None
    text = _SURROGATE.sub("", button.text)
    here = None if button.here is None else cut(_SURROGATE.sub("", button.here), _QUERY_UNITS)
    return button if (text, here) == (button.text, button.here) else replace(button, text=text, here=here)


def _is_action(button: Button) -> bool:
    try:
        return button.action is not None and bool(button.action.pack())
    except ValueError:
        return False


def _name(item: object) -> str:
    name = getattr(item, "id", None) or getattr(item, "key", None) or getattr(item, "name", None)
    return f"{type(item).__name__} {str(name)[:80]!r}" if name is not None else type(item).__name__
