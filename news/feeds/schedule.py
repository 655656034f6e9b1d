"""When to ask a source again, and what a look at it means for its state. Pure decisions."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Literal

from news.feeds.source import DAY, HOUR, Document, Feed, FetchFailure, NotModified, Rhythm, Source, SourceHealth
from news.models import PublicationTime, instant

SHORTEST, USUAL, LONGEST = 3 * 60, 15 * 60, HOUR
"""Seconds between two polls if the server has no wishes: the least, the most for a daily source, and the most at all.
"""
LONGEST_WISH = DAY
LONGEST_RETRY_AFTER = 7 * DAY
LONGEST_BACK_OFF = DAY
_SILENT_AFTER, _SILENT_EXPECTED = 6 * HOUR, 10.0


@dataclass(frozen=True, slots=True)
class ServerWishes:
    """What a server asked for: seconds to wait, and hours (GMT) and days (Monday is 0) without requests."""

    wait: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()

    def of_feed(self, feed: Feed) -> "ServerWishes":
        """These wishes and those a feed itself states."""
        wait = max(self.wait, min(feed.ttl, LONGEST_WISH))
        return replace(self, wait=wait, skip_hours=feed.skip_hours, skip_days=feed.skip_days)


def wishes(headers: Mapping[str, str], now: int) -> ServerWishes:
    """What a response's headers (names in lower case) ask for. Nonsense is ignored."""
    control = headers.get("cache-control", "").lower()
    if "no-cache" in control or "no-store" in control:
        wait = 0
    elif match := re.search(r"max-age\s*=\s*\"?(\d{1,12})", control):
        wait = int(match[1]) - _number(headers.get("age", ""))
    elif expires := headers.get("expires"):
        wait = _seconds_until(expires, _date(headers.get("date", "")) or now)
    else:
        wait = 0
    wait = max(0, min(wait, LONGEST_WISH))
    return ServerWishes(wait=max(wait, retry_after(headers, now) or 0))


def retry_after(headers: Mapping[str, str], now: int) -> int | None:
    """The seconds of a Retry-After header, given as a number or a date; at most a week; None if there is none."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = _number(value) if value.isascii() and value.isdigit() else _seconds_until(value, now)
    return max(0, min(seconds, LONGEST_RETRY_AFTER))


def interval(rhythm: Rhythm, chosen: int | None) -> int:
    """Seconds between two polls: the operator's choice, or four polls for each article the source publishes."""
    if chosen is not None:
        return chosen
    if rhythm.daily < 1:
        return LONGEST if rhythm.days >= 7 else USUAL
    return max(SHORTEST, min(USUAL, int(DAY / rhythm.daily / 4)))


def next_check(now: int, every: int, wished: ServerWishes, failures: int, jitter: float) -> int:
    """When to poll next, in UTC seconds.

    Each of `failures` in a row doubles the interval, up to a day. `jitter` in [0, 1) adds up to a tenth, so that
    sources added together drift apart. Never earlier than the server asks.
    """
    wait = min(every << min(failures, 12), max(every, LONGEST_BACK_OFF))
    at = now + int(max(wait, wished.wait) * (1 + jitter / 10))
    for _ in range(7 * 24):
        moment = datetime.fromtimestamp(at, UTC)
        if moment.hour not in wished.skip_hours and moment.weekday() not in wished.skip_days:
            return at
        at = int((moment.replace(minute=0, second=0) + timedelta(hours=1)).timestamp()) + int(jitter * 60)
    return now + wait  # asked never to be polled, which is nonsense


def silent(rhythm: Rhythm, last_article_at: int | None, now: int) -> bool:
    """Whether a source has gone silent: for over 6 hours in which ten articles were expected.

    They are expected by the source's own rhythm, so neither a night nor a slow source's quiet week is silence.
    """
    if last_article_at is None or now - last_article_at < _SILENT_AFTER or rhythm.days < 1:
        return False
    return rhythm.expected(last_article_at, now) >= _SILENT_EXPECTED


def published_seconds(published: PublicationTime, now: int) -> int:
    """The second an article counts for in a rhythm."""
    return min(instant(published, now), now)


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


def _date(text: str) -> int | None:
    try:
        return int(parsedate_to_datetime(text).timestamp()) if text else None
    except (ValueError, TypeError, OverflowError):
        return None


def _seconds_until(text: str, now: int) -> int:
    at = _date(text)
    return 0 if at is None else at - now


# What a look means for the source: its new state, and reports about it.

MOVES_BELIEVED = 3
"""How often a permanent redirect must be seen before the address is changed. Misconfigured sites send one for an hour.
"""
_BROKEN_AFTER, _BROKEN_FAILURES = 6 * 3600, 3

SourceEvent = Literal["down", "back", "moved", "silent", "broken", "gone"]


@dataclass(frozen=True, slots=True)
class SourceNotice:
    """Something to report once.

    'down', 'back' and 'moved' go to the log; 'silent', 'broken' and 'gone' to administrators too. `source` has its
    present state; `detail` is an English clause for the log.
    """

    event: SourceEvent
    source: Source
    detail: str = ""

    @property
    def is_report(self) -> bool:
        """Whether administrators should hear of it."""
        return self.event in ("silent", "broken", "gone")


def answered(
    source: Source,
    answer: Document | NotModified,
    wished: ServerWishes,
    now: int,
    jitter: float,
    *,
    soon: bool = False,
) -> SourceHealth:
    """The state after a successful answer: validators are kept, failures are over. `soon`: more is left to read."""
    old = source.health
    every = SHORTEST if soon else interval(old.rhythm, source.interval)
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
        next_check_at=next_check(now, every, wished, 0, jitter),
        not_before=next_check(now, 0, wished, 0, 0),
        moved_to=answer.moved,
        moved_seen=0 if answer.moved is None else old.moved_seen + 1 if answer.moved == old.moved_to else 1,
    )
    if silent(new.rhythm, new.last_article_at, now) and new.reported is None:
        new = replace(new, reported="silent")
    return new


def brought(source: Source, arrived: Sequence[int], now: int) -> Source:
    """The source with its rhythm and last article updated from times of publication (seconds, oldest first or not)."""
    old = source.health
    first_look = not old.rhythm.updated_at
    last = max(arrived, default=None) if first_look else now if arrived else old.last_article_at
    rhythm = old.rhythm.after(arrived, now)
    reported = None if arrived else old.reported
    return replace(source, health=replace(old, rhythm=rhythm, last_article_at=last, reported=reported))


def failed(source: Source, failure: FetchFailure, now: int, jitter: float) -> SourceHealth:
    """The state after a failure: the next poll waits longer each time, and at least as long as the server asks."""
    old = source.health
    every = interval(old.rhythm, source.interval)
    wished = ServerWishes(wait=failure.retry_after or 0)
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
        next_check_at=next_check(now, every, wished, failures - 1, jitter),
        not_before=now + wished.wait,
    )


def notices(source: Source, new: SourceHealth) -> list[SourceNotice]:
    """The changes between two states that are worth a line in the log, each once."""
    old, source = source.health, replace(source, health=new)
    found = []
    if new.failures and not old.failures:
        found.append(SourceNotice("down", source, new.failure or ""))
    if old.failures and not new.failures:
        found.append(SourceNotice("back", source, f"after {_duration((new.checked_at or 0) - (old.down_since or 0))}"))
    if new.reported and new.reported != old.reported:
        detail = new.failure or _silence(new)
        found.append(SourceNotice(new.reported, source, detail))  # type: ignore[arg-type]
    return found


def _silence(health: SourceHealth) -> str:
    quiet = (health.checked_at or 0) - (health.last_article_at or 0)
    return f"0 articles for {_duration(quiet)}, was {health.rhythm.daily:.0f} a day"


def _duration(seconds: int) -> str:
    return f"{seconds // 3600} h" if seconds >= 2 * 3600 else f"{seconds // 60} min"
