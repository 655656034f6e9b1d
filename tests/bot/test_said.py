"""What people say to the running bot: its answer is the command's, a topic's, an hour's; the words can be searched
for."""

from pathlib import Path

import pytest
import pytest_asyncio

from benchmarks.said import rows_of, score
from tests.bot.test_reader import labels
from tests.driver import world

pytestmark = pytest.mark.asyncio(loop_scope="module")
TABLE = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / "said.tsv"
OWN = """
что новенького?	ru	like /latest
соңғы жаңалықтарды көрсетші	kk	like /latest
yjdjcnb	ru	like /latest
мои закладки	ru	like /saved
не істей аласың?	kk	like /help
добрый вечер	ru	like /start
қайырлы таң	kk	like /start
жарты тоғыз	kk	offers 08:30
в полдевятого	ru	offers 08:30
отпишите меня	ru	offers Не присылать
енді жібермеңіз	kk	offers Келмесін
когда дадут воду	ru	topic outages
погода	ru	topic weather
новости Шымкента за неделю	ru	search
👍	kk	offers .
кракозябра щщщщ	ru	offers Следить за словом
Қарағанды	kk	offers Менің қалам: Қарағанды
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    async with world(tmp_path_factory.mktemp("said")) as it:
        yield it


async def test_the_bot_answers_what_people_say(city):
    assert await score(city, rows_of(OWN)) == []


@pytest.mark.skipif(not TABLE.exists(), reason="../shared/cases is not beside the project")
async def test_the_bot_answers_as_the_shared_table_wants(city):
    assert await score(city, rows_of(TABLE.read_text(encoding="utf-8"))) == []


async def test_every_answer_to_an_intent_can_be_searched_for_instead(city):
    marina = city.person("Марина", "ru")
    marina.says("сегодня в 8:30")
    shown = await marina.sees("Присылать дайджест каждый день в 08:30?")
    marina.presses(shown, "Искать эти слова")
    assert "сегодня в 8:30" in (await marina.sees(lambda message: "сегодня в 8:30" in message["text"]))["text"]


async def test_an_hour_that_was_said_is_set_with_one_tap(city):
    marina = city.person("Марина", "ru")
    marina.says("по будням в полвосьмого утра")
    shown = await marina.sees("Присылать дайджест по будням в 07:30?")
    marina.presses(shown, "Да, присылать")
    await marina.sees("Дайджест будет приходить по будням в 07:30")
    kept = await city.store.subscribers.get(marina.id)
    assert (kept.timetable.minutes, kept.timetable.days) == ((7 * 60 + 30,), 0b11111)


async def test_a_question_keeps_its_town_and_its_day_as_chips(city):
    marina = city.person("Марина", "ru")
    marina.says("Что нового в Астане за вчера?")
    shown = await marina.sees("Что нового в Астане за вчера?")
    assert "✕ Город: Астана" in labels(shown)
    assert any("ноября" in label for label in labels(shown))
    titles = [line for line in shown["text"].split("\n") if line[:2] == "1."]
    assert titles


async def test_what_holds_not_all_the_words_is_said_to_be_only_alike(city):
    marina = city.person("Марина", "ru")
    marina.says("автобусы с космонавтами")
    await marina.sees("Точно такой новости не нашлось. Похожие:")
    marina.says("автобусы")
    assert "Точно такой" not in (await marina.sees("Поиск: автобусы"))["text"]


async def test_metro_brings_no_metres(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.says("метро")
    assert "метрі" not in (await aigerim.sees("Іздеу: метро"))["text"]


async def test_words_that_find_nothing_can_be_followed(city):
    marina = city.person("Марина", "ru")
    marina.says("кракозябра")
    shown = await marina.sees("ничего не нашлось")
    marina.presses(shown, "Следить за словом")
    await marina.sees("Вы подписались")
    kept = await city.store.subscribers.get(marina.id)
    assert [one.value for one in kept.subscriptions] == ["кракозябра"]
