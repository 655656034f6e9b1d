"""What is older than the operator keeps goes, from lists, search and stories; what somebody saved stays."""

from datetime import UTC, datetime

from news.queries.query import parse
from tests.storage.articles.test_articles import NOW, filed

DAY = 86_400


def old(number: int, days: int, **changes):
    return filed(number, published=datetime.fromtimestamp(NOW - days * DAY, UTC), **changes)


async def forget(store, days: int) -> int:
    forgotten = 0
    while some := await store.articles.forget_some(NOW - days * DAY, 2):
        forgotten += some
    return forgotten


async def test_the_old_go_the_saved_the_undated_and_the_young_stay(store):
    await store.articles.save(
        [*(old(n, 400 + n) for n in range(1, 6)), old(6, 500), old(7, 10), filed(8, published=None)], NOW
    )
    saved = await store.articles.find("page-6")
    await store.saved.add(5, saved.key, NOW)
    assert await forget(store, 365) == 5
    assert [await store.articles.find(f"page-{n}") is not None for n in range(1, 9)] == [False] * 5 + [True] * 3
    assert await forget(store, 365) == 0


async def test_search_and_stories_know_nothing_of_them(store):
    twin = {"title": "Автобус маршруты өзгерді", "body": "Алматыда автобус маршруты өзгерді, деп хабарлады әкімдік."}
    await store.articles.save([old(1, 400, title="Пропавшая гимназия"), old(2, 401, **twin), old(3, 401, **twin)], NOW)
    assert await forget(store, 365) == 3
    today = datetime.fromtimestamp(NOW, UTC).date()
    assert not (await store.articles.found(parse("гимназия", today), limit=10, now=NOW)).hits
    assert await store.stories.since() == []
    for table in ("article_labels", "story_traces", "story_clues", "stories"):
        assert await store.database.fetchval(f"SELECT count(*) FROM {table}") == 0, table


async def test_what_was_taken_back_stays_known(store):
    await store.articles.save([old(1, 400)], NOW)
    key = (await store.articles.find("page-1")).key
    await store.articles.hide(key, NOW)
    assert await forget(store, 365) == 0
    again = await store.articles.save([old(1, 400)], NOW)
    assert (again.new, again.duplicate) == (0, 1)
