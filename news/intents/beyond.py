"""What people ask of any bot and this one cannot do: to call a taxi, to tell a joke, to write an essay."""

from dataclasses import dataclass
from functools import cache

from news.intents.hours import intents_table
from news.intents.spelling import Spellings
from news.language.analyse import fold, words

_MOST_WORDS = 14


@dataclass(frozen=True, slots=True)
class _Kind:
    name: str
    says: tuple[frozenset[str], ...]
    but: frozenset[str]


def beyond(text: str) -> str | None:
    """The kind of what a message asks for that the bot cannot do, a name of `beyond` in intents.toml; None if it asks
    for nothing so.

    Its other words are free: whom to call a taxi for is told in any words.
    """
    spoken = words(text)
    if not 0 < len(spoken) <= _MOST_WORDS:
        return None
    meanings = [_spellings().meanings(fold(word)) for word in spoken]
    for kind in _kinds():
        if any(one & kind.but for one in meanings):
            continue
        if any(
            matched([[at for at, one in enumerate(meanings) if need in one] for need in line]) for line in kind.says
        ):
            return kind.name
    return None


def matched(choices: list[list[int]], taken: frozenset[int] = frozenset()) -> bool:
    """Whether a different number can be chosen from each list."""
    if not choices:
        return True
    return any(matched(choices[1:], taken | {one}) for one in choices[0] if one not in taken)


@cache
def _kinds() -> tuple[_Kind, ...]:
    return tuple(
        _Kind(name, tuple(frozenset(line.split()) for line in row["says"]), frozenset(row.get("but", "").split()))
        for name, row in intents_table()["beyond"].items()
    )


@cache
def _spellings() -> Spellings:
    return Spellings({name: text.split() for name, text in intents_table()["beyond_words"].items()})
