"""/digest: now as a preview, at an hour, or never."""

import re
from dataclasses import replace
from zoneinfo import ZoneInfo

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from handlers.rights import may_change
from handlers.views import digest as views
from handlers.views import render, timing
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.screen import Screen, Shown
from locales import Html
from news import digest as composing
from news.digest import Digest
from news.models import QalaError, Subscriber
from news.pool import WEEK_AGE_SECONDS, Pool
from news.timetable import EVERY_DAY, Timetable, next_slot
from storage import Storage

MOST_HOURS = 6
_MOST_READ = 5000
_DAY = 86_400


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="digest")
    router.message.register(digest, Command("digest"))
    return router


async def digest(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Show the digest now, or set its hours, or switch it off."""
    asked = (command.args or "").strip().casefold()
    if not asked:
        await render.answer(message, await preview(store, subscriber, viewer, subscriber.form))
        return
    minutes = () if asked in {"off", "выкл", "өшіру"} else parse_times(asked)
    await may_change(message, bot)
    said = await set_hours(store, subscriber, minutes, viewer)
    await render.answer(message, Screen(said, row_of(*home_buttons(viewer))))


async def preview(
    store: Storage, subscriber: Subscriber, viewer: Viewer, form: str = "plain", length: int | None = None
) -> Shown:
    """Today's digest as it would come now, of `length` stories where that is given: it marks nothing."""
    wanted = replace(subscriber, length=length) if length else subscriber
    made = await composed(store, wanted, viewer.now, viewer.now - _DAY)
    if made is None:
        empty = await store.articles.is_empty()
        return Screen(viewer.texts("no-news-yet" if empty else "digest-nothing"))
    head = views.preview_heading(viewer)
    if form == "rich":
        return views.rich(made, head, viewer, preview=True)
    return views.plain(made, head, viewer, preview=True)


async def composed(
    store: Storage, subscriber: Subscriber, now: int, since: int, *, anew: bool = False
) -> Digest | None:
    """The digest of what Qala first saw after `since` (UTC seconds) and the chat has not had; `anew`: or has had."""
    articles = await store.articles.seen_between(now - WEEK_AGE_SECONDS, now, _MOST_READ)
    had = set() if anew else await store.deliveries.had(subscriber.chat_id)
    audience = composing.audience_of(subscriber, await store.tastes.of(subscriber.chat_id))
    chosen = Pool(articles, now).compose(audience, since, had)
    if chosen is None:
        return None
    return composing.arranged(chosen, await store.articles.many(chosen.keys), audience.topics)


async def set_hours(store: Storage, subscriber: Subscriber, minutes: tuple[int, ...], viewer: Viewer) -> Html:
    """Set the hours of the digest, or stop it; the text that says so."""
    old = subscriber.timetable
    timetable = Timetable(tuple(sorted(set(minutes))), old.days or EVERY_DAY, old.quiet, old.late)
    next_at = await set_timetable(store, subscriber, timetable, viewer.now)
    texts = viewer.texts
    if next_at is None:
        return texts("digest-off")
    zone = ZoneInfo(subscriber.timezone)
    first = timing.when_text(next_at, viewer.now, zone, texts)
    when = timing.when_said(timetable, texts)
    return texts("digest-set", when=when, zone=timing.zone_name(texts, subscriber), first=first)


async def set_timetable(store: Storage, subscriber: Subscriber, timetable: Timetable, now: int) -> int | None:
    """Set when the digest comes; the UTC second of the next one, None where none comes.

    Hours that are new are not made up for; an edition that waits (for the end of quiet hours) waits on.
    """
    old, since = subscriber.timetable, now
    if (old.minutes, old.days) == (timetable.minutes, timetable.days):
        since = min(now, subscriber.decided_until or now)
    zone = ZoneInfo(subscriber.timezone)
    await store.subscribers.set_timetable(subscriber.chat_id, timetable, next_slot(timetable, zone, since), since)
    return next_slot(timetable, zone, now)


def parse_times(text: str) -> tuple[int, ...]:
    """The minutes of the day a person wrote: 08:30, 8.30, 8-30, 8; several by commas or spaces.

    Raises QalaError with the form that is understood.
    """
    text = re.sub(r"^([0-9]{1,2}) ([0-9]{2})$", r"\1:\2", text.strip())
    minutes = tuple(_parse_time(part) for part in re.split(r"[,;\s]+", text) if part)
    if not 1 <= len(set(minutes)) <= MOST_HOURS:
        raise QalaError("error-time")
    return minutes


def _parse_time(text: str) -> int:
    found = re.fullmatch(r"([0-9]{1,2})(?:[:.\-]([0-9]{2}))?", text)
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if hour > 23 or minute > 59:
        raise QalaError("error-time")
    return hour * 60 + minute
