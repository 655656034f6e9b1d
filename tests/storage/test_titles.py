from types import SimpleNamespace

from storage import titles
from storage.fulltext import Row
from storage.titles import titles_of

BRIDGE, PARK = (Row(1, 1, "Мосты открыты", "ru"), Row(2, 2, "Парки закрыты", "ru"))


def forgetting():
    """A vocabulary during whose answer the other reader's thread forgets all that was remembered."""

    def terms_of(words):
        titles._titles.clear()
        titles._words.clear()
        return {}

    return SimpleNamespace(terms_of=terms_of)


def test_titles_hold_while_another_thread_forgets_what_was_remembered():
    (known,) = titles_of([BRIDGE], forgetting())
    park = titles_of([PARK], forgetting())[0]
    titles_of([BRIDGE], forgetting())
    assert titles_of([BRIDGE, PARK], forgetting()) == [known, park]


def test_a_title_stands_with_its_words_as_spelled_and_their_keys():
    (title,) = titles_of([BRIDGE], forgetting())
    assert title.words == ("мосты", "открыты")
    assert len(title.terms) == 2
