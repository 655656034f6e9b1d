"""Kazakh: the dictionary form of a word form, by grammar and learned frequencies.

A word is cut at every place where a chain of endings may begin, and the likeliest pair of dictionary form and ending is
taken. `kazakh.tsv` holds both. `benchmarks/kazakh_endings.py` spells the endings; likelihoods were learned from Kazakh
text without annotation (`benchmarks/learn_language.py`). An unseen form is less likely the longer it is. The dictionary
form of a verb is its infinitive («барды» → «бару») without suffixes of voice («жазылды» → «жазу»), of a noun its
nominative.
"""

import re
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

_WORD = re.compile("[а-яәғқңөұүһі]{2,28}")
_OWN_LETTER = re.compile("[әғқңөұүһі]")
_VOWELS = "аәеоөұүыіэяёиую"


class WordEnding(NamedTuple):
    """A chain of suffixes as spelt: after which classes and vowels it stands, and how likely it is.

    `restore` is what the spelling of the join swallowed of the stem: й («қою» is қой + у), ы or і («оқу» is оқы + у).
    `score` is 100 times a natural logarithm.
    """

    verb: bool
    name: str
    restore: str
    after: str
    harmony: str
    score: int = 0


def class_of(letter: str) -> str:
    """The class of the last letter of a stem."""
    for letters, name in (("аәеоөұүыіэя", "V"), ("иую", "W"), ("рй", "R"), ("л", "L"), ("мнң", "N"), ("зж", "Z")):
        if letter in letters:
            return name
    return "T"


_BACK, _FRONT = "аоұыяёю", "әеөүіэ"
_HARMONY = dict.fromkeys(_BACK, "B") | dict.fromkeys(_FRONT, "F")
_CLASS = {letter: class_of(letter) for letter in "абвгғдежзийкқлмнңоөпрстуұүфхһцчшщъыіьэюяәё"}
_DEVOICED = {"б": "п", "г": "к", "ғ": "қ"}
_VOICED = {"п": "б", "к": "г", "қ": "ғ"}
# Loan words whose last vowel is back but whose endings are front: паркте, фактіге, рольді, фильмге.
# Surnames, which Kazakh endings join by the vowels of what stands before -ев and -ов: «Назарбаевтың», «Мәсімовтің».
_SURNAME = re.compile("..(?:[еоё]ва?|[иы]на?|[цс]к[ийая]+)$")
_NAMED, _NAME_LETTERS = ("ов", "ев", "ова", "ева", "ёв", "ёва"), 4  # names count as words of this many letters
# And the other way round, whose у is a back vowel after front ones: ресурстар, институтқа.
_BACK_LOAN = re.compile("[еиэ].*[ую][бвгджзклмнпрстфх]+$")
_LOAN = re.compile("[нрлс][кгт]ь?$|[иь][^аоұыяё]*$|[аоуяё]рт$")
# Suffixes of voice → which voice (passive, reflexive, mutual, causative) and the classes they stand after.
_VOICES = {
    "ыл": ("p", "RNZT"), "іл": ("p", "RNZT"), "л": ("p", "VW"), "н": ("p", "VW"),
    "ын": ("r", "RLNZT"), "ін": ("r", "RLNZT"),
    "ыс": ("m", "RLNZT"), "іс": ("m", "RLNZT"), "с": ("m", "VW"),
    "дыр": ("c", "RLNZT"), "дір": ("c", "RLNZT"), "тыр": ("c", "T"), "тір": ("c", "T"), "т": ("c", "VWRL"),
    "ғыз": ("c", "VWRLNZT"), "гіз": ("c", "VWRLNZT"), "қыз": ("c", "T"), "кіз": ("c", "T"),
}  # fmt: skip
_VOICE_ENDS = "лнсртз"
# A passive tells the same as its verb («жол ашылды», «жол ашты»), so it gets a bonus over what text shows. News has no
# imperatives, so a bare stem is rather a noun's («орында», «суретте»). In hundredths of a nat, chosen on a half of
# UD Kazakh-KTB that is not in the project.
_PASSIVE, _BARE, _SHORTEST = 150, 150, 2
_PASSIVE_SPELT = re.compile("(..+?)(?:(?<![аәеоөұүыіуи])[ыі]|(?<=..[аәе]))(?:л|(?<=л.)н|(?<=л[аәе])н)у")
_VERB_LETTERS = 3
# Nor is anybody told what he did: «кештің» is of the evening, not of «кешу».
_YOU = 150
# Who does a thing ends in -шы, -ші («боксшының»): no unseen word ends in that ш behind a consonant or о.
_AGENT = 400
_AGENT_CUT = re.compile("[бвгғджзйкқлмнңопрстф]ш$")
VOICES = ("", "p", "r", "m", "c", *(f"{first}{second}" for first in "prmc" for second in "prmc"))
"""Every voice or pair of voices that a reading may have; each has a score, seen in text or not."""

# Pronouns and contracted verbs, which follow no rule.
_IRREGULAR = {
    form: lemma
    for lemma, forms in {
        "ол": "оның оған оны онда одан онымен ондағы",
        "бұл": "бұның мұның бұған мұған бұны мұны бұнда мұнда бұдан мұнан бұнымен мұнымен мұндағы",
        "сол": "соның соған соны сонда содан сонымен сондағы",
        "осы": "осының осыған осыны осында осыдан осынымен осындағы",
        "мен": "менің маған мені менде менен менімен",
        "сен": "сенің саған сені сенде сенен сенімен",
        "не": "нені ненің неге неде неден немен",
        "болу": "боп",
        "келу": "кеп",
        "қылу": "қып ғып",
        "жату": "жатыр жатырмын жатырсың жатырсыз жатырмыз жатырсыңдар жатырсыздар",
        "отыру": "отырмын отырсың отырсыз отырмыз отырсыңдар отырсыздар",
        "тұру": "тұрмын тұрсың тұрсыз тұрмыз тұрсыңдар тұрсыздар",
        "жүру": "жүрмін жүрсің жүрсіз жүрміз жүрсіңдер жүрсіздер",
        "ел": "еліміз",
    }.items()
    for form in forms.split()
}


class LemmaCandidate(NamedTuple):
    """One reading of a word form. `lemma` is a verb's bare stem; `change` is what happened at the end of the stem:
    e(lision: халқы), f(oreign б г ғ kept: клубы), u (п as у: тауып)."""

    lemma: str
    ending: WordEnding
    voice: str = ""
    change: str = ""


class KazakhModel(NamedTuple):
    """The learned model, in 100 · natural logarithms. A verb's lemma is written with a hyphen."""

    endings: dict[str, tuple[WordEnding, ...]]
    voices: dict[str, int]
    changes: dict[str, int]
    lemmas: dict[str, int]
    unseen: tuple[int, int, int]
    """An unseen lemma's score: of any noun, of any verb, and for each letter."""


@cache
def model() -> KazakhModel:
    """The learned model, read once from the file beside this module."""
    endings: dict[str, list[WordEnding]] = {}
    scores: dict[str, dict[str, int]] = {"voice": {}, "change": {}, "lemma": {}, "unseen": {}}
    for line in resources.files(__package__).joinpath("kazakh.tsv").read_text(encoding="utf-8").splitlines():
        kind, text, score, *rest = line.split("\t")
        if kind == "ending":
            spelt = text.partition("=")[0]
            verb, restore, after, harmony = rest
            ending = WordEnding(verb == "v", "", restore, after, harmony, int(score))
            endings.setdefault(spelt, []).append(ending)
        elif kind in scores:
            scores[kind][text] = int(score)
    unseen = scores["unseen"]
    rarest = min(scores["voice"].values())
    return KazakhModel(
        {spelt: tuple(options) for spelt, options in endings.items()},
        {voice: scores["voice"].get(voice, rarest) for voice in VOICES},
        scores["change"],
        scores["lemma"],
        (unseen["noun"], unseen["verb"], unseen["letter"]),
    )


def candidates(word: str, endings: dict[str, tuple[WordEnding, ...]]) -> list[LemmaCandidate]:
    """Every reading of a folded Kazakh word that the grammar allows; none for a word without vowels."""
    found: list[LemmaCandidate] = []
    harmony = _HARMONY.get(word[0], "")
    vowel = word[0] in _VOWELS
    for cut in range(1, len(word)):
        last = word[cut]
        harmony = _HARMONY.get(last, harmony)
        vowel = vowel or last in _VOWELS
        options = endings.get(word[cut + 1 :]) if vowel else None
        first = word[cut + 1 : cut + 2]
        if options is None:
            continue
        stem = word[: cut + 1]
        name = _CLASS[stem[-2] if last in "ьъ" else last]
        for ending in options:
            if name not in ending.after:
                continue
            if ending.harmony and ending.harmony != harmony and harmony and not (
                (ending.harmony == "F" and _LOAN.search(stem))
                or (not ending.verb and (_SURNAME.search(stem) or _BACK_LOAN.search(stem)))
            ):  # fmt: skip
                continue
            if first and first in "ыі" and stem.endswith("уш"):
                continue
            _join(stem, last, first, ending, harmony, found)
    for reading in tuple(found):
        if reading.ending.verb:
            _without_voice(reading, found)
    return found


def _join(stem: str, last: str, first: str, ending: WordEnding, harmony: str, found: list[LemmaCandidate]) -> None:
    """Add the lemmas that a stem may have before an ending that begins with `first`."""
    if ending.restore:
        if ending.restore != "й":
            found.append(LemmaCandidate(stem + ending.restore, ending))
        elif last == "и":  # жи + ю
            found.append(LemmaCandidate(stem, ending))
        elif last not in "ую":
            found.append(LemmaCandidate(stem + "й", ending))
        return
    if first and first in "аеыіу":
        if last in _DEVOICED:
            found.append(LemmaCandidate(stem[:-1] + _DEVOICED[last], ending))
            if last != "ғ":
                found.append(LemmaCandidate(stem, ending, "", "f"))
            return
        if ending.verb:
            if last == "у" and first in "ыі":
                found.append(LemmaCandidate(stem[:-1] + "п", ending, "", "u"))
        elif first not in "ыі":
            found.append(LemmaCandidate(stem, ending))
            return
        if len(stem) > 2 and last in "нрлқкзмп" and stem[-2] not in _VOWELS:
            found.append(LemmaCandidate(stem[:-1] + ("і" if harmony == "F" else "ы") + last, ending, "", "e"))
    found.append(LemmaCandidate(stem, ending))


def _without_voice(reading: LemmaCandidate, found: list[LemmaCandidate]) -> None:
    """Add the readings of a verb's stem without one or two suffixes of voice."""
    stem = reading.lemma
    if stem[-1] not in _VOICE_ENDS:
        return
    for size in (1, 2, 3):
        suffix, base = stem[-size:], stem[:-size]
        voice, after = _VOICES.get(suffix, ("", ""))
        if len(base) < 2 or _CLASS[base[-1]] not in after:
            continue
        if voice == "r" and base[-1] == "л":  # алын: the passive, which has no л twice
            voice = "p"
        harmony = next((_HARMONY[letter] for letter in reversed(base) if letter in _HARMONY), "")
        own = next((_HARMONY[letter] for letter in suffix if letter in _HARMONY), "")
        if (own and harmony and own != harmony) or not (harmony or any(letter in _VOWELS for letter in base)):
            continue
        base = base[:-1] + _DEVOICED.get(base[-1], base[-1])
        below = LemmaCandidate(base, reading.ending, reading.voice + voice, reading.change)
        found.append(below)
        if not reading.voice:
            _without_voice(below, found)


def infinitive(stem: str) -> str:
    """A verb's infinitive: бар → бару, оқы → оқу, қой → қою, тап → табу."""
    if stem[-1] in "ыі":
        return stem[:-1] + "у"
    if stem[-1] == "й":
        return stem[:-1] + "ю"
    return stem[:-1] + _VOICED.get(stem[-1], stem[-1]) + "у"


@lru_cache(maxsize=2_000)
def other_voice(verb: str) -> str | None:
    """The passive of an infinitive, or of a passive its verb, as they are spelt: «ашу» and «ашылу», «сайлау» and
    «сайлану»; None for other words. Where text has both as dictionary forms, they are two keys."""
    if len(verb) < _VERB_LETTERS or verb[-1] != "у":
        return None
    if found := _PASSIVE_SPELT.fullmatch(verb):
        return found[1] + "у"
    stem = verb[:-1]
    harmony = next((_HARMONY[letter] for letter in reversed(stem) if letter in _HARMONY), "B")
    suffix = "н" if "л" in stem[-2:] else "л"
    return stem + ("" if stem[-1] in _VOWELS else "ы" if harmony == "B" else "і") + suffix + "у"


@cache
def _thou() -> frozenset[WordEnding]:
    """Endings of what was said to «сен», which a genitive is spelt like: «кештің»."""
    spelt = ("дың", "дің", "тың", "тің")
    return frozenset(ending for one in spelt for ending in model().endings.get(one, ()) if ending.verb)


@lru_cache(maxsize=10_000)  # dictionary forms are asked again and again
def _likeliest(word: str) -> str:
    learned = model()
    noun, verb, letter = learned.unseen
    lemmas, voices, changes = learned.lemmas, learned.voices, learned.changes
    bare = learned.endings.get("", ())
    thou = _thou()
    best, best_score = word, -(10**9)
    for lemma, ending, voice, change in candidates(word, learned.endings):
        seen = lemmas.get(lemma + "-" if ending.verb else lemma)
        if seen is None:
            named = not ending.verb and lemma.endswith(_NAMED)
            seen = (verb if ending.verb else noun) + letter * (_NAME_LETTERS if named else len(lemma))
        score = seen + ending.score
        if not ending.verb and lemma not in lemmas and _AGENT_CUT.search(lemma):
            score -= _AGENT
        if ending.verb:
            score += voices[voice] + _PASSIVE * voice.count("p") * (len(lemma) > _SHORTEST)
            score -= _BARE * (ending in bare) + _YOU * (ending in thou)
        if change:
            score += changes[change]
        if score > best_score:
            best, best_score = infinitive(lemma) if ending.verb else lemma, score
    return best


def has_letters(word: str) -> bool:
    """Whether a folded word has a letter that Russian lacks."""
    return bool(_OWN_LETTER.search(word))


def is_verb(word: str) -> bool:
    """Whether a folded word is a form of a verb other than its infinitive, which is also a noun."""
    base = key(word)
    return word != base and base[-1:] in ("у", "ю") and not word.startswith(base)


def key(word: str) -> str:
    """The dictionary form of a folded word; the word itself if it is not Kazakh. Idempotent."""
    if not _WORD.fullmatch(word):
        return word
    trail = [word]
    for _ in range(6):
        found = _IRREGULAR.get(trail[-1]) or _likeliest(trail[-1])
        if found == trail[-1]:
            return found
        trail.append(found)
    return word  # the readings form a circle, so the word is its own key
