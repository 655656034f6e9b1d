"""The inverted index: one contentless FTS5 table a version of the analysis, over terms that Python makes.

Tokens of an article: with a mark before them the words of its title as they are spelled, the terms of its title
that are spelled otherwise, and what it is filed under; the other terms of its text. FTS5 only
keeps which articles hold a token (`detail=none, columnsize=0`: 85 MB for a million articles instead of 308), newest
first is its natural order because the rowid is the article's position counted from the end of time (`rowid`), and
ranking happens on the titles of a window (storage/windows.py).
An article is taken out by repeating exactly the tokens it was put in with; those of an older analysis cannot be
repeated and stay behind until their whole table is dropped, hidden by the version an article row carries.

On PostgreSQL the same tokens lie in a `tsvector` under a GIN index, beside the position (a column `rowid`), and the
same expressions are written as a `tsquery`: what matches is the same in both.
"""

import hashlib
from collections.abc import Iterable

from storage.raw import Raw, columns, dialect_of

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
    """The position an article of this moment (UTC seconds) should have, when it is free.

    A day's last second stands for a day of which no hour is known (news.models.instant): those spread over their day,
    by `spread`, any number that differs between articles.
    """
    if published % _DAY_SECONDS == _DAY_SECONDS - 1:
        published -= spread % POSITIONS_A_DAY * _POSITION_SECONDS
    return FIRST_DATED + max(0, published - _EPOCH) // _POSITION_SECONDS


MIRROR, _MIRRORED_SINCE = 1 << 28, 8


def is_mirrored(connection: Raw, version: int) -> bool:
    """Whether the rows of a version are positions counted from `MIRROR` down."""
    return version >= _MIRRORED_SINCE and dialect_of(connection) == "sqlite"


def rowid(connection: Raw, version: int, position: int) -> int:
    """The row of a position, or the position of a row.

    FTS5 walks its lists forwards in two thirds of the time that it takes backwards, and the newest are asked for: they
    have the smallest rows. The indexes before version 8 lie the other way round, until they are made anew.
    """
    return MIRROR - position if is_mirrored(connection, version) else position


def token(term: str) -> str:
    """A term as FTS5 keeps it: without the apostrophe its tokenizer would part it at."""
    return term.replace("'", "") or "ʼ"


def marks(mark: str) -> tuple[str, ...]:
    """The marks under which a term is to be looked for: a word spelled like its term has no other token in a title,
    nor a title's term one in the text. That saves a quarter of the index.
    """
    return {"": ("", TITLE, WORD), TITLE: (TITLE, WORD)}.get(mark, (mark,))


def label(mark: str, value: str) -> str:
    """The token of a language, source, topic, tag or place; anything a name may hold is safe."""
    return mark + hashlib.blake2b(value.casefold().encode(errors="surrogatepass"), digest_size=6).hexdigest()


def quoted(mark: str, value: str) -> str:
    """A label as it stands in an FTS5 expression."""
    return f'"{label(mark, value)}"'


def table(version: int) -> str:
    """The name of the table that holds the articles of one version of the analysis."""
    return f"search_{int(version)}"


def tables(connection: Raw, known: dict[int, list[int]] | None = None) -> list[int]:
    """The versions that have a table, newest first; `known`: what SQLite answered before, by its schema's version."""
    if known is None or dialect_of(connection) != "sqlite":
        return _tables(connection)
    state = connection.execute("PRAGMA schema_version").fetchone()[0]
    if state not in known:
        known.clear()
        known[state] = _tables(connection)
    return known[state]


def _tables(connection: Raw) -> list[int]:
    rows = connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name GLOB 'search_[0-9]*'"
        if dialect_of(connection) == "sqlite"
        # Between these two names, which the catalogue's index finds.
        else "SELECT relname FROM pg_class WHERE relname >= 'search_0' AND relname < 'search_:'"
        " AND relkind = 'r' AND pg_table_is_visible(oid)"
    )
    names = [row[0].removeprefix("search_") for row in rows]
    return sorted((int(name) for name in names if name.isdigit()), reverse=True)


def prepare(connection: Raw, version: int) -> None:
    """Make the table of a version, which is missing."""
    name = table(version)
    if dialect_of(connection) == "sqlite":
        connection.execute(
            f"CREATE VIRTUAL TABLE {name} USING fts5(tokens, content='', detail=none, columnsize=0, tokenize='ascii')"
        )
        return
    connection.execute(f"CREATE TABLE {name} (rowid BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL)")
    # Left to itself the index puts off its work and every search walks through what is put off: 50 ms at its limit.
    connection.execute(f"CREATE INDEX {name}_tokens ON {name} USING gin (tokens) WITH (fastupdate = off)")


def drop(connection: Raw, version: int) -> None:
    """Drop the table of a version."""
    connection.execute(f"DROP TABLE IF EXISTS {table(version)}")


def put(connection: Raw, version: int, rows: Iterable[tuple[int, str]]) -> None:
    """Add articles: (position, tokens)."""
    into = f"INSERT INTO {table(version)} (rowid, tokens)"
    placed = sorted((rowid(connection, version, position), tokens) for position, tokens in rows)
    if dialect_of(connection) == "sqlite":
        connection.executemany(f"{into} VALUES (?, ?)", placed)  # in their order, else each is written by itself
        return
    places, tokens = columns(placed, 2)
    connection.execute(
        f"{into} SELECT place, array_to_tsvector(string_to_array(tokens, ' '))"
        " FROM unnest(CAST(? AS BIGINT[]), CAST(? AS TEXT[])) AS of (place, tokens)",
        (places, tokens),
    )


def take(connection: Raw, version: int, rows: Iterable[tuple[int, str]]) -> None:
    """Take articles out, by exactly what was put in."""
    name = table(version)
    if dialect_of(connection) == "sqlite":
        connection.executemany(
            f"INSERT INTO {name} ({name}, rowid, tokens) VALUES ('delete', ?, ?)",
            [(rowid(connection, version, position), tokens) for position, tokens in rows],
        )
    else:
        connection.executemany(f"DELETE FROM {name} WHERE rowid = ?", [(position,) for position, _ in rows])


def merge(connection: Raw, version: int, pages: int, *, begin: bool) -> bool:
    """Write some pages of the index together into one segment, from the beginning or going on; False when it is one.

    A bulk of articles leaves segments of many ages, each with its own copy of the tokens: a tenth of the index.
    """
    if dialect_of(connection) != "sqlite":
        return False
    before = connection.execute("SELECT total_changes()").fetchone()[0]
    name = table(version)
    connection.execute(f"INSERT INTO {name} ({name}, rank) VALUES ('merge', ?)", (-pages if begin else pages,))
    # https://sqlite.org/fts5.html#the_merge_command: fewer than two changes mean that there was nothing to do.
    return bool(connection.execute("SELECT total_changes()").fetchone()[0] - before >= 2)
