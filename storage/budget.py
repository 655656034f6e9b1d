"""The token's budget of messages, drawn from by all replicas: each gets moments of its own to write in.

A moment is given away once, by the database's clock, in one statement: a program that is frozen meanwhile holds
nothing, and one that dies loses the few moments it had drawn. A chat has a budget of its own, whoever answers there.
"""

from dataclasses import dataclass

from storage.database import Database

_MICRO = 1_000_000
# Nobody draws so far ahead: a clock that was set back must not silence the token for hours.
_MOST_AHEAD = 5 * _MICRO


@dataclass(frozen=True, slots=True)
class Drawn:
    """In how many seconds the stretch drawn begins; until when (UTC seconds) Telegram wants silence, or 0."""

    wait: float
    silent_until: float


class Budget:
    """Moments to write in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draw(self, seconds: float) -> Drawn:
        """Take the next free stretch of so many seconds: messages of one token go into it, no others."""
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
        return Drawn(max(0.0, row["ahead"] / _MICRO), float(row["silent_until"] or 0))

    async def draw_chat(self, chat_id: int, every: float, ahead: float) -> float:
        """Take a message of a chat's, one `every` so many seconds, up to so many `ahead`; seconds until it may go."""
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
        """Forget the chats that may be written to anyway; how many."""
        return await self._database.execute("DELETE FROM chat_budgets WHERE next_at < $1", (now - 3600) * _MICRO)
