"""Choosing the best few of many with room for variety. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

_SAME_TOPIC = 0.5
_SAME_SOURCE = 0.3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story that could be chosen: the article that would tell it, what it is worth, and what makes it like others."""

    story: int
    article: int
    worth: float
    topic: str | None
    source: str | None


def pick(candidates: Sequence[Candidate], count: int) -> list[Candidate]:
    """The stories to take, best first: each that is like those taken before loses a little for every one of them."""
    left = sorted(candidates, key=lambda one: (-one.worth, one.story))
    topics: dict[str | None, int] = {}
    sources: dict[str | None, int] = {}
    taken: list[Candidate] = []

    def now_worth(one: Candidate) -> float:
        return one.worth - _SAME_TOPIC * topics.get(one.topic, 0) - _SAME_SOURCE * sources.get(one.source, 0)

    while left and len(taken) < count:
        best, most = left[0], now_worth(left[0])
        for one in left:
            if one.worth <= most:
                break  # it and all after it can only be worth less
            if (worth := now_worth(one)) > most:
                best, most = one, worth
        left.remove(best)
        taken.append(best)
        if best.topic is not None:
            topics[best.topic] = topics.get(best.topic, 0) + 1
        if best.source is not None:
            sources[best.source] = sources.get(best.source, 0) + 1
    return taken
