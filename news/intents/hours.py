"""Hours of the day as people say them: «8:30», «в 9 утра», «полдевятого», «кешкі сегізде», «жарты тоғыз»."""

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from news.intents.spelling import NOTHING, Spellings
from news.language import latin
from news.language.analyse import fold
from news.language.skeleton import skeleton

_FILE = Path(__file__).parent.parent / "data" / "intents.toml"
_PARTS = ("morning", "noon", "evening", "night")


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours of a digest as they were said: minutes of the local day; `days` 'work', 'weekend' or '' for every day."""

    minutes: tuple[int, ...]
    days: str = ""


@cache
def intents_table() -> dict[str, Any]:
    """What `news/data/intents.toml` holds; it takes a tenth of a second to read."""
    return tomllib.loads(_FILE.read_text(encoding="utf-8"))


_ASKED = (
    "polite",
    "wish",
    "send",
    "inform",
    "resume",
    "notices",
    "change",
    "digest",
    "news",
    "you",
    "kin",
    "greeting",
    "my",
    "later",
)
"""Meanings whose words may stand beside an hour: what asks for something, and what is empty."""
_CASES = ("нен", "нан", "ден", "дан", "тен", "тан", "ге", "ға", "ке", "қа", "де", "да", "те", "та", "дарда", "дерде")
_KAZAKH = re.compile("(?:бір|екі|үш|төрт|бес|алты|жеті|сегіз|тоғыз|он|жиырма|отыз|қырық|елу|онбір|онекі)")
_CLOCK = re.compile(r"(?<![\w:.])([01]?\d|2[0-4])(?:\s?[:.\-]\s?| )([0-5]\d)(?![\w:.])")
_ENDED = re.compile(r"(\d{1,2})[-‐‑]?(?:ге|ға|ке|қа|де|да|те|та|ден|дан|тен|тан|га|ка|ч|ти|ми|и)", re.IGNORECASE)
_GLUED = re.compile(
    r"\bпол-?(?=перво|второ|треть|четверт|пято|шесто|седьмо|восьмо|девято|десято|одиннадц|двенадц)", re.IGNORECASE
)
_WORD = re.compile(r"[^\W_]+")
_AT = re.compile("(?<=[зтирен])(?:да|де|та|те)$")  # «сегізде» can only be an hour
_TO = re.compile("[гк][ае]$")
_THEN = "онда"
"""At ten, or then."""
MOST = 3
_LONGEST = 80
_PREPOSITION = 2
_AT_WORDS = ("в", "во", "к")


class _Moment(NamedTuple):
    """A minute of the day as it was said, the index after its words, and whether they surely mean a time."""

    minute: int
    end: int
    sure: bool


def hours_in(text: str) -> Hours | None:
    """The hours if a message names hours and nothing else; otherwise None."""
    if len(text) > _LONGEST:
        return None
    marked = _CLOCK.sub(r" \1h\2 ", _GLUED.sub("пол ", text))
    heard = _Heard([fold(word) for word in _WORD.findall(_ENDED.sub(r"\1 сағат", marked))])
    return heard.hours() if heard.read() else None


def hours_among(text: str, *, asked: bool, guessing: bool = True) -> Hours | None:
    """The hours that a message names among other words, «включи рассылку утром в 8 по Алматы»; None if it surely names
    none. `asked`: hours were spoken of, so that a bare number is one.

    A part of the day without an hour is its usual hour if `guessing`: «присылай утром и вечером».
    """
    marked = _CLOCK.sub(r" \1h\2 ", _GLUED.sub("пол ", text))
    tokens = [fold(word) for word in _WORD.findall(_ENDED.sub(r"\1 сағат", marked))]
    counted = any([token] in _TIMES for token in tokens)  # «күніне бір рет» is no hour
    if asked and not counted and (strictly := _Heard(tokens)).read() and (found := strictly.hours(sure=True)):
        return found
    heard = _Heard(tokens)
    heard.skim()
    return heard.hours() or (heard.usual() if guessing or asked else None)


def is_of_hours(word: str) -> bool:
    """Whether a folded word is a number or says a part of the day: «жетіде» is no «жетеді»."""
    return any(one in (*_PARTS, "o'clock", "half") or (one[0] == "n" and one[1:].isdecimal()) for one in _of(word))


class _Heard:
    """Reads times of day from the words of a message, one after another."""

    def __init__(self, tokens: Sequence[str]) -> None:
        self._tokens = tokens
        self._moments: list[tuple[int, str]] = []  # minute of the day as it was said, the part of the day
        self._part = ""
        self._days = ""
        self._parts: list[str] = []
        self._sure = False  # that an hour is meant
        self._moved = self._asked = False

    def read(self) -> bool:
        """Whether every word belongs to times of day."""
        at = 0
        while at < len(self._tokens):
            found = self._moment_at(at)
            if found is not None and self._tokens[found.end : found.end + 1] in _TIMES:
                at = found.end + 1  # «два раза в день» is no hour
            elif found is not None and self._denied(at, found.end):
                at = found.end
            elif found is not None:
                self._moved |= bool(_TO.search(_sound(self._tokens[found.end - 1])))
                self._moments.append((found.minute, self._part))
                self._sure |= found.sure
                at = found.end
            elif self._beside(self._tokens[at]):
                at += 1
            else:
                return False
        return True

    def _moment_at(self, at: int) -> _Moment | None:
        return _moment(self._tokens, at) if self._tokens[at] != _THEN or self._hour_comes(at) else None

    def skim(self) -> None:
        """Read what belongs to times of day, and skip the other words. A number is an hour only where that is sure, or
        a part of the day or «в» is beside it.
        """
        at = 0
        self._asked = True
        counted = any([token] in _TIMES for token in self._tokens)  # «кешке бір рет»
        while at < len(self._tokens):
            found = self._moment_at(at)
            times = found is not None and self._tokens[found.end : found.end + 1] in _TIMES
            if found is None or times or self._denied(at, found.end):
                if found is None:
                    self._beside(self._tokens[at])
                    late = self._tokens[at] == _LATE
                    self._parts += [one for one in _PARTS if one in _of(self._tokens[at]) and not late]
                at = found.end + times if found is not None else at + 1
                continue
            led = at and (self._tokens[at - 1] in _AT_WORDS or (self._beside_part(at - 1) and not counted))
            if found.sure or led or (self._beside_part(found.end) and not counted):
                self._sure |= found.sure or bool(led)
                self._moments.append((found.minute, self._part))
            at = found.end

    def _beside_part(self, at: int) -> bool:
        return 0 <= at < len(self._tokens) and bool(_of(self._tokens[at]) & {*_PARTS, "o'clock"})

    def usual(self) -> Hours | None:
        """The usual hours of the parts of the day that were named, where no hour was."""
        minutes = {_USUAL[part] for part in self._parts if part in _USUAL}
        return Hours(tuple(sorted(minutes)), self._days) if minutes and not self._moments else None

    def _hour_comes(self, at: int) -> bool:
        """Whether the word before tells that an hour comes: «сағат онда», «тоғызда емес, онда»."""
        before = self._tokens[at - 1] if at else ""
        return before == "емес" or bool(_of(before) & {"o'clock", *_PARTS})

    def _denied(self, start: int, end: int) -> bool:
        """Whether the hour at these words is the one that is not wanted: «не в 9, а в 10», «9 емес, 10», «в 9 не надо»,
        «алтыда келмесін».
        """
        before = [word for word in self._tokens[max(0, start - 2) : start] if word not in _AT_WORDS]
        end += self._beside_part(end)
        after, then = (self._tokens[at : at + 1] for at in (end, end + 1))
        refused = after == ["не"] and bool(then) and then[0] not in _OR_SO and _moment(self._tokens, end + 1) is None
        return before[-1:] == ["не"] or after == ["емес"] or refused or bool(after and _REFUSED.match(after[0]))

    def _beside(self, word: str) -> bool:
        """Whether a word belongs to hours, and what it says about them."""
        meanings = _of(word)
        named = next((one for one in _PARTS if one in meanings), "")
        if named:
            self._sure = True
            if self._moments and not self._moments[-1][1]:
                self._moments[-1] = self._moments[-1][0], named
            else:
                self._part = named
        elif "work" in meanings or "weekend" in meanings:
            self._days, self._sure = ("work" if "work" in meanings else "weekend"), True
        elif "beside" in meanings and len(word) > _PREPOSITION:
            self._asked = True
        elif "o'clock" in meanings or word in _AT_WORDS:
            self._sure = True
        return bool(meanings) and not meanings <= {"half", "and-half"}

    def hours(self, *, sure: bool = False) -> Hours | None:
        """The hours, if there are any and they are surely hours."""
        minutes = [found for minute, part in self._moments if (found := _in_part(minute, part)) is not None]
        if self._moved and not self._asked:  # «сегізге»: something is moved to eight o'clock
            return None
        if not (sure or self._sure or self._moved):
            return None
        if not 1 <= len(minutes) <= MOST or len(minutes) != len(self._moments):
            return None
        return Hours(tuple(sorted(set(minutes))), self._days)


_REFUSED = re.compile(r"\w{2,}[мбп][ае](?:с[ыі]н|[ңн][ыі]з|ш[ыі]|й[ыі]к)(?:ш[ыі])?$")
"""A Kazakh verb that asks for something not to be done: «келмесін», «жібермеңіз»."""
_OR_SO = frozenset((*_AT_WORDS, "позже", "раньше", "позднее", "ранее"))
"""Behind «не» they do not refuse the hour: «в 8, не в 9», «в 8, не позже»."""
_LATE = "кеш"
"""Evening, or late."""
_USUAL = {"morning": 480, "noon": 780, "evening": 1140}
_TIMES = (["раз"], ["раза"], ["рет"])


def _sound(word: str) -> str:
    return latin.skeletons(word)[0] if latin.is_latin(word) else skeleton(word)


def _of(word: str) -> frozenset[str]:
    known, bent = _spellings()
    return known.meanings(word) | bent.meanings(word)


@cache
def _spellings() -> tuple[Spellings, Spellings]:
    """Words of hours, and Kazakh numbers in their cases."""
    table = intents_table()
    numbers = {f"n{value}": text.split() for value, text in table["numbers"].items()}
    halves = {f"of{value}": [text] for value, text in table["halves"].items()}
    bent = {
        name: [word + case for word in words if _KAZAKH.fullmatch(word) for case in _CASES]
        for name, words in numbers.items()
    }
    known = {name: text.split() for name, text in table["hours"].items()}
    known["beside"] += [word for name in _ASKED for word in table["words"][name].split() if len(word) > 1]
    return Spellings(known | numbers | halves), Spellings(bent)


def _value(word: str, prefix: str = "n") -> int | None:
    if word.isdecimal() and prefix == "n":
        return int(word) if len(word) < 3 else None
    found = [int(one[len(prefix) :]) for one in _of(word) if re.fullmatch(prefix + r"\d+", one)]
    return found[0] if found else None


def _number(tokens: Sequence[str], at: int) -> tuple[int, int] | None:
    """The number that begins at a word, and the index after it: «двадцать пять», «он бір», 7."""
    if at >= len(tokens) or (first := _value(tokens[at])) is None:
        return None
    if first in (10, 20, 30, 40, 50) and at + 1 < len(tokens) and not tokens[at].isdecimal():
        second = _value(tokens[at + 1]) if not tokens[at + 1].isdecimal() else None
        if second is not None and 1 <= second <= 9 and not (first == 10 and "он" not in tokens[at][:2]):
            return first + second, at + 2
    return first, at + 1


def _moment(tokens: Sequence[str], at: int) -> _Moment | None:
    """The hour that begins at a word; None if there is none."""
    word, meanings = tokens[at], _of(tokens[at])
    if printed := re.fullmatch(r"(\d{1,2})h(\d\d)", word):
        return _Moment(int(printed[1]) % 24 * 60 + int(printed[2]), at + 1, True)
    if "midnight" in meanings:
        return _Moment(0, at + 1, True)
    if "midday" in meanings and _number(tokens, at + 1) is None:
        return _Moment(720, at + 1, True)
    if "half" in meanings or "quarter" in meanings:
        return _share(tokens, at + 1, 30 if "half" in meanings else 15)
    if "without" in meanings:
        return _before(tokens, at + 1)
    number = _number(tokens, at)
    if number is None or number[0] > 24:
        return None
    found = _after_hour(tokens, *number)
    return found._replace(sure=found.sure or _AT.search(_sound(tokens[found.end - 1])) is not None)


def _share(tokens: Sequence[str], at: int, minutes: int) -> _Moment | None:
    """«Половина девятого», «четверть девятого», «жарты тоғыз»."""
    if at >= len(tokens):
        return None
    hour = _value(tokens[at], "of") or (_value(tokens[at]) if minutes == 30 else None)
    return _Moment(((hour - 1) * 60 + minutes) % 1440, at + 1, True) if hour and hour <= 12 else None


def _before(tokens: Sequence[str], at: int) -> _Moment | None:
    """«Без четверти девять», «без десяти восемь»."""
    if at < len(tokens) and "quarter" in _of(tokens[at]):
        less, at = 15, at + 1
    elif number := _number(tokens, at):
        less, at = number
        at += at < len(tokens) and "minutes" in _of(tokens[at])
    else:
        return None
    number = _number(tokens, at)
    if number is None or not 1 <= number[0] <= 24 or less > 30:
        return None
    return _Moment((number[0] * 60 - less) % 1440, number[1], True)


def _after_hour(tokens: Sequence[str], hour: int, end: int) -> _Moment:
    """What follows an hour: «жарым», «тридцать», «он минут қалды»."""
    sure = False
    if end < len(tokens) and "o'clock" in _of(tokens[end]):
        end, sure = end + 1, True
    if end < len(tokens) and "and-half" in _of(tokens[end]):
        return _Moment(hour % 24 * 60 + 30, end + 1, True)
    number = _number(tokens, end)
    if number is None or number[0] > 59:
        return _Moment(hour % 24 * 60, end, sure)
    minute, after = number
    after += after < len(tokens) and "minutes" in _of(tokens[after])
    told = _of(tokens[after]) if after < len(tokens) else NOTHING
    if "left" in told:
        return _Moment((hour * 60 - minute) % 1440, after + 1, True)
    if "past" in told:
        return _Moment(hour % 24 * 60 + minute, after + 1, True)
    if minute >= 10 and minute % 5 == 0 and not tokens[end].isdecimal():
        return _Moment(hour % 24 * 60 + minute, after, True)
    return _Moment(hour % 24 * 60, end, sure)


def _in_part(minute: int, part: str) -> int | None:
    """The minute of the day if a part of the day was said: «8 вечера» is 20:00. None for «15 утра»."""
    hour = minute // 60
    if part in ("evening", "noon") and 1 <= hour < 12 and not (part == "noon" and hour > 9):
        return minute + 720
    if part == "night" and 9 <= hour < 12:
        return minute + 720
    if part == "night" and hour == 12:
        return minute - 720
    if part == "morning" and hour > 12:
        return None
    return minute
