"""Whom administrators banned: people and groups that are not heard and not written to."""

from storage.engine.database import Database, Transaction

_BAN = "INSERT INTO banned (chat_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING"


class Bans:
    """The banned. `now` is in memory, so that whoever comes to the door is looked up there for nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.now: frozenset[int] = frozenset()
        """Ids of people and chats, as they were at the last `refresh`, `add` or `remove`."""

    async def refresh(self) -> None:
        """Learn what other programs banned or let in again."""
        rows = await self._database.fetch("SELECT chat_id FROM banned")
        self.now = frozenset(row["chat_id"] for row in rows)

    async def add(self, chat_id: int, now: int) -> bool:
        """Ban a person or group: what waits for them is not sent. False where they were banned already."""
        async with self._database.transaction() as tx:
            new = await _ban(tx, chat_id, now)
        self.now |= {chat_id}
        return new

    async def remove(self, chat_id: int) -> bool:
        """Let them in again: with their next message all is as it was. False where they were not banned."""
        was = await self._database.execute("DELETE FROM banned WHERE chat_id = $1", chat_id)
        self.now -= {chat_id}
        return bool(was)

    async def all(self) -> list[tuple[int, int]]:
        """Ids and when they were banned (UTC seconds), the last first."""
        rows = await self._database.fetch("SELECT chat_id, at FROM banned ORDER BY at DESC, chat_id")
        return [(row["chat_id"], row["at"]) for row in rows]


async def _ban(tx: Transaction, chat_id: int, now: int) -> bool:
    new = bool(await tx.execute(_BAN, chat_id, now))
    await tx.execute("UPDATE subscribers SET state = 'blocked' WHERE chat_id = $1", chat_id)
    return new
