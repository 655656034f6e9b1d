"""Russian: the dictionary form of a word form, by pymorphy3.

The likeliest reading of a form is taken: by pymorphy3's estimate if the form was seen in OpenCorpora, otherwise all
have the same weight. `_WEIGHT` corrects it for readings that news rarely means, and joins what readers would not tell
apart («быстро», «быстрый»; «погибший», «погибнуть»; «главное», «главный»).
"""

import re
from functools import cache, lru_cache

import pymorphy3

_WORD = re.compile("[а-яё]{2,}")
# Weights of readings with a grammeme. Less: imperatives («нашли»), first names («марки»), predicted slips, and adverbs,
# because the adjective says the same. More: a participle against the adjective made of it.
_WEIGHT = {
    "impr": 0.1, "voct": 0.1, "INTJ": 0.1, "Name": 0.3, "Abbr": 0.3, "Infr": 0.3, "Slng": 0.3, "Arch": 0.3,
    "Erro": 0.3, "Subx": 0.3, "PRTS": 0.3, "Orgn": 0.5, "Pltm": 0.5, "PREP": 0.1, "CONJ": 0.1, "PRED": 0.03,
    "ADVB": 0.02, "PRTF": 5.0,
}  # fmt: skip
_WEIGHTED = frozenset(_WEIGHT)
# Participles that have become independent words.
_NO_PARTICIPLES = {
    "блестящий", "будущий", "бывший", "ведущий", "выдающийся", "данный", "действующий", "заведующий",
    "заключенный", "командующий", "нападающий", "настоящий", "обязанный", "ограниченный", "определенный",
    "подходящий", "последующий", "предыдущий", "следующий", "служащий", "совершенный", "соответствующий",
    "текущий", "управляющий", "уважаемый", "учащийся",
}  # fmt: skip
# Abbreviations without their full stop, and forms that are also another word's.
_SHORT = {
    "га": "гектар", "гг": "год", "долл": "доллар", "кг": "килограмм", "км": "километр", "мин": "минута",
    "мкр": "микрорайон", "млн": "миллион", "млрд": "миллиард", "обл": "область", "пос": "поселок", "руб": "рубль",
    "сек": "секунда", "стр": "страница", "тг": "тенге", "трлн": "триллион", "тыс": "тысяча", "ул": "улица",
    "чел": "человек", "статей": "статья",
}  # fmt: skip
# Dictionary forms whose forms are mostly another word's, or that mean the same as it.
_SAME = {
    "больший": "большой", "включая": "включать", "живить": "жить", "телеса": "тело", "стоить": "стоять",
    "тенг": "тенге",
    "основный": "основной", "представимый": "представить",
}  # fmt: skip
_UNSEEN = 0.01
# «главное», «прошлое»: nouns made of adjectives.
_MADE_NOUN = 0.1


@cache
def _morphology() -> pymorphy3.MorphAnalyzer:
    return pymorphy3.MorphAnalyzer()


@cache
def _weight_of(tag: object) -> float:
    """The `_WEIGHT` of a tag. A woman's surname is more often a man's in the genitive («Сатпаева»)."""
    grammemes = tag.grammemes  # type: ignore[attr-defined]
    weight = 0.3 if "Surn" in grammemes and "femn" in grammemes else 1.0
    for name in grammemes & _WEIGHTED:
        weight *= _WEIGHT[name]
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
        adjective = any(form.replace("ё", "е") in _NO_PARTICIPLES for form, _, _ in readings)
        best_weight = 0.0
        for form, tag, score in readings:
            weight = _weight_of(tag) * ((estimate(word, tag) if score is None else score) + _UNSEEN)
            if adjective and "PRTF" in tag.grammemes:
                continue
            if form.endswith(("ое", "ее")) and "NOUN" in tag.grammemes:
                weight *= _MADE_NOUN
            if weight > best_weight:
                best, best_weight = form, weight
    best = str(best).replace("ё", "е")
    return _SAME.get(best, best)


def is_known(word: str) -> bool:
    """Whether a lower-case word is a form that the dictionary has."""
    return bool(_morphology().word_is_known(word))


@lru_cache(maxsize=2_000)
def is_verb(word: str) -> bool:
    """Whether a lower-case word is most likely a verb, finite or in the infinitive."""
    return _morphology().parse(word)[0].tag.POS in ("VERB", "INFN")


def is_short_form(word: str) -> bool:
    """Whether a lower-case word is a short participle or adjective, which tells what a verb does («уволен»)."""
    return _morphology().parse(word)[0].tag.POS in ("PRTS", "ADJS")


_LIGHT = frozenset(("PREP", "CONJ", "PRCL", "INTJ", "NPRO", "ADVB", "PRED", "COMP"))


@lru_cache(maxsize=2_000)
def is_talk(word: str) -> bool:
    """Whether a lower-case word names nothing: a function word, an adverb, a verb of «I» and «you», a request."""
    if not is_known(word):
        return False
    tag = _morphology().parse(word)[0].tag
    return tag.POS in _LIGHT or "1per" in tag or "2per" in tag or "impr" in tag


def verb_forms(infinitive: str, which: str = "") -> list[str]:
    """The finite forms of a verb and its infinitive: `which` is '' for all but the past, '~' for all, '!' for those of
    a request or an own wish. None if the dictionary has no such verb.
    """
    if not infinitive.endswith(("ть", "ти", "чь", "ся", "сь")) or not is_known(infinitive):
        return []
    verb = next((parse for parse in _morphology().parse(infinitive) if parse.tag.POS == "INFN"), None)
    forms = verb.lexeme if verb is not None else ()
    return [form.word.replace("ё", "е") for form in forms if _is_of(form.tag, which)]


def _is_of(tag: pymorphy3.tagset.OpencorporaTag, which: str) -> bool:
    if which == "!":
        return "impr" in tag or "1per" in tag
    return tag.POS in ("INFN", "VERB") and (which == "~" or "past" not in tag)


def key(word: str) -> str:
    """The dictionary form of a folded word; the word itself if it is not Russian. Idempotent."""
    if not _WORD.fullmatch(word):
        return word
    trail = [_SHORT.get(word, word)]
    for _ in range(6):
        found = _normal_form(trail[-1])
        if found == trail[-1]:
            return found
        trail.append(found)
    return word  # the readings go round in a circle: the word stands for itself
