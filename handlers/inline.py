"""`@bot words` in any chat: the newest without words, search with them; a finished card a result."""

from aiogram import Router
from aiogram.types import (
    InlineQuery,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
)

from handlers.views import articles, render
from handlers.views.articles import Viewer
from handlers.views.screen import cut
from news.models import Article, Page
from storage import Storage

_RESULTS = 20
_LONGEST_QUERY = 256
_CACHE_SECONDS = 10
_CURSOR_BYTES = 64
_POSITION_DIGITS = 19


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="inline")
    router.inline_query.register(inline)
    return router


async def inline(query: InlineQuery, store: Storage, viewer: Viewer) -> None:
    """Answer one keystroke. It writes nothing; the answer is personal because its words are the reader's language."""
    text = query.query.strip()[:_LONGEST_QUERY]
    page = await _page(store, text, query.offset or None, viewer)
    button = None
    if not query.offset and not page.items:
        empty = "inline-nothing" if text else "inline-no-news"
        button = InlineQueryResultsButton(text=viewer.texts.plain(empty), start_parameter="inline")
    elif not query.offset:
        button = InlineQueryResultsButton(text=viewer.texts.plain("inline-settings"), start_parameter="inline")
    await query.answer(
        results=[result(article, viewer) for article in page.items],
        cache_time=_CACHE_SECONDS,
        is_personal=True,
        next_offset=page.next or "",
        button=button,
    )


async def _page(store: Storage, text: str, cursor: str | None, viewer: Viewer) -> Page[Article]:
    if cursor is not None and (len(cursor.encode()) > _CURSOR_BYTES or not cursor.isascii()):
        return Page([])
    if text.startswith("a_") and text[2:].isascii() and text[2:].isdigit() and len(text) < 18:
        return Page(await store.articles.many([int(text[2:])]))
    if text:
        return await store.articles.search(text, limit=_RESULTS, now=viewer.now, cursor=cursor)
    if cursor is not None and not (cursor.isdigit() and len(cursor) < _POSITION_DIGITS):
        return Page([])
    return await store.articles.latest(_RESULTS, cursor)


def result(article: Article, viewer: Viewer) -> InlineQueryResultArticle:
    """An article as an inline result: what is listed, and the card it leaves in the chat."""
    card = articles.shared_card(article, viewer)
    return InlineQueryResultArticle(
        id=str(article.key),
        title=cut(article.title, 120),
        description=articles.inline_description(article, viewer),
        thumbnail_url=article.image if articles.is_link(article.image) else None,
        url=article.url if articles.is_link(article.url) else None,
        input_message_content=InputTextMessageContent(
            message_text=card.html, parse_mode="HTML", link_preview_options=render.preview(card)
        ),
        reply_markup=render.keyboard(card),
    )
