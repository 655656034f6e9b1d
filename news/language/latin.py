"""Latin letters read as Cyrillic: Kazakh in the alphabets of 2018 and 2021 and in chats, and transliterated Russian.

Nobody follows one of these schemes exactly, so a Latin word is read as a few skeletons (news.language.skeleton). Most
differences between schemes vanish there; the others (j is ж or й, w is у or в) are tried both ways. Words typed on the
wrong keyboard layout are read here too.
"""

import itertools
import math
import re
from functools import lru_cache

from news.language.skeleton import single

# The longest spelling wins; alternatives are ordered by likelihood. Kazakh 2018: á ó ú ý ı ń ǵ; 2021: ä ö ü ū ı ñ ğ ş.
_READINGS: dict[str, tuple[str, ...]] = {
    "shch": ("ш",), "sch": ("ш", "сч"), "sh": ("ш",), "ch": ("ч",), "zh": ("ж",), "kh": ("х", "к"), "gh": ("г",),
    "ng": ("н", "нг"), "nh": ("н", "нх"), "ph": ("ф",), "th": ("т",), "ck": ("к",), "ts": ("тс",), "tz": ("тс",),
    "yo": ("е", "ио"), "jo": ("е", "ио", "жо"), "ye": ("е", "ие"), "je": ("е", "ие", "же"),
    "ya": ("иа",), "yu": ("иу",), "ja": ("иа", "жа"), "ju": ("иу", "жу"), "ia": ("иа",), "iu": ("иу",),
    "oe": ("о", "ое"), "ue": ("у", "уе"), "ae": ("а", "ае"),
    "dzh": ("дж",), "x": ("кс", "х"), "w": ("у", "в", "ш"), "j": ("ж", "и"), "c": ("с", "к", "тс", "ш"), "q": ("к",),
    "h": ("х",), "a": ("а",), "b": ("б",), "d": ("д",), "e": ("е",), "f": ("ф",), "g": ("г",), "i": ("и",),
    "k": ("к",), "l": ("л",), "m": ("м",), "n": ("н",), "o": ("о",), "p": ("п",), "r": ("р",), "s": ("с",),
    "t": ("т",), "u": ("у",), "v": ("в",), "y": ("и", "у"), "z": ("з", "ж"),
    "á": ("а",), "ä": ("а",), "ə": ("а",), "ă": ("а",), "â": ("а",), "à": ("а",), "ó": ("о",), "ö": ("о",),
    "ô": ("о",), "ú": ("у",), "ü": ("у",), "ū": ("у",), "û": ("у",), "ý": ("у",), "ı": ("и",), "í": ("и",),
    "ï": ("и",), "î": ("и",), "ī": ("и",), "ń": ("н",), "ñ": ("н",), "ŋ": ("н",), "ǵ": ("г",), "ğ": ("г",),
    "ş": ("ш",), "š": ("ш",), "ç": ("ч", "ш"), "č": ("ч",), "ž": ("ж",), "é": ("е",), "è": ("е",), "ë": ("е",),
    "ê": ("е",), "'": ("",), "4": ("ч",), "6": ("ш",),
}  # fmt: skip
_UNIT = re.compile("|".join(sorted(map(re.escape, _READINGS), key=len, reverse=True)) + "|.", re.DOTALL)
_LATIN = re.compile("[a-z\u00df-\u024f\u0259]")
_CYRILLIC = re.compile("[\u0400-\u052f]")
_MOST = 24


def is_latin(word: str) -> bool:
    """Whether a folded word has Latin letters and no Cyrillic ones."""
    return bool(_LATIN.search(word)) and not _CYRILLIC.search(word)


# Roman numerals: «ХХІ ғасыр» has Cyrillic letters as often as Latin ones.
_ROMAN = re.compile("(?=..)x{0,3}(?:ix|iv|v?i{0,3})")
_TO_ROMAN = str.maketrans("хі", "xi")
_FROM_ROMAN = str.maketrans("xi", "хі")


def roman_twin(word: str) -> str | None:
    """A folded Roman numeral in the other script's letters; None for other words, and for v, which Cyrillic lacks."""
    if not word or word[0] not in "xiхі" or not _ROMAN.fullmatch(latin := word.translate(_TO_ROMAN)) or "v" in latin:
        return None
    return latin if word != latin else word.translate(_FROM_ROMAN)


@lru_cache(2048)
def skeletons(word: str, *, prefix: bool = False) -> tuple[str, ...]:
    """The skeletons that a folded Latin word may have, likeliest first, at most two dozen.

    With `prefix` also those of its beginning before a letter that may become a digraph («s» of «sh»).
    """
    units = [_READINGS.get(unit, (unit,)) for unit in _UNIT.findall(word)]
    size = math.prod(map(len, units))
    while size > _MOST:
        widest = max(range(len(units)), key=lambda place: len(units[place]))
        size = size // len(units[widest]) * (len(units[widest]) - 1)
        units[widest] = units[widest][:-1]
    ranks = map(sum, itertools.product(*(range(len(unit)) for unit in units)))
    found = sorted(zip(ranks, itertools.count(), itertools.product(*units), strict=False))
    ready = [single("".join(letters)) for _, _, letters in found]
    if prefix and len(word) > 2 and word[-1] in "sczkgtyijn":
        ready += skeletons(word[:-1])
    return tuple(dict.fromkeys(ready))[:_MOST]


# Words typed on the wrong keyboard layout.
#
# The Russian and Kazakh layouts share the letter keys; the Kazakh one has its nine letters on the digits row
# (https://learn.microsoft.com/globalization/keyboards/kbdkaz).

_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,."
_RUSSIAN = "ёйцукенгшщзхъфывапролджэячсмитьбю"
_SHIFTED = '~QWERTYUIOP{}ASDFGHJKL:"ZXCVBNM<>'
DIGIT_KEYS = "234589-=0"
_KAZAKH = "әіңғүұөһқ"

_TO_CYRILLIC = str.maketrans(_KEYS + _SHIFTED, _RUSSIAN * 2)
_TO_KAZAKH = str.maketrans(DIGIT_KEYS, _KAZAKH)
_TO_LATIN = str.maketrans(_RUSSIAN + _KAZAKH, _KEYS + DIGIT_KEYS)
_LETTER = re.compile(r"[^\W\d_]")


def struck_cyrillic(chunk: str) -> str:
    """A chunk typed on a Latin layout, as the same keys give it on the Kazakh one («fkvfns», «0fkf»). Numbers stay."""
    lowered = chunk.lower()
    if not _LETTER.search(lowered):
        return chunk
    return kazakh_digits(lowered.translate(_TO_CYRILLIC))


def kazakh_digits(chunk: str) -> str:
    """A chunk typed for the Kazakh layout on the Russian one, with its Kazakh letters («0ала», «к-ше»)."""
    return chunk.translate(_TO_KAZAKH) if _LETTER.search(chunk) else chunk


def struck_latin(chunk: str) -> str:
    """A chunk typed on a Cyrillic layout, as the same keys give it on the Latin one («шзрщту»)."""
    return chunk.lower().translate(_TO_LATIN)
