"""Answers to words: search results with what was understood as chips, and offers for an hour, a stop or a town."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from handlers.views import articles
from handlers.views.actions import LONGEST, ListPlace, act, pack_words
from handlers.views.articles import Viewer
from handlers.views.dates import day_text, when_said
from handlers.views.screen import Button, ButtonRows, Screen, cut, grid
from handlers.views.settings import PRESETS, help_button, when_line
from locales import Html, Texts
from news.intents.hours import Hours
from news.intents.understanding import Intent
from news.language.analyse import fold, term, words
from news.language.skeleton import skeleton
from news.models import LANGUAGES, Article, Page, Subscriber
from news.queries.query import Query
from news.subject import places, topics
from news.timetable import Timetable

_SHOWN = 80
_CARRIED = 256
_OPERATORS = re.compile(r'#\w|(?<!\S)[^\W\d_]+:"')


@dataclass(frozen=True, slots=True)
class QueryChip:
    """A part of a query that is more than words, and the query without it."""

    label: str
    rest: str


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """The result of a search: a page, the query as understood, its correction, the nearest topic.

    `exact`: the first of the page match everything asked for.
    """

    page: Page[Article]
    query: Query
    corrected: str | None = None
    topic: str | None = None
    exact: bool = True


def chips(query: Query, texts: Texts, today: date) -> tuple[QueryChip, ...]:
    """The understood parts in the order of display, each with the query without it."""
    pieces = [(_topic_label(name, texts), f"#{name}") for name in query.topics]
    pieces += [(texts.plain("chip-source", name=name), f'source:"{name}"') for name in query.sources]
    pieces += [(_city_label(name, texts), f'city:"{name}"') for name in query.cities]
    if query.language:
        pieces.append((texts.plain(f"chip-language-{query.language}"), f"lang:{query.language}"))
    if query.period:
        label = _days(query.period.since, query.period.until, texts, today)
        pieces.append((label, " ".join(query.period_words) or query.period.since.isoformat()))
    pieces += [(f"«{' '.join(phrase)}»", f'"{" ".join(phrase)}"') for phrase in query.phrases]
    pieces += [(f"−{word}", f"-{word}") for word in query.excluded]
    words = _words(query)
    found = []
    for number, (label, _) in enumerate(pieces):
        others = [token for place, (_, token) in enumerate(pieces) if place != number]
        found.append(QueryChip(cut(label, 40), " ".join([words, *others]).strip()))
    return tuple(found)


def without_days(query: Query, texts: Texts, today: date) -> str:
    """The query without its days, as it is typed."""
    place = len(query.topics) + len(query.sources) + len(query.cities) + bool(query.language)
    return chips(query, texts, today)[place].rest


def days_of(query: Query, texts: Texts, today: date) -> str:
    """The query's days as its chip has them."""
    assert query.period is not None
    return _days(query.period.since, query.period.until, texts, today)


def results(
    outcome: SearchOutcome, text: str, viewer: Viewer, today: date, cursor: str | None, said: str = ""
) -> Screen:
    """A page of results, or where else to look if nothing was found. `said` is the question that was asked."""
    texts = viewer.texts
    shown = cut(said or text, _SHOWN)
    rows = grid(
        [
            Button(texts.plain("chip", name=chip.label), act("chip", number))
            for number, chip in enumerate(chips(outcome.query, texts, today))
        ][:8],
        2,
    )
    change = (articles.change_query(texts, text[:_CARRIED]), *articles.home_buttons(viewer))
    offers = (*_nearest(outcome.topic, texts), *_town(outcome.query, viewer))
    watch = () if outcome.exact else watch_buttons(texts, outcome.query.text)
    if not outcome.page.items:
        nothing = texts("search-nothing", query=shown, count=len(words(outcome.query.text)))
        ways = (latest_button(texts), *((help_button(texts),) if viewer.private else ()))
        return Screen(nothing, (*rows, *((watch,) if watch else ()), ways, *offers, change))
    title = texts("search-title", query=shown)
    operators = _OPERATORS.search(text)  # with what is left of them the reader did not ask
    if outcome.corrected and not operators and not _same_words(outcome.corrected, outcome.query.text):
        title = Html(f"{title}\n{texts('search-corrected', query=cut(outcome.corrected, _SHOWN))}")
    if not outcome.exact:
        title = Html(f"{title}\n{texts('search-similar')}")
    screen = articles.listing(title, outcome.page, viewer, ListPlace("search", cursor=cursor))
    return Screen(screen.html, (*rows, *screen.rows, *offers, *((watch,) if watch else ()), change))


def watch_buttons(texts: Texts, words_: str) -> tuple[Button, ...]:
    """A button to follow these words, if it has room for them."""
    packed = pack_words(words_)
    if not packed or len(f"watch:{packed}".encode()) > LONGEST:
        return ()
    return (Button(texts.plain("button-watch", count=len(words(words_))), act("watch", packed)),)


def latest_button(texts: Texts) -> Button:
    """A button to the newest articles."""
    return Button(texts.plain("button-latest"), act("list", "l"))


def _town(query: Query, viewer: Viewer) -> Sequence[tuple[Button, ...]]:
    """If the query is only a town: a button to put its news first."""
    slug = places.resolve(query.text) if query.text and viewer.private else None
    if slug is None or places.PLACES[slug].kind not in ("city", "town") or slug == viewer.city:
        return ()
    name = places.name(slug, viewer.texts.language)
    return ((Button(viewer.texts.plain("button-my-city", name=name), act("live", slug)),),)


def _same_words(corrected: str, typed: str) -> bool:
    """Whether the words differ only in form or Kazakh letters, so that the correction need not be shown."""
    read, given = words(corrected), words(typed)
    return len(read) == len(given) and all(
        skeleton(one) == skeleton(other) or any(term(one, code) == term(other, code) for code in LANGUAGES)
        for one, other in zip(read, given, strict=True)
    )


def _nearest(topic: str | None, texts: Texts) -> Sequence[tuple[Button, ...]]:
    if topic is None or topic not in topics.TOPICS:
        return ()
    name = topics.name(topic, texts.language)
    return ((Button(texts.plain("nearest-topic", name=name), act("list", f"t.{topic}")),),)


def _topic_label(name: str, texts: Texts) -> str:
    slug = topics.find(name)
    return f"#{topics.name(slug, texts.language) if slug else name}"


def _city_label(name: str, texts: Texts) -> str:
    slug = places.resolve(name)
    return texts.plain("chip-city", name=places.name(slug, texts.language) if slug else name)


def _days(since: date, until: date, texts: Texts, today: date) -> str:
    first, last = day_text(since, texts.language, today), day_text(until, texts.language, today)
    if since != until and (since.year, since.month) == (until.year, until.month) == (today.year, until.month):
        return f"{since.day}–{last}"  # a button is narrow
    return first if since == until else f"{first} – {last}"


def _words(query: Query) -> str:
    """The plain words as typed, without the words of the period; operators are gone already."""
    named = list(query.period_words)
    kept = []
    for word in query.text.split():
        if fold(word) in named:
            named.remove(fold(word))
        else:
            kept.append(word)
    text = " ".join(kept)
    for phrase in query.phrases:
        text = _without_phrase(text, phrase)
    return text


def _without_phrase(text: str, phrase: tuple[str, ...]) -> str:
    words = text.split()
    plain = [fold(word.strip('"«»“”„')) for word in words]
    for start in range(len(words) - len(phrase) + 1):
        if tuple(plain[start : start + len(phrase)]) == phrase:
            return " ".join(words[:start] + words[start + len(phrase) :])
    return text


# Answers to messages that are no search (an hour, a stop, a town), each with a button to search for the words.

_PRESET = {"": "7", "work": "8", "weekend": "9"}


def search_button(texts: Texts, said: str) -> Button:
    """A button to search for the exact words; words too long for a button are put into the input field."""
    packed = pack_words(said)
    label = texts.plain("button-words")
    if len(f"words:{packed}".encode()) > LONGEST:
        return Button(label, here=said[:200])
    return Button(label, act("words", packed))


def time_offer(hours: Hours, texts: Texts, subscriber: Subscriber) -> Screen:
    """«Присылать дайджест каждый день в 08:30?»"""
    preset = _PRESET[hours.days]
    table, now = Timetable(hours.minutes, PRESETS[preset]), subscriber.timetable
    when = when_said(table, texts)
    if (now.minutes, now.days) == (table.minutes, table.days) and subscriber.away_until is None:
        change = Button(texts.plain("button-other-time"), act("when"))
        return Screen(texts("time-already", when=when), ((change, Button(texts.plain("button-home"), act("home"))),))
    yes = Button(texts.plain("button-send-yes"), act("at", ".".join(map(str, hours.minutes)), preset))
    others = (
        Button(texts.plain("button-other-time"), act("when")),
        Button(texts.plain("button-not-now"), act("home")),
    )
    return Screen(texts("time-offer", when=when, now=when_line(texts, subscriber)), ((yes,), others))


def beside_hours(wanted: Intent, viewer: Viewer, subscriber: Subscriber) -> ButtonRows:
    """Buttons for what a message named beside the hours: its town, its topic, its word."""
    texts = viewer.texts
    rows: list[tuple[Button, ...]] = []
    if wanted.city and wanted.city != subscriber.city:
        name = places.name(wanted.city, texts.language)
        rows.append((Button(texts.plain("button-my-city", name=name), act("live", wanted.city)),))
    if wanted.topic and wanted.topic not in subscriber.topics:
        name = topics.name(wanted.topic, texts.language)
        rows.append((Button(texts.plain("button-follow-words", name=name), act("watch", f"#{wanted.topic}")),))
    packed = pack_words(wanted.words or "")
    if packed and len(f"watch:{packed}".encode()) <= LONGEST:
        name = f"«{cut(wanted.words or '', 30)}»"
        rows.append((Button(texts.plain("button-follow-words", name=name), act("watch", packed)),))
    return tuple(rows)


def follow_offer(words_: str, slug: str | None, texts: Texts, slugs: Sequence[str] = ()) -> Screen:
    """«Следить за „футбол“?»: the words, the topic they belong to, or the topics they list."""
    rows = _objects("watch", "button-follow-words", words_, slug, texts, slugs)
    return Screen(texts("follow-offer", name=_object(words_, slug, texts, slugs)), rows)


def hide_offer(
    words_: str, slug: str | None, texts: Texts, slugs: Sequence[str] = (), outlet: str | None = None
) -> Screen:
    """«Скрыть „футбол“?»: the outlet they name, the words, the topic they belong to, or the topics they list."""
    rows = _objects("hush", "button-hide-it", words_, slug, texts, slugs)
    packed = pack_words(f"source:{outlet}") if outlet else ""
    if outlet and packed and len(f"hush:{packed}".encode()) <= LONGEST:
        named = Button(texts.plain("button-hide-it", name=cut(outlet, 40)), act("hush", packed))
        return Screen(texts("hide-offer", name=cut(outlet, _SHOWN)), ((named,), *rows))
    return Screen(texts("hide-offer", name=_object(words_, slug, texts, slugs)), rows)


def _object(words_: str, slug: str | None, texts: Texts, slugs: Sequence[str]) -> str:
    """What a wish is about: topics by their names, words as they were typed."""
    if slugs:
        return _list_of(slugs, texts)
    return topics.name(slug, texts.language) if slug and _names_topic(words_, slug, texts) else cut(words_, _SHOWN)


def _list_of(slugs: Sequence[str], texts: Texts) -> str:
    return ", ".join(topics.short_name(one, texts.language) for one in slugs)


def _names_topic(words_: str, slug: str, texts: Texts) -> bool:
    names = {one(slug, texts.language).casefold() for one in (topics.name, topics.short_name)}
    return words_.casefold() in names


def _objects(
    verb: str, key: str, words_: str, slug: str | None, texts: Texts, slugs: Sequence[str]
) -> tuple[tuple[Button, ...], ...]:
    """Buttons for what a wish may mean by its words; only the topic if they name one; if they list some, all of them
    and each.
    """
    if slugs:
        every = " ".join(f"#{one}" for one in slugs)
        all_ = ((Button(texts.plain(key, name=cut(_list_of(slugs, texts), 40)), act(verb, every)),),)
        each = [
            Button(texts.plain(key, name=topics.short_name(one, texts.language)), act(verb, f"#{one}")) for one in slugs
        ]
        fits = verb == "watch" and len(f"{verb}:{every}".encode()) <= LONGEST
        return (*(all_ if fits else ()), *grid(each, 1), (Button(texts.plain("button-not-now"), act("home")),))
    rows = []
    packed = pack_words(words_)
    named = slug is not None and _names_topic(words_, slug, texts)
    if packed and not named and len(f"{verb}:{packed}".encode()) <= LONGEST:
        rows.append((Button(texts.plain(key, name=f"«{cut(words_, 30)}»"), act(verb, packed)),))
    if slug is not None:
        rows.append((Button(texts.plain(key, name=topics.name(slug, texts.language)), act(verb, f"#{slug}")),))
    return (*rows, (Button(texts.plain("button-not-now"), act("home")),))


_AHEAD = ("culture", "tourism", "weather")
"""Topics whose news tell of what is to come."""


def ahead(texts: Texts) -> Screen:
    """Say that the bot knows only what was written, and where plans and events are written of."""
    named = [Button(topics.name(one, texts.language), act("list", f"t.{one}")) for one in _AHEAD]
    return Screen(
        texts("said-ahead"), (tuple(named), (latest_button(texts), Button(texts.plain("button-search"), here="")))
    )


_INSTEAD: Final[Mapping[str, Sequence[tuple[str, str]]]] = {
    "fun": (("#culture", ""),),
    "good": (("#culture", ""), ("#sport", ""), ("#science", "")),
    "history": (("button-saved", "list:v"),),
    "undo": (("button-subscriptions", "subs"), ("button-settings", "settings")),
    "same": (("button-subscriptions", "subs"), ("button-settings", "settings")),
    "messengers": (("button-channel", "channels"),),
    "jobs": (("#economy", ""),),
    "tickets": (("#transport", ""),),
}
"""What the bot can do instead of what it was asked for: topics, and buttons with their actions."""


def beyond(kind: str, texts: Texts) -> Screen:
    """Say that the bot cannot do what it was asked for, and what it can: a kind of `beyond` in intents.toml."""
    ways = [
        Button(topics.short_name(key[1:], texts.language), act("list", f"t.{key[1:]}"))
        if key[:1] == "#"
        else Button(texts.plain(key), act(*verb.split(":")))
        for key, verb in _INSTEAD.get(kind, ())
    ]
    return Screen(texts(f"beyond-{kind}"), (*grid(ways, 3), (latest_button(texts), help_button(texts))))


def stop(texts: Texts, subscriber: Subscriber) -> Screen:
    """Ask what to stop: the digest, a subscription, or everything with all data. What has stopped is marked."""
    on = bool(subscriber.timetable.minutes)
    label = texts.plain("button-stop-digest")
    digest = Button(label if on else texts.plain("chosen", name=label), act("hour", "off", 0))
    at_once = subscriber.urgent or any(one.at_once for one in subscriber.subscriptions)
    rows = (
        (digest,),
        *(((Button(texts.plain("button-alerts"), act("alerts")),),) if at_once else ()),
        *(((Button(texts.plain("button-rest"), act("pause")),),) if on or at_once else ()),
        (Button(texts.plain("button-subscriptions"), act("subs")),),
        *(((Button(texts.plain("button-forget"), act("forget", 1)),),) if subscriber.kind == "private" else ()),
        (Button(texts.plain("button-leave"), act("home")),),
    )
    return Screen(texts("stop-ask", when=when_line(texts, subscriber)), rows)


def city_offer(slug: str, texts: Texts) -> Screen:
    """«Ставить первыми новости города Шымкент?»"""
    name = places.name(slug, texts.language)
    rows = (
        (Button(texts.plain("button-my-city", name=name), act("live", slug)),),
        (Button(texts.plain("button-other-city"), act("city")),),
    )
    return Screen(texts("city-offer", name=name), rows)
