"""100,000 sends to a Telegram that fails: is anything delivered twice, is every row accounted for?

    python -m benchmarks.faults [--readers 100000] [--share 1] [--alerts 0]

5 % lost replies, 2 % a proxy's HTML page, 1 % 500, 1 % 429, 2 % blocked, 100 groups that become supergroups; `--share`
makes all of these rarer, 0.09 is one fault in a hundred sends. With `--alerts 1` every reader is also told of an outage
at once. At the end every row of the ledger is compared with what the server has. Ends with 1 where they differ.
"""

import argparse
import asyncio
import collections
import contextlib
import json
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.command import command
from benchmarks.kills import MORNING, OUTAGE, alert, fill
from benchmarks.lives import TOKEN, Zygote, ends
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.model import ChatMember
from sandbox.world.telegram import Telegram
from storage import Storage, open_storage
from storage.engine.database import Row

QUICKER = 10  # the bot's clock runs ten times faster, so that the silences after a 429 pass
DONE = "SELECT count(*) FROM deliveries WHERE state NOT IN ('planned', 'sending')"


async def groups_of(telegram: Telegram, store: Storage, count: int) -> dict[int, int]:
    """Groups that the server calls supergroups: old id → new id."""
    bot, moved = telegram.bots[TOKEN], {}
    creator = telegram.account("Көрші", identifier=1 << 40)
    for number in range(count):
        old = telegram.group(f"Топ {number}", creator)
        new = telegram.group(f"Топ {number}", creator, kind="supergroup")
        old.members[bot.id] = new.members[bot.id] = ChatMember(bot, "member")
        old.migrated_to = new.id
        moved[old.id] = new.id
    async with store.database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO subscribers (chat_id, kind, language, language_chosen, timezone, created_at, minutes,"
            " decided_until, next_digest_at, last_edition_at)"
            " VALUES ($1, 'group', 'ru', 1, 'Asia/Almaty', $2, '480', $3, $4, $2)",
            [(chat, MORNING - 86_400, MORNING - 60, MORNING) for chat in moved],
        )
    return moved


def spoil(telegram: Telegram, share: float) -> None:
    """Add the rules by which Telegram fails."""

    def add(kind: str, probability: float, **conditions: object) -> None:
        telegram.faults.add(kind, method="sendMessage", probability=probability * share, **conditions)

    add("drop", 0.04, accepted=True)
    add("truncate", 0.005, accepted=True)
    add("drop", 0.005)
    add("502", 0.01, accepted=True)
    add("502", 0.01)
    add("500", 0.01)
    add("refuse", 0.01, refusal="flood", seconds=1)
    add("refuse", 0.02, refusal="blocked")


def compared(rows: Sequence[Row], telegram: Telegram) -> collections.Counter[str]:
    """How many rows of the ledger say something else than what the server has, by what is wrong."""
    wrong = collections.Counter[str]()
    bot = telegram.bots[TOKEN]
    for row in rows:
        chat = telegram.chats.get(row["chat_id"]) or telegram.privates.get((bot.id, row["chat_id"]))
        assert chat is not None
        words = OUTAGE if row["form"] == "alert" else "Утренний дайджест"
        there = [number for number, one in chat.messages.items() if words in one.get("text", "")]
        wrong["delivered twice"] += len(there) > 1
        wrong["sent, but the server has another"] += row["state"] == "sent" and there != [row["message_id"]]
        wrong["refused, but arrived"] += row["state"] == "refused" and bool(there)
    return wrong


async def run(options: argparse.Namespace, folder: Path, zygote: Zygote) -> int:
    """Send everything and compare the ledger with the server; the exit code."""
    telegram = Telegram(Clock(MORNING, speed=1), seed=options.seed)
    bot = telegram.bot(TOKEN, username="qala_bot")
    runner = await serve(telegram)
    store = await open_storage(f"sqlite:///{folder / 'qala.sqlite'}")
    for chat in range(1, options.readers + 1):
        telegram.private(bot, telegram.account("Оқырман", identifier=chat))
    await fill(store, options.readers)
    moved = await groups_of(telegram, store, options.groups)
    if options.alerts:
        await alert(store, options.readers)
    spoil(telegram, options.share)
    total = (2 if options.alerts else 1) * options.readers + options.groups
    began = time.monotonic()
    pid = zygote.born(address(runner), rate=1000, bell=0.2)
    done, steps = 0, 0
    while done < total:
        await asyncio.sleep(0.1)
        zygote.clock.value = MORNING + 1 + int((time.monotonic() - began) * QUICKER)
        steps += 1
        if steps % 5 == 0:
            done = int(await store.database.fetchval(DONE))
        if steps % 600 == 0:
            print(f"  {int(time.monotonic() - began)} s: {await store.deliveries.counts()}", flush=True)
    minutes = (time.monotonic() - began) / 60
    with contextlib.suppress(TimeoutError):
        await ends(zygote, pid, signal.SIGTERM)
    rows = await store.database.fetch("SELECT chat_id, form, state, message_id FROM deliveries")
    wrong = compared(rows, telegram)
    states = collections.Counter(row["state"] for row in rows)
    told = collections.Counter(row["state"] for row in rows if row["form"] == "alert")
    wrong["rows without an end"] += sum(states[state] for state in ("planned", "sending"))
    open_ended = ("unknown", "refused")  # the answer that told of the move was lost, or another came before it
    wrong["groups left behind"] += sum(row["chat_id"] in moved and row["state"] not in open_ended for row in rows)
    discrepancies = await store.deliveries.discrepancies()
    result = {
        "rows": len(rows),
        "states": dict(states),
        **({"alerts": dict(told)} if options.alerts else {}),
        "wrong": {what: count for what, count in wrong.items() if count},
        "discrepancies": discrepancies,
        "blocked chats": int(await store.database.fetchval("SELECT count(*) FROM subscribers WHERE state = 'blocked'")),
        "faults": dict(
            collections.Counter(
                {
                    f"{rule.kind} {rule.refusal}{' accepted' if rule.accepted else ''}": rule.happened
                    for rule in telegram.faults.rules
                }
            )
        ),
        "minutes": round(minutes, 1),
    }
    print(json.dumps(result, ensure_ascii=False))
    await store.close()
    await runner.cleanup()
    return 0 if not sum(wrong.values()) and not discrepancies and len(rows) == total else 1


if __name__ == "__main__":
    sys.exit(command(run, __doc__, MORNING + 1, readers=100_000, groups=100, share=1.0, alerts=0))
