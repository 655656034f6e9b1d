"""All handlers in order. Before a handler: who is asking, and in which language. After it: what went wrong."""

from collections.abc import Awaitable, Callable, Collection, Iterable
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from aiogram import BaseMiddleware, Dispatcher, Router
from aiogram.dispatcher.event.handler import FilterObject, HandlerObject
from aiogram.dispatcher.event.telegram import TelegramEventObserver
from aiogram.exceptions import ClientDecodeError, TelegramAPIError
from aiogram.filters import Command
from aiogram.types import Chat, ErrorEvent, Message, TelegramObject, Update, User

from bot.config import Settings
from bot.intake.charts import ChartDrawer, can_draw
from bot.intake.handling import KeptUntilBegun
from bot.sending.answers import answer
from handlers import admin, alerts, buttons, cards, digest, inline, lists, said, saved, start
from handlers import settings as settings_handlers
from handlers.admin import FindSource
from handlers.channels import incoming, setting_up
from handlers.said import talks_to_bot
from handlers.views import render
from handlers.views.articles import Viewer
from handlers.views.screen import Screen
from locales import FALLBACK, nearest
from locales import texts as texts_of
from news.models import QalaError, Subscriber
from storage import Storage, StorageError
from storage.readers.subscribers import topic_id

log = structlog.get_logger()


def make_routers() -> list[Router]:
    """New routers for one dispatcher, in the order they are asked. A router can be attached only once."""
    return [
        incoming.make_router(),
        setting_up.make_router(),
        start.make_membership_router(),
        start.make_router(),
        lists.make_router(),
        settings_handlers.make_router(),
        alerts.make_router(),
        digest.make_router(),
        digest.make_schedule_router(),
        admin.make_router(),
        saved.make_router(),
        buttons.make_router(),
        cards.make_router(),
        inline.make_router(),
        said.make_router(),
    ]


def make_dispatcher(
    store: Storage,
    settings: Settings,
    clock: Callable[[], int],
    username: str,
    find_source: FindSource,
    shown_cards: cards.ShownCards | None = None,
) -> Dispatcher:
    """A dispatcher with all handlers, and by name the values that they may take as arguments."""
    admins = settings.admins
    dispatcher = Dispatcher(
        store=store,
        admins=admins,
        trusting=False,
        username=username,
        clock=clock,
        find_source=find_source,
        draw=ChartDrawer(settings.data_dir / "charts").draw if can_draw() else None,
        shown_cards=shown_cards or cards.ShownCards(store.last_screens),
        press=buttons.pressed_by_word,
    )
    dispatcher.update.outer_middleware(WhoIsThis(store, clock, settings.zone, username, admins))
    dispatcher.update.outer_middleware(KeptUntilBegun(store))
    dispatcher.errors.register(on_error)
    dispatcher.include_router(_as_one(make_routers()))
    return dispatcher


def _as_one(routers: Iterable[Router]) -> Router:
    """One router with all handlers in their order: aiogram takes time for each router, and most messages pass twelve.

    It also runs each `F.…` rule in a thread, and a message meets five of them; here they are called directly.
    """
    one = Router(name="all")
    for router in routers:
        for kind, observer in router.observers.items():
            for handler in observer.handlers:
                handler.filters = [_in_place(rule) for rule in handler.filters or ()]
                one.observers[kind].handlers.append(handler)
    one.message = one.observers["message"] = _ByCommand(one, one.message.handlers)
    return one


class _ByCommand(TelegramEventObserver):
    """Handlers of messages: of those that wait for a command only the ones that wait for this one are asked."""

    def __init__(self, router: Router, handlers: Iterable[HandlerObject]) -> None:
        super().__init__(router, "message")
        self.handlers += handlers
        known = {name for handler in self.handlers for name in _commands_of(handler) or ()}
        self._others = self._asked(router, "")
        self._named = {name: self._asked(router, name) for name in known}

    def _asked(self, router: Router, name: str) -> TelegramEventObserver:
        some = TelegramEventObserver(router, "message")
        some.handlers += [one for one in self.handlers if (waits := _commands_of(one)) is None or name in waits]
        return some

    async def trigger(self, event: TelegramObject, **kwargs: Any) -> Any:
        """Ask one handler after another, as aiogram does."""
        said = (event.text or event.caption or "") if isinstance(event, Message) else ""
        first = next(iter(said.split(maxsplit=1)), "")
        name = first[1:].partition("@")[0] if first[:1] == "/" else ""
        return await self._named.get(name, self._others).trigger(event, **kwargs)


def _commands_of(handler: HandlerObject) -> Collection[str] | None:
    """The commands a handler waits for; None where it waits for others too."""
    for rule in handler.filters or ():
        if isinstance(rule.callback, Command):
            return [str(name) for name in rule.callback.commands]
    return None


def _in_place(rule: FilterObject) -> FilterObject:
    if rule.magic is None:
        return rule
    ask = rule.callback

    async def answer_of(event: TelegramObject) -> Any:
        return ask(event)

    return FilterObject(answer_of)


NextHandler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]


class WhoIsThis(BaseMiddleware):
    """Fills in `subscriber`, `texts` and `viewer`. For inline queries nothing is stored, also not a new person."""

    def __init__(
        self, store: Storage, clock: Callable[[], int], zone: ZoneInfo, username: str, admins: Collection[int] = ()
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone
        self._username = username
        self._admins = admins

    async def __call__(self, handler: NextHandler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Find or store the chat, then pass the update on."""
        user: User | None = data.get("event_from_user")
        chat: Chat | None = data.get("event_chat")
        now = self._clock()
        subscriber = await self._subscriber(event, user, chat, now)
        if subscriber.away_until is not None and subscriber.away_until <= now:
            subscriber = replace(subscriber, away_until=None)
        texts = texts_of(subscriber.language)
        data["subscriber"] = subscriber
        data["texts"] = texts
        # In a group everybody sees the same message: an administrator's buttons are shown in their private chat only.
        is_admin = user is not None and user.id in self._admins and chat is not None and chat.type == "private"
        data["viewer"] = Viewer(
            texts,
            ZoneInfo(subscriber.timezone),
            now,
            self._username,
            pictures=subscriber.pictures,
            rich=subscriber.form == "rich",
            is_admin=is_admin,
            city=subscriber.city,
            private=subscriber.kind == "private",
            in_group=subscriber.kind != "private",
        )
        return await handler(event, data)

    async def _subscriber(self, event: TelegramObject, user: User | None, chat: Chat | None, now: int) -> Subscriber:
        home = chat.id if chat else user.id if user else 0
        thread = topic_of(event)
        chat_id = home if thread is None else topic_id(home, thread)
        known = await self._store.subscribers.get(chat_id)
        if known is not None:
            # Whoever writes to us can probably be written to. If not, the next digest will show it.
            if known.state != "active" and isinstance(event, Update) and event.message is not None:
                await self._store.subscribers.set_state(chat_id, "active")
            return known
        new = Subscriber(
            chat_id=chat_id,
            kind=chat.type if chat else "private",
            language=nearest(user.language_code if user else None),
            timezone=self._zone.key,
            created_at=now,
        )
        if thread is not None:  # a new topic gets its forum's settings
            forum = await self._store.subscribers.get(home)
            if forum is not None:
                new = replace(new, language=forum.language, timezone=forum.timezone)
            new = replace(new, forum=home, thread=thread)
        talks = isinstance(event, Update) and any((event.message, event.callback_query, event.my_chat_member))
        if thread is not None and isinstance(event, Update) and event.message is not None:
            talks = talks_to_bot(event.message, self._username)  # people in a group also talk among themselves
        return await self._store.subscribers.add(new) if talks and chat_id else new


def topic_of(event: TelegramObject) -> int | None:
    """The forum topic that an update comes from; None for the general topic and outside of forums."""
    if not isinstance(event, Update):
        return None
    query = event.callback_query
    message = event.message or event.edited_message or (query.message if query is not None else None)
    if not isinstance(message, Message) or message.chat.type != "supergroup" or not message.is_topic_message:
        return None
    return message.message_thread_id


async def on_error(
    event: ErrorEvent, subscriber: Subscriber | None = None, handler_failed: Callable[[], None] = lambda: None
) -> bool:
    """Tell the person a QalaError. Anything else is a bug: it is logged with its update id, and the person gets a text.

    Failures of Telegram or the network are not answered: the reply may have arrived, or another one would fail too.
    """
    error, update = event.exception, event.update
    if isinstance(error, TelegramAPIError | ClientDecodeError | OSError) and (kind := answer(error).kind) != "ours":
        log.warning("a reply may not have arrived", update_id=update.update_id, kind=kind)
        return True
    if isinstance(error, StorageError):
        raise error  # not the update's fault: it is stored and tried again
    texts = texts_of(subscriber.language if subscriber else FALLBACK)
    if isinstance(error, QalaError):
        text = texts(error.key, **error.arguments)
    else:
        handler_failed()
        log.error("handler failed", update_id=update.update_id, exc_info=error)
        text = texts("error-unexpected")
    message = update.message
    if update.callback_query is not None:
        await update.callback_query.answer(texts.plain("error-unexpected"), show_alert=True)
    elif isinstance(message, Message):
        await render.answer(message, Screen(text))
    return True
