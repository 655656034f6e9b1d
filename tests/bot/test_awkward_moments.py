"""What people and Telegram do that nobody planned for: forged and late presses, channels as people, pictures gone."""

import time
from zoneinfo import ZoneInfo

import pytest

from bot.cli.doctor import _refused
from bot.sending.writing import MessageWriter
from handlers.buttons import _CALLBACKS
from handlers.views import render
from handlers.views.actions import _SHAPES
from handlers.views.screen import RichScreen, Screen
from locales import Html
from news.models import Subscriber
from news.timetable import Timetable, next_slot
from sandbox.world.model import Account
from tests.driver import MORNING, TOKEN, world

BOSS = 77
_ADMINISTRATORS_VERBS = {"stats", "fix", "sources", "source", "keep", "hide", "broadcast"}


@pytest.fixture
async def city(tmp_path):
    async with world(tmp_path, admins=(BOSS,)) as it:
        yield it


def test_every_verb_that_is_parsed_does_something():
    assert _SHAPES.keys() == _CALLBACKS.keys() | _ADMINISTRATORS_VERBS


async def test_a_verb_of_an_older_version_is_a_stale_button(city):
    reader = city.person("Айгерім", "kk")
    reader.starts()
    message = await reader.sees()
    said = await reader.toast(reader.sends_callback(message, "all:0"))
    assert said["text"]
    assert said["show_alert"]


async def test_the_export_of_nothing_says_that_nothing_is_saved(city):
    reader = city.person("Марина", "ru")
    reader.starts()
    message = await reader.sees()
    reader.sends_callback(message, "export")
    await reader.sees("Вы пока ничего не сохранили")
    assert not list(city.telegram.record.calls("sendDocument"))


async def test_a_channel_that_writes_in_a_group_is_no_administrator(city):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    speaker = Account(136817688, "Channel", username="Channel_Bot", is_bot=True)
    channel = {"id": -1001, "type": "channel", "title": "Ауа райы"}
    city.telegram.post(group, speaker, _command("/language@qala_bot ru"), sender_chat=channel)
    await owner.sees("Топта мұны тек әкімші істей алады", chat=group)
    city.telegram.faults.add("refuse", refusal="participant_invalid", method="getChatMember", count=1)
    owner.says("/language@qala_bot ru", group)
    await owner.sees("Топта мұны тек әкімші істей алады", chat=group)


def _command(text):
    return {"text": text, "entities": [{"type": "bot_command", "offset": 0, "length": text.index(" ")}]}


async def test_a_card_shared_in_the_bots_own_chat_is_no_question(city):
    reader = city.person("Марина", "ru")
    reader.starts()
    await reader.sees()
    question = reader.types("мост")
    await reader.results(question)
    before = len(list(city.telegram.record.calls("sendMessage")))
    reader.chooses(question, 0, reader.chat())
    reader.says("/help")
    await reader.sees("Читать: /latest")
    assert len(list(city.telegram.record.calls("sendMessage"))) == before + 1


async def test_a_press_that_is_answered_too_late_is_done_and_seen_all_the_same(city):
    reader = city.person("Марина", "ru")
    reader.starts()
    message = await reader.sees()
    city.telegram.faults.add("refuse", refusal="too_old", method="answerCallbackQuery")
    reader.sends_callback(message, "lang:kk:0")
    await reader.sees("Енді қазақша")
    assert (await city.store.subscribers.get(reader.id)).language == "kk"
    reader.sends_callback(message, "open:999999:")
    await reader.sees("жоқ")


async def test_an_article_whose_picture_telegram_cannot_fetch_is_read_without_it(city):
    reader = city.person("Марина", "ru")
    reader.starts()
    message = await reader.sees()
    key = await city.store.database.fetchval("SELECT key FROM articles WHERE length(body) > 400 ORDER BY key LIMIT 1")
    await city.store.database.execute("UPDATE articles SET image = 'https://q.example/1.jpg' WHERE key = $1", key)
    city.telegram.faults.add("refuse", refusal="picture_not_fetched", method="editMessageText", count=1)
    reader.sends_callback(message, f"whole:{key}:")
    seen = await reader.sees(lambda one: "rich_message" in one)
    assert "figure" not in str(seen["rich_message"])
    assert "photo" not in str(seen["rich_message"])


def test_a_message_keeps_its_links_when_its_pictures_go():
    picture = '<figure><img src="https://a.kz/1.jpg"/><figcaption>Фото</figcaption></figure>'
    shown = RichScreen(Html(f'<p>Мост</p>{picture}<footer><a href="https://a.kz/">a.kz</a></footer>'))
    bare = render.without_pictures(shown)
    assert bare == RichScreen(Html('<p>Мост</p><footer><a href="https://a.kz/">a.kz</a></footer>'))
    assert render.without_pictures(bare) is None
    assert render.without_pictures(Screen(Html("Мост"))) is None
    sent = MessageWriter.without_pictures(render.sending(1, shown))
    assert sent.rich_message.html == bare.html


async def _subscribed(city, chat, kind="private", form="plain"):
    await city.store.subscribers.add(Subscriber(chat, kind, "kk", "Asia/Almaty", created_at=MORNING))
    table = Timetable((18 * 60,))
    at = next_slot(table, ZoneInfo("Asia/Almaty"), MORNING)
    await city.store.subscribers.set_timetable(chat, table, at, MORNING)
    await city.store.subscribers.set_manner(chat, length=5, form=form, says_nothing=False)


async def test_a_digest_with_pictures_goes_without_them_where_a_group_takes_none(city, monkeypatch):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    await _subscribed(city, group.id, "group", "rich")
    rich = render.sending

    def pictured(chat_id, screen, thread=None):
        more = Html(screen.html + '<img src="https://a.kz/1.jpg"/>')
        return rich(chat_id, RichScreen(more) if isinstance(screen, RichScreen) else screen, thread)

    monkeypatch.setattr("bot.sending.writing.render.sending", pictured)
    city.telegram.faults.add("refuse", refusal="photos_forbidden", method="sendRichMessage", count=1)
    await city.passes(9 * 3600)
    seen = await owner.sees(lambda one: "rich_message" in one, chat=group)
    assert "photo" not in str(seen["rich_message"])
    assert (await city.store.subscribers.get(group.id)).state == "active"


async def test_a_group_whose_topic_is_closed_pauses_and_the_log_says_so(city, capsys):
    owner = city.person("Айгерім", "kk")
    group = owner.makes_group("Көршілер", city.telegram.bots[TOKEN])
    await owner.sees("Qala топқа да", chat=group)
    await _subscribed(city, group.id, "group")
    city.telegram.faults.add("refuse", refusal="topic_closed", method="sendMessage", count=1)
    await city.passes(9 * 3600)
    assert (await city.store.subscribers.get(group.id)).state == "paused"
    assert "its digest pauses" in capsys.readouterr().out


async def test_what_was_refused_through_a_bug_is_told_to_administrators_and_found_by_the_doctor(city):
    boss = city.telegram.account("Бастық", identifier=BOSS, language_code="kk")
    chat = city.telegram.private(city.telegram.bots[TOKEN], boss)
    await _subscribed(city, 5)
    city.telegram.private(city.telegram.bots[TOKEN], city.telegram.account("Оқырман", identifier=5))
    city.telegram.faults.add("refuse", refusal="entities", method="sendMessage", chat=5)
    await city.passes(9 * 3600)
    [told] = [one["text"] for one in chat.messages.values()]
    assert "can't parse entities" in told
    reasons = await city.store.deliveries.faulty(0)
    assert list(reasons.values()) == [1]
    assert await city.store.deliveries.faulty(city.now()) == {}
    await city.store.database.execute("UPDATE deliveries SET updated_at = $1", int(time.time()))
    [finding] = await _refused(city.store)
    assert finding.wrong
    assert "can't parse entities" in finding.text
