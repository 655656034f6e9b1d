"""/sources in the chat: an administrator adds a site by its home page and sees three articles before saying yes."""

from tests.driver import MORNING, world
from tests.site import Site, rss, serve

ADMIN = 7001


def home(site: Site) -> None:
    site["/"] = '<html><head><link rel="alternate" type="application/rss+xml" href="/rss"></head><body></body></html>'
    site["/rss"] = rss([(f"{n}-мектеп ашылды", f"{site.url}/news/{n}", MORNING - 600 * n) for n in (1, 2, 3, 4)])


async def test_an_administrator_adds_a_site_by_its_home_page_and_its_news_come_in(tmp_path):
    async with serve(Site()) as site, world(tmp_path, news=False, admins=(ADMIN,), fetch_private=True) as city:
        home(site)
        admin = city.person("Дәурен", "kk")
        admin.account.id = ADMIN
        admin.starts()
        admin.says("/sources")
        await admin.sees("Әзірге дереккөз жоқ")
        admin.says(f"/sources {site.url}")
        shown = await admin.sees("Осы дереккөзді қосасыз ба?")
        assert [f"{n}-мектеп ашылды" in shown["text"] for n in (1, 2, 3, 4)] == [True, True, True, False]
        assert await city.store.sources.all() == []
        admin.presses(shown, "Қосу")
        await admin.sees("әлі тексерілген жоқ")
        await city.bot.newsroom.ring()
        await city.bot.newsroom.rest()
        admin.says("мектеп")
        await admin.sees("4-мектеп ашылды")


async def test_only_administrators_see_sources(tmp_path):
    async with world(tmp_path, admins=(ADMIN,)) as city:
        reader = city.person("Ольга", "ru")
        reader.starts()
        reader.says("/sources")
        await reader.sees("Это могут только администраторы бота.")


async def test_a_forged_button_changes_nothing(tmp_path):
    async with serve(Site()) as site, world(tmp_path, news=False, admins=(ADMIN,), fetch_private=True) as city:
        home(site)
        admin = city.person("Дәурен", "ru")
        admin.account.id = ADMIN
        admin.says(f"/sources {site.url}")
        shown = await admin.sees("Добавить этот источник?")
        admin.presses(shown, "Добавить")
        card = await admin.sees("ещё не проверялся")
        admin.account.id = ADMIN + 1
        press = admin.presses(card, "Удалить источник")
        assert (await admin.toast(press))["text"] == "Это могут только администраторы бота."
        assert len(await city.store.sources.all()) == 1


async def test_an_administrator_pauses_gives_rights_and_removes(tmp_path):
    async with serve(Site()) as site, world(tmp_path, news=False, admins=(ADMIN,), fetch_private=True) as city:
        home(site)
        admin = city.person("Дәурен", "ru")
        admin.account.id = ADMIN
        admin.says(f"/sources {site.url}/rss")
        admin.presses(await admin.sees("Добавить этот источник?"), "Добавить")
        card = await admin.sees("ещё не проверялся")
        admin.presses(card, "Приостановить")
        card = await admin.sees("на паузе")
        admin.presses(card, "Показывать целиком")
        card = await admin.sees("Показывать можно статью целиком.")
        (kept,) = await city.store.sources.all()
        assert (kept.paused, kept.full_text) == (True, True)
        admin.presses(card, "Удалить источник")
        admin.presses(await admin.sees("Его новости останутся"), "Да, удалить")
        await admin.sees("Источников пока нет")


async def test_a_silent_source_is_reported_to_administrators_once(tmp_path):
    async with serve(Site()) as site, world(tmp_path, news=False, admins=(ADMIN,), fetch_private=True) as city:
        site["/rss"] = rss([(f"{n}-мектеп ашылды", f"{site.url}/n/{n}", MORNING - 1200 * n) for n in range(1, 90)])
        admin = city.person("Дәурен", "ru")
        admin.account.id = ADMIN
        admin.says(f"/sources {site.url}/rss")
        admin.presses(await admin.sees("Добавить этот источник?"), "Добавить")
        await admin.sees("ещё не проверялся")
        for _ in range(30):
            await city.passes(3600)
            await city.bot.newsroom.ring()
            await city.bot.newsroom.rest()
        told = [event for event in city.telegram.events if "молчит" in str(event)]
        assert len(told) == 1
        assert "обычно их 70 в день" in str(told[0])


async def test_an_administrator_takes_an_article_back_by_a_button(tmp_path):
    async with world(tmp_path, admins=(ADMIN,)) as city:
        admin = city.person("Дәурен", "ru")
        admin.account.id = ADMIN
        admin.says("/latest")
        admin.presses(await admin.sees("Последние новости"), "1")
        card = await admin.sees(lambda message: "Снять новость" in str(message))
        before = await city.store.articles.count()
        admin.presses(card, "Снять новость")
        await admin.sees("Новость снята")
        assert await city.store.articles.count() == before - 1


async def test_an_administrators_menu_has_their_commands(tmp_path):
    async with world(tmp_path, admins=(ADMIN,)) as city:
        admin = city.person("Дәурен", "ru")
        admin.account.id = ADMIN
        reader = city.person("Ольга", "ru")
        for person in (admin, reader):
            person.says("/language ru")
            await person.sees("Теперь по-русски.")
        assert "sources" in [command["command"] for command in admin.menu()]
        assert "sources" not in [command["command"] for command in reader.menu()]
