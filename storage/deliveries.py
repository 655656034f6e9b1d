"""The delivery ledger: one row a (chat, edition), written before anything is sent, never forgotten.

planned → sending (committed before the socket is written) → sent, refused or unknown. What was `sending` when the
program died is `unknown` and is not sent again: in nearly all such cases Telegram had the message.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from news.models import Subscriber
from storage.database import Database
from storage.subscribers import advance

Outcome = Literal["sent", "refused", "unknown", "expired", "empty"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """A planned message: an edition of a chat and the keys of its articles, best first."""

    chat_id: int
    edition: str
    articles: tuple[int, ...]


class Deliveries:
    """The ledger."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def plan(self, subscriber: Subscriber, edition: str, articles: Sequence[int], next_at: int, now: int) -> bool:
        """Plan an edition and move the chat to its next one, in one transaction. False: it was planned before."""
        async with self._database.transaction() as tx:
            new = await tx.execute(
                "INSERT INTO deliveries (chat_id, edition, state, articles, planned_at, updated_at)"
                " VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING",
                subscriber.chat_id,
                edition,
                "planned" if articles else "empty",
                json.dumps(list(articles)),
                now,
            )
            await advance(tx, subscriber.chat_id, next_at, now if new else None)
        return bool(new)

    async def claim(self, limit: int, now: int) -> list[Delivery]:
        """Take planned rows to send, oldest first; their intent is committed when this returns."""
        async with self._database.transaction() as tx:
            rows = await tx.fetch(
                "SELECT chat_id, edition, articles FROM deliveries WHERE state = 'planned'"
                " ORDER BY planned_at LIMIT $1",
                limit,
            )
            for row in rows:
                await tx.execute(
                    "UPDATE deliveries SET state = 'sending', updated_at = $3 WHERE chat_id = $1 AND edition = $2",
                    row["chat_id"],
                    row["edition"],
                    now,
                )
        return [Delivery(row["chat_id"], row["edition"], tuple(json.loads(row["articles"]))) for row in rows]

    async def settle(
        self,
        delivery: Delivery,
        outcome: Outcome,
        now: int,
        *,
        message_id: int | None = None,
        reason: str | None = None,
    ) -> None:
        """Write down how it ended."""
        await self._database.execute(
            "UPDATE deliveries SET state = $3, updated_at = $4, message_id = $5, reason = $6"
            " WHERE chat_id = $1 AND edition = $2",
            delivery.chat_id,
            delivery.edition,
            outcome,
            now,
            message_id,
            reason,
        )

    async def give_back(self, delivery: Delivery, now: int) -> None:
        """It surely did not leave (429, no connection): planned again."""
        await self._database.execute(
            "UPDATE deliveries SET state = 'planned', updated_at = $3 WHERE chat_id = $1 AND edition = $2",
            delivery.chat_id,
            delivery.edition,
            now,
        )

    async def recover(self, now: int) -> int:
        """At the start: what was being sent when the program died is unknown. How many there were."""
        return await self._database.execute(
            "UPDATE deliveries SET state = 'unknown', updated_at = $1, reason = 'stopped while sending'"
            " WHERE state = 'sending'",
            now,
        )

    async def counts(self) -> dict[str, int]:
        """How many rows are in each state."""
        rows = await self._database.fetch("SELECT state, count(*) AS n FROM deliveries GROUP BY state ORDER BY state")
        return {row["state"]: row["n"] for row in rows}

    async def had(self, chat_id: int, limit: int = 20) -> set[int]:
        """Keys of the articles in the chat's last editions, so that a digest brings none of them again."""
        rows = await self._database.fetch(
            "SELECT articles FROM deliveries WHERE chat_id = $1 AND state <> 'unknown'"
            " ORDER BY planned_at DESC LIMIT $2",
            chat_id,
            limit,
        )
        return {key for row in rows for key in json.loads(row["articles"])}
