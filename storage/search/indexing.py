"""Writes the search index: articles are added, removed, and indexed again when the analysis changes.

Terms are made in Python (news.language.analyse), so every database indexes the same ones. What is special to SQLite is
in storage/search/postings.py and storage/search/vocabulary.py.
"""

import functools
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from news.language.analyse import ANALYSIS_VERSION, fold
from news.language.analyse import words as words_of
from news.models import FiledEntry, Terms
from news.subject.reading import pairs, terms_of
from storage.engine.database import Database, RawConnection, Transaction
from storage.search import postings, vocabulary

T = TypeVar("T")

log = logging.getLogger("qala.storage")

FAULTY = -ANALYSIS_VERSION
"""The `analysis_version` of an article that this analysis failed on: it is listed and can be read, but is not found.
The next version of the analysis tries again.
"""
_MERGED_PAGES = 1000  # in a transaction of about a sixth of a second


@dataclass(frozen=True, slots=True)
class IndexedText:
    """What is indexed of an article."""

    position: int
    title: str
    body: str
    language: str
    source: str | None
    topics: tuple[str, ...]
    tags: tuple[str, ...]
    terms: Terms | None = None
    """The terms, if they were computed already."""

    @classmethod
    def of(cls, position: int, item: FiledEntry) -> "IndexedText":
        """The text of a filed article."""
        entry = item.entry
        topics = tuple(topic.slug for topic in item.topics)
        return cls(position, entry.title, entry.body, item.language, entry.source, topics, entry.tags, item.terms)

    @classmethod
    def stored(cls, position: int, title: str, body: str, language: str, *labels: str | None) -> "IndexedText":
        """What is indexed of a row of `articles`; `labels` are its columns source, topics and tags."""
        source, topics, tags = labels
        slugs = tuple(slug for slug, _ in json.loads(topics or "[]"))
        return cls(position, title, body, language, source, slugs, tuple(json.loads(tags or "[]")))

    def analysed(self) -> "IndexedText":
        """The same with its terms; without them if the analysis fails, which `put` then notes."""
        try:
            return replace(self, terms=terms_of(self.title, self.body, self.language))
        except Exception:  # a bug of ours with one text
            log.debug("no terms of %r", self.title, exc_info=True)
            return self

    def tokens(self, words: Counter[tuple[str, str]], terms: Counter[str]) -> str:
        """The tokens for the index; also counts the words and terms they are made of."""
        known = self.terms or terms_of(self.title, self.body, self.language)
        title, body = list(pairs(known.title)), list(pairs(known.body))
        words.update(title)
        words.update(body)
        spelled, in_title = {word for word, _ in title}, {term for _, term in title}
        in_body = {term for _, term in body} - in_title
        terms.update(in_title)
        terms.update(in_body)
        # Each token also stands for the wider ones; see postings.marks.
        tokens = {postings.WORD + postings.token(word) for word in spelled}
        tokens |= {postings.TITLE + postings.token(term) for term in in_title - spelled}
        tokens |= {postings.token(term) for term in in_body}
        tokens.add(postings.label(postings.LANGUAGE, self.language))
        if self.source:
            tokens |= {postings.label(postings.SOURCE, part) for part in source_parts(self.source)}
        tokens |= {postings.label(postings.TOPIC, slug) for slug in self.topics}
        tokens |= {postings.label(postings.TAG, tag) for tag in self.tags}
        tokens |= {postings.label(postings.PLACE, slug) for slug in known.places}
        return " ".join(sorted(tokens))


def source_parts(source: str) -> set[str]:
    """The words of an outlet's name. Each of them finds the outlet's articles."""
    return {fold(part) for part in words_of(source)} or {source}


async def free_position(tx: Transaction, published: int | None, spread: int) -> int:
    """A free position for an article published at this moment (UTC seconds; None for an undated one, below all dated
    ones).

    `spread` is a non-negative number below 2**62 that differs between articles. If many articles share a moment, it
    chooses among later positions: four are tried in each range, and each range is twice the one before. So it takes few
    steps, and nobody lands far away.
    """
    if published is None:
        last = await tx.fetchval("SELECT max(position) FROM articles WHERE position < $1", postings.FIRST_DATED)
        return int(last or 0) + 1
    return int(
        await tx.fetchval(
            "WITH RECURSIVE probe (at, step) AS (SELECT CAST($1 AS BIGINT), 0 UNION ALL"
            " SELECT CAST($1 AS BIGINT) + CAST($2 AS BIGINT) % 1000003 * (step * 7919 + 104729)"
            " % (4 << (step / 4)), step + 1 FROM probe WHERE EXISTS (SELECT 1 FROM articles WHERE position = probe.at))"
            " SELECT at FROM probe ORDER BY step DESC LIMIT 1",
            postings.position(published, spread),
            spread,
        )
    )


async def index(tx: Transaction, texts: Sequence[IndexedText]) -> None:
    """Index articles; call it in the transaction that stores them, with as many at a time as there are."""
    if texts:
        await _run(tx, lambda connection: put(connection, texts))


async def index_counted(tx: Transaction, texts: Sequence[IndexedText]) -> None:
    """Index articles whose words are in the vocabulary already, because the vocabulary was copied."""
    if texts:
        await _run(tx, lambda connection: put(connection, texts, counted=True))


def prepare(connection: RawConnection) -> None:
    """Create the tables of this analysis if they are missing."""
    if ANALYSIS_VERSION not in postings.tables(connection):
        vocabulary.prepare(connection, ANALYSIS_VERSION)
        postings.prepare(connection, ANALYSIS_VERSION)


def put(connection: RawConnection, texts: Iterable[IndexedText], *, counted: bool = False) -> None:
    """`index` on a raw connection. An article that cannot be analysed is marked FAULTY in `articles` and left out."""
    words: Counter[tuple[str, str]] = Counter()
    terms: Counter[str] = Counter()
    rows, faulty = [], []
    for text in texts:
        try:
            rows.append((text.position, text.tokens(words, terms)))
        except Exception:  # a bug of ours with one text: it must not stop its neighbours
            log.exception("the article %.80r cannot be analysed: it is kept without terms", text.title)
            faulty.append(text.position)
    prepare(connection)
    postings.put(connection, ANALYSIS_VERSION, rows)
    if faulty:
        where = ", ".join(map(str, faulty))
        connection.execute(f"UPDATE articles SET analysis_version = ? WHERE position IN ({where})", (FAULTY,))
    if not counted:
        vocabulary.learn(connection, ANALYSIS_VERSION, words, terms)


async def unindex(tx: Transaction, keys: Sequence[int]) -> None:
    """Remove articles from the index as they are in `articles`; call it before their rows change."""
    if keys:
        await _run(tx, lambda connection: take(connection, keys))


def take(connection: RawConnection, keys: Sequence[int]) -> None:
    """`unindex` on a raw connection. Entries of an older analysis stay, unreachable, until its table is dropped."""
    words: Counter[tuple[str, str]] = Counter()
    terms: Counter[str] = Counter()
    rows = [
        (text.position, text.tokens(words, terms))
        for text in _stored(
            connection, f"key IN ({', '.join(map(str, keys))}) AND analysis_version = ?", ANALYSIS_VERSION
        )
    ]
    if rows:
        postings.take(connection, ANALYSIS_VERSION, rows)
        vocabulary.learn(
            connection,
            ANALYSIS_VERSION,
            {word: -count for word, count in words.items()},
            {term: -count for term, count in terms.items()},
        )


async def reindex_some(database: Database, limit: int = 200) -> int:
    """Index again some articles that an older analysis indexed; returns how many.

    When none is left, the older tables are dropped. Until then these articles are found by their old terms.
    """
    async with database.transaction() as tx:
        return await _run(tx, lambda connection: _reindex(connection, limit))


async def merge(database: Database) -> None:
    """Merge the index into one segment, as is due after a bulk of articles; other writers get their turns
    in between.
    """
    begin = more = True
    while more:
        async with database.transaction() as tx:
            more = await _run(tx, functools.partial(_merge, begin=begin))
        begin = False


def _merge(connection: RawConnection, *, begin: bool) -> bool:
    versions = postings.tables(connection)
    return bool(versions) and postings.merge(connection, versions[0], _MERGED_PAGES, begin=begin)


def _reindex(connection: RawConnection, limit: int) -> int:
    old = (
        "SELECT key, position, analysis_version FROM articles WHERE analysis_version > ? AND analysis_version < ?"
        " AND hidden = 0 ORDER BY key LIMIT ?"
    )
    rows = connection.execute(old, (FAULTY, ANALYSIS_VERSION, limit)).fetchall()
    keys = [row[0] for row in rows]
    marked = ", ".join(map(str, keys))
    if keys:
        for version in postings.tables(connection):
            postings.drop_rows(connection, version, [row[1] for row in rows if row[2] == version])
        connection.execute(f"UPDATE articles SET analysis_version = ? WHERE key IN ({marked})", (ANALYSIS_VERSION,))
        put(connection, _stored(connection, f"key IN ({marked})"))
    if len(keys) < limit:
        for version in postings.tables(connection):
            if version < ANALYSIS_VERSION:
                postings.drop(connection, version)
                vocabulary.drop(connection, version)
    return len(keys)


def _stored(connection: RawConnection, where: str, *args: object) -> list[IndexedText]:
    rows = connection.execute(
        f"SELECT position, title, body, language, source, topics, tags FROM articles WHERE {where}", args
    )
    return [IndexedText.stored(*row) for row in rows]


async def _run(tx: Transaction, work: Callable[[RawConnection], T]) -> T:
    return await tx.run(work)
