"""Articles: saving, listing newest first, searching. The entry point is `Articles`."""

import json
import logging
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from news.filing import file_entry
from news.models import (
    LANGUAGES,
    Article,
    Entry,
    FiledEntry,
    ImportReport,
    Language,
    Page,
    PublicationTime,
    RejectedItem,
    Subscription,
    Topic,
)
from news.queries.query import Query, QueryPeriod, parse
from news.subject import topics
from storage.articles.corrections import Correction, corrected, note
from storage.articles.saving import ArticleWriter
from storage.articles.stories import Stories
from storage.engine.changes import KeptReads
from storage.engine.database import Database, RawConnection, Row, Transaction, marks
from storage.search import indexing, postings, results
from storage.search.postings import position
from storage.search.results import SearchResult

log = logging.getLogger("qala.storage")

COLUMNS = (
    "key, id, url, title, body, lead, language, published_at, published_day, source, tags, cited, topics, views, image,"
    " story, first_seen, author, section, copy_of, summary"
)
BEGINNING = 3000
"""How many characters of a text a digest searches for a reader's words."""
# Days named in a query are days in Kazakhstan.
_KAZAKHSTAN = timezone(timedelta(hours=5))
_MOST_COUNTED = 30
_MOST_RETOLD = 500
_WEEK_SECONDS = 7 * 86_400
_LOOK_EVERY = 50  # after so many articles of a large batch a waiting process is let in


_MOST_ROWS, _MOST_LISTS = 2_000, 500
_FOUND_SECONDS = 300
"""How many seconds a result is cached if no article changes. Recency counts by the hour in ranking."""
_Answered = tuple[SearchResult, list[Article]]


class Articles:
    """The article store."""

    def __init__(self, database: Database, stories: Stories) -> None:
        self._database = database
        self._stories = stories
        # The plus keeps SQLite from using an index on languages instead of the one with the list's order.
        self._unsorted = "+" if database.dialect == "sqlite" else ""
        self._rows: KeptReads[Article | None] = KeptReads(database.changes, ("articles",), _MOST_ROWS, by_row=True)
        self._lists: KeptReads[Any] = KeptReads(database.changes, ("articles",), _MOST_LISTS)

    async def save(self, filed: Sequence[FiledEntry], now: int, tx: Transaction | None = None) -> ImportReport:
        """Store articles in one transaction: unknown ids are new, changed ones are updated, the same are duplicates."""
        if tx is None:
            async with self._database.transaction() as own:
                return await own.together(lambda inside: self.save(filed, now, inside))
        saving = ArticleWriter(tx, self._stories, now)
        for item in {one.entry.id: one for one in filed}.values():
            await saving.add(item)
        await saving.index()
        done = saving.done
        done.duplicate += len(filed) - done.new - done.updated - done.duplicate
        return done

    async def save_many(self, filed: Sequence[FiledEntry], now: int) -> ImportReport:
        """Like `save`; in several transactions if another process waits to write, so that it does not wait long."""
        done = ImportReport()
        left = deque(filed)

        async def some(tx: Transaction) -> None:
            saving = ArticleWriter(tx, self._stories, now)
            while left:
                await saving.add(left.popleft())
                if len(left) % _LOOK_EVERY == 0 and self._database.awaited():
                    break
            await saving.index()
            done.add(saving.done)

        while left:
            async with self._database.transaction() as tx:
                await tx.together(some)
        return done

    async def get(self, key: int) -> Article | None:
        """The article with this key; None if there is none or it is hidden."""
        return (await self._rows.get_all([key], self._read_rows)).get(key)

    async def many(self, keys: Sequence[int]) -> list[Article]:
        """The articles with these keys in the same order, without missing and hidden ones."""
        if not keys:
            return []
        found = await self._rows.get_all(keys, self._read_rows)
        return [one for key in keys if (one := found.get(key)) is not None]

    async def _read_rows(self, keys: Sequence[int]) -> Mapping[int, Article | None]:
        wanted = ", ".join(str(int(key)) for key in keys)
        rows = await self._database.fetch(f"SELECT {COLUMNS} FROM articles WHERE key IN ({wanted}) AND hidden = 0")
        return {**dict.fromkeys(keys), **{article.key: article for article in to_articles(rows)}}

    async def firsts(self, keys: Sequence[int], query: Query | None = None) -> list[Article]:
        """Like `many`, with originals instead of reprints, each once. A query that names a source keeps reprints."""
        found = await self.many(keys)
        if query is not None and query.sources:
            return found
        return await self.many(list(dict.fromkeys(one.copy_of or one.key for one in found)))

    async def retold(self, found: Sequence[Article], language: str | None) -> list[Article]:
        """The same articles, each in this language where its story has it: an original before a reprint, the newest.

        None is any language: as they are.
        """
        if language is None:
            return list(found)
        stories = _told_elsewhere(found, language)
        if not stories:
            return list(found)
        key = ("retold", tuple(one.key for one in found), language)
        return list(await self._lists.get(key, lambda: self._retold(found, stories, language)))

    async def _retold(self, found: Sequence[Article], stories: Collection[int], language: str) -> list[Article]:
        return await self._database.read(lambda connection: self._told(connection, found, stories, language))

    def _told(
        self, connection: RawConnection, found: Sequence[Article], stories: Collection[int], language: str
    ) -> list[Article]:
        among, wanted = postings.one_of(connection, list(stories))
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM articles WHERE story {among} AND {self._unsorted}language = ? AND hidden = 0"
            f" ORDER BY CASE WHEN copy_of IS NULL THEN 0 ELSE 1 END, position DESC LIMIT {_MOST_RETOLD}",
            (wanted, language),
        )
        own: dict[int, Article] = {}
        for article in to_articles(rows.fetchall()):
            own.setdefault(article.story or 0, article)
        return [one if one.language == language else own.get(one.story or 0, one) for one in found]

    async def at_address(self, addresses: Sequence[str]) -> Article | None:
        """The article at the first of these addresses that has one; hidden ones do not count."""
        rows = await self._database.fetch(
            f"SELECT {COLUMNS} FROM articles WHERE url IN ({marks(addresses)}) AND hidden = 0 LIMIT {_MOST_COUNTED}",
            *addresses,
        )
        found = {article.url: article for article in to_articles(rows)}
        return next((found[one] for one in addresses if one in found), None)

    async def find(self, text: str) -> Article | None:
        """An article by key, by the importer's id, or by URL; None if there is none."""
        row = None
        if text.isascii() and text.isdigit() and len(text) < 19:
            row = await self._database.fetchrow(f"SELECT {COLUMNS} FROM articles WHERE key = $1", int(text))
        row = row or await self._database.fetchrow(f"SELECT {COLUMNS} FROM articles WHERE id = $1", text)
        row = row or await self._database.fetchrow(f"SELECT {COLUMNS} FROM articles WHERE url = $1 LIMIT 1", text)
        return next(iter(to_articles([row] if row else [])), None)

    async def latest(
        self,
        limit: int,
        cursor: str | None = None,
        label: tuple[str, str] | None = None,
        languages: Collection[str] = LANGUAGES,
        *,
        reprints: bool = False,
    ) -> Page[Article]:
        """The newest articles, or those of one label: ('topic', slug) or ('tag', folded). The cursor is a position.

        A text that was published several times is listed once, by its first publication; with `reprints` each time.
        """
        key = ("latest", limit, cursor, label, tuple(languages), reprints)
        page: Page[Article] = await self._lists.get(
            key, lambda: self._latest(limit, cursor, label, languages, reprints=reprints)
        )
        return Page(list(page.items), page.next)

    async def _latest(
        self,
        limit: int,
        cursor: str | None,
        label: tuple[str, str] | None,
        languages: Collection[str],
        *,
        reprints: bool,
    ) -> Page[Article]:
        before = int(cursor) if cursor else (1 << 62)
        columns = ", ".join(f"a.{column.strip()}" for column in COLUMNS.split(","))
        spoken = ", ".join(f"'{language}'" for language in LANGUAGES if language in languages)
        readable = f"a.hidden = 0 AND {self._unsorted}a.language IN ({spoken})" + (
            "" if reprints else " AND a.copy_of IS NULL"
        )
        if label is None:
            rows = await self._database.fetch(
                f"SELECT {columns}, a.position FROM articles a WHERE a.position < $1 AND {readable}"
                " ORDER BY a.position DESC LIMIT $2",
                before,
                limit + 1,
            )
        else:
            rows = await self._database.fetch(
                f"SELECT {columns}, a.position FROM article_labels l JOIN articles a ON a.key = l.key"
                f" WHERE l.kind = $1 AND l.value = $2 AND l.position < $3 AND {readable}"
                " ORDER BY l.position DESC LIMIT $4",
                *label,
                before,
                limit + 1,
            )
        more = len(rows) > limit
        rows = rows[:limit]
        return Page(to_articles(rows), str(rows[-1]["position"]) if more else None)

    async def told_since(
        self,
        stories: Collection[int],
        position: int,
        label: tuple[str, str] | None = None,
        languages: Collection[str] = LANGUAGES,
    ) -> set[int]:
        """Those of these stories that have an article in a list of the newest at this position or above."""
        if not stories:
            return set()
        spoken = ", ".join(f"'{language}'" for language in LANGUAGES if language in languages)
        labelled = " AND EXISTS (SELECT 1 FROM article_labels l WHERE l.key = a.key AND l.kind = $2 AND l.value = $3)"
        wanted = ", ".join(map(str, map(int, stories)))
        rows = await self._database.fetch(
            # A few stories by their index, never all that is newer than this position.
            f"SELECT DISTINCT a.story FROM articles a WHERE a.story IN ({wanted}) AND +a.position >= $1"
            f" AND +a.hidden = 0 AND a.copy_of IS NULL AND {self._unsorted}a.language IN ({spoken})"
            + (labelled if label else ""),
            position,
            *(label or ()),
        )
        return {row["story"] for row in rows}

    async def search(self, text: str, *, limit: int, now: int, cursor: str | None = None) -> Page[Article]:
        """What the words find, best first, as of `now` (UTC seconds)."""
        query = parse(text, datetime.fromtimestamp(now, _KAZAKHSTAN).date())
        found = await self.found(query, limit=limit, now=now, cursor=cursor)
        return Page(await self.firsts([hit.key for hit in found.hits], found.query), found.next)

    async def found(
        self, query: Query, *, limit: int, now: int, cursor: str | None = None, language: Language | None = None
    ) -> SearchResult:
        """The keys of what a query finds, best first, and what of the query was understood.

        `language` is the only one the reader reads: if its articles answer well, no others are among them.
        """
        asked = ("found", query, limit, now // _FOUND_SECONDS, cursor, language)
        found: SearchResult = await self._lists.get(
            asked,
            lambda: results.search(self._database, query, limit=limit, now=now, cursor=cursor, language=language),
        )
        return found

    async def answered(
        self,
        query: Query,
        *,
        limit: int,
        now: int,
        cursor: str | None = None,
        language: Language | None = None,
        told_in: str | None = None,
    ) -> tuple[SearchResult, list[Article]]:
        """`found`, with its articles as `firsts` and `retold` in the language `told_in` give them, in one read.

        Where a query names a language or a source, they are told as they were found.
        """
        asked = ("answered", query, limit, now // _FOUND_SECONDS, cursor, language, told_in)
        remembered = results.remembered_of(self._database)

        async def read(kept: Callable[[int], Article | None]) -> tuple[_Answered, dict[int, Article | None]]:
            def work(connection: RawConnection) -> tuple[_Answered, dict[int, Article | None]]:
                found = results.find_for(
                    connection, query, limit=limit, now=now, remembered=remembered, cursor=cursor, language=language
                )
                rows: dict[int, Article | None] = {}
                shown = _rows_of(connection, [hit.key for hit in found.hits], kept, rows)
                if not found.query.sources:
                    originals = list(dict.fromkeys(one.copy_of or one.key for one in shown))
                    shown = _rows_of(connection, originals, kept, rows)
                    if told_in and not found.query.language and (stories := _told_elsewhere(shown, told_in)):
                        shown = self._told(connection, shown, stories, told_in)
                return (found, shown), rows

            return await self._database.read(work)

        found, shown = await self._lists.get(asked, lambda: self._rows.join_in(read))
        return found, list(shown)

    async def week_count(self, asked: Subscription, today: date, now: int) -> int:
        """How many articles a subscription would have brought in the seven days up to `today`; thirty at most."""
        if asked.kind == "story":
            return 0
        if asked.kind == "word":
            query = replace(parse(f"{asked.value} ", today), period=QueryPeriod(today - timedelta(days=6), today))
            found = await self.found(query, limit=_MOST_COUNTED, now=now)
            return min(found.whole, _MOST_COUNTED) if found.exact else 0
        if asked.kind == "source":
            name = await self._outlet(asked.value)
            query = replace(parse(f'source:"{name}"', today), period=QueryPeriod(today - timedelta(days=6), today))
            return min((await self.found(query, limit=_MOST_COUNTED, now=now)).whole, _MOST_COUNTED)
        values = (asked.value, *topics.parts(asked.value)) if asked.kind == "topic" else (asked.value.casefold(),)
        counted: set[int] = set()
        for value in values:
            rows = await self._database.fetch(
                "SELECT l.key FROM article_labels l WHERE l.kind = $1 AND l.value = $2 AND l.position > $3"
                f" ORDER BY l.position DESC LIMIT {_MOST_COUNTED}",
                asked.kind,
                value,
                position(now - _WEEK_SECONDS),
            )
            counted |= {row["key"] for row in rows}
        return min(len(counted), _MOST_COUNTED)

    async def _outlet(self, name: str) -> str:
        """The name of the outlet with this host; `name` itself if no article has it as its host."""
        for start in (f"https://{name}/", f"https://www.{name}/", f"http://{name}/"):
            sql = "SELECT source FROM articles WHERE url >= $1 AND url < $2 AND source IS NOT NULL LIMIT 1"
            if found := await self._database.fetchval(sql, start, start[:-1] + "0"):
                return str(found).replace('"', "")
        return name.replace('"', "")

    async def reindex_some(self, limit: int = 200) -> int:
        """Index again some articles that an older analysis indexed; how many."""
        return await indexing.reindex_some(self._database, limit)

    async def merge_index(self) -> None:
        """Merge the search index, which becomes smaller and faster; worth it after thousands of new articles."""
        await indexing.merge(self._database)

    async def topic_counts(self, after: int, until: int) -> dict[str, int]:
        """Topic → how many articles were published in (after, until], UTC seconds; only the latest 20,000 count.

        An article with a date and no time counts on its day. Bounds are rounded down to minutes. Positions, which grow
        with publication, bound what is read, whatever came in from archives meanwhile.
        """
        after, until = after // 60 * 60, until // 60 * 60
        counts: dict[str, int] = await self._lists.get(
            ("counts", after, until), lambda: self._topic_counts(after, until)
        )
        return dict(counts)

    async def _topic_counts(self, after: int, until: int) -> dict[str, int]:
        rows = await self._database.fetch(
            # From the few articles of that time to their labels. Otherwise the planner would read every label.
            "SELECT l.value, count(*) AS n FROM (SELECT key FROM articles WHERE position >= $3 AND position < $4"
            " AND hidden = 0 AND (published_at > $1 AND published_at <= $2 OR published_at IS NULL AND"
            " published_day >= $5) ORDER BY position DESC LIMIT 20000) a CROSS JOIN article_labels l"
            " WHERE l.key = a.key AND l.kind = 'topic' GROUP BY l.value",
            after,
            until,
            postings.position(after - 86_400),
            postings.position(until + 86_400),
            datetime.fromtimestamp(until, UTC).date().isoformat(),
        )
        return {row["value"]: row["n"] for row in rows}

    async def count(self) -> int:
        """How many articles readers can see."""
        return int(await self._database.fetchval("SELECT count(*) FROM articles WHERE hidden = 0"))

    async def faulty(self, limit: int) -> list[tuple[str, str]]:
        """Ids and titles of articles at which the analysis failed: they are listed, but cannot be found."""
        rows = await self._database.fetch(
            "SELECT id, title FROM articles WHERE analysis_version < 0 AND hidden = 0"
            " ORDER BY analysis_version LIMIT $1",
            limit,
        )
        return [(row["id"], row["title"]) for row in rows]

    async def is_empty(self) -> bool:
        """Whether there is no article yet."""
        return bool(await self._lists.get("is empty", self._is_empty))

    async def _is_empty(self) -> bool:
        return await self._database.fetchval("SELECT 1 FROM articles LIMIT 1") is None

    async def seen_between(self, after: int, until: int, limit: int) -> list[Article]:
        """Articles first seen in (after, until], newest first, each with the beginning of its text, for digests.

        There may be thousands, so they are read in a thread.
        """
        columns = COLUMNS.replace(" body,", f" substr(body, 1, {BEGINNING}) AS body,")
        sql = (
            f"SELECT {columns} FROM articles WHERE first_seen > ?1 AND first_seen <= ?2 AND hidden = 0"
            " ORDER BY position DESC LIMIT ?3"
        )

        def read(connection: RawConnection) -> list[Article]:
            return to_articles(connection.execute(sql, (after, until, limit)).fetchall())

        return await self._database.read(read)

    async def changed_between(self, after: int, until: int, limit: int) -> list[Article]:
        """Articles whose text changed in (after, until], newest first, each with the beginning of its text."""
        columns = COLUMNS.replace(" body,", f" substr(body, 1, {BEGINNING}) AS body,")
        rows = await self._database.fetch(
            f"SELECT {columns} FROM articles WHERE updated_at > first_seen AND updated_at > $1 AND updated_at <= $2"
            " AND hidden = 0 ORDER BY updated_at DESC LIMIT $3",
            after,
            until,
            limit,
        )
        return to_articles(rows)

    async def hide(self, key: int, now: int) -> bool:
        """Withdraw an article everywhere; False if there is none."""
        async with self._database.transaction() as tx:
            changed = await tx.execute("UPDATE articles SET hidden = 1, updated_at = $2 WHERE key = $1", key, now)
            if changed:
                await tx.execute("DELETE FROM article_labels WHERE key = $1", key)
                await indexing.unindex(tx, [key])
                await self._stories.part(tx, key)
        return bool(changed)

    async def correct(self, key: int, said: Correction, now: int) -> bool:
        """Give an article another title, language or topics, permanently; False if there is none.

        The source's last version stays known, so that it does not come again as a change.
        """
        article = await self.get(key)
        if article is None:
            return False
        entry = Entry(
            **{name: getattr(article, name) for name in Entry.__dataclass_fields__ if name != "cited"},
            cited=article.cited,
        )
        async with self._database.transaction() as tx:
            old = await tx.fetchrow("SELECT key, title, fingerprint FROM articles WHERE id = $1", article.id)
            assert old is not None
            both = await note(tx, key, said, now)
            filed = file_entry(replace(entry, language=both.language or article.language))
            if isinstance(filed, RejectedItem):
                return False
            kept = replace(filed, topics=article.topics)
            saving = ArticleWriter(tx, self._stories, now)
            await saving.rewrite(old, corrected(kept, replace(both, language=both.language or article.language)))
            await saving.index()
        return True

    async def join(self, key: int, other: int, now: int) -> bool:
        """Merge two articles and their stories into one story; False if one of them is missing."""
        async with self._database.transaction() as tx:
            found = await tx.fetch("SELECT key, story FROM articles WHERE key IN ($1, $2) AND hidden = 0", key, other)
            if len(found) < 2:
                return False
            await self._stories.join_by_hand(tx, key, other, now)
            await tx.execute("UPDATE articles SET updated_at = $3 WHERE key IN ($1, $2)", key, other, now)
        return True

    async def split(self, key: int, now: int) -> bool:
        """Take an article out of its story, permanently; False if it is in none."""
        async with self._database.transaction() as tx:
            if not await self._stories.split_by_hand(tx, key, now):
                return False
            await tx.execute("UPDATE articles SET updated_at = $2 WHERE key = $1", key, now)
        return True

    async def forget_some(self, before: int, limit: int) -> int:
        """Delete some articles published before `before` (UTC seconds) that nobody saved; how many.

        Withdrawn articles and what sources have listed stay known, so that they do not come again.
        """
        keys = [
            row["key"]
            for row in await self._database.fetch(
                "SELECT key FROM articles WHERE position < $1 AND position >= $2 AND hidden = 0"
                " AND NOT EXISTS (SELECT 1 FROM saved s WHERE s.key = articles.key) ORDER BY position LIMIT $3",
                position(before),
                position(0),
                limit,
            )
        ]
        if not keys:
            return 0
        async with self._database.transaction() as tx:
            await indexing.unindex(tx, keys)
            await self._stories.leave(tx, keys)
            gone = ", ".join(map(str, keys))
            rows = await tx.fetch(
                f"SELECT DISTINCT story FROM articles WHERE key IN ({gone}) AND story IS NOT NULL ORDER BY story"
            )
            for table in ("article_labels", "headlines", "reactions", "corrections", "articles"):
                await tx.execute(f"DELETE FROM {table} WHERE key IN ({gone})")
            await self._stories.drop_empty(tx, [row["story"] for row in rows])
        return len(keys)


def _rows_of(
    connection: RawConnection,
    keys: Sequence[int],
    kept: Callable[[int], Article | None],
    read: dict[int, Article | None],
) -> list[Article]:
    """The articles with these keys in the same order, without missing and hidden ones. `read` gets what is not kept."""
    found = {key: one for key in keys if (one := read.get(key) or kept(key)) is not None}
    if unread := [key for key in keys if key not in found and key not in read]:
        among, wanted = postings.one_of(connection, unread)
        rows = connection.execute(
            f"SELECT {COLUMNS} FROM articles WHERE key {among} AND hidden = 0", (wanted,)
        ).fetchall()
        read.update({**dict.fromkeys(unread), **{article.key: article for article in to_articles(rows)}})
    return [one for key in keys if (one := found.get(key) or read.get(key)) is not None]


def _told_elsewhere(found: Sequence[Article], language: str) -> set[int]:
    """The stories of those that are not in this language."""
    return {one.story for one in found if one.story is not None and one.language != language}


_NOTHING = "[]"


def to_articles(rows: Sequence[Row]) -> list[Article]:
    """Articles from rows of their table, in order. A row that cannot be read is left out and logged."""
    read = []
    for row in rows:
        try:
            read.append(_to_article(row))
        except (ValueError, TypeError, OverflowError, OSError) as error:
            log.error("article %s cannot be read from its row: it is left out (%s)", row["key"], error)
    return read


def _to_article(row: Row) -> Article:
    return Article(
        key=row["key"],
        id=row["id"],
        title=row["title"],
        lead=row["lead"],
        language=row["language"],
        url=row["url"],
        body=row["body"],
        published=_published(row["published_at"], row["published_day"]),
        source=row["source"],
        tags=_strings(row["tags"]),
        cited=_strings(row["cited"]),
        views=row["views"],
        image=row["image"],
        topics=_topics(row["topics"]),
        story=row["story"],
        first_seen=row["first_seen"],
        author=row["author"],
        section=row["section"],
        copy_of=row["copy_of"],
        summary=row["summary"],
    )


def _topics(told: str) -> tuple[Topic, ...]:
    if told == _NOTHING:
        return ()
    return tuple(Topic(str(slug), _texts(words)) for slug, words in json.loads(told))


def _strings(told: str) -> tuple[str, ...]:
    return () if told == _NOTHING else _texts(json.loads(told))


def _texts(read: object) -> tuple[str, ...]:
    return tuple(one for one in read if isinstance(one, str)) if isinstance(read, list) else ()


def _published(at: int | None, day: str | None) -> PublicationTime:
    if at is not None:
        return datetime.fromtimestamp(at, UTC)
    return date.fromisoformat(day) if day else None
