"""Main text of real pages against trafilatura's own: `python -m benchmarks.pages FOLDER`.

FOLDER is a checkout of one of three: github.com/scrapinghub/article-extraction-benchmark (MIT; `ground-truth.json`,
`html/*.html.gz`) and github.com/mozilla/readability (Apache-2.0; `test/test-pages`, its titles too) are measured by
shingles of four words, as the first one's `evaluate.py` does; github.com/adbar/trafilatura (Apache-2.0;
`tests/evaldata.json`) by pieces of text that must and must not be there; it knows titles and days of publication too.
All readers run in this process.
"""

import gzip
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import NamedTuple

from trafilatura import bare_extraction

from news.models import Entry
from news.pages.webpage import parse_html, parse_tree, visible_text

_WORD = re.compile(r"\w+")


def shingles(text: str) -> Counter[tuple[str, ...]]:
    """The runs of four words of a text, counted."""
    words = _WORD.findall(text)
    size = min(4, len(words)) or 1
    return Counter(tuple(words[start : start + size]) for start in range(len(words) - size + 1))


def score(truth: str, found: str) -> tuple[float, float]:
    """Precision and recall of one page."""
    wanted, got = shingles(truth), shingles(found)
    common = sum((wanted & got).values())
    return (common / got.total() if got else 0.0), (common / wanted.total() if wanted else 1.0)


class Page(NamedTuple):
    """A page and what is right: its text, or pieces that must and must not be in it; title and day where known.

    A day that is known to be none is empty.
    """

    content: bytes
    text: str = ""
    wanted: tuple[str, ...] = ()
    unwanted: tuple[str, ...] = ()
    title: str | None = None
    day: str | None = None
    url: str | None = None


class Found(NamedTuple):
    """What a reader makes of a page."""

    text: str = ""
    title: str = ""
    day: str = ""


def pages_of(folder: Path) -> list[Page]:
    """The pages of a checkout of any of the three."""
    if (truth := folder / "ground-truth.json").exists():
        texts = json.loads(truth.read_text())
        files = {key: folder / "html" / f"{key}.html.gz" for key in texts}
        return [Page(gzip.decompress(path.read_bytes()), texts[key]["articleBody"]) for key, path in files.items()]
    if (tests := folder / "test" / "test-pages").is_dir():
        return [mozillas(case) for case in sorted(tests.iterdir()) if (case / "expected.html").exists()]
    found = []
    for url, case in json.loads((folder / "tests" / "evaldata.json").read_text()).items():
        path = next(path for part in ("cache", "eval") if (path := folder / "tests" / part / case["file"]).exists())
        known = {"title": case.get("title") or None, "day": case.get("date"), "url": url}
        found.append(Page(path.read_bytes(), wanted=tuple(case["with"]), unwanted=tuple(case["without"]), **known))
    return found


def mozillas(case: Path) -> Page:
    """A page of Mozilla's test cases."""
    tree = parse_tree((case / "expected.html").read_text())
    title = json.loads((case / "expected-metadata.json").read_text())["title"]
    return Page((case / "source.html").read_bytes(), visible_text(tree) if tree is not None else "", title=title)


def trafilaturas(page: Page, *, precise: bool) -> Found:
    """What trafilatura reads."""
    found = bare_extraction(
        page.content, url=page.url, favor_precision=precise, include_comments=False, with_metadata=True
    )
    if found is None or isinstance(found, dict):
        return Found()
    return Found(found.text or "", found.title or "", (found.date or "")[:10])


def ours(page: Page) -> Found:
    """What Qala reads."""
    found = parse_html(page.content, "page", url=page.url)
    return Found(found.body, found.title, str(found.published or "")[:10]) if isinstance(found, Entry) else Found()


def one_line(text: str | None) -> str:
    """A text on one line, for comparing titles."""
    return " ".join((text or "").split())


def measure(name: str, read: Callable[[Page], Found], pages: list[Page]) -> None:
    """Read all pages with one reader and print its scores."""
    read(pages[0])
    began = time.process_time()
    found = [read(page) for page in pages]
    spent = time.process_time() - began
    if pages[0].wanted:
        texts = [one_line(one.text) for one in found]
        right = sum(one_line(part) in text for page, text in zip(pages, texts, strict=True) for part in page.wanted)
        wrong = sum(one_line(part) in text for page, text in zip(pages, texts, strict=True) for part in page.unwanted)
        precision, recall = right / (right + wrong), right / sum(len(page.wanted) for page in pages)
    else:
        scores = [score(page.text, one.text) for page, one in zip(pages, found, strict=True)]
        precision, recall = (sum(part) / len(scores) for part in zip(*scores, strict=True))
    f1 = 2 * precision * recall / (precision + recall)
    print(
        f"{name:12} F1 {f1:.4f}  P {precision:.4f}  R {recall:.4f}  {len(pages) / spent:.1f} pages a second of CPU"
        + "".join(_titles(pages, found)),
        flush=True,
    )


def _titles(pages: list[Page], found: list[Found]) -> Iterator[str]:
    """How many titles and days are right, and how many days were guessed where none is known."""
    titles = [(page.title, one.title) for page, one in zip(pages, found, strict=True) if page.title is not None]
    if titles:
        yield f"  titles {sum(one_line(a) == one_line(b) for a, b in titles)} of {len(titles)}"
    days = [(page.day, one.day) for page, one in zip(pages, found, strict=True) if page.day is not None]
    if days:
        known = [(right, day) for right, day in days if right]
        right, missed = sum(right == day for right, day in known), sum(not day for _, day in known)
        guessed = sum(bool(day) for right, day in days if not right)
        yield f"  days {right} of {len(known)}, {missed} missed, {len(known) - right - missed} wrong"
        yield f", {guessed} guessed of {len(days) - len(known)}"


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    pages = pages_of(Path(sys.argv[1]))
    measure("trafilatura", partial(trafilaturas, precise=False), pages)
    measure("its precise", partial(trafilaturas, precise=True), pages)
    measure("Qala", ours, pages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
