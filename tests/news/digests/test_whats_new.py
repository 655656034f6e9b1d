"""What a digest says of a followed story: what is new in it, never what its reader was told."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.digests.digest import whats_new
from news.models import Article

KAZAKH = set("әғқңөұүһі")


def told(*texts):
    """Articles an hour apart: a headline, a full stop and bar, a text."""
    return [
        Article(
            hour,
            f"id{hour}",
            text.split("|")[0],
            "",
            "kk" if KAZAKH & set(text.casefold()) else "ru",
            body=text.partition("|")[2],
            published=datetime(2026, 11, 22, hour, tzinfo=UTC),
        )
        for hour, text in enumerate(texts, 1)
    ]


def new(before, *later, language=None):
    first, *rest = told(before, *later)
    found = whats_new([first], rest, language or first.language)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("before", "later", "said"),
    [
        pytest.param(
            "На стройке в Алматы рухнула стена, погибли трое|Под завалами остаются люди. Работают спасатели.",
            "Обвал стены на стройке: новые подробности|Число погибших на стройке выросло до пяти. Работы продолжаются.",
            "Число погибших на стройке выросло до пяти.",
            id="a rising toll",
        ),
        pytest.param(
            "Алматыда құрылыста қабырға құлап, үш адам қаза тапты|Үйінді астында адамдар қалды.",
            "Құрылыстағы апат: жаңа мәліметтер шықты|Қаза тапқандардың саны беске жетті. Құтқарушылар жұмыс істеп жатыр.",
            "Қаза тапқандардың саны беске жетті.",
            id="a rising toll in Kazakh",
        ),
        pytest.param(
            "Трассу Алматы — Конаев закрыли из-за метели|Движение остановлено для всех машин.",
            "Трассу Алматы — Конаев открыли для движения|Дорогу очистили от снега.",
            "Трассу Алматы — Конаев открыли для движения",
            id="a reopened road",
        ),
        pytest.param(
            "Боранға байланысты Алматы – Қонаев жолы жабылды|Барлық көлікке тыйым салынды.",
            "Алматы – Қонаев жолы қайта ашылды|Жол қардан тазартылды.",
            "Алматы – Қонаев жолы қайта ашылды",
            id="a reopened road in Kazakh",
        ),
        pytest.param(
            "На рынке Шымкента сгорели двадцать торговых рядов|Причину пожара выясняют.",
            "Пожар на рынке Шымкента: следствие продолжается|Задержан подозреваемый Марат Сейткали. Причину пожара "
            "выясняют.",
            "Задержан подозреваемый Марат Сейткали.",
            id="a named suspect",
        ),
        pytest.param(
            "Шымкент базарында сауда қатарлары өртенді|Өрттің себебі анықталып жатыр.",
            "Шымкент базарындағы өрт: тергеу жалғасуда|Күдікті Марат Сейтқали ұсталды. Өрттің себебі анықталып жатыр.",
            "Күдікті Марат Сейтқали ұсталды.",
            id="a named suspect in Kazakh",
        ),
        pytest.param(
            "В Алатауском районе отключили воду из-за аварии|Без воды остались сорок домов.",
            "Воду в Алатауском районе вернули|Аварию на трубе устранили ночью.",
            "Воду в Алатауском районе вернули",
            id="water is back on",
        ),
        pytest.param(
            "Алатау ауданында апаттан су өшті|Қырық үй сусыз қалды.",
            "Алатау ауданында су қосылды|Құбыр түнде жөнделді.",
            "Алатау ауданында су қосылды",
            id="water is back on in Kazakh",
        ),
        pytest.param(
            "Проезд в автобусах Астаны хотят поднять до 150 тенге|Решение примут в декабре.",
            "Проезд в Астане: что решили в акимате|Проезд будет стоить 130 тенге с января. Решение примут в декабре.",
            "Проезд будет стоить 130 тенге с января.",
            id="a new number",
        ),
    ],
)
def test_the_line_tells_what_was_not_told_before(before, later, said):
    assert new(before, later) == said


@pytest.mark.parametrize(
    ("before", "later"),
    [
        (
            "Мост через Есентай закрыли на ремонт|Ремонт займёт две недели. Объезд по улице Тимирязева.",
            "Закрыт мост через Есентай|Мост закрыли на ремонт, он займёт две недели. Объезд по Тимирязева.",
        ),
        (
            "Есентай көпірі жөндеуге жабылды|Жөндеу екі аптаға созылады. Тимирязев көшесімен айналып өтуге болады.",
            "Есентай көпірі жабылды|Көпір жөндеуге жабылды, жөндеу екі аптаға созылады. Тимирязев көшесімен жүріңіз.",
        ),
        ("Есентай көпірі жабылды|Тимирязев көшесімен жүріңіз.", "Есентай көпірі жабылды|Тимирязев көшесімен жүріңіз."),
    ],
)
def test_what_only_repeats_is_nothing_new(before, later):
    assert new(before, later) is None


def test_the_readers_language_tells_it_where_it_has_anything_new():
    before = "На стройке в Алматы погибли трое|Работают спасатели."
    russian, kazakh = (
        "На стройке погибли пятеро|Ищут ещё одного.",
        "Құрылыста қаза тапқандар саны беске жетті|Іздеу жүріп жатыр.",
    )
    assert new(before, russian, kazakh, language="kk") == "Құрылыста қаза тапқандар саны беске жетті"
    assert new(before, russian, kazakh, language="ru") == "На стройке погибли пятеро"
    assert new(before, kazakh, language="ru") == "Құрылыста қаза тапқандар саны беске жетті"


def test_the_same_told_in_the_other_language_is_nothing_new():
    before = "В Таразе на стройке погибли трое|Работают спасатели."
    assert new(before, "Таразда құрылыста үш адам қаза тапты|Құтқарушылар жұмыс істеп жатыр.", language="kk") is None


def test_a_toll_that_a_later_article_outdates_is_not_told():
    before = "На стройке в Алматы погибли трое|Работают спасатели."
    between = "На стройке в Алматы погибли четверо, задержан прораб Марат Сейткали|Ищут ещё двоих."
    assert new(before, between, "На стройке в Алматы погибли пятеро|Поиски закончены.") == (
        "На стройке в Алматы погибли пятеро"
    )


SAID = st.text(st.sampled_from("абвгАБқәі 15.,|!?«»—\n"), max_size=120)


@given(SAID, st.lists(SAID, max_size=4), st.sampled_from(["ru", "kk"]))
def test_whatever_is_written_the_line_stands_in_a_new_article(before, later, language):
    first, *rest = told(before, *later)
    found = whats_new([first], rest, language)
    if found:
        article, said = found
        assert article in rest
        assert said == article.title or said in article.body
    assert whats_new([first], [first] * len(rest), language) is None
    assert found == whats_new([first], rest[::-1], language)
