"""A new article against all phrases that readers follow: how long until the set of phrases hit is known.

    python -m benchmarks.alerts [--subscriptions 10000,100000,1000000] [--articles 300] [--beside 10000] [--corpus FILE]

Of ten subscriptions three are to a phrase that nobody else has. Phrases are runs of one to three words out of texts,
articles are other texts of the same kind: those of `--corpus` (JSON lines with `title` and `body`, also gzipped), else
texts of made-up sentences in which words are as frequent as in news and one in fourteen is a made-up name. Measured is
what one article costs: its words placed (`ArticleWords`) and looked up (`PhraseIndex.find`). Whoever files an article
has its words analysed, so the first two columns count from there, as in the running program; beside them stand the same
by the clock, the looking up alone, and the whole where nothing was analysed before (another program filed it). All but
the clock's are times of the processor, in milliseconds, of half of the articles and of 99 in a hundred. `--beside`: up
to so many subscriptions each phrase is also searched in each of ten articles, which is the obvious way. Goals: p50 2
ms, p99 10 ms, 150 MB.
"""

import argparse
import gc
import gzip
import itertools
import json
import math
import random
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from news.alerts.matching import ArticleWords, PhraseIndex, rarity
from news.filing import file_entry
from news.language import lexicon
from news.language.analyse import term, words
from news.language.detect import detect
from news.models import Article, Entry, Subscription
from sandbox.news import sample_entries

DATA = Path("news")
SYLLABLES = [f"{one}{two}{three}" for one in "бкжмнст" for two in "аеуы" for three in ("", "р", "н")]
NOW = 1_795_316_400
RAREST = 32
SHORTEST = 400
"""Characters of a text: headlines alone are no articles."""
COMMON = 18
"""Rarity of a word that one article in a hundred has: a phrase has a rarer one, a name mostly."""
GOAL_P50, GOAL_P99, GOAL_MEGABYTES = 2.0, 10.0, 150


def vocabulary() -> dict[str, list[str]]:
    """Words of each language, the most frequent first, from the lists that the analysers have."""
    rows = [line.split("\t") for line in (DATA / "data/frequency.tsv").read_text("utf-8").splitlines()]
    rows = sorted((row for row in rows if row[0][0] in "rs"), key=lambda row: int(row[1]))
    said: dict[str, list[str]] = {"ru": [], "kk": []}
    for one in sample_entries(NOW):
        text = f"{one['title']} {one['body']}"
        said[detect(text) or "ru"] += text.split()
    for concept in lexicon.load().concepts.values():
        for language, phrases in (("ru", concept.ru), ("kk", concept.kk)):
            said[language] += [word.strip("=*") for phrase in phrases for word in phrase.split()]
    for language, kind in (("ru", "r"), ("kk", "s")):
        said[language] += [row[0][1:] for row in rows if row[0][0] == kind]
    return {language: [one for one in dict.fromkeys(found) if one.isalpha()] for language, found in said.items()}


def made_up(chance: random.Random) -> Iterator[Article]:
    """Texts in which words come as often as in news, and a made-up name in each sentence."""
    known = vocabulary()
    often = {
        language: list(itertools.accumulate(math.exp(-min(rarity(term(one, language)), RAREST) / 4) for one in found))
        for language, found in known.items()
    }
    names = ["".join(chance.choices(SYLLABLES, k=3)).capitalize() for _ in range(60_000)]
    key = 0
    while True:
        key += 1
        language = chance.choice(("ru", "kk"))
        count = chance.choice((60, 120, 200, 250, 300, 300, 400, 600, 1500))
        sentences = []
        while count > 0:
            said = chance.choices(known[language], cum_weights=often[language], k=13)
            sentences.append(" ".join([*said, chance.choice(names)]) + ".")
            count -= len(said) + 1
        yield Article(key, str(key), sentences[0], "", language, body="\n".join(sentences[1:]))


def written(path: Path, chance: random.Random) -> Iterator[Article]:
    """The articles of a corpus in random order, without very short ones."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as file:
        lines = file.readlines()
    chance.shuffle(lines)
    for key, line in enumerate(lines, 1):
        row = json.loads(line)
        if len(row["body"]) < SHORTEST:
            continue
        language = row.get("language") or detect(row["title"], row["body"]) or "ru"
        yield Article(key, str(key), row["title"], "", language, body=row["body"])


def drawn(texts: Iterator[Article], count: int, chance: random.Random) -> list[Subscription]:
    """So many different phrases: words that stand side by side, a rare one among them."""
    found: dict[str, None] = {}
    for one in texts:
        spoken = words(f"{one.title}\n{one.body}")
        for _ in range(40):
            at, length = chance.randrange(len(spoken) or 1), chance.choice((1, 2, 2, 2, 3))
            said = [word for word in spoken[at : at + length] if len(word) > 2]
            if said and max(rarity(term(word, one.language)) for word in said) > COMMON:
                found[" ".join(said)] = None
        if len(found) >= count:
            return [Subscription("word", phrase) for phrase in list(found)[:count]]
    raise SystemExit(f"the texts hold only {len(found)} phrases")


def memory() -> float:
    """Megabytes that this program has in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096 / 1e6


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which this share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measured(
    asked: Sequence[Subscription], articles: Sequence[Article], beside: int, subscriptions: int
) -> dict[str, object]:
    """Fill an index and measure it; a row of the table."""
    count = len(asked)
    index = PhraseIndex()
    index.add(0, Subscription("word", "су өшіру"))  # the lexicon is loaded, whoever matches
    gc.collect()
    before, began = memory(), time.perf_counter()
    for number, one in enumerate(asked, 1):
        index.add(number, one)
    built = time.perf_counter() - began
    gc.collect()
    used = memory() - before
    filed, alone, unread, clock, hits = [], [], [], [], 0
    warming, articles = articles[: len(articles) // 2], articles[len(articles) // 2 :]
    for article in warming:
        index.find(ArticleWords(article))
    spent = time.thread_time
    for article in articles:
        began = spent()
        ArticleWords(article)
        first = spent() - began
        file_entry(Entry(article.id, article.title, article.body, language=article.language))
        began, by_clock = spent(), time.perf_counter()
        read = ArticleWords(article)
        half = spent()
        hits += len(index.find(read))
        ended = spent()
        clock.append((time.perf_counter() - by_clock) * 1000)
        filed.append((ended - began) * 1000)
        alone.append((ended - half) * 1000)
        unread.append((first + ended - half) * 1000)
    result: dict[str, object] = {
        "subscriptions": subscriptions,
        "phrases": count,
        "p50 ms": round(percentile(filed, 0.5), 2),
        "p99 ms": round(percentile(filed, 0.99), 2),
        "by the clock": [round(percentile(clock, share), 2) for share in (0.5, 0.99)],
        "looking up alone": [round(percentile(alone, share), 2) for share in (0.5, 0.99)],
        "nothing analysed before": [round(percentile(unread, share), 2) for share in (0.5, 0.99)],
        "hits an article": round(hits / len(articles), 1),
        "megabytes": round(used),
        "built in s": round(built, 1),
    }
    if subscriptions <= beside:
        began, found = time.perf_counter(), 0
        for article in articles[:10]:
            read = ArticleWords(article)
            found += sum(read.has(one) for one in asked)
        result["each phrase searched, ms an article"] = round((time.perf_counter() - began) * 100)
        if found != sum(len(index.find(ArticleWords(article)) - {0}) for article in articles[:10]):
            raise SystemExit("the index and the search of each phrase disagree")
    return result


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--subscriptions", default="10000,100000,1000000")
    parser.add_argument("--articles", type=int, default=300)
    parser.add_argument("--beside", type=int, default=10_000)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)
    texts = written(options.corpus, chance) if options.corpus else made_up(chance)
    articles = list(itertools.islice(texts, 2 * options.articles))
    counts = sorted(map(int, options.subscriptions.split(",")))
    asked = drawn(texts, counts[-1] * 3 // 10, chance)
    chance.shuffle(asked)
    held = True
    for count in counts:
        result = measured(asked[: count * 3 // 10], articles, options.beside, count)
        print(json.dumps(result, ensure_ascii=False), flush=True)
        p50, p99, used = (float(str(result[name])) for name in ("p50 ms", "p99 ms", "megabytes"))
        held = held and p50 <= GOAL_P50 and p99 <= GOAL_P99 and used <= GOAL_MEGABYTES
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
