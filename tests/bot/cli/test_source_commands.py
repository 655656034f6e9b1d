"""`qala sources …` and `qala fetch` as an operator types them."""

import asyncio
import threading
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.commands import app
from tests.bot.collecting.test_sources import news
from tests.channel_preview import page, photo, post, text
from tests.site import Site, serve


@pytest.fixture
def qala(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QALA_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("QALA_FETCH_PRIVATE", "on")

    def run(*words: str, code: int = 0) -> str:
        result = CliRunner().invoke(app, words, catch_exceptions=False)
        assert result.exit_code == code, result.output
        return result.output

    return run


@pytest.fixture
def site():
    """A site in a thread of its own: the commands have their own event loop."""
    opened, ready, stop = Site(), threading.Event(), asyncio.Event()
    loop = asyncio.new_event_loop()

    async def work():
        async with serve(opened):
            ready.set()
            await stop.wait()

    thread = threading.Thread(target=lambda: loop.run_until_complete(work()))
    thread.start()
    ready.wait()
    yield opened
    loop.call_soon_threadsafe(stop.set)
    thread.join()
    loop.close()


def test_a_source_is_added_by_its_home_page_fetched_searched_changed_and_removed(qala, site):
    site["/"] = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    site["/rss"] = news(site, 1, 2, 3, 4), {"ETag": '"1"'}
    added = qala("sources", "add", f"{site.url}/")
    assert [f"{n}-көпір" in added for n in (1, 2, 3, 4)] == [True, True, True, False]
    assert "lead, picture and link" in added
    assert "new 4" in qala("fetch", "--once")
    assert "unchanged 1" in qala("fetch", "--once")
    assert "4-көпір" in qala("search", "көпір")
    changed = qala("sources", "set", "1", "--full-text", "--name", "Менің қалам", "--minutes", "30", "--pause")
    assert "full text" in changed
    assert "paused" in changed
    assert "Менің қалам" in qala("sources", "list")
    assert "is a source already" in qala("sources", "add", f"{site.url}/rss", code=1)
    assert "removed: Менің қалам" in qala("sources", "remove", "Менің қалам")
    assert "no sources yet" in qala("sources", "list")


def test_what_is_no_source_is_one_sentence(qala, site):
    assert "was not read: HTTP 404" in qala("sources", "add", f"{site.url}/nothing", code=1)
    assert "is no address" in qala("sources", "add", "ftp://example.kz", code=1)
    assert "there is no source 7" in qala("sources", "remove", "7", code=1)


def test_sources_leave_and_come_back_as_opml(qala, tmp_path):
    opml = tmp_path / "list.opml"
    opml.write_text(
        '<opml version="1.0"><body><outline text="Қалалар"><outline text="Таң" xmlUrl="https://tan.example/rss"/>'
        '<outline title="Күн &amp; түн" type="rss" xmlUrl="https://kun.example/feed" language="kk-KZ"/></outline>'
        '<outline text="bad" xmlUrl="javascript:alert(1)"/></body></opml>'
    )
    assert "added 2, already there 0" in qala("sources", "import", str(opml))
    qala("sources", "set", "Таң", "--city", "Almaty", "--topic", "transport", "--full-text")
    qala("sources", "export", str(tmp_path / "out.opml"))
    before = qala("sources", "list")
    for name in ("Таң", "Күн & түн"):
        qala("sources", "remove", name)
    assert "added 2, already there 0" in qala("sources", "import", str(tmp_path / "out.opml"))
    assert "added 0, already there 2" in qala("sources", "import", str(tmp_path / "out.opml"))
    after = qala("sources", "list")
    assert [line.split("\t")[1:] for line in after.splitlines()] == [
        line.split("\t")[1:] for line in before.splitlines()
    ]


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"<rss/>", b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"])
def test_a_file_that_is_no_opml_is_one_sentence(qala, tmp_path, content):
    path = tmp_path / "x.opml"
    path.write_bytes(content)
    assert "x.opml: " in qala("sources", "import", str(path), code=1)


def test_suggestions_say_what_was_not_tried(qala):
    lines = qala("sources", "suggest", "--language", "kk").splitlines()
    assert len(lines) > 20
    assert all("checked" in line or "unverified" in line or "dead" in line for line in lines)
    assert qala("sources", "suggest", "egemen").startswith("Egemen Qazaqstan\tkk\tnational\tchecked 2026-09\t")


def test_a_topic_is_named_by_any_word_for_it_and_one_that_is_none_is_refused(qala, site):
    site["/rss"] = news(site, 1)
    qala("sources", "add", f"{site.url}/rss", "--topic", "Транспорт", "--topic", "transport", "--topic", "#дороги")
    qala("sources", "export", "list.opml")
    assert 'category="transport,roads"' in Path("list.opml").read_text("utf-8")
    assert "there is no topic Nosuch; there are smart-city, transport," in qala(
        "sources", "set", "1", "--topic", "Nosuch", code=1
    )
    assert "ru or kk, not english" in qala("sources", "set", "1", "--language", "english", code=1)
    assert "needs a name" in qala("sources", "set", "1", "--name", " ", code=1)


def test_the_words_of_another_readers_list_become_topics_where_they_name_one(qala):
    Path("list.opml").write_text(
        '<opml version="2.0"><body><outline text="Қала" xmlUrl="https://example.kz/rss"'
        ' category="/News/Sport,Көлік,our town"/></body></opml>',
        "utf-8",
    )
    assert "added 1" in qala("sources", "import", "list.opml")
    qala("sources", "export", "out.opml")
    assert 'category="sport,transport"' in Path("out.opml").read_text("utf-8")


def test_a_channels_preview_is_added_fetched_and_found_by_search(qala, site):
    posts = [post(n, photo(str(n)), text(f"Алматыда {n}-көпір ашылды<br/>Көпір екі ауданды жалғайды.")) for n in (1, 2)]
    site["/s/QalaNews"] = page(posts), {"Content-Type": "text/html"}
    added = qala("sources", "add", f"{site.url}/s/QalaNews")
    assert "Қала жаңалықтары: channel" in added
    assert "lead, picture and link" in added
    assert "new 2" in qala("fetch", "--once")
    assert "Алматыда 2-көпір ашылды  (Қала жаңалықтары)" in qala("search", "көпір")
    assert "has no public name" in qala("sources", "add", "https://t.me/+AbCdEf", code=1)


def test_the_list_has_a_header_with_a_name_for_each_column(qala, site):
    assert "no sources yet" in qala("sources", "list")
    site["/rss"] = news(site, 1)
    qala("sources", "add", f"{site.url}/rss", "--yes")
    qala("fetch", "--once")
    header, line = (one.split("\t") for one in qala("sources", "list").splitlines())
    told = dict(zip(header, line, strict=True))
    assert told["state"] == "ok"
    assert told["address"] == f"{site.url}/rss"
    assert told["last article"].endswith("UTC")


def test_stats_are_json_for_programs(qala):
    import json

    counted = json.loads(qala("stats", "--json"))
    assert counted["readers"] == 0
    assert counted.keys() >= {"articles", "sources", "deliveries", "inbox", "store_bytes"}
    assert "readers" in qala("stats")


def test_a_move_says_what_it_wants_and_repeats_no_password(qala, tmp_path):
    (tmp_path / "qala.sqlite").touch()
    assert "QALA_DATABASE_URL: set it" in qala("migrate", str(tmp_path / "qala.sqlite"), code=2)
    told = qala("migrate", "postgresql://qala:hushhush@db/qala", code=2)
    assert "name the SQLite file" in told
    assert "hush" not in told
