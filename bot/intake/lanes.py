"""The order of updates, and the flood rule. Pure; bot/intake/handling.py puts updates in and takes them out.

Updates wait in the lane of their chat. Turns go round the lanes, so nobody waits long because somebody else says much.
A turn is one update. Each rank has its own number of turns under way at once, so none takes another's:

- `reader`: a known chat that had no update under way a moment ago;
- `press`: the same for a pressed button. Its client waits for an answer, which does not count against the token's
  rate, so a press need not wait until a thousand messages have left;
- `keystroke`: an inline query. Only the newest of a person counts, and only for a few seconds;
- `again`: a known chat that has just had a turn and has more waiting;
- `stranger`: a new chat. All of Telegram may come at once, but only 30 answers a second may leave.
"""

from collections import Counter, deque
from collections.abc import Hashable, Iterator
from dataclasses import dataclass, field
from typing import Final, Literal

Rank = Literal["press", "reader", "keystroke", "again", "stranger"]

AT_ONCE: Final[dict[Rank, int]] = {"press": 250, "reader": 28, "keystroke": 12, "again": 16, "stranger": 6}
"""Turns under way at once. They mostly wait for the database, for Telegram and for the token's rate. Strangers have
few, because each of theirs writes, and writers queue: with twelve a reader waited half a second longer."""
MOST_IN_A_LANE, MOST_IN_A_GROUP, MOST_IN_A_CHANNEL = 24, 100, 1000
MOST_STRANGERS = 4_000
"""How many updates of new chats may wait: two minutes' worth of answers."""
KEYSTROKE_SECONDS = 8.0
"""After so many seconds nobody waits for an inline answer any more."""


@dataclass(slots=True)
class WaitingUpdate:
    """A waiting update: its id, kind, JSON, sender, and when it was taken in (monotonic seconds).

    `kept`: it is stored in the inbox. `command`: it is a command.
    """

    number: int
    kind: str
    text: str
    sender: Hashable
    taken_in: float
    kept: bool = True
    command: bool = False
    stored: float = 0.0
    """When it was stored (monotonic seconds); 0 if it was not."""


@dataclass(slots=True)
class _Lane:
    known: bool
    most: int
    rank: Rank | None = None  # of its update that is under way
    waiting: deque[WaitingUpdate] = field(default_factory=deque)


class Lanes:
    """The waiting updates, and whose turn is next."""

    def __init__(self) -> None:
        self._lanes: dict[Hashable, _Lane] = {}
        self._rounds: dict[Rank, deque[Hashable]] = {rank: deque() for rank in AT_ONCE}
        self._under_way: Counter[Rank] = Counter()
        self.waiting: Counter[bool] = Counter()
        """How many updates wait in known chats (True) and in those of strangers (False)."""

    def put(
        self, key: Hashable, update: WaitingUpdate, *, known: bool, most: int = MOST_IN_A_LANE
    ) -> list[WaitingUpdate]:
        """Add an update to the end of its lane, which holds at most `most`; returns the ones dropped for it."""
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane(known, most)
            self._rounds[_rank(lane, update, "reader")].append(key)
        lane.waiting.append(update)
        self.waiting[lane.known] += 1
        return self._cut(lane, lane.most)

    def put_first(self, key: Hashable, update: WaitingUpdate, *, known: bool) -> None:
        """Put an update at the front of its lane."""
        lane = self._lanes.get(key)
        if lane is None:
            self.put(key, update, known=known)
            return
        lane.waiting.appendleft(update)
        self.waiting[lane.known] += 1

    def put_keystroke(self, key: Hashable, update: WaitingUpdate) -> WaitingUpdate | None:
        """Let an inline question replace the one that waited; returns the replaced one."""
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane(known=True, most=1)
            self._rounds["keystroke"].append(key)
        older = lane.waiting.pop() if lane.waiting else None
        lane.waiting.append(update)
        return older

    def cut(self, key: Hashable, most: int) -> list[WaitingUpdate]:
        """Keep at most `most` updates in a lane; returns the dropped ones."""
        lane = self._lanes.get(key)
        return self._cut(lane, most) if lane is not None else []

    def turns(self, now: float) -> Iterator[tuple[Hashable, WaitingUpdate | None]]:
        """The updates whose turn it is at `now`, with their lanes; None for an inline query that is too old.

        The caller ends each turn with `done` or `rest`.
        """
        for rank, ring in self._rounds.items():
            while ring and self._under_way[rank] < AT_ONCE[rank]:
                key = ring.popleft()
                lane = self._lanes[key]
                update = lane.waiting.popleft()
                if rank != "keystroke":
                    self.waiting[lane.known] -= 1
                elif now - update.taken_in > KEYSTROKE_SECONDS:
                    del self._lanes[key]
                    yield key, None
                    continue
                lane.rank = rank
                self._under_way[rank] += 1
                yield key, update

    def waits(self, key: Hashable) -> bool:
        """Whether anything waits in a lane; what is being handled does not count."""
        lane = self._lanes.get(key)
        return lane is not None and bool(lane.waiting)

    def is_strangers(self, key: Hashable) -> bool:
        """Whether the lane belongs to a new chat."""
        return not self._lanes[key].known

    def done(self, key: Hashable) -> None:
        """End a turn."""
        lane = self._lanes[key]
        rank = self._ended(lane)
        if lane.waiting:
            self._rounds[_rank(lane, lane.waiting[0], "again") if rank != "keystroke" else rank].append(key)
        else:
            del self._lanes[key]

    def rest(self, key: Hashable, update: WaitingUpdate) -> None:
        """End a failed turn: the update is first in its lane again, and the lane rests until `wake`."""
        lane = self._lanes[key]
        self._ended(lane)
        lane.waiting.appendleft(update)
        self.waiting[lane.known] += 1

    def wake(self, key: Hashable) -> None:
        """Let a resting lane have turns again."""
        lane = self._lanes[key]
        self._rounds[_rank(lane, lane.waiting[0], "again")].append(key)

    def _ended(self, lane: _Lane) -> Rank:
        assert lane.rank is not None
        rank, lane.rank = lane.rank, None
        self._under_way[rank] -= 1
        return rank

    def _cut(self, lane: _Lane, most: int) -> list[WaitingUpdate]:
        gone = []
        while len(lane.waiting) > most:
            victim = _most_dispensable(lane.waiting)
            lane.waiting.remove(victim)
            self.waiting[lane.known] -= 1
            gone.append(victim)
        return gone


def _rank(lane: _Lane, first: WaitingUpdate, else_: Rank) -> Rank:
    """The rank of a lane with this update first."""
    if not lane.known:
        return "stranger"
    return "press" if first.kind == "callback_query" else else_


def _most_dispensable(waiting: deque[WaitingUpdate]) -> WaitingUpdate:
    """The oldest update of the sender with most waiting; commands are spared, and so is the newest of all."""
    older = list(waiting)[:-1]
    (busiest, _), *_ = Counter(one.sender for one in older).most_common(1)
    theirs = [one for one in older if one.sender == busiest]
    return min(theirs, key=lambda one: one.command)


# The flood rule: is this update one too many? It is pure, takes the time as an argument, and is fast, because it is
# asked for each update.
#
# Updates it refuses are dropped by design and counted. Whoever says thirty things at once without waiting for answers
# gets one friendly warning, and then silence until they are quieter. Whoever waits for answers is heard at any pace
# that a person can keep.

Verdict = Literal["in", "warn", "out"]

BURST: Final = 30.0
A_SECOND: Final = 2.0
"""How many updates a second a sender may send, after a burst, without waiting for answers."""
ANSWERED_A_SECOND: Final = 20.0
"""The same while nothing of theirs waits to be handled."""
_MOST, _QUIET = 34.0, 24.0
"""The highest level, and the one below which a flood is over: five quiet seconds."""
PRESS_SECONDS = 1.0
_REMEMBERED: Final = 10_000


class FloodRule:
    """A level for each sender, which rises by one with each update and falls with time."""

    def __init__(self) -> None:
        self._levels: dict[Hashable, tuple[float, float, bool]] = {}
        self._presses: dict[Hashable, tuple[Hashable, float]] = {}

    def verdict(self, sender: Hashable, now: float, *, waits: bool = True) -> Verdict:
        """Whether one more update of this sender is let in. `warn`: drop it, and warn the sender once.

        `waits`: something of theirs still waits to be handled.
        """
        level, then, flooding = self._levels.get(sender, (0.0, now, False))
        level = max(0.0, level - (now - then) * (A_SECOND if waits else ANSWERED_A_SECOND))
        flooding = flooding and level > _QUIET
        over = flooding or level >= BURST
        if sender not in self._levels and len(self._levels) >= _REMEMBERED:
            self._forget(now)
        self._levels[sender] = (min(_MOST, level + 1), now, over)
        if not over:
            return "in"
        return "out" if flooding else "warn"

    def pressed_before(self, place: Hashable, button: Hashable, now: float) -> bool:
        """Whether this button was the last one pressed at `place` within a second; if not, the press is noted.

        `place` is the chat, the person and the message.
        """
        last, then = self._presses.get(place, (None, 0.0))
        if last == button and now - then < PRESS_SECONDS:
            return True
        if len(self._presses) >= _REMEMBERED:
            self._presses = {one: at for one, at in self._presses.items() if now - at[1] < PRESS_SECONDS}
        if len(self._presses) < _REMEMBERED:
            self._presses[place] = button, now
        return False

    def _forget(self, now: float) -> None:
        """Forget senders whose level has fallen to zero, and if too many are left those heard longest ago."""
        loud = [(one, at) for one, at in self._levels.items() if at[0] > (now - at[1]) * A_SECOND]
        loud.sort(key=lambda one: one[1][1])
        self._levels = dict(loud[-_REMEMBERED // 2 :])
