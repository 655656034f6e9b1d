"""Until when a notice says something: the latest end that its text names, by day and hour. Pure."""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from news.models import Article, instant
from news.text.dates import ALMATY, MONTHS

NOTICES: Final = frozenset({"outages", "roads", "public-transport", "emergencies"})
"""Topics of news that is over at some hour."""
_LETTERS_READ: Final = 3000
_HALF_A_YEAR: Final = timedelta(days=180)
_SENTENCE_END = re.compile(r"[.!?…]\s+(?=[^\W\d_])|\n+")
_MONTH = "|".join(sorted((name for name in MONTHS if len(name) > 2), key=len, reverse=True))
# «25 ноября», «25-26 ноября», «25 қарашада», «25.11.2026»; of several days the last.
_DAY = re.compile(
    rf"(?:(?<![\d.:])\d{{1,2}}\s*[-–—]\s*)?(?<![\d.:])(?P<day>\d{{1,2}})(?:-?(?:го|і|ы|ші|шы|ыншы|інші))?\s+(?P<month>{_MONTH})"
    rf"(?:[а-яёәғқңөұүһі]{{0,6}})(?:\s+(?P<year>20\d\d))?|(?<![\d.:])(?P<d>\d{{1,2}})\.(?P<m>\d{{1,2}})\.(?P<y>20\d\d)"
)
_TODAY = re.compile(r"(?<!\w)(?:сегодня|бүгін)(?!\w)")
_TOMORROW = re.compile(r"(?<!\w)(?:завтра|ертең)(?!\w)")
_CLOCK = r"(?P<h>[01]?\d|2[0-4])(?:[:.](?P<min>[0-5]\d))"
# «до 18:00», «18:00-ге дейін», «10:00–18:00»
_UNTIL = (
    re.compile(r"(?<!\w)до\s+" + _CLOCK + r"(?![\d.])"),
    re.compile(_CLOCK + r"\s*[-‐–]?\s*(?:ге|ға|ке|қа|на|не)?\s+дейін"),
    re.compile(r"\d{1,2}[:.]\d\d\s*[-–—]\s*" + _CLOCK + r"(?![\d.])"),
)
_UP_TO_DAY = re.compile(r"(?<!\w)(?:до|по)\s+$")
_DAY_UP_TO = re.compile(r"^[\s,]*(?:күніне\s+)?(?:дейін|аралығында)")


def ends_at(article: Article) -> int | None:
    """UTC seconds after which a notice is over; None where it is none, or its text tells no end.

    Where several ends are told the latest holds: nothing is called over too early.
    """
    if not NOTICES & {topic.slug for topic in article.topics[:2]}:
        return None
    published = instant(article.published) if article.published is not None else article.first_seen
    day = datetime.fromtimestamp(published, ALMATY).date()
    text = f"{article.title}\n{article.body[:_LETTERS_READ]}".lower().replace("\u00a0", " ")
    ends, last_day = [], None
    for sentence in _SENTENCE_END.split(text):
        days = list(_days(sentence, day))
        if days:
            last_day = max(one for one, _ in days)
        hours = [found for pattern in _UNTIL for match in pattern.finditer(sentence) if (found := _hour(match))]
        if hours:
            ends.append(_at(last_day or day, max(hours)))
        ends += [_at(one, timedelta(days=1)) for one, up_to in days if up_to]
    return max(ends, default=None)


def _days(sentence: str, published: date) -> Iterator[tuple[date, bool]]:
    """The days a sentence names, and whether something lasts up to that day."""
    if _TODAY.search(sentence):
        yield published, False
    if _TOMORROW.search(sentence):
        yield published + timedelta(days=1), False
    for match in _DAY.finditer(sentence):
        found = _named(match, published)
        if found is not None:
            before, after = sentence[: match.start()], sentence[match.end() :]
            yield found, bool(_UP_TO_DAY.search(before) or _DAY_UP_TO.search(after))


def _named(match: re.Match[str], published: date) -> date | None:
    day, month = int(match["day"] or match["d"]), MONTHS[match["month"]] if match["month"] else int(match["m"])
    year = int(match["year"] or match["y"] or published.year)
    try:
        found = date(year, month, day)
        if not (match["year"] or match["y"]) and published - found > _HALF_A_YEAR:
            found = date(year + 1, month, day)  # said in December of January
    except ValueError:
        return None
    return found


def _hour(match: re.Match[str]) -> timedelta | None:
    found = timedelta(hours=int(match["h"]), minutes=int(match["min"]))
    return found if found <= timedelta(days=1) else None


def _at(day: date, after_midnight: timedelta) -> int:
    midnight = datetime.combine(day, time(), ALMATY)
    return int((midnight + after_midnight).timestamp())
