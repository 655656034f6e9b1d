"""Full-text search over terms that our own analysis makes, so that any database indexes the same."""

from news.language.analyse import terms
from news.models import Filed
from storage.database import Connection, Transaction

_MINUTE_ROOM = 1024  # articles of one minute before the next minute's room is used
_UNDATED_ROOM = 1 << 40  # undated articles lie below all dated ones, in the order of their arrival
_EPOCH_2000 = 946_684_800


async def free_position(tx: Transaction, published: int | None) -> int:
    """A free position for an article of this moment (UTC seconds; None: undated, below all dated ones)."""
    if published is None:
        return await _after_last(tx, 1, _UNDATED_ROOM) or 1
    low = _UNDATED_ROOM + max(0, (published - _EPOCH_2000) // 60) * _MINUTE_ROOM
    while (free := await _after_last(tx, low, low + _MINUTE_ROOM)) is None:
        low += _MINUTE_ROOM
    return free


async def _after_last(tx: Transaction, low: int, end: int) -> int | None:
    last = await tx.fetchval("SELECT max(position) FROM articles WHERE position >= $1 AND position < $2", low, end)
    if last is None:
        return low
    return int(last) + 1 if last + 1 < end else None


async def index(tx: Transaction, key: int, position: int, item: Filed) -> None:  # noqa: ARG001 - the coming index needs it
    """Make an article findable; called in the transaction that stores it."""
    text = " ".join(terms(f"{item.entry.title}\n{item.entry.body}", item.language))
    await tx.execute("INSERT INTO search (rowid, terms) VALUES ($1, $2)", key, text)


async def unindex(tx: Transaction, key: int) -> None:
    """Make an article unfindable."""
    await tx.execute("DELETE FROM search WHERE rowid = $1", key)


async def search(connection: Connection, text: str, limit: int, offset: int = 0) -> list[int]:
    """Keys of the articles that hold all the words, newest first."""
    found = {f'"{term}"' for language in ("ru", "kk") for term in terms(text, language)}
    per_word = list(zip(terms(text, "ru"), terms(text, "kk"), strict=True))
    if not found:
        return []
    match = " AND ".join(f'("{ru}" OR "{kk}")' for ru, kk in per_word[:16])
    rows = await connection.fetch(
        "SELECT a.key FROM search s JOIN articles a ON a.key = s.rowid WHERE s.terms MATCH $1 AND a.hidden = 0"
        " ORDER BY a.position DESC LIMIT $2 OFFSET $3",
        match,
        limit,
        offset,
    )
    return [row["key"] for row in rows]
