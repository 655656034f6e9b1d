"""Broadcasts: what an administrator sends to all readers in private chats, through the same ledger as digests.

draft → running → done, or stopped. Rows are planned in the order of chats, a few at a time and only while little else
waits; the rows and the place reached are written in one transaction, so a crash plans nobody twice and nobody not.
"""

from dataclasses import dataclass

from storage.engine.database import Database, Row, Transaction
from storage.ledger.gate import BROADCAST as RANK

FORM = "broadcast"
"""The form of a broadcast's rows in the ledger."""
_COLUMNS = "key, chat_id, content, language, state, screen, total, upto, at"
_READERS = "kind = 'private' AND state = 'active'"


@dataclass(frozen=True, slots=True)
class Broadcast:
    """A message to all readers, or those of one language.

    `content` is JSON that whoever sends it understands; `at` is when it was written, once running when it began.
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

    @property
    def edition(self) -> str:
        """Its name in the ledger."""
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

    async def get(self, key: int) -> Broadcast | None:
        """The broadcast of a key."""
        row = await self._database.fetchrow(f"SELECT {_COLUMNS} FROM broadcasts WHERE key = $1", key)
        return _to_broadcast(row) if row else None

    async def running(self) -> list[Broadcast]:
        """Those under way, the oldest first."""
        rows = await self._database.fetch(f"SELECT {_COLUMNS} FROM broadcasts WHERE state = 'running' ORDER BY key")
        return [_to_broadcast(row) for row in rows]

    async def readers(self) -> dict[str, int]:
        """The number of readers a broadcast reaches, by the language of their interface."""
        rows = await self._database.fetch(
            f"SELECT language, count(*) AS n FROM subscribers WHERE {_READERS} GROUP BY language"
        )
        return {row["language"]: row["n"] for row in rows}

    async def choose(self, key: int, language: str | None) -> None:
        """Choose the readers of a draft: those of one language, or all (None)."""
        await self._database.execute(
            "UPDATE broadcasts SET language = $2 WHERE key = $1 AND state = 'draft'", key, language
        )

    async def start(self, key: int, screen: int | None, total: int, now: int) -> bool:
        """Start a draft. False if it is no longer a draft, so that a second press does nothing."""
        return bool(
            await self._database.execute(
                "UPDATE broadcasts SET state = 'running', screen = $2, total = $3, at = $4, upto = 0"
                " WHERE key = $1 AND state = 'draft'",
                key,
                screen,
                total,
                now,
            )
        )

    async def stop(self, key: int, now: int) -> bool:
        """Stop a draft or a running broadcast: nobody else gets it. False if it had ended already."""
        async with self._database.transaction() as tx:
            sql = "UPDATE broadcasts SET state = 'stopped' WHERE key = $1 AND state IN ('draft', 'running')"
            if not await tx.execute(sql, key):
                return False
            await tx.execute(
                "UPDATE deliveries SET state = 'expired', updated_at = $2, reason = 'stopped by an administrator'"
                f" WHERE edition = $1 AND form = '{FORM}' AND state = 'planned'",
                f"{FORM}-{key}",
                now,
            )
        return True

    async def plan(self, one: Broadcast, ahead: int, now: int) -> int:
        """Plan rows for the next readers while fewer than `ahead` rows of the ledger wait; returns how many were
        planned.

        A broadcast with nobody left to plan for and nothing under way is done.
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
        """The number of its rows in each state of the ledger."""
        rows = await self._database.fetch(
            f"SELECT state, count(*) AS n FROM deliveries WHERE edition = $1 AND form = '{FORM}' GROUP BY state",
            one.edition,
        )
        return {row["state"]: row["n"] for row in rows}

    async def source_is_gone(self, one: Broadcast) -> bool:
        """Whether Telegram no longer has the message that is copied; then nobody else can get it."""
        sql = (
            f"SELECT 1 FROM deliveries WHERE edition = $1 AND form = '{FORM}' AND state = 'refused' AND reason LIKE $2"
        )
        return bool(await self._database.fetchval(f"{sql} LIMIT 1", one.edition, "%message to copy not found%"))

    async def prune(self, before: int) -> int:
        """Forget broadcasts that are not running and were written before a moment (UTC seconds); returns how many."""
        return await self._database.execute("DELETE FROM broadcasts WHERE at < $1 AND state <> 'running'", before)


async def _next(tx: Transaction, one: Broadcast, room: int) -> list[int]:
    """The next chats. Readers who joined after the start, or stopped the bot meanwhile, are not among them."""
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
