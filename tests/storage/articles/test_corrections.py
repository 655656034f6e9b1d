"""What an administrator corrects by hand holds: over its source's next version, a newer analysis, another telling."""

from datetime import UTC, datetime

import pytest

from news.filing import file_entry
from news.models import Entry
from storage import open_storage
from storage.articles.corrections import Correction
from storage.search.indexing import ANALYSIS_VERSION
from tests.driver import world

NOW = 1_795_320_000
AT = datetime.fromtimestamp(NOW - 3600, UTC)
BODY = (
    "В Алматы на пересечении улиц Абая и Манаса прорвало трубу, без холодной воды остались двенадцать домов. "
    "Бригада водоканала работает на месте, воду обещают вернуть к вечеру, сообщили в акимате города."
)


def entry(number: int, title: str, source: str = "Вечерний город", body: str = BODY) -> Entry:
    return Entry(f"a{number}", title, body, f"https://{number}.kz/a", AT, source, "ru")


async def saved(store, *entries: Entry) -> list[int]:
    await store.articles.save([file_entry(one) for one in entries], NOW)
    return [(await store.articles.find(one.id)).key for one in entries]


async def found(store, words: str) -> list[int]:
    return [hit.key for hit in (await store.articles.search(words, limit=10, now=NOW)).items]


async def test_a_corrected_title_language_and_topics_hold_over_the_sources_next_version(database_url, monkeypatch):
    store = await open_storage(database_url)
    (key,) = await saved(store, entry(1, "Прорвало трубу на Абая"))
    said = Correction(title="Авария на водопроводе в центре", topics=("housing",))
    assert await store.articles.correct(key, said, NOW + 60)
    assert await store.articles.correct(key, Correction(language="kk"), NOW + 90)
    assert (await store.articles.changed_between(NOW, NOW + 100, 10))[0].key == key  # posts follow what changed
    for version in (BODY, BODY + " Движение по Абая ограничено.", BODY + " Воду вернули."):
        await saved(store, entry(1, "Прорвало трубу на Абая", body=version))
        article = await store.articles.get(key)
        assert (article.title, article.language) == ("Авария на водопроводе в центре", "kk")
        assert [topic.slug for topic in article.topics] == ["housing"]
        assert article.body == version
    assert await found(store, "водопровод") == [key]
    assert not await store.articles.correct(999, said, NOW)
    for module in ("storage.search.indexing", "storage.articles.saving"):
        monkeypatch.setattr(f"{module}.ANALYSIS_VERSION", ANALYSIS_VERSION + 1)
    assert await store.articles.reindex_some(10) == 1
    assert await store.articles.reindex_some(10) == 0
    article = await store.articles.get(key)
    assert (article.title, article.language) == ("Авария на водопроводе в центре", "kk")
    assert [topic.slug for topic in article.topics] == ["housing"]
    assert await found(store, "водопровод") == [key]
    await saved(store, entry(1, "Прорвало трубу на Абая", body=BODY + " Улица открыта."))
    assert (await store.articles.get(key)).title == "Авария на водопроводе в центре"
    assert await found(store, "водопровод") == [key]
    await store.close()


async def test_what_was_taken_out_of_a_story_stays_out_whatever_comes_and_is_put_back_by_hand(database_url):
    store = await open_storage(database_url)
    one, two, three = await saved(
        store,
        entry(1, "Двенадцать домов остались без воды на Абая", "Вечерний город"),
        entry(2, "На Абая без воды остались двенадцать домов", "Южный день"),
        entry(3, "Без воды остались двенадцать домов на улице Абая", "Наш город"),
    )
    stories = {(await store.articles.get(key)).story for key in (one, two, three)}
    assert len(stories) == 1
    assert stories != {None}
    assert await store.articles.split(two, NOW + 60)
    assert not await store.articles.split(two, NOW + 60)
    (four,) = await saved(store, entry(4, "Двенадцать домов без воды: прорыв на Абая", "Город сегодня"))
    await saved(
        store, entry(2, "На Абая без воды остались двенадцать домов", "Южный день", BODY + " Подвоз воды начат.")
    )
    assert (await store.articles.get(two)).story is None
    assert (await store.articles.get(two)).copy_of is None
    story = (await store.articles.get(one)).story
    assert {member.key for member in (await store.stories.get(story)).members} == {one, three, four}
    assert await store.articles.join(two, one, NOW + 120)
    assert {member.key for member in (await store.stories.get(story)).members} == {one, two, three, four}
    assert not await store.articles.join(two, 999, NOW)
    await store.close()


async def test_two_articles_nobody_would_join_are_one_story_by_hand_and_its_followers_stay(store):
    one, two = await saved(
        store,
        entry(1, "Прорвало трубу на Абая"),
        entry(2, "Школьники выиграли олимпиаду по математике", body="Команда города заняла первое место на олимпиаде."),
    )
    assert await store.articles.join(one, two, NOW)
    story = (await store.articles.get(one)).story
    assert story is not None
    assert {member.key for member in (await store.stories.get(story)).members} == {one, two}
    assert await store.articles.split(one, NOW)
    assert (await store.articles.get(two)).story is None
    assert await store.stories.get(story) is None


async def test_an_administrator_corrects_with_buttons_and_a_stranger_cannot(tmp_path):
    async with world(tmp_path, admins=(1001,)) as city:
        boss, reader = city.person("Айгерім", "ru"), city.person("Марина", "ru")
        newest = (await city.store.articles.latest(1)).items[0]
        boss.starts(f"a_{newest.key}")
        card = await boss.sees(lambda message: "Поправить" in str(message.get("reply_markup")))
        boss.presses(card, "Поправить")
        fixing = await boss.sees("Язык:")
        other = "Қазақша" if newest.language == "ru" else "Русский"
        boss.presses(fixing, f"Язык: {other}")
        await boss.sees(f"Язык: {other}.")
        assert (await city.store.articles.get(newest.key)).language != newest.language
        reader.starts(f"a_{newest.key}")
        theirs = await reader.sees()
        assert "Поправить" not in str(theirs)
        reader.sends_callback(theirs, f"fix:{newest.key}:split")
        reader.says("/settings")
        await reader.sees("Настройки")
        assert (await city.store.articles.get(newest.key)).story == newest.story


@pytest.mark.parametrize(
    "words", [["correct", "1"], ["correct", "1", "--language", "en"], ["correct", "1", "--topic", "x"]]
)
def test_the_command_says_what_it_wants(tmp_path, monkeypatch, words):
    from typer.testing import CliRunner

    from bot.cli.commands import app

    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QALA_DATA_DIR", str(tmp_path))
    assert CliRunner().invoke(app, words).exit_code == 2
