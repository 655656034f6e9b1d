"""Words a second and microseconds a title: `python benchmarks/words.py CORPUS.jsonl[.gz] [ARTICLES]`.

CORPUS has `title` and, if there is one, `body` a line. Kazakh and Russian word forms are those of the corpus, each
once, so that nothing is remembered; then the corpus as it is read on import, beside PyStemmer. Processor time, so that
a busy machine counts less.
"""

import gzip
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import Stemmer

from news.language import kazakh, russian
from news.language.analyse import fold, terms, words
from news.language.detect import detect

_SUFFIXES = (
    "лардың",
    "лердің",
    "дардың",
    "тардың",
    "ның",
    "нің",
    "дың",
    "дің",
    "тың",
    "тің",
    "лар",
    "лер",
    "дар",
    "да",
)


def longest_suffix(word: str) -> str:
    """The word without its longest suffix: the simplest stemmer."""
    return next((word[: -len(s)] for s in _SUFFIXES if word.endswith(s) and len(word) > len(s) + 2), word)


def rate(name: str, work: Callable[[str], object], items: list[str], unit: str) -> None:
    """Print how many items a second a function does."""
    started = time.process_time()
    for item in items:
        work(item)
    spent = time.process_time() - started
    print(f"{name:44s} {len(items) / spent:12,.0f} {unit}/s {spent / len(items) * 1e6:8.1f} µs each")


def main() -> None:
    """Run what the command line asks for."""
    path = Path(sys.argv[1])
    most = int(sys.argv[2]) if len(sys.argv) > 2 else 20_000
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = rows[:: max(1, len(rows) // most)]
    texts = [
        (row["title"] + "\n" + row.get("body", ""), detect(row["title"], row.get("body", "")) or "ru") for row in rows
    ]
    forms = {code: sorted({fold(w) for text, of in texts if of == code for w in words(text)}) for code in ("ru", "kk")}
    stemmer = Stemmer.Stemmer("russian")
    kazakh.key("қала")
    russian.key("город")

    print(f"distinct forms: ru {len(forms['ru'])}, kk {len(forms['kk'])}; each once, nothing remembered")
    rate("ru  Qala (pymorphy3, weighed)", russian.key, forms["ru"], "words")
    rate("ru  PyStemmer", stemmer.stemWord, forms["ru"], "words")
    rate("kk  Qala (grammar and likelihood)", kazakh.key, forms["kk"], "words")
    rate("kk  longest of some suffixes", longest_suffix, forms["kk"], "words")
    rate("kk  first five letters", lambda word: word[:5], forms["kk"], "words")
    for name, analyse in (
        ("articles: words, Qala terms, first time", lambda pair: terms(*pair)),
        ("articles: words, Qala terms, again", lambda pair: terms(*pair)),
        ("articles: words, fold, PyStemmer", lambda pair: stemmer.stemWords([fold(w) for w in words(pair[0])])),
    ):
        rate(name, analyse, texts, "articles")
    titles = list(dict.fromkeys(row["title"] for row in rows))
    for remembered in ("_leaning", "_scores"):
        detect.__globals__[remembered].cache_clear()
    rate("language of a title, first time", detect, titles, "titles")
    rate("language of a title, again", detect, titles, "titles")


if __name__ == "__main__":
    main()
