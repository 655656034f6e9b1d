"""A chat blocks the bot, comes back, adds it to a group, or becomes a supergroup."""

from aiogram import F, Router
from aiogram.types import ChatMemberUpdated, Message

from handlers.views import render
from handlers.views.screen import Screen
from locales import Texts
from news.models import Subscriber
from storage import Storage

_PRESENT = {"member", "administrator", "creator", "restricted"}


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="membership")
    router.my_chat_member.register(membership)
    router.message.register(migrated, F.migrate_to_chat_id)
    router.message.register(ignored, F.migrate_from_chat_id)
    return router


async def membership(event: ChatMemberUpdated, store: Storage, subscriber: Subscriber, texts: Texts) -> None:
    """Pause a chat that put us out, keep what it chose; bring it back when it returns; greet a new group."""
    here = event.new_chat_member.status in _PRESENT
    was_here = event.old_chat_member.status in _PRESENT
    await store.subscribers.set_state(subscriber.chat_id, "active" if here else "blocked")
    if here and not was_here and event.chat.type in {"group", "supergroup"}:
        await event.answer(**render.arguments(Screen(texts("group-hello"))))


async def migrated(message: Message, store: Storage) -> None:
    """A group became a supergroup and keeps everything."""
    if message.migrate_to_chat_id:
        await store.subscribers.migrated(message.chat.id, message.migrate_to_chat_id)


async def ignored(message: Message) -> None:
    """The supergroup's side of the same news."""
