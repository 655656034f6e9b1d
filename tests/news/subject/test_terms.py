from hypothesis import given
from hypothesis import strategies as st

from news.language.analyse import fold, terms, words
from news.subject import places
from news.subject.reading import ArticleReading, pairs, terms_of


@given(st.text(max_size=60), st.text(max_size=200), st.sampled_from(["ru", "kk", "en"]))
def test_every_word_and_its_key_is_kept_once_and_in_the_title_where_it_is_there(title, body, language):
    found = terms_of(title, body, language)
    in_title, in_body = list(pairs(found.title)), list(pairs(found.body))
    assert len({*in_title, *in_body}) == len(in_title) + len(in_body)
    assert set(in_title) == set(zip(map(fold, words(title)), terms(title, language), strict=True))
    assert {*in_title, *in_body} >= set(zip(map(fold, words(body)), terms(body, language), strict=True))


def test_places_are_those_the_article_names():
    title, body = "Мост в Караганде", "Его строят в районе имени Казыбек би. Из Алматы приехали рабочие."
    assert terms_of(title, body, "ru").places == places.about(places.find(f"{title}. {body}", "ru")) != ()


@given(st.integers(0, 400), st.sampled_from(["Караганды", "район Казыбек би", "Алматы"]))
def test_places_far_down_a_long_text_are_filed_but_not_compared(words_before, name):
    body = " ".join(["дом"] * words_before + [name])
    article = ArticleReading("Новости", body, "ru")
    assert article.places == places.find(f"Новости. {body}", "ru")
    assert article.opening_places == places.among(article.spoken, "ru")
