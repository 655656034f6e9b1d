"""What was shown last may be named by a word after a restart and to another replica, and keeping it costs no commit."""

import pytest

from handlers.cards import ShownCards
from storage import open_storage
from tests.bot.test_reader import labels
from tests.driver import MORNING, world

HOUR = 3600


async def no_digest(edition):
    raise AssertionError(edition)


async def chooses(person, language="ru"):
    person.says(f"/language {language}")
    await person.sees(lambda _: True, within=60)  # the first answer of a busy machine


def titles(message):
    return {line[0]: line[3:].rstrip("…") for line in message["text"].split("\n") if line[1:3] == ". "}


@pytest.mark.parametrize(
    ("language", "news", "third", "further"),
    [("ru", "новости", "открой третью", "дальше"), ("kk", "жаңалықтар", "үшіншісін аш", "келесі")],
)
async def test_a_number_and_the_next_page_are_understood_after_a_restart(
    tmp_path, database_url, language, news, third, further
):
    database = "" if database_url.startswith("sqlite") else database_url
    async with world(tmp_path, database=database) as city:
        marina = city.person("Марина", language)
        await chooses(marina, language)
        marina.says(news)
        listed = titles(await marina.sees(lambda message: "1" in labels(message)))
        known = marina.id
    async with world(tmp_path, news=False, database=database, begins=MORNING + HOUR) as city:
        marina = city.person("Марина", language)
        assert marina.id == known
        marina.says(third)
        shown = await marina.sees(lambda message: listed["3"] in message["text"])
        assert "1" not in labels(shown)
    async with world(tmp_path, news=False, database=database, begins=MORNING + 2 * HOUR) as city:
        marina = city.person("Марина", language)
        marina.says("2")  # a card is shown now, and the list's numbers still hold
        await marina.sees(lambda message: listed["2"] in message["text"])
        marina.says(news)
        await marina.sees(lambda message: "1" in labels(message))
    async with world(tmp_path, news=False, database=database, begins=MORNING + 3 * HOUR) as city:
        marina = city.person("Марина", language)
        marina.says(further)
        page = titles(await marina.sees(lambda message: "1" in labels(message)))
        assert listed["1"] not in page.values()


async def test_a_digest_that_came_by_itself_is_named_after_a_restart(tmp_path):
    async with world(tmp_path, begins=MORNING - HOUR) as city:
        marina = city.person("Марина", "ru")
        await chooses(marina)
        marina.says("/digest 09:00")
        await marina.sees("09:00")
        marina.says("метро")
        await marina.sees("Поиск: метро")
        await city.passes(HOUR)
        digest = await marina.sees(lambda message: "2" in labels(message) and "Поиск" not in message["text"])
        second = next(line for line in digest["text"].split("\n") if line.startswith("2"))
    async with world(tmp_path, news=False, begins=MORNING + HOUR) as city:
        marina = city.person("Марина", "ru")
        marina.says("2")
        shown = await marina.sees(lambda message: "Читать здесь" in labels(message))
        assert " ".join(shown["text"].split()[:3]) in second


async def test_another_replica_knows_what_was_shown_and_one_alone_does_not_ask(postgres):
    async with postgres.database() as url:
        stores = [await open_storage(url) for _ in range(2)]
        try:
            one, other = (ShownCards(store.last_screens, lambda: MORNING, lambda: False) for store in stores)
            assert not (await other.last(7, no_digest)).keys
            await stores[0].database.execute(
                "INSERT INTO last_shown (chat_id, at, keyboard, listed) VALUES (7, $1, '', $2)",
                MORNING,
                '{"inline_keyboard":[[{"text":"1","callback_data":"open:5:l"}]]}',
            )
            assert (await other.last(7, no_digest)).keys == {1: 5}
            assert (await one.last(7, no_digest)).keys == {1: 5}
        finally:
            for store in stores:
                await store.close()


async def test_it_is_written_with_what_marks_the_update(tmp_path, monkeypatch):
    async with world(tmp_path) as city:
        marina = city.person("Марина", "ru")
        await chooses(marina)
        commits = []
        database = city.store.database
        monkeypatch.setattr(type(database), "_commit", _counted(type(database)._commit, commits))
        marina.says("новости")
        await marina.sees(lambda message: "1" in labels(message))
        assert len(commits) == 2  # it was taken in, and it was begun
        row = await city.store.database.fetchrow("SELECT * FROM last_shown WHERE chat_id = $1", marina.id)
        assert '"text":"1"' in row["listed"]
        assert await city.store.last_screens.prune(city.now()) == 0
        assert await city.store.last_screens.prune(city.now() + 3 * 86_400) == 1


def _counted(commit, commits):
    def counted(self, connection):
        commits.append(1)
        return commit(self, connection)

    return counted


async def test_nothing_is_kept_of_whom_the_bot_forgot(tmp_path):
    async with world(tmp_path) as city:
        marina = city.person("Марина", "ru")
        await chooses(marina)
        marina.says("удалите мои данные")
        asked = await marina.sees(lambda message: "Удалить мои данные" in labels(message))
        marina.presses(asked, "Удалить мои данные")
        marina.presses(await marina.sees(lambda message: "Да, удалить" in labels(message)), "Да, удалить")
        await marina.sees(lambda message: "Удалить" not in str(labels(message)))
        await city.store.last_screens.flush()
        assert await city.store.database.fetchval("SELECT count(*) FROM last_shown") == 0


@pytest.mark.parametrize(
    ("language", "asked", "further", "over"),
    [
        ("ru", "метро", "дальше", "это был весь список"),
        ("ru", "метро", "следующая", "это был весь список"),
        ("kk", "метро", "келесі", "тізім осымен бітті"),
    ],
)
async def test_below_a_list_of_one_page_the_next_one_is_not_searched_for(tmp_path, language, asked, further, over):
    async with world(tmp_path) as city:
        marina = city.person("Марина", language)
        await chooses(marina, language)
        marina.says(asked)
        listed = await marina.sees(lambda message: "1" in labels(message))
        assert not any(label.endswith("›") for label in labels(listed))
        marina.says(further)
        await marina.sees(over)


@pytest.mark.parametrize(
    ("language", "hour", "further"), [("ru", "в 8 вечера присылай", "дальше"), ("kk", "кешкі сегізде жібер", "келесі")]
)
async def test_below_another_screen_no_list_is_said_to_be_over(tmp_path, language, hour, further):
    async with world(tmp_path) as city:
        marina = city.person("Марина", language)
        await chooses(marina, language)
        marina.says("метро")
        await marina.sees(lambda message: "1" in labels(message))
        marina.says(hour)
        await marina.sees("20:00")
        marina.says(further)
        shown = await marina.sees()
        assert not any(over in shown["text"] for over in ("это был весь список", "тізім осымен бітті"))
