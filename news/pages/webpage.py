"""A page's HTML to an article: trafilatura finds the text, the page's own markup says the rest."""

import re
from collections import Counter
from collections.abc import Container
from copy import deepcopy
from itertools import islice

from lxml import etree, html
from lxml.html import HtmlElement

from news.models import Entry, RejectedItem
from news.pages.article_lines import BODY_LEAST
from news.pages.boilerplate import LineKind
from news.pages.capture import parse_capture
from news.pages.lines import Line, lines_of
from news.pages.metadata import PageMetadata, read_facts
from news.text.citations import cited_in
from news.text.clean import clean, decode

LARGEST_PAGE = 5_000_000
_LONGEST_ROW = 250
_LONGEST_CELL = 250
"""Characters: a cell that holds more, and most of its table, is no figure but a part of the page."""
_SMALL_SHARE = 0.2
_LEAST_OF_A_LIST = 1000  # characters
_MUCH_MORE = 3
_FOREIGN = re.compile(r"//|\(@")
_DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([\w-]{2,20})""", re.IGNORECASE)
_REPEAT = "\ue000"  # a letter that no page has
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_LONGEST_HIDDEN = 1000  # characters
_PARAGRAPHS = ("p", "div", "li", "blockquote")
_MOST_PARAGRAPHS = 3000
_LEAST_REPEATED = 40  # characters of a block that may be said twice
_HIDDEN_CLASS = re.compile(r"hid|sr-only|screen-?reader|visually", re.IGNORECASE)
_LEAST_PARAGRAPH, _LEAST_LEAD = 60, 80  # characters
_LEAST_SAID, _SAME = 40, 60  # letters of a description, and of the beginning of two equal lines
_NO_LETTER = re.compile(r"\W+")
_WORD = re.compile(r"\w+")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_SAMPLE = 2000  # characters by which a text's letters are told
# Shares of words that two readings of one article have in common, set on 185 Cyrillic pages (benchmarks/captures.md).
_HELD, _LEAST_SHARED = 0.9, 0.5
_HELD_OF_OURS, _LEAST_COVERED = 0.87, 0.1
_MOST_SHARED, _MOST_COVERED = 0.8, 0.88
_SMALL_PART, _MOSTLY, _AS_LONG = 0.5, 0.8, 0.85
_NEAR = 3  # blocks between a lead and the text below it
_INLINE = frozenset(
    ("a", "abbr", "b", "bdi", "big", "br", "cite", "code", "del", "em", "font", "i", "img", "ins", "label", "mark", "q",
     "s", "small", "span", "strong", "sub", "sup", "time", "u", "wbr")
)  # fmt: skip
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "br", "button", "dd", "div", "dl", "dt", "figcaption", "figure",
     "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "label", "li", "main", "nav", "ol", "option",
     "p", "pre", "section", "table", "td", "th", "time", "title", "tr", "ul")
)  # fmt: skip
_UNSEEN = frozenset(("script", "style", "noscript", "template", "svg", "iframe", "head", "textarea", "select"))


def parse_html(
    content: bytes,
    name: str,
    *,
    url: str | None = None,
    charset: str | None = None,
    repeated: Container[str] = (),
    now: int | None = None,
) -> Entry | RejectedItem:
    """The article of a page, or the reason why there is none.

    `name` becomes the id. `url` is the address it was fetched from, and `charset` the encoding its server declared;
    both may be wrong. `repeated` are lines that this source prints on page after page. Dates after `now` (UTC seconds)
    are refused.
    """
    if len(content) > LARGEST_PAGE:
        return RejectedItem(name, f"larger than {LARGEST_PAGE} bytes")
    declared = _DECLARED.search(content[:4096])
    text = decode(content, charset or (declared[1].decode("ascii", "ignore") if declared else None))
    if text is None:
        return RejectedItem(name, "binary, or in no known encoding")
    tree = parse_tree(text)
    if tree is None:
        return RejectedItem(name, "no HTML")
    facts = read_facts(tree, url, now)
    body = _with_lead(_body(tree, facts.title, repeated), facts.description or "", tree)
    looked = not body or facts.published is None or _is_cyrillic(body)
    captured = parse_capture(visible_text(tree), name, repeated=repeated, now=now) if looked else None
    if not body:
        unfold_layout(tree)
        unfolded = _long_enough(tidy_body(_extracted(tree, precise=True), facts.title, repeated))
        seen_body = captured.body if isinstance(captured, Entry) else ""
        # A list of notes is no prose; it is the article where nothing else on the page is one.
        alone = not seen_body and len(unfolded) > _LEAST_OF_A_LIST
        more = len(unfolded) > _MUCH_MORE / 2 * len(seen_body)
        body = unfolded if alone or (more and _is_prose(unfolded)) else ""
    if isinstance(captured, Entry) and _is_cyrillic(body):
        body = _better_of(body, captured.body)
    # The reader of captures refuses lists of news, of whose beginnings the extractor makes a text.
    unsure = _is_cyrillic(body) and not (facts.is_article and facts.published)
    if not isinstance(captured, Entry) and (unsure or not body):
        return RejectedItem(name, "no article on the page")
    return _entry(name, facts, body, captured if isinstance(captured, Entry) else None)


def parse_tree(text: str) -> HtmlElement | None:
    """The page's tree; None if the text has no element at all. Entities of strangers are never expanded."""
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=False)
    # One class for all elements: lxml's own choice by tag asks Python at every step through a tree.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=HtmlElement))
    try:
        return html.document_fromstring(_XML_DECLARATION.sub("", clean(text)).encode(), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None


def _entry(name: str, facts: PageMetadata, body: str, captured: Entry | None) -> Entry:
    """Take what the markup states; what it leaves open is taken from what a reader sees."""
    title = facts.title or (captured.title if captured else "") or body.split("\n", 1)[0][:300]
    body = body or (captured.body if captured else "")
    return Entry(
        id=name,
        title=title,
        body=body,
        url=facts.address,
        published=facts.published or (captured.published if captured else None) or facts.printed,
        source=facts.site,
        tags=facts.tags or (captured.tags if captured else ()),
        cited=cited_in(body) or (captured.cited if captured else ()),
        views=captured.views if captured else None,
        image=facts.image,
        author=facts.author,
        section=facts.section,
    )


def _body(tree: HtmlElement, title: str | None, repeated: Container[str]) -> str:
    """The main text that trafilatura finds, without the boilerplate it leaves at the ends and in between."""
    precise = _extracted(tree, precise=True)
    if _is_layout(precise):
        return ""
    body = tidy_body(precise, title, repeated)
    # What is sure is sometimes a caption or the first paragraph alone; then the wider reading may hold the article.
    if len(body) < _SMALL_SHARE * len(visible_text(tree)):
        wider = tidy_body(_extracted(tree, precise=False), title, repeated)
        body = wider if len(wider) > _MUCH_MORE * len(body) and _is_prose(wider) else body
    return _long_enough(body)


def _with_lead(body: str, description: str, tree: HtmlElement) -> str:
    """The text with its lead: the line right above it that the page also gives as its description."""
    said, known = _letters(description), _letters(body)
    if not body or len(said) < _LEAST_SAID or said[:_SAME] in known:
        return body
    lines = visible_text(tree).split("\n")
    starts = [_letters(line)[:_SAME] for line in lines]
    first = _letters(body.split("\n", 1)[0])[:_SAME]
    below = max((place for place, start in enumerate(starts) if start == first), default=0)
    leads = [lines[place] for place in range(max(0, below - _NEAR), below) if starts[place] == said[:_SAME]]
    return "\n".join((*leads[-1:], body))


def _better_of(extracted: str, captured: str) -> str:
    """Of two readings of a Cyrillic page that find the same article the one that knows its language's furniture.

    The extractor takes comments and other news for text where their markup is the text's, or leaves paragraphs out. The
    reader of captures does so less on such pages (its words of furniture are Russian and Kazakh). Where the two found
    different texts, or nearly the same, the extractor's stays: it knows what a browser hides and what is said twice.
    """
    ours, theirs = _words(captured), _words(extracted)
    both = (ours & theirs).total()
    shared, covered = both / (ours.total() or 1), both / (theirs.total() or 1)
    left_out = covered >= _HELD and _LEAST_SHARED <= shared <= _MOST_SHARED
    taken_in = shared >= _HELD_OF_OURS and _LEAST_COVERED <= covered <= _MOST_COVERED
    if taken_in and covered < _SMALL_PART and _goes_on(extracted, captured):
        return extracted
    return captured if left_out or taken_in else extracted


def _goes_on(extracted: str, captured: str) -> bool:
    """Whether what the extractor has beside a small part goes on like an article.

    It is mostly paragraphs, and nearly as long ones; comments and the beginnings of other news are shorter.
    """
    known = frozenset(captured.split("\n"))
    more = lines_of("\n".join(line for line in extracted.split("\n") if line not in known))
    lengths, ours = ([len(line.text) for line in lines if line.is_paragraph] for lines in (more, lines_of(captured)))
    told = sum(lengths) >= _MOSTLY * sum(len(line.text) for line in more)
    return bool(lengths and ours) and told and sum(lengths) * len(ours) >= _AS_LONG * sum(ours) * len(lengths)


def _words(text: str) -> Counter[str]:
    """How often the lines have each word; a line that is said again counts once."""
    return Counter(_WORD.findall("\n".join(dict.fromkeys(text.casefold().split("\n")))))


def _is_cyrillic(text: str) -> bool:
    sample = text[:_SAMPLE]
    return 2 * len(_CYRILLIC.findall(sample)) > len(sample)


def _letters(text: str) -> str:
    return _NO_LETTER.sub("", text.casefold())


def _long_enough(body: str) -> str:
    return body if sum(map(str.isalpha, body[:500])) >= BODY_LEAST else ""


def _is_prose(text: str) -> bool:
    """Whether most of it is sentences, and not the headings of a list."""
    return 2 * sum(len(line.text) for line in lines_of(text) if line.is_sentence) > len(text)


def _extracted(tree: HtmlElement, *, precise: bool) -> str:
    from trafilatura import bare_extraction  # noqa: PLC0415 - half a second to import, and only pages need it

    own = deepcopy(tree)
    _leave_out_hidden(own)
    _mark_repeats(own)
    _keep_inline(own)
    _mark_blocks(own)
    # A second extractor that it asks where the first finds little takes time squared in the paragraphs.
    many = next(islice(own.iter(*_PARAGRAPHS), _MOST_PARAGRAPHS, None), None) is not None
    found = bare_extraction(own, fast=many, favor_precision=precise, include_comments=False, with_metadata=False)
    return (found.text or "").replace(_REPEAT, "") if found is not None and not isinstance(found, dict) else ""


def _leave_out_hidden(tree: HtmlElement) -> None:
    """Take away small blocks that a browser does not show. Long ones may be shown by a script: «read on»."""
    for element in list(tree.iter(*_PARAGRAPHS, "span", "section")):
        hidden = "hidden" in element.attrib or _HIDDEN.search(element.get("style", ""))
        if hidden and len(element.text_content()) < _LONGEST_HIDDEN:
            element.drop_tree()


def _mark_repeats(tree: HtmlElement) -> None:
    """Make a block that says the same as one before it, beside it, another text: a refrain is no slip."""
    said: Counter[tuple[HtmlElement | None, str, str]] = Counter()
    for element in tree.iter(*_PARAGRAPHS):
        text = (element.text or "").strip()
        if len(text) >= _LEAST_REPEATED and not len(element):
            key = (element.getparent(), str(element.tag), text)
            element.text = text + _REPEAT * said[key]
            said[key] += 1


def _keep_inline(tree: HtmlElement) -> None:
    """Keep words of a sentence that trafilatura would drop for their element's sake."""
    for element in list(tree.iter("span", "b", "strong", "em", "i")):
        # In its precise mode an empty element goes with what stands behind it.
        if element.tail and not element.text_content().strip() and next(element.iter("math", "script"), None) is None:
            element.drop_tree()
    for paragraph in tree.iter("p"):
        for span in paragraph.iter("span"):
            if _in_a_sentence(span) and not _HIDDEN_CLASS.search(f"{span.get('class')} {span.get('id')}"):
                span.attrib.pop("class", None)  # «link», «bar» and «embed» would mark it as no text
                span.attrib.pop("id", None)


def _in_a_sentence(span: HtmlElement) -> bool:
    """Whether other text stands right before or behind an element."""
    before, above = span.getprevious(), span.getparent()
    around = (span.tail, before.tail if before is not None else above.text if above is not None else None)
    return any(text and text.strip() for text in around)


def _mark_blocks(tree: HtmlElement) -> None:
    """Name blocks for what they hold: a `div` of words is a paragraph, a `header` with a paragraph is a part."""
    for block in list(tree.iter("div")):
        direct = "".join(filter(None, (block.text, *(child.tail for child in block))))
        if len(direct.strip()) >= _LEAST_PARAGRAPH and all(child.tag in _INLINE for child in block.iterdescendants()):
            block.tag = "p"
    for header in list(tree.iter("header")):
        if any(len(paragraph.text_content()) > _LEAST_LEAD for paragraph in header.iter("p")):
            header.tag = "div"
    for heading in tree.iter("h2", "h3", "h4"):
        own = "".join(filter(None, (heading.text, *(child.tail for child in heading))))
        if own.strip():  # «2) The old bridge»: a link to other news is a heading's only words
            for anchor in list(heading.iter("a")):
                anchor.drop_tag()


def unfold_layout(tree: HtmlElement) -> None:
    """Turn tables used for layout into blocks: in an old page, menu and text are two cells of one table."""
    for table in reversed(list(tree.iter("table"))):  # inner ones first
        longest = max((len(cell.text_content()) for cell in table.iter("td", "th")), default=0)
        if longest > max(_LONGEST_CELL, len(table.text_content()) / 2):
            for element in list(table.iter("table", "tbody", "thead", "tfoot", "tr", "td", "th")):
                element.tag = "div"


def _is_layout(text: str) -> bool:
    """Whether most of it is rows of a table as long as an article: an old page with menu and text in two cells."""
    rows = (line for line in text.split("\n") if line.startswith("|") and len(line) > _LONGEST_ROW)
    return 2 * sum(map(len, rows)) > len(text)


def tidy_body(text: str, title: str | None = None, repeated: Container[str] = ()) -> str:
    """Body text without boilerplate: share buttons, credits, «Читайте также», and the title said again at the top."""
    lines = lines_of(text, repeated)
    kept: list[str] = []
    aside = False
    for line in lines:
        if line.kind is LineKind.ASIDE:
            aside = not line.rest
            continue
        if _is_boilerplate(line) or (aside and not line.is_sentence):
            continue
        aside = False
        if not kept and title and line.text.startswith(title) and len(line.text) - len(title) <= 60:
            continue
        kept.append(line.text)
    while kept and (last := lines_of(kept[-1])) and last[0].kind is LineKind.STOP:
        kept.pop()
    return "\n".join(kept)


def _is_boilerplate(line: Line) -> bool:
    """Inside the known article only sure signs count: a list's «1» or «Астана» may belong there."""
    sure = line.kind in (LineKind.CREDIT, LineKind.LEGAL, LineKind.VIEWS, LineKind.REPEATED)
    if sure or len(line.text) > 60:
        return sure
    if line.kind is LineKind.NOISE:  # by its words; a brace of a program, whose post is shown, an address are text here
        return sum(map(str.isalpha, line.text)) > 2 and not _FOREIGN.search(line.text)
    return line.kind in (LineKind.STOP, LineKind.TAGS)


def visible_text(tree: HtmlElement) -> str:
    """What a reader sees, one line for each block, as a capture of the page would have it."""
    parts: list[str] = []
    unseen = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        text = element.text if event == "start" else element.tail
        if element.tag in _UNSEEN:
            unseen += 1 if event == "start" else -1
        if element.tag in _BLOCKS:
            parts.append("\n")
        if text and not unseen:
            parts.append(text.replace("\n", " "))
    lines = (" ".join(line.split()) for line in "".join(parts).split("\n"))
    return "\n".join(line for line in lines if line)
