"""A coarse key under which spellings of one word meet: without Kazakh letters, in Latin letters, carelessly typed.

The skeleton is a made-up spelling in few Cyrillic letters. It keeps prefixes: the skeleton of a beginning of a word is
a beginning of the word's skeleton (but for the last letter of a Latin digraph, see `latin.skeletons`).
"""

import itertools
import re
from collections.abc import Callable
from functools import lru_cache

# Letters that hands, transliterations and fonts mix up fall together: the Kazakh letters with the Russian ones they
# are replaced by, ы/и/й/і with each other, soft and hard signs with nothing.
_SAME = {
    "ә": "а", "ө": "о", "ұ": "у", "ү": "у", "і": "и", "ы": "и", "й": "и", "қ": "к", "ғ": "г", "ң": "н", "һ": "х",
    "ё": "е", "э": "е", "щ": "ш", "ь": "", "ъ": "", "я": "иа", "ю": "иу", "ц": "тс", "'": "",
}  # fmt: skip
_TABLE = str.maketrans(_SAME)
_SHORT = 3
_DOUBLED = re.compile(r"(.)\1", re.DOTALL)
_LETTERS = sorted({letter.translate(_TABLE) for letter in "абвгдежзийклмнопрстуфхцчшщъыьэюя"})  # signs: none at all
_RUSSIAN = str.maketrans("әөұүіқғңһё", "аоууикгнхе")


def skeleton(word: str) -> str:
    """The skeleton of a folded word in Cyrillic letters; other letters and digits stay. Doubled letters count once."""
    return single(word.translate(_TABLE))


def respells(word: str, other: str) -> bool:
    """Whether one of two folded words of one skeleton may be the other, spelled otherwise.

    Short ones are other words where a letter is doubled («ООН», «он») or is more than a Kazakh one's stand-in.
    """
    return min(len(word), len(other)) > _SHORT or plain(word) == plain(other)


def begins(word: str, start: str) -> bool:
    """Whether a folded word begins with the sound of a short one, doubled letters kept."""
    return word.translate(_TABLE).startswith(start.translate(_TABLE))


def plain(word: str) -> str:
    """A folded word with Russian letters for the Kazakh ones, letter by letter: what slips are counted in."""
    return word.translate(_RUSSIAN)


def one_slip(word: str, wanted: Callable[[str], bool] = lambda _: True) -> set[str]:
    """The skeletons of all that is one slip (a letter more, less, other, or two swapped) from a plain word.

    Of these only the `wanted`; what is no beginning of one is not wanted either.
    """
    changed: set[str] = set()
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if not wanted(skeleton(before)):
            break  # all others begin so
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


# The letters that the forms of a word can begin with. Most words of a text can be ruled out by them.

# Forms from another root, by their conflation key: the letters they begin with.
_OTHER_ROOTS = {
    "бұл": "м", "быть": "е", "год": "л", "идти": "ш", "мы": "н", "он": "еин", "она": "еин", "они": "еин", "оно": "еин",
    "плохой": "х", "ребенок": "д", "слать": "ш", "хороший": "л", "большой": "в", "человек": "л", "я": "м",
}  # fmt: skip
# The second letter differs in some forms («берем», «млн»), as it may in any word of three letters.
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
    return found if len(found) == 2 else _begun(word)  # doubled letters and signs come to less


@lru_cache(2048)
def _begun(start: str) -> str:
    return skeleton(start)[:2]


@lru_cache(4096)
def initials(term: str) -> frozenset[str]:
    """The initials that words of this conflation key may have."""
    spelled = skeleton(term)
    letters = _OTHER_ROOTS.get(term, "") + (spelled[:1] if len(spelled) <= _SHORT or term in _BENT else "")
    others = {letter + after for letter in letters for after in _LETTERS_AFTER}
    return frozenset({initial(term), *others, *(("по", "на") if term.endswith(_ADJECTIVE) else ())})
