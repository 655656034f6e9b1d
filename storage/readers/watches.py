"""What readers follow by alerts: each phrase stored once with its wordings, and who follows it."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from news.alerts.matching import Wording, wordings
from news.language.analyse import ANALYSIS_VERSION
from news.models import LANGUAGES, Subscription
from storage.engine.database import Database, Transaction
from storage.readers.data_map import drop_unwatched

STORY = 0
"""The watch of every story. Its followers are found by the story's number, which changes when stories merge."""


class Watch(NamedTuple):
    """Something followed by alerts. A phrase has `wordings` by language."""

    key: int
    asked: Subscription
    wordings: dict[str, tuple[Wording, ...]]


class Watches:
    """The phrases, topics, tags and outlets that are followed by alerts."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def set(self, chat_id: int, asked: Sequence[Subscription], *, at_once: bool) -> None:
        """Let news of these subscriptions come at once, or only with the digest."""
        async with self._database.transaction() as tx:
            for one in asked:
                await watch(tx, chat_id, one, at_once=at_once)

    async def after(self, key: int, limit: int) -> list[Watch]:
        """Watches with a greater key, in order. Keys only grow, so new watches are always last."""
        rows = await self._database.fetch(
            "SELECT key, kind, value, wordings, analysis FROM watches WHERE key > $1 ORDER BY key LIMIT $2", key, limit
        )
        return [
            Watch(
                row["key"],
                asked := Subscription(row["kind"], row["value"]),
                _wordings(asked, row["wordings"] if row["analysis"] == ANALYSIS_VERSION else None),
            )
            for row in rows
        ]

    async def readers(self, watch: int, after: int, limit: int) -> list[int]:
        """Chats that follow a watch by alerts, in order of id, above `after`."""
        rows = await self._database.fetch(
            "SELECT chat_id FROM subscriptions WHERE watch = $1 AND chat_id > $2 ORDER BY chat_id LIMIT $3",
            watch,
            after,
            limit,
        )
        return [row["chat_id"] for row in rows]

    async def story_readers(self, story: int, after: int, limit: int) -> list[int]:
        """Chats that follow a story by alerts, in order of id, above `after`."""
        rows = await self._database.fetch(
            "SELECT chat_id FROM subscriptions WHERE kind = 'story' AND value >= $1 AND value < $2"
            " AND watch IS NOT NULL AND chat_id > $3 ORDER BY chat_id LIMIT $4",
            f"{story} ",
            f"{story}!",
            after,
            limit,
        )
        return [row["chat_id"] for row in rows]

    async def urgent_readers(self, after: int, limit: int) -> list[int]:
        """Chats that want alerts of outages and emergencies, in order of id, above `after`."""
        rows = await self._database.fetch(
            "SELECT chat_id FROM subscribers WHERE urgent = 1 AND state = 'active' AND chat_id > $1"
            " ORDER BY chat_id LIMIT $2",
            after,
            limit,
        )
        return [row["chat_id"] for row in rows]

    async def set_urgent(self, chat_id: int, on: bool, *, at_night: bool | None = None) -> None:
        """Set whether outages and emergencies come at once; `at_night`: in quiet hours too, None for as before."""
        sql = "UPDATE subscribers SET urgent = $2, urgent_at_night = COALESCE($3, urgent_at_night) WHERE chat_id = $1"
        await self._database.execute(sql, chat_id, int(on), None if at_night is None else int(at_night))

    async def set_most(self, chat_id: int, most: int) -> None:
        """Set how many alerts a day come; the others come with the digest."""
        await self._database.execute("UPDATE subscribers SET alerts_a_day = $2 WHERE chat_id = $1", chat_id, most)


async def watch(tx: Transaction, chat_id: int, asked: Subscription, *, at_once: bool) -> None:
    """Let news of a subscription come at once, or only with the digest. Does nothing if the chat has no such one."""
    sql = "SELECT watch FROM subscriptions WHERE chat_id = $1 AND kind = $2 AND value = $3"
    row = await tx.fetchrow(sql, chat_id, asked.kind, asked.value)
    if row is None:
        return
    key = await _interned(tx, asked) if at_once else None
    sql = "UPDATE subscriptions SET watch = $4 WHERE chat_id = $1 AND kind = $2 AND value = $3"
    await tx.execute(sql, chat_id, asked.kind, asked.value, key)
    if row["watch"] and row["watch"] != key:
        await drop_unwatched(tx, [row["watch"]])


async def _interned(tx: Transaction, asked: Subscription) -> int:
    if asked.kind == "story":
        return STORY
    said = {language: wordings(asked.value, language) for language in LANGUAGES} if asked.kind == "word" else None
    await tx.execute(
        "INSERT INTO watches (kind, value, wordings, analysis) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
        asked.kind,
        asked.value,
        json.dumps(said, ensure_ascii=False, separators=(",", ":")) if said else None,
        ANALYSIS_VERSION,
    )
    return int(await tx.fetchval("SELECT key FROM watches WHERE kind = $1 AND value = $2", asked.kind, asked.value))


def _wordings(asked: Subscription, stored: str | None) -> dict[str, tuple[Wording, ...]]:
    if asked.kind != "word":
        return {}
    if stored is None:  # an older analysis made other wordings
        return {language: wordings(asked.value, language) for language in LANGUAGES}
    found: dict[str, Sequence[Sequence[str]]] = json.loads(stored)
    return {language: tuple(tuple(one) for one in said) for language, said in found.items()}
