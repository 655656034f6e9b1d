"""What the programs of one installation share: small facts, the token's budget, who is at work and who leads;
and the mending of what a wrong clock left.
"""

import math
from dataclasses import dataclass
from typing import Literal

from storage.engine.database import Database, Transaction, delete_walking

# Small facts about the installation itself, by name: until when the token is silent, why sending was halted.


class InstallationFacts:
    """Names and values."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get(self, name: str) -> str | None:
        """The value stored under this name; None if there is none."""
        value = await self._database.fetchval("SELECT value FROM facts WHERE name = $1", name)
        return None if value is None else str(value)

    async def number(self, name: str) -> float:
        """The same as a number; 0 where there is none, or what stands there is no number."""
        try:
            value = float(await self.get(name) or 0)
        except ValueError:
            return 0.0
        return value if math.isfinite(value) else 0.0

    async def put(self, name: str, value: str) -> None:
        """Remember a value in place of the old one."""
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
        """Forget it."""
        await self._database.execute("DELETE FROM facts WHERE name = $1", name)


# Which bot the store is of. What Telegram numbers, it numbers for each bot apart: chats a bot may write to, messages,
# files, updates.


class OwnBot:
    """The bot of this store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_over(self, bot: int, now: int) -> int | None:
        """Note that the store is this bot's now; returns how many readers wait for their /start, None where the store
        was this bot's before, or of a version that did not note it.

        Of another bot no reader may be written to before they speak, no planned message goes, no number of a message
        is answered to, no kept update is handled, no file is shown. What readers chose stays.
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


# The token's budget of messages, drawn from by all replicas: each gets moments of its own to write in.
#
# A moment is given away once, by the database's clock, in one statement: a program that is frozen meanwhile holds
# nothing, and one that dies loses the few moments it had drawn. A chat has a budget of its own, whoever answers
# there.

_MICRO = 1_000_000
# Nobody reserves moments so far ahead. If a clock was set back, it must not silence the token for hours.
_MOST_AHEAD = 5 * _MICRO


@dataclass(frozen=True, slots=True)
class BudgetGrant:
    """Seconds until the reserved stretch begins; and until when (UTC seconds) Telegram wants silence, or 0."""

    wait: float
    silent_until: float


class TokenBudget:
    """Moments to write in."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def draw(self, seconds: float) -> BudgetGrant:
        """Reserve the next free stretch of so many seconds for messages of this token alone."""
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

    async def draw_chat(self, chat_id: int, every: float, ahead: float) -> float:
        """Reserve one message to a chat: one `every` so many seconds, up to `ahead` seconds early; returns seconds to
        wait.
        """
        row = await self._database.at_once(
            "WITH t AS MATERIALIZED (SELECT CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT) AS now)"
            " INSERT INTO chat_budgets AS b (chat_id, next_at)"
            " SELECT CAST($1 AS BIGINT), t.now + CAST($2 AS BIGINT) FROM t"
            " ON CONFLICT (chat_id) DO UPDATE SET next_at = greatest(b.next_at + $2, excluded.next_at)"
            " RETURNING next_at - $2 - (SELECT now FROM t) AS ahead",
            chat_id,
            round(every * _MICRO),
        )
        assert row is not None
        return max(0.0, int(row["ahead"]) / _MICRO - ahead)

    async def prune(self, now: int) -> int:
        """Delete the chats that may be written to at once anyway; returns how many."""
        return await delete_walking(self._database, "chat_budgets", "chat_id", "next_at < $1", (now - 3600) * _MICRO)


# Which programs are at work on one database, and which of them leads: fetches news, plans digests and sends them.
#
# Everybody answers people. The leader is the one at work longest; one that gave no sign of life for `LEASE_SECONDS`
# is out, and joins again at the end of the line. Time is the database's, so clocks that differ do not matter.
# Correctness does not rest on who leads: a row of the ledger is claimed once, whoever claims it.
#
# Signs of life are single statements that wait for no writer's turn: neither a long write nor a program that was
# frozen in the middle of one makes the others look dead. Whether a row is there decides, so their order does not
# matter.

LEASE_SECONDS = 6
_LEASE = LEASE_SECONDS * 1000
_NOW = "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)"

IntakeKind = Literal["polling", "webhook"]


@dataclass(frozen=True, slots=True)
class ReplicaStanding:
    """Where a replica stands: whether it leads, how many are at work, since when it is, for how many seconds so.

    `ahead` is in how many seconds one that was here before is out unless it gives a sign of life. `refused`: one of
    those and this one cannot be at work together.
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
    """The programs at work."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def in_the_way(self, name: str, intake: IntakeKind) -> OtherReplica | None:
        """A program beside which this one cannot work: Telegram allows only one to poll, and none while a webhook is
        set.
        """
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
        if row is None:  # out again already: our own statements took longer than the lease
            return ReplicaStanding(leads=False, living=0)
        ahead = math.inf if row["ahead"] is None else row["ahead"] / 1000
        return ReplicaStanding(row["leads"], row["living"], row["since"], ahead=ahead, refused=row["refused"])

    async def leave(self, name: str) -> None:
        """Be at work no more: another leads at once."""
        if self._database.dialect == "postgresql":
            await self._database.at_once("DELETE FROM replicas WHERE name = $1", name)


# What a wrong clock left in the store, brought back within what it can be.
#
# Nothing that is stored may lie further ahead than it could by a right clock: what was decided, up to now; a next look
# at a source, its interval; a chat's next digest, a week. Each repair is done again and again without harm, a bounded
# number of rows a step.

DAY = 86_400
_NEXT_DIGEST, _NEXT_LOOK, _CLOCKS_DIFFER = 8 * DAY, 8 * DAY, 60
_CHATS = 5_000
_SEEN, _BEHIND = "clock_seen", "clock_behind"


@dataclass(frozen=True, slots=True)
class ClockRepair:
    """How much was mended: chats whose digests were decided ahead, sources, articles seen at another time."""

    chats: int = 0
    sources: int = 0
    articles: int = 0

    def __bool__(self) -> bool:
        return any((self.chats, self.sources, self.articles))


class ClockRepairs:
    """Mends moments."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def last_seen(self) -> int:
        """The latest moment (UTC seconds) by the clock of a bot at work; 0: never noted."""
        return int(await InstallationFacts(self._database).number(_SEEN))

    async def note(self, now: int) -> None:
        """Remember the moment, in place of an earlier or a wrong one."""
        await self._database.at_once(
            "INSERT INTO facts (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value"
            " RETURNING name",
            _SEEN,
            str(now),
        )

    async def behind(self) -> tuple[int, int] | None:
        """Since when (UTC seconds, by the clock itself) it has been behind, and by how many seconds at least."""
        value = await InstallationFacts(self._database).get(_BEHIND)
        begun, _, seconds = (value or "").partition(" ")
        return (int(begun), int(seconds)) if begun.isdigit() and seconds.isdigit() else None

    async def note_behind(self, noted: tuple[int, int] | None) -> None:
        """Remember that, or that it is right again."""
        await self._database.execute("DELETE FROM facts WHERE name = $1", _BEHIND)
        if noted is not None:
            told = f"{noted[0]} {noted[1]}"
            await self._database.execute("INSERT INTO facts (name, value) VALUES ($1, $2)", _BEHIND, told)

    async def bound(self, now: int) -> ClockRepair:
        """The clock was ahead: bring back what lies further ahead of `now` (UTC seconds) than it can."""
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
        # It lasts no longer than was told; who is silent knows by themselves.
        await self._database.execute("DELETE FROM facts WHERE name IN ('silent_until', 'sending_halted_until')")
        return ClockRepair(chats, *await self._redate(now + _CLOCKS_DIFFER, None, now))

    async def redate(self, begin: int, end: int, now: int) -> ClockRepair:
        """The clock was behind, and stood between `begin` and `end`: what was seen then was seen now."""
        return ClockRepair(0, *await self._redate(begin, end, now))

    async def _redate(self, begin: int, end: int | None, now: int) -> tuple[int, int]:
        """Sources and articles. The next look at a source works their dates out anew: see news.feeds.listing."""
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
    """The next few chats: how many were decided about ahead, and the last of them; None where none is left."""
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
    # An edition of a day that has not come yet must not stand in that day's way: what was sent keeps its row.
    await tx.executemany(
        "UPDATE deliveries SET edition = edition || $3, planned_at = $2, updated_at = $2 WHERE chat_id = $1"
        " AND planned_at > $2 AND state NOT IN ('planned', 'sending')",
        [(chat, now, f"~{now}") for chat in ahead],
    )
    return len(ahead), rows[-1]["chat_id"] if len(rows) == _CHATS else None
