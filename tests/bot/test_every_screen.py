"""Every screen a button leads to, once a kind and stored state, in both languages: none is a dead end, none has a button
nobody knows, none says the opposite of what is stored, and every text on a button is read whole."""

import re
from collections import deque
from zoneinfo import ZoneInfo

import pytest
from aiogram import Bot
from aiogram.types import CallbackQuery, User

from bot.sending.telegram_session import telegram_session
from handlers import said
from handlers.buttons import _CALLBACKS
from handlers.callbacks import CallbackContext
from handlers.views import settings as choices
from handlers.views.actions import Action, act, parse
from handlers.views.articles import Viewer
from handlers.views.fitting import fits_button, fitted_rows
from locales import texts
from news.models import QalaError, Subscription
from news.subject import places
from news.timetable import EVERY_DAY, Timetable
from tests.driver import TOKEN, world

SHOWS = {"tune": "when", "time": "times", "day": "days", "turn": "pick", "reads": "settings"}
SHOWS |= {"pictures": "settings", "drop": "subs"}
"""What a press changes, and the button that shows it."""
OF_ONE_READER = {"save", "savein", "react", "tastes", "export", "forget", "keys", "channels"}
FOR_ADMINISTRATORS = {"broadcast", "source", "sources", "keep", "hide", "stats", "fix"}


def kind(action: Action) -> tuple[str, ...]:
    """What two buttons of one kind have in common: articles, topics, towns and cursors are alike, choices are not."""
    shape = [re.sub(r"\d{3,}|\.[0-9-]+$", "N", re.sub(r"t\.[a-z-]+", "t", one)) for one in action.arguments]
    alike = {"turn": 0, "follow": 0, "live": 0, "drop": 0, "time": 0, "hour": 0, "day": 0}
    if action.verb in alike:
        shape[alike[action.verb]] = "N"
    return (action.verb, *("N" if one.isdecimal() and len(one) > 1 else one for one in shape))


async def newcomer(store, chat, language, now):
    """Nothing is chosen yet."""


async def chooser(store, chat, language, now):
    """Topics, a word, a tag and a story are followed, twice a day, with quiet hours."""
    await store.subscribers.choose_language(chat, language)
    await store.subscribers.set_timetable(chat, Timetable((480, 1380), EVERY_DAY, (1320, 420)), None, now)
    for one in (Subscription("topic", "transport"), Subscription("word", "су"), Subscription("tag", "алматы")):
        await store.subscribers.subscribe(chat, one)


async def resting(store, chat, language, now):
    """A pause, the folding form, words told at once, some things hidden, a town, one language, something saved."""
    await chooser(store, chat, language, now)
    await store.subscribers.set_manner(chat, length=5, form="rich", says_nothing=True)
    await store.subscribers.set_away(chat, now + 5 * 86_400)
    await store.subscribers.set_city(chat, "astana")
    await store.subscribers.set_news_languages(chat, [language])
    await store.watches.set(chat, [Subscription("word", "су")], at_once=True)
    await store.watches.set_urgent(chat, True)
    for what, value in (("topic", "sport"), ("word", "футбол"), ("source", "Горожанин")):
        await store.preferences.mute(chat, what, value)
    await store.saved.add(chat, (await store.articles.latest(1)).items[0].key, now)


async def warned(store, chat, language, now):
    """Nothing but what is told at once: no digest, no town."""
    await store.subscribers.choose_language(chat, language)
    await store.subscribers.subscribe(chat, Subscription("word", "су"))
    await store.watches.set(chat, [Subscription("word", "су")], at_once=True)
    await store.watches.set_urgent(chat, True)


async def hider(store, chat, language, now):
    """Words, a topic, an outlet and a story are hidden, some of it followed before; the digest is off."""
    await store.subscribers.choose_language(chat, language)
    await store.subscribers.set_city(chat, "shymkent")
    for what, value in (("word", "футбол"), ("word", "су"), ("topic", "transport"), ("source", "Горожанин")):
        await store.preferences.mute(chat, what, value)
    await store.subscribers.subscribe(chat, Subscription("topic", "transport"))


async def returned(store, chat, language, now):
    """They had put the bot out for a while."""
    await chooser(store, chat, language, now)
    await store.subscribers.set_city(chat, "astana")
    await store.subscribers.set_state(chat, "blocked")
    await store.subscribers.set_state(chat, "active")


STATES = [newcomer, chooser, resting, warned, hider, returned]
SAID = {
    "ru": (
        "стоп",
        "пауза",
        "8:30",
        "8 утра и 11 вечера",
        "я живу в Астане",
        "хочу новости про футбол",
        "не хочу футбол",
        "следить за транспортом",
        "спасибо",
        "меню",
        "настройки",
        "подписки",
        "мой город",
        "часовой пояс",
        "продолжай",
    ),
    "kk": (
        "тоқта",
        "үзіліс",
        "8:30",
        "таңғы 8 және кешкі 11",
        "мен Астанада тұрамын",
        "футбол туралы хабарла",
        "футбол керек емес",
        "рахмет",
        "мәзір",
        "баптаулар",
        "жазылымдарым",
        "менің қалам",
        "көлікке жазыл",
        "жалғастыр",
    ),
}
"""What is said, for the screens no button leads to."""


def lies(screen, reader, words) -> list[str]:
    """What a screen says that is not so: of a digest that comes or does not, of a pause, of the town."""
    shown = " ".join((screen.html, *(button.text for row in screen.rows for button in row)))
    on, away = bool(reader.timetable.minutes), reader.away_until is not None
    false = (
        [
            "digest-never",
            "subscriptions-none-off",
            "subscribed-digest-off",
            "subscriptions-digest-off",
            "alerts-digest-off",
        ]
        if on
        else []
    )
    false += ["button-digest-on"] if on else ["subscriptions-beside", "subscriptions-alone", "subscriptions-topics"]
    false += [] if on else ["digest-footer-preview", "alerts-digest-on", "subscriptions-none", "alert-enough"]
    false += [] if away else ["button-go-on"]
    told = [words.plain(key).removeprefix("<i>").removesuffix("</i>") for key in false]
    offered = {button.text for row in screen.rows for button in row}
    stop = [] if on or reader.decided_until is None else [words.plain("button-stop-digest")]
    town = [words.plain("button-my-city", name=places.name(reader.city, words.language))] if reader.city else []
    return [one for one in told if one in shown] + [one for one in (*stop, *town) if one in offered]


def is_left_out(action: Action, language: str) -> bool:
    """What would end the walk: deleting its reader, speaking to them in another language; and what is not theirs."""
    if action.verb in FOR_ADMINISTRATORS | {"hide"} or (action.verb, action.arguments[:1]) == ("forget", ("2",)):
        return True
    return action.verb == "lang" and action.arguments[0] != language


async def walk(
    city, language: str, state, *, in_group: bool = False, is_admin: bool = False
) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """All kinds of buttons and what each leads on to; each is pressed once and its screen looked at."""
    person, store = city.person("Айгерім", language), city.store
    if in_group:
        group = person.makes_group("Көршілер", city.telegram.bots[TOKEN], kind="supergroup")
        await person.sees("Qala", chat=group)
        chat = group.id
    else:
        person.starts()
        await person.sees()
        chat = person.id
    await state(store, chat, language, city.now())
    words = texts(language)
    zone = ZoneInfo("Asia/Almaty")
    viewer = Viewer(words, zone, city.now(), "qala_bot", private=not in_group, in_group=in_group, is_admin=is_admin)
    callback = CallbackQuery(id="1", from_user=User(id=chat, is_bot=False, first_name="А"), chat_instance="1")
    ways: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    async with Bot(TOKEN, session=telegram_session(city.address, 5)).context() as bot:

        async def pressed(action: Action):
            subscriber = await store.subscribers.get(chat)
            return await _CALLBACKS[action.verb](
                CallbackContext(callback, bot, store, subscriber, viewer, action.arguments)
            )

        reader = await store.subscribers.get(chat)
        first = choices.home(words, reader) if reader.language_chosen else choices.languages(words, welcome=True)
        waiting = deque(button.action for row in first.rows for button in row if button.action)
        if in_group:
            first = choices.group_hello(words)
            waiting = deque(button.action for row in first.rows for button in row if button.action)
        else:
            waiting += [act("home")]
        while waiting:
            action = waiting.popleft()
            if kind(action) in ways or is_left_out(action, language):
                continue
            try:
                screen = await pressed(action)
            except QalaError as error:  # the walk itself has unsubscribed what this button was about
                if error.key != "error-stale-button":
                    raise
                continue
            if screen is None:  # it shows something below; the screen stays
                ways[kind(action)] = {("home",)}
                continue
            if shown_by := SHOWS.get(action.verb):
                stored = await pressed(act(shown_by, *(action.arguments[1:] if shown_by == "pick" else ())))
                assert (screen.html, screen.rows) == (stored.html, stored.rows), action
            onward = looked_at(screen, action, await store.subscribers.get(chat), words)
            ways[kind(action)] = {kind(one) for one in onward}
            waiting += onward
        for one in SAID[language]:
            screen = await said.reply(one, store, await store.subscribers.get(chat), viewer)
            onward = looked_at(screen, one, await store.subscribers.get(chat), words)
            ways[("said", one)] = {kind(one) for one in onward}
    return ways


def looked_at(screen, action, reader, words) -> list[Action]:
    """The buttons of a screen that is as it should be."""
    assert lies(screen, reader, words) == [], action
    assert any(screen.rows), action
    for row in screen.rows:
        assert all(button.text.strip() for button in row), action
    for row in fitted_rows(screen.rows):
        assert all(fits_button(button.text, len(row)) for button in row), (action, row)
    onward = [button.action for row in screen.rows for button in row if button.action]
    for one in onward:
        assert parse(one.pack()) == one
        assert one.verb in _CALLBACKS or one.verb in FOR_ADMINISTRATORS, one
    return onward


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_every_screen_leads_back_home(tmp_path, language, state):
    async with world(tmp_path) as city:
        ways = await walk(city, language, state)
    assert len(ways) > 40, sorted(ways)
    home = {("home",)}
    while more := {one for one, onward in ways.items() if one not in home and onward & home}:
        home |= more
    assert set(ways) - home == set()


@pytest.mark.parametrize("state", [newcomer, resting])
@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_in_a_group_nothing_of_one_readers_own_is_offered(tmp_path, language, state):
    async with world(tmp_path) as city:
        ways = await walk(city, language, state, in_group=True)
    assert len(ways) > 30, sorted(ways)
    offered = {(verb, by) for by, onward in ways.items() for verb, *_ in onward}
    assert not {one for one in offered if one[0] in OF_ONE_READER}


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_an_administrators_screens_lead_home_too(tmp_path, language):
    async with world(tmp_path) as city:
        ways = await walk(city, language, chooser, is_admin=True)
    assert {one[0] for onward in ways.values() for one in onward} >= {"fix", "hide", "home"}


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_row_that_does_not_fit_becomes_two_and_a_long_word_is_cut(language):
    long = choices.Button("Ұзақ " * 30, act("home"))
    rows = fitted_rows(((choices.Button("✓ Читать по-казахски", act("home")),) * 2, (long,)))
    assert [len(row) for row in rows] == [1, 1, 1]
    assert rows[2][0].text.endswith("…")
