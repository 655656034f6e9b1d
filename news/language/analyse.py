"""Words of a text and the conflation keys that make their forms meet: what search, topics and stories index."""

from collections.abc import Callable

from news.language import kazakh, russian
from news.language.normalise import fold, words

__all__ = ["ANALYSIS_VERSION", "fold", "term", "terms", "words"]

ANALYSIS_VERSION: int = 2
"""Grows whenever `words`, `fold` or `terms` answer differently: stored articles are then indexed again."""

_REMEMBERED = 120_000
"""Word forms remembered a language: about what 60,000 news articles use, some 25 MB."""

_KEYS: dict[str, Callable[[str], str]] = {"ru": russian.key, "kk": kazakh.key}
_seen: dict[str, dict[str, str]] = {language: {} for language in _KEYS}


def terms(text: str, language: str) -> list[str]:
    """One conflation key for each word of `words(text)`, in order, none dropped; other languages are only folded."""
    return [term(word, language) for word in words(text)]


def term(word: str, language: str) -> str:
    """The conflation key of one word. Forms of one word share it; the key of a key is itself."""
    known = _seen.get(language)
    if known is None:
        return fold(word)
    found = known.get(word)
    if found is None:
        if len(known) >= _REMEMBERED:
            known.clear()
        found = known[word] = _KEYS[language](fold(word))
    return found
