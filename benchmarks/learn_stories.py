"""Learns which articles tell one event: `python -m benchmarks.learn_stories [TEXTS.jsonl.gz …]`.

Two regressions, of `news.stories.stories`: within a language, from what `benchmarks.story_teller` makes of the events
it knows, and across Russian and Kazakh, from `benchmarks/story_pairs.tsv`. Writes `news/data/story_weights.json`,
prints what the weights make of events they were not learnt from. An event whose title or text stands in one of the
TEXTS (JSON lines with `title` and `body`, packed or not) is left out and named: what is measured on a corpus must not
have been learnt from it.
"""

import gzip
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import NamedTuple

from benchmarks import story_teller
from news.language.normalise import words
from news.stories.signature import Signature, signature
from news.stories.stories import (
    ACROSS,
    SAME,
    AcrossFeatures,
    LearntOdds,
    WithinFeatures,
    across_features,
    within_features,
)

_FILE = Path(__file__).with_name("story_pairs.tsv")
OUTPUT = Path(__file__).resolve().parents[1] / "news" / "data" / "story_weights.json"
_PULL = 0.3
"""How strongly weights are pulled to nothing: there are few pairs."""
_SAME = 15.0
"""What a pair that tells one event counts: there are many more of those that do not."""
_STEPS, _STILL = 25, 1e-4
"""Newton's method stops after so many steps, or as soon as no weight moves more than this."""
_FOLDS = 5
_PULL_WITHIN = 300.0
_BELIEF = 0.5
"""What is held of every feature before a pair is seen: that it speaks as its name says, each as loudly as the others.
Written events share less of their wording than news does, and would silence what they do not show."""
_FOR = {"words", "told", "lead", "proper", "figures", "opening", "uneven"}
"""The features that speak for one event; all others speak against it."""
_COUNTS = {"mixed": 4.0, "series": 3.0, "plain": 0.5}
"""What a pair within a language counts, by how it was made: news mostly shares an agency's sentences."""
_SAME_WITHIN = 1.5

Row = tuple[tuple[float, ...], bool, float]
"""What two articles have in common, whether they tell one event, and how much that counts."""

EventTexts = dict[str, dict[str, tuple[str, str]]]
"""Event → language → title and body."""


def events(lines: Iterable[str]) -> EventTexts:
    """The events of a file of pairs."""
    found: EventTexts = {}
    for line in lines:
        if line.strip() and not line.startswith("#"):
            event, language, title, body = line.rstrip("\n").split("\t")
            found.setdefault(event, {})[language] = title, body
    return found


def own_events() -> EventTexts:
    """The events that Qala learns from."""
    return events(_FILE.read_text(encoding="utf-8").splitlines())


def fingerprint(text: str) -> str:
    """What is left of a text when signs, spaces and capitals are taken away: copies are found by it."""
    return " ".join(words(text.casefold()))


def standing(told: EventTexts, texts: Iterable[tuple[str, str]]) -> set[str]:
    """The events of which a title or a body stands among these titles and bodies."""
    of = {fingerprint(text): event for event, sides in told.items() for pair in sides.values() for text in pair}
    return {of[mark] for pair in texts for text in pair if (mark := fingerprint(text)) in of}


def pairs(told: EventTexts) -> list[tuple[AcrossFeatures, str, str]]:
    """Every Russian text beside every Kazakh one: what they have in common, and the event that each tells."""
    kept: dict[str, dict[str, Signature]] = {
        event: {language: signature(*text, language) for language, text in sides.items()}
        for event, sides in told.items()
    }
    return [(across_features(kept[one]["ru"], kept[other]["kk"]), one, other) for one, other in product(kept, kept)]


def fit(rows: Sequence[Row], pull: float, belief: Sequence[float] | None = None) -> LearntOdds:
    """Weights and intercept of the regression, by Newton's method; `pull` keeps the weights near `belief`, else 0."""
    size = len(rows[0][0]) + 1
    believed = belief or [0.0] * (size - 1)
    weights = [0.0] * size
    for _ in range(_STEPS):
        slope = [*(pull * (weight - held) for weight, held in zip(weights[:-1], believed, strict=True)), 0.0]
        curve = [[pull if row == column < size - 1 else 0.0 for column in range(size)] for row in range(size)]
        for found, same, counts in rows:
            values = (*found, 1.0)
            score = sum([weight * value for weight, value in zip(weights, values, strict=True)])
            chance = 1 / (1 + math.exp(-score))
            miss, bend = counts * (chance - same), counts * chance * (1 - chance)
            for row, value in enumerate(values):
                slope[row] += miss * value
                bent = bend * value
                line = curve[row]
                for column in range(row + 1):
                    line[column] += bent * values[column]
        for row, line in enumerate(curve):  # what is symmetrical is added up once
            line[row + 1 :] = [below[row] for below in curve[row + 1 :]]
        steps = _solved(curve, slope)
        weights = [weight - step for weight, step in zip(weights, steps, strict=True)]
        if max(map(abs, steps)) < _STILL:
            break
    return LearntOdds(tuple(weights[:-1]), weights[-1])


def fit_across(found: Iterable[tuple[AcrossFeatures, str, str]]) -> LearntOdds:
    """The regression of pairs in two languages."""
    return fit([(values, one == other, _SAME if one == other else 1.0) for values, one, other in found], _PULL)


def fit_within(told: Sequence["WithinPair"]) -> LearntOdds:
    """The regression of pairs in one language. Features are brought to one size first: `pull` holds each alike."""
    columns = list(zip(*(pair.found for pair in told), strict=True))
    middle = [sum(column) / len(column) for column in columns]
    spread = [
        math.sqrt(sum((value - mean) ** 2 for value in column) / len(column)) or 1.0
        for column, mean in zip(columns, middle, strict=True)
    ]
    rows = [
        (
            tuple((value - mean) / wide for value, mean, wide in zip(pair.found, middle, spread, strict=True)),
            pair.same,
            _COUNTS[pair.kind] * (_SAME_WITHIN if pair.same else 1.0),
        )
        for pair in told
    ]
    belief = [_BELIEF if name in _FOR else -_BELIEF for name in WithinFeatures._fields]
    known = fit(rows, _PULL_WITHIN, belief)
    each = tuple(weight / wide for weight, wide in zip(known.each, spread, strict=True))
    return LearntOdds(each, known.intercept - sum(weight * mean for weight, mean in zip(each, middle, strict=True)))


class WithinPair(NamedTuple):
    """Two articles of one language as the regression sees them."""

    found: WithinFeatures
    same: bool
    family: str
    kind: str
    language: str


def told_pairs(gone: Iterable[tuple[str, str]] = ()) -> list[story_teller.ToldPair]:
    """The pairs within a language of which no title or body stands among `gone`."""
    marks = {fingerprint(text) for pair in gone for text in pair}
    return [
        pair
        for pair in story_teller.pairs()
        if not marks or not any(fingerprint(text) in marks for side in (pair.one, pair.other) for text in side if text)
    ]


def within_pairs(gone: Iterable[tuple[str, str]] = ()) -> list[WithinPair]:
    """What is learnt from within a language; without the pairs of which a title or a body stands among `gone`."""
    found = []
    for pair in told_pairs(gone):
        one, other = (signature(*side, pair.language) for side in (pair.one, pair.other))
        seen = within_features(one, other, pair.hours, one_outlet=pair.one_outlet)
        found.append(WithinPair(seen, pair.same, pair.family, pair.kind, pair.language))
    return found


def unseen_within(told: Sequence[WithinPair]) -> list[tuple[float, WithinPair]]:
    """The odds of every pair, by weights learnt without the families of its fifth."""
    families = sorted({pair.family for pair in told})
    scores = []
    for fold in range(_FOLDS):
        part = set(families[fold::_FOLDS])
        known = fit_within([pair for pair in told if pair.family not in part])
        scores += [(known.odds(pair.found), pair) for pair in told if pair.family in part]
    return scores


def _solved(matrix: Sequence[Sequence[float]], right: Sequence[float]) -> list[float]:
    """x of matrix · x = right, for a matrix that is positive definite."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for at, pivot in enumerate(rows):
        for other in rows:
            if other is not pivot:
                factor = other[at] / pivot[at]
                other[:] = [value - factor * taken for value, taken in zip(other, pivot, strict=True)]
    return [row[-1] / row[at] for at, row in enumerate(rows)]


def unseen(told: EventTexts) -> list[tuple[float, bool]]:
    """The score of every pair in two languages, and whether it is one event, by weights learnt without
    the events of its fifth."""
    parts: Mapping[int, set[str]] = {fold: set(list(told)[fold::_FOLDS]) for fold in range(_FOLDS)}
    every = pairs(told)
    scores = []
    for part in parts.values():
        known = fit_across([one for one in every if one[1] not in part and one[2] not in part])
        scores += [(known.odds(found), one == other) for found, one, other in every if one in part]
    return scores


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else Path.open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["title"], row["body"]


def _named(known: LearntOdds, fields: Sequence[str]) -> dict[str, float]:
    return {
        name: round(value, 2)
        for name, value in zip((*fields, "intercept"), (*known.each, known.intercept), strict=True)
    }


def _judged(name: str, scores: Sequence[tuple[float, bool]], enough: float) -> str:
    joined = [same for score, same in scores if score >= enough]
    right, all_ = sum(joined), sum(same for _, same in scores)
    return f"{name}: precision {right / max(1, len(joined)):.3f}, recall {right / max(1, all_):.3f} of {all_}"


def main(paths: Sequence[str]) -> None:
    """Learn, write, and tell."""
    texts = [pair for path in paths for pair in _texts(Path(path))]
    told = own_events()
    gone = standing(told, texts)
    told = {event: sides for event, sides in told.items() if event not in gone}
    within = within_pairs(texts)
    learnt = {
        "across": _named(fit_across(pairs(told)), AcrossFeatures._fields),
        "within": _named(fit_within(within), WithinFeatures._fields),
    }
    OUTPUT.write_text(json.dumps(learnt, indent=2) + "\n", encoding="utf-8")
    scores = unseen_within(within)
    kinds = sorted({(pair.kind, pair.language) for pair in within})
    lines = [
        *(f"left out, as it stands in the texts: {event}" for event in sorted(gone)),
        f"{len(within)} pairs within a language; families not learnt from, {SAME} and above:",
        *(
            _judged(
                " ".join(kind),
                [(score, pair.same) for score, pair in scores if (pair.kind, pair.language) == kind],
                SAME,
            )
            for kind in kinds
        ),
        f"{len(told)} events in two languages; not learnt from, {ACROSS} and above:",
        _judged("across", unseen(told), ACROSS),
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
