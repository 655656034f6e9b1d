"""Learns which articles in Russian and Kazakh tell one event: `python -m benchmarks.learn_stories [TEXTS.jsonl.gz …]`.

It prints the weights that `news.stories.stories` holds, and what they make of events they were not learnt from. An
event whose title or text stands in one of the TEXTS (JSON lines with `title` and `body`, packed or not) is left out and
named: what is measured on a corpus must not have been learnt from it.
"""

import gzip
import json
import math
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from pathlib import Path

from news.language.normalise import words
from news.stories.signature import Signature, signature
from news.stories.stories import ACROSS, AcrossFeatures, features

_FILE = Path(__file__).parents[1] / "news/data/story_pairs.tsv"
_PULL = 0.3
"""How strongly weights are pulled to nothing: there are few pairs."""
_SAME = 15.0
"""What a pair that tells one event counts: there are many more of those that do not."""
_FOLDS = 5

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
    return [(features(kept[one]["ru"], kept[other]["kk"]), one, other) for one, other in product(kept, kept)]


def fit(learnt: Sequence[tuple[AcrossFeatures, str, str]]) -> tuple[AcrossFeatures, float]:
    """Weights and intercept of the regression, by Newton's method."""
    size = len(AcrossFeatures._fields) + 1
    weights = [0.0] * size
    for _ in range(25):
        slope = [_PULL * weight for weight in weights[:-1]] + [0.0]
        curve = [[_PULL if row == column < size - 1 else 0.0 for column in range(size)] for row in range(size)]
        for found, one, other in learnt:
            values = (*found, 1.0)
            score = sum(weight * value for weight, value in zip(weights, values, strict=True))
            chance = 1 / (1 + math.exp(-score))
            counts = _SAME if one == other else 1.0
            for row in range(size):
                slope[row] += counts * (chance - (one == other)) * values[row]
                for column in range(size):
                    curve[row][column] += counts * chance * (1 - chance) * values[row] * values[column]
        weights = [weight - step for weight, step in zip(weights, _solved(curve, slope), strict=True)]
    return AcrossFeatures(*weights[:-1]), weights[-1]


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
    """The score of every pair, and whether it is one event, by weights learnt without
    the events of its fifth."""
    parts: Mapping[int, set[str]] = {fold: set(list(told)[fold::_FOLDS]) for fold in range(_FOLDS)}
    every = pairs(told)
    scores = []
    for part in parts.values():
        weights, intercept = fit([one for one in every if one[1] not in part and one[2] not in part])
        scores += [
            (intercept + sum(w * value for w, value in zip(weights, found, strict=True)), one == other)
            for found, one, other in every
            if one in part
        ]
    return scores


def _texts(path: Path) -> Iterator[tuple[str, str]]:
    opened = gzip.open if path.suffix == ".gz" else Path.open
    with opened(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            yield row["title"], row["body"]


def main(paths: Sequence[str]) -> None:
    """Learn, and tell the weights."""
    told = own_events()
    gone = {event for path in paths for event in standing(told, _texts(Path(path)))}
    told = {event: sides for event, sides in told.items() if event not in gone}
    weights, intercept = fit(pairs(told))
    scores = unseen(told)
    joined = [same for score, same in scores if score >= ACROSS]
    lines = [
        *(f"left out, as it stands in the texts: {event}" for event in sorted(gone)),
        f"{len(told)} events",
        f"WEIGHTS = {AcrossFeatures(*(round(weight, 2) for weight in weights))}",
        f"INTERCEPT = {intercept:.2f}",
        f"events not learnt from, {ACROSS} and above:",
        f"precision {sum(joined) / len(joined):.3f}, recall {sum(joined) / len(told):.3f}",
    ]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
