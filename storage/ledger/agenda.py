"""The agenda: whose digest is due, what was decided about it, and editions that were not sent in time."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from news.timetable import LATEST_SECONDS, ON_TIME_SECONDS
from storage.engine.database import Connection, Database, Transaction, columns, marks
from storage.ledger.alerts import FORM as ALERT
from storage.ledger.broadcasts import FORM as BROADCAST
from storage.ledger.compositions import Compositions
from storage.ledger.gate import DIGEST, POST


class DueDigest(NamedTuple):
    """A chat whose digest may be due. It is a plain tuple, because one morning brings a million of them."""

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
    alerted: str | None
    away: int | None = None
    """UTC second until which the chat has paused digests; None without a pause."""


class LedgerRow(NamedTuple):
    """A row to write into the ledger. `state` is 'planned', or 'empty' or 'skipped' from the start."""

    chat_id: int
    edition: str
    part: int
    state: str
    composition: int | None
    form: str
    again: str | None
    at: int
    reason: str | None = None


class AgendaAdvance(NamedTuple):
    """A chat's new place in the agenda; the fields are columns of `subscribers`."""

    chat_id: int
    next_at: int | None
    decided: int
    composition: int | None
    since: int | None
    alerted: str | None


@dataclass(slots=True)
class AgendaPlan:
    """What one transaction writes: new ledger rows, chats' new places, and chats whose owed stories were planned."""

    rows: list[LedgerRow] = field(default_factory=list)
    advances: list[AgendaAdvance] = field(default_factory=list)
    paid: list[int] = field(default_factory=list)


_WHO_IS_DUE = "WHERE next_digest_at <= $1 AND state = 'active' ORDER BY next_digest_at, chat_id LIMIT $2"
_DUE = (
    "SELECT chat_id, audience, composition, last_edition_at, decided_until, timezone, minutes, days, quiet_from,"
    f" quiet_to, late, form, says_nothing, owed, alerted, away_until FROM subscribers {_WHO_IS_DUE}"
)


_PLAN = (
    "INSERT INTO deliveries (chat_id, edition, part, state, composition, form, again, planned_at, reason, updated_at)"
    " {} ON CONFLICT DO NOTHING"
)
_PLAN_EACH = _PLAN.format("VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8)")
# On PostgreSQL one statement for all takes a fifth of the time, and its triggers run once.
_PLAN_ALL = _PLAN.format(
    "SELECT chat, edition, part, state, composition, form, again, at, reason, at FROM unnest(CAST($1 AS BIGINT[]),"
    " CAST($2 AS TEXT[]), CAST($3 AS INTEGER[]), CAST($4 AS TEXT[]), CAST($5 AS BIGINT[]), CAST($6 AS TEXT[]),"
    " CAST($7 AS TEXT[]), CAST($8 AS BIGINT[]), CAST($9 AS TEXT[]))"
    " AS these (chat, edition, part, state, composition, form, again, at, reason)"
)
_ADVANCE_EACH = (
    "UPDATE subscribers SET next_digest_at = $2, decided_until = $3, composition = $4, last_edition_at = $5,"
    " alerted = $6 WHERE chat_id = $1"
)
_ADVANCE_ALL = (
    "UPDATE subscribers AS s SET next_digest_at = next_at, decided_until = decided, composition = these.composition,"
    " last_edition_at = since, alerted = these.alerted FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[]),"
    " CAST($3 AS BIGINT[]), CAST($4 AS BIGINT[]), CAST($5 AS BIGINT[]), CAST($6 AS TEXT[]))"
    " AS these (chat, next_at, decided, composition, since, alerted) WHERE s.chat_id = chat"
)


class Agenda:
    """Tells whose digest is due, and writes plans."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def due(self, now: int, limit: int, connection: Connection | None = None) -> list[DueDigest]:
        """Up to `limit` chats whose time has come at `now` (UTC seconds), those due longest first."""
        rows = await (connection or self._database).fetch(_DUE, now, limit)
        return [DueDigest(*row) for row in rows]

    async def is_due(self, now: int) -> bool:
        """Whether any chat's time has come at `now` (UTC seconds)."""
        first = await self.next_due()
        return first is not None and first <= now

    async def next_due(self) -> int | None:
        """The UTC second at which the earliest digest is due; None if nobody gets one."""
        value = await self._database.fetchval(
            "SELECT min(next_digest_at) FROM subscribers WHERE next_digest_at IS NOT NULL AND state = 'active'"
        )
        return None if value is None else int(value)

    async def record(self, tx: Transaction, plan: AgendaPlan) -> None:
        """Write a plan. An edition that is already in the ledger is not changed, so no slot is planned twice."""
        if tx.dialect == "postgresql":
            await tx.execute(_PLAN_ALL, *columns(plan.rows, len(LedgerRow._fields)))
            await tx.execute(_ADVANCE_ALL, *columns(plan.advances, len(AgendaAdvance._fields)))
        else:
            await tx.executemany(_PLAN_EACH, plan.rows)
            await tx.executemany(_ADVANCE_EACH, plan.advances)
        await _pay(tx, plan.paid)

    async def planned_before(
        self, now: int, limit: int, editions: Collection[str], tx: Transaction
    ) -> set[tuple[int, str]]:
        """The (chat, edition) pairs of these editions that are already in the ledger, for the chats that are due."""
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


# Planned editions that were not sent in time: their rows expire, and their stories may come with the next edition.

_OVERTAKEN, _LATE = "overtaken by a later edition", "late, and not wanted late"
_PASSED_OVER = 500
"""How many chats one transaction takes."""


class OverdueEditions:
    """Editions that are planned and overdue."""

    def __init__(self, database: Database, compositions: Compositions) -> None:
        self._database = database
        self._compositions = compositions

    async def pass_over(self, now: int) -> int:
        """Expire editions that are late because nothing was sent for a quarter of an hour; the number of chats.

        Only for chats that want a late edition merged into the next one or skipped. Called at the start, before
        `Deliveries.recover`. An edition far back in a moving queue is not late in this sense: otherwise its reader
        might never get one.
        """
        before = now - ON_TIME_SECONDS
        rows = await self._database.fetch(
            "SELECT DISTINCT s.chat_id, s.late FROM deliveries d JOIN subscribers s ON s.chat_id = d.chat_id"
            f" WHERE d.state = 'planned' AND d.rank = {DIGEST} AND d.planned_at < $1 AND d.part = 0"
            f" AND d.form NOT IN ('{BROADCAST}', '{ALERT}') AND s.late <> 'send'",
            before,
        )
        if not rows or await self._moved_since(before):
            return 0
        for late in ("merge", "skip"):
            chats = [row["chat_id"] for row in rows if row["late"] == late]
            for start in range(0, len(chats), _PASSED_OVER):
                some = chats[start : start + _PASSED_OVER]
                async with self._database.transaction() as tx:
                    which = f"planned_at < $1 AND chat_id IN ({marks(some, 2)})"
                    await self._expire(tx, which, (before, *some), now, _LATE, comes_later=late != "skip")
        return len(rows)

    async def _moved_since(self, before: int) -> bool:
        """Whether any row was being sent, or ended, since `before` (UTC seconds)."""
        told = "updated_at >= $1"
        recent = f"{told} AND planned_at >= $2 AND state NOT IN ('planned', 'sending') AND owed = 0"
        ways = (f"state = 'sending' AND {told}", f"owed = 1 AND {told}", recent)
        asked = " OR ".join(f"EXISTS (SELECT 1 FROM deliveries WHERE {way})" for way in ways)
        return bool(await self._database.fetchval(f"SELECT 1 WHERE {asked}", before, before - LATEST_SECONDS))

    async def overtake(self, chats: Sequence[int], now: int) -> int:
        """Expire planned rows of chats whose next edition is due; their stories come with that one. How many.

        A broadcast is not an edition: it waits until it can be sent or is stopped.
        """
        if not chats:
            return 0
        async with self._database.transaction() as tx:
            return await self._expire(tx, f"chat_id IN ({marks(chats)})", chats, now)

    async def expire(self, before: int, now: int) -> int:
        """Expire rows that were planned before a moment (UTC seconds) and could not be sent; returns how many."""
        async with self._database.transaction() as tx:
            return await self._expire(tx, f"rank = {DIGEST} AND planned_at < $1", (before,), now)

    async def _expire(
        self,
        tx: Transaction,
        which: str,
        arguments: Sequence[int],
        now: int,
        reason: str = _OVERTAKEN,
        *,
        comes_later: bool = True,
    ) -> int:
        rows = await tx.fetch(
            f"SELECT chat_id, edition, part, composition FROM deliveries WHERE state = 'planned' AND {which}"
            f" AND form NOT IN ('{BROADCAST}', '{ALERT}') AND rank <> {POST}",
            *arguments,
        )
        for row in rows:
            await tx.execute(
                "UPDATE deliveries SET state = 'expired', updated_at = $4, reason = $5, owed = $6"
                " WHERE chat_id = $1 AND edition = $2 AND part = $3",
                row["chat_id"],
                row["edition"],
                row["part"],
                now,
                reason,
                int(comes_later and row["part"] > 0),
            )
            if not comes_later:
                continue
            if row["part"] == 0:
                await self._compositions.give_back(tx, row["chat_id"], row["composition"])
            else:
                await tx.execute("UPDATE subscribers SET owed = 1 WHERE chat_id = $1", row["chat_id"])
        return len(rows)
