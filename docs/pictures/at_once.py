"""Takes the pictures of alerts and of a channel's posts anew: python -m docs.pictures.at_once. No sandbox need run.

A world of its own over real HTTP, with a clock that is moved; needs what take.py needs.
"""

import asyncio
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from docs.pictures.take import PHONE, opened, taken
from sandbox.world.model import Chat
from sandbox.world.people import Person
from tests.bot.test_alerts import follows, publish
from tests.bot.test_channels_out import BODY, TITLE, sets_up
from tests.driver import TOKEN, World, world

HOUR = 3600
NOTICES = {
    "ru": (
        "отключение воды",
        "Отключение воды на улице Абая",
        "Авария на трубе: отключение воды на улице Абая продлили",
    ),
    "kk": ("су өшіру", "Абай көшесінде су өшіріледі", "Құбырдағы апат: Абай көшесінде су өшіру ұзартылды"),
}
TOLD = {
    "ru": (
        "В среду с 10:00 до 18:00 воды не будет в домах 12–48.",
        "Бригада меняет ещё сорок метров трубы. Воду обещают дать в четверг к обеду.",
        "Мост закроют на ремонт с 23:00 до 6:00, объезд по улице Сатпаева.",
    ),
    "kk": (
        "Сәрсенбіде 10:00–18:00 аралығында 12–48-үйлерге су келмейді.",
        "Бригада тағы қырық метр құбырды ауыстырып жатыр. Суды бейсенбіде түске қарай қосуға уәде берді.",
        "Көпір жөндеуге 23:00-ден 6:00-ге дейін жабылады, айналма жол – Сәтбаев көшесі.",
    ),
}
SOURCES = {"ru": ("Горожанин", "Вечерняя"), "kk": ("Қала үні", "Кешкі қала")}
NEWER = {"ru": "Мост через Весновку закроют на ночь", "kk": "Есентай көпірі түнде жабылады"}


async def main() -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for language in ("ru", "kk"):
            with tempfile.TemporaryDirectory() as folder:
                async with world(Path(folder), news=False) as city:
                    await alerts(chromium, city, language)
                    await posts(chromium, city, language)
            with tempfile.TemporaryDirectory() as folder:
                async with world(Path(folder)) as city:
                    await topic(chromium, city, language)
        await chromium.close()


async def alerts(chromium: Browser, city: World, language: str) -> None:
    """An alert with its buttons; what develops it is a reply to it."""
    phrase, first, later = NOTICES[language]
    reader = await follows(city, "Айгерім", f'"{phrase}"', language=language)
    await publish(city, first, TOLD[language][0], language=language, name="a1", source=SOURCES[language][0])
    await city.passes(5)
    await reader.sees(first)
    city.clock.advance(2 * HOUR)
    await publish(city, later, TOLD[language][1], language=language, name="a2", source=SOURCES[language][1])
    await city.store.database.execute("UPDATE articles SET story = 77 WHERE id IN ('a1', 'a2')")
    await city.passes(5)
    await reader.sees(later)
    await picture(chromium, city, reader, reader.chat(), f"alert-{language}")


async def posts(chromium: Browser, city: World, language: str) -> None:
    """A post that grew with its story; two days later it is one line that says it was withdrawn."""
    title = {"ru": "Пресс-служба", "kk": "Баспасөз қызметі"}[language]
    officer, channel, _ = await sets_up(city, language, title=title)
    one, other = SOURCES[language]
    await publish(city, TITLE[language], BODY[language], language=language, name="p1", source=one)
    await city.passes(5)
    city.clock.advance(HOUR)
    await publish(city, NEWER[language], TOLD[language][2], language=language, name="p2", source=other)
    async with city.store.database.transaction() as tx:
        story = await tx.fetchval("SELECT story FROM articles WHERE id = 'p1'")
        await tx.execute("UPDATE articles SET story = $1 WHERE id = 'p2'", story or 78)
        await tx.execute("UPDATE articles SET story = $1 WHERE id = 'p1'", story or 78)
    await city.passes(700)
    await picture(chromium, city, officer, channel, f"post-edited-{language}")
    city.clock.advance(49 * HOUR)
    for name in ("p1", "p2"):
        article = await city.store.articles.find(name)
        if article is not None:
            await city.store.articles.hide(article.key, city.now())
    await city.passes(700)
    await picture(chromium, city, officer, channel, f"post-withdrawn-{language}")


async def topic(chromium: Browser, city: World, language: str) -> None:
    """A topic of a forum, its hour chosen there and its own digest."""
    title, name = {"ru": ("Соседи", "Транспорт"), "kk": ("Көршілер", "Көлік")}[language]
    owner = city.person("Айгерім", language)
    forum = owner.makes_group(title, city.telegram.bots[TOKEN], kind="supergroup", is_forum=True)
    thread = owner.opens_topic(forum, name)
    for words, answer in (
        (f"/language@qala_bot {language}", {"ru": "по-русски", "kk": "қазақша"}[language]),
        ("/subscribe@qala_bot transport", name),
        ("/digest@qala_bot 10:00", "10:00"),
    ):
        owner.says(words, forum, thread=thread)
        await owner.sees(answer, chat=forum)
    await city.passes(HOUR)
    page = await opened(chromium, f"{city.address}/?me={owner.id}#{forum.id}", PHONE, "light", 1)
    await page.get_by_role("tab", name=name).click()
    await page.wait_for_timeout(700)
    await taken(page, f"topic-{language}")
    await page.context.close()


async def picture(chromium: Browser, city: World, person: Person, chat: Chat, name: str) -> None:
    shown = person.id if chat.type == "private" else chat.id
    page = await opened(chromium, f"{city.address}/?me={person.id}#{shown}", {**PHONE, "height": 620}, "light", 1)
    await page.wait_for_timeout(700)
    await taken(page, name)
    await page.context.close()


if __name__ == "__main__":
    asyncio.run(main())
