"""Real pages whose licences allow learning from them: `python -m benchmarks.real_pages FOLDER OUTPUT`.

FOLDER holds checkouts: `fundus` (github.com/flairNLP/fundus, MIT: its parsers' tests), `article-extraction-benchmark`
(github.com/scrapinghub, MIT), `readability` (github.com/mozilla, Apache-2.0) and `trafilatura` (github.com/adbar,
Apache-2.0: the pages of which trafilatura's text has all pieces wanted and none unwanted). Each page becomes the lines
that a capture of it would have; those of the stated text and headline are marked, and a page is left out where the two
do not fit each other. Pages in Cyrillic and Turkish ones are for measuring alone.

OUTPUT gets a JSON line for each page; it stays outside the project, as the checkouts do.
"""

import gzip
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.page_maker import MarkedRow
from benchmarks.pages import mozillas, trafilaturas
from benchmarks.pages import pages_of as stated
from news.pages.lines import lines_of
from news.pages.metadata import read_facts
from news.pages.webpage import parse_tree, visible_text
from news.text.clean import decode

_HEADING = "\ue001"  # a letter that no page has
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
_VERSION = re.compile(r".+_\d{4}_\d\d_\d\d\.html\.gz")
_LEAST_TEXT, _LEAST_COVERED = 150, 0.93  # letters of a text, and the share of it that the lines have to hold
_MOST_LOST = 0.12  # of the text's length: paragraphs among its lines that the stated text does not have
_LONG, _LONGER = 20, 80  # letters of a line that is found by itself, and of one that may differ a little
_EDGE = 30  # letters by which such a line is found
_ALIKE = 0.15
_WITHIN = 25  # lines beside found ones among which short ones are looked for
_PARAGRAPH = 100
_MOST_LINES = 700
_CYRILLIC, _LATIN = 0.1, 0.7  # share of letters

_RUSSIAN = "января февраля марта апреля мая июня июля августа сентября октября ноября декабря"
_MONTHS = {
    name: russian
    for names in (
        "januar februar märz april mai juni juli august september oktober november dezember",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for name, russian in zip(names.split(), _RUSSIAN.split(), strict=True)
}
_DAY = re.compile(
    rf"(?<!\d)(\d{{1,2}})\.?(?: de)? ({'|'.join(sorted(_MONTHS, key=len, reverse=True))})(?: de)? (\d{{4}})",
    re.IGNORECASE,
)
_OCLOCK = re.compile(r"(\d:\d\d) Uhr\b")


@dataclass(slots=True)
class StatedPage:
    """A page as it was saved (or a few, one of which is meant), and what is stated of it."""

    source: str
    outlet: str
    contents: list[bytes]
    text: list[str]
    title: str | None
    language: str = ""


@dataclass(slots=True)
class _Aligned:
    rows: list[str]
    headings: set[int]
    marks: list[str]
    covered: float
    title: str | None = None
    """As the page's own markup has it."""


def fundus(folder: Path) -> Iterator[StatedPage]:
    """The pages of its parsers' tests."""
    for path in sorted((folder / "tests" / "resources" / "parser" / "test_data").glob("*/*.json")):
        saved = sorted(one for one in path.parent.glob(f"{path.stem}_*.html.gz") if _VERSION.fullmatch(one.name))
        contents = [gzip.decompress(one.read_bytes()) for one in saved]
        for known in json.loads(path.read_text()).values():
            if known.get("body") and known.get("title"):
                parts = [known["body"].get("summary") or []]
                for section in known["body"]["sections"]:
                    parts += [section["headline"], section["paragraphs"]]
                text = [line for part in parts for line in part]
                yield StatedPage("fundus", path.stem, contents, text, known["title"], path.parent.name)


def scrapinghubs(folder: Path) -> Iterator[StatedPage]:
    """The pages of its benchmark; it states no titles."""
    for key, known in json.loads((folder / "ground-truth.json").read_text()).items():
        content = gzip.decompress((folder / "html" / f"{key}.html.gz").read_bytes())
        yield StatedPage(
            "scrapinghub", urlsplit(known["url"]).netloc, [content], known["articleBody"].split("\n"), None
        )


def readabilitys(folder: Path) -> Iterator[StatedPage]:
    """The pages of Mozilla's tests."""
    for case in sorted((folder / "test" / "test-pages").iterdir()):
        if (case / "expected.html").exists():
            page = mozillas(case)
            outlet = re.sub(r"-\d+$", "", case.name)
            yield StatedPage("readability", outlet, [page.content], page.text.split("\n"), page.title)


def trafilaturas_own(folder: Path) -> Iterator[StatedPage]:
    """The pages of its evaluation which its text fits."""
    for page in stated(folder):
        found = trafilaturas(page, precise=False)
        letters = _letters(found.text)
        fits = all(_letters(piece) in letters for piece in page.wanted)
        if found.text and fits and not any(_letters(piece) in letters for piece in page.unwanted):
            outlet = urlsplit(page.url or "").netloc
            yield StatedPage("trafilatura", outlet, [page.content], found.text.split("\n"), page.title or found.title)


_SOURCES = {
    "fundus": fundus,
    "article-extraction-benchmark": scrapinghubs,
    "readability": readabilitys,
    "trafilatura": trafilaturas_own,
}


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _seen(content: bytes) -> tuple[list[str], set[int], str | None] | None:
    """The lines that a capture of the page has, which of them are headings of the first order, and its title."""
    declared = _DECLARED.search(content[:4096])
    text = decode(content, declared[1].decode() if declared else None)
    tree = parse_tree(text) if text else None
    if tree is None:
        return None
    title = read_facts(tree, None, None).title
    for element in tree.iter("h1"):
        element.text = _HEADING + (element.text or "")
    rows: list[str] = []
    headings: set[int] = set()
    below = False
    for row in visible_text(tree).split("\n"):
        heading, plain = below or _HEADING in row, " ".join(row.replace(_HEADING, "").split())
        below = heading and not plain
        if plain and len(lines_of(plain)) == 1:
            headings |= {len(rows)} if heading else set()
            rows.append(plain)
    return rows, headings, title


@dataclass(slots=True)
class _Chain:
    """A line's place in the text, and the best chain of lines up to it."""

    row: int
    start: int
    end: int
    worth: float = 0.0
    above: "_Chain | None" = field(default=None, repr=False)


def _places(letters: Sequence[str], text: str) -> Iterator[_Chain]:
    """Where in the text lines of some length stand."""
    for row, line in enumerate(letters):
        if len(line) < _LONG:
            continue
        start, count = text.find(line), 0
        while start >= 0 and count < 3:
            yield _Chain(row, start, start + len(line))
            start, count = text.find(line, start + 1), count + 1
        if not count and len(line) >= _LONGER:  # without its beginning, or with a word that differs
            for cut in (0, _EDGE - 5):
                start = text.find(line[cut : cut + _EDGE])
                end = text.find(line[-_EDGE:], max(start, 0)) + _EDGE
                if 0 <= start < end - _EDGE and abs(end - start - len(line) + cut) < _ALIKE * len(line):
                    yield _Chain(row, start, end)
                    break


def _marked(rows: Sequence[str], stated_text: Sequence[str]) -> tuple[list[str], float]:
    """The lines of the text: long ones in their order, then short ones that fill what is between; and how much of it
    they hold."""
    letters, text = [_letters(row) for row in rows], "".join(map(_letters, stated_text))
    marks = [""] * len(rows)
    if len(text) < _LEAST_TEXT:
        return marks, 0.0
    chains = list(_places(letters, text))
    for number, one in enumerate(chains):
        for above in chains[:number]:
            worth = above.worth - min(one.row - above.row, 50) / 2
            if above.row < one.row and above.end <= one.start + 3 and worth > one.worth:
                one.worth, one.above = worth, above
        one.worth += one.end - one.start
    last = max(chains, key=lambda one: one.worth, default=None)
    found: list[tuple[int, int, int]] = []
    while last is not None:
        found.insert(0, (last.row, last.start, last.end))
        last = last.above
    held = sum(end - start for _, start, end in found)
    for row, _, _ in found:
        marks[row] = "|"
    ends = [(-1, 0, 0), *found, (len(rows), len(text), len(text))]
    for (upper, _, start), (lower, end, _) in pairwise(ends):
        held += _filled(letters, marks, text, (upper, start), (lower, end))
    return marks, held / len(text)


def _filled(letters: Sequence[str], marks: list[str], text: str, above: tuple[int, int], below: tuple[int, int]) -> int:
    """Mark the lines between two found ones that the text has between them, from above and from below."""
    (row, start), (end_row, end) = above, below
    first = max(row + 1, end_row - _WITHIN) if row < 0 else row + 1
    last = min(end_row, row + _WITHIN) if end_row == len(letters) else end_row
    held = 0
    for index in range(first, last):
        line = letters[index]
        if line and start < end and text.startswith(line, start) and start + len(line) <= end + 2:
            marks[index] = "|"
            start, held = start + len(line), held + len(line)
    for index in reversed(range(first, last) if end_row < len(letters) else ()):
        line = letters[index]
        if len(line) > 2 and not marks[index] and end > start and text.endswith(line, start, end):
            if row < 0 and end_row - index > 6:
                break
            marks[index] = "|"
            end, held = end - len(line), held + len(line)
    return held


def _headline(page: _Aligned, title: str | None, first: int) -> int | None:
    """The line of the title above the text: the heading of the first order rather than another, a near one rather."""
    wanted = _letters(title or "")
    likely: list[tuple[float, int]] = []
    for index, row in enumerate(page.rows[: first + 1]):
        line = _letters(row)
        part = (line in wanted and 2 * len(line) >= len(wanted)) or (wanted in line and len(wanted) >= 0.6 * len(line))
        if wanted and len(line) > 5 and part:
            near = -0.002 * (first - index)
            likely.append(((3 if line == wanted else 2) + 1.5 * (index in page.headings) + near, index))
    return max(likely)[1] if likely else None


def _is_doubtful(page: _Aligned) -> bool:
    """Whether paragraphs stand among the text's lines, or right beside them, that it does not have."""
    body = [index for index, mark in enumerate(page.marks) if mark == "|"]
    strange = [
        index
        for index in range(max(0, body[0] - 1), min(len(page.rows), body[-1] + 2))
        if not page.marks[index] and len(page.rows[index]) >= _PARAGRAPH and page.rows[index][-1] in '.!?"”»'
    ]
    text = sum(len(page.rows[index]) for index in body)
    beside = any(index < body[0] or index > body[-1] for index in strange)
    return beside or sum(len(page.rows[index]) for index in strange) > _MOST_LOST * text


def aligned(page: StatedPage) -> list[MarkedRow] | None:
    """The page's lines with their marks; None where what is stated does not fit them."""
    best: _Aligned | None = None
    for content in page.contents:
        if seen := _seen(content):
            rows, headings, title = seen
            marks, covered = _marked(rows, page.text)
            if best is None or covered > best.covered:
                best = _Aligned(rows, headings, marks, covered, title)
    if best is None or best.covered < _LEAST_COVERED or len(best.rows) > _MOST_LINES or _is_doubtful(best):
        return None
    first = best.marks.index("|")
    title = page.title or best.title
    head = _headline(best, title, first)
    if head is None and title:
        return None
    if head is not None:
        best.marks[head] = "="
    body = [index for index, mark in enumerate(best.marks) if mark == "|"]
    if not body or (head is not None and head > body[0]):
        return None
    rows = [_OCLOCK.sub(r"\1", _DAY.sub(_in_russian, row)) for row in best.rows]
    return list(zip(best.marks, rows, strict=True))


def _in_russian(day: re.Match[str]) -> str:
    return f"{day[1]} {_MONTHS[day[2].casefold()]} {day[3]}"


def _use(rows: Sequence[MarkedRow], language: str) -> str:
    """What a page is for: `measure` in Cyrillic and in Turkish, `learn` in other Latin letters."""
    letters = [letter for _, row in rows for letter in row.casefold() if letter.isalpha()]
    if language == "tr" or sum("а" <= letter <= "я" for letter in letters) > _CYRILLIC * len(letters):
        return "measure"
    return "learn" if sum("a" <= letter <= "z" for letter in letters) >= _LATIN * len(letters) else ""


def main() -> int:
    """Run what the command line asks for. Returns the exit code."""
    folder, output = Path(sys.argv[1]), Path(sys.argv[2])
    with output.open("w", encoding="utf-8") as file:
        for name, pages in _SOURCES.items():
            kept = 0
            for page in pages(folder / name):
                rows = aligned(page)
                if rows and (use := _use(rows, page.language)):
                    row = {"source": page.source, "outlet": page.outlet, "use": use, "rows": rows}
                    file.write(json.dumps(row, ensure_ascii=False) + "\n")
                    kept += 1
            print(f"{name}: {kept} pages", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
