"""Makes news/data/frequency.tsv, how rare keys of stories are in news: `python -m benchmarks.make_frequency FOLDER`.

FOLDER holds checkouts of public repositories whose licence allows it; NOTICE names and credits them: KazNERD (its
shuffled sentences, eight of them a "text") and KazQAD's paragraphs for Kazakh, NEREL's Wikinews texts and
factRuEval-2016 for Russian. Those are few, so Russian words also count as often as wordfreq (CC BY-SA 4.0; installed
for this alone) says that they stand in texts of such a length. Nothing of what stories are measured on is read.
"""

import collections
import itertools
import json
import math
import sys
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import Stemmer

from news.language import lexicon
from news.language.normalise import fold, words

TARGET = Path(__file__).resolve().parents[1] / "news" / "data" / "frequency.tsv"
_LEAST = 3
_MOST = 6.5
_BELIEVED = 600
"""How many texts the words of wordfreq count as, and how long these are."""
_LENGTH = 180
HEADER = """\
# How rare words are in news: a key and four times the logarithm of one over the share of texts with it.
# r Russian stem, k Kazakh skeleton, s skeleton in both languages, c concept of the lexicon.
# Counted (benchmarks/make_frequency.py) in KazNERD (IS2AI, CC BY 4.0), KazQAD (CC BY-SA 4.0), Wikinews as in NEREL
# (CC BY 2.5) and factRuEval-2016 (MIT), with the frequencies of wordfreq (CC BY-SA 4.0).
"""


def kazakh_texts(folder: Path) -> Iterator[str]:
    """Eight sentences of KazNERD at a time, and paragraphs of KazQAD."""
    sentences = [
        " ".join(line.split()[0] for line in sentence.splitlines() if line.split())
        for part in ("test", "valid")
        for sentence in (folder / f"KazNERD/KazNERD/IOB2_{part}.txt").read_text(encoding="utf-8").split("\n\n")
    ]
    yield from (" ".join(sentences[at : at + 8]) for at in range(0, len(sentences), 8))
    contexts = folder / "KazQAD/data/reading-comprehension/kazqad-reading-comprehension-v1.0-kk-validation.jsonl"
    rows = [json.loads(line) for line in contexts.read_text(encoding="utf-8").splitlines()]
    yield from dict.fromkeys(row["context"] for row in rows)


def russian_texts(folder: Path) -> Iterator[str]:
    """Wikinews and factRuEval-2016."""
    for pattern in ("NEREL/NEREL-v1.1/*/*.txt", "factRuEval-2016/*set/*.txt"):
        yield from (path.read_text(encoding="utf-8") for path in sorted(folder.glob(pattern)))


def shares(texts: Iterable[str], language: str) -> dict[str, float]:
    """Key → the share of texts that have it."""
    counted: collections.Counter[str] = collections.Counter()
    size = 0
    stem = Stemmer.Stemmer("russian").stemWord
    for text in texts:
        plain = [fold(word) for word in words(text)]
        own = {f"r{stem(word)}" if language == "ru" else f"k{lexicon.skeleton(word, 'kk')}" for word in plain}
        carried = {f"s{lexicon.skeleton(word, language)}" for word in plain}
        counted.update(own | carried | {f"c{found.value.id}" for found in lexicon.load().find(plain, language)})
        size += 1
    least = _LEAST if language == "kk" else 1
    found = {key: count / size for key, count in counted.items() if count >= least}
    if language == "kk":
        return found
    everyday: dict[str, float] = collections.defaultdict(float)
    for word, often in import_module("wordfreq").get_frequency_dict("ru", "large").items():
        for part in words(word):
            plain_word = fold(part)
            everyday[f"r{stem(plain_word)}"] += often
            everyday[f"s{lexicon.skeleton(plain_word, 'ru')}"] += often
    for key in {*everyday, *(key for key in found if key[0] != "c")}:
        believed = 1 - math.exp(-_LENGTH * everyday.get(key, 0.0))
        found[key] = (found.get(key, 0.0) * size + believed * _BELIEVED) / (size + _BELIEVED)
    return {key: share for key, share in found.items() if key[0] != "c" or share * size >= _LEAST}


def main(folder: Path) -> None:
    """Count, write, and tell how many."""
    ru, kk = (
        {key: -math.log(share) for key, share in shares(texts, language).items()}
        for language, texts in (("ru", russian_texts(folder)), ("kk", kazakh_texts(folder)))
    )
    merged = {
        key: (min(_MOST, ru.get(key, _MOST)) + min(_MOST, kk.get(key, _MOST))) / 2
        if key[0] in "sc"
        else ru.get(key, kk.get(key, _MOST))
        for key in itertools.chain(ru, kk)
    }
    rows = sorted((key, round(rarity * 4)) for key, rarity in merged.items() if rarity < _MOST - 0.1)
    TARGET.write_text(HEADER + "".join(f"{key}\t{rarity}\n" for key, rarity in rows), encoding="utf-8")
    sys.stdout.write(f"{len(rows)} keys, {TARGET.stat().st_size // 1024} KB\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
