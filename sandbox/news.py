"""Sample news for the sandbox: invented, in both languages, always dated a few hours before now."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

SAMPLE = Path(__file__).with_name("news.jsonl")
# Kazakhstan is one zone since 2024-03-01.
KAZAKHSTAN = timezone(timedelta(hours=5))
_RENAMED_AFTER = 40 * 60
_THERE_HOURS, _ONE_EVENT_HOURS, _FIRST_HOURS = 24, 1.6, 12
_WEEK = 7 * 86_400

SampleEntry = dict[str, str | int | list[str] | None]


def sample_entries(now: int) -> list[SampleEntry]:
    """The sample news in the shape of JSON lines to import, newest first; `now` is UTC seconds.

    Each has `id`, `url`, `title`, `body`, `published` (ISO 8601, +05:00), `source`, `tags` and `views` (or None).
    `language` is left out, so that it is detected, as for a real source.
    """
    return [_dated(entry, now) for entry in _lines()]


def sample_arrivals(now: int) -> list[tuple[int, list[SampleEntry]]]:
    """Batches of entries and when each arrives (UTC seconds), as a bot that has run for days would have seen them.

    An article whose headline changed comes with the first headline, then with today's. A minute ago everything comes.
    """
    arrivals = []
    for entry in _lines():
        if "first_title" in entry:
            published = now - round(float(str(entry["hours_ago"])) * 3600)
            was = {**entry, "title": entry["first_title"]}
            arrivals += [(published + 300, [_dated(was, now)]), (published + _RENAMED_AFTER, [_dated(entry, now)])]
    return [*sorted(arrivals, key=lambda arrival: arrival[0]), (now - 60, sample_entries(now))]


def _lines() -> list[dict[str, object]]:
    with SAMPLE.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _dated(entry: dict[str, object], now: int) -> SampleEntry:
    """The entry with `published` in place of `hours_ago`, rounded to a minute as outlets print it."""
    seconds = now - round(float(str(entry["hours_ago"])) * 3600)
    published = datetime.fromtimestamp(seconds - seconds % 60, KAZAKHSTAN).isoformat()
    kept = {name: value for name, value in entry.items() if name not in ("hours_ago", "first_title")}
    return {"views": None, **kept, "published": published}  # type: ignore[dict-item]


def sample_week(now: int) -> tuple[list[tuple[int, list[SampleEntry]]], list[tuple[int, list[SampleEntry]]]]:
    """Arrivals until now and arrivals of the next week, for a sandbox whose clock is moved (moments are UTC seconds).

    The last day's news has arrived. Older events of the file come in the next seven days instead, one after another.
    Within an event each outlet's version is as long after the first as in the file.
    """
    lines = _lines()
    there = [entry for entry in lines if _hours(entry) <= _THERE_HOURS]
    later = sorted((entry for entry in lines if _hours(entry) > _THERE_HOURS), key=_hours, reverse=True)
    events: list[list[dict[str, object]]] = []
    for entry in later:
        if events and _hours(events[-1][0]) - _hours(entry) <= _ONE_EVENT_HOURS:
            events[-1].append(entry)
        else:
            events.append([entry])
    coming = []
    for number, event in enumerate(events, 1):
        first = now + round(number * _WEEK / len(events)) - _FIRST_HOURS * 3600
        for entry in event:
            at = first + round((_hours(event[0]) - _hours(entry)) * 3600)
            coming.append((at + 120, [_dated({**entry, "hours_ago": 0}, at)]))
    known = {str(entry["id"]) for entry in there}
    arrived = [(at, [one for one in entries if one["id"] in known]) for at, entries in sample_arrivals(now)]
    return [one for one in arrived if one[1]], sorted(coming, key=lambda arrival: arrival[0])


def _hours(entry: dict[str, object]) -> float:
    return float(str(entry["hours_ago"]))
