from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from news.filing import file_entry
from news.models import Entry, FiledEntry

NOW = 1_800_000_000


def filed(number: int, **changes) -> FiledEntry:
    entry = Entry(
        id=f"page-{number}",
        title=f"Новый маршрут {number} в Алматы",
        body="Автобусы пошли по новому маршруту.",
        published=datetime.fromtimestamp(NOW - number * 3600, UTC),
        source="Горожанин",
        tags=("Алматы",),
    )
    item = file_entry(replace(entry, **changes))
    assert isinstance(item, FiledEntry)
    return item


async def test_a_second_import_of_the_same_changes_nothing(store):
    first = await store.articles.save([filed(1), filed(2)], NOW)
    again = await store.articles.save([filed(1), filed(2)], NOW + 60)
    assert (first.new, again.new, again.updated, again.duplicate) == (2, 0, 0, 2)


async def test_a_changed_article_keeps_its_key(store):
    await store.articles.save([filed(1)], NOW)
    before = await store.articles.find("page-1")
    done = await store.articles.save([filed(1, title="Маршрут в Алматы отменён")], NOW)
    after = await store.articles.find("page-1")
    assert done.updated == 1
    assert (after.key, after.title) == (before.key, "Маршрут в Алматы отменён")


async def test_the_newest_come_first_and_undated_last_page_by_page(store):
    await store.articles.save([filed(3, published=None), filed(1), filed(2)], NOW)
    page = await store.articles.latest(2)
    rest = await store.articles.latest(2, page.next)
    assert [article.id for article in page.items] == ["page-1", "page-2"]
    assert [article.id for article in rest.items] == ["page-3"]
    assert rest.next is None


async def test_paging_is_stable_while_articles_arrive(store):
    await store.articles.save([filed(number) for number in range(1, 5)], NOW)
    page = await store.articles.latest(2)
    await store.articles.save([filed(0)], NOW)
    assert [article.id for article in (await store.articles.latest(2, page.next)).items] == ["page-3", "page-4"]


async def test_a_date_in_the_future_does_not_stay_on_top(store):
    await store.articles.save([filed(9, published=datetime(2090, 1, 1, tzinfo=UTC))], NOW)
    await store.articles.save([filed(8, published=datetime.fromtimestamp(NOW + 3600, UTC))], NOW + 7200)
    assert [article.id for article in (await store.articles.latest(5)).items] == ["page-8", "page-9"]


@pytest.mark.parametrize("published", [None, date(2016, 2, 9), datetime(2026, 11, 22, 10, 30, tzinfo=UTC)])
async def test_a_date_comes_back_as_it_was(store, published):
    await store.articles.save([filed(1, published=published)], NOW)
    assert (await store.articles.find("page-1")).published == published


async def test_a_hidden_article_is_gone_from_lists_and_does_not_come_back_with_the_next_fetch(store):
    await store.articles.save([filed(1)], NOW)
    article = await store.articles.find("page-1")
    assert await store.articles.hide(article.key, NOW)
    await store.articles.save([filed(1, title="Снова")], NOW)
    assert await store.articles.get(article.key) is None
    assert (await store.articles.latest(5)).items == []


async def test_a_tag_lists_its_articles(store):
    await store.articles.save([filed(1), filed(2, tags=())], NOW)
    assert [article.id for article in (await store.articles.latest(5, label=("tag", "алматы"))).items] == ["page-1"]


async def test_an_author_and_a_section_are_remembered(store) -> None:
    await store.articles.save([filed(1, author="Айгүл Сейіт", section="Общество")], NOW)
    found = await store.articles.find("page-1")
    assert (found.author, found.section) == ("Айгүл Сейіт", "Общество")
