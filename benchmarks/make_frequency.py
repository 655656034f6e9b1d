"""Makes news/data/frequency.tsv: how rare keys of stories are in news. Run from the project's root, beside ../shared.

Only texts whose licence allows learning from them: KazNERD (CC BY 4.0), NEREL's Wikinews texts (CC BY 2.5),
factRuEval-2016 and X-WMT (MIT). A Kazakh "text" is eight of KazNERD's shuffled sentences.
"""

import collections
import gzip
import itertools
import json
import math
import pathlib

import Stemmer

from news.language import lexicon
from news.language.analyse import fold, words

CORPUS = pathlib.Path("../shared/eval/corpus.jsonl.gz")
TARGET = pathlib.Path("news/data/frequency.tsv")
SOURCES = {"ru": {"NEREL-wikinews", "factRuEval", "X-WMT"}, "kk": {"KazNERD", "X-WMT"}}
LEAST = 3
HEADER = """\
# How rare words are in news: a key and four times the logarithm of one over the share of texts with it.
# r Russian stem, k Kazakh skeleton, s skeleton in both languages, c concept of the lexicon.
# Counted (benchmarks/make_frequency.py) in KazNERD (IS2AI, CC BY 4.0), Wikinews as in NEREL (CC BY 2.5),
# factRuEval-2016 and X-WMT (MIT).
"""


def texts(language: str) -> list[list[str]]:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        rows = [
            row for row in map(json.loads, lines) if row["source"] in SOURCES[language] and row["id"][:2] == language
        ]
    found = [[fold(word) for word in words(f"{row['title']} {row['body']}")] for row in rows]
    if language == "ru":
        return found
    return [list(itertools.chain(*found[n : n + 8])) for n in range(0, len(found), 8)]


def main() -> None:
    stem = Stemmer.Stemmer("russian").stemWord
    rarities: dict[str, dict[str, float]] = {}
    for language in ("ru", "kk"):
        counted: collections.Counter[str] = collections.Counter()
        read = texts(language)
        for plain in read:
            own = (
                {f"r{stem(word)}" for word in plain}
                if language == "ru"
                else {f"k{lexicon.skeleton(word, 'kk')}" for word in plain}
            )
            carried = {f"s{lexicon.skeleton(word, language)}" for word in plain}
            counted.update(own | carried | {f"c{found.value.id}" for found in lexicon.load().find(plain, language)})
        rarities[language] = {key: math.log(len(read) / count) for key, count in counted.items() if count >= LEAST}
    ru, kk = rarities["ru"], rarities["kk"]
    most = 6.5
    merged = {
        key: (ru.get(key, most) + kk.get(key, most)) / 2 if key[0] in "sc" else ru.get(key, kk.get(key))
        for key in {**ru, **kk}
    }
    rows = sorted((key, round(rarity * 4)) for key, rarity in merged.items() if rarity < most - 0.1)
    TARGET.write_text(HEADER + "".join(f"{key}\t{rarity}\n" for key, rarity in rows), encoding="utf-8")
    print(len(rows), "keys,", TARGET.stat().st_size // 1024, "KB")


if __name__ == "__main__":
    main()
