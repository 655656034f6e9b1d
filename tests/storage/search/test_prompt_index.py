"""What search looks in on PostgreSQL keeps nothing that every search would have to walk through."""

from news.language.analyse import ANALYSIS_VERSION
from storage import open_storage
from tests.storage.articles.test_articles import NOW, filed

OPTIONS = "SELECT relname, array_to_string(reloptions, ',') AS told FROM pg_class WHERE relname LIKE 'search%'"
TOKENS, WORDS = f"search_{ANALYSIS_VERSION}_tokens", f"search_words_{ANALYSIS_VERSION}"


async def options(store):
    return {row["relname"]: row["told"] for row in await store.database.fetch(OPTIONS)}


async def test_the_index_puts_no_work_off(postgres):
    async with postgres.database() as url:
        store = await open_storage(url)
        await store.articles.save([filed(1)], NOW)
        told = await options(store)
        await store.close()
    assert (told[TOKENS], told[WORDS]) == ("fastupdate=off", "fillfactor=75")


async def test_an_index_made_by_an_older_qala_puts_none_off_after_an_update(postgres):
    async with postgres.database() as url:
        store = await open_storage(url)
        await store.articles.save([filed(1)], NOW)
        await store.database.execute(f"ALTER INDEX {TOKENS} RESET (fastupdate)")
        await store.database.execute(f"ALTER TABLE {WORDS} RESET (fillfactor)")
        await store.database.execute("DELETE FROM schema_migrations WHERE name = '0015_prompt_index'")
        await store.close()
        store = await open_storage(url)
        told = await options(store)
        found = await store.articles.search("маршрут", limit=9, now=NOW)
        await store.close()
    assert (told[TOKENS], told[WORDS]) == ("fastupdate=off", "fillfactor=75")
    assert len(found.items) == 1
