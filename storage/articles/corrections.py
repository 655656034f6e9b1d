"""Corrections by hand: an article's title, language, topics and story.

They are stored beside the article, so that neither its source's next version nor a newer analysis undoes them.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from news.filing import file_entry
from news.models import FiledEntry, Topic
from storage.engine.database import Connection, Transaction, marks

_SAID = ("title", "language", "topics")


@dataclass(frozen=True, slots=True)
class Correction:
    """What was corrected of an article; None for a field that was not."""

    title: str | None = None
    language: str | None = None
    topics: tuple[str, ...] | None = None

    def __bool__(self) -> bool:
        return (self.title, self.language, self.topics) != (None, None, None)


async def correction_of(source: Connection, key: int) -> Correction:
    """An article's correction so far."""
    row = await source.fetchrow("SELECT title, language, topics FROM corrections WHERE key = $1", key)
    if row is None:
        return Correction()
    topics = tuple(json.loads(row["topics"])) if row["topics"] is not None else None
    return Correction(row["title"], row["language"], topics)


async def note(tx: Transaction, key: int, said: Correction, now: int) -> Correction:
    """Add a correction to an earlier one; returns both as one."""
    before = await correction_of(tx, key)
    both = Correction(
        said.title if said.title is not None else before.title,
        said.language if said.language is not None else before.language,
        said.topics if said.topics is not None else before.topics,
    )
    await tx.execute(
        "INSERT INTO corrections (key, title, language, topics, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (key)"
        " DO UPDATE SET title = excluded.title, language = excluded.language, topics = excluded.topics,"
        " at = excluded.at",
        key,
        both.title,
        both.language,
        json.dumps(both.topics) if both.topics is not None else None,
        now,
    )
    return both


async def set_apart(tx: Transaction, key: int, *, apart: bool, now: int) -> None:
    """Set whether an article must stay out of all stories."""
    await tx.execute(
        "INSERT INTO corrections (key, apart, at) VALUES ($1, $2, $3)"
        " ON CONFLICT (key) DO UPDATE SET apart = excluded.apart, at = excluded.at",
        key,
        int(apart),
        now,
    )


async def apart_of(tx: Transaction, keys: Collection[int]) -> set[int]:
    """Those of these articles that must stay out of all stories."""
    asked: Sequence[int] = sorted(set(keys))
    if not asked:
        return set()
    rows = await tx.fetch(f"SELECT key FROM corrections WHERE apart = 1 AND key IN ({marks(asked)})", *asked)
    return {row["key"] for row in rows}


def corrected(item: FiledEntry, said: Correction) -> FiledEntry:
    """A filed article with its correction; a new title or language is analysed again."""
    if said.title is not None or said.language is not None:
        entry = replace(item.entry, title=said.title or item.entry.title, language=said.language or item.language)
        anew = file_entry(entry)
        item = anew if isinstance(anew, FiledEntry) else item
    return item if said.topics is None else replace(item, topics=tuple(map(Topic, said.topics)))
