"""What each line of a captured page is: a linear-chain model over the lines, its weights learnt from pages.

The chain allows what a page may look like, in this order: what stands above the headline, one headline, then the text
with its details, pictures and links, then what stands behind. Which of the allowed readings is likeliest is learnt:
`benchmarks/learn_labels.py` writes the weights, `news/data/line_labels.json`.
"""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import NamedTuple

from news.pages.boilerplate import LineKind, is_behind
from news.pages.line_features import LONGEST_HEADLINE, features_of, is_paragraph
from news.pages.lines import Line


class LineLabel(StrEnum):
    """What a line is to the article."""

    ABOVE = "above"  # menus, widgets, rubrics, dates and counters before the headline
    HEADLINE = "headline"
    DETAIL = "detail"  # below the headline: date, counters, author, rubric, share buttons
    ECHO = "echo"  # the headline said again
    TEXT = "text"  # a paragraph
    ROW = "row"  # of the text too, but no sentence: a subheading, an item of a list, a clock of a chronicle
    CREDIT = "credit"  # whose a picture is, what is on it
    ASIDE = "aside"  # a link, an advertisement, a button: the text goes on behind it
    BEHIND = "behind"  # tags, comments, other headlines, the law: the text is over


LABELS = tuple(LineLabel)
ARTICLE = frozenset((LineLabel.TEXT, LineLabel.ROW))
"""Labels of what is kept as the article's body."""

_WITHIN = (LineLabel.DETAIL, LineLabel.ECHO, LineLabel.TEXT, LineLabel.ROW, LineLabel.CREDIT, LineLabel.ASIDE)
_FOLLOWING: dict[LineLabel, tuple[LineLabel, ...]] = {
    LineLabel.ABOVE: (LineLabel.ABOVE, LineLabel.HEADLINE, LineLabel.TEXT, LineLabel.CREDIT),
    LineLabel.HEADLINE: _WITHIN,
    **dict.fromkeys(_WITHIN, (*_WITHIN, LineLabel.BEHIND)),
    LineLabel.BEHIND: (LineLabel.BEHIND,),
}
_FIRST = (LineLabel.ABOVE, LineLabel.HEADLINE, LineLabel.TEXT, LineLabel.CREDIT)
_NUMBER = {label: number for number, label in enumerate(LABELS)}
_TEXT = _NUMBER[LineLabel.TEXT]
_HEAD = _NUMBER[LineLabel.HEADLINE]
HEADED = 1.5
"""How much rather a page has a headline than none, in the weights' unit: pages made to learn from lack it oftener."""
NEVER = -1e9
START = tuple(0.0 if label in _FIRST else NEVER for label in LABELS)
BEFORE = tuple(tuple(number for number, above in enumerate(LABELS) if label in _FOLLOWING[above]) for label in LABELS)
"""For each label's number, the numbers of those that may stand before it."""

_NO_TEXT = (_NUMBER[LineLabel.TEXT], _NUMBER[LineLabel.ROW])
_NO_SENTENCE = (_NUMBER[LineLabel.TEXT], _NUMBER[LineLabel.HEADLINE])
_NO_HEADLINE = (_NUMBER[LineLabel.HEADLINE],)
_NO_DETAIL = (_NUMBER[LineLabel.DETAIL],)
_NO_ARTICLE = (*_NO_TEXT, *_NO_HEADLINE)

_ITEMS = 3  # dated items that make a list
_KICKER = 40  # characters

Weights = Mapping[str, Sequence[float]]
"""For each feature, how much it speaks for each label, in the order of LABELS."""


class Model(NamedTuple):
    """What was learnt: of features, and of a label behind another (`steps[label][above]`)."""

    features: Weights
    steps: Sequence[Sequence[float]]


@cache
def learnt() -> Model:
    """The weights that Qala comes with."""
    data = json.loads(resources.files("news").joinpath("data", "line_labels.json").read_text(encoding="utf-8"))
    unit = data["unit"]
    features = {name: tuple(value * unit for value in values) for name, values in data["features"].items()}
    return Model(features, [[value * unit for value in row] for row in data["steps"]])


def label_lines(lines: Sequence[Line], model: Model | None = None) -> list[LineLabel]:
    """The likeliest labels of a page's lines, all together. Linear in the lines."""
    if not lines:
        return []
    model = model or learnt()
    emissions = [scores(names, model) for names in features_of(lines)]
    begun = over = linked = False
    barred = {*_of_a_list(lines), *_kickers(lines)}
    for index, (line, emission) in enumerate(zip(lines, emissions, strict=True)):
        emission[_HEAD] += NEVER if index in barred else HEADED
        for number in _NO_ARTICLE if over else _NO_TEXT if linked and _may_be_link(line) else impossible(line):
            emission[number] += NEVER
        linked = line.kind is LineKind.ASIDE and not line.rest
        begun = begun or is_paragraph(line)
        over = over or (begun and line.kind is LineKind.STOP and is_behind(line.text))
    path = best_path(emissions, model)
    if _TEXT not in path and any(map(is_paragraph, lines)) and sum(line.dated for line in lines) < _ITEMS:
        # A paragraph and no list of dated items is an article, little as it may be.
        first = next(index for index, line in enumerate(lines) if is_paragraph(line))
        emissions[first] = [said if number == _TEXT else said + NEVER for number, said in enumerate(emissions[first])]
        path = best_path(emissions, model)
    return [LABELS[number] for number in path]


def _of_a_list(lines: Sequence[Line]) -> Iterator[int]:
    """Lines of the items of a list in which each has its date above it: headlines, but not this page's."""
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


def _kickers(lines: Sequence[Line]) -> Iterator[int]:
    """A few words, a counter under them, and under that a line that is much longer and no sentence: the headline."""
    for index in range(len(lines) - 2):
        line, counter, below = lines[index : index + 3]
        counted = counter.kind is LineKind.NUMBER and below.is_long and not below.is_sentence
        short = line.kind is LineKind.TEXT and len(line.text) <= min(_KICKER, len(below.text) // 2)
        if counted and short:
            yield index


def _may_be_link(line: Line) -> bool:
    """Whether the line, right under «Читайте также», is the headline to read: no speech, no paragraph."""
    return not is_paragraph(line) and line.text[0] not in "–—-"


def impossible(line: Line) -> Sequence[int]:
    """What a line cannot be, whatever was learnt: what its wording or its date names is no headline and no text."""
    if line.kind is LineKind.CLOCK:
        return _NO_SENTENCE
    if line.kind is not LineKind.TEXT:
        return _NO_ARTICLE
    if line.dated:
        return _NO_TEXT
    if len(line.text) > LONGEST_HEADLINE:
        return _NO_HEADLINE
    # What stands between headline and text and is so long is a lead.
    return _NO_DETAIL if line.is_long else ()


def scores(names: Sequence[str], model: Model) -> list[float]:
    """How much a line's features speak for each label."""
    known = model.features
    rows = [known[name] for name in names if name in known]
    return [sum(column) for column in zip(*rows, strict=True)] if rows else [0.0] * len(LABELS)


def best_path(emissions: Sequence[Sequence[float]], model: Model) -> list[int]:
    """Viterbi: the labels' numbers with the greatest sum of what lines and steps say, among the allowed readings."""
    steps = model.steps
    current = [allowed + said for allowed, said in zip(START, emissions[0], strict=True)]
    ways: list[list[int]] = []
    for emission in emissions[1:]:
        way: list[int] = []
        following: list[float] = []
        for label, said in enumerate(emission):
            row = steps[label]
            best, best_above = -math.inf, 0
            for above in BEFORE[label]:
                value = current[above] + row[above]
                if value > best:
                    best, best_above = value, above
            way.append(best_above)
            following.append(best + said)
        ways.append(way)
        current = following
    label = max(range(len(current)), key=current.__getitem__)
    path = [label]
    for way in reversed(ways):
        label = way[label]
        path.append(label)
    path.reverse()
    return path
