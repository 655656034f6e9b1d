"""What can be seen of each line of a captured page: its own look, its neighbours', and where it stands.

Names of features, in the short form that the learnt weights are kept under (news.pages.line_labels).
"""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from news.pages.boilerplate import CAPITAL, LineKind
from news.pages.lines import ENDS, LISTED, TEASER, Line

_WORD = re.compile(r"[^\W\d_]{4,}")
NAME = rf"[{CAPITAL}](?:\.|[\w-]*+(?:\.(?=[a-zа-яё])[\w-]++)*+\.?+),?+\s?+"
_NAMES = re.compile(rf"(?:{NAME}){{2,4}}+")
_PLACED = re.compile(
    rf"(?:^|[.!?»]\s)[{CAPITAL}][\w-]+(?:\s(?:[{CAPITAL}][\w-]+|область|облысы|қаласы|район|ауданы|ауылы)){{0,2}},"
    r"\s\d{1,2}\s[^\W\d]+\s(?:19|20)\d\d(?:\s(?:года|г|жыл|ж))?\.?$"
)
_SAYS = re.compile(r"(?:сообща|переда[её]|пиш[еу]|информиру|хабарла|жаза|мәлім)\w+", re.IGNORECASE)
_SIGNED = re.compile(
    r"(?:отдел|управление|департамент|пресс-служба|аппарат|акимат|комитет|министерство)\b"
    r"|.*(?:басқармасы|бөлімі|қызметі|департаменті|әкімдігі|аппараты|qyzmet[iı])$",
    re.IGNORECASE,
)
_ADDRESSED = re.compile(r"\b(?:(?:наш|ваш|редакци|біз|сіз)\w{0,4}|вы|вас|вам|нас)\b", re.IGNORECASE)
# What a site says of itself: above an article it is no part of it.
_NOTICE = re.compile(
    r"неудобств|перерыв\w*\sв\sработе\s(?:портала|сайта)|тестовом\sрежиме|тест\w*\sрежим|опытной\sэксплуатации|"
    r"қолайсыздық|кешірім\sсұрай|уведомлени|обновл[её]нн\w+\sсайт|газет\w*\s.{0,20}шығады|cookie|очевидц",
    re.IGNORECASE,
)
# One look for these is quicker than the patterns, and most lines have none.
_NOTICED = ("неудобств", "перерыв", "режим", "эксплуатац", "қолайсыздық", "кешірім", "уведомлени", "обновл", "газет",
            "cookie", "очевидц")  # fmt: skip
_SAYING = ("сообща", "переда", "пиш", "информиру", "хабарла", "жаза", "мәлім")
_SPEAKING = ("наш", "ваш", "редакци", "біз", "сіз", "вы", "вас", "вам", "нас")
_QUOTED = re.compile(r"«[^»]*»?|\"[^\"]*\"?|“[^”]*”?")
_STEPS = (0, 1, 2, 3, 5, 8, 13, 25)
_LENGTHS = (8, 16, 25, 35, 50, 70, 100, 140, 200, 300)
LONGEST_HEADLINE = 300
_LONG = 160  # characters of a line that is text whatever it ends with
_ASKING = re.compile(r"(?![–—-])(?:\S+\s+){2}[^.!?…]{0,120}[!?]+[»”\"]?")
_NEAR = 8
_COUNTERS = ("num", "vie")
_SPAN = 12  # lines in which those paragraphs stand
_MANY = (0, 1, 2, 4, 8)
_MORE = 0.15  # by which one line shares more words with the text than the one above it
_TOLD = 12  # paragraphs whose words are kept
_LONGEST_TOLD = 400  # characters of a line whose wording is looked at
_VOCABULARY = 4  # paragraphs below a line whose words it may share


def _bucket(number: int, edges: Sequence[int]) -> int:
    for index, edge in enumerate(edges):
        if number <= edge:
            return index
    return len(edges)


def _stems(text: str) -> set[str]:
    return {word[:5] for word in _WORD.findall(text.casefold().replace("ё", "е"))}


def is_paragraph(line: Line) -> bool:
    """Whether the line is running text by its shape alone: a sentence of some length, or so long that it must be."""
    text = line.text
    if line.kind is not LineKind.TEXT or line.dated:
        return False
    if len(text) >= _LONG:
        return not LISTED.match(text)
    if _ASKING.fullmatch(text):
        return False  # headlines ask and shout as well
    return len(text) >= 45 and text.count(" ") >= 4 and ENDS.search(text) is not None and not TEASER.search(text)


def shape_of(line: Line, paragraph: bool) -> str:
    """A line's look in a letter: paragraph, short sentence, question, headline, word, date, or what its wording
    says."""
    if line.dated:
        return "D"
    if line.kind is not LineKind.TEXT:
        return str(line.kind.value)[:3]
    text = line.text
    if paragraph:
        return "P"
    words = text.count(" ") + 1
    if words >= 3 and text[-1] in "?!":
        return "Q"
    if words >= 3 and ENDS.search(text):
        return "S"
    if words >= 3:
        return "H"
    return "W"


def _first(text: str) -> str:
    letter = text[0]
    if letter in "-–—−":
        return "dash"
    if letter in "•·*►→":
        return "dot"
    if letter in '«"“„':
        return "quote"
    if letter == "#":
        return "hash"
    if letter.isdigit():
        return "item" if len(text) > 2 and text[1] in ".)" else "digit"
    if letter.islower():
        return "small"
    if text.isupper():
        return "caps"
    return "big" if letter.isupper() else "other"


def _last(text: str) -> str:
    letter = text[-1]
    if letter in ".!?…:,;":
        return "…" if text.endswith("...") else letter
    if letter in '»”"':
        return "»." if text[-2:-1] in ".!?…" else "»"
    if letter in ")]":
        return ")"
    return "9" if letter.isdigit() else "a" if letter.isalpha() else "#"


def features_of(lines: Sequence[Line]) -> list[list[str]]:
    """For each line, the names of what can be seen of it: its own look, its neighbours', and where it stands."""
    page = _PageFeatures(lines)
    found: list[list[str]] = []
    for index in range(len(lines)):
        place = page.place(index)
        names = page.look(index, place)
        names += page.wording(index, place) if place.plain else page.named(index, place)
        found.append(names)
        page.passed(index)
    return found


class _Place(NamedTuple):
    """Where a line stands, in the short form that names of features are made of."""

    shape: str
    zone: str  # whether paragraphs stand above, and below; whether a heading of comments or other news stands above
    prior: str  # shapes around it
    prior2: str
    after: str
    after2: str
    far: int  # lines to the next paragraph, in steps
    near: int  # lines since the last one, in steps
    plain: bool  # no wording and no date names it


class _PageFeatures:
    """A page's lines while their features are told, from the first to the last."""

    def __init__(self, lines: Sequence[Line]) -> None:
        count = len(lines)
        self._lines = lines
        self._texts = [line.text for line in lines]
        self._paragraphs = [is_paragraph(line) for line in lines]
        self._shapes = [shape_of(line, paragraph) for line, paragraph in zip(lines, self._paragraphs, strict=True)]
        self._around = ["^^", "^", *self._shapes, "$", "$$"]
        self._times = Counter(self._texts)
        self._total = sum(self._paragraphs)
        self._next = _next_of(self._paragraphs)
        self._next_stop = _next_of([line.kind is LineKind.STOP for line in lines])
        vocabularies: dict[int, set[str]] = {}
        self._shares = [
            _share(index, line, self._texts, self._paragraphs, self._next, vocabularies)
            for index, line in enumerate(lines)
        ]
        self._best = _likeliest(self._shares, self._shapes, self._next)
        dates = self._shapes.count("D") + self._shapes.count("clo")
        heads = self._shapes.count("H") + self._shapes.count("Q")
        self._sums = f"{_bucket(dates, _MANY)}{_bucket(self._total, _MANY)}"
        self._listed = f"{dates > self._total}{heads > 2 * self._total}"
        self._spaced = "g" if sum(line.gap for line in lines) > count / 3 else ""
        # What has been passed so far.
        self._above = self._dates = self._run = 0
        self._last_paragraph = self._stop = self._aside = self._colon = -1
        self._told: set[str] = set()
        self._seen: set[str] = set()

    def place(self, index: int) -> _Place:
        line, paragraph = self._lines[index], self._paragraphs[index]
        left = self._total - self._above - paragraph
        zone = ("0" if not self._above else "1") + ("0" if not left else "1") + ("x" if self._stop >= 0 else "")
        below = self._next[index + 1]
        return _Place(
            self._shapes[index],
            zone,
            self._around[index + 1],
            self._around[index],
            self._around[index + 3],
            self._around[index + 4],
            _bucket(below - index if below < len(self._lines) else -1, _STEPS),
            _bucket(index - self._last_paragraph if self._last_paragraph >= 0 else -1, _STEPS),
            line.kind is LineKind.TEXT and not line.dated,
        )

    def look(self, index: int, place: _Place) -> list[str]:
        """What every line has: shape, length, ends, neighbours, distances, blank lines."""
        shape, zone, prior, prior2, after, after2, far, near, _ = place
        line, text = self._lines[index], self._texts[index]
        left = self._total - self._above - self._paragraphs[index]
        length, first, last = _bucket(len(text), _LENGTHS), _first(text), _last(text)
        run = self._run + 1 if shape in "PSQ" else 0
        gap_below = index + 1 < len(self._lines) and self._lines[index + 1].gap
        stop = self._next_stop[index + 1]
        names = [
            "b", f"s{shape}", f"z{zone}{shape}", f"l{length}{shape}", f"l{length}{shape}{zone}",
            f"f{first}{shape}", f"e{last}{shape}", f"fe{first}{last}{length}", f"f{first}{last}{zone}",
            f"p{prior}{shape}", f"n{shape}{after}", f"pn{prior}{shape}{after}", f"pp{prior2}{prior}{shape}",
            f"nn{shape}{after}{after2}", f"pz{prior}{shape}{zone}", f"nz{shape}{after}{zone}",
            f"d{far}{shape}{zone}", f"s{near}{shape}{zone}", f"ds{far}.{near}{shape}",
            f"a{min(self._above, 4)}{shape}{zone}", f"t{min(left, 3)}{min(self._above, 3)}{shape}",
            f"i{min(index, 6)}{shape}", f"i{_bucket(index, _STEPS)}{zone}", f"r{min(run, 4)}{zone}{shape}",
            f"m{self._sums}{shape}", f"m{self._listed}{shape}{zone}", f"dates{min(self._dates, 3)}{shape}{prior}{zone}",
            f"g{line.gap}{shape}{self._spaced}", f"g{line.gap}{shape}{prior}",
            f"g{line.gap}{gap_below}{shape}{zone}{self._spaced}",
            f"to{_bucket(stop - index if stop < len(self._lines) else -1, _STEPS)}{shape}{zone}",
        ]  # fmt: skip
        if self._stop >= 0:
            names += (f"x{_bucket(index - self._stop, _STEPS)}{shape}{zone}", f"x{min(run, 3)}{shape}{left > 2}")
        if self._colon >= 0:
            names.append(f"c{min(index - self._colon, 4)}{shape}{zone}")
        if self._aside >= 0 and index - self._aside <= 4:
            names += (f"y{index - self._aside}{shape}{zone}", f"y{index - self._aside}{shape}{after}")
        return names

    def named(self, index: int, place: _Place) -> list[str]:
        """What a line has that a wording or a date names."""
        line, zone, after = self._lines[index], place.zone, place.after
        kind = f"k{line.kind.value}{bool(line.rest)}"
        names = [f"{kind}{zone}{after}", f"{kind}{_bucket(len(line.text), _LENGTHS)}{zone}"]
        if line.dated and line.date:
            hour = f"hour{line.date.has_hour}"
            names += (f"{hour}{zone}{after}", f"{hour}{place.prior}{zone}{place.far}")
        return names

    def wording(self, index: int, place: _Place) -> list[str]:
        """What a line has that nothing names: said again, words in common with the text, whom it speaks to."""
        shape, zone, prior, _, after, _, _, _, _ = place
        line, text = self._lines[index], self._texts[index]
        names: list[str] = []
        if self._times[text] > 1:
            twice = f"twice{text in self._seen}{shape}"
            names += (f"{twice}{zone}", f"{twice}{prior}{after}")
            if text in (self._texts[index - 1] if index else None, *self._texts[index + 1 : index + 2]):
                names.append(f"running{shape}{zone}")
        if len(text) <= LONGEST_HEADLINE:
            names += _relation(self._texts, self._shapes, index, shape, zone)
        if len(text) < _LONGEST_TOLD:
            names += _wording(line, text, shape, zone)
        return names + self._in_common(index, place)

    def _in_common(self, index: int, place: _Place) -> list[str]:
        shape, zone, prior, prior2, after, after2, far, near, _ = place
        text, share = self._texts[index], self._shares[index]
        names: list[str] = []
        if self._paragraphs[index]:
            plain = f"plain{_is_notice(text, text.casefold())}{'D' in (prior, after, prior2, after2)}{zone}"
            names += (plain, f"{plain}{int((share or 0) * 6)}")
        if share is not None:
            part = f"v{int(share * 6)}{shape}"
            names += (f"{part}{self._above > 0}", f"{part}{far}", f"{part}{self._listed}")
        elif not self._above:
            names.append(f"v-{shape}")
        if shape in "HQW":
            names += self._kickers(index)
        if shape in "HQSW":
            best = f"best{index in self._best}{shape}"
            names += (f"{best}{zone}", f"{best}{prior}{after}")
            if index:
                above = self._shares[index - 1] or (self._shares[index - 2] if index > 1 else None) or 0
                more = (share or 0) - above
                names.append(f"more{'+' if more > _MORE else '-' if more < -_MORE else '='}{shape}{prior}{zone}")
        if self._above and (stems := _stems(text)):
            part = f"w{int(6 * len(stems & self._told) / (len(stems) + 1))}{shape}"
            names += (f"{part}{zone[1] == '1'}", f"{part}{near}{zone}")
        return names

    def _kickers(self, index: int) -> list[str]:
        """A counter between two lines that may be headlines: the upper one may be the kicker of the lower one."""
        names = []
        for name, step in (("kicker", 1), ("kicked", -1)):
            other = index + 2 * step
            between = index + step
            if 0 <= other < len(self._lines) and self._shapes[other] in "HQW" and self._shapes[between] in _COUNTERS:
                names.append(f"{name}{self._shapes[index]}{len(self._texts[other]) > len(self._texts[index])}")
        return names

    def passed(self, index: int) -> None:
        """Go on to the next line."""
        line, shape = self._lines[index], self._shapes[index]
        self._run = self._run + 1 if shape in "PSQ" else 0
        self._dates += shape == "D"
        if shape in "PS":
            self._colon = index if line.text.endswith(":") else -1
        if self._paragraphs[index]:
            self._above += 1
            self._last_paragraph = index
            if self._above <= _TOLD:
                self._told |= _stems(line.text)
        if self._above and line.kind in (LineKind.STOP, LineKind.LEGAL, LineKind.TAGS):
            self._stop = index
        if line.kind is LineKind.ASIDE:
            self._aside = index
        self._seen.add(line.text)


def _next_of(marked: Sequence[bool]) -> list[int]:
    """For each place and the one behind the last, the first marked place from it on; the count where there is none."""
    found = [len(marked)] * (len(marked) + 1)
    for index in range(len(marked) - 1, -1, -1):
        found[index] = index if marked[index] else found[index + 1]
    return found


def _share(
    index: int,
    line: Line,
    texts: Sequence[str],
    paragraphs: Sequence[bool],
    following: Sequence[int],
    vocabularies: dict[int, set[str]],
) -> float | None:
    """How many of the line's words stand in the paragraphs below it, 0 to 1; None where nothing can be said."""
    place = following[index + 1]
    text = line.text
    if line.kind is not LineKind.TEXT or line.dated or place >= len(texts) or len(text) > LONGEST_HEADLINE:
        return None
    stems = _stems(text)
    if not stems:
        return None
    if place not in vocabularies:
        found: set[str] = set()
        taken = 0
        for other in range(place, min(place + _SPAN, len(texts))):
            if paragraphs[other]:
                found |= _stems(texts[other])
                taken += 1
                if taken == _VOCABULARY:
                    break
        vocabularies[place] = found
    return len(stems & vocabularies[place]) / (len(stems) + 1)


def _likeliest(shares: Sequence[float | None], shapes: Sequence[str], following: Sequence[int]) -> set[int]:
    """Of the lines above each paragraph that may be its headline, the one that shares most words with the text."""
    best: dict[int, tuple[float, int]] = {}
    for index, share in enumerate(shares):
        if share and shapes[index] in "HQSW":
            place = following[index + 1]
            best[place] = max(best.get(place, (0.0, 0)), (share, -index))
    return {-index for _, index in best.values()}


def _relation(texts: Sequence[str], shapes: Sequence[str], index: int, shape: str, zone: str) -> list[str]:
    """What near lines say of its words again: a picture's text says the headline, a path to the page ends with it."""
    text = texts[index]
    names: list[str] = []
    if len(text) > 10:
        for other in range(index + 1, min(index + 1 + _NEAR, len(texts))):
            if len(texts[other]) > len(text) and text in texts[other]:
                starts = texts[other].startswith(text)
                names += (f"in{starts}{shapes[other]}{shape}", f"in{starts}{shape}{zone}{min(other - index, 3)}")
                break
    for other in range(index - 1, max(-1, index - 1 - _NEAR), -1):
        candidate = texts[other]
        if 10 < len(candidate) < len(text) and shapes[other] in "HQSWP" and candidate in text:
            starts, rest = text.startswith(candidate), _bucket(len(text) - len(candidate), _LENGTHS)
            names += (
                f"says{starts}{shape}{rest}",
                f"says{starts}{_last(text)}{shape}{zone}",
                f"says{shapes[other]}{shape}",
            )
            break
    return names


def _is_notice(text: str, small: str) -> bool:
    return any(stem in small for stem in _NOTICED) and _NOTICE.search(text) is not None


def _wording(line: Line, text: str, shape: str, zone: str) -> list[str]:
    names: list[str] = []
    small = text.casefold()
    if TEASER.search(text):
        names.append(f"teaser{shape}{zone}")
    if LISTED.match(text):
        names.append(f"listed{zone}")
    if len(text) < 200 and _PLACED.search(text):
        names.append("placed")
    if len(text) < 90 and _NAMES.fullmatch(text):
        names += (f"names{zone}", f"names{shape}")
    if _SIGNED.match(text):
        names.append(f"signed{shape}{zone}")
    if any(stem in small for stem in _SAYING) and _SAYS.search(text):
        names.append(f"says{shape}{zone}")
    if any(stem in small for stem in _SPEAKING) and _ADDRESSED.search(_QUOTED.sub("", text)):
        names.append(f"addressed{shape}{zone}")
    if _is_notice(text, small):
        names += (f"notice{shape}{zone}", f"notice{shape}")
    if line.date:
        names += (f"dated{shape}{zone}", f"dated{line.date.has_hour}{shape}")
    digits = sum(map(str.isdigit, text))
    if digits:
        names.append(f"digits{min(int(12 * digits / len(text)), 6)}{shape}{zone}")
    words = text.split()
    lower = sum(word[0].islower() for word in words)
    names.append(f"small{int(4 * lower / len(words))}{shape}{zone}")
    if "  " in text or "|" in text:
        names.append(f"cells{shape}")
    return names
