"""How common words are in news, by their keys: one reading of `news/data/frequency.tsv` for all who ask."""

from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

from news.language.lexicon import skeleton

_FILE = Path(__file__).parent.parent / "data" / "frequency.tsv"


@cache
def frequencies() -> Mapping[str, int]:
    """Key → four times the logarithm of one over the share of texts with it; the file tells which keys there are."""
    lines = _FILE.read_text(encoding="utf-8").splitlines()
    return {key: int(value) for key, _, value in (line.partition("\t") for line in lines if line and line[0] != "#")}


@lru_cache(8192)
def is_known(word: str) -> bool:
    """Whether news in either language have this word, in any of its forms: then it is no slip."""
    known = frequencies()
    return any(
        key in known for key in (f"s{skeleton(word, 'ru')}", f"s{skeleton(word, 'kk')}", f"k{skeleton(word, 'kk')}")
    )
