"""Alerts in the ledger: a row for each (chat, article) to send at once, to hold, or to leave to the digest."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from news.alerts.deciding import AlertReader, ToldAlert
from storage.engine.database import Connection, Database, Row, Transaction, marks
from storage.ledger.gate import ALERT, URGENT

FORM = "alert"
"""The form of an alert's rows in the ledger."""
MOST_TOGETHER = 10
"""How many articles the message after quiet hours holds; the others come with the digest."""
_FIRST, _LAST = "alert-", "alert."
_TOLD_SECONDS = 8 * 86_400
_WAITING = "('planned', 'held')"


def edition_of(key: int) -> str:
    """The edition that names an article's alert in the ledger."""
    return f"{_FIRST}{key}"


class AlertRow(NamedTuple):
    """A new row of the ledger. `state` is 'planned', 'held' or 'rolled' (the article comes with the digest)."""

    chat_id: int
    edition: str
    state: str
    keys: str
    rank: int
    reply_to: int | None
    held_until: int | None
    until: int | None
    at: int


class AlertLedger:
    """Planned and sent alerts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def readers(
        self, chats: Sequence[int], today: Mapping[str, date], now: int, tx: Connection
    ) -> list[AlertReader]:
        """What decides on alerts for these chats, without those that are paused or may not be written to.

        `today` is the date by time zone, `now` UTC seconds.
        """
        if not chats:
            return []
        who = f"chat_id IN ({marks(chats)})"
        rows = await tx.fetch(
            "SELECT chat_id, timezone, quiet_from, quiet_to, news_languages, city, urgent, urgent_at_night,"
            f" alerts_a_day, alerts_on, alerts_had, composition FROM subscribers WHERE {who} AND state = 'active'"
            f" AND (away_until IS NULL OR away_until <= ${len(chats) + 1})",
            *chats,
            now,
        )
        muted: dict[int, set[tuple[str, str]]] = {}
        for row in await tx.fetch(f"SELECT chat_id, kind, value FROM muted WHERE fewer = 0 AND {who}", *chats):
            muted.setdefault(row["chat_id"], set()).add((row["kind"], row["value"]))
        had = await _had({row["composition"] for row in rows} - {None}, tx)
        return [
            AlertReader(
                chat_id=row["chat_id"],
                zone=row["timezone"],
                quiet=None if row["quiet_from"] is None else (row["quiet_from"], row["quiet_to"]),
                reads=tuple(row["news_languages"].split(",")),
                city=row["city"],
                urgent=bool(row["urgent"]),
                at_night=bool(row["urgent_at_night"]),
                most=row["alerts_a_day"],
                today=row["alerts_had"] if row["alerts_on"] == today[row["timezone"]].isoformat() else 0,
                had=had.get(row["composition"], frozenset()),
                muted=frozenset(muted.get(row["chat_id"], ())),
            )
            for row in rows
        ]

    async def told(self, chats: Sequence[int], keys: Sequence[int], tx: Connection) -> dict[int, ToldAlert]:
        """The first alert of a story that each of these chats got. `keys` are the story's articles, oldest first."""
        if not chats or not keys:
            return {}
        names = {edition_of(key): place for place, key in enumerate(keys)}
        rows = await tx.fetch(
            f"SELECT chat_id, edition, state, message_id, again, reason FROM deliveries WHERE form = '{FORM}'"
            f" AND edition IN ({marks(names, 3)}) AND chat_id >= $1 AND chat_id <= $2",
            min(chats),
            max(chats),
            *names,
        )
        found: dict[int, ToldAlert] = {}
        for row in sorted(rows, key=lambda row: names[row["edition"]]):
            if row["state"] in ("expired", "refused"):
                continue
            told = ToldAlert(row["state"], _ours(row), tuple(json.loads(row["again"] or "[]")))
            if told.state == "merged":
                told = await _carried(tx, row["chat_id"], row["reason"]) or told
            first = found.get(row["chat_id"])
            # Later alerts of the story belong to its first message.
            found[row["chat_id"]] = replace(first, keys=(*first.keys, *told.keys)) if first else told
        return found

    async def record(self, tx: Transaction, rows: Sequence[AlertRow], today: Mapping[int, str]) -> None:
        """Write a plan; an alert already in the ledger is not changed. `today` is the local date by chat."""
        await tx.executemany(
            "INSERT INTO deliveries (chat_id, edition, part, state, form, again, rank, reply_to, held_until, until,"
            f" planned_at, updated_at) VALUES ($1, $2, 0, $3, '{FORM}', $4, $5, $6, $7, $8, $9, $9)"
            " ON CONFLICT DO NOTHING",
            rows,
        )
        told = [(row.chat_id, today[row.chat_id]) for row in rows if row.state == "planned"]
        await tx.executemany(
            "UPDATE subscribers SET alerts_had = CASE WHEN alerts_on = $2 THEN alerts_had + 1 ELSE 1 END,"
            " alerts_on = $2 WHERE chat_id = $1",
            told,
        )
        await _remember(tx, [row for row in rows if row.state != "rolled"])

    async def is_last(self, chat_id: int, today: date) -> bool:
        """Whether a chat has had as many alerts on this local day as it wants."""
        row = await self._database.fetchrow(
            "SELECT alerts_on, alerts_had, alerts_a_day FROM subscribers WHERE chat_id = $1", chat_id
        )
        return row is not None and row["alerts_on"] == today.isoformat() and row["alerts_had"] >= row["alerts_a_day"]

    async def release(self, now: int, limit: int) -> int:
        """Plan alerts whose quiet hours ended at `now` (UTC seconds), one message a chat; how many chats."""
        async with self._database.transaction() as tx:
            due = await tx.fetch(
                "SELECT DISTINCT chat_id FROM (SELECT chat_id FROM deliveries WHERE state = 'held'"
                f" AND form = '{FORM}' AND held_until <= $1 ORDER BY held_until LIMIT $2) AS due",
                now,
                limit,
            )
            for row in due:
                await _release(tx, row["chat_id"], now)
        return len(due)

    async def correct(self, key: int, until: int | None, after: int, limit: int) -> int | None:
        """Have alerts of a changed notice corrected, for `limit` chats above the id `after`; the last of them, or None.

        What was sent is marked for correction. What waits gets the new end, `until` (UTC seconds).
        """
        which = f"edition = $1 AND form = '{FORM}' AND chat_id > $2 AND chat_id <= $3"
        async with self._database.transaction() as tx:
            rows = await tx.fetch(
                f"SELECT chat_id, state, reason FROM deliveries WHERE edition = $1 AND form = '{FORM}' AND chat_id > $2"
                " ORDER BY chat_id LIMIT $3",
                edition_of(key),
                after,
                limit,
            )
            if not rows:
                return None
            last = int(rows[-1]["chat_id"])
            some = edition_of(key), after, last
            await tx.execute(f"UPDATE deliveries SET until = $4 WHERE {which} AND state IN {_WAITING}", *some, until)
            await tx.execute(f"UPDATE deliveries SET fix = 1 WHERE {which} AND state IN ('sent', 'sending')", *some)
            # A held alert may have been sent in another alert's message.
            await tx.executemany(
                "UPDATE deliveries SET fix = 1 WHERE chat_id = $1 AND edition = $2 AND state = 'sent'",
                [(row["chat_id"], row["reason"]) for row in rows if row["state"] == "merged"],
            )
        return last

    async def expire(self, before: int, now: int) -> int:
        """Leave to the digest alerts that were planned before `before` (UTC seconds) and were not sent; how many."""
        async with self._database.transaction() as tx:
            rows = await tx.fetch(
                f"SELECT chat_id, edition FROM deliveries WHERE state = 'planned' AND rank IN ({URGENT}, {ALERT})"
                f" AND planned_at < $1 AND form = '{FORM}'",
                before,
            )
            await tx.executemany(
                "UPDATE deliveries SET state = 'expired', updated_at = $3, reason = 'late: it comes with the digest'"
                " WHERE chat_id = $1 AND edition = $2",
                [(row["chat_id"], row["edition"], now) for row in rows],
            )
            for chat in {row["chat_id"] for row in rows}:
                await recall(tx, chat, now)
        return len(rows)


async def recall(tx: Transaction, chat_id: int, now: int) -> None:
    """Compute again which articles a chat got as alerts. What was not sent then comes with the digest, as new."""
    rows = await tx.fetch(
        "SELECT again FROM deliveries WHERE chat_id = $1 AND edition >= $2 AND edition < $3 AND planned_at > $4"
        " AND state IN ('planned', 'sending', 'sent', 'unknown', 'held')",
        chat_id,
        _FIRST,
        _LAST,
        now - _TOLD_SECONDS,
    )
    keys = sorted({key for row in rows for key in json.loads(row["again"] or "[]")})
    await tx.execute(
        "UPDATE subscribers SET alerted = $2 WHERE chat_id = $1", chat_id, json.dumps(keys) if keys else None
    )


async def _remember(tx: Transaction, rows: Sequence[AlertRow]) -> None:
    if not rows:
        return
    chats = [row.chat_id for row in rows]
    known = await tx.fetch(f"SELECT chat_id, alerted FROM subscribers WHERE chat_id IN ({marks(chats)})", *chats)
    told = {row["chat_id"]: set(json.loads(row["alerted"] or "[]")) for row in known}
    for row in rows:
        told.get(row.chat_id, set()).update(json.loads(row.keys))
    changed = [(chat, json.dumps(sorted(keys))) for chat, keys in told.items()]
    await tx.executemany("UPDATE subscribers SET alerted = $2 WHERE chat_id = $1", changed)


async def _release(tx: Transaction, chat_id: int, now: int) -> None:
    rows = await tx.fetch(
        "SELECT edition, again, rank FROM deliveries WHERE chat_id = $1 AND edition >= $2 AND edition < $3"
        " AND state = 'held' ORDER BY planned_at, edition",
        chat_id,
        _FIRST,
        _LAST,
    )
    keys = list(dict.fromkeys(key for row in rows for key in json.loads(row["again"])))
    carrier, kept = rows[0]["edition"], keys[:MOST_TOGETHER]
    await tx.execute(
        "UPDATE deliveries SET state = 'planned', again = $3, rank = $4, planned_at = $5, updated_at = $5"
        " WHERE chat_id = $1 AND edition = $2",
        chat_id,
        carrier,
        json.dumps(kept),
        min(row["rank"] for row in rows),
        now,
    )
    for row in rows[1:]:
        fits = set(json.loads(row["again"])) <= set(kept)
        await tx.execute(
            "UPDATE deliveries SET state = $3, reason = $4, updated_at = $5 WHERE chat_id = $1 AND edition = $2",
            chat_id,
            row["edition"],
            "merged" if fits else "rolled",
            carrier if fits else None,
            now,
        )
    if len(keys) > len(kept):
        await recall(tx, chat_id, now)


async def _carried(tx: Connection, chat_id: int, edition: str | None) -> ToldAlert | None:
    row = await tx.fetchrow(
        "SELECT state, message_id, again FROM deliveries WHERE chat_id = $1 AND edition = $2 AND part = 0",
        chat_id,
        edition,
    )
    return ToldAlert(row["state"], _ours(row), tuple(json.loads(row["again"] or "[]"))) if row else None


def _ours(row: Row) -> int | None:
    """The number of a message if this bot sent it. Numbers below zero belong to an earlier bot (`OwnBot`)."""
    number = row["message_id"]
    return number if number is not None and number > 0 else None


async def _had(compositions: Collection[int], tx: Connection) -> dict[int, frozenset[int]]:
    if not compositions:
        return {}
    wanted = ", ".join(str(int(key)) for key in compositions)
    rows = await tx.fetch(f"SELECT key, had FROM compositions WHERE key IN ({wanted})")
    return {row["key"]: frozenset(json.loads(row["had"])) for row in rows}
