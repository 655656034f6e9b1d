"""What is one article to a reader, over several looks at feeds that name their items badly; and answers taken as
browsers take them. Over real HTTP, into a real store."""

import gzip
from datetime import datetime

import pytest
from aiohttp import web

from news.feeds.source import Source
from tests.bot.collecting.test_sources import clock, fetcher, news, poll, site  # noqa: F401 - fixtures


def feed(*items: str) -> str:
    return f'<rss version="2.0"><channel><title>Қала</title>{"".join(f"<item>{item}</item>" for item in items)}</channel></rss>'


def item(title: str, link: str = "", guid: str = "") -> str:
    link = f"<link>{link}</link>" if link else ""
    guid = f'<guid isPermaLink="false">{guid}</guid>' if guid else ""
    return f"<title>{title}</title>{link}{guid}<description>{title}. Бұл туралы әкімдік хабарлады.</description>"


@pytest.fixture
async def listed(site, store, poll):  # noqa: F811
    """Shows the feed again with these items an hour later; gives the titles there are in the store, oldest first."""
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))

    async def look(*items: str) -> list[str]:
        site["/rss"] = feed(*items)
        await poll(3600)
        found = (await store.articles.latest(50)).items
        return sorted(article.title for article in found)

    return look


BRIDGE, SCHOOL, PARK = "Астанада жаңа көпір ашылды", "Шымкентте мектеп салынды", "Алматыда саябақ жөнделді"


@pytest.mark.parametrize("again", [1, 2])
async def test_items_that_share_a_guid_are_articles_of_their_own(listed, site, again):  # noqa: F811
    items = [item(BRIDGE, f"{site.url}/a/1", "news"), item(SCHOOL, f"{site.url}/a/2", "news")]
    for _ in range(again):
        found = await listed(*items)
    assert found == sorted([BRIDGE, SCHOOL])


async def test_items_that_share_an_address_are_articles_of_their_own_at_every_look(listed, site):  # noqa: F811
    one, two = item(BRIDGE, f"{site.url}/", "1"), item(SCHOOL, f"{site.url}/", "2")
    await listed(one, two)
    await listed(two)
    assert await listed(item(PARK, f"{site.url}/", "3"), two) == sorted([BRIDGE, SCHOOL, PARK])


async def test_items_that_differ_only_in_a_fragment_are_articles_of_their_own(listed, site):  # noqa: F811
    one, two = item(BRIDGE, f"{site.url}/live#1"), item(SCHOOL, f"{site.url}/live#2")
    await listed(one)
    assert await listed(two, one) == sorted([BRIDGE, SCHOOL])


async def test_an_item_whose_guid_changes_is_one_article_and_one_row(listed, site, store):  # noqa: F811
    for number in range(4):
        found = await listed(
            item(BRIDGE, f"{site.url}/a/1", f"look-{number}"), item(SCHOOL, f"{site.url}/a/2", f"l{number}")
        )
    assert found == sorted([BRIDGE, SCHOOL])
    assert await store.database.fetchval("SELECT count(*) FROM source_items") == 2
    assert await listed(item(f"{BRIDGE} бүгін", f"{site.url}/a/1", "look-9")) == sorted([f"{BRIDGE} бүгін", SCHOOL])
    assert await store.database.fetchval("SELECT count(*) FROM source_items") == 2


async def test_a_guid_that_is_no_permalink_makes_no_link(listed, store):
    await listed(item(BRIDGE, guid="12345"))
    (article,) = (await store.articles.latest(5)).items
    assert article.url is None


async def test_what_is_remembered_of_a_source_is_bounded(listed, store, monkeypatch, site):  # noqa: F811
    monkeypatch.setattr("storage.articles.sources._MOST_REMEMBERED", 5)
    for number in range(4):
        await listed(*(item(f"{BRIDGE} {n}", f"{site.url}/{number}/{n}") for n in range(4)))
    assert await store.database.fetchval("SELECT count(*) FROM source_items") <= 5 + 4


async def test_a_site_that_redirects_until_its_cookie_comes_back_is_read(site, store, poll):  # noqa: F811
    async def wall(request):
        if request.cookies.get("seen") == "1":
            return web.Response(text=news(site, 1), content_type="text/xml")
        raise web.HTTPFound("/rss", headers={"Set-Cookie": "seen=1; Path=/"})

    site["/rss"] = wall
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    (looked,) = await poll()
    assert looked.imported.new == 1


async def test_long_headers_are_taken(site, store, poll):  # noqa: F811
    site["/rss"] = news(site, 1), {"Content-Security-Policy": "img-src https://gorod.example; " * 1000}
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    (looked,) = await poll()
    assert looked.imported.new == 1


async def test_a_body_that_is_cut_off_gives_what_came_and_is_asked_for_again(site, store, poll):  # noqa: F811
    whole = news(site, 1, 2, 3).encode()

    async def cut(request):
        response = web.StreamResponse(
            headers={"Content-Type": "text/xml", "ETag": '"whole"', "Content-Length": str(len(whole))}
        )
        await response.prepare(request)
        await response.write(whole[: whole.rindex(b"<item>")])
        request.transport.close()
        return response

    site["/rss"] = cut
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    (looked,) = await poll()
    assert (looked.imported.new, looked.source.health.etag) == (2, None)


async def test_a_packed_sitemap_is_read(site, store, poll):  # noqa: F811
    page = f"<html><head><title>{BRIDGE}</title></head><body><article><h1>{BRIDGE}</h1>{'<p>Бүгін қалада жаңа көпір ашылды, қозғалыс басталды.</p>' * 5}</article></body></html>"
    site["/a/1"] = page, {"Content-Type": "text/html; charset=utf-8"}
    site["/sitemap.xml.gz"] = (
        gzip.compress(
            f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>{site.url}/a/1</loc><lastmod>2026-11-22</lastmod></url></urlset>'.encode()
        ),
        {"Content-Type": "application/gzip"},
    )
    await store.sources.add(Source(url=f"{site.url}/sitemap.xml.gz", kind="sitemap", name="Қала"))
    (looked,) = await poll()
    assert looked.imported.new == 1


async def test_a_long_robots_txt_is_obeyed_as_far_as_it_is_read(site, store, poll):  # noqa: F811
    rules = "User-agent: *\nDisallow: /private/\n" + "# a remark of a careful webmaster\n" * 40_000
    site["/robots.txt"] = rules, {"Content-Type": "text/plain"}
    site["/rss"] = site["/private/rss"] = news(site, 1)
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала"))
    await store.sources.add(Source(url=f"{site.url}/private/rss", kind="feed", name="Қала 2"))
    looked = await poll()
    assert sorted(one.answer for one in looked) == ["failed", "new"]


async def test_a_clock_without_a_zone_is_in_the_zone_that_was_chosen_for_the_source(site, store, poll):  # noqa: F811
    site["/rss"] = feed(f"{item(BRIDGE, f'{site.url}/a/1')}<pubDate>Sat, 22 Nov 2025 10:00:00</pubDate>")
    await store.sources.add(Source(url=f"{site.url}/rss", kind="feed", name="Қала", zone="Europe/Moscow"))
    await poll()
    (article,) = (await store.articles.latest(5)).items
    assert article.published == datetime.fromisoformat("2025-11-22T10:00:00+03:00")
