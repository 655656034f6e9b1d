"""When to ask a source again: pure decisions between how often it publishes and what its server wishes.

The server's wishes are those of RFC 9110 (Retry-After, Expires), RFC 9111 (Cache-Control) and RSS 2.0 (ttl, skipHours,
skipDays); the longest of them counts, each up to a bound, since a wrong `max-age` must not silence a source for a year.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from news.models import Published, instant
from news.rhythm import DAY, HOUR, Rhythm
from news.source import Feed

SHORTEST, USUAL, LONGEST = 3 * 60, 15 * 60, HOUR
"""Seconds between two looks at a source whose server wishes nothing: at least, at most where something comes every
day, and at most where it does not."""
LONGEST_WISH = DAY
LONGEST_RETRY_AFTER = 7 * DAY
LONGEST_BACK_OFF = DAY
_SILENT_AFTER, _SILENT_EXPECTED = 6 * HOUR, 10.0


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a server asked for, in seconds from now, and the hours (GMT) and days (Monday = 0) it wants to be left."""

    wait: int = 0
    skip_hours: frozenset[int] = frozenset()
    skip_days: frozenset[int] = frozenset()

    def of_feed(self, feed: Feed) -> "Wishes":
        """These wishes and those a feed itself states."""
        wait = max(self.wait, min(feed.ttl, LONGEST_WISH))
        return replace(self, wait=wait, skip_hours=feed.skip_hours, skip_days=feed.skip_days)


def wishes(headers: Mapping[str, str], now: int) -> Wishes:
    """What the headers of an answer (names in lower case) ask for; nonsense asks for nothing."""
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
    return Wishes(wait=max(wait, retry_after(headers, now) or 0))


def retry_after(headers: Mapping[str, str], now: int) -> int | None:
    """Seconds of a Retry-After header, as a number or a date, at most a week; None where there is none."""
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    seconds = _number(value) if value.isascii() and value.isdigit() else _seconds_until(value, now)
    return max(0, min(seconds, LONGEST_RETRY_AFTER))


def interval(rhythm: Rhythm, chosen: int | None) -> int:
    """Seconds between two looks: the operator's choice, or four looks for each article a source publishes."""
    if chosen is not None:
        return chosen
    if rhythm.daily < 1:
        return LONGEST if rhythm.days >= 7 else USUAL
    return max(SHORTEST, min(USUAL, int(DAY / rhythm.daily / 4)))


def next_check(now: int, every: int, wished: Wishes, failures: int, jitter: float) -> int:
    """UTC seconds of the next look. `failures` in a row double the interval, up to a day.

    `jitter` in [0, 1) adds up to a tenth, so that sources added together part; never earlier than wished.
    """
    wait = min(every << min(failures, 12), max(every, LONGEST_BACK_OFF))
    at = now + int(max(wait, wished.wait) * (1 + jitter / 10))
    for _ in range(7 * 24):
        moment = datetime.fromtimestamp(at, UTC)
        if moment.hour not in wished.skip_hours and moment.weekday() not in wished.skip_days:
            return at
        at = int((moment.replace(minute=0, second=0) + timedelta(hours=1)).timestamp()) + int(jitter * 60)
    return now + wait  # it wants never to be asked: nonsense


def silent(rhythm: Rhythm, last_article_at: int | None, now: int) -> bool:
    """Whether a source that usually publishes has gone quiet: over 6 hours in which ten articles were to be expected.

    The hours count as the source keeps them, so that a night or a source of one article a week is no silence.
    """
    if last_article_at is None or now - last_article_at < _SILENT_AFTER or rhythm.days < 1:
        return False
    return rhythm.expected(last_article_at, now) >= _SILENT_EXPECTED


def published_seconds(published: Published, now: int) -> int:
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
