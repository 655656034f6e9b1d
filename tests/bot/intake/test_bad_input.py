"""Whatever a person sends, they get a kind word in their language and nothing changes."""

import pytest
import pytest_asyncio

from tests.driver import world


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    async with world(tmp_path_factory.mktemp("city")) as it:
        yield it


pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(loop_scope="module")
async def aigerim(city):
    person = city.person("Айгерім", "kk")
    person.starts()
    await person.sees("Тілді таңдаңыз")
    return person


@pytest.mark.parametrize("query", ['"', "***", "NEAR(", "🙂", "a OR", "-", "'; DROP TABLE articles", "\u202e", "x:y"])
async def test_a_strange_query_gets_a_kind_answer(aigerim, query):
    aigerim.says(f"/search {query}")
    assert (await aigerim.sees())["text"].startswith((query, "Не іздейтініңізді", "Іздеу:"))


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/search", "Не іздейтініңізді жазыңыз"),
        ("/search " + "қала " * 800, "Тым ұзын"),
        ("/nosuchcommand", "Мұндай команда жоқ"),
    ],
    ids=("for nothing", "a novel for a query", "an unknown command"),
)
async def test_what_cannot_be_answered_is_met_with_the_way_to_ask(aigerim, said, answer):
    aigerim.says(said)
    assert answer in str(await aigerim.sees(answer))


@pytest.mark.parametrize("time", ["25:61", "таңертең", "08:3", "-1", "1e3", "٠٨:٣٠"])
async def test_a_time_that_is_none_says_how_to_write_it_and_changes_nothing(city, aigerim, time):
    before = await city.store.subscribers.get(aigerim.id)
    aigerim.says(f"/digest {time}")
    await aigerim.sees("Уақытты былай жазыңыз")
    assert await city.store.subscribers.get(aigerim.id) == before


async def test_an_unknown_topic_says_how_to_follow_a_word(city, aigerim):
    aigerim.says("/subscribe <b>блаблабла</b>")
    await aigerim.sees("деген тақырып жоқ")
    assert (await city.store.subscribers.get(aigerim.id)).subscriptions == ()


@pytest.mark.parametrize(
    "data",
    [
        "open:999999999:",
        "open:1",
        "turn:nosuchtopic:0",
        "list:l.12x",
        "list:s.abc",
        "hour:5000:0",
        "'; --",
        "drop:zzz",
        "x" * 64,
    ],
)
async def test_a_forged_or_stale_button_gets_a_clear_word_and_changes_nothing(city, aigerim, data):
    before = await city.store.subscribers.get(aigerim.id)
    aigerim.says("/settings")
    shown = await aigerim.sees("Баптаулар")
    toast = await aigerim.toast(aigerim.sends_callback(shown, data))
    assert any(words in toast["text"] for words in ("ескірген", "енді жоқ"))
    if "ескірген" in toast["text"]:
        await aigerim.sees("Qala\u00a0– қала жаңалықтары")
    assert await city.store.subscribers.get(aigerim.id) == before


@pytest.mark.parametrize("offset", ["-5", "9" * 60, "абв", "' OR 1"])
async def test_a_forged_inline_offset_gets_an_empty_page(aigerim, offset):
    assert await aigerim.results(aigerim.types("", offset=offset)) == []


async def test_a_message_without_text_is_no_search(city, aigerim):
    chat = aigerim.chat()
    before = len(chat.messages)
    city.telegram.post(chat, aigerim.account, {"contact": {"phone_number": "+7", "first_name": "Дос"}})
    aigerim.says("/latest")
    await aigerim.sees("Соңғы жаңалықтар")
    said = [message.get("text", "") for message in list(chat.messages.values())[before:]]
    assert not any(text.startswith("Іздеу:") for text in said)
    assert len(said) == 4  # what was sent, a kind word, the command, its answer


async def test_an_empty_store_says_that_news_is_coming(tmp_path):
    async with world(tmp_path, news=False) as empty:
        person = empty.person("Марина", "ru")
        for words in ("/latest", "снег", "/digest"):
            person.says(words)
            await person.sees("Новостей пока нет")
