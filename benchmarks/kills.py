"""kill -9 at random moments over the delivery path: is anything lost, sent twice, or kept silent about?

    python -m benchmarks.kills [--kills 200] [--readers 20000]

The bot is killed that often while it delivers one edition and one alert to all readers (to every tenth of them the
alert is urgent) and posts the news to a channel for every twentieth, each time after a random number of messages and a
random moment, so that the kills are spread over all deliveries; one life in ten ends while it starts or plans. Then it
may finish, the clock moves to the next edition, and what truly did not arrive is looked for in it. Ends with 1 where
the promise does not hold: nothing twice but an urgent alert that says so.
"""

import argparse
import asyncio
import collections
import json
import random
import signal
import sys
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.command import command
from benchmarks.lives import TOKEN, Zygote, ends, until
from bot.sending.delivery import MOST
from news.models import Entry, FiledEntry, Subscription, Topic
from sandbox.refusals import Json
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.model import ChatMember
from sandbox.world.telegram import Telegram
from storage import Storage, open_storage
from storage.engine.database import Row
from storage.ledger.gate import URGENT

MORNING = 1_795_316_400  # 2026-11-22 08:00 in Almaty
EVENING = MORNING + 10 * 3600
EVENING_DONE = "SELECT count(*) FROM deliveries WHERE edition LIKE '%T18:00' AND state IN ('sent', 'unknown')"
SLUGS = ("transport", "roads", "ecology", "sport", "culture", "health", "science")


TOLD = (
    *("открыли мост", "посадили клёны", "выиграли матч", "починили трубу", "купили автобусы", "закрыли рынок"),
    *("построили школу", "спасли лебедя", "нашли клад", "отменили рейс", "сняли фильм", "приняли бюджет"),
    *("провели концерт", "испекли торт"),
)
"""What an evening's news tell: no morning's of which they could seem a copy."""


def news(prefix: str, at: int) -> list[FiledEntry]:
    """Filed articles whose ids begin with `prefix`, a minute apart, the last at `at` (UTC seconds)."""
    return [
        FiledEntry(
            Entry(
                id=f"{prefix}:{number}",
                title=f"{prefix} {TOLD[number % len(TOLD)]} {number}"
                if prefix == "вечер"
                else f"{prefix} новость {number}",
                body="Текст новости.",
                url=f"https://news.example.kz/{prefix}/{number}",
                published=datetime.fromtimestamp(at - number * 60, UTC),
                source="Горожанин",
            ),
            "ru",
            "Текст новости.",
            (Topic(SLUGS[number % len(SLUGS)]),),
        )
        for number in range(14)
    ]


OUTAGE = "Отключение воды на Абая"
REPEATED = "Возможно, уже приходило"
URGENT_EACH = 10
CHANNEL_EACH = 20


async def alert(store: Storage, readers: int) -> None:
    """An outage that all readers hear of at once: it came in after the minute of the digest."""
    asked = Subscription("word", "отключение воды", at_once=True)
    await store.subscribers.subscribe(1, asked)
    watch = await store.database.fetchval("SELECT watch FROM subscriptions WHERE chat_id = 1 AND watch IS NOT NULL")
    async with store.database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO subscriptions (chat_id, kind, value, watch) VALUES ($1, 'word', $2, $3)",
            [(chat, asked.value, watch) for chat in range(2, readers + 1)],
        )
        await tx.execute("UPDATE subscribers SET urgent = 1 WHERE chat_id % $1 = 0", URGENT_EACH)
    await store.facts.put("alerts_upto", str(MORNING))
    told = Entry(
        id="outage",
        title=OUTAGE,
        body="Воды не будет до вечера.",
        published=datetime.fromtimestamp(MORNING, UTC),
        source="Водоканал",
    )
    await store.articles.save([FiledEntry(told, "ru", told.body, (Topic("outages"),))], MORNING + 1)


def channels_of(readers: int) -> list[int]:
    """The ids of the channels, one for every twentieth reader."""
    return [-1_000_000_000_000 - number for number in range(1, max(1, readers // CHANNEL_EACH) + 1)]


async def connect(store: Storage, channels: list[int]) -> None:
    """Channels that get every story as it arrives."""
    async with store.database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO subscribers (chat_id, kind, language, language_chosen, timezone, created_at, alerts_a_day)"
            " VALUES ($1, 'channel', 'ru', 1, 'Asia/Almaty', $2, 50)",
            [(chat, MORNING - 86_400) for chat in channels],
        )
        await tx.executemany("INSERT INTO channels (chat_id, title) VALUES ($1, 'Арна')", [(one,) for one in channels])


async def posted(store: Storage, telegram: Telegram) -> "Verdict":
    """The ledger's posts beside what stands in the channels."""
    verdict = Verdict()
    for row in await store.database.fetch("SELECT * FROM deliveries WHERE rank = 2"):
        verdict.states[row["state"]] += 1
        came = [one for one in telegram.chats[row["chat_id"]].messages.values() if OUTAGE in shown(one)]
        verdict.note(row, [shown(one) for one in came], twice=len(came) > 1)
        if row["state"] == "unknown" and not came:
            verdict.missing.append(row["chat_id"])
        if row["state"] == "sent" and len(came) != 1:
            verdict.wrong_sent.append(row["chat_id"])
    return verdict


async def fill(store: Storage, readers: int) -> None:
    """Readers who are due, and the articles of their digest."""
    await store.articles.save(news("утро", MORNING - 3600), MORNING - 3600)
    async with store.database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO subscribers (chat_id, kind, language, language_chosen, timezone, created_at, minutes,"
            " decided_until, next_digest_at, last_edition_at)"
            " VALUES ($1, 'private', 'ru', 1, 'Asia/Almaty', $2, '480,1080', $3, $4, $2)",
            [(chat, MORNING - 86_400, MORNING - 60, MORNING) for chat in range(1, readers + 1)],
        )
        await tx.executemany(
            "INSERT INTO subscriptions (chat_id, kind, value) VALUES ($1, 'topic', $2)",
            [(chat, SLUGS[chat % len(SLUGS)]) for chat in range(1, readers + 1)],
        )


def telegram_of(readers: int, seed: int) -> Telegram:
    """A Telegram with these readers and their channels."""
    telegram = Telegram(Clock(MORNING, speed=1), seed=seed)
    bot = telegram.bot(TOKEN, username="qala_bot")
    for chat in range(1, readers + 1):
        telegram.private(bot, telegram.account("Оқырман", identifier=chat, language_code="ru"))
    for _ in channels_of(readers):
        channel = telegram.group("Арна", telegram.accounts[1], kind="channel")
        channel.members[bot.id] = ChatMember(bot, "administrator", {"can_post_messages": True})
    for share, seconds in ((0.33, 0.005), (0.5, 0.012), (1.0, 0.02)):
        telegram.faults.add("latency", probability=share, seconds=seconds, method="sendMessage", accepted=True)
    return telegram


def shown(message: Json) -> str:
    """The text of a message, plain or rich."""
    return str(message.get("text") or message.get("caption") or message.get("rich_message") or "")


def texts_of(telegram: Telegram, chat: int) -> list[str]:
    """The texts that a chat got from the bot."""
    bot = telegram.bots[TOKEN]
    return [one["text"] for one in telegram.private(bot, telegram.accounts[chat]).messages.values()]


async def killed_and_killed(
    options: argparse.Namespace, chance: random.Random, telegram: Telegram, zygote: Zygote, url: str, store: Storage
) -> tuple[list[int], list[int]]:
    """The kills; how many messages left in each life, and how many were under way at its end."""
    unknown_a_kill: list[int] = []
    sent_a_life: list[int] = []
    for number in range(options.kills):
        seen = len(telegram.events)
        share = (2 * options.readers - seen) / (options.kills - number + 1)
        wanted = seen + chance.uniform(0, 2 * share)
        pid = zygote.born(url, bell=0.1)
        if chance.random() < 0.9:  # the others die while they start or plan
            await until(lambda wanted=wanted: len(telegram.events) > wanted, 60, 0.001)
            await asyncio.sleep(chance.uniform(0, 0.03))
        else:
            await asyncio.sleep(chance.uniform(0, 1))
        await ends(zygote, pid, signal.SIGKILL)
        sent_a_life.append(len(telegram.events) - seen)
        counts = await store.deliveries.counts()
        unknown_a_kill.append(counts.get("sending", 0))
        if number % 20 == 19:
            print(f"  {number + 1} kills: {counts}", flush=True)
    return sent_a_life, unknown_a_kill


async def all_ended(store: Storage, planned: int) -> None:
    """Wait until all that was planned has been sent or given up."""
    async with asyncio.timeout(1800):
        while (counts := await store.deliveries.counts()).keys() & {"planned", "sending"} or sum(
            counts.values()
        ) < planned:
            await asyncio.sleep(0.2)


async def told_again(store: Storage, telegram: Telegram, zygote: Zygote, missing: list[int]) -> int:
    """To how many of the chats that truly missed something the evening's digest brings all that they are owed."""
    owed_keys = {chat: set(await store.deliveries.owed(chat)) for chat in missing}
    await store.articles.save(news("вечер", EVENING - 3600), EVENING - 3600)
    await store.database.execute("UPDATE subscribers SET state = 'blocked' WHERE owed = 0")  # the others had theirs
    owed = int(await store.database.fetchval("SELECT count(*) FROM subscribers WHERE state = 'active'"))
    zygote.clock.value = EVENING + 1
    async with asyncio.timeout(1800):
        while (await store.database.fetchval(EVENING_DONE)) < owed:
            await asyncio.sleep(0.2)
    carried = 0
    for chat, keys in owed_keys.items():
        came = [text for text in texts_of(telegram, chat) if "Вечерний дайджест" in text]
        carried += len(came) == 1 and keys <= await brought(store, chat)
    return carried


async def run(options: argparse.Namespace, folder: Path, zygote: Zygote) -> int:
    """Kill the bot again and again, let it finish, compare the ledger with the phones; the exit code."""
    chance = random.Random(options.seed)
    telegram = telegram_of(options.readers, options.seed)
    runner = await serve(telegram)
    store = await open_storage(f"sqlite:///{folder / 'qala.sqlite'}")
    await fill(store, options.readers)
    await alert(store, options.readers)
    channels = channels_of(options.readers)
    await connect(store, channels)
    planned = 2 * options.readers + len(channels)
    url = address(runner)
    began = time.perf_counter()
    sent_a_life, unknown_a_kill = await killed_and_killed(options, chance, telegram, zygote, url, store)
    pid = zygote.born(url, bell=0.1)
    await all_ended(store, planned)
    digests = await delivered(store, telegram, options.readers)
    posts = await posted(store, telegram)
    alerts = await alerted(store, telegram)
    missing = sorted({*digests.missing, *alerts.missing})
    carried = await told_again(store, telegram, zygote, missing)
    await ends(zygote, pid, signal.SIGTERM)
    wrong = await store.deliveries.discrepancies()
    every = (digests, alerts, posts)
    twice = sum(one.twice for one in every)
    lost = planned - sum(one.states.total() for one in every)
    wrong_sent = [chat for one in every for chat in one.wrong_sent]
    result = {
        "kills": options.kills,
        "readers": options.readers,
        "killed while delivering": sum(count > 0 for count in sent_a_life),
        "sent before the last kill": sum(sent_a_life),
        "states": dict(digests.states),
        "alerts": dict(alerts.states),
        "posts": dict(posts.states),
        "posts that truly did not arrive": len(posts.missing),
        "alerts that came twice and say so": alerts.repeated,
        "lost from the ledger": lost,
        "delivered twice": twice,
        "sent but not arrived once": len(wrong_sent),
        "unknown": sum(one.states["unknown"] for one in every),
        "most unknown a kill": max(unknown_a_kill, default=0),
        "truly not arrived": len(missing),
        "of them in the next digest": carried,
        "discrepancies": wrong,
        "minutes": round((time.perf_counter() - began) / 60, 1),
    }
    print(json.dumps(result, ensure_ascii=False))
    await store.close()
    await runner.cleanup()
    held = not lost and not twice and not wrong_sent and not wrong and max(unknown_a_kill, default=0) <= MOST
    return 0 if held and carried >= 0.99 * len(missing) else 1


@dataclass
class Verdict:
    """How rows of one kind ended: by state, how many came twice without saying so, and chats where a row is untrue."""

    states: collections.Counter[str] = field(default_factory=collections.Counter)
    twice: int = 0
    repeated: int = 0
    missing: list[int] = field(default_factory=list)
    wrong_sent: list[int] = field(default_factory=list)

    def note(self, row: Row, came: list[str], *, twice: bool) -> None:
        """Count what came twice, and name it: it has to be looked into."""
        self.twice += twice
        if twice:
            print(f"  twice: {dict(row)}: {came}", flush=True)


async def delivered(store: Storage, telegram: Telegram, readers: int) -> Verdict:
    """The ledger's morning digests beside what the readers have."""
    verdict = Verdict()
    arrived = {
        chat: sum("Утренний дайджест" in text for text in texts_of(telegram, chat)) for chat in range(1, readers + 1)
    }
    for row in await store.database.fetch("SELECT * FROM deliveries WHERE form <> 'alert' AND rank <> 2"):
        chat, state = row["chat_id"], row["state"]
        verdict.states[state] += 1
        verdict.note(row, texts_of(telegram, chat), twice=arrived[chat] > 1)
        if state == "unknown" and not arrived[chat]:
            verdict.missing.append(chat)
        if state == "sent" and arrived[chat] != 1:
            verdict.wrong_sent.append(chat)
    return verdict


async def alerted(store: Storage, telegram: Telegram) -> Verdict:
    """The ledger's alerts beside what the readers have."""
    verdict = Verdict()
    for row in await store.database.fetch("SELECT * FROM deliveries WHERE form = 'alert'"):
        verdict.states[row["state"]] += 1
        every = [text for text in texts_of(telegram, row["chat_id"]) if OUTAGE in text]
        came = [
            text for text in every if "дайджест" not in text
        ]  # a digest tells once more what is unknown, and says so
        says_so = row["rank"] == URGENT and sum(REPEATED in text for text in came) == 1
        verdict.repeated += len(came) == 2 and says_so
        verdict.note(row, came, twice=len(came) > 2 or (len(came) == 2 and not says_so))
        if row["state"] == "unknown" and not every:
            verdict.missing.append(row["chat_id"])
        if row["state"] == "sent" and not came:
            verdict.wrong_sent.append(row["chat_id"])
    return verdict


async def brought(store: Storage, chat: int) -> set[int]:
    """The articles of the evening's digest, those on its later pages too."""
    sql = "SELECT edition FROM deliveries WHERE chat_id = $1 AND edition LIKE '%T18:00'"
    edition = await store.deliveries.edition(chat, str(await store.database.fetchval(sql, chat)))
    made = await store.compositions.get(edition.composition) if edition else None
    return {*(edition.again if edition else ()), *(made.chosen.keys if made else ())}


if __name__ == "__main__":
    sys.exit(command(run, __doc__, MORNING + 1, kills=200, readers=20_000))
