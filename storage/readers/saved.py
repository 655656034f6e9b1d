"""What a chat saved for later."""

from collections.abc import Sequence

from news.models import Article, Page
from storage.articles.articles import COLUMNS, to_articles
from storage.engine.database import Database

MOST = 1000
"""The most articles a chat may keep; the oldest make room."""


class SavedArticles:
    """Saved articles, newest first."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, chat_id: int, key: int, now: int) -> None:
        """Save an article; one that is saved already keeps its place."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "INSERT INTO saved (chat_id, key, saved_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
                chat_id,
                key,
                now,
            )
            await tx.execute(
                "DELETE FROM saved WHERE chat_id = $1 AND key IN (SELECT key FROM saved WHERE chat_id = $1"
                " ORDER BY saved_at DESC, key DESC LIMIT 100 OFFSET $2)",
                chat_id,
                MOST,
            )

    async def remove(self, chat_id: int, key: int) -> None:
        """Keep it no more."""
        await self._database.execute("DELETE FROM saved WHERE chat_id = $1 AND key = $2", chat_id, key)

    async def has(self, chat_id: int, key: int) -> bool:
        """Whether the chat keeps it."""
        found = await self._database.fetchval("SELECT 1 FROM saved WHERE chat_id = $1 AND key = $2", chat_id, key)
        return found is not None

    async def page(self, chat_id: int, limit: int, cursor: str | None = None) -> Page[Article]:
        """A page of what was saved last; the cursor is «second-key» of the last article."""
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
