"""Main text of real pages against trafilatura's own: `python -m benchmarks.pages FOLDER`.

FOLDER is a checkout of github.com/scrapinghub/article-extraction-benchmark (MIT): its `ground-truth.json` and
`html/*.html.gz`. The measure is the one of its `evaluate.py`: shingles of four words. Both run in this process.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from trafilatura import bare_extraction

from news.models import Entry
from news.pages.webpage import parse_html

_WORD = re.compile(r"\w+")


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    size = min(4, len(words)) or 1
    return Counter(tuple(words[start : start + size]) for start in range(len(words) - size + 1))


def score(truth: str, found: str) -> tuple[float, float]:
    """Precision and recall of one page."""
    wanted, got = shingles(truth), shingles(found)
    common = sum((wanted & got).values())
    return (common / got.total() if got else 0.0), (common / wanted.total() if wanted else 1.0)


def trafilaturas(content: bytes) -> str:
    found = bare_extraction(content, favor_precision=True, include_comments=False, with_metadata=True)
    return (found.text or "") if found is not None and not isinstance(found, dict) else ""


def ours(content: bytes) -> str:
    found = parse_html(content, "page")
    return found.body if isinstance(found, Entry) else ""


def measure(name: str, read: Callable[[bytes], str], pages: dict[str, bytes], truth: dict[str, dict[str, str]]) -> None:
    read(next(iter(pages.values())))
    began = time.process_time()
    found = {key: read(content) for key, content in pages.items()}
    spent = time.process_time() - began
    scores = [score(truth[key]["articleBody"], text) for key, text in found.items()]
    precision, recall = (sum(part) / len(scores) for part in zip(*scores, strict=True))
    f1 = 2 * precision * recall / (precision + recall)
    print(f"{name:12} F1 {f1:.4f}  P {precision:.4f}  R {recall:.4f}  {len(pages) / spent:.1f} pages a second of CPU")


def main() -> int:
    folder = Path(sys.argv[1])
    truth = json.loads((folder / "ground-truth.json").read_text())
    pages = {key: gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes()) for key in truth}
    measure("trafilatura", trafilaturas, pages, truth)
    measure("Qala", ours, pages, truth)
    return 0


if __name__ == "__main__":
    sys.exit(main())
