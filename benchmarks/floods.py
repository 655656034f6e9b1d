"""A flood: what do the others wait, and is all as before when it is over?

    python -m benchmarks.floods [--seconds 60] [--strangers 100000] [--newcomers 3000] [--readers 20] [--rate 30]
                                [--mode polling|webhook] [--replicas 1]

Readers who were there before write every two seconds, and it is noted when each is answered: alone; beside one person
who writes a thousand texts, presses, or inline questions a second; beside strangers who come 500 a second; beside
newcomers who all come at once; and ten seconds after each. The bot is a process of its own, the token may send `--rate`
messages a second. With `--replicas 2` and more the bot is several processes on one PostgreSQL behind a round-robin
proxy, and Telegram calls their webhook. Prints a JSON object; ends with 1 where a wait is longer than wanted.
"""

import argparse
import asyncio
import contextlib
import json
import re
import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from benchmarks.command import command
from benchmarks.lives import TOKEN, Zygote, ends, until
from benchmarks.proxy import Proxy
from sandbox.server.server import address, serve
from sandbox.world.faults import Clock
from sandbox.world.model import Account
from sandbox.world.telegram import Telegram
from storage import open_storage
from tests.postgres import cluster

SECRET = "secret"
MORNING = 1_795_316_400  # 2026-11-22 08:00 in Almaty
ONE_PERSON_MS, STRANGERS_MS = 500, 2000
_TICK = 0.02


class Town:
    """A Telegram whose people talk to one bot, without a phone for each."""

    def __init__(self, seed: int, speed: float = 1) -> None:
        self.telegram = Telegram(Clock(MORNING, speed=speed), seed=seed)
        self.bot = self.telegram.bot(TOKEN, username="qala_bot")
        self._queue = self.telegram.updates[self.bot.id]
        self._queue.allow(["message", "callback_query", "inline_query", "my_chat_member"])
        self._asked: dict[int, list[float]] = {}
        self.waits: list[float] = []
        self._looked = 0
        self._number = 0

    def person(self, identifier: int) -> Account:
        """An account with this id, and its private chat with the bot."""
        account = self.telegram.account("Оқырман", identifier=identifier, language_code="ru")
        self.telegram.private(self.bot, account)
        return account

    def _message(self, account: Account, text: str) -> dict[str, object]:
        self._number += 1
        chat = {"id": account.id, "type": "private", "first_name": "Оқырман"}
        entities = [{"type": "bot_command", "offset": 0, "length": len(text)}] if text.startswith("/") else []
        now = self.telegram.now
        return {"message_id": self._number, "date": now, "chat": chat, "text": text, "entities": entities}

    def says(self, account: Account, text: str, *, measured: bool = False) -> None:
        """Send a text; `measured`: note when it is answered."""
        if measured:
            self._asked.setdefault(account.id, []).append(asyncio.get_running_loop().time())
        message = {**self._message(account, text), "from": account.api()}
        self._queue.add("message", message, f"chat{account.id}")

    def presses(self, account: Account, data: str) -> None:
        """Press a button with this data."""
        self._number += 1
        press = {"id": str(self._number), "from": account.api(), "data": data, "chat_instance": "1"}
        message = {**self._message(account, "Новость"), "from": self.bot.api()}
        self._queue.add("callback_query", {**press, "message": message}, f"chat{account.id}")

    def types(self, account: Account, query: str) -> None:
        """Type an inline query."""
        self._number += 1
        question = {"id": str(self._number), "from": account.api(), "query": query, "offset": ""}
        self._queue.add("inline_query", question, f"user{account.id}")

    async def looks(self) -> None:
        """Notes when those who asked are answered."""
        while True:
            await asyncio.sleep(0.005)
            now = asyncio.get_running_loop().time()
            events = self.telegram.events
            while self._looked < len(events):
                event = events[self._looked]
                self._looked += 1
                if event.kind == "message" and self._asked.get(event.chat or 0):
                    self.waits.append(now - self._asked[event.chat or 0].pop(0))

    def unanswered(self) -> int:
        """How many of the measured texts are not answered yet."""
        return sum(map(len, self._asked.values()))

    def told(self) -> dict[str, float]:
        """What was waited since the last look, in ms; who was not answered waits still."""
        ranked, open_still = sorted(self.waits), self.unanswered()
        self.waits, self._asked = [], {}
        at = lambda share: round(ranked[min(len(ranked) - 1, int(len(ranked) * share))] * 1000)  # noqa: E731
        figures = {"p50": at(0.5), "p99": at(0.99), "longest": at(1.0)} if ranked else {}
        return {"answers": len(ranked), "unanswered": open_still, **figures}


async def talk(town: Town, readers: list[Account], seconds: float) -> None:
    """Each reader writes every two seconds, one after another."""
    loop = asyncio.get_running_loop()
    end, number = loop.time() + seconds, 0
    while loop.time() < end:
        town.says(readers[number % len(readers)], "/help", measured=True)
        number += 1
        await asyncio.sleep(2 / len(readers))


async def pour(seconds: float, a_second: float, one: Callable[[int], None]) -> int:
    """Do something so many times a second."""
    loop = asyncio.get_running_loop()
    began, number = loop.time(), 0
    while (spent := loop.time() - began) < seconds:
        while number < spent * a_second:
            one(number)
            number += 1
        await asyncio.sleep(_TICK)
    return number


async def metrics(port: int) -> dict[str, float]:
    """What a bot counts of itself."""
    secret = {"Authorization": f"Bearer {SECRET}"}
    async with aiohttp.ClientSession(headers=secret) as web, web.get(f"http://127.0.0.1:{port}/metrics") as answer:
        text = await answer.text()
    return {name: float(value) for name, value in re.findall(r"^(qala_\S+) (\S+)$", text, re.MULTILINE)}


def memory(pid: int) -> float:
    """MB a process has in memory now."""
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) / 1024  # type: ignore[index]


class Bots:
    """The processes that are the bot: their figures are added up."""

    def __init__(self, by_port: dict[int, int]) -> None:
        self._by_port = by_port

    async def metrics(self) -> dict[str, float]:
        """What they count of themselves, together."""
        found: dict[str, float] = {}
        for port in self._by_port:
            for name, value in (await metrics(port)).items():
                found[name] = found.get(name, 0) + value
        return found

    def memory(self) -> float:
        """MB they have in memory now."""
        return sum(map(memory, self._by_port.values()))


class Watch:
    """What readers wait beside each flood, what was dropped, and what it took of the bot's process."""

    def __init__(self, town: Town, readers: list[Account], bots: Bots) -> None:
        self._town, self._readers, self._bots = town, readers, bots
        self.result: dict[str, object] = {}
        self.most_tasks, self.most_memory, self.alone, self.good = 0.0, 0.0, 0.0, True

    async def look(self, name: str, seconds: float, flood: Awaitable[int] | None = None) -> dict[str, float]:
        """Measure what readers wait beside a flood, or alone, and print it."""
        before, own = await self._bots.metrics(), self._bots.memory()
        flooding = asyncio.ensure_future(flood) if flood is not None else None
        talking = asyncio.create_task(talk(self._town, self._readers, seconds))
        peak = own
        while not talking.done():
            await asyncio.sleep(1)
            peak = max(peak, self._bots.memory())
            self.most_tasks = max(self.most_tasks, (await self._bots.metrics()).get("qala_tasks", 0))
        await talking
        sent = await flooding if flooding is not None else 0
        await until(lambda: not self._town.unanswered(), 30)
        told, after = self._town.told(), await self._bots.metrics()
        dropped = {
            key.removeprefix("qala_updates_dropped_total"): round(value - before.get(key, 0))
            for key, value in after.items()
            if key.startswith("qala_updates_dropped_total") and value > before.get(key, 0)
        }
        self.most_memory = max(self.most_memory, peak - own)
        self.result[name] = {**told, "flood": sent, "dropped": dropped, "memory, MB": round(peak - own, 1)}
        print(f"  {name}: {json.dumps(self.result[name], ensure_ascii=False)}", flush=True)
        return told

    async def beside(self, name: str, flood: Awaitable[int], seconds: float, wanted: float) -> None:
        """A flood, and ten seconds after it."""
        self._hold(await self.look(name, seconds, flood), wanted)
        await asyncio.sleep(10)
        self._hold(await self.look(f"10 s after {name}", 5), self.alone + ONE_PERSON_MS)

    def _hold(self, told: dict[str, float], wanted: float) -> None:
        self.good = self.good and not told["unanswered"] and told.get("p99", 1e9) <= wanted


async def fill(url: str, people: list[Account]) -> None:
    """A store whose readers were there yesterday."""
    store = await open_storage(url)
    async with store.database.transaction() as tx:
        await tx.executemany(
            "INSERT INTO subscribers (chat_id, kind, language, language_chosen, timezone, created_at, minutes)"
            " VALUES ($1, 'private', 'ru', 1, 'Asia/Almaty', $2, '480')",
            [(one.id, MORNING - 86_400) for one in people],
        )
    await store.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.asynccontextmanager
async def bots(options: argparse.Namespace, folder: Path, zygote: Zygote, api: str, people: list[Account]):  # noqa: ANN201
    """The bot at work, on SQLite or as several replicas on PostgreSQL; port → process of each."""
    ports = [free_port() for _ in range(options.replicas)]
    webhook = options.mode == "webhook" or options.replicas > 1
    async with contextlib.AsyncExitStack() as stack:
        url = f"sqlite:///{folder / 'qala.sqlite'}"
        chosen: dict[str, object] = {"metrics_secret": SECRET}
        if options.replicas > 1:
            server = stack.enter_context(cluster(max_connections="100", autovacuum="on"))
            chosen["database_url"] = url = await stack.enter_async_context(server.database())
        if webhook:
            proxy = await stack.enter_async_context(Proxy([f"http://127.0.0.1:{port}" for port in ports]))
            chosen |= {"webhook_url": f"{proxy.url}/hook", "webhook_secret": SECRET}
        await fill(url, people)
        started = {
            port: zygote.born(api, rate=options.rate, bell=60, listen=f"127.0.0.1:{port}", **chosen) for port in ports
        }
        try:
            yield started
        finally:
            for pid in started.values():
                with contextlib.suppress(ProcessLookupError):
                    await ends(zygote, pid, signal.SIGKILL)


async def run(options: argparse.Namespace, folder: Path, zygote: Zygote) -> int:
    """The floods, one after another; 0 where nobody waited longer than wanted."""
    town = Town(options.seed)
    runner = await serve(town.telegram)
    readers = [town.person(number) for number in range(1, int(options.readers) + 1)]
    loud = town.person(900)
    async with bots(options, folder, zygote, address(runner), [*readers, loud]) as started:
        good = await floods(options, town, readers, loud, started, zygote)
        started.clear()
    await runner.cleanup()
    return 0 if good else 1


async def floods(
    options: argparse.Namespace,
    town: Town,
    readers: list[Account],
    loud: Account,
    started: dict[int, int],
    zygote: Zygote,
) -> bool:
    """Each flood and the time after it; whether all was as wanted."""
    looking = asyncio.create_task(town.looks())
    for one in readers:
        town.says(one, "/help", measured=True)
    town.says(loud, "дороги города")  # dictionaries and index are warm, as they are a minute after a start
    await until(lambda: not town.unanswered(), 60)
    await asyncio.sleep(5)
    town.told()
    watch, short = Watch(town, readers, Bots(started)), min(15.0, options.seconds)
    watch.alone = (await watch.look("alone", short))["p99"]
    most = watch.alone + ONE_PERSON_MS
    texts = pour(options.seconds, 1000, lambda n: town.says(loud, f"слово {n}"))
    await watch.beside("texts", texts, options.seconds, most)
    await watch.beside("presses", pour(short, 1000, lambda n: town.presses(loud, f"read:{n}:0:")), short, most)
    await watch.beside("keystrokes", pour(short, 1000, lambda n: town.types(loud, f"дороги {n}")), short, most)

    async def at_once() -> int:
        for number in range(int(options.newcomers)):
            town.says(town.person(10_000 + number), "/start")
        return int(options.newcomers)

    await watch.beside("newcomers", at_once(), min(60.0, options.seconds), STRANGERS_MS)
    seconds = options.strangers / 500
    strangers = pour(seconds, 500, lambda n: town.says(town.person(1_000_000 + n), "/start"))
    await watch.beside("strangers", strangers, seconds, STRANGERS_MS)
    looking.cancel()
    over = [await ends(zygote, pid, signal.SIGTERM) for pid in started.values()]
    answered = sum(event.kind == "message" and (event.chat or 0) >= 10_000 for event in town.telegram.events)
    ended = {
        "newcomers and strangers answered": answered,
        "most tasks": watch.most_tasks,
        "most memory, MB": round(watch.most_memory, 1),
        "SIGTERM, s": max(spent for _, spent in over),
    }
    print(json.dumps(watch.result | ended, ensure_ascii=False))
    return watch.good and not any(status for status, _ in over) and watch.most_tasks <= 100 * len(started)


if __name__ == "__main__":
    sizes = {"seconds": 60, "strangers": 100_000, "newcomers": 3_000, "readers": 20, "rate": 30}
    sys.exit(command(run, __doc__, MORNING + 1, **sizes, mode="polling", replicas=1))
