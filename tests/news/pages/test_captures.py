"""Captures of many outlets' pages: the article and nothing but the article, and what the page says of it."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from news.models import Entry, RejectedItem
from news.pages.capture import parse_capture

_BODY = re.compile(r"^(|Фото:pixabay|<p>)\| ")
_TAGS = re.compile(r"</?\w[^>]*>")


@dataclass
class Sample:
    name: str
    text: str
    title: str
    body: str
    facts: dict[str, str] = field(default_factory=dict)


def samples() -> Iterator[Sample]:
    whole = (Path(__file__).parent.parent / "captures.txt").read_text()
    for part in whole.split("%%% ")[1:]:
        head, *lines = part.rstrip("\n").split("\n")
        name, _, facts = head.partition(" ")
        if lines[-1].partition("=")[0] in ("tags", "cited"):
            facts += " " + lines.pop()
        titles = [line.partition("= ")[2] for line in lines if re.match(r"(?:[\d.]+ )?= ", line)]
        body = [_TAGS.sub("", line.partition("| ")[2]) for line in lines if _BODY.match(line)]
        text = "\n".join(re.sub(r"^((?:[\d.]+ )?)= ", r"\1", _BODY.sub(r"\1", line)) for line in lines)
        yield Sample(name, text, titles[0], "\n".join(body), dict(_facts(facts)))


def _facts(facts: str) -> Iterator[tuple[str, str]]:
    names = ("published=", "views=", "tags=", "cited=")
    starts = sorted(facts.find(name) for name in names if name in facts)
    for start, end in zip(starts, [*starts[1:], len(facts)][: len(starts)], strict=True):
        name, _, value = facts[start:end].strip().partition("=")
        yield name, value


SAMPLES = list(samples())


def moment(published: object) -> str | None:
    if isinstance(published, datetime):
        return published.astimezone(UTC).isoformat(timespec="minutes")
    return None if published is None else str(published)


def test_there_are_more_than_twenty_captures() -> None:
    assert len(SAMPLES) > 20


@pytest.mark.parametrize("sample", SAMPLES, ids=[sample.name for sample in SAMPLES])
def test_a_capture_gives_its_article_exactly(sample: Sample) -> None:
    entry = parse_capture(sample.text, sample.name)
    assert isinstance(entry, Entry)
    assert entry.title == sample.title
    assert entry.body == sample.body
    assert moment(entry.published) == sample.facts.get("published")
    assert entry.views == (int(sample.facts["views"]) if "views" in sample.facts else None)
    assert ",".join(entry.tags) == sample.facts.get("tags", "")
    assert ";".join(entry.cited) == sample.facts.get("cited", "")


@pytest.mark.parametrize(
    "between",
    [
        "Фото: Иван Белов",
        "Реклама",
        "Читайте также: Сколько стоит билет на поезд",
        "Читайте также:\nСколько стоит билет на поезд",
        "Тағы оқыңыз:\nПойыз билеті қанша тұрады?",
        "Подпишись на наш канал в Telegram\nбыстро, бесплатно и без рекламы",
    ],
)
def test_what_stands_between_two_paragraphs_takes_neither_away(between: str) -> None:
    for sample in SAMPLES:
        if sample.name == "kt-like-ru":  # its date stands below the last paragraph as below a lead of other news
            continue
        paragraphs = sample.body.split("\n")
        for above, below in pairwise(paragraphs):
            is_prose = min(len(above), len(below)) >= 60 and above.endswith(".") and below.endswith(".")
            if is_prose and f"{above}\n{below}" in sample.text:
                text = sample.text.replace(f"{above}\n{below}", f"{above}\n{between}\n{below}")
                assert getattr(parse_capture(text, sample.name), "body", None) == sample.body


@pytest.mark.parametrize(
    "behind",
    [
        "Поделиться\nСайт использует cookie. Оставаясь на сайте, вы соглашаетесь с этим.\nХорошо",
        "Комментарии\nАйдос\nПравильно сделали, давно пора. Молодцы!\nМарина\nКогда у нас будет так же? Обещали летом.",
        "Читайте также:\nАким Темиртау купит двадцать автобусов\n18:20, 19 ноября 2026\nКогда достроят мост?",
        "Похожие новости\nАким купит автобусы\nАвтобусы выйдут на линию весной, сообщили в акимате. Деньги есть.",
        "Популярное сейчас\nКогда достроят мост через Нуру?\nПочему подорожал хлеб?\nКто получит квартиры?",
        "Об авторе\nИван Белов\nКорреспондент отдела общества. Работает в газете с 2012 года.\nВсе статьи автора",
        "Telegram-арнамызға жазылып, маңызды жаңалықтардан хабардар болыңыз.\nБізді Instagram желісінде оқыңыз!",
        "Если вы заметили ошибку в тексте, выделите её и нажмите Ctrl+Enter.\nСообщить об опечатке",
    ],
)
def test_what_stands_behind_an_article_is_not_taken_in(behind: str) -> None:
    for sample in SAMPLES:
        last = sample.body.rpartition("\n")[2]
        if sample.name in ("loose-lines", "latin-kk"):  # its last line has no full stop
            continue
        text = sample.text[: sample.text.rindex(last) + len(last)] + "\n" + behind
        assert getattr(parse_capture(text, sample.name), "body", None) == sample.body


@pytest.mark.parametrize(
    "text",
    [
        "Меню\nНовости\nКонтакты\n© 2012",
        "Ошибка 404\nСтраница не найдена\nК сожалению, такой страницы на сайте больше нет.",
        "Бет табылмады\nСіз іздеген бет жойылған немесе басқа мекенжайға көшірілген болуы мүмкін.",
        "\n".join(f"{hour}:15\nВ городе отремонтируют улицу номер {hour}" for hour in range(10, 24)),
        "\n".join(
            f"В Шу открыли мост номер {number} Мост длиной сто метров соединил берега, сообщает акимат города.\n"
            f"Сегодня {number}54 0"
            for number in range(10, 20)
        ),
    ],
)
def test_a_page_without_an_article_is_rejected(text: str) -> None:
    assert isinstance(parse_capture(text, "p.txt"), RejectedItem)


@given(st.lists(st.sampled_from([line for sample in SAMPLES for line in sample.text.split("\n")]), max_size=30))
def test_any_lines_in_any_order_are_an_article_or_none(lines: list[str]) -> None:
    text = "\n".join(lines)
    entry = parse_capture(text, "p.txt")
    if isinstance(entry, Entry):
        assert entry.title
        assert entry.body
        assert len(entry.body) <= len(text)


@given(st.text(max_size=500))
def test_any_text_is_an_article_or_none(text: str) -> None:
    assert isinstance(parse_capture(text, "p.txt"), Entry | RejectedItem)


def test_the_site_s_address_is_no_part_of_a_headline() -> None:
    entry = parse_capture(
        "Таразда бассейн ашылды - Qala.kz\nБасты бет\n" + "Таразда төрт жолақты жаңа бассейн ашылды. " * 2, "p"
    )
    assert isinstance(entry, Entry)
    assert entry.title == "Таразда бассейн ашылды"


@pytest.mark.parametrize(
    "piece", ["Nur-Sultan", "А-", "НұрСұлтан", "А.", "Алматы. ", "АСТАНА ", "5 қараша ", "… ", "«", "Анна, "]
)
def test_a_line_of_one_piece_again_and_again_is_read_at_once(piece: str) -> None:
    line = piece * (8000 // len(piece))
    started = time.process_time()
    parse_capture(
        f"Көпір ашылды\n{line}.\nҚалада жаңа көпір ашылды, деп хабарлады әкімдік.\n{line}\n{line} көпір.", "page"
    )
    assert time.process_time() - started < 1  # a pattern that tries every way back took a minute
