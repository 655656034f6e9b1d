"""`@bot words` in any chat: search, or today's main stories without words. Each result is a finished card."""

import json
import re
from dataclasses import dataclass

from aiogram import Router
from aiogram.methods import AnswerInlineQuery
from aiogram.types import InlineQuery, InlineQueryResultsButton

from handlers.views import card, render
from handlers.views.articles import KeptViews, Viewer, is_link
from handlers.views.fitting import each, sendable
from handlers.views.screen import Screen, cut
from news.digests.digest import main_stories, once_a_story, story_of
from news.models import Article, Page, Subscriber, instant
from news.queries.query import parse
from news.timetable import local_day
from storage import Storage

_RESULTS = 20
_NEWEST = 80
_SAVED = 3
_RECENT = 5
_LONGEST_QUERY = 256
_NEWEST_SECONDS, _FOUND_SECONDS = 10, 60
_CURSOR_BYTES = 64
_MOST_RESULTS = 50
_A_DAY, _QUARTER = 86_400, 900


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="inline")
    router.inline_query.register(inline)
    return router


async def inline(query: InlineQuery, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Answer one keystroke. Nothing is stored.

    Every answer is personal, because it is in the reader's language and zone; otherwise Telegram would give it to
    everybody who types the same. Search results are cached for a minute, the newest for ten seconds.
    """
    text = query.query.strip()[:_LONGEST_QUERY]
    page = await _page(store, text, query.offset or None, subscriber, viewer)
    button = None
    if not query.offset:
        key = "inline-settings" if page.items else "inline-nothing" if text else "inline-no-news"
        button = InlineQueryResultsButton(text=viewer.texts.plain(key), start_parameter="settings")
    # The results were checked when they were made; aiogram would try each against twenty types again.
    answer = AnswerInlineQuery.model_construct(
        inline_query_id=query.id,
        results=each(page.items, lambda article: _kept.get(article, _of_now(viewer, article))),
        cache_time=_FOUND_SECONDS if text else _NEWEST_SECONDS,
        is_personal=True,
        next_offset=page.next or "",
        button=button,
    )
    await answer.as_(query.bot)


async def _page(store: Storage, text: str, cursor: str | None, subscriber: Subscriber, viewer: Viewer) -> Page[Article]:
    if cursor is not None and (len(cursor.encode()) > _CURSOR_BYTES or not cursor.isascii()):
        return Page([])
    if re.fullmatch(r"a_[0-9]{1,15}", text):
        return Page(await store.articles.many([int(text[2:])]))
    if text:
        found, shown = await store.articles.answered(
            parse(text, local_day(viewer.now, viewer.zone), typing=True),
            limit=_RESULTS,
            now=viewer.now,
            cursor=cursor,
            language=subscriber.only_language,
            told_in=subscriber.told_in,
        )
        return Page(once_a_story(shown, subscriber.language), found.next)
    if cursor is None:
        return await _main(store, subscriber)
    if not re.fullmatch(r"[0-9]{1,18}", cursor):
        return Page([])
    page = await store.articles.latest(_RESULTS, cursor, languages=subscriber.news_languages)
    told = await store.articles.retold(page.items, subscriber.told_in)
    # What an earlier page told in the reader's language stands on this one no more.
    before = await store.articles.told_since(
        {one.story for one in told if one.story is not None}, int(cursor), None, subscriber.news_languages
    )
    return Page(once_a_story([one for one in told if one.story not in before], subscriber.language), page.next)


async def _main(store: Storage, subscriber: Subscriber) -> Page[Article]:
    """The reader's last saved articles, then their last digest, then today's main stories; further pages have more.

    Opened articles are not stored, so the «recent» ones are those that were sent.
    """
    saved = list((await store.saved.page(subscriber.chat_id, _SAVED)).items)
    held = {article.key for article in saved}
    sent = [key for key in await store.deliveries.latest(subscriber.chat_id) if key not in held][:_RECENT]
    kept = await store.articles.retold([*saved, *await store.articles.many(sent)], subscriber.told_in)
    own = once_a_story(kept, subscriber.language)
    newest = await store.articles.latest(_NEWEST, languages=subscriber.news_languages, reprints=True)
    told = {story_of(article) for article in own}
    main = [one for one in main_stories(newest.items, subscriber.language, _NEWEST) if story_of(one) not in told]
    firsts = await store.articles.firsts([one.key for one in main[:_MOST_RESULTS]])
    shown = await store.articles.retold(firsts, subscriber.told_in)
    return Page([*own, *shown][:_MOST_RESULTS], newest.next)


def _of_now(viewer: Viewer, article: Article) -> Viewer:
    """A viewer with a rounded time, so that one card serves everybody with these texts and this zone.

    Cards of the last day show minutes. Older ones show only the date, and in every zone a day begins at a quarter of an
    hour.
    """
    fresh = viewer.now - instant(article.published) < _A_DAY
    step = 60 if fresh else _QUARTER
    return Viewer(viewer.texts, viewer.zone, viewer.now // step * step, viewer.username, viewer.pictures)


@dataclass(frozen=True, slots=True)
class ReadyResult:
    """A result as its JSON, a third of what its models take."""

    made: str

    def as_json(self) -> str:
        """The result's JSON."""
        return self.made


def result(article: Article, viewer: Viewer) -> ReadyResult:
    """An article as an inline result: its line in the list, and the card that it posts."""
    shown = sendable(card.shared_card(article, viewer))
    assert isinstance(shown, Screen)
    told = {
        "type": "article",
        "id": str(article.key),
        "title": cut(article.title, 120).strip() or "—",
        "description": card.inline_description(article, viewer),
        "thumbnail_url": article.image if viewer.pictures and is_link(article.image) else None,
        "url": article.url if is_link(article.url) else None,
    }
    content = {"message_text": shown.html, "parse_mode": "HTML"}
    parts = [f'"{name}":{json.dumps(value, ensure_ascii=False)}' for name, value in told.items() if value is not None]
    said = json.dumps(content, ensure_ascii=False)[:-1]
    parts.append(f'"input_message_content":{said},"link_preview_options":{render.preview(shown).as_json()}}}')
    if shown.rows:
        parts.append(f'"reply_markup":{render.keyboard_json(shown.rows)}')
    return ReadyResult("{" + ",".join(parts) + "}")


# Each keystroke shows many of the same articles again, so results are cached.
_kept = KeptViews(result, 2048)
