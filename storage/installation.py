"""What the programs of one installation share: small facts, the token's budget, who is at work and who leads."""

import math
from dataclasses import dataclass
from typing import Literal

from storage.engine.database import Database

# Small facts about the installation itself, by name: until when the token is silent, why sending was halted.


class InstallationFacts:
    """Names and values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        """The value stored under this name; None if there is none."""
        value = await self._database.fetchval("SELECT value FROM facts WHERE name = $1", name)
        return None if value is None else str(value)

    async def put(self, name: str, value: str) -> None:
        """Remember a value in place of the old one."""
        await self._database.execute(
            "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )

    async def put_later(self, name: str, moment: float) -> None:
        """Store a moment (UTC seconds), unless a later one is stored already."""
        await self._database.execute(
            "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            " WHERE CAST(facts.value AS DOUBLE PRECISION) < CAST(excluded.value AS DOUBLE PRECISION)",
            name,
            str(moment),
        )

    async def drop(self, name: str) -> None:
        """Forget it."""
        await self._database.execute("DELETE FROM facts WHERE name = $1", name)


# The token's budget of messages, drawn from by all replicas: each gets moments of its own to write in.
#
# A moment is given away once, by the database's clock, in one statement: a program that is frozen meanwhile holds
# nothing, and one that dies loses the few moments it had drawn. A chat has a budget of its own, whoever answers
# there.

_MICRO = 1_000_000
# Nobody reserves moments so far ahead. If a clock was set back, it must not silence the token for hours.
_MOST_AHEAD = 5 * _MICRO


@dataclass(frozen=True, slots=True)
class BudgetGrant:
    """Seconds until the reserved stretch begins; and until when (UTC seconds) Telegram wants silence, or 0."""

    wait: float
    silent_until: float


class TokenBudget:
    """Moments to write in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draw(self, seconds: float) -> BudgetGrant:
        """Reserve the next free stretch of so many seconds for messages of this token alone."""
        row = await self._database.at_once(
            "WITH t AS MATERIALIZED (SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS now)"
            " INSERT INTO budget AS b (one, next_at) SELECT 1, t.now + CAST($1 AS BIGINT) FROM t"
            " ON CONFLICT (one) DO UPDATE SET next_at ="
            " least(greatest(b.next_at, excluded.next_at - $1), excluded.next_at - $1 + CAST($2 AS BIGINT)) + $1"
            " RETURNING next_at - $1 - (SELECT now FROM t) AS ahead,"
            " (SELECT value FROM facts WHERE name = 'silent_until') AS silent_until",
            round(seconds * _MICRO),
            _MOST_AHEAD,
        )
        assert row is not None
        return BudgetGrant(max(0.0, row["ahead"] / _MICRO), float(row["silent_until"] or 0))

    async def draw_chat(self, chat_id: int, every: float, ahead: float) -> float:
        """Reserve one message to a chat: one `every` so many seconds, up to `ahead` seconds early; returns seconds to
        wait.
        """
        row = await self._database.at_once(
            "WITH t AS MATERIALIZED (SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS now)"
            " INSERT INTO chat_budgets AS b (chat_id, next_at)"
            " SELECT CAST($1 AS BIGINT), t.now + CAST($2 AS BIGINT) FROM t"
            " ON CONFLICT (chat_id) DO UPDATE SET next_at = greatest(b.next_at + $2, excluded.next_at)"
            " RETURNING next_at - $2 - (SELECT now FROM t) AS ahead",
            chat_id,
            round(every * _MICRO),
        )
        assert row is not None
        return max(0.0, int(row["ahead"]) / _MICRO - ahead)

    async def prune(self, now: int) -> int:
        """Delete the chats that may be written to at once anyway; returns how many."""
        return await self._database.execute("DELETE FROM chat_budgets WHERE next_at < $1", (now - 3600) * _MICRO)


# Which programs are at work on one database, and which of them leads: fetches news, plans digests and sends them.
#
# Everybody answers people. The leader is the one at work longest; one that gave no sign of life for `LEASE_SECONDS`
# is out, and joins again at the end of the line. Time is the database's, so clocks that differ do not matter.
# Correctness does not rest on who leads: a row of the ledger is claimed once, whoever claims it.
#
# Signs of life are single statements that wait for no writer's turn: neither a long write nor a program that was
# frozen in the middle of one makes the others look dead. Whether a row is there decides, so their order does not
# matter.

LEASE_SECONDS = 6
_LEASE = LEASE_SECONDS * 1000
_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

IntakeKind = Literal["polling", "webhook"]


@dataclass(frozen=True, slots=True)
class ReplicaStanding:
    """Where a replica stands: whether it leads, how many are at work, since when it is, for how many seconds so.

    `ahead` is in how many seconds one that was here before is out unless it gives a sign of life. `refused`: one of
    those and this one cannot be at work together.
    """

    leads: bool
    living: int
    since: int = 0
    seconds: float = LEASE_SECONDS
    ahead: float = math.inf
    refused: bool = False


@dataclass(frozen=True, slots=True)
class OtherReplica:
    """Another running program, with its last sign of life (UTC milliseconds)."""

    name: str
    intake: IntakeKind
    beat_at: int


class Replicas:
    """The programs at work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_the_way(self, name: str, intake: IntakeKind) -> OtherReplica | None:
        """A program beside which this one cannot work: Telegram allows only one to poll, and none while a webhook is
        set.
        """
        if self._database.dialect == "sqlite":
            return None
        row = await self._database.fetchrow(
            "SELECT name, intake, beat_at FROM replicas WHERE name <> $1 AND (intake = 'polling' OR $2 = 'polling')"
            f" AND beat_at >= {_NOW} - {_LEASE} ORDER BY since, name LIMIT 1",
            name,
            intake,
        )
        return OtherReplica(row["name"], row["intake"], row["beat_at"]) if row else None

    async def beat(self, name: str, intake: IntakeKind = "webhook") -> ReplicaStanding:
        """Give a sign of life; returns the present state. On SQLite there is one program, and it leads."""
        if self._database.dialect == "sqlite":
            return ReplicaStanding(leads=True, living=1, seconds=math.inf)
        await self._database.at_once(f"DELETE FROM replicas WHERE beat_at < {_NOW} - {_LEASE}")
        await self._database.at_once(
            f"INSERT INTO replicas (name, since, beat_at, intake) SELECT $1, now, now, $2 FROM (SELECT {_NOW} AS now) t"
            " ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at",
            name,
            intake,
        )
        row = await self._database.at_once(
            "SELECT me.since, count(*) AS living, bool_and((o.since, o.name) >= (me.since, me.name)) AS leads,"
            f" min(o.beat_at) FILTER (WHERE (o.since, o.name) < (me.since, me.name)) + {_LEASE} - {_NOW} AS ahead,"
            " bool_or((o.since, o.name) < (me.since, me.name) AND 'polling' IN (o.intake, me.intake)) AS refused"
            " FROM replicas me CROSS JOIN replicas o WHERE me.name = $1 GROUP BY me.since, me.name",
            name,
        )
        if row is None:  # out again already: our own statements took longer than the lease
            return ReplicaStanding(leads=False, living=0)
        ahead = math.inf if row["ahead"] is None else row["ahead"] / 1000
        return ReplicaStanding(row["leads"], row["living"], row["since"], ahead=ahead, refused=row["refused"])

    async def leave(self, name: str) -> None:
        """Be at work no more: another leads at once."""
        if self._database.dialect == "postgresql":
            await self._database.at_once("DELETE FROM replicas WHERE name = $1", name)
