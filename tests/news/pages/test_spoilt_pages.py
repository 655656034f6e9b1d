"""Pages, captures, lines and archives spoilt at random: an article or a reason, never an error."""

import contextlib
import io
import random

import pytest

from news.archive.archive import RawItem, parse_raw
from news.archive.warc import BrokenArchiveError, records
from news.models import Entry, RejectedItem
from news.pages import boilerplate
from news.pages.lines import lines_of
from tests.news.archive.test_warc import PAGE, answer, chunked, record
from tests.news.mutations import mutated
from tests.news.pages.fixtures_pages import ITEMS

POISON = ("\x00", "\u200b", "\u202e", "\u2066", "\ufeff")


@pytest.mark.parametrize("seed", range(4))
def test_a_spoilt_item_is_an_article_or_a_reason(seed: int) -> None:
    dice = random.Random(seed)
    for _ in range(60):
        form, content = dice.choice(ITEMS)
        item = parse_raw(RawItem(form, "x", mutated(content, dice)))
        if isinstance(item, RejectedItem):
            assert item.reason
            continue
        assert isinstance(item, Entry)
        assert item.title
        said = item.title + item.body
        assert said.encode()  # no lone surrogate
        assert not any(mark in said for mark in POISON)
        assert item.url is None or item.url.startswith(("http://", "https://"))


@pytest.mark.parametrize("seed", range(2))
def test_a_spoilt_archive_gives_what_can_be_read(seed: int) -> None:
    dice = random.Random(seed)
    whole = (
        record("response", "https://city.example/1", answer(chunked(PAGE.encode()), Transfer_Encoding="chunked")) * 2
    )
    for _ in range(100):
        with contextlib.suppress(BrokenArchiveError):
            for found in records(io.BytesIO(mutated(whole, dice)), 1_000_000):
                assert isinstance(found, int) or found.content is None or len(found.content) <= 1_000_000


def test_a_page_of_one_huge_row_is_not_kept():
    before = boilerplate.words_of.cache_info().currsize
    assert lines_of("Мост открыли. " * 100_000)
    assert boilerplate.words_of.cache_info().currsize == before
