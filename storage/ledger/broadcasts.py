"""Broadcasts: what an administrator sends to all readers in private chats, through the same ledger as digests.

draft → (scheduled →) running → done, or stopped, from where it can go on.
Rows are planned in the order of chat ids, a few at a time and only while little else waits. The rows and the place
reached are written in one transaction, so a crash plans nobody twice and forgets nobody.
"""

from dataclasses import dataclass

from storage.engine.database import Database, Row, Transaction
from storage.ledger.gate import BROADCAST as RANK

FORM = "broadcast"
"""The form of a broadcast's rows in the ledger."""
_STOPPED = "stopped by an administrator"
_COLUMNS = "key, chat_id, content, language, state, screen, total, upto, at, starts_at"
_READERS = "kind = 'private' AND state = 'active'"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message to all readers, or those of one language.

    `content` is JSON for the sender. `at` is when the draft was written; for a running one, when it began.
    `starts_at` is when a scheduled one begins. Both are UTC seconds.
    """

    key: int
    chat_id: int
    content: str
    language: str | None
    state: str
    screen: int | None
    total: int
    upto: int
    at: int
    starts_at: int | None = None

    @property
    def edition(self) -> str:
        """Its edition in the ledger."""
        return f"{FORM}-{self.key}"


class Broadcasts:
    """The broadcasts of this bot."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draft(self, chat_id: int, content: str, now: int) -> int:
        """Store an administrator's message as a draft, replacing their older drafts; returns its key."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM broadcasts WHERE chat_id = $1 AND state = 'draft'", chat_id)
            sql = "INSERT INTO broadcasts (chat_id, content, at) VALUES ($1, $2, $3) RETURNING key"
            return int(await tx.fetchval(sql, chat_id, content, now))

    async def draft_of(self, chat_id: int, since: int) -> Broadcast | None:
        """An administrator's draft written after `since` (UTC seconds); None where there is none."""
        row = await self._database.fetchrow(
            f"SELECT {_COLUMNS} FROM broadcasts WHERE chat_id = $1 AND state = 'draft' AND at >= $2", chat_id, since
        )
        return _to_broadcast(row) if row else None

    async def rewrite(self, key: int, content: str, now: int) -> None:
        """Replace a draft's content."""
        sql = "UPDATE broadcasts SET content = $2, at = $3 WHERE key = $1 AND state = 'draft'"
        await self._database.execute(sql, key, content, now)

    async def schedule(self, key: int, screen: int | None, total: int, starts_at: int) -> bool:
        """Schedule a draft, or reschedule one, for `starts_at` (UTC seconds). False if it is neither."""
        return bool(
            await self._database.execute(
                "UPDATE broadcasts SET state = 'scheduled', screen = $2, total = $3, starts_at = $4"
                " WHERE key = $1 AND state IN ('draft', 'scheduled')",
                key,
                screen,
                total,
                starts_at,
            )
        )

    async def begin_due(self, now: int) -> list[int]:
        """Begin scheduled broadcasts whose time has come; returns their keys."""
        due = await self._database.fetch(
            "SELECT key, language FROM broadcasts WHERE state = 'scheduled' AND starts_at <= $1 ORDER BY key", now
        )
        if not due:
            return []
        readers = await self.readers()
        for row in due:
            total = readers.get(row["language"], 0) if row["language"] else sum(readers.values())
            sql = (
                "UPDATE broadcasts SET state = 'running', at = $2, total = $3, upto = 0"
                " WHERE key = $1 AND state = 'scheduled'"
            )
            await self._database.execute(sql, row["key"], now, total)
        return [row["key"] for row in due]

    async def go_on(self, key: int, now: int) -> bool:
        """Resume a stopped broadcast; nobody gets it twice. False if it was not stopped after its start."""
        async with self._database.transaction() as tx:
            sql = "UPDATE broadcasts SET state = 'running' WHERE key = $1 AND state = 'stopped' AND upto > 0"
            if not await tx.execute(sql, key):
                return False
            await tx.execute(
                "UPDATE deliveries SET state = 'planned', updated_at = $2, reason = NULL"
                f" WHERE edition = $1 AND form = '{FORM}' AND state = 'expired' AND reason = '{_STOPPED}'",
                f"{FORM}-{key}",
                now,
            )
        return True

    async def get(self, key: int) -> Broadcast | None:
        """The broadcast with this key, or None."""
        row = await self._database.fetchrow(f"SELECT {_COLUMNS} FROM broadcasts WHERE key = $1", key)
        return _to_broadcast(row) if row else None

    async def running(self) -> list[Broadcast]:
        """Running broadcasts, oldest first."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM broadcasts WHERE state = 'running' ORDER BY key")
        return [_to_broadcast(row) for row in rows]

    async def readers(self) -> dict[str, int]:
        """The number of readers a broadcast reaches, by the language of their interface."""
        rows = await self._database.fetch(
            f"SELECT language, count(*) AS n FROM subscribers WHERE {_READERS} GROUP BY language"
        )
        return {row["language"]: row["n"] for row in rows}

    async def choose(self, key: int, language: str | None) -> None:
        """Set whom a draft reaches: readers of one language, or all (None)."""
        await self._database.execute(
            "UPDATE broadcasts SET language = $2 WHERE key = $1 AND state = 'draft'", key, language
        )

    async def start(self, key: int, screen: int | None, total: int, now: int) -> bool:
        """Start a draft or a scheduled one. False if it is neither, so that a second press does nothing."""
        return bool(
            await self._database.execute(
                "UPDATE broadcasts SET state = 'running', screen = $2, total = $3, at = $4, upto = 0"
                " WHERE key = $1 AND state IN ('draft', 'scheduled')",
                key,
                screen,
                total,
                now,
            )
        )

    async def stop(self, key: int, now: int) -> bool:
        """Stop a draft, a scheduled or a running broadcast: nobody else gets it. False if it had already ended."""
        async with self._database.transaction() as tx:
            sql = (
                "UPDATE broadcasts SET state = 'stopped' WHERE key = $1 AND state IN ('draft', 'scheduled', 'running')"
            )
            if not await tx.execute(sql, key):
                return False
            await tx.execute(
                f"UPDATE deliveries SET state = 'expired', updated_at = $2, reason = '{_STOPPED}'"
                f" WHERE edition = $1 AND form = '{FORM}' AND state = 'planned'",
                f"{FORM}-{key}",
                now,
            )
        return True

    async def plan(self, one: Broadcast, ahead: int, now: int) -> int:
        """Plan rows for the next readers, until `ahead` rows of broadcasts wait; returns how many were planned.

        A broadcast with no reader left to plan for and no row under way is done.
        """
        async with self._database.transaction() as tx:
            sql = (
                "SELECT count(*) FROM (SELECT 1 FROM deliveries"
                f" WHERE state = 'planned' AND rank = {RANK} LIMIT $1) AS waiting"
            )
            room = ahead - int(await tx.fetchval(sql, ahead))
            if room <= 0:
                return 0
            chats = await _next(tx, one, room)
            await tx.executemany(
                "INSERT INTO deliveries (chat_id, edition, part, state, form, rank, planned_at, updated_at)"
                f" VALUES ($1, $2, 0, 'planned', '{FORM}', {RANK}, $3, $3) ON CONFLICT DO NOTHING",
                [(chat, one.edition, now) for chat in chats],
            )
            if chats:
                await tx.execute("UPDATE broadcasts SET upto = $2 WHERE key = $1", one.key, chats[-1])
            elif not await _under_way(tx, one):
                await tx.execute("UPDATE broadcasts SET state = 'done' WHERE key = $1 AND state = 'running'", one.key)
        return len(chats)

    async def counts(self, one: Broadcast) -> dict[str, int]:
        """How many of its rows are in each state."""
        rows = await self._database.fetch(
            f"SELECT state, count(*) AS n FROM deliveries WHERE edition = $1 AND form = '{FORM}' GROUP BY state",
            one.edition,
        )
        return {row["state"]: row["n"] for row in rows}

    async def source_is_gone(self, one: Broadcast) -> bool:
        """Whether Telegram no longer has the message to copy; then nobody else can get it."""
        sql = (
            f"SELECT 1 FROM deliveries WHERE edition = $1 AND form = '{FORM}' AND state = 'refused' AND reason LIKE $2"
        )
        return bool(await self._database.fetchval(f"{sql} LIMIT 1", one.edition, "%message to copy not found%"))

    async def prune(self, before: int) -> int:
        """Delete broadcasts written before `before` (UTC seconds) that neither run nor wait; returns how many."""
        return await self._database.execute(
            "DELETE FROM broadcasts WHERE at < $1 AND state NOT IN ('running', 'scheduled')", before
        )


async def _next(tx: Transaction, one: Broadcast, room: int) -> list[int]:
    """The next chats, without readers who joined after the start or blocked the bot meanwhile."""
    spoken = " AND language = $4" if one.language else ""
    given = (one.language,) if one.language else ()
    rows = await tx.fetch(
        "SELECT chat_id FROM subscribers WHERE chat_id > (SELECT upto FROM broadcasts WHERE key = $1"
        f" AND state = 'running') AND created_at <= $2 AND {_READERS}{spoken} ORDER BY chat_id LIMIT $3",
        one.key,
        one.at,
        room,
        *given,
    )
    return [row["chat_id"] for row in rows]


async def _under_way(tx: Transaction, one: Broadcast) -> bool:
    sql = f"SELECT 1 FROM deliveries WHERE edition = $1 AND form = '{FORM}' AND state IN ('planned', 'sending') LIMIT 1"
    return bool(await tx.fetchval(sql, one.edition))


def _to_broadcast(row: Row) -> Broadcast:
    return Broadcast(**{name: row[name] for name in _COLUMNS.split(", ")})
