"""What sites print on page after page is counted once a page, and forgotten in time."""

from news.pages.lines import ENOUGH, PAGES, RECENT
from storage import Storage

NOW = 1_800_000_000


async def test_a_page_counts_once_before_and_after_it_is_stored(store: Storage) -> None:
    for _ in range(2):
        store.repeats.note("city.example", "https://city.example/1", [7, -8])
        assert await store.repeats.known("city.example") == {PAGES: 1, 7: 1, -8: 1}
        await store.repeats.flush(NOW)
    assert await store.repeats.counted(["https://city.example/1", "2"]) == {"https://city.example/1"}
    assert await store.repeats.known("other.example") == {}


async def test_what_a_site_no_longer_prints_is_forgotten(store: Storage) -> None:
    for number in range(RECENT):
        store.repeats.note("city.example", str(number), [1, 1000 + number, *([2] if number < ENOUGH else [])])
    await store.repeats.flush(NOW)
    assert await store.repeats.known("city.example") == {PAGES: RECENT // 2, 1: RECENT // 2, 2: ENOUGH // 2}
