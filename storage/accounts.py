"""The ledger held against itself: every planned delivery is sent, refused, expired or unknown, none is there twice."""

from news.timetable import LATEST_SECONDS
from storage.broadcasts import FORM as BROADCAST
from storage.database import Database

_LONGEST_SENDING = 600
"""A message is answered within a minute, or its program died: the next one calls it unknown at its start."""
_LONGEST_PLANNED = LATEST_SECONDS + 3600
_ALWAYS = {
    "{} rows in no known state": "SELECT count(*) FROM deliveries WHERE state NOT IN"
    " ('planned', 'sending', 'sent', 'refused', 'expired', 'unknown', 'empty', 'skipped')",
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
_IN_TIME = {
    f"{{}} rows have been on their way for more than {_LONGEST_SENDING // 60} minutes: is `qala run` at work?": (
        "SELECT count(*) FROM deliveries WHERE state = 'sending' AND updated_at < $1",
        _LONGEST_SENDING,
    ),
    f"{{}} rows are planned and did not leave for {_LONGEST_PLANNED // 3600} hours: is `qala run` at work?": (
        f"SELECT count(*) FROM deliveries WHERE state = 'planned' AND planned_at < $1 AND form <> '{BROADCAST}'",
        _LONGEST_PLANNED,
    ),
}


async def discrepancies(database: Database, now: int | None) -> list[str]:
    """What is wrong, in sentences; with `now` (UTC seconds) also what should have ended long ago."""
    found = [(sentence, int(await database.fetchval(sql))) for sentence, sql in _ALWAYS.items()]
    if now is not None:
        late = _IN_TIME.items()
        found += [(sentence, int(await database.fetchval(sql, now - most))) for sentence, (sql, most) in late]
    return [sentence.format(number) for sentence, number in found if number]
