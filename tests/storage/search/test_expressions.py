from news.queries.ranking import WantedWords
from storage.search.finding import telling


def word(articles, beginning=None):
    return WantedWords("сөз", articles=articles, beginning=beginning)


def test_beside_a_rare_word_those_of_every_text_are_looked_for_in_titles_only():
    wanted = [word(10), word(400), word(90)]
    assert telling(wanted, 1000, in_title=False) == [word(10), word(90)]
    assert telling(wanted, 1000, in_title=True) == wanted


def test_beside_a_rare_word_a_first_letter_is_not_looked_for():
    assert telling([word(10), word(400, "к")], 1000, in_title=True) == [word(10)]
    assert len(telling([word(10), word(400, "ко")], 1000, in_title=True)) == 2


def test_words_that_are_all_common_are_all_looked_for():
    common = [word(400), word(90), word(900, "к")]
    assert telling(common, 1000, in_title=False) == telling(common, 1000, in_title=True) == common


def test_a_word_nobody_wrote_is_looked_for():
    assert telling([word(0), word(900)], 1000, in_title=False) == [word(0)]
