"""Sources over real HTTP: found behind an address, polled, conditional, moved, down and back."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from urllib.parse import urljoin

import pytest

from bot.collecting.fetch import MOST_BYTES, HttpFetcher, Manners
from bot.collecting.parsing import ThreadReader
from bot.collecting.sources import fetch_due, find_source
from handlers.views.admin import why
from locales import LANGUAGES, Texts
from news import filing
from news.feeds import ingest
from news.feeds.source import Source
from news.models import QalaError
from tests.site import Site, rss, serve

NOW = 1_795_340_000


class Clock:
    """A clock a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serve(Site()) as opened:
        yield opened


@pytest.fixture
async def fetcher(clock) -> AsyncIterator[HttpFetcher]:
    async with HttpFetcher(private=True, manners=Manners(pace=0), seconds=3, clock=clock) as opened:
        yield opened


def news(site: Site, *numbers: int, extra: str = "") -> str:
    return rss(
        [(f"Алматыда {number}-көпір ашылды", f"{site.url}/news/{number}", NOW - 60 * number) for number in numbers],
        extra,
    )


@pytest.fixture
def poll(store, fetcher, clock):
    async def once(after: int = 0):
        clock.now += after
        return await fetch_due(store, fetcher, ThreadReader(), clock=clock, dice=lambda: 0.0)

    return once


async def test_a_feed_fills_the_store_and_asks_politely_the_next_time(site, store, poll):
    site["/rss"] = news(site, 1, 2), {"ETag": '"a"'}
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    first = await poll()
    assert [(one.answer, one.imported.new) for one in first] == [("new", 2)]
    assert await poll(60) == []
    again = await poll(3600)
    assert [one.answer for one in again] == ["unchanged"]
    assert site.pages() == ["/rss 200", "/rss 304"]
    assert {article.source for article in (await store.articles.latest(5)).items} == {"Қала"}


async def test_an_article_that_changes_is_updated_and_keeps_its_key(site, store, poll):
    site["/rss"] = news(site, 1)
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    await poll()
    before = await store.articles.find(f"{site.url}/news/1")
    site["/rss"] = news(site, 1).replace("1-көпір", "бірінші көпір")
    looked = await poll(3600)
    after = await store.articles.find(f"{site.url}/news/1")
    assert looked[0].imported.updated == 1
    assert (after.key, after.title) == (before.key, "Алматыда бірінші көпір ашылды")


async def test_a_source_goes_down_and_comes_back_with_one_line_each(site, store, poll, caplog):
    caplog.set_level("INFO", "qala.ingest")
    site.status("/rss", 500)
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    for _ in range(3):
        await poll(86400)
    site["/rss"] = news(site, 1)
    await poll(86400)
    await poll(86400)
    lines = [record.getMessage() for record in caplog.records]
    assert lines == [
        "source Қала down: HTTP 500",
        "source Қала broken: HTTP 500",
        "source Қала back: after 72 h",
    ]


async def test_a_dead_feed_that_answers_with_the_home_page_is_a_failure(site, store, poll):
    site["/rss"] = "<!doctype html><html><body>Добро пожаловать</body></html>", {"Content-Type": "text/html"}
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    looked = await poll()
    assert looked[0].source.health.failure == "a web page, not a feed"


async def test_retry_after_is_obeyed(site, store, poll, clock):
    site.status("/rss", 429, {"Retry-After": "7200"})
    source = await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    await poll()
    assert (await store.sources.get(source.key)).health.next_check_at >= clock.now + 7200


async def test_a_permanent_move_is_followed_after_three_answers(site, store, poll):
    site.redirect("/old", "/new")
    site["/new"] = news(site, 1)
    source = await store.sources.add(Source(url=f"{site.url}/old", kind="feed", name="Қала"))
    for _ in range(4):
        await poll(86400)
    assert (await store.sources.get(source.key)).url == f"{site.url}/new"
    assert site.pages()[-1] == "/new 200"
    assert site.pages().count("/old 301") == 3


async def test_a_temporary_move_is_not_remembered(site, store, poll):
    site.redirect("/old", "/new", 302)
    site["/new"] = news(site, 1)
    source = await store.sources.add(Source(url=f"{site.url}/old", kind="feed", name="Қала"))
    for _ in range(5):
        await poll(86400)
    assert (await store.sources.get(source.key)).url == f"{site.url}/old"


async def test_a_source_that_goes_silent_is_reported_once(site, store, poll):
    site["/rss"] = rss([(f"Жаңалық {n}", f"{site.url}/n/{n}", NOW - 1800 * n) for n in range(1, 100)])
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    reports = [notice.event for _ in range(30) for looked in await poll(3700) for notice in looked.notices]
    assert reports == ["silent"]


async def test_robots_txt_closes_a_feed(site, store, poll):
    site["/robots.txt"] = "User-agent: *\nDisallow: /private"
    site["/private/rss"] = news(site, 1)
    await store.sources.add(Source(url=f"{site.url}/private/rss", kind="feed", name="Қала"))
    looked = await poll()
    assert looked[0].source.health.failure == "robots.txt closes it to us"
    assert site.pages() == []


async def test_an_article_of_the_future_is_dated_when_it_was_seen(site, store, poll, clock):
    site["/rss"] = rss([("Ертеңгі жаңалық туралы хабар", f"{site.url}/n/1", NOW + 86400)])
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    await poll()
    assert (await store.articles.find(f"{site.url}/n/1")).published.timestamp() == clock.now


async def test_two_sources_with_the_same_article_keep_one(site, store, poll):
    site["/a"] = news(site, 1, 2)
    site["/b"] = news(site, 2, 3).replace("көпір", "мектеп")
    for name in "ab":
        await store.sources.add(Source(url=f"{site.url}/{name}", kind="feed", name=name))
    looked = await poll()
    assert sorted((one.imported.new, one.imported.duplicate) for one in looked) == [(1, 1), (2, 0)]
    assert await store.articles.count() == 3


async def test_the_feed_is_found_behind_the_home_page(site, fetcher):
    site["/"] = (
        '<html><head><link rel="alternate" type="application/rss+xml" href="/feeds/all"></head><body></body></html>'
    )
    site["/feeds/all"] = news(site, 1, 2, 3, 4)
    found = await find_source(site.url, fetcher, ThreadReader(), NOW)
    assert (found.source.kind, found.source.url) == ("feed", f"{site.url}/feeds/all")
    assert [entry.title for entry in found.newest] == [f"Алматыда {n}-көпір ашылды" for n in (1, 2, 3)]
    assert not found.source.full_text


async def test_a_feed_is_found_at_a_usual_place(site, fetcher):
    site["/"] = "<html><body><p>Сайт</p></body></html>"
    site["/rss.xml"] = "<html><body>dead</body></html>"
    site["/feed/"] = news(site, 1)
    assert (await find_source(site.url, fetcher, ThreadReader(), NOW)).source.url == f"{site.url}/feed/"


async def test_an_address_without_news_is_refused_in_words(site, fetcher):
    site["/"] = "<html><body><p>Сайт</p></body></html>"
    with pytest.raises(QalaError) as refused:
        await find_source(site.url, fetcher, ThreadReader(), NOW)
    assert refused.value.key == "source-nothing"


async def test_the_same_source_is_not_kept_twice(store):
    source = Source(url="https://example.kz/rss", kind="feed", name="Қала")
    await store.sources.add(source)
    for same in ("https://example.kz/rss", "http://www.example.kz/rss/"):
        with pytest.raises(QalaError) as refused:
            await store.sources.add(replace(source, url=same))
        assert refused.value.key == "source-known"
    await store.sources.add(replace(source, url="https://example.kz/kz/rss"))


async def test_a_removed_source_leaves_its_articles(site, store, poll):
    site["/rss"] = news(site, 1)
    source = await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    await poll()
    assert await store.sources.remove(source.key)
    assert not await store.sources.remove(source.key)
    assert await store.articles.count() == 1


async def test_two_at_once_do_not_ask_the_same_source_twice(site, store, fetcher, clock):
    site["/rss"] = news(site, 1)
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    both = (fetch_due(store, fetcher, ThreadReader(), clock=clock, dice=lambda: 0.0) for _ in range(2))
    first, second = await asyncio.gather(*both)
    assert sorted(one.answer for one in (*first, *second)) in (["claimed", "new"], ["new"])
    assert site.pages() == ["/rss 200"]


async def test_an_item_that_a_bug_of_ours_fails_at_does_not_end_its_sources_look(store, site, poll, monkeypatch):
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    site["/rss"] = news(site, 1, 2, 3)
    read, filed = ingest.finish, filing.topics.topics_in

    def finish(source, chosen, now):
        if "1-көпір" in chosen.item.entry.title:
            raise IndexError("list index out of range")
        return read(source, chosen, now)

    def topics_in(article):
        if "2-көпір" in article.title:
            raise KeyError("mm")
        return filed(article)

    monkeypatch.setattr(ingest, "finish", finish)
    monkeypatch.setattr(filing.topics, "topics_in", topics_in)
    [looked] = await poll()
    assert looked.answer == "new"
    assert looked.imported.new == 2
    assert [one.reason for one in looked.imported.rejected] == ["IndexError: list index out of range"]
    assert [one.reason for one in looked.imported.faulty] == ["KeyError: 'mm'"]


async def test_an_address_without_a_scheme_is_tried_by_https_and_then_by_http(site, fetcher):
    site["/"] = news(site, 1)
    bare = site.url.removeprefix("http://")
    assert (await find_source(bare, fetcher, ThreadReader(), NOW)).source.url == f"{site.url}/"
    with pytest.raises(QalaError) as refused:
        await find_source(f"https://{bare}", fetcher, ThreadReader(), NOW)
    assert refused.value.arguments["reason"] == "it does not speak https"


async def test_why_an_address_is_not_read_has_words_of_its_own_in_the_chat(site, unused_tcp_port):
    """Refused, private, robots, too large, closed port, redirects, a name nobody has: no two sound alike."""
    site["/robots.txt"] = "User-agent: *\nDisallow: /closed"
    site["/large"] = b"<rss>" + b" " * (MOST_BYTES + 1)
    site.redirect("/round", f"{site.url}/round")
    addresses = {
        "private": ["/large", "/closed", "/round", f"http://127.0.0.1:{unused_tcp_port}/", f"https://{site.url[7:]}/"],
        "public": ["http://127.0.0.1/", "http://example.kz:8080/", "http://nobody.invalid/"],
    }
    told = {language: set() for language in LANGUAGES}
    for network, asked in addresses.items():
        async with HttpFetcher(private=network == "private", manners=Manners(pace=0)) as asking:
            for address in asked:
                with pytest.raises(QalaError) as refused:
                    await find_source(urljoin(site.url, address), asking, ThreadReader(), NOW)
                for language, sentences in told.items():
                    sentences.add(why(str(refused.value.arguments["reason"]), Texts(language)))
    for language, sentences in told.items():
        assert len(sentences) == 8, sentences
        assert Texts(language).plain("why-other") not in sentences
