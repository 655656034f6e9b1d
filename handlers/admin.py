"""What administrators do in the chat: sources, figures, bans, broadcasts. Nobody else gets an answer."""

import json
import re
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from aiogram import Bot, F, Router
from aiogram.filters import Command, CommandObject
from aiogram.methods import CopyMessage, SendMessage
from aiogram.types import CallbackQuery, Message, MessageEntity, MessageOriginUser

from handlers.callbacks import acknowledge, only_admins
from handlers.views import admin, render
from handlers.views.actions import Action, parse
from handlers.views.articles import Viewer
from handlers.views.screen import Screen, utf16_length
from locales import FALLBACK, LANGUAGES, Html
from news.feeds.source import DiscoveredSource, Source
from news.models import QalaError
from news.timetable import local_day
from storage import Storage
from storage.articles.corrections import Correction
from storage.ledger.broadcasts import Broadcast


def make_router() -> Router:
    """The handlers of this file. This router must be asked before the one for all other buttons."""
    router = Router(name="admin")
    router.message.register(command_sources, Command("sources"))
    router.callback_query.register(sources_pressed, F.data.regexp(r"^(?:sources|source|keep|hide|fix)(?::|$)"))
    router.message.register(stats, Command("stats"))
    router.callback_query.register(stats_pressed, F.data.startswith("stats:"))
    router.message.register(ban, Command("ban"))
    router.message.register(unban, Command("unban"))
    router.message.register(command_broadcast, Command("broadcast"))
    router.callback_query.register(broadcast_pressed, F.data.startswith("broadcast:"))
    return router


# /sources for administrators: add one by any address after a preview, pause, rights, remove; hide an article.

FindSource = Callable[[str], Awaitable[DiscoveredSource]]

_CHANGES: Final[dict[str, Callable[[Source], Source]]] = {
    "pause": lambda source: replace(source, paused=True),
    "go": lambda source: replace(source, paused=False),
    "full": lambda source: replace(source, full_text=True),
    "lead": lambda source: replace(source, full_text=False),
}


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


async def sources_pressed(
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
        case Action("fix", (key, choice)):
            return await _fix(store, int(key), choice, viewer)
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


async def _fix(store: Storage, key: int, choice: str, viewer: Viewer) -> Screen:
    """Correct an article as the press says, and show what else can be corrected."""
    article = await store.articles.get(key)
    if article is None:
        raise QalaError("article-gone")
    if choice == "split":
        await store.articles.split(key, viewer.now)
    elif choice in LANGUAGES:
        await store.articles.correct(key, Correction(language=choice), viewer.now)
    elif choice != "show":
        left = tuple(topic.slug for topic in article.topics if topic.slug != choice)
        await store.articles.correct(key, Correction(topics=left), viewer.now)
    article = await store.articles.get(key)
    if article is None:
        raise QalaError("article-gone")
    return admin.fixing(article, viewer)


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
    if choice == "refuse":
        async with store.database.transaction() as tx:
            await store.sources.ended(source, "nobody agreed to it", tx)
        source = await store.sources.get(key) or source
    if choice in _CHANGES:
        source = _CHANGES[choice](source)
        await store.sources.change(source)
    return admin.source_card(source, viewer)


# /stats for administrators: what the store holds, how deliveries ended, and charts of the last thirty days.

DrawChart = Callable[[admin.Chart], Awaitable[bytes | None]]
"""Makes a PNG of a chart; None if it cannot."""


async def stats(
    message: Message,
    store: Storage,
    viewer: Viewer,
    admins: Collection[int],
    draw: DrawChart | None = None,
) -> None:
    """Show readers, articles by language, sources by state and deliveries by outcome, with a chart if there is one."""
    only_admins(message.from_user.id if message.from_user else 0, admins)
    text, charts = await _figures(store, viewer)
    screen = Screen(text, admin.chart_buttons(list(charts), viewer.texts))
    first = charts.get("readers")
    picture = await draw(first) if draw is not None and first is not None else None
    if picture is None:
        await render.answer(message, screen)
        return
    await render.answer_picture(message, picture, screen)


async def stats_pressed(
    callback: CallbackQuery, store: Storage, viewer: Viewer, admins: Collection[int], draw: DrawChart | None = None
) -> None:
    """Replace the shown chart by another one, or by its figures."""
    try:
        only_admins(callback.from_user.id, admins)
    except QalaError as error:
        await acknowledge(callback, viewer.texts.plain(error.key, **error.arguments))
        return
    action = parse(callback.data)
    if action is None:
        await acknowledge(callback, viewer.texts.plain("error-stale-button"))
        return
    await acknowledge(callback)
    _, charts = await _figures(store, viewer)
    one = admin.chart(action.arguments[0], *await _counted(store, viewer), viewer.texts)
    screen = Screen(admin.figures(one, viewer.texts), admin.chart_buttons(list(charts), viewer.texts))
    picture = await draw(one) if draw is not None and admin.has_figures(one) else None
    if picture is None:
        await render.change(callback, screen)
    else:
        await render.change_picture(callback, picture, screen)


async def _figures(store: Storage, viewer: Viewer) -> tuple[Html, dict[str, admin.Chart]]:
    """Today's figures as text, and the charts that have anything to show."""
    counted = await store.counts()
    articles, sources, deliveries = (counted[name] for name in ("articles", "sources", "deliveries"))
    assert isinstance(articles, dict)
    assert isinstance(sources, dict)
    assert isinstance(deliveries, dict)
    text = viewer.texts(
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
    every = [admin.chart(name, *await _counted(store, viewer), viewer.texts) for name in admin.CHARTS]
    return text, {one.name: one for one in every if admin.has_figures(one)}


async def _counted(store: Storage, viewer: Viewer) -> tuple[admin.Counted, date]:
    today = local_day(viewer.now, viewer.zone)
    return await store.daily.since((today - timedelta(days=31)).isoformat()), today


# /ban and /unban for administrators: the bot neither answers nor writes to a banned person or group.

_SHOWN: Final = 30


async def ban(
    message: Message, command: CommandObject, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """Ban the one whom the command names or replies to; without either, list the banned."""

    async def done(whom: int) -> Html:
        if whom in admins:
            raise QalaError("ban-admin")
        await store.bans.add(whom, viewer.now)
        return viewer.texts("ban-done", id=str(whom))

    await _with_the_named(message, command, store, viewer, admins, done)


async def unban(
    message: Message, command: CommandObject, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """Lift a ban; without a name, list the banned."""

    async def done(whom: int) -> Html:
        was = await store.bans.remove(whom)
        return viewer.texts("unban-done" if was else "unban-was-not", id=str(whom))

    await _with_the_named(message, command, store, viewer, admins, done)


async def _with_the_named(
    message: Message,
    command: CommandObject,
    store: Storage,
    viewer: Viewer,
    admins: Collection[int],
    done: Callable[[int], Awaitable[Html]],
) -> None:
    only_admins(message.from_user.id if message.from_user else 0, admins)
    whom = chat_id_of(command.args) or _answered(message)
    screen = Screen(await done(whom)) if whom is not None else await _banned(store, viewer)
    await render.answer(message, screen)


def chat_id_of(text: str | None) -> int | None:
    """The id of a person or group as it was typed; None if it is none."""
    found = re.fullmatch(r"[-−–]?[1-9][0-9]{0,15}", (text or "").strip())
    return int(re.sub("[−–]", "-", found[0])) if found else None


def _answered(message: Message) -> int | None:
    """The author of the message this one replies to, or of its original; None if it is the bot or hidden."""
    source = message.reply_to_message
    if source is None:
        return None
    if isinstance(source.forward_origin, MessageOriginUser):
        return source.forward_origin.sender_user.id
    if source.from_user is None or source.from_user.is_bot or message.chat.type == "private":
        return None
    return source.from_user.id


async def _banned(store: Storage, viewer: Viewer) -> Screen:
    """How to ban, and the list of the banned."""
    found = await store.bans.all()
    lines = [viewer.texts("ban-how"), Html(""), viewer.texts("ban-list", count=len(found))]
    lines += [Html(f"<code>{chat}</code> · {_day(at, viewer.zone)}") for chat, at in found[:_SHOWN]]
    return Screen(Html("\n".join(lines)))


def _day(moment: int, zone: ZoneInfo) -> str:
    return f"{datetime.fromtimestamp(moment, zone):%d.%m.%Y}"


# /broadcast for administrators: a message to all readers, shown first and sent at the second tap, or later. Each
# language of the interface may have its own version.

_EVERYBODY: Final = ""
"""The key of the version for readers whose language has none of its own."""
_DRAFT_SECONDS: Final = 86_400
_HOURS: Final = (9, 12, 18, 20)
_LATEST_DAYS: Final = 60

# A broadcast's content: read from the administrator's message, stored as JSON, and made into a request again.


def content_of(command: Message, skipped: int = 1) -> dict[str, Any] | None:
    """What /broadcast asks to send; None if there is nothing.

    It is the message that the command replies to, else its words after the first `skipped` ones, with their formatting.
    """
    source = command.reply_to_message
    if source is not None and source.text is not None:
        return _words(source.text, source.entities)
    if source is not None:
        return {"copy": source.message_id}
    words, entities = after_command(
        command.text or command.caption or "", command.entities or command.caption_entities or (), skipped
    )
    if command.text is None:
        return {"copy": command.message_id, "caption": words, "entities": _plain(entities)}
    return _words(words, entities) if words else None


def after_command(text: str, entities: Sequence[MessageEntity], skipped: int = 1) -> tuple[str, list[MessageEntity]]:
    """A text without its first `skipped` words, and the remaining formatting."""
    words = text.split(maxsplit=skipped)
    rest = words[skipped].rstrip() if len(words) > skipped else ""
    start, end = utf16_length(text[: text.find(rest)]), utf16_length(rest)
    kept = []
    for one in entities:
        since, until = max(one.offset - start, 0), min(one.offset + one.length - start, end)
        if since < until:
            kept.append(one.model_copy(update={"offset": since, "length": until - since}))
    return rest, kept


def versions_of(content: str) -> dict[str, dict[str, Any]]:
    """The versions of a stored content, by language."""
    given = json.loads(content)
    versions: dict[str, dict[str, Any]] = given.get("versions", {_EVERYBODY: given})
    return versions


def broadcast_request(content: str, chat_id: int, home: int, language: str = _EVERYBODY) -> SendMessage | CopyMessage:
    """The request that sends a stored content to a chat, in the version of its language if there is one.

    A message to copy is in the chat `home`.
    """
    versions = versions_of(content)
    named = (versions[one] for one in (language, _EVERYBODY, FALLBACK) if one in versions)
    given = next(named, None) or next(iter(versions.values()))
    entities = [MessageEntity(**one) for one in given.get("entities", ())]
    if "copy" not in given:
        return SendMessage(chat_id=chat_id, text=given["text"], entities=entities, parse_mode=None)
    method = CopyMessage(chat_id=chat_id, from_chat_id=home, message_id=given["copy"], parse_mode=None)
    if "caption" in given:
        return method.model_copy(update={"caption": given["caption"], "caption_entities": entities})
    return method


def _words(text: str, entities: Sequence[MessageEntity] | None) -> dict[str, Any]:
    return {"text": text, "entities": _plain(entities or ())}


def _plain(entities: Sequence[MessageEntity]) -> list[dict[str, Any]]:
    return [one.model_dump(mode="json", exclude_none=True) for one in entities]


async def command_broadcast(
    message: Message, bot: Bot, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """Show the message as readers will see it, and ask who gets it. Without a message, tell how to send one.

    A language before the words makes them the version for that language. An hour instead of words schedules the draft.
    """
    only_admins(message.from_user.id if message.from_user else 0, admins)
    words = (message.text or message.caption or "").split(maxsplit=2)[1:]
    private, chat = message.chat.type == "private", message.chat.id
    draft = await store.broadcasts.draft_of(chat, viewer.now - _DRAFT_SECONDS) if private else None
    if draft and message.reply_to_message is None and (moment := moment_of(" ".join(words), viewer)):
        sure = admin.sure(draft.key, _reached(await store.broadcasts.readers(), draft.language), viewer, moment)
        await render.answer(message, sure)
        return
    language = words[0].lower() if words and words[0].lower() in LANGUAGES else _EVERYBODY
    given = content_of(message, 2 if language else 1)
    if given is None or not private:
        await render.answer(message, Screen(viewer.texts("broadcast-how")))
        return
    if language and draft:
        key, versions = draft.key, versions_of(draft.content) | {language: given}
        await store.broadcasts.rewrite(key, _joined(versions), viewer.now)
    else:
        versions = {language: given}
        key = await store.broadcasts.draft(chat, _joined(versions), viewer.now)
    await broadcast_request(_joined({language: given}), chat, chat).emit(bot)
    await render.answer(message, admin.ask(key, await store.broadcasts.readers(), versions, viewer.texts))


def _joined(versions: dict[str, dict[str, Any]]) -> str:
    return json.dumps({"versions": versions}, ensure_ascii=False)


def moment_of(text: str, viewer: Viewer) -> int | None:
    """The UTC second at which «18:30» or «05.12 18:30» is next in this person's zone; None for other words."""
    found = re.fullmatch(r"(?:(\d{1,2})\.(\d{1,2})\s+)?(\d{1,2})[:.](\d{2})", text.strip())
    if found is None:
        return None
    now = datetime.fromtimestamp(viewer.now, viewer.zone)
    day, month, hour, minute = (int(one) if one else None for one in found.groups())
    try:
        at = now.replace(hour=hour or 0, minute=minute or 0, second=0, microsecond=0)
        if day and month:
            at = at.replace(day=day, month=month)
            at = at if at > now else at.replace(year=at.year + 1)
    except ValueError:
        return None
    at = at if at > now else at + timedelta(days=1)
    return int(at.timestamp()) if at - now < timedelta(days=_LATEST_DAYS) else None


async def broadcast_pressed(
    callback: CallbackQuery, bot: Bot, store: Storage, viewer: Viewer, admins: Collection[int]
) -> None:
    """A button of these screens. The right is checked again, since anybody can send any callback data."""
    texts = viewer.texts
    try:
        only_admins(callback.from_user.id, admins)
        screen = await _broadcast_pressed(callback, bot, store, viewer)
    except QalaError as error:
        await acknowledge(callback, texts.plain(error.key, **error.arguments))
        return
    await acknowledge(callback)
    await render.change(callback, screen)


async def _broadcast_pressed(callback: CallbackQuery, bot: Bot, store: Storage, viewer: Viewer) -> Screen:
    action = parse(callback.data)
    if action is None:
        raise QalaError("error-stale-button")
    key, choice = int(action.arguments[0]), action.arguments[1]
    one = await store.broadcasts.get(key)
    if one is None or one.chat_id != callback.from_user.id:
        raise QalaError("error-stale-button")
    readers = await store.broadcasts.readers()
    reached = _reached(readers, one.language)
    waits = one.state in ("draft", "scheduled")
    screen = callback.message.message_id if callback.message else None
    if choice == "stop":
        await store.broadcasts.stop(one.key, viewer.now)
    elif choice == "more":
        await store.broadcasts.go_on(one.key, viewer.now)
    elif choice == "test":
        await _test(one, bot)
        return admin.ask(one.key, readers, versions_of(one.content), viewer.texts, tested=True)
    elif waits and choice == "go":
        await store.broadcasts.start(one.key, screen, reached, viewer.now)
    elif waits and choice == "when":
        return admin.when(one.key, _hours(viewer), viewer)
    elif waits and choice.startswith("at"):
        moment = int(choice.removeprefix("at"))
        if not viewer.now < moment < viewer.now + _LATEST_DAYS * 86_400:
            raise QalaError("broadcast-past")
        await store.broadcasts.schedule(one.key, screen, reached, moment)
    elif one.state == "draft":
        return await _asked(one, choice, store, readers, viewer)
    return await broadcast_progress(store, one.key, viewer)


async def _asked(one: Broadcast, choice: str, store: Storage, readers: dict[str, int], viewer: Viewer) -> Screen:
    """A draft's next question: who gets it, or whether to send it really."""
    if choice == "ask":
        return admin.ask(one.key, readers, versions_of(one.content), viewer.texts)
    if choice not in ("all", *LANGUAGES):
        raise QalaError("error-stale-button")
    language = None if choice == "all" else choice
    await store.broadcasts.choose(one.key, language)
    return admin.sure(one.key, _reached(readers, language), viewer)


async def _test(one: Broadcast, bot: Bot) -> None:
    """Send each version to the administrator who wrote it, as readers will get it."""
    for language in versions_of(one.content):
        await broadcast_request(one.content, one.chat_id, one.chat_id, language).emit(bot)


def _hours(viewer: Viewer) -> list[int]:
    """Moments to choose from (UTC seconds), the nearest first."""
    return sorted(moment for hour in _HOURS if (moment := moment_of(f"{hour}:00", viewer)))


async def broadcast_progress(store: Storage, key: int, viewer: Viewer) -> Screen:
    """The progress of a broadcast. Raises QalaError if it is forgotten."""
    one = await store.broadcasts.get(key)
    if one is None:
        raise QalaError("error-stale-button")
    gone = one.state == "stopped" and await store.broadcasts.source_is_gone(one)
    return admin.progress(one, await store.broadcasts.counts(one), viewer, gone=gone)


def _reached(readers: dict[str, int], language: str | None) -> int:
    return readers.get(language, 0) if language else sum(readers.values())
