"""The entry point of search: what a query finds, and how it was understood."""

import weakref
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from typing import TypeVar

from news.language.analyse import fold, term
from news.language.analyse import words as words_of
from news.models import LANGUAGES, Language
from news.queries.query import MOST_WORDS, Query
from news.subject import places
from news.subject.topics import find as find_topic
from storage.engine.database import Database, RawConnection
from storage.search import expansion, finding, postings, vocabulary
from storage.search.indexing import source_parts

T = TypeVar("T")


@dataclass(slots=True)
class RememberedSearch:
    """What a search caches for the next one on the same database."""

    beginnings: vocabulary.WordCache = field(default_factory=dict)
    tables: dict[int, list[int]] = field(default_factory=dict)
    floors: postings.KnownFloors = field(default_factory=dict)


_remembered: weakref.WeakKeyDictionary[Database, RememberedSearch] = weakref.WeakKeyDictionary()

_OWN = "o"
"""The prefix of a cursor whose pages are in the reader's own language."""

# A query's days are days in Kazakhstan (UTC+5 since March 2024).
_EAST_SECONDS = 5 * 3600


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A found article: its key, its position in time, its worth (about 0 to 1.1)."""

    key: int
    position: int
    score: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The result of a search, best first, and what was understood.

    `next` is the cursor of the next page (at most 48 ASCII bytes), None at the end. `reading` says how the words were
    read: 'plain', 'layout' (the other keyboard layout) or 'latin'. `corrected` is the query as it was understood where
    that is not what was typed. `query` has lost what narrowed it (phrases, period, topics) where nothing was found
    with it. `exact`: the first of them hold all that was asked for, as it was understood; `whole`: how many of the
    first ranking do, as it was typed. `topic` is the nearest topic where none does.
    """

    hits: tuple[SearchHit, ...]
    next: str | None
    query: Query
    reading: str = "plain"
    corrected: str | None = None
    topic: str | None = None
    exact: bool = True
    whole: int = 0


async def search(
    database: Database,
    query: Query,
    *,
    limit: int,
    now: int,
    cursor: str | None = None,
    language: Language | None = None,
) -> SearchResult:
    """What a query finds, best first, as of `now` (UTC seconds). Nothing that was typed is an error.

    `language` is the only one the reader reads: if its articles answer well, no others are among them.
    """
    ask = partial(find_for, query=query, limit=limit, now=now, cursor=cursor, language=language)
    remembered = remembered_of(database)
    return await database.read(lambda connection: ask(connection, remembered=remembered))


def remembered_of(database: Database) -> RememberedSearch:
    """What searches on a database cache for the next one."""
    return _remembered.setdefault(database, RememberedSearch())


def find_for(
    connection: RawConnection,
    query: Query,
    *,
    limit: int,
    now: int,
    remembered: RememberedSearch,
    cursor: str | None = None,
    language: Language | None = None,
) -> SearchResult:
    """`search` on a raw connection."""
    ask = partial(find, connection, limit=limit, now=now, remembered=remembered)
    at = cursor.removeprefix(_OWN) if cursor else None
    if language and not query.language and (not cursor or cursor.startswith(_OWN)):
        asked = replace(query, language=language)
        own = ask(query=asked, cursor=at)
        if at or (own.query == asked and own.hits and own.hits[0].score >= finding.GOOD):
            return replace(own, query=replace(own.query, language=None), next=own.next and _OWN + own.next)
    return ask(query=query, cursor=at)


def find(
    connection: RawConnection,
    query: Query,
    *,
    limit: int,
    now: int,
    cursor: str | None = None,
    remembered: RememberedSearch | None = None,
) -> SearchResult:
    """What a query finds, for a reader of both languages."""
    remembered = remembered or RememberedSearch()
    there = postings.present(connection, remembered.tables)
    versions, newest = there.versions, there.newest_key
    if query.is_empty or not versions:
        return SearchResult((), None, query)
    words = vocabulary.Vocabulary(connection, versions, now // 60, remembered.beginnings)
    start = finding.place(cursor, newest, now)
    floors = postings.floors(connection, there, now // 60, remembered.floors)
    read = expansion.without_slipped_signs(words, query)
    for attempt in _attempts(read):
        reading = expansion.best_reading(words, attempt)
        scope = postings.SearchScope(
            versions, start.newest_key, *_bounds(attempt), floors=floors, with_moments=there.with_moments
        )
        under_way = finding.IndexSearch(
            connection, words, attempt, reading, scope, postings.position(start.hour * 3600)
        )
        ranked, following = under_way.page(start, limit)
        if ranked:
            hits = tuple(SearchHit(row.key, row.position, round(worth, 4)) for worth, row in ranked)
            corrected = expansion.corrected(reading.kind, under_way.wanted)
            whole = under_way.whole > 0 or (corrected is not None and under_way.as_corrected)
            exact = attempt == read and (cursor is not None or whole)
            topic = None if exact else expansion.nearest_topic(query.words)
            return SearchResult(
                hits,
                str(following) if following else None,
                attempt,
                reading.kind,
                corrected,
                topic,
                exact,
                under_way.whole,
            )
    return SearchResult((), None, query, topic=expansion.nearest_topic(query.words), exact=False)


def _attempts(query: Query) -> Iterator[Query]:
    """The query, then versions with less and less that narrows it."""
    yield query
    if query.phrases:
        query = replace(query, phrases=())
        yield query
    if query.period_words:
        query = query.without_period()
        yield query
    if query.topics or query.sources or query.cities:
        names = " ".join((*query.topics, *query.sources, *query.cities))
        read = tuple(fold(word) for word in words_of(names))
        yield replace(query, topics=(), sources=(), cities=(), words=(query.words + read)[:MOST_WORDS])


def _bounds(query: Query) -> tuple[str, str, postings.InstantRange | None]:
    """The labels that an article must have, the words it must not have, and its period."""
    labels = [postings.quoted(postings.LANGUAGE, query.language)] if query.language else []
    for source in query.sources:
        labels += [postings.quoted(postings.SOURCE, part) for part in source_parts(source)]
    for topic in query.topics:
        slug = find_topic(topic) or topic
        labels.append(f"({postings.quoted(postings.TOPIC, slug)} OR {postings.quoted(postings.TAG, topic)})")
    labels += [postings.quoted(postings.PLACE, places.resolve(city) or city) for city in query.cities]
    unwanted = {postings.token(term(word, language)) for word in query.excluded for language in LANGUAGES}
    without = {mark + one for one in unwanted for mark in postings.marks("")}
    period = None
    if query.period:
        since = int(datetime.combine(query.period.since, time(), UTC).timestamp()) - _EAST_SECONDS
        until = int(datetime.combine(query.period.until + timedelta(days=1), time(), UTC).timestamp()) - _EAST_SECONDS
        period = postings.InstantRange(since, until, query.period.since.isoformat(), query.period.until.isoformat())
    return " AND ".join(labels), " OR ".join(f'"{one}"' for one in sorted(without)), period
