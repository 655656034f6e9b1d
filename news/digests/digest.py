"""A digest: who shares one, which articles it holds, under which headings, and which are main. Pure."""

import itertools
import math
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from news.language.analyse import fold, folded_words, terms, words
from news.language.lexicon import skeleton
from news.models import LANGUAGES, Article, Preferences, Subscriber, Subscription, instant
from news.stories.signature import number_of, rarity_of, stages_of, toll_of
from news.subject import places
from news.text.dates import MONTHS
from news.text.sentences import telling_sentences

LENGTHS = (5, 10, 20)
MOST_AGAIN = 40
"""The most stories that one digest repeats, if several digests before it may not have arrived."""
_OPENED_ENOUGH = 5
_URGENT = frozenset({"outages", "roads", "emergencies"})
"""Topics that change a reader's day; they come first in the city's section."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Readers who would get the same stories: their language, what they follow, how many stories they want.

    `favourite` is the topic they open most. `muted` and `fewer` hold (kind, value) of news.models.Preferences. `reads`
    are the languages of news they read, `city` is their city's slug. `only_asked`: they want only what they follow.
    """

    language: str
    asked: tuple[Subscription, ...] = ()
    length: int = 10
    favourite: str | None = None
    muted: tuple[tuple[str, str], ...] = ()
    reads: tuple[str, ...] = LANGUAGES
    city: str | None = None
    fewer: tuple[tuple[str, str], ...] = ()
    only_asked: bool = False

    @property
    def topics(self) -> frozenset[str]:
        """The slugs of topics they follow."""
        return frozenset(one.value for one in self.asked if one.kind == "topic")

    @property
    def by_words(self) -> bool:
        """Whether they follow or mute a word, so that the texts must be read for them."""
        return any(one.kind == "word" for one in self.asked) or any(kind == "word" for kind, _ in self.muted)

    @property
    def followed(self) -> frozenset[int]:
        """The ids of stories they follow; news in these comes whatever else they follow."""
        return frozenset(int(one.value.partition(" ")[0]) for one in self.asked if one.kind == "story")


@dataclass(frozen=True, slots=True)
class DigestSelection:
    """The chosen articles, by their keys.

    `items` are ordered by topic, the best one's topic first. `developed` tell more of stories the readers have had.
    `more` is how many stories were left out. `outlets` says for an item how many outlets tell its story, if several do.
    `news` is what is new in a developed one: a headline or sentence of that article.
    """

    items: tuple[int, ...] = ()
    developed: tuple[int, ...] = ()
    more: int = 0
    outlets: Mapping[int, int] = field(default_factory=dict)
    news: Mapping[int, str] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[int, ...]:
        """All keys in the order they are shown."""
        return self.items + self.developed


@dataclass(frozen=True, slots=True)
class DigestSection:
    """The articles of a digest under one topic; its slug is None for articles without a topic."""

    topic: str | None
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What a reader gets: sections in order, then developed stories, then possible repeats.

    `outlets` has by key how many outlets tell an article's story; `more` is how many stories were left out. `city` is
    the slug of the reader's city, `near` are the keys of articles that name it. `news` is the sentence that tells what
    is new in a developed story, if it is not the headline.
    """

    sections: tuple[DigestSection, ...] = ()
    developed: tuple[Article, ...] = ()
    again: tuple[Article, ...] = ()
    more: int = 0
    outlets: Mapping[int, int] = field(default_factory=dict)
    city: str | None = None
    near: frozenset[int] = frozenset()
    news: Mapping[int, str] = field(default_factory=dict)

    @property
    def lead(self) -> Article | None:
        """The best story, which is told at length; None without any."""
        return next((one for section in self.sections for one in section.articles), None)

    @property
    def nearest(self) -> tuple[tuple[str | None, Article], ...]:
        """New stories in the reader's city besides the lead, each with its topic; urgent topics come first."""
        found = [(topic, one) for topic, one in self._after_the_lead() if one.key in self.near]
        return tuple(sorted(found, key=lambda item: not {topic.slug for topic in item[1].topics} & _URGENT))

    @property
    def others(self) -> tuple[tuple[str | None, Article], ...]:
        """Other new stories besides the lead, each with its topic."""
        return tuple((topic, one) for topic, one in self._after_the_lead() if one.key not in self.near)

    def _after_the_lead(self) -> Iterator[tuple[str | None, Article]]:
        told = ((section.topic, one) for section in self.sections for one in section.articles)
        return itertools.islice(told, 1, None)

    @property
    def articles(self) -> tuple[Article, ...]:
        """All articles in the order they are shown."""
        return (*(one for section in self.sections for one in section.articles), *self.developed, *self.again)


def audience_of(subscriber: Subscriber, preferences: Preferences) -> Audience:
    """The audience that a subscriber belongs to."""
    asked = tuple(sorted(subscriber.subscriptions, key=lambda one: (one.kind, one.value)))
    muted = tuple(sorted(preferences.muted))
    liked = favourite(preferences.opened)
    return Audience(
        subscriber.language,
        asked,
        subscriber.length,
        liked,
        muted,
        subscriber.news_languages,
        subscriber.city,
        tuple(sorted(preferences.fewer)),
        subscriber.only_asked,
    )


def favourite(opened: Mapping[str, int]) -> str | None:
    """The topic that makes up at least half of what a reader opens; None before they have opened a few."""
    slug = max(sorted(opened), key=lambda one: opened[one], default=None)
    if slug is None or opened[slug] < _OPENED_ENOUGH or 2 * opened[slug] < sum(opened.values()):
        return None
    return slug


def arranged(
    chosen: DigestSelection,
    found: Sequence[Article],
    favourites: Collection[str] = (),
    again: Sequence[Article] = (),
    city: str | None = None,
) -> Digest:
    """Chosen articles under their topics, the best article's topic first, without those not `found` any more."""
    known = {one.key: one for one in found}
    items = [known[key] for key in chosen.items if key in known]
    developed = tuple(known[key] for key in chosen.developed if key in known)
    shown = {one.key for one in (*items, *developed)}
    repeats = tuple(one for one in again if one.key not in shown)
    near = frozenset(one.key for one in items if city is not None and city in _places(one))
    sections = tuple(_sections(items, favourites))
    # A sentence that the article no longer has is not shown; the headline is.
    news = {one.key: said for one in developed if (said := chosen.news.get(one.key)) and said in one.body}
    return Digest(sections, developed, repeats, chosen.more, chosen.outlets, city, near, news)


def _places(article: Article) -> tuple[str, ...]:
    return places.find(f"{article.title}. {article.lead}", article.language)


def _sections(articles: Sequence[Article], favourites: Collection[str]) -> Iterator[DigestSection]:
    groups: dict[str | None, list[Article]] = {}
    for article in articles:
        slugs = [topic.slug for topic in article.topics]
        first = next((slug for slug in slugs if slug in favourites), next(iter(slugs), None))
        groups.setdefault(first, []).append(article)
    for topic, members in groups.items():
        yield DigestSection(topic, tuple(members))


# Today's main stories: those that most outlets tell, with one article each.


def story_of(article: Article) -> int:
    """A key that articles on one event share: their story; below zero for an article without a story."""
    return article.story if article.story is not None else -article.key


def main_stories(newest: Sequence[Article], language: str, limit: int) -> list[Article]:
    """One article for each story among the newest articles, in the reader's language if the story has one.

    Stories readable in that language come first. Among them those told by the most articles come first, then the
    newest.
    """
    told = Counter(map(story_of, newest))

    def rank(article: Article) -> tuple[bool, int]:
        return article.language != language, -told[story_of(article)]

    return sorted(once_a_story(newest, language), key=rank)[:limit]


def once_a_story(found: Sequence[Article], language: str) -> list[Article]:
    """The articles in the same order, one for each story: the first in the reader's language, else the first.

    A reprint represents a story only if nothing else does.
    """
    chosen: dict[int, Article] = {}

    def fits(article: Article) -> tuple[bool, bool]:
        return article.language == language, article.copy_of is None

    for article in found:
        story = story_of(article)
        held = chosen.get(story)
        if held is None or fits(article) > fits(held):
            chosen[story] = article
    return list(chosen.values())


# What is new in a story: the headline or sentence with most of what its reader has not been told.

NEWS_LENGTH = 60
"""The longest sentence, in characters, that is shown as news: two lines on a phone, with the hour."""
_FIGURE_WORTH, _TOLL_WORTH, _NAME_WORTH, _STAGE_WORTH, _DAY_WORTH = 4.0, 8.0, 3.0, 5.0, 2.0
_SOMETHING_NEW = 3.0
"""The least worth of a sentence: a new number, name or stage of the affair, or several new words."""
_COMMON = 3.0
_STAGE_BITS = 32
# Turns of an affair besides the stages that stories compare. Each line is a turn: beginnings of words, both languages.
_TURNS = {
    beginning: 1 << turn
    for turn, beginnings in enumerate(
        (
            "откры ашыл ашты",
            "закры перекры жабы жапты",
            "отменил отменен отменя отмена жойылды тоқтатты",
            "нашл найден обнаруж табылды",
            "умерл сконча қайтыс",
            "назнач тағайында",
            "увол отстав босатыл",
            "запуст запущ заработа",
            "отлож перенес шегері ауыстыр кейінге",
            "опозна назван назвал анықталды белгілі",
        )
    )
    for beginning in beginnings.split()
}
_MONTHS = frozenset(name[:3] for name in MONTHS)
_TITLE_GAIN = 1.25
_NUMERAL = re.compile(r"\d+(?:[ \u00a0\u202f]\d{3})*(?:[.,:]\d+)?")
_CAPITAL = re.compile(r"(?<=[^.!?…«»“”\"\s–—-]\s)[«“\"(]?([А-ЯЁӘҒҚҢӨҰҮҺІA-Z][^\W\d_]+)")


class _ToldNews(NamedTuple):
    """What a reader knows of a story: keys of words and numbers, stages, and the languages it was told in."""

    keys: frozenset[str]
    stages: int
    languages: frozenset[str]


def whats_new(told: Sequence[Article], added: Sequence[Article], language: str) -> tuple[Article, str] | None:
    """The article of `added`, and its headline or sentence, with most that `told` did not tell; None if nothing is new.

    Numbers, names and what happened count most. An article in the reader's `language` is preferred if it has anything
    new. A count of dead or hurt that a later article has overtaken is not shown.
    """
    known = _told(told)
    newest_first = sorted(added, key=lambda one: (-instant(one.published), one.key))
    toll = next(filter(None, (toll_of(folded_words(one.title)) for one in newest_first)), 0)
    best: tuple[tuple[bool, float], Article, str] | None = None
    for article in newest_first:
        title = set(_keys(article.title, article.language))
        for said in dict.fromkeys((article.title, *telling_sentences(article.body, NEWS_LENGTH))):
            if toll_of(folded_words(said)) not in (0, toll or toll_of(folded_words(said))):
                continue
            worth = _newness(said, article.language, known, in_text=said != article.title)
            if worth < _SOMETHING_NEW:
                continue
            worth /= math.sqrt(max(len(said), 40))
            if said == article.title:
                worth *= _TITLE_GAIN if len(said) <= NEWS_LENGTH else 1.0
            elif not title & set(_keys(said, article.language)):
                worth *= 0.5
            rank = (article.language == language, round(worth, 6))
            if best is None or rank > best[0]:
                best = rank, article, said
    return best[1:] if best else None


def _told(articles: Sequence[Article]) -> _ToldNews:
    keys: set[str] = set()
    stages = 0
    for one in articles:
        keys |= _keys(f"{one.title}. {one.lead}\n{one.body}", one.language).keys()
        stages |= _turns(one.title, one.language)
    return _ToldNews(frozenset(keys), stages, frozenset(one.language for one in articles))


def _newness(said: str, language: str, known: _ToldNews, *, in_text: bool) -> float:
    """How much of a headline, or of a sentence (`in_text`), is new to somebody who knows this."""
    new = {
        key: worth
        for key, (worth, others) in _keys(said, language).items()
        if key not in known.keys and not known.keys.intersection(others)
    }
    facts = sum(worth for key, worth in new.items() if key[0] != "w")
    other = sum(worth for key, worth in new.items() if key[0] == "w") if language in known.languages else 0.0
    steps = _STAGE_WORTH * (_turns(said, language) & ~known.stages).bit_count()
    # What a headline says happened is new. A text also recalls known steps, in other words.
    return facts + (steps / 2 + min(other, _SOMETHING_NEW / 2) if in_text else steps + other)


def _turns(said: str, language: str) -> int:
    """The stages and turns of an affair that a headline or sentence tells, a bit for each."""
    plain = folded_words(said)
    bits = 0
    for word in plain:
        for length in range(4, 1 + min(len(word), 10)):
            bits |= _TURNS.get(word[:length], 0)
    return bits << _STAGE_BITS | stages_of(plain, language)


def _keys(text: str, language: str) -> dict[str, tuple[float, tuple[str, ...]]]:
    """Key of a number, name or word in a text → its worth if it is new, and its other keys.

    Names and numbers have the same keys in both languages.
    """
    printed = words(text)
    plain = [fold(word) for word in printed]
    keys = terms(text, language)
    hurt = toll_of(plain) > 0
    figure = _TOLL_WORTH if hurt else _FIGURE_WORTH
    named = {fold(word) for word in _CAPITAL.findall(text)}
    days = {
        str(int(number))
        for number, then in pairwise(plain)
        if number.isdecimal() and len(number) < 3 and then[:3] in _MONTHS
    }
    found: dict[str, tuple[float, tuple[str, ...]]] = {}
    for number in _NUMERAL.findall(text):
        bare = re.sub(r"\s", "", number).replace(",", ".").lstrip("0") or "0"
        year = len(bare) == 4 and bare[:2] in ("19", "20")
        found[f"n{bare}"] = (_DAY_WORTH if year or bare in days else figure, ())
    for word, key in zip(plain, keys, strict=True):
        if word.isdecimal():
            continue
        if (number := number_of(word) or number_of(key)) > 1:
            found[f"n{number}"] = (figure, ())
        elif word in named:
            found[f"a{skeleton(word, language)}"] = (_NAME_WORTH, (f"w{key}",))
        elif len(word) > 3:
            worth = 0.4 * max(0.0, rarity_of(word, language) - _COMMON)
            found.setdefault(f"w{key}", (worth, (f"a{skeleton(word, language)}",)))
    return found
