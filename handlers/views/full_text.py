"""An article's whole text: one rich message or pages of plain text, always with the source and a link."""

import html
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from handlers.views.actions import ListPlace, placed
from handlers.views.articles import SOURCE_UNITS, Viewer, change_query, facts_line, head, is_link
from handlers.views.screen import AnyScreen, Button, ButtonRows, RichScreen, Screen, cut, utf16_length
from locales import Html, Texts, escape
from news.models import Article
from news.text.clean import file_of
from news.text.sentences import paragraph_kinds

_TWO_UNITS, _SECOND = re.compile("[\U00010000-\U0010ffff]+"), "\udc00"
_PAGE_UNITS: Final = 3400
_RICH_UNITS: Final = 24_000
_RICH_TITLE_UNITS: Final = 500
_RICH_PARAGRAPHS: Final = 400
_OPEN_PARAGRAPHS: Final = 8


def full_text(
    article: Article, number: int, viewer: Viewer, back: ListPlace | None, query: str | None, *, whole: bool = False
) -> AnyScreen:
    """The whole text, always with the source and a link: one rich message, or a page of plain text.

    The rich one is for readers who chose that form, and for a `whole` article.
    """
    texts = viewer.texts
    one_message = len(article.body) <= _RICH_UNITS and utf16_length(article.body) <= _RICH_UNITS
    if (viewer.rich or whole) and one_message:
        return RichScreen(_rich(article, viewer), _back_rows(article, texts, back, query))
    pages = split_text(article.body, _PAGE_UNITS)
    number = min(number, len(pages) - 1)
    tail = f"\n\n{texts('page-of', page=number + 1, pages=len(pages))}" if len(pages) > 1 else ""
    steps = []
    if number:
        steps.append(Button(texts.plain("button-previous"), placed("read", article.key, number - 1, place=back)))
    if number + 1 < len(pages):
        steps.append(Button(texts.plain("button-next"), placed("read", article.key, number + 1, place=back)))
    rows: ButtonRows = (tuple(steps),) if steps else ()
    if len(pages) > 1 and one_message:
        rows = (*rows, (Button(texts.plain("button-whole"), placed("whole", article.key, place=back)),))
    return Screen(
        Html(f"{head(article, viewer)}\n\n{_plain(pages[number])}{tail}"),
        (*rows, *_back_rows(article, texts, back, query)),
        article.url if number == 0 and viewer.pictures and is_link(article.url) else None,
    )


def split_text(text: str, units: int) -> list[str]:
    """Plain text in pages of at most `units` UTF-16 units, cut at paragraphs, else at words, never in a character."""
    # A character of two units is doubled here until the text is cut.
    wide = text if utf16_length(text) == len(text) else _TWO_UNITS.sub(_doubled, text.replace(_SECOND, ""))
    pages: list[str] = []
    together: list[str] = []
    length = 0
    for piece in (piece for paragraph in wide.split("\n") for piece in _pieces(paragraph, units)):
        if together and length + 2 + len(piece) > units:
            pages.append("\n\n".join(together))
            together, length = [], 0
        length += len(piece) + (2 if together else 0)
        together.append(piece)
    pages.append("\n\n".join(together))
    return pages if wide is text else [page.replace(_SECOND, "") for page in pages]


def _back_rows(article: Article, texts: Texts, back: ListPlace | None, query: str | None) -> ButtonRows:
    last = [Button(texts.plain("button-back"), placed("open", article.key, place=back))]
    if is_link(article.url):
        last.append(Button(texts.plain("button-site"), url=article.url))
    return (tuple(last), (change_query(texts, query),)) if query else (tuple(last),)


def _plain(page: str) -> Html:
    """A page's paragraphs, with bold headings and set-off quotations."""
    tags = {"heading": "b", "quote": "blockquote", "text": ""}
    paragraphs = [one for one in page.split("\n\n") if one.strip()]
    marked = [_tagged(tags[kind], one) for kind, one in zip(paragraph_kinds(paragraphs), paragraphs, strict=True)]
    return Html("\n\n".join(marked))


def _tagged(tag: str, text: str) -> str:
    return f"<{tag}>{escape(text)}</{tag}>" if tag else escape(text)


def _rich(article: Article, viewer: Viewer) -> Html:
    """Headings, picture, paragraphs and quotations; a long text is folded under «Жалғасын оқу»."""
    texts = viewer.texts
    tags = {"heading": "h4", "quote": "blockquote", "text": "p"}
    told = [one for one in article.body.split("\n") if one.strip()][:_RICH_PARAGRAPHS]
    paragraphs = [_tagged(tags[kind], one) for kind, one in zip(paragraph_kinds(told), told, strict=True)]
    shown, folded = paragraphs[:_OPEN_PARAGRAPHS], paragraphs[_OPEN_PARAGRAPHS:]
    parts = [
        f"<h3>{escape(cut(article.title, _RICH_TITLE_UNITS))}</h3>",
        f"<p><i>{facts_line(article, viewer)}</i></p>",
    ]
    if viewer.pictures and article.image and (is_link(article.image) or file_of(article.image)):
        credit = texts("photo-credit", source=cut(article.source, SOURCE_UNITS)) if article.source else texts("photo")
        parts.append(f'<figure><img src="{html.escape(article.image)}"/><figcaption>{credit}</figcaption></figure>')
    parts += shown
    if folded:
        parts.append(f"<details><summary>{texts('read-on')}</summary>{''.join(folded)}</details>")
    if is_link(article.url):
        host = escape(urlsplit(article.url).hostname or "")
        parts.append(f'<footer><a href="{html.escape(article.url)}">{host}</a></footer>')
    return Html("".join(parts))


def _doubled(found: re.Match[str]) -> str:
    return _SECOND.join(found[0]) + _SECOND


def _pieces(paragraph: str, units: int) -> Iterator[str]:
    """A paragraph in pieces of at most `units` letters, cut at words if possible; none is only blanks."""
    start = 0
    while len(paragraph) - start > units:
        at = paragraph.rfind(" ", start + 1, start + units + 1)
        after = at + 1
        if at < 0:
            at = after = start + units - (paragraph[start + units] == _SECOND)
        if piece := paragraph[start:at].strip(" "):
            yield piece
        start = after
    if paragraph[start:].strip():
        yield paragraph[start:]
