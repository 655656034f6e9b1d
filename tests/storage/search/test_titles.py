from types import SimpleNamespace

from storage.search import titles
from storage.search.postings import IndexRow
from storage.search.titles import RecentCache, titles_of

BRIDGE, PARK = (IndexRow(1, 1, "Мосты открыты", "ru"), IndexRow(2, 2, "Парки закрыты", "ru"))


def forgetting():
    """A vocabulary during whose answer the other reader's thread forgets all that was remembered."""

    def terms_of(words):
        titles._read.clear()
        titles._terms.clear()
        return {}

    return SimpleNamespace(terms_of=terms_of)


def test_titles_hold_while_another_thread_forgets_what_was_remembered():
    (known,) = titles_of([BRIDGE], forgetting(), {"мо", "па", "от", "за"})
    park = titles_of([PARK], forgetting(), {"мо", "па", "от", "за"})[0]
    titles_of([BRIDGE], forgetting(), {"мо", "па", "от", "за"})
    assert titles_of([BRIDGE, PARK], forgetting(), {"мо", "па", "от", "за"}) == [known, park]


def test_a_title_stands_with_its_words_as_spelled_and_the_keys_of_those_that_may_matter():
    titles._read.clear()
    (title,) = titles_of([BRIDGE], forgetting(), {"мо"})
    assert title.words == ("мосты", "открыты")
    assert title.terms == ("мост", None)


def test_the_keys_of_a_title_gather_from_one_query_to_the_next():
    titles_of([PARK], forgetting(), {"па"})
    (title,) = titles_of([PARK], SimpleNamespace(terms_of=lambda words: {"закрыты": "закрыть"}), {"за"})
    assert title.terms[1] == "закрыть"


def test_what_is_met_again_outlives_what_is_not():
    remembered = RecentCache(2)
    for key in "aba":
        remembered.put(key, key.upper())
    for key in "cdef":
        assert remembered.get("a") == "A"
        remembered.put(key, key.upper())
    assert remembered.get("b") is None
