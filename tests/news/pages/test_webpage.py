"""Pages as outlets build them: the text exactly, and what the markup says of it."""

from datetime import UTC, date, datetime

import pytest
from trafilatura import core

from news.models import Entry, RejectedItem
from news.pages.webpage import parse_html

TEXT = """Қарағанды қаласында жаңа саябақ ашылды, оның аумағы он гектарды алып жатыр, деп хабарлайды Qaladan.kz.
Қала әкімі Б. Сәрсенов ашылу рәсімінде саябақтың құрылысына екі жыл кеткенін айтты. «Мұнда балалар да, үлкендер де \
демала алады», – деді ол.
Саябақта жүгіру жолдары, субұрқақ және шағын көл бар. Ағаштардың көбі көктемде отырғызылған.
Еске салайық, былтыр қалада тағы екі алаң жөнделген болатын."""
PARAGRAPHS = tuple(TEXT.split("\n"))


def page(
    head: str = "", *, date_line: str = "", body: tuple[str, ...] = PARAGRAPHS, title: str = "Жаңа саябақ ашылды"
) -> str:
    """A page with everything around the article that outlets put there."""
    text = "".join(f"<p>{paragraph}</p>\n" for paragraph in body)
    return f"""<!DOCTYPE html><html lang="kk"><head><title>{title} - Qaladan</title>{head}</head><body>
<header><nav><a href="/">Басты бет</a> <a href="/qogam">Қоғам</a> <a href="/sayasat">Саясат</a></nav>
<div class="weather">Жексенбі, 28 Сәуір 2024 Алматы: +12°C USD 447.1</div></header>
<main><article><h1>{title}</h1><div class="meta">{date_line}</div>
<figure><img src="/park.jpg"><figcaption>Сурет: қала әкімдігі</figcaption></figure>
<div class="content">{text}</div>
<div class="share"><span>Бөлісу</span> <a href="#">Facebook</a> <a href="#">Telegram</a></div></article>
<aside><h3>Сондай-ақ оқыңыз</h3><ul><li><a href="/1">Көктемде жүз мың ағаш егіледі</a> <time datetime="2025-01-01">1 қаңтар</time></li>
<li><a href="/2">Мектеп оқушылары жарысқа шықты</a></li></ul></aside></main>
<footer>Барлық құқықтар қорғалған. Материалды пайдаланғанда сілтеме міндетті. © 2012–2026 Qaladan</footer></body></html>"""


def read(markup: str, **options: object) -> Entry:
    entry = parse_html(markup.encode(), "p.html", **options)
    assert isinstance(entry, Entry)
    return entry


def test_a_kazakh_page_comes_out_exactly() -> None:
    entry = read(page('<meta property="og:title" content="Жаңа саябақ ашылды">'))
    assert entry.title == "Жаңа саябақ ашылды"
    assert entry.body == "\n".join(PARAGRAPHS)
    assert entry.cited == ("Qaladan.kz",)
    assert entry.published is None  # a calendar, a list and a copyright print days; none is the article's


@pytest.mark.parametrize(("encoding", "declared"), [("kz1048", "windows-1251"), ("utf-8", "windows-1251"), ("kz1048", "utf-8"), ("utf-16", "utf-8")])  # fmt: skip
def test_a_kazakh_page_is_read_whatever_its_declaration_says(encoding: str, declared: str) -> None:
    text = page(f'<meta charset="{declared}">').replace("–", "-")
    entry = parse_html(text.encode(encoding), "p.html")
    assert isinstance(entry, Entry)
    assert entry.body == "\n".join(PARAGRAPHS).replace("–", "-")


@pytest.mark.parametrize("encoding", ["cp1251", "koi8-r"])
@pytest.mark.parametrize("declared", [None, "utf-8", "iso-8859-1", "kz-1048", "windows-1251", "nonsense"])
def test_a_russian_page_is_read_in_old_encodings_whatever_is_declared(encoding: str, declared: str | None) -> None:
    body = ("В Павлодаре открыли новую набережную вдоль реки, работы заняли два года.", "Об этом сообщили в акимате.")
    text = page(body=body, title="Набережную открыли в Павлодаре").encode(encoding, "ignore")
    entry = parse_html(text, "p.html", charset=declared)
    assert isinstance(entry, Entry)
    assert (entry.title, entry.body) == ("Набережную открыли в Павлодаре", "\n".join(body))


LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite", "name": "Qaladan"},
{"@type": "NewsArticle", "headline": "Жаңа саябақ ашылды", "datePublished": "2026-01-14T00:45:00+05:00",
"author": [{"@type": "Person", "name": "Айгүл Сейіт"}], "articleSection": "Қоғам", "keywords": "саябақ, Қарағанды",
"image": {"@type": "ImageObject", "url": "https://qaladan.example/park.jpg"}, "publisher": {"name": "Qaladan"}}]}</script>"""


def test_json_ld_says_hour_zone_author_image_tags_and_section() -> None:
    entry = read(
        page(LD + '<link rel="canonical" href="/qogam/park-42">'), url="https://www.qaladan.example/amp/42?utm=x"
    )
    assert entry.published == datetime(2026, 1, 13, 19, 45, tzinfo=UTC)
    assert entry.published.utcoffset().total_seconds() == 5 * 3600
    assert (entry.author, entry.section, entry.source) == ("Айгүл Сейіт", "Қоғам", "Qaladan")
    assert entry.tags == ("саябақ", "Қарағанды")
    assert entry.image == "https://qaladan.example/park.jpg"
    assert entry.url == "https://www.qaladan.example/qogam/park-42"


@pytest.mark.parametrize(
    ("head", "date_line", "expected"),
    [
        ('<meta property="article:published_time" content="2026-01-14T00:45:00+0500">', "", datetime(2026, 1, 13, 19, 45, tzinfo=UTC)),
        ('<meta itemprop="datePublished" content="2026-01-14">', '<time datetime="2026-01-14T10:00+05:00">', datetime(2026, 1, 14, 5, tzinfo=UTC)),
        ('<meta itemprop="datePublished" content="2026-01-14">', "", date(2026, 1, 14)),
        ("", "00:45, 14 Қаңтар 2026 | GMT +5", datetime(2026, 1, 13, 19, 45, tzinfo=UTC)),
        ("", "14 қаңтар, 2026", date(2026, 1, 14)),
        ('<meta property="article:published_time" content="9999-01-01">', "", None),
        ('<meta property="article:published_time" content="0000-00-00">', "", None),
        ('<script type="application/ld+json">{"@type": "NewsArticle", "datePublished": 5</script>', "", None),
        ("", '<abbr itemprop="datePublished" title="2026-01-14T00:45:00+05:00">00:45</abbr>', datetime(2026, 1, 13, 19, 45, tzinfo=UTC)),
        ("", '<b itemprop="datePublished">14.01.2026 00:45</b>', datetime(2026, 1, 13, 19, 45, tzinfo=UTC)),
        ("", '<b property="schema:datePublished" content="2026-01-14"></b>', date(2026, 1, 14)),
        ("", '<div class="comments"><abbr itemprop="datePublished" title="2026-01-14">Жауап</abbr></div>', None),
        ('<meta name="citation_publication_date" content="2026-01-14">', "", date(2026, 1, 14)),
        ("", '<span class="post-date">Жарияланған күні мен уақыты: 14.01.2026</span>', date(2026, 1, 14)),
        ("", '<span class="news_date">Соңғы рет: 14.01.2026</span><span class="news_date">Соңғы рет: 15.01.2026</span>', None),
    ],
)  # fmt: skip
def test_the_moment_of_publication_is_taken_where_the_page_states_it(
    head: str, date_line: str, expected: object
) -> None:
    assert read(page(head, date_line=date_line)).published == expected


def test_the_day_in_the_address_is_the_last_resort() -> None:
    assert read(page(), url="https://qaladan.example/2026/01/14/park").published == date(2026, 1, 14)


def test_a_date_after_the_present_is_refused() -> None:
    head = '<meta property="article:published_time" content="2030-01-14T00:45:00+05:00">'
    assert read(page(head), now=1_790_000_000).published is None


@pytest.mark.parametrize("canonical", ["https://other.example/x", "/", "javascript:alert(1)", "https://[", ""])
def test_a_false_canonical_address_is_not_believed(canonical: str) -> None:
    entry = read(page(f'<link rel="canonical" href="{canonical}">'), url="https://qaladan.example/park-42")
    assert entry.url == "https://qaladan.example/park-42"


def test_links_that_are_not_of_the_web_are_dropped() -> None:
    entry = read(page('<meta property="og:image" content="javascript:alert(1)">'), url="file:///etc/passwd")
    assert (entry.image, entry.url) == (None, None)


def test_markup_and_invisible_marks_in_a_title_are_gone() -> None:
    head = '<meta property="og:title" content="Жаңа &lt;b&gt;саябақ&lt;/b&gt;\u202e ашыл\u200bды">'
    assert read(page(head, title="")).title == "Жаңа саябақ ашылды"


@pytest.mark.parametrize(
    "content",
    [b"", b"   ", b"\x00\x01\x02" * 50, b"<html></html>", b"<html><body><nav>a</nav></body></html>", b"<" * 10_000,
     b"<div>" * 50_000, b"<!DOCTYPE x [<!ENTITY a 'b'>]><html>&a;</html>", b"%PDF-1.4 stream", b"<svg/onload=1>"],
)  # fmt: skip
def test_what_is_no_page_is_rejected(content: bytes) -> None:
    assert isinstance(parse_html(content, "p.html"), RejectedItem)


def test_an_old_page_that_is_laid_out_in_a_table_is_read_line_by_line() -> None:
    text = (
        "<html><head><title>Саябақ ашылды</title></head><body><table><tr><td>Басты бет<br>Қоғам</td><td>"
        "<b>Қарағандыда жаңа саябақ ашылды</b><br><i>04.03.2026 10:06</i><br><br>"
        + "<br><br>".join(PARAGRAPHS)
        + "<br>"
        "<br>Пікір қалдыру</td></tr></table></body></html>"
    )
    entry = parse_html(text.encode(), "p.html")
    assert isinstance(entry, Entry)
    assert entry.body == "\n".join(PARAGRAPHS)
    assert str(entry.published) == "2026-03-04 10:06:00+05:00"


def test_a_list_of_headlines_is_no_article() -> None:
    links = "".join(f"<li><a href='/{n}'>Қалада {n} жаңа көше жөнделді</a></li>" for n in range(40))
    assert isinstance(
        parse_html(f"<html><body><h1>Жаңалықтар</h1><ul>{links}</ul></body></html>".encode(), "p"), RejectedItem
    )


def test_a_page_in_a_latin_alphabet_is_read_in_it() -> None:
    text = page(title="Straßenfest in Zürich").replace(
        PARAGRAPHS[0], "Über vierhundert Gäste kamen am Sonntag zum Fest."
    )
    entry = parse_html(text.encode("cp1252", "ignore"), "p.html", charset="iso-8859-1")
    assert isinstance(entry, Entry)
    assert "Über vierhundert Gäste" in entry.body


_CZECH = "Město otevřelo nové nábřeží podél řeky, práce trvaly dva roky, řekl v úterý primátor."
_TURKISH = "Şehir iki yıl süren çalışmanın ardından yeni rıhtımı açtı, dedi belediye başkanı."
_FRENCH = "La ville a ouvert un nouveau quai le long du fleuve après deux années, dit le maire à l’Œuvre."
_UKRAINIAN = "У місті відкрили нову набережну вздовж річки, роботи тривали два роки, її їдальня працює."
_CHINESE = (
    "卡拉干达市新公园开放，占地十公顷，市长说公园建设历时两年，孩子和成年人都可以在这里休息，朱镕基广场就在旁边。"
)
_RUSSIAN = "В Павлодаре открыли новую набережную вдоль реки, работы заняли два года, говорят в акимате."


@pytest.mark.parametrize(
    ("sentence", "encoding", "declared", "header"),
    [
        (_CZECH, "iso8859-2", "iso-8859-2", None),
        (_CZECH, "cp1250", "windows-1250", None),
        (_CZECH, "cp1250", None, "windows-1250"),
        (_TURKISH, "cp1254", "iso-8859-9", None),
        (_FRENCH, "cp1252", "iso-8859-1", None),  # by the label's letter «’» and «œ» would be controls
        (_FRENCH, "iso8859-15", "iso-8859-15", None),
        (_FRENCH, "cp1252", None, None),
        (_FRENCH, "cp1252", "utf-8", None),
        (_UKRAINIAN, "koi8-u", "koi8-u", None),
        (_UKRAINIAN, "koi8-u", None, None),
        (_CHINESE, "gbk", "gb2312", None),
        (_CHINESE, "gb18030", None, "gb2312"),
        (_RUSSIAN, "utf-16", "utf-8", "windows-1251"),
        (_RUSSIAN, "utf-16-le", None, None),
        (_RUSSIAN, "utf-8-sig", "windows-1251", "iso-8859-1"),
    ],
)
def test_bytes_are_read_as_browsers_read_them(
    sentence: str, encoding: str, declared: str | None, header: str | None
) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    text = f"<html><head>{meta}<title>1</title></head><body><article><p>{sentence}</p><p>{sentence} 2</p></article></body></html>"
    found = parse_html(text.encode(encoding, "ignore"), "p", charset=header)
    assert isinstance(found, Entry)
    assert sentence.encode(encoding, "ignore").decode(encoding) in found.body


def test_a_broken_byte_spoils_one_letter_and_not_the_page() -> None:
    text = f"<html><body><article><p>{_CHINESE}</p><p>{_CHINESE} 2</p></article></body></html>".encode("gbk")
    found = parse_html(text.replace("旁边。 2".encode("gbk"), b"\xff 2"), "p", charset="gb2312")
    assert isinstance(found, Entry)
    assert _CHINESE in found.body


@pytest.mark.parametrize(
    ("head", "heading", "title"),
    [
        ("<title>Салон</title>", "<h1>Салон</h1>", "Салон"),
        ('<meta property="og:title" content="Астанада жаңа көпір ашылды">', "<h1>Қала</h1>", "Астанада жаңа көпір ашылды"),
        ("<title>Астанада жаңа көпір ашылды | qala.example</title>", "<h1>Қала</h1>", "Астанада жаңа көпір ашылды"),
        ("<title>Қала порталы</title>", "<h1>Астанада жаңа көпір ашылды</h1>", "Астанада жаңа көпір ашылды"),
        ('<meta property="og:title" content="Астанада жаңа көпір ашылды - Қала">', "<h1>Астанада жаңа көпір ашылды</h1>", "Астанада жаңа көпір ашылды"),
        ("<title>Қала » Мұрағат » Көпір ашылды</title>", "<h1>Қала күнделігі</h1><h2>Көпір ашылды</h2>", "Көпір ашылды"),
        ('<meta property="og:title" content="Көпір ашылды"><title>Көпір ашылды | Қала күні мен түні</title>', "<h1>Қала күні мен түні</h1><h1>Көпір ашылды</h1>", "Көпір ашылды"),
        ("<title>Көпір ашылды - Qala Online</title>", "", "Көпір ашылды"),
        ("<title>Qala Online - Астанада жаңа көпір ашылды</title>", "", "Астанада жаңа көпір ашылды"),
        ('<meta property="og:title" content="Астанада жаңа көпір ашылды">', "<h1><span>Құрылыс</span>Астанада жаңа көпір ашылды</h1>", "Астанада жаңа көпір ашылды"),
        ('<meta property="og:title" content="«Біздің қала»: тұрғындар не дейді">', "<h1>«Біздің қала»: тұрғындар не дейді</h1>", "«Біздің қала»: тұрғындар не дейді"),
        ('<meta property="og:title" content="Жаңа көпір: Астанада қозғалыс ашылды">', "<h1>Астанада жаңа көпір ашылды, қозғалыс басталды</h1>", "Астанада жаңа көпір ашылды, қозғалыс басталды"),
        ('<meta property="x:y dc:title" content="Астанада жаңа көпір ашылды">', "<h1>Қала</h1>", "Астанада жаңа көпір ашылды"),
    ],
)  # fmt: skip
def test_the_sites_name_in_a_heading_is_no_headline(head: str, heading: str, title: str) -> None:
    paragraphs = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
    text = f"<html><head>{head}</head><body>{heading}<article>{paragraphs}</article></body></html>"
    assert read(text, url="https://qalaonline.example/7").title == title


def test_a_page_laid_out_in_a_table_without_a_readable_capture_is_read_all_the_same() -> None:
    paragraphs = "<br><br>".join(PARAGRAPHS * 2)
    text = f"<html><head><title>Саябақ</title></head><body><table><tr><td>a</td><td>{paragraphs}</td></tr></table></body></html>"
    assert PARAGRAPHS[0] in read(text).body


@pytest.mark.parametrize(
    ("markup", "address"),
    [
        ('<img src="/park.jpg">', "https://q.example/park.jpg"),
        ('<img src="data:image/gif;base64,R0" data-src="/park.jpg">', "https://q.example/park.jpg"),
        ('<img src="/1x1.gif" data-original="/park.jpg">', "https://q.example/park.jpg"),
        ('<img srcset="/s.jpg 320w, /l.jpg 1280w" src="/s.jpg">', "https://q.example/l.jpg"),
        ('<picture><source srcset="/park.webp 2x"><img src="/p.jpg"></picture>', "https://q.example/park.webp"),
        ('<img width="1" height="1" src="/counter.php?id=7"><img src="/park.jpg">', "https://q.example/park.jpg"),
        ('<img src="/logo.svg"><img src="javascript:alert(1)">', None),
    ],
)
def test_a_picture_is_found_where_pages_keep_it_and_a_pixel_is_none(markup: str, address: str | None) -> None:
    text = page().replace('<img src="/park.jpg">', markup)
    assert read(text, url="https://q.example/1").image == address


@pytest.mark.parametrize(
    ("window", "heading", "title"),
    [
        ("Қарағандыда жаңа саябақ ашылды | Қоғам", "Сәлем, бұл біздің қала", "Қарағандыда жаңа саябақ ашылды"),
        ("Қаладағы соңғы хабарлар", "Қарағандыда жаңа саябақ ашылды", "Қарағандыда жаңа саябақ ашылды"),
        ("Жаңа саябақ - Қаладан", "Жаңа саябақ", "Жаңа саябақ"),
    ],
)
def test_of_a_windows_title_and_a_heading_that_differ_the_text_tells_which_one_is_its_own(
    window: str, heading: str, title: str
) -> None:
    found = read(page().replace("<title>Жаңа саябақ ашылды - Qaladan<", f"<title>{window}<").replace(
        "<h1>Жаңа саябақ ашылды<", f"<h1>{heading}<"
    ))  # fmt: skip
    assert found.title == title


def test_a_brace_and_whose_post_is_shown_stay_in_the_text() -> None:
    shown = ("Бағдарлама былай аяқталады:", "};", "— Қала әкімдігі (@qala) 3 мамыр")
    found = read(page(body=(*PARAGRAPHS[:2], *shown, *PARAGRAPHS[2:])))
    assert all(line in found.body for line in shown)


def test_a_refrain_stays_as_often_as_it_is_said() -> None:
    again = "Қала тұрғындары саябақты он жыл күтті, енді күн сайын осында келеді."
    body = (*PARAGRAPHS[:2], again, again, PARAGRAPHS[2], again)
    assert read(page(body=body)).body == "\n".join(body)


def test_what_a_browser_does_not_show_is_no_text() -> None:
    shown = page().replace("<p>Саябақта", "<p hidden>Мақаланы жүктеу сәтсіз аяқталды.</p><p>Саябақта")
    assert "жүктеу" in shown
    assert read(shown).body == "\n".join(PARAGRAPHS)


def test_the_lead_right_above_the_text_is_its_first_line() -> None:
    lead = "Қала тұрғындары бұл күнді екі жыл күтті, ал құрылысшылар жұмысты мерзімінен бұрын бітірді."
    head = f'<meta name="description" content="{lead}">'
    markup = f'<div class="teaser"><div class="intro"><h2>{lead}</h2></div></div>'
    found = read(page(head, date_line=markup))
    assert found.body == "\n".join((lead, *PARAGRAPHS))
    assert read(page(date_line=markup)).body == "\n".join(PARAGRAPHS)  # it could be anything else


@pytest.mark.parametrize(
    ("part", "kept"),
    [
        ("<p>Саябақта <span><img src='/a.png'></span> жүгіру жолдары мен шағын көл бар, деді олар.</p>", "жүгіру жолдары мен шағын көл бар, деді олар."),
        ("<p>Бұл туралы <span class='link'><a href='/1'>қала әкімдігі</a></span> сейсенбі күні хабарлады.</p>", "Бұл туралы қала әкімдігі сейсенбі күні хабарлады."),
        ("<div>Саябақта жүгіру жолдары, субұрқақ және шағын көл бар, деп жалғастырды әкім.</div>", "деп жалғастырды әкім."),
        ("<h3>2) <a href='/2'>Орталық саябақтың аллеясы</a></h3><p>Мұнда екі жүз ағаш егілді, олардың жартысы емен.</p>", "Орталық саябақтың аллеясы"),
    ],
)  # fmt: skip
def test_words_of_the_text_stay_whatever_element_holds_them(part: str, kept: str) -> None:
    markup = page().replace(f"<p>{PARAGRAPHS[2]}</p>", f"<p>{PARAGRAPHS[2]}</p>{part}")
    assert kept in read(markup).body


@pytest.mark.parametrize(
    ("headline", "article", "others"),
    [
        (
            "В Кульсары открыли баню",
            (
                "В Кульсары после трёх лет ремонта открыли городскую баню, первыми в неё пришли пенсионеры.",
                "Баню построили ещё в семидесятых, с тех пор в ней меняли только веники и замки на шкафчиках.",
                "По словам директора, теперь здесь две парные, бассейн и прачечная, а билет стоит как раньше.",
                "Летом баню закроют на месяц, чтобы почистить трубы: вода в городе жёсткая.",
            ),
            (
                (
                    "В Жанаозене нашли воду",
                    "Буровики нашли под Жанаозеном пресную воду, её хватит городу на сорок лет, считают геологи.",
                ),
                (
                    "Школьник собрал трактор",
                    "Трактор собран из четырёх велосипедов, на нём уже возят дрова всей улице, и дед доволен.",
                ),
                (
                    "Автобусы меняют цвет",
                    "Автобусы Арала покрасят в голубой, чтобы они напоминали о море, краску подарил порт.",
                ),
            ),
        ),
        (
            "Құлсарыда монша ашылды",
            (
                "Құлсарыда үш жылдық жөндеуден кейін қалалық монша ашылды, оған алдымен зейнеткерлер келді.",
                "Монша жетпісінші жылдары салынған, содан бері тек сыпырғыштар мен құлыптар ауысып келген.",
                "Директордың айтуынша, енді мұнда екі бу бөлмесі, бассейн бар, ал билет бұрынғы бағада қалды.",
                "Жазда монша бір айға жабылады, құбырлар тазаланады: қаланың суы кермек.",
            ),
            (
                (
                    "Жаңаөзеннен су табылды",
                    "Бұрғышылар Жаңаөзен маңынан тұщы су тапты, геологтардың айтуынша, ол қалаға қырық жылға жетеді.",
                ),
                (
                    "Оқушы трактор құрады",
                    "Трактор төрт велосипедтен құралған, онымен бүкіл көшеге отын тасылып жүр, атасы риза.",
                ),
                (
                    "Автобустар түсі өзгереді",
                    "Аралдың автобустары теңізді еске салсын деп көк түске боялады, бояуды порт сыйға тартты.",
                ),
            ),
        ),
    ],
)
def test_other_news_with_the_markup_of_the_text_are_left_out(headline, article, others):
    paragraphs = "".join(f"<p>{line}</p>" for line in article)
    news = "".join(
        f"<div><a href='/{number}'>{title}</a><p>{lead}</p></div>" for number, (title, lead) in enumerate(others)
    )
    page = (
        f"<html><head><title>{headline}</title></head><body><h1>{headline}</h1><div>28.11.2026, 10:00</div>"
        f"<div>{paragraphs}<h3>Лента</h3>{news}</div></body></html>"
    )
    assert parse_html(page.encode(), "page").body.split("\n") == list(article)


BEGINNINGS = (
    (
        "Плотину на Шидерты починили",
        "Рабочие заменили оба затвора и укрепили берег камнем, воду пустили в среду утром, а...",
    ),
    (
        "В парке открыли каток",
        "Каток залили на две недели раньше, чем обычно, вход останется бесплатным для всех, кто...",
    ),
    (
        "Автобусы пойдут чаще",
        "На трёх маршрутах автобусы будут ходить каждые восемь минут, сообщили в управлении, где...",
    ),
    ("Школу сдадут к сентябрю", "Школу на девятьсот мест обещают сдать к сентябрю, стены уже подвели под крышу, но..."),
)


def test_the_beginnings_of_other_pages_are_no_article_though_an_extractor_makes_a_text_of_them() -> None:
    """A site's home page: each headline with the beginning of its text."""
    items = "".join(
        f"<div class='item'><h3><a href='/{n}'>{title}</a></h3><p>{beginning}</p></div>"
        for n, (title, beginning) in enumerate(BEGINNINGS * 3)
    )
    page = f"<html><head><title>Город: новости</title></head><body><div id='content'>{items}</div></body></html>"
    assert isinstance(parse_html(page.encode(), "home.html"), RejectedItem)
    stated = page.replace("<head>", "<head><meta property='og:type' content='website'>")
    assert isinstance(parse_html(stated.encode(), "home.html"), RejectedItem)


def test_a_script_in_a_heading_is_no_headline() -> None:
    script = "<script>(function(w, d) { w.ad = d.title; })(this, document);</script>"
    paragraphs = "".join(
        f"<p>{beginning.rstrip('.')} и через неделю об этом расскажут жителям.</p>" for _, beginning in BEGINNINGS
    )
    page = f"<html><body><h1>{script}Плотину на Шидерты починили</h1><article>{paragraphs}</article></body></html>"
    entry = parse_html(page.encode(), "page.html")
    assert isinstance(entry, Entry)
    assert entry.title == "Плотину на Шидерты починили"


def test_a_page_of_very_many_paragraphs_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second extractor compares each paragraph with all others: 30,000 of them took two minutes."""
    asked: list[int] = []
    again = core.compare_extraction
    monkeypatch.setattr(core, "compare_extraction", lambda *args: asked.append(1) or again(*args))
    block = "<header><h2>Плотину починили</h2><p>Рабочие укрепили берег камнем, говорят жители.</p></header>"
    for times, often in ((10, True), (4000, False)):
        asked.clear()
        parse_html(f"<html><body>{block * times}</body></html>".encode(), "page.html")
        assert bool(asked) == often


def test_a_long_read_is_not_cut_where_a_heading_of_other_news_stands_in_it() -> None:
    """The reader of captures stops there; what follows are paragraphs as long as those above, and no comments."""
    told = [
        f"В {part} зале показывают {what}, которые музей собирал больше двадцати лет; о каждом предмете здесь рассказывают"
        " так подробно, что одной экскурсии не хватает, и многие приходят ещё раз."
        for part, what in (("первом", "ковры"), ("втором", "украшения"), ("третьем", "сёдла"), ("четвёртом", "карты"),
                           ("пятом", "рукописи"), ("шестом", "монеты"), ("седьмом", "домбры"))
    ]  # fmt: skip
    other = "<p>Теги: музей, город</p><p>Комментарии</p><p>Похожие новости</p><p>Каток открыли</p>"
    body = [f"<p>{told[0]}</p><p>{told[1]}</p>", other, *(f"<p>{one}</p>" for one in told[2:])]
    page = f"<html><body><h1>Музей после ремонта</h1><article><div>{''.join(body)}</div></article></body></html>"
    entry = parse_html(page.encode(), "page.html")
    assert isinstance(entry, Entry)
    assert [one for one in told if one not in entry.body] == []
