"""Which stories a reader gets: best first, each once, theirs."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hypothesis import given
from hypothesis import strategies as st

from news.digests.digest import Audience, arranged, favourite
from news.digests.pool import Pool
from news.models import Article, Subscription, Topic

NOW = 1_795_330_800  # 2026-11-22 12:00 in Almaty
HOUR = 3600


def article(key, hours=1.0, language="ru", topic="transport", source=None, story=None, seen=None, **more):
    at = datetime.fromtimestamp(NOW - hours * HOUR, UTC)
    return Article(
        key,
        f"id{key}",
        more.pop("title", f"Новость {key}"),
        "Лид.",
        language,
        published=more.pop("published", at),
        topics=(Topic(topic),) if topic else (),
        source=source or f"Источник {key}",
        story=story,
        first_seen=int(NOW - hours * HOUR) if seen is None else seen,
        **more,
    )


def chosen(articles, audience=None, had=(), since=NOW - 24 * HOUR, **more):
    made = Pool(articles, NOW).compose(audience or Audience("ru"), since, had, **more)
    return made.items if made else ()


def test_a_story_comes_once_however_many_outlets_wrote_it():
    told = [article(key, story=7) for key in range(1, 6)]
    made = Pool([*told, article(9)], NOW).compose(Audience("ru"), NOW - 24 * HOUR)
    assert len(made.items) == 2
    assert made.outlets == {made.items[0]: 5}


def test_what_many_outlets_tell_comes_before_what_one_does():
    told = [article(key, hours=5, story=7, topic="health") for key in range(1, 6)]
    assert chosen([article(9, hours=5), *told])[0] != 9


def test_fresh_comes_before_old():
    assert chosen([article(1, hours=20), article(2, hours=1)])[0] == 2


def test_the_reader_gets_their_language_of_a_story_and_the_other_where_there_is_no_other():
    told = [article(1, language="ru", story=7), article(2, language="kk", story=7), article(3, language="ru")]
    assert set(chosen(told, Audience("kk"))) == {2, 3}
    assert set(chosen(told, Audience("ru"))) == {1, 3}
    assert set(chosen(told, Audience("kk", reads=("kk",)))) == {2}


def test_what_was_had_does_not_come_again_however_its_story_is_grouped_now():
    assert chosen([article(1, story=7), article(2, story=7), article(3)], had=(1,)) == (3,)


def test_an_archive_is_not_pushed_and_undated_news_neither():
    old = article(1, published=date(2016, 2, 9), seen=NOW - 60)
    assert chosen([old, article(2, published=None)]) == ()


def test_a_weekly_digest_looks_back_a_week():
    assert chosen([article(1, hours=6 * 24)], since=NOW - 7 * 24 * HOUR) == (1,)
    assert chosen([article(1, hours=6 * 24, seen=NOW - 60)]) == ()


def test_a_topic_brings_its_parts():
    asked = Audience("ru", (Subscription("topic", "ecology"),))
    assert chosen([article(1, topic="air"), article(2, topic="sport")], asked) == (1,)


def test_a_word_is_found_in_any_of_its_forms():
    asked = Audience("ru", (Subscription("word", "автобусы"),), only_asked=True)
    found = [article(1, title="Новый маршрут автобуса"), article(2, title="Новый парк")]
    assert chosen(found, asked) == (1,)


def test_a_word_adds_to_a_digest_and_silences_nothing():
    found = [article(key, title="Новый парк", hours=1) for key in range(1, 9)]
    rare = article(9, title="Землетрясение в горах", hours=40, seen=NOW - HOUR)
    asked = (Subscription("word", "землетрясение"),)
    assert 9 not in chosen([*found, rare], Audience("ru", length=5))
    assert 9 in chosen([*found, rare], Audience("ru", asked, length=5))
    assert len(chosen([*found, rare], Audience("ru", asked, length=5))) == 5
    assert len(chosen(found, Audience("ru", asked, length=5))) == 5


def test_topics_choose_and_words_and_tags_add_to_them():
    asked = (Subscription("topic", "sport"), Subscription("word", "парк"), Subscription("tag", "Алматы"))
    found = [
        article(1, topic="sport"),
        article(2, topic="health", title="Новый парк"),
        replace(article(3, topic="health"), tags=("алматы",)),
        article(4, topic="health"),
    ]
    assert set(chosen(found, Audience("ru", asked))) == {1, 2, 3}


def test_a_topic_wanted_less_stands_once_in_a_digest():
    found = [article(key, topic="sport", hours=key) for key in range(1, 5)] + [article(9, topic="health")]
    assert set(chosen(found, Audience("ru", fewer=(("topic", "sport"),)))) == {1, 9}


def test_the_readers_city_comes_whatever_else_is_told_by_many():
    loud = [
        article(10 * n + k, title=f"Общая новость номер {n}", story=n, source=f"И{k}", hours=2)
        for n in range(1, 8)
        for k in range(4)
    ]
    own = article(99, title="В Таразе открыли школу", hours=20)
    assert 99 not in chosen([*loud, own], Audience("ru", length=5))
    assert 99 in chosen([*loud, own], Audience("ru", length=5, city="taraz"))


def test_what_was_muted_does_not_come():
    found = [article(1, topic="sport"), article(2, source="Горожанин"), article(3, story=9), article(4)]
    muted = (("source", "Горожанин"), ("story", "9"), ("topic", "sport"))
    assert chosen(found, Audience("ru", muted=muted)) == (4,)


def test_variety_leaves_room_for_other_topics():
    sport = [article(key, hours=1, topic="sport", source="А") for key in range(1, 11)]
    others = [article(20, hours=3, topic="health"), article(21, hours=3, topic="culture")]
    assert {20, 21} <= set(chosen([*sport, *others], Audience("ru", length=5)))


def test_the_topic_a_reader_opens_most_comes_up():
    found = [article(1, hours=1, topic="sport"), article(2, hours=4, topic="health")]
    assert chosen(found, Audience("ru")) == (1, 2)
    assert chosen(found, Audience("ru", favourite="health")) == (2, 1)
    assert favourite({"health": 6, "sport": 2}) == "health"
    assert favourite({"health": 3}) is None
    assert favourite({"health": 6, "sport": 5, "roads": 5}) is None


def test_the_evening_says_what_developed_since():
    first = article(1, hours=8, story=7)
    later = article(2, hours=1, story=7, title="Движение по мосту открыли")
    again = article(3, hours=7.5, story=7, title="Новость 1")
    pool = Pool([first, later, again], NOW)
    made = pool.compose(Audience("ru"), NOW - 4 * HOUR, (1,), developments=True)
    assert (made.items, made.developed) == ((), (2,))
    assert pool.compose(Audience("ru"), NOW - 4 * HOUR, (1,)) is None


def test_what_was_chosen_stands_in_the_order_it_is_shown_in_so_that_a_part_that_is_lost_is_known_by_its_stories():
    topics = ("sport", "health", "roads", None)
    found = [article(key, hours=key, topic=topics[key % 4], source="А") for key in range(1, 31)]
    asked = Audience("ru", length=20)
    made = Pool(found, NOW).compose(asked, NOW - 40 * HOUR)
    assert [one.key for one in arranged(made, found, asked.topics).articles] == list(made.keys)


def test_length_is_kept_and_the_rest_is_counted():
    made = Pool([article(key) for key in range(1, 31)], NOW).compose(Audience("ru", length=20), NOW - 24 * HOUR)
    assert (len(made.items), made.more) == (20, 10)


def test_what_was_hidden_since_is_left_out():
    made = Pool([article(1), article(2)], NOW).compose(Audience("ru"), NOW - 24 * HOUR)
    assert [one.key for one in arranged(made, [article(2)]).articles] == [2]


@given(
    st.lists(
        st.tuples(
            st.integers(1, 500),
            st.floats(0, 100),
            st.sampled_from(["ru", "kk", "en"]),
            st.sampled_from([None, "sport", "health"]),
            st.sampled_from([None, 1, 2, 3]),
        ),
        unique_by=lambda one: one[0],
        max_size=40,
    ),
    st.sampled_from([5, 10, 20]),
    st.sets(st.integers(1, 500)),
)
def test_a_digest_is_short_new_and_free_of_repeats(given_articles, length, had):
    articles = [
        article(key, hours, language, topic, story=story) for key, hours, language, topic, story in given_articles
    ]
    made = Pool(articles, NOW).compose(Audience("kk", length=length), NOW - 50 * HOUR, had, developments=True)
    keys = made.keys if made else ()
    stories = [one.story for key in (made.items if made else ()) for one in articles if one.key == key and one.story]
    assert len(keys) == len(set(keys)) <= length + 3
    assert not set(keys) & had
    assert len(stories) == len(set(stories))
    assert replace(made) == made if made else True


def test_what_is_new_in_a_followed_story_comes_whatever_else_was_asked_for():
    followed = Audience("ru", (Subscription("story", "7 Мост закрыли"), Subscription("topic", "ecology")), length=5)
    told = [article(1, hours=30, story=7), article(2, hours=2, story=7), article(3), article(4, topic="ecology")]
    made = Pool(told, NOW).compose(followed, NOW - 24 * HOUR)
    assert (made.items, made.developed) == ((4,), (2,))
    assert Pool(told[:1], NOW).compose(followed, NOW - 24 * HOUR) is None


def test_following_a_story_alone_narrows_nothing():
    followed = Audience("ru", (Subscription("story", "7 Мост закрыли"),))
    assert chosen([article(1, hours=30, story=7), article(3)], followed) == (3,)
