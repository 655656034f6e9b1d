"""Editions that were planned and did not leave in time: their rows expire, and their stories may come with the next."""

from collections.abc import Sequence

from news.timetable import ON_TIME_SECONDS
from storage.broadcasts import FORM as BROADCAST
from storage.compositions import Compositions
from storage.database import Database, Transaction, marks

_OVERTAKEN, _LATE = "overtaken by a later edition", "late, and not wanted late"
_PASSED_OVER = 500
"""Chats in one transaction."""


class Overdue:
    """What is planned and late."""

    def __init__(self, database: Database, compositions: Compositions) -> None:
        self._database = database
        self._compositions = compositions

    async def pass_over(self, now: int) -> int:
        """At the start, before `Deliveries.recover`: expire what is late because nothing was sent for a quarter of an
        hour, for chats that want it merged into their next edition or skipped; how many chats.

        Who merely stands far behind in a queue that moves is not late in this sense: they would never get any.
        """
        before = now - ON_TIME_SECONDS
        rows = await self._database.fetch(
            "SELECT s.chat_id, s.late FROM subscribers s WHERE s.late <> 'send' AND EXISTS (SELECT 1 FROM deliveries d"
            " WHERE d.chat_id = s.chat_id AND d.state = 'planned' AND d.part = 0 AND d.planned_at < $1"
            f" AND d.form <> '{BROADCAST}')",
            before,
        )
        if not rows or await self._database.fetchval("SELECT max(updated_at) FROM deliveries") >= before:
            return 0
        for late in ("merge", "skip"):
            chats = [row["chat_id"] for row in rows if row["late"] == late]
            for start in range(0, len(chats), _PASSED_OVER):
                some = chats[start : start + _PASSED_OVER]
                async with self._database.transaction() as tx:
                    which = f"planned_at < $1 AND chat_id IN ({marks(some, 2)})"
                    await self._expire(tx, which, (before, *some), now, _LATE, comes_later=late != "skip")
        return len(rows)

    async def overtake(self, chats: Sequence[int], now: int) -> int:
        """Expire what is still planned for chats whose next edition is due; what never left comes with that one.

        A broadcast is no edition: it waits until it can be sent or is stopped.
        """
        if not chats:
            return 0
        async with self._database.transaction() as tx:
            return await self._expire(tx, f"chat_id IN ({marks(chats)})", chats, now)

    async def expire(self, before: int, now: int) -> int:
        """Expire what was planned before a moment (UTC seconds) and still could not be sent; how many rows."""
        async with self._database.transaction() as tx:
            return await self._expire(tx, "planned_at < $1", (before,), now)

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
            f" AND form <> '{BROADCAST}'",
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
