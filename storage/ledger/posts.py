"""Posts of channels in the ledger: one row for each (channel, story), planned again to change or delete the post."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, NamedTuple

from news.alerts.deciding import PostingChannel
from storage.engine.database import Connection, Database, Row, Transaction, marks
from storage.ledger.gate import POST

FORM: Final = "post"
PHOTO: Final = "post-photo"
"""The form of a post that is a picture with a caption."""
WITHDRAW: Final = "withdraw"
"""The value of `said` for a post that is to be deleted."""
_CLOCKS_APART_SECONDS: Final = 60
_TITLE_READ: Final = 200
"""Letters of a title by which a post is known again: a post cuts a longer one."""
_MOST = 500
_PLACES = 300


def edition_of(key: int) -> str:
    """The edition that names the post beginning with an article in the ledger."""
    return f"post-{key}"


class PostRow(NamedTuple):
    """A new row of the ledger. `state` is 'planned', or 'held' until `held_until` (UTC seconds)."""

    chat_id: int
    edition: str
    state: str
    article: int
    said: str
    held_until: int | None
    at: int


class GrowingPost(NamedTuple):
    """An article that posts begin with. A change of any of these fields may change the posts.

    `told` is False if one of the posts could not be changed the last time.
    """

    key: int
    updated_at: int
    members: int
    last: int
    told: bool


class PostLedger:
    """Planned, standing and deleted posts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def channels(self, today: Mapping[str, date], tx: Connection) -> list[PostingChannel]:
        """The channels that get every story and may be written to. `today` is the date by time zone."""
        rows = await tx.fetch(
            "SELECT s.chat_id, c.name, s.timezone, s.quiet_from, s.quiet_to, s.news_languages, s.city, s.alerts_a_day,"
            " s.alerts_on, s.alerts_had FROM channels c JOIN subscribers s ON s.chat_id = c.chat_id"
            " WHERE c.stories = 1 AND s.state = 'active' ORDER BY s.chat_id"
        )
        chats = [row["chat_id"] for row in rows]
        topics: dict[int, set[str]] = {}
        muted: dict[int, set[tuple[str, str]]] = {}
        for start in range(0, len(chats), _PLACES):
            some = chats[start : start + _PLACES]
            who = f"chat_id IN ({marks(some)})"
            for row in await tx.fetch(
                f"SELECT chat_id, value FROM subscriptions WHERE kind = 'topic' AND {who}", *some
            ):
                topics.setdefault(row["chat_id"], set()).add(row["value"])
            for row in await tx.fetch(f"SELECT chat_id, kind, value FROM muted WHERE fewer = 0 AND {who}", *some):
                muted.setdefault(row["chat_id"], set()).add((row["kind"], row["value"]))
        return [
            PostingChannel(
                chat_id=row["chat_id"],
                name=row["name"],
                zone=row["timezone"],
                hours=None if row["quiet_from"] is None else (row["quiet_from"], row["quiet_to"]),
                reads=tuple(row["news_languages"].split(",")),
                city=row["city"],
                most=row["alerts_a_day"],
                today=row["alerts_had"] if row["alerts_on"] == today[row["timezone"]].isoformat() else 0,
                topics=frozenset(topics.get(row["chat_id"], ())),
                muted=frozenset(muted.get(row["chat_id"], ())),
            )
            for row in rows
        ]

    async def told(self, keys: Sequence[int], tx: Connection) -> set[int]:
        """The channels that have, had or will have a post of one of these articles."""
        rows = await tx.fetch(
            f"SELECT DISTINCT chat_id FROM deliveries WHERE rank = {POST} AND article IN ({marks(keys)})"
            " AND state NOT IN ('expired', 'refused')",
            *keys,
        )
        return {row["chat_id"] for row in rows}

    async def record(self, tx: Transaction, rows: Sequence[PostRow], today: Mapping[int, str]) -> None:
        """Write a plan; a post already in the ledger is not changed. `today` is the local date by channel."""
        for row in rows:
            new = await tx.execute(
                "INSERT INTO deliveries (chat_id, edition, part, state, form, rank, article, said, held_until,"
                f" planned_at, updated_at) VALUES ($1, $2, 0, $3, '{FORM}', {POST}, $4, $5, $6, $7, $7)"
                " ON CONFLICT DO NOTHING",
                *row,
            )
            if new:
                await tx.execute(
                    "UPDATE subscribers SET alerts_had = CASE WHEN alerts_on = $2 THEN alerts_had + 1 ELSE 1 END,"
                    " alerts_on = $2 WHERE chat_id = $1",
                    row.chat_id,
                    today[row.chat_id],
                )

    async def release(self, now: int, late: int) -> None:
        """Plan posts whose hold has ended; expire those unsent for `late` seconds, as old news."""
        async with self._database.transaction() as tx:
            await tx.execute(
                f"UPDATE deliveries SET state = 'planned', planned_at = $1, updated_at = $1 WHERE rank = {POST}"
                " AND state = 'held' AND held_until <= $1",
                now,
            )
            await tx.execute(
                "UPDATE deliveries SET state = 'expired', updated_at = $1, reason = 'late'"
                f" WHERE rank = {POST} AND state = 'planned' AND message_id IS NULL AND planned_at < $2",
                now,
                now - late,
            )

    async def waits(self, now: int, late: int) -> bool:
        """Whether `release` has anything to do."""
        return bool(
            await self._database.fetchval(
                f"SELECT 1 FROM deliveries WHERE rank = {POST} AND ((state = 'held' AND held_until <= $1)"
                " OR (state = 'planned' AND message_id IS NULL AND planned_at < $2)) LIMIT 1",
                now,
                now - late,
            )
        )

    async def growing(self, after: int) -> list[GrowingPost]:
        """The articles that standing posts begin with, each once, if planned after `after` (UTC seconds)."""
        # The + keeps the database from using the index on `article`, by which it would read the posts of all time.
        standing = await self._database.fetch(
            "SELECT +article AS article, min(CASE WHEN said IS NULL THEN 0 ELSE 1 END) AS told FROM deliveries"
            f" WHERE rank = {POST} AND planned_at > $1 AND state = 'sent' GROUP BY +article",
            after,
        )
        told = {row["article"]: bool(row["told"]) for row in standing}
        keys = sorted(told)
        found: list[Row] = []
        for start in range(0, len(keys), _PLACES):
            some = keys[start : start + _PLACES]
            found += await self._database.fetch(
                "SELECT p.key, p.updated_at, count(m.key) AS members, max(m.updated_at) AS last FROM articles p"
                " LEFT JOIN articles m ON m.story = p.story AND m.hidden = 0"
                f" WHERE p.key IN ({marks(some)}) AND p.hidden = 0 GROUP BY p.key, p.updated_at",
                *some,
            )
        return [
            GrowingPost(row["key"], row["updated_at"], row["members"], row["last"] or 0, told=told[row["key"]])
            for row in found
        ]

    async def is_ours(self, chat_id: int, message_id: int) -> bool:
        """Whether a message of a channel is a post of the ledger."""
        sql = f"SELECT 1 FROM deliveries WHERE chat_id = $1 AND message_id = $2 AND rank = {POST} LIMIT 1"
        return bool(await self._database.fetchval(sql, chat_id, message_id))

    async def unknown(self) -> int:
        """How many posts may stand or not: nobody knows."""
        sql = f"SELECT count(*) FROM deliveries WHERE state = 'unknown' AND rank = {POST}"
        return int(await self._database.fetchval(sql))

    async def recognise(self, chat_id: int, message_id: int, text: str, at: int, *, picture: bool) -> bool:
        """Note that a post of which nobody knew stands, if a message of a channel is one; returns whether it is.

        It is one if it begins with the title and was written (`at`, UTC seconds) while the post was under way.
        From then on it can be changed and deleted.
        """
        begins = " ".join(text.split())
        rows = await self._database.fetch(
            "SELECT d.edition, a.title FROM deliveries d JOIN articles a ON a.key = d.article WHERE d.chat_id = $1"
            f" AND d.rank = {POST} AND d.state = 'unknown' AND d.planned_at <= $2 AND d.updated_at >= $3",
            chat_id,
            at + _CLOCKS_APART_SECONDS,
            at - _CLOCKS_APART_SECONDS,
        )
        met = [row["edition"] for row in rows if begins.startswith(" ".join(row["title"].split())[:_TITLE_READ])]
        if not met or await self.is_ours(chat_id, message_id):
            return False
        return bool(
            await self._database.execute(
                "UPDATE deliveries SET state = 'sent', message_id = $3, form = $4, said = NULL, reason = NULL"
                " WHERE chat_id = $1 AND edition = $2 AND part = 0 AND state = 'unknown'",
                chat_id,
                met[0],
                message_id,
                PHOTO if picture else FORM,
            )
        )

    async def change(self, key: int, said: str, before: int) -> tuple[int, bool]:
        """Plan to change the posts that begin with an article to `said`; how many, and whether none is left.

        Posts that were changed after `before` (UTC seconds) wait for another time.
        """
        which = f"rank = {POST} AND article = $1 AND state = 'sent' AND message_id > 0 AND COALESCE(said, '') <> $2"
        async with self._database.transaction() as tx:
            changed = await tx.execute(
                f"UPDATE deliveries SET state = 'planned', said = $2 WHERE {which} AND updated_at <= $3 AND {_MAY}",
                key,
                said,
                before,
            )
            left = await tx.fetchval(f"SELECT 1 FROM deliveries WHERE {which} LIMIT 1", key, said)
        return changed, left is None

    async def withdraw(self, before: int) -> int:
        """Plan to delete posts whose articles were withdrawn; returns how many.

        A post whose deletion was refused after `before` (UTC seconds) waits for another time.
        """
        which = (
            "SELECT d.chat_id, d.edition FROM articles a CROSS JOIN deliveries d WHERE a.hidden = 1"
            f" AND d.article = a.key AND d.rank = {POST} AND d.state = 'sent' AND d.message_id > 0"
            f" AND (COALESCE(d.said, '') <> '{WITHDRAW}' OR d.updated_at <= $1)"
        )
        if not (
            rows := await self._database.fetch(f"{which} AND {_MAY.replace('deliveries.', 'd.')} LIMIT {_MOST}", before)
        ):
            return 0
        async with self._database.transaction() as tx:
            await tx.executemany(
                f"UPDATE deliveries SET state = 'planned', said = '{WITHDRAW}'"
                " WHERE chat_id = $1 AND edition = $2 AND part = 0 AND state = 'sent'",
                [(row["chat_id"], row["edition"]) for row in rows],
            )
        return len(rows)


_MAY = "EXISTS (SELECT 1 FROM subscribers s WHERE s.chat_id = deliveries.chat_id AND s.state = 'active')"
