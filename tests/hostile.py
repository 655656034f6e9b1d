"""What a feed, a file, an operator or an older version may have left in the store, and every view of it.

`messages` makes each message that a person could be shown of generated articles; `refusal_of` asks the strict server's
own checks for its verdict. A number makes a case, so a failure is found again: `messages(Random("views:17"))`.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from aiogram.client.default import Default
from aiogram.methods import SendRichMessage, TelegramMethod

from handlers import inline
from handlers.inline import ReadyResult
from handlers.saved import found_among
from handlers.views import admin, articles, card, digest, render, search
from handlers.views import settings as choices
from handlers.views.actions import ListPlace
from handlers.views.articles import Viewer
from handlers.views.card import CardState
from handlers.views.full_text import full_text
from handlers.views.screen import AnyScreen
from locales import texts
from news.digests.digest import Digest, DigestSection
from news.feeds.schedule import SourceNotice
from news.feeds.source import DiscoveredSource, Source, SourceHealth
from news.models import Article, Entry, Page, Preferences, PublicationTime, Subscriber, Subscription, Topic
from news.queries.query import parse
from news.stories.stories import Story, StoryHeadline, StoryMember
from news.subject.topics import TOPICS
from sandbox.markup.formatting import checked_markup, message_text
from sandbox.markup.rich import checked_rich
from sandbox.methods.queries import checked_result
from sandbox.refusals import Refusal

NOW = 1_795_320_000
ALMATY = ZoneInfo("Asia/Almaty")
_PIECES = (
    "Мост", "көпір", "Қала", "a", "&", "<", ">", '"', "'", "<b>", "</b>", "<a href=", "&amp;", "&#0;", "&lt;", "#", "/start",
    "@someone", "http://a.kz", "😀", "👨‍👩‍👧", "é", "е\u0308", "\u200b", "\u202e", "\u0000", "\u0007", "\t", "\n",
    "\r\n", "\u2028", "\u00a0", "{", "}", "{ $name }", "%s", "\\", "…", "«", "»", ";", ",", "-", "_", "1", "2026", "ᄀ",
    "ﷺ", "\ufffd", "🇰🇿", "a" * 300, "Щ" * 90,
)  # fmt: skip
_ADDRESSES = (
    "https://example.kz/a?b=1&c=%22<x>", "https://example.kz:/x", "https://example.kz:0/x", "https://example.kz:99999/",
    "https://example.kz:8443/x", "http://localhost/x", "http://[::1]/x", "http://127.0.0.1:80/x", "https://a..kz/",
    "https://пример.қаз/жол?а=б", "https://user:pass@example.kz/", "https://exa mple.kz/", "https://example.kz/a b",
    'https://example.kz/"onload="x', "javascript:alert(1)", "tg://user?id=1", "ftp://example.kz/", "https://", "",
    "https://example.kz/" + "%D2%9B" * 300, "https://example.kz/?" + "&a=b" * 450, "https://-a.kz/", "https://a.k-/",
    "https://exa%mple.kz/", "https://example.kz\\@b.kz/", "HTTPS://EXAMPLE.KZ/X", "https://example.kz/\u202e",
    "https://" + "a" * 70 + ".kz/", "https://example.kz#\n", "https://℀.kz/", "https://a_b.kz/", "https://example.kz.",
)  # fmt: skip
_LANGUAGES = ("ru", "kk", "ru", "kk", "en", "", "RU", "kk-KZ", "ә" * 50)


class Hostile:
    """Generates nouns of the subject from numbers."""

    def __init__(self, dice: Random) -> None:
        self.dice = dice

    def words(self, most: int = 12) -> str:
        """Any text, sometimes blank, sometimes thousands of letters long."""
        dice = self.dice
        text = dice.choice(("", " ", "")).join(dice.choice(_PIECES) for _ in range(dice.randrange(most)))
        if dice.random() < 0.07:
            text = (text or "Ұ") * dice.choice((30, 400))
        if dice.random() < 0.03:
            text = dice.choice(("😀", "&", "А. Б. ", "\n", "<", "ﷺ")) * dice.choice((50, 5_000, 20_000))
        return text[:40_000]

    def maybe(self, value: str) -> str | None:
        """That, or nothing."""
        return value if self.dice.random() < 0.8 else None

    def address(self) -> str | None:
        """Any address, or what is none."""
        return self.maybe(self.dice.choice((*_ADDRESSES, self.words(4))))

    def slug(self) -> str:
        """Mostly a topic."""
        return self.dice.choice((*TOPICS, *TOPICS, "Transport", "nosuch", "", "көлік", self.words(3)))

    def moment(self) -> PublicationTime:
        """An instant, a day, nothing; from the year 1 to 9999."""
        dice = self.dice
        return dice.choice(
            (
                None,
                datetime.fromtimestamp(NOW - dice.randrange(10**6), UTC),
                datetime.fromtimestamp(NOW + dice.randrange(10**6), UTC),
                datetime(1, 1, 1, tzinfo=UTC),
                datetime(9999, 12, 31, 23, 59, tzinfo=UTC),
                date(1, 1, 1),
                date(9999, 12, 31),
                date(2026, 11, 22),
            )
        )

    def article(self, key: int | None = None) -> Article:
        """An article as it may stand in the tables."""
        dice = self.dice
        body = "\n".join(self.words(30) for _ in range(dice.choice((0, 1, 3, 40))))
        return Article(
            key=key or dice.randrange(1, 10**9),
            id=self.words(3),
            title=self.words(),
            lead=self.words(20),
            language=dice.choice(_LANGUAGES),
            url=self.address(),
            body=body[:60_000],
            published=self.moment(),
            source=self.maybe(self.words(6)),
            tags=tuple(self.words(4) for _ in range(dice.randrange(8))),
            cited=tuple(self.words(4) for _ in range(dice.randrange(3))),
            views=dice.choice((None, 0, -5, 10**15)),
            image=self.address(),
            topics=tuple(
                Topic(self.slug(), tuple(self.words(3) for _ in range(dice.randrange(6))))
                for _ in range(dice.choice((0, 1, 2, 4, 30)))
            ),
            story=dice.choice((None, 7)),
            author=self.maybe(self.words(3)),
            section=self.maybe(self.words(3)),
        )

    def source(self) -> Source:
        """A source as an operator may have kept it."""
        health = SourceHealth(checked_at=NOW, failures=self.dice.randrange(2), failure=self.words(4))
        name, address = self.words(6), self.address() or "https://example.kz/"
        return Source(address, "feed", name, key=self.dice.randrange(1, 9), topics=(self.slug(),), health=health)

    def story(self, members: list[Article]) -> Story:
        """A story of these articles."""
        dice = self.dice
        moments = (NOW, 0, -1, 10**11, 2**62, -(2**62))
        return Story(
            7,
            tuple(
                StoryMember(
                    key=one.key,
                    id=one.id,
                    title=one.title,
                    language=one.language,
                    source=one.source,
                    at=dice.choice(moments),
                    copy_of=members[0].key if number and dice.random() < 0.4 else None,
                    headlines=tuple(
                        StoryHeadline(self.words(), dice.choice(moments)) for _ in range(dice.randrange(4))
                    ),
                )
                for number, one in enumerate(members)
            ),
        )

    def subscription(self) -> Subscription:
        """What a chat may have asked for."""
        kind = self.dice.choice(("topic", "tag", "word", "story"))
        value = self.slug() if kind == "topic" else f"7 {self.words(4)}" if kind == "story" else self.words(4)
        return Subscription(kind, value)


def messages(dice: Random) -> Iterator[tuple[str, TelegramMethod | ReadyResult]]:
    """Every message that can be made of one generated shelf of articles, in both languages and forms, by its view."""
    hostile = Hostile(dice)
    shelf = [hostile.article(number + 1) for number in range(dice.choice((1, 2, 6, 12)))]
    story = hostile.story(shelf)
    asked = tuple(hostile.subscription() for _ in range(dice.choice((0, 3, 60))))
    muted = frozenset((dice.choice(("topic", "source", "story")), hostile.slug()) for _ in range(dice.randrange(60)))
    own = Preferences(muted, {hostile.slug(): dice.randrange(9) for _ in range(dice.randrange(12))})
    kept = [hostile.source() for _ in range(dice.choice((1, 12)))]
    query, cursor = hostile.words(5), dice.choice((None, "1" * 18))
    made = Digest(
        tuple(DigestSection(dice.choice((None, hostile.slug())), (one,)) for one in shelf),
        developed=tuple(shelf[:2]),
        again=tuple(shelf[:3]),
        more=dice.randrange(50),
        outlets={one.key: dice.randrange(1, 30) for one in shelf},
        news={one.key: dice.choice((one.title, one.body, hostile.words(9))) for one in shelf[:1]},
    )
    place = ListPlace("topic", "smart-city", cursor)
    for language in ("ru", "kk"):
        reader = Subscriber(
            1, "private", language, "Asia/Almaty", subscriptions=asked, city=dice.choice((None, "almaty", "Nosuch"))
        )
        for rich in (False, True):
            viewer = Viewer(texts(language), ALMATY, NOW, "qala_bot", rich=rich, is_admin=True, private=True)
            for name, screen in _screens(shelf, story, made, viewer, reader, own, kept, query, place):
                yield name, render.sending(1, screen)
        for one in shelf:
            yield "inline", inline.result(one, viewer)


def _screens(
    shelf: list[Article],
    story: Story,
    made: Digest,
    viewer: Viewer,
    reader: Subscriber,
    own: Preferences,
    kept: list[Source],
    query: str,
    place: ListPlace,
) -> Iterator[tuple[str, AnyScreen]]:
    words = viewer.texts
    head = digest.preview_heading(viewer)
    form = "rich" if viewer.rich else "plain"
    for page in range(digest.pages(made, form)):
        yield f"digest {form}", digest.shown(made, head, viewer, f"n{viewer.now}", form, page)
    if viewer.rich:
        for one in shelf[:3]:
            yield "full text rich", full_text(one, 0, viewer, place, query)
        return
    for one in shelf[:3]:
        told = CardState(story=story, summary=one.lead)
        yield "card", card.card(one, viewer, place, query, told)
        yield "card more", card.card(one, viewer, place, query, CardState(opened_up=True, reactions={"like": 5}))
        yield "shared card", card.shared_card(one, viewer)
        yield "full text", full_text(one, 1, viewer, place, query)
        yield "why", card.why(one, reader, own, words, place)
        yield "less", card.less(one, words, place)
        for kind in ("topic", "source", "story"):
            yield "muted", card.muted(one, kind, words, place, wish="1")
        yield "story", card.story(story, one.key, words, viewer.zone, viewer.now, place)
    page = Page(shelf, "1" * 18)
    yield "list", articles.listing(words("latest-title"), page, viewer, place)
    outcome = search.SearchOutcome(page, parse(query, date(2026, 11, 22)), query, "sport")
    yield "found", search.results(outcome, query, viewer, date(2026, 11, 22), None)
    yield (
        "nothing found",
        search.results(
            search.SearchOutcome(Page([]), parse(query, date(2026, 11, 22))), query, viewer, date(2026, 11, 22), None
        ),
    )
    yield "saved", found_among(shelf, "мост", viewer)
    yield "tastes", card.preferences(own, words)
    yield "subscriptions", choices.subscriptions(words, reader)
    yield "settings", choices.settings(words, reader)
    yield "sources", admin.source_list(kept, 0, viewer)
    yield "source", admin.source_card(kept[0], viewer)
    yield "removing", admin.removing(kept[0], words)
    newest = tuple(Entry(one.id, one.title, one.body, published=one.published) for one in shelf[:3])
    yield "source found", admin.found(DiscoveredSource(kept[0], newest), viewer)
    for event in ("silent", "gone", "broken"):
        yield "report", articles.Screen(admin.report(SourceNotice(event, kept[0], ""), words))


def _given(value: Any) -> Any:
    """What goes over the wire: the bot's defaults (there are none) are left out."""
    if isinstance(value, dict):
        return {name: _given(one) for name, one in value.items() if not isinstance(one, Default)}
    return [_given(one) for one in value] if isinstance(value, list) else value


def refusal_of(message: TelegramMethod | ReadyResult) -> str | None:
    """Why the strict server refuses a message; None where it takes it."""
    if isinstance(message, ReadyResult):
        given = json.loads(message.as_json())
    else:
        given = json.loads(
            json.dumps(_given(message.model_dump(exclude_none=True, warnings=False)), ensure_ascii=False)
        )
    try:
        if isinstance(message, ReadyResult):
            checked_result(None, given)  # type: ignore[arg-type]
        elif isinstance(message, SendRichMessage):
            checked_rich(given["rich_message"], lambda kind, medium: medium)
            checked_markup(given.get("reply_markup"))
        else:
            message_text(given["text"], given["parse_mode"])
            checked_markup(given.get("reply_markup"))
    except Refusal as refusal:
        return str(refusal)
    return None
