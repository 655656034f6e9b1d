"""Archives to articles: files, folders, globs and standard input, streamed item by item in bounded memory.

An item that cannot be read is a Rejected with its name and the reason; the rest goes on.
"""

import glob
import gzip
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import BinaryIO, NamedTuple

from news.encoding import decode
from news.json_line import parse_json_line
from news.models import Entry, Rejected
from news.page import parse_capture
from news.webpage import LARGEST_PAGE, parse_html

LONGEST_LINE = 8_000_000  # bytes of a JSON line

Item = Entry | Rejected


class Position(NamedTuple):
    """How far a reading has come: the file, and the unpacked bytes of it that were read; both go into `resume`.

    `done` and `total` are bytes on disk of all the files, for a progress bar (total 0: not known, standard input).
    """

    path: str
    offset: int
    done: int = 0
    total: int = 0


Progress = Callable[[Position], None]


def read(
    paths: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    resume: Position | None = None,
    progress: Progress | None = None,
    now: int | None = None,
) -> Iterator[Item]:
    """Every item of the paths: page captures (`.txt`), pages (`.html`), JSON lines (`.jsonl`), each also `.gz`.

    A folder gives its files in order of name, a pattern what it matches, `-` the JSON lines of `stdin` (the process's
    own by default). `progress` is called after an item was taken, with the position from which a later
    `read(…, resume=position)` of the same paths goes on behind it.
    """
    files = list(_files(paths))
    sizes = [_size(path) for path in files]
    total, before = sum(sizes), 0
    skipping = resume is not None and resume.path in map(str, files)
    for path, size in zip(files, sizes, strict=True):
        name = str(path)
        start = 0
        if skipping and resume is not None:
            if name != resume.path:
                before += size
                continue
            skipping, start = False, resume.offset
        for item, offset, raw in _items(path, stdin, start, now):
            if item is not None:
                yield item
            if progress is not None:
                progress(Position(name, offset, before + min(raw, size), total))
        before += size


_Step = tuple[Item | None, int, int]  # an item, the unpacked and the packed bytes read with it


def _files(paths: Sequence[str]) -> Iterator[Path]:
    for given in paths:
        path = Path(given)
        if given == "-" or path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(inside for inside in path.rglob("*") if inside.is_file() and _kind(inside.name))
        elif glob.has_magic(given):
            matching = sorted(Path(found) for found in glob.glob(given, recursive=True))  # noqa: PTH207 - keeps the pattern's own form
            yield from (found for found in matching if found.is_file()) if matching else (path,)
        else:
            yield path


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _kind(name: str) -> str | None:
    suffix = Path(name.lower().removesuffix(".gz")).suffix
    return {".txt": "capture", ".html": "html", ".htm": "html", ".jsonl": "jsonl", ".ndjson": "jsonl"}.get(suffix)


def _items(path: Path, stdin: BinaryIO | None, start: int, now: int | None) -> Iterator[_Step]:
    """A file's items; whatever goes wrong with the file itself is one Rejected."""
    name = str(path)
    if name == "-":
        stream = stdin or sys.stdin.buffer
        yield from _json_lines(stream, "-", 0, stream)
        return
    kind = _kind(path.name)
    if kind is None:
        yield Rejected(name, "no kind of file that is read: .txt, .html, .jsonl, each also .gz"), 0, 0
        return
    try:
        with path.open("rb") as raw, closing(_unpacked(raw, path.name)) as stream:
            if kind == "jsonl":
                yield from _json_lines(stream, path.name, start, raw)
            elif not start:
                yield _page(stream.read(LARGEST_PAGE + 1), path, kind, now), 1, _size(path)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield Rejected(path.name, "the gzip file is broken"), start, 0
    except OSError as error:
        yield Rejected(path.name, f"cannot be read: {error.strerror or error}"), start, 0


def _unpacked(raw: BinaryIO, name: str) -> BinaryIO:
    return gzip.GzipFile(fileobj=raw) if name.lower().endswith(".gz") else raw  # type: ignore[return-value]


def _page(content: bytes, path: Path, kind: str, now: int | None) -> Item:
    name = path.name
    if not content.strip():
        return Rejected(name, "empty")
    if len(content) > LARGEST_PAGE:
        return Rejected(name, f"larger than {LARGEST_PAGE} bytes")
    if kind == "html":
        return parse_html(content, name, now=now)
    text = decode(content)
    if text is None:
        return Rejected(name, "binary, or in no known encoding")
    return parse_capture(text, name, now=now)


def _json_lines(stream: BinaryIO, name: str, start: int, raw: BinaryIO) -> Iterator[_Step]:
    """JSON lines from `start`; one longer than LONGEST_LINE is passed over without being held in memory."""
    offset = _skip(stream, start)
    number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        offset += len(line)
        item: Item | None = None
        where = f"{name}:{number}" if not start else f"{name}@{offset - len(line)}"
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (more := stream.readline(1 << 20)) and not more.endswith(b"\n"):
                offset += len(more)
            offset += len(more)
            item = Rejected(where, f"a line longer than {LONGEST_LINE} bytes")
        elif not line.isspace():
            text = decode(line)
            item = Rejected(where, "in no known encoding") if text is None else parse_json_line(text, where)
        yield item, offset, raw.tell() if raw.seekable() else offset


def _skip(stream: BinaryIO, start: int) -> int:
    if start and stream.seekable():
        return stream.seek(start)
    return 0
