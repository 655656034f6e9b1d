"""What a page's HTML says about its article for machines: JSON-LD, OpenGraph, `<meta>`, `<time>`."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml import etree
from lxml.html import HtmlElement

from news.models import PublicationTime
from news.text.clean import clean_line, link, picture_in, plain
from news.text.dates import parse_date, parse_iso, plausible

_ARTICLE_TYPES = frozenset(
    ("NewsArticle", "Article", "ReportageNewsArticle", "AnalysisNewsArticle", "OpinionNewsArticle", "BlogPosting",
     "LiveBlogPosting", "AdvertiserContentArticle", "Report", "ScholarlyArticle", "TechArticle", "VideoObject")
)  # fmt: skip
_PUBLISHED = ("article:published_time", "og:article:published_time", "datepublished", "pubdate", "publish_date",
              "publishdate", "article:published", "dc.date.issued", "dc.date", "dcterms.created", "sailthru.date",
              "date", "mediator_published_time", "parsely-pub-date", "dc:date", "dcterms.issued",
              "publication_date", "citation_publication_date", "citation_online_date", "citation_date",
              "bepress_citation_date", "shareaholic:article_published_time")  # fmt: skip
_DAY_IN_ADDRESS = re.compile(
    r"/(20\d\d)/(\d\d?)/(\d\d?)(?:/|$)|/(20\d\d)-(\d\d)-(\d\d)(?:/|-|$)|/(20\d\d)(\d\d)(\d\d)/|_date_(20\d\d)_(\d\d)_(\d\d)"
)
_TITLES = ("dc:title", "og:title", "twitter:title", "dc.title", "dcterm:title", "parsely-title", "title")
_LEAST_HEADLINE = 15
_MOST_OF_IT = 0.6
_SITE_BEHIND = re.compile(r"\s+[|\-–—:•·/»]+\s+(?=[^|–—•·»]{2,60}$)")
_BETWEEN = re.compile(r"\s+(?:[|\-–—•·/»«›]+|::?)\s+")
_LEAST_BEFORE, _LEAST_BEFORE_A_NAME = 15, 8
_SHORTEST_SITE = 4
_MOST_HEADINGS = 12
_LONGEST_DATE = 60  # characters of an element that is a date and little else
_STEPS_UP, _MOST_DATES = 4, 20
_FRAME = frozenset(("aside", "nav", "footer", "li"))
_RELATED, _COMMENT = re.compile("related"), re.compile("comment", re.IGNORECASE)
_OTHERS = re.compile("related|comment|teaser|sidebar|list|footer|item", re.IGNORECASE)
_DATE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:date|datum|publish\w*|pubdate|posted)(?:$|[\s_-])|(?-i:[a-z]Date)", re.IGNORECASE
)
_FEWEST_WORDS = 3
_MARKS = " ¶#[]<>"
_SAID = ('":', "”:", "“:", "»:")  # «"Наш дом": что говорят жители» has no kicker
_BEHIND = re.compile(r"\s+[|\-–—:•·/»]+\s+\S")
_WORD = re.compile(r"[^\W\d_]{4,}")
_LEAST_PARAGRAPH, _MOST_SAID = 60, 4000  # characters
_MOST_TAGS = 20
_SIMPLE = re.compile(r"\W+")


@dataclass(frozen=True, slots=True)
class PageMetadata:
    """The article's facts as the page's markup states them; a fact that is not stated is None or empty."""

    title: str | None = None
    published: PublicationTime = None
    author: str | None = None
    image: str | None = None
    tags: tuple[str, ...] = ()
    section: str | None = None
    address: str | None = None
    site: str | None = None
    language: str | None = None
    description: str | None = None
    printed: PublicationTime = None
    """The date that an element beside the headline prints."""
    is_article: bool = False
    """Whether the markup says that the page is an article."""


def read_facts(tree: HtmlElement, url: str | None = None, now: int | None = None) -> PageMetadata:
    """The facts of a parsed page. `url` is where it was fetched: relative links and a false canonical need it."""
    metas = _metas(tree)
    article = _article(tree)
    address = _address(tree, metas, article, url)
    base = url or address
    published = _published(tree, metas, article, address, now)
    author = _names(article.get("author")) or metas.get("author") or metas.get("article:author") or ""
    language = (tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or "").lower().split("-")[0]
    return PageMetadata(
        title=_title(tree, metas, article, base),
        published=published,
        author=plain(author, limit=100) if author and "//" not in author else None,
        image=_image(tree, metas, article, base),
        tags=_tags(tree, metas, article),
        section=plain(_first(article.get("articleSection")) or metas.get("article:section") or "", limit=80) or None,
        address=address,
        site=plain(metas.get("og:site_name") or _names(article.get("publisher")) or "", limit=80) or None,
        language={"kz": "kk", "kaz": "kk", "rus": "ru"}.get(language, language) or None,
        printed=plausible(_beside_headline(tree), now) if published is None else None,
        is_article=bool(article) or "article" in metas.get("og:type", "").lower(),
        description=plain(metas.get("og:description") or metas.get("description") or "") or None,
    )


def _metas(tree: HtmlElement) -> dict[str, str]:
    """`<meta>` by its name, property or itemprop in small letters; of several, the first that says something."""
    found: dict[str, str] = {}
    for meta in tree.iter("meta"):
        content = meta.get("content")
        name = meta.get("property") or meta.get("name") or meta.get("itemprop")
        if content and name and content.strip():
            # Only `property` may hold several names (RDFa).
            for one in name.lower().split() if meta.get("property") else [name.strip().lower()]:
                if one == "article:tag" and one in found:
                    found[one] += "," + content
                else:
                    found.setdefault(one, content.strip())
    return found


def _article(tree: HtmlElement) -> dict[str, object]:
    """The first JSON-LD object that is an article; an empty one if there is none."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = (script.text_content() or "").strip().removeprefix("<![CDATA[").removesuffix("]]>").rstrip("; ")
        try:
            found = json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _objects(found, depth=0):
            kinds = thing.get("@type")
            if any(
                kind in _ARTICLE_TYPES
                for kind in (kinds if isinstance(kinds, list) else [kinds])
                if isinstance(kind, str)
            ):
                return thing
    return {}


def _objects(found: object, depth: int) -> Iterator[dict[str, object]]:
    if depth > 6:
        return
    if isinstance(found, list):
        for part in found[:100]:
            yield from _objects(part, depth + 1)
    elif isinstance(found, dict):
        yield found
        for name in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _objects(found.get(name), depth + 1)


def _first(value: object) -> str:
    """The first text of a value that may be a text, an object with a name or an address, or a list of these."""
    if isinstance(value, list):
        return next((text for text in map(_first, value[:10]) if text), "")
    if isinstance(value, dict):
        return next((text for text in map(_first, (value.get("name"), value.get("url"), value.get("@id"))) if text), "")
    return value.strip() if isinstance(value, str) else ""


def _names(value: object) -> str:
    values = value if isinstance(value, list) else [value]
    return ", ".join(dict.fromkeys(name for name in map(_first, values[:5]) if name and "//" not in name))


def _title(tree: HtmlElement, metas: dict[str, str], article: dict[str, object], address: str | None) -> str | None:
    """The heading that readers see, if another title of the page confirms it; else that title without the site's name.

    An `h1` that is only a part of the other titles, or one word, names the site or a section.
    """
    sites = _site_names(metas, article, address)
    headings = [plain(_said_in(heading)) for heading in list(tree.iter("h1"))[:5]]
    head = next(tree.iter("title"), None)
    named = (_first(article.get("headline")), *(metas.get(name, "") for name in _TITLES))
    stated = [plain(text) for text in named if text]
    window = plain(head.text_content()) if head is not None else ""
    shown = _without_site(window, sites)
    whole = [_without_site(title, sites) for title in stated]
    if heading := _confirmed(headings, [*whole, shown]):
        return heading
    lower = [plain(_said_in(heading)) for heading in list(tree.iter("h1", "h2", "h3"))[:_MOST_HEADINGS]]
    if part := _part_of(window, *stated, headings=lower, sites=sites):
        return part
    distinct = {heading for heading in headings if heading}
    if stated and len(distinct) == 1 and _in_other_words(heading := distinct.pop(), stated[0]):
        return heading
    if stated:
        return max(stated, key=len) if stated[0].endswith(("…", "...")) else whole[0]
    alone = headings if len(set(headings)) == 1 else []
    own = next((heading for heading in alone if len(heading) >= _LEAST_HEADLINE and heading.count(" ") >= 2), "")
    if own and shown:
        # The text speaks of the one, not of the other: a motto of the site stands on all its pages.
        text = _said(tree)
        return max((shown, own), key=lambda title: (_spoken_of(title, text), len(title)))
    return next(filter(None, (own, shown, *headings)), None)


def _said_in(element: HtmlElement) -> str:
    """The text of an element without its scripts."""
    if next(element.iter("script", "style", "template"), None) is None:
        return str(element.text_content())
    element = deepcopy(element)
    element.tail = None
    etree.strip_elements(element, "script", "style", "template", with_tail=False)
    return str(element.text_content())


def _confirmed(headings: list[str], titles: list[str]) -> str | None:
    """The heading that a title of the page says again: word for word, with a kicker before it, or most of it."""
    same = {_simple(title) for title in titles if title}
    for heading in headings:
        if _simple(heading) in same:
            return heading
    for heading in headings:
        for title in titles:
            if _has_kicker(heading, title):
                return title
    for heading in headings:
        if any(_is_the_same(heading, title) or _begins(title, heading) for title in titles):
            return heading
    return None


def _has_kicker(heading: str, title: str) -> bool:
    """Whether a heading is a kicker and the title: «Шымкент Новый мост открыли», marked as one."""
    kicker = heading.removesuffix(title).rstrip()
    whole = len(title) >= _LEAST_HEADLINE and title.count(" ") >= 2
    return whole and 0 < len(kicker) < len(heading) and not kicker.endswith(_SAID)


def _part_of(*titles: str, headings: list[str], sites: frozenset[str]) -> str | None:
    """The longest heading that is a whole part of a title, «Site » Section » Headline», and not the site's name."""
    for title in titles:
        parts = [_simple(part) for part in _BETWEEN.split(title)]
        found = [heading for heading in headings if heading.count(" ") >= 1 and _simple(heading) in parts]
        own = [heading for heading in found if not _is_site(_simple(heading), sites)]
        if len(parts) > 1 and own:
            return max(own, key=len).strip(_MARKS)
    return None


def _site_names(metas: dict[str, str], article: dict[str, object], address: str | None) -> frozenset[str]:
    """What the site is called: as it says itself, and its host without «www» and the country."""
    named = (metas.get("og:site_name", ""), _names(article.get("publisher")))
    labels = (urlsplit(address).hostname or "").split(".")[:-1] if address else []
    hosts = [label for label in labels if len(label) >= _SHORTEST_SITE]
    return frozenset(filter(None, map(_simple, (*named, *hosts))))


def _is_site(plainly: str, sites: frozenset[str]) -> bool:
    """Whether a part of a title names the site: «Qala – новости» at qala.kz."""
    return any(site in plainly or (len(plainly) >= _SHORTEST_SITE and plainly in site) for site in sites)


def _simple(text: str) -> str:
    return _SIMPLE.sub("", text.casefold())


def _begins(title: str, heading: str) -> bool:
    """Whether a title is the heading with less behind it, a site's name."""
    behind = title.removeprefix(heading)
    return bool(heading) and len(behind) < min(len(heading), len(title)) and _BEHIND.match(behind) is not None


def _said(tree: HtmlElement) -> frozenset[str]:
    """The beginnings of the words in the first paragraphs."""
    found = (paragraph.text_content() for paragraph in tree.iter("p"))
    text = " ".join(text for text in found if len(text) >= _LEAST_PARAGRAPH)[:_MOST_SAID]
    return frozenset(word[:5] for word in _WORD.findall(text.casefold()))


def _spoken_of(title: str, said: frozenset[str]) -> float:
    words = {word[:5] for word in _WORD.findall(title.casefold())}
    return len(words & said) / (len(words) + 1)


def _in_other_words(heading: str, title: str) -> bool:
    """Whether a heading says in other words what a title says: half of the longer words of either are in both."""
    ours, theirs = ({word[:5] for word in _WORD.findall(text.casefold())} for text in (heading, title))
    alike = 2 * len(ours & theirs) >= max(len(ours), len(theirs))
    return len(ours) >= _FEWEST_WORDS and alike and title not in heading


def _is_the_same(heading: str, title: str) -> bool:
    """Whether a heading and a title say the same: one is the other, or most of it."""
    short, long = sorted(map(_simple, (heading, title)), key=len)
    return bool(short) and short in long and len(short) >= _MOST_OF_IT * len(long)


def _without_site(title: str, sites: frozenset[str]) -> str:
    """The title without the site's name behind or before it."""
    behind = list(_SITE_BEHIND.finditer(title))
    if behind:
        # Without the site's own name only what looks like an address or a short name in the end is taken off.
        named = _is_site(_simple(title[behind[-1].end() :]), sites)
        alike = named or re.search(r"\.\w{2,4}$|\|\s[^|]+$", title)
        if alike and behind[-1].start() >= (_LEAST_BEFORE_A_NAME if named else _LEAST_BEFORE):
            title = title[: behind[-1].start()]
    front = _BETWEEN.search(title)
    if front and len(title) - front.end() >= _LEAST_HEADLINE and _is_site(_simple(title[: front.start()]), sites):
        return title[front.end() :]
    return title


def _published(
    tree: HtmlElement, metas: dict[str, str], article: dict[str, object], address: str | None, now: int | None
) -> PublicationTime:
    """The time of publication. Of several statements for one day, one with an hour wins, then one with a zone."""
    stated = [_first(article.get("datePublished")), *(metas[name] for name in _PUBLISHED if name in metas)]
    stated += [text for time in _times(tree) for text in _said_by(time)]
    stated += [_first(article.get("dateCreated"))]
    dates = [found for text in stated if text and (found := plausible(_moment(text), now))]
    if not dates:
        return plausible(_day_in(address), now)
    day = dates[0]
    if isinstance(day, datetime):
        return day
    return next((other for other in dates if isinstance(other, datetime) and other.date() == day), day)


def _moment(text: str) -> PublicationTime:
    text = text.strip()
    return parse_iso(text) or parse_iso(re.sub(r"([+-]\d\d)(\d\d)$", r"\1:\2", text)) or parse_date(text)


def _said_by(element: HtmlElement) -> Iterator[str]:
    """What an element marked as a date says: for machines, else for people."""
    stated = next(filter(None, (element.get(name) for name in ("datetime", "content", "title"))), "")
    yield stated
    if not stated and len(text := element.text_content()) <= _LONGEST_DATE:
        yield clean_line(text)


def _times(tree: HtmlElement) -> Iterator[HtmlElement]:
    """Elements marked as the date of publication; else the first `<time>` that is in no list of other news."""
    marked = tree.xpath(
        '//*[@itemprop="datePublished" or contains(" schema:datePublished schema:dateCreated datePublished ",'
        ' concat(" ", @property, " ")) and @property][not(self::meta)][not(ancestor::aside)]'
    )
    yield from [element for element in marked if not _is_elsewhere(element, _COMMENT)][:1]
    for time in tree.iter("time"):
        framed = any(above.tag in _FRAME for above in time.iterancestors())
        if time.get("datetime") and not framed and not _is_elsewhere(time, _RELATED):
            yield time
            return


def _is_elsewhere(element: HtmlElement, others: re.Pattern[str], within: HtmlElement | None = None) -> bool:
    """Whether a part of the page with such a class, below `within`, holds an element."""
    for above in element.iterancestors():
        if above is within or above.tag == "body":
            return False
        if others.search(above.get("class") or ""):
            return True
    return False


def _beside_headline(tree: HtmlElement) -> PublicationTime:
    """The date in an element that calls itself one, if it stands beside the first `h1`; None if two such differ."""
    around = next(tree.iter("h1"), None)
    for _ in range(_STEPS_UP):
        if around is None or around.tag == "body":
            return None
        parts = around.iter("span", "div", "p", "em", "small", "time", "h2", "h3")
        called = (part for part in parts if _DATE_CLASS.search(part.get("class") or ""))
        own = (part for part in islice(called, _MOST_DATES) if not _is_elsewhere(part, _OTHERS, around))
        texts = [text for part in own if len(text := clean_line(part.text_content())) <= _LONGEST_DATE]
        days = {day for text in texts if (day := parse_date(text))}
        if days:
            return days.pop() if len(days) == 1 else None
        around = around.getparent()
    return None


def _day_in(address: str | None) -> date | None:
    found = _DAY_IN_ADDRESS.search(urlsplit(address).path) if address else None
    if not found:
        return None
    year, month, day = (int(part) for part in found.groups() if part)
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _address(tree: HtmlElement, metas: dict[str, str], article: dict[str, object], url: str | None) -> str | None:
    """The canonical address. One that leads to another site or to a front page is ignored."""
    canonical = [
        element.get("href") for element in tree.iter("link") if (element.get("rel") or "").lower() == "canonical"
    ]
    for stated in (
        *canonical,
        metas.get("og:url"),
        _first(article.get("url")),
        _first(article.get("mainEntityOfPage")),
    ):
        if not stated:
            continue
        try:
            address = link(urljoin(url, stated.strip()) if url else stated.strip())
        except ValueError:
            continue
        if address and urlsplit(address).path.strip("/") and (not url or _same_site(address, url)):
            return address
    return link(url)


def _same_site(one: str, two: str) -> bool:
    hosts = [
        (urlsplit(address).hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
        for address in (one, two)
    ]
    return hosts[0] == hosts[1]


def _image(tree: HtmlElement, metas: dict[str, str], article: dict[str, object], base: str | None) -> str | None:
    """The picture that the page offers to other sites; if there is none, the first inside its article."""
    for stated in (
        metas.get("og:image"),
        metas.get("og:image:url"),
        metas.get("twitter:image"),
        _picture(article.get("image")),
    ):
        if stated:
            try:
                found = link(urljoin(base, stated) if base else stated)
            except ValueError:
                continue
            if found:
                return found
    articles = (picture_in(part, base or "") for part in tree.iter("article", "main"))
    return next(filter(None, articles), None)


def _picture(value: object) -> str:
    if isinstance(value, list):
        return _picture(value[0]) if value else ""
    if isinstance(value, dict):
        return _first(value.get("url") or value.get("contentUrl"))
    return value if isinstance(value, str) else ""


def _tags(tree: HtmlElement, metas: dict[str, str], article: dict[str, object]) -> tuple[str, ...]:
    """Tags from the first place that has any: links marked as tags, OpenGraph, JSON-LD, news keywords."""
    linked = [
        plain(anchor.text_content(), limit=60) for anchor in tree.xpath('//a[contains(@rel, "tag")]')[:_MOST_TAGS]
    ]
    keywords = article.get("keywords")
    stated = (
        ",".join(text for text in keywords if isinstance(text, str)) if isinstance(keywords, list) else _first(keywords)
    )
    for tags in (
        linked,
        *(text.split(",") for text in (metas.get("article:tag", ""), stated, metas.get("news_keywords", ""))),
    ):
        cleaned = [clean_line(tag).strip(" #.;") for tag in tags]
        found = tuple(dict.fromkeys(tag for tag in cleaned if 1 < len(tag) <= 60))
        if found:
            return found[:_MOST_TAGS]
    return ()
