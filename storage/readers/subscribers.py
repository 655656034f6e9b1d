"""Subscribers: chats with the bot, their language and subscriptions, and when and how their digest comes."""

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
_ALERTS = "alerts_a_day, urgent, urgent_at_night, away_until, forum, thread"
_HISTORY = "audience, composition, owed, struck_at, alerted, alerts_on, alerts_had, paused_at, told_paused"
_TOPICS_FROM = -(1 << 61)
"""Ids below this are ours: Telegram's own have at most 52 bits."""
_AGAIN_SECONDS = 6 * 3600


_COUNTED = 1_000
_MOST_KEPT = 20_000
_SUBSCRIBE = "INSERT INTO subscriptions (chat_id, kind, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"


def topic_id(forum: int, thread: int) -> int:
    """Our chat id for a topic of a forum; always the same for one topic."""
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
        """The subscriber with their subscriptions; None for an unknown chat."""
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
        """Those of the chats that were known at `moment` (UTC seconds)."""
        asked = list(chats)
        found = await self._database.fetch(
            f"SELECT chat_id FROM subscribers WHERE chat_id IN ({marks(asked, 2)}) AND created_at <= $1", moment, *asked
        )
        return {row["chat_id"] for row in found}

    async def add(self, new: Subscriber, tx: Transaction | None = None) -> Subscriber:
        """Store a chat; a known one is not changed. Returns the subscriber as stored."""
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
        """Set the language they chose, and `city_asked_at` (UTC seconds) if they are asked for their city."""
        await self._database.execute(
            "UPDATE subscribers SET language = $2, language_chosen = 1, audience = NULL,"
            " city_asked_at = COALESCE($3, city_asked_at) WHERE chat_id = $1",
            chat_id,
            language,
            city_asked_at,
        )

    async def set_timetable(
        self,
        chat_id: int,
        timetable: Timetable,
        next_at: int | None,
        now: int,
        tx: Transaction | None = None,
        *,
        back: bool = False,
    ) -> None:
        """Set when the digest comes. It is due first at `next_at`; what was missed before `now` is not made up for.

        Both are UTC seconds. A first digest looks back one day from its hour, so that no old archive is sent. `back`:
        a pause ends.
        """
        await (tx or self._database).execute(
            "UPDATE subscribers SET minutes = $2, days = $3, quiet_from = $4, quiet_to = $5, late = $6,"
            " next_digest_at = $7, decided_until = CASE WHEN decided_until > $8 THEN decided_until ELSE $8 END,"
            " last_edition_at = COALESCE(last_edition_at, $9),"
            " away_until = CASE WHEN $10 = 1 THEN NULL ELSE away_until END WHERE chat_id = $1",
            chat_id,
            ",".join(map(str, timetable.minutes)),
            timetable.days,
            *(timetable.quiet or (None, None)),
            timetable.late,
            next_at,
            now,
            (now - 86_400) // 3600 * 3600,
            int(back),
        )

    async def set_timezone(self, chat_id: int, name: str, next_at: int | None) -> None:
        """Set their time zone, and the UTC second of their next digest in it."""
        await self._database.execute(
            "UPDATE subscribers SET timezone = $2, next_digest_at = $3 WHERE chat_id = $1", chat_id, name, next_at
        )

    async def set_manner(self, chat_id: int, *, length: int, form: str, says_nothing: bool) -> None:
        """Set how many stories a digest holds, its form, and whether a line comes if nothing is new."""
        await self._database.execute(
            "UPDATE subscribers SET length = $2, form = $3, says_nothing = $4, audience = NULL WHERE chat_id = $1",
            chat_id,
            length,
            form,
            int(says_nothing),
        )

    async def set_away(self, chat_id: int, until: int) -> None:
        """Pause digests and alerts until then (UTC seconds)."""
        await self._database.execute("UPDATE subscribers SET away_until = $2 WHERE chat_id = $1", chat_id, until)

    async def end_away(self, chat_id: int, next_at: int | None, now: int) -> None:
        """End the pause: the next digest comes at `next_at`, and what was missed before `now` is not made up for."""
        await self._database.execute(
            "UPDATE subscribers SET away_until = NULL, next_digest_at = $2,"
            " decided_until = CASE WHEN decided_until > $3 THEN decided_until ELSE $3 END WHERE chat_id = $1",
            chat_id,
            next_at,
            now,
        )

    async def set_state(self, chat_id: int, state: str, tx: Transaction | None = None) -> None:
        """Set a chat's state: 'blocked' keeps its choices, 'active' brings it back. A forum's topics get it too."""
        await (tx or self._database).execute(
            "UPDATE subscribers SET state = $2 WHERE (chat_id = $1 OR forum = $1) AND state <> $2", chat_id, state
        )

    async def topics(self, forum: int) -> list[int]:
        """Our ids of a forum's topics that have settings of their own."""
        rows = await self._database.fetch("SELECT chat_id FROM subscribers WHERE forum = $1 ORDER BY chat_id", forum)
        return [row["chat_id"] for row in rows]

    async def try_again(self, now: int) -> int:
        """Make paused chats active if their digest is due or hours have passed: a right may be back. How many.

        If the bot still may not write there, the first message pauses the chat again, and nobody is told again.
        """
        which = "WHERE state = 'paused' AND (next_digest_at <= $1 OR paused_at <= $2)"
        asked = now, now - _AGAIN_SECONDS
        if not await self._database.fetchval(f"SELECT 1 FROM subscribers {which} LIMIT 1", *asked):
            return 0
        return await self._database.execute(f"UPDATE subscribers SET state = 'active' {which}", *asked)

    async def to_tell(self, chat_id: int, now: int) -> bool:
        """Whether to tell an administrator that a chat is paused; True once, until the bot can write there again."""
        return bool(
            await self._database.execute(
                "UPDATE subscribers SET told_paused = $2 WHERE chat_id = $1 AND told_paused IS NULL", chat_id, now
            )
        )

    async def set_city(self, chat_id: int, city: str | None) -> None:
        """Set the city whose news comes first, or None."""
        await self._database.execute(
            "UPDATE subscribers SET city = $2, city_asked_at = NULL, audience = NULL WHERE chat_id = $1", chat_id, city
        )

    async def ask_city(self, chat_id: int, now: int) -> None:
        """Note that they were asked for their city at `now` (UTC seconds)."""
        await self._database.execute("UPDATE subscribers SET city_asked_at = $2 WHERE chat_id = $1", chat_id, now)

    async def set_only_asked(self, chat_id: int, only: bool) -> None:
        """Set whether the digest holds only what they subscribed to."""
        await self._database.execute(
            "UPDATE subscribers SET only_asked = $2, audience = NULL WHERE chat_id = $1", chat_id, int(only)
        )

    async def set_news_languages(self, chat_id: int, languages: Sequence[str]) -> None:
        """Set the languages of news they read."""
        await self._database.execute(
            "UPDATE subscribers SET news_languages = $2, audience = NULL WHERE chat_id = $1",
            chat_id,
            ",".join(languages),
        )

    async def set_pictures(self, chat_id: int, shown: bool) -> None:
        """Set whether pictures are shown."""
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

    async def subscribe(self, chat_id: int, *asked: Subscription) -> bool:
        """Add subscriptions; False if all were there already. With `at_once` a subscription's news comes as alerts."""
        async with self._database.transaction() as tx:
            changed = [await self._ask(tx, _SUBSCRIBE, chat_id, one) for one in asked]
        return any(changed)

    async def unsubscribe(self, chat_id: int, *asked: Subscription) -> bool:
        """Remove subscriptions; False if there was none of them."""
        sql = "DELETE FROM subscriptions WHERE chat_id = $1 AND kind = $2 AND value = $3"
        async with self._database.transaction() as tx:
            gone = [await self._ask(tx, sql, chat_id, one) for one in asked]
        return any(gone)

    async def _ask(self, tx: Transaction, sql: str, chat_id: int, asked: Subscription) -> bool:
        watched = await tx.fetch(
            "SELECT watch FROM subscriptions WHERE chat_id = $1 AND kind = $2 AND value = $3 AND watch > 0",
            chat_id,
            asked.kind,
            asked.value,
        )
        changed = await tx.execute(sql, chat_id, asked.kind, asked.value)
        await drop_unwatched(tx, [row["watch"] for row in watched])
        if changed and sql is _SUBSCRIBE:
            await self._unmute(tx, chat_id, asked)
        if changed and asked.at_once and sql is _SUBSCRIBE:
            await watch(tx, chat_id, asked, at_once=True)
        if changed:
            await tx.execute("UPDATE subscribers SET audience = NULL WHERE chat_id = $1", chat_id)
        return bool(changed)

    @staticmethod
    async def _unmute(tx: Transaction, chat_id: int, asked: Subscription) -> None:
        """What is followed is muted no more: the last wish holds."""
        for row in await tx.fetch("SELECT kind, value FROM muted WHERE chat_id = $1", chat_id):
            if asked.follows(row["kind"], row["value"]):
                sql = "DELETE FROM muted WHERE chat_id = $1 AND kind = $2 AND value = $3"
                await tx.execute(sql, chat_id, row["kind"], row["value"])

    async def migrated(self, old_id: int, new_id: int) -> None:
        """Move everything of a group that became a supergroup to its new id."""
        async with self._database.transaction() as tx:
            await move(tx, old_id, new_id)


async def move(tx: Transaction, old_id: int, new_id: int) -> None:
    """Give a chat another id with all its data, replacing what was stored under the new id meanwhile.

    If the same move is told again, only what was stored under the old id since is deleted.
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
    # The bot hears of the move, so it is in the new group: what the old group forbade no longer holds.
    await tx.execute(
        "UPDATE subscribers SET kind = 'supergroup', state = 'active', moved_from = $2 WHERE chat_id = $1",
        new_id,
        old_id,
    )


async def moved_to(tx: Transaction, old_id: int) -> int | None:
    """The new id of a group that had this id; None if it has not moved."""
    value = await tx.fetchval("SELECT chat_id FROM subscribers WHERE moved_from = $1", old_id)
    return None if value is None else int(value)


def to_subscriber(row: Row, asked: Sequence[Row]) -> Subscriber:
    """A Subscriber from its row and the rows of its subscriptions."""
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
        urgent_at_night=bool(row["urgent_at_night"]),
        forum=row["forum"],
        thread=row["thread"],
        away_until=row["away_until"],
    )


def to_timetable(minutes: str, days: int, quiet_from: int | None, quiet_to: int | None, late: LatePolicy) -> Timetable:
    """A Timetable from its columns."""
    hours = tuple(int(minute) for minute in minutes.split(",") if minute)
    quiet = None if quiet_from is None or quiet_to is None else (quiet_from, quiet_to)
    return Timetable(hours, days, quiet, late)


# People and groups that administrators banned: the bot neither answers nor writes to them.

_BAN = "INSERT INTO banned (chat_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING"


class Bans:
    """The banned chats. `now` is in memory, so that looking up each sender costs nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.now: frozenset[int] = frozenset()
        """The banned ids as of the last `refresh`, `add` or `remove`."""

    async def refresh(self) -> None:
        """Read the list again, because other programs change it too."""
        rows = await self._database.fetch("SELECT chat_id FROM banned")
        self.now = frozenset(row["chat_id"] for row in rows)

    async def add(self, chat_id: int, now: int) -> bool:
        """Ban a person or group; what waits for them is not sent. False if they were banned already."""
        async with self._database.transaction() as tx:
            new = await _ban(tx, chat_id, now)
        self.now |= {chat_id}
        return new

    async def remove(self, chat_id: int) -> bool:
        """Lift a ban; with their next message all is as it was. False if they were not banned."""
        was = await self._database.execute("DELETE FROM banned WHERE chat_id = $1", chat_id)
        self.now -= {chat_id}
        return bool(was)

    async def all(self) -> list[tuple[int, int]]:
        """Ids and when each was banned (UTC seconds), newest first."""
        rows = await self._database.fetch("SELECT chat_id, at FROM banned ORDER BY at DESC, chat_id")
        return [(row["chat_id"], row["at"]) for row in rows]


async def _ban(tx: Transaction, chat_id: int, now: int) -> bool:
    new = bool(await tx.execute(_BAN, chat_id, now))
    await tx.execute("UPDATE subscribers SET state = 'blocked' WHERE chat_id = $1 OR forum = $1", chat_id)
    return new
