"""Lists: the newest, a topic, saved articles, search results; and the commands that show them."""

import re
from dataclasses import replace

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from handlers.saved import show_saved
from handlers.views import articles, render, settings
from handlers.views import search as found
from handlers.views.actions import ListPlace, act
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.screen import Button, Screen, grid
from locales import Html
from news.digests.digest import once_a_story, story_of
from news.models import Article, Page, QalaError, Subscriber, instant
from news.queries.query import Query, parse
from news.subject import places, topics
from news.subject.topics import find as find_topic
from news.timetable import local_day
from storage import Storage

# Lists: the newest, a topic, saved articles, search results.

_NEWEST = 5
_LOOKS = 10
"""How often a page of the newest is filled up when one event is told many times."""
_MOST_NEAR = 3
_NEAR_SECONDS = 3 * 86_400
"""After so many seconds an article on the reader's city is no news of it."""
_HITS = 8
"""Hits of a result page. A story is shown once, so usually five or more lines remain."""


async def show_latest(store: Storage, cursor: str | None, viewer: Viewer, subscriber: Subscriber) -> Screen:
    """A page of the newest articles in the languages the reader reads."""
    near = await _near(store, viewer, subscriber)
    told = frozenset(map(story_of, near))  # stories of the first page are on no other page
    near = [] if cursor else near
    page = await _newest(store, cursor, subscriber, count=_NEWEST - len(near), but=told)
    home = row_of(*home_buttons(viewer))
    if not page.items and not near:
        return Screen(viewer.texts("no-news-yet"), home)
    heads = {}
    if near and page.items and subscriber.city:
        city = places.name(subscriber.city, viewer.texts.language)
        heads = {1: viewer.texts("latest-city", name=city), len(near) + 1: viewer.texts("latest-rest")}
    place = ListPlace("latest", cursor=cursor)
    screen = articles.listing(viewer.texts("latest-title"), Page([*near, *page.items], page.next), viewer, place, heads)
    return Screen(screen.html, (*screen.rows, *home))


async def _near(store: Storage, viewer: Viewer, subscriber: Subscriber) -> list[Article]:
    """The newest articles on the reader's city, one for each story; empty if there are none lately."""
    if subscriber.city is None:
        return []
    query = Query(cities=(subscriber.city,))
    answered = await store.articles.found(query, limit=_HITS, now=viewer.now, language=subscriber.only_language)
    hits = await store.articles.firsts([hit.key for hit in answered.hits] if answered.exact else [])
    fresh = [one for one in hits if viewer.now - instant(one.published) <= _NEAR_SECONDS]
    readable = [one for one in fresh if one.language in subscriber.news_languages]
    return once_a_story(await store.articles.retold(readable, subscriber.told_in), subscriber.language)[:_MOST_NEAR]


async def show_topic(store: Storage, slug: str, cursor: str | None, viewer: Viewer, subscriber: Subscriber) -> Screen:
    """A page of a topic's newest articles, with a button to follow it."""
    if slug not in topics.TOPICS:
        raise QalaError("error-stale-button")
    texts = viewer.texts
    name = topics.name(slug, texts.language)
    page = await _newest(store, cursor, subscriber, ("topic", slug))
    if page.items:
        screen = articles.listing(texts("topic-title", name=name), page, viewer, ListPlace("topic", slug, cursor))
    else:
        screen = Screen(texts("topic-empty", name=name))
    followed = slug in subscriber.topics
    label = texts.plain("button-unfollow" if followed else "button-follow")
    whole = topics.parent(slug)
    near = topics.parts(slug) if whole is None else (whole,)
    parts = [Button(topics.short_name(one, texts.language), act("list", f"t.{one}")) for one in near]
    rows = (
        *screen.rows,
        *grid(parts, 2),
        (Button(label, act("follow", slug, int(not followed))), Button(texts.plain("button-topics"), act("topics"))),
    )
    return Screen(screen.html, rows)


async def _newest(
    store: Storage,
    cursor: str | None,
    subscriber: Subscriber,
    label: tuple[str, str] | None = None,
    count: int = _NEWEST,
    but: frozenset[int] = frozenset(),
) -> Page[Article]:
    """A page of the newest articles, without the stories in `but`.

    A story told by several articles is one line, in the reader's language, at the place of its newest article.
    """
    read: list[Article] = []
    lines: list[Article] = []
    at = _position(cursor)
    for _ in range(_LOOKS):
        page = await store.articles.latest(count - len(lines), at, label, subscriber.news_languages)
        own = await store.articles.retold(page.items, subscriber.told_in)
        if cursor is not None:
            stories = {one.story for one in own if one.story is not None}
            before = await store.articles.told_since(stories, int(cursor), label, subscriber.news_languages)
            own = [one for one in own if one.story not in before]
        read += [one for one in own if story_of(one) not in but]
        lines, at = once_a_story(read, subscriber.language), page.next
        if at is None or len(lines) == count:
            break
    return Page(lines, at)


async def show_search(
    store: Storage,
    query: str,
    cursor: str | None,
    viewer: Viewer,
    subscriber: Subscriber,
    said: str = "",
    topic: str | None = None,
) -> Screen:
    """A page of what the words find. If the reader reads only one language and it answers well, only in that one.

    `said` is the question the query was made from, shown above. `topic` is the slug of a topic to offer too.
    """
    texts = viewer.texts
    if not re.search(r"\w", query):
        if viewer.in_group:
            return Screen(texts("group-ask", bot=viewer.username))
        return Screen(texts("search-ask"), ((Button(texts.plain("button-search"), here=""), *home_buttons(viewer)),))
    today = local_day(viewer.now, viewer.zone)
    asked = parse(query, today)
    answered, hits = await store.articles.answered(
        asked,
        limit=_HITS,
        now=viewer.now,
        cursor=cursor,
        language=subscriber.only_language,
        told_in=subscriber.told_in,
    )
    if not answered.hits and cursor is None:
        if await store.articles.is_empty():
            return Screen(texts("no-news-yet"), row_of(*home_buttons(viewer)))
        store.daily.found_nothing(subscriber.chat_id, query, viewer.now)
    fell_back = answered.query.period is None and not answered.exact
    if asked.period is not None and (fell_back or not answered.hits) and cursor is None:
        other = await _other_days(store, asked, query, viewer, subscriber, said, topic)
        if other is not None:
            return other
    page = Page(once_a_story(hits, viewer.texts.language), answered.next)
    topic = topic or answered.topic or (find_topic(answered.query.text) if not answered.query.topics else None)
    outcome = found.SearchOutcome(page, answered.query, answered.corrected, topic, answered.exact)
    return found.results(outcome, query, viewer, today, cursor, said)


async def _other_days(
    store: Storage, asked: Query, query: str, viewer: Viewer, subscriber: Subscriber, said: str, topic: str | None
) -> Screen | None:
    """What is found for a query in other days than it names, where there is nothing in these; None if nothing is."""
    today = local_day(viewer.now, viewer.zone)
    rest = found.without_days(asked, viewer.texts, today)
    none = viewer.texts("search-no-days", days=found.days_of(asked, viewer.texts, today))
    if not re.search(r"\w", rest):
        return Screen(none, ((found.latest_button(viewer.texts), *home_buttons(viewer)),))
    elsewhere = await store.articles.found(parse(rest, today), limit=1, now=viewer.now)
    if not (elsewhere.hits and elsewhere.exact):
        return None
    shown = await show_search(store, rest, None, viewer, subscriber, said or query, topic)
    return replace(shown, html=Html(f"{none}\n\n{shown.html}"))


async def show_without(store: Storage, query: str, number: int, viewer: Viewer, subscriber: Subscriber) -> Screen:
    """What is found without one piece of the query. Raises QalaError if there is no such piece."""
    today = local_day(viewer.now, viewer.zone)
    pieces = found.chips(parse(query, today), viewer.texts, today)
    if number >= len(pieces):
        raise QalaError("error-stale-button")
    return await show_search(store, pieces[number].rest, None, viewer, subscriber)


async def show_place(
    store: Storage, place: ListPlace, viewer: Viewer, subscriber: Subscriber, query: str | None
) -> Screen:
    """The page of a list that a button names. Raises QalaError if it cannot be made any more."""
    if place.kind == "latest":
        return await show_latest(store, place.cursor, viewer, subscriber)
    if place.kind == "topic":
        return await show_topic(store, place.topic or "", place.cursor, viewer, subscriber)
    if place.kind == "saved":
        return await show_saved(store, subscriber, saved_cursor(place.cursor), viewer)
    if not query:
        raise QalaError("error-stale-button")
    return await show_search(store, query, place.cursor, viewer, subscriber)


def _position(cursor: str | None) -> str | None:
    """A list's cursor, which must be a position. Raises QalaError for a forged one."""
    if cursor is not None and not (cursor.isascii() and cursor.isdigit() and len(cursor) < 19):
        raise QalaError("error-stale-button")
    return cursor


def saved_cursor(cursor: str | None) -> str | None:
    """A saved list's cursor, which must be «second-key». Raises QalaError for a forged one."""
    if cursor is not None and not re.fullmatch(r"[0-9]{1,15}-[0-9]{1,15}", cursor):
        raise QalaError("error-stale-button")
    return cursor


# /latest, /search, /topics.

_LONGEST_QUERY = 400
_DAY = 86_400


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="reading")
    router.message.register(latest, Command("latest"))
    router.message.register(search, Command("search"))
    router.message.register(list_topics, Command("topics"))
    return router


async def latest(message: Message, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Show the newest articles."""
    await render.answer(message, await show_latest(store, None, viewer, subscriber))


async def search(
    message: Message, command: CommandObject, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Show what the words after the command find."""
    await _found(message, command.args or "", store, subscriber, viewer)


async def list_topics(message: Message, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Show all topics with their numbers of today's articles."""
    counts = await store.articles.topic_counts(viewer.now - _DAY, viewer.now)
    await render.answer(message, settings.topic_list(viewer.texts, subscriber.topics, counts))


async def _found(message: Message, query: str, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    if len(query) > _LONGEST_QUERY:
        raise QalaError("query-too-long")
    await render.answer(message, await show_search(store, " ".join(query.split()), None, viewer, subscriber))
