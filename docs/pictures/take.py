"""Takes the pictures of this folder anew from a running `qala sandbox`: python docs/pictures/take.py [address [site]].

With a site's address also that of /sources; the sandbox then runs with QALA_ADMINS=1002, and with QALA_FETCH_PRIVATE=on
where the site is on this machine.

Needs Playwright with Chromium; ImageMagick's `convert`, where it is there, makes the files small.
"""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

from playwright.async_api import Browser, Page, async_playwright

HERE = Path(__file__).parent
PHONE = {"width": 390, "height": 780}
DESKTOP = {"width": 1180, "height": 760}
KAZAKH, RUSSIAN, GROUP, FORUM = 1001, 1002, -1, -1_000_000_000_003
QUIET = 1500  # milliseconds: the bot answers, the new bubble stands still


async def main(address: str) -> None:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        await kazakh(chromium, address)
        await russian(chromium, address)
        await forum(chromium, address)
        await channel(chromium, address)
        if len(sys.argv) > 2:
            await sources(chromium, address, sys.argv[2])
        await chromium.close()


async def kazakh(chromium: Browser, address: str) -> None:
    page = await opened(chromium, f"{address}?me={KAZAKH}#{KAZAKH}", PHONE, "light")
    await begins(page, "Бастау", "Қазақша", ["Бүкіл ел", "Көлік", "Коммуналдық сала"], "Дайын")
    await says(page, "электробустар")
    await presses(page, "1")
    await taken(page, "conversation-kk")
    await says(page, "/settings")
    await page.goto(f"{address}?me={KAZAKH}#{GROUP}")
    await page.reload()
    await page.wait_for_selector("[aria-busy=false]")
    await page.get_by_role("textbox").fill("@qala_bot Шымкентте су")
    await page.wait_for_selector(".panel .thumb")
    await taken(page, "inline")
    page = await opened(chromium, f"{address}?me={KAZAKH}#{KAZAKH}", DESKTOP, "light", 1)
    await page.get_by_role("button", name="Келесі дайджест").click()
    await page.wait_for_timeout(3 * QUIET)
    await taken(page, "digest")


async def russian(chromium: Browser, address: str) -> None:
    page = await opened(chromium, f"{address}?me={RUSSIAN}#{RUSSIAN}", PHONE, "dark")
    await begins(page, "Начать", "Русский", ["Вся страна", "Дороги", "Экология"], "Готово")
    await says(page, "мосты Астаны")
    await taken(page, "conversation-ru")


async def forum(chromium: Browser, address: str) -> None:
    """A topic of a forum: its own digest, and a card that one of its readers sees alone."""
    page = await opened(chromium, f"{address}?me={KAZAKH}#{FORUM}", PHONE, "light")
    await page.get_by_role("tab", name="Көлік").click()
    for text in ("/digest@qala_bot 18:00", "/search@qala_bot метро"):
        await says(page, text)
    await presses(page, "1")
    await page.wait_for_timeout(QUIET)
    await taken(page, "forum-kk")


async def channel(chromium: Browser, address: str) -> None:
    """A press officer connects a channel; a day later it has filled."""
    for who, choose, new, title, name in (
        (RUSSIAN, "Выбрать канал", "Новый канал", "Пресс-служба", "ru"),
        (KAZAKH, "Арнаны таңдау", "Жаңа арна", "Баспасөз қызметі", "kk"),
    ):
        page = await opened(chromium, f"{address}?me={who}#{who}", PHONE, "light")
        if await page.locator(".start").count():
            await page.locator(".start").click()
            await page.wait_for_timeout(QUIET)
        await says(page, f"/language {name}")
        await says(page, "/channel")
        await page.get_by_role("button", name=choose).click()
        await page.get_by_role("button", name=new).click()
        await page.wait_for_timeout(2 * QUIET)
        await taken(page, f"channel-settings-{name}")
        for _ in range(2):
            await page.request.post(f"{address}people/clock", data={"advance": 43_200})
            await page.wait_for_timeout(8 * QUIET)
        await page.evaluate(
            "title => location.hash = [...document.querySelectorAll('.chat-row')]"
            ".find(one => one.textContent.includes(title)).dataset.chat",
            title,
        )
        await page.wait_for_timeout(QUIET)
        await taken(page, f"channel-{name}")


async def sources(chromium: Browser, address: str, site: str) -> None:
    page = await opened(chromium, f"{address}?me={RUSSIAN}#{RUSSIAN}", PHONE, "light")
    if await page.get_by_role("button", name="Начать").count():
        await page.get_by_role("button", name="Начать").click()
    await says(page, "/language ru")
    await says(page, f"/sources {site}")
    await page.wait_for_timeout(4 * QUIET)
    await taken(page, "sources-found")


async def opened(chromium: Browser, address: str, size: dict, scheme: str, scale: int = 2) -> Page:
    context = await chromium.new_context(viewport=size, color_scheme=scheme, device_scale_factor=scale)
    page = await context.new_page()
    await page.goto(address)
    await page.wait_for_selector("[aria-busy=false]")
    return page


async def begins(page: Page, start: str, language: str, topics: list[str], done: str) -> None:
    await page.get_by_role("button", name=start).click()
    await page.wait_for_timeout(QUIET)
    for button in [language, *topics, done, "08:00"]:
        await presses(page, button)


async def presses(page: Page, name: str) -> None:
    await page.locator(".keys").last.get_by_role("button", name=name, exact=True).click()
    await page.wait_for_timeout(QUIET)


async def says(page: Page, text: str) -> None:
    await page.get_by_role("textbox").fill(text)
    await page.keyboard.press("Enter")
    await page.wait_for_timeout(2 * QUIET)


async def taken(page: Page, name: str) -> None:
    await page.mouse.move(0, 0)
    await page.wait_for_timeout(QUIET)
    await page.screenshot(path=HERE / f"{name}.png")
    squeeze(HERE / f"{name}.png")


def squeeze(file: Path) -> None:
    """128 colours are enough for a page of few."""
    if convert := shutil.which("convert"):
        subprocess.run([convert, file, "-dither", "None", "-colors", "128", f"PNG8:{file}"], check=True)
    print(file.name, file.stat().st_size // 1024, "kB")


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080/"))
