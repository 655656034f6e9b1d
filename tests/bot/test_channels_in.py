"""Posts of a channel in which the bot is an administrator come in as news, over real sockets."""

import asyncio
from dataclasses import replace

import pytest

from bot.cli.doctor import examine
from bot.collecting.sources import source_line
from news.feeds.channel import channel_addresses
from news.feeds.source import Source
from tests.driver import TOKEN, world

ADMIN = 7001
PHOTO = b"a picture"
BRIDGE = "Алматыда Сайран көлі жанынан жаңа көпір ашылды"


async def opened(city, *, by=None, username="", title="Қала тілшісі", agreed=True):
    """A channel whose owner made the bot an administrator, and that owner; `agreed`: to its posts, by the operator."""
    owner = by or city.person("Айгерім", "kk")
    channel = owner.makes_group(title, kind="channel")
    channel.username = username
    owner.promotes(channel, city.telegram.bots[TOKEN], can_post_messages=True, can_edit_messages=True)
    if agreed:
        await agrees(city, channel)
    return owner, channel


async def agrees(city, channel):
    """The operator agrees to a channel's posts."""
    await handled(city)
    source = await city.store.sources.of_channel(channel.id, *channel_addresses(channel.id, channel.username))
    await city.store.sources.change(replace(source, paused=False))


def administrator(city, language="ru"):
    admin = city.person("Дәурен", language)
    del city.telegram.accounts[admin.id]
    admin.account.id = ADMIN
    city.telegram.accounts[ADMIN] = admin.account
    admin.starts()
    return admin


async def stored(city, address):
    """The article at an address, once it is there."""
    await handled(city)
    return await city.store.articles.find(address)


async def handled(city):
    """Return when the bot has handled all it was told."""
    while True:
        stranger = city.person("Тексеруші", "ru")  # whoever asked so often would be told to wait
        stranger.says("/help")
        await stranger.sees("Qala")
        if not (await city.store.inbox.counts())["waiting"]:
            return


async def waiting(city):
    return sum(one.waits for one in await city.store.sources.all())


async def test_a_post_becomes_an_article_with_its_text_picture_and_link(tmp_path, database_url):
    async with world(tmp_path, news=False, database=database_url) as city:
        owner, channel = await opened(city, username="QalaTilshi")
        text = f"⚡️{BRIDGE}.\nОл екі ауданды жалғайды. Құрылыс екі жылға созылды. #көпір"
        post = owner.posts(channel, text, PHOTO)
        article = await stored(city, "https://t.me/QalaTilshi/1")
        assert article.title == BRIDGE
        assert article.body == "Ол екі ауданды жалғайды. Құрылыс екі жылға созылды. #көпір"
        assert (article.source, article.language) == ("Қала тілшісі", "kk")
        assert article.image == f"tg:{post['photo'][0]['file_id']}"
        assert article.tags == ("көпір",)
        [source] = await city.store.sources.all()
        assert (source.url, source.kind, source.paused) == ("https://t.me/s/qalatilshi", "channel", False)
        assert await city.store.sources.due(city.now() + 10**6, 10) == []  # its posts come by themselves


async def test_a_picture_of_a_post_stands_in_the_whole_text(tmp_path):
    async with world(tmp_path, news=False) as city:
        owner, channel = await opened(city)
        post = owner.posts(channel, "В Алматы открыли мост.\n" + "Он соединяет два района города. " * 20, PHOTO)
        article = await stored(city, "https://t.me/c/1/1")
        owner.says("/start")
        shown = await owner.sees(chat=owner.chat())
        owner.sends_callback(shown, f"whole:{article.key}:")
        rich = await owner.sees(lambda one: "rich_message" in one)
        assert post["photo"][0]["file_id"] in str(rich["rich_message"])


async def test_an_edited_post_is_the_same_article_and_an_album_is_one(tmp_path):
    async with world(tmp_path, news=False) as city:
        owner, channel = await opened(city)
        post = owner.says("В Алматы открыли мост через Весновку. Движение началось утром.", channel)
        owner.edits(post, "В Алматы открыли мост через Весновку. Движение началось вечером.", channel)
        owner.posts(channel, picture=PHOTO, media_group_id="77")
        owner.posts(channel, "Парк у реки открылся. Вход свободный.", PHOTO, media_group_id="77")
        owner.posts(channel, "Фото: пресс-служба акимата", PHOTO, media_group_id="77")
        article = await stored(city, "https://t.me/c/1/1")
        assert article.body == "Движение началось вечером."
        assert await city.store.articles.count() == 2
        park = await city.store.articles.find("https://t.me/c/1/3")
        assert (park.title, park.body) == ("Парк у реки открылся", "Вход свободный.\nФото: пресс-служба акимата")


async def test_a_command_and_a_shared_card_of_ours_are_no_news(tmp_path):
    async with world(tmp_path, news=False) as city:
        owner, channel = await opened(city)
        owner.says("/digest@qala_bot 08:30", channel)
        own = city.telegram.bots[TOKEN].api()
        city.telegram.post(channel, owner.account, {"text": "Карточка новости. Её переслали из бота."}, via_bot=own)
        await handled(city)
        assert await city.store.articles.count() == 0
        assert (await city.store.subscribers.get(channel.id)).digest_minute is None


async def test_a_nights_posts_that_come_at_once_are_all_news_and_nobody_is_scolded(tmp_path):
    async with world(tmp_path, news=False) as city:
        owner, channel = await opened(city)
        for number in range(60):
            owner.posts(channel, f"Новость дня номер {number} о городе. Подробности позже.")
        async with asyncio.timeout(20):
            while await city.store.articles.count() < 60:
                await handled(city)
        assert len(channel.messages) == 60


async def test_polls_forwards_and_what_has_no_words(tmp_path):
    async with world(tmp_path, news=False) as city:
        owner, channel = await opened(city)
        options = [{"persistent_id": name, "text": name, "voter_count": 0} for name in ("Автобус", "Метро")]
        poll = {
            "id": "1",
            "question": "На чём вы ездите?",
            "options": options,
            "total_voter_count": 0,
            "is_closed": False,
        }
        poll |= {"is_anonymous": True, "type": "regular", "allows_multiple_answers": False, "allows_revoting": False}
        city.telegram.post(channel, owner.account, {"poll": poll | {"members_only": False}})
        owner.posts(channel, picture=PHOTO)
        other = {"id": -1000000000777, "type": "channel", "title": "Водоканал"}
        origin = {"type": "channel", "chat": other, "message_id": 5, "date": city.now()}
        owner.posts(channel, "Воду отключат завтра в Аксае. Ремонт.", forward_origin=origin)
        asked = await stored(city, "https://t.me/c/1/1")
        assert (asked.title, asked.body) == ("На чём вы ездите?", "– Автобус\n– Метро")
        assert await city.store.articles.count() == 2
        assert (await city.store.articles.find("https://t.me/c/1/3")).cited == ("Водоканал",)


@pytest.mark.parametrize(
    ("language", "question", "take", "listed"),
    [
        ("ru", "Брать его записи в новости?", "Брать в новости", "Жаңа арна"),
        ("kk", "Жазбаларын жаңалықтарға қосайық па?", "Жаңалыққа қосу", "Жаңа арна"),
    ],
)
async def test_a_strangers_channel_waits_until_an_administrator_of_the_bot_agrees(
    tmp_path, language, question, take, listed
):
    async with world(tmp_path, news=False, admins=(ADMIN,)) as city:
        admin = administrator(city, language)
        owner, channel = await opened(city, title="Жаңа арна", agreed=False)
        asked = await admin.sees(question)
        owner.says("Бұл хабар әлі жаңалық емес. Әкімші келіспеді.", channel)
        assert await stored(city, "https://t.me/c/1/1") is None
        admin.says("/sources")
        await admin.sees(listed)
        press = admin.presses(asked, take)
        await admin.toast(press)
        owner.says("Енді бұл хабар жаңалық болды. Әкімші келісті.", channel)
        assert (await stored(city, "https://t.me/c/1/2")).title == "Енді бұл хабар жаңалық болды"


@pytest.mark.parametrize(
    ("language", "told"),
    [("ru", "только если согласится тот, кто его запустил"), ("kk", "ботты іске қосқан адам келіскенде ғана")],
)
async def test_where_nobody_administers_the_bot_a_strangers_channel_is_nobodys_news_until_the_operator_agrees(
    tmp_path, database_url, language, told
):
    async with world(tmp_path, news=False, database=database_url) as city:
        stranger = city.person("Біреу", language)
        stranger.starts()
        await stranger.sees()
        _, channel = await opened(city, by=stranger, title="Бөтен арна", agreed=False)
        said = await stranger.sees(told)
        [source] = await city.store.sources.all()
        command = f"qala sources set {source.key} --resume"
        assert command in said["text"]
        assert str(stranger.id) in said["text"]
        stranger.says("Бәріне өтірік хабар. Оны ешкім көрмеуі керек.", channel)
        assert await stored(city, "https://t.me/c/1/1") is None
        assert "waits for your consent" in source_line(source)
        where = {"database_url": database_url or f"sqlite:///{tmp_path}/qala.sqlite"}
        found = await examine(city.settings.model_copy(update=where))
        [waits] = [one for one in found if one.about == "source Бөтен арна"]
        assert command in waits.text
        assert not waits.wrong
        await city.store.sources.change(replace(source, paused=False))
        stranger.says("Енді бұл хабар жаңалық болды. Келісім бар.", channel)
        assert (await stored(city, "https://t.me/c/1/2")).title == "Енді бұл хабар жаңалық болды"
        assert [one.waits for one in await city.store.sources.all()] == [False]


async def test_what_an_administrator_declines_is_not_asked_again_and_may_be_taken_later(tmp_path):
    async with world(tmp_path, news=False, admins=(ADMIN,)) as city:
        admin = administrator(city)
        owner, channel = await opened(city, title="Жаңа арна", agreed=False)
        asked = await admin.sees("Брать его записи в новости?")
        await admin.toast(admin.presses(asked, "Не брать"))
        owner.says("Бірінші хабар. Бұл жаңалық емес.", channel)
        owner.changes_member(channel, city.telegram.bots[TOKEN], "left")
        owner.promotes(channel, city.telegram.bots[TOKEN], can_post_messages=True)
        owner.says("Екінші хабар. Бұл да жаңалық емес.", channel)
        await handled(city)
        assert sum("Брать его записи" in one.get("text", "") for one in admin.chat().messages.values()) == 0
        admin.says("/sources")
        assert "на паузе" in (await admin.sees("Жаңа арна"))["text"]
        [source] = await city.store.sources.all()
        await city.store.sources.change(replace(source, paused=False))
        owner.says("Үшінші хабар. Енді ол жаңалық.", channel)
        assert await stored(city, "https://t.me/c/1/3")


async def test_who_makes_channels_without_end_fills_nobodys_list_and_a_left_one_waits_no_more(tmp_path):
    async with world(tmp_path, news=False) as city:
        stranger = city.person("Біреу", "ru")
        for number in range(55):
            last = await opened(city, by=stranger, title=f"Арна {number}", agreed=False)
        await handled(city)
        assert await waiting(city) == 50
        _, channel = last
        stranger.says("Хабар. Бұл арнаның кезегі келмеді.", channel)
        await handled(city)
        assert await waiting(city) == 50
        first = next(one for one in city.telegram.chats.values() if one.title == "Арна 0")
        stranger.changes_member(first, city.telegram.bots[TOKEN], "left")
        await handled(city)
        assert await waiting(city) == 49


async def test_an_administrator_of_the_bot_who_puts_it_into_a_channel_has_agreed(tmp_path):
    async with world(tmp_path, news=False, admins=(ADMIN,)) as city:
        admin = administrator(city)
        owner, channel = await opened(city, by=admin, agreed=False)
        owner.says("В городе открыли новый сквер. Там сто лип.", channel)
        assert (await stored(city, "https://t.me/c/1/1")).title == "В городе открыли новый сквер"
        owner.posts(channel, "Ещё новость")
        owner.changes_member(channel, city.telegram.bots[TOKEN], "left")
        await handled(city)
        admin.says("/sources")
        await admin.sees("бот больше не администратор канала")
        owner.promotes(channel, city.telegram.bots[TOKEN], can_post_messages=True)
        owner.says("Бот снова здесь и читает канал. Всё как прежде.", channel)
        assert await stored(city, "https://t.me/c/1/3")
        admin.says("/sources")
        await admin.sees("работает")


async def test_a_channel_that_was_polled_is_read_at_first_hand_from_now_on(tmp_path):
    async with world(tmp_path, news=False) as city:
        url = "https://t.me/s/qalatilshi"
        await city.store.sources.add(Source(url=url, kind="channel", name="Тілші", full_text=False))
        owner, channel = await opened(city, username="QalaTilshi")
        owner.says(f"{BRIDGE}.\n" + "Ол екі ауданды жалғайды. " * 40, channel)
        article = await stored(city, "https://t.me/QalaTilshi/1")
        assert len(article.body) <= 400  # the right that was chosen for it stays
        [source] = await city.store.sources.all()
        assert (source.name, source.channel_id) == ("Тілші", channel.id)
