"""Files that only their owner may read: they hold what readers asked for, saved and muted."""

import contextlib
import fcntl
import hmac
import os
import secrets
import tempfile
from pathlib import Path
from typing import IO, Any

_OWN_FILE, _OWN_FOLDER, _OTHERS = 0o600, 0o700, 0o077
_LOCKS = ("qala.lock", "qala.next", "qala.running")


def make_folder(path: Path) -> None:
    """Make a folder that only its owner may open, and those above it. One that exists is not changed."""
    if path.is_dir():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=_OWN_FOLDER, exist_ok=True)


def obstacle(folder: Path, store: str) -> str | None:
    """Why a folder cannot hold the files of a store of this name; None where it can. A missing folder is made.

    All files must be ours to write. Those of another user would be waited for, or written in part.
    """
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file, not a folder"
    try:
        make_folder(folder)
    except OSError as error:
        return f"the folder {folder} cannot be made ({error.strerror}): is the disk there, and may this user write?"
    try:
        tempfile.TemporaryFile(dir=folder).close()  # rights do not show that a disk is read-only or full
    except OSError as error:
        return f"nothing can be written into the folder {folder} ({error.strerror}): chown it, or name another"
    for name in (store, f"{store}-wal", f"{store}-shm", *_LOCKS):
        file = folder / name
        if file.is_dir():
            return f"{file} is a folder, not a file"
        if file.exists() and not os.access(file, os.R_OK | os.W_OK):
            return f"{file} belongs to another user: chown -R all of {folder} to the one that runs Qala"
    return None


_ADVICE = {
    "full": "make room on the disk of the store",
    "disk I/O": "the disk of the store is full, or failing",
    "readonly": "may this user write, and is the disk of the store not read-only?",
    "unable to open": "is its folder there, and may this user write?",
    "malformed": "put a copy in its place (qala restore FILE)",
    "not a database": "put a copy in its place (qala restore FILE)",
}


def in_a_sentence(error: Exception) -> str:
    """What SQLite or the system complains of, and what to do about it."""
    if isinstance(error, OSError):
        return f"{error.strerror or error}: {error.filename or ''}".rstrip(": ")
    advice = [advice for words, advice in _ADVICE.items() if words in str(error)]
    return f"SQLite: {error}" + "".join(f"; {one}" for one in advice[:1])


def open_private(path: Path) -> IO[str]:
    """Open a file for appending; a missing one is made. Only its owner may read or lock it."""
    file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, _OWN_FILE), "a")
    close_to_others(path)
    return file


def close_to_others(path: Path) -> None:
    """Remove other users' rights to a file, where it is ours."""
    with contextlib.suppress(PermissionError, FileNotFoundError):
        if path.stat().st_mode & _OTHERS:
            path.chmod(_OWN_FILE)


def try_lock(file: IO[Any]) -> bool:
    """Lock an open file if nobody else has it; whether it is ours now. Closing the file unlocks it."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def is_open_to_others(path: Path) -> bool:
    """Whether other users of the machine have any rights to a file or folder."""
    return bool(path.stat().st_mode & _OTHERS)


def make_private(path: Path) -> None:
    """Make a file where it is missing. An existing one is not opened: closing it would drop SQLite's locks."""
    if not path.exists():
        open_private(path).close()
    close_to_others(path)


# Chats that asked to be forgotten are noted in a file beside the store, so that restoring a copy does not bring them
# back.
#
# The first line is a key. Each other line has a moment and a hash, made with the key, of a chat's number. Only who
# knows a number can find it there.


class ForgottenChats:
    """The chats that the SQLite store at a path has forgotten."""

    def __init__(self, store: Path) -> None:
        self._path = store.with_name(store.name + ".forgotten")

    def add(self, chat_id: int, now: int) -> None:
        """Note durably that a chat was forgotten at `now` (UTC seconds). Raises OSError."""
        with open_private(self._path) as file:
            if self._path.stat().st_size == 0:
                file.write(secrets.token_hex(32) + "\n")
                file.flush()
            file.write(f"{now} {_hash(self._key(), chat_id)}\n")
            file.flush()
            os.fsync(file.fileno())

    def last(self) -> "ForgottenList":
        """Everything noted by now."""
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
        """The UTC second at which a chat was forgotten last; None if it never was."""
        return self._moments.get(_hash(self._key, chat_id)) if self._moments else None


def _hash(key: str, chat_id: int) -> str:
    return hmac.new(key.encode(), str(chat_id).encode(), "sha256").hexdigest()[:32]
