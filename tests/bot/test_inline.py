"""Sharing in any chat: main stories, search, one article, pages; nothing is written on a keystroke."""

import pytest
import pytest_asyncio

from tests.bot.test_reader import card_of_the_newest
from tests.driver import world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    async with world(tmp_path_factory.mktemp("inline")) as it:
        yield it


async def test_nothing_typed_gives_each_main_story_once_the_most_told_first(city):
    stranger = city.person("Гость", "kk")
    results = await stranger.results(stranger.types(""))
    keys = [int(one["id"]) for one in results]
    found = await city.store.articles.many(keys)
    stories = [article.story for article in found if article.story is not None]
    assert len(stories) == len(set(stories)) > 2
    assert found[0].story is not None
    assert await city.store.subscribers.get(stranger.id) is None


async def test_what_a_reader_saved_comes_first(city):
    marina = city.person("Марина", "ru")
    shown = await card_of_the_newest(marina)
    oldest = (await city.store.articles.latest(40)).items[-1]
    await city.store.saved.add(marina.id, oldest.key, city.now())
    results = await marina.results(marina.types(""))
    assert results[0]["id"] == str(oldest.key)
    assert shown


async def test_the_last_digest_comes_before_the_main_stories(city):
    saule = city.person("Сауле", "kk")
    saule.says("/digest 09:30")
    await saule.sees("09:30")
    await city.passes(1800)
    await saule.sees("Таңғы дайджест")
    digest = await city.store.deliveries.latest(saule.id)
    newest = (await city.store.articles.latest(40)).items
    saved = next(one for one in newest if one.key not in digest and one.story is None and one.language == "kk")
    await city.store.saved.add(saule.id, saved.key, city.now())
    results = await saule.results(saule.types(""))
    keys = [int(one["id"]) for one in results]
    assert keys[:6] == [saved.key, *digest[:5]]
    assert len(keys) == len(set(keys)) > 10


async def test_a_shared_article_is_one_finished_card(city):
    marina = city.person("Марина", "ru")
    article = (await city.store.articles.latest(1)).items[0]
    question = marina.types(f"a_{article.key}")
    (result,) = await marina.results(question)
    assert result["title"] == article.title
    group = city.person("Айгерім", "kk").makes_group("Достар")
    message = marina.chooses(question, 0, group)
    assert message["text"].startswith(article.title)
    links = [button["url"] for row in message["reply_markup"]["inline_keyboard"] for button in row]
    assert f"https://t.me/qala_bot?start=a_{article.key}" in links


@pytest.mark.parametrize("query", ["#экология", "lang:kk қала", "көліктің", "qala", "fkvfns"])
async def test_words_and_their_operators_search_inline(city, query):
    person = city.person("Сауле", "ru")
    results = await person.results(person.types(query))
    assert results
    if query.startswith("lang:kk"):
        found = await city.store.articles.many([int(one["id"]) for one in results])
        assert {article.language for article in found} == {"kk"}


async def test_a_deep_link_opens_the_article_and_begins_the_welcome_for_a_new_reader(city):
    newcomer = city.person("Дана", "kk")
    article = (await city.store.articles.latest(1)).items[0]
    newcomer.starts(f"a_{article.key}")
    assert (await newcomer.sees(article.title[:20]))["text"].startswith(article.title[:40])
    await newcomer.sees("Тілді таңдаңыз")


async def test_a_link_to_news_that_is_gone_says_so_and_welcomes_a_new_reader_all_the_same(city):
    newcomer = city.person("Дана", "kk")
    newcomer.starts("a_999999")
    await newcomer.sees("Бұл жаңалық енді жоқ")
    await newcomer.sees("Тілді таңдаңыз")


async def test_who_reads_russian_alone_finds_it_alone_in_the_chat_too(city):
    person = city.person("Тимур", "ru")
    person.says("/search вода")
    mixed = await person.sees("Поиск: вода")
    both = await city.store.articles.many([int(one["id"]) for one in await person.results(person.types("вода"))])
    assert {article.language for article in both} == {"ru", "kk"}
    assert "на казахском" in mixed["text"]
    await city.store.subscribers.set_news_languages(person.id, ["ru"])
    own = await city.store.articles.many([int(one["id"]) for one in await person.results(person.types("вода"))])
    assert {article.language for article in own} == {"ru"}
    person.says("/search вода")
    assert "на казахском" not in (await person.sees("Поиск: вода"))["text"]
