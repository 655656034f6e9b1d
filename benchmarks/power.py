"""The power goes, the disk fills, many write: is anything lost that was promised, or broken?

    python -m benchmarks.power [--cuts 500] [--migrations 50] [--full 50] [--writers 8] [--writes 10000]

A library between program and system (benchmarks/power_shim.c) logs each write and each fsync of the real SQLite. A
power cut is a prefix of that log: what was synced is there, of what was written since each write is there, lost, or
torn at a sector, by chance. After each the store must be whole, hold all that was acknowledged and no half transaction.
Ends with 1 where one does not.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from storage import StorageError, open_storage
from storage.engine import migrations, sqlite

_SECTOR = 512
_ROWS = "SELECT name, length(value) FROM facts WHERE name LIKE 'a%' OR name LIKE 'b%'"


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing done to a file: `write`, `truncate` (to `offset`), `sync` or `unlink`."""

    op: str
    name: str
    offset: int
    content: bytes = b""


@dataclass(slots=True)
class DiskFile:
    """What surely stands in a file, and what was done to it since the last sync."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Operation] = field(default_factory=list)

    def after_a_cut(self, chance: random.Random) -> bytes:
        """What is found in it when the power comes back."""
        content = bytearray(self.durable)
        for one in self.pending:
            if (fate := chance.random()) < 0.4:
                continue
            torn = one.content[: chance.randrange(0, len(one.content) + 1, _SECTOR)] if fate < 0.6 else one.content
            _apply(content, Operation(one.op, one.name, one.offset, torn))
        return bytes(content)


def _apply(content: bytearray, one: Operation) -> None:
    if one.op == "truncate":
        del content[one.offset :]
        content.extend(bytes(one.offset - len(content)))
    elif one.content:
        content.extend(bytes(max(0, one.offset - len(content))))
        content[one.offset : one.offset + len(one.content)] = one.content


def build_shim(folder: Path) -> Path:
    """The library, compiled. Raises CalledProcessError or FileNotFoundError where there is no C compiler."""
    source = Path(__file__).with_name("power_shim.c")
    built = folder / "power_shim.so"
    subprocess.run(["cc", "-O1", "-shared", "-fPIC", "-o", built, source, "-ldl", "-lpthread"], check=True)
    return built


def logged(shim: Path, folder: Path, log: Path, *command: str, full: str = "") -> None:
    """Run `python -m benchmarks.power COMMAND` on a folder, its writes logged; the disk is full between two writes."""
    told = {"LD_PRELOAD": str(shim), "POWER_SHIM_FOLDER": str(folder), "POWER_SHIM_LOG": str(log)}
    told |= {"POWER_SHIM_FULL": full} if full else {}
    subprocess.run([sys.executable, "-m", "benchmarks.power", *command], env=os.environ | told, check=True)


def operations(log: Path) -> list[Operation]:
    """The log, read."""
    found = []
    with log.open("rb") as file:
        while line := file.readline():
            op, name, offset, length = line.decode().split()
            content = file.read(int(length)) if op == "write" else b""
            found.append(Operation(op, name, int(offset), content))
    return found


def cuts(before: Path, done: list[Operation], count: int, chance: random.Random, to: Path) -> Iterator[int]:
    """Put the folder as it is after a power cut to `to`, `count` times; how many transactions were acknowledged."""
    files = {path.name: DiskFile(bytearray(path.read_bytes())) for path in before.iterdir() if "-shm" not in path.name}
    moments = sorted(chance.sample(range(1, len(done) + 1), min(count, len(done))))
    acknowledged = at = 0
    for moment in moments:
        for one in done[at:moment]:
            if one.name == "acks":
                acknowledged = int(one.content)
                continue
            file = files.setdefault(one.name, DiskFile())
            if one.op == "sync":
                for each in file.pending:
                    _apply(file.durable, each)
                file.pending.clear()
            elif one.op == "unlink":
                files.pop(one.name)
            else:
                file.pending.append(one)
        at = moment
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir()
        for name, file in files.items():
            (to / name).write_bytes(file.after_a_cut(chance))
        yield acknowledged


def wrong(path: Path, acknowledged: int) -> str | None:
    """What is wrong with a store after a cut, None where nothing is."""
    with contextlib.closing(sqlite3.connect(path)) as connection:
        if (found := connection.execute("PRAGMA integrity_check(1)").fetchone()[0]) != "ok":
            return f"damaged: {found}"
        rows = dict(connection.execute(_ROWS).fetchall())
    ones, others = ({int(name[1:]) for name in rows if name[0] == letter} for letter in "ab")
    if ones != others:
        return f"half a transaction: {sorted(ones ^ others)[:5]}"
    if missing := set(range(1, acknowledged + 1)) - ones:
        return f"acknowledged and lost: {sorted(missing)[:5]}"
    if ones - set(range(1, acknowledged + 2)):
        return "what was never written"
    return None


async def work(folder: Path, transactions: int, *, tries: int = 1) -> None:
    """Write pairs of rows, acknowledging each, with many small checkpoints; on a full disk so many `tries` each."""
    sqlite._CHECKPOINT_BYTES = 100_000
    store = await open_storage(f"sqlite:///{folder}/qala.sqlite")
    store.database._checkpoint_bytes = 100_000
    chance = random.Random(5)
    with (folder / "acks").open("a", buffering=1) as acks:
        for number in range(1, transactions + 1):
            text = "x" * chance.choice((10, 300, 9000, 40_000))
            for left in reversed(range(tries)):
                try:
                    async with store.database.transaction() as tx:
                        sql = "INSERT INTO facts (name, value) VALUES ($1, $2)"
                        await tx.execute(sql, f"a{number}", text)
                        await tx.execute(sql, f"b{number}", text)
                    break
                except StorageError:
                    if not left:
                        raise
            acks.write(f"{number}\n")
    with contextlib.suppress(StorageError):
        await store.close()


def power_cuts(shim: Path, count: int, transactions: int = 120) -> list[str]:
    """What was wrong after so many cuts while transactions were written."""
    chance = random.Random(count)
    with tempfile.TemporaryDirectory() as scratch:
        folder, log, before, after = (Path(scratch).resolve() / name for name in ("data", "log", "before", "after"))
        asyncio.run(_made(folder))
        shutil.copytree(folder, before)
        logged(shim, folder, log, "--work", str(folder), "--transactions", str(transactions))
        done = operations(log)
        found = [wrong(after / "qala.sqlite", known) for known in cuts(before, done, count, chance, after)]
        assert len(found) == count, "too few writes to cut between"
    return [one for one in found if one]


def migration_cuts(shim: Path, count: int, schemas: list[int] | None = None) -> list[str]:
    """What was wrong after so many cuts while each older schema was brought up to date; `schemas`: how many of the
    migrations an older one has.
    """
    names = sorted(name for name, _ in migrations._migrations())
    chance = random.Random(count)
    found = []
    for known in schemas or range(1, len(names)):
        with tempfile.TemporaryDirectory() as scratch:
            folder, log, before, after = (Path(scratch).resolve() / name for name in ("data", "log", "before", "after"))
            folder.mkdir()
            older(folder / "qala.sqlite", names[:known])
            shutil.copytree(folder, before)
            logged(shim, folder, log, "--open", str(folder))
            done = operations(log)
            found += [asyncio.run(_migrated(after, names)) for _ in cuts(before, done, count, chance, after)]
    return [one for one in found if one]


def older(path: Path, names: list[str]) -> None:
    """A store as an older version left it, with a reader and what they follow."""
    texts = dict(migrations._migrations())
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for name in names:
            for statement in migrations.statements(texts[name], "sqlite"):
                connection.execute(statement)
            connection.execute("INSERT INTO schema_migrations (name) VALUES (?)", (name,))
        connection.executemany(
            "INSERT INTO subscribers (chat_id, kind, language, timezone, created_at)"
            " VALUES (?, 'private', 'kk', 'UTC', 1)",
            [(chat,) for chat in range(1, 500)],
        )
        connection.execute("INSERT INTO subscriptions (chat_id, kind, value) VALUES (5, 'topic', 'roads')")


async def _migrated(folder: Path, names: list[str]) -> str | None:
    store = await open_storage(f"sqlite:///{folder}/qala.sqlite")
    try:
        applied = await store.database.fetch("SELECT name FROM schema_migrations ORDER BY name")
        if [row["name"] for row in applied] != names:
            return "a migration is missing"
        if (sound := await store.database.fetchval("PRAGMA integrity_check(1)")) != "ok":
            return str(sound)
        if await store.database.fetchval("SELECT count(*) FROM subscribers") != 499:
            return "readers are missing"
    finally:
        await store.close()
    return None


def full_disks(shim: Path, count: int, transactions: int = 60) -> list[str]:
    """What was wrong after the disk was full for a while, from so many moments on."""
    chance = random.Random(count)
    found = []
    for _ in range(count):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch).resolve() / "data"
            asyncio.run(_made(folder))
            begin = chance.randrange(1, 400)
            full = f"{begin} {begin + chance.randrange(1, 60)}"
            logged(shim, folder, Path(scratch) / "log", "--work", str(folder), "--patient", full=full)
            found.append(wrong(folder / "qala.sqlite", transactions))
    return [one for one in found if one]


async def _made(folder: Path) -> None:
    await (await open_storage(f"sqlite:///{folder}/qala.sqlite")).close()


def _writes(folder: Path, number: int, writes: int) -> None:
    async def write() -> None:
        store = await open_storage(f"sqlite:///{folder}/qala.sqlite")
        for turn in range(writes):
            await store.database.execute("INSERT INTO facts (name, value) VALUES ($1, '')", f"{number}.{turn}")
        await store.close()

    asyncio.run(write())


def many_writers(writers: int, writes: int) -> list[str]:
    """What was wrong where so many programs wrote so often each."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch).resolve() / "data"
        asyncio.run(_made(folder))
        ones = [multiprocessing.Process(target=_writes, args=(folder, one, writes)) for one in range(writers)]
        for one in ones:
            one.start()
        for one in ones:
            one.join()
        found = [f"writer {number} ended with {one.exitcode}" for number, one in enumerate(ones) if one.exitcode]
        with contextlib.closing(sqlite3.connect(folder / "qala.sqlite")) as connection:
            rows = connection.execute("SELECT count(*) FROM facts").fetchone()[0]
        return found + ([f"{rows} rows"] if rows != writers * writes else [])


def main() -> int:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    for name, usual in (("cuts", 500), ("migrations", 50), ("full", 50), ("writers", 8), ("writes", 10_000)):
        parser.add_argument(f"--{name}", type=int, default=usual)
    parser.add_argument("--work", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--open", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--transactions", type=int, default=60, help=argparse.SUPPRESS)
    parser.add_argument("--patient", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work or asked.open:
        own = (
            work(asked.work, asked.transactions, tries=400 if asked.patient else 1) if asked.work else _made(asked.open)
        )
        asyncio.run(own)
        return 0
    faults = []
    with tempfile.TemporaryDirectory() as scratch:
        shim = build_shim(Path(scratch))
        for text, found in (
            (f"{asked.cuts} power cuts", lambda: power_cuts(shim, asked.cuts)),
            (
                f"{asked.migrations} power cuts in the migrations from each schema",
                lambda: migration_cuts(shim, asked.migrations),
            ),
            (f"{asked.full} moments of a full disk", lambda: full_disks(shim, asked.full)),
            (f"{asked.writers} writers, {asked.writes} each", lambda: many_writers(asked.writers, asked.writes)),
        ):
            faults += (told := found())
            print(f"{text}: {len(told)} wrong {told[:3] or ''}", flush=True)
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
