"""Tells administrators what has been broken for a minute, and when it is over, as soon as sending works."""

import asyncio
import html
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

import structlog
from aiogram import Bot
from aiogram.client.session.middlewares.base import BaseRequestMiddleware
from aiogram.exceptions import TelegramAPIError
from aiogram.methods import TelegramMethod

from bot.sending.answers import TROUBLE, answer, topic_trouble
from bot.supervisor import Part, Supervisor, going_on
from locales import FALLBACK, Html, Texts, texts
from storage import Storage, StorageError
from storage.ledger.deliveries import Delivery

log = structlog.get_logger()

LASTS_SECONDS = 60.0
LOOK_SECONDS = 2.0
_TEXTS: Final[dict[Part, str]] = {
    "intake": "trouble-intake",
    "storage": "trouble-storage",
    "sending": "trouble-sending",
}
_LOST_IN_A_ROW = 3


class WatchSending(BaseRequestMiddleware):
    """Watches whether Telegram answers. After three lost requests in a row sending counts as broken."""

    def __init__(self, supervisor: Supervisor) -> None:
        self._supervisor = supervisor
        self._lost = 0

    async def __call__(
        self, make_request: Callable[[Bot, TelegramMethod[Any]], Awaitable[Any]], bot: Bot, method: TelegramMethod[Any]
    ) -> Any:
        """Send the request, and note whether Telegram answered."""
        if method.__api_method__.startswith("getUpdates"):  # polling reports its own failures
            return await make_request(bot, method)
        try:
            result = await make_request(bot, method)
        except TROUBLE as error:
            meant = answer(error)
            if meant.kind in ("stop", "ambiguous") or meant.text == "no connection":
                self._lost += 1
                if self._lost >= _LOST_IN_A_ROW:
                    self._supervisor.ill("sending", "Telegram", meant.text)
            elif isinstance(error, TelegramAPIError):
                self._answered()
            raise
        self._answered()
        return result

    def _answered(self) -> None:
        self._lost = 0
        self._supervisor.well("sending", "Telegram")


@dataclass(slots=True)
class Alarms:
    """Reports what is broken, and checks whether sending works again while nobody sends."""

    bot: Bot
    store: Storage
    admins: tuple[int, ...]
    supervisor: Supervisor
    clock: Callable[[], float] = time.monotonic
    _seen: dict[Part, float] = field(default_factory=dict)
    """Since when each part has been broken (monotonic seconds)."""
    _told: set[Part] = field(default_factory=set)
    _over: dict[Part, int] = field(default_factory=dict)
    """Parts that work again, with the minutes they were broken, while that is not told yet."""

    async def run(self) -> None:
        """Look again and again, for ever."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            await self.look()
            going_on()
            self.supervisor.well("bell", "alarms")

    async def look(self) -> None:
        """Report what broke or was repaired since the last look; probe whether sending works again."""
        now = self.clock()
        broken: dict[Part, float] = {}
        for (part, _), trouble in self.supervisor.troubles.items():
            if part in _TEXTS:
                broken[part] = min(broken.get(part, now), trouble.since)
        for part in [one for one in self._seen if one not in broken]:
            lasted = now - self._seen.pop(part)
            if part in self._told or lasted >= LASTS_SECONDS:
                self._over[part] = max(1, round(lasted / 60))
        for part, since in broken.items():
            self._seen.setdefault(part, since)
            if part not in self._told and now - since >= LASTS_SECONDS and await self._tell(part, "trouble-lasts"):
                self._told.add(part)
        for part, minutes in list(self._over.items()):
            if part not in broken and await self._tell(part, "trouble-over", minutes=minutes):
                del self._over[part]
                self._told.discard(part)
        if "sending" in broken:
            await self._probe()

    async def _probe(self) -> None:
        try:
            await self.bot.get_me(request_timeout=5)
        except TROUBLE:
            return

    async def _tell(self, part: Part, key: str, **arguments: int) -> bool:
        """Send a text to all administrators; whether one was reached, or there is none."""
        reached = not self.admins
        for admin in self.admins:
            try:
                subscriber = await self.store.subscribers.get(admin)
                words = texts(subscriber.language if subscriber else FALLBACK)
                what = words.plain(_TEXTS[part])
                await self.bot.send_message(admin, words(key, what=what, **arguments), parse_mode="HTML")
                reached = True
            except (*TROUBLE, StorageError) as error:
                kind = "later" if isinstance(error, StorageError) else answer(error).kind
                reached = reached or kind in ("gone", "absent", "paused")
                log.warning("an administrator was not told", admin=admin, part=part, reason=type(error).__name__)
        return reached


@dataclass(frozen=True, slots=True)
class GroupPauses:
    """Tells a group's administrator, or a channel's keeper, once that the bot may not write there."""

    bot: Bot
    store: Storage
    clock: Callable[[], int]

    async def tell(self, delivery: Delivery, reason: str) -> None:
        """Tell an administrator who has begun a chat with the bot; otherwise the group, if the bot may write there."""
        if not await self.store.subscribers.to_tell(delivery.chat_id, self.clock()):
            return
        if delivery.kind == "channel":
            await self._tell_keeper(delivery.chat_id)
            return
        trouble = topic_trouble(reason)
        key = f"group-paused-{trouble or 'rights'}"
        try:
            chat = await self.bot.get_chat(delivery.address)
            members = await self.bot.get_chat_administrators(delivery.address)
        except TROUBLE as error:
            log.warning("who administers a paused group is not known", chat=delivery.address, reason=str(error))
            return
        name = html.escape(chat.title or "", quote=False)
        link = _link(chat.id, delivery.thread)
        title = Html(f'<a href="{link}">{name}</a>' if link else name)

        def said(words: Texts) -> Html:
            return words(key, chat=title)

        owner_first = sorted((one for one in members if not one.user.is_bot), key=lambda one: one.status != "creator")
        for member in owner_first:
            reader = await self.store.subscribers.get(member.user.id)
            if (
                reader is not None
                and reader.state == "active"
                and await self._sent(member.user.id, said, reader.language)
            ):
                return
        if trouble is not None and delivery.thread is not None:
            await self._sent(delivery.address, said, delivery.language)
            return
        log.warning("nobody could be told that a group is paused", chat=delivery.address, reason=reason)

    async def _tell_keeper(self, chat_id: int) -> None:
        """Tell the person who set the channel up."""
        channel = await self.store.channels.get(chat_id)
        if channel is None or channel.keeper is None:
            return
        reader = await self.store.subscribers.get(channel.keeper)
        name = channel.title[:60]
        await self._sent(
            channel.keeper, lambda words: words("channel-paused", name=name), reader.language if reader else FALLBACK
        )

    async def _sent(self, chat: int, said: Callable[[Texts], Html], language: str) -> bool:
        try:
            await self.bot.send_message(chat, said(texts(language)), parse_mode="HTML")
        except TROUBLE as error:
            log.warning("an administrator of a group was not told", chat=chat, reason=type(error).__name__)
            return False
        return True


def _link(chat: int, thread: int | None) -> str | None:
    """The address of a topic, which members of the group can open; None without a topic."""
    number = str(chat).removeprefix("-100")
    return f"https://t.me/c/{number}/{thread}" if thread is not None and number.isdecimal() else None
