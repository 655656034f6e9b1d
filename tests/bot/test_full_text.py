"""Whole articles from their pages, where the source's rights allow it: feeds that tease, sitemaps, section pages."""

from html import escape

import pytest

from bot.collecting.parsing import ThreadReader
from bot.collecting.sources import find_source
from news.feeds.source import Source
from tests.bot.collecting.test_sources import NOW, clock, fetcher, poll, site  # noqa: F401 - fixtures
from tests.site import rss

TEXT = (
    "Жаңа көпір арқылы көлік қозғалысы бүгін таңертең басталды.",
    "Қала әкімдігінің мәліметінше, көпірдің ұзындығы екі жүз метр, ені он алты метр.",
    "Құрылыс екі жылға созылды, жұмысқа жергілікті мердігерлер тартылды.",
    "Көпірдің екі жағына велосипед жолы мен жаяу жүргіншілерге арналған кең жол салынды, жарық шамдары орнатылды.",
    "Жақын көшелерде бағдаршамдар қайта реттеліп, екі жаңа автобус аялдамасы ашылды.",
    "Енді тұрғындар қаланың екі бөлігінің арасын он минутта өте алады.",
)


def page(title: str, *paragraphs: str) -> str:
    body = "".join(f"<p>{escape(one)}</p>" for one in paragraphs)
    return (
        f'<!doctype html><html lang="kk"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta property="og:title" content="{escape(title)}"><meta property="og:image" content="https://q.example/1.jpg">'
        '<meta property="article:published_time" content="2026-11-22T08:15:00+05:00"></head><body>'
        f"<nav><a href='/'>Басты бет</a></nav><article><h1>{escape(title)}</h1>{body}</article></body></html>"
    )


@pytest.fixture
def article(site):  # noqa: F811
    site["/news/1001-zhana-kopir"] = page("Қалада жаңа көпір ашылды", *TEXT), {"Content-Type": "text/html"}
    return f"{site.url}/news/1001-zhana-kopir"


@pytest.mark.parametrize("full_text", [True, False])
async def test_a_teasing_feeds_article_is_whole_only_with_the_right_to_it(site, store, poll, article, full_text):  # noqa: F811
    site["/rss"] = rss([("Қалада жаңа көпір ашылды", article, NOW - 600)])
    await store.sources.add(Source(f"{site.url}/rss", "feed", "Қала", full_text=full_text))
    await poll()
    stored = await store.articles.find(article)
    assert (TEXT[-1] in stored.body) is full_text
    assert ("/news/1001-zhana-kopir 200" in site.asked) is full_text


async def test_a_page_that_fails_leaves_the_feeds_own_words_and_is_tried_again(site, store, poll, article):  # noqa: F811
    whole = site.answers.pop("/news/1001-zhana-kopir")
    site["/rss"] = rss([("Қалада жаңа көпір ашылды", article, NOW - 600)]), {"ETag": '"1"'}
    await store.sources.add(Source(f"{site.url}/rss", "feed", "Қала", full_text=True))
    await poll()
    assert (await store.articles.find(article)).body.startswith("Қалада жаңа көпір ашылды.")
    site["/news/1001-zhana-kopir"] = whole
    (looked,) = await poll(7200)
    assert (looked.imported.new, looked.imported.updated) == (0, 1)
    assert TEXT[-1] in (await store.articles.find(article)).body
    assert [one.answer for one in await poll(7200)] == ["unchanged"]


async def test_a_news_sitemaps_articles_are_read_from_their_pages(site, store, poll, article):  # noqa: F811
    site["/news.xml"] = (
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url>'
        f"<loc>{article}</loc><lastmod>2026-11-22T08:20:00+05:00</lastmod></url></urlset>"
    )
    await store.sources.add(Source(f"{site.url}/news.xml", "sitemap", "Қала"))
    await poll()
    stored = await store.articles.find(article)
    assert stored.title == "Қалада жаңа көпір ашылды"
    assert stored.body.startswith(TEXT[0])
    assert TEXT[-1] not in stored.body
    assert stored.image == "https://q.example/1.jpg"
    assert stored.published.isoformat() == "2026-11-22T03:15:00+00:00"
    await poll(7200)
    assert site.asked.count("/news/1001-zhana-kopir 200") == 1


async def test_a_section_page_without_a_feed_is_a_source_of_its_own(site, store, poll, fetcher, article):  # noqa: F811
    names = [f"{number}-qala-tirshiligi-zhanalyq" for number in range(1002, 1008)]
    for name in names:
        site[f"/news/{name}"] = page(f"Қала тіршілігі туралы {name[:4]}-хабар", *TEXT), {"Content-Type": "text/html"}
    links = "".join(f'<h3><a href="/news/{name}">Қала тіршілігі туралы {name[:4]}-хабар</a></h3>' for name in names)
    section = f'<h3><a href="{article}">Қалада жаңа көпір ашылды деп хабарлады</a></h3>{links}'
    site["/news/"] = f"<html><body><main>{section}</main></body></html>", {"Content-Type": "text/html"}
    found = await find_source(f"{site.url}/news/", fetcher, ThreadReader(), NOW)
    assert (found.source.kind, len(found.newest)) == ("page", 3)
    assert found.newest[0].body.startswith(TEXT[0])
    await store.sources.add(found.source)
    (looked,) = await poll()
    assert looked.imported.new == 7
    site["/news/1008-zhana"] = page("Тағы бір жаңалық келіп түсті", *TEXT), {"Content-Type": "text/html"}
    more = '<h3><a href="/news/1008-zhana">Тағы бір жаңалық келіп түсті</a></h3>'
    site["/news/"] = f"<html><body><main>{more}{section}</main></body></html>", {"Content-Type": "text/html"}
    (looked,) = await poll(7200)
    assert looked.imported.new == 1
    assert site.asked.count("/news/1008-zhana 200") == 1
