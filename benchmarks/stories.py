"""What filing costs: 1,000 articles analysed, saved and joined into stories, against an empty store and a large one.

    python benchmarks/stories.py [--store 100000] [--new 1000]

The articles are invented from a vocabulary of words with a natural spread of frequencies, dated evenly over 90 days; one
in four is retold by another outlet. Prints seconds for the new ones, and how many milliseconds one takes.
"""

import argparse
import asyncio
import pathlib
import random
import tempfile
import time
from datetime import UTC, datetime

from news.filing import file_entry
from news.models import Entry, Filed
from storage import open_storage

NOW = 1_800_000_000
BATCH = 200


def article(number: int, dice: random.Random, names: list[str], words: list[str]) -> list[Entry]:
    published = datetime.fromtimestamp(NOW - dice.randrange(90 * 86400), UTC)
    who = dice.sample(names, 3)
    told = [dice.choices(words, [1 / (n + 3) for n in range(len(words))], k=14) for _ in range(16)]
    sentences = [f"{dice.choice(who)} {' '.join(line)}.".capitalize() for line in told]
    first = Entry(
        f"a{number}", f"{who[0]} {' '.join(told[0][:5])} {who[1]}", " ".join(sentences), published=published, source="A"
    )
    if number % 4:
        return [first]
    dice.shuffle(sentences)
    return [
        first,
        Entry(
            f"b{number}",
            f"{who[1]} {' '.join(told[0][2:6])} {who[0]}",
            " ".join(sentences[:12]),
            published=published,
            source="B",
        ),
    ]


def articles(count: int, seed: int) -> list[Entry]:
    dice = random.Random(seed)
    syllables = ["ка", "ре", "то", "ми", "на", "лу", "ше", "го", "ди", "ва", "со", "пра", "кон", "тер", "мент", "ста", "рож", "лов", "ник", "ков"]
    words = ["".join(dice.choices(syllables, k=dice.randint(2, 4))) for _ in range(30_000)]
    names = ["".join(dice.choices(syllables, k=3)).capitalize() for _ in range(20_000)]
    made: list[Entry] = []
    while len(made) < count:
        made += article(seed * 10_000_000 + len(made), dice, names, words)
    return made[:count]


async def main(store_size: int, new: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = await open_storage(f"sqlite:///{pathlib.Path(folder) / 'qala.sqlite'}")
        try:
            await add(store, articles(200, 3))  # dictionaries are read, caches warm
            print(f"empty store:      {await add(store, articles(new, 1)):6.2f} s for {new}")
            before = articles(store_size, 2)
            spent = await add(store, before)
            print(f"filling:          {spent:6.2f} s for {len(before)} ({1000 * spent / len(before):.2f} ms each)")
            print(f"large store:      {await add(store, articles(new, 4)):6.2f} s for {new}")
            print(f"stories:          {len(await store.stories.since())}")
        finally:
            await store.close()


async def add(store, entries: list[Entry]) -> float:
    started = time.perf_counter()
    for start in range(0, len(entries), BATCH):
        filed = [file_entry(entry) for entry in entries[start : start + BATCH]]
        await store.articles.save([one for one in filed if isinstance(one, Filed)], NOW)
    return time.perf_counter() - started


if __name__ == "__main__":
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--store", type=int, default=100_000)
    options.add_argument("--new", type=int, default=1_000)
    given = options.parse_args()
    asyncio.run(main(given.store, given.new))
