"""Saves articles one after another within a transaction: new, changed and known ones."""

import hashlib
import json
from datetime import datetime

from news.language.analyse import ANALYSIS_VERSION
from news.models import (
    Entry,
    FiledEntry,
    ImportReport,
    PublicationTime,
    RejectedItem,
    instant,
)
from storage.articles.corrections import corrected, correction_of
from storage.articles.stories import Stories
from storage.engine.database import Row, Transaction
from storage.search import indexing
from storage.search.indexing import IndexedText

# A date further ahead is the page's mistake, and must not keep the article on top.
_FUTURE_SECONDS = 15 * 60
_INDEXED_TOGETHER = 1000  # articles indexed together: a word in many of them is counted once


class ArticleWriter:
    """Stores articles in a transaction. Call `index` before its end, or what was added cannot be found."""

    def __init__(self, tx: Transaction, stories: Stories, now: int) -> None:
        self._tx, self._stories, self._now = tx, stories, now
        self._texts: list[IndexedText] = []
        self.done = ImportReport()

    async def add(self, item: FiledEntry) -> None:
        """Store an article: an unknown id is new, a changed one is updated, the same one is a duplicate."""
        sql = "SELECT key, title, fingerprint, hidden FROM articles WHERE id = $1"
        old = await self._tx.fetchrow(sql, item.entry.id)
        if old is None:
            self._add(item, await self._insert(item))
            self.done.new += 1
        elif old["fingerprint"] == (mark := fingerprint(item.entry)) or old["hidden"]:
            self.done.duplicate += 1
        else:
            await self.index()  # the old version may not be indexed yet, and could not be removed from the index
            item = corrected(item, await correction_of(self._tx, old["key"]))
            self._add(item, await self._update(old, item, mark))
            self.done.updated += 1
        if len(self._texts) >= _INDEXED_TOGETHER:
            await self.index()

    def _add(self, item: FiledEntry, text: IndexedText) -> None:
        if item.fault is None:
            self._texts.append(text)
        else:
            self.done.faulty.append(RejectedItem(item.entry.id, item.fault))

    async def index(self) -> None:
        """Index the added articles."""
        await indexing.index(self._tx, self._texts)
        self._texts = []

    async def _insert(self, item: FiledEntry) -> IndexedText:
        position = await indexing.free_position(
            self._tx, _order(item.entry.published, self._now), _spread(item.entry.id)
        )
        entry, mark = item.entry, fingerprint(item.entry)
        key = await self._tx.fetchval(
            "INSERT INTO articles (id, position, url, title, body, lead, language, published_at, published_day, source,"
            " tags, cited, topics, views, image, author, section, summary, first_seen, updated_at,"
            " fingerprint, analysis_version) VALUES"
            " ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $19, $20, $21)"
            " RETURNING key",
            entry.id,
            position,
            *_values(item),
            self._now,
            mark,
            _version(item),
        )
        await self._label(key, position, item)
        await self._stories.file(self._tx, key, item, mark, self._now)
        return IndexedText.of(position, item)

    async def _update(self, old: Row, item: FiledEntry, mark: str) -> IndexedText:
        key = old["key"]
        await self._tx.execute("DELETE FROM article_labels WHERE key = $1", key)
        await indexing.unindex(self._tx, [key])
        position = await indexing.free_position(
            self._tx, _order(item.entry.published, self._now), _spread(item.entry.id)
        )
        await self._tx.execute(
            "UPDATE articles SET position = $2, url = $3, title = $4, body = $5, lead = $6, language = $7,"
            " published_at = $8, published_day = $9, source = $10, tags = $11, cited = $12, topics = $13, views = $14,"
            " image = $15, author = $16, section = $17, summary = $18, updated_at = $19,"
            " fingerprint = $20, analysis_version = $21 WHERE key = $1",
            key,
            position,
            *_values(item),
            self._now,
            mark,
            _version(item),
        )
        await self._label(key, position, item)
        await self._stories.file(self._tx, key, item, mark, self._now, old["title"])
        return IndexedText.of(position, item)

    async def rewrite(self, old: Row, item: FiledEntry) -> None:
        """Store a corrected article. Its fingerprint stays that of the source's version."""
        self._add(item, await self._update(old, item, old["fingerprint"]))

    async def _label(self, key: int, position: int, item: FiledEntry) -> None:
        labels = {("topic", topic.slug) for topic in item.topics} | {("tag", tag.casefold()) for tag in item.entry.tags}
        await self._tx.executemany(
            "INSERT INTO article_labels (kind, value, position, key) VALUES ($1, $2, $3, $4)",
            [(kind, value, position, key) for kind, value in sorted(labels)],
        )


def _version(item: FiledEntry) -> int:
    return ANALYSIS_VERSION if item.fault is None else indexing.FAULTY


def fingerprint(entry: Entry) -> str:
    """A hash of everything a reader sees except views; an article has changed if it differs."""
    seen = [entry.title, entry.body, entry.url, str(entry.published), entry.source, entry.image, *entry.tags]
    return hashlib.blake2b("\x1f".join(map(str, seen)).encode(errors="surrogatepass"), digest_size=12).hexdigest()


def _values(item: FiledEntry) -> tuple[object, ...]:
    entry = item.entry
    at = int(entry.published.timestamp()) if isinstance(entry.published, datetime) else None
    day = entry.published.isoformat() if entry.published is not None and at is None else None
    return (
        entry.url,
        entry.title,
        entry.body,
        item.lead,
        item.language,
        at,
        day,
        entry.source,
        _json(entry.tags),
        _json(entry.cited),
        _json([(topic.slug, topic.words) for topic in item.topics]),
        entry.views,
        entry.image,
        entry.author,
        entry.section,
        item.summary,
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _spread(id_: str) -> int:
    return int.from_bytes(hashlib.blake2b(id_.encode(errors="surrogatepass"), digest_size=7).digest())


def _order(published: PublicationTime, now: int) -> int | None:
    """The UTC seconds by which an article is ordered; None for an undated one, which comes last."""
    if published is None:
        return None
    return min(instant(published), now + _FUTURE_SECONDS)
