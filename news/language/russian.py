"""Russian: the dictionary form of a word form, by pymorphy3.

Of a form's readings the likeliest is taken: pymorphy3's own estimate where the form was seen in OpenCorpora, the same
weight for each elsewhere, corrected by `_RARE`: what grammar allows and news seldom means.
"""

import re
from functools import cache, lru_cache

import pymorphy3

_WORD = re.compile("[а-яё]{2,}")
# A reading with this grammeme counts for less: imperatives («нашли»), first names («марки»), predicted slips.
_RARE = {
    "impr": 0.1, "voct": 0.1, "INTJ": 0.1, "Name": 0.3, "Abbr": 0.3, "Infr": 0.3, "Slng": 0.3, "Arch": 0.3,
    "Erro": 0.3, "Subx": 0.3, "PRTF": 0.3, "Orgn": 0.5, "ADVB": 0.5, "PRED": 0.5, "Pltm": 0.5,
}  # fmt: skip
_RARE_NAMES = frozenset(_RARE)
_UNSEEN = 0.01


@cache
def _morphology() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer()


@cache
def _weight_of(tag: object) -> float:
    """What `_RARE` says of a tag; a woman's surname is oftener a man's in the genitive («Сатпаева»)."""
    grammemes = tag.grammemes  # type: ignore[attr-defined]
    weight = 0.3 if "Surn" in grammemes and "femn" in grammemes else 1.0
    for name in grammemes & _RARE_NAMES:
        weight *= _RARE[name]
    return weight


@lru_cache(maxsize=20_000)  # dictionary forms come again and again
def _normal_form(word: str) -> str:
    analyser = _morphology()
    dictionary = analyser.dictionary
    estimate = analyser.prob_estimator.p_t_given_w.prob
    readings = []
    for fixed, parses in dictionary.words.similar_items(word, analyser.char_substitutes):
        for paradigm, index in parses:
            tag = dictionary.build_tag_info(paradigm, index)
            readings.append((dictionary.build_normal_form(paradigm, index, fixed), tag, None))
    if not readings:
        readings = [(parse.normal_form, parse.tag, parse.score) for parse in analyser.parse(word)]
    best = readings[0][0]
    if any(form != best for form, _, _ in readings):
        best_weight = 0.0
        for form, tag, score in readings:
            weight = _weight_of(tag) * ((estimate(word, tag) if score is None else score) + _UNSEEN)
            if weight > best_weight:
                best, best_weight = form, weight
    return str(best).replace("ё", "е")


def key(word: str) -> str:
    """The dictionary form a folded word stands for, or the word itself where it is no Russian word. Idempotent."""
    if not _WORD.fullmatch(word):
        return word
    trail = [word]
    for _ in range(6):
        found = _normal_form(trail[-1])
        if found == trail[-1]:
            return found
        trail.append(found)
    return word  # the readings go round in a circle: the word stands for itself
