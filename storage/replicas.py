"""Which programs are at work on one database, and which of them leads: fetches news, plans digests and sends them.

Everybody answers people. The leader is the one at work longest; one that gave no sign of life for `LEASE_SECONDS` is
out, and joins again at the end of the line. Time is the database's, so clocks that differ do not matter. Correctness
does not rest on who leads: a row of the ledger is claimed once, whoever claims it.
"""

import math
from dataclasses import dataclass

from storage.database import Database

LEASE_SECONDS = 6


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a replica stands: whether it leads, how many are at work, since when it is, for how many seconds so."""

    leads: bool
    living: int
    since: int = 0
    seconds: float = LEASE_SECONDS


class Replicas:
    """The programs at work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def beat(self, name: str) -> Standing:
        """Give a sign of life; what is so now. On SQLite there is one program, and it leads."""
        if self._database.dialect == "sqlite":
            return Standing(leads=True, living=1, seconds=math.inf)
        async with self._database.transaction() as tx:
            now = int(await tx.fetchval("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"))
            await tx.execute("DELETE FROM replicas WHERE beat_at < $1", now - LEASE_SECONDS * 1000)
            await tx.execute(
                "INSERT INTO replicas (name, since, beat_at) VALUES ($1, $2, $2)"
                " ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at",
                name,
                now,
            )
            rows = await tx.fetch("SELECT name, since FROM replicas ORDER BY since, name")
        since = next(row["since"] for row in rows if row["name"] == name)
        return Standing(leads=rows[0]["name"] == name, living=len(rows), since=since)

    async def leave(self, name: str) -> None:
        """Be at work no more: another leads at once."""
        if self._database.dialect == "postgresql":
            await self._database.execute("DELETE FROM replicas WHERE name = $1", name)
