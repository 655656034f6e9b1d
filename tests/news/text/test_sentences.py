"""Where sentences end, what the lead is, what a dateline is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.text.sentences import LEAD_LENGTH, lead, sentences, without_dateline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Б. Ахметов приехал. К.Сериков уехал.", ["Б. Ахметов приехал.", "К.Сериков уехал."]),
        ("А.Б. Иванов и др. Потом снег.", ["А.Б. Иванов и др.", "Потом снег."]),
        ("Живёт на ул. Абая в г. Алматы. Ему 5 лет.", ["Живёт на ул. Абая в г. Алматы.", "Ему 5 лет."]),
        ("Открыт в 2010 г. Астана росла.", ["Открыт в 2010 г. Астана росла."]),
        ("Груши, сливы и т.д. Потом пошли.", ["Груши, сливы и т.д.", "Потом пошли."]),
        ("Парк им. Абая закрыт. Снег.", ["Парк им. Абая закрыт.", "Снег."]),
        ("«Когда?» – спросил он. «Скоро!» – ответила она.", ["«Когда?» – спросил он.", "«Скоро!» – ответила она."]),
        ("«Город растёт. Во всех сферах», – сказал он.", ["«Город растёт.", "Во всех сферах», – сказал он."]),
        ("Көшелер, алаңдар т.б. Жөнделеді.", ["Көшелер, алаңдар т.б.", "Жөнделеді."]),
        ("2020 ж. Астана қаласында өтті. Болды.", ["2020 ж. Астана қаласында өтті.", "Болды."]),
        ("Сообщает Gorod.kz\nНовый абзац. Конец", ["Сообщает Gorod.kz", "Новый абзац.", "Конец"]),
        ("Ждали… и дождались. 15 января снег.", ["Ждали… и дождались.", "15 января снег."]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("АСТАНА. KAZINFORM – Построен мост.", "Построен мост."),
        ("Алматы. 18 февраля. KAZAKHSTAN TODAY - Выпал снег.", "Выпал снег."),
        ("ПЕТРОПАВЛОВСК. КАЗИНФОРМ – Школа открыта.", "Школа открыта."),
        ("Алматы. 3 марта. Центр информации. Аким сказал.", "Аким сказал."),
        ("АСТАНА. ҚазАқпарат - Бүгін жаңбыр жауады.", "Бүгін жаңбыр жауады."),
        ("Астана. 12 қараша. Kazpravda.kz – Жол ашылды.", "Жол ашылды."),
        ("Алматы. Город рос быстро.", "Алматы. Город рос быстро."),
        ("Алматы – крупнейший город.", "Алматы – крупнейший город."),
        ("США ввели пошлины.", "США ввели пошлины."),
    ],
)
def test_only_a_dateline_is_taken_off(text: str, rest: str) -> None:
    assert without_dateline(text) == rest


def test_the_lead_is_two_sentences_at_most_without_the_title_said_again() -> None:
    body = "Построен мост\nАСТАНА. KAZINFORM – Мост построен за год. Он длинный. Он красный."
    assert lead("Построен мост", body) == "Мост построен за год. Он длинный."


def test_a_long_first_sentence_is_cut_at_a_word() -> None:
    cut = lead("Т", "слово " * 200)
    assert len(cut) <= LEAD_LENGTH
    assert cut.endswith("слово…")


def test_a_title_alone_has_no_lead() -> None:
    assert lead("Построен мост", "") == ""


@given(st.text(alphabet="АБаб .!?…«»\n–-т1г", max_size=80))
def test_no_letter_is_lost(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(st.text(max_size=200), st.text(max_size=900))
def test_a_lead_is_never_longer_than_its_limit(title: str, body: str) -> None:
    assert len(lead(title, body)) <= LEAD_LENGTH
