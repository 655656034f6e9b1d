"""A newsroom's channel fills: set up by its administrator in the private chat, over real sockets, in both languages."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from bot.cli.commands import app
from handlers.views import actions
from sandbox.world.people import NotSeen
from storage.readers import data_map
from tests.bot.test_alerts import begins, publish
from tests.bot.test_channels_in import agrees, handled
from tests.bot.test_group_rights import changing, personal
from tests.driver import TOKEN, world

HOUR = 3600
WORDS = {
    "ru": {
        "how": "Новости в вашем канале",
        "choose": "Выбрать канал",
        "connected": "подключён",
        "read": "Читать",
        "topics": "Темы",
        "transport": "Транспорт",
        "paused": "больше не может писать в канал",
        "sign": "Подпись",
        "sign-ask": "последнюю строку",
        "signed": "Подпись сохранена",
    },
    "kk": {
        "how": "сіздің арнаңызда",
        "choose": "Арнаны таңдау",
        "connected": "қосылды",
        "read": "Оқу",
        "topics": "Тақырыптар",
        "transport": "Көлік",
        "paused": "арнасына жаза алмайды",
        "sign": "Соңғы жол",
        "sign-ask": "соңғы жолын",
        "signed": "Соңғы жол сақталды",
    },
}
TITLE = {"ru": "В Алматы открыли новый мост через Весновку", "kk": "Алматыда Есентай өзеніне жаңа көпір салынды"}
BODY = {
    "ru": "Движение по мосту началось сегодня утром. Он соединяет два района города и разгрузит соседние улицы.",
    "kk": "Көпірмен қозғалыс бүгін таңертең басталды. Ол қаланың екі ауданын жалғап, көршілес көшелерді босатады.",
}


async def sets_up(city, language="ru", *, title="Пресс-служба", owner=None):
    """A press officer and the channel they connected; the settings as they stand."""
    words = WORDS[language]
    await city.bot.bell.alert()
    officer = owner or await begins(city, "Асель", language)
    channel = officer.makes_group(title, kind="channel")
    officer.says("/channel")
    await officer.sees(words["how"])
    officer.shares(words["choose"], channel)
    await officer.sees(words["connected"])
    screen = await officer.sees(settings_of(title))
    city.clock.advance(60)
    return officer, channel, screen


def settings_of(title):
    """The screen of a channel: what its own posts wait for names it too."""
    return lambda one: title in (one.get("text") or "") and "inline_keyboard" in one.get("reply_markup", {})


def posts(channel):
    return [one for one in channel.messages.values() if "text" in one or "caption" in one]


def shown(message):
    return message.get("text") or message.get("caption")


async def row(city):
    return await city.store.database.fetchrow("SELECT * FROM deliveries WHERE rank = 2")


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_a_press_officer_connects_a_channel_and_the_next_story_is_posted(tmp_path, database_url, language):
    async with world(tmp_path, news=False, database=database_url) as city:
        _, channel, _ = await sets_up(city, language)
        assert channel.members[city.telegram.bots[TOKEN].id].rights["can_post_messages"]
        await publish(city, TITLE[language], BODY[language], language=language)
        await city.passes(5)
        [post] = posts(channel)
        assert TITLE[language] in post["text"]
        assert BODY[language].split(".")[0] in post["text"]
        [[read, more]] = post["reply_markup"]["inline_keyboard"]
        assert read["text"] == WORDS[language]["read"]
        assert read["url"].startswith("https://t.me/qala_bot?start=a_")
        assert more["url"].startswith("https://t.me/qala_bot")
        await city.passes(60)
        assert len(posts(channel)) == 1
        assert not await city.store.deliveries.discrepancies(city.now())


async def test_a_picture_stands_above_a_post_and_one_that_cannot_be_fetched_is_left_out(tmp_path):
    async with world(tmp_path, news=False) as city:
        _, channel, _ = await sets_up(city)
        await publish(city, TITLE["ru"], BODY["ru"])
        await city.store.database.execute("UPDATE articles SET image = 'https://news.example.kz/1.jpg'")
        await city.passes(5)
        [post] = posts(channel)
        assert post["photo"]
        assert TITLE["ru"] in post["caption"]
        assert (await row(city))["form"] == "post-photo"
        city.telegram.faults.add("refuse", refusal="picture_not_fetched", method="sendPhoto", count=1)
        await publish(city, "В Караганде запустили новый автобус до вокзала", "Маршрут работает с шести утра.")
        await city.store.database.execute("UPDATE articles SET image = 'https://news.example.kz/2.jpg'")
        await city.passes(5)
        assert "новый автобус" in posts(channel)[-1]["text"]


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_a_post_is_changed_while_its_story_grows_once_in_ten_minutes(tmp_path, language):
    outlets = {"ru": "3 издания", "kk": "3 басылым"}[language]
    async with world(tmp_path, news=False) as city:
        _, channel, _ = await sets_up(city, language)
        await publish(city, TITLE[language], BODY[language], language=language, name="one", source="Горожанин")
        await city.passes(5)
        for number, source in ((2, "Вечерняя"), (3, "Новости")):
            await publish(city, f"{TITLE[language]}: {number}", language=language, name=f"n{number}", source=source)
        await _one_story(city, "one", "n2", "n3")
        await city.passes(60)
        [post] = posts(channel)
        assert outlets not in post["text"]
        await city.passes(600)
        [post] = posts(channel)
        assert outlets in post["text"]
        edits = [event for event in city.telegram.events if event.kind == "edit" and event.chat == channel.id]
        assert len(edits) == 1
        await city.passes(660)
        edits = [event for event in city.telegram.events if event.kind == "edit" and event.chat == channel.id]
        assert len(edits) == 1  # nothing new, nothing asked
        city.clock.advance(HOUR)
        later = {"ru": "Мост через Весновку закроют на ночь", "kk": "Есентай көпірі түнде жабылады"}[language]
        await publish(city, later, language=language, name="later", source="Вечерняя")
        await _one_story(city, "one", "n2", "n3", "later")
        await city.passes(60)
        [post] = posts(channel)
        assert later in post["text"]
        assert await city.store.deliveries.counts() == {"sent": 1}


async def _one_story(city, *names):
    """These articles are of one story, as the store would have it."""
    database = city.store.database
    found = [row["key"] for row in await database.fetch("SELECT key FROM articles ORDER BY key")]
    await database.execute("UPDATE articles SET story = $1, updated_at = $2", found[0], city.now())
    known = await database.fetchval("SELECT count(*) FROM stories WHERE id = $1", found[0])
    assert len(names) == len(found), known


async def test_a_post_says_what_its_article_says_now_and_no_day_that_passes(tmp_path):
    async with world(tmp_path, news=False) as city:
        _, channel, _ = await sets_up(city)
        await publish(city, TITLE["ru"], BODY["ru"], name="one", at=city.now())
        await city.passes(5)
        assert "сегодня," not in posts(channel)[0]["text"]
        await publish(city, "В Алматы откроют новый мост завтра", BODY["ru"], name="one", at=city.now())
        await city.passes(300)
        assert "откроют" not in posts(channel)[0]["text"]
        await city.passes(660)
        assert posts(channel)[0]["text"].startswith("В Алматы откроют новый мост завтра")


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_posts_follow_what_an_operator_corrects_joins_splits_and_hides(
    tmp_path, database_url, language, monkeypatch
):
    title, other, body, outlets = {
        "ru": ("Мост через Весновку открыт", "Школьники выиграли олимпиаду", "Они вернулись домой.", "2 издания"),
        "kk": ("Есентай көпірі ашылды", "Оқушылар олимпиадада жеңді", "Олар үйге оралды.", "2 басылым"),
    }[language]
    async with world(tmp_path, news=False, database=database_url) as city:
        monkeypatch.setenv("QALA_DATABASE_URL", database_url)
        monkeypatch.setenv("QALA_DATA_DIR", str(tmp_path))

        async def qala(*words):
            done = await asyncio.to_thread(CliRunner().invoke, app, words, catch_exceptions=False)
            assert done.exit_code == 0, done.output
            await city.passes(660)
            return [shown(one) for one in posts(channel)]

        _, channel, _ = await sets_up(city, language)
        await publish(city, TITLE[language], BODY[language], language=language, name="one", source="Горожанин")
        await city.passes(5)
        await publish(city, other, body, language=language, name="two", source="Вечерняя")
        await city.passes(5)
        assert [TITLE[language] in shown(one) for one in posts(channel)] == [True, False]
        first, second = await qala("correct", "one", "--title", title, "--topic", "transport")
        assert first.startswith(title)
        assert TITLE[language] not in first + second
        assert outlets in (await qala("join", "one", "two"))[0]
        assert outlets not in (await qala("split", "two"))[0]
        assert await qala("correct", "two", "--title", f"{other}!") == [first, second.replace(other, f"{other}!")]
        assert await qala("hide", "one") == [second.replace(other, f"{other}!")]
        assert not await city.store.deliveries.discrepancies(city.now())


async def test_the_words_below_a_picture_are_changed_and_withdrawn_too(tmp_path):
    async with world(tmp_path, news=False) as city:
        _, channel, _ = await sets_up(city)
        picture = "UPDATE articles SET image = 'https://news.example.kz/1.jpg'"
        await publish(city, TITLE["ru"], BODY["ru"], name="one", at=city.now())
        await city.store.database.execute(picture)
        await city.passes(5)
        await publish(city, "В Алматы откроют новый мост завтра", BODY["ru"], name="one", at=city.now())
        await city.store.database.execute(picture)
        await city.passes(660)
        [post] = posts(channel)
        assert post["photo"]
        assert post["caption"].startswith("В Алматы откроют новый мост завтра")
        city.clock.advance(49 * HOUR)
        await city.store.articles.hide((await city.store.articles.find("one")).key, city.now())
        await city.passes(60)
        assert posts(channel)[0]["caption"] == "Запись снята: новость отозвана."
        assert await city.store.deliveries.counts() == {"withdrawn": 1}


async def test_two_administrators_share_a_channel_and_one_keeps_two(tmp_path):
    async with world(tmp_path, news=False) as city:
        officer, channel, _ = await sets_up(city)
        second = officer.makes_group("Второй канал", kind="channel")
        other = await begins(city, "Дана", "ru")
        officer.adds(channel, other)
        officer.promotes(channel, other, can_post_messages=True, can_promote_members=True)
        other.says("/channel")
        await other.sees("Новости в вашем канале")
        other.shares("Выбрать канал", channel)
        await other.sees("уже подключён")
        officer.says("/channel")
        listed = await officer.sees("Ваши каналы")
        officer.presses(listed, "Подключить ещё")
        await officer.sees("Новости в вашем канале")
        officer.shares("Выбрать канал", second)
        await officer.sees("подключён")
        assert [one.title for one in await city.store.channels.kept_by(officer.id)] == ["Второй канал", "Пресс-служба"]
        assert (await city.store.channels.get(channel.id)).keeper == officer.id
        await publish(city, TITLE["ru"], BODY["ru"])
        await city.passes(5)
        assert (len(posts(channel)), len(posts(second))) == (1, 1)


async def test_a_full_caption_is_not_grown(tmp_path):
    async with world(tmp_path, news=False) as city:
        _, channel, _ = await sets_up(city)
        title = "В Алматы открыли мост " + "и ещё один мост " * 13
        await publish(city, title, BODY["ru"] * 12, name="one")
        await city.store.database.execute("UPDATE articles SET image = 'https://news.example.kz/1.jpg'")
        await city.store.database.execute("UPDATE channels SET signature = $1", "п" * 60)
        await city.store.database.execute("UPDATE articles SET lead = $1", "Слово за словом " * 60)
        await city.passes(5)
        [post] = posts(channel)
        assert post["photo"]
        before = post["caption"]
        city.clock.advance(HOUR)
        await publish(city, "Длинное продолжение " * 10, name="later", source="В" * 80)
        await city.store.database.execute("UPDATE articles SET source = $1 WHERE id = 'one'", "И" * 80)
        await _one_story(city, "one", "later")
        await city.passes(660)
        [post] = posts(channel)
        assert len(post["caption"]) <= 1024
        assert (post["caption"] == before) or "Новое" in post["caption"]
        assert await city.store.deliveries.counts() == {"sent": 1}


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_what_is_hidden_is_deleted_within_two_days_and_edited_to_a_line_afterwards(tmp_path, language):
    line = {"ru": "Запись снята", "kk": "Жазба алынды"}[language]
    async with world(tmp_path, news=False) as city:
        _, channel, _ = await sets_up(city, language)
        await publish(city, TITLE[language], BODY[language], language=language, name="one")
        await city.passes(5)
        await city.store.articles.hide((await city.store.articles.find("one")).key, city.now())
        await city.passes(60)
        assert posts(channel) == []
        assert await city.store.deliveries.counts() == {"withdrawn": 1}
        await publish(city, "Нұра ауданында мектеп ашылды", "Мектепте мың бала оқиды.", language="kk", name="two")
        await city.store.database.execute("UPDATE subscribers SET news_languages = 'ru,kk'")
        await publish(city, "В Нуринском районе открыли школу", "В ней тысяча учеников.", name="three")
        await city.passes(60)
        left = len(posts(channel))
        assert left >= 1
        await city.passes(49 * HOUR)
        for name in ("two", "three"):
            await city.store.articles.hide((await city.store.articles.find(name)).key, city.now())
        await city.passes(60)
        assert [shown(one)[: len(line)] for one in posts(channel)] == [line] * left
        assert all("reply_markup" not in one for one in posts(channel))
        assert not await city.store.deliveries.discrepancies(city.now())


async def test_a_post_that_somebody_deleted_by_hand_is_let_be(tmp_path):
    async with world(tmp_path, news=False) as city:
        _, channel, _ = await sets_up(city)
        await publish(city, TITLE["ru"], BODY["ru"], name="one")
        await city.passes(5)
        city.telegram.delete(channel, posts(channel)[0]["message_id"])
        await city.store.articles.hide((await city.store.articles.find("one")).key, city.now())
        await city.passes(60)
        assert await city.store.deliveries.counts() == {"withdrawn": 1}


async def test_topics_language_cap_and_hours_are_kept(tmp_path):
    async with world(tmp_path, news=False) as city:
        officer, channel, screen = await sets_up(city)
        officer.presses(screen, "Темы")
        picker = await officer.sees("Какие темы")
        officer.presses(picker, WORDS["ru"]["transport"])
        await officer.sees(lambda one: "✓" in json.dumps(one.get("reply_markup", {}), ensure_ascii=False))
        await publish(city, "В Алматы прошёл большой концерт симфонической музыки", "Зал был полон.", name="concert")
        await publish(city, "Автобусы и трамваи города: новое расписание маршрутов", "Автобусы ходят чаще.", name="bus")
        await city.passes(5)
        assert [shown(one).split("\n")[0] for one in posts(channel)] == [
            "Автобусы и трамваи города: новое расписание маршрутов"
        ]
        await city.store.watches.set_most(channel.id, 1)
        await publish(city, "Автобусы до аэропорта пойдут ночью", "Автобус ходит раз в час.", name="night")
        await city.passes(5)
        assert len(posts(channel)) == 1  # a day's posts are out
        await city.store.database.execute("UPDATE subscribers SET quiet_from = 1320, quiet_to = 480 WHERE chat_id < 0")
        city.clock.advance(15 * HOUR)  # midnight and after
        await publish(city, "Автобусы встали из-за снега на всех маршрутах", "Автобусы стоят.", name="snow")
        await city.passes(5)
        assert len(posts(channel)) == 1
        await city.passes(9 * HOUR)
        assert "из-за снега" in shown(posts(channel)[-1])


async def test_digest_by_digest_has_no_buttons_that_change_what_all_read(tmp_path):
    async with world(tmp_path) as city:
        officer, channel, screen = await sets_up(city)
        officer.presses(screen, "Дайджест")
        await officer.sees("Дайджест в 09:00")
        await city.passes(24 * HOUR)
        [digest] = posts(channel)
        keyboard = digest["reply_markup"]["inline_keyboard"]
        assert [set(one) & {"url", "callback_data"} for line in keyboard for one in line] == [{"url"}]
        press = officer.sends_callback(digest, "page:n202611220900:1")
        assert "кнопки под записью" in (await officer.toast(press))["text"]
        assert len(posts(channel)) == 1
        assert not await city.store.deliveries.discrepancies(city.now())


@pytest.mark.parametrize(
    ("language", "pause", "paused"), [("ru", "Пауза", "ничего не публикует"), ("kk", "Кідірту", "ештеңе жарияламайды")]
)
async def test_a_channel_pauses_and_is_disconnected(tmp_path, language, pause, paused):
    async with world(tmp_path, news=False) as city:
        officer, channel, screen = await sets_up(city, language)
        officer.presses(screen, pause)
        await officer.sees(paused)
        await publish(city, TITLE[language], BODY[language], language=language)
        await city.passes(60)
        assert posts(channel) == []
        officer.sends_callback(screen, f"channel-set:{channel.id}:gone")
        await officer.sees("Пресс-служба")
        assert await city.store.channels.kept_by(officer.id) == []
        assert await city.store.channels.get(channel.id) is None


async def test_a_signature_is_asked_for_and_stands_last(tmp_path):
    async with world(tmp_path, news=False) as city:
        officer, channel, screen = await sets_up(city)
        officer.presses(screen, "Подпись")
        asked = await officer.sees("последнюю строку")
        officer.says("Акимат Алматы <b>", reply_to=asked["message_id"])
        await officer.sees("Подпись сохранена")
        await publish(city, TITLE["ru"], BODY["ru"])
        await city.passes(5)
        assert posts(channel)[0]["text"].endswith("Акимат Алматы <b>")


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_removed_as_administrator_it_pauses_tells_once_and_goes_on_by_itself(tmp_path, language):
    async with world(tmp_path, news=False) as city:
        officer, channel, _ = await sets_up(city, language)
        bot = city.telegram.bots[TOKEN]
        officer.changes_member(channel, bot, "left")
        await officer.sees(WORDS[language]["paused"])
        officer.changes_member(channel, bot, "administrator", can_manage_chat=True)
        await publish(city, TITLE[language], BODY[language], language=language, name="one")
        await city.passes(5)
        officer.promotes(channel, bot, can_post_messages=True)
        await handled(city)
        told = [one for one in officer.messages() if WORDS[language]["paused"] in one.get("text", "")]
        assert len(told) == 1
        await publish(city, TITLE[language] + " 2", BODY[language], language=language, name="two")
        await city.passes(5)
        assert len(posts(channel)) >= 1
        assert not await city.store.deliveries.discrepancies(city.now())


async def test_a_right_that_is_gone_unseen_pauses_too_and_is_told_once(tmp_path):
    async with world(tmp_path, news=False) as city:
        officer, channel, _ = await sets_up(city)
        channel.members[city.telegram.bots[TOKEN].id].rights["can_post_messages"] = False
        await publish(city, TITLE["ru"], BODY["ru"], name="one")
        await city.passes(5)
        await officer.sees("больше не может писать в канал")
        assert (await city.store.subscribers.get(channel.id)).state == "paused"


async def test_what_was_read_in_a_channel_is_not_posted_into_it(tmp_path):
    async with world(tmp_path, news=False) as city:
        officer, channel, _ = await sets_up(city)
        await agrees(city, channel)
        officer.posts(channel, "Завтра в Алматы перекроют проспект Абая. Ремонт продлится неделю.")
        await handled(city)
        await city.passes(5)
        assert await city.store.articles.count() == 1
        assert len(posts(channel)) == 1


@pytest.mark.parametrize(
    ("language", "asked"),
    [
        ("ru", "мой канал"), ("ru", "как подключить канал?"), ("ru", "добавить бота в канал"),
        ("kk", "каналым"), ("kk", "каналды қосу"), ("kk", "арнамды қалай қосамын"),
    ],
)  # fmt: skip
async def test_asked_in_words_a_channel_is_set_up_as_by_the_command(tmp_path, language, asked):
    async with world(tmp_path, news=False) as city:
        officer = await begins(city, "Асель", language)
        channel = officer.makes_group("Пресс-служба", kind="channel")
        officer.says(asked)
        shown = await officer.sees(WORDS[language]["how"])
        officer.presses(shown, WORDS[language]["choose"])
        await officer.sees(WORDS[language]["how"])
        officer.shares(WORDS[language]["choose"], channel)
        await officer.sees(WORDS[language]["connected"])
        officer.says(asked)
        await officer.sees(lambda one: "Пресс-служба" in str(one.get("reply_markup")))


@pytest.mark.parametrize("way", ["forwarded", "pinned", "edited", "shown in its group"])
async def test_a_post_of_which_nobody_knew_is_known_again_where_telegram_shows_it(tmp_path, database_url, way):
    async with world(tmp_path, news=False, database=database_url) as city:
        officer, channel, _ = await sets_up(city)
        await publish(city, TITLE["ru"], BODY["ru"], name="one")
        await city.passes(5)
        [post] = posts(channel)
        await city.store.database.execute("UPDATE deliveries SET state = 'sending', message_id = NULL")
        await city.store.deliveries.recover(city.now())  # it had arrived, and the program died before it knew
        assert await city.store.posts.unknown() == 1
        assert "may stand" in (await row(city))["reason"]
        content = {"text": post["text"], "entities": post.get("entities")}
        origin = {"type": "channel", "chat": channel.api(), "message_id": post["message_id"], "date": post["date"]}
        if way == "forwarded":
            city.telegram.post(officer.chat(), officer.account, content, forward_origin=origin)
        elif way == "pinned":
            city.telegram.post(channel, officer.account, {"pinned_message": post})
        elif way == "edited":
            city.telegram.edit(channel, post, {"text": post["text"] + " Дополнено."}, officer.account)
        else:
            group = officer.makes_group("Обсуждение", city.telegram.bots[TOKEN], kind="supergroup")
            officer.promotes(group, city.telegram.bots[TOKEN], can_manage_chat=True)  # it sees what is not said to it
            city.telegram.post(group, None, content, forward_origin=origin, is_automatic_forward=True)
        await handled(city)
        known = await row(city)
        assert (known["state"], known["message_id"]) == ("sent", post["message_id"])
        assert await city.store.articles.count() == 1
        await city.store.articles.hide((await city.store.articles.find("one")).key, city.now())
        city.clock.advance(700)
        await city.passes(5)
        assert post["message_id"] not in channel.messages
        assert await city.store.posts.unknown() == 0


async def test_another_post_of_that_hour_is_not_taken_for_ours(tmp_path):
    async with world(tmp_path, news=False) as city:
        officer, channel, _ = await sets_up(city)
        await publish(city, TITLE["ru"], BODY["ru"], name="one")
        await city.bot.bell.alert()
        assert len(await city.store.deliveries.claim(8, city.now())) == 1
        await city.store.deliveries.recover(city.now())
        officer.posts(channel, "Своя запись канала. О другом.")
        city.clock.advance(HOUR)
        officer.posts(channel, f"{TITLE['ru']}. Через час, своими словами.")
        await handled(city)
        assert await city.store.posts.unknown() == 1


# The rights matrix of a channel: who, by Telegram's word at that moment, × every button and message that changes it.

NOT_YOURS = {"ru": "только его администратор", "kk": "құқығы бар әкімші"}
STRANGERS = ("stranger", "subscriber", "restricted", "kicked", "left", "no posts", "demoted")
TRUSTED = ("owner", "administrator", "anonymous")


def of_the_channel(city, owner, channel, who, language):
    """Somebody who stands so in a channel, and has started the bot."""
    if who == "owner":
        return owner
    person = city.person(who, language)
    person.starts()
    if who == "stranger":
        return person
    owner.adds(channel, person)
    if who in ("restricted", "kicked"):
        owner.changes_member(channel, person.account, who)
    elif who == "left":
        owner.promotes(channel, person, can_post_messages=True)
        person.leaves(channel)
    elif who == "no posts":
        owner.promotes(channel, person, can_edit_messages=True, can_invite_users=True)
    elif who in ("administrator", "anonymous", "demoted"):
        owner.promotes(channel, person, can_post_messages=True, is_anonymous=who == "anonymous")
    if who == "demoted":
        owner.changes_member(channel, person.account, "member")
    return person


def pressed(channel):
    """All data of buttons that show or change a channel; what takes it away comes last."""
    sets = sorted(actions._SHAPES["channel-set"][1].split("|"), key=lambda one: one == "gone")
    return [
        *(f"{verb}:{channel.id}" for verb in ("channel", "channel-topics")),
        f"channel-topic:{channel.id}:transport",
        *(f"channel-set:{channel.id}:{what}" for what in sets),
    ]


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("who", [*STRANGERS, *TRUSTED])
async def test_who_may_publish_in_a_channel_at_this_moment_alone_changes_it(tmp_path, who, language):
    async with world(tmp_path, news=False) as city:
        officer, channel, _ = await sets_up(city, language)
        person = of_the_channel(city, officer, channel, who, language)
        message = await person.sees(lambda one: one["from"]["is_bot"], chat=person.chat()) if who != "owner" else None
        message = message or next(one for one in person.messages() if one["from"]["is_bot"])
        before = await data_map.copy(city.store.database, channel.id)
        for data in pressed(channel):
            said = await person.toast(person.sends_callback(message, data))
            assert (NOT_YOURS[language] in said.get("text", "")) == (who in STRANGERS), (data, said)
        after = await data_map.copy(city.store.database, channel.id)
        assert (after == before) == (who in STRANGERS)
        assert (await city.store.channels.get(channel.id) is None) == (who in TRUSTED)
        person.says("/channel")
        await person.sees(WORDS[language]["how"])
        if who in STRANGERS:
            with pytest.raises(NotSeen):
                person.shares(WORDS[language]["choose"], channel)
        city.telegram.post(person.chat(), person.account, {"chat_shared": {"request_id": 1, "chat_id": channel.id}})
        await person.sees(NOT_YOURS[language] if who in STRANGERS else WORDS[language]["connected"])
        kept = await city.store.channels.kept_by(person.id)
        assert bool(kept) == (who in TRUSTED)


@pytest.mark.parametrize("language", ["ru", "kk"])
async def test_who_is_demoted_between_a_question_and_the_answer_changes_nothing(tmp_path, language):
    async with world(tmp_path, news=False) as city:
        owner = city.person("Иесі", language)
        channel = owner.makes_group("Пресс-служба", kind="channel")
        editor = await begins(city, "Дана", language)
        owner.adds(channel, editor)
        owner.promotes(channel, editor, can_post_messages=True, can_promote_members=True)
        editor.says("/channel")
        await editor.sees(WORDS[language]["how"])
        editor.shares(WORDS[language]["choose"], channel)
        await editor.sees(WORDS[language]["connected"])
        screen = await editor.sees(settings_of("Пресс-служба"))
        editor.presses(screen, WORDS[language]["sign"])
        question = await editor.sees(WORDS[language]["sign-ask"])
        owner.changes_member(channel, editor.account, "member")
        editor.says("@burynghy", reply_to=question["message_id"])
        await editor.sees(NOT_YOURS[language])
        assert (await city.store.channels.get(channel.id)).signature == ""
        owner.promotes(channel, editor, can_post_messages=True)
        editor.says("@qaitadan", reply_to=question["message_id"])
        await editor.sees(WORDS[language]["signed"])
        assert (await city.store.channels.get(channel.id)).signature == "@qaitadan"


async def test_in_a_channel_no_button_and_no_command_changes_or_shows_anything(tmp_path):
    async with world(tmp_path, news=False) as city:
        officer, channel, _ = await sets_up(city)
        await publish(city, TITLE["ru"], BODY["ru"])
        await city.passes(5)
        [post] = posts(channel)
        key = (await city.store.articles.latest(1)).items[0].key
        before = await data_map.copy(city.store.database, channel.id)
        people = [officer, *(city.person(name, "ru") for name in ("Марат", "Дана", "Ольга"))]  # one alone is a flood
        wanted = (*changing(key), *personal(key), f"card:{key}", f"open:{key}:", "home", "nonsense")
        for number, data in enumerate(wanted):
            press = people[number % len(people)].sends_callback(post, data)
            assert "кнопки под записью" in (await people[0].toast(press))["text"], data
        for words in (
            "/subscribe transport",
            "/digest 07:00",
            "/language kk",
            "/mute слово",
            "/deletedata",
            "/city Алматы",
        ):
            officer.says(words, channel)
        await handled(city)
        assert await data_map.copy(city.store.database, channel.id) == before
        assert [one["message_id"] for one in posts(channel) if "reply_markup" in one] == [post["message_id"]]


async def test_who_set_a_channel_up_is_forgotten_and_the_channel_goes_on(tmp_path):
    async with world(tmp_path, news=False) as city:
        officer, channel, _ = await sets_up(city)
        kept = await data_map.copy(city.store.database, officer.id)
        assert [one["channel"] for one in kept["channel_keepers"]] == [channel.id]
        await data_map.forget(city.store.database, officer.id, city.now())
        assert (await city.store.channels.get(channel.id)).keeper is None
        await publish(city, TITLE["ru"], BODY["ru"])
        await city.passes(5)
        assert len(posts(channel)) == 1


async def test_a_crash_between_leaves_nothing_twice_and_changes_are_done_again(tmp_path):
    async with world(tmp_path, news=False) as city:
        _, channel, _ = await sets_up(city)
        await publish(city, TITLE["ru"], BODY["ru"], name="one")
        await city.bot.bell.alert()
        [taken] = await city.store.deliveries.claim(8, city.now())
        assert taken.message_id is None
        await city.store.deliveries.recover(city.now())  # the program died while it was sent: nobody knows
        await city.passes(60)
        assert posts(channel) == []
        assert await city.store.deliveries.counts() == {"unknown": 1}
        await publish(city, "В Караганде запустили новый автобус", "Маршрут работает с утра.", name="two")
        await city.passes(5)
        await city.store.articles.hide((await city.store.articles.find("two")).key, city.now())
        await city.bot.bell.alert()
        city.clock.advance(60)
        await city.bot.bell.alert()
        [taken] = await city.store.deliveries.claim(8, city.now())
        assert taken.message_id is not None
        await city.store.deliveries.recover(city.now())
        await city.passes(5)
        assert posts(channel) == []
        assert await city.store.deliveries.counts() == {"unknown": 1, "withdrawn": 1}
