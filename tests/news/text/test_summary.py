"""Summaries: chosen from the text, never invented, without dateline and background."""

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as some

from news.filing import LONGEST_BODY, MOST_PARAGRAPHS, bounded, file_entry
from news.models import Entry, FiledEntry
from news.text.sentences import LONGEST, MOST, summarize

TITLE = "В Алматы продлят линию метро до рынка «Барыс»"
BODY = """АЛМАТЫ. КАЗИНФОРМ – Линию метро в Алматы продлят на две станции до рынка «Барыс» к концу 2027 года.
Фото: пресс-служба метрополитена.
На строительство двух станций выделят 78 млрд тенге, сообщил аким города на брифинге в четверг. Он добавил, что работы начнутся весной. Что изменится для пассажиров?
Пассажиров на новых станциях метро ждут до 40 тысяч человек в сутки, подсчитали в управлении мобильности.
Напомним, последнюю станцию открыли в 2022 году. Тогда её строили шесть лет.
Читайте также: Как ходят автобусы в праздники."""

KK_TITLE = "Алматыда метро желісі «Барыс» базарына дейін ұзартылады"
KK_BODY = """Алматыда метро желісі 2027 жылдың соңына дейін тағы екі бекетке ұзартылады, деп хабарлады әкімдік.
Екі бекеттің құрылысына 78 млрд теңге бөлінеді, жұмыс көктемде басталады.
Еске салайық, соңғы бекет 2022 жылы ашылған. Оның құрылысы алты жылға созылды.
Жаңа бекеттерді тәулігіне 40 мың жолаушы пайдаланады деп күтіледі."""


def test_two_or_three_sentences_of_the_text_as_they_stand_in_their_order():
    chosen = summarize(TITLE, BODY, "ru")
    assert 2 <= len(chosen) <= MOST
    places = [BODY.index(one) for one in chosen]
    assert places == sorted(places)


def test_it_begins_without_the_dateline():
    assert summarize(TITLE, BODY, "ru")[0].startswith("Линию метро")


@pytest.mark.parametrize("unwanted", ["Напомним", "Тогда", "Фото", "Читайте", "Что изменится"])
def test_background_captions_and_questions_are_left_out(unwanted):
    assert unwanted not in " ".join(summarize(TITLE, BODY, "ru"))


def test_a_kazakh_text_is_summarised_in_kazakh_without_what_was_told_before():
    chosen = summarize(KK_TITLE, KK_BODY, "kk")
    assert len(chosen) == 3
    assert "2022" not in " ".join(chosen)


def test_a_sentence_that_only_repeats_the_headline_is_passed_over():
    first = "В Алматы продлят линию метро до рынка «Барыс». "
    assert (
        summarize(TITLE, first + "Работы на двух станциях начнутся весной, обещают власти города.", "ru")[0][0] == "Р"
    )


@pytest.mark.parametrize(
    ("unwanted", "language"),
    [
        ("Мы уже рассказывали, что станции метро строят шестой год подряд.", "ru"),
        ("Как мы уже писали, станции метро строят шестой год подряд.", "ru"),
        ("Об этом сообщил аким города на брифинге о станциях метро.", "ru"),
        ("Я горжусь станциями метро, которые строят в нашем городе.", "ru"),
        ("Идея станций в том, чтобы строить метро быстрее», – ответил аким.", "ru"),
        ("Продолжение■Станции метро ждут пассажиров■Метро строят быстрее.", "ru"),
        ("Метро бекеттерінің құрылысы туралы жазған едік.", "kk"),
        ("Бұл туралы метро құрылысы өтіп жатқан қаланың әкімі айтты.", "kk"),
        ("Біз метро бекеттерінің құрылысын тез аяқтаймыз деп сенеміз.", "kk"),
        ("Метро бекеттері тез салынады», – деді қала әкімі.", "kk"),
    ],
)
def test_what_recalls_attributes_or_is_torn_out_of_speech_gives_way_to_news(unwanted, language):
    first, *news = (
        (
            "Линию метро в городе продлят до рынка.",
            "Деньги на две станции метро выделил город.",
            "Поезда пойдут в мае по всем веткам.",
        )
        if language == "ru"
        else (
            "Қалада метро желісі базарға дейін ұзартылады.",
            "Екі бекетке қаржыны қала бюджеті бөлді.",
            "Пойыздар мамыр айында барлық тармақпен жүреді.",
        )
    )
    assert summarize("Метро", "\n".join([first, unwanted, *news]), language) == (first, *news)


def test_an_empty_text_has_no_summary():
    assert summarize(TITLE, "", "ru") == ()
    assert summarize(TITLE, "Подробнее позже.", "ru") == ()


@given(some.text(max_size=400), some.sampled_from(["ru", "kk", "en"]))
def test_whatever_the_text_a_summary_is_made_of_its_own_sentences(body, language):
    chosen = summarize("Заголовок", body, language)
    assert len(chosen) <= MOST
    assert all(one in body for one in chosen)
    assert len(chosen) == 1 or sum(map(len, chosen)) <= LONGEST


def test_what_a_text_says_is_worked_out_in_time_that_does_not_grow_with_its_square():
    def steps(letters: int) -> int:
        counted = 0

        def count(*_: object) -> None:
            nonlocal counted
            counted += 1

        sys.setprofile(count)
        try:
            summarize("Заголовок", "А. Б. " * (letters // 6), "ru")
        finally:
            sys.setprofile(None)
        return counted

    assert steps(400_000) <= 1.1 * steps(40_000)


def test_a_text_is_kept_up_to_its_bound_with_its_last_paragraph_whole():
    long = bounded("\n".join(["Абзац из многих слов."] * 9000))
    assert len(long.split("\n")) == MOST_PARAGRAPHS
    one = bounded("слово " * 90_000)
    assert len(one) == LONGEST_BODY
    cut = bounded("\n".join(["слово " * 10_000] * 9))
    assert set(cut.split("\n")) == {"слово " * 10_000}
    assert bounded("Короткий.\n\nТекст.") == "Короткий.\n\nТекст."


def test_a_card_has_its_summary_from_when_the_article_was_filed():
    item = file_entry(Entry("1", TITLE, BODY, language="ru"))
    assert isinstance(item, FiledEntry)
    assert item.summary == " ".join(summarize(TITLE, BODY, "ru", most=2))
