"""The letters that the forms of a word begin with: most words of a text cannot be a form of what is looked for."""

from functools import lru_cache

from news.language.skeleton import skeleton

# Forms of another root, by their conflation key.
_OTHER_ROOTS = {
    "бұл": "м", "быть": "е", "год": "л", "идти": "ш", "мы": "н", "он": "еин", "она": "еин", "они": "еин", "оно": "еин",
    "плохой": "х", "ребенок": "д", "слать": "ш", "хороший": "л", "большой": "в", "человек": "л", "я": "м",
}  # fmt: skip
_ADJECTIVE = ("ий", "ый", "ой")  # побыстрее, наибыстрейший


def initial(word: str) -> str:
    """The first letter of a folded word's skeleton; of a sign (ь, ъ) none."""
    return _first(word[:1])


@lru_cache(256)
def _first(letter: str) -> str:
    return skeleton(letter)[:1]


@lru_cache(4096)
def initials(term: str) -> frozenset[str]:
    """The initials that words of this conflation key may have."""
    others = _OTHER_ROOTS.get(term, "") + ("пн" if term.endswith(_ADJECTIVE) else "")
    return frozenset((initial(term), *others))
