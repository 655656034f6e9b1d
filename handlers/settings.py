"""The settings screen: where a reader lives, which news they read, pictures; what tunes their digest."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from handlers.press import Deed, Press
from handlers.views import choices, explain
from handlers.views.screen import Screen
from locales import LANGUAGES
from news.models import QalaError


async def _settings(press: Press) -> Screen:
    return choices.settings(press.viewer.texts, press.subscriber)


async def _city(press: Press) -> Screen:
    return choices.cities(press.viewer.texts, press.subscriber)


async def _live(press: Press) -> Screen:
    city = None if press.arguments[0] == "off" else press.arguments[0]
    if city is not None and city not in choices.CITIES:
        raise QalaError("error-stale-button")
    await press.store.subscribers.set_city(press.subscriber.chat_id, city)
    return await _settings(await _again(press))


async def _reads(press: Press) -> Screen:
    """Turn a language of news on or off; the last one stays on."""
    code = press.arguments[0]
    now = set(press.subscriber.news_languages) ^ {code}
    if now:
        ordered = [one for one in LANGUAGES if one in now]
        await press.store.subscribers.set_news_languages(press.subscriber.chat_id, ordered)
    return await _settings(await _again(press))


async def _pictures(press: Press) -> Screen:
    await press.store.subscribers.set_pictures(press.subscriber.chat_id, press.arguments[0] == "1")
    return await _settings(await _again(press))


async def _again(press: Press) -> Press:
    """The press with the subscriber as they are after the change."""
    changed = await press.store.subscribers.get(press.subscriber.chat_id)
    return replace(press, subscriber=changed or press.subscriber)


async def _tastes(press: Press) -> Screen:
    return explain.tastes(await press.store.tastes.of(press.subscriber.chat_id), press.viewer.texts)


async def _retaste(press: Press) -> Screen:
    await press.store.tastes.reset(press.subscriber.chat_id)
    return await _tastes(press)


DEEDS: Final[Mapping[str, Deed]] = {
    "settings": _settings,
    "city": _city,
    "live": _live,
    "reads": _reads,
    "pictures": _pictures,
    "tastes": _tastes,
    "retaste": _retaste,
}
CHANGING: Final = frozenset({"live", "reads", "pictures", "retaste"})
