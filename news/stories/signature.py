"""A `Signature` is what articles are compared by: small enough to store, and quick to compare.

It holds weighted words, the title's words, and what is the same in Russian and Kazakh: skeletons of names and loan
words, numbers, days of the year, places, and concepts of the lexicon. Weights come from how rare a word is in news
(`news/data/frequency.tsv`), so a decision does not depend on what the store happens to hold.
"""

import math
import re
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache
from itertools import chain, islice, pairwise
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

import Stemmer

from news.language import lexicon
from news.language.frequency import frequencies
from news.language.normalise import words
from news.language.phrases import folded
from news.subject.reading import OPENING_WORDS, ArticleReading

_STAGES = Path(__file__).parent.parent / "data" / "story_stages.txt"
_LETTERS_READ = 12 * OPENING_WORDS
_LEAD_WORDS = 40
_NEW_WORDS = 25
_RARE = 6.5
_MONTHS = {
    **dict.fromkeys(("января", "қаңтар"), 1),
    **dict.fromkeys(("февраля", "ақпан"), 2),
    **dict.fromkeys(("марта", "наурыз"), 3),
    **dict.fromkeys(("апреля", "сәуір"), 4),
    **dict.fromkeys(("мая", "мамыр"), 5),
    **dict.fromkeys(("июня", "маусым"), 6),
    **dict.fromkeys(("июля", "шілде"), 7),
    **dict.fromkeys(("августа", "тамыз"), 8),
    **dict.fromkeys(("сентября", "қыркүйек"), 9),
    **dict.fromkeys(("октября", "қазан"), 10),
    **dict.fromkeys(("ноября", "қараша"), 11),
    **dict.fromkeys(("декабря", "желтоқсан"), 12),
}
# A capital inside a sentence makes any word a name.
_NAME = re.compile(r"(?<=[\w,»”:;–—-] )[\"«“(]?([А-ЯЁӘҒҚҢӨҰҮҺІA-Z][^\W_]+)")
_QUOTED = re.compile('[«„“"]([^«»„“”"]{2,40})[»”“"]')
_FIGURE = re.compile(r"\d+(?:[.,]\d+)*")
_MOST_FIGURES = 40
_OF_A_PLACE = re.compile(r"(\w{3,}?)(?:ов|ев|ин|ан|ен|н)?[сц]к(?:ий|ая|ое|ие|ого|ому|им|их|ими|ую|ой|ом)$")
_VOWEL = re.compile("[аиу]")
_HURT = re.compile("погиб|жертв|пострада|ранен|умер|сконча|тела|убит|эвакуир|қаза|жарала|мерт|көз жұм|зардап")
_NO_TOLL = re.compile(
    "лет|год|жас|жыл|миллион|млн|млрд|миллиард|тенге|теңге|процент|пайыз|рубл|доллар|час|сағат|мину|дн|күн"
)
_IN_WORDS = {
    word: number
    for number, said in enumerate(
        (
            "один одна одного одной одному бір",
            "два две двое двух двоих двумя двоим екі екеу",
            "три трое трех троих тремя троим үш үшеу",
            "четыре четверо четырех четверых төрт төртеу",
            "пять пятеро пяти пятерых бес бесеу",
            "шесть шестеро шести шестерых алты алтау",
            "семь семеро семи семерых жеті жетеу",
            "восемь восьмеро восьми восьмерых сегіз",
            "девять девяти тоғыз",
            "десять десяти десятеро",
            "одиннадцать одиннадцати",
            "двенадцать двенадцати",
        ),
        1,
    )
    for word in said.split()
}
_STEM = Stemmer.Stemmer("russian", 0)


@dataclass(frozen=True, slots=True)
class Signature:
    """What an article is compared by. Keys are 32-bit hashes.

    `terms`, `shared` and `proper` (names and numbers) are vectors of length one, heaviest keys first. The weights of
    `title` add up to one."""

    language: str
    title: Mapping[int, float]
    terms: Mapping[int, float]
    shared: Mapping[int, float]
    proper: Mapping[int, float]
    text: frozenset[int]
    names: frozenset[int]
    numbers: frozenset[int]
    days: frozenset[int]
    figures: frozenset[int] = frozenset()
    """Every number of the text as printed: «2,7», «2020», «8»."""
    meant: Mapping[int, int] = field(default_factory=dict)
    """Keys of title words → the key under which `text` of an article that says it otherwise has the same: a concept of
    the lexicon («Киргизия», «Кыргызстан»), a name's beginning («Закарпатье», «закарпатский»), a number in words."""
    stages: int = 0
    """The stages of an affair that the title tells (`news/data/story_stages.txt`), as bits."""
    lead: Mapping[int, float] = field(default_factory=dict)
    """The words of the title and the first one or two sentences, which tell what is new; a vector of length one."""
    toll: int = 0
    """How many people the title counts as dead or hurt; 0 if it counts none."""

    def clues(self) -> dict[int, float]:
        """The few keys by which this article is found, with weights: its most telling terms and shared keys."""
        return dict(chain(islice(self.terms.items(), 10), islice(self.shared.items(), 10)))  # heaviest first: `_unit`

    def dates(self) -> set[int]:
        """The days of the year that the text says, as keys."""
        return self.shared.keys() & _days_of_the_year()


def signature(title: str, body: str, language: str) -> Signature:
    """The signature of an article in Russian or Kazakh. A text in another language is read as Russian."""
    return signature_of(ArticleReading(title, body, language))


def signature_of(article: ArticleReading) -> Signature:
    """The signature of an article that was read."""
    language, plain = article.language, article.plain
    keys = _kazakh if language == "kk" else _russian
    known = [keys(word) for word in plain]
    weighed = [term for term, _ in known]
    cut = len(article.headline)
    counts: dict[tuple[int, float], float] = {}
    for term in weighed[cut + _LEAD_WORDS :]:
        counts[term] = counts.get(term, 0.0) + 0.3
    for term in weighed[cut : cut + _LEAD_WORDS]:
        counts[term] = counts.get(term, 0.0) + 1.0
    for term in weighed[:cut]:
        counts[term] = counts.get(term, 0.0) + 3.0
    text = f"{article.title}. {article.body[:_LETTERS_READ]}"
    named = set(folded(_NAME.findall(text)))
    quoted = {word for part in _QUOTED.findall(article.title) for word in folded(words(part))}
    titled = list(zip(plain[:cut], weighed[:cut], strict=True))
    said, meant = _meanings(article, weighed, named)
    return Signature(
        language,
        title=_shares({key: rarity for key, rarity in weighed[:cut] if rarity > 1.5}),
        terms=_unit({key: math.log1p(count) * (rarity - 1.0) for (key, rarity), count in counts.items()}, 80),
        shared=_unit(_carried(article, dict(zip(plain, known, strict=True)), named), 64),
        proper=_unit(_proper(plain, weighed, named), 32),
        text=frozenset(chain((key for key, _ in counts), said)),
        names=frozenset(
            key
            for word, (key, rarity) in titled
            if rarity > 2.5 and (word in named or word in quoted or _OF_A_PLACE.match(word))
        ),
        numbers=frozenset(key for word, (key, _) in titled if word.isdecimal() or word in _IN_WORDS),
        days=frozenset(_days(plain[:cut])),
        figures=frozenset(_hash(f"n{figure}") for figure in _FIGURE.findall(text)[:_MOST_FIGURES]),
        meant=meant,
        lead=_unit({key: rarity - 1.0 for key, rarity in weighed[: cut + _NEW_WORDS]}, 40),
        toll=toll_of(plain[:cut]),
        stages=stages_of(plain[:cut], language),
    )


def _meanings(
    article: ArticleReading, weighed: Sequence[tuple[int, float]], named: set[str]
) -> tuple[set[int], dict[int, int]]:
    """Keys of what the text says in other words, and for the title's words the keys of their meanings."""
    cut = len(article.headline)
    said: set[int] = set()
    meant: dict[int, int] = {}
    for at, word in enumerate(article.plain):
        other = _otherwise(word, article.language, name=word in named)
        if other is not None:
            said.add(other[0])
            if at < cut:
                meant[weighed[at][0]] = other[1]
    for found in article.concepts:
        if not found.value.loose and not found.value.akin:
            key_, _ = _shared_concept(found.value.id)
            said.add(key_)
            if found.end <= cut:
                meant |= dict.fromkeys([key for key, _ in weighed[found.start : found.end]], key_)
    for place in article.places_met:
        key_ = _hash(f"p{place.value}")
        said.add(key_)
        if place.end <= cut:
            meant |= dict.fromkeys([key for key, _ in weighed[place.start : place.end]], key_)
    return said, meant


@lru_cache(25_000)
def _otherwise(word: str, language: str, *, name: bool) -> tuple[int, int] | None:
    """Two keys of a name, its adjective or a number: of this way to say it, and of the other. None for other words."""
    if word in _IN_WORDS or (word.isdecimal() and len(word) < 3):
        key = _hash(f"q{_IN_WORDS.get(word) or int(word)}")
        return key, key
    made = _OF_A_PLACE.match(word) if language == "ru" and len(word) > 6 else None
    if made or name:
        bare = lexicon.skeleton(made[1] if made else word, "" if made else language)
        if len(bare) > 3:
            beginning = f"{bare[:2]}{_VOWEL.sub('', bare[2:])[:2]}"
            keys = _hash(f"a{beginning}"), _hash(f"b{beginning}")
            return keys if made else keys[::-1]
    return None


def stages_of(title: Sequence[str], language: str) -> int:
    """The stages of an affair that a title's folded words tell, as bits."""
    bits = 0
    for word in title:
        bits |= _stage(word, language)
    return bits


@lru_cache(10_000)
def _stage(word: str, language: str) -> int:
    begins, whole = _known_stages()[language == "kk"]
    bits = whole.get(word, 0)
    for length in range(3, min(len(word), 10) + 1):
        bits |= begins.get(word[:length], 0)
    return bits


@cache
def _known_stages() -> tuple[tuple[dict[str, int], dict[str, int]], ...]:
    """For Russian and for Kazakh: beginnings of words, and whole words, with the bits of their stages."""
    lines = [line for line in _STAGES.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]
    known: tuple[tuple[dict[str, int], dict[str, int]], ...] = (({}, {}), ({}, {}))
    for number, line in enumerate(lines):
        for side, text in enumerate(line.split(" = ")):
            for part in text.split(", "):
                table = known[side][part[0] == "^"]
                word = part.lstrip("^").replace("ё", "е")
                table[word] = table.get(word, 0) | 1 << number
    return known


def toll_of(title: Sequence[str]) -> int:
    """The first number of a title that counts dead or hurt people, and is no day, year or age; 0 if none.

    `title` are folded words.
    """
    if not any(_HURT.match(word) for word in title):
        return 0
    for word, then in zip(title, [*title[1:], ""], strict=True):
        number = int(word) if word.isdecimal() and len(word) < 6 else _IN_WORDS.get(word, 0)
        if number and not _is_year(word) and not _NO_TOLL.match(then) and not _month(then):
            return number
    return 0


def _proper(plain: Sequence[str], weighed: Sequence[tuple[int, float]], named: set[str]) -> dict[int, float]:
    """The weights of names and of numbers with two or more digits, except years."""
    counts = Counter(
        term
        for word, term in zip(plain, weighed, strict=True)
        if word in named or (word.isdecimal() and len(word) > 1 and not _is_year(word))
    )
    return {key: (1 + math.log(count)) * max(0.5, rarity - 1.0) for (key, rarity), count in counts.items()}


def _carried(article: ArticleReading, known: "Mapping[str, _Keys]", named: set[str]) -> dict[int, float]:
    """The weights of what is the same in both languages."""
    plain = article.plain
    weights: dict[int, float] = {}
    for word, count in Counter(plain).items():
        if word.isdecimal():
            if len(word) > 1:
                weights[_hash(f"n{word}")] = (1 + math.log(count)) * (2.5 if len(word) == 2 or _is_year(word) else 4.5)
        elif len(word) >= 4 or word in named:
            key, rarity = known[word].shared
            weight = (1 + math.log(count)) * rarity * (1.6 if word in named else 0.7)
            weights[key] = math.hypot(weights.get(key, 0.0), weight)
    met = Counter([found.value.id for found in article.concepts if not found.value.loose])
    for id_, count in met.items():
        key, rarity = _shared_concept(id_)
        weights[key] = (1 + math.log(count)) * rarity
    for place in article.opening_places:
        weights[_hash(f"p{place}")] = 4.0
    for day in _days(plain):
        weights[day] = 4.0
    return weights


def _days(plain: Sequence[str]) -> list[int]:
    """The days of the year that a text names («8 ноября», «8 қарашада»), as keys."""
    found = []
    for number, word in pairwise(plain):
        if len(number) <= 2 and number.isdecimal() and 0 < int(number) <= 31:
            month = _month(word)
            if month:
                found.append(_hash(f"d{month}.{int(number)}"))
    return found


@cache
def _days_of_the_year() -> frozenset[int]:
    return frozenset(_hash(f"d{month}.{day}") for month in range(1, 13) for day in range(1, 32))


@lru_cache(4096)
def _month(word: str) -> int | None:
    if word in _MONTHS:
        return _MONTHS[word]
    return next((month for name, month in _MONTHS.items() if len(word) - len(name) < 6 and word.startswith(name)), None)


def _is_year(word: str) -> bool:
    return len(word) == 4 and word[:2] in ("19", "20")


def _unit(weights: Mapping[int, float], most: int) -> dict[int, float]:
    best = sorted(((weight, key) for key, weight in weights.items() if weight > 0), reverse=True)[:most]
    length = math.sqrt(sum(weight * weight for weight, _ in best)) or 1.0
    return {key: weight / length for weight, key in best}


def _shares(weights: Mapping[int, float]) -> dict[int, float]:
    all_ = sum(weights.values())
    return {key: weight / all_ for key, weight in weights.items()}


# --- keys and weights -----------------------------------------------------------------------------------------------


def number_of(word: str) -> int:
    """The number that a folded word says («три», «үш»); 0 for other words and for digits."""
    return _IN_WORDS.get(word, 0)


def rarity_of(word: str, language: str) -> float:
    """How telling a folded word is: log(1 / the share of news texts with it), at most 6.5."""
    return (_kazakh if language == "kk" else _russian)(word).term[1]


def _hash(text: str) -> int:
    return crc32(text.encode(errors="surrogatepass"))


class _Keys(NamedTuple):
    """A word's key within its language and its key across languages, each with how telling it is."""

    term: tuple[int, float]
    shared: tuple[int, float]


@lru_cache(25_000)
def _russian(word: str) -> _Keys:
    return _Keys(_weighed(f"r{_STEM.stemWord(word)}"), _weighed(f"s{lexicon.skeleton(word, 'ru')}"))


@lru_cache(25_000)
def _kazakh(word: str) -> _Keys:
    bare = lexicon.skeleton(word, "kk")
    return _Keys(_weighed(f"k{bare}"), _weighed(f"s{bare}"))


def _weighed(name: str) -> tuple[int, float]:
    key = _hash(name)
    return key, _rarity(key)


@lru_cache(10_000)
def _shared_concept(id_: str) -> tuple[int, float]:
    key = _hash(f"c{id_}")
    return key, _rarity(key, 3.5)


@cache
def _frequencies() -> dict[int, float]:
    return {_hash(key): quarters / 4 for key, quarters in frequencies().items()}


def _rarity(key: int, unknown: float = _RARE) -> float:
    """How telling a key is: log(1 / the share of news texts with it), at most `_RARE`."""
    return min(_RARE, _frequencies().get(key, unknown))


# --- as stored ------------------------------------------------------------------------------------------------------

# The first version had no figures, the second no meanings; both can still be read.
_VERSIONS = {b"\x01": 4, b"\x02": 5, b"\x03": 5}  # how many sets each has
_VERSION = b"\x03"


def pack(kept: Signature) -> bytes:
    """A signature as bytes, about one kilobyte."""
    vectors = (kept.title, kept.terms, kept.shared, kept.proper)
    sets = (kept.text, kept.names, kept.numbers, kept.days, kept.figures)
    return b"".join(
        [
            _VERSION,
            kept.language.encode().ljust(2)[:2],
            *(struct.pack(f"<H{len(one)}I{len(one)}e", len(one), *one.keys(), *one.values()) for one in vectors),
            *(struct.pack(f"<H{len(one)}I", len(one), *sorted(one)) for one in sets),
            struct.pack(
                f"<IIH{2 * len(kept.meant)}I",
                kept.toll,
                kept.stages,
                len(kept.meant),
                *kept.meant,
                *kept.meant.values(),
            ),
            struct.pack(f"<H{len(kept.lead)}I{len(kept.lead)}e", len(kept.lead), *kept.lead, *kept.lead.values()),
        ]
    )


@lru_cache(1_000)
def _layout(form: str) -> struct.Struct:
    """The format, cached here: struct caches only a hundred, fewer than there are sizes of signatures."""
    return struct.Struct(form)


def unpack(packed: bytes) -> Signature:
    """Unpack a signature from the bytes of `pack`. Raises ValueError if another version of Qala made them."""
    if packed[:1] not in _VERSIONS:
        raise ValueError(f"a signature of version {packed[:1]!r}")
    at = 3
    vectors: list[dict[int, float]] = []
    for _ in range(4):
        (size,) = struct.unpack_from("<H", packed, at)
        values = _layout(f"<{size}I{size}e").unpack_from(packed, at + 2)
        vectors.append(dict(zip(values[:size], values[size:], strict=True)))
        at += 2 + 6 * size
    groups: list[frozenset[int]] = []
    for _ in range(_VERSIONS[packed[:1]]):
        (size,) = struct.unpack_from("<H", packed, at)
        groups.append(frozenset(_layout(f"<{size}I").unpack_from(packed, at + 2)))
        at += 2 + 4 * size
    title, terms, shared, proper = vectors
    text, names, numbers, days, *rest = groups
    figures = rest[0] if rest else frozenset()
    known = Signature(packed[1:3].decode(), _shares(title), terms, shared, proper, text, names, numbers, days, figures)
    if packed[:1] != _VERSION:
        return replace(known, lead=_unit(known.title, 40))
    toll, stages, size = struct.unpack_from("<IIH", packed, at)
    at += 10
    keys = _layout(f"<{2 * size}I").unpack_from(packed, at)
    meant = dict(zip(keys[:size], keys[size:], strict=True))
    at += 8 * size
    (size,) = struct.unpack_from("<H", packed, at)
    values = _layout(f"<{size}I{size}e").unpack_from(packed, at + 2)
    return replace(
        known, meant=meant, toll=toll, stages=stages, lead=dict(zip(values[:size], values[size:], strict=True))
    )
