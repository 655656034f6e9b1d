"""The inverted index: postings in FTS5 tables, and windows on them, newest first, within a scope."""

import hashlib
import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from storage.engine.database import RawConnection, columns, dialect_of

# The inverted index: one contentless FTS5 table a version of the analysis, over terms that Python makes.
#
# Tokens of an article: with a mark before them the words of its title as they are spelled, the terms of its title
# that are spelled otherwise, and what it is filed under; the other terms of its text. FTS5 only keeps which articles
# hold a token (`detail=none, columnsize=0`: 85 MB for a million articles instead of 308), newest first is its natural
# order because the rowid is the article's position counted from the end of time (`rowid`), and ranking happens on the
# titles of a window (storage/search/postings.py). An article is taken out by repeating exactly the tokens it was put
# in with; those of an older analysis cannot be repeated and stay behind until their whole table is dropped, hidden by
# the version an article row carries.
#
# On PostgreSQL the same tokens lie in a `tsvector` under a GIN index, beside the position (a column `rowid`), and the
# same expressions are written as a `tsquery`: what matches is the same in both. Rows are taken out by their position.

# Letters that no Russian or Kazakh word begins with, because FTS5's ascii tokenizer parts words at ASCII marks.
WORD, TITLE, LANGUAGE, SOURCE, TOPIC, TAG, PLACE = "ω", "τ", "λ", "σ", "θ", "γ", "π"


# A quarter of a minute each: fine enough to keep the order of news, coarse enough that the distances between the
# articles of one token, of which the index is made, stay small numbers.
POSITIONS_A_DAY = 24 * 60 * 4
_POSITION_SECONDS = 15
FIRST_DATED = 1 << 24  # undated articles lie below, in the order of their arrival
_EPOCH = 788_918_400  # 1995; what is older lies together at the bottom of the dated
_DAY_SECONDS = 86_400


def position(published: int, spread: int = 0) -> int:
    """The position that an article of this moment (UTC seconds) gets if it is free.

    The last second of a day stands for a day without a known hour (news.models.instant). Such articles are spread over
    their day by `spread`, a number that differs between articles.
    """
    if published % _DAY_SECONDS == _DAY_SECONDS - 1:
        published -= spread % POSITIONS_A_DAY * _POSITION_SECONDS
    return FIRST_DATED + max(0, published - _EPOCH) // _POSITION_SECONDS


MIRROR, _MIRRORED_SINCE = 1 << 28, 8


def is_mirrored(connection: RawConnection, version: int) -> bool:
    """Whether the rows of a version are positions counted down from `MIRROR`."""
    return version >= _MIRRORED_SINCE and dialect_of(connection) == "sqlite"


def rowid(connection: RawConnection, version: int, position: int) -> int:
    """The row for a position, or the position for a row.

    FTS5 reads its lists forwards in two thirds of the time that it takes backwards, and the newest articles are asked
    for: so these have the smallest rows. Indexes before version 8 have the opposite order until they are made again.
    """
    return MIRROR - position if is_mirrored(connection, version) else position


# On PostgreSQL, whose index keeps no order, an article also has a token for the stretch of time it lies in, for
# stretches of four lengths: the newest that hold a common word are then looked for among the newest of all.
_MOMENT = "β"
_SHIFTS, _STEP = (12, 15, 18, 21), 8  # in bits: 17 hours, 6 days, 6 weeks, a year
_LAST = (1 << 27) - 1  # of 2050; all that is later lies in its stretches
_WITH_MOMENTS = "its articles have tokens of time"


def _moments_of(position: int) -> list[str]:
    return [_moment(shift, min(position, _LAST) >> shift) for shift in _SHIFTS]


def _moment(shift: int, stretch: int) -> str:
    return f"{_MOMENT}{shift:x}.{stretch:x}"


def moments(low: int, high: int) -> list[str]:
    """The tokens of the fewest stretches that have all positions from `low` on and below `high`, and few others."""
    found: list[str] = []
    low, high = min(low, _LAST) >> _SHIFTS[0], (min(high - 1, _LAST) >> _SHIFTS[0]) + 1
    for shift in _SHIFTS[:-1]:
        while low < high and low % _STEP:
            found.append(_moment(shift, low))
            low += 1
        while low < high and high % _STEP:
            high -= 1
            found.append(_moment(shift, high))
        low, high = low // _STEP, high // _STEP
    return found + [_moment(_SHIFTS[-1], one) for one in range(low, high)]


def token(term: str) -> str:
    """A term as FTS5 stores it: without the apostrophe, at which its tokenizer would split it."""
    return term.replace("'", "") or "ʼ"


def marks(mark: str) -> tuple[str, ...]:
    """The marks under which a term must be looked up.

    In a title, a word that is spelled like its term has no other token; a term of the title has none in the text. That
    saves a quarter of the index.
    """
    return {"": ("", TITLE, WORD), TITLE: (TITLE, WORD)}.get(mark, (mark,))


def label(mark: str, value: str) -> str:
    """The token for a language, source, topic, tag or place. Any character in a name is safe."""
    return mark + hashlib.blake2b(value.casefold().encode(errors="surrogatepass"), digest_size=6).hexdigest()


def quoted(mark: str, value: str) -> str:
    """A label as it stands in an FTS5 expression."""
    return f'"{label(mark, value)}"'


def table(version: int) -> str:
    """The name of the table for the articles of one version of the analysis."""
    return f"search_{int(version)}"


_NAMED = (
    # Between these two names, which the catalogue's index finds.
    "FROM pg_class WHERE relname >= 'search_0' AND relname < 'search_:' AND relkind = 'r' AND pg_table_is_visible(oid)"
)
_NEWEST = "SELECT coalesce(max(key), 0) FROM articles"
# As obj_description() tells it, but that is a function of its own, which takes ten times as long.
_TOLD_OF = (
    "SELECT description FROM pg_description WHERE objoid = pg_class.oid AND classoid = CAST('pg_class' AS regclass)"
    " AND objsubid = 0"
)


class PresentIndex(NamedTuple):
    """The versions that have a table, newest first; the newest article's key; the versions with tokens of time."""

    versions: list[int]
    newest_key: int
    with_moments: Collection[int] = ()


def present(connection: RawConnection, known: dict[int, list[int]]) -> PresentIndex:
    """What there is to search in. `known` is SQLite's earlier answer, by schema version."""
    if dialect_of(connection) != "sqlite":  # one round trip
        rows = connection.execute(f"SELECT relname, ({_NEWEST}), ({_TOLD_OF}) {_NAMED}").fetchall()
        told = _versions(row[0] for row in rows if row[2] == _WITH_MOMENTS)
        return PresentIndex(_versions(row[0] for row in rows), rows[0][1] if rows else 0, told)
    state = connection.execute("PRAGMA schema_version").fetchone()[0]
    if state not in known:
        known.clear()
        known[state] = tables(connection)
    return PresentIndex(known[state], connection.execute(_NEWEST).fetchone()[0])


_NEAR = (8_192, 65_536)
"""The newest so many articles are looked through before all others, so that a few thousand rows are fetched at most."""
_FLOOR_MINUTES = 30
KnownFloors = dict[int, tuple[int, tuple[int, ...]]]


def floors(
    connection: RawConnection, there: PresentIndex, minute: int, known: KnownFloors
) -> dict[int, tuple[int, ...]]:
    """By version where the newest `_NEAR` articles began, half an hour ago at most. SQLite needs none."""
    versions = () if dialect_of(connection) == "sqlite" else there.versions
    for version in versions:
        if version in known and 0 <= minute - known[version][0] < _FLOOR_MINUTES:
            continue
        found = []
        for many in _NEAR:
            rows = (
                connection.execute(f"SELECT rowid FROM {table(version)} ORDER BY rowid DESC OFFSET {many} LIMIT 1")
                if many < there.newest_key
                else ()
            )
            found += [row[0] for row in rows]
        known[version] = minute, tuple(found)
    return {version: known[version][1] for version in versions}


def tables(connection: RawConnection) -> list[int]:
    """The versions that have a table, newest first."""
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'search_[0-9]*'"
        if dialect_of(connection) == "sqlite"
        else f"SELECT relname {_NAMED}"
    )
    return _versions(row[0] for row in rows)


def _versions(names: Iterable[str]) -> list[int]:
    numbers = (name.removeprefix("search_") for name in names)
    return sorted((int(number) for number in numbers if number.isdigit()), reverse=True)


def prepare(connection: RawConnection, version: int) -> None:
    """Create the missing table of a version."""
    name = table(version)
    if dialect_of(connection) == "sqlite":
        connection.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii')"
        )
        return
    connection.execute(f"CREATE TABLE {name} (rowid BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL)")
    connection.execute(f"COMMENT ON TABLE {name} IS '{_WITH_MOMENTS}'")
    # By default FTS5 postpones work, and every search walks through what is postponed: up to 50 ms.
    connection.execute(f"CREATE INDEX {name}_tokens ON {name} USING gin (tokens) WITH (fastupdate = off)")


def drop(connection: RawConnection, version: int) -> None:
    """Drop the table of a version."""
    connection.execute(f"DROP TABLE IF EXISTS {table(version)}")


def put(connection: RawConnection, version: int, rows: Iterable[tuple[int, str]]) -> None:
    """Add articles: (position, tokens)."""
    into = f"INSERT INTO {table(version)} (rowid, tokens)"
    placed = sorted((rowid(connection, version, position), tokens) for position, tokens in rows)
    if dialect_of(connection) == "sqlite":
        connection.executemany(
            f"{into} VALUES (?, ?)", placed
        )  # FTS5 collects rows in ascending order; any other order makes it write each by itself
        return
    places, tokens = columns([(place, f"{tokens} {' '.join(_moments_of(place))}") for place, tokens in placed], 2)
    connection.execute(
        f"{into} SELECT place, array_to_tsvector(string_to_array(tokens, ' '))"
        " FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[])) AS of (place, tokens)",
        (places, tokens),
    )


def take(connection: RawConnection, version: int, rows: Iterable[tuple[int, str]]) -> None:
    """Remove articles by repeating exactly the tokens they were added with."""
    if dialect_of(connection) == "sqlite":
        name = table(version)
        connection.executemany(
            f"INSERT INTO {name} ({name}, rowid, tokens) VALUES ('delete', ?, ?)",
            [(rowid(connection, version, position), tokens) for position, tokens in rows],
        )
    else:
        drop_rows(connection, version, [position for position, _ in rows])


def drop_rows(connection: RawConnection, version: int, positions: Sequence[int]) -> None:
    """Remove articles whose tokens cannot be repeated. On SQLite they stay, unreachable, until the table is dropped."""
    if dialect_of(connection) == "postgresql" and positions:
        marks = ", ".join("?" * len(positions))
        connection.execute(f"DELETE FROM {table(version)} WHERE rowid IN ({marks})", tuple(positions))


def merge(connection: RawConnection, version: int, pages: int, *, begin: bool) -> bool:
    """Merge some pages of the index into one segment, from the beginning or going on; False when there is only one.

    A bulk of articles leaves many segments, each with its own copy of the tokens: a tenth of the index.
    """
    if dialect_of(connection) != "sqlite":
        return False
    before = connection.execute("SELECT total_changes()").fetchone()[0]
    name = table(version)
    connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', ?)", (-pages if begin else pages,))
    # https://sqlite.org/fts5.html#the_merge_command: fewer than two changes mean that there was nothing to do.
    return bool(connection.execute("SELECT total_changes()").fetchone()[0] - before >= 2)


# Windows on the inverted index (storage/search/postings.py): the newest articles that match an expression, within a
# scope.

_FETCHED = 5  # on PostgreSQL fetching an article that the index found takes as long as walking past so many
_RARE_LABEL = 8  # a topic's or an outlet's articles are about one of so many
_IN_TITLE = 8  # about one of so many articles that hold words has them in its title
_UNMARKED = re.compile(f'"[^{WORD}{TITLE}"]')
_ONE_LANGUAGE = re.compile(f'"{LANGUAGE}[0-9a-f]+"')
# Crowded moments push articles to later positions; so far ahead they are still looked for when a period is asked for.
_DRIFT_DAYS = 60


class IndexRow(NamedTuple):
    """What ranking needs of an article found."""

    key: int
    position: int
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class InstantRange:
    """Articles published at or after one instant and before another (UTC seconds), or on days (ISO dates, both
    included).
    """

    since: int
    until: int
    first_day: str
    last_day: str


@dataclass(frozen=True, slots=True)
class SearchScope:
    """Where to look: in the tables of these versions, at articles stored up to a key, with these labels, in
    a period.
    """

    versions: Sequence[int]
    newest_key: int
    labels: str = ""  # an FTS5 expression, or nothing
    without: str = ""  # an FTS5 expression, or nothing
    period: InstantRange | None = None
    below: int = 1 << 62
    expected: int | None = None  # about so many articles hold all the words
    above: int = 0
    floors: Mapping[int, tuple[int, ...]] = field(default_factory=dict)  # of `floors`
    with_moments: Collection[int] = ()  # of `present`


def window(connection: RawConnection, scope: SearchScope, match: str, most: int) -> list[IndexRow]:
    """The matching articles, newest first."""
    found: list[IndexRow] = []
    expected = scope.expected
    if expected is not None and not _UNMARKED.search(match):
        expected //= _IN_TITLE
    for version in scope.versions:
        left = most
        for part, are_few in _parts(connection, scope, version, expected, most):
            rows = _window(connection, part, version, match, left, are_few=are_few)
            found += map(IndexRow._make, rows)
            left -= len(rows)
            if left <= 0:
                break
    return sorted(found, key=lambda row: -row.position)[:most] if len(scope.versions) > 1 else found


def _window(
    connection: RawConnection, scope: SearchScope, version: int, match: str, most: int, *, are_few: bool
) -> Sequence[Any]:
    name = table(version)
    where, arguments = _where(connection, scope, name, version)
    matches, order = _matches(connection, name), _newest_first(connection, version, are_few=are_few)
    on = f"articles a ON a.position = {_position(connection, version)} WHERE"
    source = f"{name} {_join(connection)} {on} {matches} AND"
    asked: tuple[object, ...] = (_expression(connection, scope, match, version),)
    if are_few:
        # Matches are sorted first. Articles are then looked up one by one, and only those that are shown.
        source = (
            f"(SELECT rowid, rowid + 0 AS place FROM {name} WHERE {matches} AND rowid + 0 >= ? AND rowid + 0 < ?"
            f" ORDER BY place DESC OFFSET 0) AS {name} JOIN {on}"
        )
        order = f"{name}.place DESC"
        asked += _row_range(connection, scope, version)
    return connection.execute(
        f"SELECT a.key, a.position, a.title, a.language FROM {source} {where} ORDER BY {order} LIMIT ?",
        (*asked, *arguments, most),
    ).fetchall()


def positions(connection: RawConnection, scope: SearchScope, match: str, most: int, expected: int) -> list[int]:
    """The newest matching positions. Some may belong to no article in the scope; see `rows_at`.

    `expected` is about how many articles match.
    """
    found: list[int] = []
    for version in scope.versions:
        name, left = table(version), most
        for part, are_few in _parts(connection, scope, version, expected, most):
            low, high = _row_range(connection, part, version)
            place = f"{name}.rowid + 0" if are_few else f"{name}.rowid"
            rows = _numbers(
                connection,
                f"SELECT {_position(connection, version)} AS place FROM {name}"
                f" WHERE {_matches(connection, name)} AND {place} >= ? AND {place} < ?"
                f" ORDER BY {_newest_first(connection, version, are_few=are_few)} LIMIT ?",
                (_expression(connection, part, match, version), low, high, left),
            )
            found += rows
            left -= len(rows)
            if left <= 0:
                break
    return sorted(found, reverse=True)[:most] if len(scope.versions) > 1 else found


def _numbers(connection: RawConnection, sql: str, arguments: tuple[object, ...]) -> list[int]:
    """The numbers in the only column, `place`, of a query.

    SQLite gives up the interpreter's lock for each row it is asked for, and here it is one row.
    """
    if dialect_of(connection) == "sqlite":
        [(told,)] = connection.execute(f"SELECT group_concat(place) FROM ({sql})", arguments).fetchall()
        return list(map(int, told.split(","))) if told else []
    return [row[0] for row in connection.execute(sql, arguments).fetchall()]


def _parts(
    connection: RawConnection, scope: SearchScope, version: int, expected: int | None, most: int
) -> Iterator[tuple[SearchScope, bool]]:
    """A scope in parts, the newest first, and of each whether what the index finds is to be sorted.

    Otherwise articles are walked past from the newest one on until enough match. SQLite always walks, for its index
    keeps that order. PostgreSQL's keeps none: of a word that one in a hundred holds it would fetch ten thousand rows to
    find the newest 40. So the newest `_NEAR` articles are looked through first, if enough of them are likely to match.
    """
    if dialect_of(connection) == "sqlite" or expected is None:
        yield scope, False
        return
    if scope.labels and not _ONE_LANGUAGE.fullmatch(scope.labels):
        expected //= _RARE_LABEL
    below, total, (low, high) = scope.below, max(1, scope.newest_key), _range(scope)
    near = zip(scope.floors.get(version, ()), _NEAR, strict=False)
    for floor, many in near:
        share = expected * many // total
        if share >= most and low < floor < high:
            yield replace(scope, above=floor, below=below), share * share * _FETCHED <= most * many
            below = high = floor
    yield replace(scope, below=below), below < scope.below or expected * expected * _FETCHED <= most * total


def _position(connection: RawConnection, version: int) -> str:
    rowid = f"{table(version)}.rowid"
    return f"{MIRROR} - {rowid}" if is_mirrored(connection, version) else rowid


def _newest_first(connection: RawConnection, version: int, *, are_few: bool) -> str:
    """What to order by; for a sum PostgreSQL finds no index of places, and takes that of tokens."""
    rowid = f"{table(version)}.rowid"
    if dialect_of(connection) == "sqlite":
        return rowid if is_mirrored(connection, version) else f"{rowid} DESC"
    return f"{rowid} + 0 DESC" if are_few else f"{rowid} DESC"


def rows_at(connection: RawConnection, scope: SearchScope, positions: Sequence[int]) -> list[IndexRow]:
    """The articles at these positions, as far as they are in the scope."""
    among, places = one_of(connection, positions)
    found: list[IndexRow] = []
    for version in scope.versions if positions else ():  # nothing is IN (): SQLite would read every row to see it
        where, arguments = _where(connection, scope, "a", version)
        rows = connection.execute(
            f"SELECT a.key, a.position, a.title, a.language FROM articles a WHERE a.position {among} AND {where}",
            (places, *arguments),
        )
        found += map(IndexRow._make, rows)
    return found


def texts(connection: RawConnection, keys: Sequence[int]) -> dict[int, str]:
    """Title and body of these articles."""
    among, wanted = one_of(connection, keys)
    return dict(
        connection.execute(f"SELECT key, title || '\n' || body FROM articles WHERE key {among}", (wanted,)).fetchall()
    )


def one_of(connection: RawConnection, numbers: Sequence[int]) -> tuple[str, object]:
    """A condition that a column is one of these numbers, and its argument.

    The statement's text is the same for all numbers, so it is prepared once.
    """
    if dialect_of(connection) == "sqlite":
        return "IN (SELECT value FROM json_each(?))", json.dumps(numbers)
    return "= ANY(CAST(? AS BIGINT[]))", list(numbers)


def _labelled(scope: SearchScope, match: str) -> str:
    match = " AND ".join(f"({part})" for part in (match, scope.labels) if part)
    return f"({match}) NOT ({scope.without})" if scope.without else match


def _expression(connection: RawConnection, scope: SearchScope, match: str, version: int) -> str:
    """The expression as this database writes it."""
    expression = _labelled(scope, match)
    if dialect_of(connection) == "sqlite":
        return expression
    low, high = _range(scope)
    if 0 < low < high and version in scope.with_moments:
        stretches = " OR ".join(f'"{one}"' for one in moments(low, high))
        expression = f"({expression}) AND ({stretches})"
    return re.sub(r'"[^"]*"|AND|OR|NOT', _in_tsquery, expression)


def _in_tsquery(part: re.Match[str]) -> str:
    found = part[0]
    if found.startswith('"'):
        return "'" + found[1:-1].replace("\\", "\\\\") + "'"
    return {"AND": "&", "OR": "|", "NOT": "& !"}[found]


def _matches(connection: RawConnection, name: str) -> str:
    return f"{name} MATCH ?" if dialect_of(connection) == "sqlite" else f"{name}.tokens @@ CAST(? AS tsquery)"


def _join(connection: RawConnection) -> str:
    """SQLite is told to walk the index first; PostgreSQL sees by itself how rare the words are."""
    return "CROSS JOIN" if dialect_of(connection) == "sqlite" else "JOIN"


def _where(connection: RawConnection, scope: SearchScope, name: str, version: int) -> tuple[str, tuple[object, ...]]:
    low, high = _range(scope) if name == "a" else _row_range(connection, scope, version)
    # The plus keeps SQLite from walking articles by these columns instead of looking up each position. PostgreSQL takes
    # what it knows nothing about for rare, and would begin with the articles for that reason.
    plus = "+" if dialect_of(connection) == "sqlite" else ""
    bound = f"{plus}a.position" if name == "a" else f"{name}.rowid"
    sql = f"{bound} >= ? AND {bound} < ? AND {plus}a.key <= ? AND {plus}a.analysis_version = ? AND a.hidden = 0"
    arguments: tuple[object, ...] = (low, high, scope.newest_key, version)
    if scope.period is None:
        return sql, arguments
    sql += " AND (a.published_at >= ? AND a.published_at < ? OR a.published_day BETWEEN ? AND ?)"
    one = scope.period
    return sql, (*arguments, one.since, one.until, one.first_day, one.last_day)


def _range(scope: SearchScope) -> tuple[int, int]:
    """The range of positions for articles of the scope; exact days are checked on the article's row."""
    if scope.period is None:
        return scope.above, scope.below
    low = position(scope.period.since) - 2 * POSITIONS_A_DAY
    high = position(scope.period.until) + _DRIFT_DAYS * POSITIONS_A_DAY
    return max(low, scope.above), min(high, scope.below)


def _row_range(connection: RawConnection, scope: SearchScope, version: int) -> tuple[int, int]:
    """`_range`, as rows."""
    low, high = _range(scope)
    return (MIRROR - high + 1, MIRROR - low + 1) if is_mirrored(connection, version) else (low, high)
