"""Which language a text is in: Russian or Kazakh above all, and enough of others to set them aside.

Russian and Kazakh are told apart by sequences of two to five letters of each word (naive Bayes). One word says only so
much, a Russian one less than a Kazakh one: names and quotations in Russian stand in Kazakh titles oftener than the
other way round. Only letters that fit neither language, or that others share, call the comparison with more languages,
by sequences of three letters. What was learned, from which texts: news/language/learn.py and NOTICE.
"""

import re
from collections import defaultdict
from functools import cache, lru_cache
from importlib import resources
from typing import NamedTuple

from news.language.normalise import clean

_LEAD = 300
_BODY = 4000
_RUN = re.compile(r"[^\W\d_]+")

# What a word may say for Kazakh and for Russian, and where a text that says nothing leans (tenths of a nat).
_MOST_KAZAKH, _MOST_RUSSIAN, _LEAN = 200, -150, 50

# A score that no further word is asked for.
_CLEAR = 500

# How much better another language must be for each word (tenths of a nat), and how many letters are enough to ask.
_SURE, _ENOUGH = 15, 20

_FOREIGN = re.compile("[їєґўјљњћџђѓќѕҳҷӣӯҡҫҙҗ]")
_KAZAKH_ONLY = re.compile("[қғұі]")
_NO_SLAVIC = re.compile("[қғұ]")
_TURKIC = re.compile("[әңөүһ]")
_NOT_UKRAINIAN = re.compile("[әқғңөұүһы]")
_RUSSIAN_ONLY = re.compile("[ыэё]")

# Letters of scripts that one language, or mostly one, is written in here.
_SCRIPTS = (
    ("ar", "\u0600-\u06ff"), ("he", "\u0590-\u05ff"), ("el", "\u0370-\u03ff"), ("ka", "\u10a0-\u10ff"),
    ("hy", "\u0530-\u058f"), ("ko", "\uac00-\ud7af"), ("ja", "\u3040-\u30ff"), ("zh", "\u4e00-\u9fff"),
    ("hi", "\u0900-\u097f"), ("th", "\u0e00-\u0e7f"),
)  # fmt: skip
_OTHER_SCRIPT = [(code, re.compile(f"[{letters}]")) for code, letters in _SCRIPTS]


SHORTEST, LONGEST = 3, 5  # sequences of letters that tell Russian and Kazakh apart


class _Tables(NamedTuple):
    kazakh: dict[str, int]
    """Sequence of letters → how much oftener it is Kazakh than Russian, in tenths of a nat."""
    others: dict[str, dict[str, int]]
    """Language → sequence of three letters → tenths of a nat above one never seen."""


@cache
def _tables() -> _Tables:
    """The learned tables, read once from the file beside this one."""
    kazakh: dict[str, int] = {}
    others: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for line in resources.files(__package__).joinpath("languages.tsv").read_text(encoding="utf-8").splitlines():
        code, score, sequences = line.split("\t")
        table = kazakh if code == "kk-ru" else others[code]
        table.update(dict.fromkeys(sequences.split(" "), int(score)))
    return _Tables(kazakh, dict(others))


def sequences(word: str, shortest: int, longest: int) -> list[str]:
    """The sequences of letters of a word, its ends marked."""
    marked = f"_{word}_"
    size = len(marked)
    return [marked[i : i + n] for n in range(shortest, longest + 1) for i in range(size - n + 1)]


@lru_cache(maxsize=30_000)
def _leaning(word: str) -> int:
    """How Kazakh (above 0) or Russian (below) a word in Cyrillic is."""
    find = _tables().kazakh.get
    score = sum([find(sequence, 0) for sequence in sequences(word[:40], SHORTEST, LONGEST)])
    return max(_MOST_RUSSIAN, min(_MOST_KAZAKH, score))


def _likeliest(runs: list[str], codes: tuple[str, ...]) -> str:
    """The likeliest of some languages; the first, unless another is better by `_SURE` for each run of letters."""
    others = _tables().others
    trigrams = [sequence for run in runs for sequence in sequences(run[:40], 3, 3)]
    scores = {code: sum(others[code].get(sequence, 0) for sequence in trigrams) for code in codes}
    best = max(codes, key=lambda code: scores[code])
    return best if scores[best] > scores[codes[0]] + _SURE * len(runs) else codes[0]


def _kazakh_or_russian(runs: list[str], letters: str) -> str:
    """One of the two: by Kazakh letters where one letter in twelve is one, else word by word until it is clear."""
    if 12 * len(_KAZAKH_ONLY.findall(letters)) > max(len(letters), 36) and _NO_SLAVIC.search(letters):
        return "kk"
    score = _LEAN
    for run in runs:
        score += _leaning(run)
        if not -_CLEAR < score < _CLEAR:
            break
    return "kk" if score > 0 else "ru"


def _cyrillic(runs: list[str]) -> str:
    letters = "".join(runs)
    code = _kazakh_or_russian(runs, letters)
    if _FOREIGN.search(letters):
        return _likeliest(runs, (code, "uk", "be", "ky", "tt", "ba", "tg", "mn", "bg", "mk", "sr"))
    if len(letters) < _ENOUGH:
        return code
    if _TURKIC.search(letters) and not _KAZAKH_ONLY.search(letters):
        return _likeliest(runs, (code, "ky", "tt", "ba", "mn"))
    if "і" in letters and not _NOT_UKRAINIAN.search(letters):
        return _likeliest(runs, ("kk", "uk", "be"))
    if code == "ru" and len(letters) >= 2 * _ENOUGH and not _RUSSIAN_ONLY.search(letters):
        return _likeliest(runs, ("ru", "bg", "mk", "sr", "uk"))
    return code


def _language(text: str) -> str | None:
    text = clean(text).lower()
    runs = _RUN.findall(text)
    cyrillic = [run for run in runs if "\u0400" <= run[0] <= "\u052f"]
    latin = [run for run in runs if run[0] < "\u0250" or run[0] == "ə"] if len(cyrillic) < len(runs) else []
    if cyrillic and 4 * sum(map(len, cyrillic)) >= sum(map(len, latin)):
        return _cyrillic(cyrillic)
    if latin:
        found = _likeliest(latin, ("en", "kk-Latn", "uz", "tr", "az", "de", "fr", "es"))
        return "kk" if found == "kk-Latn" else found
    return next((code for code, letters in _OTHER_SCRIPT if letters.search(text)), None)


def detect(title: str, body: str = "") -> str | None:
    """'ru', 'kk' (in Cyrillic or Latin letters), another BCP 47 code where it is recognised, None for no letters.

    Title and lead decide; where they are in two languages, the body does.
    """
    of_title = _language(title)
    lead = body[:_LEAD]
    if not lead.strip():
        return of_title
    of_lead = _language(lead)
    if of_title is None or of_lead is None or of_title == of_lead:
        return of_title or of_lead
    return _language(body[:_BODY])
