"""Who asked to be forgotten, in a file beside the store: a copy that is put back must not bring them back.

A line holds a moment and a keyed hash of a chat's number; the key is the file's first line. Whose number it was is told
to nobody who does not know the number already.
"""

import hmac
import os
import secrets
from pathlib import Path

from storage.engine.private import open_private


class ForgottenChats:
    """The chats that were forgotten on the SQLite store at a path."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(store.name + ".forgotten")

    def add(self, chat_id: int, now: int) -> None:
        """Note, for good, that a chat was forgotten at this second. Raises OSError."""
        with open_private(self._path) as file:
            if self._path.stat().st_size == 0:
                file.write(secrets.token_hex(32) + "\n")
                file.flush()
            file.write(f"{now} {_hash(self._key(), chat_id)}\n")
            file.flush()
            os.fsync(file.fileno())

    def last(self) -> "ForgottenList":
        """What is noted now."""
        if not self._path.exists():
            return ForgottenList("", {})
        key, *lines = self._path.read_text(encoding="ascii").splitlines() or [""]
        parts = [line.split(" ") for line in lines]
        return ForgottenList(key, {one[1]: int(one[0]) for one in parts if len(one) == 2 and one[0].isdigit()})

    def _key(self) -> str:
        with self._path.open(encoding="ascii") as file:
            return file.readline().strip()


class ForgottenList:
    """When chats were forgotten last."""

    def __init__(self, key: str, moments: dict[str, int]) -> None:
        self._key = key
        self._moments = moments

    def at(self, chat_id: int) -> int | None:
        """UTC seconds, None for a chat that never was."""
        return self._moments.get(_hash(self._key, chat_id)) if self._moments else None


def _hash(key: str, chat_id: int) -> str:
    return hmac.new(key.encode(), str(chat_id).encode(), "sha256").hexdigest()[:32]
