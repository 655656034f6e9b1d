"""The index after an update of the analysis, and before the first search."""

from storage.search import indexing, postings
from tests.driver import world


async def test_the_bell_indexes_anew_what_an_older_analysis_indexed(tmp_path, monkeypatch):
    async with world(tmp_path) as city:
        newer = indexing.ANALYSIS_VERSION + 1
        monkeypatch.setattr(indexing, "ANALYSIS_VERSION", newer)
        monkeypatch.setattr("bot.sending.jobs._REINDEXED", 50)
        old = "SELECT count(*) FROM articles WHERE hidden = 0 AND analysis_version < $1"
        while left := await city.store.database.fetchval(old, newer):
            await city.bot.bell.reindex()
            assert await city.store.database.fetchval(old, newer) == max(0, left - 50)
        await city.bot.bell.reindex()
        assert await city.store.database.read(postings.tables) == [newer]
