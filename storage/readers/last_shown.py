"""What each private chat was shown last: its buttons, which a word may name after a restart or to another replica.

A row is written in the transaction that marks the chat's update as handled, so that it costs no commit. What is shown
later than that waits for the next such transaction of any chat.
"""

from collections import OrderedDict
from dataclasses import dataclass

from storage.engine.database import FIRST_WRITE, Database, RowsBeside, delete_walking

_COLUMNS = "chat_id, at, keyboard, listed"
_MET = (
    "ON CONFLICT (chat_id) DO UPDATE SET at = excluded.at, keyboard = excluded.keyboard,"
    " listed = COALESCE(excluded.listed, last_shown.listed)"
)
_KNOWN = "EXISTS (SELECT 1 FROM subscribers s WHERE s.chat_id = {})"  # who was forgotten meanwhile stays so
_ONE = (
    f"INSERT INTO last_shown ({_COLUMNS}) SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), CAST($3 AS TEXT),"
    f" CAST($4 AS TEXT) WHERE {_KNOWN.format('$1')} {_MET}"
)
_MANY = (
    f"INSERT INTO last_shown ({_COLUMNS}) SELECT DISTINCT ON (chat_id) {_COLUMNS}"
    " FROM unnest(CAST($2 AS BIGINT[]), CAST($3 AS BIGINT[]), CAST($4 AS BIGINT[]), CAST($5 AS TEXT[]),"
    f" CAST($6 AS TEXT[])) AS these (id, {_COLUMNS}) JOIN gone USING (id)"
    f" WHERE {_KNOWN.format('these.chat_id')} ORDER BY chat_id, at DESC {_MET}"
)
_LAST = (
    "SELECT l.at, l.keyboard, l.listed, d.edition, d.composition, d.updated_at"
    " FROM (SELECT CAST($1 AS BIGINT) AS chat_id) c LEFT JOIN last_shown l ON l.chat_id = c.chat_id"
    " LEFT JOIN (SELECT chat_id, edition, composition, updated_at FROM deliveries WHERE chat_id = $1 AND state = 'sent'"
    " ORDER BY updated_at DESC LIMIT 1) d ON d.chat_id = c.chat_id"
)
_MOST_WAITING = 2_000
_MOST_BESIDE = 20
"""So many rows that wait are written with somebody's answer, so that it does not take long."""
_KEPT_SECONDS = 2 * 86_400


@dataclass(frozen=True, slots=True)
class LastScreen:
    """What a chat was shown at `at` (UTC seconds): the JSON of its buttons, and of its last ones with numbers.

    `edition` is a digest that came after that.
    """

    at: int
    keyboard: str = ""
    listed: str = ""
    edition: str | None = None


class LastScreens:
    """What each private chat was shown last."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: OrderedDict[int, tuple[int, int, str, str | None]] = OrderedDict()

    def note(self, chat_id: int, at: int, keyboard: str, *, numbered: bool) -> None:
        """Have it written that a chat is shown a keyboard: with the running task's first write, else with the next.

        What comes by itself is not noted: the ledger has it.
        """
        first = FIRST_WRITE.get()
        if first is None:
            return
        row: tuple[int, int, str, str | None]
        row = (chat_id, at, "", keyboard) if numbered else (chat_id, at, keyboard, None)
        earlier = self._waiting.pop(chat_id, None)
        if earlier is not None and not numbered:
            row = (chat_id, at, keyboard, earlier[3])
        if first.done:
            self._waiting[chat_id] = row
            if len(self._waiting) > _MOST_WAITING:
                self._waiting.popitem(last=False)
            return
        others = [self._waiting.popitem(last=False)[1] for _ in range(min(_MOST_BESIDE, len(self._waiting)))]
        first.beside = RowsBeside(_ONE, _MANY, (*others, row))

    async def last(self, chat_id: int) -> LastScreen | None:
        """What a chat was shown last, also a digest or a message that came by itself; None if nobody knows."""
        found = await self._database.fetchrow(_LAST, chat_id)
        if found is None or (found["at"] is None and found["updated_at"] is None):
            return None
        at, came = found["at"] or 0, found["updated_at"] or 0
        keyboard, listed = found["keyboard"] or "", found["listed"] or ""
        if came <= at:
            return LastScreen(at, keyboard or listed, listed)
        return LastScreen(came, "", listed, found["edition"] if found["composition"] is not None else None)

    async def flush(self) -> None:
        """Write what waits."""
        rows, self._waiting = list(self._waiting.values()), OrderedDict()
        if rows:
            await self._database.executemany(_ONE, rows)

    async def prune(self, now: int) -> int:
        """Delete what was shown days ago; returns how many."""
        return await delete_walking(self._database, "last_shown", "chat_id", "at < $1", now - _KEPT_SECONDS)
