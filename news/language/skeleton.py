"""A coarse key shared by spellings of one word: without Kazakh letters, in Latin letters, carelessly typed.

The skeleton is an artificial spelling in few Cyrillic letters. It keeps prefixes: a beginning of a word has a beginning
of the word's skeleton (except for half a Latin digraph, see `latin.skeletons`).
"""

import itertools
import re
from collections.abc import Callable
from functools import lru_cache

# Letters that typing, transliterations and fonts confuse become one: Kazakh letters and the Russian ones that replace
# them; ы, и, й and і. Soft and hard signs vanish.
_SAME = {
    "ә": "а", "ө": "о", "ұ": "у", "ү": "у", "і": "и", "ы": "и", "й": "и", "қ": "к", "ғ": "г", "ң": "н", "һ": "х",
    "ё": "е", "э": "е", "щ": "ш", "ь": "", "ъ": "", "я": "иа", "ю": "иу", "ц": "тс", "'": "",
}  # fmt: skip
_TABLE = str.maketrans(_SAME)
_SHORT = 3
_DOUBLED = re.compile(r"(.)\1", re.DOTALL)
_LETTERS = sorted({letter.translate(_TABLE) for letter in "абвгдежзийклмнопрстуфхцчшщъыьэюя"})  # without the signs
_RUSSIAN = str.maketrans("әөұүіқғңһё", "аоууикгнхе")
_RUSSIAN_TWINS = frozenset("аоуикгнхе")


@lru_cache(8192)
def skeleton(word: str) -> str:
    """The skeleton of a folded word in Cyrillic letters; other letters and digits stay. Doubled letters count once."""
    return single(word.translate(_TABLE))


def respells(word: str, other: str) -> bool:
    """Whether two folded words with the same skeleton may be spellings of one word.

    Short words differ if a letter is doubled («ООН», «он») or differs by more than a Kazakh letter's replacement, or if
    each has Kazakh letters where the other has none («АӘК», «ААҚ»).
    """
    if min(len(word), len(other)) > _SHORT:
        return True
    if plain(word) != plain(other):
        return False
    without = {one in _RUSSIAN_TWINS for one, another in zip(word, other, strict=True) if one != another}
    return len(without) < 2


def begins(word: str, start: str) -> bool:
    """Whether a folded word begins like a short one in sound, with doubled letters kept."""
    return word.translate(_TABLE).startswith(start.translate(_TABLE))


def plain(word: str) -> str:
    """A folded word with Russian letters for Kazakh ones, letter by letter. Slips are counted on it."""
    return word.translate(_RUSSIAN)


def one_slip(word: str, wanted: Callable[[str], bool] = lambda _: True) -> set[str]:
    """The skeletons of everything one slip from a plain word: a letter more, less or changed, or two swapped.

    Only `wanted` ones are returned. If a beginning is not wanted, nothing that begins with it is.
    """
    changed: set[str] = set()
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if not wanted(skeleton(before)):
            break  # all others begin like this one
        for head in [head for letter in _LETTERS if wanted(skeleton(head := before + letter))]:
            changed.update((head + after, head + after[1:]))
        if after:
            changed.add(before + after[1:])
            changed.add(before + after[1::-1] + after[2:])
    return {key for one in changed if wanted(key := skeleton(one))}


def single(text: str) -> str:
    """The text with every run of the same letter shortened to one; digits stay."""
    if not _DOUBLED.search(text):
        return text
    return "".join(letter if not letter.isdigit() else "".join(run) for letter, run in itertools.groupby(text))


# The letters with which forms of a word can begin, by which most words of a text can be ruled out.

# Conflation key → the first letters of its forms from another root.
_OTHER_ROOTS = {
    "бұл": "м", "быть": "е", "год": "л", "идти": "ш", "мы": "н", "он": "еин", "она": "еин", "они": "еин", "оно": "еин",
    "плохой": "х", "ребенок": "д", "слать": "ш", "хороший": "л", "большой": "в", "человек": "л", "я": "м",
}  # fmt: skip
# Words with another second letter in some forms («берем», «млн»); any word of three letters may have one.
_BENT = {
    "брать", "браться", "взять", "гектар", "гнать", "ехать", "жаться", "жечься", "звать", "зваться", "искать",
    "искаться", "километр", "килограмм", "лгать", "маленький", "малый", "мереть", "микрорайон", "миллиард", "миллион",
    "переть", "расти", "ретейлер", "себя", "сжечь", "счесть", "тереть", "уйти",
}  # fmt: skip

_ADJECTIVE = ("ий", "ый", "ой")  # побыстрее, наибыстрейший
_LETTERS_AFTER = ("", *sorted({skeleton(letter) for letter in "абвгдежзиклмнопрстуфхчш"}))


def initial(word: str) -> str:
    """The first two letters of a folded word's skeleton, or as many as it has."""
    found = _begun(word[:2])
    return found if len(found) == 2 else _begun(word)  # doubled letters and signs make it shorter


@lru_cache(2048)
def _begun(start: str) -> str:
    return skeleton(start)[:2]


@lru_cache(4096)
def initials(term: str) -> frozenset[str]:
    """The initials that words with this conflation key may have."""
    spelled = skeleton(term)
    letters = _OTHER_ROOTS.get(term, "") + (spelled[:1] if len(spelled) <= _SHORT or term in _BENT else "")
    others = {letter + after for letter in letters for after in _LETTERS_AFTER}
    return frozenset({initial(term), *others, *(("по", "на") if term.endswith(_ADJECTIVE) else ())})
