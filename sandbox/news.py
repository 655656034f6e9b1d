"""Sample news for the sandbox: invented, in both languages, always dated a few hours before now."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

SAMPLE = Path(__file__).with_name("news.jsonl")
# Kazakhstan is one zone since 2024-03-01.
KAZAKHSTAN = timezone(timedelta(hours=5))
_RENAMED_AFTER = 40 * 60

SampleEntry = dict[str, str | int | list[str] | None]


def sample_entries(now: int) -> list[SampleEntry]:
    """The sample news as JSON lines to import say it, newest first; `now` is UTC seconds.

    Each has `id`, `url`, `title`, `body`, `published` (ISO 8601, +05:00), `source`, `tags` and `views` (or None).
    `language` is left out, so that it is detected as a real source's is.
    """
    return [_dated(entry, now) for entry in _lines()]


def sample_arrivals(now: int) -> list[tuple[int, list[SampleEntry]]]:
    """What comes when (UTC seconds), as a bot that runs for days would have seen it.

    Where a headline has changed, the first one and then today's; at last, a minute ago, everything.
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
    """The entry with `published` in place of `hours_ago`, to the minute as outlets print it."""
    seconds = now - round(float(str(entry["hours_ago"])) * 3600)
    published = datetime.fromtimestamp(seconds - seconds % 60, KAZAKHSTAN).isoformat()
    kept = {name: value for name, value in entry.items() if name not in ("hours_ago", "first_title")}
    return {"views": None, **kept, "published": published}  # type: ignore[dict-item]
