"""/stats for administrators: what the store holds and how deliveries ended."""

from collections.abc import Collection

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import Message

from handlers.callbacks import only_admins
from handlers.views import render
from handlers.views.screen import Screen
from locales import Texts
from storage import Storage


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="stats")
    router.message.register(stats, Command("stats"))
    return router


async def stats(message: Message, store: Storage, texts: Texts, admins: Collection[int]) -> None:
    """Readers, articles by language, sources by state, deliveries by outcome."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    counted = await store.counts()
    articles, sources, deliveries = (counted[name] for name in ("articles", "sources", "deliveries"))
    assert isinstance(articles, dict)
    assert isinstance(sources, dict)
    assert isinstance(deliveries, dict)
    text = texts(
        "stats",
        readers=await store.subscribers.count(),
        kk=articles.get("kk", 0),
        ru=articles.get("ru", 0),
        up=sources["up"],
        down=sources["down"],
        paused=sources["paused"],
        sent=deliveries.get("sent", 0),
        failed=deliveries.get("refused", 0) + deliveries.get("expired", 0),
        unknown=deliveries.get("unknown", 0),
    )
    await render.answer(message, Screen(text))
