"""Moving readers to another installation or bot: their choices in a sealed file.

The file is encrypted and authenticated with a key derived from a password (libsodium: Argon2id, XChaCha20-Poly1305).
With a wrong password, or with any byte changed, missing or moved, it is not accepted.
"""

import json
import zlib
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final

from nacl import pwhash, utils
from nacl.exceptions import CryptoError
from nacl.secret import Aead

from news.models import Subscription
from storage.engine.database import Database, StorageError, Transaction, marks
from storage.engine.private import open_private
from storage.readers.data_map import PERSONAL
from storage.readers.watches import watch

_MAGIC: Final = b"qala-readers 1\n"
_AT_ONCE: Final = 1000
_LONGEST: Final = 64_000_000
# These columns mean nothing in another installation or under another bot.
_STAYS: Final = frozenset(
    {
        *("chat_id", "audience", "composition", "alerted", "alerts_on", "alerts_had", "owed", "struck_at"),
        *("moved_from", "decided_until", "last_edition_at", "state", "city_asked_at", "paused_at", "told_paused"),
    }
)
_CHOSEN: Final = tuple(column for column in PERSONAL["subscribers"] if column not in _STAYS)
_LISTS: Final = {"muted": ("kind", "value", "fewer"), "interests": ("topic", "opened"), "banned": ("at",)}

Carried = dict[str, Any]
"""A reader as JSON: the chat's id, their choices, what they follow and what they muted."""


async def carried(database: Database) -> AsyncIterator[list[Carried]]:
    """All readers and all banned chats, in batches."""
    last: int | None = None
    while True:
        rows = await database.fetch(
            f"SELECT chat_id, {', '.join(_CHOSEN)} FROM subscribers WHERE chat_id > $1 ORDER BY chat_id LIMIT $2",
            -(1 << 63) if last is None else last,
            _AT_ONCE,
        )
        if not rows:
            break
        last = rows[-1]["chat_id"]
        found = {row["chat_id"]: {name: row[name] for name in ("chat_id", *_CHOSEN)} for row in rows}
        asked = await database.fetch(
            f"SELECT chat_id, kind, value, watch FROM subscriptions WHERE chat_id IN ({marks(found)})", *found
        )
        for one in asked:
            subscription = [one["kind"], one["value"], one["watch"] is not None]
            found[one["chat_id"]].setdefault("subscriptions", []).append(subscription)
        for table in ("muted", "interests"):
            columns = _LISTS[table]
            for one in await database.fetch(
                f"SELECT chat_id, {', '.join(columns)} FROM {table} WHERE chat_id IN ({marks(found)})", *found
            ):
                found[one["chat_id"]].setdefault(table, []).append([one[name] for name in columns])
        yield list(found.values())
    banned = await database.fetch("SELECT chat_id, at FROM banned ORDER BY chat_id")
    yield [{"banned": [row["chat_id"], row["at"]]} for row in banned]


async def carry_in(database: Database, readers: Sequence[Carried], now: int) -> int:
    """Store readers of another installation; returns how many are new. A known one is not changed.

    Nothing is sent to them until they say /start, because no bot may write first. Then all is as it was.
    """
    new = 0
    async with database.transaction() as tx:
        for one in readers:
            if "banned" in one:
                sql = "INSERT INTO banned (chat_id, at) VALUES ($1, $2) ON CONFLICT DO NOTHING"
                await tx.execute(sql, *one["banned"])
            else:
                new += await _one(tx, one, now)
    return new


async def _one(tx: Transaction, one: Carried, now: int) -> int:
    chosen = {name: one[name] for name in _CHOSEN if name in one}  # an older Qala has fewer columns
    names = ["chat_id", *chosen, "state", "decided_until"]
    given = [one["chat_id"], *chosen.values(), "blocked", now]
    marked = ", ".join(f"${place}" for place in range(1, len(given) + 1))
    sql = f"INSERT INTO subscribers ({', '.join(names)}) VALUES ({marked}) ON CONFLICT (chat_id) DO NOTHING"
    if not await tx.execute(sql, *given):
        return 0
    for kind, value, at_once in one.get("subscriptions", ()):
        sql = "INSERT INTO subscriptions (chat_id, kind, value) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING"
        await tx.execute(sql, one["chat_id"], kind, value)
        if at_once:
            await watch(tx, one["chat_id"], Subscription(kind, value, at_once=True), at_once=True)
    for table in ("muted", "interests"):
        columns = _LISTS[table]
        marked = ", ".join(f"${place}" for place in range(2, len(columns) + 2))
        sql = f"INSERT INTO {table} (chat_id, {', '.join(columns)}) VALUES ($1, {marked}) ON CONFLICT DO NOTHING"
        for values in one.get(table, ()):
            await tx.execute(sql, one["chat_id"], *values)
    return 1


async def seal(database: Database, file: Path, password: str) -> int:
    """Write all readers into a file sealed with a password; returns how many. Raises StorageError, OSError."""
    count = 0
    with open_private(file) as opened:
        out: IO[bytes] = opened.buffer  # type: ignore[attr-defined]
        salt = utils.random(pwhash.argon2id.SALTBYTES)
        box = _box(password, salt)
        out.write(_MAGIC + salt)
        place = 0
        async for some in carried(database):
            count += sum("chat_id" in one for one in some)
            _put(out, box, {"place": place, "readers": some}, place)
            place += 1
        _put(out, box, {"place": place, "end": count}, place)
    return count


def unsealed(file: Path, password: str) -> Iterator[list[Carried]]:
    """The readers in a sealed file, in batches that are checked one by one. Raises StorageError."""
    with file.open("rb") as opened:
        if opened.read(len(_MAGIC)) != _MAGIC:
            raise StorageError(f"{file} holds no readers of Qala, or those of a newer one")
        box = _box(password, opened.read(pwhash.argon2id.SALTBYTES))
        place = 0
        while True:
            part = _part(opened, box, place, file)
            if "end" in part:
                return
            yield part["readers"]
            place += 1


def _part(opened: IO[bytes], box: Aead, place: int, file: Path) -> dict[str, Any]:
    size = int.from_bytes(opened.read(4))
    sealed = opened.read(size) if 0 < size <= _LONGEST else b""
    try:
        plain = box.decrypt(sealed, str(place).encode())
    except (CryptoError, ValueError):
        why = "is cut off or was changed" if place else "is not opened by this password, or was changed"
        raise StorageError(f"{file} {why}") from None
    found: dict[str, Any] = json.loads(zlib.decompress(plain))
    return found


def _put(out: IO[bytes], box: Aead, part: dict[str, Any], place: int) -> None:
    """Write a part. It is sealed together with its place, so it does not open at another one."""
    plain = zlib.compress(json.dumps(part, ensure_ascii=False).encode())
    sealed = bytes(box.encrypt(plain, str(place).encode()))
    out.write(len(sealed).to_bytes(4) + sealed)


def _box(password: str, salt: bytes) -> Aead:
    if len(salt) != pwhash.argon2id.SALTBYTES:
        raise StorageError("the file is cut off")
    return Aead(
        pwhash.argon2id.kdf(
            Aead.KEY_SIZE, password.encode(), salt, pwhash.argon2id.OPSLIMIT_MODERATE, pwhash.argon2id.MEMLIMIT_MODERATE
        )
    )
