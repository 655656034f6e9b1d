"""What each line of a captured page is, by a linear-chain model with weights learnt from pages.

The chain allows only this order: lines above the headline, one headline, its details, then the text with other things
in it, then lines after it. The likeliest allowed reading is learnt: `benchmarks/learn_labels.py` writes the weights
into `news/data/line_labels.json`.
"""

import json
import re
import struct
from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from itertools import pairwise
from operator import add, and_

from news.pages.boilerplate import LineKind, words_of
from news.pages.line_features import DOMAIN, FEATURES, LONGEST_HEADLINE, NAMES, NOTICE, Key, each_wording, parts_of
from news.pages.lines import DASHES, LISTED, NUMBERED, Line
from news.text.sentences import stems_of, without_dateline


class LineLabel(StrEnum):
    """What a line is to the article."""

    ABOVE = "above"  # menus, widgets, rubrics, dates, counters and other news before the headline
    HEADLINE = "headline"
    DETAIL = "detail"  # between headline and text: date, counters, author, whose the picture is, the headline again
    TEXT = "text"  # a paragraph
    ROW = "row"  # of the text too, but no sentence: a subheading, an item of a list, a clock of a chronicle
    ASIDE = "aside"  # a link, a caption, an advertisement, a button: the text goes on behind it
    BEHIND = "behind"  # tags, comments, other headlines, the law: the text is over


LABELS = tuple(LineLabel)
ARTICLE = frozenset((LineLabel.TEXT, LineLabel.ROW))
"""The labels of lines that make the article's body."""

ABOVE, HEADLINE, DETAIL, TEXT, ROW, ASIDE, BEHIND = range(len(LABELS))
_FIRST = (ABOVE, HEADLINE, TEXT)
_LAST = (ABOVE, TEXT, ROW, BEHIND)
HEADED = 1.5
"""How much rather a page has a headline than none: pages made to learn from lack it oftener."""
_NEVER = -(1 << 27)  # what a barred label costs
_FORBIDDEN = -(1 << 50)

_BEGINS = "PSQ"  # shapes of sentences
_LONGEST_RUBRIC = 6  # blanks
_RUBRIC_MARKS = (" / ", " | ", " – ", " — ", " - ")
_OFTEN = 3  # times that a page says a button of its pictures
_ITEMS = 3  # dated items that make a list
_PART = 6  # lines below a numbered heading among which its text begins
_TEASERS = 3  # beginnings of texts that make a listing
_LONGEST_SUBHEADING = 45
_WORDS = 2  # of the shortest sentence
_LONGEST_PATH = 60
_WRITERS = ("тілшісі", "журналисті", "корреспонденті", "журналист", "корреспондент", "редакторы")
PHONE = re.compile(r"(?:\+7|\b8)\s?[(-]\d{3,5}[)-]\s?\d[\d -]{4,}")
_GREETING = re.compile(r"(?:Уважаем|Дорог|Құрметті|Қадірлі|Ардақты|Аса құрметті)[^.?]*!$")
_CLOCK_BEHIND = re.compile(r"\d:\d\d$")
_STEPS = re.compile(r"\s[/|>»›]\s")
_LONGEST_CAPTION = 250
# What an item of a list ends with: a link to the whole text, or who wrote it.
_LINKED = re.compile(
    r"(?:Подробнее|Читать\s(?:далее|дальше|полностью|еще|ещё)|Толығырақ|Әрі\sқарай|Толық\sоқу)\W*$|Автор:?\s"
)
PICTURED = re.compile(r"(?:Фото|Видео|Снимок|На\s(?:снимке|фото)|(?:Фото)?[Сс]урет(?:те|тер|терде)?|Бейне)\b")
"""How a caption begins."""
_MOST_KEPT = 50_000  # keys whose weights are kept added up

# The headline, once the text is known. What its likeness adds up from was set by hand.
_FAR = 80  # lines above the text among which it may be
_LEAST, _LEAST_OF_NEW = 0.6, 2.5  # likeness of a headline, and of one where the chain saw none
_COMMON = 2  # words of the text in a headline right above its subtitle
_LIKELY = 2.0  # of a headline whose subtitle is more like the text
_CHOSEN = 0.8  # for the line that the chain took for it
_LEAD = 1.5  # against what stands right below that one
_LEADS = 2  # lines below the headline among which its lead is
_A_LINE_AWAY = 0.05
_SHORTEST_WORD, _LONGEST_LIKELY = 12, 200  # characters
_COUNTED = (LineKind.NUMBER, LineKind.VIEWS, LineKind.CLOCK)

_NEAR = 5  # lines above the text of a page without a headline
_TWICE = 60  # characters of a paragraph that an article does not say again
_COMPARED = 1000  # characters by which lines are told apart
_SHORT = 10  # characters of a headline that a paragraph may begin with

LabelScores = Sequence[float]
"""A score for each label, in the order of LABELS."""

# A line's scores are added up for all labels at once: each label has a field of 32 bits in one whole number.
_FIELD = 32
_FIELDS = struct.Struct(f"<{len(LABELS)}i")
_SIGNS = sum(1 << (_FIELD * label + _FIELD - 1) for label in range(len(LABELS)))
_ROOM = 8
"""Scores are multiplied by it: what is left below tells a sum's way (`_best_path`)."""
_WHOLE = (-_ROOM,) * len(LABELS)  # masks that leave the scores


def _packed(scores: Sequence[float]) -> int:
    return sum(_ROOM * round(score) << (_FIELD * label) for label, score in enumerate(scores))


def _unpacked(total: int) -> tuple[int, ...]:
    return _FIELDS.unpack(((total + _SIGNS) ^ _SIGNS).to_bytes(_FIELDS.size, "little"))


def _barring(*barred: int) -> int:
    return sum(_NEVER << (_FIELD * label) for label in barred)


_NO_TEXT = _barring(TEXT, ROW)
_NO_END = _barring(BEHIND)
_NO_ROW_NOR_END = _barring(TEXT, ROW, BEHIND)
_NO_SENTENCE = _barring(TEXT, HEADLINE)
_NO_PARAGRAPH = _barring(TEXT)
_NO_HEADLINE = _barring(HEADLINE)
_NO_DETAIL = _barring(DETAIL)
_NO_ARTICLE = _barring(TEXT, ROW, HEADLINE)


class _Rows(dict[Key, int]):
    """The packed scores that keys give, each added up from its features' weights when it is first seen."""

    def __init__(self, features: Mapping[str, LabelScores]) -> None:
        weights: dict[str, dict[str | tuple[str, ...], int]] = {}
        for name, scores in features.items():
            feature, parts = parts_of(name)
            weights.setdefault(feature, {})[parts] = _packed(scores)
        self._weights = {
            block: [(pick, weights[feature].get) for feature, pick in made if feature in weights]
            for block, made in FEATURES.items()
        }

    def __missing__(self, key: Key) -> int:
        """Add up the scores of the key's features and keep the sum."""
        if len(self) >= _MOST_KEPT:
            self.clear()
        row = 0
        if key[0] == "wordings":
            row = sum(map(self.__getitem__, each_wording(key)))
        else:
            for pick, weight in self._weights[key[0]]:
                row += weight(pick(key), 0)
        self[key] = row
        return row


class Model:
    """The learnt weights of features and of pairs of labels (`steps[label][above]`), in whole numbers of a unit."""

    def __init__(self, features: Mapping[str, LabelScores], steps: Sequence[LabelScores], unit: float = 1.0) -> None:
        self.features = features
        self.steps = steps
        self._headed = _packed([HEADED / unit if label == HEADLINE else 0 for label in range(len(LABELS))])
        self._rows = _Rows(features)
        # For each label the scores of the steps to it, with the label above in the room below (`_best_path`).
        self.into = [[_ROOM * round(score) + BEHIND - above for above, score in enumerate(row)] for row in steps]

    def said(self, keys: Sequence[Key], barring: int) -> tuple[int, ...]:
        """The score of each label for a line with these keys; `barring` is a `_barring`."""
        return _unpacked(sum(map(self._rows.__getitem__, keys), self._headed + barring))


@cache
def learnt() -> Model:
    """The shipped weights."""
    data = json.loads(resources.files("news").joinpath("data", "line_labels.json").read_text(encoding="utf-8"))
    return Model(data["features"], data["steps"], data["unit"])


def label_lines(lines: Sequence[Line], seen: Sequence[Sequence[Key]], model: Model | None = None) -> list[LineLabel]:
    """The likeliest labels of a page's lines as a whole; `seen` are their `keys_of`. Takes time linear in the lines."""
    if not lines or _are_teasers(lines):
        return [LineLabel.ABOVE] * len(lines)
    model = model or learnt()
    doubted = lines[: len(seen)]
    barred = {*_of_a_list(lines), *_said_again(lines)}
    never = [_never(line, index in barred) for index, line in enumerate(doubted)]
    linked = headed = False
    for index, line in enumerate(doubted):
        headed = line.kind is LineKind.STOP or (headed and not line.is_paragraph)
        if (linked and not line.is_paragraph and line.text[0] not in "–—-") or (headed and line.shape in "HQW"):
            never[index] += _NO_TEXT  # the headline to read
        linked = line.kind is LineKind.ASIDE and not line.rest
    for index in _again_and_again(doubted):
        never[index] += _NO_TEXT
    for index, goes_on in _teased(doubted):
        never[index] += _NO_ROW_NOR_END if goes_on else _NO_TEXT
    for index in _between_parts(doubted):
        never[index] += _NO_END
    others = frozenset((*_numbered_above(doubted), *_notices(doubted), *_dashed(doubted)))
    for index in others:
        never[index] = _NO_ARTICLE
    emissions = [model.said(keys, barring) for keys, barring in zip(seen, never, strict=True)]
    path = _best_path(doubted, emissions, model)
    if TEXT not in path and (first := _surely_text(doubted)) is not None:
        emissions[first] = tuple(
            score if label == TEXT else score + _NEVER for label, score in enumerate(emissions[first])
        )
        path = _best_path(doubted, emissions, model)
    _move_headline(doubted, path, others)
    path += [BEHIND if TEXT in path or ROW in path else ABOVE] * (len(lines) - len(doubted))
    return [LABELS[label] for label in path]


def _surely_text(lines: Sequence[Line]) -> int | None:
    """The first of three paragraphs in a row; or of any, however small, where no list of dated items is."""
    paragraphs = [index for index, line in enumerate(lines) if line.is_paragraph]
    told = set(paragraphs)
    row = next((index for index in paragraphs if {index + 1, index + 2} <= told), None)
    listed = sum(line.dated for line in lines) >= _ITEMS
    return paragraphs[0] if row is None and paragraphs and not listed else row


def _move_headline(lines: Sequence[Line], path: list[int], others: Container[int]) -> None:
    """Give the label of the headline to the line that is most like the headline of the text that was found."""
    head = _headline_of(lines, path, others)
    if head is not None and path[head] != HEADLINE:
        text = next((index for index in range(head + 1, len(path)) if path[index] in (TEXT, ROW)), head + 1)
        path[:text] = [ABOVE] * head + [HEADLINE] + [DETAIL] * (text - head - 1)


def _headline_of(lines: Sequence[Line], path: Sequence[int], others: Container[int]) -> int | None:
    body = [index for index, label in enumerate(path) if label in (TEXT, ROW)]
    if not body:
        return None
    first = next((index for index in body if lines[index].is_paragraph), body[0])
    told = [without_dateline(lines[index].text) for index in body if lines[index].is_sentence]
    vocabulary = frozenset[str]().union(*map(stems_of, told))
    best = chosen = path.index(HEADLINE) if HEADLINE in path else None
    if chosen is not None and (_is_kicker(lines[chosen : chosen + 3]) or _is_rubric(lines[chosen].text)):
        best = chosen = None
    # A question or a shout may be the first sentence by its shape, and the headline.
    unlike = chosen is None or _likeness(lines, chosen, body, vocabulary) < _LEAST
    ends = lines[first].text[-1]
    quotes = ends in '»"”' and first > 0 and any(line.dated for line in lines[max(0, first - 2) : first])
    asks = unlike and body[-1] > first and (ends in "!?" or quotes)
    highest = _LEAST if chosen is not None else _LEAST_OF_NEW
    for index in range(max(0, first - _FAR), first + asks):
        line = lines[index]
        if index in others:
            continue
        if line.kind is LineKind.TEXT and not (line.dated or line.is_placed) and len(line.text) <= LONGEST_HEADLINE:
            likeness = _likeness(lines, index, body, vocabulary) - _A_LINE_AWAY * min(first - index, _FAR)
            if index == chosen:
                likeness += _CHOSEN
            elif chosen is not None and 0 < index - chosen <= _LEADS and not lines[index - 1].dated:
                likeness -= _LEAD
            if likeness > highest:
                best, highest = index, likeness
    return best if best is None else _above_a_subtitle(lines, best, body, vocabulary)


def _above_a_subtitle(lines: Sequence[Line], best: int, body: Sequence[int], vocabulary: frozenset[str]) -> int:
    """The headline above the best line, which is its subtitle then: right above it, with words of the text, and no
    column's last item; or farther up, where only a date, counters or buttons part them.
    """
    for index in range(best - 1, max(best - _NEAR, 0) - 1, -1):
        line = lines[index]
        if line.kind is LineKind.TEXT and not line.dated:
            few = index == 0 and best == 2 and lines[1].dated  # at the page's top, with its day below
            if not _is_like_headline(line, _WORDS - few):
                return best
            if best - index > 1:
                two_dates = lines[best + 1].dated and any(lines[at].dated for at in range(index + 1, best))
                return index if not two_dates and _likeness(lines, index, body, vocabulary) >= _LIKELY else best
            listed = index > 0 and _may_be_listed(lines[index - 1]) and not _is_echoed(lines[: body[-1]], index)
            themes = line.text.isupper() and not lines[best].text.isupper()
            caption = ". " in line.text or lines[best].text in line.text
            strange = index > 0 and len(stems_of(line.text) & vocabulary) < _COMMON
            return best if listed or themes or caption or strange else index
    return best


def _may_be_listed(line: Line) -> bool:
    """Whether a line may be an item of a column of headlines, and no rubric."""
    return line.kind is LineKind.TEXT and not line.dated and line.text.count(" ") >= _WORDS


def _is_like_headline(line: Line, more: int = _WORDS) -> bool:
    """Whether it is no sentence and has more than so many blanks."""
    told = line.kind is LineKind.TEXT and line.text.count(" ") > more and "°" not in line.text
    return told and not (
        _CLOCK_BEHIND.search(line.text)
        or line.is_sentence
        or line.dated
        or line.is_cut
        or _is_rubric(line.text)
        or _is_nobody(line.text)
    )


def _likeness(lines: Sequence[Line], index: int, body: Sequence[int], vocabulary: frozenset[str]) -> float:
    """How much a line is like the headline: it has the text's words and a date below it, and the page says it again."""
    line, text = lines[index], lines[index].text
    words, stems = text.count(" ") + 1, stems_of(text)
    if not stems or (words < 2 and len(text) < _SHORTEST_WORD):
        return 0.0
    if _is_kicker(lines[index : index + 3]) or _is_rubric(text) or _are_subjects(text):
        return 0.0
    common = stems & vocabulary
    score = 4.0 * len(common) / (len(stems) + 1) + (1.0 if 4 <= words <= 20 else -0.5) + (index == 0)
    score -= 2.0 if text[-1] in ".:,;" else 0.0
    score -= 1.5 if line.is_cut or len(text) > _LONGEST_LIKELY or LISTED.match(text) else 0.0
    score -= 1.5 if len(_STEPS.findall(text)) > 1 else 0.0  # the way to the page
    score -= 2.0 if len(text) <= _LONGEST_SUBHEADING and _is_nobody(text) else 0.0
    score -= 2.0 if words > _ITEMS and _is_capitalised(text) else 0.0  # a menu in one row
    if _is_echoed(lines[: max(body[-1], index + 1)], index):
        score += 1.5
    elif index and lines[index - 1].kind in (LineKind.ASIDE, LineKind.STOP):
        score -= 2.0  # the headline to read
    score += 1.0 if any(below.dated or below.kind in _COUNTED for below in lines[index + 1 : index + 4]) else 0.0
    score -= 1.5 if any(above.words.published for above in lines[max(0, index - _NEAR) : index]) else 0.0
    # Without a word in common only the place speaks for it: a menu stands at the top as well.
    return score if common else 0.4 * score


def _is_capitalised(text: str) -> bool:
    """Whether three of four words begin with a capital letter."""
    words = text.split()
    return sum(map(str.istitle, words)) * 4 >= 3 * len(words)


def _is_kicker(lines: Sequence[Line]) -> bool:
    """Whether it is a few words with a counter below them and then a much longer line that is no sentence."""
    if len(lines) < 3 or lines[1].kind is not LineKind.NUMBER:
        return False
    below = lines[2]
    return below.is_long and not below.is_sentence and 2 * len(lines[0].text) <= len(below.text)


def _is_rubric(text: str) -> bool:
    """«Северо-Запад / Общество», «Иван Белов | Газета», «Агентство – Политика»: whose it is, or its rubric."""
    mark = next((mark for mark in _RUBRIC_MARKS if mark in text), None) if text.count(" ") <= _LONGEST_RUBRIC else None
    if mark is None:
        return False
    above, _, below = text.rpartition(mark)
    if max(above.count(" "), below.count(" ")) > _WORDS:
        return False
    return mark in _RUBRIC_MARKS[:2] or words_of(below).is_rubric or DOMAIN.search(text.casefold()) is not None


def _are_subjects(text: str) -> bool:
    """«Новости, происшествия, суд», «Здоровье: сон, еда, спорт»: a word or two between commas, and no end."""
    if text.count(",") < _ITEMS - 1 or not text[-1].isalpha():
        return False
    return all(part.count(" ") < _WORDS for part in text.split(", "))


def _is_echoed(lines: Sequence[Line], index: int) -> bool:
    """Whether another line says the same or has it among other words, and is no sentence: a caption, a path."""
    text = lines[index].text
    return len(text) > _SHORT and any(
        text in other.text and (other.text == text or not other.is_sentence)
        for number, other in enumerate(lines)
        if number != index
    )


def _is_nobody(text: str) -> bool:
    """A name, perhaps with a place, or an address."""
    name, _, place = text.partition(",")
    named = NAMES.fullmatch(name) is not None and len(place.split()) <= _WORDS
    return named or DOMAIN.search(text.casefold()) is not None


def _said_again(lines: Sequence[Line]) -> Iterator[int]:
    """A line that says the same as the one right above it: if one of them is the headline, it is the upper one."""
    for index, (above, line) in enumerate(pairwise(lines), 1):
        text, other = line.text[:_COMPARED], above.text[:_COMPARED]
        if text[0] == other[0] and _first_word(text) == _first_word(other) and evened(text) == evened(other):
            yield index


def _again_and_again(lines: Sequence[Line]) -> Iterator[int]:
    """Lines that the page says thrice and that are no sentence, nor a speaker: «Развернуть на весь экран»."""
    texts = [line.text for line in lines]
    if len(set(texts)) <= len(texts) - _OFTEN + 1:
        counts = Counter(texts)
        for index, line in enumerate(lines):
            if counts[line.text] >= _OFTEN and not line.is_sentence and line.text[-1] != ":":
                yield index


def _teased(lines: Sequence[Line]) -> Iterator[tuple[int, bool]]:
    """Lines of a teaser: a headline, the cut-off beginning of its text, and its date; or a beginning cut off in
    brackets. And whether the text goes on below.
    """
    for index, line in enumerate(lines[1:-1], 1):
        if line.is_cut and line.text[-1] == "]":
            yield index, lines[index - 1].is_paragraph and lines[index + 1].is_paragraph
    for index in range(2, len(lines)):
        if lines[index].dated and lines[index - 1].is_cut and lines[index - 2].shape in "HQW":
            above, below = lines[max(0, index - 3)], lines[index + 1 : index + 3]
            goes_on = above.is_paragraph and bool(below) and below[0].is_paragraph and not below[-1].dated
            yield from ((at, goes_on) for at in range(index - 2, index + 1))


def _between_parts(lines: Sequence[Line]) -> Iterator[int]:
    """Lines from «1. …» to the last of such headings, numbered one by one, with a paragraph below each: one text."""
    places: list[int] = []
    for index, line in enumerate(lines):
        if line.text.startswith(f"{len(places) + 1}. ") and not line.is_paragraph:
            told = not places or any(one.is_paragraph for one in lines[places[-1] + 1 : index])
            if told and any(one.is_paragraph for one in lines[index + 1 : index + _PART]):
                places.append(index)
    if len(places) >= _ITEMS:
        yield from range(places[0], places[-1] + 1)


def _notices(lines: Sequence[Line]) -> Iterator[int]:
    """What a site says of itself at its top, where a headline and a text of something else stand below."""
    told: list[int] = []
    headed = False
    for index, line in enumerate(lines):
        if len(line.text) < _LONGEST_CAPTION and line.text[-1] in ".!" and NOTICE.search(line.words.small):
            told.append(index)  # a headline with such words has no full stop
        elif line.is_paragraph:
            yield from told if headed else ()
            break
        elif told:
            headed = headed or line.is_long


def _numbered_above(lines: Sequence[Line]) -> Iterator[int]:
    """Lines «1. …», «2. …» above the first paragraph: links to other news."""
    first = next((index for index, line in enumerate(lines) if line.is_paragraph), 0)
    items = [index for index in range(first) if NUMBERED.match(lines[index].text)]
    yield from items if len(items) >= _ITEMS else ()


def _dashed(lines: Sequence[Line]) -> Iterator[int]:
    """Lines of a column whose items are parted by a dash with a date below it; of the last item its first line."""
    stamps = [index for index, line in enumerate(lines) if line.dated and index and lines[index - 1].text in DASHES]
    yield from range(stamps[0], min(stamps[-1] + 2, len(lines))) if len(stamps) >= _ITEMS else ()


def _of_a_list(lines: Sequence[Line]) -> Iterator[int]:
    """Lines of a list whose items have their dates above them: headlines, but not this page's."""
    items = 0
    since_date = True
    for index, line in enumerate(lines):
        if line.dated and line.date and not line.date.has_hour:
            items = items + since_date if items else 1
            since_date = False
        elif line.gap and items >= _ITEMS and since_date:
            break  # the last one is over
        else:
            since_date = since_date or line.kind is LineKind.TEXT
            if items >= _ITEMS:
                yield index


def _are_teasers(lines: Sequence[Line]) -> bool:
    """Whether it is a page of other pages' headlines, each with the cut-off beginning of its text."""
    if _are_counted(lines):
        return True
    cut = [index for index, line in enumerate(lines) if line.is_cut and len(line.text) >= _TWICE]
    if len(cut) < _TEASERS:
        return False
    items = {*cut, *(index for index, line in enumerate(lines) if line.is_paragraph)}
    headed = sum(index > 0 and lines[index - 1].shape in "HQW" for index in cut)
    return headed >= _TEASERS and len(cut) * 4 >= 3 * len(items)


def _are_counted(lines: Sequence[Line]) -> bool:
    """Whether most paragraphs have a counter, whose they are, or a link to the whole right below them, as the items of
    a list have.
    """
    paragraphs = [index for index, line in enumerate(lines) if line.is_paragraph]
    ends = [lines[index + 1] for index in paragraphs if index + 1 < len(lines)]
    counted = sum(line.kind in (LineKind.NUMBER, LineKind.VIEWS) for line in ends)
    linked = sum(_LINKED.match(line.text) is not None for line in ends)
    return (counted > _ITEMS or linked >= _ITEMS) and (counted + linked) * 3 >= 2 * len(paragraphs)


def _never(line: Line, barred: bool) -> int:
    """Bars what a line cannot be, whatever was learnt: a line with a known wording is no headline and no text."""
    if line.kind is LineKind.CLOCK:
        return _NO_SENTENCE
    if line.kind is not LineKind.TEXT or line.is_placed:
        return _NO_ARTICLE  # of a picture, if it names a place
    if line.dated:
        return _NO_ARTICLE if barred else _NO_TEXT
    return _never_by_look(line) + (_NO_HEADLINE if barred else 0)


def _never_by_look(line: Line) -> int:
    text = line.text
    if _are_subjects(text) or (line.shape == "W" and text.rstrip(" |")[-1:] == ":"):
        return _NO_SENTENCE  # the other is of what stands beside it
    signed = line.shape == "H" and (PICTURED.match(text) or text.endswith(_WRITERS))
    if signed or (line.is_cut and text[-1] == "]"):
        return _NO_TEXT
    if not line.is_sentence and PHONE.search(text):
        return _NO_ARTICLE
    word = line.shape == "W" and text[-1] not in ".!?"
    path = len(text) <= _LONGEST_PATH and _STEPS.search(text) and not line.is_sentence
    if word or path or (line.is_long and text.isupper()):
        return _NO_PARAGRAPH  # a word or two, the way to the page, capitals
    if len(text) > LONGEST_HEADLINE or (line.is_long and text[-1] == ",") or _GREETING.match(text):
        return _NO_HEADLINE
    return _NO_DETAIL if line.is_long else 0  # so long a line between headline and text is a lead


def _best_path(lines: Sequence[Line], emissions: Sequence[Sequence[int]], model: Model) -> list[int]:
    """Viterbi: the allowed labels with the greatest sum of scores of lines and steps.

    Scores are multiples of _ROOM, and a step's has below that the label it comes from, counted from the last one: so
    one greatest number tells the best sum and its way, and of two equal sums that of the upper label is taken.
    """
    begins = [line.shape in _BEGINS or line.is_long for line in lines]
    current = [said if label in _FIRST else _NEVER for label, said in enumerate(emissions[0])]
    current[TEXT] += 0 if begins[0] else _NEVER
    a, h, d, t, r, s, b = model.into
    ways: list[tuple[int, ...]] = []
    sums: tuple[int, ...]
    for sentence, emission in zip(begins[1:], emissions[1:], strict=True):
        above, headline, detail, text, row, aside, behind = current
        # What may stand above each label. A page without its headline begins with a sentence.
        sums = (
            above + a[ABOVE],
            above + h[ABOVE],
            max(headline + d[HEADLINE], detail + d[DETAIL]),
            max(above + t[ABOVE] if sentence else _FORBIDDEN, headline + t[HEADLINE], detail + t[DETAIL],
                text + t[TEXT], row + t[ROW], aside + t[ASIDE]),
            max(headline + r[HEADLINE], detail + r[DETAIL], text + r[TEXT], row + r[ROW], aside + r[ASIDE]),
            max(text + s[TEXT], row + s[ROW], aside + s[ASIDE]),
            max(text + b[TEXT], row + b[ROW], behind + b[BEHIND]),
        )  # fmt: skip
        ways.append(sums)
        current = [*map(add, emission, map(and_, sums, _WHOLE))]
    label = max(_LAST, key=current.__getitem__)
    path = [label]
    for sums in reversed(ways):
        label = BEHIND - (sums[label] & (_ROOM - 1))
        path.append(label)
    path.reverse()
    return path


def _first_word(text: str) -> str:
    return text.split(None, 1)[0].casefold()


def evened(text: str) -> str:
    """Casefolded, with single blanks: equal for lines that say the same."""
    return " ".join(text.casefold().split())
