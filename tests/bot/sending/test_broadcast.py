"""/broadcast: a message to all readers, seen before it goes, sent once to each, whatever happens meanwhile."""

import contextlib

import pytest
from aiogram.types import MessageEntity

from bot.sending import rate
from handlers.admin import after_command
from news.models import Subscriber
from tests.driver import MORNING, TOKEN, world

BOSS = 1001


@contextlib.asynccontextmanager
async def city_of(tmp_path, kazakh=0, russian=0, **chosen):
    """A world with an administrator and readers who have stopped at nothing."""
    async with contextlib.AsyncExitStack() as stack:
        # A token may be slow here; the administrator's chat is not, which would have a message a second.
        stack.enter_context(pytest.MonkeyPatch.context()).setattr(rate, "_PRIVATE", (0.01, 3))
        city = await stack.enter_async_context(world(tmp_path, admins=(BOSS,), news=False, **chosen))
        boss = city.person("Айгерім", "kk")
        boss.says("/language kk")
        await boss.sees("Енді қазақша")
        bot = city.telegram.bots[TOKEN]
        for number in range(1, kazakh + russian + 1):
            language = "kk" if number <= kazakh else "ru"
            city.telegram.private(bot, city.telegram.account("Оқырман", identifier=number, language_code=language))
            await city.store.subscribers.add(Subscriber(number, "private", language, "Asia/Almaty", created_at=MORNING))
        yield city, boss


async def started(boss, text="/broadcast Бүгін кешке бот жаңарады", whom="Барлығына"):
    """The broadcast after two taps; the message that shows how it goes."""
    boss.says(text)
    asked = await boss.sees("Кімге жіберілсін?")
    boss.presses(asked, next(one for one in labels(asked) if one.startswith(whom)))
    boss.presses(await boss.sees("оқырманға жіберілсін бе?"), "Иә, жіберілсін")
    return await boss.sees("таратылып жатыр")


async def goes_on(city, rings=6):
    for _ in range(rings):
        await city.bot.broadcasting.ring()
        await city.passes(6)
    await city.bot.broadcasting.ring()


def labels(message):
    return [button["text"] for row in message.get("reply_markup", {}).get("inline_keyboard", []) for button in row]


def received(city, chat):
    bot = city.telegram.bots[TOKEN]
    return list(city.telegram.private(bot, city.telegram.accounts[chat]).messages.values())


async def test_every_reader_gets_it_once_with_its_formatting_after_two_taps(tmp_path):
    async with city_of(tmp_path, kazakh=30, russian=20) as (city, boss):
        await started(boss)
        await goes_on(city)
        assert [[one["text"] for one in received(city, chat)] for chat in range(1, 51)] == [
            ["Бүгін кешке бот жаңарады"]
        ] * 50
        done = await boss.sees("Хабарлама таратылды")
        assert "Жеткені: 51, барлығы 51" in done["text"]
        assert await city.store.deliveries.discrepancies() == []


async def test_nobody_gets_it_before_the_second_tap_and_a_stranger_cannot_send(tmp_path):
    async with city_of(tmp_path, kazakh=3) as (city, boss):
        boss.says("/broadcast Сәлем")
        preview = await boss.sees("Сәлем")
        assert preview["text"] == "Сәлем"
        asked = await boss.sees("Кімге жіберілсін?")
        assert labels(asked) == ["Барлығына · 4", "Қазақша · 4", "Өзіме жіберу", "Бас тарту"]
        boss.presses(asked, "Бас тарту")
        await boss.sees("ешкімге жіберілген жоқ")
        boss.sends_callback(asked, "broadcast:1:go")
        await goes_on(city, 1)
        assert received(city, 1) == []
        stranger = city.person("Марина", "ru")
        stranger.says("/broadcast Я тут главная")
        await stranger.sees("только администраторы")


async def test_one_language_alone_gets_it(tmp_path):
    async with city_of(tmp_path, kazakh=2, russian=2) as (city, boss):
        await started(boss, whom="Русский")
        await goes_on(city)
        assert [len(received(city, chat)) for chat in (1, 2, 3, 4)] == [0, 0, 1, 1]


async def test_a_message_that_is_answered_is_what_goes(tmp_path):
    async with city_of(tmp_path, kazakh=1) as (city, boss):
        written = boss.says("<b>Жаңа</b> мүмкіндік")
        await boss.sees()
        boss.says("/broadcast", reply_to=written["message_id"])
        asked = await boss.sees("Кімге жіберілсін?")
        boss.presses(asked, "Барлығына · 2")
        boss.presses(await boss.sees("жіберілсін бе?"), "Иә, жіберілсін")
        await boss.sees("таратылып жатыр")
        await goes_on(city, 2)
        (message,) = received(city, 1)
        assert message["text"] == written["text"]
        assert message.get("entities") == written.get("entities")


async def test_what_died_while_being_sent_is_not_sent_again_and_the_rest_still_comes(tmp_path):
    async with city_of(tmp_path, kazakh=40) as (city, boss):
        await started(boss)
        await city.bot.broadcasting.ring()
        taken = await city.store.deliveries.claim(5, city.now())
        await city.store.deliveries.recover(city.now())
        await goes_on(city)
        lost = {delivery.chat_id for delivery in taken}
        assert [len(received(city, chat)) for chat in range(1, 41)] == [int(chat not in lost) for chat in range(1, 41)]
        assert (await city.store.deliveries.counts()) == {"sent": 36, "unknown": 5}
        assert [await city.store.deliveries.owed(chat) for chat in lost] == [()] * 5


async def test_who_blocked_the_bot_is_paused_and_told_of(tmp_path):
    async with city_of(tmp_path, kazakh=3) as (city, boss):
        city.telegram.faults.add("refuse", refusal="blocked", chat=2, method="sendMessage")
        await started(boss)
        await goes_on(city)
        assert (await city.store.subscribers.get(2)).state == "blocked"
        done = await boss.sees("Хабарлама таратылды")
        assert "Жеткені: 3, барлығы 4" in done["text"]
        assert "Жетпегені: 1" in done["text"]


async def test_a_wave_of_gone_pauses_nobody(tmp_path):
    async with city_of(tmp_path, kazakh=60) as (city, boss):
        await started(boss)
        city.telegram.faults.add("refuse", refusal="blocked", method="sendMessage")
        await goes_on(city, 2)
        city.telegram.faults.clear()
        assert (await city.store.broadcasts.readers()) == {"kk": 61}
        city.clock.advance(16 * 60)
        await goes_on(city, 8)
        assert [len(received(city, chat)) for chat in range(1, 61)] == [1] * 60


async def test_it_is_stopped_on_the_way(tmp_path):
    async with city_of(tmp_path, kazakh=100, send_rate=10) as (city, boss):
        shown = await started(boss)
        await city.bot.broadcasting.ring()
        boss.presses(shown, "Тоқтату")
        stopped = await boss.sees("тоқтатылды")
        assert labels(stopped) == ["Жалғастыру"]
        await goes_on(city, 2)
        assert sum(len(received(city, chat)) for chat in range(1, 101)) < 20
        assert (await city.store.deliveries.counts()).get("planned", 0) == 0
        assert await city.store.broadcasts.running() == []


async def test_what_was_stopped_goes_on_and_nobody_gets_it_twice(tmp_path):
    async with city_of(tmp_path, kazakh=30, send_rate=20) as (city, boss):
        shown = await started(boss)
        await city.bot.broadcasting.ring()
        boss.presses(shown, "Тоқтату")
        stopped = await boss.sees("тоқтатылды")
        assert sum(len(received(city, chat)) for chat in range(1, 31)) < 30
        boss.presses(stopped, "Жалғастыру")
        await boss.sees("таратылып жатыр")
        await goes_on(city, 2)
        assert [len(received(city, chat)) for chat in range(1, 31)] == [1] * 30
        done = await boss.sees("Хабарлама таратылды")
        assert "Жеткені: 31, барлығы 31" in done["text"]
        assert await city.store.deliveries.discrepancies() == []


async def test_each_language_gets_its_version_and_a_test_comes_to_the_writer_alone(tmp_path):
    async with city_of(tmp_path, kazakh=2, russian=2) as (city, boss):
        boss.says("/broadcast ru Ночью бот обновится")
        assert (await boss.sees("обновится"))["text"] == "Ночью бот обновится"
        await boss.sees("Кімге жіберілсін?")
        boss.says("/broadcast KK Түнде бот жаңарады")
        assert (await boss.sees("жаңарады"))["text"] == "Түнде бот жаңарады"
        asked = await boss.sees("Кімге жіберілсін?")
        assert "Русский, Қазақша" in asked["text"]
        boss.presses(asked, "Өзіме жіберу")
        await boss.sees(lambda message: message["text"] == "Ночью бот обновится")
        await boss.sees(lambda message: message["text"] == "Түнде бот жаңарады")
        asked = await boss.sees("Сынақ хабарламалары жоғарыда")
        assert await city.store.deliveries.counts() == {}
        boss.presses(asked, "Барлығына · 5")
        boss.presses(await boss.sees("жіберілсін бе?"), "Иә, жіберілсін")
        await boss.sees("таратылып жатыр")
        await goes_on(city, 2)
        texts = [[one["text"] for one in received(city, chat)] for chat in (1, 2, 3, 4)]
        assert texts == [["Түнде бот жаңарады"]] * 2 + [["Ночью бот обновится"]] * 2


async def test_it_is_put_off_moved_and_goes_at_its_hour_once(tmp_path):
    async with city_of(tmp_path, kazakh=3) as (city, boss):
        boss.says("/broadcast Кешке жарық өшеді")
        asked = await boss.sees("Кімге жіберілсін?")
        boss.presses(asked, "Барлығына · 4")
        sure = await boss.sees("жіберілсін бе?")
        boss.presses(sure, "Кейін жіберу")
        hours = await boss.sees("Қашан жіберілсін?")
        assert labels(hours) == ["22.11 12:00", "22.11 18:00", "22.11 20:00", "23.11 09:00", "‹ Артқа"]
        boss.presses(hours, "22.11 12:00")
        waits = await boss.sees("уақытын күтіп тұр: 22.11 12:00")
        await goes_on(city, 2)
        assert received(city, 1) == []
        boss.presses(waits, "Басқа уақыт")
        boss.presses(await boss.sees("Қашан жіберілсін?"), "22.11 18:00")
        await boss.sees("уақытын күтіп тұр: 22.11 18:00")
        assert await city.store.broadcasts.prune(city.now() + 10**8) == 0
        await city.passes(9 * 3600 + 60)
        await goes_on(city, 3)
        assert [[one["text"] for one in received(city, chat)] for chat in (1, 2, 3)] == [["Кешке жарық өшеді"]] * 3
        await boss.sees("Хабарлама таратылды")


async def test_an_hour_that_is_typed_puts_the_draft_off_and_is_cancelled_by_one_tap(tmp_path):
    async with city_of(tmp_path, kazakh=1) as (city, boss):
        boss.says("/broadcast Сәлем")
        await boss.sees("Кімге жіберілсін?")
        boss.says("/broadcast 05.12 08:15")
        boss.presses(await boss.sees("05.12 08:15"), "Иә, осы уақытта")
        boss.presses(await boss.sees("уақытын күтіп тұр: 05.12 08:15"), "Бас тарту")
        await boss.sees("ешкімге жіберілген жоқ")
        await city.passes(14 * 86_400)
        await goes_on(city, 1)
        assert received(city, 1) == []
        boss.says("/broadcast 05.12 08:15")  # nothing waits: these are words like others
        await boss.sees("Кімге жіберілсін?")


async def test_a_digest_does_not_wait_behind_a_broadcast(tmp_path):
    async with city_of(tmp_path, kazakh=100, send_rate=4) as (city, boss):
        await started(boss)
        await city.bot.broadcasting.ring()
        await city.bot.broadcasting.ring()
        assert (await city.store.deliveries.counts())["planned"] <= 20


def test_formatting_moves_with_the_words_it_belongs_to():
    bold = MessageEntity(type="bold", offset=14, length=5)
    command = MessageEntity(type="bot_command", offset=0, length=10)
    text, kept = after_command("/broadcast 🌧 жауын\n", [command, bold])
    assert text == "🌧 жауын"
    assert [(one.type, one.offset, one.length) for one in kept] == [("bold", 3, 5)]
    assert after_command("/broadcast", [command]) == ("", [])
    text, kept = after_command("/broadcast kk жауын", [command, bold.model_copy(update={"offset": 14})], 2)
    assert (text, kept[0].offset) == ("жауын", 0)
