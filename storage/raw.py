"""What the engine of search asks of a database: statements, one after another, in a thread of their own.

`sqlite3.Connection` is one as it stands; storage/postgres.py has the other. Both take SQLite's `?` parameters.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol

from storage.database import Dialect


class RawRows(Protocol):
    """The rows of a statement."""

    def __iter__(self) -> Iterator[Any]: ...

    def fetchone(self) -> Any:
        """The first row, or None."""
        ...

    def fetchall(self) -> list[Any]:
        """All rows."""
        ...


class Raw(Protocol):
    """A connection to be used in one thread."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> RawRows:
        """Run a statement."""
        ...

    def executemany(self, sql: str, rows: Iterable[Sequence[Any]], /) -> object:
        """Run a statement for each row of parameters."""
        ...


def dialect_of(connection: Raw) -> Dialect:
    """Which SQL the connection speaks."""
    return "sqlite" if isinstance(connection, sqlite3.Connection) else "postgresql"


def columns(rows: Iterable[Sequence[Any]], count: int) -> list[list[Any]]:
    """The columns of rows, as PostgreSQL takes many rows in one statement (`unnest`)."""
    return [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(count)]
