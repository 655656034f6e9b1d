"""Compositions: an edition's stories, made once and shared by all readers of one audience and one history."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from news.digests.digest import Audience, DigestSelection, favourite
from news.models import LANGUAGES, Subscription
from storage.engine.database import Connection, Database, Row, Transaction, marks
from storage.ledger.alerts import recall
from storage.readers.data_map import NOBODYS

_KEPT_SECONDS = 35 * 86_400


@dataclass(frozen=True, slots=True)
class Composition:
    """What a group of readers got: `had` are the article keys they have had lately, these included."""

    audience: int
    previous: int | None
    since: int
    until: int
    chosen: DigestSelection
    had: tuple[int, ...]

    @property
    def fingerprint(self) -> str:
        """Equal for readers who from now on are alike, however they came here."""
        alike = (self.audience, self.since, self.until, self.chosen.items, self.chosen.developed, self.had)
        return hashlib.blake2b(repr(alike).encode(), digest_size=16).hexdigest()


class Compositions:
    """Audiences and compositions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def intern(self, tx: Transaction, made: Sequence[Composition]) -> list[int]:
        """The keys of compositions, in their order; stored where they are new."""
        if not made:
            return []
        prints = [one.fingerprint for one in made]
        await tx.executemany(
            "INSERT INTO compositions (fingerprint, audience, previous, since, until, content, had)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (fingerprint) DO NOTHING",
            [
                (
                    fingerprint,
                    one.audience,
                    one.previous,
                    one.since,
                    one.until,
                    _content(one.chosen),
                    json.dumps(one.had, separators=(",", ":")),
                )
                for fingerprint, one in zip(prints, made, strict=True)
            ],
        )
        rows = await tx.fetch(
            f"SELECT key, fingerprint FROM compositions WHERE fingerprint IN ({marks(prints)})", *prints
        )
        keys = {row["fingerprint"]: int(row["key"]) for row in rows}
        return [keys[fingerprint] for fingerprint in prints]

    async def get(self, key: int, connection: Connection | None = None) -> Composition | None:
        """A composition, None where it was so old that it was forgotten."""
        row = await (connection or self._database).fetchrow("SELECT * FROM compositions WHERE key = $1", key)
        return _to_composition(row) if row else None

    async def had(self, keys: Collection[int]) -> dict[int, tuple[int, ...]]:
        """The article keys that readers of these compositions have had."""
        if not keys:
            return {}
        wanted = ", ".join(str(int(key)) for key in keys)
        rows = await self._database.fetch(f"SELECT key, had FROM compositions WHERE key IN ({wanted})")
        return {row["key"]: tuple(json.loads(row["had"])) for row in rows}

    async def audience(self, key: int) -> Audience | None:
        """An audience by its key."""
        text = await self._database.fetchval("SELECT description FROM audiences WHERE key = $1", key)
        return _to_audience(text) if text else None

    async def audiences(self, keys: Collection[int]) -> dict[int, Audience]:
        """Audiences by their keys; one that left with its last reader meanwhile is anybody's: none gets its digest."""
        if not keys:
            return {}
        wanted = ", ".join(str(int(key)) for key in keys)
        rows = await self._database.fetch(f"SELECT key, description FROM audiences WHERE key IN ({wanted})")
        known = {row["key"]: _to_audience(row["description"]) for row in rows}
        return {key: known.get(key) or Audience(LANGUAGES[0]) for key in keys}

    async def fill_audiences(self, chats: Sequence[int]) -> None:
        """Work out the audience of those of these chats whose choices changed since it was last known."""
        if not chats:
            return
        who = f"chat_id IN ({marks(chats)})"
        async with self._database.transaction() as tx:
            rows = await tx.fetch(
                "SELECT chat_id, language, length, news_languages, city, only_asked FROM subscribers"
                f" WHERE audience IS NULL AND {who}",
                *chats,
            )
            asked = await _by_chat(tx, f"SELECT chat_id, kind, value FROM subscriptions WHERE {who}", chats)
            muted = await _by_chat(tx, f"SELECT chat_id, kind, value FROM muted WHERE fewer = 0 AND {who}", chats)
            fewer = await _by_chat(tx, f"SELECT chat_id, kind, value FROM muted WHERE fewer = 1 AND {who}", chats)
            opened = await _by_chat(tx, f"SELECT chat_id, topic, opened FROM interests WHERE {who}", chats)
            described = {
                row["chat_id"]: _describe(
                    row,
                    asked.get(row["chat_id"], []),
                    muted.get(row["chat_id"], []),
                    favourite(dict(opened.get(row["chat_id"], []))),
                    fewer.get(row["chat_id"], []),
                )
                for row in rows
            }
            keys = await _audience_keys(tx, sorted(set(described.values())))
            await tx.executemany(
                "UPDATE subscribers SET audience = $2 WHERE chat_id = $1",
                [(chat, keys[text]) for chat, text in described.items()],
            )

    async def give_back(self, tx: Transaction, chat_id: int, composition: int | None) -> None:
        """What surely did not arrive was not had: the chat stands again where it stood before this composition."""
        made = await self.get(composition, tx) if composition is not None else None
        if made is not None:
            await tx.execute(
                "UPDATE subscribers SET composition = $3, last_edition_at = $4 WHERE chat_id = $1 AND composition = $2",
                chat_id,
                composition,
                made.previous,
                made.since,
            )
            await recall(tx, chat_id, made.until)

    async def prune(self, now: int) -> int:
        """Forget compositions nobody needs any more, how many; and the audiences nobody is of."""
        async with self._database.transaction() as tx:
            gone = await tx.execute("DELETE FROM compositions WHERE until < $1", now - _KEPT_SECONDS)
            await tx.execute(NOBODYS)
        return gone


async def _audience_keys(tx: Transaction, descriptions: Sequence[str]) -> dict[str, int]:
    """The keys of these audiences; new ones are stored."""
    known = await _known_audiences(tx, descriptions)
    if new := [(text,) for text in descriptions if text not in known]:
        await tx.executemany("INSERT INTO audiences (description) VALUES ($1) ON CONFLICT DO NOTHING", new)
        known |= await _known_audiences(tx, [text for (text,) in new])
    return known


async def _known_audiences(tx: Transaction, descriptions: Sequence[str]) -> dict[str, int]:
    rows = await tx.fetch(
        f"SELECT key, description FROM audiences WHERE description IN ({marks(descriptions)})", *descriptions
    )
    return {row["description"]: int(row["key"]) for row in rows}


async def _by_chat(tx: Transaction, sql: str, chats: Sequence[int]) -> dict[int, list[tuple[Any, Any]]]:
    found: dict[int, list[tuple[Any, Any]]] = {}
    for chat_id, kind, value in await tx.fetch(sql, *chats):
        found.setdefault(chat_id, []).append((kind, value))
    return found


def _describe(
    row: Row,
    asked: Sequence[tuple[str, str]],
    muted: Sequence[tuple[str, str]],
    liked: str | None,
    fewer: Sequence[tuple[str, str]],
) -> str:
    reads = row["news_languages"].split(",")
    described = [row["language"], sorted(asked), row["length"], liked, sorted(muted), reads, row["city"]]
    described += [sorted(fewer), row["only_asked"]]
    return json.dumps(described, ensure_ascii=False, separators=(",", ":"))


def _to_audience(text: str) -> Audience:
    language, asked, length, liked, muted, reads, city, *later = json.loads(text)
    fewer, only = later or ((), 0)  # an audience of before these were known
    return Audience(
        language,
        tuple(Subscription(kind, value) for kind, value in asked),
        length,
        liked,
        tuple((kind, value) for kind, value in muted),
        tuple(reads),
        city,
        tuple((kind, value) for kind, value in fewer),
        bool(only),
    )


def _content(chosen: DigestSelection) -> str:
    return json.dumps(
        [chosen.items, chosen.developed, chosen.more, sorted(chosen.outlets.items())], separators=(",", ":")
    )


def _to_composition(row: Row) -> Composition:
    items, developed, more, outlets = json.loads(row["content"])
    chosen = DigestSelection(tuple(items), tuple(developed), more, dict(outlets))
    return Composition(
        row["audience"], row["previous"], row["since"], row["until"], chosen, tuple(json.loads(row["had"]))
    )
