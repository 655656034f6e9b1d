"""/latest, /search, /topics, and a message that is no command: a search."""

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import Message

from handlers.open import show_latest, show_search
from handlers.views import choices, render
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.screen import Screen
from news.models import QalaError, Subscriber
from storage import Storage

_LONGEST_QUERY = 400
_DAY = 86_400


def make_router() -> Router:
    """The handlers of this file; `words` comes last of all routers."""
    router = Router(name="reading")
    router.message.register(latest, Command("latest"))
    router.message.register(search, Command("search"))
    router.message.register(topics, Command("topics"))
    return router


def make_last_router() -> Router:
    """What no other handler wanted."""
    router = Router(name="words")
    router.message.register(unknown_command, F.text.startswith("/"), F.chat.type == "private")
    router.message.register(words, F.text, F.chat.type == "private")
    return router


async def latest(message: Message, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """The newest articles."""
    await render.answer(message, await show_latest(store, None, viewer, subscriber))


async def search(
    message: Message, command: CommandObject, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """What the words after the command find."""
    await _found(message, command.args or "", store, subscriber, viewer)


async def words(message: Message, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """A message that is no command is a search."""
    await _found(message, message.text or "", store, subscriber, viewer)


async def topics(message: Message, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """All topics with how much today brought."""
    counts = await store.articles.topic_counts(viewer.now - _DAY, viewer.now)
    await render.answer(message, choices.topic_list(viewer.texts, subscriber.topics, counts))


async def unknown_command(message: Message, viewer: Viewer) -> None:
    """A command that does not exist."""
    await render.answer(message, Screen(viewer.texts("error-unknown-command"), row_of(*home_buttons(viewer))))


async def _found(message: Message, query: str, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    if len(query) > _LONGEST_QUERY:
        raise QalaError("query-too-long")
    await render.answer(message, await show_search(store, " ".join(query.split()), None, viewer, subscriber))
