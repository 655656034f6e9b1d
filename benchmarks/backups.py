"""A hundred copies of a store that is written to all the while: each restored, verified, and a bot started on it.

    python -m benchmarks.backups [--times 100] [--articles 2000] [--writers 3]

Other processes write readers, subscriptions, ledger rows and articles without a pause; each transaction writes two rows
that belong together and a number that grows. Of each copy: SQLite finds it whole, no transaction is in it by half, what
was acknowledged before it was begun is in it, the ledger accounts for every row, and a bot on it is ready and answers
within seconds. Ends with 1 where one does not.
"""

import argparse
import asyncio
import json
import multiprocessing
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from bot.app import running
from bot.collecting.importing import import_entries
from bot.config import Settings
from news.archive.archive import parse_json_line
from news.models import Entry, Subscriber, Subscription
from sandbox.news import sample_entries
from sandbox.server.server import address, serve
from sandbox.world.people import NotSeen, Person
from sandbox.world.telegram import Telegram
from storage import open_storage
from storage.engine.backup import back_up, examine, restore
from storage.readers.data_map import forget_again

TOKEN = "123456:sandbox-sandbox-sandbox-sandbox-1234"
NOW = int(time.time())
_CHATS = 1_000_000


def write(url: str, number: int, written: Any, stop: Any) -> None:
    """Write until told to stop; `written` is the last number whose transaction was acknowledged."""

    async def work() -> None:
        store = await open_storage(url)
        count = 0
        while not stop.value:
            count += 1
            chat = (number + 1) * _CHATS + count
            await store.subscribers.add(Subscriber(chat, "private", "kk", "Asia/Almaty", created_at=NOW))
            async with store.database.transaction() as tx:
                for table, columns in (("subscriptions", "chat_id, kind, value"), ("muted", "chat_id, kind, value")):
                    await tx.execute(f"INSERT INTO {table} ({columns}) VALUES ($1, 'topic', 'roads')", chat)
                await tx.execute(
                    "INSERT INTO deliveries (chat_id, edition, part, state, form, planned_at, updated_at, message_id)"
                    " VALUES ($1, '2026-11-29-0830', 0, 'sent', 'plain', $2, $2, $3)",
                    chat,
                    NOW,
                    count,
                )
            if count % 20 == 0:
                await store.subscribers.subscribe(chat, Subscription("word", f"сөз {count}", at_once=True))
            written[number] = count
        await store.close()

    asyncio.run(work())
    os._exit(0)  # it is a fork: what its parent holds is the parent's to close


async def fill(url: str, articles: int) -> None:
    """A store with readers and articles."""
    store = await open_storage(url)
    entries: list[Entry] = []
    while len(entries) < articles:
        for one in sample_entries(NOW):
            line = json.dumps({**one, "id": f"{one['id']}-{len(entries)}"}, ensure_ascii=False)
            if isinstance(entry := parse_json_line(line, "sample"), Entry):
                entries.append(entry)
    await import_entries(entries[:articles], store, NOW)
    await store.close()


async def verified(url: str, before: list[int], telegram: Telegram, api: str) -> list[str]:
    """What is wrong with a restored store; nothing where a bot on it answers too."""
    wrong = []
    if damage := examine(url, whole=True):
        wrong.append(damage)
    store = await open_storage(url)
    half = await store.database.fetchval(
        "SELECT count(*) FROM deliveries d WHERE NOT EXISTS (SELECT 1 FROM subscriptions s WHERE s.chat_id = d.chat_id"
        " AND s.kind = 'topic') OR NOT EXISTS (SELECT 1 FROM muted m WHERE m.chat_id = d.chat_id)"
    )
    if half:
        wrong.append(f"{half} transactions by half")
    for number, acknowledged in enumerate(before):
        last = await store.database.fetchval(
            "SELECT count(*) FROM deliveries WHERE chat_id > $1 AND chat_id < $2",
            (number + 1) * _CHATS,
            (number + 2) * _CHATS,
        )
        if last < acknowledged:
            wrong.append(f"{acknowledged - last} acknowledged transactions of writer {number} are missing")
    wrong += await store.deliveries.discrepancies()
    settings = Settings(_env_file=None, api_url=api, listen="off")
    try:
        async with running(settings, TOKEN, store=store):
            reader = Person.new(telegram, "Марина", language_code="ru")
            reader.says("/latest")
            await reader.sees("новости", within=20)
    except NotSeen:
        wrong.append("a bot on it did not answer")
    finally:
        await store.close()
    return wrong


async def run(options: argparse.Namespace, folder: Path, url: str, written: Any) -> int:
    """Make and verify the copies while the writers work; the exit code."""
    telegram = Telegram()
    telegram.bot(TOKEN, username="qala_bot")
    runner = await serve(telegram)
    bad, slowest, sizes = 0, 0.0, 0
    try:
        while not all(written):
            await asyncio.sleep(0.05)
        for number in range(options.times):
            before = list(written)
            began = time.perf_counter()
            copy = folder / "copy"
            sizes += await asyncio.to_thread(back_up, url, copy)
            slowest = max(slowest, time.perf_counter() - began)
            there = f"sqlite:///{folder}/restored-{number}/qala.sqlite"
            await asyncio.to_thread(restore, there, copy, NOW, forget_again)
            wrong = await verified(there, before, telegram, address(runner))
            bad += bool(wrong)
            for one in wrong:
                print(f"copy {number}: {one}", flush=True)
            copy.unlink()
    finally:
        await runner.cleanup()
    print(
        f"{options.times} copies under {options.writers} writers ({sum(written):,} transactions meanwhile):"
        f" {options.times - bad} restored, verified and started; {sizes // options.times:,} bytes each,"
        f" the slowest took {slowest:.2f} s"
    )
    return 1 if bad else 0


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    for name, value in {"times": 100, "articles": 2000, "writers": 3}.items():
        parser.add_argument(f"--{name}", type=int, default=value)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/data/qala.sqlite"
        asyncio.run(fill(url, options.articles))
        context = multiprocessing.get_context("fork")  # before any thread
        written, stop = context.Array("q", options.writers), context.Value("b", 0)
        writers = [
            context.Process(target=write, args=(url, n, written, stop), daemon=True) for n in range(options.writers)
        ]
        for one in writers:
            one.start()
        try:
            return asyncio.run(run(options, Path(folder), url, written))
        finally:
            stop.value = 1
            for one in writers:
                one.join(10)
                one.kill()


if __name__ == "__main__":
    sys.exit(main())
