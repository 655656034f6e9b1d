"""Kazakh: the conflation key of a word form."""

import re

_CASE = "(?:[нтд][ыі]ң|[ғгқк][ае]|[нтд][ыі]|[нтд][ае]|[нтд][ае]н|[мпб]ен|н[ае]|н)"
_POSSESSIVE = "(?:[ыі]м[ыі]з|[ыі]ң[ыі]з|м[ыі]з|ң[ыі]з|с[ыі]|[ыі]м|[ыі]ң|[ыі])"
_PLURAL = "[лдт][ае]р"
_NOUN = re.compile(f"^(.{{2,}}?[аәеиоөуұүыіэюя].*?)(?:{_PLURAL})?(?:{_POSSESSIVE})?(?:{_CASE}|[тд][ае][ғг][ыі])?$")
_VOICED = str.maketrans("бгғ", "пкқ")


def key(word: str) -> str:
    """The key that a folded word's forms share."""
    found = _NOUN.match(word)
    if found is None or len(word) < 5:
        return word
    stem = found.group(1)
    return stem[:-1] + stem[-1].translate(_VOICED)
