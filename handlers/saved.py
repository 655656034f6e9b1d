"""/saved: a reader's saved articles, searched and exported. /mydata and /deletedata: data kept about a reader."""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Final

from aiogram import Bot, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import BotCommandScopeChat, BufferedInputFile, Message

from handlers.callbacks import CallbackContext, CallbackHandler, may_change, only_in_private
from handlers.views import articles, render
from handlers.views.actions import ListPlace, act
from handlers.views.articles import Viewer, home_buttons
from handlers.views.screen import Button, Screen, cut
from handlers.views.settings import home_row
from locales import Html, Texts
from news.digests.digest import once_a_story
from news.language.analyse import terms
from news.models import Article, Page, Subscriber
from storage import Storage
from storage.readers import data_map

_SHOWN: Final = 60
_PAGE: Final = 5
_HITS: Final = 10


def make_router() -> Router:
    """The handlers of this file."""
    router = Router(name="saved")
    router.message.register(saved, Command("saved"))
    router.message.register(my_data, Command("mydata"))
    router.message.register(delete_data, Command("deletedata"))
    return router


async def saved(
    message: Message, command: CommandObject, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> None:
    """Show the saved articles, newest first; with words, those that contain them, in the language that does."""
    only_in_private(viewer)
    if command.args:
        kept = await store.saved.all(subscriber.chat_id)
        told = await store.articles.retold(kept, subscriber.told_in)
        held = [
            own if holds(own, command.args) else one
            for one, own in zip(kept, told, strict=True)
            if holds(own, command.args) or holds(one, command.args)
        ]
        await render.answer(message, found_among(once_a_story(held, subscriber.language), command.args, viewer))
        return
    await render.answer(message, await show_saved(store, subscriber, None, viewer))


async def show_saved(store: Storage, subscriber: Subscriber, cursor: str | None, viewer: Viewer) -> Screen:
    """A page of the saved articles."""
    kept = await store.saved.page(subscriber.chat_id, _PAGE, cursor)
    told = await store.articles.retold(kept.items, subscriber.told_in)
    page = Page(once_a_story(told, subscriber.language), kept.next)
    return saved_screen(page, viewer, ListPlace("saved", cursor=cursor), bool(page.items) or cursor is not None)


def found_among(found: Sequence[Article], words: str, viewer: Viewer) -> Screen:
    """The saved articles that contain the words; if there are many, with their number."""
    texts = viewer.texts
    every = (Button(texts.plain("button-saved"), act("list", "v")), *home_buttons(viewer))
    if not found:
        return Screen(texts("saved-nothing", query=cut(words, _SHOWN)), (every,))
    title = texts("saved-found", query=cut(words, _SHOWN))
    if len(found) > _HITS:
        title = Html(f"{title}\n{texts('saved-found-more', count=len(found), shown=_HITS)}")
    screen = articles.listing(title, Page(found[:_HITS]), viewer, ListPlace("saved"))
    return Screen(screen.html, (*screen.rows, every))


def saved_screen(page: Page[Article], viewer: Viewer, place: ListPlace, any_saved: bool) -> Screen:
    """The list, with a button to export it as a file."""
    texts = viewer.texts
    if not any_saved:
        return Screen(texts("saved-none"), (home_row(texts),))
    many = page.next is not None or place.cursor is not None
    screen = articles.listing(texts("saved-title-many" if many else "saved-title"), page, viewer, place)
    return Screen(screen.html, (*screen.rows, (Button(texts.plain("button-export"), act("export")), *home_row(texts))))


def holds(article: Article, words: str) -> bool:
    """Whether an article contains all the words, in any form."""
    text = set(terms(f"{article.title} {article.body}", article.language))
    return all(term in text for term in terms(words, article.language))


async def export(message: Message, kept: Sequence[Article], texts: Texts) -> None:
    """Send the saved articles as a file of titles and links."""
    lines = [f"{one.title}\n{one.url or one.id}\n" for one in kept]
    content = BufferedInputFile("\n".join(lines).encode(), "qala-saved.txt")
    await message.answer_document(content, caption=texts.plain("saved-exported"))


async def my_data(
    message: Message, bot: Bot, store: Storage, subscriber: Subscriber, texts: Texts, clock: Callable[[], int]
) -> None:
    """Send everything that is kept about this chat, as a JSON file."""
    await may_change(message, bot)
    kept = await data_map.copy(store.database, subscriber.chat_id)
    about = {
        "made": datetime.fromtimestamp(clock(), UTC).isoformat(),
        "meaning": {table: texts.plain(f"data-{table}") for table in kept},
        "data": kept,
    }
    content = json.dumps(about, ensure_ascii=False, indent=1).encode()
    await message.answer_document(
        BufferedInputFile(content, "qala-my-data.json"), caption=texts.plain("mydata-caption")
    )


async def delete_data(message: Message, bot: Bot, texts: Texts) -> None:
    """Ask for the first of two taps."""
    await may_change(message, bot)
    await render.answer(message, ask_to_forget(texts))


def ask_to_forget(texts: Texts) -> Screen:
    """Ask whether to delete all data."""
    rows = (
        (Button(texts.plain("button-forget"), act("forget", 1)),),
        (Button(texts.plain("button-leave"), act("settings")),),
    )
    return Screen(texts("forget-ask"), rows)


def ask_again(texts: Texts) -> Screen:
    """Ask for the second tap, after which there is no way back."""
    rows = (
        (Button(texts.plain("button-forget-really"), act("forget", 2), style="danger"),),
        (Button(texts.plain("button-leave"), act("settings")),),
    )
    return Screen(texts("forget-really"), rows)


async def forget(store: Storage, bot: Bot, subscriber: Subscriber, viewer: Viewer) -> Screen:
    """Delete everything about the chat, including its command menu."""
    topics = await store.subscribers.topics(subscriber.chat_id)
    await data_map.forget(store.database, subscriber.chat_id, viewer.now, topics)
    if subscriber.thread is None:
        await bot.delete_my_commands(scope=BotCommandScopeChat(chat_id=subscriber.address))
    return Screen(viewer.texts("forget-done"))


async def _export(context: CallbackContext) -> Screen | None:
    message = context.callback.message
    kept = await context.store.saved.all(context.subscriber.chat_id)
    if not kept:  # the button of an old list; Telegram accepts no empty file
        return saved_screen(Page([]), context.viewer, ListPlace("saved"), any_saved=False)
    if isinstance(message, Message):
        await export(message, kept, context.viewer.texts)
    return None


async def _forget(context: CallbackContext) -> Screen:
    if context.arguments[0] == "1":
        return ask_again(context.viewer.texts)
    return await forget(context.store, context.bot, context.subscriber, context.viewer)


CALLBACKS: Final[dict[str, CallbackHandler]] = {"export": _export, "forget": _forget}
