"""A chat's preferences: muted topics, sources and stories, opened topics, reactions, saved articles."""

from collections.abc import Sequence
from typing import Literal

from news.models import Article, Page, Preferences, Subscription
from storage.articles.articles import COLUMNS, to_articles
from storage.engine.database import Connection, Database, Transaction
from storage.readers.data_map import drop_unwatched

MutedKind = Literal["topic", "source", "story", "word"]


_ANEW = "UPDATE subscribers SET audience = NULL WHERE chat_id = $1"
"""The chat's audience is computed again when its digest is due."""


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

    async def mute(self, chat_id: int, kind: MutedKind, value: str, *, fewer: bool = False) -> list[Subscription]:
        """Show nothing of this any more; with `fewer` once in a digest.

        What is muted is followed no more: the last wish holds. Returns the subscriptions that ended.
        """
        async with self._database.transaction() as tx:
            await tx.execute(
                "INSERT INTO muted (chat_id, kind, value, fewer) VALUES ($1, $2, $3, $4)"
                " ON CONFLICT (chat_id, kind, value) DO UPDATE SET fewer = EXCLUDED.fewer",
                chat_id,
                kind,
                value,
                int(fewer),
            )
            left = [] if fewer else await self._followed(tx, chat_id, kind, value)
            for one, watch in left:
                await tx.execute(
                    "DELETE FROM subscriptions WHERE chat_id = $1 AND kind = $2 AND value = $3",
                    chat_id,
                    kind,
                    one.value,
                )
                await drop_unwatched(tx, [watch] if watch else [])
            await tx.execute(_ANEW, chat_id)
        return [one for one, _ in left]

    @staticmethod
    async def _followed(tx: Transaction, chat_id: int, kind: MutedKind, value: str) -> list[tuple[Subscription, int]]:
        rows = await tx.fetch("SELECT value, watch FROM subscriptions WHERE chat_id = $1 AND kind = $2", chat_id, kind)
        known = ((Subscription(kind, row["value"]), int(row["watch"] or 0)) for row in rows)
        return [(one, watch) for one, watch in known if one.follows(kind, value)]

    async def unmute(self, chat_id: int, kind: MutedKind, value: str) -> None:
        """Show this again."""
        await self._change("DELETE FROM muted WHERE chat_id = $1 AND kind = $2 AND value = $3", chat_id, kind, value)

    async def opened(self, chat_id: int, topics: Sequence[str]) -> None:
        """Note that the chat opened an article of these topics."""
        async with self._database.transaction() as tx:
            await tx.executemany(
                "INSERT INTO interests (chat_id, topic, opened) VALUES ($1, $2, 1)"
                " ON CONFLICT (chat_id, topic) DO UPDATE SET opened = interests.opened + 1",
                [(chat_id, topic) for topic in topics],
            )
            await tx.execute(_ANEW, chat_id)

    async def reset(self, chat_id: int) -> None:
        """Delete what tunes the digest: opened topics and muted things."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM interests WHERE chat_id = $1", chat_id)
            await tx.execute("DELETE FROM muted WHERE chat_id = $1", chat_id)
            await tx.execute(_ANEW, chat_id)

    async def _change(self, sql: str, chat_id: int, *values: str | int) -> None:
        async with self._database.transaction() as tx:
            await tx.execute(sql, chat_id, *values)
            await tx.execute(_ANEW, chat_id)

    async def react(self, chat_id: int, key: int, reaction: str) -> None:
        """Set the chat's reaction to an article; the same reaction again removes it."""
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

    async def feel(self, chat_id: int, key: int, reaction: str | None) -> None:
        """Set the chat's reaction to an article; None removes it."""
        if reaction is None:
            await self._database.execute("DELETE FROM reactions WHERE chat_id = $1 AND key = $2", chat_id, key)
            return
        await self._database.execute(
            "INSERT INTO reactions (chat_id, key, reaction) VALUES ($1, $2, $3)"
            " ON CONFLICT (chat_id, key) DO UPDATE SET reaction = EXCLUDED.reaction",
            chat_id,
            key,
            reaction,
        )

    async def reacted(self, chat_id: int, key: int) -> str | None:
        """The chat's reaction to an article, or None."""
        found: str | None = await self._database.fetchval(
            "SELECT reaction FROM reactions WHERE chat_id = $1 AND key = $2", chat_id, key
        )
        return found

    async def reactions(self, keys: Sequence[int]) -> dict[str, int]:
        """How many readers gave each reaction to the articles of one story; a reader counts once for each reaction."""
        wanted = ", ".join(str(int(key)) for key in keys) or "0"
        rows = await self._database.fetch(
            f"SELECT reaction, count(DISTINCT chat_id) AS n FROM reactions WHERE key IN ({wanted}) GROUP BY reaction"
        )
        return {row["reaction"]: row["n"] for row in rows}


# What a chat saved for later.

MOST = 1000
"""The most articles a chat may save; beyond it the oldest are dropped."""


class SavedArticles:
    """Saved articles, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, chat_id: int, key: int, now: int, *more: int) -> None:
        """Save an article, and `more` of them, at `now` (UTC seconds); one that is already saved keeps its place."""
        async with self._database.transaction() as tx:
            for one in (key, *more):
                await tx.execute(
                    "INSERT INTO saved (chat_id, key, saved_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                    chat_id,
                    one,
                    now,
                )
            await tx.execute(
                "DELETE FROM saved WHERE chat_id = $1 AND key IN (SELECT key FROM saved WHERE chat_id = $1"
                " ORDER BY saved_at DESC, key DESC LIMIT 100 OFFSET $2)",
                chat_id,
                MOST,
            )

    async def remove(self, chat_id: int, key: int) -> None:
        """Remove an article from the saved ones, and any other article of its story that stands there in its place."""
        await self._database.execute(
            "DELETE FROM saved WHERE chat_id = $1 AND (key = $2 OR key IN (SELECT key FROM articles WHERE story ="
            " (SELECT story FROM articles WHERE key = $2)))",
            chat_id,
            key,
        )

    async def has(self, chat_id: int, key: int) -> bool:
        """Whether the chat has saved the article, or another one of its story."""
        found = await self._database.fetchval(
            "SELECT 1 FROM saved s WHERE s.chat_id = $1 AND (s.key = $2 OR EXISTS (SELECT 1 FROM articles a, articles b"
            " WHERE a.key = s.key AND b.key = $2 AND a.story = b.story)) LIMIT 1",
            chat_id,
            key,
        )
        return found is not None

    async def page(self, chat_id: int, limit: int, cursor: str | None = None) -> Page[Article]:
        """A page of saved articles, newest first; the cursor is «second-key» of the last one shown."""
        at, _, key = (cursor or f"{1 << 61}-0").partition("-")
        columns = ", ".join(f"a.{column.strip()}" for column in COLUMNS.split(","))
        rows = await self._database.fetch(
            f"SELECT {columns}, s.saved_at FROM saved s JOIN articles a ON a.key = s.key"
            " WHERE s.chat_id = $1 AND a.hidden = 0 AND (s.saved_at < $2 OR (s.saved_at = $2 AND s.key < $3))"
            " ORDER BY s.saved_at DESC, s.key DESC LIMIT $4",
            chat_id,
            int(at),
            int(key),
            limit + 1,
        )
        last = rows[limit - 1] if len(rows) > limit else None
        following = f"{last['saved_at']}-{last['key']}" if last is not None else None
        return Page(to_articles(rows[:limit]), following)

    async def all(self, chat_id: int) -> Sequence[Article]:
        """Everything the chat saved, newest first."""
        return (await self.page(chat_id, MOST)).items
