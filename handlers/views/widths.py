"""How wide a text is on a phone, by the one rule of docs/phone.md: Roboto Medium, a screen of 360 px.

Telegram cuts a button's text that does not fit and says nothing. Its clients differ by some pixels; the rule is ours,
a little stricter than what was seen.
"""

import unicodedata
from dataclasses import replace
from functools import cache
from importlib import resources
from typing import Final

from handlers.views.screen import Button, ButtonRows

BUTTON_PX: Final = 14
KEYBOARD_PX: Final = 312
"""A keyboard under a message on a screen of 360 px."""
GAP_PX: Final = 4
PADDING_PX: Final = 4
"""On either side of a button's text."""
TEXT_PX: Final = 15
LINE_PX: Final = 288
"""A line of a message on the same screen."""

_EMOJI = 1.33
_UNKNOWN = 0.62


def width(text: str, size: float = BUTTON_PX) -> float:
    """Pixels a line of text takes at a size."""
    known = _widths()
    return size * sum(known[letter] if letter in known else _guess(letter) for letter in text)


def button_room(beside: int) -> float:
    """Pixels the text of a button has in a row of so many."""
    return (KEYBOARD_PX - GAP_PX * (beside - 1)) / beside - 2 * PADDING_PX


def fits_button(text: str, beside: int = 1) -> bool:
    """Whether a button's text is read whole in a row of so many."""
    return width(text) <= button_room(beside)


def fitted_rows(rows: ButtonRows) -> ButtonRows:
    """The rows with every text read whole: a row whose texts do not fit beside each other becomes several.

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
    """The text where it fits into so many pixels, else cut at a word and marked «…»."""
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
