"""Archives into the store: parsed beside the writing, poison alone is lost, an interruption loses nothing."""

import json
from pathlib import Path

import pytest

from bot import importing
from bot.importing import Bookmark, import_archive
from storage import Storage

NOW = 1_790_000_000


def lines(count: int) -> bytes:
    records = (
        {"id": str(number), "title": f"Мост номер {number} открыт в городе", "body": "В городе открыли новый мост."}
        for number in range(count)
    )
    return b"".join(json.dumps(record, ensure_ascii=False).encode() + b"\n" for record in records)


@pytest.fixture
def bookmark(tmp_path: Path) -> Bookmark:
    return Bookmark(tmp_path / "import.json", [str(tmp_path / "news")])


@pytest.fixture
def news(tmp_path: Path) -> Path:
    folder = tmp_path / "news"
    folder.mkdir()
    return folder


async def test_a_handful_is_stored_and_a_second_time_changes_nothing(store, bookmark, news) -> None:
    (news / "a.jsonl").write_bytes(lines(3) + b"{}\n")
    first = await import_archive(bookmark.paths, store, NOW, bookmark)
    second = await import_archive(bookmark.paths, store, NOW, bookmark)
    assert (first.new, [one.reason for one in first.rejected]) == (3, ["no title"])
    assert (second.new, second.updated, second.duplicate) == (0, 0, 3)


async def test_many_items_go_through_children_in_order_and_a_bad_page_is_rejected_alone(store, bookmark, news) -> None:
    page = (
        "<html><h1>Парк открыт</h1><p>" + "В городе открыли новый парк, сообщили в акимате города. " * 4 + "</p></html>"
    )
    (news / "a.jsonl").write_bytes(lines(100))
    (news / "b.html").write_text(page)
    (news / "c.html").write_bytes(b"<html><body></body></html>")
    done = await import_archive(bookmark.paths, store, NOW, bookmark)
    assert done.new == 101
    assert [one.item for one in done.rejected] == ["c.html"]
    assert not bookmark.file.exists()


async def test_an_interrupted_import_goes_on_behind_its_last_batch(store: Storage, bookmark, news, monkeypatch) -> None:
    monkeypatch.setattr(importing, "_BATCH", 40)
    (news / "a.jsonl").write_bytes(lines(200))
    stored = []

    class StoppedError(Exception):
        pass

    def stop(position) -> None:
        stored.append(position.offset)
        if len(stored) == 3:
            raise StoppedError

    with pytest.raises(StoppedError):
        await import_archive(bookmark.paths, store, NOW, bookmark, stop)
    before = bookmark.read()
    assert before is not None
    assert before.offset == stored[2]
    done = await import_archive(bookmark.paths, store, NOW, bookmark)
    assert (done.new, done.duplicate) == (80, 0)


def test_a_bookmark_is_of_its_own_paths_only(tmp_path: Path) -> None:
    file = tmp_path / "import.json"
    Bookmark(file, ["a"]).write(importing.Position("a", 5))
    assert Bookmark(file, ["a"]).read() == importing.Position("a", 5)
    assert Bookmark(file, ["b"]).read() is None
    file.write_text("{broken")
    assert Bookmark(file, ["a"]).read() is None


def test_standard_input_has_no_bookmark(tmp_path: Path) -> None:
    bookmark = Bookmark(tmp_path / "import.json", ["-"])
    bookmark.write(importing.Position("-", 5))
    assert bookmark.read() is None
