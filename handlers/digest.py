"""/digest: a preview now, its hours, or off; and the screens for when and how it comes."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message, ReplyKeyboardRemove

from handlers.callbacks import CallbackContext, CallbackHandler, may_change
from handlers.views import digest as views
from handlers.views import render, settings
from handlers.views.actions import act
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.dates import quiet_text
from handlers.views.screen import AnyScreen, Button, Screen
from locales import Html
from news.digests.digest import LENGTHS
from news.intents.hours import hours_in
from news.models import QalaError, Subscriber
from news.subject.places import zone_at, zone_of
from news.timetable import EVERY_DAY, LATE, Timetable, at_local, local_day, next_slot
from storage import Storage

# /digest: a preview now, its hours, or off.

MOST_HOURS = 6
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
    await render.answer(message, Screen(said, row_of(*digest_on(viewer, minutes), *home_buttons(viewer))))


def digest_on(viewer: Viewer, minutes: tuple[int, ...]) -> tuple[Button, ...]:
    """A button that switches a stopped digest on again; none while it comes."""
    return () if minutes else (Button(viewer.texts.plain("button-digest-on"), act("hours", 0)),)


async def preview(
    store: Storage, subscriber: Subscriber, viewer: Viewer, form: str = "plain", length: int | None = None
) -> AnyScreen:
    """The digest as it would come now, of `length` stories if that is given. Nothing is marked as sent."""
    wanted = replace(subscriber, length=length) if length else subscriber
    made = await store.deliveries.digest_now(wanted, viewer.now, viewer.now - _DAY)
    if made is None:
        empty = await store.articles.is_empty()
        return Screen(viewer.texts("no-news-yet" if empty else "digest-nothing"))
    head = await with_facts(store, views.preview_heading(viewer), subscriber.city, viewer)
    return views.shown(made, head, viewer, f"n{viewer.now}", form, preview=_comes(subscriber))


async def turned(store: Storage, subscriber: Subscriber, viewer: Viewer, name: str, page: int, form: str) -> AnyScreen:
    """Another page of a digest: a sent edition («e» and its name) or a preview («n» and its UTC second).

    Raises QalaError if it is not known any more.
    """
    if name.startswith("n"):
        at = min(int(name[1:]), viewer.now)
        made = await store.deliveries.digest_now(subscriber, at, at - _DAY)
        head = views.preview_heading(replace(viewer, now=at))
    else:
        edition = f"{name[1:5]}-{name[5:7]}-{name[7:9]}T{name[9:11]}:{name[11:13]}"
        sent = await store.deliveries.edition(subscriber.chat_id, edition)
        made = await store.compositions.sent_digest(sent.composition, sent.again) if sent else None
        if sent is not None and made is not None:
            days = subscriber.timetable.days
            head = views.heading(edition, days, sent.planned_at, viewer, sent.sent_at)
    if made is None or page >= views.pages(made, form):
        raise QalaError("error-stale-button")
    if page == 0:
        head = await with_facts(store, head, made.city, viewer)
    return views.shown(made, head, viewer, name, form, page, preview=name.startswith("n") and _comes(subscriber))


def _comes(subscriber: Subscriber) -> bool:
    """Whether a digest comes by itself too, as the note under a preview says."""
    return bool(subscriber.timetable.minutes) and subscriber.away_until is None


async def with_facts(
    store: Storage, head: views.DigestHeading, city: str | None, viewer: Viewer
) -> views.DigestHeading:
    """The heading with the weather of the reader's city and the rates, if they were fetched lately."""
    rates, weather = await store.facts.get("bulletin_rates"), await store.facts.get("bulletin_weather")
    return replace(head, facts=views.bulletin_lines(rates, weather, city, viewer)) if rates or weather else head


def edition_token(edition: str) -> str:
    """An edition's name in buttons: 2026-11-22T08:00 becomes e202611220800."""
    return "e" + re.sub(r"\D", "", edition)


async def set_hours(store: Storage, subscriber: Subscriber, minutes: tuple[int, ...], viewer: Viewer) -> Html:
    """Set the hours of the digest, or stop it; returns the text that says so."""
    old = subscriber.timetable
    timetable = Timetable(tuple(sorted(set(minutes))), old.days or EVERY_DAY, old.quiet, old.late)
    next_at = await set_timetable(store, subscriber, timetable, viewer.now)
    texts = viewer.texts
    if next_at is None:
        return texts("digest-off")
    return settings.set_text(replace(subscriber, timetable=timetable), next_at, viewer.now, texts)


async def set_timetable(store: Storage, subscriber: Subscriber, timetable: Timetable, now: int) -> int | None:
    """Set when the digest comes; returns the UTC second of the next one, None if none comes.

    Changed hours or days end a pause. New hours that have passed are not made up for; an edition that waits for the end
    of quiet hours goes on waiting.
    """
    old, since = subscriber.timetable, now
    changed = (old.minutes, old.days) != (timetable.minutes, timetable.days)
    if not changed:
        since = min(now, subscriber.decided_until or now)
    zone = ZoneInfo(subscriber.timezone)
    await store.subscribers.set_timetable(
        subscriber.chat_id, timetable, next_slot(timetable, zone, since), since, back=changed
    )
    return next_slot(timetable, zone, now)


def parse_times(text: str) -> tuple[int, ...]:
    """The minutes of the day that a person wrote: 08:30, 8.30, 8-30, 8, «в восемь утра»; several by commas or spaces.

    Raises QalaError, which tells the form that is understood.
    """
    text = re.sub(r"^([0-9]{1,2}) ([0-9]{2})$", r"\1:\2", text.strip())
    if re.search(r"[^\W\d]", text) and (said := hours_in(text)) is not None and not said.days:
        return said.minutes
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


# When and how the digest comes: hours, days, length, form, quiet hours, zone.

T = TypeVar("T")


def make_schedule_router() -> Router:
    """The handlers of this file."""
    router = Router(name="timing")
    router.message.register(timezone, Command("timezone"))
    router.message.register(located, F.location, F.chat.type == "private")
    return router


async def timezone(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Set the time zone by the name of a city; without one, tell how."""
    if not command.args:
        await render.answer(message, settings.zone(viewer.texts, subscriber))
        return
    found = zone_of(command.args)
    if found is None:
        raise QalaError("error-zone", name=command.args[:40])
    await may_change(message, bot)
    await render.answer(message, await set_zone(store, subscriber, found, viewer))


async def located(message: Message, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Set the time zone by a shared location, which is not stored."""
    assert message.location is not None
    found = zone_at(message.location.latitude, message.location.longitude)
    shown = await set_zone(store, subscriber, found, viewer)
    await message.answer(shown.html, parse_mode="HTML", reply_markup=ReplyKeyboardRemove())


async def set_zone(store: Storage, subscriber: Subscriber, name: str, viewer: Viewer) -> Screen:
    """Store the zone, and let the next digest come by it."""
    next_at = next_slot(subscriber.timetable, ZoneInfo(name), viewer.now)
    await store.subscribers.set_timezone(subscriber.chat_id, name, next_at)
    changed = replace(subscriber, timezone=name)
    rows = row_of(*home_buttons(viewer))
    return Screen(viewer.texts("zone-set", zone=settings.zone_name(viewer.texts, changed)), rows)


async def _when(context: CallbackContext) -> Screen:
    return settings.timing(context.viewer.texts, context.subscriber)


async def _times(context: CallbackContext) -> Screen:
    return settings.times(context.viewer.texts, context.subscriber)


async def _time(context: CallbackContext) -> Screen:
    minute, old = int(context.arguments[0]), context.subscriber.timetable
    minutes = set(old.minutes) ^ {minute}
    if minute > 1439 or len(minutes) > MOST_HOURS:
        raise QalaError("error-stale-button" if minute > 1439 else "error-too-many-times", most=MOST_HOURS)
    changed = await _set(context, replace(old, minutes=tuple(sorted(minutes))))
    return settings.times(context.viewer.texts, changed)


async def _days(context: CallbackContext) -> Screen:
    return settings.days(context.viewer.texts, context.subscriber)


async def _day(context: CallbackContext) -> Screen:
    given, old = context.arguments[0], context.subscriber.timetable
    bits = settings.PRESETS[given] if given in settings.PRESETS else old.days ^ 1 << int(given)
    changed = await _set(context, replace(old, days=bits & EVERY_DAY or old.days))
    return settings.days(context.viewer.texts, changed)


async def _zone(context: CallbackContext) -> Screen:
    return settings.zone(context.viewer.texts, context.subscriber)


async def _tune(context: CallbackContext) -> Screen:
    """Turn one setting to its next value; a toast tells which that is."""
    what, one, texts = context.arguments[0], context.subscriber, context.viewer.texts
    table = one.timetable
    if what == "quiet":
        one = await _set(context, replace(table, quiet=_next(settings.QUIET, table.quiet)))
    elif what == "late":
        one = await _set(context, replace(table, late=_next(LATE, table.late)))
    elif what == "length":
        one = replace(one, length=_next(LENGTHS, one.length))
    elif what == "form":
        one = replace(one, form=_next(("plain", "rich"), one.form))
    else:
        one = replace(one, says_nothing=not one.says_nothing)
    if what not in ("quiet", "late"):
        await context.store.subscribers.set_manner(
            one.chat_id, length=one.length, form=one.form, says_nothing=one.says_nothing
        )
    value = {
        "quiet": quiet_text(one.timetable.quiet, texts),
        "late": texts.plain(f"late-{one.timetable.late}"),
        "length": str(one.length),
        "form": texts.plain(f"form-{one.form}"),
        "nothing": texts.plain("nothing-line" if one.says_nothing else "nothing-silence"),
    }[what]
    name = texts.plain(f"button-{what}", **({"length": one.length} if what == "length" else {})).partition(":")[0]
    context.said.append(texts.plain("toast-tuned", name=name, value=value))
    return settings.timing(texts, one)


async def _pause(context: CallbackContext) -> Screen:
    return settings.pause(context.viewer.texts, context.subscriber)


async def _rest(context: CallbackContext) -> Screen:
    """Pause for so many days, until the beginning of a local day; 0 ends the pause."""
    days, one, now = int(context.arguments[0]), context.subscriber, context.viewer.now
    zone = ZoneInfo(one.timezone)
    if days == 0:
        next_at = next_slot(one.timetable, zone, now)
        await context.store.subscribers.end_away(one.chat_id, next_at, now)
        return settings.timing(context.viewer.texts, replace(one, away_until=None, next_digest_at=next_at))
    if days > max(settings.PAUSES):
        raise QalaError("error-stale-button")
    until = at_local(local_day(now, zone) + timedelta(days=days), 0, zone)
    await context.store.subscribers.set_away(one.chat_id, until)
    return settings.paused(context.viewer.texts, replace(one, away_until=until))


async def _set(context: CallbackContext, table: Timetable) -> Subscriber:
    next_at = await set_timetable(context.store, context.subscriber, table, context.viewer.now)
    return replace(context.subscriber, timetable=table, next_digest_at=next_at)


def _next(values: tuple[T, ...], now: T) -> T:
    at = values.index(now) if now in values else -1
    return values[(at + 1) % len(values)]


CALLBACKS: Final[Mapping[str, CallbackHandler]] = {
    "when": _when,
    "times": _times,
    "time": _time,
    "days": _days,
    "day": _day,
    "zone": _zone,
    "tune": _tune,
    "pause": _pause,
    "rest": _rest,
}
CHANGING: Final = frozenset({"time", "day", "tune", "rest"})
