"""The query language: what a reader typed, taken apart. Never an error: what is not understood is just words.

`"exact words"` · `-word` · `#topic` · `source:` `источник:` `дереккөз:` · `city:` `город:` `қала:` (news.places) ·
`lang:kk` `язык:` `тіл:` · days (news.period)
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from news.language.analyse import fold, words
from news.models import Language
from news.period import Period, find_period, is_year, parse_day

MOST_WORDS: Final = 16
_MOST_LETTERS = 400

_PHRASE = re.compile('"([^"]+)"|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»')
_LABELLED = re.compile(r'(?<!\S)([^\W\d_]+):("[^"]+"|[^\s"]+)')
_TOPIC = re.compile(r"(?<!\S)#([^\W_][\w-]*)")
_EXCLUDED = re.compile(r"(?<!\S)-([^\W_][\w'’]*)(?!\S)")
_DAY = re.compile(r"(?<!\S)(\d{4}-\d\d?-\d\d?|\d\d?[./]\d\d?[./]\d{4})(?!\S)")
# What joins a number as «-інші» does (news.language.normalise), on its way there or without Kazakh letters.
_ORDINAL = re.compile("(?<=[0-9])[-‐‑](?:[иіы]?н?ш[иіы]?|[иіы]н?)(?![^\\W_])", re.IGNORECASE)
_SOURCE_KEYS = {"source", "источник", "дереккөз", "дереккоз"}
_CITY_KEYS = {"city", "город", "қала", "кала"}
_LANGUAGE_KEYS = {"lang", "язык", "тіл", "тил"}
_LANGUAGE_NAMES: dict[str, Language] = {
    **dict.fromkeys(("kk", "kz", "қаз", "каз", "қазақша", "казакша", "казахский", "kaz"), "kk"),
    **dict.fromkeys(("ru", "рус", "орыс", "орысша", "русский", "rus"), "ru"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Query:
    """What was understood.

    `text` is what remains as typed when everything else is taken out, `words` its folded words, phrases included.
    `typed` is `text` with the `-word` chunks: on the Kazakh layout - is ө, and only the words known tell a slip from
    an exclusion. `complete`: the last word has ended. `period_words` named `period`; they are not among `words`.
    """

    text: str = ""
    words: tuple[str, ...] = ()
    typed: str = ""
    complete: bool = False
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    cities: tuple[str, ...] = ()
    language: Language | None = None
    period: Period | None = None
    period_words: tuple[str, ...] = ()
    years: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look for at all."""
        return not (self.words or self.topics or self.sources or self.cities or self.language or self.period)

    def without_period(self) -> "Query":
        """The same with the words of the period read as words: for when nothing is found in it."""
        if not self.period_words:
            return replace(self, period=None)
        return replace(self, period=None, period_words=(), words=(self.words + self.period_words)[:MOST_WORDS])


def parse(text: str, today: date) -> Query:
    """Take a query apart; `today` is the reader's local day."""
    text = text[:_MOST_LETTERS].encode("utf-8", "replace").decode("utf-8")
    taken = _Taken(text)
    sources, cities, languages = _labelled(taken)
    quoted = [_folded(next(filter(None, match.groups()))) for match in taken.matches(_PHRASE)]
    topics = [match[1] for match in taken.matches(_TOPIC, out=True)]
    period, period_words = _named_days(taken)
    typed = taken.text
    excluded = _excluded(taken)
    free = _folded(_ORDINAL.sub("", taken.text))
    if period is None and (found := find_period(free, today)):
        period, named = found
        period_words = tuple(free[place] for place in named)
        free = tuple(word for place, word in enumerate(free) if place not in named)
    return Query(
        text=taken.text.strip(),
        words=free[:MOST_WORDS],
        typed=typed.strip(),
        complete=bool(text) and not (text[-1].isalnum() or text[-1] in "-'"),
        phrases=tuple(filter(None, quoted)),
        excluded=excluded,
        topics=tuple(topics),
        sources=tuple(sources),
        cities=tuple(cities),
        language=languages[-1] if languages else None,
        period=period,
        period_words=period_words,
        years=tuple(int(word) for word in free if is_year(word)),
    )


class _Taken:
    """A text that operators are taken out of one after another."""

    def __init__(self, text: str) -> None:
        self.text = text

    def matches(self, pattern: re.Pattern[str], *, out: bool = False) -> list[re.Match[str]]:
        found = list(pattern.finditer(self.text))
        if out:
            for match in found:
                self.out(match)
        return found

    def out(self, match: re.Match[str]) -> None:
        """Blank a match, so that the places of the others hold."""
        start, end = match.span()
        self.text = self.text[:start] + " " * (end - start) + self.text[end:]


def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in words(text))


def _labelled(taken: _Taken) -> tuple[list[str], list[str], list[Language]]:
    """The sources, cities and languages that are named with a colon, taken out."""
    sources: list[str] = []
    cities: list[str] = []
    languages: list[Language] = []
    for match in taken.matches(_LABELLED):
        key, value = fold(match[1]), match[2].strip('"')
        if key in _SOURCE_KEYS:
            sources.append(value)
        elif key in _CITY_KEYS:
            cities.append(value)
        elif key in _LANGUAGE_KEYS and fold(value) in _LANGUAGE_NAMES:
            languages.append(_LANGUAGE_NAMES[fold(value)])
        else:
            continue
        taken.out(match)
    return sources, cities, languages


def _named_days(taken: _Taken) -> tuple[Period | None, tuple[str, ...]]:
    """The period from the first to the last day that is named by its date, taken out, and the words that name them."""
    named = [(match, day) for match in taken.matches(_DAY) if (day := parse_day(match[1]))]
    if not named:
        return None, ()
    for match, _ in named:
        taken.out(match)
    days = [day for _, day in named]
    return Period(min(days), max(days)), tuple(word for match, _ in named for word in _folded(match[1]))


def _excluded(taken: _Taken) -> tuple[str, ...]:
    """The words with a minus, taken out; none where nothing else is asked for."""
    excluded = tuple(fold(match[1]) for match in taken.matches(_EXCLUDED))
    if not excluded or not _folded(_EXCLUDED.sub(" ", taken.text)):
        return ()
    taken.matches(_EXCLUDED, out=True)
    return excluded
