"""Whether an article in Russian and one in Kazakh tell one event: a logistic regression over what both write alike.

`news.stories.learn` learns the weights from `news/data/story_pairs.tsv`.
"""

import math
from typing import NamedTuple

from news.stories.signature import Signature


class AcrossFeatures(NamedTuple):
    """What two articles in two languages have in common. Symmetrical, and of one size for headlines and long texts."""

    cosine: float
    """The square root of the cosine of what they share: names, numbers, days, places, concepts."""
    share: float
    """How many of those keys meet, over the geometric mean of how many each has."""
    figures: float
    """The logarithm of the same share of the numbers as printed; two texts without any number are a little apart."""


WEIGHTS = AcrossFeatures(cosine=8.94, share=6.23, figures=4.22)
INTERCEPT = -2.06


def features(a: Signature, b: Signature) -> AcrossFeatures:
    """What the decision is made from."""
    met = a.shared.keys() & b.shared.keys()
    cosine = sum([a.shared[key] * b.shared[key] for key in met])
    figures = len(a.figures & b.figures) + 0.5
    return AcrossFeatures(
        math.sqrt(max(cosine, 0.0)),
        len(met) / math.sqrt(len(a.shared) * len(b.shared) or 1),
        math.log(figures / (math.sqrt(len(a.figures) * len(b.figures)) + 1)),
    )


def odds(found: AcrossFeatures) -> float:
    """The logarithm of the odds that the two tell one event, as the learnt pairs weigh it: a scale, no probability."""
    return INTERCEPT + sum([weight * value for weight, value in zip(WEIGHTS, found, strict=True)])
