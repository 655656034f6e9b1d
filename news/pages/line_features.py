"""The features of each line of a captured page: its look, its neighbours' looks, and its place.

Each line gives a few keys. A key is a block of the table below with the line's values for it. `names_of` gives the
features of a key in the short form under which the learnt weights are stored (news.pages.line_labels).
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter

from news.pages.boilerplate import LineKind
from news.pages.lines import LISTED, NAME, Line
from news.text.sentences import stems_of

Key = tuple[str | int | bool | tuple[str, ...], ...]
"""A block's name, then the values of its parts on one line. The block `wordings` holds several `wording` at once."""

# A block's parts are numbered from 0; each tuple of numbers is a feature made of these parts.
_BLOCKS: dict[str, tuple[tuple[int, ...], ...]] = {
    # shape, length, where, zone, first letter, last letter
    "look": ((0,), (0, 2), (0, 3), (0, 1), (0, 1, 2), (0, 1, 3), (0, 4), (0, 4, 2), (0, 5), (0, 5, 2), (4, 5, 1),
             (4, 5, 3)),
    # shape, the one above, the one above that, where, zone
    "above": ((0, 1), (0, 1, 3), (0, 1, 4), (0, 1, 2), (0, 1, 2, 3)),
    # shape, the one below, the one below that, where, zone
    "below": ((0, 1), (0, 1, 3), (0, 1, 4), (0, 1, 2), (0, 1, 2, 3)),
    # the shape above, shape, the one below, where
    "between": ((0, 1, 2), (0, 1, 2, 3)),
    # shape, lines to the next paragraph, lines since the last, paragraphs above, paragraphs below, zone
    "place": ((0, 1, 5), (0, 2, 5), (0, 1, 2), (0, 3, 5), (0, 3, 4)),
    # shape, lines to the core's first, paragraphs in a row, index, where
    "core": ((0, 1), (0, 2, 4), (0, 3), (3, 4), (0, 1, 3)),
    # shape, lines since a heading of other things, lines to the next, paragraphs in a row, more than two left, where
    "stop": ((0, 1), (0, 1, 5), (0, 2, 5), (0, 1, 3, 4)),
    "colon": ((0, 1, 2),),  # shape, lines since a colon, zone
    "aside": ((0, 1, 3), (0, 1, 2)),  # shape, lines since «Читайте также», the shape below, zone
    "kind": ((0, 1, 4), (0, 1, 2), (0, 1, 3, 5)),  # kind, something behind it, the shape below, length, where, zone
    "hour": ((0, 1), (0, 1, 2), (0, 3, 1), (0, 4, 1)),  # an hour too, where, the shape below, above, to the next text
    "twice": ((0, 1, 2), (0, 1, 3, 4)),  # said above, shape, where, the shape above, below
    "once more": ((0, 1),),  # shape, where: beside the same line
    # words shared with the text, shape, where the line with the most is, more than the one above, lines to the core,
    # where, how many the one with the most shares
    "share": ((0, 1), (0, 1, 5), (2, 1, 5), (3, 1, 5), (2, 1, 4), (0, 1, 4), (0, 2, 1, 4), (2, 6, 1), (0, 2, 6),
              (2, 6)),
    "told": ((0, 1, 2), (0, 1, 3)),  # words shared with the text above, shape, where, lines since the last paragraph
    "within": ((0, 1, 2), (0, 1, 3)),  # begins a longer line below, shape, its shape, how far
    "says": ((0, 1, 2), (0, 1, 3), (1, 4)),  # begins with a line above, shape, characters more, ends, its shape
    "wording": ((0,), (0, 1), (0, 1, 2), (0, 1, 3)),  # what it says, shape, where, zone
    "plain": ((0, 2), (0, 1, 2), (0, 3)),  # a notice of the site, a date beside it, zone, words shared
}  # fmt: skip


def _words(words: str) -> frozenset[str]:
    return frozenset(words.split())


NAMES = re.compile(rf"(?:{NAME}){{2,4}}+")
_SIGNED = re.compile(
    r"(?:отдел|управление|департамент|пресс-служба|аппарат|акимат|комитет|министерство)\b", re.IGNORECASE
)
_SIGNED_ENDS = ("басқармасы", "бөлімі", "қызметі", "департаменті", "әкімдігі", "аппараты", "qyzmetı", "qyzmeti")
# Beginnings of words: who says something, whom a line speaks to, what a site speaks of.
_SAYS = _words("сообща переда пише пишу информиру хабарла жазады жазып мәлім")
_YOU = _words("вы вас вам нас")  # whole words
_ADDRESSED = _YOU | _words("наш ваш редакци біз сіз")
_ABOUT_SITE = _words(
    "сайт портал редакци газет телеарна телеканал коммент email mail html ссылк логин парол регистрац подписк материал "
    "авторск перепечат воспроизведен құқық сілтеме тіркел жазыл"
)


def _one_of(words: Iterable[str]) -> str:
    """A pattern for any of these words. Its first letters decide which of them are tried: nearly always none."""
    behind: dict[str, list[str]] = {}
    for word in sorted(words):
        behind.setdefault(word[0], []).append(word[1:])
    return "|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in behind.items())


_BEGINNING = re.compile(
    rf"(?<![^\W\d_])({_one_of((_SAYS | _ADDRESSED | _ABOUT_SITE) - _YOU)}|(?:{'|'.join(sorted(_YOU))})(?![^\W\d_]))"
)
NOTICE = re.compile(
    r"неудобств|перерыв\w*\sв\sработе\s(?:портала|сайта)|тестовом\sрежиме|тест\w*\sрежим|опытной\sэксплуатации|"
    r"қолайсыздық|кешірім\sсұрай|уведомлени|обновл[её]нн\w+\sсайт|газет\w*\s.{0,20}шығады|cookie|очевидц"
)
DOMAIN = re.compile(r"\.(?:(?<=\bwww\.)|(?<=\w\.)(?:kz|ru|com|org|net|info|ua|kg|tv|media)\b)")
_DIGIT = re.compile(r"\d")
_QUOTED = re.compile(r"«[^»]*»?|\"[^\"]*\"?|“[^”]*”?")
_STEPS = (0, 1, 2, 3, 5, 8, 13, 25)
_LENGTHS = (8, 16, 25, 35, 50, 70, 100, 140, 200, 300)
LONGEST_HEADLINE = 300
_NEAR = 8  # lines in which a line's words said again are looked for
_MORE = 0.15  # by which one line shares more words with the text than the one above it
_TOLD = 12  # paragraphs whose words are kept
_INTO_CORE = 6  # lines of the core among which the headline may be
_FAR = 40  # lines above the core among which it may be
_VOCABULARY = 4  # paragraphs of the core whose words a headline shares
_LONGEST_TOLD = 400  # characters of a line whose wording is looked at
_KEPT = 4096  # lines whose words are remembered: a site says the same on every page
# What a line adds to a stretch of text: a paragraph its letters, anything else takes away from it.
_PARAGRAPH_COST, _LEAST_OF_ONE, _MOST_OF_ONE, _MOST_OF_LEAD = 60, 15, 700, 120
_COST = {"H": 60, "Q": 30, "W": 25, "D": 40, "sto": 200, "leg": 150, "asi": 40, "tag": 60}
_OTHER_COST = 20
_PLACES_BEFORE = (0, 1, 2, 3, 4, 6, 9, 14, 25)


_PRINTED: dict[object, str] = {number: str(number) for number in range(-9, 100)}  # True and False are 1 and 0
_NAMED = re.compile(r"(\D+\d+) (.+)")

Pick = Callable[[Sequence[str]], str | tuple[str, ...]]
FEATURES: dict[str, list[tuple[str, Pick]]] = {
    block: [(f"{block}{number}", itemgetter(*group)) for number, group in enumerate(groups)]
    for block, groups in _BLOCKS.items()
}
"""The features that a block's keys make: each one's name, and how it picks the parts that stand behind the name."""


def printed_parts(key: Key) -> list[str]:
    """A key's parts as they stand in the names of its features."""
    printed = _PRINTED.get
    return [printed(part) or f"{part}" for part in key[1:]]


def names_of(key: Key) -> list[str]:
    """The features of a key."""
    if isinstance(key[1], tuple):
        return [name for wording in key[1] for name in names_of(("wording", wording, *key[2:]))]
    told = printed_parts(key)
    found = [(feature, pick(told)) for feature, pick in FEATURES[str(key[0])]]
    return [f"{feature} {parts if isinstance(parts, str) else ' '.join(parts)}" for feature, parts in found]


def parts_of(name: str) -> tuple[str, str | tuple[str, ...]]:
    """A feature's name taken apart: «above1 P H b» is ("above1", ("P", "H", "b")), as FEATURES picks them."""
    found = _NAMED.fullmatch(name)
    if found is None:
        raise ValueError(f"no feature: {name}")
    parts = found[2].split(" ")
    return found[1], tuple(parts) if len(parts) > 1 else parts[0]


def keys_of(lines: Sequence[Line], *, whole: bool = False) -> list[list[Key]]:
    """For each line that is in doubt, the keys of what can be seen of it: none is, once comments or other articles
    have their heading below a paragraph; for all of them where `whole`.
    """
    page = _PageFeatures(lines)
    found: list[list[Key]] = []
    for index, line in enumerate(lines):
        found.append(page.keys(index))
        if page.is_over(index) and not whole and line.kind is LineKind.STOP and line.words.heads_behind:
            break
    return found


def _first(text: str) -> str:
    letter = text[0]
    if letter in "-–—−":
        return "-"
    if letter in "•·*►→":
        return "•"
    if letter in '«"“„':
        return "«"
    if letter == "#":
        return "#"
    if letter.isdigit():
        return "1." if len(text) > 2 and text[1] in ".)" else "1"
    if letter.islower():
        return "a"
    if text.isupper():
        return "AA"
    return "A" if letter.isupper() else "?"


def _last(text: str) -> str:
    letter = text[-1]
    if letter in ".!?…:,;":
        return "…" if text.endswith("...") else letter
    if letter in '»”"':
        return "»." if text[-2:-1] in ".!?…" else "»"
    if letter in ")]":
        return ")"
    return "1" if letter.isdigit() else "a" if letter.isalpha() else "#"


@lru_cache(_KEPT)
def _looks(text: str) -> tuple[int, str, str, tuple[str, ...]]:
    """The classes of length, first letter and last letter, and what a line's words tell, whatever its place."""
    told = _wordings(text) if len(text) < _LONGEST_TOLD else ()
    return bisect_left(_LENGTHS, len(text)), _first(text), _last(text), told


def _wordings(text: str) -> tuple[str, ...]:
    small = text.casefold()
    begun = said = _BEGINNING.findall(small)
    if "«" in small or '"' in small or "“" in small:
        said = _BEGINNING.findall(_QUOTED.sub("", small))
    found = []
    if LISTED.match(text):
        found.append("listed")
    if len(text) < 90 and NAMES.fullmatch(text):
        found.append("names")
    if _SIGNED.match(text) or text.endswith(_SIGNED_ENDS):
        found.append("signed")
    if not _SAYS.isdisjoint(begun):
        found.append("says")
    if not _ADDRESSED.isdisjoint(said):
        found.append("addressed")
    if NOTICE.search(small):
        found.append("notice")
    if not _ABOUT_SITE.isdisjoint(begun):
        found.append("site")
    if digits := len(_DIGIT.findall(text)):
        found.append(f"digits{min(int(12 * digits / len(text)), 6)}")
    words = text.split()
    found.append(f"small{int(4 * sum([word[0].islower() for word in words]) / len(words))}")
    if "|" in text or text.count(" / ") > 1:
        found.append("cells")
    if "." in small and DOMAIN.search(small):
        found.append("domain")
    return tuple(found)


def core_of(lines: Sequence[Line]) -> tuple[int, int, float]:
    """The part with most text and least else: its first line, the one after its last, its share of all text.

    Paragraphs below paragraphs count, those below other headlines hardly: they are leads of other pages. What stands
    below the heading of comments counts half.
    """
    best = total = 0
    first = start = end = 0
    current = 0
    part = 1
    headed = False
    for index, line in enumerate(lines):
        shape = line.shape
        if shape == "P":
            worth = max(
                min(len(line.text), _MOST_OF_LEAD if headed and current > 0 else _MOST_OF_ONE) - _PARAGRAPH_COST,
                _LEAST_OF_ONE,
            )
            total += worth
            worth //= part
        elif shape == "S":
            worth = min(len(line.text) // 2, 30)
        else:
            worth = -_COST.get(shape, _OTHER_COST)
            if best > 0 and line.kind is LineKind.STOP and line.words.heads_behind:
                part = 2
        headed = shape in {"H", "W"} or (headed and shape == "D")
        if current <= 0:
            current, start = 0, index
        current += worth
        if current > best:
            best, first, end = current, start, index + 1
    return first, end, best / total if total else 0.0


class _PageFeatures:
    """A page's lines while their keys are told, from the first to the last."""

    def __init__(self, lines: Sequence[Line]) -> None:
        count = len(lines)
        self._lines = lines
        self._texts = [line.text for line in lines]
        self._shapes = [line.shape for line in lines]
        self._around = ["^^", "^", *self._shapes, "$", "$$"]
        self._times = Counter(self._texts)
        paragraphs = [shape == "P" for shape in self._shapes]
        self._total = sum(paragraphs)
        self._next = _next_of(paragraphs)
        self._next_stop = _next_of([shape == "sto" for shape in self._shapes])
        self._first, self._end, _ = core_of(lines)
        told = [index for index in range(self._first, self._end) if paragraphs[index]][:_VOCABULARY]
        self._vocabulary = frozenset[str]().union(*(stems_of(self._texts[index]) for index in told))
        self._shares = [self._share(index) for index in range(min(count, self._first + _INTO_CORE))]
        self._best = max(
            (
                index
                for index, share in enumerate(self._shares)
                if share > 0 and index >= self._first - _FAR and self._shapes[index] in "HQSW"
            ),
            key=lambda index: (self._shares[index], index),
            default=-1,
        )
        self._most = int(self._shares[self._best] * 6) if self._best >= 0 else -1
        # What has been passed so far.
        self._above = self._run = 0
        self._last_paragraph = self._stop = self._aside = self._colon = -1
        self._told: set[str] = set()
        self._seen: set[str] = set()
        # The page and where its lines begin in it, to look for a line's words in those below; which line these say.
        self._page = "\n".join(self._texts)
        self._starts = [0, *accumulate(len(text) + 1 for text in self._texts)]
        self._said_by: dict[int, int] = {}

    def keys(self, index: int) -> list[Key]:
        line, text, shape = self._lines[index], self._texts[index], self._shapes[index]
        paragraph = shape == "P"
        left = self._total - self._above - paragraph
        zone = ("1" if self._above else "0") + ("1" if left else "0") + ("x" if self._stop >= 0 else "")
        where = self._where(index)
        prior2, prior, _, after, after2 = self._around[index : index + 5]
        self._run = self._run + 1 if shape in "PSQ" else 0
        following = self._next[index + 1]
        far = bisect_left(_STEPS, following - index if following < len(self._lines) else -1)
        near = bisect_left(_STEPS, index - self._last_paragraph if self._last_paragraph >= 0 else -1)
        before = bisect_left(_PLACES_BEFORE, self._first - index) if index < self._first else -1
        stop = self._next_stop[index + 1]
        run, early = min(self._run, 4), bisect_left(_STEPS, index)
        keys: list[Key] = [
            ("above", shape, prior, prior2, where, zone),
            ("below", shape, after, after2, where, zone),
            ("between", prior, shape, after, where),
            ("place", shape, far, near, min(self._above, 4), min(left, 3), zone),
            ("core", shape, before, run, early, where),
            ("stop", shape, bisect_left(_STEPS, index - self._stop) if self._stop >= 0 else -1,
             bisect_left(_STEPS, stop - index) if stop < len(self._lines) else -1, min(run, 3), left > 2, where),
        ]  # fmt: skip
        if self._colon >= 0:
            keys.append(("colon", shape, min(index - self._colon, 4), zone))
        if self._aside >= 0 and index - self._aside <= 4:
            keys.append(("aside", shape, index - self._aside, after, zone))
        if line.kind is LineKind.TEXT and not line.dated:
            length, first, last, wordings = _looks(text)
            keys.append(("look", shape, length, where, zone, first, last))
            keys += self._plain(index, wordings, where, zone, before, near)
        else:
            length = bisect_left(_LENGTHS, len(text))
            keys.append(("kind", line.kind.value, bool(line.rest), after, length, where, zone))
            if line.dated and line.date:
                keys.append(("hour", line.date.has_hour, where, after, prior, far))
        self._passed(index, line, shape, paragraph)
        return keys

    def is_over(self, index: int) -> bool:
        """Whether the core and a paragraph are above a line."""
        return self._above > 0 and index >= self._end

    def _where(self, index: int) -> str:
        """Whether a line is before the core, in it or after it."""
        if not self._total or self._first == self._end:
            return "0"
        if index < self._first:
            return "b" if self._first - index <= _NEAR else "B"
        if index < self._end:
            return "i"
        return "a" if index < self._end + _NEAR else "A"

    def _plain(
        self, index: int, wordings: tuple[str, ...], where: str, zone: str, before: int, near: int
    ) -> Iterator[Key]:
        """What a line has that nothing names: said again, words in common with the text, whom it speaks to."""
        text, shape = self._texts[index], self._shapes[index]
        prior, after = self._around[index + 1], self._around[index + 3]
        if self._times[text] > 1:
            yield "twice", text in self._seen, shape, where, prior, after
            if text in (self._texts[index - 1] if index else None, *self._texts[index + 1 : index + 2]):
                yield "once more", shape, where
        if len(text) <= LONGEST_HEADLINE:
            yield from self._relation(index, text, shape)
        if wordings:
            yield "wordings", wordings, shape, where, zone
        if (date := self._lines[index].date) is not None:
            yield "wording", f"dated{int(date.has_hour)}", shape, where, zone
        if self._lines[index].is_cut:
            yield "wording", "teaser", shape, where, zone
        if self._lines[index].is_placed:
            yield "wording", "placed", shape, where, zone
        share = self._shares[index] if index < len(self._shares) else -1.0
        if shape == "P":
            yield "plain", "notice" in wordings, "D" in (prior, after), zone, int(share * 6)
        elif shape in "HQSW" and share >= 0:
            upper = max(self._shares[max(0, index - 2) : index], default=0.0)
            more = "+" if share - max(upper, 0) > _MORE else "-" if share - upper < -_MORE else "="
            best = self._best
            better = "-" if best < 0 else "=" if index == best else "<" if index < best else ">"
            yield "share", int(share * 6), shape, better, more, before, where, self._most
        if self._above and (stems := stems_of(text)):
            yield "told", int(6 * len(stems & self._told) / (len(stems) + 1)), shape, where, near

    def _share(self, index: int) -> float:
        """The share of a line's words that the core's first paragraphs have, 0 to 1; -1 if it cannot be told."""
        line = self._lines[index]
        if line.kind is not LineKind.TEXT or line.dated or len(line.text) > LONGEST_HEADLINE:
            return -1.0
        stems = stems_of(line.text)
        return len(stems & self._vocabulary) / (len(stems) + 1) if stems and self._vocabulary else -1.0

    def _relation(self, index: int, text: str, shape: str) -> Iterator[Key]:
        """What near lines say of its words again: a picture's text says the headline, a path to the page ends in it."""
        texts, end = self._texts, min(index + 1 + _NEAR, len(self._texts))
        if len(text) > 10 and self._page.find(text, self._starts[index + 1], self._starts[end]) >= 0:
            longer = [at for at in range(index + 1, end) if len(texts[at]) > len(text) and text in texts[at]]
            self._said_by.update(dict.fromkeys(longer, index))
            if longer:
                below = longer[0]
                yield "within", texts[below].startswith(text), shape, self._shapes[below], min(below - index, 3)
        if (above := self._said_by.get(index)) is not None:
            more = bisect_left(_LENGTHS, len(text) - len(texts[above]))
            yield "says", text.startswith(texts[above]), shape, more, _last(text), self._shapes[above]

    def _passed(self, index: int, line: Line, shape: str, paragraph: bool) -> None:
        if shape in "PS":
            self._colon = index if line.text.endswith(":") else -1
        if paragraph:
            self._above += 1
            self._last_paragraph = index
            if self._above <= _TOLD:
                self._told |= stems_of(line.text)
        if self._above and line.kind in (LineKind.STOP, LineKind.LEGAL, LineKind.TAGS):
            self._stop = index
        if line.kind is LineKind.ASIDE:
            self._aside = index
        self._seen.add(line.text)


def _next_of(marked: Sequence[bool]) -> list[int]:
    """For each index, and the one after the last, the first marked index from it on; the length if there is none."""
    found = [len(marked)] * (len(marked) + 1)
    for index in range(len(marked) - 1, -1, -1):
        found[index] = index if marked[index] else found[index + 1]
    return found
