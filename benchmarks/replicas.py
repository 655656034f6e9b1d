"""Three replicas behind a proxy, their leader frozen and killed again and again while digests go out and people ask.

    python -m benchmarks.replicas [--times 100] [--readers 1000] [--together] [--log FILE]

Each is a whole `qala run` in a process of its own (webhook, PostgreSQL, real sockets) against the local Telegram, which
holds the token to 30 messages a second. News comes in from feeds, an edition follows the last one at once, people ask
all the while. `--times` times the leader is frozen (SIGSTOP) until another one leads and sends, and `--times` times it
is killed (kill -9) and started anew. `--together` (a short cut for the tests): the one next in line is killed while the
leader is frozen. What was delivered is what Telegram's server accepted, not what the bot believes. Ends with 1 where a
delivery came twice or was lost, an edition or an article came twice, or the lead passed on too slowly.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.lives import TOKEN, Zygote, ends, until
from benchmarks.proxy import Proxy
from benchmarks.replica_town import DAY, EVENING, HOUR, MORNING, Feeds, fill
from benchmarks.replica_verdict import judged, spread
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram
from storage import Storage, open_storage
from tests.postgres import cluster

REPLICAS = 3
RATE = 30.0
SECRET = "only-telegram-knows-this-one"


class Town:
    """The replicas, Telegram, and what is measured of them."""

    def __init__(self, options: argparse.Namespace, zygote: Zygote, url: str, store: Storage) -> None:
        self.options, self.zygote, self.url, self.store = options, zygote, url, store
        self.chance = random.Random(options.seed)
        self.telegram = Telegram(Clock(MORNING, speed=1), seed=options.seed, strict=True)
        bot = self.telegram.bot(TOKEN, username="qala_bot")
        for chat in range(1, options.readers + 1):
            self.telegram.private(bot, self.telegram.account("Оқырман", identifier=chat, language_code="ru"))
        self.telegram.faults.add("latency", probability=0.5, seconds=0.02, method="sendMessage", accepted=True)
        self.people = [
            Person.new(self.telegram, f"Адам {number}", identifier=10_000_000 + number) for number in range(40)
        ]
        self.feeds = Feeds(zygote)
        self.pids: dict[int, int] = {}
        self.passed: dict[str, list[float]] = {"SIGSTOP": [], "SIGKILL": []}
        self.sent: dict[str, list[float]] = {"SIGSTOP": [], "SIGKILL": []}
        self.answered: list[float] = []
        self.editions: list[str] = []
        self.asks = 0
        self.speed = 1.0

    # -- time

    async def tick(self) -> None:
        """The bots' clock, by leaps from edition to edition."""
        last, now = time.monotonic(), float(self.zygote.clock.value)
        while True:
            await asyncio.sleep(0.1)
            step = time.monotonic() - last
            last += step
            now = max(now + step * self.speed, float(self.zygote.clock.value))
            self.zygote.clock.value = int(now)

    # -- the replicas

    def start(self, port: int) -> None:
        """Start the replica at this port."""
        self.pids[port] = self.zygote.born(
            self.api,
            RATE,
            0.5,
            database_url=self.url,
            listen=f"127.0.0.1:{port}",
            webhook_url=f"{self.hook}/hook",
            webhook_secret=SECRET,
            fetch_private=True,
        )

    async def standing(self) -> list[str]:
        """The replicas by name, the leader first, as far as they are alive."""
        rows = await self.store.database.fetch(
            "SELECT name FROM replicas WHERE beat_at > extract(epoch FROM clock_timestamp()) * 1000 - 3000"
            " ORDER BY since, name"
        )
        first = await self.store.database.fetchval("SELECT name FROM replicas ORDER BY since, name LIMIT 1")
        names = [row["name"] for row in rows]
        return names if names and names[0] == first else []

    async def all_there(self, count: int = REPLICAS) -> list[str]:
        """Wait until so many replicas run; their names."""
        async with asyncio.timeout(60):
            while len(names := await self.standing()) < count:
                await asyncio.sleep(0.05)
        return names

    async def fault(self, sign: signal.Signals, *, together: bool) -> None:
        """Freeze or kill the leader; wait until another one leads and sends."""
        names = await self.all_there()
        await self.under_way()
        lost = pid_of(names[0])
        await asyncio.sleep(self.chance.uniform(0, 0.3))
        began = time.monotonic()
        os.kill(lost, sign)
        port = next(port for port, pid in self.pids.items() if pid == lost)
        if together:
            await self.again(next(port for port, pid in self.pids.items() if pid == pid_of(names[1])))
        elif sign is signal.SIGKILL:
            await self.again(port)
        while (now := await self.standing()) == [] or now[0] == names[0]:
            await asyncio.sleep(0.02)
        self.passed[sign.name].append(time.monotonic() - began)
        seen = len(self.telegram.events)
        if await self.store.deliveries.waiting() and await until(lambda: self.digests_since(seen), 15, 0.01):
            self.sent[sign.name].append(time.monotonic() - began)
        if sign is signal.SIGSTOP:
            await asyncio.sleep(self.chance.uniform(0, 0.5))
            os.kill(lost, signal.SIGCONT)

    async def again(self, port: int) -> None:
        """Kill the replica at this port and start it anew."""
        pid = self.pids[port]
        with contextlib.suppress(ProcessLookupError):
            await ends(self.zygote, pid, signal.SIGKILL)
        self.start(port)

    async def under_way(self) -> None:
        """Wait until digests go out."""
        seen = len(self.telegram.events)
        await until(lambda: self.digests_since(seen), 60, 0.005)

    def digests_since(self, seen: int) -> bool:
        """Whether a reader got a message after the first `seen` events."""
        return any(
            event.kind == "message" and 0 < event.chat <= self.options.readers for event in self.telegram.events[seen:]
        )

    # -- what the newsroom and the readers do

    async def waves(self) -> None:
        """Edition after edition: news comes in, the clock leaps, everybody gets a digest."""
        wave = 0
        while True:
            slot = (MORNING, EVENING)[wave % 2] + wave // 2 * DAY
            count = self.feeds.publish(wave, slot - 2 * HOUR)
            self.zygote.clock.value = max(self.zygote.clock.value, slot - HOUR)
            self.speed = 30.0
            while await self.store.articles.count() < count and self.zygote.clock.value < slot - 60:
                await asyncio.sleep(0.1)
            self.speed = 1.0
            self.zygote.clock.value = max(slot + 1, self.zygote.clock.value)
            edition = datetime.fromtimestamp(slot + 5 * HOUR, UTC).strftime("%Y-%m-%dT%H:%M")
            self.editions.append(edition)
            while not await self.drained(edition):
                await asyncio.sleep(0.2)
            if self.stopping:
                return
            wave += 1

    async def drained(self, edition: str) -> bool:
        """Whether everybody's edition is planned and nothing waits to be sent."""
        planned = await self.store.database.fetchval("SELECT count(*) FROM deliveries WHERE edition = $1", edition)
        open_ = await self.store.database.fetchval(
            "SELECT count(*) FROM deliveries WHERE state IN ('planned', 'sending')"
        )
        return bool(planned >= self.options.readers and not open_)

    async def ask(self) -> None:
        """People ask, one thing at a time each."""
        asking: dict[int, asyncio.Task[None]] = {}
        while not self.stopping:
            await asyncio.sleep(self.chance.uniform(0.2, 0.8))
            free = [place for place in range(len(self.people)) if place not in asking or asking[place].done()]
            if free:
                place = self.chance.choice(free)
                asking[place] = asyncio.create_task(self.one_ask(self.people[place]))
        await asyncio.gather(*asking.values())

    async def one_ask(self, person: Person) -> None:
        """Ask one thing, and note the wait."""
        chat = person.chat()
        self.asks += 1
        began = time.monotonic()
        person.says(self.chance.choice(("/help", "/latest", "что построят в районе", "театр")))
        mine = chat.last_message
        if await until(lambda: chat.last_message > mine, 45, 0.01):
            self.answered.append(time.monotonic() - began)

    # -- the whole

    async def run(self) -> dict[str, object]:
        """The whole run; its figures."""
        self.stopping = False
        async with contextlib.AsyncExitStack() as stack:
            runner = await serve(self.telegram)
            stack.push_async_callback(runner.cleanup)
            self.api = address(runner)
            await stack.enter_async_context(self.feeds.open())
            ports = [free_port() for _ in range(REPLICAS)]
            proxy = await stack.enter_async_context(Proxy([f"http://127.0.0.1:{port}" for port in ports]))
            self.hook = proxy.url
            await fill(self.store, self.options.readers, self.feeds.url)
            for port in ports:
                self.start(port)
            await self.all_there()
            ticking = asyncio.create_task(self.tick())
            waves, asking = asyncio.create_task(self.waves()), asyncio.create_task(self.ask())
            for sign in (signal.SIGSTOP,) if self.options.together else (signal.SIGSTOP, signal.SIGKILL):
                for number in range(self.options.times):
                    await self.fault(sign, together=self.options.together)
                    if number % 10 == 9 or self.options.times < 10:
                        print(f"  {number + 1} {sign.name}: {await self.store.deliveries.counts()}", flush=True)
            await self.all_there()
            self.stopping = True
            async with asyncio.timeout(300):
                await asyncio.gather(waves, asking)
            await asyncio.sleep(1)
            ticking.cancel()
            for pid in self.pids.values():
                await ends(self.zygote, pid, signal.SIGTERM)
            return await judged(self)

    @property
    def readers(self) -> range:
        """The ids of the readers."""
        return range(1, self.options.readers + 1)


def pid_of(name: str) -> int:
    """The process of a replica, from its name."""
    return int(name.split("-")[-2])


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def work(options: argparse.Namespace, zygote: Zygote, url: str) -> int:
    """Run it and print the figures; the exit code."""
    store = await open_storage(url)
    try:
        town = Town(options, zygote, url, store)
        result = await town.run()
    finally:
        await store.close()
    print(json.dumps(result, ensure_ascii=False))
    slowest = max(spread(times)["p99"] for times in town.passed.values() if times)
    zero = ("lost from the ledger", "delivered twice", "sent and not there", "answered twice", "discrepancies")
    published, stored = result["news published, stored"]  # type: ignore[misc]
    return 0 if not any(result[name] for name in zero) and published == stored and slowest <= 10 else 1


def main(arguments: list[str] | None = None) -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--readers", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--together", action="store_true")
    parser.add_argument("--log", type=Path, help="where the log lines of all replicas go at the end")
    options = parser.parse_args(arguments)

    async def on(running: AsyncIterator[str]) -> int:
        async with running as url:
            return await work(options, zygote, url)

    with tempfile.TemporaryDirectory() as folder:
        zygote = Zygote(Path(folder), MORNING - HOUR)
        try:
            with cluster(max_connections="100", autovacuum="on") as server:
                return asyncio.run(on(server.database()))
        finally:
            if options.log:
                options.log.write_bytes((Path(folder) / "bots.log").read_bytes())
            zygote.close()


if __name__ == "__main__":
    sys.exit(main())
