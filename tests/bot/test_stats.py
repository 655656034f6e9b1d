"""/stats: figures and charts for administrators, of what was counted by the day, never of whom."""

import json
import struct
import subprocess
import sys
from collections import Counter
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from typer.testing import CliRunner

from bot.cli.commands import app
from bot.sending.jobs import Counting
from handlers.views import admin
from locales import texts
from news.models import Subscriber
from storage.counting import EmptySearches, totals
from tests.driver import world

TODAY = date(2026, 11, 22)
NOW = 1_795_320_000


def counted(days: int = 30) -> dict:
    """A month of a town's bot."""
    found: dict = {}

    def put(kind, label, values):
        for back, value in enumerate(values):
            day = (TODAY - timedelta(days=back)).isoformat()
            found.setdefault(kind, {}).setdefault(label, {})[day] = value

    put("readers", "", [12_480 - 90 * back for back in range(days)])
    put("digest", "sent", [11_200 - 80 * back for back in range(days)])
    put("alert", "sent", [2_000 + 700 * (back % 5) for back in range(days)])
    put("digest", "refused", [40 + back for back in range(days)])
    put("digest", "unknown", [back % 3 for back in range(days)])
    put("bytes", "", [512_000_000 - 6_000_000 * back for back in range(days)])
    for language, share in (("kk", 3), ("ru", 5)):
        put("articles", language, [share * (8_000 - 60 * back) for back in range(days)])
    for state, number in (("up", 41), ("down", 3), ("paused", 2)):
        put("sources", state, [number + back % 2 for back in range(days)])
    for place, slug in enumerate(("roads", "ecology", "housing", "safety", "health", "education", "economy", "sport")):
        put("read", slug, [900 - 100 * place])
    for words, number in (("су өшіру кестесі", 31), ("расписание автобусов", 17), ("тоқ", 5)):
        put("unfound", words, [number])
    return found


async def test_only_an_administrator_sees_the_statistics(tmp_path):
    async with world(tmp_path, admins=(1001,)) as city:
        boss, reader = city.person("Айгерім", "kk"), city.person("Марина", "ru")
        assert boss.id == 1001
        told = Counter(article.language for article in (await city.store.articles.latest(100, reprints=True)).items)
        boss.says("/stats")
        await boss.sees(f"Жаңалық: қазақша {told['kk']}, орысша {told['ru']}")
        reader.says("/stats")
        assert "Статистика" not in (await reader.sees())["text"]


async def test_a_curve_comes_with_the_figures_and_buttons_change_it_for_others(tmp_path):
    pytest.importorskip("matplotlib")
    async with world(tmp_path, admins=(1001,), data_dir=str(tmp_path)) as city:
        boss = city.person("Айгерім", "ru")
        city.store.daily._levels.clear()
        for kind, labels in counted().items():
            for label, days in labels.items():
                for day, number in days.items():
                    city.store.daily.level(kind, label, number)
                    await city.store.daily.flush(day)
        boss.says("/stats")
        shown = await boss.sees("Статистика", within=60)
        assert shown["photo"]
        boss.presses(shown, "Что читают")
        read = await boss.sees("Что читают", within=60)
        assert read["message_id"] == shown["message_id"]
        assert "Дороги · 900" in read["caption"]
        boss.sends_callback(read, "stats:everything")
        stranger = city.person("Марина", "ru")
        stranger.says("/settings")
        stranger.sends_callback(await stranger.sees(), "stats:readers")
        boss.presses(read, "Источники")
        assert "22.11 · работают 41, не работают 3, на паузе 2" in (await boss.sees("Источники", within=60))["caption"]


async def test_without_matplotlib_the_same_figures_are_text(tmp_path, monkeypatch):
    monkeypatch.setattr("bot.intake.dispatcher.can_draw", lambda: False)
    async with world(tmp_path, admins=(1001,)) as city:
        boss = city.person("Айгерім", "kk")
        city.store.daily.level("readers", "", 7)
        await city.store.daily.flush("2026-11-21")
        city.store.daily.level("readers", "", 9)
        await city.store.daily.flush("2026-11-22")
        boss.says("/stats")
        shown = await boss.sees("Статистика")
        boss.presses(shown, "Оқырмандар")
        told = await boss.sees("22.11 · 9")
        assert "21.11 · 7" in told["text"]


@pytest.mark.parametrize("language", ["ru", "kk"])
@pytest.mark.parametrize("name", admin.CHARTS)
def test_each_chart_is_read_on_a_phone(name, language):
    pytest.importorskip("matplotlib")
    from dataclasses import asdict

    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.text import Text

    from bot.intake.charts import SIDE, figure

    drawn = figure(asdict(admin.chart(name, counted(), TODAY, texts(language))))
    FigureCanvasAgg(drawn).draw()
    written = [one for one in drawn.findobj(Text) if one.get_visible() and one.get_text().strip()]
    (axes,) = drawn.axes
    low, high = axes.get_ylim()
    unseen = {one for one in axes.get_yticklabels() if not low <= one.get_position()[1] <= high}
    written = [one for one in written if one not in unseen]
    assert len(written) > 5
    boxes = []
    for one in written:
        # A phone shows 1080 pixels in 360: twelve there are the least that is read without effort.
        assert one.get_fontsize() * drawn.dpi / 72 / (SIDE / 360) >= 12, one.get_text()
        box = one.get_window_extent()
        assert box.x0 >= 0, one.get_text()
        assert box.y0 >= 0, one.get_text()
        assert box.x1 <= SIDE, one.get_text()
        assert box.y1 <= SIDE, one.get_text()
        assert "\N{REPLACEMENT CHARACTER}" not in one.get_text()
        boxes.append((one.get_text(), box))
    for place, (text, box) in enumerate(boxes):
        for other, there in boxes[place + 1 :]:
            across = min(box.x1, there.x1) - max(box.x0, there.x0)
            along = min(box.y1, there.y1) - max(box.y0, there.y0)
            assert across <= 1 or along <= 1, f"{text} is written over {other}"


def test_a_chart_is_a_png_of_the_size_that_was_asked_for(tmp_path):
    pytest.importorskip("matplotlib")
    from dataclasses import asdict

    given = json.dumps(asdict(admin.chart("delivered", counted(), TODAY, texts("kk"))))
    done = subprocess.run(
        [sys.executable, "-m", "bot.intake.charts"], input=given.encode(), capture_output=True, check=True
    )
    assert done.stdout[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", done.stdout[16:24]) == (1080, 1080)


async def test_what_is_delivered_and_read_is_counted_by_the_day_and_kept_over_a_restart(tmp_path):
    async with world(tmp_path, admins=(1001,)) as city:
        reader = city.person("Марина", "ru")
        reader.says("/digest 08:30")
        await reader.sees("08:30")
        await city.passes(86_400)
        digest = await reader.sees(lambda message: "reply_markup" in message)
        assert digest
        reader.says("/latest")
        listed = await reader.sees("новости")
        reader.presses(listed, "1")
        card = await reader.sees(
            lambda message: any("Читать" in b["text"] for r in message["reply_markup"]["inline_keyboard"] for b in r)
        )
        reader.presses(
            card, next(b["text"] for r in card["reply_markup"]["inline_keyboard"] for b in r if "Читать" in b["text"])
        )
        await reader.sees()
        await Counting(city.store, city.now, ZoneInfo("Asia/Almaty")).look()
    async with world(tmp_path, news=False) as city:
        days = await city.store.daily.since("2026-11-01")
        assert totals(days, "digest") == {"sent": 1}
        assert sum(totals(days, "read").values()) == 1
        assert days["readers"][""] == {"2026-11-23": 1}
        assert (await city.store.counts())["deliveries"] == {"sent": 1}


def test_words_that_found_nothing_are_written_down_once_five_people_asked_and_a_day_or_a_restart_forgets_them():
    searches = EmptySearches()
    assert [searches.asked(person, "Су  ӨШІРУ", NOW) for person in (1, 1, 2, 3, 4)] == [0] * 5
    assert b"\xd1\x81\xd1\x83" not in repr(searches.__dict__).encode()
    assert "су өшіру" not in repr(searches.__dict__)
    assert searches.asked(5, "су өшіру", NOW + 60) == 5
    assert [searches.asked(person, "су өшіру", NOW + 61) for person in (5, 6)] == [0, 1]
    assert searches.asked(7, "су өшіру", NOW + 86_401) == 0
    for person in range(9):
        assert searches.asked(person, "позвони 87771234567", NOW) == 0
        assert searches.asked(person, "x" * 61, NOW) == 0
    assert EmptySearches().asked(5, "су өшіру", NOW) == 0


@pytest.mark.parametrize("chosen", [False, True])
async def test_searches_that_find_nothing_are_counted_only_where_that_is_chosen(tmp_path, chosen):
    async with world(tmp_path, admins=(1001,), count_searches=chosen) as city:
        for number in range(5):
            person = city.person(f"Оқырман {number}", "ru")
            person.says("/search бегемот")
            await person.sees()
        await city.store.daily.flush("2026-11-22")
        found = await city.store.daily.since("")
        assert found.get("unfound", {}) == ({"бегемот": {"2026-11-22": 5}} if chosen else {})


def test_the_command_line_tells_the_days_as_json_without_reading_the_ledger(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QALA_DATA_DIR", str(tmp_path))

    async def no_ledger(_):
        raise AssertionError("the whole ledger was read")

    monkeypatch.setattr("storage.ledger.deliveries.Deliveries.counts", no_ledger)
    result = CliRunner().invoke(app, ["stats", "--json"], catch_exceptions=False)
    told = json.loads(result.stdout)
    assert {"readers", "articles", "deliveries", "sources", "inbox", "store_bytes", "days"} == set(told)


async def test_an_older_stores_ledger_is_counted_once_at_the_update(database_url):
    from storage import open_storage

    store = await open_storage(database_url)
    await store.subscribers.add(Subscriber(1, "private", "kk", "Asia/Almaty", created_at=NOW))
    insert = (
        "INSERT INTO deliveries (chat_id, edition, part, state, form, planned_at, updated_at, message_id)"
        " VALUES (1, $1, 0, $2, $3, $4, $4, $5)"
    )
    for number, (state, form) in enumerate(
        [("sent", "rich"), ("sent", "plain"), ("unknown", "alert"), ("empty", "rich")]
    ):
        await store.database.execute(insert, f"e{number}", state, form, NOW, number)
    await store.database.execute("DROP TABLE daily_counts")
    await store.database.execute("DELETE FROM schema_migrations WHERE name = '0045_daily_counts'")
    await store.close()
    store = await open_storage(database_url)
    assert await store.daily.since("") == {
        "digest": {"sent": {"2026-11-22": 2}},
        "alert": {"unknown": {"2026-11-22": 1}},
    }
    await store.close()
