"""Searching in the chat: chips, corrections, the nearest topic, pages that hold."""

import pytest
import pytest_asyncio

from handlers import lists
from tests.bot.test_reader import labels
from tests.driver import world

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def city(tmp_path_factory):
    async with world(tmp_path_factory.mktemp("search")) as it:
        yield it


async def test_what_was_understood_is_shown_and_can_be_taken_away(city):
    marina = city.person("Марина", "ru")
    marina.says("автобус lang:kk за неделю")
    shown = await marina.sees("Поиск:")
    assert "✕ на казахском" in labels(shown)
    assert any("ноября" in label for label in labels(shown))
    marina.presses(shown, "✕ на казахском")
    wider = await marina.sees("Поиск:")
    assert "✕ на казахском" not in labels(wider)
    assert any("ноября" in label for label in labels(wider))


async def test_a_town_is_a_chip_in_the_readers_language_whatever_its_name_was(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.says("көпір город:Целиноград")
    shown = await aigerim.sees("Іздеу:")
    assert "✕ Қала: Астана" in labels(shown)
    aigerim.presses(shown, "✕ Қала: Астана")
    wider = await aigerim.sees("Іздеу: көпір")
    assert "✕ Қала: Астана" not in labels(wider)


async def test_a_wrong_layout_is_read_and_said(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.says("fdnj,ec")
    shown = await aigerim.sees("Мына сөзбен ізделді: автобус")
    assert "1" in labels(shown)


async def test_another_form_of_a_word_is_no_correction(city):
    marina = city.person("Марина", "ru")
    marina.says("мосты Астаны")
    shown = await marina.sees("Поиск: мосты Астаны")
    assert "Показаны новости" not in shown["text"]


async def test_kazakh_without_its_letters_is_found(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.says("колик жолдары")
    shown = await aigerim.sees("Іздеу:")
    assert "өлік" in shown["text"]


async def test_the_next_page_and_the_card_know_the_words(city):
    marina = city.person("Марина", "ru")
    marina.says("алматы")
    first = await marina.sees("Поиск: алматы")
    marina.presses(first, "Дальше ›")
    second = await marina.sees("Поиск: алматы")
    assert second["text"] != first["text"]
    marina.presses(second, "1")
    card = await marina.sees(lambda message: "Поделиться" in labels(message))
    marina.presses(card, "‹ Назад")
    again = await marina.sees("Поиск: алматы")
    assert again["text"] == second["text"]


async def test_nothing_found_offers_another_way(city):
    marina = city.person("Марина", "ru")
    marina.says("щщщщщщыыыыкхх")
    shown = await marina.sees("ничего не нашлось")
    assert "Изменить запрос" in labels(shown)


async def test_a_result_page_shows_a_story_once(city):
    marina = city.person("Марина", "ru")
    marina.says("электробус")
    shown = await marina.sees("Поиск: электробус")
    titles = [line for line in shown["text"].split("\n") if line[:2] in {f"{n}." for n in range(1, 9)}]
    found = {
        one.title: one.story for one in (await city.store.articles.search("электробус", limit=20, now=city.now())).items
    }
    stories = [found[title.partition(" ")[2]] for title in titles if found.get(title.partition(" ")[2]) is not None]
    assert len(stories) == len(set(stories)) > 0
    assert len(found) > len(titles)


async def test_the_newest_tell_a_story_once_in_the_readers_language(city):
    aigerim = city.person("Айгерім", "kk")
    aigerim.says("/latest")
    shown = await aigerim.sees("Соңғы жаңалықтар")
    newest = (await city.store.articles.latest(40)).items
    listed = [one for one in newest if f". {one.title[:50]}" in shown["text"]]  # a long headline is cut
    stories = [one.story for one in listed if one.story is not None]
    assert len(listed) == lists._NEWEST, "a page is filled up where one event is told many times"
    assert len(stories) == len(set(stories)) > 0
    two = next(one.story for one in newest if one.story and {"ru", "kk"} <= languages_of(newest, one.story))
    assert {one.language for one in listed if one.story == two} == {"kk"}


def languages_of(articles, story):
    return {one.language for one in articles if one.story == story}


async def test_a_town_is_found_by_its_former_name(city):
    marina = city.person("Марина", "ru")
    marina.says("город:Чимкент")
    shown = await marina.sees("Поиск: город:Чимкент")
    assert "Шымкент" in shown["text"]
