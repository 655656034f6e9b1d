"""The vocabulary of stored articles: words that are spelled like one, begin like it, or are one slip away.

Everything here runs on a raw connection, in its thread.
"""

import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from news.language.skeleton import one_slip, plain, skeleton
from storage.engine.database import RawConnection, columns, dialect_of

_LAST = "\U0010ffff"
_SHORTEST_WITH_SLIPS = 4
_SHORTEST_WITH_TWO = 7
_SHORT_WITH_SLIPS = 6
_MOST_NEAR = 80
_MOST_COUNTED = 60
_MOST_SPELLED, _MOST_LIKE = 100, 20
_LONG_WITH_TWO, _ALIKE_BEGUN, _MOST_TWO = 9, 4, 6
_ALIKE, _MOST_ALIKE = 6, 12  # first letters of a skeleton, and how many words may share them


class VocabularyWord(NamedTuple):
    """A word as articles spell it, its conflation key, and about how many articles have it."""

    skeleton: str
    word: str
    term: str
    articles: int


# Thousands of words begin with one letter; a minute-old list of the most frequent is good enough.
_SHORT = 2
# The lexicon's words are looked up again and again.
_LONG_MINUTES, _MOST_REMEMBERED = 30, 5000
WordCache = dict[tuple[str, str], tuple[int, list[VocabularyWord]]]


def prepare(connection: RawConnection, version: int) -> None:
    """Create the missing tables of a version of the analysis.

    Spellings of a word share a skeleton and are stored together; words with a common beginning are a range of
    skeletons. `endings` has the skeletons from right to left: a word with a slip in its first half is found by its
    second half.
    """
    # Ranges of beginnings are ranges of code points in either database. Counting a word up leaves a dead row in
    # PostgreSQL; with room in its page that row is swept as it is met, else it stays in every range until a vacuum.
    lite = dialect_of(connection) == "sqlite"
    text, clustered = ("TEXT", "WITHOUT ROWID") if lite else ('TEXT COLLATE "C"', "WITH (fillfactor = 75)")
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS search_words_{version} (skeleton {text} NOT NULL, word {text} NOT NULL,"
        f" term {text} NOT NULL, articles INTEGER NOT NULL, PRIMARY KEY (skeleton, word, term)) {clustered}"
    )
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS search_terms_{version} (skeleton {text} NOT NULL, term {text} NOT NULL,"
        f" articles INTEGER NOT NULL, PRIMARY KEY (skeleton, term)) {clustered}"
    )
    connection.execute(f"CREATE TABLE IF NOT EXISTS search_endings_{version} (backward {text} PRIMARY KEY) {clustered}")


def tables(version: int) -> list[str]:
    """The names of the tables of a version."""
    return [f"search_{name}_{version}" for name in ("words", "terms", "endings")]


def drop(connection: RawConnection, version: int) -> None:
    """Drop the tables of a version."""
    for name in tables(version):
        connection.execute(f"DROP TABLE IF EXISTS {name}")


def learn(
    connection: RawConnection, version: int, words: Mapping[tuple[str, str], int], terms: Mapping[str, int]
) -> None:
    """Count words, with their terms, of stored articles; negative counts are for removed ones."""
    rows = sorted((skeleton(word), word, term, count) for (word, term), count in words.items())
    endings = {spelled[::-1] for spelled, _, _, count in rows if count > 0 and _may_slip(spelled)}
    counted = "ON CONFLICT ({0}) DO UPDATE SET articles = {1}.articles + excluded.articles"
    _put(connection, f"search_words_{version}", "skeleton, word, term, articles", rows, counted)
    spelled_terms = sorted((skeleton(term), term, count) for term, count in terms.items())
    _put(connection, f"search_terms_{version}", "skeleton, term, articles", spelled_terms, counted)
    met = [(ending,) for ending in sorted(endings)]
    _put(connection, f"search_endings_{version}", "backward", met, "ON CONFLICT DO NOTHING")


def _put(connection: RawConnection, table: str, names: str, rows: Sequence[tuple[Any, ...]], met: str) -> None:
    """Insert rows with unique keys; `met` is the clause for keys that exist already."""
    columns_ = names.split(", ")
    into = f"INSERT INTO {table} ({names})"
    met = met.format(", ".join(name for name in columns_ if name != "articles"), table)
    if dialect_of(connection) == "sqlite":
        connection.executemany(f"{into} VALUES ({', '.join('?' * len(columns_))}) {met}", rows)
        return
    # One statement for all rows takes the server a third of the time.
    types = ("CAST(? AS INTEGER[])" if name == "articles" else "CAST(? AS TEXT[])" for name in columns_)
    connection.execute(f"{into} SELECT * FROM unnest({', '.join(types)}) {met}", columns(rows, len(columns_)))


class Vocabulary:
    """The words of articles, under every version of the analysis that still has articles."""

    def __init__(
        self,
        connection: RawConnection,
        versions: Sequence[int],
        minute: int = 0,
        remembered: WordCache | None = None,
    ) -> None:
        """Words that begin with one or two letters are `remembered` until the `minute` changes."""
        self._connection, self._versions, self._minute = connection, versions, minute
        self._commonest: WordCache = {} if remembered is None else remembered
        self._words: dict[str, list[VocabularyWord]] = {}  # skeleton → what this search has looked up already
        self._terms: dict[str, list[tuple[str, int]]] = {}

    def spelled(self, skeletons: Collection[str]) -> list[VocabularyWord]:
        """The words with these skeletons, most frequent first."""
        self.look_up(skeletons)
        found = [word for key in skeletons for word in self._words[key]]
        return sorted(found, key=_articles, reverse=True)[:_MOST_SPELLED] if len(found) > 1 else found

    def look_up(self, skeletons: Iterable[str]) -> None:
        """Look up the words of many skeletons with one query, because a query takes as long as ten words."""
        if new := [key for key in dict.fromkeys(skeletons) if key not in self._words]:
            self._words |= {key: [] for key in new}
            marks = ", ".join("?" * len(new))
            sql = f"SELECT skeleton, word, term, articles FROM search_words_{{}} WHERE skeleton IN ({marks})"
            for word in map(VocabularyWord._make, self._rows(sql + " AND articles > 0", *new)):
                self._words[word.skeleton].append(word)

    def count(self, terms: Iterable[str]) -> None:
        """Look up many terms, and those spelled like them, with one query."""
        if new := [key for key in {skeleton(term) for term in terms} if key not in self._terms]:
            self._terms |= {key: [] for key in new}
            marks = ", ".join("?" * len(new))
            sql = f"SELECT skeleton, term, articles FROM search_terms_{{}} WHERE skeleton IN ({marks})"
            for key, term, articles in self._rows(sql, *new):
                self._terms[key].append((term, articles))

    def terms_of(self, words: Collection[str]) -> dict[str, str]:
        """Word → its conflation key, for words that have exactly one."""
        rows = self._spelled_so("word, term", {skeleton(word) for word in words})
        found: dict[str, list[str]] = {}
        for word, term in rows:
            found.setdefault(word, []).append(term)
        return {word: found[word][0] for word in words if len(found.get(word, ())) == 1}

    def beginning(self, start: str, typed: str, most: int) -> list[VocabularyWord]:
        """Words whose skeleton begins with `start`: those that begin as typed first, then by frequency."""
        remembered = self._commonest.get((start, typed))
        if remembered and remembered[0] == self._minute:
            return remembered[1]
        rows = self._rows(
            "SELECT skeleton, word, term, articles FROM search_words_{} WHERE skeleton >= ? AND skeleton < ?"
            " AND articles > 0 ORDER BY substr(word, 1, ?) = ? DESC, articles DESC LIMIT ?",
            start,
            start + _LAST,
            len(typed),
            typed,
            most,
        )
        found = list(map(VocabularyWord._make, rows))
        if len(start) <= _SHORT and len(found) >= most:
            if len(self._commonest) >= _MOST_REMEMBERED:
                self._commonest.clear()
            self._commonest[start, typed] = self._minute, found
        return found

    def long_known(self, key: tuple[str, str], look: Callable[[], list[VocabularyWord]]) -> list[VocabularyWord]:
        """What was looked up for a key at most half an hour ago; it is looked up now if it was not."""
        remembered = self._commonest.get(key)
        if remembered and 0 <= self._minute - remembered[0] < _LONG_MINUTES:
            return remembered[1]
        found = look()
        if len(self._commonest) >= _MOST_REMEMBERED:
            self._commonest.clear()
        self._commonest[key] = self._minute, found
        return found

    def slips(self, spelling: str, word: str) -> list[VocabularyWord]:
        """The words one slip from this one: a letter more, less or other, or two swapped. `spelling` is its skeleton.

        One slip leaves the first or the second half of a word unchanged, so two range scans find nearly all of them. A
        slip in a letter that the skeleton spells with two, or between doubled letters, changes two letters of the
        skeleton. Half a short word begins or ends thousands of others, so its slips are spelled out and looked up.
        """
        if not _may_slip(spelling):
            return []
        typed = plain(word)
        if len(spelling) <= _SHORT_WITH_SLIPS:
            near = list(map(VocabularyWord._make, self._spelled_so("skeleton, word, term, articles", one_slip(typed))))
        else:
            near = self._near(spelling, word)
        known = [one for one in near if one.articles > 0 and one.word != word]
        return [one for one in known if OSA.distance(plain(one.word), typed, score_cutoff=1) <= 1]

    def two_slips(self, spelling: str, word: str) -> list[VocabularyWord]:
        """The most frequent words two slips from a long one that begin like it («землитресение»)."""
        if len(word) < _LONG_WITH_TWO or not _may_slip(spelling):
            return []
        typed = plain(word)
        begun = self._rows(
            "SELECT skeleton, word, term, articles FROM search_words_{} WHERE skeleton >= ? AND skeleton < ?"
            " AND articles > 0 AND length(word) BETWEEN ? AND ?",
            spelling[:_ALIKE_BEGUN],
            spelling[:_ALIKE_BEGUN] + _LAST,
            len(typed) - 2,
            len(typed) + 2,
        )
        near = [
            one for one in map(VocabularyWord._make, begun) if OSA.distance(plain(one.word), typed, score_cutoff=2) <= 2
        ]
        return sorted(near, key=_articles, reverse=True)[:_MOST_TWO]

    def _near(self, spelling: str, word: str) -> list[VocabularyWord]:
        """Most words whose skeletons are about one slip from this one."""
        half, size = (len(spelling) - 1) // 2, len(spelling)
        far = 2 if size >= _SHORTEST_WITH_TWO or len(word) != size else 1
        start, end = spelling[:half], spelling[: -half - 1 : -1]
        begun = self._rows(
            "SELECT DISTINCT skeleton FROM search_words_{} WHERE skeleton >= ? AND skeleton < ?"
            " AND length(skeleton) BETWEEN ? AND ?",
            start,
            start + _LAST,
            size - far,
            size + far,
        )
        ended = self._rows(
            "SELECT backward FROM search_endings_{} WHERE backward >= ? AND backward < ?"
            " AND length(backward) BETWEEN ? AND ?",
            end,
            end + _LAST,
            size - far,
            size + far,
        )
        # Of words equally near the first are taken, so their order must be the same every time.
        found = dict.fromkeys((*(row[0] for row in begun), *(row[0][::-1] for row in ended)))
        near = process.extract(spelling, list(found), scorer=OSA.distance, score_cutoff=far, limit=_MOST_NEAR)
        return self.spelled([one for one, _, _ in near])

    def terms_like(self, terms: Collection[str]) -> list[str]:
        """The terms spelled like one of these."""
        self.count(terms)
        keys = sorted({skeleton(term) for term in terms})
        return [term for key in keys for term, articles in self._terms[key] if articles > 0][:_MOST_LIKE]

    def terms_alike(self, terms: Collection[str]) -> list[str]:
        """These terms and those that begin like the longer ones: names and loan words in the other language."""
        found = list(terms)
        for start in dict.fromkeys(skeleton(term)[:_ALIKE] for term in terms if len(term) >= _ALIKE + 1):
            found += [
                row[0]
                for row in self._rows(
                    "SELECT term FROM search_terms_{} WHERE skeleton >= ? AND skeleton < ? AND articles > 0"
                    " ORDER BY articles DESC LIMIT ?",
                    start,
                    start + _LAST,
                    _MOST_ALIKE,
                )
            ]
        return list(dict.fromkeys(found))

    def articles_with(self, terms: Iterable[str]) -> int:
        """About how many articles have the most frequent of these terms."""
        wanted = list(dict.fromkeys(terms))[:_MOST_COUNTED]
        self.count(wanted)
        return max((n for one in wanted for term, n in self._terms[skeleton(one)] if term == one), default=0)

    def _spelled_so(self, columns: str, skeletons: Collection[str]) -> list[Any]:
        """Rows of the words with many skeletons, by one query."""
        wanted = sorted(skeletons)
        if dialect_of(self._connection) != "sqlite":
            return self._rows(f"SELECT {columns} FROM search_words_{{}} WHERE skeleton = ANY(?)", wanted)
        sql = f"SELECT {columns} FROM json_each(?) CROSS JOIN search_words_{{}} ON skeleton = value"
        return self._rows(sql, json.dumps(wanted))

    def _rows(self, sql: str, *args: object) -> list[Any]:
        found: list[Any] = []
        for version in self._versions:
            found += self._connection.execute(sql.format(version), args)
        return found


def _articles(word: VocabularyWord) -> int:
    return word.articles


def _may_slip(spelling: str) -> bool:
    if len(spelling) < _SHORTEST_WITH_SLIPS:
        return False
    return spelling.isalpha() or not any(letter.isdigit() for letter in spelling)
