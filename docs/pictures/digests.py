"""Digests in both languages and both forms, and a week of them: python -m docs.pictures.digests (from the checkout).

Makes digests.png (a row a reader: a morning edition, one that came late, an evening one with what developed) and
week.png (what four readers have in their chats after seven days, two of them in the dark). The sample news comes in
over a week; the clock is moved from hour to hour, on Wednesday the bot is down from seven till twenty past ten.

Needs Playwright with Chromium and ImageMagick's `montage`.
"""

import asyncio
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.async_api import Browser, async_playwright

from bot.collecting.importing import import_entries
from news.models import Entry
from sandbox.world.people import Person
from tests.driver import World, sample_articles, world

HERE = Path(__file__).parent
PHONE = {"width": 360, "height": 1000}
SCROLL = {"width": 360, "height": 5200}
MONDAY = datetime(2026, 11, 23, 1, tzinfo=UTC)  # 06:00 in Almaty
STRETCH = 3  # the sample's two days of news become a week
HOUR = timedelta(hours=1)
READERS = [("kk", "rich"), ("kk", "plain"), ("ru", "rich"), ("ru", "plain")]
SHOWN = {"morning": (5, 2), "late": (2, 4), "evening": (4, 12)}  # day of the week, hours after 06:00
DOWN = [(2, 2), (2, 3)]
NAMES = {"kk": "Айгерім", "ru": "Марина"}


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        async with world(folder, news=False) as city, async_playwright() as playwright:
            chromium = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
            )
            city.clock.advance(MONDAY.timestamp() - city.now())
            readers = [await reader(city, *one) for one in READERS]
            await live(city, chromium, readers, folder)
            await chromium.close()
        sheet("digests", [folder / f"{n}-{what}.png" for n in range(len(READERS)) for what in SHOWN], 3, 360)
        sheet("week", [folder / f"{number}-week.png" for number in range(4)], 4, 360)


async def reader(city: World, language: str, form: str) -> Person:
    """Somebody who gets a digest in the morning and in the evening."""
    person = city.person(NAMES[language], language)
    for words in (f"/language {language}", "/digest 08:00, 18:00"):
        before = person.chat().last_message
        person.says(words)
        await city.telegram.changes.until(lambda before=before: person.chat().last_message > before + 1 or None, 20)
    await city.store.subscribers.set_city(person.id, "almaty")
    await city.store.subscribers.set_manner(person.id, length=10, form=form, says_nothing=True)
    return person


async def live(city: World, chromium: Browser, readers: list[Person], folder: Path) -> None:
    """A week hour by hour; pictures of the editions to be shown."""
    arriving = list(arrivals())
    for hours in range(6 * 24 + 15):
        day, hour = divmod(hours, 24)
        here = MONDAY + hours * HOUR + (timedelta(minutes=20) if (day, hour) == SHOWN["late"] else timedelta())
        city.clock.advance(here.timestamp() - city.now())
        while arriving and arriving[0][0] <= here:
            at, entry = arriving.pop(0)
            await import_entries([dated(entry, at)], city.store, city.now())
        if (day, hour) not in DOWN:
            await city.bot.bell.ring()
        for what in (what for what, when in SHOWN.items() if when == (day, hour)):
            for number, person in enumerate(readers):
                await taken(city, chromium, person, folder / f"{number}-{what}.png", PHONE)
    for number, scheme in enumerate(("light", "dark", "dark", "light")):
        await taken(city, chromium, readers[number], folder / f"{number}-week.png", SCROLL, scheme)


def arrivals() -> Iterator[tuple[datetime, Entry]]:
    """The sample articles, oldest first, and when each comes: those of one hour together, the others drawn apart."""
    at, last = MONDAY, MONDAY
    for entry in reversed(sample_articles(int(MONDAY.timestamp()))):
        assert isinstance(entry.published, datetime)
        gap = entry.published - last if at > MONDAY else HOUR
        at += gap if gap < HOUR else gap * STRETCH
        last = entry.published
        yield at, entry


def dated(entry: Entry, at: datetime) -> Entry:
    return Entry(**{**{name: getattr(entry, name) for name in entry.__slots__}, "published": at})


async def taken(
    city: World, chromium: Browser, person: Person, file: Path, size: dict[str, int], scheme: str = "light"
) -> None:
    page = await chromium.new_page(viewport=size, device_scale_factor=1, color_scheme=scheme)  # type: ignore[arg-type]
    await page.goto(f"{city.address}/?me={person.id}#{person.id}")
    await page.wait_for_selector("[aria-busy=false]")
    if size is PHONE and await page.locator("summary").count():
        last = page.locator(".rich").last if await page.locator(".rich").count() else page
        await last.locator("summary").first.click()
    await page.wait_for_timeout(600)
    await page.screenshot(path=file)
    await page.close()


def sheet(name: str, pictures: list[Path], columns: int, width: int) -> None:
    shape = ["-tile", f"{columns}x", "-geometry", f"{width}x+6+6", "-background", "#888"]
    file = HERE / f"{name}.png"
    subprocess.run(["montage", *pictures, *shape, "-dither", "None", "-colors", "64", f"PNG8:{file}"], check=True)
    print(file.name, file.stat().st_size // 1024, "kB")


if __name__ == "__main__":
    asyncio.run(main())
