"""Paragraphs are what a reader sees in them."""

from news.text.sentences import paragraph_kinds

LONG = "Көпірдің екі жағына велосипед жолы мен жаяу жүргіншілерге арналған кең жол салынды, жарық шамдары орнатылды."
SAID = "– Бұрын метроға жеткенше екі автобус ауыстыратынбыз, енді бәрі оңай, – деді Алғабас тұрғыны Дәурен Мысабаев."
QUOTED = "«Работы закончат к первому декабря, тогда откроют две полосы», — заявил аким города Ерлан Сатыбалдин."


def test_a_short_line_before_a_long_paragraph_is_a_heading():
    assert paragraph_kinds(["Не өзгереді", LONG]) == ["heading", "text"]
    assert paragraph_kinds(["Что изменится?", LONG]) == ["heading", "text"]


def test_a_sentence_a_list_and_a_last_line_are_no_headings():
    assert paragraph_kinds(["Жол ашылды.", LONG, "Алматы", "1. Абай даңғылы", "Сайын көшесі"]) == ["text"] * 5
    assert paragraph_kinds(["2 млрд теңге", LONG, "Фото: Горожанин"]) == ["text"] * 3


def test_what_somebody_said_is_a_quote():
    assert paragraph_kinds([SAID, QUOTED, "– Иә."]) == ["quote", "quote", "text"]


def test_nothing_has_no_kinds():
    assert paragraph_kinds([]) == []
    assert paragraph_kinds(["", LONG]) == ["text", "text"]
