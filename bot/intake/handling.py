"""Handles updates: in order within a chat, side by side and in fair turns across chats.

An update passes the flood rule, is stored, and only then is acknowledged to Telegram. Then it waits in the lane of its
chat (both in bot/intake/lanes.py). Inline queries are not stored, because their answers are worthless seconds later.
"""

import asyncio
import contextlib
import functools
import json
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from typing import Any

import structlog
from aiogram import BaseMiddleware, Bot, Dispatcher
from aiogram.types import TelegramObject, Update
from pydantic import ValidationError

from bot.intake.lanes import (
    MOST_IN_A_CHANNEL,
    MOST_IN_A_GROUP,
    MOST_IN_A_LANE,
    MOST_STRANGERS,
    FloodRule,
    Lanes,
    WaitingUpdate,
)
from bot.sending.answers import TROUBLE
from bot.sending.rate import UNHURRIED
from bot.supervisor import FIRST_PAUSE, LONGEST_PAUSE, Supervisor, going_on
from locales import FALLBACK, texts
from storage import Storage, StorageError

log = structlog.get_logger()

_MOST_WAITING = 10_000
_LONGEST_TURN_SECONDS = 600.0
"""An answer may wait minutes for its turn to be sent. A handler that takes longer than this hangs."""
_NEWCOMER_SECONDS = 3600
"""How long a new chat waits behind those that were here before."""
_LEFT_AFTER_A_FLOOD = 5
_REMEMBERED = 20_000
_WARNING = "flood warning"
_POSTS = frozenset({"channel_post", "edited_channel_post"})
_PASSING = ("chosen_inline_result",)

Dropped = Callable[[str, str], None]
"""Called with the kind of an update that is not handled, and the reason."""


class KeptUntilBegun(BaseMiddleware):
    """Marks an update of the inbox as handled with its handler's first effect: a stored change or a request."""

    def __init__(self, store: Storage) -> None:
        self._store = store

    async def __call__(self, handler: Any, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Pass the update on; if the inbox holds it, its first effect marks it."""
        if not isinstance(event, Update) or not data.get("kept"):
            return await handler(event, data)
        async with self._store.inbox.handling(event.update_id):
            return await handler(event, data)


class Handling:
    """Takes updates in and runs their handlers."""

    def __init__(
        self,
        bot: Bot,
        dispatcher: Dispatcher,
        store: Storage,
        clock: Callable[[], int],
        name: str,
        supervisor: Supervisor,
        *,
        dropped: Dropped = lambda _kind, _why: None,
        admins: Collection[int] = (),
    ) -> None:
        """`name` is this program's; the updates it takes in are stored under it."""
        self._name = name
        self._bot = bot
        self._dispatcher = dispatcher
        self._store = store
        self._clock = clock
        self._supervisor = supervisor
        self._dropped = dropped
        self._known = OrderedDict.fromkeys(admins)  # known chats, least recently used first
        self._flood = FloodRule()
        self._lanes = Lanes()
        self._tasks: set[asyncio.Task[None]] = set()
        self._floods: set[int] = set()  # senders whose flood begins with the updates being taken in
        self._pauses: dict[Hashable, float] = {}
        self._forgotten: list[int] = []
        self._eased = asyncio.Event()
        self._ending = False
        self.behind = 0
        """How many seconds our clock is behind the newest date among the updates last taken in."""

    async def resume(self) -> int:
        """Handle the updates stored by a program that no longer runs; returns how many there were."""
        kept = await self._store.inbox.adopt(self._name)
        known = await self._known_of({chat_of(raw) for raw in kept})
        now = time.perf_counter()
        for raw in kept:
            if (number := number_of(raw)) is None:
                continue
            if self._is_banned(raw, kind_of(raw)):
                await self._store.inbox.set_aside(number, "banned")
            else:
                self._enqueue(raw, WaitingUpdate(number, *_described(raw), now, command=_is_command(raw)), known)
        if kept:
            log.info("updates were kept when a program stopped; they are handled now", count=len(kept))
            self._begin()
        return len(kept)

    async def take(self, updates: Sequence[dict[str, Any]]) -> None:
        """Take updates in; when this returns they may be acknowledged. After a StorageError none was taken in.

        Waits while very many updates of known chats are unhandled; Telegram keeps the others meanwhile.
        """
        now = time.perf_counter()
        self.behind = max((_dated(raw) for raw in updates), default=0) - self._clock()
        wanted: list[tuple[dict[str, Any], WaitingUpdate]] = []
        for raw in updates:
            number, kind = number_of(raw), kind_of(raw)
            if number is None:
                continue
            if self._store.bans.now and self._is_banned(raw, kind):
                await self._turn_away(raw, kind)
            elif kind == "inline_query":
                self._keystroke(raw, number, now)
            elif self._passes_the_door(raw, kind, now):
                kept = kind not in _PASSING
                wanted.append((raw, WaitingUpdate(number, *_described(raw), now, kept, _is_command(raw))))
        floods, self._floods = self._floods, set()
        self._begin()  # inline queries do not wait until the others are stored
        if wanted:
            known = await self._known_of({chat_of(raw) for raw, _ in wanted})
            await self._keep(self._with_room(self._cut(wanted, floods), known), known)
        self._scold(floods, now)
        self._begin()
        while self._lanes.waiting[True] >= _MOST_WAITING and not self._ending:
            self._eased.clear()
            going_on()
            await self._eased.wait()

    def end(self) -> None:
        """Start no more updates. Those that wait stay in the inbox until the next start."""
        self._ending = True
        self._eased.set()

    async def drain(self, seconds: float) -> None:
        """Wait up to `seconds` for updates that are being handled.

        Those that have had no effect by then stay in the inbox.
        """
        self.end()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    # -- taking in

    def _is_banned(self, raw: dict[str, Any], kind: str) -> bool:
        """Whether the chat or the person in it is banned."""
        sender = _sender_of(raw, kind)
        return not self._store.bans.now.isdisjoint(
            (chat_of(raw), *(sender if isinstance(sender, tuple) else (sender,)))
        )

    async def _turn_away(self, raw: dict[str, Any], kind: str) -> None:
        """Drop an update of a banned chat. If it tells a banned group's new id, that is banned too."""
        self._dropped(kind, "banned")
        message = raw.get("message")
        new = message.get("migrate_to_chat_id") if isinstance(message, dict) else None
        if type(new) is int and abs(new) < 1 << 63 and chat_of(raw) in self._store.bans.now:
            await self._store.bans.add(new, self._clock())

    def _passes_the_door(self, raw: dict[str, Any], kind: str, now: float) -> bool:
        """Whether the flood rule lets an update in; one that it drops costs a few microseconds."""
        if kind in _POSTS:  # after a downtime a night's posts come at once; each is news
            return True
        chat, sender = chat_of(raw), _sender_of(raw, kind)
        press = _button_of(raw) if kind == "callback_query" else None
        if press is not None and self._flood.pressed_before(*press, now):
            self._dropped(kind, "pressed twice")
            return False
        verdict = self._flood.verdict(sender, now, waits=self._lanes.waits(chat))
        if verdict == "in":
            return True
        self._dropped(kind, "flood")
        if verdict == "warn":
            log.warning("a flood is turned away at the door", chat=chat)
            if chat == sender and chat > 0:  # in a group the others would see the warning too
                self._floods.add(chat)
        return False

    def _cut(
        self, wanted: Sequence[tuple[dict[str, Any], WaitingUpdate]], floods: Collection[int]
    ) -> list[tuple[dict[str, Any], WaitingUpdate]]:
        """The updates with only the newest few of each flood that begins with them."""
        left = dict.fromkeys(floods, _LEFT_AFTER_A_FLOOD)
        kept = []
        for raw, waiting in reversed(wanted):
            chat = chat_of(raw)
            if chat in left:
                if left[chat] == 0:
                    self._dropped(waiting.kind, "flood")
                    continue
                left[chat] -= 1
            kept.append((raw, waiting))
        return kept[::-1]

    def _scold(self, floods: Iterable[int], now: float) -> None:
        """Warn senders who say too much, before they get the answers to the updates that are left."""
        for chat in floods:
            self._drop(self._lanes.cut(chat, _LEFT_AFTER_A_FLOOD), "flood")
            self._lanes.put_first(chat, WaitingUpdate(0, _WARNING, "", chat, now, kept=False), known=True)

    def _with_room(
        self, wanted: Iterable[tuple[dict[str, Any], WaitingUpdate]], known: Collection[int]
    ) -> list[tuple[dict[str, Any], WaitingUpdate]]:
        """The updates without those of strangers for which there is no room."""
        room = MOST_STRANGERS - self._lanes.waiting[False]
        welcome = []
        for raw, waiting in wanted:
            if chat_of(raw) not in known:
                if room <= 0:
                    self._dropped(waiting.kind, "crowd")
                    continue
                room -= 1
            welcome.append((raw, waiting))
        return welcome

    async def _keep(self, wanted: Sequence[tuple[dict[str, Any], WaitingUpdate]], known: Collection[int]) -> None:
        rows = [(one.number, one.text, None) for _, one in wanted if one.kept]
        forgotten, self._forgotten = self._forgotten, []
        try:
            take = self._store.inbox.take
            new = await take(rows, self._clock(), self._name, forgotten, self._bot.id) if rows else set()
        except BaseException:
            self._forgotten += forgotten
            raise
        now = time.perf_counter()
        for raw, one in wanted:
            one.stored = now
            if not one.kept or one.number in new:
                self._enqueue(raw, one, known)

    def _enqueue(self, raw: dict[str, Any], update: WaitingUpdate, known: Collection[int]) -> None:
        chat = chat_of(raw)
        most = MOST_IN_A_LANE if chat >= 0 else MOST_IN_A_CHANNEL if update.kind in _POSTS else MOST_IN_A_GROUP
        self._drop(self._lanes.put(chat, update, known=chat in known, most=most), "too many")

    def _keystroke(self, raw: dict[str, Any], number: int, now: float) -> None:
        update = WaitingUpdate(number, *_described(raw), now, kept=False)
        if self._lanes.put_keystroke(("inline", update.sender), update) is not None:
            self._dropped("inline_query", "typed on")

    def _drop(self, updates: Iterable[WaitingUpdate], why: str) -> None:
        for one in updates:
            self._dropped(one.kind, why)
            if one.kept:
                self._forgotten.append(one.number)

    async def _known_of(self, chats: set[int]) -> set[int]:
        """Those of the chats that have been known for a while."""
        known = {chat for chat in chats if chat in self._known}
        for chat in known:
            self._known.move_to_end(chat)
        if unsure := chats - known:
            found = await self._store.subscribers.here_before(unsure, self._clock() - _NEWCOMER_SECONDS)
            known |= found
            self._known.update(dict.fromkeys(found))
            while len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return known

    # -- having them handled

    def _begin(self) -> None:
        """Begin the updates whose turn it is."""
        if self._ending:
            return
        for key, update in self._lanes.turns(time.perf_counter()):
            if update is None:
                self._dropped("inline_query", "late")
                continue
            task = self._supervisor.aside("update", functools.partial(self._turn, key, update), _LONGEST_TURN_SECONDS)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if self._lanes.waiting[True] < _MOST_WAITING:
            self._eased.set()

    async def _turn(self, key: Hashable, waiting: WaitingUpdate) -> None:
        UNHURRIED.set(self._lanes.is_strangers(key))
        try:
            await self._one(waiting)
        except StorageError as error:
            self._supervisor.ill("storage", "updates", error)
            if waiting.kept and not self._ending:
                self._try_later(key, waiting)
                return
            self._lanes.done(key)
        except BaseException:
            self._lanes.done(key)
            self._begin()
            raise
        else:
            self._pauses.pop(key, None)
            self._supervisor.well("storage", "updates")
            self._lanes.done(key)
        self._begin()

    def _try_later(self, key: Hashable, waiting: WaitingUpdate) -> None:
        """Put an update back at the front of its lane, because the store does not answer, and try again later."""
        pause = self._pauses.get(key, FIRST_PAUSE)
        self._pauses[key] = min(LONGEST_PAUSE, pause * 2)
        self._lanes.rest(key, waiting)

        def wake() -> None:
            self._lanes.wake(key)
            self._begin()

        asyncio.get_running_loop().call_later(pause, wake)

    async def _one(self, waiting: WaitingUpdate) -> None:
        if waiting.kind == _WARNING:
            assert isinstance(waiting.sender, int)
            await self._warn(waiting.sender)
            return
        began = time.perf_counter()
        update = self._parsed(waiting)
        if update is None:
            if waiting.kept:
                await self._store.inbox.set_aside(waiting.number, "malformed")
            return
        try:
            moments = (waiting.taken_in, waiting.stored or waiting.taken_in, began)
            await self._dispatcher.feed_update(self._bot, update, kept=waiting.kept, moments=moments)
        except StorageError:
            raise
        except Exception:
            log.exception("update failed", update_id=update.update_id)
            if waiting.kept:
                await self._set_aside(update)

    async def _warn(self, chat: int) -> None:
        """Tell a chat that it says too much to be answered."""
        subscriber = await self._store.subscribers.get(chat)
        try:
            await self._bot.send_message(chat, texts(subscriber.language if subscriber else FALLBACK)("flood-warning"))
        except TROUBLE as error:
            log.warning("a flood was not warned", reason=type(error).__name__)

    async def _set_aside(self, update: Update) -> None:
        """Mark an update that failed before its handler began as handled, so that no restart tries it again."""
        with contextlib.suppress(StorageError):
            async with self._store.inbox.handling(update.update_id):
                pass

    def _parsed(self, waiting: WaitingUpdate) -> Update | None:
        try:
            return Update.model_validate(json.loads(waiting.text), context={"bot": self._bot})
        except ValidationError as error:
            log.error("malformed update set aside", update_id=waiting.number, problems=error.error_count())
            return None


def number_of(raw: object) -> int | None:
    """An update's id; None if it has no valid one."""
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return number if type(number) is int and 0 <= number < 1 << 63 else None


def kind_of(raw: dict[str, Any]) -> str:
    """The kind of an update: `message`, `callback_query` …"""
    return next((name for name in raw if name != "update_id"), "nothing")


def _dated(raw: dict[str, Any]) -> int:
    """The UTC second at which an update's event happened, by Telegram's clock; 0 if it does not say."""
    message = raw.get("message") if isinstance(raw, dict) else None
    date = message.get("date") if isinstance(message, dict) else None
    return date if type(date) is int and 0 < date < 1 << 40 else 0


def chat_of(raw: dict[str, Any]) -> int:
    """The chat or person whose updates are handled in order with this one; 0 if the update does not say."""
    for part in raw.values():
        if isinstance(part, dict):
            message = part.get("message")
            chat = part.get("chat") or (message.get("chat") if isinstance(message, dict) else None) or part.get("from")
            if isinstance(chat, dict) and type(chat.get("id")) is int and abs(chat["id"]) < 1 << 63:
                return int(chat["id"])
    return 0


def _described(raw: dict[str, Any]) -> tuple[str, str, Hashable]:
    """Kind, JSON and sender of an update."""
    kind = kind_of(raw)
    # Sorted keys: if the update is sent again with another order of keys, its JSON must be the same.
    return kind, json.dumps(raw, sort_keys=True), _sender_of(raw, kind)


def _sender_of(raw: dict[str, Any], kind: str) -> Hashable:
    """Who caused an update: the person, also in a group; the chat if there is none."""
    part, chat = raw.get(kind), chat_of(raw)
    who = part.get("from") if isinstance(part, dict) else None
    person = who.get("id") if isinstance(who, dict) else None
    if type(person) is not int or person == chat:
        return chat
    return (chat, person)


def _button_of(raw: dict[str, Any]) -> tuple[Hashable, Hashable] | None:
    """The place of a press (chat, person, message) and its button; None if the update lacks them.

    The button includes the message's looks: after the message has changed, a press of the same place is a new one, as
    when somebody turns a setting on and off at once.
    """
    press = raw.get("callback_query")
    if not isinstance(press, dict):
        return None
    message, who, data = press.get("message"), press.get("from"), press.get("data")
    told = press.get("inline_message_id")
    if isinstance(message, dict):  # messages that one person sees all have the id 0, and an ephemeral id
        told = message.get("ephemeral_message_id") or message.get("message_id")
    person = who.get("id") if isinstance(who, dict) else None
    if not isinstance(told, int | str) or not isinstance(person, int) or not isinstance(data, str):
        return None
    shown = (str(message.get("reply_markup")), str(message.get("text"))) if isinstance(message, dict) else None
    return (chat_of(raw), person, told), (data, hash(shown))


def _is_command(raw: dict[str, Any]) -> bool:
    message = raw.get("message")
    text = message.get("text") if isinstance(message, dict) else None
    return isinstance(text, str) and text.startswith("/")
