"""A source's boilerplate is learnt from its own pages."""

from news.models import Entry
from news.pages.capture import parse_capture
from news.pages.lines import ENOUGH, PAGES, RepeatedLines, learn, line_hash, lines_to_learn, repeated_lines

# A slogan and a hotline in whole sentences: by their shape they are the article's.
PAGE = """{title}

{body}

Наш город вместе делаем лучше каждый день, присоединяйтесь к движению добрых дел.
Горячая линия редакции работает круглосуточно и без выходных для всех жителей.
"""
NEWS = [
    ("Мост через Тобыл откроют летом", "Новый мост через реку Тобыл откроют в июле, строители укладывают асфальт."),
    ("Библиотека переехала", "Детская библиотека переехала в новое здание на улице Абая, фонд перевезли за неделю."),
    ("Каток залили раньше срока", "Городской каток залили на две недели раньше обычного, вход остается бесплатным."),
    ("Школу сдадут к сентябрю", "Школу на девятьсот мест обещают сдать к сентябрю, стены уже подвели под крышу."),
]
LONG_NEWS = [
    ("Мост через Тобыл обещают открыть уже летом", NEWS[0][1]),
    ("Детская библиотека переехала на улицу Абая", NEWS[1][1]),
    ("Городской каток в этом году залили раньше", NEWS[2][1]),
    ("Новую школу в городе сдадут к сентябрю", NEWS[3][1]),
]


def test_lines_of_three_pages_are_boilerplate_on_the_fourth() -> None:
    counts: dict[int, int] = {}
    for title, body in NEWS[:ENOUGH]:
        counts |= learn(lines_to_learn(PAGE.format(title=title, body=body)), counts)
    title, body = NEWS[ENOUGH]
    page = PAGE.format(title=title, body=body)
    unlearnt = parse_capture(page, "p.txt")
    entry = parse_capture(page, "p.txt", repeated=repeated_lines(page, counts))
    assert isinstance(unlearnt, Entry)
    assert isinstance(entry, Entry)
    assert len(unlearnt.body) > len(entry.body)
    assert (entry.title, entry.body) == (title, body)


def test_a_headline_that_the_site_s_lists_hold_is_its_own_page_s_headline_all_the_same() -> None:
    """Pages saved within an hour have the same list of the newest: each holds the headlines of all."""
    listed = "Последние новости\n" + "\n".join(title for title, _ in LONG_NEWS)
    pages = [f"Главная\nО нас\n{listed}\nАрхив\n{title}\n{body}" for title, body in LONG_NEWS]
    counts: dict[int, int] = {}
    for page in pages:
        counts = {**counts, **learn({PAGES, *lines_to_learn(page)}, counts)}
    for page, (title, body) in zip(pages, LONG_NEWS, strict=True):
        entry = parse_capture(page, "p.txt", repeated=RepeatedLines(counts, counted=True))
        assert isinstance(entry, Entry)
        assert (entry.title, entry.body) == (title, body)


def test_a_long_line_on_fewer_than_half_of_the_pages_is_somebody_s_headline() -> None:
    slogan, headline, button = "Город, который мы делаем лучше вместе", "Мост через Тобыл откроют раньше срока", "Войти"
    counts = {PAGES: 20, line_hash(slogan): 10, line_hash(headline): 9, line_hash(button): 4}
    known = RepeatedLines(counts)
    assert [line in known for line in (slogan, headline, button)] == [True, False, True]


def test_a_page_counts_once_however_often_it_repeats_a_line() -> None:
    counts = learn(lines_to_learn("Подробности ниже\n" * 10), {})
    assert set(counts.values()) == {1}


def test_counters_and_case_do_not_make_another_line() -> None:
    assert line_hash("Комментарии (3)") == line_hash("КОММЕНТАРИИ 17") == line_hash("комментарии")
    assert line_hash("Мост открыт") != line_hash("Мост закрыт")
    assert -(2**63) <= line_hash("Мост открыт") < 2**63
