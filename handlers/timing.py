"""When and how the digest comes: hours, days, length, form, quiet hours, zone."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, TypeVar
from zoneinfo import ZoneInfo

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from handlers.digest import MOST_HOURS, set_timetable
from handlers.press import Deed, Press
from handlers.rights import may_change
from handlers.views import render, timing
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.screen import Screen
from news.digest import LENGTHS
from news.models import QalaError, Subscriber
from news.timetable import EVERY_DAY, LATE, Timetable, next_slot
from news.zones import zone_at, zone_of
from storage import Storage

T = TypeVar("T")


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="timing")
    router.message.register(timezone, Command("timezone"))
    router.message.register(located, F.location, F.chat.type == "private")
    return router


async def timezone(
    message: Message, command: CommandObject, bot: Bot, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Set the time zone by the name of a city; without one, say how."""
    if not command.args:
        await render.answer(message, timing.zone(viewer.texts, subscriber))
        return
    found = zone_of(command.args)
    if found is None:
        raise QalaError("error-zone", name=command.args[:40])
    await may_change(message, bot)
    await render.answer(message, await set_zone(store, subscriber, found, viewer))


async def located(message: Message, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Set the time zone by a shared place; the place itself is not kept."""
    assert message.location is not None
    found = zone_at(message.location.latitude, message.location.longitude)
    await render.answer(message, await set_zone(store, subscriber, found, viewer))


async def set_zone(store: Storage, subscriber: Subscriber, name: str, viewer: Viewer) -> Screen:
    """Remember the zone and let the next digest come by it."""
    next_at = next_slot(subscriber.timetable, ZoneInfo(name), viewer.now)
    await store.subscribers.set_timezone(subscriber.chat_id, name, next_at)
    changed = replace(subscriber, timezone=name)
    rows = row_of(*home_buttons(viewer))
    return Screen(viewer.texts("zone-set", zone=timing.zone_name(viewer.texts, changed)), rows)


async def _when(press: Press) -> Screen:
    return timing.timing(press.viewer.texts, press.subscriber)


async def _times(press: Press) -> Screen:
    return timing.times(press.viewer.texts, press.subscriber)


async def _time(press: Press) -> Screen:
    minute, old = int(press.arguments[0]), press.subscriber.timetable
    minutes = set(old.minutes) ^ {minute}
    if minute > 1439 or len(minutes) > MOST_HOURS:
        raise QalaError("error-stale-button" if minute > 1439 else "error-too-many-times", most=MOST_HOURS)
    changed = await _set(press, replace(old, minutes=tuple(sorted(minutes))))
    return timing.times(press.viewer.texts, changed)


async def _days(press: Press) -> Screen:
    return timing.days(press.viewer.texts, press.subscriber)


async def _day(press: Press) -> Screen:
    given, old = press.arguments[0], press.subscriber.timetable
    bits = timing.PRESETS[given] if given in timing.PRESETS else old.days ^ 1 << int(given)
    changed = await _set(press, replace(old, days=bits & EVERY_DAY or old.days))
    return timing.days(press.viewer.texts, changed)


async def _zone(press: Press) -> Screen:
    return timing.zone(press.viewer.texts, press.subscriber)


async def _tune(press: Press) -> Screen:
    """Turn one choice to its next value."""
    what, one = press.arguments[0], press.subscriber
    table = one.timetable
    if what == "quiet":
        changed = await _set(press, replace(table, quiet=_next(timing.QUIET, table.quiet)))
        return timing.timing(press.viewer.texts, changed)
    if what == "late":
        return timing.timing(press.viewer.texts, await _set(press, replace(table, late=_next(LATE, table.late))))
    if what == "length":
        one = replace(one, length=_next(LENGTHS, one.length))
    elif what == "form":
        one = replace(one, form=_next(("plain", "rich"), one.form))
    else:
        one = replace(one, says_nothing=not one.says_nothing)
    await press.store.subscribers.set_manner(
        one.chat_id, length=one.length, form=one.form, says_nothing=one.says_nothing
    )
    return timing.timing(press.viewer.texts, one)


async def _set(press: Press, table: Timetable) -> Subscriber:
    next_at = await set_timetable(press.store, press.subscriber, table, press.viewer.now)
    return replace(press.subscriber, timetable=table, next_digest_at=next_at)


def _next(values: tuple[T, ...], now: T) -> T:
    at = values.index(now) if now in values else -1
    return values[(at + 1) % len(values)]


DEEDS: Final[Mapping[str, Deed]] = {
    "when": _when,
    "times": _times,
    "time": _time,
    "days": _days,
    "day": _day,
    "zone": _zone,
    "tune": _tune,
}
CHANGING: Final = frozenset({"time", "day", "tune"})
