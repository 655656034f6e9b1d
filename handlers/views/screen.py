"""A message as plain data: its HTML and its buttons. render.py makes aiogram's objects of it."""

from dataclasses import dataclass
from typing import Literal

from handlers.views.actions import Action
from locales import Html


@dataclass(frozen=True, slots=True)
class Button:
    """A button. Exactly one of these four fields tells what it does.

    `action` is sent back to us; `url` opens an address; `share` asks for a chat and starts `@bot <share>` there; `here`
    puts `@bot <here>` into this chat's input field, where it can be edited.
    """

    text: str
    action: Action | None = None
    url: str | None = None
    share: str | None = None
    here: str | None = None
    style: Literal["danger"] | None = None
    """Red for what cannot be undone; other buttons have the client's style."""


ButtonRows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """A message: HTML of at most 4096 UTF-16 units without tags. `preview` is the link whose preview is shown.

    `picture` is the address of a picture shown large above the text, instead of a preview.
    """

    html: Html
    rows: ButtonRows = ()
    preview: str | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class RichScreen:
    """A rich message (Bot API 10): HTML blocks, at most 32,768 characters and 500 blocks, for readers who chose it.

    Some buttons are inside the text; `rows` are those under it.
    """

    html: Html
    rows: ButtonRows = ()


AnyScreen = Screen | RichScreen
"""A screen in plain or rich form."""


def grid(buttons: list[Button], columns: int) -> ButtonRows:
    """The buttons in rows of `columns`."""
    return tuple(tuple(buttons[start : start + columns]) for start in range(0, len(buttons), columns))


def utf16_length(text: str) -> int:
    """The length of a text as Telegram counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, units: int) -> str:
    """Plain text of at most `units` UTF-16 units, cut at a word and marked «…», never within a surrogate pair."""
    if utf16_length(text) <= units:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: (units - 1) * 2].decode("utf-16-le", "ignore")
    at = kept.rfind(" ", len(kept) // 2)
    return (kept[:at] if at > 0 else kept).rstrip(" ,.;:–—-") + "…"
