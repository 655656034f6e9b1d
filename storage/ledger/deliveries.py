"""The delivery ledger: one row for each (chat, edition, part), written before anything is sent.

planned → sending (committed before the request is sent) → sent, refused, expired or unknown. What was `sending` when
the program died becomes `unknown` and is not sent again: in nearly all such cases Telegram had the message. Its stories
are owed: they come once more at the end of the chat's next digest, marked as a possible repeat.
"""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from news.digests.digest import Digest, audience_of
from news.models import Subscriber
from news.timetable import LATEST_SECONDS
from storage.engine.database import Connection, Database, Row, Transaction, delete_in_steps
from storage.ledger.alerts import FORM as ALERT
from storage.ledger.alerts import recall
from storage.ledger.broadcasts import FORM as BROADCAST
from storage.ledger.compositions import Compositions
from storage.ledger.gate import DIGEST, POST, RANKS, URGENT, Gate
from storage.readers.preferences import PreferenceStore
from storage.readers.subscribers import move, moved_to

BUG = "bug: "
"""The beginning of a refusal's reason if it is our fault: the message could not be written, or was malformed."""

# Consistency of the ledger: every planned delivery ends as sent, refused, expired or unknown, and none is doubled.

_LONGEST_SENDING = 600
"""A sending is answered within a minute. If its program died, the next one marks it unknown when it starts."""
_LONGEST_PLANNED = LATEST_SECONDS + 3600
_ALWAYS = {
    "{} rows in no known state": "SELECT count(*) FROM deliveries WHERE state NOT IN ('planned', 'sending', 'sent',"
    " 'refused', 'expired', 'unknown', 'empty', 'skipped', 'held', 'merged', 'rolled', 'withdrawn')",
    "{} rows sent without Telegram's number of the message": "SELECT count(*) FROM deliveries"
    " WHERE state = 'sent' AND message_id IS NULL",
    "{} messages stand in two rows": "SELECT count(*) FROM (SELECT 1 FROM deliveries"
    " WHERE message_id IS NOT NULL GROUP BY chat_id, message_id HAVING count(*) > 1) AS twice",
    "{} editions lack a part": "SELECT count(*) FROM (SELECT 1 FROM deliveries GROUP BY chat_id, edition"
    " HAVING count(*) <> max(part) + 1) AS lacking",
    "{} rows owed to a chat that does not know": "SELECT count(*) FROM deliveries d WHERE d.owed = 1"
    " AND NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.chat_id = d.chat_id AND s.owed = 1)",
    "{} rows wait for a chat that is not there": "SELECT count(*) FROM deliveries d"
    " WHERE d.state IN ('planned', 'sending')"
    " AND NOT EXISTS (SELECT 1 FROM subscribers s WHERE s.chat_id = d.chat_id)",
}
_TO_LEAVE = f"state = 'planned' AND message_id IS NULL AND rank <= {DIGEST}"
_IN_TIME = {
    f"{{}} rows have been on their way for more than {_LONGEST_SENDING // 60} minutes: is `qala run` at work?": (
        "SELECT count(*) FROM deliveries WHERE state = 'sending' AND updated_at < $1",
        _LONGEST_SENDING,
    ),
    f"{{}} rows are planned and did not leave for {_LONGEST_PLANNED // 3600} hours: is `qala run` at work?": (
        f"SELECT count(*) FROM deliveries WHERE {_TO_LEAVE} AND planned_at < $1",
        _LONGEST_PLANNED,
    ),
}


async def discrepancies(database: Database, now: int | None) -> list[str]:
    """What is wrong with the ledger, as sentences; with `now` (UTC seconds) also rows that should have ended."""
    found = [(sentence, int(await database.fetchval(sql))) for sentence, sql in _ALWAYS.items()]
    if now is not None:
        late = _IN_TIME.items()
        found += [(sentence, int(await database.fetchval(sql, now - most))) for sentence, (sql, most) in late]
    return [sentence.format(number) for sentence, number in found if number]


DeliveryOutcome = Literal["sent", "refused", "unknown", "expired", "planned", "withdrawn"]
ChatNews = Literal["blocked", "paused", "struck", "found"]

_STRIKES_APART_SECONDS = 86_400
_COUNTED = 1_000
_POSTS_KEPT_SECONDS = 330 * 86_400
"""How much longer a post's row is kept than others: the post may still have to be deleted."""
_ENDED = (
    f"state NOT IN ('planned', 'sending') AND owed = 0 AND (rank <> {POST} OR planned_at < $1 - {_POSTS_KEPT_SECONDS})"
)
_TOLD_AGAIN = f"form <> '{BROADCAST}' AND rank <> {POST}"
"""Which rows' stories come once more if nobody knows whether they arrived."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A message to send: a part of a chat's edition, and what is needed to write it.

    `composition` is None if the message only says that nothing is new. `struck`: the chat was not found before.
    `quiet` are the minutes of the reader's day between which no digest comes; None for what heeds none. `rank` is
    its class at the gate. `forum` and `thread` name a topic it goes into. `told_paused`: an administrator was told that
    the bot cannot write there.

    Alerts: `again` are the articles, `reply_to` is the message it continues, `until` (UTC seconds) is when it is out of
    date, `repeated` says that it may have arrived before. Posts: `article` is the one it begins with, `message_id` the
    post to change or delete, `said` what it says now (storage.ledger.posts).
    """

    chat_id: int
    edition: str
    part: int
    composition: int | None
    form: str
    again: tuple[int, ...]
    planned_at: int
    language: str
    timezone: str
    kind: str
    state: str
    days: int
    struck: bool
    quiet: tuple[int, int] | None = None
    pictures: bool = True
    rank: int = DIGEST
    reply_to: int | None = None
    until: int | None = None
    repeated: bool = False
    forum: int | None = None
    thread: int | None = None
    told_paused: bool = False
    message_id: int | None = None
    article: int | None = None
    said: str | None = None

    @property
    def address(self) -> int:
        """The chat's id at Telegram; for a topic that of its forum."""
        return self.forum or self.chat_id


@dataclass(frozen=True, slots=True)
class Edition:
    """A digest that was sent: its composition, the keys of possible repeats, and when it was planned and sent (UTC)."""

    composition: int
    again: tuple[int, ...]
    planned_at: int
    sent_at: int | None


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """How a sending ended.

    The outcome 'planned' gives the row back. `chat` is what the answer told about the chat, `moved_to` its new id.
    `form` is set if the message was sent in another form than planned.
    """

    delivery: Delivery
    outcome: DeliveryOutcome
    message_id: int | None = None
    reason: str | None = None
    chat: ChatNews | None = None
    moved_to: int | None = None
    form: str | None = None


class Deliveries:
    """The ledger."""

    def __init__(self, database: Database, compositions: Compositions) -> None:
        self._database = database
        self._compositions = compositions
        self._preferences = PreferenceStore(database)
        self._gate = Gate()

    async def turn(self, ended: Sequence[DeliveryResult], room: int, now: int) -> list[Delivery]:
        """Write how sendings ended, and take up to `room` planned rows to send next, in one commit.

        When this returns, the returned rows are committed as `sending`.
        """
        async with self._database.transaction() as tx:
            for one in ended:
                await self._settle(tx, await _at_home(tx, one), now)
            return await self._claim(tx, room, now) if room else []

    async def claim(self, limit: int, now: int) -> list[Delivery]:
        """Take planned rows to send, by the shares of the ranks, oldest first; they are committed as `sending`."""
        return await self.turn((), limit, now)

    async def recover(self, now: int) -> int:
        """Mark as unknown what was being sent when the program died; how many. Called at the start.

        Only an urgent alert is sent once more, and says that it may have come before. Changing or deleting a post is
        tried again, because doing it twice does no harm.
        """
        async with self._database.transaction() as tx:
            await tx.execute(
                "UPDATE deliveries SET state = 'planned', updated_at = $1 WHERE state = 'sending'"
                f" AND rank = {POST} AND message_id IS NOT NULL",
                now,
            )
            await tx.execute(
                "UPDATE deliveries SET state = 'planned', repeated = 1, updated_at = $1 WHERE state = 'sending'"
                f" AND form = '{ALERT}' AND rank = {URGENT} AND repeated = 0",
                now,
            )
            await tx.execute(
                "UPDATE subscribers SET owed = 1 WHERE chat_id IN"
                f" (SELECT chat_id FROM deliveries WHERE state = 'sending' AND {_TOLD_AGAIN})"
            )
            return await tx.execute(
                "UPDATE deliveries SET state = 'unknown', updated_at = $1, reason = 'stopped while sending'"
                f" || CASE WHEN rank = {POST} THEN ': it may stand in the channel or not' ELSE '' END,"
                f" owed = CASE WHEN {_TOLD_AGAIN} THEN 1 ELSE 0 END WHERE state = 'sending'",
                now,
            )

    async def to_correct(self, limit: int) -> list[tuple[Delivery, int]]:
        """Sent messages whose news has changed since, each with Telegram's number of it."""
        rows = await self._database.fetch(
            f"{_WHOLE} WHERE d.fix = 1 AND d.state = 'sent' ORDER BY d.chat_id, d.edition LIMIT $1", limit
        )
        return [(_to_delivery(row), row["message_id"]) for row in rows]

    async def corrected(self, delivery: Delivery) -> None:
        """Note that a message has been corrected, or can no longer be."""
        await self._database.execute(
            "UPDATE deliveries SET fix = 0 WHERE chat_id = $1 AND edition = $2", delivery.chat_id, delivery.edition
        )

    async def waiting(self, before: int | None = None) -> bool:
        """Whether anything waits to be sent; with `before` (UTC seconds) only what was planned before that moment."""
        return bool(
            await self._database.fetchval(
                "SELECT 1 FROM deliveries WHERE state = 'planned'"
                f" AND rank IN ({', '.join(map(str, RANKS))}) AND planned_at < $1 LIMIT 1",
                (1 << 62) if before is None else before,
            )
        )

    async def counts(self) -> dict[str, int]:
        """How many rows are in each state. A thousand chats are counted at a time, so no statement takes long."""
        found: Counter[str] = Counter()
        next_ones = f"SELECT chat_id AS one FROM deliveries WHERE chat_id > $1 ORDER BY chat_id LIMIT {_COUNTED}"
        begin = -(1 << 62)
        while (end := await self._database.fetchval(f"SELECT max(one) FROM ({next_ones}) AS step", begin)) is not None:
            for row in await self._database.fetch(
                "SELECT state, count(*) AS n FROM deliveries WHERE chat_id > $1 AND chat_id <= $2 GROUP BY state",
                begin,
                end,
            ):
                found[row["state"]] += row["n"]
            begin = end
        return dict(sorted(found.items()))

    async def under_way(self) -> dict[str, int]:
        """How many rows wait or are being sent, by state; ended ones are not counted."""
        # One state at a time, because each has an index of its own.
        of = "SELECT count(*) FROM deliveries WHERE state ="
        counts = {state: int(await self._database.fetchval(f"{of} '{state}'")) for state in ("planned", "sending")}
        return {state: count for state, count in counts.items() if count}

    async def oldest_waiting(self) -> int | None:
        """The UTC second at which the longest-waiting row was planned; None if none waits."""
        value = await self._database.fetchval(
            f"SELECT min(planned_at) FROM deliveries WHERE state = 'planned' AND rank IN ({', '.join(map(str, RANKS))})"
        )
        return None if value is None else int(value)

    async def discrepancies(self, now: int | None = None) -> list[str]:
        """What is inconsistent in the ledger, as sentences; empty if every row is accounted for.

        With `now` (UTC seconds) also rows that should have ended long ago.
        """
        return await discrepancies(self._database, now)

    async def faulty(self, after: int) -> dict[str, int]:
        """How many messages were refused after `after` (UTC seconds) through a bug of ours, by reason."""
        rows = await self._database.fetch(
            "SELECT reason, count(*) AS n FROM deliveries"
            " WHERE state = 'refused' AND updated_at > $1 AND reason LIKE $2"
            " GROUP BY reason ORDER BY n DESC LIMIT 20",
            after,
            f"{BUG}%",
        )
        return {row["reason"].removeprefix(BUG): row["n"] for row in rows}

    async def had(self, chat_id: int) -> set[int]:
        """The keys of articles that the chat has had lately; a digest brings none of them again."""
        row = await self._database.fetchrow("SELECT composition, alerted FROM subscribers WHERE chat_id = $1", chat_id)
        key = row["composition"] if row else None
        known = (await self._compositions.had([key])).get(key, ()) if key is not None else ()
        alerted = json.loads(row["alerted"] or "[]") if row else ()
        return {*known, *alerted} - set(await self.owed(chat_id))

    async def digest_now(self, subscriber: Subscriber, now: int, since: int, *, anew: bool = False) -> Digest | None:
        """The digest of what Qala first saw after `since` (UTC seconds) and the chat has not had.

        With `anew` also of what it has had. It is made as the bell makes it, but nothing is marked as sent. None if
        nothing is new.
        """
        audience = audience_of(subscriber, await self._preferences.of(subscriber.chat_id))
        had = set() if anew else await self.had(subscriber.chat_id)
        chosen = await self._compositions.pool(now).choose(audience, since, had)
        return await self._compositions.digest(chosen, audience) if chosen is not None else None

    async def edition(self, chat_id: int, edition: str) -> "Edition | None":
        """An edition that the chat was sent; None if there was none or it was empty."""
        row = await self._database.fetchrow(
            "SELECT composition, again, planned_at, updated_at FROM deliveries"
            " WHERE chat_id = $1 AND edition = $2 AND part = 0 AND composition IS NOT NULL",
            chat_id,
            edition,
        )
        if row is None:
            return None
        again = tuple(json.loads(row["again"] or "[]"))
        return Edition(int(row["composition"]), again, row["planned_at"], row["updated_at"])

    async def latest(self, chat_id: int) -> tuple[int, ...]:
        """The keys of the articles of the chat's last digest in their order; empty if it has had none lately."""
        key = await self._database.fetchval("SELECT composition FROM subscribers WHERE chat_id = $1", chat_id)
        made = await self._compositions.get(int(key)) if key is not None else None
        return made.chosen.keys if made else ()

    async def owed(self, chat_id: int, connection: Connection | None = None) -> tuple[int, ...]:
        """The keys of articles that may not have arrived, in the order in which they were planned."""
        source = connection or self._database
        rows = await source.fetch(
            "SELECT composition, again FROM deliveries WHERE chat_id = $1 AND owed = 1 ORDER BY planned_at, part",
            chat_id,
        )
        keys: dict[int, None] = {}
        for row in rows:
            made = await self._compositions.get(row["composition"], source) if row["composition"] else None
            every = (*(made.chosen.keys if made else ()), *json.loads(row["again"] or "[]"))
            keys |= dict.fromkeys(every)
        return tuple(keys)

    async def prune(self, before: int) -> int:
        """Delete ended rows that were planned before `before` (UTC seconds); how many."""
        old = f"{_ENDED} AND planned_at < $1 ORDER BY planned_at"
        return await delete_in_steps(self._database, "deliveries", "chat_id, edition, part", old, before)

    async def _claim(self, tx: Transaction, room: int, now: int) -> list[Delivery]:
        waiting: dict[int, list[Row]] = {}
        for row in await tx.fetch(_NEXT, room):
            waiting.setdefault(row["rank"], []).append(row)
        shares = self._gate.share({rank: len(rows) for rank, rows in waiting.items()}, room)
        rows = [row for rank, count in shares.items() for row in waiting[rank][:count]]
        await tx.executemany(
            "UPDATE deliveries SET state = 'sending', updated_at = $4"
            " WHERE chat_id = $1 AND edition = $2 AND part = $3",
            [(row["chat_id"], row["edition"], row["part"], now) for row in rows],
        )
        return [_to_delivery(row) for row in rows]

    async def _settle(self, tx: Transaction, one: DeliveryResult, now: int) -> None:
        delivery = one.delivery
        if delivery.message_id is not None:
            await _settle_change(tx, one, now)
            return
        owed = one.outcome == "unknown" or (one.outcome in ("refused", "expired") and delivery.part > 0)
        owed = owed and delivery.form != BROADCAST and delivery.rank != POST  # these have no stories to repeat
        await tx.execute(
            "UPDATE deliveries SET state = $4, updated_at = $5, message_id = $6, reason = $7, owed = $8, form = $9"
            " WHERE chat_id = $1 AND edition = $2 AND part = $3",
            delivery.chat_id,
            delivery.edition,
            delivery.part,
            one.outcome,
            now,
            one.message_id,
            one.reason,
            int(owed),
            one.form or delivery.form,
        )
        if owed:
            await tx.execute("UPDATE subscribers SET owed = 1 WHERE chat_id = $1", delivery.chat_id)
        kept = one.outcome == "expired" or (one.outcome == "refused" and one.chat is not None)
        if kept and delivery.part == 0:
            await self._compositions.give_back(tx, delivery.chat_id, delivery.composition)
        if delivery.form == ALERT and one.outcome in ("expired", "refused"):
            await recall(tx, delivery.chat_id, now)
        if one.chat is not None:
            await _tell(tx, delivery.chat_id, one.chat, now)
        if one.moved_to is not None:
            await move(tx, delivery.chat_id, one.moved_to)


async def _settle_change(tx: Transaction, one: DeliveryResult, now: int) -> None:
    """Write how changing or deleting a post ended. If it failed, the post stands as before and is looked at again."""
    state = one.outcome if one.outcome in ("planned", "withdrawn") else "sent"
    await tx.execute(
        "UPDATE deliveries SET state = $4, updated_at = $5, reason = $6, said = $7"
        " WHERE chat_id = $1 AND edition = $2 AND part = $3",
        one.delivery.chat_id,
        one.delivery.edition,
        one.delivery.part,
        state,
        now,
        one.reason,
        None if state == "sent" and one.outcome != "sent" else one.delivery.said,
    )
    if one.chat is not None:
        await _tell(tx, one.delivery.chat_id, one.chat, now)


async def _at_home(tx: Transaction, one: DeliveryResult) -> DeliveryResult:
    """The result with the chat's present id: a group may have become a supergroup meanwhile."""
    if one.delivery.chat_id > 0 or one.delivery.forum or (there := await moved_to(tx, one.delivery.chat_id)) is None:
        return one
    one = replace(one, delivery=replace(one.delivery, chat_id=there), chat=None, moved_to=None)
    return replace(one, outcome="planned") if one.outcome == "refused" else one


_WHOLE = (
    "SELECT d.chat_id, d.edition, d.part, d.composition, d.form, d.again, d.planned_at, d.rank,"
    " d.reply_to, d.until, d.repeated, d.message_id, d.article, d.said, s.language, s.timezone, s.kind, s.state,"
    " s.days, s.struck_at, s.quiet_from, s.quiet_to, s.urgent_at_night, s.pictures, s.forum, s.thread, s.told_paused"
    " FROM deliveries d JOIN subscribers s ON s.chat_id = d.chat_id"
)
_NEXT = " UNION ALL ".join(
    f"SELECT * FROM ({_WHOLE}"
    f" WHERE d.state = 'planned' AND d.rank = {rank} AND (d.part = 0 OR NOT EXISTS (SELECT 1 FROM deliveries p"
    " WHERE p.chat_id = d.chat_id AND p.edition = d.edition AND p.part = d.part - 1"
    f" AND p.state IN ('planned', 'sending'))) ORDER BY d.planned_at, d.chat_id LIMIT $1) AS of_{rank}"
    for rank in RANKS
)
"""The longest-waiting rows of each rank; a part comes after the part before it has ended."""


async def _tell(tx: Transaction, chat_id: int, news: ChatNews, now: int) -> None:
    """Note what an answer told about a chat. «Not found» blocks it only when told twice, at least a day apart."""
    if news == "found":
        await tx.execute(
            "UPDATE subscribers SET struck_at = NULL, paused_at = NULL, told_paused = NULL WHERE chat_id = $1", chat_id
        )
    elif news == "struck":
        await tx.execute(
            "UPDATE subscribers SET state = 'blocked' WHERE chat_id = $1 AND struck_at <= $2",
            chat_id,
            now - _STRIKES_APART_SECONDS,
        )
        await tx.execute("UPDATE subscribers SET struck_at = COALESCE(struck_at, $2) WHERE chat_id = $1", chat_id, now)
    elif news == "paused":
        await tx.execute("UPDATE subscribers SET state = 'paused', paused_at = $2 WHERE chat_id = $1", chat_id, now)
    else:
        await tx.execute("UPDATE subscribers SET state = $2 WHERE chat_id = $1", chat_id, news)


def _to_delivery(row: Row) -> Delivery:
    return Delivery(
        chat_id=row["chat_id"],
        edition=row["edition"],
        part=row["part"],
        composition=row["composition"],
        form=row["form"],
        again=tuple(json.loads(row["again"] or "[]")),
        planned_at=row["planned_at"],
        language=row["language"],
        timezone=row["timezone"],
        kind=row["kind"],
        state=row["state"],
        days=row["days"],
        struck=row["struck_at"] is not None,
        quiet=None
        if row["quiet_from"] is None
        or row["form"] == BROADCAST
        or row["rank"] == POST
        or (row["rank"] == URGENT and row["urgent_at_night"])
        else (row["quiet_from"], row["quiet_to"]),
        pictures=bool(row["pictures"]),
        rank=row["rank"],
        reply_to=row["reply_to"],
        until=row["until"],
        repeated=bool(row["repeated"]),
        forum=row["forum"],
        thread=row["thread"],
        told_paused=row["told_paused"] is not None,
        message_id=row["message_id"],
        article=row["article"],
        said=row["said"],
    )
