"""Search, as the rest of the house sees it: articles are indexed, taken out, indexed anew, found.

Terms are made in Python (news.language.analyse), so that any database indexes the same. What only SQLite does lies in
storage/fulltext.py and storage/vocabulary.py.
"""

import functools
import json
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import TypeVar

from news import places
from news.language.analyse import ANALYSIS_VERSION, fold, term
from news.language.analyse import words as words_of
from news.models import LANGUAGES, Filed, Terms
from news.query import MOST_WORDS, Query
from news.terms import pairs, terms_of
from news.topics import find as find_topic
from storage import finding, fulltext, meaning, vocabulary
from storage.database import Database, Transaction
from storage.raw import Raw

T = TypeVar("T")

_remembered: weakref.WeakKeyDictionary[Database, vocabulary.Remembered] = weakref.WeakKeyDictionary()

_MERGED_PAGES = 1000  # in a transaction of about a sixth of a second

# A day of a query is a day in Kazakhstan (UTC+5 since March 2024).
_EAST_SECONDS = 5 * 3600


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found: its key, its position in time, its worth (about 0 to 1.1)."""

    key: int
    position: int
    score: float


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first, and what it understood.

    `next` is the cursor of the next page (at most 48 ASCII bytes), None at the end. `reading` says how the words were
    read: 'plain', 'layout' (the other keyboard layout) or 'latin'. `corrected` is the query as it was understood where
    that is not what was typed. `query` has lost what narrowed it (phrases, period, topics) where nothing was found
    with it. `topic` is the nearest topic where nothing was found at all.
    """

    hits: tuple[Hit, ...]
    next: str | None
    query: Query
    reading: str = "plain"
    corrected: str | None = None
    topic: str | None = None


@dataclass(frozen=True, slots=True)
class Text:
    """What is indexed of an article."""

    position: int
    title: str
    body: str
    language: str
    source: str | None
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    terms: Terms | None = None
    """Where they were worked out already."""

    @classmethod
    def of(cls, position: int, item: Filed) -> "Text":
        """The text of a filed article."""
        entry = item.entry
        topics = tuple(topic.slug for topic in item.topics)
        return cls(position, entry.title, entry.body, item.language, entry.source, topics, entry.tags, item.terms)

    def tokens(self, words: Counter[tuple[str, str]], terms: Counter[str]) -> str:
        """The tokens of the index; counts the words and terms they are made of."""
        known = self.terms or terms_of(self.title, self.body, self.language)
        title, body = list(pairs(known.title)), list(pairs(known.body))
        words.update(title)
        words.update(body)
        spelled, in_title = {word for word, _ in title}, {term for _, term in title}
        in_body = {term for _, term in body} - in_title
        terms.update(in_title)
        terms.update(in_body)
        # Each token says what the wider ones would: see fulltext.marks.
        tokens = {fulltext.WORD + fulltext.token(word) for word in spelled}
        tokens |= {fulltext.TITLE + fulltext.token(term) for term in in_title - spelled}
        tokens |= {fulltext.token(term) for term in in_body}
        tokens.add(fulltext.label(fulltext.LANGUAGE, self.language))
        if self.source:
            tokens |= {fulltext.label(fulltext.SOURCE, part) for part in _source_parts(self.source)}
        tokens |= {fulltext.label(fulltext.TOPIC, slug) for slug in self.topics}
        tokens |= {fulltext.label(fulltext.TAG, tag) for tag in self.tags}
        tokens |= {fulltext.label(fulltext.PLACE, slug) for slug in known.places}
        return " ".join(sorted(tokens))


async def search(database: Database, query: Query, *, limit: int, now: int, cursor: str | None = None) -> Found:
    """What a query finds, best first, as of `now` (UTC seconds). Never an error, whatever was typed."""
    remembered = _remembered.setdefault(database, {})
    return await database.read(
        lambda connection: find(connection, query, limit=limit, now=now, cursor=cursor, remembered=remembered)
    )


def find(
    connection: Raw,
    query: Query,
    *,
    limit: int,
    now: int,
    cursor: str | None = None,
    remembered: vocabulary.Remembered | None = None,
) -> Found:
    """`search` on a raw connection."""
    versions = fulltext.tables(connection)
    if query.is_empty or not versions:
        return Found((), None, query)
    words = vocabulary.Vocabulary(connection, versions, now // 60, remembered)
    newest = connection.execute("SELECT coalesce(max(key), 0) FROM articles").fetchone()[0]
    start = finding.place(cursor, newest, now)
    for attempt in _attempts(meaning.without_slipped_signs(words, query)):
        reading = meaning.best_reading(words, attempt)
        scope = fulltext.Scope(versions, start.newest_key, *_bounds(attempt))
        under_way = finding.Search(connection, words, attempt, reading, scope, fulltext.position(start.hour * 3600))
        ranked, following = under_way.page(start, limit)
        if ranked:
            hits = tuple(Hit(row.key, row.position, round(worth, 4)) for worth, row in ranked)
            corrected = meaning.corrected(reading.kind, under_way.wanted)
            return Found(hits, str(following) if following else None, attempt, reading.kind, corrected)
    return Found((), None, query, topic=meaning.nearest_topic(query.words))


def _attempts(query: Query) -> Iterator[Query]:
    """The query, then with less and less of what narrows it."""
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


def _bounds(query: Query) -> tuple[str, str, fulltext.Period | None]:
    """The labels an article must have, those and words it must not, the period it must be of."""
    labels = [fulltext.quoted(fulltext.LANGUAGE, query.language)] if query.language else []
    for source in query.sources:
        labels += [fulltext.quoted(fulltext.SOURCE, part) for part in _source_parts(source)]
    for topic in query.topics:
        slug = find_topic(topic) or topic
        labels.append(f"({fulltext.quoted(fulltext.TOPIC, slug)} OR {fulltext.quoted(fulltext.TAG, topic)})")
    labels += [fulltext.quoted(fulltext.PLACE, places.resolve(city) or city) for city in query.cities]
    unwanted = {fulltext.token(term(word, language)) for word in query.excluded for language in LANGUAGES}
    without = {mark + one for one in unwanted for mark in fulltext.marks("")}
    period = None
    if query.period:
        since = int(datetime.combine(query.period.since, time(), UTC).timestamp()) - _EAST_SECONDS
        until = int(datetime.combine(query.period.until + timedelta(days=1), time(), UTC).timestamp()) - _EAST_SECONDS
        period = fulltext.Period(since, until, query.period.since.isoformat(), query.period.until.isoformat())
    return " AND ".join(labels), " OR ".join(f'"{one}"' for one in sorted(without)), period


def _source_parts(source: str) -> set[str]:
    return {fold(part) for part in words_of(source)} or {source}


async def free_position(tx: Transaction, published: int | None, spread: int) -> int:
    """A free position for an article of this moment (UTC seconds; None: undated, below all dated ones).

    `spread` is any non-negative number below 2**62 that differs between articles. Where many share a moment, later
    positions are tried by it, four in each range that is twice the one before: few steps, and nobody lands far away.
    """
    if published is None:
        last = await tx.fetchval("SELECT max(position) FROM articles WHERE position < $1", fulltext.FIRST_DATED)
        return int(last or 0) + 1
    return int(
        await tx.fetchval(
            "WITH RECURSIVE probe (at, step) AS (SELECT CAST($1 AS BIGINT), 0 UNION ALL"
            " SELECT CAST($1 AS BIGINT) + CAST($2 AS BIGINT) % 1000003 * (step * 7919 + 104729)"
            " % (4 << (step / 4)), step + 1 FROM probe WHERE EXISTS (SELECT 1 FROM articles WHERE position = probe.at))"
            " SELECT at FROM probe ORDER BY step DESC LIMIT 1",
            fulltext.position(published, spread),
            spread,
        )
    )


async def index(tx: Transaction, texts: Sequence[Text]) -> None:
    """Make articles findable; called in the transaction that stores them, as many at a time as there are."""
    if texts:
        await _run(tx, lambda connection: put(connection, texts))


def put(connection: Raw, texts: Iterable[Text]) -> None:
    """`index` on a raw connection."""
    words: Counter[tuple[str, str]] = Counter()
    terms: Counter[str] = Counter()
    rows = [(text.position, text.tokens(words, terms)) for text in texts]
    if ANALYSIS_VERSION not in fulltext.tables(connection):
        vocabulary.prepare(connection, ANALYSIS_VERSION)
        fulltext.prepare(connection, ANALYSIS_VERSION)
    fulltext.put(connection, ANALYSIS_VERSION, sorted(rows))
    vocabulary.learn(connection, ANALYSIS_VERSION, words, terms)


async def index_stored(tx: Transaction, keys: Sequence[int]) -> None:
    """Make articles findable that are in the articles table already; hidden ones stay hidden."""
    wanted = ", ".join(map(str, keys))
    await _run(tx, lambda connection: put(connection, _stored(connection, f"key IN ({wanted}) AND hidden = 0")))


async def unindex(tx: Transaction, keys: Sequence[int]) -> None:
    """Take articles out, as they stand in the articles table: call it before their rows change."""
    if keys:
        await _run(tx, lambda connection: take(connection, keys))


def take(connection: Raw, keys: Sequence[int]) -> None:
    """`unindex` on a raw connection. What an older analysis made stays, unreachable, until its table is dropped."""
    words: Counter[tuple[str, str]] = Counter()
    terms: Counter[str] = Counter()
    rows = [
        (text.position, text.tokens(words, terms))
        for text in _stored(
            connection, f"key IN ({', '.join(map(str, keys))}) AND analysis_version = ?", ANALYSIS_VERSION
        )
    ]
    if rows:
        fulltext.take(connection, ANALYSIS_VERSION, rows)
        vocabulary.learn(
            connection,
            ANALYSIS_VERSION,
            {word: -count for word, count in words.items()},
            {term: -count for term, count in terms.items()},
        )


async def reindex_some(database: Database, limit: int = 200) -> int:
    """Index anew some articles that an older analysis indexed; how many. With none left its tables go.

    Until then they are found by their old terms.
    """
    async with database.transaction() as tx:
        return await _run(tx, lambda connection: _reindex(connection, limit))


async def merge(database: Database) -> None:
    """Bring the index into one piece, as after a bulk of articles; other writers come in between."""
    begin = more = True
    while more:
        async with database.transaction() as tx:
            more = await _run(tx, functools.partial(_merge, begin=begin))
        begin = False


def _merge(connection: Raw, *, begin: bool) -> bool:
    versions = fulltext.tables(connection)
    return bool(versions) and fulltext.merge(connection, versions[0], _MERGED_PAGES, begin=begin)


def _reindex(connection: Raw, limit: int) -> int:
    old = "SELECT key FROM articles WHERE analysis_version < ? AND hidden = 0 ORDER BY key LIMIT ?"
    keys = [row[0] for row in connection.execute(old, (ANALYSIS_VERSION, limit))]
    marked = ", ".join(map(str, keys))
    if keys:
        put(connection, _stored(connection, f"key IN ({marked})"))
        connection.execute(f"UPDATE articles SET analysis_version = ? WHERE key IN ({marked})", (ANALYSIS_VERSION,))
    if len(keys) < limit:
        for version in fulltext.tables(connection):
            if version < ANALYSIS_VERSION:
                fulltext.drop(connection, version)
                vocabulary.drop(connection, version)
    return len(keys)


def _stored(connection: Raw, where: str, *args: object) -> list[Text]:
    rows = connection.execute(
        f"SELECT position, title, body, language, source, topics, tags FROM articles WHERE {where}", args
    )
    return [
        Text(
            row[0],
            row[1],
            row[2],
            row[3],
            row[4],
            tuple(slug for slug, _ in json.loads(row[5])),
            tuple(json.loads(row[6])),
        )
        for row in rows
    ]


async def _run(tx: Transaction, work: Callable[[Raw], T]) -> T:
    return await tx.run(work)
