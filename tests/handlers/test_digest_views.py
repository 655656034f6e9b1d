"""A digest as messages: both forms, both languages, whatever the outlets write."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handlers.views import digest as views
from handlers.views.articles import Viewer
from handlers.views.screen import utf16_length
from locales import texts
from news.digests.digest import MOST_AGAIN, Digest, DigestSection, DigestSelection, arranged
from news.models import Article, Topic
from news.timetable import EVERY_DAY
from sandbox.markup.formatting import message_text
from sandbox.markup.rich import checked_rich

TOPICS = ("transport", "sport", "health", "culture")
NOW = 1_795_330_800  # 2026-11-22 12:00 in Almaty
MORNING, EVENING = "2026-11-22T08:00", "2026-11-22T18:00"


def viewer(language="kk", now=NOW):
    return Viewer(texts(language), ZoneInfo("Asia/Almaty"), now, "qala_bot")


def article(
    key, title="Абай даңғылында автобус жолағы ұзартылды", lead="Сапар 7 минутқа қысқармақ.", topic="transport", **more
):
    at = datetime.fromtimestamp(NOW - 6 * 3600, UTC)
    more.setdefault("source", "Қала тынысы")
    more.setdefault("language", "kk")
    return Article(key, f"id{key}", title, lead, url="https://a.kz/1", published=at, topics=(Topic(topic),), **more)


def shown(screen):
    return message_text(screen.html, "HTML", None)["text"]


def test_a_morning_digest_in_kazakh_reads_like_one():
    made = Digest((DigestSection("transport", (article(1),)),), outlets={1: 3}, more=9)
    text = shown(views.plain(made, views.heading(MORNING, EVERY_DAY, NOW - 4 * 3600, viewer()), viewer()))
    assert text == (
        "Таңғы дайджест · 22 қараша, жексенбі\n\n"
        "Көлік\n"
        "1. Абай даңғылында автобус жолағы ұзартылды\n"
        "Сапар 7 минутқа қысқармақ.\n"
        "«Қала тынысы» және тағы 2 басылым · бүгін, 06:00\n\n"
        "Тағы 9 жаңалық: /latest\nУақытын өзгерту: /settings"
    )


def test_an_evening_digest_in_russian_says_what_developed_and_what_may_be_a_repeat():
    made = Digest(
        (DigestSection("transport", (article(1, "Полосу продлили", "Поездка короче.", language="ru"),)),),
        developed=(article(2, "Полосу открыли", language="ru"),),
        again=(article(3, "Снег", language="kk"),),
        outlets={1: 2},
    )
    text = shown(views.plain(made, views.heading(EVENING, EVERY_DAY, NOW + 6 * 3600, viewer("ru")), viewer("ru")))
    assert text.startswith("Вечерний дайджест · 22 ноября, воскресенье\n\nТранспорт\n1. Полосу продлили")
    assert "«Қала тынысы» и ещё 1 издание" in text
    assert "Что нового в сюжетах\n2. Полосу открыли" in text
    assert "Возможно, повтор\n3. Снег\n«Қала тынысы» · сегодня, 06:00 · на казахском" in text


def test_a_late_digest_says_so_and_a_weekly_one_is_called_one():
    late = views.heading(MORNING, EVERY_DAY, NOW - 4 * 3600 + 2400, viewer("ru"))
    assert late.as_of == "Пришёл позже обычного. Новости собраны: сегодня, 08:40"
    assert views.heading(MORNING, EVERY_DAY, NOW - 4 * 3600 + 60, viewer("ru")).as_of is None
    assert views.heading(MORNING, 1 << 6, NOW, viewer("ru")).title == "Итоги недели · 22 ноября, воскресенье"


def test_the_rich_form_holds_the_same_stories_with_their_buttons_inside():
    made = Digest((DigestSection("transport", (article(1), article(2))),))
    screen = views.rich(made, views.heading(MORNING, EVERY_DAY, NOW, viewer()), viewer())
    blocks = checked_rich({"html": screen.html}, lambda kind, media: {})["blocks"]
    assert [block["type"] for block in blocks] == ["heading", "paragraph", "heading", "details", "details", "footer"]
    assert "card:1" in str(blocks[3])
    assert "https://a.kz/1" in str(blocks[3])


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
def test_no_title_breaks_a_message_and_no_part_is_too_long(rows, language):
    found = [
        article(key, title or "—", lead, topic, source=source or None, language="ru")
        for key, (title, lead, source, topic) in enumerate(rows, 1)
    ]
    made = arranged(DigestSelection(tuple(range(1, len(found) + 1)), more=12), found)
    head = views.heading(MORNING, EVERY_DAY, NOW, viewer(language))
    parts = -(-len(found) // views.PART)
    numbers = []
    for part in range(parts):
        screen = views.plain(made, head, viewer(language), part)
        assert utf16_length(shown(screen)) <= 4096
        numbers += [int(button.text) for row in screen.rows for button in row]
    assert numbers == list(range(1, len(found) + 1))
    blocks = checked_rich({"html": views.rich(made, head, viewer(language)).html}, lambda kind, media: {})["blocks"]
    assert sum(block["type"] == "details" for block in blocks) == len(found)


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_a_long_digest_with_many_repeats_is_one_rich_message_all_the_same(language):
    def long(key, topic="transport"):
        return article(key, "Ұзақ тақырып " * 20, "Ұзақ кіріспе сөз " * 60, topic, source="Б" * 80)

    sections = tuple(
        DigestSection(topic, tuple(long(n * 5 + k, topic) for k in range(5))) for n, topic in enumerate(TOPICS)
    )
    again = tuple(long(100 + key) for key in range(MOST_AGAIN))
    made = Digest(sections, tuple(long(50 + key) for key in range(3)), again, more=9)
    head = views.heading(MORNING, EVERY_DAY, NOW, viewer(language))
    blocks = checked_rich({"html": views.rich(made, head, viewer(language)).html}, lambda kind, media: {})["blocks"]
    assert sum(block["type"] == "details" for block in blocks) == 23 + MOST_AGAIN


@pytest.mark.parametrize("language", ["ru", "kk"])
def test_nothing_new_is_one_line(language):
    text = shown(views.nothing_new(views.heading(MORNING, EVERY_DAY, NOW, viewer(language)), viewer(language)))
    assert len(text.splitlines()) == 2
