"""Windows on the inverted index (storage/fulltext.py): the newest articles that match an expression, within a scope."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from storage import fulltext
from storage.raw import Raw, dialect_of

_COMMON = 16  # one of so many articles
_FETCHED = 5  # on PostgreSQL fetching an article that the index found takes as long as walking past so many
# Crowded moments push articles to later positions; so far ahead they are still looked for when a period is asked for.
_DRIFT_DAYS = 60


class Row(NamedTuple):
    """What ranking needs of an article found."""

    key: int
    position: int
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class Period:
    """Articles published from an instant on and before another (UTC seconds), or on days (ISO, both included)."""

    since: int
    until: int
    first_day: str
    last_day: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Where to look: in the tables of these versions, at articles stored up to a key, so labelled, of a period."""

    versions: Sequence[int]
    newest_key: int
    labels: str = ""  # an FTS5 expression, or nothing
    without: str = ""  # an FTS5 expression, or nothing
    period: Period | None = None
    below: int = 1 << 62
    expected: int | None = None  # in about so many articles at most stand all the words that are looked for


def window(connection: Raw, scope: Scope, match: str, most: int) -> list[Row]:
    """The newest articles that match, the newest first."""
    found: list[Row] = []
    for version in scope.versions:
        name = fulltext.table(version)
        where, arguments = _where(connection, scope, name, version)
        matches, order = _matches(connection, name), _newest_first(connection, scope, version, scope.expected)
        on = f"articles a ON a.position = {_position(connection, version)} WHERE"
        source = f"{name} {_join(connection)} {on} {matches} AND"
        if _are_few(connection, scope, scope.expected):
            # What matches is put in order first: articles are looked up one by one, none but those shown.
            source = (
                f"(SELECT rowid, rowid + 0 AS place FROM {name} WHERE {matches} ORDER BY place DESC OFFSET 0) AS {name}"
                f" JOIN {on}"
            )
            order = f"{name}.place DESC"
        rows = connection.execute(
            f"SELECT a.key, a.position, a.title, a.language FROM {source} {where} ORDER BY {order} LIMIT ?",
            (_expression(connection, scope, match), *arguments, most),
        )
        found += map(Row._make, rows)
    return sorted(found, key=lambda row: -row.position)[:most] if len(scope.versions) > 1 else found


def positions(connection: Raw, scope: Scope, match: str, most: int, expected: int) -> list[int]:
    """The newest positions that match; some may turn out to be of no article in the scope, see `rows_at`.

    `expected`: in about how many articles.
    """
    found: list[int] = []
    for version in scope.versions:
        name = fulltext.table(version)
        low, high = _row_range(connection, scope, version)
        rows = connection.execute(
            f"SELECT {_position(connection, version)} FROM {name}"
            f" WHERE {_matches(connection, name)} AND {name}.rowid >= ? AND {name}.rowid < ?"
            f" ORDER BY {_newest_first(connection, scope, version, expected, most)} LIMIT ?",
            (_expression(connection, scope, match), low, high, most),
        )
        found += [row[0] for row in rows]
    return sorted(found, reverse=True)[:most] if len(scope.versions) > 1 else found


def _position(connection: Raw, version: int) -> str:
    rowid = f"{fulltext.table(version)}.rowid"
    return f"{fulltext.MIRROR} - {rowid}" if fulltext.is_mirrored(connection, version) else rowid


def _newest_first(connection: Raw, scope: Scope, version: int, expected: int | None, most: int | None = None) -> str:
    """What to order by."""
    rowid = f"{fulltext.table(version)}.rowid"
    if dialect_of(connection) == "sqlite":
        return rowid if fulltext.is_mirrored(connection, version) else f"{rowid} DESC"
    return f"{rowid} + 0 DESC" if _are_few(connection, scope, expected, most) else f"{rowid} DESC"


def _are_few(connection: Raw, scope: Scope, expected: int | None, most: int | None = None) -> bool:
    """Whether PostgreSQL is kept from reading articles from the newest on until enough match.

    It finds ten by the index while it looks through the tokens of one, but guesses badly how many will match: where a
    word that many texts hold stands in few titles it read a million articles for forty. With `most` all the expected
    match where no label narrows them, and the newest `most` of them are wanted: which way is shorter can be reckoned.
    """
    if dialect_of(connection) == "sqlite" or expected is None:
        return False
    if most is not None and not scope.labels:
        return expected * expected * _FETCHED <= most * scope.newest_key
    return expected * _COMMON <= scope.newest_key


def rows_at(connection: Raw, scope: Scope, positions: Sequence[int]) -> list[Row]:
    """The articles at these positions that are in the scope."""
    places = ", ".join(map(str, positions))
    found: list[Row] = []
    for version in scope.versions:
        where, arguments = _where(connection, scope, "a", version)
        rows = connection.execute(
            f"SELECT a.key, a.position, a.title, a.language FROM articles a WHERE a.position IN ({places}) AND {where}",
            arguments,
        )
        found += map(Row._make, rows)
    return found


def texts(connection: Raw, keys: Sequence[int]) -> dict[int, str]:
    """Title and body of these articles."""
    wanted = ", ".join(map(str, keys))
    return dict(
        connection.execute(f"SELECT key, title || '\n' || body FROM articles WHERE key IN ({wanted})").fetchall()
    )


def _labelled(scope: Scope, match: str) -> str:
    match = " AND ".join(f"({part})" for part in (match, scope.labels) if part)
    return f"({match}) NOT ({scope.without})" if scope.without else match


def _expression(connection: Raw, scope: Scope, match: str) -> str:
    """What is looked for, as this database writes it."""
    expression = _labelled(scope, match)
    if dialect_of(connection) == "sqlite":
        return expression
    return re.sub(r'"[^"]*"|AND|OR|NOT', _in_tsquery, expression)


def _in_tsquery(part: re.Match[str]) -> str:
    found = part[0]
    if found.startswith('"'):
        return "'" + found[1:-1].replace("\\", "\\\\") + "'"
    return {"AND": "&", "OR": "|", "NOT": "& !"}[found]


def _matches(connection: Raw, name: str) -> str:
    return f"{name} MATCH ?" if dialect_of(connection) == "sqlite" else f"{name}.tokens @@ CAST(? AS tsquery)"


def _join(connection: Raw) -> str:
    """SQLite is told to walk the index first; PostgreSQL sees by itself how rare the words are."""
    return "CROSS JOIN" if dialect_of(connection) == "sqlite" else "JOIN"


def _where(connection: Raw, scope: Scope, name: str, version: int) -> tuple[str, tuple[object, ...]]:
    low, high = _range(scope) if name == "a" else _row_range(connection, scope, version)
    # The plus keeps SQLite from walking articles by these columns instead of looking each position up; PostgreSQL
    # takes what it knows nothing of for rare and would begin with articles because of it.
    plus = "+" if dialect_of(connection) == "sqlite" else ""
    bound = f"{plus}a.position" if name == "a" else f"{name}.rowid"
    sql = f"{bound} >= ? AND {bound} < ? AND {plus}a.key <= ? AND {plus}a.analysis_version = ? AND a.hidden = 0"
    arguments: tuple[object, ...] = (low, high, scope.newest_key, version)
    if scope.period is None:
        return sql, arguments
    sql += " AND (a.published_at >= ? AND a.published_at < ? OR a.published_day BETWEEN ? AND ?)"
    one = scope.period
    return sql, (*arguments, one.since, one.until, one.first_day, one.last_day)


def _range(scope: Scope) -> tuple[int, int]:
    """The positions that articles of the scope can have; exact days are left to the article's row."""
    if scope.period is None:
        return 0, scope.below
    low = fulltext.position(scope.period.since) - 2 * fulltext.POSITIONS_A_DAY
    high = fulltext.position(scope.period.until) + _DRIFT_DAYS * fulltext.POSITIONS_A_DAY
    return low, min(high, scope.below)


def _row_range(connection: Raw, scope: Scope, version: int) -> tuple[int, int]:
    """`_range`, as rows."""
    low, high = _range(scope)
    return (
        (fulltext.MIRROR - high + 1, fulltext.MIRROR - low + 1)
        if fulltext.is_mirrored(connection, version)
        else (low, high)
    )
