"""From typed text to words: composed letters, no invisible marks, look-alike letters in the script of their word.

A word is a run of letters and digits («5G», «covid19», the keyboard slip «0ала») with apostrophes inside. Everything
else separates words: a hyphen («Нур-Султан» and «10-қазан» are two words each), a full stop («А.С.Пушкин» is three), an
underscore («#ақылды_қала» is two). An exception: an ending that a hyphen joins to a number, a Latin name or an
abbreviation («5-й», «90-х», «АҚШ-тың», «YouTube-тағы») is dropped as that word's inflection.
"""

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]+")
# A combining mark that remains after NFC is stress («за́мок») or decoration.
_MARKS = re.compile("[\u0300-\u036f]+")

_CYRILLIC = "\u0400-\u052f"
_LATIN = "A-Za-z\u00c0-\u024f\u0259"
_RUN = re.compile(  # a run of letters of both scripts, from its first letter on; possessive, so that time is linear
    f"(?<![{_CYRILLIC}{_LATIN}])(?:[{_CYRILLIC}]++[{_LATIN}]|[{_LATIN}]++[{_CYRILLIC}])[{_CYRILLIC}{_LATIN}]*"
)
# Where letters of the two scripts meet. This is much faster to find than a run, as it begins with a Latin letter.
_MEETING = re.compile(f"[{_LATIN}](?:(?<=[{_CYRILLIC}].)|(?=[{_CYRILLIC}]))")

# Letters, small and capital, that look the same in both scripts.
_TWINS_LATIN = "aceiopxyəAABCEHIKMOPTXYƏ"
_TWINS_CYRILLIC = "асеіорхуәААВСЕНІКМОРТХУӘ"
_TO_CYRILLIC = str.maketrans(_TWINS_LATIN, _TWINS_CYRILLIC)
_TO_LATIN = str.maketrans(_TWINS_CYRILLIC, _TWINS_LATIN)
_HAS_CYRILLIC = re.compile(f"[{_CYRILLIC}]")
_HAS_LATIN = re.compile(f"[{_LATIN}]")

_ENDING = (
    "(?:ы?й|[иы]?[яе]|[оеы]?[гм][оуи]|[ыи]?[хм]|ти|ю|у|[ыо]му|ло?й"
    "|[нтд][ыі]ң|[нтд][ыі]|[ғгқк][аәе]|[нтд][ае]|[нтд][ае]н|[мпб]ен|[тд][ае][ғг][ыі]|н?ш[ыі]|[ыі]?нш[ыі]|[лдт][аеы]р)"
)
_APOSTROPHES = "'’ʼ`´"
_WORD = re.compile(
    # what may carry a hyphen and an ending: a number, a Latin name, an abbreviation in capitals
    rf"([0-9]+|[{_LATIN}][{_LATIN}0-9]*|[А-ЯЁӘҒҚҢӨҰҮҺІ]{{2,}}[0-9]*)[-‐‑]{_ENDING}(?![^\W_])"
    rf"|([^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*)"
)

_PLAIN_WORD = re.compile(rf"[^\W_]+(?:[{_APOSTROPHES}][^\W_]+)*")  # where no hyphen joins anything
_HYPHEN = re.compile("[-‐‑]")

_FOLDS = dict(zip("ёəӊӈҥӄѳɵ’ʼ`´", "еәңңңқөө''''", strict=True))


CLEAN = re.compile("[\x00-@\\[-`{-\x7fА-яЁёӘәҒғҚқҢңӨөҰұҮүҺһІі«»„“”–—…№]*")
"""Cyrillic letters, common marks, and ASCII without letters: a text of only these needs no cleaning."""


_KNOWN = re.compile(CLEAN.pattern.replace("[", "[A-Za-z", 1))
"""The same with ASCII letters: nothing in it is composed or invisible."""


def clean(text: str) -> str:
    """The text composed (NFC), without invisible and stress marks, and with look-alike letters corrected."""
    if text.isascii() or CLEAN.fullmatch(text):
        return text
    if not _KNOWN.fullmatch(text):
        text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
        text = text if text.isascii() else _MARKS.sub("", text)
    return _RUN.sub(_one_script, text) if _MEETING.search(text) else text


def _one_script(run: re.Match[str]) -> str:
    """A mixed run in one script, if its look-alike letters allow it; if both do, in the one with more letters."""
    letters = run.group()
    cyrillic, latin = letters.translate(_TO_CYRILLIC), letters.translate(_TO_LATIN)
    if not _HAS_LATIN.search(cyrillic):
        mostly_latin = 2 * len(_HAS_LATIN.findall(letters)) > len(letters)
        return latin if mostly_latin and not _HAS_CYRILLIC.search(latin) else cyrillic
    return letters if _HAS_CYRILLIC.search(latin) else latin


def words(text: str) -> list[str]:
    """The words of a text in order, as typed apart from what `clean` corrects. The module says what a word is."""
    return list(_remembered(text)) if len(text) <= _REMEMBERED_LETTERS else _parted(text)


def _parted(text: str) -> list[str]:
    text = clean(text)
    if _HYPHEN.search(text):
        return [joined or word for joined, word in _WORD.findall(text)]
    return _PLAIN_WORD.findall(text)


# Filing an article splits its title and text several times: for topics, places, the signature, terms.
_REMEMBERED_LETTERS = 10_000
_remembered = lru_cache(8)(_parted)


def folded_words(text: str) -> list[str]:
    """Every word of `words(text)` folded, in one go."""
    if CLEAN.fullmatch(text) and not _HYPHEN.search(text):  # true of most titles
        return _PLAIN_WORD.findall(text.lower().replace("ё", "е").replace("`", "'"))
    found = words(text)
    return fold("\n".join(found)).split("\n") if found else []


_PLAIN = re.compile("[0-9а-яА-ЯәғқңөұүһіӘҒҚҢӨҰҮҺІ]+")  # letters that only need lower case


def fold(word: str) -> str:
    """The surface form that search indexes: lower case, е for ё, Kazakh letters for look-alikes. Idempotent."""
    if _PLAIN.fullmatch(word):
        return word.lower()
    if _KNOWN.fullmatch(word) and (word.isascii() or not _MEETING.search(word)):  # of the folded letters it has two
        return word.lower().replace("ё", "е").replace("`", "'")
    folded = clean(word).replace("İ", "i").lower()
    for letter, plain in _FOLDS.items():  # for a whole article much faster than translate
        folded = folded.replace(letter, plain)
    return folded
