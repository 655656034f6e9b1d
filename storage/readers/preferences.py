"""What a chat likes and does not: muted topics, sources and stories, topics it opens, reactions."""

from collections.abc import Sequence
from typing import Literal

from news.models import Preferences
from storage.engine.database import Connection, Database

MutedKind = Literal["topic", "source", "story", "word"]


_ANEW = "UPDATE subscribers SET audience = NULL WHERE chat_id = $1"
"""Whom this chat shares its digest with is worked out anew when it is due."""


class PreferenceStore:
    """The preferences of chats."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, chat_id: int, connection: Connection | None = None) -> Preferences:
        """The preferences of a chat."""
        source = connection or self._database
        muted = await source.fetch("SELECT kind, value, fewer FROM muted WHERE chat_id = $1", chat_id)
        opened = await source.fetch("SELECT topic, opened FROM interests WHERE chat_id = $1", chat_id)
        return Preferences(
            muted=frozenset((row["kind"], row["value"]) for row in muted if not row["fewer"]),
            opened={row["topic"]: row["opened"] for row in opened},
            fewer=frozenset((row["kind"], row["value"]) for row in muted if row["fewer"]),
        )

    async def mute(self, chat_id: int, kind: MutedKind, value: str, *, fewer: bool = False) -> None:
        """Show no more of this; `fewer`: once a digest."""
        await self._change(
            "INSERT INTO muted (chat_id, kind, value, fewer) VALUES ($1, $2, $3, $4)"
            " ON CONFLICT (chat_id, kind, value) DO UPDATE SET fewer = EXCLUDED.fewer",
            chat_id,
            kind,
            value,
            int(fewer),
        )

    async def unmute(self, chat_id: int, kind: MutedKind, value: str) -> None:
        """Show it again."""
        await self._change("DELETE FROM muted WHERE chat_id = $1 AND kind = $2 AND value = $3", chat_id, kind, value)

    async def opened(self, chat_id: int, topics: Sequence[str]) -> None:
        """The chat opened an article of these topics."""
        async with self._database.transaction() as tx:
            await tx.executemany(
                "INSERT INTO interests (chat_id, topic, opened) VALUES ($1, $2, 1)"
                " ON CONFLICT (chat_id, topic) DO UPDATE SET opened = interests.opened + 1",
                [(chat_id, topic) for topic in topics],
            )
            await tx.execute(_ANEW, chat_id)

    async def reset(self, chat_id: int) -> None:
        """Forget what tuned the digest: what was opened and what was muted."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM interests WHERE chat_id = $1", chat_id)
            await tx.execute("DELETE FROM muted WHERE chat_id = $1", chat_id)
            await tx.execute(_ANEW, chat_id)

    async def _change(self, sql: str, chat_id: int, *values: str | int) -> None:
        async with self._database.transaction() as tx:
            await tx.execute(sql, chat_id, *values)
            await tx.execute(_ANEW, chat_id)

    async def react(self, chat_id: int, key: int, reaction: str) -> None:
        """Set the chat's reaction to an article; the same one again takes it back."""
        async with self._database.transaction() as tx:
            removed = await tx.execute(
                "DELETE FROM reactions WHERE chat_id = $1 AND key = $2 AND reaction = $3", chat_id, key, reaction
            )
            if not removed:
                await tx.execute(
                    "INSERT INTO reactions (chat_id, key, reaction) VALUES ($1, $2, $3)"
                    " ON CONFLICT (chat_id, key) DO UPDATE SET reaction = EXCLUDED.reaction",
                    chat_id,
                    key,
                    reaction,
                )

    async def reacted(self, chat_id: int, key: int) -> str | None:
        """The chat's own reaction to an article."""
        found: str | None = await self._database.fetchval(
            "SELECT reaction FROM reactions WHERE chat_id = $1 AND key = $2", chat_id, key
        )
        return found

    async def reactions(self, keys: Sequence[int]) -> dict[str, int]:
        """How many readers gave each reaction to these articles (one story): a reader counts once for each."""
        wanted = ", ".join(str(int(key)) for key in keys) or "0"
        rows = await self._database.fetch(
            f"SELECT reaction, count(DISTINCT chat_id) AS n FROM reactions WHERE key IN ({wanted}) GROUP BY reaction"
        )
        return {row["reaction"]: row["n"] for row in rows}
