"""Ledger rows as messages for Telegram. What many readers share is written once."""

import html
import re
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from aiogram.methods import (
    CopyMessage,
    DeleteMessage,
    EditMessageCaption,
    EditMessageText,
    SendMessage,
    SendPhoto,
    SendRichMessage,
)
from aiogram.types import InlineKeyboardMarkup, LinkPreviewOptions, ReplyParameters

from bot.sending.planning import told_by
from handlers.admin import broadcast_request
from handlers.channels import screens as channels
from handlers.digest import edition_token, with_facts
from handlers.views import alerts, render
from handlers.views import digest as views
from handlers.views.articles import Viewer
from handlers.views.screen import AnyScreen, RichScreen, Screen, cut
from locales import Html, texts
from news.alerts.deciding import DELETABLE_SECONDS, StoryPost, is_night
from news.alerts.matching import ArticleWords, asking
from news.digests.digest import once_a_story
from news.models import Article, Subscriber
from news.text.clean import file_of, is_public_address
from news.timetable import local_day
from storage import Storage
from storage.ledger.alerts import FORM as ALERT
from storage.ledger.broadcasts import FORM as BROADCAST
from storage.ledger.broadcasts import Broadcast
from storage.ledger.deliveries import Delivery
from storage.ledger.gate import POST, URGENT
from storage.ledger.posts import PHOTO, WITHDRAW
from storage.readers.channels import Channel

_REMEMBERED = 2000
_POST_UNITS = 2000
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)

SendMethod = SendMessage | SendRichMessage | CopyMessage | SendPhoto
ChangeMethod = EditMessageText | EditMessageCaption | DeleteMessage


class MessageWriter:
    """Writes messages. `username` is the bot's."""

    def __init__(self, store: Storage, username: str) -> None:
        self._store = store
        self._username = username
        self._sent_to_all: Broadcast | None = None
        self._words: tuple[tuple[int, int], ArticleWords] | None = None
        self._screens: OrderedDict[tuple[object, ...], AnyScreen] = OrderedDict()

    async def write(self, delivery: Delivery, now: int) -> SendMethod | None:
        """The message of a delivery; None if nothing of it is left to read. `now` is UTC seconds."""
        if delivery.form == BROADCAST:
            return await self._broadcast(delivery)
        if delivery.form == ALERT:
            return await self._alert(delivery, now)
        if delivery.rank == POST:
            return await self._post(delivery, now)
        # A shared screen is a minute old at most, so a hidden story disappears from messages after a minute.
        if delivery.part:
            return None  # an older version planned a second message; now everything is in the first
        among_many = delivery.kind != "private"
        shared = (delivery.composition, delivery.edition, delivery.pictures, delivery.form, delivery.again, among_many)
        key = (*shared, delivery.language, delivery.timezone, delivery.days, delivery.planned_at, now // 60)
        screen = self._screens.get(key)
        if screen is None:
            screen = await self._screen(delivery, now)
            if screen is None:
                return None
            self._screens[key] = screen
            if len(self._screens) > _REMEMBERED:
                self._screens.popitem(last=False)
        if delivery.kind == "channel":
            return await self._edition(delivery, screen, now)
        return render.sending(delivery.address, screen, delivery.thread)

    async def _edition(self, delivery: Delivery, screen: AnyScreen, now: int) -> SendMethod | None:
        """A digest for a channel."""
        channel = await self._store.channels.get(delivery.chat_id)
        if channel is None or isinstance(screen, RichScreen):
            return None
        viewer = Viewer(texts(delivery.language), ZoneInfo(delivery.timezone), now, self._username)
        method = render.sending(delivery.chat_id, channels.in_channel(screen, channel, viewer))
        silent = channel.silent and is_night(delivery.timezone, now)
        return method.model_copy(update={"disable_notification": silent})

    @staticmethod
    def without_pictures(method: SendMethod) -> SendRichMessage | SendMessage | None:
        """The same message without pictures, with their links kept; None if it has no picture."""
        if isinstance(method, SendPhoto):
            return SendMessage(
                chat_id=method.chat_id,
                text=method.caption or "",
                parse_mode="HTML",
                reply_markup=method.reply_markup,
                link_preview_options=_NO_PREVIEW,
                disable_notification=method.disable_notification,
            )
        if not isinstance(method, SendRichMessage):
            return None
        shown = render.without_pictures(RichScreen(Html(method.rich_message.html or "")))
        if shown is None:
            return None
        rich = method.rich_message.model_copy(update={"html": shown.html})
        return method.model_copy(update={"rich_message": rich})

    @staticmethod
    def bare(method: SendMethod) -> SendMessage | None:
        """The same message without markup; None for a copied message, whose markup is not ours."""
        if isinstance(method, CopyMessage | SendPhoto):
            return None
        if isinstance(method, SendMessage) and method.entities:
            return _bare(method, method.text)
        source = method.text if isinstance(method, SendMessage) else method.rich_message.html or ""
        plain = html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</(?:p|h\d|details|summary|footer)>", "\n", source)))
        return _bare(method, cut(plain, 4000))

    async def lesser(self, delivery: Delivery, method: SendMethod, now: int) -> SendMessage | None:
        """The message for a chat that allows only text, without rich form and preview; None if it is so already."""
        if isinstance(method, SendRichMessage):
            plain = await self.write(replace(delivery, form="plain", pictures=False), now)
            return self._without_preview(plain) if isinstance(plain, SendMessage) else None
        if isinstance(method, SendPhoto):
            without = self.without_pictures(method)
            return without if isinstance(without, SendMessage) else None
        if isinstance(method, CopyMessage) or method.link_preview_options in (None, _NO_PREVIEW):
            return None
        return self._without_preview(method)

    @staticmethod
    def _without_preview(method: SendMessage) -> SendMessage:
        return method.model_copy(update={"link_preview_options": _NO_PREVIEW})

    async def correction(self, delivery: Delivery, message_id: int, now: int) -> EditMessageText | None:
        """The edit that gives a sent alert its present text; None if there is nothing to say any more."""
        method = await self._alert(delivery, now, corrected=True) if delivery.form == ALERT else None
        if not isinstance(method, SendMessage):
            return None
        return EditMessageText(
            chat_id=method.chat_id,
            message_id=message_id,
            text=method.text,
            parse_mode=method.parse_mode,
            reply_markup=method.reply_markup if isinstance(method.reply_markup, InlineKeyboardMarkup) else None,
            link_preview_options=method.link_preview_options,
        )

    async def _alert(self, delivery: Delivery, now: int, *, corrected: bool = False) -> SendMethod | None:
        """An alert; None if its article is gone or the reader does not follow it any more."""
        found = [one for one in await self._store.articles.many(delivery.again) if one.key in delivery.again]
        reader = await self._store.subscribers.get(delivery.chat_id)
        if not found or reader is None:
            return None
        zone, private = ZoneInfo(delivery.timezone), delivery.kind == "private"
        viewer = Viewer(
            texts(delivery.language),
            zone,
            now,
            self._username,
            pictures=delivery.pictures,
            private=private,
            in_group=not private,
        )
        # What has changed is the article itself: its telling in the reader's language may still say the old thing.
        retold = delivery.reply_to is None and not (corrected and len(found) == 1)
        told = await self._own_words(found, reader) if retold else found
        if len(found) > 1:
            found = once_a_story(told, reader.language)
            return render.sending(
                delivery.address, alerts.together(found, viewer, corrected=corrected), delivery.thread
            )
        article = found[0]
        asked = [one for one in asking(self._read(article), reader.subscriptions) if one.at_once]
        if not asked and delivery.rank != URGENT:
            return None  # the reader has unfollowed it meanwhile
        last = await self._store.alerts.is_last(delivery.chat_id, local_day(now, zone))
        screen = alerts.alert(
            told[0],
            asked,
            viewer,
            develops=delivery.reply_to is not None,
            repeated=delivery.repeated,
            corrected=corrected,
            last_today=last and not corrected,
            has_digest=bool(reader.timetable.minutes),
        )
        method = render.sending(delivery.address, screen, delivery.thread)
        if delivery.reply_to is None:
            return method
        reply = ReplyParameters(message_id=delivery.reply_to, allow_sending_without_reply=True)
        return method.model_copy(update={"reply_parameters": reply})

    async def _own_words(self, found: Sequence[Article], reader: Subscriber) -> list[Article]:
        """The same news in the reader's language, where their stories have it from an outlet that is not muted."""
        told = await self._store.articles.retold(found, reader.told_in)
        if told == list(found):
            return told
        own = await self._store.preferences.of(reader.chat_id)
        return [one if own.wants(one) else was for one, was in zip(told, found, strict=True)]

    async def _post(self, delivery: Delivery, now: int) -> SendMethod | None:
        """A new post of a channel; None if its article is gone or the channel wants no posts any more."""
        told = await self._told(delivery, now)
        if told is None or not told[0].stories:
            return None
        channel, said, viewer = told
        picture = file_of(said.lead.image) or (said.lead.image if is_public_address(said.lead.image or "") else None)
        silent = channel.silent and is_night(delivery.timezone, now)
        rows = render.keyboard(Screen(Html(""), channels.post_rows(said, viewer)))
        if picture is not None and viewer.pictures:
            text = channels.post(said, channel, viewer, channels.CAPTION_UNITS)
            return SendPhoto(
                chat_id=delivery.chat_id,
                photo=picture,
                caption=text,
                parse_mode="HTML",
                reply_markup=rows,
                disable_notification=silent,
            )
        return SendMessage(
            chat_id=delivery.chat_id,
            text=channels.post(said, channel, viewer, _POST_UNITS) or "",
            parse_mode="HTML",
            reply_markup=rows,
            link_preview_options=_NO_PREVIEW,
            disable_notification=silent,
        )

    async def change(self, delivery: Delivery, now: int) -> ChangeMethod | None:
        """The edit or deletion of a standing post; None if it stays: its article is gone, or it has no more room."""
        assert delivery.message_id is not None
        if delivery.said == WITHDRAW:
            if now - delivery.planned_at < DELETABLE_SECONDS:
                return DeleteMessage(chat_id=delivery.chat_id, message_id=delivery.message_id)
            return self.withdrawn(delivery)
        told = await self._told(delivery, now)
        if told is None:
            return None
        channel, said, viewer = told
        most = channels.CAPTION_UNITS if delivery.form == PHOTO else _POST_UNITS
        text = channels.post(said, channel, viewer, most, grown=True)
        rows = render.keyboard(Screen(Html(""), channels.post_rows(said, viewer)))
        return self._changed(delivery, text, rows) if text is not None else None

    def withdrawn(self, delivery: Delivery) -> ChangeMethod:
        """The edit that leaves one line of a post that is too old to be deleted."""
        return self._changed(delivery, texts(delivery.language)("post-withdrawn"), None)

    @staticmethod
    def _changed(delivery: Delivery, text: Html, rows: InlineKeyboardMarkup | None) -> ChangeMethod:
        chat, number = delivery.chat_id, delivery.message_id
        if delivery.form == PHOTO:
            return EditMessageCaption(
                chat_id=chat, message_id=number, caption=text, parse_mode="HTML", reply_markup=rows
            )
        return EditMessageText(
            chat_id=chat,
            message_id=number,
            text=text,
            parse_mode="HTML",
            reply_markup=rows,
            link_preview_options=_NO_PREVIEW,
        )

    async def _told(self, delivery: Delivery, now: int) -> tuple[Channel, StoryPost, Viewer] | None:
        channel = await self._store.channels.get(delivery.chat_id)
        article = await self._store.articles.get(delivery.article or 0)
        if channel is None or article is None:
            return None
        viewer = Viewer(
            texts(delivery.language),
            ZoneInfo(delivery.timezone),
            now,
            self._username,
            pictures=delivery.pictures,
            in_group=True,
        )
        return channel, await told_by(self._store, article), viewer

    def _read(self, article: Article) -> ArticleWords:
        mark = article.key, hash((article.title, article.body))
        if self._words is None or self._words[0] != mark:
            self._words = mark, ArticleWords(article)
        return self._words[1]

    async def _broadcast(self, delivery: Delivery) -> SendMethod | None:
        """An administrator's message; None if the broadcast was stopped or deleted."""
        if self._sent_to_all is None or self._sent_to_all.edition != delivery.edition:
            self._sent_to_all = await self._store.broadcasts.get(int(delivery.edition.rpartition("-")[2]))
        one = self._sent_to_all
        return broadcast_request(one.content, delivery.chat_id, one.chat_id, delivery.language) if one else None

    async def _screen(self, delivery: Delivery, now: int) -> AnyScreen | None:
        zone, pictures = ZoneInfo(delivery.timezone), delivery.pictures
        among_many = delivery.kind != "private"
        viewer = Viewer(texts(delivery.language), zone, now, self._username, pictures=pictures, in_group=among_many)
        head = views.heading(delivery.edition, delivery.days, delivery.planned_at, viewer, now)
        if delivery.composition is None and not delivery.again:
            return views.nothing_new(head, viewer)
        made = await self._store.compositions.sent_digest(delivery.composition, delivery.again)
        if made is None:
            return None
        head = await with_facts(self._store, head, made.city, viewer)
        return views.shown(made, head, viewer, edition_token(delivery.edition), delivery.form)


def _bare(method: SendMessage | SendRichMessage, text: str) -> SendMessage:
    return SendMessage(chat_id=method.chat_id, message_thread_id=method.message_thread_id, text=text, parse_mode=None)
