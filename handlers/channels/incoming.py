"""Channels in which the bot is an administrator: their posts come in as news, and the bot's rights change."""

import asyncio
import contextlib
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import Final

import structlog
from aiogram import Bot, F, Router
from aiogram.exceptions import TelegramAPIError
from aiogram.types import Chat, ChatMemberAdministrator, ChatMemberUpdated, Message, MessageOriginChannel

from handlers.views import admin, render
from handlers.views.screen import cut
from locales import FALLBACK
from locales import texts as texts_of
from news.feeds.channel import ChannelPost, channel_addresses, post_item
from news.feeds.ingest import file_item
from news.feeds.listing import SelectedItem, fingerprint, with_topics
from news.feeds.schedule import brought, published_seconds
from news.feeds.source import FeedItem, SeenItem, Source, SourceHealth
from news.models import FiledEntry, ImportReport
from storage import Storage
from storage.engine.database import Transaction

log = structlog.get_logger()

NO_ADMINISTRATOR: Final = "the bot is no administrator there"
"""The failure noted at a channel's source when its posts stop coming."""
_MOST_WAITING: Final = 50
"""How many strangers' channels may wait for agreement, so that nobody can fill the list of sources."""


def make_router() -> Router:
    """The handlers of this file. This router must be asked before the one for membership."""
    router = Router(name="channels")
    router.channel_post.register(posted)
    router.edited_channel_post.register(posted)
    router.message.register(auto_forwarded, F.is_automatic_forward)
    router.my_chat_member.register(membership, F.chat.type == "channel")
    return router


# A channel becomes a source if an administrator of the bot agrees; then each post with words becomes an article.


async def membership(
    event: ChatMemberUpdated,
    bot: Bot,
    store: Storage,
    admins: Collection[int],
    trusting: bool,
    clock: Callable[[], int],
) -> None:
    """Note that the bot has become an administrator of a channel, has other rights there, or is none any more."""
    member, chat = event.new_chat_member, event.chat
    here = isinstance(member, ChatMemberAdministrator)
    writes = here and bool(getattr(member, "can_post_messages", False))
    who, known = event.from_user.id, await _source(store, chat)
    new = _new_source(chat, agreed=trusting or who in admins) if known is None and here else None
    async with store.database.transaction() as tx:
        keeper = await store.channels.rights(chat.id, clock(), tx, writes=writes)
        if new is not None:
            new = await _kept(new, store, tx)
        elif known is not None and here:
            await store.sources.change(replace(known, channel_id=chat.id), tx)
        elif known is not None and known.waits:  # it never became a source, so nobody need be asked
            await store.sources.remove(known.key, tx)
        elif known is not None and known.channel_id is not None:
            await store.sources.ended(known, NO_ADMINISTRATOR, tx)
    if keeper is not None:
        await _tell(keeper, chat, bot, store)
    if new is not None and new.paused and new.key:
        await _ask(new, bot, store, admins)
        await _explain(new, who, bot, store, asked=bool(admins))


async def _tell(keeper: int, chat: Chat, bot: Bot, store: Storage) -> None:
    """Tell the person who set a channel up that the bot may not write there any more."""
    reader = await store.subscribers.get(keeper)
    words = texts_of(reader.language if reader else FALLBACK)
    with contextlib.suppress(TelegramAPIError):  # they blocked the bot; nothing else depends on this message
        await bot.send_message(keeper, words("channel-paused", name=cut(chat.title or "", 60)), parse_mode="HTML")


async def posted(
    message: Message,
    bot: Bot,
    store: Storage,
    admins: Collection[int],
    trusting: bool,
    clock: Callable[[], int],
) -> None:
    """Save a channel's post as an article; an edited post changes its article."""
    if await _is_our_post(message, store) or _is_no_news(message, bot):
        return
    source = await _source(store, message.chat)
    if source is None:  # the bot became an administrator under a version that did not read channels
        source = _new_source(message.chat, agreed=trusting)
        if source.paused:
            async with store.database.transaction() as tx:
                source = await _kept(source, store, tx)
            if source.key:
                await _ask(source, bot, store, admins)
    if not source.paused and (item := post_item(_post(message))) is not None:
        await _keep(replace(source, channel_id=message.chat.id), item, store, clock)


async def _kept(source: Source, store: Storage, tx: Transaction) -> Source:
    """Store a new channel; it has no key afterwards if too many wait for agreement already."""
    if source.paused and await store.sources.waiting(tx) >= _MOST_WAITING:
        log.warning("too many channels wait to be agreed to: this one is not kept", channel=source.url)
        return source
    return await store.sources.add(source, tx)


async def _explain(source: Source, who: int, bot: Bot, store: Storage, *, asked: bool) -> None:
    """Tell who brought the bot into a channel what its posts wait for. `asked`: administrators were asked."""
    reader = await store.subscribers.get(who)
    if reader is None:
        return
    key = "channel-waits" if asked else "channel-waits-for-operator"
    said = texts_of(reader.language)(key, name=cut(source.name, 60), command=agreement(source.key), who=str(who))
    with contextlib.suppress(TelegramAPIError):  # whoever blocked the bot can ask the operator
        await bot.send_message(who, said, parse_mode="HTML")


def agreement(key: int) -> str:
    """The command with which the operator agrees to a channel."""
    return f"qala sources set {key} --resume"


async def auto_forwarded(message: Message, store: Storage) -> None:
    """Telegram shows a channel's post in the group where it is talked about."""
    await seen_elsewhere(message, store)


async def seen_elsewhere(message: Message, store: Storage) -> None:
    """A forwarded post of a channel may be ours, of which nobody knew whether it had arrived."""
    origin = message.forward_origin
    if isinstance(origin, MessageOriginChannel):
        await _recognise(message, origin.chat.id, origin.message_id, int(origin.date.timestamp()), store)


async def _is_our_post(message: Message, store: Storage) -> bool:
    """Whether a post is one of ours, changed or pinned by hand."""
    shown = message.pinned_message if isinstance(message.pinned_message, Message) else message
    await _recognise(shown, message.chat.id, shown.message_id, int(shown.date.timestamp()), store)
    return await store.posts.is_ours(message.chat.id, message.message_id)


async def _recognise(message: Message, channel: int, number: int, at: int, store: Storage) -> None:
    text, picture = message.text or message.caption or "", bool(message.photo)
    if text and await store.channels.get(channel) is not None:
        await store.posts.recognise(channel, number, text, at, picture=picture)


def _is_no_news(message: Message, bot: Bot) -> bool:
    """Whether a post is a command, or an article of ours that somebody shared."""
    if message.via_bot is not None and message.via_bot.id == bot.id:
        return True
    return any(one.type == "bot_command" and one.offset == 0 for one in message.entities or ())


async def _keep(source: Source, item: FeedItem, store: Storage, clock: Callable[[], int]) -> None:
    names = [item.entry.id, item.guid]
    known = await store.sources.seen(source.key, names)
    first = next((known[name] for name in names if name in known), None)
    if first is not None and first.article != item.entry.id:
        item = await _joined(item, first, store)
    seen = SeenItem(item.guid, item.entry.id, fingerprint(item), first.first_seen if first else 0)
    chosen = SelectedItem(item, seen, first.first_seen if first else None)
    filed = await asyncio.to_thread(file_item, source, chosen, clock())
    if not isinstance(filed, FiledEntry):
        return
    at = published_seconds(filed.entry.published, clock())

    def health(report: ImportReport, now: int) -> SourceHealth:
        known = brought(source, [at] * report.new, now).health
        return replace(known, checked_at=now, failures=0, failure=None)

    await store.sources.save(source, [with_topics(filed, source.topics)], [seen], clock, health)


async def _joined(item: FeedItem, first: SeenItem, store: Storage) -> FeedItem:
    """A further picture of an album that is an article already: its words are added to the article's."""
    there = await store.articles.find(first.article)
    if there is None:
        return item
    words = "\n".join(part for part in (item.entry.title, item.entry.body) if part)
    body = there.body if words in f"{there.title}\n{there.body}" else f"{there.body}\n{words}".strip()
    entry = replace(
        item.entry,
        id=there.id,
        title=there.title,
        body=body,
        url=there.url,
        published=there.published,
        tags=tuple(dict.fromkeys((*there.tags, *item.entry.tags))),
        image=there.image,
    )
    return replace(item, entry=entry)


async def _source(store: Storage, chat: Chat) -> Source | None:
    return await store.sources.of_channel(chat.id, *channel_addresses(chat.id, chat.username))


def _new_source(chat: Chat, *, agreed: bool) -> Source:
    """A channel as a source, paused until somebody who administers the bot agrees."""
    name = cut((chat.title or chat.username or str(chat.id)).strip(), 100)
    url = channel_addresses(chat.id, chat.username)[0]
    return Source(url=url, kind="channel", name=name, full_text=True, paused=not agreed, channel_id=chat.id)


async def _ask(source: Source, bot: Bot, store: Storage, admins: Collection[int]) -> None:
    log.warning("a channel's posts are no news until somebody agrees", channel=source.url, by=agreement(source.key))
    for one in admins:
        reader = await store.subscribers.get(one)
        screen = admin.asked_channel(source, texts_of(reader.language if reader else FALLBACK))
        try:
            await bot.send_message(one, **render.arguments(screen))
        except TelegramAPIError:
            continue  # an administrator who never wrote to the bot finds it in /sources


def _post(message: Message) -> ChannelPost:
    text, entities = message.text or message.caption or "", message.entities or message.caption_entities or []
    if message.poll is not None:
        text = "\n".join((message.poll.question, *(f"– {one.text}" for one in message.poll.options)))
    origin = message.forward_origin
    return ChannelPost(
        channel=message.chat.id,
        number=message.message_id,
        at=int(message.date.timestamp()),
        text=text,
        name=message.chat.username,
        links=tuple(one.extract_from(text) for one in entities if one.type in _LINKS) if message.poll is None else (),
        picture=message.photo[-1].file_id if message.photo else None,
        author=message.author_signature,
        forwarded=origin.chat.title if isinstance(origin, MessageOriginChannel) else None,
        album=message.media_group_id,
    )


_LINKS = frozenset({"text_link", "url", "mention"})
