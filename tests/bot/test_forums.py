"""Topics of a forum: each is a subscriber of its own, and what it asked for comes there and nowhere else."""

import contextlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import pytest

from bot.cli.shared import digest_for
from handlers.views.actions import NOT_FOR_MANY
from locales import texts
from sandbox.world.model import Chat
from sandbox.world.people import Person
from storage.readers.subscribers import topic_id
from tests.bot.test_alerts import publish
from tests.driver import TOKEN, World, world

HALF_PAST_NINE = "09:30"


@dataclass
class Forum:
    """A forum with the bot in it, its owner, and two topics."""

    city: World
    language: str
    owner: Person
    chat: Chat
    roads: int
    homes: int

    def says(self, key: str, **arguments: object) -> str:
        """A text of the interface as a message shows it."""
        return texts(self.language).plain(key, **arguments)

    async def subscriber(self, thread: int):
        return await self.city.store.subscribers.get(topic_id(self.chat.id, thread))

    def heard(self, thread: int | None, part: str = "") -> list[dict]:
        """What the bot said in a topic."""
        said = [one for one in self.chat.messages.values() if one.get("from", {}).get("is_bot")]
        return [one for one in said if one.get("message_thread_id") == thread and part in str(one)]


@contextlib.asynccontextmanager
async def a_forum(tmp_path, language, **chosen):
    async with world(tmp_path, **chosen) as city:
        owner = city.person("Айгерім", language)
        chat = owner.makes_group("Көршілер", city.telegram.bots[TOKEN], kind="supergroup", is_forum=True)
        await owner.sees("Qala", chat=chat)
        yield Forum(city, language, owner, chat, owner.opens_topic(chat, "Жол"), owner.opens_topic(chat, "Үй"))


@pytest.fixture(params=["ru", "kk"])
async def forum(tmp_path, request):
    async with a_forum(tmp_path, request.param) as it:
        yield it


async def test_each_topic_has_its_own_choice_and_its_digest_comes_there(forum):
    owner, chat = forum.owner, forum.chat
    owner.says("/subscribe@qala_bot transport", chat, thread=forum.roads)
    await owner.sees(lambda one: one.get("message_thread_id") == forum.roads, chat=chat)
    for thread, hour in ((forum.roads, "10:00"), (forum.homes, "11:00")):
        owner.says(f"/digest@qala_bot {hour}", chat, thread=thread)
        shown = await owner.sees(hour, chat=chat)
        assert shown["message_thread_id"] == thread
    roads, homes = await forum.subscriber(forum.roads), await forum.subscriber(forum.homes)
    assert (roads.topics, homes.topics) == ({"transport"}, frozenset())
    assert (roads.timetable.minutes, homes.timetable.minutes) == ((600,), (660,))
    general = await forum.city.store.subscribers.get(chat.id)
    assert (general.timetable.minutes, general.topics) == ((), frozenset())
    before = len(forum.heard(forum.homes))
    await forum.city.passes(3601)
    digest = await owner.sees(forum.says("edition-morning", day="").split()[0], chat=chat)
    assert digest["message_thread_id"] == forum.roads
    assert len(forum.heard(forum.homes)) == before
    await forum.city.passes(3600)
    digest = await owner.sees(lambda one: one.get("message_thread_id") == forum.homes, chat=chat)
    assert digest["message_thread_id"] == forum.homes
    assert await forum.city.store.deliveries.discrepancies() == []


async def test_an_answer_and_a_pressed_button_stay_in_their_topic(forum):
    owner, chat = forum.owner, forum.chat
    owner.says("/latest@qala_bot", chat, thread=forum.homes)
    shown = await owner.sees(forum.says("latest-title"), chat=chat)
    assert shown["message_thread_id"] == forum.homes
    owner.presses(shown, "1")
    card = await owner.sees(lambda one: "ephemeral_message_id" in one, chat=chat)
    assert card["message_thread_id"] == forum.homes
    owner.says("/topics@qala_bot", chat, thread=forum.homes)
    topics = await owner.sees(lambda one: "reply_markup" in one and "ephemeral_message_id" not in one, chat=chat)
    owner.sends_callback(topics, "turn:transport:0")
    await owner.sees(topics["message_id"], chat=chat)
    assert (await forum.subscriber(forum.homes)).topics == {"transport"}
    assert (await forum.city.store.subscribers.get(chat.id)).topics == frozenset()


async def test_people_who_talk_to_each_other_in_a_topic_make_no_subscriber_of_it(forum):
    forum.city.telegram.bots[TOKEN].reads_all = True
    forum.owner.says("Ертең кездесейік", forum.chat, thread=forum.homes)
    forum.owner.says("/latest@qala_bot", forum.chat)
    await forum.owner.sees(forum.says("latest-title"), chat=forum.chat)
    assert await forum.subscriber(forum.homes) is None


async def test_a_closed_topic_is_told_to_its_administrator_once_and_goes_on_when_it_is_opened(forum):
    owner, chat, city = forum.owner, forum.chat, forum.city
    owner.starts()
    await owner.sees()
    owner.says(f"/digest@qala_bot {HALF_PAST_NINE}", chat, thread=forum.homes)
    await owner.sees(HALF_PAST_NINE, chat=chat)
    owner.closes_topic(chat, forum.homes)
    await city.passes(1801)
    told = await owner.sees(forum.says("group-paused-closed", chat="Көршілер")[:20], chat=owner.chat())
    assert f"https://t.me/c/{str(chat.id).removeprefix('-100')}/{forum.homes}" in str(told["entities"])
    assert (await forum.subscriber(forum.homes)).state == "paused"
    already = len(owner.messages())
    await city.passes(86_400)  # it is tried again, and nobody is told anew
    assert (await forum.subscriber(forum.homes)).state == "paused"
    assert len(owner.messages()) == already
    owner.reopens_topic(chat, forum.homes)
    owner.says("/latest@qala_bot", chat)  # what was said before it is handled by then
    await owner.sees(forum.says("latest-title"), chat=chat)
    assert (await forum.subscriber(forum.homes)).state == "active"
    before = len(forum.heard(forum.homes))
    await city.passes(86_400)
    assert len(forum.heard(forum.homes)) == before + 1
    owner.closes_topic(chat, forum.homes)
    city.clock.advance(60)
    await publish(city, "Новый мост открыли у реки")
    await city.passes(86_400 - 60)  # a new trouble is told anew
    await owner.sees(forum.says("group-paused-closed", chat="Көршілер")[:20], chat=owner.chat())


async def test_a_closed_general_topic_is_told_in_private_once_and_goes_on_when_it_is_opened(forum):
    owner, chat, city = forum.owner, forum.chat, forum.city
    owner.starts()
    await owner.sees()
    owner.says(f"/digest@qala_bot {HALF_PAST_NINE}", chat)
    await owner.sees(HALF_PAST_NINE, chat=chat)
    owner.closes_general(chat)
    await city.passes(1801)
    await owner.sees(forum.says("group-paused-closed", chat="Көршілер")[:20], chat=owner.chat())
    assert (await city.store.subscribers.get(chat.id)).state == "paused"
    already = len(owner.messages())
    await city.passes(86_400)
    assert len(owner.messages()) == already
    owner.closes_general(chat, closed=False)
    owner.says("/latest@qala_bot", chat)
    await owner.sees(forum.says("latest-title"), chat=chat)
    assert (await city.store.subscribers.get(chat.id)).state == "active"


async def test_a_deleted_topic_is_told_in_the_group_where_nobody_has_begun_the_bot(forum):
    owner, chat = forum.owner, forum.chat
    owner.says(f"/digest@qala_bot {HALF_PAST_NINE}", chat, thread=forum.homes)
    await owner.sees(HALF_PAST_NINE, chat=chat)
    owner.deletes_topic(chat, forum.homes)
    await forum.city.passes(1801)
    told = await owner.sees("Көршілер", chat=chat)
    assert "message_thread_id" not in told
    assert forum.says("group-paused-deleted", chat="Көршілер").split()[0] in told["text"]


async def test_a_group_that_lost_the_right_to_text_goes_on_by_itself_when_it_is_back(forum):
    owner, chat, city = forum.owner, forum.chat, forum.city
    owner.starts()
    await owner.sees()
    owner.says(f"/digest@qala_bot {HALF_PAST_NINE}", chat)
    await owner.sees(HALF_PAST_NINE, chat=chat)
    owner.permits(chat, can_send_messages=False)
    await city.passes(1801)
    await owner.sees(forum.says("group-paused-rights", chat="Көршілер")[:15], chat=owner.chat())
    owner.permits(chat, can_send_messages=True)
    before = len(forum.heard(None))
    await city.passes(86_400)
    assert len(forum.heard(None)) == before + 1
    assert (await city.store.subscribers.get(chat.id)).state == "active"


async def test_where_photos_are_not_allowed_the_digest_comes_without_them_and_pauses_nothing(forum):
    owner, chat, city = forum.owner, forum.chat, forum.city
    owner.says(f"/digest@qala_bot {HALF_PAST_NINE}", chat, thread=forum.roads)
    await owner.sees(HALF_PAST_NINE, chat=chat)
    name = topic_id(chat.id, forum.roads)
    await city.store.subscribers.set_manner(name, length=10, form="rich", says_nothing=False)
    owner.permits(chat, can_send_photos=False)
    before = len(forum.heard(forum.roads))
    await city.passes(1801)
    assert len(forum.heard(forum.roads)) == before + 1
    assert (await forum.subscriber(forum.roads)).state == "active"


async def test_a_chat_that_refuses_rich_messages_gets_the_plain_form(forum):
    owner, chat, city = forum.owner, forum.chat, forum.city
    owner.says(f"/digest@qala_bot {HALF_PAST_NINE}", chat)
    await owner.sees(HALF_PAST_NINE, chat=chat)
    await city.store.subscribers.set_manner(chat.id, length=10, form="rich", says_nothing=False)
    city.telegram.faults.add("refuse", refusal="rich_forbidden", method="sendRichMessage")
    before = len(forum.heard(None))
    await city.passes(1801)
    (fresh,) = forum.heard(None)[before:]
    assert "text" in fresh
    assert await city.store.deliveries.counts() == {"sent": 1}


async def test_a_group_that_puts_the_bot_out_pauses_its_topics_and_brings_them_back(forum):
    owner, chat, bot = forum.owner, forum.chat, forum.city.telegram.bots[TOKEN]
    owner.says(f"/digest@qala_bot {HALF_PAST_NINE}", chat, thread=forum.homes)
    await owner.sees(HALF_PAST_NINE, chat=chat)
    owner.kicks(chat, bot)
    await forum.city.passes(1801)
    assert (await forum.subscriber(forum.homes)).state == "blocked"
    owner.adds(chat, bot)
    await owner.sees(forum.says("group-hello")[:15], chat=chat)
    assert (await forum.subscriber(forum.homes)).state == "active"


async def test_an_alert_comes_into_the_topic_that_follows_the_word(forum):
    owner, chat, city = forum.owner, forum.chat, forum.city
    await city.bot.bell.alert()
    owner.says('/subscribe@qala_bot "отключение воды" now', chat, thread=forum.homes)
    await owner.sees("отключение воды", chat=chat)
    city.clock.advance(60)
    await publish(city, "Завтра в Алматы отключат воду")
    await city.passes(5)
    alert = await owner.sees("Завтра в Алматы отключат воду", chat=chat)
    assert alert["message_thread_id"] == forum.homes
    offered = [one.get("callback_data", "") for row in alert["reply_markup"]["inline_keyboard"] for one in row]
    assert not [one for one in offered if one.partition(":")[0] in NOT_FOR_MANY]
    assert any(one.startswith("alert-why") for one in offered)


async def test_what_develops_comes_into_the_topic_though_the_first_alert_was_deleted_there(forum):
    owner, chat, city = forum.owner, forum.chat, forum.city
    await city.bot.bell.alert()
    owner.says('/subscribe@qala_bot "отключение воды" now', chat, thread=forum.homes)
    await owner.sees("отключение воды", chat=chat)
    city.clock.advance(60)
    one_story = "UPDATE articles SET story = 77 WHERE id IN ('one', 'two')"
    await publish(city, "Отключение воды на улице Абая", name="one")
    await city.store.database.execute(one_story)
    await city.passes(5)
    first = await owner.sees("на улице Абая", chat=chat)
    owner.deletes(first)
    city.clock.advance(7200)
    await publish(city, "Авария на трубе: отключение воды на улице Абая продлили", name="two")
    await city.store.database.execute(one_story)
    await city.passes(5)
    later = await owner.sees("продлили", chat=chat)
    assert later["message_thread_id"] == forum.homes
    assert "reply_to_message" not in later
    assert later["reply_markup"]


async def test_the_command_line_shows_the_digest_of_a_topic(tmp_path):
    async with a_forum(tmp_path, "ru") as forum:
        for thread, topic in ((forum.roads, "transport"), (forum.homes, "culture")):
            forum.owner.says(f"/subscribe@qala_bot {topic}", forum.chat, thread=thread)
            await forum.owner.sees(lambda one, thread=thread: one.get("message_thread_id") == thread, chat=forum.chat)
        made = [
            await digest_for(forum.city.store, forum.chat.id, thread, None, forum.city.now(), ZoneInfo("Asia/Almaty"))
            for thread in (forum.roads, forum.homes)
        ]
        keys = [{article.key for section in one.sections for article in section.articles} for one in made]
        assert keys[0]
        assert keys[0] != keys[1]
        unknown = await digest_for(forum.city.store, forum.chat.id, 99, None, forum.city.now(), ZoneInfo("UTC"))
        assert unknown is None
