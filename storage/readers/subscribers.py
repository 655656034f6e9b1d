"""Subscribers: who talks with the bot, in which language, what they asked for, when and how their digest comes."""

import hashlib
from collections.abc import Collection, Sequence

from news.models import Subscriber, Subscription
from news.timetable import LatePolicy, Timetable
from storage.engine.changes import KeptReads
from storage.engine.database import Connection, Database, Row, Transaction, marks
from storage.readers.data_map import PERSONAL, drop_unwatched
from storage.readers.watches import watch

_COLUMNS = (
    "chat_id, kind, language, language_chosen, timezone, minutes, days, quiet_from, quiet_to, late, length, form,"
    " says_nothing, decided_until, next_digest_at, last_edition_at, state, created_at, news_languages, city,"
    " pictures, only_asked, city_asked_at"
)
_ALERTS = "alerts_a_day, urgent, away_until, forum, thread"
_HISTORY = "audience, composition, owed, struck_at, alerted, alerts_on, alerts_had, paused_at, told_paused"
_TOPICS_FROM = -(1 << 61)
"""Chats of Telegram have ids of 52 bits: what is below this is a name of ours."""
_AGAIN_SECONDS = 6 * 3600


_COUNTED = 1_000
_MOST_KEPT = 20_000
_SUBSCRIBE = "INSERT INTO subscriptions (chat_id, kind, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"


def topic_id(forum: int, thread: int) -> int:
    """The name under which a topic of a forum is kept, the same each time."""
    digest = hashlib.blake2b(f"{forum}/{thread}".encode(), digest_size=8).digest()
    return _TOPICS_FROM - (int.from_bytes(digest) >> 4)


class Subscribers:
    """The chats and their choices."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: KeptReads[Subscriber | None] = KeptReads(
            database.changes, ("subscribers", "subscriptions"), _MOST_KEPT, by_row=True
        )

    async def get(self, chat_id: int, connection: Connection | None = None) -> Subscriber | None:
        """The subscriber with their subscriptions, None for an unknown chat."""
        if connection is not None:
            return await self._read(chat_id, connection)
        return await self._kept.get(chat_id, lambda: self._read(chat_id, self._database))

    async def _read(self, chat_id: int, source: Connection) -> Subscriber | None:
        row = await source.fetchrow(f"SELECT {_COLUMNS}, {_ALERTS} FROM subscribers WHERE chat_id = $1", chat_id)
        if row is None:
            return None
        asked = await source.fetch(
            "SELECT kind, value, watch FROM subscriptions WHERE chat_id = $1 ORDER BY kind DESC, value", chat_id
        )
        return to_subscriber(row, asked)

    async def here_before(self, chats: Collection[int], moment: int) -> set[int]:
        """Those of the chats that were known at that moment (UTC seconds)."""
        asked = list(chats)
        found = await self._database.fetch(
            f"SELECT chat_id FROM subscribers WHERE chat_id IN ({marks(asked, 2)}) AND created_at <= $1", moment, *asked
        )
        return {row["chat_id"] for row in found}

    async def add(self, new: Subscriber, tx: Transaction | None = None) -> Subscriber:
        """Remember a chat; one that is known already stays as it is. The subscriber as stored."""
        if tx is None:
            async with self._database.transaction() as own:
                return await self.add(new, own)
        await tx.execute(
            "INSERT INTO subscribers (chat_id, kind, language, language_chosen, timezone, created_at,"
            " forum, thread) VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT (chat_id) DO NOTHING",
            new.chat_id,
            new.kind,
            new.language,
            int(new.language_chosen),
            new.timezone,
            new.created_at,
            new.forum,
            new.thread,
        )
        stored = await self.get(new.chat_id, tx)
        assert stored is not None
        return stored

    async def choose_language(self, chat_id: int, language: str, city_asked_at: int | None = None) -> None:
        """The language they said; the second at which they are asked for their city, where they are."""
        await self._database.execute(
            "UPDATE subscribers SET language = $2, language_chosen = 1, audience = NULL,"
            " city_asked_at = COALESCE($3, city_asked_at) WHERE chat_id = $1",
            chat_id,
            language,
            city_asked_at,
        )

    async def set_timetable(
        self, chat_id: int, timetable: Timetable, next_at: int | None, now: int, tx: Transaction | None = None
    ) -> None:
        """When the digest comes, and the UTC second to look first; what was missed before `now` is not made up for.

        A first digest looks back a day from its hour, so that an old archive is not pushed.
        """
        await (tx or self._database).execute(
            "UPDATE subscribers SET minutes = $2, days = $3, quiet_from = $4, quiet_to = $5, late = $6,"
            " next_digest_at = $7, decided_until = CASE WHEN decided_until > $8 THEN decided_until ELSE $8 END,"
            " last_edition_at = COALESCE(last_edition_at, $9) WHERE chat_id = $1",
            chat_id,
            ",".join(map(str, timetable.minutes)),
            timetable.days,
            *(timetable.quiet or (None, None)),
            timetable.late,
            next_at,
            now,
            (now - 86_400) // 3600 * 3600,
        )

    async def set_timezone(self, chat_id: int, name: str, next_at: int | None) -> None:
        """Their time zone, and the second their next digest falls on in it."""
        await self._database.execute(
            "UPDATE subscribers SET timezone = $2, next_digest_at = $3 WHERE chat_id = $1", chat_id, name, next_at
        )

    async def set_manner(self, chat_id: int, *, length: int, form: str, says_nothing: bool) -> None:
        """How many stories a digest holds, how it looks, and whether one line comes where nothing is new."""
        await self._database.execute(
            "UPDATE subscribers SET length = $2, form = $3, says_nothing = $4, audience = NULL WHERE chat_id = $1",
            chat_id,
            length,
            form,
            int(says_nothing),
        )

    async def set_away(self, chat_id: int, until: int) -> None:
        """Nothing comes by itself until then (UTC seconds)."""
        await self._database.execute("UPDATE subscribers SET away_until = $2 WHERE chat_id = $1", chat_id, until)

    async def end_away(self, chat_id: int, next_at: int | None, now: int) -> None:
        """The pause is over: the next digest comes at `next_at`; what was missed before `now` is not made up for."""
        await self._database.execute(
            "UPDATE subscribers SET away_until = NULL, next_digest_at = $2,"
            " decided_until = CASE WHEN decided_until > $3 THEN decided_until ELSE $3 END WHERE chat_id = $1",
            chat_id,
            next_at,
            now,
        )

    async def set_state(self, chat_id: int, state: str, tx: Transaction | None = None) -> None:
        """'blocked' pauses a chat and keeps what it chose; 'active' brings it back. A forum's topics go with it."""
        await (tx or self._database).execute(
            "UPDATE subscribers SET state = $2 WHERE (chat_id = $1 OR forum = $1) AND state <> $2", chat_id, state
        )

    async def topics(self, forum: int) -> list[int]:
        """The topics of a forum that have anything of their own, by the names they are kept under."""
        rows = await self._database.fetch("SELECT chat_id FROM subscribers WHERE forum = $1 ORDER BY chat_id", forum)
        return [row["chat_id"] for row in rows]

    async def try_again(self, now: int) -> int:
        """Let paused chats be written to where their digest is due, or where hours went by: a right may be back.

        How many. Who may still not be written to is paused again with the first message, and nobody is told anew.
        """
        which = "WHERE state = 'paused' AND (next_digest_at <= $1 OR paused_at <= $2)"
        asked = now, now - _AGAIN_SECONDS
        if not await self._database.fetchval(f"SELECT 1 FROM subscribers {which} LIMIT 1", *asked):
            return 0
        return await self._database.execute(f"UPDATE subscribers SET state = 'active' {which}", *asked)

    async def to_tell(self, chat_id: int, now: int) -> bool:
        """Whether an administrator is to be told that a chat is paused: once, until it can be written to again."""
        return bool(
            await self._database.execute(
                "UPDATE subscribers SET told_paused = $2 WHERE chat_id = $1 AND told_paused IS NULL", chat_id, now
            )
        )

    async def set_city(self, chat_id: int, city: str | None) -> None:
        """The city whose news comes first; None: none."""
        await self._database.execute(
            "UPDATE subscribers SET city = $2, city_asked_at = NULL, audience = NULL WHERE chat_id = $1", chat_id, city
        )

    async def ask_city(self, chat_id: int, now: int) -> None:
        """They were asked for their city at `now` (UTC seconds)."""
        await self._database.execute("UPDATE subscribers SET city_asked_at = $2 WHERE chat_id = $1", chat_id, now)

    async def set_only_asked(self, chat_id: int, only: bool) -> None:
        """Whether the digest holds nothing but what they subscribed to."""
        await self._database.execute(
            "UPDATE subscribers SET only_asked = $2, audience = NULL WHERE chat_id = $1", chat_id, int(only)
        )

    async def set_news_languages(self, chat_id: int, languages: Sequence[str]) -> None:
        """The languages of news they read."""
        await self._database.execute(
            "UPDATE subscribers SET news_languages = $2, audience = NULL WHERE chat_id = $1",
            chat_id,
            ",".join(languages),
        )

    async def set_pictures(self, chat_id: int, shown: bool) -> None:
        """Whether pictures are shown."""
        await self._database.execute("UPDATE subscribers SET pictures = $2 WHERE chat_id = $1", chat_id, int(shown))

    async def count(self) -> int:
        """How many chats the bot may write to."""
        begin, found = -(1 << 62), 0
        while True:
            row = await self._database.fetchrow(
                "SELECT max(chat_id) AS last, sum(CASE WHEN state = 'active' THEN 1 ELSE 0 END) AS n FROM (SELECT"
                f" chat_id, state FROM subscribers WHERE chat_id > $1 ORDER BY chat_id LIMIT {_COUNTED}) AS step",
                begin,
            )
            if row is None or row["last"] is None:
                return found
            begin, found = row["last"], found + row["n"]

    async def subscribe(self, chat_id: int, asked: Subscription) -> bool:
        """Add a subscription, told at once where it says so; False where it was there already."""
        return await self._ask(_SUBSCRIBE, chat_id, asked)

    async def unsubscribe(self, chat_id: int, asked: Subscription) -> bool:
        """Take a subscription away; False where there was none."""
        return await self._ask(
            "DELETE FROM subscriptions WHERE chat_id = $1 AND kind = $2 AND value = $3", chat_id, asked
        )

    async def _ask(self, sql: str, chat_id: int, asked: Subscription) -> bool:
        async with self._database.transaction() as tx:
            watched = await tx.fetch(
                "SELECT watch FROM subscriptions WHERE chat_id = $1 AND kind = $2 AND value = $3 AND watch > 0",
                chat_id,
                asked.kind,
                asked.value,
            )
            changed = await tx.execute(sql, chat_id, asked.kind, asked.value)
            await drop_unwatched(tx, [row["watch"] for row in watched])
            if changed and asked.at_once and sql is _SUBSCRIBE:
                await watch(tx, chat_id, asked, at_once=True)
            if changed:
                await tx.execute("UPDATE subscribers SET audience = NULL WHERE chat_id = $1", chat_id)
        return bool(changed)

    async def migrated(self, old_id: int, new_id: int) -> None:
        """A group became a supergroup: everything of it moves to the new id."""
        async with self._database.transaction() as tx:
            await move(tx, old_id, new_id)


async def move(tx: Transaction, old_id: int, new_id: int) -> None:
    """Give a chat another id with all it has; what the new id had learned meanwhile gives way to it.

    Told once more, the old id is only a stranger's: what the first news of the move carried over stays.
    """
    if old_id == new_id or not await tx.fetchval("SELECT 1 FROM subscribers WHERE chat_id = $1", old_id):
        return
    others = [table for table in PERSONAL if table != "subscribers"]
    again = await moved_to(tx, old_id) == new_id
    for table in (*reversed(others), "subscribers"):
        await tx.execute(f"DELETE FROM {table} WHERE chat_id = $1", old_id if again else new_id)
    if again:
        return
    columns = f"{_COLUMNS.removeprefix('chat_id, ')}, {_ALERTS}, {_HISTORY}"
    await tx.execute(
        f"INSERT INTO subscribers (chat_id, {columns}) SELECT $2, {columns} FROM subscribers WHERE chat_id = $1",
        old_id,
        new_id,
    )
    for table in others:
        await tx.execute(f"UPDATE {table} SET chat_id = $2 WHERE chat_id = $1", old_id, new_id)
    await tx.execute("DELETE FROM subscribers WHERE chat_id = $1", old_id)
    # Whoever hears of the move is there: what the old group forbade holds no more.
    await tx.execute(
        "UPDATE subscribers SET kind = 'supergroup', state = 'active', moved_from = $2 WHERE chat_id = $1",
        new_id,
        old_id,
    )


async def moved_to(tx: Transaction, old_id: int) -> int | None:
    """Where a group with this id has moved, None where it has not."""
    value = await tx.fetchval("SELECT chat_id FROM subscribers WHERE moved_from = $1", old_id)
    return None if value is None else int(value)


def to_subscriber(row: Row, asked: Sequence[Row]) -> Subscriber:
    """Rows as a Subscriber."""
    return Subscriber(
        chat_id=row["chat_id"],
        kind=row["kind"],
        language=row["language"],
        timezone=row["timezone"],
        language_chosen=bool(row["language_chosen"]),
        timetable=to_timetable(row["minutes"], row["days"], row["quiet_from"], row["quiet_to"], row["late"]),
        length=row["length"],
        form=row["form"],
        says_nothing=bool(row["says_nothing"]),
        decided_until=row["decided_until"],
        next_digest_at=row["next_digest_at"],
        last_edition_at=row["last_edition_at"],
        state=row["state"],
        created_at=row["created_at"],
        news_languages=tuple(row["news_languages"].split(",")),
        city=row["city"],
        city_asked_at=row["city_asked_at"],
        pictures=bool(row["pictures"]),
        only_asked=bool(row["only_asked"]),
        subscriptions=tuple(Subscription(one["kind"], one["value"], one["watch"] is not None) for one in asked),
        alerts_a_day=row["alerts_a_day"],
        urgent=bool(row["urgent"]),
        forum=row["forum"],
        thread=row["thread"],
        away_until=row["away_until"],
    )


def to_timetable(minutes: str, days: int, quiet_from: int | None, quiet_to: int | None, late: LatePolicy) -> Timetable:
    """The columns of a timetable as a Timetable."""
    hours = tuple(int(minute) for minute in minutes.split(",") if minute)
    quiet = None if quiet_from is None or quiet_to is None else (quiet_from, quiet_to)
    return Timetable(hours, days, quiet, late)


# Whom administrators banned: people and groups that are not heard and not written to.

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
    await tx.execute("UPDATE subscribers SET state = 'blocked' WHERE chat_id = $1 OR forum = $1", chat_id)
    return new
