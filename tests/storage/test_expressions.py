from news.ranking import Wanted
from storage.expressions import telling


def word(articles):
    return Wanted("сөз", articles=articles)


def test_beside_a_rare_word_those_of_every_text_are_not_looked_for():
    assert telling([word(10), word(400), word(90)], 1000) == [word(10), word(90)]


def test_words_that_are_all_common_are_all_looked_for():
    common = [word(400), word(90)]
    assert telling(common, 1000) == common


def test_a_word_nobody_wrote_is_looked_for():
    assert telling([word(0), word(900)], 1000) == [word(0)]
