"""How soon the lead passes on: three processes on a private PostgreSQL, the leader frozen or killed, again and again.

    python -m benchmarks.replicas [--times 10]

Only the lease is shown here, with the real sign of life (bot/replica.py); no messages are sent.
"""

import argparse
import asyncio
import multiprocessing
import os
import signal
import time

from bot.pace import Pace, Silence
from bot.replica import Replica
from storage import Storage, open_storage
from tests.postgres import Cluster, cluster


def at_work(url: str, name: str) -> None:
    async def work() -> None:
        store = await open_storage(url)
        pace, silence = Pace(30), Silence(store, lambda: int(time.time()))
        replica = Replica(store, name, pace, silence)
        await replica.beat()
        async with replica.at_work():
            await asyncio.Event().wait()

    asyncio.run(work())


async def leader(store: Storage) -> str | None:
    row = await store.database.fetchrow(
        "SELECT name FROM replicas WHERE beat_at > extract(epoch FROM clock_timestamp()) * 1000 - 2500"
        " ORDER BY since, name LIMIT 1"
    )
    first = await store.database.fetchval("SELECT name FROM replicas ORDER BY since, name LIMIT 1")
    return row["name"] if row and row["name"] == first else None


async def measure(url: str, times: int) -> None:
    store = await open_storage(url)
    running: dict[str, multiprocessing.Process] = {}
    numbers = iter(range(1000))

    def start() -> None:
        name = f"replica-{next(numbers)}"
        running[name] = multiprocessing.get_context("spawn").Process(target=at_work, args=(url, name), daemon=True)
        running[name].start()

    for _ in range(3):
        start()
    while len(await store.database.fetch("SELECT 1 FROM replicas")) < 3:
        await asyncio.sleep(0.2)
    for how in (signal.SIGSTOP, signal.SIGKILL):
        taken = []
        for _ in range(times):
            while (lost := await leader(store)) is None:
                await asyncio.sleep(0.05)
            os.kill(running[lost].pid, how)
            began = time.monotonic()
            while await leader(store) in (lost, None):
                await asyncio.sleep(0.05)
            taken.append(time.monotonic() - began)
            if how == signal.SIGSTOP:
                os.kill(running[lost].pid, signal.SIGCONT)
            else:
                start()
            await asyncio.sleep(2)
        print(f"{how.name}: {times} times, taken over after {min(taken):.1f} to {max(taken):.1f} s", flush=True)
    for one in running.values():
        one.kill()
    await store.close()


async def main(running: Cluster, times: int) -> None:
    async with running.database() as url:
        await measure(url, times)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=10)
    with cluster() as server:
        asyncio.run(main(server, parser.parse_args().times))
