"""Topics: their names in both languages, people's words for them, and which topics an article is about, and why.

Names and order are in `news/data/topics.toml`; the words that count for a topic are in the lexicon.
"""

import math
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from operator import contains
from pathlib import Path

from news.language.analyse import fold, terms, words
from news.language.lexicon import Concept, Lexicon
from news.language.phrases import PhraseMatch
from news.language.skeleton import initial, initials
from news.models import Topic
from news.subject.reading import ArticleReading

_FILE = Path(__file__).parent.parent / "data" / "topics.toml"
_SIDE = {"ru": 0, "kk": 1}

_MOST = 4
"""The most topics of an article; more would say nothing about it."""
_TITLE = 4.5
_LEAD = 2.0
_LEAD_WORDS = 45
_WORDS_READ = 200
"""How many words are read. News tells what it is about in them; the rest costs time and adds background."""
_ENOUGH = 2.0
"""The least score of a topic: one telling word or two weak ones."""
_TALKED_ABOUT = frozenset({"transport", "public-transport", "roads", "housing", "ecology"})
_TALKS = 4.0
"""Above this score of diplomacy an article reports talks; topics named there, but not in the headline, are wishes."""
_IN_TALKS = 0.25
_BESIDE_THE_BEST = 0.34
"""The share of the best topic's score that another topic needs; with less it is only touched on."""


@dataclass(frozen=True, slots=True)
class _TopicNames:
    slug: str
    names: tuple[str, str]
    short: tuple[str, str]
    parent: str | None
    words: tuple[str, ...]
    mark: str
    more: Mapping[str, tuple[str, str]]


def _read(text: str) -> dict[str, _TopicNames]:
    table = {}
    for slug, row in tomllib.loads(text).items():
        names = (row["names"][0], row["names"][1])
        short = row.get("short", names)
        spoken = tuple(part.strip() for part in row["words"].split(","))
        more = {code: (full, brief) for code, (full, brief) in row.get("more", {}).items()}
        table[slug] = _TopicNames(slug, names, (short[0], short[1]), row.get("parent"), spoken, row["mark"], more)
    return table


_TABLE = _read(_FILE.read_text(encoding="utf-8"))

TOPICS: tuple[str, ...] = tuple(_TABLE)
"""The slugs of all topics in the order of display; a part comes right after its whole."""


def name(slug: str, language: str) -> str:
    """The topic's name; Russian in a language that has none. Raises KeyError for an unknown slug."""
    more = _TABLE[slug].more.get(language)
    return more[0] if more else _TABLE[slug].names[_SIDE.get(language, 0)]


def short_name(slug: str, language: str) -> str:
    """The name for a button, at most 20 characters. Raises KeyError for an unknown slug."""
    more = _TABLE[slug].more.get(language)
    return more[1] if more else _TABLE[slug].short[_SIDE.get(language, 0)]


def mark(slug: str) -> str:
    """The sign that stands for the topic before a headline. Raises KeyError for an unknown slug."""
    return _TABLE[slug].mark


def parent(slug: str) -> str | None:
    """The topic this one is a part of (`air` of `ecology`), or None. Raises KeyError for an unknown slug."""
    return _TABLE[slug].parent


def parts(slug: str) -> tuple[str, ...]:
    """The topics that are parts of this one, in order."""
    return tuple(other for other, row in _TABLE.items() if row.parent == slug)


def find(text: str) -> str | None:
    """The topic that a person means by a slug, a name, a #tag or a common word in either language; or None."""
    wanted = text.strip().lstrip("#").strip(" \"'«»“”")
    if wanted in _TABLE:
        return wanted
    spoken = _spoken()
    plain = wanted.replace("_", " ")
    if (found := spoken.get(_joined(plain))) is not None:
        return found
    begun = [initial(fold(word)) for word in words(plain)]
    if not any(all(map(contains, each, begun)) for each in _initials().get(len(begun), ())):
        return None  # analysing its words would take ten times as long
    return next((spoken[key] for language in _SIDE if (key := _stemmed(plain, language)) in spoken), None)


@cache
def _initials() -> Mapping[int, Sequence[Sequence[frozenset[str]]]]:
    """By the number of its words, the initials that each word of a topic's name may have."""
    known: dict[int, list[Sequence[frozenset[str]]]] = {}
    for key in _spoken():
        if key[:2] in _SIDE:
            stems = key[2:].split(" ")
            known.setdefault(len(stems), []).append([initials(stem) for stem in stems])
    return known


def _joined(text: str) -> str:
    return "".join(fold(word) for word in words(text))


def _stemmed(text: str, language: str) -> str:
    return language + " ".join(terms(text, language))


@cache
def _spoken() -> dict[str, str]:
    known: dict[str, str] = {}
    for slug, row in _TABLE.items():
        for text in (slug, *row.names, *row.short, *row.words, *(one for pair in row.more.values() for one in pair)):
            for key in (_joined(text), *(_stemmed(text, language) for language in _SIDE)):
                known.setdefault(key, slug)
    return known


def assign(title: str, body: str, language: str, known: Lexicon | None = None) -> tuple[Topic, ...]:
    """The topics of an article, best first, at most four, each with the words of the text that gave it.

    `known` is the lexicon to use, ours by default. A text in another language than ru and kk gets none.
    """
    return topics_in(ArticleReading(title, body, language, known))


def topics_in(article: ArticleReading) -> tuple[Topic, ...]:
    """The topics of an article that was read."""
    if article.language not in _SIDE:
        return ()
    end = len(article.headline) + _WORDS_READ
    met = [found for found in article.concepts if found.value.topics and found.end <= end]
    return _rank(met, article.spoken, len(article.headline))


def _rank(met: Sequence[PhraseMatch[Concept]], spoken: Sequence[str], headline: int) -> tuple[Topic, ...]:
    places: dict[str, list[PhraseMatch[Concept]]] = {}
    for found in met:
        places.setdefault(found.value.id, []).append(found)
    points: dict[str, float] = {}
    earned: dict[str, list[tuple[float, str]]] = {}
    for found_here in places.values():
        first = found_here[0]
        share = _where(first.start, headline) * (1 + 0.4 * math.log(len(found_here)))
        words_here = " ".join(spoken[first.start : first.end])
        for slug, weight in first.value.topics:
            points[slug] = points.get(slug, 0.0) + weight * share
            earned.setdefault(slug, []).append((weight * share, words_here))
    if points.get("diplomacy", 0.0) >= _TALKS:
        headed = {slug for one in met if one.start < headline for slug, _ in one.value.topics}
        for slug in _TALKED_ABOUT & points.keys() - headed:
            points[slug] *= _IN_TALKS
    best = max(points.values(), default=0.0)
    order = {slug: n for n, slug in enumerate(TOPICS)}
    chosen = sorted(
        (slug for slug, sum_ in points.items() if sum_ >= _ENOUGH and sum_ >= best * _BESIDE_THE_BEST),
        key=lambda slug: (-points[slug], order.get(slug, len(order))),
    )
    return tuple(Topic(slug, _reasons(earned[slug])) for slug in chosen[:_MOST])


def _where(position: int, headline: int) -> float:
    if position < headline:
        return _TITLE
    return _LEAD if position < headline + _LEAD_WORDS else 1.0


def _reasons(earned: list[tuple[float, str]]) -> tuple[str, ...]:
    best_first = sorted((item for item in earned if item[0] > 0), key=lambda item: -item[0])
    return tuple(dict.fromkeys(text.lower() for _, text in best_first))[:5]
