"""Subscribers: who talks with the bot, in which language, what they asked for, when their digest is due."""

from collections.abc import Sequence

from news.models import Subscriber, Subscription
from storage.database import Connection, Database, Row, Transaction
from storage.reader_data import PERSONAL

_COLUMNS = (
    "chat_id, kind, language, language_chosen, timezone, digest_minute, next_digest_at, last_edition_at, state,"
    " created_at, news_languages, city, pictures"
)


class Subscribers:
    """The chats and their choices."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, chat_id: int, connection: Connection | None = None) -> Subscriber | None:
        """The subscriber with their subscriptions, None for an unknown chat."""
        source = connection or self._database
        row = await source.fetchrow(f"SELECT {_COLUMNS} FROM subscribers WHERE chat_id = $1", chat_id)
        if row is None:
            return None
        asked = await source.fetch(
            "SELECT kind, value FROM subscriptions WHERE chat_id = $1 ORDER BY kind DESC, value", chat_id
        )
        return to_subscriber(row, asked)

    async def add(self, new: Subscriber) -> Subscriber:
        """Remember a chat; one that is known already stays as it is. The subscriber as stored."""
        async with self._database.transaction() as tx:
            await tx.execute(
                "INSERT INTO subscribers (chat_id, kind, language, language_chosen, timezone, created_at)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (chat_id) DO NOTHING",
                new.chat_id,
                new.kind,
                new.language,
                int(new.language_chosen),
                new.timezone,
                new.created_at,
            )
            stored = await self.get(new.chat_id, tx)
        assert stored is not None
        return stored

    async def choose_language(self, chat_id: int, language: str) -> None:
        """The language they said."""
        await self._database.execute(
            "UPDATE subscribers SET language = $2, language_chosen = 1 WHERE chat_id = $1", chat_id, language
        )

    async def set_digest(self, chat_id: int, minute: int | None, next_at: int | None, now: int) -> None:
        """When the digest comes: a minute of the local day and the next UTC second; None, None: never.

        A first digest looks back from now, so that an old archive is not pushed.
        """
        await self._database.execute(
            "UPDATE subscribers SET digest_minute = $2, next_digest_at = $3,"
            " last_edition_at = COALESCE(last_edition_at, $4) WHERE chat_id = $1",
            chat_id,
            minute,
            next_at,
            now - 86_400,
        )

    async def set_timezone(self, chat_id: int, name: str, next_at: int | None) -> None:
        """Their time zone, and the second their next digest falls on in it."""
        await self._database.execute(
            "UPDATE subscribers SET timezone = $2, next_digest_at = $3 WHERE chat_id = $1", chat_id, name, next_at
        )

    async def set_state(self, chat_id: int, state: str) -> None:
        """'blocked' pauses a chat and keeps what it chose; 'active' brings it back."""
        await self._database.execute("UPDATE subscribers SET state = $2 WHERE chat_id = $1", chat_id, state)

    async def set_city(self, chat_id: int, city: str | None) -> None:
        """The city whose news comes first; None: none."""
        await self._database.execute("UPDATE subscribers SET city = $2 WHERE chat_id = $1", chat_id, city)

    async def set_news_languages(self, chat_id: int, languages: Sequence[str]) -> None:
        """The languages of news they read."""
        await self._database.execute(
            "UPDATE subscribers SET news_languages = $2 WHERE chat_id = $1", chat_id, ",".join(languages)
        )

    async def set_pictures(self, chat_id: int, shown: bool) -> None:
        """Whether pictures are shown."""
        await self._database.execute("UPDATE subscribers SET pictures = $2 WHERE chat_id = $1", chat_id, int(shown))

    async def subscribe(self, chat_id: int, asked: Subscription) -> bool:
        """Add a subscription; False where it was there already."""
        changed = await self._database.execute(
            "INSERT INTO subscriptions (chat_id, kind, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
            chat_id,
            asked.kind,
            asked.value,
        )
        return bool(changed)

    async def unsubscribe(self, chat_id: int, asked: Subscription) -> bool:
        """Take a subscription away; False where there was none."""
        changed = await self._database.execute(
            "DELETE FROM subscriptions WHERE chat_id = $1 AND kind = $2 AND value = $3",
            chat_id,
            asked.kind,
            asked.value,
        )
        return bool(changed)

    async def due(self, now: int, limit: int) -> list[int]:
        """The chats whose digest is due, longest first."""
        rows = await self._database.fetch(
            "SELECT chat_id FROM subscribers WHERE next_digest_at <= $1 AND state = 'active'"
            " ORDER BY next_digest_at LIMIT $2",
            now,
            limit,
        )
        return [row["chat_id"] for row in rows]

    async def next_due(self) -> int | None:
        """UTC seconds of the earliest digest of all, None where nobody gets one."""
        value = await self._database.fetchval(
            "SELECT min(next_digest_at) FROM subscribers WHERE next_digest_at IS NOT NULL AND state = 'active'"
        )
        return None if value is None else int(value)

    async def migrated(self, old_id: int, new_id: int) -> None:
        """A group became a supergroup: everything of it moves to the new id."""
        async with self._database.transaction() as tx:
            if await tx.fetchval("SELECT 1 FROM subscribers WHERE chat_id = $1", new_id):
                await tx.execute("DELETE FROM subscriptions WHERE chat_id = $1", new_id)
                await tx.execute("DELETE FROM subscribers WHERE chat_id = $1", new_id)
            await tx.execute(
                f"INSERT INTO subscribers ({_COLUMNS}) SELECT $2, {_COLUMNS.removeprefix('chat_id, ')}"
                " FROM subscribers WHERE chat_id = $1",
                old_id,
                new_id,
            )
            for table in PERSONAL.keys() - {"subscribers"}:
                await tx.execute(f"UPDATE {table} SET chat_id = $2 WHERE chat_id = $1", old_id, new_id)
            await tx.execute("DELETE FROM subscribers WHERE chat_id = $1", old_id)


async def advance(tx: Transaction, chat_id: int, next_at: int | None, edition_at: int | None) -> None:
    """Move a chat's digest to its next day, and where an edition was made, remember until when it looked."""
    await tx.execute(
        "UPDATE subscribers SET next_digest_at = $2, last_edition_at = COALESCE($3, last_edition_at)"
        " WHERE chat_id = $1",
        chat_id,
        next_at,
        edition_at,
    )


def to_subscriber(row: Row, asked: Sequence[Row]) -> Subscriber:
    """Rows as a Subscriber."""
    return Subscriber(
        chat_id=row["chat_id"],
        kind=row["kind"],
        language=row["language"],
        timezone=row["timezone"],
        language_chosen=bool(row["language_chosen"]),
        digest_minute=row["digest_minute"],
        next_digest_at=row["next_digest_at"],
        last_edition_at=row["last_edition_at"],
        state=row["state"],
        created_at=row["created_at"],
        news_languages=tuple(row["news_languages"].split(",")),
        city=row["city"],
        pictures=bool(row["pictures"]),
        subscriptions=tuple(Subscription(one["kind"], one["value"]) for one in asked),
    )
