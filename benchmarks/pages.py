"""Main text of real pages against trafilatura's own: `python -m benchmarks.pages FOLDER`.

FOLDER is a checkout of one of three: github.com/scrapinghub/article-extraction-benchmark (MIT; `ground-truth.json`,
`html/*.html.gz`) and github.com/mozilla/readability (Apache-2.0; `test/test-pages`, its titles too) are measured by
shingles of four words, as the first one's `evaluate.py` does; github.com/adbar/trafilatura (Apache-2.0;
`tests/evaldata.json`) by pieces of text that must and must not be there. All readers run in this process.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

from trafilatura import bare_extraction

from news.models import Entry
from news.pages.webpage import parse_html, parse_tree, visible_text

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


class Page(NamedTuple):
    """A page and what is right: its text, or pieces that must and must not be in it; its title where one is known."""

    content: bytes
    text: str = ""
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    title: str | None = None


def pages_of(folder: Path) -> list[Page]:
    if (truth := folder / "ground-truth.json").exists():
        texts = json.loads(truth.read_text())
        files = {key: folder / "html" / f"{key}.html.gz" for key in texts}
        return [Page(gzip.decompress(path.read_bytes()), texts[key]["articleBody"]) for key, path in files.items()]
    if (tests := folder / "test" / "test-pages").is_dir():
        return [mozillas(case) for case in sorted(tests.iterdir()) if (case / "expected.html").exists()]
    found = []
    for case in json.loads((folder / "tests" / "evaldata.json").read_text()).values():
        path = next(path for part in ("cache", "eval") if (path := folder / "tests" / part / case["file"]).exists())
        found.append(Page(path.read_bytes(), wanted=tuple(case["with"]), unwanted=tuple(case["without"])))
    return found


def mozillas(case: Path) -> Page:
    tree = parse_tree((case / "expected.html").read_text())
    title = json.loads((case / "expected-metadata.json").read_text())["title"]
    return Page((case / "source.html").read_bytes(), visible_text(tree) if tree is not None else "", title=title)


def trafilaturas(content: bytes, *, precise: bool) -> tuple[str, str]:
    found = bare_extraction(content, favor_precision=precise, include_comments=False, with_metadata=True)
    return ("", "") if found is None or isinstance(found, dict) else (found.text or "", found.title or "")


def ours(content: bytes) -> tuple[str, str]:
    found = parse_html(content, "page")
    return (found.body, found.title) if isinstance(found, Entry) else ("", "")


def one_line(text: str | None) -> str:
    return " ".join((text or "").split())


def measure(name: str, read: Callable[[bytes], tuple[str, str]], pages: list[Page]) -> None:
    read(pages[0].content)
    began = time.process_time()
    found = [read(page.content) for page in pages]
    spent = time.process_time() - began
    if pages[0].wanted:
        texts = [one_line(text) for text, _ in found]
        right = sum(one_line(part) in text for page, text in zip(pages, texts, strict=True) for part in page.wanted)
        wrong = sum(one_line(part) in text for page, text in zip(pages, texts, strict=True) for part in page.unwanted)
        precision, recall = right / (right + wrong), right / sum(len(page.wanted) for page in pages)
    else:
        scores = [score(page.text, text) for page, (text, _) in zip(pages, found, strict=True)]
        precision, recall = (sum(part) / len(scores) for part in zip(*scores, strict=True))
    f1 = 2 * precision * recall / (precision + recall)
    known = [(page.title, title) for page, (_, title) in zip(pages, found, strict=True) if page.title is not None]
    titles = f"  titles {sum(one_line(a) == one_line(b) for a, b in known)} of {len(known)}" if known else ""
    rate = len(pages) / spent
    print(
        f"{name:12} F1 {f1:.4f}  P {precision:.4f}  R {recall:.4f}  {rate:.1f} pages a second of CPU{titles}",
        flush=True,
    )


def main() -> int:
    pages = pages_of(Path(sys.argv[1]))
    measure("trafilatura", partial(trafilaturas, precise=False), pages)
    measure("its precise", partial(trafilaturas, precise=True), pages)
    measure("Qala", ours, pages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
