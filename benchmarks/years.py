"""Simulated years: every time zone, gaps and folds, sleeps of up to 48 h, clocks put forward and back, restarts.

    python -m benchmarks.years [--days 1200] [--readers 3] [--planner-days 60]

Two kinds of lives, told apart in the result:
- `decisions`: so many readers of each zone live so many days from a random year on by news.timetable alone, the pure
  function the planner asks; nothing is carried from one decision to the next but the second it was decided up to.
- `planner`: one reader of each zone lives with the whole planner over a database, opened anew again and again.

In both every slot of every local day must have become exactly one edition or one recorded skip. Ends with an assertion
where one did not.
"""

import argparse
import asyncio
import collections
import json
import multiprocessing
import random
import tempfile
import time
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from bot.sending.planning import Planner
from news.models import Entry, FiledEntry, Subscriber
from news.timetable import Timetable, edition_slot, next_slot
from storage import Storage, open_storage
from tests.news.test_timetable import check_zone, expected, some_timetable

START = 1_798_761_600  # 2027-01-01, UTC
STEP = 600
DAY = 86_400
ZONES = sorted(available_timezones())


def life(days: int, number: int) -> collections.Counter[str]:
    """One life; they go through the zones again and again."""
    return check_zone(ZONES[number % len(ZONES)], days, f"years{number // len(ZONES)}")


def decisions(days: int, readers: int) -> collections.Counter[str]:
    """Decide every minute of so many days for random readers; the outcomes, counted."""
    met = collections.Counter[str]()
    with multiprocessing.Pool() as pool:
        for one in pool.imap_unordered(partial(life, days), range(len(ZONES) * readers), chunksize=20):
            met.update(one)
    return met


async def planner(days: int, folder: Path, chance: random.Random) -> collections.Counter[str]:
    """A reader in each zone, one database, some news every day; what is planned counts as sent at once."""
    met = collections.Counter[str]()
    url = f"sqlite:///{folder / 'years.sqlite'}"
    store = await open_storage(url)
    tables = {chat: some_timetable(chance) for chat in range(1, len(ZONES) + 1)}
    for chat, table in tables.items():
        name = ZONES[chat - 1]
        await store.subscribers.add(Subscriber(chat, "private", "ru", name, created_at=START))
        await store.subscribers.set_timetable(chat, table, next_slot(table, ZoneInfo(name), START), START)
    now, told = START, START
    while now < START + days * DAY:
        now += STEP
        if chance.random() < 0.004:
            now += chance.randrange(48 * 3600)
            met["sleeps"] += 1
        if chance.random() < 0.002:
            now -= chance.randrange(48 * 3600)
            met["clock put back"] += 1
        if chance.random() < 0.02:
            await store.close()
            store = await open_storage(url)
            met["restarts"] += 1
        if now >= told + DAY:
            told = now
            await store.articles.save([news(now)], now)
        met["decisions"] += await Planner(store).plan(now)
        await store.database.execute(
            "UPDATE deliveries SET state = 'sent', message_id = planned_at WHERE state = 'planned'"
        )
    await checked(store, tables, met)
    await store.close()
    met["reader-days"] = len(tables) * days
    return met


async def checked(store: Storage, tables: dict[int, Timetable], met: collections.Counter[str]) -> None:
    """Compare what was met with what the timetables demand; raises AssertionError."""
    rows = await store.database.fetch("SELECT chat_id, edition, state FROM deliveries")
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["chat_id"], []).append(row["edition"])
        met[row["state"]] += 1
    for row in await store.database.fetch("SELECT chat_id, timezone, decided_until FROM subscribers"):
        zone, chat = ZoneInfo(row["timezone"]), row["chat_id"]
        slots = sorted(edition_slot(edition, zone).at for edition in found.get(chat, ()))
        assert slots == sorted(expected(zone, tables[chat], START, row["decided_until"])), row["timezone"]
    assert not await store.deliveries.discrepancies()


def news(at: int) -> FiledEntry:
    """A filed article of this moment (UTC seconds)."""
    entry = Entry(
        id=f"years:{at}",
        title=f"Новость {at}",
        body="Текст.",
        url=f"https://news.example.kz/{at}",
        published=datetime.fromtimestamp(at, UTC),
        source="Горожанин",
    )
    return FiledEntry(entry, "ru", "Текст.", ())


def main() -> None:
    """Run what the command line asks for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--days", type=int, default=1200)
    parser.add_argument("--readers", type=int, default=3, help="readers a zone")
    parser.add_argument("--planner-days", type=int, default=60)
    options = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        planned = asyncio.run(planner(options.planner_days, Path(folder), random.Random(1)))
        print(json.dumps({"planner": planned}), flush=True)
    decided = decisions(options.days, options.readers)
    minutes = round((time.perf_counter() - began) / 60, 1)
    print(json.dumps({"zones": len(ZONES), "decisions": decided, "planner": planned, "wrong": 0, "minutes": minutes}))


if __name__ == "__main__":
    main()
