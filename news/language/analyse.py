"""The words of a text and conflation keys that its forms share. Search, topics and stories index these keys."""

import logging
import re
from collections.abc import Callable

from news.language import kazakh, russian
from news.language.normalise import fold, folded_words, words

__all__ = ["ANALYSIS_VERSION", "fold", "folded_words", "term", "terms", "words"]

log = logging.getLogger("qala.language")

ANALYSIS_VERSION: int = 11
"""Raise it when `words`, `fold`, `terms` or `news.subject.places.about` give other results, or when the index has other
tokens or another layout. All articles are then indexed again."""

_REMEMBERED = 30_000
"""Word forms in one generation of the cache. Each language keeps two generations, in all some 25 MB at most."""

_KAZAKH_LETTER = re.compile("[әғқңөұүһі]")


def _russian_or_kazakh(word: str) -> str:
    """The key of a word in Russian text. Kazakh names stand there with their own letters."""
    return kazakh.key(word) if _KAZAKH_LETTER.search(word) else russian.key(word)


_KEYS: dict[str, Callable[[str], str]] = {"ru": _russian_or_kazakh, "kk": kazakh.key}
_recent: dict[str, dict[str, str]] = {language: {} for language in _KEYS}
_older: dict[str, dict[str, str]] = {language: {} for language in _KEYS}


def terms(text: str, language: str) -> list[str]:
    """One conflation key for each word of `words(text)`, in order. In other languages words are only folded."""
    recent = _recent.get(language, {})
    return [recent.get(word) or term(word, language) for word in words(text)]


def term(word: str, language: str) -> str:
    """The conflation key of one word. Forms of one word share it; the key of a key is itself."""
    if language not in _KEYS:
        return fold(word)
    found = _recent[language].get(word)
    if found is None:
        found = _older[language].get(word) or _found(word, language)
        if len(_recent[language]) >= _REMEMBERED:
            _older[language] = dict(_recent[language])
            _recent[language].clear()  # cleared, not replaced: `terms` may be reading it
        _recent[language][word] = found
    return found


def _found(word: str, language: str) -> str:
    """The key of a word; the word itself if the analyser fails, which must not stop an article or a search."""
    folded = fold(word)
    try:
        return _KEYS[language](folded)
    except Exception:
        log.exception("the %s word %.60r cannot be analysed: it stands for itself", language, word)
        return folded
