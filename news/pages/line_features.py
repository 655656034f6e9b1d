"""The features of each line of a captured page: its look, its neighbours' looks, and its place.

Each line gives a few keys. A key is a block of the table below with the line's values for it, all of them short text.
`names_of` gives the features of a key in the short form under which the learnt weights are stored
(news.pages.line_labels).

To add a feature, give its block one more tuple of parts, or add a block here and its key in `_PageFeatures.keys`; then
learn the weights again (`python -m benchmarks.learn_labels`). What a key says is added up once and then kept, so what
costs time is a new key on every line, and one whose values rarely come again: cut numbers into few classes.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import accumulate
from operator import itemgetter

from news.pages.boilerplate import LONGEST_KEPT, LineKind, LineWords
from news.pages.lines import NAME, Line, is_listed
from news.text.dates import one_of
from news.text.sentences import stems_of

Key = tuple[str, ...]
"""A block's name, then its parts on one line. The first part of `wordings` is several of `wording`, with blanks."""

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
_SIGNED_FIRST = "оОуУдДпПаАкКмМ"
SIGNED_ENDS = ("басқармасы", "бөлімі", "қызметі", "департаменті", "әкімдігі", "аппараты", "qyzmetı", "qyzmeti")
# Beginnings of words: who says something, whom a line speaks to, what a site speaks of.
_SAYS = _words("сообща переда пише пишу информиру хабарла жазады жазып мәлім")
_YOU = _words("вы вас вам нас")  # whole words
_ADDRESSED = _YOU | _words("наш ваш редакци біз сіз")
_ABOUT_SITE = _words(
    "сайт портал редакци газет телеарна телеканал коммент email mail html ссылк логин парол регистрац подписк материал "
    "авторск перепечат воспроизведен құқық сілтеме тіркел жазыл"
)


_BEGUN = one_of(sorted((_SAYS | _ADDRESSED | _ABOUT_SITE) - _YOU))
_BEGINNING = re.compile(rf"(?<![^\W\d_])({_BEGUN}|(?:{one_of(sorted(_YOU))})(?![^\W\d_]))")
NOTICE = re.compile(
    r"неудобств|перерыв\w*\sв\sработе\s(?:портала|сайта)|тестовом\sрежиме|тест\w*\sрежим|опытной\sэксплуатации|"
    r"қолайсыздық|кешірім\sсұрай|уведомлени|обновл[её]нн\w+\sсайт|газет\w*\s.{0,20}шығады|cookie|очевидц"
)
DOMAIN = re.compile(r"\.(?:(?<=\bwww\.)|(?<=\w\.)(?:kz|ru|com|org|net|info|ua|kg|uz|az|by|tv|media)\b)")
RULES = re.compile(  # what a site's own paragraphs speak of
    r"пользовател|персональны[хе]\sданны|конфиденциальн|cookie|гиперссылк|авторски[ех]\sправ|перепечатк|сетево[ем]\sиздани"
    r"|пайдаланушы|құпиялық|авторлық\sқұқық|сілтеме\sжаса|жеке\sдеректер"
)
_DIGIT = re.compile(r"\d")
_QUOTED = re.compile(r"«[^»]*»?|\"[^\"]*\"?|“[^”]*”?")
_STEPS = (0, 1, 2, 3, 5, 8, 13, 25)
_LENGTHS = (8, 16, 25, 35, 50, 70, 100, 140, 200, 300)
LONGEST_HEADLINE = 300
_NEAR = 8  # lines in which a line's words said again are looked for
_MORE = 0.15  # by which one line shares more words with the text than the one above it
_TOLD = 12  # paragraphs whose words are kept
_SHORTEST_SAID = 10  # characters of a line whose words are looked for
_INTO_CORE = 6  # lines of the core among which the headline may be
_FAR = 40  # lines above the core among which it may be
_VOCABULARY = 4  # paragraphs of the core whose words a headline shares
_LONGEST_TOLD = 400  # characters of a line whose wording is looked at
_KEPT = 4096  # lines whose words are remembered: a site says the same on every page
# What a line adds to a stretch of text: a paragraph its letters, anything else takes away from it.
_PARAGRAPH_COST, _LEAST_OF_ONE, _MOST_OF_ONE, _MOST_OF_LEAD = 60, 15, 700, 120
_COST = {"H": 60, "Q": 30, "W": 25, "D": 40, "sto": 200, "leg": 150, "asi": 40, "tag": 60}
_OTHER_COST = 20
_LONG_PAGE = 60  # lines of a page that may print its site's rules
_PLACES_BEFORE = (0, 1, 2, 3, 4, 6, 9, 14, 25)


def _classes(bounds: Sequence[int]) -> tuple[str, ...]:
    """The class of each number: how many bounds are below it; that of the last one is for all that are greater."""
    return tuple(str(bisect_left(bounds, number)) for number in range(bounds[-1] + 2))


_STEP, _LENGTH, _PLACE = _classes(_STEPS), _classes(_LENGTHS), _classes(_PLACES_BEFORE)
_LONGEST = len(_LENGTH) - 1
_FEW = tuple(map(str, range(20)))  # of False and True too
_NONE = "-1"
# Whether paragraphs are above a line, and below it; whether tags, comments or the law are between them and the line.
_ZONES = {
    (above, below, over): f"{above:d}{below:d}{'x' if over else ''}"
    for above in (False, True) for below in (False, True) for over in (False, True)
}  # fmt: skip
_NAMED = re.compile(r"(\D+\d+) (.+)")

Pick = Callable[[Key], str | tuple[str, ...]]
FEATURES: dict[str, list[tuple[str, Pick]]] = {
    block: [(f"{block}{number}", itemgetter(*(part + 1 for part in group))) for number, group in enumerate(groups)]
    for block, groups in _BLOCKS.items()
}
"""The features that a block's keys make: each one's name, and how it picks from a key the parts behind the name."""


def each_wording(key: Key) -> list[Key]:
    """The keys that one of several wordings stands for."""
    return [("wording", wording, *key[2:]) for wording in key[1].split(" ")]


def names_of(key: Key) -> list[str]:
    """The features of a key."""
    if key[0] == "wordings":
        return [name for wording in each_wording(key) for name in names_of(wording)]
    found = [(feature, pick(key)) for feature, pick in FEATURES[key[0]]]
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
        if line.kind is LineKind.STOP and line.words.heads_behind and not whole and page.is_over(index):
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
def _looks(words: LineWords) -> tuple[str, str, str, str]:
    """The classes of length, first letter and last letter, and what a line's words tell, whatever its place."""
    text = words.text
    told = " ".join(_wordings(words)) if len(text) < _LONGEST_TOLD else ""
    return _length(text), _first(text), _last(text), told


def _length(text: str) -> str:
    return _LENGTH[min(len(text), _LONGEST)]


def _wordings(line: LineWords) -> list[str]:
    text, small = line.text, line.small
    begun = said = _BEGINNING.findall(small)
    if "«" in small or '"' in small or "“" in small:
        said = _BEGINNING.findall(_QUOTED.sub("", small))
    found = []
    if is_listed(text):
        found.append("listed")
    if len(text) < 90 and NAMES.fullmatch(text):
        found.append("names")
    if (text[0] in _SIGNED_FIRST and _SIGNED.match(text)) or text.endswith(SIGNED_ENDS):
        found.append("signed")
    if not _SAYS.isdisjoint(begun):
        found.append("says")
    if not _ADDRESSED.isdisjoint(said):
        found.append("addressed")
    if NOTICE.search(small):
        found.append("notice")
    if not _ABOUT_SITE.isdisjoint(begun):
        found.append("site")
    if digits := line.counted and len(_DIGIT.findall(text)):
        found.append(f"digits{min(int(12 * digits / len(text)), 6)}")
    words = text.split()
    found.append(f"small{int(4 * sum([word[0].islower() for word in words]) / len(words))}")
    if "|" in text or text.count(" / ") > 1:
        found.append("cells")
    if "." in small and DOMAIN.search(small):
        found.append("domain")
    return found


def core_of(lines: Sequence[Line]) -> tuple[int, int, float]:
    """The part with most text and least else: its first line, the one after its last, its share of all text.

    Paragraphs beside paragraphs count, those between other headlines hardly: they are leads of other pages. What stands
    below the heading of comments counts half, what tells a site's users what to do a quarter.
    """
    best = total = 0
    first = start = end = 0
    current = 0
    part = 1
    headed = False
    long = len(lines) > _LONG_PAGE
    below = [line.shape == "P" for line in lines[1:]] + [False]
    for index, line in enumerate(lines):
        shape = line.shape
        if shape == "P":
            lead = headed and current > 0 and not below[index]
            worth = max(min(len(line.text), _MOST_OF_LEAD if lead else _MOST_OF_ONE) - _PARAGRAPH_COST, _LEAST_OF_ONE)
            total += worth
            worth //= part * 4 if long and RULES.search(line.words.small) else part
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
        self._times = Counter(self._texts) if len(set(self._texts)) < count else {}
        # The classes of numbers up to the count of lines.
        self._step, self._place = _up_to(count, _STEP), _up_to(count, _PLACE)
        self._few, self._fewer = _up_to(count, _FEW[:5]), _up_to(count, _FEW[:4])
        paragraphs = [shape == "P" for shape in self._shapes]
        self._total = sum(paragraphs)
        self._to_paragraph = _steps_to(paragraphs, self._step, _STEP[0])
        self._to_stop = _steps_to([shape == "sto" for shape in self._shapes], self._step, _NONE)
        self._first, self._end, _ = core_of(lines)
        self._wheres = self._where()
        told = [index for index in range(self._first, self._end) if paragraphs[index]][:_VOCABULARY]
        self._vocabulary = frozenset[str]().union(*(stems_of(self._texts[index]) for index in told))
        self._shares = [self._share(index) for index in range(min(count, self._first + _INTO_CORE))]
        headlines = [
            (share, index)
            for index, share in enumerate(self._shares)
            if share > 0 and index >= self._first - _FAR and self._shapes[index] in "HQSW"
        ]
        self._best = max(headlines)[1] if headlines else -1
        self._most = _FEW[int(self._shares[self._best] * 6)] if self._best >= 0 else _NONE
        # What has been passed so far.
        self._above = self._run = 0
        self._last_paragraph = self._stop = self._aside = self._colon = -1
        self._told: set[str] = set()
        # The page and where its lines end in it, to look for a line's words in those below; which line these say.
        self._page = "\n".join(self._texts)
        self._ends = [*accumulate([len(text) + 1 for text in self._texts]), *[len(self._page)] * _NEAR]
        self._said_by: dict[int, int] = {}

    def keys(self, index: int) -> list[Key]:
        line, text, shape = self._lines[index], self._texts[index], self._shapes[index]
        paragraph = shape == "P"
        above, stop = self._above, self._stop
        left = self._total - above - paragraph
        zone = _ZONES[bool(above), left > 0, stop >= 0]
        where = self._wheres[index]
        prior2, prior, _, after, after2 = self._around[index : index + 5]
        run = self._run = self._run + 1 if shape in "PSQ" else 0
        far = self._to_paragraph[index]
        step, few, fewer = self._step, self._few, self._fewer
        near = step[index - self._last_paragraph] if above else _STEP[0]
        before = self._place[self._first - index] if index < self._first else _NONE
        stopped = step[index - stop] if stop >= 0 else _NONE
        keys: list[Key] = [
            ("above", shape, prior, prior2, where, zone),
            ("below", shape, after, after2, where, zone),
            ("between", prior, shape, after, where),
            ("place", shape, far, near, few[above], fewer[left], zone),
            ("core", shape, before, few[run], step[index], where),
            ("stop", shape, stopped, self._to_stop[index], fewer[run], _FEW[left > 2], where),
        ]
        if self._colon >= 0:
            keys.append(("colon", shape, few[index - self._colon], zone))
        if self._aside >= 0 and index - self._aside <= 4:
            keys.append(("aside", shape, _FEW[index - self._aside], after, zone))
        if line.kind in (LineKind.TEXT, LineKind.REPEATED) and not line.dated:
            keys += self._plain(index, line, where, zone, before, near)
        else:
            length = _length(text)
            keys.append(("kind", line.kind.value, "1" if line.rest else "0", after, length, where, zone))
            if line.dated and line.date:
                keys.append(("hour", _FEW[line.date.has_hour], where, after, prior, far))
        self._pass(index, line, shape)
        return keys

    def is_over(self, index: int) -> bool:
        """Whether the core and a paragraph are above a line."""
        return self._above > 0 and index >= self._end

    def _where(self) -> list[str]:
        """Whether lines are before the core, in it or after it, and near it."""
        first, end, count = self._first, self._end, len(self._lines)
        if not self._total or first == end:
            return ["0"] * count
        before = [*("B" * (first - _NEAR)), *("b" * min(first, _NEAR))]
        behind = [*("a" * min(count - end, _NEAR)), *("A" * (count - end - _NEAR))]
        return before + ["i"] * (end - first) + behind

    def _plain(self, index: int, line: Line, where: str, zone: str, before: str, near: str) -> list[Key]:
        """What a line has that nothing names: said again, words in common with the text, whom it speaks to."""
        text, shape = line.text, line.shape
        length, first, last, wordings = (_looks if len(text) <= LONGEST_KEPT else _looks.__wrapped__)(line.words)
        keys: list[Key] = [("look", shape, length, where, zone, first, last)]
        if wordings:
            keys.append(("wordings", wordings, shape, where, zone))
        if self._times and self._times[text] > 1:
            keys += self._again(index, text, shape, where)
        if len(text) <= LONGEST_HEADLINE:
            if len(text) > _SHORTEST_SAID and self._page.find(text, self._ends[index], self._ends[index + _NEAR]) >= 0:
                keys += self._within(index, text, shape)
            if index in self._said_by:
                keys.append(self._says(index, text, shape))
        if line.date is not None:
            keys.append(("wording", "dated1" if line.date.has_hour else "dated0", shape, where, zone))
        if line.is_cut:
            keys.append(("wording", "teaser", shape, where, zone))
        if line.is_placed:
            keys.append(("wording", "placed", shape, where, zone))
        share = self._shares[index] if index < len(self._shares) else -1.0
        if shape == "P":
            dated = "D" in (self._around[index + 1], self._around[index + 3])
            keys.append(("plain", _FEW["notice" in wordings], _FEW[dated], zone, str(int(share * 6))))
        elif share >= 0:
            keys.append(self._compared(index, share, shape, before, where))
        if self._above and (stems := stems_of(text)):
            keys.append(("told", _FEW[int(6 * len(stems & self._told) / (len(stems) + 1))], shape, where, near))
        return keys

    def _again(self, index: int, text: str, shape: str, where: str) -> Iterator[Key]:
        """Where a line stands that the page says twice."""
        prior, after = self._around[index + 1], self._around[index + 3]
        yield "twice", _FEW[self._texts.index(text) < index], shape, where, prior, after
        if text in (self._texts[index - 1] if index else None, *self._texts[index + 1 : index + 2]):
            yield "once more", shape, where

    def _compared(self, index: int, share: float, shape: str, before: str, where: str) -> Key:
        """The words that a line shares with the text, and whether others share more."""
        upper = max(self._shares[max(0, index - 2) : index], default=0.0)
        more = "+" if share - max(upper, 0) > _MORE else "-" if share - upper < -_MORE else "="
        best = self._best
        better = "-" if best < 0 else "=" if index == best else "<" if index < best else ">"
        return "share", _FEW[int(share * 6)], shape, better, more, before, where, self._most

    def _share(self, index: int) -> float:
        """The share of a line's words that the core's first paragraphs have, 0 to 1; -1 if it cannot be told."""
        line = self._lines[index]
        if line.kind is not LineKind.TEXT or line.dated or len(line.text) > LONGEST_HEADLINE:
            return -1.0
        stems = stems_of(line.text)
        return len(stems & self._vocabulary) / (len(stems) + 1) if stems and self._vocabulary else -1.0

    def _within(self, index: int, text: str, shape: str) -> Iterator[Key]:
        """Which near line below says a line's words again: a picture's text says the headline, a path ends in it."""
        below = range(index + 1, min(index + 1 + _NEAR, len(self._texts)))
        longer = [at for at in below if len(self._texts[at]) > len(text) and text in self._texts[at]]
        self._said_by.update(dict.fromkeys(longer, index))
        if longer:
            begins = self._texts[longer[0]].startswith(text)
            yield "within", _FEW[begins], shape, self._shapes[longer[0]], self._fewer[longer[0] - index]

    def _says(self, index: int, text: str, shape: str) -> Key:
        """How a line goes on that says the words of one above it."""
        above = self._texts[self._said_by[index]]
        more = _LENGTH[min(len(text) - len(above), _LONGEST)]
        return "says", _FEW[text.startswith(above)], shape, more, _last(text), self._shapes[self._said_by[index]]

    def _pass(self, index: int, line: Line, shape: str) -> None:
        if shape in "PS":
            self._colon = index if line.text[-1] == ":" else -1
        if shape == "P":
            self._above += 1
            self._last_paragraph = index
            if self._above <= _TOLD:
                self._told |= stems_of(line.text)
        elif line.kind is LineKind.ASIDE:
            self._aside = index
        elif self._above and line.kind in (LineKind.STOP, LineKind.LEGAL, LineKind.TAGS):
            self._stop = index


def _up_to(count: int, classes: Sequence[str]) -> list[str]:
    """The classes of the numbers to this one; the last class is for all that are greater."""
    return [*classes, *[classes[-1]] * count]


def _steps_to(marked: Sequence[bool], step: Sequence[str], none: str) -> list[str]:
    """For each index the class of the way to the next marked one below; `none` where there is none."""
    found: list[str] = []
    for index, is_marked in enumerate(marked):
        if is_marked:
            found += [step[index - above] for above in range(len(found), index)]
    return found + [none] * (len(marked) - len(found))
