"""The inbox: every update that was acknowledged to Telegram has been handled or is stored here.

An update's text is erased in the transaction of its handler's first effect, so it is never handled twice. Ids begin
anew with another bot, or with a server that lost its memory; so a hash of the update and its bot is stored with the id.
Updates that were taken in and not begun are still there after a crash. If two programs handle the same update, because
one was frozen and the other adopted its updates, only the first to erase the text has an effect.
"""

import contextlib
import hashlib
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from storage.engine.database import (
    FIRST_WRITE,
    Database,
    FirstWrite,
    StorageError,
    TakenOverError,
    Transaction,
    columns,
    delete_in_steps,
    nothing_more,
)

_KEPT_SECONDS = 7 * 86_400
"""How long ids are kept. Telegram may send an update again within a day; ids may start anew after a week of silence."""
_ORPHANED = (
    "body IS NOT NULL AND COALESCE(holder, '') <> $1"
    " AND NOT EXISTS (SELECT 1 FROM replicas r WHERE r.name = inbox.holder)"
)
_INTO = "INSERT INTO inbox (update_id, received_at, body, reason, holder, mark)"
_MET = (
    "ON CONFLICT (update_id) DO UPDATE SET received_at = excluded.received_at, body = excluded.body,"
    " reason = excluded.reason, holder = excluded.holder, mark = excluded.mark WHERE inbox.mark <> excluded.mark"
)
_TAKE = f"{_INTO} VALUES ($1, $6, $2, $3, $7, $4) {_MET} AND inbox.mark <> $5"
_TAKE_MANY = (
    f"WITH taken AS ({_INTO} SELECT one, $6, body, reason, $7, mark"
    " FROM unnest(CAST($1 AS BIGINT[]), CAST($2 AS TEXT[]), CAST($3 AS TEXT[]), CAST($4 AS BIGINT[]))"
    " AS these (one, body, reason, mark) ORDER BY one"  # always the same order: two programs never wait for each other
    f" {_MET} AND inbox.mark <> ALL(CAST($5 AS BIGINT[])) RETURNING update_id)"
    " SELECT array_agg(update_id) AS ids FROM taken"
)
_ERASE = "UPDATE inbox SET body = NULL WHERE update_id = $1 AND body IS NOT NULL"
_ERASE_MANY = "UPDATE inbox SET body = NULL WHERE update_id = ANY($1) AND body IS NOT NULL RETURNING update_id"


def _mark(bot: int, told: str) -> int:
    """A hash that tells an update from another one with the same id."""
    digest = hashlib.blake2b(f"{bot}:{told}".encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def _what_happened(body: str) -> str:
    """What of an update never changes: its kind with a press's id, or with a message's chat, number and date.

    If it is sent again, the sender's name or the chat's title may differ. An update without these is its whole text.
    """
    try:
        update = json.loads(body)
    except ValueError:
        return body
    for kind, part in update.items() if isinstance(update, dict) else ():
        if not isinstance(part, dict):
            continue
        chat, own = part.get("chat"), part.get("id")
        number, date = part.get("message_id"), part.get("date")
        if isinstance(own, str) and own:
            return f"{kind}:{own}"
        if isinstance(chat, dict) and isinstance(date, int) and type(number) is int:
            return f"{kind}:{chat.get('id')}:{number}:{date}:{part.get('edit_date')}"
    return body


class Inbox:
    """Updates that were acknowledged but not handled yet, and the ids of handled ones."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(
        self,
        updates: Sequence[tuple[int, str | None, str | None]],
        now: int,
        holder: str | None = None,
        forgotten: Sequence[int] = (),
        bot: int = 0,
    ) -> set[int]:
        """Store updates (id, JSON, what is wrong with it) for a program; returns the ids of new and valid ones.

        `bot` is the id of the bot they came to. Updates in `forgotten` will not be handled: their text is not stored.
        """

        # The last is the hash of older versions.
        rows = [
            (update_id, body, reason, _mark(bot, _what_happened(body or "")), _mark(bot, body or ""))
            for update_id, body, reason in updates
        ]
        valid = {update_id for update_id, body, _ in updates if body is not None}
        if self._database.dialect == "postgresql" and len({row[0] for row in rows}) == len(rows):
            if forgotten:
                await self._database.at_once(_ERASE_MANY, list(forgotten), lasting=True)
            taken = await self._database.at_once(_TAKE_MANY, *columns(rows, 5), now, holder, lasting=True)
            return valid.intersection((taken["ids"] if taken else None) or ())

        async def work(tx: Transaction) -> set[int]:
            new = {row[0] for row in rows if await tx.execute(_TAKE, *row, now, holder)}
            for update_id in forgotten:
                await tx.execute(_ERASE, update_id)
            return new & valid

        return await self._database.together(work)

    async def set_aside(self, update_id: int, reason: str) -> None:
        """Give up on an update: its text is erased, and the reason is stored."""
        await self._database.execute(
            "UPDATE inbox SET body = NULL, reason = $2 WHERE update_id = $1 AND body IS NOT NULL", update_id, reason
        )

    async def adopt(self, holder: str) -> list[dict[str, Any]]:
        """Take over the updates that belong to no running program; returns those not handled yet, oldest first."""
        if not await self._database.fetchval(f"SELECT 1 FROM inbox WHERE {_ORPHANED} LIMIT 1", holder):
            return []
        async with self._database.transaction() as tx:
            rows = await tx.fetch(
                f"UPDATE inbox SET holder = $1 WHERE {_ORPHANED} RETURNING update_id, body",
                holder,
            )
        return [json.loads(row["body"]) for row in sorted(rows, key=lambda row: int(row["update_id"]))]

    @contextlib.asynccontextmanager
    async def handling(self, update_id: int) -> AsyncIterator[None]:
        """Handle an update in the block. Its text is erased with the first effect, at the latest at the end.

        A handler that fails is not run again, unless the store failed. One that is cancelled before its first effect is
        run again after the restart; after its first effect it is not. So a handler must store everything in one
        transaction before its first request (all tests check it), and only a reply can be lost. If another program has
        handled the update meanwhile, the handler ends here without an effect.
        """
        first = FirstWrite(_ERASE, (update_id,), _ERASE_MANY)
        token = FIRST_WRITE.set(first)
        try:
            yield
        except TakenOverError:
            return
        except StorageError:
            raise  # not the update's fault: it will be handled again
        except Exception:
            try:
                await self.first_effect()
            except TakenOverError:
                return  # whatever failed here, the program that took over has handled it
            raise
        else:
            with contextlib.suppress(TakenOverError):
                await self.first_effect()
        finally:
            FIRST_WRITE.reset(token)

    async def first_effect(self) -> None:
        """Erase the running task's update before it does something visible; it counts as handled from now on."""
        first = FIRST_WRITE.get()
        if first is not None and not first.done:
            await self._database.together(nothing_more)

    async def counts(self) -> Mapping[str, int]:
        """How many updates wait, and how many were set aside as malformed."""
        one = "SELECT count(*) FROM inbox WHERE"
        row = await self._database.fetchrow(
            f"SELECT ({one} body IS NOT NULL) AS waiting, ({one} reason IS NOT NULL) AS aside"
        )
        return {"waiting": row["waiting"], "set aside": row["aside"]} if row else {}

    async def prune(self, now: int) -> int:
        """Delete the ids of updates handled over a week ago; returns how many."""
        old = "received_at < $1 AND body IS NULL ORDER BY received_at"
        return await delete_in_steps(self._database, "inbox", "update_id", old, now - _KEPT_SECONDS)
