"""What the programs of one installation share: small facts, the token's budget, who runs and who leads.

Repairs after a wrong clock are here too.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from storage.engine.database import Database, Transaction, delete_walking

# Small facts about the installation, such as until when the token is silent or sending is halted.


class InstallationFacts:
    """Values by name."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        """The value stored under this name; None if there is none."""
        value = await self._database.fetchval("SELECT value FROM facts WHERE name = $1", name)
        return None if value is None else str(value)

    async def number(self, name: str) -> float:
        """The value as a number; 0 if there is none or it is not a number."""
        try:
            value = float(await self.get(name) or 0)
        except ValueError:
            return 0.0
        return value if math.isfinite(value) else 0.0

    async def put(self, name: str, value: str) -> None:
        """Store a value, replacing the old one."""
        await self._database.execute(
            "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
            name,
            value,
        )

    async def put_later(self, name: str, moment: float) -> None:
        """Store a moment (UTC seconds), unless a later one is stored already."""
        await self._database.execute(
            "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            " WHERE CAST(facts.value AS DOUBLE PRECISION) < CAST(excluded.value AS DOUBLE PRECISION)",
            name,
            str(moment),
        )

    async def drop(self, name: str) -> None:
        """Delete a value."""
        await self._database.execute("DELETE FROM facts WHERE name = $1", name)


# Which bot the store belongs to. Chats that may be written to, and ids of messages, files and updates, are each bot's
# own.


class OwnBot:
    """The bot of this store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_over(self, bot: int, now: int) -> int | None:
        """Make the store this bot's. Returns how many readers must say /start now.

        None if it was this bot's already, or if an older version did not note the bot. After another bot no reader may
        be written to before they speak; planned messages, messages' ids, stored updates and files are dropped. Readers'
        choices stay.
        """
        async with self._database.transaction() as tx:
            known = await tx.fetchval("SELECT value FROM facts WHERE name = 'bot'")
            if known == str(bot):
                return None
            await tx.execute(
                "INSERT INTO facts (name, value) VALUES ('bot', $1)"
                " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                str(bot),
            )
            if known is None:
                return None
            waiting = await tx.execute("UPDATE subscribers SET state = 'blocked' WHERE state <> 'blocked'")
            await tx.execute("UPDATE subscribers SET decided_until = $1 WHERE decided_until < $1", now)
            await tx.execute(
                "UPDATE deliveries SET state = 'expired', reason = 'another bot', updated_at = $1, owed = 0"
                " WHERE state IN ('planned', 'sending')",
                now,
            )
            await tx.execute("UPDATE deliveries SET message_id = -message_id WHERE message_id > 0")
            await tx.execute("UPDATE broadcasts SET screen = NULL")
            await tx.execute("UPDATE broadcasts SET state = 'stopped' WHERE state IN ('draft', 'scheduled', 'running')")
            await tx.execute("UPDATE inbox SET body = NULL, reason = 'another bot' WHERE body IS NOT NULL")
            await tx.execute("UPDATE articles SET image = NULL WHERE image IS NOT NULL AND image NOT LIKE 'http%'")
            await tx.execute("DELETE FROM facts WHERE name IN ('silent_until', 'silent_for', 'sending_halted_until')")
            return waiting


# The token's budget, from which all replicas draw moments at which they may send.
#
# One statement gives a moment away, by the database's clock and only once. So a frozen program holds no lock, and one
# that dies loses only the few moments it had drawn. Each chat has a budget too, whoever answers there.

_MICRO = 1_000_000
# Nobody reserves moments this far ahead. A clock that was set back must not silence the token for hours.
_MOST_AHEAD = 5 * _MICRO


@dataclass(frozen=True, slots=True)
class BudgetGrant:
    """Seconds to wait until the reserved period, and until when (UTC seconds) Telegram wants silence, or 0."""

    wait: float
    silent_until: float


@dataclass(slots=True)
class _ChatDraw:
    """One message that a chat's budget is asked for; `every` in microseconds, `early` in seconds."""

    chat_id: int
    every: int
    early: float
    wait: "asyncio.Future[float]"


class TokenBudget:
    """Gives away moments at which one may send."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._asked: list[_ChatDraw] = []
        self._drawing: asyncio.Task[None] | None = None

    async def draw(self, seconds: float) -> BudgetGrant:
        """Reserve the next free `seconds` of this token's budget."""
        row = await self._database.at_once(
            "WITH t AS MATERIALIZED (SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS now)"
            " INSERT INTO budget AS b (one, next_at) SELECT 1, t.now + CAST($1 AS BIGINT) FROM t"
            " ON CONFLICT (one) DO UPDATE SET next_at ="
            " least(greatest(b.next_at, excluded.next_at - $1), excluded.next_at - $1 + CAST($2 AS BIGINT)) + $1"
            " RETURNING next_at - $1 - (SELECT now FROM t) AS ahead,"
            " (SELECT value FROM facts WHERE name = 'silent_until') AS silent_until",
            round(seconds * _MICRO),
            _MOST_AHEAD,
        )
        assert row is not None
        return BudgetGrant(max(0.0, row["ahead"] / _MICRO), float(row["silent_until"] or 0))

    def draw_chat(self, chat_id: int, every: float, ahead: float) -> "asyncio.Future[float]":
        """Reserve one message to a chat; how many seconds to wait.

        A chat gets one message in `every` seconds, which may come up to `ahead` seconds early.
        """
        asked = _ChatDraw(chat_id, round(every * _MICRO), ahead, asyncio.get_running_loop().create_future())
        self._asked.append(asked)
        if self._drawing is None:
            self._drawing = asyncio.create_task(self._draw_chats())
        return asked.wait

    async def _draw_chats(self) -> None:
        """Draw until nobody asks: what is asked while one statement runs is drawn by the next."""
        asked: list[_ChatDraw] = []
        try:
            while self._asked:
                asked, self._asked = self._asked, []
                try:
                    await self._draw_for(asked)
                except Exception as error:  # noqa: BLE001 - who asked gets it
                    for one in asked:
                        if not one.wait.done():
                            one.wait.set_exception(error)
        finally:
            self._drawing = None
            for one in (*asked, *self._asked):
                one.wait.cancel()

    async def _draw_for(self, asked: Sequence[_ChatDraw]) -> None:
        spans: dict[int, int] = {}
        for one in asked:
            spans[one.chat_id] = spans.get(one.chat_id, 0) + one.every
        row = await self._database.at_once(
            "WITH t AS MATERIALIZED (SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS now),"
            " drawn AS (INSERT INTO chat_budgets AS b (chat_id, next_at)"
            " SELECT chat, t.now + span"
            " FROM t, unnest(CAST($1 AS BIGINT[]), CAST($2 AS BIGINT[])) AS these (chat, span)"
            " ORDER BY chat"  # always the same order, so that two programs never wait for each other
            " ON CONFLICT (chat_id) DO UPDATE"
            " SET next_at = greatest(b.next_at, (SELECT now FROM t)) + excluded.next_at - (SELECT now FROM t)"
            " RETURNING chat_id, next_at - (SELECT now FROM t) AS ahead)"
            " SELECT array_agg(chat_id) AS chats, array_agg(ahead) AS aheads FROM drawn",
            list(spans),
            list(spans.values()),
        )
        assert row is not None
        free = {chat: ahead - spans[chat] for chat, ahead in zip(row["chats"], row["aheads"], strict=True)}
        for one in asked:
            if not one.wait.done():
                one.wait.set_result(max(0.0, free[one.chat_id] / _MICRO - one.early))
            free[one.chat_id] += one.every

    async def prune(self, now: int) -> int:
        """Delete chats whose budget is full again; returns how many."""
        return await delete_walking(self._database, "chat_budgets", "chat_id", "next_at < $1", (now - 3600) * _MICRO)


# Which programs (replicas) run on one database, and which of them leads: fetches news, plans digests and sends them.
#
# All of them answer people. The one that has run longest leads. One without a sign of life for `LEASE_SECONDS` is out,
# and joins again at the end of the line. Time is the database's, so clocks may differ. Correctness does not depend on
# who leads: a row of the ledger is claimed once, whoever claims it.
#
# A sign of life is a single statement that waits for no writer. So neither a long write nor a program that froze during
# one makes the others look dead. Only whether a row exists decides, so the order of signs does not matter.

LEASE_SECONDS = 6
_LEASE = LEASE_SECONDS * 1000
_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

IntakeKind = Literal["polling", "webhook"]


@dataclass(frozen=True, slots=True)
class ReplicaStanding:
    """A replica's standing: whether it leads, how many run, since when it runs, and for how many seconds this holds.

    `ahead` is in how many seconds one that joined before is out unless it gives a sign of life. `refused`: this one and
    one of those cannot run together.
    """

    leads: bool
    living: int
    since: int = 0
    seconds: float = LEASE_SECONDS
    ahead: float = math.inf
    refused: bool = False


@dataclass(frozen=True, slots=True)
class OtherReplica:
    """Another running program, with its last sign of life (UTC milliseconds)."""

    name: str
    intake: IntakeKind
    beat_at: int


class Replicas:
    """The running programs."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_the_way(self, name: str, intake: IntakeKind) -> OtherReplica | None:
        """A running program that rules this one out: only one may poll, and none while a webhook is set."""
        if self._database.dialect == "sqlite":
            return None
        row = await self._database.fetchrow(
            "SELECT name, intake, beat_at FROM replicas WHERE name <> $1 AND (intake = 'polling' OR $2 = 'polling')"
            f" AND beat_at >= {_NOW} - {_LEASE} ORDER BY since, name LIMIT 1",
            name,
            intake,
        )
        return OtherReplica(row["name"], row["intake"], row["beat_at"]) if row else None

    async def beat(self, name: str, intake: IntakeKind = "webhook") -> ReplicaStanding:
        """Give a sign of life; returns the present state. On SQLite there is one program, and it leads."""
        if self._database.dialect == "sqlite":
            return ReplicaStanding(leads=True, living=1, seconds=math.inf)
        await self._database.at_once(f"DELETE FROM replicas WHERE beat_at < {_NOW} - {_LEASE}")
        await self._database.at_once(
            f"INSERT INTO replicas (name, since, beat_at, intake) SELECT $1, now, now, $2 FROM (SELECT {_NOW} AS now) t"
            " ON CONFLICT (name) DO UPDATE SET beat_at = excluded.beat_at",
            name,
            intake,
        )
        row = await self._database.at_once(
            "SELECT me.since, count(*) AS living, bool_and((o.since, o.name) >= (me.since, me.name)) AS leads,"
            f" min(o.beat_at) FILTER (WHERE (o.since, o.name) < (me.since, me.name)) + {_LEASE} - {_NOW} AS ahead,"
            " bool_or((o.since, o.name) < (me.since, me.name) AND 'polling' IN (o.intake, me.intake)) AS refused"
            " FROM replicas me CROSS JOIN replicas o WHERE me.name = $1 GROUP BY me.since, me.name",
            name,
        )
        if row is None:  # we are out again: our statements took longer than the lease
            return ReplicaStanding(leads=False, living=0)
        ahead = math.inf if row["ahead"] is None else row["ahead"] / 1000
        return ReplicaStanding(row["leads"], row["living"], row["since"], ahead=ahead, refused=row["refused"])

    async def leave(self, name: str) -> None:
        """Leave the running programs, so that another one leads at once."""
        if self._database.dialect == "postgresql":
            await self._database.at_once("DELETE FROM replicas WHERE name = $1", name)


# Repairs after a wrong clock.
#
# No stored moment may lie further ahead than a right clock allows: a decision not after now, a source's next look
# within its interval, a chat's next digest within a week. Each repair can be repeated without harm, and each step
# changes a bounded number of rows.

DAY = 86_400
_NEXT_DIGEST, _NEXT_LOOK, _CLOCKS_DIFFER = 8 * DAY, 8 * DAY, 60
_CHATS = 5_000
_SEEN, _BEHIND = "clock_seen", "clock_behind"


@dataclass(frozen=True, slots=True)
class ClockRepair:
    """How much was repaired: chats with decisions ahead of now, sources, articles with a wrong time."""

    chats: int = 0
    sources: int = 0
    articles: int = 0

    def __bool__(self) -> bool:
        return any((self.chats, self.sources, self.articles))


class ClockRepairs:
    """Repairs stored moments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_seen(self) -> int:
        """The latest moment (UTC seconds) that a running bot noted; 0 if none."""
        return int(await InstallationFacts(self._database).number(_SEEN))

    async def note(self, now: int) -> None:
        """Store the moment, replacing an earlier or a wrong one."""
        await self._database.at_once(
            "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            " RETURNING name",
            _SEEN,
            str(now),
        )

    async def behind(self) -> tuple[int, int] | None:
        """Since when (UTC seconds by itself) the clock is behind, and by how many seconds at least; None if right."""
        value = await InstallationFacts(self._database).get(_BEHIND)
        begun, _, seconds = (value or "").partition(" ")
        return (int(begun), int(seconds)) if begun.isdigit() and seconds.isdigit() else None

    async def note_behind(self, noted: tuple[int, int] | None) -> None:
        """Store that the clock is behind, or with None that it is right again."""
        await self._database.execute("DELETE FROM facts WHERE name = $1", _BEHIND)
        if noted is not None:
            told = f"{noted[0]} {noted[1]}"
            await self._database.execute("INSERT INTO facts (name, value) VALUES ($1, $2)", _BEHIND, told)

    async def bound(self, now: int) -> ClockRepair:
        """Repair after a clock that was ahead: move back moments too far ahead of `now` (UTC seconds)."""
        chats, last = 0, None
        while True:
            async with self._database.transaction() as tx:
                some, last = await _chats_back(tx, last, now)
            chats += some
            if last is None:
                break
        await self._database.execute(
            "UPDATE deliveries SET planned_at = $1 WHERE state = 'planned' AND planned_at > $1", now
        )
        # A running program counts its silence by itself.
        await self._database.execute("DELETE FROM facts WHERE name IN ('silent_until', 'sending_halted_until')")
        return ClockRepair(chats, *await self._redate(now + _CLOCKS_DIFFER, None, now))

    async def redate(self, begin: int, end: int, now: int) -> ClockRepair:
        """Repair after a clock that was behind: what was seen between `begin` and `end` by it counts as seen now."""
        return ClockRepair(0, *await self._redate(begin, end, now))

    async def _redate(self, begin: int, end: int | None, now: int) -> tuple[int, int]:
        """Repair sources and articles. The next look at a source computes dates again: see news.feeds.listing."""
        last = end if end is not None else 1 << 60
        sources = await self._database.fetch("SELECT key FROM sources ORDER BY key")
        touched = 0
        for row in sources:
            async with self._database.transaction() as tx:
                items = await tx.execute(
                    "UPDATE source_items SET fingerprint = '', first_seen = $4, listed_at = $4"
                    " WHERE source_key = $1 AND first_seen >= $2 AND first_seen <= $3",
                    row["key"],
                    begin,
                    last,
                    now,
                )
                touched += await tx.execute(
                    "UPDATE sources SET next_check_at = $2, not_before = 0, etag = NULL, last_modified = NULL,"
                    " checked_at = CASE WHEN checked_at > $2 THEN $2 ELSE checked_at END,"
                    " down_since = CASE WHEN down_since > $2 THEN $2 ELSE down_since END,"
                    " last_article_at = CASE WHEN last_article_at > $2 THEN $2 ELSE last_article_at END"
                    " WHERE key = $1 AND ($3 > 0 OR checked_at > $4 OR next_check_at > $5)",
                    row["key"],
                    now,
                    items,
                    now + _CLOCKS_DIFFER,
                    now + _NEXT_LOOK,
                )
        articles = await self._database.execute(
            "UPDATE articles SET first_seen = $3 WHERE first_seen >= $1 AND first_seen <= $2", begin, last, now
        )
        return touched, articles


async def _chats_back(tx: Transaction, after: int | None, now: int) -> tuple[int, int | None]:
    """Repair the next few chats: how many had moments ahead, and the last chat looked at; None if none is left."""
    rows = await tx.fetch(
        "SELECT chat_id, decided_until, next_digest_at, last_edition_at FROM subscribers WHERE chat_id > $1"
        " ORDER BY chat_id LIMIT $2",
        -(1 << 62) if after is None else after,
        _CHATS,
    )
    latest = now + _CLOCKS_DIFFER
    ahead = [
        row["chat_id"]
        for row in rows
        if max(row["decided_until"] or 0, row["last_edition_at"] or 0) > latest
        or (row["next_digest_at"] or 0) > now + _NEXT_DIGEST
    ]
    await tx.executemany(
        "UPDATE subscribers SET decided_until = $2, last_edition_at = CASE WHEN last_edition_at > $2 THEN $2"
        " ELSE last_edition_at END, next_digest_at = CASE WHEN next_digest_at IS NULL THEN NULL ELSE $2 END"
        " WHERE chat_id = $1",
        [(chat, now) for chat in ahead],
    )
    # A sent edition of a day that is yet to come is renamed, so that the day's own edition can be planned.
    await tx.executemany(
        "UPDATE deliveries SET edition = edition || $3, planned_at = $2, updated_at = $2 WHERE chat_id = $1"
        " AND planned_at > $2 AND state NOT IN ('planned', 'sending')",
        [(chat, now, f"~{now}") for chat in ahead],
    )
    return len(ahead), rows[-1]["chat_id"] if len(rows) == _CHATS else None
