"""The parts of a message that says more than one thing: «найди газ и поставь город», «длинно, давай покороче»; and what
it puts right: «нет, я про Костанай», «Ақтөбе емес, Астана».
"""

import re
from datetime import date
from functools import cache

from news.intents.hours import intents_table
from news.intents.understanding import Intent, is_verb, understand
from news.language.analyse import fold, words
from news.queries.query import find_period, only_asks

_MARK = re.compile(r"[,;:.!?…\n]+\s+|\s+[—–-]\s+")
_JOINT = re.compile(
    r"\s+(?:и\s+заодно|и\s+ещё|и\s+еще|а\s+ещё|а\s+еще|а\s+то|потому\s+что|заодно|себебі|өйткені|сосын|содан\s+соң|және|и|да)\s+",
    re.IGNORECASE,
)
_SET_APART = re.compile(r"\s*\w+\s*[,.!?:—–-]")
_ANY_DAY = date(2001, 1, 1)
_SHORT = 2
"""Letters of a preposition at most."""
_MOST_PARTS = 4
_WISHED = """hide follow time pause resume stop live city language settings hours subscriptions alerts forget saved
  digest beyond channel zone privacy"""
_WISHES = frozenset(_WISHED.split())
"""Intents that a part of a message says for sure; what others name («темы», «спасибо») may be part of a question."""


def clauses(text: str) -> list[str]:
    """The parts of a message between its marks and its «and»; none if it has only one."""
    parts: list[str] = []
    for marked in _MARK.split(text):
        joint = _JOINT.search(marked)
        parts += [marked[: joint.start()], marked[joint.end() :]] if joint else [marked]
    parts = [part.strip(" ,;:.!?…") for part in parts]
    parts = [part for part in parts if words(part)]
    return parts if 2 <= len(parts) <= _MOST_PARTS else []


def wishes_in(text: str, today: date) -> list[str]:
    """The parts of a message that are wishes of their own; the others tell why, or ask for something."""
    found = [(part, wanted.name) for part in clauses(text) if isinstance(wanted := understand(part, today), Intent)]
    wished = [(part, name) for part, name in found if name in _WISHES]
    others = [part for part, name in wished if name != "stop"]
    return others or [part for part, _ in wished]  # «скрой политику, надоела»


def put_right(text: str) -> str | None:
    """What a message means instead of what was understood: «нет, я про Костанай», «метро емес, автобус», «тогда просто
    сквер»; None if it puts nothing right.
    """
    spoken = words(text)
    plain = [fold(word) for word in spoken]
    led = next((at for at, word in enumerate(plain) if word not in _leading()), len(plain))
    if "емес" in plain[1:-1] and plain[plain.index("емес", 1) - 1] != "керек":
        meant = spoken[plain.index("емес", 1) + 1 :]
    elif plain[:1] == ["не"] and "а" in plain[2:-1]:
        meant = spoken[plain.index("а", 2) + 1 :]
    elif set(plain[:led]) & _no() and (led > 1 or _SET_APART.match(text)):  # «нет воды» is no «нет, воды»
        meant = spoken[led:]
    else:
        return None
    meant = _bare(meant)
    low = list(map(fold, meant))
    days = find_period(low, _ANY_DAY)
    others = [word for at, word in enumerate(low) if days is None or at not in days[1]]
    if not set(plain[:led]) & _no() and any(map(_tells, others)):
        return None  # «не работает светофор, а чинить кто будет»
    return " ".join(meant) if any(not only_asks(fold(word)) for word in meant) else None


def _tells(word: str) -> bool:
    """Whether a folded word asks, or tells what is done, so that it is no name of what is meant."""
    return is_verb(word) or (only_asks(word) and len(word) > _SHORT)


def _bare(spoken: list[str]) -> list[str]:
    """The words without those that only say that something is meant: «я про …», «… дедім»."""
    while spoken and fold(spoken[0]) in _leading():
        spoken = spoken[1:]
    while spoken and fold(spoken[-1]) in _trailing():
        spoken = spoken[:-1]
    return spoken


@cache
def _leading() -> frozenset[str]:
    return frozenset(map(fold, intents_table()["corrections"]["leading"].split())) | _no()


@cache
def _no() -> frozenset[str]:
    return frozenset(map(fold, intents_table()["corrections"]["no"].split()))


@cache
def _trailing() -> frozenset[str]:
    return frozenset(map(fold, intents_table()["corrections"]["trailing"].split()))
