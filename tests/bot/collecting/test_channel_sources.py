"""Public channels as sources, over real HTTP against a local page of the shape that t.me/s/NAME has."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.collecting.fetch import HttpFetcher, Manners
from bot.collecting.parsing import ThreadReader
from bot.collecting.sources import fetch_due, find_source
from handlers.views import admin
from locales import Texts
from news.feeds.ingest import MOST_OLDER
from news.feeds.opml import format_opml, parse_opml
from news.feeds.source import Document, FetchRequest, FetchResult, Source
from news.models import QalaError
from tests.channel_preview import CARD, page, photo, post, text
from tests.site import Site, serve

NOW = 1_795_400_000
TELEGRAM = "https://t.me"
HTML = {"Content-Type": "text/html; charset=utf-8"}
WORDS = "Көпір екі ауданды жалғайды. "


class TelegramHere:
    """A fetcher for which t.me is a site of this machine: the rest is real."""

    def __init__(self, fetcher: HttpFetcher, site: Site) -> None:
        self._fetcher, self._site = fetcher, site

    async def fetch(self, request: FetchRequest) -> FetchResult:
        here = FetchRequest(request.url.replace(TELEGRAM, self._site.url), request.etag, request.last_modified)
        answer = await self._fetcher.fetch(here)
        if isinstance(answer, Document):
            return Document(answer.url.replace(self._site.url, TELEGRAM), answer.content, answer.headers)
        return answer


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    async with serve(Site()) as opened:
        yield opened


@pytest.fixture
async def fetcher(site) -> AsyncIterator[TelegramHere]:
    async with HttpFetcher(private=True, manners=Manners(pace=0), seconds=3) as opened:
        yield TelegramHere(opened, site)


@pytest.fixture
def poll(store, fetcher):
    moment = [NOW]

    async def once(after: int = 0):
        moment[0] += after
        return await fetch_due(store, fetcher, ThreadReader(), clock=lambda: moment[0], dice=lambda: 0.0)

    return once


def posts(*numbers: int) -> list[str]:
    return [post(n, photo(str(n)), text(f"Алматыда {n}-көпір ашылды<br/>{WORDS * 20}")) for n in numbers]


@pytest.mark.parametrize(
    "address", ["@QalaNews", "t.me/QalaNews", "https://t.me/s/qalanews", "https://t.me/QalaNews/7"]
)
async def test_a_channel_is_found_by_any_of_its_names_and_shown_before_it_is_kept(site, fetcher, address):
    site["/s/qalanews"] = page(posts(1, 2, 3, 4)), HTML
    found = await find_source(address, fetcher, ThreadReader(), NOW)
    source = found.source
    assert (source.url, source.kind, source.name) == ("https://t.me/s/qalanews", "channel", "Қала жаңалықтары")
    assert not source.full_text
    assert [entry.title for entry in found.newest] == [f"Алматыда {n}-көпір ашылды" for n in (4, 3, 2)]
    assert all(entry.body.startswith(WORDS.strip()) and len(entry.body) <= 400 for entry in found.newest)
    assert site.pages() == ["/s/qalanews 200"]


async def test_the_first_look_reads_back_and_the_next_brings_only_what_is_new_or_edited(site, store, poll):
    site["/s/qalanews"] = page(posts(5, 6), before=5), HTML
    site["/s/qalanews?before=5"] = page(posts(3, 4), before=3), HTML
    site["/s/qalanews?before=3"] = page(posts(1, 2)), HTML
    await store.sources.add(Source(url="https://t.me/s/qalanews", kind="channel", name="Қала"))
    [first] = await poll()
    assert first.imported.new == 6
    assert len(site.pages()) == 3
    before = await store.articles.find("https://t.me/QalaNews/6")
    edited = post(6, photo("6"), text(f"Алматыда жаңа көпір ашылды<br/>{WORDS}"))
    site["/s/qalanews"] = page([*posts(5), edited, *posts(7)], before=5), HTML
    [second] = await poll(3600)
    after = await store.articles.find("https://t.me/QalaNews/6")
    assert (second.imported.new, second.imported.updated) == (1, 1)
    assert (after.key, after.title, after.url) == (before.key, "Алматыда жаңа көпір ашылды", "https://t.me/QalaNews/6")
    assert after.image == "https://cdn.example.kz/6.jpg"
    assert len(site.pages()) == 4


async def test_a_gap_since_the_last_look_is_filled_and_no_more_pages_are_read_than_a_look_may(site, store, poll):
    site["/s/qalanews"] = page(posts(1)), HTML
    await store.sources.add(Source(url="https://t.me/s/qalanews", kind="channel", name="Қала"))
    await poll()
    site["/s/qalanews"] = page(posts(5, 6), before=5), HTML
    site["/s/qalanews?before=5"] = page(posts(3, 4), before=3), HTML
    site["/s/qalanews?before=3"] = page(posts(1, 2), before=1), HTML
    [looked] = await poll(3600)
    assert looked.imported.new == 5
    asked = len(site.pages())

    async def endless(request):
        number = int(request.query.get("before", 10_000))
        return web.Response(text=page(posts(number - 1), before=number - 1), content_type="text/html")

    site["/s/qalanews"] = endless
    del site.answers["/s/qalanews?before=5"], site.answers["/s/qalanews?before=3"]
    await poll(3600)
    assert len(site.pages()) == asked + 1 + MOST_OLDER


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_a_channel_without_a_preview_is_refused_in_words_that_name_the_other_way(site, fetcher, language):
    site.redirect("/s/qalanews", "/qalanews", 302)
    site["/qalanews"] = CARD, HTML
    with pytest.raises(QalaError) as refused:
        await find_source("@qalanews", fetcher, ThreadReader(), NOW)
    assert refused.value.key == "source-no-preview"
    assert "/sources example.kz" in Texts(language)(refused.value.key)


async def test_a_channel_that_loses_its_preview_is_down_with_that_reason(site, store, poll):
    site["/s/qalanews"] = page(posts(1)), HTML
    await store.sources.add(Source(url="https://t.me/s/qalanews", kind="channel", name="Қала"))
    await poll()
    site.redirect("/s/qalanews", "/qalanews", 302)
    site["/qalanews"] = CARD, HTML
    [looked] = await poll(3600)
    assert looked.answer == "failed"
    assert admin.why(looked.source.health.failure, Texts("ru")) == "канал не показывает записи на t.me"


async def test_a_robots_txt_that_forbids_it_is_obeyed_and_said(site, fetcher):
    site["/robots.txt"] = "User-agent: *\nDisallow: /s/\n"
    site["/s/qalanews"] = page(posts(1)), HTML
    with pytest.raises(QalaError) as refused:
        await find_source("@qalanews", fetcher, ThreadReader(), NOW)
    assert refused.value.key == "source-channel-closed"
    assert site.pages() == []


async def test_an_invitation_is_refused_without_a_request(site, fetcher):
    with pytest.raises(QalaError) as refused:
        await find_source("https://t.me/+AbCdEf123", fetcher, ThreadReader(), NOW)
    assert refused.value.key == "source-channel-private"
    assert site.asked == []


def test_a_list_in_opml_names_channels_as_people_do_and_they_come_back():
    listed = parse_opml(
        '<opml version="2.0"><body><outline text="Қала" xmlUrl="@QalaNews"/><outline xmlUrl="https://t.me/Almaty_kz"'
        ' text="Алматы"/><outline text="Дубль" xmlUrl="https://t.me/s/qalanews"/></body></opml>'.encode()
    )
    assert [(one.url, one.kind) for one in listed] == [
        ("https://t.me/s/qalanews", "channel"),
        ("https://t.me/s/almaty_kz", "channel"),
    ]
    assert parse_opml(format_opml(listed)) == listed
