"""Full-text search over terms that our own analysis makes, so that any database indexes the same."""

from news.language.analyse import terms
from news.models import Filed
from storage.database import Connection, Transaction

_PER_MINUTE = 64
_EPOCH_2000 = 946_684_800


async def free_position(tx: Transaction, published: int | None, key: int | None = None) -> int:
    """A free position for an article of this moment (UTC seconds, None: undated); `key`'s own counts as free."""
    low = 1 if published is None else max(1, (published - _EPOCH_2000) // 60) * _PER_MINUTE * 16
    taken = await tx.fetchrow("SELECT key FROM articles WHERE position = $1", low)
    while taken is not None and taken["key"] != key:
        low += 1
        taken = await tx.fetchrow("SELECT key FROM articles WHERE position = $1", low)
    return low


async def index(tx: Transaction, key: int, position: int, item: Filed) -> None:
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
