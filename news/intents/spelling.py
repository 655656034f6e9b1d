"""Finds the meanings of a typed word. It forgives letters, endings, Latin script and one slip, as search does."""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from news.language import latin, russian
from news.language.analyse import fold
from news.language.skeleton import one_slip, plain, single, skeleton

NOTHING: frozenset[str] = frozenset()
DENIED = "denied"
"""What a Kazakh verb means besides that is denied by its own ending: it is two words in one."""
_SHORTEST_STEM = 3
_SHORTEST_SLIPPED = 6
_SHORTEST_SAID = 6
"""The fewest letters of a word in which a slip is forgiven; a shorter word is one slip away from many others."""
_READINGS = 6
_BENDS = 5
"""A word of so many letters has any ending, whether its pattern says so or not."""
_PLURAL = 4
_SHORT = 3
"""Words of up to so many letters must have the right vowels: «бы» and «биы» are two words."""

_RUSSIAN = """а я ы и е у ю о ой ей ою ею ом ем ам ям ами ями ах ях ов ев ь ий ый ая яя ое ее ые ие ого его ому ему ым
  им ых их ую юю ию ии ию ией ть й йте ите ешь ишь ете ют ит ет ка ку ки ке кой ок очку"""

# Kazakh endings as skeletons, in the order of the grammar: number, whose, case, person («роботсың», «Шымкенттенмін»).
_WHOSE = "(?:имиз|иниз|миз|низ|си|им|ин|и|м|н)?"
_CASE = "(?:[ндт]ин|[гк][ае]|[ндт]и|н?[дт][ае]н?|нан|нен|[мбп]енен|[мбп]ен|на|не|а|е|н)?"
_PERSON = "(?:[мбп]ин|с[иы]н(?:д[ае]р)?|сиз(?:д[ае]р)?|[мбп]из)?"
_NOUN = f"(?:[лдт][ае]р)?{_WHOSE}(?:н?[дт][ае]ги(?:л[ае]р)?{_WHOSE})?{_CASE}{_PERSON}(?:ши|изши|из)?"
_KAZAKH = f"[аеиоу]?{_NOUN}"
_ENDING = re.compile("|".join([*sorted(map(skeleton, _RUSSIAN.split())), _KAZAKH]))
_KAZAKH_ENDING = re.compile(_KAZAKH)
_KAZAKH_PLURAL = re.compile(f"[лдт][ае]р{_NOUN}")
"""A shorter word of either language, of many: «темаларға», «пуштарды»."""
_KAZAKH_LETTER = re.compile("[әғқңөұүһі]")
_BEFORE_LOST = frozenset("йаеи")
_SOFTENED = {"к": "г", "п": "б"}

# What may follow the stem of a verb, as skeletons. A news tells of others and of the past («жіберді», «жібереді»,
# «жіберген»); who speaks asks, wishes, and says «I» and «you»: only these forms are a wish.
_RUSSIAN_VERB = """й йте ть ешь ет ем ете ют ю л ла ло ли ай айте ать аешь ает аем аете ают аю ал ала али и ите ишь ит
  им ят ат ут у ь ил ила или ить ься ся сь йся ться лся лась лись ся шь те"""
_ASKED = "|".join((
    "(?:и?низ|и?н|и?нд[ае]р|и?низд[ае]р|син|синд[ае]р)?(?:ши?)?",  # жіберіңізші, жіберсін, жіберш
    "[ае]?и?(?:ин|ик|к|н)(?:ши?)?",  # жіберейін, жіберейік, жіберейн
    "с[ае](?:м|н|низ|к|нд[ае]р|низд[ае]р)(?:ши?)?|с[ае]и(?:ши?)?",  # жіберсең, жіберсей
    "[гк]и(?:м|н|низ|миз)",  # жібергің келсе
))  # fmt: skip
_KAZAKH_VERB = "(?P<not>[мбп][ае](?!кши))?(?:" + "|".join((
    "(?P<asked>" + _ASKED + ")",
    "с[ае]",
    "и?п(?:п?ин|син|сиз|т?и)?",  # жіберіп
    "(?:[ае]|[ае]?и)(?:[мбп]ин|м|син|синд[ае]р|сиз|сизд[ае]р|[мбп]из)?",  # жібере, жіберемін
    "(?:[ае]|[ае]?и)?(?:[мбп]ин|син|сиз|[мбп]из)|м",  # тұрмын, as it is said: тұрм
    "[гк]и(?:си|л[ае]ри)?",
    f"[гк][ае]н(?:[дт][ае]р)?(?:им|ин|иниз|имиз){_CASE}",  # жібергенім
    "[гк][ае]н(?:[мбп]ин|син|сиз|[мбп]из)",
    f"[ае]?и?тин(?:д[ае]р)?{_WHOSE}{_CASE}",  # жіберетін
    "[ае]?р(?:[мбп]ин|син|сиз|[мбп]из)",  # жіберерсің
    "уд?и?(?:м|н|низ|миз)?(?:[гк][ае]|[ндт]и|н[ае]|[дн]ин|д[ае]н?|д)?(?:ши)?",  # жіберу, жіберуді
    "[дт]и(?:м|н|низ|к|нд[ае]р|низд[ае]р)",  # жібердім
    "[мбп][ае]к(?:ши|шимин|шисин|син)?",
    "[гк][ае]нш[ае]",
    "[ае]?рши|дерши|дарши|икш[иы]",
)) + ")"  # fmt: skip
_VERB_ENDING = re.compile("|".join([_KAZAKH_VERB, *sorted(map(skeleton, _RUSSIAN_VERB.split()))]))
_SHORTEST_VERB, _LONGEST_ENDING = 3, 14
"""Letters of the skeleton of a verb's stem at least: a shorter one begins other words."""


def _bends(ending: re.Pattern[str], key: str, end: int, shortest: int) -> bool:
    """Whether a skeleton goes on from here with an ending; two letters that meet are one in it: «мәліметтер»."""
    return bool(ending.fullmatch(key, end) or (end > shortest and ending.fullmatch(key, end - 1)))


_SAID_ALIKE = str.maketrans("ое", "аи")


def _said(key: str) -> str:
    """How a Russian word sounds whose vowels are not stressed: «памагите», «пользоваца»."""
    return key.translate(_SAID_ALIKE).replace("тсиа", "тса")


class Spellings:
    """Words by their sound, each with its meanings. A pattern `слово~` allows any ending, `слово` does where it
    has five letters, `слово!` does not.

    `жібер^` is a verb in the forms of who speaks, asks and wishes; a denied Kazakh one («жіберме») is `DENIED` too.
    `слать^` is a Russian verb in all its forms but the past, which `слать^~` has too. Of `добавить^!` and `таста^!`
    only the forms of a request or an own wish are meant.
    """

    def __init__(self, words: Mapping[str, Iterable[str]]) -> None:
        self._whole: dict[str, set[str]] = {}
        self._stems: dict[str, set[str]] = {}
        self._verbs: dict[str, list[tuple[str, bool, str]]] = {}
        """A verb's stem → meanings, whether only requests have it, how a short stem must be spelled."""
        self._bent: dict[str, set[str]] = {}
        self._bent_kazakh: dict[str, set[str]] = {}
        self._plural: dict[str, set[str]] = {}
        self._short: dict[str, set[str]] = {}
        self._heard: dict[str, set[str]] = {}
        for meaning, patterns in words.items():
            for pattern in patterns:
                self._add(pattern, meaning)
        long = [key for key in (*self._whole, *self._stems, *self._verbs) if len(key) >= _SHORTEST_SLIPPED - 1]
        self._beginnings = frozenset(key[:end] for key in long for end in range(_SHORTEST_SLIPPED + 1))
        self._stem_heads = frozenset(
            key[:_SHORTEST_STEM] for keys in (self._stems, self._bent, self._bent_kazakh) for key in keys
        )
        self._verb_heads = frozenset(key[:_SHORTEST_VERB] for key in self._verbs)
        self._said: dict[str, set[str]] = {}
        self._said_stems: dict[str, set[str]] = {}
        for said, known, least in ((self._said, self._whole, _SHORTEST_SAID), (self._said_stems, self._stems, _BENDS)):
            for key, found in known.items():
                if len(key) >= least:
                    said.setdefault(_said(key), set()).update(found)
        self.meanings = lru_cache(4096)(self._meanings)
        self.surely = lru_cache(4096)(self._surely)
        self.slipped = lru_cache(2048)(self._slipped)

    def _add(self, pattern: str, meaning: str) -> None:
        if "^" in pattern:
            verb, _, which = pattern.partition("^")
            forms = russian.verb_forms(fold(verb), which)
            for form in forms:
                self._whole.setdefault(skeleton(form), set()).add(meaning)
            if not forms:
                stem = fold(verb)
                softened = stem[:-1] + _SOFTENED.get(stem[-1], stem[-1])  # «тап»: «табам»
                for one in {stem, softened}:
                    self._verbs.setdefault(skeleton(one), []).append((meaning, which == "!", plain(one)))
            return
        bare = fold(pattern.rstrip("~!"))
        key = bare if latin.is_latin(bare) else skeleton(bare)
        if len(bare) <= _SHORT and key != bare:
            self._short.setdefault(plain(bare), set()).add(meaning)
            self._heard.setdefault(key, set()).add(meaning)
        else:
            self._whole.setdefault(key, set()).add(meaning)
        if len(bare) >= _BENDS and pattern[-1] not in "~!":
            own = _KAZAKH_LETTER.search(bare)
            (self._bent_kazakh if own else self._bent).setdefault(key, set()).add(meaning)
        if len(bare) == len(key) == _PLURAL and pattern[-1] not in "~!":
            self._plural.setdefault(key, set()).add(meaning)
        if pattern.endswith("~"):
            for stem in {key, key[:-1] + _SOFTENED.get(key[-1], key[-1])}:
                self._stems.setdefault(stem, set()).add(meaning)

    def is_verb(self, word: str) -> bool:
        """Whether a folded word is the bare stem of a Kazakh verb, as one asks for it: «қыл», «кыл»."""
        return skeleton(word) in self._verbs

    def english(self, word: str) -> frozenset[str]:
        """What a folded English word means."""
        return frozenset(self._whole.get(word, NOTHING)) if latin.is_latin(word) else NOTHING

    def _meanings(self, word: str) -> frozenset[str]:
        """What a folded word means, as it is spelled or, in Russian, said."""
        if not latin.is_latin(word):
            key = skeleton(word)
            found = self._of(key, typed=plain(word)) | self._short.get(plain(word), NOTHING)
            if not found and key[-2:-1] in _BEFORE_LOST and key[-1:] == "д":
                found = self._of(key + "и", typed=plain(word) + "и")  # «келмейд», «айтад», as it is said
            return found or self._sounds(key, word)
        if len(word) == 1 and len(latin.skeletons(word)) > 1:
            return NOTHING
        if word in self._whole:  # an English word is not a Russian one in Latin letters
            return frozenset(self._whole[word])
        if len(word) > _BENDS and (drawn := single(word)) in self._whole:  # «newsss»
            return frozenset(self._whole[drawn])
        heard = latin.skeletons(word.replace("tsh", "t'sh"))[:_READINGS]  # «korsetshi»
        read = [self._of(key) - ({DENIED} if place else NOTHING) for place, key in enumerate(heard)]
        return frozenset().union(*read, *(self._heard.get(key, NOTHING) for key in heard))

    def _sounds(self, key: str, word: str) -> frozenset[str]:
        """What a word means that no Russian dictionary has, but is one as it is said."""
        said = _said(key)
        found = set(self._said.get(said, NOTHING))
        for end in range(_BENDS, len(key)):
            if (meanings := self._said_stems.get(said[:end])) and _bends(_ENDING, key, end, _SHORTEST_STEM):
                found |= meanings
        return frozenset(found) if found and not russian.is_known(word) else NOTHING

    def _surely(self, word: str) -> frozenset[str]:
        """What a folded word means by its own pattern: words that bend by themselves and verbs are left out."""
        key = word if latin.is_latin(word) and word in self._whole else None
        heard = (key,) if key else latin.skeletons(word)[:_READINGS] if latin.is_latin(word) else (skeleton(word),)
        found = frozenset().union(*(self._of(one, bending=False) for one in heard))
        return found | (NOTHING if latin.is_latin(word) else self._short.get(plain(word), NOTHING))

    def _slipped(self, word: str) -> frozenset[str]:
        """What a folded word means if one of its letters is wrong, missing, too much, or swapped with the next.

        Its last letter counts as typed: an unfinished word is no slip.
        """
        if len(word) < _SHORTEST_SLIPPED or any(letter.isdigit() for letter in word):
            return NOTHING
        heard = latin.skeletons(word)[:2] if latin.is_latin(word) else (plain(word).rstrip("ьъ"),)
        heard = tuple(one for one in heard if len(one) >= _SHORTEST_SLIPPED)
        keys = map(skeleton, heard)
        if any(key[:end] in self._whole for key in keys for end in range(_SHORTEST_SLIPPED, len(key))):
            return NOTHING  # it is another form of a known word
        return frozenset().union(
            *(
                self._of(near + skeleton(one[-1]), _SHORTEST_SLIPPED)
                for one in heard
                for near in one_slip(one[:-1], self._may_begin)  # few of some six hundred
            )
        )

    def _may_begin(self, key: str) -> bool:
        """Whether a known word's skeleton begins with this."""
        return key[:_SHORTEST_SLIPPED] in self._beginnings

    def _of(self, key: str, shortest: int = _SHORTEST_STEM, *, bending: bool = True, typed: str = "") -> frozenset[str]:
        found = set(self._whole.get(key, NOTHING)) if shortest == _SHORTEST_STEM or len(key) >= shortest - 1 else set()
        begun = key[:_SHORTEST_STEM] in self._stem_heads  # most words begin like none
        for end in range(shortest, len(key)) if begun else ():
            meanings = self._stems.get(key[:end])
            if meanings and _bends(_ENDING, key, end, shortest):
                found |= meanings
            if shortest != _SHORTEST_STEM or not bending:
                continue  # a form with its own ending may not have a slip as well
            if (meanings := self._bent.get(key[:end])) and _bends(_ENDING, key, end, shortest):
                found |= meanings
            if (meanings := self._bent_kazakh.get(key[:end])) and _bends(_KAZAKH_ENDING, key, end, shortest):
                found |= meanings
        if bending and len(key) > _PLURAL + 2 and (meanings := self._plural.get(key[:_PLURAL])):
            found |= meanings if _KAZAKH_PLURAL.fullmatch(key, _PLURAL) else NOTHING
        least = _SHORTEST_VERB if shortest == _SHORTEST_STEM else shortest
        bending = bending and key[:_SHORTEST_VERB] in self._verb_heads
        for end in range(max(least, len(key) - _LONGEST_ENDING), len(key) + 1) if bending else ():
            verbs = self._verbs.get(key[:end])
            if verbs and (ending := _VERB_ENDING.fullmatch(key, end) or _VERB_ENDING.fullmatch(key, end - 1)):
                found |= self._bent_verb(verbs, ending, typed)  # «қоссаңшы»: two letters that meet are one
        return frozenset(found)

    @staticmethod
    def _bent_verb(verbs: Iterable[tuple[str, bool, str]], ending: re.Match[str], typed: str) -> set[str]:
        """The meanings of a verb with an ending; those of requests only if it is one."""
        asked = ending["asked"] is not None
        found = {
            meaning
            for meaning, request, stem in verbs
            if (asked or not request) and (len(stem) > _SHORT or not typed or typed.startswith(stem))
        }
        return found | ({DENIED} if found and ending["not"] else set())
