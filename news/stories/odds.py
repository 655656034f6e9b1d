"""Whether two articles tell one event, as learnt odds: logistic regressions over what the two have in common.

One for articles of one language, one for an article in Russian and one in Kazakh. Their weights are data
(`news/data/story_weights.json`), learnt from events that were written for it (`benchmarks/learn_stories.py`).
"""

import json
import math
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

from news.stories.signature import Signature

_FILE = Path(__file__).parent.parent / "data" / "story_weights.json"

_NO_NAMES = 0.5


class AcrossFeatures(NamedTuple):
    """What two articles in two languages have in common. Symmetrical, and of one size for headlines and long texts."""

    cosine: float
    """The square root of the cosine of what they share: names, numbers, days, places, concepts."""
    share: float
    """How many of those keys meet, over the geometric mean of how many each has."""
    figures: float
    """The logarithm of the same share of the numbers as printed; two texts without any number are a little apart."""


class WithinFeatures(NamedTuple):
    """What two articles of one language have in common, and what they contradict each other in. Symmetrical."""

    words: float
    """The square root of the cosine of their words."""
    told: float
    """How much of each title the other text tells, by word or by meaning: the harmonic mean."""
    lead: float
    """How much of the title and first sentences of one the other text tells: the lesser of both ways. Background that
    two stages of an affair share does not stand there."""
    proper: float
    """The square root of the cosine of names and numbers; between yes and no where one text has none."""
    missing: float
    """How much of the titles are names that the other text does not say."""
    apart: float
    """The same where both titles have such names: the lesser of both."""
    numbers: float
    """1 where the titles have numbers and neither text has the other's; a toll may rise."""
    figures: float
    """The share of the numbers that both print, where both have several."""
    strange: float
    """1 where both have several numbers and none in common."""
    days: float
    """1 where the titles name different days."""
    stages: float
    """1 where the titles tell different stages of an affair."""


class LearntOdds(NamedTuple):
    """A regression: a weight for each feature, and the intercept."""

    each: tuple[float, ...]
    intercept: float

    def odds(self, found: tuple[float, ...]) -> float:
        """The logarithm of the odds that the two tell one event, as the learnt pairs weigh it: a scale, no chance."""
        return self.intercept + sum([weight * value for weight, value in zip(self.each, found, strict=True)])


@cache
def weights(kind: str) -> LearntOdds:
    """The learnt weights: of `across` or `within`."""
    known = json.loads(_FILE.read_text(encoding="utf-8"))[kind]
    fields = (AcrossFeatures if kind == "across" else WithinFeatures)._fields
    return LearntOdds(tuple(known[name] for name in fields), known["intercept"])


def across_features(a: Signature, b: Signature) -> AcrossFeatures:
    """What the decision about articles in two languages is made from."""
    met = a.shared.keys() & b.shared.keys()
    cosine = sum([a.shared[key] * b.shared[key] for key in met])
    figures = len(a.figures & b.figures) + 0.5
    return AcrossFeatures(
        math.sqrt(max(cosine, 0.0)),
        len(met) / math.sqrt(len(a.shared) * len(b.shared) or 1),
        math.log(figures / (math.sqrt(len(a.figures) * len(b.figures)) + 1)),
    )


def within_features(a: Signature, b: Signature) -> WithinFeatures:
    """What the decision about articles of one language is made from."""
    forth, back = _told(a.title, a, b), _told(b.title, b, a)
    strange_a, strange_b = _missing(a, b), _missing(b, a)
    several = min(len(a.figures), len(b.figures)) > 1
    met = len(a.figures & b.figures) if several else 0
    return WithinFeatures(
        math.sqrt(max(dot(a.terms, b.terms), 0.0)),
        2 * forth * back / (forth + back) if forth and back else 0.0,
        min(_lead_told(a, b), _lead_told(b, a)),
        math.sqrt(max(dot(a.proper, b.proper), 0.0)) if a.proper and b.proper else _NO_NAMES,
        strange_a + strange_b,
        min(strange_a, strange_b),
        float(_other_numbers(a, b)),
        met / math.sqrt(len(a.figures) * len(b.figures)) if several else 0.0,
        float(several and not met),
        float(bool(a.days and b.days and not a.days & b.days)),
        float(bool(a.stages and b.stages and not a.stages & b.stages)),
    )


def dot(a: Mapping[int, float], b: Mapping[int, float]) -> float:
    """The product of two vectors."""
    return sum([a[key] * b[key] for key in a.keys() & b.keys()])


def _told(part: Mapping[int, float], a: Signature, b: Signature) -> float:
    """The share (0 to 1, by weight) of a part of `a` that `b` has, in the same words or otherwise."""
    text, meant = b.text, a.meant
    return sum([weight for key, weight in part.items() if key in text or meant.get(key) in text])


def _lead_told(a: Signature, b: Signature) -> float:
    text, meant = b.text, a.meant
    told = all_ = 0.0
    for key, weight in a.lead.items():
        all_ += weight * weight
        if key in text or meant.get(key) in text:
            told += weight * weight
    return told / all_ if all_ else 0.0


def _missing(a: Signature, b: Signature) -> float:
    text, meant, title = b.text, a.meant, a.title
    return sum([title.get(key, 0.05) for key in a.names if key not in text and meant.get(key) not in text])


def _other_numbers(a: Signature, b: Signature) -> bool:
    if not a.numbers or not b.numbers or (a.toll and b.toll):
        return False
    return not any(
        key in other.text or one.meant.get(key) in other.text for one, other in ((a, b), (b, a)) for key in one.numbers
    )
