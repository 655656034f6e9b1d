import pytest

from news.language.analyse import ANALYSIS_VERSION
from news.models import Subscriber, Subscription
from storage import StorageError, moving, open_storage
from storage.search import indexing
from tests.storage.articles.test_articles import NOW, filed


@pytest.fixture
async def both(tmp_path, postgres):
    async with postgres.database() as url:
        lite, other = await open_storage(f"sqlite:///{tmp_path}/qala.sqlite"), await open_storage(url)
        await lite.articles.save([filed(number) for number in range(1, 8)], NOW)
        await lite.articles.hide((await lite.articles.find("page-7")).key, NOW)
        for chat in range(1, 6):
            await lite.subscribers.add(Subscriber(chat, "private", "kk", "Asia/Almaty", created_at=NOW))
            await lite.subscribers.subscribe(chat, Subscription("topic", "transport"))
            await lite.database.execute(
                "INSERT INTO deliveries (chat_id, edition, part, state, planned_at, updated_at, message_id)"
                " VALUES ($1, '2027-01-15', 0, $2, 1, 1, $3)",
                chat,
                "sent" if chat < 4 else "sending",
                chat if chat < 4 else None,
            )
        try:
            yield lite, other
        finally:
            await lite.close()
            await other.close()


def nothing_told(*_):
    pass


async def test_everything_moves_and_is_found(both):
    lite, other = both
    moved = await moving.move(lite, other, "here", nothing_told)
    assert (moved["articles"], moved["subscribers"], moved["deliveries"]) == (7, 5, 5)
    assert (await other.subscribers.get(3)) == (await lite.subscribers.get(3))
    asked = [await one.articles.search("маршрут", limit=9, now=NOW) for one in both]
    assert [hit.id for hit in asked[0].items] == [hit.id for hit in asked[1].items]
    assert len(asked[0].items) == 6


async def test_what_was_being_sent_is_unknown_after_a_move_and_nothing_is_sent_again(both):
    lite, other = both
    await moving.move(lite, other, "here", nothing_told)
    assert await other.deliveries.recover(NOW) == 2
    assert await other.deliveries.claim(10, NOW) == []
    assert await other.deliveries.counts() == {"sent": 3, "unknown": 2}


async def test_a_move_that_was_interrupted_goes_on(both, monkeypatch):
    lite, other = both
    monkeypatch.setattr(moving, "_CHUNK", 2)

    def stop(table, rows):
        if (table, rows) == ("articles", 4):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await moving.move(lite, other, "here", stop)
    heard = []
    await moving.move(lite, other, "here", lambda table, rows: heard.append((table, rows)))
    assert [rows for table, rows in heard if table == "articles"] == [6, 7]
    await other.articles.save([filed(9)], NOW)
    assert (await other.articles.find("page-9")).key == 8


async def words(store):
    rows = await store.database.fetch(f"SELECT word, term, articles FROM search_words_{ANALYSIS_VERSION}")
    return {(row[0], row[1]): row[2] for row in rows if row[2]}


@pytest.mark.parametrize("older", [0, 3])
async def test_words_are_counted_as_they_were_also_those_an_older_analysis_counted(both, older):
    lite, other = both
    before = await words(lite)
    if older:  # as after an update of Qala, before everything is analysed anew
        gone = [(await lite.articles.find(f"page-{number}")).key for number in range(1, older + 1)]
        async with lite.database.transaction() as tx:
            await indexing.unindex(tx, gone)
        await lite.database.execute("UPDATE articles SET analysis_version = $1 WHERE key <= $2", 1, max(gone))
    await moving.move(lite, other, "here", nothing_told)
    assert await words(other) == before
    assert len((await other.articles.search("маршрут", limit=9, now=NOW)).items) == 6


async def test_a_database_in_use_is_not_moved_into(both):
    lite, other = both
    await other.articles.save([filed(3)], NOW)
    with pytest.raises(StorageError, match="not empty"):
        await moving.move(lite, other, "here", nothing_told)


async def test_a_row_written_during_the_move_is_noticed(both):
    lite, other = both

    await moving.move(lite, other, "here", nothing_told)
    await lite.subscribers.add(Subscriber(99, "private", "kk", "Asia/Almaty", created_at=NOW))
    with pytest.raises(StorageError, match="subscribers"):
        await moving._verified(lite.database, other.database, ["subscribers"])
