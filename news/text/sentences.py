"""Sentences of Russian and Kazakh news: the lead, the dateline, and a summary."""

import math
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import islice
from typing import Literal

from news.language.analyse import terms
from news.text.dates import MONTHS

# Sentences, the lead, and the dateline that agencies put before it.

# After these a capital does not begin a sentence: «г. Алматы», «2010 г. Астана», «им. Абая».
_NEVER_LAST_WORDS = (
    "г гг г-н г-жа ул пр просп пер пл мкр мкрн им ул-цы т е к н д с п пп ст ч гл рис табл см ср напр обл р-н пос "
    "дер оз р проф акад доц канд докт чл корр ген полк подп майор кап лейт св тов гр зам зав пом нач инж арх "
    "тыс млн млрд трлн кв куб экз тел факс ред сост изд б ғ ж жж қ а көш даң ауд тұр бап "
    "мр mr mrs dr st jr no vs v"
)
_NEVER_LAST = frozenset(_NEVER_LAST_WORDS.split())
# These end a list; a capital after them begins a sentence.
_MAYBE_LAST = re.compile(r"(?:(?:т\.\s?[дпб])|(?:т\.\s?с\.\s?с)|др|пр|руб|тг|тнг|чел|мин|сек|коп)$", re.IGNORECASE)
# It matches only where a run of marks begins; otherwise «......» would be scanned again from each mark.
_BOUNDARY = re.compile(r"((?<![.!?…])[.!?…]++[»”\"’')\]]*+)(\s+)(?=[«“„\"'(\[—–-]*\s?[\w«“\"(])")
_WORD_BEFORE = re.compile(r"[^\s«“„\"'(\[]+$")
_ENDED = re.compile(r"[.!?…»)]$")
_SPEECH = re.compile(r"[—–-]\s*")
_OPENING = re.compile(r"[«“„\"'(\[]*+")

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
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_LONGEST_STEMMED = 20_000  # characters of a line whose words are looked at: a page may be one line


def sentences(text: str) -> list[str]:
    """The sentences in order. A line break always ends one; initials, «г.», «и т.д.» and «им.» do not."""
    return list(each_sentence(text))


def each_sentence(text: str) -> Iterator[str]:
    """The same as an iterator, for callers that need only the first few."""
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


@lru_cache(4096)
def stems_of(text: str) -> frozenset[str]:
    """The beginnings of a text's words, by which two texts are told to speak of the same; a site repeats its lines."""
    return frozenset([word[:5] for word in _LONG_WORD.findall(text[:_LONGEST_STEMMED].casefold().replace("ё", "е"))])


def lead(title: str, body: str, limit: int = LEAD_LENGTH) -> str:
    """The first sentence of the body or two, without the dateline, at most `limit` characters; one line.

    A first line that only repeats the title is skipped. An empty body has an empty lead.
    """
    head = body[: limit * 3].lstrip()  # enough for a repeated title, a dateline and two sentences
    first, _, rest = head.partition("\n")
    if len(first) <= len(title) + 10 and _letters(first) == _letters(title):
        head = rest
    found = list(islice(each_sentence(without_dateline(head)), 2))
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
    """Whether a sentence ends at this mark: the next text must begin one, and this one must not be an abbreviation."""
    speech = _SPEECH.match(line, boundary.end())
    opened = _OPENING.match(line, speech.end() if speech else boundary.end())
    at = opened.end() if opened else len(line)
    following = line[at : at + 1]
    if following.islower() or not following.isalnum():  # Arabic letters have no case
        return False
    mark = boundary[1]
    if mark[0] != "." or len(mark.rstrip("»”\"’')]")) > 1:
        # After «…», «?» or «!» a number may continue the sentence («№?»); a capital begins a new one.
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


# A summary is two or three sentences chosen unchanged from the text, never written.
#
# It takes the opening sentence that tells more than the headline, then sentences that share most with the whole text
# and least with those chosen. Left out are background, sentences that depend on the one before («Он добавил…», «Ол …»),
# and those that only attribute, ask or invite.

MOST = 3
"""The most sentences of a summary."""
LONGEST = 700
"""The most characters of a summary, unless its first sentence alone is longer."""

_OF_A_CARD = 2
_SENTENCES_READ, _LETTERS_READ = 40, 20_000
_SENTENCES_OF_NEWS, _FEWEST_OF_NEWS = 12, 4
_FEWEST_WORDS, _MOST_WORDS, _MOST_LETTERS = 5, 60, 1500
_SAID_BEFORE = re.compile(
    r"(?:напомн\w+|ранее\b|как (?:мы )?(?:ранее )?(?:уже )?(?:сообщал\w*|писал\w*|передавал\w*|рассказывал\w*)"
    r"|до этого сообщал\w*|накануне сообщал\w*|справка\b|для справки"
    r"|еске сал\w*|естеріңізге сал\w*|бұған дейін|бұдан бұрын|осыған дейін|айта кет\w*|бұрын хабарла\w*|анықтама\b)",
    re.IGNORECASE,
)
_SAID_BEFORE_INSIDE = re.compile(
    r"\b(?:ранее (?:\S+ ){0,3}?(?:сообщал\w*|писал\w*|передавал\w*)|сообщал\w* ранее"
    r"|мы (?:уже |ранее )+(?:сообщали|писали|рассказывали)"
    r"|бұған дейін (?:\S+ ){0,4}?(?:хабарла\w*|жаз\w*)|(?:жазған|хабарлаған|айтқан) (?:едік|болатынбыз))",
    re.IGNORECASE,
)
_LEANS = re.compile(
    r"[«“„\"—–-]|(?:он|она|они|оно|это|этот|эта|эти|этого|при этом|также|кроме того|однако|поэтому|тем временем|так"
    r"|его|её|ее|их|по (?:его|её|ее|их) словам|в свою очередь|между тем|затем|после этого|там|тогда|но|и|а|или"
    r"|об этом|для этого|из них|среди них|я|мы|мен|біз"
    r"|ол|олар|бұл|осы|сондай-ақ|сонымен қатар|сонымен бірге|алайда|бірақ|ал|оның|олардың|сол|сондықтан|сөйтіп"
    r"|мұнда|бұдан|оның айтуынша|өз кезегінде|және|бұндай|мұндай)\b",
    re.IGNORECASE,
)
_NOT_TEXT = re.compile(
    r"^(?:фото|видео|сурет|читайте|смотрите|подпис\w+|оқи отыр\w*|тағы оқы\w*|жазыл\w*|автор|источник"
    r"|дереккөз|скриншот)\b|https?://|[?]\W*$|[■►▶●]",
    re.IGNORECASE,
)


def summarize(title: str, body: str, language: str, most: int = MOST) -> tuple[str, ...]:
    """At most `most` sentences of the body, unchanged and in their order; none for an empty body."""
    headline = _content(title, language)
    pairs = [(one, _content(one, language)) for one in _own(body) if _whole(one)]
    # A sentence that only repeats the headline tells nothing, unless there is no other.
    pairs = [(one, content) for one, content in pairs if len(content - headline) > 1] or pairs[:1]
    if not pairs:
        return ()
    told, known = [one for one, _ in pairs], [content for _, content in pairs]
    chosen = [0]
    weights = [_weight(n, known, headline, leans=_leans(one)) for n, one in enumerate(told)]
    while len(chosen) < most:
        rest = [n for n in range(len(told)) if n not in chosen and _adds(known[n], [known[m] for m in chosen])]
        length = sum(len(told[n]) + 1 for n in chosen)
        rest = [n for n in rest if length + len(told[n]) <= LONGEST]
        if not rest:
            break
        chosen.append(max(rest, key=lambda n: (weights[n], -n)))
    return tuple(told[n] for n in sorted(chosen))


def short_sentences(title: str, body: str, language: str, longest: int, most: int = 2) -> tuple[str, ...]:
    """At most `most` whole sentences of the body, none longer than `longest` characters, in their order.

    Those of the summary if they are short enough, else the first short ones of the text; none is cut.
    """
    chosen = [one for one in summarize(title, body, language, most + 1) if _is_short(one, longest)][:most]
    if len(chosen) < most:
        headline = _content(title, language)
        for one in _own(body):
            told = _whole(one) and _is_short(one, longest) and not _leans(one) and one not in chosen
            if told and len(_content(one, language) - headline) > 1:
                chosen.append(one)
            if len(chosen) == most:
                break
    place = {one: number for number, one in reversed(list(enumerate(_own(body))))}
    return tuple(sorted(chosen, key=lambda one: place.get(one, 0)))


def telling_sentences(body: str, longest: int) -> tuple[str, ...]:
    """The first whole sentences of the body that can stand alone, none longer than `longest` characters.

    Sentences that recall older news, depend on the one before or only invite are left out.
    """
    first = islice(_telling(body), _SENTENCES_OF_NEWS)
    return tuple(one for one in first if _whole(one, _FEWEST_OF_NEWS) and _is_short(one, longest) and not _leans(one))


def _is_short(sentence: str, longest: int) -> bool:
    return len(sentence) <= longest and sentence[-1:] in '.!?»"' and not sentence.endswith("…")


def brief(title: str, body: str, language: str) -> str:
    """The text of an article's card: two sentences; one tap shows the rest."""
    return " ".join(summarize(title, body, language, most=_OF_A_CARD))


def _whole(sentence: str, fewest: int = _FEWEST_WORDS) -> bool:
    """Whether it is a full sentence of news, and no caption, link, question or fragment."""
    if len(sentence) > _MOST_LETTERS or not fewest <= len(sentence.split()) <= _MOST_WORDS:
        return False
    if _NOT_TEXT.search(sentence):
        return False
    return not sentence[0].islower()


def _leans(sentence: str) -> bool:
    """Whether it depends on the sentence before it, or is part of a quotation."""
    return bool(_LEANS.match(sentence)) or sentence.count("«") != sentence.count("»") or sentence.count('"') % 2 == 1


def _own(body: str) -> list[str]:
    """The sentences of this news, without dateline and without the rest of a paragraph that recalls older news."""
    return list(islice(_telling(body), _SENTENCES_READ))


def _telling(body: str) -> Iterator[str]:
    for paragraph in without_dateline(body[:_LETTERS_READ]).split("\n"):
        for one in each_sentence(paragraph):
            if _SAID_BEFORE.match(one):
                break
            if not _SAID_BEFORE_INSIDE.search(one):
                yield one


def _content(text: str, language: str) -> frozenset[str]:
    return frozenset(term for term in terms(text, language) if len(term) > 2)


def _weight(n: int, known: Sequence[frozenset[str]], headline: frozenset[str], *, leans: bool) -> float:
    """How much a sentence represents the text: words shared with the others and the headline, an early place."""
    own = known[n]
    if not own:
        return 0.0
    shared = sum(len(own & other) / (math.log(2 + len(own)) + math.log(2 + len(other))) for other in known) / len(known)
    about = len(own & headline) / (1 + math.sqrt(len(own)))
    early = 1.0 / (1 + n / 4)
    return (shared + about + early) * (0.5 if leans else 1.0)


def _adds(one: frozenset[str], chosen: Sequence[frozenset[str]]) -> bool:
    """Whether a sentence tells something that the chosen ones do not."""
    return all(len(one & other) <= 0.6 * min(len(one), len(other)) for other in chosen)


# The kind of each paragraph, by how it is written: a heading, a quotation, or plain text.
#
# A stored body is plain text. The press writes a subheading as a short line without a full stop before a longer
# paragraph, and speech after a dash, or in quotation marks followed by a dash.

ParagraphKind = Literal["heading", "quote", "text"]

_HEADING_LETTERS = 90
_SPEECH_LETTERS = 60
_NO_HEADING = re.compile(r"^[\W\d_]|[.!…:;,»\"”)]$")
_SPOKEN = re.compile(r"[–—-]\s|[«“„\"].+[»”\"]\s?[,.!?…]?\s[–—-]\s", re.DOTALL)


def paragraph_kinds(paragraphs: Sequence[str]) -> list[ParagraphKind]:
    """The kind of each paragraph."""
    letters = [len(one.strip()) for one in paragraphs] + [0]
    return [_kind(one.strip(), letters[number]) for number, one in enumerate(paragraphs, 1)]


def _kind(paragraph: str, next_letters: int) -> ParagraphKind:
    if len(paragraph) <= _HEADING_LETTERS < next_letters and paragraph and not _NO_HEADING.search(paragraph):
        return "heading"
    if len(paragraph) >= _SPEECH_LETTERS and _SPOKEN.match(paragraph):
        return "quote"
    return "text"
