"""Every word a person sees in Telegram or on the chat page.

`<lang>.ftl` and `<part>.<lang>.ftl` hold the texts of a language in Fluent (https://projectfluent.org). They are HTML
as Telegram reads it. Arguments are escaped unless they are `Html` already.
"""

from __future__ import annotations

import functools
import html
import re
from importlib import resources
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fluent.runtime import FluentBundle

FALLBACK: Final = "ru"
"""The language used where another one lacks a text."""
LANGUAGE_NAMES: Final = {"ru": "Русский", "kk": "Қазақша"}
"""The languages the bot speaks, by their codes (BCP 47), each with its own name. A third one begins here."""
LANGUAGES: Final = LANGUAGE_NAMES.keys()


_MOST_MADE, _SHORT = 4096, 160
"""How many texts made with arguments are cached, and the length (in letters) up to which one is."""


class Html(str):
    """Text that is HTML already: it is put into other texts unescaped."""

    __slots__ = ()


class TextError(KeyError):
    """A text key or an argument is missing. This is a bug and is never shown to a person."""


def escape(text: str) -> Html:
    """Plain text as HTML."""
    return text if isinstance(text, Html) else Html(html.escape(text, quote=False))


def _without_html(text: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", text))


class Texts:
    """The texts of one language: `texts("digest-set", time="08:30")`."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._bundle = _bundle(language)
        self._fixed: dict[str, Html] = {}  # texts without arguments
        self._plain: dict[str, str] = {}
        self._made: dict[tuple[object, ...], Html] = {}  # short ones with arguments

    def __call__(self, key: str, /, **arguments: str | int | float) -> Html:
        """The text as HTML, its arguments escaped. Raises TextError on a missing key or argument."""
        if arguments:
            return self._formatted(key, arguments)
        if key not in self._fixed:
            self._fixed[key] = self._formatted(key, {})
        return self._fixed[key]

    def _formatted(self, key: str, arguments: dict[str, str | int | float]) -> Html:
        asked = (key, *((name, value, type(value)) for name, value in arguments.items()))
        if (made := self._made.get(asked)) is None:
            made = self._format(key, arguments)
            if len(made) <= _SHORT:
                if len(self._made) >= _MOST_MADE:
                    self._made.clear()
                self._made[asked] = made
        return made

    def _format(self, key: str, arguments: dict[str, str | int | float]) -> Html:
        if not self._bundle.has_message(key):
            if self.language != FALLBACK:
                return texts(FALLBACK)(key, **arguments)
            raise TextError(f"{self.language}: no text {key!r}")
        pattern = self._bundle.get_message(key).value
        if pattern is None:
            raise TextError(f"{self.language}: {key!r} has no value")
        values = {name: escape(value) if isinstance(value, str) else value for name, value in arguments.items()}
        text, errors = self._bundle.format_pattern(pattern, values)
        if errors:
            raise TextError(f"{self.language}: {key!r}: {errors[0]}")
        return Html(text)

    def plain(self, key: str, /, **arguments: str | int | float) -> str:
        """The text without HTML, for buttons, commands and toasts."""
        if arguments:
            return _without_html(self._formatted(key, arguments))
        if key not in self._plain:
            self._plain[key] = _without_html(self(key))
        return self._plain[key]

    def has(self, key: str) -> bool:
        """Whether there is such a text in this language or in Russian."""
        return self._bundle.has_message(key) or (self.language != FALLBACK and texts(FALLBACK).has(key))


@functools.cache
def texts(language: str) -> Texts:
    """The texts of a language; Russian for one that the bot does not speak."""
    return Texts(language if language in LANGUAGES else FALLBACK)


def nearest(code: str | None) -> str:
    """The language to begin with, from a Telegram client's code: `kk-KZ` gives Kazakh, an unknown code Russian."""
    first = (code or "").casefold().split("-")[0]
    return first if first in LANGUAGES else FALLBACK


def named(text: str) -> str | None:
    """The language that a person named by its code or its own name; None for any other text."""
    said = text.strip().casefold()
    return next((code for code, name in LANGUAGE_NAMES.items() if said in (code, name.casefold())), None)


def source_files(language: str) -> dict[str, str]:
    """The .ftl files of a language: name → text."""
    return {
        file.name: file.read_text(encoding="utf-8")
        for file in sorted(resources.files("locales").iterdir(), key=lambda file: file.name)
        if file.name == f"{language}.ftl" or file.name.endswith(f".{language}.ftl")
    }


@functools.cache
def _bundle(language: str) -> FluentBundle:
    from fluent.runtime import FluentBundle, FluentResource  # 0.15 s: only where texts are shown

    bundle = FluentBundle([language], use_isolating=False)
    for text in source_files(language).values():
        # The files have plain spaces, which are visible there. No-break ones keep a dash off the start of a line.
        bundle.add_resource(FluentResource(text.replace(" — ", "\u00a0— ").replace(" – ", "\u00a0– ")))
    return bundle


# The chat page's own words, as the sandbox serves them.

_KEY: Final = re.compile(r"^(page-[\w-]+) *=", re.MULTILINE)


@functools.cache
def page_texts(language: str) -> dict[str, str]:
    """Every text of `page.<language>.ftl`, plain; the Russian ones for a language without texts."""
    known = texts(language)
    keys = _KEY.findall(source_files(FALLBACK)[f"page.{FALLBACK}.ftl"])
    return {key: known.plain(key) for key in keys}
