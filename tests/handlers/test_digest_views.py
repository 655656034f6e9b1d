"""A digest as messages: both forms, both languages, whatever the outlets write."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.views import digest as views
from handlers.views.articles import KeptViews, Viewer
from handlers.views.fitting import sendable
from handlers.views.screen import RichScreen, utf16_length
from locales import texts
from news.digests.digest import MOST_AGAIN, Digest, DigestSection, DigestSelection, arranged
from news.models import Article, Topic
from news.timetable import EVERY_DAY
from sandbox.markup.formatting import message_text
from sandbox.markup.rich import checked_rich

TOPICS = ("transport", "sport", "health", "culture")
NOW = 1_795_330_800  # 2026-11-22 12:00 in Almaty
MORNING, EVENING = "2026-11-22T08:00", "2026-11-22T18:00"


def viewer(language="kk", now=NOW, **more):
    return Viewer(texts(language), ZoneInfo("Asia/Almaty"), now, "qala_bot", **more)


def article(
    key, title="Абай даңғылында автобус жолағы ұзартылды", lead="Сапар 7 минутқа қысқармақ.", topic="transport", **more
):
    at = datetime.fromtimestamp(NOW - 6 * 3600, UTC)
    more.setdefault("source", "Қала тынысы")
    more.setdefault("language", "kk")
    return Article(key, f"id{key}", title, lead, url="https://a.kz/1", published=at, topics=(Topic(topic),), **more)


def shown(screen):
    return message_text(screen.html, "HTML", None)["text"]


def blocks(screen):
    assert isinstance(screen, RichScreen)
    return checked_rich({"html": screen.html}, lambda kind, media: {})["blocks"]


def of(*articles, **more):
    return Digest((DigestSection("transport", articles),), **more)


def head(edition=MORNING, language="kk"):
    return views.heading(edition, EVERY_DAY, views.edition_slot(edition, ZoneInfo("Asia/Almaty")).at, viewer(language))


LEAD = (
    "Жолақ Сайраннан Достық даңғылына дейін созылды. Ғ. Серікбаев 12,5 млрд. теңге жұмсалғанын айтты. "
    "Бұл сөйлем тым ұзын, сондықтан ол дайджесттің басына да, соңына да сыймай, жүз он таңбадан асып, түгел қалып қояды."
)


def test_a_morning_digest_in_kazakh_reads_like_one():
    made = Digest(
        (
            DigestSection("transport", (article(1, lead=LEAD),)),
            DigestSection("sport", (article(2, "Алматыда жүгіру жарысы өтті", topic="sport"),)),
        ),
        outlets={1: 3},
        more=9,
    )
    assert shown(views.plain(made, head(), viewer(), "e202611220800")) == (
        "Таңғы дайджест · 22 қараша, жексенбі\n\n"
        "Абай даңғылында автобус жолағы ұзартылды\n"
        "Жолақ Сайраннан Достық даңғылына дейін созылды. Ғ. Серікбаев 12,5 млрд. теңге жұмсалғанын айтты.\n"
        "3 басылым · «Қала тынысы», 06:00\n\n"
        "2. ⚽ Алматыда жүгіру жарысы өтті Қала тынысы, 06:00\n\n"
        "Тағы 9 жаңалық: /latest"
    )


def test_ones_city_stands_first_what_is_off_or_closed_before_all():
    lead, snow = article(1), article(2, "Қар", topic="weather")
    water, match = article(3, "Су өшеді", topic="outages"), article(4, "Ойын", topic="sport")
    made = of(lead, snow, water, match, city="almaty", near=frozenset({2, 3}))
    text = shown(views.plain(made, head(), viewer(), "e202611220800"))
    assert "Алматы\n2. 🚗 Су өшеді" in text
    assert "\n3. 🚗 Қар" in text
    assert "\n\n4. 🚗 Ойын" in text


def test_a_single_headline_has_no_heading():
    made = of(
        article(1), article(2, "Қар"), city="almaty", near=frozenset({2}), developed=(article(3, "Көпір ашылды"),)
    )
    text = shown(views.plain(made, head(), viewer(), "e202611220800"))
    assert "Алматы" not in text
    assert "Оқиғалардың жалғасы" not in text
    assert "🔁 Көпір ашылды" in text


@pytest.mark.parametrize("form", ["plain", "rich"])
def test_what_developed_is_told_by_its_news_whole_or_by_its_headline(form):
    found = [
        article(1),
        article(2, "Көпір туралы", "", body="Көпір 5 желтоқсанда ашылады."),
        article(3, "Жол", body=""),
    ]
    said = {2: "Көпір 5 желтоқсанда ашылады.", 3: "Бұл сөйлем түзетілді."}
    made = arranged(DigestSelection((1,), (2, 3), news=said), found)
    html = views.shown(made, head(), viewer(), "e202611220800", form).html
    assert "🔁 " in html
    assert "Көпір 5 желтоқсанда ашылады." in html
    assert ("Көпір туралы" in html) is (form == "rich")  # folded away there
    assert "түзетілді" not in html
    long = "Сөз " * 40 + "соңы."
    made = arranged(DigestSelection((1,), (2,), news={2: long}), [found[0], article(2, "Көпір туралы", body=long)])
    assert "🔁 " in (html := views.shown(made, head(), viewer(), "e202611220800", form).html)
    assert "Көпір туралы" in html
    assert "Сөз Сөз" not in html


def test_the_rest_comes_page_by_page_in_place():
    made = of(*(article(key, f"Жаңалық {key}") for key in range(1, 17)))
    for form in ("plain", "rich"):
        assert views.pages(made, form) == 3
        pages = [views.shown(made, head(), viewer(), "e202611220800", form, page) for page in range(3)]
        told = [
            number for page in pages for number in range(1, 17) if f"Жаңалық {number}<" in page.html.replace(" <", "<")
        ]
        assert told == list(range(1, 17)), form
        steps = [[button.text for button in page.rows[-1]] for page in pages]
        first = 15 - views.FIRST[form]
        assert steps == [[f"Тағы {first} ›"], ["‹ Алдыңғы", f"Тағы {first - views.LATER} ›"], ["‹ Алдыңғы"]]
    assert "жалғасы" in shown(views.plain(made, head(), viewer(), "e202611220800", 1))


def test_the_lead_is_read_saved_and_tuned_in_one_row_and_a_title_opens_the_card_here():
    made = of(article(1), article(2))
    screen = views.plain(made, head(), viewer(), "e202611220800")
    assert [button.action.verb for button in screen.rows[0]] == ["card", "savein", "setup"]
    assert [button.text for button in screen.rows[1]] == ["2"]
    assert 'href="https://t.me/qala_bot?start=a_2"' in screen.html


def test_a_picture_stands_above_the_lead_in_both_forms_and_the_data_saver_leaves_it_out():
    made = of(article(1, image="https://a.kz/1.jpg"), article(2, image="https://a.kz/2.jpg"))
    assert views.plain(made, head(), viewer(), "e202611220800").picture == "https://a.kz/1.jpg"
    assert blocks(views.rich(made, head(), viewer(), "e202611220800"))[1]["type"] == "photo"
    saving = viewer(pictures=False)
    assert views.plain(made, head(), saving, "e202611220800").picture is None
    assert "<img" not in views.rich(made, head(), saving, "e202611220800").html


def test_a_russian_reader_sees_what_is_told_in_kazakh():
    made = of(article(1, "Полосу продлили", "Поездка короче.", language="ru"), article(2, "Қар"), outlets={1: 2})
    text = shown(views.plain(made, head(EVENING, "ru"), viewer("ru"), "e202611221800"))
    assert text.startswith("Вечерний дайджест · 22 ноября, воскресенье\n\nПолосу продлили")
    assert "2 издания · «Қала тынысы», 06:00" in text
    assert "2. 🚗 Қар Қала тынысы, 06:00 · на казахском" in text


def test_a_late_digest_says_so_and_a_weekly_one_is_called_one():
    late = views.heading(MORNING, EVERY_DAY, NOW - 4 * 3600 + 2400, viewer("ru"))
    assert late.as_of == "Пришёл позже обычного. Новости собраны: сегодня, 08:40"
    assert views.heading(MORNING, EVERY_DAY, NOW - 4 * 3600 + 60, viewer("ru")).as_of is None
    assert views.heading(MORNING, 1 << 6, NOW, viewer("ru")).title == "Итоги недели · 22 ноября, воскресенье"


def test_the_rich_form_tells_source_and_hour_where_it_is_folded_with_its_buttons_inside():
    made = of(article(1), article(2, lead="Сапар 7 минутқа қысқармақ екен."))
    found = blocks(views.rich(made, head(), viewer(), "e202611220800"))
    assert [block["type"] for block in found] == ["heading", "heading", "paragraph", "details"]
    assert "Қала тынысы, 06:00" in str(found[3]["summary"])
    assert "card:2" in str(found[3])
    assert "savein:2:1" in str(found[3])


HOSTILE = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=400) | st.sampled_from(
    ["<b>", "</details>", "&lt;", "🙂" * 300, "а" * 5000, '"><script>', "a\u202eb", "\ud83d\ude42 " * 200, ""]
)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(HOSTILE, HOSTILE, HOSTILE, st.sampled_from(["transport", "sport", "air", "science"])),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from(["ru", "kk"]),
)
def test_no_title_breaks_a_message_and_no_page_is_too_long(rows, language):
    found = [
        article(key, title or "—", lead, topic, source=source or None, language="ru", body=lead * 3)
        for key, (title, lead, source, topic) in enumerate(rows, 1)
    ]
    made = arranged(DigestSelection(tuple(range(1, len(found) + 1)), more=12), found, city="almaty")
    numbers = []
    for page in range(views.pages(made, "plain")):
        screen = sendable(views.plain(made, head(language=language), viewer(language), "n1795330800", page))
        assert utf16_length(shown(screen)) <= 4096
        numbers += [int(button.text) for row in screen.rows for button in row if button.text.isdecimal()]
    assert numbers == list(range(2, len(found) + 1))
    folded = 0
    for page in range(views.pages(made, "rich")):
        screen = sendable(views.rich(made, head(language=language), viewer(language), "n1795330800", page))
        folded += sum(block["type"] == "details" for block in blocks(screen))
    assert folded == len(found) - 1


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("form", ["plain", "rich"])
def test_a_long_digest_with_many_repeats_is_one_message_all_the_same(language, form):
    def long(key, topic="transport"):
        return article(key, "Ұзақ тақырып " * 20, "Ұзақ кіріспе сөз " * 60, topic, source="Б" * 80)

    sections = tuple(
        DigestSection(topic, tuple(long(n * 5 + k, topic) for k in range(5))) for n, topic in enumerate(TOPICS)
    )
    made = Digest(
        sections, tuple(long(50 + key) for key in range(3)), tuple(long(100 + key) for key in range(MOST_AGAIN)), more=9
    )
    told = 0
    for page in range(views.pages(made, form)):
        screen = views.shown(made, head(language=language), viewer(language), "e202611220800", form, page)
        told += screen.html.count("?start=a_") if form == "plain" else screen.html.count("<summary>")
    assert told == 23 + MOST_AGAIN - (form == "rich")  # the lead is not folded


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_nothing_new_is_one_line(language):
    text = shown(views.nothing_new(head(language=language), viewer(language)))
    assert len(text.splitlines()) == 2


def test_what_was_made_of_an_article_holds_until_it_changes_and_only_so_many_are_kept():
    made = []
    kept = KeptViews(lambda one, viewer: made.append(one.title) or one.title, 2)
    assert [kept.get(article(1), viewer()), kept.get(article(1), viewer())] == [article(1).title] * 2
    assert made == [article(1).title]
    assert kept.get(article(1, "Жолақ қысқарды"), viewer()) == "Жолақ қысқарды"
    assert kept.get(article(1), viewer("ru")) == article(1).title  # the third: the first one goes
    kept.get(article(1), viewer())
    assert len(made) == 4
