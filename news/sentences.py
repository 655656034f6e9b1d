"""Sentences of Russian and Kazakh news text, the lead, and the dateline that agencies put before it."""

import re
from collections.abc import Iterator
from itertools import islice

from news.dates import MONTHS

# After these a capital letter does not begin a sentence: «г. Алматы», «2010 г. Астана», «им. Абая».
_NEVER_LAST_WORDS = (
    "г гг г-н г-жа ул пр просп пер пл мкр мкрн им ул-цы т е к н д с п пп ст ч гл рис табл см ср напр обл р-н пос "
    "дер оз р проф акад доц канд докт чл корр ген полк подп майор кап лейт св тов гр зам зав пом нач инж арх "
    "тыс млн млрд трлн кв куб экз тел факс ред сост изд б ғ ж жж қ а көш даң ауд тұр бап "
    "мр mr mrs dr st jr no vs v"
)
_NEVER_LAST = frozenset(_NEVER_LAST_WORDS.split())
# These close a list; a capital after them does begin a sentence.
_MAYBE_LAST = re.compile(r"(?:(?:т\.\s?[дпб])|(?:т\.\s?с\.\s?с)|др|пр|руб|тг|тнг|чел|мин|сек|коп)$", re.IGNORECASE)
_BOUNDARY = re.compile(r"([.!?…]+[»”\"’')\]]*)(\s+)(?=[«“„\"'(\[—–-]*\s?[\w«“\"(])")
_WORD_BEFORE = re.compile(r"[^\s«“„\"'(\[]+$")
_ENDED = re.compile(r"[.!?…»)]$")
_SPEECH = re.compile(r"[—–-]\s*")

_CAPITAL = "A-ZА-ЯЁӘҒҚҢӨҰҮҺІÁÓÚÝŃǴÄÖÜŪĞŊŞ"
_REST = r"(?:[\w’']|-(?=\w))++"
_PLACE = rf"[{_CAPITAL}]{_REST}(?: [{_CAPITAL}]{_REST}){{0,2}}"
_DAY = rf"\d{{1,2}}[\s-]+(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})(?:\s+\d{{4}}(?:\s*(?:г|ж)\.|\s+года)?)?"
_AGENCY_WORDS = (
    "информац|казинформ|қазақпарат|казакпарат|kazinform|qazaqparat|today|news|пресс|қызмет|агентств|агенттіг|"
    "тасс|интерфакс|sputnik|спутник|казтаг|kaztag|baq|egemen|медиа|media|\\.kz|\\.ru|\\.com|риа|ҰАА|ХАА|ҚазТАГ|МИА|ИА"
)
_AGENCY = rf"[«\"]?[^.!?\n–—]{{0,40}}?(?:{_AGENCY_WORDS})[^.!?,\n–—]{{0,25}}?[»\"]?"
_DASH = r"\s*(?:[–—]|\s-|-\s)\s*"
_END = rf"(?:{_DASH}|\.\s+|\s*/\s*)"
_CAPITALS = rf"[{_CAPITAL}]{{3,}}(?:\s[{_CAPITAL}]{{3,}}){{0,2}}"
_DATELINE = re.compile(
    rf"\s*(?:{_PLACE}[.,]\s*(?i:{_DAY})(?:[.,]\s*(?:(?i:{_AGENCY}){_END}|{_CAPITALS}{_DASH})|{_DASH}|\.\s+|\s*/\s*)"
    rf"|{_PLACE}[.,]\s*(?i:{_AGENCY}){_DASH}"
    rf"|{_PLACE}[.,]\s*{_CAPITALS}{_DASH}"
    rf"|[{_CAPITAL}]{{4,}}(?:-[{_CAPITAL}]+)?\.?{_DASH}"
    rf"|[{_CAPITAL}]{{4,}}(?:-[{_CAPITAL}]+)?\.\s+)(?=[«“\"„]?[{_CAPITAL}\d])"
)
_LONGEST_DATELINE = 200

LEAD_LENGTH = 300


def sentences(text: str) -> list[str]:
    """The sentences in order; a line break always ends one. Initials, «г.», «и т.д.», «им.» do not."""
    return list(_split(text))


def _split(text: str) -> Iterator[str]:
    for line in map(str.strip, text.split("\n")):
        start = 0
        for boundary in _BOUNDARY.finditer(line):
            if _ends(line, start, boundary):
                yield line[start : boundary.end(1)]
                start = boundary.end()
        if start < len(line):
            yield line[start:]


def without_dateline(text: str) -> str:
    """The text without «АСТАНА. KAZINFORM –» or «Алматы. 9 февраля. Центр информации.» at its very start."""
    found = _DATELINE.match(text, 0, _LONGEST_DATELINE)
    return text[found.end() :] if found and found.end() < len(text) else text


def lead(title: str, body: str, limit: int = LEAD_LENGTH) -> str:
    """The first sentence of the body or two, without the dateline, at most `limit` characters; one line.

    A first line that only says the title again is passed over. An empty body has the empty lead.
    """
    head = body[: limit * 3].lstrip()  # a title said again, a dateline, two sentences
    first, _, rest = head.partition("\n")
    if len(first) <= len(title) + 10 and _letters(first) == _letters(title):
        head = rest
    found = list(islice(_split(without_dateline(head)), 2))
    if not found:
        return ""
    chosen = found[0]
    if len(found) > 1 and _ENDED.search(chosen) and len(chosen) + 1 + len(found[1]) <= limit:
        chosen = f"{chosen} {found[1]}"
    return chosen if len(chosen) <= limit else _cut(chosen, limit)


def _cut(text: str, limit: int) -> str:
    head = text[: limit - 1]
    space = head.rfind(" ")
    return (head[:space] if space > limit // 2 else head).rstrip(" ,;:–—-") + "…"


def _letters(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _ends(line: str, start: int, boundary: re.Match[str]) -> bool:
    """Whether a sentence ends at this mark: what follows must begin one, what precedes must not be cut short."""
    speech = _SPEECH.match(line, boundary.end())
    following = line[speech.end() if speech else boundary.end() :].lstrip("«“„\"'([")[:1]
    if following.islower() or not following.isalnum():  # Arabic letters are neither small nor capital
        return False
    mark = boundary[1]
    if mark[0] != "." or len(mark.rstrip("»”\"’')]")) > 1:
        # «…», a question or a shout: before a number it may go on («№?»), before a capital it is over.
        return not speech or not following.isdigit()
    before = _WORD_BEFORE.search(line, max(start, boundary.start() - 40), boundary.start())
    if before is None:
        return True
    word = before[0]
    if _MAYBE_LAST.search(word) or _MAYBE_LAST.search(line[max(start, boundary.start() - 6) : boundary.start()]):
        return not following.isdigit() and word.casefold() != "пр"
    if len(mark) > 1:  # a closed quotation or bracket: «… и др.» Новое
        return True
    if len(word) == 1 and word.isupper():  # an initial: Б. Байбек
        return False
    last = word.rsplit(".", 1)[-1]
    if len(last) == 1 and last.isupper() and "." in word:  # two of them: А.Б. Иванов
        return False
    if word.isdigit():  # «9. 10 февраля», but «… в 2016. Затем»
        return not following.isdigit() and len(word) > 2
    return last.casefold() not in _NEVER_LAST and word.casefold() not in _NEVER_LAST
