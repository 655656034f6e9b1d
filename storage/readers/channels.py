"""Channels that the bot posts to: what was chosen for each, and who set it up."""

from collections.abc import Sequence
from dataclasses import dataclass

from news.models import Subscriber
from storage.engine.database import Database, Row, Transaction
from storage.readers.subscribers import Subscribers

_COLUMNS = "c.chat_id, c.title, c.name, c.stories, c.silent, c.signature, k.chat_id AS keeper"
_FROM = "FROM channels c LEFT JOIN channel_keepers k ON k.channel = c.chat_id"


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel and its settings.

    `stories`: every story is posted as it arrives. `silent`: posts at night make no sound. `signature` is the last line
    of each post. `keeper` set the channel up; None if they asked to be forgotten.
    """

    chat_id: int
    title: str
    name: str | None = None
    stories: bool = True
    silent: bool = True
    signature: str = ""
    keeper: int | None = None


class Channels:
    """The channels and their keepers."""

    def __init__(self, database: Database, subscribers: Subscribers) -> None:
        self._database = database
        self._subscribers = subscribers

    async def get(self, chat_id: int) -> Channel | None:
        """A channel that was set up, or None."""
        row = await self._database.fetchrow(f"SELECT {_COLUMNS} {_FROM} WHERE c.chat_id = $1", chat_id)
        return _to_channel(row) if row else None

    async def kept_by(self, person: int) -> list[Channel]:
        """The channels that a person set up, by title."""
        rows = await self._database.fetch(
            f"SELECT {_COLUMNS} {_FROM} WHERE k.chat_id = $1 ORDER BY c.title, c.chat_id", person
        )
        return [_to_channel(row) for row in rows]

    async def are_any(self) -> bool:
        """Whether any channel was set up."""
        return bool(await self._database.fetchval("SELECT 1 FROM channels LIMIT 1"))

    async def set_up(self, channel: Channel, keeper: int, as_one: Subscriber) -> bool:
        """Store a channel; whether it is new. A new one begins with the choices of `as_one`.

        A known one keeps its choices, and its keeper if it has one.
        """
        async with self._database.transaction() as tx:
            await self._subscribers.add(as_one, tx)
            await tx.execute("UPDATE subscribers SET state = 'active' WHERE chat_id = $1", channel.chat_id)
            new = await tx.execute(
                "INSERT INTO channels (chat_id, title, name, stories, silent, signature)"
                " VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (chat_id) DO NOTHING",
                channel.chat_id,
                channel.title,
                channel.name,
                int(channel.stories),
                int(channel.silent),
                channel.signature,
            )
            if new:
                await tx.execute(
                    "UPDATE subscribers SET language = $2, news_languages = $3, city = $4, timezone = $5,"
                    " alerts_a_day = $6, quiet_from = $7, quiet_to = $8 WHERE chat_id = $1",
                    channel.chat_id,
                    as_one.language,
                    ",".join(as_one.news_languages),
                    as_one.city,
                    as_one.timezone,
                    as_one.alerts_a_day,
                    *(as_one.timetable.quiet or (None, None)),
                )
            else:
                await tx.execute(
                    "UPDATE channels SET title = $2, name = $3 WHERE chat_id = $1",
                    channel.chat_id,
                    channel.title,
                    channel.name,
                )
            await tx.execute(
                "INSERT INTO channel_keepers (channel, chat_id) VALUES ($1, $2) ON CONFLICT (channel) DO NOTHING",
                channel.chat_id,
                keeper,
            )
        return bool(new)

    async def change(self, channel: Channel, tx: Transaction | None = None) -> None:
        """Store a channel's settings."""
        await (tx or self._database).execute(
            "UPDATE channels SET stories = $2, silent = $3, signature = $4 WHERE chat_id = $1",
            channel.chat_id,
            int(channel.stories),
            int(channel.silent),
            channel.signature,
        )

    async def remove(self, chat_id: int) -> None:
        """Stop posting to a channel; its posts stay."""
        async with self._database.transaction() as tx:
            await tx.execute("DELETE FROM channel_keepers WHERE channel = $1", chat_id)
            await tx.execute("DELETE FROM channels WHERE chat_id = $1", chat_id)
            await tx.execute("UPDATE subscribers SET minutes = '', next_digest_at = NULL WHERE chat_id = $1", chat_id)

    async def read(self, chat_id: int, languages: Sequence[str]) -> None:
        """Set the languages of a channel's news. If it is one, the posts' own words are in it too."""
        await self._database.execute(
            "UPDATE subscribers SET news_languages = $2, language = COALESCE($3, language), audience = NULL"
            " WHERE chat_id = $1",
            chat_id,
            ",".join(languages),
            languages[0] if len(languages) == 1 else None,
        )

    async def ask_signature(self, channel: int, person: int, now: int) -> None:
        """Note at `now` (UTC seconds) that a person was asked for the channel's last line."""
        async with self._database.transaction() as tx:
            await tx.execute("UPDATE channel_keepers SET asked_at = NULL WHERE chat_id = $1", person)
            await tx.execute(
                "INSERT INTO channel_keepers (channel, chat_id, asked_at) VALUES ($1, $2, $3)"
                " ON CONFLICT (channel) DO UPDATE SET chat_id = excluded.chat_id, asked_at = excluded.asked_at",
                channel,
                person,
                now,
            )

    async def asked_for_signature(self, person: int, after: int) -> Channel | None:
        """The channel whose last line this person was asked for after `after` (UTC seconds), or None."""
        row = await self._database.fetchrow(
            f"SELECT {_COLUMNS} {_FROM} WHERE k.chat_id = $1 AND k.asked_at > $2 LIMIT 1", person, after
        )
        return _to_channel(row) if row else None

    async def sign(self, channel: Channel, signature: str) -> None:
        """Set the channel's last line."""
        async with self._database.transaction() as tx:
            await tx.execute("UPDATE channel_keepers SET asked_at = NULL WHERE channel = $1", channel.chat_id)
            await tx.execute("UPDATE channels SET signature = $2 WHERE chat_id = $1", channel.chat_id, signature)

    async def rights(self, chat_id: int, now: int, tx: Transaction, *, writes: bool) -> int | None:
        """Note whether the bot may post in a channel. Returns the keeper if they must be told that it may not.

        They are told once, until it may again.
        """
        if writes:
            sql = "UPDATE subscribers SET state = 'active', told_paused = NULL, paused_at = NULL WHERE chat_id = $1"
            await tx.execute(sql, chat_id)
            return None
        await tx.execute("UPDATE subscribers SET state = 'blocked' WHERE chat_id = $1", chat_id)
        keeper: int | None = await tx.fetchval("SELECT chat_id FROM channel_keepers WHERE channel = $1", chat_id)
        told = await tx.execute(
            "UPDATE subscribers SET told_paused = $2 WHERE chat_id = $1 AND told_paused IS NULL", chat_id, now
        )
        return keeper if told else None


def _to_channel(row: Row) -> Channel:
    return Channel(
        chat_id=row["chat_id"],
        title=row["title"],
        name=row["name"],
        stories=bool(row["stories"]),
        silent=bool(row["silent"]),
        signature=row["signature"],
        keeper=row["keeper"],
    )
