"""Many articles saved at once: what is indexed together, and when somebody else is let in."""

from news.filing import file_entry
from news.models import Entry
from storage import open_storage

NOW = 1_790_000_000


def filed(name: str, title: str):
    return file_entry(Entry(name, title, "Жаңа көпір ашылды.", language="kk"))


async def found(store, words: str) -> list[str]:
    return [article.id for article in (await store.articles.search(words, limit=10, now=NOW)).items]


async def test_an_article_changed_within_one_saving_is_found_by_its_last_words_only(tmp_path):
    store = await open_storage(f"sqlite:///{tmp_path / 'qala.sqlite'}")
    done = await store.articles.save_many(
        [filed("a", "Саябақ салынады"), filed("b", "Мектеп жөнделді"), filed("a", "Кітапхана салынады")], NOW
    )
    assert (done.new, done.updated) == (2, 1)
    assert await found(store, "кітапхана") == ["a"]
    assert await found(store, "саябақ") == []
    assert await found(store, "мектеп") == ["b"]
    await store.close()


async def test_another_process_that_waits_is_let_in_between_and_nothing_is_left_out(tmp_path):
    store = await open_storage(f"sqlite:///{tmp_path / 'qala.sqlite'}")
    asked = 0

    def awaited() -> bool:
        nonlocal asked
        asked += 1
        return True

    store.articles._database = _Waiting(store.database, awaited)
    done = await store.articles.save_many([filed(str(number), f"Көпір {number}") for number in range(120)], NOW)
    assert done.new == await store.articles.count() == 120
    assert asked >= 2
    assert (await found(store, "көпір 119"))[0] == "119"
    await store.close()


class _Waiting:
    """A database for which somebody always waits."""

    def __init__(self, database, awaited) -> None:
        self._database, self.awaited = database, awaited

    def __getattr__(self, name):
        return getattr(self._database, name)
