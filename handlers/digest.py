"""/digest: now as a preview, at an hour, or never."""

import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from handlers.rights import may_change
from handlers.views import choices, render
from handlers.views import digest as views
from handlers.views.articles import Viewer
from handlers.views.dates import clock_text
from handlers.views.screen import Screen
from locales import Html, Texts
from news import digest as composing
from news.clock import local_day, next_local
from news.models import Article, QalaError, Subscriber
from storage import Storage

_MOST_READ = 2000
_DAY = 86_400


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="digest")
    router.message.register(digest, Command("digest"))
    return router


async def digest(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Show the digest now, or set its time, or switch it off."""
    asked = (command.args or "").strip().casefold()
    if not asked:
        await render.answer(message, await preview(store, subscriber, viewer))
        return
    minute = None if asked in {"off", "выкл", "өшіру"} else parse_time(asked)
    await may_change(message, bot)
    await render.answer(message, Screen(await set_hour(store, subscriber, minute, viewer)))


async def preview(store: Storage, subscriber: Subscriber, viewer: Viewer) -> Screen:
    """Today's digest as it would come now: it marks nothing."""
    made = await composed(store, subscriber, viewer.now, viewer.now - _DAY)
    if made is None:
        empty = await store.articles.is_empty()
        return Screen(viewer.texts("no-news-yet" if empty else "digest-nothing"))
    return views.digest(made, viewer, preview=True)


async def composed(store: Storage, subscriber: Subscriber, now: int, since: int) -> composing.Digest | None:
    """The digest of what Qala first saw after `since` (UTC seconds) and the chat has not had."""
    articles: Sequence[Article] = await store.articles.seen_between(since, now, _MOST_READ)
    had = frozenset(await store.deliveries.had(subscriber.chat_id))
    return composing.compose(articles, subscriber, now, had)


async def set_hour(store: Storage, subscriber: Subscriber, minute: int | None, viewer: Viewer) -> Html:
    """Set or stop the daily digest; the text that says so."""
    texts = viewer.texts
    if minute is None:
        await store.subscribers.set_digest(subscriber.chat_id, None, None, viewer.now)
        return texts("digest-off")
    zone = ZoneInfo(subscriber.timezone)
    next_at = next_local(viewer.now, minute, zone)
    await store.subscribers.set_digest(subscriber.chat_id, minute, next_at, viewer.now)
    time, when = clock_text(minute), when_text(next_at, minute, viewer.now, zone, texts)
    return texts("digest-set", time=time, zone=choices.zone_name(texts, subscriber), when=when)


def when_text(next_at: int, minute: int, now: int, zone: ZoneInfo, texts: Texts) -> str:
    """«сегодня, 18:00» or «завтра, 08:30»."""
    today = local_day(next_at, zone) == local_day(now, zone)
    return texts.plain("when-today" if today else "when-tomorrow", time=clock_text(minute))


def parse_time(text: str) -> int:
    """The minute of the day a person wrote: 08:30, 8.30, 8-30, 8. Raises QalaError with the form that is understood."""
    found = re.fullmatch(r"([0-9]{1,2})(?:[:.\-\s]([0-9]{2}))?", text.strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise QalaError("error-time")
    return hour * 60 + minute
