"""Until when a notice says something, and what adds to a story."""

from datetime import UTC, datetime

import pytest

from news.alerts.deciding import develops, ends_at, is_alerting
from news.models import Article, Topic
from news.text.dates import ALMATY


def ends(text, topic="outages"):
    told = Article(1, "id", text, "", "ru", published=datetime(2026, 11, 24, 5, tzinfo=UTC), topics=(Topic(topic),))
    at = ends_at(told)
    return None if at is None else datetime.fromtimestamp(at, ALMATY).strftime("%d.%m.%Y %H:%M")


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("25 ноября с 10:00 до 17:00 отключат воду", "25.11.2026 17:00"),
        ("25 қараша күні сағат 10:00-ден 17:00-ге дейін су өшіріледі", "25.11.2026 17:00"),
        ("Завтра до 18:00 не будет света", "25.11.2026 18:00"),
        ("Дорогу закрыли до 30 ноября", "01.12.2026 00:00"),
        ("Жол 30 қарашаға дейін жабық", "01.12.2026 00:00"),
        ("Отключение 2 января с 9.00 до 12.00", "02.01.2027 12:00"),
        ("Улица Абая, 25.11.2026, 09:00–18:00", "25.11.2026 18:00"),
        ("Сегодня до 12:00 ул. Абая. Ремонт продлится до 26 ноября", "27.11.2026 00:00"),
        ("Воды не будет 25 ноября до 18:00.", "25.11.2026 18:00"),
        ("Дорога закрыта 25.11.2026, 09:00–18.30.", "25.11.2026 18:30"),
        ("Воды не будет до 31 ноября", None),
        ("В домах нет воды", None),
    ],
)
def test_the_latest_end_that_is_told_holds(text, end):
    assert ends(text) == end


def test_what_is_no_notice_has_no_end():
    assert ends("Выставка открыта до 30 ноября", topic="culture") is None


def told_at(key, hour, title, copy_of=None):
    when = datetime(2026, 11, 24, hour, tzinfo=UTC)
    return Article(key, str(key), title, "", "ru", published=when, copy_of=copy_of)


@pytest.mark.parametrize(
    ("later", "adds"),
    [
        (told_at(2, 7, "Воду вернули"), True),
        (told_at(2, 5, "Воду вернули"), False),
        (told_at(2, 7, "ВОДЫ НЕТ"), False),
        (told_at(2, 7, "Воды нет и тут", copy_of=1), False),
    ],
    ids=["an hour later", "at once", "the same headline", "a reprint"],
)
def test_a_story_goes_on_with_what_is_new_in_it(later, adds):
    first = told_at(1, 5, "Воды нет")
    assert develops(later, [first, later], known={1}) is adds
    assert not develops(later, [first, later], known=())


def test_an_article_without_a_date_is_news_when_it_is_found():
    now = int(datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp())
    assert is_alerting(Article(1, "id", "Воды нет", "", "ru", published=None), now)
    assert not is_alerting(told_at(1, 5, "Воды нет"), now)
