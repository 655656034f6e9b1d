"""Feeds of every kind, made up, with the things that real ones carry; mutations begin from them."""

import json

RSS = """<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Қала хабары</title><link>https://qala.example/</link>
<language>kk</language><ttl>60</ttl><skipHours><hour>1</hour><hour>2</hour></skipHours>
<skipDays><day>Sunday</day></skipDays><image><url>https://qala.example/logo.png</url><title>x</title></image>
<item><title>Көпір &amp;amp; жол: &lt;b&gt;ашылды&lt;/b&gt;</title><link>https://qala.example/news/1?utm_source=rss</link>
<guid isPermaLink="false">qala-1</guid><pubDate>Sun, 22 Nov 2026 17:00:00 +0500</pubDate>
<description><![CDATA[<p>Бірінші абзац.</p><p>Екінші абзац.<script>alert(1)</script></p>]]></description>
<media:content url="https://qala.example/1.jpg" type="image/jpeg"/><category>Қоғам</category>
<category>Көлік</category></item>
<item><title>Мектеп</title><link>/news/2</link><pubDate>2026-11-22 16:00:00</pubDate><dc:creator>Автор</dc:creator>
<content:encoded><![CDATA[<p>Толық мәтін <img src="/2.png"> осында.</p>]]></content:encoded>
<description>Қысқа [...]</description></item>
<item><title>Опасно</title><link>javascript:alert(1)</link><guid>3</guid><pubDate>Mon, 01 Jan 0000 00:00:00 GMT</pubDate>
<description>Текст третьей новости.</description></item></channel></rss>"""
ATOM = """<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru">
<title type="html">Город &lt;i&gt;сегодня&lt;/i&gt;</title><id>tag:gorod.example,2026:feed</id>
<updated>2026-11-22T12:00:00Z</updated><link rel="self" href="https://gorod.example/atom.xml"/>
<entry><title>Открыт новый мост</title><id>tag:gorod.example,2026:7</id><link rel="alternate" href="https://gorod.example/7"/>
<link rel="enclosure" type="image/png" href="https://gorod.example/7.png"/><published>2026-11-22T11:30:00+05:00</published>
<updated>2026-11-22T12:00:00Z</updated><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Мост открыли.</p>
<p>Движение пущено.</p></div></content><category term="transport" label="Транспорт"/></entry></feed>"""
RDF = """<?xml version="1.0" encoding="windows-1251"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
 xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="https://staro.example/"><title>Старая лента</title>
<link>https://staro.example/</link></channel><item rdf:about="https://staro.example/1"><title>Тарифы выросли</title>
<link>https://staro.example/1</link><description>Подробности позже.</description><dc:date>2026-11-22</dc:date></item>
</rdf:RDF>"""
SITEMAP = """<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"
 xmlns:news="http://www.google.com/schemas/sitemap-news/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">
<url><loc>https://karta.example/news/1</loc><lastmod>2026-11-20</lastmod>
<image:image><image:loc>https://karta.example/1.jpg</image:loc><image:title>Не заголовок</image:title></image:image>
<news:news><news:publication><news:name>Карта</news:name><news:language>ru</news:language></news:publication>
<news:publication_date>2026-11-22T10:00:00+05:00</news:publication_date><news:title>Парк открыт</news:title>
<news:keywords>парк, город</news:keywords></news:news></url>
<url><loc>https://karta.example/news/2</loc><lastmod>2026-11-21T10:00:00Z</lastmod></url></urlset>"""
INDEX = """<?xml version="1.0"?><sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
<sitemap><loc>https://karta.example/pages.xml</loc><lastmod>2026-11-22</lastmod></sitemap>
<sitemap><loc>https://karta.example/news-1.xml</loc><lastmod>2026-11-01</lastmod></sitemap>
<sitemap><loc>https://karta.example/news-2.xml</loc><lastmod>2026-11-21</lastmod></sitemap></sitemapindex>"""
JSON_FEED = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "JSON лентасы",
        "language": "kk",
        "items": [
            {
                "id": 5,
                "url": "https://json.example/5",
                "title": "Су құбыры жөнделді",
                "content_html": "<p>Су келді.</p>",
                "date_published": "2026-11-22T10:00:00+05:00",
                "image": "https://json.example/5.jpg",
                "tags": ["Тұрғын үй"],
            },
            {"id": "6", "content_text": "Тақырыпсыз хабар"},
            {"id": None, "title": 3},
            "жол",
        ],
    },
    ensure_ascii=False,
)
PAGE = """<!doctype html><html lang="ru"><head><meta charset="utf-8"><title>Раздел «Город»</title>
<link rel="alternate" type="application/rss+xml" title="Все новости" href="/rss">
<link rel="alternate" type="application/rss+xml" title="Комментарии" href="/comments/feed/"></head><body>
<nav><a href="/about/1234-vse-o-nashem-izdanii">Всё о нашем издании и его людях</a></nav><main>
<article><h2><a href="/news/1001-novyi-most-cherez-reku">Новый мост через реку открыли утром</a></h2></article>
<article><a href="/news/1002-park"><img alt=""><h3>Парк у вокзала закрыли на ремонт</h3> 12:30</a></article>
<article><a href="https://www.gorod.example/news/1003-shkola?utm_source=main">Школа на окраине приняла учеников</a></article>
<article><a href="/news/1003-shkola">подробнее</a></article>
<a href="/rubric/ekonomika-i-vse-takoe">Экономика и всё остальное в городе</a>
<a href="https://other.example/news/9999-chuzhoe">Новость чужого сайта о чём-то важном</a>
<a href="/files/1004-report.pdf">Отчёт акимата за прошлый год целиком</a></main>
<footer><a href="/news/1-pravila-ispolzovaniya">Правила использования материалов сайта</a></footer></body></html>"""

FIXTURES = {
    "rss": RSS.encode(),
    "atom": ATOM.encode(),
    "rdf": RDF.encode("windows-1251"),
    "sitemap": SITEMAP.encode(),
    "index": INDEX.encode(),
    "json": JSON_FEED.encode(),
    "page": PAGE.encode(),
}
