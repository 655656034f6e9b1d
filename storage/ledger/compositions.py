"""Compositions: an edition's stories, chosen once and shared by all readers of one audience and one history.

The preview, the command line and the bell choose and read through the same functions.
"""

import asyncio
import functools
import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import structlog

from news.digests.digest import Audience, Digest, DigestSelection, arranged, audience_of
from news.digests.pool import WEEK_AGE_SECONDS, Pool
from news.models import LANGUAGES, Preferences, Subscriber, Subscription
from storage.articles.articles import Articles
from storage.engine.database import Connection, Database, Row, Transaction, delete_in_steps, delete_walking, marks
from storage.ledger.alerts import recall
from storage.readers.data_map import NOBODYS

log = structlog.get_logger()

_KEPT_SECONDS = 35 * 86_400
_MOST_READ = 5000


@dataclass(frozen=True, slots=True)
class Composition:
    """What a group of readers got. `had` are the keys of articles they have had lately, including these."""

    audience: int
    previous: int | None
    since: int
    until: int
    chosen: DigestSelection
    had: tuple[int, ...]

    @property
    def fingerprint(self) -> str:
        """The same for readers who will get the same from now on, whatever they got before."""
        alike = (self.audience, self.since, self.until, self.chosen.items, self.chosen.developed, self.had)
        return hashlib.blake2b(repr(alike).encode(), digest_size=16).hexdigest()


class RecentPool:
    """The recent articles at one moment, read once for all audiences that choose from them."""

    def __init__(self, articles: Articles, now: int) -> None:
        self._articles = articles
        self._now = now
        self._pool: Pool | None = None
        self._words_are_read = False

    @property
    def keys(self) -> Collection[int]:
        """The keys of all its articles; empty until they are read."""
        return self._pool.keys if self._pool is not None else ()

    async def read(self) -> Pool:
        """Read the articles. Raises StorageError."""
        if self._pool is None:
            articles = await self._articles.seen_between(self._now - WEEK_AGE_SECONDS, self._now, _MOST_READ)
            self._pool = await asyncio.to_thread(Pool, articles, self._now)
        return self._pool

    async def choose(
        self, audience: Audience, since: int, had: Collection[int], *, developments: bool = False
    ) -> DigestSelection | None:
        """The stories first seen after `since` that this audience gets and has not had; see `Pool.compose`."""
        pool = await self.read()
        # Up to thirty words are looked for in each of thousands of articles: not on the event loop.
        if audience.by_words and not self._words_are_read:
            self._words_are_read = True
            await asyncio.to_thread(pool.read_words)
        return await asyncio.to_thread(functools.partial(pool.compose, audience, since, had, developments=developments))


class Compositions:
    """Audiences and compositions, and the digests made from them."""

    def __init__(self, database: Database, articles: Articles) -> None:
        self._database = database
        self._articles = articles

    def pool(self, now: int) -> RecentPool:
        """The articles that a digest can be chosen from at `now` (UTC seconds)."""
        return RecentPool(self._articles, now)

    async def digest(
        self, chosen: DigestSelection, audience: Audience | None, again: Sequence[int] = ()
    ) -> Digest | None:
        """The chosen articles under their topics, the repeats in `again` last; None if none is stored any more."""
        found = await self._articles.many((*chosen.keys, *again))
        if not found:
            return None
        repeats = [one for one in found if one.key in again]
        topics, city = (audience.topics, audience.city) if audience is not None else ((), None)
        return arranged(chosen, found, topics, repeats, city)

    async def sent_digest(self, key: int | None, again: Sequence[int]) -> Digest | None:
        """The digest of a ledger row; None if none of its articles is stored any more."""
        made = await self.get(key) if key is not None else None
        return await self.digest(made.chosen, await self.audience(made.audience), again) if made is not None else None

    async def intern(self, tx: Transaction, made: Sequence[Composition]) -> list[int]:
        """The keys of compositions, in the given order; new ones are stored."""
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
        """A composition; None if it was pruned."""
        row = await (connection or self._database).fetchrow("SELECT * FROM compositions WHERE key = $1", key)
        return _to_composition(row) if row else None

    async def had(self, keys: Collection[int]) -> dict[int, tuple[int, ...]]:
        """Composition → the keys of articles that its readers have had."""
        if not keys:
            return {}
        wanted = ", ".join(str(int(key)) for key in keys)
        rows = await self._database.fetch(f"SELECT key, had FROM compositions WHERE key IN ({wanted})")
        return {row["key"]: _keys(row["key"], row["had"]) for row in rows}

    async def audience(self, key: int) -> Audience | None:
        """An audience by its key, or None."""
        text = await self._database.fetchval("SELECT description FROM audiences WHERE key = $1", key)
        return _to_audience(text) if text else None

    async def audiences(self, keys: Collection[int]) -> dict[int, Audience]:
        """Audiences by their keys. A default one stands for one that is missing or cannot be read."""
        if not keys:
            return {}
        wanted = ", ".join(str(int(key)) for key in keys)
        rows = await self._database.fetch(f"SELECT key, description FROM audiences WHERE key IN ({wanted})")
        known = {}
        for row in rows:
            try:
                known[row["key"]] = _to_audience(row["description"])
            except (ValueError, TypeError):
                log.error("what its readers chose cannot be read: they get what anybody gets", audience=row["key"])
        return {key: known.get(key) or Audience(LANGUAGES[0]) for key in keys}

    async def fill_audiences(self, chats: Sequence[int]) -> None:
        """Compute the audience of those of these chats that have changed their choices since."""
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
            described = {}
            for row in rows:
                chat = row["chat_id"]
                preferences = Preferences(
                    frozenset(muted.get(chat, ())), dict(opened.get(chat, ())), frozenset(fewer.get(chat, ()))
                )
                described[chat] = _describe(audience_of(_choices(row, asked.get(chat, ())), preferences))
            keys = await _audience_keys(tx, sorted(set(described.values())))
            await tx.executemany(
                "UPDATE subscribers SET audience = $2 WHERE chat_id = $1",
                [(chat, keys[text]) for chat, text in described.items()],
            )

    async def give_back(self, tx: Transaction, chat_id: int, composition: int | None) -> None:
        """Undo a composition that certainly did not arrive: the chat is as it was before it."""
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
        """Delete compositions that nobody needs and audiences without readers; returns how many compositions."""
        old = "until < $1 ORDER BY until"
        gone = await delete_in_steps(self._database, "compositions", "key", old, now - _KEPT_SECONDS)
        await delete_walking(self._database, "audiences", "key", NOBODYS)
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


def _choices(row: Row, asked: Sequence[tuple[Any, str]]) -> Subscriber:
    """A subscriber with only the fields that decide which stories they get."""
    return Subscriber(
        row["chat_id"],
        kind="",
        language=row["language"],
        timezone="",
        length=row["length"],
        news_languages=tuple(row["news_languages"].split(",")),
        city=row["city"],
        only_asked=bool(row["only_asked"]),
        subscriptions=tuple(Subscription(kind, value) for kind, value in asked),
    )


def _describe(one: Audience) -> str:
    asked = [(wish.kind, wish.value) for wish in one.asked]
    described = [one.language, asked, one.length, one.favourite, one.muted, one.reads, one.city]
    described += [one.fewer, int(one.only_asked)]
    return json.dumps(described, ensure_ascii=False, separators=(",", ":"))


def _keys(key: int, text: str) -> tuple[int, ...]:
    try:
        return tuple(json.loads(text))
    except (ValueError, TypeError):
        log.error("what its readers have had cannot be read: something may come to them twice", composition=key)
        return ()


def _to_audience(text: str) -> Audience:
    language, asked, length, liked, muted, reads, city, *later = json.loads(text)
    fewer, only = later or ((), 0)  # an audience that was stored before these fields existed
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
        [
            chosen.items,
            chosen.developed,
            chosen.more,
            sorted(chosen.outlets.items()),
            *([sorted(chosen.news.items())] if chosen.news else []),
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def _to_composition(row: Row) -> Composition:
    items, developed, more, outlets, *later = json.loads(row["content"])
    chosen = DigestSelection(tuple(items), tuple(developed), more, dict(outlets), dict(later[0]) if later else {})
    return Composition(
        row["audience"], row["previous"], row["since"], row["until"], chosen, tuple(json.loads(row["had"]))
    )
