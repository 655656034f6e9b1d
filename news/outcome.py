"""What a look at a source means for the source: its new state, and what somebody should hear of it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from news import schedule
from news.source import Document, Failed, Health, NotModified, Source

MOVES_BELIEVED = 3
"""How often a permanent move must be answered before it is followed: misconfigured sites answer one for an hour."""
_BROKEN_AFTER, _BROKEN_FAILURES = 6 * 3600, 3

Event = Literal["down", "back", "moved", "silent", "broken", "gone"]


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell once: 'down', 'back', 'moved' to the log, 'silent', 'broken', 'gone' to administrators too.

    `source` is as it is now; `detail` is an English clause for the log.
    """

    event: Event
    source: Source
    detail: str = ""

    @property
    def is_report(self) -> bool:
        """Whether administrators should hear of it."""
        return self.event in ("silent", "broken", "gone")


def answered(
    source: Source,
    answer: Document | NotModified,
    wished: schedule.Wishes,
    now: int,
    jitter: float,
    *,
    soon: bool = False,
) -> Health:
    """The state after an answer without news: validators stay, failures are over. `soon`: more is waiting there."""
    old = source.health
    every = schedule.SHORTEST if soon else schedule.interval(old.rhythm, source.interval)
    headers = answer.headers
    new = replace(
        old,
        etag=headers.get("etag", old.etag if isinstance(answer, NotModified) else None),
        last_modified=headers.get("last-modified", old.last_modified if isinstance(answer, NotModified) else None),
        checked_at=now,
        failures=0,
        failure=None,
        down_since=None,
        reported=None if old.reported in ("broken", "gone") else old.reported,
        next_check_at=schedule.next_check(now, every, wished, 0, jitter),
        not_before=schedule.next_check(now, 0, wished, 0, 0),
        moved_to=answer.moved,
        moved_seen=0 if answer.moved is None else old.moved_seen + 1 if answer.moved == old.moved_to else 1,
    )
    if schedule.silent(new.rhythm, new.last_article_at, now) and new.reported is None:
        new = replace(new, reported="silent")
    return new


def brought(source: Source, arrived: Sequence[int], now: int) -> Source:
    """The source with the rhythm and last article of what came: seconds of publication, oldest first or not."""
    old = source.health
    first_look = not old.rhythm.updated_at
    last = max(arrived, default=None) if first_look else now if arrived else old.last_article_at
    rhythm = old.rhythm.after(arrived, now)
    reported = None if arrived else old.reported
    return replace(source, health=replace(old, rhythm=rhythm, last_article_at=last, reported=reported))


def failed(source: Source, failure: Failed, now: int, jitter: float) -> Health:
    """The state after a failure: the next look waits longer each time, and as long as the server asks."""
    old = source.health
    every = schedule.interval(old.rhythm, source.interval)
    wished = schedule.Wishes(wait=failure.retry_after or 0)
    down_since = old.down_since or now
    failures = old.failures + 1
    trouble = old.reported
    if trouble is None and failure.gone:
        trouble = "gone"
    elif trouble is None and failures >= _BROKEN_FAILURES and now - down_since >= _BROKEN_AFTER:
        trouble = "broken"
    return replace(
        old,
        checked_at=now,
        failures=failures,
        failure=failure.reason[:200],
        down_since=down_since,
        reported=trouble,
        next_check_at=schedule.next_check(now, every, wished, failures - 1, jitter),
        not_before=now + wished.wait,
    )


def notices(source: Source, new: Health) -> list[Notice]:
    """What changed between two states that is worth one line, and never a second."""
    old, source = source.health, replace(source, health=new)
    found = []
    if new.failures and not old.failures:
        found.append(Notice("down", source, new.failure or ""))
    if old.failures and not new.failures:
        found.append(Notice("back", source, f"after {_duration((new.checked_at or 0) - (old.down_since or 0))}"))
    if new.reported and new.reported != old.reported:
        detail = new.failure or _silence(new)
        found.append(Notice(new.reported, source, detail))  # type: ignore[arg-type]
    return found


def _silence(health: Health) -> str:
    quiet = (health.checked_at or 0) - (health.last_article_at or 0)
    return f"0 articles for {_duration(quiet)}, was {health.rhythm.daily:.0f} a day"


def _duration(seconds: int) -> str:
    return f"{seconds // 3600} h" if seconds >= 2 * 3600 else f"{seconds // 60} min"
