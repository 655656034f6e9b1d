"""A coarse key under which spellings of one word meet: without Kazakh letters, in Latin letters, carelessly typed.

The skeleton is a made-up spelling in few Cyrillic letters. It keeps prefixes: the skeleton of a beginning of a word is
a beginning of the word's skeleton (but for the last letter of a Latin digraph, see `latin.skeletons`).
"""

import itertools
import re

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


def one_slip(word: str) -> set[str]:
    """The skeletons of all that is one slip (a letter more, less, other, or two swapped) from a plain word."""
    changed = set()
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        changed.update([before + letter + after for letter in _LETTERS])
        if after:
            changed.update([before + letter + after[1:] for letter in _LETTERS])
            changed.add(before + after[1:])
            changed.add(before + after[1::-1] + after[2:])
    return {skeleton(one) for one in changed}


def single(text: str) -> str:
    """The text with every run of the same letter shortened to one; digits stay."""
    if not _DOUBLED.search(text):
        return text
    return "".join(letter if not letter.isdigit() else "".join(run) for letter, run in itertools.groupby(text))
