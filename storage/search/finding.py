"""One search on a raw connection: stage after stage, each wider than the one before, best first."""

import heapq
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from news.language.analyse import fold
from news.models import LANGUAGES
from news.queries.query import ASIDE, DONE, Query, frames
from news.queries.ranking import CLOSE, COUNTED, EXACT, SLIP, Closeness, Ranker, WantedWords, counted, is_unit
from storage.engine.database import RawConnection, dialect_of
from storage.search import expansion, postings
from storage.search.expansion import QueryExpansion
from storage.search.postings import IndexRow, SearchScope
from storage.search.titles import titles_of
from storage.search.vocabulary import Vocabulary

# FTS5 expressions for what a query looks for (storage/search/postings.py translates them for PostgreSQL).

_MOST_TERMS = 30
_IN_EVERY, _RARE = 8, 50  # one of so many articles


def all_of(wanted: Sequence[WantedWords], mark: str) -> str | None:
    """An FTS5 expression for all the words, each in any reading; None if a word has none."""
    parts = [any_of(want, mark) for want in wanted]
    return " AND ".join(parts) if parts and all(parts) else None


def telling(wanted: Sequence[WantedWords], total: int, *, in_title: bool) -> Sequence[WantedWords]:
    """The words to look for in titles or in whole texts: beside a rare word not those that every text holds, whose
    lists take ten times as long to walk as all the rest. In titles, which are short, only a first letter is such. And
    never those that only ask.
    """
    wanted = [want for want in wanted if want.weight >= 1] or wanted
    told = [
        want
        for want in wanted
        if want.articles * _IN_EVERY < total or (in_title and (want.beginning is None or len(want.beginning) > 1))
    ]
    return told if any(want.articles * _RARE < total for want in told) else wanted


def but_not(match: str | None, other: str | None) -> str | None:
    """An FTS5 expression for what matches the first and not the second."""
    return f"({match}) NOT ({other})" if match and other else match


def any_of(want: WantedWords, mark: str) -> str:
    """An FTS5 expression for the word in any reading; empty if it has none."""
    worth: Mapping[str, float] = want.terms
    if mark == postings.WORD:
        worth = {word: worth for word, worth in want.surfaces.items() if worth > SLIP}
    best = worth if len(worth) <= _MOST_TERMS else heapq.nlargest(_MOST_TERMS, worth, key=worth.__getitem__)
    readings = dict.fromkeys([_tokens(one, mark) for one in best])
    if mark == postings.TITLE:  # a slip has no other forms
        slips = [f'"{postings.WORD}{postings.token(word)}"' for word, worth in want.surfaces.items() if worth <= SLIP]
        readings |= dict.fromkeys(slips[:_MOST_TERMS])
    if mark != postings.WORD:
        readings |= dict.fromkeys(
            "(" + " AND ".join(f"({_tokens(one, mark)})" for one in each) + ")" for each in want.phrases
        )
    return "(" + " OR ".join(readings) + ")" if readings else ""


@lru_cache(8192)
def _tokens(term: str, mark: str) -> str:
    return " OR ".join(f'"{each}{postings.token(term)}"' for each in postings.marks(mark))


# One search on a raw connection: stage after stage, each wider than the one before, best first.
#
# 1. All the words in the title as they are spelled, give or take Kazakh letters. 2. All of them in the title, in any
# form. 3. All of them anywhere, but for those that every text holds. When that leaves the first page thin: 4. words
# one slip away as well, in the title; 5. the articles that hold the weightiest of the words, and in turn with them
# those of the other language that do. Where one of the words is rare, the third stage tells all that the first two
# would.
#
# Only the newest articles of a stage are ranked: ordering a common word's whole list by worth costs a hundred times
# more, and who asks for a common word wants news.

_WINDOW = 40  # articles ranked at once
_ENOUGH = 10  # a first page
_FEW = 3  # words are a wish, more are a title of which some are known
_TITLE_WORDS = 5  # so many may be a title, of which the other language has its own
GOOD = 0.8  # what all the words in the title are worth in any form
_FAINT = 0.3  # less is chance: «будет» of «завтра будет дождь» in a text. Of a title's many words few may be known
_RAREST = 6  # words, where not all of them are asked for,
_LIST = 400  # and the newest articles of each
_TRANSLATED_LIST = 2000  # of each in the other language: a title's words meet in few of them
_SCATTERED = 16  # of these, so many are ranked
_TRANSLATED = 45  # and so many of the other language
_FOREVER = 1 << 62
_SPELLED, _TITLE, _ANYWHERE = 0, 1, 2
_MARKS = (postings.WORD, postings.TITLE, "")  # of their tokens
_ALL = -1  # every bit: all the words are in the text
_BEHIND = 0.01  # how much less an answer by another name is worth
_SEEN = 5  # good answers, and no more is looked for
_READ = 16  # texts read for how near the words stand
_PHRASE_WINDOWS = 15  # of candidates whose text is read for the exact words
_ANY_LANGUAGE = " OR ".join(postings.quoted(postings.LANGUAGE, language) for language in LANGUAGES)

RankedRow = tuple[float, IndexRow]


@dataclass(frozen=True, slots=True)
class PageStart:
    """Where a page begins: the stage, the position its window is below (0: the first pool), and the rank within."""

    newest_key: int
    hour: int
    stage: int = _SPELLED
    before: int = 0
    rank: int = 0

    def __str__(self) -> str:
        return f"{self.newest_key:x}.{self.hour:x}.{self.stage:x}.{self.before:x}.{self.rank:x}"


def place(cursor: str | None, newest_key: int, now: int) -> PageStart:
    """The place that a cursor names; the beginning without a valid one."""
    try:
        numbers = [int(part, 16) for part in (cursor or "").split(".")]
    except ValueError:
        numbers = []
    if len(numbers) == 5 and all(0 <= number < _FOREVER for number in numbers):
        return PageStart(*numbers)
    return PageStart(newest_key, now // 3600)


class IndexSearch:
    """One query's search."""

    def __init__(
        self,
        connection: RawConnection,
        vocabulary: Vocabulary,
        query: Query,
        reading: QueryExpansion,
        scope: SearchScope,
        today: int,
    ) -> None:
        """`today` is the position of the present moment."""
        self._connection, self._vocabulary, self._query = connection, vocabulary, query
        self.wanted = reading.wanted
        expected = _by_chance(self.wanted, scope.newest_key) if self.wanted else None
        self._scope, self._today = replace(scope, expected=expected), today
        self._judge = Ranker(self.wanted, scope.newest_key, self._freshness())
        self._phrases = [_phrase(phrase) for phrase in query.phrases]
        self._asked = reading.wanted
        self.whole = 0
        """How many articles of the first ranking have all the words, each as it was read."""
        self.as_corrected = False
        """Whether titles have all the words where those that may be slips are put right."""
        self._synonyms: tuple[WantedWords, ...] | None = None
        self._synonyms_asked = False
        self._order = _order(self.wanted, scope.newest_key)
        self._counted = counted(query.words, query.decimals) if not query.phrases else []
        self._reads_texts = bool(self._phrases) and self._order[0] != _ANYWHERE
        if self._reads_texts:
            self._order = (_SPELLED, _TITLE, _ANYWHERE)

    @property
    def _otherwise(self) -> tuple[WantedWords, ...] | None:
        """The words with their synonyms and translations; None if there are none."""
        if not self._synonyms_asked:  # no cached_property: before Python 3.12 its lock is one for all threads
            self._synonyms, self._synonyms_asked = expansion.synonyms_of(self._vocabulary, self._asked), True
        return self._synonyms

    @property
    def _least(self) -> float:
        """The worth below which an article with only some of the words is not shown."""
        asked = sum(want.weight >= 1 for want in self.wanted)
        return _FAINT if len(self.wanted) > 1 and asked < _TITLE_WORDS else 0.0

    def _whole(self, stage: int) -> str | None:
        """The expression of a stage."""
        if not self._asked:
            return self._scope.labels or _ANY_LANGUAGE if stage == _SPELLED else None
        told = telling(self._asked, self._scope.newest_key, in_title=stage != _ANYWHERE)
        return all_of(told, _MARKS[stage])

    def _rest(self, stage: int) -> str | None:
        """The expression for what a stage adds to those before it."""
        return but_not(self._whole(stage), self._whole(stage - 1)) if stage > _SPELLED else self._whole(stage)

    def page(self, start: PageStart, limit: int) -> tuple[list[RankedRow], PageStart | None]:
        """The ranked articles from a place on, and the next page's place."""
        found: list[RankedRow] = []
        at: PageStart | None = start
        while at is not None:
            ranked, following = self._pool(at) if not at.before else self._window(at)
            room = limit - len(found)
            found += ranked[at.rank : at.rank + room]
            if at.rank + room < len(ranked):
                return found, replace(at, rank=at.rank + room)
            at = following
            if len(found) >= limit:
                break
        return found, at

    def _pool(self, at: PageStart) -> tuple[list[RankedRow], PageStart | None]:
        """The first ranking, with as many stages as a page needs."""
        pool: dict[int, RankedRow] = {}
        following: PageStart | None = None
        told: dict[int, tuple[list[IndexRow], int | None]] = {}
        exhausted = -1
        if self._counted:
            self._count(pool)
        counted_so = bool(pool) or not self._counted
        told_so = {at: worth for at, (worth, _) in pool.items()}
        self._happened(pool)
        for step, stage in enumerate(self._order, 1):
            if stage <= exhausted:
                continue
            if stage not in told:
                # Where texts are read, of no article twice.
                match = self._rest(stage) if self._reads_texts else self._whole(stage)
                told[stage] = self._rows(match, _FOREVER)
            rows, end = told[stage]
            if end is not None and any(later < stage for later in self._order[step:]):
                continue  # these are not all there are: the narrower stages come first
            self._rank(pool, [row for row in rows if row.position not in pool], _ALL if stage == _ANYWHERE else 0)
            following = self._after(at if at.stage == stage else replace(at, stage=stage), end)
            if len(pool) >= _ENOUGH:
                break
            exhausted = stage
        if told_so:  # «100 миллиардов долларов» is no $100, in whatever title
            _behind(pool, told_so)
        self.whole = len(pool) if counted_so else 0  # «5 млрд» is not told by any 5 beside some milliard
        whole = frozenset(pool)
        others = self._beyond(pool, whole=stage == _ANYWHERE) if not self._phrases else {}
        least = self._least
        ranked = sorted((one for at, one in pool.items() if at in whole or one[0] >= least), key=_best_first)
        beside = sorted((one for one in others.values() if one[0] >= least), key=_best_first)
        if len(self.wanted) == 1:  # beside it stands what it begins: in turn while it is being typed, else behind
            return (_in_turn(ranked, beside) if self._query.typing else ranked + beside), following
        return _woven(ranked, beside), following

    def _happened(self, pool: dict[int, RankedRow]) -> None:
        """Add articles that also tell what a question's verb asks: «почему упал самолёт» wants one that fell."""
        asked = [want for want in self.wanted if want.weight > ASIDE]
        if all(want.weight >= 1 for want in asked):
            return
        for mark, held in ((postings.TITLE, 0), ("", _ALL)):
            match = all_of(asked, mark)
            if match and len(pool) < _ENOUGH:
                self._rank(pool, postings.window(self._connection, self._scope, match, _WINDOW), held)

    def _beyond(self, pool: dict[int, RankedRow], *, whole: bool) -> dict[int, RankedRow]:
        """Add what answers less well where there is little, and let what is better in its text stand before the rest;
        what is to be shown beside it. `whole`: the pool has articles that hold the words only somewhere in their texts.
        """
        others: dict[int, RankedRow] = {}
        few = whole and bool(pool)
        if len(pool) < _ENOUGH and self.wanted:
            asked = sum(want.weight >= 1 for want in self.wanted)
            known = asked == 1 and all(want.seen for want in self.wanted if want.weight >= 1)
            if known and sum(worth >= GOOD for worth, _ in pool.values()) < _SEEN:  # before what is only a slip away
                self._call_otherwise(pool)
            best = self._widen(pool)
            thin = asked <= _FEW and len(pool) < _SEEN  # two answers are no page
            if few_good := thin or (best < GOOD and asked < _TITLE_WORDS):
                self._call_otherwise(pool)
            few = few or few_good
            alone = thin and (asked < _FEW or best < EXACT)  # what names an event is hardly told by some of its words
            if (alone or best < GOOD) and len(self.wanted) > 1:
                self._scatter_subject(pool)
            if len(self.wanted) >= _TITLE_WORDS and not self._query.language:
                self._translate(others, pool)
        if len(pool) < _ENOUGH or self._query.typing:
            self._complete(others, pool)
        if few and len(self.wanted) > 1 and sum(worth >= GOOD for worth, _ in pool.values()) < _SEEN:
            self._draw_near(pool)
        return others

    def _count(self, pool: dict[int, RankedRow]) -> None:
        """Add articles in which the query's numbers count the same things."""
        wanted = [replace(one, weight=ASIDE) if is_unit(one.word) else one for one in self._otherwise or self.wanted]
        judge, below = Ranker(wanted, self._scope.newest_key, COUNTED), _FOREVER
        match = all_of(telling(wanted, self._scope.newest_key, in_title=False), "")
        for _ in range(_PHRASE_WINDOWS if match else 0):
            rows = postings.window(self._connection, replace(self._scope, below=below), match or "", _WINDOW)
            for row in self._that_count(rows):
                self._rank(pool, [row], _ALL, judge)
                pool[row.position] = pool[row.position][0] + COUNTED, row
            if len(rows) < _WINDOW or len(pool) >= _ENOUGH:
                return
            below = rows[-1].position

    def _that_count(self, rows: Sequence[IndexRow]) -> list[IndexRow]:
        if not rows:
            return []
        texts = postings.texts(self._connection, [row.key for row in rows])
        return [row for row in rows if all(one.search(fold(texts[row.key])) for one in self._counted)]

    def _complete(self, others: dict[int, RankedRow], pool: Collection[int]) -> None:
        """Add articles with words that begin with the single whole word, except those in the pool."""
        if not self._query.typing and any(expansion.is_whole_short(want.word) for want in self.wanted):
            return
        if len(self.wanted) == 1 and self.wanted[0].beginning is None and not self._query.complete:
            begun = (expansion.begun_of(self._vocabulary, self.wanted[0]),)
            if match := all_of(begun, postings.TITLE):
                rows = postings.window(self._connection, self._scope, match, _WINDOW)
                known = Ranker(begun, self._scope.newest_key, self._freshness())
                self._rank(others, [row for row in rows if row.position not in pool], 0, known)

    def _call_otherwise(self, pool: dict[int, RankedRow]) -> None:
        """Add articles that use other names for the same, in either language: in titles, then in texts."""
        wanted = self._otherwise
        if wanted is None:
            return
        total = self._scope.newest_key
        judge = Ranker(wanted, total, self._freshness())
        own = {at: worth for at, (worth, _) in pool.items()} if sum(want.weight >= 1 for want in wanted) == 1 else {}
        if len(pool) < _ENOUGH:
            self._both_windows(pool, wanted, judge)
        if own:  # who asks for one thing wants it by its name first, even if only texts have that
            _behind(pool, own)

    def _both_windows(self, pool: dict[int, RankedRow], wanted: Sequence[WantedWords], judge: Ranker) -> None:
        """Add articles with the words in their titles and then, where these are few, anywhere.

        Where few have them anywhere, titles with the words are among these, and are not looked for.
        """
        total = self._scope.newest_key
        anywhere = all_of(telling(wanted, total, in_title=False), "")
        rows = postings.window(self._connection, self._scope, anywhere, _WINDOW) if anywhere else []
        all_told = anywhere and len(rows) < _WINDOW and len(pool.keys() | {row.position for row in rows}) < _ENOUGH
        if not all_told or _has_slips(wanted):
            titles = all_of(telling(wanted, total, in_title=True), postings.TITLE)
            if titles:
                self._rank(pool, postings.window(self._connection, self._scope, titles, _WINDOW), 0, judge)
        if len(pool) < _ENOUGH:
            self._rank(pool, rows, _ALL, judge)

    def _draw_near(self, pool: dict[int, RankedRow]) -> None:
        """Raise articles in whose texts the words are near each other, if titles do not have them."""
        far = heapq.nlargest(_READ, ((worth, at) for at, (worth, _) in pool.items() if worth < GOOD))
        if not far:
            return
        texts = postings.texts(self._connection, [pool[at][1].key for _, at in far])
        near = Closeness(self._otherwise or self.wanted)
        for worth, at in far:
            row = pool[at][1]
            pool[at] = max(worth, min(worth + CLOSE * near.of(texts[row.key]), GOOD - 0.001)), row

    def _widen(self, pool: dict[int, RankedRow]) -> float:
        """If the words are doubtful, add articles with words one slip away; the best worth in the pool."""
        total, best = self._scope.newest_key, _best(pool)
        doubtful = any(not want.seen and not want.beginning for want in self.wanted)
        if doubtful or best < GOOD:
            self.wanted = tuple(expansion.with_slips(self._vocabulary, want, total) for want in self.wanted)
            self._judge = Ranker(self.wanted, total, self._freshness())
            if match := all_of(telling(self.wanted, total, in_title=True), postings.TITLE):
                rows = postings.window(self._connection, self._scope, match, _WINDOW)
                self._rank(pool, rows, 0)
                self.as_corrected, best = bool(rows), _best(pool)
        return best

    def _translate(self, others: dict[int, RankedRow], pool: dict[int, RankedRow]) -> None:
        """Add articles in the other language that may tell the same to `others`."""
        language = expansion.other_language(self.wanted)
        kin = expansion.kin_of(self._vocabulary, self.wanted, language)
        labels = " AND ".join(filter(None, (self._scope.labels, postings.quoted(postings.LANGUAGE, language))))
        judge = Ranker(kin, self._scope.newest_key, fresh=0.0)
        judge.sharpen()
        self._scatter(others, judge, replace(self._scope, labels=labels), _TRANSLATED, _TRANSLATED_LIST)
        for position in list(others):
            if position in pool:
                del others[position]

    def _scatter_subject(self, pool: dict[int, RankedRow]) -> None:
        """Add articles with some of the words, those of the subject first, and one of its at least."""
        asked = frames([want.word for want in self.wanted])
        if not any(asked):
            return self._scatter(pool, self._judge, self._scope, _SCATTERED)
        subject = sum(1 << n for n, want in enumerate(self.wanted) if not asked[n] and want.weight >= 1)
        wanted = [
            replace(want, weight=min(want.weight, DONE)) if frame else want
            for want, frame in zip(self.wanted, asked, strict=True)
        ]
        judge = Ranker(wanted, self._scope.newest_key, self._freshness())
        return self._scatter(pool, judge, self._scope, _SCATTERED, subject=subject)

    def _scatter(
        self,
        pool: dict[int, RankedRow],
        judge: Ranker,
        scope: SearchScope,
        most: int,
        each: int = _LIST,
        subject: int = _ALL,
    ) -> None:
        """Add the articles whose words together weigh most: of the rarest, the newest `each` that hold it.

        Each has one of the `subject`'s words, which are bits.
        """
        held: dict[int, int] = {}
        known = [
            (weight, n) for n, weight in enumerate(judge.weights) if judge.wanted[n].terms or judge.wanted[n].phrases
        ]
        for _, number in heapq.nlargest(_RAREST, known):
            if match := any_of(judge.wanted[number], ""):
                expected = self._expected(judge.wanted[number])
                for position in postings.positions(self._connection, scope, match, each, expected):
                    held[position] = held.get(position, 0) | 1 << number
        held = {position: words for position, words in held.items() if words & subject}
        chosen = _heaviest(held, judge.weights, most, pool)
        rows = postings.rows_at(self._connection, scope, chosen)
        self._rank(pool, rows, held, judge)

    def _expected(self, want: WantedWords) -> int:
        """About how many articles have any reading of the word."""
        if dialect_of(self._connection) == "sqlite":  # which walks the same way for any number
            return want.articles
        return max(want.articles, self._vocabulary.articles_with(want.terms))

    def _window(self, at: PageStart) -> tuple[list[RankedRow], PageStart | None]:
        rows, end = self._rows(self._rest(at.stage), at.before)
        if self._counted:  # those were on the first page
            counting = self._that_count(rows)
            rows = [row for row in rows if row not in counting]
        ranked: dict[int, RankedRow] = {}
        self._rank(ranked, rows, _ALL if at.stage == _ANYWHERE else 0)
        return sorted(ranked.values(), key=_best_first), self._after(at, end)

    def _after(self, at: PageStart, end: int | None) -> PageStart | None:
        """The place after a window that ended at a position: below it or, for None, the next stage."""
        if end is not None:
            return replace(at, before=end, rank=0)
        return (
            replace(at, stage=at.stage + 1, before=_FOREVER, rank=0) if at.stage < _ANYWHERE and self.wanted else None
        )

    def _rows(self, match: str | None, below: int) -> tuple[list[IndexRow], int | None]:
        """A window of matches, and the position at which it ended; None if nothing is left below it."""
        found: list[IndexRow] = []
        for _ in range(_PHRASE_WINDOWS if match else 0):
            scope = self._scope if below == _FOREVER else replace(self._scope, below=below)
            rows = postings.window(self._connection, scope, match or "", _WINDOW)
            found += self._with_phrases(rows)
            if len(rows) < _WINDOW:
                return found, None
            below = rows[-1].position
            if len(found) >= _ENOUGH:
                return found, below
        return found, below if match else None

    def _with_phrases(self, rows: list[IndexRow]) -> list[IndexRow]:
        if not self._phrases or not rows:
            return rows
        texts = postings.texts(self._connection, [row.key for row in rows])
        return [row for row in rows if all(phrase.search(fold(texts[row.key])) for phrase in self._phrases)]

    def _rank(
        self,
        into: dict[int, RankedRow],
        rows: Sequence[IndexRow],
        in_body: Mapping[int, int] | int,
        judge: Ranker | None = None,
    ) -> None:
        """Add articles; `in_body`: which words stand somewhere in their text, alike for all or by position."""
        judge = judge or self._judge
        for row, title in zip(rows, titles_of(rows, self._vocabulary, judge.begun), strict=True):
            position = row.position
            held = in_body if isinstance(in_body, int) else in_body[position]
            worth = judge.score(title, held, (self._today - position) / postings.POSITIONS_A_DAY)
            if position not in into or into[position][0] < worth:
                into[position] = worth, row

    def _freshness(self) -> float:
        """What freshness is worth: more for common words, little if the words name one event."""
        rarest = min((want.articles for want in self.wanted), default=0)
        return 0.02 + 0.08 * min(1.0, math.log1p(rarest) / math.log1p(self._scope.newest_key + 1))


def _has_slips(wanted: Sequence[WantedWords]) -> bool:
    """Whether some spellings of the words are looked for in titles only."""
    return any(worth <= SLIP for want in wanted for worth in want.surfaces.values())


def _order(wanted: Sequence[WantedWords], total: int) -> tuple[int, ...]:
    """The stages of the first ranking; a wider one that tells all there is spares those before it.

    What a search takes its time for is walking the lists of common words: once is enough where few articles match.
    """
    if not wanted:
        return (_SPELLED,)
    if min(want.articles for want in wanted) < _WINDOW:
        return _ANYWHERE, _SPELLED, _TITLE, _ANYWHERE
    if _by_chance(wanted, total) < _ENOUGH:
        return _TITLE, _SPELLED, _TITLE, _ANYWHERE
    return _SPELLED, _TITLE, _ANYWHERE


def _by_chance(wanted: Sequence[WantedWords], total: int) -> int:
    """About how many articles would hold all the words, were these spread by chance."""
    return int(total * math.prod(min(1.0, want.articles / max(1, total)) for want in wanted))


def _heaviest(held: Mapping[int, int], weights: Sequence[float], most: int, known: Collection[int]) -> list[int]:
    """The positions, without known ones, whose words have the greatest weight together; newest first among equals."""
    alike: dict[int, list[int]] = {}
    for position, words in held.items():
        alike.setdefault(words, []).append(position)
    weighed: dict[float, list[int]] = {}
    for words, positions in alike.items():
        weight = sum(weight for n, weight in enumerate(weights) if words >> n & 1)
        weighed.setdefault(weight, []).extend(positions)
    chosen: list[int] = []
    for weight in sorted(weighed, reverse=True):
        new = (position for position in weighed[weight] if position not in known)
        chosen += heapq.nlargest(most - len(chosen), new)
        if len(chosen) == most:
            break
    return chosen


def _behind(pool: dict[int, RankedRow], first: Mapping[int, float]) -> None:
    """Let what is not among the `first` be worth less than they."""
    least = min(first.values())
    for at in pool.keys() - first.keys():
        pool[at] = min(pool[at][0], least - _BEHIND), pool[at][1]


def _best(pool: dict[int, RankedRow]) -> float:
    return max((one[0] for one in pool.values()), default=0.0)


def _woven(ranked: list[RankedRow], others: list[RankedRow]) -> list[RankedRow]:
    """Articles with all the words first; then by turns those with some words and those in the other language."""
    good = next((place for place, one in enumerate(ranked) if one[0] < GOOD), len(ranked))
    return ranked[:good] + _in_turn(ranked[good:], others)


def _in_turn(some: list[RankedRow], others: list[RankedRow]) -> list[RankedRow]:
    woven: list[RankedRow] = []
    for place in range(max(len(some), len(others))):
        woven += some[place : place + 1] + others[place : place + 1]
    return woven


def _best_first(ranked: RankedRow) -> tuple[float, int]:
    return -ranked[0], -ranked[1].position


def _phrase(words_: Sequence[str]) -> re.Pattern[str]:
    # A number may be followed by an ending that is no word: «128-інші бабы».
    parts = [re.escape(word) + (r"(?:[-‐‑]\w{1,6})?" if word[-1].isdigit() else "") for word in words_]
    return re.compile(r"(?<!\w)" + r"[\W_]+".join(parts) + r"(?!\w)")
