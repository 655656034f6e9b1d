"""Whom an article cites: sentences of both languages, beside what a reader would name as the source."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.text.citations import cited_in

_LINES = (Path(__file__).parent / "citations.tsv").read_text(encoding="utf-8").splitlines()
CASES = {
    text: tuple(filter(None, names.split(";")))
    for text, names in (line.split("\t") for line in _LINES if not line.startswith("#"))
}


def test_sources_are_named_rightly_and_completely_in_both_languages() -> None:
    named = {(text, name) for text in CASES for name in cited_in(text)}
    wanted = {(text, name) for text, names in CASES.items() for name in names}
    right = len(named & wanted)
    assert len(CASES) >= 120
    assert right / len(named) >= 0.95
    assert right / len(wanted) >= 0.95


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Указ подписан, передает Stepnoy.kz со ссылкой на Акорду.", ("Stepnoy.kz", "Акорда")),
        ("Дорогу откроют, сообщают в пресс-службе ДП Алматы.", ("пресс-служба ДП Алматы",)),
        ("Указ подписан, сообщает Акорда.", ("Акорда",)),
        ("Көше жабылды, деп хабарлады Абай облысы ПД баспасөз қызметі.", ("Абай облысы ПД баспасөз қызметі",)),
        ("Ақорданың баспасөз қызметіне сілтеме жасап, сайт осылай жазды.", ("Ақорданың баспасөз қызметі",)),
        ('Жол ашылды, деп хабарлайды "Хабар 24".', ("Хабар 24",)),
        ("Кітап шықты, деп жазады Azattyq Rýhy порталы.", ("Azattyq Rýhy",)),
        ("Завод остановили, ссылаясь на COVID-19.", ()),
        ("Сделку закроют в мае, рассказал «Ведомостям» источник в компании.", ("Ведомости",)),
        ("Завод продадут, рассказал «Известиям» его глава.", ("Известия",)),
    ],
)
def test_what_once_went_unnamed_or_was_cut(text: str, names: tuple[str, ...]) -> None:
    assert cited_in(text) == names


def test_a_person_is_no_source() -> None:
    assert cited_in("Сообщил Иван Петров. Пишет Серик. Министр заявил.\nСерік Ахметов хабарлады. Деп жазды Әлия.") == ()


def test_a_label_of_the_page_is_named_once() -> None:
    assert cited_in("Снег выпал, сообщает Акорда.", ("акорда", "«Степь»,")) == ("Акорда", "Степь")


_PIECES = st.sampled_from(
    ["сообщает ", "со ссылкой на ", "по данным ", "деп хабарлайды ", " мәліметінше", " сілтеме жасап", "в ", "и ", "МВД",
     "пресс-служба ", "әкімдігінің ", "«", "»", '"', "-ға", "Kaz.kz", "İ", "\n", " ", ". ", "Хабар 24"]
)  # fmt: skip


@given(st.lists(_PIECES | st.text(max_size=5), max_size=25).map("".join))
def test_any_text_gives_names_without_empty_ones(text: str) -> None:
    names = cited_in(text)
    assert all(name.strip() for name in names)
    assert len({name.casefold() for name in names}) == len(names)


def test_a_reader_of_an_outlet_is_a_source() -> None:
    body = "Воду в доме отключили из-за аварии, сообщил читатель «Вестника». Читатель библиотеки сообщил иное."
    assert cited_in(body) == ("читатель «Вестника»",)
