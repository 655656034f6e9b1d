"""Which programs are at work on one database, and which of them leads: fetches news, plans digests and sends them.

Everybody answers people. The leader is the one at work longest; one that gave no sign of life for `LEASE_SECONDS` is
out, and joins again at the end of the line. Time is the database's, so clocks that differ do not matter. Correctness
does not rest on who leads: a row of the ledger is claimed once, whoever claims it.

Signs of life are single statements that wait for no writer's turn: neither a long write nor a program that was frozen
in the middle of one makes the others look dead. Whether a row is there decides, so their order does not matter.
"""

import math
from dataclasses import dataclass
from typing import Literal

from storage.database import Database

LEASE_SECONDS = 6
_LEASE = LEASE_SECONDS * 1000
_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

Intake = Literal["polling", "webhook"]


@dataclass(frozen=True, slots=True)
class Standing:
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
class Other:
    """Another program at work, with its last sign of life (UTC milliseconds)."""

    name: str
    intake: Intake
    beat_at: int


class Replicas:
    """The programs at work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_the_way(self, name: str, intake: Intake) -> Other | None:
        """A program beside which this one cannot work: Telegram lets one poll, and none while a webhook is set."""
        if self._database.dialect == "sqlite":
            return None
        row = await self._database.fetchrow(
            "SELECT name, intake, beat_at FROM replicas WHERE name <> $1 AND (intake = 'polling' OR $2 = 'polling')"
            f" AND beat_at >= {_NOW} - {_LEASE} ORDER BY since, name LIMIT 1",
            name,
            intake,
        )
        return Other(row["name"], row["intake"], row["beat_at"]) if row else None

    async def beat(self, name: str, intake: Intake = "webhook") -> Standing:
        """Give a sign of life; what is so now. On SQLite there is one program, and it leads."""
        if self._database.dialect == "sqlite":
            return Standing(leads=True, living=1, seconds=math.inf)
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
            return Standing(leads=False, living=0)
        ahead = math.inf if row["ahead"] is None else row["ahead"] / 1000
        return Standing(row["leads"], row["living"], row["since"], ahead=ahead, refused=row["refused"])

    async def leave(self, name: str) -> None:
        """Be at work no more: another leads at once."""
        if self._database.dialect == "postgresql":
            await self._database.at_once("DELETE FROM replicas WHERE name = $1", name)
