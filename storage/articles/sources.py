"""Sources: their settings, which are due, what polling brought, and which lines they repeat."""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import structlog

from news.feeds.source import Rhythm, SeenItem, Source, SourceHealth, origin_of
from news.models import FiledEntry, ImportReport, QalaError
from news.pages.lines import ENOUGH, PAGES, RECENT
from storage.articles.articles import Articles
from storage.engine.database import Database, Row, Transaction, marks

log = structlog.get_logger()

_CHOSEN = (
    *("url", "kind", "name", "language", "city", "full_text", "topics", "paused", "poll_interval", "zone"),
    *("channel_id", "secret", "most_bytes", "identity"),
)
_REMEMBERED = (
    *("etag", "last_modified", "next_check_at", "not_before", "checked_at", "failures", "failure", "down_since"),
    *("last_article_at", "reported", "moved_to", "moved_seen", "rhythm"),
)
_COLUMNS = ", ".join(("key", *_CHOSEN, *_REMEMBERED))
_POLLED = "paused = 0 AND channel_id IS NULL"
_ITEM = "guid, article, fingerprint, first_seen, listed_at, tries"
_ASKED_AT_ONCE = 500
_NAMED_AGAIN_SECONDS = 3600
_MOST_REMEMBERED = 20_000
"""How many items are remembered for a source. It bounds the table if a feed renames its items at each look.
"""
_FORGET_AFTER = 60 * 86400
"""How many seconds an item is remembered that its source no longer lists; its article stays."""


class Sources:
    """The sources of news."""

    def __init__(self, database: Database, articles: Articles) -> None:
        self._database = database
        self._articles = articles

    async def add(self, source: Source, tx: Transaction | None = None) -> Source:
        """Store a source; returns it with its key.

        Raises QalaError `source-known` if its address is stored already. `www.`, http or https, and a slash at the end
        make no difference.
        """
        if tx is None:
            async with self._database.transaction() as own:
                return await self.add(source, own)
        same = sorted(_same(source.url))
        if known := await tx.fetchval(f"SELECT url FROM sources WHERE url IN ({marks(same)})", *same):
            raise QalaError("source-known", url=known)
        values = (*_chosen(source), *_remembered(source.health))
        key = await tx.fetchval(
            f"INSERT INTO sources ({', '.join((*_CHOSEN, *_REMEMBERED))}) VALUES ({marks(values)}) RETURNING key",
            *values,
        )
        return replace(source, key=int(key))

    async def all(self) -> list[Source]:
        """All sources by name."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM sources ORDER BY name, key")
        return to_sources(rows)

    async def get(self, key: int) -> Source | None:
        """The source with this key, or None."""
        row = await self._database.fetchrow(f"SELECT {_COLUMNS} FROM sources WHERE key = $1", key)
        return to_source(row) if row else None

    async def find(self, text: str) -> Source | None:
        """A source by key, address or name."""
        if text.isascii() and text.isdigit() and len(text) < 19 and (found := await self.get(int(text))):
            return found
        row = await self._database.fetchrow(
            f"SELECT {_COLUMNS} FROM sources WHERE url = $1 OR name = $1 ORDER BY url = $1 DESC LIMIT 1", text
        )
        return to_source(row) if row else None

    async def of_channel(self, channel_id: int, *urls: str) -> Source | None:
        """A channel's source, by its id or, if it was only polled before, by its address."""
        row = await self._database.fetchrow(
            f"SELECT {_COLUMNS} FROM sources WHERE channel_id = $1"
            f" OR (channel_id IS NULL AND url IN ({marks(urls, 2)})) ORDER BY channel_id IS NULL LIMIT 1",
            channel_id,
            *urls,
        )
        return to_source(row) if row else None

    async def waiting(self, tx: Transaction) -> int:
        """How many channels wait for agreement (`Source.waits`)."""
        sql = "SELECT count(*) FROM sources WHERE paused = 1 AND channel_id IS NOT NULL AND checked_at IS NULL"
        return int(await tx.fetchval(f"{sql} AND failures = 0"))

    async def due(self, now: int, limit: int) -> list[Source]:
        """The sources that are due now, longest due first."""
        return await self._waiting("next_check_at", now, limit)

    async def willing(self, now: int, limit: int) -> list[Source]:
        """The sources whose servers allow a look now, due or not; those that have waited longest come first."""
        return await self._waiting("not_before", now, limit)

    async def _waiting(self, until: str, now: int, limit: int) -> list[Source]:
        rows = await self._database.fetch(
            f"SELECT {_COLUMNS} FROM sources WHERE {until} <= $1 AND {_POLLED} ORDER BY {until}, key LIMIT $2",
            now,
            limit,
        )
        found = to_sources(rows)
        if len(found) < len(rows):  # a row that cannot be read delays no other, and is logged again in an hour
            spoilt = {row["key"] for row in rows} - {one.key for one in found}
            keys = ", ".join(str(int(key)) for key in spoilt)
            later = f"UPDATE sources SET next_check_at = $1, not_before = $1 WHERE key IN ({keys})"
            await self._database.execute(later, now + _NAMED_AGAIN_SECONDS)
        return found

    async def claim(self, source: Source, until: int) -> bool:
        """Claim a source until `until` (UTC seconds). False if somebody else has claimed it."""
        taken = await self._database.execute(
            "UPDATE sources SET next_check_at = $3 WHERE key = $1 AND next_check_at = $2 AND paused = 0",
            source.key,
            source.health.next_check_at,
            until,
        )
        return bool(taken)

    async def next_due(self) -> int | None:
        """The UTC second at which the next source is due; None if there is none."""
        value = await self._database.fetchval(f"SELECT min(next_check_at) FROM sources WHERE {_POLLED}")
        return None if value is None else int(value)

    async def change(self, source: Source, tx: Transaction | None = None) -> None:
        """Store the operator's choices for a source: name, rights, pause, interval, city, language, topics, address."""
        await (tx or self._database).execute(
            f"UPDATE sources SET {_assignments(_CHOSEN, 2)} WHERE key = $1", source.key, *_chosen(source)
        )

    async def ended(self, source: Source, failure: str, tx: Transaction) -> None:
        """Note why a channel's posts stop coming; the next post removes the note."""
        await tx.execute("UPDATE sources SET failures = failures + 1, failure = $2 WHERE key = $1", source.key, failure)

    async def remove(self, key: int, tx: Transaction | None = None) -> bool:
        """Delete a source; its articles stay. False if there is no such source."""
        if tx is None:
            async with self._database.transaction() as own:
                return await self.remove(key, own)
        await tx.execute("DELETE FROM source_items WHERE source_key = $1", key)
        return bool(await tx.execute("DELETE FROM sources WHERE key = $1", key))

    async def seen(self, key: int, guids: Collection[str]) -> dict[str, SeenItem]:
        """What is remembered about these items of a source, by guid."""
        names = {digest(guid): guid for guid in guids}
        found = await self._items(key, "guid", sorted(names))
        return {names[row["guid"]]: _seen(row, names[row["guid"]]) for row in found}

    async def seen_as(self, key: int, articles: Collection[str]) -> dict[str, SeenItem]:
        """What is remembered about the items of a source that became these articles, by article id, without guids."""
        return {row["article"]: _seen(row, "") for row in await self._items(key, "article", sorted(articles))}

    async def _items(self, key: int, column: str, values: Sequence[str]) -> list[Row]:
        found: list[Row] = []
        for start in range(0, len(values), _ASKED_AT_ONCE):
            part = values[start : start + _ASKED_AT_ONCE]
            found += await self._database.fetch(
                f"SELECT {_ITEM} FROM source_items WHERE source_key = $1 AND {column} IN ({marks(part, 2)})", key, *part
            )
        return found

    async def save(
        self,
        source: Source,
        articles: Sequence[FiledEntry],
        seen: Iterable[SeenItem],
        clock: Callable[[], int],
        health: Callable[[ImportReport, int], SourceHealth],
    ) -> ImportReport:
        """Store the result of polling a source, and the source's new state, in one transaction.

        The time is read inside the transaction, so that no article counts as seen before it can be found. An article
        that another source brought first is left unchanged. `health` is told what came and when. A source without a
        key is added; if one was removed meanwhile, nothing is stored.
        """
        async with self._database.transaction() as tx:
            now = clock()
            if not source.key:
                source = await self.add(source, tx)
            elif not await tx.fetchval("SELECT 1 FROM sources WHERE key = $1", source.key):
                return ImportReport()
            own = await self._own(tx, source.key, {filed.entry.id for filed in articles})
            imported = await self._articles.save([filed for filed in articles if filed.entry.id in own], now, tx)
            imported.duplicate += sum(filed.entry.id not in own for filed in articles)
            seen = list(seen)
            await tx.executemany(  # an item whose guid changed is remembered under the new guid only
                "DELETE FROM source_items WHERE source_key = $1 AND article = $2 AND guid <> $3",
                [(source.key, one.article, digest(one.guid)) for one in seen],
            )
            await tx.executemany(
                "INSERT INTO source_items (source_key, guid, article, fingerprint, first_seen, listed_at, tries)"
                " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (source_key, guid) DO UPDATE SET"
                " fingerprint = excluded.fingerprint, listed_at = excluded.listed_at, tries = excluded.tries",
                [
                    (source.key, digest(one.guid), one.article, one.fingerprint, one.first_seen or now, now, one.tries)
                    for one in seen
                ],
            )
            await self._forget(tx, source.key, now - _FORGET_AFTER)
            await self._remember(tx, source, health(imported, now))
        return imported

    async def _forget(self, tx: Transaction, key: int, before: int) -> None:
        """Delete items that a source no longer lists, and of the others all but the newest 20,000."""
        oldest = await tx.fetchval(
            "SELECT listed_at FROM source_items WHERE source_key = $1 ORDER BY listed_at DESC LIMIT 1 OFFSET $2",
            key,
            _MOST_REMEMBERED,
        )
        limit = max(before, 0 if oldest is None else int(oldest) + 1)
        await tx.execute("DELETE FROM source_items WHERE source_key = $1 AND listed_at < $2", key, limit)

    async def _own(self, tx: Transaction, key: int, ids: Collection[str]) -> set[str]:
        """Those of these articles that are new or came from this source."""
        own = set()
        for name in ids:
            if not await tx.fetchval("SELECT 1 FROM articles WHERE id = $1", name) or await tx.fetchval(
                "SELECT 1 FROM source_items WHERE source_key = $1 AND article = $2", key, name
            ):
                own.add(name)
        return own

    async def _remember(self, tx: Transaction, source: Source, health: SourceHealth) -> None:
        await tx.execute(
            "UPDATE sources SET channel_id = COALESCE(channel_id, $3),"
            f" {_assignments(_REMEMBERED, 4)} WHERE key = $1 AND url = $2",
            source.key,
            source.url,
            source.channel_id,
            *_remembered(health),
        )

    async def move(self, source: Source, url: str) -> bool:
        """Change a source's address after a permanent redirect. False if another source has that address already.

        Its secret is kept only if the new address has the same origin.
        """
        async with self._database.transaction() as tx:
            if await tx.fetchval("SELECT 1 FROM sources WHERE url = $1", url):
                return False
            opens = source.secret if origin_of(url) == origin_of(source.url) else None
            sql = "UPDATE sources SET url = $2, secret = $3 WHERE key = $1"
            return bool(await tx.execute(sql, source.key, url, opens))


def _assignments(columns: Sequence[str], first: int) -> str:
    return ", ".join(f"{column} = ${number}" for number, column in enumerate(columns, first))


def digest(guid: str) -> str:
    """A short key for a guid, which may be any text of any length."""
    return hashlib.blake2b(guid.encode(errors="surrogatepass"), digest_size=12).hexdigest()


def _seen(row: Row, guid: str) -> SeenItem:
    return SeenItem(guid, row["article"], row["fingerprint"], row["first_seen"], row["listed_at"], row["tries"])


def to_sources(rows: Iterable[Row]) -> list[Source]:
    """Sources from rows of their table. A row that cannot be read is left out and logged."""
    read = []
    for row in rows:
        try:
            read.append(to_source(row))
        except (ValueError, TypeError) as error:
            log.error("a source cannot be read from its row: it is left out", key=row["key"], reason=str(error))
    return read


def to_source(row: Row) -> Source:
    """A Source from a row of its table."""
    return Source(
        key=row["key"],
        url=row["url"],
        kind=row["kind"],
        name=row["name"],
        language=row["language"],
        city=row["city"],
        full_text=bool(row["full_text"]),
        topics=tuple(json.loads(row["topics"])),
        paused=bool(row["paused"]),
        interval=row["poll_interval"],
        zone=row["zone"],
        channel_id=row["channel_id"],
        secret=row["secret"],
        most_bytes=row["most_bytes"],
        identity=row["identity"],
        health=SourceHealth(
            etag=row["etag"],
            last_modified=row["last_modified"],
            next_check_at=row["next_check_at"],
            not_before=row["not_before"],
            checked_at=row["checked_at"],
            failures=row["failures"],
            failure=row["failure"],
            down_since=row["down_since"],
            last_article_at=row["last_article_at"],
            reported=row["reported"],
            moved_to=row["moved_to"],
            moved_seen=row["moved_seen"],
            rhythm=_rhythm(json.loads(row["rhythm"])),
        ),
    )


def _rhythm(stored: Mapping[str, Any]) -> Rhythm:
    return Rhythm(tuple(stored["counts"]), float(stored["days"]), int(stored["updated_at"]))


def _chosen(source: Source) -> tuple[object, ...]:
    return (
        source.url,
        source.kind,
        source.name,
        source.language,
        source.city,
        int(source.full_text),
        json.dumps(source.topics),
        int(source.paused),
        source.interval,
        source.zone,
        source.channel_id,
        source.secret,
        source.most_bytes,
        source.identity,
    )


def _remembered(health: SourceHealth) -> tuple[object, ...]:
    return (
        health.etag,
        health.last_modified,
        health.next_check_at,
        health.not_before,
        health.checked_at,
        health.failures,
        health.failure,
        health.down_since,
        health.last_article_at,
        health.reported,
        health.moved_to,
        health.moved_seen,
        json.dumps(asdict(health.rhythm)),
    )


def _same(url: str) -> set[str]:
    """The spellings of an address that mean the same."""
    scheme, mark, rest = url.partition("://")
    if scheme not in ("http", "https"):
        return {url}
    host, slash, path = rest.removeprefix("www.").partition("/")
    ends = {"", "/"} if not path else {f"/{path.rstrip('/')}", f"/{path.rstrip('/')}/"}
    spellings = {
        f"{one}{mark}{www}{host}{end}"
        for one in ("http", "https")
        for www in ("", "www.")
        for end in {*ends, slash + path}
    }
    return spellings | {url}


# Lines that a site prints on page after page, counted by their hashes; see news/pages/lines.py.

_MOST_KNOWN = 2000  # lines of a site that its next page is compared with
_MOST_ROWS = 300_000
_MOST_NAMES = 10_000
_LONGEST_SITE = 200


class RepeatedLineStore:
    """Lines by site. A noted line counts at once; it is in the database after `flush`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: dict[str, Counter[int]] = {}
        self._noted: dict[str, None] = {}  # names of the pages noted last
        self._added = _MOST_ROWS  # rows since the last pruning; a new process prunes first

    @property
    def waiting(self) -> int:
        """The number of pages noted since the last `flush`."""
        return sum(lines[PAGES] for lines in self._waiting.values())

    async def known(self, site: str) -> dict[int, int]:
        """Hash of each of the site's most common lines → on how many pages it was seen; PAGES → all pages."""
        site = site[:_LONGEST_SITE]
        rows = await self._database.fetch(
            "SELECT line, pages FROM repeated_lines WHERE site = $1 ORDER BY pages DESC LIMIT $2", site, _MOST_KNOWN
        )
        counts = Counter({row["line"]: row["pages"] for row in rows})
        counts.update(self._waiting.get(site, {}))
        return dict(counts)

    async def counted(self, names: Collection[str]) -> set[str]:
        """Those of these pages (article ids or addresses) that were counted already."""
        places = marks(names) or "NULL"
        rows = await self._database.fetch(
            f"SELECT id, url FROM articles WHERE id IN ({places}) OR url IN ({places})", *names
        )
        return ({row["id"] for row in rows} | {row["url"] for row in rows} | self._noted.keys()) & set(names)

    def note(self, site: str, name: str, lines: Iterable[int]) -> None:
        """Count a page's lines, once for each name."""
        if not site or name in self._noted:
            return
        self._noted[name] = None
        if len(self._noted) > _MOST_NAMES:
            del self._noted[next(iter(self._noted))]
        self._waiting.setdefault(site[:_LONGEST_SITE], Counter()).update({PAGES, *lines})

    async def flush(self, now: int) -> None:
        """Store what was noted. `now` is in UTC seconds."""
        waiting, self._waiting = self._waiting, {}
        rows = [(site, line, pages, now) for site, lines in waiting.items() for line, pages in sorted(lines.items())]
        if not rows:
            return
        async with self._database.transaction() as tx:
            await tx.executemany(
                "INSERT INTO repeated_lines (site, line, pages, seen_at) VALUES ($1, $2, $3, $4) ON CONFLICT"
                " (site, line) DO UPDATE SET pages = repeated_lines.pages + excluded.pages, seen_at = excluded.seen_at",
                rows,
            )
            for site in waiting:
                await _age(tx, site)
            self._added += len(rows)
            if self._added >= _MOST_ROWS // 10:
                self._added = 0
                await _prune(tx)


async def _age(tx: Transaction, site: str) -> None:
    """Halve a site's counts after enough pages, so that rare lines and those no longer printed are forgotten."""
    pages = await tx.fetchval("SELECT pages FROM repeated_lines WHERE site = $1 AND line = $2", site, PAGES)
    if pages >= RECENT:
        await tx.execute("DELETE FROM repeated_lines WHERE site = $1 AND pages < $2", site, ENOUGH)
        await tx.execute("UPDATE repeated_lines SET pages = pages / 2 WHERE site = $1", site)


async def _prune(tx: Transaction) -> None:
    """Delete rare lines if the table is too large."""
    for least in (ENOUGH, 10, RECENT):
        if await tx.fetchval("SELECT count(*) FROM repeated_lines") <= _MOST_ROWS:
            return
        await tx.execute("DELETE FROM repeated_lines WHERE pages < $1", least)
