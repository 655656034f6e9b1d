"""What a person says without a command: an intent is carried out, a question and anything else are searched for.

Every answer to an intent has a button that searches for the words. The address of an article opens its card.
"""

import re
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final, Literal

from aiogram import Bot, F, Router
from aiogram.types import Message, ReplyKeyboardRemove

from handlers import settings as choosing
from handlers.alerts import hide
from handlers.callbacks import CallbackContext, CallbackHandler, administers, only_in_private
from handlers.cards import (
    Shown,
    ShownCards,
    existing,
    keyboard_json,
    plain_label,
    show_card,
    show_story,
    show_text,
    shown_under,
    told,
    why,
)
from handlers.channels import screens as channels
from handlers.channels.incoming import seen_elsewhere
from handlers.digest import edition_token, preview, set_timetable, turned
from handlers.lists import show_latest, show_place, show_search, show_topic
from handlers.saved import ask_to_forget, show_saved
from handlers.settings import LONGEST_WORD
from handlers.views import alerts as alert_views
from handlers.views import card, render
from handlers.views import search as views
from handlers.views import settings as choices
from handlers.views import settings as timing
from handlers.views.actions import Action, act, parse_place, unpack_words
from handlers.views.articles import Viewer, home_buttons, row_of
from handlers.views.screen import AnyScreen, Button, Screen, cut
from handlers.views.search import latest_button
from locales import LANGUAGES, Html, texts
from news.feeds.source import outlets
from news.intents.clauses import clauses, put_right, wishes_in
from news.intents.hours import hours_in, intents_table
from news.intents.outlets import outlet_asked
from news.intents.pointing import LAST, Pointed, named_in_list, pointed_at
from news.intents.timed import timed
from news.intents.towns import town_of
from news.intents.understanding import (
    Intent,
    Question,
    asks_back,
    follow_up,
    names_nothing,
    narrows,
    restored,
    subject,
    trouble,
    understand,
)
from news.language.analyse import fold, term
from news.language.analyse import words as spoken
from news.language.frequency import is_known
from news.models import Article, QalaError, Subscriber, Subscription
from news.queries.query import parse
from news.subject import places, topics
from news.subject.outlets import names_outlet
from news.text.clean import addresses_in, headline_of, own_key, written_otherwise
from news.timetable import Timetable, local_day
from storage import Storage

_LONGEST_SAID = 160
"""The longest message, in letters, that can be an intent; a longer one was copied from somewhere."""
_FEWEST_WORDS = 3
_CANCEL: Final = "button-keys-cancel"
_MOST_ADDRESSES = 3
_ALBUMS = 200
_WORDLESS: Final = F.content_type.in_(
    {"sticker", "photo", "voice", "video", "video_note", "animation", "audio", "document", "contact", "poll", "dice"}
)
_BACK: Final = [
    plain_label(texts(code).plain(one)) for code in LANGUAGES for one in ("button-back", "button-first-page")
]
_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Saying:
    """An intent, who said it, and the store."""

    intent: Intent
    store: Storage
    subscriber: Subscriber
    viewer: Viewer


Reply = Callable[[Saying], Awaitable[AnyScreen]]
Press = Callable[[Message, str, str | None, Bot, Storage, Subscriber, Viewer], Awaitable[bool]]
"""Does what a button does, for a message that says its label, if it may (`handlers.buttons.pressed_by_word`)."""


def make_router() -> Router:
    """The handlers of this file. This router must be asked last."""
    router = Router(name="said")
    private = F.chat.type == "private"
    router.message.register(keys_put_away, F.text.in_({texts(code).plain(_CANCEL) for code in LANGUAGES}), private)
    router.message.register(unknown_command, F.text.startswith("/"), private)
    # A card that somebody shares here by `@bot words` has a text too, but is no question.
    router.message.register(post, F.text, F.forward_origin, private)
    router.message.register(words, F.text, private, ~F.via_bot)
    router.message.register(post, F.caption, private)
    router.message.register(WordlessReplies().answer, _WORDLESS, private)
    router.message.register(asked_among_many, F.text, F.chat.type.in_({"group", "supergroup"}), ~F.via_bot)
    return router


async def asked_among_many(
    message: Message,
    bot: Bot,
    store: Storage,
    subscriber: Subscriber,
    viewer: Viewer,
    username: str,
    shown_cards: ShownCards,
) -> None:
    """Answer a question in a group: a reply to the bot, or a message that names it. Other messages are not for it."""
    text = message.text or ""
    if text.startswith("/") or not talks_to_bot(message, username):
        return
    asked = " ".join(re.sub(rf"@{re.escape(username)}\b", " ", text, flags=re.IGNORECASE).split()).strip(",.:;—– ")
    if not asked:
        await render.answer(message, Screen(viewer.texts("group-ask", bot=username)))
        return
    if addresses_in(asked) or len(asked) > _LONGEST_SAID:
        await post(message, store, subscriber, viewer)
        return
    if choosing.answered_city(asked, subscriber, viewer.now) and not await administers(message, bot):
        await render.answer(message, await show_search(store, asked, None, viewer, subscriber))
        return
    shown = await _shown_before(message, shown_cards, store, subscriber, viewer)
    await render.answer(message, await reply(asked, store, subscriber, viewer, shown))


def talks_to_bot(message: Message, username: str) -> bool:
    """Whether a message is meant for the bot: a command, a reply to it, or one that names it."""
    text = message.text or message.caption or ""
    replied = message.reply_to_message
    # In a topic every message formally replies to the one that opened it.
    to_bot = replied is not None and replied.forum_topic_created is None and replied.from_user is not None
    if to_bot and replied is not None and replied.from_user is not None and replied.from_user.username == username:
        return True
    if re.search(rf"@{re.escape(username)}\b", text, re.IGNORECASE):
        return True
    return text.startswith("/") and "@" not in text.split(maxsplit=1)[0]


async def keys_put_away(message: Message, viewer: Viewer) -> None:
    """The key that puts away the keys for sharing a place or a channel."""
    await message.answer(viewer.texts("keys-cancelled"), reply_markup=ReplyKeyboardRemove())


async def unknown_command(message: Message, viewer: Viewer) -> None:
    """Answer a command that does not exist."""
    await render.answer(message, Screen(viewer.texts("error-unknown-command"), row_of(*home_buttons(viewer))))


async def words(
    message: Message,
    bot: Bot,
    store: Storage,
    subscriber: Subscriber,
    viewer: Viewer,
    shown_cards: ShownCards,
    press: Press,
) -> None:
    """Answer a message that is no command: do what it says, else search for its words."""
    text = message.text or ""
    if addresses_in(text) or "\n" in text.strip() or len(text) > _LONGEST_SAID:
        await post(message, store, subscriber, viewer)
        return
    shown = await _shown_before(message, shown_cards, store, subscriber, viewer)
    said = " ".join(text.split())
    data = _pressed_by(said, shown)
    if data is not None and await press(message, data, shown.query, bot, store, subscriber, viewer):
        return
    await render.answer(message, await reply(said, store, subscriber, viewer, shown))


def _pressed_by(said: str, shown: Shown) -> str | None:
    """The callback data of the button that was said instead of pressed: by its label, its number among the
    subscriptions («удали вторую»), or by «yes» to an offer.
    """
    label, pointed = plain_label(said), pointed_at(said) if shown.drops else None
    if pointed is not None and pointed.deed in ("remove", "less") and 0 < (pointed.number or 0) <= len(shown.drops):
        return shown.drops[(pointed.number or 0) - 1]
    if (pointed := pointed_at(said)) is not None and pointed.deed == "back":
        return next((shown.labels[one] for one in _BACK if one in shown.labels), shown.labels.get(label))
    return shown.labels.get(label) or (shown.offer if fold(label) in intents_table()["agreed"].split() else None)


async def _shown_before(
    message: Message, shown_cards: ShownCards, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> Shown:
    """What a message may name by a number: in the message it replies to, else in what its chat was shown last.

    In a group many see many lists, so only a reply tells which is meant.
    """
    replied = message.reply_to_message
    if replied is not None and replied.reply_markup is not None:
        return shown_under(keyboard_json(replied.reply_markup))
    if message.chat.type != "private":
        return Shown()

    async def digest(edition: str) -> str:
        page = await _known(turned(store, subscriber, viewer, edition_token(edition), 0, subscriber.form))
        markup = render.keyboard(page) if page is not None else None
        return keyboard_json(markup) if markup is not None else ""

    return await shown_cards.last(message.chat.id, digest)


async def post(message: Message, store: Storage, subscriber: Subscriber, viewer: Viewer) -> None:
    """Answer a forwarded post, a caption or an address with the article it links to, else search for its first line."""
    await seen_elsewhere(message, store)
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities or []
    addresses = [*addresses_in(text), *(one.url for one in entities if one.url)]
    if (article := await _linked(store, addresses)) is not None:
        await render.answer(message, await show_card(store, article, subscriber, viewer))
        return
    asked = headline_of(text)
    if addresses and len(asked.split()) < _FEWEST_WORDS:
        rows = ((latest_button(viewer.texts), *home_buttons(viewer)),)
        await render.answer(message, Screen(viewer.texts("link-unknown"), rows))
        return
    await render.answer(message, await show_search(store, asked, None, viewer, subscriber))


async def _linked(store: Storage, addresses: Sequence[str]) -> Article | None:
    """The article at one of these addresses, or None."""
    for address in addresses[:_MOST_ADDRESSES]:
        key = own_key(address)
        found = await (
            store.articles.get(key) if key is not None else store.articles.at_address(written_otherwise(address))
        )
        if found is not None:
            return found
    return None


class WordlessReplies:
    """Answers messages without words; an album, whose parts come one by one, gets one answer."""

    def __init__(self) -> None:
        self._albums: deque[str] = deque(maxlen=_ALBUMS)

    async def answer(self, message: Message, viewer: Viewer) -> None:
        """Say kindly that the bot understands only words."""
        album = message.media_group_id
        if album is not None and album in self._albums:
            return
        if album is not None:
            self._albums.append(album)
        rows = ((latest_button(viewer.texts), Button(viewer.texts.plain("button-search"), here="")),)
        await render.answer(message, Screen(viewer.texts("only-text"), rows))


async def reply(
    text: str, store: Storage, subscriber: Subscriber, viewer: Viewer, shown: Shown | None = None
) -> AnyScreen:
    """The answer to a message; `shown` is what it may name by a number."""
    shown = shown or Shown()
    if town := choosing.answered_city(text, subscriber, viewer.now):
        return await _lives_in(town, text, store, subscriber, viewer)
    if done := await _done_as_said(text, store, subscriber, viewer, shown):
        return done
    if done := await _by_clauses(text, store, subscriber, viewer, shown):
        return done
    if names_nothing(text):
        rows = ((latest_button(viewer.texts), *home_buttons(viewer)), (views.search_button(viewer.texts, text),))
        return Screen(viewer.texts("said-nothing"), rows)
    wanted = understand(text, local_day(viewer.now, viewer.zone))
    if isinstance(wanted, Question):
        return await _searched(wanted, text, store, subscriber, viewer)
    return await show_search(store, text, None, viewer, subscriber, topic=trouble(text))


async def _done_as_said(
    text: str, store: Storage, subscriber: Subscriber, viewer: Viewer, shown: Shown
) -> AnyScreen | None:
    """What a message wants done with what was shown or what goes on from it, or its intent; None if it is a search."""
    today = local_day(viewer.now, viewer.zone)
    wanted = understand(text, today)
    if back := await _hidden_before(text, wanted, store, subscriber, viewer):
        return replace(back, rows=(*back.rows, (views.search_button(viewer.texts, text),)))
    named = await _named(text, shown, store, subscriber, viewer)
    if named := named or await _pointed(text, wanted, shown, store, subscriber, viewer):
        return replace(named, rows=(*named.rows, (views.search_button(viewer.texts, text),)))
    before = _asked_before(shown)
    if _may_name_outlet(wanted) and (found := await _of_outlets(text, before, store, subscriber, viewer)):
        return found
    if not isinstance(wanted, Intent) or wanted.name in _MAY_BE_TIMED:
        hours_meant = isinstance(wanted, Intent) and wanted.name == "hours"
        wanted = timed(text, asked=_of_hours(shown) or hours_meant) or wanted
    going_on = _instead(text, wanted, shown, today)
    if going_on is None and not isinstance(wanted, Intent):
        going_on = follow_up(text, before, today)
    if isinstance(going_on, Question) and going_on.topic is None:
        return await _searched(going_on, _in_words(going_on.query, viewer), store, subscriber, viewer)
    wanted = going_on or wanted
    if isinstance(wanted, Intent):
        if wanted.name == "live" and wanted.city and _answers(wanted.city, subscriber, viewer):
            return await _lives_in(wanted.city, text, store, subscriber, viewer)
        answered = await _REPLIES[wanted.name](Saying(wanted, store, subscriber, viewer))
        return replace(answered, rows=(*answered.rows, (views.search_button(viewer.texts, text),)))
    return None


_MAY_BE_TIMED: Final = frozenset(("ahead", "hours", "pause", "resume", "newest", "topic", "live", "follow"))
"""Intents that a message with an hour or a part of the day has only beside it."""
_HOURS: Final = frozenset(("at", "when", "hour", "time"))
"""Actions about the digest's hours."""


def _of_hours(shown: Shown) -> bool:
    return any(data.partition(":")[0] in _HOURS for data in shown.labels.values())


def _may_name_outlet(wanted: Intent | Question | None) -> bool:
    """Whether what was understood leaves it open that an outlet was named: it is no other wish."""
    if isinstance(wanted, Question):
        return not wanted.topic
    return wanted is None or wanted.name == "follow"


async def _of_outlets(
    text: str, before: str | None, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> AnyScreen | None:
    """The news of the outlets that a message asks for; None if it asks for none that is known."""
    asked = outlet_asked(text, local_day(viewer.now, viewer.zone))
    if asked is None:
        return None
    names = []
    for read in asked.names:
        known = [name for one in read if (name := await _outlet(one, store, viewer)) is not None]
        if not known:
            return None
        names.append(known[0])
    own = [name for name in names if await _writes(name, store, viewer)]
    if not own:
        said = viewer.texts("said-no-outlet", name=", ".join(names))
        ways = (latest_button(viewer.texts), *home_buttons(viewer))
        return Screen(said, (ways, (views.search_button(viewer.texts, text),)))
    query = " ".join((*(f'source:"{name}"' for name in own), asked.days, before if asked.goes_on and before else ""))
    return await show_search(store, query.strip(), None, viewer, subscriber, said=text)


async def _writes(name: str, store: Storage, viewer: Viewer) -> bool:
    """Whether there are articles of an outlet."""
    query = parse(f'source:"{name}"', local_day(viewer.now, viewer.zone))
    found = await store.articles.found(query, limit=1, now=viewer.now)
    article = await store.articles.get(found.hits[0].key) if found.hits else None
    return article is not None and names_outlet(name, article.source or "", article.url or "")


def _instead(text: str, wanted: Intent | Question | None, shown: Shown, today: date) -> Intent | Question | None:
    """What a message puts in the place of what was understood before; None if nothing was shown, or it is a wish."""
    if not (shown.labels or shown.keys or shown.query) or (isinstance(wanted, Intent) and wanted.name != "hide"):
        return None
    meant = put_right(text)
    if meant is None or pointed_at(meant) is not None or (isinstance(wanted, Intent) and not narrows(meant, today)):
        return None
    if _of_hours(shown) and (town := town_of(spoken(meant))):
        return Intent("live", city=town)
    found = understand(meant, today)
    if isinstance(found, Intent) and found.name != "live":
        return found
    return follow_up(f"а {meant}", _asked_before(shown), today) or Question(meant)


async def _opened_and(
    text: str, shown: Shown, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> AnyScreen | None:
    """What a message wants done with the article that it opens, «открой третью и сохрани»; None if nothing."""
    named = [found for part in clauses(text) if (found := pointed_at(part)) is not None]
    numbers = [one.number for one in named if one.number is not None]
    deeds = [one.deed for one in named if one.number is None]
    if len(numbers) != 1 or len(deeds) != 1 or numbers[0] not in shown.keys:
        return None
    done = await _known(_done(deeds[0], shown.keys[numbers[0]], shown.query, store, subscriber, viewer))
    return replace(done, rows=(*done.rows, (views.search_button(viewer.texts, text),))) if done is not None else None


async def _by_clauses(
    text: str, store: Storage, subscriber: Subscriber, viewer: Viewer, shown: Shown
) -> AnyScreen | None:
    """What the parts of a message want that are wishes of their own: two at most, or one and a search."""
    today = local_day(viewer.now, viewer.zone)
    if both := await _opened_and(text, shown, store, subscriber, viewer):
        return both
    wishes, asked = wishes_in(text, today), []
    for part in clauses(text):
        wanted = understand(part, today)
        if pointed_at(part) is not None and (shown.keys or shown.article):
            wishes.insert(0, part)
        elif isinstance(wanted, Question) or (isinstance(wanted, Intent) and wanted.name in ("newest", "topic")):
            asked.append(part)
    others = [part for part in clauses(text) if pointed_at(part) is None]
    if not wishes and len(others) == 1:  # «что в Таразе, потом первую открой»: the list comes first
        return await reply(others[0], store, subscriber, viewer, shown)
    if not wishes:
        return None
    screens = [await _done_as_said(part, store, subscriber, viewer, shown) for part in wishes[:2]]
    if asked and len(wishes) == 1:
        screens.append(await reply(asked[0], store, subscriber, viewer, shown))
    found = [replace(one, rows=one.rows[:-1]) for one in screens if isinstance(one, Screen)]
    if not found:
        return next((one for one in screens if one is not None), None)
    html = Html("\n\n".join(dict.fromkeys(one.html for one in found)))
    rows = list(dict.fromkeys(row for one in found for row in one.rows))
    declined = Button(viewer.texts.plain("button-not-now"), act("home"))
    rows.sort(key=lambda row: row == (declined,))
    return Screen(html, (*rows, (views.search_button(viewer.texts, text),)))


async def _hidden_before(
    text: str, wanted: Intent | Question | None, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> Screen | None:
    """What a message wants back, with the button for that; None unless the reader has hidden just this."""
    if isinstance(wanted, Intent) and wanted.name == "hide" and not asks_back(text):
        return None
    object_ = restored(text)
    windows = [*([object_] if object_ is not None else []), *(_windows(text) if asks_back(text) else ())]
    if not windows:
        return None
    own = await store.preferences.of(subscriber.chat_id)
    for kind, value in sorted(own.muted):
        name = topics.name(value, viewer.texts.language) if kind == "topic" else value
        for object_ in windows:
            if kind in alert_views.MUTED and (
                _alike(object_, name)
                or (kind == "source" and names_outlet(object_, value))
                or (kind == "topic" and value in (topics.find(object_), trouble(object_)))
            ):
                return alert_views.muted(kind, value, viewer.texts)
    return None


def _windows(text: str) -> Iterator[str]:
    """One to three words of a message that stand together."""
    parts = spoken(text)
    for length in (3, 2, 1):
        yield from (" ".join(parts[start : start + length]) for start in range(len(parts) - length + 1))


def _alike(said: str, name: str) -> bool:
    """Whether words name what was hidden, in any form: «криминалды» is «криминал»."""
    one, other = ([fold(word) for word in spoken(text)] for text in (said, name))
    return len(one) == len(other) and all(
        a == b or any(term(a, code) == term(b, code) for code in LANGUAGES) for a, b in zip(one, other, strict=True)
    )


async def _searched(asked: Question, said: str, store: Storage, subscriber: Subscriber, viewer: Viewer) -> AnyScreen:
    """What is found for a question that was asked in the words `said`."""
    topic = asked.topic or trouble(said)
    return await show_search(store, asked.query, None, viewer, subscriber, said=said, topic=topic)


def _in_words(query: str, viewer: Viewer) -> str:
    """A query with its town as one says it, so that what goes on from it once more still has the town."""

    def town(found: re.Match[str]) -> str:
        slug = places.resolve(fold(found[1]))
        return places.name(slug, viewer.texts.language) if slug else found[1]

    return re.sub('city:"([^"]*)"', town, query)


async def _pointed(
    text: str,
    wanted: Intent | Question | None,
    shown: Shown,
    store: Storage,
    subscriber: Subscriber,
    viewer: Viewer,
) -> AnyScreen | None:
    """What a message wants done with what was shown; None if it does not speak of that, or that is gone."""
    pointed = pointed_at(text) or (_NEXT if isinstance(wanted, Intent) and wanted.name == "further" else None)
    if pointed is None:
        return None
    number = pointed.number
    if shown.hours and text.isdecimal() and (hours := hours_in(f"{number}:00")):
        return views.time_offer(hours, viewer.texts, subscriber)
    if number == LAST:
        number = max(shown.keys, default=None)
    if pointed.others and shown.keys:
        return await _each(pointed, shown, store, subscriber, viewer)
    key = shown.after() if number is None and pointed.deed == "following" else None
    if key is None and number is None and pointed.deed in _STEPS:
        if shown.further is None or shown.further.verb not in _STEPS[pointed.deed]:
            return _ask_which(shown, viewer) if pointed.deed == "read" else _no_more(pointed, shown, viewer)
        return await _known(_further(shown.further, shown.query, store, subscriber, viewer))
    if key is None:
        key = shown.article if number is None else shown.keys.get(number)
    if key is None and number is None and pointed.deed == "track" and (shown.query or shown.topic):
        return _follow_found(shown, viewer)
    if key is not None and pointed.deed == "remove" and shown.saved:
        await store.saved.remove(subscriber.chat_id, key)
        return await show_saved(store, subscriber, None, viewer)
    if key is None and number is None and pointed.deed in _OF_ONE:
        return _ask_which(shown, viewer) if shown.keys else _nothing_open(pointed, viewer)
    return await _known(_done(pointed.deed, key, shown.query, store, subscriber, viewer)) if key is not None else None


async def _named(text: str, shown: Shown, store: Storage, subscriber: Subscriber, viewer: Viewer) -> AnyScreen | None:
    """What a message wants done with the article of a list that it names by what it is about; None if it names none."""
    found = named_in_list(text) if shown.keys else None
    key = await _told_in_list(found[1], shown, store) if found is not None else None
    if found is None or key is None or (found[0].deed == "remove" and not shown.saved):
        return None
    if found[0].deed == "remove":
        await store.saved.remove(subscriber.chat_id, key)
        return await show_saved(store, subscriber, None, viewer)
    return await _known(_done(found[0].deed, key, shown.query, store, subscriber, viewer))


async def _told_in_list(about: str, shown: Shown, store: Storage) -> int | None:
    """The key of the only article of a list that words are about, by its headline or else its topics; None if none or
    more are.
    """
    articles = await store.articles.many(list(shown.keys.values()))
    wanted = [{term(word, code) for code in LANGUAGES} | {fold(word)} for word in spoken(about)]
    titles = [[{term(word, code) for code in LANGUAGES} for word in spoken(one.title)] for one in articles]
    found = [
        one.key
        for one, title in zip(articles, titles, strict=True)
        if all(any(forms & word for word in title) for forms in wanted)
    ]
    slug = topics.find(about)
    found = found or [one.key for one in articles if slug in {topic.slug for topic in one.topics}]
    return found[0] if found else None


async def _each(
    pointed: Pointed, shown: Shown, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> AnyScreen | None:
    """Save several of a list: «первую и третью отложи»; None if none of them is there."""
    named = [shown.keys[number] for number in (pointed.number or 0, *pointed.others) if number in shown.keys]
    keys = [article.key for article in await store.articles.many(named)]
    if not keys:
        return None
    only_in_private(viewer)
    await store.saved.add(subscriber.chat_id, keys[0], viewer.now, *keys[1:])
    return await show_saved(store, subscriber, None, viewer)


def _nothing_open(pointed: Pointed, viewer: Viewer) -> Screen | None:
    """Say that no article is open, where a deed surely speaks of one."""
    if pointed.deed != "save":
        return None
    return Screen(viewer.texts("said-nothing-open"), row_of(latest_button(viewer.texts)))


def _asked_before(shown: Shown) -> str | None:
    """What the list that was shown was asked for by: its words, or its topic."""
    return f"#{shown.topic}" if shown.topic and shown.query is None else shown.query


def _follow_found(shown: Shown, viewer: Viewer) -> Screen:
    """Offer to follow what the list that was shown was asked for by."""
    if shown.query is None and shown.topic is not None:
        return views.follow_offer(topics.name(shown.topic, viewer.texts.language), shown.topic, viewer.texts)
    words_ = subject(shown.query or "", local_day(viewer.now, viewer.zone))
    return views.follow_offer(words_[:LONGEST_WORD], topics.find(words_), viewer.texts)


def _ask_which(shown: Shown, viewer: Viewer) -> Screen | None:
    """Ask which article of a list is meant; None if none was shown."""
    return Screen(viewer.texts("said-which"), row_of(latest_button(viewer.texts))) if shown.keys else None


def _no_more(pointed: Pointed, shown: Shown, viewer: Viewer) -> Screen | None:
    """Say that a list has no further page, if that was wanted; None if no list was shown last."""
    asked = pointed.deed in ("next", "following") and shown.keys and not shown.earlier
    return Screen(viewer.texts("said-no-more"), row_of(latest_button(viewer.texts))) if asked else None


_OF_ONE: Final = frozenset(("read", "save", "less", "why", "link", "source", "true", "story", "short", "alike"))
"""What can be done with an article only once it is known which."""
_NEXT: Final = Pointed("following", None)
_STEPS: Final = {
    "open": ("read",),
    "read": ("read",),
    "next": ("read", "list", "page"),
    "following": ("list", "page"),
}
"""What goes on from what was shown, by how it is asked for."""


async def _known(making: Awaitable[AnyScreen]) -> AnyScreen | None:
    """The screen; None if what it shows is gone."""
    try:
        return await making
    except QalaError as gone:
        if gone.key not in ("article-gone", "error-stale-button"):
            raise
        return None


async def _done(
    deed: str, key: int, query: str | None, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> AnyScreen:
    """What the button for this deed shows."""
    article = await existing(store, key)
    if deed == "read":
        return await show_text(store, article, 0, subscriber, viewer, None, query)
    if deed in ("less", "remove"):
        return card.less(article, viewer.texts, None)
    if deed == "why":
        return await why(store, article, subscriber, viewer, None)
    if deed in ("story", "track", "true", "alike") and await told(store, article) is not None:
        return await show_story(store, article, subscriber, viewer, None)
    if deed == "alike" and article.topics:
        return await show_topic(store, article.topics[0].slug, None, viewer, subscriber)
    if deed == "save":
        only_in_private(viewer)
        await store.saved.add(subscriber.chat_id, key, viewer.now)
    shown = await show_card(store, article, subscriber, viewer, query=query)
    if deed != "source" or not article.source or not isinstance(shown, Screen):
        return shown
    name, author = cut(article.source, LONGEST_WORD), cut(article.author or "", LONGEST_WORD)
    line = viewer.texts("said-author", name=name, author=author) if author else viewer.texts("said-source", name=name)
    return replace(shown, html=Html(f"{line}\n\n{shown.html}"))


async def _further(
    further: Action, query: str | None, store: Storage, subscriber: Subscriber, viewer: Viewer
) -> AnyScreen:
    """The page after the one that was shown."""
    first, *others = further.arguments
    if further.verb == "page":
        return await turned(store, subscriber, viewer, first, int(others[0]), subscriber.form)
    if further.verb == "read":
        article, back = await existing(store, int(first)), parse_place(others[1])
        return await show_text(store, article, int(others[0]), subscriber, viewer, back, query)
    place = parse_place(first)
    assert place is not None
    return await show_place(store, place, viewer, subscriber, query)


def _answers(town: str, subscriber: Subscriber, viewer: Viewer) -> bool:
    """Whether a town that a sentence names answers the bot's question: «мы из Шымкента»."""
    return not viewer.in_group and choosing.is_town(town) and choosing.awaits_city(subscriber, viewer.now)


async def _lives_in(town: str, text: str, store: Storage, subscriber: Subscriber, viewer: Viewer) -> Screen:
    """Set the town with which a person answered the question for it; the welcome goes on from there."""
    await store.subscribers.set_city(subscriber.chat_id, town)
    shown = choices.city_set(viewer.texts, town)
    if subscriber.decided_until is None:
        following = choices.topic_picker(viewer.texts, subscriber.topics, welcome=True)
        return Screen(Html(f"{shown.html}\n\n{following.html}"), following.rows)
    return Screen(shown.html, (*shown.rows, (views.search_button(viewer.texts, text),)))


async def _newest(saying: Saying) -> AnyScreen:
    return await show_latest(saying.store, None, saying.viewer, saying.subscriber)


async def _digest(saying: Saying) -> AnyScreen:
    return await preview(saying.store, saying.subscriber, saying.viewer, saying.subscriber.form)


async def _help(saying: Saying) -> AnyScreen:
    return choices.help_(saying.viewer)


async def _about(saying: Saying) -> AnyScreen:
    return choices.about(saying.viewer)


async def _privacy(saying: Saying) -> AnyScreen:
    return choices.privacy(saying.viewer)


async def _settings(saying: Saying) -> AnyScreen:
    return choices.settings(saying.viewer.texts, saying.subscriber)


async def _saved(saying: Saying) -> AnyScreen:
    only_in_private(saying.viewer)
    return await show_saved(saying.store, saying.subscriber, None, saying.viewer)


async def _channel(saying: Saying) -> AnyScreen:
    only_in_private(saying.viewer)
    if known := await saying.store.channels.kept_by(saying.subscriber.chat_id):
        return channels.listed(known, saying.viewer.texts)
    return channels.invited(saying.viewer.texts)


async def _subscriptions(saying: Saying) -> AnyScreen:
    return choices.subscriptions(saying.viewer.texts, saying.subscriber)


async def _subscribe(saying: Saying) -> AnyScreen:
    return choices.subscribe_ask(saying.viewer.texts)


async def _topics(saying: Saying) -> AnyScreen:
    now = saying.viewer.now
    counts = await saying.store.articles.topic_counts(now - _DAY, now)
    return choices.topic_list(saying.viewer.texts, saying.subscriber.topics, counts)


async def _language(saying: Saying) -> AnyScreen:
    return choices.languages(saying.viewer.texts, welcome=not saying.subscriber.language_chosen)


async def _stop(saying: Saying) -> AnyScreen:
    return views.stop(saying.viewer.texts, saying.subscriber)


async def _pause(saying: Saying) -> AnyScreen:
    days = saying.intent.days
    named = (days, local_day(saying.viewer.now, saying.viewer.zone) + timedelta(days=days)) if days else None
    return timing.pause(saying.viewer.texts, saying.subscriber, named)


async def _resume(saying: Saying) -> AnyScreen:
    if saying.subscriber.away_until is not None:
        return timing.pause(saying.viewer.texts, saying.subscriber)
    if saying.subscriber.timetable.minutes:
        return timing.timing(saying.viewer.texts, saying.subscriber)
    return choices.hours(saying.viewer.texts, saying.subscriber, welcome=False)


async def _forget(saying: Saying) -> AnyScreen:
    only_in_private(saying.viewer)
    return ask_to_forget(saying.viewer.texts)


async def _home(saying: Saying) -> AnyScreen:
    if saying.viewer.in_group:
        return choices.group_hello(saying.viewer.texts)
    if not saying.subscriber.language_chosen:
        return choices.languages(saying.viewer.texts, welcome=True)
    return choices.home(saying.viewer.texts, saying.subscriber)


async def _thanks(saying: Saying) -> AnyScreen:
    return Screen(saying.viewer.texts("thanks"), row_of(latest_button(saying.viewer.texts)))


async def _fine(saying: Saying) -> AnyScreen:
    if saying.viewer.in_group:
        return await _thanks(saying)
    return Screen(saying.viewer.texts("fine"), row_of(latest_button(saying.viewer.texts)))


async def _search(saying: Saying) -> AnyScreen:
    return await show_search(saying.store, "", None, saying.viewer, saying.subscriber)


async def _zone(saying: Saying) -> AnyScreen:
    return timing.zone(saying.viewer.texts, saying.subscriber)


async def _hours(saying: Saying) -> AnyScreen:
    return timing.timing(saying.viewer.texts, saying.subscriber)


async def _city(saying: Saying) -> AnyScreen:
    if not saying.viewer.in_group:  # in a group the town is chosen by a press, or after the command
        await saying.store.subscribers.ask_city(saying.subscriber.chat_id, saying.viewer.now)
    return choices.cities(saying.viewer.texts, saying.subscriber)


async def _alerts(saying: Saying) -> AnyScreen:
    return alert_views.alerts(saying.subscriber, saying.viewer.texts)


async def _ahead(saying: Saying) -> AnyScreen:
    return views.ahead(saying.viewer.texts)


async def _beyond(saying: Saying) -> AnyScreen:
    return views.beyond(saying.intent.words or "", saying.viewer.texts)


async def _live(saying: Saying) -> AnyScreen:
    assert saying.intent.city is not None
    if saying.intent.city == saying.subscriber.city:
        return choices.city_set(saying.viewer.texts, saying.intent.city)
    return views.city_offer(saying.intent.city, saying.viewer.texts)


async def _topic(saying: Saying) -> AnyScreen:
    slug = saying.intent.topic or ""
    shown = await show_topic(saying.store, slug, None, saying.viewer, saying.subscriber)
    if slug != "weather":
        return shown
    return replace(shown, html=Html(f"{shown.html}\n\n{saying.viewer.texts('said-no-forecast')}"))


async def _time(saying: Saying) -> AnyScreen:
    assert saying.intent.hours is not None
    shown = views.time_offer(saying.intent.hours, saying.viewer.texts, saying.subscriber)
    beside = views.beside_hours(saying.intent, saying.viewer, saying.subscriber)
    return replace(shown, rows=(*shown.rows[:1], *beside, *shown.rows[1:]))


async def _follow(saying: Saying) -> AnyScreen:
    if same := _followed(saying):
        shown = choices.subscriptions(saying.viewer.texts, saying.subscriber)
        name = choices.subscription_name(same, saying.viewer.texts)
        return replace(shown, html=saying.viewer.texts("subscribed-already", name=cut(name, LONGEST_WORD)))
    return views.follow_offer(saying.intent.words or "", saying.intent.topic, saying.viewer.texts, saying.intent.topics)


def _followed(saying: Saying) -> Subscription | None:
    """The subscription that a wish asks for once more."""
    words, topic = (saying.intent.words or "").casefold(), saying.intent.topic
    named = {"word": words, "topic": topic if topic and topics.find(words) == topic else None}
    return next((one for one in saying.subscriber.subscriptions if one.value.casefold() == named.get(one.kind)), None)


async def _hide(saying: Saying) -> AnyScreen:
    if _followed(saying):
        return await _subscriptions(saying)
    own = await saying.store.preferences.of(saying.subscriber.chat_id)
    words = (saying.intent.words or "").replace('"', " ").strip()
    if hidden := next((value for kind, value in own.muted if kind == "word" and value == words.casefold()), None):
        return alert_views.muted("word", hidden, saying.viewer.texts)
    named = saying.intent.topic is not None or saying.intent.topics
    outlet = None if named else await _outlet(words, saying.store, saying.viewer)
    if outlet and is_known(fold(words)) and not names_outlet(words, outlet, exactly=True):
        outlet = None  # «Казахстан» is not «Казахстанская правда»
    return views.hide_offer(words, saying.intent.topic, saying.viewer.texts, saying.intent.topics, outlet)


async def _outlet(said: str, store: Storage, viewer: Viewer) -> str | None:
    """The outlet that words name, as its articles have it; None if they name none: «закон кз», «Есіл жағасын»."""
    today = local_day(viewer.now, viewer.zone)
    plain = " ".join(term(word, viewer.texts.language) for word in spoken(said))
    for name in dict.fromkeys((said, plain)):
        query = parse(f'source:"{name}"', today)
        found = await store.articles.found(query, limit=1, now=viewer.now)
        article = await store.articles.get(found.hits[0].key) if found.hits else None
        if article is not None and article.source and names_outlet(name, article.source):
            return article.source
    own = [(one.name, one.url) for one in await store.sources.all()]
    known = own + [(one.name, one.address) for one in outlets()]
    named = [name for name, address in known if names_outlet(said, name, address)]
    if town_of(spoken(said)):  # «алматинские» are not «Almaty.tv»
        named = [name for name in named if len(spoken(name)) == len(spoken(said))]
    exact = (name for name, address in known if names_outlet(said, name, address, exactly=True))
    return next(exact, None) or next(iter(named), None)


_REPLIES: Final[Mapping[str, Reply]] = {
    "newest": _newest,
    "further": _newest,
    "digest": _digest,
    "help": _help,
    "about": _about,
    "privacy": _privacy,
    "settings": _settings,
    "saved": _saved,
    "subscriptions": _subscriptions,
    "subscribe": _subscribe,
    "channel": _channel,
    "topics": _topics,
    "language": _language,
    "stop": _stop,
    "pause": _pause,
    "resume": _resume,
    "forget": _forget,
    "greeting": _home,
    "menu": _home,
    "thanks": _thanks,
    "fine": _fine,
    "search": _search,
    "zone": _zone,
    "hours": _hours,
    "city": _city,
    "live": _live,
    "alerts": _alerts,
    "ahead": _ahead,
    "beyond": _beyond,
    "topic": _topic,
    "time": _time,
    "follow": _follow,
    "hide": _hide,
}


async def _words(context: CallbackContext) -> Screen:
    """Search for the words that were taken for an intent."""
    words_ = unpack_words(context.arguments[0])
    return await show_search(context.store, words_, None, context.viewer, context.subscriber)


async def _watch(context: CallbackContext) -> Screen:
    """Follow words of a search, a topic, or some topics."""
    named = unpack_words(context.arguments[0])
    if several := _slugs(named):
        asked_for = [Subscription("topic", one) for one in several]
        return await choosing.follow_all(context.store, context.subscriber, asked_for, context.viewer)
    slug = _slug(named)
    asked = Subscription("topic", slug) if slug else Subscription("word", named[:LONGEST_WORD])
    return await choosing.subscribed(context.store, context.subscriber, asked, context.viewer)


async def _hush(context: CallbackContext) -> Screen:
    """Mute words or a topic."""
    named = unpack_words(context.arguments[0])
    if outlet := choosing.outlet_of(named):
        return await hide(context.store, context.subscriber, "source", outlet, context.viewer)
    kind: Literal["topic", "word"] = "topic" if (slug := _slug(named)) else "word"
    return await hide(context.store, context.subscriber, kind, slug or named[:LONGEST_WORD], context.viewer)


def _slugs(named: str) -> list[str]:
    """The topics of a button for several."""
    found = [_slug(one) for one in named.split()]
    return [one for one in found if one] if len(found) > 1 and all(found) else []


def _slug(named: str) -> str | None:
    return named[1:] if named[:1] == "#" and named[1:] in topics.TOPICS else None


async def _at(context: CallbackContext) -> Screen:
    """Set the digest's hours to those that were said."""
    minutes = {int(one) for one in context.arguments[0].split(".") if one}
    if not minutes or max(minutes) > 1439:
        raise QalaError("error-stale-button")
    old = context.subscriber.timetable
    table = Timetable(tuple(sorted(minutes)), timing.PRESETS[context.arguments[1]], old.quiet, old.late)
    next_at = await set_timetable(context.store, context.subscriber, table, context.viewer.now)
    assert next_at is not None
    texts = context.viewer.texts
    said = timing.set_text(replace(context.subscriber, timetable=table), next_at, context.viewer.now, texts)
    return Screen(said, ((Button(texts.plain("button-other-time"), act("when")), *home_buttons(context.viewer)),))


DEEDS: Final[Mapping[str, CallbackHandler]] = {"words": _words, "watch": _watch, "hush": _hush, "at": _at}
CHANGING: Final = frozenset({"at", "watch", "hush"})
