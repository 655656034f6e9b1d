"""A private PostgreSQL for tests: Debian's server in a folder of its own, on a socket nobody else sees."""

import contextlib
import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import asyncpg

from storage import open_storage

# What a test leaves behind is thrown away, so nothing waits for a disk.
_SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
}
_START_SECONDS = 60
# The tables of search are made when they are needed; all others are emptied.
_EMPTY = """
DO $$ DECLARE one text; BEGIN
  SET LOCAL client_min_messages = warning;
  FOR one IN SELECT relname FROM pg_class WHERE relkind = 'r' AND relname LIKE 'search\\_%' LOOP
    EXECUTE format('DROP TABLE %I', one);
  END LOOP;
  SELECT string_agg(relname, ', ') INTO one FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'schema_migrations';
  EXECUTE 'TRUNCATE ' || one || ' RESTART IDENTITY';
  DELETE FROM schema_migrations WHERE name > '9';
END $$"""


def installed() -> Path | None:
    """The folder of the newest server's programs, None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


class Cluster:
    """A running server."""

    def __init__(self, socket: Path, server: int = 0) -> None:
        self._socket, self._server = socket, server
        self._names = itertools.count(1)
        self._free: list[str] = []

    def url(self, name: str) -> str:
        """The address of one of its databases."""
        return f"postgresql://qala@/{name}?host={self._socket}"

    def processor(self) -> float:
        """Seconds of the processor that the server has taken so far, in all its processes."""
        ticks = 0
        for process, fields in self._processes():
            # The first one's with those of its processes that have ended.
            ticks += sum(map(int, fields[11:15] if process == self._server else fields[11:13]))
        return ticks / os.sysconf("SC_CLK_TCK")

    def memory(self) -> float:
        """MB of memory of all its processes, what they share counted once."""
        size = 0
        for process, _ in self._processes():
            rollup = Path(f"/proc/{process}/smaps_rollup").read_text()
            size += int(next(line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")))
        return size / 1e3

    def _processes(self) -> Iterator[tuple[int, list[str]]]:
        """Its processes that run, with the fields of `stat` from the state on."""
        for stat in Path("/proc").glob("[0-9]*/stat"):
            with contextlib.suppress(OSError):
                fields = stat.read_text().rpartition(")")[2].split()
                process = int(stat.parent.name)
                if self._server in (process, int(fields[1])):
                    yield process, fields

    @contextlib.asynccontextmanager
    async def database(self) -> AsyncIterator[str]:
        """The address of an empty database with the schema in it; it is emptied for the next test afterwards."""
        url = self._free.pop() if self._free else await self._made()
        yield url
        connection: Any = await asyncpg.connect(url)
        try:
            await connection.execute(_EMPTY)
        finally:
            await connection.close()
        self._free.append(url)

    async def _made(self) -> str:
        name = f"test_{next(self._names)}"
        connection: Any = await asyncpg.connect(self.url("postgres"))
        try:
            await connection.execute(f"CREATE DATABASE {name}")
        finally:
            await connection.close()
        await (await open_storage(self.url(name))).close()
        return self.url(name)


@contextlib.contextmanager
def cluster(**settings: str) -> Iterator[Cluster]:
    """A server of our own, until the block ends."""
    programs = installed()
    assert programs is not None
    folder = Path(tempfile.mkdtemp(prefix="qala-postgres-"))
    user = _user()
    if user:
        os.chown(folder, user, -1)
    try:
        subprocess.run(
            [programs / "initdb", "-D", folder / "data", "-U", "qala", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            **_as(user),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        chosen = {**_SETTINGS, "unix_socket_directories": str(folder), **settings}
        options = [part for name, value in chosen.items() for part in ("-c", f"{name}={value}")]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [programs / "postgres", "-D", folder / "data", *options], **_as(user), stdout=log, stderr=log
            )
        try:
            _wait_for(programs, folder, chosen)
            yield Cluster(folder, server.pid)
        finally:
            server.send_signal(signal.SIGQUIT)
            server.wait()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait_for(programs: Path, folder: Path, chosen: dict[str, str]) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while subprocess.run(
        [programs / "pg_isready", "-q", "-h", folder, "-p", chosen.get("port", "5432")], check=False
    ).returncode:
        assert time.monotonic() < deadline, (folder / "log").read_text()
        time.sleep(0.05)


def _user() -> int | None:
    """PostgreSQL does not run as root: as which user it is to run instead, None where we are not root."""
    if os.getuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_uid
    return 65534


def _as(user: int | None) -> dict[str, Any]:
    return {"cwd": "/"} | ({"user": user} if user else {})
