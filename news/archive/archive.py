"""Archives to articles: files, folders, globs and standard input, streamed item by item in bounded memory.

An item that cannot be read becomes a RejectedItem with its name and the reason, and reading goes on. `scan` gives items
as bytes, so that a caller can parse them elsewhere; `read` parses them.
"""

import glob
import gzip
import json
import logging
import os
import sys
import zlib
from collections import Counter
from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple
from urllib.parse import urlsplit

from news.archive.warc import BrokenArchiveError, records
from news.filing import file_entry
from news.models import Entry, FiledEntry, PublicationTime, RejectedItem
from news.pages.capture import parse_capture
from news.pages.lines import PAGES, RepeatedLines, learn
from news.pages.webpage import LARGEST_PAGE, parse_html
from news.text.citations import cited_in
from news.text.clean import clean, clean_line, counting, cut, decode, link, plain
from news.text.dates import parse_iso, plausible

# A JSON line has `id, url, title, body, published, source`, and optionally `language, tags, views, image`.

LONGEST_BODY = 1_000_000
LONGEST_ID = 500
LONGEST_TITLE = 500
MOST_TAGS = 50


def parse_json_line(line: str, where: str) -> Entry | RejectedItem:
    """The entry of a JSON line, or the reason why there is none: no JSON, no object, no title.

    `where` names the line; it becomes the id if none is given. A date that cannot be read or is outside 2000…9998 is
    dropped, and so is a link that is not http(s).
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError):
        return RejectedItem(where, "no JSON")
    if not isinstance(record, dict):
        return RejectedItem(where, "no JSON object")
    url = link(_text(record, "url"))
    identity = clean_line(_text(record, "id") or url or where)[:LONGEST_ID]
    headline = plain(_text(record, "title"), limit=LONGEST_BODY)
    if not headline:
        return RejectedItem(identity, "no title")
    body = _text(record, "body")
    if len(body) > LONGEST_BODY:
        return RejectedItem(identity, f"a body longer than {LONGEST_BODY} characters")
    body = clean(body).strip()
    title = cut(headline, LONGEST_TITLE)
    if title != headline and headline not in clean_line(body):  # a post's title, cut from its body: keep the end too
        body = f"{headline}\n\n{body}".strip()
    tags = record.get("tags")
    return Entry(
        id=identity,
        title=title,
        body=body,
        url=url,
        published=_published(_text(record, "published")),
        source=clean_line(_text(record, "source")) or None,
        language=_text(record, "language") or None,
        tags=_tags(tags) if isinstance(tags, list) else (),
        cited=cited_in(body),
        views=_count(record.get("views")),
        image=link(_text(record, "image")),
    )


def _text(record: Mapping[str, object], name: str) -> str:
    value = record.get(name)
    if isinstance(value, int) and not isinstance(value, bool) and name == "id":
        return str(value)
    return value if isinstance(value, str) else ""


def _published(text: str) -> PublicationTime:
    return plausible(parse_iso(text)) if text else None


def _tags(tags: list[object]) -> tuple[str, ...]:
    cleaned = (clean_line(tag) for tag in tags[:MOST_TAGS] if isinstance(tag, str))
    return tuple(dict.fromkeys(tag for tag in cleaned if tag))


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**12 else None


LONGEST_LINE = 8_000_000  # bytes of a JSON line

ArchiveItem = Entry | RejectedItem
ArchiveForm = Literal["capture", "html", "json", "archive"]
_FORMS: dict[str, ArchiveForm] = {
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
class RawItem:
    """An item that is not parsed yet. `now` (UTC seconds) is the latest moment that counts as past for it."""

    form: ArchiveForm
    name: str
    content: bytes
    url: str | None = None
    charset: str | None = None
    now: int | None = None
    folder: str = ""

    @property
    def site(self) -> str:
        """Whose boilerplate is on the page: the host of its address, or its folder; empty if unknown."""
        host = urlsplit(self.url).hostname if self.url and self.url.isprintable() and "[" not in self.url else None
        return host or (f"folder:{self.folder}" if self.folder else "")


class ArchivePosition(NamedTuple):
    """How far reading has come: the file and how many of its unpacked bytes were read, to resume there.

    `done` and `total` are bytes on disk of all files, for a progress bar; `total` is 0 for standard input.
    """

    path: str
    offset: int
    done: int = 0
    total: int = 0


ArchiveProgress = Callable[[ArchivePosition], None]
_Step = tuple[RawItem | RejectedItem | None, int, int]  # an item, the unpacked and the packed bytes read with it


def read(
    paths: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    resume: ArchivePosition | None = None,
    progress: ArchiveProgress | None = None,
    now: int | None = None,
) -> Iterator[ArchiveItem]:
    """Every item of the paths: page captures (`.txt`), pages (`.html`), JSON lines (`.jsonl`), WET and WARC, or `.gz`.

    A folder gives its files in order of name, a pattern what it matches, `-` the JSON lines of `stdin` (the process's
    own by default). After the caller has taken an item, `progress` is called with the position after it: a later
    `read(…, resume=position)` of the same paths goes on there.
    """
    for raw, position in scan(paths, stdin=stdin, resume=resume, now=now):
        if raw is not None:
            yield raw if isinstance(raw, RejectedItem) else parse_raw(raw)
        if progress is not None:
            progress(position)


def parse_raw(raw: RawItem, repeated: Container[str] = ()) -> ArchiveItem:
    """The article of one item, or why there is none. `repeated` is that of `parse_capture`."""
    if not raw.content.strip():
        return RejectedItem(raw.name, "empty")
    if raw.form == "html":
        return parse_html(raw.content, raw.name, url=raw.url, charset=raw.charset, repeated=repeated, now=raw.now)
    text = decode(raw.content, raw.charset)
    if text is None:
        return RejectedItem(raw.name, "binary, or in no known encoding")
    if raw.form == "json":
        return parse_json_line(text, raw.name)
    return parse_capture(text, raw.name, url=raw.url, repeated=repeated, now=raw.now)


def scan(
    paths: Sequence[str],
    *,
    stdin: BinaryIO | None = None,
    resume: ArchivePosition | None = None,
    now: int | None = None,
) -> Iterator[tuple[RawItem | RejectedItem | None, ArchivePosition]]:
    """Like `read`, but with unparsed items, each with the position after it; None means that something was skipped."""
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
            yield raw, ArchivePosition(str(path), offset, before + min(packed, size), total)
        before += size


def may_hold_pages(paths: Sequence[str]) -> bool:
    """Whether these paths may hold HTML, judged by file names."""
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
    """A path as text that can be stored and printed: a file name's bytes may be invalid in any encoding."""
    return os.fsencode(path).decode("utf-8", "replace")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _form(name: str) -> ArchiveForm | None:
    return _FORMS.get(Path(name.lower().removesuffix(".gz")).suffix)


def _steps(path: Path, stdin: BinaryIO | None, start: int, now: int | None) -> Iterator[_Step]:
    """A file's items. If the file itself cannot be read, that is one RejectedItem."""
    if str(path) == "-":
        stream = stdin or sys.stdin.buffer
        yield from _json_lines(stream, "-", 0, stream)
        return
    form, name = _form(path.name), _said(Path(path.name))
    if form is None:
        yield RejectedItem(_said(path), _READABLE), 0, 0
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
        yield RejectedItem(name, "the gzip file is broken"), start, 0
    except BrokenArchiveError as error:
        yield RejectedItem(name, str(error)), start, 0
    except OSError as error:
        yield RejectedItem(name, f"cannot be read: {error.strerror or error}"), start, 0


def _unpacked(raw: BinaryIO, name: str) -> BinaryIO:
    return gzip.GzipFile(fileobj=raw) if name.lower().endswith(".gz") else raw  # type: ignore[return-value]


def _page(content: bytes, path: Path, form: ArchiveForm, now: int | None) -> RawItem | RejectedItem:
    name = _said(Path(path.name))
    if len(content) > LARGEST_PAGE:
        return RejectedItem(name, f"larger than {LARGEST_PAGE} bytes")
    return RawItem(form, name, content, now=now, folder=_said(Path(path.absolute().parent.name)))


def _json_lines(stream: BinaryIO, name: str, start: int, packed: BinaryIO) -> Iterator[_Step]:
    """JSON lines from `start`. A line longer than LONGEST_LINE is skipped without being held in memory."""
    offset = _skip(stream, start)
    number = 0
    seekable = packed.seekable()
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        where = f"{name}:{number}" if not start else f"{name}@{offset}"
        offset += len(line)
        item: RawItem | RejectedItem | None = None
        if len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            while (more := stream.readline(1 << 20)) and not more.endswith(b"\n"):
                offset += len(more)
            offset += len(more)
            item = RejectedItem(where, f"a line longer than {LONGEST_LINE} bytes")
        elif not line.isspace():
            item = RawItem("json", where, line)
        yield item, offset, packed.tell() if seekable else offset


def _archive(stream: BinaryIO, name: str, start: int, packed: BinaryIO) -> Iterator[_Step]:
    for record in records(stream, LARGEST_PAGE, _skip(stream, start)):
        if isinstance(record, int):
            yield None, record, packed.tell()
            continue
        item: RawItem | RejectedItem
        if record.content is None:
            item = RejectedItem(record.url or name, f"larger than {LARGEST_PAGE} bytes, or broken")
        else:
            form: ArchiveForm = "html" if record.kind == "html" else "capture"
            where = record.url or f"{name}@{record.end}"
            item = RawItem(form, where, record.content, record.url or None, record.charset, record.fetched)
        yield item, record.end, packed.tell()


def _skip(stream: BinaryIO, start: int) -> int:
    return stream.seek(start) if start and stream.seekable() else 0


# Parsing and analysing many items, while each site's boilerplate is learnt.

log = logging.getLogger("qala.bulk")


class PageLines(NamedTuple):
    """What a page teaches about its site: the page's name, and the hashes of its lines."""

    site: str
    name: str
    lines: frozenset[int]


@dataclass(frozen=True, slots=True)
class BulkResult:
    """The results for items in order, what their pages teach, and counts of what was made harmless, by kind."""

    filed: list[FiledEntry | RejectedItem] = field(default_factory=list)
    learnt: list[PageLines] = field(default_factory=list)
    harmless: Counter[str] = field(default_factory=Counter)


def _parsed(raw: RawItem, boilerplate: RepeatedLines) -> Entry | RejectedItem:
    try:
        return parse_raw(raw, boilerplate)
    except MemoryError:
        raise  # the child ends, and each item is tried alone
    except Exception as error:  # a bug of ours with one item: it must not stop its neighbours
        log.exception("%s cannot be read", raw.name)
        return RejectedItem(raw.name, f"{type(error).__name__}: {error}"[:300])


def file_raws(
    _: bytes,
    raws: Sequence[RawItem],
    known: Mapping[str, Mapping[int, int]] | None = None,
    counted: Collection[str] = (),
) -> BulkResult:
    """Parse and analyse items.

    `known` are counts of lines by site; `counted` are the names of pages included in them.
    """
    counts = {site: dict(lines) for site, lines in (known or {}).items()}
    names = set(counted)
    bulk = BulkResult()
    with counting() as harmless:
        for raw in raws:
            own = counts.setdefault(raw.site, {})
            boilerplate = RepeatedLines(own, counted=raw.name in names)
            entry = _parsed(raw, boilerplate)
            filed = entry if isinstance(entry, RejectedItem) else file_entry(entry)
            bulk.filed.append(filed)
            if raw.site and raw.name not in names and isinstance(filed, FiledEntry):
                names.add(raw.name)
                own.update(learn({PAGES, *boilerplate.lines}, own))
                bulk.learnt.append(PageLines(raw.site, raw.name, frozenset(boilerplate.lines)))
    bulk.harmless.update(harmless)
    return bulk
