"""What a source's document says: every format, and what strangers do to it."""

import gzip
import pickle
import random
import time
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.feeds.feed import parse_feed
from news.feeds.section import feed_links
from news.feeds.source import Document, Feed, UnreadableError
from tests.news.feeds.fixtures_feeds import ATOM, FIXTURES, INDEX, JSON_FEED, PAGE, RDF, RSS, SITEMAP
from tests.news.mutations import mutated

URL = "https://qala.example/rss"


def read(text: str | bytes, url: str = URL, *, section: bool = False, **headers: str) -> Feed:
    content = text.encode() if isinstance(text, str) else text
    return parse_feed(Document(url, content, headers), section)


def test_rss_gives_titles_as_text_bodies_as_paragraphs_and_addresses_without_counters():
    first = read(RSS).items[0]
    assert first.guid == "qala-1"
    assert first.entry.title == "Көпір & жол: ашылды"
    assert first.entry.url == "https://qala.example/news/1"
    assert first.entry.body == "Бірінші абзац.\nЕкінші абзац."
    assert first.entry.image == "https://qala.example/1.jpg"
    assert first.entry.tags == ("Қоғам", "Көлік")
    assert first.entry.published == datetime.fromisoformat("2026-11-22T17:00:00+05:00")


def test_rss_says_how_often_it_wants_to_be_asked():
    feed = read(RSS)
    assert (feed.ttl, feed.skip_hours, feed.skip_days) == (3600, {1, 2}, {6})


def test_the_longer_text_of_an_item_counts_and_a_clock_without_a_zone_is_the_outlets_own():
    second = read(RSS).items[1].entry
    assert second.body == "Толық мәтін осында."
    assert second.url == "https://qala.example/news/2"
    assert second.image == "https://qala.example/2.png"
    assert second.published == datetime.fromisoformat("2026-11-22T16:00:00+05:00")


def test_a_script_as_a_link_and_the_year_0_are_left_out():
    third = read(RSS).items[2].entry
    assert (third.url, third.published) == (None, None)


def test_atom():
    feed = read(ATOM)
    entry = feed.items[0].entry
    assert feed.title == "Город сегодня"
    assert (entry.title, entry.url, entry.body) == (
        "Открыт новый мост",
        "https://gorod.example/7",
        "Мост открыли.\nДвижение пущено.",
    )
    assert entry.published == datetime.fromisoformat("2026-11-22T11:30:00+05:00")
    assert (entry.tags, entry.image) == (("Транспорт",), "https://gorod.example/7.png")


def test_rdf_in_windows_1251_with_a_bare_day():
    feed = read(RDF.encode("windows-1251"))
    assert (feed.title, feed.items[0].entry.title) == ("Старая лента", "Тарифы выросли")
    assert feed.items[0].entry.published == date(2026, 11, 22)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "koi8-r", "windows-1251"])
def test_declared_encodings(encoding):
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    text = RDF.replace("windows-1251", name)
    assert read(text.encode(encoding)).items[0].entry.title == "Тарифы выросли"


@pytest.mark.parametrize("written", ["utf-8", "windows-1251", "koi8-r"])
@pytest.mark.parametrize("declared", ["utf-8", "windows-1251", "koi8-r", "iso-8859-1", "kz-1048", "nonsense"])
@pytest.mark.parametrize("header", ["", "; charset=utf-8", "; charset=koi8-r", "; charset=windows-1251"])
def test_a_wrong_declaration_is_not_believed(written, declared, header):
    text = RDF.replace("windows-1251", declared).encode(written)
    assert read(text, **{"content-type": f"text/xml{header}"}).items[0].entry.title == "Тарифы выросли"


@pytest.mark.parametrize("broken", [b"\xed\xa0\x80", b"\xff", b"\xd0"])
def test_a_byte_that_is_no_letter_spoils_no_other_item(broken):
    second = "<item><title>Мост через реку открыт</title><link>https://gorod.example/8</link></item></rdf:RDF>"
    content = RDF.replace("windows-1251", "utf-8").replace("</rdf:RDF>", second).encode()
    content = content.replace("выросли".encode(), b"\xd0\xb2" + broken + "ыросли".encode())
    titles = [item.entry.title for item in read(content).items]
    assert titles == ["Тарифы выросли", "Мост через реку открыт"]


def test_a_json_feed_in_an_old_encoding_is_read():
    assert read(JSON_FEED.encode("kz1048")).items[0].entry.title == "Су құбыры жөнделді"


def test_a_sitemap_of_50000_addresses_gives_the_newest_500_in_time_linear_in_them():
    address = (
        "<url><loc>https://gorod.example/news/{}-novost</loc><lastmod>2026-{:02d}-{:02d}T10:00:00+05:00</lastmod></url>"
    )
    feed, spent = None, []
    for count in (5_000, 50_000):
        pages = "".join(address.format(n, n % 11 + 1, n % 28 + 1) for n in range(count))
        began = time.process_time()
        feed = read(f"<urlset>{pages}</urlset>")
        spent.append(time.process_time() - began)
    assert spent[1] < 3 * 10 * spent[0]
    assert len(feed.items) == 500
    assert feed.items[0].entry.published == datetime.fromisoformat("2026-11-28T10:00:00+05:00")


def test_the_headers_encoding_counts_where_the_document_declares_none():
    text = RDF.replace('encoding="windows-1251"', "").encode("windows-1251")
    feed = read(text, **{"content-type": "text/xml; charset=windows-1251"})
    assert feed.items[0].entry.title == "Тарифы выросли"


def test_json_feed_and_its_broken_items():
    feed = read(JSON_FEED)
    assert [(item.guid, item.entry.title) for item in feed.items] == [
        ("5", "Су құбыры жөнделді"),
        ("6", "Тақырыпсыз хабар"),
    ]
    assert feed.rejected == 2


def test_a_news_sitemap_newest_first_with_the_images_own_title_left_out():
    feed = read(SITEMAP)
    assert [(item.entry.url, item.entry.title) for item in feed.items] == [
        ("https://karta.example/news/1", "Парк открыт"),
        ("https://karta.example/news/2", ""),
    ]
    assert feed.items[0].entry.tags == ("парк", "город")
    assert feed.items[0].entry.image == "https://karta.example/1.jpg"


def test_a_bare_ampersand_in_a_sitemap_s_address_or_title_costs_no_item():
    address = "https://karta.example/story?id=7&copy=3"
    content = SITEMAP.replace("</urlset>", f"<url><loc>{address}</loc><news:news><news:title>H&M ашылды</news:title>"
                              "</news:news></url></urlset>").encode()  # fmt: skip
    feed = parse_feed(Document("https://karta.example/sitemap.xml", content, {}))
    whole = parse_feed(Document("https://karta.example/sitemap.xml", SITEMAP.encode(), {}))
    assert len(feed.items) == len(whole.items) + 1
    assert feed.rejected == whole.rejected
    assert ("H&M ашылды", address) in {(item.entry.title, item.entry.url) for item in feed.items}


def test_a_sitemap_index_names_news_first_then_the_newest():
    assert read(INDEX).children == (
        "https://karta.example/news-2.xml",
        "https://karta.example/news-1.xml",
        "https://karta.example/pages.xml",
    )


def test_a_section_page_gives_links_that_look_like_articles():
    feed = read(PAGE, "https://gorod.example/news/", section=True)
    assert [(item.entry.url, item.entry.title) for item in feed.items] == [
        ("https://gorod.example/news/1001-novyi-most-cherez-reku", "Новый мост через реку открыли утром"),
        ("https://gorod.example/news/1002-park", "Парк у вокзала закрыли на ремонт"),
        ("https://www.gorod.example/news/1003-shkola", "Школа на окраине приняла учеников"),
    ]


def test_a_page_names_its_feeds_without_those_of_comments():
    links = feed_links(Document("https://gorod.example/news/", PAGE.encode()))
    assert [link.url for link in links] == ["https://gorod.example/rss"]


def test_a_web_page_is_no_feed():
    with pytest.raises(UnreadableError, match="a web page"):
        read(PAGE)


@pytest.mark.parametrize(
    "content", ["", "   ", "хабар жоқ", "{", "[]", '{"items": 1}', "<a></a>", "\x00\x01\x02", "<?xml"]
)
def test_what_is_no_feed_is_unreadable(content):
    with pytest.raises(UnreadableError):
        read(content)


@pytest.mark.parametrize(
    "number", ["&#xD800;", "&#x110000;", "&#99999999999;", "&#0;", "&#x0;", "&#xFFFFFFFFFFFFFFFFFF;"]
)
def test_an_impossible_character_loses_itself_and_no_item(number):
    feed = read(RSS.replace("Мектеп", f"Мек{number}теп"))
    assert feed.items[1].entry.title == "Мектеп"


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("Sun, 22 Nov 2026 17:00:00 GMT", "2026-11-22T17:00:00+00:00"),
        ("22 Nov 2026 17:00 +0600", "2026-11-22T17:00:00+06:00"),
        ("Sun, 22 Nov 2026 17:00:00 ALMT", "2026-11-22T17:00:00+05:00"),
        ("2026-11-22T17:00:00.123Z", "2026-11-22T17:00:00.123000+00:00"),
        ("2026-11-22 17:00:00 +0500", "2026-11-22T17:00:00+05:00"),
        ("Вс, 22 ноября 2026 17:00:00 +0500", "2026-11-22T17:00:00+05:00"),
        ("22.11.2026", "2026-11-22"),
        ("Sun, 22 Nov 2026 24:00:00 +0500", "2026-11-23T00:00:00+05:00"),
        ("2026-12-31T24:00Z", "2027-01-01T00:00:00+00:00"),
        ("28 февраля 2026, 24:00", "2026-03-01T00:00:00+05:00"),
        ("Fri, 31 Dec 9999 24:00:00 +0500", "9999-12-31T00:00:00+05:00"),
        ("Sun, 22 Nov 2026 17:00:00 +06:00 ALMT", "2026-11-22T17:00:00+06:00"),
        ("22.11.26 17:00", "2026-11-22T17:00:00+05:00"),
        ("Mon, 01 Jan 0000 00:00:00 GMT", "None"),
        ("99999-01-01", "None"),
        ("-0001-01-01T00:00:00Z", "None"),
        ("вчера", "None"),
    ],
)
def test_dates_as_feeds_print_them(printed, expected):
    feed = read(RSS.replace("Sun, 22 Nov 2026 17:00:00 +0500", printed))
    published = feed.items[0].entry.published
    assert (published.isoformat() if published else "None") == expected


def test_hidden_and_turning_characters_do_not_reach_a_reader():
    title = read(RSS.replace("Мектеп", "Мек\u202e\u200bтеп\u2066")).items[1].entry.title
    assert title == "Мектеп"


def test_a_feed_of_100000_items_gives_its_first_500_quickly():
    item = "<item><title>т{0}</title><link>https://q.example/{0}</link></item>"
    content = f"<rss version='2.0'><channel>{''.join(item.format(n) for n in range(100_000))}</channel></rss>".encode()
    started = time.process_time()
    feed = read(content)
    assert (len(feed.items), feed.items[0].entry.url) == (500, "https://q.example/0")
    assert time.process_time() - started < 2


@pytest.mark.parametrize("document", FIXTURES)
def test_a_feed_can_be_handed_between_processes(document):
    feed = read(FIXTURES[document], section=True)
    assert pickle.loads(pickle.dumps(feed)) == feed


@pytest.mark.parametrize("document", FIXTURES)
def test_mutations_of_a_document_are_read_or_unreadable(document):
    dice = random.Random(document)
    for _ in range(150):
        content = mutated(FIXTURES[document], dice)
        try:
            feed = read(content, section=True)
        except UnreadableError:
            continue
        for item in feed.items:
            item.entry.title.encode()
            item.entry.body.encode()
            assert item.entry.url is None or item.entry.url.startswith(("http://", "https://"))
            assert item.entry.published is None or item.entry.published.year > 0


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_unreadable(content):
    try:
        feed = read(content, section=True)
    except UnreadableError:
        return
    assert all(item.entry.title for item in feed.items)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_title_becomes_one_clean_line(text):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace("]]>", "")
    content = RSS.replace("Мектеп", escaped).encode("utf-8", "replace")
    try:
        feed = read(content)
    except UnreadableError:
        return
    for item in feed.items:
        assert "\n" not in item.entry.title
        assert not set(item.entry.title) & set("\u202e\u200b\u2066\x00")


def test_published_instants_keep_their_zone():
    published = read(RSS).items[0].entry.published
    assert isinstance(published, datetime)
    assert published.utcoffset() != UTC.utcoffset(None)


def items(*parts: str) -> list:
    listed = "".join(f"<item>{part}</item>" for part in parts)
    return [
        item.entry for item in read(f'<rss version="2.0"><channel><title>Қала</title>{listed}</channel></rss>').items
    ]


@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("H&M и Кока&Кола", "H&M и Кока&Кола"),
        ("&lt;b&gt;Срочно&lt;/b&gt;: мост открыт", "Срочно: мост открыт"),
        ("&amp;lt;i&amp;gt;Срочно&amp;lt;/i&amp;gt;: мост открыт", "Срочно: мост открыт"),
        ("<![CDATA[Мост <br/>открыт]]>", "Мост открыт"),
        ("Зачем сайту &lt;select&gt; и чем плох &lt;marquee&gt;", "Зачем сайту <select> и чем плох <marquee>"),
        ("<![CDATA[Мост<script>alert(1)</script> открыт]]>", "Мост открыт"),
        ("5 &lt; 7: урок математики", "5 < 7: урок математики"),
        ("<![CDATA[<![CDATA[Мост открыт]]]]><![CDATA[>]]>", "Мост открыт"),
        ("&lt;![CDATA[Мост открыт]]&gt;", "Мост открыт"),
    ],
)
def test_a_title_keeps_its_words_whatever_is_escaped_in_it(title, shown):
    (entry,) = items(f"<title>{title}</title><link>https://a.example/1</link>")
    assert entry.title == shown


@pytest.mark.parametrize(
    "element",
    ["yandex:full-text", "mailru:full-text", "turbo:content", "content:encoded", "full-text", "fulltext", "content"],
)
@pytest.mark.parametrize("declared", [True, False])
def test_the_whole_text_is_found_under_the_names_that_outlets_give_it(element, declared):
    prefix = element.partition(":")[0] if ":" in element else "x"
    spaces = {"content": "http://purl.org/rss/1.0/modules/content/"}
    space = f' xmlns:{prefix}="{spaces.get(prefix, f"http://{prefix}.example/ns")}"' if declared else ""
    text = "<![CDATA[<p>Полный текст о мосте.</p><p>Мост строили два года.</p>]]>"
    feed = read(
        f'<rss version="2.0"{space}><channel><item><title>Мост</title><description>Коротко.</description>'
        f"<{element}>{text}</{element}></item></channel></rss>"
    )
    assert feed.items[0].entry.body == "Полный текст о мосте.\nМост строили два года."


def test_a_bare_ampersand_in_an_address_is_no_entity():
    texts = ("https://a.example/?a=1&copy=3&reg=2", "<![CDATA[https://a.example/?a=1&copy=3&reg=2]]>")
    assert {entry.url for text in texts for entry in items(f"<title>Мост</title><link>{text}</link>")} == {texts[0]}


def test_a_gzip_file_is_unpacked_and_a_broken_one_is_a_failure():
    packed = gzip.compress(RSS.encode())
    assert read(packed).items == read(RSS).items
    with pytest.raises(UnreadableError):
        read(packed[:2] + b"\x00" * 40)


@pytest.mark.parametrize(
    ("guid", "link", "url"),
    [
        ('<guid isPermaLink="true">qala.example/news/1</guid>', "", "https://qala.example/news/1"),
        ("<guid>www.paper.example/news/1</guid>", "", "https://www.paper.example/news/1"),
        ("<guid>/news/1</guid>", "", "https://qala.example/news/1"),
        ("<guid>//paper.example/1</guid>", "", "https://paper.example/1"),
        ("<guid>12345</guid>", "", None),
        ("<guid>tag:qala.example,2026:1</guid>", "", None),
        ('<guid isPermaLink="false">qala.example/news/1</guid>', "", None),
        ("", "<link>qala.example/news/1</link>", "https://qala.example/news/1"),
        ("", "<link>index.php/news/1</link>", "https://qala.example/index.php/news/1"),
    ],
)
def test_an_address_may_lack_its_scheme_and_a_name_is_none(guid, link, url):
    item = f"<item><title>Мост</title>{link}{guid}<description>Открыт.</description></item>"
    (found,) = read(f'<rss version="2.0"><channel>{item}</channel></rss>').items
    assert found.entry.url == url


def test_a_json_feed_may_say_its_time_in_seconds():
    item = '{"id": "1", "title": "Мост", "content_text": "Открыт.", "date_published": 1795842900}'
    feed = read(f'{{"version": "https://jsonfeed.org/version/1.1", "title": "Газета", "items": [{item}]}}')
    assert feed.items[0].entry.published == datetime(2026, 11, 28, 5, 15, tzinfo=UTC)


def test_a_json_feed_may_break_lines_in_its_words_and_end_with_a_comment():
    item = '{"id": "1", "title": "Мост\\tоткрыт\n", "url": "https://a.example/1"}'
    feed = read(f'{{"version": "https://jsonfeed.org/version/1", "items": [{item}]}}\n<!-- cached -->')
    assert [one.entry.title for one in feed.items] == ["Мост открыт"]


@pytest.mark.parametrize(
    "pixel",
    [
        '<media:content url="https://c.example/count" medium="image" width="1" height="1"/>',
        '<media:content url="https://c.example/1x1.gif" medium="image"/>',
        '<enclosure url="https://c.example/pixel.gif" type="image/gif"/>',
        '<description>&lt;img src="https://c.example/count" style="width: 1px; height:1px"&gt;</description>',
        '<description>&lt;img src="https://c.example/count" width="0"&gt;</description>',
    ],
)
def test_a_counters_pixel_is_no_picture_and_the_next_one_is(pixel):
    spaces = '<rss version="2.0" xmlns:media="http://search.yahoo.com/mrss/"><channel><item><title>Мост</title>'
    late = '<content:encoded>&lt;img data-src="/мост.jpg" src="data:,"&gt; Мост открыли сегодня.</content:encoded>'
    feed = read(f"{spaces}<link>https://a.example/1</link>{pixel}{late}</item></channel></rss>")
    assert feed.items[0].entry.image == "https://qala.example/мост.jpg"
