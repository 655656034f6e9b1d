"""Archives to articles: files, folders, globs and standard input, streamed item by item in bounded memory.

An item that cannot be read is a Rejected with its name and the reason; the rest goes on. `scan` gives the items as
bytes, so that a caller may have them parsed elsewhere; `read` parses them here.
"""

import glob
import gzip
import os
import sys
import zlib
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple
from urllib.parse import urlsplit

from news.encoding import decode
from news.json_line import parse_json_line
from news.models import Entry, Rejected
from news.page import parse_capture
from news.warc import BrokenArchiveError, records
from news.webpage import LARGEST_PAGE, parse_html

LONGEST_LINE = 8_000_000  # bytes of a JSON line

Item = Entry | Rejected
Form = Literal["capture", "html", "json", "archive"]
_FORMS: dict[str, Form] = {
    ".txt": "capture",
    ".html": "html",
    ".htm": "html",
    ".jsonl": "json",
    ".ndjson": "json",
    ".warc": "archive",
    ".wet": "archive",
}
_READABLE = "no kind of file that is read: .txt, .html, .jsonl, .wet, .warc, each also .gz"


@dataclass(frozen=True, slots=True)
class Raw:
    """An item not yet parsed. `now` is the latest moment it can speak of as past, UTC seconds."""

    form: Form
    name: str
    content: bytes
    url: str | None = None
    charset: str | None = None
    now: int | None = None
    folder: str = ""

    @property
    def site(self) -> str:
        """Whose furniture is on the page: the host of its address, or the folder it lies in; empty: nobody's."""
        host = urlsplit(self.url).hostname if self.url and self.url.isprintable() and "[" not in self.url else None
        return host or (f"folder:{self.folder}" if self.folder else "")


class Position(NamedTuple):
    """How far a reading has come: the file, and the unpacked bytes of it that were read; both go into `resume`.

    `done` and `total` are bytes on disk of all the files, for a progress bar (total 0: not known, standard input).
    """

    path: str
    offset: int
    done: int = 0
    total: int = 0


Progress = Callable[[Position], None]
_Step = tuple[Raw | Rejected | None, int, int]  # an item, the unpacked and the packed bytes read with it


def read(
    paths: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    resume: Position | None = None,
    progress: Progress | None = None,
    now: int | None = None,
) -> Iterator[Item]:
    """Every item of the paths: page captures (`.txt`), pages (`.html`), JSON lines (`.jsonl`), WET and WARC, or `.gz`.

    A folder gives its files in order of name, a pattern what it matches, `-` the JSON lines of `stdin` (the process's
    own by default). `progress` is called after an item was taken, with the position from which a later
    `read(…, resume=position)` of the same paths goes on behind it.
    """
    for raw, position in scan(paths, stdin=stdin, resume=resume, now=now):
        if raw is not None:
            yield raw if isinstance(raw, Rejected) else parse_raw(raw)
        if progress is not None:
            progress(position)


def parse_raw(raw: Raw, repeated: Container[str] = ()) -> Item:
    """The article of one item, or why there is none. `repeated`: see parse_capture."""
    if not raw.content.strip():
        return Rejected(raw.name, "empty")
    if raw.form == "html":
        return parse_html(raw.content, raw.name, url=raw.url, charset=raw.charset, repeated=repeated, now=raw.now)
    text = decode(raw.content, raw.charset)
    if text is None:
        return Rejected(raw.name, "binary, or in no known encoding")
    if raw.form == "json":
        return parse_json_line(text, raw.name)
    return parse_capture(text, raw.name, url=raw.url, repeated=repeated, now=raw.now)


def scan(
    paths: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    resume: Position | None = None,
    now: int | None = None,
) -> Iterator[tuple[Raw | Rejected | None, Position]]:
    """As `read`, the items unparsed, each with the position behind it; None is something passed over."""
    files = list(_files(paths))
    sizes = [_size(path) for path in files]
    total, before = sum(sizes), 0
    skipping = resume is not None and resume.path in map(str, files)
    for path, size in zip(files, sizes, strict=True):
        start = 0
        if skipping and resume is not None:
            if str(path) != resume.path:
                before += size
                continue
            skipping, start = False, resume.offset
        for raw, offset, packed in _steps(path, stdin, start, now):
            yield raw, Position(str(path), offset, before + min(packed, size), total)
        before += size


def may_hold_pages(paths: Sequence[str]) -> bool:
    """Whether there may be HTML in these paths, by the names of their files."""
    return any(_form(path.name) in ("html", "archive") for path in _files(paths))


def _files(paths: Sequence[str]) -> Iterator[Path]:
    for given in paths:
        path = Path(given)
        if given == "-" or path.is_file():
            yield path
        elif path.is_dir():
            yield from sorted(inside for inside in path.rglob("*") if inside.is_file() and _form(inside.name))
        elif glob.has_magic(given):
            found = sorted(map(Path, glob.glob(given, recursive=True)))  # noqa: PTH207 - a pattern may be absolute
            yield from (match for match in found if match.is_file()) if found else (path,)
        else:
            yield path


def _said(path: Path) -> str:
    """A path to be stored and printed: a name's bytes may be in no encoding."""
    return os.fsencode(path).decode("utf-8", "replace")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _form(name: str) -> Form | None:
    return _FORMS.get(Path(name.lower().removesuffix(".gz")).suffix)


def _steps(path: Path, stdin: BinaryIO | None, start: int, now: int | None) -> Iterator[_Step]:
    """A file's items; whatever goes wrong with the file itself is one Rejected."""
    if str(path) == "-":
        stream = stdin or sys.stdin.buffer
        yield from _json_lines(stream, "-", 0, stream)
        return
    form, name = _form(path.name), _said(Path(path.name))
    if form is None:
        yield Rejected(_said(path), _READABLE), 0, 0
        return
    try:
        with path.open("rb") as raw, closing(_unpacked(raw, path.name)) as stream:
            if form == "json":
                yield from _json_lines(stream, name, start, raw)
            elif form == "archive":
                yield from _archive(stream, name, start, raw)
            elif not start:
                yield _page(stream.read(LARGEST_PAGE + 1), path, form, now), 1, _size(path)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield Rejected(name, "the gzip file is broken"), start, 0
    except BrokenArchiveError as error:
        yield Rejected(name, str(error)), start, 0
    except OSError as error:
        yield Rejected(name, f"cannot be read: {error.strerror or error}"), start, 0


def _unpacked(raw: BinaryIO, name: str) -> BinaryIO:
    return gzip.GzipFile(fileobj=raw) if name.lower().endswith(".gz") else raw  # type: ignore[return-value]


def _page(content: bytes, path: Path, form: Form, now: int | None) -> Raw | Rejected:
    name = _said(Path(path.name))
    if len(content) > LARGEST_PAGE:
        return Rejected(name, f"larger than {LARGEST_PAGE} bytes")
    return Raw(form, name, content, now=now, folder=_said(Path(path.absolute().parent.name)))


def _json_lines(stream: BinaryIO, name: str, start: int, packed: BinaryIO) -> Iterator[_Step]:
    """JSON lines from `start`; one longer than LONGEST_LINE is passed over without being held in memory."""
    offset = _skip(stream, start)
    number = 0
    seekable = packed.seekable()
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        where = f"{name}:{number}" if not start else f"{name}@{offset}"
        offset += len(line)
        item: Raw | Rejected | None = None
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (more := stream.readline(1 << 20)) and not more.endswith(b"\n"):
                offset += len(more)
            offset += len(more)
            item = Rejected(where, f"a line longer than {LONGEST_LINE} bytes")
        elif not line.isspace():
            item = Raw("json", where, line)
        yield item, offset, packed.tell() if seekable else offset


def _archive(stream: BinaryIO, name: str, start: int, packed: BinaryIO) -> Iterator[_Step]:
    for record in records(stream, LARGEST_PAGE, _skip(stream, start)):
        if isinstance(record, int):
            yield None, record, packed.tell()
            continue
        item: Raw | Rejected
        if record.content is None:
            item = Rejected(record.url or name, f"larger than {LARGEST_PAGE} bytes, or broken")
        else:
            form: Form = "html" if record.kind == "html" else "capture"
            where = record.url or f"{name}@{record.end}"
            item = Raw(form, where, record.content, record.url or None, record.charset, record.fetched)
        yield item, record.end, packed.tell()


def _skip(stream: BinaryIO, start: int) -> int:
    return stream.seek(start) if start and stream.seekable() else 0
