"""What benchmarks.replicas comes to: what Telegram's server accepted against what the ledger says."""

import collections
import itertools
from typing import TYPE_CHECKING

from benchmarks.lives import TOKEN

if TYPE_CHECKING:
    from benchmarks.replicas import Town


async def judged(town: "Town") -> dict[str, object]:
    """What Telegram's server accepted against what the ledger says."""
    bot = town.telegram.bots[TOKEN]
    chats = {chat: town.telegram.private(bot, town.telegram.accounts[chat]) for chat in town.readers}
    heads = {
        chat: collections.Counter(one["text"].split("\n")[0] for one in it.messages.values())
        for chat, it in chats.items()
    }
    rows = await town.store.database.fetch("SELECT chat_id, edition, state, message_id FROM deliveries")
    states = collections.Counter(row["state"] for row in rows)
    unproven = sum(row["state"] == "sent" and row["message_id"] not in chats[row["chat_id"]].messages for row in rows)
    arrived = sum(map(len, (chat.messages for chat in chats.values())))
    expected = len(town.editions) * town.options.readers
    replies = {person.id: sum(one["from"]["id"] == bot.id for one in person.messages()) for person in town.people}
    asks = {person.id: sum(one["from"]["id"] == person.id for one in person.messages()) for person in town.people}
    articles = await town.store.database.fetchrow("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM articles")
    early = sum(
        later - earlier < 300 for times in town.feeds.asked.values() for earlier, later in itertools.pairwise(times)
    )
    return {
        "readers": town.options.readers,
        "editions": len(town.editions),
        "rows of the ledger": len(rows),
        "lost from the ledger": expected - len(rows),
        "states": dict(states),
        "delivered twice": sum(count > 1 for one in heads.values() for count in one.values()),
        "sent and not there": unproven,
        "accepted": arrived,
        "unknown that arrived": arrived - states["sent"],
        "discrepancies": await town.store.deliveries.discrepancies(),
        "news published, stored": [sum(map(len, town.feeds.items.values())), articles["n"] if articles else 0],
        "looks, again within 300 s": [sum(map(len, town.feeds.asked.values())), early],
        "the lead passed on": {name: spread(times) for name, times in town.passed.items() if times},
        "digests went on": {name: spread(times) for name, times in town.sent.items() if times},
        "asked": town.asks,
        "answered": spread(town.answered),
        "unanswered": sum(max(0, asks[one] - replies[one]) for one in asks),
        "answered twice": sum(max(0, replies[one] - asks[one]) for one in asks),
        "answers 429": sum(entry.kind == "call" and entry.code == 429 for entry in town.telegram.record.entries),
    }


def spread(times: list[float]) -> dict[str, float]:
    """Count, median, 99th percentile and most, in seconds."""
    ordered = sorted(times)
    if not ordered:
        return {"n": 0}
    p99 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))]
    return {
        "n": len(ordered),
        "p50": round(ordered[len(ordered) // 2], 2),
        "p99": round(p99, 2),
        "max": round(ordered[-1], 2),
    }
