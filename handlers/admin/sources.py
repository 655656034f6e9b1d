"""/sources for administrators: add by any address, see before keeping, pause, rights, remove; take an article back."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import replace
from typing import Final

from aiogram import F, Router
from aiogram.filters import Command, CommandObject
from aiogram.types import CallbackQuery, Message

from handlers.callbacks import acknowledge, only_admins
from handlers.views import admin, render
from handlers.views.actions import Action, parse
from handlers.views.articles import Viewer
from handlers.views.screen import Screen
from news.feeds.source import DiscoveredSource, Source
from news.models import QalaError
from storage import Storage

FindSource = Callable[[str], Awaitable[DiscoveredSource]]

_CHANGES: Final[dict[str, Callable[[Source], Source]]] = {
    "pause": lambda source: replace(source, paused=True),
    "go": lambda source: replace(source, paused=False),
    "full": lambda source: replace(source, full_text=True),
    "lead": lambda source: replace(source, full_text=False),
}


def make_router() -> Router:
    """The handlers of this file. This router must be asked before the one for all other buttons."""
    router = Router(name="sources")
    router.message.register(command_sources, Command("sources"))
    router.callback_query.register(pressed, F.data.regexp(r"^(?:sources|source|keep|hide)(?::|$)"))
    return router


async def command_sources(
    message: Message,
    command: CommandObject,
    store: Storage,
    viewer: Viewer,
    admins: Collection[int],
    find_source: FindSource,
) -> None:
    """The list of sources; with an address, the source found behind it."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    address = (command.args or "").strip()
    if not address:
        await render.answer(message, admin.source_list(await store.sources.all(), 0, viewer))
        return
    await render.answer(message, Screen(viewer.texts("source-looking")))
    await render.answer(message, admin.found(await _find(address, find_source, viewer), viewer))


async def pressed(
    callback: CallbackQuery, store: Storage, viewer: Viewer, admins: Collection[int], find_source: FindSource
) -> None:
    """A button of these screens. The right is checked again, since anybody can send any callback data."""
    texts = viewer.texts
    try:
        only_admins(callback.from_user.id, admins)
        action = parse(callback.data)
        if action is not None and action.verb == "keep":
            screen = await _keep(callback, store, viewer, find_source)
        else:
            screen = await _show(action, store, viewer)
    except QalaError as error:
        await acknowledge(callback, texts.plain(error.key, **error.arguments))
        return
    await acknowledge(callback)
    await render.change(callback, screen)


async def _show(action: Action | None, store: Storage, viewer: Viewer) -> Screen:
    match action:
        case Action("sources", (start,)):
            return admin.source_list(await store.sources.all(), int(start), viewer)
        case Action("source", (key, choice)):
            return await _one(store, int(key), choice, viewer)
        case Action("hide", (key,)):
            return await _hide(store, int(key), viewer)
    raise QalaError("error-stale-button")


async def _find(address: str, find_source: FindSource, viewer: Viewer) -> DiscoveredSource:
    try:
        return await find_source(address)
    except QalaError as error:
        if error.key != "source-unreachable":
            raise
        reason = admin.why(str(error.arguments["reason"]), viewer.texts)
        raise QalaError("source-unreachable", reason=reason) from error


async def _keep(callback: CallbackQuery, store: Storage, viewer: Viewer, find_source: FindSource) -> Screen:
    """Add the source that the message shows.

    Its address is on the message's own button, so nothing is kept in between.
    """
    address = render.address_of(callback.message)
    if address is None:
        raise QalaError("error-stale-button")
    kept = await store.sources.add((await _find(address, find_source, viewer)).source)
    return admin.source_card(kept, viewer)


async def _hide(store: Storage, key: int, viewer: Viewer) -> Screen:
    if not await store.articles.hide(key, viewer.now):
        raise QalaError("article-gone")
    return Screen(viewer.texts("article-hidden"))


async def _one(store: Storage, key: int, choice: str, viewer: Viewer) -> Screen:
    source = await store.sources.get(key)
    if source is None:
        raise QalaError("error-stale-button")
    if choice == "remove":
        return admin.removing(source, viewer.texts)
    if choice == "forget":
        await store.sources.remove(key)
        return admin.source_list(await store.sources.all(), 0, viewer)
    if choice in _CHANGES:
        source = _CHANGES[choice](source)
        await store.sources.change(source)
    return admin.source_card(source, viewer)
