"""WARC and WET archives: pages as they were fetched, record by record."""

import gzip
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.archive.archive import LARGEST_PAGE, ArchivePosition, read
from news.models import Entry, RejectedItem

PAGE = (
    "<html><h1>Мост открыт</h1><p>" + "В городе открыли новый мост через реку, сообщили в акимате. " * 3 + "</p></html>"
)
TEXT = "Мост открыт\n3 марта 2024\nВ городе открыли новый мост через реку, сообщили в акимате города.\n"


def record(kind: str, url: str, block: bytes) -> bytes:
    head = (
        f"WARC/1.0\r\nWARC-Type: {kind}\r\nWARC-Target-URI: {url}\r\nWARC-Date: 2024-03-05T10:00:00Z\r\n"
        f"Content-Type: application/http\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def answer(body: bytes, status: str = "200 OK", **headers: str) -> bytes:
    lines = {"Content-Type": "text/html; charset=utf-8"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    return (
        f"HTTP/1.1 {status}\r\n".encode() + "".join(f"{k}: {v}\r\n" for k, v in lines.items()).encode() + b"\r\n" + body
    )


def chunked(body: bytes) -> bytes:
    half = len(body) // 2
    parts = (body[:half], body[half:], b"")
    return b"".join(f"{len(part):x}\r\n".encode() + part + b"\r\n" for part in parts)


def write(path: Path, *parts: bytes) -> str:
    # A gzip archive has one gzip member a record, as the crawlers write them.
    path.write_bytes(b"".join(map(gzip.compress, parts)) if path.suffix == ".gz" else b"".join(parts))
    return str(path)


@pytest.mark.parametrize("suffix", ["warc", "warc.gz"])
@pytest.mark.parametrize(
    "body",
    [
        answer(PAGE.encode()),
        answer(PAGE.encode("cp1251"), Content_Type="text/html; charset=windows-1251"),
        answer(gzip.compress(PAGE.encode()), Content_Encoding="gzip"),
        answer(zlib.compress(PAGE.encode()), Content_Encoding="deflate"),
        answer(chunked(PAGE.encode()), Transfer_Encoding="chunked"),
        answer(PAGE.encode(), Transfer_Encoding="chunked", Content_Encoding="gzip"),  # stored decoded, headers kept
    ],
)
def test_a_page_of_a_warc_is_read_however_it_was_sent(tmp_path: Path, suffix: str, body: bytes) -> None:
    path = write(
        tmp_path / f"a.{suffix}",
        record("warcinfo", "", b"software: x"),
        record("request", "https://city.example/1", b"GET /1"),
        record("response", "https://city.example/1", body),
    )
    (entry,) = read([path])
    assert isinstance(entry, Entry)
    assert (entry.id, entry.url, entry.title) == ("https://city.example/1", "https://city.example/1", "Мост открыт")


def test_an_answer_whose_lines_end_without_carriage_returns_is_read(tmp_path: Path) -> None:
    block = answer(PAGE.encode()).replace(b"\r\n", b"\n")
    (entry,) = read([write(tmp_path / "a.warc", record("response", "https://city.example/1", block))])
    assert entry.title == "Мост открыт"


@pytest.mark.parametrize("length", ["-5", "", "20", "1e3"])
def test_a_damaged_record_costs_itself_and_the_next_one_is_read(tmp_path: Path, length: str) -> None:
    good = record("conversion", "https://city.example/good", TEXT.encode())
    size = f"Content-Length: {len(TEXT.encode())}".encode()
    damaged = good.replace(size, f"Content-Length: {length}".encode()).replace(b"/good", b"/bad")
    items = list(read([write(tmp_path / "a.warc", good.replace(b"/good", b"/first"), damaged, good)]))
    assert [item.id for item in items if isinstance(item, Entry)] == [
        "https://city.example/first",
        "https://city.example/good",
    ]
    assert any(isinstance(item, RejectedItem) for item in items)


def test_an_archive_that_ends_in_the_middle_of_what_is_passed_over_is_said_to_be_cut_off(tmp_path: Path) -> None:
    cut = record("request", "https://city.example/1", b"GET /1").replace(b"Length: 6", b"Length: 99999999999999999999")
    (item,) = read([write(tmp_path / "a.warc", cut)])
    assert item == RejectedItem("a.warc", "cut off in the middle of a record")


def test_the_text_of_a_wet_is_a_capture_and_cannot_know_of_days_after_its_own(tmp_path: Path) -> None:
    later = TEXT.replace("3 марта 2024", "3 марта 2030")
    parts = [record("conversion", f"https://city.example/{n}", text.encode()) for n, text in enumerate((TEXT, later))]
    first, second = read([write(tmp_path / "a.warc.wet.gz", *parts)])
    assert first.published == datetime(2024, 3, 3, tzinfo=UTC).date()
    assert second.published is None


def test_what_is_no_page_is_passed_over(tmp_path: Path) -> None:
    parts = [
        record("response", "https://city.example/a.jpg", answer(b"\xff\xd8", Content_Type="image/jpeg")),
        record("response", "https://city.example/404", answer(PAGE.encode(), status="404 Not Found")),
        record("metadata", "https://city.example/1", b"fetchTimeMs: 5"),
    ]
    assert list(read([write(tmp_path / "a.warc", *parts)])) == []


def test_a_bomb_and_a_giant_are_rejected_by_name_and_the_rest_is_read(tmp_path: Path) -> None:
    bomb = answer(gzip.compress(bytes(50_000_000)), Content_Encoding="gzip")
    parts = [
        record("response", "https://city.example/bomb", bomb),
        record("conversion", "https://city.example/giant", b"a" * (LARGEST_PAGE + 1)),
        record("conversion", "https://city.example/good", TEXT.encode()),
    ]
    items = list(read([write(tmp_path / "a.warc", *parts)]))
    assert [getattr(item, "item", None) for item in items] == [
        "https://city.example/bomb",
        "https://city.example/giant",
        None,
    ]


@pytest.mark.parametrize("content", [b"no archive", b"WARC/1.0\r\n\r\n", b"WARC/1.0\r\nContent-Length: -5\r\n\r\n"])
def test_what_is_no_archive_is_rejected(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.warc").write_bytes(content)
    (item,) = read([str(tmp_path / "a.warc")])
    assert isinstance(item, RejectedItem)


@pytest.mark.parametrize("suffix", ["warc", "warc.gz"])
def test_an_interrupted_archive_goes_on_behind_the_last_page(tmp_path: Path, suffix: str) -> None:
    parts = [record("conversion", f"https://city.example/{n}", TEXT.encode()) for n in range(6)]
    path = write(tmp_path / f"a.{suffix}", *parts)
    seen: list[ArchivePosition] = []
    reading = read([path], progress=seen.append)
    first = [next(reading).id for _ in range(4)][:3]
    rest = [item.id for item in read([path], resume=seen[-1])]
    assert [*first, *rest] == [f"https://city.example/{n}" for n in range(6)]


@given(cut=st.integers(0, 3000), junk=st.binary(max_size=30))
def test_any_damage_is_survived(tmp_path_factory: pytest.TempPathFactory, cut: int, junk: bytes) -> None:
    whole = record("response", "https://city.example/1", answer(PAGE.encode())) * 2
    path = tmp_path_factory.getbasetemp() / "damaged.warc"
    path.write_bytes(whole[:cut] + junk + whole[cut:])
    for item in read([str(path)]):
        assert isinstance(item, Entry | RejectedItem)
