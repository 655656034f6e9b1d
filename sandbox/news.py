"""Sample news for the sandbox: invented, in both languages, always dated a few hours before now."""

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path

SAMPLE = Path(__file__).with_name("news.jsonl")
# Kazakhstan is one zone since 2024-03-01.
KAZAKHSTAN = timezone(timedelta(hours=5))

SampleEntry = dict[str, str | int | list[str] | None]


def sample_entries(now: int) -> list[SampleEntry]:
    """The sample news as JSON lines to import say it, newest first; `now` is UTC seconds.

    Each has `id`, `url`, `title`, `body`, `published` (ISO 8601, +05:00), `source`, `tags` and `views` (or None).
    `language` is left out, so that it is detected as a real source's is.
    """
    with SAMPLE.open(encoding="utf-8") as lines:
        return [_dated(json.loads(line), now) for line in lines]


def _dated(entry: dict[str, object], now: int) -> SampleEntry:
    """The entry with `published` in place of `hours_ago`, to the minute as outlets print it."""
    hours_ago = entry.pop("hours_ago")
    seconds = now - round(float(str(hours_ago)) * 3600)
    published = datetime.fromtimestamp(seconds - seconds % 60, KAZAKHSTAN).isoformat()
    return {"views": None, **entry, "published": published}  # type: ignore[dict-item]
