"""Readers' data: the map of what is kept and why, copying it for the reader, and deleting it.

A test holds the map against the schema: a new table or column without an entry fails.
"""

import asyncio
import contextlib
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from storage.engine.database import Database, Transaction, marks, walk
from storage.engine.private import ForgottenChats
from storage.engine.sqlite import SqliteDatabase

_OF_NOBODY_ELSE = "NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.audience = audiences.key{})"
NOBODYS: Final = (
    f"{_OF_NOBODY_ELSE.format('')} AND NOT EXISTS (SELECT 1 FROM compositions c CROSS JOIN deliveries d"
    " WHERE c.audience = audiences.key AND d.composition = c.key AND d.state = 'planned')"
)
"""Audiences without readers or planned rows. They are deleted, because they hold words that a reader asked for."""

PERSONAL: Final[Mapping[str, Mapping[str, str]]] = {
    "subscribers": {
        "chat_id": "the chat the bot answers in",
        "kind": "private chat, group or channel",
        "language": "language of the interface",
        "language_chosen": "whether they said it or it was guessed",
        "timezone": "their hour of the digest",
        "minutes": "their hours of the digest",
        "days": "their days of the digest",
        "quiet_from": "their quiet hours",
        "quiet_to": "their quiet hours",
        "late": "what becomes of a missed digest",
        "length": "how many stories a digest holds",
        "form": "how a digest looks",
        "says_nothing": "whether they want a line where nothing is new",
        "decided_until": "up to when their digests are decided",
        "audience": "which readers' digest they share",
        "composition": "what they had lately, so that nothing is repeated",
        "alerted": "what they were told at once, so that no digest repeats it",
        "alerts_a_day": "how many alerts a day they want",
        "alerts_on": "the day of which alerts are counted",
        "alerts_had": "how many alerts they had that day",
        "urgent": "whether outages and emergencies come at once",
        "urgent_at_night": "whether they come in quiet hours too",
        "owed": "whether something may not have arrived",
        "struck_at": "when Telegram did not find the chat",
        "moved_from": "the id a supergroup had as a group",
        "forum": "the chat a topic belongs to",
        "thread": "which topic of it",
        "paused_at": "since when the bot may not write there",
        "told_paused": "when an administrator was told so",
        "next_digest_at": "when the next digest is due",
        "last_edition_at": "where the next digest begins",
        "state": "whether the bot may write to them",
        "created_at": "age of the settings, for clean-up",
        "news_languages": "languages of news they read",
        "city": "their city, for what comes first",
        "city_asked_at": "when they were asked for it, so that the town they type is the answer",
        "pictures": "whether pictures are shown",
        "away_until": "until when they want nothing to come by itself",
        "only_asked": "whether their digest holds only what they subscribed to",
    },
    "subscriptions": {
        "chat_id": "whose",
        "kind": "topic, tag, word, outlet or story",
        "value": "what they follow",
        "watch": "whether it comes at once",
    },
    "deliveries": {
        "chat_id": "whose",
        "edition": "which edition was sent, so that none comes twice",
        "state": "how the sending ended",
        "part": "which message of it",
        "composition": "what it held, so that nothing is repeated",
        "form": "how it looked",
        "again": "what was sent once more",
        "owed": "whether it may not have arrived",
        "planned_at": "when it was decided",
        "updated_at": "when its state changed",
        "message_id": "proof that Telegram took it",
        "reason": "why it could not be sent",
        "rank": "who goes first of what waits",
        "held_until": "when quiet hours end that it waits for",
        "reply_to": "which message it continues",
        "until": "until when it says something",
        "repeated": "whether it may have come before",
        "fix": "whether its message is to be corrected",
        "article": "what a channel's post begins with, so that it can be changed and taken back",
        "said": "what a channel's post says, by a digest of it",
    },
    "channels": {
        "chat_id": "the channel",
        "title": "what it is called, for those who choose among theirs",
        "name": "its public name",
        "stories": "whether every story comes there",
        "silent": "whether nights are silent there",
        "signature": "its last line",
    },
    "channel_keepers": {
        "channel": "a channel they set up",
        "chat_id": "who: they are told what is wrong there",
        "asked_at": "when they were asked for its last line, so that what they type is it",
    },
    "broadcasts": {
        "key": "number of a broadcast they wrote as administrator",
        "chat_id": "whose",
        "content": "what they sent to all readers",
        "language": "to whom",
        "state": "whether it is under way",
        "screen": "which message shows how it goes",
        "total": "to how many it goes",
        "upto": "how far it has come",
        "at": "when it was written",
        "starts_at": "when it begins",
    },
    "chat_budgets": {"chat_id": "whose", "next_at": "when the chat may get its next message: forgotten within hours"},
    "saved": {"chat_id": "whose", "key": "the article they saved", "saved_at": "the order of the list"},
    "muted": {
        "chat_id": "whose",
        "kind": "topic, source or story",
        "value": "what they do not want",
        "fewer": "whether they want a little of it",
    },
    "interests": {"chat_id": "whose", "topic": "topic", "opened": "how often they opened it: tunes the digest"},
    "last_shown": {
        "chat_id": "whose",
        "at": "when: forgotten after two days",
        "keyboard": "the buttons of what they were shown last, so that a word may name one",
        "listed": "the buttons of the last list they were shown",
    },
    "banned": {"chat_id": "whom an administrator banned", "at": "when"},
    "reactions": {"chat_id": "whose", "key": "article", "reaction": "their reaction, counted for the story"},
}

IMPERSONAL: Final = frozenset(
    {
        "articles",
        "article_labels",
        "audiences",
        "budget",
        "compositions",
        "corrections",
        "daily_counts",
        "inbox",
        "facts",
        "replicas",
        "headlines",
        "repeated_lines",
        "schema_migrations",
        "source_items",
        "sources",
        "stories",
        "watches",
        "story_clues",
        "story_traces",
    }
)
"""Tables that hold nothing about readers."""


async def drop_unwatched(tx: Transaction, keys: Collection[int]) -> None:
    """Delete those of these watches that nobody follows any more, because they hold words that a reader asked for."""
    found = sorted(set(keys))
    if found:
        await tx.execute(
            f"DELETE FROM watches WHERE key IN ({marks(found)})"
            " AND NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.watch = watches.key)",
            *found,
        )


async def copy(database: Database, chat_id: int) -> dict[str, list[dict[str, object]]]:
    """Everything that is kept about a chat: table → rows, each column → value."""
    found = {}
    for table, columns in PERSONAL.items():
        rows = await database.fetch(f"SELECT {', '.join(columns)} FROM {table} WHERE chat_id = $1", chat_id)
        found[table] = [{column: row[column] for column in columns} for row in rows]
    return found


async def forget(database: Database, chat_id: int, now: int, topics: Sequence[int] = ()) -> None:
    """Delete everything about a chat and a forum's `topics` from every table, and make it unreadable in the files too.

    On SQLite this is first noted beside the store, so that no restored copy brings the chat back (`forget_again`).
    """
    chats = (chat_id, *topics)
    if isinstance(database, SqliteDatabase):
        for one in chats:
            await asyncio.to_thread(ForgottenChats(database.path).add, one, now)
    theirs = f"chat_id IN ({marks(chats)})"
    which = _OF_NOBODY_ELSE.format(f" AND NOT s.{theirs}")
    alone = [key async for keys in walk(database, "audiences", "key", which, *chats) for key in keys]
    async with database.transaction() as tx:
        watched = await tx.fetch(f"SELECT watch FROM subscriptions WHERE {theirs} AND watch > 0", *chats)
        for table in reversed(list(PERSONAL)):
            await tx.execute(f"DELETE FROM {table} WHERE {theirs}", *chats)
        await tx.execute(f"DELETE FROM audiences WHERE key IN ({', '.join(map(str, alone))}) AND {NOBODYS}")
        await drop_unwatched(tx, [row["watch"] for row in watched])
    await database.scrub()


def forget_again(connection: sqlite3.Connection, store: Path) -> int:
    """Delete from a restored copy the chats that the store at `store` has forgotten since; how many.

    A chat that came back after it was forgotten stays.
    """
    forgotten = ForgottenChats(store).last()
    there = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    gone = [
        chat_id
        for chat_id, began in connection.execute("SELECT chat_id, created_at FROM subscribers").fetchall()
        if (at := forgotten.at(chat_id)) is not None and began <= at
    ]
    connection.execute("PRAGMA secure_delete=ON")
    for table in (one for one in reversed(list(PERSONAL)) if one in there):
        connection.executemany(f"DELETE FROM {table} WHERE chat_id = ?", [(chat_id,) for chat_id in gone])
    if "watches" in there:
        connection.execute("DELETE FROM watches WHERE key NOT IN (SELECT watch FROM subscriptions WHERE watch > 0)")
    _ban_again(connection, store)
    return len(gone)


def _ban_again(connection: sqlite3.Connection, store: Path) -> None:
    """Give the copy the store's list of banned chats. If the store cannot be read, the copy keeps its own."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True, timeout=20)) as old:
            rows = old.execute("SELECT chat_id, at FROM banned").fetchall()
    except sqlite3.DatabaseError:  # damaged, of an older version, or not there
        return
    connection.execute("CREATE TABLE IF NOT EXISTS banned (chat_id INTEGER PRIMARY KEY, at INTEGER NOT NULL)")
    connection.execute("DELETE FROM banned")
    connection.executemany("INSERT INTO banned (chat_id, at) VALUES (?, ?)", rows)
    connection.executemany("UPDATE subscribers SET state = 'blocked' WHERE chat_id = ?", [row[:1] for row in rows])
