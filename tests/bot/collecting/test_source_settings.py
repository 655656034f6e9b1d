"""What an operator may say of a source: what opens it, how much it may send, what tells its items apart; and lists."""

# ruff: noqa: F811 - fixtures of other tests are asked for by name

import base64
import logging

import pytest
from aiohttp import web
from typer.testing import CliRunner

from bot.cli.commands import app
from news.feeds.opml import format_opml, parse_lines, parse_opml
from news.feeds.source import Source, UnreadableError, origin_of
from tests.bot.cli.test_source_commands import qala  # noqa: F401 - a fixture
from tests.bot.cli.test_source_commands import site as threaded_site  # noqa: F401 - a fixture
from tests.bot.collecting.test_source_identity import BRIDGE, SCHOOL, feed, item
from tests.bot.collecting.test_sources import clock, fetcher, news, poll, site  # noqa: F401 - fixtures
from tests.site import Site, serve

PASSWORD = "hush hush құпия"
BASIC = "Authorization: Basic " + base64.b64encode(f"reader:{PASSWORD}".encode()).decode()


def closed(body: str, header: str, value: str):
    async def respond(request: web.Request) -> web.StreamResponse:
        if request.headers.get(header) != value:
            return web.Response(status=401)
        return web.Response(text=body, content_type="text/xml")

    return respond


async def test_a_source_with_a_password_is_read_and_its_secret_goes_to_its_own_server_alone(site, store, poll, caplog):
    async with serve(Site(), "127.0.0.2") as other:
        header, _, value = BASIC.partition(": ")
        site["/rss"] = closed(feed(item(BRIDGE, f"{site.url}/a/1"), item(SCHOOL, f"{other.url}/a/2")), header, value)
        kept = await store.sources.add(Source(url=f"{site.url}/rss", kind="page", name="Қала", secret=BASIC))
        caplog.set_level(logging.DEBUG)
        await poll(3600)
        assert "/rss 200" in site.asked
        assert [seen.get(header) for seen in other.seen] == [None] * len(other.seen)
        assert value not in caplog.text
        assert value not in repr(await store.sources.all())
        assert value.encode() not in format_opml(await store.sources.all())
        site.redirect("/rss", f"{other.url}/rss")
        other["/rss"] = feed(item("Таразда цирк ашылды", f"{other.url}/a/3"))
        await poll(7200)
        await poll(10_800)
        assert other.asked
        assert [seen.get(header) for seen in other.seen] == [None] * len(other.seen)
        await store.sources.move(kept, f"{other.url}/new")
        assert (await store.sources.get(kept.key)).secret is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://qala.kz/rss", "https://QALA.kz:443/news/1", True),
        ("https://qala.kz/rss", "http://qala.kz/news/1", False),
        ("https://qala.kz/rss", "https://m.qala.kz/news/1", False),
        ("http://qala.kz:8080/rss", "http://qala.kz/rss", False),
    ],
)
def test_an_origin_is_scheme_host_and_port(one, other, same):
    assert (origin_of(one) == origin_of(other)) is same


async def test_an_answer_larger_than_its_source_may_send_is_refused_and_said(site, store, poll):
    site["/rss"] = feed(*(item(f"{BRIDGE} {n}", f"{site.url}/a/{n}") for n in range(200)))
    kept = await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала", most_bytes=10_000))
    await poll(3600)
    assert (await store.sources.get(kept.key)).health.failure == "more than 9 kB"
    assert await store.articles.is_empty()


@pytest.mark.parametrize(
    ("identity", "titles"),
    [
        ("guid", [BRIDGE]),  # one guid: one article, whatever else changes
        ("link", sorted([BRIDGE, SCHOOL])),
        ("title", sorted([BRIDGE, SCHOOL])),
        (None, sorted([BRIDGE, SCHOOL])),
    ],
)
async def test_what_tells_items_apart_is_what_the_operator_says(site, store, poll, identity, titles):
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала", identity=identity))
    site["/rss"] = feed(item(BRIDGE, f"{site.url}/a/1", "news"), item(SCHOOL, f"{site.url}/a/2", "news"))
    for hour in (1, 2):
        await poll(hour * 3600)
        assert sorted(one.title for one in (await store.articles.latest(50)).items) == titles


@pytest.mark.parametrize(("identity", "count"), [("link", 1), ("guid", 1), ("title", 2)])
async def test_a_corrected_headline_is_the_same_article_but_where_the_title_alone_counts(
    site,
    store,
    poll,
    identity,
    count,
):
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала", identity=identity))
    for hour, title in enumerate((BRIDGE, "Шымкентте жаңа метро салынады"), 1):
        site["/rss"] = feed(item(title, f"{site.url}/a/1", "1"))
        await poll(hour * 3600)
    assert len((await store.articles.latest(50)).items) == count


def test_opml_keeps_what_was_chosen_but_what_opens_a_source():
    source = Source(
        url="https://qala.kz/rss", kind="feed", name="A & B", paused=True, interval=1800, zone="Europe/Moscow",
        identity="link", most_bytes=400_000, secret=BASIC,
    )  # fmt: skip
    (back,) = parse_opml(format_opml([source]))
    assert back == Source(
        url="https://qala.kz/rss", kind="feed", name="A & B", paused=True, interval=1800, zone="Europe/Moscow",
        identity="link", most_bytes=400_000,
    )  # fmt: skip


def test_a_bad_ampersand_is_forgiven_and_each_line_that_cannot_be_used_is_named():
    problems: list[str] = []
    found = parse_opml(
        b"""<opml version="2.0"><body>
<outline text="Folder"><outline text="A & B" xmlUrl="https://a.kz/rss?x=1&y=2"/></outline>
<outline text="No address"/>
<outline text="Bad" xmlUrl="ftp//nothing here"/>
<outline text="Twice" xmlUrl="https://a.kz/rss?x=1&amp;y=2"/>
</body></opml>""",
        problems,
    )
    assert [(one.name, one.url) for one in found] == [("A & B", "https://a.kz/rss?x=1&y=2")]
    assert [problem.split(":")[0] for problem in problems] == ["line 3", "line 4", "line 5"]
    with pytest.raises(UnreadableError):
        parse_opml(b"<opml><body><outline xmlUrl='https://a.kz'></body>")


def test_a_plain_list_has_an_address_a_line():
    content = "\ufeff# my list\nhttps://a.kz  the first\n\n@kanal # a channel\r\nb.kz\n".encode()
    assert parse_lines(content) == [(2, "https://a.kz"), (4, "@kanal"), (5, "b.kz")]


def test_a_list_of_sites_is_imported_its_bad_lines_named_and_a_password_asked_not_typed(
    qala,
    threaded_site,
    tmp_path,
):
    site = threaded_site
    site["/"] = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head></html>'
    site["/rss"] = news(site, 1, 2, 3)
    listed = tmp_path / "list.txt"
    listed.write_text(f"{site.url}/\nhttp://127.0.0.1:1/\n{site.url}/rss\n")
    said = qala("sources", "import", str(listed))
    assert "added 1, already there 1" in said
    assert "line 2: http://127.0.0.1:1/ was not read" in said
    site["/closed"] = closed(news(site, 4, 5), *BASIC.split(": "))
    refused = CliRunner().invoke(app, ["sources", "add", f"{site.url}/closed"])
    assert "HTTP 401" in refused.output
    added = CliRunner().invoke(app, ["sources", "add", f"{site.url}/closed", "--user", "reader"], input=PASSWORD + "\n")
    assert "kept as source 2" in added.output, added.output
    changed = qala("sources", "set", "2", "--largest-kb", "500", "--identity", "link", "--user", "-")
    assert PASSWORD not in changed
    exported = qala("sources", "export", "-")
    assert 'mostBytes="500000"' in exported
    assert 'identity="link"' in exported
    wrong = CliRunner().invoke(app, ["sources", "set", "2", "--identity", "number"])
    assert (wrong.exit_code, "guid, link or title" in wrong.output) == (2, True)
