"""How captured pages are read that nobody learnt from: `python -m benchmarks.captures FOLDER [--wrong] [--split NAME]`.

FOLDER holds the pages' texts, each named by `name_of` its address; they are not ours to keep. What is right stands in
`captured_pages.jsonl`: address, outlet, split, date, and a mark beside a hash of each line («=» the headline, «|» the
text); «daniel:» are whole pages of the corpus in github.com/rundimeco/waddle, as `visible_text` shows them. Prints a
table of the splits and a confusion of labels; with `--wrong`, a line for each page that is not right.

`python -m benchmarks.captures benchmarks/shaped_once.txt`: invented pages in the shapes of real ones.

`python -m benchmarks.captures REAL`: the pages of a file that `benchmarks.real_pages` wrote, with the wordings of
furniture in their languages (`foreign_boilerplate.txt`).

`python -m benchmarks.captures --pace [CHECKOUT]`: 1,000 made pages read here and by another checkout, turn by turn.
"""

import argparse
import hashlib
import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from benchmarks.page_maker import PageMaker, labels_of, shaped, taken_apart
from news.models import Entry
from news.pages import boilerplate
from news.pages.capture import parse_capture
from news.pages.line_features import keys_of
from news.pages.line_labels import LABELS, label_lines
from news.pages.lines import lines_of
from news.text.clean import clean

LABELLED = Path(__file__).with_name("captured_pages.jsonl")
_SAVED = re.compile(r"^date \d{4}-\d\d(?:-\d\d)? ")  # who saved the page wrote the day before its text
_STAMP = len("date 2025-04-02 ") + len(" 2025-04-02 12:39:07")  # of a date on the headline's line
_PARTS = ("title", "first", "last", "nothing else", "whole", "date", "clean")


def name_of(address: str) -> str:
    """The name of a page's file, without its ending."""
    return hashlib.blake2b(address.encode(), digest_size=6).hexdigest()


def line_mark(line: str) -> str:
    """The hash that stands for a line; white space at its ends and in it does not matter."""
    return hashlib.blake2b(" ".join(line.split()).encode(), digest_size=5).hexdigest()


@dataclass(frozen=True, slots=True)
class MarkedPage:
    """A real page, and the marks of its lines."""

    address: str
    outlet: str
    split: str
    published: str | None
    """Empty where it was not labelled."""
    text: str
    marks: tuple[str, ...]

    def lines(self, mark: str) -> list[str]:
        """The lines with that mark, white space evened."""
        rows = (" ".join(clean(row).split()) for row in self.text.split("\n") if row.strip())
        return [_SAVED.sub("", row) for row, given in zip(rows, self.marks, strict=True) if given == mark]


def pages(folder: Path) -> Iterator[MarkedPage]:
    """The labelled pages whose text lies in the folder, as it was when they were labelled."""
    for row in LABELLED.read_text(encoding="utf-8").splitlines():
        known = json.loads(row)
        path = folder / f"{name_of(known['address'])}.txt"
        if not path.is_file():
            continue
        text = path.read_text(encoding="utf-8")
        hashes = [line_mark(line) for line in text.split("\n") if line.strip()]
        labelled = [line.rstrip("=|") for line in known["lines"]]
        if not all(map(str.startswith, hashes, labelled)) or len(hashes) != len(labelled):
            print(f"another text than was labelled: {known['address']}")
            continue
        marks = tuple(line[len(mark) :] for line, mark in zip(known["lines"], labelled, strict=True))
        yield MarkedPage(known["address"], known["outlet"], known["split"], known.get("published", ""), text, marks)


def real_pages(path: Path) -> Iterator[MarkedPage]:
    """The pages of a file of `benchmarks.real_pages`; the split says what they are for."""
    for row in path.read_text(encoding="utf-8").splitlines():
        known = json.loads(row)
        marks, lines = zip(*known["rows"], strict=True)
        name = f"{known['outlet']} ({known['source']})"
        yield MarkedPage(name, known["outlet"], f"{known['use']}: {known['source']}", "", "\n".join(lines), marks)


def shaped_pages(path: Path) -> Iterator[MarkedPage]:
    """Invented pages in the shapes of real ones; the file's name is their split."""
    for page in shaped(path):
        text = "\n".join(row for _, row in page.rows)
        marks = tuple(mark for mark, row in page.rows if row.strip())
        published = None if page.published == "-" else page.published
        yield MarkedPage(page.name, page.name.rpartition("-")[0], path.stem, published, text, marks)


def judged(page: MarkedPage) -> dict[str, bool]:
    """What of the page is right."""
    entry = parse_capture(page.text, page.address)
    headlines, body = page.lines("="), page.lines("|")
    if not isinstance(entry, Entry) or not body:  # a page of other pages' headlines has no article
        return dict.fromkeys(_PARTS, not isinstance(entry, Entry) and not body)
    got = [" ".join(line.split()) for line in entry.body.split("\n")]
    title = " ".join(entry.title.rstrip("…").split())
    wanted = headlines[0] if headlines else body[0]
    published = entry.published
    when = published.isoformat()[:16] if isinstance(published, datetime) else str(published) if published else None
    found = {
        "title": bool(title)
        and (title == wanted or (title in wanted and (not headlines or len(wanted) - len(title) <= _STAMP))),
        "first": got[0] == body[0],
        "last": got[-1] == body[-1],
        "nothing else": set(got) <= set(body),
        "whole": got == body,
        "date": page.published in (when, ""),
    }
    return found | {"clean": all(found.values())}


def confusion(found: list[MarkedPage]) -> Counter[tuple[str, str]]:
    """How often a line of one label was taken for another."""
    counts: Counter[tuple[str, str]] = Counter()
    for page in found:
        rows = [row for row in page.text.split("\n") if row.strip()]
        lines = lines_of(page.text)
        marks = [mark for mark, row in zip(page.marks, rows, strict=True) if lines_of(row)]
        if len(marks) == len(lines):
            gold = labels_of(lines, marks)
            counts.update(
                (right.value, taken.value)
                for right, taken in zip(gold, label_lines(lines, keys_of(lines)), strict=True)
            )
    return counts


_TIMED = """
import json, sys, time
try:
    from news.pages.capture import parse_capture
except ImportError:  # an older checkout
    from news.pages.page import parse_capture
pages = json.load(open(sys.argv[1]))
parse_capture(pages[-1], "warm")
began = time.process_time()
for page in pages[:-1]:
    parse_capture(page, "page")
print(time.process_time() - began)
"""


def pace(other: Path | None, count: int = 1000, turns: int = 2) -> None:
    """CPU of so many made pages, each read once by a new process, here and there in turns; the least counts."""
    pages = [page.text for page in PageMaker(7, taken_apart()).pages(count + 1)]
    lines = sum(len(lines_of(page)) for page in pages)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pages.json"
        path.write_text(json.dumps(pages), encoding="utf-8")
        spent: dict[Path, list[float]] = {}
        for _ in range(turns):
            for checkout in (Path.cwd(), other) if other else (Path.cwd(),):
                ran = subprocess.run(
                    [sys.executable, "-c", _TIMED, str(path)], cwd=checkout, check=True, capture_output=True, text=True
                )
                spent.setdefault(checkout, []).append(float(ran.stdout))
    for checkout, times in spent.items():
        least = min(times)
        print(f"{checkout}: {1000 * least / count:.2f} ms a page, {1000 * least / lines:.3f} ms a line")


def by_outlet(found: list[MarkedPage]) -> None:
    """Print the outlets all of whose pages are clean, then for each other one how many are and what the rest lack."""
    results: dict[str, list[dict[str, bool]]] = {}
    for page in found:
        results.setdefault(page.outlet, []).append(judged(page))
    whole = [f"{outlet} {len(of)}" for outlet, of in sorted(results.items()) if all(one["clean"] for one in of)]
    print(f"\nall clean: {', '.join(whole)}")
    for outlet, of in sorted(results.items()):
        lacking = Counter(part for one in of for part in _PARTS[:-1] if not one[part])
        if lacking:
            clean = sum(one["clean"] for one in of)
            print(f"{outlet}: {clean} of {len(of)}; {', '.join(f'{part} {n}' for part, n in lacking.most_common())}")


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--split", default="", help="only splits whose name begins so")
    parser.add_argument("--outlets", action="store_true", help="which outlets are read clean, and what others lack")
    parser.add_argument("--pace", action="store_true")
    asked = parser.parse_args()
    if asked.pace:
        pace(asked.folder)
        return 0
    if asked.folder is None:
        parser.error("name the folder with the pages' texts")
    if asked.folder.suffix == ".jsonl":
        boilerplate.use(LABELLED.with_name("foreign_boilerplate.txt"))
        known = real_pages(asked.folder)
    else:
        known = pages(asked.folder) if asked.folder.is_dir() else shaped_pages(asked.folder)
    found = [page for page in known if page.split.startswith(asked.split)]
    for split in sorted({page.split for page in found}):
        of_split = [page for page in found if page.split == split]
        results = [judged(page) for page in of_split]
        parts = "  ".join(f"{part} {sum(result[part] for result in results)}" for part in _PARTS)
        print(f"{split}: {len(of_split)} pages of {len({page.outlet for page in of_split})} outlets: {parts}")
        for page, result in zip(of_split, results, strict=True):
            if asked.wrong and not result["clean"]:
                print(f"  {page.address}: {', '.join(part for part in _PARTS[:-1] if not result[part])}")
    if asked.outlets:
        by_outlet(found)
    counts = confusion(found)
    print("\nright \\ taken for".ljust(18) + "".join(label.value.rjust(9) for label in LABELS))
    for right in LABELS:
        print(right.value.ljust(17) + "".join(f"{counts[right.value, taken.value] or '·':>9}" for taken in LABELS))
    return 0


if __name__ == "__main__":
    sys.exit(main())
