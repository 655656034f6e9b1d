"""What the lines of a captured page are: the kinds of pages that rules once read wrongly, and what the chain allows."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.page_maker import PageMaker, taken_apart
from news.models import Entry, RejectedItem
from news.pages import boilerplate
from news.pages.boilerplate import LineKind
from news.pages.capture import parse_capture
from news.pages.line_features import core_of, keys_of
from news.pages.line_labels import ARTICLE, LineLabel, label_lines
from news.pages.lines import lines_of

DAM = (
    "Плотину на реке Шидерты отремонтировали к началу весны, сообщили в районном акимате.",
    "Рабочие заменили оба затвора и укрепили берег камнем.",
)


CASES = Path(__file__).resolve().parents[3].parent / "shared" / "cases" / "pages"
# A page's title and the lines where its body begins and ends, numbered from 1; which of them the body has is judged.
SHARED = {
    "02_dated_sentence": (1, (3, 5, 7, 9, 11), ()),
    "03_hard_wrapped": (1, (6, 8, 12), (4, 22, 23)),
    "04_kicker_views": (3, (6, 8), (2, 10)),
    "05_maintenance_notice": (5, (7, 9), (1, 3)),
    "06_sidebar_dates": (18, (20,), (4, 5, 8, 9, 12, 13)),
    "07_caps_title_rubric": (1, (3, 4, 5), ()),
    "08_live_blog": (1, (3, 4, 6, 7, 9, 10, 12, 13), (15, 16)),
    "09_furniture_inside": (1, (3, 11, 15), (4, 6, 8, 9, 13, 17)),
}


@pytest.mark.skipif(not CASES.exists(), reason="../shared/cases is not beside the project")
@pytest.mark.parametrize("name", SHARED)
def test_the_shared_pages_are_read_as_they_should_be(name: str) -> None:
    title, kept, left_out = SHARED[name]
    text = (CASES / f"{name}.txt").read_text(encoding="utf-8")
    lines = ["", *(" ".join(line.split()) for line in text.splitlines())]
    entry = read(text)
    assert (entry.title, entry.published) == (lines[title], None)
    assert entry.body.startswith(lines[kept[0]].split(" ")[0])
    assert [lines[one] for one in kept if lines[one] not in entry.body] == []
    assert [lines[one] for one in left_out if lines[one] in entry.body] == []


def read(text: str) -> Entry:
    entry = parse_capture(text, "page.txt")
    assert isinstance(entry, Entry)
    return entry


def test_a_short_sentence_with_a_full_date_stays_and_what_is_below_it() -> None:
    for sentence in (
        "Ремонт закончили 3 марта 2023 года.",
        "Договор подписали 14 мая 2019 года!",
        "Жөндеу 2021 жылғы 9 қарашада басталды.",
    ):
        body = (*DAM, sentence, "Летом у плотины посадят деревья.")
        entry = read("Плотину на Шидерты отремонтировали\n" + "\n".join(body))
        assert entry.body == "\n".join(body)
        assert entry.published is None


def test_paragraphs_broken_at_a_width_are_whole_again() -> None:
    entry = read(
        "В Ерейментау построят сырный цех\n\n"
        "Сырный цех построят в Ерейментау до конца лета, рассказал глава района на\n"
        "встрече с жителями. Работу получат двадцать человек, молоко будут брать у\n"
        "соседних хозяйств.\n\n"
        "Деньги на стройку дал областной фонд, ещё часть вложил сам владелец и его\n"
        "партнёры.\n"
    )
    assert entry.body.split("\n") == [
        (
            "Сырный цех построят в Ерейментау до конца лета, рассказал глава района на встрече с жителями. Работу "
            "получат двадцать человек, молоко будут брать у соседних хозяйств."
        ),
        "Деньги на стройку дал областной фонд, ещё часть вложил сам владелец и его партнёры.",
    ]


def test_a_chronicle_keeps_its_clocks() -> None:
    entries = (
        "18:20\nСнег прекратился, трассу открыли для всех видов транспорта.",
        "15:05\nНа трассе работают двенадцать снегоочистителей, полиция дежурит на постах.",
        "09:40\nИз-за метели закрыли дорогу между Аршалы и Осакаровкой.",
    )
    entry = read("Метель на севере: хроника дня\n\n" + "\n\n".join(entries) + "\n\nЧитайте также\nПогода на завтра")
    assert entry.body == "\n".join(entries)


def test_a_notice_of_the_site_is_neither_headline_nor_text() -> None:
    entry = read(
        "В связи с обновлением сервера возможны перерывы в работе портала.\n\nПриносим извинения за неудобства.\n\n"
        "Плотину на Шидерты отремонтировали\n\n" + "\n\n".join(DAM)
    )
    assert (entry.title, entry.body) == ("Плотину на Шидерты отремонтировали", "\n".join(DAM))


def test_dates_of_other_news_above_the_headline_are_not_the_page_s() -> None:
    entry = read(
        "Жаңалықтар\n-\n14.02.2024\nМұражайда көрме ашылды\n-\n09.02.2024\nОрталық алаңда мұз айдыны бар\n-\n"
        "01.02.2024\nКітапхана түнде де ашық\n\n\nШидерті бөгеті жөнделді\n\n"
        "Шидерті өзеніндегі бөгет көктемге дейін жөнделді, деп хабарлады аудан әкімдігі. Жағасы таспен бекітілді."
    )
    assert entry.published is None
    assert entry.body.startswith("Шидерті өзеніндегі")


def test_capitals_above_a_rubric_of_one_word_are_the_headline() -> None:
    entry = read("БӨГЕТ ЖӨНДЕЛДІ\nАймақ\nШидерті өзеніндегі бөгет көктемге дейін жөнделді, деп хабарлады әкімдік.")
    assert entry.title == "БӨГЕТ ЖӨНДЕЛДІ"
    assert entry.body.startswith("Шидерті")


def test_buttons_ids_and_clouds_between_the_paragraphs_take_none_away() -> None:
    between = "0 КОММЕНТАРИЕВ\n417263549 1182736455192837 6647382910283746 n\nfacebook button telegram button"
    cloud = "Читайте новости по меткам:\nснег 210 Хоккей 144 вода 98 Город 77 школы 65 цены 40"
    for blank in ("\n", "\n\n"):
        entry = read(f"Плотину на Шидерты отремонтировали\n\n{DAM[0]}{blank}{between}{blank}{DAM[1]}{blank}{cloud}")
        assert entry.body == "\n".join(DAM)


def test_a_title_said_again_with_two_blanks_is_said_once() -> None:
    title = "Плотину на Шидерты отремонтировали"
    entry = read(f"{title}\n{title.replace(' ', '  ')}\n{DAM[0]}\n{DAM[1]}")
    assert (entry.title, entry.body) == (title, "\n".join(DAM))


def test_a_headline_with_the_site_s_name_above_it_is_told_from_the_bare_one() -> None:
    title = "Плотину на реке Шидерты отремонтировали"
    for first in (f"{title} - Телеканал «Степь»", f"ДомойНовостиРегионы{title}"):
        entry = read(f"{first}\n\n{title}\n\n07.07.2017\n\n{DAM[0]}\n\n{DAM[1]}")
        assert (entry.title, entry.body) == (title, "\n".join(DAM))


def test_a_caption_with_its_place_and_day_is_no_text() -> None:
    caption = (
        "Рабочие у плотины во время осмотра затворов, которые простояли здесь сорок лет и два года. "
        "Экибастуз, 21 мая 2014 года."
    )
    assert read(f"Плотину отремонтировали к весне\n\n{caption}\n\n{DAM[0]}\n\n{DAM[1]}").body == "\n".join(DAM)


def test_a_paragraph_said_again_with_other_dashes_is_said_once() -> None:
    lead = "Плотину на реке Шидерты – самую старую в районе – отремонтировали, сообщили в акимате."
    entry = read(f"Плотину на Шидерты отремонтировали\n\n{lead}\n\n{lead.replace('–', '—')}\n\n{DAM[1]}")
    assert entry.body == f"{lead}\n{DAM[1]}"


def test_the_score_and_the_dateline_of_an_article_are_its_own() -> None:
    score = read(f"«Кайрат» – «Астана» – 0:3\n14 мая 2024, 20:15\n{DAM[0]}\n{DAM[1]}")
    assert score.title == "«Кайрат» – «Астана» – 0:3"
    dateline = f"20.10.2019. Шымкент. {DAM[0]}"
    assert read(f"В Шымкенте открыли парк\n{dateline}\n{DAM[1]}").body == f"{dateline}\n{DAM[1]}"


def test_bare_dashes_between_the_lines_are_nothing() -> None:
    entry = read(f"-\n-\nПлотину на Шидерты отремонтировали\n-\n{DAM[0]}\n-\n{DAM[1]}\n-\n-\n12")
    assert (entry.title, entry.body) == ("Плотину на Шидерты отремонтировали", "\n".join(DAM))


def test_pages_made_to_learn_from_are_the_same_for_the_same_seed() -> None:
    first, second = (list(PageMaker(3, taken_apart()).pages(20)) for _ in range(2))
    assert [(page.text, page.labels) for page in first] == [(page.text, page.labels) for page in second]
    assert {label for page in first for label in page.labels} == set(LineLabel)


def test_a_list_of_other_pages_is_no_article() -> None:
    items = "\n".join(
        f"{day:02}.04.2024, 10:{day:02}\nВ городе отремонтируют улицу номер {day}\nЖители ждали этого {day} лет..."
        for day in range(10, 22)
    )
    assert isinstance(parse_capture("Новости\n" + items, "page.txt"), RejectedItem)


_LINES = st.lists(
    st.sampled_from(
        (
            *DAM,
            "Новости",
            "12:40",
            "03.05.2024",
            "Плотину починили",
            "Комментарии",
            "Фото: архив",
            "1 204",
            "Мост",
            "- Да.",
        )
    ),
    max_size=40,
)


@given(_LINES)
def test_whatever_the_lines_there_is_one_headline_and_the_text_below_it(lines: list[str]) -> None:
    found = lines_of("\n".join(lines))
    labels = label_lines(found, keys_of(found))
    heads = [index for index, label in enumerate(labels) if label is LineLabel.HEADLINE]
    body = [index for index, label in enumerate(labels) if label in ARTICLE]
    assert len(heads) <= 1
    assert not heads or not body or heads[0] < body[0]
    assert LineLabel.BEHIND not in labels or not body or max(body) < labels.index(LineLabel.BEHIND)


def test_an_operator_s_own_wordings_are_boilerplate_too(tmp_path: Path) -> None:
    page = f"Плотину отремонтировали\n{DAM[0]}\nГолосуйте за нашу сборную!\n{DAM[1]}\nСосед пишет\nДругой мост"
    own = tmp_path / "boilerplate.txt"
    own.write_text("# nobody else prints these\nГолосуйте за нашу*\n@stop\nСосед пишет\n", encoding="utf-8")
    try:
        boilerplate.use(own)
        kinds = [line.kind for line in lines_of(page)]
        assert kinds[2] is LineKind.NOISE
        assert kinds[4] is LineKind.STOP
        assert read(page).body == "\n".join(DAM)
    finally:
        boilerplate._own.clear()
        boilerplate._lexicon.cache_clear()


@pytest.mark.parametrize(("line", "wrong"), [("@stopp", "line 2: @stopp"), ("!!!", "line 2: !!!")])
def test_a_wrong_line_of_an_operator_s_wordings_is_named(tmp_path: Path, line: str, wrong: str) -> None:
    own = tmp_path / "boilerplate.txt"
    own.write_text(f"Наша реклама\n{line}\n", encoding="utf-8")
    with pytest.raises(ValueError, match=wrong):
        boilerplate.use(own)
    assert boilerplate.own() is None


def test_a_kicker_with_its_counter_is_no_headline() -> None:
    entry = read(
        "Берег укрепили камнем\n  • 5120\nПлотину на реке Шидерты отремонтировали к началу весны\n\n" + "\n\n".join(DAM)
    )
    assert entry.title == "Плотину на реке Шидерты отремонтировали к началу весны"
    assert entry.views == 5120


def test_a_page_that_lost_its_lines_says_headline_hour_and_count() -> None:
    told = (
        "Плотину на реке Шидерты отремонтировали к началу весны. Рабочие заменили оба затвора и укрепили берег камнем. "
        "Летом у плотины посадят деревья, а осенью откроют мост для пешеходов. "
    ) * 3
    entry = read(f"Плотину на Шидерты отремонтировали Статьи 3 марта 2023 г. 9:05 214 {told}")
    assert entry.title == "Плотину на Шидерты отремонтировали"
    assert str(entry.published) == "2023-03-03 09:05:00+06:00"
    assert entry.views == 214
    assert entry.body == told.strip()


def test_what_the_page_was_saved_with_is_no_text_be_it_a_day_or_a_month() -> None:
    for saved in ("2024-05", "2024-05-17"):
        entry = read(f"date {saved} Плотину на Шидерты отремонтировали\n" + "\n".join(DAM))
        assert entry.title == "Плотину на Шидерты отремонтировали"


def test_beginnings_of_other_texts_cut_off_make_a_list_and_no_article() -> None:
    items = (
        "Плотину отремонтировали\nПлотину на реке Шидерты отремонтировали к началу весны, сообщили в районном акимате.…",
        "Новый мост\nОсенью у плотины откроют мост для пешеходов, его длина будет сорок метров, работы начнутся в мае.…",
        "Сад у реки\nЛетом школьники посадят у реки сто яблонь и груш, саженцы подарил питомник из соседнего района.…",
    )
    assert isinstance(parse_capture("\n\n".join(items), "page.txt"), RejectedItem)


def test_who_wrote_it_and_key_words_below_the_last_paragraph_are_no_text() -> None:
    for left_over in ("Асан БЕКОВ", "Өз тілшіміз.", "плотина шидерты ремонт весна"):
        entry = read("Плотину на Шидерты отремонтировали\n\n" + "\n\n".join(DAM) + f"\n\n{left_over}")
        assert entry.body == "\n".join(DAM)


def test_numbered_links_above_the_text_are_none_of_it() -> None:
    links = ("1. В Ерейментау построят сырный цех", "2. Школы перешли на одну смену", "3. Почему подорожал уголь")
    entry = read("Выбор читателей\n" + "\n".join(links) + "\n\n" + "\n".join(DAM))
    assert entry.body == "\n".join(DAM)


def test_whose_the_picture_is_between_paragraphs_is_no_text() -> None:
    for credit in ("фото с сайта akimat.kz", "Ремонт плотины / shutterstock", "Фото с аккаунта района"):
        entry = read(f"Плотину на Шидерты отремонтировали\n\n{DAM[0]}\n\n{credit}\n\n{DAM[1]}")
        assert entry.body == "\n".join(DAM)


def test_a_headline_said_twice_above_its_lead_is_the_headline() -> None:
    title = "Плотину на Шидерты отремонтировали"
    lead = "Работы обошлись в сорок миллионов тенге"
    assert read(f"{title}\n{title}\n{lead}\n\n" + "\n".join(DAM)).title == title


def test_what_a_site_says_of_itself_at_its_top_is_neither_headline_nor_text() -> None:
    for notice in (
        "С 1 по 3 марта 2024 года возможны перерывы в работе портала.",
        "Қолайсыздық үшін кешірім сұраймыз!",
    ):
        entry = read(f"{notice}\n\nПлотину на Шидерты отремонтировали к весне\n\n" + "\n\n".join(DAM))
        assert (entry.title, entry.body) == ("Плотину на Шидерты отремонтировали к весне", "\n".join(DAM))


def test_the_only_line_of_several_words_above_the_text_is_the_headline() -> None:
    title = "Плотину на реке Шидерты отремонтировали к весне"
    for beside in ("Новости по-русски", "Шрифт\nТүсі\nСуреттер", "Алматы:", "ru-news.example.com"):
        assert read(f"{beside}\n\n{title}\n" + "\n".join(DAM)).title == title


def test_a_site_s_address_or_a_call_in_other_letters_below_the_text_is_none_of_it() -> None:
    for call in ("Читайте на stepnoy.kz", "Subscribe to our news on social networks", "Следи за нами в соцсетях."):
        assert read("Плотину на Шидерты отремонтировали\n" + "\n".join(DAM) + f"\n{call}").body == "\n".join(DAM)


def test_a_long_line_below_the_headline_is_its_lead_but_above_a_credit_a_caption() -> None:
    line = "Рабочие укрепляют берег камнем у старой плотины на Шидерты"
    above, text = "Плотину на Шидерты отремонтировали\n12.03.2024 10:15", "\n".join(DAM)
    assert read(f"{above}\n{line}\n\n{text}").body == f"{line}\n{text}"
    assert read(f"{above}\n{line}\nФото: Асхат Бекенов\n\n{text}").body == text


def test_a_picture_s_text_that_holds_the_headline_is_no_text() -> None:
    title = "Плотину на реке Шидерты отремонтировали"
    assert read(f"{title}\n\nИзображение «{title}»\n\n" + "\n\n".join(DAM)).body == "\n".join(DAM)


def test_a_headline_with_the_words_of_a_notice_is_a_headline() -> None:
    for title in ("Очевидцы рассказали о ремонте плотины на Шидерты", "Автобусы до плотины пустили в тестовом режиме"):
        entry = read(f"{title}\nРаботы обошлись в сорок миллионов тенге\n\n" + "\n\n".join(DAM))
        assert entry.title == title


def test_two_words_that_are_a_sentence_end_the_text() -> None:
    for behind in ("", "\nПоделиться", "\nКомментарии: 0"):
        entry = read("Плотину прорвало ночью\n" + "\n".join((*DAM, "Причина выясняется.")) + behind)
        assert entry.body.endswith("выясняется.")


def test_a_question_of_an_interview_is_not_its_headline() -> None:
    title = "Инженер Олег Ким: «Плотина простоит ещё сто лет»"
    talk = ("– Олег Иванович, что с плотиной?", "– Затворы новые, берег укрепили камнем. Простоит долго.")
    assert read(f"{title}\nБеседовала Анна Белова\n" + "\n".join(talk)).title == title


def test_a_heading_of_comments_above_the_text_ends_nothing() -> None:
    top = "Главная\nОбщество\nВ посёлке Речном третий день ищут пропавшего верблюда, объявлена награда.\n"
    title = "Плотину на Шидерты отремонтировали к весне"
    text = "\n".join((*DAM, "Летом у плотины посадят деревья, а дорогу к ней засыплют щебнем."))
    entry = read(f"{top}{title}\n12.03.2024 10:15\nтекст\nкомментарии\n471 1\n{text}\nДобавить комментарий")
    assert (entry.title, entry.body) == (title, text)


def test_the_leads_of_other_pages_are_not_the_text_however_many_they_are() -> None:
    lead = (
        "{0} обсудили в акимате, решение примут до конца года, а деньги выделят из бюджета области ранней весной; " * 2
    )
    names = ("Школы", "Дороги", "Больницы", "Мосты", "Парки", "Рынки", "Вокзалы", "Музеи")
    others = "\n".join(f"{name} ждут большого ремонта\n{lead.format(name)[:-2]}." for name in names)
    text = "\n".join(
        (*DAM, *(f"{name} в районе строят пятый год, рассказал глава акимата жителям." for name in names[:4]))
    )
    lines = lines_of(f"Плотину на Шидерты отремонтировали\n12.03.2024\n{text}\nЧитайте на сайте\n{others}")
    first, end, _ = core_of(lines)
    assert "\n".join(line.text for line in lines[first:end]) == text


MENU = "Главная\nО проекте\nОбщество\nПроисшествия\nОбратная связь\nКурсы валют\nПогода"
WIDGETS = "Курсы валют\nПокупка\nПродажа\nВсе курсы валют"
RELATED = "Новости по теме\nДеньги на плотину искали два года\nВ районе ищут мастеров по ремонту плотин"


@pytest.mark.parametrize(
    "between",
    [
        "Новости по теме\nДеньги на плотину искали два года",
        RELATED,
        f"12.03.2024 10:15\n{RELATED}\nКомментариев: 0",
        f"12.03.2024 10:15\n{WIDGETS}",
        "12 марта 2024, 10:15\nПоделиться ссылкой\nНажмите правую кнопку и выберите нужное\nАйдос Серик\nШидерты",
        "Версия для печати\nFacebook\nАйдос Серик, Павлодарская область\n«Степная газета» – www.paper.kz\n12.03.2024",
    ],
)
def test_the_headline_may_stand_far_above_its_text(between: str) -> None:
    title = "Плотину на реке Шидерты отремонтировали к началу весны"
    text = "\n".join((*DAM, "Плотина на реке старше, чем посёлок, её строили вручную."))
    entry = read(f"{MENU}\nВ Аксу открыли библиотеку\nУрожай картофеля собрали вовремя\n{title}\n{between}\n{text}")
    assert (entry.title, entry.body) == (title, text)


def test_other_headings_by_subject_do_not_end_the_text() -> None:
    text = (*DAM, "Летом у плотины посадят деревья, а дорогу к ней засыплют щебнем.")
    link = "Новость по теме\nВ Аксу строят насосную станцию"
    page = f"Плотину на Шидерты отремонтировали\n12.03.2024\n{text[0]}\n{link}\n{text[1]}\n{link}\n{text[2]}"
    assert read(page).body == "\n".join(text)


def test_a_column_of_dated_items_with_a_lead_is_not_the_article() -> None:
    first = "-\n03.04.2024\nВ Аксу открыли библиотеку\n-\n28.03.2024\nНа Иртыше начали чистить русло\n"
    lead = "Земснаряд пройдёт семь километров и уйдёт вниз по реке к осени.\n"
    last = "-\n21.03.2024\nНаурыз на набережной\nФОТО ДНЯ\n\n"
    entry = read(f"лента\n{first}{lead}{last}\nПЛОТИНА НА ШИДЕРТЫ\n\n{DAM[0]} {DAM[1]}")
    assert (entry.body, entry.published) == (f"{DAM[0]} {DAM[1]}", None)


def test_a_teaser_between_the_paragraphs_is_none_of_them_with_its_beginning_and_its_day() -> None:
    more = "Летом у плотины посадят деревья, а осенью откроют мост для пешеходов."
    teaser = "Как река ушла из берегов\nТри дня жители соседних сёл носили мешки с песком, и...\n14 марта 18:20"
    entry = read(f"Плотину на Шидерты отремонтировали\n12 мая 2024, 10:00\n{DAM[0]}\n{DAM[1]}\n{teaser}\n{more}")
    assert entry.body == "\n".join((*DAM, more))


def test_below_several_links_with_their_days_the_last_paragraph_is_the_article_s_too() -> None:
    links = "Мост через Шидерты закрыли на ремонт до осени\n3 мая 2024\nПочему обмелела река Шидерты?\n2 апреля 2024"
    last = "Плотину построили в 1962 году, и с тех пор её ремонтировали только один раз."
    page = f"Плотину на Шидерты отремонтировали\n12 мая 2024, 10:00\n{DAM[0]}\n{DAM[1]}\nМатериалы по теме:\n{links}\n{last}"
    assert read(page + "\nОбсудить\nПоследние новости\nВ парке открыли каток").body == "\n".join((*DAM, last))


def test_the_headline_above_the_article_s_day_is_not_the_line_above_today_s() -> None:
    entry = read(
        "Архив\nГлавный портал о жизни района и его рек\nпонедельник, 13 мая 2024, 08:15\n"
        f"Плотину на Шидерты отремонтировали\n12.05.2024 22:40\n{DAM[0]}\n{DAM[1]}"
    )
    assert entry.title == "Плотину на Шидерты отремонтировали"
    assert entry.body == "\n".join(DAM)


def test_a_headline_that_ends_in_a_quotation_is_one_below_its_day() -> None:
    head = "Аким района о плотине на Шидерты: «Её отремонтировали на год раньше, чем мы обещали жителям»"
    entry = read(f"Вход для друзей\nЗабыли пароль?\nВойти\nвчера, 17:35\n{head}\n{DAM[0]}\n{DAM[1]}")
    assert (entry.title, entry.body) == (head, "\n".join(DAM))


@pytest.mark.parametrize(
    ("title", "subtitle"),
    [
        ("Плотина на Шидерты: репортаж", "Очень тихий ремонт"),
        ("Шидерты бөгеті: репортаж", "Өте тыныш жөндеу жұмысы"),
    ],
)
def test_a_few_words_right_below_the_headline_are_its_subtitle(title: str, subtitle: str) -> None:
    below = "\n".join(DAM)
    assert read(f"Поделиться\n{title}\n{subtitle}\nИван Белов\n{below}").body == f"{subtitle}\n{below}"
    for other in ("Новости, происшествия, суд", "Сурет бөгет құрылысшыларының мұрағатынан", "Вера Павловна Ким"):
        assert read(f"Поделиться\n{title}\n{other}\n{below}").body == below


def test_a_form_for_who_lost_a_password_is_no_headline() -> None:
    form = "Восстановить пароль\nПожалуйста, перейдите по ссылке из письма, отправленного на\nОтправить ещё раз"
    entry = read(f"{form}\n«Берег реки теперь укреплён»\nКак отремонтировали плотину на Шидерты\n{DAM[0]}\n{DAM[1]}")
    assert entry.title == "«Берег реки теперь укреплён»"


@pytest.mark.parametrize(
    "line",
    [
        "Плотина после ремонта. 1962 год © Иван Белов / Музей района",
        "Бөгет жөндеуден кейін. Көрнекі фото: аудан мұрағаты",
        "Фотосурет бөгет құрылысшыларының мұрағатынан алынды",
        (
            "Ауданда тағы бір көпір салынады, оған қаражат бөлінді, ал құрылысшылар көктемде келеді деп күтілуде, бұл туралы"
            " аудан әкімінің орынбасары айтты, оның сөзінше, көпірдің ұзындығы елу метрге жуық болады, жолы екі жақты [...]"
        ),
        "USD: 521.10 ₸ EUR: 603.45 ₸ RUB: 6.4100 ₸",
        "in Новости, Город",
        "Posted by: Серікжан",
        "Zuma / TASS",
        '<image>data:image/s3,"s3://images/40c1d/40c1d7.b0e" alt="">',
        "«Дала жаршысы» газетінің тілшісі",
        "Атырау обл, Миялы ауылы, Қ.Сәтбаев көшесі, №17 үй. 8 (712) 3000000 mialy@example",
        "Нам нужна ваша помощь. Пожалуйста, поддержите редакцию.",
        "Күні: , 41 рет оқылды",
    ],
)
def test_whose_a_picture_is_and_what_a_site_counts_is_no_text(line: str) -> None:
    assert read(f"Плотину на Шидерты отремонтировали\n{DAM[0]}\n{line}\n{DAM[1]}").body == "\n".join(DAM)
    assert read(f"Плотину на Шидерты отремонтировали\n{line}\n{DAM[0]}\n{DAM[1]}").body == "\n".join(DAM)


@pytest.mark.parametrize(
    "end",
    [
        "Летом у плотины посадят деревья и откроют пляж для жителей посёл",  # the page was cut off
        "Асель Ким,\nдиректор школы:\n– Мы ждали этого ремонта с прошлой весны.",
        "Қайрат Өтемісұлы, мектеп директоры:\n– Біз бұл жөндеуді көптен күттік.",
        "• Затворы – новые\n• Берег – каменный",
    ],
)
def test_the_text_goes_on_to_its_end(end: str) -> None:
    page = f"Плотину на Шидерты отремонтировали\n12.05.2024\n{DAM[0]}\n{DAM[1]}\n{end}"
    assert read(page).body == "\n".join((*DAM, end))


def test_an_outlet_s_name_below_the_last_paragraph_is_no_text() -> None:
    for name in ("«Степной вестник»", "«Дала жаршысы» – ақпарат.", "“The Steppe Herald”"):
        assert read(f"Плотину на Шидерты отремонтировали\n{DAM[0]}\n{DAM[1]}\n{name}").body == "\n".join(DAM)


@pytest.mark.parametrize("end", ["Подробнее", "Толығырақ", "Читать далее »", "Автор Иван Белов", "1 204"])
def test_items_that_end_alike_are_a_list_and_no_article(end: str) -> None:
    items = "\n".join(f"{text}\n{end}" for text in (*DAM, "В парке залили каток, вход на него свободный.") * 2)
    assert isinstance(parse_capture(f"Новости\n{items}\nНазад 1 2 3 Вперёд", "page.txt"), RejectedItem)


def test_one_item_of_a_dated_list_is_no_article() -> None:
    dated = "\n".join(f"{day} марта, 18:00\nВ городе отремонтируют улицу номер {day}" for day in range(10, 20))
    page = f"Новости\n{dated}\n19 марта, 17:55\nПлотину на Шидерты отремонтировали\n{DAM[0]}\n{dated}"
    assert isinstance(parse_capture(page, "page.txt"), RejectedItem)


def test_a_site_s_rules_alone_are_no_article() -> None:
    rules = "Регистрируясь, вы соглашаетесь с правилами пользования сайтом и обработкой персональных данных."
    assert isinstance(
        parse_capture(f"Политика о персональных данных\nВойти\n{rules}\nГотово", "page.txt"), RejectedItem
    )


def test_pieces_of_paragraphs_with_blank_lines_between_them_are_joined() -> None:
    pieces = [
        "Плотину на реке Шидерты отремонтировали к началу весны, сообщили в",
        "районном акимате. Рабочие заменили оба затвора и укрепили берег",
        "камнем. Летом у плотины посадят деревья, а осенью откроют мост для",
        "пешеходов и небольшой пляж.",
    ]
    assert read("Плотину отремонтировали\n\n" + "\n\n".join(pieces)).body == " ".join(pieces)


def test_capitals_above_the_text_are_its_headline_though_they_end_like_a_sentence() -> None:
    head = "“ПЛОТИНУ НА РЕКЕ ШИДЕРТЫ НАКОНЕЦ-ТО ОТРЕМОНТИРОВАЛИ…”"
    entry = read(f"{head}\n{DAM[0]}\n{DAM[1]}")
    assert (entry.title, entry.body) == (head, "\n".join(DAM))


@pytest.mark.parametrize(
    "printed",
    [
        "22 ноября 2016\n18:32",
        "22 қараша 2016\n# 18:32",
        "18:32\n22 ноября 2016",
        "22.11.2016\nсағат 18:32",
        "18:32 22.11.16",
        "22\nқараша\n2016\n18:32",
        "22 ноября\n\n2016\n18:32",
        "22.11.16, 18:32 6.7 Общество",
    ],
)
def test_the_hour_beside_its_day_is_the_page_s(printed: str) -> None:
    entry = read(f"Плотину на Шидерты отремонтировали\n{printed}\n{DAM[0]}\n{DAM[1]}")
    assert str(entry.published) == "2016-11-22 18:32:00+06:00"


def test_today_s_hour_is_of_the_day_on_which_the_page_was_saved() -> None:
    for said in ("— Сегодня, 16:08", "Бүгін, 16:08"):
        page = f" date 2016-11-22 Плотину на Шидерты отремонтировали\n{said}\n{DAM[0]}\n{DAM[1]}"
        assert str(read(page).published) == "2016-11-22 16:08:00+06:00"


def test_the_day_stands_with_the_headline_that_the_page_says_above() -> None:
    head = "Плотину на Шидерты отремонтировали"
    entry = read(f"Новости города\n{head} - 2016-11-22 10:05:41 (просмотров: 1874)\n{head}\n{DAM[0]}\n{DAM[1]}")
    assert (str(entry.published), entry.title, entry.body) == ("2016-11-22 10:05:00+06:00", head, "\n".join(DAM))


def test_a_menu_in_one_row_is_no_headline_though_the_page_says_it_twice() -> None:
    menu = "О нас Контакты Рекламодателям Авторам"
    entry = read(f"{menu}\n{menu}\n15:58 22.11.16\nПлотину на Шидерты отремонтировали\n{DAM[0]}\n{DAM[1]}")
    assert entry.title == "Плотину на Шидерты отремонтировали"


def test_above_the_word_published_stands_the_headline() -> None:
    head = "Қанша қаржы бөгетті жөндеуге жұмсалды"
    text = "Бөгет жөндеу аяқталды, оған екі жүз миллион теңге бөлінді, деп хабарлады аудан әкімдігі."
    assert (
        read(f"{head}\nЖарияланған күні:\nБөгет жөндеу\nБөгет жөндеу суреті\n{text}\n{text[:-1]} тағы да.").title
        == head
    )


@pytest.mark.parametrize(
    "dateline", ["ЭКИБАСТУЗ, 19.04.2022 /«Степь»/.", "Экибастуз,19.04.22. /Степь/.", "Усть-Каменогорск, 19.04.2022 –"]
)
def test_the_day_of_a_dateline_is_the_page_s_where_it_prints_no_other(dateline: str) -> None:
    entry = read(f"Плотину на Шидерты отремонтировали\n{dateline} {DAM[0]}\n{DAM[1]}")
    assert str(entry.published) == "2022-04-19"
    assert str(read(f"Плотину починили\n20.04.2022\n{dateline} {DAM[0]}\n{DAM[1]}").published) == "2022-04-20"


def test_a_newspaper_s_issue_has_its_day() -> None:
    page = f"СТЕПНОЙ ВЕСТНИК\n№91, 9 августа 2012 года (весь номер)\nПлотину на Шидерты починили\n{DAM[0]}\n{DAM[1]}"
    assert str(read(page).published) == "2012-08-09"


@pytest.mark.parametrize(
    "above",
    [
        "Курс валют\nUSD: 521.10 -8.02\nОбновлено (ЦБ) 14.11.2025\nПлотину на Шидерты отремонтировали",
        "Среда, 12 ноября, 2025\nRU 🇷🇺 🇰🇿 🇬🇧",
        "Current Date: 02-06-2024\nПлотину на Шидерты отремонтировали",
        "Плотину на Шидерты отремонтировали\n/image/2022/07/03/crop-12_9_640x960.jpg",
    ],
)
def test_a_widget_s_day_and_a_picture_s_path_are_not_the_page_s(above: str) -> None:
    assert read(f"{above}\n{DAM[0]}\n{DAM[1]}").published is None


def test_whom_a_greeting_speaks_to_is_no_headline() -> None:
    for greeting in ("Дорогие строители! Уважаемые ветераны отрасли!", "Құрметті құрылысшылар!"):
        entry = read(f"Поздравление строителям плотины\n{greeting}\n{DAM[0]}\n{DAM[1]}")
        assert entry.title == "Поздравление строителям плотины"
        assert entry.body.endswith("\n".join(DAM))


def test_a_notice_by_the_law_below_the_headline_is_no_text() -> None:
    notice = "Данное сообщение (материал) создано и (или) распространено иностранным средством массовой информации."
    assert read(f"Плотину на Шидерты отремонтировали\n{notice}\n{DAM[0]}\n{DAM[1]}").body == "\n".join(DAM)


def test_numbered_parts_are_one_text_to_the_last_whatever_stands_between() -> None:
    parts = [
        f"{number}. {what.capitalize()}\nЗа год в районе отремонтировали {what}, рассказали жителям на встрече в акимате.\nЦена: {number} 700 рублей."
        for number, what in enumerate(("плотину", "мост", "школу", "дорогу", "парк", "сквер"), 1)
    ]
    page = (
        f"Шесть дел района за год\n12.05.2024\n{DAM[0]}\n" + "\nКупить\n".join(parts) + "\nЧитайте также\nКаток открыли"
    )
    body = read(page).body
    assert [part for part in parts if part.split("\n")[1] not in body] == []
