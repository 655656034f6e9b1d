"""Every screen a button leads to, once a kind and stored state, in both languages: none is a dead end, none has a button
nobody knows, none says the opposite of what is stored, and every text on a button is read whole."""

import re
from collections import deque
from zoneinfo import ZoneInfo

import pytest
from aiogram import Bot
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import CallbackQuery, User

from handlers.buttons import _CALLBACKS
from handlers.callbacks import CallbackContext
from handlers.views import settings as choices
from handlers.views.actions import Action, act, parse
from handlers.views.articles import Viewer
from handlers.views.fitting import fits_button, fitted_rows
from locales import texts
from news.models import QalaError, Subscription
from news.timetable import EVERY_DAY, Timetable
from tests.driver import TOKEN, world

SHOWS = {"tune": "when", "time": "times", "day": "days", "turn": "pick", "reads": "settings"}
SHOWS |= {"pictures": "settings", "drop": "subs"}
"""What a press changes, and the button that shows it."""
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


STATES = [newcomer, chooser, resting]


def is_left_out(action: Action, language: str) -> bool:
    """What would end the walk: deleting its reader, speaking to them in another language; and what is not theirs."""
    if action.verb in FOR_ADMINISTRATORS or (action.verb, action.arguments[:1]) == ("forget", ("2",)):
        return True
    return action.verb == "lang" and action.arguments[0] != language


async def walk(city, language: str, state) -> dict[tuple[str, ...], set[tuple[str, ...]]]:
    """All kinds of buttons and what each leads on to; each is pressed once and its screen looked at."""
    person, store = city.person("Айгерім", language), city.store
    person.starts()
    await person.sees()
    chat = person.id
    await state(store, chat, language, city.now())
    words = texts(language)
    viewer = Viewer(words, ZoneInfo("Asia/Almaty"), city.now(), "qala_bot", private=True)
    callback = CallbackQuery(id="1", from_user=User(id=chat, is_bot=False, first_name="А"), chat_instance="1")
    session = AiohttpSession(api=TelegramAPIServer.from_base(city.address))
    ways: dict[tuple[str, ...], set[tuple[str, ...]]] = {}
    async with Bot(TOKEN, session=session).context() as bot:

        async def pressed(action: Action):
            subscriber = await store.subscribers.get(chat)
            return await _CALLBACKS[action.verb](
                CallbackContext(callback, bot, store, subscriber, viewer, action.arguments)
            )

        reader = await store.subscribers.get(chat)
        first = choices.home(words, reader) if reader.language_chosen else choices.languages(words, welcome=True)
        waiting = deque(button.action for row in first.rows for button in row if button.action)
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
            for row in screen.rows:
                assert all(button.text.strip() for button in row), action
            for row in fitted_rows(screen.rows):
                assert all(fits_button(button.text, len(row)) for button in row), (action, row)
            onward = [button.action for row in screen.rows for button in row if button.action]
            for one in onward:
                assert parse(one.pack()) == one
                assert one.verb in _CALLBACKS, one
            ways[kind(action)] = {kind(one) for one in onward}
            waiting += onward
    return ways


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


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_row_that_does_not_fit_becomes_two_and_a_long_word_is_cut(language):
    long = choices.Button("Ұзақ " * 30, act("home"))
    rows = fitted_rows(((choices.Button("✓ Читать по-казахски", act("home")),) * 2, (long,)))
    assert [len(row) for row in rows] == [1, 1, 1]
    assert rows[2][0].text.endswith("…")
