"""A message as plain data: its HTML and its buttons. render.py turns it into what Telegram wants."""

from dataclasses import dataclass
from typing import Literal

from handlers.views.actions import Action
from locales import Html


@dataclass(frozen=True, slots=True)
class Button:
    """One button. Exactly one of the four says what it does.

    `action` comes back to us; `url` opens; `share` asks for a chat and starts `@bot <share>` there; `here` puts
    `@bot <here>` into this chat's input line, where it can be changed before it is searched.
    """

    text: str
    action: Action | None = None
    url: str | None = None
    share: str | None = None
    here: str | None = None
    style: Literal["danger"] | None = None
    """Red where a press cannot be taken back; all others look as the reader's client has them."""


ButtonRows = tuple[tuple[Button, ...], ...]


@dataclass(frozen=True, slots=True)
class Screen:
    """A message: HTML of at most 4096 UTF-16 units after entities; `preview` is the link whose preview is shown.

    `picture` is the address of a picture that stands large above the text; it is shown instead of a preview.
    """

    html: Html
    rows: ButtonRows = ()
    preview: str | None = None
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class RichScreen:
    """A rich message (Bot API 10): HTML blocks, at most 32,768 characters and 500 blocks, for readers who chose it.

    Its own buttons stand inside; `rows` are those under it.
    """

    html: Html
    rows: ButtonRows = ()


AnyScreen = Screen | RichScreen
"""What a reader is shown: the plain form or the rich form."""


def grid(buttons: list[Button], columns: int) -> ButtonRows:
    """Buttons in rows of so many."""
    return tuple(tuple(buttons[start : start + columns]) for start in range(0, len(buttons), columns))


def utf16_length(text: str) -> int:
    """How long Telegram says a text is: UTF-16 code units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut(text: str, units: int) -> str:
    """Plain text of at most so many UTF-16 units, cut at a word and marked «…»; never inside a surrogate pair."""
    if utf16_length(text) <= units:
        return text
    kept = text.encode("utf-16-le", "surrogatepass")[: (units - 1) * 2].decode("utf-16-le", "ignore")
    at = kept.rfind(" ", len(kept) // 2)
    return (kept[:at] if at > 0 else kept).rstrip(" ,.;:–—-") + "…"
