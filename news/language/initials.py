"""The letters that the forms of a word can begin with. Most words of a text can be ruled out by them."""

from functools import lru_cache

from news.language.skeleton import skeleton

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
_SHORT = 3
_ADJECTIVE = ("ий", "ый", "ой")  # побыстрее, наибыстрейший
_LETTERS = ("", *sorted({skeleton(letter) for letter in "абвгдежзиклмнопрстуфхчш"}))


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
    others = {letter + after for letter in letters for after in _LETTERS}
    return frozenset({initial(term), *others, *(("по", "на") if term.endswith(_ADJECTIVE) else ())})
