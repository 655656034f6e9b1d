"""The agenda: whose digest is due, and what was decided about it, written in one transaction."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from storage.database import Connection, Database, Transaction, marks


class Due(NamedTuple):
    """A chat whose slot may have come: a plain row, since a morning brings a million of them."""

    chat_id: int
    audience: int | None
    composition: int | None
    since: int | None
    decided: int | None
    timezone: str
    minutes: str
    days: int
    quiet_from: int | None
    quiet_to: int | None
    late: str
    form: str
    says_nothing: int
    owed: int


class Row(NamedTuple):
    """A row of the ledger to be: `state` is 'planned', or at once 'empty' or 'skipped'."""

    chat_id: int
    edition: str
    part: int
    state: str
    composition: int | None
    form: str
    again: str | None
    at: int
    reason: str | None = None


class Advance(NamedTuple):
    """Where a chat stands afterwards; all but the chat's id as in the subscribers table."""

    chat_id: int
    next_at: int | None
    decided: int
    composition: int | None
    since: int | None


@dataclass(slots=True)
class Plan:
    """What one transaction decides: new ledger rows, the chats moved on, and whose owed stories were planned."""

    rows: list[Row] = field(default_factory=list)
    advances: list[Advance] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)


_WHO_IS_DUE = "WHERE next_digest_at <= $1 AND state = 'active' ORDER BY next_digest_at, chat_id LIMIT $2"
_DUE = (
    "SELECT chat_id, audience, composition, last_edition_at, decided_until, timezone, minutes, days, quiet_from,"
    f" quiet_to, late, form, says_nothing, owed FROM subscribers {_WHO_IS_DUE}"
)


class Agenda:
    """Whose digest is due."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: int, limit: int, connection: Connection | None = None) -> list[Due]:
        """The chats whose bell rings, longest first."""
        rows = await (connection or self._database).fetch(_DUE, now, limit)
        return [Due(*row) for row in rows]

    async def is_due(self, now: int) -> bool:
        """Whether anybody's bell rings."""
        first = await self.next_due()
        return first is not None and first <= now

    async def next_due(self) -> int | None:
        """UTC seconds of the earliest digest of all, None where nobody gets one."""
        value = await self._database.fetchval(
            "SELECT min(next_digest_at) FROM subscribers WHERE next_digest_at IS NOT NULL AND state = 'active'"
        )
        return None if value is None else int(value)

    async def record(self, tx: Transaction, plan: Plan) -> None:
        """Write a plan. An edition that is in the ledger already stays as it is: no slot is ever planned twice."""
        await tx.executemany(
            "INSERT INTO deliveries (chat_id, edition, part, state, composition, form, again, planned_at, updated_at,"
            " reason) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9) ON CONFLICT DO NOTHING",
            plan.rows,
        )
        await tx.executemany(
            "UPDATE subscribers SET next_digest_at = $2, decided_until = $3, composition = $4, last_edition_at = $5"
            " WHERE chat_id = $1",
            plan.advances,
        )
        await _pay(tx, plan.paid)

    async def planned_before(
        self, now: int, limit: int, editions: Collection[str], tx: Transaction
    ) -> set[tuple[int, str]]:
        """Which of these editions the ledger has already for the chats that are due, as (chat, edition)."""
        if not editions:
            return set()
        rows = await tx.fetch(
            f"SELECT s.chat_id, d.edition FROM (SELECT chat_id FROM subscribers {_WHO_IS_DUE}) AS s"
            f" LEFT JOIN deliveries d ON d.chat_id = s.chat_id AND d.part = 0 AND d.edition IN ({marks(editions, 3)})",
            now,
            limit,
            *sorted(editions),
        )
        return {(row["chat_id"], row["edition"]) for row in rows if row["edition"] is not None}


async def _pay(tx: Transaction, chats: Sequence[int]) -> None:
    ones = [(chat,) for chat in chats]
    await tx.executemany("UPDATE deliveries SET owed = 0 WHERE chat_id = $1 AND owed = 1", ones)
    await tx.executemany("UPDATE subscribers SET owed = 0 WHERE chat_id = $1", ones)
