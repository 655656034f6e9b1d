"""WARC and WET archives (ISO 28500), record by record: fetched pages, or their text."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO, Literal

_LONGEST_LINE = 16_384
_MOST_HEADERS = 200
_CHUNK = 1 << 20
_END_OF_HEAD = re.compile(rb"\r?\n\r?\n")
_MARKUP = re.compile(r"html|xml", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class WarcRecord:
    """A page of an archive. `content` is None if it is larger than the limit or its transfer coding is broken.

    `kind` is `html` for a server's response and `text` for a WET's text. `fetched` is UTC seconds. `end` is how many
    unpacked bytes there are up to the record's end.
    """

    url: str
    kind: Literal["html", "text"]
    content: bytes | None
    charset: str | None
    fetched: int | None
    end: int


class BrokenArchiveError(Exception):
    """The bytes are not a WARC, or not any more from some point on."""


def records(stream: BinaryIO, limit: int, start: int = 0) -> Iterator[WarcRecord | int]:
    """The pages of an archive from byte `start` (unpacked, a record's end) on, one in memory at a time.

    What is no page (requests, images, robots.txt, statuses other than 200) is skipped: its end is given instead. A
    damaged record has no content, and reading goes on at the next one. Raises BrokenArchiveError if there is none.
    """
    position = start
    any_read, lost = start > 0, False
    while line := stream.readline(_LONGEST_LINE):
        position += len(line)
        if not line.startswith(b"WARC/"):
            if line.strip() and not any_read:
                raise BrokenArchiveError("not a WARC record")
            if line.strip() and not lost:  # the last record was longer than it said
                lost = True
                yield WarcRecord("", "text", None, None, None, position)
            continue
        headers, size = _headers(stream)
        position += size
        length = headers.get("content-length", "")
        if not length.isascii() or not length.isdigit():
            if not any_read:
                raise BrokenArchiveError("a record without its length")
            lost = True
            yield WarcRecord(_url(headers), "text", None, None, None, position)
            continue
        any_read, lost = True, False
        remaining = int(length)
        wanted = headers.get("warc-type") in ("response", "conversion") and remaining <= 2 * limit
        block = stream.read(remaining) if wanted else b""
        if len(block) < remaining if wanted else not _skip(stream, remaining):
            raise BrokenArchiveError("cut off in the middle of a record")
        position += remaining
        yield (_record(headers, block, limit, position) if wanted else None) or position


def _headers(stream: BinaryIO) -> tuple[dict[str, str], int]:
    """Read `Name: value` lines up to the empty one, names in lower case; also returns how many bytes they took."""
    headers: dict[str, str] = {}
    size = 0
    for _ in range(_MOST_HEADERS):
        line = stream.readline(_LONGEST_LINE)
        size += len(line)
        if not line.strip():
            return headers, size
        name, _, value = line.decode("utf-8", "replace").partition(":")
        headers[name.strip().lower()] = value.strip()
    raise BrokenArchiveError("a record with too many headers")


def _skip(stream: BinaryIO, remaining: int) -> bool:
    """Skip so many bytes; returns whether there were that many."""
    while remaining > 0 and (part := stream.read(min(remaining, _CHUNK))):
        remaining -= len(part)
    return remaining == 0


def _url(headers: Mapping[str, str]) -> str:
    return headers.get("warc-target-uri", "").strip("<>")


def _record(headers: Mapping[str, str], block: bytes, limit: int, end: int) -> WarcRecord | None:
    url = _url(headers)
    fetched = _seconds(headers.get("warc-date", ""))
    if headers["warc-type"] == "conversion":
        return WarcRecord(url, "text", block if len(block) <= limit else None, "utf-8", fetched, end)
    end_of_head = _END_OF_HEAD.search(block)
    body = block[end_of_head.end() :] if end_of_head else b""
    status, *lines = block[: end_of_head.start() if end_of_head else None].decode("latin-1").splitlines()
    answer = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if not re.match(r"HTTP/\S+ 200\b", status) or not _MARKUP.search(answer.get("content-type", "html")):
        return None
    charset = re.search(r"charset=[\"']?([\w-]{2,20})", answer.get("content-type", ""), re.IGNORECASE)
    return WarcRecord(url, "html", _decoded(body, answer, limit), charset[1] if charset else None, fetched, end)


def _seconds(text: str) -> int | None:
    try:
        return int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError):
        return None


def _decoded(body: bytes, answer: Mapping[str, str], limit: int) -> bytes | None:
    """The body without its transfer and content coding; None if it is broken or larger than `limit`."""
    if "chunked" in answer.get("transfer-encoding", "").lower():
        body = _unchunked(body)
    coding = answer.get("content-encoding", "").lower()
    if coding in ("gzip", "x-gzip", "deflate") and body.lstrip()[:1] != b"<":  # many archives decoded it
        unpack = zlib.decompressobj(47 if "gzip" in coding else 15)
        try:
            body = unpack.decompress(body, limit + 1)
        except zlib.error:
            return None
    return body if len(body) <= limit else None


def _unchunked(body: bytes) -> bytes:
    """Decode a chunked body (RFC 9112 §7.1). A body that was stored decoded is returned unchanged."""
    parts: list[bytes] = []
    position = 0
    while found := re.compile(rb"([0-9A-Fa-f]{1,8})[^\r\n]{0,100}\r\n").match(body, position):
        size = int(found[1], 16)
        if size == 0:
            break
        parts.append(body[found.end() : found.end() + size])
        position = found.end() + size + 2
    return b"".join(parts) or body
