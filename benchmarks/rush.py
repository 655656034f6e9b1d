"""A push that everyone opens: a thousand people in one second, others press and type meanwhile; and a cold start.

    python -m benchmarks.rush --database FILE [--people 1000] [--others 200] [--rate 30]

FILE is a SQLite store with articles; it is copied. `--people` say /latest within a second, and in that second as many
`--others` press a button and others type an inline question; the token may send `--rate` messages a second. Prints
how long it took until all were answered, what presses and questions waited, who got none and who got two; then the
seconds from `qala run` to the first answer of a message that waits, beside a bare bot's. Ends with 1 where somebody
got none or two.
"""

import argparse
import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.answers import AN_HOUR_AND_MORE, WORDS, free_port, local_telegram, phases, processor
from benchmarks.lives import TOKEN, Zygote, ends, until
from sandbox.world.people import Person
from sandbox.world.telegram import Telegram


def percentile(waits: list[float], share: float) -> float:
    """In ms."""
    return sorted(waits)[min(len(waits) - 1, int(len(waits) * share))] * 1000 if waits else float("nan")


class Rush:
    """People who are known to the bot already; the others have a list with buttons before them."""

    def __init__(self, telegram: Telegram, people: int, others: int) -> None:
        self.telegram = telegram
        self.people = [Person.new(telegram, f"reader {number}", language_code="ru") for number in range(people)]
        self.pressing = [Person.new(telegram, f"presser {number}", language_code="ru") for number in range(others)]
        self.typing = [Person.new(telegram, f"typist {number}", language_code="ru") for number in range(others)]

    async def known(self) -> None:
        """Everybody has said something before; those who press have seen the newest."""
        for part in range(0, len(self.people), 100):
            for person in self.people[part : part + 100]:
                person.says("/language ru")
            for person in self.people[part : part + 100]:
                await person.sees(within=60)
        for person in (*self.pressing, *self.typing):
            person.says("/language ru")
        for person in (*self.pressing, *self.typing):
            await person.sees(within=60)
        for person in self.pressing:
            person.says("/latest")
        self.lists = [await person.sees(within=60) for person in self.pressing]

    async def second(self, rate: float) -> dict[str, object]:
        """The second, and all that comes of it."""
        looked, began = len(self.telegram.events), asyncio.get_running_loop().time()
        self.presses: dict[str, float] = {}
        self.questions: dict[str, float] = {}
        watched = asyncio.create_task(self._watched(looked))
        await self._all_at_once()
        patience = began + len(self.people) / rate * 2 + 30
        loop = asyncio.get_running_loop()
        while loop.time() < patience and (len(self.got) < len(self.people) or self.presses or self.questions):
            await asyncio.sleep(0.02)
        await asyncio.sleep(2)  # whoever gets two gets them now
        watched.cancel()
        return {
            "seconds": self.last - began,
            "none": len(self.people) - len(self.got),
            "two": sum(count > 1 for count in self.got.values()),
            "press p50": percentile(self.waited["press"], 0.5),
            "press p99": percentile(self.waited["press"], 0.99),
            "inline p50": percentile(self.waited["inline"], 0.5),
            "inline p99": percentile(self.waited["inline"], 0.99),
            "unanswered": len(self.presses) + len(self.questions),
        }

    async def _all_at_once(self) -> None:
        """Each says, presses or types once, within a second."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        lists = dict(zip((one.id for one in self.pressing), self.lists, strict=True))
        typing = {one.id for one in self.typing}
        order = sorted([*self.people, *self.pressing, *self.typing], key=lambda person: person.id * 7919 % 10_007)
        for number, person in enumerate(order):
            while loop.time() - began < number / len(order):
                await asyncio.sleep(0.002)
            if person.id in lists:
                self.presses[person.presses(lists[person.id], "2").id] = loop.time()
            elif person.id in typing:
                self.questions[person.types(WORDS[number % len(WORDS)]).id] = loop.time()
            else:
                person.says("/latest")

    async def _watched(self, looked: int) -> None:
        """Note what comes, when it comes."""
        loop = asyncio.get_running_loop()
        self.got: Counter[int] = Counter()
        self.waited: dict[str, list[float]] = {"press": [], "inline": []}
        self.last = loop.time()
        asked = {person.chat().id for person in self.people}
        while True:
            for event in self.telegram.events[looked:]:
                if event.kind == "message" and event.chat in asked and event.payload["from"]["is_bot"]:
                    self.got[event.chat] += 1
                    self.last = loop.time()
                elif event.kind == "inline" and (at := self.questions.pop(event.payload["inline_query_id"], None)):
                    self.waited["inline"].append(loop.time() - at)
            looked = len(self.telegram.events)
            for one in [one for one in self.presses if self.telegram.presses[one].answer is not None]:
                self.waited["press"].append(loop.time() - self.presses.pop(one))
            await asyncio.sleep(0.002)


async def rush(zygote: Zygote, people: int, others: int, rate: float) -> dict[str, object]:
    """The figures of a thousand people in a second."""
    async with local_telegram() as (telegram, base):
        crowd = Rush(telegram, people, others)
        pid = zygote.born(base, rate=1000, bell=60)
        await crowd.known()
        await ends(zygote, pid, signal.SIGTERM)
        zygote.clock.value += AN_HOUR_AND_MORE
        port = free_port()
        pid = zygote.born(base, rate=rate, bell=60, listen=f"127.0.0.1:{port}")
        try:
            first = crowd.people[0]
            first.says("/latest")
            await first.sees(within=60)
            await asyncio.sleep(3)  # warm
            found = await crowd.second(rate)
            return found | {"phases": await phases(port)}
        finally:
            await ends(zygote, pid, signal.SIGTERM)


async def cold(database: Path) -> dict[str, tuple[float, float]]:
    """Seconds from the start of a program to its first answer, a message waiting already, and of processor until then.

    The store is a copy that nothing else has run on: the bots of other rows live by a clock that is hours ahead.
    """
    found = {}
    bare = [sys.executable, str(Path(__file__).parent / "bare_bot.py")]
    for name in ("bare", "Qala"):
        with tempfile.TemporaryDirectory() as folder:
            shutil.copy(database, Path(folder) / "qala.sqlite")
            async with local_telegram(int(time.time())) as (telegram, base):
                person = Person.new(telegram, "reader", language_code="ru")
                person.says("/start" if name == "Qala" else "x")
                own = {"QALA_BOT_TOKEN": TOKEN, "QALA_API_URL": base, "QALA_DATA_DIR": folder, "QALA_LISTEN": "off"}
                polls = [*bare, base, TOKEN, "polling", "0"]
                command = polls if name == "bare" else [sys.executable, "-m", "bot", "run"]
                began = time.perf_counter()
                program = await asyncio.create_subprocess_exec(
                    *command,
                    env=os.environ | own,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
                try:
                    if await until(lambda: person.messages(person.chat())[1:], 60):  # noqa: B023 - asked within this turn
                        found[name] = time.perf_counter() - began, processor(program.pid)
                finally:
                    program.terminate()
                    await program.wait()
    return found


def cold_told(found: dict[str, tuple[float, float]]) -> str:
    """Both starts in words."""
    return ", ".join(
        f"{name} {found[name][0]:.2f} s ({found[name][1]:.2f} s of processor)"
        if name in found
        else f"{name} gave no answer in a minute"
        for name in ("bare", "Qala")
    )


async def run(options: argparse.Namespace, zygote: Zygote) -> int:
    """Measure the rush and the cold starts, and print them; the exit code."""
    told = await rush(zygote, options.people, options.others, options.rate)
    print(
        f"{options.people} people in a second: all answered in {told['seconds']:.1f} s, {told['none']} got no answer,"
        f" {told['two']} got two; {told['unanswered']} presses and questions unanswered"
    )
    for kind in ("press", "inline"):
        print(f"{options.others} × {kind}: p50 {told[f'{kind} p50']:.0f}, p99 {told[f'{kind} p99']:.0f} ms")
    starts = await cold(options.database)
    phases_told = ", ".join(f"{phase} {share:.2f}" for phase, share in told["phases"].items())  # type: ignore[attr-defined]
    print(f"an update, ms: {phases_told}")
    print(f"start to the first answer: {cold_told(starts)}")
    return 1 if told["none"] or told["two"] or told["unanswered"] else 0


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--database", type=Path, required=True)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--others", type=int, default=200)
    parser.add_argument("--rate", type=float, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        shutil.copy(options.database, folder / "qala.sqlite")
        zygote = Zygote(folder, int(time.time()))
        try:
            return asyncio.run(run(options, zygote))
        finally:
            zygote.close()


if __name__ == "__main__":
    sys.exit(main())
