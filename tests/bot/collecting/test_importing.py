"""Archives into the store: parsed beside the writing, poison alone is lost, an interruption loses nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from bot.collecting import importing
from bot.collecting.importing import Bookmark, import_archive
from news import filing
from news.archive import archive
from news.archive.archive import RawItem, scan
from news.language import lexicon
from news.models import FiledEntry, RejectedItem
from storage import Storage
from storage.search import indexing

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


async def test_an_operators_own_words_count_in_the_children_too(store, bookmark, news, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(lexicon, "_own", [])
    own = tmp_path / "lexicon.txt"
    own.write_text("@science 3\nномер*\n")
    lexicon.use(own)
    (news / "a.jsonl").write_bytes(lines(100))
    await import_archive(bookmark.paths, store, NOW, bookmark)
    stored = (await store.articles.latest(limit=100)).items
    assert stored
    assert all("science" in {topic.slug for topic in article.topics} for article in stored)


async def test_an_import_makes_the_folder_it_remembers_its_place_in(store, news, tmp_path) -> None:
    (news / "a.jsonl").write_bytes(lines(100))
    bookmark = Bookmark(tmp_path / "not" / "there" / "import.json", [str(news)])
    assert (await import_archive(bookmark.paths, store, NOW, bookmark)).new == 100


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
    Bookmark(file, ["a"]).write(importing.ArchivePosition("a", 5))
    assert Bookmark(file, ["a"]).read() == importing.ArchivePosition("a", 5)
    assert Bookmark(file, ["b"]).read() is None
    file.write_text("{broken")
    assert Bookmark(file, ["a"]).read() is None


def test_standard_input_has_no_bookmark(tmp_path: Path) -> None:
    bookmark = Bookmark(tmp_path / "import.json", ["-"])
    bookmark.write(importing.ArchivePosition("-", 5))
    assert bookmark.read() is None


# Boilerplate in whole sentences, of a kind that no list names: by their shape they are the article's.
CAPTURE = """Живём у реки вместе
{title}

{body}

Наш посёлок вместе делаем уютнее каждый день, присоединяйтесь к движению добрых соседей.
Дежурный по номеру принимает вести круглосуточно и без выходных для всех жителей.
"""
NEWS = [
    ("Мост через Тобыл откроют летом", "Новый мост через реку Тобыл откроют в июле, строители укладывают асфальт."),
    ("Библиотека переехала", "Детская библиотека переехала в новое здание на улице Абая, фонд перевезли за неделю."),
    ("Каток залили раньше срока", "Городской каток залили на две недели раньше обычного, вход остается бесплатным."),
    ("Школу сдадут к сентябрю", "Школу на девятьсот мест обещают сдать к сентябрю, стены уже подвели под крышу."),
    ("В парке стало светло", "В парке поставили сорок новых фонарей, гулять вечером стало светло и спокойно."),
    (
        "Автобусы пойдут чаще",
        "С понедельника автобусы третьего маршрута пойдут каждые десять минут, обещает перевозчик.",
    ),
]


async def test_the_boilerplate_of_a_folder_is_learnt_from_its_first_pages(store: Storage, bookmark, news) -> None:
    for number, (title, body) in enumerate(NEWS):
        (news / f"{number}.txt").write_text(CAPTURE.format(title=title, body=body))
    await import_archive(bookmark.paths, store, NOW, bookmark)
    found = [await store.articles.find(f"{number}.txt") for number in range(6)]
    clean = [(one.title, one.body) == story for one, story in zip(found, NEWS, strict=True) if one]
    assert clean == [False] * 3 + [True] * 3
    again = await import_archive(bookmark.paths, store, NOW, bookmark)
    assert (again.new, again.updated, again.duplicate) == (0, 3, 3)
    for _ in range(4):  # a page does not make its own text boilerplate, however often it comes
        assert (await import_archive(bookmark.paths, store, NOW, bookmark)).duplicate == 6
    found = [await store.articles.find(f"{number}.txt") for number in range(6)]
    assert [(one.title, one.body) for one in found if one] == NEWS


async def test_what_is_made_harmless_is_counted(store: Storage, bookmark, news) -> None:
    record = {
        "id": "1",
        "title": "Мост <b>открыт</b> в гор\u200bоде",
        "body": "В городе открыли \u202eновый мост.",
        "url": "javascript:alert(1)",
        "published": "9999-01-01",
    }
    (news / "a.jsonl").write_text(json.dumps(record))
    done = await import_archive(bookmark.paths, store, NOW, bookmark)
    assert dict(done.harmless) == {"markup": 2, "invisible": 1, "bidi": 1, "link": 1, "date": 1}


async def test_of_many_rejected_items_the_first_thousand_are_named(store: Storage, bookmark, news) -> None:
    (news / "a.jsonl").write_bytes(b"{}\n" * 1203)
    done = await import_archive(bookmark.paths, store, NOW, bookmark)
    assert (len(done.rejected), done.unnamed) == (1000, 203)


def test_children_that_read_texts_only_do_without_the_parsers_of_html() -> None:
    asked = "import sys, bot.collecting.preloaded; print('trafilatura' in sys.modules, 'pymorphy3' in sys.modules)"
    answer = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["False", "True"]


def _fails_at(word: str, real):
    def worked_out(article, *more):
        if word in (article if isinstance(article, str) else article.title):
            raise KeyError("mm")
        return real(article, *more)

    return worked_out


async def test_an_article_that_cannot_be_analysed_is_kept_without_terms_and_stops_no_other(
    store, bookmark, news, monkeypatch
) -> None:
    monkeypatch.setattr(filing, "terms_in", _fails_at("номер 1 ", filing.terms_in))
    (news / "a.jsonl").write_bytes(lines(3))
    done = await import_archive(bookmark.paths, store, NOW, bookmark)
    assert (done.new, done.rejected) == (3, [])
    assert [(one.item, one.reason) for one in done.faulty] == [("1", "KeyError: 'mm'")]
    assert {one.id for one in (await store.articles.search("мост", limit=9, now=NOW)).items} == {"0", "2"}
    assert {one.id for one in (await store.articles.latest(9)).items} == {"0", "1", "2"}
    assert await store.articles.faulty(9) == [("1", "Мост номер 1 открыт в городе")]
    assert await store.articles.reindex_some() == 0  # this analysis would fail again


async def test_a_faulty_article_that_is_changed_and_can_be_analysed_is_found(
    store, bookmark, news, monkeypatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(filing, "terms_in", _fails_at("номер", filing.terms_in))
        (news / "a.jsonl").write_bytes(lines(1))
        await import_archive(bookmark.paths, store, NOW, bookmark)
    (news / "a.jsonl").write_bytes(lines(1).replace("новый".encode(), "старый".encode()))
    done = await import_archive(bookmark.paths, store, NOW, bookmark)
    assert (done.updated, done.faulty) == (1, [])
    assert [one.id for one in (await store.articles.search("старый мост", limit=9, now=NOW)).items] == ["0"]
    assert await store.articles.faulty(9) == []


async def test_an_item_that_cannot_be_read_is_rejected_alone(store, bookmark, news, monkeypatch) -> None:
    real = archive.parse_raw

    def parse(raw, boilerplate):
        if b"1" in raw.name.encode():
            raise IndexError("list index out of range")
        return real(raw, boilerplate)

    monkeypatch.setattr(archive, "parse_raw", parse)
    for name in ("0", "1", "2"):
        (news / f"{name}.html").write_text(
            f"<html><h1>Парк {name} открыт</h1><p>" + "В городе открыли новый парк, сообщили в акимате. " * 4 + "</p>"
        )
        (news / f"{name}.jsonl").write_bytes(b"")
    raws = [raw for raw, _ in scan([str(news)], resume=None, now=NOW) if isinstance(raw, RawItem)]
    made = archive.file_raws(b"", raws)
    assert [type(one) for one in made.filed] == [FiledEntry, RejectedItem, FiledEntry]


async def test_the_next_analysis_goes_on_where_an_article_fails_and_tries_those_that_failed_before(
    store, bookmark, news, monkeypatch
) -> None:
    (news / "a.jsonl").write_bytes(lines(5))
    await import_archive(bookmark.paths, store, NOW, bookmark)
    await store.database.execute("UPDATE articles SET analysis_version = $1", 1 - indexing.ANALYSIS_VERSION)
    with monkeypatch.context() as broken:
        broken.setattr(indexing, "terms_of", _fails_at("номер 3 ", indexing.terms_of))
        assert await store.articles.reindex_some() == 5
    assert {one.id for one in (await store.articles.search("мост", limit=9, now=NOW)).items} == {"0", "1", "2", "4"}
    assert await store.articles.reindex_some() == 0
    assert [id_ for id_, _ in await store.articles.faulty(9)] == ["3"]
