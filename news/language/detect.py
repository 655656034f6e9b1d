"""Which language a text is in: Russian or Kazakh above all, and enough of others to set them aside.

Russian and Kazakh are told apart by sequences of three to five letters of each word (naive Bayes). What one word may
add is limited, for a Russian one more than for a Kazakh one: Russian names and quotations are more frequent in Kazakh
titles than the reverse. Only letters that fit neither language, or that others share, start a comparison with more
languages, by sequences of three letters. benchmarks/learn_language.py and NOTICE tell what was learned from which
texts.
"""

import re
from collections import defaultdict
from collections.abc import Container
from functools import cache, lru_cache
from importlib import resources
from itertools import repeat
from typing import NamedTuple

from news.language import russian
from news.language.normalise import CLEAN, clean

_LEAD = 300
_BODY = 4000
_CYRILLIC_RUN = re.compile("[\u0400-\u0481\u048a-\u052f]+")
_CAPITAL_RUN = re.compile("(?<![^\\W\\d_])[А-ЯЁӘҒҚҢӨҰҮҺІ][а-яёәғқңөұүһі]+")
_SMALL_RUN = re.compile("(?<![^\\W\\d_])[а-яёәғқңөұүһі]{3}")
_OTHER_RUN = re.compile("[^\\W\\d_\u0400-\u052f]+")
_QUOTED = re.compile('[«"“](.{1,80}?)[»"”]')

# The most that a word may add for Kazakh and for Russian, and the result for no evidence (tenths of a nat).
_MOST_KAZAKH, _MOST_RUSSIAN, _LEAN = 200, -150, 50

# A name counts less, by this power of two.
_OF_A_NAME = 2

# How much better another language must be for each word (tenths of a nat), and how much if there is other evidence for
# it; how many letters and words are enough to compare; how many letters are no longer few.
_SURE, _LESS_SURE, _ENOUGH, _FEW, _LONG = 15, 5, 32, 6, 40

# A body of at most so many words counts less than the title.
_LINE = 6

# Of words longer than this many letters, this share must be known.
_SHORT_WORD, _KNOWN_SHARE = 3, 0.67
_SHORT_FORM = 5  # shorter ones («дана», «бос») are Kazakh words as well

_FOREIGN = re.compile("[ўїєґўјљњћџђѓќѕҳҷӣӯҡҫҙҗ]")
_KAZAKH_ONLY = re.compile("[қғұі]")
_NO_SLAVIC = re.compile("[қғұ]")
_TURKIC = re.compile("[әңөүһ]")
_NOT_SLAVIC = re.compile("[әқғңөұүһ]")
_RUSSIAN_ONLY = re.compile("[ыэё]")
_NOT_BULGARIAN = re.compile("ь(?!о)")
_NOT_SERBIAN = re.compile("[йщъьюя]")  # and not Macedonian

_PREPOSITIONS = frozenset(
    ["в", "во", "на", "с", "со", "о", "об", "к", "из", "за", "от", "до", "по", "для", "при", "без", "под", "над"]
)

# Scripts, each with the language that nearly all texts in it are in.
_SCRIPTS = (
    ("ar", "\u0600-\u06ff"), ("he", "\u0590-\u05ff"), ("el", "\u0370-\u03ff"), ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0530-\u058f"), ("ko", "\uac00-\ud7af"), ("ja", "\u3040-\u30ff"), ("zh", "\u4e00-\u9fff"),
    ("hi", "\u0900-\u097f"), ("th", "\u0e00-\u0e7f"),
)  # fmt: skip
_OTHER_SCRIPT = [(code, re.compile(f"[{letters}]")) for code, letters in _SCRIPTS]


SHORTEST, LONGEST = 3, 5  # lengths of the sequences that tell Russian and Kazakh apart


class _Tables(NamedTuple):
    kazakh: dict[str, int]
    """Sequence of letters → its evidence for Kazakh against Russian, in tenths of a nat.

    It includes the evidence of the shorter sequences it begins with, so one look-up of the longest serves for all.
    """
    others: dict[str, dict[str, int]]
    """Language → sequence of three letters → tenths of a nat above an unseen sequence."""


@cache
def _tables() -> _Tables:
    """The learned tables, read once from the file beside this one."""
    kazakh: dict[str, int] = {}
    others: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in resources.files(__package__).joinpath("languages.tsv").read_text(encoding="utf-8").splitlines():
        code, score, sequences = line.split("\t")
        table = kazakh if code == "kk-ru" else others[code]
        table.update(dict.fromkeys(sequences.split(" "), int(score)))
    for sequence in sorted(kazakh, key=len):
        kazakh[sequence] += kazakh.get(sequence[:-1]) or kazakh.get(sequence[:-2], 0)
    return _Tables(kazakh, dict(others))


def sequences(word: str, shortest: int, longest: int) -> list[str]:
    """The sequences of letters of a word with its ends marked."""
    marked = f"_{word}_"
    size = len(marked)
    return [marked[i : i + n] for n in range(shortest, longest + 1) for i in range(size - n + 1)]


@lru_cache(maxsize=30_000)
def _leaning(word: str) -> int:
    """How Kazakh (above 0) or Russian (below) a word in Cyrillic is."""
    find, marked = _tables().kazakh.get, f"_{word[:40]}_"
    found = [
        find(marked[at : at + 5]) or find(marked[at : at + 4]) or find(marked[at : at + 3], 0)
        for at in range(len(marked) - 2)
    ]
    return max(_MOST_RUSSIAN, min(_MOST_KAZAKH, sum(found)))


# The sums of several languages share one number, with a lane of bits for each: one look-up and one addition serve all.
_LANE = 32


@cache
def _lanes(codes: tuple[str, ...]) -> dict[str, int]:
    """Sequence of three letters → its scores in some languages, the first language's in the lowest bits."""
    table: defaultdict[str, int] = defaultdict(int)
    for lane, code in enumerate(codes):
        for trigram, score in _tables().others[code].items():
            table[trigram] += score << _LANE * lane
    return dict(table)


@lru_cache(maxsize=30_000)
def _scores(run: str, codes: tuple[str, ...]) -> int:
    """The scores of a run of letters for some languages, in lanes."""
    find, marked = _lanes(codes).get, f"_{run[:40]}_"
    return sum([find(marked[at : at + 3], 0) for at in range(len(marked) - 2)])


def _likeliest(runs: list[str], codes: tuple[str, ...], sure: int = _SURE) -> str:
    """The likeliest of some languages: the first unless another is better by `sure` for each run of letters."""
    lanes = sum(map(_scores, runs, repeat(codes)))
    scores = [lanes >> _LANE * lane & (1 << _LANE) - 1 for lane in range(len(codes))]
    best = max(scores)
    return codes[scores.index(best)] if best > scores[0] + sure * len(runs) else codes[0]


def _kazakh_or_russian(runs: list[str], letters: str, quoted: Container[str], names: Container[str]) -> str:
    """One of the two: Kazakh if one letter in twelve is Kazakh, otherwise by its words.

    Words in quotation marks count half: titles and firms keep their language. Names count little, and the words after
    them decide: «Касым-Жомарт Токаев провел встречу» is Russian."""
    if 12 * sum(map(letters.count, "қғұі")) > max(len(letters), 36) and _NO_SLAVIC.search(letters):
        return "kk"
    score = _LEAN
    apart = 1 if all(run in quoted for run in runs) else 3
    for run in runs:
        leaning = _leaning(run) >> apart * (run in quoted)
        if leaning < 0 and _KAZAKH_ONLY.search(run):
            leaning = 0  # «министрді»: a Russian loan with a Kazakh ending
        score += leaning >> _OF_A_NAME if run in names else leaning
    if score <= 0 and _KAZAKH_ONLY.search(letters) and all(run in names for run in runs):
        return "kk"
    if score <= 0 and any(_NO_SLAVIC.search(run) for run in runs if run not in names and run not in quoted):
        # Loan words are of both («Телефон арқылы, онлайн»); a Russian sentence has a verb.
        return "ru" if any(run not in names and russian.is_verb(run) for run in runs) else "kk"
    if score > 0 and not _NOT_SLAVIC.search(letters) and _tells_in_russian(runs, names):
        return "ru"
    return "kk" if score > 0 else "ru"


def _tells_in_russian(runs: list[str], names: Container[str]) -> bool:
    """Whether most words besides names are in the Russian dictionary, with a verb («Касым-Жомарт Токаев принял…») or a
    preposition, which Kazakh has none of («Метеориты в Антарктиде»)."""
    longer = [run for run in runs if len(run) > _SHORT_WORD and run not in names]
    known = [run for run in longer if russian.is_known(run)]
    if not _PREPOSITIONS.isdisjoint(runs) and 2 * len(known) >= len(longer):
        return True
    if 3 * len(known) < 2 * len(longer):
        return False
    return any(russian.is_verb(run) or (len(run) > _SHORT_FORM and russian.is_short_form(run)) for run in known)


def _cyrillic(runs: list[str], quoted: Container[str], names: Container[str]) -> str:
    letters = "".join(runs)
    code = _kazakh_or_russian(runs, letters, quoted, names)
    if _FOREIGN.search(letters):
        return _likeliest(runs, (code, "uk", "be", "ky", "tt", "ba", "tg", "mn", "bg", "mk", "sr"))
    if len(letters) < _ENOUGH or len(runs) < _FEW:
        return code
    if _TURKIC.search(letters) and not _KAZAKH_ONLY.search(letters):
        return _likeliest(runs, (code, "ky", "tt", "ba", "mn"), _LESS_SURE if len(letters) >= _LONG else _SURE)
    if "і" in letters and not _NOT_SLAVIC.search(letters):
        return _no_neighbour(runs, (code, "uk", "be"), _SURE)
    if code == "ru" and not _RUSSIAN_ONLY.search(letters):
        southern = ("bg",) if _NOT_SERBIAN.search(letters) else ("bg", "mk", "sr")
        codes = ("ru", "uk", *southern[_NOT_BULGARIAN.search(letters) is not None :])
        return _no_neighbour(runs, codes, _LESS_SURE if len(letters) >= _LONG else _SURE)
    return code


def _no_neighbour(runs: list[str], codes: tuple[str, ...], sure: int) -> str:
    """Like `_likeliest`, but a text of Russian words is Russian, whatever its letters look like."""
    found = _likeliest(runs, codes, sure)
    return "ru" if found != codes[0] == "ru" and _of_russian_words(runs) else found


def _of_russian_words(runs: list[str]) -> bool:
    """Whether most longer words are in the Russian dictionary; asked only if a text looks like a neighbour's."""
    longer = [run for run in runs if len(run) > _SHORT_WORD]
    return _KNOWN_SHARE * len(longer) <= sum(map(russian.is_known, longer))


def _names(text: str) -> Container[str]:
    """The capitalised words in lower case; none if the whole text is written in capitals."""
    capital = [run.lower() for run in _CAPITAL_RUN.findall(text)]
    if capital and russian.is_known(capital[0]):
        capital = capital[1:]  # the first word is capitalised whether it is a name or not
    return set(capital) if len(capital) > 1 else ()


def _language(text: str) -> str | None:
    names = _names(text)
    if CLEAN.fullmatch(text):  # most titles have letters of one script
        text, others = text.lower(), []
    else:
        text = clean(text).lower()
        others = _OTHER_RUN.findall(text)
    cyrillic = _CYRILLIC_RUN.findall(text)
    latin = [run for run in others if run[0] < "\u0250" or run[0] == "ə"]
    of_cyrillic, of_latin = sum(map(len, cyrillic)), sum(map(len, latin))
    # A long firm's name in Latin letters is no evidence; English texts have no Cyrillic words.
    if cyrillic and (4 * of_cyrillic >= of_latin or (of_latin < _LONG and of_cyrillic >= _SHORT_WORD)):
        quotations = _QUOTED.findall(text) if any(map(text.__contains__, '«"“')) else []
        return _cyrillic(cyrillic, set(_CYRILLIC_RUN.findall(" ".join(quotations))) if quotations else (), names)
    if latin:
        found = _likeliest(latin, ("en", "kk-Latn", "uz", "tr", "az", "de", "fr", "es"))
        return "kk" if found == "kk-Latn" else found
    return next((code for code, letters in _OTHER_SCRIPT if letters.search(text)), None)


def detect(title: str, body: str = "") -> str | None:
    """'ru', 'kk' (in Cyrillic or Latin letters), another recognised BCP 47 code, or None without letters.

    Title and lead decide. If they differ, the body does, unless it is only a line that says less than the title
    («Алматы. 28 ноября.», «Читать далее»).
    """
    of_title = _language(title)
    lead = body[:_LEAD]
    if not lead.strip():
        return of_title
    of_lead = _language(lead)
    if of_title is None or of_lead is None or of_title == of_lead:
        return of_title or of_lead
    if len(_words_of(lead)) <= _LINE and len(_words_of(title)) >= len(_words_of(lead)):
        return of_title
    return _language(body[:_BODY])


def _words_of(text: str) -> list[str]:
    return _CYRILLIC_RUN.findall(text.lower()) + _OTHER_RUN.findall(text.lower())
