"""Words typed on the wrong keyboard layout, read as the keys that were struck.

The Russian and Kazakh layouts share the letter keys; the Kazakh one has its nine letters on the digits row
(https://learn.microsoft.com/globalization/keyboards/kbdkaz).
"""

import re

_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_SHIFTED = '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
DIGIT_KEYS = "234589-=0"
_KAZAKH = "әіңғүұөһқ"

_TO_CYRILLIC = str.maketrans(_KEYS + _SHIFTED, _RUSSIAN * 2)
_TO_KAZAKH = str.maketrans(DIGIT_KEYS, _KAZAKH)
_TO_LATIN = str.maketrans(_RUSSIAN + _KAZAKH, _KEYS + DIGIT_KEYS)
_LETTER = re.compile(r"[^\W\d_]")


def cyrillic(chunk: str) -> str:
    """What a chunk typed on a Latin layout says when the same keys are struck on the Kazakh one («fkvfns», «0fkf»);
    numbers stay.
    """
    lowered = chunk.lower()
    if not _LETTER.search(lowered):
        return chunk
    return kazakh_digits(lowered.translate(_TO_CYRILLIC))


def kazakh_digits(chunk: str) -> str:
    """The Kazakh letters of a chunk that was typed with the Russian layout on («0ала», «к-ше»)."""
    return chunk.translate(_TO_KAZAKH) if _LETTER.search(chunk) else chunk


def latin(chunk: str) -> str:
    """What a chunk typed on a Cyrillic layout says when the same keys are struck on the Latin one («шзрщту»)."""
    return chunk.lower().translate(_TO_LATIN)
