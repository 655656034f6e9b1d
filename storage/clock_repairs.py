"""What a wrong clock left in the store, brought back within what it can be.

Nothing that is stored may lie further ahead than it could by a right clock: what was decided, up to now; a next look at
a source, its interval; a chat's next digest, a week. Each repair is done again and again without harm, a bounded number
of rows a step.
"""

from dataclasses import dataclass

from storage.engine.database import Database, Transaction

DAY = 86_400
_NEXT_DIGEST, _NEXT_LOOK, _CLOCKS_DIFFER = 8 * DAY, 8 * DAY, 60
_CHATS = 5_000
_SEEN = "clock_seen"


@dataclass(frozen=True, slots=True)
class ClockRepair:
    """How much was mended: chats whose digests were decided ahead, sources, articles seen at another time."""

    chats: int = 0
    sources: int = 0
    articles: int = 0

    def __bool__(self) -> bool:
        return any((self.chats, self.sources, self.articles))


class ClockRepairs:
    """Mends moments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_seen(self) -> int:
        """The latest moment (UTC seconds) by the clock of a bot at work; 0: never noted."""
        return int(await self._database.fetchval("SELECT value FROM facts WHERE name = $1", _SEEN) or 0)

    async def note(self, now: int) -> None:
        """Remember the moment, in place of an earlier or a wrong one."""
        await self._database.at_once(
            "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            " RETURNING name",
            _SEEN,
            str(now),
        )

    async def bound(self, now: int) -> ClockRepair:
        """The clock was ahead: bring back what lies further ahead of `now` (UTC seconds) than it can."""
        chats, last = 0, None
        while True:
            async with self._database.transaction() as tx:
                some, last = await _chats_back(tx, last, now)
            chats += some
            if last is None:
                break
        await self._database.execute(
            "UPDATE deliveries SET planned_at = $1 WHERE state = 'planned' AND planned_at > $1", now
        )
        # It lasts no longer than was told; who is silent knows by themselves.
        await self._database.execute("DELETE FROM facts WHERE name = 'silent_until'")
        return ClockRepair(chats, *await self._redate(now + _CLOCKS_DIFFER, None, now))

    async def redate(self, begin: int, end: int, now: int) -> ClockRepair:
        """The clock was behind, and stood between `begin` and `end`: what was seen then was seen now."""
        return ClockRepair(0, *await self._redate(begin, end, now))

    async def _redate(self, begin: int, end: int | None, now: int) -> tuple[int, int]:
        """Sources and articles. The next look at a source works their dates out anew: see news.feeds.decisions."""
        last = end if end is not None else 1 << 60
        sources = await self._database.fetch("SELECT key FROM sources ORDER BY key")
        touched = 0
        for row in sources:
            async with self._database.transaction() as tx:
                items = await tx.execute(
                    "UPDATE source_items SET fingerprint = '', first_seen = $4, listed_at = $4"
                    " WHERE source_key = $1 AND first_seen >= $2 AND first_seen <= $3",
                    row["key"],
                    begin,
                    last,
                    now,
                )
                touched += await tx.execute(
                    "UPDATE sources SET next_check_at = $2, not_before = 0, etag = NULL, last_modified = NULL,"
                    " checked_at = CASE WHEN checked_at > $2 THEN $2 ELSE checked_at END,"
                    " down_since = CASE WHEN down_since > $2 THEN $2 ELSE down_since END,"
                    " last_article_at = CASE WHEN last_article_at > $2 THEN $2 ELSE last_article_at END"
                    " WHERE key = $1 AND ($3 > 0 OR checked_at > $4 OR next_check_at > $5)",
                    row["key"],
                    now,
                    items,
                    now + _CLOCKS_DIFFER,
                    now + _NEXT_LOOK,
                )
        articles = await self._database.execute(
            "UPDATE articles SET first_seen = $3 WHERE first_seen >= $1 AND first_seen <= $2", begin, last, now
        )
        return touched, articles


async def _chats_back(tx: Transaction, after: int | None, now: int) -> tuple[int, int | None]:
    """The next few chats: how many were decided about ahead, and the last of them; None where none is left."""
    rows = await tx.fetch(
        "SELECT chat_id, decided_until, next_digest_at, last_edition_at FROM subscribers WHERE chat_id > $1"
        " ORDER BY chat_id LIMIT $2",
        -(1 << 62) if after is None else after,
        _CHATS,
    )
    latest = now + _CLOCKS_DIFFER
    ahead = [
        row["chat_id"]
        for row in rows
        if max(row["decided_until"] or 0, row["last_edition_at"] or 0) > latest
        or (row["next_digest_at"] or 0) > now + _NEXT_DIGEST
    ]
    await tx.executemany(
        "UPDATE subscribers SET decided_until = $2, last_edition_at = CASE WHEN last_edition_at > $2 THEN $2"
        " ELSE last_edition_at END, next_digest_at = CASE WHEN next_digest_at IS NULL THEN NULL ELSE $2 END"
        " WHERE chat_id = $1",
        [(chat, now) for chat in ahead],
    )
    # An edition of a day that has not come yet must not stand in that day's way: what was sent keeps its row.
    await tx.executemany(
        "UPDATE deliveries SET edition = edition || $3, planned_at = $2, updated_at = $2 WHERE chat_id = $1"
        " AND planned_at > $2 AND state NOT IN ('planned', 'sending')",
        [(chat, now, f"~{now}") for chat in ahead],
    )
    return len(ahead), rows[-1]["chat_id"] if len(rows) == _CHATS else None
