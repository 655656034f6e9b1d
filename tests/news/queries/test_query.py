from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.queries.query import MOST_WORDS, QueryPeriod, parse

TODAY = date(2026, 11, 22)  # a Sunday


def period(text: str) -> QueryPeriod | None:
    return parse(text, TODAY).period


def test_a_query_is_its_folded_words():
    assert parse("Тёплая  ҚАЛА", TODAY).words == ("теплая", "қала")


def test_a_last_word_followed_by_a_space_is_complete():
    assert not parse("қал", TODAY).complete
    assert parse("қала ", TODAY).complete


def test_quotes_ask_for_exact_words():
    query = parse('"умный город" Алматы', TODAY)
    assert query.phrases == (("умный", "город"),)
    assert query.words == ("умный", "город", "алматы")


def test_one_quote_is_no_phrase():
    assert parse('цирк "дю солей', TODAY).phrases == ()


def test_a_minus_excludes_a_word_beside_others():
    query = parse("пожар -лес", TODAY)
    assert (query.words, query.excluded) == (("пожар",), ("лес",))


@pytest.mark.parametrize("typed", ["1-і", "1-ін", "1-інш", "1-інші", "1-инши", "1-ши", "1-НШІ"])
def test_the_ending_of_an_ordinal_is_no_word_on_the_way_to_it(typed):
    assert parse(typed, TODAY).words == ("1",)
    assert parse(f"{typed} топ", TODAY).words == ("1", "топ")


def test_a_minus_alone_is_a_word():
    query = parse("-лес", TODAY)
    assert (query.words, query.excluded) == (("лес",), ())


def test_a_minus_inside_a_word_excludes_nothing():
    assert parse("Нур-Султан", TODAY).words == ("нур", "султан")


@pytest.mark.parametrize("label", ["source", "Источник", "дереккөз"])
def test_a_source_is_asked_for_in_three_languages(label):
    query = parse(f"бюджет {label}:tengrinews.kz", TODAY)
    assert (query.words, query.sources) == (("бюджет",), ("tengrinews.kz",))


@pytest.mark.parametrize(("typed", "language"), [("lang:kk", "kk"), ("язык:рус", "ru"), ("тіл:қазақша", "kk")])
def test_a_language_is_asked_for(typed, language):
    assert parse(f"су {typed}", TODAY).language == language


def test_an_unknown_label_is_just_words():
    query = parse("счёт 2:1 lang:эльфийский", TODAY)
    assert query.words == ("счет", "2", "1", "lang", "эльфийский")
    assert query.language is None


def test_a_topic_is_asked_for_with_a_hash():
    query = parse("#көлік жаңа", TODAY)
    assert (query.topics, query.words) == (("көлік",), ("жаңа",))


@pytest.mark.parametrize(
    ("typed", "since", "until"),
    [
        ("за неделю", date(2026, 11, 15), TODAY),
        ("за последние 3 дня", date(2026, 11, 20), TODAY),
        ("соңғы 3 күнде", date(2026, 11, 20), TODAY),
        ("сонгы 3 кунде", date(2026, 11, 20), TODAY),
        ("осы айда", date(2026, 11, 1), date(2026, 11, 30)),
        ("в прошлом месяце", date(2026, 10, 1), date(2026, 10, 31)),
        ("на этой неделе", date(2026, 11, 16), date(2026, 11, 22)),
        ("өткен аптада", date(2026, 11, 9), date(2026, 11, 15)),
        ("в прошлом году", date(2025, 1, 1), date(2025, 12, 31)),
        ("кеше", date(2026, 11, 21), date(2026, 11, 21)),
        ("кешегі", date(2026, 11, 21), date(2026, 11, 21)),
        ("сегодняшние", TODAY, TODAY),
        ("позавчера", date(2026, 11, 20), date(2026, 11, 20)),
        ("апта бойы", date(2026, 11, 15), date(2026, 11, 22)),
        ("третьего дня", date(2026, 11, 20), date(2026, 11, 20)),
        ("с понедельника", date(2026, 11, 16), date(2026, 11, 22)),
        ("с начала недели", date(2026, 11, 16), date(2026, 11, 22)),
        ("со вчерашнего дня", date(2026, 11, 21), date(2026, 11, 22)),
        ("дүйсенбіден бері", date(2026, 11, 16), date(2026, 11, 22)),
        ("дуйсенбиден берги", date(2026, 11, 16), date(2026, 11, 22)),
        ("апта басынан бері", date(2026, 11, 16), date(2026, 11, 22)),
        ("алдыңғы күні", date(2026, 11, 20), date(2026, 11, 20)),
        ("за два дня", date(2026, 11, 21), TODAY),
        ("соңғы екі күнде", date(2026, 11, 21), TODAY),
        ("за последние дни", date(2026, 11, 16), TODAY),
        ("соңғы күндері", date(2026, 11, 16), TODAY),
        ("соңғы тәулікте", date(2026, 11, 21), TODAY),
        ("за полгода", date(2026, 5, 24), TODAY),
        ("3 дня назад", date(2026, 11, 19), date(2026, 11, 19)),
        ("неделю назад", date(2026, 11, 12), date(2026, 11, 18)),
        ("бір ай бұрын", date(2026, 10, 8), date(2026, 11, 7)),
        ("в прошлую пятницу", date(2026, 11, 20), date(2026, 11, 20)),
        ("өткен сәрсенбі күні", date(2026, 11, 18), date(2026, 11, 18)),
        ("за выходные", date(2026, 11, 21), date(2026, 11, 22)),
        ("өткен демалыс күндері", date(2026, 11, 14), date(2026, 11, 15)),
        ("прошлой ночью", date(2026, 11, 21), TODAY),
        ("өткен түнде", date(2026, 11, 21), TODAY),
        ("этим летом", date(2026, 6, 1), date(2026, 8, 31)),
        ("осы қыста", date(2025, 12, 1), date(2026, 2, 28)),
        ("былтыр", date(2025, 1, 1), date(2025, 12, 31)),
        ("сегодня", TODAY, TODAY),
        ("12 февраля 2016 года", date(2016, 2, 12), date(2016, 2, 12)),
        ("в феврале 2016", date(2016, 2, 1), date(2016, 2, 29)),
        ("2016 жылғы 12 ақпан", date(2016, 2, 12), date(2016, 2, 12)),
        ("2016 жылғы ақпан", date(2016, 2, 1), date(2016, 2, 29)),
        ("2016-02-09", date(2016, 2, 9), date(2016, 2, 9)),
        ("09.02.2016", date(2016, 2, 9), date(2016, 2, 9)),
        ("с 1 по 5 сентября", date(2026, 9, 1), date(2026, 9, 5)),
        ("1 мен 5 қыркүйек арасында", date(2026, 9, 1), date(2026, 9, 5)),
        ("с 20 по 25 ноября", date(2026, 11, 20), date(2026, 11, 25)),
        ("за 16 декабря", date(2025, 12, 16), date(2025, 12, 16)),
        ("за 3 марта", date(2026, 3, 3), date(2026, 3, 3)),
        ("екі күн бұрынғыларды", date(2026, 11, 20), date(2026, 11, 20)),
    ],
)
def test_words_for_days_are_a_period(typed, since, until):
    query = parse(f"өрт {typed}", TODAY)
    assert query.period == QueryPeriod(since, until)
    assert query.words == ("өрт",)


@pytest.mark.parametrize(
    "typed",
    [
        "31.02.2016",
        "за",
        "12 февраля",
        "неделя",
        "2016",
        "был",
        "екі күн",
        "три дня",
        "назад",
        "осы",
        "в пятницу",
        "за 31 июня",
        "5 по 1 мая",
    ],
)
def test_what_is_no_day_is_just_words(typed):
    assert period(f"өрт {typed}") is None


def test_a_weekday_since_which_one_asks_is_a_period_and_one_since_which_something_holds_is_not():
    assert period("с понедельника что было") == QueryPeriod(date(2026, 11, 16), TODAY)
    assert period("с понедельника подорожает проезд") is None


def test_a_year_is_a_word_that_is_known_to_be_a_year():
    query = parse("бюджет 2016", TODAY)
    assert (query.words, query.years, query.period) == (("бюджет", "2016"), (2016,), None)


def test_a_period_can_be_read_as_words():
    assert parse("пожар за неделю", TODAY).without_period().words == ("пожар", "за", "неделю")


def test_what_the_other_layout_needs_is_kept_as_typed():
    assert parse("-ktv ;fyf", TODAY).typed == "-ktv ;fyf"


@given(st.text(max_size=200) | st.text(alphabet='"«»#-:*()^ 0129./абқөqjlang\ud800', max_size=60))
def test_no_query_raises(text):
    query = parse(text, TODAY)
    assert len(query.words) <= MOST_WORDS


def test_a_very_long_query_is_cut():
    assert len(parse("қала " * 1000, TODAY).words) == MOST_WORDS


@pytest.mark.parametrize(
    ("typed", "words", "decimals"),
    [
        ("$100", ("100", "доллар"), ()),
        ("100 $", ("100", "доллар"), ()),
        ("$1 млрд", ("1", "млрд", "доллар"), ()),
        ("€2,5 млн", ("2", "5", "млн", "евро"), ("2,5",)),
        ("10 000 ₸", ("10000", "тенге"), ()),
        ("50%", ("50", "процент"), ()),
        ("20 тысяч тенге", ("20000", "тенге"), ()),
        ("10 мың теңге", ("10000", "теңге"), ()),
        ("2 тысячи лет", ("2", "тысячи", "лет"), ()),  # 2000 would be a year
        ("86,5", ("86", "5"), ("86,5",)),
        ("курс $", ("курс", "доллар"), ()),
        ("1.2.3", ("1", "2", "3"), ()),
    ],
)
def test_a_sign_of_money_is_a_word_behind_its_number(typed, words, decimals):
    query = parse(typed, TODAY)
    assert (query.words, query.decimals) == (words, decimals)


PERIOD_WORDS = (
    *(
        "за",
        "в",
        "на",
        "прошлый",
        "прошлую",
        "өткен",
        "осы",
        "алдыңғы",
        "этой",
        "последние",
        "соңғы",
        "ішінде",
        "назад",
        "бұрын",
    ),
    *(
        "день",
        "күн",
        "дни",
        "сутки",
        "неделю",
        "апта",
        "месяц",
        "ай",
        "полгода",
        "год",
        "жыл",
        "выходные",
        "ночь",
        "түнде",
    ),
    *("лето", "қыста", "пятницу", "жұма", "күні", "2", "999", "два", "он", "2016", "ақпан", "кеше", "былтыр"),
)


@given(st.lists(st.sampled_from(PERIOD_WORDS), max_size=6), st.dates(date(1990, 1, 1), date(2100, 12, 31)))
def test_any_words_for_days_are_a_period_that_begins_before_it_ends_or_none(typed, today):
    found = parse(" ".join(typed), today).period
    assert found is None or found.since <= found.until
