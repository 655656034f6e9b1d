"""What followed phrases an article has: any form, both languages, near one another; found by index as by search."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from news.alerts.matching import ArticleWords, PhraseIndex
from news.models import Article, Subscription, Topic


def article(text, language="ru", **more):
    return Article(1, "id", text, "", language, **more)


def hits(phrase, told):
    asked, index = Subscription("word", phrase), PhraseIndex()
    index.add(7, asked)
    read = ArticleWords(told)
    assert (index.find(read) == {7}) == read.has(asked)
    return read.has(asked)


@pytest.mark.parametrize(
    ("phrase", "text", "language"),
    [
        ("су өшіру", "Ертең Бостандық ауданында су өшіріледі", "kk"),
        ("су өшіру", "В трёх районах завтра отключат воду", "ru"),
        ("отключение воды", "Ертең су өшіріледі", "kk"),
        ("отключение воды", "Об отключении воды сообщили утром", "ru"),
        ("отключение воды Абая", "Абай көшесінде су өшіріледі", "kk"),
        ("улица Сейфуллина", "Сейфуллин көшесі жабылды", "kk"),
        ("Қарағанды", "В Караганде открыли парк", "ru"),
        ("караганда", "Қарағандыда саябақ ашылды", "kk"),
        ("транспорт", "Қалалық көлік кестесі өзгерді", "kk"),
    ],
)
def test_a_phrase_is_found_in_any_form_and_in_both_languages(phrase, text, language):
    assert hits(phrase, article(text, language))


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("отключение воды", "Вода подорожает. Отключение света в пятницу"),
        ("отключение воды", "Отключение телефонов обсудят на собрании жильцов дома, где в июле прорвало трубу и вода"),
        ("мост", "Мостовая улица стала пешеходной"),
    ],
)
def test_words_of_two_sentences_or_far_apart_are_no_phrase(phrase, text):
    assert not hits(phrase, article(text))


def test_tags_topics_outlets_and_stories_are_followed_by_name():
    told = article(
        "Автобус сменил маршрут",
        tags=("Алматы",),
        source="Горожанин",
        url="https://www.example.kz/1",
        topics=(Topic("public-transport"),),
        story=4,
    )
    asked = [
        Subscription("tag", "алматы"),
        Subscription("topic", "transport"),
        Subscription("source", "example.kz"),
        Subscription("source", "горожанин"),
        Subscription("story", "4 Автобус"),
    ]
    index = PhraseIndex()
    for number, one in enumerate(asked):
        index.add(number, one)
    assert index.find(ArticleWords(told)) == {0, 1, 2, 3, 4}
    assert index.find(ArticleWords(article("Автобус сменил маршрут"))) == set()


WORDS = st.sampled_from(
    [
        "вода",
        "свет",
        "дом",
        "Абая",
        "су",
        "өшіру",
        "жарық",
        "көше",
        "мост",
        "школа",
        "5",
        "улица",
        "қала",
        "балабақша",
        "без",
    ]
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.lists(WORDS, min_size=1, max_size=6).map(" ".join), min_size=1, max_size=12, unique=True),
    st.lists(st.one_of(WORDS, WORDS, st.just("."), st.just("кот кот кот"), st.text(max_size=6)), max_size=60).map(
        " ".join
    ),
    st.sampled_from(("ru", "kk", "en")),
)
def test_the_index_finds_what_searching_each_phrase_finds(phrases, text, language):
    index, read = PhraseIndex(), ArticleWords(article(text, language))
    for number, phrase in enumerate(phrases):
        index.add(number, Subscription("word", phrase))
    searched = {n for n, phrase in enumerate(phrases) if read.has(Subscription("word", phrase))}
    assert index.find(read) == (searched if language != "en" else set())
