from news.digests.digest import main_stories
from news.models import Article


def article(key, language="ru", story=None):
    return Article(key=key, id=str(key), title=str(key), lead="", language=language, story=story)


def test_what_many_tell_comes_first_in_the_readers_language():
    newest = [article(9), article(8, "kk"), article(7, "ru", 1), article(6, "kk", 1), article(5, "ru", 1)]
    assert [one.key for one in main_stories(newest, "kk", 10)] == [6, 8, 9]


def test_a_story_is_one_result():
    newest = [article(3, "ru", 5), article(2, "ru", 5), article(1)]
    assert [one.key for one in main_stories(newest, "ru", 10)] == [3, 1]
