"""Stories: a new article finds the articles it belongs to, through a few rare words and the days around it.

`file` runs inside the transaction that saves the article.
"""

import heapq
from collections.abc import Sequence
from datetime import datetime
from functools import cache

from news.models import FiledEntry, instant
from news.stories.signature import Signature, pack, signature, unpack
from news.stories.stories import (
    READ,
    WINDOW_SECONDS,
    MeaningCloseness,
    Story,
    StoryCandidate,
    StoryHeadline,
    StoryMember,
    by_meaning,
    choose,
    undecided,
)
from storage.articles.corrections import apart_of, set_apart
from storage.engine.database import Database, Row, Transaction, delete_in_steps, in_steps, marks

# Candidates: articles near in time that may tell the same event. They are found by a few rare words (clues) and
# compared by their signatures.
#
# The cost does not grow with the store: an article has some twenty clues, each is looked up in an index within a week,
# and at most `_A_CLUE` articles of each are considered.

_A_CLUE = 24
_CANDIDATES = 12
_REMEMBERED = 3_000
"""How many signatures are kept in memory, some 20 MB: several days of dense news, which are compared again."""
MONTH_SECONDS = 30 * 86_400
"""Clues are stored by months of this length (migration 0013)."""


class NearbyArticles:
    """Finds candidates for a story. The signatures compared last are kept in memory."""

    def __init__(self) -> None:
        # With the fingerprint, because another program may change an article, and a transaction may be rolled back.
        self._signatures: dict[int, tuple[str, Signature]] = {}

    async def candidates(
        self, tx: Transaction, key: int, at: int, clues: dict[int, float], source: str | None, *, to_the_hour: bool
    ) -> list[StoryCandidate]:
        """The articles nearest in time to `at` (UTC seconds) that share clues with the article of this key.

        `source` published that one; `to_the_hour` says whether more than its day is known.
        """
        nearest = await _nearest(tx, key, at, clues)
        if not nearest:
            return []
        rows = await tx.fetch(_standing(len(nearest)), *nearest)
        kept: dict[int, Signature] = {}
        unknown: dict[int, str] = {}
        for other, _, mark, _, _ in rows:
            found = self._signatures.get(other)
            if found is not None and found[0] == mark:
                kept[other] = found[1]
            else:
                unknown[other] = mark
        if unknown:
            for other, packed in await tx.fetch(_signatures(len(unknown)), *unknown):
                known = unpacked(packed)
                if known is not None:
                    kept[other] = known
                    self.keep(other, unknown[other], known)
        return [
            StoryCandidate(
                other,
                story,
                kept[other],
                abs(at - then) / 3600 if to_the_hour and then is not None else None,
                source is not None and by == source,
            )
            for other, story, _, then, by in rows
            if other in kept
        ]

    def keep(self, key: int, mark: str, signature: Signature) -> None:
        """Remember the signature of an article that is saved with the fingerprint `mark`."""
        if len(self._signatures) >= _REMEMBERED:
            del self._signatures[next(iter(self._signatures))]
        self._signatures[key] = mark, signature

    def forget(self) -> None:
        """Drop the kept signatures, because stored ones were deleted."""
        self._signatures.clear()

    async def add(self, tx: Transaction, key: int, at: int, clues: dict[int, float]) -> None:
        """Store the clues by which an article is found."""
        await tx.executemany(
            "INSERT INTO story_clues (month, clue, at, key) VALUES ($1, $2, $3, $4)",
            [(at // MONTH_SECONDS, clue, at, key) for clue in clues],
        )


async def _nearest(tx: Transaction, key: int, at: int, clues: dict[int, float]) -> list[int]:
    """The keys of the articles nearest in time that share clues with a new one, those with the best clues first."""
    if not clues:
        return []
    since, until = at - WINDOW_SECONDS, at + WINDOW_SECONDS
    months = range(since // MONTH_SECONDS, until // MONTH_SECONDS + 1)
    if tx.dialect == "sqlite":
        rows = await tx.fetch(_near(len(clues), len(months)), since, until, *months, *clues)
    else:
        rows = await tx.fetch(_NEAR, since, until, list(months), list(clues))
    weights: dict[str, float] = {}
    for clue, keys in rows:
        if keys:
            weight = clues[clue]
            for other in keys.split(","):
                weights[other] = weights.get(other, 0.0) + weight
    weights.pop(str(key), None)
    return [int(other) for other in heapq.nlargest(_CANDIDATES, weights, key=weights.__getitem__)]


# Statements are cached by their number of values, because preparing one costs more than running it. Each clue gives
# one row: in dense news there are hundreds of articles, and each would be a row otherwise.
@cache
def _near(clues: int, months: int) -> str:
    asked = ", ".join(f"(${3 + months + number})" for number in range(clues))
    return " UNION ALL ".join(
        "SELECT column1, (SELECT group_concat(key) FROM (SELECT key FROM story_clues WHERE month ="
        f" ${3 + month} AND clue = column1 AND at BETWEEN $1 AND $2 ORDER BY at DESC LIMIT {_A_CLUE}))"
        f" FROM (VALUES {asked})"
        for month in range(months)
    )


# PostgreSQL would take longer to plan SQLite's many parts than to run them; SQLite has no such statement as this.
_NEAR = (
    "SELECT w.clue, string_agg(CAST(s.key AS TEXT), ',') FROM unnest(CAST($3 AS BIGINT[])) AS m (month)"
    " CROSS JOIN unnest(CAST($4 AS BIGINT[])) AS w (clue) CROSS JOIN LATERAL"
    " (SELECT key FROM story_clues WHERE month = m.month AND clue = w.clue AND at BETWEEN $1 AND $2"
    f" ORDER BY at DESC LIMIT {_A_CLUE}) AS s GROUP BY w.clue"
)


@cache
def _standing(articles: int) -> str:
    asked = marks(range(articles))
    return f"SELECT key, story, fingerprint, published_at, source FROM articles WHERE key IN ({asked}) AND hidden = 0"


@cache
def _signatures(articles: int) -> str:
    return f"SELECT key, trace FROM story_traces WHERE key IN ({marks(range(articles))})"


def unpacked(packed: bytes) -> Signature | None:
    """A stored signature; None if it was dropped or another version made it. Such an article is not compared."""
    try:
        return unpack(packed)
    except ValueError:
        return None


# Readers' choices about a story hold for the one it was merged into.


async def follow_on(tx: Transaction, gone: int, story: int) -> None:
    """Let everybody who followed or muted the story `gone` follow or mute `story`, nobody twice.

    A subscription's value is the story's number and the headline by which it was followed; the headline is kept.
    """
    followers = await tx.fetch(
        "SELECT chat_id, value FROM subscriptions WHERE kind = 'story' AND value LIKE $1", f"{gone} %"
    )
    already = await tx.fetch("SELECT chat_id FROM subscriptions WHERE kind = 'story' AND value LIKE $1", f"{story} %")
    twice = {row["chat_id"] for row in already}
    muters = await tx.fetch("SELECT chat_id FROM muted WHERE kind = 'story' AND value = $1", str(gone))
    await tx.execute("DELETE FROM subscriptions WHERE kind = 'story' AND value LIKE $1", f"{gone} %")
    await tx.executemany(
        "INSERT INTO subscriptions (chat_id, kind, value) VALUES ($1, 'story', $2)",
        [
            (row["chat_id"], f"{story} {row['value'].partition(' ')[2]}")
            for row in followers
            if row["chat_id"] not in twice
        ],
    )
    await tx.execute("DELETE FROM muted WHERE kind = 'story' AND value = $1", str(gone))
    await tx.executemany(
        "INSERT INTO muted (chat_id, kind, value) VALUES ($1, 'story', $2) ON CONFLICT DO NOTHING",
        [(row["chat_id"], str(story)) for row in muters],
    )
    # Their audiences are computed again, because their descriptions name the story that is gone.
    await tx.executemany(
        "UPDATE subscribers SET audience = NULL WHERE chat_id = $1",
        [(chat,) for chat in {row["chat_id"] for row in (*followers, *muters)}],
    )


_UNDATED = -1


class Stories:
    """The stories of the store. `closeness` decides on pairs across languages about which words are not clear."""

    def __init__(self, database: Database, closeness: MeaningCloseness | None = None) -> None:
        self._database = database
        self._closeness = closeness
        self._nearby = NearbyArticles()

    async def file(
        self, tx: Transaction, key: int, item: FiledEntry, mark: str, now: int, previous_title: str | None = None
    ) -> None:
        """Place a new or changed article (already saved in `tx`) into the story it belongs to, if there is one.

        `mark` is the fingerprint it was saved with. `previous_title` is the headline that a changed article had; it is
        stored as history. Articles without a date, or whose analysis failed, join no story.
        """
        at = instant(item.entry.published, _UNDATED)
        if previous_title is not None:
            await _changed(tx, key, at)
            if previous_title != item.entry.title:
                await _remember(tx, key, previous_title, now)
        if at == _UNDATED or item.fault is not None:
            return
        packed = item.signature or pack(signature(item.entry.title, item.entry.body, item.language))
        mine = unpack(packed)
        clues = mine.clues()
        hour_known = isinstance(item.entry.published, datetime)
        known = await self._nearby.candidates(tx, key, at, clues, item.entry.source, to_the_hour=hour_known)
        joining = choose(mine, known)
        if self._closeness is not None and (asked := undecided(mine, joining, known)):
            text = f"{item.entry.title}. {item.entry.body}"[:READ]
            joining = by_meaning(joining, asked, self._closeness(text, await _texts(tx, asked)))
        await tx.execute("INSERT INTO story_traces (key, at, trace) VALUES ($1, $2, $3)", key, at, packed)
        await self._nearby.add(tx, key, at, clues)
        self._nearby.keep(key, mark, mine)
        apart = await apart_of(tx, [key, *(one.key for one in joining.together)]) if joining.together else set()
        if joining.copy_of is not None and key not in apart:
            await _reprint(tx, key, at, joining.copy_of)
        together = [] if key in apart else [one for one in joining.together if one.key not in apart]
        if together:
            await _join(tx, key, at, together)

    async def join_by_hand(self, tx: Transaction, key: int, other: int, now: int) -> None:
        """Merge two articles and their stories into one story, however different they are."""
        for one in (key, other):
            await set_apart(tx, one, apart=False, now=now)
        rows = await tx.fetch(
            "SELECT DISTINCT story FROM articles WHERE key IN ($1, $2) AND story IS NOT NULL", key, other
        )
        known = sorted(row["story"] for row in rows)
        story = (
            known[0]
            if known
            else await tx.fetchval("INSERT INTO stories (opened_at, last_at) VALUES ($1, $1) RETURNING id", now)
        )
        for gone in known[1:]:
            await tx.execute("UPDATE articles SET story = $1 WHERE story = $2", story, gone)
            await follow_on(tx, gone, story)
            await tx.execute("DELETE FROM stories WHERE id = $1", gone)
        await tx.execute("UPDATE articles SET story = $1 WHERE key IN ($2, $3)", story, key, other)
        await _span(tx, story, now)

    async def split_by_hand(self, tx: Transaction, key: int, now: int) -> bool:
        """Take an article out of its story; it never joins another by itself. False if it is in none."""
        story = await tx.fetchval("SELECT story FROM articles WHERE key = $1 AND hidden = 0", key)
        if story is None:
            return False
        await set_apart(tx, key, apart=True, now=now)
        await self.part(tx, key)
        await tx.execute("UPDATE articles SET story = NULL, copy_of = NULL WHERE key = $1", key)
        if await tx.fetchval("SELECT count(*) FROM articles WHERE story = $1", story) < 2:
            await tx.execute("UPDATE articles SET story = NULL WHERE story = $1", story)
            await tx.execute("DELETE FROM stories WHERE id = $1", story)
        else:
            await _span(tx, story, now)
        return True

    async def get(self, story: int) -> Story | None:
        """The story with this id, without hidden articles; None if nothing of it is left."""
        return (await self.many([story])).get(story)

    async def many(self, stories: Sequence[int]) -> dict[int, Story]:
        """The stories with these ids, for a list of cards; three queries however many there are."""
        if not stories:
            return {}
        wanted = ", ".join(str(int(story)) for story in set(stories))
        rows = await self._database.fetch(
            "SELECT a.key, a.id, a.title, a.language, a.source, a.story, t.at, a.copy_of FROM articles a"
            " JOIN story_traces t ON t.key = a.key"
            f" WHERE a.story IN ({wanted}) AND a.hidden = 0 ORDER BY t.at, a.key"
        )
        changed = await self._headlines(rows)
        members: dict[int, list[StoryMember]] = {}
        for row in rows:
            members.setdefault(row["story"], []).append(_member(row, changed.get(row["key"], ())))
        return {story: Story(story, tuple(told)) for story, told in members.items()}

    async def part(self, tx: Transaction, key: int) -> None:
        """Make the first of an article's reprints the original, because the article is withdrawn."""
        next_ = await tx.fetchval(
            "SELECT a.key FROM articles a JOIN story_traces t ON t.key = a.key WHERE a.copy_of = $1 AND a.hidden = 0"
            " ORDER BY t.at, a.key LIMIT 1",
            key,
        )
        if next_ is not None:
            await tx.execute("UPDATE articles SET copy_of = $1 WHERE copy_of = $2", next_, key)
            await tx.execute("UPDATE articles SET copy_of = NULL WHERE key = $1", next_)

    async def leave(self, tx: Transaction, keys: Sequence[int]) -> None:
        """Delete the signatures and clues of articles that are being deleted; call `drop_empty` after their rows."""
        for key in keys:
            await self.part(tx, key)
            await _drop_clues(tx, key)
            await tx.execute("DELETE FROM story_traces WHERE key = $1", key)

    async def drop_empty(self, tx: Transaction, stories: Sequence[int]) -> None:
        """Delete those of these stories that have no article any more."""
        for story in stories:
            await tx.execute(
                "DELETE FROM stories WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM articles WHERE story = $1)", story
            )

    async def headlines(self, key: int) -> tuple[StoryHeadline, ...]:
        """An article's earlier headlines, oldest first."""
        rows = await self._database.fetch("SELECT title, until FROM headlines WHERE key = $1 ORDER BY until", key)
        return tuple(StoryHeadline(row["title"], row["until"]) for row in rows)

    async def since(self, moment: int = 0) -> list[Story]:
        """Stories whose newest article was published at `moment` (UTC seconds) or later, newest last."""
        rows = await self._database.fetch("SELECT id FROM stories WHERE last_at >= $1 ORDER BY last_at, id", moment)
        ids = [row["id"] for row in rows]
        found: dict[int, Story] = {}
        for start in range(0, len(ids), 500):
            found |= await self.many(ids[start : start + 500])
        return [found[story] for story in ids if story in found]

    async def forget(self, before: int) -> int:
        """Delete signatures of articles published before `before` (UTC seconds); how many. Stories stay.

        An article of that time that comes later joins no story.
        """
        # Whole months, so that no row that stays is read.
        await delete_in_steps(
            self._database, "story_clues", "month, clue, at, key", "month < $1", before // MONTH_SECONDS
        )
        empty, old = "UPDATE story_traces SET trace = $2", "at < $1 AND length(trace) > 0 ORDER BY at"
        gone = await in_steps(self._database, empty, "story_traces", "key", old, before, b"")
        self._nearby.forget()
        return gone

    async def _headlines(self, rows: Sequence[Row]) -> dict[int, tuple[StoryHeadline, ...]]:
        if not rows:
            return {}
        keys = ", ".join(str(row["key"]) for row in rows)
        found: dict[int, tuple[StoryHeadline, ...]] = {}
        for row in await self._database.fetch(
            f"SELECT key, title, until FROM headlines WHERE key IN ({keys}) ORDER BY key, until"
        ):
            found[row["key"]] = (*found.get(row["key"], ()), StoryHeadline(row["title"], row["until"]))
        return found


async def _changed(tx: Transaction, key: int, at: int) -> None:
    """Delete a changed article's old signature. It keeps its story unless its date has moved too far."""
    before = await tx.fetchval("SELECT at FROM story_traces WHERE key = $1", key)
    if before is not None and abs(before - at) > WINDOW_SECONDS:
        story = await tx.fetchval("SELECT story FROM articles WHERE key = $1", key)
        await tx.execute("UPDATE articles SET story = NULL WHERE key = $1", key)
        if story is not None and await tx.fetchval("SELECT count(*) FROM articles WHERE story = $1", story) < 2:
            await tx.execute("UPDATE articles SET story = NULL WHERE story = $1", story)
            await tx.execute("DELETE FROM stories WHERE id = $1", story)
    await _drop_clues(tx, key)
    await tx.execute("DELETE FROM story_traces WHERE key = $1", key)
    await tx.execute("UPDATE articles SET copy_of = NULL WHERE key = $1", key)


async def _drop_clues(tx: Transaction, key: int) -> None:
    """Delete an article's clues, by its signature: an index of clues by article would be as large as the clues."""
    row = await tx.fetchrow("SELECT at, trace FROM story_traces WHERE key = $1", key)
    if row is None:
        return
    kept = unpacked(row["trace"])
    if kept is not None:
        clues = ", ".join(map(str, kept.terms.keys() | kept.shared.keys()))
        await tx.execute(
            f"DELETE FROM story_clues WHERE month = $1 AND at = $2 AND key = $3 AND clue IN ({clues or 0})",
            row["at"] // MONTH_SECONDS,
            row["at"],
            key,
        )


async def _remember(tx: Transaction, key: int, title: str, now: int) -> None:
    await tx.execute(
        "INSERT INTO headlines (key, until, title) VALUES ($1, $2, $3) ON CONFLICT (key, until) DO NOTHING",
        key,
        now,
        title,
    )


async def _texts(tx: Transaction, asked: Sequence[StoryCandidate]) -> list[str]:
    keys = ", ".join(str(one.key) for one in asked)
    rows = await tx.fetch(f"SELECT key, title, substr(body, 1, {READ}) AS body FROM articles WHERE key IN ({keys})")
    found = {row["key"]: f"{row['title']}. {row['body']}"[:READ] for row in rows}
    return [found[one.key] for one in asked]


async def _reprint(tx: Transaction, key: int, at: int, same: int) -> None:
    """Note that an article has the same text as another: the one published first is the original."""
    first = await tx.fetchrow(
        "SELECT t.key, t.at FROM articles a JOIN story_traces t ON t.key = COALESCE(a.copy_of, a.key) WHERE a.key = $1",
        same,
    )
    if first is None or first["key"] == key:
        return
    one, other = (key, first["key"]) if at < first["at"] else (first["key"], key)
    await tx.execute("UPDATE articles SET copy_of = $1 WHERE copy_of = $2 OR key = $2", one, other)


async def _join(tx: Transaction, key: int, at: int, together: Sequence[StoryCandidate]) -> None:
    """Put an article and those it belongs to into one story: a new one, theirs, or several of theirs merged."""
    known = sorted({one.story for one in together if one.story is not None})
    if len(known) > 1 and await _share_a_language(tx, known):
        # Stories that one language keeps apart are not merged; the article joins the most similar one.
        together = together[:1]
        known = [one.story for one in together if one.story is not None]
    if known:
        story = known[0]
        await tx.execute("UPDATE stories SET last_at = $2 WHERE id = $1 AND last_at < $2", story, at)
        await tx.execute("UPDATE stories SET opened_at = $2 WHERE id = $1 AND opened_at > $2", story, at)
    else:
        story = await tx.fetchval("INSERT INTO stories (opened_at, last_at) VALUES ($1, $1) RETURNING id", at)
    for other in known[1:]:
        await tx.execute("UPDATE articles SET story = $1 WHERE story = $2", story, other)
        await follow_on(tx, other, story)
        await tx.execute("DELETE FROM stories WHERE id = $1", other)
    members = ", ".join(str(one) for one in (key, *(one.key for one in together)))
    await tx.execute(f"UPDATE articles SET story = $1 WHERE key IN ({members})", story)
    if not known or len(known) > 1:
        await _span(tx, story, at)


async def _span(tx: Transaction, story: int, at: int) -> None:
    """Store when a story's first and last article were published; `at` (UTC seconds) if none has a date."""
    row = await tx.fetchrow(
        "SELECT min(t.at) AS first, max(t.at) AS last FROM story_traces t JOIN articles a ON a.key = t.key"
        " WHERE a.story = $1",
        story,
    )
    first, last = (row["first"], row["last"]) if row is not None and row["first"] is not None else (at, at)
    await tx.execute("UPDATE stories SET opened_at = $2, last_at = $3 WHERE id = $1", story, first, last)


async def _share_a_language(tx: Transaction, known: Sequence[int]) -> bool:
    told = await tx.fetch(
        f"SELECT DISTINCT story, language FROM articles WHERE story IN ({', '.join(map(str, known))})"
    )
    languages = [row["language"] for row in told]
    return len(languages) != len(set(languages))


def _member(row: Row, headlines: tuple[StoryHeadline, ...]) -> StoryMember:
    return StoryMember(
        key=row["key"],
        id=row["id"],
        title=row["title"],
        language=row["language"],
        source=row["source"],
        at=row["at"],
        copy_of=row["copy_of"],
        headlines=headlines,
    )
