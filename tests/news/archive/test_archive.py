"""Files, folders, patterns and standard input: what can be read is read, what cannot is named."""

import gzip
import io
import json
import os
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from news.archive.archive import LONGEST_LINE, ArchivePosition, may_hold_pages, parse_json_line, read
from news.models import Entry, RejectedItem

CAPTURE = """Мост через Есиль открыли в Астане

12 марта 2026 | 17:04

В столице открыли новый мост через реку Есиль, он соединил два района города.

Строительство моста заняло два года, сообщили в акимате города.
"""


def line(**fields: object) -> bytes:
    record = {"id": "1", "url": None, "title": "Мост открыт", "body": "Мост.", "published": None, "source": "city"}
    return json.dumps(record | fields, ensure_ascii=False).encode() + b"\n"


def reasons(items: list) -> list[str]:
    return [item.reason for item in items if isinstance(item, RejectedItem)]


def test_a_folder_gives_its_captures_and_lines_in_order_of_name(tmp_path: Path) -> None:
    (tmp_path / "b.jsonl").write_bytes(line(id="x") + line(id="y"))
    (tmp_path / "a.txt").write_text(CAPTURE)
    (tmp_path / "notes.doc").write_text("not for us")
    assert [item.id for item in read([str(tmp_path)])] == ["a.txt", "x", "y"]


def test_a_pattern_and_a_gzip_file_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(CAPTURE.encode()))
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(line(id="x")))
    items = list(read([str(tmp_path / "*.gz")]))
    assert [item.id for item in items] == ["a.txt.gz", "x"]
    assert items[0].title == "Мост через Есиль открыли в Астане"


def test_a_post_that_is_all_title_is_cut_to_a_headline_and_kept_whole_as_text() -> None:
    post = "Мост через Есиль открыли сегодня в Астане. " * 20 + "Пришли все."
    entry = parse_json_line(line(title=post).decode(), "1")
    assert isinstance(entry, Entry)
    assert len(entry.title) <= 500
    assert entry.title.endswith("…")
    assert entry.body.startswith(post)
    again = parse_json_line(line(title=post, body=post).decode(), "1")
    assert isinstance(again, Entry)
    assert again.body == post


def test_a_json_line_comes_whole_and_a_day_stays_a_day() -> None:
    full = line(url="https://city.kz/1", published="2016-02-09", language="ru", tags=["мост", 5, " мост "], views=7)
    (entry,) = read(["-"], stdin=io.BytesIO(full))
    assert entry == Entry(
        id="1", title="Мост открыт", body="Мост.", url="https://city.kz/1", published=date(2016, 2, 9), source="city",
        language="ru", tags=("мост",), views=7,
    )  # fmt: skip
    (entry,) = read(["-"], stdin=io.BytesIO(line(published="2026-02-09T10:00:00+05:00")))
    assert entry.published == datetime(2026, 2, 9, 5, tzinfo=UTC)


def test_bad_lines_are_named_and_the_rest_is_read() -> None:
    bad = [b"{\n", b"[1]\n", b'{"id": "t"}\n', line(title="  "), b"\xff\xfe\xfd\x00\n", b"[" * 100_000 + b"\n", b"\n"]
    items = list(read(["-"], stdin=io.BytesIO(b"".join(bad) + line(id="good"))))
    assert [item.id for item in items if isinstance(item, Entry)] == ["good"]
    assert [(item.item, item.reason) for item in items if isinstance(item, RejectedItem)] == [
        ("-:1", "no JSON"),
        ("-:2", "no JSON object"),
        ("t", "no title"),
        ("1", "no title"),
        ("-:5", "binary, or in no known encoding"),
        ("-:6", "no JSON"),
    ]


def test_a_line_of_fifty_megabytes_is_passed_over(tmp_path: Path) -> None:
    huge = tmp_path / "huge.jsonl"
    with huge.open("wb") as file:
        file.write(line(id="before"))
        file.writelines(b'{"title": "' + b"a" * 1_000_000 for _ in range(50))
        file.write(b"\n" + line(id="after"))
    items = list(read([str(huge)]))
    assert [getattr(item, "id", None) for item in items] == ["before", None, "after"]
    assert reasons(items) == [f"a line longer than {LONGEST_LINE} bytes"]


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.txt", b" \n", "empty"),
        ("binary.txt", bytes(range(256)) * 20, "binary, or in no known encoding"),
        ("noise.txt", b"\x93\x8f\xa0\x81\xfe" * 300, "binary, or in no known encoding"),
        ("menu.txt", "Меню\nПоиск\nГлавная\nКонтакты\n".encode(), "no article on the page"),
        ("lost.txt", b"?????? ???? ?? ????? 2016 ???\n" * 30, "no text: the letters were lost"),
        ("broken.txt.gz", b"\x1f\x8b\x08\x00broken", "the gzip file is broken"),
        ("cut.jsonl.gz", gzip.compress(line() * 1000)[:-20], "the gzip file is broken"),
        ("page.pdf", b"%PDF", "no kind of file that is read: .txt, .html, .jsonl, .wet, .warc, each also .gz"),
    ],
)
def test_a_file_that_is_no_article_is_rejected_by_name(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(content)
    items = list(read([str(tmp_path / name)]))
    assert isinstance(items[-1], RejectedItem)
    assert items[-1].reason == reason
    assert name in items[-1].item


@pytest.mark.parametrize("name", [b"mo\xf1t.txt", b"mo\xf1t.pdf"])
def test_a_file_name_in_no_encoding_is_a_name_all_the_same(tmp_path: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
    path.write_text(CAPTURE)
    (item,) = read([str(path)])
    said = item.id if isinstance(item, Entry) else item.item
    assert said.encode().decode().endswith(f"mo\ufffdt{path.suffix}")


def test_a_capture_with_stray_zero_bytes_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(CAPTURE.encode().replace(b"\n", b"\0\n", 2))
    (entry,) = read([str(tmp_path / "a.txt")])
    assert entry.title == "Мост через Есиль открыли в Астане"


def test_a_path_that_is_not_there_is_rejected_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(CAPTURE)
    items = list(read([str(tmp_path / "nothing.txt"), str(tmp_path / "a.txt")]))
    assert [type(item) for item in items] == [RejectedItem, Entry]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "iso8859-5", "cp866", "utf-16", "utf-16-le"]
)
def test_russian_is_read_in_the_encodings_found_in_the_wild(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "a.txt").write_bytes(CAPTURE.encode(encoding))
    (entry,) = read([str(tmp_path / "a.txt")])
    assert entry.title == "Мост через Есиль открыли в Астане"


def test_kazakh_letters_of_the_old_encoding_are_read(tmp_path: Path) -> None:
    text = "Көпір ашылды\n\nАстана қаласында жаңа көпір ашылды, ол екі ауданды қосты, деп хабарлады әкімдік.\n"
    (tmp_path / "a.txt").write_bytes(text.encode("kz1048"))
    (entry,) = read([str(tmp_path / "a.txt")])
    assert (entry.title, entry.body) == tuple(text.strip().split("\n\n"))


@pytest.mark.parametrize("suffix", ["jsonl", "jsonl.gz"])
def test_an_interrupted_reading_goes_on_behind_the_last_item(tmp_path: Path, suffix: str) -> None:
    content = b"".join(line(id=str(number)) for number in range(20))
    path = tmp_path / f"a.{suffix}"
    path.write_bytes(gzip.compress(content) if suffix.endswith("gz") else content)
    (tmp_path / "b.jsonl").write_bytes(line(id="last"))
    seen: list[ArchivePosition] = []
    reading = read([str(tmp_path)], progress=seen.append)
    first = [next(reading).id for _ in range(8)]  # seven were acknowledged
    rest = [item.id for item in read([str(tmp_path)], resume=seen[-1])]
    assert [*first[:7], *rest] == [*map(str, range(20)), "last"]


def test_progress_ends_at_the_whole(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(line() * 3)
    (tmp_path / "b.txt").write_text(CAPTURE)
    seen: list[ArchivePosition] = []
    list(read([str(tmp_path)], progress=seen.append))
    assert seen[-1].done == seen[-1].total == sum(path.stat().st_size for path in tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("a.jsonl", False),
        ("a.txt.gz", False),
        ("a.html", True),
        ("A.HTM.gz", True),
        ("a.warc.gz", True),
        ("a.doc", False),
    ],
)
def test_html_is_expected_by_the_names_of_the_files(tmp_path: Path, name: str, expected: bool) -> None:
    (tmp_path / name).touch()
    assert may_hold_pages([str(tmp_path)]) is expected
    assert may_hold_pages([str(tmp_path / name)]) is expected
    assert not may_hold_pages(["-"])
