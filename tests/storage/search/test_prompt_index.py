"""What search looks in on PostgreSQL keeps nothing that every search would have to walk through or fetch."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from news.language.analyse import ANALYSIS_VERSION
from news.queries.query import parse
from storage import open_storage
from storage.search import postings
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


@given(st.integers(1, 1 << 28), st.integers(1, 1 << 24), st.integers(0, 1 << 24), st.booleans())
def test_tokens_of_time_hold_all_of_a_stretch_and_are_few(low, length, within, endless):
    high = 1 << 62 if endless else low + length
    asked = set(postings.moments(low, high))
    assert asked & set(postings._moments_of(low + within % length))
    assert not asked & set(postings._moments_of(max(0, low - (1 << 13)))) or low - (1 << 13) <= 0 or low >= 1 << 27
    assert len(asked) < 120


async def test_looking_through_the_newest_first_finds_the_same(postgres, monkeypatch):
    titles = ("Новый маршрут автобуса {}", "Мектеп маршруты {} өзгерді", "Ремонт дороги номер {}")
    said = {"language": None, "body": "Автобус пойдёт по новому маршруту, мектеп ашылады."}
    many = [filed(n, title=titles[n % 3].format(n), published=dated(n), **said) for n in range(1, 161)]
    asked = ["маршрут", "автобус маршрут", "мектеп", "ремонт дороги маршрут", "ма", "маршут", '"новый маршрут"']
    asked += ["маршрут source:Горожанин", "маршрут вчера", "дорога lang:kk", "новый ремонт мектеп"]
    async with postgres.database() as url:
        store = await open_storage(url)
        await store.articles.save(many, NOW)
        rows, results = [], []
        window = postings._window
        monkeypatch.setattr(postings, "_window", lambda *a, **k: rows.append(a[1].above) or window(*a, **k))
        for near in ((), (50, 90)):
            monkeypatch.setattr(postings, "_NEAR", near)
            again = await open_storage(url)
            results.append([await pages(again, text) for text in asked])
            await again.close()
        await store.close()
    assert results[0] == results[1]
    assert any(rows)
    assert all(found[0] for found in results[0][:4])


def dated(number):
    return datetime.fromtimestamp(NOW - number * number * 700, UTC)


async def pages(store, text):
    """The first three pages of what a query finds."""
    found, cursor = [], None
    for _ in range(3):
        query = parse(text, datetime.fromtimestamp(NOW, UTC).date())
        page = await store.articles.found(query, limit=5, now=NOW, cursor=cursor)
        found.append([hit.key for hit in page.hits])
        cursor = page.next
        if cursor is None:
            break
    return found
